package vault_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"carnet/vault"
	"carnet/vault/internal/store"
)

func init() { children["flip-child"] = flipChild }

// flipChild is the test binary as a child, which may die of a page that bbolt
// cannot bear: it flips bits of the vault at args[0], one at a time in a copy,
// from number args[2] to args[3] of the seed args[1], and says what came of each.
func flipChild(args []string) error {
	var seed, from, to uint64
	if _, err := fmt.Sscan(strings.Join(args[1:], " "), &seed, &from, &to); err != nil {
		return err
	}
	good, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	f := &flipper{good: good, path: args[0] + ".flipped-" + args[2], seats: map[string]vault.Seat{}, want: map[string]string{}}
	defer os.Remove(f.path)
	for _, who := range []string{camille, dominique, sacha} {
		v, err := vault.Unlock(context.Background(), args[0], passphraseOf(who), options())
		if err != nil {
			return err
		}
		f.seats[who] = v.Seat()
		f.want[who], err = seen(v)
		if err := errors.Join(err, v.Close()); err != nil {
			return err
		}
	}
	fmt.Println("ready")
	for n := from; n < to; n++ {
		random := rand.New(rand.NewPCG(seed, n))
		at, bit := random.IntN(len(good)), random.IntN(8)
		fmt.Println(n, f.flip(at, bit))
	}
	return nil
}

// seen is all that somebody sees in a vault, and how far it has come.
func seen(v *vault.Vault) (string, error) {
	var out strings.Builder
	patients, err := v.Patients()
	if err != nil {
		return "", err
	}
	for _, p := range patients {
		list, err := v.Documents(p.ID)
		if err != nil {
			return "", err
		}
		members, err := v.Members(p.ID)
		if err != nil {
			return "", err
		}
		erased, err := v.Erasures(p.ID)
		if err != nil {
			return "", err
		}
		for i := range list {
			list[i].Proposed.Category, list[i].Proposed.Date, list[i].Proposed.Pages = "", "", 0 // can be made again
			fmt.Fprintln(&out, list[i])
		}
		fmt.Fprintln(&out, p, members, erased)
	}
	drafts, err := v.Drafts()
	fmt.Fprintln(&out, v.JournalSize(), v.Generation(), drafts)
	return out.String(), err
}

type flipper struct {
	good  []byte
	path  string
	seats map[string]vault.Seat
	want  map[string]string
}

// flip says what becomes of a vault with one bit that is wrong: "refused" and
// "told" with who noticed, "harmless" when nobody sees a difference, now or after
// further writing, or "SILENT".
func (f *flipper) flip(at, bit int) string {
	spoilt := bytes.Clone(f.good)
	spoilt[at] ^= 1 << bit
	if err := os.WriteFile(f.path, spoilt, 0o600); err != nil {
		return "SILENT " + err.Error()
	}
	for _, who := range []string{sacha, dominique, camille} { // who knows least first
		if outcome := f.look(who, false); outcome != "" {
			return outcome
		}
	}
	if outcome := f.slots(); outcome != "" {
		return outcome
	}
	// What is wrong in free pages or in the list of them must not spoil what is
	// written later.
	v, err := f.seats[camille].Open(f.path, options())
	if err != nil {
		return "SILENT " + err.Error()
	}
	err = v.KeepDrafts(context.Background(), noise(uint64(at), 90_000))
	if err == nil {
		err = v.Compact(context.Background(), nil)
	}
	if err := errors.Join(err, v.Close()); err != nil {
		return named(err, "told at the first write")
	}
	for who := range f.seats {
		if outcome := f.look(who, true); outcome != "" {
			return "SILENT until written: " + outcome
		}
	}
	return "harmless"
}

func (f *flipper) look(who string, written bool) string {
	v, err := f.seats[who].Open(f.path, options())
	if err != nil {
		return named(err, "refused")
	}
	defer v.Close()
	report, err := v.Check(context.Background(), false, nil)
	switch {
	case err != nil:
		return named(err, "refused by check")
	case v.Damage() != (vault.Damage{}):
		return "told at unlock"
	case !report.Ok() && written:
		return fmt.Sprintf("told by check: %+v", report.Damaged)
	case !report.Ok():
		return "told by check"
	}
	got, err := seen(v)
	if err != nil || got != f.want[who] && !(written && who == camille) {
		return fmt.Sprintf("SILENT: %s sees something else, %v: %.300q", who, err, firstDifference([]byte(f.want[who]), []byte(got)))
	}
	return ""
}

