package vault_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"carnet/vault"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// hiddenTitle, hiddenText, hiddenNote and hiddenTag are looked for where they must not be.
const (
	hiddenTitle = "Consultation zygomorphe confidentielle"
	hiddenText  = "texte quadrumane de la consultation"
	hiddenNote  = "note archiptère"
	hiddenTag   = "galéopithèque"
)

// secretDocument is a document of Lou's with traces everywhere: two edits, chunks
// and an extracted text.
func secretDocument(h *household) (record.ID, []byte) {
	h.t.Helper()
	content := []byte(strings.Repeat(hiddenText+"\n", 20_000))
	id := h.add(h.lou.ID, "provisoire.txt", content)
	h.must(h.EditDocument(h.t.Context(), id, vault.Edit{Title: ptr("Titre zygomorphe d’avant")}))
	h.must(h.EditDocument(h.t.Context(), id, vault.Edit{Title: ptr(hiddenTitle), Category: ptr("report"), Note: ptr(hiddenNote), Tag: []string{hiddenTag}}))
	h.must(h.Examine(h.t.Context(), nil, nil))
	return id, content
}

// TestMask: whoever is excluded by a mask finds, with their passphrase, their kit
// and every key they ever had, nothing of the document in the file, its free
// pages included; those who are not excluded read it.
func TestMaskFromGuardian(t *testing.T) {
	t.Parallel()
	testMask(t, record.Guardians, []string{dominique}, []string{camille, sacha})
}

func TestMaskFromName(t *testing.T) {
	t.Parallel()
	testMask(t, record.Audience(strings.ToUpper(sacha)), []string{sacha}, []string{camille, dominique})
}

func TestMaskFromEveryone(t *testing.T) {
	t.Parallel()
	testMask(t, record.Everyone, []string{dominique, sacha}, []string{camille})
}

func testMask(t *testing.T, from record.Audience, excluded, readers []string) {
	h := newVault(t)
	h.must(h.AddMember(t.Context(), h.lou.ID, sacha, record.RoleCarerReads))
	id, content := secretDocument(h)
	other := h.add(h.lou.ID, "ordinaire.txt", []byte(strings.Repeat("ordinaire ", 1000)))
	h.must(h.EditDocument(t.Context(), other, vault.Edit{Title: ptr("Titre ordinaire")}))
	dek := h.ContentKey(id)
	traces := h.traces(id)
	if len(traces) < 100 {
		t.Fatalf("%d pieces to look for", len(traces))
	}

	// Before: everybody opens everything. They keep the keys they get.
	before := h.snapshot()
	burglars := map[string]*burglar{}
	for _, name := range excluded {
		b := h.burglar(name)
		l := b.try(before)
		if !l.contains([]byte(hiddenTitle)) || !l.deks[hex.EncodeToString(dek)] || !l.contains(content[:1000]) || !l.contains([]byte(hiddenText)) ||
			!l.contains([]byte(hiddenNote)) || !l.contains([]byte(hiddenTag)) {
			t.Fatalf("the search does not find, for %s, what is open to them", name)
		}
		burglars[name] = b
	}
	raw := readFile(t, before)
	for _, piece := range traces {
		if !bytes.Contains(raw, piece) {
			t.Fatal("the search does not find a ciphertext that is there")
		}
	}

	h.must(h.Mask(t.Context(), id, from))

	raw = readFile(t, h.path)
	for _, piece := range traces {
		if bytes.Contains(raw, piece) {
			t.Fatal("a piece of the old ciphertexts is still in the file")
		}
	}
	newDEK := h.ContentKey(id)
	if bytes.Equal(dek, newDEK) {
		t.Error("the content has the same key as before")
	}
	digest := h.document(id).Digest
	after := h.snapshot()
	for name, b := range burglars {
		l := b.try(after)
		if len(l.plain) < 20 || !slices.Contains(l.titles, "Titre ordinaire") {
			t.Fatalf("%s opens %d values: the search is not one", name, len(l.plain))
		}
		for what, secret := range map[string][]byte{
			"title": []byte("zygomorphe"), "text": []byte("quadrumane"), "note": []byte("archiptère"), "tag": []byte("galéopith"), "content": content[:500],
			"old key": dek, "new key": newDEK, "digest": digest[:], "file name": []byte("provisoire"),
		} {
			if l.contains(secret) {
				t.Errorf("%s still finds the %s", name, what)
			}
		}
		live := l.nonces()
		found := b.scan(raw)
		for nonce := range found {
			if !live[nonce] {
				t.Errorf("%s opens something in the free pages", name)
			}
		}
		if len(found) < len(l.titles) {
			t.Errorf("%s: the scan of the raw file found %d envelopes only", name, len(found))
		}
	}

	for _, name := range excluded {
		h.as(name)
		if _, err := h.Document(id); !errors.Is(err, vault.ErrNoDocument) {
			t.Errorf("%s sees the document: %v", name, err)
		}
		if _, err := h.Open(t.Context(), id, record.DocumentRead); !errors.Is(err, vault.ErrNoDocument) {
			t.Errorf("%s opens the document: %v", name, err)
		}
		for _, d := range h.documents(h.lou.ID) {
			if d.ID == id {
				t.Errorf("%s has the document in the list", name)
			}
		}
		h.sound() // what is another's is no damage
	}
	for _, name := range readers {
		h.as(name)
		same(t, name+" reads", h.read(id), content)
		d := h.document(id)
		if d.Title != hiddenTitle || d.Category != "report" || d.Note != hiddenNote || !slices.Equal(d.Tags, []string{hiddenTag}) || d.Version != 2 || len(d.Hidden) == 0 {
			t.Errorf("%s sees %+v", name, d)
		}
		h.sound()
	}
}

