package series

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"time"
)

// Magic begins and ends the content of an import.
const Magic = "carnet series 1\n"

// MediaType is the type of that content.
const MediaType = "application/vnd.carnet.series"

const (
	// BlockPoints is how many points a block has at most.
	BlockPoints = 4096
	// openPoints is how many points wait at most in blocks that are not full.
	openPoints = 1 << 19
	// MaxText is how many bytes the name of a source may have.
	MaxText = 200
	// MaxBlocks is how many blocks an import may have.
	MaxBlocks = 1 << 20
	// maxKeys is how many measurements of how many sources an import may have.
	maxKeys = 1 << 12
)

// MaxMoment is how far from 1970 a point may lie, in milliseconds: ±140 years.
const MaxMoment = 140 * 366 * 86_400_000

// Errors of [Writer.Add].
var (
	// ErrPoint is returned for a point that cannot be kept: a value that is not
	// finite, an end before its beginning, a moment or a zone out of bounds.
	ErrPoint = errors.New("series: no such point")
	// ErrMany is returned when an import has more sources or blocks than are kept.
	ErrMany = errors.New("series: too many sources or blocks")
)

// Writer writes the content of one import. Its zero value is of no use: see
// [NewWriter].
type Writer struct {
	w     *bufio.Writer
	at    int64
	err   error
	units func(measure string) (loinc, unit string)
	known func(Key, time.Time) ([]Point, error)

	keys    map[Key]uint64
	index   Index
	open    map[place][]Point
	waiting int
	Points  int // written so far
	Twice   int // left out, since they were there already
	buf     []byte
}

// place is a key and a month, counted from January of the year 0.
type place struct {
	key   uint64
	month int
}

// NewWriter begins the content of an import. units tells the LOINC code and the
// unit of a measurement, which the content names so that it can be read without
// the table. known, which may be nil, gives the points of a key in the month that
// begins at a moment which the vault has already: they are left out.
func NewWriter(w io.Writer, units func(measure string) (loinc, unit string), known func(Key, time.Time) ([]Point, error)) *Writer {
	x := &Writer{w: bufio.NewWriterSize(w, 1<<16), units: units, known: known, keys: map[Key]uint64{}, open: map[place][]Point{}}
	x.write([]byte(Magic))
	return x
}

func (w *Writer) write(b []byte) {
	if w.err != nil {
		return
	}
	n, err := w.w.Write(b)
	w.at += int64(n)
	w.err = err
}

// Check reports with [ErrPoint] that a point cannot be kept.
func Check(p Point) error {
	if math.IsNaN(p.Value) || math.IsInf(p.Value, 0) || math.IsNaN(p.Second) || math.IsInf(p.Second, 0) || p.End < p.Start ||
		p.Start < -MaxMoment || p.End > MaxMoment || p.Zone < -18*60 || p.Zone > 18*60 {
		return ErrPoint
	}
	return nil
}

// Add takes a point. It returns [ErrPoint], [ErrMany], an error of known, or that
// of the writer below.
func (w *Writer) Add(k Key, p Point) error {
	if w.err != nil {
		return w.err
	}
	if err := Check(p); err != nil {
		return err
	}
	n, known := w.keys[k]
	if !known {
		if len(k.Source) > MaxText || len(k.Measure) > MaxText || len(w.keys) == maxKeys {
			w.err = ErrMany
			return w.err
		}
		n = uint64(len(w.keys))
		w.keys[k] = n
		loinc, unit := w.units(k.Measure)
		w.index.keys = append(w.index.keys, Described{Key: k, LOINC: loinc, Unit: unit})
	}
	at := time.UnixMilli(p.Start).UTC()
	where := place{n, at.Year()*12 + int(at.Month()) - 1}
	block := append(w.open[where], p)
	w.open[where] = block
	if w.waiting++; len(block) == BlockPoints {
		w.flush(where)
	} else if w.waiting > openPoints {
		w.flushAll()
	}
	return w.err
}

func (w *Writer) flushAll() {
	for where := range w.open {
		w.flush(where)
	}
}

