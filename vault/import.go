package vault

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/sync/semaphore"

	"carnet/vault/chain"
	"carnet/vault/record"
)

// ImportOptions say what is known beforehand of the files of one import. A nil
// *ImportOptions means that nothing is.
type ImportOptions struct {
	Category string // a code of the category table
	Date     string // YYYY-MM-DD, YYYY-MM or YYYY
	// Progress is told the bytes read of the bytes there are, often and from
	// several goroutines, one at a time.
	Progress func(done, total int64)
}

// Imported is what became of one file.
type Imported struct {
	Path      string
	ID        record.ID // of the document, also when it was there before
	Duplicate bool      // the same content was there before
	InBin     bool      // and that document is in the bin
	AsIs      error     // why it is kept and nothing more: [ErrHEIC], an archive in an archive that was not taken apart; else nil
	Err       error     // why it was not imported; nil when it is saved
	Bytes     int64
	Done, Of  int // files so far, this one included, of files in all
}

// One transaction of an import ends at this many bytes or documents, or when
// nothing has come for a while.
const (
	groupBytes     = 16 << 20
	groupDocuments = 1000
	groupIdle      = 50 * time.Millisecond

	// sealedAhead is how many bytes may be sealed and not yet saved, so that
	// sealing goes on while a transaction waits for the disk.
	sealedAhead = 3 * groupBytes
)

// Import reads files, whole folders and archives into a patient's record. It
// yields what became of each file; a file that is yielded without error is on
// the disk. A file that cannot be read does not stop the others. Leaving the
// loop, or cancelling ctx, stops within a chunk: what was yielded stays. After
// ctx was cancelled nothing else does; after leaving the loop so do the files
// that were saved in one transaction with the last one yielded.
//
// A cancelled import, and one that cannot go on at all ([ErrNoPatient],
// [ErrNotAllowed], [ErrDiskFull], [ErrCategory], [ErrDate], [ErrLocked]), yields
// a last value that has the error and no Path.
func (v *Vault) Import(ctx context.Context, patient record.ID, paths []string, opt *ImportOptions) iter.Seq[Imported] {
	return v.importOf(ctx, patient, paths, opt, func(all []source) []source { return all })
}

// importOf imports those of the files behind paths that are chosen.
func (v *Vault) importOf(ctx context.Context, patient record.ID, paths []string, opt *ImportOptions, choose func([]source) []source) iter.Seq[Imported] {
	return func(yield func(Imported) bool) {
		if opt == nil {
			opt = &ImportOptions{}
		}
		if err := v.checkImport(patient, opt); err != nil {
			yield(Imported{Err: wrap("import", err)})
			return
		}
		itself, err := os.Stat(v.Path())
		if err != nil {
			yield(Imported{Err: wrap("import", err)})
			return
		}
		sources, archives, err := plan(ctx, paths, itself)
		defer func() {
			for _, a := range archives {
				a.Close() // read only: nothing to lose
			}
		}()
		if err == nil {
			err = v.importAll(ctx, patient, choose(sources), opt, yield)
		}
		if err != nil && !errors.Is(err, errStopped) {
			yield(Imported{Err: wrap("import", err)})
		}
	}
}

// errStopped is when the caller left the loop.
var errStopped = errors.New("vault: import stopped")

func (v *Vault) checkImport(patient record.ID, opt *ImportOptions) error {
	done, err := v.looking()
	if err != nil {
		return err
	}
	defer done()
	c, err := v.of(patient)
	if err != nil {
		return err
	}
	if mine, _ := c.chain.Entry(v.self.id); mine.Role == chain.CarerReads {
		return ErrNotAllowed
	}
	if c.handed != nil {
		return ErrHandedOver
	}
	if opt.Date != "" {
		if err := checkPartialDate(opt.Date, v.opt.Now()); err != nil {
			return err
		}
	}
	return v.checkCategory(opt.Category)
}

