package text

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"carnet/vault/exchange/sheet"
	"carnet/vault/growth"
	"carnet/vault/plot"
	"carnet/vault/record"
)

// The growth of a child.
var (
	Child       = Word{FR: "enfant", EN: "child", Help: Message{"Le carnet de santé d'un enfant", "A child's health record"}}
	ChildGrowth = Word{FR: "croissance", EN: "growth", Help: Message{"Les mesures de poids, de taille et de périmètre crânien du profil médical, situées par les standards de l'OMS", "The weights, heights and head circumferences of the medical profile, placed by the WHO standards"},
		Long: Message{"Les mesures de poids, de taille et de périmètre crânien du profil médical, et l'indice de masse corporelle, situés par les standards de l'OMS. --to écrit les courbes et le tableau : .pdf, .html ou .txt.\nExemple : carnet enfant croissance --patient Léa --to croissance.pdf",
			"The weights, heights and head circumferences of the medical profile, and the body mass index, placed by the WHO standards. --to writes the curves and the table: .pdf, .html or .txt.\nExample: carnet child growth --patient Léa --to growth.pdf"}}
	ChildMeasure    = Word{FR: "mesure", EN: "measure", Help: Message{"Les mesures d'un enfant", "The measurements of a child"}}
	ChildMeasureAdd = Word{FR: "ajouter", EN: "add", Help: Message{"Ajoute le poids, la taille et le périmètre crânien d'un jour, en une fois", "Adds the weight, height and head circumference of a day, at once"},
		Long: Message{"Ajoute au profil médical le poids, la taille et le périmètre crânien d'un jour : tout, ou rien. Une valeur inattendue est gardée et signalée.\nExemple : carnet enfant mesure ajouter --patient Léa --weight 12,2 --height 86 --position lying --head 47,5",
			"Adds the weight, height and head circumference of a day to the medical profile: all of it, or nothing. An unexpected value is kept and reported.\nExample: carnet child measure add --patient Léa --weight 12.2 --height 86 --position lying --head 47.5"}}

	OptLines    = Message{"lignes de comparaison : scores (écarts-types), centiles, ou thresholds (seuils IOTF de l'indice de masse corporelle)", "lines to compare with: scores (z-scores), centiles, or thresholds (IOTF thresholds of the body mass index)"}
	OptMeasured = Message{"jour de la mesure, AAAA-MM-JJ ; aujourd'hui sinon", "day of the measurement, YYYY-MM-DD; today otherwise"}
	OptWeight   = Message{"poids en kg, ou en g : 12,2 ou \"3400 g\"", "weight in kg, or in g: 12.2 or \"3400 g\""}
	OptHeight   = Message{"taille en cm", "height in cm"}
	OptPosition = Message{"comment la taille a été mesurée : lying (couché) ou standing (debout)", "how the height was measured: lying or standing"}
	OptHead     = Message{"périmètre crânien en cm", "head circumference in cm"}

	GrowthTitle     = Message{"Croissance", "Growth"}
	GrowthSaved     = Message{"Courbes enregistrées : %s. Elles sont en clair.", "Curves saved: %s. They are in clear."}
	GrowthFileName  = Message{"croissance", "growth"}
	GrowthWhich     = Message{"Mesure", "Measurement"}
	GrowthSpans     = Message{"Âges montrés", "Ages shown"}
	GrowthCompared  = Message{"Comparé à", "Compared with"}
	GrowthScores    = Message{"Écarts-types", "Z-scores"}
	GrowthCentiles  = Message{"Centiles", "Centiles"}
	GrowthIOTF      = Message{"Seuils IOTF", "IOTF thresholds"}
	GrowthByAge     = Message{"%s selon l'âge (%s)", "%s by age (%s)"}
	GrowthEdition   = Message{"Table du %s, d'après les données de l'OMS et de l'IOTF ; les sources complètes sont sur la feuille imprimée.", "Table of %s, after the data of the WHO and the IOTF; the printed sheet has the sources in full."}
	GrowthAddFor    = Message{"Ajouter une mesure de %s", "Add a measurement of %s"}
	GrowthUnborn    = Message{"Le %s est avant la naissance. Rien n'a été fait.", "%s is before the birth. Nothing was done."}
	GrowthTable     = Message{"Voir en tableau", "See as a table"}
	GrowthCurve     = Message{"Voir en courbe", "See as a curve"}
	GrowthEarlier   = Message{"Plus jeune", "Younger"}
	GrowthLater     = Message{"Plus âgé", "Older"}
	GrowthAdd       = Message{"Ajouter une mesure", "Add a measurement"}
	GrowthFirst     = Message{"Ajoutez la première mesure : date, poids, taille, périmètre crânien. Elles sont dans le carnet de santé papier, pages des courbes.", "Add the first measurement: date, weight, height, head circumference. They are in the paper health record, on the pages of the curves."}
	GrowthNoneOf    = Message{"Aucune mesure de ce genre pour l'instant.", "No measurement of this kind yet."}
	GrowthKeys      = Message{"Flèches gauche et droite : d'une mesure à l'autre. Haut et bas : agrandir, réduire. Page précédente et page suivante : plus jeune, plus âgé. Entrée : ce qui en est écrit.", "Left and right arrows: from one measurement to the next. Up and down: zoom in, zoom out. Page up and page down: younger, older. Enter: what is written of it."}
	GrowthDate      = Message{"Date de la mesure", "Date of the measurement"}
	GrowthWeight    = Message{"Poids", "Weight"}
	GrowthWeightHow = Message{"En kg ; en grammes si vous écrivez g. Par exemple 12,2 ou 3400 g.", "In kg; in grams if you write g. For instance 12.2 or 3400 g."}
	GrowthHeight    = Message{"Taille", "Height"}
	GrowthInCM      = Message{"En cm.", "In cm."}
	GrowthPosition  = Message{"Taille mesurée", "Height measured"}
	GrowthLying     = Message{"couché", "lying"}
	GrowthStanding  = Message{"debout", "standing"}
	GrowthHead      = Message{"Périmètre crânien", "Head circumference"}
	GrowthNumber    = Message{"Ce n'est pas un nombre de cette mesure. Vos autres réponses sont gardées. Écrivez par exemple %s.", "This is no number of this measurement. Your other answers are kept. Write %s, for instance."}
	GrowthNothing   = Message{"Aucune mesure n'est écrite. Rien n'a été changé. Remplissez au moins une ligne.", "No measurement is written. Nothing was changed. Fill in at least one line."}
	GrowthBefore    = Message{"Cette date est avant la naissance, ou dans le futur. Vos autres réponses sont gardées. Écrivez-la comme ceci : 03/11/2026.", "This date is before the birth, or lies in the future. Your other answers are kept. Write it like this: 03/11/2026."}
	GrowthSure      = Message{"Si c'est bien ce qui a été mesuré, appuyez encore une fois sur « Garder ces réponses ».", "If that is what was measured, press \"Keep these answers\" once more."}
	GrowthAdded     = Message{"Mesures ajoutées", "Measurements added"}
	GrowthAddedLine = Message{"Ajouté %s : %s, le %s.", "Added %s: %s, on %s."}
	GrowthNote      = Message{"  À regarder : %s", "  To look at: %s"}
	GrowthNeed      = Message{"Donnez au moins --weight, --height ou --head. Rien n'a été fait.", "Give --weight, --height or --head at least. Nothing was done."}
	GrowthRemarks   = Message{"À vérifier, ou à dire au médecin", "To check, or to tell the doctor"}
	GrowthSummary   = Message{"%s. La dernière : %s, le %s, à %s.", "%s. The last: %s, on %s, at %s."}
	GrowthSex       = Message{"Le sexe n'est pas précisé dans le profil. Les standards sont faits pour les filles ou pour les garçons : les mesures sont montrées sans être comparées.", "The sex is not given in the profile. The standards are for girls or for boys: measurements are shown without being compared."}
	GrowthNoTerm    = Message{"Le terme à la naissance n'est pas précisé dans le profil : les âges ne sont pas corrigés.", "The term at birth is not given in the profile: ages are not corrected."}
	GrowthPreterm   = Message{"Naissance à %s semaines d'aménorrhée : jusqu'à 24 mois, les mesures sont placées à l'âge corrigé, celui d'une naissance à 40 semaines.", "Born at %s weeks since the last period: until 24 months, measurements are placed at the corrected age, that of a birth at 40 weeks."}
	GrowthStep      = Message{"À 24 mois, les standards passent de la taille couchée à la taille debout : leurs lignes font un pas de 0,7 cm. Une taille mesurée dans l'autre position est comparée avec cet écart.", "At 24 months the standards go from length lying to height standing: their lines step by 0.7 cm. A height measured in the other position is compared with that difference."}
	GrowthIOTFNote  = Message{"Les seuils de l'International Obesity Task Force (2012) portent le nom de l'indice qu'ils atteignent à 18 ans.", "The thresholds of the International Obesity Task Force (2012) are named after the index that they reach at 18 years."}
	GrowthPrinted   = Message{"Mesures écrites par la personne ou ses proches, imprimées le %s.", "Measurements written by the person or those close to them, printed on %s."}
	GrowthLine      = Message{"%s  %s", "%s  %s"}
	GrowthEmpty     = Message{"Aucune mesure datée de poids, de taille ou de périmètre crânien dans le profil médical.", "No dated weight, height or head circumference in the medical profile."}
	GrowthSources   = Message{"Standards de l'OMS 2006 et 2007, table %s. Les courbes françaises de 2018 ne sont pas des données publiques.", "WHO standards of 2006 and 2007, table %s. The French curves of 2018 are not public data."}
	GrowthSourcesOf = Message{"Sources", "Sources"}
	GrowthLimits    = Message{"Ces nombres situent une mesure parmi celles d'autres enfants du même âge. Ils ne disent rien de la santé : parlez-en au médecin.", "These numbers place a measurement among those of other children of that age. They say nothing about health: ask the doctor."}

	growthNotDrawnOne  = Message{"%d mesure à vérifier est dans le tableau, et pas sur la courbe.", "%d measurement to check is in the table, and not on the curve."}
	growthNotDrawnMany = Message{"%d mesures à vérifier sont dans le tableau, et pas sur la courbe.", "%d measurements to check are in the table, and not on the curve."}
	growthBounds       = Message{"Une mesure est à vérifier au-delà des bornes que l'OMS tient pour plausibles dans son logiciel Anthro (2011) ; elle est gardée telle quelle et n'a ni écart-type ni centile.", "A measurement is to be checked beyond the bounds that the WHO takes for plausible in its Anthro software (2011); it is kept as it is and has neither z-score nor centile."}
	growthDated        = Message{"Table de Carnet : édition %s, datée du %s.", "Table of Carnet: edition %s, dated %s."}
	growthDoubted      = Message{"à vérifier", "to check"}
	growthOutside      = Message{"hors des tables", "outside the tables"}
	growthNoSex        = Message{"sexe non précisé", "sex not given"}
	growthScore        = Message{"%s écart-type, centile %s", "z-score %s, centile %s"}
	growthCorrected    = Message{"âge corrigé", "corrected age"}
	growthColumns      = []Message{{"Date", "Date"}, {"Âge", "Age"}, {"Mesure", "Measurement"}, {"Valeur", "Value"}, {"Écart-type", "Z-score"}, {"Centile", "Centile"}, {"Standard", "Standard"}}
	growthTwoAges      = Message{"%s (corrigé : %s)", "%s (corrected: %s)"}
	growthAgeParts     = Message{"%s %s", "%s %s"}
	growthEarly        = Message{"avant terme", "before term"}
	growthBirth        = Message{"0 an", "0 years"}
	growthMedian       = Message{"médiane", "median"}
	growthDeviation    = Message{"%s é.-t.", "%s SD"}
	growthCentile      = Message{"centile %s", "centile %s"}
	growthThreshold    = Message{"IOTF %s", "IOTF %s"}
	growthBelow        = Message{"sous le centile %v", "below centile %v"}
	growthAbove        = Message{"au-dessus du centile %v", "above centile %v"}
	growthAmid         = Message{"entre les centiles %v et %v", "between centiles %v and %v"}
	growthFar          = Message{"%s : si loin des autres enfants de cet âge que l'OMS y voit une erreur de mesure ou d'écriture.", "%s: so far from other children of that age that the WHO takes it for a mistake of measuring or writing."}
	growthSlip         = Message{"%s : loin des autres enfants de cet âge. Était-ce %s ?", "%s: far from other children of that age. Was it %s?"}
	growthSwapped      = Message{"%s : loin des autres enfants de cet âge. Le poids et la taille sont-ils échangés ?", "%s: far from other children of that age. Have weight and height changed places?"}
	growthLess         = Message{"%s : moins que le %s (%s).", "%s: less than on %s (%s)."}
	growthCrossed      = Message{"%s : %s. Le %s : %s. Parlez-en au médecin.", "%s: %s. On %s: %s. Ask the doctor about it."}
	growthChange       = Message{"%s : %s entre le %s et le %s, soit %s par an à ce rythme. C'est un fait, sans norme à laquelle il est comparé : parlez-en au médecin.", "%s: %s between %s and %s, that is %s a year at this pace. It is a fact, compared with no standard: ask the doctor about it."}
	growthTerm         = Message{"Terme", "Term"}
	growthTermIs       = Message{"%s semaines d'aménorrhée", "%s weeks since the last period"}

	growthMeasures = map[growth.Measure]Message{
		growth.Weight: {"Poids", "Weight"}, growth.Height: {"Taille", "Height"},
		growth.Head: {"Périmètre crânien", "Head circumference"}, growth.BMI: {"Indice de masse corporelle", "Body mass index"},
	}
	growthUnits     = map[growth.Measure]string{growth.Weight: "kg", growth.Height: "cm", growth.Head: "cm", growth.BMI: "kg/m²"}
	growthStandards = map[growth.Standard]Message{growth.WHO2006: {"OMS 2006", "WHO 2006"}, growth.WHO2007: {"OMS 2007", "WHO 2007"}}
	growthPositions = map[growth.Position]Message{growth.Lying: GrowthLying, growth.Standing: GrowthStanding}
)

