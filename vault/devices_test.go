package vault_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"carnet/sync/client"
	"carnet/sync/consent"
	"carnet/sync/server/store"
	"carnet/vault"
	"carnet/vault/chain"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// secondPassphrase is that of another computer's file.
var secondPassphrase = []byte("another sentence for another computer")

func clientOptions() *client.Options {
	return &client.Options{Gate: consent.Options{Now: func() time.Time { return today }}}
}

// agree is a person who finds the words the same, and notes them.
type agree struct {
	mu   sync.Mutex
	seen []client.Words
	no   bool
}

func (a *agree) compare(_ context.Context, w client.Words) (bool, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.seen = append(a.seen, w)
	return !a.no, nil
}

// meet has a device of the open keyholder invite another one. edit changes what the
// person carries over.
func meet(t testing.TB, h *household, there, here *agree, edit func(*client.Invitation)) (d *vault.NewDevice, joining *client.Joining, admitted *client.Admitted, joined, invited error) {
	t.Helper()
	d, err := vault.Prepare("The other computer")
	if err != nil {
		t.Fatal(err)
	}
	c := clientOf(h)
	defer c.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	shown, done := make(chan *client.Invitation, 1), make(chan struct{})
	go func() {
		defer close(done)
		admitted, invited = c.Invite(ctx, func(i *client.Invitation) { shown <- i }, here.compare)
		close(shown)
	}()
	in := <-shown
	if in == nil {
		<-done
		return d, nil, admitted, nil, invited
	}
	carried, err := client.ParseInvitation(in.Link(), "")
	if err != nil {
		t.Fatal(err)
	}
	if edit != nil {
		edit(carried)
	}
	joining, joined = client.Join(ctx, carried, d, there.compare, clientOptions())
	if joined != nil && !errors.Is(joined, client.ErrWords) {
		cancel() // the inviting side waits for somebody who does not come
	}
	<-done
	return d, joining, admitted, joined, invited
}

// enrol lets another computer of the open keyholder in, and fetches what it may read.
func enrol(t testing.TB, h *household, want ...record.ID) *household {
	t.Helper()
	there, here := new(agree), new(agree)
	d, joining, admitted, joined, invited := meet(t, h, there, here, nil)
	if joined != nil || invited != nil || len(admitted.Failed) > 0 {
		t.Fatalf("joined: %v, invited: %v, %v", joined, invited, admitted)
	}
	if !slices.Equal(there.seen, here.seen) || len(here.seen) != 1 {
		t.Fatalf("words: %x and %x", there.seen, here.seen)
	}
	path := filepath.Join(t.TempDir(), "second.carnet")
	v, err := vault.Join(t.Context(), path, d, joining.Admission, secondPassphrase, options())
	if err != nil {
		t.Fatal(err)
	}
	other := &household{Vault: v, t: t, path: path, who: h.who, me: h.me, lou: h.lou, seats: map[string]vault.Seat{h.who: v.Seat()}, kits: h.kits}
	t.Cleanup(other.close)
	c := clientOf(other)
	defer c.Close()
	begun, err := c.Begin(t.Context(), joining.Host, joining.Key)
	slices.SortFunc(want, func(a, b record.ID) int { return bytes.Compare(a[:], b[:]) })
	slices.SortFunc(begun, func(a, b record.ID) int { return bytes.Compare(a[:], b[:]) })
	if err != nil || !slices.Equal(begun, want) {
		t.Fatalf("begun %v, want %v: %v", begun, want, err)
	}
	for _, p := range begun {
		if _, err := c.Sync(t.Context(), p, nil); err != nil {
			t.Fatal(err)
		}
	}
	if left, err := v.Awaited(); err != nil || len(left) > 0 {
		t.Fatalf("still awaited: %v, %v", left, err)
	}
	return other
}

func syncs(t testing.TB, p record.ID, households ...*household) {
	t.Helper()
	for _, h := range households {
		c := clientOf(h)
		if _, err := c.Sync(t.Context(), p, nil); err != nil {
			t.Fatalf("%s: %v", h.who, err)
		}
		c.Close()
	}
}

