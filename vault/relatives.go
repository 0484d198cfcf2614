package vault

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"carnet/vault/chain"
	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// A keyholder may give three sheets to relatives, of which any two open the vault
// when passphrase and kit are lost. The household says for which public key; under
// it the seed of the keyholder's device is sealed in clear text's bucket, like a slot.
// Whoever has the public key alone can seal and not open, so that the sheets go on
// when the keyholder gets new keys.

// Share is what stands on one of the sheets.
type Share = seal.Share

// ShareError says where a [Share] is mistyped.
type ShareError = seal.ShareError

// Shares is how many sheets are made together, ShareRows how many rows one has.
const (
	Shares          = seal.Shares
	ShareRows       = seal.ShareRows
	ShareCharacters = seal.ShareCharacters // separators left out
)

// ParseShare reads what stands on a sheet, as people type it. It returns an
// [ErrShare] that says where the mistake is.
func ParseShare(s string) (Share, error) { return seal.ParseShare(s) }

// SameSheets says why two shares do not go together, before any vault is asked:
// [ErrSameShare] or [ErrOtherSet].
func SameSheets(one, two Share) error {
	secret, err := seal.Combine(one, two)
	secret.Wipe()
	return err
}

// RehearseAfter is how long after the last time the sheets should be tried again.
const RehearseAfter = 365 * 24 * time.Hour

// RehearseFirst is how long after they were made they should have been tried once.
const RehearseFirst = 30 * 24 * time.Hour

// Relatives says which sheets a keyholder has with relatives.
type Relatives struct {
	Made  record.Millis // 0 when there are none
	Tried record.Millis // 0 when they never were
}

// Due reports whether they should be tried now.
func (r Relatives) Due(now time.Time) bool {
	switch {
	case r.Made == 0:
		return false
	case r.Tried == 0:
		return now.Sub(r.Made.Time()) >= RehearseFirst
	}
	return now.Sub(r.Tried.Time()) >= RehearseAfter
}

// relativesBody is what the household keeps of the sheets of one keyholder: the id
// of its body. No set means that there are none.
type relativesBody struct {
	Set    [16]byte      `cbor:"1,keyasint"`
	Made   record.Millis `cbor:"2,keyasint"`
	Tried  record.Millis `cbor:"3,keyasint"`
	HPKE   []byte        `cbor:"4,keyasint"`
	Digest [32]byte      `cbor:"5,keyasint"` // SHA-256 of what stands in the file for them
}

// relatives is the newest of them.
type relatives struct {
	relativesBody
	stamp stamp
}

// applyRelatives takes what a keyholder says of their own sheets. What another one
// says of them has no effect: they could otherwise have the seed sealed to themselves.
func (c *chart) applyRelatives(op *chain.Signed, w stamp, head bodyHead, content []byte) error {
	var body relativesBody
	if err := decoding.Unmarshal(content, &body); err != nil {
		return fmt.Errorf("%w: relatives: %w", ErrDamaged, err)
	}
	author, ok := c.chain.Entry(op.Device)
	if !ok || c.chain.Patient() != chain.Household || record.ID(author.Keyholder) != head.ID {
		c.ignored++
		return nil
	}
	if body.Set != ([16]byte{}) && !(seal.Public{HPKE: body.HPKE}).SealsFor() {
		return fmt.Errorf("%w: relatives: no key to seal for", ErrDamaged) // it would keep every act from ending
	}
	if known, there := c.relatives[head.ID]; there && !known.stamp.before(w) {
		return nil
	}
	if c.relatives == nil {
		c.relatives = map[record.ID]relatives{}
	}
	c.relatives[head.ID] = relatives{body, w}
	return nil
}

func (r relatives) live() bool { return r.Set != [16]byte{} }

const relativesPrefix = "relatives"

// relativesKey is where the way in of a device's sheets stands.
func relativesKey(slot [16]byte) []byte { return append([]byte(relativesPrefix), slot[:]...) }

func isRelativesKey(key []byte) bool {
	return len(key) == len(relativesPrefix)+16 && bytes.HasPrefix(key, []byte(relativesPrefix))
}

// relativesHold reports whether what stands in the file for the sheets of the one who
// reads is what was put there. A kit has none of its own.
func (s *state) relativesHold(tx *store.Tx, self *device) bool {
	r := s.house.relatives[self.keyholder]
	return !r.live() || self.slot == [16]byte{} || sha256.Sum256(tx.Get(store.Meta, relativesKey(self.slot))) == r.Digest
}

