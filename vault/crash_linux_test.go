package vault_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"carnet/vault"
	"carnet/vault/record"
)

// The tests of this file are about a power cut. A child works on a vault while
// every write, growth and sync of its file is recorded by strace, with what it
// acknowledged in between. From the record follow the states in which a disk
// that keeps its word may be found: what was synced, and of what was written
// since then any subset of sectors. Each of them must open and hold every
// acknowledged act.

// sector is the least that a disk writes whole, in bytes.
const sector = 512

func init() {
	children["crash-child"], children["verbs-child"], children["closure-child"] = crashChild, verbsChild, closureChild
}

// crashChild is the test binary as the child: it opens the vault at args[0] and
// acts on the record args[1], and says on its standard output what is done.
func crashChild(args []string) error {
	patient, err := record.ParseID(args[1])
	if err != nil {
		return err
	}
	rounds, err := strconv.Atoi(args[2])
	if err != nil {
		return err
	}
	ctx := context.Background()
	v, err := vault.Unlock(ctx, args[0], passphraseOf(camille), options())
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "carnet-crash-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	var all []record.ID
	for i := range rounds {
		path := filepath.Join(dir, fmt.Sprintf("%03d.bin", i))
		content := noise(uint64(i), []int{300, 2500, 0, 9000, 40_000, 700}[i%6])
		if err := os.WriteFile(path, content, 0o600); err != nil {
			return err
		}
		for r := range v.Import(ctx, patient, []string{path}, nil) {
			if r.Err != nil {
				return r.Err
			}
			if !r.Duplicate {
				all = append(all, r.ID)
				fmt.Printf("added %s %x\n", r.ID, digest(content))
			}
		}
		id := all[(i*7)%len(all)]
		title := fmt.Sprintf("titre %d", i)
		if err := v.EditDocument(ctx, id, vault.Edit{Title: &title}); err != nil {
			return err
		}
		fmt.Printf("titled %s %d\n", id, i)
		switch i % 8 {
		case 3:
			err = v.KeepDrafts(ctx, []byte(title))
		case 5:
			if err = v.RemoveDocuments(ctx, id); err == nil {
				err = v.RestoreDocuments(ctx, id)
			}
		case 7:
			err = v.Examine(ctx, nil, nil)
		}
		if err != nil {
			return err
		}
	}
	return v.Close()
}

// event is one recorded call on the vault's file, or an acknowledgement.
type event struct {
	write []byte // nil for others
	at    int64
	grow  int64 // the file's new length, -1 for others
	sync  bool
	said  string
}

// recordWrites runs a child on the vault under strace and reads the record.
func recordWrites(t testing.TB, h *household, child string, args ...string) []event {
	t.Helper()
	strace := straceOrSkip(t)
	self, err := os.Executable()
	h.must(err)
	trace := filepath.Join(t.TempDir(), "trace")
	args = append([]string{"-f", "-qq", "-xx", "-s", "3000000", "-o", trace, "-e", "trace=openat,pwrite64,fdatasync,fsync,ftruncate,write", self, child, h.path}, args...)
	cmd := exec.Command(strace, args...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("the child: %v: %s", err, out)
	}
	events, err := parseTrace(readFile(t, trace), h.path)
	h.must(err)
	return events
}

func straceOrSkip(t testing.TB) string {
	t.Helper()
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Fatal("strace, which records and fails system calls, is not installed: make deps installs it")
	}
	if out, err := exec.Command(strace, "-f", "-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO:when=1", "true").CombinedOutput(); err != nil {
		t.Skipf("strace is refused here: %v: %s", err, out)
	}
	return strace
}

