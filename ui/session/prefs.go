package session

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"

	"fyne.io/fyne/v2"

	"carnet/ui/kit"
	"carnet/ui/replace"
	"carnet/ui/text"
)

// Prefs are what this computer remembers of the window between two starts. They
// lie in clear in a file, so they hold nothing of a record: no name, no title, only
// where vault files are and how to show them.
type Prefs struct {
	// Fault is told why a choice could not be kept for the next start. That choice
	// and later ones hold until the program ends. A window that closes shows nothing any
	// more: then only its size is lost. nil is told nothing.
	Fault func(error)

	file string // "" for none
	look kit.Look
	kept choices
}

// choices are the content of the file. What it does not have is as in [usual].
type choices struct {
	Look     kit.Look `json:"look"`
	Scale    float32  `json:"scale"`
	Language string   `json:"language"`
	Idle     int      `json:"idle"`
	Mark     string   `json:"mark"`
	Reading  bool     `json:"reading"`
	Sync     bool     `json:"sync"`
	SyncRate int64    `json:"sync-rate"`
	Recent   []string `json:"recent"`
	Width    float32  `json:"width"`
	Height   float32  `json:"height"`
	Folder   string   `json:"folder"`
}

// usual are the choices that nobody has made.
func usual(look kit.Look) choices {
	return choices{Look: look, Scale: 1, Idle: 10, Reading: true, Width: 1100, Height: 760}
}

// NewPrefs reads a file of preferences, which need not exist, and writes it at each
// choice; "" keeps them as long as the program runs. look is that of a person who has
// not chosen one.
func NewPrefs(file string, look kit.Look) *Prefs {
	p := &Prefs{file: file, look: look, kept: usual(look)}
	p.read() // what cannot be read is written at the next choice, which tells if it cannot
	return p
}

// read takes up what the file holds, which another window may have written.
func (p *Prefs) read() error {
	if p.file == "" {
		return nil
	}
	b, err := os.ReadFile(p.file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	now := usual(p.look)
	if json.Unmarshal(b, &now) == nil { // what somebody has spoilt is written again
		p.kept = now
	}
	return nil
}

// choose changes the choices, and the file with them.
func (p *Prefs) choose(change func(*choices)) {
	err := p.read()
	before := p.kept
	change(&p.kept)
	if reflect.DeepEqual(p.kept, before) || p.file == "" {
		return
	}
	if err == nil {
		var b []byte
		if b, err = json.MarshalIndent(p.kept, "", "\t"); err == nil {
			err = replace.File(filepath.Dir(p.file), filepath.Base(p.file), b)
		}
	}
	if err == nil {
		return
	}
	p.file = ""
	if p.Fault != nil {
		p.Fault(err)
	}
}

// Theme is the look and scale to show.
func (p *Prefs) Theme() kit.Theme {
	look, scale := p.kept.Look, p.kept.Scale
	if !slices.Contains(kit.Looks, look) {
		look = p.look
	}
	if !slices.Contains(kit.Scales, scale) {
		scale = 1
	}
	return kit.Theme{Look: look, Scale: scale}
}

// SetTheme keeps a look and scale.
func (p *Prefs) SetTheme(t kit.Theme) {
	p.choose(func(c *choices) { c.Look, c.Scale = t.Look, t.Scale })
}

// Language is the language chosen, or what the system asks for.
func (p *Prefs) Language(system text.Language) text.Language {
	switch p.kept.Language {
	case text.French.Tag():
		return text.French
	case text.English.Tag():
		return text.English
	}
	return system
}

// SetLanguage keeps a language.
func (p *Prefs) SetLanguage(l text.Language) {
	p.choose(func(c *choices) { c.Language = l.Tag() })
}

// IdleChoices are the minutes without a touch after which the vault may lock
// itself; 0 is never.
var IdleChoices = []int{5, 10, 30, 60, 0}

// Idle is after how many minutes without a touch the vault locks itself, 0 for
// never.
func (p *Prefs) Idle() int {
	if slices.Contains(IdleChoices, p.kept.Idle) {
		return p.kept.Idle
	}
	return 10
}

// SetIdle keeps those minutes.
func (p *Prefs) SetIdle(minutes int) { p.choose(func(c *choices) { c.Idle = minutes }) }

// Mark is the personal mark that the unlock screen shows, by which a person
// tells it from a false one; "" for none.
func (p *Prefs) Mark() string { return p.kept.Mark }

// SetMark keeps the mark.
func (p *Prefs) SetMark(mark string) { p.choose(func(c *choices) { c.Mark = mark }) }

// Reading is whether the text of scans and photographs is read.
func (p *Prefs) Reading() bool { return p.kept.Reading }

// SetReading keeps that choice.
func (p *Prefs) SetReading(on bool) { p.choose(func(c *choices) { c.Reading = on }) }

// Sync is whether records with a consent synchronise by themselves on this computer;
// not before somebody has said that its network is to be trusted.
func (p *Prefs) Sync() bool { return p.kept.Sync }

// SetSync keeps that choice.
func (p *Prefs) SetSync(on bool) { p.choose(func(c *choices) { c.Sync = on }) }

// SyncRates are the rates that one can choose, in bytes a second; 0 is no limit.
var SyncRates = []int64{0, 2_000_000, 500_000, 100_000}

// SyncRate is how much may pass at most while synchronising, in bytes a second; 0 is
// no limit.
func (p *Prefs) SyncRate() int64 {
	if slices.Contains(SyncRates, p.kept.SyncRate) {
		return p.kept.SyncRate
	}
	return 0
}

// SetSyncRate keeps that rate.
func (p *Prefs) SetSyncRate(rate int64) { p.choose(func(c *choices) { c.SyncRate = rate }) }

// maxRecent is how many vault files are remembered.
const maxRecent = 6

// Recent lists the vault files opened lately, the last one first.
func (p *Prefs) Recent() []string { return slices.Clone(p.kept.Recent) }

// Opened puts a vault file first among the recent ones, and returns those that are
// known no longer.
func (p *Prefs) Opened(path string) (forgotten []string) {
	p.choose(func(c *choices) {
		all := append([]string{path}, without(c.Recent, path)...)
		n := min(len(all), maxRecent)
		c.Recent, forgotten = all[:n], all[n:]
	})
	return forgotten
}

// Forget takes a vault file out of the recent ones; the file stays.
func (p *Prefs) Forget(path string) {
	p.choose(func(c *choices) { c.Recent = without(c.Recent, path) })
}

// without is all of the paths but one.
func without(paths []string, path string) []string {
	return slices.DeleteFunc(slices.Clone(paths), func(known string) bool { return known == path })
}

// Size is the size of the window when it was last closed.
func (p *Prefs) Size() fyne.Size { return fyne.NewSize(p.kept.Width, p.kept.Height) }

// SetSize keeps a size.
func (p *Prefs) SetSize(s fyne.Size) {
	p.choose(func(c *choices) { c.Width, c.Height = s.Width, s.Height })
}

// Folder is where files were last taken from or put, "" for none. The sealed
// vault is not the place for it: it is needed before one is open.
func (p *Prefs) Folder() string { return p.kept.Folder }

// SetFolder keeps that folder.
func (p *Prefs) SetFolder(path string) { p.choose(func(c *choices) { c.Folder = path }) }