// flush writes the block of a place.
func (w *Writer) flush(where place) {
	points := w.open[where]
	delete(w.open, where)
	w.waiting -= len(points)
	before := len(points)
	points = Unique(points)
	key := w.index.keys[where.key].Key
	if w.known != nil && w.err == nil {
		there, err := w.known(key, time.Date(where.month/12, time.Month(where.month%12+1), 1, 0, 0, 0, 0, time.UTC))
		if err != nil {
			w.err = err
			return
		}
		points = without(points, there)
	}
	w.Twice += before - len(points)
	if len(points) == 0 || w.err != nil {
		return
	}
	if len(w.index.blocks) == MaxBlocks {
		w.err = ErrMany
		return
	}
	w.buf = encode(w.buf[:0], points)
	b := block{key: where.key, at: w.at, size: len(w.buf), points: len(points), first: points[0].Start, last: points[len(points)-1].Start, end: points[0].End}
	for _, p := range points {
		b.end = max(b.end, p.End)
	}
	w.index.blocks = append(w.index.blocks, b)
	w.Points += len(points)
	w.write(w.buf)
}

// without drops from sorted points those that are in there, sorted too.
func without(points, there []Point) []Point {
	out, j := points[:0], 0
	for _, p := range points {
		for j < len(there) && compare(there[j], p) < 0 {
			j++
		}
		if j < len(there) && same(there[j], p) {
			continue
		}
		out = append(out, p)
	}
	return out
}

// Close writes what is left and the index, and nothing after it. It does not close
// the writer below.
func (w *Writer) Close() error {
	w.flushAll()
	start := w.at
	w.write(w.index.encode())
	w.write(binary.BigEndian.AppendUint64(nil, uint64(start)))
	w.write([]byte(Magic))
	if w.err == nil {
		w.err = w.w.Flush()
	}
	if w.err != nil {
		return fmt.Errorf("series: write: %w", w.err)
	}
	return nil
}

// The flags of a block.
const (
	hasSecond = 1 << iota
	hasLength // points have an end of their own
	rawFirst  // values stand as IEEE 754, since no few decimals say them
	rawSecond
)

// encode appends a block of sorted points.
func encode(out []byte, points []Point) []byte {
	var flags byte
	first, second := scaleOf(points, func(p Point) float64 { return p.Value }), 0
	for _, p := range points {
		if p.Second != 0 {
			flags |= hasSecond
		}
		if p.End != p.Start {
			flags |= hasLength
		}
	}
	if first < 0 {
		flags |= rawFirst
	}
	if flags&hasSecond != 0 {
		if second = scaleOf(points, func(p Point) float64 { return p.Second }); second < 0 {
			flags |= rawSecond
		}
	}
	out = binary.AppendUvarint(out, uint64(len(points)))
	out = append(out, flags, byte(max(first, 0)), byte(max(second, 0)))
	before := int64(0)
	for _, p := range points {
		out = binary.AppendVarint(out, p.Start-before)
		before = p.Start
	}
	if flags&hasLength != 0 {
		for _, p := range points {
			out = binary.AppendUvarint(out, uint64(p.End-p.Start))
		}
	}
	zone := int64(0)
	for _, p := range points {
		out = binary.AppendVarint(out, int64(p.Zone)-zone)
		zone = int64(p.Zone)
	}
	out = encodeValues(out, points, first, func(p Point) float64 { return p.Value })
	if flags&hasSecond != 0 {
		out = encodeValues(out, points, second, func(p Point) float64 { return p.Second })
	}
	return out
}

// maxScale is how many decimals a value may have and still stand as a whole number.
const maxScale = 6

// scaleOf is how many decimals say every value exactly, -1 when more than
// maxScale are needed.
func scaleOf(points []Point, of func(Point) float64) int {
	scale := 0
	for _, p := range points {
		for v := of(p); ; scale++ {
			if scale > maxScale {
				return -1
			}
			n := math.Round(v * math.Pow10(scale))
			if math.Abs(n) < 1<<52 && n/math.Pow10(scale) == v {
				break
			}
		}
	}
	return scale
}

func encodeValues(out []byte, points []Point, scale int, of func(Point) float64) []byte {
	if scale < 0 {
		for _, p := range points {
			out = binary.BigEndian.AppendUint64(out, math.Float64bits(of(p)))
		}
		return out
	}
	before := int64(0)
	for _, p := range points {
		n := int64(math.Round(of(p) * math.Pow10(scale)))
		out = binary.AppendVarint(out, n-before)
		before = n
	}
	return out
}
