//go:build linux

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"carnet/ui/kit"
	"carnet/ui/text"
)

// withChild makes a vault with the record of a child beside Zoé's, and the window that
// shows it.
func withChild(t *testing.T, name string, birth time.Time, entries ...[]string) (d *display, p *program, vault string) {
	t.Helper()
	d = startScreen(t)
	vault, _ = newVault(t, d)
	for _, args := range append([][]string{{"patient", "add", "--name", name, "--birth", birth.Format(time.DateOnly), "--sex", "F"}}, entries...) {
		if _, code := command(t, vault, args...); code != exitDone {
			t.Fatalf("%v: exit code %d", args, code)
		}
	}
	p = d.open()
	p.unlock(passphrase)
	// The first of the people by their name is shown.
	p.await(fr.Say(text.PersonShown, name+", "+fr.Age(birth, time.Now())), kit.Quiet)
	d.actions = 0
	return d, p, vault
}

// TestWindowSchoolDocument: from the first screen to the document for school in three
// actions.
func TestWindowSchoolDocument(t *testing.T) {
	d, p, _ := withChild(t, "Lou", time.Now().AddDate(-6, 0, -20),
		[]string{"profile", "add", "vaccination", "--patient", "Lou", "--type", "mmr", "--text", "ROR", "--start", time.Now().AddDate(-5, 0, -10).Format(time.DateOnly)})
	d.key("ctrl+parenleft")
	p.await(fr.Say(text.VaccinesTitle), kit.Heading)
	p.press(fr.Say(text.SchoolSheet))
	p.press(fr.Say(text.SaveSheet))
	paper := filepath.Join(d.home, "Documents", fr.Say(text.SchoolFileName)+".pdf")
	var out []byte
	waitFor(t, showTimeout, "the document", func() (ok bool) {
		var err error
		out, err = exec.Command("pdftotext", "-layout", paper, "-").Output()
		return err == nil
	})
	if d.actions != 3 {
		t.Errorf("it took %d actions", d.actions)
	}
	for _, want := range []string{"Lou", "Rougeole, oreillons, rubéole", "pas un certificat"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the document lacks %q:\n%s", want, out)
		}
	}
	d.screenshot("school-document")
	p.quit()
}

// TestWindowHandOver: at eighteen a record goes to its person in five actions, besides
// what is typed; afterwards the family's passphrase opens nothing of it.
func TestWindowHandOver(t *testing.T) {
	const own = "quatre hiboux bleus endormis"
	d, p, vault := withChild(t, "Léa", time.Now().AddDate(-18, 0, -1), []string{"profile", "add", "allergy", "--patient", "Léa", "--text", "Arachide"})
	pressed := 0
	press := func(label string) {
		p.press(label)
		pressed++
	}
	press(fr.Say(text.HandOverSee))
	press(fr.Say(text.Continue))
	p.await(fr.Say(text.NewPhraseLabel), kit.Strong)
	d.typeText(own)
	d.key("Tab")
	d.typeText(own)
	press(fr.Say(text.Continue))
	p.press(fr.Say(text.SaveKit)) // what it says, on paper: the test reads it there
	d.fill(askedGroup(p, savedCode(t, d)))
	pressed++
	heading := p.await(fr.Say(text.HandOverConfirm), kit.Strong)
	d.screenshot("hand-over")
	button := inkOf(fr.Say(text.HandOverConfirm), kit.Strong)
	at, ok := button.find(d.look(p.bounds()).below(heading.Max.Y))
	if !ok {
		t.Fatal("there is no button below the heading")
	}
	d.click((at.Min.X+at.Max.X)/2, (at.Min.Y+at.Max.Y)/2)
	pressed++
	p.await(fr.Say(text.HandOverEnded, "Léa"), kit.Section)
	if pressed != 5 {
		t.Errorf("it took %d actions", pressed)
	}
	d.screenshot("handed-over")
	p.press(fr.Say(text.Close))
	p.quit()
	if out := carnet(t, d, passphrase, "patient", "list", "--json"); strings.Contains(string(out), "Léa") {
		t.Errorf("in the family's vault: %s", out)
	}
	file := filepath.Join(d.home, "Documents", fr.Say(text.HandOverFile))
	if _, err := os.Stat(file); err != nil {
		t.Fatal(err)
	}
	if out := carnet(t, d, own, "--vault", file, "profile", "list", "--json"); !strings.Contains(string(out), "Arachide") {
		t.Errorf("in her own vault: %s", out)
	}
	if _, code := command(t, file, "vault", "check"); code != exitSecret {
		t.Errorf("the family's passphrase opens %s: exit code %d", vault, code)
	}
}
