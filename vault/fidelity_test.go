package vault_test

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"carnet/vault"
	"carnet/vault/exchange/icalendar"
	"carnet/vault/profile"
	"carnet/vault/proof"
	"carnet/vault/record"
)

// faithful exports a person, restores the archive into a new vault and exports it
// from there: both archives must say the same, but for the journal. A second restore
// brings nothing.
func (h *household) faithful(patient record.ID) {
	h.t.Helper()
	h.faithfulIn(elsewhere(h.t, h.who, "1984-05-02"), patient)
}

func (h *household) faithfulIn(other *household, patient record.ID) {
	h.t.Helper()
	first := h.export(patient, nil)
	brought := other.restore(first.Path, nil)
	if brought.Documents != first.Documents || brought.Records != first.Records || brought.Present != 0 {
		h.t.Errorf("of %+v came %+v", first, brought)
	}
	again := other.restore(first.Path, nil)
	if again.Documents+again.Records+again.Erasures != 0 || again.Present != first.Documents+first.Records || again.Patient.ID != brought.Patient.ID {
		h.t.Errorf("the second time came %+v", again)
	}
	other.reopen()
	other.sound()
	for _, d := range h.differences(first.Path, other.export(brought.Patient.ID, nil).Path) {
		h.t.Error(d)
	}
}

// differences are those between the payloads of two archives, but for the journal.
func (h *household) differences(first, second string) (out []string) {
	h.t.Helper()
	a, b := manifestOf(h.t, first), manifestOf(h.t, second)
	for _, line := range a {
		if !slices.Contains(b, line) {
			out = append(out, fmt.Sprintf("only the first has %.100s", line[65:]))
		}
	}
	for _, line := range b {
		if slices.Contains(a, line) {
			continue
		}
		name := line[66:]
		one, _ := os.ReadFile(filepath.Join(first, name))
		two, _ := os.ReadFile(filepath.Join(second, name))
		out = append(out, fmt.Sprintf("the second has %s\n%s", name, firstDifference(one, two)))
	}
	return out
}

func firstDifference(a, b []byte) string {
	x, y := bytes.Split(a, []byte("\n")), bytes.Split(b, []byte("\n"))
	for i := range min(len(x), len(y)) {
		if !bytes.Equal(x[i], y[i]) {
			return fmt.Sprintf("from line %d:\n%.600s\n---\n%.600s", i+1, bytes.Join(x[i:min(i+12, len(x))], []byte("\n")), bytes.Join(y[i:min(i+12, len(y))], []byte("\n")))
		}
	}
	return fmt.Sprintf("%d lines and %d", len(x), len(y))
}

// TestFidelity: vaults made at random come back whole. Ten of them in an ordinary
// run; CARNET_TORTURE=1 makes 200.
func TestFidelity(t *testing.T) {
	n := 10
	if os.Getenv("CARNET_TORTURE") != "" {
		n = 200
	}
	seed := uint64(time.Now().UnixNano())
	if s := os.Getenv("CARNET_SEED"); s != "" {
		n = 1
		if _, err := fmt.Sscan(s, &seed); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("seeds %d to %d; CARNET_SEED repeats one", seed, seed+uint64(n)-1)
	empty := elsewhere(t, camille, "1984-05-02")
	empty.close()
	for i := range n {
		seed := seed + uint64(i)
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			h := newVault(t)
			h.scribble(rand.New(rand.NewPCG(seed, 0)))
			h.faithfulIn(empty.another(t), h.lou.ID)
		})
	}
}

