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
