package vault_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"carnet/vault"
	"carnet/vault/record"
)

// pagesOf says of known bytes what stands on their pages, as a program that reads
// pictures would; at the document number stop it is killed.
type pagesOf struct {
	pages map[string][]string
	asked []string
	stop  int
}

var errKilled = errors.New("killed")

func (p *pagesOf) Recognise(ctx context.Context, content io.ReaderAt, size int64, pages []int) (texts []string, err error) {
	b, err := io.ReadAll(io.NewSectionReader(content, 0, size))
	if err != nil {
		return nil, err
	}
	p.asked = append(p.asked, string(b))
	if len(p.asked) == p.stop {
		return nil, errKilled
	}
	for _, n := range pages {
		texts = append(texts, p.pages[string(b)][n-1])
	}
	return texts, ctx.Err()
}

func (h *household) hits(words string) (out []record.ID) {
	h.t.Helper()
	found, err := h.Search(h.t.Context(), vault.SearchQuery{Words: words})
	h.must(err)
	for _, x := range found.Hits {
		out = append(out, x.Document.ID)
	}
	return out
}

func TestRecognise(t *testing.T) {
	h := newVault(t)
	ctx := t.Context()
	pdf := func(n string) string { return "%PDF-1.7 " + n }
	probed := textOf{
		pdf("scan page page"):  "\f\f",
		pdf("mixed page page"): "Première page avec un texte bien à elle\f le 3\f",
		pdf("letters"):         "Rien que du texte, et même beaucoup de texte",
		pdf("blank"):           "",
	}
	read := &pagesOf{pages: map[string][]string{
		pdf("scan page page"):  {"LABORATOIRE DE BIOLOGIE MÉDICALE\nPatient : KERVALAN Lou\nHémogramme\nPrélevé le 12/03/2024\nHémoglobine 13,2 g/dL\nPlaquettes 250 G/L", "quinquina", ""},
		pdf("mixed page page"): {"", "Deuxième page numérisée, mirabelles", "Troisième, quetsches"},
		pdf("blank"):           {""},
	}}
	ids := map[string]record.ID{}
	for i, name := range []string{"scan page page", "mixed page page", "letters", "blank"} {
		ids[name] = h.add(h.me.ID, string(rune('a'+i))+".pdf", []byte(pdf(name)))
	}
	h.must(h.Examine(ctx, probed, nil))
	unread := func() int {
		t.Helper()
		waiting, err := h.Unread()
		h.must(err)
		return len(waiting)
	}
	if n := unread(); n != 3 {
		t.Fatalf("%d documents wait, not 3", n)
	}
	if got := h.hits("quinquina"); len(got) != 0 {
		t.Error("found before it was read")
	}
	operations, rows := h.Operations(), h.JournalSize()

	// Killed at the second document: the first one is kept, also by a process that
	// never closes the vault well.
	read.stop = 2
	if err := h.Recognise(ctx, read, nil); !errors.Is(err, errKilled) {
		t.Fatal(err)
	}
	if n := unread(); n != 2 {
		t.Errorf("%d documents wait after one was read", n)
	}
	h.reopen()
	var steps []int64
	h.must(h.Recognise(ctx, read, func(done, total int64) { steps = append(steps, done, total) }))
	if !slices.Equal(steps, []int64{0, 2, 1, 2, 2, 2}) {
		t.Errorf("progress: %v", steps)
	}
	if len(read.asked) != 4 || read.asked[1] != read.asked[2] {
		t.Errorf("asked of %q", read.asked)
	}
	if n := unread(); n != 0 {
		t.Errorf("%d documents still wait", n)
	}
	h.must(h.Recognise(ctx, read, nil))
	if len(read.asked) != 4 {
		t.Error("something was read twice")
	}
	if h.Operations() != operations || h.JournalSize() != rows {
		t.Error("reading left a trace in the record")
	}

	check := func(when string) {
		t.Helper()
		for words, want := range map[string]string{
			"quinquina": "scan page page", "mirabelles": "mixed page page", "quetsches": "mixed page page", "\"bien à elle\"": "mixed page page",
			"beaucoup": "letters",
		} {
			if got := h.hits(words); !slices.Equal(got, []record.ID{ids[want]}) {
				t.Errorf("%s: %s finds %v", when, words, got)
			}
		}
	}
	check("at once")
	d := h.document(ids["scan page page"])
	if d.ShownCategory() != "lab" || d.ShownDate() != "2024-03-12" || d.Proposed.Pages != 3 || d.Proposed.Concerns != h.lou.ID {
		t.Errorf("proposed by what was read: %+v", d.Proposed)
	}
	h.reopen()
	check("after opening again")
	// Compared with a person who comes later, the text that was read counts.
	h.must(h.EditDocument(ctx, ids["letters"], vault.Edit{Title: ptr("Autre")}))
	_, err := h.EditPatient(ctx, h.lou.ID, vault.PatientEdit{Name: ptr("Zoé Martin")})
	h.must(err)
	if got := h.concerned(nil, ids["scan page page"]); !got.IsZero() {
		t.Errorf("still concerns %s", got)
	}
	check("after a comparison")

	// What moves with the document: to fewer readers, and to another person.
	h.must(h.Mask(ctx, ids["scan page page"], record.Everyone))
	check("hidden")
	h.must(h.Unmask(ctx, ids["scan page page"]))
	check("shown again")
	there, err := h.RefileDocument(ctx, ids["mixed page page"], h.lou.ID)
	h.must(err)
	ids["mixed page page"] = there
	check("filed with another")
	if n := unread(); n != 0 {
		t.Errorf("%d documents wait after a move", n)
	}
	h.sound()
}

