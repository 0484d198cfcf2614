package fhir

import (
	"strings"

	"carnet/vault/exchange/reading"
	"carnet/vault/profile"
	"carnet/vault/record"
)

// resource proposes what one resource says for the profile. What was entered in
// error, refuted or not done is none.
func (d *decoder) resource(r object) {
	switch status := text(r, "status"); status {
	case "entered-in-error", "cancelled", "draft":
		return
	}
	switch text(r, "verificationStatus", "coding", "code") {
	case "entered-in-error", "refuted":
		return
	}
	switch text(r, "resourceType") {
	case "Condition":
		d.condition(r)
	case "AllergyIntolerance":
		d.allergy(r)
	case "MedicationStatement", "MedicationRequest":
		d.medication(r)
	case "Immunization":
		d.vaccine(r)
	case "Observation":
		d.observed(r)
	case "Procedure":
		d.operation(r)
	case "FamilyMemberHistory":
		d.relative(r)
	case "Encounter":
		d.stay(r)
	case "DocumentReference":
		for _, c := range each(r, "content", "attachment") {
			d.file(c, text(r, "description"))
		}
	case "DiagnosticReport":
		for _, c := range each(r, "presentedForm") {
			d.file(c, inWords(one(r, "code")))
		}
	case "Binary":
		d.file(r, "")
	}
}

// nobody are the codes that say there is nothing: those of the summary (IPS) and of
// SNOMED CT, with the kind they speak of.
var nobody = map[string]string{
	"no-known-problems": "condition", "no-known-medications": "medication", "no-known-allergies": "allergy", "no-known-immunizations": "immunization", "no-known-procedures": "procedure",
	"160245001": "condition", "716186003": "allergy", "409137002": "allergy", "787481004": "medication",
}

// none proposes « none known » where a concept says it, and says whether it speaks
// of absence at all: "no information" proposes nothing.
func (d *decoder) none(r object, codes []reading.Code) bool {
	for _, c := range codes {
		switch {
		case (c.System == absent || c.System == reading.SNOMED) && nobody[c.Code] != "":
			d.propose(r, record.Entry{Kind: nobody[c.Code], Status: record.NoneKnown}, codes)
			return true
		case c.System == absent || strings.HasPrefix(c.Code, "no-") && strings.HasSuffix(c.Code, "-info"):
			return true
		}
	}
	return false
}

func (d *decoder) condition(r object) {
	all := codings(one(r, "code"))
	if d.none(r, all) {
		return
	}
	c := code(one(r, "code"))
	e := record.Entry{Kind: "condition", Text: inWords(one(r, "code")), Code: c.Code, System: c.System, Start: begin(r, "onset"), End: begin(r, "abatement")}
	switch text(r, "clinicalStatus", "coding", "code") {
	case "active", "recurrence", "relapse":
		e.Status = "active"
	case "remission":
		e.Status = "remission"
	case "resolved":
		e.Status = "resolved"
	}
	d.propose(r, e, all, one(r, "asserter"), one(r, "recorder"))
}

func (d *decoder) allergy(r object) {
	all := codings(one(r, "code"))
	if d.none(r, all) {
		return
	}
	c := code(one(r, "code"))
	e := record.Entry{Kind: "allergy", Text: inWords(one(r, "code")), Code: c.Code, System: c.System, Type: text(r, "type"), Severity: text(r, "criticality"), Start: begin(r, "onset")}
	if e.Text == "" {
		c = code(one(r, "reaction", "substance"))
		e.Text, e.Code, e.System, all = inWords(one(r, "reaction", "substance")), c.Code, c.System, codings(one(r, "reaction", "substance"))
	}
	var happened []string
	for _, m := range each(r, "reaction", "manifestation") {
		if said := inWords(m); said != "" {
			happened = append(happened, said)
		}
	}
	e.Reaction = strings.Join(happened, ", ")
	switch status := text(r, "clinicalStatus", "coding", "code"); status {
	case "active", "resolved": // « inactive » does not say that it has gone
		e.Status = status
	}
	d.propose(r, e, all, one(r, "asserter"), one(r, "recorder"))
}

