package vault

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"carnet/vault/chain"
	"carnet/vault/record"
)

// origin is what came with a record from an archive, or from the vault that handed
// it over, and this vault cannot know: names of people who have no passphrase here,
// and the writes that were made elsewhere. A nil origin is one that tells nothing.
type origin struct {
	AddedBy string           `cbor:"1,keyasint"` // "" when the one who added it is a keyholder here
	Hidden  []string         `cbor:"2,keyasint"` // from whom a document is hidden who is no keyholder here
	Changes []originalChange `cbor:"3,keyasint"` // oldest first
}

type originalChange struct {
	_      struct{} `cbor:",toarray"`
	At     record.Millis
	By     string
	Fields []originalField
}

type originalField struct {
	_                   struct{} `cbor:",toarray"`
	Name, Before, After string
}

// originalChanges are the writes of a record, to be kept where it goes.
func originalChanges(changes []record.Change) []originalChange {
	out := make([]originalChange, 0, len(changes))
	for _, c := range changes {
		one := originalChange{At: c.At, By: c.By.Name}
		for _, f := range c.Fields {
			one.Fields = append(one.Fields, originalField{Name: f.Name, Before: f.Before, After: f.After})
		}
		out = append(out, one)
	}
	return out
}

// fieldOrigin is its number in a document and in an entry.
const fieldOrigin = 45

// known is what of an origin is kept in memory: the changes are read when
// somebody asks for the history.
func (o *origin) known() *origin {
	if o == nil || o.AddedBy == "" && len(o.Hidden) == 0 {
		return nil
	}
	return &origin{AddedBy: o.AddedBy, Hidden: o.Hidden}
}

// moved is what is left of it when a document goes to other readers: from whom it
// was hidden before, and what was written of it then, is past.
func (o *origin) moved() *origin {
	if o == nil || o.AddedBy == "" {
		return nil
	}
	return &origin{AddedBy: o.AddedBy}
}

func (o *origin) addedBy() string {
	if o == nil {
		return ""
	}
	return o.AddedBy
}

func (o *origin) hidden() (out []record.Audience) {
	if o == nil {
		return nil
	}
	for _, name := range o.Hidden {
		out = append(out, record.Audience(name))
	}
	return out
}

func uniqueNames(names []record.Audience) (out []record.Audience) {
	for _, name := range names {
		if !slices.ContainsFunc(out, func(known record.Audience) bool { return SameName(string(known), string(name)) }) {
			out = append(out, name)
		}
	}
	return out
}

// pastOf reads the changes that came with a record; known is moved on by them.
func pastOf(raw rawField, known map[string]string) ([]record.Change, error) {
	if raw == nil {
		return nil, nil
	}
	var o origin
	if err := decoding.Unmarshal(raw, &o); err != nil {
		return nil, fmt.Errorf("%w: origin: %w", ErrDamaged, err)
	}
	out := []record.Change{}
	for _, c := range o.Changes {
		change := record.Change{At: c.At, By: record.Keyholder{Name: c.By}}
		for _, f := range c.Fields {
			change.Fields = append(change.Fields, record.FieldChange{Name: f.Name, Before: f.Before, After: f.After})
			known[f.Name] = f.After
		}
		out = append(out, change)
	}
	return out, nil
}

// chartOrigin is what archives told of a record as a whole.
type chartOrigin struct {
	Members    []formerMember `cbor:"1,keyasint"` // who had a part in it elsewhere, by name
	Unreadable int            `cbor:"2,keyasint"` // documents that the one who exported could not read
	// Consents were given elsewhere; they allow nothing here.
	Consents []formerConsent `cbor:"3,keyasint,omitempty"`
}

// formerConsent is a consent to a server that was given in the vault a record comes
// from.
type formerConsent struct {
	_           struct{} `cbor:",toarray"`
	ID          record.ID
	Host        string
	Key         [32]byte
	From, Until record.Millis
	Language    string
	Program     string
	Words       string
	Withdrawn   bool
}

// formerMember is somebody's part in the record, in the vault it comes from.
type formerMember struct {
	_           struct{} `cbor:",toarray"`
	Name, Role  string
	Attestation record.ID // the paper of a carer; zero for none
	Digest      [32]byte  // BLAKE2b-256 of its content, as it was signed
	AttestedBy  string
	AttestedAt  record.Millis
}

func (c *chart) applyOrigin(content []byte) error {
	var o chartOrigin
	if err := decoding.Unmarshal(content, &o); err != nil {
		return fmt.Errorf("%w: origin: %w", ErrDamaged, err)
	}
	c.origin = o
	return nil
}

// writeOrigin keeps what an archive tells of a record beside what earlier ones
// did. It writes nothing when that is known.
func (a *act) writeOrigin(c *chart, members []formerMember, consents []formerConsent, unreadable int) error {
	after := chartOrigin{
		Members: slices.Clone(c.origin.Members), Unreadable: max(unreadable, c.origin.Unreadable), Consents: slices.Clone(c.origin.Consents),
	}
	for _, m := range members {
		if !slices.ContainsFunc(after.Members, func(known formerMember) bool { return SameName(known.Name, m.Name) }) {
			after.Members = append(after.Members, m)
		}
	}
	for _, x := range consents {
		if !slices.ContainsFunc(c.consented(), func(known formerConsent) bool { return known.ID == x.ID }) {
			after.Consents = append(after.Consents, x)
		}
	}
	if len(after.Members) == len(c.origin.Members) && len(after.Consents) == len(c.origin.Consents) && after.Unreadable == c.origin.Unreadable {
		return nil
	}
	_, err := a.write(c, draft{kind: chain.Data, head: bodyHead{Type: typeOrigin, ID: c.patient.ID}, body: &after})
	return err
}

// consented are the consents of a record: those of this vault and those that
// were given elsewhere, in the order of their beginnings.
func (c *chart) consented() []formerConsent {
	out := slices.Clone(c.origin.Consents)
	for _, r := range c.chain.Consents() {
		out = append(out, formerConsent{
			ID: record.ID(r.ID), Host: r.Host, Key: r.Key, From: record.Millis(r.Start), Until: record.Millis(r.End),
			Language: r.Language, Program: r.Program, Words: c.consents[r.ID], Withdrawn: r.Withdrawn || r.Overruled,
		})
	}
	slices.SortFunc(out, func(a, b formerConsent) int {
		return cmp.Or(cmp.Compare(a.From, b.From), bytes.Compare(a.ID[:], b.ID[:]))
	})
	return out
}
