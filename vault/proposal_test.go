package vault_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"carnet/vault"
	"carnet/vault/internal/store"
	"carnet/vault/record"
)

// textOf says of known bytes what text they hold, as a reader of PDF would.
type textOf map[string]string

var errUnreadable = errors.New("nothing can be said of this document")

func (p textOf) Probe(ctx context.Context, content io.Reader, size int64) (int, string, error) {
	b, err := io.ReadAll(content)
	if err != nil {
		return 0, "", err
	}
	if int64(len(b)) != size {
		return 0, "", errors.New("another size")
	}
	text, ok := p[string(b)]
	if !ok {
		return 0, "", errUnreadable
	}
	return 1 + bytes.Count(b, []byte("page")), text, ctx.Err()
}

func TestImportProposesCategory(t *testing.T) {
	h := newVault(t)
	ctx := t.Context()
	dir := t.TempDir()
	written := time.Date(2022, time.July, 14, 12, 0, 0, 0, time.UTC)
	pdf := func(n string) string { return "%PDF-1.7 " + n }
	texts := textOf{
		pdf("1 page page"): "LABORATOIRE DE BIOLOGIE MÉDICALE\nHémogramme\nPrélevé le 12/03/2024\nHémoglobine 13,2 g/dL\nPlaquettes 250 G/L",
		pdf("2"):           "CENTRE D’IMAGERIE MÉDICALE\nIRM du genou droit\nExamen du 5 janvier 2023\nTechnique : séquences T1 et T2",
		pdf("3"):           "rien de particulier",
	}
	for _, c := range []struct {
		name, content        string
		atOnce, then         string // category before and after the texts are read
		date                 string
		pages                int
		datedByName, failure bool
	}{
		{"Ordonnance Dr Martin.pdf", pdf("3"), "prescription", "prescription", "2022-07-14", 1, false, false},
		{"scan0001.pdf", pdf("1 page page"), "unfiled", "lab", "2024-03-12", 3, false, false},
		{"img_2.pdf", pdf("2"), "unfiled", "imaging", "2023-01-05", 1, false, false},
		{"2021-11-03 document.pdf", pdf("illisible"), "unfiled", "unfiled", "2021-11-03", 0, true, true},
		{"note.txt", "Certificat médical\nJe soussigné certifie avoir examiné ce jour, le 2 mai 2020,", "unfiled", "certificate", "2020-05-02", 0, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(dir, c.name)
			writeFile(t, path, []byte(c.content))
			if err := os.Chtimes(path, written, written); err != nil {
				t.Fatal(err)
			}
			id := h.importAll(h.lou.ID, path)[0].ID
			d := h.document(id)
			if got := d.ShownCategory(); got != c.atOnce {
				t.Errorf("by the title: %s, not %s", got, c.atOnce)
			}
			if got := d.ShownDate(); got != "2022-07-14" && !c.datedByName {
				t.Errorf("by the file: %s", got)
			}
			operations, rows := h.Operations(), h.JournalSize()
			if err := h.Examine(ctx, texts, nil); err != nil {
				t.Fatal(err)
			}
			if h.Operations() != operations || h.JournalSize() != rows {
				t.Errorf("%d operations and %d rows of the journal for what no person did", h.Operations()-operations, h.JournalSize()-rows)
			}
			for range 2 {
				d = h.document(id)
				if d.ShownCategory() != c.then || d.ShownDate() != c.date || d.Proposed.Pages != c.pages || d.Category != "" || d.Date != "" {
					t.Errorf("%s %s, %d pages: %+v", d.ShownCategory(), d.ShownDate(), d.Proposed.Pages, d)
				}
				h.reopen()
			}
			// A person's choice wins, and giving it up brings the proposal back.
			h.must(h.EditDocument(ctx, id, vault.Edit{Category: ptr("dental"), Date: ptr("1999")}))
			h.reopen()
			if d := h.document(id); d.ShownCategory() != "dental" || d.ShownDate() != "1999" {
				t.Errorf("chosen, and shown: %s %s", d.ShownCategory(), d.ShownDate())
			}
			h.must(h.EditDocument(ctx, id, vault.Edit{Category: ptr(""), Date: ptr("")}))
			if d := h.document(id); d.ShownCategory() != c.then || d.ShownDate() != c.date {
				t.Errorf("given up, and shown: %s %s", d.ShownCategory(), d.ShownDate())
			}
		})
	}
	chosen := filepath.Join(dir, "Ordonnance de plus.txt")
	writeFile(t, chosen, []byte("x"))
	for i := range h.Import(ctx, h.lou.ID, []string{chosen}, &vault.ImportOptions{Category: "report", Date: "2018-06"}) {
		if d := h.document(i.ID); d.ShownCategory() != "report" || d.ShownDate() != "2018-06" {
			t.Errorf("chosen beforehand: %s %s", d.ShownCategory(), d.ShownDate())
		}
	}
	h.sound()
}