// One device serves two persons, each by a consent of their own: what has none stays
// out, and comes when it is consented to. Both sides write, both come to show the same,
// and the new file is sound when it is opened again.
func TestDeviceJoins(t *testing.T) {
	h := newVault(t)
	r := newRemoteIn(t, inMemory(t))
	h.add(h.lou.ID, "before.pdf", noise(1, 300_000))
	h.add(h.lou.ID, "small.txt", []byte("before the other computer"))
	h.add(h.me.ID, "mine.txt", []byte("mine alone"))
	r.consents(h, h.lou.ID)
	other := enrol(t, h, h.lou.ID)
	alike(t, h.lou.ID, h, other)
	if patients, err := other.Patients(); err != nil || len(patients) != 1 || patients[0].ID != h.lou.ID || patients[0].Name != h.lou.Name {
		t.Errorf("the new device reads %v, %v", patients, err)
	}
	other.add(h.lou.ID, "there.txt", []byte("written on the other computer"))
	h.add(h.lou.ID, "here.txt", []byte("written here"))
	syncs(t, h.lou.ID, h, other, h)
	alike(t, h.lou.ID, h, other)

	devices, err := h.Devices()
	if err != nil || len(devices) != 2 || !devices[0].This || devices[1].This || devices[1].Name != "The other computer" || devices[1].LastSeen == 0 || devices[1].Since == 0 || !slices.Equal(devices[1].Patients, []record.ID{h.lou.ID}) {
		t.Fatalf("devices: %+v, %v", devices, err)
	}
	r.consents(h, h.me.ID)
	syncs(t, h.me.ID, h)
	c := clientOf(other)
	defer c.Close()
	if begun, err := c.Begin(t.Context(), r.address, r.key); err != nil || len(begun) > 0 {
		t.Errorf("begun without being let in: %v, %v", begun, err)
	}
	if err := h.ShareWithDevice(t.Context(), devices[1].ID, h.me.ID); err != nil {
		t.Fatal(err)
	}
	syncs(t, h.me.ID, h)
	if begun, err := c.Begin(t.Context(), r.address, r.key); err != nil || !slices.Equal(begun, []record.ID{h.me.ID}) {
		t.Fatalf("begun: %v, %v", begun, err)
	}
	syncs(t, h.me.ID, other)
	alike(t, h.me.ID, h, other)
	other.reopen()
	alike(t, h.lou.ID, h, other)
	if d := other.Damage(); d != (vault.Damage{}) {
		t.Errorf("damage: %+v", d)
	}
	if err := h.ShareWithDevice(t.Context(), record.ID{1}, h.me.ID); !errors.Is(err, vault.ErrNoDevice) {
		t.Errorf("an unknown device: %v", err)
	}
	for _, said := range []string{"before", "The other computer", "there.txt", "Camille"} {
		if bytes.Contains(r.said.bytes(), []byte(said)) {
			t.Errorf("the server saw %q", said)
		}
	}
}

// Another keyholder's device sees what that keyholder may see and nothing else: not the
// records they have no part in, and not what is hidden from them.
func TestOtherKeyholdersDevice(t *testing.T) {
	h := newVault(t)
	r := newRemoteIn(t, inMemory(t))
	h.add(h.lou.ID, "for both.txt", []byte("for both"))
	hidden := h.add(h.lou.ID, "hidden.txt", []byte("hidden from guardians"))
	if err := h.Mask(t.Context(), hidden, record.Guardians); err != nil {
		t.Fatal(err)
	}
	r.consents(h, h.lou.ID)
	r.consents(h, h.me.ID)
	syncs(t, h.lou.ID, h)
	syncs(t, h.me.ID, h)
	h.as(dominique)
	other := enrol(t, h, h.lou.ID)
	alike(t, h.lou.ID, h, other)
	documents, err := other.Documents(h.lou.ID)
	if err != nil || len(documents) != 1 || documents[0].Title != "for both" {
		t.Errorf("Dominique's other device shows %v, %v", documents, err)
	}
	if _, err := other.Documents(h.me.ID); !errors.Is(err, vault.ErrNoPatient) {
		t.Errorf("Camille's record: %v", err)
	}
}

