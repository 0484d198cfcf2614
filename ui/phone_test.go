package ui

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"carnet/cmd/carnet/samples"
	"carnet/sync/gateway"
	"carnet/sync/gateway/phonetest"
	"carnet/ui/kit"
	"carnet/ui/text"
	"carnet/vault/record"
	"carnet/vault/render/phototest"
)

// onlyHere lets the window listen on this computer alone.
func onlyHere() ([]gateway.Network, error) {
	n, err := gateway.NetworkOf("127.0.0.1")
	n.Name = "maison"
	return []gateway.Network{n}, err
}

// photographs are pages 1 to n on a table.
func photographs(n int) (files []samples.File) {
	for i := range n {
		p := phototest.Photo{Page: i + 1, Degrees: float64(6*i - 5), Aslant: 0.1, Width: 700}
		files = append(files, samples.File{Name: string(rune('1'+i)) + ".jpg", Data: p.JPEG()})
	}
	return files
}

// receiving opens the reception and returns the address and the code on screen.
func (u *user) receiving() (address, code string) {
	u.t.Helper()
	u.imp.Networks = onlyHere
	u.command(text.ReceivePhotos)
	u.shows(u.Say(text.ReceivePhotos))
	u.reads(u.Say(text.ReceiveLimit), "maison")
	u.pressOnly(text.ReceiveStart)
	u.until("the reception", func() bool { return u.mayRead(u.Say(text.ReceiveWaiting)) })
	address = regexp.MustCompile(`127\.0\.0\.1:\d+`).FindString(u.seen())
	code = regexp.MustCompile(`[0-9A-Z]{5}( [0-9A-Z]{5}){3}`).FindString(u.seen())
	if address == "" || code == "" {
		u.t.Fatalf("no address and no code:\n%s", u.seen())
	}
	return address, code
}

// TestReceive: what a telephone sends is looked at page by page, and becomes one
// document; the journal says that it was let in.
func TestReceive(t *testing.T) {
	u := atDocuments(t)
	before := len(u.documents())
	address, code := u.receiving()
	var pictures [][]byte
	for _, f := range photographs(3) {
		pictures = append(pictures, f.Data)
	}
	sent := make(chan error, 1)
	go func() { sent <- phonetest.Send(address, code, pictures...) }()
	u.until("the pages", func() bool { return u.sheet() == u.Say(text.ReviewTitle) })
	if err := <-sent; err != nil {
		t.Fatal(err)
	}
	u.settle()
	if len(u.documents()) != before {
		t.Error("something was kept before anybody looked")
	}
	u.reads(u.Say(text.ReviewPage, 3), u.Say(text.OriginalsLimit))
	if u.mayRead(u.Say(text.PageNotFound)) {
		t.Error("a sheet was not found")
	}
	u.chooses(u.Say(text.PageWhole)) // of the first page
	u.press(text.PageTurn, 2)
	u.press(text.PageEarlier, 3)
	u.press(text.PageDrop, 3)
	u.press(text.FileInto, "Léa")
	u.until("the outcome", func() bool { return u.mayRead("1 document ajouté") })
	u.settle()
	d := u.document(u.Say(text.JoinedTitle))
	if d.MediaType != "application/pdf" || d.Proposed.Pages != 2 {
		t.Errorf("%s of %d pages", d.MediaType, d.Proposed.Pages)
	}
	received := 0
	for e, err := range u.open.Vault.Journal(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Action == record.PicturesReceived {
			received++
			if e.Entity != d.ID || e.Count != 2 || e.Means != "window" {
				t.Errorf("the journal says %+v", e)
			}
		}
	}
	if received != 1 {
		t.Errorf("%d receptions in the journal", received)
	}
	nobody(t, address)
}

// nobody fails when something listens on an address.
func nobody(t *testing.T, address string) {
	t.Helper()
	if c, err := net.Dial("tcp", address); err == nil {
		c.Close()
		t.Error("something still listens")
	}
}

