package text

import (
	"fmt"
	"strings"

	"carnet/vault"
	"carnet/vault/exchange/reading"
	"carnet/vault/profile"
	"carnet/vault/record"
)

// Documents that came structured: what they say, and what they propose.
var (
	ReadDocument   = Message{"Lire le document", "Read the document"}
	WhatItSays     = Message{"Ce que dit le document", "What the document says"}
	WhatIsInside   = Message{"Fichiers dans ce document", "Files in this document"}
	WhatIsDoubtful = Message{"À regarder", "To be looked at"}
	NothingToRead  = Message{"Ce document ne contient pas de texte à lire ici ; le fichier d'origine est gardé tel quel.", "This document has no text to be read here; the original file is kept as it is."}
	ReadingIsKept  = Message{"Le fichier est gardé tel qu'il est arrivé. Rien n'entre dans le profil sans votre accord.", "The file is kept as it came. Nothing enters the profile without your yes."}

	ProposeForProfile = Message{"Proposer pour le profil", "Suggest for the profile"}
	ProposedTitle     = Message{"Ce que le document propose pour le profil de %s", "What the document suggests for the profile of %s"}
	ProposedHelp      = Message{"Cochez ce qui doit entrer dans le profil. Ce qui n'est pas coché n'y entre pas. Vous pourrez annuler.", "Tick what is to enter the profile. What is not ticked stays out. You can undo it."}
	ProposesNothing   = Message{"Ce document ne propose rien pour le profil.", "This document suggests nothing for the profile."}
	ProfileHas        = Message{"Le profil a : %s", "The profile has: %s"}
	ProfileHasIt      = Message{"Déjà dans le profil : %s", "In the profile already: %s"}
	ProposalChanges   = Message{"Change le rendez-vous que l'agenda a déjà.", "Changes the appointment that the diary has already."}
	AdoptedChanged    = Message{"Rendez-vous changés : %d.", "Appointments changed: %d."}
	CannotBeAdopted   = Message{"À ajouter à la main : %s %s", "To be added by hand: %s %s"}
	TickAll           = Message{"Tout cocher", "Tick all"}
	AddTicked         = Message{"Ajouter au profil ce qui est coché", "Add what is ticked to the profile"}
	NothingTicked     = Message{"Rien n'est coché : cochez ce qui doit entrer dans le profil.", "Nothing is ticked: tick what is to enter the profile."}
	ProposalsAdded    = Message{"Ajouté au profil d'après le document", "Added to the profile from the document"}
	OneDocumentToRead = Message{"Choisissez un seul document.", "Choose one document."}

	DocumentPropose = Word{FR: "proposer", EN: "propose", Help: Message{"Montre ce qu'un document propose pour le profil, et l'y ajoute sur demande", "Shows what a document suggests for the profile, and adds it when asked"},
		Long: Message{"Montre ce qu'un document (CDA, FHIR, calendrier) propose pour le profil de la personne, avec ce que le profil a déjà.\nRien n'entre dans le profil sans --accept : les numéros choisis, séparés par des virgules, ou all pour tous.\nCe que le profil a déjà n'est pas ajouté une seconde fois.",
			"Shows what a document (CDA, FHIR, calendar) suggests for the person's profile, beside what the profile has.\nNothing enters the profile without --accept: the numbers chosen, with commas between them, or all for all of them.\nWhat the profile has already is not added a second time."},
		Usage: Message{"ID", "ID"}}
	OptAccept     = Message{"ce qui entre dans le profil : des numéros de la liste, ou all", "what enters the profile: numbers of the list, or all"}
	BadAccept     = Message{"--accept attend des numéros de la liste, séparés par des virgules, ou all.", "--accept takes numbers of the list, with commas between them, or all."}
	ProposalLine  = Message{"%3d  %s : %s", "%3d  %s: %s"}
	BelowProposal = Message{"       %s", "       %s"}
	AdoptedCount  = Message{"Ajouté au profil : %d. Déjà dans le profil : %d.", "Added to the profile: %d. In the profile already: %d."}

	LabelFormat   = Message{"Format", "Format"}
	LabelSubject  = Message{"Personne nommée", "Person named"}
	LabelAuthor   = Message{"Auteur", "Author"}
	LabelKeptBy   = Message{"Original gardé par", "Original kept by"}
	LabelReplaces = Message{"Remplace", "Replaces"}
	LabelSigned   = Message{"Signature", "Signature"}
	LabelParts    = Message{"Contient", "Contains"}
	LabelTakes    = Message{"Propose pour le profil", "Suggests for the profile"}
)

