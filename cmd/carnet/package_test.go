package main

import (
	"bufio"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"carnet/assets"
	"carnet/ui/release"
	"carnet/ui/text"
)

// compatible are the licences whose works may be part of a program under the
// AGPL, version 3 or later.
var compatible = []string{
	"AGPL-3.0-or-later", "Apache-2.0", "Bitstream-Vera", "BSD-2-Clause", "BSD-3-Clause", "CC-BY-4.0", "CC0-1.0", "etalab-2.0", "FTL", "GPL-2.0-or-later", "GPL-3.0-only",
	"HPND-sell-variant", "IJG", "ISC", "MIT", "MPL-2.0", "OFL-1.1", "Unlicense", "Zlib",
}

// said is what stands in the text of a licence and in no other of the list.
var said = map[string][]string{
	"AGPL-3.0-or-later": {"gnu affero general public license version 3"},
	"Apache-2.0":        {"apache license version 2.0"},
	"BSD-2-Clause":      {"redistributions in binary form must reproduce the above copyright"},
	"BSD-3-Clause":      {"redistributions in binary form must reproduce the above copyright", "to endorse or promote products"},
	"ISC":               {"permission to use, copy, modify, and/or distribute this software for any purpose with or without fee"},
	"MIT":               {"permission is hereby granted, free of charge, to any person obtaining a copy"},
	"MPL-2.0":           {"mozilla public license version 2.0"},
	"Unlicense":         {"unlicense"},
}

func table(t *testing.T) map[string]release.Work {
	t.Helper()
	works, err := release.Licences(assets.Licences)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]release.Work{}
	for _, w := range works {
		if _, twice := out[w.Name]; twice {
			t.Errorf("%s stands twice in the table", w.Name)
		}
		out[w.Name] = w
	}
	return out
}

// TestLicences holds the table of licences to the works that are in the program
// on any system, and to the texts that they bring. The go command is asked, so
// that only go test -count=1, as .ci/run has it, is sure to see a new import of a
// module that go.mod already names.
func TestLicences(t *testing.T) {
	if _, err := os.ReadFile(filepath.Join(moduleRoot, "go.mod")); err != nil { // a change of it runs this again
		t.Fatal(err)
	}
	known := table(t)
	linked := map[string]bool{}
	for _, system := range []string{"linux", "windows", "darwin"} {
		list := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Dir}}{{end}}{{end}}", "carnet/cmd/carnet")
		list.Env = append(os.Environ(), "GOOS="+system, "GOARCH=amd64", "CGO_ENABLED=1")
		list.Stderr = os.Stderr
		out, err := list.Output()
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(out)) {
			path, dir, ok := strings.Cut(strings.TrimSpace(line), " ")
			if !ok || linked[path] {
				continue
			}
			linked[path] = true
			w, in := known[path]
			if !in {
				t.Errorf("assets/licences.csv lacks the module %s", path)
				continue
			}
			if why := fits(w.Licence, dir); why != "" {
				t.Errorf("%s: %s", path, why)
			}
		}
	}
	if len(linked) < 30 {
		t.Fatalf("only %d modules were found", len(linked))
	}
	for name, w := range known {
		for _, id := range strings.FieldsFunc(w.Licence, func(r rune) bool { return r == ' ' }) {
			// Codes of these systems are named in tables, and their terms allow that.
			codes := w.Kind == release.Table && (id == "LicenseRef-LOINC" || id == "LicenseRef-UCUM")
			if id != "AND" && id != "OR" && !codes && !slices.Contains(compatible, id) {
				t.Errorf("%s: %s does not go with the licence of the program", name, id)
			}
		}
		if _, err := time.Parse(time.DateOnly, w.Looked); err != nil || w.Licence == "" || w.Copyright == "" || w.Source == "" {
			t.Errorf("%s: something is missing", name)
		}
		switch {
		case w.Kind == release.Module && !linked[name]:
			t.Errorf("the table has the module %s, which is not in the program", name)
		case w.Within != "" && !linked[w.Within]:
			t.Errorf("%s is within %s, which is not in the program", name, w.Within)
		case w.Kind == release.Table:
			if _, err := os.Stat(filepath.Join(moduleRoot, name)); err != nil {
				t.Errorf("the table has %s, which is not there", name)
			}
		}
	}
	for _, pattern := range []string{"*.json", "*.txt", "icons"} {
		files, err := filepath.Glob(filepath.Join(moduleRoot, "assets", pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, file := range files {
			if name := "assets/" + filepath.Base(file); known[name].Kind != release.Table {
				t.Errorf("assets/licences.csv lacks the table %s", name)
			}
		}
	}
}

// fits compares an SPDX expression with the texts in a module's folder and says
// what is wrong.
func fits(expression, dir string) string {
	var all strings.Builder
	for _, pattern := range []string{"LICEN*", "COPYING*"} {
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return err.Error()
		}
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err != nil {
				return err.Error()
			}
			all.Write(b)
			all.WriteByte(' ')
		}
	}
	have := strings.ToLower(strings.Join(strings.Fields(all.String()), " "))
	if have == "" {
		return "it brings no text of a licence"
	}
	for _, id := range strings.Split(strings.NewReplacer(" OR ", " ", " AND ", " ").Replace(expression), " ") {
		if said[id] == nil {
			return id + " is not among the licences of modules"
		}
		for _, s := range said[id] {
			if !strings.Contains(have, s) {
				return "its text is not that of " + id
			}
		}
		if id == "BSD-2-Clause" && strings.Contains(have, said["BSD-3-Clause"][1]) {
			return "its text is that of BSD-3-Clause"
		}
	}
	return ""
}

