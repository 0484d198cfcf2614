package text

// Sentences of the command line. Each noun and verb has a name in both
// languages; both are always accepted.

// Word is a noun or verb of the command line, its help in a line, and more
// where a line does not do.
type Word struct {
	FR, EN string // as typed
	Help   Message
	Long   Message
	Usage  Message // of its arguments
}

// Nouns and verbs.
var (
	Program = Word{Help: Message{"Carnet : les documents de santé d'une famille, chiffrés dans un seul fichier.", "Carnet: a family's health records, encrypted in one file."},
		Long: Message{`Tout est chiffré dans un seul fichier, le coffre, et rien ne sort de cet ordinateur sans votre consentement.
Sans la phrase secrète, le kit de secours ou deux feuilles confiées à des proches, personne ne peut ouvrir le coffre, même nous.

Codes de sortie : 0 fait, 1 refusé ou échoué, 2 commande mal écrite, 3 fait en partie,
4 phrase secrète ou kit refusé, 5 coffre ouvert ailleurs, 6 coffre abîmé, 7 version plus récente,
8 pas de consentement, 9 serveur injoignable.`,
			`Everything is encrypted in one file, the vault, and nothing leaves this computer without your consent.
Without the passphrase, the recovery kit or two sheets entrusted to relatives nobody can open the vault, not even us.

Exit codes: 0 done, 1 refused or failed, 2 usage, 3 done in part,
4 passphrase or kit refused, 5 vault open elsewhere, 6 vault damaged, 7 newer version,
8 no consent, 9 server unreachable.`}}

	Vault           = Word{FR: "coffre", EN: "vault", Help: Message{"Le coffre : créer, vérifier, changer la phrase secrète, ouvrir avec le kit", "The vault: create, check, change the passphrase, open with the kit"}}
	VaultCreate     = Word{FR: "creer", EN: "create", Help: Message{"Crée un coffre, avec son premier titulaire et son kit de secours", "Creates a vault, with its first keyholder and their recovery kit"}}
	VaultInfo       = Word{FR: "info", EN: "info", Help: Message{"Dit ce que le fichier montre sans être ouvert", "Says what the file shows without being opened"}}
	VaultPassphrase = Word{FR: "phrase", EN: "passphrase", Help: Message{"Change votre phrase secrète", "Changes your passphrase"},
		Long: Message{"Change votre phrase secrète. Une ancienne copie du fichier s'ouvre toujours avec l'ancienne.\nSi quelqu'un a pu la connaître, ajoutez --compromised : vos clés sont remplacées et le fichier récrit ; avec --kit, le kit de secours l'est aussi.",
			"Changes your passphrase. An older copy of the file still opens with the old one.\nIf somebody may know it, add --compromised: your keys are replaced and the file rewritten; with --kit, the recovery kit is renewed too."}}
	VaultRecover = Word{FR: "recuperer", EN: "recover", Help: Message{"Ouvre le coffre avec le kit de secours, ou deux feuilles de proches, et donne une nouvelle phrase secrète", "Opens the vault with the recovery kit, or two sheets of relatives, and sets a new passphrase"}}
	VaultCheck   = Word{FR: "verifier", EN: "check", Help: Message{"Vérifie tout ce que vous pouvez lire", "Verifies everything you can read"}}
	VaultRepair  = Word{FR: "reparer", EN: "repair", Help: Message{"Récrit dans un nouveau fichier tout ce qu'un coffre abîmé contient encore", "Writes all that a damaged vault still holds into a new file"},
		Long: Message{"Récrit dans un nouveau fichier (--to) tout ce qu'un coffre abîmé contient encore. Le fichier abîmé n'est jamais modifié.\nVos documents sont relus un par un ; ce qui est perdu est compté et nommé. Ce qui appartient à d'autres titulaires est copié sans être ouvert :\npour le vérifier aussi, --others N demande N phrases secrètes de plus, une par ligne. Quelqu'un qui n'était pas là peut avoir à réparer à son tour.",
			"Writes all that a damaged vault still holds into a new file (--to). The damaged file is never changed.\nYour documents are read again one by one; what is lost is counted and named. What belongs to other keyholders is copied without being opened:\nto verify that too, --others N asks for N more passphrases, one a line. Somebody who was not there may have to repair in their turn."}}
	VaultBackup = Word{FR: "sauvegarder", EN: "backup", Help: Message{"Copie le coffre dans un dossier, relit et vérifie la copie", "Copies the vault into a folder, reads the copy back and verifies it"},
		Long: Message{"Copie le coffre dans un dossier (--to), relit la copie et la vérifie. Les plus récentes restent (--keep), rien d'autre n'est effacé.\nPour revenir à une sauvegarde, ouvrez-la : --vault et le fichier de la sauvegarde. Elle s'ouvre avec la phrase secrète et le kit du jour où elle a été faite.",
			"Copies the vault into a folder (--to), reads the copy back and verifies it. The newest stay (--keep), nothing else is removed.\nTo go back to a backup, open it: --vault and the file of the backup. It opens with the passphrase and the kit of the day it was made."}}
	VaultCompact = Word{FR: "compacter", EN: "compact", Help: Message{"Récrit le fichier sans les traces de ce qui a été retiré", "Rewrites the file without traces of what was removed"}}

	Patient       = Word{FR: "personne", EN: "patient", Help: Message{"Les personnes dont le carnet est dans le coffre", "The persons whose record is in the vault"}}
	PatientAdd    = Word{FR: "ajouter", EN: "add", Help: Message{"Ajoute une personne, par exemple un enfant", "Adds a person, a child for instance"}}
	PatientList   = Word{FR: "lister", EN: "list", Help: Message{"Liste les personnes", "Lists the persons"}}
	PatientMember = Word{FR: "membre", EN: "member", Help: Message{"Qui partage le carnet d'une personne", "Who shares a person's record"}}
	MemberAdd     = Word{FR: "ajouter", EN: "add", Help: Message{"Donne à un titulaire accès au carnet", "Gives a keyholder a part in the record"}, Usage: Message{"NOM", "NAME"}}
	MemberRemove  = Word{FR: "retirer", EN: "remove", Help: Message{"Retire cet accès ; ce qui a été lu ou copié ne peut pas être repris", "Takes that part away; what was read or copied cannot be taken back"}, Usage: Message{"NOM", "NAME"}}
	MemberList    = Word{FR: "lister", EN: "list", Help: Message{"Liste qui a accès", "Lists who has a part"}}

	Keyholder           = Word{FR: "titulaire", EN: "keyholder", Help: Message{"Les personnes qui ont leur propre phrase secrète", "The people who have a passphrase of their own"}}
	KeyholderAdd        = Word{FR: "ajouter", EN: "add", Help: Message{"Ajoute un titulaire, avec sa phrase secrète et son kit", "Adds a keyholder, with a passphrase and a kit of their own"}}
	KeyholderRemove     = Word{FR: "retirer", EN: "remove", Help: Message{"Retire un titulaire, ou vous-même", "Removes a keyholder, or yourself"}, Usage: Message{"NOM", "NAME"}}
	KeyholderList       = Word{FR: "lister", EN: "list", Help: Message{"Liste les titulaires", "Lists the keyholders"}}
	KeyholderPassphrase = Word{FR: "phrase", EN: "passphrase", Help: VaultPassphrase.Help, Long: VaultPassphrase.Long}

	Document    = Word{FR: "document", EN: "document", Help: Message{"Les documents : ajouter, lister, voir, exporter, masquer", "The documents: add, list, show, export, hide"}}
	DocumentAdd = Word{FR: "ajouter", EN: "add", Help: Message{"Ajoute des fichiers, des dossiers entiers ou des archives zip", "Adds files, whole folders or zip archives"},
		Long: Message{"Ajoute des fichiers, des dossiers entiers ou des archives zip au carnet d'une personne.\nLe type est reconnu au contenu, les doublons sont signalés, un fichier illisible n'arrête pas les autres.\nCtrl+C arrête : ce qui est annoncé comme ajouté est enregistré.",
			"Adds files, whole folders or zip archives to a person's record.\nThe type is told by the content, duplicates are reported, a file that cannot be read does not stop the others.\nCtrl+C stops: what was announced as added is saved."},
		Usage: Message{"CHEMIN...", "PATH..."}}
	DocumentList   = Word{FR: "lister", EN: "list", Help: Message{"Liste les documents, les plus récents d'abord", "Lists the documents, newest first"}}
	DocumentShow   = Word{FR: "voir", EN: "show", Help: Message{"Montre ce qu'on sait d'un document", "Shows what is known of a document"}, Usage: Message{"ID", "ID"}}
	DocumentExport = Word{FR: "exporter", EN: "export", Help: Message{"Rend les octets d'origine d'un ou de plusieurs documents", "Gives back the original bytes of one or several documents"},
		Long: Message{"Rend les octets d'origine d'un ou de plusieurs documents : un fichier chacun dans un dossier (--to), ou, avec --form, un seul fichier.\nzip : les fichiers d'origine. age : le même zip, scellé par une phrase secrète ou pour un destinataire, que le programme age ouvre. pdf : toutes les pages en images, à la suite ; le texte ne s'y cherche pas.",
			"Gives back the original bytes of one or several documents: a file each in a folder (--to), or, with --form, one single file.\nzip: the original files. age: the same zip, sealed by a passphrase or to a recipient, which the age program opens. pdf: all pages as pictures, one after the other; their text cannot be searched."}, Usage: Message{"ID...", "ID..."}}
	DocumentPage    = Word{FR: "page", EN: "page", Help: Message{"Enregistre une page comme image", "Saves a page as a picture"}, Usage: Message{"ID NUMÉRO", "ID NUMBER"}}
	DocumentEdit    = Word{FR: "modifier", EN: "edit", Help: Message{"Change le titre, la catégorie, la date, la note ou les étiquettes", "Changes the title, category, date, note or tags"}, Usage: Message{"ID", "ID"}}
	DocumentRemove  = Word{FR: "retirer", EN: "remove", Help: Message{"Met un document à la corbeille", "Puts a document in the bin"}, Usage: Message{"ID", "ID"}}
	DocumentRestore = Word{FR: "restaurer", EN: "restore", Help: Message{"Sort un document de la corbeille", "Takes a document out of the bin"}, Usage: Message{"ID", "ID"}}
	DocumentErase   = Word{FR: "effacer", EN: "erase", Help: Message{"Efface définitivement des documents de la corbeille", "Erases documents of the bin for good"},
		Long: Message{"Efface définitivement des documents de la corbeille, ou toute la corbeille avec --bin : contenu, titre et clés quittent le fichier, qui est récrit.\nAvec --expired, seulement ce qui y est depuis 30 jours : la fenêtre le fait d'elle-même après l'avoir annoncé, cette commande le fait quand vous la lancez.\nIl reste la mention qu'un document a été effacé, quand et par qui. Une copie faite avant (sauvegarde, autre disque) le contient toujours.",
			"Erases documents of the bin for good, or all of the bin with --bin: content, title and keys leave the file, which is rewritten.\nWith --expired, only what has been there for 30 days: the window does so by itself after it has told you, this command when you run it.\nWhat remains is the mention that a document was erased, when and by whom. A copy made before (backup, another disk) still holds it."},
		Usage: Message{"ID...", "ID..."}}
	DocumentMask = Word{FR: "masquer", EN: "mask", Help: Message{"Masque un document à certaines personnes", "Hides a document from some people"},
		Long: Message{"Masque un document. --from professionals : il ne part pas dans les partages, le médecin traitant le voit.\n--from guardians, everyone ou un NOM : il est rechiffré pour ceux qui restent et les anciennes copies sont effacées du fichier.\nLes autres voient encore qu'un document existe ; ce qui a été lu ou copié ne peut pas être repris.",
			"Hides a document. --from professionals: it stays out of what is shared, the treating doctor sees it.\n--from guardians, everyone or a NAME: it is encrypted again for those who stay and earlier copies are erased from the file.\nThe others still see that a document exists; what was read or copied cannot be taken back."},
		Usage: Message{"ID", "ID"}}
	DocumentUnmask = Word{FR: "demasquer", EN: "unmask", Help: Message{"Montre de nouveau un document à tous ceux du carnet", "Shows a document again to everybody of the record"}, Usage: Message{"ID", "ID"}}

	PrintDoc = Word{FR: "imprimer", EN: "print", Help: Message{"Imprime un document, ou une de ses pages", "Prints a document, or one of its pages"},
		Long: Message{"Imprime un document, ou une de ses pages, sous un titre neutre.\nAucun fichier en clair n'est laissé par Carnet sous Linux et macOS. Le service d'impression de l'ordinateur peut garder une copie un jour.\nSous Windows, une copie en clair est faite pour le logiciel qui imprime, puis effacée.",
			"Prints a document, or one of its pages, under a neutral title.\nCarnet leaves no clear file behind on Linux and macOS. The printing service of the computer may keep a copy for a day.\nOn Windows a clear copy is made for the program that prints, then erased."},
		Usage: Message{"ID", "ID"}}

	Search = Word{FR: "chercher", EN: "search", Help: Message{"Cherche dans les titres, le texte, les notes et les étiquettes des documents", "Searches the titles, text, notes and tags of the documents"},
		Long: Message{`Cherche les documents qui contiennent tous les mots, dans leur titre, leur texte, leur note, leurs étiquettes ou le nom du fichier reçu.
Les accents, les majuscules, le pluriel et la conjugaison ne comptent pas ; le dernier mot peut n'être que le début d'un mot ;
une lettre fausse est pardonnée quand rien d'autre n'est trouvé. Entre guillemets, les mots sont cherchés tels quels.`,
			`Finds the documents that have all the words, in their title, their text, their note, their tags or the name of the file received.
Accents, case, plurals and conjugation do not count; the last word may be the beginning of a word;
a wrong letter is forgiven when nothing else is found. Words in quotes are looked for as they are.`},
		Usage: Message{"MOT...", "WORD..."}}

	Journal       = Word{FR: "journal", EN: "journal", Help: Message{"Le journal des accès : qui a fait quoi, et quand", "The access journal: who did what, and when"}}
	JournalList   = Word{FR: "lister", EN: "list", Help: Message{"Liste les entrées", "Lists the entries"}}
	JournalVerify = Word{FR: "verifier", EN: "verify", Help: Message{"Prouve que rien n'a été changé ni retiré", "Proves that nothing was changed or removed"}}

	Shell = Word{FR: "shell", EN: "shell", Help: Message{"Ouvre le coffre une fois pour plusieurs commandes", "Opens the vault once for several commands"},
		Long: Message{"Ouvre le coffre une fois, puis lit une commande par ligne. « verrouiller » ferme le coffre, « quitter » sort.\nSans commande pendant cinq minutes, le coffre se verrouille.",
			"Opens the vault once, then reads a command a line. \"lock\" closes the vault, \"quit\" leaves.\nAfter five minutes without a command the vault locks itself."}}
	Demo = Word{FR: "demo", EN: "demo", Help: Message{"Montre l'essentiel sur des exemples, dans un dossier temporaire", "Shows the main job on samples, in a temporary folder"}}
)

