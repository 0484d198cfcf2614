package seal

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// A meeting code is 60 random bits and 20 bits of checksum, written in Crockford's
// base32: 16 characters in 4 groups of 4.
const (
	meetingChars      = 12 // 60 bits
	meetingCheckChars = 4  // 20 bits
	meetingGroup      = 4

	// MeetingGroups is the number of groups of a meeting code.
	MeetingGroups = (meetingChars + meetingCheckChars) / meetingGroup

	meetingLabel = "carnet1/meeting"
)

// meetingWork is what each guess of a code costs: Argon2id with the floor of a slot.
var meetingWork = Argon2{Time: 3, Memory: 64 << 10, Threads: 4}

// ErrMeetingCode is returned when a meeting code is mistyped.
var ErrMeetingCode = errors.New("seal: not a meeting code")

// MeetingCode is what a person carries from one device to another so that both find
// each other at a server, which learns nothing of what they say. It serves once. It
// prints as a placeholder; use [MeetingCode.Groups] to show it. The zero MeetingCode
// is no code.
type MeetingCode struct{ chars hidden[[meetingChars]byte] } // values 0 to 31

// NewMeetingCode draws a code.
func NewMeetingCode() MeetingCode {
	chars := new([meetingChars]byte)
	rand.Read(chars[:])
	for i := range chars {
		chars[i] &= 31
	}
	return MeetingCode{hide(chars)}
}

// ParseMeetingCode reads a code as people type it, like [ParseKitCode]. It returns
// [ErrMeetingCode].
func ParseMeetingCode(s string) (MeetingCode, error) {
	values, ok := kitValues(s)
	if !ok || len(values) != meetingChars+meetingCheckChars {
		return MeetingCode{}, ErrMeetingCode
	}
	chars := [meetingChars]byte(values)
	if meetingChecksum(&chars) != [meetingCheckChars]byte(values[meetingChars:]) {
		return MeetingCode{}, ErrMeetingCode
	}
	return MeetingCode{hide(&chars)}, nil
}

// meetingChecksum is the first 20 bits of SHA-256 over a label and the characters.
func meetingChecksum(chars *[meetingChars]byte) (check [meetingCheckChars]byte) {
	h := sha256.Sum256(append([]byte("carnet1/meeting-check"), chars[:]...))
	bits := uint32(h[0])<<16 | uint32(h[1])<<8 | uint32(h[2])
	for i := range check {
		check[i] = byte(bits>>(19-5*i)) & 31
	}
	return check
}

// Groups returns the four groups of four characters, the secret itself; they are
// empty for the zero MeetingCode.
func (m MeetingCode) Groups() (groups [MeetingGroups]string) {
	chars := m.chars.get()
	if chars == nil {
		return groups
	}
	check := meetingChecksum(chars)
	for i, v := range append(chars[:], check[:]...) {
		groups[i/meetingGroup] += string(crockford[v])
	}
	return groups
}

// Format prints a placeholder, whatever the verb.
func (m MeetingCode) Format(f fmt.State, _ rune) { fmt.Fprint(f, "seal.MeetingCode(hidden)") }

// MarshalText refuses: a code is shown, and not written anywhere.
func (m MeetingCode) MarshalText() ([]byte, error) {
	return nil, errors.New("seal: a meeting code does not marshal")
}

// Typed is the code in one word, for a QR code that is shown and not kept.
func (m MeetingCode) Typed() string {
	groups := m.Groups()
	return strings.Join(groups[:], "-")
}

// Meeting is what a code opens: a place at the server, and the key of what is said
// there. Both are stretched from the code, so that the server, which sees the place,
// cannot guess the code behind it.
type Meeting struct {
	Place [16]byte
	key   Key
}

// Meeting stretches the code, which takes about a quarter of a second. It returns
// [ErrNoKey] for the zero MeetingCode.
func (m MeetingCode) Meeting() (*Meeting, error) {
	chars := m.chars.get()
	if chars == nil {
		return nil, ErrNoKey
	}
	stretched := argon2.IDKey(chars[:], []byte(meetingLabel), meetingWork.Time, meetingWork.Memory, meetingWork.Threads, KeySize)
	defer clear(stretched)
	secret, err := KeyFrom(stretched)
	if err != nil {
		return nil, err
	}
	defer secret.Wipe()
	place, err := secret.derive("carnet1/meeting-place")
	if err != nil {
		return nil, err
	}
	defer place.Wipe()
	out := &Meeting{Place: [16]byte(place.b.get()[:16])}
	out.key, err = secret.derive("carnet1/meeting-key")
	return out, err
}

// Seal seals what is said at a turn of the meeting.
func (m *Meeting) Seal(turn byte, said []byte) ([]byte, error) {
	s, err := Seal(m.key, Place{Label: meetingLabel, Bucket: turn, Context: m.Place[:]}, said)
	return s.Bytes(), err
}

// Open opens what was said at a turn. It returns [ErrMalformed], [ErrKey] when another
// code sealed it, and [ErrAltered].
func (m *Meeting) Open(turn byte, sealed []byte) ([]byte, error) {
	s, err := Parse(sealed)
	if err != nil {
		return nil, err
	}
	return Open(m.key, Place{Label: meetingLabel, Bucket: turn, Context: m.Place[:]}, s)
}

// Wipe overwrites the key.
func (m *Meeting) Wipe() { m.key.Wipe() }

// letterLabel is of a text sealed to one device.
const letterLabel = "carnet1/admission"

// SealText seals a text to one device: a fresh key in HPKE as [Public.SealFileKey] does
// it, and the text in an envelope under that key.
func (p Public) SealText(text []byte) ([]byte, error) {
	key := NewKey()
	defer key.Wipe()
	enc, sealedKey, err := p.SealFileKey(key.Expose())
	if err != nil {
		return nil, err
	}
	body, err := Seal(key, Place{Label: letterLabel, Context: enc}, text)
	if err != nil {
		return nil, err
	}
	out := append([]byte{}, enc...)
	out = append(append(out, byte(len(sealedKey))), sealedKey...)
	return append(out, body.Bytes()...), nil
}

// OpenText opens what [Public.SealText] made for this identity. It returns
// [ErrMalformed], [ErrNotForMe] and [ErrAltered].
func (id *Identity) OpenText(b []byte) ([]byte, error) {
	if len(b) < encapsulated+1 || len(b) < encapsulated+1+int(b[encapsulated]) {
		return nil, ErrMalformed
	}
	enc, rest := b[:encapsulated], b[encapsulated+1:]
	opened, err := id.OpenFileKey(enc, rest[:b[encapsulated]])
	if err != nil {
		return nil, err
	}
	defer clear(opened)
	key, err := KeyFrom(opened)
	if err != nil {
		return nil, err
	}
	defer key.Wipe()
	s, err := Parse(rest[b[encapsulated]:])
	if err != nil {
		return nil, err
	}
	return Open(key, Place{Label: letterLabel, Context: enc}, s)
}
