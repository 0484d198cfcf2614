package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"carnet/sync/consent"
	"carnet/sync/wire"
	"carnet/vault"
	"carnet/vault/chain"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// Two devices of one keyholder meet at a server that learns nothing. The one that has
// the records draws a code, which the person carries to the other; from it both derive
// the place of the meeting and a key, by Argon2id. Then:
//
//	0  inviter: its server, and SHA-256 of what it will say at 2
//	1  joiner:  its public keys, its name, 32 random bytes
//	2  inviter: its public keys, 32 random bytes
//	   both show the same six words, of SHA-256 of all three, and a person compares
//	3  joiner:  yes or no, signed
//	4  inviter: yes or no, signed; with yes, whose device it is now, sealed to it
//
// The commitment at 0 leaves whoever would stand between the two, code in hand, one
// guess at the words.

// Errors of a meeting. Nothing was written, unless they say so.
var (
	// ErrCode is returned when no invitation has that code: it was mistyped, or is
	// older than a day.
	ErrCode = errors.New("client: no invitation has this code")
	// ErrCodeUsed is returned when somebody has used the code already.
	ErrCodeUsed = errors.New("client: the code was used already")
	// ErrCodeLate is returned when the time of an invitation is over.
	ErrCodeLate = errors.New("client: the invitation is over")
	// ErrWords is returned when one of the two people, or the same on one of the two
	// screens, did not say that the words are the same.
	ErrWords = errors.New("client: the words were not found the same")
	// ErrMeetingCode is returned for a code that was mistyped.
	ErrMeetingCode = seal.ErrMeetingCode
	// ErrMeeting is returned when what was said at a meeting does not hold: somebody
	// stands between the two devices.
	ErrMeeting = errors.New("client: somebody stands between the two devices")
	// ErrNothing is returned when a server has nothing for a recovery kit.
	ErrNothing = errors.New("client: the server has nothing for this kit")
)

// MeetingTime is how long an invitation lasts.
const MeetingTime = 10 * time.Minute

const (
	turnInvite = iota
	turnJoin
	turnReveal
	turnYes
	turnAdmit
)

// Words is what six words are made of, on both screens.
type Words [32]byte

// Compare shows words and returns whether the person said that they are the same.
type Compare func(ctx context.Context, words Words) (bool, error)

type inviteBody struct {
	_      struct{} `cbor:",toarray"`
	V      uint8
	Host   string
	Key    [32]byte
	Commit [32]byte
}

type helloBody struct {
	_      struct{} `cbor:",toarray"`
	V      uint8
	Random [32]byte
	Sign   [32]byte
	HPKE   []byte
	Name   string
}

type verdictBody struct {
	_    struct{} `cbor:",toarray"`
	V    uint8
	Yes  bool
	Text []byte // sealed to the joiner; the inviter's yes alone
	Sig  [64]byte
}

type admissionBody struct {
	_         struct{} `cbor:",toarray"`
	Keyholder record.ID
	Name      string
	KitSign   [32]byte
	KitHPKE   []byte
	Patients  []record.ID
}

func transcript(invite, join, reveal []byte) Words {
	h := sha256.New()
	h.Write([]byte("carnet1/join-words"))
	for _, said := range [][]byte{invite, join, reveal} {
		sum := sha256.Sum256(said)
		h.Write(sum[:])
	}
	return Words(h.Sum(nil))
}

func verdictMessage(words Words, turn byte, yes bool, text []byte) []byte {
	sum := sha256.Sum256(text)
	out := append([]byte("carnet-join-verdict-v1"), words[:]...)
	out = append(out, turn, 0)
	if yes {
		out[len(out)-1] = 1
	}
	return append(out, sum[:]...)
}

// Invitation is what is shown for the other device: a code, and a text for a QR code
// that says the server too.
type Invitation struct {
	Code  seal.MeetingCode
	Host  string
	Key   [32]byte
	Until time.Time
}

// invitationScheme begins the text of an invitation.
const invitationScheme = "carnet-invitation"

// Link is the invitation for a QR code. It is a secret.
func (i *Invitation) Link() string {
	return fmt.Sprintf("%s://%s/%x#%s", invitationScheme, i.Host, i.Key, i.Code.Typed())
}

