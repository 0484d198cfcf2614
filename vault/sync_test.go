package vault_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"carnet/vault"
	"carnet/vault/chain"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// order is a server's order of one patient's operations, and its blobs.
type order struct {
	items []vault.Incoming
	blobs map[chain.Hash][]byte
	now   uint64
}

const host = "carnet.example:8443"

// push takes what a device has and the order has not.
func (o *order) push(t testing.TB, v *vault.Vault, patient record.ID) {
	t.Helper()
	if o.blobs == nil {
		o.blobs, o.now = map[chain.Hash][]byte{}, uint64(today.UnixMilli())
	}
	after := uint64(0)
	for {
		changes, err := v.Changes(patient, after, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		if len(changes) == 0 {
			return
		}
		for _, out := range changes {
			after = out.Seq
			if slices.ContainsFunc(o.items, func(in vault.Incoming) bool { return in.Op.ID() == out.Op.ID() }) {
				continue
			}
			if !out.Bare {
				for i, name := range out.Op.Blobs {
					if o.blobs[name], err = v.AppendBlob(nil, out, i); err != nil {
						t.Fatal(err)
					}
				}
			}
			o.now++
			o.items = append(o.items, vault.Incoming{Op: out.Op, Body: out.Body.Bytes(), Bare: out.Bare, Time: o.now})
		}
	}
}

// page gives a run of the order, with the running hash that belongs to it.
func (o *order) page(patient record.ID, after, count int) *vault.Page {
	p := &vault.Page{Patient: patient, Host: host, After: uint64(after), Ops: slices.Clone(o.items[after:min(after+count, len(o.items))]), Last: uint64(len(o.items))}
	p.N = p.After + uint64(len(p.Ops))
	p.Head = headAt(o.items, int(p.N))
	return p
}

func headAt(items []vault.Incoming, n int) (head chain.Hash) {
	for _, in := range items[:n] {
		head = chain.Head(head, in.Op.ID(), in.Time)
	}
	return head
}

func (o *order) fetch(_ context.Context, name chain.Hash) ([]byte, error) {
	b, ok := o.blobs[name]
	if !ok {
		return nil, errors.New("no such blob")
	}
	return bytes.Clone(b), nil
}

// pull follows the order to its end, by pages of count.
func (o *order) pull(t testing.TB, v *vault.Vault, patient record.ID, count int) {
	t.Helper()
	for {
		s, err := v.SyncState(patient)
		if err != nil {
			t.Fatal(err)
		}
		p := o.page(patient, int(s.N), count)
		if _, err := v.Apply(context.Background(), p, o.fetch, nil); err != nil {
			t.Fatal(err)
		}
		if p.N == p.Last {
			return
		}
	}
}

// twin copies the file of a vault that is closed and opens the copy as somebody.
func twin(t testing.TB, h *household, who string) *household {
	t.Helper()
	h.close()
	other := *h
	other.t, other.Vault, other.path = t, nil, filepath.Join(t.TempDir(), "twin.carnet")
	copyFile(t, h.path, other.path)
	v, err := h.seats[h.who].Open(h.path, options())
	if err != nil {
		t.Fatal(err)
	}
	h.Vault = v
	other.as(who)
	t.Cleanup(other.close)
	return &other
}

// told is what a record shows, in one order.
func told(t testing.TB, v *vault.Vault, patient record.ID) (out []string) {
	t.Helper()
	documents, err := v.Documents(patient)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range documents {
		content, err := contentOf(v, d.ID)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprintf("%s %s %s %v %x %x", d.ID, d.Title, d.Category, d.RemovedAt, d.Digest, seal.NewDigest().Sum(content[:min(len(content), 8)])))
	}
	slices.Sort(out)
	return out
}

func alike(t testing.TB, patient record.ID, vaults ...*household) {
	t.Helper()
	want := told(t, vaults[0].Vault, patient)
	for i, h := range vaults[1:] {
		if got := told(t, h.Vault, patient); !slices.Equal(got, want) {
			t.Errorf("vault %d shows %d documents, the first one %d:\n%q\n%q", i+2, len(got), len(want), got, want)
		}
	}
}

