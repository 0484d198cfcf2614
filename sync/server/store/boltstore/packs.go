package boltstore

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"carnet/sync/server/store"
	"carnet/vault/chain"
)

// Bucket b says of a blob its pack u64 | when it came, or was asked for, in seconds
// since 1970 u64; bucket k of a pack, for each blob in the order in which they lie
// there, its name 32 | length u32 | CRC-32C of its bytes u32. The checksum is against
// disks: what somebody changed on purpose, the device that sealed it notices.
const (
	placeSize = 8 + 8
	shareSize = 32 + 4 + 4
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// share is a blob's part of a pack.
type share struct {
	name   [32]byte
	length uint32
	sum    uint32
}

func shareOf(b *store.Blob) share {
	return share{b.Name, uint32(len(b.Content)), crc32.Checksum(b.Content, castagnoli)}
}

// holds reports whether bytes are those of the share.
func (s share) holds(content []byte) bool {
	return uint32(len(content)) == s.length && crc32.Checksum(content, castagnoli) == s.sum
}

func encodeShares(shares []share) []byte {
	b := make([]byte, 0, len(shares)*shareSize)
	for _, s := range shares {
		b = append(b, s.name[:]...)
		b = binary.BigEndian.AppendUint32(b, s.length)
		b = binary.BigEndian.AppendUint32(b, s.sum)
	}
	return b
}

// sharesOf reads what a pack holds; none says that there is no such pack.
func sharesOf(tx *bbolt.Tx, patient chain.ID, pack uint64) (out []share, err error) {
	value := tx.Bucket(packs).Get(packKey(patient, pack))
	if len(value)%shareSize != 0 {
		return nil, store.ErrDamaged
	}
	for one := range slices.Chunk(value, shareSize) {
		out = append(out, share{[32]byte(one), binary.BigEndian.Uint32(one[32:]), binary.BigEndian.Uint32(one[36:])})
	}
	return out, nil
}

func blobKey(patient chain.ID, name [32]byte) []byte { return append(patient[:], name[:]...) }

func packKey(patient chain.ID, pack uint64) []byte {
	return binary.BigEndian.AppendUint64(patient[:], pack)
}

// place is where a blob is, and since when.
type place struct {
	pack uint64
	come int64
}

func (p place) bytes() []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, p.pack), uint64(p.come))
}

// placeOf finds a blob.
func placeOf(tx *bbolt.Tx, patient chain.ID, name [32]byte) (p place, there bool, err error) {
	value := tx.Bucket(blobs).Get(blobKey(patient, name))
	if value == nil {
		return p, false, nil
	}
	p, err = readPlace(value)
	return p, true, err
}

func readPlace(value []byte) (place, error) {
	if len(value) != placeSize {
		return place{}, store.ErrDamaged
	}
	return place{binary.BigEndian.Uint64(value), int64(binary.BigEndian.Uint64(value[8:]))}, nil
}

func (s *Store) path(patient chain.ID, pack uint64) string { return packPath(s.folder, patient, pack) }

func packPath(folder string, patient chain.ID, pack uint64) string {
	return filepath.Join(folder, packsName, hex.EncodeToString(patient[:]), fmt.Sprintf("%016x", pack))
}

// eachPack calls do for each file of a pack. What is not ours stays, unmentioned.
func (s *Store) eachPack(do func(patient chain.ID, pack uint64) error) error {
	return filepath.WalkDir(filepath.Join(s.folder, packsName), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		patient, err := hex.DecodeString(filepath.Base(filepath.Dir(path)))
		number, err2 := hex.DecodeString(d.Name())
		if err != nil || err2 != nil || len(patient) != 16 || len(number) != 8 {
			return nil
		}
		return do(chain.ID(patient), binary.BigEndian.Uint64(number))
	})
}

