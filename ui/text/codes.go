package text

import (
	"fmt"
	"strings"
	"time"

	"carnet/vault/exchange/hcert"
	"carnet/vault/exchange/reading"
	"carnet/vault/exchange/shl"
	"carnet/vault/record"
)

// Attestations in codes, and the certificates that they may be signed with.
var (
	DocumentCodes = Word{FR: "codes", EN: "codes", Help: Message{"Lit les attestations dans les codes d'un document", "Reads the attestations in the codes of a document"},
		Long: Message{`Lit les QR codes et les 2D-DOC d'un document (PDF, image ou texte d'un code) : certificats européens, attestations 2D-DOC de vaccination et de test, SMART Health Cards. Dit qui a signé, pour autant qu'un certificat connu le dise.
Rien n'entre dans le profil sans --accept. Un lien n'est jamais suivi.`,
			`Reads the QR codes and 2D-DOC of a document (PDF, picture, or the text of a code): European certificates, 2D-DOC attestations of vaccinations and tests, SMART Health Cards. Says who signed, as far as a known certificate tells.
Nothing enters the profile without --accept. A link is never followed.`}, Usage: Message{"ID", "ID"}}
	OptCodePage     = Message{"page à regarder ; sans elle, les vingt premières", "page to look at; without it, the first twenty"}
	OptCodeFrame    = Message{"cadre le code : x,y,largeur,hauteur, en parts de la page de 0 à 1 depuis le haut à gauche", "frames the code: x,y,width,height, in parts of the page from 0 to 1 from its upper left"}
	OptCodeAccept   = Message{"inscrit ces propositions dans le profil : leurs numéros, ou all", "writes these proposals into the profile: their numbers, or all"}
	CodeFrame       = Message{"--frame veut quatre nombres de 0 à 1 dans la page : x,y,largeur,hauteur.", "--frame wants four numbers from 0 to 1 within the page: x,y,width,height."}
	CodeNumber      = Message{"Il n'y a pas de proposition %q.", "There is no proposal %q."}
	CodeProposal    = Message{"Proposition %d : %s, le %s", "Proposal %d: %s, on %s"}
	CodeKnown       = Message{"  déjà dans le profil : %s, le %s", "  already in the profile: %s, on %s"}
	CodeSimilar     = Message{"  proche de ce qui est dans le profil : %s, le %s", "  close to what is in the profile: %s, on %s"}
	CodeAdopted     = Message{"Lignes ajoutées au profil : %d. Déjà présentes : %d.", "Lines added to the profile: %d. Already there: %d."}
	CodeFramework   = Message{"Le cadre européen de ces certificats a pris fin le %s. Ceci est un souvenir d'un acte de soin, pas un laissez-passer.", "The European framework of these certificates ended on %s. This recalls an act of care; it is no pass."}
	CodeRow         = Message{"  %s : %s", "  %s: %s"}
	ReadCodes       = Message{"Lire les codes", "Read the codes"}
	CodesTitle      = Message{"Ce que disent les codes", "What the codes say"}
	CodesHelp       = Message{"Le document est gardé tel qu'il est. Rien n'entre dans le profil sans votre accord.", "The document is kept as it is. Nothing enters the profile without your yes."}
	CodesReading    = Message{"Recherche de codes...", "Looking for codes..."}
	CodesInVaccines = Message{"Une attestation, en photo ou en PDF, s'ajoute aux documents ; « Lire les codes » y propose ensuite ses vaccins.", "An attestation, as a photograph or a PDF, is added to the documents; « Read the codes » then suggests its vaccines there."}
	CodeLink        = Message{"Un lien SMART Health Link vers %s. Il demande le réseau, et Carnet ne le suit pas : ouvrez-le vous-même, et importez le fichier.", "A SMART Health Link to %s. It needs the network, and Carnet does not follow it: open it yourself, and import the file."}

	Certificate    = Word{FR: "certificat", EN: "certificate", Help: Message{"Les certificats que vous connaissez, pour les signatures d'attestations", "The certificates that you know, for signatures of attestations"}}
	CertificateAdd = Word{FR: "ajouter", EN: "add", Help: Message{"Ajoute les certificats d'un fichier ou d'un dossier, ou avec --issuer les clés qu'un émetteur publie", "Adds the certificates of a file or a folder, or with --issuer the keys that an issuer publishes"},
		Long: Message{`Ajoute les certificats d'un fichier (PEM, DER, liste JSON) ou d'un dossier, pour dire qui a signé une attestation.
Les SMART Health Cards sont signées par des clés que leur émetteur publie (JWKS). Ce fichier ne dit pas de qui elles sont : dites-le avec --issuer. Une clé qui ne suit pas la norme fait refuser tout le fichier, avec son défaut.`,
			`Adds the certificates of a file (PEM, DER, a JSON list) or a folder, to tell who signed an attestation.
SMART Health Cards are signed by keys that their issuer publishes (JWKS). Such a file does not say whose they are: say it with --issuer. A key that does not keep to the standard has the whole file refused, by its fault.`}, Usage: Message{"FICHIER...", "FILE..."}}
	CertificateList   = Word{FR: "liste", EN: "list", Help: Message{"Liste les certificats connus", "Lists the known certificates"}}
	CertificateRemove = Word{FR: "retirer", EN: "remove", Help: Message{"Oublie un certificat", "Forgets a certificate"}, Usage: Message{"ID", "ID"}}
	CertificateLine   = Message{"%s  %s, délivré par %s, valable du %s au %s, donné le %s", "%s  %s, issued by %s, valid from %s to %s, given on %s"}
	CertificatesAdded = Message{"Certificats ajoutés : %d.", "Certificates added: %d."}
	OptKeyIssuer      = Message{"les fichiers sont des clés (JWKS) publiées à cette adresse, celle de l'émetteur des cartes (https://...)", "the files are keys (JWKS) published at this address, that of the issuer of the cards (https://...)"}
	KeyIssuerMissing  = Message{"Un jeu de clés (JWKS) ne dit pas de qui il est : ajoutez-le seul, avec --issuer et l'adresse de l'émetteur.", "A set of keys (JWKS) does not say whose it is: add it alone, with --issuer and the issuer's address."}
	KeyLine           = Message{"%s  clé %s, publiée par %s, donnée le %s", "%s  key %s, published by %s, given on %s"}
	KeyWhose          = Message{"De qui sont ces clés ?", "Whose keys are these?"}
	KeyWhoseText      = Message{"Ce fichier est un jeu de clés (JWKS), qui ne dit pas qui le publie. Donnez l'adresse de l'émetteur, telle que ses cartes la nomment. Rien n'est demandé au réseau.", "This file is a set of keys (JWKS), which does not say who publishes it. Give the issuer's address, as their cards name it. Nothing is asked of the network."}
	KeyIssuer         = Message{"Adresse de l'émetteur", "Address of the issuer"}
	KeyIssuerHint     = Message{"https://..., ou l'adresse d'où vient le fichier", "https://..., or the address where the file is from"}
	KeyIssuerWrong    = Message{"Donnez une adresse qui commence par https://.", "Give an address that begins with https://."}
	KeyKeep           = Message{"Garder ces clés", "Keep these keys"}
	CertificateGone   = Message{"Le certificat est oublié.", "The certificate is forgotten."}
	NoCertificates    = Message{"Aucun certificat n'est connu : toute signature est celle d'un inconnu.", "No certificate is known: every signature is a stranger's."}
	WhichCertificate  = Message{"Plusieurs certificats commencent ainsi ; donnez plus de caractères.", "Several certificates begin like that; give more characters."}

	CertificatesSection = Message{"Signatures des attestations", "Signatures of attestations"}
	CertificatesText    = Message{"Une attestation est signée. Carnet dit qui l'a signée quand vous lui donnez le certificat du signataire, que son administration publie. Un certificat donné par vous n'est pas jugé, et rien n'est demandé au réseau.", "An attestation is signed. Carnet says who signed it when you give it the signer's certificate, which their administration publishes. A certificate that you give is not judged, and nothing is asked of the network."}
	CertificatesVerb    = Message{"Certificats de signataires", "Certificates of signers"}
	CertificateFrom     = Message{"Ajouter un certificat depuis un fichier", "Add a certificate from a file"}
	CertificatesKnown   = Message{"Certificats du fichier connus", "Certificates of the file are known"}
	CertificateForget   = Message{"Retirer %s", "Remove %s"}
	SignatureChecked    = Message{"Vérifié le %s, parmi %d certificats connus.", "Checked on %s, among %d known certificates."}
	SignatureCheckedOne = Message{"Vérifié le %s, avec le seul certificat connu : %s.", "Checked on %s, with the only known certificate: %s."}
	SignatureCheckedNo  = Message{"Vérifié le %s, sans aucun certificat connu : un certificat s'ajoute dans Réglages, Sécurité.", "Checked on %s, without any known certificate: one is added in Settings, Security."}

	signatureValid   = Message{"Signature valable, par %s", "Valid signature, by %s"}
	signatureInvalid = Message{"Signature fausse : ce texte n'est pas celui que son signataire a signé", "Wrong signature: this text is not what its signer signed"}
	signatureUnknown = Message{"Signataire inconnu : personne ici n'a son certificat, et rien ne prouve qui a écrit ceci", "Unknown signer: nobody here has the certificate, and nothing proves who wrote this"}
	signatureBy      = Message{"Signature valable, par une clé que publie %s, selon vous", "Valid signature, by a key that %s publishes, as you said"}
	signatureNoKey   = Message{"Signature refusée : aucune des clés que publie %s, telles que vous les avez données, ne porte le nom que dit cette carte. Un fichier de clés plus récent peut la contenir", "Signature refused: none of the keys that %s publishes, as you gave them, has the name that this card says. A newer file of keys may hold it"}
	signatureDates   = Message{"certificat valable du %s au %s", "certificate valid from %s to %s"}
	signatureEnded   = Message{"terminé depuis, ce qui n'ôte rien à la signature", "ended since, which takes nothing from the signature"}
	signatureMisused = Message{"ce certificat n'était pas fait pour ce type d'attestation", "this certificate was not made for this kind of attestation"}
)

