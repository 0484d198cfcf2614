//go:build !windows

package print

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	listLimit = 20 * time.Second // to list the printers, some of which are asked over the network
	sendLimit = 10 * time.Minute // to take a job
	takeLimit = 10 * time.Second // to finish taking a job that nobody wants any more
	endLimit  = 2 * time.Second  // for a program to end once it was told to
	maxList   = 64 << 10         // bytes of a list of printers
	maxSaid   = 4 << 10          // bytes of what lp says
)

// LeavesClearFile reports whether printing writes the document in clear into a
// file for a moment: false here.
func LeavesClearFile() bool { return false }

// Sweep wipes what a killed program left in clear: nothing here. The error is
// always nil.
func Sweep() error { return nil }

func printers(ctx context.Context) (names []string, preferred string, err error) {
	return printersWithin(ctx, listLimit)
}

func printersWithin(ctx context.Context, limit time.Duration) (names []string, preferred string, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, ErrTimeout)
	defer cancel()
	listed, err := ask(ctx, "-e")
	if err != nil {
		return nil, "", err
	}
	for line := range strings.Lines(listed) {
		if name := strings.TrimSpace(line); name != "" {
			names = append(names, name)
		}
	}
	said, err := ask(ctx, "-d")
	if errors.Is(err, ErrNoPrinter) { // what was chosen no longer exists
		return names, "", nil
	}
	// "system default destination: NAME"; macOS says it in the person's language.
	_, name, _ := strings.Cut(said, ":")
	if name = strings.TrimSpace(name); slices.Contains(names, name) {
		preferred = name
	}
	return names, preferred, err
}

// ask gives the answer of lpstat. A failure of lpstat is [ErrNoPrinter]: it cannot
// reach a printing system.
func ask(ctx context.Context, option string) (string, error) {
	cmd, err := program(ctx, "lpstat", option)
	if err != nil {
		return "", err
	}
	answer := &bounded{max: maxList}
	cmd.Stdout = answer
	err = cmd.Run()
	switch {
	case err == nil:
		return string(answer.kept), nil
	case ctx.Err() != nil:
		return "", context.Cause(ctx)
	}
	return "", fmt.Errorf("%w: %w", ErrNoPrinter, pathless(err))
}

// program prepares a program of the printing system, in English, in a process group
// of its own: an interrupt typed in a terminal is for this program, which then ends
// the other one. The end of ctx kills it. It returns [ErrNoPrinter] when there
// is no such program.
func program(ctx context.Context, name string, args ...string) (*exec.Cmd, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return nil, ErrNoPrinter
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.WaitDelay = endLimit
	return cmd, nil
}

func send(ctx context.Context, printer string, j Job) error {
	return sendWithin(ctx, sendLimit, printer, j)
}

func sendWithin(ctx context.Context, limit time.Duration, printer string, j Job) error {
	// CUPS may print what it got of a job when lp is ended in the middle of it. So lp
	// starts when all of the document is there, and gets all of it.
	content, err := readAll(ctx, j.Content)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, limit, ErrTimeout)
	defer cancel()
	cmd, err := program(ctx, "lp", "-d", printer, "-t", title, "-n", strconv.Itoa(j.Copies), "-o", "document-format="+j.MediaType)
	if err != nil {
		return err
	}
	answer, said := &bounded{max: maxSaid}, &bounded{max: maxSaid}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(content), answer, said
	kill := cmd.Cancel
	cmd.Cancel = func() error {
		if errors.Is(context.Cause(ctx), ErrTimeout) {
			return kill()
		}
		return nil // the job is withdrawn when it is whole
	}
	cmd.WaitDelay = takeLimit
	err = cmd.Run()
	switch {
	case ctx.Err() != nil:
		return errors.Join(context.Cause(ctx), withdraw(context.WithoutCancel(ctx), string(answer.kept)))
	case err == nil:
		return nil
	case strings.Contains(string(said.kept), "does not exist"):
		return ErrNoPrinter
	}
	// What lp said names the printer, and nobody can read it here.
	return fmt.Errorf("%w: %w", ErrRefused, pathless(err))
}

// readAll reads a document until its end or that of ctx. It returns [ErrTooLarge]
// above MaxContent.
func readAll(ctx context.Context, r io.Reader) ([]byte, error) {
	var content bytes.Buffer
	for {
		n, err := io.CopyN(&content, r, 1<<20)
		switch {
		case ctx.Err() != nil:
			return nil, context.Cause(ctx)
		case err == io.EOF:
			return content.Bytes(), nil
		case err != nil:
			return nil, fmt.Errorf("read document: %w", err)
		case int64(content.Len())+n > MaxContent:
			return nil, ErrTooLarge
		}
	}
}

// withdraw takes a job back, given what lp answered when it was taken: "request id
// is NAME-NUMBER (1 file(s))". Of an answer that tells no job, there is none.
func withdraw(ctx context.Context, answer string) error {
	_, id, _ := strings.Cut(answer, "request id is ")
	id, _, _ = strings.Cut(id, " ")
	if id == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, endLimit)
	defer cancel()
	cmd, err := program(ctx, "cancel", id)
	if err == nil {
		err = cmd.Run()
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotWithdrawn, pathless(err))
	}
	return nil
}

// bounded keeps the first bytes written to it and drops the others.
type bounded struct {
	kept []byte
	max  int
}

func (b *bounded) Write(p []byte) (int, error) {
	b.kept = append(b.kept, p[:min(len(p), b.max-len(b.kept))]...)
	return len(p), nil
}
