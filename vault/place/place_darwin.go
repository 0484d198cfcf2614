package place

import (
	"io/fs"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

const volumes = "/Volumes" // of the boot volume there is but a link

// networkTypes are the file systems whose files lie on another computer.
var networkTypes = []string{"smbfs", "nfs", "afpfs", "webdav", "ftp", "cifs"}

// medium says what path lies on, and when nothing is there whether the medium is
// gone with it.
func (m machine) medium(path string, missing bool) (kind Kind, service string, gone bool) {
	var st unix.Statfs_t
	if unix.Statfs(standing(path), &st) != nil {
		return Local, "", false
	}
	point, fstype := unix.ByteSliceToString(st.Mntonname[:]), unix.ByteSliceToString(st.Fstypename[:])
	_, onVolume := within(volumes, point)
	if _, below := within(volumes, path); below && missing && !onVolume {
		return Local, "", true // a disk or a share: both are mounted there
	}
	switch {
	case strings.HasPrefix(fstype, "dfsfuse"):
		return Synchronised, googleDrive, false
	case slices.Contains(networkTypes, fstype), strings.Contains(fstype, "fuse") && st.Flags&unix.MNT_LOCAL == 0:
		return Network, "", false
	case onVolume, st.Flags&unix.MNT_REMOVABLE != 0:
		return Removable, "", false
	}
	return Local, "", false
}

// attributed knows the folders that the system itself marks: the desktop and the
// documents when iCloud keeps them, and the top of every provider's.
func attributed(folder string) (service string, found bool) {
	value := make([]byte, 1024)
	if _, err := unix.Getxattr(folder, "com.apple.icloud.desktop", value); err == nil {
		return iCloud, true
	}
	n, err := unix.Getxattr(folder, "com.apple.file-provider-domain-id", value)
	if err != nil {
		return "", false
	}
	if strings.Contains(string(value[:n]), "com.apple.CloudDocs") {
		return iCloud, true
	}
	return unknownOwner, true
}

// elsewhere reports whether a file's content is not on this computer.
func elsewhere(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && st.Flags&unix.SF_DATALESS != 0
}
