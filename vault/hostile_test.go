package vault_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"carnet/sync/client"
	"carnet/sync/server/store"
	"carnet/sync/wire"
	"carnet/vault"
	"carnet/vault/chain"
	localstore "carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// signs makes an operation that a device of somebody in the household really signed, in
// the place after its last one of an order.
func (o *order) signs(t testing.TB, h *household, who string, kind chain.Kind, clear any, edit func(*chain.Op)) *chain.Signed {
	t.Helper()
	id, err := h.seats[who].Identity()
	if err != nil {
		t.Fatal(err)
	}
	op := chain.Op{V: chain.Version, Kind: kind, Patient: chain.ID(h.lou.ID), Device: vault.DeviceID(id.Public()), DSeq: 1}
	for _, in := range o.items {
		op.HLC = max(op.HLC, in.Op.HLC+1)
		if in.Op.Device == op.Device {
			op.DSeq, op.PrevDev = in.Op.DSeq+1, in.Op.ID()
		}
	}
	if clear != nil {
		if op.Clear, err = chain.Encode(clear); err != nil {
			t.Fatal(err)
		}
	}
	if edit != nil {
		edit(&op)
	}
	signed, err := chain.Sign(op, id.Sign)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

// signs again what a page says, as a server can: the hash of what it brings.
func (o *order) resign(p *vault.Page) {
	p.Head = headAt(o.items, int(p.After))
	for _, in := range p.Ops {
		p.Head = chain.Head(p.Head, in.Op.ID(), in.Time)
	}
	p.N = p.After + uint64(len(p.Ops))
	p.Last = max(p.Last, p.N)
}

// What [TestHostileServer] leaves out: pages that say one thing and are another, bodies
// where none belong, keys that a stranger seals, and a page that comes in the middle of
// itself. Before anything is fetched or written, where it can be told by then.
func TestHostilePages(t *testing.T) {
	base := newVault(t)
	base.add(base.lou.ID, "old.txt", []byte("old"))
	b := twin(t, base, dominique)
	var o order
	o.push(t, base.Vault, base.lou.ID)
	o.pull(t, base.Vault, base.lou.ID, 100)
	o.pull(t, b.Vault, b.lou.ID, 100)
	at := len(o.items)
	b.add(b.lou.ID, "new.txt", noise(4, 300_000))
	o.push(t, b.Vault, b.lou.ID)
	id, err := seal.NewIdentity(seal.NewKey())
	base.must(err)
	defer id.Wipe()
	device, err := base.seats[camille].Identity()
	base.must(err)

	add := func(p *vault.Page, op *chain.Signed, body []byte) {
		p.Ops = append(p.Ops, vault.Incoming{Op: op, Body: body, Time: p.Ops[len(p.Ops)-1].Time})
		o.resign(p)
	}
	for _, c := range []struct {
		name    string
		do      func(p *vault.Page)
		want    []error // none: it is applied
		fetched bool    // it takes the operations to tell
	}{
		{"nothing wrong", func(*vault.Page) {}, nil, true},
		{"an operation of a member", func(p *vault.Page) { add(p, o.signs(t, base, dominique, chain.Policy, nil, nil), nil) }, nil, true},
		{"an older page again", func(p *vault.Page) {
			p.After, p.Ops = uint64(at-1), slices.Clone(o.items[at-1:])
			o.resign(p)
			p.Head = headAt(o.items, at)
			for _, in := range p.Ops {
				p.Head = chain.Head(p.Head, in.Op.ID(), in.Time)
			}
		}, []error{vault.ErrAltered}, false},
		{"more than it brings", func(p *vault.Page) { p.N++; p.Last++ }, []error{vault.ErrAltered}, false},
		{"more than there is", func(p *vault.Page) { p.Last = p.N - 1 }, []error{vault.ErrAltered}, false},
		{"bare with a body", func(p *vault.Page) { p.Ops[0].Bare = true }, []error{vault.ErrAltered}, false},
		{"a body where there is none", func(p *vault.Page) { add(p, o.signs(t, base, dominique, chain.Policy, nil, nil), []byte("body")) }, []error{vault.ErrAltered}, true},
		{"a position that is not there yet", func(p *vault.Page) {
			add(p, o.signs(t, base, dominique, chain.Policy, nil, func(op *chain.Op) { op.SeenPos = 1 << 40 }), nil)
		}, []error{vault.ErrForked}, true},
		{"a key that a stranger seals", func(p *vault.Page) {
			op, body := o.rotation(t, base, id, vault.DeviceID(id.Public()), device.Public(), id.Public())
			add(p, op, body)
		}, []error{vault.ErrAltered, chain.ErrStranger}, true},
		{"a key that a stranger seals in a member's name", func(p *vault.Page) {
			op, body := o.rotation(t, base, id, vault.DeviceID(device.Public()), device.Public(), id.Public())
			add(p, op, body)
		}, []error{vault.ErrAltered, chain.ErrSignature}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := twin(t, base, camille)
			before := told(t, h.Vault, h.lou.ID)
			p := o.page(h.lou.ID, at, 100)
			c.do(p)
			fetches := 0
			_, err := h.Apply(context.Background(), p, func(ctx context.Context, name chain.Hash) ([]byte, error) {
				fetches++
				return o.fetch(ctx, name)
			}, nil)
			s, serr := h.SyncState(h.lou.ID)
			if len(c.want) == 0 {
				if err != nil || s.Frozen != nil || s.N != p.N {
					t.Errorf("%v, %+v", err, s)
				}
				return
			}
			for _, want := range c.want {
				if !errors.Is(err, want) {
					t.Errorf("it is told as %v, not %v", err, want)
				}
			}
			if serr != nil || !errors.Is(s.Frozen, c.want[0]) || s.N != uint64(at) {
				t.Errorf("%+v, %v", s, serr)
			}
			if !c.fetched && fetches > 0 {
				t.Errorf("%d chunks were fetched for it", fetches)
			}
			if got := told(t, h.Vault, h.lou.ID); !slices.Equal(got, before) {
				t.Errorf("it shows %q, and showed %q", got, before)
			}
			h.sound()
		})
	}
	t.Run("another server", func(t *testing.T) {
		h := twin(t, base, camille)
		for what, edit := range map[string]func(*vault.Page){"host": func(p *vault.Page) { p.Host = "other.example" }, "key": func(p *vault.Page) { p.Key[0] ^= 1 }} {
			p := o.page(h.lou.ID, at, 100)
			edit(p)
			if _, err := h.Apply(context.Background(), p, o.fetch, nil); !errors.Is(err, vault.ErrOtherServer) || len(h.documents(h.lou.ID)) != 1 {
				t.Errorf("another %s: %v", what, err)
			}
		}
		o.pull(t, h.Vault, h.lou.ID, 100) // the one that it is with goes on
	})
	t.Run("a chunk that cannot be one", func(t *testing.T) {
		for what, bad := range map[string][]byte{"none": nil, "too long": make([]byte, seal.MaxChunkValue+1)} {
			h := twin(t, base, camille)
			fetches := 0
			_, err := h.Apply(context.Background(), o.page(h.lou.ID, at, 100), func(context.Context, chain.Hash) ([]byte, error) { fetches++; return bad, nil }, nil)
			if !errors.Is(err, vault.ErrBlobAltered) || fetches != 1 {
				t.Errorf("%s: %v after %d chunks", what, err, fetches)
			}
		}
	})
	t.Run("a page in the middle of itself", func(t *testing.T) {
		h := twin(t, base, camille)
		p, once := o.page(h.lou.ID, at, 100), sync.Once{}
		_, err := h.Apply(context.Background(), p, func(ctx context.Context, name chain.Hash) ([]byte, error) {
			once.Do(func() { o.pull(t, h.Vault, h.lou.ID, 100) })
			return o.fetch(ctx, name)
		}, nil)
		if !errors.Is(err, vault.ErrAltered) || len(h.documents(h.lou.ID)) != 2 {
			t.Errorf("%v, %d documents", err, len(h.documents(h.lou.ID)))
		}
		h.sound()
	})
}

