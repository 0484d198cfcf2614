package vault_test

import (
	"bytes"
	"context"
	"errors"
	"math/bits"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"carnet/vault"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// plaintexts opens envelopes at every offset of a raw file, free pages included,
// with every key of the burglar.
func (b *burglar) plaintexts(raw []byte) (all [][]byte) {
	for at := 0; at+seal.Overhead < len(raw); at++ {
		if raw[at] != 1 || raw[at+1] != 1 || raw[at+2] != 0 || raw[at+3] != 0 {
			continue
		}
		whole, err := seal.Parse(raw[at:])
		if err != nil {
			continue
		}
		for _, k := range b.keys {
			if k.Epoch != whole.Epoch() {
				continue
			}
			for bucket, labels := range vault.Labels {
				for _, label := range labels {
					for _, open := range []func(string, byte, seal.Sealed) ([]byte, error){k.Open, k.OpenDerived} {
						if _, err := open(label, byte(bucket), whole); errors.Is(err, seal.ErrKey) {
							continue // the commitment decides, whatever the length
						}
						for _, n := range envelopeSizes {
							sealed, err := seal.Parse(raw[at:min(at+n, len(raw))])
							if err != nil {
								continue
							}
							if plain, err := open(label, byte(bucket), sealed); err == nil {
								all = append(all, plain)
								break
							}
						}
					}
				}
			}
		}
	}
	return all
}

// envelopeSizes are the sizes of the envelopes that these tests look for: those
// of bodies, texts and pictures of small documents.
var envelopeSizes = func() (sizes []int) {
	for n := 1; n < 60_000; n++ {
		size := seal.Overhead + max(256, (n+255)&^255)
		if n >= 512 {
			e := bits.Len(uint(n)) - 1
			mask := 1<<(e-bits.Len(uint(e))) - 1
			size = seal.Overhead + (n+mask)&^mask
		}
		if len(sizes) == 0 || sizes[len(sizes)-1] != size {
			sizes = append(sizes, size)
		}
	}
	return sizes
}()

func anyContains(all [][]byte, what []byte) bool {
	for _, b := range all {
		if bytes.Contains(b, what) {
			return true
		}
	}
	return false
}

// TestEraseDocuments: after a definitive erasure nothing of the documents is in
// the file, whoever looks with whatever keys: bodies, titles, keys, chunks, texts
// and pictures, free pages included. The mention stays, the rest is as it was.
func TestEraseDocuments(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	ctx := t.Context()
	title := []byte("Bilan sanguin particulier")
	content := bytes.Repeat([]byte("hémoglobine 13,2 g/dl, ferritine 40\n"), 12_000) // two chunks
	inline := []byte("note à effacer, courte")
	large := h.add(h.lou.ID, "large.txt", content)
	small := h.add(h.lou.ID, "petit.txt", inline)
	kept := h.add(h.lou.ID, "garde.txt", []byte("à garder"))
	h.must(h.Examine(ctx, nil, nil))
	h.must(h.EditDocument(ctx, large, vault.Edit{Title: ptr("Autre titre"), Note: ptr("note archiptère"), Tag: []string{"galéopithèque"}}))
	h.must(h.EditDocument(ctx, large, vault.Edit{Title: ptr(string(title))}))
	h.as(dominique) // a trace of another author
	h.must(h.EditDocument(ctx, large, vault.Edit{Date: ptr("2020-01-02")}))
	h.as(camille)
	key := h.ContentKey(large)
	pieces := append(h.traces(large), h.traces(small)...)
	b := h.burglar(camille)
	b.try(h.snapshot())
	raw := readFile(t, h.path)
	if !anyContains(b.plaintexts(raw), title) || !anyContains(b.plaintexts(raw), key) || !anyContains(b.plaintexts(raw), inline) || !anyContains(b.plaintexts(raw), []byte("galéopith")) {
		t.Fatal("the scan does not find what is there")
	}
	for _, p := range pieces {
		if !bytes.Contains(raw, p) {
			t.Fatal("a piece of the document is not found while it is there")
		}
	}

	if err := h.EraseDocuments(ctx, nil, large); !errors.Is(err, vault.ErrNotInBin) {
		t.Errorf("a document out of the bin: %v", err)
	}
	h.must(h.RemoveDocuments(ctx, large, small))
	pieces = append(pieces, append(h.traces(large), h.traces(small)...)...)
	if err := h.EraseDocuments(ctx, nil, large, kept); !errors.Is(err, vault.ErrNotInBin) {
		t.Errorf("one of two out of the bin: %v", err)
	}
	if _, err := h.Document(large); err != nil {
		t.Errorf("one was erased although the verb refused: %v", err)
	}
	told := int64(0)
	h.must(h.EraseDocuments(ctx, func(done, total int64) { told = max(told, done, total) }, large, small))

	check := func() {
		t.Helper()
		for _, id := range []record.ID{large, small} {
			if _, err := h.Document(id); !errors.Is(err, vault.ErrNoDocument) {
				t.Errorf("an erased document: %v", err)
			}
		}
		same(t, "the other document", h.read(kept), []byte("à garder"))
		mentions, err := h.Erasures(h.lou.ID)
		if err != nil || len(mentions) != 2 || mentions[0].By.Name != camille || mentions[0].At != record.At(today) {
			t.Errorf("mentions %+v, %v", mentions, err)
		}
		h.sound()
	}
	check()
	h.reopen()
	check()
	h.as(dominique)
	check()
	h.as(camille)

	raw = readFile(t, h.path)
	for _, name := range []string{camille, dominique} {
		b := h.burglar(name)
		b.try(h.snapshot())
		opened := b.plaintexts(raw)
		if !anyContains(opened, []byte("à garder")) {
			t.Fatal("the scan finds nothing")
		}
		for _, gone := range [][]byte{title, []byte("Autre titre"), []byte("archiptère"), []byte("galéopith"), key, inline, []byte("ferritine"), []byte("large.txt")} {
			if anyContains(opened, gone) || bytes.Contains(raw, gone) {
				t.Errorf("%q of an erased document is in the file for %s", gone, name)
			}
		}
	}
	for _, p := range pieces {
		if bytes.Contains(raw, p) {
			t.Fatal("a piece of an erased document's ciphertext is in the file")
		}
	}
	// The same content may come again.
	again := h.add(h.lou.ID, "petit.txt", inline)
	same(t, "added again", h.read(again), inline)
	h.sound()
}

// at opens the vault for somebody whose clock shows another time.
func (h *household) at(name string, now time.Time) {
	h.t.Helper()
	h.close()
	opt := options()
	opt.Now = func() time.Time { return now }
	v, err := h.seats[name].Open(h.path, opt)
	h.must(err)
	h.Vault, h.who = v, name
}

// TestEraseExpired: what has been in the bin for 30 days goes, as if somebody had
// erased it, and nothing else does: not what was put back, not what came later,
// not what another may erase, not what nobody named.
func TestEraseExpired(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	ctx := t.Context()
	h.must(h.AddMember(ctx, h.lou.ID, sacha, record.RoleCarerAdds))
	var ids []record.ID
	for _, name := range []string{"ancien", "remis", "récent", "non nommé", "gardé"} {
		ids = append(ids, h.add(h.lou.ID, name+".txt", []byte("contenu "+name)))
	}
	old, back, late, unnamed := ids[0], ids[1], ids[2], ids[3]
	h.must(h.RemoveDocuments(ctx, old, back, unnamed))
	h.must(h.RestoreDocuments(ctx, back))
	h.at(camille, today.AddDate(0, 0, 10))
	h.must(h.RemoveDocuments(ctx, back, late))
	h.must(h.RestoreDocuments(ctx, back))
	end := today.AddDate(0, 0, record.BinDays)
	if d := h.document(old); !d.Expires().Equal(end) {
		t.Errorf("expires %v, not %v", d.Expires(), end)
	}
	if bin, err := h.Bin(); err != nil || len(bin) != 3 || bin[2].ID != late {
		t.Errorf("%+v, %v", bin, err)
	}
	named := []record.ID{old, back, late, ids[4], {9}}
	nothing := func(when string) {
		t.Helper()
		before := readFile(t, h.path)
		erased, err := h.EraseExpired(ctx, nil, named...)
		if err != nil || erased != nil {
			t.Errorf("%s: %v, %v", when, erased, err)
		}
		same(t, "the file "+when, readFile(t, h.path), before)
	}
	h.at(camille, end.Add(-time.Second))
	nothing("a second before")
	h.at(sacha, end)
	if erased, err := h.EraseExpired(ctx, nil, named...); err != nil || erased != nil {
		t.Errorf("a carer erases what others wrote: %v, %v", erased, err)
	}
	h.at(camille, end)
	erased, err := h.EraseExpired(ctx, nil, named...)
	if err != nil || !slices.Equal(erased, []record.ID{old}) {
		t.Fatalf("%v, %v", erased, err)
	}
	nothing("a second time")
	check := func() {
		t.Helper()
		if _, err := h.Document(old); !errors.Is(err, vault.ErrNoDocument) {
			t.Errorf("still there: %v", err)
		}
		for i, id := range ids[1:] {
			if d := h.document(id); (d.RemovedAt != 0) != (i == 1 || i == 2) {
				t.Errorf("%s: in the bin at %v", d.Title, d.RemovedAt)
			}
		}
		mentions, err := h.Erasures(h.lou.ID)
		if err != nil || len(mentions) != 1 || mentions[0].Document != old || mentions[0].At != record.At(end) || mentions[0].By.Name != camille {
			t.Errorf("%+v, %v", mentions, err)
		}
		var last record.AuditEvent
		for e, err := range h.Journal(ctx) {
			h.must(err)
			last = e
		}
		if last.Action != record.DocumentExpired || last.Entity != old {
			t.Errorf("the journal ends with %+v", last)
		}
		h.sound()
	}
	check()
	h.reopen()
	check()
	b := h.burglar(camille)
	b.try(h.snapshot())
	if opened := b.plaintexts(readFile(t, h.path)); anyContains(opened, []byte("contenu ancien")) || !anyContains(opened, []byte("contenu récent")) {
		t.Error("its content is in the file, or the scan finds nothing")
	}
}

// TestEraseHidden: the mention of a document that was hidden from a guardian is
// not theirs to read.
func TestEraseHidden(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	ctx := t.Context()
	id := h.add(h.lou.ID, "a.txt", []byte("pour Camille seule"))
	h.must(h.Mask(ctx, id, record.Everyone))
	h.must(h.RemoveDocuments(ctx, id))
	h.must(h.EraseDocuments(ctx, nil, id))
	h.reopen()
	if mine, err := h.Erasures(h.lou.ID); err != nil || len(mine) != 1 {
		t.Errorf("mine: %+v, %v", mine, err)
	}
	h.as(dominique)
	if theirs, err := h.Erasures(h.lou.ID); err != nil || len(theirs) != 0 {
		t.Errorf("theirs: %+v, %v", theirs, err)
	}
	h.sound()
}

// TestEraseByCarer: a carer erases what they alone wrote.
func TestEraseByCarer(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	ctx := t.Context()
	h.must(h.AddMember(ctx, h.lou.ID, sacha, record.RoleCarerAdds))
	theirs := h.add(h.lou.ID, "a.txt", []byte("de Camille"))
	h.must(h.RemoveDocuments(ctx, theirs))
	h.as(sacha)
	own := h.add(h.lou.ID, "b.txt", []byte("de Sacha"))
	h.must(h.RemoveDocuments(ctx, own))
	if err := h.EraseDocuments(ctx, nil, theirs); !errors.Is(err, vault.ErrNotAllowed) {
		t.Errorf("another's: %v", err)
	}
	h.must(h.EraseDocuments(ctx, nil, own))
	h.sound()
	h.as(camille)
	if list := h.documents(h.lou.ID); len(list) != 1 || list[0].ID != theirs {
		t.Errorf("%+v", list)
	}
	h.sound()
}

// TestEraseCancelled: what was cancelled before the transaction changed nothing;
// an erasure whose rewriting could not be done says so, and Compact ends it.
func TestEraseCancelled(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	id := h.add(h.lou.ID, "a.txt", bytes.Repeat([]byte("à effacer "), 1000))
	h.must(h.RemoveDocuments(t.Context(), id))
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if err := h.EraseDocuments(cancelled, nil, id); !errors.Is(err, context.Canceled) || errors.Is(err, vault.ErrNotCompacted) {
		t.Errorf("cancelled: %v", err)
	}
	pieces := h.traces(id)
	if os.Getuid() == 0 { // a folder that only forbids stops nobody
		h.must(os.Rename(filepath.Dir(h.path), filepath.Dir(h.path)+"-away"))
		defer os.Rename(filepath.Dir(h.path)+"-away", filepath.Dir(h.path))
	} else {
		h.must(os.Chmod(filepath.Dir(h.path), 0o500))
	}
	if err := h.EraseDocuments(t.Context(), nil, id); !errors.Is(err, vault.ErrNotCompacted) {
		t.Errorf("no room for the rewriting: %v", err)
	}
	if os.Getuid() == 0 {
		h.must(os.Rename(filepath.Dir(h.path)+"-away", filepath.Dir(h.path)))
	} else {
		h.must(os.Chmod(filepath.Dir(h.path), 0o700))
	}
	if _, err := h.Document(id); !errors.Is(err, vault.ErrNoDocument) {
		t.Errorf("the document: %v", err)
	}
	h.must(h.Compact(t.Context(), nil))
	raw := readFile(t, h.path)
	for _, p := range pieces {
		if bytes.Contains(raw, p) {
			t.Fatal("a piece is left after the compaction")
		}
	}
	h.sound()
}
