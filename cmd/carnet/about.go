package main

import (
	"os"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"carnet/assets"
	"carnet/ui/release"
	"carnet/ui/text"
	"carnet/vault"
)

// thisBuild describes this program.
func thisBuild() (*release.Build, error) {
	info, _ := debug.ReadBuildInfo() // nil in a program that no go command built
	return release.New(info, assets.Licences, assets.ReleaseKey)
}

func (a *app) aboutCommand() *cobra.Command {
	var report string
	c := a.word(text.AboutCommand)
	a.verb(c, 0, 0, func([]string) error {
		b, err := thisBuild()
		if err != nil {
			return err
		}
		if report != "" {
			return a.saveReport(b, report)
		}
		return a.about(b)
	})
	c.Flags().StringVar(&report, "report", "", a.Say(text.OptReport))
	return c
}

func (a *app) saveReport(b *release.Build, path string) error {
	display := "none"
	if hasDisplay(os.Getenv) {
		display = "present"
	}
	report := b.Report(release.Line{Name: "means", Value: "command"}, release.Line{Name: "language", Value: a.Tag()}, release.Line{Name: "display", Value: display})
	if err := vault.WriteNew(path, report); err != nil {
		return err
	}
	return a.give(map[string]any{"path": path}, func() { a.tell(text.ReportSaved, path) })
}

// aboutJSON is the program as scripts read it.
type aboutJSON struct {
	Version  string         `json:"version"`
	Revision string         `json:"revision"`
	Date     string         `json:"date"`
	Changed  bool           `json:"changed"`
	Compiler string         `json:"compiler"`
	System   string         `json:"system"`
	Key      bool           `json:"releaseKey"`
	Works    []release.Work `json:"works"`
}

func (a *app) about(b *release.Build) error {
	date := ""
	if !b.Time.IsZero() {
		date = b.Time.UTC().Format(time.DateOnly)
	}
	return a.give(aboutJSON{b.Version, b.Revision, date, b.Changed, b.Go, b.System, b.HasKey(), b.Works}, func() {
		for _, line := range a.Build(b) {
			a.tell(text.Message{FR: "%s", EN: "%s"}, line)
		}
		for _, said := range a.Memory(vault.KeysInMemory()) {
			a.tell(text.Message{FR: "%s", EN: "%s"}, said)
		}
		for _, m := range []text.Message{text.Independence, text.FreeSoftware, text.SourceOffer} {
			a.tell(text.Message{FR: "\n%s", EN: "\n%s"}, a.Say(m))
		}
		for _, p := range a.Accessibility() {
			a.tell(text.Message{FR: "\n%s", EN: "\n%s"}, p.Title)
			for _, s := range p.Sentences {
				a.tell(text.Message{FR: "  %s", EN: "  %s"}, s)
			}
		}
		a.tell(text.Message{FR: "\n%s", EN: "\n%s"}, a.Say(text.LicencesText))
		for _, p := range a.Works(b) {
			a.tell(text.Message{FR: "\n%s", EN: "\n%s"}, p.Title)
			for _, s := range p.Sentences {
				a.tell(text.Message{FR: "  %s", EN: "  %s"}, s)
			}
		}
	})
}

func (a *app) updateCommand() *cobra.Command {
	var pack string
	c := a.word(text.UpdateCommand)
	a.verb(c, 1, 1, func(args []string) error {
		b, err := thisBuild()
		if err != nil {
			return err
		}
		if a.releaseKey != nil {
			b.Trust(a.releaseKey)
		}
		return a.update(b, args[0], pack)
	})
	c.Flags().StringVar(&pack, "package", "", a.Say(text.OptPackage))
	return c
}

// standings are how a build stands to a notice, as scripts read it.
var standings = map[release.Standing]string{release.Unknown: "unknown", release.Older: "older", release.Same: "same", release.Newer: "newer"}

func (a *app) update(b *release.Build, path, pack string) error {
	n, err := b.ReadNotice(path)
	if err != nil {
		return err
	}
	var verified release.Package
	if pack != "" {
		if verified, err = n.Verify(pack); err != nil {
			return err
		}
	}
	return a.give(map[string]any{"version": n.Version, "date": n.Date, "where": n.Where, "this": b.Version, "thisIs": standings[b.Standing(n)], "package": verified.Name}, func() {
		for _, s := range a.Notice(b, n) {
			a.tell(text.Message{FR: "%s", EN: "%s"}, s)
		}
		if verified.Name != "" {
			a.tell(text.PackageGood, verified.Name)
		}
	})
}
