// Package scanner has pages scanned by the scanners that the system knows, with the
// program scanimage of SANE.
//
// A page comes as PNG through the standard output of that program: nothing in clear is
// written by it or by this package. What a driver keeps to itself is its own. No error
// of this package holds the name of a device.
package scanner

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// About scanning. Nothing is kept of a page that did not come whole.
var (
	// ErrNoProgram is returned when the system has no scanimage.
	ErrNoProgram = errors.New("no program that scans")

	// ErrNoScanner is returned when no scanner is found, or not the one asked for.
	ErrNoScanner = errors.New("no scanner")

	// ErrBusy is returned when somebody else is scanning.
	ErrBusy = errors.New("scanner in use")

	// ErrJammed is returned when paper is stuck.
	ErrJammed = errors.New("paper stuck in the scanner")

	// ErrEmpty is returned when the feeder holds no sheet.
	ErrEmpty = errors.New("no sheet in the feeder")

	// ErrCover is returned when the scanner is open.
	ErrCover = errors.New("scanner open")

	// ErrDenied is returned when the account may not use the scanner.
	ErrDenied = errors.New("scanner refused to the account")

	// ErrFailed is returned when the scanner stopped for any other reason, switched off
	// for instance.
	ErrFailed = errors.New("scanner failed")

	// ErrTimeout is returned when the scanner does not answer in time.
	ErrTimeout = errors.New("scanner does not answer")

	// ErrOption is returned for a mode, a source, a resolution or a number of pages that
	// there is not, or that the scanner does not have.
	ErrOption = errors.New("not possible with the scanner")

	// ErrTooLarge is returned for a page above MaxPage.
	ErrTooLarge = errors.New("page too large")
)

// Limits.
const (
	MaxPages      = 40        // of one scan
	MaxPage       = 128 << 20 // bytes of one page
	LeastDPI      = 50
	MostDPI       = 600
	UsualDPI      = 300
	maxDevices    = 64
	maxDeviceName = 512 // bytes
)

// Device is a scanner.
type Device struct {
	Name   string // by which the system knows it
	Vendor string // as its driver writes it, as Model
	Model  string
	Kind   string // "flatbed scanner", in English
}

// Mode is what becomes of colours.
type Mode string

// The modes.
const (
	Gray    Mode = "gray"
	Color   Mode = "color"
	Lineart Mode = "lineart" // black and white
)

// Source is where sheets come from.
type Source string

// The sources.
const (
	Usual   Source = "" // what the scanner has by itself
	Flatbed Source = "flatbed"
	Feeder  Source = "adf"
)

// Options say how to scan. The zero value is one page in grey at UsualDPI from where the
// scanner takes it by itself.
type Options struct {
	Device string // a Device's Name; "" is the only one there is
	Mode   Mode
	DPI    int
	Source Source
	// Pages is the most that is scanned; 0 means one, and with Feeder all sheets in it,
	// up to MaxPages.
	Pages int
}

// check fills in what was not said, or returns ErrOption.
func (o Options) check() (Options, error) {
	if o.Mode == "" {
		o.Mode = Gray
	}
	if o.DPI == 0 {
		o.DPI = UsualDPI
	}
	if o.Pages == 0 {
		o.Pages = 1
		if o.Source == Feeder {
			o.Pages = MaxPages
		}
	}
	modes := o.Mode == Gray || o.Mode == Color || o.Mode == Lineart
	sources := o.Source == Usual || o.Source == Flatbed || o.Source == Feeder
	if !modes || !sources || o.DPI < LeastDPI || o.DPI > MostDPI || o.Pages < 1 || o.Pages > MaxPages || len(o.Device) > maxDeviceName {
		return o, ErrOption
	}
	return o, nil
}

// Devices lists the scanners, which can take a while: some are asked over the network.
// It returns [ErrNoScanner] rather than an empty list, [ErrNoProgram], [ErrTimeout], or
// the error of ctx.
func Devices(ctx context.Context) ([]Device, error) {
	all, err := devices(ctx)
	if err == nil && len(all) == 0 {
		err = ErrNoScanner
	}
	if err != nil {
		return nil, fmt.Errorf("scanner: list: %w", err)
	}
	return all, nil
}

// Scan scans pages and gives each as PNG. progress, which may be nil, is told which page,
// from 1, is under way, and how much of it has come, from 0 to 1. It returns when the
// last page has come, and with Feeder when no sheet is left. The end of ctx stops the
// scanner.
//
// Pages that came whole are returned beside an error. It is [ErrOption] before anything
// is asked; [ErrNoProgram], [ErrNoScanner], also when several are there and none was
// named; [ErrBusy], [ErrJammed], [ErrEmpty] for a feeder without any sheet, [ErrCover],
// [ErrDenied], [ErrFailed], [ErrTimeout], [ErrTooLarge]; or that of ctx.
func Scan(ctx context.Context, opt Options, progress func(page int, part float64)) (pages [][]byte, err error) {
	if opt, err = opt.check(); err != nil {
		return nil, fmt.Errorf("scanner: %w", err)
	}
	if progress == nil {
		progress = func(int, float64) {}
	}
	if opt.Device == "" {
		all, err := Devices(ctx)
		if err != nil {
			return nil, err
		}
		if len(all) > 1 {
			return nil, fmt.Errorf("scanner: several: %w", ErrNoScanner)
		}
		opt.Device = all[0].Name
	}
	with, err := settings(ctx, opt)
	for err == nil && len(pages) < opt.Pages {
		n := len(pages) + 1
		progress(n, 0)
		var page []byte
		page, err = scan(ctx, opt.Device, with, func(part float64) { progress(n, part) })
		switch {
		case err == nil:
			pages = append(pages, page)
		case errors.Is(err, ErrEmpty) && n > 1:
			return pages, nil
		}
	}
	if err != nil {
		err = fmt.Errorf("scanner: %w", err)
	}
	return pages, err
}

// String is a scanner as people know it: its maker and model.
func (d Device) String() string {
	said := strings.TrimSpace(d.Vendor + " " + d.Model)
	if said == "" {
		return d.Name
	}
	return said
}
