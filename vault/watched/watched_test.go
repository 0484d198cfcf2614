package watched

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"
)

// lay writes files below a folder, each with its own name as content.
func lay(t *testing.T, folder string, names ...string) {
	t.Helper()
	for _, name := range names {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func names(files []File) (out []string) {
	for _, f := range files {
		out = append(out, f.Name)
	}
	return out
}

func listed(t *testing.T, folder string) []File {
	t.Helper()
	files, err := List(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestList: what other programs have put there, and nothing that is hidden, passing,
// empty, linked or deep.
func TestList(t *testing.T) {
	dir := t.TempDir()
	lay(t, dir, "b.pdf", "a.JPG", "noext", "today/scan.pdf", "today/deep/no.pdf", ".hidden/no.pdf", ".no", "x.pdf.part", "x.CRDOWNLOAD",
		"x.tmp", "~$letter.docx", "letter.odt~", "Thumbs.db", "family.carnet", "today/.no", "today/no.partial", "__MACOSX/no")
	outside := t.TempDir()
	lay(t, outside, "secret.pdf", "folder/secret.pdf")
	if err := os.WriteFile(filepath.Join(dir, "empty.pdf"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" { // where links need rights
		for name, to := range map[string]string{"link.pdf": "secret.pdf", "linked": "folder"} {
			if err := os.Symlink(filepath.Join(outside, to), filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	files := listed(t, dir)
	if got, want := names(files), []string{"a.JPG", "b.pdf", "noext", "today/scan.pdf"}; !slices.Equal(got, want) {
		t.Errorf("%q, not %q", got, want)
	}
	if f := files[3]; f.Size != int64(len("today/scan.pdf")) || f.Path(dir) != filepath.Join(dir, "today", "scan.pdf") {
		t.Errorf("%+v", f)
	}
	if _, err := List(t.Context(), filepath.Join(dir, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
}

// TestListIsBounded: sub-folders and what is left out count.
func TestListIsBounded(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	for i := range MaxFiles - 1 {
		name := filepath.Join(dir, "sub", strconv.Itoa(i)+".tmp")
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if files := listed(t, dir); len(files) != 0 {
		t.Errorf("%d files", len(files))
	}
	lay(t, dir, "one more")
	if _, err := List(t.Context(), dir); !errors.Is(err, ErrCrowded) {
		t.Errorf("one more: %v", err)
	}
}

// TestAwait: nobody waits for a share that does not answer.
func TestAwait(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	asked, answer := make(chan struct{}), make(chan int)
	defer close(answer)
	go func() {
		<-asked
		stop()
	}()
	_, err := Await(ctx, func() (int, error) {
		close(asked)
		return <-answer, nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestMark: a file that is written anew, renamed or dated otherwise is another.
func TestMark(t *testing.T) {
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	f := File{"a.pdf", 10, at}
	for _, other := range []File{{"b.pdf", 10, at}, {"a.pdf", 11, at}, {"a.pdf", 10, at.Add(1)}} {
		if other.Mark() == f.Mark() {
			t.Errorf("%+v", other)
		}
	}
	if again := (File{"a.pdf", 10, at.Local()}); again.Mark() != f.Mark() {
		t.Error("another zone is another file")
	}
}

// TestSettled: a file counts once it has stayed as it is, also when the clock is set
// back or it went meanwhile.
func TestSettled(t *testing.T) {
	now := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	f := File{"a.pdf", 10, now}
	longer := f
	longer.Size = 20
	var s Sightings
	for i, c := range []struct {
		after time.Duration
		files []File
		whole bool
	}{
		{0, []File{f}, false},
		{Settle - 1, []File{f}, false},
		{1, []File{f}, true},
		{0, []File{longer}, false},
		{Settle, []File{longer}, true},
		{0, nil, true},
		{Settle, []File{longer}, false},
		{-time.Hour, []File{longer}, false},
		{Settle, []File{longer}, true},
	} {
		now = now.Add(c.after)
		settled, moving := s.Settled(c.files, now)
		want := 0
		if c.whole {
			want = len(c.files)
		}
		if len(settled) != want || moving != len(c.files)-want {
			t.Errorf("%d: %d settled, %d moving", i, len(settled), moving)
		}
	}
}
