package vault_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"carnet/assets"
	"carnet/sync/client"
	"carnet/sync/consent"
	"carnet/sync/wire"
	"carnet/vault"
	"carnet/vault/chain"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// What is said at a meeting, as PROTOCOL.md tells it.
type (
	saidInvite struct {
		_           struct{} `cbor:",toarray"`
		V           uint8
		Host        string
		Key, Commit [32]byte
	}
	saidHello struct {
		_            struct{} `cbor:",toarray"`
		V            uint8
		Random, Sign [32]byte
		HPKE         []byte
		Name         string
	}
	saidVerdict struct {
		_    struct{} `cbor:",toarray"`
		V    uint8
		Yes  bool
		Text []byte
		Sig  [64]byte
	}
	saidAdmission struct {
		_         struct{} `cbor:",toarray"`
		Keyholder record.ID
		Name      string
		KitSign   [32]byte
		KitHPKE   []byte
		Patients  []record.ID
	}
)

// words are those of a transcript.
func wordsOf(invite, join, reveal []byte) (out client.Words) {
	h := sha256.New()
	h.Write([]byte("carnet1/join-words"))
	for _, said := range [][]byte{invite, join, reveal} {
		sum := sha256.Sum256(said)
		h.Write(sum[:])
	}
	return client.Words(h.Sum(nil))
}

// verdict is what a device says when its person has compared.
func verdict(by *seal.Identity, w client.Words, turn byte, yes bool, text []byte) []byte {
	return wire.Encode(saysYes(by, w, turn, yes, text))
}

func saysYes(by *seal.Identity, w client.Words, turn byte, yes bool, text []byte) *saidVerdict {
	sum := sha256.Sum256(text)
	message := append(append([]byte("carnet-join-verdict-v1"), w[:]...), turn, 0)
	if yes {
		message[len(message)-1] = 1
	}
	return &saidVerdict{V: wire.Version, Yes: yes, Text: append([]byte{}, text...), Sig: by.Sign(append(message, sum[:]...))}
}

func helloOf(by *seal.Identity, name string) *saidHello {
	p := by.Public()
	out := &saidHello{V: wire.Version, Sign: p.Sign, HPKE: p.HPKE, Name: name}
	rand.Read(out.Random[:])
	return out
}