func (d *decoder) medication(r object) {
	status := text(r, "status")
	if status == "not-taken" || text(r, "doNotPerform") == "true" || text(r, "intent") == "proposal" {
		return
	}
	what := one(r, "medicationCodeableConcept")
	if what == nil {
		what = one(d.refer(r, one(r, "medicationReference")), "code")
	}
	all := codings(what)
	if d.none(r, all) {
		return
	}
	c := code(what)
	e := record.Entry{Kind: "medication", Text: inWords(what), Code: c.Code, System: c.System, Start: begin(r, "effective"), End: reading.Day(text(r, "effectivePeriod", "end"))}
	if e.Start == "" {
		e.Start = reading.Day(text(r, "authoredOn"))
	}
	switch status {
	case "active", "completed", "on-hold", "stopped":
		e.Status = status
	}
	var how []string
	for _, dose := range append(each(r, "dosage"), each(r, "dosageInstruction")...) {
		if said := dosed(dose); said != "" {
			how = append(how, said)
		}
	}
	e.Dosage = strings.Join(how, ", ")
	d.propose(r, e, all, one(r, "requester"), one(r, "informationSource"))
}

// dosed is how much and when, in words or in numbers.
func dosed(dose any) string {
	if said := text(dose, "text"); said != "" {
		return said
	}
	parts := []string{text(dose, "doseAndRate", "doseQuantity", "value"), text(dose, "doseAndRate", "doseQuantity", "unit")}
	if n := text(dose, "timing", "repeat", "frequency"); n != "" {
		parts = append(parts, "×", n, "/", text(dose, "timing", "repeat", "period"), text(dose, "timing", "repeat", "periodUnit"))
	}
	return strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
}

func (d *decoder) vaccine(r object) {
	all := codings(one(r, "vaccineCode"))
	if d.none(r, all) {
		return
	}
	e := record.Entry{Kind: "immunization", Text: inWords(one(r, "vaccineCode")), Status: "completed", Start: begin(r, "occurrence"), Code: text(r, "lotNumber")}
	if text(r, "status") == "not-done" {
		e.Status = "not-done"
	}
	for _, name := range []string{"doseNumberPositiveInt", "doseNumberString"} {
		if n := text(r, "protocolApplied", name); n != "" {
			e.Value = n
		}
	}
	for _, c := range all {
		if c.System == reading.ATC && d.kinds != nil && e.Type == "" {
			e.Type = d.kinds.Vaccine(c.Code)
		}
	}
	e.Location, _ = d.somebody(r, each(r, "location"))
	d.propose(r, e, all, each(r, "performer", "actor")...)
}

func (d *decoder) operation(r object) {
	if text(r, "status") == "not-done" || text(r, "status") == "preparation" {
		return
	}
	all := codings(one(r, "code"))
	if d.none(r, all) {
		return
	}
	c := code(one(r, "code"))
	e := record.Entry{Kind: "procedure", Text: inWords(one(r, "code")), Code: c.Code, System: c.System, Start: begin(r, "performed")}
	e.Location, _ = d.somebody(r, each(r, "location"))
	d.propose(r, e, all, each(r, "performer", "actor")...)
}

func (d *decoder) relative(r object) {
	for _, c := range each(r, "condition") {
		age := text(c, "onsetAge", "value")
		if age == "" {
			age = text(c, "onsetString")
		}
		e := record.Entry{Kind: "family-history", Relation: inWords(one(r, "relationship")), Text: inWords(one(c, "code")), Value: age}
		d.propose(r, e, codings(one(c, "code")))
	}
}

// stays are the types of the table by the classes of encounters (v3-ActCode) that
// are a stay in a hospital.
var stays = map[string]string{"IMP": "inpatient", "ACUTE": "inpatient", "NONAC": "inpatient", "SS": "day", "EMER": "emergency"}

