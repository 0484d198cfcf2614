package render_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"sync"
	"testing"
	"time"

	"carnet/vault/render"
)

// TestKilled kills the child from outside, at three moments.
func TestKilled(t *testing.T) {
	c := newClient(t, nil)
	checkGood(t, c)

	kill(t, c.ChildPID()) // between two documents: nobody notices
	checkGood(t, c)

	doc := goodPDF(t)
	_, err := c.Page(context.Background(), io.MultiReader( // while the document is sent
		bytes.NewReader(doc[:100]),
		readFunc(func([]byte) (int, error) { kill(t, c.ChildPID()); return 0, io.EOF }),
		bytes.NewReader(doc[100:])), int64(len(doc)), 1, 10, 10)
	if !errors.Is(err, render.ErrCrashed) {
		t.Errorf("killed while the document is sent: %v", err)
	}
	checkGood(t, c)

	pid := c.ChildPID()
	timer := time.AfterFunc(300*time.Millisecond, func() { kill(t, pid) }) // during a page
	defer timer.Stop()
	if _, err := page(c, exponentialForms(40, 3, 1), 1, 10, 10); !errors.Is(err, render.ErrCrashed) {
		t.Errorf("killed during a page: %v", err)
	}
	checkGood(t, c)
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

func kill(t *testing.T, pid int) {
	p, err := os.FindProcess(pid)
	if err == nil {
		err = p.Kill()
	}
	if err != nil {
		t.Errorf("kill: %v", err)
	}
}

func TestCancel(t *testing.T) {
	c := newClient(t, nil)
	hang := exponentialForms(40, 3, 1)
	for name, call := range map[string]func(context.Context) error{
		"Probe": func(ctx context.Context) error {
			p, err := c.Probe(ctx, bytes.NewReader(hang), int64(len(hang)))
			if p != (render.Probed{}) {
				t.Error("a result beside the error")
			}
			return err
		},
		"Page": func(ctx context.Context) error {
			_, err := c.Page(ctx, bytes.NewReader(hang), int64(len(hang)), 1, 10, 10)
			return err
		},
	} {
		checkGood(t, c)
		pid := c.ChildPID()
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(200*time.Millisecond, cancel)
		err := call(ctx) // without it, the limit of time would have its own error
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
		if err := call(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%s with an ended context: %v", name, err)
		}
		checkGood(t, c)
		if c.ChildPID() == pid {
			t.Errorf("%s: the child still lives", name)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	if _, err := c.Page(ctx, bytes.NewReader(hang), int64(len(hang)), 1, 10, 10); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("deadline: %v", err)
	}
}

// TestCancelWaiting: a call that waits for its turn returns when its context ends.
func TestCancelWaiting(t *testing.T) {
	c := newClient(t, nil)
	hang := exponentialForms(40, 3, 1)
	long, stop := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	entered := make(chan struct{})
	wg.Go(func() {
		c.Page(long, io.MultiReader(
			readFunc(func([]byte) (int, error) { close(entered); return 0, io.EOF }),
			bytes.NewReader(hang)), int64(len(hang)), 1, 10, 10)
	})
	<-entered
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := c.Probe(ctx, bytes.NewReader(hang), int64(len(hang))); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting: %v", err)
	}
	stop()
	wg.Wait()
}

func TestClose(t *testing.T) {
	c := newClient(t, nil)
	checkGood(t, c)
	hang := exponentialForms(40, 3, 1)
	result := make(chan error)
	entered := make(chan struct{})
	for range 2 {
		go func() {
			_, err := c.Page(context.Background(), io.MultiReader(
				readFunc(func([]byte) (int, error) { close(entered); return 0, io.EOF }),
				bytes.NewReader(hang)), int64(len(hang)), 1, 10, 10)
			result <- err
		}()
	}
	<-entered
	time.Sleep(50 * time.Millisecond)
	for range 2 {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
	for range 2 {
		if err := <-result; !errors.Is(err, render.ErrClosed) {
			t.Errorf("interrupted: %v", err)
		}
	}
	if _, err := probe(c, goodPDF(t)); !errors.Is(err, render.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
	if err := render.New(nil).Close(); err != nil {
		t.Error(err)
	}
}

// TestConcurrent: calls from many goroutines, good, bad and cancelled ones.
func TestConcurrent(t *testing.T) {
	c := newClient(t, &render.Options{PageTimeout: 5 * short})
	bad := outlineLoop()
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Go(func() {
			for range 5 {
				switch n % 4 {
				case 0:
					if p, err := probe(c, goodPDF(t)); err != nil || p.Pages != 3 || p.Skipped != 0 {
						t.Errorf("Probe: %+v, %v", p, err)
					}
				case 1:
					if _, err := page(c, goodPDF(t), 3, 200, 200); err != nil {
						t.Errorf("Page: %v", err)
					}
				case 2:
					if _, err := probe(c, bad); err != nil && !known(err) {
						t.Errorf("bad Probe: %v", err)
					}
				case 3:
					ctx, cancel := context.WithTimeout(context.Background(), 3*time.Millisecond)
					_, err := c.Probe(ctx, bytes.NewReader(goodPDF(t)), int64(len(goodPDF(t))))
					if err != nil && !errors.Is(err, context.DeadlineExceeded) {
						t.Errorf("cancelled Probe: %v", err)
					}
					cancel()
				}
			}
		})
	}
	wg.Wait()
	checkGood(t, c)
}
