package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"
)

func TestCreateAndOpen(t *testing.T) {
	db := create(t, sample)
	path, want := db.path, contentOf(t, db)
	if info, err := os.Stat(path); err != nil {
		t.Fatal(err)
	} else if os.PathSeparator == '/' && info.Mode() != 0o600 {
		t.Errorf("mode is %v", info.Mode())
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Errorf("closed twice: %v", err)
	}
	for how, open := range map[string]func(string) (*DB, error){"Open": Open, "OpenReadOnly": OpenReadOnly} {
		db, err := open(path)
		if err != nil {
			t.Fatal(err)
		}
		if contentOf(t, db) != want {
			t.Errorf("%s: another content", how)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
	if got := folder(t, path); got != "[- "+filepath.Base(path)+"]" {
		t.Errorf("beside the file: %s", got)
	}
}

// The file is created whole or not at all, and never in the place of another.
func TestCreateRefuses(t *testing.T) {
	failure := errors.New("fill failed")
	tests := []struct {
		name    string
		prepare func(path string) error
		fill    func(path string) error
		want    error
		left    string
	}{
		{name: "a file", prepare: func(path string) error { return os.WriteFile(path, []byte("theirs"), 0o600) }, want: fs.ErrExist, left: "theirs"},
		{name: "a folder", prepare: func(path string) error { return os.Mkdir(path, 0o700) }, want: fs.ErrExist},
		{name: "no folder around", prepare: func(path string) error { return os.Remove(filepath.Dir(path)) }, want: fs.ErrNotExist},
		{name: "fill fails", fill: func(string) error { return failure }, want: failure},
		{name: "a file that comes in between", fill: func(path string) error { return os.WriteFile(path, []byte("theirs"), 0o600) }, want: fs.ErrExist, left: "theirs"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "folder", "file.carnet")
			if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if test.prepare != nil {
				if err := test.prepare(path); err != nil {
					t.Fatal(err)
				}
			}
			filled := false
			db, err := Create(path, func(tx *Tx) error {
				filled = true
				if err := sample(tx); err != nil {
					return err
				}
				if test.fill != nil {
					return test.fill(path)
				}
				return nil
			})
			if !errors.Is(err, test.want) || db != nil {
				t.Errorf("got %v", err)
			}
			if filled != (test.fill != nil) {
				t.Errorf("filled: %t", filled)
			}
			if test.left != "" && string(read(t, path)) != test.left {
				t.Error("the file that was there is not as it was")
			}
			entries, _ := os.ReadDir(filepath.Dir(path))
			for _, e := range entries {
				if e.Name() != filepath.Base(path) || test.left == "" && !e.IsDir() {
					t.Errorf("left behind: %s", e.Name())
				}
			}
		})
	}
}

