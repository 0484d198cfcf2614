//go:build linux

package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"carnet/ui/kit"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/exchange/bag"
)

// sealing is the passphrase of archives in these tests.
const sealing = "trois hiboux bleus endormis"

// appears waits for the one file of a pattern.
func appears(t *testing.T, pattern string) (path string) {
	t.Helper()
	waitFor(t, longImport, pattern, func() bool {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		if len(found) == 1 {
			path = found[0]
		}
		return len(found) == 1
	})
	return path
}

// took fails when a journey took another number of actions.
func (d *display) took(actions int) {
	d.t.Helper()
	if d.actions != actions {
		d.t.Errorf("it took %d actions, not %d", d.actions, actions)
	}
}

// TestWindowExportAndRestore: everything is taken along, protected, in four actions, and
// comes back into another vault in four.
func TestWindowExportAndRestore(t *testing.T) {
	d, p, _ := withChild(t, "Lou", time.Now().AddDate(-6, 0, -20), []string{"profile", "add", "allergy", "--patient", "Lou", "--text", "Arachide"})
	d.makeDir(filepath.Join(d.home, "mes papiers"))
	d.key("ctrl+shift+e") // 1
	p.await(fr.Say(text.ExportBy), kit.Strong)
	d.screenshot("export-all")
	d.fill(sealing) // 2
	d.fill(sealing) // 3
	p.await("mes papiers", kit.Strong)
	d.key("Return") // 4: in the folder that is proposed
	archive := appears(t, filepath.Join(d.home, "carnet-export-*.tar.age"))
	p.await(fr.Say(text.ArchiveResult), kit.Strong)
	d.took(4)
	d.screenshot("exported-all")
	p.quit()
	if a, err := vault.OpenArchive(t.Context(), archive, &bag.Secret{Passphrase: []byte(sealing)}, nil); err != nil || a.Patient().Name != "Lou" || a.Records() != 1 {
		t.Fatalf("the archive: %+v, %v", a, err)
	}

	d = startScreen(t)
	newVault(t, d)
	p = d.open()
	p.unlock(passphrase)
	d.actions = 0
	d.key("ctrl+shift+r") // 1
	p.await(fr.Say(text.PickTake), kit.Strong)
	d.fill(archive) // 2
	p.await(fr.Say(text.ArchivePhrase), kit.Strong)
	d.fill(sealing) // 3
	question := p.await(fr.Say(text.RestoreAsk, "Lou"), kit.Strong)
	d.screenshot("restore")
	verb := inkOf(fr.Say(text.RestoreVerb), kit.Strong)
	at, ok := verb.find(d.look(p.bounds()).below(question.Max.Y))
	if !ok {
		t.Fatal("there is no button below the question")
	}
	d.click((at.Min.X+at.Max.X)/2, (at.Min.Y+at.Max.Y)/2) // 4
	p.await(fr.Say(text.ArchiveResult), kit.Strong)
	d.took(4)
	d.screenshot("restored")
	p.quit()
	var found []entryJSON
	decode(t, carnet(t, d, passphrase, "profile", "list", "--patient", "Lou", "--json"), &found)
	if len(found) != 1 || found[0].Text != "Arachide" {
		t.Errorf("in the vault: %+v", found)
	}
}

// TestWindowRestoreBackup: on a new computer a backup is opened in four actions at most.
func TestWindowRestoreBackup(t *testing.T) {
	made := startScreen(t)
	vault, _ := newVault(t, made)
	usb := t.TempDir()
	if _, code := command(t, vault, "vault", "backup", "--to", usb); code != exitDone {
		t.Fatalf("vault backup: exit code %d", code)
	}
	d := startScreen(t) // another computer
	p := d.open()
	p.await(fr.Say(text.WelcomeTitle), kit.Heading)
	p.press(fr.Say(text.HaveVault)) // 1
	p.await(fr.Say(text.PickTake), kit.Strong)
	d.fill(appears(t, filepath.Join(usb, "*.carnet"))) // 2
	p.await(fr.Say(text.PhraseLabel), kit.Strong)
	d.typeText(passphrase)     // 3
	p.press(fr.Say(text.Open)) // 4
	p.await(fr.Say(text.Hello), kit.Heading)
	d.took(4)
	p.quit()
}

// TestWindowCloseVault: the vault is closed in six actions, with its two boxes; nothing
// is left but the proof.
func TestWindowCloseVault(t *testing.T) {
	d, p, path := withChild(t, "Lou", time.Now().AddDate(-6, 0, -20))
	d.key("ctrl+shift+x") // 1
	p.await(fr.Say(text.RemainsTitle), kit.Strong)
	d.screenshot("close-1")
	p.press(fr.Say(text.Continue)) // 2
	d.screenshot("close-2")
	p.press(fr.Say(text.ExportRefuse)) // 3
	for _, box := range []text.Message{text.ConsentErase, text.ConsentFinal} {
		p.tick(fr.Say(box)) // 4, 5
	}
	d.screenshot("close-3")
	p.press(fr.Say(text.CloseNow)) // 6
	p.await(fr.Say(text.ProofTitle), kit.Section)
	d.took(6)
	d.screenshot("closed")
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file: %v", err)
	}
	p.press(fr.Say(text.ProofSave))
	proof := appears(t, filepath.Join(d.home, "Documents", fr.ProofFile("closure")+".json"))
	if _, code := command(t, path, "proof", "verify", proof); code != exitDone {
		t.Errorf("proof verify: exit code %d", code)
	}
	p.press(fr.Say(text.Close))
	p.quit()
}

// tick presses a box, found by its sentence.
func (p *program) tick(label string) {
	p.d.t.Helper()
	at := p.await(label, kit.Body)
	p.d.click((at.Min.X+at.Max.X)/2, (at.Min.Y+at.Max.Y)/2)
}
