package filing

import "strings"

// label is what the words around a date say about it.
type label int

const (
	none      label = iota
	stated          // the day of the act or of the document
	printed         // the day a copy was made
	planned         // a day to come, seen from the document
	past            // something told in the document
	never           // a limit of validity or the date of a law
	birthDate       // a birth
)

// labelWords is how many meaningful words before a date can be its label.
const labelWords = 8

// aboveWords is how many of them are read in the line above.
const aboveWords = 3

// describe fills what surrounds m. Words up to the one numbered before belong
// to the date before.
func (p page) describe(m *mention, before int) {
	first := p.words[m.first]
	i := m.first - 1
	if i > before && weekday(p.words[i].s) {
		i--
	}
	lineStart := i <= before || p.words[i].line != first.line
	lineEnd := m.last+1 >= len(p.words) || p.words[m.last+1].line != p.words[m.last].line
	m.alone = lineStart && lineEnd

	le := i > before && p.words[i].s == "le"
	near, sameLine := p.context(i, before, first.line)
	m.label = nearest(near)
	switch {
	case m.label == stated && sameLine == 0 && !m.alone:
		m.label = none // the head of a column
	case m.label == never && le && near[0] == "valide":
		m.label = printed // "validé le", not "valide jusqu'au"
	case m.label == none && le && sameLine == 1, m.label == none && le && sameLine <= 5 && p.comma(i-1):
		m.label = stated // "Le 14 mars 2021", "Lyon, le 14 mars 2021"
	}
	m.signed = m.label == stated && signature(near)
	m.stay = stay(near)
	m.rangeEnd = i-1 == before && before >= 0 && (p.words[i].s == "au" || p.words[i].s == "to")
	if p.agedAfter(m.last) && m.label == none {
		m.label = birthDate
	}
}

// context returns the meaningful words before a date, nearest first, and how
// many words there are before it on its line. When the date begins its line, or
// follows "le" there, the end of the line above is its context.
func (p page) context(i, before, line int) (near []string, sameLine int) {
	k := i
	for ; k > before && p.words[k].line == line && sameLine < labelWords && !p.sentence(k, i); k-- {
		sameLine++
		if w := p.words[k].s; !empty(w) {
			near = append(near, singular(w))
		}
	}
	if k <= before || p.words[k].line == line || len(near) > 0 {
		return near, sameLine
	}
	for above := p.words[k].line; k > before && p.words[k].line == above && len(near) < aboveWords; k-- {
		if w := p.words[k].s; !empty(w) {
			near = append(near, singular(w))
		}
	}
	return near, sameLine
}

// sentence reports that a sentence ends between words k and k+1, not counting
// the mark right before the date. A short word with a dot is an abbreviation.
func (p page) sentence(k, i int) bool {
	w := p.words[k]
	return k < i && len(w.s) > 5 && endsSentence(p.folded[w.end:p.words[k+1].start])
}

// comma reports a comma right after word i.
func (p page) comma(i int) bool {
	return i >= 0 && strings.HasPrefix(p.folded[p.words[i].end:], ",")
}

// nearest returns the label of the nearest word that has one.
func nearest(near []string) label {
	for k := range near {
		if l := labelAt(near, k); l != none {
			return l
		}
	}
	return none
}

