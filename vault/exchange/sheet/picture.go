package sheet

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strconv"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// PictureSide is the longest side, in pixels, of a picture for [Pictures] that
// is worth printing: the 297 mm of A4 at 300 dots an inch.
const PictureSide = 3508

// pictureMargin is the white around a picture, in millimetres: what printers
// cannot reach.
const pictureMargin = 8.0

// maxPicture is the number of pixels of a picture that is laid out.
const maxPicture = 40_000_000

// ErrPicture is returned by [Pictures] for what is no plain picture of ours.
var ErrPicture = errors.New("not a picture that can be laid out")

// Pictures lays pictures out as PDF, each alone on an A4 page, upright or
// lying by its shape, as large as fits between the margins, on white. created is
// the date that the PDF carries.
//
// A picture is a PNG as the render process draws pages: 8 bits a value, grey or
// colour, not interlaced; its transparency is dropped, since it has none.
// Nothing here decodes a picture from a stranger: the bytes are repacked
// within the size they announce, and everything else in the file is left out,
// since a document may have taken over the process that drew it.
//
// It returns [ErrPicture] for any other picture, and for none at all.
func Pictures(pngs [][]byte, created time.Time) ([]byte, error) {
	if len(pngs) == 0 {
		return nil, fmt.Errorf("sheet: %w", ErrPicture)
	}
	f := bound(created)
	for i, data := range pngs {
		p, err := readPicture(data)
		if err != nil {
			return nil, fmt.Errorf("sheet: page %d: %w", i+1, err)
		}
		opaque, err := p.opaque()
		if err != nil {
			return nil, fmt.Errorf("sheet: page %d: %w", i+1, err)
		}
		p.place(f, strconv.Itoa(i), opaque)
	}
	var out bytes.Buffer
	if err := f.Output(&out); err != nil {
		return nil, fmt.Errorf("sheet: %w", err)
	}
	return out.Bytes(), nil
}

// bound is a PDF of pictures without any yet, the same for the same instant.
func bound(created time.Time) *fpdf.Fpdf {
	f := fpdf.New("P", "mm", "A4", "")
	f.SetCatalogSort(true)
	f.SetCreationDate(created)
	f.SetModificationDate(created)
	f.SetProducer("Carnet", true)
	f.SetAutoPageBreak(false, 0)
	return f
}

// picture is a PNG taken apart.
type picture struct {
	width, height int
	values        int    // of a pixel, transparency included
	packed        []byte // the filtered rows, compressed
}

const pngMark = "\x89PNG\r\n\x1a\n"

// readPicture takes the header and the rows out of a PNG.
func readPicture(data []byte) (*picture, error) {
	const length, head, tail = 13, 8, 4 // bytes of IHDR, and around each chunk
	rest, ok := bytes.CutPrefix(data, []byte(pngMark))
	if !ok {
		return nil, ErrPicture
	}
	var p *picture
	for len(rest) >= head+tail {
		n := int64(binary.BigEndian.Uint32(rest))
		if n > int64(len(rest)-head-tail) {
			return nil, ErrPicture
		}
		kind, body := string(rest[4:head]), rest[head:head+n]
		rest = rest[head+n+tail:]
		switch {
		case kind == "IHDR" && p == nil && n == length:
			if p, ok = header(body); !ok {
				return nil, ErrPicture
			}
		case p == nil:
			return nil, ErrPicture
		case kind == "IDAT":
			p.packed = append(p.packed, body...)
		case kind == "IEND":
			return p, nil
		}
	}
	return nil, ErrPicture
}

// header reads what a PNG says of itself.
func header(ihdr []byte) (*picture, bool) {
	values, known := map[byte]int{0: 1, 2: 3, 4: 2, 6: 4}[ihdr[9]]
	width, height := int64(binary.BigEndian.Uint32(ihdr)), int64(binary.BigEndian.Uint32(ihdr[4:]))
	plain := ihdr[8] == 8 && ihdr[10] == 0 && ihdr[11] == 0 && ihdr[12] == 0
	if !known || !plain || width < 1 || height < 1 || width > maxPicture || height > maxPicture/width {
		return nil, false
	}
	return &picture{width: int(width), height: int(height), values: values}, true
}

// opaque repacks the rows without their transparency, as a PNG. A row is
// filtered value by value, so that what stays needs no other change.
func (p *picture) opaque() ([]byte, error) {
	rows, err := zlib.NewReader(bytes.NewReader(p.packed))
	if err != nil {
		return nil, ErrPicture
	}
	kept := p.values
	if kept%2 == 0 {
		kept--
	}
	var packed bytes.Buffer
	w, err := zlib.NewWriterLevel(&packed, zlib.BestSpeed)
	if err != nil {
		return nil, err
	}
	row := make([]byte, 1+p.width*p.values)
	for range p.height {
		if _, err := io.ReadFull(rows, row); err != nil {
			return nil, ErrPicture
		}
		if row[0] > 4 { // no such filter
			return nil, ErrPicture
		}
		to := 1 + p.width*kept
		if kept < p.values {
			for n, from := 1, 1; n < to; n, from = n+kept, from+p.values {
				for i := range kept {
					row[n+i] = row[from+i]
				}
			}
		}
		if _, err := w.Write(row[:to]); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	ihdr := binary.BigEndian.AppendUint32(nil, uint32(p.width))
	ihdr = binary.BigEndian.AppendUint32(ihdr, uint32(p.height))
	ihdr = append(ihdr, 8, byte(kept-1), 0, 0, 0) // 1 value is type 0, 3 are type 2
	out := appendChunk([]byte(pngMark), "IHDR", ihdr)
	out = appendChunk(out, "IDAT", packed.Bytes())
	return appendChunk(out, "IEND", nil), nil
}

func appendChunk(to []byte, kind string, body []byte) []byte {
	to = binary.BigEndian.AppendUint32(to, uint32(len(body)))
	from := len(to)
	to = append(append(to, kind...), body...)
	return binary.BigEndian.AppendUint32(to, crc32.ChecksumIEEE(to[from:]))
}

// place adds the page of a picture.
func (p *picture) place(f *fpdf.Fpdf, name string, png []byte) {
	shape := "P"
	if p.width > p.height {
		shape = "L"
	}
	f.AddPageFormat(shape, fpdf.SizeType{Wd: 210, Ht: 297})
	width, height := f.GetPageSize()
	scale := min((width-2*pictureMargin)/float64(p.width), (height-2*pictureMargin)/float64(p.height))
	w, h := scale*float64(p.width), scale*float64(p.height)
	opt := fpdf.ImageOptions{ImageType: "png"}
	f.RegisterImageOptionsReader(name, opt, bytes.NewReader(png))
	f.ImageOptions(name, (width-w)/2, (height-h)/2, w, h, false, opt, 0, "")
}
