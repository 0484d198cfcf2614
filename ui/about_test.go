package ui

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"aead.dev/minisign"
	"fyne.io/fyne/v2"

	"carnet/assets"
	"carnet/ui/release"
	"carnet/ui/text"
)

// thisBuild is what the window says of itself in tests.
func thisBuild(t *testing.T) *release.Build {
	t.Helper()
	b, err := release.New(&debug.BuildInfo{
		Main: debug.Module{Path: "carnet", Version: "v0.2.0"},
		Deps: []*debug.Module{{Path: "fyne.io/fyne/v2", Version: "v2.8.1"}, {Path: "github.com/gen2brain/go-fitz", Version: "v1.24.15"}},
	}, assets.Licences, assets.ReleaseKey)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestAbout: with the vault locked, and by its buttons.
func TestAbout(t *testing.T) {
	u := sit(t)
	u.command(text.About)
	u.shows(u.Say(text.About))
	u.reads("Carnet, version 0.2.0", u.Say(text.FreeSoftware), u.Say(text.SourceOffer), u.Say(text.Independence))
	u.press(text.LicencesTitle)
	u.reads("fyne.io/fyne/v2 v2.8.1 : BSD-3-Clause", "MuPDF : AGPL-3.0-or-later. Copyright (C) 2006-2024 Artifex Software, Inc. https://mupdf.com/releases", "Noto Sans : OFL-1.1", "assets/categories-2026-11.json")
	u.key(fyne.KeyEscape)
	u.command(text.About)
	u.press(text.AccessTitle)
	u.reads(u.Say(text.AccessState), u.Say(text.AccessFails))
	for _, m := range text.AccessFaults {
		u.reads(u.Say(m))
	}
}

// TestReportTellsNothing: a report made beside an open vault has no name, no
// title and no path, is for its owner alone, and replaces none.
func TestReportTellsNothing(t *testing.T) {
	u := atHome(t)
	u.command(text.SaveReport)
	folder := filepath.Join(u.dir, "home", "Documents")
	first := filepath.Join(folder, "rapport-carnet.txt")
	u.reads(u.Say(text.ReportSaved, first))
	u.key(fyne.KeyEscape)
	before, err := os.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	u.command(text.SaveReport)
	if _, err := os.Stat(filepath.Join(folder, "rapport-carnet-2.txt")); err != nil {
		t.Error(err)
	}
	after, err := os.ReadFile(first)
	if err != nil || string(after) != string(before) {
		t.Errorf("the first report was touched: %v", err)
	}
	if info, err := os.Stat(first); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	for _, word := range []string{"Camille", "Léa", "Martin", "rdonnance", u.dir, "home", "coffre", ".carnet"} {
		if strings.Contains(string(before), word) {
			t.Errorf("the report has %q:\n%s", word, before)
		}
	}
	for _, word := range []string{"carnet: 0.2.0\n", "system: " + runtime.GOOS, "means: window\n", "language: fr\n"} {
		if !strings.Contains(string(before), word) {
			t.Errorf("the report lacks %q:\n%s", word, before)
		}
	}
}

// signedNotice is the notice of a version, 0.3.0, with one package whose bytes are
// abc.
func signedNotice(t *testing.T, key minisign.PrivateKey) []byte {
	t.Helper()
	body, err := json.Marshal(release.Notice{Version: "0.3.0", Date: "2026-11-20", Where: "https://carnet.example/0.3.0", Packages: []release.Package{
		{Name: "carnet_0.3.0_amd64.deb", SHA256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return append(minisign.Sign(key, body), body...)
}

// readsNotice has the window read a notice.
func (u *user) readsNotice(path string) {
	u.t.Helper()
	u.command(text.LookForUpdate)
	u.types(path, text.PickPath)
	u.press(text.PickTake)
}

// TestUpdateNotice: read from a file that the person gives, and nowhere else.
func TestUpdateNotice(t *testing.T) {
	public, private, err := minisign.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	trusted := func(o *Options) { o.Build.Trust([]byte(public.String())) }
	u := sit(t)
	write := func(name, content string) string {
		path := filepath.Join(u.dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	sound := string(signedNotice(t, private))
	notice := write("annonce.txt", sound)
	u.readsNotice(notice)
	u.reads("pas de clé de publication", "Rien n'a été changé.")
	u.key(fyne.KeyEscape)

	u.tune = append(u.tune, trusted)
	u.restart()
	u.readsNotice(notice)
	u.reads(u.Say(text.NoticeSigned), u.Say(text.NoticeNewer, "0.3.0", "20 novembre 2026", "0.2.0", "https://carnet.example/0.3.0"), u.Say(text.UpdateYourself))
	u.press(text.VerifyPackage)
	u.types(write("paquet", "abc"), text.PickPath)
	u.press(text.PickTake)
	u.reads(u.Say(text.PackageGood, "carnet_0.3.0_amd64.deb"))
	u.key(fyne.KeyEscape)
	u.readsNotice(notice)
	u.press(text.VerifyPackage)
	u.types(write("autre", "abd"), text.PickPath)
	u.press(text.PickTake)
	u.reads("Ne l'installez pas.")
	u.key(fyne.KeyEscape)
	u.readsNotice(write("forgee.txt", strings.Replace(sound, "0.3.0", "0.4.0", 1)))
	u.reads("N'installez rien de ce qu'elle propose.")
}
