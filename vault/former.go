package vault

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"

	"carnet/vault/exchange/reading"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// Former is what a record that was kept elsewhere holds, beside what a record here
// has: its documents and, all of them together, what they propose for the profile.
// [Vault.ReadFormer] makes it and keeps nothing; [Vault.TakeFormer] takes over what
// a person said yes to.
type Former struct {
	Patient   record.Patient // into whose record it would go
	Files     []FormerFile   // in the order of the folder or archive
	Proposals []FormerProposal

	paths []string
}

// FormerFile is a file of a former record.
type FormerFile struct {
	Path      string // as a person would name it
	Title     string
	Date      string // YYYY-MM-DD, YYYY-MM, YYYY or ""
	Category  string // a code of the category table, or ""
	Author    string
	MediaType string
	Size      int64          // bytes
	Format    reading.Format // that it can be read in, "" for none
	Pages     int            // 0 where nobody could tell

	// Archive says that it holds other files of the list: it is kept whole beside
	// them, since what lists them is part of it, and is no document of its own.
	Archive  bool
	Concerns record.ID // the other person of this vault whom it names; zero for none
	Doubts   []reading.Doubt
	Known    record.ID // the document of the same content that is here; zero for none
	InBin    bool      // and that one is in the bin
	Again    bool      // an earlier file of the list has the same content
	Err      error     // why it cannot be read at all; it cannot be taken over
	Unread   error     // why what it says is not understood; it is kept as it is

	digest [32]byte
	listed map[string]*reading.File // what an archive says of its files, by their path
	told   bool                     // title, date and category are those of such a list
}

// New reports whether taking the file over adds a document.
func (f *FormerFile) New() bool { return f.Err == nil && f.Known.IsZero() && !f.Again }

// Document reports whether the file counts as one of the documents: each content
// does once, and neither archives nor what cannot be read.
func (f *FormerFile) Document() bool { return f.Err == nil && !f.Again && !f.Archive }

// Other reports whether the file names somebody else than the person whose record
// it would go into, or several people.
func (f *FormerFile) Other() bool {
	return !f.Concerns.IsZero() || slices.ContainsFunc(f.Doubts, func(d reading.Doubt) bool {
		return d.Code == reading.OtherPerson || d.Code == reading.SeveralSubjects
	})
}

// Kept reports whether a file is kept without being read or shown: nothing here
// knows what it is.
func (f *FormerFile) Kept() bool {
	return f.Err == nil && f.Format == "" && !hasPages(f.MediaType) && !strings.HasPrefix(f.MediaType, "text/")
}

// FormerProposal is a proposal with the files that make it.
type FormerProposal struct {
	Proposed
	Files []int // indexes in [Former.Files], in their order
	Other bool  // they name somebody else, by [FormerFile.Other]
}

// ReadFormer reads files, folders and archives as [Vault.Import] would, and says
// what is in them: nothing is kept, and nothing enters the vault or its journal. A
// file that cannot be read, or not understood, does not stop the others. p looks at
// pages, to tell whom they name. progress, which may be nil, is told bytes.
//
// It returns [ErrNoPatient], [ErrNotAllowed], [ErrHandedOver], [ErrLocked] or ctx's
// error.
func (v *Vault) ReadFormer(ctx context.Context, patient record.ID, paths []string, p Prober, progress func(done, total int64)) (*Former, error) {
	f, err := v.readFormer(ctx, patient, paths, p, progress)
	return f, wrap("read former record", err)
}

func (v *Vault) readFormer(ctx context.Context, patient record.ID, paths []string, p Prober, progress func(done, total int64)) (f *Former, err error) {
	if err := v.checkImport(patient, &ImportOptions{}); err != nil {
		return nil, err
	}
	itself, err := os.Stat(v.Path())
	if err != nil {
		return nil, err
	}
	sources, archives, err := plan(ctx, paths, itself)
	defer func() {
		for _, a := range archives {
			a.Close() // read only: nothing to lose
		}
	}()
	if err != nil {
		return nil, err
	}
	f = &Former{paths: slices.Clone(paths)}
	people, err := v.Patients()
	if err != nil {
		return nil, err
	}
	for _, who := range people {
		if who.ID == patient {
			f.Patient = who
		}
	}
	counter := counter{report: progress}
	for _, s := range sources {
		counter.total += s.size
	}
	seen := map[[32]byte]bool{}
	for _, s := range sources {
		x, found, err := v.formerFile(ctx, patient, s, p)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		if x.Err == nil {
			x.Again = seen[x.digest]
			seen[x.digest] = true
		}
		v.heed(f, &x)
		f.Files = append(f.Files, x)
		f.propose(len(f.Files)-1, found)
		counter.add(s.size)
	}
	v.arrange(f)
	return f, nil
}

