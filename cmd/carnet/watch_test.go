package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"carnet/ui/text"
	"carnet/vault/seal"
)

// TestWatchFollow: what comes while somebody follows is told, or added where they asked
// for that, and stopping is a good end.
func TestWatchFollow(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("CARNET_VAULT", filepath.Join(dir, "coffre.carnet"))
	t.Setenv("XDG_DATA_HOME", filepath.Join(dir, "data"))
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	run := func(out io.Writer, args ...string) (int, string) {
		t.Helper()
		in, secret, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		if _, err := secret.WriteString("une phrase assez longue\n"); err != nil {
			t.Fatal(err)
		}
		if err := secret.Close(); err != nil {
			t.Fatal(err)
		}
		var said bytes.Buffer
		a := newApp(ctx, streams{in, out, &said}, text.English)
		a.argon2 = seal.Floor
		return a.run(append(args, "--passphrase-fd", "0")), said.String()
	}
	arrivals := filepath.Join(dir, "arrivals")
	if err := os.Mkdir(arrivals, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"vault", "create", "--name", "Anne Martin", "--birth", "1980-05-17", "--kit", filepath.Join(dir, "kit.txt")},
		{"watch", "add", arrivals},
	} {
		if code, said := run(io.Discard, args...); code != exitDone {
			t.Fatalf("%v: %d, %s", args, code, said)
		}
	}
	lay := func(name string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(arrivals, name), []byte("note "+name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		args []string
		file string
		want string
		last string // line, after which it is stopped
	}{
		{nil, "first.txt", "new  first.txt", "--add adds them"},
		{[]string{"--add", "--no-ocr"}, "second.txt", "2 documents added", "Pages, text and category read"},
	} {
		ctx, stop = context.WithCancel(t.Context())
		lines, out := io.Pipe()
		ended := make(chan int, 1)
		go func() {
			code, _ := run(out, append([]string{"watch", "run", "--follow"}, c.args...)...)
			out.Close()
			ended <- code
		}()
		lay(c.file)
		found := false
		for s := bufio.NewScanner(lines); s.Scan(); {
			found = found || strings.Contains(s.Text(), c.want)
			if strings.Contains(s.Text(), c.last) {
				stop() // and it is read to its end
			}
		}
		if code := <-ended; code != exitDone || !found {
			t.Errorf("%v: %d, found: %v", c.args, code, found)
		}
		stop()
	}
}
