package vault

import (
	"errors"
	"fmt"
	"syscall"

	"carnet/vault/internal/store"
	"carnet/vault/seal"
)

// Errors of opening a file. The file is not changed by any of them.
var (
	// ErrNotVault is returned when the file is something else.
	ErrNotVault = store.ErrForeign
	// ErrTruncated is returned when the end of the file is missing.
	ErrTruncated = store.ErrTruncated
	// ErrDamaged is returned when something in the file does not hold:
	// structure, signature, hash or ciphertext.
	ErrDamaged = store.ErrDamaged
	// ErrNewerFormat is returned when a later version of the program wrote
	// the file.
	ErrNewerFormat = store.ErrNewer
	// ErrInUse is returned when another process has the file open.
	ErrInUse = store.ErrInUse
	// ErrClosing is returned for a vault that was closed for good and whose file
	// was not removed yet: no passphrase opens it. [FinishClosure] removes it.
	ErrClosing = store.ErrClosing
	// ErrOlder is returned when the file lacks changes that this keyholder
	// has already seen in it: it is an older copy.
	ErrOlder = errors.New("vault: the file is older than what this keyholder has seen")
	// ErrBeyondRepair is returned by a repair when the pages are lost that all
	// the others hang from, or the beginning of the household.
	ErrBeyondRepair = errors.New("vault: too damaged to be repaired")
	// ErrWrongPassphrase is returned when no slot opens.
	ErrWrongPassphrase = seal.ErrPassphrase
	// ErrWrongKit is returned when a well-formed recovery code is not one of
	// this vault's.
	ErrWrongKit = errors.New("vault: the recovery code is not of this vault")
	// ErrKitCode is returned when a recovery code is mistyped.
	ErrKitCode = seal.ErrKitCode
	// ErrShare is returned when the code of a sheet for a relative is mistyped;
	// [ShareError] says where.
	ErrShare = seal.ErrShare
	// ErrSameShare is returned when the same sheet is given twice.
	ErrSameShare = seal.ErrSameShare
	// ErrOtherSet is returned when two sheets were not made together.
	ErrOtherSet = seal.ErrOtherSet
	// ErrWrongShares is returned when two sheets that go together do not open this
	// vault: they are of another one, or were replaced or withdrawn.
	ErrWrongShares = errors.New("vault: the sheets are not of this vault, or no longer")
	// ErrOtherComputer is returned when the slot was made for another
	// computer; the recovery kit opens the vault.
	ErrOtherComputer = seal.ErrOtherComputer
	// ErrParameters is returned when a slot's key derivation is weaker than
	// the floor or heavier than a computer bears.
	ErrParameters = seal.ErrParameters
	// ErrNoKeyholder is returned when nobody of that name has a passphrase.
	ErrNoKeyholder = errors.New("vault: no such keyholder")
)

