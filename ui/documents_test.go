package ui

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"carnet/cmd/carnet/samples"
	"carnet/ui/kit"
	"carnet/ui/print"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// familyRows are the documents of the family's child, as the list shows them.
var familyRows = []string{
	"scan devis dentaire", "photo devis dentaire", "notes pediatre", "ordonnance", "prise de sang",
	"certificat sport", "vaccins ecole", "radio poignet", "lettre hopital",
}

func (u *user) wantRows(want ...string) {
	u.t.Helper()
	if got := u.rows(); !slices.Equal(got, want) {
		u.t.Errorf("the list shows %q, not %q", got, want)
	}
}

// chip reports whether a category with a count can be chosen.
func (u *user) chip(label string, n int) bool {
	want := u.Say(text.Counted, label, n)
	return slices.ContainsFunc(all[*kit.Segments](u), func(s *kit.Segments) bool { return slices.Contains(s.Labels, want) })
}

func TestDroppedFilesAreAdded(t *testing.T) {
	u := atHome(t)
	before := len(u.documents())
	same := samples.File{Name: "ordonnance_bis.pdf", Data: u.content(u.document("ordonnance").ID)}
	paths := u.write(note("vaccin rage.txt"), note("bilan.txt"), same)
	paths = append(paths, filepath.Join(u.dir, "in", "disparu.pdf"))
	u.Dropped(paths)
	u.settle()
	u.shows(u.Say(text.AddMany, 4))
	u.reads("Les fichiers d'origine restent où ils sont.")
	u.chooses("Léa, 7 ans")
	u.press(text.FileInto, "Léa")
	u.until("the outcome", func() bool { return u.mayRead("2 documents ajoutés") })
	u.settle()
	u.reads(u.Say(text.TwiceOne, 1), u.Say(text.FailedOne, 1))
	rows := u.rows()
	if len(rows) != before+2 || !slices.Contains(rows, "vaccin rage") || !slices.Contains(rows, "bilan") {
		t.Errorf("the list shows %q", rows)
	}
	u.press(text.SeeList)
	u.shows(u.Say(text.NotAdded))
	u.reads("disparu.pdf", u.Say(text.DuplicatesAre), "ordonnance_bis.pdf")
	u.press(text.Close)
	u.press(text.Close)
	if u.find(u.Say(text.SeeList)) != nil {
		t.Error("the outcome stays after it was closed")
	}
	for _, path := range paths[:3] {
		if _, err := os.Stat(path); err != nil {
			t.Errorf("an original file: %v", err)
		}
	}
	if docs := u.documents(); len(docs) != before+2 {
		t.Errorf("%d documents in the vault instead of %d", len(docs), before+2)
	}
}

func TestNothingIsAddedWithoutAYes(t *testing.T) {
	u := atHome(t)
	before := len(u.documents())
	u.Dropped(u.write(note("a.txt")))
	u.settle()
	u.key(fyne.KeyEscape)
	u.shows("")
	u.Dropped(u.write(note("a.txt")))
	u.settle()
	u.press(text.Cancel)
	u.shows("")
	if n := len(u.documents()); n != before {
		t.Errorf("%d documents were added", n-before)
	}
	u.Dropped(nil)
	u.settle()
	u.shows("")
}

func TestFolderIsAdded(t *testing.T) {
	u := atHome(t)
	u.write(note("un.txt"), note("deux.txt"))
	u.Dropped([]string{filepath.Join(u.dir, "in")})
	u.settle()
	u.shows(u.Say(text.AddFolder))
	u.press(text.FileInto, "Léa")
	u.until("the outcome", func() bool { return u.mayRead("2 documents ajoutés") })
}

