package vault_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"testing"
	"time"

	"carnet/vault"
	"carnet/vault/record"
)

// readings are the rows of the journal about sheets read while the vault was closed.
func (h *household) readings() (out []record.AuditEvent) {
	h.t.Helper()
	for e, err := range h.Journal(context.Background()) {
		if err != nil {
			h.t.Fatal(err)
		}
		if e.Action == record.SheetRead {
			out = append(out, e)
		}
	}
	return out
}

func leave(t *testing.T, mailbox []byte, at time.Time) []byte {
	t.Helper()
	letter, err := vault.LeaveOpening(mailbox, at)
	if err != nil {
		t.Fatal(err)
	}
	return letter
}

func TestAside(t *testing.T) {
	secret, other := make([]byte, 32), make([]byte, 32)
	rand.Read(secret)
	rand.Read(other)
	plain := []byte("Allergie : arachide")
	sealed, err := vault.SealAside(secret, plain)
	if err != nil || bytes.Contains(sealed, []byte("arachide")) {
		t.Fatalf("%v, %d bytes", err, len(sealed))
	}
	if got, err := vault.OpenAside(secret, sealed); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := vault.OpenAside(other, sealed); !errors.Is(err, vault.ErrAside) {
		t.Errorf("another secret: %v", err)
	}
	for i := range sealed {
		spoilt := bytes.Clone(sealed)
		spoilt[i] ^= 1
		if _, err := vault.OpenAside(secret, spoilt); !errors.Is(err, vault.ErrAside) {
			t.Fatalf("byte %d changed: %v", i, err)
		}
	}
	for _, bad := range [][]byte{nil, secret[:31], append(bytes.Clone(secret), 1)} {
		if _, err := vault.SealAside(bad, plain); err == nil {
			t.Errorf("sealed under %d bytes", len(bad))
		}
	}
}

// TestOpenings: what was read while the vault was closed stands in the journal of
// that patient, at its time, for those who read their record and for nobody else.
func TestOpenings(t *testing.T) {
	ctx := context.Background()
	h := newVault(t)
	mailbox, err := h.Mailbox(h.lou.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.PutAside(ctx, h.lou.ID, true); err != nil {
		t.Fatal(err)
	}
	mine, err := h.Mailbox(h.me.ID)
	if err != nil {
		t.Fatal(err)
	}
	early := today.Add(-2 * time.Hour)
	letters := [][]byte{leave(t, mailbox, early), leave(t, mailbox, today.Add(time.Hour)), leave(t, mine, early)}
	h.reopen()

	h.as(dominique) // not theirs: nothing is done with them
	o, err := h.TakeOpenings(ctx, letters)
	if err != nil || o.Entered != 0 || o.Lost != 0 || o.Taken[0] || o.Taken[1] || o.Taken[2] {
		t.Errorf("somebody else: %+v, %v", o, err)
	}
	h.as(camille)
	cut := letters[0][:100]
	spoilt := bytes.Clone(letters[0])
	spoilt[len(spoilt)-1] ^= 1
	o, err = h.TakeOpenings(ctx, append(letters, cut, spoilt, nil))
	if err != nil || o.Entered != 3 || o.Lost != 3 {
		t.Fatalf("%+v, %v", o, err)
	}
	rows := h.readings()
	if len(rows) != 3 || rows[0].At != record.At(early) || rows[0].Patient != h.lou.ID || rows[0].Means != "closed" || rows[1].At != record.At(today) || rows[2].Patient != h.me.ID {
		t.Errorf("%+v", rows)
	}
	h.reopen()
	if _, err := h.VerifyJournal(ctx); err != nil {
		t.Error(err)
	}
	h.as(dominique) // guardian of Lou
	if rows := h.readings(); len(rows) != 2 {
		t.Errorf("the other guardian reads %+v", rows)
	}
	h.as(sacha)
	if rows := h.readings(); len(rows) != 0 {
		t.Errorf("a stranger reads %+v", rows)
	}
	if _, err := h.Mailbox(h.lou.ID); !errors.Is(err, vault.ErrNoPatient) {
		t.Errorf("a mailbox of a stranger: %v", err)
	}
	if err := h.PutAside(ctx, h.lou.ID, true); !errors.Is(err, vault.ErrNoPatient) {
		t.Errorf("a stranger lays a sheet out: %v", err)
	}
}

// TestOpeningsAfterNewKeys: letters to keys that were replaced are counted, not
// hidden.
func TestOpeningsAfterNewKeys(t *testing.T) {
	ctx := context.Background()
	h := newVault(t)
	mailbox, err := h.Mailbox(h.lou.ID)
	if err != nil {
		t.Fatal(err)
	}
	letter := leave(t, mailbox, today)
	if _, err := h.ReplaceKeys(ctx, passphraseOf(camille), false); err != nil && !errors.Is(err, vault.ErrNotCompacted) {
		t.Fatal(err)
	}
	o, err := h.TakeOpenings(ctx, [][]byte{letter})
	if err != nil || o.Entered != 0 || o.Lost != 1 || !o.Taken[0] {
		t.Errorf("%+v, %v", o, err)
	}
	if mailbox, err = h.Mailbox(h.lou.ID); err != nil {
		t.Fatal(err)
	}
	if o, err = h.TakeOpenings(ctx, [][]byte{leave(t, mailbox, today)}); err != nil || o.Entered != 1 {
		t.Errorf("to the new keys: %+v, %v", o, err)
	}
	for _, bad := range [][]byte{nil, mailbox[1:], append([]byte{9}, mailbox[1:]...)} {
		if _, err := vault.LeaveOpening(bad, today); !errors.Is(err, vault.ErrAside) {
			t.Errorf("a mailbox of %d bytes: %v", len(bad), err)
		}
	}
}
