package session

import (
	"context"
	"errors"
	"io"

	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/exchange/icalendar"
	"carnet/vault/exchange/reading"
	"carnet/vault/record"
)

// TakeCalendar keeps a calendar as a document, unless it is kept already, and reads the
// appointments that it proposes. It returns [icalendar.ErrNone] for a file that is none,
// before anything is kept, and the errors of [vault.Vault.Import] and
// [vault.Vault.Read]: then the document is kept all the same.
func TakeCalendar(ctx context.Context, v *vault.Vault, patient record.ID, path string) (*vault.Reading, error) {
	f, err := vault.OpenGiven(path)
	if err != nil {
		return nil, err
	}
	head := make([]byte, reading.HeadLength)
	n, err := io.ReadFull(f, head)
	f.Close()
	if err != nil && err != io.EOF && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	if !icalendar.Decoder.Accepts(head[:n], "") {
		return nil, icalendar.ErrNone
	}
	var kept record.ID
	for r := range v.Import(ctx, patient, []string{path}, nil) {
		if r.Err != nil {
			return nil, r.Err
		}
		kept = r.ID
	}
	return v.Read(ctx, kept)
}

// News is what a calendar says that the diary does not have yet.
type News struct {
	Document      record.ID
	Fresh         []record.Entry // to be adopted
	Before, After []record.Entry // that were moved or cancelled, by their code: as the diary has them, and as they are now
	Known         int            // that stay as they are
}

// NewsOf compares a calendar with the diary.
func NewsOf(r *vault.Reading) News {
	var all []*vault.Proposed
	for i := range r.Proposals {
		if p := &r.Proposals[i]; p.Err == nil || p.Like == reading.Same {
			all = append(all, p)
		}
	}
	n := NewsIn(r.Document.ID, all...)
	n.Known += len(r.Proposals) - len(all)
	return n
}

// NewsIn divides proposals of a document that a person said yes to: those that change an
// appointment which the diary has, and those that are new.
func NewsIn(document record.ID, chosen ...*vault.Proposed) (n News) {
	n.Document = document
	for _, p := range chosen {
		before, after, changes := p.Changes()
		switch {
		case changes && before != after:
			n.Before, n.After = append(n.Before, before), append(n.After, after)
		case changes || p.Like == reading.Same:
			n.Known++
		default:
			n.Fresh = append(n.Fresh, p.Entry)
		}
	}
	return n
}

// TakingNews writes what a document says into the profile, and its appointments into the
// diary. Taken back, what was added is in the bin, and what was changed is as before.
func TakingNews(v *vault.Vault, name string, n News) Act {
	adopt := AdoptingEntries(v, name, n.Document, n.Fresh...)
	write := func(do func(context.Context) error, entries []record.Entry) func(context.Context) error {
		return func(ctx context.Context) error {
			if len(n.Fresh) > 0 {
				if err := do(ctx); err != nil {
					return err
				}
			}
			for _, e := range entries {
				if err := v.EditEntry(ctx, e); err != nil {
					return err
				}
			}
			return nil
		}
	}
	return Act{Name: name, Redo: write(adopt.Redo, n.After), Undo: write(adopt.Undo, n.Before)}
}

// SaveCalendar writes a calendar into the person's documents, as [SaveSheet] does.
func SaveCalendar(content []byte, l text.Language) (path string, err error) {
	folder, err := DocumentsFolder()
	if err != nil {
		return "", err
	}
	return writeNew(folder, l.Say(text.CalendarFileName), ".ics", content)
}