// GrowthLines are the lines that a curve is compared with.
type GrowthLines string

// The lines. Thresholds are of the body mass index alone.
const (
	ByScore     GrowthLines = "scores"
	ByCentile   GrowthLines = "centiles"
	ByThreshold GrowthLines = "thresholds"
)

// GrowthMeasures are the measures in the order in which they are shown.
var GrowthMeasures = []growth.Measure{growth.Weight, growth.Height, growth.Head, growth.BMI}

// GrowthSpan is a part of childhood that can be looked at, in days of age; zero is
// as far as the measurements go.
type GrowthSpan struct {
	Label    Message
	From, To growth.Days
}

// GrowthParts are those parts.
var GrowthParts = []GrowthSpan{
	{Label: Message{"Toutes les mesures", "All measurements"}},
	{Message{"0 à 2 ans", "0 to 2 years"}, 0, growth.Months(24)},
	{Message{"0 à 5 ans", "0 to 5 years"}, 0, growth.Months(60)},
	{Message{"5 à 19 ans", "5 to 19 years"}, growth.Months(60), growth.Months(228)},
}

// leastSpan is the shortest time that a curve shows: a season.
const leastSpan = 91

// Growth is how a child grows.
type Growth struct {
	Patient   record.Patient
	Reference *growth.Reference
	Points    []growth.Point // as [growth.Reference.Points] gives them
	Printed   time.Time
}

