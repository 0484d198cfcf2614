package bag

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"filippo.io/age"
	"golang.org/x/sync/errgroup"
)

// Options say how a bag is written.
type Options struct {
	Form   Form
	Secret *Secret   // with one the form is [Tar], inside age; nil for in clear
	Day    time.Time // that the bag carries; the hour does not count
	// Sync makes files of one folder and those below it durable, all at once where
	// a system can; nil syncs them one by one.
	Sync func(dir string, files ...string) error
	// Settled is told of each file of the bag on the disk once it is durable; nil
	// for nothing to do.
	Settled func(*os.File) error
}

// Writer writes one bag aside, under a name of its own that begins with a dot;
// [Writer.Close] gives it its name. One that is not closed must be abandoned.
type Writer struct {
	opt       Options
	ctx       context.Context
	dir, name string
	part      string // where it is written, in dir

	lock       sync.Mutex // for sums, folded, bytes and folders
	sums, tags map[string][sha256.Size]byte
	folded     map[string]bool // the paths of sums, in small letters
	bytes      int64

	root    *os.Root            // of a folder
	folders map[string]*os.Root // in it, by their paths
	file    *os.File            // of a tar
	written hash.Hash           // of a file that nobody here can open
	buffer  *bufio.Writer
	envelop io.WriteCloser // nil in clear
	tar     *tar.Writer
}

// Create begins a bag in a folder that exists. The name is that of the bag, without
// an extension; it obeys [CheckPath]. What was begun under that name before and
// not finished is removed. It returns [ErrPath], [ErrRecipient] or an error of the
// disk.
func Create(ctx context.Context, dir, name string, opt Options) (w *Writer, err error) {
	if err := CheckPath(name); err != nil {
		return nil, err
	}
	if err := sweep(dir, name); err != nil {
		return nil, err
	}
	w = &Writer{
		opt: opt, ctx: ctx, dir: dir, name: name,
		sums: map[string][32]byte{}, tags: map[string][32]byte{}, folded: map[string]bool{}, folders: map[string]*os.Root{},
	}
	if !opt.Secret.isZero() {
		w.opt.Form = Tar
	}
	if w.opt.Form == Folder {
		if w.part, err = os.MkdirTemp(dir, partPattern(name)); err != nil {
			return nil, err
		}
		w.root, err = os.OpenRoot(w.part)
	} else {
		err = w.createTar()
	}
	if err != nil {
		return nil, errors.Join(err, w.Abandon())
	}
	if err := w.tag(declaration, []byte(version)); err != nil {
		return nil, errors.Join(err, w.Abandon())
	}
	return w, nil
}

func (w *Writer) createTar() (err error) {
	var to age.Recipient
	if !w.opt.Secret.isZero() {
		if to, err = w.opt.Secret.recipient(); err != nil {
			return err
		}
	}
	if w.file, err = os.CreateTemp(w.dir, partPattern(w.name)); err != nil {
		return err
	}
	w.part = w.file.Name()
	var out io.Writer = w.file
	if w.opt.Secret != nil && w.opt.Secret.Recipient != "" {
		w.written = sha256.New()
		out = io.MultiWriter(w.file, w.written)
	}
	w.buffer = bufio.NewWriterSize(out, 1<<20)
	out = w.buffer
	if to != nil {
		if w.envelop, err = age.Encrypt(w.buffer, to); err != nil {
			return err
		}
		out = w.envelop
	}
	w.tar = tar.NewWriter(out)
	return nil
}

func partPattern(name string) string { return "." + name + "-*.part" }

// sweep removes what a killed process left under a name.
func sweep(dir, name string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		random, ours := strings.CutPrefix(e.Name(), "."+name+"-")
		random, last := strings.CutSuffix(random, ".part")
		if ours && last && random != "" && strings.Trim(random, "0123456789") == "" {
			err = errors.Join(err, os.RemoveAll(filepath.Join(dir, e.Name())))
		}
	}
	return err
}

// Add writes a file of the payload, of exactly size bytes; its path begins with
// "data/". What is in also is given the same bytes. Files of a folder may be added at
// the same time. It returns [ErrPath] also for a path that is there already.
func (w *Writer) Add(name string, size int64, content io.Reader, also ...io.Writer) error {
	if !strings.HasPrefix(name, payload) {
		return ErrPath
	}
	w.lock.Lock()
	there := w.folded[strings.ToLower(name)]
	w.folded[strings.ToLower(name)] = true
	w.lock.Unlock()
	if there {
		return ErrPath
	}
	sum, err := w.add(name, size, content, also...)
	if err != nil {
		return err
	}
	w.lock.Lock()
	defer w.lock.Unlock()
	w.sums[name] = sum
	w.bytes += size
	return nil
}

