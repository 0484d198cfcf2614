package fhir

import "encoding/json"

// The resources of FHIR R4 (4.0.1) that a record needs, with the elements that it
// has something to say in. What the table of kinds knows beside them stands in the
// narrative of each.

// Coding is a code of a terminology.
type Coding struct {
	System  string `json:"system,omitempty"`
	Code    string `json:"code,omitempty"`
	Display string `json:"display,omitempty"`
}

// Concept is a CodeableConcept.
type Concept struct {
	Coding []Coding `json:"coding,omitempty"`
	Text   string   `json:"text,omitempty"`
}

// Reference names another resource, or somebody in words.
type Reference struct {
	Reference string `json:"reference,omitempty"`
	Display   string `json:"display,omitempty"`
}

// Narrative is what a person reads of a resource, XHTML.
type Narrative struct {
	Status string `json:"status"`
	Div    string `json:"div"`
}

// Identifier is a number that somebody gives.
type Identifier struct {
	Type   *Concept `json:"type,omitempty"`
	System string   `json:"system,omitempty"`
	Value  string   `json:"value"`
}

// Period is from when to when, each YYYY, YYYY-MM or YYYY-MM-DD.
type Period struct {
	Start string `json:"start,omitempty"`
	End   string `json:"end,omitempty"`
}

// Quantity is a number with its unit.
type Quantity struct {
	Value  json.Number `json:"value"`
	Unit   string      `json:"unit,omitempty"`
	System string      `json:"system,omitempty"`
	Code   string      `json:"code,omitempty"`
}

type words struct {
	Text string `json:"text"`
}

type contactPoint struct {
	System string `json:"system"`
	Value  string `json:"value"`
}

type actor struct {
	Actor Reference `json:"actor"`
}

type individual struct {
	Individual Reference `json:"individual"`
}

// Head begins every resource.
type Head struct {
	Type string     `json:"resourceType"`
	ID   string     `json:"id"`
	Text *Narrative `json:"text,omitempty"`
}

func (h *Head) head() *Head { return h }

// Resource is any of the resources below.
type Resource interface{ head() *Head }

type patient struct {
	Head
	Identifier []Identifier `json:"identifier,omitempty"`
	Name       []words      `json:"name"`
	Gender     string       `json:"gender,omitempty"`
	BirthDate  string       `json:"birthDate,omitempty"`
}

type attachment struct {
	ContentType string `json:"contentType,omitempty"`
	URL         string `json:"url"`
	Size        int64  `json:"size,omitempty"`
	Hash        []byte `json:"hash"` // SHA-1, as FHIR asks
	Title       string `json:"title"`
	Creation    string `json:"creation,omitempty"`
}

type attached struct {
	Attachment attachment `json:"attachment"`
}

type documentReference struct {
	Head
	Identifier  []Identifier `json:"identifier"`
	Status      string       `json:"status"`
	Type        *Concept     `json:"type,omitempty"`
	Subject     Reference    `json:"subject"`
	Date        string       `json:"date,omitempty"`
	Description string       `json:"description,omitempty"`
	Content     []attached   `json:"content"`
}

type condition struct {
	Head
	ClinicalStatus *Concept   `json:"clinicalStatus,omitempty"`
	Code           Concept    `json:"code"`
	Subject        Reference  `json:"subject"`
	Onset          string     `json:"onsetDateTime,omitempty"`
	Abatement      string     `json:"abatementDateTime,omitempty"`
	Asserter       *Reference `json:"asserter,omitempty"`
	Note           []words    `json:"note,omitempty"`
}

type medicationStatement struct {
	Head
	Status     string     `json:"status"`
	Medication Concept    `json:"medicationCodeableConcept"`
	Subject    Reference  `json:"subject"`
	Effective  *Period    `json:"effectivePeriod,omitempty"`
	Source     *Reference `json:"informationSource,omitempty"`
	Note       []words    `json:"note,omitempty"`
	Dosage     []words    `json:"dosage,omitempty"`
}

type reaction struct {
	Manifestation []Concept `json:"manifestation"`
}

type allergyIntolerance struct {
	Head
	ClinicalStatus Concept    `json:"clinicalStatus"`
	Nature         string     `json:"type,omitempty"`
	Criticality    string     `json:"criticality,omitempty"`
	Code           Concept    `json:"code"`
	Patient        Reference  `json:"patient"`
	Onset          string     `json:"onsetDateTime,omitempty"`
	Asserter       *Reference `json:"asserter,omitempty"`
	Note           []words    `json:"note,omitempty"`
	Reaction       []reaction `json:"reaction,omitempty"`
}

