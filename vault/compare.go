package vault

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strings"

	"carnet/vault/chain"
	"carnet/vault/record"
)

// Merged is what merging another copy of a vault did, or would do. Both sides are
// what this keyholder reads.
type Merged struct {
	Here, There Side
	Conflicts   []Conflict // each is told once: merged again, there is none
	Others      int        // operations of records that this keyholder does not read, brought unopened
	// Duplicates are documents of the other side whose content is here already. Both
	// stay; told once, like the conflicts.
	Duplicates []Duplicate
	// Gone are documents that were here and are not any more: the other side erased
	// them for good, or hid them from this keyholder.
	Gone []record.Document
}

// Duplicate is a content that both sides have as a document of their own.
type Duplicate struct{ Here, There record.Document }

// Side is what one of the copies has and the other has not.
type Side struct {
	Changed   record.Millis // when it was last written to
	Patients  []record.Patient
	Documents []record.Document
	Entries   []record.Entry
	Changes   int // operations on records, those that brought the above included
}

// Conflict is a field that was changed in both copies.
type Conflict struct {
	Patient  record.ID // zero for one of the vault
	Document record.ID // or zero
	Entry    record.ID // or zero
	Title    string    // of the document or entry, or the person's name
	// Field is named as in [record.FieldChange], or "name", "birth", "sex", "nir"
	// or "ins" of a person; "" is another field.
	Field string
	Here  string // the two values, as in [record.FieldChange]
	There string
	Kept  bool // the one of this file stands
}

// patientFields are the fields of a person that a conflict names, by their numbers.
var patientFields = map[uint64]string{1: "name", 2: "birth", 3: "sex", 4: "nir", 5: "ins", 6: "deceased", 7: "term"}

// compared tells what this file had, what the other one has, and what came of it. A
// parcel says nothing of the records that it does not hold.
func compared(here, there, now *state, ops []brought, parcel bool) (out Merged) {
	out.Here.Changed, out.There.Changed = here.journal.at, there.journal.at
	read := 0
	for _, id := range slices.SortedFunc(maps.Keys(now.charts), func(x, y record.ID) int { return bytes.Compare(x[:], y[:]) }) {
		c, a, b := now.charts[id], here.charts[id], there.charts[id]
		if parcel && b == nil {
			continue
		}
		out.Here.add(a, b)
		out.There.add(b, a)
		if a != nil && b != nil {
			out.Conflicts = append(out.Conflicts, conflicts(a, b, c)...)
			out.compareContents(a, c)
		}
		read += c.count(ops)
	}
	read += now.house.count(ops)
	for _, o := range ops {
		if !o.content {
			out.Others++
		}
	}
	out.Others -= read
	if parcel {
		out.Others = 0 // operations that only the keys need
	}
	return out
}

// compareContents lists what of a chart is doubled now, and what is gone.
func (m *Merged) compareContents(before, now *chart) {
	for _, d := range m.There.Documents {
		if d.Patient != now.patient.ID || now.documents[d.ID] == nil {
			continue
		}
		if known := before.sameContent(&d); known != nil {
			m.Duplicates = append(m.Duplicates, Duplicate{Here: known.Document, There: d})
		}
	}
	for _, id := range sortedIDs(before.documents) {
		if now.documents[id] == nil {
			m.Gone = append(m.Gone, before.documents[id].Document)
		}
	}
}

// count tells how many of the brought operations are this chart's.
func (c *chart) count(ops []brought) (n int) {
	numbers := map[uint64]bool{}
	for _, o := range ops {
		numbers[o.here] = true
	}
	for _, e := range c.ops {
		if numbers[e.seq] {
			n++
		}
	}
	return n
}

