package vault_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"carnet/vault"
	"carnet/vault/record"
)

func TestEditDocument(t *testing.T) {
	h := newVault(t)
	id := h.add(h.lou.ID, "a.txt", []byte("a"))
	ctx := t.Context()
	h.must(h.EditDocument(ctx, id, vault.Edit{Title: ptr("Premier"), Category: ptr("lab")}))
	h.must(h.EditDocument(ctx, id, vault.Edit{Date: ptr("2019-03")}))
	h.as(dominique)
	h.must(h.EditDocument(ctx, id, vault.Edit{Title: ptr("Second")}))
	h.as(camille)
	h.must(h.EditDocument(ctx, id, vault.Edit{Category: ptr("")}))
	check := func() {
		t.Helper()
		d := h.document(id)
		if d.Title != "Second" || d.Category != "" || d.Date != "2019-03" || d.Version != 1 || d.FileName != "a.txt" || d.Patient != h.lou.ID {
			t.Errorf("%+v", d)
		}
		same(t, "content", h.read(id), []byte("a"))
	}
	check()
	h.reopen()
	check()

	operations, rows := h.Operations(), h.JournalSize()
	h.must(h.EditDocument(ctx, id, vault.Edit{Title: ptr("Second")})) // changes nothing
	for _, c := range []struct {
		id   record.ID
		edit vault.Edit
		want error
	}{
		{record.ID{9}, vault.Edit{Title: ptr("x")}, vault.ErrNoDocument},
		{id, vault.Edit{Title: ptr("")}, vault.ErrName},
		{id, vault.Edit{Category: ptr("poésie")}, vault.ErrCategory},
		{id, vault.Edit{Date: ptr("hier")}, vault.ErrDate},
		{id, vault.Edit{Date: ptr("2030")}, vault.ErrDate},
	} {
		if err := h.EditDocument(ctx, c.id, c.edit); !errors.Is(err, c.want) {
			t.Errorf("%v, not %v", err, c.want)
		}
	}
	if h.Operations() != operations || h.JournalSize() != rows {
		t.Errorf("edits that change nothing left %d operations and %d rows", h.Operations()-operations, h.JournalSize()-rows)
	}
	check()
}

