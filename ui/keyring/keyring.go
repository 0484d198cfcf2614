// Package keyring keeps 32-byte secrets in the keyring of the system: Secret
// Service on Linux, the keychain of macOS, the credential manager of Windows. The
// keyring opens with the person's session, so what is in it keeps nothing from
// somebody who sits at that session.
//
// Every function may wait for a person: call them away from the drawing.
package keyring

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	ring "github.com/zalando/go-keyring"

	"carnet/vault/record"
)

// SecretSize is the length of every secret, in bytes.
const SecretSize = 32

// service is the name that the secrets lie under.
const service = "carnet"

var (
	// ErrSilent is returned when the system has no keyring, or none that answers
	// in time.
	ErrSilent = errors.New("keyring: no answer")
	// ErrNone is returned when the keyring answers and has no such secret.
	ErrNone = errors.New("keyring: no such secret")
)

// How long a keyring may take.
const (
	Prompt   = 3 * time.Second  // for one that is open already
	Patience = 30 * time.Second // for one that a person is asked to open
)

// Works reports whether a secret that is kept can be read again and removed. A
// keyring that is still closed does not.
func Works() bool {
	name, secret := "probe-"+rand.Text(), make([]byte, SecretSize)
	rand.Read(secret)
	err := within(Prompt, func() error {
		if err := ring.Set(service, name, hex.EncodeToString(secret)); err != nil {
			return err
		}
		back, err := read(name, SecretSize)
		if err == nil && !bytes.Equal(back, secret) {
			err = ErrSilent
		}
		return errors.Join(err, ring.Delete(service, name))
	})
	return err == nil
}

// New draws a secret and keeps it in the place of the one of that name.
func New(name string) ([]byte, error) {
	secret := make([]byte, SecretSize)
	rand.Read(secret)
	err := within(Patience, func() error { return ring.Set(service, name, hex.EncodeToString(secret)) })
	if err != nil {
		return nil, err
	}
	return secret, nil
}

// Get returns the secret of that name, from a keyring that answers within a limit.
// It returns [ErrNone] or [ErrSilent].
func Get(name string, limit time.Duration) ([]byte, error) {
	answer := make(chan []byte, 1) // an answer that comes too late goes nowhere
	err := within(limit, func() error {
		secret, err := read(name, SecretSize)
		answer <- secret
		return err
	})
	if err != nil {
		return nil, err
	}
	return <-answer, nil
}

// Marks keeps how far vaults have come on this computer: the real [vault.Marks].
type Marks struct{}

// markSize is the length of a mark, in bytes.
const markSize = 48

// Mark returns what was kept of a vault, nil when nothing was.
func (Marks) Mark(vault record.ID) ([]byte, error) {
	answer := make(chan []byte, 1)
	err := within(Prompt, func() error {
		mark, err := read(markName(vault), markSize)
		answer <- mark
		return err
	})
	switch {
	case errors.Is(err, ErrNone):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return <-answer, nil
}

// SetMark keeps a mark in the place of the one before.
func (Marks) SetMark(vault record.ID, mark []byte) error {
	return within(Prompt, func() error { return ring.Set(service, markName(vault), hex.EncodeToString(mark)) })
}

func markName(vault record.ID) string { return "mark-" + vault.String() }

// Remove forgets the secret of that name; it is no error when there is none.
func Remove(name string) error {
	err := within(Patience, func() error { return ring.Delete(service, name) })
	if errors.Is(err, ErrNone) {
		return nil
	}
	return err
}

// read returns a value that has the length of those of its kind.
func read(name string, size int) ([]byte, error) {
	text, err := ring.Get(service, name)
	if err != nil {
		return nil, err
	}
	secret, err := hex.DecodeString(text)
	if err != nil || len(secret) != size {
		return nil, ring.ErrNotFound // not one of ours
	}
	return secret, nil
}

// within asks the keyring and gives up after a while. What was asked goes on then,
// to its end: nothing of the system's can be taken back half way.
func within(limit time.Duration, ask func() error) error {
	if !reachable() {
		return ErrSilent
	}
	answer := make(chan error, 1)
	go func() { answer <- ask() }()
	select {
	case err := <-answer:
		switch {
		case err == nil:
			return nil
		case errors.Is(err, ring.ErrNotFound):
			return ErrNone
		}
		return fmt.Errorf("%w: %w", ErrSilent, err)
	case <-time.After(limit):
		return ErrSilent
	}
}

// reachable keeps the library from starting a bus of its own where the session has
// none: the keyring lies on it.
func reachable() bool {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" || os.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		return true
	}
	_, err := os.Stat(filepath.Join(os.Getenv("XDG_RUNTIME_DIR"), "bus"))
	return os.Getenv("XDG_RUNTIME_DIR") != "" && err == nil
}
