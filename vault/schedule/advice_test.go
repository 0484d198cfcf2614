package schedule_test

import (
	"errors"
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"carnet/assets"
	"carnet/vault/record"
	"carnet/vault/schedule"
)

func advice(t testing.TB) *schedule.Advice {
	t.Helper()
	a, err := schedule.LoadAdvice(assets.FS)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestEveryAgeHasAdvice: on each day from birth to the eve of 18 years there is
// one page of advice, and none after.
func TestEveryAgeHasAdvice(t *testing.T) {
	a := advice(t)
	for _, birth := range []string{"2024-02-29", "2025-03-31"} {
		p, born := record.Patient{Birth: birth}, date(t, birth)
		majority := born.AddDate(18, 0, 0)
		if birth == "2024-02-29" {
			majority = date(t, "2042-02-28") // see Milestone.On
		}
		pages, last := 0, ""
		for on := born; on.Before(majority); on = on.AddDate(0, 0, 1) {
			age, programmes := a.For(p, on)
			if age == nil || len(programmes) == 0 {
				t.Fatalf("born %s: no advice on %s", birth, on)
			}
			if age.ID != last {
				pages, last = pages+1, age.ID
			}
		}
		if pages != len(a.Ages) {
			t.Errorf("born %s: %d pages of %d", birth, pages, len(a.Ages))
		}
		if age, programmes := a.For(p, majority); age != nil || programmes != nil {
			t.Errorf("an adult has the advice %q", age.ID)
		}
	}
}

func TestProgrammes(t *testing.T) {
	a := advice(t)
	p := record.Patient{Birth: "2021-05-02"}
	for on, want := range map[string]string{"2024-05-01": "obesity", "2024-05-02": "obesity language", "2027-05-01": "obesity language", "2027-05-02": "obesity"} {
		var got []string
		_, programmes := a.For(p, date(t, on))
		for _, x := range programmes {
			got = append(got, x.ID)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("on %s: %v", on, got)
		}
	}
}

// TestPlainWords holds the sentences to the rules of the interface: no symbol that
// fonts lack, no diagnosis, short sentences.
func TestPlainWords(t *testing.T) {
	odd := regexp.MustCompile(`[^\p{Latin}\d .,;:?()'"«»\x{a0}-]`)
	said := regexp.MustCompile(`(?i)\b(diagnos|souffre|suffers|malade|anormal|abnormal|veuillez|please)`)
	a := advice(t)
	for _, age := range append(a.Ages, a.Programmes...) {
		for _, hint := range age.Items {
			for _, text := range []string{hint.FR, hint.EN} {
				if found := odd.FindString(text); found != "" {
					t.Errorf("%s: %q in %q", age.ID, found, text)
				}
				if found := said.FindString(text); found != "" {
					t.Errorf("%s: %q in %q", age.ID, found, text)
				}
				for _, sentence := range regexp.MustCompile(`[.?:;]`).Split(text, -1) {
					if n := len(strings.Fields(sentence)); n > 26 {
						t.Errorf("%s: %d words in %q", age.ID, n, sentence)
					}
				}
			}
		}
	}
}

func TestFaultyAdvice(t *testing.T) {
	good, err := fs.ReadFile(assets.FS, "advice-2026-11.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string][2]string{
		"gap":          {`"from": "P3M"`, `"from": "P4M"`},
		"no English":   {`"en": "From 1 to 3 years"`, `"en": ""`},
		"no source":    {`"source": "Haute Autorité de santé"`, `"source": ""`},
		"whose source": {`"source": "Haute Autorité de santé"`, `"source": "Ma voisine"`},
	} {
		bad := strings.Replace(string(good), c[0], c[1], 1)
		if bad == string(good) {
			t.Fatalf("%s: nothing to spoil", name)
		}
		if _, err := schedule.LoadAdvice(fstest.MapFS{"advice-2026-11.json": {Data: []byte(bad)}}); !errors.Is(err, schedule.ErrTable) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
