package chain_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"carnet/vault/chain"
)

// Devices write, meet, are copied, admit, promote and remove one another at random,
// some of it against the rules. Whatever the order in which their operations then
// arrive, everybody comes to the same members and to the same operations that
// count; and whoever applied one that no longer counts was told to recount.
func TestAnyOrder(t *testing.T) {
	const rounds = 50
	total := map[string]int{}
	for seed := range uint64(rounds) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(seed, 1))
			ops := randomHistory(t, rnd, 40)
			want := outcomeOf(t, ops)
			for range 4 {
				got := outcomeOf(t, shuffled(rnd, ops))
				if !sameMembers(got.members, want.members) {
					t.Errorf("%d members, or %d", len(got.members), len(want.members))
				}
				for i, op := range ops {
					if got.counts[op.ID()] != want.counts[op.ID()] {
						t.Errorf("operation %d (kind %d, number %d of its device) counts %t, or %t", i, op.Kind, op.DSeq, got.counts[op.ID()], want.counts[op.ID()])
					}
					if got.rotations[op.ID()] != want.rotations[op.ID()] {
						t.Errorf("rotation %d counts %t, or %t", i, got.rotations[op.ID()], want.rotations[op.ID()])
					}
				}
				numbers := map[chain.Tip]bool{}
				for _, op := range ops {
					total[want.describe(t, op, got)]++
					number := chain.Tip{Device: op.Device, DSeq: op.DSeq}
					if numbers[number] {
						total["a number given twice"]++
					}
					numbers[number] = true
				}
			}
		})
	}
	// The random histories must contain what the property is about.
	for _, what := range []string{"work", "work that does not count", "admission", "admission lost to a removal", "removal", "rotation", "a number given twice"} {
		if total[what] < rounds {
			t.Errorf("%s: %d", what, total[what])
		}
	}
}

// randomHistory returns operations in an order that Append takes.
func randomHistory(t *testing.T, rnd *rand.Rand, n int) []*chain.Signed {
	t.Helper()
	people := []string{"anne", "bruno", "chloe", "denis"}
	var pool []*device
	for _, person := range people {
		for i := range 3 {
			pool = append(pool, newDevice(t, fmt.Sprint(person, i), person))
		}
	}
	role := chain.Guardian
	if rnd.IntN(2) == 0 {
		role = chain.Holder
	}
	first := begin(t, pool[0], pool[1], role)
	first.trust = true
	replicas := []*replica{first}
	var ops []*chain.Signed // of all, in the order of writing
	ops = append(ops, first.ops...)
	any := func() *device { return pool[rnd.IntN(len(pool))] }

	for len(ops) < n {
		r := replicas[rnd.IntN(len(replicas))]
		members := r.Members()
		var op *chain.Signed
		switch k := rnd.IntN(100); {
		case k < 30: // two meet
			other := replicas[rnd.IntN(len(replicas))]
			other.pull(r)
			if rnd.IntN(2) == 0 {
				r.pull(other)
			}
			continue
		case k < 33: // the file is copied, and both copies go on
			replicas = append(replicas, r.join(r.dev))
			continue
		case k < 45:
			op = r.write([]chain.Kind{chain.Data, chain.Tombstone, chain.Policy}[rnd.IntN(3)], nil)
		case k < 50:
			op = r.write(chain.Erase, r.erasing(ops[rnd.IntN(len(ops))]))
		case k < 58:
			to := slices.Collect(maps.Keys(r.Recipients(chain.Audience{Class: chain.Common})))
			slices.SortFunc(to, func(a, b chain.ID) int { return slices.Compare(a[:], b[:]) })
			var clear chain.RotateClear
			clear.Circle = r.Patient()
			for _, device := range to {
				clear.Seals = append(clear.Seals, chain.Recipient{Device: device})
			}
			op = r.write(chain.Rotate, encode(t, &clear))
		case k < 80:
			e := any().as(chain.Role(1 + rnd.IntN(4)))
			if own, ok := members[r.dev.id]; ok && rnd.IntN(2) == 0 {
				e.Keyholder, e.Role = own.Keyholder, own.Role
			}
			op = r.write(chain.Member, r.member(true, e))
			for _, d := range pool {
				here := slices.ContainsFunc(replicas, func(r *replica) bool { return r.dev == d })
				if _, member := r.Members()[d.id]; member && !here && d.id == e.Device() {
					replicas = append(replicas, r.join(d))
				}
			}
		default:
			d := any()
			e, member := members[d.id]
			if !member && rnd.IntN(4) != 0 {
				continue
			}
			if !member {
				e = d.as(chain.Guardian)
			}
			op = r.write(chain.Member, r.member(false, e))
		}
		ops = append(ops, op)
	}
	return ops
}