func TestPickedFilesAreAdded(t *testing.T) {
	u := atDocuments(t)
	paths := u.write(note("un.txt"), note("deux.txt"))
	u.command(text.AddDocument)
	u.shows(u.Say(text.PickDocuments))
	u.types(filepath.Join(u.dir, "nulle-part"), text.PickPath)
	u.press(text.PickTake)
	u.reads(u.Say(text.PickMissing))
	u.types(`"`+paths[0]+`"`, text.PickPath)
	u.key(fyne.KeyReturn)
	u.shows(u.Say(text.AddOne, 1))
	u.press(text.FileInto, "Léa")
	u.until("the outcome", func() bool { return u.mayRead("1 document ajouté") })

	u.command(text.AddDocument)
	u.until("the folder of the last time", func() bool { return slices.Contains(u.rows(), "deux.txt") })
	u.at("deux.txt")
	u.key(fyne.KeySpace)
	u.press(text.PickTake)
	u.press(text.FileInto, "Léa")
	u.until("the outcome", func() bool { return !u.imp.Running() && slices.Contains(u.rows(), "deux") })
}

func TestStoppedImportKeepsWhatItTold(t *testing.T) {
	u := atDocuments(t)
	before := len(u.documents())
	var files []samples.File
	const many = 60
	for i := range many { // large, so that there is time to stop
		f := note(fmt.Sprintf("page %03d.txt", i))
		f.Data = append(f.Data, bytes.Repeat(f.Data, 2<<20/len(f.Data))...)
		files = append(files, f)
	}
	u.Dropped(u.write(files...))
	u.settle()
	u.pressOnly(text.FileInto, "Léa")
	u.until("the first files", func() bool {
		return u.mayRead("déjà ajouté") && !u.mayRead(u.Plural(0, text.ImportKeptOne, text.ImportKeptMany))
	})
	u.pressOnly(text.StopImport)
	u.until("the end", func() bool { return u.mayRead(u.Say(text.ImportStopped)) })
	u.settle()
	added := len(u.documents()) - before
	if added == 0 || added >= many {
		t.Fatalf("%d documents were added before the stop", added)
	}
	u.reads(u.Plural(added, text.ImportedOne, text.ImportedMany))
	if rows := u.rows(); len(rows) != before+added {
		t.Errorf("the list shows %d rows, the vault has %d", len(rows), before+added)
	}
	u.imports("apres.txt")
	if !slices.Contains(u.rows(), "apres") {
		t.Error("nothing can be added after a stop")
	}
}

func TestImportGoesOnWhileOneLooksElsewhere(t *testing.T) {
	u := atDocuments(t)
	var files []samples.File
	for i := range 60 {
		files = append(files, note(fmt.Sprintf("page %03d.txt", i)))
	}
	paths := u.write(files...)
	u.Dropped(paths[:40])
	u.settle()
	u.pressOnly(text.FileInto, "Léa")
	u.commandOnly(text.HomeTitle)
	u.Dropped(paths[40:]) // waits for its turn
	u.until("the question", func() bool { return u.sheet() != "" })
	u.pressOnly(text.FileInto, "Léa")
	u.commandOnly(text.SettingsTitle)
	u.until("both", func() bool { return !u.imp.Running() })
	u.settle()
	u.command(text.DocumentsTitle)
	if n := len(u.rows()); n != len(familyRows)+60 {
		t.Errorf("%d rows instead of %d", n, len(familyRows)+60)
	}
}

func TestListShowsNewestFirst(t *testing.T) {
	u := atDocuments(t)
	u.wantRows(familyRows...)
	for label, n := range map[string]int{"Tous": 9, "Dents": 2, "À classer": 1, "Imagerie": 1} {
		if !u.chip(label, n) {
			t.Errorf("no %q with %d", label, n)
		}
	}
	if u.chip("Corbeille", 0) || u.chip("Masqués", 0) {
		t.Error("a category with nothing in it is offered")
	}
	u.chooses("Dents (2)")
	u.wantRows("scan devis dentaire", "photo devis dentaire")
	u.chooses("Tous (9)")
	u.wantRows(familyRows...)
}

