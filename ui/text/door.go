package text

// What stands before an open vault.
var (
	WelcomeTitle     = Message{"Bienvenue dans Carnet", "Welcome to Carnet"}
	WelcomeText      = Message{"Les documents de santé de toute la famille, dans un coffre chiffré qui reste sur votre ordinateur. Rien n'est envoyé. Aucun compte, aucune adresse à donner.", "The health documents of the whole family, in an encrypted vault that stays on your computer. Nothing is sent. No account, no address to give."}
	WelcomeHelp      = Message{"« Créer mon coffre » vous guide en trois étapes. « J'ai déjà un coffre » ouvre un fichier que vous avez. « J'ai déjà un carnet sur un autre ordinateur » le fait venir ici ; quand plus aucun ordinateur n'est là, le kit de secours suffit. « Essayer avec des exemples » montre le logiciel avec des documents inventés.", "\"Create my vault\" guides you in three steps. \"I have a vault\" opens a file that you have. \"I have a record on another computer\" brings it here; when no computer is left, the recovery kit is enough. \"Try with samples\" shows the program with invented documents."}
	CreateVault      = Message{"Créer mon coffre", "Create my vault"}
	HaveVault        = Message{"J'ai déjà un coffre", "I have a vault"}
	TrySamples       = Message{"Essayer avec des exemples", "Try with samples"}
	PreparingSamples = Message{"Préparation des exemples.", "Preparing the samples."}
	DropWhenOpen     = Message{"Ouvrez d'abord le coffre, puis glissez vos fichiers ici.", "Open the vault first, then drop your files here."}
	CreateHelp       = Message{"Trois étapes : une phrase secrète, un kit de secours sur papier, votre nom. Rien n'est enregistré avant la fin ; « Retour » garde vos réponses.", "Three steps: a passphrase, a recovery kit on paper, your name. Nothing is saved before the end; \"Back\" keeps your answers."}

	ChooseTitle    = Message{"votre phrase secrète", "your passphrase"}
	ChooseText     = Message{"Cette phrase ouvre le coffre. Lisez-la deux fois à voix basse : vous allez la retaper. Le kit de secours de l'étape suivante vous dépanne si vous l'oubliez.", "This phrase opens the vault. Read it twice under your breath: you will type it next. The recovery kit of the next step helps if you forget it."}
	YourPhrase     = Message{"Phrase proposée", "Proposed phrase"}
	UseThisPhrase  = Message{"Utiliser cette phrase", "Use this phrase"}
	AnotherPhrase  = Message{"En proposer une autre", "Propose another one"}
	OwnPhrase      = Message{"Choisir la mienne", "Choose my own"}
	ProposePhrase  = Message{"M'en proposer une", "Propose one"}
	OwnPhraseText  = Message{"Choisissez plusieurs mots que vous retiendrez, sans lien entre eux. Cinq mots ou plus protègent bien.", "Choose several words that you will remember, unrelated to each other. Five words or more protect well."}
	OwnPhraseLabel = Message{"Ma phrase secrète", "My passphrase"}
	OwnPhraseHint  = Message{"12 caractères au moins ; cinq mots, c'est mieux.", "12 characters at least; five words are better."}
	ShowPhrase     = Message{"Montrer ce que j'écris", "Show what I type"}
	PhraseEmpty    = Message{"La phrase secrète est vide. Rien n'a été fait. Écrivez plusieurs mots.", "The passphrase is empty. Nothing was done. Write several words."}
	PhraseShort    = Message{"Cette phrase est trop courte pour protéger le coffre. Rien n'a été fait. Écrivez au moins 12 caractères.", "This phrase is too short to protect the vault. Nothing was done. Write at least 12 characters."}
	RetypeText     = Message{"Pour être sûr que vous la retenez, écrivez-la maintenant.", "To be sure that you remember it, type it now."}
	RetypeLabel    = Message{"La phrase, encore une fois", "The phrase, once more"}
	RetypeHint     = Message{"« Retour » la montre de nouveau.", "\"Back\" shows it again."}
	RetypeWrong    = Message{"Ce n'est pas la même phrase. Rien n'est perdu. Vérifiez les espaces et la touche Verr. Maj, ou revenez la lire.", "This is not the same phrase. Nothing is lost. Check the spaces and the Caps Lock key, or go back to read it."}

	KitPageTitle = Message{"votre kit de secours", "your recovery kit"}
	KitPageText  = Message{"Rangez ce papier avec le livret de famille, loin de l'ordinateur.", "Store this paper with the family papers, away from the computer."}
	YourCode     = Message{"Votre code de secours", "Your recovery code"}
	KitPageLost  = Message{"Ce code remplace votre phrase secrète si vous l'oubliez. Nous ne le gardons nulle part : personne ne peut le retrouver à votre place.", "This code stands in for your passphrase if you forget it. We keep it nowhere: nobody can find it for you."}
	PrintKit     = Message{"Imprimer le kit", "Print the kit"}
	SaveKit      = Message{"Enregistrer en PDF", "Save as PDF"}
	KitFileName  = Message{"kit-de-secours", "recovery-kit"}
	KitSavedAt   = Message{"Kit enregistré : %s, dans le dossier %s. Imprimez-le, puis effacez ce fichier : il n'est pas chiffré.", "Kit saved: %s, in the folder %s. Print it, then delete this file: it is not encrypted."}
	GroupTitle   = Message{"Vérification rapide", "Quick check"}
	GroupLabel   = Message{"Recopiez le %s groupe du code", "Copy the %s group of the code"}
	GroupHint    = Message{"Depuis le papier, ou depuis le code ci-dessus si vous l'avez recopié à la main.", "From the paper, or from the code above if you have copied it by hand."}
	GroupWrong   = Message{"Ce groupe ne correspond pas au kit. Rien n'est perdu. Relisez le papier : O se lit comme zéro, I et L comme un.", "This group does not match the kit. Nothing is lost. Read the paper again: O reads as zero, I and L as one."}

	PersonTitle = Message{"qui êtes-vous ?", "who are you?"}
	PersonText  = Message{"Votre propre carnet est le premier du coffre. Vous ajouterez vos enfants et vos proches ensuite.", "Your own record is the first of the vault. You will add your children and relatives next."}
	NameLabel   = Message{"Prénom", "First name"}
	NameHint    = Message{"Tel que la famille le dit.", "As the family says it."}
	NameMissing = Message{"Il manque le prénom. Vos autres réponses sont gardées. Écrivez-le ici.", "The first name is missing. Your other answers are kept. Write it here."}
	BirthLabel  = Message{"Date de naissance", "Date of birth"}
	BirthHint   = Message{"Par exemple 14/03/1988.", "For instance 14/03/1988, day first."}
	BirthWrong  = Message{"Cette date n'existe pas, ou elle est dans le futur. Vos autres réponses sont gardées. Écrivez-la comme ceci : 14/03/1988.", "This date does not exist, or lies in the future. Your other answers are kept. Write it like this: 14/03/1988."}
	PlaceText   = Message{"Le coffre sera un fichier de votre ordinateur, nommé %s.", "The vault will be a file of your computer, named %s."}
	ChoosePlace = Message{"Choisir un autre dossier", "Choose another folder"}
	Creating    = Message{"Création du coffre : quelques secondes.", "Creating the vault: a few seconds."}

	OpenTitle    = Message{"Ouvrir le coffre", "Open the vault"}
	OpenHelp     = Message{"Écrivez votre phrase secrète, puis Entrée. Si vous l'avez oubliée, le code du kit de secours ouvre aussi le coffre, ou deux feuilles que vous avez confiées à des proches. Sans rien de cela, personne ne peut l'ouvrir, même nous.", "Type your passphrase, then Enter. If you have forgotten it, the code on the recovery kit opens the vault too, or two sheets that you entrusted to relatives. Without any of these nobody can open it, not even us."}
	MarkShown    = Message{"Votre repère : %s", "Your mark: %s"}
	WhichVault   = Message{"Quel coffre ?", "Which vault?"}
	PhraseLabel  = Message{"Phrase secrète", "Passphrase"}
	PhraseAsked  = Message{"La phrase secrète manque. Le coffre reste fermé. Écrivez-la ici.", "The passphrase is missing. The vault stays closed. Type it here."}
	Open         = Message{"Ouvrir", "Open"}
	Opening      = Message{"Ouverture du coffre.", "Opening the vault."}
	LostPhrase   = Message{"Phrase oubliée : utiliser le kit", "Forgotten: use the kit"}
	OtherVault   = Message{"Un autre coffre", "Another vault"}
	ToWelcome    = Message{"Accueil du logiciel", "Start page"}
	TooManyTries = Message{"Cinq essais sans succès. Le coffre est intact. Attendez 30 secondes, puis réessayez ou prenez le kit de secours.", "Five attempts without success. The vault is intact. Wait 30 seconds, then try again or take the recovery kit."}
	WaitSeconds  = Message{"Encore %d secondes à attendre. Le coffre est intact. Pendant ce temps, cherchez le kit de secours.", "%d more seconds to wait. The vault is intact. Meanwhile, look for the recovery kit."}

	ForgetVault = Message{"Ne plus le proposer", "No longer offer it"}

	RecoverTitle   = Message{"Ouvrir avec le kit de secours", "Open with the recovery kit"}
	RecoverText    = Message{"Le code du papier ouvre le coffre. Vous choisissez une nouvelle phrase secrète ; le kit reste valable.", "The code on the paper opens the vault. You choose a new passphrase; the kit stays valid."}
	CodeLabel      = Message{"Code de secours", "Recovery code"}
	CodeHint       = Message{"Six groupes de cinq. Majuscules ou minuscules, avec ou sans espaces.", "Six groups of five. Upper or lower case, with or without spaces."}
	NewPhraseLabel = Message{"Nouvelle phrase secrète", "New passphrase"}
	OpenWithKit    = Message{"Ouvrir avec le kit", "Open with the kit"}
)

