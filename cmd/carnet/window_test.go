//go:build linux

package main

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"image"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"carnet/assets"
	"carnet/ui/kit"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/exchange/sheet"
	"carnet/vault/search/searchtest"
)

// fr says the sentences that the window shows.
const fr = text.French

// built is the program as people have it: not the test binary, and without the
// race detector, under which a window is too slow to be measured.
var built = sync.OnceValues(func() (string, error) { return build("carnet", ".") })

func build(name, from string) (string, error) {
	folder, err := os.MkdirTemp("", "carnet-window-")
	if err != nil {
		return "", err
	}
	atEnd = append(atEnd, func() { os.RemoveAll(folder) })
	path := filepath.Join(folder, name)
	if out, err := exec.Command("go", "build", "-o", path, from).CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build %s: %w\n%s", from, err, out)
	}
	return path, nil
}

// startScreen starts a display with a French keyboard and a home folder as a
// person has it.
func startScreen(t testing.TB) *display {
	t.Helper()
	if testing.Short() {
		t.Skip("a real window takes long")
	}
	d := startX(t)
	d.keyboard("fr")
	d.makeDir(filepath.Join(d.home, "Documents"))
	return d
}

// open starts the program and shows its window.
func (d *display) open() *program {
	d.t.Helper()
	carnet, err := built()
	if err != nil {
		d.t.Fatal(err)
	}
	p := d.start("^Carnet|- Carnet$", carnet)
	d.t.Cleanup(func() {
		if d.t.Failed() && !p.ended() {
			d.t.Logf("the screen at the end: %s", d.screenshot(strings.ReplaceAll(d.t.Name(), "/", "-")))
		}
	})
	return p
}

// fill types into a field and leaves it by Enter: one action, as pressing a
// button after it would be another.
func (d *display) fill(s string) {
	d.t.Helper()
	actions := d.actions
	d.typeText(s)
	d.key("Return")
	d.actions = actions + 1
}

// quit closes the window and waits until the program has ended. The key is pressed
// again when nothing comes of it, as a person would; a program that goes on all the same
// tells what it is doing.
func (p *program) quit() {
	p.d.t.Helper()
	for range 4 {
		p.d.key("ctrl+q")
		for end := time.Now().Add(showTimeout / 4); time.Now().Before(end); time.Sleep(pollEvery) {
			if !p.ended() {
				continue
			}
			if p.err != nil {
				p.d.t.Errorf("the program ended with %v", p.err)
			}
			return
		}
		p.d.t.Log("the program goes on after the key that ends it")
	}
	p.d.screenshot("goes-on")
	syscall.Kill(p.pid, syscall.SIGQUIT)
	<-p.done
	p.d.t.Fatal("the program did not end")
}

// letters writes n different documents of a page each.
func letters(t testing.TB, folder string, n int) []string {
	t.Helper()
	paths := make([]string, n)
	for i := range paths {
		name := fmt.Sprintf("courrier_%03d.pdf", i+1)
		paths[i] = writeLetter(t, folder, name, sheet.Paragraph(fmt.Sprintf("Ceci est le courrier %d.", i+1)))
	}
	return paths
}

// Three hundred documents of a weight are stopped once there is enough in the
// vault to tell that some are in, long before all are.
const (
	weight = 1 << 20
	enough = 24 << 20
)

