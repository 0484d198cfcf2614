package vault_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"carnet/vault"
	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/search"
)

// pages is a prober that reads the text of a document out of its content, a
// line for a page.
type pages struct{}

func (pages) Probe(_ context.Context, content io.Reader, _ int64) (int, string, error) {
	b, err := io.ReadAll(content)
	text := strings.ReplaceAll(strings.TrimPrefix(string(b), "%PDF-1.7\n"), "\n", "\f")
	return strings.Count(text, "\f") + 1, text, err
}

// report adds a document of several pages, not yet examined.
func (h *household) report(patient record.ID, name string, pages ...string) record.ID {
	h.t.Helper()
	return h.add(patient, name, []byte("%PDF-1.7\n"+strings.Join(pages, "\n")))
}

// search asks, and fails the test at an error.
func (h *household) search(q vault.SearchQuery) vault.SearchResult {
	h.t.Helper()
	r, err := h.Search(h.t.Context(), q)
	if err != nil {
		h.t.Fatalf("search: %v", err)
	}
	return r
}

// finds fails the test unless words find exactly these documents.
func (h *household) finds(words string, want ...record.ID) {
	h.t.Helper()
	h.answers(vault.SearchQuery{Words: words}, want...)
}

func (h *household) answers(q vault.SearchQuery, want ...record.ID) {
	h.t.Helper()
	r := h.search(q)
	var got []record.ID
	for _, hit := range r.Hits {
		got = append(got, hit.Document.ID)
	}
	order := func(a, b record.ID) int { return slices.Compare(a[:], b[:]) }
	slices.SortFunc(got, order)
	want = slices.Clone(want)
	slices.SortFunc(want, order)
	if !slices.Equal(got, want) || r.Total != len(want) {
		h.t.Errorf("%+v finds %d of %d documents, %d wanted", q, len(got), r.Total, len(want))
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	ctx := t.Context()
	mine := h.report(h.me.ID, "Bilan sanguin.pdf", "Glycémie à jeun : 0,92 g/L", "L’hémoglobine est normale. Cœur régulier.", "Dr Zoé LEFÈVRE")
	hers := h.report(h.lou.ID, "Ordonnance.pdf", "Amoxicilline trois fois par jour pendant sept jours")
	note := h.add(h.lou.ID, "note.txt", []byte("Vaccinée contre la rougeole, vaccinations à jour"))

	h.finds("ordonnances", hers) // by its title alone
	h.finds("amoxicilline")
	h.must(h.Examine(ctx, pages{}, nil))
	for _, when := range []string{"at once", "opened again"} {
		t.Log(when)
		h.finds("AMOXICILLINE", hers)
		h.finds("hemoglobine", mine)
		h.finds("coeur", mine)
		h.finds("vaccination", note)
		h.finds(`"vaccination"`)
		h.finds("amoxi", hers)
		h.finds("amoxiciline ", hers)
		h.finds("glycemie cœur", mine)
		h.finds("glycemie amoxicilline")
		h.finds("", mine, hers, note)
		h.answers(vault.SearchQuery{Professional: "Lefevre"}, mine)
		h.answers(vault.SearchQuery{Professional: "Amoxicilline"})
		h.answers(vault.SearchQuery{Words: "jour", Patient: h.me.ID})
		h.answers(vault.SearchQuery{Words: "jour", Patient: h.lou.ID}, hers, note)
		h.sound()
		h.reopen()
	}
	hit := h.search(vault.SearchQuery{Words: "hemoglobine"}).Hits[0]
	if !slices.Equal(hit.Pages, []int{2}) || len(hit.Marks) != 1 || hit.Snippet[hit.Marks[0].Start:hit.Marks[0].End] != "hémoglobine" {
		t.Errorf("shown as %+v", hit)
	}
	if hit := h.search(vault.SearchQuery{Words: "rougeole"}).Hits[0]; len(hit.Pages) != 0 || hit.Document.ID != note {
		t.Errorf("a note has pages: %+v", hit)
	}

	// Edits, the bin, a date and a category.
	h.must(h.EditDocument(ctx, hers, vault.Edit{Title: ptr("Angine de Noël"), Category: ptr("prescription"), Date: ptr("2024-12")}))
	h.finds("angine", hers)
	h.finds(`"ordonnance"`, hers) // its file is still called so
	h.answers(vault.SearchQuery{Categories: []string{"prescription"}}, hers)
	h.answers(vault.SearchQuery{From: "2024-12-20", To: "2024"}, hers)
	h.answers(vault.SearchQuery{From: "2023", To: "2024-11-30"})
	h.must(h.RemoveDocuments(ctx, hers))
	h.finds("angine")
	h.answers(vault.SearchQuery{Words: "angine", Bin: true}, hers)
	h.reopen()
	h.finds("amoxicilline")
	h.must(h.RestoreDocuments(ctx, hers))
	h.finds("amoxicilline", hers)

	rows := h.JournalSize()
	h.finds("rougeole", note)
	if h.JournalSize() != rows {
		t.Error("a search is in the journal")
	}
	for want, q := range map[error]vault.SearchQuery{
		vault.ErrDate: {From: "hier"}, vault.ErrCategory: {Categories: []string{"cooking"}}, vault.ErrNoPatient: {Patient: record.ID{1}},
	} {
		if _, err := h.Search(ctx, q); !errors.Is(err, want) {
			t.Errorf("%v, not %v", err, want)
		}
	}
	h.as(dominique)
	h.finds("glycemie") // another's record
	h.finds("amoxicilline", hers)
	h.must(h.Close())
	if _, err := h.Search(ctx, vault.SearchQuery{}); !errors.Is(err, vault.ErrLocked) {
		t.Errorf("closed: %v", err)
	}
}

// segments are those in the file.
func segments(t *testing.T, path string) (out []value) {
	t.Helper()
	for _, v := range valuesOf(t, path) {
		if v.bucket == store.Index && v.key[0] == 'w' {
			out = append(out, v)
		}
	}
	return out
}

// TestSearchMask: the words of a masked document leave the segments that those
// from whom it is hidden can open, and the file; those who read it find it.
func TestSearchMask(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	id, _ := secretDocument(h)
	other := h.add(h.lou.ID, "ordinaire.txt", []byte("une phrase ordinaire"))
	h.must(h.Examine(t.Context(), nil, nil))
	for _, word := range []string{"quadrumane", "archiptère", "galéopithèque"} {
		h.finds(word, id)
	}
	h.reopen() // writes the segments

	burglar := h.burglar(dominique)
	control := burglar.try(h.snapshot())
	var old []value // that name the document
	for i, v := range control.values {
		if v.bucket == store.Index && v.key[0] == 'w' && bytes.Contains(control.plain[i], id[:]) {
			old = append(old, v)
		}
	}
	if len(old) == 0 || !segmentHas(control, "quadruman") || !segmentHas(control, "zygomorph") || !segmentHas(control, "archipter") || !segmentHas(control, "galeopithe") {
		t.Fatalf("%d segments, in which the search does not find what is open to the other guardian", len(old))
	}
	h.must(h.Mask(t.Context(), id, record.Guardians))
	raw := readFile(t, h.path)
	for _, v := range old {
		for at := 0; at+32 <= len(v.bytes); at += 200 {
			if bytes.Contains(raw, v.bytes[at:at+32]) {
				t.Fatal("a piece of an old segment is still in the file")
			}
		}
	}
	live := burglar.try(h.snapshot()).nonces()
	for nonce := range burglar.scan(raw) {
		if !live[nonce] {
			t.Error("the other guardian opens something in the free pages")
		}
	}
	h.finds("quadrumane", id) // what was read in it went along
	h.finds("zygomorphe", id)
	h.finds("ordinaire", other)
	h.reopen()
	if len(segments(t, h.snapshot())) < 2 {
		t.Error("the masked document has no segment of its own")
	}
	after := burglar.try(h.snapshot())
	if !segmentHas(after, "ordinair") {
		t.Error("the search finds nothing: it is not one")
	}
	for _, word := range []string{"quadruman", "zygomorph", "provisoir", "archipter", "galeopithe"} {
		if segmentHas(after, word) {
			t.Errorf("the other guardian still opens %q", word)
		}
	}
	for _, v := range after.plain {
		if bytes.Contains(v, id[:]) && bytes.Contains(v, []byte("ordinair")) {
			t.Error("the document is still named in a segment")
		}
	}
	h.sound()
	h.as(dominique)
	h.finds("quadrumane")
	h.finds("ordinaire", other)
	h.as(camille)
	h.must(h.Unmask(t.Context(), id))
	h.as(dominique)
	h.finds("quadrumane", id)
	h.sound()
}

// segmentHas reports whether a word is in a segment that opened.
func segmentHas(l *loot, word string) bool {
	for i, v := range l.values {
		if v.bucket == store.Index && v.key[0] == 'w' && bytes.Contains(l.plain[i], []byte(word)) {
			return true
		}
	}
	return false
}

// TestSearchAfterCrash: whatever was in memory alone when the program ended, what
// is found is what the documents are.
func TestSearchAfterCrash(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	ctx := t.Context()
	var ids []record.ID
	for i := range 5 {
		ids = append(ids, h.report(h.lou.ID, fmt.Sprintf("rapport %d.pdf", i), fmt.Sprintf("contenu%d partagé", i)))
	}
	crash := func(when string, check func(after *household)) {
		t.Helper()
		t.Log(when)
		after := *h
		after.path = h.snapshot() // as a killed program leaves it
		after.Vault = nil
		after.as(camille)
		defer after.close()
		check(&after)
		after.reopen()
		check(&after)
		after.sound()
	}
	crash("before anything was examined", func(after *household) { after.finds("rapport", ids...) })
	h.must(h.Examine(ctx, pages{}, nil))
	crash("indexed and not written", func(after *household) { after.finds("contenu3 ", ids[3]) })
	h.reopen()
	h.finds("partage", ids...)
	h.must(h.EditDocument(ctx, ids[1], vault.Edit{Title: ptr("Bronchiolite")}))
	h.must(h.RemoveDocuments(ctx, ids[2]))
	h.finds("bronchiolite", ids[1])
	crash("changes not written", func(after *household) {
		after.finds("bronchiolite", ids[1])
		after.finds("contenu2 ")
		after.finds(`"contenu4"`, ids[4])
	})
	h.must(h.Mask(ctx, ids[4], record.Everyone))
	crash("after a mask", func(after *household) {
		after.finds("contenu4 ", ids[4])
		after.finds("partage", ids[0], ids[1], ids[3], ids[4])
	})
}

// TestDamagedSegment: one that does not open, is another's, or is gone, is made
// again, and is no damage.
func TestDamagedSegment(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	mine := h.report(h.me.ID, "a.pdf", "farfelu un")
	hers := h.report(h.lou.ID, "b.pdf", "farfelu deux")
	h.must(h.Examine(t.Context(), pages{}, nil))
	h.must(h.Close())
	for what, spoil := range map[string]func(v *value, others []value){
		"altered": func(v *value, _ []value) { v.bytes[len(v.bytes)/2] ^= 1 },
		"cut":     func(v *value, _ []value) { v.bytes = v.bytes[:100] },
		"empty":   func(v *value, _ []value) { v.bytes = nil },
		"swapped": func(v *value, others []value) {
			for _, o := range others {
				if !bytes.Equal(o.key, v.key) {
					v.bytes = bytes.Clone(o.bytes)
				}
			}
		},
	} {
		kept := segments(t, h.path)
		if len(kept) != 2 {
			t.Fatalf("%s: %d segments", what, len(kept))
		}
		spoilt := slices.Clone(kept)
		for i := range spoilt {
			spoilt[i].bytes = bytes.Clone(spoilt[i].bytes)
			spoil(&spoilt[i], kept)
			put(t, h.path, spoilt[i])
		}
		h.as(camille)
		h.sound()
		h.finds("farfelu", mine, hers)
		h.must(h.Close())
		h.as(dominique)
		h.finds("farfelu", hers)
		h.must(h.Close())
	}
	h.as(camille)
	acts := h.Generation()
	h.finds("farfelu", mine, hers)
	if h.reopen(); h.Generation() != acts {
		t.Error("Close wrote where nothing had changed")
	}
}

// TestSearchStopped: a search that is cancelled leaves an index that another goes
// on with.
func TestSearchStopped(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	id := h.add(h.me.ID, "radiographie.txt", []byte("poumon"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.Search(ctx, vault.SearchQuery{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	h.finds("radiographies", id)
	var wrong search.Mark
	if r := h.search(vault.SearchQuery{Words: "radio"}); len(r.Hits[0].TitleMarks) != 1 || r.Hits[0].TitleMarks[0] == wrong {
		t.Errorf("the title is marked at %v", r.Hits[0].TitleMarks)
	}
}

// TestSearchAtOnce: many search while documents come, change and move.
func TestSearchAtOnce(t *testing.T) {
	h := newVault(t)
	ctx := t.Context()
	fixed := h.add(h.lou.ID, "constante.txt", []byte("invariable"))
	h.must(h.Examine(ctx, pages{}, nil))
	moving := h.report(h.lou.ID, "mobile.pdf", "variable")
	var readers []func() error
	for range 3 {
		readers = append(readers, func() error {
			for range 30 {
				r, err := h.Search(ctx, vault.SearchQuery{Words: `"invariable"`})
				if err != nil {
					return err
				}
				if len(r.Hits) != 1 || r.Hits[0].Document.ID != fixed {
					return fmt.Errorf("%d hits", len(r.Hits))
				}
			}
			return nil
		})
	}
	during(t, func() {
		h.must(h.Examine(ctx, pages{}, nil))
		h.must(h.EditDocument(ctx, moving, vault.Edit{Title: ptr("Autre")}))
		h.must(h.Mask(ctx, moving, record.Everyone))
		h.must(h.Unmask(ctx, moving))
		for i := range 5 {
			h.add(h.lou.ID, fmt.Sprintf("%d.txt", i), fmt.Appendf(nil, "numéro %d", i))
		}
	}, readers...)
	h.finds("variable", moving)
	h.finds(`"variable"`, moving)
	h.sound()
}
