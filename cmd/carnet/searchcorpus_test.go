package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"carnet/ui/session"
	"carnet/vault"
	"carnet/vault/corpustest"
	"carnet/vault/render"
)

// corpusWithText is how many files of the corpus have words that can be read.
const corpusWithText = 40

// TestCorpusSearch: the text of every PDF of the corpus that has any is found by
// a word in the middle of it.
func TestCorpusSearch(t *testing.T) {
	corpus := corpustest.Root(t, "the text of %d files is not searched", corpusFiles)
	file := filepath.Join(t.TempDir(), "corpus.carnet")
	if _, code := command(t, file, "vault", "create", "--name", "A", "--birth", "1980-01-01"); code != exitDone {
		t.Fatal("no vault")
	}
	add := []string{"document", "add", "--no-ocr", "--json"}
	for _, folder := range corpusFolders {
		add = append(add, filepath.Join(corpus, folder))
	}
	raw, _ := command(t, file, add...)
	var outcome addedJSON
	decode(t, raw, &outcome)

	v, err := vault.Unlock(t.Context(), file, []byte("three green horses running"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	r := render.New(nil)
	defer r.Close()
	readable := 0
	for _, f := range outcome.Added {
		word := middle(t, r, f.Path)
		if word == "" {
			continue
		}
		readable++
		found, err := v.Search(t.Context(), vault.SearchQuery{Words: `"` + word + `"`, Limit: corpusFiles})
		if err != nil {
			t.Fatal(err)
		}
		there := false
		for _, h := range found.Hits {
			there = there || h.Document.ID == f.ID && h.Snippet != "" && len(h.Pages) > 0
		}
		if !there {
			t.Errorf("%s is not found by a word in its middle (%d hits)", filepath.Base(f.Path), found.Total)
		}
	}
	t.Logf("%d of %d files have text", readable, len(outcome.Added))
	if readable < corpusWithText {
		t.Error("too few files have text for this to be a test")
	}
}

// middle gives the word nearest after the middle of a document's text, "" for a
// document without words.
func middle(t *testing.T, r *render.Client, path string) string {
	t.Helper()
	words := strings.FieldsFunc(textOfFile(t, r, path), func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) && !unicode.IsMark(c) })
	for i := range words {
		if w := words[(len(words)/2+i)%len(words)]; len(w) >= 3 && strings.ContainsFunc(w, unicode.IsLetter) {
			return w
		}
	}
	return ""
}

// textOfFile is the text of a document, "" for one that has none.
func textOfFile(t *testing.T, r *render.Client, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	_, text, err := session.Prober{Client: r}.Probe(context.Background(), f, info.Size())
	if err != nil {
		return ""
	}
	return text
}
