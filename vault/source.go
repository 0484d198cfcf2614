package vault

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"carnet/vault/exchange/reading"
	"carnet/vault/exchange/xdm"
	"carnet/vault/seal"
)

// Limits of an archive: beyond them it is kept whole, as one document.
const (
	maxZipEntries = 20_000
	maxZipRatio   = 200      // unpacked to packed
	maxZipSmall   = 64 << 20 // bytes unpacked up to which the ratio does not matter
)

// source is one file to import, wherever it lies.
type source struct {
	path     string // as the person would name it
	name     string // without its folder
	size     int64
	modified time.Time
	open     func() (io.ReadCloser, error)
	info     fs.FileInfo // nil inside an archive
	err      error       // why it cannot be read at all

	title, category, date string // that a list says it has; "" where none does
}

// litter is what systems leave in folders and nobody means to keep.
func litter(name string) bool {
	switch strings.ToLower(name) {
	case ".ds_store", "thumbs.db", "desktop.ini", "__macosx", ".directory":
		return true
	}
	return strings.HasPrefix(name, "._")
}

// plan lists the files behind paths: folders with what is below them, archives
// with what is in them. What cannot be read is listed with its reason, and so is the
// vault file itself. The caller closes the archives when all is read.
func plan(ctx context.Context, paths []string, itself fs.FileInfo) (sources []source, archives []io.Closer, err error) {
	defer func() {
		for i, s := range sources {
			if s.info != nil && os.SameFile(s.info, itself) {
				sources[i].err = ErrItself
			}
		}
	}()
	for _, p := range paths {
		info, err := os.Stat(p)
		switch {
		case err != nil:
			sources = append(sources, source{path: p, name: filepath.Base(p), err: err})
		case info.IsDir():
			found, opened, err := folder(ctx, p)
			sources, archives = append(sources, found...), append(archives, opened...)
			if err != nil {
				return sources, archives, err
			}
		default:
			found, opened := file(p, info, nil)
			sources, archives = append(sources, found...), append(archives, opened...)
		}
	}
	return sources, archives, nil
}

// folder walks below root. Links are not followed: they could lead out of it.
func folder(ctx context.Context, root string) (sources []source, archives []io.Closer, err error) {
	inside, err := os.OpenRoot(root)
	if err != nil {
		return []source{{path: root, name: filepath.Base(root), err: err}}, nil, nil
	}
	archives = append(archives, inside)
	err = fs.WalkDir(inside.FS(), ".", func(at string, entry fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		shown := filepath.Join(root, filepath.FromSlash(at))
		if err != nil {
			sources = append(sources, source{path: shown, name: path.Base(at), err: err})
			return nil
		}
		if at != "." && litter(entry.Name()) {
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if entry.IsDir() {
			return nil
		}
		info, err := entry.Info()
		if err != nil {
			sources = append(sources, source{path: shown, name: entry.Name(), err: err})
			return nil
		}
		found, opened := file(shown, info, func() (*os.File, error) { return inside.Open(filepath.FromSlash(at)) })
		sources, archives = append(sources, found...), append(archives, opened...)
		return nil
	})
	return sources, archives, err
}

// file is one file, or what is in it when it is an archive.
func file(shown string, info fs.FileInfo, open func() (*os.File, error)) ([]source, []io.Closer) {
	if open == nil {
		open = func() (*os.File, error) { return os.Open(shown) }
	}
	s := source{path: shown, name: info.Name(), size: info.Size(), modified: info.ModTime(), info: info}
	if !info.Mode().IsRegular() {
		s.err = ErrNotRegular
		return []source{s}, nil
	}
	s.open = func() (io.ReadCloser, error) {
		f, err := open()
		if err != nil {
			return nil, err
		}
		return given(f)
	}
	if found, archive := unzip(s, open); archive != nil {
		return found, []io.Closer{archive}
	}
	if s.size > seal.MaxDocument {
		s.err = ErrTooLarge
	}
	return []source{s}, nil
}

// unzip lists what is in an archive. It returns no closer for anything that is
// not one, or one beyond the limits: that is kept as it is.
func unzip(s source, open func() (*os.File, error)) ([]source, io.Closer) {
	f, err := open()
	if err != nil {
		return nil, nil
	}
	keep := false
	defer func() {
		if !keep {
			f.Close()
		}
	}()
	head := make([]byte, sniffLength)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) || !bytes.HasPrefix(head, []byte("PK")) || mediaType(head[:n]) != "application/zip" {
		return nil, nil
	}
	z, err := reading.ListZip(f, s.size)
	if err != nil || len(z.File) > maxZipEntries {
		return nil, nil
	}
	var unpacked uint64
	var found []source
	listed := slices.ContainsFunc(z.File, func(f *zip.File) bool { return xdm.IsList(f.Name) })
	if listed {
		found = append(found, s) // whole as well: what lists the documents is part of it
	}
	for _, entry := range z.File {
		name := path.Base(strings.ReplaceAll(entry.Name, `\`, "/"))
		if entry.FileInfo().IsDir() || strings.HasSuffix(entry.Name, `\`) || litter(name) || strings.Contains(entry.Name, "__MACOSX/") || listed && xdm.Wraps(entry.Name) {
			continue
		}
		if entry.UncompressedSize64 > seal.MaxDocument {
			return nil, nil // nor can the sum wrap
		}
		unpacked += entry.UncompressedSize64
		found = append(found, source{
			path: s.path + "/" + entry.Name, name: name, size: int64(entry.UncompressedSize64),
			modified: entry.Modified, open: entry.Open,
		})
	}
	if unpacked > maxZipSmall && unpacked/maxZipRatio > uint64(s.size) || len(found) == 0 {
		return nil, nil
	}
	keep = true
	return slices.Clip(found), f
}
