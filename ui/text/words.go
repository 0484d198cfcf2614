package text

import "carnet/vault/record"

// Independence stands on the welcome screen, in the help and on every printed
// sheet.
var Independence = Message{
	"Ce logiciel est indépendant. Il n'est publié ni par l'État ni par l'Assurance maladie et ne remplace pas Mon espace santé. Il ne demande jamais de coordonnées bancaires, de mot de passe par message ni de code FranceConnect. Personne ne vous appellera de notre part. En cas d'appel suspect, raccrochez : le numéro officiel de Mon espace santé est le 3422.",
	"This program is independent. It is published neither by the State nor by the Assurance maladie and does not replace Mon espace santé. It never asks for bank details, for a password by message or for a FranceConnect code. Nobody will call you on our behalf. If a call seems suspicious, hang up: the official number of Mon espace santé is 3422.",
}

var actions = map[record.Action]Message{
	record.VaultCreated:       {"coffre créé", "vault created"},
	record.VaultRecovered:     {"coffre ouvert avec le kit", "vault recovered with the kit"},
	record.PassphraseChanged:  {"phrase secrète changée", "passphrase changed"},
	record.DeviceReplaced:     {"clés remplacées", "keys replaced"},
	record.KitRenewed:         {"kit de secours renouvelé", "recovery kit renewed"},
	record.RelativesGiven:     {"feuilles faites pour des proches", "sheets made for relatives"},
	record.RelativesTried:     {"feuilles des proches essayées", "sheets of relatives tried"},
	record.RelativesWithdrawn: {"feuilles des proches retirées", "sheets of relatives withdrawn"},
	record.RelativesRecovered: {"coffre ouvert avec deux feuilles des proches", "vault recovered with two sheets of relatives"},
	record.KeyholderAdded:     {"titulaire ajouté", "keyholder added"},
	record.KeyholderRemoved:   {"titulaire retiré", "keyholder removed"},
	record.PatientAdded:       {"personne ajoutée", "person added"},
	record.PatientEdited:      {"identité modifiée", "identity edited"},
	record.MemberAdded:        {"accès donné", "access given"},
	record.MemberRemoved:      {"accès retiré", "access removed"},
	record.DocumentAdded:      {"document ajouté", "document added"},
	record.PicturesReceived:   {"photographies reçues du téléphone", "photographs received from the telephone"},
	record.DocumentEdited:     {"document modifié", "document edited"},
	record.DocumentContested:  {"document contesté", "document contested"},
	record.DocumentRemoved:    {"document mis à la corbeille", "document put in the bin"},
	record.DocumentRestored:   {"document sorti de la corbeille", "document taken out of the bin"},
	record.DocumentMasked:     {"document masqué", "document hidden"},
	record.DocumentUnmasked:   {"document montré de nouveau", "document shown again"},
	record.DocumentRead:       {"document lu", "document read"},
	record.DocumentExported:   {"document exporté", "document exported"},
	record.MeasurementsAdded:  {"mesures d'un appareil ajoutées", "measurements of a device added"},
	record.EntryAdded:         {"profil médical : ajout", "medical profile: added"},
	record.EntryEdited:        {"profil médical : modification", "medical profile: edited"},
	record.EntryContested:     {"profil médical : contestation", "medical profile: contested"},
	record.EntryRemoved:       {"profil médical : mise à la corbeille", "medical profile: put in the bin"},
	record.EntryRestored:      {"profil médical : sortie de la corbeille", "medical profile: taken out of the bin"},
	record.StepTicked:         {"étape d'un guide cochée", "step of a guide ticked"},
	record.StepUnticked:       {"étape d'un guide décochée", "step of a guide unticked"},
	record.DocumentErased:     {"document effacé définitivement", "document erased for good"},
	record.DocumentExpired:    {"document effacé après 30 jours à la corbeille", "document erased after 30 days in the bin"},
	record.SheetLaidOut:       {"fiche d'urgence lisible coffre fermé", "emergency sheet readable with the vault closed"},
	record.SheetWithdrawn:     {"fiche d'urgence non lisible coffre fermé", "emergency sheet not readable with the vault closed"},
	record.SheetRead:          {"fiche d'urgence lue, coffre fermé", "emergency sheet read, vault closed"},
	record.RecordHandedOver:   {"carnet remis à la personne", "record handed over to the person"},
	record.RecordTakenOver:    {"carnet reçu du coffre de la famille", "record received from the family's vault"},
	record.PatientExported:    {"archive complète écrite", "complete archive written"},
	record.PatientRestored:    {"archive restaurée", "archive restored"},
	record.PatientSent:        {"carnet scellé pour l'autre foyer", "record sealed to the other household"},
	record.PatientMerged:      {"carnet réuni avec celui de l'autre foyer", "record merged with the other household's"},
	record.VaultBackedUp:      {"coffre sauvegardé", "vault backed up"},
	record.PatientClosed:      {"carnet clôturé et effacé", "record closed and erased"},
	record.VaultRepaired:      {"coffre réparé", "vault repaired"},
	record.VaultMerged:        {"coffre réuni avec une autre copie", "vault merged with another copy"},
	record.ConsentGiven:       {"consentement donné", "consent given"},
	record.ConsentWithdrawn:   {"consentement retiré", "consent withdrawn"},
	record.Synchronised:       {"changements reçus d'un autre appareil", "changes received from another device"},
	record.DeviceAdded:        {"appareil ajouté", "device added"},
	record.DeviceRemoved:      {"appareil retiré", "device removed"},
	record.SyncStopped:        {"synchronisation arrêtée", "synchronisation stopped"},
	record.SyncBegunAnew:      {"synchronisation recommencée exprès", "synchronisation begun again on purpose"},
	record.VaultOlder:         {"copie plus ancienne ouverte exprès", "older copy opened on purpose"},
	record.JournalRowLost:     {"entrée perdue", "entry lost"},
	record.CertificateAdded:   {"certificat de signature ajouté", "signing certificate added"},
	record.CertificateRemoved: {"certificat de signature retiré", "signing certificate removed"},
	record.FolderWatched:      {"dossier surveillé", "folder watched"},
	record.FolderUnwatched:    {"dossier plus surveillé", "folder watched no longer"},
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
	"watched":   WatchFailure,
	"page":      {"page du fichier", "page of the file"},
	"relatives": {"feuilles des proches (le prochain changement les remet en état)", "sheets of relatives (the next change puts them right)"},
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
