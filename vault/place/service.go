package place

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// The services, as their makers write them.
const (
	box          = "Box"
	cozy         = "Cozy Drive"
	dropbox      = "Dropbox"
	googleDrive  = "Google Drive"
	iCloud       = "iCloud Drive"
	kDrive       = "kDrive"
	mega         = "MEGA"
	nextcloud    = "Nextcloud"
	oneDrive     = "OneDrive"
	ownCloud     = "ownCloud"
	pCloud       = "pCloud"
	protonDrive  = "Proton Drive"
	resilio      = "Resilio Sync"
	seafile      = "Seafile"
	synology     = "Synology Drive"
	syncthing    = "Syncthing"
	yandex       = "Yandex Disk"
	unknownOwner = "" // certainly a service, which one is not said
)

// markers are what services leave at the top of the folder they keep.
var markers = []struct {
	pattern string
	folder  bool
	service string
}{
	{".dropbox", false, dropbox}, // in the home it is a folder, and means nothing
	{".dropbox.cache", true, dropbox},
	{".stfolder", true, syncthing},
	{".stfolder", false, syncthing}, // versions before 1.0
	{".nextcloudsync.log", false, nextcloud},
	{".owncloudsync.log", false, ownCloud},
	{".tmp.drivedownload", true, googleDrive},
	{".tmp.driveupload", true, googleDrive},
	{".SynologyWorkingDirectory", true, synology},
	{".megaignore", false, mega},
	{filepath.Join(".sync", "ID"), false, resilio},
	{".sync_*.db", false, unknownOwner}, // Nextcloud, ownCloud and what descends from them
	{"._sync_*.db", false, unknownOwner},
}

// folders are the names that services give to the folder they keep.
var folders = []struct {
	name    *regexp.Regexp
	service string
}{
	{regexp.MustCompile(`^Dropbox( \(.+\))?$`), dropbox},
	{regexp.MustCompile(`^OneDrive( - .+)?$`), oneDrive},
	{regexp.MustCompile(`^(Google ?Drive|GoogleDrive-.+)$`), googleDrive},
	{regexp.MustCompile(`^iCloud ?Drive$`), iCloud},
	{regexp.MustCompile(`^Nextcloud\d*$`), nextcloud},
	{regexp.MustCompile(`^ownCloud\d*$`), ownCloud},
	{regexp.MustCompile(`^pCloud ?(Drive|Sync)$`), pCloud},
	{regexp.MustCompile(`^MEGA ?sync$`), mega},
	{regexp.MustCompile(`^Box Sync$`), box},
	{regexp.MustCompile(`^kDrive\d*$`), kDrive},
	{regexp.MustCompile(`^Cozy ?Drive$`), cozy},
	{regexp.MustCompile(`^Synology ?Drive$`), synology},
	{regexp.MustCompile(`^Proton ?Drive$`), protonDrive},
	{regexp.MustCompile(`^Yandex\.Disk$`), yandex},
	{regexp.MustCompile(`^Seafile$`), seafile},
}

// inHome are names too ordinary to say anything anywhere else.
var inHome = map[string]string{"Box": box, "MEGA": mega}

// atTop are the names of Google's virtual disk, just below a drive letter.
var atTop = map[string]string{"My Drive": googleDrive, "Mon Drive": googleDrive}

// service says which service copies a folder, by the folder and those above it.
func (m machine) service(folder string) (name string, found bool) {
	for _, variable := range []string{"OneDrive", "OneDriveConsumer", "OneDriveCommercial"} {
		if top := m.env(variable); filepath.IsAbs(top) {
			if in, _ := within(resolve(top, maxLinks), folder); in {
				return oneDrive, true
			}
		}
	}
	for {
		byMark, marked := marker(folder)
		byName, named := m.named(folder)
		if marked && byMark != unknownOwner {
			return byMark, true
		}
		if named {
			return byName, true
		}
		if name, found := attributed(folder); found {
			return name, true
		}
		if marked {
			return byMark, true
		}
		above := filepath.Dir(folder)
		if above == folder {
			return "", false
		}
		folder = above
	}
}

// marker looks for what a service leaves in a folder.
func marker(folder string) (service string, found bool) {
	for _, mark := range markers {
		names := []string{mark.pattern}
		if strings.Contains(mark.pattern, "*") {
			names = matching(folder, mark.pattern)
		}
		for _, name := range names {
			info, err := os.Lstat(filepath.Join(folder, name))
			if err == nil && info.IsDir() == mark.folder {
				return mark.service, true
			}
		}
	}
	return "", false
}

// matching lists the names in a folder that match a pattern; the folder's own
// name may hold anything.
func matching(folder, pattern string) (names []string) {
	entries, _ := os.ReadDir(folder) // a folder that is not shown tells nothing
	for _, e := range entries {
		if ok, err := filepath.Match(pattern, e.Name()); err == nil && ok {
			names = append(names, e.Name())
		}
	}
	return names
}

// named knows a folder by its name and what is above it.
func (m machine) named(folder string) (service string, found bool) {
	name, above := filepath.Base(folder), filepath.Dir(folder)
	if filepath.Base(above) == "Library" && name == "Mobile Documents" {
		return iCloud, true
	}
	if filepath.Base(above) == "CloudStorage" && filepath.Base(filepath.Dir(above)) == "Library" {
		provider, _, _ := strings.Cut(name, "-") // GoogleDrive-anne@example.org
		if service, found := known(provider); found {
			return service, true
		}
		return provider, true
	}
	if service, found := known(name); found {
		return service, true
	}
	if service, ok := inHome[name]; ok && m.home != "" && above == m.home {
		return service, true
	}
	if service, ok := atTop[name]; ok && filepath.Dir(above) == above {
		return service, true
	}
	return "", false
}

// known knows a folder by its name alone.
func known(name string) (service string, found bool) {
	for _, f := range folders {
		if f.name.MatchString(name) {
			return f.service, true
		}
	}
	return "", false
}
