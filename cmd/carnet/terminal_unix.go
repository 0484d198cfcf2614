//go:build unix

package main

import (
	"errors"
	"os"

	"golang.org/x/term"
)

// openTerminal opens the terminal of the process, whatever its streams are.
func openTerminal() (*os.File, error) {
	f, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	if !term.IsTerminal(int(f.Fd())) {
		return nil, errors.Join(errors.New("not a terminal"), f.Close())
	}
	return f, nil
}
