package chain_test

import (
	"maps"
	"slices"
	"testing"

	"carnet/vault/chain"
)

// rotate writes a rotation sealed to the given devices.
func (r *replica) rotate(circle chain.ID, epoch uint32, to ...chain.ID) *chain.Signed {
	r.t.Helper()
	clear := chain.RotateClear{Circle: circle, Epoch: epoch, KeyID: chain.ID{byte(epoch)}, Box: []byte("box")}
	for _, device := range to {
		clear.Seals = append(clear.Seals, chain.Recipient{Device: device, Seal: []byte("seal")})
	}
	return r.must(chain.Rotate, encode(r.t, &clear))
}

func ids(devices ...*device) (out []chain.ID) {
	for _, d := range devices {
		out = append(out, d.id)
	}
	return out
}

// last is the rotation that op is.
func (r *replica) rotation(op *chain.Signed) *chain.Rotation {
	r.t.Helper()
	for _, circle := range r.Circles() {
		for _, rotation := range r.Rotations(circle) {
			if rotation.Op == op.ID() {
				return rotation
			}
		}
	}
	r.t.Fatal("no such rotation")
	return nil
}

func TestRotationCounts(t *testing.T) {
	f := newFamily(t)
	phone := newDevice(t, "chloe's phone", "chloe")
	f.asChloe.must(chain.Member, f.asChloe.member(true, phone.as(chain.CarerAdds)))
	f.pull(f.asChloe)
	for _, r := range f.everybody[1:] {
		r.pull(f.replica)
	}
	all := ids(append(f.members, phone)...)
	chloe := ids(f.chloe, phone)
	masked := ids(f.chloe, phone, f.anne, f.kit)
	common := chain.Audience{Class: chain.Common}
	private := chain.Audience{Class: chain.Private, Owner: f.chloe.person}
	mask := chain.Audience{Class: chain.Mask, Members: []chain.ID{f.chloe.person, f.anne.person}}
	patient, circle := f.Patient(), chain.ID{1}
	without := func(to []chain.ID, i int) []chain.ID { return slices.Delete(slices.Clone(to), i, i+1) }
	stranger := newDevice(t, "stranger", "stranger").id

	tests := []struct {
		name   string
		by     *replica
		circle chain.ID
		to     []chain.ID
		who    chain.Audience
		want   bool
	}{
		{"common", f.asDenis, patient, all, common, true},
		{"common, in another order", f.replica, patient, reversed(all), common, true},
		{"common, one missing", f.replica, patient, without(all, 2), common, false},
		{"common, the kit missing", f.replica, patient, without(all, 1), common, false},
		{"common, the signer missing", f.replica, patient, without(all, 0), common, false},
		{"common, one more", f.replica, patient, append(slices.Clone(all), stranger), common, false},
		{"common, one twice", f.replica, patient, append(without(all, 2), all[0]), common, false},
		{"common, one twice and all", f.replica, patient, append(slices.Clone(all), all[0]), common, false},
		{"common, another in one's stead", f.replica, patient, append(without(all, 2), stranger), common, false},
		{"common, nobody", f.replica, patient, nil, common, false},
		{"common under another circle's id", f.replica, circle, all, common, false},
		{"private under the patient's id", f.asChloe, patient, chloe, private, false},
		{"mask under the patient's id", f.asChloe, patient, masked, mask, false},
		{"private", f.asChloe, circle, chloe, private, true},
		{"private, one device missing", f.asChloe, circle, chloe[:1], private, false},
		{"private, everybody", f.asChloe, circle, all, private, false},
		{"private, by another", f.replica, circle, chloe, private, false},
		{"private, by another who joins", f.replica, circle, masked, private, false},
		{"private of nobody", f.asChloe, circle, nil, chain.Audience{Class: chain.Private}, false},
		{"mask by one", f.asChloe, circle, masked, mask, true},
		{"mask by the other", f.replica, circle, masked, mask, true},
		{"mask by an outsider", f.asDenis, circle, masked, mask, false},
		{"mask, one missing", f.asChloe, circle, without(masked, 3), mask, false},
		{"mask, one more", f.asChloe, circle, append(slices.Clone(masked), f.denis.id), mask, false},
		{"mask, somebody in it who is no member", f.asChloe, circle, chloe, chain.Audience{Class: chain.Mask, Members: []chain.ID{f.chloe.person, {9}}}, true},
		{"mask of nobody", f.asChloe, circle, nil, chain.Audience{Class: chain.Mask}, false},
		{"no class", f.asChloe, circle, chloe, chain.Audience{Owner: f.chloe.person}, false},
		{"unknown class", f.asChloe, circle, chloe, chain.Audience{Class: 4, Owner: f.chloe.person}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			op := test.by.rotate(test.circle, 2, test.to...)
			if got := test.by.RotationCounts(test.by.rotation(op), test.who); got != test.want {
				t.Errorf("counts %t", got)
			}
		})
	}
	// What Recipients asks for is what RotationCounts wants.
	for _, who := range []chain.Audience{common, private, mask} {
		id := circle
		if who.Class == chain.Common {
			id = patient
		}
		op := f.asChloe.rotate(id, 3, slices.Collect(maps.Keys(f.asChloe.Recipients(who)))...)
		if !f.asChloe.RotationCounts(f.asChloe.rotation(op), who) {
			t.Errorf("class %d: the recipients of now are not those of a rotation", who.Class)
		}
	}
}