// Options.
var (
	OptVault         = Message{"fichier du coffre (ou CARNET_VAULT)", "vault file (or CARNET_VAULT)"}
	OptAs            = Message{"titulaire, quand le coffre en a plusieurs", "keyholder, when the vault has several"}
	OptPatient       = Message{"personne, par son nom ou son identifiant", "person, by name or id"}
	OptPassphraseFD  = Message{"descripteur où lire la phrase secrète (une ligne)", "descriptor to read the passphrase from (one line)"}
	OptNewPassphrase = Message{"descripteur où lire la nouvelle phrase secrète", "descriptor to read the new passphrase from"}
	OptKitCodeFD     = Message{"descripteur où lire le code de secours", "descriptor to read the recovery code from"}
	OptJSON          = Message{"résultat en JSON sur la sortie standard", "result as JSON on standard output"}
	OptSimple        = Message{"lignes simples, sans mouvement du curseur", "plain lines, no cursor movement"}
	OptName          = Message{"nom de la personne", "name of the person"}
	OptBirth         = Message{"date de naissance, AAAA-MM-JJ", "date of birth, YYYY-MM-DD"}
	OptSex           = Message{"F ou M", "F or M"}
	OptKit           = Message{"fichier du kit de secours, .pdf ou .txt", "file for the recovery kit, .pdf or .txt"}
	OptCompromised   = Message{"quelqu'un a pu connaître la phrase : remplace les clés", "somebody may know the passphrase: replaces the keys"}
	OptFast          = Message{"sans relire le contenu des documents", "without reading the documents' content again"}
	OptSelf          = Message{"c'est votre propre carnet", "it is your own record"}
	OptGuardian      = Message{"autre responsable (peut être répété)", "another guardian (may be repeated)"}
	OptRole          = Message{"guardian, carer-reads ou carer-adds", "guardian, carer-reads or carer-adds"}
	OptCategory      = Message{"catégorie : %s", "category: %s"}
	OptDate          = Message{"date du document : AAAA-MM-JJ, AAAA-MM ou AAAA", "date of the document: YYYY-MM-DD, YYYY-MM or YYYY"}
	OptTitle         = Message{"titre", "title"}
	OptNote          = Message{"note : vos propres mots, \"\" pour l'effacer", "note: your own words, \"\" to take it away"}
	OptWrong         = Message{"ce qui ne va pas : %s", "what is wrong: %s"}
	OptAsk           = Message{"ce que vous demandez : %s", "what you ask for: %s"}
	OptContestText   = Message{"pourquoi, ou la réponse reçue, dans vos mots", "why, or the answer you were given, in your words"}
	OptContestTextFD = Message{"descripteur où lire ce texte", "descriptor to read that text from"}
	OptAddressee     = Message{"à qui s'adresse la demande", "whom the request is addressed to"}
	OptAnswer        = Message{"comment elle a fini : %s", "how it ended: %s"}
	OptLetterTo      = Message{"fichier de la lettre : .pdf, .html ou .txt", "file of the letter: .pdf, .html or .txt"}
	OptTag           = Message{"étiquette à ajouter (peut être répété)", "tag to add (may be repeated)"}
	OptUntag         = Message{"étiquette à retirer (peut être répété)", "tag to take away (may be repeated)"}
	OptWithTag       = Message{"seulement ce qui a cette étiquette (peut être répété)", "only what has this tag (may be repeated)"}
	OptTo            = Message{"fichier ou dossier de destination", "file or folder to write to"}
	OptAll           = Message{"tous les documents", "all documents"}
	OptOn            = Message{"jusqu'à ce jour, AAAA-MM-JJ ; aujourd'hui sinon", "up to this day, YYYY-MM-DD; today otherwise"}
	OptBin           = Message{"la corbeille", "the bin"}
	OptFrom          = Message{"professionals, guardians, everyone ou le nom d'un titulaire", "professionals, guardians, everyone or a keyholder's name"}
	OptWidth         = Message{"largeur et hauteur au plus, en pixels", "width and height at most, in pixels"}
	OptSince         = Message{"à partir de cette date : AAAA-MM-JJ, AAAA-MM ou AAAA", "from this date on: YYYY-MM-DD, YYYY-MM or YYYY"}
	OptUntil         = Message{"jusqu'à cette date comprise", "up to this date, included"}
	OptProfessional  = Message{"nom d'un professionnel cité après un titre, comme Dr", "name of a professional that stands after a title, such as Dr"}
	OptNewest        = Message{"les plus récents d'abord, plutôt que les plus proches", "newest first, rather than best first"}
	OptLimit         = Message{"nombre de résultats au plus", "number of results at most"}
	OptPrinter       = Message{"imprimante, sinon celle par défaut", "printer, otherwise the default one"}
	OptPage          = Message{"une seule page, par son numéro", "one page only, by its number"}
	OptOthers        = Message{"nombre d'autres titulaires qui donnent aussi leur phrase secrète", "how many other keyholders give their passphrase too"}
	OptKeep          = Message{"combien de sauvegardes garder dans ce dossier, 0 pour toutes", "how many backups to keep in this folder, 0 for all"}
	OptExpired       = Message{"ce qui est à la corbeille depuis %d jours ou plus", "what has been in the bin for %d days or more"}
	OptErased        = Message{"ce qui a été effacé définitivement", "what was erased for good"}
	OptHelp          = Message{"aide de cette commande", "help for this command"}
)

