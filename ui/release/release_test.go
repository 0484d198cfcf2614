package release_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"aead.dev/minisign"

	"carnet/assets"
	"carnet/ui/release"
)

var info = &debug.BuildInfo{
	GoVersion: "go1.2.3",
	Main:      debug.Module{Path: "carnet", Version: "v0.2.0"},
	Deps:      []*debug.Module{{Path: "fyne.io/fyne/v2", Version: "v2.8.1"}},
	Settings: []debug.BuildSetting{
		{Key: "vcs.revision", Value: "0123456789abcdef"}, {Key: "vcs.time", Value: "2026-11-22T10:50:08Z"}, {Key: "vcs.modified", Value: "false"},
	},
}

func newBuild(t *testing.T, info *debug.BuildInfo, key []byte) *release.Build {
	t.Helper()
	b, err := release.New(info, assets.Licences, key)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestBuild(t *testing.T) {
	b := newBuild(t, info, assets.ReleaseKey)
	if b.Version != "0.2.0" || b.Go != "go1.2.3" || b.Revision != "0123456789abcdef" || b.Time.Year() != 2026 || b.Changed {
		t.Errorf("%+v", b)
	}
	names := map[string]release.Work{}
	for _, w := range b.Works {
		names[w.Name] = w
	}
	if names["fyne.io/fyne/v2"].Version != "v2.8.1" || names["Noto Sans"].Within != "fyne.io/fyne/v2" || names["assets/categories-2026-11.json"].Kind != release.Table {
		t.Errorf("%v", names)
	}
	if _, in := names["MuPDF"]; in {
		t.Error("a library is there without the module that brings it")
	}
	for _, v := range []string{"", "(devel)", "0.2.0"} {
		if b := newBuild(t, &debug.BuildInfo{Main: debug.Module{Version: v}}, nil); b.Version != "" {
			t.Errorf("%q is version %q", v, b.Version)
		}
	}
	unheard := newBuild(t, &debug.BuildInfo{Deps: []*debug.Module{{Path: "example.org/unheard", Version: "v1.0.0"}}}, nil)
	if w := unheard.Works[0]; w.Name != "example.org/unheard" || w.Licence != "" {
		t.Errorf("a module that the table lacks is hidden: %+v", w)
	}
	newBuild(t, nil, nil)
}

func TestLicencesRefusesWhatItDoesNotKnow(t *testing.T) {
	for _, table := range []string{"", "name\nx\n", "kind,name,within,spdx,copyright,source,looked\nplugin,a,,MIT,b,c,2026-11-22\n", "kind,name,within,spdx,copyright,source,looked\nmodule,a\n"} {
		if _, err := release.Licences([]byte(table)); err == nil {
			t.Errorf("%q was read", table)
		}
	}
}

// TestReport: nothing of the person or the computer is in it.
func TestReport(t *testing.T) {
	for name, value := range map[string]string{"HOME": "/home/camille", "USER": "camille", "CARNET_VAULT": "/home/camille/coffre.carnet"} {
		t.Setenv(name, value)
	}
	report := string(newBuild(t, info, nil).Report(release.Line{Name: "means", Value: "a\nforged: line\x1b[31m"}))
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"camille", "/home", "coffre", "\nforged", "\x1b"} {
		if strings.Contains(report, word) {
			t.Errorf("the report has %q:\n%s", word, report)
		}
	}
	for line := range strings.Lines(report) {
		if _, value, found := strings.Cut(strings.TrimSpace(line), ": "); !found || value == host {
			t.Errorf("line %q", line)
		}
	}
	if !strings.Contains(report, "carnet: 0.2.0\n") || !strings.Contains(report, "revision of: 2026-11-22\n") || !strings.Contains(report, "release key: false\n") {
		t.Errorf("the report does not say what it must:\n%s", report)
	}
}

func good() release.Notice {
	return release.Notice{Version: "0.3.0", Date: "2026-11-22", Where: "https://carnet.example/0.3.0", Packages: []release.Package{{Name: "carnet.deb", SHA256: strings.Repeat("0a", 32)}}}
}

