// Package ips writes the International Patient Summary of a record: a FHIR document
// whose first entry says which sections there are (HL7 IPS 2.0, Composition LOINC
// 60591-5). The three sections that it must have say in so many words when nothing is
// known. Conformity to the profiles of IPS is aimed at and not certified.
package ips

import (
	"crypto/sha256"
	"html"
	"strings"

	"carnet/vault/exchange/fhir"
	"carnet/vault/profile"
	"carnet/vault/record"
)

const (
	loinc   = "http://loinc.org"
	reasons = "http://terminology.hl7.org/CodeSystem/list-empty-reason"
)

// section is a section of the summary.
type section struct {
	code     string // LOINC
	resource string // whose entries stand in it
	kind     string // of the table, where one kind does; "" for all
	required bool
}

// sections are those of IPS 2.0 that the profile has something for, in its order.
var sections = []section{
	{"11450-4", "Condition", "", true},                    // problems
	{"48765-2", "AllergyIntolerance", "", true},           // allergies and intolerances
	{"10160-0", "MedicationStatement", "", true},          // medications
	{"11369-6", "Immunization", "", false},                // immunizations
	{"47519-4", "Procedure", "", false},                   // history of procedures
	{"8716-3", "Observation", profile.Measurement, false}, // vital signs
	{"30954-2", "Observation", profile.Result, false},     // results
	{"29762-2", "Observation", "habit", false},            // social history
	{"42348-3", "Consent", "", false},                     // advance directives
}

// composition is the first entry of the document.
type composition struct {
	fhir.Head
	Status  string           `json:"status"`
	Kind    fhir.Concept     `json:"type"`
	Subject fhir.Reference   `json:"subject"`
	Date    string           `json:"date"`
	Author  []fhir.Reference `json:"author"`
	Title   string           `json:"title"`
	Section []said           `json:"section"`
}

type said struct {
	Title  string           `json:"title"`
	Code   fhir.Concept     `json:"code"`
	Text   fhir.Narrative   `json:"text"`
	Entry  []fhir.Reference `json:"entry,omitempty"`
	Reason *fhir.Concept    `json:"emptyReason,omitempty"`
}

// Document is the summary of a record. title and nothing, which is what an empty
// section says, are in the language of the person.
func Document(r *fhir.Record, title, nothing string) ([]byte, error) {
	sum := sha256.Sum256([]byte("carnet/ips\x00" + r.Subject().Reference + "\x00" + r.Day()))
	name := &fhir.Said{Entry: record.Entry{ID: record.ID(sum[:16])}}
	c := &composition{
		Head: fhir.Head{Type: "Composition", ID: name.ID.String()}, Status: "final",
		Kind:    fhir.Concept{Coding: []fhir.Coding{{System: loinc, Code: "60591-5", Display: "Patient summary Document"}}},
		Subject: r.Subject(), Date: r.Day(), Author: []fhir.Reference{{Display: "Carnet"}}, Title: title,
	}
	c.Text = &fhir.Narrative{Status: "generated", Div: `<div xmlns="http://www.w3.org/1999/xhtml"><p>` + html.EscapeString(title) + "</p></div>"}
	b := fhir.Bundle{
		Type: "Bundle", Kind: "document", Timestamp: r.Day(),
		Identifier: &fhir.Identifier{System: "urn:ietf:rfc:3986", Value: name.URL()},
		Entry:      []fhir.Entry{{FullURL: name.URL(), Resource: c}, r.Person()},
	}
	all := r.Resources()
	for _, s := range sections {
		part := said{Code: fhir.Concept{Coding: []fhir.Coding{{System: loinc, Code: s.code}}}}
		var div strings.Builder
		for _, k := range r.Kinds.Kinds {
			if k.Resource != s.resource || s.kind != "" && k.Code != s.kind {
				continue
			}
			if part.Title == "" {
				part.Title = r.Label(k.LabelFR, k.LabelEN)
			}
			for i := range all {
				x := &all[i]
				if x.Kind.Code != k.Code {
					continue
				}
				div.WriteString("<li>")
				for n, line := range r.Lines(x.Kind, &x.Entry) {
					if n > 0 {
						div.WriteString("<br/>" + html.EscapeString(line[0]) + ": ")
					}
					div.WriteString(html.EscapeString(line[1]))
				}
				div.WriteString("</li>")
				part.Entry = append(part.Entry, fhir.Reference{Reference: x.URL()})
				b.Entry = append(b.Entry, fhir.Entry{FullURL: x.URL(), Resource: x.Resource})
			}
		}
		text := "<ul>" + div.String() + "</ul>"
		if len(part.Entry) == 0 {
			if !s.required {
				continue
			}
			text = "<p>" + html.EscapeString(nothing) + "</p>"
			part.Reason = &fhir.Concept{Coding: []fhir.Coding{{System: reasons, Code: "notasked"}}}
		}
		part.Text = fhir.Narrative{Status: "generated", Div: `<div xmlns="http://www.w3.org/1999/xhtml">` + text + "</div>"}
		c.Section = append(c.Section, part)
	}
	return b.JSON()
}
