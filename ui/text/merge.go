package text

import (
	"carnet/vault"
	"carnet/vault/profile"
	"carnet/vault/record"
)

// Older files of a vault, and copies of it that both went on.
var (
	VaultMerge = Word{FR: "fusionner", EN: "merge", Help: Message{"Réunit ce coffre avec une autre copie de lui-même", "Merges another copy of this vault into it"},
		Long: Message{"Réunit ce coffre avec une autre copie de lui-même (--from) : une sauvegarde, la copie en conflit d'un dossier synchronisé.\nTout ce que l'une a et pas l'autre vient dans ce coffre, pour tous ses titulaires ; la copie n'est pas modifiée. Avec --dry-run, rien n'est écrit.\nUn champ changé des deux côtés garde la valeur la plus récente ; l'autre est montrée, et reste dans l'historique.\nSi vos clés ont changé depuis, la phrase secrète de la copie est demandée ensuite.",
			"Merges another copy of this vault (--from) into it: a backup, the conflicted copy of a synchronised folder.\nAll that one has and the other has not comes into this vault, for all its keyholders; the copy is not changed. With --dry-run nothing is written.\nA field that was changed on both sides keeps the later value; the other one is shown, and stays in the history.\nIf your keys have changed since, the passphrase of the copy is asked for next."}}
	OptMergeFrom = Message{"fichier de l'autre copie", "file of the other copy"}
	OptOlder     = Message{"ouvre une copie plus ancienne que ce que cet ordinateur a vu", "opens a copy that is older than what this computer has seen"}

	AskCopyPassphrase = Message{"Phrase secrète de la copie : ", "Passphrase of the copy: "}

	MergeNothing   = Message{"Cette copie n'a rien de plus que ce coffre.", "This copy has nothing that this vault has not."}
	MergeHere      = Message{"Seulement dans ce coffre, écrit pour la dernière fois le %s. Documents : %d, éléments du profil : %d, changements : %d.", "Only in this vault, last written to on %s. Documents: %d, profile entries: %d, changes: %d."}
	MergeThere     = Message{"Seulement dans la copie, écrite pour la dernière fois le %s. Documents : %d, éléments du profil : %d, changements : %d.", "Only in the copy, last written to on %s. Documents: %d, profile entries: %d, changes: %d."}
	MergePersons   = Message{"Personnes qui ne sont que dans la copie : %d.", "Persons who are in the copy alone: %d."}
	MergeOthers    = Message{"Changements d'autres titulaires, repris sans être ouverts : %d.", "Changes of other keyholders, taken without being opened: %d."}
	MergeConflicts = Message{"Changés des deux côtés : %d.", "Changed on both sides: %d."}
	mergeConflict  = Message{"%s, %s : « %s » ici, « %s » de l'autre côté. Gardé : %s.", "%s, %s: \"%s\" here, \"%s\" on the other side. Kept: %s."}
	keptHere       = Message{"celui d'ici", "the one here"}
	keptThere      = Message{"celui de l'autre côté", "the one of the other side"}
	MergeWould     = Message{"Rien n'a été écrit : sans --dry-run, tout est réuni dans ce coffre.", "Nothing was written: without --dry-run all is merged into this vault."}
	MergeDone      = Message{"Tout est réuni dans ce coffre. La copie n'a pas été modifiée.", "All is merged into this vault. The copy was not changed."}

	MergeCopy    = Message{"Réunir avec une autre copie", "Merge another copy"}
	MergeSection = Message{"Une autre copie de ce coffre", "Another copy of this vault"}
	MergeText    = Message{"Si une sauvegarde ou une copie en conflit a continué de son côté, reprenez ici ce qu'elle a de plus. Vous voyez d'abord ce qui sera repris.", "If a backup or a conflicted copy went on by itself, take what it has more into this vault. You see first what will be taken."}
	PickCopy     = Message{"Choisir l'autre copie de ce coffre", "Choose the other copy of this vault"}
	Comparing    = Message{"Comparaison des deux copies", "Comparing the two copies"}
	StopCompare  = Message{"Arrêter la comparaison", "Stop comparing"}
	CompareKept  = Message{"Une comparaison ne change rien.", "Comparing changes nothing."}
	Merging      = Message{"Réunion des deux copies", "Merging the two copies"}
	StopMerge    = Message{"Arrêter", "Stop"}
	MergeKept    = Message{"Si vous arrêtez, ce coffre reste comme il était.", "If you stop, this vault stays as it was."}
	MergeNow     = Message{"Réunir", "Merge"}
	CopyPhrase   = Message{"Phrase secrète de la copie", "Passphrase of the copy"}
	CopyPhraseOf = Message{"Vos clés ont changé depuis cette copie : elle s'ouvre avec la phrase secrète de ce temps-là.", "Your keys have changed since this copy: it opens with the passphrase of that time."}

	olderWhat   = Message{"Ce fichier est plus ancien que ce que cet ordinateur a vu de ce coffre.", "This file is older than what this computer has seen of this vault."}
	olderParted = Message{"Ce fichier est une autre copie : elle n'a pas ce que cet ordinateur a vu de ce coffre, et a continué de son côté.", "This file is another copy: it lacks what this computer has seen of this vault, and went on by itself."}
	olderDates  = Message{"Vu ici le %s ; ce fichier s'arrête au %s.", "Seen here on %s; this file ends on %s."}
	olderLess   = Message{"Il lui manque au moins %d lignes du journal.", "It lacks at least %d rows of the journal."}
	OlderTitle  = Message{"Une copie plus ancienne ?", "An older copy?"}
	OlderAsk    = Message{"Si vous revenez exprès à une sauvegarde, ouvrez-la : vous pourrez la réunir plus tard avec le fichier plus récent. Sinon, cherchez ce fichier.", "If you go back to a backup on purpose, open it: you can merge it with the newer file later. Otherwise, look for that file."}
	OlderOpen   = Message{"Ouvrir cette copie", "Open this copy"}
	olderOption = Message{"Le fichier n'a pas été modifié. Pour revenir exprès à cette copie, ajoutez --older.", "The file was not changed. To go back to this copy on purpose, add --older."}

	Watched    = Message{"Cet ordinateur remarque si ce fichier est remplacé par une copie plus ancienne.", "This computer notices when this file is replaced by an older copy."}
	NotWatched = Message{"Cet ordinateur n'a pas de trousseau de clés qui réponde : il ne peut pas remarquer si ce fichier est remplacé par une copie plus ancienne.", "This computer has no keyring that answers: it cannot notice when this file is replaced by an older copy."}
)

