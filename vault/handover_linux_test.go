package vault_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"carnet/vault"
	"carnet/vault/record"
	"carnet/vault/seal"
)

func init() { children["handover-child"] = handOverChild }

// handOverChild is the test binary as a child that hands the record args[1] of the
// vault at args[0] over to args[2], with the recovery code args[3]. It writes from
// one thread, so that strace counts its calls in one row.
func handOverChild(args []string) error {
	runtime.LockOSThread()
	patient, err := record.ParseID(args[1])
	if err != nil {
		return err
	}
	kit, err := seal.ParseKitCode(args[3])
	if err != nil {
		return err
	}
	ctx := context.Background()
	v, err := vault.Unlock(ctx, args[0], passphraseOf(camille), options())
	if err != nil {
		return err
	}
	fmt.Println("open")
	_, err = v.HandOver(ctx, patient, vault.HandOver{Path: args[2], Passphrase: []byte(louPassphrase), Kit: kit}, nil)
	return errors.Join(err, v.Close())
}

// TestHandOverKilled kills a hand-over at the calls by which it writes, syncs,
// names and removes: afterwards the family's file has all of the record, and there
// is no new file or a whole one; or the record is in the new file alone. Doing it
// again ends it. CARNET_TORTURE=1 takes every call, else it is a sample.
func TestHandOverKilled(t *testing.T) {
	t.Parallel()
	strace := straceOrSkip(t)
	g := growUp(t)
	g.must(g.Close())
	groups := g.kit.Groups()
	step := 31
	if os.Getenv("CARNET_TORTURE") != "" {
		step = 1
	}
	states := map[string]int{}
	runs := 0
	for _, call := range []string{"pwrite64", "fdatasync", "fsync", "ftruncate", "linkat", "renameat", "unlinkat"} {
		for when := 1; ; when += step {
			family := copyOf(t, g.household.path)
			path := filepath.Join(t.TempDir(), "lou.carnet")
			_, failure := runChild(t, strace, "-f", "-qq", "-o", os.DevNull, "-e", "trace="+call, "-e", fmt.Sprintf("inject=%s:signal=KILL:when=%d", call, when),
				selfPath(t), "handover-child", family, g.lou.ID.String(), path, strings.Join(groups[:], "-"))
			if failure == nil {
				break // it makes fewer such calls
			}
			runs++
			states[g.afterKill(t, fmt.Sprintf("%s %d", call, when), family, path)]++
		}
	}
	for _, state := range []string{"untouched", "written", "handed over"} {
		if states[state] == 0 && step == 1 {
			t.Errorf("no kill left the state %q: %v", state, states)
		}
	}
	t.Logf("%d kills: %v", runs, states)
}

// afterKill looks at what a kill left, does it again, and says which state it was.
func (g *grownUp) afterKill(t *testing.T, what, family, path string) (state string) {
	t.Helper()
	v, err := g.seats[camille].Open(family, options())
	if err != nil {
		t.Fatalf("%s: the family's file: %v", what, err)
	}
	h := &household{Vault: v, t: t, path: family}
	defer h.close()
	h.sound()
	own := &grownUp{household: &household{t: t}, path: path}
	all, err := h.HandedOver()
	h.must(err)
	_, missing := os.Lstat(path)
	switch {
	case len(all) == 1:
		state = "handed over"
		if missing != nil || len(h.documents(g.lou.ID)) != 1 {
			t.Fatalf("%s: erased and not handed over: %v", what, missing)
		}
	default:
		state = "untouched"
		for id, content := range g.contents {
			same(t, what, h.read(id), content)
		}
		if missing == nil {
			state = "written"
			g.holds(own.own())
		}
		if _, err := h.HandOver(t.Context(), g.lou.ID, vault.HandOver{Path: path, Passphrase: []byte(louPassphrase), Kit: g.kit}, nil); err != nil {
			t.Fatalf("%s, %s: again: %v", what, state, err)
		}
	}
	g.holds(own.own())
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); err != nil || len(left) != 0 {
		t.Errorf("%s: left %v, %v", what, left, err)
	}
	h.reopenSound()
	return state
}

// holds looks whether a new file has all that goes, and closes it.
func (g *grownUp) holds(own *household) {
	own.t.Helper()
	own.sound()
	for id, content := range g.contents {
		same(own.t, "content", own.read(id), content)
	}
	own.close()
}

// reopenSound looks at the file as the next one who opens it.
func (h *household) reopenSound() {
	h.t.Helper()
	h.sound()
	left, err := filepath.Glob(filepath.Join(filepath.Dir(h.path), ".*.aside"))
	if err != nil || len(left) != 0 {
		h.t.Errorf("left %v, %v", left, err)
	}
}
