package text

// What keeps a vault whole, in the settings and on the home screen.
var (
	BackupSection = Message{"Sauvegarde", "Backup"}
	BackupText    = Message{"Une sauvegarde est une copie chiffrée de tout le coffre, relue et vérifiée avant d'être gardée. Faites-la sur une clé ou un disque que vous rangez ailleurs : les 5 dernières y restent.", "A backup is an encrypted copy of the whole vault, read back and verified before it is kept. Make it on a key or a disk that you keep elsewhere: the last 5 stay there."}
	GoBackText    = Message{"Pour revenir à une sauvegarde : verrouillez, choisissez « Un autre coffre », prenez le fichier de la sauvegarde, donnez votre phrase secrète.", "To go back to a backup: lock, choose \"Another vault\", take the file of the backup, give your passphrase."}
	NoBackupYet   = Message{"Aucune sauvegarde vérifiée de ce coffre.", "No verified backup of this vault."}
	LastBackupWas = Message{"Dernière sauvegarde vérifiée : %s, %d documents, %s", "Last verified backup: %s, %d documents, %s"}
	BackUpVault   = Message{"Sauvegarder le coffre", "Back up the vault"}
	BackUpHint    = Message{"Le dossier où garder la copie, de préférence sur un autre disque", "The folder to keep the copy in, on another disk if you can"}
	BackingUp     = Message{"Sauvegarde et vérification de la copie", "Backing up and verifying the copy"}
	StopBackUp    = Message{"Arrêter la sauvegarde", "Stop the backup"}
	BackUpKept    = Message{"Si vous arrêtez, aucune copie inachevée ne reste.", "If you stop, no unfinished copy stays."}
	BackUpDone    = Message{"Sauvegarde vérifiée : %d documents, dans « %s ».", "Verified backup: %d documents, in \"%s\"."}
	BackupOld     = Message{"La dernière sauvegarde vérifiée date du %s. Un disque peut tomber en panne : faites-en une nouvelle.", "The last verified backup is of %s. A disk can fail: make a new one."}
	BackupNone    = Message{"Ce coffre n'a pas de sauvegarde vérifiée. Un disque peut tomber en panne : faites-en une sur une clé ou un autre disque.", "This vault has no verified backup. A disk can fail: make one on a key or another disk."}

	CheckSection = Message{"Vérification", "Check"}
	CheckText    = Message{"Relit tout ce que vous pouvez lire et le compare à ce qui a été signé.", "Reads all that you can read again and compares it with what was signed."}
	CheckVault   = Message{"Vérifier le coffre", "Check the vault"}
	Checking     = Message{"Vérification du coffre", "Checking the vault"}
	StopCheck    = Message{"Arrêter la vérification", "Stop the check"}
	CheckKept    = Message{"Une vérification ne change rien.", "A check changes nothing."}
	CheckedAt    = Message{"Vérifié à %s", "Checked at %s"}
	RepairAdvice = Message{"Gardez ce fichier tel quel. Revenez à la dernière sauvegarde vérifiée, ou verrouillez et prenez « Réparer un coffre abîmé » dans le menu Coffre.", "Keep this file as it is. Go back to the last verified backup, or lock and take \"Repair a damaged vault\" in the Vault menu."}

	RepairVault  = Message{"Réparer un coffre abîmé", "Repair a damaged vault"}
	RepairTitle  = Message{"Réparation du coffre", "Repair of the vault"}
	RepairText   = Message{"Tout ce qui tient encore dans %s est écrit et vérifié dans un nouveau fichier, à côté. Le fichier abîmé n'est que lu.", "All that still holds in %s is written and verified in a new file beside it. The damaged file is only read."}
	RepairOffer  = Message{"Revenez à une sauvegarde, ou écrivez ce qui tient encore dans un nouveau fichier : celui-ci ne sera que lu.", "Go back to a backup, or write what still holds into a new file: this one will only be read."}
	RepairStart  = Message{"Réparer", "Repair"}
	StopRepair   = Message{"Arrêter la réparation", "Stop the repair"}
	RepairKept   = Message{"Si vous arrêtez, rien n'est écrit.", "If you stop, nothing is written."}
	RepairedName = Message{"coffre-repare", "repaired-vault"}
	OpenRepaired = Message{"Ouvrir le nouveau fichier", "Open the new file"}

	CompactSection = Message{"Place perdue", "Lost room"}
	CompactText    = Message{"Récrit le fichier sans la place que les documents effacés occupaient.", "Rewrites the file without the room that erased documents took."}
	CompactVault   = Message{"Compacter le coffre", "Compact the vault"}
	Compacting     = Message{"Réécriture du fichier", "Rewriting the file"}
	StopCompact    = Message{"Arrêter la réécriture", "Stop rewriting"}
	CompactKept    = Message{"Si vous arrêtez, le fichier reste comme il était.", "If you stop, the file stays as it was."}

	PartDone    = Message{"%d %%", "%d %%"}
	StoppedHere = Message{"Arrêté. %s", "Stopped. %s"}
	OneAtATime  = Message{"Un travail est déjà en cours : attendez qu'il finisse, ou arrêtez-le.", "Work is under way already: wait until it ends, or stop it."}
)
