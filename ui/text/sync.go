package text

import (
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"carnet/vault"
	"carnet/vault/record"
)

// Consents, and synchronising through a server.
var (
	ConsentWord = Word{FR: "consentement", EN: "consent", Help: Message{"Ce à quoi vous consentez : sans cela rien ne sort de cet ordinateur", "What you consent to: without it nothing leaves this computer"}}
	ConsentGive = Word{FR: "donner", EN: "give", Help: Message{"Montre à quoi consentir, et l'enregistre avec --accept", "Shows what to consent to, and records it with --accept"},
		Long: Message{"Montre qui recevrait quoi, où, pourquoi et jusqu'à quand, et ce qui reste où si vous arrêtez. Rien n'est enregistré et rien n'est envoyé.\nAvec --accept, votre consentement est enregistré dans le coffre avec ces mots, pour une personne et un serveur, un an au plus. Rien n'est encore envoyé : « carnet synchro maintenant » le fait.\nLa clé du serveur (--server-key) vous est donnée par la personne qui le tient.",
			"Shows who would get what, where, why and until when, and what stays where if you stop. Nothing is recorded and nothing is sent.\nWith --accept your consent is recorded in the vault with these words, for one person and one server, for a year at most. Nothing is sent yet: \"carnet sync now\" does that.\nThe server's key (--server-key) is given to you by whoever runs it."}}
	ConsentList     = Word{FR: "lister", EN: "list", Help: Message{"Liste les consentements de la personne, et ce qu'ils sont devenus", "Lists the consents for the person, and what became of them"}}
	ConsentShow     = Word{FR: "voir", EN: "show", Help: Message{"Montre le reçu d'un consentement : les mots lus, quand, et ce qu'il est devenu", "Shows the receipt of a consent: the words that were read, when, and what became of it"}, Usage: Message{"NUMÉRO", "ID"}}
	ConsentWithdraw = Word{FR: "retirer", EN: "withdraw", Help: Message{"Retire un consentement, tout de suite, même sans réseau", "Withdraws a consent, at once, even without a network"},
		Long: Message{"Retire un consentement, tout de suite. Ce qui est sur le serveur y reste, illisible pour lui ; plus rien n'y va et plus rien n'en vient.\nLe serveur en est informé quand il répond, par une demande qui ne contient que deux numéros. Sinon, relancez la même commande plus tard. Avec --offline, rien n'est envoyé.",
			"Withdraws a consent, at once. What the server has stays there, unreadable for it; nothing more goes there and nothing more comes from there.\nThe server is told when it answers, by a request that holds two numbers and nothing else. If it does not, run the same command again later. With --offline nothing is sent."}, Usage: Message{"NUMÉRO", "ID"}}
	SyncWord = Word{FR: "synchro", EN: "sync", Help: Message{"Le même carnet sur plusieurs ordinateurs, par un serveur qui ne peut pas le lire", "The same record on several computers, by a server that cannot read it"}}
	SyncNow  = Word{FR: "maintenant", EN: "now", Help: Message{"Envoie et reçoit ce qui attend, là où vous y avez consenti", "Sends and receives what waits, where you have consented to it"},
		Long: Message{"Envoie et reçoit ce qui attend, pour la personne (--patient) ou pour toutes celles pour qui un consentement est en cours. Tout part chiffré.\nUtilisez un réseau de confiance, pas celui d'une gare ou d'un hôtel : il ne lirait rien, mais verrait que vous utilisez ce serveur.\nSi beaucoup de documents devaient disparaître d'un coup, rien n'est fait : regardez d'abord, puis ajoutez --allow-deletions.",
			"Sends and receives what waits, for the person (--patient) or for all for whom a consent is running. Everything leaves encrypted.\nUse a network that you trust, not that of a station or a hotel: it would read nothing, but see that you use this server.\nIf many documents were to disappear at once, nothing is done: look first, then add --allow-deletions."}}
	SyncStatus = Word{FR: "etat", EN: "status", Help: Message{"Dit ce qui est à jour, ce qui attend et ce qui est arrêté. N'envoie rien", "Says what is up to date, what waits and what is stopped. Sends nothing"}}
	SyncAnew   = Word{FR: "recommencer", EN: "restart", Help: Message{"Recommence avec le serveur, exprès, après un arrêt", "Begins again with the server, on purpose, after a stop"},
		Long: Message{"Oublie ce qui a été suivi du serveur pour une personne, et recommence au prochain « carnet synchro maintenant ». Rien du carnet ne change ici ; ce que le serveur n'a plus lui est renvoyé.\nÀ faire après un arrêt, une fois que vous savez pourquoi (le serveur est revenu à une sauvegarde, par exemple), ou pour changer de serveur.",
			"Forgets what was followed of the server for a person, and begins again with the next \"carnet sync now\". Nothing of the record changes here; what the server has lost is sent to it again.\nTo be done after a stop, once you know why (the server went back to a backup, for instance), or to change servers."}}

	OptServer         = Message{"serveur : nom ou adresse, avec le port (exemple.fr:8443)", "server: name or address, with the port (example.org:8443)"}
	OptServerKey      = Message{"clé du serveur, 64 chiffres et lettres", "key of the server, 64 digits and letters"}
	OptConsentUntil   = Message{"dernier jour AAAA-MM-JJ, un an au plus", "last day YYYY-MM-DD, a year at most"}
	OptConsents       = Message{"consent à ce qui est montré", "consents to what is shown"}
	OptOffline        = Message{"n'en informe pas le serveur", "does not tell the server"}
	OptAllowDeletions = Message{"laisse disparaître beaucoup de documents", "lets many documents disappear"}
	OptSyncLimit      = Message{"débit au plus, en kilo-octets par seconde, 50 au moins", "highest rate, in kilobytes a second, 50 at least"}

	BadServerKey    = Message{"Ce n'est pas la clé d'un serveur : %s.", "That is not the key of a server: %s."}
	BadSyncLimit    = Message{"Le débit est de 50 kilo-octets par seconde au moins : %d.", "The rate is 50 kilobytes a second at least: %d."}
	BadServer       = Message{"Ce n'est pas un serveur : %s.", "That is not a server: %s."}
	ConsentAsk      = Message{"Rien n'est enregistré. Si vous y consentez, relancez avec --accept.", "Nothing is recorded. If you consent to this, run it again with --accept."}
	ConsentKept     = Message{"Consentement enregistré : %s. Rien n'est encore envoyé.", "Consent recorded: %s. Nothing was sent yet."}
	ConsentOnPaper  = Message{"Notez l'adresse du serveur et son empreinte sur la feuille de votre kit de secours : s'il ne restait qu'elle, il les faudrait.", "Write down the address of the server and its fingerprint on the sheet of your recovery kit: if only that were left, they would be needed."}
	ConsentNone     = Message{"Aucun consentement.", "No consent."}
	ConsentRow      = Message{"%s  %s  du %s au %s  %s", "%s  %s  from %s to %s  %s"}
	ConsentRunning  = Message{"en cours", "running"}
	ConsentOver     = Message{"terminé", "over"}
	ConsentGone     = Message{"retiré", "withdrawn"}
	ConsentEnded    = Message{"Consentement retiré. Plus rien ne va sur ce serveur et plus rien n'en vient.", "Consent withdrawn. Nothing more goes to this server and nothing more comes from it."}
	ServerTold      = Message{"Le serveur en est informé.", "The server was told."}
	ServerNotTold   = Message{"Le serveur n'a pas pu en être informé. Relancez cette commande plus tard ; ici, c'est fait.", "The server could not be told. Run this command again later; here it is done."}
	SyncDone        = Message{"%s : à jour. Envoyé : %d, reçu : %d.", "%s: up to date. Sent: %d, received: %d."}
	SyncMissing     = Message{"%s : de %d changements, le serveur n'a pas donné le contenu. L'appareil qui les a écrits l'envoie à sa prochaine synchronisation.", "%s: of %d changes the server has not given the content. The device that wrote them sends it when it synchronises next."}
	SyncNobody      = Message{"Aucun consentement en cours : rien n'a été envoyé.", "No consent is running: nothing was sent."}
	SyncNever       = Message{"%s : jamais synchronisé.", "%s: never synchronised."}
	SyncUpToDate    = Message{"%s : à jour avec %s le %s.", "%s: up to date with %s on %s."}
	SyncWaiting     = Message{"%s : %d changements attendent de partir vers %s.", "%s: %d changes wait to go to %s."}
	SyncStopped     = Message{"%s : arrêté.", "%s: stopped."}
	SyncBegins      = Message{"%s : la prochaine synchronisation recommence du début. Rien n'a été changé ici.", "%s: the next synchronisation begins from the start. Nothing was changed here."}
	ConsentTitle    = Message{"Consentement à la synchronisation du carnet de %s", "Consent to synchronising the record of %s"}
	syncGoesOn      = Message{"Rien n'a été appliqué ni effacé ; ce coffre reste utilisable.", "Nothing was applied or erased; this vault can still be used."}
	askWhoRuns      = Message{"Demandez à la personne qui tient le serveur ce qui s'est passé. Ensuite, « Recommencer avec le serveur », ou « carnet synchro recommencer », reprend.", "Ask whoever runs the server what happened. Then \"Begin again with the server\", or \"carnet sync restart\", takes it up again."}
	nothingLeft     = Message{"Rien n'a été envoyé.", "Nothing was sent."}
	giveConsentAnew = Message{"Pour synchroniser, donnez un consentement : dans les réglages, à Synchronisation, ou par « carnet consentement donner ».", "To synchronise, give a consent: in the settings, at Synchronisation, or by \"carnet consent give\"."}
)

