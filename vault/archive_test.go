package vault_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"carnet/vault"
	"carnet/vault/exchange/bag"
	"carnet/vault/profile"
	"carnet/vault/record"
)

// export writes an archive of a person and returns where it is.
func (h *household) export(patient record.ID, opt *vault.ExportOptions) vault.Exported {
	h.t.Helper()
	out, err := h.Export(h.t.Context(), patient, h.t.TempDir(), opt)
	if err != nil {
		h.t.Fatal(err)
	}
	return out
}

func (h *household) restore(at string, secret *bag.Secret) vault.Restored {
	h.t.Helper()
	a, err := vault.OpenArchive(h.t.Context(), at, secret, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	preview, err := h.PreviewRestore(a, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	out, err := h.Restore(h.t.Context(), a, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	preview.Patient.ID = out.Patient.ID
	if !equalRestored(preview, out) {
		h.t.Errorf("announced %+v and brought %+v", preview, out)
	}
	return out
}

func equalRestored(a, b vault.Restored) bool { return fmt.Sprintf("%+v", a) == fmt.Sprintf("%+v", b) }

// elsewhere is a new vault of somebody who has nothing but an archive.
func elsewhere(t testing.TB, name, birth string) *household {
	t.Helper()
	h := &household{t: t, path: filepath.Join(t.TempDir(), "elsewhere.carnet")}
	v, _, err := vault.Create(t.Context(), h.path, vault.First{Name: name, Birth: birth, Passphrase: passphraseOf(name)}, options())
	if err != nil {
		t.Fatal(err)
	}
	h.Vault, h.who, h.seats = v, name, map[string]vault.Seat{name: v.Seat()}
	t.Cleanup(h.close)
	return h
}

// another is elsewhere again and again for those who make many: the keys of one vault
// are derived, and its file is copied.
func (h *household) another(t testing.TB) *household {
	t.Helper()
	path := filepath.Join(t.TempDir(), "another.carnet")
	copyFile(t, h.path, path)
	out := &household{t: t, path: path, seats: h.seats}
	out.as(h.who)
	t.Cleanup(out.close)
	return out
}

// manifestOf is the list of an archive's payload, without the access journal.
func manifestOf(t testing.TB, at string) []string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(at, "manifest-sha256.txt"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	return slices.DeleteFunc(lines, func(line string) bool { return strings.Contains(line, " data/journal/") })
}

// filled is Lou's record with one of everything that an archive has to keep.
func (h *household) filled() (masked record.ID) {
	h.t.Helper()
	ctx := h.t.Context()
	attesting(h)
	h.must(h.AddMember(ctx, h.lou.ID, sacha, record.RoleCarerReads))
	one := h.add(h.lou.ID, "ordonnance é=à.pdf", []byte("%PDF-1.4 ordonnance"))
	h.must(h.EditDocument(ctx, one, vault.Edit{Title: ptr("Ordonnance d'été"), Date: ptr("2024-06"), Note: ptr("À montrer\nau médecin"), Tag: []string{"école", "Été"}}))
	h.must(h.EditDocument(ctx, one, vault.Edit{Untag: []string{"école"}, RightPerson: ptr(true)}))
	big := h.add(h.lou.ID, "radio.bin", bytes.Repeat([]byte("0123456789abcdef"), 60_000))
	h.must(h.EditDocument(ctx, big, vault.Edit{Title: ptr("Ordonnance d'été"), Category: ptr("imaging")}))
	h.must(h.Mask(ctx, big, dominique))
	h.must(h.EditDocument(ctx, big, vault.Edit{Note: ptr("après le masquage")}))
	private := h.add(h.lou.ID, "privé.txt", []byte("pour moi seule"))
	h.must(h.Mask(ctx, private, record.Everyone))
	h.must(h.Mask(ctx, private, record.Professionals))
	h.must(h.Contest(ctx, one, record.Contest{Wrong: record.Inexact, Ask: record.AskCorrect, Reason: "La date\nest fausse", Outcome: record.ContestOpen}))
	consent, err := h.GiveConsent(ctx, h.lou.ID, someServer("fr"))
	h.must(err)
	h.must(h.WithdrawConsent(ctx, h.lou.ID, consent))
	h.add(h.lou.ID, "vide.txt", nil)
	gone := h.add(h.lou.ID, "à effacer.txt", []byte("effacé"))
	binned := h.add(h.lou.ID, "corbeille.txt", []byte("dans la corbeille"))
	h.must(h.RemoveDocuments(ctx, gone, binned))
	h.must(h.EraseDocuments(ctx, nil, gone))
	allergy := h.entry(record.Entry{Patient: h.lou.ID, Kind: "allergy", Text: "arachide", Status: "active", Document: one, Source: record.SourceDocument})
	allergy.Reaction = "=urticaire"
	h.must(h.EditEntry(ctx, allergy))
	h.entry(record.Entry{Patient: h.lou.ID, Kind: "medication", Status: record.NoneKnown})
	h.entry(record.Entry{Patient: h.lou.ID, Kind: "observation", Type: "weight", Value: "24.5", Unit: "kg", Start: "2025-02-03"})
	h.entry(record.Entry{Patient: h.lou.ID, Kind: profile.Appointment, Text: "Kiné; à jeun", Start: "2031-12-03T14:30:00+01:00", End: "2031-12-03T15:00:00+01:00", Status: "booked"})
	old := h.entry(record.Entry{Patient: h.lou.ID, Kind: "condition", Text: "varicelle", Status: "resolved", Start: "2019"})
	h.must(h.RemoveEntries(ctx, old.ID))
	h.must(second(h.EditPatient(ctx, h.lou.ID, vault.PatientEdit{NIR: ptr("215097511600174")})))
	h.as(dominique)
	hidden := h.add(h.lou.ID, "secret.bin", bytes.Repeat([]byte("hidden from Camille "), 500))
	h.must(h.Mask(ctx, hidden, camille))
	h.as(camille)
	return hidden
}

// TestExportRestore: what one keyholder reads of a person comes back whole in
// another vault, where the others of the first have no passphrase.
func TestExportRestore(t *testing.T) {
	h := newVault(t)
	h.filled()
	h.faithful(h.lou.ID)
	h.faithful(h.me.ID) // nothing in it yet

	made := h.export(h.lou.ID, nil)
	if made.Documents != 6 || made.Records != 5 || made.Unreadable != 1 || made.Sealed {
		t.Errorf("%+v", made)
	}
	other := elsewhere(t, camille, "1984-05-02")
	r := other.restore(made.Path, nil)
	if !r.New || r.Erasures != 1 || len(r.Differs) != 0 || r.Patient.Name != lou || r.Patient.NIR != "215097511600174" {
		t.Errorf("%+v", r)
	}
	// It can be worked with: shown again, erased, written on.
	for _, d := range other.documents(r.Patient.ID) {
		if slices.Contains(d.Hidden, dominique) {
			other.must(other.Unmask(t.Context(), d.ID))
			if now := other.document(d.ID); len(now.Hidden) != 0 {
				t.Errorf("still hidden from %v", now.Hidden)
			}
		}
		if name, err := other.AddedBy(d.ID); err != nil || name != camille {
			t.Errorf("added by %q, %v", name, err)
		}
	}
	other.sound()
	rows := 0
	for row, err := range h.Journal(t.Context()) {
		other.must(err)
		if row.Action == record.PatientExported && row.Patient == h.lou.ID {
			rows++
		}
	}
	if rows != 2 {
		t.Errorf("%d rows of exports in the journal, not 2", rows)
	}
}

// TestExportTree: the archive holds what it says: originals byte for byte, tables, a
// chained journal, and no name of a person in a name.
func TestExportTree(t *testing.T) {
	h := newVault(t)
	h.filled()
	page := []byte("<!DOCTYPE html><title>Carnet</title>")
	var told *vault.Contents
	made := h.export(h.lou.ID, &vault.ExportOptions{Readable: func(c *vault.Contents) (map[string][]byte, error) {
		told = c
		return map[string][]byte{"data/index.html": page}, nil
	}})
	if told == nil || told.Patient.ID != h.lou.ID || len(told.Documents) != 6 || len(told.Entries) != 5 || len(told.Erasures) != 1 || len(told.Members) != 3 || told.Unreadable != 1 {
		t.Fatalf("%+v", told)
	}
	if strings.Contains(strings.ToLower(made.Path[len(filepath.Dir(made.Path)):]), "lou") {
		t.Errorf("the name %s tells a name", made.Path)
	}
	if got, err := os.ReadFile(filepath.Join(made.Path, "data", "index.html")); err != nil || !bytes.Equal(got, page) {
		t.Errorf("%q, %v", got, err)
	}
	for _, d := range told.Documents {
		got, err := os.ReadFile(filepath.Join(made.Path, d.Path))
		if err != nil || !bytes.Equal(got, h.read(d.ID)) || sha256.Sum256(got) != d.SHA256 {
			t.Errorf("%s: %d bytes, %v", d.Path, len(got), err)
		}
	}
	for _, name := range []string{"originals/2024/", "documents.csv", "profil/allergy.csv", "mesures/mesures.csv", "schema/documents.schema.json"} {
		if matches, err := filepath.Glob(filepath.Join(made.Path, "data", name)); err != nil || len(matches) != 1 {
			t.Errorf("%s: %v, %v", name, matches, err)
		}
	}
	journal, err := os.ReadFile(filepath.Join(made.Path, "data", "journal", "audit.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	previous := strings.Repeat("0", 64)
	for _, line := range strings.Split(strings.TrimSpace(string(journal)), "\n") {
		var row struct{ Previous, Who, Action string }
		if err := json.Unmarshal([]byte(line), &row); err != nil || row.Previous != previous || row.Action == "" {
			t.Fatalf("%s: %v", line, err)
		}
		sum := sha256.Sum256([]byte(line))
		previous = hex.EncodeToString(sum[:])
	}
	if !strings.Contains(string(journal), string(record.PatientExported)) {
		t.Error("the journal of the archive does not have the export")
	}
	info, err := os.ReadFile(filepath.Join(made.Path, "bag-info.txt"))
	if err != nil || !strings.Contains(string(info), previous) || strings.Contains(string(info), "Lou") {
		t.Errorf("%s %v", info, err)
	}
	csv, err := os.ReadFile(filepath.Join(made.Path, "data", "profil", "allergy.csv"))
	if err != nil || !strings.Contains(string(csv), "'=urticaire") || !strings.HasPrefix(string(csv), "\ufeff") {
		t.Errorf("%s %v", csv, err)
	}
}

// TestExportSealed: in one file, under a passphrase and to a recipient; the same
// comes back, and without the secret nothing does.
func TestExportSealed(t *testing.T) {
	h := newVault(t)
	h.filled()
	secret := &bag.Secret{Passphrase: []byte("une phrase pour la clé USB"), Work: 10}
	for _, opt := range []*vault.ExportOptions{{Form: bag.Tar}, {Secret: secret}} {
		var last, of int64
		opt.Progress = func(done, total int64) {
			if done < last || total < done {
				t.Errorf("%d of %d after %d", done, total, last)
			}
			last, of = done, total
		}
		made := h.export(h.lou.ID, opt)
		if last != of || of == 0 || made.Sealed != (opt.Secret != nil) || made.Bytes < 960_000 {
			t.Errorf("ended at %d of %d: %+v", last, of, made)
		}
		other := elsewhere(t, camille, "1984-05-02")
		if r := other.restore(made.Path, opt.Secret); r.Documents != made.Documents || r.Records != made.Records {
			t.Errorf("%+v came of %+v", r, made)
		}
		content, err := os.ReadFile(made.Path)
		if err != nil || bytes.Contains(content, []byte("ordonnance")) != (opt.Secret == nil) {
			t.Errorf("sealed %v, and read without a secret: %v", made.Sealed, err)
		}
	}
	if _, err := h.Export(t.Context(), h.lou.ID, t.TempDir(), &vault.ExportOptions{Secret: &bag.Secret{Recipient: "nobody"}}); !errors.Is(err, bag.ErrRecipient) {
		t.Errorf("to nobody: %v", err)
	}
}

// TestExportRefusals: a carer never exports, and whatever ends an export leaves
// nothing of it.
func TestExportRefusals(t *testing.T) {
	h := newVault(t)
	h.filled()
	empty := func(dir string) {
		t.Helper()
		if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
			t.Errorf("%v, %v are left", left, err)
		}
	}
	dir := t.TempDir()
	for _, form := range []bag.Form{bag.Folder, bag.Tar} {
		ctx, cancel := context.WithCancel(t.Context())
		_, err := h.Export(ctx, h.lou.ID, dir, &vault.ExportOptions{Form: form, Progress: func(done, total int64) {
			if done > total/4 {
				cancel()
			}
		}})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
		empty(dir)
		_, err = h.Export(t.Context(), h.lou.ID, dir, &vault.ExportOptions{Form: form, Readable: func(*vault.Contents) (map[string][]byte, error) { return nil, errTest }})
		if !errors.Is(err, errTest) {
			t.Errorf("without a page: %v", err)
		}
		empty(dir)
	}
	file := filepath.Join(dir, "file")
	h.must(os.WriteFile(file, nil, 0o600))
	if _, err := h.Export(t.Context(), h.lou.ID, file, nil); !errors.Is(err, vault.ErrNotFolder) {
		t.Errorf("into a file: %v", err)
	}
	if _, err := h.Export(t.Context(), h.lou.ID, filepath.Join(dir, "nowhere"), nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("into nothing: %v", err)
	}
	if _, err := h.Export(t.Context(), record.ID{1}, dir, nil); !errors.Is(err, vault.ErrNoPatient) {
		t.Errorf("of nobody: %v", err)
	}
	made := h.export(h.lou.ID, nil)
	h.as(sacha)
	if _, err := h.Export(t.Context(), h.lou.ID, t.TempDir(), nil); !errors.Is(err, vault.ErrNotAllowed) {
		t.Errorf("by a carer: %v", err)
	}
	a, err := vault.OpenArchive(t.Context(), made.Path, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Restore(t.Context(), a, nil); !errors.Is(err, vault.ErrNotAllowed) {
		t.Errorf("restored by a carer: %v", err)
	}
}

// TestExportEach: everybody's archive is there in the end, each as it is alone, or
// nobody's; progress only grows, and a carer has nobody's.
func TestExportEach(t *testing.T) {
	h := newVault(t)
	h.filled()
	all, err := h.Exportable()
	h.must(err)
	ids := []record.ID{}
	for _, p := range all {
		ids = append(ids, p.ID)
	}
	if len(ids) != 2 || !slices.Contains(ids, h.lou.ID) || !slices.Contains(ids, h.me.ID) {
		t.Fatalf("exportable: %+v", all)
	}
	for _, secret := range []*bag.Secret{nil, {Passphrase: []byte("la phrase de l'archive"), Work: 10}} {
		dir, last := t.TempDir(), int64(0)
		opt := &vault.ExportOptions{Secret: secret, Progress: func(done, total int64) {
			if done < last || done > total {
				t.Errorf("progress from %d to %d of %d", last, done, total)
			}
			last = done
		}}
		made, err := h.ExportEach(t.Context(), ids, dir, opt)
		h.must(err)
		left, err := os.ReadDir(dir)
		if len(made) != len(ids) || err != nil || len(left) != len(ids) {
			t.Fatalf("%d archives, %v, %v", len(made), left, err)
		}
		for i, m := range made {
			alone := h.export(ids[i], &vault.ExportOptions{Secret: secret})
			if m.Archive.Patient().ID != ids[i] || m.Documents != alone.Documents || m.Records != alone.Records || m.Unreadable != alone.Unreadable {
				t.Errorf("%+v; alone %+v", m, alone)
			}
		}
	}
	dir := t.TempDir()
	readable := func(c *vault.Contents) (map[string][]byte, error) {
		if c.Patient.ID == h.me.ID {
			return nil, errTest
		}
		return nil, nil
	}
	for range 5 { // whichever ends first
		if _, err := h.ExportEach(t.Context(), ids, dir, &vault.ExportOptions{Form: bag.Tar, Readable: readable}); !errors.Is(err, errTest) {
			t.Errorf("one that fails: %v", err)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
			t.Errorf("%v, %v are left", left, err)
		}
	}
	h.as(sacha)
	if all, err := h.Exportable(); err != nil || len(all) != 0 {
		t.Errorf("a carer may export %v, %v", all, err)
	}
	none := t.TempDir()
	if _, err := h.ExportEach(t.Context(), []record.ID{h.lou.ID}, none, nil); !errors.Is(err, vault.ErrNotAllowed) {
		t.Errorf("a carer exports: %v", err)
	}
	if left, err := os.ReadDir(none); err != nil || len(left) != 0 {
		t.Errorf("of a refused export: %v, %v", left, err)
	}
}

// TestRestoreIntoAnother: an archive goes into the record of another person of the same
// vault, whose entries and documents stay, and a second time brings nothing.
func TestRestoreIntoAnother(t *testing.T) {
	h := newVault(t)
	h.filled()
	a, err := vault.OpenArchive(t.Context(), h.export(h.lou.ID, nil).Path, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	profileOf := func(patient record.ID) []record.Entry {
		t.Helper()
		all, err := h.Entries(patient)
		h.must(err)
		return all
	}
	entries, documents := profileOf(h.lou.ID), h.documents(h.lou.ID)
	into := &vault.RestoreOptions{Into: h.me.ID}
	before := len(profileOf(h.me.ID))
	preview, err := h.PreviewRestore(a, into)
	if err != nil {
		t.Fatal(err)
	}
	done, err := h.Restore(t.Context(), a, into)
	if err != nil || done.Records != len(entries) || done.Documents != len(documents) || preview.Records != done.Records {
		t.Errorf("announced %+v, brought %+v, %v", preview, done, err)
	}
	if got := len(profileOf(h.me.ID)); got != before+len(entries) {
		t.Errorf("%d entries, and %d were there and %d brought", got, before, len(entries))
	}
	if !slices.Equal(profileOf(h.lou.ID), entries) || len(h.documents(h.lou.ID)) != len(documents) {
		t.Error("the record it was made of changed")
	}
	if again, err := h.Restore(t.Context(), a, into); err != nil || again.Records != 0 || again.Documents != 0 {
		t.Errorf("again: %+v, %v", again, err)
	}
	h.sound()
}

// TestRestoreRefusals: what ends a restore leaves the vault as it was.
func TestRestoreRefusals(t *testing.T) {
	h := newVault(t)
	h.filled()
	made := h.export(h.lou.ID, nil)
	other := elsewhere(t, camille, "1984-05-02")
	unchanged := func(when string) {
		t.Helper()
		if patients, err := other.Patients(); err != nil || len(patients) != 1 {
			t.Errorf("%s: %v, %v", when, patients, err)
		}
		if left, filling := other.Unfinished(); left != 0 || filling != 0 {
			t.Errorf("%s: %d contents are left, %d being filled", when, left, filling)
		}
		other.sound()
	}
	open := func() *vault.Archive {
		t.Helper()
		a, err := vault.OpenArchive(t.Context(), made.Path, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	a := open()
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := other.Restore(ctx, a, &vault.RestoreOptions{Progress: func(done, total int64) {
		if done > total/2 {
			cancel()
		}
	}}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	unchanged("cancelled")
	if _, err := other.Restore(t.Context(), a, &vault.RestoreOptions{Into: record.ID{1}}); !errors.Is(err, vault.ErrNoPatient) {
		t.Errorf("into nobody: %v", err)
	}
	// Changed between the verification and the restore.
	originals, err := filepath.Glob(filepath.Join(made.Path, "data", "originals", "*", "*.bin"))
	if err != nil || len(originals) == 0 {
		t.Fatal(originals, err)
	}
	content, err := os.ReadFile(originals[0])
	h.must(err)
	content[len(content)/2] ^= 1
	h.must(os.WriteFile(originals[0], content, 0o600))
	if _, err := other.Restore(t.Context(), a, nil); !errors.Is(err, bag.ErrAltered) {
		t.Errorf("altered meanwhile: %v", err)
	}
	unchanged("altered meanwhile")
	if _, err := vault.OpenArchive(t.Context(), made.Path, nil, nil); !errors.Is(err, bag.ErrAltered) {
		t.Errorf("altered: %v", err)
	}
}

// TestDamagedArchive: a byte of any folder, a file that is missing or too many, a way
// out, an end that is missing and another passphrase are refused by their names, before
// any vault is asked.
func TestDamagedArchive(t *testing.T) {
	h := newVault(t)
	h.filled()
	h.importMeasurements(h.lou.ID, appleExport(newYear, 1))
	made := h.export(h.lou.ID, nil).Path
	firsts := map[string]string{} // a file of each folder
	h.must(fs.WalkDir(os.DirFS(made), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && firsts[path.Dir(name)] == "" {
			firsts[path.Dir(name)] = name
		}
		return err
	}))
	if len(firsts) < 10 {
		t.Fatalf("only the folders %v", firsts)
	}
	damaged := func(spoil func(dir string) error) error {
		t.Helper()
		dir := filepath.Join(t.TempDir(), "bag")
		h.must(os.CopyFS(dir, os.DirFS(made)))
		h.must(spoil(dir))
		a, err := vault.OpenArchive(t.Context(), dir, nil, nil)
		if a != nil {
			t.Error("there is an archive to restore")
		}
		return err
	}
	named := func(what string, err, want error, at string) {
		t.Helper()
		var fault *bag.Fault
		if !errors.Is(err, want) || !errors.As(err, &fault) || fault.Path != at {
			t.Errorf("%s: %v at %+v, not %v at %s", what, err, fault, want, at)
		}
	}
	for folder, name := range firsts {
		named("a byte of "+folder, damaged(func(dir string) error {
			file := filepath.Join(dir, name)
			b, err := os.ReadFile(file)
			if err != nil || len(b) == 0 {
				return errors.Join(err, os.WriteFile(file, []byte("x"), 0o600))
			}
			b[len(b)/2] ^= 1
			return os.WriteFile(file, b, 0o600)
		}), bag.ErrAltered, name)
		if folder == "." {
			continue // the lists themselves
		}
		named("nothing in "+folder, damaged(func(dir string) error { return os.Remove(filepath.Join(dir, name)) }), bag.ErrMissing, name)
		more := folder + "/more.txt"
		named("more in "+folder, damaged(func(dir string) error { return os.WriteFile(filepath.Join(dir, more), nil, 0o600) }), bag.ErrExtra, more)
	}
	err := damaged(func(dir string) error {
		list := filepath.Join(dir, "manifest-sha256.txt")
		b, err := os.ReadFile(list)
		h.must(err)
		b = append(b, strings.Repeat("0", 64)+"  ../stolen\n"...)
		h.must(os.WriteFile(list, b, 0o600))
		tags := filepath.Join(dir, "tagmanifest-sha256.txt")
		said, err := os.ReadFile(tags)
		h.must(err)
		sum := sha256.Sum256(b)
		lines := strings.Split(string(said), "\n")
		for i, line := range lines {
			if strings.HasSuffix(line, " manifest-sha256.txt") {
				lines[i] = hex.EncodeToString(sum[:]) + "  manifest-sha256.txt"
			}
		}
		return os.WriteFile(tags, []byte(strings.Join(lines, "\n")), 0o600)
	})
	named("a way out", err, bag.ErrPath, "../stolen")

	secret := &bag.Secret{Passphrase: []byte("une phrase pour la clé USB"), Work: 10}
	sealed := h.export(h.lou.ID, &vault.ExportOptions{Secret: secret}).Path
	if _, err := vault.OpenArchive(t.Context(), sealed, &bag.Secret{Passphrase: []byte("une autre")}, nil); !errors.Is(err, bag.ErrSecret) {
		t.Errorf("another passphrase: %v", err)
	}
	if _, err := vault.OpenArchive(t.Context(), sealed, nil, nil); !errors.Is(err, bag.ErrSealed) {
		t.Errorf("no passphrase: %v", err)
	}
	info, err := os.Stat(sealed)
	h.must(err)
	for _, size := range []int64{info.Size() - 1, info.Size() / 2, 200_000} {
		h.must(os.Truncate(sealed, size))
		if _, err := vault.OpenArchive(t.Context(), sealed, secret, nil); !errors.Is(err, bag.ErrTruncated) {
			t.Errorf("cut to %d bytes: %v", size, err)
		}
	}
}

// TestHostileArchive: an archive that is whole and says what none of ours does is
// refused as such.
func TestHostileArchive(t *testing.T) {
	h := newVault(t)
	h.filled()
	made := h.export(h.lou.ID, nil)
	for name, c := range map[string]struct {
		file, from, to string
		want           error
	}{
		"a later version":     {"data/documents.json", "carnet-archive/1", "carnet-archive/2", vault.ErrNewerArchive},
		"something else":      {"data/documents.json", "carnet-archive/1", "tenrac-archive/1", vault.ErrArchive},
		"no JSON":             {"data/profil/profil.json", "{", "[", vault.ErrArchive},
		"a name of nobody":    {"data/profil/profil.json", `"` + lou + `"`, `"everyone"`, vault.ErrArchive},
		"a path elsewhere":    {"data/documents.json", `"path": "data/originals/`, `"path": "data/elsewhere/`, vault.ErrArchive},
		"a contestation":      {"data/documents.json", `"size": 960000`, `"outcome": "tasteless", "size": 960000`, vault.ErrArchive},
		"a consent of none":   {"data/consentements/synchronisation.json", `"key": "`, `"key": "0`, vault.ErrArchive},
		"another size":        {"data/documents.json", `"size": 960000`, `"size": 960001`, nil},
		"another digest":      {"data/documents.json", `"blake2b256": "`, `"blake2b256": "x`, vault.ErrArchive},
		"an id of nobody":     {"data/profil/profil.json", `"id": "`, `"id": "0`, vault.ErrArchive},
		"a member of no name": {"data/consentements/acces.json", `"` + dominique + `"`, `""`, vault.ErrArchive},
	} {
		t.Run(name, func(t *testing.T) {
			at := rewritten(t, made.Path, c.file, c.from, c.to)
			a, err := vault.OpenArchive(t.Context(), at, nil, nil)
			if c.want != nil {
				if !errors.Is(err, c.want) {
					t.Errorf("%v, not %v", err, c.want)
				}
				return
			}
			h.must(err)
			other := elsewhere(t, camille, "1984-05-02")
			if _, err := other.Restore(t.Context(), a, nil); !errors.Is(err, vault.ErrArchive) {
				t.Errorf("restored: %v", err)
			}
			if patients, err := other.Patients(); err != nil || len(patients) != 1 {
				t.Errorf("%v, %v", patients, err)
			}
		})
	}
}

// rewritten makes a whole archive of another, with one change in one of its files.
func rewritten(t *testing.T, made, file, from, to string) string {
	t.Helper()
	w, err := bag.Create(t.Context(), t.TempDir(), "x", bag.Options{Day: today})
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(filepath.Join(made, "data"), func(at string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(at)
		if err != nil {
			return err
		}
		in, err := filepath.Rel(made, at)
		if filepath.ToSlash(in) == file {
			if !bytes.Contains(content, []byte(from)) {
				t.Fatalf("%s does not have %s", in, from)
			}
			content = bytes.Replace(content, []byte(from), []byte(to), 1)
		}
		return errors.Join(err, w.Add(filepath.ToSlash(in), int64(len(content)), bytes.NewReader(content)))
	})
	if err != nil {
		t.Fatal(err)
	}
	at, err := w.Close(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// TestRestoreBeside: into a record that has some of it already, under other ids or
// edited since, and beside people of other names.
func TestRestoreBeside(t *testing.T) {
	h := newVault(t)
	ctx := t.Context()
	one := h.add(h.lou.ID, "one.txt", []byte("le premier"))
	two := h.add(h.lou.ID, "two.txt", bytes.Repeat([]byte("le second"), 1000))
	e := h.entry(record.Entry{Patient: h.lou.ID, Kind: "allergy", Text: "arachide", Document: two})
	made := h.export(h.lou.ID, nil)

	// Into the same vault after changes: what is there stays as it is.
	h.must(h.EditDocument(ctx, one, vault.Edit{Title: ptr("changé depuis")}))
	h.must(h.RemoveDocuments(ctx, two))
	h.must(h.EraseDocuments(ctx, nil, two))
	r := h.restore(made.Path, nil)
	if r.New || r.Patient.ID != h.lou.ID || r.Documents != 1 || r.Records != 0 || r.Present != 2 {
		t.Errorf("%+v", r)
	}
	if d := h.document(one); d.Title != "changé depuis" {
		t.Errorf("the title is %q again", d.Title)
	}
	if got := h.read(two); len(got) != 9000 {
		t.Errorf("%d bytes came back", len(got))
	}
	h.sound()

	// Into another vault where the person has one of the documents by another id,
	// and none known of a kind.
	other := elsewhere(t, dominique, "1982-01-01")
	p, err := other.AddPatient(ctx, record.Patient{Name: "LOU Kervalan", Birth: h.lou.Birth, Sex: record.Male}, false)
	h.must(err)
	known := other.add(p.ID, "déjà là.txt", bytes.Repeat([]byte("le second"), 1000))
	_, err = other.AddEntry(ctx, record.Entry{Patient: p.ID, Kind: "allergy", Status: record.NoneKnown})
	h.must(err)
	r = other.restore(made.Path, nil)
	if r.New || r.Patient.ID != p.ID || r.Documents != 1 || r.Records != 1 || r.Present != 1 || !slices.Equal(r.Differs, []string{"sex"}) || r.Patient.Sex != record.Male {
		t.Errorf("%+v", r)
	}
	if x, err := other.Entry(e.ID); err != nil || x.Document != known {
		t.Errorf("linked to %v, not %v: %v", x.Document, known, err)
	}
	if name, err := other.AddedBy(e.ID); err != nil || name != camille {
		t.Errorf("added by %q, %v", name, err)
	}
	other.sound()
}

// FuzzArchive: whatever the descriptions of an archive say, it is read or refused by
// a name.
func FuzzArchive(f *testing.F) {
	f.Add([]byte(`{"format":"carnet-archive/1","documents":[{"id":"00000000000000000000000000000001","fields":{"title":"t","size":1,"removedAt":"2026-11-20T10:30:00.000Z","tags":["a"]},"path":"data/originals/2024/x.pdf","blake2b256":"`+strings.Repeat("0", 64)+`","hidden":["everyone"],"history":[]}],"erased":[],"unreadable":1}`),
		[]byte(`{"format":"carnet-archive/1","patient":{"name":"Lou","birth":"2015-09-30"},"entries":[{"id":"00000000000000000000000000000002","fields":{"kind":"allergy","text":"x"},"history":[]}]}`),
		[]byte(`{"format":"carnet-archive/1","members":[{"name":"Lou","role":"holder"}]}`))
	f.Fuzz(func(t *testing.T, documents, profile, members []byte) {
		w, err := bag.Create(t.Context(), t.TempDir(), "x", bag.Options{Form: bag.Tar, Day: today})
		if err != nil {
			t.Fatal(err)
		}
		for name, content := range map[string][]byte{"data/documents.json": documents, "data/profil/profil.json": profile, "data/consentements/acces.json": members} {
			if err := w.Add(name, int64(len(content)), bytes.NewReader(content)); err != nil {
				t.Fatal(err)
			}
		}
		at, err := w.Close(nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		a, err := vault.OpenArchive(t.Context(), at, nil, nil)
		if err != nil && !errors.Is(err, vault.ErrArchive) && !errors.Is(err, vault.ErrNewerArchive) {
			t.Errorf("%v", err)
		}
		if err == nil && a.Patient().Name == "" {
			t.Error("an archive of nobody")
		}
	})
}
