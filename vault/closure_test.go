package vault_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"carnet/vault"
	"carnet/vault/exchange/bag"
	"carnet/vault/internal/store"
	"carnet/vault/proof"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// refused is a closure with both consents and without an export.
var refused = vault.Closure{NoExport: true, Erase: true, Irreversible: true}

// exportOf is the verified archive of a record.
func (h *household) exportOf(patient record.ID) *vault.Archive {
	h.t.Helper()
	made, err := h.Export(h.t.Context(), patient, h.t.TempDir(), nil)
	h.must(err)
	archive, err := vault.OpenArchive(h.t.Context(), made.Path, nil, nil)
	h.must(err)
	return archive
}

// TestConsequences: what a closure does is counted before it.
func TestConsequences(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	ctx := t.Context()
	h.must(h.AddMember(ctx, h.lou.ID, sacha, record.RoleCarerReads))
	id := h.add(h.lou.ID, "a.txt", []byte("un"))
	h.add(h.lou.ID, "b.txt", []byte("deux"))
	h.add(h.me.ID, "c.txt", []byte("trois"))
	h.must(second(h.AddEntry(ctx, record.Entry{Patient: h.lou.ID, Kind: "allergy", Text: "arachide"})))
	h.must(h.RemoveDocuments(ctx, id))
	h.as(dominique)
	secret := h.add(h.lou.ID, "d.txt", []byte("quatre"))
	h.must(h.Mask(ctx, secret, record.Everyone))
	h.as(camille)
	folder := t.TempDir()
	h.must(second(h.Backup(ctx, folder, 0, nil)))
	h.must(second(h.Vault.Open(ctx, id, record.DocumentExported)))
	h.exportOf(h.lou.ID)

	c, err := h.Consequences(ctx, h.lou.ID)
	h.must(err)
	if len(c.Patients) != 1 || c.Documents != 2 || c.Entries != 1 || c.Hidden != 1 || c.Exported != 2 || len(c.Backups) != 1 {
		t.Errorf("a record: %+v", c)
	}
	if len(c.Others) != 2 || c.Others[0].Name != dominique || c.Others[1].Name != sacha {
		t.Errorf("who loses it: %+v", c.Others)
	}
	if c, err = h.Consequences(ctx, record.ID{}); err != nil || len(c.Patients) != 2 || c.Documents != 3 || len(c.Others) != 2 {
		t.Errorf("the vault: %+v, %v", c, err)
	}
	h.as(sacha)
	if _, err := h.Consequences(ctx, h.lou.ID); !errors.Is(err, vault.ErrNotAllowed) {
		t.Errorf("a carer: %v", err)
	}
	if _, err := h.Consequences(ctx, record.ID{}); !errors.Is(err, vault.ErrOthersRecords) {
		t.Errorf("the vault, by a carer: %v", err)
	}
	if _, err := h.Consequences(ctx, h.me.ID); !errors.Is(err, vault.ErrNoPatient) {
		t.Errorf("another's record: %v", err)
	}
}

