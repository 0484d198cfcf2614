package chain_test

import (
	"strings"
	"testing"

	"carnet/vault/chain"
)

var roles = []chain.Role{chain.Holder, chain.Guardian, chain.CarerAdds, chain.CarerReads}

// Who may sign what. In the columns: holder, guardian, carer who adds, carer
// who reads.
const whoMaySign = `
data             yes yes yes no
tombstone        yes yes yes no
erase own        yes yes yes no
erase another's  yes yes no  no
erase both       yes yes no  no
erase unseen     yes yes no  no
rotate           yes yes yes yes
receipt          yes yes no  no
withdraw         yes yes no  no
grant            yes yes no  no
block            yes yes no  no
policy           yes yes no  no

add own device           yes yes yes yes
add own kit              yes yes yes yes
add own in another role  no  no  no  no
remove own device        yes yes yes yes
leave                    yes yes yes yes
admit guardian           yes yes no  no
admit carer              yes yes no  no
admit holder             no  no  no  no
admit two persons        no  no  no  no
admit in no role         no  no  no  no
admit unusable key       no  no  no  no
admit low-order key      no  no  no  no
add nobody               no  no  no  no
promote carer            yes yes no  no
remove carer             yes yes no  no
remove guardian          yes no  no  no
remove absent device     no  no  no  no
remove own absent device no  no  no  no
remove two persons       no  no  no  no

remove guardian as own   no  no  no  no
remove guardian as carer no  no  no  no
take guardian's device   no  no  no  no
demote guardian          yes no  no  no
add to guardian          no  no  no  no
add to carer             no  no  no  no
`

func TestWhoMaySign(t *testing.T) {
	tested := 0
	for line := range strings.Lines(strings.TrimSpace(whoMaySign)) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		words := strings.Fields(line)
		columns := words[len(words)-len(roles):]
		what := strings.Join(words[:len(words)-len(roles)], " ")
		for i, role := range roles {
			tested++
			want := columns[i] == "yes"
			if got := maySign(t, what, role); got != want {
				t.Errorf("%s by %s: %t, want %t", what, []string{"holder", "guardian", "carer who adds", "carer who reads"}[i], got, want)
			}
		}
	}
	if tested != 37*len(roles) {
		t.Errorf("%d cases", tested)
	}
}

// maySign lets a member of one role do it in a new family, and reports whether
// it counts. What does not count changes no member.
func maySign(t *testing.T, what string, role chain.Role) bool {
	t.Helper()
	f := newFamily(t)
	r := f.of(role)
	own := newDevice(t, "own", "")
	own.person = r.dev.person
	newcomer, second := newDevice(t, "newcomer", "newcomer"), newDevice(t, "second", "second")
	// The others, of the kinds that the author is not.
	guardian, carer := f.anne, f.chloe
	if role == chain.CarerAdds {
		carer = f.denis
	}
	carerRole := map[*device]chain.Role{f.chloe: chain.CarerAdds, f.denis: chain.CarerReads}[carer]

	claim := func(d *device, owner chain.ID, role chain.Role) chain.Entry {
		e := d.as(role)
		e.Keyholder = owner
		return e
	}
	unusable, low := newcomer.as(chain.CarerReads), newcomer.as(chain.CarerReads)
	unusable.HPKE = unusable.HPKE[1:]
	low.HPKE = lowOrder(newcomer)

	var mine, theirs, unseen *chain.Signed
	mine = r.write(chain.Data, nil)
	theirs = f.must(chain.Data, nil)
	unseen = f.must(chain.Data, nil)
	r.take(theirs)

	kinds := map[string]chain.Kind{
		"data": chain.Data, "tombstone": chain.Tombstone,
		"grant": chain.Grant, "block": chain.Block, "policy": chain.Policy,
	}
	if kind, ok := kinds[what]; ok {
		return r.try(kind, nil)
	}
	switch what {
	case "receipt":
		return r.try(chain.Receipt, receipt(t, chain.ID{7}, "server.example"))
	case "withdraw":
		return r.try(chain.Withdraw, encode(t, &chain.WithdrawClear{Receipt: chain.ID{7}}))
	}
	if what == "rotate" {
		return r.try(chain.Rotate, encode(t, &chain.RotateClear{Circle: r.Patient()}))
	}
	if named, ok := map[string][]*chain.Signed{
		"erase own": {mine}, "erase another's": {theirs}, "erase both": {mine, theirs}, "erase unseen": {unseen},
	}[what]; ok {
		return r.try(chain.Erase, r.erasing(named...))
	}
	changes := map[string][]byte{
		"add own device":           r.member(true, own.as(role)),
		"add own kit":              r.member(true, own.kit(role)),
		"add own in another role":  r.member(true, own.as(role%4+1)),
		"remove own device":        nil, // below
		"leave":                    r.member(false, r.dev.as(role)),
		"admit guardian":           r.member(true, newcomer.as(chain.Guardian)),
		"admit carer":              r.member(true, newcomer.as(chain.CarerReads)),
		"admit holder":             r.member(true, newcomer.as(chain.Holder)),
		"admit two persons":        r.member(true, newcomer.as(chain.CarerReads), second.as(chain.CarerReads)),
		"admit in no role":         r.member(true, newcomer.as(0)),
		"admit unusable key":       r.member(true, unusable),
		"admit low-order key":      r.member(true, low),
		"add nobody":               r.member(true),
		"promote carer":            r.member(true, carer.as(chain.Guardian)),
		"remove carer":             r.member(false, carer.as(carerRole)),
		"remove guardian":          r.member(false, guardian.as(chain.Guardian)),
		"remove absent device":     r.member(false, newcomer.as(chain.CarerReads)),
		"remove own absent device": r.member(false, own.as(role)),
		"remove two persons":       r.member(false, f.chloe.as(chain.CarerAdds), f.denis.as(chain.CarerReads)),
		// An entry that does not tell the truth of whose device it is.
		"remove guardian as own":   r.member(false, claim(guardian, r.dev.person, role)),
		"remove guardian as carer": r.member(false, claim(guardian, carer.person, carerRole)),
		"take guardian's device":   r.member(true, claim(guardian, r.dev.person, role)),
		"demote guardian":          r.member(true, guardian.as(chain.CarerReads)),
		"add to guardian":          r.member(true, claim(newcomer, guardian.person, chain.Guardian)),
		"add to carer":             r.member(true, claim(newcomer, carer.person, carerRole)),
	}
	change, ok := changes[what]
	if !ok {
		t.Fatalf("unknown act %q", what)
	}
	if what == "remove own device" {
		r.must(chain.Member, r.member(true, own.as(role)))
		change = r.member(false, own.as(role))
	}
	before := r.Members()
	counts := r.try(chain.Member, change)
	if sameMembers(before, r.Members()) == counts {
		t.Errorf("%s: counts %t, yet the members changed or did not", what, counts)
	}
	return counts
}

