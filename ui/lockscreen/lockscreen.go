// Package lockscreen lays one person's emergency sheet out where it can be read
// while the vault is closed: in a file of the program's own, sealed under a secret
// in the keyring of the system. Each reading leaves a letter, which the next unlock
// enters in the journal.
package lockscreen

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"carnet/ui/keyring"
	"carnet/ui/replace"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// Shelf is where sheets lie on this computer, one for each vault file at most. A
// nil Shelf has none and takes none. Its functions that name an error of package
// keyring wait for the keyring: call them away from the drawing.
type Shelf struct {
	// Folder is the program's own; what lies in it has no names of persons.
	Folder string
	Now    func() time.Time

	mu sync.Mutex
}

// Sheet is what lies on the shelf.
type Sheet struct {
	Keyholder record.ID // who laid it out
	Patient   record.Patient
	Entries   []record.Entry // what an emergency sheet shows, and no more
	At        time.Time      // when it was written

	Mailbox []byte // of the keyholder
}

// names of the files in the folder of one vault.
const (
	page   = "page"
	letter = "letter-"
)

// name names a vault's place on the shelf and its secret, without telling the path.
func name(path string) (string, error) {
	whole, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	h := sha256.Sum256([]byte(whole))
	return hex.EncodeToString(h[:8]), nil
}

// place is the folder of a vault and the name of its secret.
func (s *Shelf) place(path string) (folder, secret string, err error) {
	n, err := name(path)
	return filepath.Join(s.Folder, n), n, err
}

// Possible reports whether a sheet can be laid out: the system has a keyring that
// works.
func (s *Shelf) Possible() bool { return s != nil && keyring.Works() }

// Has reports whether a sheet is laid out for the vault file at path. It asks no
// keyring.
func (s *Shelf) Has(path string) bool {
	if s == nil {
		return false
	}
	folder, _, err := s.place(path)
	if err != nil {
		return false
	}
	_, err = os.Stat(filepath.Join(folder, page))
	return err == nil
}

