package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// layers is the architecture: each package and the packages of this module that
// it may import. A new line here is a design decision; make it on purpose.
var layers = map[string]string{
	"assets":                  "",
	"vault/record":            "",
	"vault/seal":              "",
	"vault/chain":             "",
	"vault/table":             "",
	"vault/identity":          "",
	"vault/filing":            "vault/table",
	"vault/profile":           "vault/identity vault/record vault/table",
	"vault/growth":            "vault/record vault/table",
	"vault/internal/store":    "",
	"vault/render/frame":      "",
	"vault/render":            "vault/render/frame",
	"vault/render/worker":     "vault/render/frame",
	"vault/exchange/sheet":    "vault/plot",
	"vault/place":             "",
	"vault":                   "vault/record vault/seal vault/chain vault/filing vault/identity vault/profile vault/internal/store vault/search vault/salvage",
	"ui/release":              "",
	"ui/print":                "vault vault/render vault/exchange/sheet",
	"ui/print/cupstest":       "", // for tests
	"ui/keyring":              "",
	"ui/keyring/keyringtest":  "", // for tests
	"ui/lockscreen":           "ui/keyring ui/text vault vault/record",
	"ui/text":                 "ui/keyring ui/print ui/release vault vault/growth vault/identity vault/profile vault/record vault/render vault/exchange/sheet vault/place vault/plot",
	"ui/kit":                  "assets vault/plot",
	"vault/plot":              "",
	"ui/session":              "ui/kit ui/lockscreen ui/print ui/text vault vault/exchange/sheet vault/filing vault/profile vault/record vault/render",
	"ui/unlock":               "ui/kit ui/lockscreen ui/session ui/text vault vault/place vault/profile",
	"ui/home":                 "ui/kit ui/session ui/text vault/record",
	"ui/library":              "ui/kit ui/print ui/session ui/text vault vault/record vault/render",
	"ui/medical":              "ui/kit ui/session ui/text vault vault/profile vault/record",
	"ui/settings":             "ui/kit ui/session ui/text vault vault/record",
	"ui":                      "ui/kit ui/lockscreen ui/release ui/session ui/text ui/unlock ui/home ui/library ui/medical ui/settings vault vault/filing vault/profile vault/record vault/render",
	"cmd/carnet/samples":      "vault/exchange/sheet",
	"cmd/carnet":              "assets ui ui/lockscreen ui/print ui/release ui/text vault vault/exchange/sheet vault/record vault/seal vault/filing vault/growth vault/identity vault/profile vault/render vault/render/worker vault/place cmd/carnet/samples vault/salvage",
	"vault/search":            "",
	"vault/search/searchtest": "vault/search", // for tests
	"vault/salvage":           "",
}

// only names the packages that may touch a dangerous or heavy dependency. A name
// that ends in a slash means everything below it.
var only = map[string]string{
	"go.etcd.io/bbolt":               "vault/internal/store",
	"go.etcd.io/bbolt/":              "vault/internal/store",
	"github.com/gen2brain/go-fitz":   "vault/render/worker",
	"fyne.io/":                       "cmd/carnet ui ui/kit ui/session ui/unlock ui/home ui/library ui/medical ui/settings",
	"net":                            "",
	"net/":                           "",
	"aead.dev/minisign":              "ui/release",
	"os/exec":                        "vault/render vault/salvage ui/print ui/print/cupstest ui/keyring/keyringtest",
	"image/jpeg":                     "cmd/carnet/samples",
	"image/png":                      "vault/render vault/render/worker cmd/carnet/samples", // render reads what its own worker made
	"golang.org/x/image/tiff":        "",
	"golang.org/x/crypto/":           "vault/seal",
	"crypto/aes":                     "vault/seal",
	"crypto/cipher":                  "vault/seal",
	"crypto/hpke":                    "vault/seal vault/chain", // chain refuses keys that nobody could seal to
	"crypto/hkdf":                    "vault/seal",
	"crypto/ed25519":                 "vault/seal vault/chain vault",
	"github.com/klauspost/compress/": "vault/seal",
	"github.com/blevesearch/":        "vault/search",
	"github.com/spf13/cobra":         "cmd/carnet",
	"golang.org/x/term":              "cmd/carnet",
	"codeberg.org/go-pdf/fpdf":       "vault/exchange/sheet",
	"github.com/makiuchi-d/gozxing":  "vault/exchange/sheet",
	"github.com/makiuchi-d/gozxing/": "vault/exchange/sheet",
	"github.com/zalando/go-keyring":  "ui/keyring",
	"log":                            "",
	"log/":                           "",
	"unsafe":                         "vault/render vault/render/worker ui/print",
}

