package reading

import (
	"strings"
	"time"

	"carnet/vault/identity"
	"carnet/vault/record"
)

// OIDs of the identité nationale de santé (CI-SIS, examples of FR Core 2.1.0), and
// whether they are kept for tests.
var insOIDs = map[string]bool{
	"1.2.250.1.213.1.4.8":  false, // INS-NIR
	"1.2.250.1.213.1.4.9":  false, // INS-NIA
	"1.2.250.1.213.1.4.10": true,  // INS-NIR of test
	"1.2.250.1.213.1.4.11": true,  // INS-NIR of demonstration
}

// IsINS reports whether numbers of a system are matricules of the identité
// nationale de santé.
func IsINS(system string) bool {
	_, known := insOIDs[strings.TrimPrefix(system, "urn:oid:")]
	return known
}

// Identify notes a number of the person, and says what speaks against it. The
// first INS is theirs.
func (r *Reading) Identify(system, value string) {
	value = strings.TrimSpace(value)
	if value == "" {
		return
	}
	s := &r.Subject
	s.Numbers = append(s.Numbers, Number{system, value})
	if !IsINS(system) || s.INS != "" {
		return
	}
	s.INS, s.INSOID = identity.Compact(value), strings.TrimPrefix(system, "urn:oid:")
	if identity.INS(s.INS) != identity.Sound {
		r.Doubt(INSUnlikely, value)
	}
	if insOIDs[s.INSOID] {
		r.Doubt(INSOfTest, "")
	}
}

// Doubt notes a doubt once.
func (r *Reading) Doubt(code DoubtCode, about string) {
	d := Doubt{code, about}
	for _, known := range r.Doubts {
		if known == d {
			return
		}
	}
	r.Doubts = append(r.Doubts, d)
}

// Sex reads what CDA and FHIR write for the administrative sex.
func Sex(code string) record.Sex {
	switch strings.ToLower(code) {
	case "f", "female":
		return record.Female
	case "m", "male":
		return record.Male
	}
	return ""
}

// System gives the name that FHIR has for a terminology with an OID.
func System(oid string) string {
	if name := systems[oid]; name != "" || oid == "" {
		return name
	}
	return "urn:oid:" + oid
}

// systems are the terminologies whose name FHIR R4 lists beside their OID
// (terminologies-systems).
var systems = map[string]string{
	"2.16.840.1.113883.6.1":    LOINC,
	"2.16.840.1.113883.6.96":   SNOMED,
	"2.16.840.1.113883.6.73":   ATC,
	"2.16.840.1.113883.6.8":    UCUM,
	"2.16.840.1.113883.6.3":    "http://hl7.org/fhir/sid/icd-10",
	"2.16.840.1.113883.6.88":   "http://www.nlm.nih.gov/research/umls/rxnorm",
	"2.16.840.1.113883.12.292": "http://hl7.org/fhir/sid/cvx",
}

// Day reads a moment as CDA (20181003111700+0100) or FHIR (2018-10-03T11:17:00+01:00)
// write it: the day, the month or the year that it names where it was written, ""
// for none.
func Day(moment string) string {
	m, _, _ := strings.Cut(strings.TrimSpace(moment), "T")
	if !strings.Contains(m, "-") || strings.IndexAny(m, "+-") > 4 { // without dashes: a sign begins the zone
		if i := strings.IndexAny(m, "+-."); i >= 0 {
			m = m[:i]
		}
		switch {
		case len(m) >= 8:
			m = m[:4] + "-" + m[4:6] + "-" + m[6:8]
		case len(m) == 6:
			m = m[:4] + "-" + m[4:6]
		}
	}
	for _, layout := range []string{time.DateOnly, "2006-01", "2006"} {
		if _, err := time.Parse(layout, m); err == nil {
			return m
		}
	}
	return ""
}

// Words writes a text as a field of a profile holds it: one space between words,
// and no more than limit bytes.
func Words(s string, limit int) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "\ufffd")), " ")
	if len(s) > limit {
		s = strings.ToValidUTF8(s[:limit-len("…")], "") + "…"
	}
	return s
}