// rotation is a new epoch of everybody's circle, sealed to some by whoever signs it, in
// the name of a device, with its body.
func (o *order) rotation(t testing.TB, h *household, by *seal.Identity, device chain.ID, to ...seal.Public) (*chain.Signed, []byte) {
	t.Helper()
	k, err := seal.NewCircleKey(h.lou.ID, h.lou.ID, 9)
	if err != nil {
		t.Fatal(err)
	}
	r := chain.RotateClear{Circle: k.Circle, Epoch: k.Epoch, KeyID: k.ID}
	if r.Box, err = k.Box(); err != nil {
		t.Fatal(err)
	}
	for _, p := range to {
		sealed, err := k.SealTo(p, device, vault.DeviceID(p))
		if err != nil {
			t.Fatal(err)
		}
		r.Seals = append(r.Seals, chain.Recipient{Device: vault.DeviceID(p), Seal: sealed})
	}
	plain, err := vault.EncodeRotation(h.lou.ID)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := k.Seal(vault.Labels[localstore.Records][0], byte(localstore.Records), plain)
	if err != nil {
		t.Fatal(err)
	}
	clear, err := chain.Encode(&r)
	if err != nil {
		t.Fatal(err)
	}
	op := chain.Op{V: chain.Version, Kind: chain.Rotate, Patient: chain.ID(h.lou.ID), Device: device, DSeq: 1, Clear: clear, BodyHash: sha256.Sum256(sealed.Bytes())}
	for _, in := range o.items {
		op.HLC = max(op.HLC, in.Op.HLC+1)
		if in.Op.Device == op.Device {
			op.DSeq, op.PrevDev = in.Op.DSeq+1, in.Op.ID()
		}
	}
	signed, err := chain.Sign(op, by.Sign)
	if err != nil {
		t.Fatal(err)
	}
	return signed, sealed.Bytes()
}

