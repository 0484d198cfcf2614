package vault_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"carnet/vault"
)

func importBench(b *testing.B, files, size int) {
	h := newVault(b)
	dir := b.TempDir()
	round := uint64(0)
	b.SetBytes(int64(files) * int64(size))
	for b.Loop() {
		b.StopTimer()
		for i := range files {
			content := noise(uint64(i), size)
			copy(content, fmt.Sprint(round)) // never a duplicate
			writeFile(b, filepath.Join(dir, fmt.Sprintf("%05d.bin", i)), content)
		}
		round++
		b.StartTimer()
		for i := range h.Import(b.Context(), h.me.ID, []string{dir}, nil) {
			if i.Err != nil || i.Duplicate {
				b.Fatalf("%+v", i)
			}
		}
	}
	b.ReportMetric(float64(files)*float64(b.N)/b.Elapsed().Seconds(), "files/s")
}

func BenchmarkImportSmall(b *testing.B)  { importBench(b, 1000, 1500) }
func BenchmarkImportMedium(b *testing.B) { importBench(b, 200, 150_000) }
func BenchmarkImportLarge(b *testing.B)  { importBench(b, 1, 256<<20) }

// tenThousand is a vault of 10,000 documents.
func tenThousand(b *testing.B) *household {
	h := newVault(b)
	dir := b.TempDir()
	for i := range 10_000 {
		writeFile(b, filepath.Join(dir, fmt.Sprintf("%03d", i%100), fmt.Sprintf("Compte rendu %d.txt", i)), fmt.Appendf(nil, "document %d", i))
	}
	for i := range h.Import(b.Context(), h.me.ID, []string{dir}, nil) {
		if i.Err != nil {
			b.Fatal(i.Err)
		}
	}
	return h
}

// BenchmarkOpen opens a vault of 10,000 documents once the key is derived.
func BenchmarkOpen(b *testing.B) {
	h := tenThousand(b)
	h.must(h.Close())
	for b.Loop() {
		v, err := h.seats[camille].Open(h.path, options())
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		h.must(v.Close())
		b.StartTimer()
	}
}

// BenchmarkList lists 10,000 documents, before and after they are examined.
func BenchmarkList(b *testing.B) {
	h := tenThousand(b)
	list := func(b *testing.B) {
		for b.Loop() {
			if _, err := h.Documents(h.me.ID); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Run("by title", list)
	if err := h.Examine(b.Context(), nil, nil); err != nil {
		b.Fatal(err)
	}
	b.Run("examined", list)
}

// BenchmarkEdit changes one document among 10,000.
func BenchmarkEdit(b *testing.B) {
	h := tenThousand(b)
	id := h.documents(h.me.ID)[0].ID
	n := 0
	for b.Loop() {
		n++
		if err := h.EditDocument(b.Context(), id, vault.Edit{Title: ptr(fmt.Sprint("titre ", n))}); err != nil {
			b.Fatal(err)
		}
	}
}
