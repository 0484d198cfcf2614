package text

// The screen of the medical profile.
var (
	MedicalTitle = Message{"Profil médical", "Medical profile"}
	MedicalHelp  = Message{
		"Le profil médical dit ce qu'un médecin doit savoir : maladies, traitements, allergies, mesures, entourage, volontés. Chaque partie peut être remplie peu à peu. « Aucune connue » est une vraie réponse, qui n'est pas la même chose que « non renseigné ». Appuyez sur une ligne pour la voir en entier, la modifier, lire son historique ou la mettre à la corbeille ; sur une mesure, pour voir sa courbe et son tableau. Carnet informe ; il ne pose pas de diagnostic.",
		"The medical profile says what a doctor must know: illnesses, treatments, allergies, measurements, people around, wishes. Each part can be filled in little by little. \"None known\" is a real answer, which is not the same as \"not filled in\". Press a line to see all of it, change it, read its history or put it in the bin; press a measurement to see its curve and its table. Carnet informs; it makes no diagnosis.",
	}
	MedicalOf      = Message{"Ce que %s ou ses proches ont écrit, et ce que montrent ses documents.", "What %s or those close to them wrote, and what their documents show."}
	KindEmpty      = Message{"Non renseigné.", "Not filled in."}
	LatestAddition = Message{"Dernier ajout : %s", "Last addition: %s"}
	AddToKind      = Message{"Ajouter : %s", "Add: %s"}
	ChooseMeasure  = Message{"Quelle mesure ?", "Which measurement?"}
	NotSaid        = Message{"non précisé", "not said"}
	SourceLabel    = Message{"D'où cela vient", "Where it comes from"}
	SourceMe       = Message{"de moi", "from me"}
	SourceDoc      = Message{"d'un document", "from a document"}
	SourcePro      = Message{"d'un professionnel", "from a professional"}
	PartialHint    = Message{"2019, 05/2019 ou 14/05/2019", "2019, 05/2019 or 14/05/2019"}
	SureNumber     = Message{"Ce nombre sort de l'ordinaire. S'il est juste, appuyez encore une fois sur « Garder ces réponses ».", "This number is out of the ordinary. If it is right, press \"Keep these answers\" once more."}
	EntryIsAdded   = Message{"Ajouté au profil", "Added to the profile"}
	EntryIsEdited  = Message{"Profil modifié", "Profile changed"}
	EntryInBin     = Message{"Mis à la corbeille", "Put in the bin"}
	EntryOutOfBin  = Message{"Sorti de la corbeille", "Taken out of the bin"}
	NoneIsSaid     = Message{"Réponse enregistrée", "Answer saved"}
	ReadHistory    = Message{"Historique", "History"}
	HistoryOf      = Message{"Historique : %s", "History: %s"}
	ChangedBy      = Message{"%s, %s", "%s, %s"}
	ChangedTo      = Message{"%s : %s", "%s: %s"}
	ChangedFromTo  = Message{"%s : %s, à la place de %s", "%s: %s, in place of %s"}
	ChangedToEmpty = Message{"%s : effacé (c'était %s)", "%s: emptied (it was %s)"}
	LinkDocument   = Message{"Relier à un document", "Link to a document"}
	SeeDocument    = Message{"Voir le document", "See the document"}
	BinOfProfile   = Message{"Corbeille du profil (%d)", "Bin of the profile (%d)"}
)