func TestFindByWords(t *testing.T) {
	u := atDocuments(t)
	u.command(text.Find)
	u.types("SANG", text.FindLabel)
	u.wantRows("prise de sang")
	u.types("école vacc", text.FindLabel) // in any order, whatever the accents
	u.wantRows("vaccins ecole")
	u.types("ferritine", text.FindLabel) // in the text of a page, and nowhere in its title
	u.wantRows("prise de sang")
	if !u.mayRead("ferritine") {
		t.Errorf("where it stands is not shown:\n%s", u.seen())
	}
	u.at("prise de sang")
	u.command(text.MoveToBin)
	u.reads(u.Say(text.NothingFound))
	u.undo()
	u.settle()
	u.wantRows("prise de sang")
	u.types("introuvable", text.FindLabel)
	u.reads(u.Say(text.NothingFound))
	u.types("devis", text.FindLabel)
	u.key(fyne.KeyReturn)
	if u.win.Canvas().Focused() != fyne.Focusable(u.list()) {
		t.Error("Enter does not go to the list")
	}
	u.command(text.Find)
	u.key(fyne.KeyEscape)
	u.wantRows(familyRows...)
	for _, f := range all[*kit.Field](u) {
		t.Errorf("the field %q stays", f.Entry.AccessibilityLabel())
	}
}

// TestFindBeginsAtTheBestHit: each letter shows its best hit first, wherever one
// stood among those of the letter before.
func TestFindBeginsAtTheBestHit(t *testing.T) {
	u := atDocuments(t)
	u.command(text.Find)
	u.types("devis", text.FindLabel)
	n := len(u.rows())
	if n < 2 {
		t.Fatalf("%d rows", n)
	}
	u.list().MoveTo(n - 1)
	u.types("devi", text.FindLabel)
	if at, rows := u.list().CursorRow(), u.rows(); at != 0 || len(rows) < 2 {
		t.Errorf("at row %d of %d", at, len(rows))
	}
}

func TestBinAndBack(t *testing.T) {
	u := atDocuments(t)
	u.at("ordonnance")
	u.key(fyne.KeyDelete)
	u.reads(u.Plural(1, text.OneRemoved, text.ManyRemoved))
	if slices.Contains(u.rows(), "ordonnance") || !u.chip("Corbeille", 1) {
		t.Errorf("after Delete: %q", u.rows())
	}
	u.undo()
	u.settle()
	u.wantRows(familyRows...)
	u.redo()
	u.settle()
	if u.document("ordonnance").RemovedAt == 0 {
		t.Error("redo does not remove again")
	}
	u.chooses(u.Say(text.Counted, u.Say(text.Bin), 1))
	u.wantRows("ordonnance")
	u.at("ordonnance")
	u.command(text.PutBack)
	u.reads(u.Say(text.BinEmpty))
	if u.document("ordonnance").RemovedAt != 0 {
		t.Error("still in the bin")
	}
	u.undo()
	u.settle()
	if u.document("ordonnance").RemovedAt == 0 {
		t.Error("undo does not put it in the bin again")
	}
}

func TestMarkAllAndBin(t *testing.T) {
	u := atDocuments(t)
	u.chooses("Dents (2)")
	u.command(text.MarkAll)
	u.reads("2 cochés")
	u.command(text.MoveToBin)
	u.chooses("Tous (7)")
	if rows := u.rows(); len(rows) != 7 {
		t.Errorf("%q are left", rows)
	}
	u.press(text.Undo) // the button of the bar
	u.wantRows(familyRows...)
	u.command(text.MarkAll)
	u.reads("9 cochés")
	u.command(text.MarkAll)
	if u.mayRead("cochés") {
		t.Error("the second time takes no mark away")
	}
	u.at("certificat sport")
	u.key(fyne.KeySpace)
	u.reads("1 coché")
}

// TestMarksLeaveWithTheFilter: a command takes nothing that is not on screen.
func TestMarksLeaveWithTheFilter(t *testing.T) {
	u := atDocuments(t)
	u.command(text.MarkAll)
	u.command(text.Find)
	u.types("sang", text.FindLabel)
	u.wantRows("prise de sang")
	u.focus(u.list())
	u.command(text.MoveToBin)
	left := 0
	for _, d := range u.documents() {
		if d.RemovedAt == 0 {
			left++
		}
	}
	if left != 8 {
		t.Errorf("%d documents are left: something that was not in sight was removed", left)
	}
}