// TestRecogniseAfterCrash: an index that a process wrote before the text of a scan
// was read does not hide that text from the next one.
func TestRecogniseAfterCrash(t *testing.T) {
	h := newVault(t)
	ctx := t.Context()
	content := "%PDF-1.7 scan"
	id := h.add(h.me.ID, "a.pdf", []byte(content))
	h.must(h.Examine(ctx, textOf{content: ""}, nil))
	h.reopen() // the index is in the file
	h.must(h.Recognise(ctx, &pagesOf{pages: map[string][]string{content: {"Fougères et quinquina"}}}, nil))
	crashed := readFile(t, h.path) // as the file is when the process dies now
	h.close()
	writeFile(t, h.path, crashed)
	v, err := h.seats[camille].Open(h.path, options())
	h.must(err)
	h.Vault = v
	if got := h.hits("quinquina"); !slices.Equal(got, []record.ID{id}) {
		t.Errorf("found after the crash: %v", got)
	}
}

// TestRecogniseDamaged: a document whose content does not hold is told, and does
// not stop the others.
func TestRecogniseDamaged(t *testing.T) {
	h := newVault(t)
	ctx := t.Context()
	content := "%PDF-1.7 scan"
	id := h.add(h.me.ID, "a.pdf", []byte(content))
	h.must(h.Examine(ctx, textOf{content: ""}, nil))
	failing := recogniserFunc(func(io.ReaderAt) error { return vault.ErrDamaged })
	if err := h.Recognise(ctx, failing, nil); !errors.Is(err, vault.ErrDamaged) {
		t.Errorf("damaged: %v", err)
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if err := h.Recognise(cancelled, failing, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	waiting, err := h.Unread()
	h.must(err)
	if !slices.Equal(waiting, []record.ID{id}) {
		t.Errorf("waiting: %v", waiting)
	}
	if strings.Contains(string(bytes.ToLower(readFile(t, h.path))), "quinquina") {
		t.Error("clear text in the file")
	}
}

type recogniserFunc func(io.ReaderAt) error

func (f recogniserFunc) Recognise(_ context.Context, content io.ReaderAt, _ int64, _ []int) ([]string, error) {
	return nil, f(content)
}
