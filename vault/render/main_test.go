package render_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"carnet/vault/render"
	"carnet/vault/render/worker"
)

// TestMain makes the test binary its own child, as the program is, and a few children
// that no Client deserves.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "render-worker" {
		if err := worker.Main(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if len(os.Args) == 3 && os.Args[1] == "bad-worker" {
		badWorker(os.Args[2])
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// newClient returns a Client whose child is this test binary; nil means the defaults.
func newClient(t testing.TB, opt *render.Options) *render.Client {
	t.Helper()
	c := render.New(opt)
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func probe(c *render.Client, doc []byte) (render.Probed, error) {
	return c.Probe(context.Background(), bytes.NewReader(doc), int64(len(doc)))
}

func page(c *render.Client, doc []byte, n, w, h int) ([]byte, error) {
	return c.Page(context.Background(), bytes.NewReader(doc), int64(len(doc)), n, w, h)
}

// checkGood fails unless c shows a good document, whatever came before.
func checkGood(t *testing.T, c *render.Client) {
	t.Helper()
	p, err := probe(c, goodPDF(t))
	if err != nil || p.Pages != 3 || p.Skipped != 0 {
		t.Fatalf("the next good document: %d pages, %d skipped, %v", p.Pages, p.Skipped, err)
	}
	png, err := page(c, goodPDF(t), 2, 300, 300)
	if err != nil {
		t.Fatalf("the next good page: %v", err)
	}
	checkPicture(t, png, 300, 300)
}

// short is a deadline for what is known to hang.
const short = 400 * time.Millisecond
