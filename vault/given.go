package vault

import (
	"io"
	"os"
)

// Given is a file that somebody names, open to be read once: a regular one, of the length
// that it had when it was opened. What keeps whoever opens it waiting, or gives bytes
// without end, is never opened.
//
// Read and ReadAt return [ErrChanging] where the file turns out shorter or longer.
type Given struct {
	f    *os.File
	size int64
	at   int64 // of Read
}

// OpenGiven opens a file to be read. It returns [ErrNotRegular] for a folder, a pipe, a
// socket or a device.
func OpenGiven(path string) (*Given, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, ErrNotRegular // opening a named pipe would wait for its other end
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return given(f)
}

// given takes over a file that is open, and closes it with an error.
func given(f *os.File) (*Given, error) {
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = ErrNotRegular
	}
	if err != nil {
		f.Close() // read only: nothing to lose
		return nil, err
	}
	return &Given{f: f, size: info.Size()}, nil
}

// ReadGiven reads a whole file of at most limit bytes. It returns the errors of
// [OpenGiven], [ErrChanging], or [ErrTooLarge] before anything is read.
func ReadGiven(path string, limit int64) ([]byte, error) {
	g, err := OpenGiven(path)
	if err != nil {
		return nil, err
	}
	defer g.Close() // read only: nothing to lose
	if g.size > limit {
		return nil, ErrTooLarge
	}
	b := make([]byte, g.size)
	if _, err := io.ReadFull(g, b); err != nil {
		return nil, err
	}
	_, err = g.Read(make([]byte, 1))
	if err == io.EOF {
		return b, nil
	}
	return nil, err
}

// Size is how many bytes the file had when it was opened.
func (g *Given) Size() int64 { return g.size }

// Close closes the file.
func (g *Given) Close() error { return g.f.Close() }

// Read is part of [io.Reader].
func (g *Given) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	left := g.size - g.at
	if left == 0 {
		var more [1]byte
		switch n, err := g.f.ReadAt(more[:], g.size); {
		case n > 0:
			return 0, ErrChanging
		default:
			return 0, err // the end, or the disk's fault
		}
	}
	n, err := g.ReadAt(p[:min(int64(len(p)), left)], g.at)
	g.at += int64(n)
	if err == io.EOF { // the last bytes: the next call looks for more
		err = nil
	}
	return n, err
}

// ReadAt is part of [io.ReaderAt].
func (g *Given) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 || off > g.size {
		return 0, io.EOF
	}
	within := p[:min(int64(len(p)), g.size-off)]
	n, err := g.f.ReadAt(within, off)
	switch {
	case n < len(within) && err == io.EOF:
		return n, ErrChanging
	case err != nil && err != io.EOF:
		return n, err
	case n < len(p) || len(p) == 0 && off == g.size:
		return n, io.EOF
	}
	return n, nil
}
