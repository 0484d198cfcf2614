package seal

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// TestMain lets the test binary be the process that a test looks at from within: its
// limits and its memory are of the whole process.
func TestMain(m *testing.M) {
	switch os.Getenv("CARNET_SEAL_CHILD") {
	case "":
		os.Exit(m.Run())
	case "locked":
		lockedChild()
	case "refused":
		refusedChild()
	case "dumps":
		dumpsChild()
	}
}

func child(t *testing.T, what string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), "CARNET_SEAL_CHILD="+what)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v: %s", what, err, out)
	}
	return strings.TrimSpace(string(out))
}

// mapping is what /proc/self/smaps says of the pages around an address: how many KiB
// are locked, and its flags.
func mapping(at uintptr) (locked int, flags string) {
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		panic(err)
	}
	defer f.Close()
	here := false
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := lines.Text()
		var from, to uintptr
		if n, _ := fmt.Sscanf(line, "%x-%x ", &from, &to); n == 2 {
			here = from <= at && at < to
			continue
		}
		if value, ok := strings.CutPrefix(line, "Locked:"); ok && here {
			locked, _ = strconv.Atoi(strings.Fields(value)[0])
		}
		if value, ok := strings.CutPrefix(line, "VmFlags:"); ok && here {
			flags = value
		}
	}
	return locked, flags
}

func lockedChild() {
	id, err := NewIdentity(NewKey())
	if err != nil {
		panic(err)
	}
	id.Keep()
	c, err := NewCircleKey([16]byte{}, [16]byte{}, 1)
	if err != nil {
		panic(err)
	}
	heap := NewKey()
	if locked, _ := mapping(uintptr(unsafe.Pointer(heap.b.get()))); locked != 0 {
		panic("the heap is locked: the test shows nothing")
	}
	c.Keep()
	for _, k := range []Key{id.seed, id.self, id.hpke, id.sign, c.prk, c.rec, c.idx, c.dedup} {
		locked, flags := mapping(uintptr(unsafe.Pointer(k.b.get())))
		fmt.Printf("%d KiB,%s\n", locked, flags)
	}
	fmt.Println(KeysInMemory().Locked)
}

// TestLocked looks into /proc/self/smaps: each key of an identity and of an epoch
// lies in pages that are locked, and in no image of the process.
func TestLocked(t *testing.T) {
	lines := strings.Split(child(t, "locked"), "\n")
	if len(lines) != 9 {
		t.Fatalf("%q", lines)
	}
	if lines[8] != "true" {
		t.Skip("this process may lock no memory") // TestLockRefused is about that
	}
	for _, line := range lines[:8] {
		flags := strings.Fields(line)
		if !strings.HasPrefix(line, "16 KiB,") {
			t.Errorf("a key is not locked: %s", line)
		}
		var lo, dd bool
		for _, flag := range flags {
			lo, dd = lo || flag == "lo", dd || flag == "dd"
		}
		if !lo || !dd {
			t.Errorf("locked %t, out of dumps %t: %s", lo, dd, line)
		}
	}
}

func refusedChild() {
	// The limit counts for those who are not root.
	must := func(err error) {
		if err != nil {
			panic(err)
		}
	}
	must(unix.Setrlimit(unix.RLIMIT_MEMLOCK, &unix.Rlimit{}))
	if os.Getuid() == 0 {
		dropRights()
	}
	k := NewKey()
	k.keep()
	m := KeysInMemory()
	fmt.Println(m.Locked, m.Why != nil, !k.IsZero())
}

// dropRights takes away from this thread what makes root exempt from limits.
func dropRights() {
	runtime.LockOSThread()
	var none [2]unix.CapUserData
	if err := unix.Capset(&unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}, &none[0]); err != nil {
		panic(err)
	}
}

// TestLockRefused: with a limit of nothing (RLIMIT_MEMLOCK) keys work, and the
// program knows that they are not locked.
func TestLockRefused(t *testing.T) {
	if got := child(t, "refused"); got != "false true true" {
		t.Errorf("locked, a reason, a key: %s", got)
	}
}

func dumpsChild() {
	before := KeysInMemory().Dumps
	if err := ForbidDumps(); err != nil {
		panic(err)
	}
	if err := ForbidDumps(); err != nil { // a second time is no harm
		panic(err)
	}
	var now unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_CORE, &now); err != nil {
		panic(err)
	}
	fmt.Println(before, KeysInMemory().Dumps, now.Cur <= 1, now.Max <= 1)
}

// TestForbidDumps: the limit of images is down, for good.
func TestForbidDumps(t *testing.T) {
	if got := child(t, "dumps"); !strings.HasSuffix(got, "false true true") {
		t.Errorf("dumps before, after, soft limit, hard limit: %s", got)
	}
}
