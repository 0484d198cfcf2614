package text

import "carnet/vault/record"

// Between stands between facts on one line.
const Between = " · "

// The window itself: its menu, its navigation, its bar.
var (
	MenuFile  = Message{"Fichier", "File"}
	MenuEdit  = Message{"Édition", "Edit"}
	MenuGo    = Message{"Aller", "Go"}
	MenuView  = Message{"Affichage", "View"}
	MenuVault = Message{"Coffre", "Vault"}
	MenuHelp  = Message{"Aide", "Help"}
	Menu      = Message{"Menu", "Menu"}

	AddDocument  = Message{"Ajouter un document", "Add a document"}
	NewItem      = Message{"Nouveau", "New"}
	ExportChosen = Message{"Exporter", "Export"}
	Print        = Message{"Imprimer", "Print"}
	Lock         = Message{"Verrouiller", "Lock"}
	Quit         = Message{"Quitter", "Quit"}
	Undo         = Message{"Annuler", "Undo"}
	UndoKey      = Message{"Ctrl+Z", "Ctrl+Z"}
	Redo         = Message{"Rétablir", "Redo"}
	EditDetails  = Message{"Modifier", "Edit"}
	MoveToBin    = Message{"Mettre à la corbeille", "Move to the bin"}
	DeleteKey    = Message{"Suppr, dans la liste", "Delete, in the list"}
	PutBack      = Message{"Sortir de la corbeille", "Take out of the bin"}
	EraseForGood = Message{"Effacer définitivement", "Erase for good"}
	ErasedOnes   = Message{"Documents effacés", "Erased documents"}
	Mask         = Message{"Masquer", "Hide"}
	Unmask       = Message{"Montrer de nouveau", "Show again"}
	MarkAll      = Message{"Cocher tous les documents", "Mark all documents"}
	Find         = Message{"Rechercher", "Find"}
	NextPane     = Message{"Volet suivant", "Next pane"}
	PreviousPane = Message{"Volet précédent", "Previous pane"}
	Continue     = Message{"Continuer", "Continue"}
	Larger       = Message{"Texte plus grand", "Larger text"}
	Smaller      = Message{"Texte plus petit", "Smaller text"}
	UsualSize    = Message{"Taille habituelle", "Usual size"}
	NextLook     = Message{"Thème suivant", "Next theme"}
	HelpHere     = Message{"Aide de cet écran", "Help for this screen"}
	AllCommands  = Message{"Liste des commandes", "List of commands"}
	About        = Message{"À propos de Carnet", "About Carnet"}

	Close     = Message{"Fermer", "Close"}
	Cancel    = Message{"Annuler", "Cancel"}
	Back      = Message{"Retour", "Back"}
	Keep      = Message{"Garder ces réponses", "Keep these answers"}
	KeepIt    = Message{"Garder", "Keep"}
	Finish    = Message{"Terminer", "Finish"}
	Working   = Message{"Un instant : le coffre est en train d'être récrit.", "One moment: the vault is being rewritten."}
	Undone    = Message{"Annulé : %s", "Undone: %s"}
	Never     = Message{"Jamais", "Never"}
	Nobody    = Message{"Aucun profil", "No profile"}
	ToDo      = Message{"À faire", "To do"}
	StepTitle = Message{"Étape %d sur %d : %s", "Step %d of %d: %s"}

	NothingToUndo = Message{"Il n'y a rien à annuler.", "There is nothing to undo."}
	NothingToRedo = Message{"Il n'y a rien à rétablir.", "There is nothing to redo."}
	ProblemTitle  = Message{"Un problème", "A problem"}

	LockingTitle = Message{"Le coffre va se verrouiller", "The vault is about to lock"}
	LockingSoon  = Message{"Personne n'a touché la fenêtre depuis un moment. Dans une minute, le coffre se verrouille. Ce que vous avez commencé à écrire est gardé, chiffré.", "Nobody has touched the window for a while. In a minute the vault locks itself. What you have begun to write is kept, encrypted."}
	StayOpen     = Message{"Rester ouvert", "Stay open"}
	LockNow      = Message{"Verrouiller maintenant", "Lock now"}

	HomeTitle      = Message{"Accueil", "Home"}
	DocumentsTitle = Message{"Documents", "Documents"}
	SettingsTitle  = Message{"Réglages et aide", "Settings and help"}

	ChoosePersonTitle = Message{"Changer de profil", "Change profile"}
	AddPerson         = Message{"Ajouter un profil", "Add a profile"}
	AddPersonText     = Message{"Chaque profil est le carnet d'une personne : un enfant, un parent, vous. Il commence vide ; vous décidez ce qui y entre.", "Each profile is the record of one person: a child, a parent, you. It begins empty; you decide what goes in."}
	PersonBegun       = Message{"Carnet de %s commencé.", "Record of %s begun."}

	PaletteLabel = Message{"Écrivez ce que vous voulez faire", "Write what you want to do"}
	CtrlShift    = Message{"Ctrl+Maj+%s", "Ctrl+Shift+%s"}
	KeysHelp     = Message{"Au clavier : Tab passe d'un élément au suivant, Entrée ou Espace active, Échap ferme, Ctrl+K donne la liste des commandes, Ctrl+Maj+Haut et Ctrl+Maj+Bas changent la taille du texte.", "By keyboard: Tab goes from one control to the next, Enter or Space activates, Escape closes, Ctrl+K lists the commands, Ctrl+Shift+Up and Ctrl+Shift+Down change the size of text."}
)