func (d *decoder) stay(r object) {
	kind := stays[text(r, "class", "code")]
	if kind == "" {
		return
	}
	e := record.Entry{Kind: "encounter", Text: inWords(one(r, "reasonCode")), Type: kind, Start: reading.Day(text(r, "period", "start")), End: reading.Day(text(r, "period", "end"))}
	if e.Text == "" {
		e.Text = inWords(one(r, "type"))
	}
	e.Location, _ = d.somebody(r, each(r, "serviceProvider"))
	d.propose(r, e, codings(one(r, "type")), each(r, "participant", "individual")...)
}

// begin is when something began, however its resource says it.
func begin(r object, name string) string {
	for _, form := range [][]string{{name + "DateTime"}, {name + "Period", "start"}, {name}} {
		if day := reading.Day(text(r, form...)); day != "" {
			return day
		}
	}
	return ""
}

// observed proposes an observation, or each of the parts that it is made of. Habits
// and pregnancies stay in the file: what is said of them is no measurement.
func (d *decoder) observed(r object) {
	for _, c := range each(r, "category", "coding", "code") {
		if text(c) == "social-history" {
			return
		}
	}
	when := begin(r, "effective")
	if when == "" {
		when = reading.Day(text(r, "effectiveInstant"))
	}
	if when == "" {
		when = reading.Day(text(r, "issued"))
	}
	parts := each(r, "component")
	if first, second := d.part(parts, "8480-6"), d.part(parts, "8462-4"); first != nil && second != nil {
		o := d.observation(r, one(r, "code"), first, when)
		o.Code = reading.Code{System: loinc, Code: "85354-9", Display: o.Text}
		o.Value2, _ = quantified(second)
		d.measured(r, o)
		return
	}
	d.measured(r, d.observation(r, one(r, "code"), r, when))
	for _, p := range parts {
		if o, ok := p.(object); ok {
			d.measured(r, d.observation(r, one(o, "code"), o, when))
		}
	}
}

// part is the component of a LOINC code.
func (d *decoder) part(parts []any, loincCode string) object {
	for _, p := range parts {
		for _, c := range codings(one(p, "code")) {
			if c.System == loinc && c.Code == loincCode {
				o, _ := p.(object)
				return o
			}
		}
	}
	return nil
}

func quantified(v object) (value, unit string) {
	unit = text(v, "valueQuantity", "code")
	if unit == "" || text(v, "valueQuantity", "system") != ucum {
		unit = text(v, "valueQuantity", "unit")
	}
	if value = profile.Number(text(v, "valueQuantity", "value")); value != "" {
		value = text(v, "valueQuantity", "comparator") + value
	}
	return value, unit
}

func (d *decoder) observation(r object, concept any, v object, when string) *reading.Observed {
	o := &reading.Observed{Text: inWords(concept), Code: measured(d.kinds, concept), Day: when}
	o.Value, o.Unit = quantified(v)
	for _, said := range []string{inWords(one(v, "valueCodeableConcept")), text(v, "valueString"), text(v, "valueInteger"), text(v, "valueBoolean")} {
		if o.Value == "" {
			o.Value = said
		}
	}
	o.Performer, _ = d.somebody(r, each(r, "performer"))
	if o.Range = text(v, "referenceRange", "text"); o.Range == "" {
		low, high := text(v, "referenceRange", "low", "value"), text(v, "referenceRange", "high", "value")
		switch {
		case low != "" && high != "":
			o.Range = low + " – " + high
		case low != "":
			o.Range = "≥ " + low
		case high != "":
			o.Range = "≤ " + high
		}
	}
	return o
}

// measured is the code that the table of kinds knows, among those of a concept.
func measured(kinds *profile.Table, concept any) reading.Code {
	if kinds != nil {
		for _, c := range codings(concept) {
			if c.System == loinc && kinds.ByLOINC(c.Code) != nil {
				return c
			}
		}
	}
	return code(concept)
}

func (d *decoder) measured(r object, o *reading.Observed) {
	if e, ok := o.Propose(d.kinds); ok {
		d.propose(r, e, codings(one(r, "code")))
	}
}