func TestFits(t *testing.T) {
	dir := t.TempDir()
	if why := fits("MIT", dir); why == "" {
		t.Error("a module without a licence passes")
	}
	if err := os.WriteFile(filepath.Join(dir, "LICENSE"), []byte("Permission is hereby granted, free of\ncharge, to any person obtaining a copy"), 0o600); err != nil {
		t.Fatal(err)
	}
	for expression, want := range map[string]bool{"MIT": true, "BSD-3-Clause": false, "MIT AND ISC": false, "GPL-2.0-only": false} {
		if why := fits(expression, dir); (why == "") != want {
			t.Errorf("%s: %q", expression, why)
		}
	}
}

// TestManual: every command and every option is in the manual of both languages,
// and nothing in it can be taken for a request of the typesetter.
func TestManual(t *testing.T) {
	requests := regexp.MustCompile(`^\.(TH "|SH "|SS "|TP$|PP$|br$|B |so man1/)`)
	for _, l := range []text.Language{text.French, text.English} {
		a := newApp(t.Context(), streams{}, l)
		pages := a.manual("2026-11-22", "0.2.0")
		all := ""
		for name, page := range pages {
			all += page
			if !regexp.MustCompile(`^carnet(-[a-z-]+)?\.1$`).MatchString(name) {
				t.Errorf("a page is called %q", name)
			}
			for line := range strings.Lines(page) {
				if strings.HasPrefix(line, "'") || strings.HasPrefix(line, ".") && !requests.MatchString(strings.TrimSpace(line)) {
					t.Errorf("%s: the line %q", name, line)
				}
			}
			if target, ok := strings.CutPrefix(page, ".so man1/"); ok && pages[strings.TrimSpace(target)] == "" {
				t.Errorf("%s leads to %s, which is not there", name, target)
			}
		}
		for _, c := range visible(a.root()) {
			if pages["carnet-"+c.Name()+".1"] == "" {
				t.Errorf("%s: no page for %s", l.Tag(), c.Name())
			}
		}
		eachCommand(a, func(use string, options []string) {
			for _, s := range append(options, use) {
				if !strings.Contains(all, escaped(s)) {
					t.Errorf("%s: the manual lacks %q", l.Tag(), s)
				}
			}
		})
	}
}

// eachCommand visits the commands that have no others below them.
func eachCommand(a *app, visit func(use string, options []string)) {
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		children := visible(c)
		for _, child := range children {
			walk(child)
		}
		if len(children) == 0 {
			var options []string
			for line := range strings.Lines(a.flags(c.LocalNonPersistentFlags())) {
				options = append(options, strings.Fields(line)[0])
			}
			visit(c.UseLine(), options)
		}
	}
	walk(a.root())
}

