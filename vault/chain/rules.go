package chain

import (
	"maps"
	"slices"
)

// permitted tells whether the author of op may sign it at its place, n, and
// notes there who they were.
//
// Holder and guardian sign every kind. A carer who adds signs data, tombstones
// and erasures of what they alone wrote, rotations and their own membership; a
// carer who reads, rotations and their own membership. In the household chain
// any member may do anything; the vault decides there whom to remove.
func (c *Chain) permitted(n *node, op *Signed, change event) bool {
	members := c.before(n)
	author, member := members[op.Device]
	if !member {
		return false
	}
	n.keyholder, n.role = author.Keyholder, author.Role
	if c.patient == Household {
		return change.usable()
	}
	full := author.Role == Holder || author.Role == Guardian
	switch op.Kind {
	case Genesis:
		return false // only the first, which is not judged here
	case Member:
		return mayChange(author, change, members, c.former(n)) && change.usable()
	case Rotate, Loss:
		return true
	case Data, Tombstone:
		return full || author.Role == CarerAdds
	case Erase:
		return full || author.Role == CarerAdds && c.ownWork(n, op)
	default:
		return full
	}
}

// mayChange: a keyholder changes their own devices and leaves by their own act;
// a guardian or holder admits others and removes carers; only the holder, who
// has come of age, removes a guardian.
//
// An entry says what it likes, so each is held against the members: a device
// that is here keeps its keyholder, and nobody adds a device to a keyholder who
// is or was here and is not themselves, but one that was theirs. A holder is
// admitted by a guardian who is alone.
func mayChange(author Entry, change event, members map[ID]Entry, former map[ID][]ID) bool {
	if len(change.entries) == 0 {
		return false
	}
	for i, e := range change.entries {
		own := e.Keyholder == author.Keyholder
		target, here := members[change.devices[i]]
		switch {
		case e.Keyholder != change.entries[0].Keyholder || e.Role < Holder || e.Role > CarerReads:
			return false
		case change.add && e.Role == Holder && !own && governed(members, author.Keyholder):
			return false // a holder removes guardians: none of them may be there
		case here && target.Keyholder != e.Keyholder, !here && !change.add:
			return false
		case own && e.Role == author.Role:
		case own, author.Role != Holder && author.Role != Guardian:
			return false
		case here:
			if !target.Role.Carer() && author.Role != Holder {
				return false
			}
		case former[e.Keyholder] != nil && !slices.Contains(former[e.Keyholder], change.devices[i]):
			return false // circles name those who read them by pseudonym
		}
	}
	return true
}

// governed reports whether the record has a holder or guardian beside one.
func governed(members map[ID]Entry, beside ID) bool {
	for _, e := range members {
		if e.Keyholder != beside && !e.Role.Carer() {
			return true
		}
	}
	return false
}

// former lists the devices that each keyholder ever had, in the past of n.
func (c *Chain) former(n *node) map[ID][]ID {
	out := map[ID][]ID{}
	for _, e := range c.events {
		if e.add && n.saw(e.node) {
			for i, entry := range e.entries {
				out[entry.Keyholder] = append(out[entry.Keyholder], e.devices[i])
			}
		}
	}
	return out
}

// ownWork reports whether every operation that an erasure at n names was seen
// there and written by the same keyholder.
func (c *Chain) ownWork(n *node, op *Signed) bool {
	var erase EraseClear
	if Decode(op.Clear, &erase) != nil {
		return false
	}
	for _, id := range erase.Ops {
		m := c.ops[id]
		if m == nil || !n.saw(m) || m.keyholder != n.keyholder {
			return false
		}
	}
	return true
}

// Class says who belongs to a circle. It stands in the sealed body of a
// rotation, so only its members know it.
type Class uint8

// The classes of circle. Their numbers never change.
const (
	Common  Class = iota + 1 // everybody of the patient's record
	Private                  // one keyholder
	Mask                     // some keyholders, chosen
)

// Audience is who a circle is for: its class, and by pseudonym the owner of a
// private one or the keyholders of a mask.
type Audience struct {
	_       struct{} `cbor:",toarray"`
	Class   Class
	Owner   ID
	Members []ID
}

// recipients returns the devices and kits of the audience among members.
func (a Audience) recipients(members map[ID]Entry) map[ID]Entry {
	chosen := map[ID]Entry{}
	for device, e := range members {
		if a.Class == Common || a.Class == Private && e.Keyholder == a.Owner || a.Class == Mask && slices.Contains(a.Members, e.Keyholder) {
			chosen[device] = e
		}
	}
	return chosen
}

// Recipients returns to whom a new epoch for this audience must be sealed now.
func (c *Chain) Recipients(a Audience) map[ID]Entry { return a.recipients(c.now) }

// RotationCounts reports whether a rotation is valid for the audience that its
// body names: signed by one of them, and sealed to exactly the devices and kits
// that its own past gives them.
func (c *Chain) RotationCounts(r *Rotation, a Audience) bool {
	if !c.Counts(r.Op) || (r.Circle == c.patient) != (a.Class == Common) {
		return false
	}
	want := a.recipients(c.before(r.at))
	if _, signer := want[r.at.device]; !signer || len(want) != len(r.Seals) {
		return false
	}
	for _, s := range r.Seals {
		if _, ok := want[s.Device]; !ok {
			return false
		}
		delete(want, s.Device)
	}
	return true
}

// SignedBy reports whether the author of a rotation belonged to an audience then.
func (c *Chain) SignedBy(r *Rotation, a Audience) bool {
	_, signer := a.recipients(c.before(r.at))[r.at.device]
	return signer
}

// Rotations returns the rotations of a circle, oldest first.
func (c *Chain) Rotations(circle ID) []*Rotation { return c.circles[circle] }

// Circles returns the circles that have a rotation.
func (c *Chain) Circles() []ID { return slices.Collect(maps.Keys(c.circles)) }
