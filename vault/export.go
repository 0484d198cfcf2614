package vault

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"carnet/vault/exchange/bag"
	"carnet/vault/exchange/fhir"
	"carnet/vault/exchange/ips"
	"carnet/vault/internal/store"
	"carnet/vault/profile"
	"carnet/vault/record"
)

// ExportOptions say how the complete archive of a person is written. A nil
// *ExportOptions is a plain folder with nothing for people to read but the
// documents and tables.
type ExportOptions struct {
	Form bag.Form
	// Secret seals the archive; nil leaves it in clear.
	Secret *bag.Secret
	// Readable writes what people read: the page that leads to the documents,
	// the summary, how to open it all; by path in the archive.
	Readable func(*Contents) (map[string][]byte, error)
	// Words are the words of the person for what is said as FHIR; the zero value
	// is French labels and nothing else.
	Words ExportWords
	// Progress is told how much is done of how much, in bytes, writing and then
	// reading back.
	Progress func(done, total int64)
}

// ExportWords are the words of an archive's FHIR bundles.
type ExportWords struct {
	Label   func(fr, en string) string // chooses the language of a label
	Summary string                     // the title of the international patient summary
	Nothing string                     // what a section of it says where nothing is filled in
}

// Contents is what an archive holds, as it is told to people and to other
// programs.
type Contents struct {
	Patient    record.Patient
	Documents  []ArchivedDocument // newest first
	Entries    []record.Entry     // as [Vault.Entries] lists them
	Erasures   []record.Erasure
	Members    []Member  // who has, or had elsewhere, a part in the record
	Unreadable int       // documents hidden from the one who exports, at least so many
	Made       time.Time // the day
}

// ArchivedDocument is a document with its place in the archive.
type ArchivedDocument struct {
	record.Document
	Path   string // in the archive, with slashes; begins with data/
	SHA1   [sha1.Size]byte
	SHA256 [sha256.Size]byte
}

// Member is somebody's part in a record, by name.
type Member struct {
	Name string
	Role record.Role
}

// Exported is an archive that was written, read back and verified.
type Exported struct {
	Path       string
	Documents  int
	Records    int   // entries of the profile
	Bytes      int64 // on the disk
	Unreadable int   // documents that are not in it, since they are hidden from the one who exports: at least so many
	Sealed     bool

	// Archive is what was read back, for [Closure]. Of one that is sealed to a
	// recipient, whom alone it opens, it is what was written, once the bytes on the
	// disk were compared: nothing is restored from it.
	Archive *Archive
}

// Export writes the complete archive of a person into a folder that exists, under a
// name that tells no name and replaces nothing: every document as it was received,
// the bin included, the profile with its history, who has a part in the record, the
// access journal, and the same as FHIR. It is written aside, read back and verified;
// only then does it get its name. Documents are streamed: memory does not grow with
// them. Unless a secret is given everything lies there in clear.
//
// What a mask hides from this keyholder is not in it; how much that is, is told.
// The journal says that the record was exported before anything of it is read.
//
// It returns [ErrNoPatient], [ErrNotAllowed] to a carer, [ErrNotFolder],
// [ErrDamaged] when a document does not hold, [ErrBadCopy] when the archive reads
// back differently, [ErrDiskFull], an error of package bag or one wrapping
// [fs.ErrNotExist]; nothing of the archive is left then.
func (v *Vault) Export(ctx context.Context, patient record.ID, folder string, opt *ExportOptions) (Exported, error) {
	if opt == nil {
		opt = &ExportOptions{}
	}
	out, err := v.export(ctx, patient, folder, opt)
	if err != nil {
		return Exported{}, wrap("export", named(err))
	}
	return out, nil
}