// Two keyholders' devices, one file each, and a third file that is a copy of the
// first one's and was written on its own: all come to show the same, nothing is lost,
// nobody is stopped, and each file is sound.
func TestSyncConverges(t *testing.T) {
	a := newVault(t)
	a.add(a.lou.ID, "before.txt", []byte("written before the files parted"))
	b := twin(t, a, dominique)
	c := twin(t, a, camille) // the device of a: two histories of one device
	a.add(a.lou.ID, "a.txt", noise(1, 300_000))
	a.add(a.lou.ID, "a2.txt", []byte("short"))
	b.add(b.lou.ID, "b.txt", noise(2, 600_000))
	c.add(c.lou.ID, "c.txt", noise(3, 5000))
	var o order
	for range 2 {
		for i, h := range []*household{a, b, c} {
			o.pullIf(t, h, i+1)
			o.push(t, h.Vault, h.lou.ID)
		}
	}
	for i, h := range []*household{a, b, c} {
		o.pull(t, h.Vault, h.lou.ID, i+2)
	}
	alike(t, a.lou.ID, a, b, c)
	if n := len(a.documents(a.lou.ID)); n != 5 {
		t.Fatalf("%d documents", n)
	}
	for _, h := range []*household{a, b, c} {
		s, err := h.SyncState(h.lou.ID)
		if err != nil || s.Waiting != 0 || s.Frozen != nil || s.Withheld != 0 || s.N != uint64(len(o.items)) || s.Host != host {
			t.Errorf("%s: %+v, %v", h.who, s, err)
		}
		h.reopen()
		h.sound()
	}
	// They go on, and one device with two histories goes on with both.
	a.add(a.lou.ID, "after-a.txt", []byte("a goes on"))
	c.add(c.lou.ID, "after-c.txt", []byte("c goes on"))
	for range 2 {
		for _, h := range []*household{a, b, c} {
			o.pull(t, h.Vault, h.lou.ID, 100)
			o.push(t, h.Vault, h.lou.ID)
		}
	}
	for _, h := range []*household{a, b, c} {
		o.pull(t, h.Vault, h.lou.ID, 100)
	}
	alike(t, a.lou.ID, a, b, c)
	other, err := a.OpenCopy(context.Background(), c.path, nil)
	if err == nil {
		err = errors.Join(errors.New("a file that is in use was opened"), other.Close())
	}
	if !errors.Is(err, vault.ErrInUse) {
		t.Error(err)
	}
}

func (o *order) pullIf(t testing.TB, h *household, count int) {
	if len(o.items) > 0 {
		o.pull(t, h.Vault, h.lou.ID, count)
	}
}

// Of two writes of one field the one with the wrong clock does not win for ever: the
// server's time bounds it, for everybody alike.
func TestSyncWildClock(t *testing.T) {
	a := newVault(t)
	id := a.add(a.lou.ID, "one.txt", []byte("one"))
	b := twin(t, a, dominique)
	clock := today.AddDate(10, 0, 0)
	far, err := b.seats[dominique].Open(moved(t, b), &vault.Options{Profile: kinds(), Filing: rules(), Now: func() time.Time { return clock }})
	if err != nil {
		t.Fatal(err)
	}
	defer far.Close()
	var o order
	o.push(t, a.Vault, a.lou.ID)
	o.pull(t, a.Vault, a.lou.ID, 100)
	o.pull(t, far, a.lou.ID, 100)
	if err := far.EditDocument(context.Background(), id, vault.Edit{Title: ptr("from the year 2036")}); err != nil {
		t.Fatal(err)
	}
	o.push(t, far, a.lou.ID)
	o.now += uint64((time.Hour).Milliseconds())
	o.pull(t, a.Vault, a.lou.ID, 100)
	later, err := a.seats[camille].Open(moved(t, a), &vault.Options{Profile: kinds(), Filing: rules(), Now: func() time.Time { return today.Add(time.Hour) }})
	if err != nil {
		t.Fatal(err)
	}
	defer later.Close()
	if err := later.EditDocument(context.Background(), id, vault.Edit{Title: ptr("an hour later")}); err != nil {
		t.Fatal(err)
	}
	o.push(t, later, a.lou.ID)
	o.pull(t, later, a.lou.ID, 100)
	o.pull(t, far, a.lou.ID, 100)
	for _, v := range []*vault.Vault{later, far} {
		d, err := v.Document(id)
		if err != nil || d.Title != "an hour later" {
			t.Errorf("the title is %q, %v", d.Title, err)
		}
	}
}

