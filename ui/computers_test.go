package ui

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"carnet/sync/client"
	"carnet/ui/kit"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// secondPhrase opens the vault of the other computer.
const secondPhrase = "une autre phrase pour le portable"

// alive waits for something to be seen while several windows go on.
func alive(t *testing.T, what string, seen func() bool, users ...*user) {
	t.Helper()
	for limit := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		for _, u := range users {
			u.here()
			u.pump.run()
			if seen() {
				return
			}
		}
		if time.Now().After(limit) {
			for _, u := range users {
				t.Logf("%s\n%s", u.sheet(), u.seen())
			}
			t.Fatalf("%s: not after %v", what, patience)
		}
	}
}

// here makes the window of a user that of the program: there are two in one process.
func (u *user) here() { fyne.SetCurrentApp(still{u.app}) }

// atLeas sits before a vault with Léa's record alone, which synchronises with a server,
// and gives the code of its recovery kit.
func atLeas(t *testing.T, r *remote) (*user, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "lea.carnet")
	code := vault.NewKitCode()
	opt := vaultOptions(func() time.Time { return today })
	v, _, err := vault.Create(t.Context(), path, vault.First{Name: "Léa", Birth: "1985-04-12", Passphrase: []byte(phrase), Kit: &code}, &opt)
	if err != nil {
		t.Fatal(err)
	}
	people, err := v.Patients()
	if err != nil {
		t.Fatal(err)
	}
	addsAllergy(t, v, people[0].ID, "Pollen")
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	u := sit(t, func(o *Options) { o.Open = path })
	u.unlock(phrase)
	u.isOpen()
	u.consents(r)
	u.begins()
	groups := code.Groups()
	return u, strings.Join(groups[:], " ")
}

// beside sits before a second computer.
func beside(t *testing.T, first *user) *user {
	t.Helper()
	second := sit(t)
	t.Cleanup(func() { // the first window has its app until it is gone
		first.here()
		first.leave()
		second.here()
	})
	return second
}

// kitCode is a code of no kit.
func kitCode() string {
	code := vault.NewKitCode()
	groups := code.Groups()
	return strings.Join(groups[:], " ")
}

// addComputer lets a computer that nobody has into the record of the person shown, past
// the window and without a server.
func (u *user) addComputer() {
	u.t.Helper()
	d, err := vault.Prepare("Portable")
	if err != nil {
		u.t.Fatal(err)
	}
	p := u.open.Person().ID
	if _, err := u.open.Vault.GiveConsent(u.t.Context(), p, vault.Grantee{Host: "127.0.0.1:1", Until: today.AddDate(0, 6, 0), Text: "words", Language: "en"}); err != nil {
		u.t.Fatal(err)
	}
	if err := u.open.Vault.AdmitDevice(u.t.Context(), d.Public(), "Portable", []record.ID{p}); err != nil {
		u.t.Fatal(err)
	}
}

// invites shows a code and returns it.
func (u *user) invites() string {
	u.t.Helper()
	u.here()
	u.command(text.DeviceAdd)
	u.shows(u.Say(text.DeviceAdd))
	u.reads(u.Say(text.NetworkText), u.Say(text.InviteReads, "Léa"))
	u.pressOnly(text.InviteStart)
	alive(u.t, "the code", func() bool { return u.mayRead(u.Say(text.InviteTyped)) }, u)
	code := regexp.MustCompile(`([0-9A-Z]{4}[ -]){3}[0-9A-Z]{4}`).FindString(flat(u.seen()))
	if code == "" {
		u.t.Fatalf("no code in\n%s", u.seen())
	}
	return code
}

// names goes through the first step of having one's records on another computer.
func (u *user) names(way text.Message) {
	u.t.Helper()
	u.here()
	u.press(way)
	u.press(text.Continue)
	u.reads(u.Say(text.ComputerMissing))
	u.types("Portable", text.ComputerLabel)
	u.types(secondPhrase, text.NewPhraseLabel)
	u.press(text.Continue)
	u.reads(u.Say(text.RetypeWrong))
	u.types(secondPhrase, text.RetypeLabel)
	u.press(text.Continue)
}

