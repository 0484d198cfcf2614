package ui

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// nothingOnDisk fails when the window wrote anything but what was asked for.
func (u *user) nothingOnDisk() {
	u.t.Helper()
	err := filepath.WalkDir(u.dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			u.t.Errorf("%s is on the disk", path)
		}
		return err
	})
	if err != nil {
		u.t.Error(err)
	}
}

// toPerson goes through the first two steps with a phrase of one's own.
func (u *user) toPerson() vault.KitCode {
	u.t.Helper()
	u.press(text.CreateVault)
	u.press(text.OwnPhrase)
	u.types(phrase, text.OwnPhraseLabel)
	u.key(fyne.KeyReturn)
	u.types(phrase, text.RetypeLabel)
	u.key(fyne.KeyReturn)
	code := u.code()
	u.copyGroup()
	return code
}

func (u *user) finish(name, birth string) {
	u.t.Helper()
	u.types(name, text.NameLabel)
	u.types(birth, text.BirthLabel)
	u.press(text.Finish)
}

func TestCreateWithOwnPhrase(t *testing.T) {
	u := sit(t)
	u.reads(u.Say(text.WelcomeTitle), u.Say(text.Independence))
	u.press(text.CreateVault)
	u.reads("Étape 1 sur 3")
	u.press(text.OwnPhrase)
	u.press(text.Continue)
	u.reads(u.Say(text.PhraseEmpty))
	u.types("onze lettre", text.OwnPhraseLabel)
	u.press(text.Continue)
	u.reads(u.Say(text.PhraseShort))
	u.types(phrase, text.OwnPhraseLabel)
	if u.mayRead(phrase) {
		t.Error("the phrase can be read while it is typed")
	}
	u.ticks(text.ShowPhrase)
	u.reads(phrase)
	u.press(text.Continue)
	u.types("une autre phrase", text.RetypeLabel)
	u.press(text.Continue)
	u.reads(u.Say(text.RetypeWrong))
	u.types(phrase, text.RetypeLabel)
	u.press(text.Continue)
	u.reads("Étape 2 sur 3")
	code := u.code()
	u.press(text.Continue)
	u.reads(u.Say(text.GroupWrong))
	u.copyGroup()
	u.reads("Étape 3 sur 3")
	u.press(text.Finish)
	u.reads(u.Say(text.NameMissing))
	u.nothingOnDisk()
	u.finish("Camille", "31/12/2027")
	u.reads(u.Say(text.BirthWrong))
	if got := u.entry(text.NameLabel).Text; got != "Camille" {
		t.Errorf("the name became %q", got)
	}
	u.nothingOnDisk()
	u.types("12 avril 1985", text.BirthLabel)
	u.press(text.Finish)
	u.isOpen()
	u.reads("Camille, 41 ans", u.Say(text.FirstDocument, "Camille"))
	u.command(text.Lock)
	u.reads("Votre repère")
	u.unlock(phrase)
	u.isOpen()
	u.command(text.Lock)
	u.settle()

	opt := vaultOptions(nil)
	v, err := vault.Recover(context.Background(), filepath.Join(u.dir, "data", "coffre.carnet"), code, []byte("une phrase de secours"), &opt)
	if err != nil {
		t.Fatalf("the kit that was shown: %v", err)
	}
	defer v.Close()
	people, err := v.Patients()
	if err != nil || len(people) != 1 || people[0].Name != "Camille" || people[0].Birth != "1985-04-12" {
		t.Errorf("the vault holds %+v, %v", people, err)
	}
}

// proposed reads the phrase that is proposed.
func (u *user) proposed() string {
	u.t.Helper()
	texts := all[*kit.Text](u)
	for i, t := range texts {
		if t.String() == u.Say(text.YourPhrase) {
			return texts[i+1].String()
		}
	}
	u.t.Fatalf("no phrase is proposed:\n%s", u.seen())
	return ""
}

func TestCreateWithProposedPhrase(t *testing.T) {
	u := sit(t)
	u.press(text.CreateVault)
	first := u.proposed()
	u.press(text.AnotherPhrase)
	second := u.proposed()
	if first == second || len(strings.Fields(second)) < 4 {
		t.Errorf("proposed: %q, then %q", first, second)
	}
	u.press(text.UseThisPhrase)
	if u.mayRead(second) {
		t.Error("the phrase stays on screen while it is to be typed")
	}
	u.press(text.Back)
	if got := u.proposed(); got != second {
		t.Errorf("Back shows another phrase: %q", got)
	}
	u.press(text.UseThisPhrase)
	u.types(strings.ToUpper(second), text.RetypeLabel)
	u.press(text.Continue)
	if u.mayRead("Étape 1") {
		u.types(second, text.RetypeLabel)
		u.press(text.Continue)
	}
	u.copyGroup()
	u.finish("Camille", "12/04/1985")
	u.isOpen()
	u.command(text.Lock)
	u.unlock(second)
	u.isOpen()
}