// clean removes the files of packs that nothing is in: an act was interrupted before
// it was told, or after.
func (s *Store) clean() error {
	return s.bolt.View(func(tx *bbolt.Tx) error {
		return s.eachPack(func(patient chain.ID, pack uint64) error {
			if tx.Bucket(packs).Get(packKey(patient, pack)) != nil {
				return nil
			}
			return os.Remove(s.path(patient, pack))
		})
	})
}

// makeFolder makes a folder in one that is there, and makes its name durable.
func makeFolder(path string) error {
	err := os.Mkdir(path, 0o700)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return errors.Join(err, syncFolder(filepath.Dir(path)))
}

// write makes a new pack of contents durable. Nothing is in it until k says so.
func (s *Store) write(patient chain.ID, contents [][]byte) (pack uint64, err error) {
	var number [8]byte
	rand.Read(number[:]) // never fails
	pack = binary.BigEndian.Uint64(number[:])
	path := s.path(patient, pack)
	if err := makeFolder(filepath.Dir(path)); err != nil {
		return 0, err
	}
	err = writeWhole(path, func(w io.Writer) error {
		for _, c := range contents {
			if _, err := w.Write(c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrExist) {
		err = errors.Join(err, os.Remove(path))
	}
	return pack, err
}

// errRaced says that another request brought a blob meanwhile.
var errRaced = errors.New("boltstore: it came meanwhile")

// PutBlobs implements [store.Store]: one file for all that is new, and requests that
// come together share the commit that says so.
func (s *Store) PutBlobs(ctx context.Context, patient chain.ID, list []store.Blob) (stored int, err error) {
	for {
		stored, err = s.putBlobs(ctx, patient, list)
		if !errors.Is(err, errRaced) {
			return stored, err
		}
	}
}

func (s *Store) putBlobs(ctx context.Context, patient chain.ID, list []store.Blob) (stored int, err error) {
	names := make([][32]byte, len(list))
	for i := range list {
		names[i] = list[i].Name
	}
	missing, err := s.Missing(ctx, patient, names)
	if err != nil || len(missing) == 0 {
		return 0, err
	}
	var shares []share
	var contents [][]byte
	var grown int64
	for i := range list {
		if b := &list[i]; slices.Contains(missing, b.Name) {
			shares, contents = append(shares, shareOf(b)), append(contents, b.Content)
			grown += int64(len(b.Content))
		}
	}
	pack, err := s.write(patient, contents)
	if err != nil {
		return 0, err
	}
	p := place{pack, time.Now().Unix()}
	err = s.bolt.Batch(func(tx *bbolt.Tx) error {
		for _, x := range shares {
			if tx.Bucket(blobs).Get(blobKey(patient, x.name)) != nil {
				return errRaced // its bytes are to be in one pack alone, which an erasure finds
			}
			if err := tx.Bucket(blobs).Put(blobKey(patient, x.name), p.bytes()); err != nil {
				return err
			}
		}
		return errors.Join(tx.Bucket(packs).Put(packKey(patient, pack), encodeShares(shares)), grow(tx, patient, grown))
	})
	if errors.Is(err, errRaced) {
		err = errors.Join(err, os.Remove(s.path(patient, pack)))
	}
	return len(shares), err
}

// asOf is how old the note of a blob's coming gets before it is written again.
const asOf = time.Hour

// Missing implements [store.Store].
func (s *Store) Missing(_ context.Context, patient chain.ID, names [][32]byte) (out [][32]byte, err error) {
	now := time.Now().Unix()
	var old [][32]byte
	err = s.bolt.View(func(tx *bbolt.Tx) error {
		for _, name := range names {
			p, there, err := placeOf(tx, patient, name)
			if err != nil {
				return err
			}
			if !there {
				out = append(out, name)
			} else if now-p.come >= int64(asOf/time.Second) {
				old = append(old, name)
			}
		}
		return nil
	})
	if err != nil || len(old) == 0 {
		return out, err
	}
	return out, s.bolt.Batch(func(tx *bbolt.Tx) error {
		for _, name := range old {
			p, there, err := placeOf(tx, patient, name)
			if err == nil && there {
				err = tx.Bucket(blobs).Put(blobKey(patient, name), place{p.pack, now}.bytes())
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Blob implements [store.Store]. A pack that goes away meanwhile has a successor.
func (s *Store) Blob(_ context.Context, patient chain.ID, name [32]byte) (out []byte, err error) {
	for range 3 {
		var pack uint64
		var x share
		var at int64
		err = s.bolt.View(func(tx *bbolt.Tx) error {
			p, there, err := placeOf(tx, patient, name)
			if err != nil {
				return err
			}
			if !there {
				return store.ErrAbsent
			}
			pack = p.pack
			x, at, err = find(tx, patient, pack, name)
			return err
		})
		if err != nil {
			return nil, err
		}
		out, err = s.read(patient, pack, x, at)
		if !errors.Is(err, fs.ErrNotExist) {
			return out, err
		}
	}
	return nil, errors.Join(store.ErrDamaged, err)
}

// find tells where in a pack a blob lies.
func find(tx *bbolt.Tx, patient chain.ID, pack uint64, name [32]byte) (share, int64, error) {
	shares, err := sharesOf(tx, patient, pack)
	if err != nil {
		return share{}, 0, err
	}
	at := int64(0)
	for _, x := range shares {
		if x.name == name {
			return x, at, nil
		}
		at += int64(x.length)
	}
	return share{}, 0, store.ErrDamaged
}

// read gives one blob of a pack.
func (s *Store) read(patient chain.ID, pack uint64, x share, at int64) ([]byte, error) {
	f, err := os.Open(s.path(patient, pack))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b := make([]byte, x.length)
	if _, err := f.ReadAt(b, at); err != nil && err != io.EOF {
		return nil, err
	}
	if !x.holds(b) {
		return nil, store.ErrDamaged
	}
	return b, nil
}

// successor is a pack without what is dropped of it.
type successor struct {
	old, new uint64
	kept     []share
}

// drop forgets blobs in one transaction with what and says so only when their bytes
// are gone: the rest of their packs is written anew first, the old files are removed
// after. Names that are not there change nothing.
func (s *Store) drop(patient chain.ID, names [][32]byte, with func(*bbolt.Tx) error) error {
	s.dropping.Lock()
	defer s.dropping.Unlock()
	next, err := s.rewrite(patient, names)
	if err == nil {
		err = s.bolt.Batch(func(tx *bbolt.Tx) error {
			if err := with(tx); err != nil {
				return err
			}
			var freed int64
			for _, name := range names {
				_, length, err := held(tx, patient, name)
				if err != nil {
					return err
				}
				freed += length
				if err := tx.Bucket(blobs).Delete(blobKey(patient, name)); err != nil {
					return err
				}
			}
			for _, n := range next {
				if err := n.note(tx, patient); err != nil {
					return err
				}
			}
			return grow(tx, patient, -freed)
		})
	}
	if err != nil || len(next) == 0 {
		return err // what was written anew and not taken, the next start removes
	}
	for _, n := range next {
		err = errors.Join(err, os.Remove(s.path(patient, n.old)))
	}
	return errors.Join(err, syncFolder(filepath.Dir(s.path(patient, 0))))
}

// held finds the pack and the size of a blob, 0 for one that is not there.
func held(tx *bbolt.Tx, patient chain.ID, name [32]byte) (pack uint64, length int64, err error) {
	p, there, err := placeOf(tx, patient, name)
	if err != nil || !there {
		return 0, 0, err
	}
	x, _, err := find(tx, patient, p.pack, name)
	return p.pack, int64(x.length), err
}

// rewrite writes the successors of the packs that names are in.
func (s *Store) rewrite(patient chain.ID, names [][32]byte) (out []successor, err error) {
	whole := map[uint64][]share{}
	err = s.bolt.View(func(tx *bbolt.Tx) error {
		for _, name := range names {
			pack, length, err := held(tx, patient, name)
			if err != nil {
				return err
			}
			if length > 0 && whole[pack] == nil {
				if whole[pack], err = sharesOf(tx, patient, pack); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for pack, shares := range whole {
		b, err := os.ReadFile(s.path(patient, pack))
		if err != nil {
			return out, err
		}
		n := successor{old: pack}
		var contents [][]byte
		for _, x := range shares {
			if int64(len(b)) < int64(x.length) {
				return out, store.ErrDamaged
			}
			if !slices.Contains(names, x.name) {
				n.kept, contents = append(n.kept, x), append(contents, b[:x.length])
			}
			b = b[x.length:]
		}
		if len(n.kept) > 0 {
			if n.new, err = s.write(patient, contents); err != nil {
				return out, err
			}
		}
		out = append(out, n)
	}
	return out, nil
}

// note says where blobs are now.
func (n successor) note(tx *bbolt.Tx, patient chain.ID) error {
	if err := tx.Bucket(packs).Delete(packKey(patient, n.old)); err != nil || n.new == 0 {
		return err
	}
	for _, x := range n.kept {
		p, there, err := placeOf(tx, patient, x.name)
		if err == nil && !there {
			err = store.ErrDamaged
		}
		if err == nil {
			err = tx.Bucket(blobs).Put(blobKey(patient, x.name), place{n.new, p.come}.bytes())
		}
		if err != nil {
			return err
		}
	}
	return tx.Bucket(packs).Put(packKey(patient, n.new), encodeShares(n.kept))
}

// Sweep implements [store.Store].
func (s *Store) Sweep(ctx context.Context, patient chain.ID, before time.Time, named func(name [32]byte) bool) (int, error) {
	var names [][32]byte
	err := s.bolt.View(func(tx *bbolt.Tx) error {
		c := tx.Bucket(blobs).Cursor()
		for key, value := c.Seek(patient[:]); bytes.HasPrefix(key, patient[:]); key, value = c.Next() {
			p, err := readPlace(value)
			if err = errors.Join(err, ctx.Err()); err != nil || len(key) != 16+32 {
				return errors.Join(store.ErrDamaged, err)
			}
			if name := [32]byte(key[16:]); p.come < before.Unix() && !named(name) {
				names = append(names, name)
			}
		}
		return nil
	})
	if err != nil || len(names) == 0 {
		return 0, err
	}
	return len(names), s.drop(patient, names, func(*bbolt.Tx) error { return nil })
}

// checkPacks reads all that the packs hold, one after the other, so that nobody waits
// for it. One that goes away meanwhile was dropped.
func (s *Store) checkPacks(ctx context.Context, out *store.Totals, found func(store.Finding)) error {
	var keys [][]byte
	err := s.bolt.View(func(tx *bbolt.Tx) error {
		return tx.Bucket(packs).ForEach(func(key, _ []byte) error {
			if len(key) != 16+8 {
				return store.ErrDamaged
			}
			keys = append(keys, bytes.Clone(key))
			return ctx.Err()
		})
	})
	for _, key := range keys {
		if err = errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		err = s.checkPack(chain.ID(key), binary.BigEndian.Uint64(key[16:]), out, found)
	}
	return err
}

func (s *Store) checkPack(patient chain.ID, pack uint64, out *store.Totals, found func(store.Finding)) error {
	look := func() (shares []share, err error) {
		err = s.bolt.View(func(tx *bbolt.Tx) error {
			shares, err = sharesOf(tx, patient, pack)
			return err
		})
		return shares, err
	}
	shares, err := look()
	if err != nil {
		return err
	}
	b, err := os.ReadFile(s.path(patient, pack))
	if errors.Is(err, fs.ErrNotExist) {
		shares, err = look() // none any more when it was dropped
	}
	if err != nil {
		return err
	}
	for _, x := range shares {
		out.Blobs++
		out.Bytes += int64(x.length)
		content := b[:min(len(b), int(x.length))]
		b = b[len(content):]
		if !x.holds(content) {
			found(store.Finding{Patient: patient, What: "blob"})
		}
	}
	return nil
}