// Shown tells whose sheet this keyholder of an open vault has laid out; ok is false
// when there is none. It returns [keyring.ErrSilent], or [keyring.ErrNone] or
// [vault.ErrAside] for a sheet that nobody can read any more.
func (s *Shelf) Shown(v *vault.Vault) (p record.Patient, ok bool, err error) {
	if !s.Has(v.Path()) {
		return p, false, nil
	}
	me, err := v.Keyholder()
	if err != nil {
		return p, false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	x, _, err := s.open(v.Path(), keyring.Prompt)
	return x.Patient, err == nil && x.Keyholder == me.ID, err
}

// LayOut puts a patient's sheet on the shelf, in the place of one that lies there,
// under a new secret, and enters that in the journal first. It returns
// [keyring.ErrSilent] or [vault.ErrNoPatient], with what lay there untouched; after
// another error nothing lies there.
func (s *Shelf) LayOut(ctx context.Context, v *vault.Vault, patient record.ID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, name, err := s.place(v.Path())
	if err != nil {
		return err
	}
	x, err := s.write(v, patient)
	if err != nil {
		return err
	}
	secret, err := keyring.New(name)
	if err != nil {
		return err
	}
	defer clear(secret)
	if err = v.PutAside(ctx, patient, true); err == nil {
		err = s.put(v.Path(), secret, x)
	}
	if err != nil {
		return errors.Join(err, s.drop(v.Path()))
	}
	return nil
}

// Withdraw takes the sheet of an open vault off the shelf, wipes its secret and
// enters that in the journal. It is no error when there is none. When it returns
// [keyring.ErrSilent] the sheet is gone and its secret, which opens nothing now, may
// not be.
func (s *Shelf) Withdraw(ctx context.Context, v *vault.Vault) error {
	if !s.Has(v.Path()) {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	x, _, unread := s.open(v.Path(), keyring.Prompt)
	err := s.drop(v.Path())
	if unread == nil {
		if said := v.PutAside(ctx, x.Patient.ID, false); !errors.Is(said, vault.ErrNoPatient) {
			err = errors.Join(err, said)
		}
	}
	return err
}

// Take is for after a vault was opened: it enters in its journal what was read
// meanwhile, and removes the letters about it. It asks no keyring.
func (s *Shelf) Take(ctx context.Context, v *vault.Vault) (o vault.Openings, err error) {
	if s == nil {
		return o, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	folder, _, err := s.place(v.Path())
	if err != nil {
		return o, err
	}
	paths, err := filepath.Glob(filepath.Join(folder, letter+"*"))
	if err != nil || len(paths) == 0 {
		return o, err
	}
	letters := make([][]byte, len(paths))
	for i, p := range paths {
		if letters[i], err = os.ReadFile(p); err != nil {
			return o, err
		}
	}
	if o, err = v.TakeOpenings(ctx, letters); err != nil {
		return o, err
	}
	for i, p := range paths {
		if o.Taken[i] {
			err = errors.Join(err, os.Remove(p))
		}
	}
	return o, err
}

// Refresh writes the sheet again as the open vault has it now. A sheet whose patient
// is no longer this keyholder's to read, or whose keyholder has left the vault, is
// withdrawn, and so is anybody's of a patient whose record was closed for good.
//
// It returns [keyring.ErrSilent] with the old sheet untouched, and [keyring.ErrNone]
// or [vault.ErrAside] when nobody could read the sheet any more: it is withdrawn
// then. A vault without a sheet asks no keyring, and nobody is waited for: a vault
// that is about to be closed stays open meanwhile.
func (s *Shelf) Refresh(v *vault.Vault) error {
	if !s.Has(v.Path()) {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	old, secret, err := s.open(v.Path(), keyring.Prompt)
	if errors.Is(err, keyring.ErrNone) || errors.Is(err, vault.ErrAside) {
		return errors.Join(err, s.drop(v.Path()))
	}
	if err != nil {
		return err
	}
	defer clear(secret)
	closures, err := v.Closures()
	if err != nil {
		return err
	}
	if slices.ContainsFunc(closures, func(c record.Closed) bool { return c.Patient == old.Patient.ID }) {
		return s.drop(v.Path())
	}
	me, err := v.Keyholder()
	if err != nil {
		return err
	}
	if old.Keyholder != me.ID {
		all, err := v.Keyholders()
		if err != nil || slices.ContainsFunc(all, func(k record.Keyholder) bool { return k.ID == old.Keyholder }) {
			return err
		}
		return s.drop(v.Path())
	}
	x, err := s.write(v, old.Patient.ID)
	if errors.Is(err, vault.ErrNoPatient) {
		return s.drop(v.Path())
	}
	if err != nil {
		return err
	}
	return s.put(v.Path(), secret, x)
}

// Read opens the sheet of a vault that is closed, after it has left the letter that
// says so. It returns [keyring.ErrSilent], [keyring.ErrNone] or [vault.ErrAside].
func (s *Shelf) Read(path string) (Sheet, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x, secret, err := s.open(path, keyring.Patience)
	if err != nil {
		return Sheet{}, err
	}
	clear(secret)
	b, err := vault.LeaveOpening(x.Mailbox, s.Now())
	if err != nil {
		return Sheet{}, err
	}
	folder, _, err := s.place(path)
	if err != nil {
		return Sheet{}, err
	}
	if err := replace.File(folder, letter+strings.ToLower(rand.Text()), b); err != nil {
		return Sheet{}, err
	}
	return x, nil
}

// Forget removes all that lies on the shelf for a vault file that is known no
// longer, letters too, and its secret. Where nothing lies it asks no keyring.
func (s *Shelf) Forget(path string) error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	folder, _, err := s.place(path)
	if err != nil {
		return err
	}
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return errors.Join(s.drop(path), os.RemoveAll(folder))
}

// write makes the sheet of a patient.
func (s *Shelf) write(v *vault.Vault, patient record.ID) (x Sheet, err error) {
	me, err := v.Keyholder()
	if err != nil {
		return x, err
	}
	all, err := v.Patients()
	if err != nil {
		return x, err
	}
	i := slices.IndexFunc(all, func(p record.Patient) bool { return p.ID == patient })
	if i < 0 {
		return x, vault.ErrNoPatient
	}
	entries, err := v.Entries(patient)
	if err != nil {
		return x, err
	}
	e := text.Emergency{Patient: all[i], Entries: entries}
	p := e.Patient // without the numbers of their identity, which no emergency sheet has
	p = record.Patient{ID: p.ID, Name: p.Name, Birth: p.Birth, Sex: p.Sex}
	x = Sheet{Keyholder: me.ID, Patient: p, Entries: e.Shown(), At: s.Now()}
	x.Mailbox, err = v.Mailbox(patient)
	return x, err
}

// open reads the sheet of a vault, from a keyring that answers within a limit.
func (s *Shelf) open(path string, limit time.Duration) (x Sheet, secret []byte, err error) {
	folder, name, err := s.place(path)
	if err != nil {
		return x, nil, err
	}
	sealed, err := os.ReadFile(filepath.Join(folder, page))
	if err != nil {
		return x, nil, err
	}
	if secret, err = keyring.Get(name, limit); err != nil {
		return x, nil, err
	}
	b, err := vault.OpenAside(secret, sealed)
	if err != nil {
		return x, nil, err
	}
	defer clear(b)
	if err := json.Unmarshal(b, &x); err != nil {
		return Sheet{}, nil, fmt.Errorf("%w: %w", vault.ErrAside, err)
	}
	return x, secret, nil
}

func (s *Shelf) put(path string, secret []byte, x Sheet) error {
	folder, _, err := s.place(path)
	if err != nil {
		return err
	}
	b, err := json.Marshal(x)
	if err != nil {
		return err
	}
	defer clear(b)
	sealed, err := vault.SealAside(secret, b)
	if err != nil {
		return err
	}
	return replace.File(folder, page, sealed)
}

// drop removes the sheet of a vault and its secret; letters stay.
func (s *Shelf) drop(path string) error {
	folder, name, err := s.place(path)
	if err != nil {
		return err
	}
	err = os.Remove(filepath.Join(folder, page))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if left, _ := os.ReadDir(folder); len(left) == 0 {
		os.Remove(folder) // it can stay
	}
	return errors.Join(err, keyring.Remove(name))
}
