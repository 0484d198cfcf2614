package main

import "strings"

// message is a sentence for the operator in both languages. The server does not share
// the words of the window: it would bring half of the window with it.
type message struct{ fr, en string }

var (
	usage = message{
		"carnet-server serve|check|backup|version [--config FICHIER] [--data DOSSIER] [--listen ADRESSE] [--cert FICHIER --key FICHIER | --names NOMS] [--to DOSSIER]",
		"carnet-server serve|check|backup|version [--config FILE] [--data FOLDER] [--listen ADDRESS] [--cert FILE --key FILE | --names NAMES] [--to FOLDER]",
	}
	optConfig   = message{"fichier de configuration (JSON)", "configuration file (JSON)"}
	optData     = message{"dossier des données", "folder of the data"}
	optListen   = message{"adresse où écouter", "address to listen on"}
	optCert     = message{"certificat TLS (PEM) ; sans lui, un certificat privé de la clé du serveur", "TLS certificate (PEM); without one, a private one of the server's key"}
	optKey      = message{"clé du certificat (PEM)", "key of the certificate (PEM)"}
	optNames    = message{"noms et adresses du certificat privé, séparés par des virgules", "names and addresses of the private certificate, separated by commas"}
	optTo       = message{"dossier de la sauvegarde, vide ou absent", "folder of the backup, empty or absent"}
	listening   = message{"À l'écoute :", "Listening:"}
	fingerprint = message{"Clé du serveur, à donner à ceux qui l'utilisent :", "Key of the server, to be given to those who use it:"}
	stopped     = message{"Arrêté : tout ce qui a été accepté est gardé.", "Stopped: all that was accepted is kept."}
	damaged     = message{"Quelque chose ne tient pas dans les données. Rien n'a été changé. Gardez-les et revenez à une sauvegarde.", "Something in the data does not hold. Nothing was changed. Keep it and go back to a backup."}
	failed      = message{"Échec. Ce qui a été accepté est gardé. Cause :", "Failed. What was accepted is kept. Cause:"}
)

// words gives sentences in the language of the environment: French, unless it asks for
// English.
func words(env func(string) string) func(message) string {
	english := false
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := env(name); value != "" {
			english = strings.HasPrefix(value, "en")
			break
		}
	}
	return func(m message) string {
		if english {
			return m.en
		}
		return m.fr
	}
}
