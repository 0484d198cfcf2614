package ui

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/proof"
	"carnet/vault/record"
)

// leaOwn is the passphrase of Léa's own vault.
const leaOwn = "six libellules au bord du lac"

// bornOn changes the date of birth of the person shown.
func (u *user) bornOn(day string) {
	u.t.Helper()
	u.command(text.EditPerson)
	u.types(day, text.BirthLabel)
	u.press(text.Keep)
}

// TestHandOverAssistant: from the notice to the new vault in five actions, besides
// what is typed; nothing is on the disk before the last one.
func TestHandOverAssistant(t *testing.T) {
	u := atHome(t)
	u.command(text.HomeTitle)
	if u.mayRead(u.Say(text.HandOverNotice)) {
		t.Error("a child is told of their majority")
	}
	u.bornOn("21/01/2009") // 17 years and 9 months, and not yet 11
	u.command(text.HomeTitle)
	name := u.open.Person().Name
	u.reads(u.Say(text.HandOverSoon, name, "21 janvier 2027"))
	u.press(text.HandOverSee)
	u.reads(u.Say(text.HandOverEarly, "21 janvier 2027"))
	if u.find(u.Say(text.Continue)) != nil {
		t.Error("a record goes before the day")
	}
	u.key(fyne.KeyEscape)

	u.bornOn("20/11/2008")
	u.command(text.HomeTitle)
	u.reads(u.Say(text.HandOverAdult, name, "20 novembre 2026"))
	all, err := u.open.Vault.Documents(u.open.Person().ID)
	if err != nil {
		t.Fatal(err)
	}
	u.press(text.HandOverSee) // 1
	u.shows(u.Say(text.HandOverTitle, name))
	u.reads(u.Say(text.HandOverStep, 1), u.Say(text.HandOverGoes, len(all)), u.Say(text.HandOverParents), u.Say(text.HandOverCopies))
	u.press(text.Continue) // 2
	u.reads(u.Say(text.HandOverStep, 2), u.Say(text.HandOverLookAway, name))
	u.types("court", text.NewPhraseLabel)
	u.press(text.Continue)
	u.reads(u.Say(text.PhraseShort))
	u.types(leaOwn, text.NewPhraseLabel)
	u.types("autre chose du lac", text.RetypeLabel)
	u.press(text.Continue)
	u.reads(u.Say(text.RetypeWrong))
	u.types(leaOwn, text.RetypeLabel)
	u.press(text.Continue) // 3
	u.reads(u.Say(text.HandOverStep, 3), u.Say(text.HandOverKit, name))
	code := u.code()
	u.press(text.Continue)
	u.reads(u.Say(text.GroupWrong))
	u.copyGroup() // 4
	u.reads(u.Say(text.HandOverStep, 4))
	documents := filepath.Join(u.dir, "home", "Documents")
	if left, err := os.ReadDir(documents); err != nil || len(left) != 0 {
		t.Fatalf("%v is on the disk before the last action, %v", left, err)
	}
	u.press(text.HandOverConfirm) // 5
	u.until("hand-over", func() bool { return u.sheet() == u.Say(text.HandOverEnded, name) })
	u.press(text.ProofSave)
	u.until("proof", func() bool { left, _ := os.ReadDir(documents); return len(left) == 3 })
	u.settle()
	content, err := os.ReadFile(filepath.Join(documents, u.ProofFile(proof.HandOver)+".json"))
	if err != nil {
		t.Fatal(err)
	}
	if p, err := proof.Parse(content); err != nil || p.Counts["documents"] != int64(len(all)) {
		t.Errorf("%+v, %v", p, err)
	}
	u.press(text.Close)
	if u.open.Person().Name == name || u.mayRead(name+",") {
		t.Error("the record is still shown")
	}
	u.command(text.HandedOverOnes)
	u.reads(name, u.Say(text.HandedOverBy, "20 novembre 2026", "Camille"))
	u.press(text.Close)
	if people, err := u.open.Vault.Patients(); err != nil || slices.ContainsFunc(people, func(p record.Patient) bool { return p.Name == name }) {
		t.Errorf("%+v, %v", people, err)
	}
	u.command(text.Undo) // nothing that was done to what is gone
	own := filepath.Join(documents, u.Say(text.HandOverFile))
	v, err := vault.Unlock(t.Context(), own, []byte(leaOwn), &u.opt.Vault)
	if err != nil {
		t.Fatal(err)
	}
	if people, err := v.Patients(); err != nil || len(people) != 1 || people[0].Name != name {
		t.Errorf("%+v, %v", people, err)
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	if v, err = vault.Recover(t.Context(), own, code, []byte("une tout autre phrase"), &u.opt.Vault); err != nil {
		t.Fatal(err)
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestHandOverInterrupted: the next opening tells of a hand-over that the end of the
// program interrupted, and finishes it or takes it back, from each state that an
// interruption leaves.
func TestHandOverInterrupted(t *testing.T) {
	var mu sync.Mutex // the clock is read on several goroutines
	var vaultPath, part string
	var family, begun []byte // the files when the new one was being written
	u := atHome(t, func(o *Options) {
		now := o.Vault.Now
		o.Vault.Now = func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			if b, err := os.ReadFile(part); part != "" && begun == nil && err == nil {
				begun = b
				family, _ = os.ReadFile(vaultPath) // looked at below
			}
			return now()
		}
	})
	u.bornOn("20/11/2008")
	lea := u.open.Person()
	documents := filepath.Join(u.dir, "home", "Documents")
	own := filepath.Join(documents, u.Say(text.HandOverFile))
	mu.Lock()
	vaultPath, part = u.open.Vault.Path(), filepath.Join(documents, "."+filepath.Base(own)+".part")
	mu.Unlock()
	u.handsOver(lea.Name)
	u.press(text.Close)
	if family == nil || begun == nil {
		t.Fatal("nothing was there while it went on")
	}
	whole, err := os.ReadFile(own)
	if err != nil {
		t.Fatal(err)
	}
	// reopen opens the family's vault with these files, as after a power cut.
	reopen := func(family, whole, begun []byte) {
		t.Helper()
		u.command(text.Lock)
		u.settle()
		for path, b := range map[string][]byte{vaultPath: family, own: whole, part: begun} {
			if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Fatal(err)
			}
			if b == nil {
				continue
			}
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		u.unlock(phrase)
		u.until("telling", func() bool { return u.sheet() != "" })
	}
	stopped := u.Say(text.HandOverStopped, lea.Name)
	all := func() int {
		t.Helper()
		docs, err := u.open.Vault.Documents(lea.ID)
		if err != nil {
			t.Fatal(err)
		}
		return len(docs)
	}

	// The new file was not complete: nothing has changed.
	reopen(family, nil, begun)
	u.shows(stopped)
	u.reads(u.Say(text.HandOverNoFile, lea.Name))
	u.press(text.HandOverLater)
	u.command(text.Lock)
	u.unlock(phrase)
	u.until("telling again", func() bool { return u.sheet() == stopped })
	u.press(text.HandOverAgain)
	u.until("beginning again", func() bool { return u.sheet() == u.Say(text.HandOverTitle, lea.Name) })
	u.key(fyne.KeyEscape)
	if left, err := os.ReadDir(documents); err != nil || len(left) != 0 {
		t.Errorf("%v, %v", left, err)
	}
	reopen(family, nil, begun)
	u.press(text.HandOverUndo)
	u.reads(u.Say(text.HandOverUndone, lea.Name))
	u.command(text.Lock)
	u.unlock(phrase)
	u.shows("")

	// It was: the record is in both until one says which.
	reopen(family, whole, nil)
	u.shows(stopped)
	u.reads(u.Say(text.HandOverInBoth, filepath.Base(own), filepath.Base(documents)), u.Say(text.HandOverEither, lea.Name))
	u.types("six autres mots", text.HandOverPhrase)
	u.press(text.HandOverFinish)
	u.until("refusing", func() bool { return u.mayRead(u.Say(text.HandOverNotIt)) })
	u.types("six autres mots", text.HandOverPhrase)
	u.press(text.HandOverUndo)
	u.reads(u.Say(text.HandOverNotIt))
	n := all()
	u.types(leaOwn, text.HandOverPhrase)
	u.press(text.HandOverUndo)
	u.until("taking back", func() bool { return u.mayRead(u.Say(text.HandOverUndone, lea.Name)) })
	if left, err := os.ReadDir(documents); err != nil || len(left) != 0 || all() != n {
		t.Errorf("%v and %d documents, %v", left, all(), err)
	}
	reopen(family, whole, nil)
	u.types(leaOwn, text.HandOverPhrase)
	u.press(text.HandOverFinish)
	u.until("finishing", func() bool { return u.sheet() == u.Say(text.HandOverEnded, lea.Name) })
	u.press(text.Close)
	if people, err := u.open.Vault.Patients(); err != nil || slices.ContainsFunc(people, func(p record.Patient) bool { return p.ID == lea.ID }) {
		t.Errorf("%+v, %v", people, err)
	}
	u.command(text.Lock)
	u.unlock(phrase)
	u.shows("")

	// The folder is on a disk that is not there.
	if err := os.Rename(documents, documents+" ailleurs"); err != nil {
		t.Fatal(err)
	}
	u.command(text.Lock)
	if err := os.WriteFile(vaultPath, family, 0o600); err != nil {
		t.Fatal(err)
	}
	u.unlock(phrase)
	u.until("telling", func() bool { return u.sheet() == stopped })
	u.reads(u.Say(text.HandOverNoFolder, filepath.Base(documents)))
	u.press(text.HandOverLater)
}

// handsOver takes the record of the person shown through the assistant.
func (u *user) handsOver(name string) {
	u.t.Helper()
	u.command(text.HandOver)
	u.press(text.Continue)
	u.types(leaOwn, text.NewPhraseLabel)
	u.types(leaOwn, text.RetypeLabel)
	u.press(text.Continue)
	u.copyGroup()
	u.press(text.HandOverConfirm)
	u.until("hand-over", func() bool { return u.sheet() == u.Say(text.HandOverEnded, name) })
}

// TestHandOverGivenUp: leaving the assistant at any page leaves nothing.
func TestHandOverGivenUp(t *testing.T) {
	u := atHome(t)
	u.bornOn("20/11/2008")
	u.command(text.HandOver)
	u.press(text.Continue)
	u.types(leaOwn, text.NewPhraseLabel)
	u.types(leaOwn, text.RetypeLabel)
	u.press(text.Continue)
	u.press(text.Back)
	u.reads(u.Say(text.HandOverStep, 2))
	u.key(fyne.KeyEscape)
	u.shows("")
	if left, err := os.ReadDir(filepath.Join(u.dir, "home", "Documents")); err != nil || len(left) != 0 {
		t.Errorf("%v is on the disk, %v", left, err)
	}
	u.command(text.HandedOverOnes)
	u.reads(u.Say(text.HandedOverNone))
}

// TestDeathDeclared: it is written in the form of the person, ends what is
// announced at once, leaves the record readable, and is taken back.
func TestDeathDeclared(t *testing.T) {
	u := atHome(t)
	u.bornOn("20/11/2008")
	u.command(text.HomeTitle)
	u.reads(u.Say(text.HandOverNotice))
	u.command(text.EditPerson)
	for _, wrong := range []string{"2007", "12/2027", "un jour"} {
		u.types(wrong, text.DeceasedLabel)
		u.press(text.Keep)
		u.reads(u.Say(text.DeceasedWrong))
	}
	u.types("11/2026", text.DeceasedLabel)
	u.press(text.Keep)
	if p := u.open.Person(); p.Deceased != "2026-11" {
		t.Errorf("%+v", p)
	}
	if u.mayRead(u.Say(text.HandOverNotice)) {
		t.Error("the majority of somebody who has died is announced")
	}
	u.command(text.HandOver)
	u.reads(text.French.Say(text.Message{FR: "son décès est indiqué"}))
	u.key(fyne.KeyEscape)
	u.command(text.DocumentsTitle)
	if len(u.rows()) == 0 {
		t.Error("the record cannot be read")
	}
	u.command(text.Undo)
	if p := u.open.Person(); p.Deceased != "" {
		t.Errorf("%+v", p)
	}
	u.open.Go(session.Home)
	u.settle()
	u.reads(u.Say(text.HandOverNotice))
}