// Every way in which a meeting is no meeting is refused by name, and nothing is
// written or sealed.
func TestMeetingRefused(t *testing.T) {
	h := newVault(t)
	r := newRemoteIn(t, inMemory(t))
	h.add(h.lou.ID, "one.txt", []byte("one"))
	if _, _, _, _, err := meet(t, h, new(agree), new(agree), nil); !errors.Is(err, consent.ErrNone) || len(r.said.bytes()) > 0 {
		t.Errorf("without a consent: %v", err)
	}
	r.consents(h, h.lou.ID)
	before := func() int {
		devices, err := h.Devices()
		if err != nil {
			t.Fatal(err)
		}
		return len(devices)
	}
	var used seal.MeetingCode
	for _, c := range []struct {
		name        string
		there, here bool // somebody says no
		edit        func(*client.Invitation)
		trouble     func(http.ResponseWriter, *http.Request, http.Handler)
		want        error
		wantHere    error
	}{
		{name: "a wrong code", edit: func(i *client.Invitation) { i.Code = seal.NewMeetingCode() }, want: client.ErrCode, wantHere: context.Canceled},
		{name: "no on the new device", there: true, want: client.ErrWords, wantHere: client.ErrWords},
		{name: "no on the first device", here: true, want: client.ErrWords, wantHere: client.ErrWords},
		{name: "another server's key", edit: func(i *client.Invitation) { i.Key[0] ^= 1 }, want: consent.ErrUnreachable, wantHere: context.Canceled},
		{name: "another key in between", want: client.ErrMeeting, wantHere: context.Canceled, trouble: func(w http.ResponseWriter, q *http.Request, next http.Handler) {
			if q.Method == http.MethodGet && strings.HasSuffix(q.URL.Path, "/2") { // the inviter's keys
				sealed, err := used.Meeting()
				if err != nil {
					t.Error(err)
					return
				}
				own, err := sealed.Seal(2, []byte{0x80})
				if err != nil {
					t.Error(err)
				}
				w.Write(own)
				return
			}
			next.ServeHTTP(w, q)
		}},
		{name: "altered by the server", want: client.ErrMeeting, wantHere: context.Canceled, trouble: func(w http.ResponseWriter, q *http.Request, next http.Handler) {
			if q.Method == http.MethodGet && strings.HasSuffix(q.URL.Path, "/0") {
				w.Write(bytes.Repeat([]byte{1}, 200))
				return
			}
			next.ServeHTTP(w, q)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r.troubled(c.trouble)
			defer r.troubled(nil)
			edit := func(i *client.Invitation) {
				used = i.Code
				if c.edit != nil {
					c.edit(i)
				}
			}
			_, joining, _, joined, invited := meet(t, h, &agree{no: c.there}, &agree{no: c.here}, edit)
			if !errors.Is(joined, c.want) || joining != nil || !errors.Is(invited, c.wantHere) {
				t.Errorf("joined: %v, want %v; invited: %v, want %v", joined, c.want, invited, c.wantHere)
			}
			if n := before(); n != 1 {
				t.Errorf("%d devices", n)
			}
		})
	}
	// A code serves once, and for ten minutes.
	var kept client.Invitation
	if _, _, _, joined, invited := meet(t, h, new(agree), new(agree), func(i *client.Invitation) { kept = *i }); joined != nil || invited != nil {
		t.Fatal(joined, invited)
	}
	d, err := vault.Prepare("")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Join(t.Context(), &kept, d, new(agree).compare, clientOptions()); !errors.Is(err, client.ErrCodeUsed) {
		t.Errorf("used again: %v", err)
	}
	late := today.Add(client.MeetingTime)
	r.at(late)
	if _, err := client.Join(t.Context(), &kept, d, new(agree).compare, clientOptions()); !errors.Is(err, client.ErrCodeLate) {
		t.Errorf("too late: %v", err)
	}
	if n := before(); n != 2 {
		t.Errorf("%d devices", n)
	}
}