// GrowthMeasure names a measure.
func (l Language) GrowthMeasure(m growth.Measure) string { return l.Say(growthMeasures[m]) }

// GrowthUnit is the unit of a measure as people read it.
func GrowthUnit(m growth.Measure) string { return growthUnits[m] }

// GrowthValue is a value with its unit.
func (l Language) GrowthValue(m growth.Measure, value float64) string {
	return l.Number(decimals(value)) + "\u00a0" + growthUnits[m]
}

// Of lists the points of one measure.
func (g *Growth) Of(m growth.Measure) (out []growth.Point) {
	for _, p := range g.Points {
		if p.Measure == m {
			out = append(out, p)
		}
	}
	return out
}

// Drawn lists the points of one measure that its curve shows: all but those that are
// too far to be believed, beside which nothing else could be seen.
func (g *Growth) Drawn(m growth.Measure) (out []growth.Point) {
	for _, p := range g.Points {
		if p.Measure == m && !p.Doubted {
			out = append(out, p)
		}
	}
	return out
}

// value is what was measured, and in which position.
func (g *Growth) value(l Language, p growth.Point) string {
	said := l.GrowthValue(p.Measure, p.Value)
	if position, known := growthPositions[p.Position]; known && p.Measure == growth.Height {
		said += " " + l.Say(position)
	}
	return said
}