// A body that comes later is held to the same: to its operation, to its chunks, and to
// whether anybody still wants it.
func TestHostileCompletion(t *testing.T) {
	base := newVault(t)
	b := twin(t, base, dominique)
	var o order
	o.push(t, base.Vault, base.lou.ID)
	o.pull(t, base.Vault, base.lou.ID, 100)
	o.pull(t, b.Vault, b.lou.ID, 100)
	late := b.add(b.lou.ID, "late.bin", noise(5, 300_000))
	at := len(o.items)
	o.push(t, b.Vault, b.lou.ID)
	i := slices.IndexFunc(o.items, func(in vault.Incoming) bool { return len(in.Op.Blobs) > 0 })
	if i < at {
		t.Fatal("no operation names chunks")
	}
	whole := o.items[i]
	o.items[i].Bare, o.items[i].Body = true, nil
	o.pull(t, base.Vault, base.lou.ID, 100)
	other := func(context.Context, chain.Hash) ([]byte, error) { return noise(6, 1000), nil }
	for _, c := range []struct {
		name  string
		edit  func(*vault.Incoming)
		fetch func(context.Context, chain.Hash) ([]byte, error)
		want  error // nil: nothing happens
		n     int
	}{
		{"still bare", func(in *vault.Incoming) { in.Bare, in.Body = true, nil }, o.fetch, nil, 0},
		{"of another operation", func(in *vault.Incoming) { in.Op, in.Body = o.items[0].Op, o.items[0].Body }, o.fetch, nil, 0},
		{"another body", func(in *vault.Incoming) { in.Body = append(bytes.Clone(in.Body), 0) }, o.fetch, vault.ErrAltered, 0},
		{"another chunk", func(*vault.Incoming) {}, other, vault.ErrBlobAltered, 0},
		{"right", func(*vault.Incoming) {}, o.fetch, nil, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := twin(t, base, camille)
			if s, err := h.SyncState(h.lou.ID); err != nil || s.Withheld != 1 || !slices.Equal(s.Lacking, []uint64{uint64(i) + 1}) {
				t.Fatalf("%+v, %v", s, err)
			}
			in := whole
			c.edit(&in)
			n, err := h.Complete(context.Background(), h.lou.ID, []vault.Incoming{in}, c.fetch)
			if !errors.Is(err, c.want) || n != c.n {
				t.Errorf("%d, %v", n, err)
			}
			_, missing := h.Document(late)
			if s, err := h.SyncState(h.lou.ID); err != nil || (missing == nil) != (c.n == 1) || !errors.Is(s.Frozen, c.want) || s.Withheld != 1-c.n {
				t.Errorf("%+v, %v, %v", s, err, missing)
			}
			if c.want != nil {
				if _, err := h.Complete(context.Background(), h.lou.ID, []vault.Incoming{whole}, o.fetch); !errors.Is(err, vault.ErrFrozen) {
					t.Errorf("while it is stopped: %v", err)
				}
			}
			if c.n == 1 {
				h.sound()
			}
		})
	}
	t.Run("erased meanwhile", func(t *testing.T) {
		b.must(b.RemoveDocuments(context.Background(), late))
		b.must(b.EraseDocuments(context.Background(), nil, late))
		o.push(t, b.Vault, b.lou.ID)
		h := twin(t, base, camille)
		o.pull(t, h.Vault, h.lou.ID, 100)
		if n, err := h.Complete(context.Background(), h.lou.ID, []vault.Incoming{whole}, o.fetch); n != 0 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	})
}

