//go:build !windows

package scanner

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	listLimit = 90 * time.Second // to list scanners and to say what one can do
	pageLimit = 10 * time.Minute // for one page: fine colour on an old scanner
	endLimit  = 5 * time.Second  // to put the lamp back once it was told to stop, or has said what is wrong
	maxList   = 256 << 10        // bytes of a list
	maxSaid   = 8 << 10          // bytes of what is said of an error
	maxFault  = 512              // bytes of the line that says what is wrong
)

// places are where Homebrew and MacPorts put scanimage: a program started from the
// Finder has a PATH without them.
var places = []string{"/opt/homebrew/bin/scanimage", "/usr/local/bin/scanimage", "/opt/local/bin/scanimage"}

// listed is how a scanner is listed.
const listed = "%d\t%v\t%m\t%t%n"

// find finds scanimage. It returns ErrNoProgram.
func find() (string, error) {
	if path, err := exec.LookPath("scanimage"); err == nil && filepath.IsAbs(path) {
		return path, nil
	}
	for _, place := range places {
		if info, err := os.Stat(place); err == nil && info.Mode().IsRegular() {
			return place, nil
		}
	}
	return "", ErrNoProgram
}

// run runs scanimage, in English, in a process group of its own: an interrupt typed in a
// terminal is for this program. The end of ctx asks it to stop, so that the scanner puts
// its lamp back, and ends it, with what it may have started, when it does not.
func run(ctx context.Context, limit time.Duration, out *bounded, said func([]byte), args ...string) error {
	path, err := find()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, limit, ErrTimeout)
	defer cancel()
	ctx, giveUp := context.WithCancelCause(ctx)
	defer giveUp(nil)
	var late *time.Timer
	var heard []byte // the last of what it said, which comes in pieces
	var failed error // what it said is wrong
	errs := &bounded{max: maxSaid, told: func(b []byte) {
		if said != nil {
			said(b)
		}
		heard = append(heard, b...)
		heard = heard[max(0, len(heard)-maxFault):]
		if m := fault.FindSubmatch(heard); m != nil && late == nil { // some drivers never end after it, or crash
			failed = spoken(string(m[1]))
			late = time.AfterFunc(endLimit, func() { giveUp(failed) })
		}
	}}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Stdout, cmd.Stderr = out, errs
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = endLimit
	err = cmd.Run()
	if late != nil {
		late.Stop()
	}
	if cmd.Process != nil && ctx.Err() != nil {
		// Whoever is left of the group; nobody mostly.
		if gone := syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL); gone != nil && !errors.Is(gone, syscall.ESRCH) && !errors.Is(gone, syscall.EPERM) {
			err = errors.Join(err, gone)
		}
	}
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case out.over:
		return ErrTooLarge
	case failed != nil && (err == nil || failed != ErrFailed): // also where it ends as if all were well
		return failed
	case err == nil:
		return nil
	case !errors.As(err, &exit):
		return fmt.Errorf("%w: %w", ErrFailed, pathless(err))
	}
	return ended(exit.ExitCode(), string(errs.kept))
}

// ended is the error of how scanimage ended. What it said names the device.
func ended(code int, said string) error {
	for _, s := range statuses {
		if s.code == code {
			return s.err
		}
	}
	switch {
	case strings.Contains(said, "no SANE devices found"), strings.Contains(said, "open of device") && strings.Contains(said, "Invalid argument"):
		return ErrNoScanner
	case strings.Contains(said, "Device busy"):
		return ErrBusy
	case strings.Contains(said, "Access to resource has been denied"):
		return ErrDenied
	case strings.Contains(said, "setting of option"):
		return ErrOption
	}
	return fmt.Errorf("%w: status %d", ErrFailed, code)
}

// spoken is the error of a page by what scanimage said of it.
func spoken(said string) error {
	for _, s := range statuses {
		if s.said == said {
			return s.err
		}
	}
	return ErrFailed
}

func devices(ctx context.Context) ([]Device, error) {
	out := &bounded{max: maxList}
	if err := run(ctx, listLimit, out, nil, "-f", listed); err != nil {
		if errors.Is(err, ErrFailed) {
			err = errors.Join(ErrNoScanner, err)
		}
		return nil, err
	}
	return parseDevices(string(out.kept)), nil
}

// settings asks a scanner what it can do, and makes the arguments for what is wanted.
func settings(ctx context.Context, o Options) ([]string, error) {
	out := &bounded{max: maxList}
	if err := run(ctx, listLimit, out, nil, "--device-name="+o.Device, "--format=png", "--all-options"); err != nil {
		return nil, err
	}
	return choose(parseOptions(string(out.kept)), o)
}

// scan scans one page.
func scan(ctx context.Context, device string, with []string, progress func(float64)) ([]byte, error) {
	page := &bounded{max: MaxPage}
	args := append([]string{"--device-name=" + device, "--format=png", "--progress"}, with...)
	err := run(ctx, pageLimit, page, func(b []byte) {
		all := percent.FindAllSubmatch(b, -1)
		if len(all) == 0 {
			return
		}
		if n, err := strconv.ParseFloat(string(all[len(all)-1][1]), 64); err == nil {
			progress(min(max(n/100, 0), 1))
		}
	}, args...)
	if err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(page.kept, []byte("\x89PNG\r\n\x1a\n")) || !bytes.HasSuffix(page.kept, []byte("IEND\xaeB`\x82")) {
		return nil, fmt.Errorf("%w: no whole picture", ErrFailed)
	}
	return page.kept, nil
}

// bounded keeps the first bytes written to it and drops the others.
type bounded struct {
	kept []byte
	max  int
	over bool
	told func([]byte) // what comes; nil for nobody
}

func (b *bounded) Write(p []byte) (int, error) {
	n := min(len(p), b.max-len(b.kept))
	b.kept = append(b.kept, p[:n]...)
	b.over = b.over || n < len(p)
	if b.told != nil {
		b.told(p)
	}
	return len(p), nil
}

// pathless is an error of the system without the path in it.
func pathless(err error) error {
	var of *os.PathError
	if errors.As(err, &of) {
		return of.Err
	}
	var start *exec.Error
	if errors.As(err, &start) {
		return start.Err
	}
	return err
}
