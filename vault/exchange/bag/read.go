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
	"os"
	"path"
	"runtime"
	"strings"
	"sync"

	"filippo.io/age"
	"golang.org/x/sync/errgroup"
)

// Bag is a bag on a disk. It keeps nothing open between two calls.
type Bag struct {
	path  string
	form  Form
	opens age.Identity // nil in clear
	size  int64        // bytes on the disk
	sums  map[string][sha256.Size]byte
}

// Verified is what the verification of a bag found.
type Verified struct {
	Files int   // of the payload
	Bytes int64 // of the payload
	Info  []Info
	Kept  map[string][]byte // the files that were asked for
}

// Value is the first value of that label in bag-info.txt, "" for none.
func (v *Verified) Value(label string) string {
	for _, i := range v.Info {
		if strings.EqualFold(i.Label, label) {
			return i.Value
		}
	}
	return ""
}

// ageHeader begins an envelope.
const ageHeader = "age-encryption.org/v1\n"

// Open looks what lies at a path: a folder, a tar, or an envelope. It returns
// [ErrNotBag], [ErrSealed], [ErrRecipient] or an error of the disk. The secret is not
// needed any more then; for a bag in clear it is not looked at.
func Open(at string, secret *Secret) (*Bag, error) {
	info, err := os.Stat(at)
	if err != nil {
		return nil, err
	}
	b := &Bag{path: at, form: Tar, size: info.Size()}
	if info.IsDir() {
		b.form, b.size = Folder, 0
		return b, b.measure()
	}
	if !info.Mode().IsRegular() {
		return nil, ErrNotBag
	}
	f, err := os.Open(at)
	if err != nil {
		return nil, err
	}
	head := make([]byte, 512)
	n, err := io.ReadFull(f, head)
	if err = errors.Join(ignore(err), f.Close()); err != nil {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(head[:n], []byte(ageHeader)):
		if secret.isZero() {
			return nil, ErrSealed
		}
		b.opens, err = secret.identity()
	case n < len(head) || string(head[257:262]) != "ustar":
		return nil, ErrNotBag
	}
	return b, err
}

// ignore drops the errors of a file that is shorter than what was asked for.
func ignore(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}

// measure adds up the sizes of a folder's files.
func (b *Bag) measure() error {
	return b.walkFolder(func(_ string, f fs.FileInfo, _ func() (*os.File, error)) error {
		b.size += f.Size()
		return nil
	})
}

// Sealed reports whether the bag lies in an envelope.
func (b *Bag) Sealed() bool { return b.opens != nil }

// Size is how many bytes the bag has on the disk.
func (b *Bag) Size() int64 { return b.size }

// Verify reads the whole bag and holds each file against the lists. keep, which may
// be nil, names files of the payload whose content comes back. progress, which may
// be nil, is told the bytes read of those on the disk. The first fault ends it: a
// [Fault] with [ErrAltered], [ErrMissing], [ErrExtra], [ErrPath] or [ErrManifest],
// or [ErrNotBag], [ErrTruncated], [ErrSecret], [ErrTooLarge].
func (b *Bag) Verify(ctx context.Context, keep func(name string) bool, progress func(done, total int64)) (Verified, error) {
	out := Verified{Kept: map[string][]byte{}}
	found := map[string][sha256.Size]byte{}
	tags := map[string][]byte{}
	folded := map[string]bool{}
	held := int64(0)
	var lock sync.Mutex // for all that is found
	begin := func(name string) error {
		lock.Lock()
		defer lock.Unlock()
		if err := CheckPath(name); err != nil {
			return &Fault{name, err}
		}
		if fold := strings.ToLower(name); folded[fold] {
			return &Fault{name, ErrExtra}
		} else if folded[fold] = true; len(folded) > maxFiles {
			return ErrTooLarge
		}
		return nil
	}
	err := b.walk(ctx, true, progress, func(name string, size int64, content io.Reader) error {
		if err := begin(name); err != nil {
			return err
		}
		inside := strings.HasPrefix(name, payload)
		digest := sha256.New()
		var all []byte
		kept := !inside || keep != nil && keep(name)
		if kept {
			lock.Lock()
			held += size
			full := size > maxHeld || held > maxHeld
			lock.Unlock()
			if full {
				return &Fault{name, ErrTooLarge}
			}
			all = make([]byte, size)
			if _, err := io.ReadFull(io.TeeReader(content, digest), all); err != nil {
				return err
			}
		} else if err := readThrough(digest, content); err != nil {
			return err
		}
		lock.Lock()
		defer lock.Unlock()
		switch {
		case kept && inside:
			out.Kept[name] = all
		case kept:
			tags[name] = all
		}
		found[name] = [sha256.Size]byte(digest.Sum(nil))
		if inside {
			out.Files++
			out.Bytes += size
		}
		return nil
	})
	if err != nil {
		return Verified{}, err
	}
	if err := b.judge(found, tags, &out); err != nil {
		return Verified{}, err
	}
	return out, nil
}