func (v *Vault) export(ctx context.Context, patient record.ID, folder string, opt *ExportOptions) (out Exported, err error) {
	if err := checkFolder(folder); err != nil {
		return out, err
	}
	err = v.act(ctx, func(a *act) error {
		c, err := a.chart(patient)
		if err != nil {
			return err
		}
		if mine, _ := c.chain.Entry(a.self.id); mine.Role.Carer() {
			return ErrNotAllowed // a carer never exports
		}
		return a.log(c, record.PatientExported, patient)
	})
	if err != nil {
		return out, err
	}
	e := &exporter{v: v, ctx: ctx, opt: opt}
	if err := e.gather(patient); err != nil {
		return out, err
	}
	w, err := bag.Create(ctx, folder, exportName(patient, e.contents.Made), bag.Options{
		Form: opt.Form, Secret: opt.Secret, Day: e.contents.Made, Sync: syncFiles, Settled: store.ForgetCached,
	})
	if err != nil {
		return out, err
	}
	e.w = w
	info, err := e.write()
	if err != nil {
		return out, errors.Join(err, w.Abandon())
	}
	if out.Path, err = w.Close(info, func(at string) error { return e.readBack(at, &out) }); err != nil {
		if errors.Is(err, bag.ErrAltered) || errors.Is(err, bag.ErrMissing) || errors.Is(err, bag.ErrTruncated) {
			err = errors.Join(ErrBadCopy, err)
		}
		return out, err
	}
	out.Documents, out.Records, out.Unreadable = len(e.documents), len(e.entries), e.contents.Unreadable
	out.Sealed = opt.Secret != nil
	e.told(e.total(), e.total())
	return out, nil
}

// Exportable are the patients whose archive the keyholder may write, by name: those for
// whom they are no carer.
func (v *Vault) Exportable() ([]record.Patient, error) {
	all, err := v.Patients()
	if err != nil {
		return nil, err
	}
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	defer done()
	return slices.DeleteFunc(all, func(p record.Patient) bool {
		c, err := v.of(p.ID)
		if err != nil {
			return true // closed since
		}
		mine, _ := c.chain.Entry(v.self.id)
		return mine.Role.Carer()
	}), nil
}

// ExportEach writes the complete archive of several persons into one folder, as
// [Vault.Export] does for one, on all processors, and returns them in the same order.
// Either all of them are there in the end, or none.
func (v *Vault) ExportEach(ctx context.Context, patients []record.ID, folder string, opt *ExportOptions) ([]Exported, error) {
	if opt == nil {
		opt = &ExportOptions{}
	}
	told := &progressOfMany{told: opt.Progress, done: make([]int64, len(patients))}
	for _, p := range patients {
		docs, err := v.Documents(p)
		if err != nil {
			return nil, wrap("export", err)
		}
		for _, d := range docs {
			told.total += 2 * d.Size
		}
		told.total++
	}
	each, stop := errgroup.WithContext(ctx)
	each.SetLimit(runtime.GOMAXPROCS(0))
	if opt.Secret != nil && len(opt.Secret.Passphrase) > 0 {
		each.SetLimit(1) // age takes 256 MiB for the derivation of each
	}
	out := make([]Exported, len(patients))
	for i, p := range patients {
		mine := *opt
		mine.Progress = func(done, _ int64) { told.tell(i, done) }
		each.Go(func() (err error) {
			out[i], err = v.Export(stop, p, folder, &mine)
			return err
		})
	}
	err := each.Wait()
	if err == nil {
		return out, nil
	}
	for _, made := range out {
		if made.Path != "" {
			err = errors.Join(err, os.RemoveAll(made.Path))
		}
	}
	return nil, err
}

// progressOfMany adds up what several acts at the same time have done.
type progressOfMany struct {
	lock  sync.Mutex
	told  func(done, total int64)
	done  []int64
	total int64
}

func (p *progressOfMany) tell(i int, done int64) {
	if p.told == nil {
		return
	}
	p.lock.Lock()
	defer p.lock.Unlock()
	p.done[i] = done
	sum := int64(0)
	for _, n := range p.done {
		sum += n
	}
	p.told(sum, p.total)
}

// exportName names an archive by the beginning of the record's id, which says
// nothing of the person, and by the day.
func exportName(patient record.ID, day time.Time) string {
	return "carnet-export-" + hex.EncodeToString(patient[:4]) + "-" + day.Format("20060102")
}

// exporter writes one archive.
type exporter struct {
	v   *Vault
	ctx context.Context
	opt *ExportOptions
	w   *bag.Writer

	contents  Contents
	members   []archivedMember
	consents  []archivedConsent
	documents []archivedRecord // in the order of ids
	described []record.Document
	entries   []archivedRecord
	erased    []archivedErasure
	journal   []byte
	handOver  []byte       // the proof of one; nil for none
	lastRow   string       // hash of the last row of the journal
	bytes     int64        // of documents
	kept      bag.Verified // what a program would read again

	lock sync.Mutex
	done int64 // bytes written
}

