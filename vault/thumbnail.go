package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"carnet/vault/chain"
	"carnet/vault/internal/store"
	"carnet/vault/record"
)

// Painter draws the first page of a document small. It is the caller's, since
// nothing under vault parses a document in this process.
//
// Paint returns an error wrapping [ErrNoPicture] for a document that it can
// draw nothing of: that is kept, and the document is not tried again. Any other
// error is not the document's fault and is not kept.
type Painter interface {
	Paint(ctx context.Context, content io.Reader, size int64) (picture []byte, err error)
}

// thumbnail is the small picture of one version of a document, none when no
// picture can be made of it. Like all that is derived it stands under the
// circle's index key; it names its document, so that it is not taken for that
// of another one of the circle. It does not change once it is kept.
type thumbnail struct {
	Document record.ID `cbor:"1,keyasint"`
	Version  uint64    `cbor:"2,keyasint"`
	Picture  []byte    `cbor:"3,keyasint"`
}

func (t *thumbnail) of(d *document) bool { return t.Document == d.ID && t.Version == d.Version }

// maxThumbnail is the size up to which a picture is kept, in bytes.
const maxThumbnail = 256 << 10

// thumbnailBatch is how many pictures wait in memory for one transaction. Each
// transaction waits for the disk, which scrolling must not do for each picture.
// What waits is written at Close at the latest; a process that is killed loses
// at most so many, and they are painted again.
const thumbnailBatch = 32

// Thumbnail returns the small picture of a document's first page: the one that
// was kept, else one that p paints now and that is then kept. It writes no row
// in the journal, since the program looks and not a person. It can be called for
// several documents at once; two calls for one may both paint.
//
// It returns [ErrNoDocument], [ErrNoPicture] for a document without a picture,
// whose type has none, whose first page is among [PagesLost], or of which p has once drawn
// nothing, [ErrLocked], or the
// error of p. A picture over 256 KiB, and one that cannot be written, is
// returned and not kept. Unlike other verbs Thumbnail returns before what it
// keeps is on the disk: [Vault.Close] writes the rest.
func (v *Vault) Thumbnail(ctx context.Context, id record.ID, p Painter) ([]byte, error) {
	picture, err := v.thumbnail(ctx, id, p)
	return picture, wrap("show thumbnail", err)
}

func (v *Vault) thumbnail(ctx context.Context, id record.ID, p Painter) ([]byte, error) {
	t, content, err := v.keptThumbnail(id)
	switch {
	case err != nil:
		return nil, err
	case content == nil && len(t.Picture) == 0:
		return nil, ErrNoPicture
	case content == nil:
		return bytes.Clone(t.Picture), nil // others have it too
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	picture, err := p.Paint(ctx, content, content.Size())
	if err == nil && len(picture) == 0 {
		err = ErrNoPicture
	}
	switch {
	case err == nil && len(picture) > maxThumbnail:
		return picture, nil
	case err == nil:
		t.Picture = bytes.Clone(picture)
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case !errors.Is(err, ErrNoPicture), errors.Is(err, ErrDamaged), errors.Is(err, ErrLocked), errors.Is(err, ErrNoDocument):
		return nil, err // the content could not be read, or p not work
	default:
		picture = nil
	}
	if locked := v.keepThumbnail(ctx, t); locked != nil {
		return nil, locked
	}
	return picture, err
}

// keptThumbnail finds what was kept for a document as it is now. When there is
// nothing it returns the content, and a thumbnail that has yet to be painted.
func (v *Vault) keptThumbnail(id record.ID) (*thumbnail, *Content, error) {
	done, err := v.looking()
	if err != nil {
		return nil, nil, err
	}
	defer done()
	c, d, err := v.find(id)
	if err != nil {
		return nil, nil, err
	}
	if !hasPages(d.MediaType) {
		return nil, nil, ErrNoPicture
	}
	if t := v.painted[id]; t != nil && t.of(d) {
		return t, nil, nil
	}
	var t *thumbnail
	err = v.db.View(func(tx *store.Tx) error {
		if t = readThumbnail(tx, c, d); t != nil {
			return nil
		}
		f, err := readFound(tx, c, d)
		if err == nil && slices.Contains(f.Lost, 1) {
			err = ErrNoPicture
		}
		return err
	})
	if err != nil || t != nil {
		return t, nil, err
	}
	content, err := v.contentOf(d)
	return &thumbnail{Document: id, Version: d.Version}, content, err
}

// readThumbnail returns nil for one that is not there. One that does not open is
// derivable: it is as if it had never been painted.
func readThumbnail(tx *store.Tx, c *chart, d *document) *thumbnail {
	value := tx.Get(store.Index, derivedThumbnail.key(d.content.seq))
	if value == nil {
		return nil
	}
	plain, err := c.openDerived(d, derivedThumbnail, value)
	if err != nil {
		return nil
	}
	var t thumbnail
	if err := decoding.Unmarshal(plain, &t); err != nil || !t.of(d) {
		return nil
	}
	return &t
}

// keepThumbnail lets a thumbnail wait for the transaction that writes it. That
// it cannot be written is no error, since the person has the picture; that the
// vault was locked meanwhile is one.
func (v *Vault) keepThumbnail(ctx context.Context, t *thumbnail) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.state == nil {
		return ErrLocked
	}
	if v.painted == nil {
		v.painted = map[record.ID]*thumbnail{}
	}
	v.painted[t.Document] = t
	if len(v.painted) >= thumbnailBatch {
		_ = v.writeThumbnails(context.WithoutCancel(ctx)) // for all that wait, whoever asked
	}
	return nil
}

// writeThumbnails writes those that wait, unless their document has gone or
// changed circle since. After an error they are forgotten, and painted again
// when they are asked for. The caller holds the lock for writing.
func (v *Vault) writeThumbnails(ctx context.Context) error {
	painted := v.painted
	v.painted = nil
	if len(painted) == 0 {
		return nil
	}
	return v.actLocked(ctx, func(a *act) error {
		for id, t := range painted {
			_, d, err := a.find(id)
			if err != nil || !t.of(d) {
				continue
			}
			c, err := a.chart(d.Patient)
			if err != nil {
				return err
			}
			b, err := chain.Encode(t)
			if err != nil {
				return fmt.Errorf("vault: thumbnail: %w", err)
			}
			if err := a.derived(c, d, derivedThumbnail, b); err != nil {
				return err
			}
		}
		return nil
	})
}
