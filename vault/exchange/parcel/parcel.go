// Package parcel writes and reads files for people who have a vault of their own: an
// age file (age-encryption.org/v1) sealed to the public keys of their vaults, as age's
// own hybrid recipient of ML-KEM-768 with X25519 does. It sees no private key: whoever
// has one opens the key of the file.
package parcel

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"
)

// ErrNotForUs is returned when a file is sealed to somebody else.
var ErrNotForUs = errors.New("parcel: sealed to somebody else")

// ErrDamaged is returned when a file is no age file, or is altered or cut short.
var ErrDamaged = errors.New("parcel: damaged, or no age file")

// Sealer seals the key of a file to one vault.
type Sealer interface {
	SealFileKey(key []byte) (enc, ciphertext []byte, err error)
}

// Opener opens it.
type Opener interface {
	OpenFileKey(enc, ciphertext []byte) ([]byte, error)
}

const stanza = "mlkem768x25519"

// maxHeader is how many bytes may stand before what is sealed: some two thousand for
// each who can open it.
const maxHeader = 256 << 10

// Seal begins a file for those who are named. What is written to the result is sealed
// into w; closing it ends the file and leaves w open.
func Seal(w io.Writer, to ...Sealer) (io.WriteCloser, error) {
	recipients := make([]age.Recipient, 0, len(to))
	for _, s := range to {
		recipients = append(recipients, recipient{s})
	}
	out, err := age.Encrypt(w, recipients...)
	if err != nil {
		return nil, fmt.Errorf("parcel: seal: %w", err)
	}
	return out, nil
}

// Open reads a file. Its result is believed piece by piece: an error at its end says
// that it is not whole. It returns [ErrNotForUs] or [ErrDamaged], and so does
// reading.
func Open(r io.Reader, by Opener) (io.Reader, error) {
	file := bufio.NewReaderSize(r, maxHeader)
	head, _ := file.Peek(maxHeader) // an error comes again when it is read
	if _, last, found := bytes.Cut(head, []byte("\n---")); !found || !bytes.ContainsRune(last, '\n') {
		return nil, ErrDamaged // age holds a line in memory, however long
	}
	plain, err := age.Decrypt(file, identity{by})
	var other *age.NoIdentityMatchError
	switch {
	case errors.As(err, &other):
		return nil, ErrNotForUs
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return reader{plain}, nil
}

type recipient struct{ Sealer }

func (r recipient) Wrap(key []byte) ([]*age.Stanza, error) {
	stanzas, _, err := r.WrapWithLabels(key)
	return stanzas, err
}

// WrapWithLabels refuses company that is weaker, as age's own recipient does.
func (r recipient) WrapWithLabels(key []byte) ([]*age.Stanza, []string, error) {
	enc, ciphertext, err := r.SealFileKey(key)
	if err != nil {
		return nil, nil, err
	}
	return []*age.Stanza{{Type: stanza, Args: []string{base64.RawStdEncoding.EncodeToString(enc)}, Body: ciphertext}}, []string{"postquantum"}, nil
}

type identity struct{ Opener }

func (i identity) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	for _, s := range stanzas {
		if s.Type != stanza || len(s.Args) != 1 {
			continue
		}
		enc, err := base64.RawStdEncoding.Strict().DecodeString(s.Args[0])
		if err != nil {
			continue
		}
		if key, err := i.OpenFileKey(enc, s.Body); err == nil {
			return key, nil
		}
	}
	return nil, age.ErrIncorrectIdentity
}

// reader names the damage of what it reads.
type reader struct{ io.Reader }

func (r reader) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	if err != nil && err != io.EOF {
		err = fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return n, err
}
