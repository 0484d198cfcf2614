// Package bag writes and verifies bags: folders of files with their SHA-256, as
// BagIt 1.0 (RFC 8493) says, that people can still open and check with the tools
// of any system. A bag is a plain folder, or one file: a tar, or a tar inside an
// age envelope (age-encryption.org/v1).
//
// What is written is the same for the same content and day. Nothing is believed
// of a bag that is read before all of it has been: [Bag.Verify] names what does
// not hold.
package bag

import (
	"errors"
	"io"
	"path"
	"strconv"
	"strings"
	"time"

	"filippo.io/age"
)

// Errors of a bag. They come in a [Fault] where one file is at fault; nothing was
// changed by any of them.
var (
	// ErrNotBag is returned for what is no bag of the version that this package
	// reads, or no archive that holds one.
	ErrNotBag = errors.New("bag: not a bag")
	// ErrAltered is returned when the bytes of a file are not those that were
	// written.
	ErrAltered = errors.New("bag: altered")
	// ErrMissing is returned when a file that the bag names is not there.
	ErrMissing = errors.New("bag: a file is missing")
	// ErrExtra is returned when there is a file that the bag does not name.
	ErrExtra = errors.New("bag: a file too many")
	// ErrPath is returned for a path that leads out of the bag, that some system
	// could not write, or at which there is something else than a file.
	ErrPath = errors.New("bag: not a path of a bag")
	// ErrManifest is returned when a list of files does not read as one, or not
	// as all of them do.
	ErrManifest = errors.New("bag: not a list of files")
	// ErrTruncated is returned when the end is missing, or in an envelope when the
	// end does not hold, which is the same to see.
	ErrTruncated = errors.New("bag: the end is missing")
	// ErrSecret is returned when the passphrase or the identity does not open
	// the envelope.
	ErrSecret = errors.New("bag: the secret does not open it")
	// ErrSealed is returned when the bag is in an envelope and no secret was
	// given.
	ErrSealed = errors.New("bag: sealed, and no secret given")
	// ErrRecipient is returned for what is no age recipient or identity.
	ErrRecipient = errors.New("bag: not an age recipient or identity")
	// ErrTooLarge is returned when a bag has more files, or longer lists of them,
	// than a bag of a person has.
	ErrTooLarge = errors.New("bag: too large")
)

// Fault says which file of a bag is at fault. Its text does not name the file,
// since names hold titles.
type Fault struct {
	Path string // in the bag, with slashes
	Err  error
}

func (f *Fault) Error() string { return f.Err.Error() }

func (f *Fault) Unwrap() error { return f.Err }

// Form is how a bag lies on a disk.
type Form int

// The forms.
const (
	Folder Form = iota
	Tar         // one file, inside age when there is a secret
)

// Secret closes or opens the envelope of a bag. The zero value is none.
type Secret struct {
	Passphrase []byte
	Recipient  string // age1..., to write
	Identity   string // AGE-SECRET-KEY-1..., to read
	// Work is the base-2 logarithm of what a guess of the passphrase costs, to
	// write; 0 is what age takes, about a second.
	Work int
}

func (s *Secret) isZero() bool {
	return s == nil || len(s.Passphrase) == 0 && s.Recipient == "" && s.Identity == ""
}

// Check returns [ErrRecipient] unless the secret can seal.
func (s *Secret) Check() error {
	_, err := s.recipient()
	return err
}

// recipient is whom to seal to. It returns [ErrRecipient].
func (s *Secret) recipient() (age.Recipient, error) {
	if len(s.Passphrase) > 0 {
		r, err := age.NewScryptRecipient(string(s.Passphrase))
		if err == nil && s.Work > 0 {
			r.SetWorkFactor(s.Work)
		}
		return r, err
	}
	found, err := age.ParseRecipients(strings.NewReader(s.Recipient))
	if err != nil || len(found) != 1 {
		return nil, ErrRecipient
	}
	return found[0], nil
}

// maxWork is the most that a guess of the passphrase may cost, as [Secret.Work]: what age
// itself takes, which is 256 MB of memory. An envelope could ask for 4 GB.
const maxWork = 18

// patient opens with a passphrase, within reason. It returns [ErrTooLarge] for an
// envelope that asks for more.
type patient struct{ *age.ScryptIdentity }

func (p patient) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	for _, s := range stanzas {
		if s.Type != "scrypt" || len(s.Args) != 2 {
			continue
		}
		if work, err := strconv.Atoi(s.Args[1]); err == nil && work > maxWork {
			return nil, ErrTooLarge
		}
	}
	return p.ScryptIdentity.Unwrap(stanzas)
}

// identity is what opens. It returns [ErrRecipient].
func (s *Secret) identity() (age.Identity, error) {
	if len(s.Passphrase) > 0 {
		i, err := age.NewScryptIdentity(string(s.Passphrase))
		return patient{i}, err
	}
	found, err := age.ParseIdentities(strings.NewReader(s.Identity))
	if err != nil || len(found) != 1 {
		return nil, ErrRecipient
	}
	return found[0], nil
}

// Seal begins an age file that the secret opens. Closing the result ends it and leaves
// w open. It returns [ErrRecipient].
func Seal(w io.Writer, s *Secret) (io.WriteCloser, error) {
	to, err := s.recipient()
	if err != nil {
		return nil, err
	}
	return age.Encrypt(w, to)
}

// Info is a line of bag-info.txt.
type Info struct{ Label, Value string }

// Limits of a bag.
const (
	maxFiles = 1 << 20
	maxHeld  = 128 << 20 // bytes that are held in memory: lists of files, and what the caller wants to keep
	maxName  = 120       // of one part of a path, in bytes
	maxPath  = 400

	maxHeader = 256 << 10 // bytes of an envelope before what it holds
)

// The files that every bag of ours has beside its payload.
const (
	declaration = "bagit.txt"
	infoFile    = "bag-info.txt"
	manifest    = "manifest-sha256.txt"
	tagManifest = "tagmanifest-sha256.txt"
	payload     = "data/"
	version     = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
)

// CheckPath returns [ErrPath] unless a path has only parts that every system can
// write, of letters, digits and -_. without accents, and leads nowhere else.
func CheckPath(p string) error {
	if p == "" || len(p) > maxPath || path.Clean(p) != p || strings.HasPrefix(p, "/") {
		return ErrPath
	}
	for part := range strings.SplitSeq(p, "/") {
		if part == "" || len(part) > maxName || strings.HasPrefix(part, ".") || strings.HasSuffix(part, ".") || strings.Trim(part, portable) != "" {
			return ErrPath
		}
		stem, _, _ := strings.Cut(strings.ToUpper(part), ".")
		switch {
		case stem == "CON", stem == "PRN", stem == "AUX", stem == "NUL":
			return ErrPath // devices of Windows
		case len(stem) == 4 && (strings.HasPrefix(stem, "COM") || strings.HasPrefix(stem, "LPT")) && stem[3] >= '0' && stem[3] <= '9':
			return ErrPath
		}
	}
	return nil
}

const portable = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."

// midnight is the time that all files of a bag of that day carry.
func midnight(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// ended gives the errors of a stream that stops too early, or does not decrypt,
// their names here.
func ended(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.Join(ErrTruncated, err)
	}
	return err
}