// labelAt returns the label that word k gives. The words run backwards:
// near[k+1] is written before near[k], near[k-1] after it.
func labelAt(near []string, k int) label {
	after, prior := "", ""
	if k > 0 {
		after = near[k-1]
	}
	if k+1 < len(near) {
		prior = near[k+1]
	}
	switch near[k] {
	case "ne", "nee":
		if k <= 3 && !negation(after) {
			return birthDate
		}
	case "naissance":
		switch prior {
		case "nom", "pay", "commune", "ville", "poid", "taille", "prenom", "terme":
			return none
		case "lieu":
			if k+2 < len(near) && (near[k+2] == "date" || near[k+2] == "et") {
				return birthDate
			}
			return none
		}
		return birthDate
	case "naiss", "nais", "ddn", "dob", "birth", "birthdate", "born", "birthday":
		return birthDate

	case "valide":
		switch after { // "Validé par": the end of a laboratory's work
		case "par", "biologiquement", "electroniquement":
			return printed
		}
		return never
	case "fin":
		switch after {
		case "droit", "validite", "garantie", "contrat", "prise":
			return never
		}
	case "jour":
		if prior == "mise" {
			return past
		}
	case "valable", "valid", "validite", "validity", "expire", "expiration", "expiry", "exp", "peremption",
		"perime", "jusqu", "until", "limite", "echeance", "avant", "before", "cloture":
		return never
	case "loi", "decret", "arrete", "jorf", "circulaire", "article", "law":
		return never
	case "code":
		switch after {
		case "sante", "securite", "civil", "penal", "travail":
			return never
		}
	case "directive", "reglement", "ordonnance":
		switch after {
		case "ue", "ce", "europeenne", "europeen", "general", "n", "no":
			return never
		}
		if near[k] == "ordonnance" {
			return stated
		}

	case "prochain", "prochaine", "next", "rdv", "rendez", "appointment", "revoir", "reviendra", "renouveler",
		"renouvellement", "prevu", "prevue", "planned", "convocation", "convoque", "convoquee":
		return planned

	case "depui", "since", "opere", "operee", "antecedent", "atcd", "ancien", "ancienne", "anterieur", "anterieure",
		"anteriorite", "precedent", "precedente", "previou", "dernier", "derniere", "last", "ddr", "dpa",
		"accident", "diagnostique", "diagnostiquee", "adhesion", "effet", "debut", "version", "maj", "revision",
		"partir", "compter", "comparaison", "compared", "modele":
		return past

	case "edite", "editee", "edition", "imprime", "imprimee", "impression", "printed", "telecharge", "genere", "generee",
		"transmi", "recu", "recue", "reception", "received", "enregistre", "enregistree", "scanne":
		return printed

	case "date", "dated", "fait", "etabli", "etablie", "redige", "redigee", "signe", "signee", "signed", "emi", "emise",
		"emission", "delivre", "delivree", "delivrance", "issued", "consultation", "examen", "exam", "examination",
		"visite", "visit", "vu", "vue", "prelevement", "preleve", "prelevee", "collected", "collection", "realise",
		"realisee", "effectue", "effectuee", "pratique", "pratiquee", "seance", "rendu", "cr", "facture", "invoice",
		"facturation", "certificat", "certificate", "sortie", "discharge", "document", "courrier", "lettre", "letter",
		"bilan", "intervention", "vaccination", "injection", "dispensation", "prescription", "devi", "report", "resultat",
		"result", "passage":
		return stated
	}
	return none
}

// signature reports "Fait à Lyon, le" and its kin.
func signature(near []string) bool {
	for k, w := range near {
		if k > 3 {
			return false
		}
		switch w {
		case "fait", "signe", "signed":
			return true
		}
	}
	return false
}

// stay reports words about a stay in hospital.
func stay(near []string) bool {
	for _, w := range near {
		if strings.HasPrefix(w, "hospitali") || w == "sejour" || w == "stay" {
			return true
		}
	}
	return false
}

// agedAfter reports an adult's age right after word i: "14/03/1952 (69 ans)" or
// "14/03/1952 - âge : 69".
func (p page) agedAfter(i int) bool {
	if i+2 >= len(p.words) || p.words[i+2].line != p.words[i].line {
		return false
	}
	a, b := p.words[i+1], p.words[i+2]
	if a.s == "age" || a.s == "agee" {
		return true
	}
	return a.number && number(a.s) >= 18 && number(a.s) < 120 && (b.s == "ans" || b.s == "years")
}

func negation(w string) bool {
	switch w {
	case "pas", "plu", "plus", "jamai", "rien", "peut", "doit", "sera", "sont", "est":
		return true
	}
	return false
}

func weekday(s string) bool {
	switch s {
	case "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
		"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday":
		return true
	}
	return false
}
