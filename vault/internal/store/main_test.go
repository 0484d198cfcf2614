package store

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

// TestMain makes the test binary the other process as well: one that opens a
// file, says how that went, and keeps it open until its input ends.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "hold" {
		db, err := Open(os.Args[2])
		fmt.Println(err)
		io.Copy(io.Discard, os.Stdin)
		if err == nil {
			err = db.Close()
		}
		if err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// elsewhere opens the file in another process. It returns what that said, and
// a function that ends it.
func elsewhere(t *testing.T, path string) (said string, end func()) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "hold", path)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Error(err)
	}
	return line, func() {
		in.Close()
		cmd.Wait()
	}
}

// sample fills a file with something in every bucket: branch pages, values over
// several pages, empty ones, chunks in their own pages and inline.
func sample(tx *Tx) error {
	for i := range uint64(400) {
		if err := tx.Put(Records, Seq(i+1), bytes.Repeat([]byte{byte(i)}, int(i%7)*50)); err != nil {
			return err
		}
		if err := tx.Put(Ops, Seq(2*i+1), fmt.Appendf(nil, "operation %d", i)); err != nil {
			return err
		}
	}
	for i, b := range buckets {
		if err := tx.Put(b, Seq(1<<40), make([]byte, 3000*i)); err != nil && b != Chunks {
			return err
		}
		if b == Chunks {
			if err := tx.Delete(b, Seq(1<<40)); err != nil {
				return err
			}
		}
	}
	for seq := range uint64(6) {
		for first := range uint32(3) {
			chunk := bytes.Repeat([]byte{byte(seq), byte(first)}, 20+3000*int(seq%3))
			if err := tx.PutChunks(seq+1, 2*first, [][]byte{chunk, chunk[:10]}); err != nil {
				return err
			}
		}
	}
	return nil
}

// create makes a file of what fill writes.
func create(t testing.TB, fill func(*Tx) error) *DB {
	t.Helper()
	db, err := Create(filepath.Join(t.TempDir(), "file.carnet"), fill)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// created is the path of such a file, closed and without the room to grow at
// its end.
func created(t testing.TB, fill func(*Tx) error) string {
	t.Helper()
	db := create(t, fill)
	var size int64
	if err := db.bolt.View(func(tx *bbolt.Tx) error { size = tx.Size(); return nil }); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(db.path, size); err != nil {
		t.Fatal(err)
	}
	return db.path
}

func write(t testing.TB, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, fileMode); err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// walk reads all that a file holds, by every way of reading, and returns a
// digest of it.
func walk(tx *Tx) (digest [32]byte, err error) {
	h := sha256.New()
	for _, b := range buckets {
		fmt.Fprintf(h, "bucket %c", b)
		if b != Meta && b != Seals && b != Self {
			if _, err := tx.Last(b); err != nil {
				return digest, err
			}
		}
		if b == Chunks {
			seqs, err := tx.Versions()
			if err != nil {
				return digest, err
			}
			for _, seq := range seqs {
				n, err := tx.CountChunks(seq)
				if err != nil {
					return digest, err
				}
				fmt.Fprintf(h, "version %d of %d", seq, n)
				for i := range min(n, 100) {
					h.Write(chunkOf(tx, seq, i))
				}
			}
			continue
		}
		if err := tx.Each(b, func(key, value []byte) error {
			fmt.Fprint(h, len(key), len(value))
			h.Write(key)
			h.Write(value)
			h.Write(tx.Get(b, key))
			return nil
		}); err != nil {
			return digest, err
		}
	}
	return [32]byte(h.Sum(nil)), nil
}

func contentOf(t testing.TB, db *DB) (digest [32]byte) {
	t.Helper()
	err := db.View(func(tx *Tx) (err error) {
		digest, err = walk(tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return digest
}

// A look is what must not change of a file that is refused.
type look struct {
	sum      [32]byte
	size     int64
	mode     fs.FileMode
	modified time.Time
}

func lookAt(t testing.TB, path string) look {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return look{sha256.Sum256(read(t, path)), info.Size(), info.Mode(), info.ModTime()}
}

// refused fails unless both ways of opening return the error and leave the file
// and its folder as they are.
func refused(t *testing.T, path string, want error) {
	t.Helper()
	before, names := lookAt(t, path), folder(t, path)
	for how, open := range map[string]func(string) (*DB, error){"Open": Open, "OpenReadOnly": OpenReadOnly} {
		db, err := open(path)
		if err == nil {
			db.Close()
		}
		if !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", how, err, want)
		}
	}
	if after := lookAt(t, path); after != before {
		t.Errorf("the file changed: %v, %v", before, after)
	}
	if got := folder(t, path); got != names {
		t.Errorf("the folder changed: %s, %s", names, got)
	}
}

// folder lists the folder that a file is in.
func folder(t testing.TB, path string) string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(entries)
}

// chunkOf is a chunk of a file that holds; nil also for one that does not.
func chunkOf(tx *Tx, seq uint64, i uint32) []byte {
	chunk, err := tx.Chunk(seq, i, false)
	if err != nil {
		return nil
	}
	return chunk
}
