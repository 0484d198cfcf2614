package place

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// mount is one line of /proc/self/mountinfo or of /etc/fstab.
type mount struct {
	device string // major:minor, "" in fstab
	point  string
	kind   string // of file system
	source string
	super  string // options of the file system
}

// networkTypes are the file systems whose files lie on another computer.
var networkTypes = []string{
	"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "9p", "ceph", "lustre", "coda", "davfs", "glusterfs",
	"fuse.sshfs", "fuse.gvfsd-fuse", "fuse.gvfs-fuse-daemon", "fuse.kio-fuse", "fuse.rclone", "fuse.davfs", "fuse.davfs2",
	"fuse.curlftpfs", "fuse.smbnetfs", "fuse.glusterfs", "fuse.ceph", "fuse.ceph-fuse", "fuse.s3fs", "fuse.mfs",
}

// networkMagics are the same as statfs numbers them, for when the mount table is
// not shown.
var networkMagics = []uint32{
	unix.NFS_SUPER_MAGIC, unix.SMB_SUPER_MAGIC, unix.CIFS_SUPER_MAGIC, unix.SMB2_SUPER_MAGIC, unix.AFS_SUPER_MAGIC,
	unix.AFS_FS_MAGIC, unix.V9FS_MAGIC, unix.CEPH_SUPER_MAGIC, unix.CODA_SUPER_MAGIC, unix.NCP_SUPER_MAGIC,
}

// synchronisedTypes are file systems that show a service's copy.
var synchronisedTypes = map[string]string{
	"pCloud.fs": pCloud, "fuse.pCloud.fs": pCloud, "fuse.onedriver": oneDrive, "fuse.google-drive-ocamlfuse": googleDrive,
}

// bays are the folders where media are mounted, and how deep below them.
var bays = []struct {
	folder string
	depth  int
}{{"/run/media", 2}, {"/media", 2}, {"/mnt", 1}}

// medium says what path lies on, and when nothing is there whether the medium is
// gone with it.
func (m machine) medium(path string, missing bool) (kind Kind, service string, gone bool) {
	at, known := m.mountOf(path)
	if !known {
		var st unix.Statfs_t
		if unix.Statfs(standing(path), &st) == nil && slices.Contains(networkMagics, uint32(st.Type)) {
			return Network, "", false
		}
		return Local, "", false
	}
	if missing {
		if kind, gone := m.absent(path, at); gone {
			return kind, "", true
		}
	}
	if service, ok := synchronisedTypes[at.kind]; ok {
		return Synchronised, service, false
	}
	if service, ok := synchronisedTypes[at.source]; ok {
		return Synchronised, service, false
	}
	if at.network() {
		return Network, "", false
	}
	if m.removable(at) {
		return Removable, "", false
	}
	return Local, "", false
}

// network reports whether another computer holds the files. Windows shows its own
// disks to a Linux inside it by 9p, and WebDAV has an address for a source.
func (at mount) network() bool {
	if at.kind == "9p" && strings.Contains(at.super, "drvfs") {
		return false
	}
	return slices.Contains(networkTypes, at.kind) || strings.HasPrefix(at.kind, "fuse") && strings.Contains(at.source, "://")
}

// mountOf finds what is mounted at the nearest point above path; of several at
// one point the last hides the others.
func (m machine) mountOf(path string) (at mount, known bool) {
	for _, x := range m.mounts() {
		if in, _ := within(x.point, path); in && len(x.point) >= len(at.point) {
			at, known = x, true
		}
	}
	return at, known
}

func (m machine) mounts() (all []mount) {
	table, err := os.ReadFile(m.root + "/proc/self/mountinfo")
	if err != nil {
		return nil
	}
	for line := range strings.Lines(string(table)) {
		before, after, ok := strings.Cut(line, " - ")
		left, right := strings.Fields(before), strings.Fields(after)
		if !ok || len(left) < 5 || len(right) < 2 {
			continue
		}
		at := mount{device: left[2], point: unescape(left[4]), kind: right[0], source: unescape(right[1])}
		if len(right) > 2 {
			at.super = right[2]
		}
		all = append(all, at)
	}
	return all
}

