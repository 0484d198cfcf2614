package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"carnet/ui/text"
)

// idleLock is after how long without a command the shell locks the vault.
const idleLock = 5 * time.Minute

func (a *app) shellCommand() *cobra.Command {
	return a.verb(a.word(text.Shell), 0, 0, func([]string) error {
		if a.open != nil {
			return a.usage(text.ShellNested)
		}
		sh := &shell{app: a, idle: idleLock, passphraseFD: a.passphraseFD}
		return sh.run()
	})
}

// shell reads a command a line and keeps the vault open between them.
type shell struct {
	*app
	idle         time.Duration
	passphraseFD int
	worst        int // highest exit code of a command, when no terminal shows them
}

func (s *shell) run() (err error) {
	if err := s.unlock(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.lock()) }()
	terminal := term.IsTerminal(int(s.in.Fd()))
	if terminal {
		s.note(text.ShellReady)
	}
	in := s.reader(terminal)
	defer close(in.ask)
	for asked := false; ; {
		if !asked {
			if terminal {
				fmt.Fprint(s.err, s.Say(text.ShellPrompt))
			}
			in.ask <- struct{}{}
			asked = true
		}
		timer := time.NewTimer(s.idle)
		select {
		case <-s.ctx.Done():
			s.report(s.ctx.Err())
			return &plainError{code: max(s.worst, exitPartial)}
		case <-timer.C:
			if s.open != nil {
				s.note(text.ShellIdle)
				if err := s.lock(); err != nil {
					return err
				}
			}
		case line, ok := <-in.lines:
			timer.Stop()
			asked = false
			if !ok || s.line(line) {
				if s.worst != exitDone && !terminal {
					return &plainError{code: s.worst}
				}
				return nil
			}
		}
	}
}

// input reads a line at a time in the background, since the idle lock must not
// wait for it, and only when asked: while a command asks for a passphrase
// nothing else reads the terminal.
type input struct {
	ask   chan struct{}
	lines chan string
}

func (s *shell) reader(terminal bool) *input {
	in := &input{make(chan struct{}, 1), make(chan string, 1)}
	go func() {
		defer close(in.lines)
		r := bufio.NewReader(s.in)
		for range in.ask {
			line, err := r.ReadString('\n')
			if line != "" {
				in.lines <- line
				continue
			}
			if err != nil {
				if terminal && errors.Is(err, io.EOF) {
					fmt.Fprintln(s.err)
				}
				return
			}
		}
	}()
	return in
}

// line runs one command; quit is true for the one that leaves.
func (s *shell) line(line string) (quit bool) {
	words, ok := split(line)
	switch {
	case !ok:
		s.note(text.ShellQuote)
		s.worst = max(s.worst, exitUsage)
		return false
	case len(words) == 0:
		return false
	case slices.Contains([]string{"quitter", "quit", "exit"}, words[0]):
		return true
	case slices.Contains([]string{"verrouiller", "lock"}, words[0]):
		s.note(text.ShellLocked)
		s.report(s.lock())
		return false
	case words[0] == "aide" || words[0] == "help":
		words = append(words[1:], "--help")
	}
	if words[0] == "carnet" {
		words = words[1:]
	}
	err := s.command(words)
	s.report(err)
	s.worst = max(s.worst, exitCode(err))
	return false
}

// command runs one command line on the open vault. Ctrl+C stops the command and
// the shell, as a lock does: everything is saved.
func (s *shell) command(words []string) error {
	if s.open == nil {
		if err := s.unlock(); err != nil {
			return err
		}
	}
	outer := *s.app
	defer func() {
		s.app.ctx, s.json, s.simple = outer.ctx, outer.json, outer.simple
		s.vaultPath, s.as = outer.vaultPath, outer.as
	}()
	ctx, stop := signal.NotifyContext(s.ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	s.ctx = ctx
	root := s.root()
	root.SetArgs(words)
	root.PersistentPreRunE = func(c *cobra.Command, _ []string) error {
		for _, option := range []string{"vault", "as", "passphrase-fd"} {
			if c.Flags().Changed(option) {
				return s.usage(text.ShellOption, option)
			}
		}
		return nil
	}
	err := root.ExecuteContext(context.WithoutCancel(ctx))
	if _, locked := s.open.ID(); locked != nil {
		s.open = nil // the command closed it, by leaving the vault
	}
	return err
}

func (s *shell) unlock() error {
	s.app.passphraseFD = s.passphraseFD
	v, err := s.app.unlock()
	if err != nil {
		return err
	}
	s.open = v
	s.passphraseFD = noFD // it gave one line; next time the terminal is asked
	return nil
}

func (s *shell) lock() error {
	if s.open == nil {
		return nil
	}
	v := s.open
	s.open = nil
	s.closeRender()
	return s.close(v)
}

// split cuts a line into words as shells do: spaces part them, quotes of either
// kind keep them together. A backslash is an ordinary character, since Windows
// writes paths with it. ok is false when a quote is not closed.
func split(line string) (words []string, ok bool) {
	var word strings.Builder
	var quote rune
	started := false
	for _, r := range strings.TrimRight(line, "\r\n") {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			} else {
				word.WriteRune(r)
			}
		case r == '"' || r == '\'':
			quote, started = r, true
		case r == ' ' || r == '\t':
			if started {
				words = append(words, word.String())
				word.Reset()
				started = false
			}
		default:
			word.WriteRune(r)
			started = true
		}
	}
	if started {
		words = append(words, word.String())
	}
	return words, quote == 0
}