// A rotation is judged by its own past: who came or left at the same time
// neither spoils it nor is served by it.
func TestRotationJudgedByItsPast(t *testing.T) {
	f := newFamily(t)
	common := chain.Audience{Class: chain.Common}
	gaston := newDevice(t, "gaston", "gaston")
	removal := f.must(chain.Member, f.member(false, f.chloe.as(chain.CarerAdds)))
	admission := f.must(chain.Member, f.member(true, gaston.as(chain.CarerReads)))
	before := f.asBruno.rotate(f.Patient(), 2, ids(f.members...)...)
	f.take(before)
	if !f.RotationCounts(f.rotation(before), common) {
		t.Error("a rotation beside a removal and an admission does not count")
	}
	f.asBruno.take(removal)
	f.asBruno.take(admission)
	stale := f.asBruno.rotate(f.Patient(), 3, ids(f.members...)...)
	if f.asBruno.RotationCounts(f.asBruno.rotation(stale), common) {
		t.Error("a rotation to the removed and without the newcomer counts")
	}
	after := f.asBruno.rotate(f.Patient(), 3, ids(f.anne, f.kit, f.bruno, f.denis, f.elise, gaston)...)
	if !f.asBruno.RotationCounts(f.asBruno.rotation(after), common) {
		t.Error("a rotation to those who remain does not count")
	}
	// By the removed one, at the same time as the removal.
	theirs := f.asChloe.rotate(f.Patient(), 2, ids(f.members...)...)
	f.take(theirs)
	if f.RotationCounts(f.rotation(theirs), common) {
		t.Error("a rotation of a removed device counts")
	}
}

// A rotation to a device that a removed one brought in behind the removal's
// back does not count, for whoever knows of both.
func TestRotationToUnwanted(t *testing.T) {
	f := newFamily(t)
	tablet := newDevice(t, "chloe's tablet", "chloe")
	f.must(chain.Member, f.member(false, f.chloe.as(chain.CarerAdds)))
	f.asChloe.must(chain.Member, f.asChloe.member(true, tablet.as(chain.CarerAdds)))
	f.pull(f.asChloe)
	common := chain.Audience{Class: chain.Common}
	rest := ids(f.anne, f.kit, f.bruno, f.denis, f.elise)
	op := f.rotate(f.Patient(), 2, append(rest, tablet.id)...)
	if f.RotationCounts(f.rotation(op), common) {
		t.Error("the unwanted device received the key")
	}
	op = f.rotate(f.Patient(), 2, rest...)
	if !f.RotationCounts(f.rotation(op), common) {
		t.Error("a rotation to those who remain does not count")
	}
}

// Two rotations to one epoch at the same time are both kept, and both count.
func TestTwoRotationsAtOnce(t *testing.T) {
	f := newFamily(t)
	common := chain.Audience{Class: chain.Common}
	a := f.rotate(f.Patient(), 2, ids(f.members...)...)
	b := f.asBruno.rotate(f.Patient(), 2, ids(f.members...)...)
	f.take(b)
	rotations := f.Rotations(f.Patient())
	if len(rotations) != 2 || rotations[0].Op != a.ID() || rotations[1].Op != b.ID() {
		t.Fatalf("%d rotations", len(rotations))
	}
	for _, r := range rotations {
		if r.Epoch != 2 || !f.RotationCounts(r, common) {
			t.Errorf("epoch %d, counts %t", r.Epoch, f.RotationCounts(r, common))
		}
	}
	if circles := f.Circles(); !slices.Equal(circles, []chain.ID{f.Patient()}) {
		t.Errorf("%d circles", len(circles))
	}
	if f.Rotations(chain.ID{1}) != nil {
		t.Error("rotations of a circle that is not there")
	}
}

func reversed(in []chain.ID) []chain.ID {
	out := slices.Clone(in)
	slices.Reverse(out)
	return out
}