// A removed device, with its file, its passphrase and every byte of the server, opens
// no new epoch and nothing that was written under one.
func TestRemovedDevice(t *testing.T) {
	h := newVault(t)
	r := newRemoteIn(t, inMemory(t))
	h.add(h.lou.ID, "before.txt", []byte("before"))
	r.consents(h, h.lou.ID)
	other := enrol(t, h, h.lou.ID)
	lost, err := other.Device()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.RemoveDevice(t.Context(), record.ID(lost)); err != nil {
		t.Fatal(err)
	}
	me, err := h.Device()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.RemoveDevice(t.Context(), record.ID(me)); !errors.Is(err, vault.ErrThisDevice) {
		t.Errorf("itself: %v", err)
	}
	if _, err := h.RemoveDevice(t.Context(), record.ID(lost)); !errors.Is(err, vault.ErrNoDevice) {
		t.Errorf("twice: %v", err)
	}
	h.add(h.lou.ID, "after.txt", []byte("after the removal"))
	syncs(t, h.lou.ID, h)
	c := clientOf(other)
	defer c.Close()
	if _, err := c.Sync(t.Context(), h.lou.ID, nil); !errors.Is(err, client.ErrRemoved) || errors.Is(err, client.ErrRefused) {
		t.Errorf("a removed device is told %v", err)
	}
	if s, err := other.SyncState(h.lou.ID); err != nil || s.Frozen != nil {
		t.Errorf("a removed device takes the server for one that lost the record: %v, %v", s.Frozen, err)
	}
	other.add(h.lou.ID, "theirs.txt", []byte("written on it afterwards"))
	if _, err := c.Sync(t.Context(), h.lou.ID, nil); !errors.Is(err, client.ErrRemoved) {
		t.Errorf("a removed device that went on writing is told %v", err)
	}
	if devices, err := h.Devices(); err != nil || len(devices) != 1 {
		t.Errorf("devices: %v, %v", devices, err)
	}
	// Its file, with its passphrase, and every byte of the server tried with every key.
	other.close()
	v, err := vault.Unlock(t.Context(), other.path, secondPassphrase, options())
	if err != nil {
		t.Fatal(err)
	}
	other.Vault = v
	if documents, err := other.Documents(h.lou.ID); err != nil || len(documents) != 2 || slices.ContainsFunc(documents, func(d record.Document) bool { return d.Title == "after" }) {
		t.Errorf("its file shows %v, %v", documents, err)
	}
	r.opensNothing(h.lou.ID, heldBy(t, other, h.lou.ID), h, "after")
}

// opensNothing holds the server's bytes against what somebody has who was put out: no
// epoch that h holds and they do not, and nothing that was written under one.
func (r *remote) opensNothing(patient record.ID, out holder, h *household, later string) {
	t := r.t
	t.Helper()
	opened, mine, fresh := r.scan(patient, out), r.scan(patient, heldBy(t, h, patient)), 0
	within := func(list [][]byte, what []byte) bool {
		return slices.ContainsFunc(list, func(b []byte) bool { return bytes.Contains(b, what) })
	}
	older := false
	for _, k := range h.CircleKeys(patient) {
		if slices.ContainsFunc(out.keys, func(held *seal.CircleKey) bool { return held.ID == k.ID }) {
			older = older || within(mine.said, k.Secret().Expose())
			continue
		}
		fresh++
		if opened.keys[k.ID] || within(opened.said, k.Secret().Expose()) {
			t.Error("who was put out opens a new epoch")
		}
	}
	if fresh == 0 || opened.tried < 10 || opened.seals == 0 || opened.bodies == 0 || !older {
		t.Errorf("nothing was proved: %d new epochs, %d tries, %d seals, %d bodies, %t", fresh, opened.tried, opened.seals, opened.bodies, older)
	}
	if within(opened.said, []byte(later)) {
		t.Error("who was put out reads what was written later")
	}
	if !within(mine.said, []byte(later)) {
		t.Error("not even a device that stayed finds it: the scan is blind")
	}
}

