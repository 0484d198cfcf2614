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
	"assets":                      "",
	"vault/record":                "",
	"vault/seal":                  "",
	"vault/internal/canon":        "",
	"vault/chain":                 "vault/internal/canon",
	"vault/table":                 "",
	"vault/identity":              "",
	"vault/filing":                "vault/table",
	"vault/series":                "vault/table",
	"vault/profile":               "vault/identity vault/record vault/table",
	"vault/growth":                "vault/record vault/table",
	"vault/schedule":              "vault/record vault/table",
	"vault/rights":                "vault/record vault/table",
	"vault/proof":                 "vault/record",
	"vault/guide":                 "vault/table vault/record",
	"vault/internal/store":        "",
	"vault/render/frame":          "",
	"vault/render":                "vault/render/frame",
	"vault/render/scan":           "",
	"vault/render/worker":         "vault/render/frame vault/render/scan",
	"vault/exchange/bag":          "",
	"vault/exchange/devices":      "vault/series vault/exchange/reading",
	"vault/exchange/parcel":       "",
	"vault/exchange/fhir":         "vault/profile vault/record vault/exchange/reading",
	"vault/exchange/hcert":        "vault/exchange/reading vault/record vault/table",
	"vault/exchange/cda":          "vault/exchange/reading vault/profile vault/record",
	"vault/exchange/xdm":          "vault/exchange/reading vault/profile",
	"vault/exchange/icalendar":    "vault/exchange/reading vault/profile vault/record",
	"vault/exchange/ips":          "vault/exchange/fhir vault/profile vault/record",
	"vault/exchange/sheet":        "vault/plot",
	"vault/exchange/reading":      "vault/identity vault/profile vault/record",
	"vault/exchange/shl":          "vault/exchange/reading",
	"vault/place":                 "",
	"vault/watched":               "",
	"vault":                       "vault/guide vault/record vault/seal vault/chain vault/filing vault/identity vault/profile vault/proof vault/internal/canon vault/internal/store vault/search vault/salvage vault/exchange/bag vault/exchange/fhir vault/exchange/ips vault/exchange/devices vault/series vault/exchange/parcel vault/exchange/reading vault/exchange/cda vault/exchange/xdm vault/exchange/hcert vault/exchange/shl vault/exchange/icalendar vault/watched",
	"ui/release":                  "",
	"ui/print":                    "vault vault/record vault/render vault/exchange/sheet",
	"ui/print/cupstest":           "", // for tests
	"ui/scanner":                  "",
	"ui/scanner/sanetest":         "", // for tests
	"ui/text":                     "ui/print ui/release ui/scanner vault vault/growth vault/identity vault/profile vault/record vault/render vault/schedule vault/exchange/bag vault/exchange/sheet vault/place vault/plot ui/keyring vault/rights vault/proof vault/guide vault/exchange/devices vault/series sync/gateway vault/exchange/reading vault/exchange/hcert vault/exchange/shl sync/client sync/consent vault/exchange/icalendar vault/exchange/parcel vault/watched",
	"ui/kit":                      "assets vault/plot",
	"vault/plot":                  "",
	"ui/session":                  "assets ui/kit ui/print ui/replace ui/text vault vault/exchange/sheet vault/filing vault/growth vault/guide vault/profile vault/record vault/render vault/rights vault/schedule ui/lockscreen vault/proof vault/series vault/exchange/hcert vault/exchange/icalendar vault/exchange/reading sync/client sync/consent vault/watched vault/exchange/shl",
	"ui/unlock":                   "sync/client sync/consent vault/record ui/kit ui/session ui/text vault vault/place ui/lockscreen vault/profile",
	"ui/keyring":                  "vault/record",
	"ui/keyring/keyringtest":      "", // for tests
	"ui/replace":                  "",
	"ui/lockscreen":               "ui/keyring ui/replace ui/text vault vault/record",
	"ui/agenda":                   "ui/kit ui/session ui/text vault vault/exchange/icalendar vault/profile vault/record vault/schedule",
	"ui/home":                     "ui/kit ui/session ui/text vault vault/record vault/schedule",
	"ui/library":                  "ui/kit ui/print ui/scanner ui/session ui/text vault vault/record vault/render sync/gateway vault/exchange/sheet vault/exchange/bag vault/exchange/hcert vault/watched",
	"ui/medical":                  "ui/kit ui/session ui/text vault vault/profile vault/record vault/series",
	"ui/child":                    "ui/kit ui/session ui/text vault/growth vault/profile vault/record vault/schedule",
	"ui/handover":                 "ui/kit ui/session ui/text vault vault/proof vault/record",
	"ui/settings":                 "sync/client ui/kit ui/session ui/text vault vault/record vault/exchange/bag vault/proof vault/exchange/shl",
	"ui":                          "ui/kit ui/lockscreen ui/release ui/session ui/text ui/unlock ui/home ui/library ui/medical ui/child ui/settings vault vault/record vault/render ui/vaccines ui/handover ui/agenda vault/guide",
	"ui/vaccines":                 "ui/kit ui/session ui/text vault/record vault/schedule",
	"cmd/carnet/samples":          "vault/exchange/sheet",
	"cmd/carnet":                  "assets ui ui/print ui/scanner ui/session ui/release ui/text vault vault/exchange/sheet vault/record vault/seal vault/filing vault/growth vault/identity vault/profile vault/render vault/schedule vault/render/worker vault/place cmd/carnet/samples vault/salvage ui/lockscreen vault/rights vault/proof ui/keyring vault/exchange/bag vault/guide vault/exchange/devices vault/series sync/gateway vault/exchange/reading vault/exchange/hcert vault/exchange/shl sync/client sync/consent vault/exchange/icalendar vault/watched",
	"vault/search":                "",
	"vault/search/searchtest":     "vault/search", // for tests
	"vault/corpustest":            "",             // for tests
	"vault/vaulttest":             "",             // for tests
	"vault/salvage":               "",
	"vault/render/phototest":      "", // for tests
	"sync/gateway":                "vault/seal",
	"sync/gateway/phonetest":      "", // for tests
	"sync/gateway/chromiumtest":   "", // for tests
	"sync/wire":                   "vault/chain",
	"sync/consent":                "vault/chain",
	"sync/client":                 "sync/consent sync/wire vault vault/chain vault/record vault/seal",
	"sync/server":                 "sync/server/store sync/wire vault/chain",
	"sync/server/store":           "vault/chain",
	"sync/server/store/boltstore": "sync/server/store vault/chain",
	"sync/server/store/storetest": "sync/server/store vault/chain", // for tests
	"cmd/carnet-server":           "sync/server sync/server/store sync/server/store/boltstore",
}

