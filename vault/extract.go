package vault

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"carnet/vault/record"
	"carnet/vault/seal"
)

// Extracted is what became of one document of [Vault.ExtractAll].
type Extracted struct {
	ID   record.ID
	Path string
	Err  error
}

// Extract writes the original bytes of a document to a new file at path. The
// file appears whole or not at all, and nothing that stands there is replaced:
// the error then wraps [fs.ErrExist]. It returns [ErrNoDocument], [ErrNotAllowed]
// to a carer, or an error wrapping [ErrDamaged] when the content does not hold.
func (v *Vault) Extract(ctx context.Context, id record.ID, path string) error {
	if err := v.journalReads(ctx, record.DocumentExported, id); err != nil {
		return wrap("extract document", err)
	}
	return wrap("extract document", v.extract(ctx, id, path))
}

func (v *Vault) extract(ctx context.Context, id record.ID, path string) error {
	if _, err := os.Lstat(path); err == nil {
		return fs.ErrExist
	}
	d, err := v.Document(id)
	if err != nil {
		return err
	}
	dir := filepath.Dir(path)
	a := &aside{document: d}
	if a.write(ctx, v, dir); a.err != nil {
		return a.err
	}
	defer os.Remove(a.path)
	if err := syncFiles(dir, a.path); err != nil {
		return named(err)
	}
	return link(a.path, path)
}

// A batch of an extraction ends at this many bytes or documents. Its files are
// made durable together, which costs little more than one of them.
const (
	batchBytes     = 64 << 20
	batchDocuments = 1000
)