// opening is what somebody opens of all that a server has of a record.
type opening struct {
	keys                 map[[16]byte]bool // by id
	said                 [][]byte
	tried, seals, bodies int
}

// holder is what somebody has who has a file and its passphrase.
type holder struct {
	id   *seal.Identity
	me   chain.ID
	keys []*seal.CircleKey
}

// heldBy takes it out of an open vault, and outlives it.
func heldBy(t testing.TB, h *household, patient record.ID) holder {
	t.Helper()
	id, err := h.seats[h.who].Identity()
	if err != nil {
		t.Fatal(err)
	}
	out := holder{id: id, me: vault.DeviceID(id.Public())}
	for _, k := range h.CircleKeys(patient) {
		secret, err := seal.KeyFrom(k.Secret().Expose())
		if err != nil {
			t.Fatal(err)
		}
		kept, err := seal.RestoreCircleKey(k.Patient, k.Circle, k.Epoch, secret)
		if err != nil {
			t.Fatal(err)
		}
		out.keys = append(out.keys, kept)
	}
	return out
}

// scan tries every seal and every body that the server has with every key that
// somebody holds, and with every key that they find on the way.
func (r *remote) scan(patient record.ID, by holder) (out opening) {
	r.t.Helper()
	id, me, keys := by.id, by.me, slices.Clone(by.keys)
	out.keys = map[[16]byte]bool{}
	var bodies [][]byte
	err := r.store.Ops(r.t.Context(), chain.ID(patient), 0, true, func(o store.Op) bool {
		op, err := chain.Parse(o.Op, o.Sig)
		if err != nil {
			r.t.Error(err)
			return false
		}
		bodies = append(bodies, bytes.Clone(o.Body))
		var rotate chain.RotateClear
		if op.Kind != chain.Rotate || chain.Decode(op.Clear, &rotate) != nil {
			return true
		}
		for _, s := range rotate.Seals { // whoever it names
			out.tried++
			for _, as := range []chain.ID{me, s.Device} {
				if k, _, err := id.OpenSeal(as, s.Seal); err == nil {
					out.seals++
					keys = append(keys, k)
				}
			}
		}
		return true
	})
	if err != nil {
		r.t.Fatal(err)
	}
	for _, k := range keys {
		out.keys[k.ID] = true
		for _, body := range bodies {
			sealed, err := seal.Parse(bytes.Clone(body))
			if err != nil {
				continue
			}
			out.tried++
			if plain, err := k.Open("carnet1/rec", 'r', sealed); err == nil {
				out.bodies++
				out.said = append(out.said, plain)
			}
		}
	}
	return out
}