func TestBackKeepsTheAnswers(t *testing.T) {
	u := sit(t)
	code := u.toPerson()
	u.types("Camille", text.NameLabel)
	u.types("12/04/1985", text.BirthLabel)
	u.press(text.Back)
	if u.code().Groups() != code.Groups() {
		t.Error("Back draws another code")
	}
	u.press(text.Back)
	if got := u.entry(text.OwnPhraseLabel).Text; got != phrase {
		t.Errorf("the phrase became %q", got)
	}
	u.press(text.Continue)
	u.types(phrase, text.RetypeLabel)
	u.press(text.Continue)
	if u.code().Groups() != code.Groups() {
		t.Error("another code after the way back and forth")
	}
	u.copyGroup()
	if name, birth := u.entry(text.NameLabel).Text, u.entry(text.BirthLabel).Text; name != "Camille" || birth != "12/04/1985" {
		t.Errorf("name and birth became %q and %q", name, birth)
	}
	u.nothingOnDisk()
}

func TestKitIsSaved(t *testing.T) {
	u := sit(t)
	u.press(text.CreateVault)
	u.press(text.UseThisPhrase)
	u.press(text.Back)
	phrase := u.proposed()
	u.press(text.UseThisPhrase)
	u.types(phrase, text.RetypeLabel)
	u.press(text.Continue)
	u.press(text.PrintKit)
	u.shows(u.Say(text.ProblemTitle)) // no printer here
	u.press(text.Close)
	u.press(text.SaveKit)
	u.press(text.SaveKit)
	for _, name := range []string{"kit-de-secours.pdf", "kit-de-secours-2.pdf"} {
		path := filepath.Join(u.dir, "home", "Documents", name)
		b, err := os.ReadFile(path)
		if err != nil || !strings.HasPrefix(string(b), "%PDF") {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if info, err := os.Stat(path); err == nil && info.Mode().Perm() != 0o600 {
			t.Errorf("%s can be read by others: %v", name, info.Mode())
		}
	}
	u.reads(u.Say(text.KitSavedAt, "kit-de-secours-2.pdf", "Documents"))
}

func TestPlaceOfTheVault(t *testing.T) {
	u := sit(t)
	u.toPerson()
	to := filepath.Join(u.dir, "ailleurs")
	if err := os.Mkdir(to, 0o700); err != nil {
		t.Fatal(err)
	}
	u.types("Camille", text.NameLabel)
	u.press(text.ChoosePlace)
	u.types(to, text.PickPath)
	u.press(text.PickTake)
	if got := u.entry(text.NameLabel).Text; got != "Camille" {
		t.Errorf("the name became %q", got)
	}
	u.finish("Camille", "12/04/1985")
	u.isOpen()
	if _, err := os.Stat(filepath.Join(to, "coffre.carnet")); err != nil {
		t.Error(err)
	}
}

func TestSecondVaultTakesAFreeName(t *testing.T) {
	u := sit(t)
	for range 2 {
		u.toPerson()
		u.finish("Camille", "12/04/1985")
		u.isOpen()
		u.command(text.Lock)
		u.press(text.ToWelcome)
	}
	for _, name := range []string{"coffre.carnet", "coffre-2.carnet"} {
		if _, err := os.Stat(filepath.Join(u.dir, "data", name)); err != nil {
			t.Error(err)
		}
	}
}

// TestLockWhileCreating: the menu can be used while the vault is being made.
func TestCommandsWhileCreating(t *testing.T) {
	u := sit(t)
	u.toPerson()
	u.types("Camille", text.NameLabel)
	u.types("12/04/1985", text.BirthLabel)
	u.pressOnly(text.Finish)
	u.reads(u.Say(text.Creating))
	u.pressOnly(text.Finish) // twice makes one
	u.Lock()
	u.settle()
	u.isOpen()
	if entries, err := os.ReadDir(filepath.Join(u.dir, "data")); err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", entries, err)
	}
}

