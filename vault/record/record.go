// Package record holds the nouns of the vault: what a family keeps, by the
// names that FHIR gives it where it has one. It imports the standard library
// alone and does nothing by itself.
//
// The numbers in the cbor tags are the fields' names inside the vault file:
// they never change and are never used again.
package record

import (
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"time"
)

// ID names a patient, a keyholder or a record. It prints as 32 hexadecimal
// digits.
type ID [16]byte

// ErrID is returned when a text is not an [ID].
var ErrID = errors.New("record: not an identifier")

// ParseID reads 32 hexadecimal digits.
func ParseID(s string) (ID, error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(ID{}) {
		return ID{}, ErrID
	}
	return ID(b), nil
}

func (id ID) String() string { return hex.EncodeToString(id[:]) }

// IsZero reports whether the id names nothing.
func (id ID) IsZero() bool { return id == ID{} }

// MarshalText makes JSON show the hexadecimal digits.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads them back; it returns [ErrID].
func (id *ID) UnmarshalText(b []byte) (err error) {
	*id, err = ParseID(string(b))
	return err
}

// Type is the kind of a record inside the vault file. Its numbers never change.
type Type uint16

// The types.
const (
	TypePatient  Type = 1
	TypeDocument Type = 2
	TypeErasure  Type = 3
	TypeEntry    Type = 4
	TypeHandOver Type = 5
)

// Sex is the administrative sex (FHIR administrative-gender), "" when unknown.
type Sex string

// The values of [Sex], in the short form of the interface.
const (
	Female Sex = "F"
	Male   Sex = "M"
)

// Millis is an instant in milliseconds since 1970 (UTC); 0 is none.
type Millis int64

// At turns a time into milliseconds.
func At(t time.Time) Millis { return Millis(t.UnixMilli()) }

// Time turns it back; the zero Millis gives the zero Time.
func (m Millis) Time() time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(m))
}

// Patient is a person whose record it is; the interface says « profil ».
type Patient struct {
	ID    ID     `cbor:"-"`
	Name  string `cbor:"1,keyasint"`
	Birth string `cbor:"2,keyasint"` // YYYY-MM-DD
	Sex   Sex    `cbor:"3,keyasint"`

	// NIR and INS are the person's social security number and the matricule
	// of their national health identity, letters and digits alone; "" when
	// nobody gave one. They may be wrong (vault/identity says when that is
	// likely).
	NIR string `cbor:"4,keyasint"`
	INS string `cbor:"5,keyasint"`

	// Deceased is when the person died: YYYY, YYYY-MM or YYYY-MM-DD; "" for
	// somebody whose death nobody declared. See [Patient.Reminded].
	Deceased string `cbor:"6,keyasint"`

	// Term is how long the pregnancy lasted, as [ParseTerm] gives it; "" when
	// nobody said.
	Term string `cbor:"7,keyasint"`
}

// ErrTerm is returned when a text is not a length of pregnancy.
var ErrTerm = errors.New("record: not a length of pregnancy")

// Bounds of a length of pregnancy that can be written down, in completed weeks:
// wide enough for every child who lives, and narrow enough for slips.
const (
	shortest = 20
	longest  = 45
)

// ParseTerm reads a length of pregnancy in completed weeks since the last period
// (semaines d'aménorrhée) and days, as 34+2; 34 alone is 34+0. It gives the form
// that is kept, "34+2", or [ErrTerm].
func ParseTerm(typed string) (string, error) {
	w, d, more := strings.Cut(strings.ReplaceAll(typed, " ", ""), "+")
	if !more {
		d = "0"
	}
	weeks, err := strconv.Atoi(w)
	days, err2 := strconv.Atoi(d)
	if err != nil || err2 != nil || weeks < shortest || weeks > longest || days < 0 || days > 6 {
		return "", ErrTerm
	}
	return strconv.Itoa(weeks) + "+" + strconv.Itoa(days), nil
}

// Keyholder is an adult or teenager with a passphrase of their own.
type Keyholder struct {
	ID   ID
	Name string
}

