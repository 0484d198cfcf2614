package vault_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"carnet/vault"
	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// painter draws the same picture of every document, or fails, and counts how
// often it is asked.
type painter struct {
	picture []byte
	err     error
	during  func() // after the content was read
	n       atomic.Int64
}

func (p *painter) Paint(_ context.Context, content io.Reader, size int64) ([]byte, error) {
	p.n.Add(1)
	b, err := io.ReadAll(content)
	if err != nil {
		return nil, err
	}
	if int64(len(b)) != size {
		return nil, errors.New("another size")
	}
	if p.during != nil {
		p.during()
	}
	return p.picture, p.err
}

// asked fails the test unless the painter was asked so often since the last
// time.
func (p *painter) asked(t *testing.T, when string, want int64) {
	t.Helper()
	if n := p.n.Swap(0); n != want {
		t.Errorf("%s: the painter was asked %d times, not %d", when, n, want)
	}
}

// drawing is a picture that does not compress.
func drawing(seed uint64, n int) []byte {
	return append([]byte("\x89PNG\r\n\x1a\n"), noise(seed, n)...)
}

func (h *household) scan(patient record.ID, n int) record.ID {
	h.t.Helper()
	return h.add(patient, fmt.Sprintf("scan %d.pdf", n), append([]byte("%PDF-1.7 "), noise(uint64(n), 3000)...))
}

// thumbnail asks for one, which must be there.
func (h *household) thumbnail(id record.ID, p *painter) []byte {
	h.t.Helper()
	b, err := h.Thumbnail(h.t.Context(), id, p)
	if err != nil {
		h.t.Fatalf("thumbnail: %v", err)
	}
	return b
}

// thumbnails counts those in the file.
func (h *household) thumbnails() (n int) {
	h.t.Helper()
	for _, v := range valuesOf(h.t, h.snapshot()) {
		if v.bucket == store.Index && v.key[0] == 'v' {
			n++
		}
	}
	return n
}

func TestThumbnail(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	picture := drawing(1, 20_000)
	p := &painter{picture: picture}
	id := h.scan(h.lou.ID, 1)
	operations, rows, acts := h.Operations(), h.JournalSize(), h.Generation()
	got := h.thumbnail(id, p)
	same(t, "painted", got, picture)
	p.asked(t, "at first", 1)
	clear(got) // the caller's
	clear(p.picture)
	picture = drawing(1, 20_000)
	same(t, "again", h.thumbnail(id, p), picture)
	p.asked(t, "again", 0)
	if h.Generation() != acts {
		t.Error("one picture was not worth a transaction of its own")
	}
	h.must(h.Close())
	v, err := vault.Unlock(t.Context(), h.path, passphraseOf(camille), options())
	h.must(err)
	h.Vault = v
	same(t, "after Close and Unlock", h.thumbnail(id, p), picture)
	if h.Operations() != operations || h.JournalSize() != rows {
		t.Errorf("%d operations and %d rows of the journal for what no person did", h.Operations()-operations, h.JournalSize()-rows)
	}
	h.must(h.EditDocument(t.Context(), id, vault.Edit{Title: ptr("Autrement")}))
	same(t, "of an edited document", h.thumbnail(id, p), picture)
	h.must(h.Compact(t.Context(), nil))
	same(t, "after a compaction", h.thumbnail(id, p), picture)
	h.sound()
	h.as(dominique)
	same(t, "for another guardian", h.thumbnail(id, p), picture)
	p.asked(t, "once kept", 0)
	h.sound()
	h.as(sacha)
	if _, err := h.Thumbnail(t.Context(), id, p); !errors.Is(err, vault.ErrNoDocument) {
		t.Errorf("for who does not see the document: %v", err)
	}

	// Nowhere in clear, and where it should be for who has the keys.
	raw := readFile(t, h.path)
	for at := 0; at+16 <= len(picture); at += 1000 {
		if bytes.Contains(raw, picture[at:at+16]) {
			t.Fatalf("byte %d of the picture is in clear", at)
		}
	}
	for name, want := range map[string]bool{camille: true, dominique: true, sacha: false} {
		if l := h.burglar(name).try(h.snapshot()); l.contains(picture) != want {
			t.Errorf("the keys of %s open the picture: %v", name, !want)
		}
	}
}

