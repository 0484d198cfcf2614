package cda

import (
	"slices"
	"strings"

	"carnet/vault/exchange/reading"
	"carnet/vault/profile"
	"carnet/vault/record"
)

// Templates of entries: IHE Patient Care Coordination and Laboratory, which the
// CI-SIS takes up, CCD, from which IHE has them, and C-CDA, which came after it.
var (
	problem       = []string{"1.3.6.1.4.1.19376.1.5.3.1.4.5", "2.16.840.1.113883.10.20.1.28", "2.16.840.1.113883.10.20.22.4.4"}
	allergy       = []string{"1.3.6.1.4.1.19376.1.5.3.1.4.6", "2.16.840.1.113883.10.20.1.18", "2.16.840.1.113883.10.20.22.4.7"}
	medication    = []string{"1.3.6.1.4.1.19376.1.5.3.1.4.7", "2.16.840.1.113883.10.20.1.24", "2.16.840.1.113883.10.20.22.4.16"}
	immunization  = []string{"1.3.6.1.4.1.19376.1.5.3.1.4.12", "2.16.840.1.113883.10.20.22.4.52"}
	procedure     = []string{"1.3.6.1.4.1.19376.1.5.3.1.4.19", "2.16.840.1.113883.10.20.1.29", "2.16.840.1.113883.10.20.22.4.14"}
	laboratory    = []string{"1.3.6.1.4.1.19376.1.3.1"}
	socialHistory = []string{"1.3.6.1.4.1.19376.1.5.3.1.4.13.4", "2.16.840.1.113883.10.20.1.33", "2.16.840.1.113883.10.20.22.4.38"}
)

// Sections, by LOINC, whose entries are of one kind whatever their templates.
const (
	allergies     = "48765-2"
	immunizations = "11369-6"
	plan          = "18776-5"
)

// Codes of observations that say something of the entry around them (LOINC).
const (
	rank    = "30973-2" // dose number
	comment = "48767-8"
	status  = "33999-4"
	onset   = "30972-4" // a reaction to a vaccine, in CCD
)

func is(e *reading.Element, templates ...string) bool {
	return slices.ContainsFunc(e.All("templateId"), func(t *reading.Element) bool { return slices.Contains(templates, t.Attr("root")) })
}

// happened reports whether an act took place: neither asked for, nor intended, nor
// denied.
func happened(e *reading.Element) bool {
	mood := e.Attr("moodCode")
	return (mood == "EVN" || mood == "") && e.Attr("negationInd") != "true"
}

// entry reads one entry of a section. What is not among these kinds stands in the
// narrative alone.
func (d *decoder) entry(entry *reading.Element, in *reading.Section) {
	lab := is(entry, laboratory...)
	for _, e := range entry.Children {
		d.act(e, in, "", lab)
	}
}

// act reads an act with those that it is made of. day is when, where an act does not
// say.
func (d *decoder) act(e *reading.Element, in *reading.Section, day string, lab bool) {
	if own := from(e.First("effectiveTime")); own != "" {
		day = own
	}
	switch e.Name.Local {
	case "substanceAdministration":
		switch mood := e.Attr("moodCode"); {
		case is(e, immunization...) || in.Code.Code == immunizations:
			d.vaccine(e)
		case is(e, medication...) && (mood == "EVN" || mood == "INT") && e.Attr("negationInd") != "true":
			d.medication(e)
		}
	case "procedure":
		if happened(e) && is(e, procedure...) && in.Code.Code != plan {
			d.procedure(e)
		}
	case "act":
		if !happened(e) {
			return
		}
		for _, c := range e.All("entryRelationship") {
			for _, o := range c.Children {
				switch {
				case o.Name.Local != "observation":
					d.act(o, in, day, lab)
				case !happened(o):
				case is(o, allergy...) || in.Code.Code == allergies:
					d.allergy(o, e)
				case is(o, problem...):
					d.problem(o, e)
				default:
					d.act(o, in, day, lab)
				}
			}
		}
	case "organizer":
		if germ := d.words(e.First("specimen", "specimenRole", "specimenPlayingEntity", "code")); germ != "" {
			defer func(before string) { d.germ = before }(d.germ)
			d.germ = germ
		}
		relative := e.First("subject", "relatedSubject")
		for _, c := range e.All("component") {
			for _, o := range c.Children {
				if relative != nil && o.Name.Local == "observation" {
					d.relative(o, relative)
				} else {
					d.act(o, in, day, lab)
				}
			}
		}
	case "observation":
		if happened(e) {
			d.observation(e, in, day, lab)
		}
	case "observationMedia":
		d.file(e.First("value"), in.Title)
	}
}