// What is not a whole vault file of ours is refused by name, by both ways of
// opening, and stays exactly as it is.
func TestOpenRefuses(t *testing.T) {
	good := read(t, created(t, sample))
	change := func(edit func(b []byte) []byte) func(*testing.T, string) {
		return func(t *testing.T, path string) { write(t, path, edit(bytes.Clone(good))) }
	}
	first := func(n int) func(*testing.T, string) {
		return change(func(b []byte) []byte { return b[:n] })
	}
	format := func(edit func(tx *Tx) error) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			write(t, path, good)
			db, err := open(path, false)
			if err != nil {
				t.Fatal(err)
			}
			if err := db.Update(edit); err != nil {
				t.Fatal(err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	number := func(n uint32) func(*Tx) error {
		return func(tx *Tx) error { return tx.Put(Meta, formatKey, binary.BigEndian.AppendUint32(nil, n)) }
	}
	drop := func(buckets ...Bucket) func(*Tx) error {
		return func(tx *Tx) error {
			for _, b := range buckets {
				if err := tx.b.DeleteBucket([]byte{byte(b)}); err != nil {
					return err
				}
			}
			return nil
		}
	}
	bolt := func(options *bbolt.Options, names ...string) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			db, err := bbolt.Open(path, 0o600, options)
			if err != nil {
				t.Fatal(err)
			}
			err = db.Update(func(tx *bbolt.Tx) error {
				for _, name := range names {
					if _, err := tx.CreateBucket([]byte(name)); err != nil {
						return err
					}
				}
				return nil
			})
			if err := errors.Join(err, db.Close()); err != nil {
				t.Fatal(err)
			}
		}
	}
	text := bytes.Repeat([]byte("not a vault. "), 2000)

	tests := []struct {
		name    string
		prepare func(*testing.T, string)
		want    error
	}{
		{"empty file", first(0), ErrForeign},
		{"one byte", first(1), ErrForeign},
		{"first header cut", first(metaAt + metaSize - 1), ErrForeign},
		{"only the first header", first(metaAt + metaSize), ErrTruncated},
		{"half a page", first(pageSize / 2), ErrTruncated},
		{"one page", first(pageSize), ErrTruncated},
		{"second header cut", first(pageSize + metaAt + 5), ErrTruncated},
		{"both headers without a byte", first(2*pageSize - 1), ErrTruncated},
		{"both headers", first(2 * pageSize), ErrTruncated},
		{"three pages", first(3 * pageSize), ErrTruncated},
		{"half of it", first(len(good) / 2), ErrTruncated},
		{"one page short", first(len(good) - pageSize), ErrTruncated},
		{"one byte short", first(len(good) - 1), ErrTruncated},
		{"text", func(t *testing.T, path string) { write(t, path, text) }, ErrForeign},
		{"short text", func(t *testing.T, path string) { write(t, path, text[:100]) }, ErrForeign},
		{"zeros", func(t *testing.T, path string) { write(t, path, make([]byte, 1<<16)) }, ErrForeign},
		{"folder", func(t *testing.T, path string) {
			if err := os.Mkdir(path, 0o700); err != nil {
				t.Fatal(err)
			}
		}, ErrForeign},
		{"both headers damaged", change(func(b []byte) []byte {
			b[metaAt+20] ^= 1
			b[pageSize+metaAt+20] ^= 1
			return b
		}), ErrDamaged},
		{"both checksums damaged", change(func(b []byte) []byte {
			b[metaAt+metaChecksumAt] ^= 1
			b[pageSize+metaAt+metaChecksumAt] ^= 1
			return b
		}), ErrDamaged},
		{"both headers overwritten", change(func(b []byte) []byte {
			clear(b[:2*pageSize])
			return b
		}), ErrForeign},
		{"another database", bolt(nil, "users", "rooms"), ErrForeign},
		{"another empty database", bolt(nil), ErrForeign},
		{"another database with a bucket of that name", bolt(nil, "m", "o"), ErrForeign},
		{"another database without a free list", bolt(&bbolt.Options{NoFreelistSync: true}, "users"), ErrForeign},
		{"another database of larger pages", bolt(&bbolt.Options{PageSize: 16384}, "users"), ErrDamaged},
		{"next format", format(number(Format + 1)), ErrNewer},
		{"last format", format(number(1<<32 - 1)), ErrNewer},
		{"next format with fewer buckets", format(func(tx *Tx) error { return errors.Join(number(Format+1)(tx), drop(Outbox, Index)(tx)) }), ErrNewer},
		{"format 0", format(number(0)), ErrDamaged},
		{"no format", format(func(tx *Tx) error { return tx.Delete(Meta, formatKey) }), ErrDamaged},
		{"format of three bytes", format(func(tx *Tx) error { return tx.Put(Meta, formatKey, []byte{0, 0, 1}) }), ErrDamaged},
		{"no magic", format(func(tx *Tx) error { return tx.Delete(Meta, magicKey) }), ErrDamaged},
		{"another magic", format(func(tx *Tx) error { return tx.Put(Meta, magicKey, []byte("carnet vaulT")) }), ErrDamaged},
		{"a bucket missing", format(drop(Outbox)), ErrDamaged},
		{"no meta bucket", format(drop(Meta)), ErrDamaged},
		{"no buckets", format(drop(buckets...)), ErrForeign},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "file.carnet")
			test.prepare(t, path)
			if test.name == "folder" {
				for how, open := range map[string]func(string) (*DB, error){"Open": Open, "OpenReadOnly": OpenReadOnly} {
					if _, err := open(path); !errors.Is(err, test.want) {
						t.Errorf("%s: %v", how, err)
					}
				}
				return
			}
			refused(t, path, test.want)
		})
	}
}