// The brake counts by number too, and over all pages of a run: 20 of many may go, and
// not one more.
func TestSyncBrakeCounts(t *testing.T) {
	a := newVault(t)
	folder := t.TempDir()
	var paths []string
	for i := range 250 {
		paths = append(paths, filepath.Join(folder, fmt.Sprintf("%d.txt", i)))
		writeFile(t, paths[i], fmt.Appendf(nil, "document %d", i))
	}
	var ids []record.ID
	for _, one := range a.importAll(a.lou.ID, paths...) {
		a.must(one.Err)
		ids = append(ids, one.ID)
	}
	b := twin(t, a, dominique)
	var o order
	o.push(t, a.Vault, a.lou.ID)
	o.pull(t, a.Vault, a.lou.ID, 500)
	o.pull(t, b.Vault, b.lou.ID, 500)
	at := len(o.items)
	a.must(a.RemoveDocuments(context.Background(), ids[:20]...))
	o.push(t, a.Vault, a.lou.ID)
	middle := len(o.items)
	a.must(a.RemoveDocuments(context.Background(), ids[20]))
	o.push(t, a.Vault, a.lou.ID)
	if _, err := b.Apply(context.Background(), o.page(b.lou.ID, at, 500), o.fetch, nil); !errors.Is(err, vault.ErrDeletions) {
		t.Errorf("21 of 250 in one page: %v", err)
	}
	first := o.page(b.lou.ID, at, middle-at)
	applied, err := b.Apply(context.Background(), first, o.fetch, nil)
	if err != nil || applied.Removed != 20 {
		t.Fatalf("20 of 250: %+v, %v", applied, err)
	}
	next := o.page(b.lou.ID, middle, 500)
	next.Removed = applied.Removed
	if _, err := b.Apply(context.Background(), next, o.fetch, nil); !errors.Is(err, vault.ErrDeletions) {
		t.Errorf("one more in the same run: %v", err)
	}
	next.Removed = 0
	if _, err := b.Apply(context.Background(), next, o.fetch, nil); err != nil {
		t.Errorf("one more in the next run: %v", err)
	}
}

