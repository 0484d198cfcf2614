package worker

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"carnet/vault/render/frame"
)

// runWorker makes this process a worker.
func runWorker() {
	if err := Main(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// self returns a command that runs this test binary with one argument, in the empty
// environment of a worker.
func self(t *testing.T, arg string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, arg)
	cmd.Env = []string{}
	return cmd
}

// hangingPDF is a page whose drawing does not end: forms that draw each other.
func hangingPDF() []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n" +
		"2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n" +
		"3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >> endobj\n" +
		"4 0 obj << /Length 5 >> stream\n/X Do\nendstream endobj\n")
	const depth = 40
	for n := 5; n < 5+depth; n++ {
		fmt.Fprintf(&b, "%d 0 obj << /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X %d 0 R >> >> /Length 17 >> stream\n/X Do /X Do /X Do\nendstream endobj\n", n, n+1)
	}
	fmt.Fprintf(&b, "%d 0 obj << /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 12 >> stream\n0 0 9 9 re f\nendstream endobj\n", 5+depth)
	b.WriteString("trailer << /Root 1 0 R >>\n%%EOF\n")
	return b.Bytes()
}

// TestOrphan: a worker in the middle of a page that never ends follows its parent.
func TestOrphan(t *testing.T) {
	cmd := self(t, "render-worker")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	w, r := frame.NewWriter(in), frame.NewReader(out)
	send(t, w, frame.Open{Version: frame.Version, Size: uint32(len(hangingPDF()))})
	receive(t, r, frame.Ready{Version: frame.Version})
	send(t, w, frame.Data(hangingPDF()))
	receive(t, r, frame.Opened{Pages: 1})
	send(t, w, frame.Render{Page: 1, Width: 100, Height: 100})
	time.Sleep(200 * time.Millisecond)
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	if m, err := r.Reply(); err != io.EOF {
		t.Errorf("after the end of the parent: %#v, %v", m, err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("the worker ended with %v", err)
	}
}

func send(t *testing.T, w *frame.Writer, m frame.Message) {
	t.Helper()
	if err := w.Send(m); err != nil {
		t.Fatal(err)
	}
}

func receive(t *testing.T, r *frame.Reader, want frame.Reply) {
	t.Helper()
	if m, err := r.Reply(); err != nil || m != want {
		t.Fatalf("got %#v, %v; want %#v", m, err, want)
	}
}

// TestOrder: requests that make no sense end the worker.
func TestOrder(t *testing.T) {
	open := frame.Open{Version: frame.Version, Size: 5}
	for name, requests := range map[string][]frame.Message{
		"text without a document":   {frame.Text{Page: 1, Limit: 1}},
		"render without a document": {frame.Render{Page: 1, Width: 1, Height: 1}},
		"data without open":         {frame.Data("x")},
		"text before all data":      {open, frame.Data("x"), frame.Text{Page: 1, Limit: 1}},
		"more data than announced":  {open, frame.Data("123456")},
		"text after close":          {open, frame.Close{}, frame.Text{Page: 1, Limit: 1}},
		"a reply":                   {frame.Ready{Version: 1}},
	} {
		in, parent := io.Pipe()
		go func() {
			w := frame.NewWriter(parent)
			for _, m := range requests {
				if w.Send(m) != nil {
					return
				}
			}
		}()
		err := serve(in, io.Discard)
		if !errors.Is(err, errOrder) && !errors.Is(err, frame.ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
		in.Close()
	}
}

func TestOtherVersion(t *testing.T) {
	in, parent := io.Pipe()
	child, out := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- serve(in, out) }()
	w, r := frame.NewWriter(parent), frame.NewReader(child)
	send(t, w, frame.Open{Version: frame.Version + 1, Size: 1})
	receive(t, r, frame.Fail{Code: frame.FailVersion})
	send(t, w, frame.Open{Version: frame.Version, Size: 1})
	receive(t, r, frame.Ready{Version: frame.Version})
	if err := parent.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Errorf("at the end of the parent: %v", err)
	}
}

func TestSniff(t *testing.T) {
	pad := strings.Repeat(" ", 1100)
	for _, test := range []struct {
		content string
		ok      bool
		start   string
	}{
		{"%PDF-1.4" + pad, true, "%PDF-1.4"},
		{"PK\x03\x04 %PDF-1.4" + pad, true, "%PDF-1.4"},
		{pad[:1023] + "%PDF-1.4" + pad, true, "%PDF-1.4"},
		{pad[:1024] + "%PDF-1.4" + pad, false, ""},
		{"%PDF" + pad, false, ""},
		{"\x89PNG\r\n\x1a\n %PDF-" + pad, true, "\x89PNG"},
		{"\xff\xd8\xff\xe1" + pad, true, "\xff\xd8"},
		{"II*\x00" + pad, true, "II"},
		{"MM\x00*" + pad, true, "MM"},
		{"II\xbc" + pad, false, ""},
		{"%PDF-1.4", false, ""},
		{pad[:1000] + "%PDF-1.4", false, ""},
		{"", false, ""},
	} {
		got, ok := sniff([]byte(test.content))
		if ok != test.ok || !strings.HasPrefix(string(got), test.start) {
			t.Errorf("sniff(%.20q...) = %.10q, %v", test.content, got, ok)
		}
	}
}
