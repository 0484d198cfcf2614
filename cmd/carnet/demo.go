package main

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"carnet/cmd/carnet/samples"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

func (a *app) demoCommand() *cobra.Command {
	return a.verb(a.word(text.Demo), 0, 0, func([]string) (err error) {
		folder, err := os.MkdirTemp("", "carnet-demo-")
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
		return (&demo{app: a, folder: folder}).run()
	})
}

// demo is the main job from end to end, on samples made for the purpose: every
// step does the real thing and says what it saw.
type demo struct {
	*app
	folder string
	step   int
	v      *vault.Vault
	me     record.Patient
	files  []samples.File
}

// say announces a step.
func (d *demo) say(m text.Message, values ...any) {
	d.step++
	fmt.Fprintf(d.out, "%2d. %s\n", d.step, d.Say(m, values...))
}

func (d *demo) run() error {
	opt := d.options()
	opt.Marks = nil // it is gone soon
	path := filepath.Join(d.folder, "exemple.carnet")
	passphrase := []byte(rand.Text())
	v, kit, err := vault.Create(d.ctx, path, vault.First{Name: "Camille Exemple", Birth: "1985-04-12", Passphrase: passphrase}, opt)
	if err != nil {
		return err
	}
	d.v = v
	defer func() { d.v.Close() }()
	d.say(text.DemoCreated, path, kit.Groups()[0])
	for _, step := range []func() error{d.child, d.add, d.list, d.page, d.export, d.mask, d.verify} {
		if err := step(); err != nil {
			return err
		}
	}
	if err := d.v.Close(); err != nil {
		return err
	}
	if d.v, err = vault.Recover(d.ctx, path, kit, []byte(rand.Text()), opt); err != nil {
		return err
	}
	again, err := d.v.Documents(d.me.ID)
	if err != nil {
		return err
	}
	d.say(text.DemoRecovered, len(again))
	if d.canary(path) {
		return d.refuse(text.DemoFound)
	}
	d.say(text.DemoSealed)
	d.say(text.DemoDone)
	return nil
}

func (d *demo) child() (err error) {
	d.me, err = d.v.AddPatient(d.ctx, record.Patient{Name: "Léa Exemple", Birth: "2019-09-03", Sex: record.Female}, false)
	if err == nil {
		d.say(text.DemoPerson, d.me.Name)
	}
	return err
}

func (d *demo) add() (err error) {
	if d.files, err = samples.Make(time.Now()); err != nil {
		return err
	}
	in := filepath.Join(d.folder, "exemples")
	if err := os.Mkdir(in, 0o700); err != nil {
		return err
	}
	for _, f := range d.files {
		if err := os.WriteFile(filepath.Join(in, f.Name), f.Data, 0o600); err != nil {
			return err
		}
	}
	added, duplicates := 0, 0
	for r := range d.v.Import(d.ctx, d.me.ID, []string{in}, nil) {
		switch {
		case r.Err != nil:
			return r.Err
		case r.Duplicate:
			duplicates++
		default:
			added++
		}
	}
	d.say(text.DemoAdded, added, duplicates)
	if err := d.v.Examine(d.ctx, session.Prober{Client: d.renderer()}, nil); err != nil {
		return err
	}
	d.say(text.DemoExamined)
	return nil
}

func (d *demo) list() error {
	all, err := d.v.Documents(d.me.ID)
	if err != nil {
		return err
	}
	d.say(text.DemoListed, len(all))
	d.printDocuments(d.v, all, false)
	return nil
}

// first finds the first PDF.
func (d *demo) first() (record.Document, error) {
	all, err := d.v.Documents(d.me.ID)
	if err != nil {
		return record.Document{}, err
	}
	for _, doc := range all {
		if doc.MediaType == "application/pdf" {
			return doc, nil
		}
	}
	return record.Document{}, vault.ErrNoDocument
}

func (d *demo) page() error {
	doc, err := d.first()
	if err != nil {
		return err
	}
	content, err := d.v.Open(d.ctx, doc.ID, record.DocumentRead)
	if err != nil {
		return err
	}
	png, err := d.renderer().Page(d.ctx, content, content.Size(), 1, 800, 800)
	if err != nil {
		return err
	}
	to := filepath.Join(d.folder, "page.png")
	if err := vault.WriteNew(to, png); err != nil {
		return err
	}
	d.say(text.DemoPage, doc.Title, d.Size(int64(len(png))))
	return nil
}

func (d *demo) export() error {
	all, err := d.v.Documents(d.me.ID)
	if err != nil {
		return err
	}
	to := filepath.Join(d.folder, "rendus")
	var ids []record.ID
	for _, doc := range all {
		ids = append(ids, doc.ID)
	}
	done, err := d.v.ExtractAll(d.ctx, ids, to, nil)
	if err != nil {
		return err
	}
	for _, e := range done {
		if e.Err != nil {
			return e.Err
		}
		out, err := os.ReadFile(e.Path)
		if err != nil {
			return err
		}
		if !d.original(out) {
			return d.refuse(text.DemoDiffers)
		}
	}
	d.say(text.DemoExported, len(done))
	return nil
}

// original reports whether bytes are those of one of the samples.
func (d *demo) original(out []byte) bool {
	for _, f := range d.files {
		if bytes.Equal(out, f.Data) {
			return true
		}
	}
	return false
}

func (d *demo) mask() error {
	doc, err := d.first()
	if err != nil {
		return err
	}
	if err := d.v.Mask(d.ctx, doc.ID, record.Everyone); err != nil {
		return err
	}
	d.say(text.DemoMasked, doc.Title)
	return nil
}

func (d *demo) verify() error {
	r, err := d.v.Check(d.ctx, false, nil)
	if err != nil {
		return err
	}
	if !r.Ok() {
		return vault.ErrDamaged
	}
	d.say(text.DemoVerified, r.Records, r.Documents, r.Chunks, r.Journal.Entries)
	return nil
}

// canary looks for names and titles in the raw file, as somebody who stole it
// would.
func (d *demo) canary(path string) (found bool) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return true
	}
	for _, word := range []string{"Camille", "Exemple", "Ordonnance", "ordonnance", "%PDF"} {
		found = found || bytes.Contains(raw, []byte(word))
	}
	return found
}
