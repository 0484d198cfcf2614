package vault

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"carnet/vault/exchange/bag"
	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// ExtractTogether writes the original bytes of several documents into one new zip
// file, under their titles; with a secret inside an age file, which the ordinary age
// program opens. The file appears whole or not at all, and nothing that stands there is
// replaced: the error then wraps [fs.ErrExist]. progress, which may be nil, is told how
// many are done of how many.
//
// It returns [ErrNoDocument], [ErrNotAllowed] when one of them is in a record where the
// keyholder is a carer, [bag.ErrRecipient], or an error wrapping [ErrDamaged] when a
// content does not hold.
func (v *Vault) ExtractTogether(ctx context.Context, ids []record.ID, path string, secret *bag.Secret, progress func(done, total int64)) error {
	if _, err := os.Lstat(path); err == nil {
		return wrap("extract documents", fs.ErrExist)
	}
	if err := v.journalReads(ctx, record.DocumentExported, ids...); err != nil {
		return wrap("extract documents", err)
	}
	return wrap("extract documents", named(v.extractTogether(ctx, ids, path, secret, progress)))
}

func (v *Vault) extractTogether(ctx context.Context, ids []record.ID, path string, secret *bag.Secret, progress func(done, total int64)) error {
	return store.WriteAside(path, func(f *os.File) error {
		var to io.Writer = f
		end := func() error { return nil }
		if secret != nil {
			sealed, err := bag.Seal(f, secret)
			if err != nil {
				return err
			}
			to, end = sealed, sealed.Close
		}
		w := zip.NewWriter(to)
		taken := map[string]bool{}
		for i, id := range ids {
			if progress != nil {
				progress(int64(i), int64(len(ids)))
			}
			if err := v.zipDocument(ctx, w, id, taken); err != nil {
				return err
			}
		}
		return cmp.Or(w.Close(), end())
	})
}

// zipDocument adds one document under the first of its names that is not taken,
// whatever the case.
func (v *Vault) zipDocument(ctx context.Context, w *zip.Writer, id record.ID, taken map[string]bool) error {
	d, err := v.Document(id)
	if err != nil {
		return err
	}
	content, err := v.content(id)
	if err != nil {
		return err
	}
	base, ext := FileName(d)
	name := base + ext
	for n := 2; taken[strings.ToLower(name)]; n++ {
		name = fmt.Sprintf("%s (%d)%s", base, n, ext)
	}
	taken[strings.ToLower(name)] = true
	to, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: d.AddedAt.Time().UTC()})
	if err != nil {
		return err
	}
	digest := seal.NewDigest()
	if err := copyAll(ctx, io.MultiWriter(to, digest), content); err != nil {
		return err
	}
	if !bytes.Equal(digest.Sum(nil), d.Digest[:]) {
		return fmt.Errorf("%w: content digest", ErrDamaged)
	}
	return nil
}

// WriteNew writes a file that its owner alone may read, durable, and there whole or not
// at all. It replaces nothing: the error wraps [fs.ErrExist] when something is at path.
func WriteNew(path string, content []byte) error {
	if _, err := os.Lstat(path); err == nil {
		return fs.ErrExist
	}
	return named(store.WriteAside(path, func(f *os.File) error {
		_, err := f.Write(content)
		return err
	}))
}
