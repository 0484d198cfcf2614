package vault_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"filippo.io/age"

	"carnet/vault"
	"carnet/vault/exchange/bag"
	"carnet/vault/record"
)

// TestExtractTogether: several documents leave in one zip under names that do not
// collide, in clear or inside age, each with its row in the journal.
func TestExtractTogether(t *testing.T) {
	ctx := t.Context()
	h := newVault(t)
	a, b := h.add(h.lou.ID, "un.txt", noise(1, 300_000)), h.add(h.me.ID, "deux.txt", []byte("deux"))
	h.must(h.EditDocument(ctx, b, vault.Edit{Title: ptr("UN")}))
	ids, dir := []record.ID{a, b}, t.TempDir()

	clear := filepath.Join(dir, "clear.zip")
	if err := h.ExtractTogether(ctx, ids, clear, nil, nil); err != nil {
		t.Fatal(err)
	}
	want := [][]byte{noise(1, 300_000), []byte("deux")}
	holds(t, readFile(t, clear), want)
	if err := h.ExtractTogether(ctx, ids, clear, nil, nil); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over a file: %v", err)
	}
	sealed := filepath.Join(dir, "sealed.zip.age")
	if err := h.ExtractTogether(ctx, ids, sealed, &bag.Secret{Passphrase: []byte("de vive voix"), Work: 10}, nil); err != nil {
		t.Fatal(err)
	}
	id, err := age.NewScryptIdentity("de vive voix")
	h.must(err)
	plain, err := age.Decrypt(bytes.NewReader(readFile(t, sealed)), id)
	h.must(err)
	content, err := io.ReadAll(plain)
	h.must(err)
	holds(t, content, want)

	rows := 0
	for e, err := range h.Journal(ctx) {
		h.must(err)
		if e.Action == record.DocumentExported {
			rows++
		}
	}
	if rows != 4 {
		t.Errorf("%d rows of the journal", rows)
	}
	h.must(h.AddMember(ctx, h.lou.ID, sacha, record.RoleCarerReads))
	h.as(sacha)
	if err := h.ExtractTogether(ctx, []record.ID{a}, filepath.Join(dir, "carer.zip"), nil, nil); !errors.Is(err, vault.ErrNotAllowed) {
		t.Errorf("a carer: %v", err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 2 {
		t.Errorf("in the folder: %v, %v", left, err)
	}
}

func holds(t *testing.T, file []byte, want [][]byte) {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil || len(r.File) != len(want) {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for i, f := range r.File {
		names[f.Name] = true
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		same(t, f.Name, got, want[i])
	}
	if len(names) != len(want) {
		t.Errorf("names: %v", names)
	}
}