// settleRelatives brings the way in of the sheets in line with what the household
// says: for a device that is new, after a merge, or where it was damaged.
func (a *act) settleRelatives() error {
	if a.house == nil || a.leaving || a.self.slot == ([16]byte{}) {
		return nil
	}
	key := relativesKey(a.self.slot)
	r := a.house.relatives[a.self.keyholder]
	value := a.tx.Get(store.Meta, key)
	switch {
	case !r.live() && value == nil:
		return nil
	case !r.live():
		a.touched = true
		return a.tx.Delete(store.Meta, key)
	case value != nil && sha256.Sum256(value) == r.Digest:
		return nil
	}
	return a.sealForRelatives(r.relativesBody)
}

// sealForRelatives seals the seed of the one who acts for their sheets, and says so in
// the household.
func (a *act) sealForRelatives(r relativesBody) error {
	slot, err := seal.Public{HPKE: r.HPKE}.NewSharedSlot(a.id, a.self.slot, r.Set, seal.SlotContent{Seed: a.self.Seed(), Keyholder: a.self.keyholder})
	if err != nil {
		return fmt.Errorf("vault: sheets: %w", err)
	}
	value := slot.Bytes()
	r.Digest = sha256.Sum256(value)
	if err := a.tx.Put(store.Meta, relativesKey(a.self.slot), value); err != nil {
		return err
	}
	return a.noteRelatives(r)
}

func (a *act) noteRelatives(r relativesBody) error {
	_, err := a.write(a.house, draft{kind: chain.Data, head: bodyHead{Type: typeRelatives, ID: a.self.keyholder}, body: &r})
	return err
}

// dropStaleRelatives takes out, after a merge, the ways in of other keyholders' sheets
// that were replaced or withdrawn in one of the copies.
func (a *act) dropStaleRelatives() error {
	for id, p := range a.house.people {
		r := a.house.relatives[id]
		for _, slot := range p.slots {
			key := relativesKey(slot)
			value := a.tx.Get(store.Meta, key)
			if value == nil || slot == a.self.slot {
				continue
			}
			if s, err := seal.ParseSharedSlot(value); err == nil && r.live() && s.Set == r.Set {
				continue
			}
			if err := a.tx.Delete(store.Meta, key); err != nil {
				return err
			}
		}
	}
	return nil
}

// Relatives says which sheets the open keyholder has with relatives.
func (v *Vault) Relatives() (Relatives, error) {
	done, err := v.looking()
	if err != nil {
		return Relatives{}, err
	}
	defer done()
	r := v.house.relatives[v.self.keyholder]
	if !r.live() {
		return Relatives{}, nil
	}
	return Relatives{Made: r.Made, Tried: r.Tried}, nil
}

// MakeShares makes three shares of a way into the vault for the open keyholder, to be
// printed on a sheet each; any two of them open it ([RecoverWithShares]). Shares that
// were made before open it no longer: the file is rewritten then. They are kept
// nowhere and returned once.
//
// It returns [ErrNotCompacted], with the shares, when all was saved but the rewriting.
// A copy of the file that was made before still opens with the shares of that time.
func (v *Vault) MakeShares(ctx context.Context) (shares [Shares]Share, err error) {
	set := newID()
	secret, shares, err := seal.NewShares(set)
	if err != nil {
		return shares, wrap("make sheets", err)
	}
	defer secret.Wipe()
	id, err := seal.SharedIdentity(secret)
	if err != nil {
		return shares, wrap("make sheets", err)
	}
	defer id.Wipe()
	again := false
	err = v.act(ctx, func(a *act) error {
		again = a.house.relatives[a.self.keyholder].live()
		if err := a.log(a.house, record.RelativesGiven, a.self.keyholder); err != nil {
			return err
		}
		return a.sealForRelatives(relativesBody{Set: set, Made: record.At(a.opt.Now()), HPKE: id.Public().HPKE})
	})
	if err == nil && again {
		err = v.compactAfter(ctx, nil)
	}
	if err != nil && !errors.Is(err, ErrNotCompacted) {
		shares = [Shares]Share{}
	}
	return shares, wrap("make sheets", err)
}

// RemoveShares withdraws the sheets of the open keyholder: they open nothing more,
// and the file is rewritten. It returns [ErrNoShares], or [ErrNotCompacted] when all
// was saved but the rewriting. A copy of the file that was made before still opens
// with them.
func (v *Vault) RemoveShares(ctx context.Context) error {
	err := v.act(ctx, func(a *act) error {
		if !a.house.relatives[a.self.keyholder].live() {
			return ErrNoShares
		}
		if err := a.log(a.house, record.RelativesWithdrawn, a.self.keyholder); err != nil {
			return err
		}
		return a.noteRelatives(relativesBody{}) // the way in goes when the act ends
	})
	if err == nil {
		err = v.compactAfter(ctx, nil)
	}
	return wrap("withdraw sheets", err)
}

