package place

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// mountinfo is what a family's computer shows: a disk of its own, a key, an
// encrypted key, a card, a camera's disk, shares of several kinds.
const mountinfo = `24 30 0:22 / /proc rw,nosuid,nodev,noexec,relatime shared:13 - proc proc rw
30 1 259:2 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p2 rw,errors=remount-ro
98 30 259:3 / /home rw,relatime shared:49 - ext4 /dev/nvme0n1p3 rw
101 30 8:17 / /media/anne/CL\303\211 rw,nosuid,nodev,relatime shared:350 - vfat /dev/sdb1 rw,uid=1000
102 30 253:1 / /media/anne/Cl\303\251\040chiffr\303\251e rw,nosuid,nodev shared:351 - ext4 /dev/mapper/luks-1 rw
103 30 179:1 / /run/media/anne/CARTE rw,nosuid,nodev shared:352 - exfat /dev/mmcblk0p1 rw
104 30 8:33 / /media/anne/Disque rw,nosuid,nodev shared:353 - fuseblk /dev/sdc1 rw,user_id=0
105 30 8:1 / /mnt/interne rw,relatime shared:354 - ext4 /dev/sda1 rw
106 30 0:55 /@ /mnt/btrfs rw,relatime shared:355 - btrfs /dev/sdd1 rw,subvolid=256
107 30 0:60 / /mnt/nas rw,relatime shared:356 - nfs4 192.168.1.10:/sante rw,vers=4.2
108 30 0:61 / /mnt/partage rw,relatime shared:357 - cifs //nas/sante rw,vers=3.1.1
109 98 0:62 / /home/anne/serveur rw,nosuid,nodev shared:358 - fuse.sshfs anne@serveur: rw,user_id=1000
110 30 0:63 / /run/user/1000/gvfs rw,nosuid,nodev shared:359 - fuse.gvfsd-fuse gvfsd-fuse rw,user_id=1000
111 30 0:64 / /home/anne/dav rw,relatime shared:360 - fuse https://nuage.example.org/dav rw
112 30 0:65 / /mnt/c rw,noatime - 9p C:\134 rw,dirsync,aname=drvfs;path=C:\;uid=1000,trans=fd
113 30 0:66 / /mnt/hote rw,relatime - 9p hote rw,trans=virtio
114 30 0:67 / /home/anne/pCloudDrive rw,nosuid,nodev - fuse pCloud.fs rw,user_id=1000
115 30 0:68 / /srv/auto rw,relatime shared:361 - autofs systemd-1 rw,fd=53
116 115 0:69 / /srv/auto rw,relatime shared:362 - nfs nas:/auto rw
117 30 0:70 / /mnt/coffre-loin rw - fuse.doc portal rw
118 98 8:49 / /home/anne/cle rw - ext4 /dev/sdd1 rw
a line of another form
119 30 8:50 - -
`

const fstab = `# what is mounted at start
UUID=0a /            ext4 errors=remount-ro 0 1
//nas/photos  /srv/photos  cifs  credentials=/root/.c,nofail 0 0
UUID=0b	/srv/vieux\040disque ext4 nofail 0 2
/swapfile none swap sw 0 0
`