// words is what an element is called: what the narrative calls it, else its code in
// words.
func (d *decoder) words(e *reading.Element) string {
	if e == nil {
		return ""
	}
	if c := code(e); c.Display != "" {
		return c.Display
	}
	return d.told(e.First("originalText"))
}

// told is a text, or the part of the narrative that it refers to.
func (d *decoder) told(text *reading.Element) string {
	if text == nil {
		return ""
	}
	said := text.Content()
	if said == "" {
		said = d.said[strings.TrimPrefix(text.First("reference").Attr("value"), "#")].Content()
	}
	return reading.Words(said, profile.MaxLength)
}

// from and to are the bounds of a time; a moment is the beginning of it.
func from(t *reading.Element) string {
	if low := reading.Day(t.First("low").Attr("value")); low != "" {
		return low
	}
	return reading.Day(t.Attr("value"))
}

func to(t *reading.Element) string { return reading.Day(t.First("high").Attr("value")) }

// main is the first code that says something.
func main(all []reading.Code) (c reading.Code) {
	for _, c := range all {
		if c.Code != "" {
			return c
		}
	}
	return c
}

// noneKnown are the codes of SNOMED CT that say there is nothing (IPS).
var noneKnown = map[string]string{"160245001": "condition", "716186003": "allergy", "409137002": "allergy", "428607008": "allergy"}

func (d *decoder) problem(o, concern *reading.Element) {
	value := o.First("value")
	all := codes(value)
	c := main(all)
	if kind := noneKnown[c.Code]; kind != "" && c.System == reading.SNOMED {
		d.propose(record.Entry{Kind: kind, Status: record.NoneKnown}, all...)
		return
	}
	e := record.Entry{Kind: "condition", Text: d.words(value), Code: c.Code, System: c.System, Start: from(o.First("effectiveTime")), End: to(o.First("effectiveTime"))}
	if e.Text == "" {
		return
	}
	if e.Start == "" {
		e.Start = from(concern.First("effectiveTime"))
	}
	if e.End == "" && concern.First("statusCode").Attr("code") == "completed" {
		e.End = to(concern.First("effectiveTime"))
	}
	switch {
	case e.End != "":
		e.Status = "resolved"
	case concern.First("statusCode").Attr("code") == "active":
		e.Status = "active"
	}
	e.Performer = assigned(o.First("author", "assignedAuthor"))
	d.propose(e, all...)
}

// natures are the codes of an adverse sensitivity: SNOMED CT and the vocabulary of
// HL7 that IHE uses. One that leaves it open is not here.
var natures = map[string]string{
	"416098002": "allergy", "414285001": "allergy", "419199007": "allergy", "418038007": "", "ALG": "allergy", "DALG": "allergy", "FALG": "allergy", "EALG": "allergy", "NALG": "allergy",
	"59037007": "intolerance", "235719002": "intolerance", "OINT": "", "DINT": "intolerance", "FINT": "intolerance", "EINT": "intolerance",
}

func (d *decoder) allergy(o, concern *reading.Element) {
	value := o.First("value")
	all := codes(value)
	if c := main(all); noneKnown[c.Code] != "" && c.System == reading.SNOMED {
		d.propose(record.Entry{Kind: noneKnown[c.Code], Status: record.NoneKnown}, all...)
		return
	}
	agent := o.First("participant", "participantRole", "playingEntity")
	text := d.words(agent.First("code"))
	if text == "" {
		text = agent.First("name").Content()
	}
	if text != "" {
		all = codes(agent.First("code"))
	} else {
		text = d.words(value)
	}
	if text == "" {
		return
	}
	c := main(all)
	e := record.Entry{Kind: "allergy", Text: text, Code: c.Code, System: c.System, Type: natures[o.First("code").Attr("code")], Start: from(o.First("effectiveTime"))}
	if concern.First("statusCode").Attr("code") == "active" {
		e.Status = "active"
	}
	for _, r := range o.All("entryRelationship") {
		below := r.First("observation")
		switch {
		case below == nil:
		case r.Attr("typeCode") == "MFST":
			e.Reaction = d.words(below.First("value"))
		case below.First("code").Attr("code") == "SEV":
			e.Severity = map[string]string{"H": "high", "L": "low"}[below.First("value").Attr("code")]
		case below.First("code").Attr("code") == status:
			// « inactive » does not say that it has gone, and takes away that it is there
			if below.First("value").Attr("code") != "active" && below.First("value").Attr("code") != "55561003" {
				e.Status = ""
			}
		}
	}
	e.Performer = assigned(o.First("author", "assignedAuthor"))
	d.propose(e, all...)
}

