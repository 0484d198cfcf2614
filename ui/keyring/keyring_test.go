package keyring

import (
	"bytes"
	"errors"
	"os"
	"testing"
	"time"

	"carnet/ui/keyring/keyringtest"
)

// TestKeyring is on the real keyring of the system.
func TestKeyring(t *testing.T) {
	if !keyringtest.Inside(t) {
		return
	}
	if !Works() {
		t.Fatal("the keyring does not work")
	}
	if _, err := Get("a", Prompt); !errors.Is(err, ErrNone) {
		t.Errorf("before anything: %v", err)
	}
	a, err := New("a")
	if err != nil || len(a) != SecretSize {
		t.Fatalf("%d bytes, %v", len(a), err)
	}
	b, err := New("b")
	if err != nil || bytes.Equal(a, b) {
		t.Fatal(err)
	}
	if got, err := Get("a", Prompt); err != nil || !bytes.Equal(got, a) {
		t.Errorf("read back: %v", err)
	}
	again, err := New("a")
	if err != nil || bytes.Equal(again, a) {
		t.Errorf("drawn again: %v", err)
	}
	if got, err := Get("a", Prompt); err != nil || !bytes.Equal(got, again) {
		t.Errorf("read back: %v", err)
	}
	for range 2 {
		if err := Remove("a"); err != nil {
			t.Error(err)
		}
	}
	if _, err := Get("a", Prompt); !errors.Is(err, ErrNone) {
		t.Errorf("after it was removed: %v", err)
	}
	if got, err := Get("b", Prompt); err != nil || !bytes.Equal(got, b) {
		t.Errorf("the other: %v", err)
	}
}

// TestNoKeyring: without a session bus nothing is started and nobody waits.
func TestNoKeyring(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	if reachable() {
		t.Skip("the keyring of this system does not lie on a bus")
	}
	if Works() {
		t.Error("it works")
	}
	if _, err := Get("a", Prompt); !errors.Is(err, ErrSilent) {
		t.Error(err)
	}
	if _, err := New("a"); !errors.Is(err, ErrSilent) {
		t.Error(err)
	}
	if err := Remove("a"); !errors.Is(err, ErrSilent) {
		t.Error(err)
	}
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		t.Error("a bus was started")
	}
}

// TestSilentKeyring: one that never answers holds nobody up for long.
func TestSilentKeyring(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
	end := make(chan struct{})
	defer close(end)
	if err := within(50*time.Millisecond, func() error { <-end; return nil }); !errors.Is(err, ErrSilent) {
		t.Error(err)
	}
}
