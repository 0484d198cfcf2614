package salvage

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
)

// maxDeaths is how often a child may die of a page.
const maxDeaths = 64

// ErrStart is returned when the child does not start, or dies again and again.
var ErrStart = errors.New("salvage: the reading process does not work")

// Read reads the file in a child process and gives fn every value that is found,
// some perhaps twice; bytes that fn gets live until it returns. progress, which
// may be nil, is told bytes read of how many. command starts the child, nil for
// this program itself. The file is only read.
//
// It returns [ErrNothing], [ErrStart], the error of fn or that of ctx.
func Read(ctx context.Context, file *os.File, command []string, fn func(Value) error, progress func(done, total int64)) (Findings, error) {
	if len(command) == 0 {
		self, err := os.Executable()
		if err != nil {
			return Findings{}, fmt.Errorf("%w: no path of the program", ErrStart)
		}
		command = []string{self, Mode}
	}
	info, err := file.Stat()
	if err != nil {
		return Findings{}, err
	}
	var skip []uint64
	for {
		r := &reading{fn: fn, progress: progress, total: info.Size()}
		err := r.run(ctx, file, command, skip)
		switch {
		case err == nil:
			r.found.Deaths = len(skip)
			return r.found, nil
		case ctx.Err() != nil:
			return Findings{}, ctx.Err()
		case !errors.Is(err, errDied):
			return Findings{}, err
		case r.page == 0 || slices.Contains(skip, r.page) || len(skip) == maxDeaths:
			return Findings{}, ErrStart
		}
		skip = append(skip, r.page)
	}
}

// errDied is for a child that ended before its answer did.
var errDied = errors.New("salvage: the child died")

// reading is the life of one child.
type reading struct {
	fn       func(Value) error
	progress func(done, total int64)
	total    int64
	done     int64
	page     uint64 // that the child was about to read
	found    Findings
	ended    bool
	empty    bool
}

func (r *reading) run(ctx context.Context, file *os.File, command []string, skip []uint64) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	args := slices.Clone(command[1:])
	if len(skip) > 0 {
		var numbers []string
		for _, n := range skip {
			numbers = append(numbers, strconv.FormatUint(n, 10))
		}
		args = append(args, strings.Join(numbers, ","))
	}
	cmd := exec.CommandContext(ctx, command[0], args...)
	cmd.Env, cmd.Stdin = []string{}, file // not nil, which would mean ours
	out, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("%w: no pipe", ErrStart)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%w: not started", ErrStart)
	}
	err = r.frames(bufio.NewReaderSize(out, 1<<20))
	if err != nil {
		stop() // what else it has to say nobody wants
	}
	died := cmd.Wait()
	switch {
	case err != nil:
		return err
	case r.empty:
		return ErrNothing
	case died != nil || !r.ended:
		return errDied
	}
	return nil
}

func (r *reading) frames(in io.Reader) error {
	head := make([]byte, 5)
	var body []byte
	for !r.ended && !r.empty {
		if _, err := io.ReadFull(in, head); err != nil {
			return nil // it died: Wait tells
		}
		n := int(binary.BigEndian.Uint32(head[1:]))
		if n > maxFrame {
			return errFrame
		}
		body = slices.Grow(body[:0], n)[:n]
		if _, err := io.ReadFull(in, body); err != nil {
			return nil
		}
		if err := r.frame(head[0], body); err != nil {
			return err
		}
	}
	return nil
}

func (r *reading) frame(kind byte, body []byte) (err error) {
	switch kind {
	case frameAbout:
		if len(body) != 8 {
			return errFrame
		}
		r.page = binary.BigEndian.Uint64(body)
	case frameValue:
		v, err := decodeValue(body)
		if err != nil {
			return err
		}
		if r.done += int64(len(v.Bytes)); r.progress != nil {
			r.progress(min(r.done, r.total), r.total)
		}
		return r.fn(v)
	case frameEnd:
		r.found, err = decodeFindings(body)
		r.ended = err == nil
	case frameEmpty:
		r.empty = true
	default:
		err = errFrame
	}
	return err
}
