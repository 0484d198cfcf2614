package vault_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"carnet/assets"
	"carnet/vault"
	"carnet/vault/exchange/hcert"
	"carnet/vault/filing"
	"carnet/vault/profile"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// The people of the tests. Camille and Dominique are the parents of Lou; Sacha
// helps.
const (
	camille   = "Camille Kervalan"
	dominique = "Dominique Kervalan"
	sacha     = "Sacha Ndiaye"
	lou       = "Lou Kervalan"
)

func passphraseOf(name string) []byte { return []byte("la phrase secrète de " + name) }

// today is the clock of the tests.
var today = time.Date(2026, time.November, 20, 10, 30, 0, 0, time.UTC)

// options are those of every test: the least work that a slot may ask for, and
// the tables of the program.
func options() *vault.Options {
	return &vault.Options{Argon2: seal.Floor, Means: "command", Filing: rules(), Profile: kinds(), Attestations: terms(), Measures: measures(), Now: func() time.Time { return today }}
}

var rules = sync.OnceValue(func() *filing.Rules {
	r, err := filing.Load(assets.FS)
	if err != nil {
		panic(err)
	}
	return r
})

var terms = sync.OnceValue(func() *hcert.Terms {
	t, err := hcert.Load(assets.FS)
	if err != nil {
		panic(err)
	}
	return t
})

var kinds = sync.OnceValue(func() *profile.Table {
	t, err := profile.Load(assets.FS)
	if err != nil {
		panic(err)
	}
	return t
})

// household is a vault file with those who have a passphrase in it. Camille has
// it open at first.
type household struct {
	*vault.Vault
	t     testing.TB
	path  string
	who   string
	seats map[string]vault.Seat
	kits  map[string]seal.KitCode
	me    record.Patient // Camille
	lou   record.Patient // a child: Camille and Dominique are guardians
}

// template is made once: deriving keys is slow on purpose.
var template struct {
	sync.Once
	dir string
	err error
	household
}

func removeTemplate() { os.RemoveAll(template.dir) }

func makeTemplate() error {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "carnet-vault-test-*")
	if err != nil {
		return err
	}
	t := &template.household
	template.dir, t.path = dir, filepath.Join(dir, "family.carnet")
	t.seats, t.kits = map[string]vault.Seat{}, map[string]seal.KitCode{}
	first := vault.First{Name: camille, Birth: "1984-05-02", Sex: record.Female, Passphrase: passphraseOf(camille)}
	v, kit, err := vault.Create(ctx, t.path, first, options())
	if err != nil {
		return err
	}
	t.seats[camille], t.kits[camille] = v.Seat(), kit
	for _, name := range []string{dominique, sacha} {
		if t.kits[name], err = v.AddKeyholder(ctx, name, passphraseOf(name)); err != nil {
			return err
		}
	}
	patients, err := v.Patients()
	if err != nil {
		return err
	}
	t.me = patients[0]
	t.lou, err = v.AddPatient(ctx, record.Patient{Name: lou, Birth: "2015-09-30", Sex: record.Female}, false, dominique)
	if err != nil {
		return err
	}
	if err := v.Close(); err != nil {
		return err
	}
	for _, name := range []string{dominique, sacha} {
		v, err := vault.Unlock(ctx, t.path, passphraseOf(name), options())
		if err != nil {
			return err
		}
		t.seats[name] = v.Seat()
		if err := v.Close(); err != nil {
			return err
		}
	}
	return nil
}

// newVault returns a fresh vault: Camille, who is also a patient, and Dominique
// are guardians of Lou; Sacha has a passphrase and no part in any record.
func newVault(t testing.TB) *household {
	t.Helper()
	return newVaultAt(t, filepath.Join(t.TempDir(), "family.carnet"))
}

func newVaultAt(t testing.TB, path string) *household {
	t.Helper()
	template.Do(func() { template.err = makeTemplate() })
	if template.err != nil {
		t.Fatal(template.err)
	}
	h := template.household
	h.t, h.path = t, path
	h.kits, h.seats = clone(h.kits), clone(h.seats)
	copyFile(t, template.path, h.path)
	h.as(camille)
	t.Cleanup(h.close)
	return &h
}

