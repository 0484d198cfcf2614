package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"carnet/ui/text"
	"carnet/vault/corpustest"
	"carnet/vault/exchange/reading"
	"carnet/vault/seal"
)

// corpusFolders are the parts of the third-party corpus that hold PDF files.
var corpusFolders = []string{"pdf-normal", "pdf-malformed", "pdfa"}

const corpusFiles = 85

// command runs the program in this process with a passphrase on its standard
// input, and returns what it printed as a result.
func command(t *testing.T, vault string, args ...string) ([]byte, int) {
	t.Helper()
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("three green horses running\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := os.Open(secret)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var out, diagnostics bytes.Buffer
	a := newApp(context.Background(), streams{in, &out, &diagnostics}, text.English)
	a.argon2 = seal.Floor
	code := a.run(append(args, "--vault", vault, "--passphrase-fd", "0"))
	if code != exitDone {
		t.Logf("carnet %s: exit %d: %s", args[0], code, diagnostics.String())
	}
	return out.Bytes(), code
}

// asked runs the program in this process as a shell, and gives what it prints on either
// stream at each command.
func asked(t *testing.T, vault string, commands []string) []string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "session")
	if err := os.WriteFile(path, []byte("three green horses running\n"+parted(commands)), 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var out bytes.Buffer
	a := newApp(context.Background(), streams{in, &out, &out}, text.English)
	a.argon2 = seal.Floor
	a.run([]string{"shell", "--vault", vault, "--passphrase-fd", "0"}) // the worst exit code of all
	return answers(t, out.String(), len(commands))
}

// mark is a command that there is not: what the program says of it parts the answers.
const mark = "next-answer"

func parted(commands []string) string {
	var out strings.Builder
	for _, c := range commands {
		out.WriteString(mark + "\n" + c + "\n")
	}
	return out.String()
}

// answers are what was printed behind each mark, its own line left out.
func answers(t *testing.T, said string, n int) []string {
	t.Helper()
	out := strings.Split(said, mark)[1:]
	if len(out) != n {
		t.Fatalf("%d answers to %d commands: %.2000s", len(out), n, said)
	}
	for i := range out {
		_, out[i], _ = strings.Cut(out[i], "\n")
		out[i], _, _ = strings.Cut(out[i], "Unknown command: ")
	}
	return out
}

// TestCorpus takes every PDF of the corpus through document add, list and
// export: none may bring the program down, each comes back byte for byte, and
// page counts are those on which two other readers agree.
func TestCorpus(t *testing.T) {
	corpus := corpustest.Root(t, "%d files are not tested", corpusFiles)
	vault := filepath.Join(t.TempDir(), "corpus.carnet")
	if _, code := command(t, vault, "vault", "create", "--name", "A", "--birth", "1980-01-01"); code != exitDone {
		t.Fatal("no vault")
	}
	add := []string{"document", "add", "--no-ocr", "--json"}
	for _, folder := range corpusFolders {
		add = append(add, filepath.Join(corpus, folder))
	}
	raw, code := command(t, vault, add...)
	var outcome addedJSON
	decode(t, raw, &outcome)
	if code != exitDone || len(outcome.Failed) > 0 || len(outcome.Added)+len(outcome.Duplicates) != corpusFiles {
		t.Fatalf("exit %d: %d added, %d duplicates, failed %v", code, len(outcome.Added), len(outcome.Duplicates), outcome.Failed)
	}
	raw, _ = command(t, vault, "document", "list", "--json")
	var listed []documentJSON
	decode(t, raw, &listed)
	byID := map[string]documentJSON{}
	for _, d := range listed {
		byID[d.ID.String()] = d
	}
	expected := expectedPages(t, corpus)
	agreed := 0
	for _, f := range outcome.Added {
		rel, err := filepath.Rel(corpus, f.Path)
		if err != nil {
			t.Fatal(err)
		}
		d, want := byID[f.ID.String()], expected[filepath.ToSlash(rel)]
		if want.Qpdf != nil && want.Mutool != nil && *want.Qpdf == *want.Mutool && *want.Qpdf > 0 {
			agreed++
			if d.Pages != *want.Qpdf {
				t.Errorf("%s: %d pages, want %d", rel, d.Pages, *want.Qpdf)
			}
			continue
		}
		t.Logf("%s: other readers differ or find no page; we say %s, %d pages, cannot be shown: %v", rel, d.MediaType, d.Pages, d.Unshowable)
		if d.MediaType == "application/pdf" && d.Pages == 0 && !d.Unshowable {
			t.Errorf("%s: nothing said about a PDF without pages", rel)
		}
	}
	t.Logf("%d files, %d page counts compared", len(outcome.Added)+len(outcome.Duplicates), agreed)
	compareExports(t, vault, outcome)
}

// corpusDCC are the published certificates: cases, each the text of a code, and pictures.
const (
	corpusDCC     = 46
	corpusDCCRead = 41 // five cases are to be refused
)

