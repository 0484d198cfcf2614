package session

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"carnet/assets"
	"carnet/ui/kit"
	"carnet/vault"
	"carnet/vault/filing"
	"carnet/vault/profile"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// The test of this file does at random what a person does to documents and a
// profile, takes it back and does it again, lets the program be killed and
// started again, and holds the vault to a model that knows nothing of it: a map.

// thing is what the model knows of a document or of an entry.
type thing struct {
	title, category, date, note, tags, hidden, content string
	contested                                          string       // what, and how far that is
	entry                                              record.Entry // without its bin and what is contested
	binned                                             time.Time    // zero when it is not in the bin
}

func (t thing) isEntry() bool { return t.entry.Kind != "" }

// deed is an act as the model remembers it. put gives a thing what the act is
// about of another state of it, and leaves the rest.
type deed struct {
	before, after map[record.ID]thing
	put           func(r *run, t *thing, want thing)
}

func putBin(r *run, t *thing, want thing) {
	switch {
	case want == thing{}: // what was added stays in the bin
		t.binned = r.now
	case want.binned.IsZero():
		t.binned = time.Time{}
	case t.binned.IsZero():
		t.binned = r.now
	}
}

func putHidden(_ *run, t *thing, want thing) { t.hidden = want.hidden }

func putEntry(_ *run, t *thing, want thing) { t.entry = want.entry }

func putContested(_ *run, t *thing, want thing) { t.contested = want.contested }

// contestedAs is a contestation without its days: done again, it has others.
func contestedAs(c record.Contest) string {
	return strings.TrimSpace(fmt.Sprint(c.Wrong, " ", c.Ask, " ", c.Reason, " ", c.Outcome, " ", c.Answer))
}

// putEdit gives the fields that an edit has, and the tags that it names.
func putEdit(e vault.Edit) func(*run, *thing, thing) {
	return func(_ *run, t *thing, want thing) {
		for field, x := range map[*string]struct {
			edited *string
			want   string
		}{&t.title: {e.Title, want.title}, &t.category: {e.Category, want.category}, &t.date: {e.Date, want.date}, &t.note: {e.Note, want.note}} {
			if x.edited != nil {
				*field = x.want
			}
		}
		var tags []string
		for _, tag := range tagWords {
			from := t.tags
			if slices.Contains(e.Tag, tag) || slices.Contains(e.Untag, tag) {
				from = want.tags
			}
			if slices.Contains(strings.Fields(from), tag) {
				tags = append(tags, tag)
			}
		}
		t.tags = strings.Join(tags, " ")
	}
}

// run is one sequence.
type run struct {
	*rand.Rand
	dir     string
	path    string
	files   int // copies of the vault, and documents
	now     time.Time
	s       *Session
	patient record.ID
	world   map[record.ID]thing
	done    []deed
	undone  []deed
	err     error          // of the last act
	spoil   plant          // plants a fault in what is taken back; nil for none
	steps   map[string]int // what was done how often
	journal []string       // of this sequence, for who has to find a fault
}

// plant puts a fault into an act.
type plant func(*run, Act) Act

// quiet is a window that shows nothing.
type quiet struct{ Window }

func (quiet) Tell(string, func()) {}
func (quiet) Redraw()             {}

// seed of a vault of Camille and Dominique.
var seed struct {
	sync.Once
	vault []byte
	err   error
}

var undoPhrase = []byte("cinq mots pour ouvrir ici")

var undoTables = sync.OnceValues(func() (*filing.Rules, *profile.Table) {
	rules, err := filing.Load(assets.FS)
	if err != nil {
		panic(err)
	}
	kinds, err := profile.Load(assets.FS)
	if err != nil {
		panic(err)
	}
	return rules, kinds
})

func (r *run) options() *vault.Options {
	rules, kinds := undoTables()
	return &vault.Options{Argon2: seal.Floor, Means: "window", Filing: rules, Profile: kinds, Now: func() time.Time { return r.now }}
}

