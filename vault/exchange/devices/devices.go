// Package devices reads what programs of telephones, watches and scales give away
// of their measurements: the export of Apple Health, the tables of Withings, and
// data points of Open mHealth. Every decoder reads a stream once, in little memory
// whatever its length, and says what it did not understand.
//
// It is pure: no key, no folder, no clock. Units become the usual ones of the table
// it is given ([series.Table]), and nothing is guessed: a value whose unit is unknown
// is left out and counted.
package devices

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"slices"
	"strings"
	"time"

	"carnet/vault/exchange/reading"
	"carnet/vault/series"
)

// Format is what a file is.
type Format string

// The formats.
const (
	AppleHealth Format = "apple-health"
	Withings    Format = "withings"
	OpenMHealth Format = "open-mhealth"
)

// Errors of [Decode] and [Detect].
var (
	// ErrFormat is returned for a file that is none of these formats.
	ErrFormat = errors.New("devices: not a file of measurements")
	// ErrSyntax is returned when a file breaks the rules of its form where that
	// cannot be passed over: it ends in the middle, or tags do not fit.
	ErrSyntax = errors.New("devices: malformed")
	// ErrEntity is returned for XML that declares entities or uses unknown ones.
	ErrEntity = errors.New("devices: entities in XML")
	// ErrDeep is returned for tags or values nested deeper than [MaxDepth].
	ErrDeep = errors.New("devices: nested too deep")
	// ErrLong is returned for a tag, a text or a line over [MaxPiece].
	ErrLong = errors.New("devices: too long a piece")
	// ErrBomb is returned for an archive that unpacks to more than it can
	// honestly hold, or has more than [MaxFiles] files.
	ErrBomb = errors.New("devices: archive unpacks to too much")
	// ErrLarge is returned for more than [MaxBytes] or [MaxPoints].
	ErrLarge = errors.New("devices: too large")
)

// Limits. They are far above what a family has, and below what hurts.
const (
	MaxDepth  = 64
	MaxPiece  = 1 << 20  // bytes
	MaxBytes  = 32 << 30 // of unpacked content
	MaxPoints = 50_000_000
	MaxFiles  = 20_000
	// maxRatio is how many times larger than packed a file of an archive may be.
	maxRatio = 200
	// maxReasons is how many names of what was left out are told apart.
	maxReasons = 500
)

// Options say how a file is read. Only Table is needed.
type Options struct {
	Table *series.Table
	// Zone is where times that name no zone were written; nil is UTC.
	Zone *time.Location
	// Progress is told the bytes read of those there are, unpacked ones of a file
	// in an archive.
	Progress func(done, total int64)
	// Schema is the schema of an Open mHealth body that stands alone, without
	// the header that names one: "omh:body-weight:2.0".
	Schema string

	maxBytes  int64 // for tests; 0 is MaxBytes
	maxPoints int   // 0 is MaxPoints
}

// Left is what was left out for one reason.
type Left struct {
	What  string // the name in the file: a type, a column, a schema
	Why   Why
	Times int
}

// Why is a reason to leave something out.
type Why string

// The reasons.
const (
	UnknownMeasure Why = "unknown-measure" // one that the table does not have
	UnknownUnit    Why = "unknown-unit"
	BadValue       Why = "bad-value" // no number, or none that a device can have meant
	BadTime        Why = "bad-time"
	Incomplete     Why = "incomplete" // something that the format requires is missing or wrong
	InDetail       Why = "in-detail"  // told by another value that was taken, such as each half of a blood pressure
)

// Report says what became of a file.
type Report struct {
	Format Format
	Points int
	Left   []Left // by what was left out most often
	More   int    // times, of further names beyond those told apart
}

// Decode reads a file of measurements whose name matters only for tables, and gives
// each point to yield, which may refuse with an error that ends the reading. It
// returns an error of this package, that of ctx, of the reader or of yield; what was
// given before an error is of no use then.
func Decode(ctx context.Context, file io.ReaderAt, size int64, name string, opt Options, yield func(series.Key, series.Point) error) (Report, error) {
	if opt.Zone == nil {
		opt.Zone = time.UTC
	}
	if opt.maxBytes == 0 {
		opt.maxBytes = MaxBytes
	}
	if opt.maxPoints == 0 {
		opt.maxPoints = MaxPoints
	}
	d := &decoder{ctx: ctx, opt: opt, yield: yield, left: map[Left]int{}}
	d.report.Format = Detect(file, size, name)
	if opt.Schema != "" {
		d.report.Format = OpenMHealth
	}
	if d.report.Format == "" {
		return Report{}, ErrFormat
	}
	err := d.file(file, size, name)
	d.report.Left = make([]Left, 0, len(d.left))
	for l, n := range d.left {
		l.Times = n
		d.report.Left = append(d.report.Left, l)
	}
	slices.SortFunc(d.report.Left, func(a, b Left) int {
		if a.Times != b.Times {
			return b.Times - a.Times
		}
		return strings.Compare(a.What+string(a.Why), b.What+string(b.Why))
	})
	return d.report, err
}

