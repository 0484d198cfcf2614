package place

import (
	"encoding/binary"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// parted is what services put between a name and its extension when two computers
// changed the same file. None of them is a name that people give.
var parted = regexp.MustCompile(`(?i)^(?:` + strings.Join([]string{
	` \([^()]*(?:conflicted copy|copie en conflit)\b.*\)`, // Dropbox, Nextcloud, ownCloud, Box
	` \(SFConflict .+\)`,                           // Seafile
	`\.sync-conflict-\d{8}-\d{6}(?:-[A-Z2-7]{7})?`, // Syncthing
	`_conflict(?:[-_]\d.*)?`,                       // kDrive, ownCloud before 2.5
	`\.conflict\d*`,                                // Resilio Sync
	`(?: [(\[]|\.)conflicted[)\]]?`,                // pCloud
	`_[^_]+_[A-Z][a-z]{2}-\d\d-\d{4}-\d{4}_[A-Za-z]*Conflict(?:_\d+)?`, // Synology Drive
}, "|") + `)+$`)

// ordinary is what three services put there, and people too. It counts only in a
// folder of that very service, on a file that can be a vault.
var ordinary = map[string]*regexp.Regexp{
	googleDrive: regexp.MustCompile(`^ \(\d{1,2}\)$`),
	iCloud:      regexp.MustCompile(`^ \d{1,2}$`),
	oneDrive:    regexp.MustCompile(`^-(?i:DESKTOP-[A-Z0-9]{7}|LAPTOP-[A-Z0-9]{8}|WIN-[A-Z0-9]{11}|PC-[A-Z0-9-]{1,12})(?:-\d+)?$`),
}

// split parts a name into what services keep and the extension they keep too.
func split(name string) (stem, ext string) {
	ext = filepath.Ext(name)
	if ext == name {
		return name, ""
	}
	return strings.TrimSuffix(name, ext), ext
}

// original takes off what a service added to a name.
func original(name string) string {
	stem, ext := split(name)
	if strings.EqualFold(ext, ".conflicted") || strings.EqualFold(ext, ".conflict") {
		return stem // put after the extension
	}
	for at := range stem {
		if at > 0 && parted.MatchString(stem[at:]) {
			return stem[:at] + ext
		}
	}
	return name
}

// conflicts lists the other files of the same vault beside it.
func (m machine) conflicts(path string, p Place) (names []string) {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return nil // not shown, or not there
	}
	self := stored(path, entries)
	first := original(self)
	stem, ext := split(first)
	for _, e := range entries {
		name := e.Name()
		if name == self || e.IsDir() {
			continue
		}
		if original(name) == first {
			names = append(names, name)
			continue
		}
		added, ok := strings.CutPrefix(name, stem)
		if !ok || p.Kind != Synchronised {
			continue
		}
		added, ok = strings.CutSuffix(added, ext)
		if ok && m.ordinary(p.Service, added) && likeVault(filepath.Join(filepath.Dir(path), name), e) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// stored is the file's name as the folder holds it, which may differ from the one
// asked for in case and in how accents are composed.
func stored(path string, entries []fs.DirEntry) string {
	name := filepath.Base(path)
	if slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == name }) {
		return name
	}
	itself, err := os.Lstat(path)
	if err != nil {
		return name
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && os.SameFile(info, itself) {
			return e.Name()
		}
	}
	return name
}

func (m machine) ordinary(service, added string) bool {
	if service == oneDrive && m.host != "" && strings.EqualFold(added, "-"+m.host) {
		return true
	}
	pattern := ordinary[service]
	return pattern != nil && pattern.MatchString(added)
}

// The beginning of every vault: bbolt's two meta pages, of which one may be
// damaged.
const (
	pageSize  = 4096
	metaAt    = 16
	boltMagic = 0xED0CDAED
)

// likeVault reports whether a file can be a vault. One whose content is not on
// this computer is left alone: reading it would fetch all of it.
func likeVault(path string, e fs.DirEntry) bool {
	info, err := e.Info()
	if err != nil || !info.Mode().IsRegular() || info.Size() < 2*pageSize || elsewhere(info) {
		return false
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	for _, at := range []int64{metaAt, pageSize + metaAt} {
		var word [4]byte
		if _, err := f.ReadAt(word[:], at); err == nil && binary.LittleEndian.Uint32(word[:]) == boltMagic {
			return true
		}
	}
	return false
}
