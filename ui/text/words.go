package text

import "carnet/vault/record"

// Independence stands on the welcome screen, in the help and on every printed
// sheet.
var Independence = Message{
	"Ce logiciel est indépendant. Il n'est publié ni par l'État ni par l'Assurance maladie et ne remplace pas Mon espace santé. Il ne demande jamais de coordonnées bancaires, de mot de passe par message ni de code FranceConnect. Personne ne vous appellera de notre part. En cas d'appel suspect, raccrochez : le numéro officiel de Mon espace santé est le 3422.",
	"This program is independent. It is published neither by the State nor by the Assurance maladie and does not replace Mon espace santé. It never asks for bank details, for a password by message or for a FranceConnect code. Nobody will call you on our behalf. If a call seems suspicious, hang up: the official number of Mon espace santé is 3422.",
}

var actions = map[record.Action]Message{
	record.VaultCreated:      {"coffre créé", "vault created"},
	record.VaultRecovered:    {"coffre ouvert avec le kit", "vault recovered with the kit"},
	record.PassphraseChanged: {"phrase secrète changée", "passphrase changed"},
	record.DeviceReplaced:    {"clés remplacées", "keys replaced"},
	record.KitRenewed:        {"kit de secours renouvelé", "recovery kit renewed"},
	record.KeyholderAdded:    {"titulaire ajouté", "keyholder added"},
	record.KeyholderRemoved:  {"titulaire retiré", "keyholder removed"},
	record.PatientAdded:      {"personne ajoutée", "person added"},
	record.PatientEdited:     {"identité modifiée", "identity edited"},
	record.MemberAdded:       {"accès donné", "access given"},
	record.MemberRemoved:     {"accès retiré", "access removed"},
	record.DocumentAdded:     {"document ajouté", "document added"},
	record.DocumentEdited:    {"document modifié", "document edited"},
	record.DocumentRemoved:   {"document mis à la corbeille", "document put in the bin"},
	record.DocumentRestored:  {"document sorti de la corbeille", "document taken out of the bin"},
	record.DocumentMasked:    {"document masqué", "document hidden"},
	record.DocumentUnmasked:  {"document montré de nouveau", "document shown again"},
	record.DocumentRead:      {"document lu", "document read"},
	record.DocumentExported:  {"document exporté", "document exported"},
	record.EntryAdded:        {"profil médical : ajout", "medical profile: added"},
	record.EntryEdited:       {"profil médical : modification", "medical profile: edited"},
	record.EntryRemoved:      {"profil médical : mise à la corbeille", "medical profile: put in the bin"},
	record.EntryRestored:     {"profil médical : sortie de la corbeille", "medical profile: taken out of the bin"},
	record.DocumentErased:    {"document effacé définitivement", "document erased for good"},
	record.DocumentExpired:   {"document effacé après 30 jours à la corbeille", "document erased after 30 days in the bin"},
	record.SheetLaidOut:      {"fiche d'urgence lisible coffre fermé", "emergency sheet readable with the vault closed"},
	record.SheetWithdrawn:    {"fiche d'urgence non lisible coffre fermé", "emergency sheet not readable with the vault closed"},
	record.SheetRead:         {"fiche d'urgence lue, coffre fermé", "emergency sheet read, vault closed"},
	record.VaultBackedUp:     {"coffre sauvegardé", "vault backed up"},
	record.VaultRepaired:     {"coffre réparé", "vault repaired"},
	record.JournalRowLost:    {"entrée perdue", "entry lost"},
}

// Action names an entry of the access journal.
func Action(a record.Action) Message {
	if m, ok := actions[a]; ok {
		return m
	}
	return Message{string(a), string(a)}
}

var roles = map[record.Role]Message{
	record.RoleHolder:     {"c'est son carnet", "own record"},
	record.RoleGuardian:   {"responsable", "guardian"},
	record.RoleCarerReads: {"aidant qui lit", "carer who reads"},
	record.RoleCarerAdds:  {"aidant qui ajoute", "carer who adds"},
}

// Role names what a keyholder is to a person.
func Role(r record.Role) Message { return roles[r] }

var audiences = map[record.Audience]Message{
	record.Professionals: {"masqué aux professionnels", "hidden from professionals"},
	record.Guardians:     {"masqué aux responsables", "hidden from guardians"},
	record.Everyone:      {"visible de vous seul", "seen by you alone"},
}

// HiddenFromNamed is for a document hidden from one person.
var HiddenFromNamed = Message{"masqué à %s", "hidden from %s"}

// Hidden says from whom a document is hidden.
func (l Language) Hidden(a record.Audience) string {
	if m, ok := audiences[a]; ok {
		return l.Say(m)
	}
	return l.Say(HiddenFromNamed, string(a))
}

var damages = map[string]Message{
	"record":    {"fiche", "record"},
	"operation": {"opération", "operation"},
	"key":       {"clé", "key"},
	"content":   {"contenu", "content"},
	"journal":   {"journal", "journal"},
	"draft":     {"saisie en cours", "unfinished form"},
	"manifest":  {"mémoire du titulaire", "what the keyholder remembered"},
	"header":    {"en-tête du fichier (le dernier changement peut manquer)", "header of the file (the last change may be missing)"},
}

// Damage names what a check found damaged.
func Damage(what string) Message {
	if m, ok := damages[what]; ok {
		return m
	}
	return Message{what, what}
}