// formats name what a document can be read in.
var formats = map[reading.Format]Message{
	reading.CDA:  {"document CDA (CI-SIS)", "CDA document (CI-SIS)"},
	reading.XDM:  {"archive XDM de documents", "XDM archive of documents"},
	reading.FHIR: {"FHIR R4", "FHIR R4"},

	reading.ICalendar: {"calendrier", "calendar"},
}

// Format names a format, with its variant.
func (l Language) Format(r *reading.Reading) string {
	name := string(r.Format)
	if m, ok := formats[r.Format]; ok {
		name = l.Say(m)
	}
	if r.Variant != "" && r.Variant != strings.ToUpper(string(r.Format)) {
		name += Between + r.Variant
	}
	return name
}

// readingDoubts say what a person should look at; %s is what it is about.
var readingDoubts = map[reading.DoubtCode]Message{
	reading.INSUnlikely:     {"Le matricule INS écrit dans le document paraît faux. Il est gardé tel quel.", "The INS number written in the document looks wrong. It is kept as it is."},
	reading.INSOfTest:       {"Le matricule INS est un numéro de test.", "The INS number is a test number."},
	reading.OtherPerson:     {"Ce document nomme une autre personne : %s.", "This document names another person: %s."},
	reading.NoSubject:       {"Ce document ne dit pas de qui il est.", "This document does not say whose it is."},
	reading.SeveralSubjects: {"Ce document concerne plusieurs personnes : il est montré et ne propose rien pour le profil.", "This document is about several people: it is shown and suggests nothing for the profile."},
	reading.NotUnderstood:   {"Une partie est gardée sans être montrée : %s.", "A part is kept and not shown: %s."},
	reading.NoNarrative:     {"Une partie n'a pas de texte à lire : %s.", "A part has no text to read: %s."},
	reading.Unlikely:        {"Ce nombre sort de l'ordinaire.", "This number is out of the ordinary."},
	reading.HashDiffers:     {"Le contenu de %s n'est pas celui que la liste annonce (SHA-1).", "The content of %s is not what the list announces (SHA-1)."},
	reading.SizeDiffers:     {"La taille de %s n'est pas celle que la liste annonce.", "The size of %s is not what the list announces."},
	reading.NotListed:       {"%s n'est dans aucune liste de l'archive.", "%s is in no list of the archive."},
	reading.FileMissing:     {"La liste annonce un document absent : %s.", "The list announces a document that is not there: %s."},
	reading.NotChecked:      {"%s ne peut pas être vérifié : la liste ne dit pas sa taille ou son empreinte.", "%s cannot be checked: the list does not say its size or its digest."},
	reading.Layout:          {"L'archive n'est pas rangée comme la norme le demande ; elle est lue quand même.", "The archive is not arranged as its standard asks; it is read all the same."},
	reading.StyleIgnored:    {"Le document apporte sa propre mise en page ; elle n'a pas été exécutée.", "The document brings its own layout program; it was not run."},
	reading.Shortened:       {"Ce calendrier continue longtemps : seuls les premiers rendez-vous à venir sont proposés.", "This calendar goes on for long: only the first appointments to come are suggested."},
	reading.UnknownZone:     {"Le fuseau horaire %s n'est pas connu : les heures sont prises pour celles d'ici.", "The time zone %s is not known: times are taken for those of this place."},
	reading.Expired:         {"La date de fin est passée : %s.", "The last day has passed: %s."},
}

// Doubt says a doubt.
func (l Language) Doubt(d reading.Doubt) string {
	m, ok := readingDoubts[d.Code]
	if !ok {
		return strings.TrimSpace(string(d.Code) + " " + d.About)
	}
	if strings.Contains(m.FR, "%s") {
		about := d.About
		switch {
		case about == "":
			about = "?"
		case d.Code == reading.Expired:
			about = l.Day(about)
		}
		return l.Say(m, about)
	}
	return l.Say(m)
}

// ReadingLine is a line of what a document says.
type ReadingLine struct {
	Title bool
	Item  bool // of a list, or a row of a table
	Text  string
}