// Clause is one question about a consent with its answer.
type Clause struct{ Head, Said string }

// consentClauses are the questions that a consent has to answer.
var consentClauses = []struct{ head, said Message }{
	{Message{"Qui", "Who"}, Message{"Le serveur %s, tenu par la personne qui vous a donné sa clé.", "The server %s, run by the person who gave you its key."}},
	{Message{"Empreinte du certificat du serveur (sa clé)", "Fingerprint of the server's certificate (its key)"}, Message{"%s. Un serveur qui en a une autre n'est pas celui-là : rien ne lui est envoyé.", "%s. A server that has another one is not this one: nothing is sent to it."}},
	{Message{"Quoi", "What"}, Message{"Tout ce carnet, documents et profil médical compris, chiffré sur cet ordinateur. Le serveur ne peut lire ni titre, ni contenu, ni nom. Il voit quels appareils se synchronisent et quand, le nombre et la taille arrondie de ce qui est écrit, et l'adresse de votre connexion.",
		"This whole record, documents and medical profile included, encrypted on this computer. The server can read no title, no content and no name. It sees which devices synchronise and when, the number and rounded size of what is written, and the address of your connection."}},
	{Message{"Où", "Where"}, Message{"Sur ce serveur, et sur les ordinateurs des personnes qui ont une part dans ce carnet.", "On this server, and on the computers of those who have a part in this record."}},
	{Message{"Pourquoi", "Why"}, Message{"Avoir le même carnet sur ces ordinateurs. Pour rien d'autre : ni assureur, ni mutuelle, ni employeur, ni médecine du travail.",
		"To have the same record on these computers. For nothing else: no insurer, no complementary insurer, no employer, no occupational medicine."}},
	{Message{"Jusqu'à quand", "Until when"}, Message{"Le %s. Vous pouvez arrêter à tout moment : dans les réglages, à Synchronisation, ou par « carnet consentement retirer ».", "%s. You can stop at any time: in the settings, at Synchronisation, or by \"carnet consent withdraw\"."}},
	{Message{"Si vous arrêtez", "If you stop"}, Message{"Votre coffre reste entier ici. Ce qui est déjà sur le serveur et sur les autres ordinateurs y reste, toujours illisible pour le serveur ; rien de plus n'y va.",
		"Your vault stays whole here. What is already on the server and on the other computers stays there, still unreadable for the server; nothing more goes there."}},
}