// only names the packages that may touch a dangerous or heavy dependency. A name
// that ends in a slash means everything below it.
var only = map[string]string{
	"go.etcd.io/bbolt":               "vault/internal/store sync/server/store/boltstore",
	"go.etcd.io/bbolt/":              "vault/internal/store",
	"github.com/gen2brain/go-fitz":   "vault/render/worker",
	"fyne.io/":                       "cmd/carnet ui ui/kit ui/session ui/unlock ui/home ui/library ui/medical ui/child ui/settings ui/vaccines ui/handover ui/agenda",
	"net":                            "sync/consent sync/gateway sync/server cmd/carnet-server", // consent alone dials; gateway listens on the home network while its sheet is open
	"net/":                           "sync/gateway sync/gateway/phonetest sync/consent sync/server cmd/carnet-server sync/client cmd/carnet",
	"net/http":                       "sync/consent sync/server cmd/carnet-server sync/gateway sync/gateway/phonetest",
	"crypto/tls":                     "sync/consent sync/server cmd/carnet-server",
	"aead.dev/minisign":              "ui/release",
	"os/exec":                        "vault/render vault/salvage ui/print ui/print/cupstest ui/scanner ui/keyring/keyringtest sync/gateway/chromiumtest",
	"image/jpeg":                     "cmd/carnet/samples vault/render/worker vault/render/phototest",
	"github.com/suyashkumar/dicom":   "vault/render/worker",
	"github.com/suyashkumar/dicom/":  "vault/render/worker",
	"image/png":                      "vault/render vault/render/worker cmd/carnet/samples", // render reads what its own worker made
	"golang.org/x/image/tiff":        "",
	"golang.org/x/crypto/":           "vault/seal sync/gateway/phonetest",
	"crypto/aes":                     "vault/seal",
	"crypto/cipher":                  "vault/seal",
	"crypto/hpke":                    "vault/seal vault/chain", // chain refuses keys that nobody could seal to
	"crypto/hkdf":                    "vault/seal",
	"crypto/ed25519":                 "vault/seal vault/chain vault vault/proof sync/wire sync/consent sync/server cmd/carnet-server sync/server/store/storetest", // proof verifies without a vault; wire, heads and requests; consent, a server's certificate
	"github.com/klauspost/compress/": "vault/seal",
	"github.com/cloudflare/circl/":   "vault/seal",
	"github.com/blevesearch/":        "vault/search",
	"github.com/spf13/cobra":         "cmd/carnet",
	"golang.org/x/term":              "cmd/carnet",
	"github.com/arran4/golang-ical":  "vault/exchange/icalendar",
	"github.com/veraison/go-cose":    "vault/exchange/hcert",
	"github.com/go-jose/":            "vault/exchange/shl",
	"codeberg.org/go-pdf/fpdf":       "vault/exchange/sheet",
	"filippo.io/age":                 "vault/exchange/bag vault/exchange/parcel",
	"github.com/makiuchi-d/gozxing":  "vault/exchange/sheet vault/render/scan",
	"github.com/makiuchi-d/gozxing/": "vault/exchange/sheet vault/render/scan",
	"github.com/zalando/go-keyring":  "ui/keyring",
	"log":                            "vault/render/worker sync/gateway", // to silence a library
	"log/":                           "sync/server cmd/carnet-server",
	"unsafe":                         "vault/render vault/render/worker ui/print vault/internal/store vault/seal", // store: the pages of a mapped value; seal: where keys lie, on Windows
}

// stdOnly are packages that import the standard library alone.
var stdOnly = []string{"vault/record", "vault/proof", "vault/internal/canon", "vault/render/frame", "vault/plot", "assets"}

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
