package bag_test

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"carnet/vault/exchange/bag"
)

var day = time.Date(2026, time.November, 20, 10, 30, 0, 0, time.UTC)

// contents is what the bags of the tests hold: something in each folder, an empty
// file and one of several blocks of an envelope.
type content struct{ name, content string }

var contents = []content{
	{"data/LISEZMOI.txt", "Voici le carnet.\n"},
	{"data/originals/2024/0a_ordonnance.pdf", strings.Repeat("abcdefgh", 40_000)},
	{"data/documents.json", "{}"},
	{"data/fhir/bundle.json", `{"resourceType":"Bundle"}`},
	{"data/profil/allergy.csv", ""},
}

func write(t testing.TB, dir string, opt bag.Options) string {
	t.Helper()
	return writeOf(t, dir, opt, contents)
}

func writeOf(t testing.TB, dir string, opt bag.Options, contents []content) string {
	t.Helper()
	opt.Day = day
	w, err := bag.Create(t.Context(), dir, "carnet-export-1", opt)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range contents {
		if err := w.Add(f.name, int64(len(f.content)), strings.NewReader(f.content)); err != nil {
			t.Fatal(err)
		}
	}
	path, err := w.Close([]bag.Info{{Label: "Bagging-Date", Value: "2026-11-20"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func verify(t testing.TB, path string, secret *bag.Secret) (bag.Verified, error) {
	t.Helper()
	b, err := bag.Open(path, secret)
	if err != nil {
		return bag.Verified{}, err
	}
	return b.Verify(t.Context(), func(name string) bool { return name == "data/documents.json" }, nil)
}

// forms are the ways in which a bag lies on a disk, with what opens them.
func forms(t testing.TB) map[string]struct{ write, read *bag.Secret } {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	phrase := &bag.Secret{Passphrase: []byte("six mots tirés au hasard"), Work: 10}
	return map[string]struct{ write, read *bag.Secret }{
		"folder":     {},
		"tar":        {},
		"passphrase": {phrase, phrase},
		"recipient":  {&bag.Secret{Recipient: id.Recipient().String()}, &bag.Secret{Identity: id.String()}},
	}
}

// TestBag: what is written is verified, read again byte for byte, and the same each
// time; nothing else lies beside it.
func TestBag(t *testing.T) {
	for form, secret := range forms(t) {
		t.Run(form, func(t *testing.T) {
			dir := t.TempDir()
			opt := bag.Options{Secret: secret.write}
			if form != "folder" {
				opt.Form = bag.Tar
			}
			path := write(t, dir, opt)
			if want := filepath.Join(dir, "carnet-export-1"+opt.Extension()); path != want {
				t.Errorf("at %s, not %s", path, want)
			}
			got, err := verify(t, path, secret.read)
			if err != nil || got.Files != len(contents) || string(got.Kept["data/documents.json"]) != "{}" || len(got.Kept) != 1 || got.Value("bagging-date") != "2026-11-20" {
				t.Fatalf("%+v, %v", got, err)
			}
			b, err := bag.Open(path, secret.read)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := b.Verify(t.Context(), nil, nil); err != nil {
				t.Fatal(err)
			}
			read := map[string]string{}
			var last, total int64
			progress := func(done, of int64) { last, total = done, of }
			if err := b.Contents(t.Context(), progress, func(name string, size int64, r io.Reader) error {
				all, err := io.ReadAll(r)
				if int64(len(all)) != size {
					t.Errorf("%s has %d bytes, not %d", name, len(all), size)
				}
				read[name] = string(all)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			for _, f := range contents {
				if read[f.name] != f.content {
					t.Errorf("%s reads back as %.40q", f.name, read[f.name])
				}
			}
			if total == 0 || last == 0 || last > total {
				t.Errorf("progress ended at %d of %d", last, total)
			}
			second := write(t, dir, opt)
			if second != strings.Replace(path, "export-1", "export-1-2", 1) {
				t.Errorf("the second is %s", second)
			}
			if form == "tar" && !bytes.Equal(file(t, path), file(t, second)) {
				t.Error("the same content gives another tar")
			}
			entries, err := os.ReadDir(dir)
			if err != nil || len(entries) != 2 {
				t.Errorf("%v, %v", entries, err)
			}
		})
	}
}

func file(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestDamagedFolder: each kind of damage of a folder is refused by its name.
func TestDamagedFolder(t *testing.T) {
	put := func(name, content string) func(*testing.T, string) {
		return func(t *testing.T, at string) {
			t.Helper()
			if err := os.MkdirAll(filepath.Dir(filepath.Join(at, name)), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(at, name), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	flip := func(name string) func(*testing.T, string) {
		return func(t *testing.T, at string) {
			t.Helper()
			b := file(t, filepath.Join(at, name))
			b[len(b)/2] ^= 1
			put(name, string(b))(t, at)
		}
	}
	remove := func(name string) func(*testing.T, string) {
		return func(t *testing.T, at string) {
			t.Helper()
			if err := os.Remove(filepath.Join(at, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	listed := func(manifest, line string) func(*testing.T, string) {
		return func(t *testing.T, at string) {
			t.Helper()
			lines := string(file(t, filepath.Join(at, manifest))) + line
			put(manifest, lines)(t, at)
			if manifest == "manifest-sha256.txt" { // one who knows how would list it again
				tags := ""
				for _, name := range []string{"bag-info.txt", "bagit.txt", "manifest-sha256.txt"} {
					tags += fmt.Sprintf("%x  %s\n", sha256.Sum256(file(t, filepath.Join(at, name))), name)
				}
				put("tagmanifest-sha256.txt", tags)(t, at)
			}
		}
	}
	sum := strings.Repeat("0", 64)
	for name, c := range map[string]struct {
		damage func(*testing.T, string)
		want   error
		at     string
	}{
		"a byte of an original":     {flip("data/originals/2024/0a_ordonnance.pdf"), bag.ErrAltered, "data/originals/2024/0a_ordonnance.pdf"},
		"a byte of the records":     {flip("data/documents.json"), bag.ErrAltered, "data/documents.json"},
		"a byte of FHIR":            {flip("data/fhir/bundle.json"), bag.ErrAltered, "data/fhir/bundle.json"},
		"a byte at the root":        {flip("data/LISEZMOI.txt"), bag.ErrAltered, "data/LISEZMOI.txt"},
		"bytes of an empty file":    {put("data/profil/allergy.csv", "x"), bag.ErrAltered, "data/profil/allergy.csv"},
		"a byte of the manifest":    {flip("manifest-sha256.txt"), bag.ErrAltered, "manifest-sha256.txt"},
		"a byte of the information": {flip("bag-info.txt"), bag.ErrAltered, "bag-info.txt"},
		"a byte of the declaration": {flip("bagit.txt"), bag.ErrAltered, "bagit.txt"},
		"a missing original":        {remove("data/originals/2024/0a_ordonnance.pdf"), bag.ErrMissing, "data/originals/2024/0a_ordonnance.pdf"},
		"a missing empty file":      {remove("data/profil/allergy.csv"), bag.ErrMissing, "data/profil/allergy.csv"},
		"no manifest":               {remove("manifest-sha256.txt"), bag.ErrMissing, "manifest-sha256.txt"},
		"no list of lists":          {remove("tagmanifest-sha256.txt"), bag.ErrMissing, "tagmanifest-sha256.txt"},
		"no declaration":            {remove("bagit.txt"), bag.ErrMissing, "bagit.txt"},
		"a file too many":           {put("data/profil/more.csv", "x"), bag.ErrExtra, "data/profil/more.csv"},
		"a file beside the payload": {put("note.txt", "x"), bag.ErrExtra, "note.txt"},
		"a name no system writes":   {put("data/a b", "x"), bag.ErrPath, "data/a b"},
		"a way out":                 {listed("manifest-sha256.txt", sum+"  ../stolen\n"), bag.ErrPath, "../stolen"},
		"a way out from within":     {listed("manifest-sha256.txt", sum+"  data/../../stolen\n"), bag.ErrPath, "data/../../stolen"},
		"an absolute way":           {listed("manifest-sha256.txt", sum+"  /etc/passwd\n"), bag.ErrPath, "/etc/passwd"},
		"a backslash":               {listed("manifest-sha256.txt", sum+"  data\\x\n"), bag.ErrPath, "data\\x"},
		"no line":                   {listed("manifest-sha256.txt", "hello\n"), bag.ErrManifest, "manifest-sha256.txt"},
		"a tag out of place":        {listed("tagmanifest-sha256.txt", sum+"  data/x\n"), bag.ErrPath, "data/x"},
		"a link": {func(t *testing.T, at string) {
			t.Helper()
			remove("data/documents.json")(t, at)
			if err := os.Symlink("/etc/hostname", filepath.Join(at, "data", "documents.json")); err != nil {
				lacking(t, "a link cannot be made", err)
			}
		}, bag.ErrPath, "data/documents.json"},
	} {
		t.Run(name, func(t *testing.T) {
			at := write(t, t.TempDir(), bag.Options{})
			c.damage(t, at)
			_, err := verify(t, at, nil)
			if !errors.Is(err, c.want) {
				t.Fatalf("%v, not %v", err, c.want)
			}
			var fault *bag.Fault
			if c.at != "" && (!errors.As(err, &fault) || fault.Path != c.at) {
				t.Errorf("it names %+v, not %s", fault, c.at)
			}
			if strings.Contains(err.Error(), "ordonnance") {
				t.Errorf("%q holds a title", err)
			}
		})
	}
}

// TestDamagedFile: a tar and an envelope that were cut, flipped or made by
// somebody else are refused, wherever the damage lies.
func TestDamagedFile(t *testing.T) {
	for form, secret := range forms(t) {
		if form == "folder" {
			continue
		}
		t.Run(form, func(t *testing.T) {
			dir := t.TempDir()
			whole := file(t, write(t, dir, bag.Options{Form: bag.Tar, Secret: secret.write}))
			damaged := filepath.Join(dir, "damaged")
			try := func(what string, content []byte, want ...error) {
				t.Helper()
				if err := os.WriteFile(damaged, content, 0o600); err != nil {
					t.Fatal(err)
				}
				_, err := verify(t, damaged, secret.read)
				for _, w := range want {
					if errors.Is(err, w) {
						return
					}
				}
				t.Errorf("%s: %v, not one of %v", what, err, want)
			}
			const steps = 25
			for i := range steps {
				cut := len(whole) * (i + 1) / (steps + 2)
				try(fmt.Sprint("cut at ", cut), whole[:cut], bag.ErrTruncated, bag.ErrMissing)
				if form == "tar" {
					continue
				}
				flipped := bytes.Clone(whole)
				flipped[400+(len(whole)-400)*i/steps] ^= 1
				try(fmt.Sprint("flip ", i), flipped, bag.ErrAltered, bag.ErrSecret, bag.ErrTruncated)
			}
			if form != "tar" {
				try("one byte short", whole[:len(whole)-1], bag.ErrTruncated, bag.ErrAltered)
			}
			try("nothing", nil, bag.ErrNotBag)
			try("something else", bytes.Repeat([]byte("%PDF-1.7 "), 200), bag.ErrNotBag)
		})
	}
	t.Run("secrets", func(t *testing.T) {
		at := write(t, t.TempDir(), bag.Options{Secret: &bag.Secret{Passphrase: []byte("une phrase"), Work: 10}})
		for name, c := range map[string]struct {
			secret *bag.Secret
			want   error
		}{
			"another passphrase": {&bag.Secret{Passphrase: []byte("une phrasé")}, bag.ErrSecret},
			"an identity":        {&bag.Secret{Identity: "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"}, bag.ErrSecret},
			"no identity at all": {&bag.Secret{Identity: "hello"}, bag.ErrRecipient},
			"nothing":            {nil, bag.ErrSealed},
		} {
			if _, err := verify(t, at, c.secret); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, not %v", name, err, c.want)
			}
		}
		dear := filepath.Join(t.TempDir(), "x.tar.age")
		for name, c := range map[string]struct {
			content []byte
			want    error
		}{
			"four gigabytes a guess": {bytes.Replace(file(t, at), []byte(" 10\n"), []byte(" 22\n"), 1), bag.ErrTooLarge},
			"a line without end":     {append([]byte("age-encryption.org/v1\n-> "), bytes.Repeat([]byte("x"), 1<<20)...), bag.ErrAltered},
			"a header cut short":     {file(t, at)[:100], bag.ErrTruncated},
		} {
			if err := os.WriteFile(dear, c.content, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := verify(t, dear, &bag.Secret{Passphrase: []byte("une phrase")}); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, not %v", name, err, c.want)
			}
		}
		if _, err := bag.Create(t.Context(), t.TempDir(), "x", bag.Options{Secret: &bag.Secret{Recipient: "age1nobody"}}); !errors.Is(err, bag.ErrRecipient) {
			t.Errorf("to nobody: %v", err)
		}
	})
}

// TestHostileTar: paths that lead elsewhere, links and files that come twice are
// refused before anything is done with them.
func TestHostileTar(t *testing.T) {
	for name, c := range map[string]struct {
		headers []tar.Header
		want    error
	}{
		"a way out":       {[]tar.Header{{Name: "b/../../x", Typeflag: tar.TypeReg}}, bag.ErrPath},
		"an absolute":     {[]tar.Header{{Name: "/etc/x", Typeflag: tar.TypeReg}}, bag.ErrPath},
		"a link":          {[]tar.Header{{Name: "b/data/x", Typeflag: tar.TypeSymlink, Linkname: "/etc"}}, bag.ErrPath},
		"two folders":     {[]tar.Header{{Name: "a/x", Typeflag: tar.TypeReg}, {Name: "b/x", Typeflag: tar.TypeReg}}, bag.ErrPath},
		"a backslash":     {[]tar.Header{{Name: "b/data\\..\\x", Typeflag: tar.TypeReg}}, bag.ErrPath},
		"a device":        {[]tar.Header{{Name: "b/data/con.txt", Typeflag: tar.TypeReg}}, bag.ErrPath},
		"a file twice":    {[]tar.Header{{Name: "b/data/x", Typeflag: tar.TypeReg}, {Name: "b/data/X", Typeflag: tar.TypeReg}}, bag.ErrExtra},
		"nothing of it":   {[]tar.Header{{Name: "b/data/x", Typeflag: tar.TypeReg}}, bag.ErrNotBag},
		"a list too long": {[]tar.Header{{Name: "b/manifest-sha256.txt", Typeflag: tar.TypeReg, Size: 1 << 40}}, bag.ErrTooLarge},
	} {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		for _, h := range c.headers {
			h.Mode, h.ModTime = 0o600, day
			if err := w.WriteHeader(&h); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil && c.want != bag.ErrTooLarge {
			t.Fatal(err)
		}
		at := filepath.Join(t.TempDir(), "x.tar")
		if err := os.WriteFile(at, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := verify(t, at, nil); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, not %v", name, err, c.want)
		}
	}
}

// TestAbandoned: what is not finished, or cannot be, leaves nothing; what a killed
// process left goes at the next try.
func TestAbandoned(t *testing.T) {
	dir := t.TempDir()
	for _, form := range []bag.Form{bag.Folder, bag.Tar} {
		w, err := bag.Create(t.Context(), dir, "b", bag.Options{Form: form, Day: day})
		if err != nil {
			t.Fatal(err)
		}
		for name, size := range map[string]int64{"data/../x": 1, "other/x": 1, "data/x.": 1, "data/long": 2, "data/short": 0} {
			if err := w.Add(name, size, strings.NewReader("x")); err == nil {
				t.Errorf("%s of %d bytes was taken", name, size)
			}
		}
		if err := w.Abandon(); err != nil {
			t.Error(err)
		}
	}
	left := filepath.Join(dir, ".b-12345.part")
	if err := os.MkdirAll(filepath.Join(left, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	w, err := bag.Create(t.Context(), dir, "b", bag.Options{Day: day})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(left); err == nil {
		t.Error("what a killed process left is still there")
	}
	if err := w.Abandon(); err != nil {
		t.Error(err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
		t.Errorf("%v, %v", entries, err)
	}
}

// lacking ends a test where a system lacks what it needs; Linux has it.
func lacking(t *testing.T, what string, err error) {
	t.Helper()
	if runtime.GOOS == "linux" {
		t.Fatal(err)
	}
	t.Skipf("%s: %v", what, err)
}

// TestStockTools: sha256sum and tar take the bag for what it is.
func TestStockTools(t *testing.T) {
	dir := t.TempDir()
	at := write(t, dir, bag.Options{})
	run := func(in string, args ...string) {
		t.Helper()
		program, err := exec.LookPath(args[0])
		if err != nil {
			lacking(t, "the bag was not held to this tool", err)
		}
		c := exec.CommandContext(t.Context(), program, args[1:]...)
		c.Dir = in
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("%v: %v\n%s", args, err, out)
		}
	}
	run(at, "sha256sum", "--check", "--strict", "--quiet", "manifest-sha256.txt")
	run(at, "sha256sum", "--check", "--strict", "--quiet", "tagmanifest-sha256.txt")
	packed := write(t, t.TempDir(), bag.Options{Form: bag.Tar})
	out := t.TempDir()
	run(out, "tar", "-xf", packed)
	run(filepath.Join(out, "carnet-export-1"), "sha256sum", "--check", "--strict", "--quiet", "manifest-sha256.txt")
}

// FuzzVerify: no tar makes the reader fail in another way than by an error.
func FuzzVerify(f *testing.F) {
	f.Add(file(f, writeOf(f, f.TempDir(), bag.Options{Form: bag.Tar}, contents[2:]))) // small ones: the more is tried
	f.Fuzz(func(t *testing.T, content []byte) {
		at := filepath.Join(t.TempDir(), "x.tar")
		if err := os.WriteFile(at, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := verify(t, at, nil); err != nil && strings.Contains(err.Error(), "panic") {
			t.Error(err)
		}
	})
}
