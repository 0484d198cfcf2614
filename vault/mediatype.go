package vault

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/gabriel-vasile/mimetype"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// sniffLength is how many first bytes decide the type of content.
const sniffLength = 3072

// mediaType tells the type of content by its first bytes, whatever its name.
func mediaType(head []byte) string {
	// Readers of PDF look for the mark in the first 1,024 bytes (ISO 32000-1,
	// annex H, note 13). An archive may hold one that is not compressed there.
	if !bytes.HasPrefix(head, []byte("PK\x03\x04")) && bytes.Contains(head[:min(len(head), 1024)], []byte("%PDF-")) {
		return "application/pdf"
	}
	if len(head) == 0 {
		return "application/octet-stream"
	}
	kind, _, _ := strings.Cut(mimetype.Detect(head).String(), ";")
	return kind
}

// hasPages reports whether documents of a type are such as a reader of pages
// can be asked about.
func hasPages(mediaType string) bool {
	switch mediaType {
	case "application/pdf", "application/dicom", "image/jpeg", "image/png", "image/tiff":
		return true
	}
	return false
}

// IsHEIC reports whether a type is that of the photographs of Apple's telephones.
func IsHEIC(mediaType string) bool {
	switch mediaType {
	case "image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence":
		return true
	}
	return false
}

// PlainText reads a text file as people's programs write it: UTF-8, UTF-16 with a
// mark, else Windows-1252.
func PlainText(b []byte) string {
	if bytes.HasPrefix(b, []byte{0xff, 0xfe}) || bytes.HasPrefix(b, []byte{0xfe, 0xff}) {
		if out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(b); err == nil {
			return string(out)
		}
	}
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	for cut := 0; cut < utf8.UTFMax && cut <= len(b); cut++ {
		if utf8.Valid(b[:len(b)-cut]) { // a character may be cut at the end
			return string(b[:len(b)-cut])
		}
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil {
		return ""
	}
	return string(out)
}
