package ui

import (
	"path/filepath"
	"testing"

	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// marks remembers vaults for one test, as the keyring of a computer does.
type marks map[record.ID][]byte

func (m marks) Mark(id record.ID) ([]byte, error) { return m[id], nil }

func (m marks) SetMark(id record.ID, mark []byte) error {
	m[id] = mark
	return nil
}

// addsAllergy adds an allergy of Léa's to a vault.
func addsAllergy(t *testing.T, v *vault.Vault, p record.ID, name string) {
	t.Helper()
	if _, err := v.AddEntry(t.Context(), record.Entry{Patient: p, Kind: "allergy", Text: name}); err != nil {
		t.Fatal(err)
	}
}

// TestOlderCopyAndMerge: an older file is opened after a question, in which leaving
// comes first; the newer one is then merged into it after a look at what comes.
func TestOlderCopyAndMerge(t *testing.T) {
	u := atHome(t, func(o *Options) { o.Vault.Marks = marks{} })
	u.settings(text.PartWhole)
	u.reads(u.Say(text.Watched), u.Say(text.MergeText))
	p, path := u.open.Person().ID, u.open.Vault.Path()
	older, newer := filepath.Join(u.dir, "older"), filepath.Join(u.dir, "newer.carnet")
	u.command(text.Lock)
	if err := copyFile(path, older); err != nil {
		t.Fatal(err)
	}
	u.unlock(phrase)
	u.isOpen()
	addsAllergy(t, u.open.Vault, p, "Arachide")
	u.command(text.Lock)
	if err := copyFile(path, newer); err != nil {
		t.Fatal(err)
	}
	if err := copyFile(older, path); err != nil {
		t.Fatal(err)
	}

	u.unlock(phrase)
	u.reads(u.Say(text.OlderTitle), u.Say(text.OlderAsk))
	u.press(text.Cancel)
	if u.open != nil {
		t.Fatal("it is open")
	}
	u.unlock(phrase)
	u.press(text.OlderOpen)
	u.isOpen()
	u.showPerson("Léa")
	addsAllergy(t, u.open.Vault, p, "Pollen")

	u.command(text.MergeCopy)
	u.types(newer, text.PickPath)
	u.press(text.PickTake)
	u.reads(u.Say(text.CopyPhraseOf)) // the older file has keys of its own
	u.types(phrase, text.CopyPhrase)
	u.press(text.Continue)
	u.reads("Documents : 0, éléments du profil : 1")
	if entries, err := u.open.Vault.Entries(p); err != nil || has(entries, "Arachide") {
		t.Errorf("the preview has written, or %v", err)
	}
	u.press(text.MergeNow)
	u.until("the end of the merge", func() bool {
		entries, err := u.open.Vault.Entries(p)
		return err == nil && has(entries, "Arachide") && has(entries, "Pollen")
	})
	report, err := u.open.Vault.Check(t.Context(), true, nil)
	if err != nil || !report.Ok() {
		t.Errorf("%+v, %v", report, err)
	}
}

func has(entries []record.Entry, name string) bool {
	for _, e := range entries {
		if e.Text == name {
			return true
		}
	}
	return false
}
