// Package watched lists the files of a folder in which other programs put some: a
// scanner, a mail program, a browser. It reads names, sizes and times, opens no file,
// follows no link, changes nothing and holds no key.
package watched

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// MaxFiles is how many names a folder may have, those of its sub-folders and those
// that are left out included. Looking at more every few seconds would wear out a
// share of the network.
const MaxFiles = 10_000

// Settle is for how long a file has to stay as it is before it counts as whole.
const Settle = 3 * time.Second

// ErrCrowded is returned for a folder with more than [MaxFiles] names.
var ErrCrowded = errors.New("watched: too many files in the folder")

// File is a file as it lies in a folder.
type File struct {
	Name     string // below the folder, with slashes: "note.pdf", "today/note.pdf"
	Size     int64  // bytes, above 0
	Modified time.Time
}

// Mark stands for a file in its present state: its name, size and time. A file that
// is written anew has another.
type Mark [16]byte

// Mark gives the mark of a file.
func (f File) Mark() Mark {
	b := binary.BigEndian.AppendUint64(nil, uint64(f.Size))
	b = binary.BigEndian.AppendUint64(b, uint64(f.Modified.UnixNano()))
	sum := sha256.Sum256(append(b, f.Name...))
	return Mark(sum[:16])
}

// Path is where a file of a folder lies.
func (f File) Path(folder string) string { return filepath.Join(folder, filepath.FromSlash(f.Name)) }

// List gives the files of a folder and of the sub-folders in it, by name. It leaves out
// deeper folders, whatever is hidden, links, what is no ordinary file, empty files, and
// what other programs write for a while only. A sub-folder that cannot be read is
// passed over.
//
// It returns [ErrCrowded], an error of the system, or that of ctx: a share that does
// not answer holds nobody up who has stopped waiting.
func List(ctx context.Context, folder string) ([]File, error) {
	return Await(ctx, func() ([]File, error) { return list(ctx, folder) })
}

// Await gives what ask answers, or the error of ctx once that ends: ask goes on by itself
// then until the system answers it, which may be never, and must hold nothing that
// anybody waits for.
func Await[T any](ctx context.Context, ask func() (T, error)) (T, error) {
	type answer struct {
		value T
		err   error
	}
	come := make(chan answer, 1)
	go func() {
		value, err := ask()
		come <- answer{value, err}
	}()
	select {
	case a := <-come:
		return a.value, a.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

func list(ctx context.Context, folder string) (files []File, err error) {
	left := MaxFiles
	entries, err := read(folder, &left)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case e.IsDir() && !passing(e.Name()) && !isHidden(e):
			below, err := read(filepath.Join(folder, e.Name()), &left)
			if errors.Is(err, ErrCrowded) {
				return nil, err
			}
			for _, b := range below {
				files = take(files, e.Name(), b)
			}
		default:
			files = take(files, "", e)
		}
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return files, nil
}

// read lists a folder, of which no more than left names may come in all.
func read(folder string, left *int) ([]fs.DirEntry, error) {
	d, err := os.Open(folder)
	if err != nil {
		return nil, err
	}
	defer d.Close() // read only: nothing to lose
	var entries []fs.DirEntry
	for {
		some, err := d.ReadDir(512)
		if *left -= len(some); *left < 0 {
			return nil, ErrCrowded
		}
		entries = append(entries, some...)
		switch {
		case errors.Is(err, io.EOF):
			return entries, nil
		case err != nil:
			return nil, err
		}
	}
}

// take adds an entry to the files, unless it is none that counts.
func take(files []File, folder string, e fs.DirEntry) []File {
	if !e.Type().IsRegular() || passing(e.Name()) || isHidden(e) {
		return files
	}
	info, err := e.Info()
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 {
		return files // gone meanwhile, or only announced
	}
	return append(files, File{Name: path.Join(folder, e.Name()), Size: info.Size(), Modified: info.ModTime()})
}

// passing reports whether a name is of something that is hidden, that a program writes
// for a while only, or that a system leaves in folders.
func passing(name string) bool {
	name = strings.ToLower(name)
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~") || strings.HasSuffix(name, "~") {
		return true
	}
	switch name {
	case "thumbs.db", "desktop.ini", "__macosx", "lost+found":
		return true
	}
	switch path.Ext(name) {
	case ".part", ".partial", ".crdownload", ".download", ".opdownload", ".tmp", ".temp", ".filepart", ".lock", ".swp",
		".carnet": // a vault or its backup: what it holds is kept already
		return true
	}
	return false
}

// Sightings remember how files were when they were seen, so as to tell one that is
// still being written. The zero value has seen nothing. They are for one folder, and
// not safe for concurrent use.
type Sightings struct{ seen map[string]sighting }

type sighting struct {
	mark  Mark
	since time.Time
}

// Settled gives those of the files that have stayed as they are for [Settle], by the
// clock now, and counts the others. Files that are not there any more are forgotten.
func (s *Sightings) Settled(files []File, now time.Time) (settled []File, moving int) {
	seen := make(map[string]sighting, len(files))
	for _, f := range files {
		mark := f.Mark()
		before, known := s.seen[f.Name]
		if !known || before.mark != mark || now.Before(before.since) {
			before = sighting{mark, now}
		}
		seen[f.Name] = before
		if now.Sub(before.since) >= Settle {
			settled = append(settled, f)
		} else {
			moving++
		}
	}
	s.seen = seen
	return settled, moving
}