// total is what progress counts: the documents, written and read back.
func (e *exporter) total() int64 { return 2*e.bytes + 1 }

func (e *exporter) told(done, total int64) {
	if e.opt.Progress != nil {
		e.opt.Progress(done, total)
	}
}

// gather reads all that is known of the person, but the contents of documents.
func (e *exporter) gather(patient record.ID) error {
	v := e.v
	e.contents.Made = v.opt.Now()
	var err error
	if e.contents.Entries, err = v.Entries(patient); err != nil {
		return err
	}
	if e.contents.Erasures, err = v.Erasures(patient); err != nil {
		return err
	}
	docs, err := v.Documents(patient)
	if err != nil {
		return err
	}
	for _, x := range e.contents.Erasures {
		e.erased = append(e.erased, archivedErasure{x.Document, instant(x.At), x.By.Name})
	}
	slices.SortFunc(e.erased, func(a, b archivedErasure) int { return bytes.Compare(a.ID[:], b.ID[:]) })
	if err := e.gatherMembers(patient); err != nil {
		return err
	}
	e.described = slices.SortedFunc(slices.Values(docs), func(a, b record.Document) int { return bytes.Compare(a.ID[:], b.ID[:]) })
	for i := range e.described {
		d := &e.described[i]
		r, err := e.archive(d.ID, d)
		if err != nil {
			return err
		}
		r.Digest = hex.EncodeToString(d.Digest[:])
		for _, from := range d.Hidden {
			r.Hidden = append(r.Hidden, string(from))
		}
		e.documents = append(e.documents, r)
		e.bytes += d.Size
	}
	entries := slices.SortedFunc(slices.Values(e.contents.Entries), func(a, b record.Entry) int { return bytes.Compare(a.ID[:], b.ID[:]) })
	for i := range entries {
		r, err := e.archive(entries[i].ID, &entries[i])
		if err != nil {
			return err
		}
		e.entries = append(e.entries, r)
	}
	return e.gatherJournal(patient)
}

// archive describes a document or an entry with its history.
func (e *exporter) archive(id record.ID, x any) (out archivedRecord, err error) {
	out.ID, out.History = id, []archivedChange{}
	if out.Fields, err = fieldsOf(x); err != nil {
		return out, err
	}
	changes, err := e.v.History(id)
	if err != nil {
		return out, err
	}
	for _, c := range changes {
		change := archivedChange{At: instant(c.At), By: c.By.Name, Fields: []archivedField{}}
		for _, f := range c.Fields {
			change.Fields = append(change.Fields, archivedField(f))
		}
		out.History = append(out.History, change)
	}
	out.AddedBy, err = e.v.AddedBy(id)
	return out, err
}

// AddedBy names who added a document or an entry of a profile, in the vault that
// it comes from when it was restored; "" when nobody knows. It returns
// [ErrNoDocument].
func (v *Vault) AddedBy(id record.ID) (string, error) {
	done, err := v.looking()
	if err != nil {
		return "", err
	}
	defer done()
	keyholder, from := record.ID{}, (*origin)(nil)
	c, d, err := v.find(id)
	if err == nil {
		keyholder, from = d.AddedBy, d.Origin
	} else {
		var x *profileEntry
		if c, x, err = v.findEntry(id); err != nil {
			return "", ErrNoDocument
		}
		keyholder, from = x.AddedBy, x.Origin
	}
	return cmp.Or(c.nameOf(v.house, keyholder), from.addedBy()), nil
}

