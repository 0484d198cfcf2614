package vault_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"carnet/vault"
)

// TestInjectedErrors makes each call by which the vault's file is written fail,
// with each of two errors and at several moments: every acknowledged document is
// there afterwards, and the vault goes on.
func TestInjectedErrors(t *testing.T) {
	t.Parallel()
	strace := straceOrSkip(t)
	files := newImportFiles(t)
	moments := []string{"4", "12+9"}
	if os.Getenv("CARNET_TORTURE") != "" {
		moments = []string{"1", "2", "3", "4", "5", "7", "9", "12", "20", "33", "12+9", "3+5", "2+2"}
	}
	if raceEnabled {
		moments = moments[:1]
	}
	runs, failed, acknowledged := 0, 0, 0
	for _, call := range []string{"fdatasync", "pwrite64", "ftruncate"} {
		for _, code := range []string{"EIO", "ENOSPC"} {
			for _, when := range moments {
				what := fmt.Sprintf("%s:error=%s:when=%s", call, code, when)
				h := newVault(t)
				h.must(h.Close())
				child := files.start(t, h, strace, "-f", "-qq", "-o", filepath.Join(t.TempDir(), "trace"), "-e", "trace="+call, "-e", "inject="+what)
				reported, _, failure := child.wait(time.Minute)
				runs++
				if failure != nil {
					failed++
				}
				acknowledged += len(reported)
				h.reopen()
				child.holds(h, reported)
				h.add(h.me.ID, "ensuite.txt", []byte("ensuite"))
				h.sound()
				if t.Failed() {
					t.Fatal(what)
				}
				h.must(os.Remove(h.path))
			}
		}
	}
	if failed == 0 {
		t.Errorf("%d of %d imports met an error: the test shows nothing", failed, runs)
	}
	t.Logf("%d imports, %d ended with an error; %d acknowledged documents, all there", runs, failed, acknowledged)
}

// verbsChild is the test binary as a child that acts until an act fails, and
// says the number of each act that did not.
func verbsChild(args []string) error {
	v, err := vault.Unlock(context.Background(), args[0], passphraseOf(camille), options())
	if err != nil {
		return err
	}
	patients, err := v.Patients()
	if err != nil {
		return err
	}
	var list []string
	for _, p := range patients {
		documents, err := v.Documents(p.ID)
		if err != nil {
			return err
		}
		for _, d := range documents {
			list = append(list, d.ID.String())
			for n := range 12 {
				title := fmt.Sprintf("titre %d", n)
				if err := v.EditDocument(context.Background(), d.ID, vault.Edit{Title: &title}); err != nil {
					fmt.Println("failed", n)
					return errors.Join(err, v.Close())
				}
				fmt.Println("titled", n)
			}
		}
	}
	if len(list) != 1 {
		return errors.New(strconv.Itoa(len(list)) + " documents")
	}
	return v.Close()
}

// TestUnknownCommit: an act whose commit reports an error is looked into. When
// the verb says it was done it is in the file; when it says it was not, it is
// not, whatever the disk did.
func TestUnknownCommit(t *testing.T) {
	t.Parallel()
	strace := straceOrSkip(t)
	last := 8
	if raceEnabled {
		last = 4
	}
	failed, unknown := 0, 0
	for when := 1; when <= last; when++ {
		for _, code := range []string{"EIO", "ENOSPC"} {
			h := newVault(t)
			id := h.add(h.me.ID, "a.txt", []byte("a"))
			h.must(h.Close())
			said, failure := runChild(t, strace, "-f", "-qq", "-o", filepath.Join(t.TempDir(), "trace"), "-e", "trace=fdatasync",
				"-e", fmt.Sprintf("inject=fdatasync:error=%s:when=%d", code, when), selfPath(t), "verbs-child", h.path)
			done, refused := -1, -1
			for _, line := range said {
				fmt.Sscanf(line, "titled %d", &done)
				fmt.Sscanf(line, "failed %d", &refused)
			}
			if failure != nil {
				failed++
			} else if done != 11 {
				t.Errorf("ended well after act %d", done)
			} else {
				unknown++ // the error was of a commit that had been done, or met no act
			}
			h.reopen()
			title := h.document(id).Title
			if want := fmt.Sprintf("titre %d", done); done >= 0 && title != want {
				t.Errorf("%s at sync %d: title %q, the last act that was done wrote %q, act %d was refused", code, when, title, want, refused)
			}
			h.sound()
		}
	}
	if failed == 0 || unknown == 0 {
		t.Errorf("%d runs refused, %d went on: one of the two cases was not met", failed, unknown)
	}
	t.Logf("%d runs ended with a refused act, %d went on after the error", failed, unknown)
}

func selfPath(t testing.TB) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return self
}

// runChild runs a program to its end and returns the lines it said.
func runChild(t testing.TB, name string, args ...string) (lines []string, failure error) {
	t.Helper()
	cmd := exec.Command(name, args...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for scanner := bufio.NewScanner(out); scanner.Scan(); {
		lines = append(lines, scanner.Text())
	}
	return lines, cmd.Wait()
}