func clone[K comparable, V any](m map[K]V) map[K]V {
	out := make(map[K]V, len(m))
	for k, v := range m {
		out[k] = v
	}
	return out
}

func (h *household) close() {
	h.t.Helper()
	if err := h.Close(); err != nil {
		h.t.Errorf("close: %v", err)
	}
}

// as closes the vault and opens it again for somebody, without deriving their
// key.
func (h *household) as(name string) {
	h.t.Helper()
	if h.Vault != nil {
		h.close()
	}
	v, err := h.seats[name].Open(h.path, options())
	if err != nil {
		h.t.Fatalf("open as %s: %v", name, err)
	}
	h.Vault, h.who = v, name
}

// reopen is as for the same person.
func (h *household) reopen() {
	h.t.Helper()
	h.as(h.who)
}

// add imports one file with the given name and content.
func (h *household) add(patient record.ID, name string, content []byte) record.ID {
	h.t.Helper()
	path := filepath.Join(h.t.TempDir(), name)
	writeFile(h.t, path, content)
	got := h.importAll(patient, path)
	if len(got) != 1 || got[0].Err != nil || got[0].Duplicate {
		h.t.Fatalf("import of %s: %+v", name, got)
	}
	return got[0].ID
}

func (h *household) importAll(patient record.ID, paths ...string) (out []vault.Imported) {
	h.t.Helper()
	for i := range h.Import(context.Background(), patient, paths, nil) {
		out = append(out, i)
	}
	return out
}

// read returns the content of a document.
func (h *household) read(id record.ID) []byte {
	h.t.Helper()
	b, err := contentOf(h.Vault, id)
	if err != nil {
		h.t.Fatalf("read a document: %v", err)
	}
	return b
}

func contentOf(v *vault.Vault, id record.ID) ([]byte, error) {
	c, err := v.Open(context.Background(), id, record.DocumentRead)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(c)
	if err == nil && int64(len(b)) != c.Size() {
		err = fmt.Errorf("%d bytes read, %d announced", len(b), c.Size())
	}
	return b, err
}

func (h *household) document(id record.ID) record.Document {
	h.t.Helper()
	d, err := h.Document(id)
	if err != nil {
		h.t.Fatalf("document: %v", err)
	}
	return d
}

func (h *household) documents(patient record.ID) []record.Document {
	h.t.Helper()
	list, err := h.Documents(patient)
	if err != nil {
		h.t.Fatalf("documents: %v", err)
	}
	return list
}

// sound fails the test unless everything in the file holds and no version is
// unfinished.
func (h *household) sound() vault.Report {
	h.t.Helper()
	r, err := h.Check(context.Background(), false, nil)
	if err != nil || !r.Ok() || r.Unfinished != 0 || h.Damage() != (vault.Damage{}) {
		h.t.Fatalf("the vault is not sound: %+v, %+v, %v", r, h.Damage(), err)
	}
	return r
}

// must fails the test at an error of a verb that the test only prepares with.
func (h *household) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func writeFile(t testing.TB, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func copyFile(t testing.TB, from, to string) {
	t.Helper()
	writeFile(t, to, readFile(t, from))
}

// noise returns n bytes that do not compress, the same for one seed.
func noise(seed uint64, n int) []byte {
	b := make([]byte, n)
	if _, err := rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8), byte(seed >> 16), 1}).Read(b); err != nil {
		panic(err)
	}
	return b
}

func ptr[T any](v T) *T { return &v }

// second is the error of a call that gives something else as well.
func second[T any](_ T, err error) error { return err }

// same compares contents without printing them.
func same(t testing.TB, what string, got, want []byte) {
	t.Helper()
	if !bytes.Equal(got, want) {
		t.Errorf("%s: %d bytes that differ from the %d given", what, len(got), len(want))
	}
}