// parseTrace reads what strace -f -xx wrote. A call that another thread
// interrupts stands on two lines; it takes place where it ends, but a write that
// has begun may already be on the disk, so it stands where it begins.
func parseTrace(b []byte, path string) (events []event, err error) {
	begun := map[string]string{} // by thread
	fds := map[string]bool{}
	for line := range strings.Lines(string(b)) {
		pid, call, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok {
			continue
		}
		call = strings.TrimSpace(call)
		resumed := false
		if half, cut := strings.CutSuffix(call, " <unfinished ...>"); cut {
			begun[pid] = half
			if !strings.HasPrefix(half, "pwrite64(") && !strings.HasPrefix(half, "ftruncate(") {
				continue
			}
			call = half + ") = ?"
		} else if _, rest, cut := strings.Cut(call, " resumed>"); strings.HasPrefix(call, "<... ") && cut {
			call, resumed = begun[pid]+rest, true
		}
		name, rest, _ := strings.Cut(call, "(")
		args, result := rest, ""
		if at := outcome.FindAllStringIndex(rest, -1); at != nil {
			last := at[len(at)-1]
			args, result = rest[:last[0]], rest[last[1]:]
		}
		if resumed && (name == "pwrite64" || name == "ftruncate") {
			if strings.HasPrefix(result, "-1") {
				return nil, fmt.Errorf("a write failed: %.80s", result)
			}
			continue // it stands where it began
		}
		part := strings.Split(args, ", ")
		switch name {
		case "openat":
			if file, err := text(part[1]); err == nil && string(file) == path {
				fds[strings.Fields(result)[0]] = true
			}
		case "pwrite64":
			if !fds[part[0]] {
				continue
			}
			data, err := text(part[1])
			if err != nil {
				return nil, err
			}
			n, _ := strconv.Atoi(part[2])
			at, err := strconv.ParseInt(part[3], 0, 64)
			if err != nil || len(data) != n {
				return nil, fmt.Errorf("a write of %d bytes of which %d are recorded, %v", n, len(data), err)
			}
			events = append(events, event{write: data, at: at, grow: -1})
		case "ftruncate":
			if fds[part[0]] {
				size, err := strconv.ParseInt(part[1], 0, 64)
				if err != nil {
					return nil, err
				}
				events = append(events, event{grow: size})
			}
		case "fdatasync", "fsync":
			if fds[part[0]] && strings.HasPrefix(result, "0") {
				events = append(events, event{grow: -1, sync: true})
			}
		case "write":
			if part[0] == "1" {
				said, err := text(part[1])
				if err != nil {
					return nil, err
				}
				events = append(events, event{grow: -1, said: string(said)})
			}
		}
	}
	return events, nil
}

// outcome parts the arguments of a call from what it returned.
var outcome = regexp.MustCompile(`\) += `)

// text reads a string of strace -xx.
func text(s string) ([]byte, error) {
	s, ok := strings.CutSuffix(strings.TrimPrefix(s, `"`), `"`)
	if !ok {
		return nil, fmt.Errorf("a string that is cut: %.40s", s)
	}
	return hex.DecodeString(strings.ReplaceAll(s, `\x`, ""))
}

// acknowledged is what a child had said at some point.
type acknowledged struct {
	digests map[record.ID]string
	titles  map[record.ID]int
}

func (a *acknowledged) take(said string) {
	var id, value string
	for line := range strings.Lines(said) {
		if n, _ := fmt.Sscanf(line, "added %s %s", &id, &value); n == 2 {
			if parsed, err := record.ParseID(id); err == nil {
				a.digests[parsed] = value
			}
		}
		if n, _ := fmt.Sscanf(line, "titled %s %s", &id, &value); n == 2 {
			if parsed, err := record.ParseID(id); err == nil {
				a.titles[parsed], _ = strconv.Atoi(value)
			}
		}
	}
}

// disk is a file as it may be found after a cut.
type disk struct {
	durable []byte
	pending []event
	acknowledged
}

func (d *disk) step(e event) {
	switch {
	case e.sync:
		for _, p := range d.pending {
			d.durable = apply(d.durable, p, nil)
		}
		d.pending = nil
	case e.said != "":
		d.take(e.said)
	default:
		d.pending = append(d.pending, e)
	}
}

// apply does what a call did, to those sectors of a write that keep accepts, all
// when it is nil.
func apply(file []byte, e event, keep func() bool) []byte {
	grown := func(size int64) {
		if size > int64(len(file)) {
			file = append(file, make([]byte, size-int64(len(file)))...)
		}
	}
	if e.grow >= 0 {
		if keep == nil || keep() {
			grown(e.grow)
			file = file[:e.grow]
		}
		return file
	}
	for from := 0; from < len(e.write); from += sector {
		if keep != nil && !keep() {
			continue
		}
		part := e.write[from:min(from+sector, len(e.write))]
		grown(e.at + int64(from+len(part)))
		copy(file[e.at+int64(from):], part)
	}
	return file
}

// image is one state after a cut now: of the first n calls since the last sync
// any subset of sectors. A torn header is cut at any byte, which is worse than
// disks do.
func (d *disk) image(random *rand.Rand) []byte {
	file := bytes.Clone(d.durable)
	share := []float64{0, 0.1, 0.5, 0.9, 1}[random.IntN(5)]
	for _, e := range d.pending {
		if len(e.write) == 4096 && e.at < 8192 && random.IntN(2) == 0 {
			file = apply(file, event{write: e.write[:random.IntN(97)], at: e.at, grow: -1}, nil)
			continue
		}
		file = apply(file, e, func() bool { return random.Float64() < share })
	}
	return file
}