// Row is a fact with its name.
type Row struct{ Name, Value string }

var attestationKinds = map[hcert.Kind]Message{
	hcert.Vaccination: {"Attestation de vaccination", "Attestation of a vaccination"},
	hcert.Test:        {"Attestation d'un test", "Attestation of a test"},
	hcert.Recovery:    {"Attestation de rétablissement", "Attestation of a recovery"},
	hcert.Other:       {"2D-DOC d'un autre type", "2D-DOC of another type"},
}

// CodeTitle names what a code says.
func (l Language) CodeTitle(r *reading.Reading, a *hcert.Attestation) string {
	switch {
	case a != nil:
		return l.Say(attestationKinds[a.Kind])
	case r.Format == shl.FormatLink:
		return "SMART Health Link"
	case r.Format == shl.FormatCard:
		return "SMART Health Card"
	}
	return string(r.Format)
}

// Attestation lists what an attestation says, its codes in words where terms have
// them.
func (l Language) Attestation(a *hcert.Attestation, terms *hcert.Terms) (rows []Row) {
	word := func(code string) string {
		if t := terms.Term(code); t != nil {
			return l.Label(t.LabelFR, t.LabelEN)
		}
		return code
	}
	dose := ""
	if a.Dose > 0 {
		dose = fmt.Sprintf("%d/%d", a.Dose, a.Doses)
	}
	on := Message{"Date", "Date"}
	switch a.Kind {
	case hcert.Test:
		on = Message{"Prélevé le", "Sampled on"}
	case hcert.Recovery:
		on = Message{"Premier résultat positif", "First positive result"}
	}
	for _, f := range []struct {
		name  Message
		value string
	}{
		{Message{"Nom", "Family name"}, a.Family},
		{Message{"Prénoms", "Given names"}, a.Given},
		{Message{"Naissance", "Birth"}, l.dayOn(a.Birth)},
		{Message{"Maladie", "Disease"}, word(a.Disease)},
		{Message{"Vaccin", "Vaccine"}, word(a.Product)},
		{Message{"Type de vaccin", "Kind of vaccine"}, word(a.Vaccine)},
		{Message{"Fabricant", "Maker"}, word(a.Holder)},
		{Message{"Dose", "Dose"}, dose},
		{on, l.dayOn(a.Date)},
		{Message{"Test", "Test"}, word(a.TestKind)},
		{Message{"Nom du test", "Name of the test"}, strings.TrimSpace(a.TestName + " " + a.TestDevice)},
		{Message{"Résultat", "Result"}, word(a.Result)},
		{Message{"Lieu", "Place"}, a.TestPlace},
		{Message{"Valable du", "Valid from"}, l.dayOn(a.From)},
		{Message{"Valable jusqu'au", "Valid until"}, l.dayOn(a.Until)},
		{Message{"Pays", "Country"}, a.Country},
		{Message{"Délivré par", "Issued by"}, a.Issuer},
		{Message{"Numéro", "Number"}, a.Identity},
		{Message{"Code émis le", "Code issued on"}, l.dayOf(a.IssuedAt)},
		{Message{"Code expirant le", "Code that ends on"}, l.dayOf(a.Expires)},
	} {
		if f.value != "" {
			rows = append(rows, Row{l.Say(f.name), f.value})
		}
	}
	return rows
}

