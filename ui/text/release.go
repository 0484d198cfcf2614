package text

import (
	"strings"

	"carnet/ui/release"
)

// What the program says of itself: what it is made of, for whom it does not work
// yet, and how a newer version is told from a forged one.

// Commands.
var (
	AboutCommand = Word{FR: "a-propos", EN: "about", Help: Message{"La version, les licences, l'accessibilité, et un rapport pour qui vous aide", "The version, the licences, accessibility, and a report for whoever helps you"},
		Long: Message{"Dit quelle version de Carnet est là, de quoi elle est faite et sous quelles licences, où trouver le code source, et ce qui n'est pas encore accessible.\n--report enregistre un rapport technique. Il ne contient ni chemin, ni nom, ni titre, ni donnée de santé, et n'est envoyé nulle part.",
			"Says which version of Carnet is here, what it is made of and under which licences, where its source code is, and what is not accessible yet.\n--report saves a technical report. It holds no path, no name, no title and no health data, and is sent nowhere."}}
	UpdateCommand = Word{FR: "mise-a-jour", EN: "update", Help: Message{"Lit l'annonce signée d'une version, que vous donnez", "Reads the signed notice of a version, which you give"},
		Long: Message{"Lit l'annonce signée d'une version, dit si elle est plus récente que celle-ci et où la trouver. Avec --package, vérifie aussi que le fichier téléchargé est bien celui qui est annoncé.\nCarnet ne demande jamais rien au réseau et n'installe rien : vous apportez les fichiers et vous décidez.",
			"Reads the signed notice of a version, says whether it is newer than this one and where to find it. With --package, also verifies that the downloaded file is the one announced.\nCarnet never asks the network for anything and installs nothing: you bring the files and you decide."},
		Usage: Message{"FICHIER", "FILE"}}
	ManCommand = Word{FR: "man", EN: "man", Help: Message{"Écrit les pages de manuel dans un dossier", "Writes the manual pages to a folder"}, Usage: Message{"DOSSIER", "FOLDER"}}

	SBOMCommand = Word{FR: "composants", EN: "sbom", Help: Message{"Liste les composants d'un programme, au format CycloneDX", "Lists the components of a program, in CycloneDX format"}, Usage: Message{"FICHIER", "FILE"}}

	OptReport  = Message{"fichier nouveau où enregistrer le rapport", "new file to save the report to"}
	OptPackage = Message{"paquet téléchargé, à vérifier", "downloaded package to verify"}
)

// What the program is.
var (
	VersionIs      = Message{"Carnet, version %s", "Carnet, version %s"}
	VersionUnknown = Message{"Carnet, version sans numéro", "Carnet, version without a number"}
	BuiltFrom      = Message{"Faite de la révision %s du code source, du %s, avec %s pour %s.", "Made of revision %s of the source code, of %s, with %s for %s."}
	BuiltWith      = Message{"Faite avec %s pour %s.", "Made with %s for %s."}
	BuiltChanged   = Message{"Le code source avait en plus des changements qu'aucune révision ne contient.", "The source code also had changes that no revision holds."}
	FreeSoftware   = Message{"Carnet est un logiciel libre, sans aucune garantie, sous licence publique générale GNU Affero (AGPL), version 3 ou suivante. Vous pouvez l'utiliser, le lire, le changer et le redonner.", "Carnet is free software without any warranty, under the GNU Affero General Public License (AGPL), version 3 or later. You may use it, read it, change it and pass it on."}
	SourceOffer    = Message{"Le code source complet de cette version accompagne chaque paquet, dans le fichier carnet-VERSION-source.tar.gz placé au même endroit. Qui vous donne le paquet vous doit aussi ce fichier, sans frais. Le code source des autres parties se trouve à l'adresse écrite à côté de chacune.", "The complete source code of this version goes with every package, in the file carnet-VERSION-source.tar.gz at the same place. Whoever gives you the package owes you that file too, free of charge. The source code of the other parts is at the address written beside each."}

	LicencesTitle = Message{"Parties et licences", "Parts and licences"}
	LicencesText  = Message{"Carnet contient le travail d'autres personnes. Voici chaque partie, sa licence, son auteur et l'adresse de son code source. Les textes des licences sont dans le dossier « licences » du paquet ; les conditions des codes que des tables reprennent sont à l'adresse écrite à côté d'elles.", "Carnet holds the work of other people. Here is each part, its licence, its author and the address of its source code. The texts of the licences are in the folder \"licences\" of the package; the terms of codes that tables take up are at the address written beside them."}
	PartLine      = Message{"%s : %s. %s. %s", "%s: %s. %s. %s"}
	PartsModules  = Message{"Modules", "Modules"}
	PartsLibrary  = Message{"Bibliothèques contenues dans ces modules", "Libraries inside these modules"}
	PartsFonts    = Message{"Polices de caractères", "Typefaces"}
	PartsTools    = Message{"Langage", "Language"}
	PartsTables   = Message{"Tables de données et dessins", "Data tables and drawings"}
	NoLicence     = Message{"licence inconnue", "licence unknown"}
)