// Keys are the names of keys that differ from what is printed on them.
var Keys = map[string]Message{
	"Return": {"Entrée", "Enter"},
	"Up":     {"Haut", "Up"},
	"Down":   {"Bas", "Down"},
}

// How the window looks.
var (
	LanguageLabel = Message{"Langue", "Language"}
	SizeLabel     = Message{"Taille du texte", "Size of text"}
	LookLabel     = Message{"Thème", "Theme"}
	Looks         = map[string]Message{
		"auto":           {"Comme l'ordinateur", "As the computer"},
		"light":          {"Clair", "Light"},
		"dark":           {"Sombre", "Dark"},
		"contrast":       {"Contraste sombre", "Dark contrast"},
		"contrast-light": {"Contraste clair", "Light contrast"},
	}
)

// Finding files.
var (
	PickPath       = Message{"Chemin", "Path"}
	PickHint       = Message{"Écrivez ou collez un chemin, ou cherchez plus bas.", "Type or paste a path, or look below."}
	PickParent     = Message{"Dossier au-dessus", "Folder above"}
	PickHome       = Message{"Mon dossier", "My folder"}
	PickTake       = Message{"Choisir", "Choose"}
	PickFolder     = Message{"Dossier", "Folder"}
	PickNothing    = Message{"Ce dossier est vide.", "This folder is empty."}
	PickUnreadable = Message{"Ce dossier ne s'ouvre pas. Rien n'a été changé. Choisissez-en un autre.", "This folder does not open. Nothing was changed. Choose another one."}
	PickMissing    = Message{"Il n'y a rien à cet endroit. Rien n'a été changé. Vérifiez le chemin.", "There is nothing there. Nothing was changed. Check the path."}
	PickVault      = Message{"Choisir le fichier du coffre", "Choose the vault file"}
	PickPlace      = Message{"Choisir le dossier du coffre", "Choose the folder of the vault"}
	PickDocuments  = Message{"Choisir des documents ou un dossier", "Choose documents or a folder"}
)

// Printing.
var (
	PrintTitle     = Message{"Imprimer", "Print"}
	Printer        = Message{"Imprimante", "Printer"}
	PrintNeutral   = Message{"Le nom du document n'est pas montré dans la file d'impression. Restez près de l'imprimante.", "The name of the document is not shown in the print queue. Stay near the printer."}
	PrintClearFile = Message{"Sur cet ordinateur, un fichier lisible est créé le temps de l'impression, puis effacé.", "On this computer a readable file is made while printing, then wiped."}
	Printing       = Message{"Envoi à l'imprimante.", "Sending to the printer."}
	Printed        = Message{"Envoyé à l'imprimante.", "Sent to the printer."}
	PrintOne       = Message{"Choisissez un seul document à imprimer.", "Choose one document to print."}
)