// joins types what the other computer shows, and begins.
func (u *user) joins(code, host string) {
	u.t.Helper()
	u.here()
	u.types(code, text.JoinCodeLabel)
	u.types(host, text.SyncServerLabel)
	u.pressOnly(text.JoinVerb)
}

// comparing waits until both show six words, and fails when they are not the same.
func comparing(a, b *user) {
	a.t.Helper()
	words := func(u *user) string {
		for _, x := range all[*kit.Text](u) {
			if said := strings.Fields(x.String()); len(said) == 6 && u.sheet() == u.Say(text.WordsTitle) && !strings.ContainsAny(x.String(), ".?,") {
				return x.String()
			}
		}
		return ""
	}
	alive(a.t, "the six words", func() bool { return words(a) != "" && words(b) != "" }, a, b)
	if words(a) != words(b) {
		a.t.Errorf("%q here and %q there", words(a), words(b))
	}
}

// answers presses yes or no.
func (u *user) answers(m text.Message) {
	u.t.Helper()
	u.here()
	u.reads(u.Say(text.WordsAsk))
	u.pressOnly(m)
}

// enrolled is a second window on a second computer, let in by the first.
func enrolled(t *testing.T, r *remote, first *user) *user {
	t.Helper()
	second := beside(t, first)
	second.names(text.HaveElsewhere)
	second.joins(first.invites(), r.address)
	comparing(first, second)
	first.answers(text.WordsYes)
	alive(t, "what is to be done next", func() bool { return first.mayRead(first.Say(text.InviteThen)) }, first, second)
	second.answers(text.WordsYes)
	alive(t, "the second computer", func() bool {
		return first.sheet() == "" && second.open != nil && !second.open.Person().ID.IsZero() && second.mayRead(second.Say(text.JoinedOne, 1))
	}, first, second)
	return second
}

func (u *user) hasEntry(what string) bool {
	entries, err := u.open.Vault.Entries(u.open.Person().ID)
	return err == nil && has(entries, what)
}

// TestTwoComputers: a second computer is added through the two windows, and what is
// written on either comes to both. Then it is removed, and told so.
func TestTwoComputers(t *testing.T) {
	r := newRemote(t)
	first, _ := atLeas(t, r)
	second := enrolled(t, r, first)
	if !second.hasEntry("Pollen") {
		t.Error("what was written before is not there")
	}
	addsAllergy(t, first.open.Vault, first.open.Person().ID, "Arachide")
	addsAllergy(t, second.open.Vault, second.open.Person().ID, "Latex")
	first.open.Sync.Look()
	second.open.Sync.Look()
	alive(t, "what both wrote", func() bool {
		return first.hasEntry("Latex") && second.hasEntry("Arachide") && first.standing().State.Waiting == 0 && second.standing().State.Waiting == 0
	}, first, second)

	second.here()
	second.command(text.DeviceSee)
	second.reads(second.Say(text.DevicesOf, "Léa"), second.Say(text.DeviceHere, "Portable"), second.Say(text.DeviceFirst))
	first.here()
	first.command(text.DeviceSee)
	first.reads("Portable", first.Say(text.DeviceHereOnly))
	first.press(text.DeviceTakeOutOf, "Portable")
	first.shows(first.Say(text.TakeOutAsk, "Portable"))
	first.reads(first.Say(text.TakeOutLater, "Léa"), first.Say(text.TakeOutBefore), first.Say(text.TakeOutBack))
	first.press(text.TakeOutKeep)
	first.shows("")
	first.command(text.DeviceTakeOut)
	first.shows(first.Say(text.TakeOutAsk, "Portable"))
	first.press(text.DeviceTakeOutOf, "Portable")
	first.reads(first.Say(text.TakenOut, "Portable"))
	if devices, err := first.open.Vault.Devices(); err != nil || len(devices) != 1 {
		t.Errorf("after the removal: %v, %v", devices, err)
	}
	second.here()
	second.command(text.SyncNowVerb)
	alive(t, "the removal told", func() bool { return errors.Is(second.open.Sync.Failed(second.open.Person().ID), client.ErrRemoved) }, second)
	second.settle()
	e, _ := text.Explain(client.ErrRemoved)
	second.reads(second.Say(e.What), second.Say(e.Safe))
	if !second.hasEntry("Arachide") || second.standing().State.Frozen != nil {
		t.Error("the removed computer lost something, or takes the server for one that did")
	}
	first.here()
}

