package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
	"carnet/vault/render"
)

func (a *app) addCommand() *cobra.Command {
	var opt vault.ImportOptions
	var unread, join bool
	var photos photoOptions
	c := a.verb(a.word(text.DocumentAdd), 1, -1, func(args []string) error {
		if !join && photos != (photoOptions{}) {
			return a.usage(text.JoinAlone)
		}
		return a.withVault(func(v *vault.Vault) error {
			p, err := a.who(v)
			if err != nil {
				return err
			}
			if join {
				return a.join(v, p, args, photos, opt, !unread)
			}
			return a.add(v, p, args, opt, !unread)
		})
	})
	a.categoryFlag(c, &opt.Category)
	c.Flags().StringVar(&opt.Date, "date", "", a.Say(text.OptDate))
	c.Flags().BoolVar(&unread, "no-ocr", false, a.Say(text.OptNoReading))
	c.Flags().BoolVar(&join, "join", false, a.Say(text.OptJoin))
	a.photoFlags(c, &photos)
	return c
}

// addedJSON is the outcome of an import as scripts read it.
type addedJSON struct {
	Added      []addedFile     `json:"added"`
	Duplicates []duplicateFile `json:"duplicates"`
	Failed     []failedFile    `json:"failed"`
	AsIs       []failedFile    `json:"asIs"`   // kept and nothing more, and why: archives in archives, photographs in HEIC
	Unread     int             `json:"unread"` // scans and photographs of the vault whose text waits to be read
}

type addedFile struct {
	Path     string     `json:"path"`
	ID       record.ID  `json:"id"`
	Concerns *record.ID `json:"concerns,omitempty"` // another person, whom the text names
	Lost     []int      `json:"lost,omitempty"`     // pages that cost too much to be looked at unasked
}

type duplicateFile struct {
	Path string    `json:"path"`
	Of   record.ID `json:"of"`
}

type failedFile struct {
	Path  string `json:"path"`
	Error string `json:"error"`
}

// add imports, telling each file as it is saved, then looks into what came.
func (a *app) add(v *vault.Vault, p record.Patient, paths []string, opt vault.ImportOptions, read bool) error {
	start := time.Now()
	out, stopped := a.importing(opt, func(opt *vault.ImportOptions) iter.Seq[vault.Imported] {
		return v.Import(a.ctx, p.ID, paths, opt)
	})
	return a.added(v, out, stopped, time.Since(start), read)
}

// importing tells what becomes of each file, and how far it is.
func (a *app) importing(opt vault.ImportOptions, files func(*vault.ImportOptions) iter.Seq[vault.Imported]) (out addedJSON, stopped error) {
	out = addedJSON{[]addedFile{}, []duplicateFile{}, []failedFile{}, []failedFile{}, 0}
	progress := a.progress()
	opt.Progress = progress.bytes
	for r := range files(&opt) {
		progress.files(r.Done)
		progress.end()
		if r.Path == "" {
			stopped = r.Err
			continue
		}
		a.imported(&out, r)
	}
	progress.end()
	return out, stopped
}

// imported tells what became of a file.
func (a *app) imported(out *addedJSON, r vault.Imported) {
	switch {
	case r.Err != nil:
		out.Failed = append(out.Failed, failedFile{r.Path, a.told(r.Err)})
		a.line(text.DocFailed, r.Path, a.told(r.Err))
	case r.Duplicate:
		out.Duplicates = append(out.Duplicates, duplicateFile{r.Path, r.ID})
		said := text.DocDuplicate
		if r.InBin {
			said = text.DocInBin
		}
		a.line(said, short(r.ID), r.Path)
	default:
		out.Added = append(out.Added, addedFile{Path: r.Path, ID: r.ID})
		a.line(text.DocAdded, short(r.ID), r.Path)
	}
	if r.Err == nil && r.AsIs != nil {
		out.AsIs = append(out.AsIs, failedFile{r.Path, a.told(r.AsIs)})
		e, _ := text.Explain(r.AsIs)
		a.line(text.DocAsIs, r.Path, a.told(r.AsIs)+" "+a.Say(e.Do))
	}
}

