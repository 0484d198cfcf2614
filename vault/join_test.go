package vault_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"carnet/vault"
	"carnet/vault/record"
)

// TestAddJoined: a document made of pictures and the journal's word that they came from
// a telephone are there together, or not at all.
func TestAddJoined(t *testing.T) {
	h := newVault(t)
	p := h.lou.ID
	before := len(rows(h, p))
	pdf := append([]byte("%PDF-1.7\n"), noise(1, 70_000)...)
	joined := vault.Joined{Name: "Document photographié.pdf", Content: pdf, Pictures: 3, Received: true}
	added, err := h.AddJoined(context.Background(), p, joined, nil)
	h.must(err)
	h.reopen()
	same(t, "the document", h.read(added.ID), pdf)
	if d := h.document(added.ID); d.Title != "Document photographié" || d.MediaType != "application/pdf" {
		t.Errorf("%q, %s", d.Title, d.MediaType)
	}
	told := rows(h, p)[before:]
	var received *record.AuditEvent
	for i, e := range told {
		if e.Action == record.PicturesReceived {
			received = &told[i]
		}
	}
	if received == nil || received.Entity != added.ID || received.Count != 3 || received.Agent.IsZero() || received.At != record.At(today) {
		t.Errorf("the journal says %+v", told)
	}
	again, err := h.AddJoined(context.Background(), p, vault.Joined{Name: "x.pdf", Content: pdf, Pictures: 3}, nil)
	if err != nil || !again.Duplicate || again.ID != added.ID {
		t.Errorf("the same again: %+v, %v", again, err)
	}
	count := len(rows(h, p))
	for what, try := range map[string]struct {
		patient record.ID
		opt     *vault.ImportOptions
		want    error
	}{
		"nobody":      {record.ID{1}, nil, vault.ErrNoPatient},
		"no category": {p, &vault.ImportOptions{Category: "?"}, vault.ErrCategory},
	} {
		if _, err := h.AddJoined(context.Background(), try.patient, vault.Joined{Name: "x.pdf", Content: bytes.Repeat(pdf, 2), Received: true}, try.opt); !errors.Is(err, try.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if len(rows(h, p)) != count {
		t.Error("what was refused is in the journal")
	}
	h.sound()
}

func rows(h *household, patient record.ID) (out []record.AuditEvent) {
	for e, err := range h.Journal(context.Background()) {
		h.must(err)
		if e.Patient == patient {
			out = append(out, e)
		}
	}
	return out
}
