package text

import (
	"context"
	"errors"
	"io/fs"

	"carnet/sync/client"
	"carnet/sync/consent"
	"carnet/sync/gateway"
	"carnet/ui/keyring"
	"carnet/ui/print"
	"carnet/ui/release"
	"carnet/ui/scanner"
	"carnet/vault"
	"carnet/vault/exchange/bag"
	"carnet/vault/exchange/devices"
	"carnet/vault/exchange/hcert"
	"carnet/vault/exchange/icalendar"
	"carnet/vault/exchange/parcel"
	"carnet/vault/exchange/reading"
	"carnet/vault/exchange/shl"
	"carnet/vault/profile"
	"carnet/vault/proof"
	"carnet/vault/record"
	"carnet/vault/render"
	"carnet/vault/watched"
)

// Explanation is an error as it is told to people: what happened, what is safe,
// what to do.
type Explanation struct{ What, Safe, Do Message }

// In gives the three sentences in a language.
func (e Explanation) In(l Language) string {
	return l.Say(e.What) + " " + l.Say(e.Safe) + " " + l.Say(e.Do)
}

var (
	vaultUntouched    = Message{"Votre coffre n'a pas été modifié.", "Your vault was not changed."}
	nothingErased     = Message{"Rien n'a été effacé.", "Nothing was erased."}
	nothingChanged    = Message{"Rien n'a été changé.", "Nothing was changed."}
	nothingAdded      = Message{"Rien n'a été ajouté.", "Nothing was added."}
	exportAgain       = Message{"Exportez-le de nouveau depuis l'appareil.", "Export it from the device again."}
	othersSaved       = Message{"Les autres documents sont bien ajoutés.", "The other documents were added."}
	nothingTaken      = Message{"Rien n'en a été pris ; le reste est gardé.", "Nothing of it was taken; the rest is kept."}
	documentSafe      = Message{"Le document est dans le coffre, intact.", "The document is in the vault, intact."}
	nothingPrinted    = Message{"Rien n'est imprimé, le document est intact.", "Nothing was printed, the document is intact."}
	savedSoFar        = Message{"Ce qui était déjà enregistré l'est toujours.", "What was already saved still is."}
	lookAtName        = Message{"Regardez la liste et vérifiez le nom.", "Look at the list and check the name."}
	useTheKit         = Message{"Utilisez le code du kit de secours.", "Use the code on the recovery kit."}
	exportOtherTool   = Message{"Exportez-le et ouvrez-le avec un autre logiciel.", "Export it and open it with another program."}
	askAGuardian      = Message{"Demandez à un responsable de cette personne.", "Ask a guardian of this person."}
	askForAnother     = Message{"Ne vous y fiez pas. Demandez une autre copie à qui vous l'a donnée.", "Do not rely on it. Ask whoever gave it to you for another copy."}
	askThemForAnother = Message{"Demandez un autre exemplaire à qui vous l'a donné.", "Ask whoever gave it to you for another copy."}
	anotherArchive    = Message{"Prenez une autre copie de l'archive, ou écrivez-la de nouveau.", "Take another copy of the archive, or write it again."}
	restoreTheBackup  = Message{"Gardez ce fichier tel quel et ouvrez votre dernière sauvegarde.", "Keep this file as it is and open your latest backup."}
)