// added sums an import up and looks into what came.
func (a *app) added(v *vault.Vault, out addedJSON, stopped error, saved time.Duration, read bool) error {
	stopped = a.sumUp(v, &out, stopped, saved, read)
	return a.ended(&out, stopped, a.give(out, func() {}))
}

// sumUp tells what came, and looks into it unless the import was stopped.
func (a *app) sumUp(v *vault.Vault, out *addedJSON, stopped error, saved time.Duration, read bool) error {
	if !a.json && (stopped == nil || len(out.Added)+len(out.Duplicates)+len(out.Failed) > 0) {
		fmt.Fprintln(a.out, a.summary(*out)+", "+a.Say(text.SavedIn, saved.Seconds())+".")
	}
	if stopped == nil && len(out.Added) > 0 {
		stopped = a.lookInto(v, out, read)
	}
	return stopped
}

// ended is how a command ends that has told what came; err is that of telling it.
func (a *app) ended(out *addedJSON, stopped, err error) error {
	switch {
	case errors.Is(stopped, context.Canceled):
		a.report(stopped)
		return errPartial
	case stopped != nil:
		return errors.Join(stopped, err)
	case err == nil && len(out.Failed) > 0:
		return errPartial
	}
	return err
}

// lookInto looks into what was added, and says how much waits to be read.
func (a *app) lookInto(v *vault.Vault, out *addedJSON, read bool) error {
	err := a.examine(v, out.Added, read)
	waiting, failed := v.Unread()
	out.Unread = len(waiting)
	if len(waiting) > 0 {
		a.line(text.StillWaiting, len(waiting))
	}
	return errors.Join(err, failed)
}

// line tells what became of one file, unless JSON will.
func (a *app) line(m text.Message, values ...any) {
	if !a.json {
		a.tell(m, values...)
	}
}

func (a *app) summary(out addedJSON) string {
	parts := []string{a.Plural(len(out.Added), text.AddedCount, text.AddedMany)}
	if n := len(out.Duplicates); n > 0 {
		parts = append(parts, a.Plural(n, text.DuplicateOne, text.DuplicateMany))
	}
	if n := len(out.Failed); n > 0 {
		parts = append(parts, a.Plural(n, text.RefusedOne, text.RefusedMany))
	}
	return strings.Join(parts, ", ")
}

// examine reads pages, text and category; everything is saved already.
func (a *app) examine(v *vault.Vault, added []addedFile, read bool) error {
	progress := a.progress()
	start := time.Now()
	err := v.Examine(a.ctx, session.Prober{Client: a.renderer()}, progress.examined)
	progress.end()
	if err != nil {
		return err
	}
	a.line(text.ExaminedIn, time.Since(start).Seconds())
	if read {
		switch err := a.read(v); {
		case noTesseract(err):
			a.note(text.ReadingMissing)
			a.note(text.TesseractAdvice(runtime.GOOS))
		case err != nil:
			return err
		}
	}
	unshowable := 0
	names := a.names(v)
	for i, f := range added {
		d, err := v.Document(f.ID)
		if err != nil {
			return err
		}
		if !d.Proposed.Concerns.IsZero() {
			added[i].Concerns = &d.Proposed.Concerns
		}
		if other := names[d.Proposed.Concerns]; other != "" {
			a.line(text.DocConcerns, short(f.ID), other)
		}
		if d.Proposed.Failed {
			unshowable++
			a.line(text.DocKept, short(f.ID), f.Path)
		}
		if added[i].Lost = d.Proposed.Lost; len(d.Proposed.Lost) > 0 && !d.Proposed.Failed {
			a.line(text.DocLost, short(f.ID), f.Path, listed(d.Proposed.Lost))
		}
	}
	if unshowable > 0 && !a.json {
		fmt.Fprintln(a.out, a.Plural(unshowable, text.UnshowableOne, text.UnshowableAll))
	}
	return nil
}

