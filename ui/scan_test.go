package ui

import (
	"os"
	"os/exec"
	"testing"

	"fyne.io/fyne/v2"

	"carnet/ui/scanner/sanetest"
	"carnet/ui/session"
	"carnet/ui/text"
)

// withScanner is somebody at the documents of the family, with scanners on the desk.
func withScanner(t *testing.T) (*user, *sanetest.Scanners) {
	t.Helper()
	if _, err := exec.LookPath("scanimage"); err != nil {
		t.Fatal("scanimage is not installed: .ci/deps sane-utils")
	}
	path := os.Getenv("PATH")
	s := sanetest.Start(t)
	u := atDocuments(t)
	t.Setenv("PATH", path)
	t.Setenv("SANE_CONFIG_DIR", s.Folder)
	return u, s
}

// TestScan: pages of a scanner are looked at before they are kept, more can be scanned
// beside them, and they become one document.
func TestScan(t *testing.T) {
	u, s := withScanner(t)
	before := len(u.documents())
	u.press(text.ScanVerb)
	u.shows(u.Say(text.ScanVerb))
	u.reads(sanetest.Model, u.Say(text.ScanText))
	u.chooses("150")
	u.press(text.ScanStart)
	u.shows(u.Say(text.ReviewTitle))
	u.reads(u.Say(text.ReviewScanned), u.Say(text.ReviewPage, 1))
	if u.mayRead(u.Say(text.PageNotFound)) || u.mayRead(u.Say(text.OriginalsLimit)) {
		t.Error("a scanned page is taken for a photograph")
	}
	if len(u.documents()) != before {
		t.Error("something was kept before anybody looked")
	}
	u.press(text.ScanAnother)
	u.reads(u.Say(text.ReviewPage, 2))
	u.press(text.PageTurn, 2)
	s.Fail("SANE_STATUS_COVER_OPEN")
	u.press(text.ScanAnother)
	u.reads("Le capot du scanner est ouvert.")
	u.press(text.Close)
	u.shows(u.Say(text.ReviewTitle))
	u.press(text.FileInto, "Léa")
	u.until("the outcome", func() bool { return u.mayRead("1 document ajouté") })
	u.settle()
	d := u.document(u.Say(text.ScannedTitle))
	if d.MediaType != "application/pdf" || d.Proposed.Pages != 2 {
		t.Errorf("%s of %d pages", d.MediaType, d.Proposed.Pages)
	}
}

// TestScanEnds: a scan is stopped by hand and by locking, what fails is told, and nothing
// is kept.
func TestScanEnds(t *testing.T) {
	u, s := withScanner(t)
	before := len(u.documents())
	s.Crawl()
	crawl := func() {
		t.Helper()
		u.press(text.ScanVerb)
		u.chooses(u.Say(text.ScanColor))
		u.chooses("600")
		u.pressOnly(text.ScanStart)
		u.shows(u.Say(text.ScanVerb))
		u.reads(u.Say(text.ScanNothing))
	}
	crawl()
	u.press(text.ScanStop)
	u.shows("")
	crawl()
	u.key(fyne.KeyEscape)
	u.settle()
	u.shows("")
	crawl()
	u.commandOnly(text.Lock)
	u.settle()
	<-u.closed
	u.unlock(phrase)
	u.isOpen()
	u.Go(session.Documents)
	u.settle()
	s.Fail("SANE_STATUS_JAMMED")
	u.press(text.ScanVerb)
	u.press(text.ScanStart)
	u.reads("Une feuille est coincée dans le scanner.", "Rien n'a été ajouté.")
	u.press(text.Close)
	s.None()
	u.press(text.ScanVerb)
	u.reads("Aucun scanner n'a été trouvé")
	u.press(text.Close)
	t.Setenv("PATH", t.TempDir())
	u.press(text.ScanVerb)
	u.reads(u.Say(text.ScanMissing))
	u.press(text.Close)
	if n := len(u.documents()); n != before {
		t.Errorf("%d documents came", n-before)
	}
}

// TestScreenshotsOfScanning draws what a scan goes through.
func TestScreenshotsOfScanning(t *testing.T) {
	dir := screenshots(t)
	u, _ := withScanner(t)
	a := &album{user: u, dir: dir}
	a.resize(leastWidth, leastHeight)
	a.press(text.ScanVerb)
	a.take("numeriser")
	a.press(text.ScanStart)
	a.take("numeriser-verifier")
}
