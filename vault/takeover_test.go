package vault

import (
	"os"
	"path/filepath"
	"testing"

	"carnet/vault/chain"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// rogue is a guardian whose program has been changed: the verbs are gone round,
// the keys and the membership are real.
type rogue struct {
	t     *testing.T
	path  string
	opt   *Options
	child record.ID
	note  record.ID // the owner's document, hidden from the rogue
}

const ownerPass, roguePass = "owner's passphrase", "rogue's passphrase"

func newRogue(t *testing.T) *rogue {
	t.Helper()
	r := &rogue{t: t, path: filepath.Join(t.TempDir(), "v.carnet"), opt: &Options{Argon2: seal.Floor}}
	v, _, err := Create(t.Context(), r.path, First{Name: "Owner", Birth: "1980-01-01", Passphrase: []byte(ownerPass)}, r.opt)
	r.must(err)
	_, err = v.AddKeyholder(t.Context(), "Rogue", []byte(roguePass))
	r.must(err)
	child, err := v.AddPatient(t.Context(), record.Patient{Name: "Child", Birth: "2015-01-01"}, false, "Rogue")
	r.must(err)
	r.child = child.ID
	file := filepath.Join(t.TempDir(), "note.txt")
	r.must(os.WriteFile(file, []byte("what the rogue must not read"), 0o600))
	for f := range v.Import(t.Context(), r.child, []string{file}, nil) {
		r.must(f.Err)
		r.note = f.ID
	}
	r.must(v.Mask(t.Context(), r.note, "Rogue"))
	r.must(v.Close())
	return r
}

func (r *rogue) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *rogue) open(passphrase string) *Vault {
	r.t.Helper()
	v, err := Unlock(r.t.Context(), r.path, []byte(passphrase), r.opt)
	r.must(err)
	return v
}

// does runs one act of the rogue on the child's chart.
func (r *rogue) does(fn func(a *act, c *chart) error) error {
	r.t.Helper()
	v := r.open(roguePass)
	defer v.Close()
	return v.act(r.t.Context(), func(a *act) error { return fn(a, a.charts[r.child]) })
}

// secretTitle is what the owner writes after the attack.
const secretTitle = "written afterwards"

// ownerGoesOn edits the hidden document and returns it as the owner sees it.
func (r *rogue) ownerGoesOn() (d record.Document, damage Damage) {
	r.t.Helper()
	v := r.open(ownerPass)
	defer v.Close()
	title := secretTitle
	r.must(v.EditDocument(r.t.Context(), r.note, Edit{Title: &title}))
	d, err := v.Document(r.note)
	r.must(err)
	return d, v.Damage()
}

// rogueReads reports whether the rogue finds the owner's title anywhere.
func (r *rogue) rogueReads() bool {
	v := r.open(roguePass)
	defer v.Close()
	d, err := v.Document(r.note)
	return err == nil && d.Title == secretTitle
}

func (r *rogue) check() {
	r.t.Helper()
	d, _ := r.ownerGoesOn()
	if d.Title != secretTitle || len(d.Hidden) != 1 || d.Hidden[0] != "Rogue" {
		r.t.Errorf("the owner sees %q, hidden from %v", d.Title, d.Hidden)
	}
	if r.rogueReads() {
		r.t.Error("the rogue reads what was written afterwards")
	}
}

// TestTakeOverDocument: a new version, and an edit, of a document whose id the
// rogue has from the journal, under the circle they do read.
func TestTakeOverDocument(t *testing.T) {
	r := newRogue(t)
	r.must(r.does(func(a *act, c *chart) error {
		body := documentBody{Document: record.Document{Title: "mine now", Version: 99, MediaType: "text/plain"}}
		if _, err := a.write(c, draft{kind: chain.Data, head: bodyHead{Type: record.TypeDocument, ID: r.note, Version: 99}, body: &body}); err != nil {
			return err
		}
		fields, err := patch(documentBody{}, documentBody{Document: record.Document{Title: "edited"}, Inline: []byte("false content")})
		if err != nil {
			return err
		}
		_, err = a.write(c, draft{kind: chain.Data, head: bodyHead{Type: record.TypeDocument, ID: r.note, Version: 2}, body: fields})
		return err
	}))
	r.check()
}

// TestTakeOverCircle: the next key of a circle that the rogue is not of, for an
// audience with the rogue in it.
func TestTakeOverCircle(t *testing.T) {
	r := newRogue(t)
	owner := r.open(ownerPass)
	c := owner.charts[r.child]
	id := c.documents[r.note].circle
	members := c.circles[id].audience.Members
	r.must(owner.Close())
	r.must(r.does(func(a *act, c *chart) error {
		mine, _ := c.chain.Entry(a.self.id)
		wider := chain.Audience{Class: chain.Mask, Members: append([]chain.ID{mine.Keyholder}, members...)}
		key, err := seal.NewCircleKey(r.child, id, 2)
		if err != nil {
			return err
		}
		return a.rotate(c, id, wider, key)
	}))
	r.check()
}

// TestAdmitHolder: a friend as holder, who could then remove the other guardian.
func TestAdmitHolder(t *testing.T) {
	r := newRogue(t)
	friend, err := seal.NewIdentity(seal.NewKey())
	r.must(err)
	err = r.does(func(a *act, c *chart) error {
		m := chain.MemberClear{Add: true, Entries: []chain.Entry{entryOf(friend.Public(), false, newID(), chain.Holder)}}
		_, err := a.write(c, draft{kind: chain.Member, clear: &m})
		return err
	})
	if err == nil {
		t.Error("a guardian admitted a holder beside another guardian")
	}
	r.check()
}

// TestNonsense: bodies and clocks that make no sense count for nothing, and the
// vault opens for everybody.
func TestNonsense(t *testing.T) {
	r := newRogue(t)
	r.must(r.does(func(a *act, c *chart) error {
		a.clock = chain.MaxHLC - 1
		for _, d := range []draft{
			{kind: chain.Data, head: bodyHead{Type: record.TypePatient, ID: r.child}, body: "no patient"},
			{kind: chain.Data, head: bodyHead{Type: record.TypeDocument, ID: newID(), Version: 1}, body: []int{1, 2}},
			{kind: chain.Data, head: bodyHead{Type: 0x7777, ID: newID(), Version: 1}, body: "of a later program"},
		} {
			if _, err := a.write(c, d); err != nil && d.head.Type != record.TypePatient && d.head.Type != record.TypeDocument {
				return err
			}
		}
		return nil
	}))
	r.check()
	if _, damage := r.ownerGoesOn(); damage.Refused == 0 {
		t.Error("nonsense is passed over without a word")
	}
}
