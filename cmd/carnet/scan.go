package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"carnet/ui/scanner"
	"carnet/ui/text"
	"carnet/vault"
)

// scannerJSON is a scanner as scripts read it.
type scannerJSON struct {
	Device string `json:"device"`
	Vendor string `json:"vendor"`
	Model  string `json:"model"`
	Kind   string `json:"kind"`
}

func (a *app) scanCommand() *cobra.Command {
	var opt vault.ImportOptions
	var how scanner.Options
	var mode, source string
	var list, unread bool
	c := a.verb(a.word(text.DocumentScan), 0, 0, func([]string) error {
		if list {
			return a.listScanners()
		}
		how.Mode, how.Source = scanner.Mode(mode), scanner.Source(source)
		return a.withVault(func(v *vault.Vault) error {
			p, err := a.who(v)
			if err != nil {
				return err
			}
			start := time.Now()
			pages, err := a.scan(how)
			if err != nil {
				return err
			}
			j := vault.Joined{Name: a.Say(text.ScannedTitle) + ".pdf"}
			return a.addJoined(v, p, pages, j, photoOptions{whole: true, bare: true}, opt, start, !unread)
		})
	})
	c.Flags().BoolVar(&list, "list-devices", false, a.Say(text.OptListDevices))
	c.Flags().StringVar(&how.Device, "device", "", a.Say(text.OptDevice))
	c.Flags().IntVar(&how.DPI, "resolution", scanner.UsualDPI, a.Say(text.OptResolution))
	c.Flags().StringVar(&mode, "mode", string(scanner.Gray), a.Say(text.OptMode))
	c.Flags().StringVar(&source, "source", "", a.Say(text.OptScanFrom))
	c.Flags().IntVar(&how.Pages, "pages", 0, a.Say(text.OptPages))
	a.categoryFlag(c, &opt.Category)
	c.Flags().StringVar(&opt.Date, "date", "", a.Say(text.OptDate))
	c.Flags().BoolVar(&unread, "no-ocr", false, a.Say(text.OptNoReading))
	return c
}

func (a *app) listScanners() error {
	all, err := scanner.Devices(a.ctx)
	if err != nil {
		return err
	}
	out := []scannerJSON{}
	for _, d := range all {
		out = append(out, scannerJSON{d.Name, d.Vendor, d.Model, d.Kind})
	}
	return a.give(out, func() {
		for _, d := range all {
			a.tell(text.ScanDevice, d.Name, d.String())
		}
	})
}

// scan scans pages, and tells how far it is on a terminal.
func (a *app) scan(how scanner.Options) ([][]byte, error) {
	shown := -1
	pages, err := scanner.Scan(a.ctx, how, func(page int, part float64) {
		if now := page*1000 + int(part*100); a.live() && now != shown {
			shown = now
			fmt.Fprintf(a.err, "\r\x1b[K%s", a.Say(text.ScannedPage, page, int(part*100)))
		}
	})
	if shown >= 0 {
		fmt.Fprint(a.err, "\r\x1b[K")
	}
	if err == nil {
		fmt.Fprintln(a.err, a.Plural(len(pages), text.ScannedOne, text.ScannedMany))
	}
	return pages, err
}
