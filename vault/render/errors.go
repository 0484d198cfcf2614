package render

import (
	"errors"

	"carnet/vault/render/frame"
)

// About the document. The client stays usable after each of them.
var (
	// ErrFormat is returned when the content is not a PDF, JPEG, PNG or TIFF, is too
	// damaged to be opened, or has no page or more than 65,536.
	ErrFormat = errors.New("not a document that can be shown")

	// ErrPassword is returned when the document opens with a password only.
	ErrPassword = errors.New("document needs a password")

	// ErrPage is returned by Page when the document has no such page, or has it but
	// it cannot be drawn.
	ErrPage = errors.New("page cannot be shown")

	// ErrTooLarge is returned when size is above MaxDocument. Nothing was read.
	// Photo returns it also for a photograph of more than 64 million pixels.
	ErrTooLarge = errors.New("document too large")

	// ErrPicture is returned by Page when the picture asked for is outside
	// MaxSide and MaxPixels. Nothing was read.
	ErrPicture = errors.New("picture size out of range")
)

// ErrPhoto is returned by Photo beside the error that says what is amiss with the
// photograph: with ErrFormat, ErrPassword, ErrPage, ErrTooLarge, ErrTimeout, ErrMemory and
// ErrCrashed.
var ErrPhoto = errors.New("photograph cannot be read")

// About the child process. It has been ended, and the next call starts another; the
// same document may well do the same again.
var (
	// ErrTimeout is returned when opening the document or drawing the page took
	// longer than Options allow.
	ErrTimeout = errors.New("document takes too long")

	// ErrMemory is returned when the child needed more memory than Options allow.
	ErrMemory = errors.New("document takes too much memory")

	// ErrCrashed is returned when the child ended, or answered nonsense, in the
	// middle of the document.
	ErrCrashed = errors.New("render process ended unexpectedly")

	// ErrStart is returned when no child can be started: the program has been
	// moved or replaced, or the system refuses. Nothing of the document was read.
	ErrStart = errors.New("render process cannot be started")
)

// ErrClosed is returned by calls on a closed Client, and by those that Close
// interrupts.
var ErrClosed = errors.New("client closed")

// failure returns the sentinel that a Fail of the child stands for.
func failure(code frame.Code) error {
	switch code {
	case frame.FailVersion:
		return ErrStart
	case frame.FailPassword:
		return ErrPassword
	case frame.FailPage:
		return ErrPage
	case frame.FailLarge:
		return ErrTooLarge
	default:
		return ErrFormat
	}
}
