//go:build linux

package main

import (
	"image"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"carnet/ui/kit"
	"carnet/ui/text"
	"carnet/vault/exchange/sheet"
)

// asks chooses a command of the window by its name.
func (p *program) asks(m text.Message) {
	p.d.t.Helper()
	p.d.key("ctrl+k")
	p.await(fr.Say(text.AllCommands), kit.Section)
	p.d.fill(fr.Say(m))
}

// wordsOn waits for the six words, and gives the picture of them.
func (p *program) wordsOn() picture {
	p.d.t.Helper()
	ask := p.await(fr.Say(text.WordsAsk), kit.Strong)
	title := p.await(fr.Say(text.WordsTitle), kit.Section)
	// All that stands between the title and the question, as wide as the sheet is sure to be.
	card := image.Rect(title.Min.X+8, title.Max.Y, title.Min.X+600, ask.Min.Y)
	return p.d.look(card)
}

// TestTwoWindows: two programs with their windows on two screens and a server between
// them. The second is let in by a code that is read off the screen of the first, the six
// words are the same on both, and what is added in either comes to both.
func TestTwoWindows(t *testing.T) {
	if _, err := exec.LookPath("zbarimg"); err != nil {
		t.Skip("zbarimg is not installed")
	}
	const there = "quatre hiboux bleus endormis"
	one, two := startScreen(t), startScreen(t)
	host, key := serving(t)
	vault, _ := newVault(t, one)
	if _, code := command(t, vault, "consent", "give", "--server", host, "--server-key", key, "--accept"); code != exitDone {
		t.Fatalf("consent give: exit code %d", code)
	}
	first, second := one.open(), two.open()
	first.unlock(passphrase)
	first.asks(text.DeviceAdd)
	first.await(fr.Say(text.InviteStart), kit.Strong)
	one.key("Return")
	first.await(fr.Say(text.InviteTyped), kit.Strong)
	out, err := exec.Command("zbarimg", "-q", "--raw", one.screenshot("two-windows-code")).Output()
	link := strings.TrimSpace(string(out))
	address, code, found := strings.Cut(strings.TrimPrefix(link, "carnet-invitation://"), "#")
	if err != nil || !found || address != host+"/"+key {
		t.Fatalf("the picture says %q for the server %s/%s: %v", link, host, key, err)
	}

	second.await(fr.Say(text.WelcomeTitle), kit.Heading)
	two.screenshot("two-windows-door")
	second.press(fr.Say(text.HaveElsewhere))
	second.await(fr.Say(text.ComputerLabel), kit.Strong)
	for _, typed := range []string{"Portable", there, there} {
		two.fill(typed)
	}
	second.await(fr.Say(text.JoinCodeLabel), kit.Strong)
	two.fill(code)
	two.fill(host)
	here, other := first.wordsOn(), second.wordsOn()
	one.screenshot("two-windows-words")
	two.screenshot("two-windows-words-there")
	if here.r.Size() != other.r.Size() || !slices.Equal(here.pixels, other.pixels) || here.blank(here.r) {
		t.Fatalf("the words are not drawn the same in %v and %v", here.r, other.r)
	}
	first.press(fr.Say(text.WordsYes))
	first.await(fr.Say(text.InviteThen), kit.Strong)
	second.press(fr.Say(text.WordsYes))
	second.await(fr.Say(text.Hello), kit.Heading)
	first.await(fr.Say(text.InviteDone, "Portable", "Zoé"), kit.Body)
	one.screenshot("two-windows-added")
	two.screenshot("two-windows-joined")

	for i, p := range []*program{first, second} {
		name := []string{"premier", "second"}[i]
		letter := writeLetter(t, t.TempDir(), "courrier_"+name+".pdf", sheet.Paragraph("Ceci est un courrier, le "+name+"."))
		p.addDropped(letter)
		p.await(fr.Plural(1, text.ImportedOne, text.ImportedMany), kit.Strong)
	}
	for _, p := range []*program{first, second} {
		p.d.key("ctrl+eacute")
		p.await("courrier premier", kit.Strong)
		p.await("courrier second", kit.Strong)
	}
	one.screenshot("two-windows-both")
	two.screenshot("two-windows-both-there")
	first.quit()
	second.quit()
	for i, d := range []*display{one, two} {
		phrase := []string{passphrase, there}[i]
		var listed []documentJSON
		decode(t, carnet(t, d, phrase, "document", "list", "--json"), &listed)
		var files []string
		for _, x := range listed {
			files = append(files, filepath.Base(x.FileName))
		}
		slices.Sort(files)
		if !slices.Equal(files, []string{"courrier_premier.pdf", "courrier_second.pdf"}) {
			t.Errorf("in a vault: %q", files)
		}
	}
}
