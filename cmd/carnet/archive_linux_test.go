package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"carnet/cmd/carnet/samples"
	"carnet/sync/gateway/chromiumtest"
)

// TestArchiveJudged: the archives of a family are opened by programs that know nothing
// of Carnet, and none of them complains: age, tar, sha256sum, qpdf, pdftotext, a reader
// of calendars, a browser. A second archive of the same state says the same. It is of
// two dozen documents; CARNET_TORTURE=1 makes it 5,000.
//
// Two judges come from elsewhere (.ci/fhir): where CARNET_AXE names the file of axe-core,
// it looks at the page, and where CARNET_FHIR names a folder, the bundles are left there.
func TestArchiveJudged(t *testing.T) {
	family := []struct{ name, birth string }{{"Camille Exemple", "1984-05-02"}, {"Léa Exemple", "2019-09-03"}, {"Noé Exemple", "2025-12-24"}}
	documents := 24
	if os.Getenv("CARNET_TORTURE") != "" {
		documents = 5000
	}
	dir := t.TempDir()
	vault := filepath.Join(dir, "family.carnet")
	carnet := func(args ...string) {
		t.Helper()
		if out, code := command(t, vault, args...); code != exitDone {
			t.Fatalf("%v: exit %d: %.500s", args, code, out)
		}
	}
	carnet("vault", "create", "--name", family[0].name, "--birth", family[0].birth, "--kit", filepath.Join(dir, "kit.txt"))
	browser := chromiumtest.Start(t)
	axe := judgeOfPages(t)
	for i, p := range family {
		if i > 0 {
			carnet("patient", "add", "--name", p.name, "--birth", p.birth, "--sex", "F")
		}
		n := documents / len(family)
		if i == 0 {
			n += documents % len(family)
		}
		papers := filepath.Join(dir, fmt.Sprint("papers", i))
		if err := writePapers(papers, 0, n); err != nil {
			t.Fatal(err)
		}
		for _, act := range [][]string{
			{"document", "add", "--no-ocr", papers},
			{"profile", "add", "allergy", "Pénicilline <i>", "--severity", "high", "--reaction", "urticaire"},
			{"profile", "add", "immunization", "ROR", "--start", "2026-01-04", "--code", "LOT1"},
			{"profile", "add", "observation", "--type", "weight", "--value", "18.5", "--unit", "kg", "--start", "2026-02-03"},
			{"profile", "none", "condition"},
		} {
			carnet(append(act, "--patient", p.name)...)
		}
		out := filepath.Join(dir, fmt.Sprint("out", i))
		if err := os.Mkdir(out, 0o700); err != nil {
			t.Fatal(err)
		}
		carnet("export", "--to", out, "--patient", p.name)
		carnet("export", "--to", out, "--patient", p.name)
		made, err := filepath.Glob(filepath.Join(out, "carnet-export-*"))
		if err != nil || len(made) != 2 {
			t.Fatal(made, err)
		}
		a := judged{t, made[0]}
		a.sums()
		a.papers(papers, n)
		a.same(made[1])
		a.printed()
		a.calendar()
		a.page(browser, axe, n)
		a.leave(os.Getenv("CARNET_FHIR"), fmt.Sprint("archive", i))
	}
	sealedJudged(t, vault, dir, family[1].name)
}