// TestFurtherRecord: a record that gets its consent later is opened to the other
// computer, which fetches it.
func TestFurtherRecord(t *testing.T) {
	r := newRemote(t)
	first, _ := atLeas(t, r)
	second := enrolled(t, r, first)
	first.here()
	tom, err := first.open.Vault.AddPatient(t.Context(), record.Patient{Name: "Tom", Birth: "2020-01-02"}, false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := first.open.Vault.GiveConsent(t.Context(), tom.ID, vault.Grantee{Host: r.address, Key: r.key, Until: today.AddDate(0, 6, 0), Text: "words", Language: "en"}); err != nil {
		t.Fatal(err)
	}
	first.command(text.DeviceSee)
	first.command(text.DeviceOpen)
	first.reads(first.Say(text.OpenedTo, "Tom", "Portable"))
	first.press(text.Close)
	first.command(text.DeviceOpen)
	first.reads(first.Say(text.DeviceAllOpen))
	second.here()
	second.command(text.DeviceGet)
	alive(t, "the further record", func() bool { return second.mayRead(second.Plural(1, text.GotOne, text.GotMany)) }, second)
	people, err := second.open.Vault.Patients()
	if err != nil || !slices.ContainsFunc(people, func(p record.Patient) bool { return p.Name == "Tom" }) {
		t.Errorf("on the second computer: %v, %v", people, err)
	}
	second.settle()
	second.command(text.DeviceGet)
	alive(t, "that there is no more", func() bool { return second.mayRead(second.Say(text.GotNone)) }, second)
	first.here()
}

// TestJoiningIsRefused: whatever is wrong is said by its name, nothing is written, and
// it can be begun again from the same page.
func TestJoiningIsRefused(t *testing.T) {
	r := newRemote(t)
	first, _ := atLeas(t, r)
	second := beside(t, first)
	second.names(text.HaveElsewhere)
	nothing := func(when string) {
		t.Helper()
		second.settle()
		if found, err := filepath.Glob(filepath.Join(second.dir, "data", "*")); err != nil || len(found) > 0 || second.open != nil {
			t.Errorf("%s: %v, %v", when, found, err)
		}
	}
	told := func(err error) string {
		e, _ := text.Explain(err)
		return second.Say(e.What)
	}
	second.joins("ABCD EFGH JKMN PQRS", r.address)
	second.reads(told(client.ErrMeetingCode))
	second.joins("ABCD EFGH JKMN PQRS", "pas une adresse")
	nothing("no code")
	code := first.invites()
	second.joins(code, "pas une adresse")
	second.reads(second.Say(text.SyncHostWrong))
	second.joins(code, "127.0.0.1:1")
	nothing("no server")
	second.reads(second.Say(text.JoinUnreached))

	first.here()
	first.key(fyne.KeyEscape) // nobody comes
	first.reads(first.Say(text.InviteKept))
	for _, no := range []struct{ first, second text.Message }{{text.WordsNo, text.WordsYes}, {text.WordsYes, text.WordsNo}} {
		second.joins(first.invites(), r.address)
		comparing(first, second)
		first.answers(no.first)
		second.answers(no.second)
		alive(t, "the refusal", func() bool {
			return first.sheet() == first.Say(text.ProblemTitle) && second.sheet() == second.Say(text.ProblemTitle)
		}, first, second)
		for _, u := range []*user{first, second} {
			u.here()
			u.reads(told(client.ErrWords))
			u.press(text.Close)
		}
		nothing("words that differ")
		if devices, err := first.open.Vault.Devices(); err != nil || len(devices) != 1 {
			t.Errorf("let in all the same: %v, %v", devices, err)
		}
	}
	second.joins(first.invites(), r.address)
	comparing(first, second)
	second.here()
	second.key(fyne.KeyEscape) // is a no
	second.press(text.Close)
	first.here()
	first.answers(text.WordsYes)
	alive(t, "the refusal", func() bool { return first.sheet() == first.Say(text.ProblemTitle) }, first, second)
	nothing("Escape")
	first.here()
	first.press(text.Close)

	code = first.invites()
	first.key(fyne.KeyEscape)
	second.joins(code, r.address) // nobody is there any more
	alive(t, "the wait", func() bool { return second.mayRead(second.Say(text.JoinWaiting)) }, second)
	second.here()
	second.pressOnly(text.JoinStop)
	alive(t, "the stop", func() bool { return second.sheet() == "" }, second)
	nothing("stopped")
	second.reads(second.Say(text.StoppedHere, second.Say(text.JoinKept)))
	if u := second.entry(text.JoinCodeLabel); u.Text != code {
		t.Errorf("the code that was typed is %q now", u.Text)
	}
	first.here()
}

// TestInvitingAsksForAConsent: without one nothing reaches a server, and the way to one
// is said.
func TestInvitingAsksForAConsent(t *testing.T) {
	u := atHome(t)
	u.command(text.DeviceAdd)
	u.shows("")
	u.reads(u.Say(text.DeviceConsent), u.Say(text.DevicesOf, "Camille"), u.Say(text.DeviceHereOnly))
	u.command(text.DeviceTakeOut)
	u.reads(u.Say(text.DeviceNone))
	u.command(text.DeviceGet)
	u.shows(u.Say(text.DeviceGet))
	u.press(text.Continue)
	u.reads(u.Say(text.SyncHostWrong))
}

// TestOnlyTheKitIsLeft: with no file left, the window brings everything back from the
// server, after what is consented to was read; nothing stays when it fails.
func TestOnlyTheKitIsLeft(t *testing.T) {
	r := newRemote(t)
	first, code := atLeas(t, r)
	path := first.open.Vault.Path()
	first.leave()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	u := sit(t)
	u.names(text.OnlyKit)
	u.types("127.0.0.1:1", text.SyncServerLabel)
	u.types("abcd", text.SyncKeyLabel)
	u.types("ABCDE", text.CodeLabel)
	u.press(text.Continue)
	u.reads(u.Say(text.SyncKeyWrong))
	u.types(hex.EncodeToString(r.key[:]), text.SyncKeyLabel)
	u.press(text.Continue)
	e, _ := text.Explain(vault.ErrKitCode)
	u.reads(u.Say(e.What))
	agrees := func() {
		t.Helper()
		u.press(text.Continue)
		u.press(text.OnlyKitVerb)
		u.reads(u.Say(text.SyncAgreeBoth))
		u.ticks(text.SyncCompared)
		u.ticks(text.SyncAgree)
		u.press(text.OnlyKitVerb)
	}
	u.types(code, text.CodeLabel)
	u.types("01/01/2020", text.SyncUntilLabel)
	u.press(text.Continue)
	u.reads(u.Say(text.SyncUntilWrong))
	last := time.Now().AddDate(0, 1, 0)
	u.types(last.Format("02/01/2006"), text.SyncUntilLabel)
	before := r.conns.Load()
	agrees()
	u.reads(u.Say(text.OnlyKitUnreached))
	if r.conns.Load() != before {
		t.Error("another server than the one named was asked")
	}
	u.types(r.address, text.SyncServerLabel)
	u.types(kitCode(), text.CodeLabel)
	agrees()
	e, _ = text.Explain(client.ErrNothing)
	u.reads(u.Say(e.What))
	u.press(text.Close)
	if found, err := filepath.Glob(filepath.Join(u.dir, "data", "*")); err != nil || len(found) > 0 {
		t.Errorf("left: %v, %v", found, err)
	}
	u.press(text.Back)
	u.types(code, text.CodeLabel)
	agrees()
	u.isOpen()
	u.reads(u.Say(text.ReturnedOne, 1))
	if !u.hasEntry("Pollen") {
		t.Error("nothing came back")
	}
	if devices, err := u.open.Vault.Devices(); err != nil || len(devices) != 1 {
		t.Errorf("devices: %v, %v", devices, err)
	}
	given, err := u.open.Vault.Consents(u.open.Person().ID)
	if err != nil || len(given) == 0 || given[0].End.Time().Local().Add(-time.Millisecond).Format(time.DateOnly) != last.Format(time.DateOnly) {
		t.Errorf("consents: %v, %v; the last day is %v", given, err, last)
	}
	u.command(text.Lock)
	u.unlock(secondPhrase)
	u.isOpen()
	addsAllergy(t, u.open.Vault, u.open.Person().ID, "Latex")
	u.open.Sync.Look()
	u.upToDate() // by itself
}

// TestScreenshotsOfComputers draws all that two computers show each other, and what the
// recovery kit asks for.
func TestScreenshotsOfComputers(t *testing.T) {
	r := newRemote(t)
	first := &album{dir: screenshots(t)}
	first.user, _ = atLeas(t, r)
	second := &album{user: beside(t, first.user), dir: first.dir}
	draw := func(a *album, name string) {
		t.Helper()
		a.here()
		before, language := a.prefs.Theme(), a.Language
		for _, l := range []text.Language{text.French, text.English} {
			if a.sheet() != "" && l != language {
				continue // a sheet keeps the words it was opened with
			}
			for _, x := range []kit.Theme{{Look: kit.Light, Scale: 1}, {Look: kit.Dark, Scale: 1}, {Look: kit.Contrast, Scale: 1}, {Look: kit.Light, Scale: 2}} {
				a.SetTheme(x)
				if a.sheet() == "" && a.Language != l {
					a.SetLanguage(l)
				}
				a.pump.run()
				a.pump.run()
				a.draw(fmt.Sprintf("ordinateurs-%s-%s-%s-%.0f.png", name, l.Tag(), x.Look, x.Scale*100))
			}
		}
		a.SetTheme(before)
		if a.sheet() == "" {
			a.SetLanguage(language)
		}
		a.pump.run()
	}
	for _, a := range []*album{first, second} {
		a.here()
		a.resize(leastWidth, leastHeight)
	}
	draw(second, "porte")
	second.names(text.HaveElsewhere)
	second.press(text.Back)
	draw(second, "ici")
	second.press(text.Continue)
	draw(second, "code")
	first.here()
	first.command(text.DeviceSee)
	draw(first, "liste-seul")
	first.command(text.DeviceAdd)
	draw(first, "avant")
	first.key(fyne.KeyEscape)
	code := first.invites()
	draw(first, "invitation")
	second.joins("ABCD EFGH JKMN PQRS", r.address)
	draw(second, "code-faux")
	second.joins(code, r.address)
	comparing(first.user, second.user)
	draw(first, "mots")
	first.answers(text.WordsYes)
	alive(t, "the answer", func() bool { return first.mayRead(first.Say(text.InviteThen)) }, first.user)
	draw(first, "reponse")
	second.answers(text.WordsYes)
	alive(t, "the second computer", func() bool { return first.sheet() == "" && second.open != nil && !second.open.Person().ID.IsZero() }, first.user, second.user)
	second.settle()
	draw(second, "arrive")
	second.here()
	second.command(text.DeviceSee)
	second.resize(leastWidth, 3*leastHeight)
	draw(second, "liste-la")
	first.here()
	first.settle()
	first.command(text.DeviceSee)
	first.resize(leastWidth, 3*leastHeight)
	draw(first, "liste")
	first.resize(leastWidth, leastHeight)
	first.command(text.DeviceTakeOut)
	draw(first, "retirer")
	first.press(text.DeviceTakeOutOf, "Portable")
	draw(first, "retire")
	second.here()
	second.resize(leastWidth, leastHeight)
	second.command(text.SyncNowVerb)
	alive(t, "the removal told", func() bool { return second.open.Sync.Failed(second.open.Person().ID) != nil }, second.user)
	second.settle()
	draw(second, "etait-retire")
	second.command(text.Lock)
	draw(second, "ouverture")
	second.names(text.OnlyKit)
	second.press(text.Back)
	draw(second, "kit-ici")
	second.press(text.Continue)
	draw(second, "kit-serveur")
	second.types(r.address, text.SyncServerLabel)
	second.types(hex.EncodeToString(r.key[:]), text.SyncKeyLabel)
	second.types(kitCode(), text.CodeLabel)
	second.press(text.Continue)
	draw(second, "kit-consentement")
	second.ticks(text.SyncCompared)
	second.ticks(text.SyncAgree)
	second.press(text.OnlyKitVerb)
	draw(second, "kit-rien")
	first.here()
	t.Logf("%d pictures in %s", first.taken+second.taken, first.dir)
}