// TestNoteAndTags: what a family writes about a document is edited, searched,
// told in its history and gone with it, like its title.
func TestNoteAndTags(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	ctx := t.Context()
	id := h.add(h.lou.ID, "a.txt", []byte("contenu"))
	other := h.add(h.lou.ID, "b.txt", []byte("autre contenu"))
	h.must(h.Examine(ctx, nil, nil))
	h.finds("farfadet")
	h.must(h.EditDocument(ctx, id, vault.Edit{Note: ptr("  Demander\tau farfadet\nle résultat de mai \n"), Tag: []string{" École ", "urgent", "zèbre", "école"}}))
	h.must(h.EditDocument(ctx, id, vault.Edit{Untag: []string{"URGENT", "absente"}, Tag: []string{"Été"}}))
	h.must(h.EditDocument(ctx, other, vault.Edit{Tag: []string{"ecole"}})) // another word than école
	check := func() {
		t.Helper()
		d := h.document(id)
		if d.Note != "Demander\tau farfadet\nle résultat de mai" || !slices.Equal(d.Tags, []string{"École", "Été", "zèbre"}) || d.Title != "a" {
			t.Errorf("%q %q", d.Note, d.Tags)
		}
		d.Tags[0] = "changed by a caller"
		hit := h.search(vault.SearchQuery{Words: "farfadets"}).Hits
		if len(hit) != 1 || hit[0].Document.ID != id || !hit[0].InNote || hit[0].Snippet != "Demander au farfadet le résultat de mai" || len(hit[0].Marks) != 1 {
			t.Errorf("%+v", hit)
		}
		h.finds("zebres", id) // a tag
		if hit := h.search(vault.SearchQuery{Words: "contenu"}).Hits; len(hit) != 2 || hit[0].InNote {
			t.Errorf("%+v", hit)
		}
		h.answers(vault.SearchQuery{Tags: []string{"école"}}, id)
		h.answers(vault.SearchQuery{Tags: []string{"ÉTÉ", "zèbre"}, Words: "farfadet"}, id)
		h.answers(vault.SearchQuery{Tags: []string{"ecole", "zèbre"}})
		h.answers(vault.SearchQuery{Tags: []string{"ecole"}}, other)
	}
	check()
	h.reopen()
	check()
	changes, err := h.History(id)
	h.must(err)
	if len(changes) != 3 || !slices.Equal(changes[2].Fields, []record.FieldChange{{Name: "tags", Before: "École, urgent, zèbre", After: "École, Été, zèbre"}}) ||
		!slices.Contains(changes[1].Fields, record.FieldChange{Name: "note", After: "Demander\tau farfadet\nle résultat de mai"}) {
		t.Errorf("%+v", changes)
	}

	operations := h.Operations()
	var many []string
	for i := range vault.MaxTags + 1 {
		many = append(many, string(rune('a'+i)))
	}
	for _, c := range []struct {
		edit vault.Edit
		want error
	}{
		{vault.Edit{Note: ptr(strings.Repeat("é", vault.MaxNote+1))}, vault.ErrNote},
		{vault.Edit{Note: ptr("a\x00b")}, vault.ErrNote},
		{vault.Edit{Note: ptr("a\xff")}, vault.ErrNote},
		{vault.Edit{Tag: []string{" "}}, vault.ErrTag},
		{vault.Edit{Tag: []string{"a,b"}}, vault.ErrTag},
		{vault.Edit{Tag: []string{"a\nb"}}, vault.ErrTag},
		{vault.Edit{Tag: []string{strings.Repeat("é", vault.MaxTag+1)}}, vault.ErrTag},
		{vault.Edit{Tag: many}, vault.ErrTag},
		{vault.Edit{Title: ptr("changé"), Tag: many[:vault.MaxTags-2]}, vault.ErrTag}, // with the three there are
	} {
		if err := h.EditDocument(ctx, id, c.edit); !errors.Is(err, c.want) {
			t.Errorf("%v, not %v", err, c.want)
		}
	}
	h.must(h.EditDocument(ctx, id, vault.Edit{Note: ptr("Demander\tau farfadet\nle résultat de mai "), Tag: []string{"été"}}))
	if h.Operations() != operations {
		t.Error("an edit that changes nothing was written")
	}
	check()
	h.must(h.EditDocument(ctx, id, vault.Edit{Note: ptr(strings.Repeat("é", vault.MaxNote)), Tag: many[:vault.MaxTags-3]}))
	h.must(h.EditDocument(ctx, id, vault.Edit{Note: ptr(""), Untag: h.document(id).Tags}))
	if d := h.document(id); d.Note != "" || d.Tags != nil {
		t.Errorf("taken away: %q %q", d.Note, d.Tags)
	}
	h.finds("farfadet")
	h.answers(vault.SearchQuery{Tags: []string{"école"}})
	h.sound()
}

// TestOldBody: a document that was written before there were notes and tags has
// none, and takes them.
func TestOldBody(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	id, err := h.WriteAgain(t.Context(), h.add(h.lou.ID, "a.txt", []byte("ancien")), 14, 15)
	h.must(err)
	for range 2 {
		if d := h.document(id); d.Title != "a" || d.Note != "" || d.Tags != nil {
			t.Errorf("%+v", d)
		}
		same(t, "content", h.read(id), []byte("ancien"))
		h.reopen()
	}
	h.must(h.EditDocument(t.Context(), id, vault.Edit{Note: ptr("une note"), Tag: []string{"mot"}}))
	h.reopen()
	if d := h.document(id); d.Note != "une note" || !slices.Equal(d.Tags, []string{"mot"}) {
		t.Errorf("%+v", d)
	}
	h.sound()
}

// TestLastWriterWins: of two edits the one with the later clock counts, field by
// field, whatever the order in which they were written into the file.
func TestLastWriterWins(t *testing.T) {
	h := newVault(t)
	id := h.add(h.lou.ID, "a.txt", []byte("a"))
	at := func(who string, now time.Time, e vault.Edit) {
		t.Helper()
		h.must(h.Close())
		opt := options()
		opt.Now = func() time.Time { return now }
		v, err := h.seats[who].Open(h.path, opt)
		h.must(err)
		h.Vault, h.who = v, who
		h.must(h.EditDocument(t.Context(), id, e))
	}
	at(dominique, today.Add(time.Hour), vault.Edit{Title: ptr("à onze heures"), Date: ptr("2020")})
	// A clock that is slow does not lose: what it has seen is before it.
	at(camille, today.Add(-time.Hour), vault.Edit{Title: ptr("ensuite, à l’horloge lente")})
	for range 2 {
		if d := h.document(id); d.Title != "ensuite, à l’horloge lente" || d.Date != "2020" {
			t.Errorf("%+v", d)
		}
		h.reopen()
	}
	h.sound()
}