type immunization struct {
	Head
	Status     string    `json:"status"`
	Vaccine    Concept   `json:"vaccineCode"`
	Patient    Reference `json:"patient"`
	Occurrence string    `json:"occurrenceDateTime,omitempty"`
	Unknown    string    `json:"occurrenceString,omitempty"`
	Performer  []actor   `json:"performer,omitempty"`
	Note       []words   `json:"note,omitempty"`
}

type component struct {
	Code  Concept   `json:"code"`
	Value *Quantity `json:"valueQuantity"`
}

type observation struct {
	Head
	Status    string      `json:"status"`
	Code      Concept     `json:"code"`
	Subject   Reference   `json:"subject"`
	Effective string      `json:"effectiveDateTime,omitempty"`
	Period    *Period     `json:"effectivePeriod,omitempty"`
	Performer []Reference `json:"performer,omitempty"`
	Value     *Quantity   `json:"valueQuantity,omitempty"`
	Concept   *Concept    `json:"valueCodeableConcept,omitempty"`
	Said      string      `json:"valueString,omitempty"`
	Note      []words     `json:"note,omitempty"`
	Method    *Concept    `json:"method,omitempty"`
	Device    *Reference  `json:"device,omitempty"`
	Range     []words     `json:"referenceRange,omitempty"`
	Component []component `json:"component,omitempty"`
}

type procedure struct {
	Head
	Status    string     `json:"status"`
	Code      Concept    `json:"code"`
	Subject   Reference  `json:"subject"`
	Performed string     `json:"performedDateTime,omitempty"`
	Performer []actor    `json:"performer,omitempty"`
	Location  *Reference `json:"location,omitempty"`
	Note      []words    `json:"note,omitempty"`
}

type encounter struct {
	Head
	Status      string       `json:"status"`
	Class       Coding       `json:"class"`
	Subject     Reference    `json:"subject"`
	Participant []individual `json:"participant,omitempty"`
	Period      *Period      `json:"period,omitempty"`
	Reason      []Concept    `json:"reasonCode,omitempty"`
	Provider    *Reference   `json:"serviceProvider,omitempty"`
}

type participant struct {
	Actor  Reference `json:"actor"`
	Status string    `json:"status"`
}

type appointment struct {
	Head
	Identifier  []Identifier  `json:"identifier,omitempty"`
	Status      string        `json:"status"`
	Description string        `json:"description,omitempty"`
	Start       string        `json:"start,omitempty"`
	End         string        `json:"end,omitempty"`
	Comment     string        `json:"comment,omitempty"`
	Participant []participant `json:"participant"`
	Requested   []Period      `json:"requestedPeriod,omitempty"`
}

type familyCondition struct {
	Code  Concept `json:"code"`
	Onset string  `json:"onsetString,omitempty"`
}

type familyMemberHistory struct {
	Head
	Status       string            `json:"status"`
	Patient      Reference         `json:"patient"`
	Relationship Concept           `json:"relationship"`
	Note         []words           `json:"note,omitempty"`
	Condition    []familyCondition `json:"condition,omitempty"`
}

type relatedPerson struct {
	Head
	Identifier   []Identifier   `json:"identifier,omitempty"`
	Patient      Reference      `json:"patient"`
	Relationship []Concept      `json:"relationship,omitempty"`
	Name         []words        `json:"name,omitempty"`
	Telecom      []contactPoint `json:"telecom,omitempty"`
	Address      []words        `json:"address,omitempty"`
}

type consent struct {
	Head
	Status   string    `json:"status"`
	Scope    Concept   `json:"scope"`
	Category []Concept `json:"category"`
	Patient  Reference `json:"patient"`
	DateTime string    `json:"dateTime,omitempty"`
	Rule     Concept   `json:"policyRule"`
}

type basic struct {
	Head
	Code    Concept   `json:"code"`
	Subject Reference `json:"subject"`
	Created string    `json:"created,omitempty"`
}

// Entry is a resource in a bundle.
type Entry struct {
	FullURL  string `json:"fullUrl"`
	Resource any    `json:"resource"`
}

// Bundle is a bundle of resources.
type Bundle struct {
	Type       string      `json:"resourceType"`
	Identifier *Identifier `json:"identifier,omitempty"`
	Kind       string      `json:"type"`
	Timestamp  string      `json:"timestamp"`
	Entry      []Entry     `json:"entry"`
}
