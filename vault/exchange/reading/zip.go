package reading

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path"
	"strings"
	"time"
)

// Limits of an archive: what a person is given by a service of health stays far
// below them.
const (
	ZipFiles = 2_000
	ZipBytes = 1 << 30  // unpacked, in all
	zipRatio = 200      // unpacked to packed
	zipSmall = 64 << 20 // bytes unpacked up to which the ratio does not matter

	// zipListed is how many bytes the list of an archive's files may have, with what
	// stands beside it: some hundred for each of 20,000.
	zipListed = 8 << 20
)

// ZipFile is a file of an archive.
type ZipFile struct {
	Name     string // slashes between folders, whatever the archive has
	Size     int64  // bytes, unpacked
	Modified time.Time
	entry    *zip.File
}

// Open gives the content, as long as [ZipFile.Size] says and no longer.
func (f *ZipFile) Open() (io.ReadCloser, error) {
	r, err := f.entry.Open()
	if err != nil {
		return nil, unzipped(err)
	}
	return &unpacked{r, f.Size}, nil
}

// unpacked gives no more than was said.
type unpacked struct {
	io.ReadCloser
	left int64
}

func (u *unpacked) Read(p []byte) (int, error) {
	n, err := u.ReadCloser.Read(p[:min(int64(len(p)), u.left+1)])
	if u.left -= int64(n); u.left < 0 {
		return 0, ErrSize
	}
	return n, unzipped(err)
}

// unzipped gives what is wrong with an archive our name.
func unzipped(err error) error {
	if errors.Is(err, zip.ErrFormat) || errors.Is(err, zip.ErrAlgorithm) || errors.Is(err, zip.ErrChecksum) || errors.Is(err, io.ErrUnexpectedEOF) {
		return ErrMalformed
	}
	return err
}

// ReadZip lists the files of an archive in their order; folders are left out. It
// returns [ErrCount], [ErrSize] or [ErrRatio] for one beyond the limits, [ErrPath]
// when a name leads out of it, [ErrNested] for archives three deep, and
// [ErrMalformed].
func ReadZip(r io.ReaderAt, size int64) ([]ZipFile, error) { return readZip(r, size, 0) }

func readZip(r io.ReaderAt, size int64, depth int) ([]ZipFile, error) {
	z, err := ListZip(r, size)
	if err != nil {
		return nil, err
	}
	if len(z.File) > ZipFiles {
		return nil, ErrCount
	}
	var files []ZipFile
	var total uint64
	for _, entry := range z.File {
		name := strings.ReplaceAll(entry.Name, `\`, "/")
		if !local(name) {
			return nil, ErrPath
		}
		if total += min(entry.UncompressedSize64, ZipBytes+1); total > ZipBytes {
			return nil, ErrSize
		}
		if strings.HasSuffix(name, "/") || entry.FileInfo().IsDir() {
			continue
		}
		files = append(files, ZipFile{name, int64(entry.UncompressedSize64), entry.Modified, entry})
	}
	if total > zipSmall && total/zipRatio > uint64(size) {
		return nil, ErrRatio
	}
	for i := range files {
		if err := files[i].nested(depth); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// ListZip opens an archive whose list of files is not too long to be held in memory,
// whatever the archive says of how many they are. It returns [ErrCount], [ErrPath] or
// [ErrMalformed].
func ListZip(r io.ReaderAt, size int64) (*zip.Reader, error) {
	list := &listed{ReaderAt: r, left: zipListed}
	z, err := zip.NewReader(list, size)
	switch {
	case list.left < 0:
		return nil, ErrCount
	case errors.Is(err, zip.ErrInsecurePath):
		return nil, ErrPath
	case err != nil:
		return nil, ErrMalformed
	}
	list.whole = true
	return z, nil
}

// listed gives so many bytes, and no more before the list is whole: what follows is read
// by its own limits.
type listed struct {
	io.ReaderAt
	left  int64
	whole bool
}

func (l *listed) ReadAt(p []byte, at int64) (int, error) {
	if !l.whole {
		if l.left -= int64(len(p)); l.left < 0 {
			return 0, ErrCount
		}
	}
	return l.ReaderAt.ReadAt(p, at)
}

// local reports whether a name stays in the archive, on any system.
func local(name string) bool {
	if name == "" || strings.HasPrefix(name, "/") || len(name) > 1 && name[1] == ':' || strings.ContainsRune(name, 0) {
		return false
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == ".." {
			return false
		}
	}
	return path.Clean(name) != "."
}

// nested refuses an archive in an archive in an archive. It looks into one that is
// called so, and not into the formats of office programs, which are archives too.
func (f *ZipFile) nested(depth int) error {
	if !strings.EqualFold(path.Ext(f.Name), ".zip") {
		return nil
	}
	if depth > 0 {
		return ErrNested
	}
	content, err := f.Open()
	if err != nil {
		return err
	}
	defer content.Close()
	b, err := io.ReadAll(io.LimitReader(content, Document.Bytes+1))
	if err != nil {
		return err
	}
	if int64(len(b)) > Document.Bytes {
		return ErrSize
	}
	if _, err := readZip(bytes.NewReader(b), int64(len(b)), depth+1); err != nil && !errors.Is(err, ErrMalformed) {
		return err
	}
	return nil
}