// add lists what c has and beside, the same chart in the other copy or nil, has not.
func (s *Side) add(c, beside *chart) {
	if c == nil {
		return
	}
	if beside == nil {
		s.Patients = append(s.Patients, c.patient)
		beside = newChart(chain.New(c.chain.Patient()))
	}
	for _, e := range c.ops {
		if !beside.chain.Has(e.id) && !e.erased {
			s.Changes++
		}
	}
	for id, d := range c.documents {
		if _, erased := beside.erasures[id]; beside.documents[id] == nil && (!erased || d.changed(beside.chain.Has)) {
			shown := d.Document
			shown.Tags = slices.Clone(d.Tags)
			s.Documents = append(s.Documents, shown)
		}
	}
	for id, x := range c.entries {
		if beside.entries[id] == nil {
			s.Entries = append(s.Entries, x.Entry)
		}
	}
	slices.SortFunc(s.Documents, func(x, y record.Document) int {
		return cmp.Or(cmp.Compare(x.AddedAt, y.AddedAt), bytes.Compare(x.ID[:], y.ID[:]))
	})
	slices.SortFunc(s.Entries, func(x, y record.Entry) int {
		return cmp.Or(cmp.Compare(x.AddedAt, y.AddedAt), bytes.Compare(x.ID[:], y.ID[:]))
	})
}

// conflicts lists the fields of a chart that were changed in both copies, to
// different values.
func conflicts(a, b, now *chart) (out []Conflict) {
	onlyA, onlyB := a.only(b), b.only(a)
	add := func(about Conflict, names map[uint64]string, x, y, z any, stampX, stampY func(uint64) stamp) {
		about.Patient = a.patient.ID
		fieldsX, fieldsY, stands := rawFields(x), rawFields(y), rawFields(z)
		keys := maps.Clone(fieldsX)
		maps.Copy(keys, fieldsY)
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			if !onlyA[stampX(key)] || !onlyB[stampY(key)] || bytes.Equal(fieldsX[key], fieldsY[key]) {
				continue
			}
			about.Field = names[key]
			about.Here, about.There = said(about.Field, fieldsX[key]), said(about.Field, fieldsY[key])
			about.Kept = bytes.Equal(fieldsX[key], stands[key])
			if about.Field != "" || about.Document.IsZero() { // not what a content brings
				out = append(out, about)
			}
		}
	}
	for id, x := range a.documents {
		if y, z := b.documents[id], now.documents[id]; y != nil && z != nil {
			add(Conflict{Document: id, Title: x.Title}, documentFields, &x.Document, &y.Document, &z.Document, x.stamp, y.stamp)
		}
	}
	for id, x := range a.entries {
		if y, z := b.entries[id], now.entries[id]; y != nil && z != nil {
			add(Conflict{Entry: id, Title: x.Text}, entryFields, &x.Entry, &y.Entry, &z.Entry, x.stamp, y.stamp)
		}
	}
	patched := func(c *chart) func(uint64) stamp { return func(f uint64) stamp { return c.patched[f] } }
	add(Conflict{Title: a.patient.Name}, patientFields, &a.patient, &b.patient, &now.patient, patched(a), patched(b))
	slices.SortFunc(out, func(x, y Conflict) int {
		return cmp.Or(bytes.Compare(x.Document[:], y.Document[:]), bytes.Compare(x.Entry[:], y.Entry[:]), strings.Compare(x.Field, y.Field))
	})
	return out
}

// said is a value as people read it, "" for one that is none of theirs.
func said(field string, raw rawField) string {
	if field == "" || raw == nil {
		return ""
	}
	s, err := fieldText(field, raw)
	if err != nil {
		return ""
	}
	return s
}

// only gives the moments of the operations that the other copy does not know.
func (c *chart) only(other *chart) map[stamp]bool {
	out := map[stamp]bool{}
	for _, e := range c.ops {
		if !other.chain.Has(e.id) {
			out[stamp{e.hlc, e.device}] = true
		}
	}
	return out
}

// stamp is when a field was last written.
func (x *writing) stamp(field uint64) stamp {
	if s, ok := x.stamps[field]; ok {
		return s
	}
	return x.base
}

// rawFields are the fields of a record by their keys.
func rawFields(record any) map[uint64]rawField {
	fields, err := patch(struct{}{}, record)
	if err != nil {
		panic(err) // values of the module's own types always encode
	}
	return fields
}
