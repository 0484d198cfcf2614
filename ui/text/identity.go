package text

import "carnet/vault/identity"

// Numbers that name people.
var (
	EditPerson     = Message{"Modifier ce profil", "Edit this profile"}
	EditPersonOf   = Message{"Le profil de %s", "The profile of %s"}
	EditPersonText = Message{"Ces réponses sont chiffrées avec le carnet. Les numéros sont facultatifs.", "These answers are encrypted with the record. The numbers are optional."}
	PersonEdited   = Message{"Profil de %s modifié.", "Profile of %s changed."}
	FullNameHint   = Message{"Le prénom, et le nom de famille s'il est sur les documents : ils sont alors mieux reconnus.", "The first name, and the family name if documents have it: they are recognised better then."}
	SexLabel       = Message{"Sexe", "Sex"}
	SexFemale      = Message{"féminin", "female"}
	SexMale        = Message{"masculin", "male"}
	NIRLabel       = Message{"Numéro de sécurité sociale", "Social security number (NIR)"}
	NIRHint        = Message{"15 chiffres, ou 13 sans la clé. Un enfant n'en a pas toujours un à lui.", "15 digits, or 13 without the key. A child does not always have one of their own."}
	INSLabel       = Message{"Matricule INS (identité nationale de santé)", "INS number (national health identity)"}
	INSHint        = Message{"15 chiffres, imprimés sur les documents des hôpitaux et des laboratoires.", "15 digits, printed on documents of hospitals and laboratories."}

	TermLabel = Message{"Terme à la naissance, en semaines d'aménorrhée", "Term at birth, in weeks since the last period"}
	TermHint  = Message{"Facultatif. 34+2 veut dire 34 semaines et 2 jours. Sert à corriger l'âge d'un enfant né avant 37 semaines.", "Optional. 34+2 means 34 weeks and 2 days. It corrects the age of a child born before 37 weeks."}

	TermWrong = Message{"Cette durée n'en est pas une. Vos autres réponses sont gardées. Écrivez les semaines et les jours, comme ceci : 34+2.", "This is not a length of pregnancy. Your other answers are kept. Write the weeks and the days, like this: 34+2."}

	LabelName         = Message{"Nom", "Name"}
	LabelProfessional = Message{"RPPS ou FINESS", "RPPS or FINESS"}
	LabelNIR          = Message{"NIR", "NIR"}
	LabelINS          = Message{"INS", "INS"}
	OptNIR            = Message{"numéro de sécurité sociale ; un numéro douteux est signalé et gardé", "social security number; a doubtful one is reported and kept"}
	OptINS            = Message{"matricule INS ; un numéro douteux est signalé et gardé", "INS number; a doubtful one is reported and kept"}

	OptTerm = Message{"terme à la naissance, en semaines d'aménorrhée et jours : 34+2 ; vide s'il n'est pas connu", "term at birth, in weeks since the last period and days: 34+2; empty when it is not known"}

	PatientEdit = Word{FR: "modifier", EN: "edit", Help: Message{"Change le nom, la naissance, le sexe, le terme ou les numéros d'une personne", "Changes the name, birth, sex, term or numbers of a person"}}
	// NumberSure follows a doubt in a form.
	NumberSure = Message{"Si c'est bien ce qui est imprimé, appuyez encore une fois sur « Garder ces réponses ».", "If that is what is printed, press \"Keep these answers\" once more."}
	// NumberKept follows a doubt on the command line.
	NumberKept = Message{"%s : %s Il est gardé tel quel.", "%s: %s It is kept as it is."}
)

var doubts = map[identity.Doubt]Message{
	identity.Length: {"Ce numéro n'a pas le bon nombre de chiffres.", "This number does not have the right count of digits."},
	identity.Form:   {"Ce numéro a un chiffre ou une lettre qui ne peut pas être à cette place.", "This number has a digit or a letter that cannot stand where it does."},
	identity.Key:    {"La clé, à la fin de ce numéro, ne correspond pas au reste : il y a peut-être une faute de frappe.", "The key at the end of this number does not fit the rest: there may be a slip in it."},
}

func (l Language) doubt(d identity.Doubt) string { return l.Say(doubts[d]) }

// NIRDoubt says why a social security number is unlikely, "" when nothing speaks
// against it.
func (l Language) NIRDoubt(number string) string { return l.doubt(identity.NIR(number)) }

// INSDoubt is the same for a matricule INS.
func (l Language) INSDoubt(number string) string { return l.doubt(identity.INS(number)) }

// ProfessionalDoubt is the same for an RPPS or FINESS number.
func (l Language) ProfessionalDoubt(number string) string {
	return l.doubt(identity.Professional(number))
}