// formerFile reads one file. An error of it stands in the file; one that is returned
// is of the vault.
func (v *Vault) formerFile(ctx context.Context, patient record.ID, s source, p Prober) (x FormerFile, found []Proposed, err error) {
	x = FormerFile{Path: s.path, Title: titleOf(s.name), Size: s.size, Err: s.err}
	if x.Err != nil {
		return x, nil, nil
	}
	content, sum, size, err := readSource(ctx, s)
	if err != nil {
		x.Err = named(err)
		return x, nil, nil
	}
	head := make([]byte, min(size, sniffLength))
	if _, err := content.ReadAt(head, 0); err != nil && err != io.EOF {
		return x, nil, err
	}
	x.digest, x.Size, x.MediaType = sum, size, mediaType(head)
	var r *reading.Reading
	text := ""
	if content.Size() < size {
		x.Unread = reading.ErrSize
	} else if r, x.Pages, text, err = v.look(ctx, p, content, x.MediaType); err != nil {
		if lost, ok := errors.AsType[*PagesLost](err); ok {
			err = lost.Err
		}
		x.Unread = err
	}
	d := &document{documentBody: documentBody{Document: record.Document{Patient: patient, Title: x.Title, FileName: s.name, MediaType: x.MediaType}}}
	about := v.judge(d, x.Pages, text)
	switch {
	case s.whole != nil:
		x.Unread = s.whole
	case IsHEIC(x.MediaType):
		x.Unread = ErrHEIC
	}
	if r != nil {
		v.declared(&about, r)
		x.Format, x.Title, x.Author = r.Format, cmp.Or(about.Title, x.Title), r.Author
		beside, err := v.beside(patient, r)
		if err != nil {
			return x, nil, err
		}
		x.Doubts, found = r.Doubts, beside.Proposals
		if r.Format == reading.XDM {
			x.Archive, x.listed = true, map[string]*reading.File{}
			for i := range r.Files {
				x.listed[r.Files[i].Path] = &r.Files[i]
			}
		}
	}
	x.Category, x.Date = about.Category, about.Date
	done, err := v.looking()
	if err != nil {
		return x, nil, err
	}
	defer done()
	c, err := v.of(patient)
	if err != nil {
		return x, nil, err
	}
	about.People = v.regard(d, text, nil)
	x.Concerns = v.concerns(d, about)
	if known := c.knownContent(sum); known != nil {
		x.Known, x.InBin = known.ID, known.RemovedAt != 0
	}
	return x, found, nil
}

// readSource reads a file: all of it when it is no longer than a document that is
// understood, else its beginning. size and sum are of all of it.
func readSource(ctx context.Context, s source) (content *bytes.Reader, sum [32]byte, size int64, err error) {
	in, err := s.open()
	if err != nil {
		return nil, sum, 0, err
	}
	defer in.Close()
	var begin bytes.Buffer
	if s.info != nil { // a length that is there, and not one that an archive claims
		begin.Grow(int(min(s.size, reading.Document.Bytes)))
	}
	digest := seal.NewDigest()
	for chunk := make([]byte, 1<<20); ; {
		n, err := in.Read(chunk)
		digest.Write(chunk[:n])
		begin.Write(chunk[:min(int64(n), max(0, reading.Document.Bytes-size))])
		if size += int64(n); size > seal.MaxDocument {
			return nil, sum, 0, ErrTooLarge
		}
		switch {
		case err == io.EOF:
			return bytes.NewReader(begin.Bytes()), [32]byte(digest.Sum(nil)), size, nil
		case err == nil:
			err = ctx.Err()
		}
		if err != nil {
			return nil, sum, 0, err
		}
	}
}