// Point says a measurement and where it lies.
func (g *Growth) Point(l Language, p growth.Point) string {
	said := l.Say(Message{"%s : %s", "%s: %s"}, l.GrowthMeasure(p.Measure), g.value(l, p))
	if !p.Known {
		return said + " (" + l.Say(g.unknown(p)) + ")"
	}
	said += " (" + l.Say(growthScore, l.Number(signed(p.Score.Z)), centile(p.Score.Centile()))
	if p.Corrected {
		said += ", " + l.Say(growthCorrected)
	}
	return said + ")"
}

// unknown says why a measurement is not compared.
func (g *Growth) unknown(p growth.Point) Message {
	switch {
	case p.Doubted:
		return growthDoubted
	case g.Patient.Sex == "":
		return growthNoSex
	}
	return growthOutside
}

// age is how old the child was, and the corrected age beside it.
func (g *Growth) age(l Language, p growth.Point) string {
	birth, err := time.Parse(time.DateOnly, g.Patient.Birth)
	on, err2 := time.Parse(time.DateOnly, p.On)
	if err != nil || err2 != nil {
		return l.Say(dayUnknown)
	}
	age := l.fullAge(birth, on)
	if !p.Corrected {
		return age
	}
	corrected := l.Say(growthEarly)
	if p.Compared >= 0 {
		corrected = l.fullAge(birth.AddDate(0, 0, int(p.Age-p.Compared)), on)
	}
	return l.Say(growthTwoAges, age, corrected)
}

