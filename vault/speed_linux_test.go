package vault_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"carnet/vault"
	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/vaulttest"
)

// The benchmarks named Disk stand beside what the disk itself does with the same
// bytes, in turn. CARNET_BENCH=full takes as much as docs/BENCHMARKS.md says,
// anything else little.

func init() { children["bench-import"] = benchImport }

// importFigures are what importing a folder took, from the open vault to the last
// file saved.
type importFigures struct {
	Seconds, CPU float64
	Memory       int64 // the most that was held apart from mapped files, in bytes
}

// benchImport is the test binary as a child that imports the folder args[2] into
// the record args[1] of the vault args[0].
func benchImport(args []string) error {
	patient, err := record.ParseID(args[1])
	if err != nil {
		return err
	}
	v, err := vault.Unlock(context.Background(), args[0], passphraseOf(camille), options())
	if err != nil {
		return err
	}
	var figures importFigures
	stop, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-stop:
				return
			case <-time.After(10 * time.Millisecond):
				figures.Memory = max(figures.Memory, anonymous())
			}
		}
	}()
	cpu, start := computed(), time.Now()
	for i := range v.Import(context.Background(), patient, []string{args[2]}, nil) {
		err = errors.Join(err, i.Err)
	}
	figures.Seconds, figures.CPU = time.Since(start).Seconds(), computed()-cpu
	close(stop)
	<-ended
	return errors.Join(err, v.Close(), json.NewEncoder(os.Stdout).Encode(figures))
}

// computed is the time this process has computed, in seconds.
func computed() float64 {
	var r unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &r); err != nil {
		panic(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano()).Seconds()
}

// proc reads a number out of a file of /proc/self.
func proc(file, field string) int64 {
	b, err := os.ReadFile("/proc/self/" + file)
	if err != nil {
		panic(err)
	}
	m := regexp.MustCompile(`(?m)^` + field + `:\s*(\d+)`).FindSubmatch(b)
	n, err := strconv.ParseInt(string(m[1]), 10, 64)
	if err != nil {
		panic(err)
	}
	return n
}

func anonymous() int64 { return proc("status", "RssAnon") << 10 }

func fullBench() bool { return os.Getenv("CARNET_BENCH") == "full" }

// spread is the least, the median and the greatest of some figures.
func spread(values []float64) (low, middle, high float64) {
	v := slices.Sorted(slices.Values(values))
	return v[0], v[len(v)/2], v[len(v)-1]
}

func report(b *testing.B, what, unit string, values []float64) {
	b.Helper()
	low, middle, high := spread(values)
	load, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		b.Fatal(err)
	}
	fmt.Printf("| %s | %.2f | %.2f | %.2f | load %s |\n", what, low, middle, high, strings.Fields(string(load))[0])
	b.ReportMetric(middle, unit)
}

// writeDurably writes content to a new file and waits for the disk.
func writeDurably(b *testing.B, path string, content io.Reader) time.Duration {
	b.Helper()
	unix.Sync()
	start := time.Now()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		b.Fatal(err)
	}
	_, err = io.CopyBuffer(struct{ io.Writer }{f}, struct{ io.Reader }{content}, make([]byte, 1<<20))
	if err := errors.Join(err, unix.Fdatasync(int(f.Fd())), f.Close()); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