func TestPlaceThatCannotBeWritten(t *testing.T) {
	u := sit(t)
	if err := os.WriteFile(filepath.Join(u.dir, "data"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	u.toPerson()
	u.finish("Camille", "12/04/1985")
	u.shows(u.Say(text.ProblemTitle))
	u.press(text.Close)
	if got := u.entry(text.NameLabel).Text; got != "Camille" || u.open != nil {
		t.Errorf("after the failure the name is %q", got)
	}
}

func TestSamples(t *testing.T) {
	u := sit(t)
	u.press(text.TrySamples)
	u.isOpen()
	u.showPerson("Léa")
	u.reads("scan devis dentaire")
	u.command(text.Lock)
	if r := u.prefs.Recent(); len(r) != 0 {
		t.Errorf("the samples are remembered: %q", r)
	}
}

func TestSamplesThatFail(t *testing.T) {
	u := sit(t, func(o *Options) {
		o.Try = func(context.Context) (string, []byte, error) { return "", nil, errors.New("full") }
	})
	u.press(text.TrySamples)
	u.shows(u.Say(text.ProblemTitle))
	u.press(text.Close)
	u.reads(u.Say(text.WelcomeTitle))
}

func TestWrongPassphrases(t *testing.T) {
	u := atHome(t)
	u.command(text.Lock)
	u.press(text.Open)
	u.reads(u.Say(text.PhraseAsked))
	for n := range 4 {
		u.unlock("une autre phrase")
		if u.open != nil || !u.mayRead("phrase secrète") || u.mayRead(u.Say(text.TooManyTries)) {
			t.Fatalf("after %d attempts:\n%s", n+1, u.seen())
		}
		if got := u.entry(text.PhraseLabel).Text; got != "" {
			t.Errorf("the wrong phrase stays: %q", got)
		}
	}
	u.unlock("une autre phrase")
	u.reads(u.Say(text.TooManyTries))
	u.unlock(phrase)
	u.reads(u.Say(text.WaitSeconds, 31))
	u.now = u.now.Add(12e9)
	u.press(text.Open)
	u.reads(u.Say(text.WaitSeconds, 19))
	if u.open != nil {
		t.Fatal("opened before its time")
	}
	u.now = u.now.Add(20e9)
	u.unlock("une autre phrase")
	u.reads(u.Say(text.TooManyTries))
	u.now = u.now.Add(31e9)
	u.unlock(phrase)
	u.isOpen()
	u.command(text.Lock)
	u.unlock("une autre phrase")
	if u.mayRead(u.Say(text.TooManyTries)) {
		t.Error("the count goes on after the right phrase")
	}
}

func TestOpenWithTheKit(t *testing.T) {
	u := sit(t)
	code := u.toPerson()
	u.finish("Camille", "12/04/1985")
	u.isOpen()
	u.command(text.Lock)
	u.press(text.LostPhrase)
	u.types("AAAAA BBBBB", text.CodeLabel)
	u.press(text.OpenWithKit)
	if u.open != nil {
		t.Fatal("opened with half a code")
	}
	groups := code.Groups()
	u.types(strings.ToLower(strings.Join(groups[:], "")), text.CodeLabel)
	u.types("trop court", text.NewPhraseLabel)
	u.press(text.OpenWithKit)
	u.reads(u.Say(text.PhraseShort))
	u.types("une nouvelle phrase", text.NewPhraseLabel)
	u.types("une nouvelle", text.RetypeLabel)
	u.press(text.OpenWithKit)
	u.reads(u.Say(text.RetypeWrong))
	u.types("une nouvelle phrase", text.RetypeLabel)
	u.key(fyne.KeyReturn)
	u.isOpen()
	u.command(text.Lock)
	u.unlock("une nouvelle phrase")
	u.isOpen()
}

func TestVaultThatIsGone(t *testing.T) {
	u := sit(t)
	u.toPerson()
	u.finish("Camille", "12/04/1985")
	u.restart()
	u.reads(u.Say(text.OpenTitle))
	if err := os.RemoveAll(filepath.Join(u.dir, "data")); err != nil {
		t.Fatal(err)
	}
	u.unlock(phrase)
	u.shows(u.Say(text.ProblemTitle))
	u.reads("coffre")
	u.press(text.Close)
	u.unlock(phrase)
	u.press(text.ForgetVault)
	u.shows("")
	u.reads(u.Say(text.WelcomeTitle))
	if r := u.prefs.Recent(); len(r) != 0 {
		t.Errorf("still remembered: %q", r)
	}
}

func TestTwoVaults(t *testing.T) {
	u := sit(t)
	for _, name := range []string{"maison", "bureau"} {
		dir := filepath.Join(u.dir, name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "coffre.carnet")
		if err := copyFile(makeFamily(t), path); err != nil {
			t.Fatal(err)
		}
		u.Dropped([]string{path})
		u.settle()
		u.unlock(phrase)
		u.isOpen()
		u.command(text.Lock)
	}
	u.restart()
	u.reads(u.Say(text.WhichVault))
	s := u.segments("bureau : coffre.carnet")
	if s.Chosen != 0 {
		t.Errorf("the vault opened last is number %d", s.Chosen)
	}
	u.chooses("maison : coffre.carnet")
	u.unlock(phrase)
	u.isOpen()
	if got := filepath.Base(filepath.Dir(u.open.Vault.Path())); got != "maison" {
		t.Errorf("opened the one in %s", got)
	}
}

func TestDroppedAtTheDoor(t *testing.T) {
	u := sit(t)
	u.Dropped(u.write(note("a.txt")))
	u.settle()
	u.reads(u.Say(text.DropWhenOpen))
	u.nothingOnDiskBut("in")
	path := filepath.Join(u.dir, "x.CARNET")
	if err := copyFile(makeFamily(t), path); err != nil {
		t.Fatal(err)
	}
	u.Dropped([]string{path})
	u.settle()
	u.unlock(phrase)
	u.isOpen()
}

func (u *user) nothingOnDiskBut(name string) {
	u.t.Helper()
	if err := os.RemoveAll(filepath.Join(u.dir, name)); err != nil {
		u.t.Error(err)
	}
	u.nothingOnDisk()
}

func TestFoundVault(t *testing.T) {
	u := sit(t)
	path := filepath.Join(u.dir, "home", "Documents", "famille.carnet")
	if err := copyFile(makeFamily(t), path); err != nil {
		t.Fatal(err)
	}
	u.press(text.HaveVault)
	u.at("Documents")
	u.key(fyne.KeyReturn)
	u.at("famille.carnet")
	u.key(fyne.KeyReturn)
	u.unlock(phrase)
	u.isOpen()
}

func TestFileThatIsNoVault(t *testing.T) {
	u := sit(t)
	path := filepath.Join(u.dir, "x.carnet")
	if err := os.WriteFile(path, []byte("not a vault at all"), 0o600); err != nil {
		t.Fatal(err)
	}
	u.Dropped([]string{path})
	u.settle()
	u.unlock(phrase)
	u.shows(u.Say(text.ProblemTitle))
	if u.open != nil {
		t.Error("open")
	}
}

func TestPeople(t *testing.T) {
	u := atHome(t)
	u.command(text.AddPerson)
	u.press(text.AddPerson)
	u.reads(u.Say(text.NameMissing))
	u.types("Noé", text.NameLabel)
	u.types("01/01/2030", text.BirthLabel)
	u.press(text.AddPerson)
	u.reads(u.Say(text.BirthWrong))
	u.types("20/02/2026", text.BirthLabel)
	u.press(text.AddPerson)
	u.shows("")
	u.reads(u.Say(text.PersonBegun, "Noé"), "Noé, 9 mois", u.Say(text.FirstDocument, "Noé"))
	u.command(text.DocumentsTitle)
	u.reads(u.Say(text.NoneYet, "Noé"))

	u.Dropped(u.write(note("vaccin.txt")))
	u.settle()
	s := u.segments("Léa, 7 ans")
	if got := s.Labels[s.Chosen]; got != "Noé, 9 mois" {
		t.Errorf("the record proposed is that of %s", got)
	}
	u.chooses("Léa, 7 ans")
	u.press(text.FileInto, "Léa")
	u.until("the outcome", func() bool { return u.mayRead("document ajouté") && !u.imp.Running() })
	u.settle()
	if u.open.Person().Name != "Léa" {
		t.Errorf("%s is shown", u.open.Person().Name)
	}
	if d := u.document("vaccin"); d.Patient != u.open.Person().ID {
		t.Error("filed elsewhere")
	}
	u.showPerson("Noé")
	u.reads(u.Say(text.NoneYet, "Noé"))
	u.showPerson("Camille")
	u.command(text.HomeTitle)
	u.reads(u.Say(text.FirstDocument, "Camille"))
}

func TestDocumentOfAnotherPersonIsNotShown(t *testing.T) {
	u := atDocuments(t)
	u.at("ordonnance")
	u.key(fyne.KeyReturn)
	u.showPerson("Camille")
	if strings.Contains(u.everything(), "ordonnance") {
		t.Errorf("on the screen of another person:\n%s", u.everything())
	}
}

func TestLooks(t *testing.T) {
	u := atHome(t)
	u.command(text.SettingsTitle)
	u.chooses("English")
	u.reads("Settings and help", "Display", "Lock")
	if title := u.win.Title(); title != "Settings and help - Carnet" {
		t.Errorf("the window is called %q", title)
	}
	if menu := u.win.MainMenu().Items[0].Label; menu != "File" {
		t.Errorf("the first menu is %q", menu)
	}
	for _, place := range []text.Message{text.HomeTitle, text.DocumentsTitle, text.SettingsTitle} {
		u.command(place)
		for _, french := range []string{"Accueil", "Réglages", "Verrouiller", "Ajouter", "Rechercher", "Tous (", "Langue"} {
			if strings.Contains(u.everything(), french) {
				t.Errorf("%s in English: %q", place.EN, french)
			}
		}
	}
	u.chooses("Dark")
	if got := u.prefs.Theme().Look; got != kit.Dark {
		t.Errorf("the look is %q", got)
	}
	u.chooses("150\u00a0%")
	if kit.ScaleNow() != 1.5 {
		t.Errorf("the scale is %v", kit.ScaleNow())
	}
	u.chooses("Français")
	u.reads("Réglages et aide")
	u.restart()
	if got := u.prefs.Theme(); got != (kit.Theme{Look: kit.Dark, Scale: 1.5}) || u.app.Settings().Theme() != fyne.Theme(got) {
		t.Errorf("after a new start: %+v", got)
	}
}

func TestZoomByKeys(t *testing.T) {
	u := atHome(t)
	for range 7 {
		u.command(text.Larger)
	}
	if kit.ScaleNow() != 2 || u.width != kit.Narrow {
		t.Errorf("the scale is %v, the width %v", kit.ScaleNow(), u.width)
	}
	u.command(text.Smaller)
	if kit.ScaleNow() != 1.75 {
		t.Errorf("the scale is %v", kit.ScaleNow())
	}
	u.command(text.UsualSize)
	if kit.ScaleNow() != 1 {
		t.Errorf("the scale is %v", kit.ScaleNow())
	}
	for range kit.Looks {
		u.command(text.NextLook)
	}
	u.reads(u.Say(text.Hello))
}

// settings goes to one part of the settings.
func (u *user) settings(part text.Message) {
	u.t.Helper()
	u.command(text.SettingsTitle)
	u.chooses(u.Say(part))
}

func TestChangePassphrase(t *testing.T) {
	u := atHome(t)
	u.settings(text.PartSecurity)
	u.press(text.ChangePhrase)
	u.types("trop court", text.NewPhraseLabel)
	u.press(text.ChangePhrase)
	u.reads(u.Say(text.PhraseShort))
	u.types("une phrase toute neuve", text.NewPhraseLabel)
	u.types("une phrase toute vieille", text.RetypeLabel)
	u.press(text.ChangePhrase)
	u.reads(u.Say(text.RetypeWrong))
	u.types("une phrase toute neuve", text.RetypeLabel)
	u.press(text.ChangePhrase)
	u.shows("")
	u.reads(u.Say(text.PassphraseIsNew))
	u.command(text.Lock)
	u.unlock(phrase)
	if u.open != nil {
		t.Fatal("the old phrase still opens")
	}
	u.unlock("une phrase toute neuve")
	u.isOpen()
}

func TestNewKit(t *testing.T) {
	u := atHome(t)
	u.settings(text.PartSecurity)
	u.press(text.NewKit)
	u.types(phrase, text.NewPhraseLabel)
	u.types(phrase, text.RetypeLabel)
	u.press(text.NewKit)
	u.shows(u.Say(text.KitPageTitle))
	code := u.code()
	u.ticks(text.KitIsKept)
	u.press(text.Close)
	u.command(text.Lock)
	u.press(text.LostPhrase)
	groups := code.Groups()
	u.types(strings.Join(groups[:], " "), text.CodeLabel)
	u.types("une nouvelle phrase", text.NewPhraseLabel)
	u.types("une nouvelle phrase", text.RetypeLabel)
	u.press(text.OpenWithKit)
	u.isOpen()
}

func TestKeyholderAndSharing(t *testing.T) {
	u := atHome(t)
	u.settings(text.PartPeople)
	u.press(text.ShareRecord)
	u.reads(u.Say(text.NobodyToShare))
	u.addHolder("Dominique")
	u.shows(u.Say(text.KitPageTitle))
	code := u.code()
	u.press(text.Close)
	u.reads(u.Say(text.KitNotKept))
	u.key(fyne.KeyEscape)
	u.shows(u.Say(text.KitPageTitle))
	if u.code().Groups() != code.Groups() {
		t.Error("another code")
	}
	u.ticks(text.KitIsKept)
	u.press(text.Close)
	u.shows("")
	if strings.Contains(u.everything(), code.Groups()[0]) {
		t.Error("the code is still in the window")
	}
	u.reads("Dominique")

	members := func() (names []string) {
		m, err := u.open.Vault.Members(u.camille())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range m {
			names = append(names, m.Keyholder.Name)
		}
		return names
	}
	u.press(text.ShareRecord)
	u.press(text.ShareRecord)
	u.shows("")
	if got := members(); len(got) != 2 {
		t.Fatalf("shared with %q", got)
	}
	u.reads(u.Say(text.MemberAdded, "Dominique", "Camille"))
	u.press(text.AttestationOf, "Dominique")
	u.reads(u.Say(text.AttestationGood), "Signée par Camille")
	u.press(text.SeeDocument)
	if !u.in(session.Documents) {
		t.Error("the attestation is not among the documents")
	}
	u.reads("Attestation d'aidant Dominique")
	u.settings(text.PartPeople)
	u.undo()
	u.settle()
	if got := members(); len(got) != 1 {
		t.Errorf("after undo shared with %q", got)
	}
	u.redo()
	u.settle()
	u.press(text.EndMember, "Dominique")
	u.press(text.KeepIt)
	if got := members(); len(got) != 2 {
		t.Errorf("the button that keeps left %q", got)
	}
	u.press(text.EndMember, "Dominique")
	u.press(text.EndMember, "Dominique") // the verb of the question
	if got := members(); len(got) != 1 {
		t.Errorf("after the end shared with %q", got)
	}
	u.press(text.RemoveHolder, "Dominique")
	u.press(text.RemoveHolder, "Dominique")
	if u.mayRead("Retirer Dominique") {
		t.Errorf("still there:\n%s", u.seen())
	}
	u.command(text.Lock)
	u.unlock("la phrase de Dominique")
	if u.open != nil {
		t.Error("a phrase that was taken away still opens")
	}
}

// TestCarerLeaves: a carer sees what they may, and gives up their part themselves.
func TestCarerLeaves(t *testing.T) {
	u := atHome(t)
	u.settings(text.PartPeople)
	u.addHolder("Dominique")
	u.ticks(text.KitIsKept)
	u.press(text.Close)
	if err := u.open.Vault.AddMember(t.Context(), u.camille(), "Dominique", record.RoleCarerReads); err != nil {
		t.Fatal(err)
	}
	u.command(text.Lock)
	u.unlock("la phrase de Dominique")
	u.isOpen()
	u.settings(text.PartPeople)
	u.reads("Dominique : aidant qui lit")
	u.press(text.AttestationOf, "Dominique")
	u.reads(u.Say(text.AttestationGood))
	u.press(text.Close)
	u.command(text.ExportAll)
	u.reads(u.Say(text.ArchiveNotYours, "Camille"))
	u.settings(text.PartPeople)
	u.press(text.LeaveRecord)
	u.press(text.KeepIt)
	u.press(text.LeaveRecord)
	u.press(text.LeaveRecord) // the verb of the question
	u.reads(u.Say(text.RecordLeft, "Camille"))
	if people, err := u.open.Vault.Patients(); err != nil || len(people) != 0 || !u.open.Person().ID.IsZero() {
		t.Errorf("%v is left, %v is shown, %v", people, u.open.Person(), err)
	}
}

// camille is the first person of the vault.
func (u *user) camille() record.ID {
	u.t.Helper()
	people, err := u.open.Vault.Patients()
	if err != nil {
		u.t.Fatal(err)
	}
	for _, p := range people {
		if p.Name == "Camille" {
			return p.ID
		}
	}
	u.t.Fatal("no Camille")
	return record.ID{}
}

func TestPlaceIsKeptOverALock(t *testing.T) {
	u := atHome(t)
	u.command(text.DocumentsTitle)
	u.command(text.Lock)
	u.unlock(phrase)
	if !u.in(session.Documents) || u.open.Person().Name != "Léa" {
		t.Errorf("after unlock: place %v, %s", u.place, u.open.Person().Name)
	}
}