// fullAge says an age in years and months.
func (l Language) fullAge(birth, on time.Time) string {
	months := wholeMonths(birth, on)
	if months < 24 || months%12 == 0 {
		return l.Age(birth, on)
	}
	return l.Say(growthAgeParts, l.Plural(months/12, ageYear, ageYears), l.Plural(months%12, ageMonth, ageMonths))
}

// Remarks says what is remarkable about the points of some measures, one sentence
// for each fact, newest first.
func (g *Growth) Remarks(l Language, of ...growth.Measure) []string {
	return g.RemarksOf(l, func(p growth.Point, _ growth.Remark) bool { return slices.Contains(of, p.Measure) })
}

// RemarksOf says the remarks that which wants, newest first.
func (g *Growth) RemarksOf(l Language, which func(growth.Point, growth.Remark) bool) (out []string) {
	for i, remarks := range slices.Backward(g.Reference.Remarks(g.Patient, g.Points)) {
		for _, r := range remarks {
			if which(g.Points[i], r) {
				out = append(out, g.remark(l, g.Points[i], r))
			}
		}
	}
	return out
}

func (g *Growth) remark(l Language, p growth.Point, r growth.Remark) string {
	what := l.Say(Message{"%s, %s, le %s", "%s, %s, on %s"}, l.GrowthMeasure(p.Measure), g.value(l, p), l.Day(p.On))
	switch r.Kind {
	case growth.Slip:
		return l.Say(growthSlip, what, l.GrowthValue(p.Measure, r.Meant))
	case growth.Swapped:
		return l.Say(growthSwapped, what)
	case growth.Less:
		return l.Say(growthLess, what, l.Day(r.Before.On), g.value(l, r.Before))
	case growth.Crossed:
		return l.Say(growthCrossed, what, l.band(p.Score), l.Day(r.Before.On), l.band(r.Before.Score))
	}
	return l.Say(growthFar, what)
}