// judge holds what was found against the lists.
func (b *Bag) judge(found map[string][sha256.Size]byte, tags map[string][]byte, out *Verified) error {
	if tags[tagManifest] == nil || tags[manifest] == nil {
		switch {
		case b.form == Tar && len(found) > 0 && tags[declaration] != nil:
			return ErrTruncated // the lists come last
		case tags[declaration] == nil:
			return ErrNotBag
		case tags[manifest] == nil:
			return &Fault{manifest, ErrMissing}
		}
		return &Fault{tagManifest, ErrMissing}
	}
	listedTags, err := parse(tags[tagManifest])
	if err != nil {
		return &Fault{tagManifest, err}
	}
	for _, name := range []string{declaration, infoFile, manifest} {
		if _, ok := listedTags[name]; !ok {
			return &Fault{tagManifest, ErrManifest}
		}
	}
	for name, want := range listedTags {
		if err := compare(found, name, want, false); err != nil {
			return err
		}
	}
	if string(tags[declaration]) != version {
		return ErrNotBag
	}
	listed, err := parse(tags[manifest])
	if err != nil {
		return &Fault{manifest, err}
	}
	for name, want := range listed {
		if err := compare(found, name, want, true); err != nil {
			return err
		}
	}
	for name := range found {
		_, file := listed[name]
		_, tag := listedTags[name]
		if !file && !tag && name != tagManifest {
			return &Fault{name, ErrExtra}
		}
	}
	for line := range strings.Lines(string(tags[infoFile])) {
		label, value, ok := strings.Cut(strings.TrimRight(line, "\r\n"), ": ")
		if !ok {
			return &Fault{infoFile, ErrManifest}
		}
		out.Info = append(out.Info, Info{label, value})
	}
	if out.Value("Payload-Oxum") != fmt.Sprintf("%d.%d", out.Bytes, out.Files) {
		return &Fault{infoFile, ErrManifest}
	}
	b.sums = listed
	return nil
}

// Digest is the SHA-256 of the bag's manifest-sha256.txt, as this package writes it,
// after [Bag.Verify]: it stands for every byte of the payload.
func (b *Bag) Digest() [sha256.Size]byte { return sha256.Sum256(list(b.sums)) }

func compare(found map[string][sha256.Size]byte, name string, want [sha256.Size]byte, inside bool) error {
	if err := CheckPath(name); err != nil {
		return &Fault{name, err}
	}
	if strings.HasPrefix(name, payload) != inside {
		return &Fault{name, ErrPath}
	}
	switch sum, there := found[name]; {
	case !there:
		return &Fault{name, ErrMissing}
	case sum != want:
		return &Fault{name, ErrAltered}
	}
	return nil
}

// parse reads a manifest.
func parse(content []byte) (map[string][sha256.Size]byte, error) {
	out := map[string][sha256.Size]byte{}
	for line := range bytes.Lines(content) {
		sum, name, ok := strings.Cut(strings.TrimRight(string(line), "\r\n"), " ")
		digest, err := hex.DecodeString(sum)
		name = strings.TrimLeft(name, " ")
		if _, twice := out[name]; !ok || err != nil || len(digest) != sha256.Size || twice {
			return nil, ErrManifest
		}
		out[name] = [sha256.Size]byte(digest)
	}
	return out, nil
}

// Contents reads the payload again, in the order in which it lies, after
// [Bag.Verify]. A file that has changed since is [ErrAltered], told after take has
// read it: what take did with that content must not count then.
func (b *Bag) Contents(ctx context.Context, progress func(done, total int64), take func(name string, size int64, content io.Reader) error) error {
	if b.sums == nil {
		return ErrNotBag
	}
	left := len(b.sums)
	err := b.walk(ctx, false, progress, func(name string, size int64, content io.Reader) error {
		want, payload := b.sums[name]
		if !payload {
			return nil
		}
		left--
		checked := &checking{content, sha256.New()}
		if err := take(name, size, checked); err != nil {
			return err
		}
		if err := readThrough(io.Discard, checked); err != nil {
			return err
		}
		if [sha256.Size]byte(checked.digest.Sum(nil)) != want {
			return &Fault{name, ErrAltered}
		}
		return nil
	})
	if err == nil && left != 0 {
		err = ErrMissing
	}
	return err
}

// checking adds up what is read.
type checking struct {
	io.Reader
	digest hash.Hash
}

func (c *checking) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.digest.Write(p[:n])
	return n, err
}

// readThrough copies all there is.
func readThrough(to io.Writer, from io.Reader) error {
	buffer := buffers.Get().(*[]byte)
	defer buffers.Put(buffer)
	_, err := io.CopyBuffer(struct{ io.Writer }{to}, struct{ io.Reader }{from}, *buffer)
	return err
}

// waiting is how many files of a folder are read at the same time for each processor:
// most of them wait for the disk.
const waiting = 4

