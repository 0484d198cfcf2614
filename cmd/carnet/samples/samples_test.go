package samples

import (
	"bytes"
	"testing"
	"time"
)

func TestMake(t *testing.T) {
	now := time.Date(2026, 11, 22, 15, 4, 5, 0, time.UTC)
	files, err := Make(now)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Make(now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	magic := map[string]string{".pdf": "%PDF-", ".jpg": "\xff\xd8\xff", ".png": "\x89PNG", ".txt": "Notes"}
	total := 0
	for i, f := range files {
		if !bytes.Equal(f.Data, again[i].Data) {
			t.Errorf("%s differs within a day", f.Name)
		}
		if !bytes.HasPrefix(f.Data, []byte(magic[f.Name[len(f.Name)-4:]])) {
			t.Errorf("%s begins with %q", f.Name, f.Data[:8])
		}
		total += len(f.Data)
	}
	if len(files) != 10 || total > 2<<20 {
		t.Errorf("%d files of %d bytes", len(files), total)
	}
	if last := files[len(files)-1]; !bytes.Equal(last.Data, files[0].Data) || last.Name == files[0].Name {
		t.Error("the last file is no duplicate of the first under another name")
	}
}
