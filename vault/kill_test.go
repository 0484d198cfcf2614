package vault_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"carnet/vault"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// importChild is the test binary as a child: it unlocks the vault at args[0] and
// imports args[2], a folder, into the record args[1], and prints a line for each
// file that is reported as saved.
func importChild(args []string) error {
	patient, err := record.ParseID(args[1])
	if err != nil {
		return err
	}
	ctx := context.Background()
	v, err := vault.Unlock(ctx, args[0], passphraseOf(camille), options())
	if err != nil {
		return err
	}
	fmt.Println("open")
	for i := range v.Import(ctx, patient, []string{args[2]}, nil) {
		if i.Err != nil {
			err = errors.Join(err, i.Err)
			continue
		}
		fmt.Printf("saved %s %s\n", i.ID, filepath.Base(i.Path))
	}
	return errors.Join(err, v.Close())
}

// importFiles is what the child imports: mixed sizes, one over 16 MiB.
type importFiles struct {
	dir     string
	digests map[string][]byte // by file name
}

func newImportFiles(t testing.TB) importFiles {
	t.Helper()
	f := importFiles{t.TempDir(), map[string][]byte{}}
	sizes := []int{17<<20 + 9}
	for i := range 240 {
		sizes = append(sizes, []int{0, 700, 2049, 30_000, seal.ChunkSize + 1, 900_000}[i%6])
	}
	for i, n := range sizes {
		content := fmt.Appendf(noise(uint64(i), n), "%d", i)
		name := fmt.Sprintf("%03d-%d.bin", i*37%241, n)
		writeFile(t, filepath.Join(f.dir, name), content)
		f.digests[name] = digest(content)
	}
	return f
}

// importRun is a child that imports.
type importRun struct {
	importFiles
	t   testing.TB
	cmd *exec.Cmd
	out io.ReadCloser
}

// start starts a child. wrapper is a program to run it under.
func (f importFiles) start(t testing.TB, h *household, wrapper ...string) *importRun {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	args := append(wrapper, self, "import-child", h.path, h.me.ID.String(), f.dir)
	r := &importRun{importFiles: f, t: t, cmd: exec.Command(args[0], args[1:]...)}
	if r.out, err = r.cmd.StdoutPipe(); err != nil {
		t.Fatal(err)
	}
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return r
}

func digest(b []byte) []byte {
	d := seal.NewDigest()
	d.Write(b)
	return d.Sum(nil)
}

// wait reads what the child reports until it ends, and kills it some time after
// it has opened the vault.
func (r *importRun) wait(kill time.Duration) (reported map[record.ID]string, took time.Duration, failure error) {
	r.t.Helper()
	reported = map[record.ID]string{}
	lines := bufio.NewScanner(r.out)
	if lines.Scan() && lines.Text() != "open" {
		r.t.Fatalf("the child says %q", lines.Text())
	}
	begin := time.Now()
	timer := time.AfterFunc(kill, func() { r.cmd.Process.Kill() })
	defer timer.Stop()
	for lines.Scan() {
		words := strings.SplitN(lines.Text(), " ", 3)
		if len(words) != 3 {
			break // cut by the kill
		}
		id, err := record.ParseID(words[1])
		if err != nil || r.digests[words[2]] == nil {
			break
		}
		reported[id] = words[2]
	}
	took = time.Since(begin)
	return reported, took, r.cmd.Wait()
}

// holds fails the test unless the vault has every reported document, and all it
// has are whole and of the files' content.
func (r *importRun) holds(h *household, reported map[record.ID]string) {
	r.t.Helper()
	present := map[record.ID]bool{}
	for _, d := range h.documents(h.me.ID) {
		present[d.ID] = true
		if !bytes.Equal(d.Digest[:], r.digests[d.FileName]) {
			r.t.Errorf("%s: another digest", d.FileName)
		}
	}
	for id, name := range reported {
		if !present[id] {
			r.t.Errorf("%s was reported as saved and is missing", name)
		}
	}
	report, err := h.Check(r.t.Context(), false, nil) // compares every content with its digest
	if err != nil || !report.Ok() || report.Documents != len(present) {
		r.t.Errorf("after the end of the child: %+v, %v", report, err)
	}
}

// killDuringImport kills n imports, each into a fresh vault, at a random moment
// before their end.
func killDuringImport(t *testing.T, n int) {
	files := newImportFiles(t)
	h := newVault(t)
	h.must(h.Close())
	reported, whole, failure := files.start(t, h).wait(time.Minute)
	if failure != nil || len(reported) != len(files.digests) {
		t.Fatalf("the import that is not killed: %d of %d files, %v", len(reported), len(files.digests), failure)
	}

	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	runs, killed, all, unfinished := 0, 0, 0, 0
	for ; killed < n && runs < 5*n; runs++ {
		h := newVault(t)
		h.must(h.Close())
		child := files.start(t, h)
		reported, _, failure := child.wait(time.Duration(random.Int64N(int64(whole) * 3 / 4)))
		if failure != nil {
			killed++
			if all += len(reported); killed%50 == 0 {
				t.Logf("%d of %d killed so far", killed, n)
			}
		}
		h.reopen()
		child.holds(h, reported)
		left, _ := h.Unfinished()
		unfinished += left
		h.add(h.me.ID, "ensuite.txt", []byte("ensuite"))
		if left, _ := h.Unfinished(); left != 0 {
			t.Errorf("%d unfinished versions after the next import", left)
		}
		h.sound()
		if t.Failed() {
			return
		}
		h.must(os.Remove(h.path))
	}
	t.Logf("%d runs, %d killed before their end, which had reported %d documents and left %d unfinished versions", runs, killed, all, unfinished)
	if killed < n {
		t.Errorf("%d imports had ended before they were killed", runs-killed)
	}
}

func TestKillDuringImport(t *testing.T) {
	t.Parallel()
	if raceEnabled {
		killDuringImport(t, 2) // the child is as slow as the parent
		return
	}
	killDuringImport(t, 8)
}

func TestTortureKillDuringImport(t *testing.T) {
	t.Parallel()
	if os.Getenv("CARNET_TORTURE") == "" {
		t.Skip("the long form, 500 kills, runs with CARNET_TORTURE=1")
	}
	killDuringImport(t, 500)
}
