package sheet

import (
	"fmt"

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