// TestFidelityNotices: the comparison of [TestFidelity] sees each thing that a restore
// could lose or alter.
func TestFidelityNotices(t *testing.T) {
	h := newVault(t)
	h.filled()
	made := h.export(h.lou.ID, nil).Path
	empty := elsewhere(t, camille, "1984-05-02")
	patient := empty.restore(made, nil).Patient.ID
	if d := h.differences(made, empty.export(patient, nil).Path); len(d) != 0 {
		t.Fatalf("before anything was lost: %q", d)
	}
	empty.close()
	for what, lose := range map[string]func(h *household, d record.Document, e record.Entry) error{
		"a title": func(h *household, d record.Document, _ record.Entry) error {
			return h.EditDocument(t.Context(), d.ID, vault.Edit{Title: ptr("x")})
		},
		"a note": func(h *household, d record.Document, _ record.Entry) error {
			return h.EditDocument(t.Context(), d.ID, vault.Edit{Note: ptr("x")})
		},
		"a tag": func(h *household, d record.Document, _ record.Entry) error {
			return h.EditDocument(t.Context(), d.ID, vault.Edit{Tag: []string{"x"}})
		},
		"the bin": func(h *household, d record.Document, _ record.Entry) error {
			return h.RemoveDocuments(t.Context(), d.ID)
		},
		"a mask": func(h *household, d record.Document, _ record.Entry) error {
			return h.Mask(t.Context(), d.ID, record.Everyone)
		},
		"a contestation": func(h *household, d record.Document, _ record.Entry) error {
			return h.Contest(t.Context(), d.ID, record.Contest{Wrong: record.Inexact, Ask: record.AskCorrect, Outcome: record.ContestOpen})
		},
		"an entry": func(h *household, _ record.Document, e record.Entry) error { return h.RemoveEntries(t.Context(), e.ID) },
		"a field": func(h *household, _ record.Document, e record.Entry) error {
			e.Note = "x"
			return h.EditEntry(t.Context(), e)
		},
		"the person": func(h *household, _ record.Document, _ record.Entry) error {
			return second(h.EditPatient(t.Context(), patient, vault.PatientEdit{Term: ptr("34+2")}))
		},
		"a consent": func(h *household, _ record.Document, _ record.Entry) error {
			return second(h.GiveConsent(t.Context(), patient, someServer("fr")))
		},
		"a document more": func(h *household, _ record.Document, _ record.Entry) error {
			h.add(patient, "x.txt", []byte("x"))
			return nil
		},
	} {
		t.Run(what, func(t *testing.T) {
			other := empty.another(t)
			docs := slices.DeleteFunc(other.documents(patient), func(d record.Document) bool { return d.RemovedAt != 0 || len(d.Hidden) != 0 })
			entries, err := other.Entries(patient)
			other.must(err)
			entries = slices.DeleteFunc(entries, func(e record.Entry) bool { return e.RemovedAt != 0 || e.Kind != "allergy" })
			if len(docs) == 0 || len(entries) == 0 {
				t.Fatalf("%d documents and %d entries", len(docs), len(entries))
			}
			other.must(lose(other, docs[0], entries[0]))
			if d := h.differences(made, other.export(patient, nil).Path); len(d) == 0 {
				t.Error("it goes unnoticed")
			}
		})
	}
}

// TestFidelityHandedOver: what came with a hand-over, from people who have no
// passphrase in the new vault, stays what it was in an archive.
func TestFidelityHandedOver(t *testing.T) {
	t.Parallel()
	g := growUp(t)
	_, err := g.HandOver(t.Context(), g.lou.ID, g.how(), nil)
	g.must(err)
	h := g.own()
	h.seats = map[string]vault.Seat{h.who: h.Seat()}
	patients, err := h.Patients()
	h.must(err)
	h.faithful(patients[0].ID)

	// The proof of it lies there for everybody, and comes back; one that was changed
	// is refused.
	made := h.export(patients[0].ID, nil)
	said, err := os.ReadFile(filepath.Join(made.Path, "data", "consentements", "remise.json"))
	h.must(err)
	if p, err := proof.Parse(said); err != nil || p.Kind != proof.HandOver || p.Patient != g.lou.ID {
		t.Errorf("the proof in the archive: %+v, %v", p, err)
	}
	other := elsewhere(t, h.who, "1984-05-02")
	other.restore(made.Path, nil)
	other.reopen()
	if all, err := other.HandedOver(); err != nil || len(all) != 1 || !all[0].Received || !bytes.Equal(all[0].Proof, said) {
		t.Errorf("restored: %+v, %v", all, err)
	}
	changed := rewritten(t, made.Path, "data/consentements/remise.json", `"documents": `, `"documents": 1`)
	if _, err := vault.OpenArchive(t.Context(), changed, nil, nil); !errors.Is(err, vault.ErrArchive) {
		t.Errorf("a proof that was changed: %v", err)
	}
}