// TestCorpusCodes takes every published certificate through document add and document
// codes, as a person does who then gives the certificates of the publisher: the signer
// is unknown before and the signature valid after. So it is with the specimen of 2D-DOC.
func TestCorpusCodes(t *testing.T) {
	corpus := corpustest.Root(t, "%d certificates are not tested", corpusDCC)
	folder := t.TempDir()
	vault := filepath.Join(folder, "corpus.carnet")
	if _, code := command(t, vault, "vault", "create", "--name", "A", "--birth", "1980-01-01"); code != exitDone {
		t.Fatal("no vault")
	}
	var published struct {
		Files []struct {
			Path   string
			Source map[string]bool `json:"source_expected"`
		}
	}
	corpustest.Expected(t, corpus, "eu-dcc", &published)
	if len(published.Files) != corpusDCC {
		t.Errorf("%d certificates, there were %d", len(published.Files), corpusDCC)
	}
	type one struct {
		path           string
		refused, usage bool // what is to be so
	}
	var all []*one
	given := []string{"certificate", "add"}
	text := func(content string) string {
		path := filepath.Join(folder, fmt.Sprintf("%d.txt", len(all)))
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, f := range published.Files {
		path := filepath.Join(corpus, filepath.FromSlash(f.Path))
		if strings.HasSuffix(path, ".png") {
			all = append(all, &one{path: path, usage: true})
			continue
		}
		var c struct {
			Prefix string `json:"PREFIX"`
		}
		decode(t, corpustest.File(t, corpus, f.Path), &c)
		given = append(given, path)
		x := &one{path: text(c.Prefix), usage: true}
		for _, key := range []string{"EXPECTEDUNPREFIX", "EXPECTEDB45DECODE", "EXPECTEDCOMPRESSION", "EXPECTEDDECODE", "EXPECTEDSCHEMAVALIDATION"} {
			if want, there := f.Source[key]; there && !want {
				x.refused = true
			}
		}
		if want, there := f.Source["EXPECTEDKEYUSAGE"]; there {
			x.usage = want
		}
		all = append(all, x)
	}
	var printed struct {
		Files []struct {
			Path, Kind string
			Valid      *bool `json:"signature_valid"`
		}
	}
	corpustest.Expected(t, corpus, "2d-doc", &printed)
	for _, f := range printed.Files {
		switch {
		case f.Kind == "certificate":
			given = append(given, filepath.Join(corpus, filepath.FromSlash(f.Path)))
		case f.Valid != nil && *f.Valid && f.Kind == "text":
			content := strings.NewReplacer("<GS>", "\x1d", "<US>", "\x1f").Replace(string(corpustest.File(t, corpus, f.Path)))
			all = append(all, &one{path: text(content), usage: true})
		}
	}
	specimens := len(all) - corpusDCC
	if specimens == 0 {
		t.Error("no specimen of 2D-DOC")
	}
	add := []string{"document", "add", "--no-ocr", "--json"}
	for _, x := range all {
		add = append(add, x.path)
	}
	raw, code := command(t, vault, add...)
	var outcome addedJSON
	decode(t, raw, &outcome)
	ids := map[string]string{}
	for _, f := range outcome.Added {
		ids[f.Path] = f.ID.String()
	}
	for _, f := range outcome.Duplicates {
		ids[f.Path] = f.Of.String()
	}
	if code != exitDone || len(ids) != len(all) {
		t.Fatalf("exit %d: %d of %d kept", code, len(ids), len(all))
	}
	var ask []string
	for _, x := range all {
		ask = append(ask, "document codes "+ids[x.path]+" --json")
	}
	for _, state := range []reading.SignatureState{reading.UnknownSigner, reading.Valid} {
		if state == reading.Valid {
			if _, code := command(t, vault, given...); code != exitDone {
				t.Fatalf("certificates: exit %d", code)
			}
		}
		read := 0
		for i, said := range asked(t, vault, ask) {
			x := all[i]
			refused := !strings.HasPrefix(said, "[")
			if refused != x.refused {
				t.Errorf("%s: %s", x.path, said)
			}
			if refused {
				continue
			}
			if i < corpusDCC {
				read++
			}
			var found []codeJSON
			decode(t, []byte(said), &found)
			if len(found) != 1 || found[0].State != state || found[0].Misused != (state == reading.Valid && !x.usage) {
				t.Errorf("%s: %+v, want one that is %s", x.path, found, state)
			}
		}
		if read != corpusDCCRead {
			t.Errorf("%d certificates read, want %d", read, corpusDCCRead)
		}
	}
	t.Logf("%d certificates and %d specimens", corpusDCC, specimens)
}

func decode(t *testing.T, raw []byte, v any) {
	t.Helper()
	if err := json.Unmarshal(raw, v); err != nil {
		t.Fatalf("%v in %q", err, raw)
	}
}

// pageCounts are what qpdf and mutool found, null for nothing.
type pageCounts struct {
	Path   string `json:"path"`
	Qpdf   *int   `json:"pages_qpdf"`
	Mutool *int   `json:"pages_mutool"`
}

func expectedPages(t *testing.T, corpus string) map[string]pageCounts {
	t.Helper()
	out := map[string]pageCounts{}
	for _, folder := range corpusFolders {
		raw, err := os.ReadFile(filepath.Join(corpus, "expected", folder+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			Files []pageCounts `json:"files"`
		}
		decode(t, raw, &file)
		for _, f := range file.Files {
			out[f.Path] = f
		}
	}
	return out
}

// compareExports takes everything out again and compares the bytes.
func compareExports(t *testing.T, vault string, outcome addedJSON) {
	t.Helper()
	to := filepath.Join(t.TempDir(), "out")
	raw, code := command(t, vault, "document", "export", "--all", "--to", to, "--json")
	if code != exitDone {
		t.Fatalf("export: exit %d", code)
	}
	var exported []extractedJSON
	decode(t, raw, &exported)
	paths := map[string]string{}
	for _, e := range exported {
		paths[e.ID.String()] = e.Path
	}
	for _, f := range outcome.Added {
		original, err := os.ReadFile(f.Path)
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(paths[f.ID.String()])
		if err != nil || !bytes.Equal(got, original) {
			t.Errorf("%s does not come back as it was: %v", filepath.Base(f.Path), err)
		}
	}
	if len(exported) != len(outcome.Added) {
		t.Errorf("%d exported, %d added", len(exported), len(outcome.Added))
	}
	err := filepath.WalkDir(to, func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasPrefix(d.Name(), ".carnet-") {
			t.Errorf("a temporary file remains: %s", d.Name())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