// listed gives the numbers of pages as they are said.
func listed(pages []int) string {
	said := make([]string, len(pages))
	for i, n := range pages {
		said[i] = strconv.Itoa(n)
	}
	return strings.Join(said, ", ")
}

// read reads scans and photographs, where this computer can.
func (a *app) read(v *vault.Vault) error {
	waiting, err := v.Unread()
	if err != nil || len(waiting) == 0 {
		return err
	}
	r, err := render.NewRecogniser(a.ctx, a.renderer())
	if err != nil {
		return err
	}
	progress := a.progress()
	err = v.Recognise(a.ctx, r, progress.examined)
	progress.end()
	return err
}

// noTesseract reports whether this computer lacks what reads pictures.
func noTesseract(err error) bool {
	return errors.Is(err, render.ErrNoTesseract) || errors.Is(err, render.ErrNoFrench)
}

func (a *app) readCommand() *cobra.Command {
	return a.verb(a.word(text.DocumentRead), 0, 1, func(args []string) error {
		return a.withVault(func(v *vault.Vault) error {
			if len(args) == 1 {
				return a.readDocument(v, args[0])
			}
			progress := a.progress()
			err := v.Examine(a.ctx, session.Prober{Client: a.renderer()}, progress.examined)
			progress.end()
			if err != nil {
				return err
			}
			before, err := v.Unread()
			if err != nil {
				return err
			}
			stopped := a.read(v)
			if noTesseract(stopped) {
				a.note(text.TesseractAdvice(runtime.GOOS))
			}
			left, err := v.Unread()
			if err != nil {
				return errors.Join(stopped, err)
			}
			read := len(before) - len(left)
			err = a.give(map[string]int{"read": read, "unread": len(left)}, func() {
				fmt.Fprintln(a.out, a.Plural(read, text.ReadOne, text.ReadMany))
				if len(left) > 0 {
					a.tell(text.StillWaiting, len(left))
				}
			})
			return errors.Join(stopped, err)
		})
	})
}

// progress tells how far a long work is: on one line that is written over on a
// terminal, else in plain lines every tenth.
type progress struct {
	*app
	mu    sync.Mutex
	start time.Time
	last  time.Time
	tenth int64
	count int
	shown bool
}

func (a *app) progress() *progress { return &progress{app: a, start: time.Now(), last: time.Now()} }

func (p *progress) files(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count = n
}

func (p *progress) bytes(done, total int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.due(done, total) {
		return
	}
	left := time.Duration(float64(time.Since(p.start)) * float64(total-done) / float64(max(done, 1))).Round(time.Second)
	p.show(p.Say(text.Progress, p.Size(done), p.Size(total), p.count, left))
}

// worked is for work that is measured in bytes.
func (p *progress) worked(done, total int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.due(done, total) {
		p.show(p.Say(text.WorkDone, p.Size(done), p.Size(total)))
	}
}

func (p *progress) examined(done, total int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.due(done, total) {
		p.show(p.Say(text.Examining, done, total))
	}
}

// due limits how often progress is told: nothing for work that is done within
// a second.
func (p *progress) due(done, total int64) bool {
	if p.json || time.Since(p.last) < 200*time.Millisecond || time.Since(p.start) < time.Second {
		return false
	}
	if !p.live() {
		tenth := done * 10 / max(total, 1)
		if tenth <= p.tenth {
			return false
		}
		p.tenth = tenth
	}
	p.last = time.Now()
	return true
}

func (p *progress) show(s string) {
	if p.live() {
		fmt.Fprintf(p.err, "\r\x1b[K%s", s)
		p.shown = true
		return
	}
	fmt.Fprintln(p.err, s)
}

// end clears the line.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown {
		fmt.Fprint(p.err, "\r\x1b[K")
		p.shown = false
	}
}
