package filing

import (
	"testing"
	"time"
)

func FuzzPropose(f *testing.F) {
	for _, d := range documents {
		f.Add(d.title, d.text)
	}
	f.Add("\xff\xfe", "I.R.\x00M\u0130\u1e9e")
	r := load(f)
	f.Fuzz(func(t *testing.T, title, text string) {
		code, ok := r.Propose(title, text)
		if _, known := r.Category(code); ok != known || code == Unfiled {
			t.Errorf("got %q, %t", code, ok)
		}
	})
}

func FuzzDate(f *testing.F) {
	for _, d := range documents {
		f.Add(d.title, d.text, 2026, 11, 1)
	}
	f.Add("2023-05-12_x.pdf", "1er avril 2020 au 3/4/21, le 30.02.2020, March 14th, 2021", 2020, 12, 31)
	f.Add("99999999", "29/02/1900 00/00/0000 le", 0, 0, 0)
	f.Fuzz(func(t *testing.T, title, text string, year, month, day int) {
		notAfter := Day{year, time.Month(month), day}
		d, ok := Date(title, text, notAfter)
		switch {
		case !ok && d != Day{}:
			t.Errorf("got %v without ok", d)
		case ok && (!d.Valid() || d.Compare(notAfter) > 0):
			t.Errorf("got %v, not after %v", d, notAfter)
		}
	})
}