// product is a medicine or a vaccine with its codes.
func (d *decoder) product(e *reading.Element) (name string, all []reading.Code) {
	material := e.First("consumable", "manufacturedProduct", "manufacturedMaterial")
	all = codes(material.First("code"))
	if name = all[0].Display; name == "" {
		name = reading.Words(material.First("name").Content(), profile.MaxLength)
	}
	if name == "" {
		name = d.words(material.First("code"))
	}
	return name, all
}

func (d *decoder) medication(e *reading.Element) {
	name, all := d.product(e)
	if name == "" {
		if name = d.told(e.First("text")); name == "" {
			return
		}
	}
	c := main(all)
	x := record.Entry{Kind: "medication", Text: name, Code: c.Code, System: c.System, Dosage: d.dosage(e), Performer: assigned(e.First("author", "assignedAuthor"))}
	for _, t := range e.All("effectiveTime") {
		if x.Start == "" && t.First("period") == nil {
			x.Start, x.End = from(t), to(t)
		}
	}
	d.propose(x, all...)
}

// dosage is how much and when: the row of the narrative where it has one, which is
// what the prescriber wrote; else the numbers.
func (d *decoder) dosage(e *reading.Element) string {
	id := strings.TrimPrefix(e.First("text", "reference").Attr("value"), "#")
	if row := d.rows[id]; row != nil {
		var cells []string
		for _, cell := range row.Children {
			if (cell.Name.Local == "td" || cell.Name.Local == "th") && !holds(cell, id) {
				if text := cell.Content(); text != "" {
					cells = append(cells, text)
				}
			}
		}
		return reading.Words(strings.Join(cells, " · "), profile.MaxLength)
	}
	dose := e.First("doseQuantity")
	if low := dose.First("low"); low != nil {
		dose = low
	}
	if dose.Attr("value") == "" {
		return ""
	}
	out := dose.Attr("value") + " " + strings.Trim(dose.Attr("unit"), "{}")
	for _, t := range e.All("effectiveTime") {
		if p := t.First("period"); p.Attr("value") != "" {
			out += " / " + p.Attr("value") + " " + p.Attr("unit")
		}
	}
	return strings.TrimSpace(out)
}

// holds reports whether the part of that ID is in an element.
func holds(e *reading.Element, id string) bool {
	return e.Attr("ID") == id || slices.ContainsFunc(e.Children, func(c *reading.Element) bool { return holds(c, id) })
}

// sites are where vaccines are given, as CI-SIS codes them (SNOMED CT, deltoid and
// thigh).
var sites = map[string]string{"16217701000119102": "left-arm", "16217661000119109": "right-arm"}

func (d *decoder) vaccine(e *reading.Element) {
	if mood := e.Attr("moodCode"); mood != "EVN" && mood != "" {
		return
	}
	name, all := d.product(e)
	if name == "" {
		return
	}
	x := record.Entry{
		Kind: "immunization", Text: name, Status: "completed", Start: from(e.First("effectiveTime")),
		Code:      e.First("consumable", "manufacturedProduct", "manufacturedMaterial", "lotNumberText").Content(),
		Method:    sites[e.First("approachSiteCode").Attr("code")],
		Performer: assigned(e.First("performer", "assignedEntity")),
	}
	if e.Attr("negationInd") == "true" {
		x.Status = "not-done"
	}
	for _, c := range all {
		if x.Type == "" && c.System == reading.ATC && d.kinds != nil {
			x.Type = d.kinds.Vaccine(c.Code)
		}
	}
	if org := e.First("performer", "assignedEntity", "representedOrganization", "name").Content(); org != x.Performer {
		x.Location = org
	}
	var notes []string
	for _, r := range e.All("entryRelationship") {
		switch o := r.First("observation"); {
		case o != nil && o.First("code").Attr("code") == rank:
			x.Value = o.First("value").Attr("value")
		case r.Attr("typeCode") == "CAUS" || o != nil && o.First("code").Attr("code") == onset:
			notes = append(notes, d.words(o.First("value")))
		case r.First("act", "code").Attr("code") == comment:
			notes = append(notes, d.told(r.First("act", "text")))
		}
	}
	notes = slices.DeleteFunc(notes, func(n string) bool { return n == "" })
	x.Note = reading.Words(strings.Join(notes, " · "), profile.MaxLength)
	d.propose(x, all...)
}

func (d *decoder) procedure(e *reading.Element) {
	all := codes(e.First("code"))
	c := main(all)
	x := record.Entry{Kind: "procedure", Text: d.words(e.First("code")), Code: c.Code, System: c.System, Start: from(e.First("effectiveTime"))}
	if x.Text == "" {
		x.Text = d.told(e.First("text"))
	}
	for _, who := range []*reading.Element{e.First("performer", "assignedEntity"), e.First("author", "assignedAuthor")} {
		if x.Performer == "" {
			x.Performer, x.Location = assigned(who), who.First("representedOrganization", "name").Content()
		}
	}
	if x.Location == x.Performer {
		x.Location = ""
	}
	if x.Text == "" || x.Start == "" {
		return // the profile knows no operation without its time
	}
	d.propose(x, all...)
}