// TryShares proves that two sheets open this vault for the open keyholder, and keeps
// when that was. It returns [ErrNoShares], [ErrSameShare], [ErrOtherSet] or
// [ErrWrongShares]; nothing is kept then.
func (v *Vault) TryShares(ctx context.Context, one, two Share) error {
	id, err := sharedIdentity(one, two)
	if err != nil {
		return wrap("try sheets", err)
	}
	defer id.Wipe()
	return wrap("try sheets", v.act(ctx, func(a *act) error {
		r := a.house.relatives[a.self.keyholder]
		if !r.live() {
			return ErrNoShares
		}
		if err := a.settleRelatives(); err != nil {
			return err
		}
		value, err := seal.ParseSharedSlot(bytes.Clone(a.tx.Get(store.Meta, relativesKey(a.self.slot))))
		if err != nil {
			return fmt.Errorf("%w: sheets: %w", ErrDamaged, err)
		}
		content, err := id.OpenSharedSlot(a.id, a.self.slot, value)
		if err != nil {
			return ErrWrongShares
		}
		defer content.Seed.Wipe()
		if !bytes.Equal(content.Seed.Expose(), a.self.Seed().Expose()) || record.ID(content.Keyholder) != a.self.keyholder {
			return ErrWrongShares
		}
		body := a.house.relatives[a.self.keyholder].relativesBody
		body.Tried = record.At(a.opt.Now())
		if err := a.log(a.house, record.RelativesTried, a.self.keyholder); err != nil {
			return err
		}
		return a.noteRelatives(body)
	}))
}

func sharedIdentity(one, two Share) (*seal.Identity, error) {
	secret, err := seal.Combine(one, two)
	if errors.Is(err, seal.ErrNoKey) {
		err = ErrShare
	}
	if err != nil {
		return nil, err
	}
	defer secret.Wipe()
	return seal.SharedIdentity(secret)
}

// RecoverWithShares opens the vault at path with two sheets of relatives and gives its
// keyholder a new passphrase, in one transaction. The sheets and the kit stay valid;
// the old passphrase opens this file no longer.
//
// It returns [ErrSameShare], [ErrOtherSet], [ErrWrongShares], and the errors of opening
// a file; the file is not modified then.
func RecoverWithShares(ctx context.Context, path string, one, two Share, passphrase []byte, opt *Options) (*Vault, error) {
	v, err := openWithShares(path, one, two, opt.orDefault())
	if err != nil {
		return nil, wrap("recover vault", err)
	}
	return v.recovered(ctx, passphrase, record.RelativesRecovered)
}

func openWithShares(path string, one, two Share, o Options) (*Vault, error) {
	id, err := sharedIdentity(one, two)
	if err != nil {
		return nil, err
	}
	defer id.Wipe()
	vaultID, values, err := readRelatives(path)
	if err != nil {
		return nil, err
	}
	for slot, value := range values {
		content, err := id.OpenSharedSlot(vaultID, slot, value)
		if err != nil {
			continue // somebody else's
		}
		self, err := openDevice(content.Seed, slot, record.ID(content.Keyholder))
		if err != nil {
			return nil, err
		}
		v, err := openAs(path, vaultID, self, o)
		if err != nil {
			return nil, err
		}
		if r := v.house.relatives[self.keyholder]; r.Set != value.Set || !bytes.Equal(r.HPKE, id.Public().HPKE) {
			return nil, errors.Join(ErrWrongShares, v.close()) // withdrawn, in a copy that was merged
		}
		return v, nil
	}
	return nil, ErrWrongShares
}

// readRelatives reads the ways in of all sheets, by slot, without the right to write.
func readRelatives(path string) (vaultID [16]byte, values map[[16]byte]*seal.SharedSlot, err error) {
	db, err := store.OpenReadOnly(path)
	if err != nil {
		return vaultID, nil, err
	}
	values = map[[16]byte]*seal.SharedSlot{}
	err = db.View(func(tx *store.Tx) error {
		if vaultID, _, err = clearText(tx); err != nil {
			return err
		}
		return tx.Each(store.Meta, func(key, value []byte) error {
			if !isRelativesKey(key) {
				return nil
			}
			if s, err := seal.ParseSharedSlot(bytes.Clone(value)); err == nil { // another is told by a check
				values[[16]byte(key[len(relativesPrefix):])] = s
			}
			return nil
		})
	})
	return vaultID, values, errors.Join(err, db.Close())
}