func sow(r *run) (err error) {
	ctx := context.Background()
	path := filepath.Join(r.dir, "seed.carnet")
	v, _, err := vault.Create(ctx, path, vault.First{Name: "Camille", Birth: "1985-04-12", Passphrase: undoPhrase}, r.options())
	if err != nil {
		return err
	}
	_, err = v.AddKeyholder(ctx, "Dominique", []byte("une autre phrase"))
	if err = errors.Join(err, v.Close()); err == nil {
		seed.vault, err = os.ReadFile(path)
	}
	return err
}

// sequencesOfVault is how many sequences one vault sees, each about a person of
// its own: opening one takes its time on purpose.
const sequencesOfVault = 25

// start opens a vault for sequences.
func start(t testing.TB, stage *kit.Stage, spoil plant) *run {
	t.Helper()
	r := &run{
		dir: t.TempDir(), now: time.Date(2026, time.November, 20, 10, 30, 0, 0, time.UTC), spoil: spoil, steps: map[string]int{},
		s: &Session{Stage: stage},
	}
	seed.Do(func() { seed.err = sow(r) })
	if seed.err != nil {
		t.Fatal(seed.err)
	}
	r.path = filepath.Join(r.dir, "0.carnet")
	if err := os.WriteFile(r.path, seed.vault, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := r.open(); err != nil {
		t.Fatal(err)
	}
	return r
}

// begin begins a sequence, with a person of whom nothing is known.
func (r *run) begin(number uint64) error {
	r.Rand = rand.New(rand.NewPCG(number, 6))
	v := r.s.Vault
	r.s = r.fresh(v)
	r.world, r.done, r.undone, r.journal = map[record.ID]thing{}, nil, nil, nil
	who, err := v.AddPatient(context.Background(), record.Patient{Name: fmt.Sprint("Lou ", number), Birth: "2015-09-30"}, false, "Dominique")
	r.patient = who.ID
	return err
}

// fresh is a session with that vault that has done nothing yet.
func (r *run) fresh(v *vault.Vault) *Session {
	_, kinds := undoTables()
	return &Session{Window: quiet{}, Stage: r.s.Stage, Vault: v, Tables: &Tables{Kinds: kinds}}
}

// open opens the vault in a fresh session.
func (r *run) open() error {
	r.done, r.undone = nil, nil
	v, err := vault.Unlock(context.Background(), r.path, undoPhrase, r.options())
	r.s = r.fresh(v)
	return err
}

// crash goes on with the file as a killed program leaves it.
func (r *run) crash() error {
	b, err := os.ReadFile(r.path)
	if err != nil {
		return err
	}
	old := r.s.Vault
	r.files++
	r.path = filepath.Join(r.dir, fmt.Sprint(r.files, ".carnet"))
	if err := errors.Join(os.WriteFile(r.path, b, 0o600), old.Close()); err != nil {
		return err
	}
	return r.open()
}

// pick draws some things of the world that fit.
func (r *run) pick(most int, fits func(thing) bool) []record.ID {
	var ids []record.ID
	for _, id := range slices.SortedFunc(maps.Keys(r.world), func(a, b record.ID) int { return slices.Compare(a[:], b[:]) }) {
		if fits(r.world[id]) {
			ids = append(ids, id)
		}
	}
	r.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	return ids[:min(len(ids), 1+r.IntN(most))]
}

// act does something in the session and in the model; change gives the things
// that it leaves, put what is taken back.
func (r *run) act(a Act, ids []record.ID, put func(*run, *thing, thing), change func(record.ID, thing) thing) error {
	if r.spoil != nil {
		a = r.spoil(r, a)
	}
	watch := func(verb func(context.Context) error) func(context.Context) error {
		return func(ctx context.Context) error { r.err = verb(ctx); return r.err }
	}
	a.Redo, a.Undo = watch(a.Redo), watch(a.Undo)
	r.err = nil
	r.s.Act(a, func() {})
	r.s.Stage.Wait()
	if r.err != nil {
		return r.err
	}
	d := deed{map[record.ID]thing{}, map[record.ID]thing{}, put}
	for _, id := range ids {
		d.before[id] = r.world[id]
		r.world[id] = change(id, r.world[id])
		d.after[id] = r.world[id]
	}
	r.done, r.undone = append(r.done, d), nil
	r.done = r.done[max(0, len(r.done)-maxActs):]
	return nil
}

// back takes the last deed back, or does it again.
func (r *run) back(from, to *[]deed, verb func(), side func(deed) map[record.ID]thing) error {
	r.err = nil
	verb()
	r.s.Stage.Wait()
	if len(*from) == 0 {
		return r.err
	}
	d := (*from)[len(*from)-1]
	*from = (*from)[:len(*from)-1]
	// What was erased for good cannot come back, and an act that is about it
	// fails; of the others it is about some may have gone back before that.
	lost := false
	for id, want := range side(d) {
		_, there := r.world[id]
		_, linked := r.world[want.entry.Document]
		lost = lost || !there || want.isEntry() && !want.entry.Document.IsZero() && !linked
	}
	if r.err != nil && !lost {
		return r.err
	}
	now, err := r.read()
	if err != nil {
		return err
	}
	for id, want := range side(d) {
		was, there := r.world[id]
		if !there {
			continue
		}
		moved := was
		d.put(r, &moved, want)
		if lost && now[id] == was {
			moved = was
		}
		r.world[id] = moved
	}
	if r.err == nil {
		*to = append(*to, d)
	}
	return nil
}

var tagWords = []string{"alpha", "bravo", "charlie", "delta", "echo"}

func (r *run) words(from []string) (out []string) {
	for _, w := range from {
		if r.IntN(3) == 0 {
			out = append(out, w)
		}
	}
	return out
}

// document reads documents as the window has them when it acts.
func (r *run) documents(ids []record.ID) (docs []record.Document, err error) {
	for _, id := range ids {
		d, err := r.s.Vault.Document(id)
		if err != nil {
			return nil, err
		}
		docs = append(docs, d)
	}
	return docs, nil
}

// step does one thing that a person does. It returns "" when there is nothing to
// do it to.
func (r *run) step() (what string, err error) {
	ctx := context.Background()
	v := r.s.Vault
	r.now = r.now.Add(time.Minute)
	document := func(t thing) bool { return !t.isEntry() }
	binned := func(t thing) bool { return !t.isEntry() && !t.binned.IsZero() }
	kept := func(t thing) bool { return !t.isEntry() && t.binned.IsZero() }
	switch n := r.IntN(100); {
	case n < 8 || len(r.world) == 0:
		return "add a document", r.add(ctx)
	case n < 24:
		return "edit documents", r.edit(r.pick(3, document))
	case n < 32:
		ids := r.pick(3, kept)
		return "bin documents", r.some(ids, func() error {
			return r.act(RemovingDocuments(v, "", ids), ids, putBin, func(_ record.ID, t thing) thing { t.binned = r.now; return t })
		})
	case n < 38:
		ids := r.pick(2, binned)
		return "take documents out", r.some(ids, func() error {
			return r.act(RestoringDocuments(v, "", ids), ids, putBin, func(_ record.ID, t thing) thing { t.binned = time.Time{}; return t })
		})
	case n < 40:
		ids := r.pick(1, document)
		docs, err := r.documents(ids)
		if err != nil {
			return "", err
		}
		from := []record.Audience{record.Professionals, record.Everyone}[r.IntN(2)]
		return "hide a document", r.some(ids, func() error {
			return r.act(MaskingDocuments(v, "", docs, from), ids, putHidden, func(_ record.ID, t thing) thing {
				all := strings.Fields(t.hidden)
				if !slices.Contains(all, string(from)) {
					all = append(all, string(from))
				}
				slices.Sort(all)
				slices.Reverse(all) // professionals first
				t.hidden = strings.Join(all, " ")
				return t
			})
		})
	case n < 42:
		ids := r.pick(1, func(t thing) bool { return !t.isEntry() && t.hidden != "" })
		docs, err := r.documents(ids)
		if err != nil {
			return "", err
		}
		return "show a document", r.some(ids, func() error {
			return r.act(UnmaskingDocuments(v, "", docs), ids, putHidden, func(_ record.ID, t thing) thing { t.hidden = ""; return t })
		})
	case n < 43:
		ids := r.pick(2, binned)
		return "erase for good", r.some(ids, func() error {
			for _, id := range ids {
				delete(r.world, id)
			}
			return v.EraseDocuments(ctx, nil, ids...)
		})
	case n < 45:
		return "let days pass", r.pass(ctx)
	case n < 52:
		return "add an entry", r.addEntry()
	case n < 60:
		return "edit an entry", r.editEntry()
	case n < 66:
		return "bin an entry", r.binEntry()
	case n < 70:
		return "take an entry out", r.restoreEntry()
	case n < 84:
		return "undo", r.back(&r.done, &r.undone, r.s.Undo, func(d deed) map[record.ID]thing { return d.before })
	case n < 92:
		return "redo", r.back(&r.undone, &r.done, r.s.Redo, func(d deed) map[record.ID]thing { return d.after })
	case n < 93:
		return "crash", r.crash()
	case n < 96:
		return "contest", r.contest()
	case n < 99:
		return "edit documents", r.edit(r.pick(2, document))
	default:
		if err := v.Close(); err != nil {
			return "reopen", err
		}
		return "reopen", r.open()
	}
}

var errNothing = errors.New("nothing to do it to")

func (r *run) some(ids []record.ID, do func() error) error {
	if len(ids) == 0 {
		return errNothing
	}
	return do()
}

func (r *run) add(ctx context.Context) error {
	r.files++
	name := fmt.Sprintf("document %d", r.files)
	path := filepath.Join(r.dir, name+".txt")
	content := []byte(strings.Repeat(name+"\n", 1+r.IntN(400))) // inline or in chunks
	if err := os.WriteFile(path, content, 0o600); err != nil {
		return err
	}
	for x := range r.s.Vault.Import(ctx, r.patient, []string{path}, nil) {
		if x.Err != nil || x.Duplicate {
			return fmt.Errorf("import: %+v", x)
		}
		r.world[x.ID] = thing{title: name, content: hex.EncodeToString(content[:min(16, len(content))])}
	}
	return nil
}

func (r *run) edit(ids []record.ID) error {
	docs, err := r.documents(ids)
	if err != nil || len(ids) == 0 {
		return errors.Join(err, errNothing)
	}
	var e vault.Edit
	draw := func(field **string, values ...string) {
		if r.IntN(2) == 0 {
			*field = &values[r.IntN(len(values))]
		}
	}
	draw(&e.Title, "Ordonnance", "Bilan", fmt.Sprint("titre ", r.files))
	draw(&e.Category, "", "lab", "prescription")
	draw(&e.Date, "", "2024", "2025-03", "2026-11-02")
	draw(&e.Note, "", "une note", fmt.Sprintf("note %d\nsur deux lignes", r.IntN(1000)))
	e.Tag, e.Untag = r.words(tagWords), r.words(tagWords)
	return r.act(EditingDocuments(r.s.Vault, "", docs, e), ids, putEdit(e), func(_ record.ID, t thing) thing {
		for field, value := range map[*string]*string{&t.title: e.Title, &t.category: e.Category, &t.date: e.Date, &t.note: e.Note} {
			if value != nil {
				*field = *value
			}
		}
		var tags []string
		for _, tag := range tagWords {
			had := slices.Contains(strings.Fields(t.tags), tag)
			if slices.Contains(e.Tag, tag) || had && !slices.Contains(e.Untag, tag) {
				tags = append(tags, tag)
			}
		}
		t.tags = strings.Join(tags, " ")
		return t
	})
}

// pass lets time go by, and what was long in the bin with it.
func (r *run) pass(ctx context.Context) error {
	r.now = r.now.AddDate(0, 0, 1+r.IntN(20))
	var ids []record.ID
	for id := range r.world {
		ids = append(ids, id)
	}
	if _, err := r.s.Vault.EraseExpired(ctx, nil, ids...); err != nil {
		return err
	}
	for id, t := range r.world {
		if !t.isEntry() && !t.binned.IsZero() && !r.now.Before(t.binned.AddDate(0, 0, 30)) {
			delete(r.world, id)
		}
	}
	return nil
}

var entryKinds = []string{"allergy", "condition"}

// live gives the entries of a kind that are not in the bin: those that say none,
// and the others.
func (r *run) live(kind string) (none, others []record.ID) {
	for id, t := range r.world {
		switch {
		case t.entry.Kind != kind || !t.binned.IsZero():
		case t.entry.Status == record.NoneKnown:
			none = append(none, id)
		default:
			others = append(others, id)
		}
	}
	return none, others
}

// gives is what an entry that comes does to « none known », beside the entry.
func (r *run) gives(id record.ID, come func(thing) thing) func(record.ID, thing) thing {
	return func(one record.ID, t thing) thing {
		if one == id {
			return come(t)
		}
		t.binned = r.now
		return t
	}
}

func (r *run) addEntry() error {
	e := record.Entry{Kind: entryKinds[r.IntN(len(entryKinds))], Patient: r.patient, Text: fmt.Sprint("entrée ", r.IntN(1000)), Status: "active", Note: "n"}
	none, others := r.live(e.Kind)
	if r.IntN(4) == 0 {
		if len(others)+len(none) > 0 {
			return errNothing
		}
		e = record.Entry{Kind: e.Kind, Patient: r.patient, Status: record.NoneKnown}
	} else if docs := r.pick(1, func(t thing) bool { return !t.isEntry() }); len(docs) > 0 && r.IntN(2) == 0 {
		e.Document, e.Source = docs[0], record.SourceDocument
	}
	a := AddingEntry(r.s.Vault, "", e)
	before := map[record.ID]bool{}
	all, err := r.s.Vault.Entries(r.patient)
	for _, x := range all {
		before[x.ID] = true
	}
	if err != nil {
		return err
	}
	ids := append([]record.ID{}, none...)
	if err := r.act(a, ids, putBin, func(_ record.ID, t thing) thing { t.binned = r.now; return t }); err != nil {
		return err
	}
	if all, err = r.s.Vault.Entries(r.patient); err != nil {
		return err
	}
	for _, x := range all {
		if !before[x.ID] {
			e.ID = x.ID
		}
	}
	r.world[e.ID] = thing{entry: e}
	d := &r.done[len(r.done)-1]
	d.before[e.ID], d.after[e.ID] = thing{}, r.world[e.ID]
	return nil
}

func (r *run) editEntry() error {
	ids := r.pick(1, func(t thing) bool { return t.isEntry() && t.entry.Status != record.NoneKnown })
	if len(ids) == 0 {
		return errNothing
	}
	before, err := r.s.Vault.Entry(ids[0])
	if err != nil {
		return err
	}
	after := before
	after.Text = fmt.Sprint("entrée ", r.IntN(1000))
	after.Status = []string{"active", "resolved"}[r.IntN(2)]
	after.Start = []string{"", "2024", "2025-03-04"}[r.IntN(3)]
	after.Note = []string{"", "une note"}[r.IntN(2)]
	if docs := r.pick(1, func(t thing) bool { return !t.isEntry() }); len(docs) > 0 && r.IntN(3) == 0 {
		after.Document = docs[0]
	}
	if none, _ := r.live(before.Kind); len(none) > 0 && before.RemovedAt == 0 {
		return fmt.Errorf("none known is said beside an entry")
	}
	return r.act(EditingEntry(r.s.Vault, "", before, after), ids, putEntry, func(_ record.ID, t thing) thing {
		t.entry.Text, t.entry.Status, t.entry.Start, t.entry.Note, t.entry.Document = after.Text, after.Status, after.Start, after.Note, after.Document
		return t
	})
}

// contest disputes a document or an entry that a document shows, or ends that.
func (r *run) contest() error {
	ids := r.pick(1, func(t thing) bool { return !t.isEntry() || !t.entry.Document.IsZero() })
	return r.some(ids, func() error {
		x, err := r.s.contestable(ids[0])
		if err != nil {
			return err
		}
		after := record.Contest{Wrong: record.Wrongs[r.IntN(5)], Ask: record.Asks[r.IntN(4)], Reason: fmt.Sprint("raison ", r.IntN(100)), Outcome: record.ContestOpen}
		if x.Contest.Outcome == record.ContestOpen {
			after = x.Contest
			after.Outcome, after.Answer = record.ContestAnswers[r.IntN(3)], "réponse"
		}
		return r.act(ContestingRecord(r.s.Vault, "", x.ID, x.Contest, after), ids, putContested, func(_ record.ID, t thing) thing {
			t.contested = contestedAs(after)
			return t
		})
	})
}

func (r *run) binEntry() error {
	ids := r.pick(1, func(t thing) bool { return t.isEntry() && t.binned.IsZero() })
	return r.some(ids, func() error {
		e, err := r.s.Vault.Entry(ids[0])
		if err != nil {
			return err
		}
		return r.act(RemovingEntry(r.s.Vault, "", e), ids, putBin, func(_ record.ID, t thing) thing { t.binned = r.now; return t })
	})
}

func (r *run) restoreEntry() error {
	ids := r.pick(1, func(t thing) bool { return t.isEntry() && !t.binned.IsZero() })
	return r.some(ids, func() error {
		e, err := r.s.Vault.Entry(ids[0])
		if err != nil {
			return err
		}
		none, others := r.live(e.Kind)
		if e.Status == record.NoneKnown && len(others)+len(none) > 0 {
			return errNothing // it would be refused
		}
		return r.act(RestoringEntry(r.s.Vault, "", e), append(slices.Clone(none), e.ID), putBin, r.gives(e.ID, func(t thing) thing {
			t.binned = time.Time{}
			return t
		}))
	})
}

// read is the world as the vault has it.
func (r *run) read() (map[record.ID]thing, error) {
	docs, err := r.s.Vault.Documents(r.patient)
	if err != nil {
		return nil, err
	}
	entries, err := r.s.Vault.Entries(r.patient)
	if err != nil {
		return nil, err
	}
	out := map[record.ID]thing{}
	for _, d := range docs {
		var hidden []string
		for _, from := range d.Hidden {
			hidden = append(hidden, string(from))
		}
		out[d.ID] = thing{
			title: d.Title, category: d.Category, date: d.Date, note: d.Note, tags: strings.Join(d.Tags, " "),
			hidden: strings.Join(hidden, " "), binned: d.RemovedAt.Time().UTC(), content: r.world[d.ID].content, contested: contestedAs(d.Contest),
		}
	}
	for _, e := range entries {
		binned := e.RemovedAt.Time().UTC()
		contested := contestedAs(e.Contest)
		e.RemovedAt, e.AddedAt, e.AddedBy, e.Contest = 0, 0, record.ID{}, record.Contest{}
		out[e.ID] = thing{entry: e, binned: binned, contested: contested}
	}
	return out, nil
}

// check holds the vault to the model.
func (r *run) check() error {
	got, err := r.read()
	if err != nil {
		return err
	}
	for id, want := range r.world {
		if x, there := got[id]; !there || x != want {
			return fmt.Errorf("the vault has %+v, the model %+v", x, want)
		}
	}
	if len(got) != len(r.world) {
		return fmt.Errorf("the vault has %d things, the model %d", len(got), len(r.world))
	}
	return nil
}

// whole holds what the model does not carry along: contents, histories, the
// search, and that the file is sound.
func (r *run) whole() error {
	ctx := context.Background()
	v := r.s.Vault
	report, err := v.Check(ctx, false, nil)
	if err != nil || !report.Ok() || v.Damage() != (vault.Damage{}) {
		return fmt.Errorf("the file is not sound: %+v, %w", report, err)
	}
	for id, t := range r.world {
		changes, err := v.History(id)
		if err != nil {
			return err
		}
		last := map[string]string{}
		for _, c := range changes {
			for _, f := range c.Fields {
				if last[f.Name] != f.Before {
					return fmt.Errorf("a history has %q before %q, after %q", f.Name, f.Before, last[f.Name])
				}
				last[f.Name] = f.After
			}
		}
		told := []string{last["title"], last["category"], last["date"], last["note"], strings.ReplaceAll(last["tags"], ",", "")}
		want := []string{t.title, t.category, t.date, t.note, t.tags}
		if t.isEntry() {
			told, want = []string{last["text"], last["status"], last["start"]}, []string{t.entry.Text, t.entry.Status, t.entry.Start}
		}
		if !slices.Equal(told, want) {
			return fmt.Errorf("a history ends with %q, not with %q", told, want)
		}
		if t.isEntry() {
			continue
		}
		content, err := v.Open(ctx, id, record.DocumentRead)
		if err != nil {
			return err
		}
		b, err := io.ReadAll(io.LimitReader(content, 16))
		if err != nil || hex.EncodeToString(b) != t.content {
			return fmt.Errorf("a content begins with %x, %w", b, err)
		}
	}
	for _, tag := range tagWords {
		found, err := v.Search(ctx, vault.SearchQuery{Words: `"` + tag + `"`, Patient: r.patient, Limit: 1000})
		if err != nil {
			return err
		}
		want := 0
		for _, t := range r.world {
			if t.binned.IsZero() && slices.Contains(strings.Fields(t.tags), tag) {
				want++
			}
		}
		if found.Total != want {
			return fmt.Errorf("a search finds %d documents with a tag, not %d", found.Total, want)
		}
	}
	return nil
}

// sequence takes some steps and checks after each.
func (r *run) sequence(number uint64, steps int) error {
	if err := r.begin(number); err != nil {
		return err
	}
	for n := 0; n < steps; {
		what, err := r.step()
		if errors.Is(err, errNothing) {
			continue
		}
		n++
		r.steps[what]++
		r.journal = append(r.journal, what)
		if err == nil {
			err = r.check()
		}
		if err != nil {
			return fmt.Errorf("seed %d, step %d of %v: %w", number, n, r.journal, err)
		}
	}
	if err := r.whole(); err != nil {
		return fmt.Errorf("seed %d, at the end: %w", number, err)
	}
	return nil
}

// silentStage runs at once, on whatever goroutine, what would be drawn.
func silentStage(t testing.TB) *kit.Stage {
	test.NewTempApp(t).Settings().SetTheme(kit.Theme{Look: kit.Light, Scale: 1})
	stage := kit.NewStage(test.NewCanvas())
	stage.Do = func(f func()) { f() }
	return stage
}

func testUndo(t *testing.T, sequences uint64, steps int) {
	stage := silentStage(t)
	first := uint64(time.Now().UnixNano())
	t.Logf("seeds from %d", first)
	counts := map[string]int{}
	for i := uint64(0); i < sequences; {
		r := start(t, stage, nil)
		for range sequencesOfVault {
			if i == sequences {
				break
			}
			if err := r.sequence(first+i, steps); err != nil {
				t.Fatal(errors.Join(err, r.s.Vault.Close()))
			}
			i++
		}
		if err := r.s.Vault.Close(); err != nil {
			t.Fatal(err)
		}
		for what, n := range r.steps {
			counts[what] += n
		}
	}
	t.Logf("%d sequences of %d steps: %v", sequences, steps, counts)
}

// TestUndo: whatever is edited, taken back, done again, and however the program
// ends in between, the vault has what the model has.
func TestUndo(t *testing.T) { testUndo(t, 5, 50) }

// TestTortureUndo is the same, long.
func TestTortureUndo(t *testing.T) {
	if os.Getenv("CARNET_TORTURE") == "" {
		t.Skip("the long form, 500 sequences, runs with CARNET_TORTURE=1")
	}
	testUndo(t, 500, 50)
}

// TestUndoFindsFaults: the same test finds a note that is lost when a document
// comes out of the bin again, and an undo that does nothing.
func TestUndoFindsFaults(t *testing.T) {
	stage := silentStage(t)
	for name, spoil := range map[string]plant{
		"a note lost on restoring": func(r *run, a Act) Act {
			undo := a.Undo
			a.Undo = func(ctx context.Context) error {
				bin, err := r.s.Vault.Bin()
				err = errors.Join(err, undo(ctx))
				for _, d := range bin {
					if now, gone := r.s.Vault.Document(d.ID); gone == nil && now.RemovedAt == 0 && now.Note != "" {
						none := ""
						err = errors.Join(err, r.s.Vault.EditDocument(ctx, d.ID, vault.Edit{Note: &none}))
					}
				}
				return err
			}
			return a
		},
		"an undo that does nothing": func(_ *run, a Act) Act {
			a.Undo = func(context.Context) error { return nil }
			return a
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := start(t, stage, spoil)
			defer func() { r.s.Vault.Close() }() // of whichever is open then
			for number := range uint64(20) {
				if err := r.sequence(number, 50); err != nil {
					t.Logf("found: %.300v", err)
					return
				}
			}
			t.Error("20 sequences did not find it")
		})
	}
}