func TestUnmask(t *testing.T) {
	h := newVault(t)
	id, content := secretDocument(h)
	h.must(h.Mask(t.Context(), id, record.Everyone))
	h.must(h.Mask(t.Context(), id, record.Professionals))
	h.must(h.EditDocument(t.Context(), id, vault.Edit{Title: ptr("Changé sous le masque")}))
	hidden := h.document(id).Hidden
	if !slices.Equal(hidden, []record.Audience{record.Professionals, record.Everyone}) {
		t.Errorf("hidden from %v", hidden)
	}
	h.as(dominique)
	if _, err := h.Document(id); !errors.Is(err, vault.ErrNoDocument) {
		t.Fatalf("before: %v", err)
	}
	h.as(camille)
	h.must(h.Unmask(t.Context(), id))
	for _, name := range []string{camille, dominique} {
		h.as(name)
		d := h.document(id)
		if d.Title != "Changé sous le masque" || d.Version != 3 || len(d.Hidden) != 0 {
			t.Errorf("%s sees %+v", name, d)
		}
		same(t, name+" reads", h.read(id), content)
		h.sound()
	}
	h.as(camille)
	h.must(h.Unmask(t.Context(), id)) // nothing to do
	if v := h.document(id).Version; v != 3 {
		t.Errorf("unmasked twice: version %d", v)
	}
}

// TestMaskAgain: a second mask takes readers away from the first, and both forms
// of content, in the record and in chunks, move.
func TestMaskAgain(t *testing.T) {
	h := newVault(t)
	h.must(h.AddMember(t.Context(), h.lou.ID, sacha, record.RoleCarerReads))
	id := h.add(h.lou.ID, "petit.txt", []byte("un petit document"))
	h.must(h.Mask(t.Context(), id, sacha))
	if got := h.document(id).Hidden; !slices.Equal(got, []record.Audience{sacha}) {
		t.Errorf("hidden from %v", got)
	}
	h.must(h.Mask(t.Context(), id, sacha)) // nothing to do
	if v := h.document(id).Version; v != 2 {
		t.Errorf("masked twice the same: version %d", v)
	}
	h.must(h.Mask(t.Context(), id, record.Guardians))
	if got := h.document(id).Hidden; !slices.Equal(got, []record.Audience{dominique, sacha}) {
		t.Errorf("hidden from %v", got)
	}
	for _, name := range []string{dominique, sacha} {
		h.as(name)
		if _, err := h.Document(id); !errors.Is(err, vault.ErrNoDocument) {
			t.Errorf("%s: %v", name, err)
		}
	}
	h.as(camille)
	same(t, "content", h.read(id), []byte("un petit document"))
	h.sound()
}

// TestMaskAndNewcomer: who joins later reads what is common, and not what was
// hidden before.
func TestMaskAndNewcomer(t *testing.T) {
	h := newVault(t)
	id := h.add(h.lou.ID, "secret.txt", []byte("secret"))
	open := h.add(h.lou.ID, "commun.txt", []byte("commun"))
	h.must(h.Mask(t.Context(), id, dominique))
	h.must(h.AddMember(t.Context(), h.lou.ID, sacha, record.RoleGuardian))
	h.as(sacha)
	if _, err := h.Document(id); !errors.Is(err, vault.ErrNoDocument) {
		t.Errorf("the newcomer: %v", err)
	}
	same(t, "common", h.read(open), []byte("commun"))
	h.sound()
}

