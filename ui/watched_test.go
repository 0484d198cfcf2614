package ui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault/watched"
)

// watching has the window watch a new folder, as the settings do.
func (u *user) watching(ticked ...text.Message) (folder string) {
	u.t.Helper()
	folder = filepath.Join(u.dir, "arrivées")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		u.t.Fatal(err)
	}
	u.command(text.WatchVerb)
	u.shows(u.Say(text.PickWatched))
	u.types(folder, text.PickPath)
	u.press(text.PickTake)
	u.shows(u.Say(text.WatchVerb))
	u.reads(folder, u.Say(text.WatchCareful))
	u.chooses("Léa, 7 ans")
	for _, m := range ticked {
		u.ticks(m)
	}
	u.press(text.WatchThis)
	u.reads(u.Say(text.WatchStop, "arrivées"))
	return folder
}

// arrives puts files into a folder and lets the window look until they have settled.
func (u *user) arrives(folder string, names ...string) {
	u.t.Helper()
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(folder, name), note(name).Data, 0o600); err != nil {
			u.t.Fatal(err)
		}
	}
	for range 2 {
		u.watch()
		u.settle()
		u.now = u.now.Add(watched.Settle)
	}
}

// TestWatchedFolder: what comes into a watched folder is offered wherever one is, added
// or refused as one says, and stays where it is.
func TestWatchedFolder(t *testing.T) {
	u := atHome(t)
	before := len(u.documents())
	u.command(text.OfferVerb)
	u.reads(u.Say(text.OfferNothing))
	folder := u.watching()
	u.arrives(folder)
	u.command(text.HomeTitle)
	if u.mayRead(u.Say(text.OfferTitle)) {
		t.Error("nothing came, and something is offered")
	}
	u.arrives(folder, "scan-a.txt", "scan-b.txt", "pub.txt")
	u.reads(u.Say(text.OfferTitle), u.Say(text.OfferMany, 3, "arrivées", "Léa"))
	if len(u.documents()) != before {
		t.Error("something was added before anybody said yes")
	}
	u.command(text.DocumentsTitle)
	u.reads(u.Say(text.OfferMany, 3, "arrivées", "Léa"))
	u.command(text.HomeTitle)
	u.press(text.OfferSee)
	u.shows(u.Say(text.OfferTitle))
	u.tick("pub.txt", false)
	u.press(text.OfferAdd)
	u.until("the outcome", func() bool { return u.mayRead("2 documents ajoutés") })
	u.settle()
	if !u.in(session.Documents) || len(u.documents()) != before+2 {
		t.Errorf("%d documents", len(u.documents())-before)
	}
	u.document("scan-a")
	u.reads(u.Say(text.OfferOne, 1, "arrivées", "Léa"))

	// The third is refused, and that is taken back.
	u.press(text.OfferSee)
	u.press(text.OfferRefuse)
	u.arrives(folder)
	if u.mayRead(u.Say(text.OfferTitle)) {
		t.Errorf("what was refused is offered:\n%s", u.seen())
	}
	u.command(text.Undo)
	u.arrives(folder)
	u.reads(u.Say(text.OfferOne, 1, "arrivées", "Léa"))
	u.command(text.OfferVerb)
	u.press(text.OfferRefuse)

	// Nothing of it comes back when the vault is opened again.
	u.command(text.Lock)
	u.unlock(phrase)
	u.isOpen()
	u.arrives(folder)
	if u.mayRead(u.Say(text.OfferTitle)) {
		t.Error("it is offered again after the vault was locked")
	}
	for _, name := range []string{"scan-a.txt", "scan-b.txt", "pub.txt"} {
		if _, err := os.Stat(filepath.Join(folder, name)); err != nil {
			t.Error(err)
		}
	}

	u.settings(text.WatchTitle)
	u.press(text.WatchStop, "arrivées")
	u.press(text.WatchStopVerb)
	u.reads(u.Say(text.WatchNone))
	u.arrives(folder, "plus.txt")
	u.command(text.HomeTitle)
	if u.mayRead(u.Say(text.OfferTitle)) {
		t.Error("a folder that is watched no longer is offered")
	}
}

// TestWatchedUnasked: where the person asked for it, files are added without a question,
// those that were there too; a folder that goes away says so.
func TestWatchedUnasked(t *testing.T) {
	u := atHome(t)
	before := len(u.documents())
	folder := filepath.Join(u.dir, "arrivées")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "déjà.txt"), note("déjà").Data, 0o600); err != nil {
		t.Fatal(err)
	}
	u.watching(text.WatchExisting, text.WatchUnasked)
	u.arrives(folder, "scan.txt")
	u.settle()
	if n := len(u.documents()); n != before+2 {
		t.Errorf("%d documents came", n-before)
	}
	u.settings(text.WatchTitle)
	for _, c := range all[*kit.Check](u) {
		if labelOf(c) == u.Say(text.WatchUnasked) && !c.Checked {
			t.Error("the settings say that somebody is asked")
		}
	}
	u.tick(u.Say(text.WatchUnasked), false)
	u.arrives(folder, "autre.txt")
	if n := len(u.documents()); n != before+2 {
		t.Errorf("%d documents came, one without a question", n-before)
	}
	if err := os.Rename(folder, folder+"-ailleurs"); err != nil {
		t.Fatal(err)
	}
	u.arrives(filepath.Dir(folder))
	u.settings(text.WatchTitle)
	if !strings.Contains(flat(u.seen()), "ne peut pas être regardé : arrivées") {
		t.Errorf("it does not say that the folder is away:\n%s", u.seen())
	}
	u.arrives(filepath.Dir(folder))
}

// TestScreenshotsOfWatchedFolders draws where folders are watched and what came.
func TestScreenshotsOfWatchedFolders(t *testing.T) {
	a := &album{user: atHome(t), dir: screenshots(t)}
	a.resize(leastWidth, leastHeight)
	a.settings(text.WatchTitle)
	a.take("surveiller-vide")
	folder := a.watching()
	a.arrives(folder, "Scan du 19 novembre.txt", "ordonnance-dr-morel.txt")
	a.take("surveiller")
	a.command(text.HomeTitle)
	a.take("surveiller-accueil")
	a.press(text.OfferSee)
	a.take("surveiller-proposer")
	a.press(text.OfferLater)
	a.command(text.DocumentsTitle)
	a.take("surveiller-documents")
	a.command(text.WatchVerb)
	a.types(folder, text.PickPath)
	a.press(text.PickTake)
	a.take("surveiller-comment")
}
