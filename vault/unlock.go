package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// Unlock opens the vault file at path with a keyholder's passphrase. Deriving
// the key takes about half a second for every slot that has to be tried.
//
// It returns an error wrapping one of those listed under errors of opening a
// file, among them an [Older], or [fs.ErrNotExist]. The file is never modified then.
func Unlock(ctx context.Context, path string, passphrase []byte, opt *Options) (*Vault, error) {
	o := opt.orDefault()
	vaultID, slots, err := readSlots(path)
	if err != nil {
		return nil, fmt.Errorf("open vault: %w", err)
	}
	self, err := tryPassphrase(ctx, vaultID, slots, passphrase, &o)
	if err != nil {
		return nil, fmt.Errorf("open vault: %w", err)
	}
	v, err := openAs(path, vaultID, self, o)
	if err != nil {
		return nil, fmt.Errorf("open vault: %w", err)
	}
	err = v.compareMark()
	if errors.Is(err, ErrOlder) && o.Older {
		err = v.renew(ctx, passphrase)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open vault: %w", err), v.close())
	}
	return v, nil
}

// readSlots reads what stands in clear, without the right to write.
func readSlots(path string) (vaultID [16]byte, slots []*seal.Slot, err error) {
	db, err := store.OpenReadOnly(path)
	if err != nil {
		return vaultID, nil, err
	}
	err = db.View(func(tx *store.Tx) error {
		vaultID, slots, err = clearText(tx)
		return err
	})
	return vaultID, slots, errors.Join(err, db.Close())
}

// clearText reads vault id and slots out of a transaction.
func clearText(tx *store.Tx) (vaultID [16]byte, slots []*seal.Slot, err error) {
	id := tx.Get(store.Meta, idKey)
	if len(id) != len(vaultID) {
		return vaultID, nil, fmt.Errorf("%w: vault id", ErrDamaged)
	}
	copy(vaultID[:], id)
	err = tx.Each(store.Meta, func(key, value []byte) error {
		if len(key) != 16 {
			return nil
		}
		s, err := seal.ParseSlot(bytes.Clone(value))
		if err != nil || !bytes.Equal(s.ID[:], key) || len(slots) == maxSlots {
			return errors.Join(fmt.Errorf("%w: slot", ErrDamaged), err)
		}
		slots = append(slots, s)
		return nil
	})
	if err == nil && len(slots) == 0 {
		err = fmt.Errorf("%w: no slot", ErrDamaged)
	}
	return vaultID, slots, err
}

// tryPassphrase tries every slot. Of several that open, As chooses.
func tryPassphrase(ctx context.Context, vaultID [16]byte, slots []*seal.Slot, passphrase []byte, o *Options) (*device, error) {
	outcome := seal.ErrPassphrase
	for _, slot := range slots {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		content, err := slot.Open(vaultID, passphrase, o.Computer)
		switch {
		case errors.Is(err, seal.ErrPassphrase):
			continue
		case errors.Is(err, seal.ErrOtherComputer), errors.Is(err, seal.ErrParameters):
			outcome = err
			continue
		case err != nil:
			outcome = fmt.Errorf("%w: slot: %w", ErrDamaged, err)
			continue
		}
		if o.As != "" && !SameName(content.Name, o.As) {
			content.Seed.Wipe()
			outcome = fmt.Errorf("%w: %w", ErrWrongPassphrase, ErrNoKeyholder)
			continue
		}
		return openDevice(content.Seed, slot.ID, record.ID(content.Keyholder))
	}
	return nil, outcome
}

// openAs opens the file for a device and reads it.
func openAs(path string, vaultID [16]byte, self *device, o Options) (*Vault, error) {
	db, err := store.Open(path)
	if err != nil {
		self.Wipe()
		return nil, err
	}
	v := &Vault{opt: o, path: path, db: db, self: self, reserved: map[uint64]bool{}}
	err = db.View(func(tx *store.Tx) error {
		v.state, err = load(tx, vaultID, self, v.reserved)
		return err
	})
	if err != nil {
		self.Wipe()
		return nil, errors.Join(err, db.Close())
	}
	return v, nil
}

// Info is what a vault file shows without being opened.
type Info struct {
	Vault  record.ID
	Format int
	Bytes  int64         // of the file
	Slots  []seal.Argon2 // work that each passphrase costs
}

// ReadInfo reads what the file at path shows without being opened. Its errors
// are those of [Unlock].
func ReadInfo(path string) (Info, error) {
	db, err := store.OpenReadOnly(path)
	if err != nil {
		return Info{}, fmt.Errorf("read vault: %w", err)
	}
	defer db.Close()
	info := Info{Format: store.Format}
	err = db.View(func(tx *store.Tx) error {
		id, slots, err := clearText(tx)
		info.Vault = id
		for _, s := range slots {
			info.Slots = append(info.Slots, s.Argon2)
		}
		return err
	})
	if err != nil {
		return Info{}, fmt.Errorf("read vault: %w", err)
	}
	size, err := db.Size()
	info.Bytes = size.Bytes
	return info, err
}
