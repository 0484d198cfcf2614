package text

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"carnet/vault/exchange/sheet"
	"carnet/vault/profile"
	"carnet/vault/record"
	"carnet/vault/schedule"
)

// The summary of a profile, and the dated history of a person's care.
var (
	SummaryWord     = Word{FR: "resume", EN: "summary", Help: Message{"Écrit « Ma santé en résumé » : .pdf, .html ou .txt", "Writes \"My health in short\": .pdf, .html or .txt"}}
	SummarySaved    = Message{"Résumé enregistré : %s. Il est en clair.", "Summary saved: %s. It is in clear."}
	SummaryTitle    = Message{"Ma santé en résumé", "My health in short"}
	SummaryFileName = Message{"resume-sante", "health-summary"}
	summaryLatest   = Message{"Derniers documents", "Latest documents"}

	TimelineWord   = Word{FR: "suivi", EN: "timeline", Help: Message{"L'historique de suivi : documents, séjours, traitements, vaccinations et mesures par date", "The dated history: documents, stays, treatments, vaccinations and measurements by date"}}
	TimelineTitle  = Message{"Historique de suivi", "Care history"}
	TimelineLine   = Message{"%s  %s  %s  %s", "%s  %s  %s  %s"}
	TimelineEmpty  = Message{"Rien n'est daté pour l'instant.", "Nothing is dated yet."}
	TimelineBegins = Message{"début : %s", "begins: %s"}
	TimelineEnds   = Message{"fin : %s", "ends: %s"}
)

// Event is one dated line of a person's care.
type Event struct {
	Date     string // YYYY, YYYY-MM or YYYY-MM-DD
	What     string // the kind of entry, or the category of the document
	Title    string
	ID       record.ID
	Document bool // else an entry of the profile
}

// Timeline puts documents and entries in one order, newest first, what is in the
// bin left out. An entry that lasts stands twice, where it begins and where it
// ends. category names the category of a document.
func (l Language) Timeline(t *profile.Table, entries []record.Entry, docs []record.Document, category func(code string) string) (out []Event) {
	for _, e := range entries {
		k := t.Kind(e.Kind)
		if e.RemovedAt != 0 || k == nil || !k.Listed() || e.Status == record.NoneKnown {
			continue
		}
		title, what := l.EntryTitle(t, &e), l.kindAt(t, k, &e)
		begins := Event{Date: e.Start, What: what, Title: title, ID: e.ID}
		if e.End != "" && e.End != e.Start {
			begins.Title = l.Say(TimelineBegins, title)
			out = append(out, Event{Date: e.End, What: what, Title: l.Say(TimelineEnds, title), ID: e.ID})
		}
		if e.Start != "" {
			out = append(out, begins)
		}
	}
	for _, d := range docs {
		if d.RemovedAt == 0 && d.ShownDate() != "" {
			out = append(out, Event{Date: d.ShownDate(), What: category(d.ShownCategory()), Title: d.Title, ID: d.ID, Document: true})
		}
	}
	slices.SortStableFunc(out, func(a, b Event) int {
		return cmp.Or(-strings.Compare(a.Date, b.Date), strings.Compare(a.Title, b.Title))
	})
	return out
}

// kindAt names the kind of an entry and, of an examination, where it took place.
func (l Language) kindAt(t *profile.Table, k *profile.Kind, e *record.Entry) string {
	if where := k.Field(record.FieldType); e.Kind == schedule.ExamKind && e.Type != "" && where != nil {
		return l.Kind(k) + ", " + l.FieldValue(t, e, *where)
	}
	return l.Kind(k)
}

// Summary is what « Ma santé en résumé » is made of.
type Summary struct {
	Patient record.Patient
	Entries []record.Entry    // of the patient
	Latest  []record.Document // newest first, as many as are to be named
	Kinds   *profile.Table
	Printed time.Time
}

// Latest are the documents that a summary names: the newest ten of a list in the
// order of [vault.Vault.Documents] that are not in the bin.
func Latest(docs []record.Document) (out []record.Document) {
	for _, d := range docs {
		if d.RemovedAt == 0 && len(out) < 10 {
			out = append(out, d)
		}
	}
	return out
}

// Sheet is the summary: every kind with what is written of it, and the latest
// documents.
func (s *Summary) Sheet(l Language) *sheet.Sheet {
	e := &Emergency{Patient: s.Patient, Entries: s.Entries, Kinds: s.Kinds, Printed: s.Printed}
	blocks := []sheet.Block{e.identity(l)}
	for i := range s.Kinds.Kinds {
		k := &s.Kinds.Kinds[i]
		if !k.Listed() {
			continue
		}
		lines := s.lines(l, k)
		if len(lines) == 0 {
			lines = []string{l.Say(emergencyBlank)}
		}
		blocks = append(blocks, sheet.Heading(l.Kind(k)), sheet.Items{Lines: lines})
	}
	if len(s.Latest) > 0 {
		var lines []string
		for _, d := range s.Latest {
			lines = append(lines, l.Say(emergencyBefore, l.Day(d.ShownDate()), d.Title))
		}
		blocks = append(blocks, sheet.Heading(l.Say(summaryLatest)), sheet.Items{Lines: lines})
	}
	blocks = append(blocks, sheet.Paragraph(l.Say(EmergencyInform, l.Date(s.Printed))))
	return &sheet.Sheet{Title: l.Say(SummaryTitle), Language: l.Tag(), Blocks: blocks, Footer: l.Say(Independence), Created: s.Printed}
}

// Parts are those of the summary that say something.
func (s *Summary) Parts(l Language) (out []SheetPart) {
	for i := range s.Kinds.Kinds {
		k := &s.Kinds.Kinds[i]
		if lines := s.lines(l, k); len(lines) > 0 && k.Listed() {
			out = append(out, SheetPart{l.Kind(k), lines})
		}
	}
	return out
}

func (s *Summary) lines(l Language, k *profile.Kind) (out []string) {
	for _, x := range s.Entries {
		if x.Kind == k.Code && x.RemovedAt == 0 {
			out = append(out, s.line(l, k, &x))
		}
	}
	return out
}

// line is all that is said of an entry, on one line.
func (s *Summary) line(l Language, k *profile.Kind, x *record.Entry) string {
	parts := []string{l.EntryTitle(s.Kinds, x)}
	if dates := l.EntryDates(x); dates != "" {
		parts = append(parts, dates)
	}
	for _, f := range k.Fields {
		switch f.Name {
		case record.FieldText, record.FieldType, record.FieldValue, record.FieldValue2, record.FieldUnit, record.FieldStart, record.FieldEnd, record.FieldRelation:
			continue // in the title, or the dates
		}
		if value := l.FieldValue(s.Kinds, x, f); value != "" && !f.Hidden && x.Status != record.NoneKnown {
			parts = append(parts, value)
		}
	}
	return strings.Join(parts, ", ")
}
