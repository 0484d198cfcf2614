// Command icon draws an SVG icon as pixels, in the sizes asked for: as PNG files
// of a folder, or as one ICO file.
//
//	go run ./.ci/icon FILE.svg FOLDER SIZE...
//	go run ./.ci/icon FILE.svg FILE.ico SIZE...
//
// It draws by itself, so that the same bytes come out whatever is installed.
package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strconv"

	"github.com/srwiley/oksvg"
	"github.com/srwiley/rasterx"
)

func main() {
	if len(os.Args) < 4 {
		fmt.Fprintln(os.Stderr, "usage: icon FILE.svg FOLDER|FILE.ico SIZE...")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(from, to string, sizes []string) error {
	var sides []int
	var pictures [][]byte
	for _, size := range sizes {
		side, err := strconv.Atoi(size)
		if err != nil {
			return err
		}
		picture, err := draw(from, side)
		if err != nil {
			return err
		}
		sides, pictures = append(sides, side), append(pictures, picture)
	}
	if filepath.Ext(to) == ".ico" {
		return os.WriteFile(to, ico(sides, pictures), 0o644)
	}
	for i, picture := range pictures {
		if err := os.WriteFile(filepath.Join(to, sizes[i]+".png"), picture, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// draw gives an icon as a PNG of that many pixels a side.
func draw(from string, side int) ([]byte, error) {
	icon, err := oksvg.ReadIcon(from, oksvg.StrictErrorMode)
	if err != nil {
		return nil, err
	}
	icon.SetTarget(0, 0, float64(side), float64(side))
	picture := image.NewRGBA(image.Rect(0, 0, side, side))
	icon.Draw(rasterx.NewDasher(side, side, rasterx.NewScannerGV(side, side, picture, picture.Bounds())), 1)
	var out bytes.Buffer
	err = png.Encode(&out, picture)
	return out.Bytes(), err
}

// ico puts pictures into one file: a head, an entry of 16 bytes for each, and
// the pictures one after the other.
func ico(sides []int, pictures [][]byte) []byte {
	le := binary.LittleEndian
	out := le.AppendUint16(le.AppendUint16(le.AppendUint16(nil, 0), 1), uint16(len(pictures)))
	at := len(out) + 16*len(pictures)
	for i, picture := range pictures {
		side := byte(sides[i]) // 256 is written as 0
		out = append(out, side, side, 0, 0)
		out = le.AppendUint16(le.AppendUint16(out, 1), 32) // planes, bits a pixel
		out = le.AppendUint32(le.AppendUint32(out, uint32(len(picture))), uint32(at))
		at += len(picture)
	}
	return append(out, bytes.Join(pictures, nil)...)
}
