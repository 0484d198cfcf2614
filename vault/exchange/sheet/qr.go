package sheet

import (
	"fmt"
	"image"
	"strings"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"github.com/makiuchi-d/gozxing/qrcode/decoder"
)

// quietZone is the white border that ISO/IEC 18004 asks for, in modules.
const quietZone = 4

// qrMatrix encodes content with error correction M, one cell a module.
func qrMatrix(content string) (*gozxing.BitMatrix, error) {
	matrix, err := qrcode.NewQRCodeWriter().Encode(content, gozxing.BarcodeFormat_QR_CODE, 0, 0, map[gozxing.EncodeHintType]interface{}{
		gozxing.EncodeHintType_ERROR_CORRECTION: decoder.ErrorCorrectionLevel_M,
		gozxing.EncodeHintType_MARGIN:           quietZone,
	})
	if err != nil {
		return nil, fmt.Errorf("sheet: QR code: %w", err)
	}
	return matrix, nil
}

// QRPicture is a QR code for the screen, with its quiet zone, one pixel for each
// module: show it without smoothing.
func QRPicture(content string) (image.Image, error) {
	runs, side, err := qrRuns(content)
	if err != nil {
		return nil, err
	}
	out := image.NewGray(image.Rect(0, 0, side, side))
	for i := range out.Pix {
		out.Pix[i] = 0xff
	}
	for _, r := range runs {
		clear(out.Pix[r.y*out.Stride+r.x:][:r.n])
	}
	return out, nil
}

// QRText is a QR code for a terminal with a light or dark ground alike, two modules
// above each other in a character, dark ones drawn as gaps in full blocks.
func QRText(content string) (string, error) {
	matrix, err := qrMatrix(content)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	side := matrix.GetWidth()
	for y := 0; y < side; y += 2 {
		b.WriteString("\x1b[97;40m")
		for x := range side {
			above, below := matrix.Get(x, y), y+1 < side && matrix.Get(x, y+1)
			switch {
			case above && below:
				b.WriteRune(' ')
			case above:
				b.WriteRune('▄')
			case below:
				b.WriteRune('▀')
			default:
				b.WriteRune('█')
			}
		}
		b.WriteString("\x1b[0m\n")
	}
	return b.String(), nil
}

// run is a row of dark modules side by side.
type run struct{ x, y, n int }

// qrRuns encodes content; side is the width of the code in modules, its white
// border included.
func qrRuns(content string) (runs []run, side int, err error) {
	matrix, err := qrMatrix(content)
	if err != nil {
		return nil, 0, err
	}
	side = matrix.GetWidth()
	for y := range side {
		for x := 0; x < side; x++ {
			from := x
			for x < side && matrix.Get(x, y) {
				x++
			}
			if x > from {
				runs = append(runs, run{from, y, x - from})
			}
		}
	}
	return runs, side, nil
}