// AccessTitle and the sentences below it are the statement of accessibility:
// what does not conform stands first.
var (
	AccessTitle  = Message{"Déclaration d'accessibilité", "Accessibility statement"}
	AccessState  = Message{"La fenêtre n'est pas conforme au référentiel d'accessibilité (RGAA 4.1, WCAG 2.1 niveau AA). Personne d'extérieur au projet ne l'a contrôlée ; ceci est ce que nous en savons.", "The window does not conform to the accessibility standard (WCAG 2.1 level AA, RGAA 4.1 in France). Nobody outside the project has audited it; this is what we know of it."}
	AccessFails  = Message{"Ce qui n'est pas accessible", "What is not accessible"}
	AccessFaults = []Message{
		{"Les lecteurs d'écran ne lisent pas la fenêtre, sous aucun système : les contrôles n'ont ni nom ni rôle pour eux, et les changements d'état ne leur sont pas annoncés.", "Screen readers do not read the window, on any system: its controls have no name and no role for them, and changes of state are not announced to them."},
		{"Les plages braille et la commande vocale ne fonctionnent pas dans la fenêtre, pour la même raison.", "Braille displays and voice control do not work in the window, for the same reason."},
		{"Les pages des documents sont montrées comme des images, sans texte de remplacement.", "The pages of documents are shown as pictures, without a text in their place."},
		{"Les réglages de contraste, de taille du texte et d'espacement de l'ordinateur ne sont pas tous suivis ; ceux de Carnet sont dans « Réglages et aide ».", "The computer's own settings of contrast, size of text and spacing are not all followed; those of Carnet are in \"Settings and help\"."},
		{"Le kit de secours, la fiche d'urgence et les autres feuilles imprimées sont des PDF sans balises d'accessibilité ; la ligne de commande enregistre aussi le kit en texte, et la fiche d'urgence en texte ou en page web.", "The recovery kit, the emergency sheet and other printed sheets are PDF files without accessibility tags; the command line also saves the kit as text, and the emergency sheet as text or as a page for a browser."},
		{"Rien n'est proposé en langue des signes ni en langage facile à lire.", "Nothing is offered in sign language or in easy-to-read language."},
	}
	AccessDone  = Message{"Ce qui l'est", "What is"}
	AccessHolds = []Message{
		{"Tout se fait au clavier, et chaque commande est dans le menu.", "Everything can be done by keyboard, and every command is in the menu."},
		{"Le texte s'agrandit de 100 à 200 %, et deux thèmes sur quatre sont très contrastés.", "Text grows from 100 to 200 %, and two themes of four have high contrast."},
		{"Rien ne clignote ni ne bouge seul, et aucune information ne tient à la couleur seule.", "Nothing blinks or moves by itself, and no information rests on colour alone."},
		{"La ligne de commande « carnet » fait ce que fait la fenêtre, en texte simple qu'un lecteur d'écran ou une plage braille peuvent lire.", "The command line \"carnet\" does what the window does, in plain text that a screen reader or a braille display can read."},
	}
	AccessHelp = Message{"Si quelque chose vous empêche d'utiliser Carnet, dites-le à qui vous l'a donné. En France, le Défenseur des droits reçoit les réclamations sur l'accessibilité des services.", "If something keeps you from using Carnet, tell whoever gave it to you. In France the Défenseur des droits receives complaints about the accessibility of services."}
)

// The report.
var (
	SaveReport  = Message{"Enregistrer un rapport", "Save a report"}
	ReportName  = Message{"rapport-carnet", "carnet-report"}
	ReportSaved = Message{"Rapport enregistré : %s. Il ne contient ni chemin, ni nom, ni titre, ni donnée de santé. Lisez-le avant de le donner.", "Report saved: %s. It holds no path, no name, no title and no health data. Read it before you give it."}
)

// Newer versions.
var (
	LookForUpdate  = Message{"Lire une annonce de mise à jour", "Read an update notice"}
	UpdateTitle    = Message{"Mise à jour", "Update"}
	PickNotice     = Message{"Choisir l'annonce signée", "Choose the signed notice"}
	PickPackage    = Message{"Choisir le paquet téléchargé", "Choose the downloaded package"}
	VerifyPackage  = Message{"Vérifier un paquet", "Verify a package"}
	Verifying      = Message{"Un instant : le paquet est relu en entier.", "One moment: the whole package is being read."}
	NoticeNewer    = Message{"La version %s, annoncée le %s, est plus récente que la vôtre (%s). Elle est ici : %s", "Version %s, announced on %s, is newer than yours (%s). It is here: %s"}
	NoticeSame     = Message{"La version %s, annoncée le %s, est celle que vous avez.", "Version %s, announced on %s, is the one you have."}
	NoticeOlder    = Message{"La version %s, annoncée le %s, est plus ancienne que la vôtre (%s). Gardez la vôtre.", "Version %s, announced on %s, is older than yours (%s). Keep yours."}
	NoticeUnknown  = Message{"La version %s, annoncée le %s, ne peut pas être comparée : la vôtre n'a pas de numéro. Elle est ici : %s", "Version %s, announced on %s, cannot be compared: yours has no number. It is here: %s"}
	NoticeSigned   = Message{"La signature de l'annonce est bien celle de Carnet.", "The signature of the notice is that of Carnet."}
	NoticeAge      = Message{"Une annonce dit seulement ce qui était vrai le jour de sa date.", "A notice only says what was true on the day of its date."}
	UpdateYourself = Message{"Carnet n'installe rien lui-même. Votre coffre reste où il est.", "Carnet installs nothing by itself. Your vault stays where it is."}
	PackageGood    = Message{"Ce fichier est bien le paquet annoncé : %s", "This file is the package announced: %s"}
)