// dayOn is "" for no day.
func (l Language) dayOn(iso string) string {
	if iso == "" {
		return ""
	}
	return l.Day(iso)
}

func (l Language) dayOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return l.Day(t.Format(time.DateOnly))
}

// Signature says what is known of a signature, the dates of its certificate apart; ""
// for what has none.
func (l Language) Signature(s reading.Signature, misused bool) string {
	switch s.State {
	case reading.Valid:
		if s.NotAfter.IsZero() {
			return l.Say(signatureBy, s.Signer) + "."
		}
		parts := []string{l.Say(signatureValid, s.Signer), l.Say(signatureDates, l.dayOf(s.NotBefore), l.dayOf(s.NotAfter))}
		if s.NotAfter.Before(s.Checked) {
			parts = append(parts, l.Say(signatureEnded))
		}
		if misused {
			parts = append(parts, l.Say(signatureMisused))
		}
		return strings.Join(parts, " ; ") + "."
	case reading.UnknownKey:
		return l.Say(signatureNoKey, s.Signer) + "."
	case reading.Invalid:
		return l.Say(signatureInvalid) + "."
	case reading.UnknownSigner:
		return l.Say(signatureUnknown) + "."
	}
	return ""
}

// CertificateOf is a certificate or a key on one line, after the beginning of its
// identifier.
func (l Language) CertificateOf(id string, c record.Certificate) string {
	day := func(m record.Millis) string { return l.dayOf(m.Time()) }
	if c.Key != "" {
		return l.Say(KeyLine, id, c.Key, c.Issuer, day(c.GivenAt))
	}
	return l.Say(CertificateLine, id, c.Subject, c.Issuer, day(c.NotBefore), day(c.NotAfter), day(c.GivenAt))
}

