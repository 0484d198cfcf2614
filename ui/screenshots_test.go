package ui

import (
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aead.dev/minisign"
	"fyne.io/fyne/v2"

	"carnet/ui/kit"
	"carnet/ui/text"
	"carnet/vault/exchange/sheet"
	"carnet/vault/record"
)

// album draws screens as pictures, for people to look at.
type album struct {
	*user
	dir   string
	taken int
}

// take draws what is on screen in four looks, three sizes and two languages.
func (a *album) take(name string) {
	a.t.Helper()
	before, language := a.prefs.Theme(), a.Language
	for _, l := range []text.Language{text.French, text.English} {
		if a.sheet() == "" {
			a.SetLanguage(l)
		} else if l != language {
			continue // a sheet keeps the words it was opened with
		}
		for _, look := range []kit.Look{kit.Light, kit.Dark, kit.Contrast, kit.ContrastLight} {
			for _, scale := range []float32{1, 1.5, 2} {
				a.SetTheme(kit.Theme{Look: look, Scale: scale})
				a.settle()
				a.draw(fmt.Sprintf("%s-%s-%s-%.0f.png", name, l.Tag(), look, scale*100))
			}
		}
	}
	if a.sheet() == "" {
		a.SetLanguage(language)
	}
	a.SetTheme(before)
	a.settle()
}

// draw writes one picture of the window as it is.
func (a *album) draw(name string) {
	a.t.Helper()
	f, err := os.Create(filepath.Join(a.dir, name))
	if err != nil {
		a.t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, a.win.Canvas().Capture()); err != nil {
		a.t.Fatal(err)
	}
	a.taken++
}

