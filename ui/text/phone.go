package text

import "carnet/sync/gateway"

// Photographs: those of the telephone, and those that are joined.
var (
	DocumentReceive = Word{FR: "recevoir", EN: "receive", Help: Message{"Reçoit des photographies du téléphone et en fait un document", "Receives photographs from the telephone and makes a document of them"},
		Long: Message{`Montre une adresse et un code à ouvrir sur le téléphone, et attend ses photographies.
Le téléphone doit être sur le même réseau, chez vous. Les photographies voyagent chiffrées par ce code, qui ne sert qu'une fois. La page elle-même n'est pas protégée : sur un réseau public, quelqu'un pourrait la remplacer. N'y recevez rien.
Rien n'est écouté avant cette commande, ni après. Ctrl+C arrête.`,
			`Shows an address and a code to open on the telephone, and waits for its photographs.
The telephone has to be on the same network, at home. The photographs travel encrypted with this code, which serves once. The page itself is not protected: on a public network somebody could replace it. Receive nothing there.
Nothing listens before this command, nor after it. Ctrl+C stops.`}}
	OptNetwork   = Message{"adresse de cet ordinateur sur le réseau à employer", "address of this computer on the network to use"}
	OptJoin      = Message{"réunit des photographies JPEG ou PNG, redressées, en un seul document", "joins JPEG or PNG photographs, straightened, into one document"}
	OptWhole     = Message{"garde les photographies entières, sans chercher la feuille", "keeps the photographs whole, without looking for the sheet"}
	OptBare      = Message{"ne garde pas les photographies d'origine dans le document", "does not keep the original photographs in the document"}
	JoinAlone    = Message{"--whole et --without-originals vont avec --join.", "--whole and --without-originals go with --join."}
	JoinTooMany  = Message{"C'est plus de %d photographies, ou plus de %s. Rien n'a été ajouté. Faites-en plusieurs documents.", "That is more than %d photographs, or more than %s. Nothing was added. Make several documents of them."}
	ReceiveOpen  = Message{"Sur le téléphone, ouvrez : %s", "On the telephone, open: %s"}
	ReceiveCode  = Message{"Puis écrivez le code : %s", "Then type the code: %s"}
	ReceiveOther = Message{"Autre réseau de cet ordinateur : %s (%s)", "Another network of this computer: %s (%s)"}
	ReceivedOne  = Message{"%d photographie reçue.", "%d photograph received."}
	ReceivedMany = Message{"%d photographies reçues.", "%d photographs received."}
	JoinedTitle  = Message{"Document photographié", "Photographed document"}

	ReceivePhotos  = Message{"Recevoir du téléphone", "Receive from the telephone"}
	ReceiveText    = Message{"Photographiez un document avec le téléphone : il arrive ici, chiffré par un code montré sur cet écran. Le téléphone et cet ordinateur doivent être sur le même réseau, chez vous.", "Photograph a document with the telephone: it arrives here, encrypted with a code shown on this screen. The telephone and this computer have to be on the same network, at home."}
	ReceiveLimit   = Message{"N'utilisez pas un réseau public (gare, hôtel, hôpital) : la page qui s'ouvre sur le téléphone n'est pas protégée, et quelqu'un du réseau pourrait la remplacer.", "Do not use a public network (station, hotel, hospital): the page that opens on the telephone is not protected, and somebody on the network could replace it."}
	ReceiveWhile   = Message{"Carnet n'écoute que tant que ce panneau est ouvert. La réception est notée au journal.", "Carnet listens only while this panel is open. What is received is noted in the journal."}
	ReceiveHome    = Message{"Chez vous seulement", "At home only"}
	NetworkNamed   = Message{"%s · %s", "%s · %s"}
	ReceiveOn      = Message{"Réseau employé : %s", "Network used: %s"}
	ReceiveNetwork = Message{"Réseau", "Network"}
	ReceiveStart   = Message{"Commencer à recevoir", "Begin to receive"}
	ReceiveScan    = Message{"Avec l'appareil photo du téléphone, visez ce code. Ou ouvrez l'adresse dans son navigateur et écrivez le code.", "Point the telephone's camera at this code. Or open the address in its browser and type the code."}
	ReceiveAddress = Message{"Adresse", "Address"}
	ReceiveTyped   = Message{"Code", "Code"}
	ReceiveWaiting = Message{"En attente du téléphone.", "Waiting for the telephone."}
	ReceiveStop    = Message{"Ne plus recevoir", "Stop receiving"}

	JoinPhotos     = Message{"Réunir des photographies en un document", "Join photographs into one document"}
	PickPhotos     = Message{"Choisir des photographies, dans l'ordre", "Choose photographs, in their order"}
	JoinInto       = Message{"Réunir en un document", "Join into one document"}
	Straightening  = Message{"Redressement : page %d sur %d", "Straightening: page %d of %d"}
	PagesReadyOne  = Message{"%d page à vérifier.", "%d page to check."}
	PagesReadyMany = Message{"%d pages à vérifier.", "%d pages to check."}
	ReviewTitle    = Message{"Vérifier les pages", "Check the pages"}
	ReviewText     = Message{"Chaque photographie devient une page. Rien n'est encore gardé.", "Each photograph becomes a page. Nothing is kept yet."}
	ReviewPage     = Message{"Page %d", "Page %d"}
	PageStraight   = Message{"Redressée", "Straightened"}
	PageWhole      = Message{"Photographie entière", "Whole photograph"}
	PageNotFound   = Message{"Les bords de la feuille n'ont pas été trouvés : la photographie est entière.", "The edges of the sheet were not found: the photograph is whole."}
	PageTurn       = Message{"Tourner la page %d", "Turn page %d"}
	PageEarlier    = Message{"Avancer la page %d", "Move page %d up"}
	PageDrop       = Message{"Retirer la page %d", "Leave out page %d"}
	KeepOriginals  = Message{"Garder aussi les photographies d'origine dans le document", "Keep the original photographs in the document too"}
	OriginalsLimit = Message{"Les pages sont des JPEG de qualité 85. Une photographie d'origine peut dire où et quand elle a été prise : qui reçoit le document la reçoit avec.", "Pages are JPEG of quality 85. An original photograph may say where and when it was taken: whoever is given the document is given it too."}
	NoPageLeft     = Message{"Toutes les pages ont été retirées. Rien n'a été ajouté.", "All pages were left out. Nothing was added."}
)