// suspect is told of a file of measurements that is not as a device writes it.
var suspect = Explanation{
	Message{"Ce fichier de mesures n'est pas fait comme ceux des appareils : il est refusé.", "This file of measurements is not made as devices make theirs: it is refused."},
	nothingAdded, exportAgain,
}

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
	{vault.ErrSameShare, Explanation{
		Message{"C'est deux fois la même feuille.", "This is the same sheet twice."},
		vaultUntouched,
		Message{"Prenez deux feuilles de numéros différents.", "Take two sheets with different numbers."}}},
	{vault.ErrOtherSet, Explanation{
		Message{"Ces deux feuilles n'ont pas été faites ensemble.", "These two sheets were not made together."},
		vaultUntouched,
		Message{"Comparez le nom et la date en bas des feuilles : ils doivent être les mêmes.", "Compare the name and the date at the bottom of the sheets: they must be the same."}}},
	{vault.ErrWrongShares, Explanation{
		Message{"Ces deux feuilles n'ouvrent pas ce coffre.", "These two sheets do not open this vault."},
		vaultUntouched,
		Message{"Vérifiez qu'elles sont bien de ce coffre, et les dernières faites. Une sauvegarde de leur époque s'ouvre encore avec elles.", "Check that they are of this vault, and the last ones made. A backup of their time still opens with them."}}},
	{vault.ErrShare, Explanation{
		Message{"Ce code de feuille est mal recopié.", "This code of a sheet is mistyped."},
		vaultUntouched,
		Message{"Relisez les quatre lignes : O se lit comme zéro, I et L comme un.", "Read the four lines again: O reads as zero, I and L as one."}}},
	{vault.ErrNoShares, Explanation{
		Message{"Vous n'avez pas confié de feuilles à des proches.", "You have entrusted no sheets to relatives."},
		nothingChanged,
		Message{"Faites-en d'abord trois, si vous en voulez.", "Make three first, if you want them."}}},
	{vault.ErrOtherComputer, Explanation{
		Message{"Ce coffre est lié à un autre ordinateur.", "This vault is locked to another computer."},
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
	{vault.ErrOtherVault, Explanation{
		Message{"Ce fichier est d'un autre coffre.", "This file is of another vault."},
		nothingChanged,
		Message{"Choisissez une sauvegarde ou une copie en conflit de ce coffre-ci.", "Choose a backup or a conflicted copy of this very vault."}}},
	{vault.ErrHomeCode, Explanation{
		Message{"Ce fichier n'est pas un code de foyer, ou il a été modifié.", "This file is no code of a household, or it was changed."},
		nothingChanged,
		Message{"Demandez à l'autre foyer de vous renvoyer son code.", "Ask the other household to send their code again."}}},
	{vault.ErrNoOtherHome, Explanation{
		Message{"Personne d'un autre foyer n'a de part à ce carnet.", "Nobody of another household has a part in this record."},
		nothingChanged,
		Message{"La première fois, donnez le code de foyer de l'autre parent.", "The first time, give the code of the other parent's household."}}},
	{vault.ErrNotForUs, Explanation{
		Message{"Ce fichier a été scellé pour quelqu'un d'autre, ou pour des clés que vous avez remplacées.", "This file was sealed to somebody else, or to keys that you have replaced."},
		nothingChanged,
		Message{"Demandez un fichier pour votre code de foyer présent.", "Ask for a file for the present code of your household."}}},
	{vault.ErrClosedHere, Explanation{
		Message{"Ce carnet a été clôturé pour toujours dans ce coffre.", "This record was closed for good in this vault."},
		nothingChanged,
		Message{"Pour le reprendre, utilisez un autre coffre et donnez son code de foyer.", "To have it again, use another vault and give the code of its household."}}},
	{vault.ErrNewerKeys, Explanation{
		Message{"Vos clés ont été remplacées dans l'autre copie.", "Your keys were replaced in the other copy."},
		nothingChanged,
		Message{"Ouvrez l'autre copie, et réunissez celle-ci avec elle.", "Open the other copy, and merge this one into it."}}},
	{parcel.ErrDamaged, Explanation{ // before what it comes with, which speaks of the vault
		Message{"Ce fichier est abîmé, ou n'est pas un carnet envoyé par un autre foyer.", "This file is damaged, or is no record sent by another household."},
		nothingChanged,
		Message{"Demandez à l'autre foyer de l'envoyer de nouveau.", "Ask the other household to send it again."}}},
	{vault.ErrDamaged, Explanation{
		Message{"Une partie du coffre est abîmée sur le disque.", "Part of the vault is damaged on the disk."},
		Message{"Rien n'a été effacé ni modifié.", "Nothing was erased or changed."},
		restoreTheBackup}},
	{vault.ErrLocked, Explanation{
		Message{"Le coffre est verrouillé.", "The vault is locked."},
		Message{"Tout est enregistré.", "Everything is saved."},
		Message{"Ouvrez-le de nouveau avec votre phrase secrète.", "Open it again with your passphrase."}}},
	{vault.ErrNoInside, Explanation{
		Message{"Ce document ne contient pas un tel fichier.", "This document has no such file in it."},
		nothingChanged,
		Message{"« carnet document interieur ID » liste les fichiers qu'il contient.", "\"carnet document inside ID\" lists the files in it."}}},
	{vault.ErrWithoutDocument, Explanation{
		Message{"Une proposition cochée vient d'un document qui ne l'est pas.", "A ticked suggestion comes from a document that is not ticked."},
		nothingChanged,
		Message{"Cochez aussi son document, ou décochez la proposition.", "Tick its document as well, or untick the suggestion."}}},
	{vault.ErrNoCertificate, Explanation{
		Message{"Ce certificat n'est pas connu de ce coffre.", "This vault does not know this certificate."},
		nothingChanged,
		Message{"Regardez la liste avec « carnet certificat liste ».", "Look at the list with \"carnet certificate list\"."}}},
	{vault.ErrNoCode, Explanation{
		Message{"Aucun code n'a été trouvé dans ce document.", "No code was found in this document."},
		nothingChanged,
		Message{"S'il y en a un, ouvrez le document, agrandissez la page jusqu'au code et lisez de nouveau (en ligne de commande : --page et --frame).", "If there is one, open the document, zoom in on it and read again (on the command line: --page and --frame)."}}},
	{vault.ErrFrameCode, Explanation{
		Message{"Un code semble être là, et n'a pas pu être lu.", "A code seems to be there, and could not be read."},
		nothingChanged,
		Message{"Cadrez le code : ouvrez le document, agrandissez la page jusqu'à ne voir que lui, et lisez de nouveau (en ligne de commande : --page et --frame). Une image plus nette aide aussi.",
			"Frame the code: open the document, zoom in until you see nothing else, and read again (on the command line: --page and --frame). A sharper picture helps as well."}}},
	{vault.ErrOtherCode, otherCode},
	{vault.ErrPagesLeft, Explanation{
		Message{"Des pages de ce document demandent trop à l'ordinateur : elles n'ont pas été regardées.", "Pages of this document ask too much of the computer: they were not looked at."},
		documentSafe,
		Message{"Demandez-les une à une si vous connaissez ce document ; un fichier piégé ressemble à cela.", "Ask for them one by one if you know this document; a file that means harm looks like this."}}},
	{hcert.ErrOther, otherCode},
	{shl.ErrOther, otherCode},
	{hcert.ErrCertificate, Explanation{
		Message{"Ce fichier ne contient pas de certificat.", "This file holds no certificate."},
		nothingChanged,
		Message{"Donnez un fichier PEM ou DER, une liste JSON qui contient des certificats, ou les clés qu'un émetteur publie (JWKS).", "Give a PEM or DER file, a JSON list that holds certificates, or the keys that an issuer publishes (JWKS)."}}},
	{hcert.ErrEncoding, faultyCode("le texte du code est altéré", "the text of the code is corrupt")},
	{hcert.ErrCompression, faultyCode("ses données compressées sont altérées ou trop grandes", "its compressed data are corrupt or too large")},
	{hcert.ErrEnvelope, faultyCode("son enveloppe signée ne suit pas la norme", "its signed envelope does not keep to the standard")},
	{hcert.ErrPayload, faultyCode("son contenu ne suit pas la norme", "its content does not keep to the standard")},
	{hcert.ErrSchema, faultyCode("il lui manque une information obligatoire", "something that must be there is missing")},
	{shl.ErrEnvelope, faultyCode("son enveloppe ne suit pas la norme", "its envelope does not keep to the standard")},
	{shl.ErrAlgorithm, faultyCode("il est signé ou chiffré autrement que la norme ne le veut", "it is signed or encrypted in another way than the standard asks for")},
	{shl.ErrCompression, faultyCode("ses données compressées sont altérées ou trop grandes", "its compressed data are corrupt or too large")},
	{shl.ErrPayload, faultyCode("son contenu ne suit pas la norme", "its content does not keep to the standard")},
	{shl.ErrTime, faultyCode("une de ses dates est impossible", "one of its dates is impossible")},
	{shl.ErrTypes, faultyCode("il n'annonce pas ce qu'il contient", "it does not announce what it holds")},
	{shl.ErrBundle, faultyCode("ses données de santé ne suivent pas la norme", "its health data do not keep to the standard")},
	{shl.ErrChunk, faultyCode("une partie porte un numéro impossible", "one part has an impossible number")},
	{shl.ErrIncomplete, Explanation{
		Message{"Il manque des codes : cette carte est répartie sur plusieurs.", "Codes are missing: this card is spread over several."},
		nothingChanged,
		Message{"Donnez un document où tous les codes sont visibles.", "Give a document where all codes can be seen."}}},
	{shl.ErrIssuer, Explanation{
		Message{"L'émetteur d'un jeu de clés se nomme par son adresse, qui commence par https://.", "The issuer of a set of keys is named by their address, which begins with https://."},
		nothingChanged,
		Message{"Donnez l'adresse telle que les cartes de cet émetteur la nomment.", "Give the address as this issuer's cards name it."}}},
	{shl.ErrKeySet, faultyKeys("ce n'est pas un jeu de clés (JWKS), ou une clé y est altérée", "it is no set of keys (JWKS), or a key in it is corrupt")},
	{shl.ErrKeyCurve, faultyKeys("une clé est d'une autre courbe que P-256", "a key is of another curve than P-256")},
	{shl.ErrKeyUse, faultyKeys("une clé n'y est pas donnée pour signer (use sig, alg ES256)", "a key in it is not given to sign (use sig, alg ES256)")},
	{shl.ErrKeyName, faultyKeys("le nom d'une clé (kid) n'est pas son empreinte, ou revient deux fois", "the name of a key (kid) is not its thumbprint, or comes twice")},
	{shl.ErrKeyPrivate, faultyKeys("il révèle une clé privée : quiconque l'a peut signer", "it gives away a private key: whoever has it can sign")},
	{shl.ErrKey, faultyCode("la clé du lien n'ouvre pas ce fichier", "the key of the link does not open this file")},
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
		Message{"Écrivez l'année, le mois et l'année, ou le jour ; d'un rendez-vous le jour, et l'heure si elle est connue.", "Write the year, the month and year, or the day; of an appointment the day, and the time if it is known."}}},
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
		Message{"Un responsable ne peut être retiré que par lui-même, ou par la personne dont c'est le carnet.", "A guardian can only be removed by themselves, or by the person whose record it is."},
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
	{record.ErrTerm, Explanation{
		Message{"Cette durée de grossesse n'en est pas une.", "This is not a length of pregnancy."},
		Message{"Vos autres réponses sont gardées.", "Your other answers are kept."},
		Message{"Écrivez les semaines d'aménorrhée et les jours, comme ceci : 34+2.", "Write the weeks since the last period and the days, like this: 34+2."}}},
	{vault.ErrCategory, Explanation{
		Message{"Cette catégorie n'existe pas.", "There is no such category."},
		nothingChanged,
		Message{"Choisissez dans la liste donnée par l'aide.", "Choose from the list that the help gives."}}},
	{vault.ErrNote, Explanation{
		Message{"Cette note est trop longue, ou contient des caractères qui ne se lisent pas.", "This note is too long, or has characters that cannot be read."},
		nothingChanged,
		Message{"Écrivez au plus 4 000 caractères ; le reste peut être un document.", "Write 4,000 characters at most; the rest can be a document."}}},
	{vault.ErrContest, Explanation{
		Message{"Cette contestation ne dit pas ce qui ne va pas ou ce qui est demandé, ou elle n'est pas ouverte.", "This contestation does not say what is wrong or what is asked, or it is not open."},
		nothingChanged,
		Message{"Dites ce qui ne va pas (inexact, incomplete, ambiguous, outdated, unlawful) et ce que vous demandez (correct, complete, lock, erase).", "Say what is wrong (inexact, incomplete, ambiguous, outdated, unlawful) and what you ask for (correct, complete, lock, erase)."}}},
	{vault.ErrContested, Explanation{
		Message{"Une contestation est déjà ouverte ici.", "A contestation is open here already."},
		Message{"Elle reste comme elle est.", "It stays as it is."},
		Message{"Notez d'abord la réponse reçue, ou retirez-la.", "First note the answer you were given, or withdraw it."}}},
	{vault.ErrOwnWords, Explanation{
		Message{"Cette information vient de vous, pas d'un professionnel ni d'un document.", "This information is yours, not a professional's nor a document's."},
		nothingChanged,
		Message{"Corrigez-la vous-même : personne n'a à l'accepter.", "Correct it yourself: nobody has to agree."}}},
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
	{vault.ErrHandedOver, Explanation{
		Message{"Ce carnet a été remis à la personne : rien ne s'y ajoute plus ici.", "This record was handed over to the person: nothing is added to it here any more."},
		nothingChanged,
		Message{"Demandez-lui, dans son propre coffre.", "Ask them, in their own vault."}}},
	{vault.ErrNotOfAge, Explanation{
		Message{"Cette personne n'est pas majeure aujourd'hui, ou son décès est indiqué.", "This person is not of age today, or their death was declared."},
		nothingChanged,
		Message{"Attendez ses 18 ans, ou vérifiez sa date de naissance.", "Wait until they are 18, or check their date of birth."}}},
	{vault.ErrOtherHandOver, Explanation{
		Message{"Il y a déjà un fichier à cet endroit, qui n'est pas le carnet tel qu'il est aujourd'hui.", "There is a file there already that is not the record as it is today."},
		Message{"Le carnet est intact dans ce coffre.", "The record is intact in this vault."},
		Message{"Choisissez un autre nom, ou effacez ce fichier s'il vient d'un essai interrompu.", "Choose another name, or delete that file if an interrupted attempt left it."}}},
	{vault.ErrNotInBin, Explanation{
		Message{"Ce document n'est pas dans la corbeille.", "This document is not in the bin."},
		nothingChanged,
		Message{"Mettez-le d'abord à la corbeille, puis effacez-le.", "Put it in the bin first, then erase it."}}},
	{vault.ErrClosing, Explanation{
		Message{"Ce coffre a été clôturé, et son fichier n'est pas encore supprimé.", "This vault was closed, and its file is not removed yet."},
		Message{"Ses clés sont détruites : personne ne peut plus l'ouvrir.", "Its keys are destroyed: nobody can open it any more."},
		Message{"Terminez la clôture : « carnet coffre cloturer », ou le bouton de cette fenêtre.", "Finish the closure: \"carnet vault close\", or the button of this window."}}},
	{vault.ErrNoConsent, Explanation{
		Message{"Il manque un des deux accords.", "One of the two consents is missing."},
		nothingErased,
		Message{"Donnez les deux, chacun pour lui-même, ou gardez tout.", "Give both, each for itself, or keep everything."}}},
	{vault.ErrNoExport, Explanation{
		Message{"Il faut dire si vous gardez un export ou si vous le refusez.", "You have to say whether you keep an export or refuse it."},
		nothingErased,
		Message{"Donnez l'un ou l'autre, pas les deux.", "Give one or the other, not both."}}},
	{vault.ErrExport, Explanation{
		Message{"Cet export n'est pas vérifié, ou ne contient pas tout ce que le coffre contient maintenant.", "This export is not verified, or does not hold all that the vault holds now."},
		nothingErased,
		Message{"Faites un nouvel export, puis recommencez.", "Make a new export, then start again."}}},
	{vault.ErrOthersRecords, Explanation{
		Message{"Ce coffre contient des carnets dont vous n'êtes pas responsable.", "This vault holds records that you do not govern."},
		nothingErased,
		Message{"Clôturez les vôtres un par un, ou demandez à leurs responsables.", "Close yours one by one, or ask those who govern the others."}}},
	{vault.ErrForked, Explanation{
		Message{"Le serveur présente un autre historique que celui qu'il a déjà montré.", "The server shows another history than the one it has already shown."}, syncGoesOn, askWhoRuns}},
	{vault.ErrRolledBack, Explanation{
		Message{"Le serveur a moins que ce qu'il avait : il est revenu en arrière, ou a été vidé.", "The server has less than it had: it went back, or was emptied."}, syncGoesOn, askWhoRuns}},
	{vault.ErrBlobAltered, Explanation{
		Message{"Le contenu d'un document reçu du serveur a été changé.", "The content of a document from the server was changed."}, syncGoesOn, askWhoRuns}},
	{vault.ErrAltered, Explanation{
		Message{"Ce que le serveur a envoyé ne tient pas : changé, déplacé, en double ou d'un appareil inconnu.", "What the server sent does not hold: changed, moved, twice, or of an unknown device."}, syncGoesOn, askWhoRuns}},
	{vault.ErrWithheld, Explanation{
		Message{"Le serveur garde quelque chose qu'il dit avoir.", "The server keeps back something that it says it has."}, syncGoesOn, askWhoRuns}},
	{vault.ErrFrozen, Explanation{
		Message{"La synchronisation de ce carnet est arrêtée.", "Synchronising this record is stopped."}, syncGoesOn,
		Message{"Les réglages, à Synchronisation, et « carnet synchro etat » disent pourquoi, et comment reprendre.", "The settings, at Synchronisation, and \"carnet sync status\" say why, and how to go on."}}},
	{vault.ErrOtherServer, Explanation{
		Message{"Ce carnet est synchronisé avec un autre serveur.", "This record is synchronised with another server."}, syncGoesOn,
		Message{"Pour en changer exprès : « Recommencer avec le serveur », ou « carnet synchro recommencer ».", "To change it on purpose: \"Begin again with the server\", or \"carnet sync restart\"."}}},
	{vault.ErrDeletions, Explanation{
		Message{"Beaucoup de documents disparaîtraient d'un coup.", "Many documents would disappear at once."}, syncGoesOn,
		Message{"Demandez aux autres s'ils l'ont voulu, puis dites oui (« carnet synchro maintenant --allow-deletions »).", "Ask the others whether they meant it, then say yes (\"carnet sync now --allow-deletions\")."}}},
	{vault.ErrGrantee, Explanation{
		Message{"On ne peut pas consentir à cela : un serveur, et un an au plus.", "That cannot be consented to: one server, and a year at most."}, nothingLeft,
		Message{"Corrigez le serveur ou la date, puis recommencez.", "Correct the server or the date, then start again."}}},
	{vault.ErrNoSuchConsent, Explanation{
		Message{"Il n'y a pas de tel consentement, ou il est déjà retiré.", "There is no such consent, or it was withdrawn already."}, nothingLeft,
		Message{"Regardez la liste : dans les réglages, à Synchronisation, ou « carnet consentement lister ».", "Look at the list: in the settings, at Synchronisation, or \"carnet consent list\"."}}},
	{consent.ErrNone, Explanation{
		Message{"Personne n'a consenti à cela pour ce carnet.", "Nobody has consented to this for this record."}, nothingLeft, giveConsentAnew}},
	{consent.ErrHost, Explanation{
		Message{"Le consentement est pour un autre serveur.", "The consent is for another server."}, nothingLeft, giveConsentAnew}},
	{consent.ErrKey, Explanation{
		Message{"Le consentement est pour une autre clé de ce serveur.", "The consent is for another key of this server."}, nothingLeft,
		Message{"Vérifiez la clé auprès de la personne qui tient le serveur.", "Compare the key with whoever runs the server."}}},
	{consent.ErrRecipient, Explanation{
		Message{"Le consentement est pour un autre genre de destinataire.", "The consent is for another kind of recipient."}, nothingLeft, giveConsentAnew}},
	{consent.ErrNotYet, Explanation{
		Message{"Le consentement n'a pas encore commencé.", "The consent has not begun yet."}, nothingLeft,
		Message{"Vérifiez la date de cet ordinateur.", "Look at the date of this computer."}}},
	{consent.ErrExpired, Explanation{
		Message{"Le consentement est arrivé à son terme.", "The consent has come to its end."}, nothingLeft, giveConsentAnew}},
	{consent.ErrWithdrawn, Explanation{
		Message{"Le consentement a été retiré.", "The consent was withdrawn."},
		Message{"Plus rien n'est envoyé.", "Nothing more is sent."}, giveConsentAnew}},
	{consent.ErrUnreachable, Explanation{
		Message{"Le serveur ne répond pas, ou n'est pas celui du consentement.", "The server does not answer, or is not the one of the consent."},
		Message{"Ce qui était déjà reçu et envoyé l'est toujours ; ce coffre reste utilisable.", "What had come and gone still has; this vault can still be used."},
		Message{"Recommencez plus tard ; vérifiez le réseau.", "Try again later; look at the network."}}},
	{client.ErrCode, Explanation{
		Message{"Aucune invitation n'a ce code.", "No invitation has this code."}, Message{"Rien n'a été écrit ni confié.", "Nothing was written or entrusted."},
		Message{"Vérifiez le code et le serveur, ou demandez un nouveau code.", "Check the code and the server, or ask for a new code."}}},
	{client.ErrCodeUsed, Explanation{
		Message{"Ce code a déjà servi.", "This code was used already."}, Message{"Rien n'a été écrit ni confié.", "Nothing was written or entrusted."},
		Message{"Demandez un nouveau code. Si ce n'était pas vous, dites non sur l'autre appareil.", "Ask for a new code. If that was not you, say no on the other device."}}},
	{client.ErrCodeLate, Explanation{
		Message{"Le temps de cette invitation est passé.", "The time of this invitation is over."}, Message{"Rien n'a été écrit ni confié.", "Nothing was written or entrusted."},
		Message{"Demandez un nouveau code.", "Ask for a new code."}}},
	{client.ErrWords, Explanation{
		Message{"Les six mots n'ont pas été reconnus comme les mêmes.", "The six words were not found the same."}, Message{"Rien n'a été écrit ni confié.", "Nothing was written or entrusted."},
		Message{"Recommencez avec un nouveau code. Si les mots diffèrent encore, quelqu'un s'interpose : arrêtez.", "Begin again with a new code. If the words differ again, somebody stands between: stop."}}},
	{client.ErrMeeting, Explanation{
		Message{"Ce qui est venu ne vient pas de l'autre appareil.", "What came does not come from the other device."}, Message{"Rien n'a été écrit ni confié.", "Nothing was written or entrusted."},
		Message{"Recommencez avec un nouveau code, sur un réseau de confiance.", "Begin again with a new code, on a network that you trust."}}},
	{client.ErrNothing, Explanation{
		Message{"Ce serveur n'a rien pour ce kit de secours.", "This server has nothing for this recovery kit."}, Message{"Rien n'a été écrit ni confié.", "Nothing was written or entrusted."},
		Message{"Vérifiez l'adresse du serveur et le code de votre fiche.", "Check the address of the server and the code on your sheet."}}},
	{client.ErrMeetingCode, Explanation{
		Message{"Ce n'est pas un code d'appareil.", "This is not a device code."}, Message{"Rien n'a été écrit ni confié.", "Nothing was written or entrusted."},
		Message{"Tapez les seize caractères montrés par l'autre appareil.", "Type the sixteen characters shown by the other device."}}},
	{vault.ErrNoDevice, Explanation{
		Message{"Vous n'avez pas cet appareil.", "You have no such device."}, Message{"Rien n'a été écrit ni confié.", "Nothing was written or entrusted."},
		Message{"Regardez la liste de vos appareils.", "Look at the list of your devices."}}},
	{vault.ErrThisDevice, Explanation{
		Message{"C'est l'appareil que vous utilisez.", "This is the device you are using."}, Message{"Rien n'a été écrit ni confié.", "Nothing was written or entrusted."},
		Message{"Retirez-le depuis un autre de vos appareils.", "Remove it from another of your devices."}}},
	{vault.ErrNoKeys, Explanation{
		Message{"Le serveur n'a aucune clé de ce carnet pour vous.", "The server has no key of this record for you."}, Message{"Rien n'a été écrit ni confié.", "Nothing was written or entrusted."},
		Message{"Faites ajouter cet appareil de nouveau.", "Have this device added again."}}},
	{client.ErrAnswer, Explanation{
		Message{"La réponse n'est pas celle du serveur du consentement.", "The answer is not one of the server of the consent."}, syncGoesOn,
		Message{"Recommencez plus tard. Si cela dure, demandez à la personne qui tient le serveur.", "Try again later. If it goes on, ask whoever runs the server."}}},
	{client.ErrRemoved, Explanation{
		Message{"Le serveur dit que cet ordinateur a été retiré, depuis un autre de vos ordinateurs ou avec votre kit de secours.", "The server says that this computer was removed, from another of your computers or with your recovery kit."},
		Message{"Rien n'est perdu : ce qui est ici reste lisible ici. Plus rien ne part et plus rien n'arrive.", "Nothing is lost: what is here can still be read here. Nothing more goes and nothing more comes."},
		Message{"Si c'est voulu, il n'y a rien à faire. Sinon, demandez aux autres, puis faites ajouter cet ordinateur de nouveau.", "If it was meant, there is nothing to do. Otherwise ask the others, then have this computer added again."}}},
	{client.ErrFull, Explanation{
		Message{"Le serveur n'a plus de place pour ce carnet.", "The server has no room left for this record."},
		Message{"Tout est dans ce coffre ; ce qui est parti est gardé.", "All of it is in this vault; what was sent is kept."},
		Message{"Demandez de la place à la personne qui tient le serveur.", "Ask whoever runs the server for room."}}},
	{client.ErrRefused, Explanation{
		Message{"Le serveur a refusé.", "The server refused."},
		Message{"Tout est dans ce coffre ; ce qui est parti est gardé.", "All of it is in this vault; what was sent is kept."},
		Message{"Recommencez plus tard, ou demandez à la personne qui tient le serveur.", "Try again later, or ask whoever runs the server."}}},
	{vault.ErrNotBackup, Explanation{
		Message{"Ce fichier n'est pas une sauvegarde de ce coffre.", "This file is no backup of this vault."},
		nothingErased,
		Message{"Regardez la liste des sauvegardes, puis recommencez.", "Look at the list of backups, then start again."}}},
	{vault.ErrTooLarge, Explanation{
		Message{"Ce fichier dépasse 16 Go.", "This file is over 16 GB."},
		othersSaved,
		Message{"Gardez-le sur un autre support.", "Keep it on another medium."}}},
	{vault.ErrNoMeasurements, Explanation{
		Message{"Ce fichier ne contient aucune mesure que Carnet sache garder.", "This file has no measurement that Carnet can keep."},
		nothingAdded,
		Message{"Gardez-le comme document si vous y tenez.", "Keep it as a document if you care for it."}}},
	{devices.ErrFormat, Explanation{
		Message{"Ce fichier n'est pas un export d'appareil que Carnet connaisse.", "This file is no export of a device that Carnet knows."},
		nothingAdded,
		Message{"Carnet lit les exports d'Apple Santé, de Withings et d'Open mHealth.", "Carnet reads exports of Apple Health, Withings and Open mHealth."}}},
	{devices.ErrSyntax, Explanation{
		Message{"Ce fichier de mesures est coupé ou abîmé.", "This file of measurements is cut short or damaged."},
		nothingAdded, exportAgain}},
	{devices.ErrEntity, suspect}, {devices.ErrDeep, suspect}, {devices.ErrLong, suspect}, {devices.ErrBomb, suspect},
	{devices.ErrLarge, Explanation{
		Message{"Ce fichier contient plus de mesures que Carnet n'en lit d'un coup.", "This file has more measurements than Carnet reads at once."},
		nothingAdded,
		Message{"Exportez une période plus courte.", "Export a shorter period."}}},
	{vault.ErrNotRegular, Explanation{
		Message{"Ce n'est ni un fichier ni un dossier.", "This is neither a file nor a folder."},
		nothingTaken,
		Message{"Donnez le fichier lui-même, pas un raccourci.", "Give the file itself, not a link."}}},
	{vault.ErrChanging, Explanation{
		Message{"Ce fichier change pendant qu'il est lu : il grandit, ou il a été coupé.", "This file changes while it is read: it grows, or was cut."},
		nothingTaken,
		Message{"Attendez que l'autre programme ait fini de l'écrire, puis recommencez.", "Wait until the other program has finished writing it, then try again."}}},
	{vault.ErrItself, Explanation{
		Message{"C'est le fichier de ce coffre.", "This is the file of this very vault."},
		othersSaved,
		Message{"Pour en garder une copie, sauvegardez-le : « Sauvegarder le coffre », ou « carnet coffre sauvegarder ».", "To keep a copy, back it up: \"Back up the vault\", or \"carnet vault backup\"."}}},
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
	{vault.ErrNotWatched, Explanation{
		Message{"Ce dossier n'est pas surveillé.", "This folder is not watched."},
		nothingChanged,
		Message{"Regardez la liste des dossiers surveillés.", "Look at the list of watched folders."}}},
	{vault.ErrTooManyWatched, Explanation{
		Message{"Seize dossiers sont déjà surveillés : c'est le plus.", "Sixteen folders are watched already: that is the most."},
		nothingChanged,
		Message{"Cessez d'en surveiller un avant d'en ajouter un autre.", "Watch one of them no longer before you add another."}}},
	{watched.ErrCrowded, Explanation{
		Message{"Il y a plus de dix mille fichiers dans ce dossier : il ne peut pas être surveillé.", "There are more than ten thousand files in this folder: it cannot be watched."},
		nothingChanged,
		Message{"Choisissez un dossier où n'arrivent que les fichiers à proposer.", "Choose a folder in which only the files to be offered arrive."}}},
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
	{render.ErrPhoto, Explanation{ // before what it comes with, which speaks of documents of the vault
		Message{"Une photographie ne peut pas être lue : elle n'est ni en JPEG ni en PNG, ou elle est abîmée, ou trop grande.", "A photograph cannot be read: it is neither JPEG nor PNG, or it is damaged, or too large."},
		Message{"Rien n'a été ajouté. La photographie n'a pas été touchée.", "Nothing was added. The photograph was not touched."},
		Message{"Enregistrez-la en JPEG, ou photographiez de nouveau. Sur un iPhone : Réglages, Appareil photo, Formats, « Le plus compatible ».", "Save it as JPEG, or take it again. On an iPhone: Settings, Camera, Formats, \"Most Compatible\"."}}},
	{gateway.ErrNoNetwork, Explanation{
		Message{"Cet ordinateur n'est sur aucun réseau de la maison.", "This computer is on no home network."},
		Message{"Rien n'est écouté. Votre coffre n'a pas été modifié.", "Nothing listens. Your vault was not changed."},
		Message{"Reliez-le au même réseau que le téléphone, puis recommencez. Ou copiez les photographies par un câble et ajoutez-les.", "Connect it to the same network as the telephone, then try again. Or copy the photographs by cable and add them."}}},
	{gateway.ErrAddress, Explanation{
		Message{"Cette adresse n'est pas celle de cet ordinateur sur un réseau privé.", "This address is not that of this computer on a private network."},
		Message{"Rien n'est écouté. Votre coffre n'a pas été modifié.", "Nothing listens. Your vault was not changed."},
		Message{"Vérifiez que le réseau est toujours là, puis recommencez.", "See whether the network is still there, then try again."}}},
	{render.ErrPassword, Explanation{
		Message{"Ce document demande un mot de passe.", "This document asks for a password."},
		documentSafe, exportOtherTool}},
	{scanner.ErrNoProgram, Explanation{ScanMissing, nothingAdded, installScanimage}},
	{scanner.ErrNoScanner, Explanation{
		Message{"Aucun scanner n'a été trouvé, ou pas celui-là, ou plusieurs sans qu'un soit choisi.", "No scanner was found, or not that one, or several while none was chosen."},
		nothingAdded,
		Message{"Allumez-le, vérifiez son câble ou le réseau, puis recommencez en le choisissant dans la liste.", "Switch it on, check its cable or the network, then try again and choose it in the list."}}},
	{scanner.ErrBusy, Explanation{
		Message{"Le scanner est occupé.", "The scanner is busy."},
		nothingAdded,
		Message{"Attendez qu'il ait fini, ou fermez l'autre logiciel qui s'en sert, puis recommencez.", "Wait until it has finished, or close the other program that uses it, then try again."}}},
	{scanner.ErrJammed, Explanation{
		Message{"Une feuille est coincée dans le scanner.", "A sheet is stuck in the scanner."},
		nothingAdded,
		Message{"Dégagez la feuille comme le dit la notice du scanner, puis recommencez.", "Free the sheet as the manual of the scanner says, then try again."}}},
	{scanner.ErrEmpty, Explanation{
		Message{"Il n'y a pas de feuille dans le chargeur du scanner.", "There is no sheet in the feeder of the scanner."},
		nothingAdded,
		Message{"Mettez les feuilles dans le chargeur, ou numérisez sur la vitre.", "Put the sheets into the feeder, or scan on the glass."}}},
	{scanner.ErrCover, Explanation{
		Message{"Le capot du scanner est ouvert.", "The cover of the scanner is open."},
		nothingAdded,
		Message{"Fermez-le, puis recommencez.", "Close it, then try again."}}},
	{scanner.ErrDenied, Explanation{
		Message{"Votre compte n'a pas le droit d'utiliser ce scanner.", "Your account may not use this scanner."},
		nothingAdded,
		Message{"Demandez à la personne qui gère cet ordinateur de vous ajouter au groupe « scanner ».", "Ask whoever looks after this computer to add you to the group \"scanner\"."}}},
	{scanner.ErrTimeout, Explanation{
		Message{"Le scanner ne répond pas.", "The scanner does not answer."},
		nothingAdded,
		Message{"Éteignez-le, rallumez-le, puis recommencez.", "Switch it off and on again, then try again."}}},
	{scanner.ErrOption, Explanation{
		Message{"Ce scanner ne sait pas numériser ainsi.", "This scanner cannot scan in that way."},
		nothingAdded,
		Message{"Choisissez d'autres couleurs, une autre source ou une finesse de 50 à 600 points par pouce, et au plus 40 pages.", "Choose other colours, another source or a resolution of 50 to 600 dots an inch, and at most 40 pages."}}},
	{scanner.ErrTooLarge, Explanation{
		Message{"La page numérisée est trop grosse.", "The scanned page is too large."},
		nothingAdded,
		Message{"Choisissez une finesse moindre : 300 points par pouce suffisent pour lire un document.", "Choose a lower resolution: 300 dots an inch are enough to read a document."}}},
	{scanner.ErrFailed, Explanation{
		Message{"Le scanner s'est arrêté.", "The scanner stopped."},
		nothingAdded,
		Message{"Vérifiez qu'il est allumé et relié, puis recommencez.", "Check that it is on and connected, then try again."}}},
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
		Message{"Enregistrez-le ou exportez-le, et imprimez-le plus tard.", "Save or export it, and print it later."}}},
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
	{proof.ErrForm, Explanation{
		Message{"Ce fichier n'est pas une preuve de Carnet, ou il a été modifié.", "This file is not a proof made by Carnet, or it was changed."},
		nothingChanged, askForAnother}},
	{proof.ErrSignature, Explanation{
		Message{"La signature de cette preuve n'est pas la bonne : elle a été modifiée.", "The signature of this proof is wrong: it was changed."},
		nothingChanged, askForAnother}},
	{bag.ErrSealed, Explanation{
		Message{"Cette archive est chiffrée.", "This archive is encrypted."},
		nothingChanged,
		Message{"Donnez sa phrase secrète ou sa clé age.", "Give its passphrase or its age key."}}},
	{bag.ErrSecret, Explanation{
		Message{"Cette phrase secrète ou cette clé n'ouvre pas l'archive.", "This passphrase or key does not open the archive."},
		nothingChanged,
		Message{"C'est celle qui a été choisie pour l'archive, pas celle du coffre. Recommencez.", "It is the one chosen for the archive, not the vault's. Try again."}}},
	{bag.ErrRecipient, Explanation{
		Message{"Ce n'est pas une clé age.", "This is not an age key."},
		nothingChanged,
		Message{"Une clé publique commence par age1, une clé privée par AGE-SECRET-KEY-1.", "A public key begins with age1, a private one with AGE-SECRET-KEY-1."}}},
	{bag.ErrAltered, Explanation{
		Message{"L'archive a été modifiée depuis qu'elle a été écrite.", "The archive was changed since it was written."},
		nothingChanged, anotherArchive}},
	{bag.ErrTruncated, Explanation{
		Message{"La fin de l'archive manque ou ne tient pas.", "The end of the archive is missing or does not hold."},
		nothingChanged, anotherArchive}},
	{bag.ErrMissing, Explanation{
		Message{"Un fichier de l'archive manque.", "A file of the archive is missing."},
		nothingChanged, anotherArchive}},
	{bag.ErrExtra, Explanation{
		Message{"L'archive a un fichier de trop.", "The archive has a file too many."},
		nothingChanged,
		Message{"Si vous l'y avez mis, retirez-le ; sinon prenez une autre copie de l'archive.", "If you put it there, take it away; else take another copy of the archive."}}},
	{bag.ErrPath, Explanation{
		Message{"L'archive nomme un endroit hors d'elle, ou un nom que l'ordinateur ne peut pas écrire.", "The archive names a place outside itself, or a name that a computer cannot write."},
		nothingChanged, anotherArchive}},
	{bag.ErrManifest, Explanation{
		Message{"La liste des fichiers de l'archive ne se lit pas.", "The list of the archive's files cannot be read."},
		nothingChanged, anotherArchive}},
	{bag.ErrTooLarge, Explanation{
		Message{"L'archive a plus de fichiers, ou de plus grands, qu'un carnet n'en a.", "The archive has more files, or larger ones, than a record has."},
		nothingChanged, anotherArchive}},
	{bag.ErrNotBag, Explanation{
		Message{"Ce n'est pas une archive de Carnet.", "This is not an archive of Carnet."},
		nothingChanged,
		Message{"Choisissez le dossier qui contient bagit.txt, ou le fichier .tar ou .tar.age.", "Choose the folder that has bagit.txt in it, or the .tar or .tar.age file."}}},
	{vault.ErrNewerArchive, Explanation{
		Message{"Cette archive vient d'une version plus récente du logiciel.", "This archive comes from a newer version of the program."},
		nothingChanged,
		Message{"Installez la dernière version de Carnet, puis recommencez.", "Install the latest version of Carnet, then try again."}}},
	{vault.ErrArchive, Explanation{
		Message{"L'archive est entière, mais ne dit pas ce qu'une archive de Carnet dit.", "The archive is whole, but does not say what an archive of Carnet says."},
		nothingChanged, anotherArchive}},
	{icalendar.ErrNone, Explanation{
		Message{"Ce fichier n'est pas un agenda (.ics).", "This file is not a calendar (.ics)."},
		nothingChanged,
		Message{"Dans l'autre agenda, choisissez d'exporter au format iCalendar.", "In the other calendar, choose to export as iCalendar."}}},
	{reading.ErrOther, Explanation{
		Message{"Ce document n'est pas d'un format que Carnet sait lire (CDA, XDM, FHIR, calendrier).", "This document is not of a format that Carnet can read (CDA, XDM, FHIR, calendar)."},
		documentSafe, exportOtherTool}},
	{reading.ErrMalformed, Explanation{
		Message{"Ce document ne respecte pas les règles de son format.", "This document breaks the rules of its format."},
		documentSafe, askThemForAnother}},
	{reading.ErrSize, Explanation{
		Message{"Ce document, ou une de ses parties, est trop long pour être lu ici.", "This document, or a part of it, is too long to be read here."},
		documentSafe, exportOtherTool}},
	{reading.ErrDepth, Explanation{
		Message{"Ce document a trop de parties les unes dans les autres.", "This document has too many parts within parts."},
		documentSafe, askThemForAnother}},
	{reading.ErrCount, Explanation{
		Message{"Ce document a trop de parties pour être lu ici.", "This document has too many parts to be read here."},
		documentSafe, exportOtherTool}},
	{reading.ErrTime, Explanation{
		Message{"La lecture de ce document prend trop de temps.", "Reading this document takes too long."},
		documentSafe, exportOtherTool}},
	{reading.ErrRatio, Explanation{
		Message{"Cette archive se déplie en bien plus qu'elle ne pèse : elle n'est pas dépliée.", "This archive unpacks to far more than it weighs: it is not unpacked."},
		documentSafe, askThemForAnother}},
	{reading.ErrEntity, Explanation{
		Message{"Ce document déclare des abréviations qui peuvent cacher un piège : il n'est pas lu.", "This document declares abbreviations that can hide a trap: it is not read."},
		documentSafe, askThemForAnother}},
	{reading.ErrPath, Explanation{
		Message{"Un nom de cette archive mène hors d'elle : elle n'est pas dépliée.", "A name in this archive leads out of it: it is not unpacked."},
		documentSafe, askThemForAnother}},
	{vault.ErrHEIC, Explanation{
		Message{"Cette photographie est en HEIC, un format que Carnet garde tel quel et n'affiche pas ; ses mots ne se cherchent pas.", "This photograph is in HEIC, a format that Carnet keeps as it is and does not show; its words cannot be searched."},
		documentSafe, Message{"Pour l'avoir en JPEG, réglez l'iPhone : Réglages > Appareil photo > Formats > Le plus compatible ; ou exportez-la en JPEG d'un autre programme. « Recevoir du téléphone » la convertit de lui-même.", "To have it as JPEG, set the iPhone: Settings > Camera > Formats > Most Compatible; or export it as JPEG from another program. \"Receive from the telephone\" converts it by itself."}}},
	{vault.ErrLayout, Explanation{
		Message{"Cette archive dans l'archive ne contient pas que des documents à pages, des images ou du XML : elle n'est pas dépliée.", "This archive within the archive does not hold only documents with pages, pictures or XML: it is not unpacked."},
		documentSafe, Message{"Dépliez-la vous-même, et ajoutez les fichiers qui vous importent.", "Unpack it yourself, and add the files that matter to you."}}},
	{reading.ErrNested, Explanation{
		Message{"Cette archive contient une archive dans une archive : elle n'est pas dépliée.", "This archive holds an archive within an archive: it is not unpacked."},
		documentSafe, askThemForAnother}},
	{reading.ErrCharset, Explanation{
		Message{"Le texte de ce document est écrit dans un alphabet que Carnet ne lit pas.", "The text of this document is in an encoding that Carnet does not read."},
		documentSafe, askThemForAnother}},
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

