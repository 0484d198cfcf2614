package text

import (
	"fmt"
	"math"
	"strconv"

	"carnet/vault/growth"
)

// The growth of a child.
var (
	Child       = Word{FR: "enfant", EN: "child", Help: Message{"Le carnet de santé d'un enfant", "A child's health record"}}
	ChildGrowth = Word{FR: "croissance", EN: "growth", Help: Message{"Les mesures de poids, de taille et de périmètre crânien du profil médical, situées par les standards de l'OMS", "The weights, heights and head circumferences of the medical profile, placed by the WHO standards"}}

	GrowthLine    = Message{"%s  %s", "%s  %s"}
	GrowthEmpty   = Message{"Aucune mesure datée de poids, de taille ou de périmètre crânien dans le profil médical.", "No dated weight, height or head circumference in the medical profile."}
	GrowthSources = Message{"Standards de l'OMS 2006 et 2007, table %s. Les courbes françaises de 2018 ne sont pas des données publiques.", "WHO standards of 2006 and 2007, table %s. The French curves of 2018 are not public data."}
	GrowthLimits  = Message{"Ces nombres situent une mesure parmi celles d'autres enfants du même âge. Ils ne disent rien de la santé : parlez-en au médecin.", "These numbers place a measurement among those of other children of that age. They say nothing about health: ask the doctor."}

	growthOutside   = Message{"hors des tables", "outside the tables"}
	growthScore     = Message{"%s écart-type, centile %s", "z-score %s, centile %s"}
	growthCorrected = Message{"âge corrigé", "corrected age"}

	growthMeasures = map[growth.Measure]Message{
		growth.Weight: {"Poids", "Weight"}, growth.Height: {"Taille", "Height"},
		growth.Head: {"Périmètre crânien", "Head circumference"}, growth.BMI: {"Indice de masse corporelle", "Body mass index"},
	}
	growthUnits = map[growth.Measure]string{growth.Weight: "kg", growth.Height: "cm", growth.Head: "cm", growth.BMI: "kg/m²"}
)

// GrowthMeasure names a measure.
func (l Language) GrowthMeasure(m growth.Measure) string { return l.Say(growthMeasures[m]) }

// GrowthPoint says a measurement and where it lies.
func (l Language) GrowthPoint(p growth.Point) string {
	said := l.Say(Message{"%s : %s", "%s: %s"}, l.GrowthMeasure(p.Measure), l.Number(decimals(p.Value))+"\u00a0"+growthUnits[p.Measure])
	if !p.Known {
		return said + " (" + l.Say(growthOutside) + ")"
	}
	said += " (" + l.Say(growthScore, l.Number(signed(p.Score.Z)), centile(p.Score.Centile()))
	if p.Corrected {
		said += ", " + l.Say(growthCorrected)
	}
	return said + ")"
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