// TestDesktop: the files that tell desktops of the program are well formed and
// agree with one another, and with the program.
func TestDesktop(t *testing.T) {
	keys := desktopEntry(t)
	for key, want := range map[string]string{"Type": "Application", "Exec": "carnet %f", "Icon": appID, "MimeType": "application/x-carnet-vault;", "Terminal": "false", "StartupWMClass": appID} {
		if keys[key] != want {
			t.Errorf("the desktop file has %s=%s, want %s", key, keys[key], want)
		}
	}
	for _, key := range []string{"Name", "Comment", "Comment[fr]", "GenericName[fr]", "Categories"} {
		if keys[key] == "" {
			t.Errorf("the desktop file lacks %s", key)
		}
	}
	var info struct {
		XMLName xml.Name `xml:"http://www.freedesktop.org/standards/shared-mime-info mime-info"`
		Types   []struct {
			Type string `xml:"type,attr"`
			Glob struct {
				Pattern string `xml:"pattern,attr"`
			} `xml:"glob"`
			Icon struct {
				Name string `xml:"name,attr"`
			} `xml:"icon"`
		} `xml:"mime-type"`
	}
	if err := xml.Unmarshal(packaged(t, appID+".xml"), &info); err != nil {
		t.Fatal(err)
	}
	if len(info.Types) != 1 || info.Types[0].Type+";" != keys["MimeType"] || info.Types[0].Glob.Pattern != "*.carnet" || info.Types[0].Icon.Name != appID {
		t.Errorf("%+v", info)
	}
	for _, name := range []string{"Info.plist", "carnet.svg"} {
		d := xml.NewDecoder(strings.NewReader(string(packaged(t, name))))
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		if name == "Info.plist" && !strings.Contains(string(packaged(t, name)), "<string>"+appID+"</string>") {
			t.Errorf("%s does not name %s", name, appID)
		}
	}
	var resources map[string]any
	if err := json.Unmarshal(packaged(t, "winres.json"), &resources); err != nil || len(resources) != 3 {
		t.Errorf("%v, %v", resources, err)
	}
}

func packaged(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(moduleRoot, "assets", "package", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func desktopEntry(t *testing.T) map[string]string {
	t.Helper()
	keys := map[string]string{}
	scanner := bufio.NewScanner(strings.NewReader(string(packaged(t, appID+".desktop"))))
	for n := 0; scanner.Scan(); n++ {
		if n == 0 {
			if scanner.Text() != "[Desktop Entry]" {
				t.Fatalf("the desktop file begins with %q", scanner.Text())
			}
			continue
		}
		key, value, ok := strings.Cut(scanner.Text(), "=")
		if _, twice := keys[key]; !ok || twice {
			t.Errorf("the desktop file has the line %q", scanner.Text())
		}
		keys[key] = value
	}
	if err := scanner.Err(); err != nil {
		t.Fatal(err)
	}
	return keys
}

// TestSBOM: what packages say of this test's own program.
func TestSBOM(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var out, diagnostics strings.Builder
	a := newApp(t.Context(), streams{out: &out, err: &diagnostics}, text.English)
	if code := a.run([]string{"sbom", self}); code != exitDone {
		t.Fatalf("exit code %d: %s", code, diagnostics.String())
	}
	var got bom
	if err := json.Unmarshal([]byte(out.String()), &got); err != nil {
		t.Fatal(err)
	}
	found := map[string]component{}
	for _, c := range got.Components {
		if c.Type == "" {
			t.Errorf("%s has no type", c.Name)
		}
		found[c.Name] = c
	}
	fyne := found["fyne.io/fyne/v2"]
	if main := got.Metadata.Component; main.Name != "carnet" || main.Type != "application" {
		t.Errorf("%+v", main)
	}
	if got.Format != "CycloneDX" || fyne.PURL != "pkg:golang/fyne.io/fyne/v2@"+fyne.Version || len(fyne.Hashes) != 1 || len(fyne.Hashes[0].Content) != 64 {
		t.Errorf("%+v, %+v", got.Metadata, fyne)
	}
	if found["MuPDF"].Licences[0].Expression != "AGPL-3.0-or-later" || found["Go standard library and runtime"].Version != strings.TrimPrefix(runtime.Version(), "go") {
		t.Error("what is no module is missing")
	}
}
