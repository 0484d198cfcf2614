package chain_test

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"reflect"
	"slices"
	"testing"

	"carnet/vault/chain"
)

// readsAlike holds the reader of operations to the general one.
func readsAlike(t *testing.T, b []byte) {
	t.Helper()
	var general chain.Op
	known := chain.Decode(b, &general) == nil && general.V == chain.Version && general.Kind >= chain.Genesis && general.Kind <= chain.Loss &&
		(general.Kind != chain.Data || len(general.Clear) == 0)
	op, err := chain.Parse(b, [ed25519.SignatureSize]byte{})
	switch {
	case (err == nil) != known:
		t.Errorf("%x: read: %v; the general reader says %t", b, err, known)
	case known && !reflect.DeepEqual(op.Op, general):
		t.Errorf("%x: read as %+v, not %+v", b, op.Op, general)
	}
}

// TestReadAlike changes operations byte by byte.
func TestReadAlike(t *testing.T) {
	family := newFamily(t)
	ops := [][]byte{
		family.signed(family.next(chain.Rotate, encode(t, &chain.RotateClear{Circle: family.Patient()}))).Bytes(),
		family.signed(family.next(chain.Erase, family.erasing(family.ops...))).Bytes(),
	}
	for _, op := range family.ops {
		ops = append(ops, op.Bytes())
	}
	for _, b := range ops {
		readsAlike(t, b)
		readsAlike(t, append(bytes.Clone(b), 0))
		for i := 0; i < len(b); i += 1 + i/400 { // keys are long, and all alike
			readsAlike(t, b[:i])
			readsAlike(t, slices.Delete(bytes.Clone(b), i, i+1))
			for _, to := range []byte{0, 1, 0x17, 0x18, 0x19, 0x1b, 0x20, 0x40, 0x58, 0x60, 0x80, 0x8d, 0x98, 0x9f, 0xa0, 0xc0, 0xf6, 0xff, b[i] ^ 1, b[i] + 1} {
				changed := bytes.Clone(b)
				changed[i] = to
				readsAlike(t, changed)
				readsAlike(t, slices.Insert(bytes.Clone(b), i, to))
			}
		}
	}
}

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
	known := []error{chain.ErrGenesis, chain.ErrGap, chain.ErrStranger, chain.ErrKnown, chain.ErrEncoding, chain.ErrSignature}
	f.Fuzz(func(t *testing.T, b []byte, trusted bool) {
		op, err := chain.Parse(b, [ed25519.SignatureSize]byte{})
		readsAlike(t, b)
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