// given is what a server gives of a record to begin it with.
func (r *remote) given(patient record.ID) (out []vault.Incoming) {
	r.t.Helper()
	err := r.store.Ops(r.t.Context(), chain.ID(patient), 0, true, func(o store.Op) bool {
		op, err := chain.Parse(bytes.Clone(o.Op), o.Sig)
		if err != nil {
			r.t.Error(err)
			return false
		}
		switch op.Kind {
		case chain.Genesis, chain.Member, chain.Rotate, chain.Receipt, chain.Withdraw:
			out = append(out, vault.Incoming{Op: op, Body: bytes.Clone(o.Body), Bare: o.Bare, Time: o.Time})
		}
		return true
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return out
}

// What a server gives a device to begin a record with is believed as little: a record
// that it made up, or that a stranger let the device into, is not begun.
func TestHostileKeys(t *testing.T) {
	h := newVault(t)
	r := newRemoteIn(t, inMemory(t))
	receipt := r.consents(h, h.lou.ID)
	other := enrol(t, h, h.lou.ID)
	came := r.given(h.lou.ID)
	if keys, err := other.ReadKeys(h.lou.ID, came); err != nil || keys.Patient != h.lou.ID {
		t.Fatalf("as it is: %v", err)
	} else if _, ok := keys.Consent(r.address, r.key); !ok {
		t.Error("no consent is found")
	}
	without := func(kind chain.Kind) []vault.Incoming {
		return slices.DeleteFunc(slices.Clone(came), func(in vault.Incoming) bool { return in.Op.Kind == kind })
	}
	for name, list := range map[string][]vault.Incoming{"nothing": nil, "no rotation": without(chain.Rotate), "no genesis": without(chain.Genesis)} {
		if keys, err := other.ReadKeys(h.lou.ID, list); !errors.Is(err, vault.ErrNoKeys) {
			t.Errorf("%s: %+v, %v", name, keys, err)
		}
	}
	var o order
	o.items = came
	elsewhere := o.signs(t, h, camille, chain.Policy, nil, func(op *chain.Op) { op.Patient[0] ^= 1 })
	if _, err := other.ReadKeys(h.lou.ID, append(slices.Clone(came), vault.Incoming{Op: elsewhere})); !errors.Is(err, vault.ErrAltered) {
		t.Errorf("an operation of another record: %v", err)
	}
	gone := o.signs(t, h, camille, chain.Withdraw, &chain.WithdrawClear{Receipt: chain.ID(receipt)}, nil)
	i := slices.IndexFunc(came, func(in vault.Incoming) bool { return in.Op.Kind == chain.Receipt })
	var clear chain.ReceiptClear
	h.must(chain.Decode(came[i].Op.Clear, &clear))
	said := func(edit func(*chain.ReceiptClear)) []vault.Incoming {
		c := clear
		edit(&c)
		out := slices.Clone(came)
		out[i].Op = o.signs(t, h, camille, chain.Receipt, &c, nil)
		return out
	}
	for name, list := range map[string][]vault.Incoming{
		"withdrawn": append(slices.Clone(came), vault.Incoming{Op: gone}), "to another recipient": said(func(c *chain.ReceiptClear) { c.Category = chain.Professional }),
		"for another purpose": said(func(c *chain.ReceiptClear) { c.Purpose++ }), "to another server": said(func(c *chain.ReceiptClear) { c.Host = "other.example" }),
		"to another key": said(func(c *chain.ReceiptClear) { c.Key[0] ^= 1 }),
	} {
		keys, err := other.ReadKeys(h.lou.ID, list)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if _, ok := keys.Consent(r.address, r.key); ok {
			t.Errorf("%s: the consent is taken", name)
		}
	}
	// Whoever has the public keys of a device, as every server does, can let it into a
	// record of their own making. The device asks for what it may have, and finds it.
	public, err := other.PublicKeys()
	h.must(err)
	zoe, _, err := vault.Create(t.Context(), filepath.Join(t.TempDir(), "made up.carnet"), vault.First{Name: camille, Birth: "1990-01-01", Passphrase: []byte("another secret")}, options())
	h.must(err)
	defer zoe.Close()
	theirs, err := zoe.Patients()
	h.must(err)
	made := &household{Vault: zoe, t: t, lou: theirs[0]}
	r.consents(made, theirs[0].ID)
	h.must(zoe.AdmitDevice(t.Context(), public, "", []record.ID{theirs[0].ID}))
	syncs(t, theirs[0].ID, made)
	mine, err := h.seats[camille].Identity()
	h.must(err)
	kit, err := h.kits[camille].Identity()
	h.must(err)
	for _, known := range []*seal.Identity{mine, kit} { // what their operations would open, if they were theirs
		for by, want := range map[*seal.Identity]error{known: nil, newIdentity(t): vault.ErrAltered} {
			admission, err := chain.Encode(&chain.MemberClear{Add: true, Entries: []chain.Entry{{Keyholder: chain.ID{1}, Role: chain.Guardian, Sign: public.Sign, HPKE: public.HPKE}}})
			h.must(err)
			op, err := chain.Sign(chain.Op{V: chain.Version, Kind: chain.Member, Patient: chain.ID(theirs[0].ID), Device: vault.DeviceID(known.Public()), DSeq: 1, Clear: admission}, by.Sign)
			h.must(err)
			if _, err := other.ReadKeys(theirs[0].ID, append(r.given(theirs[0].ID), vault.Incoming{Op: op})); !errors.Is(err, want) {
				t.Errorf("in the name of a device or kit that is known: %v, want %v", err, want)
			}
		}
	}
	c := clientOf(other)
	defer c.Close()
	if begun, err := c.Begin(t.Context(), r.address, r.key); !errors.Is(err, vault.ErrAltered) || len(begun) > 0 {
		t.Errorf("a record that was made up: %v, %v", begun, err)
	}
	if patients, err := other.Patients(); err != nil || len(patients) != 1 {
		t.Errorf("it reads %v, %v", patients, err)
	}
	if left, err := other.Awaited(); err != nil || len(left) > 0 {
		t.Errorf("it awaits %v, %v", left, err)
	}
}

// The first pages of a record that a device was let into are held to the chain as well:
// nothing of it is kept, and it begins again.
func TestHostileBeginning(t *testing.T) {
	h := newVault(t)
	r := newRemoteIn(t, inMemory(t))
	h.add(h.lou.ID, "one.txt", []byte("one"))
	r.consents(h, h.lou.ID)
	there, here := new(agree), new(agree)
	d, joining, _, joined, invited := meet(t, h, there, here, nil)
	h.must(errors.Join(joined, invited))
	path := filepath.Join(t.TempDir(), "second.carnet")
	v, err := vault.Join(t.Context(), path, d, joining.Admission, secondPassphrase, options())
	h.must(err)
	other := &household{Vault: v, t: t, path: path, who: h.who, me: h.me, lou: h.lou, seats: map[string]vault.Seat{h.who: v.Seat()}, kits: h.kits}
	t.Cleanup(other.close)
	c := clientOf(other)
	defer c.Close()
	_, err = c.Begin(t.Context(), joining.Host, joining.Key)
	h.must(err)
	for _, test := range []struct {
		name    string
		trouble func(http.ResponseWriter, *http.Request, http.Handler)
		want    error
	}{
		{"without a key", func(w http.ResponseWriter, q *http.Request, next http.Handler) {
			r.answers(w, q, next, r.isPage, func(b []byte) []byte {
				return r.page(b, func(p *wire.Page) { p.Items = p.Items[:1] })
			})
		}, vault.ErrAltered},
		{"nothing", func(w http.ResponseWriter, q *http.Request, next http.Handler) {
			r.answers(w, q, next, r.isPage, func(b []byte) []byte { return r.page(b, func(p *wire.Page) { p.Items = []wire.Item{} }) })
		}, vault.ErrWithheld},
		{"no record at all", func(w http.ResponseWriter, q *http.Request, next http.Handler) {
			if r.isPage(q) {
				w.WriteHeader(404)
				io.WriteString(w, `{"type":"/problems/unknown"}`)
				return
			}
			next.ServeHTTP(w, q)
		}, client.ErrRefused},
	} {
		r.troubled(test.trouble)
		_, err := c.Sync(t.Context(), h.lou.ID, nil)
		r.troubled(nil)
		if !errors.Is(err, test.want) {
			t.Errorf("%s: %v", test.name, err)
		}
		if patients, err := other.Patients(); err != nil || len(patients) > 0 {
			t.Errorf("%s: it reads %v, %v", test.name, patients, err)
		}
	}
	syncs(t, h.lou.ID, other)
	alike(t, h.lou.ID, h, other)
}

// answers changes an answer of the server that went well.
func (r *remote) answers(w http.ResponseWriter, q *http.Request, next http.Handler, when func(*http.Request) bool, edit func([]byte) []byte) {
	if !when(q) {
		next.ServeHTTP(w, q)
		return
	}
	kept := &answered{header: http.Header{}}
	next.ServeHTTP(kept, q)
	b := kept.b.Bytes()
	if kept.status == http.StatusOK {
		b = edit(b)
	}
	w.WriteHeader(kept.status)
	w.Write(b)
}

func (r *remote) isPage(q *http.Request) bool {
	return q.Method == "GET" && filepath.Base(q.URL.Path) == "ops"
}
func (r *remote) isPush(q *http.Request) bool {
	return q.Method == "POST" && filepath.Base(q.URL.Path) == "ops"
}

// page changes a first page and signs its head again, with the key of the server.
func (r *remote) page(b []byte, edit func(*wire.Page)) []byte {
	p, err := wire.ParsePage(b)
	if err != nil {
		r.t.Error(err)
		return b
	}
	edit(p)
	if p.After == 0 {
		p.Head = wire.Head{Patient: p.Last.Patient}
		for i := range p.Items {
			op, err := p.Items[i].Signed()
			if err != nil {
				r.t.Error(err)
				return b
			}
			p.Head.N, p.Head.Time = uint64(i)+1, p.Items[i].Time
			p.Head.Hash = chain.Head(p.Head.Hash, op.ID(), p.Head.Time)
		}
		p.Head.Sign(r.private)
	}
	return wire.Encode(p)
}

// accepted changes the answer to a push, and signs its head again.
func (r *remote) accepted(b []byte, edit func(*wire.Accepted)) []byte {
	a, err := wire.ParseAccepted(b)
	if err != nil {
		r.t.Error(err)
		return b
	}
	edit(a)
	return wire.Encode(a)
}

// What [TestHostileServerOverHTTP] leaves out: heads of another record or under another
// key, wherever one is read; acknowledgements that are none; questions answered by
// others; a clock that is never right. A run that is stopped asks nothing any more.
func TestHostileAnswers(t *testing.T) {
	a := newVault(t)
	r := newRemote(t)
	r.consents(a, a.lou.ID)
	mustRun(t, a)
	_, stranger, err := ed25519.GenerateKey(rand.Reader)
	a.must(err)
	path := func(suffix string) func(*http.Request) bool {
		return func(q *http.Request) bool { return strings.HasSuffix(q.URL.Path, suffix) }
	}
	page := func(edit func(*wire.Page)) func([]byte) []byte {
		return func(b []byte) []byte {
			p, err := wire.ParsePage(b)
			a.must(err)
			edit(p)
			return wire.Encode(p)
		}
	}
	accepted := func(edit func(*wire.Accepted)) func([]byte) []byte {
		return func(b []byte) []byte { return r.accepted(b, edit) }
	}
	asked := 0
	for i, c := range []struct {
		name    string
		when    func(*http.Request) bool
		edit    func([]byte) []byte
		want    error
		stopped bool
	}{
		{"the head of another record", r.isPage, page(func(p *wire.Page) { p.Head.Patient[0] ^= 1; p.Head.Sign(r.private) }), client.ErrAnswer, false},
		{"a newest head of a stranger", r.isPage, page(func(p *wire.Page) { p.Last.Sign(stranger) }), client.ErrAnswer, false},
		{"an acknowledgement of a stranger", r.isPush, accepted(func(a *wire.Accepted) { a.Head.Sign(stranger) }), client.ErrAnswer, false},
		{"too few places", r.isPush, accepted(func(a *wire.Accepted) { a.Places = a.Places[1:] }), client.ErrAnswer, false},
		{"a push that it forgets", nil, func(b []byte) []byte {
			p, err := wire.ParsePush(b)
			a.must(err)
			s, err := a.SyncState(a.lou.ID)
			a.must(err)
			out := wire.Accepted{V: wire.Version, Places: []wire.Place{}, Head: wire.Head{Patient: chain.ID(a.lou.ID), N: s.N, Hash: s.Head}}
			for range p.Items {
				out.Places = append(out.Places, wire.Place{N: 1, Time: 1})
			}
			out.Head.Sign(r.private)
			return wire.Encode(&out)
		}, vault.ErrWithheld, true},
		{"more than it shows", r.isPush, accepted(func(a *wire.Accepted) { a.Head.N += 5; a.Head.Sign(r.private) }), vault.ErrWithheld, true},
		{"a blob that nobody asked for", path("/have"), func([]byte) []byte { return wire.Encode(&wire.Names{V: wire.Version, Names: [][32]byte{{1}}}) }, client.ErrAnswer, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			mustRun(t, a)
			h := twin(t, a, camille)
			id := h.add(h.lou.ID, "new.bin", noise(uint64(100+i), 270_000))
			r.troubled(func(w http.ResponseWriter, q *http.Request, next http.Handler) {
				switch {
				case c.when != nil:
					r.answers(w, q, next, c.when, c.edit)
				case r.isPush(q): // it is answered and not taken
					b, err := io.ReadAll(q.Body)
					if err != nil {
						t.Error(err)
					}
					w.Write(c.edit(b))
				default:
					next.ServeHTTP(w, q)
				}
			})
			_, err := run(h)
			r.troubled(func(w http.ResponseWriter, q *http.Request, next http.Handler) { asked++; next.ServeHTTP(w, q) })
			defer r.troubled(nil)
			if !errors.Is(err, c.want) {
				t.Errorf("it is told as %v", err)
			}
			s, err := h.SyncState(h.lou.ID)
			if err != nil || (s.Frozen != nil) != c.stopped || h.document(id).Size != 270_000 {
				t.Errorf("%+v, %v", s, err)
			}
			if c.stopped {
				if _, err := run(h); !errors.Is(err, vault.ErrFrozen) || asked != 0 {
					t.Errorf("while it is stopped: %v, %d requests", err, asked)
				}
				h.must(h.SyncAnew(context.Background(), h.lou.ID))
			}
			mustRun(t, h) // the way out
			asked = 0
		})
	}
	t.Run("a clock that is never right", func(t *testing.T) {
		h, times := twin(t, a, camille), atomic.Int64{}
		r.troubled(func(w http.ResponseWriter, q *http.Request, _ http.Handler) {
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprintf(w, `{"type":%q,"time":%d}`, wire.ProblemClock, 1000*times.Add(1))
			if times.Load() > 10 {
				panic(http.ErrAbortHandler)
			}
		})
		defer r.troubled(nil)
		if _, err := run(h); !errors.Is(err, client.ErrRefused) || times.Load() != 2 {
			t.Errorf("%v after %d requests", err, times.Load())
		}
	})
	t.Run("a stream of another's heads", func(t *testing.T) {
		h := twin(t, a, camille)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var lied sync.Once
		r.troubled(func(w http.ResponseWriter, q *http.Request, next http.Handler) {
			first := false
			lied.Do(func() { first = true })
			if !first {
				next.ServeHTTP(w, q)
				return
			}
			head := wire.Head{Patient: chain.ID(h.lou.ID), N: 999}
			head.Sign(stranger)
			fmt.Fprintf(w, "event: head\nid: 999\ndata: %s\n\n", base64.StdEncoding.EncodeToString(wire.Encode(&head)))
		})
		defer r.troubled(nil)
		c := clientOf(h)
		defer c.Close()
		var heard []uint64
		err := c.Watch(ctx, h.lou.ID, func(n uint64) { heard = append(heard, n); cancel() })
		if !errors.Is(err, context.Canceled) || len(heard) != 1 || heard[0] == 999 {
			t.Errorf("heard %v, %v", heard, err)
		}
	})
}

// Before the server has the consent, nothing of the record comes to it but headers.
func TestNothingBeforeConsent(t *testing.T) {
	a := newVault(t)
	a.add(a.lou.ID, "one.bin", noise(41, 270_000))
	r := newRemote(t)
	r.consents(a, a.lou.ID)
	a.add(a.lou.ID, "two.txt", []byte("two"))
	var first []string
	r.troubled(func(w http.ResponseWriter, q *http.Request, next http.Handler) {
		if len(first) == 0 && r.isPush(q) {
			b, err := io.ReadAll(q.Body)
			if err != nil {
				t.Error(err)
			}
			p, err := wire.ParsePush(b)
			if err != nil {
				t.Error(err)
				return
			}
			last := chain.Kind(0)
			for i := range p.Items {
				op, err := p.Items[i].Signed()
				if err != nil {
					t.Error(err)
					return
				}
				last = op.Kind
				if len(p.Items[i].Body) > 0 || p.Items[i].Bare == (op.BodyHash == chain.Hash{}) {
					t.Errorf("item %d of kind %d has a body of %d bytes, bare %t", i, op.Kind, len(p.Items[i].Body), p.Items[i].Bare)
				}
			}
			if last != chain.Receipt {
				t.Errorf("the first push ends with kind %d", last)
			}
			q.Body = io.NopCloser(bytes.NewReader(b))
		}
		first = append(first, q.Method+" "+filepath.Base(q.URL.Path))
		next.ServeHTTP(w, q)
	})
	mustRun(t, a)
	if len(first) < 3 || first[0] != "POST ops" {
		t.Errorf("the requests were %q", first)
	}
}
