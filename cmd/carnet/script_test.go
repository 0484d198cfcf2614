package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"aead.dev/minisign"
	"github.com/rogpeppe/go-internal/testscript"

	"carnet/cmd/carnet/samples"
	"carnet/ui/keyring/keyringtest"
	"carnet/ui/print/cupstest"
	"carnet/ui/release"
	"carnet/ui/scanner/sanetest"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/render/worker"
	"carnet/vault/salvage"
	"carnet/vault/seal"
)

// TestMain lets scripts run this test binary as carnet: the real program, with
// the least key derivation that a vault accepts.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == workerMode {
		if err := worker.Main(os.Stdin, os.Stdout); err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	if len(os.Args) >= 2 && os.Args[1] == salvage.Mode {
		os.Exit(salvage.Child(os.Args[2:]))
	}
	testscript.Main(cleaning{m}, map[string]func(){
		"carnet": func() {
			a := newApp(context.Background(), streams{os.Stdin, os.Stdout, os.Stderr}, text.FromEnvironment(os.Getenv))
			a.argon2 = seal.Floor
			if key := os.Getenv("TEST_RELEASE_KEY"); key != "" {
				a.releaseKey = []byte(key)
			}
			code := a.run(os.Args[1:])
			tellUse()
			os.Exit(code)
		},
		"samples": writeSamples,
		"photos":  writePhotos,
		"phone":   sendFromPhone,
	})
}

// atEnd is what is left to do once every test has run.
var atEnd []func()

// cleaning runs the tests, then what is left to do.
type cleaning struct{ *testing.M }

func (c cleaning) Run() int {
	defer func() {
		for _, do := range atEnd {
			do()
		}
	}()
	return c.M.Run()
}

// writeSamples makes the demonstration's documents in a folder.
func writeSamples() {
	files, err := samples.Make(time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC))
	for _, f := range files {
		if err == nil {
			err = os.WriteFile(filepath.Join(os.Args[1], f.Name), f.Data, 0o600)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func TestScripts(t *testing.T) {
	runScripts(t, "script", func(*testscript.Env) {})
}

// TestLockScreenScript is on the real keyring, with a home of its own.
func TestLockScreenScript(t *testing.T) {
	if !keyringtest.Inside(t) {
		return
	}
	runScripts(t, "keyring", func(e *testscript.Env) {
		e.Setenv("DBUS_SESSION_BUS_ADDRESS", os.Getenv("DBUS_SESSION_BUS_ADDRESS"))
		e.Setenv("XDG_DATA_HOME", filepath.Join(e.WorkDir, "data"))
	})
}

// runScripts runs the scripts of a folder.
func runScripts(t *testing.T, folder string, setUp func(*testscript.Env)) {
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", folder),
		Setup: func(e *testscript.Env) error {
			setUp(e)
			e.Setenv("CARNET_VAULT", filepath.Join(e.WorkDir, "coffre.carnet"))
			e.Setenv("LANG", "en_GB.UTF-8")
			e.Values[serverKey{}] = new(*cupstest.Server)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"setid": setID, "kitcode": kitCode, "sheetcode": sheetCode, "append": appendFiles, "ispng": isPNG, "lacks": lacks, "same": same,
			"spoil": spoilOperations, "printers": startPrinters, "printed": takePrinted,
			"scanners": setScanners, "server": startServer, "notice": writeNotice, "releasekey": giveKey, "appended": addByte,
		},
	})
}

// setScanners [STATUS|none] gives the script scanners, which work, fail or are not there.
func setScanners(ts *testscript.TestScript, _ bool, args []string) {
	s := sanetest.In(ts, ts.MkAbs("sane"))
	switch {
	case len(args) == 0:
	case args[0] == "none":
		s.None()
	default:
		s.Fail(args[0])
	}
	ts.Setenv("SANE_CONFIG_DIR", s.Folder)
}

// releaseKey signs the notices of scripts.
var releaseKey = sync.OnceValues(func() (minisign.PublicKey, minisign.PrivateKey) {
	public, private, err := minisign.GenerateKey(nil)
	if err != nil {
		panic(err)
	}
	return public, private
})

// writeNotice VERSION FILE PACKAGE makes a package and the signed notice of it.
func writeNotice(ts *testscript.TestScript, _ bool, args []string) {
	_, private := releaseKey()
	sum := sha256.Sum256([]byte(args[0]))
	body, err := json.Marshal(release.Notice{Version: args[0], Date: "2026-11-22", Where: "https://carnet.example", Packages: []release.Package{
		{Name: "carnet_" + args[0] + "_amd64.deb", SHA256: hex.EncodeToString(sum[:])},
	}})
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), append(minisign.Sign(private, body), body...), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(args[0]), 0o600))
}