// Changes says by how much each measure changed up to its last measurement, one
// sentence for each.
func (g *Growth) Changes(l Language, of ...growth.Measure) (out []string) {
	for _, m := range of {
		c, ok := growth.Latest(g.Points, m)
		if !ok {
			continue
		}
		number := func(n float64) string { return l.Number(fmt.Sprintf("%+.1f", n)) + "\u00a0" + growthUnits[m] }
		out = append(out, l.Say(growthChange, l.GrowthMeasure(m), number(c.By), l.Day(c.From.On), l.Day(c.To.On), number(c.PerYear())))
	}
	return out
}

// band names the centiles between which a score lies.
func (l Language) band(s growth.Score) string {
	switch n := s.Band(); n {
	case 0:
		return l.Say(growthBelow, growth.Bands[0])
	case len(growth.Bands):
		return l.Say(growthAbove, growth.Bands[n-1])
	default:
		return l.Say(growthAmid, growth.Bands[n-1], growth.Bands[n])
	}
}

// Span is from which to which age the measurements of one kind go, with some room
// and a year at least.
func (g *Growth) Span(m growth.Measure) (from, to growth.Days) {
	points := g.Drawn(m)
	if len(points) == 0 {
		return 0, growth.Months(24)
	}
	first, last := points[0].Compared, points[len(points)-1].Compared
	room := max(last-first, 365) / 10
	from = max(0, first-room)
	if first < growth.Months(24) {
		from = min(0, first-room/10) // from the birth on, or from the day of a child who came early
	}
	return from, max(last+room, from+365)
}

// Plot is the curve of one measure by the age at which it is compared, among the
// lines. Its stops are the points of [Growth.Drawn], in their order.
func (g *Growth) Plot(l Language, m growth.Measure, by GrowthLines) *plot.Plot {
	p := &plot.Plot{Summary: g.Summary(l, m), Unit: growthUnits[m], Number: l.decimal, Ticks: l.ageTicks, Least: leastSpan, Lines: g.lines(l, m, by)}
	from, to := g.Span(m)
	p.From, p.To = float64(from), float64(to)
	s := plot.Series{Name: g.Patient.Name}
	for _, x := range g.Drawn(m) {
		at := plot.Point{X: float64(x.Compared), From: float64(x.Compared), To: float64(x.Compared), Y: x.Value}
		if x.Known {
			at.Y = x.Score.Value // in the position of the lines
		}
		at.Label = l.Say(Message{"%s, %s. %s", "%s, %s. %s"}, l.Day(x.On), g.age(l, x), g.Point(l, x))
		s.Points = append(s.Points, at)
	}
	p.Series = []plot.Series{s}
	return p
}