// Errors of a verb. Nothing was changed.
var (
	// ErrLocked is returned after Close.
	ErrLocked = errors.New("vault: locked")
	// ErrHEIC says that a photograph in HEIC is kept as it came: nothing here draws it
	// or reads its words.
	ErrHEIC = errors.New("vault: a photograph in HEIC is kept and not shown")
	// ErrLayout says that an archive in an archive is neither a message of XDM nor made
	// of documents with pages, pictures and XML alone: it is kept whole.
	ErrLayout = errors.New("vault: an archive of unknown layout in an archive")
	// ErrNoCertificate is returned when no such certificate is known.
	ErrNoCertificate = errors.New("vault: no such certificate")
	// ErrNoCode is returned when no code is found in a document.
	ErrNoCode = errors.New("vault: no code found")
	// ErrFrameCode is returned when something looks like a code and cannot be read: a
	// person may frame it.
	ErrFrameCode = errors.New("vault: a code that has to be framed")
	// ErrPagesLeft is returned when no code is found and some pages were left alone: they
	// cost too much to be looked at unless a person names them.
	ErrPagesLeft = errors.New("vault: pages that cost too much to be looked at unasked")
	// ErrOtherCode is returned when codes are read that say no attestation.
	ErrOtherCode = errors.New("vault: codes without an attestation")
	// ErrNoPatient is returned when this keyholder sees no such patient.
	ErrNoPatient = errors.New("vault: no such patient")
	// ErrNoDocument is returned when this keyholder sees no such document.
	ErrNoDocument = errors.New("vault: no such document")
	// ErrNoInside is returned when a document has no such file in it.
	ErrNoInside = errors.New("vault: no such file in the document")
	// ErrWithoutDocument is returned when what a document proposes is to enter the
	// profile, and the document is not to enter the record.
	ErrWithoutDocument = errors.New("vault: a proposal without its document")
	// ErrNoEntry is returned when this keyholder sees no such entry of a
	// profile.
	ErrNoEntry = errors.New("vault: no such entry")
	// ErrNotNone is returned when « none known » is said of a kind of which the
	// profile has entries.
	ErrNotNone = errors.New("vault: there are entries of this kind")
	// ErrNotAllowed is returned when the keyholder's role does not permit it.
	ErrNotAllowed = errors.New("vault: not permitted to this role")
	// ErrGuardian is returned when somebody would remove a guardian or holder
	// other than themselves, and is not the holder of the record.
	ErrGuardian = errors.New("vault: a guardian is removed by nobody else")
	// ErrLastGuardian is returned when a record would be left without anybody
	// who may govern it.
	ErrLastGuardian = errors.New("vault: the record would have no guardian left")
	// ErrCarers is returned when a person would have more than 3 carers, or a
	// carer more than 5 persons.
	ErrCarers = errors.New("vault: too many carers or persons")
	// ErrNoAttestation is returned for somebody who was admitted without an
	// attestation: a holder, a guardian, or a carer of an earlier version.
	ErrNoAttestation = errors.New("vault: no attestation")
	// ErrNameTaken is returned when the vault has a keyholder, or this
	// keyholder a patient, of that name.
	ErrNameTaken = errors.New("vault: name already taken")
	// ErrName is returned when a name is empty or too long.
	ErrName = errors.New("vault: not a name")
	// ErrDate is returned when a date is not one, or lies in the future.
	ErrDate = errors.New("vault: not a date")
	// ErrCategory is returned when a category is not in the table.
	ErrCategory = errors.New("vault: no such category")
	// ErrNote is returned when a note is over [MaxNote] characters, or has
	// characters that cannot be read.
	ErrNote = errors.New("vault: not a note")
	// ErrTag is returned when a tag is empty, over [MaxTag] characters or has a
	// comma in it, or when a document would have more than [MaxTags].
	ErrTag = errors.New("vault: not a tag, or too many")
	// ErrRole is returned when a role is not one.
	ErrRole = errors.New("vault: no such role")
	// ErrPassphraseEmpty is returned when a new passphrase is empty.
	ErrPassphraseEmpty = errors.New("vault: empty passphrase")
	// ErrNoShares is returned when the keyholder has no sheets with relatives.
	ErrNoShares = errors.New("vault: no sheets with relatives")
	// ErrSlots is returned when the vault has as many keyholders as it can.
	ErrSlots = errors.New("vault: no slot left")
	// ErrMember is returned when a keyholder already has a part in a record.
	ErrMember = errors.New("vault: already a member")
	// ErrNotMember is returned when a keyholder has no part in a record.
	ErrNotMember = errors.New("vault: not a member")
	// ErrHidden is returned when a document is hidden from somebody and the act
	// would show it.
	ErrHidden = errors.New("vault: the document is hidden from somebody")
	// ErrBin is returned when a document is in the bin and the act needs it
	// out of it, or the reverse.
	ErrBin = errors.New("vault: the document is in the bin")
	// ErrHandedOver is returned when a record has been handed over to the person
	// whose it is, and the act would write in it.
	ErrHandedOver = errors.New("vault: the record has been handed over")
	// ErrNotOfAge is returned when a record is to be handed over to somebody who
	// is not of age, or whose death was declared.
	ErrNotOfAge = errors.New("vault: the person is not of age")
	// ErrOtherHandOver is returned when the file at the path of a hand-over is
	// not one that this hand-over wrote and that says what the record says now.
	ErrOtherHandOver = errors.New("vault: another file, or an earlier state of the record")
	// ErrNotInBin is returned when a document is to be erased for good and has
	// not been put in the bin first.
	ErrNotInBin = errors.New("vault: the document is not in the bin")
	// ErrContest is returned for a contestation that does not say what is wrong
	// or asked in the words there are, or how it ended.
	ErrContest = errors.New("vault: no valid contestation")
	// ErrContested is returned when something is contested already and has no
	// answer yet.
	ErrContested = errors.New("vault: contested already")
	// ErrOwnWords is returned when an entry is contested that the person wrote:
	// they correct it themselves.
	ErrOwnWords = errors.New("vault: the person's own words")
	// ErrTooLarge is returned when a document is over 16 GiB.
	ErrTooLarge = errors.New("vault: the document is too large")
	// ErrNoPicture is returned when a document has no picture: its type has
	// none, or nothing can be drawn of it.
	ErrNoPicture = errors.New("vault: the document has no picture")
	// ErrNotWatched is returned when no such folder is watched.
	ErrNotWatched = errors.New("vault: no such watched folder")
	// ErrTooManyWatched is returned when a folder more than [MaxWatched] is to be
	// watched.
	ErrTooManyWatched = errors.New("vault: too many watched folders")
	// ErrDraftsTooLarge is returned when drafts are over 1 MiB.
	ErrDraftsTooLarge = errors.New("vault: the drafts are too large")
	// ErrAside is returned when what lies outside the vault for this computer
	// does not open: its secret is another, or it was changed.
	ErrAside = errors.New("vault: what lies aside does not open")
	// ErrNoMeasurements is returned for a file of a device that has no measurement
	// which can be kept.
	ErrNoMeasurements = errors.New("vault: no measurement to keep")
	// ErrNotRegular is returned when a path is neither a file nor a folder.
	ErrNotRegular = errors.New("vault: neither a file nor a folder")
	// ErrChanging is returned for a file that was cut or went on growing while it was
	// read.
	ErrChanging = errors.New("vault: the file changes while it is read")
	// ErrItself is returned when a vault is asked to import its own file.
	ErrItself = errors.New("vault: the vault's own file")
	// ErrOtherVault is returned when a file to be merged is of another vault.
	ErrOtherVault = errors.New("vault: a file of another vault")
	// ErrHomeCode is returned when what is given is no code of a household, or an
	// altered one.
	ErrHomeCode = errors.New("vault: not a code of a household")
	// ErrNoOtherHome is returned when a record is to be sealed to another household
	// and nobody of one has a part in it.
	ErrNoOtherHome = errors.New("vault: nobody of another household has a part in the record")
	// ErrNotForUs is returned when a file of another household is sealed to somebody
	// else, or to keys that were replaced since.
	ErrNotForUs = errors.New("vault: sealed to somebody else")
	// ErrClosedHere is returned when a record comes back that was closed for good.
	ErrClosedHere = errors.New("vault: the record was closed in this vault")
	// ErrNewerKeys is returned when the keyholder's keys were replaced in the copy
	// to be merged: open that copy and merge this file into it.
	ErrNewerKeys = errors.New("vault: the copy has newer keys of this keyholder")
	// ErrNotFolder is returned when a folder is asked for and something else
	// is given.
	ErrNotFolder = errors.New("vault: not a folder")
	// ErrBadCopy is returned when a backup, read back, is not what was written:
	// the disk it is on does not hold. The copy is removed; older backups and
	// the vault are untouched.
	ErrBadCopy = errors.New("vault: the copy reads back differently")
	// ErrNoConsent is returned when a closure is asked for without one of its
	// two consents.
	ErrNoConsent = errors.New("vault: a consent is missing")
	// ErrNoExport is returned when a closure is asked for with neither an export
	// nor the refusal of one, or with both.
	ErrNoExport = errors.New("vault: neither an export nor its refusal")
	// ErrExport is returned when the exports that a closure is asked for with are
	// not of each record that goes, or not of its present state.
	ErrExport = errors.New("vault: the export is not of the present state")
	// ErrOthersRecords is returned when a vault is to be closed in which somebody
	// else governs a record.
	ErrOthersRecords = errors.New("vault: holds records that others govern")
	// ErrGrantee is returned when a consent names no server, has no words, or runs
	// for over a year.
	ErrGrantee = errors.New("vault: not a consent that can be given")
	// ErrNoSuchConsent is returned when nobody gave that consent, or it was
	// withdrawn.
	ErrNoSuchConsent = errors.New("vault: no such consent")
	// ErrNoDevice is returned when the keyholder has no such device.
	ErrNoDevice = errors.New("vault: no such device")
	// ErrThisDevice is returned when a device is asked to remove itself.
	ErrThisDevice = errors.New("vault: this very device")
	// ErrNoKeys is returned when what a server has of a record holds no key for the
	// one who asks.
	ErrNoKeys = errors.New("vault: no key of this record is for us")
	// ErrNotBackup is returned for a file that is no backup of the vault.
	ErrNotBackup = errors.New("vault: not a backup of this vault")
	// ErrDiskFull is returned when the disk has no room left. What was
	// reported as saved before is.
	ErrDiskFull = errors.New("vault: the disk is full")
)

// ErrNotCompacted is returned when an act was saved and the file could not be
// rewritten afterwards: earlier traces of what was hidden or removed may still
// be in it. [Vault.Compact] finishes the act.
var ErrNotCompacted = errors.New("vault: saved, but older traces remain in the file")

// named gives errors of the system a name of ours where people can act on them.
func named(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, diskFull) {
		return errors.Join(ErrDiskFull, err)
	}
	return err
}

// wrap names the act in an error, once.
func wrap(act string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", act, err)
}