// TestScreenshots draws every screen into the folder that CARNET_SCREENSHOTS
// names; make screenshots runs it.
func TestScreenshots(t *testing.T) {
	dir := os.Getenv("CARNET_SCREENSHOTS")
	if dir == "" {
		t.Skip("CARNET_SCREENSHOTS names no folder: make screenshots does")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	door := &album{user: sit(t), dir: dir}
	door.resize(leastWidth, leastHeight)
	door.take("bienvenue")
	door.press(text.CreateVault)
	door.take("phrase")
	door.press(text.OwnPhrase)
	door.types(phrase, text.OwnPhraseLabel)
	door.press(text.Continue)
	door.take("phrase-retapee")
	door.types(phrase, text.RetypeLabel)
	door.press(text.Continue)
	door.take("kit")
	door.copyGroup()
	door.take("personne")
	door.types("Camille", text.NameLabel)
	door.types("12/04/1985", text.BirthLabel)
	door.press(text.Finish)
	door.take("accueil-vide")
	door.command(text.DocumentsTitle)
	door.take("documents-vide")
	door.command(text.Lock)
	door.take("ouverture")
	door.types("pas la bonne phrase", text.PhraseLabel)
	door.press(text.Open)
	door.draw("ouverture-erreur.png")
	door.press(text.LostPhrase)
	door.take("kit-ouverture")

	home := &album{user: atHome(t), dir: dir}
	home.resize(leastWidth, leastHeight)
	home.take("accueil")
	home.command(text.DocumentsTitle)
	home.take("documents")
	home.key(fyne.KeyReturn)
	home.take("document")
	home.commandOnly(text.EditDetails)
	home.settle()
	home.take("document-modifier")
	home.key(fyne.KeyEscape)
	home.command(text.Mask)
	home.take("document-masquer")
	home.key(fyne.KeyEscape)
	home.command(text.MoveToBin)
	home.take("document-corbeille")
	home.command(text.EraseForGood)
	home.take("corbeille")
	home.press(text.EmptyTheBin)
	home.take("corbeille-vider")
	home.key(fyne.KeyEscape)
	home.command(text.ChoosePersonTitle)
	home.take("profils")
	home.key(fyne.KeyEscape)
	home.command(text.MedicalTitle)
	home.take("profil-medical-vide")
	home.adds("allergy")
	home.take("profil-medical-ajouter")
	home.fills("allergy", record.FieldText, "Arachide")
	home.chooses("grave")
	home.press(text.Keep)
	home.adds("condition")
	home.fills("condition", record.FieldText, "Asthme")
	home.press(text.Keep)
	home.take("profil-medical")
	home.pressRow("Arachide")
	home.take("profil-medical-detail")
	home.key(fyne.KeyEscape)
	home.takeCare()
	home.command(text.EmergencyTitle)
	home.take("urgence")
	home.key(fyne.KeyEscape)
	home.command(text.SettingsTitle)
	for i, part := range []string{"affichage", "securite", "sauvegarde", "personnes", "conseils"} {
		s := home.segments(home.Say(text.PartDisplay))
		home.focus(s)
		for s.Chosen < i {
			s.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
		}
		home.settle()
		home.take("reglages-" + part)
	}
	home.command(text.EditPerson)
	home.types("2 94 03 75 120 005 92", text.NIRLabel)
	home.press(text.Keep)
	home.take("profil-modifier")
	home.key(fyne.KeyEscape)
	home.command(text.AllCommands)
	home.take("commandes")
	home.key(fyne.KeyEscape)
	home.command(text.AddDocument)
	home.take("ajouter")
	home.key(fyne.KeyEscape)
	home.takeAbout()
	home.takeImport()
	t.Logf("%d pictures in %s", door.taken+home.taken, dir)
}

// takeCare draws the curves and the dated history.
func (a *album) takeCare() {
	a.t.Helper()
	for i, kg := range []string{"3.25", "5.1", "7.9", "9.4", "12.3", "14.8", "17.2"} {
		a.measures("weight", kg, "", []string{"2021-03-14", "2021-06-02", "2021-11", "2022", "2023-09-04", "2025-02-17", "2026-11-02"}[i])
	}
	for i, mm := range [][2]string{{"128", "82"}, {"121", "76"}, {"124", "79"}, {"118", "75"}} {
		a.measures("blood-pressure", mm[0], mm[1], []string{"2026-10-01", "2026-10-11", "2026-10-24", "2026-11-02"}[i])
	}
	a.curve("Poids")
	a.key(fyne.KeyLeft)
	a.take("courbe-poids")
	a.key(fyne.KeyEscape)
	a.curve("Tension")
	a.take("courbe-tension")
	a.key(fyne.KeyEscape)
	a.press(text.TimelineTitle)
	a.take("suivi")
	a.key(fyne.KeyEscape)
}

// takeAbout draws what the program says of itself, in both languages: its sheets
// keep the words they were opened with.
func (a *album) takeAbout() {
	a.t.Helper()
	public, private, err := minisign.GenerateKey(nil)
	if err != nil {
		a.t.Fatal(err)
	}
	a.opt.Build.Trust([]byte(public.String()))
	notice := filepath.Join(a.t.TempDir(), "annonce.txt")
	if err := os.WriteFile(notice, signedNotice(a.t, private), 0o600); err != nil {
		a.t.Fatal(err)
	}
	before := a.Language
	for _, l := range []text.Language{text.French, text.English} {
		a.SetLanguage(l)
		a.settle()
		a.command(text.About)
		a.take("a-propos")
		a.key(fyne.KeyEscape)
		for name, button := range map[string]text.Message{"a-propos-licences": text.LicencesTitle, "a-propos-accessibilite": text.AccessTitle} {
			a.command(text.About)
			a.press(button)
			a.take(name)
			a.key(fyne.KeyEscape)
		}
		a.command(text.SaveReport)
		a.take("rapport")
		a.key(fyne.KeyEscape)
		a.readsNotice(notice)
		a.take("mise-a-jour")
		a.key(fyne.KeyEscape)
	}
	a.SetLanguage(before)
	a.settle()
}

// takeImport draws an import that is under way: its files are many, and each has
// a page to be read.
func (a *album) takeImport() {
	a.t.Helper()
	folder := a.t.TempDir()
	for i := range 300 {
		page := sheet.Sheet{Title: fmt.Sprintf("Compte rendu %d", i), Language: "fr", Created: today, Blocks: []sheet.Block{sheet.Paragraph("SPÉCIMEN")}}
		pdf, err := page.PDF()
		if err != nil {
			a.t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("page-%03d.pdf", i)), pdf, 0o600); err != nil {
			a.t.Fatal(err)
		}
	}
	a.Dropped([]string{folder})
	a.until("the question", func() bool { return a.find(a.Say(text.FileInto, "Léa")) != nil })
	a.take("import-question")
	a.pressOnly(text.FileInto, "Léa")
	a.until("the import", func() bool { return a.imp.Running() && strings.Contains(a.seen(), "300") })
	for _, look := range []kit.Look{kit.Light, kit.Contrast} {
		for _, scale := range []float32{1, 2} {
			a.SetTheme(kit.Theme{Look: look, Scale: scale})
			a.pump.run()
			a.draw(fmt.Sprintf("import-fr-%s-%.0f.png", look, scale*100))
		}
	}
	a.settle()
	a.take("import-fini")
}
