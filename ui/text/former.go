package text

import (
	"strings"

	"carnet/vault"
)

// A record that was kept elsewhere, taken over as one.
var (
	Record       = Word{FR: "dossier", EN: "record", Help: Message{"Reprend un dossier tenu ailleurs", "Takes over a record kept elsewhere"}}
	RecordImport = Word{FR: "importer", EN: "import", Help: Message{"Montre ce que contient un ancien dossier, et le reprend sur demande", "Shows what a former record holds, and takes it over when asked"},
		Long: Message{`Lit un dossier de fichiers ou une archive (zip, XDM) d'un dossier tenu ailleurs : PDF, images, CDA, FHIR. Montre tous les documents, de qui ils sont, ceux qui sont déjà là, et ce que tous ensemble proposent pour le profil.
Rien n'est repris sans --accept : les numéros des propositions qui entrent dans le profil, all pour toutes celles qui nomment la personne, none pour les documents seuls.
Sans --documents, sont repris les documents nouveaux qui ne nomment personne d'autre.`,
			`Reads a folder or an archive (zip, XDM) of a record kept elsewhere: PDF, pictures, CDA, FHIR. Shows all documents, whose they are, which are here already, and what all of them together suggest for the profile.
Nothing is taken over without --accept: the numbers of the suggestions that enter the profile, all for all that name the person, none for the documents alone.
Without --documents, those are taken over that are new and name nobody else.`},
		Usage: Message{"FICHIER|DOSSIER...", "FILE|FOLDER..."}}
	OptFormerAccept    = Message{"reprend les documents, et ce qui entre dans le profil : des numéros de la liste, all ou none", "takes the documents over, and what enters the profile: numbers of the list, all or none"}
	OptFormerDocuments = Message{"les documents repris : des numéros de la liste, ou all", "the documents taken over: numbers of the list, or all"}
	OptFormerSeen      = Message{"combien de documents vous avez vus là-bas : un nombre, ou catégorie=nombre ; peut être répété", "how many documents you saw there: a number, or category=number; may be repeated"}
	BadNumbers         = Message{"%s attend des numéros de la liste, séparés par des virgules, ou l'un des mots de l'aide.", "%s takes numbers of the list, with commas between them, or one of the words in the help."}
	BadSeen            = Message{"--seen attend un nombre, ou une catégorie et un nombre : lab=12.", "--seen takes a number, or a category and a number: lab=12."}

	FormerVerb       = Message{"Reprendre un ancien dossier", "Take over a former record"}
	FormerPick       = Message{"Choisir l'archive ou le dossier à reprendre", "Choose the archive or folder to take over"}
	FormerReading    = Message{"Lecture de l'ancien dossier pour %s", "Reading the former record for %s"}
	FormerNothingYet = Message{"Rien n'est encore ajouté : ceci ne fait que regarder.", "Nothing is added yet: this only looks."}
	FormerTitle      = Message{"Ancien dossier, pour %s", "Former record, for %s"}
	FormerHelp       = Message{"Rien n'entre sans votre accord. Cochez les documents à reprendre, puis ce qui doit entrer dans le profil. Vous pourrez tout annuler.", "Nothing enters without your yes. Tick the documents to take over, then what is to enter the profile. You can undo all of it."}
	FormerEmpty      = Message{"Il n'y a aucun fichier à reprendre là.", "There is no file to take over there."}
	FormerFoundOne   = Message{"%d document trouvé", "%d document found"}
	FormerFoundMany  = Message{"%d documents trouvés", "%d documents found"}
	FormerProposes   = Message{"Proposé pour le profil", "Suggested for the profile"}
	FormerNothing    = Message{"Ces documents ne proposent rien pour le profil.", "These documents suggest nothing for the profile."}
	FormerOthers     = Message{"Proposé par des documents qui nomment quelqu'un d'autre", "Suggested by documents that name somebody else"}
	FormerTake       = Message{"Reprendre ce qui est coché", "Take over what is ticked"}
	FormerNone       = Message{"Rien n'est coché : cochez ce que vous voulez reprendre.", "Nothing is ticked: tick what you want to take over."}
	FormerTaken      = Message{"Ancien dossier repris", "Former record taken over"}
	FormerFrom       = Message{"D'après : %s", "From: %s"}
	FormerFromMore   = Message{"D'après : %s, et %d de plus", "From: %s, and %d more"}
	FormerLine       = Message{"%3d  %s", "%3d  %s"}
	FormerNote       = Message{"%s", "%s"}
	FormerUsage      = Message{"Pour reprendre : --accept none (documents seuls), --accept all, ou des numéros.", "To take over: --accept none (documents alone), --accept all, or numbers."}
	FormerReport     = Message{"Documents repris : %d. Déjà là : %d. Non repris : %d.", "Documents taken over: %d. Already here: %d. Not taken over: %d."}
	FormerLeft       = Message{"Propositions laissées parce que leur fichier a changé depuis : %d.", "Suggestions left because their file has changed since: %d."}

	SeenTitle  = Message{"Ce que vous avez vu là-bas", "What you saw there"}
	SeenHelp   = Message{"Si le service affichait un nombre de documents, écrivez-le : Carnet comparera. Vous pouvez laisser vide. Les rubriques d'un service ne sont pas toujours celles de Carnet ; le total est le plus sûr.", "If the service showed a number of documents, write it: Carnet will compare. You may leave it empty. The sections of a service are not always those of Carnet; the total is the surest."}
	SeenAll    = Message{"Nombre de documents en tout", "Number of documents in all"}
	SeenWrong  = Message{"Écrivez un nombre, ou laissez vide.", "Write a number, or leave it empty."}
	SeenVerb   = Message{"Comparer avec ce que j'ai vu", "Compare with what I saw"}
	Compare    = Message{"Comparer", "Compare"}
	CountEqual = Message{"%s : %d vus là-bas, %d trouvés. Le compte y est.", "%s: %d seen there, %d found. The count is equal."}
	CountLess  = Message{"%s : %d vus là-bas, %d trouvés. Il en manque %d.", "%s: %d seen there, %d found. %d missing."}
	CountMore  = Message{"%s : %d vus là-bas, %d trouvés. Il y en a %d de plus.", "%s: %d seen there, %d found. %d more."}
	CountHere  = Message{"Dans le carnet maintenant : %d.", "In the record now: %d."}
	CountOfAll = Message{"En tout", "In all"}

	fileKnown   = Message{"Déjà dans le coffre : il n'est pas ajouté une seconde fois.", "In the vault already: it is not added a second time."}
	fileInBin   = Message{"Déjà dans le coffre, à la corbeille : vous pouvez l'en sortir.", "In the vault already, in the bin: you can take it out."}
	fileAgain   = Message{"Le même document est déjà plus haut dans cette liste.", "The same document is further up in this list."}
	fileArchive = Message{"Archive d'un envoi : gardée entière à côté de ses documents, avec leur liste.", "Archive of a message: kept whole beside its documents, with their list."}
	fileZip     = Message{"Archive que Carnet n'ouvre pas ici : gardée entière, telle quelle.", "Archive that Carnet does not open here: kept whole, as it is."}
	fileKept    = Message{"Type de fichier inconnu : gardé entier, sans être lu ni montré.", "Unknown kind of file: kept whole, neither read nor shown."}
	fileUnread  = Message{"Gardé tel quel : %s", "Kept as it is: %s"}
	fileNames   = Message{"Ce document semble concerner %s.", "This document seems to concern %s."}
)

