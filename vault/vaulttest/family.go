// Package vaulttest makes the files that imports are measured with. It is for
// benchmarks.
package vaulttest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// What a family has at full scale, some 2 GB: small files that compress, larger
// ones that do not, from 0.1 to 40 MB and most of them near the lower end, and
// one of 200 MB.
const (
	small  = 10_000
	larger = 700
	least  = 0.1 * 1e6
	most   = 40 * 1e6
	huge   = 200 * 1e6
)

// Family writes the files of a family into dir, or the given share of them, the
// same at every call, and returns how many they are and how many bytes.
func Family(dir string, share float64) (files int, size int64, err error) {
	random := rand.NewChaCha8([32]byte{20: 26, 21: 11, 22: 22})
	pick := rand.New(random)
	write := func(kind string, content []byte) {
		if err != nil {
			return
		}
		folder := filepath.Join(dir, fmt.Sprintf("%s-%02d", kind, files%40))
		if err = os.MkdirAll(folder, 0o700); err == nil {
			err = os.WriteFile(filepath.Join(folder, fmt.Sprintf("document-%05d.bin", files)), content, 0o600)
		}
		files++
		size += int64(len(content))
	}
	for range int(small * share) {
		write("report", report(pick, 1000+pick.IntN(38_000)))
	}
	incompressible := func(size float64) []byte {
		b := make([]byte, int(size))
		random.Read(b) // never fails
		return b
	}
	for range int(larger * share) {
		write("picture", incompressible(least*math.Pow(most/least, math.Pow(pick.Float64(), 3))))
	}
	write("film", incompressible(huge*share))
	return files, size, err
}

// report is a structured text, as laboratories send them.
func report(pick *rand.Rand, size int) []byte {
	var b bytes.Buffer
	for b.Len() < size {
		fmt.Fprintf(&b, "<observation code=\"%05d\" value=\"%d\" unit=\"g/L\" effectiveTime=\"20%02d%02d%02d\"/>\n",
			pick.IntN(100_000), pick.IntN(1000), 10+pick.IntN(17), 1+pick.IntN(12), 1+pick.IntN(28))
	}
	b.Truncate(size)
	return binary.BigEndian.AppendUint64(b.Bytes(), pick.Uint64()) // no two alike
}
