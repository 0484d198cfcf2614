package text

import (
	"strings"
	"time"

	"carnet/vault/profile"
	"carnet/vault/record"
)

// Label is one of two labels of a table.
func (l Language) Label(fr, en string) string { return l.Say(Message{fr, en}) }

// Kind names a kind of entries of the medical profile.
func (l Language) Kind(k *profile.Kind) string { return l.Label(k.LabelFR, k.LabelEN) }

// code names the answer of a list; what is in no list names itself.
func (l Language) code(list []profile.Code, code string) string {
	for _, c := range list {
		if c.Code == code {
			return l.Label(c.LabelFR, c.LabelEN)
		}
	}
	return code
}

// Number writes a number of an entry as people read it: with a comma in French.
func (l Language) Number(n string) string {
	if l == French {
		return strings.Replace(n, ".", ",", 1)
	}
	return n
}

// EntryTitle says in a line what an entry of the medical profile is.
func (l Language) EntryTitle(t *profile.Table, e *record.Entry) string {
	k := t.Kind(e.Kind)
	switch {
	case k == nil:
		return e.Text // of a later edition of the table
	case e.Status == record.NoneKnown:
		return l.Label(k.NoneFR, k.NoneEN)
	case e.Kind == profile.Measurement:
		return l.measurement(t, e)
	}
	title := e.Text
	if f := k.Field(record.FieldValue); f != nil && f.Values != nil && k.Field(record.FieldText) == nil {
		title = l.code(f.Values, e.Value)
	}
	before := e.Relation
	if f := k.Field(record.FieldType); f != nil && f.Required {
		before = l.code(f.Values, e.Type)
	}
	if before == "" {
		return title
	}
	return l.Say(Message{"%s : %s", "%s: %s"}, l.capital(before), title)
}

func (l Language) capital(s string) string {
	for i, r := range s {
		return strings.ToUpper(string(r)) + s[i+len(string(r)):]
	}
	return s
}

func (l Language) measurement(t *profile.Table, e *record.Entry) string {
	o := t.Observation(e.Type)
	if o == nil {
		return e.Type + " " + e.Value
	}
	return l.Say(Message{"%s : %s", "%s: %s"}, l.Label(o.LabelFR, o.LabelEN), l.Quantity(o, e))
}

// Quantity is the number of a measurement with its unit.
func (l Language) Quantity(o *profile.Observation, e *record.Entry) string {
	value := l.Number(e.Value)
	if e.Value2 != "" {
		value += "/" + l.Number(e.Value2)
	}
	unit := e.Unit
	if u := o.Unit(e.Unit); u != nil {
		unit = u.Label
	}
	return value + "\u00a0" + unit
}

// EntryDates says when an entry begins and ends, "" when it does not say.
func (l Language) EntryDates(e *record.Entry) string {
	switch {
	case e.Start != "" && e.End != "" && sameDay(e.Start, e.End):
		return l.Say(Message{"%s, jusqu'à %s", "%s, until %s"}, l.Day(e.Start), e.End[len("2006-01-02T"):len("2006-01-02T15:04")])
	case e.Start != "" && e.End != "":
		return l.Say(Message{"du %s au %s", "from %s to %s"}, l.Day(e.Start), l.Day(e.End))
	case e.End != "":
		return l.Say(Message{"jusqu'au %s", "until %s"}, l.Day(e.End))
	case e.Start != "":
		return l.Day(e.Start)
	}
	return ""
}

// sameDay reports whether two moments are on one day.
func sameDay(a, b string) bool {
	_, timed, ok := record.Moment(b)
	return ok && timed && len(a) == len(b) && a[:len(time.DateOnly)] == b[:len(time.DateOnly)]
}

// EntryField is a field of an entry as people read it.
type EntryField struct{ Label, Value string }

// EntryFields lists what an entry says besides its title, in the order of its
// kind, its source last.
func (l Language) EntryFields(t *profile.Table, e *record.Entry) (out []EntryField) {
	k := t.Kind(e.Kind)
	if k == nil {
		return nil
	}
	for _, f := range k.Fields {
		if value := l.FieldValue(t, e, f); value != "" && e.Status != record.NoneKnown && !f.Hidden {
			out = append(out, EntryField{l.Label(f.LabelFR, f.LabelEN), value})
		}
	}
	if e.Status == record.NoneKnown && e.Note != "" {
		out = append(out, EntryField{l.Say(LabelNote), e.Note})
	}
	return append(out, EntryField{l.Say(LabelSource), l.Say(sources[e.Source])})
}

// FieldValue is one field as people read it, "" when it is empty.
func (l Language) FieldValue(t *profile.Table, e *record.Entry, f profile.Field) string {
	value := *e.At(f.Name)
	o := t.Observation(e.Type)
	switch {
	case value == "":
		return ""
	case f.Values != nil:
		return l.code(f.Values, value)
	case f.Name == record.FieldStart, f.Name == record.FieldEnd:
		return l.Day(value)
	case f.Name == record.FieldPhone:
		return strings.ReplaceAll(value, " ", "\u00a0") // on one line
	case e.Kind != profile.Measurement || o == nil:
		return value
	case f.Name == record.FieldType:
		return l.Label(o.LabelFR, o.LabelEN)
	case f.Name == record.FieldValue, f.Name == record.FieldValue2:
		return l.Number(value)
	case f.Name == record.FieldMethod:
		return l.code(o.Methods, value)
	case f.Name == record.FieldUnit:
		if u := o.Unit(value); u != nil {
			return u.Label
		}
	}
	return value
}

var sources = map[record.Source]Message{
	"":                        {"dit par la personne", "said by the person"},
	record.SourcePerson:       {"dit par la personne", "said by the person"},
	record.SourceDocument:     {"d'après un document", "from a document"},
	record.SourceProfessional: {"dit par un professionnel", "said by a professional"},
}

// FieldName names a field of a history.
func (l Language) FieldName(t *profile.Table, kind, name string) string {
	if k := t.Kind(kind); k != nil {
		if f := k.Field(record.Field(name)); f != nil {
			return l.Label(f.LabelFR, f.LabelEN)
		}
	}
	return l.Say(changeFields[name])
}

var changeFields = map[string]Message{
	"title":                   LabelTitle,
	"category":                LabelCategory,
	"date":                    LabelDate,
	"hiddenFromProfessionals": {"Masqué aux professionnels", "Hidden from professionals"},
	"removed":                 {"Corbeille", "Bin"},
	"note":                    LabelNote,
	"tags":                    LabelTags,
	"rightPerson":             {"Dans le bon carnet", "In the right record"},
	"source":                  LabelSource,
	"document":                {"Document lié", "Linked document"},
	"status":                  {"État", "State"},
	"code":                    {"Code", "Code"},
	"system":                  {"Terminologie", "Terminology"},
	"wrong":                   ContestWrong,
	"ask":                     ContestAsk,
	"reason":                  ContestReason,
	"addressee":               ContestTo,
	"contested":               {"Contesté le", "Contested on"},
	"contest":                 {"Contestation", "Contestation"},
	"answer":                  ContestAnswer,
	"answered":                {"Réponse le", "Answered on"},
}