// planned lists what /etc/fstab would mount.
func (m machine) planned() (all []mount) {
	table, err := os.ReadFile(m.root + "/etc/fstab")
	if err != nil {
		return nil
	}
	for line := range strings.Lines(string(table)) {
		f := strings.Fields(line)
		if len(f) >= 3 && !strings.HasPrefix(f[0], "#") && strings.HasPrefix(f[1], "/") {
			all = append(all, mount{source: unescape(f[0]), point: filepath.Clean(unescape(f[1])), kind: f[2]})
		}
	}
	return all
}

var octal = regexp.MustCompile(`\\[0-3][0-7]{2}`)

// unescape undoes how the kernel writes blanks.
func unescape(s string) string {
	return octal.ReplaceAllStringFunc(s, func(code string) string {
		n, err := strconv.ParseUint(code[1:], 8, 8)
		if err != nil {
			return code
		}
		return string([]byte{byte(n)})
	})
}

// absent reports whether something else is usually mounted between at and path,
// and what.
func (m machine) absent(path string, at mount) (kind Kind, gone bool) {
	for _, x := range m.planned() {
		_, below := within(x.point, path)
		_, deeper := within(at.point, x.point)
		if below && deeper && m.empty(x.point) {
			if x.network() {
				return Network, true
			}
			return Local, true
		}
	}
	if strings.HasPrefix(at.kind, "fuse.gvfs") { // one mount, a folder for each share
		rel, err := filepath.Rel(at.point, path)
		share, _, inside := strings.Cut(rel, "/")
		return Network, err == nil && inside && m.empty(filepath.Join(at.point, share))
	}
	for _, bay := range bays {
		_, below := within(bay.folder, path)
		_, mounted := within(bay.folder, at.point)
		if !below || mounted {
			continue
		}
		rel, err := filepath.Rel(bay.folder, filepath.Dir(path))
		if err != nil || rel == "." {
			continue
		}
		parts := strings.Split(rel, "/")
		medium := filepath.Join(bay.folder, filepath.Join(parts[:min(len(parts), bay.depth)]...))
		if m.empty(medium) {
			return Removable, true
		}
	}
	return Local, false
}

// empty reports whether a folder holds nothing, or is not there.
func (m machine) empty(folder string) bool {
	f, err := os.Open(m.root + folder)
	if err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	defer f.Close()
	_, err = f.Readdirnames(1)
	return errors.Is(err, io.EOF)
}

// removable reports whether what is mounted can be pulled out. What holds the
// system or the home stays in, whatever it says of itself.
func (m machine) removable(at mount) bool {
	if in, _ := within(at.point, m.home); in || at.point == "/" {
		return false
	}
	device := m.root + "/sys/dev/block/" + at.device
	if strings.HasPrefix(at.device, "0:") { // btrfs, and what runs outside the kernel
		name, ok := strings.CutPrefix(at.source, "/dev/")
		if !ok {
			return false
		}
		device = m.root + "/sys/class/block/" + filepath.Base(name)
		if real, err := os.Readlink(m.root + at.source); err == nil { // /dev/mapper/key
			device = m.root + "/sys/class/block/" + filepath.Base(real)
		}
	}
	return pluggable(device, 4)
}

var usb = regexp.MustCompile(`/usb\d+/`)

// pluggable follows a block device to the disks under it. Most USB disks do not
// call themselves removable, and hang on the USB all the same.
func pluggable(device string, layers int) bool {
	device, err := filepath.EvalSymlinks(device)
	if err != nil || layers == 0 {
		return false
	}
	under, _ := os.ReadDir(filepath.Join(device, "slaves")) // of an encrypted or joined disk
	for _, e := range under {
		if pluggable(filepath.Join(device, "slaves", e.Name()), layers-1) {
			return true
		}
	}
	if _, err := os.Stat(filepath.Join(device, "partition")); err == nil {
		device = filepath.Dir(device)
	}
	return says(filepath.Join(device, "removable"), "1") || usb.MatchString(device) ||
		strings.Contains(device, "/mmc_host/") && says(filepath.Join(device, "device", "type"), "SD")
}

func says(path, want string) bool {
	text, err := os.ReadFile(path)
	return err == nil && strings.TrimSpace(string(text)) == want
}

// attributed knows no folder here: names and markers say it.
func attributed(string) (service string, found bool) { return "", false }

// elsewhere: no file system of this system keeps a file's name without its content
// in a way that can be told.
func elsewhere(fs.FileInfo) bool { return false }