// ParseInvitation reads what a person typed or scanned: the link of an invitation, or a
// code alone, for the server that host names. It returns [ErrMeetingCode], or
// [consent.ErrHost] when neither says the server.
func ParseInvitation(typed, host string) (*Invitation, error) {
	out := &Invitation{Host: host}
	typed = strings.TrimSpace(typed)
	if strings.HasPrefix(typed, invitationScheme+":") {
		u, err := url.Parse(typed)
		if err != nil {
			return nil, ErrMeetingCode
		}
		if out.Key, err = wire.ParseName(strings.TrimPrefix(u.Path, "/")); err != nil {
			return nil, ErrMeetingCode
		}
		out.Host, typed = u.Host, u.Fragment
	}
	var err error
	if out.Code, err = seal.ParseMeetingCode(typed); err != nil {
		return nil, err
	}
	if !consent.IsHost(out.Host) {
		return nil, consent.ErrHost
	}
	return out, nil
}

// Admitted is what an invitation came to.
type Admitted struct {
	Device   record.ID
	Name     string
	Patients []record.ID // whose records the device reads now
	Left     []record.ID // whose records stay out for want of a consent that runs to this server
	Failed   map[record.ID]error
}

// Inviting is an unlocked vault that lets another device of its keyholder in.
type Inviting interface {
	Source
	Patients() ([]record.Patient, error)
	Admission() (vault.Admission, error)
	AdmitDevice(ctx context.Context, device seal.Public, name string, patients []record.ID) error
	PublicKeys() (seal.Public, error)
	SignMeeting(message []byte) ([64]byte, error)
}

// Invite lets another device of the keyholder into all records whose consent to one
// server runs. show is given the invitation once the server has it; compare the words
// once the other device is there. Only after both sides said yes is anything sealed to
// it. It returns [consent.ErrNone] when no consent runs, the refusals of the gate,
// [ErrWords], [ErrCodeLate], [ErrMeeting], [ErrRefused]. ctx ends it at any moment.
func (c *Client) Invite(ctx context.Context, show func(*Invitation), compare Compare) (*Admitted, error) {
	v, ok := c.source.(Inviting)
	if !ok {
		return nil, ErrMeeting
	}
	r, out, shared, err := c.sharing(ctx, v)
	if err != nil {
		return nil, err
	}
	host := r.permit.Request()
	in := &Invitation{Code: seal.NewMeetingCode(), Host: host.Host, Key: host.Key, Until: c.opt.Gate.Now().Add(MeetingTime)}
	m, err := in.Code.Meeting()
	if err != nil {
		return nil, err
	}
	defer m.Wipe()
	public, err := v.PublicKeys()
	if err != nil {
		return nil, err
	}
	hello := helloBody{V: wire.Version, Sign: public.Sign, HPKE: public.HPKE}
	rand.Read(hello.Random[:])
	reveal := wire.Encode(hello)
	invite := wire.Encode(inviteBody{V: wire.Version, Host: host.Host, Key: host.Key, Commit: sha256.Sum256(reveal)})
	sealed, err := m.Seal(turnInvite, invite)
	if err != nil {
		return nil, err
	}
	if _, err := r.ask("POST", r.path(fmt.Sprintf("meetings/%x", m.Place)), "", sealed, 0); err != nil {
		return nil, err
	}
	show(in)
	t := &talk{m: m, until: in.Until, now: c.opt.Gate.Now, do: func(method string, turn int, body []byte) ([]byte, error) {
		return r.ask(method, wire.MeetingPath(m.Place, turn), "", body, wire.MaxTurn)
	}}
	join, err := t.hear(ctx, turnJoin)
	if err != nil {
		return nil, err
	}
	var joiner helloBody
	if chain.Decode(join, &joiner) != nil || joiner.V != wire.Version {
		return nil, ErrMeeting
	}
	device := seal.Public{Sign: joiner.Sign, HPKE: joiner.HPKE}
	if err := t.say(turnReveal, reveal); err != nil {
		return nil, err
	}
	words := transcript(invite, join, reveal)
	yes, err := compare(ctx, words)
	if err != nil || !yes {
		return nil, errors.Join(err, ErrWords, t.verdict(turnAdmit, words, false, nil, v.SignMeeting))
	}
	if _, err := t.heard(ctx, turnYes, words, device); err != nil {
		return nil, err
	}
	out.Device, out.Name = record.ID(chain.DeviceID(device.Sign, device.HPKE)), joiner.Name
	if err := v.AdmitDevice(ctx, device, joiner.Name, shared); err != nil {
		return nil, err
	}
	for _, p := range shared { // who the device is, has to be at the server before it asks
		if _, err := c.Sync(ctx, p, nil); err != nil {
			out.Failed[p] = err
		} else {
			out.Patients = append(out.Patients, p)
		}
	}
	adm, err := v.Admission()
	if err != nil {
		return out, err
	}
	text, err := device.SealText(wire.Encode(admissionBody{Keyholder: adm.Keyholder.ID, Name: adm.Keyholder.Name, KitSign: adm.Kit.Sign, KitHPKE: adm.Kit.HPKE, Patients: append([]record.ID{}, shared...)}))
	if err != nil {
		return out, err
	}
	return out, t.verdict(turnAdmit, words, true, text, v.SignMeeting)
}

