package vault

import (
	"context"
	"errors"
	"sync"
	"time"

	"carnet/vault/exchange/hcert"
	"carnet/vault/filing"
	"carnet/vault/internal/store"
	"carnet/vault/profile"
	"carnet/vault/record"
	"carnet/vault/seal"
	"carnet/vault/series"
)

// Options change how a vault is opened. A nil *Options and the zero value mean
// the defaults.
type Options struct {
	// As names the keyholder whose slot to open, when several passphrases
	// are equal; "" accepts any.
	As string
	// Means goes into the access journal: "command" or "window".
	Means string
	// Computer is the secret of this computer, for a slot that needs it.
	Computer seal.Key
	// Argon2 is what new slots carry; zero means what [seal.Calibrated] finds.
	Argon2 seal.Argon2
	// Filing proposes categories and dates; nil proposes none.
	Filing *filing.Rules
	// Profile says what entries of the medical profile may be; with nil none
	// can be written.
	Profile *profile.Table
	// Attestations puts the codes of attestations in words; with nil they stay as they
	// are.
	Attestations *hcert.Terms
	// Measures says what devices measure; with nil no measurements of theirs can
	// be read in.
	Measures *series.Table
	// Attest writes the attestation of a carer, with a file name, in the
	// words of the person; it lies among the documents from then on. With
	// nil, carers are admitted without one.
	Attest func(record.Delegation) (name string, content []byte, err error)
	// Marks notices older copies of a vault file; with nil nothing does.
	Marks Marks
	// Older opens a file although it is an older copy than what this computer has
	// seen. The keyholder goes on with new keys in it, under the same passphrase, so
	// that it can be merged with the newer file.
	Older bool
	// Now is the clock; nil means [time.Now].
	Now func() time.Time
}

func (o *Options) orDefault() Options {
	var out Options
	if o != nil {
		out = *o
	}
	if out.Now == nil {
		out.Now = time.Now
	}
	return out
}

// work is what a slot carries that is made now.
func (o *Options) work() seal.Argon2 {
	if o.Argon2 == (seal.Argon2{}) {
		return seal.Calibrated()
	}
	return o.Argon2
}

// Vault is an unlocked vault, open for one keyholder. Close it as soon as the
// person locks the program.
type Vault struct {
	opt  Options
	path string

	mu sync.RWMutex // held for reading by every verb that looks, for writing by every verb that changes
	*state
	db       *store.DB
	self     *device
	reserved map[uint64]bool          // versions that this process is filling
	painted  map[record.ID]*thumbnail // not yet in the file
	finder   *finder                  // nil until somebody searches or examines
	watched  bool                     // older copies are noticed here
	marked   int64                    // size of the journal that this computer remembers
	markedAt time.Time
}

// device is the one that acts: the keyholder's seed in this file, or the
// recovery kit while a vault is being recovered.
type device struct {
	*seal.Identity
	id        [16]byte
	slot      [16]byte // zero for a kit
	keyholder record.ID
}

// Close writes the thumbnails and the search segments that wait, wipes the keys
// and the index and closes the file. It is safe to call twice.
func (v *Vault) Close() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.state == nil {
		return nil
	}
	_ = v.writeThumbnails(context.Background()) // they can be painted again
	_ = v.writeIndex(context.Background())      // it can be made again
	v.mark()
	return v.close()
}

// close locks the vault and writes nothing. The caller holds the lock for
// writing.
func (v *Vault) close() error {
	v.painted = nil
	v.dropIndex()
	if v.state == nil {
		return nil // locked by the failure of an act
	}
	v.state.wipe()
	v.self.Wipe()
	v.state = nil
	return v.db.Close()
}

// looking is how a verb that changes nothing begins: it must call the function
// it gets when it is done.
func (v *Vault) looking() (done func(), err error) {
	v.mu.RLock()
	if v.state == nil {
		v.mu.RUnlock()
		return nil, ErrLocked
	}
	return v.mu.RUnlock, nil
}

// Path returns where the file is.
func (v *Vault) Path() string { return v.path }

// ID names the vault file's vault: it stays when the file is compacted.
func (v *Vault) ID() (record.ID, error) {
	done, err := v.looking()
	if err != nil {
		return record.ID{}, err
	}
	defer done()
	return v.id, nil
}

// Keyholder returns for whom the vault is open.
func (v *Vault) Keyholder() (record.Keyholder, error) {
	done, err := v.looking()
	if err != nil {
		return record.Keyholder{}, err
	}
	defer done()
	return v.me(), nil
}

func (v *Vault) me() record.Keyholder {
	return record.Keyholder{ID: v.self.keyholder, Name: v.house.people[v.self.keyholder].name}
}

// Damage is what could not be read when the vault was opened.
type Damage struct {
	Records int // records of this keyholder that are missing or altered
	Ignored int // operations that their author was not allowed
	Refused int // operations that fit no chain, or say nothing this program understands
	Headers int // headers of the file that do not hold, 0 or 1: the last change may be missing
	Gone    int // patients whose record this keyholder read before and no longer can
}

// Damage tells what the last reading of the file found wrong.
func (v *Vault) Damage() Damage {
	done, err := v.looking()
	if err != nil {
		return Damage{}
	}
	defer done()
	d := v.damage()
	d.Headers = v.db.BadHeaders()
	return d
}

// errInternal is for what only a defect of this package can cause.
var errInternal = errors.New("vault: internal error")
