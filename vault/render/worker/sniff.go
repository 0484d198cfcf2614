package worker

import (
	"bytes"
	"strings"
)

const (
	magicPDF    = "%PDF-"
	magicJPEG   = "\xff\xd8\xff"
	magicPNG    = "\x89PNG\r\n\x1a\n"
	magicTIFFLE = "II*\x00"
	magicTIFFBE = "MM\x00*"

	// pdfWindow is the number of bytes in which the PDF header may start: Adobe PDF
	// Reference 1.7, Appendix H, implementation note 13.
	pdfWindow = 1024

	// shortest is the size below which go-fitz cannot tell what it has. No
	// picture and no PDF is that small.
	shortest = 64
)

// sniff reports whether content is of a type that may be opened, and returns it from
// its first byte that counts. MuPDF would take more types (EPUB, HTML, SVG, XPS,
// office files...); each is more code that a hostile document could reach.
//
// Offsets inside a PDF count from its header, so what stands before it is left out.
// A writer that counted from the start of the file is met by the repair of MuPDF.
func sniff(content []byte) ([]byte, bool) {
	if len(content) < shortest {
		return nil, false
	}
	head := string(content[:min(len(content), pdfWindow+len(magicPDF)-1)])
	for _, magic := range []string{magicJPEG, magicPNG, magicTIFFLE, magicTIFFBE} {
		if strings.HasPrefix(head, magic) {
			return content, true
		}
	}
	at := bytes.Index([]byte(head), []byte(magicPDF))
	if at < 0 || len(content)-at < shortest {
		return nil, false
	}
	return content[at:], true
}