// someServer is what a consent to synchronise is given for.
func someServer(language string) vault.Grantee {
	return vault.Grantee{Host: "sync.example", Key: [32]byte(ed25519.NewKeyFromSeed(make([]byte, 32)).Public().(ed25519.PublicKey)), Until: today.AddDate(0, 6, 0), Text: "Ce qui a été lu: é\n", Language: language, Program: "1.0"}
}

// scribble does some dozens of things to Lou's record.
func (h *household) scribble(r *rand.Rand) {
	h.t.Helper()
	ctx := h.t.Context()
	var ids []record.ID
	some := func() record.ID { return ids[r.IntN(len(ids))] }
	word := func() string {
		return []string{"Été", "ordonnance", "æ œ", "a;b\"c", "日本", "= 1", "l'école", "x"}[r.IntN(8)] + fmt.Sprint(r.IntN(100))
	}
	tolerate := func(err error, also ...error) {
		h.t.Helper()
		for _, e := range also {
			if errors.Is(err, e) {
				return
			}
		}
		h.must(err)
	}
	for i := range 20 + r.IntN(30) {
		if len(ids) == 0 || r.IntN(4) == 0 {
			size := []int{0, 10, 2048, 2049, 5000, 262_064, 300_000}[r.IntN(7)]
			content := make([]byte, size)
			for j := range content {
				content[j] = byte(r.Uint32())
			}
			ids = append(ids, h.add(h.lou.ID, fmt.Sprintf("%s %d.%s", word(), i, []string{"pdf", "TXT", "", "x y"}[r.IntN(4)]), append(content, byte(i))))
			continue
		}
		switch r.IntN(14) {
		case 13:
			h.scribbleBeside(r, i, word)
		case 10:
			tolerate(h.EditDocument(ctx, some(), vault.Edit{RightPerson: ptr(true)}), vault.ErrNoDocument)
		case 11:
			c := record.Contest{Wrong: record.Wrongs[r.IntN(len(record.Wrongs))], Ask: record.Asks[r.IntN(len(record.Asks))], Reason: word(), Addressee: "Dr " + word(), Outcome: record.ContestOpen}
			if id := some(); h.Contest(ctx, id, c) == nil && r.IntN(2) == 0 {
				d := h.document(id)
				d.Outcome, d.Answer = record.ContestAnswers[r.IntN(len(record.ContestAnswers))], word()
				h.must(h.Contest(ctx, id, d.Contest))
			}
		case 12:
			h.must(second(h.EditPatient(ctx, h.lou.ID, []vault.PatientEdit{
				{NIR: ptr("215097511600174")}, {INS: ptr("215097511600174")}, {Term: ptr([]string{"", "34+2"}[r.IntN(2)])},
				{Deceased: ptr([]string{"", "2026-11"}[r.IntN(2)])}, {Name: ptr(lou + " " + word())},
			}[r.IntN(5)])))
		case 0:
			tolerate(h.EditDocument(ctx, some(), vault.Edit{Title: ptr(word()), Date: ptr([]string{"", "2019", "2020-02", "2021-03-04"}[r.IntN(4)])}), vault.ErrNoDocument)
		case 1:
			tolerate(h.EditDocument(ctx, some(), vault.Edit{Note: ptr(word() + "\n\t" + word()), Tag: []string{strings.ReplaceAll(word(), ",", "")}, Category: ptr([]string{"", "imaging"}[r.IntN(2)])}), vault.ErrNoDocument)
		case 2:
			tolerate(h.Mask(ctx, some(), []record.Audience{record.Professionals, record.Guardians, record.Everyone, dominique}[r.IntN(4)]), vault.ErrNoDocument, vault.ErrNotAllowed)
		case 3:
			tolerate(h.Unmask(ctx, some()), vault.ErrNoDocument)
		case 4:
			tolerate(h.RemoveDocuments(ctx, some()), vault.ErrNoDocument, vault.ErrBin)
		case 5:
			tolerate(h.RestoreDocuments(ctx, some()), vault.ErrNoDocument, vault.ErrBin)
		case 6:
			if r.IntN(3) == 0 {
				tolerate(h.EraseDocuments(ctx, nil, some()), vault.ErrNoDocument, vault.ErrNotInBin)
			}
		case 7:
			e := record.Entry{Patient: h.lou.ID, Kind: []string{"allergy", "condition"}[r.IntN(2)], Text: word(), Start: "2022", Note: word()}
			if r.IntN(6) == 0 {
				e = record.Entry{Patient: h.lou.ID, Kind: e.Kind, Status: record.NoneKnown}
			}
			if doc := some(); r.IntN(2) == 0 && e.Text != "" {
				if _, err := h.Document(doc); err == nil {
					e.Document = doc
				}
			}
			_, err := h.AddEntry(ctx, e)
			tolerate(err, vault.ErrNotNone)
		case 9:
			e := record.Entry{Patient: h.lou.ID, Kind: profile.Appointment, Text: word(), Start: "2031-12-03", Location: word()}
			if r.IntN(2) == 0 {
				e.Start, e.End, e.Code, e.System = "2031-12-03T14:30:00+01:00", "2031-12-03T15:00:00+01:00", word(), icalendar.System
			}
			h.entry(e)
		case 8:
			entries, err := h.Entries(h.lou.ID)
			h.must(err)
			if len(entries) == 0 {
				continue
			}
			e := entries[r.IntN(len(entries))]
			switch r.IntN(3) {
			case 0:
				if e.Status != record.NoneKnown && (e.Kind == "allergy" || e.Kind == "condition") {
					e.Text, e.Status = word(), "active"
					if e.Kind == profile.Appointment {
						e.Status, e.End = "cancelled", ""
					}
					h.must(h.EditEntry(ctx, e))
				}
			case 1:
				tolerate(h.RemoveEntries(ctx, e.ID), vault.ErrBin)
			case 2:
				tolerate(h.RestoreEntries(ctx, e.ID), vault.ErrBin, vault.ErrNotNone)
			}
		}
	}
}

