package gateway

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"carnet/sync/gateway/chromiumtest"
	"carnet/vault/exchange/sheet"
	"carnet/vault/render"
	"carnet/vault/render/phototest"
	"carnet/vault/render/worker"
)

// TestMain makes the test binary the child that reads pictures, as the program is.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "render-worker" {
		if err := worker.Main(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// browser is one that shows the page for telephones.
type browser struct {
	*chromiumtest.Browser
	t *testing.T
}

// open shows an address in a new tab. This computer is as good as https for a browser;
// an address at home is not, and lacks what browsers keep for https.
func (b browser) open(address string) {
	b.t.Helper()
	b.Open(address, "Object.defineProperty(Crypto.prototype, 'subtle', {get() { throw new Error('not here') }})")
}

// choose gives files to the page as the camera or the gallery does.
func (b browser) choose(files ...string) {
	b.t.Helper()
	root := b.Call("DOM.getDocument", nil)["root"].(map[string]any)["nodeId"]
	input := b.Call("DOM.querySelector", map[string]any{"nodeId": root, "selector": "#files"})["nodeId"]
	b.Call("DOM.setFileInputFiles", map[string]any{"nodeId": input, "files": files})
}

func (b browser) press(selector string) {
	b.t.Helper()
	b.Run(fmt.Sprintf("document.querySelector(%q).click()", selector))
}

func (b browser) says(sentence string) {
	b.t.Helper()
	b.Until(fmt.Sprintf("document.getElementById('told').textContent === %q", sentence))
}

// photographs writes pictures of pages 1 to n and returns their files.
func photographs(t *testing.T, n int) (files []string, pictures [][]byte) {
	t.Helper()
	dir := t.TempDir()
	for i := range n {
		p := phototest.Photo{Page: i + 1, Degrees: float64(7*i - 6), Aslant: 0.1, Width: 900}.JPEG()
		name := filepath.Join(dir, strconv.Itoa(i+1)+".jpg")
		if err := os.WriteFile(name, p, 0o600); err != nil {
			t.Fatal(err)
		}
		files, pictures = append(files, name), append(pictures, p)
	}
	return files, pictures
}

// TestBrowser: a browser sends photographs in the order that the person made of them,
// byte for byte; a code that is wrong, another page and another name for the address
// get nothing, and when the dialog is closed nobody answers.
func TestBrowser(t *testing.T) {
	b := browser{chromiumtest.Start(t), t}
	files, pictures := photographs(t, 4)

	c := converse(t)
	b.open(c.Link())
	if title := b.Run("document.title"); title != "Envoyer" {
		t.Fatalf("the page is %q", title)
	}
	if got := b.Run("(() => { try { return crypto.subtle } catch (e) { return e.message } })()"); got != "not here" {
		t.Errorf("the page has cryptography that it would lack at home: %v", got)
	}
	b.choose(files...)
	b.Until("document.querySelectorAll('#pages li').length === 4 && [...document.images].every(i => i.naturalWidth > 0)")
	b.press("#pages li:nth-child(4) button:last-child")    // page 4 is dropped
	b.press("#pages li:nth-child(3) button:first-of-type") // page 3 comes before page 2
	b.Until("document.getElementById('send').textContent === 'Envoyer les 3 pages'")
	b.press("#send")
	b.says("Arrivé")
	got, err := c.wait()
	if err != nil || len(got) != 3 || !bytes.Equal(got[0], pictures[0]) || !bytes.Equal(got[1], pictures[2]) || !bytes.Equal(got[2], pictures[1]) {
		t.Fatalf("%d photographs came, %v", len(got), err)
	}
	oneDocument(t, got)

	c = converse(t)
	wrong := strings.Repeat("0", 20)
	b.open("http://" + c.Address() + "/#" + wrong)
	b.choose(files[0])
	b.Until("document.querySelectorAll('#pages li').length === 1")
	b.press("#send")
	b.says("Code faux")
	b.Run(fmt.Sprintf("document.getElementById('code').value = %q", strings.ToLower(strings.Join(c.Code(), " - "))))

	// Another page, which even knows the code, and one under a name for this address.
	attacker := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<!DOCTYPE html><title>x</title>")
	}))
	defer attacker.Close()
	_, port, err := net.SplitHostPort(c.Address())
	if err != nil {
		t.Fatal(err)
	}
	victim := b.Session
	hello := fmt.Sprintf("new Uint8Array(%s)", numbers(c.seal("/hello", nil)))
	b.open(attacker.URL)
	for what, ask := range map[string]string{
		"CORS":         fmt.Sprintf("fetch('http://%s/hello', {method: 'POST', headers: {'Content-Type': 'application/octet-stream'}, body: %s})", c.Address(), hello),
		"the page":     fmt.Sprintf("fetch('http://%s/')", c.Address()),
		"opaque":       fmt.Sprintf("fetch('http://%s/hello', {method: 'POST', mode: 'no-cors', body: %s}).then(r => { if (r.type !== 'opaque') return r; throw 0 })", c.Address(), hello),
		"in the frame": fmt.Sprintf("new Promise((well, ill) => { const f = document.createElement('iframe'); f.src = 'http://%s/'; f.onload = () => { try { f.contentDocument.title ? well() : ill() } catch { ill() } }; document.body.append(f) })", c.Address()),
	} {
		if got := b.Run(ask + ".then(() => 'answered', () => 'refused')"); got != "refused" {
			t.Errorf("%s: %v", what, got)
		}
	}
	b.open("http://evil.test:" + port + "/")
	if said := b.Run("document.body.innerText"); strings.Contains(fmt.Sprint(said), "Choisir") || b.Run("document.title") == "Envoyer" {
		t.Error("another name for the address shows the page")
	}
	if got := b.Run(fmt.Sprintf("fetch('http://evil.test:%s/hello', {method: 'POST', headers: {'Content-Type': 'application/octet-stream'}, body: %s}).then(r => r.status, () => 421)", port, hello)); got != 421.0 {
		t.Errorf("DNS rebinding: %v", got)
	}

	// The right code, typed as people type, once the dialog is closed.
	b.Session = victim
	if _, err := c.end(); err == nil {
		t.Error("something came of all that")
	}
	b.press("#send")
	b.says("Perdu")
}

