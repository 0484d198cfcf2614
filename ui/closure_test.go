package ui

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/settings"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/exchange/bag"
	"carnet/vault/guide"
	"carnet/vault/proof"
	"carnet/vault/record"
)

// proofSaved presses the button that saves a proof, and reads it back.
func (u *user) proofSaved() *proof.Proof {
	u.t.Helper()
	u.press(text.ProofSave)
	folder := filepath.Join(u.dir, "home", "Documents")
	u.reads(u.Say(text.ProofSavedAt, "preuve-cloture.pdf", "preuve-cloture.json", "Documents"))
	b, err := os.ReadFile(filepath.Join(folder, "preuve-cloture.json"))
	if err != nil {
		u.t.Fatal(err)
	}
	p, err := proof.Parse(b)
	if err != nil {
		u.t.Fatal(err)
	}
	if pdf, err := os.ReadFile(filepath.Join(folder, "preuve-cloture.pdf")); err != nil || !strings.HasPrefix(string(pdf), "%PDF-") {
		u.t.Fatalf("the paper: %v", err)
	}
	return p
}

// TestCloseVaultInSixActions: consequences with counts, the refusal of an export,
// two boxes that nobody ticked before, a button that says what is missing; then
// nothing is left but the proof.
func TestCloseVaultInSixActions(t *testing.T) {
	u := atHome(t)
	path := u.open.Vault.Path()
	folder := filepath.Join(u.dir, "cle")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	made, err := u.open.Vault.Backup(t.Context(), folder, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	c, err := u.open.Vault.Consequences(t.Context(), [16]byte{})
	if err != nil {
		t.Fatal(err)
	}
	u.command(text.CloseVaultVerb) // 1
	u.reads(u.Say(text.ClosingVaultOf), u.Say(text.ClosingCounts, len(c.Patients), c.Documents, c.Entries), u.Say(text.RemainsOthers), u.Say(text.RemainsOfficial), "Sauvegarde du 20 novembre 2026")
	u.press(text.Continue)     // 2
	u.press(text.ExportRefuse) // 3
	for _, box := range all[*kit.Check](u) {
		if box.Checked {
			t.Errorf("%q is ticked", box.AccessibilityLabel())
		}
	}
	u.reads(u.Say(text.ExportRefusedSaid))
	u.press(text.CloseNow)
	u.reads(u.Say(text.ConsentMissing))
	u.ticks(text.ConsentErase) // 4
	u.press(text.CloseNow)
	u.reads(u.Say(text.ConsentMissing))
	if _, err := os.Stat(path); err != nil || u.open == nil {
		t.Fatalf("closed without the second box: %v", err)
	}
	u.ticks(text.ConsentFinal) // 5
	u.press(text.CloseNow)     // 6
	u.shows(u.Say(text.ProofTitle))
	u.reads(u.Say(text.VaultClosed))
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) || u.open != nil {
		t.Errorf("the file: %v", err)
	}
	if _, err := os.Stat(made.Path); err != nil {
		t.Errorf("a backup that nobody named: %v", err)
	}
	for _, known := range u.prefs.Recent() {
		if known == path {
			t.Error("the vault is still among the recent ones")
		}
	}
	u.press(text.Close)
	u.reads(u.Say(text.ProofUnsaved))
	p := u.proofSaved()
	if p.Kind != proof.Closure || !p.Patient.IsZero() || p.Counts["documents"] != int64(c.Documents) || p.Counts["export-refused"] != 1 {
		t.Errorf("%+v", p)
	}
	u.press(text.Close)
	u.shows("")
}

