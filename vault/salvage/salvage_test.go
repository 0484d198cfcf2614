package salvage

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
)

// TestMain makes the test binary the child, also one that dies of a page.
func TestMain(m *testing.M) {
	if len(os.Args) >= 2 && os.Args[1] == Mode {
		os.Exit(Child(os.Args[2:]))
	}
	if len(os.Args) >= 3 && os.Args[1] == "dying-reader" {
		var pages []int64
		for _, s := range strings.Split(os.Args[2], ",") {
			n, err := strconv.ParseInt(s, 10, 64)
			if err != nil {
				os.Exit(2)
			}
			pages = append(pages, n)
		}
		if err := Main(os.Args[3:], dying{os.Stdin, pages, os.Args[3:]}, os.Stdout); err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// dying is a file of which some pages kill who reads them.
type dying struct {
	io.ReaderAt
	pages []int64
	skip  []string
}

func (d dying) ReadAt(b []byte, at int64) (int, error) {
	for _, page := range d.pages {
		if at == page*pageSize && !strings.Contains(","+strings.Join(d.skip, ",")+",", fmt.Sprintf(",%d,", page)) {
			panic("a page that kills")
		}
	}
	return d.ReaderAt.ReadAt(b, at)
}

// database makes a file with something of every kind of page, and returns its
// values by bucket, version and key.
func database(t testing.TB) (path string, want map[string]string) {
	t.Helper()
	path, want = filepath.Join(t.TempDir(), "file"), map[string]string{}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{PageSize: pageSize})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, name := range "msordjinq" {
			if _, err := tx.CreateBucket([]byte(string(name))); err != nil {
				return err
			}
		}
		for i := range uint64(500) {
			key := binary.BigEndian.AppendUint64(nil, i)
			for _, name := range "or" {
				value := fmt.Sprintf("%c %d %s", name, i, strings.Repeat("x", int(i%300)))
				want[fmt.Sprintf("%c 0 %x", name, key)] = value
				if err := tx.Bucket([]byte(string(name))).Put(key, []byte(value)); err != nil {
					return err
				}
			}
			if i%50 > 0 {
				continue
			}
			d, err := tx.Bucket([]byte("d")).CreateBucket(key)
			if err != nil {
				return err
			}
			for c := range uint32(i/50) * 3 {
				chunk := binary.BigEndian.AppendUint32(nil, c)
				value := strings.Repeat(string(rune('a'+c)), 5000)
				want[fmt.Sprintf("d %d %x", i, chunk)] = value
				if err := d.Put(chunk, []byte(value)); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return path, want
}

// salvaged reads a file in a child.
func salvaged(t *testing.T, path string, command []string) (map[string]string, Findings, error) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got := map[string]string{}
	found, err := Read(context.Background(), f, command, func(v Value) error {
		got[fmt.Sprintf("%c %d %x", v.Bucket, v.Seq, v.Key)] = string(v.Bytes)
		return nil
	}, nil)
	return got, found, err
}

func TestReadSound(t *testing.T) {
	path, want := database(t)
	got, found, err := salvaged(t, path, nil)
	if err != nil || found.Damaged != 0 || found.Lost != 0 || found.Stray != 0 || len(got) != len(want) {
		t.Fatalf("%d values of %d, %+v, %v", len(got), len(want), found, err)
	}
	for k, v := range want {
		if got[k] != v {
			t.Errorf("%s is %.40q", k, got[k])
		}
	}
}

// TestReaderDies: a page that kills the child costs what is on it, and neither
// the rest nor the one who asked.
func TestReaderDies(t *testing.T) {
	path, want := database(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var leaves []string
	for page := 2; page < len(raw)/pageSize && len(leaves) < 3; page++ {
		p := raw[page*pageSize:]
		if binary.LittleEndian.Uint64(p) == uint64(page) && binary.LittleEndian.Uint16(p[8:]) == leafFlag && binary.LittleEndian.Uint16(p[10:]) > 5 && p[pageHead] == 0 && binary.LittleEndian.Uint32(p[pageHead+8:]) == 8 {
			leaves = append(leaves, strconv.Itoa(page))
		}
	}
	if len(leaves) < 3 {
		t.Fatal("no leaves to die of")
	}
	got, found, err := salvaged(t, path, []string{self, "dying-reader", strings.Join(leaves, ",")})
	if err != nil || found.Deaths != 3 || found.Lost != 3 {
		t.Fatalf("%+v, %v", found, err)
	}
	if len(got) >= len(want) || len(got) < len(want)*8/10 {
		t.Errorf("%d values of %d", len(got), len(want))
	}
	for k, v := range got {
		if want[k] != v {
			t.Errorf("%s is %.40q", k, v)
		}
	}
	if _, _, err := salvaged(t, path, []string{self, "-test.run=^$"}); !errors.Is(err, ErrStart) && !errors.Is(err, errFrame) {
		t.Errorf("a child that gives no answer: %v", err)
	}
}

// TestLostBranch: leaves below a page that is lost are found again.
func TestLostBranch(t *testing.T) {
	path, want := database(t)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lost := false
	for page := 2; page < len(raw)/pageSize && !lost; page++ {
		p := raw[page*pageSize:][:pageSize]
		if binary.LittleEndian.Uint64(p) == uint64(page) && binary.LittleEndian.Uint16(p[8:]) == branchFlag && binary.LittleEndian.Uint32(p[pageHead+4:]) == 4 {
			clear(p) // above the chunks of one version
			lost = true
		}
	}
	if !lost {
		t.Fatal("no branch to lose")
	}
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	got, found, err := salvaged(t, path, nil)
	if err != nil || found.Orphans == 0 || found.Lost != 1 || len(got) != len(want) {
		t.Errorf("%d values of %d, %+v, %v", len(got), len(want), found, err)
	}
}

type nothing struct{}

func (nothing) about(uint64) error { return nil }
func (nothing) value(Value) error  { return nil }

// FuzzWalk reads any file to an end.
func FuzzWalk(f *testing.F) {
	path, _ := database(f)
	raw, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw[:40*pageSize], uint32(16), byte(1))
	f.Add(raw[:40*pageSize], uint32(3*pageSize+8), byte(4))
	f.Fuzz(func(t *testing.T, b []byte, at uint32, flip byte) {
		if len(b) > 0 {
			b = bytes.Clone(b)
			b[int(at)%len(b)] ^= flip
		}
		if _, err := walk(bytes.NewReader(b), nil, nothing{}); err != nil && !errors.Is(err, ErrNothing) {
			t.Error(err)
		}
	})
}