// Questions and answers.
var (
	AskPassphrase      = Message{"Phrase secrète : ", "Passphrase: "}
	AskTheirPassphrase = Message{"Phrase secrète du nouveau coffre : ", "Passphrase of the new vault: "}
	AskNewPassphrase   = Message{"Nouvelle phrase secrète : ", "New passphrase: "}
	AskAgain           = Message{"Encore une fois : ", "Once more: "}
	AskKitCode         = Message{"Code de secours (six groupes) : ", "Recovery code (six groups): "}
	NotTheSame         = Message{"Les deux ne sont pas pareilles. Rien n'a été changé. Recommencez.", "The two differ. Nothing was changed. Try again."}
	NoTerminal         = Message{"Aucun terminal où poser la question. Rien n'a été changé. Donnez --%s.", "There is no terminal to ask on. Nothing was changed. Give --%s."}
	ShortPassphrase    = Message{"Cette phrase secrète est courte : cinq mots ou plus protègent bien mieux.", "This passphrase is short: five words or more protect far better."}

	VaultCreatedAt = Message{"Coffre créé : %s", "Vault created: %s"}
	KitWritten     = Message{"Kit de secours enregistré : %s. Imprimez-le, rangez-le, puis effacez ce fichier.", "Recovery kit saved: %s. Print it, store it, then delete this file."}
	KitNotWritten  = Message{"Le fichier du kit n'a pas pu être écrit. Voici le kit : recopiez-le maintenant.", "The kit file could not be written. Here is the kit: copy it now."}
	KitKind        = Message{"Le kit s'enregistre en .pdf ou en .txt. Rien n'a été fait. Donnez un autre nom.", "The kit is saved as .pdf or .txt. Nothing was done. Give another name."}

	PassphraseIsNew = Message{"La nouvelle phrase secrète ouvre le coffre.", "The new passphrase opens the vault."}
	OldCopies       = Message{"Une copie faite avant s'ouvre toujours avec l'ancienne.", "A copy made before still opens with the old one."}
	KeysReplaced    = Message{"Vos clés sont remplacées et le fichier récrit.", "Your keys are replaced and the file rewritten."}
	Recovered       = Message{"Le coffre est ouvert avec le kit. La nouvelle phrase secrète est en place ; le kit reste valable.", "The vault was opened with the kit. The new passphrase is set; the kit stays valid."}
	BackedUp        = Message{"Sauvegarde vérifiée : %s (%s, %d documents).", "Verified backup: %s (%s, %d documents)."}
	BackupsRolled   = Message{"Sauvegardes plus anciennes effacées : %d.", "Older backups removed: %d."}
	BackupsStuck    = Message{"Sauvegardes plus anciennes qui n'ont pas pu être effacées : %d.", "Older backups that could not be removed: %d."}
	LastBackup      = Message{"Dernière sauvegarde vérifiée : %s, %s", "Last verified backup: %s, %s"}
	NoBackup        = Message{"Aucune sauvegarde vérifiée de ce coffre. « carnet coffre sauvegarder » en fait une.", "No verified backup of this vault. \"carnet vault backup\" makes one."}
	RepairSaved     = Message{"Nouveau fichier : %s. Sauvés et vérifiés : %d documents, %d enregistrements, %d blocs.", "New file: %s. Saved and verified: %d documents, %d records, %d chunks."}
	SurveySaved     = Message{"Le coffre ne s'ouvre plus tel quel. Une réparation sauverait : %d documents, %d enregistrements, %d blocs.", "The vault no longer opens as it is. A repair would save: %d documents, %d records, %d chunks."}
	SurveyRepair    = Message{"Le fichier n'a pas été modifié. « carnet coffre reparer --to FICHIER » écrit ce qui reste dans un nouveau fichier.", "The file was not changed. \"carnet vault repair --to FILE\" writes what is left into a new file."}
	RepairPages     = Message{"Pages abîmées : %d sur %d.", "Damaged pages: %d of %d."}
	RepairLost      = Message{"Perdus : %d éléments.", "Lost: %d items."}
	RepairRows      = Message{"Entrées du journal perdues : %d.", "Journal entries lost: %d."}
	RepairSlots     = Message{"Phrases secrètes perdues, dont le kit de secours ouvre encore : %d.", "Passphrases lost, whose recovery kit still opens: %d."}
	RepairSource    = Message{"Le fichier abîmé est intact, gardez-le. Les autres titulaires ouvrent le nouveau fichier avec leur phrase secrète.", "The damaged file is as it was, keep it. Other keyholders open the new file with their passphrase."}
	DocsErased      = Message{"Documents effacés définitivement : %d. Une copie faite avant les contient toujours.", "Documents erased for good: %d. A copy made before still holds them."}
	ErasedFrom      = Message{"effacé à partir du %s", "erased from %s on"}
	ErasedLine      = Message{"%s  effacé le %s par %s", "%s  erased on %s by %s"}
	NothingErased   = Message{"Rien n'a été effacé définitivement.", "Nothing was erased for good."}
	WorkDone        = Message{"%s sur %s", "%s of %s"}
	Compacted       = Message{"Fichier récrit : %s, avant %s.", "File rewritten: %s, before %s."}

	InfoFile      = Message{"Fichier : %s", "File: %s"}
	InfoVault     = Message{"Coffre : %s, format %d", "Vault: %s, format %d"}
	InfoSize      = Message{"Taille : %s", "Size: %s"}
	InfoSlot      = Message{"Accès %d : Argon2id, %s, %d passes, %d voies", "Slot %d: Argon2id, %s, %d passes, %d lanes"}
	KeysLocked    = Message{"En mémoire, les clés du coffre ouvert sont tenues hors du fichier d'échange (swap).", "In memory, the keys of an open vault are kept out of swap."}
	KeysNotLocked = Message{"En mémoire, les clés du coffre ouvert ne sont pas tenues hors du fichier d'échange (swap) : le système l'a refusé, sa limite (memlock) est trop basse. Chiffrez le disque, et verrouillez le coffre quand vous partez.", "In memory, the keys of an open vault are not kept out of swap: the system refused it, its limit (memlock) is too low. Encrypt the disk, and lock the vault when you leave."}
	DumpsOff      = Message{"Si le logiciel s'arrête sur une faute, le système n'écrit pas d'image de sa mémoire.", "If the program ends by a fault, the system writes no image of its memory."}
	DumpsOn       = Message{"Si le logiciel s'arrête sur une faute, le système peut écrire une image de sa mémoire, où seraient les clés : réglez cela dans le système.", "If the program ends by a fault, the system may write an image of its memory, where the keys would be: set this in the system."}

	CheckGood   = Message{"Tout ce que vous pouvez lire est intact : %d enregistrements, %d documents, %d blocs, %d entrées de journal.", "Everything you can read is intact: %d records, %d documents, %d chunks, %d journal entries."}
	CheckBad    = Message{"%d éléments abîmés :", "%d items damaged:"}
	CheckItem   = Message{"  %s", "  %s"}
	CheckSize   = Message{"Taille du fichier : %s, dont %s que « carnet coffre compacter » peut rendre.", "Size of the file: %s, of which \"carnet vault compact\" can give back %s."}
	CheckOthers = Message{"Autre titulaire, non vérifié : %d.", "Another keyholder's, not verified: %d."}
	CheckRest   = Message{"Ajouts interrompus, sans effet : %d.", "Interrupted additions, without effect: %d."}
	Damaged     = Message{"Attention : %d enregistrements de ce coffre sont abîmés. Rien n'a été effacé. Lancez « carnet coffre verifier ».", "Warning: %d records of this vault are damaged. Nothing was erased. Run \"carnet vault check\"."}
	GoneRecords = Message{"%d carnet que vous lisiez ne vous est plus ouvert.", "%d record that you used to read is no longer open to you."}

	PersonAdded      = Message{"Carnet commencé : %s (%s)", "Record begun: %s (%s)"}
	PersonLine       = Message{"%s  %s  né(e) le %s  %s", "%s  %s  born %s  %s"}
	MemberAdded      = Message{"%s a maintenant accès au carnet de %s.", "%s now has a part in the record of %s."}
	MemberRemoved    = Message{"%s n'a plus accès au carnet de %s. Ce qui a été lu ou copié ne peut pas être repris.", "%s no longer has a part in the record of %s. What was read or copied cannot be taken back."}
	KeyholderAdded   = Message{"%s a maintenant sa propre phrase secrète.", "%s now has a passphrase of their own."}
	KeyholderRemoved = Message{"%s ne lit plus %d carnets et sa phrase secrète n'ouvre plus ce coffre.", "%s no longer reads %d records and their passphrase no longer opens this vault."}
	KeyholderKept    = Message{"%s ne lit plus %d carnets. Sa phrase secrète reste : le coffre contient des carnets que vous ne lisez pas.", "%s no longer reads %d records. Their passphrase stays: the vault holds records that you do not read."}
	WhichPerson      = Message{"Le coffre contient plusieurs carnets. Rien n'a été fait. Choisissez avec --patient.", "The vault holds several records. Nothing was done. Choose with --patient."}
	NoPersons        = Message{"Vous ne lisez encore aucun carnet. Ajoutez une personne avec « carnet personne ajouter ».", "You read no record yet. Add a person with \"carnet patient add\"."}

	DocAdded      = Message{"ajouté    %s  %s", "added      %s  %s"}
	DocDuplicate  = Message{"déjà là   %s  %s", "duplicate  %s  %s"}
	DocInBin      = Message{"corbeille %s  %s", "in the bin %s  %s"}
	DocAsIs       = Message{"tel quel  %s  %s", "as it is  %s  %s"}
	DocFailed     = Message{"refusé    %s  %s", "refused    %s  %s"}
	DocKept       = Message{"gardé     %s  %s", "kept       %s  %s"}
	DocLost       = Message{"gardé     %s  %s ; pages qui demandent trop, laissées de côté : %s", "kept       %s  %s; pages that ask too much, left aside: %s"}
	AddedCount    = Message{"%d document ajouté", "%d document added"}
	AddedMany     = Message{"%d documents ajoutés", "%d documents added"}
	DuplicateOne  = Message{"%d déjà là", "%d duplicate"}
	DuplicateMany = Message{"%d déjà là", "%d duplicates"}
	RefusedOne    = Message{"%d refusé", "%d refused"}
	RefusedMany   = Message{"%d refusés", "%d refused"}
	SavedIn       = Message{"enregistré en %.2f s", "saved in %.2f s"}
	ExaminedIn    = Message{"Pages, texte et catégorie lus en %.1f s.", "Pages, text and category read in %.1f s."}
	Progress      = Message{"%s sur %s, %d fichiers, encore %s environ", "%s of %s, %d files, about %s left"}
	Examining     = Message{"lecture des pages : %d sur %d", "reading pages: %d of %d"}
	NoDocuments   = Message{"Aucun document. Ajoutez-en avec « carnet document ajouter ».", "No document. Add some with \"carnet document add\"."}
	EmptyBin      = Message{"La corbeille est vide.", "The bin is empty."}
	DocLine       = Message{"%s  %-10s  %-26s  %s%s", "%s  %-10s  %-26s  %s%s"}
	Field         = Message{"%-14s %s", "%-14s %s"}
	WhichDocument = Message{"Plusieurs documents commencent ainsi. Rien n'a été fait. Donnez l'identifiant plus long.", "Several documents begin like this. Nothing was done. Give more of the id."}
	Exported      = Message{"exporté   %s  %s", "exported   %s  %s"}
	PageSaved     = Message{"Page %d enregistrée : %s", "Page %d saved: %s"}
	DocPrinted    = Message{"envoyé     %s  %s", "sent       %s  %s"}
	WhichPrinter  = Message{"Rien n'a été imprimé. Choisissez avec --printer : %s", "Nothing was printed. Choose with --printer: %s"}
	DocEdited     = Message{"Document modifié.", "Document changed."}
	DocRemoved    = Message{"Document mis à la corbeille pour %d jours. « carnet document restaurer %s » l'en sort.", "Document put in the bin for %d days. \"carnet document restore %s\" takes it out."}
	DocRestored   = Message{"Document sorti de la corbeille.", "Document taken out of the bin."}
	DocMasked     = Message{"Document masqué : %s. Ce qui a été lu ou copié avant ne peut pas être repris.", "Document hidden: %s. What was read or copied before cannot be taken back."}
	DocUnmasked   = Message{"Document montré de nouveau à tous ceux du carnet.", "Document shown again to everybody of the record."}
	NoPages       = Message{"sans pages", "no pages"}
	PagesLeft     = Message{"laissées de côté, elles demandent trop : %s", "left aside, they ask too much: %s"}
	Unshowable    = Message{"ne peut pas être affiché ici, gardé tel quel", "cannot be shown here, kept as received"}
	UnshowableOne = Message{"%d document ne peut pas être affiché ici (abîmé ou protégé par un mot de passe). Il est gardé tel quel.", "%d document cannot be shown here (damaged, or behind a password). It is kept as received."}
	UnshowableAll = Message{"%d documents ne peuvent pas être affichés ici (abîmés ou protégés par un mot de passe). Ils sont gardés tels quels.", "%d documents cannot be shown here (damaged, or behind a password). They are kept as received."}

	LabelTitle    = Message{"Titre", "Title"}
	LabelCategory = Message{"Catégorie", "Category"}
	LabelProposed = Message{"proposée", "proposed"}
	LabelDate     = Message{"Date", "Date"}
	LabelTags     = Message{"Étiquettes", "Tags"}
	LabelFile     = Message{"Fichier reçu", "File received"}
	LabelType     = Message{"Type", "Type"}
	LabelSize     = Message{"Taille", "Size"}
	LabelPages    = Message{"Pages", "Pages"}
	LabelDigest   = Message{"Empreinte", "Digest"}
	LabelAdded    = Message{"Ajouté", "Added"}
	LabelBy       = Message{"%s par %s", "%s by %s"}
	LabelHidden   = Message{"Masque", "Hidden"}
	LabelBin      = Message{"Corbeille", "Bin"}
	LabelPerson   = Message{"Personne", "Person"}

	SearchNone    = Message{"Aucun document trouvé.", "No document found."}
	SearchOne     = Message{"%d document trouvé", "%d document found"}
	SearchMany    = Message{"%d documents trouvés", "%d documents found"}
	SearchPage    = Message{"          page %s", "          page %s"}
	SearchSnippet = Message{"          %s", "          %s"}
	SearchNote    = Message{"          note : %s", "          note: %s"}
	SearchNear    = Message{" (à une lettre près)", " (with one letter changed)"}

	JournalLine = Message{"%s  %-14s  %-32s  %s", "%s  %-14s  %-32s  %s"}
	JournalGood = Message{"Journal intact : %d entrées, dont %d que vous pouvez lire. Racine %s, signée par %s.", "Journal intact: %d entries, %d of which you may read. Root %s, signed by %s."}

	ShellReady   = Message{"Coffre ouvert. « aide » liste les commandes, « verrouiller » ferme, « quitter » sort.", "Vault open. \"help\" lists the commands, \"lock\" closes, \"quit\" leaves."}
	ShellPrompt  = Message{"carnet> ", "carnet> "}
	ShellLocked  = Message{"Coffre verrouillé.", "Vault locked."}
	ShellIdle    = Message{"Cinq minutes sans commande : coffre verrouillé.", "Five minutes without a command: vault locked."}
	ShellQuote   = Message{"Il manque un guillemet à la fin. Rien n'a été fait.", "A closing quote is missing. Nothing was done."}
	ShellOption  = Message{"Dans le shell, --%s n'a pas cours : le coffre est déjà ouvert. Rien n'a été fait.", "In the shell --%s has no place: the vault is already open. Nothing was done."}
	ShellSecret  = Message{"Dans le shell, l'entrée standard porte les commandes. Rien n'a été fait. Donnez un autre descripteur.", "In the shell, standard input carries the commands. Nothing was done. Give another descriptor."}
	ShellNested  = Message{"Vous êtes déjà dans le shell.", "You are already in the shell."}
	UnknownWord  = Message{"Commande inconnue : %s. Rien n'a été fait. « carnet --help » donne la liste.", "Unknown command: %s. Nothing was done. \"carnet --help\" gives the list."}
	BadOption    = Message{"Option mal écrite : %s. Rien n'a été fait. Ajoutez --help pour les voir toutes.", "Bad option: %s. Nothing was done. Add --help to see them all."}
	BadDay       = Message{"« %s » n'est pas un jour, écrit AAAA-MM-JJ. Rien n'a été fait.", "\"%s\" is not a day, written YYYY-MM-DD. Nothing was done."}
	BadArguments = Message{"Il manque quelque chose, ou il y a un mot de trop. Rien n'a été fait. Usage : %s", "Something is missing, or there is a word too many. Nothing was done. Usage: %s"}
	Missing      = Message{"Il manque --%s. Rien n'a été fait.", "--%s is missing. Nothing was done."}
	Cause        = Message{"Détail : %v", "Detail: %v"}

	HelpUsage    = Message{"Usage", "Usage"}
	HelpCommands = Message{"Commandes", "Commands"}
	HelpOptions  = Message{"Options", "Options"}
	HelpGlobal   = Message{"Options de toutes les commandes", "Options of every command"}
	HelpValue    = Message{"VALEUR", "VALUE"}
	HelpMore     = Message{"« %s COMMANDE --help » en dit plus.", "\"%s COMMAND --help\" says more."}
)

