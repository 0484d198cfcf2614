package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"os"
	"path/filepath"
	"strings"

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

// ExtractAll writes the original bytes of several documents into a folder,
// which is made when it is missing, under their titles. A document that fails
// does not stop the others. progress, which may be nil, is told how many are
// done of how many. It returns [ErrNotAllowed], and writes nothing, when one of
// them is in a record where the keyholder is a carer.
func (v *Vault) ExtractAll(ctx context.Context, ids []record.ID, dir string, progress func(done, total int64)) ([]Extracted, error) {
	if err := v.journalReads(ctx, record.DocumentExported, ids...); err != nil {
		return nil, wrap("extract documents", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, wrap("extract documents", named(err))
	}
	var out []Extracted
	for i, id := range ids {
		if err := ctx.Err(); err != nil {
			return out, wrap("extract documents", err)
		}
		e := Extracted{ID: id}
		d, err := v.Document(id)
		if err == nil {
			e.Path, err = v.extractNamed(ctx, d, dir)
		}
		e.Err = err
		out = append(out, e)
		if errors.Is(err, ErrDiskFull) || errors.Is(err, ErrLocked) {
			return out, wrap("extract documents", err)
		}
		if progress != nil {
			progress(int64(i+1), int64(len(ids)))
		}
	}
	return out, nil
}

// extractNamed chooses a name that is still free.
func (v *Vault) extractNamed(ctx context.Context, d record.Document, dir string) (string, error) {
	base, ext := FileName(d)
	for n := 1; ; n++ {
		name := base + ext
		if n > 1 {
			name = fmt.Sprintf("%s (%d)%s", base, n, ext)
		}
		path := filepath.Join(dir, name)
		err := v.extract(ctx, d.ID, path)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		return path, err
	}
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

// extract writes aside, then gives the file its name.
func (v *Vault) extract(ctx context.Context, id record.ID, path string) (err error) {
	content, err := v.content(id)
	if err != nil {
		return err
	}
	d, err := v.Document(id)
	if err != nil {
		return err
	}
	if _, err := os.Lstat(path); err == nil {
		return fs.ErrExist
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".carnet-*.tmp")
	if err != nil {
		return named(err)
	}
	defer os.Remove(f.Name())
	digest := seal.NewDigest()
	err = copyAll(ctx, io.MultiWriter(f, digest), content)
	if err == nil && !bytes.Equal(digest.Sum(nil), d.Digest[:]) {
		err = fmt.Errorf("%w: content digest", ErrDamaged)
	}
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return named(err)
	}
	if err := os.Link(f.Name(), path); err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	return os.Rename(f.Name(), path) // a file system without links
}

// copyAll copies a chunk at a time, until ctx ends.
func copyAll(ctx context.Context, to io.Writer, from io.Reader) error {
	buffer := make([]byte, seal.ChunkSize)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := from.Read(buffer)
		if _, err := to.Write(buffer[:n]); err != nil {
			return err
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
