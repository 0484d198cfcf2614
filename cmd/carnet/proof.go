package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/proof"
)

func (a *app) proofCommands() *cobra.Command {
	return a.word(text.ProofWord, a.verb(a.word(text.ProofVerify), 1, 1, func(args []string) error { return a.verifyProof(args[0]) }))
}

// verifyProof opens no vault and asks for no passphrase.
func (a *app) verifyProof(path string) error {
	content, err := vault.ReadGiven(path, proof.MaxSize)
	if errors.Is(err, vault.ErrTooLarge) {
		err = proof.ErrForm
	}
	if err != nil {
		return err
	}
	p, err := proof.Parse(content)
	if err != nil {
		return err
	}
	return a.give(p, func() {
		a.tell(text.ProofGood)
		for _, row := range a.ProofRows(p) {
			a.tell(text.ProofLine, row.Label, row.Value)
		}
	})
}

// proofPaper is where a proof goes. Its files are made before anything is erased.
// The zero value prints the proof.
type proofPaper struct{ json, pdf *os.File }

func (a *app) proofFile(path string) (*proofPaper, error) {
	if path == "" {
		return &proofPaper{}, nil
	}
	base, ok := strings.CutSuffix(path, ".json")
	if !ok || filepath.Base(path) == ".json" {
		return nil, a.usage(text.ProofName)
	}
	p := &proofPaper{}
	var err error
	if p.json, err = os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600); err != nil {
		return nil, err
	}
	if p.pdf, err = os.OpenFile(base+".pdf", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600); err != nil {
		p.discard()
		return nil, err
	}
	return p, nil
}

// discard removes the files when nothing was written to them.
func (p *proofPaper) discard() {
	for _, f := range []*os.File{p.json, p.pdf} {
		if f != nil {
			f.Close() // empty: nothing to lose
			os.Remove(f.Name())
		}
	}
	p.json, p.pdf = nil, nil
}

// write puts a proof into its files. When that fails, or none was asked for, it is
// printed: it must not be lost. With --json it is in the result.
func (p *proofPaper) write(a *app, said *proof.Proof) error {
	b, err := said.Bytes()
	if err != nil {
		return err
	}
	if p.json == nil {
		if !a.json {
			_, err = a.out.Write(b)
		}
		return err
	}
	pdf, err := a.Proof(said).PDF()
	for f, content := range map[*os.File][]byte{p.json: b, p.pdf: pdf} {
		_, failed := f.Write(content)
		err = errors.Join(err, failed, f.Sync(), f.Close())
	}
	path := p.json.Name()
	p.json, p.pdf = nil, nil
	if err != nil {
		a.note(text.ProofNotWritten)
		_, again := a.err.Write(b)
		return errors.Join(err, again)
	}
	if !a.json {
		a.tell(text.ProofWritten, path)
	}
	return nil
}
