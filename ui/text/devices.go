package text

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"carnet/vault"
	"carnet/vault/exchange/devices"
	"carnet/vault/plot"
	"carnet/vault/record"
	"carnet/vault/series"
)

// Measurements of devices.
var (
	Measures = Word{FR: "mesure", EN: "measure", Help: Message{"Les mesures des appareils : balance, montre, tensiomètre, téléphone", "Measurements of devices: scales, watch, blood pressure monitor, telephone"}}

	MeasureImport = Word{FR: "importer", EN: "import", Help: Message{"Ajouter les mesures d'un fichier d'appareil", "Add the measurements of a file of a device"},
		Long: Message{"Ajoute les mesures d'un fichier : export d'Apple Santé (export.zip ou export.xml), tableaux de Withings (zip ou csv), points Open mHealth (json). Les mesures déjà présentes ne sont pas ajoutées deux fois. Le fichier lui-même n'est pas gardé : « carnet document ajouter » le garde. Un import s'annule avec « carnet document retirer » et l'identifiant affiché.\nExemple : carnet mesure importer export.zip --patient Léa",
			"Adds the measurements of a file: an export of Apple Health (export.zip or export.xml), tables of Withings (zip or csv), Open mHealth data points (json). Measurements that are there already are not added twice. The file itself is not kept: \"carnet document add\" keeps it. An import is undone with \"carnet document remove\" and the identifier shown.\nExample: carnet measure import export.zip --patient Léa"},
		Usage: Message{"FICHIER", "FILE"}}
	MeasureList = Word{FR: "lister", EN: "list", Help: Message{"Ce que les appareils ont mesuré, par mesure et par source", "What devices measured, by measurement and source"}}
	MeasureShow = Word{FR: "voir", EN: "show", Help: Message{"Les valeurs d'une mesure sur une période", "The values of a measurement in a period"},
		Long: Message{"Les valeurs d'une mesure sur une période, de la plus ancienne à la plus récente. Une valeur que deux sources donnent est montrée une fois ; les pas et le sommeil sont additionnés par jour, avec la source qui en compte le plus.\nExemple : carnet mesure voir poids --from 2026-01-01 --to 2026-03-31 --csv",
			"The values of a measurement in a period, oldest first. A value that two sources report is shown once; steps and sleep are added up by day, from the source that counts most.\nExample: carnet measure show weight --from 2026-01-01 --to 2026-03-31 --csv"},
		Usage: Message{"MESURE", "MEASUREMENT"}}

	OptMeasureTitle = Message{"titre du document qui garde ces mesures", "title of the document that keeps these measurements"}
	OptFromDay      = Message{"premier jour, AAAA-MM-JJ", "first day, YYYY-MM-DD"}
	OptToDay        = Message{"dernier jour, AAAA-MM-JJ", "last day, YYYY-MM-DD"}
	OptSourceOnly   = Message{"une seule source, par son nom", "one source alone, by its name"}
	OptCSV          = Message{"écrit un tableau CSV", "writes a CSV table"}
	DayWrong        = Message{"%s n'est pas un jour. Écrivez AAAA-MM-JJ. Rien n'a été fait.", "%s is not a day. Write YYYY-MM-DD. Nothing was done."}

	MeasuresTitle    = Message{"Mesures des appareils", "Measurements of devices"}
	MeasuresDefault  = Message{"Mesures : %s", "Measurements: %s"}
	MeasuresNone     = Message{"Aucune mesure d'appareil pour l'instant.", "No measurement of a device yet."}
	MeasuresNew      = Message{"%d mesures ajoutées", "%d measurements added"}
	MeasuresNewOne   = Message{"%d mesure ajoutée", "%d measurement added"}
	MeasuresKnown    = Message{"%d déjà présentes ou en double", "%d there already or twice"}
	MeasuresAllNew   = Message{"%s. Document %s.", "%s. Document %s."}
	MeasuresIn       = Message{"%s, %s. Document %s.", "%s, %s. Document %s."}
	MeasuresNothing  = Message{"Rien de nouveau dans ce fichier : %s. Rien n'a été ajouté.", "Nothing new in this file: %s. Nothing was added."}
	MeasuresLeft     = Message{"Laissé de côté : %s, %d fois (%s).", "Left out: %s, %d times (%s)."}
	MeasuresLeftMore = Message{"Et %d autres lignes laissées de côté.", "And %d other lines left out."}
	MeasureLine      = Message{"%s  %s  %s  du %s au %s  %s", "%s  %s  %s  from %s to %s  %s"}
	MeasureValue     = Message{"  %s  %s  %s", "  %s  %s  %s"}
	MeasureRepeated  = Message{"%d valeurs que deux sources donnent sont montrées une fois.", "%d values that two sources report are shown once."}
	MeasureDaily     = Message{"Une valeur par jour : celle de la source qui en compte le plus.", "One value a day: that of the source that counts most."}
	MeasureSource    = Message{"Source : %s", "Source: %s"}
	MeasureAll       = Message{"Toutes les sources", "All sources"}
	MeasureUnnamed   = Message{"sans nom", "unnamed"}
	MeasureReduced   = Message{"La courbe montre le plus bas et le plus haut de chaque période ; le tableau résume chaque %s.", "The curve shows the lowest and the highest of each stretch; the table sums up each %s."}
	MeasureByDay     = Message{"jour", "day"}
	MeasureByMonth   = Message{"mois", "month"}
	MeasureRange     = Message{"de %s à %s (%s)", "%s to %s (%s)"}
	MeasureWeek      = Message{"7 jours", "7 days"}
	MeasureMonth     = Message{"1 mois", "1 month"}
	MeasureYear      = Message{"1 an", "1 year"}
	MeasureEver      = Message{"Tout", "All"}
	MeasureReading   = Message{"Lecture des mesures", "Reading the measurements"}
	MeasureAsk       = Message{"Ce fichier contient des mesures d'appareil", "This file holds measurements of a device"}
	MeasureAskBody   = Message{
		"Carnet peut en lire les mesures (poids, tension, pouls) et les ajouter au profil médical. Le fichier d'origine peut aussi être gardé comme document : il prend alors %s dans le coffre.",
		"Carnet can read its measurements (weight, blood pressure, pulse) and add them to the medical profile. The original file can be kept as a document as well: it then takes %s in the vault.",
	}
	MeasureOnly       = Message{"Lire les mesures", "Read the measurements"}
	MeasureAndFile    = Message{"Lire et garder le fichier", "Read and keep the file"}
	MeasureFileOnly   = Message{"Garder le fichier seul", "Keep the file alone"}
	MeasureKept       = Message{"Tant que la lecture n'est pas finie, rien n'est ajouté.", "Until all of it is read, nothing is added."}
	MeasureRow        = Message{"%s · %s · %s · dernière le %s", "%s · %s · %s · last on %s"}
	MeasureSourceOne  = Message{"%d source", "%d source"}
	MeasureSourceMany = Message{"%d sources", "%d sources"}
	MeasuresHow       = Message{"Pour ajouter les mesures d'un appareil, ajoutez son fichier comme un document : Carnet le reconnaît (Apple Santé, Withings, Open mHealth).", "To add the measurements of a device, add its file like a document: Carnet knows it (Apple Health, Withings, Open mHealth)."}
	MeasurePeriod     = Message{"Période", "Period"}
	MeasureFrom       = Message{"Source", "Source"}
	MeasureKeys       = Message{"Flèches gauche et droite : d'une valeur à l'autre.", "Left and right arrows: from one value to the next."}
	measureSum        = Message{"%s : %s. La première : %s, %s. La dernière : %s, %s.", "%s: %s. The first: %s, %s. The last: %s, %s."}
	measurePair       = Message{"%s/%s", "%s/%s"}
	measureSecond     = Message{"minimale", "diastolic"}
)

