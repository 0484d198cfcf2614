package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/exchange/sheet"
	"carnet/vault/seal"
)

// kitPaper is the file that a recovery kit goes to. It is made before the vault
// changes, so that a path which does not do is refused while nothing is lost.
// The zero value prints the kit instead.
type kitPaper struct {
	path string
	file *os.File
}

// kitFile makes the file at path, which must not be there yet; "" gives the
// zero value.
func (a *app) kitFile(path string) (*kitPaper, error) {
	if path == "" {
		return &kitPaper{}, nil
	}
	switch strings.ToLower(filepath.Ext(path)) {
	case ".pdf", ".txt":
	default:
		return nil, a.usage(text.KitKind)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	return &kitPaper{path: path, file: f}, nil
}

// discard removes the file when nothing was written to it.
func (p *kitPaper) discard() {
	if p.file != nil {
		p.file.Close() // empty: nothing to lose
		os.Remove(p.path)
		p.file = nil
	}
}

// write puts the kit on paper. When that fails, or no file was asked for, the
// kit is printed: it must not be lost. servers are where the records were
// synchronised.
func (p *kitPaper) write(a *app, code seal.KitCode, name, vaultPath string, servers []vault.Server) error {
	kit := text.Kit{Groups: code.Groups(), Keyholder: name, Vault: filepath.Base(vaultPath), Made: time.Now(), Servers: servers}
	return p.put(a, kit.Sheet(a.Language), text.KitWritten, text.KitNotWritten)
}

// put writes a sheet with a secret that is shown once.
func (p *kitPaper) put(a *app, sheet *sheet.Sheet, written, failed text.Message) error {
	if p.file == nil {
		out := a.out
		if a.json {
			out = a.err
		}
		_, err := fmt.Fprintln(out, sheet.Text())
		return err
	}
	content := []byte(sheet.Text())
	var err error
	if strings.EqualFold(filepath.Ext(p.path), ".pdf") {
		content, err = sheet.PDF()
	}
	if err == nil {
		_, err = p.file.Write(content)
	}
	if err == nil {
		err = p.file.Sync()
	}
	err = errors.Join(err, p.file.Close())
	p.file = nil
	if err != nil {
		a.note(failed)
		fmt.Fprintln(a.err, sheet.Text())
		return err
	}
	if !a.json {
		a.tell(written, p.path)
	}
	return nil
}