// personFields are the fields of a person that a conflict names.
var personFields = map[string]Message{
	"name": LabelName, "birth": {"Date de naissance", "Date of birth"}, "sex": {"Sexe", "Sex"}, "nir": LabelNIR, "ins": LabelINS,
	"term": TermLabel, "deceased": DeceasedLabel,
}

// Older tells what is known of an older copy of a vault.
func (l Language) Older(e *vault.Older) []string {
	what := olderWhat
	if e.Missing == 0 {
		what = olderParted
	}
	told := []string{l.Say(what), l.Say(olderDates, l.moment(e.Seen), l.moment(e.Found))}
	if e.Missing > 0 {
		told = append(told, l.Say(olderLess, e.Missing))
	}
	return told
}

// moment is a date with its time of day, here.
func (l Language) moment(at record.Millis) string {
	t := at.Time().Local()
	return l.Date(t) + " " + t.Format("15:04")
}

// OlderOption is said after [Language.Older] on the command line.
func (l Language) OlderOption() string { return l.Say(olderOption) }

// Conflict tells a field that was changed in both copies of a vault. kind is of
// the entry, "" for others.
func (l Language) Conflict(t *profile.Table, kind string, c vault.Conflict) string {
	field := l.FieldName(t, kind, c.Field)
	if c.Document.IsZero() && c.Entry.IsZero() {
		field = l.Say(personFields[c.Field])
	}
	kept := keptThere
	if c.Kept {
		kept = keptHere
	}
	return l.Say(mergeConflict, c.Title, field, c.Here, c.There, l.Say(kept))
}

// Merged tells what merging a copy does: what each side has alone, and what was
// changed on both.
func (l Language) Merged(m vault.Merged) []string {
	if m.There.Changed == 0 {
		return []string{l.Say(MergeNothing)}
	}
	side := func(what Message, s vault.Side) string {
		return l.Say(what, l.moment(s.Changed), len(s.Documents), len(s.Entries), s.Changes)
	}
	told := []string{side(MergeThere, m.There), side(MergeHere, m.Here)}
	if n := len(m.There.Patients); n > 0 {
		told = append(told, l.Say(MergePersons, n))
	}
	if m.Others > 0 {
		told = append(told, l.Say(MergeOthers, m.Others))
	}
	if n := len(m.Conflicts); n > 0 {
		told = append(told, l.Say(MergeConflicts, n))
	}
	return told
}
