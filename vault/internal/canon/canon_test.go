package canon

import (
	"encoding/binary"
	"math"
	"testing"
)

// TestNumbers: a number is read from its shortest form and from no other.
func TestNumbers(t *testing.T) {
	for _, n := range []uint64{0, 1, 23, 24, 255, 256, 65535, 65536, math.MaxUint32, math.MaxUint32 + 1, math.MaxUint64} {
		var wide [8]byte
		binary.BigEndian.PutUint64(wide[:], n)
		forms := [][]byte{{24, wide[7]}, append([]byte{25}, wide[6:]...), append([]byte{26}, wide[4:]...), append([]byte{27}, wide[:]...)}
		lengths := []uint64{math.MaxUint8, math.MaxUint16, math.MaxUint32, math.MaxUint64}
		if n < 24 {
			forms, lengths = append([][]byte{{byte(n)}}, forms...), append([]uint64{23}, lengths...)
		}
		shortest := true
		for i, form := range forms {
			if n > lengths[i] {
				continue // it has no room
			}
			r := Read(form)
			got := r.Uint(math.MaxUint64)
			if ok := r.Done(); ok != shortest || ok && got != n {
				t.Errorf("%d as %x: %d, %t", n, form, got, ok)
			}
			for cut := range form {
				if r := Read(form[:cut]); r.Uint(math.MaxUint64) != 0 || r.Done() {
					t.Errorf("%x was taken for a number", form[:cut])
				}
			}
			shortest = false
		}
	}
	for _, first := range []byte{28, 29, 30, 31} {
		if r := Read(append([]byte{first}, make([]byte, 16)...)); r.Uint(math.MaxUint64) != 0 || r.Done() {
			t.Errorf("%d begins a number", first)
		}
	}
}