// Sections of the manual pages.
var (
	ManWord     = Message{"COMMANDE", "COMMAND"}
	ManName     = Message{"NOM", "NAME"}
	ManSynopsis = Message{"SYNOPSIS", "SYNOPSIS"}
	ManText     = Message{"DESCRIPTION", "DESCRIPTION"}
	ManCommands = Message{"COMMANDES", "COMMANDS"}
	ManOptions  = Message{"OPTIONS", "OPTIONS"}
	ManGlobal   = Message{"OPTIONS DE TOUTES LES COMMANDES", "OPTIONS OF EVERY COMMAND"}
	ManFiles    = Message{"FICHIERS", "FILES"}
	ManSeeAlso  = Message{"VOIR AUSSI", "SEE ALSO"}
	ManPlace    = Message{"Le coffre, sauf si --vault ou CARNET_VAULT en nomme un autre. Retirer le logiciel n'y touche pas.", "The vault, unless --vault or CARNET_VAULT names another. Removing the program does not touch it."}
	ManBook     = Message{"Manuel de Carnet", "Carnet manual"}
	ManOther    = Message{"S'écrit aussi : %s", "Also written: %s"}
)

// Part is a heading and what stands below it.
type Part struct {
	Title     string
	Sentences []string
}

// Build says which build of the program this is.
func (l Language) Build(b *release.Build) (lines []string) {
	if b.Version == "" {
		lines = append(lines, l.Say(VersionUnknown))
	} else {
		lines = append(lines, l.Say(VersionIs, b.Version))
	}
	if b.Revision == "" || b.Time.IsZero() {
		lines = append(lines, l.Say(BuiltWith, b.Go, b.System))
	} else {
		lines = append(lines, l.Say(BuiltFrom, b.Revision[:min(12, len(b.Revision))], l.Date(b.Time.UTC()), b.Go, b.System))
	}
	if b.Changed {
		lines = append(lines, l.Say(BuiltChanged))
	}
	return lines
}

// Accessibility is the statement of accessibility.
func (l Language) Accessibility() []Part {
	fails, holds := Part{Title: l.Say(AccessFails)}, Part{Title: l.Say(AccessDone)}
	for _, m := range AccessFaults {
		fails.Sentences = append(fails.Sentences, l.Say(m))
	}
	for _, m := range AccessHolds {
		holds.Sentences = append(holds.Sentences, l.Say(m))
	}
	holds.Sentences = append(holds.Sentences, l.Say(AccessHelp))
	return []Part{{l.Say(AccessTitle), []string{l.Say(AccessState)}}, fails, holds}
}

// Works lists what the program is made of, with the licence of each.
func (l Language) Works(b *release.Build) (parts []Part) {
	for _, k := range []struct {
		kind  release.Kind
		title Message
	}{
		{release.Module, PartsModules}, {release.Library, PartsLibrary}, {release.Font, PartsFonts}, {release.Toolchain, PartsTools}, {release.Table, PartsTables},
	} {
		p := Part{Title: l.Say(k.title)}
		for _, w := range b.Works {
			if w.Kind != k.kind {
				continue
			}
			name, licence := w.Name, w.Licence
			if w.Version != "" {
				name += " " + w.Version
			}
			if licence == "" {
				licence = l.Say(NoLicence)
			}
			p.Sentences = append(p.Sentences, l.Say(PartLine, name, licence, strings.TrimSuffix(w.Copyright, "."), w.Source))
		}
		if len(p.Sentences) > 0 {
			parts = append(parts, p)
		}
	}
	return parts
}

// Notice tells what a verified notice means for this build.
func (l Language) Notice(b *release.Build, n release.Notice) []string {
	var s string
	day := l.Day(n.Date)
	switch b.Standing(n) {
	case release.Older:
		s = l.Say(NoticeNewer, n.Version, day, b.Version, n.Where)
	case release.Same:
		s = l.Say(NoticeSame, n.Version, day)
	case release.Newer:
		s = l.Say(NoticeOlder, n.Version, day, b.Version)
	default:
		s = l.Say(NoticeUnknown, n.Version, day, n.Where)
	}
	return []string{l.Say(NoticeSigned), s, l.Say(NoticeAge), l.Say(UpdateYourself)}
}
