package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"carnet/ui/text"
	"carnet/vault/seal"
)

// corpusFolders are the parts of the third-party corpus that hold PDF files.
var corpusFolders = []string{"pdf-normal", "pdf-malformed", "pdfa"}

const corpusFiles = 85

// command runs the program in this process with a passphrase on its standard
// input, and returns what it printed as a result.
func command(t *testing.T, vault string, args ...string) ([]byte, int) {
	t.Helper()
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("three green horses running\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := os.Open(secret)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var out, diagnostics bytes.Buffer
	a := newApp(context.Background(), streams{in, &out, &diagnostics}, text.English)
	a.argon2 = seal.Floor
	code := a.run(append(args, "--vault", vault, "--passphrase-fd", "0"))
	if code != exitDone {
		t.Logf("carnet %s: exit %d: %s", args[0], code, diagnostics.String())
	}
	return out.Bytes(), code
}

// TestCorpus takes every PDF of the corpus through document add, list and
// export: none may bring the program down, each comes back byte for byte, and
// page counts are those on which two other readers agree.
func TestCorpus(t *testing.T) {
	corpus := os.Getenv("CARNET_CORPUS")
	if corpus == "" {
		t.Skipf("CARNET_CORPUS is not set: %d files are not tested", corpusFiles)
	}
	vault := filepath.Join(t.TempDir(), "corpus.carnet")
	if _, code := command(t, vault, "vault", "create", "--name", "A", "--birth", "1980-01-01"); code != exitDone {
		t.Fatal("no vault")
	}
	add := []string{"document", "add", "--no-ocr", "--json"}
	for _, folder := range corpusFolders {
		add = append(add, filepath.Join(corpus, folder))
	}
	raw, code := command(t, vault, add...)
	var outcome addedJSON
	decode(t, raw, &outcome)
	if code != exitDone || len(outcome.Failed) > 0 || len(outcome.Added)+len(outcome.Duplicates) != corpusFiles {
		t.Fatalf("exit %d: %d added, %d duplicates, failed %v", code, len(outcome.Added), len(outcome.Duplicates), outcome.Failed)
	}
	raw, _ = command(t, vault, "document", "list", "--json")
	var listed []documentJSON
	decode(t, raw, &listed)
	byID := map[string]documentJSON{}
	for _, d := range listed {
		byID[d.ID.String()] = d
	}
	expected := expectedPages(t, corpus)
	agreed := 0
	for _, f := range outcome.Added {
		rel, err := filepath.Rel(corpus, f.Path)
		if err != nil {
			t.Fatal(err)
		}
		d, want := byID[f.ID.String()], expected[filepath.ToSlash(rel)]
		if want.Qpdf != nil && want.Mutool != nil && *want.Qpdf == *want.Mutool && *want.Qpdf > 0 {
			agreed++
			if d.Pages != *want.Qpdf {
				t.Errorf("%s: %d pages, want %d", rel, d.Pages, *want.Qpdf)
			}
			continue
		}
		t.Logf("%s: other readers differ or find no page; we say %s, %d pages, cannot be shown: %v", rel, d.MediaType, d.Pages, d.Unshowable)
		if d.MediaType == "application/pdf" && d.Pages == 0 && !d.Unshowable {
			t.Errorf("%s: nothing said about a PDF without pages", rel)
		}
	}
	t.Logf("%d files, %d page counts compared", len(outcome.Added)+len(outcome.Duplicates), agreed)
	compareExports(t, vault, outcome)
}

func decode(t *testing.T, raw []byte, v any) {
	t.Helper()
	if err := json.Unmarshal(raw, v); err != nil {
		t.Fatalf("%v in %q", err, raw)
	}
}

// pageCounts are what qpdf and mutool found, null for nothing.
type pageCounts struct {
	Path   string `json:"path"`
	Qpdf   *int   `json:"pages_qpdf"`
	Mutool *int   `json:"pages_mutool"`
}

func expectedPages(t *testing.T, corpus string) map[string]pageCounts {
	t.Helper()
	out := map[string]pageCounts{}
	for _, folder := range corpusFolders {
		raw, err := os.ReadFile(filepath.Join(corpus, "expected", folder+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			Files []pageCounts `json:"files"`
		}
		decode(t, raw, &file)
		for _, f := range file.Files {
			out[f.Path] = f
		}
	}
	return out
}

// compareExports takes everything out again and compares the bytes.
func compareExports(t *testing.T, vault string, outcome addedJSON) {
	t.Helper()
	to := filepath.Join(t.TempDir(), "out")
	raw, code := command(t, vault, "document", "export", "--all", "--to", to, "--json")
	if code != exitDone {
		t.Fatalf("export: exit %d", code)
	}
	var exported []extractedJSON
	decode(t, raw, &exported)
	paths := map[string]string{}
	for _, e := range exported {
		paths[e.ID.String()] = e.Path
	}
	for _, f := range outcome.Added {
		original, err := os.ReadFile(f.Path)
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(paths[f.ID.String()])
		if err != nil || !bytes.Equal(got, original) {
			t.Errorf("%s does not come back as it was: %v", filepath.Base(f.Path), err)
		}
	}
	if len(exported) != len(outcome.Added) {
		t.Errorf("%d exported, %d added", len(exported), len(outcome.Added))
	}
	err := filepath.WalkDir(to, func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasPrefix(d.Name(), ".carnet-") {
			t.Errorf("a temporary file remains: %s", d.Name())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