// BenchmarkDiskImport imports the files of a family, beside writing the same
// bytes into one file.
func BenchmarkDiskImport(b *testing.B) {
	share := 0.04
	if fullBench() {
		share = 1
	}
	dir := b.TempDir()
	data := filepath.Join(dir, "data")
	files, size, err := vaulttest.Family(data, share)
	if err != nil {
		b.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	var ratios, perCPU, memory, overhead []float64
	for range 5 * b.N {
		h := newVault(b)
		h.must(h.Close())
		before := fileSize(b, h.path)
		unix.Sync()
		out, err := exec.CommandContext(b.Context(), self, "bench-import", h.path, h.me.ID.String(), data).Output()
		if err != nil {
			b.Fatal(err)
		}
		var took importFigures
		if err := json.Unmarshal(out, &took); err != nil {
			b.Fatal(err)
		}
		raw := writeDurably(b, filepath.Join(dir, "raw"), everything(b, data))
		h.as(camille)
		h.must(h.Compact(b.Context(), nil))
		ratios = append(ratios, raw.Seconds()/took.Seconds)
		perCPU = append(perCPU, float64(size)/1e6/took.CPU)
		memory = append(memory, float64(took.Memory)/1e6)
		overhead = append(overhead, float64(fileSize(b, h.path)-before)/float64(size))
		h.must(errors.Join(h.Close(), os.Remove(h.path), os.Remove(filepath.Join(dir, "raw"))))
	}
	b.Logf("%d files, %.0f MB", files, float64(size)/1e6)
	report(b, "raw write and fdatasync / import", "of-disk", ratios)
	report(b, "import, MB per CPU-second", "MB/CPU-s", perCPU)
	report(b, "import, most memory, MB", "MB", memory)
	report(b, "file / content", "size-ratio", overhead)
}

func fileSize(b *testing.B, path string) int64 {
	b.Helper()
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	return info.Size()
}

// everything reads the files of a folder one after the other.
func everything(b *testing.B, dir string) io.Reader {
	b.Helper()
	var all []io.Reader
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			all = append(all, &lazyFile{path: path})
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return io.MultiReader(all...)
}

// lazyFile opens a file when it is read.
type lazyFile struct {
	path string
	f    *os.File
}

func (l *lazyFile) Read(p []byte) (n int, err error) {
	if l.f == nil {
		if l.f, err = os.Open(l.path); err != nil {
			return 0, err
		}
	}
	if n, err = l.f.Read(p); err == io.EOF {
		l.f.Close() // read only: nothing to lose
	}
	return n, err
}

// evict drops a file from the memory of the system.
func evict(b *testing.B, path string) {
	b.Helper()
	f, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	if err := errors.Join(f.Sync(), unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_DONTNEED)); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkDiskRead reads chunks of a document here and there that the system
// does not have in memory, beside reading as many bytes of a file.
func BenchmarkDiskRead(b *testing.B) {
	const size, chunk, reads = 256 << 20, 262_064, 100
	h := newVault(b)
	content := noise(1, size)
	id := h.add(h.me.ID, "grand.bin", content)
	raw := filepath.Join(b.TempDir(), "raw")
	writeFile(b, raw, content)
	var ratios []float64
	buffer := make([]byte, chunk)
	for round := range 5 * b.N {
		places := rand.New(rand.NewPCG(7, uint64(round))).Perm(size/chunk - 1)[:reads]
		h.must(h.Close())
		evict(b, h.path)
		h.as(camille)
		c, err := h.Open(b.Context(), id, record.DocumentRead)
		h.must(err)
		start := time.Now()
		for _, i := range places {
			if _, err := c.ReadAt(buffer, int64(i)*chunk); err != nil {
				b.Fatal(err)
			}
		}
		ours := time.Since(start)
		evict(b, raw)
		f, err := os.Open(raw)
		if err != nil {
			b.Fatal(err)
		}
		h.must(unix.Fadvise(int(f.Fd()), 0, 0, unix.FADV_RANDOM))
		start = time.Now()
		for _, i := range places {
			if _, err := unix.Pread(int(f.Fd()), buffer, int64(i)*chunk); err != nil {
				b.Fatal(err)
			}
		}
		raw := time.Since(start)
		f.Close()
		b.Logf("%d reads: %v, of the disk %v", reads, ours, raw)
		ratios = append(ratios, raw.Seconds()/ours.Seconds())
	}
	report(b, "cold pread / cold read of a chunk", "of-disk", ratios)
}

// BenchmarkDiskRecord saves an entry of the profile, beside two writes of a page
// with fdatasync after each.
func BenchmarkDiskRecord(b *testing.B) {
	h := newVault(b)
	f, err := os.Create(filepath.Join(b.TempDir(), "raw"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	page := noise(1, 16<<10)
	var ratios []float64
	for round := range 5 * b.N {
		var ours, raw time.Duration
		for i := range 20 {
			start := time.Now()
			if _, err := h.AddEntry(b.Context(), allergy(h.me.ID, fmt.Sprintf("pollen %d.%d", round, i))); err != nil {
				b.Fatal(err)
			}
			ours += time.Since(start)
			start = time.Now()
			for range 2 {
				if _, err := f.WriteAt(page, int64(round*20+i)*int64(len(page))); err != nil {
					b.Fatal(err)
				}
				if err := unix.Fdatasync(int(f.Fd())); err != nil {
					b.Fatal(err)
				}
			}
			raw += time.Since(start)
		}
		ratios = append(ratios, raw.Seconds()/ours.Seconds())
	}
	report(b, "two writes and fdatasync / an entry saved", "of-disk", ratios)
}

func allergy(patient record.ID, what string) record.Entry {
	return record.Entry{Patient: patient, Kind: "allergy", Text: what}
}

// BenchmarkDiskAmplification saves documents of 200 KiB, each in a transaction of
// its own, and counts what is written: with record, operation, journal and
// manifest, and the chunks alone.
func BenchmarkDiskAmplification(b *testing.B) {
	const size, documents = 200 << 10, 40
	var all, chunks []float64
	for range 5 * b.N {
		h := newVault(b)
		var paths []string
		dir := b.TempDir()
		for i := range documents {
			paths = append(paths, filepath.Join(dir, fmt.Sprintf("%d.bin", i)))
			writeFile(b, paths[i], noise(uint64(i), size))
		}
		before := proc("io", "wchar")
		for _, path := range paths {
			for i := range h.Import(b.Context(), h.me.ID, []string{path}, nil) {
				h.must(i.Err)
			}
		}
		all = append(all, float64(proc("io", "wchar")-before)/(size*documents))
		h.must(h.Close())
		db, err := store.Open(h.path)
		h.must(err)
		before = proc("io", "wchar")
		for i := range documents {
			h.must(db.Update(func(tx *store.Tx) error { return tx.PutChunks(uint64(1e6+i), 0, [][]byte{noise(uint64(i), size)}) }))
		}
		chunks = append(chunks, float64(proc("io", "wchar")-before)/(size*documents))
		h.must(db.Close())
		h.as(camille)
	}
	report(b, "written / content, a document of 200 KiB", "amplification", all)
	report(b, "written / content, its chunks alone", "amplification-chunks", chunks)
}

// BenchmarkDiskRecords measures what 10,000 entries of a profile take in the file.
func BenchmarkDiskRecords(b *testing.B) {
	for range b.N {
		h := newVault(b)
		content := 0
		for i := range 2000 {
			e := allergy(h.me.ID, fmt.Sprintf("substance numéro %d, %s", i, strings.Repeat("à décrire ", 12)))
			content += len(e.Text)
			if _, err := h.AddEntry(b.Context(), e); err != nil {
				b.Fatal(err)
			}
		}
		h.must(h.Close())
		sizes := map[store.Bucket]int{}
		for _, v := range valuesOf(b, h.path) {
			sizes[v.bucket] += len(v.key) + len(v.bytes)
		}
		fmt.Printf("| entries of %d bytes of text: record, operation, journal row, bytes each | %d | %d | %d |\n", content/2000,
			sizes[store.Records]/2000, sizes[store.Ops]/2000, sizes[store.Journal]/2000)
		h.as(camille)
	}
}

// BenchmarkDiskOpen opens a large vault that the system does not have in memory,
// the key derivation left out.
func BenchmarkDiskOpen(b *testing.B) {
	large, many := 256<<20, 5000
	if fullBench() {
		large, many = 5<<30, 100_000
	}
	open := func(b *testing.B, h *household) {
		var took []float64
		for range 5 * b.N {
			h.must(h.Close())
			evict(b, h.path)
			start := time.Now()
			h.as(camille)
			took = append(took, time.Since(start).Seconds()*1000)
		}
		report(b, fmt.Sprintf("open a vault of %.1f GB, %d documents, ms", float64(fileSize(b, h.path))/1e9, len(h.documents(h.me.ID))), "ms", took)
	}
	b.Run("large", func(b *testing.B) {
		h := newVault(b)
		for i := range large / (256 << 20) {
			h.add(h.me.ID, fmt.Sprintf("%d.bin", i), noise(uint64(i), 256<<20))
		}
		open(b, h)
	})
	b.Run("many", func(b *testing.B) {
		h := newVault(b)
		dir := b.TempDir()
		for i := range many {
			writeFile(b, filepath.Join(dir, fmt.Sprint(i%100), fmt.Sprintf("Compte rendu %d.txt", i)), fmt.Appendf(nil, "document %d", i))
		}
		for i := range h.Import(b.Context(), h.me.ID, []string{dir}, nil) {
			h.must(i.Err)
		}
		open(b, h)
	})
}
