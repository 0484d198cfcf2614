package reading_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
	"testing"

	"carnet/vault/exchange/reading"
)

// packed makes an archive of names and contents.
func packed(t testing.TB, files ...[2]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		w, err := z.Create(f[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, f[1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// claiming makes an archive whose files say that they are of a size.
func claiming(t testing.TB, files int, size uint64) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := range files {
		w, err := z.CreateRaw(&zip.FileHeader{Name: fmt.Sprintf("%d.txt", i), Method: zip.Deflate, CRC32: crc32.ChecksumIEEE(nil), CompressedSize64: 2, UncompressedSize64: size})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte{3, 0}); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestHostileZip(t *testing.T) {
	deep := packed(t, [2]string{"a.zip", string(packed(t, [2]string{"b.zip", string(packed(t, [2]string{"c.txt", "x"}))}))})
	for name, c := range map[string]struct {
		in   []byte
		want error
	}{
		"upwards":                {packed(t, [2]string{"../x", "x"}), reading.ErrPath},
		"upwards, further on":    {packed(t, [2]string{"a/../../x", "x"}), reading.ErrPath},
		"upwards with backslash": {packed(t, [2]string{`a\..\..\x`, "x"}), reading.ErrPath},
		"absolute":               {packed(t, [2]string{"/etc/x", "x"}), reading.ErrPath},
		"absolute, backslash":    {packed(t, [2]string{`\\host\x`, "x"}), reading.ErrPath},
		"of a drive":             {packed(t, [2]string{`C:\x`, "x"}), reading.ErrPath},
		"too many":               {claiming(t, reading.ZipFiles+1, 0), reading.ErrCount},
		"too much":               {claiming(t, 2, reading.ZipBytes/2+1), reading.ErrSize},
		"far too much":           {claiming(t, 3, 1<<63), reading.ErrSize},
		"from nearly nothing":    {claiming(t, 1, reading.ZipBytes/2), reading.ErrRatio},
		"three deep":             {deep, reading.ErrNested},
		"a bomb within":          {packed(t, [2]string{"a.zip", string(claiming(t, 1, reading.ZipBytes/2))}), reading.ErrRatio},
		"nothing":                {nil, reading.ErrMalformed},
		"half":                   {packed(t, [2]string{"a", "b"})[:40], reading.ErrMalformed},
	} {
		if _, err := reading.ReadZip(bytes.NewReader(c.in), int64(len(c.in))); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// TestZipSaysOtherwise opens a file that unpacks to something else than it says.
func TestZipSaysOtherwise(t *testing.T) {
	in := claiming(t, 1, 5)
	files, err := reading.ReadZip(bytes.NewReader(in), int64(len(in)))
	if err != nil {
		t.Fatal(err)
	}
	content, err := files[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(content); !errors.Is(err, reading.ErrMalformed) {
		t.Errorf("read to the end: %v", err)
	}
}

func TestReadZip(t *testing.T) {
	in := packed(t, [2]string{`IHE_XDM\SUBSET01\A.XML`, "abc"}, [2]string{"dossier/", ""}, [2]string{"b.zip", string(packed(t, [2]string{"c", "d"}))})
	files, err := reading.ReadZip(bytes.NewReader(in), int64(len(in)))
	if err != nil || len(files) != 2 || files[0].Name != "IHE_XDM/SUBSET01/A.XML" || files[0].Size != 3 {
		t.Fatalf("%+v, %v", files, err)
	}
	content, err := files[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(content); err != nil || string(b) != "abc" {
		t.Errorf("%q, %v", b, err)
	}
}

func FuzzReadZip(f *testing.F) {
	f.Add(packed(f, [2]string{"a/b", "c"}, [2]string{"d.zip", string(packed(f, [2]string{"e", "f"}))}))
	f.Fuzz(func(t *testing.T, in []byte) {
		files, err := reading.ReadZip(bytes.NewReader(in), int64(len(in)))
		if err != nil {
			return
		}
		for i := range files {
			if strings.Contains(files[i].Name, "..") && strings.Contains("/"+files[i].Name+"/", "/../") {
				t.Errorf("%q", files[i].Name)
			}
			content, err := files[i].Open()
			if err != nil {
				continue
			}
			if n, err := io.Copy(io.Discard, io.LimitReader(content, 1<<20)); n > files[i].Size {
				t.Errorf("%d bytes from %d, %v", n, files[i].Size, err)
			}
		}
	})
}