// system makes the files of a machine below a folder.
func system(t *testing.T) machine {
	t.Helper()
	m := quiet(t)
	m.root, m.home = filepath.Join(m.home, "root"), "/home/anne"
	write := func(path, text string) {
		path = filepath.Join(m.root, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	link := func(path, target string) {
		path = filepath.Join(m.root, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(target, path); err != nil {
			t.Fatal(err)
		}
	}
	const pci, usb = "/sys/devices/pci0000:00/0000:00:14.0/", "usb2/2-1/2-1:1.0/host4/target4:0:0/4:0:0:0/block/"
	write("/proc/self/mountinfo", mountinfo)
	write("/etc/fstab", fstab)
	for disk, d := range map[string]struct{ folder, removable string }{
		"nvme0n1": {pci + "nvme/nvme0/", "0"}, "sda": {pci + "ata1/host0/block/", "0"}, "sdb": {pci + "ata9/host9/block/", "1"}, // sdb: a reader that says so
		"sdc": {pci + usb, "0"}, "sdd": {pci + usb, "0"}, "mmcblk0": {pci + "mmc_host/mmc0/mmc0:aaaa/block/", "0"},
	} {
		write(d.folder+disk+"/removable", d.removable+"\n")
		part := disk + "1"
		if strings.HasPrefix(disk, "nvme") || strings.HasPrefix(disk, "mmc") {
			part = disk + "p1"
		}
		write(d.folder+disk+"/"+part+"/partition", "1\n")
		link("/sys/class/block/"+part, "../../.."+d.folder+disk+"/"+part)
	}
	write(pci+"mmc_host/mmc0/mmc0:aaaa/block/mmcblk0/device/type", "SD\n")
	write("/sys/devices/virtual/block/dm-1/removable", "0\n")
	link("/sys/devices/virtual/block/dm-1/slaves/sdb1", "../../../../../.."+pci+"ata9/host9/block/sdb/sdb1")
	link("/sys/dev/block/253:1", "../../devices/virtual/block/dm-1")
	for number, part := range map[string]string{"8:1": "sda1", "8:17": "sdb1", "8:33": "sdc1", "8:49": "sdd1", "179:1": "mmcblk0p1", "259:2": "nvme0n1p1", "259:3": "nvme0n1p1"} {
		link("/sys/dev/block/"+number, "../../class/block/"+part)
	}
	return m
}

func TestMedium(t *testing.T) {
	m := system(t)
	for path, want := range map[string]Kind{
		"/home/anne/coffre.carnet":                        Local,
		"/coffre.carnet":                                  Local,
		"/media/anne/CLÉ/santé/coffre.carnet":             Removable,
		"/media/anne/Clé chiffrée/coffre.carnet":          Removable,
		"/run/media/anne/CARTE/coffre.carnet":             Removable,
		"/media/anne/Disque/coffre.carnet":                Removable,
		"/mnt/interne/coffre.carnet":                      Local,
		"/mnt/btrfs/coffre.carnet":                        Removable,
		"/home/anne/cle/coffre.carnet":                    Removable,
		"/mnt/nas/coffre.carnet":                          Network,
		"/mnt/nasse/coffre.carnet":                        Local,
		"/mnt/partage/coffre.carnet":                      Network,
		"/home/anne/serveur/coffre.carnet":                Network,
		"/run/user/1000/gvfs/smb-share:server=nas/x/coff": Network,
		"/home/anne/dav/coffre.carnet":                    Network,
		"/mnt/c/Users/anne/coffre.carnet":                 Local,
		"/mnt/hote/coffre.carnet":                         Network,
		"/home/anne/pCloudDrive/coffre.carnet":            Synchronised,
		"/srv/auto/coffre.carnet":                         Network,
		"/mnt/coffre-loin/coffre.carnet":                  Local,
	} {
		if kind, service, gone := m.medium(path, false); kind != want || gone || service != "" && service != pCloud {
			t.Errorf("%s: %v %q %v, want %v", path, kind, service, gone, want)
		}
	}
	m.home = "/media/anne/Disque/anne" // a system that runs from what could be pulled out
	if kind, _, _ := m.medium("/media/anne/Disque/coffre.carnet", false); kind != Local {
		t.Errorf("where the home lies: %v", kind)
	}
}

func TestUnplugged(t *testing.T) {
	m := system(t)
	lay(t, m.root, "mnt/dossier/file", "mnt/vide/", "srv/photos/", "srv/vieux disque/", "media/anne/AUTRE/file", "media/usb0/",
		"run/user/1000/gvfs/smb-share:server=nas/file", "home/anne/x")
	for path, want := range map[string]struct {
		kind Kind
		gone bool
	}{
		"/media/anne/PARTIE/santé/coffre.carnet":                       {Removable, true},
		"/run/media/anne/PARTIE/coffre.carnet":                         {Removable, true},
		"/run/media/paul/PARTIE/coffre.carnet":                         {Removable, true},
		"/media/usb0/coffre.carnet":                                    {Removable, true},
		"/media/anne/AUTRE/coffre.carnet":                              {Local, false}, // a folder left there by somebody
		"/media/anne/CLÉ/coffre.carnet":                                {Removable, false},
		"/mnt/vide/coffre.carnet":                                      {Removable, true},
		"/mnt/vide/santé/coffre.carnet":                                {Removable, true},
		"/mnt/dossier/coffre.carnet":                                   {Local, false},
		"/mnt/coffre.carnet":                                           {Local, false},
		"/mnt/nas/coffre.carnet":                                       {Network, false},
		"/srv/photos/coffre.carnet":                                    {Network, true},
		"/srv/vieux disque/coffre.carnet":                              {Local, true},
		"/srv/vieux/coffre.carnet":                                     {Local, false},
		"/home/anne/x/coffre.carnet":                                   {Local, false},
		"/run/user/1000/gvfs/smb-share:server=nas/coffre.carnet":       {Network, false},
		"/run/user/1000/gvfs/smb-share:server=parti/y/z/coffre.carnet": {Network, true},
	} {
		if kind, _, gone := m.medium(path, true); kind != want.kind || gone != want.gone {
			t.Errorf("%s: %v %v, want %+v", path, kind, gone, want)
		}
	}
	// From the front: nothing of a service is said of what is not there.
	p := look(t, m, "/run/media/nobody-of-this-name/PARTIE/Dropbox/coffre.carnet")
	if !p.Missing || !p.Unplugged || p.Kind != Removable || p.Service != "" {
		t.Errorf("%+v", p)
	}
}

// TestWithoutTable: a sandbox may hide the mount table.
func TestWithoutTable(t *testing.T) {
	if kind, _, gone := quiet(t).medium("/nowhere/coffre.carnet", true); kind != Local || gone {
		t.Errorf("%v %v", kind, gone)
	}
}

// TestRealMounts holds the parsing to what this system's kernel writes.
func TestRealMounts(t *testing.T) {
	folder, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	m := machine{home: "/nowhere", env: os.Getenv}
	if at, known := m.mountOf(folder); !known || at.point == "" || at.kind == "" {
		t.Fatalf("nothing is mounted above a temporary folder: %+v", at)
	}
	point := filepath.Join(folder, "clé d'Anne \\ 2")
	lay(t, folder, filepath.Base(point)+"/")
	if err := unix.Mount("carnet", point, "tmpfs", 0, "size=64k"); err != nil {
		t.Skip("no mounting here:", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(point, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	path := filepath.Join(point, "coffre.carnet")
	if at, _ := m.mountOf(path); at.point != point || at.kind != "tmpfs" || at.source != "carnet" {
		t.Errorf("%+v", at)
	}
	if p := look(t, m, path); p.Kind != Local || !p.Missing || p.Unplugged {
		t.Errorf("%+v", p)
	}
}

// TestRealLoop mounts a disk made of a file: a block device that stays where it is.
func TestRealLoop(t *testing.T) {
	folder := t.TempDir()
	image, point := filepath.Join(folder, "image"), filepath.Join(folder, "point")
	lay(t, folder, "point/")
	if err := os.WriteFile(image, make([]byte, 4<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, command := range [][]string{{"mkfs.ext4", "-q", image}, {"mount", "-o", "loop", image, point}} {
		if out, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil {
			t.Skipf("no %s here: %v %s", command[0], err, out)
		}
	}
	t.Cleanup(func() {
		if err := unix.Unmount(point, 0); err != nil {
			t.Error(err)
		}
	})
	m := machine{home: "/nowhere", env: os.Getenv}
	at, _ := m.mountOf(filepath.Join(point, "coffre.carnet"))
	if !strings.HasPrefix(at.source, "/dev/loop") || strings.HasPrefix(at.device, "0:") {
		t.Errorf("%+v", at)
	}
	if _, err := os.Stat("/sys/dev/block/" + at.device); err != nil {
		t.Error(err)
	}
	if p := look(t, m, filepath.Join(point, "coffre.carnet")); p.Kind != Local {
		t.Errorf("%+v", p)
	}
}