// moved closes a household's file and copies it, to be opened with another clock.
func moved(t testing.TB, h *household) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "moved.carnet")
	h.close()
	copyFile(t, h.path, path)
	h.Vault = nil
	h.as(h.who)
	return path
}

// What a hostile server does. Each is found by its name, applies nothing, deletes
// nothing, and stops the synchronisation of this person and nobody else; work goes on.
func TestHostileServer(t *testing.T) {
	base := newVault(t)
	base.add(base.lou.ID, "old.txt", []byte("old"))
	b, early := twin(t, base, dominique), twin(t, base, camille)
	var o order
	o.push(t, base.Vault, base.lou.ID)
	o.pull(t, base.Vault, base.lou.ID, 100)
	o.pull(t, b.Vault, b.lou.ID, 100)
	at := len(o.items)
	b.add(b.lou.ID, "new.txt", noise(4, 300_000))
	b.add(b.lou.ID, "newer.txt", []byte("newer"))
	o.push(t, b.Vault, b.lou.ID)
	if len(o.items) < at+2 {
		t.Fatalf("%d operations after %d", len(o.items), at)
	}
	stranger, _, err := vault.Create(context.Background(), filepath.Join(t.TempDir(), "other.carnet"), vault.First{Name: "Zoé", Birth: "1990-01-01", Passphrase: []byte("another secret")}, options())
	if err != nil {
		t.Fatal(err)
	}
	defer stranger.Close()
	theirs, err := stranger.Patients()
	if err != nil {
		t.Fatal(err)
	}
	var strange order
	strange.push(t, stranger, theirs[0].ID)
	// A server that follows its own order differently for others.
	forked := order{items: slices.Clone(o.items[:at]), blobs: o.blobs, now: o.now}
	forked.items[at-1].Time++
	fork := twin(t, b, camille)

	tests := []struct {
		name string
		do   func(p *vault.Page)
		want []error
	}{
		{"tampered operation", func(p *vault.Page) {
			sig := p.Ops[0].Op.Sig
			sig[0] ^= 1
			p.Ops[0].Op = parsed(t, p.Ops[0].Op.Bytes(), sig)
		}, []error{vault.ErrAltered, chain.ErrSignature}},
		{"tampered body", func(p *vault.Page) { p.Ops[0].Body = append(bytes.Clone(p.Ops[0].Body), 0) }, []error{vault.ErrAltered}},
		{"body of another", func(p *vault.Page) { p.Ops[0].Body = p.Ops[1].Body }, []error{vault.ErrAltered}},
		{"dropped", func(p *vault.Page) { p.Ops = p.Ops[1:] }, []error{vault.ErrAltered, chain.ErrGap}},
		{"reordered", func(p *vault.Page) {
			p.Ops[0].Op, p.Ops[1].Op, p.Ops[0].Body, p.Ops[1].Body = p.Ops[1].Op, p.Ops[0].Op, p.Ops[1].Body, p.Ops[0].Body
		}, []error{vault.ErrAltered, chain.ErrGap}},
		{"twice", func(p *vault.Page) {
			p.Ops = append(p.Ops, p.Ops[0])
			p.Ops[len(p.Ops)-1].Time = p.Ops[len(p.Ops)-2].Time
		}, []error{vault.ErrAltered, chain.ErrKnown}},
		{"an old one again", func(p *vault.Page) {
			p.Ops = append(p.Ops, o.items[0])
			p.Ops[len(p.Ops)-1].Time = p.Ops[len(p.Ops)-2].Time
		}, []error{vault.ErrAltered, chain.ErrKnown}},
		{"rolled back", func(p *vault.Page) { *p = *o.page(p.Patient, at-1, 0); p.After, p.Last = uint64(at-1), uint64(at-1) }, []error{vault.ErrRolledBack}},
		{"an empty server", func(p *vault.Page) { p.Ops, p.After, p.N, p.Last = nil, 0, 0, 0 }, []error{vault.ErrRolledBack}},
		{"a foreign device", func(p *vault.Page) {
			id, err := seal.NewIdentity(seal.NewKey())
			if err != nil {
				t.Fatal(err)
			}
			defer id.Wipe()
			public := id.Public()
			op, err := chain.Sign(chain.Op{V: chain.Version, Kind: chain.Data, Patient: p.Patient, Device: chain.DeviceID(public.Sign, public.HPKE), DSeq: 1, HLC: 1 << 40}, id.Sign)
			if err != nil {
				t.Fatal(err)
			}
			p.Ops = append(p.Ops, vault.Incoming{Op: op, Time: p.Ops[len(p.Ops)-1].Time})
		}, []error{vault.ErrAltered, chain.ErrStranger}},
		{"wrong head", func(p *vault.Page) { p.Head[0] ^= 1 }, []error{vault.ErrForked}},
		{"wrong time", func(p *vault.Page) { p.Ops[1].Time = p.Ops[0].Time - 1 }, []error{vault.ErrAltered}},
		{"spliced from another record", func(p *vault.Page) { p.Ops = append(p.Ops[:0], strange.items...); sameTimes(p) }, []error{vault.ErrAltered, chain.ErrGenesis}},
		{"a genesis of its own", func(p *vault.Page) {
			op, err := chain.Sign(withPatient(strange.items[0].Op.Op, p.Patient), func([]byte) [64]byte { return [64]byte{} })
			if err != nil {
				t.Fatal(err)
			}
			p.Ops = []vault.Incoming{{Op: op, Body: strange.items[0].Body, Time: o.now}}
		}, []error{vault.ErrAltered, chain.ErrGenesis}},
		{"withheld page", func(p *vault.Page) { p.Ops = nil }, []error{vault.ErrWithheld}},
		{"another page", func(p *vault.Page) { p.After++; p.N++ }, []error{vault.ErrAltered}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := twin(t, base, camille)
			want := told(t, h.Vault, h.lou.ID)
			p := o.page(h.lou.ID, at, 100)
			test.do(p)
			if test.name != "wrong head" && test.name != "rolled back" && test.name != "another page" && p.Last != 0 && p.After == uint64(at) { // a server signs what it likes
				p.N, p.Head = p.After+uint64(len(p.Ops)), headAt(o.items, at)
				for _, in := range p.Ops {
					p.Head = chain.Head(p.Head, in.Op.ID(), in.Time)
				}
				p.Last = max(p.Last, p.N)
			}
			fails(t, h, p, o.fetch, test.want...)
			if got := told(t, h.Vault, h.lou.ID); !slices.Equal(got, want) {
				t.Errorf("it shows %q, and showed %q", got, want)
			}
		})
	}
	t.Run("substituted blob", func(t *testing.T) {
		h := twin(t, base, camille)
		for what, bad := range map[string]func(b []byte) []byte{
			"another": func(b []byte) []byte { return noise(9, len(b)) }, "one bit": func(b []byte) []byte { b[5] ^= 1; return b }, "short": func(b []byte) []byte { return b[:10] }, "none": func([]byte) []byte { return nil },
		} {
			fails(t, h, o.page(h.lou.ID, at, 100), func(ctx context.Context, name chain.Hash) ([]byte, error) {
				b, err := o.fetch(ctx, name)
				return bad(b), err
			}, vault.ErrBlobAltered)
			t.Log(what)
			h.must(h.SyncAnew(context.Background(), h.lou.ID))
			o.pull(t, h.Vault, h.lou.ID, at) // the way out
			h = twin(t, base, camille)
		}
	})
	t.Run("fork", func(t *testing.T) { // the same length, another history
		p := forked.page(fork.lou.ID, at, 100)
		p.Head = headAt(forked.items, at)
		fails(t, fork, p, forked.fetch, vault.ErrForked)
	})
	t.Run("a history that another device was not shown", func(t *testing.T) { // which signed what it had seen
		lie := order{items: slices.Clone(o.items), blobs: o.blobs}
		lie.items[0].Time--
		fails(t, early, lie.page(early.lou.ID, 0, len(lie.items)), lie.fetch, vault.ErrForked)
	})
	o.pull(t, base.Vault, base.lou.ID, 100) // the truth still applies
	alike(t, base.lou.ID, base, b)
}