func (e *exporter) gatherMembers(patient record.ID) error {
	done, err := e.v.looking()
	if err != nil {
		return err
	}
	defer done()
	c, err := e.v.of(patient)
	if err != nil {
		return err
	}
	e.contents.Patient = c.patient
	e.contents.Unreadable = max(c.origin.Unreadable, c.unreadable())
	for _, x := range c.consented() {
		e.consents = append(e.consents, archivedConsent{
			ID: x.ID, Host: x.Host, Key: hex.EncodeToString(x.Key[:]), From: instant(x.From), Until: instant(x.Until),
			Language: x.Language, Program: x.Program, Words: x.Words, Withdrawn: x.Withdrawn,
		})
	}
	if c.received != nil {
		e.handOver = c.received.Proof
	}
	known := []formerMember{}
	for pseudonym, role := range c.keyholders() {
		p := c.people[pseudonym]
		m := formerMember{Name: p.name, Role: string(roleName(role))}
		if said := p.attested; !said.document.IsZero() {
			m.Attestation, m.Digest, m.AttestedAt = said.document, said.digest, record.Millis(said.hlc>>16)
			if author, ok := c.chain.Entry(said.by); ok {
				m.AttestedBy = c.people[record.ID(author.Keyholder)].name
			}
		}
		known = append(known, m)
	}
	for _, m := range c.origin.Members {
		if !slices.ContainsFunc(known, func(k formerMember) bool { return SameName(k.Name, m.Name) }) {
			known = append(known, m)
		}
	}
	slices.SortFunc(known, func(a, b formerMember) int { return strings.Compare(a.Name, b.Name) })
	e.members = []archivedMember{}
	for _, m := range known {
		a := archivedMember{Name: m.Name, Role: m.Role, AttestedBy: m.AttestedBy, AttestedAt: instant(m.AttestedAt)}
		if !m.Attestation.IsZero() {
			a.Attestation, a.Digest = &m.Attestation, hex.EncodeToString(m.Digest[:])
		}
		e.members = append(e.members, a)
		e.contents.Members = append(e.contents.Members, Member{m.Name, record.Role(m.Role)})
	}
	return nil
}

// unreadable counts contents that were written for others: each is at least one
// document, and a small one has none.
func (c *chart) unreadable() (n int) {
	for _, e := range c.ops {
		if e.closed && !e.erased && e.blobs > 0 {
			n++
		}
	}
	return n
}

// gatherJournal writes the rows about the person, each with the hash of the one
// before.
func (e *exporter) gatherJournal(patient record.ID) error {
	names := map[record.ID]string{}
	holders, err := e.v.Keyholders()
	if err != nil {
		return err
	}
	for _, k := range holders {
		names[k.ID] = k.Name
	}
	previous := [sha256.Size]byte{}
	var b bytes.Buffer
	for row, err := range e.v.Journal(e.ctx) {
		if err != nil {
			return err
		}
		if row.Patient != patient {
			continue
		}
		line := struct {
			Previous string        `json:"previous"`
			At       instant       `json:"at"`
			Who      string        `json:"who"`
			Action   record.Action `json:"action"`
			Object   *record.ID    `json:"object,omitempty"`
			Means    string        `json:"means"`
			Pictures uint32        `json:"pictures,omitempty"`
		}{Previous: hex.EncodeToString(previous[:]), At: instant(row.At), Who: names[row.Agent], Action: row.Action, Means: row.Means, Pictures: row.Count}
		if !row.Entity.IsZero() && row.Entity != patient {
			line.Object = &row.Entity
		}
		said, err := json.Marshal(line)
		if err != nil {
			return fmt.Errorf("vault: archive: %w", err)
		}
		previous = sha256.Sum256(said)
		b.Write(append(said, '\n'))
	}
	e.journal, e.lastRow = b.Bytes(), hex.EncodeToString(previous[:])
	return nil
}

// write fills the bag and returns what its information says.
func (e *exporter) write() ([]bag.Info, error) {
	if err := e.writeOriginals(); err != nil {
		return nil, err
	}
	slices.SortFunc(e.contents.Documents, func(a, b ArchivedDocument) int {
		return cmp.Or(-strings.Compare(archivedDate(&a.Document), archivedDate(&b.Document)), strings.Compare(a.Path, b.Path))
	})
	files, err := schemas()
	if err != nil {
		return nil, err
	}
	patient, err := fieldsOf(&e.contents.Patient)
	if err != nil {
		return nil, err
	}
	for name, x := range map[string]any{
		archiveDocuments: archivedDocuments{archiveFormat, nonNil(e.documents), nonNil(e.erased), e.contents.Unreadable},
		archiveProfile:   archivedProfile{archiveFormat, patient, nonNil(e.entries)},
		archiveMembers:   archivedMembers{archiveFormat, e.members},
		archiveConsents:  archivedConsents{archiveFormat, nonNil(e.consents)},
	} {
		if files[name], err = archiveJSON(x); err != nil {
			return nil, err
		}
	}
	files[archiveJournal] = e.journal
	if e.handOver != nil {
		files[archiveHandOver] = e.handOver
	}
	if err := e.tables(files); err != nil {
		return nil, err
	}
	if err := e.bundles(files); err != nil {
		return nil, err
	}
	if err := e.measurements(); err != nil {
		return nil, err
	}
	if e.opt.Readable != nil {
		more, err := e.opt.Readable(&e.contents)
		if err != nil {
			return nil, err
		}
		maps.Copy(files, more)
	}
	e.kept.Kept = map[string][]byte{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if archiveKept(name) {
			e.kept.Kept[name] = files[name]
		}
		if err := e.w.Add(name, int64(len(files[name])), bytes.NewReader(files[name])); err != nil {
			return nil, err
		}
	}
	e.kept.Info = []bag.Info{
		{Label: "Source-Organization", Value: "Carnet"},
		{Label: "Bag-Software-Agent", Value: "Carnet, " + archiveFormat},
		{Label: "Bagging-Date", Value: e.contents.Made.Format(time.DateOnly)},
		{Label: "External-Identifier", Value: e.contents.Patient.ID.String()},
		{Label: "Journal-Last-Row-SHA256", Value: e.lastRow},
	}
	return e.kept.Info, nil
}