// otherCode is told of a code that is no attestation.
var otherCode = Explanation{
	Message{"Les codes de ce document ne sont pas des attestations.", "The codes of this document are no attestations."},
	nothingChanged,
	Message{"Carnet lit les certificats européens, les 2D-DOC de vaccination et de test, et les SMART Health Cards.", "Carnet reads European certificates, 2D-DOC of vaccinations and tests, and SMART Health Cards."},
}

// faultyKeys is for a set of keys that is refused.
func faultyKeys(fr, en string) Explanation {
	return Explanation{
		Message{"Le jeu de clés d'un émetteur est refusé : " + fr + ".", "The set of keys of an issuer is refused: " + en + "."},
		nothingChanged,
		Message{"Une carte signée par une telle clé ne peut pas être vérifiée. Demandez à l'émetteur un fichier corrigé, ou vérifiez que c'est le bon.", "A card signed with such a key cannot be verified. Ask the issuer for a corrected file, or check that it is the right one."},
	}
}

// faultyCode is for an attestation that was found and cannot be believed.
func faultyCode(fr, en string) Explanation {
	return Explanation{
		Message{"Une attestation a été trouvée, mais " + fr + ".", "An attestation was found, but " + en + "."},
		Message{"Le document est gardé tel quel ; rien n'a été changé.", "The document is kept as it is; nothing was changed."},
		Message{"Demandez-en une nouvelle à qui l'a délivrée, ou essayez une image plus nette.", "Ask whoever issued it for a new one, or try a sharper picture."},
	}
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