// Together reports whether files may be added at the same time: in one file they
// lie one after the other, in the order in which they come.
func (w *Writer) Together() bool { return w.root != nil }

// Sum is the SHA-256 of a file that was added.
func (w *Writer) Sum(name string) [sha256.Size]byte {
	w.lock.Lock()
	defer w.lock.Unlock()
	return w.sums[name]
}

func (w *Writer) tag(name string, content []byte) error {
	sum, err := w.add(name, int64(len(content)), bytes.NewReader(content))
	w.tags[name] = sum
	return err
}

func (w *Writer) add(name string, size int64, content io.Reader, also ...io.Writer) (sum [sha256.Size]byte, err error) {
	if err := CheckPath(name); err != nil {
		return sum, err
	}
	digest := sha256.New()
	if w.tar != nil {
		err = w.tar.WriteHeader(&tar.Header{
			Typeflag: tar.TypeReg, Name: path.Join(w.name, name), Size: size, Mode: 0o600, ModTime: midnight(w.opt.Day), Format: tar.FormatPAX,
		})
		if err == nil {
			err = w.fill(append(fan{w.tar, digest}, also...), size, content)
		}
	} else {
		err = w.addFile(name, append(fan{digest}, also...), size, content)
	}
	return [sha256.Size]byte(digest.Sum(nil)), err
}

func (w *Writer) addFile(name string, also fan, size int64, content io.Reader) error {
	folder, err := w.folder(path.Dir(name))
	if err != nil {
		return err
	}
	name = path.Base(name)
	f, err := folder.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return ErrPath // another of its letters, where case does not count
	}
	if err != nil {
		return err
	}
	if err := errors.Join(w.fill(append(also, f), size, content), f.Close()); err != nil {
		return err
	}
	day := midnight(w.opt.Day)
	return folder.Chtimes(name, day, day)
}

// folder opens a folder of the bag, once, and makes it when it is missing.
func (w *Writer) folder(name string) (*os.Root, error) {
	w.lock.Lock()
	defer w.lock.Unlock()
	if name == "." {
		return w.root, nil
	}
	if known := w.folders[name]; known != nil {
		return known, nil
	}
	if err := w.root.MkdirAll(name, 0o700); err != nil {
		return nil, err
	}
	opened, err := w.root.OpenRoot(name)
	if err == nil {
		w.folders[name] = opened
	}
	return opened, err
}

// closeFolders closes what a folder's files were written through.
func (w *Writer) closeFolders() error {
	err := w.root.Close()
	for _, f := range w.folders {
		err = errors.Join(err, f.Close())
	}
	w.root, w.folders = nil, nil
	return err
}

// settle makes what was written durable.
func (w *Writer) settle(files []string) error {
	together := w.opt.Sync != nil && len(files) > 1
	if together {
		if err := w.opt.Sync(w.part, files...); err != nil || w.opt.Settled == nil {
			return err
		}
	}
	for _, name := range files {
		f, err := os.OpenFile(name, os.O_RDWR, 0)
		if err != nil {
			return err
		}
		if !together {
			err = f.Sync()
		}
		if err == nil && w.opt.Settled != nil {
			err = w.opt.Settled(f)
		}
		if err := errors.Join(err, f.Close()); err != nil {
			return err
		}
	}
	return nil
}

// fill copies exactly size bytes.
func (w *Writer) fill(to fan, size int64, content io.Reader) error {
	buffer := buffers.Get().(*[]byte)
	defer buffers.Put(buffer)
	n, err := io.CopyBuffer(to, &interrupted{w.ctx, io.LimitReader(content, size+1)}, *buffer)
	if err == nil && n != size {
		err = fmt.Errorf("bag: %d bytes come, %d were said", n, size)
	}
	return err
}

// fan writes to all at the same time, on as many processors.
type fan []io.Writer

func (f fan) Write(p []byte) (int, error) {
	var others errgroup.Group
	for _, w := range f[1:] {
		others.Go(func() error { return write(w, p) })
	}
	err := write(f[0], p)
	if err = errors.Join(err, others.Wait()); err != nil {
		return 0, err
	}
	return len(p), nil
}

func write(to io.Writer, p []byte) error {
	_, err := to.Write(p)
	return err
}

// buffers are what files are copied and read through.
var buffers = sync.Pool{New: func() any { b := make([]byte, 256<<10); return &b }}

// interrupted is a reader that ends with its context.
type interrupted struct {
	ctx context.Context
	io.Reader
}

func (r *interrupted) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}

