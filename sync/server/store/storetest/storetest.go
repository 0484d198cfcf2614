// Package storetest holds a store to what a server needs of it. It is for tests.
package storetest

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
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
	stored, err := s.PutBlob(ctx, p, blob, []byte("ciphertext"))
	if err != nil || !stored {
		t.Fatalf("%t, %v", stored, err)
	}
	if stored, err = s.PutBlob(ctx, p, blob, []byte("something else")); err != nil || stored {
		t.Fatalf("a blob was replaced: %t, %v", stored, err)
	}
	if b, err := s.Blob(ctx, p, blob); err != nil || string(b) != "ciphertext" {
		t.Fatalf("%q, %v", b, err)
	}
	if _, err := s.Blob(ctx, q, blob); !errors.Is(err, store.ErrAbsent) {
		t.Errorf("the blob of another patient: %v", err)
	}

	first := store.Batch{Patient: p, Ops: []store.Op{op(t, p, 1, []byte("one"), blob), op(t, p, 2, []byte("two"))}, Devices: []chain.ID{device}}
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
	if err != nil || totals.Ops != 4 || totals.Blobs != 1 || totals.Patients != 2 {
		t.Errorf("%+v, %v", totals, err)
	}

	sweep(t, s, p, blob)

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
	if after, err := s.Usage(ctx, p); err != nil || after.Bytes >= before.Bytes || after.Ops != 3 {
		t.Errorf("%+v after %+v, %v", after, before, err)
	}

	must(s.Close())
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
	if b, err := s.Blob(ctx, p, blob); err != nil || string(b) != "ciphertext" {
		t.Errorf("the blob of the backup: %q, %v", b, err)
	}
	_, err = s.Check(ctx, nil)
	must(errors.Join(err, s.Backup(ctx, t.TempDir())))
	if err := s.Backup(ctx, backup); err == nil {
		t.Error("a backup was written over something")
	}
	must(s.Close())
}

// sweep leaves what is named, and what has come lately.
func sweep(t *testing.T, s store.Store, patient chain.ID, named [32]byte) {
	ctx := context.Background()
	stray := [32]byte{0xee}
	if _, err := s.PutBlob(ctx, patient, stray, []byte("of no operation")); err != nil {
		t.Fatal(err)
	}
	before, err := s.Usage(ctx, patient)
	if err != nil {
		t.Fatal(err)
	}
	is := func(name [32]byte) bool { return name == named }
	if n, err := s.Sweep(ctx, patient, time.Now().Add(-time.Hour), is); err != nil || n != 0 {
		t.Errorf("%d that had just come, %v", n, err)
	}
	if n, err := s.Sweep(ctx, chain.ID{0xff}, time.Now().Add(time.Hour), is); err != nil || n != 0 {
		t.Errorf("%d of somebody who has none, %v", n, err)
	}
	if n, err := s.Sweep(ctx, patient, time.Now().Add(time.Hour), is); err != nil || n != 1 {
		t.Errorf("%d dropped, %v", n, err)
	}
	if missing, err := s.Missing(ctx, patient, [][32]byte{named, stray}); err != nil || !slices.Equal(missing, [][32]byte{stray}) {
		t.Errorf("missing %x, %v", missing, err)
	}
	if after, err := s.Usage(ctx, patient); err != nil || after.Bytes >= before.Bytes {
		t.Errorf("%+v after %+v, %v", after, before, err)
	}
}

// many writes from many sides at once: of one position one wins, and all that was
// acknowledged is there.
func many(t *testing.T, s store.Store) {
	ctx := context.Background()
	var wg sync.WaitGroup
	var mu sync.Mutex
	won := map[string]int{}
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
	wg.Wait()
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