// The settings.
var (
	SettingsHelp = Message{"Huit volets : l'affichage, la sécurité avec la phrase secrète et le kit de secours, la sauvegarde et la vérification du coffre, les personnes qui le partagent, la synchronisation avec ses consentements et vos ordinateurs, les dossiers surveillés, des conseils, et clôturer. Les changements d'affichage ont effet tout de suite.", "Eight parts: display, security with the passphrase and the recovery kit, the backup and the check of the vault, the people who share it, synchronisation with its consents and your computers, watched folders, advice, and closing. Changes of display take effect at once."}
	PartDisplay  = Message{"Affichage", "Display"}
	PartSecurity = Message{"Sécurité", "Security"}
	PartWhole    = Message{"Sauvegarde", "Backup"}
	PartPeople   = Message{"Personnes", "People"}
	PartAdvice   = Message{"Conseils", "Advice"}

	IdleLabel = Message{"Verrouiller quand personne n'est là depuis", "Lock when nobody was there for"}
	MarkLabel = Message{"Votre repère", "Your mark"}
	MarkHint  = Message{"Montré avant d'ouvrir : s'il manque un jour, la fenêtre n'est peut-être pas la vraie. Ce n'est pas un secret.", "Shown before opening: if it is missing one day, the window may not be the real one. It is not a secret."}

	PhraseSection     = Message{"Phrase secrète", "Passphrase"}
	PhraseSectionText = Message{"Changez-la quand vous voulez. Si quelqu'un a pu la connaître, remplacez aussi les clés.", "Change it whenever you like. If somebody may know it, replace the keys as well."}
	ChangePhrase      = Message{"Changer la phrase", "Change the phrase"}
	PhraseKnown       = Message{"Quelqu'un la connaît", "Somebody knows it"}
	PhraseKnownText   = Message{"Vos clés, votre phrase et votre kit de secours sont remplacés, et le fichier est récrit. Une ancienne copie du fichier s'ouvre toujours avec l'ancienne phrase. L'ancien kit ne sert plus.", "Your keys, your phrase and your recovery kit are replaced, and the file is rewritten. An older copy of the file still opens with the old phrase. The old kit no longer works."}
	ReplaceKeys       = Message{"Remplacer mes clés", "Replace my keys"}
	KitSection        = Message{"Kit de secours", "Recovery kit"}
	KitSectionText    = Message{"Le code n'est gardé nulle part : il ne peut pas être montré de nouveau. Si le papier est perdu ou a pu être lu, faites un nouveau kit.", "The code is kept nowhere: it cannot be shown again. If the paper is lost or may have been read, make a new kit."}
	NewKit            = Message{"Faire un nouveau kit", "Make a new kit"}
	NewKitText        = Message{"Un nouveau kit remplace l'ancien, avec vos clés. Écrivez la phrase secrète que vous voulez garder, ou une nouvelle.", "A new kit replaces the old one, with your keys. Type the passphrase that you want to keep, or a new one."}
	KitOf             = Message{"Kit de secours de %s. Il n'est montré qu'une fois : imprimez-le ou recopiez-le maintenant.", "Recovery kit of %s. It is shown once: print it or copy it now."}
	KitIsKept         = Message{"Le code est sur papier, rangé loin de l'ordinateur.", "The code is on paper, stored away from the computer."}
	KitNotKept        = Message{"Mettez d'abord le code sur papier, puis cochez la case.", "Put the code on paper first, then tick the box."}

	MemberIs        = Message{"%s : %s", "%s: %s"}
	ShareRecord     = Message{"Donner accès à ce carnet", "Give access to this record"}
	ShareRecordOf   = Message{"Donner accès au carnet de %s", "Give access to the record of %s"}
	ShareWith       = Message{"À qui ?", "To whom?"}
	ShareAs         = Message{"En tant que", "As"}
	ShareText       = Message{"Un responsable lit et décide de tout. Un aidant lit, ou lit et ajoute ; il ne donne accès à personne, n'exporte rien et n'efface pas le carnet. Une attestation signée est rangée parmi les documents. Trois aidants au plus par personne, cinq personnes par aidant.", "A guardian reads and decides everything. A carer reads, or reads and adds; they give access to nobody, export nothing and do not erase the record. A signed attestation is filed among the documents. A person has three carers at most, a carer five persons."}
	NobodyToShare   = Message{"Tous ceux qui ont une phrase secrète ont déjà accès. Ajoutez d'abord un titulaire.", "Everybody who has a passphrase has access already. Add a keyholder first."}
	LeaveRecord     = Message{"Quitter ce carnet", "Leave this record"}
	LeaveRecordAsk  = Message{"Quitter le carnet de %s ?", "Leave the record of %s?"}
	LeaveRecordText = Message{"Vous ne lirez plus rien de ce carnet. Les documents restent à la personne. Pour revenir, il faudra qu'on vous donne accès de nouveau.", "You will read nothing of this record any more. The documents stay with the person. To come back, somebody has to give you access again."}
	RecordLeft      = Message{"Vous n'avez plus accès au carnet de %s.", "You no longer have access to the record of %s."}
	EndMember       = Message{"Retirer %s", "Remove %s"}
	EndMemberAsk    = Message{"Retirer à %s l'accès au carnet de %s ?", "Take from %s the access to the record of %s?"}
	EndMemberText   = Message{"Cette personne ne lira plus rien de ce qui sera écrit ensuite. Ce qui a été lu ou copié ne peut pas être repris.", "This person will read nothing that is written from then on. What was read or copied cannot be taken back."}

	HoldersSection   = Message{"Titulaires", "Keyholders"}
	HoldersText      = Message{"Chaque titulaire a sa propre phrase secrète et son propre kit. Personne n'ouvre ce qui est privé à un autre.", "Each keyholder has a passphrase and a kit of their own. Nobody opens what is private to another."}
	HolderYou        = Message{"%s (vous)", "%s (you)"}
	AddHolder        = Message{"Ajouter un titulaire", "Add a keyholder"}
	AddHolderText    = Message{"La personne écrit elle-même sa phrase : détournez le regard. Son kit de secours est montré ensuite, une seule fois.", "The person types their phrase themselves: look away. Their recovery kit is shown next, once."}
	HolderAdded      = Message{"%s a maintenant sa propre phrase secrète.", "%s now has a passphrase of their own."}
	RemoveHolder     = Message{"Retirer %s du coffre", "Remove %s from the vault"}
	RemoveHolderAsk  = Message{"Retirer %s du coffre ?", "Remove %s from the vault?"}
	RemoveHolderText = Message{"Sa phrase secrète et son kit n'ouvriront plus ce coffre. Une copie faite avant s'ouvre toujours.", "Their passphrase and kit will no longer open this vault. A copy made before still opens."}
	HolderRemoved    = Message{"%s n'a plus de phrase secrète dans ce coffre.", "%s no longer has a passphrase in this vault."}

	ScamTitle  = Message{"Arnaques", "Scams"}
	ScamAdvice = Message{"Si vous avez donné un code par téléphone : raccrochez, changez ce code depuis le vrai site, et prévenez votre banque si elle est concernée.", "If you gave a code by telephone: hang up, change that code on the real site, and warn your bank if it is concerned."}
)