// sealedFile is a file that is read and sealed, and not yet saved.
type sealedFile struct {
	source source
	upload *upload // nil when it could not be read
	media  string
	err    error

	release func() // gives its memory back to the import
}

// importAll seals on several goroutines and saves on this one.
func (v *Vault) importAll(ctx context.Context, patient record.ID, sources []source, opt *ImportOptions, yield func(Imported) bool) (err error) {
	ctx, stop := context.WithCancel(ctx)
	jobs := make(chan source)
	ready := make(chan sealedFile, groupDocuments)
	memory := semaphore.NewWeighted(sealedAhead)
	counter := &counter{report: opt.Progress}
	for _, s := range sources {
		if s.err == nil {
			counter.total += s.size
		}
	}
	var workers sync.WaitGroup
	for range min(max(2, runtime.NumCPU()), 4) {
		workers.Go(func() {
			for s := range jobs {
				weight := min(s.size, uploadLimit) + sniffLength
				if memory.Acquire(ctx, weight) != nil {
					return // stopped
				}
				f := v.sealFile(ctx, s, counter.add)
				f.release = func() { memory.Release(weight) }
				ready <- f
			}
		})
	}
	var feeder sync.WaitGroup
	feeder.Go(func() {
		defer close(jobs)
		for _, s := range sources {
			select {
			case jobs <- s:
			case <-ctx.Done():
				return
			}
		}
	})
	go func() { workers.Wait(); close(ready) }()
	g := &group{v: v, ctx: ctx, patient: patient, opt: opt, yield: yield, of: len(sources)}
	defer func() {
		stop()
		feeder.Wait()
		for f := range ready { // until the workers have ended
			err = errors.Join(err, f.drop())
		}
		err = errors.Join(err, g.abandon())
		if g.large {
			debug.FreeOSMemory() // once, and not after each: the next would take it again
		}
	}()
	return g.collect(ready)
}

// counter adds up what several goroutines have read.
type counter struct {
	mu          sync.Mutex
	done, total int64
	report      func(done, total int64)
}

func (c *counter) add(n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.done += n
	if c.report != nil {
		c.report(c.done, max(c.total, c.done))
	}
}

func (f sealedFile) drop() error {
	f.release()
	if f.upload == nil {
		return nil
	}
	return f.upload.abandon()
}

func (v *Vault) sealFile(ctx context.Context, s source, progress func(int64)) sealedFile {
	f := sealedFile{source: s, err: s.err}
	if f.err != nil {
		return f
	}
	content, err := s.open()
	if err != nil {
		f.err = err
		return f
	}
	defer content.Close()
	head := make([]byte, sniffLength)
	n, _, err := readFull(content, head)
	if err != nil {
		f.err = err
		return f
	}
	f.media = mediaType(head[:n])
	f.upload, f.err = v.upload(ctx, newID(), 1, io.MultiReader(bytes.NewReader(head[:n]), content), progress)
	return f
}

// group saves sealed files, many in one transaction.
type group struct {
	v       *Vault
	ctx     context.Context
	patient record.ID
	opt     *ImportOptions
	yield   func(Imported) bool
	files   []sealedFile
	bytes   int64
	done    int
	of      int
	large   bool // one was saved that was sealed in many steps
}

// collect takes files as they come and saves them in groups.
func (g *group) collect(ready <-chan sealedFile) error {
	idle := time.NewTimer(groupIdle)
	defer idle.Stop()
	for {
		select {
		case f, ok := <-ready:
			if !ok {
				return errors.Join(g.save(), g.ctx.Err())
			}
			g.files, g.bytes = append(g.files, f), g.bytes+f.held()
			if g.bytes < groupBytes && len(g.files) < groupDocuments {
				idle.Reset(groupIdle)
				continue
			}
		case <-idle.C:
		case <-g.ctx.Done():
			return errors.Join(g.save(), g.ctx.Err())
		}
		if err := g.save(); err != nil {
			return err
		}
		idle.Reset(groupIdle)
	}
}

