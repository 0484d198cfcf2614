package render_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"carnet/vault/render"
)

// newRecogniser needs the system's tesseract with French. make test installs them on
// Linux; elsewhere it skips where they are missing.
func newRecogniser(t *testing.T, c *render.Client) *render.Recogniser {
	t.Helper()
	r, err := render.NewRecogniser(t.Context(), c)
	if errors.Is(err, render.ErrNoTesseract) || errors.Is(err, render.ErrNoFrench) {
		if runtime.GOOS == "linux" {
			t.Fatalf("%v: make deps installs it", err)
		}
		t.Skip("tesseract with French is not installed: no scan was read")
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// scan is a page of lines as a scanner would give it.
func scan(t testing.TB, lines ...string) []byte {
	t.Helper()
	parsed, err := opentype.Parse(goregular.TTF)
	if err != nil {
		t.Fatal(err)
	}
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: 24, DPI: 72})
	if err != nil {
		t.Fatal(err)
	}
	m := image.NewGray(image.Rect(0, 0, 800, 1100))
	draw.Draw(m, m.Bounds(), image.NewUniform(color.Gray{245}), image.Point{}, draw.Src)
	for i, line := range lines {
		d := font.Drawer{Dst: m, Src: image.Black, Face: face, Dot: fixed.P(60, 120+48*i)}
		d.DrawString(line)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRecognise(t *testing.T) {
	c := newClient(t, nil)
	r := newRecogniser(t, c)
	doc := scan(t, "Compte rendu de consultation", "Épaule opérée à l'hôpital, évolution régulière", "Hémoglobine 13,2 g/dL")
	texts, err := r.Recognise(t.Context(), bytes.NewReader(doc), int64(len(doc)), []int{1})
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"consultation", "Épaule", "opérée", "hôpital", "13,2"} {
		if len(texts) != 1 || !strings.Contains(texts[0], word) {
			t.Errorf("%q is not in what was read: %q", word, texts)
		}
	}
	// Pages in the order asked for; what is no page, and what has no text, is "".
	pdf := goodPDF(t)
	texts, err = r.Recognise(t.Context(), bytes.NewReader(pdf), int64(len(pdf)), []int{3, 9, 2})
	if err != nil || len(texts) != 3 || !strings.Contains(texts[0], "number 3") || texts[1] != "" || !strings.Contains(texts[2], "number 2") {
		t.Errorf("pages 3, 9 and 2: %q, %v", texts, err)
	}
	blank := scan(t)
	if texts, err = r.Recognise(t.Context(), bytes.NewReader(blank), int64(len(blank)), []int{1}); err != nil || !slices.Equal(texts, []string{""}) {
		t.Errorf("a blank page: %q, %v", texts, err)
	}
	junk := []byte("no document at all")
	if texts, err = r.Recognise(t.Context(), bytes.NewReader(junk), int64(len(junk)), []int{1}); err != nil || !slices.Equal(texts, []string{""}) {
		t.Errorf("no document: %q, %v", texts, err)
	}
}

// broken fails in the middle, as a damaged vault does.
type broken struct{ *bytes.Reader }

var errBroken = errors.New("damaged")

func (b broken) ReadAt(p []byte, off int64) (int, error) {
	if off > 100 {
		return 0, errBroken
	}
	return b.Reader.ReadAt(p[:min(len(p), 100)], off)
}

func TestRecogniseStops(t *testing.T) {
	c := newClient(t, nil)
	r := newRecogniser(t, c)
	doc := scan(t, "Compte rendu")
	if _, err := r.Recognise(t.Context(), broken{bytes.NewReader(doc)}, int64(len(doc)), []int{1}); !errors.Is(err, errBroken) {
		t.Errorf("content that fails: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	pages := make([]int, 50)
	for i := range pages {
		pages[i] = 1
	}
	time.AfterFunc(700*time.Millisecond, cancel)
	if _, err := r.Recognise(ctx, bytes.NewReader(doc), int64(len(doc)), pages); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	c.Close()
	if _, err := r.Recognise(t.Context(), bytes.NewReader(doc), int64(len(doc)), []int{1}); !errors.Is(err, render.ErrClosed) {
		t.Errorf("closed: %v", err)
	}
}

func TestNoTesseract(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("elsewhere it is found without PATH")
	}
	c := newClient(t, nil)
	t.Setenv("PATH", t.TempDir())
	if _, err := render.NewRecogniser(t.Context(), c); !errors.Is(err, render.ErrNoTesseract) {
		t.Errorf("none: %v", err)
	}
	for name, script := range map[string]struct {
		body string
		want error
	}{
		"without French": {"echo eng; echo osd", render.ErrNoFrench},
		"that fails":     {"exit 3", render.ErrCrashed},
		"that hangs":     {"exec sleep 60", render.ErrTimeout},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "tesseract"), []byte("#!/bin/sh\nPATH=/usr/bin:/bin\n"+script.body+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		t.Setenv("PATH", dir)
		if script.want == render.ErrTimeout && testing.Short() {
			continue
		}
		if _, err := render.NewRecogniser(t.Context(), c); !errors.Is(err, script.want) {
			t.Errorf("one %s: %v", name, err)
		}
	}
}

// TestTesseractIsHeld: a program in the place of tesseract that would write what it
// was given to a file cannot.
func TestTesseractIsHeld(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux forbids a process from outside to write files")
	}
	c := newClient(t, nil)
	dir := t.TempDir()
	copied := filepath.Join(dir, "copied")
	script := "#!/bin/sh\nPATH=/usr/bin:/bin\n[ \"$1\" = --list-langs ] && { echo fra; exit; }\nhead -c 1000 >/dev/null\nhead -c 1000 >" + copied + "\necho lu\n"
	if err := os.WriteFile(filepath.Join(dir, "tesseract"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	r := newRecogniser(t, c)
	doc := scan(t, "Compte rendu")
	texts, err := r.Recognise(t.Context(), bytes.NewReader(doc), int64(len(doc)), []int{1})
	if err != nil || !slices.Equal(texts, []string{"lu"}) {
		t.Errorf("%q, %v", texts, err)
	}
	if info, err := os.Stat(copied); err != nil || info.Size() != 0 {
		t.Errorf("the copy has something in it, or nobody tried: %v, %v", info, err)
	}
}

// TestTesseractWritesNothing looks at every call by which the program could leave
// something of a page on the disk or send it away, and at what it was started with.
func TestTesseractWritesNothing(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("strace is of Linux")
	}
	newRecogniser(t, newClient(t, nil))
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Fatal("strace is not installed: make deps installs it")
	}
	log := filepath.Join(t.TempDir(), "calls")
	out, err := exec.Command(strace, "-f", "-qq", "-s", "200", "-o", log,
		"-e", "trace=execve,open,openat,openat2,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,truncate,memfd_create,socket,connect",
		os.Args[0], "-test.run", "^TestRecognise$").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	calls, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	theirs := map[string]bool{}
	started, opened := 0, 0
	for line := range strings.Lines(string(calls)) {
		pid, call, _ := strings.Cut(line, " ")
		call = strings.TrimSpace(call)
		if strings.HasPrefix(call, "execve(") && strings.Contains(call, "/tesseract\"") {
			theirs[pid] = true
			if strings.Contains(call, `["tesseract", "--list-langs"], `) {
				continue
			}
			started++
			if !strings.Contains(call, `["tesseract", "stdin", "stdout", "-l", "fra"], `) || !strings.Contains(call, "/* 1 var */") {
				t.Errorf("started with more than it needs: %s", call)
			}
			continue
		}
		switch {
		case !theirs[pid] || strings.Contains(call, "ENOENT") || strings.HasPrefix(call, "<..."): // whose beginning was seen
		case strings.HasPrefix(call, "open"):
			opened++
			for _, flag := range []string{"O_WRONLY", "O_RDWR", "O_CREAT", "O_TMPFILE"} {
				if strings.Contains(call, flag) {
					t.Errorf("it opens to write: %s", call)
				}
			}
		default:
			t.Errorf("it does what it need not: %s", call)
		}
	}
	if started < 4 || opened == 0 {
		t.Errorf("%d starts and %d files opened were seen: this is no test", started, opened)
	}
}