// bundles says the same as FHIR, where there is a table of kinds.
func (e *exporter) bundles(files map[string][]byte) error {
	if e.v.opt.Profile == nil {
		return nil
	}
	r := e.record()
	for _, d := range e.contents.Documents {
		said := fhir.Document{Document: d.Document, URL: "../" + strings.TrimPrefix(d.Path, "data/"), SHA1: d.SHA1, SHA256: d.SHA256}
		if e.v.opt.Filing != nil {
			if c, ok := e.v.opt.Filing.Category(d.Category); ok {
				said.Category = r.Label(c.LabelFR, c.LabelEN)
			}
		}
		r.Documents = append(r.Documents, said)
	}
	var err error
	if files["data/fhir/bundle.json"], err = r.Collection(); err != nil {
		return err
	}
	files["data/fhir/ips.json"], err = ips.Document(r, e.opt.Words.Summary, e.opt.Words.Nothing)
	return err
}

// record is the person with the profile, as FHIR is made from them.
func (e *exporter) record() *fhir.Record {
	r := &fhir.Record{Patient: e.contents.Patient, Entries: e.contents.Entries, Kinds: e.v.opt.Profile, Label: e.opt.Words.Label, Made: e.contents.Made}
	if r.Label == nil {
		r.Label = func(fr, _ string) string { return fr }
	}
	return r
}

func nonNil[T any](list []T) []T { return append([]T{}, list...) }

// archivedDate is the date that people gave a document, else its file's: what the
// program proposed is no part of an archive.
func archivedDate(d *record.Document) string { return cmp.Or(d.Date, d.FileDate) }

// writeOriginals streams the documents into the bag, on all processors where it takes
// several files at a time.
func (e *exporter) writeOriginals() error {
	taken := map[string]bool{}
	for i := range e.described {
		d := &e.described[i]
		d.Proposed = record.Proposal{} // nobody said it
		path := archivedPath(d, func(path string) bool { return taken[strings.ToLower(path)] })
		taken[strings.ToLower(path)] = true
		e.documents[i].Path = path
	}
	e.contents.Documents = make([]ArchivedDocument, len(e.described))
	all, stop := errgroup.WithContext(e.ctx)
	all.SetLimit(1)
	if e.w.Together() {
		all.SetLimit(runtime.GOMAXPROCS(0))
	}
	for i := range e.described {
		all.Go(func() error {
			if err := stop.Err(); err != nil {
				return err // another failed, and says why
			}
			return e.writeOriginal(i)
		})
	}
	return all.Wait()
}

func (e *exporter) writeOriginal(i int) error {
	d, described := &e.described[i], &e.documents[i]
	content, err := e.v.content(d.ID)
	if err != nil {
		return err
	}
	short := sha1.New()
	if err := e.w.Add(described.Path, d.Size, &telling{content, e.wrote}, short); err != nil {
		return err
	}
	long := e.w.Sum(described.Path)
	described.SHA256 = hex.EncodeToString(long[:])
	e.contents.Documents[i] = ArchivedDocument{Document: *d, Path: described.Path, SHA1: [sha1.Size]byte(short.Sum(nil)), SHA256: long}
	return nil
}

