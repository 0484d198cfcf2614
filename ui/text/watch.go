package text

// Watched folders: those of this computer whose new files are offered.
var (
	Watch = Word{FR: "surveillance", EN: "watch", Help: Message{"Les dossiers surveillés : ce qu'un scanner ou une messagerie y dépose est proposé", "Watched folders: what a scanner or a mail program puts there is offered"}}

	WatchAdd = Word{FR: "ajouter", EN: "add", Help: Message{"Surveille un dossier pour le carnet d'une personne", "Watches a folder for a person's record"},
		Long: Message{`Surveille un dossier de cet ordinateur, et les sous-dossiers qui y sont : les fichiers qui y arrivent sont proposés pour le carnet de --patient.
Rien n'est ajouté sans un oui, sauf avec --automatic. Ce qui y est déjà n'est proposé qu'avec --existing, qui propose de nouveau aussi ce qui a été refusé.
Les fichiers du dossier ne sont ni déplacés ni effacés. Les fichiers cachés, vides ou en cours de téléchargement et les liens sont laissés de côté.
La liste est scellée dans le coffre, pour vous et cet ordinateur seulement. Ajouter de nouveau un dossier change son choix.`,
			`Watches a folder of this computer, and the sub-folders in it: files that arrive there are offered for the record of --patient.
Nothing is added without a yes, unless --automatic is given. What is there already is offered with --existing only, which also offers again what was refused.
The files of the folder are neither moved nor erased. Hidden and empty files, downloads under way and links are left out.
The list is sealed in the vault, for you and this computer alone. Adding a folder again changes its choice.`},
		Usage: Message{"DOSSIER", "FOLDER"}}
	WatchList   = Word{FR: "lister", EN: "list", Help: Message{"Liste les dossiers surveillés", "Lists the watched folders"}}
	WatchRemove = Word{FR: "retirer", EN: "remove", Help: Message{"Ne surveille plus un dossier ; ses fichiers et les documents restent", "Watches a folder no longer; its files and the documents stay"}, Usage: Message{"DOSSIER|ID", "FOLDER|ID"}}
	WatchRun    = Word{FR: "regarder", EN: "run", Help: Message{"Regarde ce qui est nouveau dans les dossiers surveillés, et l'ajoute si vous le demandez", "Looks at what is new in the watched folders, and adds it if you ask for it"},
		Long: Message{`Regarde une fois ce qui est nouveau dans les dossiers surveillés, ou dans un seul. Un fichier est proposé quand il n'a pas changé pendant quelques secondes.
--add ajoute tout ce qui est proposé, --refuse ne le propose plus. Sans l'un ni l'autre, les dossiers automatiques sont ajoutés et le reste est seulement listé.
--follow continue jusqu'à Ctrl+C, et garde le coffre ouvert ; avec --json, une liste par ligne dès qu'il y a du nouveau.`,
			`Looks once at what is new in the watched folders, or in one of them. A file is offered when it has not changed for some seconds.
--add adds all that is offered, --refuse offers it no more. Without either, what comes for automatic folders is added and the rest is only listed.
--follow goes on until Ctrl+C, and keeps the vault open; with --json, one list a line as soon as there is something new.`},
		Usage: Message{"[DOSSIER|ID]", "[FOLDER|ID]"}}

	OptAutomatic = Message{"ajoute les nouveaux fichiers sans demander", "adds new files without asking"}
	OptExisting  = Message{"propose aussi ce qui est déjà dans le dossier, même refusé", "also offers what is in the folder already, even if refused"}
	OptWatchAdd  = Message{"ajoute tout ce qui est proposé", "adds all that is offered"}
	OptRefuse    = Message{"ne propose plus ce qui est proposé ; les fichiers restent", "offers no more what is offered; the files stay"}
	OptFollow    = Message{"continue jusqu'à Ctrl+C", "goes on until Ctrl+C"}

	WatchEither    = Message{"--add et --refuse ne vont pas ensemble.", "--add and --refuse do not go together."}
	WatchLine      = Message{"%s  %s  %s, depuis le %s%s", "%s  %s  %s, since %s%s"}
	WatchAutomatic = Message{", sans demander", ", without asking"}
	WatchNone      = Message{"Aucun dossier n'est surveillé.", "No folder is watched."}
	WatchAdded     = Message{"Dossier surveillé pour le carnet de %s : %s", "Folder watched for the record of %s: %s"}
	WatchRemoved   = Message{"Ce dossier n'est plus surveillé. Ses fichiers et les documents ajoutés restent.", "This folder is watched no longer. Its files and the documents that were added stay."}
	WatchNew       = Message{"nouveau  %s  (%s, pour %s)", "new  %s  (%s, for %s)"}
	WatchNothing   = Message{"Rien de nouveau.", "Nothing new."}
	WatchHow       = Message{"--add les ajoute, --refuse ne les propose plus.", "--add adds them, --refuse offers them no more."}
	WatchRefused   = Message{"%d fichier ne sera plus proposé.", "%d file will be offered no more."}
	WatchRefusedN  = Message{"%d fichiers ne seront plus proposés.", "%d files will be offered no more."}
	WatchMoving    = Message{"%d fichier change encore, il sera proposé plus tard.", "%d file still changes, it will be offered later."}
	WatchMovingN   = Message{"%d fichiers changent encore, ils seront proposés plus tard.", "%d files still change, they will be offered later."}
	WatchMore      = Message{"Il y en a d'autres : %d. Ils viendront ensuite.", "There are others: %d. They come next."}
	WatchCannot    = Message{"ne peut pas être regardé : %s (%s)", "cannot be looked at: %s (%s)"}
	WatchFollowing = Message{"Carnet regarde les dossiers surveillés. Ctrl+C arrête.", "Carnet looks at the watched folders. Ctrl+C stops."}
	WatchFailure   = Message{"liste des dossiers surveillés", "list of watched folders"}

	WatchTitle     = Message{"Dossiers surveillés", "Watched folders"}
	WatchText      = Message{"Choisissez le dossier où votre scanner, votre messagerie ou votre navigateur dépose ses fichiers. Tant que le coffre est ouvert, ce qui y arrive vous est proposé. Les fichiers du dossier restent où ils sont.", "Choose the folder in which your scanner, your mail program or your browser puts its files. While the vault is open, what arrives there is offered to you. The files of the folder stay where they are."}
	WatchPrivate   = Message{"Cette liste est scellée dans le coffre. Elle n'est que pour vous et cet ordinateur.", "This list is sealed in the vault. It is for you and this computer alone."}
	WatchVerb      = Message{"Surveiller un dossier", "Watch a folder"}
	PickWatched    = Message{"Choisir le dossier à surveiller", "Choose the folder to watch"}
	WatchThis      = Message{"Surveiller ce dossier", "Watch this folder"}
	WatchWhat      = Message{"Les fichiers qui arriveront dans ce dossier seront proposés pour le carnet de la personne choisie : %s", "Files that arrive in this folder will be offered for the record of the person chosen: %s"}
	WatchExisting  = Message{"Proposer aussi les fichiers qui y sont déjà", "Offer the files that are there already too"}
	WatchUnasked   = Message{"Ajouter les nouveaux fichiers sans demander", "Add new files without asking"}
	WatchCareful   = Message{"Sans demander, tout fichier qui arrive là entre dans le carnet, même envoyé par quelqu'un d'autre. Ne le choisissez que pour un dossier où un scanner seul écrit.", "Without asking, every file that arrives there enters the record, even one sent by somebody else. Choose it only for a folder that nothing but a scanner writes to."}
	WatchFor       = Message{"Pour le carnet de %s, depuis le %s", "For the record of %s, since %s"}
	WatchForGone   = Message{"Pour un carnet qui n'est plus ici", "For a record that is no longer here"}
	WatchStop      = Message{"Ne plus surveiller « %s »", "Watch \"%s\" no longer"}
	WatchStopAsk   = Message{"Ne plus surveiller « %s » ?", "Watch \"%s\" no longer?"}
	WatchStopVerb  = Message{"Ne plus surveiller", "Watch no longer"}
	WatchStopMeans = Message{"Les fichiers du dossier et les documents déjà ajoutés restent.", "The files of the folder and the documents that were added stay."}

	OfferTitle   = Message{"Dossier surveillé", "Watched folder"}
	OfferOne     = Message{"%d nouveau fichier dans « %s », pour %s.", "%d new file in \"%s\", for %s."}
	OfferMany    = Message{"%d nouveaux fichiers dans « %s », pour %s.", "%d new files in \"%s\", for %s."}
	OfferSee     = Message{"Voir et ajouter", "Look and add"}
	OfferVerb    = Message{"Ajouter ce qui vient des dossiers surveillés", "Add what came into watched folders"}
	OfferText    = Message{"Cochez ce qui doit entrer dans le carnet. Les fichiers restent où ils sont.", "Tick what is to enter the record. The files stay where they are."}
	OfferFile    = Message{"%s, %s, du %s", "%s, %s, of %s"}
	OfferMore    = Message{"Et %d autres, qui suivent votre choix.", "And %d more, which follow your choice."}
	OfferAdd     = Message{"Ajouter ce qui est coché", "Add what is ticked"}
	OfferRefuse  = Message{"Ne plus proposer ce qui est coché", "Offer what is ticked no more"}
	OfferLater   = Message{"Plus tard", "Later"}
	OfferNothing = Message{"Rien de nouveau dans les dossiers surveillés.", "Nothing new in the watched folders."}
	OfferNoTick  = Message{"Rien n'est coché.", "Nothing is ticked."}
	OfferRefused = Message{"Ces fichiers ne seront plus proposés", "These files will be offered no more"}
)

// OfferCounted says how many new files are in a folder, and for whom.
func (l Language) OfferCounted(n int, folder, person string) string {
	m := OfferMany
	if n == 1 || n == 0 && l == French {
		m = OfferOne
	}
	return l.Say(m, n, folder, person)
}