// shuffled returns the operations in another order that respects what each has
// seen.
func shuffled(rnd *rand.Rand, ops []*chain.Signed) []*chain.Signed {
	placed := map[chain.Hash]bool{}
	rest := slices.Clone(ops)
	var out []*chain.Signed
	for len(rest) > 0 {
		var ready []int
		for i, op := range rest {
			ok := op.DSeq == 1 || placed[op.PrevDev]
			for _, dep := range op.Deps {
				ok = ok && placed[dep]
			}
			if ok {
				ready = append(ready, i)
			}
		}
		i := ready[rnd.IntN(len(ready))]
		if rnd.IntN(3) == 0 {
			i = ready[len(ready)-1] // keep the others waiting for long
		}
		placed[rest[i].ID()] = true
		out = append(out, rest[i])
		rest = slices.Delete(rest, i, i+1)
	}
	return out
}

type outcome struct {
	members   map[chain.ID]chain.Entry
	counts    map[chain.Hash]bool
	lost      map[chain.Hash]bool // counted once and no longer
	rotations map[chain.Hash]bool
}

// outcomeOf appends the operations in this order. It fails when an operation
// changes what counts without asking for a recount.
func outcomeOf(t *testing.T, ops []*chain.Signed) outcome {
	t.Helper()
	c := chain.New(ops[0].Patient)
	o := outcome{counts: map[chain.Hash]bool{}, lost: map[chain.Hash]bool{}, rotations: map[chain.Hash]bool{}}
	for i, op := range ops {
		counts, recount, err := c.Append(op, true)
		if err != nil {
			t.Fatalf("operation %d: %v", i, err)
		}
		for _, before := range ops[:i] {
			now := c.Counts(before.ID())
			if now != o.counts[before.ID()] && !recount {
				t.Errorf("operation %d changes whether an earlier one counts, without a recount", i)
			}
			o.lost[before.ID()] = o.lost[before.ID()] || o.counts[before.ID()] && !now
			o.counts[before.ID()] = now
		}
		o.counts[op.ID()] = counts
	}
	for _, circle := range c.Circles() {
		for _, r := range c.Rotations(circle) {
			o.rotations[r.Op] = c.RotationCounts(r, chain.Audience{Class: chain.Common})
		}
	}
	o.members = c.Members()
	for device, e := range o.members {
		if got, ok := c.Entry(device); !ok || !sameMembers(map[chain.ID]chain.Entry{device: e}, map[chain.ID]chain.Entry{device: got}) {
			t.Errorf("a member is a %d in one list and a %d in the other", e.Role, got.Role)
		}
	}
	return o
}

// describe tells what an operation came to; other is the outcome of another
// order, in which it may have counted for a while.
func (o outcome) describe(t *testing.T, op *chain.Signed, other outcome) string {
	t.Helper()
	id := op.ID()
	switch {
	case op.Kind == chain.Rotate && o.rotations[id]:
		return "rotation"
	case op.Kind == chain.Rotate, op.Kind == chain.Genesis:
		return ""
	case op.Kind != chain.Member && o.counts[id]:
		return "work"
	case op.Kind != chain.Member:
		return "work that does not count"
	}
	var m chain.MemberClear
	if err := chain.Decode(op.Clear, &m); err != nil {
		t.Fatal(err)
	}
	switch {
	case !m.Add && o.counts[id]:
		return "removal"
	case m.Add && o.counts[id]:
		return "admission"
	case m.Add && (o.lost[id] || other.lost[id]):
		return "admission lost to a removal"
	}
	return ""
}
