// Package storetest holds a store to what a server needs of it. It is for tests.
package storetest

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"carnet/sync/server/store"
	"carnet/vault/chain"
)

var key = ed25519.NewKeyFromSeed(make([]byte, 32))

// op is an operation of a patient with a body, and the blobs it names.
func op(t testing.TB, patient chain.ID, n uint64, body []byte, blobs ...[32]byte) store.Op {
	t.Helper()
	s, err := chain.Sign(chain.Op{V: chain.Version, Kind: chain.Data, Patient: patient, DSeq: n, HLC: n, BodyHash: sha256.Sum256(body), Blobs: blobs}, func(m []byte) [64]byte { return [64]byte(ed25519.Sign(key, m)) })
	if err != nil {
		t.Fatal(err)
	}
	return store.Op{N: n, Time: n * 10, Op: s.Bytes(), Sig: s.Sig, Body: body}
}

func all(t testing.TB, s store.Store, patient chain.ID, after uint64) (out []store.Op) {
	t.Helper()
	err := s.Ops(context.Background(), patient, after, true, func(o store.Op) bool {
		o.Op, o.Body = bytes.Clone(o.Op), bytes.Clone(o.Body)
		out = append(out, o)
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Run holds a store to all of it. open opens the same store again after it was
// closed; opened somewhere else, it opens what a backup wrote to folder.
func Run(t *testing.T, open func(folder string) (store.Store, error)) {
	ctx := context.Background()
	folder := t.TempDir()
	s, err := open(folder)
	if err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	p, q, device := chain.ID{1}, chain.ID{2}, chain.ID{3}
	blob := [32]byte{0xab, 0xcd}

	if missing, err := s.Missing(ctx, p, [][32]byte{blob, {1}}); err != nil || len(missing) != 2 {
		t.Fatalf("%v, %v", missing, err)
	}
	other := [32]byte{0xab, 0xce}
	put := func(want int, list ...store.Blob) {
		t.Helper()
		if stored, err := s.PutBlobs(ctx, p, list); err != nil || stored != want {
			t.Fatalf("%d stored, %v", stored, err)
		}
	}
	put(2, store.Blob{Name: blob, Content: []byte("ciphertext")}, store.Blob{Name: other, Content: []byte("beside it")})
	put(0, store.Blob{Name: blob, Content: []byte("something else")})
	put(1, store.Blob{Name: [32]byte{0xef}, Content: []byte("of no operation")}, store.Blob{Name: blob, Content: []byte("something else")})
	if b, err := s.Blob(ctx, p, blob); err != nil || string(b) != "ciphertext" {
		t.Fatalf("%q, %v", b, err)
	}
	if _, err := s.Blob(ctx, q, blob); !errors.Is(err, store.ErrAbsent) {
		t.Errorf("the blob of another patient: %v", err)
	}

	first := store.Batch{Patient: p, Ops: []store.Op{op(t, p, 1, []byte("one"), blob), op(t, p, 2, []byte("two"), other)}, Devices: []chain.ID{device}}
	must(s.Append(ctx, &first))
	if err := s.Append(ctx, &first); !errors.Is(err, store.ErrMoved) {
		t.Errorf("the same position twice: %v", err)
	}
	bare := op(t, p, 3, []byte("three"))
	bare.Body, bare.Bare = nil, true
	must(s.Append(ctx, &store.Batch{Patient: p, After: 2, Ops: []store.Op{bare}}))
	must(s.Append(ctx, &store.Batch{Patient: q, Ops: []store.Op{op(t, q, 1, []byte("another's"))}, Devices: []chain.ID{device}}))
	got := all(t, s, p, 1)
	if len(got) != 2 || got[0].N != 2 || got[0].Time != 20 || string(got[0].Body) != "two" || !got[1].Bare {
		t.Fatalf("%+v", got)
	}
	must(s.Append(ctx, &store.Batch{Patient: p, After: 3, Bodies: map[uint64][]byte{3: []byte("three")}}))
	if got := all(t, s, p, 2); got[0].Bare || string(got[0].Body) != "three" {
		t.Errorf("a body that came later: %+v", got)
	}
	if list, err := s.Patients(ctx, device); err != nil || !slices.Equal(list, []chain.ID{p, q}) {
		t.Errorf("%v, %v", list, err)
	}
	must(s.Append(ctx, &store.Batch{Patient: q, After: 1, Gone: []chain.ID{device}}))
	if list, err := s.Patients(ctx, device); err != nil || !slices.Equal(list, []chain.ID{p}) {
		t.Errorf("%v, %v", list, err)
	}
	must(s.Withdraw(ctx, p, chain.ID{9}))
	if w, err := s.Withdrawn(ctx, p); err != nil || len(w) != 1 || !w[chain.ID{9}] {
		t.Errorf("%v, %v", w, err)
	}
	if w, err := s.Withdrawn(ctx, q); err != nil || len(w) != 0 {
		t.Errorf("%v, %v", w, err)
	}
	if list, err := s.Records(ctx); err != nil || !slices.Equal(list, []chain.ID{p, q}) {
		t.Errorf("records %v, %v", list, err)
	}
	totals, err := s.Check(ctx, nil)
	if err != nil || totals.Ops != 4 || totals.Blobs != 3 || totals.Patients != 2 {
		t.Errorf("%+v, %v", totals, err)
	}

	sweep(t, s, p, blob, other)

	backup := t.TempDir()
	must(s.Backup(ctx, backup))
	before, err := s.Usage(ctx, p)
	must(err)
	must(s.Append(ctx, &store.Batch{Patient: p, After: 3, Drop: []uint64{1}, Blobs: [][32]byte{blob}}))
	if got := all(t, s, p, 0); !got[0].Bare || len(got[0].Body) != 0 {
		t.Errorf("an erased body is %+v", got[0])
	}
	if _, err := s.Blob(ctx, p, blob); !errors.Is(err, store.ErrAbsent) {
		t.Errorf("an erased blob: %v", err)
	}
	if b, err := s.Blob(ctx, p, other); err != nil || string(b) != "beside it" {
		t.Errorf("the blob beside an erased one: %q, %v", b, err)
	}
	if after, err := s.Usage(ctx, p); err != nil || after.Bytes >= before.Bytes || after.Ops != 3 {
		t.Errorf("%+v after %+v, %v", after, before, err)
	}

	must(s.Close())
	lies(t, folder, false, "ciphertext")
	lies(t, folder, true, "beside it")
	lies(t, backup, true, "ciphertext", "beside it")
	s, err = open(folder)
	must(err)
	if got := all(t, s, p, 0); len(got) != 3 || !got[0].Bare || string(got[2].Body) != "three" {
		t.Errorf("opened again it has %+v", got)
	}
	many(t, s)
	must(s.Close())

	s, err = open(backup)
	must(err)
	if got := all(t, s, p, 0); len(got) != 3 || string(got[0].Body) != "one" {
		t.Errorf("the backup has %+v", got)
	}
	for name, want := range map[[32]byte]string{blob: "ciphertext", other: "beside it"} {
		if b, err := s.Blob(ctx, p, name); err != nil || string(b) != want {
			t.Errorf("the blob of the backup: %q, %v", b, err)
		}
	}
	_, err = s.Check(ctx, nil)
	must(errors.Join(err, s.Backup(ctx, t.TempDir())))
	if err := s.Backup(ctx, backup); err == nil {
		t.Error("a backup was written over something")
	}
	must(s.Close())
}

// sweep leaves what is named, and what has come lately.
func sweep(t *testing.T, s store.Store, patient chain.ID, named ...[32]byte) {
	ctx := context.Background()
	stray := [][32]byte{{0xee}, {0xef}}
	if _, err := s.PutBlobs(ctx, patient, []store.Blob{{Name: stray[0], Content: []byte("of no operation either")}}); err != nil {
		t.Fatal(err)
	}
	before, err := s.Usage(ctx, patient)
	if err != nil {
		t.Fatal(err)
	}
	is := func(name [32]byte) bool { return slices.Contains(named, name) }
	if n, err := s.Sweep(ctx, patient, time.Now().Add(-time.Hour), is); err != nil || n != 0 {
		t.Errorf("%d that had just come, %v", n, err)
	}
	if n, err := s.Sweep(ctx, chain.ID{0xff}, time.Now().Add(time.Hour), is); err != nil || n != 0 {
		t.Errorf("%d of somebody who has none, %v", n, err)
	}
	if n, err := s.Sweep(ctx, patient, time.Now().Add(time.Hour), is); err != nil || n != 2 {
		t.Errorf("%d dropped, %v", n, err)
	}
	if missing, err := s.Missing(ctx, patient, append(slices.Clone(named), stray...)); err != nil || !slices.Equal(missing, stray) {
		t.Errorf("missing %x, %v", missing, err)
	}
	if after, err := s.Usage(ctx, patient); err != nil || after.Bytes >= before.Bytes {
		t.Errorf("%+v after %+v, %v", after, before, err)
	}
}

// lies looks for contents of blobs in the files of a store that is closed.
func lies(t *testing.T, folder string, want bool, contents ...string) {
	t.Helper()
	for _, c := range contents {
		found := false
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(path, ".db") {
				return err
			}
			b, err := os.ReadFile(path)
			found = found || bytes.Contains(b, []byte(c))
			return err
		})
		if err != nil || found != want {
			t.Errorf("%q lies in the files: %t, %v", c, found, err)
		}
	}
}

// many writes from many sides at once: of one position one wins, and all that was
// acknowledged is there.
func many(t *testing.T, s store.Store) {
	ctx := context.Background()
	var wg sync.WaitGroup
	var mu sync.Mutex
	won, kept := map[string]int{}, 0
	patient := chain.ID{7}
	for i := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for n := range uint64(5) {
				body := fmt.Appendf(nil, "%d of %d", n, i)
				err := s.Append(ctx, &store.Batch{Patient: patient, After: n, Ops: []store.Op{op(t, patient, n+1, body)}})
				if err == nil {
					mu.Lock()
					won[string(body)]++
					mu.Unlock()
				} else if !errors.Is(err, store.ErrMoved) {
					t.Error(err)
				}
			}
		}()
	}
	for range 8 { // the same blobs from many sides: each is kept once
		wg.Add(1)
		go func() {
			defer wg.Done()
			for n := range byte(5) {
				list := []store.Blob{{Name: [32]byte{n}, Content: []byte{n, n}}, {Name: [32]byte{n + 1}, Content: []byte{n + 1, n + 1}}}
				stored, err := s.PutBlobs(ctx, patient, list)
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				kept += stored
				mu.Unlock()
			}
		}()
	}
	wg.Wait()
	if kept != 6 {
		t.Errorf("%d blobs were new, of 6", kept)
	}
	for n := range byte(6) {
		if b, err := s.Blob(ctx, patient, [32]byte{n}); err != nil || !bytes.Equal(b, []byte{n, n}) {
			t.Errorf("%x, %v", b, err)
		}
	}
	got := all(t, s, patient, 0)
	if len(got) != len(won) {
		t.Errorf("%d operations, %d acknowledged", len(got), len(won))
	}
	for _, o := range got {
		if won[string(o.Body)] != 1 {
			t.Errorf("%q was acknowledged %d times", o.Body, won[string(o.Body)])
		}
	}
}
