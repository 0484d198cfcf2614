package text

import (
	"context"
	"errors"
	"io/fs"

	"carnet/ui/keyring"
	"carnet/ui/print"
	"carnet/ui/release"
	"carnet/vault"
	"carnet/vault/profile"
	"carnet/vault/render"
)

// Explanation is an error as it is told to people: what happened, what is safe,
// what to do.
type Explanation struct{ What, Safe, Do Message }

// In gives the three sentences in a language.
func (e Explanation) In(l Language) string {
	return l.Say(e.What) + " " + l.Say(e.Safe) + " " + l.Say(e.Do)
}

var (
	vaultUntouched   = Message{"Votre coffre n'a pas été modifié.", "Your vault was not changed."}
	nothingChanged   = Message{"Rien n'a été changé.", "Nothing was changed."}
	othersSaved      = Message{"Les autres documents sont bien ajoutés.", "The other documents were added."}
	documentSafe     = Message{"Le document est dans le coffre, intact.", "The document is in the vault, intact."}
	nothingPrinted   = Message{"Rien n'est imprimé, le document est intact.", "Nothing was printed, the document is intact."}
	savedSoFar       = Message{"Ce qui était déjà enregistré l'est toujours.", "What was already saved still is."}
	lookAtName       = Message{"Regardez la liste et vérifiez le nom.", "Look at the list and check the name."}
	useTheKit        = Message{"Utilisez le code du kit de secours.", "Use the code on the recovery kit."}
	exportOtherTool  = Message{"Exportez-le et ouvrez-le avec un autre logiciel.", "Export it and open it with another program."}
	askAGuardian     = Message{"Demandez à un responsable de cette personne.", "Ask a guardian of this person."}
	restoreTheBackup = Message{"Gardez ce fichier tel quel et ouvrez votre dernière sauvegarde.", "Keep this file as it is and open your latest backup."}
)

