package render_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"carnet/vault/corpustest"
	"carnet/vault/render"
)

// corpusFiles is the number of PDFs in the folders this test reads.
const corpusFiles = 85

// TestCorpus probes and draws published PDFs, good and damaged, under CARNET_CORPUS, and
// compares the page counts on which two other tools agree.
func TestCorpus(t *testing.T) {
	root := corpustest.Root(t, "%d PDFs are not tested", corpusFiles)
	c := newClient(t, nil)
	tested := 0
	for _, set := range []string{"pdf-normal", "pdf-malformed", "pdfa"} {
		agreed := expectedPages(t, filepath.Join(root, "expected", set+".json"))
		err := filepath.WalkDir(filepath.Join(root, set), func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || !strings.EqualFold(filepath.Ext(path), ".pdf") {
				return err
			}
			rel, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			doc, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			tested++
			checkFile(t, c, filepath.ToSlash(rel), doc, agreed)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d files", tested)
	if tested < corpusFiles {
		t.Errorf("%d files tested, there were %d", tested, corpusFiles)
	}
}

func checkFile(t *testing.T, c *render.Client, name string, doc []byte, agreed map[string]int) {
	p, err := probe(c, doc)
	if err != nil && !known(err) {
		t.Errorf("%s: Probe: %v", name, err)
	}
	want, ok := agreed[name]
	switch {
	case !ok:
		t.Logf("%s: the tools disagree; we say %d pages, %d bytes of text, %d skipped, %v", name, p.Pages, len(p.Text), p.Skipped, err)
	case p.Pages != want:
		t.Errorf("%s: %d pages, %v; two tools say %d", name, p.Pages, err, want)
	case p.Skipped > 0:
		t.Logf("%s: %d of %d pages without text", name, p.Skipped, p.Pages)
	}
	for n := 1; n <= min(p.Pages, 3); n++ {
		b, err := page(c, doc, n, 500, 500)
		switch {
		case err == nil && (len(b) == 0 || len(b) > 500*500*5):
			t.Errorf("%s: page %d has %d bytes", name, n, len(b))
		case err != nil && !known(err):
			t.Errorf("%s: page %d: %v", name, n, err)
		case err != nil:
			t.Logf("%s: page %d: %v", name, n, err)
		}
	}
}

// expectedPages returns the page counts on which qpdf and mutool agree.
func expectedPages(t *testing.T, path string) map[string]int {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var expected struct {
		Files []struct {
			Path   string
			Qpdf   *int `json:"pages_qpdf"`
			Mutool *int `json:"pages_mutool"`
		}
	}
	if err := json.Unmarshal(b, &expected); err != nil {
		t.Fatal(err)
	}
	pages := make(map[string]int)
	for _, f := range expected.Files {
		if f.Qpdf != nil && f.Mutool != nil && *f.Qpdf == *f.Mutool {
			pages[f.Path] = *f.Qpdf
		}
	}
	return pages
}
