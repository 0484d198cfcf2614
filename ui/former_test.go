package ui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"carnet/cmd/carnet/samples"
	"carnet/ui/kit"
	"carnet/ui/text"
	"carnet/vault/guide"
	"carnet/vault/record"
)

// formerFolder writes a former record: a letter of the person shown, one of somebody
// else, and a file that nobody knows.
func (u *user) formerFolder() string {
	u.t.Helper()
	other := strings.NewReplacer("Arachide", "Chat", "Lettre de sortie", "Lettre de Paul", "1.2.3", "1.2.4").Replace(letterCDA(record.Patient{Name: "Paul Autre", Birth: "1901-02-03"}))
	paths := u.write(
		samples.File{Name: "1.xml", Data: []byte(letterCDA(u.open.Person()))},
		samples.File{Name: "2.xml", Data: []byte(other)},
		samples.File{Name: "3.dat", Data: []byte("\x00\x01 rien de connu")})
	return filepath.Dir(paths[0])
}

// picksFormer chooses a folder or a file.
func (u *user) picksFormer(path string) {
	u.t.Helper()
	u.types(path, text.PickPath)
	u.press(text.PickTake)
}

// tick sets the box whose label has some words.
func (u *user) tick(words string, on bool) {
	u.t.Helper()
	for _, c := range all[*kit.Check](u) {
		if strings.Contains(flat(labelOf(c)), flat(words)) {
			if c.Checked != on {
				c.Tapped(nil)
				u.settle()
			}
			return
		}
	}
	u.t.Fatalf("no box %q in\n%s", words, u.seen())
}

func labelOf(c *kit.Check) string { return words(c, false) }

// TestFormer: a former record is shown whole with whose it is, nothing of it enters
// without a tick, what is ticked enters by one act, counts are compared, and one undo
// takes all of it back.
func TestFormer(t *testing.T) {
	u := atDocuments(t)
	folder := u.formerFolder()
	documents, entries := len(u.inList()), len(u.profile())
	u.command(text.FormerVerb)
	u.picksFormer(folder)
	u.until("what is in it", func() bool { return u.mayRead(u.Say(text.FormerHelp)) })
	u.reads("3 documents trouvés", "Lettre de sortie", "Lettre de Paul", "nomme une autre personne : Paul Autre", "Type de fichier inconnu", u.Say(text.FormerOthers), "D'après : Lettre de sortie")
	if len(u.inList()) != documents || len(u.profile()) != entries {
		t.Fatal("looking has changed the record")
	}

	// A suggestion does not come without its document.
	u.tick("Arachide", true)
	u.tick("Lettre de sortie", false)
	u.press(text.FormerTake)
	u.reads("vient d'un document qui ne l'est pas")
	u.press(text.SeenVerb)
	u.types("beaucoup", text.SeenAll)
	u.press(text.Compare)
	u.reads(u.Say(text.SeenWrong))
	u.types("5", text.SeenAll)
	u.press(text.Compare)
	u.until("the counts", func() bool { return u.mayRead("En tout : 5 vus là-bas, 3 trouvés. Il en manque 2.") })
	u.press(text.TickAll)
	u.press(text.FormerTake)
	u.until("what was taken over", func() bool { return len(u.inList()) == documents+2 && len(u.profile()) == entries+2 })
	u.until("the outcome", func() bool { return u.mayRead("Dans le carnet maintenant : 2.") })
	u.reads("2 documents ajoutés", "Ajouté au profil : 2.")
	letter := u.document("Lettre de sortie").ID
	for _, e := range u.profile() {
		if e.Text == "Chat" || e.Text == "Arachide" && e.Document != letter {
			t.Errorf("%+v", e)
		}
	}
	u.undo()
	u.until("all of it taken back", func() bool { return len(u.inList()) == documents && len(u.profile()) == entries })
	u.redo()
	u.until("all of it again", func() bool { return len(u.inList()) == documents+2 && len(u.profile()) == entries+2 })

	// A second time everything is known.
	u.command(text.FormerVerb)
	u.picksFormer(folder)
	u.until("the second time", func() bool { return u.mayRead("Déjà dans le coffre") })
	u.reads("Déjà dans le profil : Arachide")
	u.key(fyne.KeyEscape)
}

// inList are the documents of the person shown, without the bin.
func (u *user) inList() (out []record.Document) {
	u.t.Helper()
	all, err := u.open.Vault.Documents(u.open.Person().ID)
	if err != nil {
		u.t.Fatal(err)
	}
	for _, d := range all {
		if d.RemovedAt == 0 {
			out = append(out, d)
		}
	}
	return out
}

// TestTakeOverGuide: the guide on the download of the public service leads to what
// takes it over, and asks first for what was seen there.
func TestTakeOverGuide(t *testing.T) {
	u := atDocuments(t)
	folder := u.formerFolder()
	g, ok := tables().Guides.Find(guide.TakeOver)
	if !ok {
		t.Fatal("no such guide")
	}
	u.command(text.RightsTitle)
	u.find(u.GuideTitle(g)).OnTapped()
	u.settle()
	u.reads("Télécharger les données", "22 novembre 2026")
	u.press(text.FormerVerb)
	u.picksFormer(folder)
	u.until("what was seen there", func() bool { return u.sheet() == u.Say(text.SeenTitle) })
	u.types("3", text.SeenAll)
	u.press(text.Compare)
	u.until("the count", func() bool { return u.mayRead("Le compte y est.") })
}

