package chain_test

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"testing"

	"carnet/vault/chain"
)

// FuzzParseOperation reads an operation from anybody and appends it, signed or
// trusted, to a chain that knows its device.
func FuzzParseOperation(f *testing.F) {
	for _, v := range readVectors(f) {
		if v.get(f, "kind") == "operation" {
			f.Add(v.body, true)
		}
	}
	family := newFamily(f)
	for _, clear := range [][]byte{
		family.member(true, newDevice(f, "newcomer", "newcomer").as(chain.CarerReads)),
		family.member(false, family.chloe.as(chain.CarerAdds)),
	} {
		f.Add(family.signed(family.next(chain.Member, clear)).Bytes(), true)
	}
	f.Add(family.signed(family.next(chain.Rotate, encode(f, &chain.RotateClear{Circle: family.Patient(), Seals: []chain.Recipient{{Device: family.anne.id}}}))).Bytes(), true)
	f.Add(family.signed(family.next(chain.Erase, family.erasing(family.ops...))).Bytes(), true)
	for _, op := range family.ops {
		f.Add(op.Bytes(), true)
	}
	known := []error{chain.ErrGenesis, chain.ErrGap, chain.ErrFork, chain.ErrStranger, chain.ErrKnown, chain.ErrEncoding, chain.ErrSignature}
	f.Fuzz(func(t *testing.T, b []byte, trusted bool) {
		op, err := chain.Parse(b, [ed25519.SignatureSize]byte{})
		if err != nil {
			if !errors.Is(err, chain.ErrEncoding) {
				t.Errorf("parsed: %v", err)
			}
			return
		}
		if again, err := chain.Encode(&op.Op); err != nil || !bytes.Equal(again, b) {
			t.Errorf("encoded again: %x, %v", again, err)
		}
		c := chain.New(family.Patient())
		for _, o := range family.ops {
			if _, _, err := c.Append(o, true); err != nil {
				t.Fatal(err)
			}
		}
		members := c.Members()
		counts, _, err := c.Append(op, trusted)
		if err == nil && !trusted {
			t.Error("took an operation without a signature")
		}
		if err != nil {
			named := false
			for _, e := range known {
				named = named || errors.Is(err, e)
			}
			if !named || counts || c.Has(op.ID()) && !errors.Is(err, chain.ErrKnown) {
				t.Errorf("appended: %t, %v", counts, err)
			}
		}
		if !counts && !sameMembers(members, c.Members()) {
			t.Error("what does not count changed the members")
		}
		for _, circle := range c.Circles() {
			for _, r := range c.Rotations(circle) {
				c.RotationCounts(r, chain.Audience{Class: chain.Common})
			}
		}
		c.Heads(family.bruno.id)
	})
}