// held is what a file keeps in memory, in bytes.
func (f sealedFile) held() int64 {
	if f.upload == nil {
		return 0
	}
	return int64(f.upload.bytes + len(f.upload.inline))
}

// save writes the group in one transaction and yields its files.
func (g *group) save() error {
	if len(g.files) == 0 {
		return nil
	}
	files := g.files
	g.files, g.bytes = nil, 0
	results := make([]Imported, len(files))
	err := g.v.act(context.WithoutCancel(g.ctx), func(a *act) error {
		c, err := a.chart(g.patient)
		if err != nil {
			return err
		}
		for i, f := range files {
			results[i] = Imported{Path: f.source.path, Bytes: f.source.size, AsIs: f.source.whole, Err: f.err}
			if results[i].AsIs == nil && IsHEIC(f.media) {
				results[i].AsIs = ErrHEIC
			}
			if f.err != nil {
				continue
			}
			results[i].Bytes = f.upload.size
			if known := c.knownContent([32]byte(f.upload.digest.Sum(nil))); known != nil {
				results[i].ID, results[i].Duplicate, results[i].InBin = known.ID, true, known.RemovedAt != 0
				continue
			}
			if err := a.add(c, f, g.opt); err != nil {
				return err
			}
			results[i].ID = f.upload.id
		}
		return nil
	})
	if err != nil {
		for _, f := range files {
			err = errors.Join(err, f.drop())
		}
		return err
	}
	for i, f := range files {
		f.release()
		switch {
		case f.upload == nil:
		case results[i].Duplicate:
			err = errors.Join(err, f.upload.abandon())
		default:
			f.upload.saved()
			g.large = g.large || f.upload.seq != 0
		}
	}
	for _, r := range results {
		if stopped := g.ctx.Err(); stopped != nil && errors.Is(r.Err, stopped) {
			continue // not read because the import was stopped
		}
		g.done++
		r.Done, r.Of, r.Err = g.done, g.of, named(r.Err)
		if !g.yield(r) {
			return errors.Join(errStopped, err)
		}
		if errors.Is(r.Err, ErrDiskFull) {
			err = errors.Join(err, ErrDiskFull)
		}
	}
	return err
}

func (g *group) abandon() (err error) {
	for _, f := range g.files {
		err = errors.Join(err, f.drop())
	}
	return err
}

// add writes the record of a new document.
func (a *act) add(c *chart, f sealedFile, opt *ImportOptions) error {
	body := documentBody{Document: record.Document{
		Title: cmp.Or(f.source.title, titleOf(f.source.name)), Category: cmp.Or(opt.Category, f.source.category), Date: cmp.Or(opt.Date, f.source.date),
		FileName: strings.ToValidUTF8(f.source.name, "\ufffd"), MediaType: f.media,
		AddedAt: record.At(a.opt.Now()), AddedBy: a.self.keyholder,
	}}
	if !f.source.modified.IsZero() {
		body.FileDate = f.source.modified.Format(time.DateOnly)
	}
	if err := a.writeVersion(c, c.common().key(), f.upload, body); err != nil {
		return err
	}
	return a.log(c, record.DocumentAdded, f.upload.id)
}

// titleOf makes a title of a file's name: without its extension, and with
// spaces for what stands for them.
func titleOf(name string) string {
	title := strings.TrimSuffix(name, filepath.Ext(name))
	title = strings.Join(strings.FieldsFunc(title, func(r rune) bool { return r == '_' || r == ' ' || unicode.IsControl(r) }), " ")
	title = strings.ToValidUTF8(title, "\ufffd")
	if title == "" {
		title = strings.ToValidUTF8(name, "\ufffd")
	}
	return shorten(title)
}

// shorten cuts a title to what one may have.
func shorten(title string) string {
	if r := []rune(title); len(r) > maxName {
		title = string(r[:maxName])
	}
	return title
}
