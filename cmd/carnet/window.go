package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"crypto/rand"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"

	"carnet/assets"
	"carnet/cmd/carnet/samples"
	"carnet/ui"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
	"carnet/vault/render"
)

// appID names the program to the system.
const appID = "fr.carnet.coffre"

// hasDisplay reports whether a window can be shown.
func hasDisplay(getenv func(string) string) bool {
	switch runtime.GOOS {
	case "windows", "darwin":
		return true
	}
	return getenv("DISPLAY") != "" || getenv("WAYLAND_DISPLAY") != ""
}

// window shows the window until it is closed.
func (a *app) window() (err error) {
	opt := a.options()
	opt.Means, opt.Older = "window", false // it asks
	path, err := a.path()
	if err != nil {
		return err
	}
	open := ""
	if a.vaultPath != "" || os.Getenv("CARNET_VAULT") != "" {
		if _, err := os.Stat(path); err == nil {
			open = path
		}
	}
	// The toolkit keeps its settings and scratch there, and complains when a new
	// person's folder has none.
	for _, folder := range []func() (string, error){os.UserCacheDir, os.UserConfigDir} {
		if path, err := folder(); err == nil {
			if err := os.MkdirAll(path, 0o700); err != nil {
				return err
			}
		}
	}
	b, err := thisBuild()
	if err != nil {
		return err
	}
	folder, err := dataFolder()
	if err != nil {
		return err
	}
	tries := tries{app: a}
	defer func() { err = errors.Join(err, tries.remove()) }()
	// All drawing is done on one goroutine (kit.Stage): the toolkit need not
	// check it at each change of what is on screen, by printing a stack.
	fyneapp.SetMetadata(fyne.AppMetadata{ID: appID, Migrations: map[string]bool{"fyneDo": true}})
	ui.New(fyneapp.NewWithID(appID), ui.Options{
		System: a.Language, Vault: *opt, Tables: a.tables, Path: path, Prefs: filepath.Join(folder, "window.json"), Open: open, Build: b,
		Words: func(l text.Language) []string { return assets.Words(l.Tag()) },
		Try:   tries.make,
		Pages: func() *render.Client { return render.New(nil) },
		Shelf: a.shelf(),
		Now:   time.Now,
	}).Run()
	return nil
}

// sampleVault is the file name of a vault of invented documents.
const sampleVault = "exemple.carnet"

// tries are vaults of invented documents, gone when the program ends.
type tries struct {
	app     *app
	folders []string
}

// make makes one, with a parent and a child.
func (t *tries) make(ctx context.Context) (path string, passphrase []byte, err error) {
	folder, err := os.MkdirTemp("", "carnet-demo-")
	if err != nil {
		return "", nil, err
	}
	t.folders = append(t.folders, folder)
	opt := t.app.options()
	opt.Marks = nil // it is gone soon
	path, passphrase = filepath.Join(folder, sampleVault), []byte(rand.Text())
	v, _, err := vault.Create(ctx, path, vault.First{Name: "Camille Exemple", Birth: "1985-04-12", Passphrase: passphrase}, opt)
	if err != nil {
		return "", nil, err
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	child, err := v.AddPatient(ctx, record.Patient{Name: "Léa Exemple", Birth: "2019-09-03", Sex: record.Female}, false)
	if err != nil {
		return "", nil, err
	}
	files, err := samples.Make(time.Now())
	if err != nil {
		return "", nil, err
	}
	var paths []string
	for _, f := range files {
		p := filepath.Join(folder, f.Name)
		if err := os.WriteFile(p, f.Data, 0o600); err != nil {
			return "", nil, err
		}
		paths = append(paths, p)
	}
	for x := range v.Import(ctx, child.ID, paths, nil) {
		if x.Err != nil {
			return "", nil, x.Err
		}
	}
	client := render.New(nil)
	defer client.Close()
	return path, passphrase, v.Examine(ctx, session.Prober{Client: client}, nil)
}

func (t *tries) remove() (err error) {
	for _, folder := range t.folders {
		err = errors.Join(err, t.app.shelf().Forget(filepath.Join(folder, sampleVault)), os.RemoveAll(folder))
	}
	return err
}