func TestEditOne(t *testing.T) {
	u := atDocuments(t)
	before := u.document("notes pediatre")
	u.at("notes pediatre")
	u.command(text.EditDetails)
	u.shows(u.Plural(1, text.EditOne, text.EditMany))
	if got := u.entry(text.TitleLabel).Text; got != "notes pediatre" {
		t.Errorf("the form begins with %q", got)
	}
	u.types("  ", text.TitleLabel)
	u.press(text.Keep)
	u.reads(u.Say(text.TitleMissing))
	u.types("Notes pour la pédiatre", text.TitleLabel)
	u.types("31/02/2026", text.DateLabel)
	u.press(text.Keep)
	u.reads(u.Say(text.DateWrong))
	u.types("01/01/2030", text.DateLabel)
	u.press(text.Keep)
	u.reads(u.Say(text.DateWrong))
	u.types("10/2026", text.DateLabel)
	u.chooses("Certificats")
	u.press(text.Keep)
	u.shows("")
	after := u.document("Notes pour la pédiatre")
	if after.Category != "certificate" || after.Date != "2026-10" {
		t.Errorf("kept as %q of %q", after.Category, after.Date)
	}
	if !u.chip("Certificats", 2) {
		t.Error("the counts do not follow")
	}
	u.undo()
	u.settle()
	if got := u.document("notes pediatre"); !reflect.DeepEqual(got, before) {
		t.Errorf("undo gives %+v, not %+v", got, before)
	}
	u.redo()
	u.settle()
	if got := u.document("Notes pour la pédiatre"); got.Date != "2026-10" || got.Category != "certificate" {
		t.Errorf("redo gives %+v", got)
	}
}

func TestEditKeepsWhatWasNotTouched(t *testing.T) {
	u := atDocuments(t)
	before := u.document("prise de sang")
	u.at("prise de sang")
	u.command(text.EditDetails)
	u.press(text.Keep)
	u.shows("")
	if got := u.document("prise de sang"); !reflect.DeepEqual(got, before) {
		t.Errorf("a form that nothing was typed into made %+v of %+v", got, before)
	}
}

func TestEditSeveral(t *testing.T) {
	u := atDocuments(t)
	before := u.documents()
	for _, title := range []string{"notes pediatre", "ordonnance", "prise de sang"} {
		u.at(title)
		u.key(fyne.KeySpace)
	}
	u.command(text.EditDetails)
	u.shows(u.Plural(3, text.EditOne, text.EditMany))
	u.chooses("Imagerie")
	u.types("2025", text.DateLabel)
	u.press(text.Keep)
	for _, title := range []string{"notes pediatre", "ordonnance", "prise de sang"} {
		if d := u.document(title); d.Category != "imaging" || d.Date != "2025" {
			t.Errorf("%s is %q of %q", title, d.Category, d.Date)
		}
	}
	u.undo()
	u.settle()
	if got := u.documents(); !reflect.DeepEqual(got, before) {
		t.Errorf("undo gives %+v, not %+v", got, before)
	}
}

// TestNoteAndTags: they are written in the form, read beside the page, found,
// and taken back.
func TestNoteAndTags(t *testing.T) {
	u := atDocuments(t)
	before := u.document("prise de sang")
	u.at("prise de sang")
	u.command(text.EditDetails)
	u.types(" sport, école,, sport ", text.LabelTags)
	u.types("Refaire le dosage en mai", text.LabelNote)
	u.press(text.Keep)
	u.shows("")
	if d := u.document("prise de sang"); d.Note != "Refaire le dosage en mai" || !slices.Equal(d.Tags, []string{"école", "sport"}) {
		t.Errorf("%q %q", d.Note, d.Tags)
	}
	u.at("prise de sang")
	u.key(fyne.KeyReturn)
	u.reads(u.Say(text.TagsAre, "école, sport"), u.Say(text.NoteIs, "Refaire le dosage en mai"))
	u.press(text.BackToList)
	u.command(text.Find)
	u.types("dosage mai", text.FindLabel)
	u.wantRows("prise de sang")
	u.reads(u.Say(text.NoteIs, "Refaire le dosage en mai"))
	u.key(fyne.KeyEscape)

	u.at("prise de sang")
	u.command(text.EditDetails)
	u.types(strings.Repeat("x", vault.MaxTag+1), text.LabelTags)
	u.press(text.Keep)
	u.reads(u.Say(text.TagsWrong, vault.MaxTag, vault.MaxTags))
	u.types("sport", text.LabelTags)
	u.entry(text.LabelNote).SetText(strings.Repeat("x", vault.MaxNote+1))
	u.press(text.Keep)
	u.reads(u.Say(text.NoteWrong, vault.MaxNote))
	u.types("", text.LabelNote)
	u.press(text.Keep)
	u.shows("")
	if d := u.document("prise de sang"); d.Note != "" || !slices.Equal(d.Tags, []string{"sport"}) {
		t.Errorf("%q %q", d.Note, d.Tags)
	}
	u.undo()
	u.settle()
	if d := u.document("prise de sang"); d.Note != "Refaire le dosage en mai" || !slices.Equal(d.Tags, []string{"école", "sport"}) {
		t.Errorf("the first undo gives %q %q", d.Note, d.Tags)
	}
	u.undo()
	u.settle()
	if got := u.document("prise de sang"); !reflect.DeepEqual(got, before) {
		t.Errorf("the second undo gives %+v, not %+v", got, before)
	}
}

