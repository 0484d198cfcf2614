package text

import (
	"slices"
	"strconv"
	"time"

	"carnet/vault/exchange/sheet"
	"carnet/vault/plot"
	"carnet/vault/profile"
	"carnet/vault/record"
)

// The curve of a measurement.
var (
	CurveWord = Word{FR: "courbe", EN: "curve", Help: Message{"Les valeurs d'une mesure au fil du temps, ou de toutes", "The values of a measurement over time, or of all of them"},
		Long: Message{"Les valeurs d'une mesure au fil du temps, de la plus ancienne à la plus récente, ou de toutes les mesures. --to écrit la courbe et son tableau : .pdf, .html ou .txt.\nExemple : carnet profil-medical courbe poids --patient Léa",
			"The values of a measurement over time, oldest first, or of all measurements. --to writes the curve and its table: .pdf, .html or .txt.\nExample: carnet profile curve weight --patient Léa"},
		Usage: Message{"[MESURE]", "[MEASUREMENT]"}}
	CurveSaved    = Message{"Courbe enregistrée : %s. Elle est en clair.", "Curve saved: %s. It is in clear."}
	CurveWhich    = Message{"Cette mesure n'existe pas. Rien n'a été fait. Mesures : %s.", "There is no such measurement. Nothing was done. Measurements: %s."}
	CurveToOne    = Message{"Dites de quelle mesure, pour écrire sa courbe. Rien n'a été écrit.", "Say of which measurement, to write its curve. Nothing was written."}
	CurveLine     = Message{"  %s  %s  %s", "  %s  %s  %s"}
	CurveNone     = Message{"Aucune mesure pour l'instant.", "No measurement yet."}
	CurveFileName = Message{"courbe", "curve"}
	CurvePrint    = Message{"Imprimer ou enregistrer", "Print or save"}
	CurveTable    = Message{"Tableau", "Table"}
	CurveKeys     = Message{"Flèches gauche et droite : d'une mesure à l'autre. Entrée : tout ce qui en est dit.", "Left and right arrows: from one measurement to the next. Enter: all that is said of it."}
	CurveVague    = Message{"Un point vide : le jour n'est pas connu. Le trait couvre le mois ou l'année.", "An empty point: the day is not known. The bar covers the month or the year."}
	CurveInform   = Message{"Carnet montre les mesures. Il ne dit pas ce qu'elles signifient : un professionnel de santé le dira.", "Carnet shows the measurements. It does not say what they mean: a health professional will."}
	CurvePrinted  = Message{"Mesures écrites par la personne ou ses proches, imprimées le %s.", "Measurements written by the person or those close to them, printed on %s."}
	CurveOf       = Message{"%s : %s", "%s: %s"}
	curveDrawn    = Message{"Tout est dessiné en %s ; le tableau dit ce qui a été écrit.", "Everything is drawn in %s; the table says what was written."}
	CurveOne      = Message{"%d mesure", "%d measurement"}
	CurveMany     = Message{"%d mesures", "%d measurements"}
	curveAlone    = Message{"%s : %s, %s.", "%s: %s, %s."}
	curveSum      = Message{"%s : %s. La première : %s, %s. La dernière : %s, %s.", "%s: %s. The first: %s, %s. The last: %s, %s."}
	curvePoint    = Message{"%s : %s", "%s: %s"}
	curveFirst    = Message{"maximale", "systolic"}
	curveWith     = Message{"%s (%s)", "%s (%s)"}
)

// Curve is a measurement of a person over time.
type Curve struct {
	Patient record.Patient
	profile.Series
	Printed time.Time
}

// Title is what is measured.
func (c *Curve) Title(l Language) string {
	return l.Label(c.Observation.LabelFR, c.Observation.LabelEN)
}

