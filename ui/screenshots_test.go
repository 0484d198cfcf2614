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

	"carnet/ui/handover"
	"carnet/ui/keyring/keyringtest"
	"carnet/ui/kit"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/exchange/sheet"
	"carnet/vault/growth"
	"carnet/vault/record"
	"carnet/vault/seal"
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
	language := a.Language
	for _, l := range []text.Language{text.French, text.English} {
		if a.sheet() == "" {
			a.SetLanguage(l)
		} else if l != language {
			continue // a sheet keeps the words it was opened with
		}
		a.takeNow(name)
	}
	if a.sheet() == "" {
		a.SetLanguage(language)
		a.settle()
	}
}

// takeNow draws what is on screen in four looks and three sizes, in the language of
// the window.
func (a *album) takeNow(name string) {
	a.t.Helper()
	before := a.prefs.Theme()
	for _, look := range []kit.Look{kit.Light, kit.Dark, kit.Contrast, kit.ContrastLight} {
		for _, scale := range []float32{1, 1.5, 2} {
			a.SetTheme(kit.Theme{Look: look, Scale: scale})
			a.settle()
			a.draw(fmt.Sprintf("%s-%s-%s-%.0f.png", name, a.Tag(), look, scale*100))
		}
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

// screenshots is the folder that CARNET_SCREENSHOTS names.
func screenshots(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("CARNET_SCREENSHOTS")
	if dir == "" {
		t.Skip("CARNET_SCREENSHOTS names no folder: make screenshots does")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestScreenshotsOfContests draws what a contestation goes through.
func TestScreenshotsOfContests(t *testing.T) {
	a := &album{user: atDocuments(t), dir: screenshots(t)}
	a.resize(leastWidth, leastHeight)
	a.at("prise de sang")
	a.command(text.Contesting)
	a.take("contester")
	a.chooses(a.Wrong(record.Outdated))
	a.types("Guéri depuis 2019.", text.ContestReason)
	a.press(text.Keep)
	a.take("contester-lettre")
	a.key(fyne.KeyEscape)
	a.take("contester-liste")
	a.at("prise de sang")
	a.key(fyne.KeyReturn)
	a.take("contester-document")
	a.command(text.Contesting)
	a.take("contester-reponse")
}

// TestScreenshotsOfTheLockScreen draws the choice of a sheet that is read while
// the vault is closed, and its button on the door.
func TestScreenshotsOfTheLockScreen(t *testing.T) {
	dir := screenshots(t)
	if !keyringtest.Inside(t) {
		return
	}
	u, _ := withShelf(t)
	a := &album{user: u, dir: dir}
	a.resize(leastWidth, leastHeight)
	a.resize(leastWidth, 4*leastHeight) // all of the settings at once
	a.settings(text.PartSecurity)
	a.take("fiche-fermee-reglage")
	a.box(a.open.Person().Name).Tapped(nil)
	a.settle()
	a.resize(leastWidth, leastHeight)
	a.command(text.Lock)
	a.take("fiche-fermee-porte")
	a.press(text.EmergencyTitle)
	a.take("fiche-fermee")
}

// TestScreenshots draws every other screen into the folder that
// CARNET_SCREENSHOTS names; make screenshots runs it.
func TestScreenshots(t *testing.T) {
	dir := screenshots(t)
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

// albums are a window on the family's vault in each language.
func albums(t *testing.T, draw func(*album)) {
	t.Helper()
	dir := screenshots(t)
	for _, l := range []text.Language{text.French, text.English} {
		a := &album{user: atHome(t), dir: dir}
		a.resize(leastWidth, leastHeight)
		a.SetLanguage(l)
		a.settle()
		draw(a)
		t.Logf("%d pictures in %s", a.taken, dir)
	}
}

// TestScreenshotsOfAChild draws all that follows a child by their age.
func TestScreenshotsOfAChild(t *testing.T) {
	albums(t, func(a *album) {
		a.takeChild()
		a.takeExams()
		a.takeVaccines()
	})
}

// TestScreenshotsOfAHandOver draws the assistant, from the notice to the proof, and
// what it says after an interruption.
func TestScreenshotsOfAHandOver(t *testing.T) {
	albums(t, func(a *album) {
		a.bornOn("21/01/2009")
		a.command(text.HomeTitle)
		a.takeNow("majorite-annoncee")
		a.press(text.HandOverSee)
		a.takeNow("majorite-avant")
		a.key(fyne.KeyEscape)
		a.bornOn("20/11/2008")
		name := a.open.Person().Name
		for state, there := range map[string]bool{"complet": true, "incomplet": false} {
			path := filepath.Join(a.t.TempDir(), a.Say(text.HandOverFile))
			if there {
				if err := os.WriteFile(path, []byte("nouveau coffre"), 0o600); err != nil {
					a.t.Fatal(err)
				}
			}
			if !handover.Resume(a.open, "hand-over", map[string]string{"patient": a.open.Person().ID.String(), "name": name, "path": path}) {
				a.t.Fatal("nothing is told")
			}
			a.settle()
			a.shows(a.Say(text.HandOverStopped, name))
			if there {
				a.types("six autres mots", text.HandOverPhrase)
				a.press(text.HandOverUndo)
				a.reads(a.Say(text.HandOverNotIt))
			}
			a.takeNow("majorite-interrompue-" + state)
			a.press(text.HandOverLater)
		}
		a.command(text.HandOver)
		a.takeNow("majorite")
		a.press(text.Continue)
		a.takeNow("majorite-phrase")
		a.types(leaOwn, text.NewPhraseLabel)
		a.types(leaOwn, text.RetypeLabel)
		a.press(text.Continue)
		a.takeNow("majorite-kit")
		a.copyGroup()
		a.takeNow("majorite-remettre")
		a.press(text.HandOverConfirm)
		a.until("hand-over", func() bool { return a.sheet() == a.Say(text.HandOverEnded, name) })
		a.settle()
		a.takeNow("majorite-remis")
		a.press(text.Close)
		a.command(text.HandedOverOnes)
		a.takeNow("majorite-liste")
		a.press(text.Close)
	})
}

// takeVaccines draws the vaccinations: empty, the forms, a booklet with doses of
// every state, and the document for school.
func (a *album) takeVaccines() {
	a.t.Helper()
	a.command(text.VaccinesTitle)
	a.takeNow("vaccinations-vide")
	a.press(text.VaccineUpdate)
	a.types("Boostrix Tetra", text.VaccineName)
	a.takeNow("vaccinations-mettre-a-jour")
	a.key(fyne.KeyEscape)
	a.command(text.VaccineCopy)
	a.typesOn("5/11/2019")
	a.key(fyne.KeyReturn)
	a.typesOn("Hexyon")
	a.key(fyne.KeyReturn)
	a.typesOn("6/1/2020")
	a.takeNow("vaccinations-recopier")
	a.key(fyne.KeyEscape)
	a.copies([2]string{"5/11/2019", "Hexyon"}, [2]string{"6/1/2020", "Hexyon"}, [2]string{"3/8/2020", "Hexyon"}, [2]string{"20/1/2021", "ROR"},
		[2]string{"5/11/2019", "Prevenar"}, [2]string{"15/11/2019", "Prevenar"}, [2]string{"5/2/2020", "Neisvac"}, [2]string{"2023", "Vaccin du voyage"})
	a.press(text.VaccineUpdate)
	a.types("Neisvac", text.VaccineName)
	a.chooses(a.Say(text.Message{FR: "non fait" + text.Between + "refus", EN: "not done" + text.Between + "refused"}))
	a.press(text.Keep)
	a.takeNow("vaccinations")
	a.press(text.SchoolSheet)
	a.takeNow("vaccinations-ecole")
	a.key(fyne.KeyEscape)
	a.command(text.HomeTitle)
	a.takeNow("accueil-vaccinations")
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

// takeChild draws the growth of a child.
func (a *album) takeChild() {
	a.t.Helper()
	a.command(text.ChildMenu)
	a.takeNow("enfant-vide")
	a.press(text.GrowthAdd)
	a.types("3200", text.GrowthWeight)
	a.press(text.Keep)
	a.takeNow("enfant-mesure")
	a.key(fyne.KeyEscape)
	a.grows(height("2019-09-03", "49", "lying"), height("2020-03-10", "66", "lying"), height("2021-09-01", "86", "lying"), height("2022-09-03", "95.5", "standing"),
		height("2024-10-12", "109", "standing"), height("2026-11-03", "121", "standing"),
		weight("2019-09-03", "3.2"), weight("2020-03-10", "7.4"), weight("2021-09-01", "11.9"), weight("2022-09-03", "1400"), weight("2026-11-03", "23"))
	a.takeNow("enfant-poids")
	a.chooses(a.GrowthMeasure(growth.Height))
	a.takeNow("enfant-taille")
	a.chooses(a.Say(text.GrowthParts[1].Label))
	a.chooses(a.Say(text.GrowthCentiles))
	a.takeNow("enfant-taille-centiles")
	a.press(text.GrowthTable)
	a.takeNow("enfant-tableau")
	a.press(text.GrowthCurve)
	a.command(text.EditPerson)
	a.types("33+5", text.TermLabel)
	a.press(text.Keep)
	a.takeNow("enfant-premature")
	a.command(text.EditPerson)
	a.chooses(a.Say(text.NotSaid))
	a.press(text.Keep)
	a.takeNow("enfant-sexe-inconnu")
}

// takeExams draws the examinations of a child, one of them being noted, the sheet for
// a visit, the advice, and the check-ups of an adult.
func (a *album) takeExams() {
	a.t.Helper()
	a.command(text.ExamsMenu)
	a.takeNow("examens")
	a.press(text.ExamRecord)
	a.pressRow(a.Say(text.Message{FR: "Examen à 6 ans", EN: "Examination at 6 years"}))
	a.takeNow("examen-noter")
	a.key(fyne.KeyEscape)
	a.press(text.VisitPrepare)
	a.takeNow("fiche-visite")
	a.key(fyne.KeyEscape)
	a.command(text.AdviceTitle)
	a.takeNow("conseils")
	child := a.open.Person().Name
	a.showPerson("Camille")
	a.takeNow("prevention")
	a.showPerson(child)
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

// TestScreenshotsArchive draws leaving with everything and coming back, for `make
// screenshots` too.
func TestScreenshotsArchive(t *testing.T) {
	a := &album{user: atHome(t), dir: screenshots(t)}
	a.showPerson("Léa")
	to := filepath.Join(a.user.dir, "cle")
	if err := os.Mkdir(to, 0o700); err != nil {
		t.Fatal(err)
	}
	a.command(text.ExportAll)
	a.take("exporter-tout")
	a.press(text.ExportInClear)
	a.types(to, text.PickPath)
	a.press(text.PickTake)
	a.reads(a.Say(text.ExportDone))
	a.take("exporter-fini")
	found, err := filepath.Glob(filepath.Join(to, "*"))
	if err != nil || len(found) != 1 {
		t.Fatal(found, err)
	}
	a.command(text.RestoreArchive)
	a.types(found[0], text.PickPath)
	a.press(text.PickTake)
	a.reads(a.Say(text.RestoreVerb))
	a.take("restaurer-question")
}

// TestScreenshotsOfTwoHomes draws what a record goes through on its way to another
// household, and the export of several documents as one file.
func TestScreenshotsOfTwoHomes(t *testing.T) {
	a := &album{user: atHome(t), dir: screenshots(t)}
	other, _, err := vault.Create(t.Context(), filepath.Join(a.user.dir, "other.carnet"), vault.First{Name: "Alex Martin", Birth: "1981-01-01", Passphrase: []byte("une autre phrase")},
		&vault.Options{Argon2: seal.Floor, Means: "command"})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	code, err := other.HomeCode()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(a.user.dir, "code.txt")
	if err := code.Save(path); err != nil {
		t.Fatal(err)
	}
	a.resize(leastWidth, leastHeight)
	a.resize(leastWidth, 4*leastHeight)
	a.settings(text.PartWhole)
	a.take("deux-foyers")
	a.resize(leastWidth, leastHeight)
	a.showPerson("Léa")
	a.command(text.HomeSendVerb)
	a.types(path, text.PickPath)
	a.press(text.PickTake)
	a.take("deux-foyers-envoyer")
	a.press(text.Cancel)
	a.command(text.DocumentsTitle)
	a.command(text.MarkAll)
	a.command(text.TogetherVerb)
	a.take("documents-en-un-fichier")
}
