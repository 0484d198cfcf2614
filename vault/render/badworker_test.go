package render_test

import (
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"carnet/vault/render"
	"carnet/vault/render/frame"
)

// badWorker is a child that a hostile document has taken over, or another program.
func badWorker(kind string) {
	w := frame.NewWriter(os.Stdout)
	r := frame.NewReader(os.Stdin)
	switch kind {
	case "ends":
		return
	case "silent":
		time.Sleep(time.Minute)
	case "prints":
		fmt.Println("warning: hello")
		time.Sleep(time.Minute)
	case "other version":
		w.Send(frame.Fail{Code: frame.FailVersion})
		time.Sleep(time.Minute)
	}
	for {
		m, err := r.Request()
		if err != nil {
			return
		}
		switch m := m.(type) {
		case frame.Open:
			w.Send(frame.Ready{Version: frame.Version})
			for left := int(m.Size); left > 0; {
				d, err := r.Request()
				if err != nil {
					return
				}
				left -= len(d.(frame.Data))
			}
			if kind == "ready twice" {
				w.Send(frame.Ready{Version: frame.Version})
				continue
			}
			w.Send(frame.Opened{Pages: 2})
		default:
			badAnswer(kind, w)
		}
	}
}

func badAnswer(kind string, w *frame.Writer) {
	switch kind {
	case "endless data":
		w.Send(frame.Result{Size: 10})
		for {
			if w.SendData(make([]byte, frame.MaxData)) != nil {
				return
			}
		}
	case "long result":
		w.Send(frame.Result{Size: frame.MaxPicture})
		w.SendData(make([]byte, frame.MaxPicture))
	case "bad text":
		w.Send(frame.Result{Size: 5})
		w.SendData([]byte("a\xff\fbc"))
	case "large picture":
		var b strings.Builder
		png.Encode(&b, image.NewGray(image.Rect(0, 0, 500, 500)))
		w.Send(frame.Result{Size: uint32(b.Len())})
		w.SendData([]byte(b.String()))
	case "no picture":
		w.Send(frame.Result{Size: 30})
		w.SendData(make([]byte, 30))
	case "stops short":
		w.Send(frame.Result{Size: 10})
		w.SendData(make([]byte, 5))
		os.Exit(0)
	case "data first":
		w.SendData([]byte("x"))
	}
}

func TestBadWorker(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for kind, want := range map[string]struct{ probe, page error }{
		"ends":          {render.ErrStart, render.ErrStart},
		"silent":        {render.ErrStart, render.ErrStart},
		"prints":        {render.ErrStart, render.ErrStart},
		"other version": {render.ErrStart, render.ErrStart},
		"ready twice":   {render.ErrCrashed, render.ErrCrashed},
		"endless data":  {nil, render.ErrCrashed},
		"long result":   {nil, render.ErrCrashed},
		"bad text":      {nil, render.ErrCrashed},
		"large picture": {nil, render.ErrCrashed},
		"no picture":    {nil, render.ErrCrashed},
		"stops short":   {nil, render.ErrCrashed},
		"data first":    {nil, render.ErrCrashed},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			c := newClient(t, &render.Options{Command: []string{self, "bad-worker", kind}, OpenTimeout: 5 * short, PageTimeout: 50 * short})
			doc := goodPDF(t)
			p, err := probe(c, doc)
			if !errors.Is(err, want.probe) {
				t.Errorf("Probe: %v, want %v", err, want.probe)
			}
			if kind == "bad text" && p.Text != "a?\nbc\fa?\nbc" {
				t.Errorf("Probe: text %q", p.Text)
			}
			if b, err := page(c, doc, 1, 300, 300); !errors.Is(err, want.page) || len(b) > 0 {
				t.Errorf("Page: %d bytes, %v, want %v", len(b), err, want.page)
			}
		})
	}
}

func TestStart(t *testing.T) {
	for name, command := range map[string][]string{
		"relative": {"carnet", "render-worker"},
		"absent":   {filepath.Join(t.TempDir(), "carnet"), "render-worker"},
	} {
		c := newClient(t, &render.Options{Command: command})
		_, err := probe(c, goodPDF(t))
		if !errors.Is(err, render.ErrStart) {
			t.Errorf("%s: %v", name, err)
		}
		if strings.Contains(err.Error(), "carnet") {
			t.Errorf("%s: the error tells the path: %v", name, err)
		}
	}
}
