package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"go.etcd.io/bbolt"
)

// content lists every key and value, by the path of buckets to it.
func content(t testing.TB, db *DB) map[string]string {
	t.Helper()
	all := map[string]string{}
	var list func(path string, b *bbolt.Bucket) error
	list = func(path string, b *bbolt.Bucket) error {
		return b.ForEach(func(k, v []byte) error {
			name := fmt.Sprintf("%s/%x", path, k)
			if v == nil {
				all[name] = "bucket"
				return list(name, b.Bucket(k))
			}
			all[name] = "value " + string(v)
			return nil
		})
	}
	err := db.bolt.View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bbolt.Bucket) error {
			all[string(name)] = "bucket"
			return list(string(name), b)
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func sameContent(t testing.TB, got, want map[string]string) {
	t.Helper()
	for name, value := range want {
		if got[name] != value {
			t.Errorf("%s: %.40q, want %.40q", name, got[name], value)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d entries, want %d", len(got), len(want))
	}
}

var marker = []byte("a title that nobody shall read again")

// worn makes a file in which much was removed, some of it with a marker.
func worn(t testing.TB) *DB {
	t.Helper()
	db := create(t, sample)
	steps := []func(*Tx) error{
		func(tx *Tx) error { return tx.Put(Records, Seq(5000), bytes.Repeat(marker, 10)) },
		func(tx *Tx) error {
			return tx.PutChunks(70, 0, slices.Repeat([][]byte{bytes.Repeat(marker, 7000)}, 12))
		},
		func(tx *Tx) error { return tx.PutChunks(71, 0, nil) },
		func(tx *Tx) error { return tx.Put(Records, Seq(6000), nil) },
		func(tx *Tx) error { return tx.Delete(Records, Seq(5000)) },
		func(tx *Tx) error { return tx.DropChunks(70) },
		func(tx *Tx) error { return tx.DropChunks(1) },
	}
	for _, step := range steps {
		if err := db.Update(step); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

func TestCompact(t *testing.T) {
	db := worn(t)
	want, before := content(t, db), lookAt(t, db.path)
	if !bytes.Contains(read(t, db.path), marker) {
		t.Fatal("what was removed is gone before the compaction")
	}
	if err := db.Compact(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	after := lookAt(t, db.path)
	if after.size >= before.size || after.mode != before.mode {
		t.Errorf("%d bytes of mode %v, from %d of mode %v", after.size, after.mode, before.size, before.mode)
	}
	if bytes.Contains(read(t, db.path), marker[:12]) {
		t.Error("what was removed is still in the file")
	}
	if got := folder(t, db.path); got != "[- "+filepath.Base(db.path)+"]" {
		t.Errorf("in the folder: %s", got)
	}
	sameContent(t, content(t, db), want)
	if size, err := db.Size(); err != nil || size.Free > 16*pageSize {
		t.Errorf("%+v, %v", size, err)
	}
	// It goes on: writing, another compaction, closing and opening.
	if err := db.Update(func(tx *Tx) error { return tx.Put(Records, Seq(7000), []byte("later")) }); err != nil {
		t.Fatal(err)
	}
	if err := db.Compact(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	want = content(t, db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Open(db.path)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	sameContent(t, content(t, again), want)
}

// A compaction that is larger than its transactions tells how far it is, and
// can be given up at any of them.
func TestCompactLarge(t *testing.T) {
	const n = 160 // chunks: 40 MiB
	db := create(t, func(tx *Tx) error {
		for i := range uint32(n) {
			if err := tx.PutChunks(uint64(i/100+1), i, [][]byte{bytes.Repeat([]byte{byte(i)}, 262080)}); err != nil {
				return err
			}
		}
		return nil
	})
	want, before := contentOf(t, db), lookAt(t, db.path)
	unchanged := func(what string) {
		t.Helper()
		if lookAt(t, db.path) != before {
			t.Errorf("%s: the file changed", what)
		}
		if got := folder(t, db.path); got != "[- "+filepath.Base(db.path)+"]" {
			t.Errorf("%s: in the folder: %s", what, got)
		}
		if contentOf(t, db) != want {
			t.Errorf("%s: another content", what)
		}
	}

	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := db.Compact(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("given up before: %v", err)
	}
	unchanged("given up before")

	ctx, cancel = context.WithCancel(context.Background())
	defer cancel()
	calls := 0
	if err := db.Compact(ctx, func(int64) { calls++; cancel() }); !errors.Is(err, context.Canceled) || calls != 1 {
		t.Errorf("given up in the middle: %v, %d calls", err, calls)
	}
	unchanged("given up in the middle")
	if err := db.Update(func(tx *Tx) error { return tx.Put(Records, Seq(1), nil) }); err != nil {
		t.Errorf("no longer open: %v", err)
	}
	want = contentOf(t, db)

	var progress []int64
	if err := db.Compact(context.Background(), func(done int64) { progress = append(progress, done) }); err != nil {
		t.Fatal(err)
	}
	last := int64(0)
	for _, done := range progress {
		if done < last+compactBatch || done > n*262080 {
			t.Errorf("progress %v", progress)
		}
		last = done
	}
	if len(progress) != 2 {
		t.Errorf("progress %v", progress)
	}
	if contentOf(t, db) != want {
		t.Error("another content")
	}
}

// Where no file can be made, the compaction fails and nothing is lost.
func TestCompactWithoutFolder(t *testing.T) {
	db := create(t, sample)
	want := contentOf(t, db)
	moved := filepath.Dir(db.path) + " moved"
	if err := os.Rename(filepath.Dir(db.path), moved); err != nil {
		t.Fatal(err)
	}
	if err := db.Compact(context.Background(), nil); err == nil {
		t.Error("compacted into a folder that is not there")
	}
	if contentOf(t, db) != want {
		t.Error("another content")
	}
	if err := os.Rename(moved, filepath.Dir(db.path)); err != nil {
		t.Fatal(err)
	}
	if err := db.Compact(context.Background(), nil); err != nil {
		t.Error(err)
	}
}

// Whoever waits for the file while it is compacted gets the new one.
func TestOpenDuringCompaction(t *testing.T) {
	t.Parallel()
	for _, open := range []func(string) (*DB, error){Open, OpenReadOnly} {
		db := worn(t)
		type opened struct {
			db  *DB
			err error
		}
		begun, got := make(chan bool), make(chan opened)
		go func() {
			close(begun)
			other, err := open(db.path)
			got <- opened{other, err}
		}()
		<-begun
		if err := db.Compact(context.Background(), nil); err != nil {
			t.Fatal(err)
		}
		want := contentOf(t, db)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		other := <-got
		if other.err != nil {
			t.Fatal(other.err)
		}
		if current, err := other.db.current(); err != nil || !current {
			t.Errorf("opened the old file: %v", err)
		}
		if contentOf(t, other.db) != want {
			t.Error("another content")
		}
		if err := other.db.Close(); err != nil {
			t.Error(err)
		}
	}
}

// The lock of a file that was replaced is worth nothing: current tells.
func TestReplacedFileIsNotCurrent(t *testing.T) {
	db := worn(t)
	old := db.path + " before"
	if err := os.Link(db.path, old); err != nil {
		t.Fatal(err)
	}
	if err := db.Compact(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	stale, err := open(old, true)
	if err != nil {
		t.Fatal(err)
	}
	defer stale.Close()
	stale.path = db.path
	if current, err := stale.current(); err != nil || current {
		t.Errorf("current %t, %v", current, err)
	}
	if current, err := db.current(); err != nil || !current {
		t.Errorf("the new one: current %t, %v", current, err)
	}
}
