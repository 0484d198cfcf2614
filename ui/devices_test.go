package ui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"carnet/cmd/carnet/samples"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault/series"
)

// appleFile is an export of a telephone: a year of weights from two programs, and heart
// rates.
func appleFile() samples.File {
	var b strings.Builder
	b.WriteString("<HealthData locale=\"fr_FR\">\n")
	record := func(kind, source, unit string, at time.Time, value float64) {
		s := at.Format("2006-01-02 15:04:05 -0700")
		fmt.Fprintf(&b, "<Record type=\"HKQuantityTypeIdentifier%s\" sourceName=%q unit=%q startDate=%q endDate=%q value=\"%v\"/>\n", kind, source, unit, s, s, value)
	}
	for d := range 300 {
		at := time.Date(2025, 11, 15, 7, 30, 0, 0, time.FixedZone("", 3600)).AddDate(0, 0, d)
		record("BodyMass", "Balance", "kg", at, 17+float64(d%20)/10)
		record("BodyMass", "Santé", "kg", at.Add(20*time.Second), 17+float64(d%20)/10)
		record("HeartRate", "Montre", "count/min", at, float64(80+d%30))
	}
	b.WriteString("</HealthData>\n")
	return samples.File{Name: "exporter.xml", Data: []byte(b.String())}
}

// readsDevice adds the file of a device for Léa, and reads its measurements.
func (u *user) readsDevice() {
	u.t.Helper()
	u.Dropped(u.write(appleFile()))
	u.settle()
	u.shows(u.Say(text.MeasureAsk))
	u.chooses("Léa, 7 ans")
	u.press(text.MeasureOnly)
	u.until("what became of it", func() bool { return u.mayRead("900 mesures ajoutées") })
}

// TestDeviceFile: a file of a device is known among what is added, its measurements are
// read or not as one says, and a curve shows them by period and source.
func TestDeviceFile(t *testing.T) {
	u := atHome(t)
	before := len(u.documents())
	u.readsDevice()
	u.press(text.Close)
	if !u.in(session.Medical) {
		t.Errorf("not at the profile:\n%s", u.seen())
	}
	u.reads(u.Say(text.MeasuresTitle), u.Say(text.MeasuresHow))
	u.pressRow("Poids")
	u.until("the curve", func() bool { return u.mayRead("Poids : 300 mesures") })
	u.reads("La dernière : 18,9 kg", u.Say(text.MeasureRepeated, 300), u.Say(text.MeasureReduced, u.Say(text.MeasureByMonth)), u.Say(text.CurveInform), "2026-03"+text.Between)
	u.chooses("Balance")
	u.until("one source", func() bool { return !u.mayRead(u.Say(text.MeasureRepeated, 300)) && u.mayRead("Poids : 300 mesures") })
	u.chooses(u.Say(text.MeasureWeek))
	u.until("a week", func() bool { return u.mayRead("Poids : 7 mesures") })
	u.reads("2026-09-10 07:30" + text.Between + "18,9")
	u.key(fyne.KeyEscape)

	// It is a document like others, and undone like others.
	if n := len(u.documents()); n != before+1 {
		t.Errorf("%d documents of %d", n, before)
	}
	u.command(text.Undo)
	u.settle()
	patient := u.open.Person().ID
	if all, err := u.open.Vault.MeasurementSeries(patient); err != nil || len(all) != 0 {
		t.Error(all, err)
	}
	u.command(text.Redo)
	u.settle()
	if runs, err := u.open.Vault.Measurements(t.Context(), patient, "weight", series.Period{}); err != nil || len(runs) != 2 {
		t.Error(runs, err)
	}

	// Kept alone, it is nothing but a file.
	u.Dropped(u.write(appleFile()))
	u.settle()
	u.press(text.MeasureFileOnly)
	u.until("the file", func() bool { return len(u.documents()) == before+2 })
}

// TestScreenshotsOfDevices draws the question and the curve.
func TestScreenshotsOfDevices(t *testing.T) {
	a := &album{user: atHome(t), dir: screenshots(t)}
	a.resize(leastWidth, leastHeight)
	a.Dropped(a.write(appleFile()))
	a.settle()
	a.take("appareil-question")
	a.key(fyne.KeyEscape)
	a.readsDevice()
	a.take("appareil-lu")
	a.press(text.Close)
	a.pressRow("Poids")
	a.until("the curve", func() bool { return a.mayRead("Poids : 300 mesures") })
	a.resize(leastWidth, leastHeight)
	a.take("appareil-courbe")
}