var whyLeft = map[devices.Why]Message{
	devices.UnknownMeasure: {"mesure que Carnet ne garde pas", "a measurement that Carnet does not keep"},
	devices.UnknownUnit:    {"unité inconnue", "unknown unit"},
	devices.BadValue:       {"valeur illisible ou impossible", "unreadable or impossible value"},
	devices.BadTime:        {"date illisible", "unreadable date"},
	devices.Incomplete:     {"incomplet", "incomplete"},
	devices.InDetail:       {"compté avec une autre mesure", "counted with another measurement"},
}

// WhyLeft says why something of a file was left out.
func (l Language) WhyLeft(w devices.Why) string { return l.Say(whyLeft[w]) }

// MeasuresReport tells what became of a file of a device, a sentence each.
func (l Language) MeasuresReport(m *vault.MeasurementImport, document string) (out []string) {
	known := l.Say(MeasuresKnown, m.Known)
	switch {
	case m.New == 0:
		out = append(out, l.Say(MeasuresNothing, known))
	case m.Known == 0:
		out = append(out, l.Say(MeasuresAllNew, l.Plural(m.New, MeasuresNewOne, MeasuresNew), document))
	default:
		out = append(out, l.Say(MeasuresIn, l.Plural(m.New, MeasuresNewOne, MeasuresNew), known, document))
	}
	for i, left := range m.Left {
		if i == 20 {
			m.More += left.Times
			for _, more := range m.Left[i+1:] {
				m.More += more.Times
			}
			break
		}
		out = append(out, l.Say(MeasuresLeft, left.What, left.Times, l.WhyLeft(left.Why)))
	}
	if m.More > 0 {
		out = append(out, l.Say(MeasuresLeftMore, m.More))
	}
	return out
}

