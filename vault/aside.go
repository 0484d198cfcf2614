package vault

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"carnet/vault/record"
	"carnet/vault/seal"
)

// What may be read while the vault is closed lies aside: outside the file, sealed
// under a secret that the system keeps for this computer. The vault cannot write
// its journal then, so each reading leaves a letter that only the keyholder's
// device opens, and the next unlock enters it.

const (
	mailboxVersion = 1
	// mailboxSize is version, vault, keyholder, device, patient and HPKE key.
	mailboxSize = 1 + 4*16 + 1216
	// letterSeal is the length of a circle key sealed to a device.
	letterSeal = 1236
	// letterAt is where a letter's seal begins: after version and keyholder.
	letterAt = 1 + 16
)

// SealAside seals b under a 32-byte secret of this computer.
func SealAside(secret, b []byte) ([]byte, error) {
	k, err := seal.KeyFrom(secret)
	if err != nil {
		return nil, wrap("seal aside", err)
	}
	defer k.Wipe()
	sealed, err := seal.Seal(k, seal.Place{Label: labelAside}, b)
	if err != nil {
		return nil, wrap("seal aside", err)
	}
	return sealed.Bytes(), nil
}

// OpenAside opens what [SealAside] made. It returns [ErrAside] when the secret is
// another or the bytes have changed.
func OpenAside(secret, b []byte) ([]byte, error) {
	k, err := seal.KeyFrom(secret)
	if err != nil {
		return nil, wrap("open aside", err)
	}
	defer k.Wipe()
	sealed, err := seal.Parse(b)
	if err != nil {
		return nil, fmt.Errorf("open aside: %w: %w", ErrAside, err)
	}
	plain, err := seal.Open(k, seal.Place{Label: labelAside}, sealed)
	if err != nil {
		return nil, fmt.Errorf("open aside: %w: %w", ErrAside, err)
	}
	return plain, nil
}

// Mailbox is what [LeaveOpening] needs to leave a letter about a patient to this
// keyholder while the vault is closed. It holds no secret, and is replaced with
// the keyholder's keys. It returns [ErrNoPatient].
func (v *Vault) Mailbox(patient record.ID) ([]byte, error) {
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	defer done()
	if v.charts[patient] == nil {
		return nil, ErrNoPatient
	}
	b := make([]byte, 0, mailboxSize)
	b = append(b, mailboxVersion)
	b = append(b, v.id[:]...)
	b = append(b, v.self.keyholder[:]...)
	b = append(b, v.self.id[:]...)
	b = append(b, patient[:]...)
	return append(b, v.self.Public().HPKE...), nil
}

// PutAside enters in the journal that a patient's emergency sheet can be read
// while the vault is closed, from now on (out) or no longer. It returns
// [ErrNoPatient].
func (v *Vault) PutAside(ctx context.Context, patient record.ID, out bool) error {
	action := record.SheetWithdrawn
	if out {
		action = record.SheetLaidOut
	}
	return wrap("put aside", v.act(ctx, func(a *act) error {
		c, err := a.chart(patient)
		if err != nil {
			return err
		}
		return a.log(c, action, record.ID{})
	}))
}

// LeaveOpening makes the letter that says that what lay aside was read at that
// time. It needs no open vault. It returns [ErrAside] when mailbox is not one.
func LeaveOpening(mailbox []byte, at time.Time) ([]byte, error) {
	if len(mailbox) != mailboxSize || mailbox[0] != mailboxVersion {
		return nil, wrap("leave opening", ErrAside)
	}
	vaultID, keyholder := [16]byte(mailbox[1:]), mailbox[17:33]
	device, patient := [16]byte(mailbox[33:]), [16]byte(mailbox[49:])
	key, err := seal.NewCircleKey(patient, vaultID, 1)
	if err != nil {
		return nil, wrap("leave opening", err)
	}
	defer key.Wipe()
	sealed, err := key.SealTo(seal.Public{HPKE: mailbox[65:]}, [16]byte{}, device)
	if err != nil {
		return nil, wrap("leave opening", err)
	}
	body, err := key.Seal(labelLetter, 0, binary.BigEndian.AppendUint64(nil, uint64(record.At(at))))
	if err != nil {
		return nil, wrap("leave opening", err)
	}
	return slices.Concat([]byte{mailboxVersion}, keyholder, sealed, body.Bytes()), nil
}

// Openings is the outcome of [Vault.TakeOpenings].
type Openings struct {
	Entered int // in the journal, a row each
	// Lost letters open no more: the keyholder's keys were replaced meanwhile, or
	// the patient's record is theirs no longer.
	Lost int
	// Taken says of each letter whether it is done with. The others are for
	// another keyholder of the vault.
	Taken []bool
}

// TakeOpenings opens the letters of [LeaveOpening] that are for this keyholder and
// enters each in the journal of the patient it is about, with the time it tells:
// at the latest now. Who calls it removes the taken letters afterwards; a letter
// that comes twice is entered twice.
func (v *Vault) TakeOpenings(ctx context.Context, letters [][]byte) (o Openings, err error) {
	o.Taken = make([]bool, len(letters))
	mine := false
	me, err := v.Keyholder()
	if err != nil {
		return o, wrap("take openings", err)
	}
	for i, b := range letters {
		other := len(b) > letterAt && record.ID(b[1:letterAt]) != me.ID
		o.Taken[i] = !other
		mine = mine || !other
	}
	if !mine {
		return o, nil
	}
	err = v.act(ctx, func(a *act) error {
		for i, b := range letters {
			if !o.Taken[i] {
				continue
			}
			c, at, ok := a.openLetter(b)
			if !ok {
				o.Lost++
				continue
			}
			if err := a.logAt(c, record.SheetRead, record.ID{}, at, "closed"); err != nil {
				return err
			}
			o.Entered++
		}
		return nil
	})
	if err != nil {
		return Openings{}, wrap("take openings", err)
	}
	return o, nil
}

// openLetter opens a letter to the one who acts.
func (a *act) openLetter(b []byte) (c *chart, at record.Millis, ok bool) {
	if len(b) < letterAt+letterSeal || b[0] != mailboxVersion {
		return nil, 0, false
	}
	key, _, err := a.self.OpenSeal(a.self.id, b[letterAt:letterAt+letterSeal])
	if err != nil {
		return nil, 0, false
	}
	defer key.Wipe()
	sealed, err := seal.Parse(b[letterAt+letterSeal:])
	if err != nil || key.Circle != a.id {
		return nil, 0, false
	}
	plain, err := key.Open(labelLetter, 0, sealed)
	if err != nil || len(plain) != 8 {
		return nil, 0, false
	}
	at = record.Millis(binary.BigEndian.Uint64(plain))
	if now := record.At(a.opt.Now()); at <= 0 || at > now {
		at = now
	}
	c, err = a.chart(key.Patient)
	return c, at, err == nil
}