// fails applies a page that must be refused by those names, and looks whether the
// rest of the vault still works.
func fails(t *testing.T, h *household, p *vault.Page, fetch func(context.Context, chain.Hash) ([]byte, error), want ...error) {
	t.Helper()
	before := len(h.documents(h.lou.ID))
	_, err := h.Apply(context.Background(), p, fetch, nil)
	for _, name := range want {
		if !errors.Is(err, name) {
			t.Errorf("it is told as %v, not %v", err, name)
		}
	}
	if n := len(h.documents(h.lou.ID)); n != before {
		t.Errorf("%d documents, %d before", n, before)
	}
	s, err := h.SyncState(h.lou.ID)
	if err != nil || !errors.Is(s.Frozen, want[0]) {
		t.Errorf("synchronisation is stopped by %v, %v", s.Frozen, err)
	}
	if _, err := h.Apply(context.Background(), p, fetch, nil); !errors.Is(err, vault.ErrFrozen) {
		t.Errorf("the next page: %v", err)
	}
	if _, err := h.Changes(h.lou.ID, 0, 1); !errors.Is(err, vault.ErrFrozen) {
		t.Errorf("what waits: %v", err)
	}
	if _, err := h.Changes(h.me.ID, 0, 1); err != nil {
		t.Errorf("another person: %v", err)
	}
	if !errors.Is(want[0], vault.ErrForked) { // once for a kind is enough: it is slow
		return
	}
	h.reopen()
	id := h.add(h.lou.ID, "local.txt", []byte("work goes on"))
	h.must(h.RemoveDocuments(context.Background(), id))
	h.must(h.EraseDocuments(context.Background(), nil, id))
	h.sound()
}