// sharing finds the records whose consent to one server runs, and a run for the first.
func (c *Client) sharing(ctx context.Context, v Inviting) (r *run, out *Admitted, shared []record.ID, err error) {
	patients, err := v.Patients()
	if err != nil {
		return nil, nil, nil, err
	}
	out = &Admitted{Failed: map[record.ID]error{}}
	refused := consent.ErrNone
	for _, p := range patients {
		permit, err := c.permit(p.ID)
		if err != nil {
			out.Left, refused = append(out.Left, p.ID), err
			continue
		}
		if r == nil {
			r = &run{Client: c, ctx: ctx, patient: p.ID, permit: permit, sent: map[chain.Hash]bool{}}
		}
		if here, there := r.permit.Request(), permit.Request(); here.Host != there.Host || here.Key != there.Key {
			out.Left = append(out.Left, p.ID)
			continue
		}
		shared = append(shared, p.ID)
	}
	if r == nil {
		return nil, nil, nil, refused
	}
	for _, p := range shared { // the consent has to be there before anything goes by it
		if _, err := c.Sync(ctx, p, nil); err != nil {
			return nil, nil, nil, err
		}
	}
	return r, out, shared, nil
}

// talk is one side of a meeting.
type talk struct {
	m     *seal.Meeting
	until time.Time
	now   func() time.Time
	do    func(method string, turn int, body []byte) ([]byte, error)
}

// named gives the refusals of a meeting their names.
func named(err error) error {
	var problem *wire.Problem
	if !errors.As(err, &problem) {
		return err
	}
	switch problem.Type {
	case wire.ProblemUnknown:
		return errors.Join(ErrCode, err)
	case wire.ProblemMeeting:
		return errors.Join(ErrCodeUsed, err)
	case wire.ProblemOver:
		return errors.Join(ErrCodeLate, err)
	}
	return err
}

func (t *talk) say(turn int, said []byte) error {
	sealed, err := t.m.Seal(byte(turn), said)
	if err != nil {
		return err
	}
	_, err = t.do("PUT", turn, sealed)
	return named(err)
}

// hear waits for what the other says at a turn.
func (t *talk) hear(ctx context.Context, turn int) ([]byte, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if !t.now().Before(t.until) {
			return nil, ErrCodeLate
		}
		b, err := t.do("GET", turn, nil)
		if err != nil {
			return nil, named(err)
		}
		if len(b) == 0 {
			continue // the server has waited
		}
		said, err := t.m.Open(byte(turn), b)
		if err != nil {
			return nil, errors.Join(ErrMeeting, err)
		}
		return said, nil
	}
}

// verdict says yes or no, and with the inviter's yes, sealed, whose device it is.
func (t *talk) verdict(turn int, words Words, yes bool, text []byte, sign func([]byte) ([64]byte, error)) error {
	b := verdictBody{V: wire.Version, Yes: yes, Text: append([]byte{}, text...)}
	var err error
	if b.Sig, err = sign(verdictMessage(words, byte(turn), yes, b.Text)); err != nil {
		return err
	}
	return t.say(turn, wire.Encode(b))
}

// heard waits for the other's verdict. It returns [ErrWords] for a no.
func (t *talk) heard(ctx context.Context, turn int, words Words, by seal.Public) (text []byte, err error) {
	said, err := t.hear(ctx, turn)
	if err != nil {
		return nil, err
	}
	var b verdictBody
	if chain.Decode(said, &b) != nil || b.V != wire.Version || !by.Verify(verdictMessage(words, byte(turn), b.Yes, b.Text), b.Sig) {
		return nil, ErrMeeting
	}
	if !b.Yes {
		return nil, ErrWords
	}
	return b.Text, nil
}

// Joining is how a device came to belong to a keyholder.
type Joining struct {
	Admission vault.Admission
	Host      string
	Key       [32]byte
}