// The home screen.
var (
	Hello           = Message{"Bonjour", "Hello"}
	HomeHelp        = Message{"Ici, vous voyez ce qu'il y a à faire pour la personne affichée, et ses derniers documents. « Ajouter un document » range un fichier, un dossier ou une archive dans son carnet ; vous pouvez aussi glisser des fichiers sur la fenêtre.", "Here you see what there is to do for the person shown, and their latest documents. \"Add a document\" files a file, a folder or an archive in their record; you can also drop files on the window."}
	PersonShown     = Message{"Profil affiché : %s", "Profile shown: %s"}
	SeeDocuments    = Message{"Voir les documents", "See the documents"}
	LatestDocuments = Message{"Derniers documents", "Latest documents"}
	FirstDocument   = Message{"Le carnet de %s est vide. Commencez par une ordonnance, un résultat d'analyse ou une photo du carnet de santé papier : glissez le fichier sur cette fenêtre, ou appuyez sur « Ajouter un document ».", "The record of %s is empty. Begin with a prescription, a lab result or a photo of the paper booklet: drop the file on this window, or press \"Add a document\"."}
	NothingToDo     = Message{"Rien à faire aujourd'hui.", "Nothing to do today."}
	UnfiledOne      = Message{"%d document est à classer : dites de quelle catégorie il est.", "%d document is unfiled: say of what category it is."}
	UnfiledMany     = Message{"%d documents sont à classer : dites de quelle catégorie ils sont.", "%d documents are unfiled: say of what category they are."}
	YouDecideTitle  = Message{"Vous décidez", "You decide"}
	YouDecide       = Message{"Votre famille décide de ce qui entre dans ce coffre, de qui le voit et de quand il en sort.", "Your family decides what goes into this vault, who sees it and when it leaves."}
)

