package worker

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"log"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/suyashkumar/dicom"
	"github.com/suyashkumar/dicom/pkg/tag"
	"golang.org/x/image/draw"

	"carnet/vault/render/frame"
)

// magicDICOM stands behind a preamble of 128 bytes (DICOM PS3.10, 7.1).
const (
	magicDICOM = "DICM"
	preamble   = 128
)

// isDICOM reports whether content is a DICOM file.
func isDICOM(content []byte) bool {
	return len(content) > preamble+len(magicDICOM) && string(content[preamble:preamble+len(magicDICOM)]) == magicDICOM
}

// scan is a DICOM file: some of what it says of itself, and its first picture where that
// is of a kind we draw.
type scan struct {
	said    []string // name and value, in the order of dicomTags
	picture image.Image
}

// dicomTags are what is read of a file, by the names of the standard (DICOM PS3.6).
var dicomTags = []struct {
	tag  tag.Tag
	name string
}{
	{tag.PatientName, "Patient Name"}, {tag.PatientBirthDate, "Patient Birth Date"}, {tag.PatientSex, "Patient Sex"},
	{tag.StudyDate, "Study Date"}, {tag.AcquisitionDate, "Acquisition Date"}, {tag.Modality, "Modality"},
	{tag.StudyDescription, "Study Description"}, {tag.SeriesDescription, "Series Description"}, {tag.BodyPartExamined, "Body Part Examined"},
	{tag.InstitutionName, "Institution Name"}, {tag.ReferringPhysicianName, "Referring Physician Name"}, {tag.Manufacturer, "Manufacturer"},
	{tag.Rows, "Rows"}, {tag.Columns, "Columns"}, {tag.NumberOfFrames, "Number of Frames"},
}

// Transfer syntaxes whose pictures are drawn (DICOM PS3.5, annex A): pixels as they
// are, and JPEG baseline. JPEG 2000, JPEG-LS and JPEG lossless need more code than a
// first look is worth.
const (
	implicitLittle   = "1.2.840.10008.1.2"
	explicitLittle   = "1.2.840.10008.1.2.1"
	deflatedLittle   = "1.2.840.10008.1.2.1.99"
	explicitBig      = "1.2.840.10008.1.2.2"
	jpegBaselineOnly = "1.2.840.10008.1.2.4.50"
)

// looked are all tags that anything is made of, the pixels aside.
var looked = func() []tag.Tag {
	out := []tag.Tag{
		tag.SpecificCharacterSet, tag.SamplesPerPixel, tag.PhotometricInterpretation, tag.PlanarConfiguration,
		tag.BitsAllocated, tag.PixelRepresentation,
	}
	for _, t := range dicomTags {
		out = append(out, t.tag)
	}
	return out
}()

// readDICOM reads a file as far as it goes: one that breaks off behind what was read
// still says that. A code other than 0 says why nothing of it can be read.
func readDICOM(content []byte) (s *scan, code frame.Code) {
	log.SetOutput(io.Discard) // the library prints what it wonders about, which is health data
	defer func() {
		if recover() != nil && (s == nil || len(s.said) == 0) { // it panics on some values that it does not expect
			code = frame.FailFormat
		}
	}()
	of, code := sift(content)
	if code != 0 {
		return nil, code
	}
	set, read := dicomElements(of)
	if !read {
		return nil, frame.FailFormat
	}
	s = &scan{}
	for _, t := range dicomTags {
		if value := set.text(t.tag); value != "" {
			s.said = append(s.said, t.name+": "+value)
		}
	}
	s.picture = set.picture()
	return s, 0
}

// elements are those of a file that was read, its pixels unprocessed.
type elements struct {
	dicom.Dataset
	*sifted
}

func dicomElements(of *sifted) (set *elements, read bool) {
	set = &elements{sifted: of}
	defer func() {
		if recover() != nil {
			read = true // as far as it came
		}
	}()
	p, err := dicom.NewParser(bytes.NewReader(of.file), int64(len(of.file)), nil, dicom.AllowUnknownSpecificCharacterSet())
	if err != nil {
		return set, false
	}
	for {
		e, err := p.Next()
		if err != nil { // at the end, or before: what was read counts
			return set, true
		}
		set.Elements = append(set.Elements, e)
	}
}

// text is a value in words: dates as YYYY-MM-DD, names with spaces for what parts them.
func (s *elements) text(t tag.Tag) string {
	e, err := s.FindElementByTag(t)
	if err != nil || e.Value == nil {
		return ""
	}
	var said []string
	switch x := e.Value.GetValue().(type) {
	case []string:
		said = x
	case []int:
		for _, n := range x {
			said = append(said, strconv.Itoa(n))
		}
	}
	value := strings.Join(strings.FieldsFunc(strings.ToValidUTF8(strings.Join(said, ", "), "\ufffd"), func(r rune) bool { return r <= ' ' || r == '^' || r == 0x7f }), " ")
	if e.RawValueRepresentation == "DA" {
		for _, layout := range []string{"20060102", "2006.01.02"} {
			if d, err := time.Parse(layout, value); err == nil {
				return d.Format(time.DateOnly)
			}
		}
	}
	if r := []rune(value); len(r) > 200 {
		value = string(r[:200])
	}
	return value
}

