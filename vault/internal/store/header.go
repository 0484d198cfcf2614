package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// Errors of opening a file. None of them changes it.
var (
	// ErrForeign is returned when the file is not a vault.
	ErrForeign = errors.New("store: not a vault file")
	// ErrTruncated is returned when the end of the file is missing.
	ErrTruncated = errors.New("store: the file is cut short")
	// ErrDamaged is returned when the file's structure does not hold.
	ErrDamaged = errors.New("store: the file is damaged")
	// ErrNewer is returned when a later version of the program wrote the file.
	ErrNewer = errors.New("store: written by a newer version")
	// ErrInUse is returned when another process has the file open.
	ErrInUse = errors.New("store: already open elsewhere")
)

// The two meta pages of bbolt's file format, version 2: a page header of 16
// bytes, then the fields below, little-endian on every system we run on.
const (
	pageSize       = 4096
	boltMagic      = 0xED0CDAED
	boltVersion    = 2
	metaAt         = 16
	metaSize       = 64
	metaChecksumAt = 56
	metaFreelistAt = 32
	metaTxAt       = 48
	metaFlag       = 0x04
	noFreelist     = 1<<64 - 1 // the list of free pages was not written, which this package always does
)

// checkFile reads the meta pages before bbolt does: bbolt panics on a file that
// is cut short and, on Windows, may cut it further. It tells how many of the two
// headers do not hold: bbolt goes on with the other one, which may be that of the
// transaction before.
func checkFile(path string) (bad int, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	if !info.Mode().IsRegular() {
		return 0, ErrForeign // opening a named pipe would wait for its other end
	}
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	if info, err = f.Stat(); err != nil {
		return 0, err
	}
	if marked(f) {
		return 0, ErrClosing
	}
	pages := make([]byte, 2*pageSize)
	n, err := io.ReadFull(f, pages)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return 0, err
	}
	pages = pages[:n]
	looksLike := false
	var newest, highWater, freelist uint64
	valid := false
	for at := metaAt; at+metaSize <= len(pages); at += pageSize {
		m := pages[at : at+metaSize]
		looksLike = looksLike || binary.LittleEndian.Uint32(m) == boltMagic
		if !metaValid(m) {
			bad++
			continue
		}
		if txid := binary.LittleEndian.Uint64(m[metaTxAt:]); !valid || txid > newest {
			valid, newest, highWater = true, txid, binary.LittleEndian.Uint64(m[40:])
			freelist = binary.LittleEndian.Uint64(m[metaFreelistAt:])
		}
	}
	switch {
	case !looksLike:
		return 0, ErrForeign
	case n < len(pages):
		return 0, ErrTruncated
	case !valid:
		return 0, fmt.Errorf("%w: both headers", ErrDamaged)
	case freelist == noFreelist:
		return 0, ErrForeign // bbolt would write the list as soon as it opens the file
	case highWater > uint64(info.Size())/pageSize:
		return 0, ErrTruncated
	}
	return bad, nil
}