func newIdentity(t testing.TB) *seal.Identity {
	t.Helper()
	id, err := seal.NewIdentity(seal.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// middle is a server in the middle that has the code. Towards the device that joins it
// is the one that invites; towards that one it joins.
type middle struct {
	t      testing.TB
	r      *remote
	splice bool // it gives the joining device what the inviting one really says
	toNew  *seal.Identity
	toOld  *seal.Identity

	mu           sync.Mutex
	m            *seal.Meeting
	invite       []byte // its own
	reveal, join []byte
}

// as asks the real server, as whoever has no device.
func (x *middle) as(method string, turn int, body []byte) []byte {
	w := httptest.NewRecorder()
	x.r.server.ServeHTTP(w, httptest.NewRequest(method, "https://"+x.r.address+wire.MeetingPath(x.m.Place, turn), bytes.NewReader(body)))
	return w.Body.Bytes()
}

// genuine is what the inviting device said at a turn.
func (x *middle) genuine(turn int) []byte {
	said, err := x.m.Open(byte(turn), x.as("GET", turn, nil))
	if err != nil {
		x.t.Error(err)
	}
	return said
}

func (x *middle) sealed(turn int, said []byte) []byte {
	b, err := x.m.Seal(byte(turn), said)
	if err != nil {
		x.t.Error(err)
	}
	return b
}

func (x *middle) trouble(w http.ResponseWriter, q *http.Request, next http.Handler) {
	if !strings.HasPrefix(q.URL.Path, "/v1/meetings/") || q.Header.Get("Signature") != "" {
		next.ServeHTTP(w, q) // the device that invites signs what it asks
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	turn, err := strconv.Atoi(path.Base(q.URL.Path))
	if err != nil {
		x.t.Error(err)
	}
	body, err := io.ReadAll(q.Body)
	if err != nil {
		x.t.Error(err)
	}
	switch {
	case turn == 0 && x.splice, turn == 2 && x.splice, turn == 4 && x.splice:
		next.ServeHTTP(w, q)
	case turn == 0:
		w.Write(x.sealed(0, x.invite))
	case turn == 1:
		if x.join, err = x.m.Open(1, body); err != nil {
			x.t.Error(err)
		}
		x.as("PUT", 1, x.sealed(1, wire.Encode(helloOf(x.toOld, "The other computer"))))
		w.WriteHeader(http.StatusNoContent)
	case turn == 2:
		w.Write(x.sealed(2, x.reveal))
	case turn == 3: // whatever the joining device said, it says yes
		shown := wordsOf(x.genuine(0), x.genuine(1), x.genuine(2))
		x.as("PUT", 3, x.sealed(3, verdict(x.toOld, shown, 3, true, nil)))
		w.WriteHeader(http.StatusNoContent)
	default:
		w.Write(x.sealed(4, verdict(x.toNew, wordsOf(x.invite, x.join, x.reveal), 4, true, nil)))
	}
}

// A server in the middle has the code and meets each of the two devices, with valid
// words of its own on both sides: the screens show other words, and a no leaves nothing
// on either side. Without it they show the same, made as the protocol says.
func TestMeetingBetween(t *testing.T) {
	h := newVault(t)
	r := newRemoteIn(t, inMemory(t))
	h.add(h.lou.ID, "one.txt", []byte("one"))
	r.consents(h, h.lou.ID)
	syncs(t, h.lou.ID, h)
	before := r.bodies(h.lou.ID)
	start, err := h.SyncState(h.lou.ID)
	h.must(err)
	for _, c := range []struct {
		name   string
		splice bool
	}{{"a meeting with each", false}, {"keys of its own to the first device alone", true}} {
		t.Run(c.name, func(t *testing.T) {
			x := &middle{t: t, r: r, splice: c.splice, toNew: newIdentity(t), toOld: newIdentity(t)}
			x.reveal = wire.Encode(helloOf(x.toNew, ""))
			x.invite = wire.Encode(&saidInvite{V: wire.Version, Host: r.address, Key: r.key, Commit: sha256.Sum256(x.reveal)})
			r.troubled(x.trouble)
			defer r.troubled(nil)
			there, here := &agree{no: true}, &agree{no: true}
			_, joining, _, joined, invited := meet(t, h, there, here, func(i *client.Invitation) {
				x.mu.Lock()
				defer x.mu.Unlock()
				var err error
				if x.m, err = i.Code.Meeting(); err != nil {
					t.Error(err)
				}
			})
			if len(there.seen) != 1 || len(here.seen) != 1 || assets.SixWords(there.seen[0]) == nil {
				t.Fatalf("words: %x and %x, %v, %v", there.seen, here.seen, joined, invited)
			}
			if a, b := strings.Join(assets.SixWords(there.seen[0]), " "), strings.Join(assets.SixWords(here.seen[0]), " "); a == b {
				t.Errorf("both show %q", a)
			}
			if !errors.Is(joined, client.ErrWords) || !errors.Is(invited, client.ErrWords) || joining != nil {
				t.Errorf("joined: %v, invited: %v", joined, invited)
			}
			if devices, err := h.Devices(); err != nil || len(devices) != 1 {
				t.Errorf("devices: %v, %v", devices, err)
			}
			s, err := h.SyncState(h.lou.ID)
			if err != nil || s.Waiting != 0 || s.N != start.N {
				t.Errorf("something was written: %+v, %v", s, err)
			}
			if got := r.bodies(h.lou.ID); got != before {
				t.Errorf("the server has %d operations, and had %d", got, before)
			}
		})
	}
	// The control: nobody in between, and the words are of what was really said.
	var m *seal.Meeting
	there, here := &agree{no: true}, &agree{no: true}
	meet(t, h, there, here, func(i *client.Invitation) {
		var err error
		if m, err = i.Code.Meeting(); err != nil {
			t.Error(err)
		}
	})
	x := &middle{t: t, r: r, m: m}
	want := wordsOf(x.genuine(0), x.genuine(1), x.genuine(2))
	if len(there.seen) != 1 || len(here.seen) != 1 || there.seen[0] != want || here.seen[0] != want {
		t.Errorf("words: %x and %x, want %x", there.seen, here.seen, want)
	}
}

// bodies counts what the server has of a record.
func (r *remote) bodies(patient record.ID) uint64 {
	r.t.Helper()
	u, err := r.store.Usage(r.t.Context(), chain.ID(patient))
	if err != nil {
		r.t.Fatal(err)
	}
	return u.Ops
}

// Whoever invites, with the code, and says something else than an invitation, than they
// committed to, or than they signed, is told by name on the device that joins. It writes
// nothing.
func TestMeetingInviterLies(t *testing.T) {
	r := newRemoteIn(t, inMemory(t))
	inviter, other := newIdentity(t), newIdentity(t)
	kit := newIdentity(t).Public()
	type lies struct {
		typed            bool // the code alone, without the server's key
		invite           func(*saidInvite)
		reveal           func(*saidHello) // before it is committed to
		said, raw        map[int][]byte   // said instead; sealed by nobody
		by               *seal.Identity   // of the verdict
		no, later        bool
		admission        func(*saidAdmission)
		to               *seal.Identity
		garbledAdmission bool
	}
	code := seal.NewMeetingCode()
	m, err := code.Meeting()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		lies lies
		want error
	}{
		{"nothing", lies{}, nil},
		{"nothing, by a typed code", lies{typed: true}, nil},
		{"no invitation", lies{said: map[int][]byte{0: {0x80}}}, client.ErrMeeting},
		{"not sealed by the code", lies{raw: map[int][]byte{0: make([]byte, 200)}}, client.ErrMeeting},
		{"another version", lies{invite: func(i *saidInvite) { i.V++ }}, client.ErrMeeting},
		{"another host", lies{invite: func(i *saidInvite) { i.Host = "other.example" }}, client.ErrMeeting},
		{"another key than the link has", lies{invite: func(i *saidInvite) { i.Key[0] ^= 1 }}, client.ErrMeeting},
		{"another key than the server has", lies{typed: true, invite: func(i *saidInvite) { i.Key[0] ^= 1 }}, consent.ErrUnreachable},
		{"another hello than it committed to", lies{said: map[int][]byte{2: wire.Encode(helloOf(inviter, ""))}}, client.ErrMeeting},
		{"a hello of another version", lies{reveal: func(h *saidHello) { h.V++ }}, client.ErrMeeting},
		{"no verdict", lies{said: map[int][]byte{4: {0x80}}}, client.ErrMeeting},
		{"a verdict of another", lies{by: other}, client.ErrMeeting},
		{"a verdict of another version", lies{later: true}, client.ErrMeeting},
		{"no", lies{no: true}, client.ErrWords},
		{"sealed to another", lies{to: other}, client.ErrMeeting},
		{"no admission", lies{garbledAdmission: true}, client.ErrMeeting},
		{"no kit", lies{admission: func(a *saidAdmission) { a.KitHPKE = []byte{} }}, client.ErrMeeting},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := c.lies
			hello := helloOf(inviter, "")
			if l.reveal != nil {
				l.reveal(hello)
			}
			reveal := wire.Encode(hello)
			invite := &saidInvite{V: wire.Version, Host: r.address, Key: r.key, Commit: sha256.Sum256(reveal)}
			if l.invite != nil {
				l.invite(invite)
			}
			d, err := vault.Prepare("")
			if err != nil {
				t.Fatal(err)
			}
			var join []byte
			r.troubled(func(w http.ResponseWriter, q *http.Request, _ http.Handler) {
				turn, _ := strconv.Atoi(path.Base(q.URL.Path))
				b, err := io.ReadAll(q.Body)
				if err != nil {
					t.Error(err)
				}
				if q.Method == "PUT" {
					if turn == 1 {
						if join, err = m.Open(1, b); err != nil {
							t.Error(err)
						}
					}
					w.WriteHeader(http.StatusNoContent)
					return
				}
				said := map[int][]byte{0: wire.Encode(invite), 2: reveal}[turn]
				if turn == 4 {
					adm := &saidAdmission{Keyholder: record.ID{1}, Name: camille, KitSign: kit.Sign, KitHPKE: kit.HPKE, Patients: []record.ID{{2}}}
					if l.admission != nil {
						l.admission(adm)
					}
					text := wire.Encode(adm)
					if l.garbledAdmission {
						text = []byte{0x80}
					}
					to, by := d.Identity, inviter
					if l.to != nil {
						to = l.to
					}
					if l.by != nil {
						by = l.by
					}
					if text, err = to.Public().SealText(text); err != nil {
						t.Error(err)
					}
					shown := reveal
					if instead := l.said[2]; instead != nil {
						shown = instead
					}
					v := saysYes(by, wordsOf(wire.Encode(invite), join, shown), 4, !l.no, text)
					if l.later {
						v.V++
					}
					said = wire.Encode(v)
				}
				if instead := l.said[turn]; instead != nil {
					said = instead
				}
				sealed, err := m.Seal(byte(turn), said)
				if err != nil {
					t.Error(err)
				}
				if instead := l.raw[turn]; instead != nil {
					sealed = instead
				}
				w.Write(sealed)
			})
			defer r.troubled(nil)
			in := &client.Invitation{Code: code, Host: r.address, Key: r.key}
			if l.typed {
				in.Key = [32]byte{}
			}
			joining, err := client.Join(t.Context(), in, d, new(agree).compare, clientOptions())
			if !errors.Is(err, c.want) || (joining == nil) != (c.want != nil) {
				t.Fatalf("%+v, %v", joining, err)
			}
			if joining != nil && (joining.Admission.Keyholder.Name != camille || len(joining.Admission.Patients) != 1 || joining.Key != r.key) {
				t.Errorf("%+v", joining)
			}
		})
	}
}