// Documents.
var (
	DocumentsHelp     = Message{"La liste montre les documents de la personne affichée, les plus récents d'abord. Entrée ouvre un document, Espace le coche, Suppr le met à la corbeille, une lettre saute au titre suivant. Les commandes portent sur les documents cochés, ou sur celui qui est ouvert.", "The list shows the documents of the person shown, newest first. Enter opens a document, Space marks it, Delete moves it to the bin, a letter jumps to the next title. Commands are about the marked documents, or the one that is open."}
	AllOf             = Message{"Tous", "All"}
	HiddenOnes        = Message{"Masqués", "Hidden"}
	Bin               = Message{"Corbeille", "Bin"}
	Counted           = Message{"%s (%d)", "%s (%d)"}
	CategoryLabel     = Message{"Catégorie", "Category"}
	CategoryChosen    = Message{"Catégorie : %s", "Category: %s"}
	FindLabel         = Message{"Mots du titre ou du texte", "Words of the title or the text"}
	OneDocument       = Message{"%d document", "%d document"}
	ManyDocuments     = Message{"%d documents", "%d documents"}
	OneMarked         = Message{"%d coché", "%d marked"}
	ManyMarked        = Message{"%d cochés", "%d marked"}
	NoneYet           = Message{"Pas encore de document pour %s. Glissez des fichiers ici, ou appuyez sur « Ajouter un document ». PDF, photos et scans sont acceptés.", "No document for %s yet. Drop files here, or press \"Add a document\". PDF, photos and scans are accepted."}
	NothingFound      = Message{"Aucun document ne contient ces mots. Essayez un mot plus court. Le texte d'un document ajouté à l'instant est trouvé dès que ses pages ont été lues.", "No document holds these words. Try a shorter word. The text of a document that was just added is found once its pages have been read."}
	NothingHere       = Message{"Aucun document ici. Choisissez une autre catégorie.", "No document here. Choose another category."}
	BinEmpty          = Message{"La corbeille est vide.", "The bin is empty."}
	IsHidden          = Message{"masqué", "hidden"}
	InBinSince        = Message{"à la corbeille depuis le %s", "in the bin since %s"}
	GoesOn            = Message{"sera effacé à partir du %s", "will be erased from %s on"}
	BinText           = Message{"Un document reste %d jours à la corbeille, puis il est effacé définitivement à l'ouverture du coffre, après avoir été annoncé. D'ici là, vous pouvez l'en sortir.", "A document stays in the bin for %d days; then it is erased for good when the vault is opened, after you have been told. Until then you can take it out."}
	EmptyTheBin       = Message{"Vider la corbeille", "Empty the bin"}
	SeeBin            = Message{"Voir la corbeille", "See the bin"}
	BinSoonOne        = Message{"%d document de la corbeille sera effacé définitivement à partir du %s.", "%d document of the bin will be erased for good from %s on."}
	BinSoonMany       = Message{"%d documents de la corbeille seront effacés définitivement, le premier à partir du %s.", "%d documents of the bin will be erased for good, the first from %s on."}
	DueOne            = Message{"%d document va être effacé définitivement", "%d document is about to be erased for good"}
	DueMany           = Message{"%d documents vont être effacés définitivement", "%d documents are about to be erased for good"}
	DueText           = Message{"Un document reste %d jours à la corbeille. Rien n'est effacé maintenant : ce sera fait la prochaine fois que vous ouvrirez le coffre. Pour garder un document, sortez-le de la corbeille.", "A document stays in the bin for %d days. Nothing is erased now: it will be the next time you open the vault. To keep a document, take it out of the bin."}
	DueLine           = Message{"%s · à la corbeille depuis le %s", "%s · in the bin since %s"}
	DueMore           = Message{"Et %d autres, que la corbeille montre.", "And %d others, which the bin shows."}
	OneExpired        = Message{"%d document effacé définitivement après son temps à la corbeille.", "%d document erased for good after its time in the bin."}
	ManyExpired       = Message{"%d documents effacés définitivement après leur temps à la corbeille.", "%d documents erased for good after their time in the bin."}
	EraseOne          = Message{"Effacer définitivement %d document ?", "Erase %d document for good?"}
	EraseMany         = Message{"Effacer définitivement %d documents ?", "Erase %d documents for good?"}
	EraseWhat         = Message{"Dans le carnet de %s : %s.", "In the record of %s: %s."}
	EraseText         = Message{"Contenu, titre et clés quittent le coffre. Cela ne peut pas être annulé.", "Content, title and keys leave the vault. This cannot be undone."}
	EraseRest         = Message{"Il reste la mention qu'un document a été effacé, quand et par qui. Une copie du coffre faite avant le contient toujours.", "What remains is the mention that a document was erased, when and by whom. A copy of the vault made before still holds it."}
	Quoted            = Message{"« %s »", "\"%s\""}
	AndOthers         = Message{"%s et %d autres", "%s and %d others"}
	Erasing           = Message{"Effacement : le fichier est récrit, %s sur %s", "Erasing: the file is being rewritten, %s of %s"}
	OneErased         = Message{"%d document effacé définitivement.", "%d document erased for good."}
	ManyErased        = Message{"%d documents effacés définitivement.", "%d documents erased for good."}
	ErasedText        = Message{"Du contenu et du titre, rien ne reste. Cette mention reste dans le carnet de %s.", "Of content and title nothing remains. This mention stays in the record of %s."}
	ErasedNone        = Message{"Rien n'a été effacé définitivement dans le carnet de %s.", "Nothing was erased for good in the record of %s."}
	ErasedBy          = Message{"effacé le %s par %s", "erased on %s by %s"}
	ErasedLost        = Message{"effacé le %s", "erased on %s"}
	ErasedDocument    = Message{"Un document", "A document"}
	NothingChosen     = Message{"Choisissez d'abord un document dans la liste.", "Choose a document in the list first."}
	BackToList        = Message{"Fermer ce document", "Close this document"}
	OnePage           = Message{"%d page", "%d page"}
	ManyPages         = Message{"%d pages", "%d pages"}
	PagePane          = Message{"La page", "The page"}
	PageOf            = Message{"Page %d sur %d", "Page %d of %d"}
	PreviousPage      = Message{"Page précédente", "Previous page"}
	FollowingPage     = Message{"Page suivante", "Next page"}
	ZoomIn            = Message{"Agrandir", "Zoom in"}
	ZoomOut           = Message{"Réduire", "Zoom out"}
	TurnPage          = Message{"Tourner", "Turn"}
	TitleLabel        = Message{"Titre", "Title"}
	TitleMissing      = Message{"Le titre est vide. Le document n'a pas été changé. Écrivez au moins un mot.", "The title is empty. The document was not changed. Write at least a word."}
	DateLabel         = Message{"Date du document", "Date of the document"}
	DateHint          = Message{"Par exemple 03/11/2026, 11/2026 ou 2026.", "For instance 03/11/2026 (day first), 11/2026 or 2026."}
	DateWrong         = Message{"Cette date n'existe pas, ou elle est dans le futur. Vos autres réponses sont gardées. Écrivez-la comme ceci : 03/11/2026.", "This date does not exist, or lies in the future. Your other answers are kept. Write it like this: 03/11/2026."}
	TagsHint          = Message{"Des mots pour retrouver ce document, séparés par des virgules.", "Words to find this document by, with commas between them."}
	TagsHintMany      = Message{"Celles que tous ont déjà sont écrites ici. Séparez-les par des virgules : ce que vous ajoutez ou retirez vaut pour tous.", "Those that all of them have stand here, with commas between them. What you add or take away is for all of them."}
	TagsWrong         = Message{"Une étiquette est trop longue, ou il y en a trop. Le document n'a pas été changé. Au plus %d caractères chacune, et %d étiquettes.", "A tag is too long, or there are too many. The document was not changed. At most %d characters each, and %d tags."}
	NoteHintMany      = Message{"Ce que vous écrivez ici remplace la note de chacun.", "What you write here takes the place of each one's note."}
	NoteWrong         = Message{"Cette note est trop longue. Le document n'a pas été changé. Écrivez au plus %d caractères.", "This note is too long. The document was not changed. Write at most %d characters."}
	TagsAre           = Message{"Étiquettes : %s", "Tags: %s"}
	NoteIs            = Message{"Note : %s", "Note: %s"}
	EditOne           = Message{"Que dit ce document ?", "What is this document?"}
	EditMany          = Message{"Que disent ces %d documents ?", "What are these %d documents?"}
	OneEdited         = Message{"%d document modifié.", "%d document changed."}
	ManyEdited        = Message{"%d documents modifiés.", "%d documents changed."}
	OneRemoved        = Message{"%d document mis à la corbeille pour 30 jours.", "%d document moved to the bin for 30 days."}
	ManyRemoved       = Message{"%d documents mis à la corbeille pour 30 jours.", "%d documents moved to the bin for 30 days."}
	OnePutBack        = Message{"%d document sorti de la corbeille.", "%d document taken out of the bin."}
	ManyPutBack       = Message{"%d documents sortis de la corbeille.", "%d documents taken out of the bin."}
	OneHidden         = Message{"%d document masqué.", "%d document hidden."}
	ManyHidden        = Message{"%d documents masqués.", "%d documents hidden."}
	OneShown          = Message{"%d document montré de nouveau.", "%d document shown again."}
	ManyShown         = Message{"%d documents montrés de nouveau.", "%d documents shown again."}
	MaskOne           = Message{"Masquer ce document : à qui ?", "Hide this document: from whom?"}
	MaskMany          = Message{"Masquer ces %d documents : à qui ?", "Hide these %d documents: from whom?"}
	MaskText          = Message{"Masqué aux professionnels, il reste hors des partages ; le médecin traitant le voit. Masqué à des personnes de ce coffre, il est rechiffré sans elles.", "Hidden from professionals, it stays out of what is shared; the treating doctor sees it. Hidden from people of this vault, it is encrypted again without them."}
	MaskLimit         = Message{"Les autres voient encore qu'un document existe. Ce qui a été lu ou copié ne peut pas être repris.", "The others still see that a document exists. What was read or copied cannot be taken back."}
	FromProfessionals = Message{"Aux professionnels de santé", "From health professionals"}
	FromGuardians     = Message{"Aux autres responsables", "From the other guardians"}
	FromEveryone      = Message{"À tout le monde sauf moi", "From everybody but me"}
	FromPerson        = Message{"À %s", "From %s"}
	Hiding            = Message{"Le document est en train d'être rechiffré.", "The document is being encrypted again."}
	HiddenFromList    = Message{"Masqué : %s", "Hidden from: %s"}
	ExportTitle       = Message{"Exporter vers quel dossier ?", "Export to which folder?"}
	ExportClear       = Message{"Attention : les fichiers exportés ne sont pas chiffrés. Écrivez ou collez un chemin, ou cherchez plus bas.", "Beware: exported files are not encrypted. Type or paste a path, or look below."}
	Exporting         = Message{"Export : %d sur %d", "Exporting: %d of %d"}
	OneExported       = Message{"%d document exporté, non chiffré.", "%d document exported, not encrypted."}
	ManyExported      = Message{"%d documents exportés, non chiffrés.", "%d documents exported, not encrypted."}
)