// Detect tells the format of a file by its content, "" for none. Tables are told by
// their first line and by the name, which may be "".
func Detect(file io.ReaderAt, size int64, name string) Format {
	head := make([]byte, min(size, 8<<10))
	n, err := file.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return ""
	}
	head = bytes.TrimPrefix(head[:n], []byte("\ufeff"))
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		z, err := reading.ListZip(file, size)
		if err != nil || len(z.File) > MaxFiles {
			return ""
		}
		if appleExport(z) != nil {
			return AppleHealth
		}
		if len(withingsTables(z)) > 0 {
			return Withings
		}
		return ""
	}
	trimmed := bytes.TrimLeft(head, " \t\r\n")
	switch {
	case bytes.HasPrefix(trimmed, []byte("<")) && bytes.Contains(head, []byte("HealthData")) && !bytes.Contains(head, []byte("ClinicalDocument")):
		return AppleHealth
	case bytes.HasPrefix(trimmed, []byte("{")) || bytes.HasPrefix(trimmed, []byte("[")):
		if bytes.Contains(head, []byte(`"schema_id"`)) {
			return OpenMHealth
		}
	default:
		line, _, _ := bytes.Cut(trimmed, []byte("\n"))
		if isWithings(name, string(line)) {
			return Withings
		}
	}
	return ""
}

// decoder is one reading.
type decoder struct {
	ctx    context.Context
	opt    Options
	yield  func(series.Key, series.Point) error
	report Report
	left   map[Left]int
	read   int64 // bytes of all files
	total  int64
	told   int64
}

func (d *decoder) file(file io.ReaderAt, size int64, name string) error {
	d.total = size
	head := make([]byte, 4)
	if _, err := file.ReadAt(head, 0); err == nil && string(head) == "PK\x03\x04" {
		return d.archive(file, size)
	}
	return d.stream(io.NewSectionReader(file, 0, size), name)
}

func (d *decoder) stream(r io.Reader, name string) error {
	r = &counted{d: d, r: r}
	switch d.report.Format {
	case AppleHealth:
		return d.apple(r)
	case Withings:
		return d.withings(r, name)
	default:
		return d.openMHealth(r)
	}
}

// archive reads the files of an archive that matter.
func (d *decoder) archive(file io.ReaderAt, size int64) error {
	z, err := reading.ListZip(file, size)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrSyntax, err)
	}
	if len(z.File) > MaxFiles {
		return ErrBomb
	}
	var files []*zip.File
	if d.report.Format == AppleHealth {
		files = append(files, appleExport(z))
	} else {
		files = withingsTables(z)
	}
	d.total = 0
	for _, f := range files {
		d.total += int64(min(f.UncompressedSize64, math.MaxInt32<<8))
	}
	for _, f := range files {
		r, err := f.Open()
		if err != nil {
			return fmt.Errorf("%w: %w", ErrSyntax, err)
		}
		err = d.stream(&unpacked{r: r, most: max(64<<20, int64(min(f.CompressedSize64, 1<<40))*maxRatio)}, path.Base(f.Name))
		r.Close() // read only: nothing to lose
		if err != nil {
			return err
		}
	}
	return nil
}

// unpacked refuses more than can honestly be packed into a file.
type unpacked struct {
	r    io.Reader
	most int64
}

func (u *unpacked) Read(p []byte) (int, error) {
	n, err := u.r.Read(p)
	if u.most -= int64(n); u.most < 0 {
		return 0, ErrBomb
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, zip.ErrChecksum) || errors.Is(err, zip.ErrFormat) {
		err = fmt.Errorf("%w: %w", ErrSyntax, err)
	}
	return n, err
}

// counted counts what is read, and ends with the context.
type counted struct {
	d *decoder
	r io.Reader
}

func (c *counted) Read(p []byte) (int, error) {
	if err := c.d.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.r.Read(p)
	d := c.d
	d.read += int64(n)
	if d.read > d.opt.maxBytes {
		return 0, ErrLarge
	}
	if d.opt.Progress != nil && (d.read-d.told >= 1<<20 || err != nil) {
		d.told = d.read
		d.opt.Progress(d.read, max(d.read, d.total))
	}
	return n, err
}

// leave counts what is left out.
func (d *decoder) leave(what string, why Why) {
	if len(what) > series.MaxText {
		what = what[:series.MaxText]
	}
	what = strings.ToValidUTF8(what, "\ufffd")
	key := Left{What: what, Why: why}
	if _, known := d.left[key]; !known && len(d.left) >= maxReasons {
		d.report.More++
		return
	}
	d.left[key]++
}

// give passes a point on whose numbers are in the usual unit.
func (d *decoder) give(what string, m *series.Measure, source string, p series.Point) error {
	switch {
	case !m.Likely(p.Value), m.Two() && !m.Likely(p.Second):
		d.leave(what, BadValue)
		return nil
	case series.Check(p) != nil:
		d.leave(what, BadTime)
		return nil
	}
	if d.report.Points++; d.report.Points > d.opt.maxPoints {
		return ErrLarge
	}
	return d.yield(series.Key{Measure: m.Code, Source: source}, p)
}

// sourceName makes the name of a source one that can be kept.
func sourceName(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "\ufffd")), " ")
	if len(s) > series.MaxText {
		s = strings.ToValidUTF8(s[:series.MaxText], "")
	}
	return s
}