// heed takes over what the list of an archive says of a file in it: what it is
// called, when and by whom it was written, what is doubtful, and whose it is. A file
// that says so itself is believed first.
func (v *Vault) heed(f *Former, x *FormerFile) {
	for i := range f.Files {
		a := &f.Files[i]
		inside, ok := strings.CutPrefix(slashes(x.Path), slashes(a.Path)+"/")
		said := a.listed[inside]
		if !ok || said == nil {
			continue
		}
		x.Doubts = append(slices.Clip(x.Doubts), said.Doubts...)
		if x.Format != "" {
			return
		}
		for _, d := range a.Doubts {
			if d.Code == reading.OtherPerson {
				x.Doubts = append(x.Doubts, d)
			}
		}
		about := found{Category: x.Category, Date: x.Date}
		v.declared(&about, &reading.Reading{Title: said.Title, Kind: said.Kind, Date: said.Date})
		x.Title, x.Category, x.Date, x.Author, x.told = cmp.Or(about.Title, x.Title), about.Category, about.Date, said.Author, true
		return
	}
}

func slashes(path string) string { return strings.ReplaceAll(path, `\`, "/") }

// propose adds what a file proposes to what others do: what two of them say of the
// same person is proposed once.
func (f *Former) propose(file int, found []Proposed) {
	other := f.Files[file].Other()
	for _, p := range found {
		i := slices.IndexFunc(f.Proposals, func(q FormerProposal) bool {
			return q.Other == other && reading.Compare(&p.Entry, &q.Entry) == reading.Same
		})
		if i < 0 {
			f.Proposals = append(f.Proposals, FormerProposal{Proposed: p, Files: []int{file}, Other: other})
		} else if q := &f.Proposals[i]; !slices.Contains(q.Files, file) {
			q.Files = append(q.Files, file)
		}
	}
}

// arrange puts proposals in the order of the table of kinds, the newest first, and
// those about somebody else last.
func (v *Vault) arrange(f *Former) {
	place := map[string]int{}
	if v.opt.Profile != nil {
		for i, k := range v.opt.Profile.Kinds {
			place[k.Code] = i
		}
	}
	slices.SortStableFunc(f.Proposals, func(p, q FormerProposal) int {
		if p.Other != q.Other {
			if q.Other {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(place[p.Kind], place[q.Kind]), -strings.Compare(p.Start, q.Start))
	})
}

// FormerChoice is what a person said yes to, by its indexes in a [Former]. The zero
// value takes nothing over.
type FormerChoice struct {
	Files     []int
	Proposals []int
}

// Likely is the choice of somebody who takes over what is plain: the documents that
// are new and name nobody else, and nothing for the profile.
func (f *Former) Likely() (choice FormerChoice) {
	for i := range f.Files {
		if x := &f.Files[i]; x.New() && !x.Other() {
			choice.Files = append(choice.Files, i)
		}
	}
	return choice
}

// Covers reports whether a document that makes a proposal is here, or chosen.
func (f *Former) Covers(choice FormerChoice, proposal int) bool {
	return slices.ContainsFunc(f.Proposals[proposal].Files, func(i int) bool {
		return slices.ContainsFunc(f.Files, func(x FormerFile) bool { return x.digest == f.Files[i].digest && !x.Known.IsZero() }) ||
			slices.ContainsFunc(choice.Files, func(n int) bool { return f.Files[n].digest == f.Files[i].digest && f.Files[n].Err == nil })
	})
}

// FormerTaken is what became of a former record.
type FormerTaken struct {
	Added      []record.ID    // documents, in the order they were saved
	Duplicates int            // chosen files whose content was here before
	Failed     []Imported     // chosen files that were not imported
	Entries    []record.Entry // that entered the profile
	Known      []record.Entry // that the profile had meanwhile
	Left       int            // chosen proposals whose documents could not be added
}

// TakeFormer imports the chosen files as [Vault.Import] does and then, in one
// transaction, writes the chosen proposals into the profile, each linked to the first
// of its documents that is here. each, which may be nil, is told what became of every
// file, as it is saved. What is chosen is found again by its content: a file that
// changed since it was read is imported as it is now, and its proposals are left.
//
// It returns [ErrWithoutDocument] when a proposal is chosen of which no document is
// chosen or here, why a chosen proposal cannot be adopted as it is, or the errors of
// Import that concern all of it; nothing is taken over then. When it was cancelled,
// or failed later, what is already saved stays, and is said beside the error. f says
// afterwards what is here.
func (v *Vault) TakeFormer(ctx context.Context, f *Former, choice FormerChoice, each func(Imported)) (taken FormerTaken, err error) {
	if err := f.check(choice); err != nil {
		return taken, wrap("take former record over", err)
	}
	if len(choice.Files) > 0 {
		err = v.takeFiles(ctx, f, choice.Files, each, &taken)
	}
	if err == nil && len(choice.Proposals) > 0 {
		err = v.takeProposals(ctx, f, choice.Proposals, &taken)
	}
	return taken, wrap("take former record over", errors.Join(err, v.lookAgain(f)))
}

// check looks whether every chosen proposal will have a document to stand on.
func (f *Former) check(choice FormerChoice) error {
	for _, i := range choice.Proposals {
		if p := &f.Proposals[i]; p.Err != nil {
			return p.Err
		}
		if !f.Covers(choice, i) {
			return ErrWithoutDocument
		}
	}
	return nil
}

// lookAgain notes which files are here now.
func (v *Vault) lookAgain(f *Former) error {
	done, err := v.looking()
	if err != nil {
		return err
	}
	defer done()
	c, err := v.of(f.Patient.ID)
	if err != nil {
		return err
	}
	for i := range f.Files {
		x := &f.Files[i]
		if known := c.knownContent(x.digest); x.Err == nil && known != nil {
			x.Known, x.InBin = known.ID, known.RemovedAt != 0
		}
	}
	return nil
}

func (v *Vault) takeFiles(ctx context.Context, f *Former, files []int, each func(Imported), taken *FormerTaken) (err error) {
	chosen := map[string][]*FormerFile{} // an archive may have two files of one name
	for _, i := range files {
		chosen[f.Files[i].Path] = append(chosen[f.Files[i].Path], &f.Files[i])
	}
	choose := func(all []source) (out []source) {
		for _, s := range all {
			if len(chosen[s.path]) == 0 {
				continue
			}
			x := chosen[s.path][0]
			chosen[s.path] = chosen[s.path][1:]
			if x.told {
				s.title, s.category, s.date = x.Title, x.Category, x.Date
			}
			out = append(out, s)
		}
		return out
	}
	for x := range v.importOf(ctx, f.Patient.ID, f.paths, nil, choose) {
		switch {
		case x.Path == "":
			err = x.Err
			continue
		case x.Err != nil:
			taken.Failed = append(taken.Failed, x)
		case x.Duplicate:
			taken.Duplicates++
		default:
			taken.Added = append(taken.Added, x.ID)
		}
		if each != nil {
			each(x)
		}
	}
	return errors.Join(err, ctx.Err())
}

func (v *Vault) takeProposals(ctx context.Context, f *Former, proposals []int, taken *FormerTaken) error {
	return v.act(ctx, func(a *act) error {
		taken.Entries, taken.Known, taken.Left = nil, nil, 0
		c, err := a.chart(f.Patient.ID)
		if err != nil {
			return err
		}
		for _, i := range proposals {
			var from *document
			for _, file := range f.Proposals[i].Files {
				if from = c.knownContent(f.Files[file].digest); from != nil {
					break
				}
			}
			if from == nil {
				taken.Left++
				continue
			}
			e := f.Proposals[i].Entry
			written, err := a.adopt(c, from.ID, &e)
			switch {
			case err != nil:
				return err
			case written:
				taken.Entries = append(taken.Entries, e)
			default:
				taken.Known = append(taken.Known, e)
			}
		}
		return nil
	})
}

// AllDocuments stands for every category in [Former.Compare].
const AllDocuments = "all"

// Count is how many documents somebody saw elsewhere, beside how many were found and
// how many are here.
type Count struct {
	Category          string // a code of the category table, or [AllDocuments]
	Seen, Found, Here int
}

// Compare holds what somebody counted elsewhere, by category or as [AllDocuments],
// against what was found: each content once, without archives. Here are those that
// the record has, after [Vault.TakeFormer] what it brought included. All of them
// come first, then categories in the order of their codes.
func (f *Former) Compare(seen map[string]int) (out []Count) {
	for category, n := range seen {
		c := Count{Category: category, Seen: n}
		for i := range f.Files {
			x := &f.Files[i]
			if !x.Document() || category != AllDocuments && category != x.Category {
				continue
			}
			c.Found++
			if !x.Known.IsZero() {
				c.Here++
			}
		}
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b Count) int {
		if a.Category == AllDocuments || b.Category == AllDocuments {
			return map[bool]int{true: -1, false: 1}[a.Category == AllDocuments]
		}
		return strings.Compare(a.Category, b.Category)
	})
	return out
}
