package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/term"

	"carnet/assets"
	"carnet/ui/keyring"
	"carnet/ui/lockscreen"
	"carnet/ui/print"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
	"carnet/vault/render"
	"carnet/vault/seal"
)

// streams are where a command reads and writes: results on out, everything else
// on err.
type streams struct {
	in  *os.File
	out io.Writer
	err io.Writer
}

// app is what the commands of one run share.
type app struct {
	streams
	text.Language
	ctx        context.Context
	argon2     seal.Argon2 // of new slots; zero but in tests of this package
	releaseKey []byte      // instead of the program's own; nil but in tests of this package

	vaultPath, as, patient     string
	passphraseFD, newFD, kitFD int
	sheetsFD                   int
	json, simple, older        bool

	keepPassphrase bool   // for a check that goes on when the vault does not open
	passphrase     []byte // kept so, wiped by the check

	fds    map[int]*os.File // that secrets were read from
	open   *vault.Vault     // by the shell, for many commands
	render *render.Client
	tables *session.Tables
}

// run runs one command line and returns the exit code.
func run(ctx context.Context, s streams, l text.Language, args []string) int {
	return newApp(ctx, s, l).run(args)
}

func newApp(ctx context.Context, s streams, l text.Language) *app {
	tables, err := session.LoadTables(assets.FS)
	if err != nil {
		panic(err) // a fault of this build
	}
	return &app{streams: s, Language: l, ctx: ctx, tables: tables}
}

func (a *app) run(args []string) int {
	defer a.closeRender()
	a.report(print.Sweep()) // what a killed run left does not keep this one
	root := a.root()
	root.SetArgs(args)
	err := root.ExecuteContext(a.ctx)
	a.report(err)
	return exitCode(err)
}

func (a *app) closeRender() {
	if a.render != nil {
		a.render.Close() // the child holds nothing of its own
		a.render = nil
	}
}

// path is the vault's file: asked for, or where the system keeps such data.
func (a *app) path() (string, error) {
	if a.vaultPath != "" {
		return a.vaultPath, nil
	}
	if p := os.Getenv("CARNET_VAULT"); p != "" {
		return p, nil
	}
	folder, err := dataFolder()
	if err != nil {
		return "", err
	}
	return filepath.Join(folder, "coffre.carnet"), nil
}

func dataFolder() (string, error) {
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	switch runtime.GOOS {
	case "windows":
		if p := os.Getenv("LocalAppData"); p != "" {
			return filepath.Join(p, "Carnet"), nil
		}
		return filepath.Join(home, "AppData", "Local", "Carnet"), nil
	case "darwin":
		return filepath.Join(home, "Library", "Application Support", "Carnet"), nil
	}
	if p := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(p) {
		return filepath.Join(p, "carnet"), nil
	}
	return filepath.Join(home, ".local", "share", "carnet"), nil
}

func (a *app) options() *vault.Options {
	return &vault.Options{As: a.as, Means: "command", Argon2: a.argon2, Filing: a.tables.Filing, Profile: a.tables.Kinds, Attestations: a.tables.Terms, Measures: a.tables.Measures, Attest: a.Attest, Marks: keyring.Marks{}, Older: a.older}
}

// withVault opens the vault, or takes the shell's, and closes it after fn.
func (a *app) withVault(fn func(*vault.Vault) error) (err error) {
	if a.open != nil {
		return fn(a.open)
	}
	v, err := a.unlock()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close(v)) }()
	return fn(v)
}

// close closes a vault, after the emergency sheet that is read while it is closed
// was written again. What fails there is told and fails no command.
func (a *app) close(v *vault.Vault) error {
	if _, err := v.ID(); err == nil {
		a.report(a.shelf().Refresh(v))
	}
	return v.Close()
}

// shelf is where emergency sheets lie that are read while the vault is closed; nil
// where there is no folder for them.
func (a *app) shelf() *lockscreen.Shelf {
	folder, err := dataFolder()
	if err != nil {
		return nil
	}
	return &lockscreen.Shelf{Folder: filepath.Join(folder, "aside"), Now: time.Now}
}

// closed finds a vault that is about to be opened, before any secret is asked for.
func (a *app) closed() (path string, opt *vault.Options, err error) {
	if path, err = a.path(); err != nil {
		return "", nil, err
	}
	if _, err := os.Stat(path); err != nil {
		return "", nil, a.absent(path, err)
	}
	return path, a.options(), nil
}

