package place

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/sys/windows"
)

// errNotFolder stands for a path through something that is no folder.
var errNotFolder error = windows.ERROR_DIRECTORY

// medium says what path lies on, and when nothing is there whether the medium is
// gone with it.
func (m machine) medium(path string, missing bool) (kind Kind, service string, gone bool) {
	top := filepath.VolumeName(path) + `\`
	lost := func() bool {
		_, err := os.Stat(top)
		return missing && err != nil
	}
	if unc(top) {
		return Network, "", lost()
	}
	if !missing {
		top = volume(path, top)
	}
	name, err := windows.UTF16PtrFromString(top)
	if err != nil {
		return Local, "", false
	}
	switch windows.GetDriveType(name) {
	case windows.DRIVE_REMOTE:
		return Network, "", lost()
	case windows.DRIVE_REMOVABLE, windows.DRIVE_CDROM:
		return Removable, "", lost()
	case windows.DRIVE_NO_ROOT_DIR:
		return Local, "", missing // a key or a share: both have a letter
	case windows.DRIVE_FIXED:
		if !strings.EqualFold(top, m.env("SystemDrive")+`\`) && pluggable(top) {
			return Removable, "", false
		}
	}
	return Local, "", lost()
}

// unc reports whether a volume is another computer's. A Linux inside this one has
// such a name too.
func unc(top string) bool {
	rest, ok := strings.CutPrefix(top, `\\`)
	if !ok || strings.HasPrefix(rest, `.\`) {
		return false
	}
	if after, long := strings.CutPrefix(rest, `?\`); long {
		if len(after) < 4 || !strings.EqualFold(after[:4], `UNC\`) {
			return false
		}
		rest = after[4:]
	}
	server, _, _ := strings.Cut(rest, `\`)
	return !strings.EqualFold(server, "wsl$") && !strings.EqualFold(server, "wsl.localhost")
}

// volume is where the volume that holds path is mounted, which may be a folder.
func volume(path, otherwise string) string {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return otherwise
	}
	buf := make([]uint16, windows.MAX_LONG_PATH)
	if windows.GetVolumePathName(name, &buf[0], uint32(len(buf))) != nil {
		return otherwise
	}
	return windows.UTF16ToString(buf)
}

// What the system is asked about a disk, and where its answer has the bus.
const (
	ioctlStorageQueryProperty = 0x002D1400
	storagePropertyQuerySize  = 12 // all zero asks for the device's description
	busTypeAt                 = 28
)

// pluggableBuses: IEEE 1394, USB, SD and MMC.
var pluggableBuses = []uint32{4, 7, 12, 13}

// pluggable reports whether a disk hangs on a bus that people unplug from: the
// system calls a USB disk fixed.
func pluggable(top string) bool {
	letter := strings.TrimSuffix(strings.TrimPrefix(top, `\\?\`), `\`)
	if len(letter) != 2 || letter[1] != ':' {
		return false
	}
	name, err := windows.UTF16PtrFromString(`\\.\` + letter)
	if err != nil {
		return false
	}
	h, err := windows.CreateFile(name, 0, windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE, nil, windows.OPEN_EXISTING, 0, 0)
	if err != nil {
		return false
	}
	defer windows.CloseHandle(h)
	query, answer := make([]byte, storagePropertyQuerySize), make([]byte, 1024)
	var n uint32
	err = windows.DeviceIoControl(h, ioctlStorageQueryProperty, &query[0], uint32(len(query)), &answer[0], uint32(len(answer)), &n, nil)
	return err == nil && n >= busTypeAt+4 && slices.Contains(pluggableBuses, binary.LittleEndian.Uint32(answer[busTypeAt:]))
}

// unreachable reports whether an error says that the medium is gone.
func unreachable(err error) bool {
	for _, e := range []error{
		windows.ERROR_NOT_READY, windows.ERROR_BAD_NETPATH, windows.ERROR_BAD_NET_NAME, windows.ERROR_NETNAME_DELETED,
		windows.ERROR_UNEXP_NET_ERR, windows.ERROR_DEV_NOT_EXIST, windows.ERROR_NO_MEDIA_IN_DRIVE,
		windows.ERROR_DEVICE_NOT_CONNECTED, windows.ERROR_NETWORK_UNREACHABLE, windows.ERROR_HOST_UNREACHABLE,
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// attributed knows no folder here: names and the environment say it.
func attributed(string) (service string, found bool) { return "", false }

// elsewhere reports whether a file's content is not on this computer.
func elsewhere(info fs.FileInfo) bool {
	const away = windows.FILE_ATTRIBUTE_OFFLINE | windows.FILE_ATTRIBUTE_RECALL_ON_OPEN | windows.FILE_ATTRIBUTE_RECALL_ON_DATA_ACCESS
	data, ok := info.Sys().(*syscall.Win32FileAttributeData)
	return ok && data.FileAttributes&away != 0
}