// Measure is the name of a measurement of devices.
func (l Language) Measure(m *series.Measure) string { return l.Label(m.LabelFR, m.LabelEN) }

// SourceName is the name of a device or program.
func (l Language) SourceName(source string) string { return cmp.Or(source, l.Say(MeasureUnnamed)) }

// MeasuredValue is a value with its unit.
func (l Language) MeasuredValue(m *series.Measure, value, second float64) string {
	said := l.rounded(m, value)
	if m.Two() {
		said = l.Say(measurePair, said, l.rounded(m, second))
	}
	return said + "\u00a0" + m.Units[0].Label
}

func (l Language) rounded(m *series.Measure, n float64) string {
	return l.Number(strconv.FormatFloat(n, 'f', m.Decimals, 64))
}

// Moment is a moment of a measurement, in its own zone.
func (l Language) Moment(m *series.Measure, at time.Time) string {
	if m.Sum {
		return at.Format(time.DateOnly)
	}
	return at.Format("2006-01-02 15:04")
}

// DeviceCurve is what devices measured of a person in a period.
type DeviceCurve struct {
	Patient  record.Patient
	Measure  *series.Measure
	Points   []series.Reported // by time
	Repeated int
}

// deviceColumns is how many columns of a curve have a value of their own: more than
// can be told apart on a screen are not drawn.
const deviceColumns = 240