// ReadingLines is all that a document says, line by line; the cells of a table come
// with the names of their columns, so that a row can be read out.
func ReadingLines(r *reading.Reading) (out []ReadingLine) {
	for _, s := range r.Sections {
		if s.Title != "" {
			out = append(out, ReadingLine{Title: true, Text: s.Title})
		}
		for _, b := range s.Blocks {
			if b.Text != "" {
				out = append(out, ReadingLine{Item: b.Kind == reading.Item, Text: b.Text})
			}
			for i, row := range b.Rows {
				if i < b.Head && len(b.Rows) > b.Head {
					continue
				}
				if line := readRow(b, row); line != "" {
					out = append(out, ReadingLine{Item: true, Text: line})
				}
			}
		}
	}
	return out
}

func readRow(b reading.Block, row []string) string {
	var cells []string
	for i, cell := range row {
		cell = strings.Join(strings.Fields(cell), " ")
		if cell == "" {
			continue
		}
		if b.Head == 1 && len(cells) > 0 && i < len(b.Rows[0]) && strings.TrimSpace(b.Rows[0][i]) != "" && len(row) > 2 {
			cell = strings.Join(strings.Fields(b.Rows[0][i]), " ") + "\u00a0: " + cell
		}
		cells = append(cells, cell)
	}
	return strings.Join(cells, Between)
}

// ReadingFacts is what a document says of itself.
func (l Language) ReadingFacts(r *reading.Reading) (out []EntryField) {
	add := func(label Message, value string) {
		if value != "" {
			out = append(out, EntryField{l.Say(label), value})
		}
	}
	add(LabelFormat, l.Format(r))
	add(LabelTitle, r.Title)
	add(LabelCategory, r.Kind.Display)
	if r.Date != "" {
		add(LabelDate, l.Day(r.Date))
	}
	add(LabelAuthor, r.Author)
	add(LabelKeptBy, r.Custodian)
	subject := r.Subject.Name()
	if r.Subject.Birth != "" {
		subject = strings.TrimPrefix(subject+Between+l.Day(r.Subject.Birth), Between)
	}
	add(LabelSubject, subject)
	add(LabelReplaces, strings.Join(r.Replaces, ", "))
	add(LabelSigned, l.Signature(r.Signature, false))
	var parts []string
	for _, p := range r.Parts {
		parts = append(parts, fmt.Sprintf("%d %s", p.Count, p.Name))
	}
	add(LabelParts, strings.Join(parts, ", "))
	return out
}

// InsideLine says what a file in a document is.
func (l Language) InsideLine(f *reading.File) string {
	var parts []string
	for _, part := range []string{f.Title, f.Name, f.Author, f.MediaType} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if f.Date != "" {
		parts = append(parts, l.Day(f.Date))
	}
	return strings.Join(append(parts, l.Size(f.Size)), Between)
}

// Proposed says what a proposal is: its title, its dates, its fields.
func (l Language) Proposed(t *profile.Table, e *record.Entry) string {
	parts := []string{l.EntryTitle(t, e)}
	if dates := l.EntryDates(e); dates != "" {
		parts = append(parts, dates)
	}
	k := t.Kind(e.Kind)
	for _, f := range k.Fields {
		switch {
		case f.Hidden, f.Name == record.FieldText, f.Name == record.FieldStart, f.Name == record.FieldEnd, f.Name == record.FieldRelation:
		case e.Kind == profile.Measurement && f.Name != record.FieldMethod && f.Name != record.FieldPerformer && f.Name != record.FieldNote:
		default:
			if value := l.FieldValue(t, e, f); value != "" && e.Status != record.NoneKnown {
				parts = append(parts, value)
			}
		}
	}
	return strings.Join(parts, Between)
}

// Beside says what the profile has of what is proposed, or why it cannot be taken
// as it is; nothing where neither is the case.
func (l Language) Beside(t *profile.Table, p *vault.Proposed) (out []string) {
	if p.Err != nil {
		e, _ := Explain(p.Err)
		out = append(out, l.Say(CannotBeAdopted, l.Say(e.What), l.Say(e.Do)))
	}
	if _, _, changes := p.Changes(); changes {
		out = append(out, l.Say(ProposalChanges))
	}
	for i := range p.Known {
		said := ProfileHas
		if p.Like == reading.Same && i == 0 {
			said = ProfileHasIt
		}
		out = append(out, l.Say(said, l.Proposed(t, &p.Known[i])))
	}
	for _, d := range p.Doubts {
		out = append(out, l.Doubt(d))
	}
	return out
}