func parsed(t testing.TB, b []byte, sig [64]byte) *chain.Signed {
	t.Helper()
	op, err := chain.Parse(b, sig)
	if err != nil {
		t.Fatal(err)
	}
	return op
}

func withPatient(op chain.Op, patient chain.ID) chain.Op {
	op.Patient = patient
	return op
}

func sameTimes(p *vault.Page) {
	for i := range p.Ops {
		p.Ops[i].Time = p.Ops[0].Time + 1<<32
	}
}

// Many documents that would go at once wait for the person.
func TestSyncBrake(t *testing.T) {
	a := newVault(t)
	var ids []record.ID
	for i := range 5 {
		ids = append(ids, a.add(a.lou.ID, fmt.Sprintf("%d.txt", i), fmt.Appendf(nil, "document %d", i)))
	}
	b := twin(t, a, dominique)
	var o order
	o.push(t, a.Vault, a.lou.ID)
	o.pull(t, a.Vault, a.lou.ID, 100)
	o.pull(t, b.Vault, b.lou.ID, 100)
	at := len(o.items)
	for _, id := range ids[:4] {
		a.must(a.RemoveDocuments(context.Background(), id))
	}
	o.push(t, a.Vault, a.lou.ID)
	p := o.page(b.lou.ID, at, 100)
	_, err := b.Apply(context.Background(), p, o.fetch, nil)
	if !errors.Is(err, vault.ErrDeletions) || len(b.documents(b.lou.ID)) != 5 {
		t.Fatalf("%v, %d documents", err, len(b.documents(b.lou.ID)))
	}
	var stopped *vault.Deletions
	if !errors.As(err, &stopped) || len(stopped.Documents) != 4 || slices.ContainsFunc(stopped.Documents, func(id record.ID) bool { return !slices.Contains(ids[:4], id) }) {
		t.Errorf("it would take away %v of %v", stopped, ids)
	}
	if s, err := b.SyncState(b.lou.ID); err != nil || s.Frozen != nil || s.N != uint64(at) {
		t.Fatalf("%+v, %v", s, err)
	}
	p.Remove = true
	if got, err := b.Apply(context.Background(), p, o.fetch, nil); err != nil || got.Removed != 4 {
		t.Fatalf("%+v, %v", got, err)
	}
	alike(t, a.lou.ID, a, b)
}

// What is erased for good leaves the other files too.
func TestSyncErases(t *testing.T) {
	a := newVault(t)
	secret := noise(7, 400_000)
	id := a.add(a.lou.ID, "secret.bin", secret)
	b := twin(t, a, dominique)
	var o order
	for _, h := range []*household{a, b} {
		o.push(t, h.Vault, h.lou.ID)
		o.pull(t, h.Vault, h.lou.ID, 100)
	}
	a.must(a.RemoveDocuments(context.Background(), id))
	a.must(a.EraseDocuments(context.Background(), nil, id))
	o.push(t, a.Vault, a.lou.ID)
	o.pull(t, b.Vault, b.lou.ID, 100)
	alike(t, a.lou.ID, a, b)
	b.must(b.Compact(context.Background(), nil))
	if r := b.sound(); r.Documents != 0 {
		t.Errorf("%+v", r)
	}
	o.pull(t, a.Vault, a.lou.ID, 100)
	fresh := order{}
	fresh.push(t, a.Vault, a.lou.ID) // everything has its place: nothing waits
	if len(fresh.items) != 0 {
		t.Errorf("%d operations wait", len(fresh.items))
	}
}