// A carer erases what they wrote on any of their devices, one that they have
// removed since included, and nothing that another wrote on theirs.
func TestEraseOwnWork(t *testing.T) {
	f := newFamily(t)
	tablet := newDevice(t, "chloe's tablet", "chloe")
	f.asChloe.must(chain.Member, f.asChloe.member(true, tablet.as(chain.CarerAdds)))
	other := f.asChloe.join(tablet)
	work := other.must(chain.Data, nil)
	f.asChloe.take(work)
	f.asChloe.must(chain.Member, f.asChloe.member(false, tablet.as(chain.CarerAdds)))
	f.asChloe.must(chain.Erase, f.asChloe.erasing(work))
	f.asChloe.must(chain.Erase, f.asChloe.erasing())
	if f.asChloe.try(chain.Erase, f.asChloe.erasing(work, f.ops[0])) {
		t.Error("erased another's operation")
	}
}

// Who was removed signs nothing, and may be admitted again.
func TestAfterRemoval(t *testing.T) {
	f := newFamily(t)
	removal := f.must(chain.Member, f.member(false, f.chloe.as(chain.CarerAdds)))
	f.asChloe.take(removal)
	for _, kind := range []chain.Kind{chain.Data, chain.Tombstone} {
		if f.asChloe.try(kind, nil) {
			t.Errorf("kind %d counts", kind)
		}
	}
	if f.asChloe.try(chain.Rotate, encode(t, &chain.RotateClear{Circle: f.Patient()})) {
		t.Error("a rotation counts")
	}
	if f.asChloe.try(chain.Member, f.asChloe.member(true, f.chloe.as(chain.CarerAdds))) {
		t.Error("came back by own act")
	}
	f.pull(f.asChloe)
	f.isMembers(f.anne, f.kit, f.bruno, f.denis, f.elise)
	f.must(chain.Member, f.member(true, f.chloe.as(chain.CarerReads)))
	f.asChloe.pull(f.replica)
	if f.asChloe.try(chain.Data, nil) {
		t.Error("a reader writes")
	}
	f.asChloe.must(chain.Rotate, encode(t, &chain.RotateClear{Circle: f.Patient()}))
}

// The holder, of age, removes the guardians; then nobody of them may anything.
func TestMajority(t *testing.T) {
	f := newFamily(t)
	e := f.asElise
	e.must(chain.Member, e.member(false, f.anne.as(chain.Guardian), f.kit.kit(chain.Guardian)))
	e.must(chain.Member, e.member(false, f.bruno.as(chain.Guardian)))
	e.isMembers(f.chloe, f.denis, f.elise)
	f.pull(e)
	f.asBruno.pull(e)
	for _, r := range []*replica{f.replica, f.asBruno} {
		if r.try(chain.Member, r.member(false, f.elise.as(chain.Holder))) || r.try(chain.Data, nil) {
			t.Errorf("%s still counts", r.dev.name)
		}
	}
}
