package vault_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"carnet/vault"
	"carnet/vault/exchange/reading"
	"carnet/vault/record"
	"carnet/vault/seal"
)

func TestImportSizes(t *testing.T) {
	h := newVault(t)
	dir := t.TempDir()
	sizes := []int{
		0, 1, 511, 2047, 2048, 2049, // up to 2,048 a document lies in its record
		seal.ChunkSize - 1, seal.ChunkSize, seal.ChunkSize + 1, 2 * seal.ChunkSize, 3*seal.ChunkSize + 5,
		16<<20 + 3, 64 * seal.ChunkSize, 65 * seal.ChunkSize, // over 16 MiB chunks go ahead of the record
	}
	want := map[string][]byte{}
	for i, n := range sizes {
		name := fmt.Sprintf("taille-%d.bin", n)
		want[name] = noise(uint64(i), n)
		writeFile(t, filepath.Join(dir, name), want[name])
	}
	got := h.importAll(h.me.ID, dir)
	if len(got) != len(sizes) {
		t.Fatalf("%d files yielded, not %d", len(got), len(sizes))
	}
	for _, i := range got {
		if i.Err != nil || i.Duplicate || i.Of != len(sizes) || i.Bytes != int64(len(want[filepath.Base(i.Path)])) {
			t.Errorf("%s: %+v", filepath.Base(i.Path), i)
		}
	}
	check := func() {
		t.Helper()
		list := h.documents(h.me.ID)
		if len(list) != len(sizes) {
			t.Fatalf("%d documents, not %d", len(list), len(sizes))
		}
		for _, d := range list {
			content := want[d.FileName]
			same(t, d.FileName, h.read(d.ID), content)
			digest := seal.NewDigest()
			digest.Write(content)
			if d.Size != int64(len(content)) || !bytes.Equal(d.Digest[:], digest.Sum(nil)) {
				t.Errorf("%s: size %d or digest differ", d.FileName, d.Size)
			}
		}
	}
	check()
	h.reopen()
	check()
	h.sound()
}

// TestReadAt reads a document from the middle, across chunks and past its end.
func TestReadAt(t *testing.T) {
	h := newVault(t)
	content := noise(7, 3*seal.ChunkSize+100)
	for _, whole := range [][]byte{content, content[:1000]} {
		id := h.add(h.me.ID, fmt.Sprintf("%d.bin", len(whole)), whole)
		c, err := h.Open(t.Context(), id, record.DocumentRead)
		if err != nil {
			t.Fatal(err)
		}
		size := int64(len(whole))
		for _, at := range []struct{ off, n int64 }{
			{0, 1}, {10, 100}, {seal.ChunkSize - 1, 2}, {seal.ChunkSize, seal.ChunkSize}, {100, 2*seal.ChunkSize + 50}, {size - 1, 1}, {size, 1}, {size - 5, 10}, {0, size}, {size + 10, 1},
		} {
			p := make([]byte, at.n)
			n, err := c.ReadAt(p, at.off)
			rest := max(0, min(at.n, size-at.off))
			if int64(n) != rest || (err == io.EOF) != (rest < at.n) || err != nil && err != io.EOF {
				t.Errorf("ReadAt(%d bytes, %d) of %d: %d, %v", at.n, at.off, size, n, err)
				continue
			}
			if n > 0 {
				same(t, "part", p[:n], whole[at.off:at.off+rest])
			}
		}
		if _, err := c.ReadAt(make([]byte, 1), -1); err == nil {
			t.Error("a negative offset was read")
		}
	}
}

func TestImportTypeByContent(t *testing.T) {
	h := newVault(t)
	dir := t.TempDir()
	files := map[string]struct{ content, media string }{
		"a.txt":           {"%PDF-1.7\n%âãÏÓ\n1 0 obj", "application/pdf"},
		"b.pdf":           {"Bonjour, ceci est un texte.", "text/plain"},
		"c":               {"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01", "image/jpeg"},
		"d.doc":           {"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR", "image/png"},
		"e.jpg":           {"II*\x00\x08\x00\x00\x00", "image/tiff"},
		"f.pdf":           {strings.Repeat(" ", 1000) + "%PDF-1.4", "application/pdf"},
		"vide":            {"", "application/octet-stream"},
		"Été à l’hôpital": {"x\x00\x01\x02", "application/octet-stream"},
	}
	for name, f := range files {
		writeFile(t, filepath.Join(dir, name), []byte(f.content))
	}
	h.importAll(h.me.ID, dir)
	list := h.documents(h.me.ID)
	if len(list) != len(files) {
		t.Fatalf("%d documents, not %d", len(list), len(files))
	}
	for _, d := range list {
		if want := files[d.FileName].media; d.MediaType != want {
			t.Errorf("%s: %s, not %s", d.FileName, d.MediaType, want)
		}
	}
}

