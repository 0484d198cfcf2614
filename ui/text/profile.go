package text

import "carnet/vault/record"

// Commands of the medical profile.
var (
	Profile = Word{FR: "profil-medical", EN: "profile", Help: Message{"Le profil médical d'une personne : maladies, traitements, allergies, mesures...", "A person's medical profile: illnesses, treatments, allergies, measurements..."}}

	ProfileList = Word{FR: "lister", EN: "list", Help: Message{"Montre le profil, ou une seule de ses parties", "Shows the profile, or one part of it"}, Usage: Message{"[PARTIE]", "[KIND]"}}
	ProfileAdd  = Word{FR: "ajouter", EN: "add", Help: Message{"Ajoute une maladie, un traitement, une mesure...", "Adds an illness, a treatment, a measurement..."},
		Long:  Message{"Ajoute quelque chose au profil médical. Les dates sont AAAA, AAAA-MM ou AAAA-MM-JJ.\nExemple : carnet profil-medical ajouter allergy Arachide --severity high --patient Léa", "Adds something to the medical profile. Dates are YYYY, YYYY-MM or YYYY-MM-DD.\nExample: carnet profile add allergy Peanut --severity high --patient Léa"},
		Usage: Message{"PARTIE [TEXTE]", "KIND [TEXT]"}}
	ProfileNone    = Word{FR: "aucun", EN: "none", Help: Message{"Répond « aucune connue », ce qui n'est pas la même chose que « non renseigné »", "Answers \"none known\", which is not the same as \"not filled in\""}, Usage: Message{"PARTIE", "KIND"}}
	ProfileEdit    = Word{FR: "modifier", EN: "edit", Help: Message{"Change ce qui est dit", "Changes what is said"}, Usage: Message{"ID", "ID"}}
	ProfileShow    = Word{FR: "voir", EN: "show", Help: Message{"Montre tout ce qui est dit d'une chose", "Shows all that is said of one thing"}, Usage: Message{"ID", "ID"}}
	ProfileRemove  = Word{FR: "retirer", EN: "remove", Help: Message{"Met à la corbeille", "Puts in the bin"}, Usage: Message{"ID", "ID"}}
	ProfileRestore = Word{FR: "restaurer", EN: "restore", Help: Message{"Sort de la corbeille", "Takes out of the bin"}, Usage: Message{"ID", "ID"}}
	ProfileHistory = Word{FR: "historique", EN: "history", Help: Message{"Qui a écrit quoi, et quand, avant et après", "Who wrote what, and when, before and after"}, Usage: Message{"ID", "ID"}}
)

// Options of its commands.
var (
	OptSource   = Message{"d'où cela vient : person, document ou professional", "where it comes from: person, document or professional"}
	OptDocument = Message{"document qui le montre, par son identifiant", "document that shows it, by id"}

	optFields = map[record.Field]Message{
		record.FieldText:      {"ce que c'est", "what it is"},
		record.FieldCode:      {"code, ou numéro de lot d'un vaccin", "code, or lot number of a vaccine"},
		record.FieldSystem:    {"terminologie du code", "terminology of the code"},
		record.FieldStatus:    {"où cela en est : active, resolved...", "how it stands: active, resolved..."},
		record.FieldType:      {"nature, rôle, mesure ou sorte de vaccin", "nature, role, measurement or kind of vaccine"},
		record.FieldStart:     {"depuis, ou date ; d'un rendez-vous le jour, et l'heure si elle est connue", "since, or date; of an appointment the day, and the time if it is known"},
		record.FieldEnd:       {"jusqu'à", "until"},
		record.FieldValue:     {"valeur", "value"},
		record.FieldValue2:    {"seconde valeur, comme la tension minimale", "second value, such as the diastolic pressure"},
		record.FieldUnit:      {"unité (UCUM)", "unit (UCUM)"},
		record.FieldMethod:    {"comment, dans quelle position ou où sur le corps", "how, in which position or where on the body"},
		record.FieldDosage:    {"dose et moments", "dose and times"},
		record.FieldPerformer: {"qui l'a prescrit, fait ou constaté", "who prescribed, did or found it"},
		record.FieldLocation:  {"lieu", "place"},
		record.FieldRelation:  {"lien avec la personne", "relation to the person"},
		record.FieldPhone:     {"téléphone", "telephone"},
		record.FieldSeverity:  {"gravité possible : high, low ; d'un vaccin non fait : refused, contraindicated", "possible severity: high, low; of a vaccine not done: refused, contraindicated"},
		record.FieldReaction:  {"ce qui s'est passé, ou ce qui aide", "what happened, or what helps"},
		record.FieldNote:      {"note", "note"},
	}
)

// OptField describes the option that gives a field of an entry.
func OptField(f record.Field) Message { return optFields[f] }

// What its commands say.
var (
	KindLine       = Message{"%s", "%s"}
	KindsAre       = Message{"Parties : %s.", "Kinds: %s."}
	EntryHead      = Message{"%s", "%s"}
	EntryLine      = Message{"  %s  %s  %s", "  %s  %s  %s"}
	NotFilledIn    = Message{"  non renseigné", "  not filled in"}
	EntryAdded     = Message{"Ajouté au profil : %s  %s", "Added to the profile: %s  %s"}
	EntryRemoved   = Message{"Mis à la corbeille. « carnet profil-medical restaurer %s » l'en sort.", "Put in the bin. \"carnet profile restore %s\" takes it out."}
	EntryRestored  = Message{"Sorti de la corbeille.", "Taken out of the bin."}
	WhichEntry     = Message{"Plusieurs lignes du profil commencent ainsi. Rien n'a été fait. Donnez l'identifiant plus long.", "Several lines of the profile begin like this. Nothing was done. Give more of the id."}
	UnlikelyNumber = Message{"Ce nombre sort de l'ordinaire : %s. Il est enregistré tel quel ; regardez s'il n'y a pas une faute de frappe ou d'unité.", "This number is out of the ordinary: %s. It is saved as it is; look whether there is a slip in it or in the unit."}
	ChangeLine     = Message{"%s  %s", "%s  %s"}
	ChangeField    = Message{"    %s : « %s » devient « %s »", "    %s: \"%s\" becomes \"%s\""}
	FieldAt        = Message{"Il s'agit de --%s.", "It is about --%s."}
	LabelNote      = Message{"Note", "Note"}
	LabelSource    = Message{"Source", "Source"}
)

// DocumentHistory is the history of a document.
var DocumentHistory = Word{FR: "historique", EN: "history", Help: ProfileHistory.Help, Usage: Message{"ID", "ID"}}
