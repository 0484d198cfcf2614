package session

import (
	"context"
	"slices"

	"carnet/vault"
	"carnet/vault/record"
)

// What is done to documents and entries so that it can be taken back. Taking back
// gives what was there before, field by field, whatever else was done meanwhile
// to other fields of other records; TestUndo holds it to that.

// each does something to every record; the first failure ends it.
func each(ids []record.ID, do func(context.Context, record.ID) error) func(context.Context) error {
	return func(ctx context.Context) error {
		for _, id := range ids {
			if err := do(ctx, id); err != nil {
				return err
			}
		}
		return nil
	}
}

// IDs names documents.
func IDs(docs []record.Document) []record.ID {
	out := make([]record.ID, len(docs))
	for i, d := range docs {
		out[i] = d.ID
	}
	return out
}

// reversed swaps doing and taking back.
func (a Act) reversed() Act { return Act{a.Name, a.Redo, a.Undo} }

// RemovingDocuments puts documents in the bin.
func RemovingDocuments(v *vault.Vault, name string, ids []record.ID) Act {
	return Act{
		Name: name,
		Redo: func(ctx context.Context) error { return v.RemoveDocuments(ctx, ids...) },
		Undo: func(ctx context.Context) error { return v.RestoreDocuments(ctx, ids...) },
	}
}

// RestoringDocuments takes documents out of the bin.
func RestoringDocuments(v *vault.Vault, name string, ids []record.ID) Act {
	return RemovingDocuments(v, name, ids).reversed()
}

// MaskingDocuments hides documents; docs are as they were before.
func MaskingDocuments(v *vault.Vault, name string, docs []record.Document, from record.Audience) Act {
	return Act{
		Name: name,
		Redo: each(IDs(docs), func(ctx context.Context, id record.ID) error { return v.Mask(ctx, id, from) }),
		Undo: hidingAsBefore(v, docs),
	}
}

// UnmaskingDocuments shows documents again; docs are as they were before.
func UnmaskingDocuments(v *vault.Vault, name string, docs []record.Document) Act {
	return Act{Name: name, Redo: each(IDs(docs), v.Unmask), Undo: hidingAsBefore(v, docs)}
}

// hidingAsBefore hides documents from those from whom they were hidden, and from
// nobody else.
func hidingAsBefore(v *vault.Vault, docs []record.Document) func(context.Context) error {
	return func(ctx context.Context) error {
		for _, d := range docs {
			if err := v.Unmask(ctx, d.ID); err != nil {
				return err
			}
			for _, from := range d.Hidden {
				if err := v.Mask(ctx, d.ID, from); err != nil {
					return err
				}
			}
		}
		return nil
	}
}

// EditingDocuments changes what is said about documents; docs are as they were
// before. Taken back, what the edit is about is as before, and nothing else.
func EditingDocuments(v *vault.Vault, name string, docs []record.Document, e vault.Edit) Act {
	return Act{
		Name: name,
		Redo: each(IDs(docs), func(ctx context.Context, id record.ID) error { return v.EditDocument(ctx, id, e) }),
		Undo: func(ctx context.Context) error {
			for _, d := range docs {
				back := vault.Edit{Untag: e.Tag}
				for _, field := range []struct {
					edited *string
					back   **string
					was    string
				}{{e.Title, &back.Title, d.Title}, {e.Category, &back.Category, d.Category}, {e.Date, &back.Date, d.Date}, {e.Note, &back.Note, d.Note}} {
					if field.edited != nil {
						*field.back = &field.was
					}
				}
				for _, tag := range d.Tags {
					if slices.ContainsFunc(slices.Concat(e.Tag, e.Untag), func(t string) bool { return vault.SameName(t, tag) }) {
						back.Tag = append(back.Tag, tag)
					}
				}
				if err := v.EditDocument(ctx, d.ID, back); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// AddingEntry adds an entry to a profile. Taken back, it is in the bin, and
// « none known » is said again where it had given way.
func AddingEntry(v *vault.Vault, name string, e record.Entry) Act {
	var id record.ID
	return givingWay(v, name, e, func(ctx context.Context) error {
		if !id.IsZero() {
			return v.RestoreEntries(ctx, id)
		}
		added, err := v.AddEntry(ctx, e)
		id = added.ID
		return err
	}, func(ctx context.Context) error { return v.RemoveEntries(ctx, id) })
}

// RestoringEntry takes an entry out of the bin, with the same.
func RestoringEntry(v *vault.Vault, name string, e record.Entry) Act {
	remove := RemovingEntry(v, name, e)
	return givingWay(v, name, e, remove.Undo, remove.Redo)
}

// givingWay is an act after which « none known » is not said of the kind of an
// entry.
func givingWay(v *vault.Vault, name string, e record.Entry, redo, undo func(context.Context) error) Act {
	var gaveWay []record.ID
	return Act{
		Name: name,
		Redo: func(ctx context.Context) error {
			all, err := v.Entries(e.Patient)
			if err != nil {
				return err
			}
			var said []record.ID
			for _, x := range all {
				if x.Kind == e.Kind && x.Status == record.NoneKnown && x.RemovedAt == 0 {
					said = append(said, x.ID)
				}
			}
			if err := redo(ctx); err != nil {
				return err
			}
			gaveWay = said
			return nil
		},
		Undo: func(ctx context.Context) error {
			if err := undo(ctx); err != nil || len(gaveWay) == 0 {
				return err
			}
			return v.RestoreEntries(ctx, gaveWay...)
		},
	}
}

// RemovingEntry puts an entry in the bin.
func RemovingEntry(v *vault.Vault, name string, e record.Entry) Act {
	return Act{
		Name: name,
		Redo: func(ctx context.Context) error { return v.RemoveEntries(ctx, e.ID) },
		Undo: func(ctx context.Context) error { return v.RestoreEntries(ctx, e.ID) },
	}
}

// EditingEntry writes an entry anew.
func EditingEntry(v *vault.Vault, name string, before, after record.Entry) Act {
	return Act{
		Name: name,
		Redo: func(ctx context.Context) error { return v.EditEntry(ctx, after) },
		Undo: func(ctx context.Context) error { return v.EditEntry(ctx, before) },
	}
}
