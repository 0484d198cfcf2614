package place

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// quiet is a machine that knows of nothing, with a home of its own.
func quiet(t *testing.T) machine {
	t.Helper()
	home, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return machine{root: filepath.Join(home, "no system"), home: home, host: "salon", env: func(string) string { return "" }}
}

// lay makes files below a folder; a name that ends in a slash is a folder.
func lay(t *testing.T, folder string, names ...string) {
	t.Helper()
	for _, name := range names {
		path := filepath.Join(folder, filepath.FromSlash(name))
		parent := filepath.Dir(path)
		if strings.HasSuffix(name, "/") {
			parent = path
		}
		err := os.MkdirAll(parent, 0o700)
		if err == nil && parent != path {
			err = os.WriteFile(path, nil, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// vaultLike writes what begins as a vault does.
func vaultLike(t *testing.T, path string) {
	t.Helper()
	raw := make([]byte, 4*pageSize)
	binary.LittleEndian.PutUint32(raw[pageSize+metaAt:], boltMagic) // the first page is damaged
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
}

func look(t *testing.T, m machine, path string) Place {
	t.Helper()
	p, err := m.look(path)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestService(t *testing.T) {
	for _, c := range []struct {
		files   string // below the home, between bars; the first is the vault
		service string
		found   bool
	}{
		{"coffre.carnet", "", false},
		{"Documents/coffre.carnet", "", false},
		{"Dropbox/Famille/coffre.carnet", dropbox, true},
		{"Dropbox (Personal)/coffre.carnet", dropbox, true},
		{"Dropboxes/coffre.carnet", "", false},
		{"Boîte/Santé/coffre.carnet|Boîte/.dropbox", dropbox, true},
		{"Boîte/Santé/coffre.carnet|Boîte/.dropbox.cache/", dropbox, true},
		{"Documents/coffre.carnet|.dropbox/", "", false}, // the client's settings
		{"OneDrive/coffre.carnet", oneDrive, true},
		{"OneDrive - Lycée/coffre.carnet", oneDrive, true},
		{"Library/Mobile Documents/com~apple~CloudDocs/coffre.carnet", iCloud, true},
		{"Library/CloudStorage/OneDrive-Personal/coffre.carnet", oneDrive, true},
		{"Library/CloudStorage/GoogleDrive-anne@example.org/Mon Drive/coffre.carnet", googleDrive, true},
		{"Library/CloudStorage/ProtonDrive-anne/coffre.carnet", protonDrive, true},
		{"Library/CloudStorage/Box-Box/coffre.carnet", "Box", true},
		{"Library/CloudStorage/Newcomer-anne/coffre.carnet", "Newcomer", true},
		{"iCloudDrive/coffre.carnet", iCloud, true},
		{"Google Drive/coffre.carnet", googleDrive, true},
		{"Mon Drive/coffre.carnet", "", false}, // only below a drive letter
		{"Miroir/coffre.carnet|Miroir/.tmp.driveupload/", googleDrive, true},
		{"Nextcloud/coffre.carnet|Nextcloud/.sync_7d1c.db", nextcloud, true},
		{"Nuage/a/b/coffre.carnet|Nuage/.sync_7d1c.db", "", true},
		{"Nuage/coffre.carnet|Nuage/._sync_7d1c.db|Nuage/.nextcloudsync.log", nextcloud, true},
		{"Nuage/coffre.carnet|Nuage/.owncloudsync.log", ownCloud, true},
		{"Nuage/coffre.carnet|Nuage/.sync_7d1c.db/", "", false},
		{"ownCloud/coffre.carnet", ownCloud, true},
		{"Sync/coffre.carnet", "", false},
		{"Sync/coffre.carnet|Sync/.stfolder/", syncthing, true},
		{"Sync/coffre.carnet|Sync/.sync/ID", resilio, true},
		{"pCloudDrive/coffre.carnet", pCloud, true},
		{"pCloud Sync/coffre.carnet", pCloud, true},
		{"MEGA/coffre.carnet", mega, true},
		{"Box/coffre.carnet", box, true},
		{"Cartons/Box/coffre.carnet", "", false},
		{"Box Sync/coffre.carnet", box, true},
		{"kDrive/coffre.carnet", kDrive, true},
		{"Cozy Drive/coffre.carnet", cozy, true},
		{"SynologyDrive/coffre.carnet", synology, true},
		{"Documents/coffre.carnet|Documents/desktop.ini", "", false},
	} {
		t.Run(c.files, func(t *testing.T) {
			m := quiet(t)
			names := strings.Split(c.files, "|")
			lay(t, m.home, names...)
			p := look(t, m, filepath.Join(m.home, filepath.FromSlash(names[0])))
			if found := p.Kind == Synchronised; found != c.found || p.Service != c.service || p.Missing || p.Unplugged || p.Conflicts != nil {
				t.Errorf("%+v, want service %q, %v", p, c.service, c.found)
			}
		})
	}
}

func TestOneDriveEnvironment(t *testing.T) {
	m := quiet(t)
	lay(t, m.home, "Ailleurs/Santé/coffre.carnet", "Ailleurs 2/coffre.carnet")
	m.env = func(name string) string {
		return map[string]string{"OneDriveConsumer": filepath.Join(m.home, "Ailleurs"), "OneDrive": "no path"}[name]
	}
	if p := look(t, m, filepath.Join(m.home, "Ailleurs", "Santé", "coffre.carnet")); p.Service != oneDrive {
		t.Errorf("%+v", p)
	}
	if p := look(t, m, filepath.Join(m.home, "Ailleurs 2", "coffre.carnet")); p.Kind != Local {
		t.Errorf("a folder that begins alike: %+v", p)
	}
}

func TestOriginal(t *testing.T) {
	const name = "coffre.carnet"
	for _, s := range []string{
		"coffre (conflicted copy).carnet",
		"coffre (Anne Martin's conflicted copy 2026-11-22).carnet",
		"coffre (PC-ANNE's conflicted copy 2026-11-22 (1)).carnet",
		"coffre (copie en conflit de Anne Martin 2026-11-22).carnet",
		"coffre (Copie en conflit de PC-ANNE 2026-11-22).carnet",
		"coffre (conflicted copy 2026-11-22 101112).carnet",
		"coffre (conflicted copy Anne 2026-11-22 101112).carnet",
		"coffre (SFConflict anne@example.org 2026-11-22-10-11-12).carnet",
		"coffre.sync-conflict-20261122-101112-ABCDEFG.carnet",
		"coffre.sync-conflict-20261122-101112.carnet",
		"coffre.sync-conflict-20261122-101112-ABCDEFG.sync-conflict-20261123-101112-ABCDEFG.carnet",
		"coffre_conflict-20261122-101112.carnet",
		"coffre_conflict_20261122_101112_a1b2c3.carnet",
		"coffre_conflict.carnet",
		"coffre.Conflict.carnet",
		"coffre.Conflict2.carnet",
		"coffre [conflicted].carnet",
		"coffre.conflicted.carnet",
		"coffre.carnet.conflicted",
		"coffre_Andy-PC_Jan-03-0901-2013_CaseConflict_1.carnet",
		"coffre_NAS_Nov-22-1011-2026_Conflict.carnet",
	} {
		if got := original(s); got != name {
			t.Errorf("%q comes from %q", s, got)
		}
	}
	for _, s := range []string{
		name, "coffre", ".carnet", "", "coffre (1).carnet", "coffre 2.carnet", "coffre-DESKTOP-AB12CD3.carnet", "coffre copie.carnet",
		"coffre-2026.carnet", "coffre (Anne).carnet", "conflit.carnet", "(conflicted copy).carnet", "coffre.sync-conflict.carnet",
		"coffre_conflicts.carnet", "coffre (sans conflit).carnet", "coffre conflicted.carnet",
	} {
		if got := original(s); got != s {
			t.Errorf("%q is said to come from %q", s, got)
		}
	}
}

func TestConflicts(t *testing.T) {
	m := quiet(t)
	lay(t, m.home, "coffre.carnet", "coffre (Copie en conflit de Anne 2026-11-22).carnet", "coffre.sync-conflict-20261122-101112-ABCDEFG.carnet",
		"coffre (conflicted copy 2026-11-22 101112).carnet/", "autre (conflicted copy 2026-11-22 101112).carnet",
		"coffre (conflicted copy 2026-11-22 101112).kit.pdf", "coffre-sauvegarde.carnet", "ancien coffre.carnet")
	vaultLike(t, filepath.Join(m.home, "coffre (1).carnet"))
	copies := []string{"coffre (Copie en conflit de Anne 2026-11-22).carnet", "coffre.sync-conflict-20261122-101112-ABCDEFG.carnet"}
	if p := look(t, m, filepath.Join(m.home, "coffre.carnet")); !slices.Equal(p.Conflicts, copies) || p.Kind != Local {
		t.Errorf("%+v", p)
	}
	// Who opens the copy has the first beside it.
	if p := look(t, m, filepath.Join(m.home, copies[1])); !slices.Equal(p.Conflicts, []string{copies[0], "coffre.carnet"}) {
		t.Errorf("%+v", p)
	}
	if p := look(t, m, filepath.Join(m.home, "ancien coffre.carnet")); p.Conflicts != nil {
		t.Errorf("%+v", p)
	}
	// The file went, its copies stayed.
	if err := os.Remove(filepath.Join(m.home, "coffre.carnet")); err != nil {
		t.Fatal(err)
	}
	if p := look(t, m, filepath.Join(m.home, "coffre.carnet")); !slices.Equal(p.Conflicts, copies) || !p.Missing || p.Unplugged {
		t.Errorf("%+v", p)
	}
}

// TestOrdinaryNames: names that people give too count in that service's folder, on
// a vault.
func TestOrdinaryNames(t *testing.T) {
	all := []string{"coffre (1).carnet", "coffre 2.carnet", "coffre-DESKTOP-AB12CD3.carnet", "coffre-Salon.carnet"}
	others := []string{"coffre-sauvegarde.carnet", "coffre (2026).carnet", "coffre 2026.carnet", "coffre-DESKTOP.carnet", "coffre (1).pdf"}
	for folder, want := range map[string][]string{
		"Google Drive": all[:1], "iCloudDrive": all[1:2], "OneDrive": all[2:], "Dropbox": nil, "Documents": nil,
	} {
		t.Run(folder, func(t *testing.T) {
			m := quiet(t)
			lay(t, m.home, folder+"/coffre.carnet")
			for _, name := range append(slices.Clone(all), others...) {
				vaultLike(t, filepath.Join(m.home, folder, name))
			}
			if p := look(t, m, filepath.Join(m.home, folder, "coffre.carnet")); !slices.Equal(p.Conflicts, want) {
				t.Errorf("%q, want %q", p.Conflicts, want)
			}
			for _, name := range all {
				if err := os.WriteFile(filepath.Join(m.home, folder, name), make([]byte, 3*pageSize), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if p := look(t, m, filepath.Join(m.home, folder, "coffre.carnet")); p.Conflicts != nil {
				t.Errorf("no vaults, and yet %q", p.Conflicts)
			}
		})
	}
}

func TestMissing(t *testing.T) {
	m := quiet(t)
	lay(t, m.home, "Dropbox/", "file")
	for path, want := range map[string]Place{
		"coffre.carnet":              {Missing: true},
		"gone/deeper/coffre.carnet":  {Missing: true},
		"file/coffre.carnet":         {Missing: true},
		"Dropbox/coffre.carnet":      {Missing: true, Kind: Synchronised, Service: dropbox},
		"Dropbox/gone/coffre.carnet": {Missing: true, Kind: Synchronised, Service: dropbox},
	} {
		p := look(t, m, filepath.Join(m.home, filepath.FromSlash(path)))
		if p.Missing != want.Missing || p.Unplugged || p.Kind != want.Kind || p.Service != want.Service || p.Conflicts != nil {
			t.Errorf("%s: %+v", path, p)
		}
	}
}

// TestLinks: what counts is where the file is, not by which way one came.
func TestLinks(t *testing.T) {
	m := quiet(t)
	lay(t, m.home, "Dropbox/santé/coffre.carnet", "Dropbox/santé/coffre (conflicted copy).carnet")
	for link, target := range map[string]string{
		"raccourci": filepath.Join(m.home, "Dropbox", "santé"), "mien.carnet": filepath.Join("Dropbox", "santé", "coffre.carnet"),
		"perdu.carnet": filepath.Join("Dropbox", "gone", "coffre.carnet"), "a": "b", "b": "a", "c": filepath.Join("c", "c"),
	} {
		if err := os.Symlink(target, filepath.Join(m.home, link)); err != nil {
			t.Skip("no links here:", err)
		}
	}
	for _, way := range []string{"raccourci/coffre.carnet", "mien.carnet"} {
		if p := look(t, m, filepath.Join(m.home, way)); p.Service != dropbox || len(p.Conflicts) != 1 {
			t.Errorf("%s: %+v", way, p)
		}
	}
	if p := look(t, m, filepath.Join(m.home, "perdu.carnet")); p.Service != dropbox || !p.Missing {
		t.Errorf("a link that leads nowhere: %+v", p)
	}
	for _, loop := range []string{"a", "c", "a/coffre.carnet", "c/c/c"} {
		if p, err := m.look(filepath.Join(m.home, loop)); p.Kind != Local || err == nil && runtime.GOOS != "windows" {
			t.Errorf("%s, a link to itself: %+v, %v", loop, p, err)
		}
	}
}

func TestLook(t *testing.T) {
	folder := t.TempDir()
	lay(t, folder, "coffre.carnet")
	t.Chdir(folder)
	if p, err := Look("coffre.carnet"); err != nil || p.Missing || p.Unplugged || p.Conflicts != nil {
		t.Errorf("%+v, %v", p, err)
	}
	if p, err := Look("none.carnet"); err != nil || !p.Missing || p.Unplugged {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestKind(t *testing.T) {
	for k, want := range map[Kind]string{Local: "local", Synchronised: "synchronised", Network: "network", Removable: "removable", 9: "local"} {
		if k.String() != want {
			t.Errorf("%d is %q", k, k)
		}
	}
}
