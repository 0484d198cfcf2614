package session

import (
	"slices"

	"fyne.io/fyne/v2"

	"carnet/ui/kit"
	"carnet/ui/text"
)

// Prefs are what this computer remembers of the window between two starts. They
// lie in clear in the person's settings folder, so they hold nothing of a
// record: no name, no title, only where vault files are and how to show them.
type Prefs struct {
	p    fyne.Preferences
	look kit.Look
}

// NewPrefs reads and writes a store of preferences; look is that of a person who
// has not chosen one.
func NewPrefs(p fyne.Preferences, look kit.Look) *Prefs { return &Prefs{p, look} }

// Theme is the look and scale to show.
func (p *Prefs) Theme() kit.Theme {
	look := kit.Look(p.p.StringWithFallback("look", string(p.look)))
	if !slices.Contains(kit.Looks, look) {
		look = p.look
	}
	scale := float32(p.p.FloatWithFallback("scale", 1))
	if !slices.Contains(kit.Scales, scale) {
		scale = 1
	}
	return kit.Theme{Look: look, Scale: scale}
}

// SetTheme keeps a look and scale.
func (p *Prefs) SetTheme(t kit.Theme) {
	p.p.SetString("look", string(t.Look))
	p.p.SetFloat("scale", float64(t.Scale))
}

// Language is the language chosen, or what the system asks for.
func (p *Prefs) Language(system text.Language) text.Language {
	switch p.p.String("language") {
	case text.French.Tag():
		return text.French
	case text.English.Tag():
		return text.English
	}
	return system
}

// SetLanguage keeps a language.
func (p *Prefs) SetLanguage(l text.Language) { p.p.SetString("language", l.Tag()) }

// IdleChoices are the minutes without a touch after which the vault may lock
// itself; 0 is never.
var IdleChoices = []int{5, 10, 30, 60, 0}

// Idle is after how many minutes without a touch the vault locks itself, 0 for
// never.
func (p *Prefs) Idle() int {
	if n := p.p.IntWithFallback("idle", 10); slices.Contains(IdleChoices, n) {
		return n
	}
	return 10
}

// SetIdle keeps those minutes.
func (p *Prefs) SetIdle(minutes int) { p.p.SetInt("idle", minutes) }

// Mark is the personal mark that the unlock screen shows, by which a person
// tells it from a false one; "" for none.
func (p *Prefs) Mark() string { return p.p.String("mark") }

// SetMark keeps the mark.
func (p *Prefs) SetMark(mark string) { p.p.SetString("mark", mark) }

// Reading is whether the text of scans and photographs is read.
func (p *Prefs) Reading() bool { return p.p.BoolWithFallback("reading", true) }

// SetReading keeps that choice.
func (p *Prefs) SetReading(on bool) { p.p.SetBool("reading", on) }

// Sync is whether records with a consent synchronise by themselves on this computer;
// not before somebody has said that its network is to be trusted.
func (p *Prefs) Sync() bool { return p.p.BoolWithFallback("sync", false) }

// SetSync keeps that choice.
func (p *Prefs) SetSync(on bool) { p.p.SetBool("sync", on) }

// SyncRates are the rates that one can choose, in bytes a second; 0 is no limit.
var SyncRates = []int64{0, 2_000_000, 500_000, 100_000}

// SyncRate is how much may pass at most while synchronising, in bytes a second; 0 is
// no limit.
func (p *Prefs) SyncRate() int64 {
	if n := int64(p.p.IntWithFallback("sync-rate", 0)); slices.Contains(SyncRates, n) {
		return n
	}
	return 0
}

// SetSyncRate keeps that rate.
func (p *Prefs) SetSyncRate(rate int64) { p.p.SetInt("sync-rate", int(rate)) }

// maxRecent is how many vault files are remembered.
const maxRecent = 6

// Recent lists the vault files opened lately, the last one first.
func (p *Prefs) Recent() []string { return p.p.StringList("recent") }

// Opened puts a vault file first among the recent ones, and returns those that are
// known no longer.
func (p *Prefs) Opened(path string) (forgotten []string) {
	all := slices.DeleteFunc(p.Recent(), func(known string) bool { return known == path })
	all = append([]string{path}, all...)
	n := min(len(all), maxRecent)
	p.p.SetStringList("recent", all[:n])
	return all[n:]
}

// Forget takes a vault file out of the recent ones; the file stays.
func (p *Prefs) Forget(path string) {
	p.p.SetStringList("recent", slices.DeleteFunc(p.Recent(), func(known string) bool { return known == path }))
}

// Size is the size of the window when it was last closed.
func (p *Prefs) Size() fyne.Size {
	return fyne.NewSize(float32(p.p.FloatWithFallback("width", 1100)), float32(p.p.FloatWithFallback("height", 760)))
}

// SetSize keeps a size.
func (p *Prefs) SetSize(s fyne.Size) {
	p.p.SetFloat("width", float64(s.Width))
	p.p.SetFloat("height", float64(s.Height))
}

// Folder is where files were last taken from or put, "" for none. The sealed
// vault is not the place for it: it is needed before one is open.
func (p *Prefs) Folder() string { return p.p.String("folder") }

// SetFolder keeps that folder.
func (p *Prefs) SetFolder(path string) { p.p.SetString("folder", path) }