func (a *app) unlock() (*vault.Vault, error) {
	path, opt, err := a.closed()
	if err != nil {
		return nil, err
	}
	passphrase, err := a.secret(a.passphraseFD, "passphrase-fd", text.AskPassphrase)
	if err != nil {
		return nil, err
	}
	if a.keepPassphrase {
		a.passphrase = passphrase
	} else {
		defer clear(passphrase)
	}
	v, err := vault.Unlock(a.ctx, path, passphrase, opt)
	if err != nil {
		return nil, err
	}
	a.warn(v)
	openings, err := a.shelf().Take(a.ctx, v)
	a.report(err)
	for _, told := range a.Openings(openings.Entered, openings.Lost) {
		fmt.Fprintln(a.err, told)
	}
	return v, nil
}

// warn tells what opening found wrong.
func (a *app) warn(v *vault.Vault) {
	d := v.Damage()
	if n := d.Records + d.Refused + d.Headers; n > 0 {
		a.note(text.Damaged, n)
	}
	if d.Gone > 0 {
		a.note(text.GoneRecords, d.Gone)
	}
	traces, err := v.Traces()
	a.report(err)
	if traces {
		a.note(text.TracesLeft)
	}
}

// who finds the person a command is about: the one asked for, or the only one.
func (a *app) who(v *vault.Vault) (record.Patient, error) {
	all, err := v.Patients()
	if err != nil {
		return record.Patient{}, err
	}
	if a.patient == "" {
		switch len(all) {
		case 0:
			return record.Patient{}, a.refuse(text.NoPersons)
		case 1:
			return all[0], nil
		}
		return record.Patient{}, a.usage(text.WhichPerson)
	}
	return a.named(all, a.patient)
}

// named finds one of the persons by name or by the start of the identifier, else by a
// word of the name, as the first name.
func (a *app) named(all []record.Patient, name string) (record.Patient, error) {
	var found, byWord []record.Patient
	for _, p := range all {
		switch {
		case vault.SameName(p.Name, name) || begins(p.ID, name):
			found = append(found, p)
		case slices.ContainsFunc(strings.Fields(p.Name), func(word string) bool { return vault.SameName(word, name) }):
			byWord = append(byWord, p)
		}
	}
	if len(found) == 0 {
		found = byWord
	}
	switch len(found) {
	case 0:
		return record.Patient{}, vault.ErrNoPatient
	case 1:
		return found[0], nil
	}
	return record.Patient{}, a.usage(text.WhichPerson)
}

// shortest is how much of an identifier has to be given, in characters.
const shortest = 4

// begins reports whether an identifier begins with what somebody typed.
func begins(id record.ID, typed string) bool {
	return len(typed) >= shortest && strings.HasPrefix(id.String(), strings.ToLower(typed))
}

func (a *app) renderer() *render.Client {
	if a.render == nil {
		a.render = render.New(nil)
	}
	return a.render
}

// give prints a result: v as JSON when asked for, else what plain prints.
func (a *app) give(v any, plain func()) error {
	if !a.json {
		plain()
		return nil
	}
	e := json.NewEncoder(a.out)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// tell prints a sentence of a command's result.
func (a *app) tell(m text.Message, values ...any) {
	fmt.Fprintln(a.out, a.Say(m, harmless(values)...))
}

// note prints a sentence that is not the result.
func (a *app) note(m text.Message, values ...any) {
	fmt.Fprintln(a.err, a.Say(m, harmless(values)...))
}

// harmless replaces what would command the terminal, begin a line or turn the
// reading direction round: names of files and titles come from anywhere.
func harmless(values []any) []any {
	out := slices.Clone(values)
	for i, v := range values {
		if s, ok := v.(string); ok {
			out[i] = strings.Map(func(r rune) rune {
				if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
					return '\ufffd'
				}
				return r
			}, s)
		}
	}
	return out
}

// live reports whether progress may move the cursor.
func (a *app) live() bool {
	f, ok := a.err.(*os.File)
	return ok && !a.simple && !a.json && term.IsTerminal(int(f.Fd()))
}

// made is for a folder that may be missing yet.
func made(path string) error {
	err := os.MkdirAll(filepath.Dir(path), 0o700)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}