// giveKey gives the program the key that signed.
func giveKey(ts *testscript.TestScript, _ bool, _ []string) {
	public, _ := releaseKey()
	ts.Setenv("TEST_RELEASE_KEY", public.String())
}

// addByte FILE makes a file longer by one byte.
func addByte(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(ts.ReadFile(args[0])+" "), 0o600))
}

// setID VAR REGEXP keeps the identifier that stands before a match in the last
// output.
func setID(ts *testscript.TestScript, _ bool, args []string) {
	for line := range strings.Lines(ts.ReadFile("stdout")) {
		if fields := strings.Fields(line); strings.Contains(line, args[1]) && len(fields) > 1 {
			id := fields[0]
			if id == "added" || id == "duplicate" {
				id = fields[1]
			}
			ts.Setenv(args[0], id)
			return
		}
	}
	ts.Fatalf("no line with %q", args[1])
}

// kitCode FROM TO takes the code out of a printed kit.
func kitCode(ts *testscript.TestScript, _ bool, args []string) {
	groups := groupsIn(ts.ReadFile(args[0]))
	if len(groups) != seal.KitGroups {
		ts.Fatalf("a kit of %d groups", len(groups))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(strings.ToLower(strings.Join(groups, " "))+"\n"), 0o600))
}

// numberedGroup is a group of a code as a kit has it, on a line of its own or beside
// others.
var numberedGroup = regexp.MustCompile(`\b[1-6]\.\s+([0-9A-Z]{5})\b`)

// groupsIn finds the numbered groups of a code in a printed kit.
func groupsIn(printed string) (groups []string) {
	for _, m := range numberedGroup.FindAllStringSubmatch(printed, -1) {
		groups = append(groups, m[1])
	}
	return groups
}

// sheetCode FROM N TO takes the four lines of sheet N out of what was printed, as
// somebody copies them.
func sheetCode(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	var rows []string
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		if f := strings.Fields(line); len(f) == 5 && len(f[0]) == 2 && len(f[1]) == 4 {
			rows = append(rows, strings.Join(f[1:], " "))
		}
	}
	if len(rows) != vault.Shares*vault.ShareRows {
		ts.Fatalf("%d lines of sheets", len(rows))
	}
	rows = rows[(n-1)*vault.ShareRows:][:vault.ShareRows]
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(strings.ToLower(strings.Join(rows, "\n"))+"\n"), 0o600))
}

// appendFiles A B TO writes both files, one after the other.
func appendFiles(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(ts.ReadFile(args[0])+ts.ReadFile(args[1])), 0o600))
}

// isPNG FILE SIDE: the file is a picture that fits a square of that many pixels.
func isPNG(ts *testscript.TestScript, _ bool, args []string) {
	img, err := png.Decode(strings.NewReader(ts.ReadFile(args[0])))
	ts.Check(err)
	var side int
	_, err = fmt.Sscan(args[1], &side)
	ts.Check(err)
	if b := img.Bounds(); b.Dx() > side || b.Dy() > side || b.Dx() < side && b.Dy() < side || blank(img) {
		ts.Fatalf("picture of %v", b)
	}
}

func blank(img image.Image) bool {
	b := img.Bounds()
	first := img.At(b.Min.X, b.Min.Y)
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if img.At(x, y) != first {
				return false
			}
		}
	}
	return true
}

// lacks FILE WORD...: none of the words is in the file's bytes.
func lacks(ts *testscript.TestScript, neg bool, args []string) {
	raw := []byte(ts.ReadFile(args[0]))
	for _, word := range args[1:] {
		if found := bytes.Contains(raw, []byte(word)); found != neg {
			ts.Fatalf("%s: contains %q is %v", args[0], word, found)
		}
	}
}

// same FILE FILE: both have the same bytes.
func same(ts *testscript.TestScript, neg bool, args []string) {
	if equal := ts.ReadFile(args[0]) == ts.ReadFile(args[1]); equal == neg {
		ts.Fatalf("%s and %s: equal is %v", args[0], args[1], equal)
	}
}

// spoilOperations FILE overwrites the last leaf of numbered values in a file,
// so that the vault does not open, or not whole.
func spoilOperations(ts *testscript.TestScript, _ bool, args []string) {
	b := []byte(ts.ReadFile(args[0]))
	spoilt := false
	for page := len(b)/4096 - 1; page > 1 && !spoilt; page-- {
		p := b[page*4096:][:4096]
		if p[8] == 2 && p[9] == 0 && p[16+8] == 8 && p[10] > 3 {
			clear(p)
			spoilt = true
		}
	}
	if !spoilt {
		ts.Fatalf("no page of operations")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b, 0o600))
}