// TestTagsOfSeveral: what is added or taken away is for all of them, and what
// only some have stays theirs.
func TestTagsOfSeveral(t *testing.T) {
	u := atDocuments(t)
	titles := []string{"notes pediatre", "ordonnance"}
	for i, tags := range [][]string{{"commun", "à garder"}, {"Commun"}} {
		if err := u.open.Vault.EditDocument(t.Context(), u.document(titles[i]).ID, vault.Edit{Tag: tags, Note: &titles[i]}); err != nil {
			t.Fatal(err)
		}
	}
	u.Redraw()
	u.settle()
	before := u.documents()
	for _, title := range titles {
		u.at(title)
		u.key(fyne.KeySpace)
	}
	u.command(text.EditDetails)
	u.reads(u.Say(text.TagsHintMany), u.Say(text.NoteHintMany))
	if tags, note := u.entry(text.LabelTags).Text, u.entry(text.LabelNote).Text; tags != "commun" || note != "" {
		t.Errorf("the form begins with %q and %q", tags, note)
	}
	u.types("nouveau", text.LabelTags)
	u.press(text.Keep)
	for i, want := range [][]string{{"à garder", "nouveau"}, {"nouveau"}} {
		if d := u.document(titles[i]); !slices.Equal(d.Tags, want) || d.Note != titles[i] {
			t.Errorf("%s: %q %q", titles[i], d.Tags, d.Note)
		}
	}
	u.undo()
	u.settle()
	if got := u.documents(); !reflect.DeepEqual(got, before) {
		t.Errorf("undo gives %+v, not %+v", got, before)
	}
}

func TestMaskAndUnmask(t *testing.T) {
	u := atDocuments(t)
	u.at("lettre hopital")
	u.command(text.Mask)
	u.shows(u.Plural(1, text.MaskOne, text.MaskMany))
	u.press(text.FromProfessionals)
	if d := u.document("lettre hopital"); !d.HiddenFromProfessionals {
		t.Error("not hidden")
	}
	if !u.chip("Masqués", 1) {
		t.Error("no count of what is hidden")
	}
	u.chooses(u.Say(text.Counted, u.Say(text.HiddenOnes), 1))
	u.wantRows("lettre hopital")
	u.key(fyne.KeyReturn)
	u.at("lettre hopital")
	u.key(fyne.KeyReturn)
	u.reads(u.Say(text.HiddenFromList, "professionnels de santé"))
	u.press(text.Unmask)
	if d := u.document("lettre hopital"); d.HiddenFromProfessionals || len(d.Hidden) > 0 {
		t.Error("still hidden")
	}
	u.undo()
	u.settle()
	if d := u.document("lettre hopital"); !d.HiddenFromProfessionals {
		t.Error("undo does not hide it again")
	}
	u.undo() // of the hiding
	u.settle()
	if d := u.document("lettre hopital"); d.HiddenFromProfessionals || len(d.Hidden) > 0 {
		t.Error("undo does not show it again")
	}
}