// Plot is the curve as it is drawn, with at most two points a column.
func (c *DeviceCurve) Plot(l Language) *plot.Plot {
	p := &plot.Plot{Summary: c.Summary(l), Unit: c.Measure.Units[0].Label, Number: l.decimal, Ticks: l.dateTicks}
	draw := func(name string, of func(series.Point) float64, told bool) {
		all := make([]plot.Point, len(c.Points))
		for i, x := range c.Points {
			at := (float64(x.Start) + float64(x.Zone)*60_000) / 86_400_000
			all[i] = plot.Point{X: at, From: at, To: at, Y: of(x.Point)}
		}
		all = slices.Clone(plot.Reduce(all, deviceColumns))
		if told {
			for i := range all { // the points that are drawn, found again by their moment
				n, _ := slices.BinarySearchFunc(c.Points, all[i].X, func(x series.Reported, at float64) int {
					return cmp.Compare((float64(x.Start)+float64(x.Zone)*60_000)/86_400_000, at)
				})
				x := c.Points[min(n, len(c.Points)-1)]
				all[i].Label = l.Say(curvePoint, l.Moment(c.Measure, x.At()), l.MeasuredValue(c.Measure, x.Value, x.Second))
			}
		}
		p.Series = append(p.Series, plot.Series{Name: name, Points: all})
	}
	if !c.Measure.Two() {
		draw(l.Measure(c.Measure), func(x series.Point) float64 { return x.Value }, true)
		return p
	}
	draw(l.Say(curveFirst), func(x series.Point) float64 { return x.Value }, true)
	draw(l.Say(measureSecond), func(x series.Point) float64 { return x.Second }, false)
	return p
}

// Summary says in a sentence what the curve shows.
func (c *DeviceCurve) Summary(l Language) string {
	n := len(c.Points)
	if n == 0 {
		return l.Say(CurveNone)
	}
	said := func(x series.Reported) string { return l.MeasuredValue(c.Measure, x.Value, x.Second) }
	day := func(x series.Reported) string { return l.Date(x.At()) }
	first, last := c.Points[0], c.Points[n-1]
	if n == 1 {
		return l.Say(curveAlone, l.Measure(c.Measure), said(first), day(first))
	}
	return l.Say(measureSum, l.Measure(c.Measure), l.Plural(n, CurveOne, CurveMany), said(first), day(first), said(last), day(last))
}

// DeviceRow is a line of the table: a value, or what lies between the lowest and the
// highest of a day or a month.
type DeviceRow struct{ When, Value string }

// mostRows is how many lines a table has at most before it sums up days, then months.
const mostRows = 60

// Table is the values as lines, newest first; by says what each sums up, "" for
// nothing.
func (c *DeviceCurve) Table(l Language) (rows []DeviceRow, by string) {
	when := func(x series.Reported) string { return l.Moment(c.Measure, x.At()) }
	if len(c.Points) > mostRows {
		when, by = func(x series.Reported) string { return x.At().Format(time.DateOnly) }, l.Say(MeasureByDay)
		if c.Points[len(c.Points)-1].Day()-c.Points[0].Day() > mostRows {
			when, by = func(x series.Reported) string { return x.At().Format("2006-01") }, l.Say(MeasureByMonth)
		}
	}
	for i := len(c.Points) - 1; i >= 0; {
		x := c.Points[i]
		low, high, n := x, x, 0
		at := when(x)
		for ; i >= 0 && (n == 0 || by != "" && when(c.Points[i]) == at); i-- {
			if c.Points[i].Value < low.Value {
				low = c.Points[i]
			}
			if c.Points[i].Value > high.Value {
				high = c.Points[i]
			}
			n++
		}
		value := l.MeasuredValue(c.Measure, x.Value, x.Second)
		if n > 1 {
			value = l.Say(MeasureRange, l.MeasuredValue(c.Measure, low.Value, low.Second), l.MeasuredValue(c.Measure, high.Value, high.Second), l.Plural(n, CurveOne, CurveMany))
		}
		rows = append(rows, DeviceRow{at, value})
	}
	return rows, by
}

// Notes explain what is drawn.
func (c *DeviceCurve) Notes(l Language) (out []string) {
	if c.Measure.Sum {
		out = append(out, l.Say(MeasureDaily))
	}
	if c.Repeated > 0 {
		out = append(out, l.Say(MeasureRepeated, c.Repeated))
	}
	if _, by := c.Table(l); by != "" {
		out = append(out, l.Say(MeasureReduced, by))
	}
	return append(out, l.Say(CurveInform))
}