// signed makes the notice that a release key signs.
func signed(t *testing.T, key minisign.PrivateKey, content any) []byte {
	t.Helper()
	body, err := json.MarshalIndent(content, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(minisign.Sign(key, body), body...)
}

func newKey(t *testing.T) (public []byte, private minisign.PrivateKey) {
	t.Helper()
	p, private, err := minisign.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	public, err = p.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	return public, private
}

func TestNotice(t *testing.T) {
	public, private := newKey(t)
	_, other := newKey(t)
	with := func(change func(*release.Notice)) release.Notice {
		n := good()
		change(&n)
		return n
	}
	sound := string(signed(t, private, good()))
	b := newBuild(t, info, public)
	if !b.HasKey() {
		t.Fatal("a build with a key says that it has none")
	}
	for _, c := range []struct {
		name, content string
		want          error
	}{
		{"good", sound, nil},
		{"another key", string(signed(t, other, good())), release.ErrSignature},
		{"another version", strings.Replace(sound, "0.3.0", "0.4.0", 1), release.ErrSignature},
		{"another comment", strings.Replace(sound, "\ntrusted comment: ", "\ntrusted comment: x", 1), release.ErrSignature},
		{"cut", sound[:len(sound)-1], release.ErrSignature},
		{"longer", sound + " ", release.ErrSignature},
		{"no signature", `{"version":"0.3.0"}`, release.ErrNotNotice},
		{"four lines of something", "a\nb\nc\nd\n{}", release.ErrNotNotice},
		{"empty", "", release.ErrNotNotice},
		{"too long", sound + strings.Repeat(" ", 64<<10), release.ErrNotNotice},
		{"signed, but a list", string(signed(t, private, []string{"0.3.0"})), release.ErrNotNotice},
		{"no version", string(signed(t, private, with(func(n *release.Notice) { n.Version = "soon" }))), release.ErrNotNotice},
		{"no date", string(signed(t, private, with(func(n *release.Notice) { n.Date = "22/11/2026" }))), release.ErrNotNotice},
		{"not https", string(signed(t, private, with(func(n *release.Notice) { n.Where = "http://carnet.example" }))), release.ErrNotNotice},
		{"no place", string(signed(t, private, with(func(n *release.Notice) { n.Where = "https://" }))), release.ErrNotNotice},
		{"an address that turns round", string(signed(t, private, with(func(n *release.Notice) { n.Where = "https://carnet.example/\u202etxt" }))), release.ErrNotNotice},
		{"no package", string(signed(t, private, with(func(n *release.Notice) { n.Packages = nil }))), release.ErrNotNotice},
		{"a short digest", string(signed(t, private, with(func(n *release.Notice) { n.Packages[0].SHA256 = "0a" }))), release.ErrNotNotice},
		{"a name with a folder", string(signed(t, private, with(func(n *release.Notice) { n.Packages[0].Name = "../carnet.deb" }))), release.ErrNotNotice},
	} {
		path := filepath.Join(t.TempDir(), "notice")
		if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		n, err := b.ReadNotice(path)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
		if (err == nil) != (n.Version == "0.3.0") {
			t.Errorf("%s: gives %+v", c.name, n)
		}
		for _, key := range [][]byte{nil, assets.ReleaseKey} {
			if _, err := newBuild(t, info, key).ReadNotice(path); !errors.Is(err, release.ErrNoKey) {
				t.Errorf("%s: a build without a key says %v", c.name, err)
			}
		}
	}
	if _, err := b.ReadNotice(t.TempDir()); !errors.Is(err, release.ErrNotNotice) {
		t.Errorf("a folder: %v", err)
	}
	if _, err := b.ReadNotice(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	if _, err := newBuild(t, info, []byte("RWnothing\n")).ReadNotice(t.TempDir()); err == nil || errors.Is(err, release.ErrNoKey) {
		t.Errorf("a key that is none: %v", err)
	}
}

func TestStanding(t *testing.T) {
	for version, want := range map[string]release.Standing{
		"v0.2.0": release.Older, "v0.3.0": release.Same, "v0.3.1": release.Newer, "v0.3.0-rc.1": release.Older, "v0.10.0": release.Newer,
		"v0.0.0-20261122105008-57c9cbed3a92": release.Older, "(devel)": release.Unknown,
	} {
		b := newBuild(t, &debug.BuildInfo{Main: debug.Module{Version: version}}, nil)
		if got := b.Standing(good()); got != want {
			t.Errorf("%s stands as %d to 0.3.0, want %d", version, got, want)
		}
	}
}

func TestVerify(t *testing.T) {
	path := filepath.Join(t.TempDir(), "download")
	if err := os.WriteFile(path, []byte("abc"), 0o600); err != nil {
		t.Fatal(err)
	}
	n := good()
	if _, err := n.Verify(path); !errors.Is(err, release.ErrNotAnnounced) {
		t.Errorf("another file passes: %v", err)
	}
	n.Packages = append(n.Packages, release.Package{Name: "carnet.exe", SHA256: "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"})
	if p, err := n.Verify(path); err != nil || p.Name != "carnet.exe" {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err := n.Verify(t.TempDir()); !errors.Is(err, release.ErrNotAnnounced) {
		t.Errorf("a folder: %v", err)
	}
	if _, err := n.Verify(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

// FuzzNotice: whatever a file holds, nothing is believed that was not signed.
func FuzzNotice(f *testing.F) {
	public, private, err := minisign.GenerateKey(nil)
	if err != nil {
		f.Fatal(err)
	}
	body, err := json.Marshal(good())
	if err != nil {
		f.Fatal(err)
	}
	sound := append(minisign.Sign(private, body), body...)
	f.Add(sound)
	f.Add(bytes.Replace(sound, []byte("0.3.0"), []byte("0.4.0"), 1))
	f.Add(append([]byte("untrusted comment: \n\ntrusted comment: \n\n"), body...))
	b, err := release.New(info, assets.Licences, []byte(public.String()))
	if err != nil {
		f.Fatal(err)
	}
	path := filepath.Join(f.TempDir(), "notice")
	f.Fuzz(func(t *testing.T, raw []byte) {
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		// The comment above a signature, and how it is written, are signed by nobody.
		n, err := b.ReadNotice(path)
		if err == nil && !bytes.HasSuffix(raw, body) {
			t.Errorf("%q gives %+v", raw, n)
		}
		if bytes.Equal(raw, sound) && err != nil {
			t.Errorf("what was signed is refused: %v", err)
		}
	})
}
