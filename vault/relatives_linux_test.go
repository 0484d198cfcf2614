package vault_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"carnet/vault"
)

func init() { children["relatives-child"] = relativesChild }

// relativesChild is the test binary as the child: it renews the sheets of the vault at
// args[0], or withdraws them, or recovers with those in the file args[2].
func relativesChild(args []string) error {
	ctx := context.Background()
	switch args[1] {
	case "recover":
		b, err := os.ReadFile(args[2])
		if err != nil {
			return err
		}
		one, two, err := readShares(string(b))
		if err != nil {
			return err
		}
		v, err := vault.RecoverWithShares(ctx, args[0], one, two, []byte("après la coupure"), options())
		if err != nil {
			return err
		}
		fmt.Println("recovered")
		return v.Close()
	}
	v, err := vault.Unlock(ctx, args[0], passphraseOf(camille), options())
	if err != nil {
		return err
	}
	if args[1] == "renew" {
		made, err := v.MakeShares(ctx)
		if err != nil {
			return err
		}
		if err := os.WriteFile(args[2], []byte(writeShares(made[0], made[1])), 0o600); err != nil {
			return err
		}
	} else if err := v.RemoveShares(ctx); err != nil {
		return err
	}
	fmt.Println("done")
	return v.Close()
}

func writeShares(one, two vault.Share) string {
	a, b := one.Rows(), two.Rows()
	return base64.StdEncoding.EncodeToString([]byte(strings.Join(a[:], " "))) + "\n" + base64.StdEncoding.EncodeToString([]byte(strings.Join(b[:], " ")))
}

func readShares(s string) (one, two vault.Share, err error) {
	var out [2]vault.Share
	for i, line := range strings.Split(s, "\n") {
		b, err := base64.StdEncoding.DecodeString(line)
		if err != nil {
			return one, two, err
		}
		if out[i], err = vault.ParseShare(string(b)); err != nil {
			return one, two, err
		}
	}
	return out[0], out[1], nil
}

// TestCutRelatives: wherever the power is cut while sheets are renewed, withdrawn or
// used, the old ones open the vault, or the new state is there whole; the passphrase or
// the new one opens it all the same.
func TestCutRelatives(t *testing.T) {
	t.Parallel()
	for _, what := range []string{"renew", "remove", "recover"} {
		t.Run(what, func(t *testing.T) {
			h := newVault(t)
			h.without(sacha)
			kept := h.add(h.me.ID, "b.txt", []byte("à garder"))
			old := h.makeShares()
			h.must(h.Close())
			base := readFile(t, h.path)
			paper := h.t.TempDir() + "/feuilles"
			if what == "recover" {
				writeFile(t, paper, []byte(writeShares(old[0], old[1])))
			}
			events := recordWrites(t, h, "relatives-child", what, paper)
			one, two := old[0], old[1]
			var err error
			if what == "renew" {
				one, two, err = readShares(string(readFile(t, paper)))
				h.must(err)
			}
			before, after := 0, 0
			tries := 0
			cutEverywhere(t, base, events, func(path string, acknowledged bool) error {
				was, isNew := false, false
				// With the keys that it had: what the passphrase of before opens, without
				// the work of deriving them each time.
				v, err := h.seats[camille].Open(path, options())
				if err == nil {
					if was = v.TryShares(t.Context(), old[0], old[1]) == nil; what == "renew" {
						isNew = v.TryShares(t.Context(), one, two) == nil
					}
					r, bad := v.Relatives()
					if what == "remove" {
						isNew = r.Made == 0
					}
					if b, err := contentOf(v, kept); err != nil || string(b) != "à garder" {
						bad = errors.Join(bad, fmt.Errorf("content: %q, %w", b, err))
					}
					if err := errors.Join(bad, v.Close()); err != nil {
						return err
					}
				} else if what == "recover" {
					if tries++; tries%8 == 1 { // deriving keys is slow on purpose
						v, err := vault.Unlock(t.Context(), path, []byte("après la coupure"), options())
						if err != nil {
							return err
						}
						if err := errors.Join(v.TryShares(t.Context(), old[0], old[2]), v.Close()); err != nil {
							return err
						}
					}
					isNew = true
				}
				switch {
				case was && !isNew && !acknowledged:
					before++
				case isNew && !was:
					after++
				default:
					return fmt.Errorf("neither before nor after: old %t, new %t, acknowledged %t, %v", was, isNew, acknowledged, err)
				}
				return nil
			})
			if before == 0 || after == 0 {
				t.Errorf("%d states before, %d after: the test shows nothing", before, after)
			}
			t.Logf("%d calls: %d states before, %d after", len(events), before, after)
		})
	}
}