// TestCloseRecord: one record goes with its name on the question, the others stay,
// and the proof is found again.
func TestCloseRecord(t *testing.T) {
	u := atHome(t)
	lea := u.open.Person()
	u.command(text.CloseRecordVerb)
	u.reads(u.Say(text.ClosingRecordOf, "Léa"))
	u.press(text.Continue)
	out := filepath.Join(u.dir, "export")
	if err := os.Mkdir(out, 0o700); err != nil {
		t.Fatal(err)
	}
	u.press(text.ExportNow)
	u.types("quatre hiboux bleus endormis", text.ArchivePhrase)
	u.key(fyne.KeyReturn)
	u.types("quatre hiboux bleus endormis", text.RetypeLabel)
	u.key(fyne.KeyReturn)
	u.types(out, text.PickPath)
	u.press(text.PickTake)
	u.reads(u.Say(text.ExportVerified), "9 documents sur 9", u.Say(text.ExportSealedText))
	u.ticks(text.ConsentErase)
	u.ticks(text.ConsentFinal)
	u.press(text.CloseNow)
	u.shows(u.Say(text.ProofTitle))
	u.reads(u.Say(text.RecordClosed))
	if p := u.proofSaved(); p.Patient != lea.ID || p.Counts["documents"] != 9 || p.Counts["exported-documents"] != 9 || p.Digests["export"] == "" {
		t.Errorf("%+v", p)
	}
	u.press(text.Close)
	if u.open.Person().ID == lea.ID {
		t.Error("the closed record is still shown")
	}
	if _, err := u.open.Vault.Documents(lea.ID); !errors.Is(err, vault.ErrNoPatient) {
		t.Errorf("the record: %v", err)
	}
	u.command(text.SettingsTitle)
	u.chooses(u.Say(text.CloseTitle))
	u.reads(u.Say(text.ClosedRecords))
	u.press(text.ProofShow)
	u.shows(u.Say(text.ProofTitle))
	u.press(text.Close)
	u.shows("")
}

// TestExportForAKey: the archive is sealed for somebody's key, and a closure takes it
// for the export that it is; what is no key is told before anything is written.
func TestExportForAKey(t *testing.T) {
	u := atHome(t)
	out := filepath.Join(u.dir, "export")
	if err := os.Mkdir(out, 0o700); err != nil {
		t.Fatal(err)
	}
	u.command(text.CloseRecordVerb)
	u.press(text.Continue)
	u.press(text.ExportNow)
	u.chooses(u.Say(text.ExportByKey))
	u.types("AGE-SECRET-KEY-1", text.ExportKey)
	u.press(text.ExportSealed)
	u.shows(u.Say(text.ExportNow))
	e, _ := text.Explain(bag.ErrRecipient)
	u.reads(u.Say(e.What), u.Say(e.Do))
	u.types("age1ha4edrfu7dgcw8ewsklpjkanft04v8fc3839erx3fmrs94m7ufyqwh0tvd", text.ExportKey)
	u.press(text.ExportSealed)
	u.types(out, text.PickPath)
	u.press(text.PickTake)
	u.reads(u.Say(text.ExportVerified), "9 documents sur 9", u.Say(text.ExportSealedText))
	if made, err := filepath.Glob(filepath.Join(out, "carnet-export-*.tar.age")); err != nil || len(made) != 1 {
		t.Errorf("%q, %v", made, err)
	}
}

// TestClosureNotDone: a closure that was cut short before it erased anything is told at
// the next opening, until it is begun again or taken back.
func TestClosureNotDone(t *testing.T) {
	u := atHome(t)
	lea := u.open.Person()
	again := func() {
		t.Helper()
		u.command(text.Lock)
		u.unlock(phrase)
	}
	cut := func(p record.Patient) {
		t.Helper()
		u.open.Open("closing", func() map[string]string { return map[string]string{"patient": p.ID.String(), "name": p.Name} })
		again()
		u.shows(u.Say(text.ClosingNotDone))
	}
	cut(lea)
	u.reads(u.Say(text.ClosingNotRecord, lea.Name), u.Say(text.ClosingWhole))
	u.key(fyne.KeyEscape)
	again()
	u.shows(u.Say(text.ClosingNotDone))
	u.press(text.ClosingUndo)
	u.reads(u.Say(text.ClosingUndone))
	again()
	u.shows("")
	cut(record.Patient{})
	u.reads(u.Say(text.ClosingNotVault))
	u.press(text.ClosingAgain)
	u.reads(u.Say(text.ClosingVaultOf))
	again()
	u.shows("")
	// One that was closed after all, and locked before it was told.
	u.open.Open("closing", func() map[string]string { return map[string]string{"patient": record.ID{1}.String(), "name": "Ada"} })
	for range 2 {
		again()
		u.shows("")
	}
}