// stdOnly are packages that import the standard library alone.
var stdOnly = []string{"vault/record", "vault/render/frame", "vault/plot", "assets"}

// banned are names that say nothing.
var banned = []string{"util", "utils", "common", "helper", "helpers", "model", "models", "types", "misc"}

// TestLayers parses the files itself: a test that asked the go command would be
// answered from the cache for ever.
func TestLayers(t *testing.T) {
	seen := map[string]bool{}
	err := filepath.WalkDir(filepath.Join("..", ".."), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && d.Name() != ".." && d.Name() != ".") {
			return fs.SkipDir
		}
		if d.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		pkg, err := packageOf(path)
		if err != nil {
			return err
		}
		seen[pkg] = true
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if why := forbidden(pkg, imported); why != "" {
				t.Errorf("%s: %s", path, why)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for pkg := range seen {
		if _, known := layers[pkg]; !known {
			t.Errorf("package %s is not in the table of layers", pkg)
		}
		if slices.Contains(banned, filepath.Base(pkg)) {
			t.Errorf("package %s has a name that says nothing", pkg)
		}
	}
	for pkg := range layers {
		if !seen[pkg] {
			t.Errorf("package %s of the table does not exist", pkg)
		}
	}
	if seen["sync"] {
		t.Error("folder sync holds Go files: no package of ours is called sync")
	}
}

func packageOf(path string) (string, error) {
	dir, err := filepath.Rel(filepath.Join("..", ".."), filepath.Dir(path))
	return filepath.ToSlash(dir), err
}

// forbidden says why pkg must not import a path, "" when it may.
func forbidden(pkg, imported string) string {
	if own, ok := strings.CutPrefix(imported, "carnet/"); ok {
		if !slices.Contains(strings.Fields(layers[pkg]), own) {
			return pkg + " must not import " + own
		}
		return ""
	}
	for name, allowed := range only {
		under := strings.HasSuffix(name, "/") && strings.HasPrefix(imported, name)
		if (imported == name || under) && !slices.Contains(strings.Fields(allowed), pkg) {
			return pkg + " must not import " + imported
		}
	}
	first, _, _ := strings.Cut(imported, "/")
	if slices.Contains(stdOnly, pkg) && strings.Contains(first, ".") {
		return pkg + " imports the standard library alone, not " + imported
	}
	return ""
}

// TestNothingFromAddresses holds the window to files: the toolkit can also load
// pictures and resources from the internet, and open addresses in a browser.
func TestNothingFromAddresses(t *testing.T) {
	loaders := []string{"FromURL", "OpenURL", "FromURI", "NewHyperlink", "StreamTo"}
	for pkg := range layers {
		if pkg != "ui" && !strings.HasPrefix(pkg, "ui/") && pkg != "cmd/carnet" {
			continue
		}
		files, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(pkg), "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok && slices.ContainsFunc(loaders, func(l string) bool { return strings.Contains(id.Name, l) }) {
					t.Errorf("%s uses %s", name, id.Name)
				}
				return true
			})
		}
	}
}

// TestForbidden tries the table with violations, and with what is allowed.
func TestForbidden(t *testing.T) {
	for _, c := range []struct {
		pkg, imported string
		allowed       bool
	}{
		{"vault", "carnet/ui/text", false},
		{"vault", "net/http", false},
		{"vault/record", "golang.org/x/text/cases", false},
		{"ui/text", "go.etcd.io/bbolt", false},
		{"ui/text", "carnet/vault/seal", false},
		{"vault/chain", "carnet/vault/record", false},
		{"vault/render", "github.com/gen2brain/go-fitz", false},
		{"cmd/carnet", "carnet/vault/internal/store", false},
		{"cmd/carnet", "crypto/aes", false},
		{"vault/unheard-of", "carnet/vault", false},
		{"vault", "carnet/vault/seal", true},
		{"vault/internal/store", "go.etcd.io/bbolt", true},
		{"vault/render", "os/exec", true},
		{"vault/salvage", "carnet/vault/seal", false},
		{"ui/print", "os/exec", true},
		{"ui/print", "carnet/ui/text", false},
		{"ui/text", "os/exec", false},
		{"vault/record", "time", true},
	} {
		if got := forbidden(c.pkg, c.imported) == ""; got != c.allowed {
			t.Errorf("%s importing %s: allowed %v, want %v", c.pkg, c.imported, got, c.allowed)
		}
	}
}