// Steps of the demonstration.
var (
	DemoCreated   = Message{"Coffre créé dans un dossier temporaire : %s. Le kit de secours commence par %s.", "Vault created in a temporary folder: %s. The recovery kit begins with %s."}
	DemoPerson    = Message{"Carnet commencé pour une enfant : %s.", "Record begun for a child: %s."}
	DemoAdded     = Message{"Exemples ajoutés et enregistrés : %d documents, %d doublon reconnu.", "Samples added and saved: %d documents, %d duplicate recognised."}
	DemoExamined  = Message{"Pages comptées, texte lu, catégorie et date proposées, dans un processus séparé.", "Pages counted, text read, category and date proposed, in a separate process."}
	DemoListed    = Message{"%d documents, les plus récents d'abord :", "%d documents, newest first:"}
	DemoPage      = Message{"Première page de « %s » dessinée : image de %s.", "First page of \"%s\" drawn: a picture of %s."}
	DemoExported  = Message{"%d documents exportés : chaque fichier est identique à l'original, octet pour octet.", "%d documents exported: each file is identical to the original, byte for byte."}
	DemoDiffers   = Message{"Un fichier exporté diffère de son original. Le coffre est intact. Signalez-le.", "An exported file differs from its original. The vault is intact. Report it."}
	DemoMasked    = Message{"« %s » masqué : rechiffré pour vous seul, anciennes traces effacées du fichier.", "\"%s\" hidden: encrypted again for you alone, older traces erased from the file."}
	DemoVerified  = Message{"Coffre vérifié : %d enregistrements, %d documents, %d blocs, %d entrées de journal, tous intacts.", "Vault verified: %d records, %d documents, %d chunks, %d journal entries, all intact."}
	DemoRecovered = Message{"Coffre fermé, puis ouvert avec le kit de secours : %d documents sont là.", "Vault closed, then opened with the recovery kit: %d documents are there."}
	DemoSealed    = Message{"Fichier relu comme le ferait un voleur : aucun nom, aucun titre, aucun contenu en clair.", "File read as a thief would: no name, no title, no content in clear."}
	DemoFound     = Message{"Le fichier contient un nom ou un titre en clair. Rien n'a quitté l'ordinateur. Signalez-le.", "The file holds a name or a title in clear. Nothing left the computer. Report it."}
	DemoDone      = Message{"Terminé. Le dossier temporaire est effacé.", "Done. The temporary folder is removed."}
)
