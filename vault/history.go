package vault

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"carnet/vault/chain"
	"carnet/vault/internal/store"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// documentFields are the fields of a document that its history tells, by their
// numbers.
var documentFields = withContest(map[uint64]string{
	1: "title", 2: "category", 3: "date", 12: "hiddenFromProfessionals", fieldRemovedAt: "removed", 14: "note", 15: "tags", 16: "rightPerson",
})

// withContest adds the fields of a contestation, which both kinds have.
func withContest(names map[uint64]string) map[uint64]string {
	for i, name := range []string{"wrong", "ask", "reason", "addressee", "contested", "contest", "answer", "answered"} {
		names[uint64(60+i)] = name
	}
	return names
}

// entryFields are the same for an entry of the profile.
var entryFields = func() map[uint64]string {
	names := withContest(map[uint64]string{21: "source", 22: "document", 23: "removed"})
	for i, f := range record.Fields {
		names[uint64(2+i)] = string(f)
	}
	return names
}()

// History lists the writes of a document or of an entry of a profile, oldest
// first, with what each changed. What a move to fewer readers erased is no part
// of it any more: it begins with the move. It returns [ErrNoDocument] when this
// keyholder sees neither of that ID.
func (v *Vault) History(id record.ID) ([]record.Change, error) {
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	defer done()
	c, x, names, err := v.record(id)
	if err != nil {
		return nil, err
	}
	var out []record.Change
	err = v.db.View(func(tx *store.Tx) error {
		out, err = c.historyOf(tx, x, names)
		return err
	})
	return out, wrap("history", err)
}

// historyOf lists the writes of a record, those first that it had before it came
// here.
func (c *chart) historyOf(tx *store.Tx, x *writing, names map[uint64]string) ([]record.Change, error) {
	written := slices.SortedFunc(slices.Values(x.history), func(a, b *entry) int {
		return cmp.Or(cmp.Compare(a.hlc, b.hlc), bytes.Compare(a.id[:], b.id[:]))
	})
	out := []record.Change{}
	known := map[string]string{}
	for _, e := range written {
		if e.erased {
			continue
		}
		changes, err := c.change(tx, e, names, known)
		if err != nil {
			return nil, err
		}
		out = append(out, changes...)
	}
	return out, nil
}

// change reads one write; known holds what each field was before it, and is
// moved on. The write that brought a record here from elsewhere is the changes that
// came with it, and itself only where it says something else.
func (c *chart) change(tx *store.Tx, e *entry, names map[uint64]string, known map[string]string) ([]record.Change, error) {
	out := record.Change{At: record.Millis(e.hlc >> 16)}
	if author, ok := c.chain.Entry(e.device); ok {
		p := c.people[record.ID(author.Keyholder)]
		out.By = record.Keyholder{ID: p.keyholder, Name: p.name}
	}
	sealed, err := seal.Parse(tx.Get(store.Records, store.Seq(e.seq)))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	body, _, err := c.open(labelRecord, byte(store.Records), sealed)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	_, content, err := decodeBody(body)
	if err != nil {
		return nil, err
	}
	fields := map[uint64]rawField{}
	if err := decoding.Unmarshal(content, &fields); err != nil {
		return nil, fmt.Errorf("%w: record: %w", ErrDamaged, err)
	}
	past, err := pastOf(fields[fieldOrigin], known)
	if err != nil {
		return nil, err
	}
	for _, number := range slices.Sorted(maps.Keys(fields)) {
		name := names[number]
		if name == "" {
			continue
		}
		after, err := fieldText(name, fields[number])
		if err != nil {
			return nil, err
		}
		if before := known[name]; before != after {
			out.Fields = append(out.Fields, record.FieldChange{Name: name, Before: before, After: after})
			known[name] = after
		}
	}
	if past != nil && len(out.Fields) == 0 {
		return past, nil
	}
	return append(past, out), nil
}

// fieldText writes a field as text: a moment as RFC 3339 in UTC, a list with
// commas, what is empty or zero as "".
func fieldText(name string, raw rawField) (string, error) {
	var value any
	if err := chain.Decode(raw, &value); err != nil {
		return "", fmt.Errorf("%w: field: %w", ErrDamaged, err)
	}
	switch value := value.(type) {
	case string:
		return value, nil
	case bool:
		if !value {
			return "", nil
		}
		return strconv.FormatBool(value), nil
	case uint64:
		if value == 0 {
			return "", nil
		}
		return record.Millis(value).Time().UTC().Format(time.RFC3339), nil
	case []byte:
		if len(value) != len(record.ID{}) || record.ID(value).IsZero() {
			return "", nil
		}
		return record.ID(value).String(), nil
	case []any:
		words := make([]string, len(value))
		for i, word := range value {
			words[i] = fmt.Sprint(word)
		}
		return strings.Join(words, ", "), nil
	}
	return "", fmt.Errorf("%w: field %s", ErrDamaged, name)
}