// lines are what the curve of a measure is compared with, from the highest down.
func (g *Growth) lines(l Language, m growth.Measure, by GrowthLines) (out []plot.Line) {
	add := func(name string, dash plot.Dash, pieces [][]growth.Place) {
		line := plot.Line{Name: name, Dash: dash}
		for _, piece := range pieces {
			var part []plot.Place
			for _, at := range piece {
				part = append(part, plot.Place{X: float64(at.Age), Y: at.Value})
			}
			line.Parts = append(line.Parts, part)
		}
		if line.Parts != nil {
			out = append(out, line)
		}
	}
	switch {
	case by == ByThreshold && m == growth.BMI:
		for i, at := range []float64{17, 18.5, 25, 30} {
			dash := []plot.Dash{plot.DashDotted, plot.Dotted, plot.Dashed, plot.Dotted}[i]
			add(l.Say(growthThreshold, l.decimal(at)), dash, g.Reference.ThresholdLine(g.Patient.Sex, at))
		}
	case by == ByCentile:
		for i, c := range growth.Centiles {
			dash := []plot.Dash{plot.Dotted, plot.DashDotted, plot.Dashed, plot.DashDotted, plot.Dotted}[i]
			add(l.Say(growthCentile, l.decimal(c)), dash, g.Reference.Line(m, g.Patient.Sex, growth.OfCentile(c)))
		}
	default:
		for _, z := range growth.Scores {
			name, dash := l.Say(growthMedian), plot.Dashed
			if z != 0 {
				name, dash = l.Say(growthDeviation, fmt.Sprintf("%+g", z)), plot.Dotted
			}
			add(name, dash, g.Reference.Line(m, g.Patient.Sex, z))
		}
	}
	return out
}

// ageTicks are the ticks of an axis of ages in days: 0 years, 3 months, 2 years.
func (l Language) ageTicks(from, to float64, most int) (out []plot.Tick) {
	month := float64(growth.Months(1))
	for _, by := range []int{1, 2, 3, 6, 12, 24, 60} {
		first, last := int(math.Ceil(from/month/float64(by))), int(math.Floor(to/month/float64(by)))
		if last-first+1 > most {
			continue
		}
		for n := first; n <= last; n++ {
			months := n * by
			label := l.Plural(months, ageMonth, ageMonths)
			switch {
			case months == 0:
				label = l.Say(growthBirth)
			case months%12 == 0:
				label = l.Plural(months/12, ageYear, ageYears)
			}
			out = append(out, plot.Tick{At: float64(months) * month, Label: label})
		}
		break
	}
	return out
}

// Summary says in a sentence what the curve of a measure shows.
func (g *Growth) Summary(l Language, m growth.Measure) string {
	points := g.Of(m)
	if len(points) == 0 {
		return l.Say(GrowthNoneOf)
	}
	last := points[len(points)-1]
	return l.Say(GrowthSummary, l.Plural(len(points), CurveOne, CurveMany), g.Point(l, last), l.Day(last.On), g.age(l, last))
}