// Fingerprint writes the key of a server in groups that can be compared: 64 digits and
// letters.
func Fingerprint(key [32]byte) string {
	var groups []string
	for i := 0; i < len(key); i += 2 {
		groups = append(groups, hex.EncodeToString(key[i:i+2]))
	}
	return strings.Join(groups, " ")
}

// ConsentClauses give what a person consents to, question by question.
func (l Language) ConsentClauses(host string, key [32]byte, last time.Time) (out []Clause) {
	values := [][]any{0: {host}, 1: {Fingerprint(key)}, 5: {l.Date(last)}, 6: nil}
	for i, c := range consentClauses {
		out = append(out, Clause{l.Say(c.head), l.Say(c.said, values[i]...)})
	}
	return out
}

// ConsentText gives the words that a person consents to.
func (l Language) ConsentText(patient, host string, key [32]byte, last time.Time) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", l.Say(ConsentTitle, patient))
	for _, c := range l.ConsentClauses(host, key, last) {
		fmt.Fprintf(&b, "%s\n%s\n\n", c.Head, c.Said)
	}
	return b.String()
}

// ConsentLine tells a consent in a line.
func (l Language) ConsentLine(c record.Consent, now time.Time) string {
	first, last, state := l.consent(c, now)
	return l.Say(ConsentRow, c.ID.String()[:8], c.Host, first, last, state)
}

// ConsentWhen tells from when to when a consent is, and what became of it.
func (l Language) ConsentWhen(c record.Consent, now time.Time) string {
	first, last, state := l.consent(c, now)
	return l.Say(SyncWhen, first, last, state)
}

// consent gives the first and the last day of a consent, and its state.
func (l Language) consent(c record.Consent, now time.Time) (first, last, state string) {
	said := ConsentRunning
	switch {
	case c.Withdrawn:
		said = ConsentGone
	case record.At(now) >= c.End:
		said = ConsentOver
	}
	return l.Date(c.Start.Time().Local()), l.Date(c.End.Time().Add(-time.Millisecond).Local()), l.Say(said)
}

// SyncLines tell how far a record is synchronised.
func (l Language) SyncLines(name string, s vault.SyncState) []string {
	var out []string
	switch {
	case s.Frozen != nil:
		e, _ := Explain(s.Frozen)
		out = append(out, fmt.Sprintf("%s %s", l.Say(SyncStopped, name), strings.TrimSpace(e.In(l))))
	case s.Host == "":
		out = append(out, l.Say(SyncNever, name))
	case s.Waiting > 0:
		out = append(out, l.Say(SyncWaiting, name, s.Waiting, s.Host))
	default:
		out = append(out, l.Say(SyncUpToDate, name, s.Host, l.Date(s.At.Time())))
	}
	if s.Withheld > 0 {
		out = append(out, l.Say(SyncMissing, name, s.Withheld))
	}
	return out
}