func TestBin(t *testing.T) {
	h := newVault(t)
	id := h.add(h.lou.ID, "a.txt", []byte("a"))
	ctx := t.Context()
	if err := h.RestoreDocuments(ctx, id); !errors.Is(err, vault.ErrBin) {
		t.Errorf("restore what is not in the bin: %v", err)
	}
	h.must(h.RemoveDocuments(ctx, id))
	if err := h.RemoveDocuments(ctx, id); !errors.Is(err, vault.ErrBin) {
		t.Errorf("remove twice: %v", err)
	}
	h.reopen()
	if d := h.document(id); d.RemovedAt != record.At(today) {
		t.Errorf("removed at %v", d.RemovedAt.Time())
	}
	h.must(h.EditDocument(ctx, id, vault.Edit{Title: ptr("dans la corbeille")}))
	h.as(dominique)
	h.must(h.RestoreDocuments(ctx, id))
	h.as(camille)
	if d := h.document(id); d.RemovedAt != 0 || d.Title != "dans la corbeille" {
		t.Errorf("%+v", d)
	}
	for _, err := range []error{h.RemoveDocuments(ctx, record.ID{9}), h.RestoreDocuments(ctx, record.ID{9})} {
		if !errors.Is(err, vault.ErrNoDocument) {
			t.Errorf("no document: %v", err)
		}
	}
	other := h.add(h.lou.ID, "b.txt", []byte("b"))
	h.must(h.RemoveDocuments(ctx, id))
	if err := h.RemoveDocuments(ctx, other, id); !errors.Is(err, vault.ErrBin) {
		t.Errorf("one of two is in the bin: %v", err)
	}
	if d := h.document(other); d.RemovedAt != 0 {
		t.Error("with an error, one is removed")
	}
	h.must(h.RemoveDocuments(ctx, other))
	h.must(h.RestoreDocuments(ctx, id, other))
	h.reopen()
	for _, id := range []record.ID{id, other} {
		if d := h.document(id); d.RemovedAt != 0 {
			t.Errorf("%s stays in the bin", d.Title)
		}
	}
	h.sound()
}

// TestErasedHistory: after a move to a smaller circle the older operations are
// named and gone; edits, the bin and a further move go on from there.
func TestErasedHistory(t *testing.T) {
	h := newVault(t)
	ctx := t.Context()
	id := h.add(h.lou.ID, "a.txt", []byte("a"))
	h.must(h.EditDocument(ctx, id, vault.Edit{Title: ptr("un")}))
	h.must(h.RemoveDocuments(ctx, id))
	if _, all := h.Seq(id); len(all) != 3 {
		t.Errorf("%d operations before the mask", len(all))
	}
	h.must(h.Mask(ctx, id, record.Everyone))
	for range 2 {
		if _, all := h.Seq(id); len(all) != 1 {
			t.Errorf("%d operations after the mask, not 1", len(all))
		}
		if d := h.document(id); d.Title != "un" || d.RemovedAt == 0 {
			t.Errorf("after the mask: %+v", d)
		}
		h.reopen()
	}
	h.must(h.RestoreDocuments(ctx, id))
	h.must(h.EditDocument(ctx, id, vault.Edit{Title: ptr("deux")}))
	h.must(h.Unmask(ctx, id))
	h.must(h.EditDocument(ctx, id, vault.Edit{Date: ptr("2001")}))
	h.as(dominique)
	if d := h.document(id); d.Title != "deux" || d.Date != "2001" || d.RemovedAt != 0 || d.Version != 3 {
		t.Errorf("%+v", d)
	}
	h.sound()
}

func TestDocumentsOrder(t *testing.T) {
	h := newVault(t)
	for name, date := range map[string]string{"a": "2019", "b": "2019-05-02", "c": "2021-01", "d": "2018-12-31"} {
		id := h.add(h.lou.ID, name+".txt", []byte(name))
		h.must(h.EditDocument(t.Context(), id, vault.Edit{Date: &date}))
	}
	var got []string
	for _, d := range h.documents(h.lou.ID) {
		got = append(got, d.Title)
	}
	if !slices.Equal(got, []string{"c", "b", "a", "d"}) {
		t.Errorf("%v", got)
	}
	if _, err := h.Documents(record.ID{9}); !errors.Is(err, vault.ErrNoPatient) {
		t.Errorf("of nobody: %v", err)
	}
}

