package session

import (
	"context"
	"slices"

	"carnet/vault"
	"carnet/vault/record"
	"carnet/vault/watched"
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

// ContestingRecord notes what is contested in a document or an entry, or how that
// ended. Taken back, what stood there before does again.
func ContestingRecord(v *vault.Vault, name string, id record.ID, before, after record.Contest) Act {
	return Act{
		Name: name,
		Redo: func(ctx context.Context) error { return v.Contest(ctx, id, after) },
		Undo: func(ctx context.Context) error { return v.Contest(ctx, id, before) },
	}
}

// AddingEntry adds an entry to a profile. Taken back, it is in the bin, and
// « none known » is said again where it had given way.
func AddingEntry(v *vault.Vault, name string, e record.Entry) Act {
	return AddingEntries(v, name, e)
}

// AddingEntries does the same with several entries of one person, at once.
func AddingEntries(v *vault.Vault, name string, entries ...record.Entry) Act {
	return adding(v, name, entries, func(ctx context.Context) ([]record.Entry, error) { return v.AddEntries(ctx, entries...) })
}

// AdoptingEntries does the same with what a document proposes and the profile does
// not have yet.
func AdoptingEntries(v *vault.Vault, name string, document record.ID, entries ...record.Entry) Act {
	return adding(v, name, entries, func(ctx context.Context) ([]record.Entry, error) {
		added, _, err := v.Adopt(ctx, document, entries...)
		return added, err
	})
}

func adding(v *vault.Vault, name string, entries []record.Entry, add func(context.Context) ([]record.Entry, error)) Act {
	var ids []record.ID
	return givingWay(v, name, entries, func(ctx context.Context) error {
		if ids != nil {
			return v.RestoreEntries(ctx, ids...)
		}
		added, err := add(ctx)
		if err != nil {
			return err
		}
		for _, e := range added {
			ids = append(ids, e.ID)
		}
		return nil
	}, func(ctx context.Context) error { return v.RemoveEntries(ctx, ids...) })
}

// RestoringEntry takes an entry out of the bin, with the same.
func RestoringEntry(v *vault.Vault, name string, e record.Entry) Act {
	remove := RemovingEntry(v, name, e)
	return givingWay(v, name, []record.Entry{e}, remove.Undo, remove.Redo)
}

// givingWay is an act after which « none known » is not said of the kinds of
// entries of one person.
func givingWay(v *vault.Vault, name string, entries []record.Entry, redo, undo func(context.Context) error) Act {
	var gaveWay []record.ID
	return Act{
		Name: name,
		Redo: func(ctx context.Context) error {
			all, err := v.Entries(entries[0].Patient)
			if err != nil {
				return err
			}
			var said []record.ID
			for _, x := range all {
				if slices.ContainsFunc(entries, func(e record.Entry) bool { return e.Kind == x.Kind }) && x.Status == record.NoneKnown && x.RemovedAt == 0 {
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

// TakingFormer takes over what is chosen of a former record, and says in taken what
// became of it. Taken back, its documents and entries are in the bin, and « none
// known » is said again where it had given way.
func TakingFormer(v *vault.Vault, name string, f *vault.Former, choice vault.FormerChoice, taken *vault.FormerTaken, each func(vault.Imported)) Act {
	begun := false
	ids := func() (out []record.ID) {
		for _, e := range taken.Entries {
			out = append(out, e.ID)
		}
		return out
	}
	redo := func(ctx context.Context) (err error) {
		if !begun {
			begun = true
			*taken, err = v.TakeFormer(ctx, f, choice, each)
			return err
		}
		if err := v.RestoreDocuments(ctx, taken.Added...); err != nil {
			return err
		}
		return v.RestoreEntries(ctx, ids()...)
	}
	undo := func(ctx context.Context) error {
		if err := v.RemoveEntries(ctx, ids()...); err != nil {
			return err
		}
		return v.RemoveDocuments(ctx, taken.Added...)
	}
	var entries []record.Entry
	for _, i := range choice.Proposals {
		e := f.Proposals[i].Entry
		e.Patient = f.Patient.ID
		entries = append(entries, e)
	}
	if len(entries) == 0 {
		return Act{Name: name, Redo: redo, Undo: undo}
	}
	return givingWay(v, name, entries, redo, undo)
}

// AddingCertificates keeps the certificates in files, and the sets of keys that issuer
// publishes. Taken back, those that were not known before are not known any more.
func AddingCertificates(v *vault.Vault, name string, files [][]byte, issuer string, sets [][]byte) Act {
	var added []record.Certificate
	return Act{
		Name: name,
		Redo: func(ctx context.Context) (err error) {
			added = nil
			if len(files) > 0 {
				if added, err = v.AddCertificates(ctx, files...); err != nil {
					return err
				}
			}
			if len(sets) > 0 {
				keys, err := v.AddKeys(ctx, issuer, sets...)
				if err != nil {
					return err
				}
				added = append(added, keys...)
			}
			return nil
		},
		Undo: func(ctx context.Context) error {
			for _, c := range added {
				if err := v.RemoveCertificate(ctx, c.ID); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// RemovingCertificate forgets a certificate or a key. Taken back, it is given again.
func RemovingCertificate(v *vault.Vault, name string, c record.Certificate) Act {
	return Act{
		Name: name,
		Redo: func(ctx context.Context) error { return v.RemoveCertificate(ctx, c.ID) },
		Undo: func(ctx context.Context) error {
			if c.Key != "" {
				_, err := v.AddKeys(ctx, c.Issuer, c.Content)
				return err
			}
			_, err := v.AddCertificates(ctx, c.Content)
			return err
		},
	}
}

// RefusingFiles has files of watched folders offered no more.
func RefusingFiles(v *vault.Vault, name string, news []vault.News) Act {
	all := func(do func(context.Context, record.ID, ...watched.File) error) func(context.Context) error {
		return func(ctx context.Context) error {
			for _, n := range news {
				if err := do(ctx, n.ID, n.Files...); err != nil {
					return err
				}
			}
			return nil
		}
	}
	return Act{Name: name, Redo: all(v.SettleFiles), Undo: all(v.OfferAgain)}
}