// counting counts what it is asked.
type counting struct {
	n    atomic.Int64
	stop func() // called at the tenth
}

func (c *counting) Probe(ctx context.Context, content io.Reader, size int64) (int, string, error) {
	if c.n.Add(1) == 10 && c.stop != nil {
		c.stop()
	}
	return 1, "texte", nil
}

// TestExamineResumes: examining can be stopped, goes on where it stopped, and
// asks no more once all is known.
func TestExamineResumes(t *testing.T) {
	h := newVault(t)
	dir := t.TempDir()
	for i := range 30 {
		writeFile(t, filepath.Join(dir, string(rune('a'+i))+".pdf"), append([]byte("%PDF-1.4 "), noise(uint64(i), 3000)...))
	}
	h.importAll(h.me.ID, dir)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	p := &counting{stop: cancel}
	if err := h.Examine(ctx, p, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
	if n := p.n.Load(); n != 10 {
		t.Errorf("asked %d times before it stopped", n)
	}
	h.reopen()
	var steps []int64
	if err := h.Examine(t.Context(), p, func(done, total int64) { steps = append(steps, done, total) }); err != nil {
		t.Fatal(err)
	}
	if n := p.n.Load(); n != 31 || len(steps) != 2*21 || !slices.Equal(steps[len(steps)-2:], []int64{21, 21}) {
		t.Errorf("asked %d times in all; progress %v", n, steps)
	}
	h.must(h.Examine(t.Context(), p, nil))
	if n := p.n.Load(); n != 31 {
		t.Errorf("asked again: %d", n)
	}
}

// TestExamineDamagedDocument: a document whose content does not hold is told, and
// does not keep the others from being looked into.
func TestExamineDamagedDocument(t *testing.T) {
	h := newVault(t)
	var bad record.ID
	for i := range 5 {
		bad = h.add(h.me.ID, string(rune('a'+i))+".pdf", append([]byte("%PDF-1.4 "), noise(uint64(i), 3000)...))
	}
	seq, _ := h.Seq(bad)
	h.must(h.Close())
	put(t, h.path, value{store.Chunks, append(store.Seq(seq), 0, 0, 0, 0), noise(9, 4000)})
	h.as(camille)
	reader := proberFunc(func(_ context.Context, content io.Reader, _ int64) (int, string, error) {
		_, err := io.ReadAll(content)
		return 2, "texte", err
	})
	if err := h.Examine(t.Context(), reader, nil); !errors.Is(err, vault.ErrDamaged) {
		t.Errorf("%v", err)
	}
	for _, d := range h.documents(h.me.ID) {
		if looked := d.Proposed.Pages == 2; looked == (d.ID == bad) {
			t.Errorf("%s: %d pages", d.Title, d.Proposed.Pages)
		}
	}
}

type proberFunc func(ctx context.Context, content io.Reader, size int64) (int, string, error)

func (f proberFunc) Probe(ctx context.Context, content io.Reader, size int64) (int, string, error) {
	return f(ctx, content, size)
}

func TestTextEncodings(t *testing.T) {
	h := newVault(t)
	for name, content := range map[string]string{
		"utf8":  "\ufeffCompte rendu d’hospitalisation du service de médecine\nHospitalisé du 1er au 3 juin 2021",
		"latin": "Compte rendu d'hospitalisation du service de m\xe9decine\nHospitalis\xe9 du 1er au 3 juin 2021",
		"utf16": inUTF16("Compte rendu d’hospitalisation du service de médecine\nHospitalisé du 1er au 3 juin 2021"),
	} {
		id := h.add(h.lou.ID, name+".txt", []byte(content))
		h.must(h.Examine(t.Context(), nil, nil))
		if d := h.document(id); d.Proposed.Category != "hospital" {
			t.Errorf("%s (%s): %q", name, d.MediaType, d.Proposed.Category)
		}
	}
}

// inUTF16 is how some programs of Windows write text.
func inUTF16(s string) string {
	b := []byte{0xff, 0xfe}
	for _, r := range s {
		b = append(b, byte(r), byte(r>>8))
	}
	return string(b)
}

// fixedText says the same of every document.
func fixedText(text string) proberFunc {
	return func(context.Context, io.Reader, int64) (int, string, error) { return 1, text, nil }
}