func TestExportGivesTheSameBytes(t *testing.T) {
	u := atDocuments(t)
	to := filepath.Join(u.dir, "out")
	if err := os.Mkdir(to, 0o700); err != nil {
		t.Fatal(err)
	}
	u.command(text.MarkAll)
	u.command(text.ExportChosen)
	u.reads("les fichiers exportés ne sont pas chiffrés")
	u.types(to, text.PickPath)
	u.press(text.PickTake)
	u.until("the end", func() bool { return u.mayRead(u.Plural(9, text.OneExported, text.ManyExported)) })
	entries, err := os.ReadDir(to)
	if err != nil || len(entries) != 9 {
		t.Fatalf("%d files, %v", len(entries), err)
	}
	written := map[string]bool{}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(to, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		written[string(b)] = true
	}
	for _, d := range u.documents() {
		if !written[string(u.content(d.ID))] {
			t.Errorf("no file has the bytes of %s", d.FileName)
		}
	}
	if u.mayRead("cochés") {
		t.Error("the marks stay")
	}
}

func TestPrintWithoutPrinter(t *testing.T) {
	u := atDocuments(t)
	u.at("ordonnance")
	u.command(text.Print)
	u.shows(u.Say(text.ProblemTitle))
	e, known := text.Explain(print.ErrNoPrinter)
	if !known {
		t.Error("it has no explanation")
	}
	u.reads(u.Say(e.What), u.Say(e.Safe), u.Say(e.Do))
	u.press(text.Close)
	u.command(text.MarkAll)
	u.command(text.Print)
	u.shows("")
	u.reads(u.Say(text.PrintOne))
}

func TestOpenDocument(t *testing.T) {
	u := atDocuments(t)
	u.at("prise de sang")
	u.key(fyne.KeyReturn)
	u.reads("prise de sang", "21 octobre 2026", "Résultats d'analyse", u.Say(text.PageOf, 1, 1))
	u.until("the page", func() bool { return u.pictures() > 0 })
	for _, m := range []text.Message{text.ZoomIn, text.ZoomIn, text.ZoomOut, text.TurnPage, text.FollowingPage, text.PreviousPage} {
		u.press(m)
	}
	if u.pictures() == 0 {
		t.Error("the page is gone")
	}
	u.press(text.BackToList)
	if got := u.list().AccessibilityLabel(); got != "prise de sang" {
		t.Errorf("the cursor is on %q", got)
	}
	u.at("notes pediatre")
	u.key(fyne.KeyReturn)
	u.until("the text", func() bool { return u.mayRead("Demander quand faire le prochain rappel") })
	if u.find(u.Say(text.ZoomIn)) != nil {
		t.Error("a text has the tools of pages")
	}
}

// pictures counts the large pictures in front.
func (u *user) pictures() (n int) {
	for _, p := range u.layout() {
		if strings.HasPrefix(fmt.Sprintf("%T", p.o), "*canvas.Image") && p.o.MinSize().Width >= 200 {
			n++
		}
	}
	return n
}

// TestEachReadingIsJournaled: pages and zoom are one opening.
func TestEachReadingIsJournaled(t *testing.T) {
	u := atDocuments(t)
	id := u.document("prise de sang").ID
	count := func() (n int) {
		for e, err := range u.open.Vault.Journal(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			if e.Action == record.DocumentRead && strings.Contains(fmt.Sprintf("%+v", e), id.String()) {
				n++
			}
		}
		return n
	}
	before := count()
	u.at("prise de sang")
	u.key(fyne.KeyReturn)
	u.until("the page", func() bool { return u.pictures() > 0 })
	u.press(text.ZoomIn)
	u.press(text.TurnPage)
	if n := count() - before; n != 1 {
		t.Errorf("one look is %d entries of the journal", n)
	}
}

// TestFiledByItself: categories found while pages are read show without a word.
func TestFiledByItself(t *testing.T) {
	u := atDocuments(t)
	files, err := samples.Make(today.AddDate(0, -1, 0))
	if err != nil {
		t.Fatal(err)
	}
	u.Dropped(u.write(files[:6]...))
	u.settle()
	u.press(text.FileInto, "Léa")
	u.until("the outcome", func() bool { return !u.imp.Running() && u.mayRead("6 documents ajoutés") })
	u.settle()
	for _, label := range []string{"Ordonnances et soins", "Résultats d'analyse", "Imagerie", "Vaccinations"} {
		if !u.chip(label, 2) {
			t.Errorf("%s does not count 2", label)
		}
	}
}
