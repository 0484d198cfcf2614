package main

import (
	"errors"
	"fmt"
	"strings"

	"carnet/sync/client"
	"carnet/sync/consent"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/profile"
	"carnet/vault/proof"
)

// Exit codes; scripts rely on them.
const (
	exitDone    = 0
	exitRefused = 1
	exitUsage   = 2
	exitPartial = 3
	exitSecret  = 4
	exitInUse   = 5
	exitDamaged = 6
	exitNewer   = 7
	exitConsent = 8
	exitServer  = 9
)

// plainError is a refusal that already has its sentence.
type plainError struct {
	sentence string
	code     int
}

func (e *plainError) Error() string { return e.sentence }

// refuse gives an error that is told as it is.
func (a *app) refuse(m text.Message, values ...any) error {
	return &plainError{a.Say(m, values...), exitRefused}
}

// usage is refuse for a command line that is not well written.
func (a *app) usage(m text.Message, values ...any) error {
	return &plainError{a.Say(m, values...), exitUsage}
}

// errPartial is returned by a command that has told what failed.
var errPartial = &plainError{code: exitPartial}

// errDamagedReport is returned by a check that has told what is damaged.
var errDamagedReport = &plainError{code: exitDamaged}

// exitCode maps an error to the documented code.
func exitCode(err error) int {
	var plain *plainError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &plain):
		return plain.code
	case errors.Is(err, vault.ErrWrongPassphrase), errors.Is(err, vault.ErrWrongKit), errors.Is(err, vault.ErrKitCode),
		errors.Is(err, vault.ErrShare), errors.Is(err, vault.ErrSameShare), errors.Is(err, vault.ErrOtherSet), errors.Is(err, vault.ErrWrongShares),
		errors.Is(err, vault.ErrOtherComputer):
		return exitSecret
	case errors.Is(err, vault.ErrInUse):
		return exitInUse
	case errors.Is(err, vault.ErrNewerFormat):
		return exitNewer
	case errors.Is(err, consent.ErrUnreachable), errors.Is(err, client.ErrAnswer), errors.Is(err, client.ErrRefused), errors.Is(err, client.ErrFull):
		return exitServer
	case errors.Is(err, consent.ErrNone), errors.Is(err, consent.ErrHost), errors.Is(err, consent.ErrKey), errors.Is(err, consent.ErrRecipient), errors.Is(err, consent.ErrNotYet), errors.Is(err, consent.ErrExpired), errors.Is(err, consent.ErrWithdrawn):
		return exitConsent
	case errors.Is(err, vault.ErrDamaged), errors.Is(err, vault.ErrTruncated), errors.Is(err, vault.ErrNotVault),
		errors.Is(err, vault.ErrOlder), errors.Is(err, vault.ErrParameters), errors.Is(err, proof.ErrForm), errors.Is(err, proof.ErrSignature):
		return exitDamaged
	}
	return exitRefused
}

// report tells an error to the person, on the diagnostics stream.
func (a *app) report(err error) {
	var plain *plainError
	var older *vault.Older
	switch {
	case err == nil:
	case errors.As(err, &older):
		fmt.Fprintln(a.err, strings.Join(append(a.Older(older), a.OlderOption()), " "))
	case errors.As(err, &plain):
		if plain.sentence != "" {
			fmt.Fprintln(a.err, plain.sentence)
		}
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			for _, e := range joined.Unwrap() { // what came beside what was told
				if !errors.As(e, &plain) {
					a.report(e)
				}
			}
		}
	default:
		_, known := text.Explain(err)
		fmt.Fprintln(a.err, a.ExplainShare(err))
		var field *profile.FieldError
		switch {
		case errors.As(err, &field):
			a.note(text.FieldAt, field.Field)
		case !known:
			a.note(text.Cause, err)
		}
	}
}