func TestExtract(t *testing.T) {
	h := newVault(t)
	ctx := t.Context()
	contents := map[record.ID][]byte{}
	var ids []record.ID
	for i, n := range []int{0, 10, 300_000} {
		content := noise(uint64(i), n)
		id := h.add(h.lou.ID, []string{"vide.txt", "petit.pdf", "grand.bin"}[i], content)
		h.must(h.EditDocument(ctx, id, vault.Edit{Title: ptr("Compte rendu : IRM / genou"), Date: ptr("2024-05-01")}))
		contents[id] = content
		ids = append(ids, id)
	}
	dir := filepath.Join(t.TempDir(), "sortie")
	got, err := h.ExtractAll(ctx, append(ids, record.ID{9}), dir, nil)
	if !errors.Is(err, vault.ErrNoDocument) {
		t.Fatalf("with one that does not exist: %v", err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Error("something was written before the journal had it")
	}
	for round := range 2 { // the second time every name is taken
		got, err = h.ExtractAll(ctx, ids, dir, nil)
		h.must(err)
		for _, e := range got {
			h.must(e.Err)
			same(t, e.Path, readFile(t, e.Path), contents[e.ID])
		}
		if files, err := os.ReadDir(dir); err != nil || len(files) != 3*(round+1) {
			t.Errorf("round %d: %v, %v", round, files, err)
		}
	}
	if want := filepath.Join(dir, "2024-05-01 Compte rendu - IRM - genou.pdf"); !slices.ContainsFunc(got, func(e vault.Extracted) bool { return filepath.Ext(e.Path) == ".pdf" }) {
		t.Errorf("no file like %s", want)
	} else {
		same(t, want, readFile(t, want), contents[ids[1]])
	}
	taken := filepath.Join(dir, "pris.bin")
	writeFile(t, taken, []byte("déjà là"))
	if err := h.Extract(ctx, ids[2], taken); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over a file: %v", err)
	}
	same(t, "the file that was there", readFile(t, taken), []byte("déjà là"))
	if left, _ := filepath.Glob(filepath.Join(dir, ".carnet-*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestFileName(t *testing.T) {
	for _, c := range []struct {
		d         record.Document
		base, ext string
	}{
		{record.Document{Title: "Ordonnance", FileName: "x.PDF", Date: "2024-01-02"}, "2024-01-02 Ordonnance", ".PDF"},
		{record.Document{Title: "2024-01-02 Ordonnance", FileName: "x.pdf", Date: "2024-01-02"}, "2024-01-02 Ordonnance", ".pdf"},
		{record.Document{Title: `a/b\c:d*e?"f<g>h|i` + "\n.", FileName: "sans-extension", MediaType: "application/pdf"}, "a-b-c-d-e--f-g-h-i-", ".pdf"},
		{record.Document{Title: "x", FileName: "y.une extension qui n'en est pas une"}, "x", ""},
	} {
		if base, ext := vault.FileName(c.d); base != c.base || ext != c.ext {
			t.Errorf("%q: %q %q, not %q %q", c.d.Title, base, ext, c.base, c.ext)
		}
	}
}

func TestJournal(t *testing.T) {
	h := newVault(t)
	ctx := t.Context()
	id := h.add(h.lou.ID, "a.txt", []byte("a"))
	h.must(h.EditDocument(ctx, id, vault.Edit{Title: ptr("x")}))
	h.read(id)
	h.must(h.Extract(ctx, id, filepath.Join(t.TempDir(), "x")))
	h.must(h.RemoveDocuments(ctx, id))
	h.must(h.RestoreDocuments(ctx, id))
	h.must(h.Mask(ctx, id, record.Everyone))
	h.must(h.Unmask(ctx, id))
	mine := h.add(h.me.ID, "b.txt", []byte("b"))
	if err := h.RemoveMember(ctx, h.lou.ID, dominique); err == nil {
		t.Error("a guardian was removed")
	}
	lines := func() (out []record.Action) {
		t.Helper()
		for e, err := range h.Journal(ctx) {
			if err != nil {
				t.Fatal(err)
			}
			if e.At != record.At(today) || e.Means != "command" || e.Agent.IsZero() {
				t.Errorf("row %+v", e)
			}
			if e.Entity == mine && h.who != camille {
				t.Errorf("%s reads a row of somebody else's record", h.who)
			}
			out = append(out, e.Action)
		}
		return out
	}
	want := []record.Action{
		record.VaultCreated, record.PatientAdded, record.KeyholderAdded, record.KeyholderAdded, record.PatientAdded, record.MemberAdded,
		record.DocumentAdded, record.DocumentEdited, record.DocumentRead, record.DocumentExported, record.DocumentRemoved,
		record.DocumentRestored, record.DocumentMasked, record.DocumentUnmasked, record.DocumentAdded,
	}
	if got := lines(); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	r, err := h.VerifyJournal(ctx)
	if err != nil || r.Entries != int64(len(want)) || r.Mine != r.Entries || r.By != camille {
		t.Errorf("%+v, %v", r, err)
	}
	h.as(dominique)
	if got := lines(); len(got) != len(want)-2 { // without Camille's own record
		t.Errorf("Dominique reads %v", got)
	}
	r2, err := h.VerifyJournal(ctx)
	if err != nil || r2.Root != r.Root || r2.Mine != int64(len(want)-2) {
		t.Errorf("%+v, %v", r2, err)
	}
}

func TestCompact(t *testing.T) {
	h := newVault(t)
	ctx := t.Context()
	id := h.add(h.lou.ID, "a.bin", noise(1, 3<<20))
	h.must(h.Mask(ctx, id, record.Everyone))
	h.must(h.Unmask(ctx, id))
	large := len(readFile(t, h.path))
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if err := h.Compact(cancelled, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	h.must(h.Compact(ctx, nil))
	same(t, "content", h.read(id), noise(1, 3<<20))
	if n := len(readFile(t, h.path)); n > large-(2<<20) {
		t.Errorf("%d bytes after, %d before", n, large)
	}
	h.sound()
	h.reopen()
	h.sound()
	size := int64(len(readFile(t, h.path)))
	info, err := vault.ReadInfo(h.snapshot())
	if err != nil || info.Bytes != size {
		t.Errorf("%+v, %v", info, err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(h.path), ".carnet-*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestExtractBatches: more than one batch arrives whole, in the order that was asked for;
// stopped in between, what was told is there, and nothing else is left.
func TestExtractBatches(t *testing.T) {
	h := newVault(t)
	var ids []record.ID
	var contents [][]byte
	for i := range 5 {
		content := make([]byte, 25<<20) // 64 MB make a batch
		rand.NewChaCha8([32]byte{byte(i)}).Read(content)
		contents = append(contents, content)
		ids = append(ids, h.add(h.me.ID, fmt.Sprintf("scan %d.bin", i), content))
	}
	dir := t.TempDir()
	out, err := h.ExtractAll(t.Context(), ids, dir, nil)
	h.must(err)
	if len(out) != len(ids) {
		t.Fatalf("%d of %d", len(out), len(ids))
	}
	for i, e := range out {
		got, err := os.ReadFile(e.Path)
		if e.ID != ids[i] || e.Err != nil || err != nil || !bytes.Equal(got, contents[i]) {
			t.Errorf("%d: %v, %v, %d bytes", i, e, err, len(got))
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != len(ids) {
		t.Errorf("%v, %v", left, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	dir = t.TempDir()
	out, err = h.ExtractAll(ctx, ids, dir, func(done, total int64) {
		if done == 2 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || len(out) < 2 || len(out) == len(ids) {
		t.Errorf("%d, %v", len(out), err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != len(out) {
		t.Errorf("%v, %v; told: %d", left, err, len(out))
	}

	// What was whole before the stop is there, though its turn comes after it.
	ctx, cancel = context.WithCancel(t.Context())
	dir = t.TempDir()
	go func() {
		for {
			if begun, _ := filepath.Glob(filepath.Join(dir, ".carnet-*.tmp")); len(begun) > 3 || ctx.Err() != nil {
				cancel()
				return
			}
		}
	}()
	out, err = h.ExtractAll(ctx, ids, dir, nil)
	cancel()
	if err != nil && len(out) != 3 || err == nil && len(out) != len(ids) {
		t.Errorf("%d, %v", len(out), err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != len(out) {
		t.Errorf("%v, %v; told: %d", left, err, len(out))
	}
}
