package vault_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"carnet/vault"
	"carnet/vault/record"
)

// closureChild is the test binary as the child: it closes the record args[1] of
// the vault at args[0], or the whole vault when that is zero.
func closureChild(args []string) error {
	patient, err := record.ParseID(args[1])
	if err != nil {
		return err
	}
	ctx := context.Background()
	v, err := vault.Unlock(ctx, args[0], passphraseOf(camille), options())
	if err != nil {
		return err
	}
	if patient.IsZero() {
		_, err = v.CloseVault(ctx, refused, nil)
	} else {
		_, err = v.ClosePatient(ctx, patient, refused, nil)
	}
	if err == nil {
		fmt.Println("closed")
	}
	return errors.Join(err, v.Close())
}

// cutEverywhere gives every state in which a closure can be found whose power is
// cut: at each call, with what was not synced there, absent or in part.
func cutEverywhere(t *testing.T, base []byte, events []event, see func(path string, acknowledged bool) error) {
	t.Helper()
	random := rand.New(rand.NewPCG(7, 11))
	d := &disk{durable: bytes.Clone(base), acknowledged: acknowledged{map[record.ID]string{}, map[record.ID]int{}}}
	said := false
	path := filepath.Join(quickFolder(t), "cut.carnet")
	for i := range len(events) + 1 {
		for range 4 {
			writeFile(t, path, d.image(random))
			if err := see(path, said); err != nil {
				t.Fatalf("cut after call %d of %d: %v", i, len(events), err)
			}
		}
		if i < len(events) {
			d.step(events[i])
			said = said || events[i].said != ""
		}
	}
}

// TestCutClosePatient: wherever the power is cut, the record is there whole or
// closed whole with its mention, and everything else is as it was.
func TestCutClosePatient(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	h.add(h.lou.ID, "a.txt", bytes.Repeat([]byte("bilan de Lou "), 30_000))
	kept := h.add(h.me.ID, "b.txt", []byte("à garder"))
	h.must(h.Close())
	base := readFile(t, h.path)
	events := recordWrites(t, h, "closure-child", h.lou.ID.String())
	before, after := 0, 0
	cutEverywhere(t, base, events, func(path string, acknowledged bool) error {
		v, err := h.seats[camille].Open(path, options())
		if err != nil {
			return err
		}
		defer v.Close()
		closures, err := v.Closures()
		if err != nil {
			return err
		}
		traces, err := v.Traces()
		if err != nil {
			return err
		}
		_, err = v.Documents(h.lou.ID)
		switch {
		case err == nil && len(closures) == 0 && !traces && !acknowledged:
			before++
		case errors.Is(err, vault.ErrNoPatient) && len(closures) == 1 && traces:
			after++
		default:
			return fmt.Errorf("half closed: %v, %d mentions, traces %t, acknowledged %t", err, len(closures), traces, acknowledged)
		}
		if b, err := contentOf(v, kept); err != nil || string(b) != "à garder" {
			return fmt.Errorf("the other record: %q, %w", b, err)
		}
		report, err := v.Check(t.Context(), false, nil)
		damage := v.Damage()
		if len(report.Damaged) == 1 && report.Damaged[0].What == "header" { // torn inside a sector, and told
			report.Damaged, damage.Headers = nil, 0
		}
		if err != nil || !report.Ok() || damage != (vault.Damage{}) {
			return fmt.Errorf("check: %+v, %+v, %w", report.Damaged, damage, err)
		}
		return nil
	})
	if before == 0 || after == 0 {
		t.Errorf("%d states before, %d after: the test shows nothing", before, after)
	}
	t.Logf("%d calls: %d states before the closure, %d after", len(events), before, after)
}

// TestCutCloseVault: wherever the power is cut, the vault opens whole, or no key
// opens it, the file says so, and the closure is finished.
func TestCutCloseVault(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	id := h.add(h.lou.ID, "a.txt", bytes.Repeat([]byte("bilan de Lou "), 300))
	h.must(h.Close())
	base := readFile(t, h.path)
	events := recordWrites(t, h, "closure-child", record.ID{}.String())
	if _, err := os.Lstat(h.path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file is still there: %v", err)
	}
	before, after := 0, 0
	cutEverywhere(t, base, events, func(path string, acknowledged bool) error {
		v, err := h.seats[camille].Open(path, options())
		if err == nil {
			before++
			b, bad := contentOf(v, id)
			if err := v.Close(); err != nil || bad != nil || len(b) != 13*300 || acknowledged {
				return fmt.Errorf("opens, and not whole: %w, %w, %d bytes, acknowledged %t", err, bad, len(b), acknowledged)
			}
			if err := vault.FinishClosure(t.Context(), path, nil); !errors.Is(err, vault.ErrNotVault) {
				return fmt.Errorf("a whole vault was taken for a closed one: %w", err)
			}
			return nil
		}
		if !errors.Is(err, vault.ErrClosing) {
			return fmt.Errorf("neither opens nor says that it is closed: %w", err)
		}
		after++
		if _, err := vault.Recover(t.Context(), path, h.kits[camille], []byte("une autre phrase secrète"), options()); !errors.Is(err, vault.ErrClosing) {
			return fmt.Errorf("the kit: %w", err)
		}
		if _, err := vault.Survey(t.Context(), path, [][]byte{passphraseOf(camille)}, options(), nil); !errors.Is(err, vault.ErrClosing) {
			return fmt.Errorf("a repair: %w", err)
		}
		if err := vault.FinishClosure(t.Context(), path, nil); err != nil {
			return err
		}
		if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("not removed: %w", err)
		}
		return vault.FinishClosure(t.Context(), path, nil)
	})
	if before == 0 || after == 0 {
		t.Errorf("%d states before, %d after: the test shows nothing", before, after)
	}
	t.Logf("%d calls: %d states before the closure, %d after", len(events), before, after)
}