// wrote tells that so many bytes more of documents are written.
func (e *exporter) wrote(n int64) {
	e.lock.Lock()
	defer e.lock.Unlock()
	e.done += n
	e.told(e.done, e.total())
}

// telling is a reader that tells the bytes read since its last call.
type telling struct {
	io.Reader
	progress func(int64)
}

func (t *telling) Read(p []byte) (int, error) {
	n, err := t.Reader.Read(p)
	t.progress(int64(n))
	return n, err
}

// tables are the same as rows for a spreadsheet: UTF-8 with its mark, and
// semicolons, as the spreadsheets of this country read by themselves.
func (e *exporter) tables(files map[string][]byte) error {
	rows := [][]string{{"id", "titre", "categorie", "date", "fichier", "type", "octets", "sha256", "ajoute_le", "ajoute_par", "masque", "corbeille", "etiquettes", "note", "chemin"}}
	for i, d := range e.described {
		r := e.documents[i]
		rows = append(rows, []string{d.ID.String(), d.Title, d.Category, d.Date, d.FileName, d.MediaType, strconv.FormatInt(d.Size, 10), r.SHA256,
			moment(d.AddedAt), r.AddedBy, strings.Join(r.Hidden, ", "), moment(d.RemovedAt), strings.Join(d.Tags, ", "), d.Note, r.Path})
	}
	var err error
	if files["data/documents.csv"], err = table(rows); err != nil {
		return err
	}
	kinds := map[string][]record.Entry{}
	for _, x := range e.contents.Entries {
		kinds[x.Kind] = append(kinds[x.Kind], x)
	}
	for kind, entries := range kinds {
		name := "data/profil/" + strings.ToLower(archivedTitle(kind)) + ".csv"
		if kind == profile.Measurement {
			name = "data/mesures/mesures.csv"
		}
		rows := [][]string{{"id"}}
		for _, f := range record.Fields {
			rows[0] = append(rows[0], string(f))
		}
		rows[0] = append(rows[0], "source", "document", "removed")
		for i := range entries {
			x := &entries[i]
			row := []string{x.ID.String()}
			for _, f := range record.Fields {
				row = append(row, *x.At(f))
			}
			document := ""
			if !x.Document.IsZero() {
				document = x.Document.String()
			}
			rows = append(rows, append(row, string(x.Source), document, moment(x.RemovedAt)))
		}
		if files[name], err = table(rows); err != nil {
			return err
		}
	}
	return nil
}

func moment(m record.Millis) string {
	if m == 0 {
		return ""
	}
	return m.Time().UTC().Format(instantLayout)
}

// table writes rows of a spreadsheet. A cell that a spreadsheet would take for a
// formula begins with an apostrophe.
func table(rows [][]string) ([]byte, error) {
	b := bytes.NewBufferString("\ufeff")
	w := csv.NewWriter(b)
	w.Comma, w.UseCRLF = ';', true
	for i, row := range rows {
		if i > 0 {
			row = slices.Clone(row)
			for j, cell := range row {
				row[j] = unformula(cell)
			}
		}
		if err := w.Write(row); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// unformula marks a cell that a spreadsheet would take for a formula.
func unformula(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t", rune(cell[0])) && !isNumber(cell) {
		return "'" + cell
	}
	return cell
}

func isNumber(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}

// readBack verifies what was written, before it has its name.
func (e *exporter) readBack(at string, out *Exported) error {
	progress := func(done, total int64) {
		e.told(e.bytes+int64(float64(e.bytes)*float64(done)/float64(max(total, 1))), e.total())
	}
	if e.opt.Secret != nil && e.opt.Secret.Recipient != "" {
		info, err := os.Stat(at)
		if err != nil {
			return err
		}
		out.Bytes = info.Size()
		if out.Archive, err = readArchive(nil, e.kept); err == nil {
			out.Archive.digest = e.w.Digest()
		}
		return err // nobody here can open it: its bytes were compared
	}
	b, err := bag.Open(at, e.opt.Secret)
	if err != nil {
		return err
	}
	out.Bytes = b.Size()
	found, err := b.Verify(e.ctx, archiveKept, progress)
	if err != nil {
		return err
	}
	a, err := readArchive(b, found)
	if err != nil {
		return err
	}
	if len(a.documents.Documents) != len(e.documents) || len(a.profile.Entries) != len(e.entries) {
		return ErrBadCopy
	}
	out.Archive = a
	return nil
}
