package text_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"carnet/ui/text"
	"carnet/vault"
)

// A sheet as its code is read: of a set that was made for this test.
const sheetOne = "FYTX 1M5B M993 G2TX H7BJ MPE6 G1S6 C4HM 3VCW 8PEN STJA 01DD BMZ6 910X VQGB VASF"

// TestRelativeSheet: what stands on a sheet, on one page whatever the name, and what
// does not.
func TestRelativeSheet(t *testing.T) {
	share, err := vault.ParseShare(sheetOne)
	if err != nil {
		t.Fatal(err)
	}
	made := time.Date(2026, time.September, 28, 10, 0, 0, 0, time.UTC)
	for language, want := range map[text.Language][]string{
		text.French:  {"Feuille 1 sur 3", "28 septembre 2026", "Confiée à :", "seule n'ouvre rien", "recuperer --relatives"},
		text.English: {"Sheet 1 of 3", "28 September 2026", "Entrusted to:", "alone opens nothing", "recover --relatives"},
	} {
		for _, name := range []string{"Anne", "Marie-Constance de La Rochefoucauld-Kervalan, veuve Ndiaye-Beaumont"} {
			sheet := text.RelativeSheet{Share: share, Keyholder: name, Made: made}.Sheet(language)
			said := strings.Join(strings.Fields(sheet.Text()), " ")
			for _, part := range append(want, name, "1. FYTX 1M5B M993 G2TX", "4. BMZ6 910X VQGB VASF") {
				if !strings.Contains(said, part) {
					t.Errorf("%v: the sheet lacks %q", language, part)
				}
			}
			pdf, err := sheet.PDF()
			if err != nil {
				t.Fatal(err)
			}
			if n := bytes.Count(pdf, []byte("/Type /Page\n")); n != 1 {
				t.Errorf("%v, %s: %d pages", language, name, n)
			}
		}
	}
	if name := text.French.RelativeFile(2); name != "feuille-2-de-3" {
		t.Errorf("the file is called %s", name)
	}
}

// TestShareMistake: where a sheet is mistyped is said.
func TestShareMistake(t *testing.T) {
	for typed, want := range map[string]string{
		strings.Replace(sheetOne, "3VCW", "4VCW", 1): "Line 3 is mistyped.",
		strings.Replace(sheetOne, "FYTX", "UYTX", 1): "Line 1 is mistyped.",
		sheetOne[:len(sheetOne)-1]:                   "A sheet has 64 characters; there are 63 here.",
	} {
		_, err := vault.ParseShare(typed)
		if got := text.English.ShareMistake(err); got != want {
			t.Errorf("%q, not %q", got, want)
		}
		if said := text.English.ExplainShare(err); !strings.HasPrefix(said, want) || !strings.Contains(said, "mistyped") {
			t.Errorf("told: %s", said)
		}
	}
	if got := text.English.ShareMistake(vault.ErrSameShare); got != "" {
		t.Errorf("twice the same: %q", got)
	}
}
