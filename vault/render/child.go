package render

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"carnet/vault/render/frame"
)

// watchInterval is how often the memory of a working child is looked at.
const watchInterval = 20 * time.Millisecond

// child is a running child process. Only one goroutine uses it at a time, but for
// kill and exited.
type child struct {
	cmd         *exec.Cmd
	in, out     *os.File
	w           *frame.Writer
	r           *frame.Reader
	maxResident int64
	closing     <-chan struct{} // the client closes
	exited      chan struct{}   // the process has ended

	mu    sync.Mutex
	cause error // why it was killed
}

// start starts a child. Its only connections with the rest of the world are two
// pipes. The error wraps ErrStart.
func start(opt *Options, closing <-chan struct{}) (*child, error) {
	command := opt.Command
	if len(command) == 0 {
		self, err := os.Executable()
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrStart, pathless(err))
		}
		command = []string{self, "render-worker"}
	}
	if !filepath.IsAbs(command[0]) {
		return nil, fmt.Errorf("%w: program without absolute path", ErrStart)
	}
	theirIn, in, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStart, err)
	}
	defer theirIn.Close()
	out, theirOut, err := os.Pipe()
	if err != nil {
		in.Close()
		return nil, fmt.Errorf("%w: %w", ErrStart, err)
	}
	defer theirOut.Close()

	cmd := &exec.Cmd{
		Path:        command[0],
		Args:        command,
		Env:         []string{}, // not nil, which would mean ours; exec adds SYSTEMROOT on Windows
		Dir:         neutralDir(),
		Stdin:       theirIn,
		Stdout:      theirOut,
		Stderr:      nil, // the null device
		SysProcAttr: attributes(),
	}
	ch := &child{
		cmd: cmd, in: in, out: out,
		w:           frame.NewWriter(in),
		r:           frame.NewReader(bufio.NewReaderSize(out, frame.MaxData)),
		maxResident: opt.MaxResident,
		closing:     closing,
		exited:      make(chan struct{}),
	}
	if err := ch.run(); err != nil {
		in.Close()
		out.Close()
		return nil, fmt.Errorf("%w: %w", ErrStart, err)
	}
	return ch, nil
}

// run starts the process, contains it and waits for its end in the background.
func (ch *child) run() error {
	if err := ch.cmd.Start(); err != nil {
		return pathless(err)
	}
	release, err := contain(ch.cmd.Process.Pid, ch.maxResident)
	if err != nil {
		ch.cmd.Process.Kill()
		ch.cmd.Wait()
		return err
	}
	go func() {
		ch.cmd.Wait() // its error, the status, is in ProcessState
		release()
		close(ch.exited)
	}()
	return nil
}

// kill ends the process, cause being the error of what it was doing. Only the first
// cause counts. It does not wait for the end.
func (ch *child) kill(cause error) {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	if ch.cause != nil {
		return
	}
	ch.cause = cause
	ch.cmd.Process.Kill() // fails when the process has ended, which is as good
	go func() {           // Close waits on Windows for a Read in progress
		ch.in.Close()
		ch.out.Close()
	}()
}

// killed returns the cause given to kill, nil before it.
func (ch *child) killed() error {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	return ch.cause
}

// fit reports whether the child runs and has not grown so much that it should make
// place for a new one.
func (ch *child) fit(maxResident int64) bool {
	select {
	case <-ch.exited:
		return false
	default:
	}
	return ch.killed() == nil && resident(ch.cmd.Process.Pid) <= maxResident/2
}

// allowance is what a call may take: time on the clock, and of the processor, which is
// the same on a busy computer as on one at rest. No processor means that the clock alone
// counts.
type allowance struct{ clock, processor time.Duration }

// still is how many times its processor time a call may take by the clock.
const still = 10

// working allows so much of the processor.
func working(processor time.Duration) allowance { return allowance{still * processor, processor} }

// within calls f, which talks with the child, and kills the child, which ends f, when
// ctx ends, the client closes, f takes more than its allowance, or the child grows too
// big. When f fails for another reason the child is killed too. took is the processor time
// of the child. The error is the cause: that of ctx, ErrClosed, ErrTimeout, ErrMemory or
// ErrCrashed.
func (ch *child) within(ctx context.Context, a allowance, f func() error) (took time.Duration, err error) {
	began := newMeter(ch.cmd.Process.Pid)
	done := make(chan struct{})
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		took = ch.watch(ctx, a, began, done)
	}()
	err = f()
	close(done)
	<-watched
	if err != nil && ctx.Err() != nil {
		ch.kill(ctx.Err())
	} else if err != nil {
		ch.kill(ErrCrashed)
	}
	cause := ch.killed()
	if cause == ErrCrashed {
		<-ch.exited
		if ch.cmd.ProcessState.ExitCode() == frame.ExitMemory {
			return took, ErrMemory
		}
	}
	return took, cause
}

// meter tells the processor time of a process since it was made.
type meter struct {
	pid    int
	before time.Duration
	since  time.Time
}

func newMeter(pid int) meter {
	before, _ := processor(pid)
	return meter{pid, before, time.Now()}
}

// took falls back to the clock where the system does not tell. It is 0 once the process
// has ended.
func (m meter) took() time.Duration {
	now, ok := processor(m.pid)
	if !ok {
		return time.Since(m.since)
	}
	return max(0, now-m.before)
}

// watch kills the child on the first reason to, or returns when done is closed. It
// returns the processor time since began.
func (ch *child) watch(ctx context.Context, a allowance, began meter, done <-chan struct{}) (took time.Duration) {
	limit := time.NewTimer(a.clock)
	defer limit.Stop()
	look := time.NewTicker(watchInterval)
	defer look.Stop()
	for {
		select {
		case <-done:
			return max(took, began.took())
		case <-ctx.Done():
			ch.kill(ctx.Err())
			return took
		case <-ch.closing:
			ch.kill(ErrClosed)
			return took
		case <-limit.C:
			ch.kill(ErrTimeout)
			return max(took, began.took())
		case <-look.C:
			if resident(ch.cmd.Process.Pid) > ch.maxResident {
				ch.kill(ErrMemory)
				return took
			}
			if took = max(took, began.took()); a.processor > 0 && took > a.processor {
				ch.kill(ErrTimeout)
				return took
			}
		}
	}
}

// pathless returns what the system said, without the path of the program or file, which
// tells the name of a person or a document.
func pathless(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	return err
}