func TestOpenMissing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file.carnet")
	for how, open := range map[string]func(string) (*DB, error){"Open": Open, "OpenReadOnly": OpenReadOnly} {
		if _, err := open(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", how, err)
		}
	}
	if got := folder(t, path); got != "[]" {
		t.Errorf("opening made %s", got)
	}
}

// One header is enough: the older one gives the content before the last change.
func TestOneHeaderDamaged(t *testing.T) {
	path := created(t, func(tx *Tx) error { return tx.Put(Records, Seq(1), []byte("first")) })
	db, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Update(func(tx *Tx) error { return tx.Put(Records, Seq(1), []byte("second")) }); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	good, seen := read(t, path), map[string]bool{}
	for page := range 2 {
		for _, at := range []int{0, 4, 20, metaChecksumAt} {
			b := bytes.Clone(good)
			b[page*pageSize+metaAt+at] ^= 1
			write(t, path, b)
			db, err := Open(path)
			if err != nil {
				t.Errorf("page %d, byte %d: %v", page, at, err)
				continue
			}
			err = db.View(func(tx *Tx) error {
				seen[fmt.Sprintf("%d %s", page, tx.Get(Records, Seq(1)))] = true
				return nil
			})
			if err := errors.Join(err, db.Close()); err != nil {
				t.Error(err)
			}
		}
	}
	if len(seen) != 2 || !(seen["0 first"] && seen["1 second"] || seen["0 second"] && seen["1 first"]) {
		t.Errorf("got %v", seen)
	}
}

