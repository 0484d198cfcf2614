// Package reading says what a decoder found in a file that came structured: whose
// it is, what it is called, what it tells people, what it proposes for a medical
// profile, and what speaks against it. It is pure: no vault, no clock, no disk, no
// network.
//
// The file itself is always kept byte for byte as a document; a reading can be
// made again from it at any time. Nothing of a reading enters a profile without a
// person's yes.
package reading

import (
	"context"
	"io"
	"strings"
	"time"

	"carnet/vault/profile"
	"carnet/vault/record"
)

// Format names what a file is. The values are names for scripts; ui/text has the
// words.
type Format string

// The formats.
const (
	CDA  Format = "cda"  // HL7 Clinical Document Architecture, release 2
	XDM  Format = "xdm"  // IHE Cross-enterprise Document Media interchange: a zip
	FHIR Format = "fhir" // HL7 FHIR R4 (4.0.1), JSON

	ICalendar Format = "icalendar" // RFC 5545
)

// HeadLength is how many first bytes [Decoder.Accepts] is given at most.
const HeadLength = 64 << 10

// Source is a file to read.
type Source struct {
	io.ReaderAt
	Size int64 // bytes

	// Kinds says which entries a profile may have: a decoder proposes no others.
	// With nil it proposes none.
	Kinds *profile.Table

	// Now is when it is read, by the clock of whoever reads: a time without a zone
	// is by the same.
	Now time.Time
}

// Decoder reads one format. A new one is a value of its package that stands in the
// table of vault/reading.go.
type Decoder struct {
	Format Format

	// Accepts tells by the first bytes, and what people's programs call such
	// content, whether the file may be of this format. It must be quick; several
	// decoders may accept, and the first whose Decode does not return
	// [ErrOther] is believed.
	Accepts func(head []byte, mediaType string) bool

	// Decode reads the file. It returns [ErrOther] for a file of another format,
	// ctx's error, that of the source, or one of the errors of this package: then
	// there is no reading, and the file stays what it was. What is only
	// unlikely is a [Doubt] of the reading, never an error.
	Decode func(ctx context.Context, src Source) (*Reading, error)
}

// Reading is what was found. A field that the file says nothing of is empty; what
// it says is given as it was written, dates and numbers that identify excepted.
type Reading struct {
	Format  Format
	Variant string // as its standard names it: "N1", "IPS", "Bundle collection"

	ID       string   // of the document, by who made it
	Set      string   // which all versions of it share
	Version  string   // in that set
	Replaces []string // IDs of the documents whose place it takes

	Title           string
	Kind            Code   // LOINC where it has one
	Date            string // YYYY, YYYY-MM or YYYY-MM-DD, of the document
	Author          string
	Professional    bool   // the author is one, or a place of care
	Custodian       string // who keeps the original
	Confidentiality Code
	Language        string // BCP 47

	Parts     []Part // what it is made of, where its format names parts
	Subject   Subject
	Sections  []Section
	Proposals []Proposal
	Signature Signature
	Doubts    []Doubt
	Files     []File
}

// Part is how often something stands in the file.
type Part struct {
	Name  string `json:"name"` // as its standard names it: "Observation"
	Count int    `json:"count"`
}

// Code is a code of a terminology.
type Code struct {
	System  string `json:"system"` // as FHIR names it, "urn:oid:" and an OID where it has no name
	Code    string `json:"code"`
	Display string `json:"display"` // in words, as received
}

// IsZero reports whether nothing is said.
func (c Code) IsZero() bool { return c == Code{} }

// Subject is the person whose record the file comes from, as it is written there.
type Subject struct {
	Family  string     `json:"family"` // name at birth, or the only one there is
	Used    string     `json:"used"`   // family name in use, "" when it is no other
	Given   string     `json:"given"`  // first names, one space between them
	Birth   string     `json:"birth"`  // YYYY-MM-DD, or less
	Sex     record.Sex `json:"sex"`
	INS     string     `json:"ins"`    // letters and digits alone
	INSOID  string     `json:"insOID"` // of the number: which kind it is, and whether it is one of a test
	NIR     string     `json:"nir"`    // the same, where the file calls it so
	Numbers []Number   `json:"numbers"`
}