// Plot is the curve as it is drawn: a whole date at its day, a month or a year as
// the time that it may mean. Its stops are the points of the series, in their
// order.
func (c *Curve) Plot(l Language) *plot.Plot {
	p := &plot.Plot{Summary: c.Summary(l), Unit: c.Observation.Units[0].Label, Number: l.decimal, Ticks: l.dateTicks}
	first, second := plot.Series{Name: c.Title(l)}, plot.Series{}
	for _, x := range c.Points {
		from, to := plot.Day(x.From), plot.Day(x.To)
		at := plot.Point{X: (from + to) / 2, From: from, To: to, Y: x.Value, Label: l.Say(curvePoint, l.Day(x.Entry.Start), c.Value(l, &x.Entry))}
		first.Points = append(first.Points, at)
		at.Y, at.Label = x.Value2, ""
		second.Points = append(second.Points, at)
	}
	p.Series = []plot.Series{first}
	if s := c.Observation.Second; s != nil {
		p.Series[0].Name, second.Name = l.Say(curveFirst), l.Label(s.LabelFR, s.LabelEN)
		p.Series = append(p.Series, second)
	}
	return p
}

// Value is what was written of one measurement, and how it was measured.
func (c *Curve) Value(l Language, e *record.Entry) string {
	value := l.Quantity(c.Observation, e)
	if e.Method != "" {
		value = l.Say(curveWith, value, l.code(c.Observation.Methods, e.Method))
	}
	return value
}

// Summary says in a sentence what the curve shows.
func (c *Curve) Summary(l Language) string {
	n := len(c.Points)
	if n == 0 {
		return l.Say(CurveNone)
	}
	first, last := &c.Points[0].Entry, &c.Points[n-1].Entry
	if n == 1 {
		return l.Say(curveAlone, c.Title(l), c.Value(l, first), l.Day(first.Start))
	}
	return l.Say(curveSum, c.Title(l), l.Plural(n, CurveOne, CurveMany), c.Value(l, first), l.Day(first.Start), c.Value(l, last), l.Day(last.Start))
}

// Notes explain what is drawn: points without a day, and values that were
// written in another unit.
func (c *Curve) Notes(l Language) (out []string) {
	if slices.ContainsFunc(c.Points, func(p profile.Point) bool { return !p.From.Equal(p.To) }) {
		out = append(out, l.Say(CurveVague))
	}
	usual := &c.Observation.Units[0]
	if slices.ContainsFunc(c.Points, func(p profile.Point) bool { return c.Observation.Unit(p.Entry.Unit) != usual }) {
		out = append(out, l.Say(curveDrawn, usual.Label))
	}
	return append(out, l.Say(CurveInform))
}

// Sheet is the curve on paper, with its table, newest first.
func (c *Curve) Sheet(l Language) *sheet.Sheet {
	var rows sheet.Rows
	for _, x := range slices.Backward(c.Points) {
		rows = append(rows, sheet.Row{Label: l.Day(x.Entry.Start), Value: c.Value(l, &x.Entry)})
	}
	blocks := []sheet.Block{
		sheet.Rows{{Label: l.Say(emergencyName), Value: c.Patient.Name}, {Label: l.Say(emergencyBirth), Value: l.Day(c.Patient.Birth)}},
		sheet.Plot{Plot: c.Plot(l)},
	}
	for _, note := range append(c.Notes(l), l.Say(CurvePrinted, l.Date(c.Printed))) {
		blocks = append(blocks, sheet.Paragraph(note))
	}
	return &sheet.Sheet{
		Title: c.Title(l), Language: l.Tag(), Footer: l.Say(Independence), Created: c.Printed,
		Blocks: append(blocks, sheet.Heading(l.Say(CurveTable)), rows),
	}
}

// decimal writes a number as people read it.
func (l Language) decimal(n float64) string { return l.Number(strconv.FormatFloat(n, 'f', -1, 64)) }

// dateTicks are the ticks of an axis of days: 14/03, 03/2021 or 2021.
func (l Language) dateTicks(from, to float64, most int) (out []plot.Tick) {
	dates, of := plot.Dates(from, to, most)
	for _, d := range dates {
		label := d.Format("2006")
		switch of {
		case plot.OfMonths:
			label = d.Format("01/2006")
		case plot.OfDays:
			label = d.Format("02/01/06")
		}
		out = append(out, plot.Tick{At: plot.Day(d), Label: label})
	}
	return out
}