// TestClosureRefused: without the two consents, without a word about the export,
// with an export that does not hold the present state, or without the right to,
// nothing is changed.
func TestClosureRefused(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	ctx := t.Context()
	h.must(h.AddMember(ctx, h.lou.ID, sacha, record.RoleCarerAdds))
	id := h.add(h.lou.ID, "a.txt", []byte("un"))
	h.must(second(h.AddEntry(ctx, record.Entry{Patient: h.lou.ID, Kind: "allergy", Text: "arachide"})))
	with := func(all ...*vault.Archive) vault.Closure {
		return vault.Closure{Exports: all, Erase: true, Irreversible: true}
	}
	mine, older := h.exportOf(h.me.ID), h.exportOf(h.lou.ID)
	h.must(h.EditDocument(ctx, id, vault.Edit{Title: ptr("autre titre")}))
	titled := h.exportOf(h.lou.ID)
	h.add(h.lou.ID, "b.txt", []byte("deux"))
	grown := h.exportOf(h.lou.ID)
	h.must(second(h.AddEntry(ctx, record.Entry{Patient: h.lou.ID, Kind: "allergy", Text: "noix"})))
	for what, c := range map[string]struct {
		how  vault.Closure
		want error
	}{
		"no first consent":     {vault.Closure{NoExport: true, Irreversible: true}, vault.ErrNoConsent},
		"no second consent":    {vault.Closure{NoExport: true, Erase: true}, vault.ErrNoConsent},
		"no word of an export": {vault.Closure{Erase: true, Irreversible: true}, vault.ErrNoExport},
		"both":                 {vault.Closure{Exports: []*vault.Archive{grown}, NoExport: true, Erase: true, Irreversible: true}, vault.ErrNoExport},
		"of another record":    {with(mine), vault.ErrExport},
		"before an edit":       {with(older, mine), vault.ErrExport},
		"before a document":    {with(titled, mine), vault.ErrExport},
		"before an entry":      {with(grown, mine), vault.ErrExport},
	} {
		before := readFile(t, h.path)
		if _, err := h.ClosePatient(ctx, h.lou.ID, c.how, nil); !errors.Is(err, c.want) {
			t.Errorf("%s, a record: %v", what, err)
		}
		if out, err := h.CloseVault(ctx, c.how, nil); !errors.Is(err, c.want) || out.Proof != nil {
			t.Errorf("%s, the vault: %+v, %v", what, out, err)
		}
		same(t, "the file: "+what, readFile(t, h.path), before)
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := h.ClosePatient(cancelled, h.lou.ID, refused, nil); !errors.Is(err, context.Canceled) || errors.Is(err, vault.ErrNotCompacted) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := h.CloseVault(cancelled, refused, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := h.ClosePatient(ctx, record.ID{}, refused, nil); !errors.Is(err, vault.ErrNoPatient) {
		t.Errorf("nobody: %v", err)
	}
	stranger := filepath.Join(t.TempDir(), "x.carnet")
	writeFile(t, stranger, []byte("autre chose"))
	for _, path := range []string{stranger, h.path} {
		how := refused
		how.Backups = []string{path}
		if _, err := h.CloseVault(ctx, how, nil); !errors.Is(err, vault.ErrNotBackup) {
			t.Errorf("no backup of it: %v", err)
		}
	}
	h.sound()
	h.as(sacha)
	if _, err := h.ClosePatient(ctx, h.lou.ID, refused, nil); !errors.Is(err, vault.ErrNotAllowed) {
		t.Errorf("a carer: %v", err)
	}
	if _, err := h.CloseVault(ctx, refused, nil); !errors.Is(err, vault.ErrOthersRecords) {
		t.Errorf("a carer: %v", err)
	}
	h.as(dominique) // who governs Lou, and not Camille
	if _, err := h.CloseVault(ctx, refused, nil); !errors.Is(err, vault.ErrOthersRecords) {
		t.Errorf("a guardian of one: %v", err)
	}
	h.sound()
}

// TestClosePatient: of a closed record nothing opens any more, whoever looks with
// whatever passphrase or kit, free pages included; the others are as they were,
// everybody finds the signed mention, and nobody's vault is taken for damaged.
func TestClosePatient(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	ctx := t.Context()
	h.must(h.AddMember(ctx, h.lou.ID, sacha, record.RoleCarerReads))
	content := bytes.Repeat([]byte("hémoglobine 13,2 g/dl, ferritine 40\n"), 12_000) // two chunks
	large := h.add(h.lou.ID, "large.txt", content)
	inline := []byte("note à effacer, courte")
	small := h.add(h.lou.ID, "petit.txt", inline)
	kept := h.add(h.me.ID, "garde.txt", []byte("à garder"))
	h.must(second(h.AddEntry(ctx, record.Entry{Patient: h.lou.ID, Kind: "allergy", Text: "arachide rare"})))
	h.must(h.Examine(ctx, nil, nil))
	h.must(second(h.Search(ctx, vault.SearchQuery{Words: "ferritine"})))
	h.must(h.KeepDrafts(ctx, []byte("brouillon sur Lou")))
	h.reopen() // the index is written
	h.as(dominique)
	hidden := h.add(h.lou.ID, "cache.txt", []byte("ce que Dominique seul lit"))
	h.must(h.Mask(ctx, hidden, record.Everyone))
	hiddenPieces := h.traces(hidden)
	h.as(camille)
	key := h.ContentKey(large)
	pieces := slices.Concat(h.traces(large), h.traces(small), hiddenPieces)
	gone := [][]byte{[]byte(lou), key, inline, []byte("ferritine"), []byte("large.txt"), []byte("arachide"), []byte("Dominique seul lit"), []byte("brouillon sur Lou"), []byte("2015-09-30")}

	before := map[string]*burglar{} // with the keys they had
	for _, name := range []string{camille, dominique, sacha} {
		before[name] = h.burglar(name)
		before[name].try(h.snapshot())
	}
	opened := append(before[camille].plaintexts(readFile(t, h.path)), before[dominique].plaintexts(readFile(t, h.path))...)
	for _, what := range [][]byte{[]byte(lou), key, inline, []byte("arachide"), []byte("Dominique seul lit"), []byte("2015-09-30")} {
		if !anyContains(opened, what) {
			t.Fatalf("the scan does not find %q while it is there", what)
		}
	}
	words := 0 // segments of the search index
	for _, v := range valuesOf(t, h.snapshot()) {
		for _, k := range before[camille].keys {
			sealed, err := seal.Parse(v.bytes)
			if v.bucket != store.Index || len(v.key) != 5 || err != nil || k.Patient != h.lou.ID {
				continue
			}
			if _, err := k.OpenDerived("carnet1/search", byte(store.Index), sealed); err == nil {
				words++
				pieces = append(pieces, v.bytes[100:132])
			}
		}
	}
	if words == 0 {
		t.Fatal("the words of the record are not found while they are there")
	}
	mine := len(valuesOf(t, h.snapshot()))

	p, err := h.ClosePatient(ctx, h.lou.ID, refused, nil)
	h.must(err)
	if p.Kind != proof.Closure || p.Patient != h.lou.ID || p.Counts["documents"] != 2 || p.Counts["entries"] != 1 || p.Counts["export-refused"] != 1 || p.Digests["export"] != "" {
		t.Errorf("the proof: %+v", p)
	}
	check := func() {
		t.Helper()
		if _, err := h.Documents(h.lou.ID); !errors.Is(err, vault.ErrNoPatient) {
			t.Errorf("the record: %v", err)
		}
		closures, err := h.Closures()
		if err != nil || len(closures) != 1 || closures[0].Patient != h.lou.ID || closures[0].By.Name != camille || closures[0].At != record.At(today) {
			t.Fatalf("mentions %+v, %v", closures, err)
		}
		if said, err := proof.Parse(closures[0].Proof); err != nil || said.Signature != p.Signature {
			t.Errorf("the proof in the mention: %v", err)
		}
		if traces, err := h.Traces(); err != nil || traces {
			t.Errorf("traces %t, %v", traces, err)
		}
		h.sound()
	}
	check()
	same(t, "the other record", h.read(kept), []byte("à garder"))
	for _, name := range []string{dominique, sacha, camille} {
		h.as(name)
		check()
	}
	if _, err := h.VerifyJournal(ctx); err != nil {
		t.Errorf("the journal: %v", err)
	}
	if drafts, err := h.Drafts(); err != nil || drafts != nil {
		t.Errorf("drafts: %q, %v", drafts, err)
	}

	raw := readFile(t, h.path)
	for _, name := range []string{camille, dominique, sacha} {
		b := h.burglar(name)
		b.try(h.snapshot())
		for _, k := range b.keys {
			if k.Patient == h.lou.ID {
				t.Fatalf("%s finds a key of the closed record", name)
			}
		}
		opened := b.plaintexts(raw)
		old := before[name].plaintexts(raw)
		if name == camille && !anyContains(opened, []byte("à garder")) {
			t.Fatal("the scan finds nothing")
		}
		for _, what := range gone {
			if anyContains(opened, what) || anyContains(old, what) || bytes.Contains(raw, what) {
				t.Errorf("%q of the closed record is in the file for %s", what, name)
			}
		}
	}
	for _, piece := range pieces {
		if bytes.Contains(raw, piece) {
			t.Fatal("a piece of the record's ciphertext is in the file")
		}
	}
	if left := len(valuesOf(t, h.snapshot())); left >= mine-10 {
		t.Errorf("%d values left of %d", left, mine)
	}
	// A person of that name may begin again.
	h.must(second(h.AddPatient(ctx, record.Patient{Name: lou, Birth: "2015-09-30", Sex: record.Female}, false)))
	h.sound()
}

// TestClosePatientNotCompacted: a closure whose rewriting could not be done comes
// with its proof, is remembered by the file, and Compact ends it.
func TestClosePatientNotCompacted(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	id := h.add(h.lou.ID, "a.txt", bytes.Repeat([]byte("à effacer "), 1000))
	pieces := h.traces(id)
	h.must(os.Rename(filepath.Dir(h.path), filepath.Dir(h.path)+"-away"))
	p, err := h.ClosePatient(t.Context(), h.lou.ID, refused, nil)
	if !errors.Is(err, vault.ErrNotCompacted) || p == nil {
		t.Errorf("no room for the rewriting: %v", err)
	}
	h.must(os.Rename(filepath.Dir(h.path)+"-away", filepath.Dir(h.path)))
	h.reopen()
	if traces, err := h.Traces(); err != nil || !traces {
		t.Errorf("traces %t, %v", traces, err)
	}
	h.must(h.Compact(t.Context(), nil))
	h.reopen()
	if traces, err := h.Traces(); err != nil || traces {
		t.Errorf("after the compaction: traces %t, %v", traces, err)
	}
	for _, piece := range pieces {
		if bytes.Contains(readFile(t, h.path), piece) {
			t.Fatal("a piece is left after the compaction")
		}
	}
	h.sound()
}

// TestCloseVault: with an export that holds everything; the file goes, and of its
// backups those that were named.
func TestCloseVault(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	ctx := t.Context()
	h.add(h.lou.ID, "a.txt", []byte("un"))
	folder := t.TempDir()
	var backups []string
	for range 2 {
		made, err := h.Backup(ctx, folder, 0, nil)
		h.must(err)
		backups = append(backups, made.Path)
	}
	if found, err := h.BackupFiles(); err != nil || len(found) != 2 || !slices.Contains(found, backups[0]) {
		t.Errorf("backups %q, %v", found, err)
	}
	exports := []*vault.Archive{h.exportOf(h.me.ID), h.exportOf(h.lou.ID)}
	last := int64(0)
	out, err := h.CloseVault(ctx, vault.Closure{Exports: exports, Erase: true, Irreversible: true, Backups: backups[:1]}, func(done, total int64) { last = max(last, done, total) })
	h.must(err)
	if out.Backups != 1 || out.Stuck != nil || last == 0 {
		t.Errorf("%+v, %d bytes told", out, last)
	}
	if _, err := h.Patients(); !errors.Is(err, vault.ErrLocked) {
		t.Errorf("still open: %v", err)
	}
	for _, path := range []string{h.path, backups[0]} {
		if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is still there: %v", filepath.Base(path), err)
		}
	}
	if left, err := os.ReadDir(filepath.Dir(h.path)); err != nil || len(left) != 0 {
		t.Errorf("beside it: %v, %v", left, err)
	}
	v, err := h.seats[camille].Open(backups[1], options())
	if err != nil {
		t.Fatalf("a backup that nobody named: %v", err)
	}
	h.must(v.Close())
	b, err := out.Proof.Bytes()
	h.must(err)
	p, err := proof.Parse(b)
	h.must(err)
	if !p.Patient.IsZero() || p.Counts["records"] != 2 || p.Counts["documents"] != 1 || len(p.Digests["export-a"]) != 64 || p.Digests["export-a"] == p.Digests["export-b"] || p.Counts["exported-documents"] != 1 || p.Counts["export-refused"] != 0 {
		t.Errorf("the proof: %+v", p)
	}
}

// TestClosePatientExported: the proof names the list of all that was taken along,
// as common tools compute it.
func TestClosePatientExported(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	ctx := t.Context()
	h.add(h.lou.ID, "a.txt", []byte("un"))
	h.must(second(h.AddEntry(ctx, record.Entry{Patient: h.lou.ID, Kind: "allergy", Text: "noix <de> cajou", Note: "à deux\nlignes"})))
	made, err := h.Export(ctx, h.lou.ID, t.TempDir(), nil)
	h.must(err)
	archive, err := vault.OpenArchive(ctx, made.Path, nil, nil)
	h.must(err)
	p, err := h.ClosePatient(ctx, h.lou.ID, vault.Closure{Exports: []*vault.Archive{archive}, Erase: true, Irreversible: true}, nil)
	h.must(err)
	if want := fmt.Sprintf("%x", sha256.Sum256(readFile(t, filepath.Join(made.Path, "manifest-sha256.txt")))); p.Digests["export"] != want {
		t.Errorf("digest %s, not %s", p.Digests["export"], want)
	}
	h.sound()
	// What was taken along comes back into a vault, as a record of its own.
	if _, err := h.Restore(ctx, archive, nil); err != nil {
		t.Errorf("restored: %v", err)
	}
	h.sound()
}

// TestClosePatientExportedToRecipient: an export that nobody here can open counts by
// what was written, for the closure alone; it speaks of the record as it was.
func TestClosePatientExportedToRecipient(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	ctx := t.Context()
	h.add(h.lou.ID, "a.txt", []byte("un"))
	secret := &bag.Secret{Recipient: "age10g4zta7cvpnvsrnh0at9l9zgedjs2v5l60enj4cmhwegulq6jyxqqhaqgh"}
	export := func() *vault.Archive {
		made, err := h.Export(ctx, h.lou.ID, t.TempDir(), &vault.ExportOptions{Secret: secret})
		h.must(err)
		return made.Archive
	}
	how := vault.Closure{Exports: []*vault.Archive{export()}, Erase: true, Irreversible: true}
	if a := how.Exports[0]; !a.Sealed() || a.Documents() != 1 || a.Patient().ID != h.lou.ID {
		t.Errorf("%+v", a)
	}
	if _, err := h.Restore(ctx, how.Exports[0], &vault.RestoreOptions{Into: h.me.ID}); !errors.Is(err, bag.ErrSealed) {
		t.Errorf("restored without its key: %v", err)
	}
	h.add(h.lou.ID, "b.txt", []byte("deux"))
	if _, err := h.ClosePatient(ctx, h.lou.ID, how, nil); !errors.Is(err, vault.ErrExport) {
		t.Errorf("an export of before: %v", err)
	}
	how.Exports[0] = export()
	p, err := h.ClosePatient(ctx, h.lou.ID, how, nil)
	h.must(err)
	if p.Counts["exported-documents"] != 2 || len(p.Digests["export"]) != 64 {
		t.Errorf("the proof: %+v", p)
	}
	h.sound()
}

// TestCloseVaultStopped: a closure that is stopped while the file is overwritten is a
// closure all the same; it is finished later.
func TestCloseVaultStopped(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	noise := make([]byte, 4<<20)
	rand.Read(noise) // it always fills them
	h.add(h.lou.ID, "a.bin", noise)
	made, err := h.Backup(t.Context(), t.TempDir(), 0, nil)
	h.must(err)
	ctx, stop := context.WithCancel(t.Context())
	out, err := h.CloseVault(ctx, vault.Closure{NoExport: true, Erase: true, Irreversible: true, Backups: []string{made.Path}}, func(done, total int64) {
		if done >= total {
			t.Error("everything was overwritten")
		}
		stop()
	})
	if out.Proof == nil || !errors.Is(err, vault.ErrClosing) || !errors.Is(err, context.Canceled) {
		t.Fatalf("%+v, %v", out, err)
	}
	if out.Backups != 0 || !slices.Equal(out.Stuck, []string{made.Path}) {
		t.Errorf("the backup: %+v", out)
	}
	if _, err := vault.ReadInfo(h.path); !errors.Is(err, vault.ErrClosing) {
		t.Errorf("the file says %v", err)
	}
	h.must(vault.FinishClosure(t.Context(), h.path, nil))
	if _, err := os.Lstat(h.path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it is still there: %v", err)
	}
}

// TestDestroyed: what the transaction of a closure takes out of the file is all
// that a passphrase or a kit opens.
func TestDestroyed(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	h.add(h.lou.ID, "a.txt", []byte("un"))
	h.must(h.Close())
	copied := h.snapshot()
	db, err := store.Open(copied)
	h.must(err)
	h.must(os.Chmod(filepath.Dir(copied), 0o700))
	halt := filepath.Dir(copied) + "-away" // so that the file cannot be found to be overwritten
	h.must(os.Rename(filepath.Dir(copied), halt))
	begun, err := db.Destroy(t.Context(), nil)
	if !begun || err == nil {
		t.Fatalf("the file is away: %t, %v", begun, err)
	}
	h.must(os.Rename(halt, filepath.Dir(copied)))

	if _, err := h.seats[camille].Open(copied, options()); !errors.Is(err, vault.ErrClosing) {
		t.Errorf("opens: %v", err)
	}
	h.must(vault.FinishClosure(t.Context(), copied, nil))
}

// TestDigestNames: no two exports of one closure share a name in its proof, however many records a vault has.
func TestDigestNames(t *testing.T) {
	for i, want := range map[int]string{0: "export-a", 25: "export-z", 26: "export-aa", 27: "export-ab", 701: "export-zz", 702: "export-aaa"} {
		if got := vault.DigestName(i, 800); got != want {
			t.Errorf("export %d of 800 is %q, want %q", i, got, want)
		}
	}
	if got := vault.DigestName(0, 1); got != "export" {
		t.Errorf("the only export is %q", got)
	}
	p := &proof.Proof{Kind: proof.Closure, Vault: record.ID{1}, At: time.Date(2026, 11, 3, 0, 0, 0, 0, time.UTC), Counts: map[string]int64{}, Digests: map[string]string{}}
	for i := range 800 {
		p.Digests[vault.DigestName(i, 800)] = strings.Repeat("0", 64)
	}
	if len(p.Digests) != 800 {
		t.Errorf("800 exports have %d names", len(p.Digests))
	}
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	sign := func(message []byte) [ed25519.SignatureSize]byte {
		return [ed25519.SignatureSize]byte(ed25519.Sign(private, message))
	}
	if err := p.Sign([ed25519.PublicKeySize]byte(public), sign); err != nil {
		t.Errorf("a proof with these names: %v", err)
	}
}