// Name is the person's name as people write it.
func (s *Subject) Name() string {
	name := s.Used
	if name == "" {
		name = s.Family
	}
	if s.Given == "" {
		return name
	}
	if name == "" {
		return s.Given
	}
	return s.Given + " " + name
}

// Number is a number that somebody gave to the person.
type Number struct {
	System string `json:"system"` // as [Code]
	Value  string `json:"value"`
}

// Section is a part of what the file tells people.
type Section struct {
	Level  int     `json:"level"` // 0 for one that is in no other
	Title  string  `json:"title"`
	Code   Code    `json:"code"`
	Blocks []Block `json:"blocks"`
}

// BlockKind says what a [Block] is.
type BlockKind string

// The kinds of blocks.
const (
	Paragraph BlockKind = "paragraph"
	Item      BlockKind = "item" // of a list
	Table     BlockKind = "table"
)

// Block is a paragraph, an item or a table.
type Block struct {
	Kind BlockKind  `json:"kind"`
	Text string     `json:"text"` // of a paragraph or an item; the caption of a table
	Head int        `json:"head"` // how many first rows of a table name its columns
	Rows [][]string `json:"rows"` // of a table, cells from left to right; rows may differ in length
}

// Proposal is an entry for the profile. Its patient, its document and its ID are
// not said; its source is.
type Proposal struct {
	record.Entry
	Codes  []Code // every code that the file has of it, the one of the entry included
	Doubts []Doubt
}

// SignatureState says what became of looking at a signature.
type SignatureState string

// The states. The empty one is a file that has none, or whose format knows none.
const (
	Unsigned      SignatureState = ""
	Valid         SignatureState = "valid"
	Invalid       SignatureState = "invalid"
	UnknownSigner SignatureState = "unknown-signer" // nobody here has the certificate
	UnknownKey    SignatureState = "unknown-key"    // none of the keys that its issuer publishes
)

// Signature is a signature in the file. It says who wrote something, never that
// it is true.
type Signature struct {
	State     SignatureState
	Signer    string    // as the certificate names them; the address whose key it is, or should be
	NotBefore time.Time // of the certificate; it may have ended since, which is no fault; zero for a bare key
	NotAfter  time.Time
	Checked   time.Time // when the signature was looked at
}

// File is a file in the file.
type File struct {
	Name      string // without folders, as it is written there; may be ""
	Path      string // in an archive, with slashes between folders
	Title     string
	MediaType string
	Size      int64  // bytes
	Kind      Code   // as [Reading]; empty where nothing lists the file
	Date      string // the same
	Author    string // the same
	Doubts    []Doubt

	// Open gives the content. It is of use as long as the source is, and limits
	// what it gives: what is longer than said is [ErrSize].
	Open func() (io.ReadCloser, error)
}

// Text is all that the file tells people, to be searched: whose it is, titles,
// paragraphs, cells.
func (r *Reading) Text() string {
	var b strings.Builder
	line := func(s string) {
		if s != "" {
			b.WriteString(s + "\n")
		}
	}
	line(r.Title)
	line(r.Author)
	line(r.Subject.Name())
	if born, err := time.Parse(time.DateOnly, r.Subject.Birth); err == nil {
		line(born.Format("02/01/2006")) // as people write it
	}
	line(r.Subject.INS)
	for _, s := range r.Sections {
		line(s.Title)
		for _, block := range s.Blocks {
			line(block.Text)
			for _, row := range block.Rows {
				line(strings.Join(row, " "))
			}
		}
	}
	if len(r.Sections) == 0 {
		for _, p := range r.Proposals {
			line(p.Text)
		}
		for _, f := range r.Files {
			line(f.Title)
		}
	}
	return b.String()
}