// holdsAfterCut opens an image and compares it with what was acknowledged.
func (h *household) holdsAfterCut(path string, a *acknowledged, write bool) error {
	v, err := h.seats[camille].Open(path, options())
	if err != nil {
		return err
	}
	list, err := v.Documents(h.me.ID)
	if err != nil {
		return errors.Join(err, v.Close())
	}
	found := map[record.ID]record.Document{}
	for _, d := range list {
		found[d.ID] = d
	}
	for id, digest := range a.digests {
		d, there := found[id]
		switch {
		case !there:
			err = errors.Join(err, errors.New("an acknowledged document is missing"))
		case hex.EncodeToString(d.Digest[:]) != digest:
			err = errors.Join(err, errors.New("another digest"))
		}
		if at, titled := a.titles[id]; titled {
			var n int
			if _, bad := fmt.Sscanf(d.Title, "titre %d", &n); bad != nil || n < at {
				err = errors.Join(err, fmt.Errorf("title %q, acknowledged was %d", d.Title, at))
			}
		}
	}
	report, bad := v.Check(context.Background(), false, nil)
	d := v.Damage()
	if len(report.Damaged) == 1 && report.Damaged[0].What == "header" { // torn inside a sector, and told
		report.Damaged, d.Headers = nil, 0
	}
	if bad != nil || !report.Ok() || d != (vault.Damage{}) {
		err = errors.Join(err, bad, fmt.Errorf("check: %+v, %+v", report.Damaged, v.Damage()))
	}
	if write && err == nil {
		err = v.KeepDrafts(context.Background(), []byte("après la coupure"))
	}
	return errors.Join(err, v.Close())
}

// crashImages tries n states of a vault whose power was cut.
func crashImages(t *testing.T, n, rounds int) {
	h := newVault(t)
	h.must(h.Close())
	base := readFile(t, h.path)
	events := recordWrites(t, h, "crash-child", h.me.ID.String(), strconv.Itoa(rounds))
	after := readFile(t, h.path)
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 3))
	// Where cuts fall, in the order of the record.
	cuts := make([]int, len(events)+1)
	for range n {
		cuts[random.IntN(len(cuts))]++
	}
	d := &disk{durable: bytes.Clone(base), acknowledged: acknowledged{map[record.ID]string{}, map[record.ID]int{}}}
	commits, good, torn := 0, 0, 0
	path := filepath.Join(quickFolder(t), "cut.carnet")
	for i := range cuts {
		for range cuts[i] {
			writeFile(t, path, d.image(random))
			if len(d.pending) > 0 {
				torn++
			}
			if err := h.holdsAfterCut(path, &d.acknowledged, random.IntN(8) == 0); err != nil {
				t.Errorf("seed %d, cut after call %d of %d: %v", seed, i, len(events), err)
				continue
			}
			good++
		}
		if i < len(events) {
			d.step(events[i])
			if events[i].sync {
				commits++
			}
		}
	}
	if !bytes.Equal(d.image(rand.New(rand.NewPCG(1, 1))), after) {
		t.Error("the record, replayed to its end, is not the file: the test shows nothing")
	}
	if len(d.digests) < rounds/2 || torn < n/4 {
		t.Errorf("%d documents acknowledged, %d cuts between syncs: too few", len(d.digests), torn)
	}
	t.Logf("%d of %d images hold; %d calls, %d syncs, %d documents, %d cuts between two syncs", good, n, len(events), commits, len(d.digests), torn)
}

func TestCrashImages(t *testing.T) {
	t.Parallel()
	if raceEnabled {
		crashImages(t, 60, 12) // the child is slow, and there is nothing to race
		return
	}
	crashImages(t, 250, 24)
}

func TestTortureCrashImages(t *testing.T) {
	t.Parallel()
	if os.Getenv("CARNET_TORTURE") == "" {
		t.Skip("the long form, 5,000 images, runs with CARNET_TORTURE=1")
	}
	crashImages(t, 5000, 120)
}

// TestImagesThatMustNotHold: the test would notice a vault that is synced too
// late. With the syncs of data left out of the record, images fail.
func TestImagesThatMustNotHold(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	h.must(h.Close())
	base := readFile(t, h.path)
	events := recordWrites(t, h, "crash-child", h.me.ID.String(), "10")
	d := &disk{durable: bytes.Clone(base), acknowledged: acknowledged{map[record.ID]string{}, map[record.ID]int{}}}
	random := rand.New(rand.NewPCG(5, 5))
	path := filepath.Join(t.TempDir(), "cut.carnet")
	failed, syncs := 0, 0
	for _, e := range events {
		if e.sync {
			if syncs++; syncs%6 != 0 {
				continue
			}
		}
		d.step(e)
		if random.IntN(3) == 0 {
			writeFile(t, path, d.image(random))
			if h.holdsAfterCut(path, &d.acknowledged, false) != nil {
				failed++
			}
		}
	}
	if failed == 0 {
		t.Error("nothing failed on a disk that loses what was synced")
	}
	t.Logf("%d images do not hold, as they must not", failed)
}