// TestNoThumbnail: what cannot be painted is not painted again, whoever asks;
// what is not the document's fault is.
func TestNoThumbnail(t *testing.T) {
	h := newVault(t)
	good := &painter{picture: drawing(1, 100)}
	text := h.add(h.lou.ID, "a.txt", []byte("un texte"))
	if _, err := h.Thumbnail(t.Context(), text, nil); !errors.Is(err, vault.ErrNoPicture) {
		t.Errorf("of a text: %v", err)
	}
	if _, err := h.Thumbnail(t.Context(), record.ID{1}, nil); !errors.Is(err, vault.ErrNoDocument) {
		t.Errorf("of nothing: %v", err)
	}
	for i, bad := range []*painter{
		{err: fmt.Errorf("a password is needed: %w", vault.ErrNoPicture)},
		{err: vault.ErrNoPicture, picture: []byte("and half a picture")},
		{}, // an empty picture
	} {
		id := h.scan(h.lou.ID, i)
		for range 3 {
			if b, err := h.Thumbnail(t.Context(), id, bad); !errors.Is(err, vault.ErrNoPicture) || b != nil {
				t.Errorf("painter %d: %d bytes, %v", i, len(b), err)
			}
		}
		bad.asked(t, "three times", 1)
		h.reopen()
		if _, err := h.Thumbnail(t.Context(), id, good); !errors.Is(err, vault.ErrNoPicture) {
			t.Errorf("painter %d, opened again: %v", i, err)
		}
		good.asked(t, "after another has failed", 0)
	}

	id := h.scan(h.lou.ID, 9)
	broken := errors.New("the painter cannot be started")
	for _, err := range []error{broken, context.DeadlineExceeded, vault.ErrDamaged, errors.Join(vault.ErrNoPicture, vault.ErrDamaged)} {
		bad := &painter{err: err}
		for range 2 {
			if _, got := h.Thumbnail(t.Context(), id, bad); !errors.Is(got, err) {
				t.Errorf("%v, not %v", got, err)
			}
		}
		bad.asked(t, err.Error(), 2)
	}
	ctx, cancel := context.WithCancel(t.Context())
	stopped := &painter{err: fmt.Errorf("interrupted: %w", vault.ErrNoPicture), during: cancel}
	for range 2 { // cancelled meanwhile, and beforehand
		if _, err := h.Thumbnail(ctx, id, stopped); !errors.Is(err, context.Canceled) || errors.Is(err, vault.ErrNoPicture) {
			t.Errorf("cancelled: %v", err)
		}
	}
	stopped.asked(t, "cancelled", 1)
	h.reopen()
	same(t, "in the end", h.thumbnail(id, good), good.picture)
	h.sound()
}

// TestThumbnailLarge: a picture over the limit is shown and not kept.
func TestThumbnailLarge(t *testing.T) {
	h := newVault(t)
	for n, want := range map[int]int64{256 << 10: 0, 256<<10 + 1: 1} {
		id := h.scan(h.lou.ID, n)
		p := &painter{picture: noise(uint64(n), n)}
		same(t, "painted", h.thumbnail(id, p), p.picture)
		p.asked(t, "at first", 1)
		same(t, "again", h.thumbnail(id, p), p.picture)
		p.asked(t, fmt.Sprintf("again for %d bytes", n), want)
		h.reopen()
		same(t, "opened again", h.thumbnail(id, p), p.picture)
		p.asked(t, fmt.Sprintf("opened again for %d bytes", n), want)
	}
	h.sound()
}

// TestThumbnailsInBatches: scrolling past many documents waits for the disk a
// few times, and Close keeps the rest.
func TestThumbnailsInBatches(t *testing.T) {
	h := newVault(t)
	dir := t.TempDir()
	const n = 100
	for i := range n {
		writeFile(t, fmt.Sprintf("%s/%d.pdf", dir, i), fmt.Appendf(nil, "%%PDF-1.4 %d", i))
	}
	var ids []record.ID
	for _, i := range h.importAll(h.me.ID, dir) {
		ids = append(ids, i.ID)
	}
	p := &painter{picture: drawing(1, 5000)}
	acts := h.Generation()
	for _, id := range ids {
		h.thumbnail(id, p)
	}
	p.asked(t, "at first", n)
	if done := h.Generation() - acts; done != n/32 {
		t.Errorf("%d transactions", done)
	}
	for _, id := range ids { // in the file or not
		h.thumbnail(id, p)
	}
	h.reopen()
	if done := h.Generation() - acts; done != n/32+1 {
		t.Errorf("%d transactions after Close", done)
	}
	for _, id := range ids {
		h.thumbnail(id, p)
	}
	p.asked(t, "from then on", 0)
	acts = h.Generation()
	if h.reopen(); h.Generation() != acts {
		t.Error("Close wrote where nothing waited")
	}
	h.sound()
}