// Whoever joins, with the code, and says something else than a hello or a yes of their
// own, or comes too late, is let into nothing.
func TestMeetingJoinerLies(t *testing.T) {
	h := newVault(t)
	r := newRemoteIn(t, inMemory(t))
	r.consents(h, h.lou.ID)
	syncs(t, h.lou.ID, h)
	before := r.bodies(h.lou.ID)
	joiner, other := newIdentity(t), newIdentity(t)
	for _, c := range []struct {
		name  string
		hello func(*saidHello)
		said  map[int][]byte
		by    *seal.Identity
		no    bool
		late  bool
		want  error
	}{
		{name: "no hello", said: map[int][]byte{1: {0x80}}, want: client.ErrMeeting},
		{name: "another version", hello: func(h *saidHello) { h.V++ }, want: client.ErrMeeting},
		{name: "a name that is none", hello: func(h *saidHello) { h.Name = "a\nb" }, want: vault.ErrName},
		{name: "no verdict", said: map[int][]byte{3: {0x80}}, want: client.ErrMeeting},
		{name: "a verdict of another", by: other, want: client.ErrMeeting},
		{name: "no", no: true, want: client.ErrWords},
		{name: "too late", late: true, want: client.ErrCodeLate},
	} {
		t.Run(c.name, func(t *testing.T) {
			hello := helloOf(joiner, "")
			if c.hello != nil {
				c.hello(hello)
			}
			by := joiner
			if c.by != nil {
				by = c.by
			}
			var mu sync.Mutex
			at := today
			cl := client.New(h.Vault, &client.Options{Gate: consent.Options{Now: func() time.Time { mu.Lock(); defer mu.Unlock(); return at }}})
			defer cl.Close()
			x := &middle{t: t, r: r}
			say := func(turn int, said []byte) {
				if instead := c.said[turn]; instead != nil {
					said = instead
				}
				x.as("PUT", turn, x.sealed(turn, said))
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // it does not wait for ever
			defer cancel()
			_, err := cl.Invite(ctx, func(i *client.Invitation) {
				var err error
				if x.m, err = i.Code.Meeting(); err != nil {
					t.Error(err)
				}
				if c.late {
					mu.Lock()
					at = at.Add(client.MeetingTime)
					mu.Unlock()
					return
				}
				say(1, wire.Encode(hello))
			}, func(_ context.Context, w client.Words) (bool, error) {
				say(3, verdict(by, w, 3, !c.no, nil))
				return true, nil
			})
			if !errors.Is(err, c.want) {
				t.Errorf("it is told as %v", err)
			}
			if devices, err := h.Devices(); err != nil || len(devices) != 1 || r.bodies(h.lou.ID) != before {
				t.Errorf("devices: %v, %v; %d operations, %d before", devices, err, r.bodies(h.lou.ID), before)
			}
		})
	}
	if _, err := os.Stat(h.path); err != nil {
		t.Error(err)
	}
}
