package vault

import (
	"bytes"
	"context"
	"errors"
	"os"

	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// Copy is another file of a vault, or a parcel of one record, open beside it for the
// same keyholder, to be merged into it. Nothing is written to it. Close it.
type Copy struct {
	v     *Vault
	loose string // where the values of a parcel lie; "" for another file of the vault
}

// Close wipes the keys and closes the file.
func (c *Copy) Close() error {
	if c.loose == "" {
		return c.v.Close()
	}
	return errors.Join(c.v.Close(), os.Remove(c.loose))
}

// Path returns where the copy is.
func (c *Copy) Path() string { return c.v.path }

// OpenCopy opens another file of this vault for [Vault.Merge]: a backup, a
// conflicted copy of a synchronised folder. Without a passphrase it uses the keys
// of the one for whom the vault is open, which serve as long as they were not
// replaced in one of the two.
//
// It returns [ErrItself], [ErrOtherVault], [ErrWrongPassphrase] when the copy needs
// its own passphrase or the one given opens nothing, [ErrNoKeyholder] when it opens
// for another person, [ErrNewerKeys] when this keyholder's keys were replaced there,
// [ErrDamaged] when the copy does not hold (repair it first), and the errors of
// [Unlock].
func (v *Vault) OpenCopy(ctx context.Context, path string, passphrase []byte) (*Copy, error) {
	c, err := v.openOther(ctx, path, passphrase)
	return c, wrap("open copy", err)
}

func (v *Vault) openOther(ctx context.Context, path string, passphrase []byte) (*Copy, error) {
	me, err := v.Keyholder()
	if err != nil {
		return nil, err
	}
	here, err := os.Stat(v.path)
	if err != nil {
		return nil, err
	}
	there, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if os.SameFile(here, there) {
		return nil, ErrItself
	}
	id, slots, err := readSlots(path)
	if err != nil {
		return nil, err
	}
	if mine, err := v.ID(); err != nil || mine != record.ID(id) {
		return nil, errors.Join(ErrOtherVault, err)
	}
	self, err := v.ownDevice()
	if err != nil {
		return nil, err
	}
	if passphrase != nil {
		self.Wipe()
		if self, err = tryPassphrase(ctx, id, slots, passphrase, &Options{Computer: v.opt.Computer}); err != nil {
			return nil, err
		}
	}
	known := false
	for _, s := range slots {
		known = known || s.ID == self.slot
	}
	switch {
	case !known:
		err = ErrWrongPassphrase
	case self.keyholder != me.ID:
		err = ErrNoKeyholder
	}
	if err != nil {
		self.Wipe()
		return nil, err
	}
	other, err := v.openCopyAs(path, self)
	if err != nil {
		return nil, err
	}
	c := &Copy{v: other}
	if err := v.fits(ctx, other); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// ownDevice is the open keyholder's device once more, for another file.
func (v *Vault) ownDevice() (*device, error) {
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	defer done()
	seed, err := seal.KeyFrom(v.self.Seed().Expose())
	if err != nil {
		return nil, err
	}
	return openDevice(seed, v.self.slot, v.self.keyholder)
}

// openCopyAs opens another file of this vault, without the right to write.
func (v *Vault) openCopyAs(path string, self *device) (*Vault, error) {
	id, err := v.ID()
	if err != nil {
		self.Wipe()
		return nil, err
	}
	db, err := store.OpenReadOnly(path)
	if err != nil {
		self.Wipe()
		return nil, err
	}
	out := &Vault{opt: v.opt, path: path, db: db, self: self, reserved: map[uint64]bool{}}
	err = db.View(func(tx *store.Tx) error {
		out.state, err = load(tx, id, self, out.reserved)
		return err
	})
	if err != nil {
		self.Wipe()
		return nil, errors.Join(err, db.Close())
	}
	return out, nil
}

// fits reports whether a copy is one of this vault and holds.
func (v *Vault) fits(ctx context.Context, other *Vault) error {
	report, err := other.Check(ctx, true, nil)
	if err != nil {
		return err
	}
	done, err := v.looking()
	if err != nil {
		return err
	}
	defer done()
	_, member := other.house.chain.Members()[v.self.id]
	_, known := other.house.chain.Entry(v.self.id)
	switch {
	case !bytes.Equal(other.household[:], v.household[:]):
		return ErrOtherVault
	case !report.Ok():
		return ErrDamaged
	case known && !member:
		return ErrNewerKeys
	}
	return nil
}