func (s *elements) number(t tag.Tag, usual int) int {
	e, err := s.FindElementByTag(t)
	if err == nil && e.Value != nil {
		if x, ok := e.Value.GetValue().([]int); ok && len(x) > 0 {
			return x[0]
		}
	}
	return usual
}

// picture is the first one of the file, nil when it has none or one that we do not draw.
func (s *elements) picture() image.Image {
	switch s.syntax {
	case jpegBaselineOnly:
		c, err := jpeg.DecodeConfig(bytes.NewReader(s.pixels))
		if err != nil || !s.compressed || c.Width*c.Height > frame.MaxPixels {
			return nil
		}
		picture, err := jpeg.Decode(bytes.NewReader(s.pixels))
		if err != nil {
			return nil
		}
		return picture
	case "", implicitLittle, explicitLittle, deflatedLittle, explicitBig:
		if !s.compressed {
			return s.native(s.pixels, s.big)
		}
	}
	return nil
}

// native draws pixels that stand in the file as they are.
func (s *elements) native(data []byte, big bool) image.Image {
	rows, columns := s.number(tag.Rows, 0), s.number(tag.Columns, 0)
	samples, bits := s.number(tag.SamplesPerPixel, 1), s.number(tag.BitsAllocated, 0)
	if rows < 1 || columns < 1 || rows > 1<<16 || columns > 1<<16 || rows*columns > frame.MaxPixels {
		return nil
	}
	switch kind := s.text(tag.PhotometricInterpretation); {
	case samples == 3 && bits == 8 && (kind == "RGB" || kind == "YBR_FULL"):
		return colours(data, rows, columns, s.number(tag.PlanarConfiguration, 0) == 1, kind != "RGB")
	case samples == 1 && (bits == 8 || bits == 16) && (kind == "MONOCHROME1" || kind == "MONOCHROME2"):
		order := binary.ByteOrder(binary.LittleEndian)
		if big {
			order = binary.BigEndian
		}
		return s.greys(data, rows, columns, bits, order, kind == "MONOCHROME1")
	}
	return nil
}

func colours(data []byte, rows, columns int, planes, ybr bool) image.Image {
	n := rows * columns
	if len(data) < 3*n {
		return nil
	}
	out := image.NewRGBA(image.Rect(0, 0, columns, rows))
	for i := range n {
		a, b, c := data[min(3*i, len(data)-1)], data[min(3*i+1, len(data)-1)], data[min(3*i+2, len(data)-1)]
		if planes {
			a, b, c = data[i], data[n+i], data[2*n+i]
		}
		if ybr {
			a, b, c = color.YCbCrToRGB(a, b, c)
		}
		out.Pix[4*i], out.Pix[4*i+1], out.Pix[4*i+2], out.Pix[4*i+3] = a, b, c, 0xff
	}
	return out
}

// greys draws values between the lowest and the highest of the picture: the window that
// a doctor would choose is not known.
func (s *elements) greys(data []byte, rows, columns, bits int, order binary.ByteOrder, inverted bool) image.Image {
	n := rows * columns
	if len(data) < n*bits/8 {
		return nil
	}
	signed := s.number(tag.PixelRepresentation, 0) == 1
	at := func(i int) int {
		switch {
		case bits == 8 && signed:
			return int(int8(data[i]))
		case bits == 8:
			return int(data[i])
		case signed:
			return int(int16(order.Uint16(data[2*i:])))
		}
		return int(order.Uint16(data[2*i:]))
	}
	low, high := math.MaxInt, math.MinInt
	for i := range n {
		low, high = min(low, at(i)), max(high, at(i))
	}
	out := image.NewGray(image.Rect(0, 0, columns, rows))
	for i := range n {
		v := uint8((at(i) - low) * 255 / max(high-low, 1))
		if inverted {
			v = 255 - v
		}
		out.Pix[i] = v
	}
	return out
}

// text is what the file says of itself.
func (s *scan) text() string { return strings.Join(s.said, "\n") }

// render gives the first picture as PNG, made smaller where it does not fit.
func (s *scan) render(width, height int) ([]byte, frame.Code) {
	if s.picture == nil {
		return nil, frame.FailPage
	}
	picture, size := s.picture, s.picture.Bounds()
	if size.Dx() > width || size.Dy() > height {
		by := min(float64(width)/float64(size.Dx()), float64(height)/float64(size.Dy()))
		small := image.NewRGBA(image.Rect(0, 0, max(1, int(float64(size.Dx())*by)), max(1, int(float64(size.Dy())*by))))
		draw.ApproxBiLinear.Scale(small, small.Bounds(), picture, size, draw.Src, nil)
		picture = small
	}
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil || b.Len() > frame.MaxPicture {
		return nil, frame.FailPage
	}
	return b.Bytes(), 0
}