// Merging two files that have followed one server doubles nothing.
func TestMergeAfterSync(t *testing.T) {
	a := newVault(t)
	a.add(a.lou.ID, "one.bin", noise(5, 300_000))
	c := twin(t, a, camille)
	var o order
	o.push(t, a.Vault, a.lou.ID)
	o.pull(t, a.Vault, a.lou.ID, 100)
	o.pull(t, c.Vault, c.lou.ID, 100)
	c.add(c.lou.ID, "two.txt", []byte("two"))
	c.close()
	other, err := a.OpenCopy(context.Background(), c.path, nil)
	if err != nil {
		t.Fatal(err)
	}
	merged, err := a.Merge(context.Background(), other, nil)
	a.must(errors.Join(err, other.Close()))
	if len(merged.There.Documents) != 1 || merged.There.Changes != 1 {
		t.Errorf("%+v", merged.There)
	}
	if r := a.sound(); r.Documents != 2 {
		t.Errorf("%+v", r)
	}
	c.as(camille)
}

func TestConsentVerbs(t *testing.T) {
	a := newVault(t)
	ctx := context.Background()
	good := vault.Grantee{Host: host, Key: [32]byte{1}, Until: today.AddDate(1, 0, 0), Text: "the words", Language: "en", Program: "test"}
	for name, edit := range map[string]func(*vault.Grantee){
		"no host": func(g *vault.Grantee) { g.Host = "" }, "no words": func(g *vault.Grantee) { g.Text = "" },
		"too long": func(g *vault.Grantee) { g.Until = today.AddDate(1, 0, 2) }, "over": func(g *vault.Grantee) { g.Until = today },
	} {
		g := good
		edit(&g)
		if _, err := a.GiveConsent(ctx, a.lou.ID, g); !errors.Is(err, vault.ErrGrantee) {
			t.Errorf("%s: %v", name, err)
		}
	}
	id, err := a.GiveConsent(ctx, a.lou.ID, good)
	a.must(err)
	a.reopen()
	list, err := a.Consents(a.lou.ID)
	if err != nil || len(list) != 1 || list[0].ID != id || list[0].Host != host || list[0].Withdrawn || list[0].End != record.At(good.Until) {
		t.Fatalf("%+v, %v", list, err)
	}
	if words, err := a.ConsentText(a.lou.ID, id); err != nil || words != good.Text {
		t.Errorf("the words are %q, %v", words, err)
	}
	if list, err := a.Consents(a.me.ID); err != nil || len(list) != 0 {
		t.Errorf("another person has %+v, %v", list, err)
	}
	if err := a.WithdrawConsent(ctx, a.lou.ID, record.ID{1}); !errors.Is(err, vault.ErrNoSuchConsent) {
		t.Error(err)
	}
	a.must(a.WithdrawConsent(ctx, a.lou.ID, id))
	if err := a.WithdrawConsent(ctx, a.lou.ID, id); !errors.Is(err, vault.ErrNoSuchConsent) {
		t.Error(err)
	}
	if list, err := a.Consents(a.lou.ID); err != nil || !list[0].Withdrawn {
		t.Errorf("%+v, %v", list, err)
	}
	a.must(a.AddMember(ctx, a.lou.ID, sacha, record.RoleCarerAdds))
	a.as(sacha)
	if _, err := a.GiveConsent(ctx, a.lou.ID, good); !errors.Is(err, vault.ErrNotAllowed) {
		t.Errorf("a carer: %v", err)
	}
	a.as(camille)
	var actions []record.Action
	for e, err := range a.Journal(ctx) {
		a.must(err)
		if e.Entity == id {
			actions = append(actions, e.Action)
		}
	}
	if !slices.Equal(actions, []record.Action{record.ConsentGiven, record.ConsentWithdrawn}) && !slices.Equal(actions, []record.Action{record.ConsentWithdrawn, record.ConsentGiven}) {
		t.Errorf("the journal has %v", actions)
	}
}