// Join is the side of the device that has nothing yet: it meets the other one, and the
// person compares the words. Nothing is written; with what it returns, a vault is made
// ([vault.Join]) and the records are fetched ([Begin]). It returns [ErrCode],
// [ErrCodeUsed], [ErrCodeLate], [ErrWords], [ErrMeeting], [consent.ErrUnreachable].
func Join(ctx context.Context, in *Invitation, d *vault.NewDevice, compare Compare, opt *Options) (*Joining, error) {
	if opt == nil {
		opt = &Options{}
	}
	m, err := in.Code.Meeting()
	if err != nil {
		return nil, err
	}
	defer m.Wipe()
	i := introduce(opt, consent.Introduction{Host: in.Host, Key: in.Key}, nil)
	i.in.Until = i.now().Add(MeetingTime)
	t := &talk{m: m, until: i.in.Until, now: i.now, do: func(method string, turn int, body []byte) ([]byte, error) {
		return i.ask(ctx, method, wire.MeetingPath(m.Place, turn), chain.ID{}, body, wire.MaxTurn)
	}}
	invite, err := t.hear(ctx, turnInvite)
	if err != nil {
		return nil, err
	}
	var invited inviteBody
	if chain.Decode(invite, &invited) != nil || invited.V != wire.Version || invited.Host != in.Host || in.Key != ([32]byte{}) && in.Key != invited.Key {
		return nil, ErrMeeting
	}
	i.in.Key = invited.Key // from here on this very server
	hello := helloBody{V: wire.Version, Sign: d.Public().Sign, HPKE: d.Public().HPKE, Name: d.Name}
	rand.Read(hello.Random[:])
	join := wire.Encode(hello)
	if err := t.say(turnJoin, join); err != nil {
		return nil, err
	}
	reveal, err := t.hear(ctx, turnReveal)
	if err != nil {
		return nil, err
	}
	var inviter helloBody
	sum := sha256.Sum256(reveal)
	if !bytes.Equal(sum[:], invited.Commit[:]) || chain.Decode(reveal, &inviter) != nil || inviter.V != wire.Version {
		return nil, ErrMeeting
	}
	words := transcript(invite, join, reveal)
	sign := func(b []byte) ([64]byte, error) { return d.Sign(b), nil }
	yes, err := compare(ctx, words)
	if err != nil || !yes {
		return nil, errors.Join(err, ErrWords, t.verdict(turnYes, words, false, nil, sign))
	}
	if err := t.verdict(turnYes, words, true, nil, sign); err != nil {
		return nil, err
	}
	text, err := t.heard(ctx, turnAdmit, words, seal.Public{Sign: inviter.Sign, HPKE: inviter.HPKE})
	if err != nil {
		return nil, err
	}
	said, err := d.OpenText(text)
	if err != nil {
		return nil, errors.Join(ErrMeeting, err)
	}
	var adm admissionBody
	if chain.Decode(said, &adm) != nil || len(adm.KitHPKE) == 0 {
		return nil, ErrMeeting
	}
	return &Joining{
		Admission: vault.Admission{Keyholder: record.Keyholder{ID: adm.Keyholder, Name: adm.Name}, Kit: seal.Public{Sign: adm.KitSign, HPKE: adm.KitHPKE}, Patients: adm.Patients},
		Host:      invited.Host, Key: invited.Key,
	}, nil
}

// Beginner is an unlocked vault that can begin records of which nothing is there.
type Beginner interface {
	Source
	Patients() ([]record.Patient, error)
	Awaited() ([]record.ID, error)
	ReadKeys(patient record.ID, came []vault.Incoming) (*vault.RecordKeys, error)
	Await(ctx context.Context, r *vault.RecordKeys, by chain.Consent) error
}

// Begin finds which records this device was admitted to at a server and has not begun,
// and notes them in the vault: [Client.Sync] fetches them from then on. It asks the
// server because the person has just said so; it sends nothing of a record.
func (c *Client) Begin(ctx context.Context, host string, key [32]byte) (begun []record.ID, err error) {
	v, ok := c.source.(Beginner)
	if !ok {
		return nil, ErrMeeting
	}
	known := map[record.ID]bool{}
	patients, err := v.Patients()
	if err != nil {
		return nil, err
	}
	for _, p := range patients {
		known[p.ID] = true
	}
	i := introduce(&c.opt, consent.Introduction{Host: host, Key: key}, v)
	i.in.Until = i.now().Add(consent.MaxIntroduction)
	list, err := i.patients(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range list {
		if known[p] {
			continue
		}
		came, err := i.keysOf(ctx, p)
		if err != nil {
			return begun, err
		}
		keys, err := v.ReadKeys(p, came)
		if err != nil {
			return begun, err
		}
		by, ok := keys.Consent(host, key)
		if !ok {
			continue // it is not to be fetched while nobody consents
		}
		if err := v.Await(ctx, keys, by); err != nil {
			return begun, err
		}
		begun = append(begun, p)
	}
	return begun, nil
}
