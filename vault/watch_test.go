package vault_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"carnet/vault"
	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/watched"
)

// looks looks twice, so that what lies there has settled.
func looks(h *household, w *vault.Watcher) []vault.News {
	h.t.Helper()
	h.must(second(w.Look(h.t.Context(), today)))
	news, err := w.Look(h.t.Context(), today.Add(watched.Settle))
	h.must(err)
	return news
}

// offered names the files of the only folder.
func offered(h *household, news []vault.News) (names []string) {
	h.t.Helper()
	if len(news) != 1 || news[0].Err != nil || news[0].Moving != 0 {
		h.t.Fatalf("%+v", news)
	}
	for _, f := range news[0].Files {
		names = append(names, f.Name)
	}
	return names
}

// watches has Lou's record watch a new folder in which a file lies already.
func watches(h *household, how *vault.Watching) (string, record.WatchedFolder) {
	h.t.Helper()
	dir := filepath.Join(h.t.TempDir(), "zinzolin")
	h.must(os.Mkdir(dir, 0o700))
	writeFile(h.t, filepath.Join(dir, "before.txt"), []byte("lay there before"))
	f, err := h.WatchFolder(h.t.Context(), h.lou.ID, dir, how)
	h.must(err)
	return dir, f
}

// TestWatchFolder: what comes is offered once, until it is in the record or nobody
// wants it; nothing in the folder changes.
func TestWatchFolder(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	ctx := t.Context()
	dir, f := watches(h, nil)
	if f.Path != dir || f.Patient != h.lou.ID || f.Since != record.At(today) || f.Automatic {
		t.Errorf("%+v", f)
	}
	if got := offered(h, looks(h, h.Watcher())); got != nil {
		t.Errorf("what lay there before: %q", got)
	}
	for _, name := range []string{"a.txt", "b.txt", "c.txt"} {
		writeFile(t, filepath.Join(dir, name), []byte("content of "+name))
	}
	w := h.Watcher()
	first, err := w.Look(ctx, today)
	h.must(err)
	if len(first) != 1 || len(first[0].Files) != 0 || first[0].Moving != 3 {
		t.Errorf("at the first look: %+v", first)
	}
	writeFile(t, filepath.Join(dir, "c.txt"), []byte("content of c.txt, longer"))
	news, err := w.Look(ctx, today.Add(watched.Settle))
	h.must(err)
	if len(news[0].Files) != 2 || news[0].Moving != 1 {
		t.Errorf("one still changes: %+v", news)
	}
	var imported []string
	for x := range h.ImportNew(ctx, f, news[0].Files[:1], nil) {
		if x.Err != nil {
			t.Error(x.Err)
		}
		imported = append(imported, filepath.Base(x.Path))
	}
	if !slices.Equal(imported, []string{"a.txt"}) {
		t.Errorf("imported %q", imported)
	}
	h.must(h.SettleFiles(ctx, f.ID, news[0].Files[1]))
	if got := offered(h, looks(h, w)); !slices.Equal(got, []string{"c.txt"}) {
		t.Errorf("afterwards %q", got)
	}
	// Added by hand under another name: its content is known.
	h.add(h.lou.ID, "by hand.txt", []byte("content of c.txt, longer"))
	if got := offered(h, looks(h, h.Watcher())); got != nil {
		t.Errorf("what is in the record already: %q", got)
	}
	writeFile(t, filepath.Join(dir, "b.txt"), []byte("content of b.txt, corrected"))
	h.reopen()
	if got := offered(h, looks(h, h.Watcher())); !slices.Equal(got, []string{"b.txt"}) {
		t.Errorf("one that was refused and is written anew: %q", got)
	}
	h.must(h.SettleFiles(ctx, f.ID, news[0].Files...))
	h.must(h.OfferAgain(ctx, f.ID, news[0].Files...))
	left, err := os.ReadDir(dir)
	h.must(err)
	if len(left) != 4 {
		t.Errorf("%d files are left", len(left))
	}
	// Everything again, but what the record has.
	again, err := h.WatchFolder(ctx, h.lou.ID, dir, &vault.Watching{Existing: true, Automatic: true})
	h.must(err)
	if again.ID != f.ID || again.Since != f.Since || !again.Automatic {
		t.Errorf("%+v", again)
	}
	if got := offered(h, looks(h, h.Watcher())); !slices.Equal(got, []string{"b.txt", "before.txt"}) {
		t.Errorf("everything again: %q", got)
	}
	h.sound()
}

