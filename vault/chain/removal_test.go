package chain_test

import (
	"testing"

	"carnet/vault/chain"
)

// An operation of a removed device counts only if the removal had seen it,
// whichever of the two arrives first.
func TestRemovalAndWork(t *testing.T) {
	f := newFamily(t)
	seen := f.asChloe.must(chain.Data, nil)
	f.pull(f.asChloe)
	unseen := f.asChloe.must(chain.Data, nil)
	removal := f.must(chain.Member, f.member(false, f.chloe.as(chain.CarerAdds)))

	t.Run("work first", func(t *testing.T) {
		c := f.asChloe.join(f.denis) // has both operations, not the removal
		if counts, recount := c.take(removal); !counts || !recount {
			t.Errorf("the removal: counts %t, recount %t", counts, recount)
		}
		if !c.Counts(seen.ID()) || c.Counts(unseen.ID()) {
			t.Errorf("seen counts %t, unseen %t", c.Counts(seen.ID()), c.Counts(unseen.ID()))
		}
	})
	t.Run("removal first", func(t *testing.T) {
		c := f.join(f.denis)
		if counts, recount := c.take(unseen); counts || recount {
			t.Errorf("the work: counts %t, recount %t", counts, recount)
		}
		if !c.Counts(seen.ID()) || !c.Counts(removal.ID()) {
			t.Errorf("seen counts %t, the removal %t", c.Counts(seen.ID()), c.Counts(removal.ID()))
		}
	})
	t.Run("nothing unseen", func(t *testing.T) {
		c := f.asBruno
		c.take(seen)
		if counts, recount := c.take(removal); !counts || recount {
			t.Errorf("the removal: counts %t, recount %t", counts, recount)
		}
	})
}

// Whoever leaves by their own act keeps what they wrote before.
func TestLeaving(t *testing.T) {
	f := newFamily(t)
	work := f.asBruno.must(chain.Data, nil)
	leave := f.asBruno.must(chain.Member, f.asBruno.member(false, f.bruno.as(chain.Guardian)))
	after := f.asBruno.write(chain.Data, nil)
	f.take(work)
	if counts, recount := f.take(leave); !counts || recount {
		t.Errorf("leaving: counts %t, recount %t", counts, recount)
	}
	f.take(after)
	if !f.Counts(work.ID()) || f.Counts(after.ID()) {
		t.Errorf("before counts %t, after %t", f.Counts(work.ID()), f.Counts(after.ID()))
	}
	f.isMembers(f.anne, f.kit, f.chloe, f.denis, f.elise)
}

// A removed device cannot bring another one in behind the removal's back: not
// by its own act, and not by that of the newcomer.
func TestAdmissionBehindRemoval(t *testing.T) {
	f := newFamily(t)
	tablet, phone := newDevice(t, "chloe's tablet", "chloe"), newDevice(t, "chloe's phone", "chloe")
	removal := f.must(chain.Member, f.member(false, f.chloe.as(chain.CarerAdds)))

	admission := f.asChloe.must(chain.Member, f.asChloe.member(true, tablet.as(chain.CarerAdds)))
	asTablet := f.asChloe.join(tablet)
	work := asTablet.must(chain.Data, nil)
	further := asTablet.must(chain.Member, asTablet.member(true, phone.as(chain.CarerAdds)))
	asPhone := asTablet.join(phone)
	last := asPhone.must(chain.Data, nil)

	check := func(t *testing.T, c *replica) {
		t.Helper()
		c.isMembers(f.anne, f.kit, f.bruno, f.denis, f.elise)
		for what, op := range map[string]*chain.Signed{"the admission": admission, "its work": work, "the one after": further, "the last work": last} {
			if c.Counts(op.ID()) {
				t.Errorf("%s counts", what)
			}
		}
		if len(c.Recipients(chain.Audience{Class: chain.Private, Owner: f.chloe.person})) != 0 {
			t.Error("the removed keyholder still receives keys")
		}
		// And once the removal is known there, nothing helps.
		late := asPhone.join(phone)
		late.pull(c)
		if late.try(chain.Data, nil) {
			t.Error("work that has seen the removal counts")
		}
	}
	t.Run("removal first", func(t *testing.T) {
		c := f.join(f.denis)
		c.pull(asPhone)
		check(t, c)
	})
	t.Run("removal last", func(t *testing.T) {
		c := asPhone.join(f.denis)
		if !c.Counts(last.ID()) {
			t.Error("the work does not count before the removal is known")
		}
		if _, recount := c.take(removal); !recount {
			t.Error("no recount")
		}
		check(t, c)
	})
}

// Another member's admission of the same device is enough.
func TestAdmittedTwice(t *testing.T) {
	f := newFamily(t)
	gaston := newDevice(t, "gaston", "gaston")
	f.asBruno.must(chain.Member, f.asBruno.member(true, gaston.as(chain.CarerAdds)))
	f.must(chain.Member, f.member(true, gaston.as(chain.CarerAdds)))
	f.asElise.must(chain.Member, f.asElise.member(false, f.bruno.as(chain.Guardian)))

	byBruno := f.asBruno.join(gaston)
	lost := byBruno.must(chain.Data, nil)
	byBoth := f.join(gaston)
	byBoth.pull(f.asBruno)
	byBoth.take(lost)
	kept := byBoth.must(chain.Data, nil)

	f.pull(byBoth)
	f.pull(f.asElise)
	if _, member := f.Members()[gaston.id]; !member || !f.Counts(kept.ID()) {
		t.Errorf("member %t, work counts %t", member, f.Counts(kept.ID()))
	}
	if f.Counts(lost.ID()) {
		t.Error("work that had seen only the lost admission counts")
	}
}

// Two devices that remove each other at once are both out, in any order: the
// one that was stolen does not stay.
func TestRemovedByEachOther(t *testing.T) {
	f := newFamily(t)
	stolen := newDevice(t, "anne's phone", "anne")
	f.must(chain.Member, f.member(true, stolen.as(chain.Guardian)))
	thief := f.join(stolen)
	a := f.must(chain.Member, f.member(false, stolen.as(chain.Guardian)))
	b := thief.must(chain.Member, thief.member(false, f.anne.as(chain.Guardian)))
	f.take(b)
	thief.take(a)
	f.isMembers(f.kit, f.bruno, f.chloe, f.denis, f.elise)
	thief.isMembers(f.kit, f.bruno, f.chloe, f.denis, f.elise)
	for _, op := range []*chain.Signed{a, b} {
		if f.Counts(op.ID()) != thief.Counts(op.ID()) {
			t.Error("the two disagree")
		}
	}
}

// The kit signs its owner back in with a new device.
func TestRecovery(t *testing.T) {
	f := newFamily(t)
	lost := f.asBruno // anne's device is lost with what bruno has not seen
	unseen := f.must(chain.Data, nil)
	fresh := newDevice(t, "anne's new computer", "anne")
	paper := lost.join(f.kit)
	paper.must(chain.Member, paper.member(true, fresh.as(chain.Guardian)))
	paper.must(chain.Member, paper.member(false, f.anne.as(chain.Guardian)))
	r := paper.join(fresh)
	r.must(chain.Data, nil)
	r.isMembers(f.kit, f.bruno, f.chloe, f.denis, f.elise, fresh)
	if counts, _ := r.take(unseen); counts {
		t.Error("work of the lost device counts")
	}
}