// vectors are published ones for what the page is made of: what its functions are asked,
// and what they give, both in hexadecimal.
var vectors = []struct{ name, ask, want string }{
	{"draft-irtf-cfrg-xchacha-03, 2.2.1: HChaCha20",
		"subkey(bytes('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'), bytes('000000090000004a0000000031415927'))",
		"82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc"},
	{"draft-irtf-cfrg-xchacha-03, A.3.1: AEAD_XChaCha20_Poly1305",
		"encrypt(bytes('808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f'), bytes('404142434445464748494a4b4c4d4e4f5051525354555657'), bytes('50515253c0c1c2c3c4c5c6c7'), ascii(\"" + sunscreen + "\"))",
		"404142434445464748494a4b4c4d4e4f5051525354555657" +
			"bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff921f9664c97637da9768812f615c68b13b52e" +
			"c0875924c1c7987947deafd8780acf49"},
	{"RFC 8439, 2.4.2: ChaCha20",
		"(() => { const d = new Uint8Array(128); d.set(ascii(\"" + sunscreen + "\")); mask(words(bytes('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f')), [0x4a000000, 0], 1, new Uint32Array(d.buffer)); return d.subarray(0, 114) })()",
		"6e2e359a2568f98041ba0728dd0d6981e97e7aec1d4360c20a27afccfd9fae0bf91b65c5524733ab8f593dabcd62b3571639d624e65152ab8f530c359f0861d807ca0dbf500d6a6156a38e088a22b65e52bc514d16ccf806818ce91ab77937365af90bbf74a35be6b40b8eedf2785e42874d"},
	{"RFC 8439, A.3: Poly1305 of nothing but zeros", "tagOf('" + zeros + zeros + "', '" + zeros + zeros + zeros + zeros + "')", zeros},
	{"RFC 8439, A.3: Poly1305, not fully reduced", "tagOf('02000000000000000000000000000000" + zeros + "', '" + ones + "')", "03000000000000000000000000000000"},
	{"RFC 8439, A.3: Poly1305, s overflows", "tagOf('02000000000000000000000000000000" + ones + "', '02000000000000000000000000000000')", "03000000000000000000000000000000"},
	{"RFC 8439, A.3: Poly1305, a carry into ones", "tagOf('01000000000000000000000000000000" + zeros + "', '" + ones + "f0ffffffffffffffffffffffffffffff11000000000000000000000000000000')", "05000000000000000000000000000000"},
	{"RFC 8439, A.3: Poly1305, 2^130-5", "tagOf('01000000000000000000000000000000" + zeros + "', '" + ones + "fbfefefefefefefefefefefefefefefe01010101010101010101010101010101')", zeros},
	{"RFC 8439, A.3: Poly1305, 2^130-6", "tagOf('02000000000000000000000000000000" + zeros + "', 'fdffffffffffffffffffffffffffffff')", "faffffffffffffffffffffffffffffff"},
	{"RFC 8439, A.3: Poly1305, a carry between", "tagOf('01000000000000000400000000000000" + zeros + "', 'e33594d7505e43b900000000000000003394d7505e4379cd010000000000000000000000000000000000000000000000')", "13000000000000000000000000000000"},
	{"RFC 8439, A.3: Poly1305, a carry at the end", "tagOf('01000000000000000400000000000000" + zeros + "', 'e33594d7505e43b900000000000000003394d7505e4379cd01000000000000000000000000000000000000000000000001000000000000000000000000000000')", "14000000000000005500000000000000"},
}

