package seal

import (
	"bytes"
	"errors"
	"testing"
)

// TestKept: keys that stay work as before, all copies move together, the place they
// were copied from is wiped, and a wiped one is no key, whoever has its block next.
func TestKept(t *testing.T) {
	seed := NewKey()
	was := bytes.Clone(seed.Expose())
	heap, again := seed.b.get(), seed
	seed.keep()
	if !bytes.Equal(seed.Expose(), was) || !bytes.Equal(again.Expose(), was) || seed.b.get() == heap {
		t.Error("a key that stays is another, or did not move")
	}
	if *heap != [KeySize]byte{} {
		t.Error("the place that a key left still holds it")
	}
	block := seed.b.get()
	seed.keep()
	if seed.b.get() != block {
		t.Error("a key moved twice")
	}
	again.Wipe()
	if *block != [KeySize]byte{} || !seed.IsZero() || seed.Expose() != nil {
		t.Error("a wiped key is one")
	}
	next := NewKey()
	next.keep()
	if next.b.get() != block {
		t.Error("the block of a wiped key is not used again")
	}
	seed.Wipe() // of somebody who does not know
	if !seed.IsZero() || next.IsZero() {
		t.Error("wiping twice wiped the key that has the block now")
	}
	next.Wipe()
	wiped, zero := NewKey(), Key{}
	wiped.Wipe()
	wiped.keep()
	zero.keep()
	if !wiped.IsZero() || !zero.IsZero() {
		t.Error("no key became one")
	}
}

// TestKeptSecrets: an epoch and an identity do the same kept as not kept.
func TestKeptSecrets(t *testing.T) {
	seed, prk := NewKey(), NewKey()
	id, err := NewIdentity(mustKey(t, bytes.Clone(seed.Expose())))
	if err != nil {
		t.Fatal(err)
	}
	public := id.Public()
	id.Keep()
	me := [16]byte{9}
	c, err := RestoreCircleKey([16]byte{1}, [16]byte{2}, 3, prk)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := c.Seal("l", 'r', []byte("avant"))
	if err != nil {
		t.Fatal(err)
	}
	c.Keep()
	c.Keep()
	if b, err := c.Open("l", 'r', sealed); err != nil || string(b) != "avant" {
		t.Errorf("an epoch that stays: %q, %v", b, err)
	}
	value, err := c.SealTo(public, me, me)
	if err != nil {
		t.Fatal(err)
	}
	if got, _, err := id.OpenSeal(me, value); err != nil || got.ID != c.ID {
		t.Errorf("an identity that stays: %v", err)
	}
	if signature := id.Sign([]byte("m")); !public.Verify([]byte("m"), signature) {
		t.Error("an identity that stays signs otherwise")
	}
	id.Wipe()
	c.Wipe()
	if _, _, err := id.OpenSeal(me, value); !errors.Is(err, ErrNoKey) {
		t.Errorf("a wiped identity: %v", err)
	}
	if c.ContentID([32]byte{}) == ([32]byte{}) {
		t.Error("a wiped epoch") // it names under zeros, as it always did
	}
}

// TestArenaRefused: where the system locks nothing, keys are kept all the same, and
// the reason is known.
func TestArenaRefused(t *testing.T) {
	refused := errors.New("refused")
	for name, lock := range map[string]func(int) ([]byte, error){
		"not locked": func(n int) ([]byte, error) { return make([]byte, n), refused },
		"no memory":  func(int) ([]byte, error) { return nil, refused },
	} {
		a := arena{lock: lock}
		seen := map[*[KeySize]byte]bool{}
		for i := range arenaStep/KeySize + 1 { // one more than a step holds
			from := &[KeySize]byte{1, byte(i), byte(i >> 8)}
			want := *from
			block := a.take(from)
			if *block != want || seen[block] {
				t.Fatalf("%s: block %d holds another key", name, i)
			}
			seen[block] = true
		}
		if !errors.Is(a.why, refused) {
			t.Errorf("%s: %v", name, a.why)
		}
		if a.give(new([KeySize]byte)) {
			t.Errorf("%s: took back what it never gave", name)
		}
	}
	// A later step that is refused counts as well.
	n := 0
	a := arena{lock: func(size int) ([]byte, error) {
		if n++; n > 1 {
			return make([]byte, size), refused
		}
		return make([]byte, size), nil
	}}
	for range arenaStep/KeySize + 1 {
		a.take(&[KeySize]byte{1})
	}
	if !errors.Is(a.why, refused) || n != 2 {
		t.Errorf("%d steps, %v", n, a.why)
	}
}
