package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"carnet/ui/text"
)

// noFD is the value of a descriptor option that was not given.
const noFD = -1

// maxSecret is the longest secret that is read, in bytes.
const maxSecret = 4096

// secret reads one secret: a line of the descriptor, or a masked answer on the
// terminal. Secrets never come from arguments or the environment.
func (a *app) secret(fd int, option string, question text.Message) ([]byte, error) {
	if fd != noFD {
		return a.secretFrom(fd)
	}
	tty, err := openTerminal()
	if err != nil {
		return nil, a.usage(text.NoTerminal, option)
	}
	defer tty.Close()
	fmt.Fprint(tty, a.Say(question))
	defer fmt.Fprintln(tty)
	return term.ReadPassword(int(tty.Fd()))
}

// newSecret asks twice on a terminal, since nobody sees what they type.
func (a *app) newSecret(fd int, option string, question text.Message) ([]byte, error) {
	first, err := a.secret(fd, option, question)
	if err != nil {
		return nil, err
	}
	if fd == noFD {
		second, err := a.secret(fd, option, text.AskAgain)
		if err != nil {
			return nil, err
		}
		defer clear(second)
		if !bytes.Equal(first, second) {
			clear(first)
			return nil, a.refuse(text.NotTheSame)
		}
	}
	if len(first) > 0 && len(first) < 12 {
		a.note(text.ShortPassphrase)
	}
	return first, nil
}

// secretFrom reads a line without reading further, so that several secrets, or
// a shell's commands, can follow on one descriptor.
func (a *app) secretFrom(fd int) ([]byte, error) {
	f := a.in
	if fd != 0 {
		f = os.NewFile(uintptr(fd), "secret")
		if f == nil {
			return nil, os.ErrNotExist
		}
	}
	secret := make([]byte, 0, 128)
	var b [1]byte
	for {
		n, err := f.Read(b[:])
		if n == 1 {
			if b[0] == '\n' {
				break
			}
			if len(secret) == maxSecret {
				return nil, errors.New("secret too long")
			}
			secret = append(secret, b[0])
			continue
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	return bytes.TrimSuffix(secret, []byte("\r")), nil
}
