package reading

// Doubt is something that a person should look at. It never keeps a file from
// being read.
type Doubt struct {
	Code DoubtCode
	// About is which one it is, as written in the file: the name of a file, a
	// number, a date. It may be health data.
	About string
}

// DoubtCode names a doubt, for scripts; ui/text has the sentences.
type DoubtCode string

// The doubts.
const (
	// INSUnlikely is an INS whose length, form or key is not that of one.
	INSUnlikely DoubtCode = "ins-unlikely"
	// INSOfTest is an INS under an OID that is kept for tests.
	INSOfTest DoubtCode = "ins-of-test"
	// OtherPerson is a file that names somebody else than the person in whose
	// record it is.
	OtherPerson DoubtCode = "other-person"
	// NoSubject is a file that does not say whose it is.
	NoSubject DoubtCode = "no-subject"
	// SeveralSubjects is a file of more than one person: it is shown, and proposes
	// nothing.
	SeveralSubjects DoubtCode = "several-subjects"
	// NotUnderstood is a part that is kept and neither shown nor proposed.
	NotUnderstood DoubtCode = "not-understood"
	// NoNarrative is a part that the file says to machines alone.
	NoNarrative DoubtCode = "no-narrative"
	// Unlikely is a number that is probably a slip.
	Unlikely DoubtCode = "unlikely"
	// HashDiffers is a file whose content is not what its list says.
	HashDiffers DoubtCode = "hash-differs"
	// SizeDiffers is a file that is not as long as its list says.
	SizeDiffers DoubtCode = "size-differs"
	// NotListed is a file that no list names.
	NotListed DoubtCode = "not-listed"
	// FileMissing is a file that a list names and that is not there.
	FileMissing DoubtCode = "file-missing"
	// NotChecked is a file whose list says neither size nor hash.
	NotChecked DoubtCode = "not-checked"
	// Layout is a file that is not arranged as its standard asks.
	Layout DoubtCode = "layout"
	// StyleIgnored is a file that brings a program of its own to show it, which
	// was not run.
	StyleIgnored DoubtCode = "style-ignored"
	// Expired is something that was good until a day that has passed.
	Expired DoubtCode = "expired"
	// Shortened is something that goes on without end or for very long: the first of
	// it is proposed.
	Shortened DoubtCode = "shortened"
	// UnknownZone is a zone of time that nobody knows: its clock was taken for that of
	// whoever reads.
	UnknownZone DoubtCode = "unknown-zone"
)