func TestImportFolder(t *testing.T) {
	h := newVault(t)
	root := filepath.Join(t.TempDir(), "papiers")
	outside := filepath.Join(t.TempDir(), "dehors.txt")
	writeFile(t, outside, []byte("ne pas suivre"))
	for name, content := range map[string]string{
		"a.txt": "un", "2024/b.txt": "deux", "2024/mars/c.txt": "trois", "2024/mars/vide.txt": "",
		".DS_Store": "litter", "Thumbs.db": "litter", "2024/._b.txt": "litter", "__MACOSX/d.txt": "litter",
	} {
		writeFile(t, filepath.Join(root, filepath.FromSlash(name)), []byte(content))
	}
	if err := os.MkdirAll(filepath.Join(root, "rien"), 0o700); err != nil {
		t.Fatal(err)
	}
	links := map[string]string{"lien.txt": outside, "lien-interne.txt": "a.txt", "lien-dossier": filepath.Dir(outside), "boucle": "."}
	for name, to := range links {
		if err := os.Symlink(to, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	missing := filepath.Join(root, "absent.pdf")
	got := h.importAll(h.me.ID, root, missing)
	saved, refused := map[string]bool{}, map[string]error{}
	for n, i := range got {
		if i.Done != n+1 || i.Of != len(got) {
			t.Errorf("progress %d of %d at file %d of %d", i.Done, i.Of, n+1, len(got))
		}
		relative, err := filepath.Rel(root, i.Path)
		if err != nil {
			t.Fatal(err)
		}
		if i.Err != nil {
			refused[filepath.ToSlash(relative)] = i.Err
			continue
		}
		saved[filepath.ToSlash(relative)] = true
	}
	for _, name := range []string{"a.txt", "2024/b.txt", "2024/mars/c.txt", "2024/mars/vide.txt"} {
		if !saved[name] {
			t.Errorf("%s was not imported", name)
		}
	}
	if len(saved) != 4 {
		t.Errorf("%d files imported, not 4: %v", len(saved), saved)
	}
	for name := range links {
		if !errors.Is(refused[name], vault.ErrNotRegular) {
			t.Errorf("%s: %v, not ErrNotRegular", name, refused[name])
		}
	}
	if !errors.Is(refused["absent.pdf"], fs.ErrNotExist) {
		t.Errorf("missing file: %v", refused["absent.pdf"])
	}
	if len(refused) != len(links)+1 {
		t.Errorf("refused: %v", refused)
	}
	h.reopen()
	if n := len(h.documents(h.me.ID)); n != 4 {
		t.Errorf("%d documents after reopening, not 4", n)
	}
	// A link that the person names is what they mean.
	if got := h.importAll(h.me.ID, filepath.Join(root, "lien.txt")); len(got) != 1 || got[0].Err != nil {
		t.Errorf("a link named by the person: %+v", got)
	}
}

// archiveFile is an entry of an archive made for a test.
type archiveFile struct {
	name    string
	content []byte
	store   bool
}

func makeZip(t testing.TB, files ...archiveFile) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		head := &zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: today.AddDate(0, -1, 0)}
		if f.store {
			head.Method = zip.Store
		}
		w, err := z.CreateHeader(head)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(f.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestImportZip(t *testing.T) {
	h := newVault(t)
	large := noise(9, 17<<20)
	inner := makeZip(t, archiveFile{name: "dedans.txt", content: []byte("une archive dans une archive")})
	path := filepath.Join(t.TempDir(), "envoi.zip")
	writeFile(t, path, makeZip(t,
		archiveFile{name: "2024/"},
		archiveFile{name: "2024/bilan.txt", content: []byte("bilan sanguin")},
		archiveFile{name: `dossier\radio.txt`, content: []byte("radiographie")},
		archiveFile{name: `vide\`},
		archiveFile{name: "__MACOSX/2024/._bilan.txt", content: []byte("litter")},
		archiveFile{name: "2024/.DS_Store", content: []byte("litter")},
		archiveFile{name: "../../evade.txt", content: []byte("remonte")},
		archiveFile{name: "grand.bin", content: large, store: true},
		archiveFile{name: "inner.zip", content: inner},
	))
	got := h.importAll(h.me.ID, path)
	for _, i := range got {
		if i.Err != nil || !strings.HasPrefix(i.Path, path+"/") {
			t.Errorf("%s: %v", i.Path, i.Err)
		}
	}
	want := map[string][]byte{
		"bilan.txt": []byte("bilan sanguin"), "radio.txt": []byte("radiographie"), "evade.txt": []byte("remonte"),
		"grand.bin": large, "inner.zip": inner,
	}
	list := h.documents(h.me.ID)
	if len(list) != len(want) || len(got) != len(want) {
		t.Errorf("%d documents, %d yielded, not %d", len(list), len(got), len(want))
	}
	for _, d := range list {
		same(t, d.FileName, h.read(d.ID), want[d.FileName])
		if d.FileDate != "2026-10-20" {
			t.Errorf("%s: file date %s", d.FileName, d.FileDate)
		}
	}
	h.sound()
}

// TestImportInnerZip: an archive in an archive is taken apart one level deep where its
// layout is known, within the limits of the outer one; another stays whole, by name.
func TestImportInnerZip(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	const pdf = "%PDF-1.4 un"
	born := strings.ReplaceAll(h.lou.Birth, "-", "")
	message := zipped(t, [2]string{"INDEX.HTM", "<html>"}, [2]string{"IHE_XDM/SUBSET01/METADATA.XML", mailed(born)}, [2]string{"IHE_XDM/SUBSET01/DOC2.PDF", result})
	scans := makeZip(t, archiveFile{name: "a/un.pdf", content: []byte(pdf)}, archiveFile{name: "a/deux.png", content: picture(t)}, archiveFile{name: "__MACOSX/a/._un.pdf", content: []byte("x")})
	zeros := func(mib int) []byte { return append([]byte("%PDF-1.4 "), make([]byte, mib<<20)...) }
	whole := map[string]struct {
		content []byte
		why     error
	}{
		"texte.zip":   {makeZip(t, archiveFile{name: "a.txt", content: []byte("une note")}), vault.ErrLayout},
		"mixte.zip":   {makeZip(t, archiveFile{name: "a.pdf", content: []byte(pdf)}, archiveFile{name: "a.exe", content: []byte("MZ rien")}), vault.ErrLayout},
		"vide.zip":    {makeZip(t, archiveFile{name: "vide/"}), vault.ErrLayout},
		"coupe.zip":   {scans[:len(scans)-30], reading.ErrMalformed},
		"trois.zip":   {makeZip(t, archiveFile{name: "un.pdf", content: []byte(pdf)}, archiveFile{name: "scans.zip", content: scans}), reading.ErrNested},
		"cache.zip":   {makeZip(t, archiveFile{name: "scans.pdf", content: scans}), reading.ErrNested},
		"remonte.zip": {makeZip(t, archiveFile{name: "../../un.pdf", content: []byte(pdf)}), reading.ErrPath},
		"bombe.zip":   {makeZip(t, archiveFile{name: "un.pdf", content: zeros(66)}), reading.ErrRatio},
	}
	outer := []archiveFile{{name: "2024/scans.ZIP", content: scans}, {name: "message.zip", content: message}, {name: "faux.zip", content: []byte("%PDF-1.4 pas une archive")}}
	for _, name := range slices.Sorted(maps.Keys(whole)) {
		w := whole[name]
		outer = append(outer, archiveFile{name: name, content: w.content, store: true})
	}
	path := filepath.Join(t.TempDir(), "espace-sante.zip")
	writeFile(t, path, makeZip(t, outer...))
	got := map[string]vault.Imported{}
	for _, i := range h.importAll(h.lou.ID, path) {
		if i.Err != nil {
			t.Errorf("%s: %v", i.Path, i.Err)
		}
		got[strings.TrimPrefix(i.Path, path+"/")] = i
	}
	for at, content := range map[string][]byte{
		"2024/scans.ZIP/a/un.pdf": []byte(pdf), "2024/scans.ZIP/a/deux.png": picture(t),
		"message.zip": message, "faux.zip": []byte("%PDF-1.4 pas une archive"), "message.zip/IHE_XDM/SUBSET01/DOC2.PDF": []byte(result),
	} {
		i, there := got[at]
		if !there || i.AsIs != nil {
			t.Errorf("%s: %v, %v", at, there, i.AsIs)
			continue
		}
		same(t, at, h.read(i.ID), content)
	}
	for name, w := range whole {
		i, there := got[name]
		if !there || !errors.Is(i.AsIs, w.why) {
			t.Errorf("%s: %v, %v, want %v", name, there, i.AsIs, w.why)
			continue
		}
		same(t, name, h.read(i.ID), w.content)
	}
	if len(got) != 5+len(whole) {
		t.Errorf("%d files, not %d", len(got), 5+len(whole))
	}
	h.sound()
}

// TestImportHEIC: a photograph in HEIC is kept byte for byte, and said to be no more.
func TestImportHEIC(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	photo := append([]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), noise(5, 400)...)
	path := filepath.Join(t.TempDir(), "IMG_0231.HEIC")
	writeFile(t, path, photo)
	got := h.importAll(h.lou.ID, path)
	if len(got) != 1 || got[0].Err != nil || !errors.Is(got[0].AsIs, vault.ErrHEIC) {
		t.Fatalf("%+v", got)
	}
	if d := h.document(got[0].ID); d.MediaType != "image/heic" || !bytes.Equal(h.read(d.ID), photo) {
		t.Errorf("%s, or another content", d.MediaType)
	}
	if _, err := h.OpenPaged(t.Context(), got[0].ID); !errors.Is(err, vault.ErrHEIC) {
		t.Errorf("its pages: %v", err)
	}
	f, err := h.ReadFormer(t.Context(), h.lou.ID, []string{path}, textOf{}, nil)
	h.must(err)
	if _, x := formerFile(t, f, "IMG_0231.HEIC"); !errors.Is(x.Unread, vault.ErrHEIC) {
		t.Errorf("of a former record: %+v", x)
	}
}

// TestImportManyInnerZips: what is in all archives of an archive counts together, and
// the first that goes beyond the limits stays whole.
func TestImportManyInnerZips(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	many := []archiveFile{{name: "un.pdf", content: []byte("%PDF-1.4 un"), store: true}}
	for i := range 9999 {
		many = append(many, archiveFile{name: fmt.Sprint(i, "/.DS_Store"), store: true})
	}
	inner := makeZip(t, many...)
	path := filepath.Join(t.TempDir(), "envoi.zip")
	writeFile(t, path, makeZip(t, archiveFile{name: "1.zip", content: inner}, archiveFile{name: "2.zip", content: inner}))
	got := h.importAll(h.lou.ID, path)
	if len(got) != 2 {
		t.Fatalf("%d files: %+v", len(got), got)
	}
	for i, want := range []struct {
		path  string
		whole error
	}{{"/1.zip/un.pdf", nil}, {"/2.zip", reading.ErrCount}} {
		at := slices.IndexFunc(got, func(x vault.Imported) bool { return x.Path == path+want.path })
		if at < 0 || got[at].Err != nil || !errors.Is(got[at].AsIs, want.whole) || (want.whole == nil) != (got[at].AsIs == nil) {
			t.Errorf("%d: %+v", i, got)
		}
	}
}

// picture is a small PNG.
func picture(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 3, 3))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// flip changes the byte after a mark.
func flip(t testing.TB, b []byte, mark string, after int) {
	t.Helper()
	at := bytes.Index(b, []byte(mark))
	if at < 0 {
		t.Fatalf("no %q", mark)
	}
	b[at+len(mark)+after] ^= 0x10
}

// TestImportDamagedZip: an entry that cannot be read is named, and nothing of it
// is kept; the others go on.
func TestImportDamagedZip(t *testing.T) {
	body := noise(3, 100_000)
	for name, spoil := range map[string]func([]byte) []byte{
		"altered": func(b []byte) []byte {
			flip(t, b, "mauvais.bin", 50_000)
			return b
		},
		"sizes that lie": func(b []byte) []byte {
			// The central directory announces more than there is.
			at := bytes.LastIndex(b, []byte("mauvais.bin")) - 46
			b[at+24] ^= 0x40 // uncompressed size, low byte
			return b
		},
		"encrypted": func(b []byte) []byte {
			at := bytes.LastIndex(b, []byte("mauvais.bin")) - 46
			b[at+8] |= 1               // flag: encrypted
			b[at+10], b[at+11] = 99, 0 // method: AES
			return b
		},
		"unknown method": func(b []byte) []byte {
			at := bytes.LastIndex(b, []byte("mauvais.bin")) - 46
			b[at+10] = 21
			return b
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newVault(t)
			path := filepath.Join(t.TempDir(), "envoi.zip")
			writeFile(t, path, spoil(makeZip(t,
				archiveFile{name: "avant.txt", content: []byte("avant")},
				archiveFile{name: "mauvais.bin", content: body, store: true},
				archiveFile{name: "apres.txt", content: []byte("après")},
			)))
			bad := 0
			for _, i := range h.importAll(h.me.ID, path) {
				if strings.HasSuffix(i.Path, "mauvais.bin") {
					if bad++; i.Err == nil {
						t.Errorf("imported without an error: %+v", i)
					}
				} else if i.Err != nil {
					t.Errorf("%s: %v", i.Path, i.Err)
				}
			}
			if bad != 1 {
				t.Errorf("the damaged entry was yielded %d times", bad)
			}
			if n := len(h.documents(h.me.ID)); n != 2 {
				t.Errorf("%d documents, not 2", n)
			}
			h.sound()
		})
	}
}

// TestImportShortenedZipEntry: an entry whose compressed data end too early is
// not a shorter document.
func TestImportShortenedZipEntry(t *testing.T) {
	h := newVault(t)
	text := []byte(strings.Repeat("analyse ", 50_000))
	b := makeZip(t, archiveFile{name: "texte.txt", content: text})
	at := bytes.LastIndex(b, []byte("texte.txt")) - 46
	compressed := int(b[at+20]) | int(b[at+21])<<8 | int(b[at+22])<<16
	compressed /= 2
	b[at+20], b[at+21], b[at+22] = byte(compressed), byte(compressed>>8), byte(compressed>>16)
	path := filepath.Join(t.TempDir(), "coupe.zip")
	writeFile(t, path, b)
	got := h.importAll(h.me.ID, path)
	if len(got) != 1 || got[0].Err == nil {
		t.Errorf("yielded %+v", got)
	}
	if n := len(h.documents(h.me.ID)); n != 0 {
		t.Errorf("%d documents of an entry that is cut short", n)
	}
}

// TestImportKeepsWhole: what is an archive only in form, or beyond the limits,
// or nothing but an archive's beginning, is one document as received.
func TestImportKeepsWhole(t *testing.T) {
	t.Parallel()
	h := newVault(t)
	docx := makeZip(t,
		archiveFile{name: "[Content_Types].xml", content: []byte(`<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`), store: true},
		archiveFile{name: "_rels/.rels", content: []byte("<Relationships/>"), store: true},
		archiveFile{name: "word/document.xml", content: []byte("<w:document/>"), store: true},
	)
	files := map[string][]byte{
		"bombe.zip":       makeZip(t, archiveFile{name: "zeros.bin", content: make([]byte, 65<<20)}),
		"lettre.docx":     docx,
		"renomme.zip":     docx,
		"tronque.zip":     makeZip(t, archiveFile{name: "a.txt", content: noise(4, 5000)})[:3000],
		"que-dossier.zip": makeZip(t, archiveFile{name: "vide/"}),
		"nombreux.zip":    makeZip(t, slices.Repeat([]archiveFile{{name: "a.txt", content: []byte("a"), store: true}}, 20_001)...),
	}
	dir := t.TempDir()
	for name, content := range files {
		writeFile(t, filepath.Join(dir, name), content)
	}
	for _, i := range h.importAll(h.me.ID, dir) {
		if i.Err != nil {
			t.Errorf("%s: %v", filepath.Base(i.Path), i.Err)
		}
	}
	// The renamed .docx has the content of the other: it counts once.
	list := h.documents(h.me.ID)
	if len(list) != len(files)-1 {
		t.Errorf("%d documents, not %d", len(list), len(files)-1)
	}
	for _, d := range list {
		same(t, d.FileName, h.read(d.ID), files[d.FileName])
	}
}

func TestImportTitles(t *testing.T) {
	h := newVault(t)
	dir := t.TempDir()
	for name, want := range map[string]string{
		"Compte_rendu__IRM.pdf":           "Compte rendu IRM",
		"  Bilan   2024 .txt":             "Bilan 2024",
		".profile":                        ".profile",
		"résultat\u0007s.txt":             "résultat s",
		strings.Repeat("é", 120) + ".txt": strings.Repeat("é", 120),
		"mal\xe9code.txt":                 "mal\ufffdcode",
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(name), 0o600); err != nil {
			continue // a file system that refuses the name
		}
		got := h.importAll(h.me.ID, path)
		if len(got) != 1 || got[0].Err != nil {
			t.Errorf("%q: %+v", name, got)
			continue
		}
		if d := h.document(got[0].ID); d.Title != want {
			t.Errorf("%q: title %q, not %q", name, d.Title, want)
		}
	}
	h.reopen() // all of it decodes again
}

func TestImportDuplicates(t *testing.T) {
	h := newVault(t)
	dir := t.TempDir()
	small, large := []byte("une ordonnance"), noise(11, 17<<20)
	for name, content := range map[string][]byte{"a.txt": small, "b.txt": small, "c.bin": large, "d.bin": large} {
		writeFile(t, filepath.Join(dir, name), content)
	}
	ids := map[record.ID]int{}
	duplicates := 0
	for _, i := range h.importAll(h.lou.ID, dir) {
		if i.Err != nil {
			t.Fatal(i.Err)
		}
		ids[i.ID]++
		if i.Duplicate {
			duplicates++
		}
	}
	if duplicates != 2 || len(ids) != 2 || len(h.documents(h.lou.ID)) != 2 {
		t.Fatalf("inside one import: %d duplicates, %d ids, %d documents", duplicates, len(ids), len(h.documents(h.lou.ID)))
	}
	again := func(what string) {
		t.Helper()
		for _, i := range h.importAll(h.lou.ID, dir) {
			if i.Err != nil || !i.Duplicate || ids[i.ID] == 0 {
				t.Errorf("%s: %+v", what, i)
			}
		}
		if n := len(h.documents(h.lou.ID)); n != 2 {
			t.Errorf("%s: %d documents, not 2", what, n)
		}
	}
	again("a second import")
	epoch := h.CommonEpoch(h.lou.ID)
	h.must(h.AddMember(t.Context(), h.lou.ID, sacha, record.RoleCarerAdds))
	if h.CommonEpoch(h.lou.ID) == epoch {
		t.Fatal("the circle's key is the same after somebody joined")
	}
	again("after a new epoch")
	h.as(sacha)
	again("by another keyholder, after reopening")
	h.as(camille)
	for id := range ids {
		h.must(h.RemoveDocuments(t.Context(), id))
	}
	again("with both in the bin")
	// Another patient's record is another matter.
	for _, i := range h.importAll(h.me.ID, filepath.Join(dir, "a.txt")) {
		if i.Err != nil || i.Duplicate {
			t.Errorf("in another record: %+v", i)
		}
	}
	// So is what this keyholder cannot see.
	secret := h.add(h.lou.ID, "secret.txt", []byte("à moi seule"))
	h.must(h.Mask(t.Context(), secret, record.Everyone))
	h.as(dominique)
	h.add(h.lou.ID, "secret.txt", []byte("à moi seule"))
	h.as(camille)
	if n := len(h.documents(h.lou.ID)); n != 4 {
		t.Errorf("%d documents, not 4", n)
	}
	h.sound()
}

func TestImportRefusals(t *testing.T) {
	h := newVault(t)
	h.must(h.AddMember(t.Context(), h.lou.ID, sacha, record.RoleCarerReads))
	path := filepath.Join(t.TempDir(), "a.txt")
	writeFile(t, path, []byte("a"))
	first := func(patient record.ID, opt *vault.ImportOptions) error {
		t.Helper()
		n, err := 0, error(nil)
		for i := range h.Import(t.Context(), patient, []string{path}, opt) {
			if n++; i.Path != "" || n > 1 {
				t.Errorf("yielded %+v", i)
			}
			err = i.Err
		}
		return err
	}
	for _, c := range []struct {
		what    string
		patient record.ID
		opt     *vault.ImportOptions
		want    error
	}{
		{"unknown patient", record.ID{1}, nil, vault.ErrNoPatient},
		{"unknown category", h.lou.ID, &vault.ImportOptions{Category: "poesie"}, vault.ErrCategory},
		{"not a date", h.lou.ID, &vault.ImportOptions{Date: "2024-13"}, vault.ErrDate},
		{"a date to come", h.lou.ID, &vault.ImportOptions{Date: "2027-01-01"}, vault.ErrDate},
	} {
		if err := first(c.patient, c.opt); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, not %v", c.what, err, c.want)
		}
	}
	h.as(sacha)
	if err := first(h.lou.ID, nil); !errors.Is(err, vault.ErrNotAllowed) {
		t.Errorf("a carer who reads: %v", err)
	}
	if err := first(h.me.ID, nil); !errors.Is(err, vault.ErrNoPatient) {
		t.Errorf("somebody else's record: %v", err)
	}
	h.must(h.Close())
	if err := first(h.lou.ID, nil); !errors.Is(err, vault.ErrLocked) {
		t.Errorf("after Close: %v", err)
	}
}

func TestImportProgress(t *testing.T) {
	h := newVault(t)
	dir := t.TempDir()
	total := int64(0)
	for i, n := range []int{0, 10, 2048, 5000, seal.ChunkSize, 3 * seal.ChunkSize, 18 << 20} {
		writeFile(t, filepath.Join(dir, fmt.Sprint(i)), noise(uint64(i), n))
		total += int64(n)
	}
	var mu sync.Mutex
	var last, of int64
	n := 0
	opt := &vault.ImportOptions{Progress: func(done, all int64) {
		if !mu.TryLock() {
			t.Error("two reports at once")
			return
		}
		defer mu.Unlock()
		if done < last || done > all || all != total {
			t.Errorf("%d of %d after %d of %d; there are %d", done, all, last, of, total)
		}
		last, of = done, all
		n++
	}}
	if err := os.Symlink(filepath.Join(dir, "5"), filepath.Join(dir, "lien")); err != nil { // counts for nothing
		t.Fatal(err)
	}
	for i := range h.Import(t.Context(), h.me.ID, []string{dir}, opt) {
		if i.Err != nil && !errors.Is(i.Err, vault.ErrNotRegular) {
			t.Error(i.Err)
		}
	}
	if last != total || of != total || n < 70 {
		t.Errorf("ended at %d of %d after %d reports; there are %d bytes", last, of, n, total)
	}
}

// stopFiles makes a folder that takes a while: small files, and some that go to
// the vault in several steps.
func stopFiles(t *testing.T) (dir string, n int) {
	t.Helper()
	dir = t.TempDir()
	large := noise(77, 40<<20)
	for i := range 3 {
		large[0] = byte(i)
		writeFile(t, filepath.Join(dir, fmt.Sprintf("b%d.bin", i)), large)
	}
	for i := range 300 {
		writeFile(t, filepath.Join(dir, fmt.Sprintf("a%03d.txt", i)), fmt.Appendf(noise(1, 3000), "%d", i))
		writeFile(t, filepath.Join(dir, fmt.Sprintf("c%03d.txt", i)), fmt.Appendf(nil, "petit %d", i))
	}
	return dir, 603
}

func TestImportCancel(t *testing.T) {
	dir, n := stopFiles(t)
	for name, stopAfter := range map[string]int{"at once": 0, "after one": 1, "after 320": 320} {
		t.Run(name, func(t *testing.T) {
			h := newVault(t)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			yielded := map[record.ID]bool{}
			if stopAfter == 0 {
				cancel()
			}
			var end error
			for i := range h.Import(ctx, h.me.ID, []string{dir}, nil) {
				switch {
				case i.Path == "":
					end = i.Err
				case i.Err != nil:
					t.Errorf("%s: %v", filepath.Base(i.Path), i.Err)
				default:
					yielded[i.ID] = true
				}
				if len(yielded) == stopAfter {
					cancel()
				}
			}
			if !errors.Is(end, context.Canceled) {
				t.Errorf("ended with %v", end)
			}
			if len(yielded) >= n && stopAfter <= 1 { // the last small ones may all be on their way
				t.Errorf("nothing was stopped")
			}
			h.exactly(yielded)
		})
	}
}

// exactly fails unless these are the documents, before and after reopening, and
// the next write leaves no unfinished version.
func (h *household) exactly(ids map[record.ID]bool) {
	h.t.Helper()
	for range 2 {
		list := h.documents(h.me.ID)
		for _, d := range list {
			if !ids[d.ID] {
				h.t.Errorf("a document that was not yielded: %s", d.FileName)
			}
		}
		if len(list) != len(ids) {
			h.t.Errorf("%d documents, %d were yielded", len(list), len(ids))
		}
		h.reopen()
	}
	h.add(h.me.ID, "ensuite.txt", []byte("ensuite"))
	if left, filling := h.Unfinished(); left != 0 || filling != 0 {
		h.t.Errorf("%d unfinished versions, %d being filled", left, filling)
	}
	h.sound()
}

// TestImportDeadline: files that were being read when the time was up are not
// named as if they were at fault.
func TestImportDeadline(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "a.txt"), []byte("a"))
	for i := range 6 {
		writeFile(t, filepath.Join(dir, fmt.Sprintf("b%d.bin", i)), noise(uint64(i), 2*seal.ChunkSize))
	}
	h := newVault(t)
	saved := map[record.ID]bool{}
	for range 10 {
		ctx, cancel := context.WithTimeout(t.Context(), 80*time.Millisecond)
		defer cancel()
		opt := &vault.ImportOptions{Progress: func(done, _ int64) {
			if done > 1 {
				<-ctx.Done() // in the middle of a file
			}
		}}
		var end error
		for i := range h.Import(ctx, h.me.ID, []string{dir}, opt) {
			switch {
			case i.Path == "":
				end = i.Err
			case i.Err != nil:
				t.Errorf("%s: %v", filepath.Base(i.Path), i.Err)
			default:
				saved[i.ID] = true
				<-ctx.Done()
				for range 1000 {
					runtime.Gosched() // who reads the others notices first
				}
			}
		}
		if !errors.Is(end, context.DeadlineExceeded) {
			t.Errorf("ended with %v", end)
		}
	}
	h.exactly(saved)
}

// TestImportLeave leaves the loop: what was yielded is there, and beside it at
// most what one transaction saved with it.
func TestImportLeave(t *testing.T) {
	dir, n := stopFiles(t)
	h := newVault(t)
	yielded := map[record.ID]bool{}
	for i := range h.Import(t.Context(), h.me.ID, []string{dir}, nil) {
		if i.Err != nil {
			t.Fatal(i.Err)
		}
		if yielded[i.ID] = true; len(yielded) == 40 {
			break
		}
	}
	saved := map[record.ID]bool{}
	for _, d := range h.documents(h.me.ID) {
		saved[d.ID] = true
	}
	for id := range yielded {
		if !saved[id] {
			t.Error("a document that was yielded is missing")
		}
	}
	if len(saved) == n {
		t.Error("nothing was stopped")
	}
	h.exactly(saved)
}

// TestImportMovingFile: a file that grows or shrinks while it is read is refused by name:
// what was read of it is neither what it was nor what it is. Nothing of it stays.
func TestImportMovingFile(t *testing.T) {
	const size = 20 << 20
	for name, change := range map[string]func(*os.File) error{
		"grows":   func(f *os.File) error { _, err := f.WriteAt(make([]byte, 1<<20), size); return err },
		"shrinks": func(f *os.File) error { return f.Truncate(size / 2) },
		"emptied": func(f *os.File) error { return f.Truncate(0) },
	} {
		t.Run(name, func(t *testing.T) {
			h := newVault(t)
			path := filepath.Join(t.TempDir(), "mobile.bin")
			writeFile(t, path, noise(5, size))
			f, err := os.OpenFile(path, os.O_RDWR, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			var once sync.Once
			opt := &vault.ImportOptions{Progress: func(done, total int64) {
				once.Do(func() {
					if err := change(f); err != nil {
						t.Error(err)
					}
				})
				if done > total {
					t.Errorf("%d bytes of %d", done, total)
				}
			}}
			for i := range h.Import(t.Context(), h.me.ID, []string{path}, opt) {
				if !errors.Is(i.Err, vault.ErrChanging) {
					t.Errorf("%+v", i)
				}
			}
			h.exactly(map[record.ID]bool{})
			h.sound()
		})
	}
}

// TestImportVanishes: the file is there when the import is planned and not when
// its turn comes.
func TestImportVanishes(t *testing.T) {
	h := newVault(t)
	dir := t.TempDir()
	var paths []string
	for i := range 50 {
		paths = append(paths, filepath.Join(dir, fmt.Sprintf("%02d.txt", i)))
		writeFile(t, paths[i], noise(uint64(i), 4000))
	}
	var once sync.Once
	opt := &vault.ImportOptions{Progress: func(int64, int64) {
		once.Do(func() {
			if err := os.Remove(paths[49]); err != nil {
				t.Error(err)
			}
		})
	}}
	for i := range h.Import(t.Context(), h.me.ID, paths, opt) {
		if gone := i.Path == paths[49]; gone != errors.Is(i.Err, fs.ErrNotExist) {
			t.Errorf("%s: %v", filepath.Base(i.Path), i.Err)
		}
	}
	if n := len(h.documents(h.me.ID)); n != 49 {
		t.Errorf("%d documents, not 49", n)
	}
}