// scribbleBeside does to Lou's record what is rarer than a document or an entry.
func (h *household) scribbleBeside(r *rand.Rand, i int, word func() string) {
	h.t.Helper()
	ctx := h.t.Context()
	switch r.IntN(8) {
	case 6:
		h.must(h.TickStep(ctx, h.lou.ID, "some-step-"+fmt.Sprint(r.IntN(2)), word(), record.ID{}))
	case 7:
		h.must(h.UntickStep(ctx, h.lou.ID, "some-step-"+fmt.Sprint(r.IntN(2))))
	case 0:
		h.importMeasurements(h.lou.ID, appleExport(newYear.AddDate(0, 0, r.IntN(1000)), 1+r.IntN(3)))
	case 1:
		j := vault.Joined{Name: word() + ".pdf", Content: fmt.Appendf([]byte("%PDF-1.4 "), "%d", i), Pictures: 1 + r.IntN(3), Received: r.IntN(2) == 0}
		h.must(second(h.AddJoined(ctx, h.lou.ID, j, nil)))
	case 2:
		attesting(h)
		if err := h.AddMember(ctx, h.lou.ID, sacha, record.RoleCarerReads); err != nil && !errors.Is(err, vault.ErrMember) {
			h.must(err)
		}
	case 3:
		id, err := h.GiveConsent(ctx, h.lou.ID, someServer([]string{"fr", "en"}[r.IntN(2)]))
		h.must(err)
		if r.IntN(2) == 0 {
			h.must(h.WithdrawConsent(ctx, h.lou.ID, id))
		}
	case 4:
		e := record.Entry{Patient: h.lou.ID, Kind: "observation", Type: "blood-pressure", Value: "120", Value2: "80.5", Unit: "mm[Hg]", Start: "2025-02-03", Source: record.SourceProfessional, Performer: word()}
		h.must(second(h.AddEntry(ctx, e)))
	case 5:
		e := record.Entry{Patient: h.lou.ID, Kind: "immunization", Text: word(), Start: "2020-05-06", Code: "LOT " + word(), Performer: word(), Location: "bras"}
		h.must(second(h.AddEntry(ctx, e)))
	}
}
