package library

import (
	"context"
	"errors"
	"strconv"

	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/scanner"
	"carnet/ui/text"
)

// scanChoices are how the last scan of this opening of the vault was asked for.
type scanChoices struct {
	device                 string
	mode, fineness, source int
}

// What one can choose, in the order on screen.
var (
	scanModes   = []scanner.Mode{scanner.Gray, scanner.Color, scanner.Lineart}
	scanSources = []scanner.Source{scanner.Flatbed, scanner.Feeder}
	scanDPI     = []int{150, 200, scanner.UsualDPI, scanner.MostDPI}
)

// Scan looks for scanners and asks how to scan.
func (i *Import) Scan() {
	s := i.s
	if s.Stage.SheetOpen() {
		return
	}
	var devices []scanner.Device
	var looking *kit.Sheet
	task := s.Try(func(ctx context.Context) (err error) {
		devices, err = scanner.Devices(ctx)
		return err
	}, func(err error) {
		looking.Close()
		switch {
		case errors.Is(err, context.Canceled):
		case err != nil:
			s.Explain(err)
		default:
			i.askScan(devices)
		}
	})
	stop := kit.NewButton(s.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { looking.Cancel() })
	looking = s.Stage.ShowSheet(kit.SheetOptions{
		Title: s.Say(text.ScanVerb), Content: kit.Indent(kit.NewText(s.Say(text.ScanLooking), kit.Body)),
		Actions: []*kit.Button{stop}, Focus: stop, OnCancel: task.Stop,
	})
}

// askScan asks how to scan.
func (i *Import) askScan(devices []scanner.Device) {
	s, c := i.s, &i.scanned
	labels, chosen := make([]string, len(devices)), 0
	for n, d := range devices {
		labels[n] = d.String()
		for _, other := range devices {
			if other != d && other.String() == d.String() {
				labels[n] = d.String() + text.Between + d.Name // two of a kind
			}
		}
		if d.Name == c.device {
			chosen = n
		}
	}
	which := kit.NewSegments(s.Say(text.ScanWhich), labels, chosen, func(int) {})
	named := kit.Indent(kit.NewText(s.Say(text.ScanWith, labels[0]), kit.Body))
	which.Hidden, named.Hidden = len(devices) < 2, len(devices) > 1
	colours := kit.NewSegments(s.Say(text.ScanColours), []string{s.Say(text.ScanGray), s.Say(text.ScanColor), s.Say(text.ScanLineart)}, c.mode, func(n int) { c.mode = n })
	if !i.scannedOnce {
		c.fineness = 2
	}
	fine := make([]string, len(scanDPI))
	for n, dpi := range scanDPI {
		fine[n] = strconv.Itoa(dpi)
	}
	fineness := kit.NewSegments(s.Say(text.ScanFineness), fine, c.fineness, func(n int) { c.fineness = n })
	source := kit.NewSegments(s.Say(text.ScanSource), []string{s.Say(text.ScanGlass), s.Say(text.ScanFeeder)}, c.source, func(n int) { c.source = n })
	var ask *kit.Sheet
	start := kit.NewButton(s.Say(text.ScanStart), theme.ConfirmIcon(), kit.Primary, func() {
		ask.Close()
		c.device, i.scannedOnce = devices[which.Chosen].Name, true
		i.scan(nil)
	})
	ask = s.Stage.ShowSheet(kit.SheetOptions{
		Title: s.Say(text.ScanVerb),
		Content: kit.Column(0, kit.Indent(kit.NewText(s.Say(text.ScanText), kit.Body)), named, which,
			kit.Indent(kit.NewText(s.Say(text.ScanSource), kit.Strong)), source,
			kit.Indent(kit.NewText(s.Say(text.ScanColours), kit.Strong)), colours,
			kit.Indent(kit.NewText(s.Say(text.ScanFineness), kit.Strong)), fineness),
		Actions: []*kit.Button{start, kit.NewButton(s.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { ask.Cancel() })},
		Focus:   start,
	})
}

// scan scans pages for a review, beside those it has; nil begins one.
func (i *Import) scan(review *photoReview) {
	s, c := i.s, i.scanned
	opt := scanner.Options{Device: c.device, Mode: scanModes[c.mode], DPI: scanDPI[c.fineness], Source: scanSources[c.source]}
	if review != nil && opt.Source == scanner.Feeder {
		opt.Pages = scanner.MaxPages - len(review.photos)
	}
	var sheet *kit.Sheet
	var pages [][]byte
	var task *kit.Task
	bar := kit.NewProgress(s.Say(text.ScanRunning), s.Say(text.ScanStop), s.Say(text.ScanNothing), func() { sheet.Cancel() })
	bar.Set(0, s.Say(text.ScannedPage, 1, 0), s.Say(text.ScanNothing))
	set := kit.Throttle(s.Stage, func(at [2]int) {
		bar.Set(float64(at[1])/100, s.Say(text.ScannedPage, at[0], at[1]), s.Say(text.ScanNothing))
	})
	task = s.Try(func(ctx context.Context) (err error) {
		pages, err = scanner.Scan(ctx, opt, func(page int, part float64) { set([2]int{page, int(part * 100)}) })
		return err
	}, func(err error) {
		sheet.Close()
		if errors.Is(err, context.Canceled) {
			s.Tell(s.Say(text.ScanStopped), nil)
			pages = nil
		}
		if errors.Is(err, context.Canceled) {
			err = nil
		}
		if review == nil {
			review = &photoReview{i: i, name: s.Say(text.ScannedTitle), scanned: true, bare: true}
		}
		if len(review.photos)+len(pages) > 0 {
			i.reviewOf(review, pages, err)
		} else if err != nil {
			s.Explain(err)
		}
	})
	sheet = s.Stage.ShowSheet(kit.SheetOptions{Title: s.Say(text.ScanVerb), Content: bar, Focus: bar.Stop(), OnCancel: task.Stop})
}

// another scans more pages for a review.
func (r *photoReview) another() {
	if len(r.photos) >= scanner.MaxPages {
		r.i.s.Explain(scanner.ErrOption)
		return
	}
	r.sheet.Close()
	r.i.scan(r)
}