// Audiences are from whom a document is hidden.
var Audiences = map[record.Audience]Message{
	record.Professionals: {"professionnels de santé", "health professionals"},
	record.Guardians:     {"autres responsables", "other guardians"},
	record.Everyone:      {"tout le monde sauf moi", "everybody but me"},
}

// Adding documents.
var (
	FileInto       = Message{"Ranger dans le carnet de %s", "File in the record of %s"}
	WhoseRecord    = Message{"Dans le carnet de qui ?", "In whose record?"}
	AddOne         = Message{"Ajouter %d fichier ?", "Add %d file?"}
	AddMany        = Message{"Ajouter %d fichiers ?", "Add %d files?"}
	AddFolder      = Message{"Ajouter tout ce dossier ?", "Add this whole folder?"}
	AddText        = Message{"Les fichiers d'origine restent où ils sont. Ce qui est déjà dans le coffre n'est pas ajouté une seconde fois.", "The original files stay where they are. What is in the vault already is not added a second time."}
	ImportTitle    = Message{"Ajout de documents pour %s", "Adding documents for %s"}
	ImportCount    = Message{"%d sur %d", "%d of %d"}
	StopImport     = Message{"Arrêter l'ajout", "Stop adding"}
	ImportKeptOne  = Message{"Si vous arrêtez : %d document déjà ajouté reste dans le coffre. Vos fichiers d'origine ne sont pas modifiés.", "If you stop: %d document added already stays in the vault. Your original files are not changed."}
	ImportKeptMany = Message{"Si vous arrêtez : les %d documents déjà ajoutés restent dans le coffre. Vos fichiers d'origine ne sont pas modifiés.", "If you stop: the %d documents added already stay in the vault. Your original files are not changed."}
	MinutesLeft    = Message{"Reste environ %d minutes. Vous pouvez continuer à travailler.", "About %d minutes left. You can go on working."}
	SecondsLeft    = Message{"Reste environ %d secondes. Vous pouvez continuer à travailler.", "About %d seconds left. You can go on working."}
	LookingTitle   = Message{"Documents ajoutés. Lecture des pages pour %s", "Documents added. Reading pages for %s"}
	LookingAt      = Message{"%d sur %d", "%d of %d"}
	NothingToStop  = Message{"Rien n'est en train d'être ajouté.", "Nothing is being added."}
	StopLooking    = Message{"Arrêter la lecture", "Stop reading"}
	LookingKept    = Message{"Tous les documents sont dans le coffre. La lecture propose une catégorie et une date ; elle peut être arrêtée et reprendra au prochain ajout.", "All documents are in the vault. Reading suggests a category and a date; it can be stopped and goes on at the next addition."}
	ImportedOne    = Message{"%d document ajouté", "%d document added"}
	ImportedMany   = Message{"%d documents ajoutés", "%d documents added"}
	ImportStopped  = Message{"Arrêté à votre demande. Ce qui est annoncé comme ajouté est enregistré.", "Stopped at your request. What is announced as added is saved."}
	TwiceOne       = Message{"%d fichier était déjà dans le coffre.", "%d file was in the vault already."}
	TwiceMany      = Message{"%d fichiers étaient déjà dans le coffre.", "%d files were in the vault already."}
	FailedOne      = Message{"%d fichier n'a pas pu être ajouté.", "%d file could not be added."}
	FailedMany     = Message{"%d fichiers n'ont pas pu être ajoutés.", "%d files could not be added."}
	SeeList        = Message{"Voir la liste", "See the list"}
	AsIsOne        = Message{"%d fichier est gardé tel quel, et rien de plus.", "%d file is kept as it is, and nothing more."}
	AsIsMany       = Message{"%d fichiers sont gardés tels quels, et rien de plus.", "%d files are kept as they are, and nothing more."}
	KeptAsIs       = Message{"%s, gardé tel quel", "%s, kept as it is"}
	DuplicatesAre  = Message{"Déjà dans le coffre", "In the vault already"}
	NotAdded       = Message{"Fichiers mis de côté", "Files set aside"}
)
