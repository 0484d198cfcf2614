// Package keyringtest runs tests on a private keyring, the real one of GNOME on a
// bus of its own. It is no part of the program.
package keyringtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

const inside = "CARNET_TEST_KEYRING"

// start opens the keyring with a password of the test's, then runs the test.
const start = `printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$@"`

// Inside reports whether this process has a keyring of its own. Outside it runs the
// test again in one that has, tells what came of it, and reports false: the test
// returns then.
//
// A system without a session bus skips the test; on Linux the packages dbus and
// gnome-keyring have to be there.
func Inside(t *testing.T) bool {
	t.Helper()
	if os.Getenv(inside) == t.Name() {
		return true
	}
	if runtime.GOOS != "linux" {
		t.Skip("the keyring of this system belongs to a person; it is not tried")
	}
	for _, tool := range []string{"dbus-run-session", "gnome-keyring-daemon"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("%s is missing: make deps installs it", tool)
		}
	}
	dir, err := os.MkdirTemp("", "ring") // short: sockets lie in it
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	args := []string{"--", "sh", "-c", start, "sh", os.Args[0], "-test.run=^" + t.Name() + "$", "-test.v", "-test.timeout=5m"}
	if f := os.Getenv("GOCOVERDIR"); f != "" {
		args = append(args, "-test.gocoverdir="+f)
	}
	c := exec.Command("dbus-run-session", args...)
	c.Env = []string{inside + "=" + t.Name()}
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		if name != "DBUS_SESSION_BUS_ADDRESS" && name != "HOME" && !strings.HasPrefix(name, "XDG_") && !strings.HasPrefix(name, "GNOME_KEYRING") {
			c.Env = append(c.Env, v)
		}
	}
	run := filepath.Join(dir, "run")
	if err := os.Mkdir(run, 0o700); err != nil {
		t.Fatal(err)
	}
	c.Env = append(c.Env, "HOME="+dir, "XDG_RUNTIME_DIR="+run)
	out, err := c.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
	return false
}