// PhonePages are the words of the page that the telephone shows, in the language of
// the window first.
func PhonePages(first Language) []gateway.Words {
	all := []gateway.Words{phonePage(French), phonePage(English)}
	if first == English {
		all[0], all[1] = all[1], all[0]
	}
	return all
}

func phonePage(l Language) gateway.Words {
	say := func(fr, en string) string { return l.Say(Message{fr, en}) }
	return gateway.Words{
		Language: l.Tag(), Other: say("In English", "En français"),
		Title:     say("Envoyer à Carnet", "Send to Carnet"),
		Intro:     say("Les photographies sont chiffrées par ce téléphone avant de partir vers votre ordinateur. Chaque photographie sera une page.", "The photographs are encrypted by this telephone before they leave for your computer. Each photograph will be a page."),
		Format:    say("JPEG et PNG sont acceptés. Un iPhone convertit de lui-même ses photographies HEIC quand vous les choisissez ici.", "JPEG and PNG are accepted. An iPhone converts its HEIC photographs by itself when you choose them here."),
		CodeLabel: say("Code montré par l'ordinateur", "Code shown by the computer"),
		CodeWrong: say("Ce code n'est pas celui que montre l'ordinateur. Rien n'a été envoyé. Recopiez les quatre groupes.", "This is not the code that the computer shows. Nothing was sent. Copy the four groups again."),
		Choose:    say("Choisir ou prendre des photographies", "Choose or take photographs"),
		More:      say("Ajouter des photographies", "Add photographs"),
		Page:      l.Say(ReviewPage),
		Earlier:   say("Monter", "Move up"), Later: say("Descendre", "Move down"), Drop: say("Retirer", "Leave out"),
		Send: say("Envoyer la page", "Send the page"), SendMany: say("Envoyer les %d pages", "Send the %d pages"),
		Sending: say("Envoi : page %d sur %d", "Sending: page %d of %d"),
		Stop:    say("Arrêter", "Stop"),
		Sent:    say("C'est arrivé. Vérifiez les pages sur l'ordinateur. Vous pouvez fermer cette page.", "It has arrived. Check the pages on the computer. You can close this page."),
		Heavy:   say("Une photographie est trop grosse, ou elles le sont ensemble. Elle n'a pas été envoyée. Prenez-la avec moins de détails.", "A photograph is too large, or all of them are together. It was not sent. Take it with less detail."),
		Many:    say("C'est plus de pages qu'un envoi n'en prend. Les premières sont gardées ici : envoyez-les, puis recommencez.", "These are more pages than one delivery takes. The first ones are kept here: send them, then begin again."),
		Type:    say("Une photographie n'est ni en JPEG ni en PNG. Elle n'a pas été prise. Sur un iPhone : Réglages, Appareil photo, Formats, « Le plus compatible ».", "A photograph is neither JPEG nor PNG. It was not taken. On an iPhone: Settings, Camera, Formats, \"Most Compatible\"."),
		Lost:    say("L'ordinateur ne répond plus. Regardez s'il attend encore, et si ce téléphone est bien sur le réseau de la maison, puis recommencez.", "The computer no longer answers. See whether it is still waiting, and whether this telephone is on the home network, then try again."),
	}
}
