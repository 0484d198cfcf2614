package vault

import (
	"bytes"
	"context"
	"errors"
	"io"

	"carnet/vault/record"
)

// Joined is a document made of pictures: photographs, or pages of a scanner.
type Joined struct {
	Name     string // of its file, of which the title is made
	Content  []byte // a PDF
	Pictures int    // it was made of
	// Received says that the pictures came from a telephone that the keyholder let
	// in: the journal says so, and how many they were, in the same transaction.
	Received bool
}

// AddJoined adds a document to a patient's record, as [Vault.Import] does with a file,
// in one transaction. Progress of opt is not asked. The content has to stay as it is
// during the call. The errors are those of Import.
func (v *Vault) AddJoined(ctx context.Context, patient record.ID, j Joined, opt *ImportOptions) (Imported, error) {
	if opt == nil {
		opt = &ImportOptions{}
	}
	added, err := v.addJoined(ctx, patient, j, opt)
	return added, wrap("add joined document", err)
}

func (v *Vault) addJoined(ctx context.Context, patient record.ID, j Joined, opt *ImportOptions) (Imported, error) {
	if err := v.checkImport(patient, opt); err != nil {
		return Imported{}, err
	}
	f := v.sealFile(ctx, source{
		path: j.Name, name: j.Name, size: int64(len(j.Content)), modified: v.opt.Now(),
		open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(j.Content)), nil },
	}, nil)
	if f.err != nil {
		return Imported{}, f.err
	}
	out := Imported{Path: j.Name, Bytes: f.upload.size, Done: 1, Of: 1}
	err := v.act(ctx, func(a *act) error {
		c, err := a.chart(patient)
		if err != nil {
			return err
		}
		out.ID = f.upload.id
		if known := c.knownContent([32]byte(f.upload.digest.Sum(nil))); known != nil {
			out.ID, out.Duplicate, out.InBin = known.ID, true, known.RemovedAt != 0
		} else if err := a.add(c, f, opt); err != nil {
			return err
		}
		if !j.Received {
			return nil
		}
		return a.logEvent(c, record.AuditEvent{
			At: record.At(a.opt.Now()), Action: record.PicturesReceived, Entity: out.ID, Means: a.opt.Means, Count: uint32(j.Pictures),
		})
	})
	if err != nil || out.Duplicate {
		return out, errors.Join(err, f.upload.abandon())
	}
	f.upload.finished()
	return out, nil
}