// CertificateName is what people call a certificate: the common name of who signs with
// it, else all that it says of them; the issuer and the beginning of its name for a key.
func CertificateName(c record.Certificate) string {
	if c.Key != "" {
		return c.Issuer + " " + c.Key[:min(len(c.Key), keyNameShown)]
	}
	for _, part := range strings.Split(c.Subject, ",") {
		if name, ok := strings.CutPrefix(part, "CN="); ok {
			return name
		}
	}
	return c.Subject
}

// keyNameShown is how many characters of a key's name stand beside its issuer.
const keyNameShown = 8

// CertificateRows say what is known of a certificate or a key.
func (l Language) CertificateRows(c record.Certificate, now time.Time) []Row {
	day := func(m record.Millis) string { return l.dayOf(m.Time()) }
	if c.Key != "" {
		return []Row{
			{l.Say(Message{"Clé publiée par", "Key published by"}), c.Issuer},
			{l.Say(Message{"Nom de la clé", "Name of the key"}), c.Key},
			{l.Say(Message{"Pour", "For"}), "SMART Health Cards"},
			{l.Say(Message{"Donné le", "Given on"}), day(c.GivenAt)},
		}
	}
	until := day(c.NotAfter)
	if c.NotAfter.Time().Before(now) {
		until += Between + l.Say(signatureEnded)
	}
	attests := l.Say(Message{"tout type d'attestation", "any kind of attestation"})
	if len(c.Attests) > 0 {
		var kinds []string
		for _, k := range c.Attests {
			kinds = append(kinds, l.Say(attestationKinds[hcert.Kind(k)]))
		}
		attests = strings.Join(kinds, ", ")
	}
	return []Row{
		{l.Say(Message{"Signataire", "Signer"}), c.Subject},
		{l.Say(Message{"Délivré par", "Issued by"}), c.Issuer},
		{l.Say(Message{"Pour", "For"}), attests},
		{l.Say(Message{"Valable du", "Valid from"}), day(c.NotBefore)},
		{l.Say(Message{"Valable jusqu'au", "Valid until"}), until},
		{l.Say(Message{"Donné le", "Given on"}), day(c.GivenAt)},
	}
}

// SignatureChecked says when a signature was looked at, and with which certificates;
// "" for what has none.
func (l Language) SignatureChecked(s reading.Signature, known []record.Certificate) string {
	on := l.dayOf(s.Checked)
	switch {
	case s.State == reading.Unsigned:
		return ""
	case len(known) == 0:
		return l.Say(SignatureCheckedNo, on)
	case len(known) == 1:
		return l.Say(SignatureCheckedOne, on, CertificateName(known[0]))
	}
	return l.Say(SignatureChecked, on, len(known))
}