// signer writes the certificate that signed [attestation].
func (u *user) signer() string {
	u.t.Helper()
	script, err := os.ReadFile("../cmd/carnet/testdata/script/codes.txtar")
	if err != nil {
		u.t.Fatal(err)
	}
	_, pem, _ := strings.Cut(string(script), "-- signer.pem --\n")
	return u.write(samples.File{Name: "signer.pem", Data: []byte(pem)})[0]
}

// addsSigner gives that certificate to the vault.
func (u *user) addsSigner() {
	u.t.Helper()
	path := u.signer()
	u.command(text.CertificatesVerb)
	u.until("the list", func() bool { return u.sheet() == u.Say(text.CertificatesVerb) })
	u.reads(u.Say(text.NoCertificates))
	u.press(text.CertificateFrom)
	u.types(path, text.PickPath)
	u.press(text.PickTake)
	u.until("the certificate", func() bool { return u.mayRead("CN=FR00") })
}

// TestCertificates: a certificate that one gives makes an unknown signer a known one,
// it is listed with what is known of it, and taken away with an undo.
func TestCertificates(t *testing.T) {
	u := atAttestation(t)
	codes := func(what string) {
		t.Helper()
		u.at("attestation")
		u.key(fyne.KeyReturn)
		u.press(text.ReadCodes)
		u.until(what, func() bool { return u.mayRead(what) })
	}
	codes("Signataire inconnu")
	u.reads("sans aucun certificat connu")
	u.key(fyne.KeyEscape)
	u.addsSigner()
	u.reads("tout type d'attestation", "terminé depuis")
	u.press(text.Close)
	u.command(text.DocumentsTitle)
	codes("Signature valable, par CN=0001")
	u.reads("avec le seul certificat connu : 0001")
	u.key(fyne.KeyEscape)

	u.command(text.CertificatesVerb)
	u.until("the list", func() bool { return u.mayRead("CN=FR00") })
	u.press(text.CertificateForget, "0001")
	u.until("an empty list", func() bool { return u.mayRead(u.Say(text.NoCertificates)) })
	u.press(text.Close)
	u.undo()
	u.until("the certificate again", func() bool {
		all, err := u.open.Vault.Certificates()
		return err == nil && len(all) == 1
	})
}

// TestKeysOfAnIssuer: a set of keys does not say whose it is, so the window asks; a set
// with a faulty key is refused by its fault, and what was kept is taken back.
func TestKeysOfAnIssuer(t *testing.T) {
	u := atDocuments(t)
	script, err := os.ReadFile("../cmd/carnet/testdata/script/codes.txtar")
	if err != nil {
		t.Fatal(err)
	}
	take := func(name string) {
		t.Helper()
		_, rest, _ := strings.Cut(string(script), "-- "+name+" --\n")
		set, _, _ := strings.Cut(rest, "\n")
		path := u.write(samples.File{Name: name, Data: []byte(set)})[0]
		u.command(text.CertificatesVerb)
		u.until("the list", func() bool { return u.sheet() == u.Say(text.CertificatesVerb) })
		u.press(text.CertificateFrom)
		u.types(path, text.PickPath)
		u.press(text.PickTake)
		u.until("whose they are", func() bool { return u.sheet() == u.Say(text.KeyWhose) })
	}
	known := func(want int) func() bool {
		return func() bool {
			all, err := u.open.Vault.Certificates()
			return err == nil && len(all) == want
		}
	}
	take("usage.json")
	u.types("example.org", text.KeyIssuer)
	u.press(text.KeyKeep)
	u.reads(u.Say(text.KeyIssuerWrong))
	u.types("https://example.org/issuer", text.KeyIssuer)
	u.press(text.KeyKeep)
	u.until("the fault", func() bool { return u.mayRead("pas donnée pour signer") })
	u.key(fyne.KeyEscape)
	if !known(0)() {
		t.Error("a faulty set was kept")
	}
	take("jwks.json")
	u.types("https://example.org/issuer/.well-known/jwks.json", text.KeyIssuer)
	u.press(text.KeyKeep)
	u.until("the key", func() bool { return known(1)() && u.mayRead("Clé publiée par") })
	u.reads("https://example.org/issuer")
	u.press(text.Close)
	u.undo()
	u.until("taken back", known(0))
}

// TestScreenshotsOfFormer draws taking a former record over, its guide, and the
// certificates of signers.
func TestScreenshotsOfFormer(t *testing.T) {
	dir := screenshots(t)
	for _, l := range []text.Language{text.French, text.English} {
		a := &album{user: atDocuments(t), dir: dir}
		a.SetLanguage(l)
		a.resize(leastWidth, leastHeight)
		folder := a.formerFolder()
		a.command(text.FormerVerb)
		a.picksFormer(folder)
		a.until("what is in it", func() bool { return a.mayRead(a.Say(text.FormerHelp)) })
		a.takeNow("reprise")
		a.press(text.SeenVerb)
		a.takeNow("reprise-comptes")
		a.types("5", text.SeenAll)
		a.press(text.Compare)
		a.until("the counts", func() bool { return a.mayRead("5") })
		a.press(text.TickAll)
		a.resize(leastWidth, 3*leastHeight) // all of the list at once
		a.takeNow("reprise-entiere")
		a.resize(leastWidth, leastHeight)
		a.press(text.FormerTake)
		a.until("the outcome", func() bool { return a.find(a.Say(text.Close)) != nil })
		a.takeNow("reprise-finie")
		a.addsSigner()
		a.takeNow("certificats")
		a.key(fyne.KeyEscape)
		a.command(text.RightsTitle)
		g, _ := tables().Guides.Find(guide.TakeOver)
		a.find(a.GuideTitle(g)).OnTapped()
		a.settle()
		a.takeNow("guide-reprise")
	}
}