// slots tries the passphrases of the slots that are not as they were.
func (f *flipper) slots() string {
	values := func(path string) (map[string][]byte, error) {
		out := map[string][]byte{}
		db, err := store.OpenReadOnly(path)
		if err != nil {
			return nil, err
		}
		err = db.View(func(tx *store.Tx) error {
			return tx.Each(store.Meta, func(k, v []byte) error { out[string(k)] = bytes.Clone(v); return nil })
		})
		return out, errors.Join(err, db.Close())
	}
	good, err := values(strings.SplitN(f.path, ".flipped", 2)[0])
	if err != nil {
		return "SILENT " + err.Error()
	}
	spoilt, err := values(f.path)
	if err != nil {
		return named(err, "refused")
	}
	for who, seat := range f.seats {
		if bytes.Equal(good[string(seat.Slot())], spoilt[string(seat.Slot())]) {
			continue
		}
		v, err := vault.Unlock(context.Background(), f.path, passphraseOf(who), options())
		if err == nil {
			v.Close()
			return "SILENT: a slot that is altered opens"
		}
		return named(err, "refused")
	}
	return ""
}

// named is an outcome for an error that has a name of ours.
func named(err error, outcome string) string {
	for _, sentinel := range []error{vault.ErrDamaged, vault.ErrOlder, vault.ErrNotVault, vault.ErrTruncated, vault.ErrNewerFormat, vault.ErrWrongPassphrase, vault.ErrParameters, vault.ErrOtherComputer} {
		if errors.Is(err, sentinel) {
			return outcome
		}
	}
	return "SILENT: an error without a name: " + err.Error()
}

// bitFlips flips n bits anywhere in a vault's file.
func bitFlips(t *testing.T, n uint64) {
	h, _, _, _ := fullVault(t)
	bin := h.add(h.lou.ID, "efface.txt", bytes.Repeat([]byte("à effacer "), 500))
	h.must(h.RemoveDocuments(t.Context(), bin))
	h.must(h.EraseDocuments(t.Context(), nil, bin))
	for i := range 4 { // some free pages
		h.must(h.KeepDrafts(t.Context(), noise(uint64(i), 9000)))
	}
	h.must(h.Close())
	trim(t, h.path)
	good := quickFolder(t) + "/good.carnet"
	copyFile(t, h.path, good)
	h.path = good
	seed := uint64(time.Now().UnixNano())
	outcomes := map[string]int{}
	crashes, silent := 0, 0
	for next := uint64(0); next < n; {
		lines, failure := runFlips(t, h.path, seed, next, min(next+500, n))
		t.Logf("%d of %d flipped so far", next+uint64(len(lines)), n)
		for _, line := range lines {
			number, outcome, _ := strings.Cut(line, " ")
			if number != strconv.FormatUint(next, 10) {
				t.Fatalf("the child says %q for flip %d", line, next)
			}
			if next++; strings.HasPrefix(outcome, "SILENT") {
				silent++
				t.Errorf("seed %d, flip %s: %s", seed, number, outcome)
			}
			outcomes[outcome]++
		}
		if failure != nil {
			crashes++
			t.Errorf("seed %d, flip %d: the program died: %v", seed, next, failure)
			next++
		}
	}
	t.Logf("%d flips, %d silent, %d crashes: %v", n, silent, crashes, outcomes)
	if told := int(n) - outcomes["harmless"]; told < int(n)/10 || outcomes["harmless"] == 0 {
		t.Errorf("%d of %d were noticed: the test shows little", told, n)
	}
}

// trim cuts the room to grow off the end of a file: bits there mean nothing.
func trim(t testing.TB, path string) {
	t.Helper()
	b := readFile(t, path)
	pages, txid := uint64(0), uint64(0)
	for _, m := range [][]byte{b[16:], b[4096+16:]} {
		if id := binary.LittleEndian.Uint64(m[48:]); id >= txid {
			pages, txid = binary.LittleEndian.Uint64(m[40:]), id
		}
	}
	if err := os.Truncate(path, int64(pages)*4096); err != nil {
		t.Fatal(err)
	}
}

// quickFolder is in memory where the system has such a place: these tests write
// thousands of files that no power cut threatens.
func quickFolder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "carnet-*")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func runFlips(t *testing.T, path string, seed, from, to uint64) (lines []string, failure error) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "flip-child", path, fmt.Sprint(seed), fmt.Sprint(from), fmt.Sprint(to))
	var said bytes.Buffer
	cmd.Stderr = &said
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
	failure = cmd.Wait()
	if len(lines) == 0 || lines[0] != "ready" {
		t.Fatalf("the child did not start: %v: %s", failure, said.Bytes())
	}
	if failure != nil {
		failure = fmt.Errorf("%w: %.2000s", failure, said.Bytes())
	}
	return slices.Delete(lines, 0, 1), failure
}

func TestBitFlips(t *testing.T) {
	t.Parallel()
	if raceEnabled {
		bitFlips(t, 60)
		return
	}
	bitFlips(t, 200)
}

func TestTortureBitFlips(t *testing.T) {
	t.Parallel()
	if os.Getenv("CARNET_TORTURE") == "" {
		t.Skip("the long form, 5,000 flips, runs with CARNET_TORTURE=1")
	}
	bitFlips(t, 5000)
}