// writePapers writes n different documents of a family into a folder, from a number on.
func writePapers(folder string, from, n int) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	files, err := samples.Make(time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC))
	if err != nil {
		return err
	}
	for i := from; i < from+n; i++ {
		f := files[i%(len(files)-1)] // the last is a duplicate
		ext := filepath.Ext(f.Name)
		name := fmt.Sprintf("%s %d%s", strings.TrimSuffix(f.Name, ext), i, ext)
		// What follows the end of a picture or a PDF is not looked at.
		if err := os.WriteFile(filepath.Join(folder, name), append(slices.Clip(f.Data), fmt.Sprintf("\n%% %d\n", i)...), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// judged is an archive in a folder.
type judged struct {
	t  *testing.T
	at string
}

// run runs a program in the archive, which must not complain, and returns what it says.
func (a judged) run(name string, args ...string) string {
	a.t.Helper()
	c := exec.CommandContext(a.t.Context(), name, args...)
	c.Dir = a.at
	out, err := c.CombinedOutput()
	if err != nil {
		a.t.Errorf("%s %v: %v: %.500s", name, args, err, out)
	}
	return string(out)
}

func (a judged) sums() {
	a.t.Helper()
	for _, list := range []string{"manifest-sha256.txt", "tagmanifest-sha256.txt"} {
		a.run("sha256sum", "--check", "--strict", "--quiet", list)
	}
}

// papers looks for each document as it was received.
func (a judged) papers(from string, n int) {
	a.t.Helper()
	lists := map[string]string{"received": from, "archived": filepath.Join(a.at, "data", "originals")}
	sums := map[string][]string{}
	for what, folder := range lists {
		out := a.run("find", folder, "-type", "f", "-exec", "sha256sum", "{}", "+")
		for line := range strings.Lines(out) {
			sum, _, _ := strings.Cut(line, " ")
			sums[what] = append(sums[what], sum)
		}
		slices.Sort(sums[what])
	}
	if len(sums["received"]) != n || !slices.Equal(sums["received"], sums["archived"]) {
		a.t.Errorf("%d documents were received, %d are in the archive, and they are not the same", len(sums["received"]), len(sums["archived"]))
	}
}

// same compares the payload with that of a second archive of the same state: only the
// journal has gone on.
func (a judged) same(other string) {
	a.t.Helper()
	var lists [2][]string
	for i, at := range []string{a.at, other} {
		b, err := os.ReadFile(filepath.Join(at, "manifest-sha256.txt"))
		if err != nil {
			a.t.Fatal(err)
		}
		for line := range strings.Lines(string(b)) {
			if !strings.Contains(line, " data/journal/") {
				lists[i] = append(lists[i], line)
			}
		}
	}
	if !slices.Equal(lists[0], lists[1]) {
		a.t.Errorf("two archives of one state differ:\n%.500s", slices.DeleteFunc(lists[1], func(line string) bool { return slices.Contains(lists[0], line) }))
	}
}

func (a judged) printed() {
	a.t.Helper()
	pdf := filepath.Join("data", "synthese.pdf")
	a.run("qpdf", "--check", pdf)
	if said := a.run("pdftotext", "-layout", pdf, "-"); !strings.Contains(said, "Pénicilline <i>") {
		a.t.Errorf("the summary says %.300q", said)
	}
}

// calendar reads what is to come, of those who have something.
func (a judged) calendar() {
	a.t.Helper()
	name := filepath.Join("data", "agenda", "rendez-vous.ics")
	if _, err := os.Stat(filepath.Join(a.at, name)); os.IsNotExist(err) {
		return
	}
	const count = "import sys, icalendar; c = icalendar.Calendar.from_ical(open(sys.argv[1], 'rb').read()); print(len(c.walk('VEVENT')), sum(len(e.errors) for e in c.walk()))"
	if got := strings.Fields(a.run("/usr/bin/python3", "-c", count, name)); len(got) != 2 || got[0] == "0" || got[1] != "0" {
		a.t.Errorf("events and errors: %v", got)
	}
}

// page opens index.html in a browser: wide and narrow nothing is cut off, every link
// leads to a file, and nothing of the page is refused or missing.
func (a judged) page(b *chromiumtest.Browser, axe string, n int) {
	a.t.Helper()
	b.Open("file://"+filepath.Join(a.at, "data", "index.html"), "")
	if title := fmt.Sprint(b.Run("document.title")); !strings.Contains(title, "Exemple") {
		a.t.Errorf("the page is %q", title)
	}
	links := b.Run("[...document.querySelectorAll('a')].map(a => a.getAttribute('href')).filter(h => !h.startsWith('#'))").([]any)
	if len(links) != n {
		a.t.Errorf("the page leads to %d documents of %d", len(links), n)
	}
	for _, link := range links {
		if _, err := os.Stat(filepath.Join(a.at, "data", fmt.Sprint(link))); err != nil {
			a.t.Errorf("a link leads nowhere: %v", err)
		}
	}
	if lost := b.Run("[...document.querySelectorAll('a[href^=\"#\"]')].filter(a => !document.querySelector(a.getAttribute('href'))).length"); lost != 0.0 {
		a.t.Errorf("%v links of the page lead nowhere in it", lost)
	}
	for _, width := range []int{400, 1200} {
		b.Call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": false})
		if over := b.Run("document.documentElement.scrollWidth - innerWidth"); over.(float64) > 0 {
			a.t.Errorf("at a width of %d, %v are cut off", width, over)
		}
		// A word is broken only where it is longer than its line.
		if broken := b.Run("[...document.querySelectorAll('thead th')].filter(x => x.clientHeight > 1 && x.scrollWidth > x.clientWidth).length"); broken != 0.0 {
			a.t.Errorf("at a width of %d, %v headings do not fit", width, broken)
		}
		shot, err := base64.StdEncoding.DecodeString(b.Call("Page.captureScreenshot", map[string]any{"format": "png"})["data"].(string))
		if err != nil {
			a.t.Fatal(err)
		}
		if drawn, err := png.DecodeConfig(bytes.NewReader(shot)); err != nil || drawn.Width != width {
			a.t.Errorf("a picture of a width of %d, %v", drawn.Width, err)
		}
		if axe == "" {
			continue
		}
		b.Run(axe + "; 0")
		found := b.Run("axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map(v => v.id + ' ' + v.nodes.length).join(', '))")
		if found != "" {
			a.t.Errorf("at a width of %d, axe-core finds %v", width, found)
		}
	}
	if axe == "" {
		return
	}
	// The judge sees a fault.
	b.Run("document.documentElement.removeAttribute('lang')")
	if found := b.Run("axe.run(document, {runOnly: ['html-has-lang']}).then(r => r.violations.length)"); found != 1.0 {
		a.t.Errorf("axe-core passes a page without a language: %v", found)
	}
}

// judgeOfPages is the source of axe-core, "" where there is none, which is said.
func judgeOfPages(t *testing.T) string {
	t.Helper()
	at := os.Getenv("CARNET_AXE")
	if at == "" {
		t.Log("axe-core does not look at the pages: CARNET_AXE does not name it (make fhir does)")
		return ""
	}
	source, err := os.ReadFile(at)
	if err != nil {
		t.Fatal(err)
	}
	return string(source)
}

// leave copies the bundles to where the judges of FHIR look; nowhere for "".
func (a judged) leave(folder, name string) {
	a.t.Helper()
	for _, bundle := range []string{"bundle", "ips"} {
		content, err := os.ReadFile(filepath.Join(a.at, "data", "fhir", bundle+".json"))
		if err != nil {
			a.t.Fatal(err)
		}
		if folder == "" {
			continue
		}
		if err := os.WriteFile(filepath.Join(folder, name+"-"+bundle+".json"), content, 0o600); err != nil {
			a.t.Fatal(err)
		}
	}
}

// sealedJudged opens a sealed archive with the programs age and tar alone.
func sealedJudged(t *testing.T, vault, dir, name string) {
	t.Helper()
	here := judged{t, dir}
	key := filepath.Join(dir, "key")
	here.run("age-keygen", "-o", key)
	public := strings.TrimSpace(here.run("age-keygen", "-y", key))
	out := filepath.Join(dir, "sealed")
	if err := os.MkdirAll(filepath.Join(out, "open"), 0o700); err != nil {
		t.Fatal(err)
	}
	if said, code := command(t, vault, "export", "--to", out, "--patient", name, "--age-recipient", public); code != exitDone {
		t.Fatalf("exit %d: %s", code, said)
	}
	sealed, err := filepath.Glob(filepath.Join(out, "*.tar.age"))
	if err != nil || len(sealed) != 1 {
		t.Fatal(sealed, err)
	}
	here.run("age", "--decrypt", "--identity", key, "--output", filepath.Join(out, "open.tar"), sealed[0])
	here.run("tar", "-x", "-f", filepath.Join(out, "open.tar"), "-C", filepath.Join(out, "open"))
	opened, err := filepath.Glob(filepath.Join(out, "open", "*"))
	if err != nil || len(opened) != 1 {
		t.Fatal(opened, err)
	}
	judged{t, opened[0]}.sums()
}