// The kit alone, with no file left: everything comes back, entry by entry, with a
// consent that is given again, and the devices that are lost read nothing more.
func TestKitAlone(t *testing.T) {
	h := newVault(t)
	r := newRemoteIn(t, inMemory(t))
	h.add(h.lou.ID, "big.pdf", noise(4, 600_000))
	h.add(h.lou.ID, "small.txt", []byte("small"))
	hidden := h.add(h.lou.ID, "hidden.txt", []byte("hidden from guardians"))
	if err := h.Mask(t.Context(), hidden, record.Guardians); err != nil {
		t.Fatal(err)
	}
	h.add(h.me.ID, "mine.txt", []byte("mine"))
	if _, err := h.AddEntry(t.Context(), record.Entry{Patient: h.lou.ID, Kind: "condition", Text: "Asthme", Start: "2021", Status: "active"}); err != nil {
		t.Fatal(err)
	}
	r.consents(h, h.lou.ID)
	r.consents(h, h.me.ID)
	syncs(t, h.lou.ID, h)
	syncs(t, h.me.ID, h)
	code := h.kits[camille]
	if _, err := client.FindKit(t.Context(), r.address, r.key, seal.NewKitCode(), clientOptions()); !errors.Is(err, client.ErrNothing) {
		t.Errorf("another kit: %v", err)
	}
	lou, mine := whole(t, h.Vault, h.lou.ID), whole(t, h.Vault, h.me.ID)
	if len(lou) < 3+1+1 || len(mine) < 1+1 {
		t.Fatalf("%d and %d things to bring back", len(lou), len(mine))
	}
	lost, err := h.Device()
	if err != nil {
		t.Fatal(err)
	}
	had := heldBy(t, h, h.lou.ID)
	h.close()
	if err := os.Remove(h.path); err != nil {
		t.Fatal(err)
	}
	found, err := client.FindKit(t.Context(), r.address, r.key, code, clientOptions())
	if err != nil || len(found.Records) != 2 || found.Admission.Keyholder.Name != camille {
		t.Fatalf("found %+v, %v", found, err)
	}
	d, err := vault.Prepare("After the fire")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "again.carnet")
	v, err := vault.Join(t.Context(), path, d, found.Admission, secondPassphrase, options())
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	refused, err := found.Into(t.Context(), v, func(*vault.RecordKeys) (vault.Grantee, bool) { return vault.Grantee{}, false }, nil)
	if !errors.Is(err, consent.ErrNone) || len(refused.Patients) > 0 {
		t.Errorf("without a consent: %v, %v", refused, err)
	}
	g := vault.Grantee{Host: r.address, Key: r.key, Until: today.AddDate(0, 6, 0), Text: "the words that were read again", Language: "en"}
	back, err := found.Into(t.Context(), v, func(*vault.RecordKeys) (vault.Grantee, bool) { return g, true }, nil)
	if err != nil || len(back.Patients) != 2 || len(back.Failed) > 0 {
		t.Fatalf("back: %+v, %v", back, err)
	}
	if got := whole(t, v, h.lou.ID); !slices.Equal(got, lou) {
		t.Errorf("Lou's record came back as\n%q\nand was\n%q", got, lou)
	}
	if got := whole(t, v, h.me.ID); !slices.Equal(got, mine) {
		t.Errorf("Camille's record came back as\n%q\nand was\n%q", got, mine)
	}
	again := &household{Vault: v, t: t, path: path, who: camille, me: h.me, lou: h.lou, seats: map[string]vault.Seat{camille: v.Seat()}, kits: h.kits}
	devices, err := v.Devices()
	if err != nil || len(devices) != 1 || !devices[0].This || devices[0].ID == record.ID(lost) {
		t.Errorf("devices: %+v, %v", devices, err)
	}
	again.add(h.lou.ID, "new life.txt", []byte("written afterwards"))
	syncs(t, h.lou.ID, again)
	r.opensNothing(h.lou.ID, had, again, "written afterwards")
	again.reopen()
	if d := again.Damage(); d != (vault.Damage{}) {
		t.Errorf("damage: %+v", d)
	}
	v = again.Vault
	consents, err := v.Consents(h.lou.ID)
	if err != nil || len(consents) != 2 || consents[0].Host != r.address {
		t.Errorf("consents: %v, %v", consents, err)
	}
}

// whole is everything that a record shows, contents whole.
func whole(t testing.TB, v *vault.Vault, patient record.ID) (out []string) {
	t.Helper()
	patients, err := v.Patients()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range patients {
		if p.ID == patient {
			out = append(out, fmt.Sprintf("%+v", p))
		}
	}
	documents, err := v.Documents(patient)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range documents {
		content, err := contentOf(v, d.ID)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprintf("%+v %x", d, sha256.Sum256(content)))
	}
	entries, err := v.Entries(patient)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		out = append(out, fmt.Sprintf("%+v", e))
	}
	slices.Sort(out)
	return out
}