func TestSecondOpener(t *testing.T) {
	t.Parallel()
	db := create(t, sample)
	path := db.path
	t.Run("same process", func(t *testing.T) { refused(t, path, ErrInUse) })
	t.Run("another process", func(t *testing.T) {
		before := lookAt(t, path)
		said, end := elsewhere(t, path)
		end()
		if said != ErrInUse.Error()+"\n" {
			t.Errorf("it said %q", said)
		}
		if lookAt(t, path) != before {
			t.Error("the file changed")
		}
	})
	if err := db.Update(func(tx *Tx) error { return tx.Put(Records, Seq(1), nil) }); err != nil {
		t.Errorf("the first one: %v", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	t.Run("while another process has it", func(t *testing.T) {
		said, end := elsewhere(t, path)
		if said != "<nil>\n" {
			t.Errorf("it said %q", said)
		}
		refused(t, path, ErrInUse)
		end()
		db, err := Open(path)
		if err != nil {
			t.Fatalf("after it ended: %v", err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Run("readers together", func(t *testing.T) {
		a, err := OpenReadOnly(path)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		b, err := OpenReadOnly(path)
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		if contentOf(t, a) != contentOf(t, b) {
			t.Error("two contents")
		}
		if _, err := Open(path); !errors.Is(err, ErrInUse) {
			t.Errorf("a writer beside them: %v", err)
		}
		if err := a.Update(func(*Tx) error { return nil }); err == nil {
			t.Error("a reader writes")
		}
	})
}

func TestTx(t *testing.T) {
	db := create(t, func(*Tx) error { return nil })
	update := func(fn func(*Tx) error) {
		t.Helper()
		if err := db.Update(fn); err != nil {
			t.Fatal(err)
		}
	}
	update(func(tx *Tx) error {
		for _, n := range []uint64{3, 1, 1 << 40, 256, 255} {
			if err := tx.Put(Ops, Seq(n), fmt.Appendf(nil, "%d", n)); err != nil {
				return err
			}
		}
		return tx.Delete(Ops, Seq(7))
	})
	keys := func(each func(func(key, value []byte) error) error) (out []uint64) {
		t.Helper()
		err := each(func(key, value []byte) error {
			n := binary.BigEndian.Uint64(key)
			if string(value) != fmt.Sprint(n) {
				t.Errorf("%d is %q", n, value)
			}
			out = append(out, n)
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		return out
	}
	err := db.View(func(tx *Tx) error {
		if got := keys(func(fn func(k, v []byte) error) error { return tx.Each(Ops, fn) }); fmt.Sprint(got) != "[1 3 255 256 1099511627776]" {
			t.Errorf("Each: %v", got)
		}
		if tx.Get(Ops, Seq(7)) != nil || string(tx.Get(Ops, Seq(255))) != "255" || tx.Get(Records, Seq(255)) != nil {
			t.Error("Get")
		}
		if n, err := tx.Last(Ops); n != 1<<40 || err != nil {
			t.Errorf("Last: %d, %v", n, err)
		}
		if n, err := tx.Last(Records); n != 0 || err != nil {
			t.Errorf("Last of none: %d, %v", n, err)
		}
		if _, err := tx.Last(Meta); !errors.Is(err, ErrDamaged) {
			t.Errorf("Last where keys are no numbers: %v", err)
		}
		if err := tx.Put(Ops, Seq(1), nil); err == nil {
			t.Error("wrote in a View")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}

	stop := errors.New("stop")
	if err := db.View(func(tx *Tx) error { return tx.Each(Ops, func(_, _ []byte) error { return stop }) }); err != stop {
		t.Errorf("Each: %v", err)
	}
	// An error of fn takes everything back.
	before := contentOf(t, db)
	err = db.Update(func(tx *Tx) error {
		if err := errors.Join(tx.Put(Ops, Seq(1), []byte("1")), tx.Delete(Ops, Seq(3)), tx.PutChunks(9, 0, [][]byte{{1}})); err != nil {
			return err
		}
		return stop
	})
	if err != stop || contentOf(t, db) != before {
		t.Errorf("after an error: %v", err)
	}
}

func TestChunks(t *testing.T) {
	db := create(t, func(*Tx) error { return nil })
	full := bytes.Repeat([]byte{7}, 262080)
	steps := []struct {
		name     string
		do       func(*Tx) error
		versions string
		counts   map[uint64]uint32
	}{
		{"none", func(*Tx) error { return nil }, "[]", map[uint64]uint32{1: 0}},
		{"one version", func(tx *Tx) error { return tx.PutChunks(5, 0, [][]byte{full, full}) }, "[5]", map[uint64]uint32{5: 2}},
		{"more of it", func(tx *Tx) error { return tx.PutChunks(5, 2, [][]byte{full, {1}}) }, "[5]", map[uint64]uint32{5: 4}},
		{"an earlier number", func(tx *Tx) error { return tx.PutChunks(2, 0, [][]byte{{2}}) }, "[2 5]", map[uint64]uint32{2: 1, 5: 4}},
		{"an empty version", func(tx *Tx) error { return tx.PutChunks(1<<40, 0, nil) }, "[2 5 1099511627776]", map[uint64]uint32{1 << 40: 0}},
		{"drop none", func(tx *Tx) error { return tx.DropChunks(3) }, "[2 5 1099511627776]", map[uint64]uint32{3: 0}},
		{"drop", func(tx *Tx) error { return tx.DropChunks(5) }, "[2 1099511627776]", map[uint64]uint32{5: 0, 2: 1}},
	}
	for _, step := range steps {
		if err := db.Update(step.do); err != nil {
			t.Fatal(step.name, err)
		}
		err := db.View(func(tx *Tx) error {
			if seqs, err := tx.Versions(); fmt.Sprint(seqs) != step.versions || err != nil {
				t.Errorf("%s: versions %v, %v", step.name, seqs, err)
			}
			for seq, want := range step.counts {
				if n, err := tx.CountChunks(seq); n != want || err != nil {
					t.Errorf("%s: version %d has %d chunks, %v", step.name, seq, n, err)
				}
				for i := range want {
					if chunkOf(tx, seq, i) == nil {
						t.Errorf("%s: no chunk %d of %d", step.name, i, seq)
					}
				}
				if chunkOf(tx, seq, want) != nil {
					t.Errorf("%s: one chunk more of %d", step.name, seq)
				}
			}
			if step.name == "more of it" && (!bytes.Equal(chunkOf(tx, 5, 1), full) || !bytes.Equal(chunkOf(tx, 5, 3), []byte{1})) {
				t.Error("chunks differ")
			}
			return tx.Each(Chunks, func(key, _ []byte) error { return fmt.Errorf("%x is no version", key) })
		})
		if err != nil {
			t.Error(step.name, err)
		}
	}
	if err := db.Update(func(tx *Tx) error { return tx.Put(Chunks, []byte("odd"), nil) }); err != nil {
		t.Fatal(err)
	}
	if err := db.View(func(tx *Tx) error { _, err := tx.Versions(); return err }); !errors.Is(err, ErrDamaged) {
		t.Errorf("a value among the versions: %v", err)
	}
}

// A new file is small, a growing one takes room in proportion, and what was
// removed is counted as free.
func TestSize(t *testing.T) {
	db := create(t, func(*Tx) error { return nil })
	size := func() Size {
		t.Helper()
		s, err := db.Size()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	if s := size(); s.Bytes > 2*minGrowth {
		t.Errorf("a new file has %d bytes", s.Bytes)
	}
	chunks := make([][]byte, 40)
	for i := range chunks {
		chunks[i] = make([]byte, 262080)
	}
	if err := db.Update(func(tx *Tx) error { return tx.PutChunks(1, 0, chunks) }); err != nil {
		t.Fatal(err)
	}
	if s := size(); s.Bytes > 12<<20+2*minGrowth || s.Free > 1<<20 {
		t.Errorf("with 10 MiB: %+v", s)
	}
	if err := db.Update(func(tx *Tx) error { return tx.DropChunks(1) }); err != nil {
		t.Fatal(err)
	}
	if s := size(); s.Free < 10<<20 {
		t.Errorf("after removing them: %+v", s)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	var err error
	if db, err = Open(db.path); err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if s := size(); s.Free < 10<<20 {
		t.Errorf("opened again: %+v", s)
	}
}

// A panic of ours is not called damage, and closes its transaction.
func TestOwnPanic(t *testing.T) {
	db := create(t, sample)
	panics := func(what string, fn func()) {
		t.Helper()
		defer func() {
			if recover() == nil {
				t.Errorf("%s: no panic", what)
			}
		}()
		fn()
	}
	var none *DB
	panics("ours", func() { db.View(func(*Tx) error { panic("ours") }) })
	panics("a nil pointer of ours", func() { db.Update(func(*Tx) error { _ = none.path; return nil }) })
	panics("an index of ours", func() { db.Update(func(tx *Tx) error { _ = tx.Get(Records, Seq(1))[1<<20]; return nil }) })
	if err := db.Update(func(tx *Tx) error { return tx.Put(Records, Seq(1), nil) }); err != nil {
		t.Error(err)
	}
}

// Opening for writing removes what a killed compaction of this file left, and
// nothing else.
func TestSweep(t *testing.T) {
	path := created(t, sample)
	dir := filepath.Dir(path)
	left, err := besides(path)
	if err != nil {
		t.Fatal(err)
	}
	others := []string{
		".file.carnet.x1.aside", ".other.carnet.1.aside", "file.carnet.1.aside", ".file.carnet.1.aside.txt", ".file.carnet.1.tmp", ".file.carnet2.1.aside",
	}
	for _, name := range others {
		write(t, filepath.Join(dir, name), []byte("theirs"))
	}
	there := func(name string) bool { _, err := os.Lstat(name); return err == nil }
	db, err := OpenReadOnly(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if !there(left) {
		t.Error("a reader removed a file")
	}
	if db, err = Open(path); err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if there(left) {
		t.Error("the rest of a compaction is still there")
	}
	for _, name := range others {
		if !there(filepath.Join(dir, name)) {
			t.Errorf("removed %s", name)
		}
	}
}