// Table is the points, newest first: the day, the age, the value and where it lies.
func (g *Growth) Table(l Language, points ...growth.Point) (t sheet.Table) {
	for _, name := range growthColumns {
		t.Head = append(t.Head, l.Say(name))
	}
	for _, p := range slices.Backward(points) {
		row := []string{l.WriteDay(p.On), g.age(l, p), l.GrowthMeasure(p.Measure), g.value(l, p), "-", "-", l.Say(g.unknown(p))}
		if p.Known {
			row[4], row[5], row[6] = l.Number(signed(p.Score.Z)), centile(p.Score.Centile()), l.Say(growthStandards[p.Score.Standard])
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// Line is a row of the table in a line, without its day and measure.
func (g *Growth) Line(l Language, p growth.Point) string {
	said := []string{g.age(l, p), g.value(l, p), l.Say(g.unknown(p))}
	if p.Known {
		said = append(said[:2], l.Say(growthScore, l.Number(signed(p.Score.Z)), centile(p.Score.Centile())), l.Say(growthStandards[p.Score.Standard]))
	}
	return strings.Join(said, Between)
}

// Notes explain how the measurements of some kinds are compared, and where the lines
// come from.
func (g *Growth) Notes(l Language, by GrowthLines, of ...growth.Measure) (out []string) {
	doubted := 0
	for _, m := range of {
		doubted += len(g.Of(m)) - len(g.Drawn(m))
	}
	if doubted > 0 {
		out = append(out, l.Plural(doubted, growthNotDrawnOne, growthNotDrawnMany), l.Say(growthBounds))
	}
	term := growth.Term(g.Patient)
	switch {
	case g.Patient.Sex == "":
		out = append(out, l.Say(GrowthSex))
	case term == growth.Gestation{}:
		out = append(out, l.Say(GrowthNoTerm))
	case term.Preterm():
		out = append(out, l.Say(GrowthPreterm, g.Patient.Term))
	}
	if slices.Contains(of, growth.Height) || slices.Contains(of, growth.BMI) {
		out = append(out, l.Say(GrowthStep))
	}
	if slices.Contains(of, growth.BMI) && by == ByThreshold {
		out = append(out, l.Say(GrowthIOTFNote))
	}
	return append(out, l.Say(GrowthSources, g.Reference.Edition.Edition), l.Say(GrowthLimits))
}

// Sheet is the growth on paper: a curve for each measure there is, what is
// remarkable, the table, and the sources.
func (g *Growth) Sheet(l Language, by GrowthLines) *sheet.Sheet {
	who := sheet.Rows{{Label: l.Say(emergencyName), Value: g.Patient.Name}, {Label: l.Say(emergencyBirth), Value: l.Day(g.Patient.Birth)}}
	switch g.Patient.Sex {
	case record.Female:
		who = append(who, sheet.Row{Label: l.Say(SexLabel), Value: l.Say(SexFemale)})
	case record.Male:
		who = append(who, sheet.Row{Label: l.Say(SexLabel), Value: l.Say(SexMale)})
	}
	if g.Patient.Term != "" {
		who = append(who, sheet.Row{Label: l.Say(growthTerm), Value: l.Say(growthTermIs, g.Patient.Term)})
	}
	blocks := []sheet.Block{who}
	for _, m := range GrowthMeasures {
		if len(g.Of(m)) > 0 {
			blocks = append(blocks, sheet.Heading(l.GrowthMeasure(m)+" ("+growthUnits[m]+")"), sheet.Plot{Plot: g.Plot(l, m, by)})
		}
	}
	if remarks := g.Remarks(l, GrowthMeasures...); len(remarks) > 0 {
		blocks = append(blocks, sheet.Heading(l.Say(GrowthRemarks)), sheet.Items{Lines: remarks})
	}
	for _, said := range g.Changes(l, GrowthMeasures...) {
		blocks = append(blocks, sheet.Paragraph(said))
	}
	blocks = append(blocks, sheet.Heading(l.Say(CurveTable)), g.Table(l, g.Points...), sheet.Heading(l.Say(GrowthSourcesOf)))
	for _, note := range append(g.Notes(l, by, GrowthMeasures...), l.Say(growthDated, g.Reference.Edition.Edition, l.Day(g.Reference.Date)), l.Say(GrowthPrinted, l.Date(g.Printed))) {
		blocks = append(blocks, sheet.Paragraph(note))
	}
	return &sheet.Sheet{
		Title: l.Say(GrowthTitle), Language: l.Tag(), Footer: l.Say(Independence), Created: g.Printed,
		Blocks: append(blocks, sheet.Items{Lines: g.Reference.Sources}),
	}
}

// ParseWeight reads a weight as people type it, in kilograms, or in grams where
// they say so. It gives the number and its unit.
func ParseWeight(typed string) (number, unit string) {
	typed = strings.ToLower(strings.TrimSpace(typed))
	for _, unit := range []string{"kg", "g"} {
		if number, found := strings.CutSuffix(typed, unit); found {
			return strings.TrimSpace(number), unit
		}
	}
	return typed, "kg"
}

// decimals writes a number with two decimals at most.
func decimals(v float64) string { return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64) }

// signed writes a z-score.
func signed(z float64) string { return fmt.Sprintf("%+.2f", z) }

// centile writes a centile; the last ones have no sense to the unit.
func centile(c float64) string {
	switch {
	case c < 1:
		return "< 1"
	case c > 99:
		return "> 99"
	}
	return strconv.Itoa(int(math.Round(c)))
}