// Close writes the lists, makes everything durable and gives the bag its name, which
// replaces nothing: with "-2" and so on when it is taken. It returns the path. check,
// which may be nil, is given the place where the bag lies until then, to read it back;
// what is sealed to a recipient, which nobody here can, is read back before and
// compared as it is, with [ErrAltered]. After an error nothing of the bag is left.
func (w *Writer) Close(info []Info, check func(at string) error) (made string, err error) {
	if made, err = w.close(info, check); err != nil {
		return "", errors.Join(err, w.Abandon())
	}
	return made, nil
}

func (w *Writer) close(info []Info, check func(at string) error) (string, error) {
	if err := w.tag(manifest, list(w.sums)); err != nil {
		return "", err
	}
	var b strings.Builder
	for _, line := range append(slices.Clip(info), Info{"Payload-Oxum", fmt.Sprintf("%d.%d", w.bytes, len(w.sums))}) {
		if strings.ContainsAny(line.Label+line.Value, "\r\n:") && strings.ContainsAny(line.Label, ":\r\n") || strings.ContainsAny(line.Value, "\r\n") {
			return "", ErrManifest
		}
		b.WriteString(line.Label + ": " + line.Value + "\n")
	}
	if err := w.tag(infoFile, []byte(b.String())); err != nil {
		return "", err
	}
	lists := list(w.tags)
	if _, err := w.add(tagManifest, int64(len(lists)), bytes.NewReader(lists)); err != nil {
		return "", err
	}
	if err := w.finish(); err != nil {
		return "", err
	}
	if check != nil {
		if err := check(w.part); err != nil {
			return "", err
		}
	}
	if err := w.ctx.Err(); err != nil {
		return "", err
	}
	made, err := w.publish()
	if err == nil {
		w.part = ""
	}
	return made, err
}

// Digest is what [Bag.Digest] will be, once everything is added.
func (w *Writer) Digest() [sha256.Size]byte { return sha256.Sum256(list(w.sums)) }

// finish ends what is written, durably.
func (w *Writer) finish() error {
	if w.root != nil {
		var files, folders []string
		err := fs.WalkDir(w.root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
			name = filepath.Join(w.part, filepath.FromSlash(name))
			if err == nil && d.IsDir() {
				folders = append(folders, name)
			} else {
				files = append(files, name)
			}
			return err
		})
		if err = errors.Join(err, w.closeFolders()); err == nil {
			err = w.settle(files)
		}
		for _, name := range folders {
			if err == nil {
				err = syncFolder(name)
			}
		}
		return err
	}
	err := w.tar.Close()
	if w.envelop != nil {
		err = errors.Join(err, w.envelop.Close())
	}
	f := w.file
	w.file = nil
	if err = errors.Join(err, w.buffer.Flush(), f.Close()); err == nil {
		err = w.settle([]string{w.part})
	}
	if err != nil || w.written == nil {
		return err
	}
	return w.compare()
}

// compare reads a file back.
func (w *Writer) compare() error {
	f, err := os.Open(w.part)
	if err != nil {
		return err
	}
	read := sha256.New()
	_, err = io.Copy(read, &interrupted{w.ctx, f})
	if err == nil && !bytes.Equal(read.Sum(nil), w.written.Sum(nil)) {
		err = ErrAltered
	}
	return errors.Join(err, f.Close())
}

// Extension is what the name of a bag of that form ends with.
func (o *Options) Extension() string {
	switch {
	case !o.Secret.isZero():
		return ".tar.age"
	case o.Form == Tar:
		return ".tar"
	}
	return ""
}

func (w *Writer) publish() (string, error) {
	for n := 1; ; n++ {
		name := w.name
		if n > 1 {
			name = fmt.Sprintf("%s-%d", name, n)
		}
		final := filepath.Join(w.dir, name+w.opt.Extension())
		if _, err := os.Lstat(final); err == nil {
			continue
		} else if !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		if err := os.Rename(w.part, final); err != nil {
			return "", err
		}
		return final, syncFolder(w.dir)
	}
}

// syncFolder makes the names in a folder durable, where a system can.
func syncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Abandon removes what was written; after [Writer.Close] there is nothing to.
func (w *Writer) Abandon() (err error) {
	if w.root != nil {
		err = w.closeFolders()
	}
	if w.file != nil {
		err = errors.Join(err, w.file.Close())
		w.file = nil
	}
	if w.part != "" {
		err = errors.Join(err, os.RemoveAll(w.part))
		w.part = ""
	}
	return err
}

// list is a manifest: one line for each file, in the order of their paths.
func list(sums map[string][sha256.Size]byte) []byte {
	var b bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		sum := sums[name]
		b.WriteString(hex.EncodeToString(sum[:]) + "  " + name + "\n")
	}
	return b.Bytes()
}