// FormerFile names a file of a former record: its title, its day, its category, who
// wrote it. category has the words of a code.
func (l Language) FormerFile(f *vault.FormerFile, category func(code string) string) string {
	parts := []string{f.Title}
	if f.Date != "" {
		parts = append(parts, l.Day(f.Date))
	}
	if f.Category != "" && !f.Archive {
		parts = append(parts, category(f.Category))
	}
	if f.Author != "" {
		parts = append(parts, f.Author)
	}
	return strings.Join(append(parts, l.Size(f.Size)), Between)
}

// FormerNotes say what becomes of a file, and what a person should look at. other is
// the name of whom it concerns, where that is somebody of this vault.
func (l Language) FormerNotes(f *vault.FormerFile, other string) (out []string) {
	say := func(m Message, values ...any) { out = append(out, l.Say(m, values...)) }
	switch {
	case f.Err != nil:
		e, _ := Explain(f.Err)
		return []string{e.In(l)}
	case f.InBin:
		say(fileInBin)
	case !f.Known.IsZero():
		say(fileKnown)
	case f.Again:
		say(fileAgain)
	}
	switch {
	case f.Archive:
		say(fileArchive)
	case f.Kept() && f.MediaType == "application/zip":
		say(fileZip)
	case f.Kept():
		say(fileKept)
	}
	if f.Unread != nil {
		e, _ := Explain(f.Unread)
		say(fileUnread, l.Say(e.What))
	}
	if other != "" {
		say(fileNames, other)
	}
	for _, d := range f.Doubts {
		out = append(out, l.Doubt(d))
	}
	return out
}

// FormerSources say which documents make a proposal.
func (l Language) FormerSources(f *vault.Former, p *vault.FormerProposal) string {
	first := f.Files[p.Files[0]].Title
	if n := len(p.Files) - 1; n > 0 {
		return l.Say(FormerFromMore, first, n)
	}
	return l.Say(FormerFrom, first)
}

// FormerCounts compare what somebody saw elsewhere with what was found; taken says as
// well how many are here by now.
func (l Language) FormerCounts(counts []vault.Count, category func(code string) string, taken bool) (out []string) {
	for _, c := range counts {
		name := l.Say(CountOfAll)
		if c.Category != vault.AllDocuments {
			name = category(c.Category)
		}
		line := l.Say(CountEqual, name, c.Seen, c.Found)
		switch {
		case c.Found < c.Seen:
			line = l.Say(CountLess, name, c.Seen, c.Found, c.Seen-c.Found)
		case c.Found > c.Seen:
			line = l.Say(CountMore, name, c.Seen, c.Found, c.Found-c.Seen)
		}
		if taken {
			line += " " + l.Say(CountHere, c.Here)
		}
		out = append(out, line)
	}
	return out
}

// FormerResult says what became of a former record, beside its documents.
func (l Language) FormerResult(t *vault.FormerTaken) (out []string) {
	if len(t.Entries)+len(t.Known) > 0 {
		out = append(out, l.Say(AdoptedCount, len(t.Entries), len(t.Known)))
	}
	if t.Left > 0 {
		out = append(out, l.Say(FormerLeft, t.Left))
	}
	return out
}