// TestThumbnailsOfCarer: who may only read has thumbnails, and keeps them for
// everybody.
func TestThumbnailsOfCarer(t *testing.T) {
	h := newVault(t)
	h.must(h.AddMember(t.Context(), h.lou.ID, sacha, record.RoleCarerReads))
	id := h.scan(h.lou.ID, 1)
	p := &painter{picture: drawing(1, 5000)}
	h.as(sacha)
	same(t, "painted", h.thumbnail(id, p), p.picture)
	h.as(camille)
	same(t, "kept", h.thumbnail(id, p), p.picture)
	p.asked(t, "in all", 1)
	h.sound()

	// Who has been removed from the record does not open what is kept then.
	gone := h.scan(h.lou.ID, 2)
	carer := h.burglar(sacha)
	carer.try(h.snapshot())
	h.must(h.RemoveMember(t.Context(), h.lou.ID, sacha))
	later := &painter{picture: drawing(2, 5000)}
	h.thumbnail(gone, later)
	h.reopen()
	l := carer.try(h.snapshot())
	if !l.contains(p.picture) || l.contains(later.picture) {
		t.Errorf("the carer finds the picture of before: %v, of after: %v", l.contains(p.picture), l.contains(later.picture))
	}
}

// TestMaskDropsThumbnail: a document that moves to a smaller circle leaves no
// picture behind, in the file or waiting for it.
func TestMaskDropsThumbnail(t *testing.T) {
	t.Parallel()
	for name, inFile := range map[string]bool{"in the file": true, "waiting": false} {
		t.Run(name, func(t *testing.T) {
			h := newVault(t)
			id := h.scan(h.lou.ID, 1)
			picture := drawing(1, 5000)
			p := &painter{picture: picture}
			h.thumbnail(id, p)
			traces := h.traces(id)
			if inFile {
				h.reopen()
				if traces = h.traces(id); !h.burglar(dominique).try(h.snapshot()).contains(picture) {
					t.Fatal("the search does not find what is open to them")
				}
			}
			h.must(h.Mask(t.Context(), id, record.Guardians))
			if n := h.thumbnails(); n != 0 {
				t.Errorf("%d thumbnails after the mask", n)
			}
			h.reopen()
			raw := readFile(t, h.path)
			for _, piece := range traces {
				if bytes.Contains(raw, piece) {
					t.Fatal("a piece of the old ciphertexts is still in the file")
				}
			}
			p.asked(t, "before", 1)
			same(t, "under the mask", h.thumbnail(id, p), picture)
			p.asked(t, "under the mask", 1)
			h.reopen()
			same(t, "under the mask, kept", h.thumbnail(id, p), picture)
			p.asked(t, "under the mask, kept", 0)
			if h.burglar(dominique).try(h.snapshot()).contains(picture) {
				t.Error("who is excluded opens the picture")
			}
			h.sound()
			h.as(dominique)
			if _, err := h.Thumbnail(t.Context(), id, p); !errors.Is(err, vault.ErrNoDocument) {
				t.Errorf("for who is excluded: %v", err)
			}
			h.sound()
		})
	}
}

// TestThumbnailMeanwhile: a document that moves or goes while it is painted
// costs nothing but the picture that would have been kept.
func TestThumbnailMeanwhile(t *testing.T) {
	for _, c := range []struct {
		what string
		act  func(h *household, id record.ID) error
		kept int
	}{
		{"masked", func(h *household, id record.ID) error { return h.Mask(t.Context(), id, record.Everyone) }, 0},
		{"put in the bin", func(h *household, id record.ID) error { return h.RemoveDocuments(t.Context(), id) }, 1},
		{"left", func(h *household, _ record.ID) error { return h.RemoveMember(t.Context(), h.lou.ID, camille) }, 0},
	} {
		t.Run(c.what, func(t *testing.T) {
			h := newVault(t)
			id := h.scan(h.lou.ID, 1)
			p := &painter{picture: drawing(1, 5000), during: func() { h.must(c.act(h, id)) }}
			same(t, "painted", h.thumbnail(id, p), p.picture)
			h.must(h.Close())
			if n := h.thumbnails(); n != c.kept {
				t.Errorf("%d thumbnails kept, not %d", n, c.kept)
			}
		})
	}
}

// TestThumbnailOfLocked: nothing is shown, and nothing written, once the vault
// is closed.
func TestThumbnailOfLocked(t *testing.T) {
	h := newVault(t)
	id := h.scan(h.me.ID, 1)
	p := &painter{picture: drawing(1, 100), during: func() { h.must(h.Close()) }}
	if b, err := h.Thumbnail(t.Context(), id, p); !errors.Is(err, vault.ErrLocked) || b != nil {
		t.Errorf("closed meanwhile: %d bytes, %v", len(b), err)
	}
	if _, err := h.Thumbnail(t.Context(), id, p); !errors.Is(err, vault.ErrLocked) {
		t.Errorf("closed: %v", err)
	}
	if n := h.thumbnails(); n != 0 {
		t.Errorf("%d thumbnails", n)
	}
}

