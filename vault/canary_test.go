package vault_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"carnet/vault"
	"carnet/vault/record"
)

// forms are the ways in which a word could stand in a file.
func forms(word string) map[string][]byte {
	wide := func(low, high int) []byte {
		b := make([]byte, 0, 2*len(word))
		for _, u := range utf16.Encode([]rune(word)) {
			pair := [2]byte{}
			pair[low], pair[high] = byte(u), byte(u>>8)
			b = append(b, pair[:]...)
		}
		return b
	}
	out := map[string][]byte{
		"UTF-8": []byte(word), "UTF-16LE": wide(0, 1), "UTF-16BE": wide(1, 0),
		"hex": []byte(hex.EncodeToString([]byte(word))), "HEX": []byte(strings.ToUpper(hex.EncodeToString([]byte(word)))),
	}
	for shift := range 3 {
		for name, e := range map[string]*base64.Encoding{"base64": base64.RawStdEncoding, "base64url": base64.RawURLEncoding} {
			// The characters at both ends depend on what stands beside.
			s := e.EncodeToString(append(make([]byte, shift), word...))
			from, to := (8*shift+5)/6, (8*(shift+len(word)))/6
			out[fmt.Sprintf("%s, shifted by %d", name, shift)] = []byte(s[from:to])
		}
	}
	return out
}

// found lists which words stand in which form in b.
func found(b []byte, words []string) (out []string) {
	for _, w := range words {
		for form, needle := range forms(w) {
			if bytes.Contains(b, needle) {
				out = append(out, fmt.Sprintf("%q in %s", w, form))
			}
		}
	}
	return out
}

// datesOf are the forms in which the program prints a day or a month.
func datesOf(day time.Time) (out []string) {
	months := [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}
	for _, layout := range []string{"2006-01-02", "02/01/2006", "2/1/2006", "20060102", "02.01.2006", "2 January 2006", "January 2, 2006", "Jan 2, 2006", "2006-01-02T15:04", "02/01/06", "January 2006"} {
		out = append(out, day.Format(layout))
	}
	return append(out, fmt.Sprintf("%d %s %d", day.Day(), months[day.Month()-1], day.Year()))
}

// TestCanary looks in the file for everything that a person wrote or that is
// said of them.
func TestCanary(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	h := newVault(t)
	const (
		title    = "Échographie saugrenue"
		changed  = "Coloscopie abracadabrante"
		fileName = "kaléidoscope_0042.pdf"
		short    = "le chlorure de sassafras est bien toléré"
		line     = "mirabelles et quetsches au petit déjeuner; "
		text     = "taux de farfelium dans les normes"
		reader   = "Barnabé Quenouille"
		child    = "Clothilde Quenouille"
		nir      = "213082A004123"
		ins      = "221042545611404"
	)
	born, done := time.Date(2013, time.August, 19, 0, 0, 0, 0, time.UTC), time.Date(2017, time.February, 27, 0, 0, 0, 0, time.UTC)
	kit, err := h.AddKeyholder(ctx, reader, []byte("fourmilier tamanoir 1789"))
	h.must(err)
	p, err := h.AddPatient(ctx, record.Patient{Name: child, Birth: born.Format(time.DateOnly), Sex: record.Female}, false, reader)
	h.must(err)
	words := append([]string{
		title, changed, fileName, short, line, text, reader, child, nir, ins, strings.ToUpper(child), "Quenouille", "fourmilier tamanoir", "kaléidoscope",
		camille, dominique, "Kervalan", "prescription", "vaccination", "administrative", "optical-hearing", "certificate",
		"application/pdf", "text/plain", "document-added", "guardian", "carer-reads", "keyholder-added",
	}, datesOf(born)...)
	words = append(append(words, datesOf(done)...), datesOf(today)...)
	groups := kit.Groups()
	words = append(words, groups[0]+groups[1], strings.Join(groups[:2], " "))

	// The control: the search finds each in each form.
	for _, w := range words {
		for form, needle := range forms(w) {
			if len(needle) < 8 {
				t.Fatalf("%q in %s is too short to be looked for", w, form)
			}
		}
	}
	plain := filepath.Join(t.TempDir(), "en-clair")
	var b bytes.Buffer
	for i, w := range words {
		b.Write(noise(uint64(i), 1000))
		for _, needle := range forms(w) {
			b.Write(needle)
		}
	}
	writeFile(t, plain, b.Bytes())
	if got, want := len(found(readFile(t, plain), words)), len(words)*len(forms("x")); got < want {
		t.Fatalf("the search finds %d of %d in plain text", got, want)
	}

	search := func(when string) {
		t.Helper()
		for _, f := range found(readFile(t, h.path), words) {
			t.Errorf("%s: %s", when, f)
		}
	}
	search("at first")
	small := h.add(p.ID, "note.txt", []byte(short))
	large := h.add(p.ID, fileName, []byte("%PDF-1.7\n"+strings.Repeat(line, 20_000)))
	h.must(h.EditDocument(ctx, large, vault.Edit{Title: ptr(title), Category: ptr("vaccination"), Date: ptr(done.Format(time.DateOnly))}))
	h.must(h.Examine(ctx, fixedText(text), nil))
	h.read(large)
	_, err = h.EditPatient(ctx, p.ID, vault.PatientEdit{NIR: ptr(nir), INS: ptr(ins)})
	h.must(err)
	search("after an import")
	h.must(h.EditDocument(ctx, large, vault.Edit{Title: ptr(changed), Category: ptr("optical-hearing"), Date: ptr("2017-02")}))
	h.must(h.EditDocument(ctx, small, vault.Edit{Title: ptr(title), Category: ptr("administrative")}))
	h.must(h.RemoveDocuments(ctx, small))
	search("after edits and a removal")
	h.must(h.Mask(ctx, large, record.Guardians))
	h.must(h.Mask(ctx, small, record.Professionals))
	h.must(h.Examine(ctx, fixedText(text), nil))
	h.must(h.Unmask(ctx, large))
	h.must(h.AddMember(ctx, p.ID, sacha, record.RoleCarerReads))
	h.must(h.RemoveMember(ctx, p.ID, sacha))
	h.must(h.ChangePassphrase(ctx, []byte("fourmilier tamanoir 1848")))
	search("after masks, members and a passphrase")
	h.must(h.Compact(ctx, nil))
	search("after a compaction")
	if d := h.document(large); d.Title != changed || d.FileName != fileName {
		t.Errorf("the words are not in the vault at all: %+v", d)
	}
}
