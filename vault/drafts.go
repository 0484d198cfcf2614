package vault

import (
	"context"
	"fmt"

	"carnet/vault/internal/store"
	"carnet/vault/seal"
)

// maxDrafts is how much a keyholder's drafts may hold, in bytes.
const maxDrafts = 1 << 20

// draftsKey is where a device's drafts stand: beside its manifest.
func draftsKey(slot [16]byte) []byte { return append(slot[:], 'd') }

// KeepDrafts seals what the person had begun to write, under a key of their own,
// in the place of what was kept before; empty or nil removes it. What b says is
// the caller's. It writes no row in the journal.
//
// [Vault.ReplaceKeys] carries drafts over to the new keys; [Recover], which does
// not have the old ones, drops them. It returns [ErrDraftsTooLarge] above 1 MiB;
// what was kept before is untouched by any error.
func (v *Vault) KeepDrafts(ctx context.Context, b []byte) error {
	if len(b) > maxDrafts {
		return wrap("keep drafts", ErrDraftsTooLarge)
	}
	if len(b) == 0 {
		if there, err := v.anyDrafts(); err != nil || !there {
			return wrap("keep drafts", err) // mostly so: nothing to wait for the disk for
		}
	}
	return wrap("keep drafts", v.act(ctx, func(a *act) error { return a.keepDrafts(b) }))
}

func (v *Vault) anyDrafts() (there bool, err error) {
	done, err := v.looking()
	if err != nil {
		return false, err
	}
	defer done()
	err = v.db.View(func(tx *store.Tx) error {
		there = v.drafts || tx.Get(store.Self, draftsKey(v.self.slot)) != nil
		return nil
	})
	return there, err
}

// keepDrafts writes the drafts of the one who acts.
func (a *act) keepDrafts(b []byte) error {
	key := draftsKey(a.self.slot)
	a.drafts = len(b) > 0
	if len(b) == 0 {
		return a.tx.Delete(store.Self, key)
	}
	sealed, err := a.self.Self(labelDrafts, byte(store.Self), b)
	if err != nil {
		return fmt.Errorf("vault: drafts: %w", err)
	}
	return a.tx.Put(store.Self, key, sealed.Bytes())
}

// Drafts returns what [Vault.KeepDrafts] kept for this keyholder, nil for
// nothing. Nobody can make them again, so what does not open is an error
// wrapping [ErrDamaged], which [Vault.Check] tells too, until KeepDrafts replaces
// or removes it.
func (v *Vault) Drafts() ([]byte, error) {
	done, err := v.looking()
	if err != nil {
		return nil, wrap("read drafts", err)
	}
	defer done()
	var b []byte
	err = v.db.View(func(tx *store.Tx) error {
		b, err = v.openDrafts(tx, v.self)
		return err
	})
	return b, wrap("read drafts", err)
}

// openDrafts reads the drafts of a device; a recovery kit has none.
func (s *state) openDrafts(tx *store.Tx, self *device) ([]byte, error) {
	value := tx.Get(store.Self, draftsKey(self.slot))
	if value == nil && s.drafts {
		return nil, fmt.Errorf("%w: drafts are not there", ErrDamaged)
	}
	if value == nil {
		return nil, nil
	}
	sealed, err := seal.Parse(value)
	if err != nil {
		return nil, fmt.Errorf("%w: drafts: %w", ErrDamaged, err)
	}
	b, err := self.OpenSelf(labelDrafts, byte(store.Self), sealed)
	if err != nil {
		return nil, fmt.Errorf("%w: drafts: %w", ErrDamaged, err)
	}
	return b, nil
}
