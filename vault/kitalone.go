package vault

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"carnet/vault/chain"
	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// KitSigner signs in the name of a recovery kit while it is all that is left.
type KitSigner struct{ *seal.Identity }

// NewKitSigner derives the keys of a kit. It returns [ErrKitCode] for none.
func NewKitSigner(code seal.KitCode) (*KitSigner, error) {
	id, err := code.Identity()
	if err != nil {
		return nil, errors.Join(ErrKitCode, err)
	}
	return &KitSigner{id}, nil
}

// Device is the id of the kit.
func (k *KitSigner) Device() (chain.ID, error) { return deviceID(k.Public()), nil }

// SignRequest signs a request as [Vault.SignRequest] does.
func (k *KitSigner) SignRequest(base []byte) (device chain.ID, sig [64]byte, err error) {
	return deviceID(k.Public()), k.Sign(base), nil
}

// Renew makes a consent that the kit signs, for a record of which nothing but the kit
// is left: the operation, its body, and the consent as it stands there. It returns
// [ErrNotAllowed] for a carer's kit, who does not consent, or [ErrGrantee].
func (r *RecordKeys) Renew(code seal.KitCode, g Grantee, opt *Options) (Incoming, chain.Consent, error) {
	o := opt.orDefault()
	if r.Role != record.RoleHolder && r.Role != record.RoleGuardian {
		return Incoming{}, chain.Consent{}, ErrNotAllowed
	}
	id, err := code.Identity()
	if err != nil {
		return Incoming{}, chain.Consent{}, err
	}
	defer id.Wipe()
	clear := chain.ReceiptClear{
		ID: newID(), Category: chain.Hosting, Host: g.Host, Key: g.Key, Purpose: chain.Synchronise,
		Start: uint64(o.Now().UnixMilli()), End: uint64(max(g.Until.UnixMilli(), 0)),
		Text: sha256.Sum256([]byte(g.Text)), Language: g.Language, Program: g.Program,
	}
	if g.Text == "" || !clear.Valid() {
		return Incoming{}, chain.Consent{}, ErrGrantee
	}
	op := chain.Op{V: chain.Version, Kind: chain.Receipt, Patient: r.Patient, Device: deviceID(id.Public()), DSeq: 1, HLC: uint64(o.Now().UnixMilli()) << 16}
	if op.Clear, err = chain.Encode(&clear); err != nil {
		return Incoming{}, chain.Consent{}, fmt.Errorf("vault: operation: %w", err)
	}
	last := map[chain.ID]*chain.Signed{}
	for _, before := range r.ops { // in the order in which they came
		op.HLC = max(op.HLC, min(before.HLC+1, chain.MaxHLC))
		if known := last[before.Device]; known == nil || before.DSeq > known.DSeq {
			last[before.Device] = before
		}
	}
	if mine := last[op.Device]; mine != nil {
		op.DSeq, op.PrevDev = mine.DSeq+1, mine.ID()
		delete(last, op.Device)
	}
	for _, before := range last {
		op.Deps = append(op.Deps, before.ID())
	}
	slices.SortFunc(op.Deps, func(a, b chain.Hash) int { return slices.Compare(a[:], b[:]) })
	plain, err := encodeBody(bodyHead{Patient: r.Patient, Type: typeConsent, ID: record.ID(clear.ID)}, &consentBody{Text: g.Text})
	if err != nil {
		return Incoming{}, chain.Consent{}, err
	}
	newest := r.newest()
	if newest == nil {
		return Incoming{}, chain.Consent{}, ErrNoKeys
	}
	sealed, err := newest.Seal(labelRecord, byte(store.Records), plain)
	if err != nil {
		return Incoming{}, chain.Consent{}, fmt.Errorf("vault: body: %w", err)
	}
	op.BodyHash = sha256.Sum256(sealed.Bytes())
	signed, err := chain.Sign(op, id.Sign)
	if err != nil {
		return Incoming{}, chain.Consent{}, err
	}
	return Incoming{Op: signed, Body: sealed.Bytes()}, chain.Consent{ReceiptClear: clear, Op: signed.ID()}, nil
}

// newest is the key of the last epoch of everybody's circle.
func (r *RecordKeys) newest() (best *seal.CircleKey) {
	for _, k := range r.keys {
		if k.Circle == k.Patient && (best == nil || k.Epoch > best.Epoch) {
			best = k
		}
	}
	return best
}

// TakeOver puts this device in the place of all that the keyholder of a recovery kit
// had: the kit signs that it belongs to every record that has come, the others leave
// it, and every circle that they read gets a new epoch. The kit stays valid. It returns
// [ErrWrongKit] when the kit is of nobody here.
func (v *Vault) TakeOver(ctx context.Context, code seal.KitCode) error {
	id, err := code.Identity()
	if err != nil {
		return wrap("take over", errors.Join(ErrKitCode, err))
	}
	defer id.Wipe()
	err = v.act(ctx, func(a *act) error {
		me := a.self
		kit := &device{Identity: id, id: deviceID(id.Public()), keyholder: me.keyholder}
		if e, ok := a.house.chain.Members()[kit.id]; !ok || !e.Kit {
			return ErrWrongKit
		}
		for _, patient := range sortedIDs(a.charts) {
			c := a.charts[patient]
			if _, member := c.chain.Members()[kit.id]; !member {
				continue
			}
			a.self = kit
			err := a.exchange(c, me, nil, me.slot, false)
			a.self = me
			if err != nil {
				return err
			}
			delete(a.awaited, patient)
		}
		if err := a.putAwaited(); err != nil {
			return err
		}
		return a.log(a.house, record.VaultRecovered, me.keyholder)
	})
	return wrap("take over", err)
}
