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
	return a.masked(int(tty.Fd()))
}

// masked reads an answer that is not shown. Ctrl+C ends the question, and with
// it the command: the reading that goes on behind it ends with the program.
func (a *app) masked(fd int) ([]byte, error) {
	before, err := term.GetState(fd)
	if err != nil {
		return nil, err
	}
	type answer struct {
		typed []byte
		err   error
	}
	got := make(chan answer, 1)
	go func() {
		typed, err := term.ReadPassword(fd)
		got <- answer{typed, err}
	}()
	select {
	case x := <-got:
		return x.typed, x.err
	case <-a.ctx.Done():
		return nil, errors.Join(a.ctx.Err(), term.Restore(fd, before))
	}
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

// descriptor gives the file behind a number, the same each time: one that is
// collected closes the number, which may be another file's by then.
func (a *app) descriptor(fd int) (*os.File, error) {
	if fd == 0 && a.open != nil {
		return nil, a.usage(text.ShellSecret)
	}
	if fd == 0 {
		return a.in, nil
	}
	if a.fds[fd] == nil {
		f := os.NewFile(uintptr(fd), "secret")
		if f == nil {
			return nil, os.ErrNotExist
		}
		if a.fds == nil {
			a.fds = map[int]*os.File{}
		}
		a.fds[fd] = f
	}
	return a.fds[fd], nil
}

// secretFrom reads a line without reading further, so that several secrets, or
// a shell's commands, can follow on one descriptor.
func (a *app) secretFrom(fd int) ([]byte, error) {
	f, err := a.descriptor(fd)
	if err != nil {
		return nil, err
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
		if errors.Is(err, io.EOF) && len(secret) > 0 {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	return bytes.TrimSuffix(secret, []byte("\r")), nil
}