// Document describes an imported file (FHIR DocumentReference). Its content is
// kept apart.
type Document struct {
	ID        ID       `cbor:"-"`
	Patient   ID       `cbor:"-"`
	Title     string   `cbor:"1,keyasint"`
	Category  string   `cbor:"2,keyasint"` // a code of the category table; "" when nobody chose one
	Date      string   `cbor:"3,keyasint"` // YYYY-MM-DD, YYYY-MM or YYYY; "" when nobody gave one
	FileName  string   `cbor:"4,keyasint"` // as received, without its folder
	FileDate  string   `cbor:"5,keyasint"` // YYYY-MM-DD of the file's last change
	MediaType string   `cbor:"6,keyasint"` // by content, RFC 6838
	Size      int64    `cbor:"7,keyasint"` // bytes
	Digest    [32]byte `cbor:"8,keyasint"` // BLAKE2b-256 of the content
	Version   uint64   `cbor:"9,keyasint"` // from 1; a new one for new content or a new circle
	AddedAt   Millis   `cbor:"10,keyasint"`
	AddedBy   ID       `cbor:"11,keyasint"` // keyholder

	// HiddenFromProfessionals keeps the document out of what is shared with
	// professionals; the treating doctor still reads it.
	HiddenFromProfessionals bool `cbor:"12,keyasint"`
	// RemovedAt is when the document went to the bin; zero when it is not
	// there.
	RemovedAt Millis `cbor:"13,keyasint"`

	Note string   `cbor:"14,keyasint"` // the family's own words, on one or several lines
	Tags []string `cbor:"15,keyasint"` // in the order of people, none twice
	// RightPerson says that somebody looked and found the document in the right
	// record: [Proposal.Concerns] is zero then.
	RightPerson bool `cbor:"16,keyasint"`
	// From is the document that this one was a file in; zero for none.
	From ID `cbor:"17,keyasint,omitzero"`

	Contest

	// Proposed holds what the program found by itself and nobody confirmed.
	Proposed Proposal `cbor:"-"`
	// Hidden says from whom the document is hidden.
	Hidden []Audience `cbor:"-"`
}

// Proposal is what the text of a document suggests. It can be made again at any
// time, and is never an act of a person.
type Proposal struct {
	Category string // "" for none
	Date     string // YYYY, YYYY-MM or YYYY-MM-DD, "" for none
	Pages    int    // 0 when unknown or without pages
	Failed   bool   // the content cannot be shown: damaged, or behind a password
	Format   string // that the content can be read in, a value of vault/exchange/reading; "" for none
	Title    string // that the content gives itself; it stands for one that only repeats the file's name
	Lost     []int  // pages, from 1, that cost too much to be looked at unasked

	// Concerns is another person whom the text names, while it does not name
	// the one in whose record the document is; zero for none.
	Concerns ID
}

// ShownCategory is the category a person chose, else the proposed one, else
// "unfiled".
func (d *Document) ShownCategory() string {
	switch {
	case d.Category != "":
		return d.Category
	case d.Proposed.Category != "":
		return d.Proposed.Category
	}
	return Unfiled
}

// ShownDate is the date a person gave, else the one found in the text, else the
// file's.
func (d *Document) ShownDate() string {
	switch {
	case d.Date != "":
		return d.Date
	case d.Proposed.Date != "":
		return d.Proposed.Date
	}
	return d.FileDate
}

// BinDays is how many days a document stays in the bin before it is erased for
// good: a month, in which somebody who misses a paper comes to look for it, and
// after which what one wanted gone is gone.
const BinDays = 30

// Expires is when a document of the bin has been there for [BinDays]; the zero
// Time when it is not there.
func (d *Document) Expires() time.Time {
	if d.RemovedAt == 0 {
		return time.Time{}
	}
	return d.RemovedAt.Time().AddDate(0, 0, BinDays)
}

// Unfiled is the category of what nobody and nothing has filed.
const Unfiled = "unfiled"

// Erasure is what remains of a document that was erased for good: the mention
// that it was, by whom and when.
type Erasure struct {
	Document ID // as it was named; nothing else of it is known any more
	Patient  ID
	At       Millis
	By       Keyholder // zero when the one who erased is no longer known
}