// weighDown makes documents as heavy as scans, by what a reader of PDF skips:
// adding them takes long enough to be stopped.
func weighDown(t testing.TB, files []string) {
	t.Helper()
	for _, path := range files {
		f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.CopyN(f, rand.Reader, weight); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func writeLetter(t testing.TB, folder, name string, blocks ...sheet.Block) string {
	t.Helper()
	s := sheet.Sheet{Title: name, Language: "fr", Blocks: blocks, Footer: "SPÉCIMEN", Created: time.Unix(1.7e9, 0)}
	data, err := s.PDF()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestWindowJourney is the first quarter of an hour of a new person, with a
// French keyboard: from nothing to a vault with a document in it.
func TestWindowJourney(t *testing.T) {
	const mostActions, longest = 9, 120 * time.Second
	d := startScreen(t)
	letter := letters(t, t.TempDir(), 1)
	words := newReader(assets.Words(fr.Tag()), kit.CodeType) // the test's own work
	began := time.Now()
	p := d.open()

	p.await(fr.Say(text.WelcomeTitle), kit.Heading)
	d.key("Return") // on « Créer mon coffre »
	phrase := readPhrase(t, p, words)
	d.key("Return") // on « Utiliser cette phrase »
	p.await(fr.Say(text.RetypeLabel), kit.Strong)
	d.fill(phrase)
	p.press(fr.Say(text.SaveKit))
	d.fill(askedGroup(p, savedCode(t, d)))
	p.await(fr.Say(text.NameLabel), kit.Strong)
	d.fill("Zoé")
	d.fill("14/03/1988")
	p.await(fr.Say(text.Hello), kit.Heading)
	at := p.bounds()
	if err := d.drop(at.Min.X+at.Dx()/2, at.Min.Y+at.Dy()/2, letter...); err != nil {
		t.Fatal(err)
	}
	p.await(fr.Say(text.FileInto, "Zoé"), kit.Strong)
	d.key("Return")
	p.await(fr.Plural(1, text.ImportedOne, text.ImportedMany), kit.Strong)
	actions, took := d.actions, time.Since(began)
	t.Logf("%d actions, %v, phrase of %d words", actions, took, len(strings.Fields(phrase)))
	if actions > mostActions {
		t.Errorf("%d actions, more than %d", actions, mostActions)
	}
	if took > longest {
		t.Errorf("it took %v, more than %v", took, longest)
	}
	p.quit()
	var listed []documentJSON
	decode(t, carnet(t, d, phrase, "document", "list", "--json"), &listed)
	if len(listed) != 1 || listed[0].FileName != filepath.Base(letter[0]) {
		t.Errorf("in the vault: %+v", listed)
	}
}

// readPhrase reads the passphrase that the window proposes, off the screen.
func readPhrase(t *testing.T, p *program, words *reader) string {
	t.Helper()
	use := p.await(fr.Say(text.UseThisPhrase), kit.Strong)
	over := p.await(fr.Say(text.YourPhrase), kit.Strong)
	card := image.Rect(over.Min.X, over.Max.Y, p.bounds().Max.X, use.Min.Y)
	phrase := words.read(p.d.look(card))
	if len(strings.Fields(phrase)) < 5 {
		t.Fatalf("the screen shows the phrase %q", phrase)
	}
	return phrase
}

// savedCode reads the groups of the recovery code from the kit that the window
// saved.
func savedCode(t *testing.T, d *display) []string {
	t.Helper()
	paper := filepath.Join(d.home, "Documents", fr.Say(text.KitFileName)+".pdf")
	var out []byte
	waitFor(t, showTimeout, "the kit", func() bool {
		var err error
		out, err = exec.Command("pdftotext", "-layout", paper, "-").Output()
		return err == nil
	})
	return groupsIn(string(out))
}

// askedGroup is the group of the code that the window asks for.
func askedGroup(p *program, groups []string) (asked string) {
	p.d.t.Helper()
	if len(groups) != 6 {
		p.d.t.Fatalf("groups in the kit: %q", groups)
	}
	waitFor(p.d.t, showTimeout, "the question about the code", func() bool {
		for i, group := range groups {
			if p.shows(fr.Say(text.GroupLabel, fr.Ordinal(i+1)), kit.Strong) {
				asked = group
				return true
			}
		}
		return false
	})
	return asked
}

// carnet runs the command line on the vault that the window made.
func carnet(t testing.TB, d *display, phrase string, args ...string) []byte {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, append(args, "--passphrase-fd", "0")...)
	cmd.Env = d.env()
	cmd.Stdin = strings.NewReader(phrase + "\n")
	var diagnostics bytes.Buffer
	cmd.Stderr = &diagnostics
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("carnet %s: %v\n%s", strings.Join(args, " "), err, diagnostics.String())
	}
	return out
}

// passphrase opens the vaults that the command line makes for these tests.
const passphrase = "three green horses running"

// newVault makes a vault whose key is quickly derived, with its recovery kit,
// for the programs that the display starts.
func newVault(t *testing.T, d *display) (path, kit string) {
	t.Helper()
	path, kit = filepath.Join(d.home, "coffre.carnet"), filepath.Join(d.home, "kit.txt")
	if _, code := command(t, path, "vault", "create", "--name", "Zoé", "--birth", "1988-03-14", "--kit", kit); code != exitDone {
		t.Fatalf("vault create: exit code %d", code)
	}
	d.vars = append(d.vars, "CARNET_VAULT="+path)
	return path, kit
}

// unlock types a passphrase at the door and waits for the screen behind it: the
// first one, or that of before.
func (p *program) unlock(phrase string) {
	p.d.t.Helper()
	p.await(fr.Say(text.PhraseLabel), kit.Strong)
	p.d.fill(phrase)
	p.awaitWithin(showTimeout, drawingOf(fr.Say(text.Hello), kit.Heading), drawingOf(fr.Say(text.DocumentsTitle), kit.Heading))
}

// addDropped drops files and confirms. It tells when Enter was pressed.
func (p *program) addDropped(files ...string) time.Time {
	p.d.t.Helper()
	r := p.bounds()
	if err := p.d.drop(r.Min.X+r.Dx()/2, r.Min.Y+r.Dy()/2, files...); err != nil {
		p.d.t.Fatal(err)
	}
	return p.confirm(fr.Plural(len(files), text.AddOne, text.AddMany))
}

// addTyped types the path of a folder and confirms. It tells when Enter was
// pressed.
func (p *program) addTyped(folder string) time.Time {
	p.d.t.Helper()
	p.d.key("ctrl+o")
	p.await(fr.Say(text.PickDocuments), kit.Section)
	p.d.fill(folder)
	return p.confirm(fr.Say(text.AddFolder))
}

func (p *program) confirm(question string) time.Time {
	p.d.t.Helper()
	p.await(question, kit.Section)
	p.await(fr.Say(text.FileInto, "Zoé"), kit.Strong)
	now := time.Now()
	p.d.key("Return")
	return now
}

// TestWindowThreeHundred adds three hundred documents, dropped at once or found
// in a folder and stopped on the way.
func TestWindowThreeHundred(t *testing.T) {
	const count = 300
	t.Run("dropped", func(t *testing.T) {
		files := letters(t, t.TempDir(), count)
		d := startScreen(t)
		vault, _ := newVault(t, d)
		p := d.open()
		p.unlock(passphrase)
		p.awaitFirstRow(p.addDropped(files...))
		p.awaitWithin(longImport, drawingOf(fr.Say(text.ImportedMany, count), kit.Strong))
		p.quit()
		checkVault(t, vault, files, count)
	})
	t.Run("folder, stopped", func(t *testing.T) {
		folder := t.TempDir()
		files := letters(t, folder, count)
		weighDown(t, files)
		stopThreeHundred(t, folder, files)
	})
}

// longImport is how long three hundred documents may take, with the reading of
// their pages.
const longImport = 5 * time.Minute

// awaitFirstRow waits for the first row of the list after an addition began.
func (p *program) awaitFirstRow(began time.Time) {
	p.d.t.Helper()
	p.awaitWithin(showTimeout, drawingOf("courrier", kit.Strong))
	p.d.t.Logf("first row after %v", time.Since(began))
}

func stopThreeHundred(t *testing.T, folder string, files []string) {
	d := startScreen(t)
	vault, _ := newVault(t, d)
	p := d.open()
	p.unlock(passphrase)
	p.addTyped(folder)
	waitFor(t, showTimeout, "a part of the documents in the vault", func() bool {
		at, err := os.Stat(vault)
		return err == nil && at.Size() > enough
	})
	began := time.Now()
	d.key("ctrl+shift+s")
	p.awaitWithin(showTimeout, drawingOf(fr.Say(text.ImportStopped)[:20], kit.Body))
	t.Logf("stopped after %v", time.Since(began))
	outcome := d.look(p.bounds())
	d.key("ctrl+l")
	p.await(fr.Say(text.PhraseLabel), kit.Strong)
	p.quit()
	added := checkVault(t, vault, files, -1)
	if added >= len(files) {
		t.Errorf("all %d documents were in before it could be stopped", added)
	}
	announced := inkOf(fr.Plural(added, text.ImportedOne, text.ImportedMany), kit.Strong)
	if _, ok := announced.find(outcome); !ok {
		t.Errorf("the window did not announce the %d documents that are in the vault", added)
	}

	p = d.open()
	p.unlock(passphrase)
	p.addTyped(folder)
	p.awaitWithin(longImport, drawingOf(fr.Plural(len(files)-added, text.ImportedOne, text.ImportedMany), kit.Strong))
	p.await(fr.Plural(added, text.TwiceOne, text.TwiceMany), kit.Body)
	p.quit()
	checkVault(t, vault, files, len(files))
}

// checkVault compares what is in a vault with the files it came from, and counts
// it; want -1 stands for some.
func checkVault(t *testing.T, vault string, files []string, want int) int {
	t.Helper()
	originals := map[[sha256.Size]byte]string{} // names
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		originals[sha256.Sum256(data)] = strings.ReplaceAll(filepath.Base(f), "_", " ")
	}
	if _, code := command(t, vault, "vault", "check"); code != exitDone {
		t.Errorf("vault check: exit code %d", code)
	}
	raw, _ := command(t, vault, "document", "list", "--json")
	var listed []documentJSON
	decode(t, raw, &listed)
	t.Logf("%d documents in the vault", len(listed))
	if want >= 0 && len(listed) != want || len(listed) == 0 {
		t.Errorf("%d documents in the vault", len(listed))
	}
	to := t.TempDir()
	if _, code := command(t, vault, "document", "export", "--all", "--to", to); code != exitDone {
		t.Errorf("document export: exit code %d", code)
	}
	exported, err := os.ReadDir(to)
	if err != nil {
		t.Fatal(err)
	}
	if len(exported) != len(listed) {
		t.Errorf("%d files exported", len(exported))
	}
	for _, e := range exported {
		data, err := os.ReadFile(filepath.Join(to, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if name, ok := originals[sha256.Sum256(data)]; !ok || !strings.HasSuffix(e.Name(), " "+name) {
			t.Errorf("%s is no original, byte for byte, but %q", e.Name(), name)
		}
		delete(originals, sha256.Sum256(data))
	}
	return len(listed)
}

// TestWindowLock locks and opens a vault in every way that a person has.
func TestWindowLock(t *testing.T) {
	d := startScreen(t)
	path, paper := newVault(t, d)
	if _, code := command(t, path, append([]string{"document", "add"}, letters(t, t.TempDir(), 3)...)...); code != exitDone {
		t.Fatal("no documents")
	}
	p := d.open()
	title, phrase := drawingOf("courrier 0", kit.Strong), drawingOf(fr.Say(text.PhraseLabel), kit.Strong)
	door := p.awaitWithin(showTimeout, phrase)
	p.unlock(passphrase)
	d.key("ctrl+eacute") // the key of the 2
	p.await(fr.Say(text.DocumentsTitle), kit.Heading)
	p.awaitWithin(showTimeout, title)

	began := time.Now()
	d.key("ctrl+l")
	pressed := time.Since(began)
	waitFor(t, showTimeout, "the door", func() bool {
		_, shown := phrase.on(d, door) // a small picture is quickly taken
		return shown
	})
	t.Logf("locked after %v, of which %v to press the key", time.Since(began), pressed)
	if _, ok := title.on(d, p.bounds()); ok {
		t.Error("a title is still shown")
	}

	p.unlock(passphrase)
	d.key("ctrl+l")
	p.awaitWithin(showTimeout, phrase)
	wrong, _ := text.Explain(vault.ErrWrongPassphrase)
	for range 4 {
		p.try("not the phrase at all", fr.Say(wrong.What))
	}
	p.try("not the phrase either", sentence(fr.Say(text.TooManyTries)))
	p.try(passphrase, "Encore")
	t.Run("kit", func(t *testing.T) {
		p.press(fr.Say(text.LostPhrase))
		p.await(fr.Say(text.RecoverTitle), kit.Heading)
		printed, err := os.ReadFile(paper)
		if err != nil {
			t.Fatal(err)
		}
		d.fill(strings.Join(groupsIn(string(printed)), " "))
		d.fill("trois chevaux verts courent")
		d.fill("trois chevaux verts courent")
		p.await(fr.Say(text.Hello), kit.Heading)
	})
	p.quit()
	var listed []documentJSON
	decode(t, carnet(t, d, "trois chevaux verts courent", "document", "list", "--json"), &listed)
	if len(listed) != 3 {
		t.Errorf("%d documents behind the new phrase", len(listed))
	}
}

// sentence is the first sentence of a text: what fits on a line.
func sentence(s string) string {
	first, _, _ := strings.Cut(s, ". ")
	return first
}

// try types a passphrase at the door and waits for the answer. The one to the
// attempt before stays until then.
func (p *program) try(phrase, answer string) {
	p.d.t.Helper()
	dots := drawingOf("••••", kit.Body)
	again := p.shows(answer, kit.Body)
	p.d.typeText(phrase)
	p.awaitWithin(showTimeout, dots)
	p.d.key("Return")
	waitFor(p.d.t, showTimeout, answer, func() bool {
		_, typed := dots.on(p.d, p.bounds())
		return !(again && typed) && p.shows(answer, kit.Body)
	})
}

// TestWindowPage opens a document and looks at its pages.
func TestWindowPage(t *testing.T) {
	d := startScreen(t)
	path, _ := newVault(t, d)
	long := make([]sheet.Block, 120)
	for i := range long {
		long[i] = sheet.Paragraph(fmt.Sprintf("Ligne %d du compte rendu de consultation.", i))
	}
	file := writeLetter(t, t.TempDir(), "courrier_0.pdf", long...)
	if _, code := command(t, path, "document", "add", file); code != exitDone {
		t.Fatal("no document")
	}
	p := d.open()
	p.unlock(passphrase)
	d.key("ctrl+eacute")
	p.await(fr.Say(text.DocumentsTitle), kit.Heading)
	p.await("courrier 0", kit.Strong)
	before := d.look(p.bounds())
	d.key("Return")
	p.await(fr.Say(text.FollowingPage), kit.Strong)
	p.awaitPage(before)
	d.screenshot("page-1")
	p.changesPage("next page", func() { p.press(fr.Say(text.FollowingPage)) })
	d.screenshot("page-2")
	p.changesPage("zoom", func() { p.press(fr.Say(text.ZoomIn)) })
	d.screenshot("page-2-zoomed")
	p.press(fr.Say(text.BackToList))
	p.await(fr.Say(text.DocumentsTitle), kit.Heading)
	p.quit()
}

// paper counts the white pixels: no look but those of high contrast has any,
// and a page has most.
func paper(seen picture) int {
	n := 0
	for _, c := range seen.pixels {
		if c == 0xffffff {
			n++
		}
	}
	return n
}

func (p *program) awaitPage(before picture) {
	p.d.t.Helper()
	waitFor(p.d.t, showTimeout, "a page", func() bool { return paper(p.d.look(p.bounds())) > paper(before)+50_000 })
}

// changesPage does something after which the page must look otherwise.
func (p *program) changesPage(what string, do func()) {
	p.d.t.Helper()
	tools := p.await(fr.Say(text.ZoomIn), kit.Strong)
	page := p.bounds()
	page.Min = image.Pt(tools.Min.X, tools.Max.Y+40)
	before := p.d.look(page)
	do()
	waitFor(p.d.t, showTimeout, what, func() bool {
		now := p.d.look(page)
		return paper(now) > 50_000 && now.differ(before) > 2_000
	})
}

// BenchmarkStart measures the program beside a window with nothing in it: from
// the start to the painted door, idle, and in memory.
func BenchmarkStart(b *testing.B) {
	const rounds, idle = 5, 10 * time.Second
	d := startScreen(b)
	path := filepath.Join(d.home, "coffre.carnet")
	d.vars = append(d.vars, "CARNET_VAULT="+path)
	bare, err := build("bare", "./testdata/bare")
	if err != nil {
		b.Fatal(err)
	}
	own, err := built()
	if err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil { // the door does not read it
		b.Fatal(err)
	}
	programs := []struct {
		name, title, path string
		starts            []time.Duration
		shown             *drawing
	}{
		{name: "carnet", title: "^Carnet", path: own, shown: drawingOf(fr.Say(text.PhraseLabel), kit.Strong)},
		{name: "bare", title: "^Bare", path: bare},
	}
	for b.Loop() {
		for range rounds {
			for i := range programs {
				x := &programs[i]
				began := time.Now()
				p := d.start(x.title, x.path)
				if x.shown != nil {
					p.awaitWithin(showTimeout, x.shown)
				}
				x.starts = append(x.starts, time.Since(began))
				p.stop()
			}
		}
	}
	b.ReportMetric(0, "ns/op")
	for _, x := range programs {
		p := d.start(x.title, x.path)
		time.Sleep(idle / 5) // what comes after the first picture
		from := cpuAll(b, p.pid)
		time.Sleep(idle)
		b.ReportMetric(100*(cpuAll(b, p.pid)-from).Seconds()/idle.Seconds(), x.name+"-idle-%")
		b.ReportMetric(float64(anonymousAll(b, p.pid))/(1<<20), x.name+"-MiB")
		slices.Sort(x.starts)
		b.ReportMetric(float64(x.starts[len(x.starts)/2].Milliseconds()), x.name+"-start-ms")
		p.stop()
	}
}

// TestWindowFindsBloodTest: among 5,000 documents the last blood test is on
// screen after two actions, by its category and by a word.
func TestWindowFindsBloodTest(t *testing.T) {
	const many, last = 5000, "prise de sang du lundi"
	d := startScreen(t)
	path, _ := newVault(t, d)
	others, tests := t.TempDir(), t.TempDir()
	i, before := 0, time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	note := func(folder, name, content string, day time.Time) {
		file := filepath.Join(folder, name+".txt")
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, day, day); err != nil {
			t.Fatal(err)
		}
	}
	for x := range searchtest.New(1).Documents(many) {
		folder := others
		if i%10 == 9 {
			folder = tests
		}
		note(folder, fmt.Sprintf("courrier %04d", i), x.Text, before.AddDate(0, 0, -i))
		i++
	}
	note(tests, last, "Prise de sang de contrôle", before.AddDate(0, 0, -7)) // seven reports are newer
	for category, folder := range map[string]string{"lab": tests, "report": others} {
		if _, code := command(t, path, "document", "add", folder, "--category", category); code != exitDone {
			t.Fatal("no documents")
		}
	}
	p := d.open()
	p.unlock(passphrase)

	d.actions = 0
	d.key("ctrl+eacute")
	chip := p.await(fr.Say(text.Counted, "Résultats d'analyse", many/10+1), kit.Body)
	d.click((chip.Min.X+chip.Max.X)/2, (chip.Min.Y+chip.Max.Y)/2)
	second := p.await("courrier 0019", kit.Strong)
	for _, title := range []string{last, "courrier 0009"} {
		if at := p.await(title, kit.Strong); at.Min.Y >= second.Min.Y {
			t.Errorf("%s is at %v, below %v", title, at, second)
		}
	}
	if p.shows("courrier 0000", kit.Strong) {
		t.Error("a report is among the tests")
	}
	if d.actions != 2 {
		t.Errorf("by its category it took %d actions", d.actions)
	}
	d.screenshot("blood-test-by-category")

	d.key("ctrl+ampersand")
	p.await(fr.Say(text.Hello), kit.Heading)
	d.actions = 0
	d.key("ctrl+f")
	p.await(fr.Say(text.FindLabel), kit.Strong)
	d.fill("sang lundi")
	p.await(last, kit.Strong)
	if d.actions != 2 {
		t.Errorf("by its words it took %d actions", d.actions)
	}
	d.screenshot("blood-test-by-words")
	p.quit()
}
