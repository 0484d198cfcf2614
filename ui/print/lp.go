//go:build !windows

package print

import (
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
	endLimit  = 2 * time.Second  // for a program to end once it was told to
	maxList   = 64 << 10         // bytes of a list of printers
	maxSaid   = 4 << 10          // bytes of what lp says when it fails
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
	ctx, cancel := context.WithTimeoutCause(ctx, limit, ErrTimeout)
	defer cancel()
	cmd, err := program(ctx, "lp", "-d", printer, "-t", title, "-n", strconv.Itoa(j.Copies), "-o", "document-format="+j.MediaType)
	if err != nil {
		return err
	}
	said := &bounded{max: maxSaid}
	cmd.Stderr = said
	in, err := cmd.StdinPipe()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	if err := cmd.Start(); err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return fmt.Errorf("%w: %w", ErrRefused, pathless(err))
	}
	content := &source{Reader: j.Content}
	_, fed := io.Copy(in, content)
	if content.err != nil {
		// Before lp sees an end, which would print half a document. It fails
		// when lp has ended already, which is as good.
		cmd.Process.Kill()
	}
	fed = errors.Join(fed, in.Close())
	ended := cmd.Wait()
	switch {
	case content.err != nil:
		return fmt.Errorf("read document: %w", content.err)
	case fed == nil && ended == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case strings.Contains(string(said.kept), "does not exist"):
		return ErrNoPrinter
	}
	// What lp said names the printer, and nobody can read it here.
	return fmt.Errorf("%w: %w", ErrRefused, pathless(errors.Join(ended, fed)))
}

// source tells an error of the document from one of the pipe.
type source struct {
	io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
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