// HandedOver is what a vault keeps of a record that was handed over to the person
// whose it is: the mention that it was, and the proof.
type HandedOver struct {
	Patient  ID
	Name     string // of the person
	At       Millis
	By       Keyholder // who did it; zero when they are no longer known, and where it was received
	Received bool      // this is the vault it went to
	Left     int       // documents of theirs that stayed, and that this keyholder reads
	Proof    []byte    // for vault/proof
}

// Closed is what remains of a record that was closed for good.
type Closed struct {
	Patient ID // as it was named; nothing else of it is known any more
	At      Millis
	By      Keyholder
	Proof   []byte // the signed statement, as package proof writes it
}

// Backup is a copy of the vault that was written, read back and verified.
type Backup struct {
	At        Millis
	By        Keyholder
	Path      string // where it was written, on the computer of that day
	Bytes     int64
	Documents int // that the one who made it could read in it
}

// WatchedFolder is a folder of this computer whose new files are offered for a record.
type WatchedFolder struct {
	ID        ID
	Path      string // absolute, on this computer
	Patient   ID     // whose record they are for
	Since     Millis
	Automatic bool // they are added without a question
}

// Audience names from whom a document is hidden.
type Audience string

// The audiences of a mask, beside a keyholder's name.
const (
	Professionals Audience = "professionals"
	Guardians     Audience = "guardians"
	Everyone      Audience = "everyone"
)

// AuditEvent is an entry of the access journal (FHIR AuditEvent). It holds ids
// and never a title.
type AuditEvent struct {
	At      Millis `cbor:"1,keyasint"`
	Agent   ID     `cbor:"2,keyasint"` // keyholder who acted
	Action  Action `cbor:"3,keyasint"`
	Patient ID     `cbor:"4,keyasint"`           // zero for an act on the vault
	Entity  ID     `cbor:"5,keyasint"`           // record or keyholder concerned, zero for none
	Means   string `cbor:"6,keyasint"`           // "command", "window", or "closed" for what happened while the vault was
	Count   uint32 `cbor:"7,keyasint,omitempty"` // pictures, with PicturesReceived
}

// Action says what was done.
type Action string

// The actions.
const (
	VaultCreated       Action = "vault-created"
	VaultRecovered     Action = "vault-recovered"
	PassphraseChanged  Action = "passphrase-changed"
	DeviceReplaced     Action = "device-replaced"
	KitRenewed         Action = "kit-renewed"
	RelativesGiven     Action = "relatives-given"     // three sheets of which two open the vault, the ones before open nothing more
	RelativesTried     Action = "relatives-tried"     // two of them, which do
	RelativesWithdrawn Action = "relatives-withdrawn" // they open nothing more
	RelativesRecovered Action = "relatives-recovered" // the vault, with two of them
	KeyholderAdded     Action = "keyholder-added"
	KeyholderRemoved   Action = "keyholder-removed"
	PatientAdded       Action = "patient-added"
	PatientEdited      Action = "patient-edited"
	MemberAdded        Action = "member-added"
	MemberRemoved      Action = "member-removed"
	DocumentAdded      Action = "document-added"
	PicturesReceived   Action = "pictures-received" // from a telephone that the keyholder let in, and joined as the document
	DocumentEdited     Action = "document-edited"
	DocumentContested  Action = "document-contested"
	DocumentRemoved    Action = "document-removed"
	DocumentRestored   Action = "document-restored"
	DocumentMasked     Action = "document-masked"
	DocumentUnmasked   Action = "document-unmasked"
	DocumentRead       Action = "document-read"
	DocumentExported   Action = "document-exported"
	MeasurementsAdded  Action = "measurements-added" // of a device, as one document
	EntryAdded         Action = "entry-added"
	EntryEdited        Action = "entry-edited"
	EntryContested     Action = "entry-contested"
	EntryRemoved       Action = "entry-removed"
	EntryRestored      Action = "entry-restored"
	StepTicked         Action = "step-ticked"   // of a guide on one's rights: done
	StepUnticked       Action = "step-unticked" // not done after all
	DocumentErased     Action = "document-erased"
	DocumentExpired    Action = "document-expired"   // erased after its time in the bin
	SheetLaidOut       Action = "sheet-laid-out"     // the emergency sheet can be read while the vault is closed
	SheetWithdrawn     Action = "sheet-withdrawn"    // and no longer
	SheetRead          Action = "sheet-read"         // while the vault was closed: whoever it was, by nobody known
	RecordHandedOver   Action = "record-handed-over" // to the person whose it is, into a vault of their own
	RecordTakenOver    Action = "record-taken-over"  // from the vault of the family
	PatientExported    Action = "patient-exported"   // the complete archive of the record
	PatientRestored    Action = "patient-restored"   // what an archive held and the record did not
	PatientSent        Action = "patient-sent"       // the whole record, sealed to the other household
	PatientMerged      Action = "patient-merged"     // with what the other household has
	VaultBackedUp      Action = "vault-backed-up"
	VaultRepaired      Action = "vault-repaired"
	PatientClosed      Action = "patient-closed"
	VaultMerged        Action = "vault-merged"  // with another copy of it
	ConsentGiven       Action = "consent-given" // to synchronise through a server
	ConsentWithdrawn   Action = "consent-withdrawn"
	Synchronised       Action = "synchronised"      // what other devices wrote came in
	DeviceAdded        Action = "device-added"      // another computer of the same keyholder
	DeviceRemoved      Action = "device-removed"    // it reads nothing that is written from then on
	SyncStopped        Action = "sync-stopped"      // the server showed what does not hold
	SyncBegunAnew      Action = "sync-begun-anew"   // on purpose
	VaultOlder         Action = "vault-older"       // an older copy was opened, on purpose
	JournalRowLost     Action = "journal-row-lost"  // stands where a row was lost to damage
	CertificateAdded   Action = "certificate-added" // of who signs attestations; the target is its id
	CertificateRemoved Action = "certificate-removed"
	FolderWatched      Action = "folder-watched" // of this computer, for new files; the target is no record
	FolderUnwatched    Action = "folder-unwatched"
)