// walk gives every file of the bag, with its path in it: those of a folder at the same
// time when together says so, else one after the other.
func (b *Bag) walk(ctx context.Context, together bool, progress func(done, total int64), visit func(name string, size int64, content io.Reader) error) error {
	count := &counting{ctx: ctx, total: b.size, told: progress}
	if b.form == Folder {
		all, stop := errgroup.WithContext(ctx)
		all.SetLimit(1)
		if together {
			all.SetLimit(waiting * runtime.GOMAXPROCS(0))
		}
		err := b.walkFolder(func(name string, info fs.FileInfo, open func() (*os.File, error)) error {
			if err := stop.Err(); err != nil {
				return err
			}
			f, err := open()
			if err != nil {
				return err
			}
			all.Go(func() error { return errors.Join(visit(name, info.Size(), count.reading(f, info.Size())), f.Close()) })
			return nil
		})
		if first := all.Wait(); first != nil {
			return first // which ended the walk
		}
		return err
	}
	f, err := os.Open(b.path)
	if err != nil {
		return err
	}
	defer f.Close()
	if b.opens == nil {
		return ended(walkTar(bufio.NewReaderSize(count.reading(f, b.size), 1<<20), visit))
	}
	file := bufio.NewReaderSize(count.reading(f, b.size), maxHeader)
	head, _ := file.Peek(maxHeader) // an error comes again when it is read
	if _, last, found := bytes.Cut(head, []byte("\n---")); !found || !bytes.ContainsRune(last, '\n') {
		if len(head) == maxHeader {
			return ErrAltered // age holds a line in memory, however long
		}
		return ErrTruncated
	}
	plain, err := age.Decrypt(file, b.opens)
	var other *age.NoIdentityMatchError
	switch {
	case errors.As(err, &other):
		return errors.Join(ErrSecret, err)
	case errors.Is(err, ErrTooLarge):
		return err
	case err != nil && ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return errors.Join(ErrTruncated, err)
	case err != nil:
		return errors.Join(ErrAltered, err)
	}
	sealed := &envelope{Reader: plain, count: count}
	err = walkTar(sealed, visit)
	if sealed.err != nil {
		return sealed.err
	}
	return ended(err)
}

// envelope names what goes wrong below the tar. Where the last bytes of the file do
// not decrypt nothing tells whether they are altered or others should follow.
type envelope struct {
	io.Reader
	count *counting
	err   error
}

func (e *envelope) Read(p []byte) (int, error) {
	n, err := e.Reader.Read(p)
	switch {
	case err == nil || err == io.EOF:
	case e.count.ctx.Err() != nil:
		e.err = e.count.ctx.Err()
	case errors.Is(err, io.ErrUnexpectedEOF), e.count.done == e.count.total:
		e.err = errors.Join(ErrTruncated, err)
	default:
		e.err = errors.Join(ErrAltered, err)
	}
	return n, err
}

func walkTar(from io.Reader, visit func(name string, size int64, content io.Reader) error) error {
	t := tar.NewReader(from)
	base := ""
	for {
		h, err := t.Next()
		if err == io.EOF {
			_, err := io.Copy(io.Discard, from) // an envelope is whole when its end was read
			return err
		}
		if errors.Is(err, tar.ErrHeader) {
			return errors.Join(ErrAltered, err)
		}
		if err != nil {
			return err
		}
		name := h.Name
		first, rest, inside := strings.Cut(name, "/")
		switch {
		case h.Typeflag == tar.TypeDir:
			continue
		case h.Typeflag != tar.TypeReg, !inside, first == "", base != "" && first != base, path.Clean(name) != name:
			return &Fault{name, ErrPath}
		}
		base = first
		if err := visit(rest, h.Size, t); err != nil {
			return err
		}
	}
}

func (b *Bag) walkFolder(visit func(name string, info fs.FileInfo, open func() (*os.File, error)) error) error {
	root, err := os.OpenRoot(b.path)
	if err != nil {
		return err
	}
	defer root.Close()
	return fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if !d.Type().IsRegular() {
			return &Fault{name, ErrPath} // a link, a device
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		return visit(name, info, func() (*os.File, error) { return root.Open(name) })
	})
}

// counting tells how many bytes were read, and stops with its context.
type counting struct {
	ctx         context.Context
	lock        sync.Mutex
	done, total int64
	told        func(done, total int64)
}

// reading reads no more than the length that a file was found with: one that somebody goes
// on writing has no end.
func (c *counting) reading(f *os.File, length int64) io.Reader {
	return &counted{c, io.LimitReader(f, length)}
}

type counted struct {
	*counting
	file io.Reader
}

func (c *counted) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.file.Read(p)
	c.lock.Lock()
	defer c.lock.Unlock()
	if c.done += int64(n); c.told != nil && n > 0 {
		c.told(min(c.done, c.total), c.total)
	}
	return n, err
}