// explanations has one entry for each error a person can meet. The first that
// matches is told.
var explanations = []struct {
	err error
	Explanation
}{
	{vault.ErrNotCompacted, Explanation{
		Message{"C'est enregistré, mais d'anciennes traces peuvent rester dans le fichier.", "It is saved, but older traces may remain in the file."},
		Message{"Vos documents sont intacts.", "Your documents are intact."},
		Message{"Libérez de la place sur le disque, puis lancez « carnet coffre compacter ».", "Free some disk space, then run \"carnet vault compact\"."}}},
	{vault.ErrDiskFull, Explanation{
		Message{"Le disque est plein.", "The disk is full."},
		savedSoFar,
		Message{"Libérez de la place, puis recommencez.", "Free some space, then try again."}}},
	{vault.ErrNoKeyholder, Explanation{
		Message{"Personne de ce nom n'a de phrase secrète dans ce coffre.", "Nobody of that name has a passphrase in this vault."},
		nothingChanged, lookAtName}},
	{vault.ErrWrongPassphrase, Explanation{
		Message{"La phrase secrète n'est pas la bonne.", "The passphrase is not the right one."},
		Message{"Rien n'est perdu, votre coffre est intact.", "Nothing is lost, your vault is intact."},
		Message{"Vérifiez la touche Verr. Maj, ou utilisez le code du kit de secours.", "Check the Caps Lock key, or use the code on the recovery kit."}}},
	{vault.ErrWrongKit, Explanation{
		Message{"Ce code de secours n'ouvre pas ce coffre.", "This recovery code does not open this vault."},
		vaultUntouched,
		Message{"Vérifiez que le kit est bien celui de ce coffre, et le plus récent.", "Check that the kit belongs to this vault, and is the latest."}}},
	{vault.ErrKitCode, Explanation{
		Message{"Ce code de secours est mal recopié.", "This recovery code is mistyped."},
		vaultUntouched,
		Message{"Relisez les six groupes : O se lit comme zéro, I et L comme un.", "Read the six groups again: O reads as zero, I and L as one."}}},
	{vault.ErrOtherComputer, Explanation{
		Message{"Ce coffre est fermé sur un autre ordinateur.", "This vault is locked to another computer."},
		vaultUntouched, useTheKit}},
	{vault.ErrParameters, Explanation{
		Message{"La protection de ce fichier a été affaiblie ou rendue impossible à calculer.", "The protection of this file was weakened or made impossible to compute."},
		Message{"Le fichier n'a pas été ouvert ni modifié.", "The file was neither opened nor changed."},
		Message{"Ouvrez une sauvegarde, ou utilisez le kit de secours.", "Open a backup, or use the recovery kit."}}},
	{vault.ErrInUse, Explanation{
		Message{"Le coffre est déjà ouvert ailleurs.", "The vault is already open elsewhere."},
		Message{"Rien n'est modifié.", "Nothing is changed."},
		Message{"Fermez l'autre fenêtre ou l'autre commande, puis recommencez.", "Close the other window or command, then try again."}}},
	{vault.ErrNewerFormat, Explanation{
		Message{"Ce coffre vient d'une version plus récente du logiciel.", "This vault comes from a newer version of the program."},
		vaultUntouched,
		Message{"Installez la nouvelle version pour l'ouvrir.", "Install the new version to open it."}}},
	{vault.ErrBeyondRepair, Explanation{ // before the damage it may come with
		Message{"Ce coffre est trop abîmé pour être réparé : ce qui mène à tout le reste est détruit.", "This vault is too damaged to be repaired: what leads to all the rest is destroyed."},
		Message{"Le fichier n'a pas été modifié.", "The file was not changed."},
		restoreTheBackup}},
	{vault.ErrTruncated, Explanation{
		Message{"La fin du fichier du coffre manque.", "The end of the vault file is missing."},
		Message{"Le fichier n'a pas été modifié.", "The file was not changed."},
		Message{"Si une copie est en cours, attendez la fin ; sinon ouvrez votre dernière sauvegarde.", "If a copy is under way, wait for it to end; otherwise open your latest backup."}}},
	{vault.ErrNotVault, Explanation{
		Message{"Ce fichier n'est pas un coffre.", "This file is not a vault."},
		Message{"Il n'a pas été modifié.", "It was not changed."},
		Message{"Vérifiez le chemin du coffre.", "Check the path of the vault."}}},
	{vault.ErrOlder, Explanation{
		Message{"Ce fichier est plus ancien que ce que vous avez déjà vu.", "This file is older than what you have already seen."},
		Message{"Il n'a pas été modifié.", "It was not changed."},
		Message{"Cherchez le fichier le plus récent de ce coffre.", "Look for the latest file of this vault."}}},
	{vault.ErrDamaged, Explanation{
		Message{"Une partie du coffre est abîmée sur le disque.", "Part of the vault is damaged on the disk."},
		Message{"Rien n'a été effacé ni modifié.", "Nothing was erased or changed."},
		restoreTheBackup}},
	{vault.ErrLocked, Explanation{
		Message{"Le coffre est verrouillé.", "The vault is locked."},
		Message{"Tout est enregistré.", "Everything is saved."},
		Message{"Ouvrez-le de nouveau avec votre phrase secrète.", "Open it again with your passphrase."}}},
	{vault.ErrNoPatient, Explanation{
		Message{"Vous n'avez pas de carnet à ce nom.", "You have no record of that name."},
		nothingChanged, lookAtName}},
	{vault.ErrNoDocument, Explanation{
		Message{"Ce document n'existe pas, ou il ne vous est pas montré.", "This document does not exist, or is not shown to you."},
		nothingChanged,
		Message{"Regardez la liste des documents.", "Look at the list of documents."}}},
	{vault.ErrNoEntry, Explanation{
		Message{"Cette ligne du profil n'existe pas, ou elle ne vous est pas montrée.", "This line of the profile does not exist, or is not shown to you."},
		nothingChanged,
		Message{"Regardez le profil.", "Look at the profile."}}},
	{vault.ErrNotNone, Explanation{
		Message{"Le profil contient déjà quelque chose à cet endroit : la réponse « aucune » ne convient pas.", "The profile already has something there: the answer \"none\" does not fit."},
		nothingChanged,
		Message{"Retirez d'abord ce qui n'est plus vrai.", "First remove what is no longer true."}}},
	{profile.ErrKind, Explanation{
		Message{"Cette partie du profil n'existe pas.", "The profile has no such part."},
		nothingChanged,
		Message{"Choisissez une partie de la liste.", "Choose a part from the list."}}},
	{profile.ErrMissing, Explanation{
		Message{"Il manque une réponse.", "An answer is missing."},
		nothingChanged,
		Message{"Remplissez ce champ et recommencez.", "Fill in this field and try again."}}},
	{profile.ErrCode, Explanation{
		Message{"Cette réponse n'est pas dans la liste.", "This answer is not in the list."},
		nothingChanged,
		Message{"Choisissez une réponse de la liste.", "Choose an answer from the list."}}},
	{profile.ErrNumber, Explanation{
		Message{"Ce n'est pas un nombre.", "This is not a number."},
		nothingChanged,
		Message{"Écrivez le nombre en chiffres, par exemple 17,2.", "Write the number in digits, for instance 17.2."}}},
	{profile.ErrUnit, Explanation{
		Message{"Cette mesure n'a pas cette unité.", "This measurement does not have this unit."},
		nothingChanged,
		Message{"Choisissez une unité de la liste.", "Choose a unit from the list."}}},
	{profile.ErrDate, Explanation{
		Message{"Cette date n'en est pas une, elle est à venir, ou la fin précède le début.", "This date is none, it lies ahead, or the end comes before the beginning."},
		nothingChanged,
		Message{"Écrivez l'année, le mois et l'année, ou le jour.", "Write the year, the month and year, or the day."}}},
	{profile.ErrField, Explanation{
		Message{"Ce champ n'existe pas dans cette partie du profil.", "This part of the profile has no such field."},
		nothingChanged,
		Message{"Laissez ce champ vide.", "Leave this field empty."}}},
	{profile.ErrLong, Explanation{
		Message{"Ce texte est trop long.", "This text is too long."},
		nothingChanged,
		Message{"Gardez-en moins de 4 000 lettres ; le reste peut être un document.", "Keep less than 4,000 letters; the rest can be a document."}}},
	{vault.ErrNotAllowed, Explanation{
		Message{"Votre rôle auprès de cette personne ne le permet pas.", "Your role with this person does not permit it."},
		nothingChanged, askAGuardian}},
	{vault.ErrLastGuardian, Explanation{
		Message{"Plus personne ne pourrait gérer ce carnet.", "Nobody could manage this record any more."},
		nothingChanged,
		Message{"Ajoutez d'abord un autre responsable.", "Add another guardian first."}}},
	{vault.ErrGuardian, Explanation{
		Message{"Un responsable ne peut être retiré que par lui-même.", "A guardian can only be removed by themselves."},
		nothingChanged,
		Message{"Demandez-lui de se retirer du carnet.", "Ask them to leave the record."}}},
	{vault.ErrCarers, Explanation{
		Message{"Une personne a trois aidants au plus, et un aidant cinq personnes.", "A person has three carers at most, and a carer five persons."},
		nothingChanged,
		Message{"Retirez d'abord un aidant.", "Remove a carer first."}}},
	{vault.ErrNoAttestation, Explanation{
		Message{"Cette personne n'a pas d'attestation d'aidant.", "This person has no carer's attestation."},
		nothingChanged,
		Message{"Une attestation est faite quand on donne un rôle d'aidant. Retirez l'accès et donnez-le de nouveau pour en avoir une.", "An attestation is made when a carer's role is given. Take the access away and give it again to have one."}}},
	{vault.ErrNameTaken, Explanation{
		Message{"Ce nom est déjà pris.", "This name is already taken."},
		nothingChanged,
		Message{"Choisissez un autre nom.", "Choose another name."}}},
	{vault.ErrName, Explanation{
		Message{"Ce nom ou ce titre ne convient pas.", "This name or title does not do."},
		nothingChanged,
		Message{"Écrivez de 1 à 200 caractères, sans espace au début ni à la fin.", "Write 1 to 200 characters, without spaces at either end."}}},
	{vault.ErrDate, Explanation{
		Message{"Cette date n'existe pas, ou elle est dans le futur.", "This date does not exist, or lies in the future."},
		Message{"Vos autres réponses sont gardées.", "Your other answers are kept."},
		Message{"Écrivez-la comme ceci : 2021-03-14.", "Write it like this: 2021-03-14."}}},
	{vault.ErrCategory, Explanation{
		Message{"Cette catégorie n'existe pas.", "There is no such category."},
		nothingChanged,
		Message{"Choisissez dans la liste donnée par l'aide.", "Choose from the list that the help gives."}}},
	{vault.ErrNote, Explanation{
		Message{"Cette note est trop longue, ou contient des caractères qui ne se lisent pas.", "This note is too long, or has characters that cannot be read."},
		nothingChanged,
		Message{"Écrivez au plus 4 000 caractères ; le reste peut être un document.", "Write 4,000 characters at most; the rest can be a document."}}},
	{vault.ErrTag, Explanation{
		Message{"Cette étiquette ne convient pas, ou le document en aurait trop.", "This tag does not do, or the document would have too many."},
		nothingChanged,
		Message{"Écrivez de 1 à 40 caractères sans virgule, et 20 étiquettes au plus.", "Write 1 to 40 characters without a comma, and 20 tags at most."}}},
	{vault.ErrRole, Explanation{
		Message{"Ce rôle n'existe pas.", "There is no such role."},
		nothingChanged,
		Message{"Choisissez guardian, carer-reads ou carer-adds.", "Choose guardian, carer-reads or carer-adds."}}},
	{vault.ErrPassphraseEmpty, Explanation{
		Message{"La phrase secrète est vide.", "The passphrase is empty."},
		nothingChanged,
		Message{"Choisissez plusieurs mots que vous retiendrez.", "Choose several words that you will remember."}}},
	{vault.ErrSlots, Explanation{
		Message{"Ce coffre a déjà huit titulaires, le plus possible.", "This vault already has eight keyholders, the most it can."},
		nothingChanged,
		Message{"Retirez d'abord un titulaire.", "Remove a keyholder first."}}},
	{vault.ErrMember, Explanation{
		Message{"Cette personne a déjà accès à ce carnet.", "This person already has a part in this record."},
		nothingChanged,
		Message{"Pour changer son rôle, retirez-la d'abord.", "To change their role, remove them first."}}},
	{vault.ErrNotMember, Explanation{
		Message{"Cette personne n'a pas accès à ce carnet.", "This person has no part in this record."},
		nothingChanged, lookAtName}},
	{vault.ErrHidden, Explanation{
		Message{"Ce document est masqué, et ceux de l'autre carnet le verraient.", "This document is hidden, and those of the other record would see it."},
		nothingChanged,
		Message{"Montrez-le d'abord de nouveau, puis recommencez.", "Show it again first, then start again."}}},
	{vault.ErrBin, Explanation{
		Message{"Ce document est déjà là où vous le demandez.", "This document is already where you ask."},
		nothingChanged,
		Message{"Regardez la liste, ou la corbeille.", "Look at the list, or at the bin."}}},
	{vault.ErrNotInBin, Explanation{
		Message{"Ce document n'est pas dans la corbeille.", "This document is not in the bin."},
		nothingChanged,
		Message{"Mettez-le d'abord à la corbeille, puis effacez-le.", "Put it in the bin first, then erase it."}}},
	{vault.ErrTooLarge, Explanation{
		Message{"Ce fichier dépasse 16 Go.", "This file is over 16 GB."},
		othersSaved,
		Message{"Gardez-le sur un autre support.", "Keep it on another medium."}}},
	{vault.ErrNotRegular, Explanation{
		Message{"Ce n'est ni un fichier ni un dossier.", "This is neither a file nor a folder."},
		othersSaved,
		Message{"Donnez le fichier lui-même, pas un raccourci.", "Give the file itself, not a link."}}},
	{vault.ErrItself, Explanation{
		Message{"C'est le fichier de ce coffre.", "This is the file of this very vault."},
		othersSaved,
		Message{"Pour en garder une copie, copiez le fichier ailleurs, coffre fermé.", "To keep a copy, copy the file elsewhere with the vault closed."}}},
	{vault.ErrNotFolder, Explanation{
		Message{"Ce n'est pas un dossier.", "This is not a folder."},
		nothingChanged,
		Message{"Choisissez un dossier, sur un autre support de préférence.", "Choose a folder, preferably on another medium."}}},
	{vault.ErrBadCopy, Explanation{
		Message{"La copie relue n'est pas celle qui a été écrite : ce support n'est pas sûr.", "The copy read back is not what was written: this medium is not safe."},
		Message{"Le coffre et les sauvegardes plus anciennes sont intacts, la mauvaise copie est effacée.", "The vault and the older backups are intact, the bad copy is removed."},
		Message{"Choisissez un autre support, puis recommencez.", "Choose another medium, then try again."}}},
	{vault.ErrNoPicture, Explanation{
		Message{"Ce document n'a pas de vignette.", "This document has no thumbnail."},
		documentSafe,
		Message{"Ouvrez-le pour le lire, ou exportez-le.", "Open it to read it, or export it."}}},
	{vault.ErrDraftsTooLarge, Explanation{
		Message{"Ce que vous avez commencé à écrire est trop long pour être gardé en attente.", "What you began to write is too long to be kept aside."},
		savedSoFar,
		Message{"Enregistrez-le avant de verrouiller le coffre.", "Save it before you lock the vault."}}},
	{vault.ErrAside, Explanation{
		Message{"La fiche d'urgence posée sur cet ordinateur ne s'ouvre plus.", "The emergency sheet laid out on this computer opens no more."},
		Message{"Le coffre est intact, et la fiche s'y trouve.", "The vault is intact, and the sheet is in it."},
		Message{"Ouvrez le coffre, puis activez de nouveau la fiche dans les réglages, Sécurité.", "Open the vault, then switch the sheet on again in the settings, Security."}}},
	{keyring.ErrNone, Explanation{
		Message{"Cet ordinateur n'a plus la clé de la fiche d'urgence.", "This computer no longer has the key of the emergency sheet."},
		Message{"Le coffre est intact, et la fiche s'y trouve.", "The vault is intact, and the sheet is in it."},
		Message{"Ouvrez le coffre, puis activez de nouveau la fiche dans les réglages, Sécurité.", "Open the vault, then switch the sheet on again in the settings, Security."}}},
	{keyring.ErrSilent, Explanation{
		Message{"Le trousseau de clés de cet ordinateur ne répond pas.", "The keyring of this computer does not answer."},
		Message{"Le coffre est intact. La fiche d'urgence lisible avant l'ouverture peut être ancienne.", "The vault is intact. The emergency sheet that is readable before opening may be an old one."},
		Message{"Ouvrez le trousseau de votre session, puis recommencez.", "Open the keyring of your session, then try again."}}},
	{render.ErrPassword, Explanation{
		Message{"Ce document demande un mot de passe.", "This document asks for a password."},
		documentSafe, exportOtherTool}},
	{render.ErrNoTesseract, Explanation{ReadingMissing, documentSafe, installTesseract}},
	{render.ErrNoFrench, Explanation{ReadingMissing, documentSafe, installTesseract}},
	{render.ErrFormat, Explanation{
		Message{"Ce document ne peut pas être affiché ici.", "This document cannot be shown here."},
		documentSafe, exportOtherTool}},
	{render.ErrPage, Explanation{
		Message{"Cette page ne peut pas être affichée.", "This page cannot be shown."},
		documentSafe, exportOtherTool}},
	{render.ErrTooLarge, Explanation{
		Message{"Ce document est trop gros pour être affiché.", "This document is too large to be shown."},
		documentSafe, exportOtherTool}},
	{render.ErrPicture, Explanation{
		Message{"La taille demandée pour l'image ne convient pas.", "The picture size asked for does not do."},
		documentSafe,
		Message{"Demandez une image plus petite.", "Ask for a smaller picture."}}},
	{render.ErrTimeout, Explanation{
		Message{"L'affichage de ce document prend trop de temps.", "Showing this document takes too long."},
		documentSafe, exportOtherTool}},
	{render.ErrMemory, Explanation{
		Message{"L'affichage de ce document demande trop de mémoire.", "Showing this document takes too much memory."},
		documentSafe, exportOtherTool}},
	{render.ErrCrashed, Explanation{
		Message{"L'affichage de ce document s'est arrêté.", "Showing this document stopped."},
		documentSafe, exportOtherTool}},
	{render.ErrStart, Explanation{
		Message{"L'affichage des documents ne démarre pas.", "Showing documents does not start."},
		documentSafe,
		Message{"Réinstallez le logiciel, puis recommencez.", "Install the program again, then retry."}}},
	{render.ErrClosed, Explanation{
		Message{"L'affichage a été fermé.", "Showing was closed."},
		documentSafe,
		Message{"Recommencez.", "Try again."}}},
	{print.ErrClearFile, Explanation{ // before what it may come with: it is the one to act on
		Message{"La copie en clair faite pour l'impression n'a pas pu être effacée.", "The clear copy made for printing could not be erased."},
		Message{"Elle est dans votre dossier temporaire, que vous seul lisez.", "It is in your temporary folder, which only you can read."},
		Message{"Fermez le logiciel qui a imprimé, puis relancez Carnet : il l'effacera.", "Close the program that printed, then start Carnet again: it will erase it."}}},
	{print.ErrNoPrinter, Explanation{
		Message{"Aucune imprimante trouvée.", "No printer was found."},
		Message{"Votre document est prêt.", "Your document is ready."},
		Message{"Enregistrez-le en PDF et imprimez-le plus tard.", "Save it as PDF and print it later."}}},
	{print.ErrRefused, Explanation{
		Message{"L'imprimante a refusé le document.", "The printer refused the document."},
		nothingPrinted,
		Message{"Regardez si elle est allumée et prête, puis recommencez.", "See that it is switched on and ready, then try again."}}},
	{print.ErrTimeout, Explanation{
		Message{"L'imprimante ne répond pas.", "The printer does not answer."},
		Message{"Votre document est dans le carnet ; une partie peut encore sortir.", "Your document is in the record; part of it may still come out."},
		Message{"Regardez si elle est allumée et reliée, puis recommencez.", "See that it is switched on and connected, then try again."}}},
	{print.ErrNotWithdrawn, Explanation{
		Message{"L'impression arrêtée n'a pas pu être retirée.", "The stopped print could not be withdrawn."},
		Message{"L'imprimante a déjà le document.", "The printer has the document already."},
		Message{"Annulez-le dans la file de l'imprimante, ou reprenez le papier.", "Cancel it in the printer's queue, or fetch the paper."}}},
	{print.ErrNoProgram, Explanation{
		Message{"Aucun logiciel de cet ordinateur n'imprime ce type de document.", "No program on this computer prints this type of document."},
		nothingPrinted,
		Message{"Installez un lecteur de PDF, ou exportez le document.", "Install a PDF reader, or export the document."}}},
	{print.ErrType, Explanation{
		Message{"Ce type de document ne s'imprime pas directement.", "This type of document cannot be printed directly."},
		nothingPrinted, exportOtherTool}},
	{print.ErrCopies, Explanation{
		Message{"Ce nombre d'exemplaires ne convient pas.", "This number of copies does not do."},
		nothingPrinted,
		Message{"Choisissez de 1 à 99 exemplaires.", "Choose 1 to 99 copies."}}},
	{print.ErrTooLarge, Explanation{
		Message{"Ce document est trop long pour être imprimé en une fois.", "This document is too long to be printed at once."},
		nothingPrinted,
		Message{"Imprimez une page à la fois, ou exportez-le.", "Print one page at a time, or export it."}}},
	{release.ErrNoKey, Explanation{
		Message{"Cette version de Carnet n'a pas de clé de publication : elle ne peut vérifier aucune annonce.", "This build of Carnet has no release key: it cannot verify any notice."},
		nothingChanged,
		Message{"Ne vous fiez pas à l'annonce. Demandez une version publiée à qui vous a donné celle-ci.", "Do not rely on the notice. Ask whoever gave you this build for a released one."}}},
	{release.ErrNotNotice, Explanation{
		Message{"Ce fichier n'est pas l'annonce d'une version de Carnet.", "This file is not the notice of a version of Carnet."},
		nothingChanged,
		Message{"Choisissez le fichier d'annonce, pas le paquet lui-même.", "Choose the notice file, not the package itself."}}},
	{release.ErrSignature, Explanation{
		Message{"Cette annonce n'est pas signée par Carnet, ou elle a été modifiée.", "This notice is not signed by Carnet, or it was changed."},
		nothingChanged,
		Message{"N'installez rien de ce qu'elle propose. Effacez-la.", "Install nothing that it offers. Delete it."}}},
	{release.ErrNotAnnounced, Explanation{
		Message{"Ce fichier n'est pas un paquet de cette annonce, ou il a été modifié.", "This file is not a package of this notice, or it was changed."},
		nothingChanged,
		Message{"Ne l'installez pas. Téléchargez-le de nouveau, puis recommencez.", "Do not install it. Download it again, then retry."}}},
	{context.Canceled, Explanation{
		Message{"Arrêté à votre demande.", "Stopped at your request."},
		savedSoFar,
		Message{"Relancez la commande pour continuer.", "Run the command again to go on."}}},
	{fs.ErrNotExist, Explanation{
		Message{"Ce fichier n'existe pas.", "This file does not exist."},
		nothingChanged,
		Message{"Vérifiez le chemin.", "Check the path."}}},
	{fs.ErrExist, Explanation{
		Message{"Un fichier de ce nom existe déjà.", "A file of that name already exists."},
		Message{"Il n'a pas été remplacé.", "It was not replaced."},
		Message{"Choisissez un autre nom.", "Choose another name."}}},
	{fs.ErrPermission, Explanation{
		Message{"L'ordinateur refuse l'accès à ce fichier.", "The computer refuses access to this file."},
		nothingChanged,
		Message{"Vérifiez les droits du fichier et du dossier.", "Check the rights of the file and its folder."}}},
}

// unexpected is for an error that nobody thought of.
var unexpected = Explanation{
	Message{"Une erreur inattendue s'est produite.", "An unexpected error occurred."},
	savedSoFar,
	Message{"Recommencez ; si cela revient, vérifiez le coffre avec « carnet coffre verifier ».", "Try again; if it comes back, check the vault with \"carnet vault check\"."},
}

// Explain tells an error to people. known is false for one that nobody thought
// of, whose cause should then be shown for whoever can help.
func Explain(err error) (e Explanation, known bool) {
	for _, x := range explanations {
		if errors.Is(err, x.err) {
			return x.Explanation, true
		}
	}
	return unexpected, false
}