// TestTracesAreFinished: a record that was closed while the file could not be rewritten
// is told at the next opening, and finished there.
func TestTracesAreFinished(t *testing.T) {
	u := atHome(t)
	folder := filepath.Dir(u.open.Vault.Path())
	away := func(from, to string) {
		t.Helper()
		if err := os.Rename(from, to); err != nil {
			t.Fatal(err)
		}
	}
	away(folder, folder+"-ailleurs") // no room for the rewriting
	p, err := u.open.Vault.ClosePatient(t.Context(), u.open.Person().ID, vault.Closure{NoExport: true, Erase: true, Irreversible: true}, nil)
	if p == nil || !errors.Is(err, vault.ErrNotCompacted) {
		t.Fatalf("%v, %v", p, err)
	}
	away(folder+"-ailleurs", folder)
	u.command(text.Lock)
	u.unlock(phrase)
	u.shows(u.Say(text.TracesTitle))
	u.reads(u.Say(text.TracesSafe))
	u.press(text.TracesFinish)
	u.until("rewriting", func() bool {
		traces, err := u.open.Vault.Traces()
		return err == nil && !traces
	})
	u.command(text.Lock)
	u.unlock(phrase)
	u.shows("")
}

// TestFinishClosureAtTheDoor: the door says by itself that a vault was closed and its
// file not erased; the erasing can be stopped, and goes on later.
func TestFinishClosureAtTheDoor(t *testing.T) {
	const large = 4 << 30 // without a byte on the disk, and long to overwrite
	u := atHome(t)
	path := u.open.Vault.Path()
	u.leave()
	if err := errors.Join(os.WriteFile(path, []byte("carnet vault closed\n"), 0o600), os.Truncate(path, large)); err != nil {
		t.Fatal(err)
	}
	u.start(u.app)
	e, _ := text.Explain(vault.ErrClosing)
	u.until("telling", func() bool { return u.mayRead(u.Say(e.What)) })
	u.pressOnly(text.FinishClosure)
	u.pressOnly(text.StopClosing)
	u.settle()
	u.shows("")
	u.reads(u.Say(text.FinishKept))
	if info, err := os.Stat(path); err != nil || info.Size() != large {
		t.Fatalf("%v, %v", info, err)
	}
	if err := os.Truncate(path, 1<<20); err != nil {
		t.Fatal(err)
	}
	u.press(text.FinishClosure)
	u.until("erasing", func() bool { return u.mayRead(u.Say(text.ClosureFinished)) })
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file: %v", err)
	}
}