// TestWatchedFailures: what fails is offered again, and not all the time.
func TestWatchedFailures(t *testing.T) {
	h := newVault(t)
	dir, f := watches(h, nil)
	writeFile(t, filepath.Join(dir, "goes.txt"), []byte("goes"))
	writeFile(t, filepath.Join(dir, "stays.txt"), []byte("stays"))
	w := h.Watcher()
	news := looks(h, w)
	h.must(os.Remove(filepath.Join(dir, "goes.txt")))
	var failed int
	for x := range h.ImportNew(t.Context(), f, news[0].Files, nil) {
		if x.Err != nil {
			failed++
		}
	}
	if failed != 1 {
		t.Errorf("%d failures", failed)
	}
	writeFile(t, filepath.Join(dir, "goes.txt"), []byte("goes"))
	stamp := news[0].Files[0].Modified
	h.must(os.Chtimes(filepath.Join(dir, "goes.txt"), stamp, stamp))
	if got := offered(h, looks(h, w)); !slices.Equal(got, []string{"goes.txt"}) {
		t.Errorf("afterwards %q", got)
	}
	w.SetAside(news[0].Files...)
	if got := offered(h, looks(h, w)); got != nil {
		t.Errorf("set aside: %q", got)
	}
	if got := offered(h, looks(h, h.Watcher())); !slices.Equal(got, []string{"goes.txt"}) {
		t.Errorf("another watcher: %q", got)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := w.Look(stopped, today); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
	// A folder that is away has its reason, and comes back.
	away := dir + "-away"
	h.must(os.Rename(dir, away))
	gone, err := w.Look(t.Context(), today)
	h.must(err)
	if len(gone) != 1 || !errors.Is(gone[0].Err, os.ErrNotExist) {
		t.Errorf("away: %+v", gone)
	}
	h.must(os.Rename(away, dir))
	if got := offered(h, looks(h, h.Watcher())); len(got) != 1 {
		t.Errorf("back: %q", got)
	}
}

// TestWatchRefused: each refusal by its name, and nothing changes.
func TestWatchRefused(t *testing.T) {
	h := newVault(t)
	ctx := t.Context()
	dir, f := watches(h, nil)
	before := len(rows(h, h.lou.ID))
	file := filepath.Join(dir, "before.txt")
	for what, try := range map[string]struct {
		patient record.ID
		path    string
		want    error
	}{
		"nobody":    {record.ID{1}, dir, vault.ErrNoPatient},
		"a file":    {h.lou.ID, file, vault.ErrNotFolder},
		"no folder": {h.lou.ID, dir + "-none", os.ErrNotExist},
	} {
		if _, err := h.WatchFolder(ctx, try.patient, try.path, nil); !errors.Is(err, try.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for what, err := range map[string]error{
		"unwatch": h.UnwatchFolder(ctx, record.ID{1}), "settle": h.SettleFiles(ctx, record.ID{1}), "again": h.OfferAgain(ctx, record.ID{1}),
	} {
		if !errors.Is(err, vault.ErrNotWatched) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if len(rows(h, h.lou.ID)) != before {
		t.Error("a refusal is in the journal")
	}
	for range vault.MaxWatched - 1 {
		h.must(second(h.WatchFolder(ctx, h.lou.ID, t.TempDir(), nil)))
	}
	if _, err := h.WatchFolder(ctx, h.lou.ID, t.TempDir(), nil); !errors.Is(err, vault.ErrTooManyWatched) {
		t.Errorf("one more: %v", err)
	}
	h.must(second(h.WatchFolder(ctx, h.me.ID, dir, nil))) // again is not one more
	h.must(h.UnwatchFolder(ctx, f.ID))
	all, err := h.WatchedFolders()
	if err != nil || len(all) != vault.MaxWatched-1 {
		t.Errorf("%d folders, %v", len(all), err)
	}
	told := func(p record.ID) (watched, not int) {
		for _, e := range rows(h, p) {
			switch {
			case e.Entity != f.ID:
			case e.Action == record.FolderWatched:
				watched++
			case e.Action == record.FolderUnwatched:
				not++
			}
		}
		return watched, not
	}
	if a, b := told(h.lou.ID); a != 1 || b != 1 {
		t.Errorf("Lou's journal: watched %d times, and %d no longer", a, b)
	}
	if a, b := told(h.me.ID); a != 1 || b != 1 {
		t.Errorf("the other's: watched %d times, and %d no longer", a, b)
	}
}

// watchedValues counts the lists in the file.
func watchedValues(h *household) (n int) {
	h.t.Helper()
	for _, v := range valuesOf(h.t, h.snapshot()) {
		if v.bucket == store.Self && len(v.key) == 17 && v.key[16] == 'w' {
			n++
		}
	}
	return n
}

// TestWatchedIsOnesOwn: a path may hold a name. Nobody else reads it, it goes over to
// new keys, and leaves with whoever leaves.
func TestWatchedIsOnesOwn(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	ctx := t.Context()
	dir, f := watches(h, nil)
	h.reopen()
	if all, err := h.WatchedFolders(); err != nil || len(all) != 1 || all[0] != f {
		t.Errorf("opened again: %+v, %v", all, err)
	}
	if n := len(found([]byte(dir), []string{"zinzolin"})); n == 0 {
		t.Fatal("the search finds nothing in plain text")
	}
	for _, where := range found(readFile(t, h.path), []string{"zinzolin"}) {
		t.Error(where)
	}
	for name, want := range map[string]bool{camille: true, dominique: false, sacha: false} {
		if l := h.burglar(name).try(h.snapshot()); l.contains([]byte("zinzolin")) != want {
			t.Errorf("the keys of %s open it: %v", name, !want)
		}
	}
	h.as(dominique)
	if all, err := h.WatchedFolders(); err != nil || len(all) != 0 {
		t.Errorf("another's: %+v, %v", all, err)
	}
	h.must(second(h.WatchFolder(ctx, h.lou.ID, dir, nil)))
	h.as(camille)
	if n := watchedValues(h); n != 2 {
		t.Errorf("%d lists of two", n)
	}
	h.must(second(h.ReplaceKeys(ctx, []byte("toute nouvelle"), false)))
	h.seats[camille] = h.Seat()
	h.reopen()
	if all, err := h.WatchedFolders(); err != nil || len(all) != 1 || all[0] != f {
		t.Errorf("new keys: %+v, %v", all, err)
	}
	h.sound()
	h.must(h.Close())
	v, err := vault.Recover(ctx, h.path, h.kits[camille], []byte("x"), options())
	h.must(err)
	h.Vault = v
	h.seats[camille] = h.Seat()
	if all, err := h.WatchedFolders(); err != nil || len(all) != 0 || watchedValues(h) != 1 {
		t.Errorf("recovered: %+v, %v", all, err)
	}
	h.as(dominique)
	h.must(second(h.RemoveKeyholder(ctx, dominique)))
	h.as(camille)
	if n := watchedValues(h); n != 0 {
		t.Errorf("%d lists of those who left", n)
	}
	h.sound()
}

// TestDamagedWatched: a list that does not open is told, and begins anew.
func TestDamagedWatched(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	ctx := t.Context()
	dir, f := watches(h, nil)
	h.must(h.Close())
	for _, v := range valuesOf(t, h.path) {
		if v.bucket == store.Self && len(v.key) == 17 {
			v.bytes = bytes.Clone(v.bytes)
			v.bytes[len(v.bytes)-1] ^= 1
			put(t, h.path, v)
		}
	}
	h.as(camille)
	for what, err := range map[string]error{
		"list": second(h.WatchedFolders()), "look": second(h.Watcher().Look(ctx, today)), "unwatch": h.UnwatchFolder(ctx, f.ID),
	} {
		if !errors.Is(err, vault.ErrDamaged) {
			t.Errorf("%s: %v", what, err)
		}
	}
	r, err := h.Check(ctx, true, nil)
	if err != nil || len(r.Damaged) != 1 || r.Damaged[0] != (vault.DamagedItem{What: "watched"}) {
		t.Errorf("check: %+v, %v", r.Damaged, err)
	}
	h.must(second(h.WatchFolder(ctx, h.lou.ID, dir, nil)))
	if all, err := h.WatchedFolders(); err != nil || len(all) != 1 {
		t.Errorf("anew: %+v, %v", all, err)
	}
	h.sound()
}

// TestWatchedLeavesWithTheRecord: neither an archive nor what stays after a closure
// says which folders there were.
func TestWatchedLeavesWithTheRecord(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	ctx := t.Context()
	dir, _ := watches(h, nil)
	h.must(second(h.WatchFolder(ctx, h.me.ID, t.TempDir(), nil)))
	out := t.TempDir()
	h.must(second(h.Export(ctx, h.lou.ID, out, nil)))
	h.must(filepath.WalkDir(out, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if strings.Contains(path, "zinzolin") || bytes.Contains(readFile(t, path), []byte("zinzolin")) {
			t.Errorf("the archive tells the folder: %s", filepath.Base(path))
		}
		return nil
	}))
	h.as(dominique)
	h.must(second(h.WatchFolder(ctx, h.lou.ID, dir, nil)))
	h.as(camille)
	h.must(second(h.ClosePatient(ctx, h.lou.ID, refused, nil)))
	all, err := h.WatchedFolders()
	if err != nil || len(all) != 1 || all[0].Patient != h.me.ID {
		t.Errorf("after the closure: %+v, %v", all, err)
	}
	if h.burglar(camille).try(h.snapshot()).contains([]byte("zinzolin")) {
		t.Error("the folder is still in the file")
	}
	// Another's list loses it at their next look.
	h.as(dominique)
	news, err := h.Watcher().Look(ctx, today)
	if err != nil || len(news) != 0 {
		t.Errorf("another's look: %+v, %v", news, err)
	}
	if n := watchedValues(h); n != 1 {
		t.Errorf("%d lists", n)
	}
	h.sound()
}

// TestWatchedWithoutRights: a folder of a record that somebody may no longer add to is
// told, and can be watched no longer.
func TestWatchedWithoutRights(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	ctx := t.Context()
	_, f := watches(h, nil)
	h.as(dominique)
	dir := t.TempDir()
	f, err := h.WatchFolder(ctx, h.lou.ID, dir, nil)
	h.must(err)
	h.must(h.RemoveMember(ctx, h.lou.ID, dominique))
	writeFile(t, filepath.Join(dir, "a.txt"), []byte("a"))
	news, err := h.Watcher().Look(ctx, today.Add(time.Hour))
	h.must(err)
	if len(news) != 1 || !errors.Is(news[0].Err, vault.ErrNoPatient) || len(news[0].Files) != 0 {
		t.Errorf("%+v", news)
	}
	h.must(h.UnwatchFolder(ctx, f.ID))
}
