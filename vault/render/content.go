package render

import (
	"bytes"
	"fmt"
	"io"
)

// checkSize refuses what must not be sent.
func checkSize(size int64) error {
	switch {
	case size > MaxDocument:
		return ErrTooLarge
	case size <= 0:
		return ErrFormat
	}
	return nil
}

// source is a content that can be read again.
type source struct {
	io.ReadSeeker
	start int64
}

// rewindable returns content as a source: itself when it can seek, otherwise a copy
// of its next size bytes. The caller must call forget, which overwrites the copy.
func rewindable(content io.Reader, size int64) (src *source, forget func(), err error) {
	if s, ok := content.(io.ReadSeeker); ok {
		if start, err := s.Seek(0, io.SeekCurrent); err == nil { // a pipe has Seek, and refuses
			return &source{s, start}, func() {}, nil
		}
	}
	b := make([]byte, size)
	if _, err := io.ReadFull(content, b); err != nil {
		return nil, nil, contentError(err)
	}
	return &source{ReadSeeker: bytes.NewReader(b)}, func() { clear(b) }, nil
}

// rewind goes back to where the content stood first.
func (s *source) rewind() error {
	if _, err := s.Seek(s.start, io.SeekStart); err != nil {
		return contentError(err)
	}
	return nil
}

// contentError wraps an error of the caller's reader, without the path of a file.
func contentError(err error) error {
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("read content: %w", pathless(err))
}
