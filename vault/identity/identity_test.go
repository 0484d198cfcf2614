package identity

import (
	"os"
	"strings"
	"testing"
)

var checks = map[string]func(string) Doubt{"nir": NIR, "ins": INS, "rpps": RPPS, "finess": FINESS}

// TestPublishedNumbers holds the rules to what the Assurance maladie and the
// Agence du numérique en santé publish, right numbers and wrong ones.
func TestPublishedNumbers(t *testing.T) {
	table, err := os.ReadFile("testdata/numbers.tsv")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]map[Doubt]int{"nir": {}, "ins": {}, "rpps": {}, "finess": {}}
	for line := range strings.Lines(string(table)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(strings.TrimSpace(line), "\t")
		if len(cells) != 4 {
			t.Fatalf("%q has %d cells", line, len(cells))
		}
		want := Doubt(strings.TrimPrefix(cells[2], "-"))
		if got := checks[cells[0]](cells[1]); got != want {
			t.Errorf("%s %s: doubt %q, want %q", cells[0], cells[1], got, want)
		}
		seen[cells[0]][want]++
	}
	if n := seen["nir"]; n[Sound] != 21 || n[Key] != 2 || n[Form] != 1 || n[Length] != 1 {
		t.Errorf("NIR: %v", n)
	}
	if n := seen["ins"]; n[Sound] != 2 || n[Key] != 4 {
		t.Errorf("INS: %v", n)
	}
	if n := seen["rpps"]; n[Sound] != 8 || n[Key] != 8 {
		t.Errorf("RPPS: %v", n)
	}
	if n := seen["finess"]; n[Sound] != 6 || n[Key] != 3 {
		t.Errorf("FINESS: %v", n)
	}
}

func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		kind, number string
		want         Doubt
	}{
		{"nir", "", Sound},
		{"nir", "  ", Sound},
		{"nir", "2 94 03 75 120 005", Sound}, // without its key
		{"nir", "2-94.03 75\u00a0120\u202f005 91", Sound},
		{"nir", "2 94 13 75 120 005", Form}, // months go from 12 to 20
		{"nir", "3 94 03 75 120 005", Form},
		{"nir", "2 94 03 2C 120 005", Form},
		{"nir", "294037512000O", Form}, // the letter
		{"nir", "7 1 123 12345678", Sound},
		{"nir", "6 2 123 12345678", Sound},
		{"nir", "7 3 123 12345678", Form},
		{"nir", "1140875109111 00", Key}, // 97, never 00
		{"nir", "é94037512000", Form},
		{"ins", "2 94 03 75 120 005", Length},
		{"ins", "", Sound},
		{"rpps", "1010099724", Length},
		{"rpps", "1010099724X", Form},
		{"rpps", "", Sound},
		{"finess", "2A0000012", Sound},
		{"finess", "2C0000012", Form},
		{"finess", "1750712184", Sound}, // the national identifier
		{"finess", "75071218", Length},
	} {
		if got := checks[c.kind](c.number); got != c.want {
			t.Errorf("%s %q: doubt %q, want %q", c.kind, c.number, got, c.want)
		}
	}
	for number, want := range map[string]Doubt{"10100997245": Sound, "810100997245": Sound, "750712184": Sound, "750712185": Key, "12": Length, "": Sound} {
		if got := Professional(number); got != want {
			t.Errorf("professional %q: doubt %q, want %q", number, got, want)
		}
	}
}

// TestEveryOtherKeyIsDoubted: of the 99 other keys none passes, and a digit typed
// wrong or two neighbours exchanged never do.
func TestEveryOtherKeyIsDoubted(t *testing.T) {
	const number, key = "2940375120005", "91"
	for i := range 100 {
		other := string([]byte{'0' + byte(i/10), '0' + byte(i%10)})
		if got := NIR(number + other); (got == Sound) != (other == key) {
			t.Errorf("key %s: doubt %q", other, got)
		}
	}
	for i := range number {
		for d := byte('0'); d <= '9'; d++ {
			typed := []byte(number + key)
			typed[i] = d
			if got := NIR(string(typed)); (got == Sound) != (d == number[i]) {
				t.Errorf("%s: doubt %q", typed, got)
			}
		}
		typed := []byte(number + key)
		typed[i], typed[i+1] = typed[i+1], typed[i]
		if got := NIR(string(typed)); (got == Sound) != (string(typed) == number+key) {
			t.Errorf("%s: doubt %q", typed, got)
		}
	}
}

func FuzzNumbers(f *testing.F) {
	f.Add("2 94 03 75 120 005 91")
	f.Add("284052A32102552")
	f.Add("10100997245")
	f.Fuzz(func(t *testing.T, s string) {
		for kind, check := range checks {
			if check(s) != check(Compact(s)) {
				t.Errorf("%s: spaces change the answer", kind)
			}
		}
		Professional(s)
	})
}
