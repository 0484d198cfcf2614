package text

// The section of a child, which an adult has under another name.
var (
	ChildTitle      = Message{"Carnet de l'enfant", "Child's health record"}
	PreventionTitle = Message{"Prévention", "Prevention"}
	ChildMenu       = Message{"Carnet de l'enfant, prévention", "Child's health record, prevention"}
	ChildHelp       = Message{
		"Cette section suit une personne selon son âge. Les flèches gauche et droite passent d'un volet à l'autre quand le choix du volet a le clavier. Carnet informe ; il ne pose pas de diagnostic.",
		"This section follows a person by their age. The left and right arrows go from one pane to the next when the choice of the pane has the keyboard. Carnet informs; it makes no diagnosis.",
	}
	ChildPane      = Message{"Volet", "Pane"}
	ChildBorn      = Message{"%s, naissance le %s", "%s, born on %s"}
	ChildNone      = Message{"Choisissez ou ajoutez un profil pour voir son carnet.", "Choose or add a profile to see its record."}
	NothingToPrint = Message{"Il n'y a rien à imprimer ici.", "There is nothing to print here."}
)