const (
	sunscreen = "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it."
	zeros     = "00000000000000000000000000000000"
	ones      = "ffffffffffffffffffffffffffffffff"
)

// TestBrowserCipher: the cipher of the page gives in a browser what its standards
// publish.
func TestBrowserCipher(t *testing.T) {
	cipher, _, found := strings.Cut(pageJS, "\tfunction by(id)")
	_, cipher, began := strings.Cut(cipher, "(function () {\n")
	if !found || !began {
		t.Fatal("the page has no cipher at its beginning")
	}
	b := browser{chromiumtest.Start(t), t}
	c := converse(t)
	b.open(c.Link())
	for _, v := range vectors {
		got := b.Run("(() => { 'use strict';\n" + cipher + `
			const bytes = s => Uint8Array.from(s.match(/../g), x => parseInt(x, 16));
			const hex = a => Array.from(new Uint8Array(a.buffer, a.byteOffset, a.byteLength), x => x.toString(16).padStart(2, '0')).join('');
			const tagOf = (key, content) => { const p = new Poly(bytes(key)); p.add(bytes(content)); return p.tag(); };
			return hex(` + v.ask + ") })()")
		if got != v.want {
			t.Errorf("%s: %v, want %s", v.name, got, v.want)
		}
	}
	if _, err := c.end(); err == nil {
		t.Error("something came of that")
	}
}

// numbers writes bytes as JavaScript does.
func numbers(b []byte) string {
	parts := make([]string, len(b))
	for i, v := range b {
		parts[i] = strconv.Itoa(int(v))
	}
	return "[" + strings.Join(parts, ",") + "]"
}

// oneDocument fails unless photographs become one document of straightened pages.
func oneDocument(t *testing.T, pictures [][]byte) {
	t.Helper()
	reader := render.New(nil)
	defer reader.Close()
	var pages [][]byte
	for i, p := range pictures {
		page, cut, err := reader.Photo(t.Context(), bytes.NewReader(p), int64(len(p)), &render.PhotoOptions{Straighten: true})
		if err != nil || !cut {
			t.Fatalf("page %d: straightened %v, %v", i+1, cut, err)
		}
		pages = append(pages, page)
	}
	pdf, err := sheet.Photographs(pages, sheet.Originals(pictures), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	found, err := reader.Probe(t.Context(), bytes.NewReader(pdf), int64(len(pdf)))
	if err != nil || found.Pages != len(pictures) {
		t.Errorf("a document of %d pages, %v", found.Pages, err)
	}
}