// ExtractAll writes the original bytes of several documents into a folder,
// which is made when it is missing, under their titles. Each file appears whole
// or not at all, and nothing that stands there is replaced. A document that fails
// does not stop the others. progress, which may be nil, is told how many are
// done of how many. It returns [ErrNotAllowed], and writes nothing, when one of
// them is in a record where the keyholder is a carer.
//
// What is returned with an error is what became of the first documents, in the
// order of ids.
func (v *Vault) ExtractAll(ctx context.Context, ids []record.ID, dir string, progress func(done, total int64)) ([]Extracted, error) {
	if err := v.journalReads(ctx, record.DocumentExported, ids...); err != nil {
		return nil, wrap("extract documents", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, wrap("extract documents", named(err))
	}
	out := make([]Extracted, 0, len(ids))
	var before *batch // its files become durable while the next are written
	for left := ids; len(left) > 0 || before != nil; {
		var now *batch
		if len(left) > 0 {
			now = v.writeAside(ctx, left, dir)
			defer now.drop()
			left = left[len(now.files):]
		}
		if before != nil {
			before.settle()
			for _, a := range before.files {
				e := Extracted{ID: a.document.ID, Err: a.err}
				if a.err == nil {
					e.Path, e.Err = a.place(dir)
				}
				out = append(out, e)
				if errors.Is(e.Err, ErrDiskFull) || errors.Is(e.Err, ErrLocked) {
					return out, wrap("extract documents", e.Err)
				}
				if progress != nil {
					progress(int64(len(out)), int64(len(ids)))
				}
			}
			before.drop()
		}
		if err := ctx.Err(); err != nil && now != nil { // which may not be whole
			return out, wrap("extract documents", err)
		}
		before = now
	}
	return out, nil
}

// batch is some documents that are written beside the place they go to.
type batch struct {
	files  []*aside
	synced chan error // told once, when they are durable
}

// settle waits until the files are durable.
func (b *batch) settle() {
	err := <-b.synced
	b.synced <- err
	for _, a := range b.files {
		if err != nil {
			a.err = cmp.Or(a.err, named(err))
		}
	}
}

// drop waits for the disk, and removes what was not placed, and the first names of what
// was.
func (b *batch) drop() {
	b.settle()
	for _, a := range b.files {
		if a.path != "" {
			os.Remove(a.path)
		}
		a.path = ""
	}
}

// aside is a document that is written beside the place it goes to.
type aside struct {
	document record.Document
	path     string
	err      error
}

// writeAside writes the first documents of ids on all processors, and begins to make them
// durable.
func (v *Vault) writeAside(ctx context.Context, ids []record.ID, dir string) *batch {
	b := &batch{synced: make(chan error, 1)}
	for size := int64(0); len(b.files) < min(len(ids), batchDocuments) && size < batchBytes; {
		d, err := v.Document(ids[len(b.files)])
		d.ID = ids[len(b.files)]
		b.files = append(b.files, &aside{document: d, err: err})
		size += d.Size
	}
	var all errgroup.Group
	all.SetLimit(runtime.GOMAXPROCS(0))
	// The largest first, so that no processor is left with it in the end.
	for _, a := range slices.SortedFunc(slices.Values(b.files), func(a, b *aside) int { return cmp.Compare(b.document.Size, a.document.Size) }) {
		if a.err == nil {
			all.Go(func() error { a.write(ctx, v, dir); return nil })
		}
	}
	all.Wait() // each has its own error
	var paths []string
	for _, a := range b.files {
		if a.err == nil {
			paths = append(paths, a.path)
		}
	}
	go func() { b.synced <- syncFiles(dir, paths...) }()
	return b
}

// write copies the content into a file of its own in dir, which the caller
// removes unless there was an error.
func (a *aside) write(ctx context.Context, v *Vault, dir string) {
	content, err := v.content(a.document.ID)
	if err != nil {
		a.err = err
		return
	}
	f, err := os.CreateTemp(dir, ".carnet-*.tmp")
	if err != nil {
		a.err = named(err)
		return
	}
	digest := seal.NewDigest()
	err = copyAll(ctx, io.MultiWriter(f, digest), content)
	if err == nil && !bytes.Equal(digest.Sum(nil), a.document.Digest[:]) {
		err = fmt.Errorf("%w: content digest", ErrDamaged)
	}
	if a.err = named(errors.Join(err, f.Close())); a.err != nil {
		os.Remove(f.Name())
		return
	}
	a.path = f.Name()
}

// place gives the file the first name of its document's that is free in dir.
func (a *aside) place(dir string) (string, error) {
	base, ext := FileName(a.document)
	for n := 1; ; n++ {
		name := base + ext
		if n > 1 {
			name = fmt.Sprintf("%s (%d)%s", base, n, ext)
		}
		path := filepath.Join(dir, name)
		if err := link(a.path, path); !errors.Is(err, fs.ErrExist) {
			return path, err
		}
	}
}

// link gives a file another name, unless something has that name.
func link(from, to string) error {
	if err := os.Link(from, to); err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	// A file system without links.
	if _, err := os.Lstat(to); err == nil {
		return fs.ErrExist
	}
	return os.Rename(from, to)
}

// FileName proposes a name for a document outside the vault, and its extension:
// its date and title, without what a file system of any of the three systems
// refuses.
func FileName(d record.Document) (base, ext string) {
	ext = filepath.Ext(d.FileName)
	if ext == "" || len(ext) > 12 || strings.ContainsFunc(ext, forbidden) {
		ext = ""
		if all, err := mime.ExtensionsByType(d.MediaType); err == nil && len(all) > 0 {
			ext = all[0]
		}
	}
	base = strings.Map(func(r rune) rune {
		if forbidden(r) {
			return '-'
		}
		return r
	}, d.Title)
	base = strings.TrimRight(strings.TrimSpace(base), ". ")
	if r := []rune(base); len(r) > 80 {
		base = strings.TrimSpace(string(r[:80]))
	}
	if date := d.ShownDate(); date != "" && !strings.HasPrefix(base, date) {
		base = date + " " + base
	}
	return base, ext
}

func forbidden(r rune) bool { return r < ' ' || r == 0x7f || strings.ContainsRune(`<>:"/\|?*`, r) }

// copyAll copies a chunk at a time, until ctx ends.
func copyAll(ctx context.Context, to io.Writer, from io.Reader) error {
	buffer := copyBuffers.Get().(*[]byte)
	defer copyBuffers.Put(buffer)
	_, err := io.CopyBuffer(&interrupted{ctx, to}, from, *buffer)
	return err
}

// copyBuffers are what is copied through of readers that do not write by themselves.
var copyBuffers = sync.Pool{New: func() any { b := make([]byte, seal.ChunkSize); return &b }}

// interrupted is a writer that ends with its context.
type interrupted struct {
	ctx context.Context
	io.Writer
}

func (w *interrupted) Write(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.Writer.Write(p)
}
