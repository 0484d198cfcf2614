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

	// Of archives in archives, for a whole import: how many bytes of them are held in
	// memory until all is read, and how many are looked at.
	maxInnerHeld = 64 << 20
	maxInnerSeen = 1 << 30
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

	whole error // why an archive in an archive is kept whole; nil for anything else

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
	room := &room{held: maxInnerHeld, seen: maxInnerSeen}
	for _, p := range paths {
		info, err := os.Stat(p)
		switch {
		case err != nil:
			sources = append(sources, source{path: p, name: filepath.Base(p), err: err})
		case info.IsDir():
			found, opened, err := folder(ctx, p, room)
			sources, archives = append(sources, found...), append(archives, opened...)
			if err != nil {
				return sources, archives, err
			}
		default:
			found, opened := file(p, info, nil, room)
			sources, archives = append(sources, found...), append(archives, opened...)
		}
	}
	return sources, archives, nil
}

// folder walks below root. Links are not followed: they could lead out of it.
func folder(ctx context.Context, root string, room *room) (sources []source, archives []io.Closer, err error) {
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
		found, opened := file(shown, info, func() (*os.File, error) { return inside.Open(filepath.FromSlash(at)) }, room)
		sources, archives = append(sources, found...), append(archives, opened...)
		return nil
	})
	return sources, archives, err
}

// file is one file, or what is in it when it is an archive.
func file(shown string, info fs.FileInfo, open func() (*os.File, error), room *room) ([]source, []io.Closer) {
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
	if found, archive := unzip(s, open, room); archive != nil {
		return found, []io.Closer{archive}
	}
	if s.size > seal.MaxDocument {
		s.err = ErrTooLarge
	}
	return []source{s}, nil
}

// unzip lists what is in an archive, and what is in those in it whose layout is known.
// It returns no closer for anything that is not one, or one beyond the limits: that is
// kept as it is.
func unzip(s source, open func() (*os.File, error), room *room) ([]source, io.Closer) {
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
	if !listed {
		found = (&unpacking{room: room, packed: uint64(s.size), entries: len(z.File), unpacked: unpacked}).apart(found)
	}
	return slices.Clip(found), f
}

// room is what is left for the archives in archives of one import, in bytes.
type room struct{ held, seen int64 }

// unpacking is how far an archive is taken apart: what is in the archives in it counts
// as if it lay in the archive itself.
type unpacking struct {
	*room
	packed, unpacked uint64 // bytes
	entries          int
}

// apart puts what is in the archives among sources in their place. One whose layout is
// not known, or that goes beyond the limits, stays whole and says why.
func (u *unpacking) apart(sources []source) (out []source) {
	for _, s := range sources {
		if !strings.EqualFold(path.Ext(s.name), ".zip") {
			out = append(out, s)
			continue
		}
		inside, err := u.inner(s)
		if err != nil {
			s.whole = err
			inside = []source{s}
		}
		out = append(out, inside...)
	}
	return out
}

// inner lists what is in an archive in an archive: a message of XDM, or nothing but
// documents with pages, pictures and XML. The archive is held in memory. It returns
// [ErrLayout] for another, [reading.ErrNested] for one with archives in
// it, [reading.ErrSize], [reading.ErrCount], [reading.ErrRatio], [reading.ErrPath] or
// [reading.ErrMalformed].
func (u *unpacking) inner(s source) ([]source, error) {
	if s.size > min(u.held, u.seen) {
		return nil, reading.ErrSize
	}
	u.seen -= s.size
	content, err := allOf(s)
	if err != nil {
		return nil, err
	}
	if mediaType(content[:min(len(content), sniffLength)]) != "application/zip" {
		return []source{s}, nil // no archive, whatever it is called
	}
	z, err := reading.ListZip(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, err
	}
	if u.entries+len(z.File) > maxZipEntries {
		return nil, reading.ErrCount
	}
	listed := slices.ContainsFunc(z.File, func(f *zip.File) bool { return xdm.IsList(f.Name) })
	unpacked := u.unpacked
	var found []source
	for _, entry := range z.File {
		name := strings.ReplaceAll(entry.Name, `\`, "/")
		if !filepath.IsLocal(filepath.FromSlash(name)) {
			return nil, reading.ErrPath
		}
		base := path.Base(name)
		if strings.HasSuffix(name, "/") || entry.FileInfo().IsDir() || litter(base) || strings.Contains(name, "__MACOSX/") {
			continue
		}
		if entry.UncompressedSize64 > seal.MaxDocument {
			return nil, reading.ErrSize // nor can the sum wrap
		}
		unpacked += entry.UncompressedSize64
		if listed && xdm.Wraps(entry.Name) {
			continue
		}
		found = append(found, source{
			path: s.path + "/" + entry.Name, name: base, size: int64(entry.UncompressedSize64), modified: entry.Modified, open: entry.Open,
		})
	}
	if unpacked > maxZipSmall && unpacked/maxZipRatio > u.packed {
		return nil, reading.ErrRatio
	}
	for _, x := range found {
		if err := laidOut(x, listed); err != nil {
			return nil, err
		}
	}
	if len(found) == 0 {
		return nil, ErrLayout
	}
	if listed {
		found = append([]source{s}, found...) // whole as well, as an archive by itself
	}
	u.held -= s.size
	u.entries, u.unpacked = u.entries+len(z.File), unpacked
	return found, nil
}

// allOf reads a source, as long as it says and no longer.
func allOf(s source) ([]byte, error) {
	in, err := s.open()
	if err != nil {
		return nil, reading.ErrMalformed
	}
	defer in.Close()
	content := make([]byte, 0, s.size+bytes.MinRead)
	b := bytes.NewBuffer(content)
	switch n, err := b.ReadFrom(io.LimitReader(in, s.size+1)); {
	case err != nil || n < s.size:
		return nil, reading.ErrMalformed
	case n > s.size:
		return nil, reading.ErrSize
	}
	return b.Bytes(), nil
}

// laidOut refuses what is not to be in an archive in an archive: another one, and in one
// that lists nothing whatever is no document with pages, no picture and no XML.
func laidOut(s source, listed bool) error {
	in, err := s.open()
	if err != nil {
		return reading.ErrMalformed
	}
	defer in.Close()
	head, err := io.ReadAll(io.LimitReader(in, sniffLength))
	if err != nil {
		return reading.ErrMalformed
	}
	switch kind := mediaType(head); {
	case kind == "application/zip":
		return reading.ErrNested
	case listed, hasPages(kind), strings.HasPrefix(kind, "image/"), kind == "text/xml", kind == "application/xml":
		return nil
	}
	return ErrLayout
}
