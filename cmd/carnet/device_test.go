package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"carnet/ui/text"
	"carnet/vault/seal"
)

// commanded runs one command with lines on its first descriptor, one by one as ask gives
// them, and returns what it printed.
func commanded(t *testing.T, err io.Writer, in *os.File, args ...string) (int, string) {
	t.Helper()
	var out bytes.Buffer
	a := newApp(t.Context(), streams{in: in, out: &out, err: err}, text.English)
	a.argon2 = seal.Floor
	return a.run(args), out.String()
}

// typed is a descriptor on which lines wait.
func typed(t *testing.T, lines ...string) *os.File {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	if _, err := io.WriteString(w, strings.Join(lines, "\n")+"\n"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return r
}

// serving runs a real server on the loopback until the test ends, and gives what people
// are told of it.
func serving(t *testing.T) (host, key string) {
	t.Helper()
	program, err := serverProgram()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	server := exec.CommandContext(ctx, program, "serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--names", "127.0.0.1")
	server.Env = append(os.Environ(), "LANG=en_GB.UTF-8")
	said, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(); _ = server.Wait() })
	for lines := bufio.NewScanner(said); (host == "" || key == "") && lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if strings.HasPrefix(lines.Text(), "Key") {
			key = fields[len(fields)-1]
		} else {
			host = fields[len(fields)-1]
		}
	}
	go io.Copy(io.Discard, said)
	return host, key
}

// A computer is added by commands, the six words are the same on both, everything is
// there; it is removed; and in the end the kit alone brings everything back.
func TestDevicesByCommand(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("XDG_DATA_HOME", filepath.Join(folder, "data"))
	host, key := serving(t)
	first, second, third := filepath.Join(folder, "first.carnet"), filepath.Join(folder, "second.carnet"), filepath.Join(folder, "third.carnet")
	const phrase, other = "une phrase assez longue", "une autre phrase assez longue"
	paper := filepath.Join(folder, "note.txt")
	if err := os.WriteFile(paper, []byte("written on the first computer"), 0o600); err != nil {
		t.Fatal(err)
	}
	must := func(want int, lines []string, args ...string) string {
		t.Helper()
		var told bytes.Buffer
		code, out := commanded(t, &told, typed(t, lines...), args...)
		if code != want {
			t.Fatalf("%q: exit %d, want %d: %s%s", args, code, want, out, told.String())
		}
		return out
	}
	kit := must(0, []string{phrase}, "vault", "create", "--vault", first, "--name", "Anne Martin", "--birth", "1984-05-02", "--passphrase-fd", "0")
	code := regexp.MustCompile(`([0-9A-Z]{5}[ -]+){5}[0-9A-Z]{5}`).FindString(kit)
	if code == "" {
		t.Fatalf("no code in %q", kit)
	}
	must(0, []string{phrase}, "document", "add", "--vault", first, "--passphrase-fd", "0", paper)
	must(8, []string{phrase}, "sync", "device", "invite", "--vault", first, "--passphrase-fd", "0")
	must(0, []string{phrase}, "consent", "give", "--vault", first, "--passphrase-fd", "0", "--server", host, "--server-key", key, "--accept")

	r, w := io.Pipe()
	invited := make(chan int, 1)
	go func() {
		code, _ := commanded(t, w, typed(t, phrase, "yes"), "sync", "device", "invite", "--vault", first, "--passphrase-fd", "0", "--yes-fd", "0", "--json")
		w.Close()
		invited <- code
	}()
	shown, words := bufio.NewScanner(r), ""
	carried := ""
	for carried == "" && shown.Scan() {
		if rest, ok := strings.CutPrefix(shown.Text(), "Code (ten minutes, once): "); ok {
			carried = rest
		}
	}
	heard := make(chan struct{})
	go func() {
		defer close(heard)
		for shown.Scan() {
			if rest, ok := strings.CutPrefix(shown.Text(), "Six words: "); ok {
				words = rest
			}
		}
	}()
	var told bytes.Buffer
	exit, out := commanded(t, &told, typed(t, carried, other, "yes"), "sync", "device", "join", "--vault", second, "--server", host, "--name", "Laptop", "--code-fd", "0", "--passphrase-fd", "0", "--yes-fd", "0", "--json")
	if exit != 0 {
		t.Fatalf("join: exit %d: %s%s", exit, out, told.String())
	}
	if code := <-invited; code != 0 {
		t.Fatalf("invite: exit %d", code)
	}
	<-heard
	if words == "" || !strings.Contains(told.String(), words) || len(strings.Fields(words)) != 6 {
		t.Errorf("the words %q are not in %q", words, told.String())
	}
	if list := must(0, []string{other}, "document", "list", "--vault", second, "--passphrase-fd", "0"); !strings.Contains(list, "note") {
		t.Errorf("on the second computer: %q", list)
	}
	var devices []deviceJSON
	if err := json.Unmarshal([]byte(must(0, []string{phrase}, "sync", "device", "list", "--vault", first, "--passphrase-fd", "0", "--json")), &devices); err != nil || len(devices) != 2 || devices[1].Name != "Laptop" || devices[1].This {
		t.Fatalf("devices: %+v, %v", devices, err)
	}
	must(1, []string{phrase}, "sync", "device", "remove", "--vault", first, "--passphrase-fd", "0", devices[0].ID.String())
	if out := must(0, []string{phrase}, "sync", "device", "remove", "--vault", first, "--passphrase-fd", "0", "Laptop"); !strings.Contains(out, "stays readable on it") || !strings.Contains(out, "answers it no longer") {
		t.Errorf("removed: %q", out)
	}
	if err := os.Remove(first); err != nil {
		t.Fatal(err)
	}
	if out := must(0, nil, "sync", "recover", "--vault", third, "--server", host, "--server-key", key); !strings.Contains(out, "can read no title") {
		t.Errorf("what is consented to: %q", out)
	}
	must(0, []string{code, other}, "sync", "recover", "--vault", third, "--server", host, "--server-key", key, "--accept", "--kit-code-fd", "0", "--new-passphrase-fd", "0")
	if list := must(0, []string{other}, "document", "list", "--vault", third, "--passphrase-fd", "0"); !strings.Contains(list, "note") {
		t.Errorf("back from the kit: %q", list)
	}
}