// TestDamagedThumbnail: one that does not open, or is another document's, is
// painted again, and is no damage.
func TestDamagedThumbnail(t *testing.T) {
	h := newVault(t)
	ids := []record.ID{h.scan(h.lou.ID, 1), h.scan(h.lou.ID, 2)}
	pictures := []*painter{{picture: drawing(1, 3000)}, {picture: drawing(2, 3000)}}
	for i, id := range ids {
		h.thumbnail(id, pictures[i])
		pictures[i].asked(t, "at first", 1)
	}
	h.must(h.Close())
	var kept []value
	for _, v := range valuesOf(t, h.path) {
		if v.bucket == store.Index && v.key[0] == 'v' {
			kept = append(kept, v)
		}
	}
	if len(kept) != 2 {
		t.Fatalf("%d thumbnails", len(kept))
	}
	swapped := []value{{store.Index, kept[0].key, kept[1].bytes}, {store.Index, kept[1].key, kept[0].bytes}}
	spoilt := slices.Clone(kept)
	for i := range spoilt {
		spoilt[i].bytes = bytes.Clone(spoilt[i].bytes)
		spoilt[i].bytes[len(spoilt[i].bytes)/2] ^= 1
	}
	for what, values := range map[string][]value{"swapped": swapped, "spoilt": spoilt} {
		for _, v := range values {
			put(t, h.path, v)
		}
		h.as(camille)
		h.sound()
		for i, id := range ids {
			same(t, what, h.thumbnail(id, pictures[i]), pictures[i].picture)
			pictures[i].asked(t, what, 1)
		}
		h.must(h.Close())
	}
	seq, content := h.damagedContent(t)
	p := &painter{picture: drawing(3, 100)}
	for range 2 {
		if _, err := h.Thumbnail(t.Context(), content, p); !errors.Is(err, vault.ErrDamaged) {
			t.Errorf("of content %d that does not hold: %v", seq, err)
		}
	}
	p.asked(t, "of content that does not hold", 2)
}

// damagedContent adds a document and spoils its content.
func (h *household) damagedContent(t *testing.T) (uint64, record.ID) {
	t.Helper()
	h.as(camille)
	id := h.scan(h.lou.ID, 77)
	seq, _ := h.Seq(id)
	h.must(h.Close())
	put(t, h.path, value{store.Chunks, append(store.Seq(seq), 0, 0, 0, 0), noise(9, 4000)})
	h.as(camille)
	return seq, id
}

// TestThumbnailsAtOnce: many ask at once, while documents move, and the vault is
// closed under them.
func TestThumbnailsAtOnce(t *testing.T) {
	h := newVault(t)
	ctx := t.Context()
	var ids []record.ID
	for i := range 40 {
		ids = append(ids, h.scan(h.lou.ID, i))
	}
	moving := h.add(h.lou.ID, "grand.pdf", append([]byte("%PDF-1.7 "), noise(99, 2*seal.ChunkSize)...))
	p := &painter{picture: drawing(1, 5000)}
	ask := func(id record.ID) error {
		b, err := h.Thumbnail(ctx, id, p)
		if err == nil && !bytes.Equal(b, p.picture) {
			err = errors.New("another picture")
		}
		return err
	}
	readers := []func() error{}
	for r := range 4 {
		readers = append(readers, func() error {
			for i := range ids {
				if err := ask(ids[(i*(2*r+1))%len(ids)]); err != nil {
					return err
				}
			}
			return nil
		})
	}
	readers = append(readers, func() error {
		if err := ask(moving); !errors.Is(err, vault.ErrNoDocument) {
			return err
		}
		return nil // it moved while it was read
	})
	during(t, func() {
		for range 2 {
			h.must(h.Mask(ctx, moving, record.Everyone))
			h.must(h.Unmask(ctx, moving))
		}
		h.must(h.KeepDrafts(ctx, []byte("commencé")))
	}, readers...)
	h.sound()

	var running sync.WaitGroup
	begun := make(chan struct{}, 4)
	for range 4 {
		running.Go(func() {
			for {
				err := ask(ids[0])
				select {
				case begun <- struct{}{}:
				default:
				}
				if errors.Is(err, vault.ErrLocked) {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	<-begun
	h.must(h.Close())
	running.Wait()
	h.reopen()
	p.n.Store(0)
	for _, id := range ids {
		h.must(ask(id))
	}
	p.asked(t, "at the end", 0)
	h.sound()
}
