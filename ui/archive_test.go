package ui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/exchange/bag"
)

// TestExportAndRestoreAll: leaving with everything takes four actions, and so does
// coming back; both say what they did.
func TestExportAndRestoreAll(t *testing.T) {
	u := atHome(t)
	u.showPerson("Léa")
	lea := u.open.Person()
	docs, err := u.open.Vault.Documents(lea.ID)
	if err != nil || len(docs) == 0 {
		t.Fatal(docs, err)
	}
	to := filepath.Join(u.dir, "cle")
	if err := os.Mkdir(to, 0o700); err != nil {
		t.Fatal(err)
	}
	u.command(text.ExportAll) // 1
	u.reads(u.Say(text.ExportWhat, lea.Name))
	u.reads(u.Say(text.ExportClearMeans))
	u.press(text.ExportInClear) // 2
	u.types(to, text.PickPath)  // 3
	u.press(text.PickTake)      // 4
	u.reads(u.Say(text.ExportDone))
	u.reads(u.Say(text.ArchiveInClear))
	found, err := filepath.Glob(filepath.Join(to, "carnet-export-*"))
	if err != nil || len(found) != 1 {
		t.Fatal(found, err)
	}
	a, err := vault.OpenArchive(t.Context(), found[0], nil, nil)
	if err != nil || a.Documents() != len(docs) {
		t.Fatal(a, err)
	}
	page, err := os.ReadFile(filepath.Join(found[0], "data", "index.html"))
	if err != nil || !strings.Contains(string(page), "<html lang=\""+u.Tag()+"\">") {
		t.Errorf("%.200s %v", page, err)
	}

	// Everybody's, by one more tick.
	both := filepath.Join(u.dir, "cle de tous")
	if err := os.Mkdir(both, 0o700); err != nil {
		t.Fatal(err)
	}
	all, err := u.open.Vault.Exportable()
	if err != nil || len(all) < 2 {
		t.Fatal(all, err)
	}
	var others []string
	for _, p := range all {
		if p.ID != lea.ID {
			others = append(others, p.Name)
		}
	}
	u.command(text.ExportAll)
	u.ticks(text.ExportOthers, strings.Join(others, ", "))
	u.press(text.ExportInClear)
	u.types(both, text.PickPath)
	u.press(text.PickTake)
	u.reads(u.Say(text.ExportsDone, len(all)))
	u.reads(u.Say(text.ArchivesInClear))
	if made, err := filepath.Glob(filepath.Join(both, "carnet-export-*")); err != nil || len(made) != len(all) {
		t.Fatal(made, err)
	}

	// One document is erased for good; the archive brings it back.
	if err := u.open.Vault.RemoveDocuments(t.Context(), docs[0].ID); err != nil {
		t.Fatal(err)
	}
	if err := u.open.Vault.EraseDocuments(t.Context(), nil, docs[0].ID); err != nil {
		t.Fatal(err)
	}
	u.command(text.RestoreArchive)   // 1
	u.types(found[0], text.PickPath) // 2
	u.press(text.PickTake)           // 3
	u.reads(u.Say(text.RestoreAsk, lea.Name))
	u.press(text.RestoreVerb) // 4
	u.reads(u.Say(text.RestoreEnded))
	if _, err := u.open.Vault.Document(docs[0].ID); err != nil {
		t.Errorf("it did not come back: %v", err)
	}

	// What is damaged is told, and nothing comes of it.
	if err := os.WriteFile(filepath.Join(found[0], "data", "documents.csv"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	u.command(text.RestoreArchive)
	u.types(found[0], text.PickPath)
	u.press(text.PickTake)
	e, _ := text.Explain(bag.ErrAltered)
	u.reads(u.Say(e.What))
}
