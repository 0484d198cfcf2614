package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode"

	"carnet/cmd/carnet/samples"
	"carnet/vault"
	"carnet/vault/corpustest"
	"carnet/vault/render"
)

// needTesseract is for what needs the system's tesseract with French. make test
// installs them on Linux; elsewhere it skips where they are missing.
func needTesseract(t *testing.T, r *render.Client) {
	t.Helper()
	_, err := render.NewRecogniser(t.Context(), r)
	if err != nil && runtime.GOOS == "linux" {
		t.Fatalf("%v: make deps installs it", err)
	}
	if err != nil {
		t.Skipf("tesseract with French is not installed (%v): no scan was read", err)
	}
}

// TestScansAreFound: a scan and a photograph are found by their words once they are
// read, at once after they are added or later, and not before.
func TestScansAreFound(t *testing.T) {
	r := render.New(nil)
	defer r.Close()
	needTesseract(t, r)
	dir := t.TempDir()
	files, err := samples.Make(time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, f := range files {
		if strings.Contains(f.Name, "devis") {
			paths = append(paths, filepath.Join(dir, f.Name))
			if err := os.WriteFile(paths[len(paths)-1], f.Data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	if len(paths) != 2 {
		t.Fatalf("%d pictures among the samples", len(paths))
	}
	file := filepath.Join(dir, "scans.carnet")
	run := func(into any, args ...string) {
		t.Helper()
		raw, code := command(t, file, append(args, "--json")...)
		if code != exitDone {
			t.Fatalf("%v: exit %d", args, code)
		}
		if into != nil {
			decode(t, raw, into)
		}
	}
	hits := func() int {
		t.Helper()
		var found []struct{ ID string }
		run(&found, "search", "chirurgien", "scellement")
		return len(found)
	}
	run(nil, "vault", "create", "--name", "A", "--birth", "1980-01-01")
	var added addedJSON
	run(&added, "document", "add", "--no-ocr", paths[0])
	if added.Unread != 1 || hits() != 0 {
		t.Errorf("not to be read: %d wait, %d found", added.Unread, hits())
	}
	run(&added, "document", "add", paths[1]) // reads both
	if added.Unread != 0 || hits() != 2 {
		t.Errorf("read: %d wait, %d found", added.Unread, hits())
	}
	var read struct{ Read, Unread int }
	run(&read, "document", "read")
	if read.Read != 0 || read.Unread != 0 {
		t.Errorf("once more: %+v", read)
	}
}

// corpusScans is how many readable documents of the corpus are made scans of.
const corpusScans = 6

// TestCorpusScans: a page of a readable document of the corpus, made a picture, is
// found by a word in the middle of its text after it was read.
func TestCorpusScans(t *testing.T) {
	corpus := corpustest.Root(t, "%d scans are not read", corpusScans)
	r := render.New(nil)
	defer r.Close()
	needTesseract(t, r)
	dir := t.TempDir()
	file := filepath.Join(dir, "scans.carnet")
	if _, code := command(t, file, "vault", "create", "--name", "A", "--birth", "1980-01-01"); code != exitDone {
		t.Fatal("no vault")
	}
	words := map[string]string{} // by file
	add := []string{"document", "add", "--json"}
	for _, path := range pdfs(t, corpus) {
		if len(words) == corpusScans {
			break
		}
		page, word := 0, ""
		for i, text := range strings.Split(textOfFile(t, r, path), "\f") {
			if word = middleWord(text); word != "" {
				page = i + 1
				break
			}
		}
		if page == 0 {
			continue
		}
		doc, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		picture, err := r.Page(t.Context(), bytes.NewReader(doc), int64(len(doc)), page, 2480, 2480)
		if err != nil {
			continue
		}
		scan := filepath.Join(dir, fmt.Sprintf("scan%02d.png", len(words)))
		if err := os.WriteFile(scan, picture, 0o600); err != nil {
			t.Fatal(err)
		}
		words[scan] = word
		add = append(add, scan)
	}
	begun := time.Now()
	raw, _ := command(t, file, add...)
	var outcome addedJSON
	decode(t, raw, &outcome)
	v, err := vault.Unlock(t.Context(), file, []byte("three green horses running"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	found := 0
	for _, f := range outcome.Added {
		hits, err := v.Search(t.Context(), vault.SearchQuery{Words: `"` + words[f.Path] + `"`, Limit: corpusScans})
		if err != nil {
			t.Fatal(err)
		}
		there := false
		for _, h := range hits.Hits {
			there = there || h.Document.ID == f.ID
		}
		if there {
			found++
		} else {
			t.Logf("%s is not found by %q", filepath.Base(f.Path), words[f.Path])
		}
	}
	t.Logf("%d of %d scans are found by a word in their middle; read in %v", found, len(outcome.Added), time.Since(begun).Round(time.Second))
	if len(outcome.Added) < corpusScans || found < len(outcome.Added) {
		t.Error("too few scans, or too few found")
	}
}

// middleWord is the word of six plain letters or more nearest after the middle of
// a text that has some, "" for none: a shorter one may be part of a drawing.
func middleWord(text string) string {
	words := strings.FieldsFunc(text, func(c rune) bool { return !unicode.IsLetter(c) })
	if len(words) < 15 {
		return ""
	}
	for _, w := range words[len(words)/2:] {
		if len(w) >= 6 && strings.Trim(strings.ToLower(w), "abcdefghijklmnopqrstuvwxyz") == "" {
			return w
		}
	}
	return ""
}
