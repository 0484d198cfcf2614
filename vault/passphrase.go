package vault

import (
	"context"
	"errors"
	"fmt"

	"carnet/vault/chain"
	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// ChangePassphrase gives the open keyholder a new passphrase, in one
// transaction: after a crash one of the two works, never none. It does not
// protect what somebody who knew the old passphrase has copied; use
// [Vault.ReplaceKeys] then.
func (v *Vault) ChangePassphrase(ctx context.Context, passphrase []byte) error {
	if err := checkPassphrase(passphrase); err != nil {
		return wrap("change passphrase", err)
	}
	slot, err := v.newSlot(passphrase)
	if err != nil {
		return wrap("change passphrase", err)
	}
	err = v.act(ctx, func(a *act) error {
		if slot.ID != a.self.slot {
			return fmt.Errorf("%w: keys were replaced meanwhile", errInternal)
		}
		if err := a.log(a.house, record.PassphraseChanged, a.self.keyholder); err != nil {
			return err
		}
		return a.tx.Put(store.Meta, slot.ID[:], slot.Bytes())
	})
	return wrap("change passphrase", err)
}

// newSlot seals the open keyholder's seed under another passphrase.
func (v *Vault) newSlot(passphrase []byte) (*seal.Slot, error) {
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	defer done()
	me := v.me()
	content := seal.SlotContent{Seed: v.self.Seed(), Keyholder: me.ID, Name: me.Name}
	return seal.NewSlot(v.id, v.self.slot, passphrase, v.opt.work(), v.opt.Computer, content)
}

// ReplaceKeys is for when somebody may know the passphrase: it gives the
// keyholder a new device under a new passphrase, removes the old one from every
// record, gives every circle a new key and rewrites the file. With renewKit the
// recovery kit is renewed in the same act, and the new code returned.
//
// An older copy of the file still opens with the old passphrase. It returns
// [ErrNotCompacted] when all was saved but the rewriting.
func (v *Vault) ReplaceKeys(ctx context.Context, passphrase []byte, renewKit bool) (kit *seal.KitCode, err error) {
	err = v.replace(ctx, passphrase, false, func(a *act) (*seal.Identity, error) {
		if err := a.log(a.house, record.DeviceReplaced, a.self.keyholder); err != nil || !renewKit {
			return nil, err
		}
		code := seal.NewKitCode()
		kit = &code
		if err := a.log(a.house, record.KitRenewed, a.self.keyholder); err != nil {
			return nil, err
		}
		return code.Identity()
	})
	if err != nil && !errors.Is(err, ErrNotCompacted) {
		kit = nil
	}
	return kit, wrap("replace keys", err)
}

// Recover opens the vault at path with a recovery code and gives its keyholder
// a new passphrase, in one transaction. The kit stays valid; the old passphrase
// opens this file no longer.
//
// It returns [ErrWrongKit] when the code is not of this vault, and the errors of
// opening a file; the file is not modified then.
func Recover(ctx context.Context, path string, code seal.KitCode, passphrase []byte, opt *Options) (*Vault, error) {
	v, err := openWithKit(path, code, opt.orDefault())
	if err != nil {
		return nil, wrap("recover vault", err)
	}
	return v.recovered(ctx, passphrase, record.VaultRecovered)
}

// recovered gives the keyholder of a vault that was opened without the passphrase a
// new one; action is what the journal says of it.
func (v *Vault) recovered(ctx context.Context, passphrase []byte, action record.Action) (*Vault, error) {
	err := v.compareMark()
	if errors.Is(err, ErrOlder) && v.opt.Older {
		err = nil
	}
	if err != nil {
		return nil, errors.Join(wrap("recover vault", err), v.close())
	}
	err = checkPassphrase(passphrase)
	if err == nil {
		err = v.replace(ctx, passphrase, false, func(a *act) (*seal.Identity, error) {
			return nil, a.log(a.house, action, a.self.keyholder)
		})
	}
	if err != nil && !errors.Is(err, ErrNotCompacted) {
		return nil, errors.Join(wrap("recover vault", err), v.Close())
	}
	return v, wrap("recover vault", err)
}

func openWithKit(path string, code seal.KitCode, o Options) (*Vault, error) {
	vaultID, _, err := readSlots(path)
	if err != nil {
		return nil, err
	}
	id, err := code.Identity()
	if err != nil {
		return nil, err
	}
	kit := &device{Identity: id, id: deviceID(id.Public())}
	if known, err := sealedTo(path, kit); err != nil || !known {
		id.Wipe()
		return nil, errors.Join(err, ErrWrongKit)
	}
	v, err := openAs(path, vaultID, kit, o)
	if err != nil {
		return nil, err
	}
	entry, ok := v.house.chain.Entry(kit.id)
	if !ok {
		return nil, errors.Join(ErrWrongKit, v.Close())
	}
	kit.keyholder = record.ID(entry.Keyholder)
	return v, nil
}

// sealedTo reports whether the file holds anything for a device, without the
// right to write.
func sealedTo(path string, d *device) (found bool, err error) {
	db, err := store.OpenReadOnly(path)
	if err != nil {
		return false, err
	}
	err = db.View(func(tx *store.Tx) error {
		return tx.Each(store.Seals, func(_, value []byte) error {
			if _, _, err := d.OpenSeal(d.id, value); err == nil {
				found = true
			}
			return nil
		})
	})
	return found, errors.Join(err, db.Close())
}

// renew gives the keyholder of an older copy a new device under the same
// passphrase: the newer file, which goes on with the old one, can still be merged,
// so the old one stays a member.
func (v *Vault) renew(ctx context.Context, passphrase []byte) error {
	return v.replace(ctx, passphrase, true, func(a *act) (*seal.Identity, error) {
		return nil, a.log(a.house, record.VaultOlder, a.self.keyholder)
	})
}

// replace gives the keyholder a new device and rewrites the file; with beside the
// old one stays a member, without a way in, and the file is not rewritten. before
// is asked for the row of the journal and for a new kit, nil to keep the old one.
func (v *Vault) replace(ctx context.Context, passphrase []byte, beside bool, before func(*act) (*seal.Identity, error)) error {
	if err := checkPassphrase(passphrase); err != nil {
		return err
	}
	me, err := v.Keyholder()
	if err != nil {
		return err
	}
	vaultID, err := v.ID()
	if err != nil {
		return err
	}
	fresh, slot, err := newDevice(vaultID, me, passphrase, &v.opt)
	if err != nil {
		return err
	}
	err = v.act(ctx, func(a *act) error {
		kit, err := before(a)
		if err != nil {
			return err
		}
		if kit != nil {
			defer kit.Wipe()
		}
		for _, c := range a.all() {
			if err := a.exchange(c, fresh, kit, slot.ID, beside); err != nil {
				return err
			}
		}
		drafts, err := a.openDrafts(a.tx, a.self)
		if err != nil {
			drafts = nil // they open no better under the new keys
		}
		folders, err := a.openWatched(a.tx, a.self)
		if err != nil {
			folders = watchedBody{}
		}
		for _, id := range a.house.people[me.ID].slots {
			if id == slot.ID || beside && id != v.self.slot {
				continue
			}
			if err := a.dropSlot(id); err != nil {
				return err
			}
		}
		a.self = fresh
		if err := a.keepDrafts(drafts); err != nil {
			return err
		}
		if err := a.keepWatched(folders); err != nil {
			return err
		}
		return a.tx.Put(store.Meta, slot.ID[:], slot.Bytes())
	})
	if err != nil {
		fresh.Wipe()
		return err
	}
	if beside {
		return nil
	}
	return v.compactAfter(ctx, nil)
}

// exchange puts a keyholder's new device, and new kit, in the place of the old
// ones, or beside them, in one chart and gives its circles new keys.
func (a *act) exchange(c *chart, fresh *device, kit *seal.Identity, slot [16]byte, beside bool) error {
	old := a.self
	defer func() { a.self = old }()
	mine, ok := c.chain.Members()[old.id]
	if !ok {
		return nil
	}
	if err := a.settle(c); err != nil {
		return err
	}
	add := chain.MemberClear{Add: true, Entries: []chain.Entry{entryOf(fresh.Public(), false, mine.Keyholder, mine.Role)}}
	if kit != nil {
		add.Entries = append(add.Entries, entryOf(kit.Public(), true, mine.Keyholder, mine.Role))
	}
	var remove chain.MemberClear
	for _, e := range c.chain.Members() {
		if e.Keyholder == mine.Keyholder && !beside && (!e.Kit || kit != nil) {
			remove.Entries = append(remove.Entries, e)
		}
	}
	sortEntries(remove.Entries)
	person := c.people[mine.Keyholder]
	body := memberBody{Keyholder: person.keyholder, Name: person.name}
	if c == a.house {
		signature := fresh.Sign(joinMessage(add.Entries[0]))
		body.Slot, body.Joined = slot, signature[:]
	}
	if _, err := a.write(c, draft{kind: chain.Member, clear: &add, head: bodyHead{Type: typeMember}, body: &body}); err != nil {
		return err
	}
	if len(remove.Entries) > 0 {
		a.self = fresh
		if _, err := a.write(c, draft{kind: chain.Member, clear: &remove}); err != nil {
			return err
		}
	}
	a.self = fresh
	if err := a.settle(c); err != nil {
		return fmt.Errorf("new keys: %w", err)
	}
	return nil
}

// Compact rewrites the file without what was removed, so that nothing of it
// remains between what lives. progress, which may be nil, is told the bytes
// copied of about how many; cancelling ctx leaves the file as it is.
func (v *Vault) Compact(ctx context.Context, progress func(done, total int64)) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.state == nil {
		return ErrLocked
	}
	size, err := v.db.Size()
	if err != nil {
		return wrap("compact", err)
	}
	var told func(int64)
	if progress != nil {
		told = func(done int64) { progress(min(done, size.Bytes-size.Free), size.Bytes-size.Free) }
	}
	return wrap("compact", named(v.db.Compact(ctx, told)))
}

// compactAfter finishes an act that must leave no trace.
func (v *Vault) compactAfter(ctx context.Context, progress func(done, total int64)) error {
	if err := v.Compact(ctx, progress); err != nil {
		return errors.Join(ErrNotCompacted, err)
	}
	return nil
}
