package text

import (
	"time"

	"carnet/vault/record"
)

// The hand-over of a record to the person whose it is.
var (
	ChildHandOver = Word{FR: "remettre", EN: "handover", Help: Message{"Remet son carnet à une personne devenue majeure, dans un coffre à elle", "Hands a record over to the person who has come of age, in a vault of their own"},
		Long: Message{`Écrit tout le carnet d'une personne majeure dans un nouveau fichier (--to), avec sa phrase secrète et son kit de secours, le vérifie, puis l'efface de ce coffre.
Il ne reste ici qu'une mention et une preuve signée, et ce qu'un titulaire avait gardé pour lui seul. Les sauvegardes plus anciennes contiennent encore tout.
Après une interruption, la même commande avec le même fichier et la même phrase secrète termine, et avec --undo efface le nouveau fichier et garde tout ici. --status dit où on en est, --proof enregistre la preuve d'une remise faite.`,
			`Writes the whole record of a person who is of age into a new file (--to), with their passphrase and recovery kit, verifies it, then erases it from this vault.
Only a mention and a signed proof stay here, and what a keyholder had kept to themselves. Older backups still hold everything.
After an interruption the same command with the same file and passphrase ends it, and with --undo deletes the new file and keeps everything here. --status says where things stand, --proof saves the proof of a hand-over that was done.`}}
	OptHandOverTo   = Message{"fichier du nouveau coffre", "file of the new vault"}
	OptHandOverName = Message{"nom de la personne dans son coffre ; sinon celui du carnet", "name of the person in their vault; else the one in the record"}
	OptHolder       = Message{"nom sous lequel la personne a déjà une phrase secrète ici", "name under which the person has a passphrase here already"}
	OptAlso         = Message{"document gardé pour vous seul à remettre aussi (répétable)", "document you kept to yourself that goes as well (repeatable)"}
	OptEmancipated  = Message{"la personne est mineure émancipée", "the person is an emancipated minor"}
	OptStatus       = Message{"dit où on en est, et ne change rien", "says where things stand, and changes nothing"}
	OptUndoHandOver = Message{"annule une remise interrompue : efface le nouveau fichier, garde tout ici", "takes back an interrupted hand-over: deletes the new file, keeps everything here"}
	NoHandOver      = Message{"Ce coffre n'a remis aucun carnet de ce nom.", "This vault has handed over no record of that name."}

	HandOverDone    = Message{"Le carnet de %s est remis : %s.", "The record of %s is handed over: %s."}
	HandOverResumed = Message{"Ce fichier était déjà écrit : son kit de secours est celui du premier essai.", "This file was already written: its recovery kit is that of the first attempt."}
	HandOverLeft    = Message{"Documents qui restent ici, pour vous seul : %d.", "Documents that stay here, for you alone: %d."}
	HandOverCopies  = Message{"Les sauvegardes faites avant contiennent encore le carnet. Effacez-les, ou remettez-les aussi.", "Backups made before still hold the record. Delete them, or hand them over too."}
	HandedOverLine  = Message{"%s : carnet remis le %s.", "%s: record handed over on %s."}
	ReceivedLine    = Message{"%s : carnet reçu le %s.", "%s: record received on %s."}
	MajorityOf      = Message{"%s : majorité le %s.", "%s: of age on %s."}
	MajorityUnknown = Message{"%s : date de naissance inconnue.", "%s: date of birth unknown."}

	HandOver       = Message{"Remettre un carnet", "Hand a record over"}
	HandOverTitle  = Message{"Passage à la majorité : %s", "Coming of age: %s"}
	HandOverSee    = Message{"Voir ce qui va se passer", "See what will happen"}
	HandOverSoon   = Message{"%s aura 18 ans le %s. Son carnet pourra alors lui être remis, dans un coffre à son nom.", "%s will be 18 on %s. The record can then be handed over, into a vault of their own."}
	HandOverAdult  = Message{"%s est majeur(e) depuis le %s. Son carnet peut lui être remis, dans un coffre à son nom.", "%s has been of age since %s. The record can be handed over, into a vault of their own."}
	HandOverNotice = Message{"Majorité", "Coming of age"}
	HandOverEarly  = Message{"Ce sera possible le %s.", "This will be possible on %s."}

	HandOverReceives = Message{"Ce que %s reçoit", "What %s receives"}
	HandOverGoes     = Message{"Les documents (%d), le profil médical avec son historique, et les mentions de ce qui a été effacé.", "The documents (%d), the medical profile with its history, and the mentions of what was erased."}
	HandOverStays    = Message{"Ce que vous avez gardé pour vous seul reste ici (documents : %d). Ce que vous ne pouvez pas lire reste aussi.", "What you kept to yourself stays here (documents: %d). What you cannot read stays too."}
	HandOverParents  = Message{"Après la remise, ce coffre ne garde qu'une mention et une preuve signée. Les responsables et les aidants n'ont plus accès au carnet. Seule la personne pourra en décider autrement, plus tard.", "After the hand-over this vault keeps only a mention and a signed proof. Guardians and carers have no access to the record any more. Only the person can decide otherwise, later."}
	HandOverOwn      = Message{"Son propre coffre", "Their own vault"}
	HandOverLookAway = Message{"Laissez %s choisir et taper sa phrase secrète. Ne regardez pas l'écran pendant cette étape.", "Let %s choose and type the passphrase. Do not look at the screen during this step."}
	HandOverKit      = Message{"Le kit de secours est pour %s. Imprimez-le ou enregistrez-le, puis recopiez le groupe demandé.", "The recovery kit is for %s. Print it or save it, then type the group that is asked for."}
	HandOverConfirm  = Message{"Remettre le carnet", "Hand the record over"}
	HandOverSum      = Message{"Les documents (%d) et le profil médical vont dans le fichier %s, dossier %s. Il est écrit et vérifié d'abord ; ensuite seulement tout est effacé d'ici. Cela ne se défait pas.", "The documents (%d) and the medical profile go into the file %s, folder %s. It is written and verified first; only then is everything erased from here. This cannot be undone."}
	HandOverTheirKit = Message{"Son kit de secours", "Their recovery kit"}
	HandOverStep     = Message{"Étape %d sur 4", "Step %d of 4"}
	HandOverWorking  = Message{"Le carnet est écrit dans son nouveau coffre, puis vérifié : %d %%.", "The record is being written into its new vault, then verified: %d%%."}
	HandOverEnded    = Message{"Le carnet de %s est remis", "The record of %s is handed over"}
	HandOverWhere    = Message{"Son coffre est le fichier %s, dans le dossier %s.", "The vault is the file %s, in the folder %s."}
	HandOverFile     = Message{"mon-carnet.carnet", "my-record.carnet"}
	HandedOverOnes   = Message{"Carnets remis", "Records handed over"}
	HandedOverNone   = Message{"Ce coffre n'a remis aucun carnet.", "This vault has handed over no record."}
	HandedOverBy     = Message{"Remis le %s par %s.", "Handed over on %s by %s."}
	ReceivedOn       = Message{"Reçu le %s.", "Received on %s."}
	HandOverStopped  = Message{"La remise à %s a été interrompue", "The hand-over to %s was interrupted"}
	HandOverNoFile   = Message{"Elle s'est arrêtée avant que le nouveau coffre soit complet. Rien n'a été remis et rien n'a été effacé : le carnet est entier ici. Vous pouvez recommencer ; %s choisira de nouveau sa phrase secrète, et aura un nouveau kit de secours.", "It stopped before the new vault was complete. Nothing was handed over and nothing was erased: the record is whole here. You can begin again; %s will choose the passphrase anew, and have a new recovery kit."}
	HandOverNoFolder = Message{"Le dossier %s, où allait le nouveau coffre, n'est pas là. Le carnet est entier ici. Si ce dossier est sur une clé ou un disque, branchez-le, puis verrouillez et ouvrez ce coffre de nouveau : vous pourrez terminer la remise ou l'annuler.", "The folder %s, where the new vault was going, is not there. The record is whole here. If that folder is on a stick or a disk, plug it in, then lock and open this vault again: you can then finish the hand-over or take it back."}
	HandOverInBoth   = Message{"Le nouveau coffre, %s (dossier %s), est complet, et rien n'a encore été effacé ici : le carnet est dans les deux.", "The new vault, %s (folder %s), is complete, and nothing was erased here yet: the record is in both."}
	HandOverEither   = Message{"%s tape sa phrase secrète. Terminer efface le carnet d'ici ; annuler efface le nouveau fichier et garde tout ici.", "%s types the passphrase. Finishing erases the record from here; taking it back deletes the new file and keeps everything here."}
	HandOverPhrase   = Message{"Phrase secrète du nouveau coffre", "Passphrase of the new vault"}
	HandOverNotIt    = Message{"Cette phrase n'ouvre pas le nouveau coffre, ou l'un des deux carnets a changé depuis. Rien n'a été effacé. Vérifiez la phrase ; si le carnet a changé ici, annulez la remise et recommencez.", "This passphrase does not open the new vault, or one of the two records has changed since. Nothing was erased. Check the passphrase; if the record has changed here, take the hand-over back and begin again."}
	HandOverFinish   = Message{"Terminer la remise", "Finish the hand-over"}
	HandOverUndo     = Message{"Annuler la remise", "Take the hand-over back"}
	HandOverUndone   = Message{"La remise à %s est annulée : le nouveau fichier est effacé, et tout est resté ici.", "The hand-over to %s is taken back: the new file is deleted, and everything has stayed here."}
	HandOverAgain    = Message{"Recommencer la remise", "Begin the hand-over again"}
	HandOverLater    = Message{"Plus tard", "Later"}
	HandOverPlace    = Message{"Dossier du nouveau coffre", "Folder of the new vault"}

	DeceasedLabel = Message{"Décès", "Death"}
	DeceasedHint  = Message{"À remplir seulement si la personne est décédée : jour, mois ou année. Carnet ne rappelle alors plus rien ; tout reste lisible.", "Only if the person has died: day, month or year. Carnet then announces nothing more; everything stays readable."}
	DeceasedWrong = Message{"Ce n'est pas une date entre la naissance et aujourd'hui.", "This is not a date between the birth and today."}
	OptDeceased   = Message{"date du décès, AAAA, AAAA-MM ou AAAA-MM-JJ ; vide pour l'annuler", "date of death, YYYY, YYYY-MM or YYYY-MM-DD; empty to take it back"}
)

// Coming says in one sentence what comes with a person's majority on a day; "" when
// there is nothing to say.
func (l Language) Coming(p record.Patient, on time.Time) string {
	switch p.Stage(on) {
	case record.StageSoon, record.StageNear:
		return l.Say(HandOverSoon, p.Name, l.Day(p.Majority()))
	case record.StageAdult:
		return l.Say(HandOverAdult, p.Name, l.Day(p.Majority()))
	}
	return ""
}