// Role is what a keyholder is to a patient.
type Role string

// The roles.
const (
	RoleHolder     Role = "holder"
	RoleGuardian   Role = "guardian"
	RoleCarerReads Role = "carer-reads"
	RoleCarerAdds  Role = "carer-adds"
)

// Membership is a keyholder's part in a patient's record.
type Membership struct {
	Keyholder Keyholder
	Role      Role
}

// Delegation is what the attestation of a carer says: who lets whom see whose
// record, as what, and since when.
type Delegation struct {
	Patient Patient
	Carer   Keyholder
	Role    Role // RoleCarerReads or RoleCarerAdds
	By      Keyholder
	At      Millis
}

// Attestation is the signed paper of a carer, as it was found.
type Attestation struct {
	Carer    Keyholder
	Role     Role
	Document ID        // the paper, among the documents of the person
	Digest   [32]byte  // BLAKE2b-256 of the paper that was signed
	By       Keyholder // who signed; zero when they have no part in the record any more
	At       Millis    // when, by their clock
	Intact   bool      // the document is there, and its content is what was signed
}

// Certificate is a certificate (X.509) that attestations may be signed with, as a
// person gave it, or a bare key that an issuer publishes. Names are as written in it;
// of a key they are what the person said.
type Certificate struct {
	ID        ID     // the first bytes of its SHA-256
	Key       string // the name (kid) of a bare key; "" for a certificate
	Subject   string
	Issuer    string   // of a key, the address that publishes it
	NotBefore Millis   // 0 for a key
	NotAfter  Millis   // 0 for a key
	GivenAt   Millis   // when it was given to this vault
	Attests   []string // what it was made to attest, as package hcert names it; none for whatever it is
	Content   []byte   // DER; of a key, a set (JWKS) with it alone
}

// Consent is what somebody consented to: that a server keeps a patient's record,
// which it cannot read, for all devices of the family.
type Consent struct {
	ID        ID
	Patient   ID
	Host      string   // name or address, with a port unless it is 443
	Key       [32]byte // the server's
	Start     Millis
	End       Millis // not included
	Language  string // of the words that were read
	Withdrawn bool
}
