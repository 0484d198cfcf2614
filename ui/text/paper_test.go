package text_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"carnet/assets"
	"carnet/ui/text"
	"carnet/vault/exchange/sheet"
	"carnet/vault/growth"
	"carnet/vault/profile"
	"carnet/vault/record"
)

// TestPaper: somebody who has nothing but paper has on it who they are, their profile and
// vaccinations, a child's growth with where it lies, every document, and a code that holds
// the emergency as text; no step of a guide.
func TestPaper(t *testing.T) {
	kinds, err := profile.Load(assets.FS)
	if err != nil {
		t.Fatal(err)
	}
	reference, err := growth.Load(assets.FS)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	lou := record.Patient{ID: record.ID{1}, Name: "Lou", Birth: "2024-11-02", Sex: record.Female}
	entries := []record.Entry{
		{ID: record.ID{2}, Kind: "allergy", Text: "Arachide", Status: "active"},
		{ID: record.ID{3}, Kind: "immunization", Text: "ROR", Start: "2025-11-12", Status: "completed"},
		{ID: record.ID{4}, Kind: "observation", Type: "weight", Value: "11.5", Unit: "kg", Start: "2026-11-02"},
		{ID: record.ID{5}, Kind: "step", Code: "oppose/letter", Text: "Retrouvez le courrier.", Start: "2026-11-02"},
	}
	var docs []record.Document
	for i := range 15 {
		docs = append(docs, record.Document{Title: fmt.Sprintf("Courrier %02d", i)})
	}
	docs = append(docs, record.Document{Title: "À la corbeille", RemovedAt: 1})
	p := text.Paper{
		Summary: text.Summary{Patient: lou, Entries: entries, Kinds: kinds, Printed: now}, Documents: docs, Category: func(string) string { return "À classer" },
		Growth: &text.Growth{Patient: lou, Reference: reference, Points: reference.Points(lou, entries, now), Printed: now},
	}
	s := p.Sheet(text.French)
	said := s.Text()
	for _, want := range []string{"Lou", "Arachide", "ROR", "11,5", "OMS", "Courrier 00", "Courrier 14", "Ce logiciel est indépendant."} {
		if !strings.Contains(said, want) {
			t.Errorf("it lacks %q:\n%s", want, said)
		}
	}
	for _, other := range []string{"À la corbeille", "Retrouvez le courrier"} {
		if strings.Contains(said, other) {
			t.Errorf("it says %q", other)
		}
	}
	var code string
	for _, b := range s.Blocks {
		if q, ok := b.(sheet.QRCode); ok {
			code = q.Content
		}
	}
	if !strings.Contains(code, "Lou") || !strings.Contains(code, "Arachide") || strings.Contains(code, "://") {
		t.Errorf("the code says %q", code)
	}
	if pdf, err := s.PDF(); err != nil || !strings.HasPrefix(string(pdf), "%PDF-") {
		t.Errorf("as PDF: %v", err)
	}
	p.Growth = nil
	if said := p.Sheet(text.English).Text(); strings.Contains(said, "11.5 kg,") || !strings.Contains(said, "Courrier 14") {
		t.Errorf("without growth:\n%s", said)
	}
}
