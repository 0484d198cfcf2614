package text

import "carnet/vault/record"

// The emergency sheet of a vault that is closed.
var (
	LockScreen        = Word{FR: "ouverture", EN: "lock-screen", Help: Message{"La fiche d'urgence lisible sans ouvrir le coffre", "The emergency sheet readable without opening the vault"}, Long: lockScreenLong}
	LockScreenOn      = Word{FR: "activer", EN: "on", Help: Message{"Rend une fiche lisible sans la phrase secrète, sur cet ordinateur", "Makes a sheet readable without the passphrase, on this computer"}, Long: lockScreenLong}
	LockScreenOff     = Word{FR: "desactiver", EN: "off", Help: Message{"Retire cette fiche et sa clé", "Takes that sheet away, and its key"}}
	LockScreenStatus  = Word{FR: "etat", EN: "status", Help: Message{"Dit si une fiche est lisible sans la phrase secrète, et de qui", "Says whether a sheet is readable without the passphrase, and whose"}}
	LockScreenRead    = Word{FR: "lire", EN: "read", Help: Message{"Écrit cette fiche à l'écran sans ouvrir le coffre ; la lecture sera notée", "Prints that sheet without opening the vault; the reading will be noted"}}
	lockScreenLong    = Message{LockScreenText.FR, LockScreenText.EN}
	LockScreenTitle   = Message{"Fiche d'urgence avant l'ouverture", "Emergency sheet before opening"}
	LockScreenText    = Message{"Quiconque est devant votre session de cet ordinateur peut alors lire la fiche sans la phrase secrète : nom, naissance, allergies, traitements, maladies, groupe sanguin, personnes à prévenir, handicap, opérations, volontés. Le reste du coffre demeure fermé. Chaque lecture faite ici est notée et vous est dite à l'ouverture suivante ; un programme de votre session pourrait lire la fiche sans que cela se voie.", "Whoever sits at your session on this computer can then read the sheet without the passphrase: name, birth, allergies, treatments, illnesses, blood group, people to call, disability, operations, wishes. The rest of the vault stays closed. Each reading made here is noted and told to you at the next opening; a program of your session could read the sheet unseen."}
	LockScreenCheck   = Message{"Montrer la fiche de %s avant l'ouverture", "Show %s's sheet before opening"}
	LockScreenIsOn    = Message{"La fiche d'urgence de %s est lisible avant l'ouverture, sur cet ordinateur.", "The emergency sheet of %s can be read before opening, on this computer."}
	LockScreenIsOff   = Message{"Aucune fiche d'urgence n'est lisible avant l'ouverture.", "No emergency sheet can be read before opening."}
	LockScreenAbsent  = Message{"Cet ordinateur n'a pas de trousseau de clés qui réponde : la fiche ne peut pas être lisible avant l'ouverture. Rien n'a été écrit.", "This computer has no keyring that answers: the sheet cannot be made readable before opening. Nothing was written."}
	LockScreenWritten = Message{"Fiche écrite le %s.", "Sheet written on %s."}
	SheetReadOnce     = Message{"La fiche d'urgence a été ouverte %d fois pendant que le coffre était fermé. « carnet journal lister » dit quand.", "The emergency sheet was opened %d time while the vault was closed. \"carnet journal list\" says when."}
	SheetReadMany     = Message{"La fiche d'urgence a été ouverte %d fois pendant que le coffre était fermé. « carnet journal lister » dit quand.", "The emergency sheet was opened %d times while the vault was closed. \"carnet journal list\" says when."}
	SheetReadLost     = Message{"Ouvertures de la fiche d'urgence qui n'ont pas pu être notées, parce que vos clés ont changé ou que ce carnet n'est plus le vôtre : %d.", "Openings of the emergency sheet that could not be noted, because your keys have changed or the record is yours no longer: %d."}
)

// Openings tells of the readings of a sheet while the vault was closed, those
// entered in the journal and those that were lost; nothing when there are none.
func (l Language) Openings(entered, lost int) (out []string) {
	if entered > 0 {
		out = append(out, l.Plural(entered, SheetReadOnce, SheetReadMany))
	}
	if lost > 0 {
		out = append(out, l.Say(SheetReadLost, lost))
	}
	return out
}

// Shown are the entries that the sheet shows, without what it leaves out.
func (e *Emergency) Shown() (out []record.Entry) {
	for _, kind := range emergencyOrder {
		out = append(out, e.current(kind)...)
	}
	for i := range out {
		out[i].Note, out[i].Document, out[i].AddedBy = "", record.ID{}, record.ID{}
	}
	return out
}
