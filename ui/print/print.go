// Package print hands documents to the printing system of the computer.
//
// On Linux and macOS a document goes to the program lp on its standard input:
// nothing in clear is written by this program. What the printing system does
// with it is its own: CUPS spools it where only the administrator reads, and in
// its ordinary settings keeps it for a day after it was printed. On Windows the
// program that prints needs a file: see [LeavesClearFile].
//
// Jobs are all called the same: no title and no name is shown to whoever looks at
// the queue or stands at the printer. No error of this package holds the name
// of a document or a folder.
package print

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// About the printing system. Nothing is changed by any of them.
var (
	// ErrNoPrinter is returned when the computer has no printer, not the one
	// asked for, none by default where none was named, or no printing system.
	ErrNoPrinter = errors.New("no printer")

	// ErrRefused is returned by Send when the printing system did not take the
	// job.
	ErrRefused = errors.New("print job refused")

	// ErrTimeout is returned when the printing system did not answer in time.
	// What it got of the job may still be printed when it goes on.
	ErrTimeout = errors.New("printing system does not answer")

	// ErrNotWithdrawn is returned by Send, beside the error of its context, when
	// the printing system took the job and did not give it back.
	ErrNotWithdrawn = errors.New("print job not withdrawn")

	// ErrNoProgram is returned by Send, on Windows, when no program is registered
	// to print this type.
	ErrNoProgram = errors.New("no program prints this type")

	// ErrClearFile is returned by Send and Sweep, on Windows, when a document in
	// clear could not be wiped. The job was sent; [Sweep] tries again.
	ErrClearFile = errors.New("document in clear not wiped")
)

// About the document. Nothing was sent.
var (
	// ErrType is returned by Send for a type that [Direct] does not report.
	ErrType = errors.New("type cannot be printed directly")

	// ErrCopies is returned by Send for a number of copies below 0 or above
	// MaxCopies.
	ErrCopies = errors.New("number of copies out of range")

	// ErrTooLarge is returned by Prepare for a text above MaxText, and for more
	// than MaxPages pages that have to be drawn; by Send above MaxContent.
	ErrTooLarge = errors.New("too much to be printed at once")
)

// Limits of one job.
const (
	MaxCopies  = 99
	MaxPages   = 200       // pages drawn as pictures
	MaxText    = 1 << 20   // bytes of a text file
	MaxContent = 512 << 20 // bytes of what is printed as it is
)

// title is what every job is called.
const title = "Carnet"

// Job is something to print.
type Job struct {
	MediaType string    // one that Direct reports
	Content   io.Reader // read to its end by Send
	Copies    int       // 0 means 1
}

// extensions are the types that printing systems take, each with what its files are
// called.
var extensions = map[string]string{"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}

// Direct reports whether documents of a type are printed as they are. [Prepare]
// makes a PDF of the others.
func Direct(mediaType string) bool { return extensions[mediaType] != "" }

// Printers lists the printers that the system offers. preferred is the one that
// people chose as their own, or the only one; "" when there is neither. It returns
// [ErrNoPrinter] rather than an empty list, [ErrTimeout], or the error of ctx.
func Printers(ctx context.Context) (names []string, preferred string, err error) {
	names, preferred, err = printers(ctx)
	if err == nil && len(names) == 0 {
		err = ErrNoPrinter
	}
	if err != nil {
		return nil, "", fmt.Errorf("print: list printers: %w", err)
	}
	if preferred == "" && len(names) == 1 {
		preferred = names[0]
	}
	return names, preferred, nil
}

// Send prints a job; printer "" means the preferred one. It returns when the
// printing system has taken the job, which is not yet paper; on Windows only
// when the file in clear is wiped, which can take minutes.
//
// The error wraps [ErrType] or [ErrCopies] before anything is read; [ErrTooLarge];
// [ErrNoPrinter], [ErrRefused] or [ErrTimeout]; [ErrNoProgram] or [ErrClearFile]
// on Windows; the error of Content; or that of ctx. When Content fails or ctx
// ends before all of it was read, nothing is sent. When ctx ends later the job
// is withdrawn, of which some may be paper already. A Read that blocks delays
// the return.
func Send(ctx context.Context, printer string, j Job) error {
	if !Direct(j.MediaType) {
		return fmt.Errorf("print: %w", ErrType)
	}
	if j.Copies < 0 || j.Copies > MaxCopies {
		return fmt.Errorf("print: %w", ErrCopies)
	}
	j.Copies = max(j.Copies, 1)
	if printer == "" {
		_, preferred, err := Printers(ctx)
		if err != nil {
			return err
		}
		if preferred == "" {
			return fmt.Errorf("print: %w", ErrNoPrinter)
		}
		printer = preferred
	}
	if err := send(ctx, printer, j); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}
