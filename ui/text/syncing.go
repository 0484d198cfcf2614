package text

// Synchronising, and the consents to it, in the window.
var (
	PartSync      = Message{"Synchronisation", "Synchronisation"}
	SyncNowVerb   = Message{"Synchroniser maintenant", "Synchronise now"}
	SyncGive      = Message{"Consentir à la synchronisation", "Consent to synchronising"}
	SyncRenew     = Message{"Renouveler le consentement", "Renew the consent"}
	SyncWithdraw  = Message{"Retirer le consentement", "Withdraw the consent"}
	SyncReceipt   = Message{"Voir le reçu", "See the receipt"}
	SyncReceipts  = Message{"Voir les consentements", "See the consents"}
	SyncConsents  = Message{"Consentements", "Consents"}
	SyncStopRun   = Message{"Arrêter cette fois", "Stop this time"}
	SyncPause     = Message{"Mettre la synchronisation en pause", "Pause synchronising"}
	SyncGoOn      = Message{"Reprendre la synchronisation", "Go on synchronising"}
	SyncAnewVerb  = Message{"Recommencer avec le serveur", "Begin again with the server"}
	SyncSee       = Message{"Voir la synchronisation", "See the synchronisation"}
	SyncSeeGone   = Message{"Voir ce qui disparaîtrait", "See what would disappear"}
	SyncTellAgain = Message{"Prévenir le serveur", "Tell the server"}

	SyncSection = Message{"Le même carnet sur plusieurs ordinateurs", "The same record on several computers"}
	SyncText    = Message{"Par défaut, rien ne sort de cet ordinateur. Si vous y consentez, un serveur que vous choisissez garde une copie chiffrée qu'il ne peut pas lire, et vos autres ordinateurs la reçoivent.",
		"By default nothing leaves this computer. If you consent to it, a server that you choose keeps an encrypted copy that it cannot read, and your other computers receive it."}
	SyncSignIn = Message{"Il n'y a ni identifiant ni mot de passe à donner au serveur, au contraire d'un service en ligne : la clé de cet ordinateur signe chaque demande, et votre phrase secrète ouvre cette clé. Un mot de passe volé au serveur n'ouvrirait donc rien.",
		"There is no user name and no password to give to the server, unlike an online service: the key of this computer signs each request, and your passphrase opens that key. So a password stolen from the server would open nothing."}
	SyncNoConsent = Message{"Aucun consentement donné. Rien ne sort de cet ordinateur.", "No consent was given. Nothing leaves this computer."}
	SyncRateLabel = Message{"Débit au plus", "Highest rate"}
	SyncRateNone  = Message{"sans limite", "no limit"}
	SyncRateIs    = Message{"%d ko/s", "%d kB/s"}

	SyncServerLabel = Message{"Adresse du serveur", "Address of the server"}
	SyncServerHint  = Message{"Celle que vous a donnée la personne qui tient le serveur, par exemple carnet.exemple.fr:8443.", "The one that whoever runs the server gave you, for instance carnet.example.org:8443."}
	SyncKeyLabel    = Message{"Empreinte du certificat du serveur", "Fingerprint of the server's certificate"}
	SyncKeyHint     = Message{"Sa clé : 64 chiffres et lettres. Le serveur l'affiche quand il démarre.", "Its key: 64 digits and letters. The server shows it when it starts."}
	SyncUntilLabel  = Message{"Dernier jour", "Last day"}
	SyncUntilHint   = Message{"Un an au plus. Vous pouvez arrêter avant, à tout moment.", "A year at most. You can stop before, at any time."}
	SyncUntilWrong  = Message{"Écrivez un jour à venir, dans un an au plus : 31/12/2026.", "Write a day to come, within a year: 31/12/2026."}
	SyncHostWrong   = Message{"Écrivez une adresse, avec le port s'il y en a un : carnet.exemple.fr:8443.", "Write an address, with the port if there is one: carnet.example.org:8443."}
	SyncKeyWrong    = Message{"Il faut les 64 chiffres et lettres, de 0 à 9 et de a à f.", "All 64 digits and letters are needed, 0 to 9 and a to f."}
	SyncStep        = Message{"Étape %d sur 2", "Step %d of 2"}
	SyncStepOne     = Message{"Rien n'est envoyé et rien n'est enregistré pendant ces deux étapes.", "Nothing is sent and nothing is recorded during these two steps."}
	SyncCompared    = Message{"J'ai comparé l'empreinte avec celle que m'a donnée la personne qui tient le serveur.", "I have compared the fingerprint with the one that whoever runs the server gave me."}
	SyncAgree       = Message{"J'ai lu ce qui précède et j'y consens.", "I have read the above and consent to it."}
	SyncAgreeVerb   = Message{"Consentir", "Consent"}
	SyncAgreeBoth   = Message{"Cochez les deux cases pour consentir.", "Tick both boxes to consent."}
	SyncBack        = Message{"Revenir à l'étape 1", "Back to step 1"}
	SyncAgreed      = Message{"Consentement enregistré pour le carnet de %s. Rien n'est encore envoyé.", "Consent recorded for the record of %s. Nothing was sent yet."}
	SyncWithdrawn   = Message{"Consentement retiré pour le carnet de %s : plus rien ne part et plus rien n'arrive.", "Consent withdrawn for the record of %s: nothing more goes and nothing more comes."}
	SyncUntold      = Message{"Le serveur n'a pas pu en être informé. Ici, c'est fait ; « Prévenir le serveur » le lui redit.", "The server could not be told. Here it is done; \"Tell the server\" tells it again."}
	SyncWhen        = Message{"Donné le %s, jusqu'au %s : %s.", "Given on %s, until %s: %s."}

	NetworkTitle = Message{"Réseau public", "Public network"}
	NetworkText  = Message{"Utilisez un réseau de confiance, pas celui d'une gare, d'un café ou d'un hôtel. Un tel réseau ne lirait rien : tout part chiffré. Mais il verrait que vous utilisez ce serveur, et pourrait gêner la connexion.",
		"Use a network that you trust, not that of a station, a café or a hotel. Such a network would read nothing: everything leaves encrypted. But it would see that you use this server, and could disturb the connection."}
	NetworkAfter = Message{"Ensuite, tant que le coffre est ouvert, le carnet se synchronise de lui-même. Vous pouvez le mettre en pause à tout moment.", "After that, while the vault is open, the record synchronises by itself. You can pause it at any time."}
	NetworkTrust = Message{"Ce réseau est de confiance : synchroniser", "I trust this network: synchronise"}
	NetworkLater = Message{"Plus tard", "Later"}

	SyncFirst     = Message{"%s : consentement donné, rien n'est encore envoyé.", "%s: consent given, nothing was sent yet."}
	SyncRunning   = Message{"%s : synchronisation en cours.", "%s: synchronising now."}
	SyncRunningOf = Message{"Synchronisation du carnet de %s", "Synchronising the record of %s"}
	SyncCount     = Message{"%d changements sur %d", "%d changes of %d"}
	SyncKept      = Message{"Si vous arrêtez, ce qui est déjà envoyé et reçu est gardé ; la suite reprend de là.", "If you stop, what has gone and come is kept; the rest goes on from there."}
	SyncGood      = Message{"%s : à jour le %s à %s.", "%s: up to date on %s at %s."}
	SyncWaitOne   = Message{"%s : %d changement en attente.", "%s: %d change waiting."}
	SyncWaitMany  = Message{"%s : %d changements en attente.", "%s: %d changes waiting."}
	SyncPaused    = Message{"La synchronisation est en pause sur cet ordinateur : rien ne part et rien n'arrive.", "Synchronising is paused on this computer: nothing goes and nothing comes."}
	SyncFroze     = Message{"%s : synchronisation arrêtée. %s", "%s: synchronising is stopped. %s"}
	SyncNoMore    = Message{"%s : synchronisation arrêtée, le consentement est terminé ou retiré.", "%s: synchronising is stopped, the consent is over or was withdrawn."}
	SyncCancelled = Message{"%s : arrêtée par vous. Elle reprend quand vous le demandez.", "%s: stopped by you. It goes on when you ask for it."}
	SyncLater     = Message{"%s : %s Un nouvel essai suit de lui-même.", "%s: %s It is tried again by itself."}
	SyncBrake     = Message{"%s : synchronisation arrêtée, %d documents disparaîtraient d'un coup.", "%s: synchronising is stopped, %d documents would disappear at once."}
	SyncGoneTitle = Message{"Ce qui disparaîtrait", "What would disappear"}
	SyncGoneText  = Message{"Un autre appareil a mis à la corbeille ou effacé ces %d documents du carnet de %s, et d'autres peuvent suivre. Rien n'est encore fait ici. Demandez aux autres s'ils l'ont voulu.",
		"Another device has put in the bin or erased these %d documents of the record of %s, and others may follow. Nothing was done here yet. Ask the others whether they meant it."}
	SyncGoneYes    = Message{"Oui, les laisser disparaître", "Yes, let them disappear"}
	SyncGoneKeep   = Message{"Ne rien faire", "Do nothing"}
	SyncWillList   = Message{"Documents qui disparaîtraient du carnet de %s :", "Documents that would disappear from the record of %s:"}
	SyncAnewAsk    = Message{"Recommencer avec le serveur ?", "Begin again with the server?"}
	SyncAnewText   = Message{"Ce qui a été suivi du serveur pour le carnet de %s est oublié, et la prochaine synchronisation recommence du début. Rien du carnet ne change ici ; ce que le serveur n'a plus lui est renvoyé. À faire une fois que vous savez ce qui s'est passé.", "What was followed of the server for the record of %s is forgotten, and the next synchronisation begins from the start. Nothing of the record changes here; what the server has lost is sent to it again. To be done once you know what happened."}
	SyncEndsSoon   = Message{"%s : le consentement à la synchronisation se termine le %s. Ensuite, plus rien ne part et plus rien n'arrive.", "%s: the consent to synchronising ends on %s. After that nothing more goes and nothing more comes."}
	SyncEnded      = Message{"%s : le consentement à la synchronisation s'est terminé le %s. Plus rien ne part et plus rien n'arrive.", "%s: the consent to synchronising ended on %s. Nothing more goes and nothing more comes."}
	SyncNotAllowed = Message{"Choisissez d'abord une personne.", "Choose a person first."}
)
