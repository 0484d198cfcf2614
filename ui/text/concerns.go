package text

// A document that seems to be somebody else's.
var (
	Concerns      = Message{"Ce document semble concerner %s", "This document seems to concern %s"}
	ConcernsText  = Message{"Son texte nomme %s et pas %s. Rien n'a été changé : c'est à vous de voir.", "Its text names %s and not %s. Nothing was changed: it is for you to see."}
	FileWith      = Message{"Classer chez %s", "File with %s"}
	RightRecord   = Message{"C'est le bon carnet", "This is the right record"}
	RightIsKept   = Message{"Ce document reste dans le carnet de %s.", "This document stays in the record of %s."}
	RefiledWith   = Message{"Classé chez %s. La copie d'ici est à la corbeille.", "Filed with %s. The copy here is in the bin."}
	IsOthers      = Message{"semble concerner %s", "seems to concern %s"}
	LabelConcerns = Message{"À vérifier", "To check"}
	ConcernsCLI   = Message{"son texte nomme %s et pas cette personne (« carnet document deplacer », ou « carnet document modifier --right-person »)", "its text names %s and not this person (\"carnet document move\", or \"carnet document edit --right-person\")"}
	DocConcerns   = Message{"%s  semble concerner %s : à vérifier", "%s  seems to concern %s: to be checked"}
	DocMoved      = Message{"%s  classé chez %s ; l'autre est à la corbeille", "%s  filed with %s; the other one is in the bin"}

	OptRightPerson = Message{"vous avez regardé : il est dans le bon carnet", "you have looked: it is in the right record"}
	DocumentMove   = Word{FR: "deplacer", EN: "move", Help: Message{"Classe un document chez une autre personne", "Files a document with another person"},
		Long: Message{"Classe un document chez une autre personne : il y est ajouté avec ce qu'on en dit, et celui d'ici va à la corbeille.\nUn document masqué à quelqu'un n'est pas déplacé.",
			"Files a document with another person: it is added there with what is said about it, and the one here goes to the bin.\nA document that is hidden from somebody is not moved."},
		Usage: Message{"ID PERSONNE", "ID PERSON"}}
)