// TestFinishClosureInTheWindow: a closure that was interrupted says so instead of
// asking again and again for a passphrase, and is finished.
func TestFinishClosureInTheWindow(t *testing.T) {
	u := atHome(t)
	path := u.open.Vault.Path()
	u.command(text.Lock)
	if err := os.WriteFile(path, []byte("carnet vault closed\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	u.unlock(phrase)
	e, _ := text.Explain(vault.ErrClosing)
	u.reads(u.Say(e.What))
	u.press(text.FinishClosure)
	u.shows("")
	u.reads(u.Say(text.ClosureFinished))
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file: %v", err)
	}
}

// TestGuides: what one can ask of the public service is found in the help, with
// its date and sources, whether the vault is open or not.
func TestGuides(t *testing.T) {
	u := atHome(t)
	for range 2 {
		u.command(text.RightsTitle)
		g, ok := u.opt.Tables.Guides.Find("close-official")
		if !ok {
			t.Fatal("no such guide")
		}
		u.press(text.Message{FR: g.TitleFR, EN: g.TitleEN})
		u.shows(g.TitleFR)
		u.reads(u.GuideSteps(g)[0], u.GuideFoot(u.opt.Tables.Guides)[0], "3422")
		u.press(text.SaveSheet)
		u.mayRead("guide-mes-droits")
		u.press(text.Close)
		if u.open != nil {
			u.command(text.Lock)
		}
	}
}

// TestGuideIsKept: what is ticked of a guide is kept in the record of the person shown,
// with the proof that was filed from there, and can be taken back.
func TestGuideIsKept(t *testing.T) {
	u := atHome(t)
	lea := u.open.Person()
	g, _ := u.opt.Tables.Guides.Find("oppose")
	title := text.Message{FR: g.TitleFR, EN: g.TitleEN}
	letter, _ := g.Step("letter")
	proof, _ := g.Proof()
	done := func() map[string]record.Entry {
		t.Helper()
		entries, err := u.open.Vault.Entries(lea.ID)
		if err != nil {
			t.Fatal(err)
		}
		return guide.Done(entries)
	}
	opens := func() {
		t.Helper()
		u.command(text.RightsTitle)
		u.press(title)
		u.shows(g.TitleFR)
		u.reads(u.Say(text.GuideOf, lea.Name))
	}
	opens()
	first := u.GuideSteps(g)[0]
	u.ticks(text.Message{FR: first, EN: first})
	u.settle()
	e, ticked := done()[g.Key(letter)]
	if !ticked {
		t.Fatal("the tick is not in the vault")
	}
	u.press(text.Close)
	opens()
	if i := slices.IndexFunc(all[*kit.Check](u), func(c *kit.Check) bool { return c.AccessibilityLabel() == first }); i < 0 || !all[*kit.Check](u)[i].Checked {
		t.Error("the tick is not shown again")
	}
	u.reads(u.GuideDone(e, ""))

	path := filepath.Join(u.dir, "preuve de refus.txt")
	if err := os.WriteFile(path, []byte("preuve de refus"), 0o600); err != nil {
		t.Fatal(err)
	}
	u.press(text.GuideKeep)
	u.types(path, text.PickPath)
	u.press(text.PickTake)
	u.shows(g.TitleFR)
	e = done()[g.Key(proof)]
	d, err := u.open.Vault.Document(e.Document)
	if err != nil || d.ShownCategory() != guide.ProofCategory {
		t.Fatalf("%+v, %v", d, err)
	}
	u.reads(u.GuideDone(e, d.Title))
	u.press(text.Close)
	u.command(text.Undo)
	if _, still := done()[g.Key(proof)]; still {
		t.Error("the step is still ticked")
	}
	if d, err = u.open.Vault.Document(d.ID); err != nil || d.RemovedAt == 0 {
		t.Errorf("the proof: %+v, %v", d, err)
	}
	u.command(text.Redo)
	if done()[g.Key(proof)].Document != d.ID {
		t.Errorf("%+v", done())
	}
	u.command(text.MedicalTitle)
	if u.mayRead(u.StepText(letter)) {
		t.Error("a step of a guide stands in the medical profile")
	}
}

// TestPaperSummary: one action in the export screen shows the paper summary of a child,
// which is saved from there.
func TestPaperSummary(t *testing.T) {
	u := atHome(t)
	u.showPerson("Léa")
	lea := u.open.Person()
	if _, err := u.open.Vault.AddEntry(t.Context(), record.Entry{Patient: lea.ID, Kind: "observation", Type: "weight", Value: "22", Unit: "kg", Start: "2026-11-02"}); err != nil {
		t.Fatal(err)
	}
	docs, err := u.open.Vault.Documents(lea.ID)
	if err != nil {
		t.Fatal(err)
	}
	u.settings(text.PartWhole)
	u.press(text.PaperVerb)
	u.shows(u.Say(text.PaperTitle))
	u.reads(u.Named(lea), u.Say(text.GrowthTitle), "22 kg")
	for _, d := range docs {
		u.reads(d.Title)
	}
	u.press(text.SaveSheet)
	pdf, err := os.ReadFile(filepath.Join(u.dir, "home", "Documents", u.Say(text.PaperFileName)+".pdf"))
	if err != nil || !strings.HasPrefix(string(pdf), "%PDF-") {
		t.Errorf("the paper: %v", err)
	}
	u.press(text.Close)
	u.shows("")
}

// TestScreenshotsClosing draws the closure, its proof, what tells of one that was
// interrupted, a guide, the ways of an export and the paper summary, as
// [TestScreenshots] does.
func TestScreenshotsClosing(t *testing.T) {
	dir := screenshots(t)
	for _, l := range []text.Language{text.French, text.English} {
		a := &album{user: atHome(t), dir: dir}
		a.resize(leastWidth, leastHeight)
		a.SetLanguage(l)
		a.settle()
		a.leaves()
		t.Logf("%d pictures", a.taken)
	}
}

func (a *album) leaves() {
	t := a.t
	t.Helper()
	lea := a.open.Person()
	g := a.opt.Tables.Guides.Guides[0]
	title := text.Message{FR: g.TitleFR, EN: g.TitleEN}
	letter := a.GuideSteps(g)[0]
	a.command(text.RightsTitle)
	a.takeNow("mes-droits")
	a.press(title)
	a.ticks(text.Message{FR: letter, EN: letter})
	a.settle()
	a.press(text.Close)
	a.command(text.RightsTitle)
	a.press(title)
	a.takeNow("guide")
	a.press(text.Close)
	a.command(text.PaperVerb)
	a.takeNow("resume-papier")
	a.press(text.Close)
	a.command(text.ExportAll)
	a.takeNow("exporter-tout")
	a.chooses(a.Say(text.ExportByKey))
	a.takeNow("exporter-tout-cle")
	a.key(fyne.KeyEscape)
	a.open.Open("closing", func() map[string]string { return map[string]string{"patient": lea.ID.String(), "name": lea.Name} })
	a.command(text.Lock)
	a.unlock(phrase)
	a.takeNow("cloture-interrompue")
	a.press(text.ClosingUndo)
	a.places[session.Settings].(*settings.Settings).TellTraces()
	a.settle()
	a.takeNow("cloture-traces")
	a.key(fyne.KeyEscape)
	a.command(text.SettingsTitle)
	a.chooses(a.Say(text.CloseTitle))
	a.takeNow("cloturer")
	a.command(text.CloseVaultVerb)
	a.takeNow("cloturer-1")
	a.press(text.Continue)
	a.takeNow("cloturer-2")
	out := filepath.Join(a.user.dir, "export")
	if err := os.Mkdir(out, 0o700); err != nil {
		t.Fatal(err)
	}
	a.press(text.ExportNow)
	a.press(text.ExportInClear)
	a.types(out, text.PickPath)
	a.press(text.PickTake)
	a.ticks(text.ConsentErase)
	a.press(text.CloseNow)
	a.takeNow("cloturer-3")
	a.ticks(text.ConsentFinal)
	path := a.open.Vault.Path()
	a.press(text.CloseNow)
	a.takeNow("cloturer-preuve")
	a.press(text.ProofSave)
	a.press(text.Close)
	if err := os.WriteFile(path, []byte("carnet vault closed\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	a.door.At(path)
	a.Arrange()
	a.settle()
	a.takeNow("cloture-a-finir")
	// As it is while it goes on.
	shown := kit.NewProgress(a.Say(text.Closing), a.Say(text.StopClosing), a.Say(text.ClosingVaultKept), nil)
	shown.Set(0.4, a.Say(text.PartDone, 40), a.Say(text.ClosingVaultKept))
	a.stage.ShowSheet(kit.SheetOptions{Title: a.Say(text.Closing), Content: shown, Focus: shown.Stop()})
	a.settle()
	a.takeNow("cloture-en-cours")
}