func TestMaskRefusals(t *testing.T) {
	h := newVault(t)
	h.must(h.AddMember(t.Context(), h.lou.ID, sacha, record.RoleCarerAdds))
	id := h.add(h.lou.ID, "a.txt", []byte("a"))
	size := h.Operations()
	for _, c := range []struct {
		id   record.ID
		from record.Audience
		want error
	}{
		{record.ID{1}, record.Everyone, vault.ErrNoDocument},
		{record.ID{1}, record.Professionals, vault.ErrNoDocument},
		{id, "Personne", vault.ErrNoKeyholder},
		{id, camille, vault.ErrNotAllowed},
	} {
		if err := h.Mask(t.Context(), c.id, c.from); !errors.Is(err, c.want) {
			t.Errorf("mask from %q: %v, not %v", c.from, err, c.want)
		}
	}
	mine := h.add(h.me.ID, "b.txt", []byte("b"))
	if err := h.Mask(t.Context(), mine, sacha); !errors.Is(err, vault.ErrNotMember) {
		t.Errorf("from somebody who has no part: %v", err)
	}
	if n := h.Operations(); n != size+1 {
		t.Errorf("%d operations after refusals, not %d", n, size+1)
	}
	h.must(h.Mask(t.Context(), id, record.Professionals))
	h.as(sacha)
	// A carer hides and shows what they alone wrote, and nothing else changes.
	for name, err := range map[string]error{
		"mask":   h.Mask(t.Context(), id, record.Everyone),
		"unmask": h.Unmask(t.Context(), id),
	} {
		if !errors.Is(err, vault.ErrNotAllowed) {
			t.Errorf("a carer's %s: %v", name, err)
		}
	}
	if !h.document(id).HiddenFromProfessionals {
		t.Error("the refused act changed something")
	}
	own := h.add(h.lou.ID, "c.txt", []byte("c"))
	h.must(h.Mask(t.Context(), own, record.Everyone))
	h.as(camille)
	if _, err := h.Document(own); !errors.Is(err, vault.ErrNoDocument) {
		t.Errorf("what the carer keeps for themselves: %v", err)
	}
}

// TestPrivateCircle: the keys of one guardian do not open what another keeps for
// themselves, in either direction.
func TestPrivateCircle(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	secret := func(word string) record.ID {
		id := h.add(h.lou.ID, word+".txt", []byte(strings.Repeat(word+" ", 1000)))
		h.must(h.EditDocument(t.Context(), id, vault.Edit{Title: ptr("titre " + word)}))
		h.must(h.Mask(t.Context(), id, record.Everyone))
		h.must(h.EditDocument(t.Context(), id, vault.Edit{Title: ptr("titre secret " + word)}))
		h.must(h.Examine(t.Context(), nil, nil))
		return id
	}
	words := map[string]string{camille: "anthracite", dominique: "vermillon"}
	ids := map[string]record.ID{}
	for _, name := range []string{camille, dominique} {
		h.as(name)
		ids[name] = secret(words[name])
	}
	copied := h.snapshot()
	for name, word := range words {
		for reader := range words {
			l := h.burglar(reader).try(copied)
			if got, want := l.contains([]byte("titre secret "+word)), name == reader; got != want {
				t.Errorf("%s opens the title of %s: %v", reader, name, got)
			}
			if got, want := l.contains([]byte(word+" "+word)), name == reader; got != want {
				t.Errorf("%s opens the content or text of %s: %v", reader, name, got)
			}
		}
	}
	for reader := range words {
		h.as(reader)
		for name, id := range ids {
			_, err := h.Document(id)
			if want := name != reader; errors.Is(err, vault.ErrNoDocument) != want {
				t.Errorf("%s asks for the document of %s: %v", reader, name, err)
			}
		}
		h.sound()
	}
}

// TestReadWhileMasked: a reader of a document that is being hidden learns that it
// moved, and nothing is called damaged.
func TestReadWhileMasked(t *testing.T) {
	h := newVault(t)
	content := noise(1, 3*seal.ChunkSize)
	id := h.add(h.lou.ID, "a.bin", content)
	c, err := h.Open(t.Context(), id, record.DocumentRead)
	h.must(err)
	h.must(h.Mask(t.Context(), id, record.Everyone))
	if _, err := io.ReadAll(c); !errors.Is(err, vault.ErrNoDocument) {
		t.Errorf("reading on: %v", err)
	}
	same(t, "opened again", h.read(id), content)
}
