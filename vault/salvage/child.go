package salvage

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// Mode is the hidden first argument of the child process. What may follow are
// the numbers of pages to leave out, in one argument with commas.
const Mode = "vault-reader"

// The child's answer is a row of frames: a letter, a length u32, so many bytes.
const (
	frameAbout = 'a' // page u64
	frameValue = 'v' // bucket u8, version u64, key length u16, key, value
	frameEnd   = 'e' // findings, eight u64
	frameEmpty = 'x' // nothing can be read
)

// maxFrame is the longest frame: a value has at most 16 MiB and what an envelope
// adds.
const maxFrame = 64 << 20

// Main is the child: it reads the file that is its standard input and writes
// frames. args are those after [Mode].
func Main(args []string, file io.ReaderAt, out io.Writer) error {
	skip := map[uint64]bool{}
	if len(args) > 0 {
		for _, s := range strings.Split(args[0], ",") {
			n, err := strconv.ParseUint(s, 10, 64)
			if err != nil {
				return err
			}
			skip[n] = true
		}
	}
	w := &frames{w: bufio.NewWriterSize(out, 1<<20)}
	found, err := walk(file, skip, w)
	switch {
	case errors.Is(err, ErrNothing):
		err = w.frame(frameEmpty, nil)
	case err == nil:
		err = w.frame(frameEnd, found.encode())
	}
	return errors.Join(err, w.w.Flush())
}

type frames struct{ w *bufio.Writer }

func (f *frames) frame(kind byte, parts ...[]byte) error {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	head := binary.BigEndian.AppendUint32([]byte{kind}, uint32(n))
	if _, err := f.w.Write(head); err != nil {
		return err
	}
	for _, p := range parts {
		if _, err := f.w.Write(p); err != nil {
			return err
		}
	}
	return nil
}

// about is written at once: the next page may be the last.
func (f *frames) about(page uint64) error {
	if err := f.frame(frameAbout, binary.BigEndian.AppendUint64(nil, page)); err != nil {
		return err
	}
	return f.w.Flush()
}

func (f *frames) value(v Value) error {
	head := binary.BigEndian.AppendUint64([]byte{v.Bucket}, v.Seq)
	return f.frame(frameValue, binary.BigEndian.AppendUint16(head, uint16(len(v.Key))), v.Key, v.Bytes)
}

func (f *Findings) encode() (b []byte) {
	flag := func(on bool) uint64 {
		if on {
			return 1
		}
		return 0
	}
	for _, n := range []uint64{uint64(f.Pages), uint64(f.Damaged), uint64(f.Lost), uint64(f.Orphans), uint64(f.Stray), flag(f.Older), flag(f.FreeList)} {
		b = binary.BigEndian.AppendUint64(b, n)
	}
	return b
}

func decodeFindings(b []byte) (f Findings, err error) {
	if len(b) != 7*8 {
		return f, errFrame
	}
	n := func(i int) int { return int(binary.BigEndian.Uint64(b[8*i:])) }
	return Findings{Pages: n(0), Damaged: n(1), Lost: n(2), Orphans: n(3), Stray: n(4), Older: n(5) != 0, FreeList: n(6) != 0}, nil
}

// errFrame is returned for an answer that no child of ours gives.
var errFrame = errors.New("salvage: not an answer")

func decodeValue(b []byte) (v Value, err error) {
	if len(b) < 11 {
		return v, errFrame
	}
	n := int(binary.BigEndian.Uint16(b[9:]))
	if len(b) < 11+n {
		return v, errFrame
	}
	return Value{b[0], binary.BigEndian.Uint64(b[1:]), b[11 : 11+n], b[11+n:]}, nil
}

// Child runs the child's side on standard input and output, and returns the
// process's exit code.
func Child(args []string) int {
	if err := Main(args, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "salvage: failed") // nothing of the file in it
		return 1
	}
	return 0
}
