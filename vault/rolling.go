package vault

import (
	"cmp"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"carnet/vault/internal/store"
	"carnet/vault/record"
)

// Backups of one vault in a folder are told from everything else by their name
// and, before one is removed, by the vault's id inside.
//
//	carnet-1a2b3c4d-20261122-105632.carnet
//
// The first part is the beginning of the vault's id, the rest the moment in UTC;
// a second backup of the same second gets "-2".
var backupName = regexp.MustCompile(`^carnet-([0-9a-f]{8})-([0-9]{8}-[0-9]{6})(?:-([0-9]+))?\.carnet$`)

// BackupsKept is how many backups of a vault stay in a folder when nobody says.
const BackupsKept = 5

func backupPrefix(id record.ID) string { return "carnet-" + hex.EncodeToString(id[:4]) + "-" }

// partName is a pattern of [os.CreateTemp] for a copy under way.
func partName(prefix string) string { return "." + prefix + "*.part" }

// sweepParts removes what a killed backup of this vault left in a folder. Only
// one process has the vault open, so none is under way.
func sweepParts(folder, prefix string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, e := range entries {
		random, ok := strings.CutPrefix(e.Name(), "."+prefix)
		if random, last := strings.CutSuffix(random, ".part"); ok && last && strings.Trim(random, "0123456789") == "" {
			err = errors.Join(err, os.Remove(filepath.Join(folder, e.Name())))
		}
	}
	return err
}

// publish gives a finished copy its name, which replaces nothing, and makes it
// durable.
func publish(part, folder, prefix string, now time.Time) (path string, err error) {
	stamp := prefix + now.UTC().Format("20060102-150405")
	for n := 1; ; n++ {
		name := stamp + ".carnet"
		if n > 1 {
			name = fmt.Sprintf("%s-%d.carnet", stamp, n)
		}
		path = filepath.Join(folder, name)
		if err = store.Publish(part, path); !errors.Is(err, fs.ErrExist) {
			return path, err
		}
	}
}

// foundBackup is a backup that was found in a folder.
type foundBackup struct {
	path, stamp string
	n           int
}

// rollBackups removes the oldest backups of this vault beside the one just made,
// so that keep of them stay; 0 keeps all. It tells how many went and how many
// could not.
func (v *Vault) rollBackups(newest string, keep int) (removed, stuck int) {
	if keep <= 0 {
		return 0, 0
	}
	all := v.olderBackups(newest)
	for _, old := range all[min(len(all), keep-1):] {
		if err := os.Remove(old.path); err != nil {
			stuck++
			continue
		}
		removed++
	}
	return removed, stuck
}

// olderBackups lists the backups of this vault beside one, the newest first.
// The vault's own file is none, even when it was once a backup; nor is a file
// whose id cannot be read.
func (v *Vault) olderBackups(newest string) (all []foundBackup) {
	id, err := v.ID()
	if err != nil {
		return nil // locked meanwhile: nothing is removed
	}
	folder := filepath.Dir(newest)
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil
	}
	own, err := os.Stat(v.path)
	if err != nil {
		return nil
	}
	for _, e := range entries {
		m := backupName.FindStringSubmatch(e.Name())
		path := filepath.Join(folder, e.Name())
		if m == nil || backupPrefix(id) != "carnet-"+m[1]+"-" || path == newest {
			continue
		}
		info, err := os.Lstat(path)
		if err != nil || !info.Mode().IsRegular() || os.SameFile(info, own) {
			continue
		}
		if there, _, err := readSlots(path); err != nil || there != [16]byte(id) {
			continue
		}
		n, _ := strconv.Atoi(m[3]) // none is 0
		all = append(all, foundBackup{path, m[2], n})
	}
	slices.SortFunc(all, func(x, y foundBackup) int { return cmp.Or(-strings.Compare(x.stamp, y.stamp), -cmp.Compare(x.n, y.n)) })
	return all
}