func (d *decoder) relative(o, relative *reading.Element) {
	if !happened(o) {
		return
	}
	all := codes(o.First("value"))
	x := record.Entry{Kind: "family-history", Relation: d.words(relative.First("code")), Text: d.words(o.First("value"))}
	for _, below := range o.All("entryRelationship", "observation") {
		if c := below.First("code").Attr("code"); c == "397659008" || c == "30525-0" { // age, SNOMED CT and LOINC
			x.Value = below.First("value").Attr("value")
		}
	}
	if x.Text != "" && x.Relation != "" {
		d.propose(x, all...)
	}
}

// observation proposes what was measured: numbers with a unit anywhere, whatever a
// laboratory says in its reports. Habits and pregnancies stay in the narrative.
func (d *decoder) observation(o *reading.Element, in *reading.Section, day string, lab bool) {
	for _, r := range o.All("entryRelationship") {
		for _, below := range r.Children {
			if below.Name.Local == "observationMedia" || lab && r.Attr("typeCode") == "COMP" {
				d.act(below, in, day, lab)
			}
		}
	}
	value := o.First("value")
	kind := value.Attr("type")
	if is(o, socialHistory...) || value == nil || kind != "PQ" && !lab {
		return
	}
	all := codes(o.First("code"))
	seen := reading.Observed{Code: main(all), Day: day, Performer: reading.Words(d.laboratory(o), profile.MaxLength)}
	seen.Text = d.told(o.First("code", "originalText"))
	if seen.Text == "" {
		seen.Text = d.words(o.First("code"))
	}
	switch kind {
	case "PQ", "INT", "REAL":
		seen.Value, seen.Unit = value.Attr("value"), value.Attr("unit")
		if seen.Unit == "1" {
			seen.Unit = "" // no dimension
		}
	case "CD", "CE", "CV", "CO":
		seen.Value = d.words(value)
	case "ST", "ED":
		seen.Value = d.told(value)
	case "IVL_PQ":
		seen.Value, seen.Unit = interval(value)
	}
	if r := o.First("referenceRange", "observationRange"); r != nil {
		if seen.Range = d.told(r.First("text")); seen.Range == "" {
			usual, unit := interval(r.First("value"))
			seen.Range = strings.TrimSpace(usual + " " + unit)
		}
	}
	var notes []string
	if d.germ != "" {
		notes = append(notes, d.germ)
	}
	if i := code(o.First("interpretationCode")); i.Code != "N" && i.Display != "" {
		notes = append(notes, i.Display)
	}
	seen.Note = reading.Words(strings.Join(notes, " · "), profile.MaxLength)
	if e, ok := seen.Propose(d.kinds); ok {
		d.propose(e, all...)
	}
}

func (d *decoder) laboratory(o *reading.Element) string {
	if who := assigned(o.First("performer", "assignedEntity")); who != "" {
		return who
	}
	return d.Custodian
}

// interval writes the bounds of a quantity.
func interval(value *reading.Element) (said, unit string) {
	low, high := value.First("low").Attr("value"), value.First("high").Attr("value")
	if unit = value.First("low").Attr("unit"); unit == "" {
		unit = value.First("high").Attr("unit")
	}
	switch {
	case low != "" && high != "":
		return low + " – " + high, unit
	case low != "":
		return "≥ " + low, unit
	case high != "":
		return "≤ " + high, unit
	}
	return "", ""
}

// stays are the classes of an encounter that is a stay in a hospital.
var stays = map[string]string{"IMP": "inpatient", "ACUTE": "inpatient", "NONAC": "inpatient", "SS": "day", "EMER": "emergency"}

// stay proposes the stay in a hospital that a document tells of.
func (d *decoder) stay(encounter *reading.Element) {
	kind := stays[encounter.First("code").Attr("code")]
	t := encounter.First("effectiveTime")
	if kind == "" || from(t) == "" {
		return
	}
	facility := encounter.First("location", "healthCareFacility")
	where := facility.First("serviceProviderOrganization", "name").Content()
	if where == "" {
		where = facility.First("location", "name").Content()
	}
	d.propose(record.Entry{
		Kind: "encounter", Text: reading.Words(d.Title, profile.MaxLength), Type: kind, Location: reading.Words(where, profile.MaxLength),
		Start: from(t), End: to(t), Performer: d.Author,
	}, code(encounter.First("code")))
}
