package sheet

import (
	"bytes"
	"fmt"
	"strconv"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// Original is a file that a PDF carries within it, byte for byte.
type Original struct {
	Name    string
	Content []byte
}

// Originals names photographs for [Photographs], by their places.
func Originals(pictures [][]byte) (out []Original) {
	for i, p := range pictures {
		end := ".jpg"
		if bytes.HasPrefix(p, []byte(pngMark)) {
			end = ".png"
		}
		out = append(out, Original{fmt.Sprintf("photo-%d%s", i+1, end), p})
	}
	return out
}

// longSide is that of a page made of a photograph, in millimetres: A4 where the
// photograph has that shape.
const longSide = 297.0

// Photographs makes a PDF of JPEG pictures, one to a page that they fill, and puts the
// originals into it as attached files, which any reader of PDF gives back. The same
// pictures, originals and instant make the same bytes. The error wraps [ErrPicture]
// where there is no picture, or something is no JPEG.
func Photographs(jpegs [][]byte, originals []Original, created time.Time) ([]byte, error) {
	if len(jpegs) == 0 {
		return nil, fmt.Errorf("sheet: %w", ErrPicture)
	}
	f := bound(created)
	for i, data := range jpegs {
		opt := fpdf.ImageOptions{ImageType: "jpg"}
		name := strconv.Itoa(i)
		info := f.RegisterImageOptionsReader(name, opt, bytes.NewReader(data))
		if f.Err() {
			return nil, fmt.Errorf("sheet: page %d: %w", i+1, ErrPicture)
		}
		scale := longSide / max(info.Width(), info.Height())
		size := fpdf.SizeType{Wd: scale * info.Width(), Ht: scale * info.Height()}
		shape := "P"
		if size.Wd > size.Ht {
			shape = "L"
			size.Wd, size.Ht = size.Ht, size.Wd // as the paper is, before it is turned
		}
		f.AddPageFormat(shape, size)
		width, height := f.GetPageSize()
		f.ImageOptions(name, 0, 0, width, height, false, opt, 0, "")
	}
	var attached []fpdf.Attachment
	for _, o := range originals {
		attached = append(attached, fpdf.Attachment{Content: o.Content, Filename: o.Name})
	}
	f.SetAttachments(attached)
	var out bytes.Buffer
	if err := f.Output(&out); err != nil {
		return nil, fmt.Errorf("sheet: %w", err)
	}
	return out.Bytes(), nil
}