// TestReceptionEnds: nothing listens before the person says so, after they close the
// sheet, or once the vault is locked.
func TestReceptionEnds(t *testing.T) {
	u := atDocuments(t)
	u.imp.Networks = onlyHere
	u.command(text.ReceivePhotos)
	u.press(text.Cancel)
	u.shows("")
	address, _ := u.receiving()
	u.key(fyne.KeyEscape)
	u.settle()
	u.shows("")
	nobody(t, address)
	address, _ = u.receiving()
	u.press(text.ReceiveStop)
	u.shows("")
	nobody(t, address)
	address, _ = u.receiving()
	u.commandOnly(text.Lock)
	u.settle()
	<-u.closed
	nobody(t, address)
	u.unlock(phrase)
	u.imp.Networks = func() ([]gateway.Network, error) { return nil, gateway.ErrNoNetwork }
	u.command(text.ReceivePhotos)
	u.reads("Cet ordinateur n'est sur aucun réseau de la maison.")
}

// TestPhotographsAreJoined: photographs that are dropped can be joined, straightened,
// and what is none is refused by its name.
func TestPhotographsAreJoined(t *testing.T) {
	u := atDocuments(t)
	paths := u.write(photographs(2)...)
	u.Dropped(paths)
	u.settle()
	u.press(text.JoinInto)
	u.until("the pages", func() bool { return u.sheet() == u.Say(text.ReviewTitle) })
	u.settle()
	u.ticks(text.KeepOriginals)
	u.press(text.FileInto, "Léa")
	u.until("the outcome", func() bool { return u.mayRead("1 document ajouté") })
	u.settle()
	d := u.document("1")
	if d.Proposed.Pages != 2 {
		t.Errorf("%d pages", d.Proposed.Pages)
	}
	if b := u.content(d.ID); strings.Contains(string(b), "EmbeddedFile ") {
		t.Error("the originals are in the document")
	}
	for _, p := range paths {
		if _, err := os.Stat(p); err != nil {
			t.Error(err)
		}
	}
	broken := filepath.Join(u.dir, "in", "abimee.jpg")
	if err := os.WriteFile(broken, []byte("no photograph at all, and long enough to be looked at by whoever reads pictures"), 0o600); err != nil {
		t.Fatal(err)
	}
	u.Dropped([]string{broken})
	u.settle()
	u.press(text.JoinInto)
	u.reads("Une photographie ne peut pas être lue", "Rien n'a été ajouté.")
	u.press(text.Close)
	u.Dropped(u.write(note("a.txt")))
	u.settle()
	if slices.Contains(u.labels(), u.Say(text.JoinInto)) {
		t.Error("a text can be joined")
	}
}

// TestScreenshotsOfPhotographs draws what photographs go through.
func TestScreenshotsOfPhotographs(t *testing.T) {
	a := &album{user: atDocuments(t), dir: screenshots(t)}
	a.resize(leastWidth, leastHeight)
	a.imp.Networks = func() ([]gateway.Network, error) {
		here, err := onlyHere()
		return append(here, gateway.Network{Name: "eth0", Address: here[0].Address}), err
	}
	a.command(text.ReceivePhotos)
	a.take("recevoir")
	a.press(text.Cancel)
	a.receiving()
	before := a.prefs.Theme()
	for _, look := range []kit.Look{kit.Light, kit.Dark, kit.Contrast, kit.ContrastLight} {
		for _, scale := range []float32{1, 2} {
			a.SetTheme(kit.Theme{Look: look, Scale: scale})
			a.pump.run()
			a.draw("recevoir-code-" + string(look) + "-" + string(rune('0'+int(scale))) + "00.png")
		}
	}
	a.SetTheme(before)
	a.key(fyne.KeyEscape)
	a.settle()
	files := photographs(2)
	files = append(files, samples.File{Name: "z.jpg", Data: phototest.Photo{Page: 1, Width: 300, Degrees: 88, Aslant: 0.9}.JPEG()})
	a.Dropped(a.write(files...))
	a.settle()
	a.take("reunir")
	a.press(text.JoinInto)
	a.take("verifier-pages")
}
