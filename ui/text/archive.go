package text

import (
	"bytes"
	"fmt"
	"html"
	"strings"
	"time"

	"carnet/vault"
	"carnet/vault/exchange/sheet"
	"carnet/vault/profile"
	"carnet/vault/record"
)

// The complete archive of a person, on the command line and in the window.
var (
	ExportWord = Word{FR: "exporter", EN: "export", Help: Message{"Écrit l'archive complète d'une personne, ou de toutes, la relit et la vérifie", "Writes the complete archive of a person, or of everyone, reads it back and verifies it"},
		Long: Message{`Écrit dans un dossier (--to) l'archive complète d'une personne : chaque document tel qu'il a été reçu, le profil médical, les mesures,
l'historique, qui a accès, le journal, une page à ouvrir dans un navigateur. Elle est relue et vérifiée avant d'avoir son nom.
Sans protection tout y est en clair : qui trouve le dossier lit tout. Avec --age-passphrase-fd ou --age-recipient, l'archive est un seul
fichier chiffré, que le programme age ouvre aussi. Une phrase secrète d'archive oubliée ne se retrouve pas.
Avec --everyone, chaque personne du coffre a son archive, en une fois : toutes sont écrites, ou aucune.
Un document que quelqu'un vous masque n'y est pas ; leur nombre est dit. Un aidant n'exporte pas.`,
			`Writes the complete archive of a person into a folder (--to): each document as it was received, the medical profile, the measurements,
the history, who has access, the journal, a page to open in a browser. It is read back and verified before it has its name.
Without protection everything in it is in clear: whoever finds the folder reads it all. With --age-passphrase-fd or --age-recipient the archive
is one encrypted file, which the program age opens as well. A forgotten passphrase of an archive cannot be found again.
With --everyone each person of the vault gets an archive at once: all of them are written, or none.
A document that somebody hides from you is not in it; how many there are is told. A carer does not export.`}}
	ExportVerify = Word{FR: "verifier", EN: "verify", Help: Message{"Vérifie une archive, sans coffre", "Verifies an archive, without a vault"}, Usage: Message{"ARCHIVE", "ARCHIVE"}}
	RestoreWord  = Word{FR: "restaurer", EN: "restore", Help: Message{"Ramène une archive dans ce coffre", "Brings an archive back into this vault"},
		Long: Message{`Ramène une archive (--from) dans ce coffre : dans le carnet de la même personne, ou dans un nouveau. L'archive est d'abord vérifiée en entier.
Ce qui est déjà là reste tel quel : recommencer n'ajoute rien. Tout vient, ou rien. --dry-run dit ce qui viendrait.
Les autres personnes gardent leurs phrases secrètes pour elles : donnez-leur accès de nouveau.`,
			`Brings an archive (--from) back into this vault: into the record of the same person, or a new one. The archive is first verified as a whole.
What is there already stays as it is: doing it again adds nothing. All of it comes, or nothing. --dry-run says what would come.
Other people keep their passphrases to themselves: give them access again.`}}

	OptArchive      = Message{"archive : dossier, .tar ou .tar.age", "archive: folder, .tar or .tar.age"}
	OptEveryone     = Message{"une archive pour chaque personne du coffre, toutes ou aucune", "an archive for each person of the vault, all of them or none"}
	EveryoneOrOne   = Message{"Choisissez --everyone ou --patient, pas les deux.", "Choose --everyone or --patient, not both."}
	ArchiveNotYours = Message{"Pas d'archive de %s : vous n'y êtes qu'aidant.", "No archive of %s: you are only a carer there."}
	OptTar          = Message{"un seul fichier .tar, en clair", "one .tar file, in clear"}
	OptDryRun       = Message{"dit ce qui viendrait, sans rien changer", "says what would come, changes nothing"}
	OptAgePhrase    = Message{"descripteur où lire la phrase secrète de l'archive", "descriptor to read the passphrase of the archive from"}
	OptAgeRecipient = Message{"chiffre pour cette clé publique age (age1...)", "encrypts to this public age key (age1...)"}
	OptAgeIdentity  = Message{"descripteur où lire la clé privée age", "descriptor to read the private age key from"}

	OneSecretOnly       = Message{"Choisissez --age-passphrase-fd ou --age-recipient, pas les deux.", "Choose --age-passphrase-fd or --age-recipient, not both."}
	AskArchivePhrase    = Message{"Phrase secrète de l'archive : ", "Passphrase of the archive: "}
	AskNewArchivePhrase = Message{"Phrase secrète pour l'archive : ", "Passphrase for the archive: "}
	ArchiveMade         = Message{"Archive vérifiée : %s. Documents : %d. Profil médical : %d. Taille : %s.", "Archive verified: %s. Documents: %d. Medical profile: %d. Size: %s."}
	ArchiveInClear      = Message{"Elle est en clair : rangez-la comme vous rangeriez les papiers, ou effacez-la.", "It is in clear: keep it as you would keep the papers, or delete it."}
	ArchiveSealed       = Message{"Sans sa phrase secrète ou sa clé, personne ne peut l'ouvrir, même nous.", "Without its passphrase or key nobody can open it, not even us."}
	ArchiveOf           = Message{"%s. %s", "%s. %s"}
	ArchivesInClear     = Message{"Elles sont en clair : rangez-les comme vous rangeriez les papiers, ou effacez-les.", "They are in clear: keep them as you would keep the papers, or delete them."}
	ArchivesSealed      = Message{"Sans leur phrase secrète ou leur clé, personne ne peut les ouvrir, même nous.", "Without their passphrase or key nobody can open them, not even us."}
	ArchiveUnreadable   = Message{"Au moins %d document(s) vous sont masqués et n'y sont pas.", "At least %d document(s) are hidden from you and not in it."}
	ArchiveWhole        = Message{"L'archive est entière : %s, du %s. Documents : %d. Profil médical : %d. Fichiers : %d. Taille : %s.", "The archive is whole: %s, of %s. Documents: %d. Medical profile: %d. Files: %d. Size: %s."}
	RestorePreview      = Message{"Viendraient : documents %d, profil médical %d, mentions d'effacement %d. Déjà là : %d.", "Would come: documents %d, medical profile %d, mentions of erasure %d. There already: %d."}
	RestoreDone         = Message{"Restauré dans le carnet de %s : documents %d, profil médical %d, mentions d'effacement %d. Déjà là : %d.", "Restored into the record of %s: documents %d, medical profile %d, mentions of erasure %d. There already: %d."}
	RestoreNew          = Message{"%s aura un nouveau carnet dans ce coffre.", "%s will have a new record in this vault."}
	RestoreDiffers      = Message{"L'archive dit autre chose de la personne, qui reste telle quelle ici : %s.", "The archive says something else of the person, who stays as here: %s."}
	ArchiveFaultAt      = Message{"Fichier en cause : %s", "File at fault: %s"}

	ArchiveSection    = Message{"Archive complète", "Complete archive"}
	ArchiveText       = Message{"Pour partir avec tout, ou garder une copie lisible sans Carnet : chaque document tel qu'il a été reçu, le profil, les mesures, l'historique. L'archive est relue et vérifiée. Elle se ramène dans ce coffre ou dans un autre.", "To leave with everything, or to keep a copy that can be read without Carnet: each document as it was received, the profile, the measurements, the history. The archive is read back and verified. It can be brought back into this vault or another."}
	ArchiveResult     = Message{"C'est fait et vérifié", "Done and verified"}
	ExportAll         = Message{"Exporter tout", "Export everything"}
	ExportWhat        = Message{"L'archive complète de %s", "The complete archive of %s"}
	ExportHolds       = Message{"Tout ce que vous pouvez lire y est, la corbeille comprise. Le coffre reste tel quel.", "All that you can read is in it, the bin included. The vault stays as it is."}
	ExportSealedMeans = Message{"Protégée : un seul fichier, qui ne s'ouvre qu'avec la phrase que vous choisissez ici. Oubliée, elle ne se retrouve pas.", "Protected: one file, which opens only with the phrase that you choose here. Forgotten, it cannot be found again."}
	ExportClearMeans  = Message{"En clair : un dossier à ouvrir dans un navigateur. Qui le trouve lit tout.", "In clear: a folder to open in a browser. Whoever finds it reads it all."}
	ExportOthers      = Message{"Aussi l'archive de %s", "The archive of %s too"}
	ExportSealed      = Message{"Protéger et choisir le dossier", "Protect and choose the folder"}
	ExportInClear     = Message{"En clair, choisir le dossier", "In clear, choose the folder"}
	ExportBy          = Message{"Protéger par", "Protect by"}
	ExportByPhrase    = Message{"Une phrase secrète", "A passphrase"}
	ExportByKey       = Message{"Une clé age", "An age key"}
	ExportKey         = Message{"Clé publique age du destinataire", "Public age key of the recipient"}
	ExportKeyHint     = Message{"Elle commence par age1. Seule sa clé privée ouvre l'archive : personne ne peut la relire ici.", "It begins with age1. Only its private key opens the archive: nobody can read it back here."}
	ExportHint        = Message{"Le dossier où écrire l'archive", "The folder to write the archive into"}
	ExportingAll      = Message{"Écriture et vérification de l'archive", "Writing and verifying the archive"}
	StopExport        = Message{"Arrêter l'archive", "Stop the archive"}
	ExportKept        = Message{"Si vous arrêtez, rien de l'archive ne reste.", "If you stop, nothing of the archive stays."}
	ExportDone        = Message{"Archive écrite, relue et vérifiée.", "Archive written, read back and verified."}
	ExportsDone       = Message{"%d archives écrites, relues et vérifiées.", "%d archives written, read back and verified."}
	RestoreArchive    = Message{"Restaurer depuis une archive", "Restore from an archive"}
	RestoreHint       = Message{"Le dossier de l'archive, ou le fichier .tar ou .tar.age", "The folder of the archive, or the .tar or .tar.age file"}
	ArchivePhrase     = Message{"Phrase secrète de l'archive", "Passphrase of the archive"}
	ArchivePhraseHint = Message{"Celle qui a été choisie pour elle, pas celle du coffre", "The one chosen for it, not the vault's"}
	VerifyArchive     = Message{"Vérifier l'archive", "Verify the archive"}
	VerifyingArchive  = Message{"Vérification de l'archive", "Verifying the archive"}
	StopVerify        = Message{"Arrêter la vérification de l'archive", "Stop verifying the archive"}
	VerifyKept        = Message{"Rien n'est encore ajouté au coffre.", "Nothing is added to the vault yet."}
	RestoreAsk        = Message{"Restaurer le carnet de %s ?", "Restore the record of %s?"}
	RestoreMeans      = Message{"Ce qui est déjà dans le coffre reste tel quel. Les autres personnes n'ont pas accès tant que vous ne le donnez pas.", "What is in the vault already stays as it is. Other people have no access until you give it."}
	RestoreVerb       = Message{"Restaurer", "Restore"}
	Restoring         = Message{"Restauration de l'archive", "Restoring the archive"}
	StopRestore       = Message{"Arrêter la restauration", "Stop the restore"}
	RestoreKept       = Message{"Si vous arrêtez, rien n'est ajouté au coffre.", "If you stop, nothing is added to the vault."}
	RestoreEnded      = Message{"Archive restaurée.", "Archive restored."}

	archiveTitle      = Message{"Carnet de santé de %s", "Health record of %s"}
	archiveMadeOn     = Message{"Archive complète du %s.", "Complete archive of %s."}
	archiveContents   = Message{"Dans cette page", "On this page"}
	archiveIdentity   = Message{"Identité", "Identity"}
	archiveDocuments  = Message{"Documents", "Documents"}
	archiveBin        = Message{"Corbeille", "Bin"}
	archiveErased     = Message{"Documents effacés définitivement", "Documents erased for good"}
	archiveErasedLine = Message{"Un document effacé le %s par %s. Il n'en reste rien d'autre.", "A document erased on %s by %s. Nothing else of it is left."}
	archiveSomebody   = Message{"quelqu'un", "somebody"}
	archivePeople     = Message{"Qui a accès, ou l'avait dans un autre coffre", "Who has access, or had in another vault"}
	archiveAbsent     = Message{"Ce qui n'y est pas", "What is not in it"}
	archiveNoMessages = Message{"Carnet n'a pas de messagerie : il n'y a pas de messages. Les rendez-vous, les vaccinations et les examens à venir sont aussi dans data/agenda/rendez-vous.ics, sans détails, s'il y en a.", "Carnet has no messaging: there are no messages. Appointments, and vaccinations and examinations to come, are in data/agenda/rendez-vous.ics too, without details, if there are any."}
	archiveNothing    = Message{"Rien n'est renseigné.", "Nothing is filled in."}
	archiveFile       = Message{"Document", "Document"}
	archiveCategory   = Message{"Catégorie", "Category"}
	archiveDate       = Message{"Date", "Date"}
	archiveSize       = Message{"Taille", "Size"}
	archiveSaid       = Message{"Note et étiquettes", "Note and tags"}
	archiveName       = Message{"Nom", "Name"}
	archiveRole       = Message{"Rôle", "Role"}
	archiveField      = Message{"Information", "Information"}
	archiveValue      = Message{"Ce qui est dit", "What is said"}
	archiveEmergency  = Message{"Cette page informe. Elle ne remplace ni un avis médical ni les documents d'origine.", "This page informs. It replaces neither medical advice nor the original documents."}

	archiveLetter = Message{`CARNET DE SANTÉ : CE QU'EST CE DOSSIER

C'est l'archive complète d'un carnet de santé, écrite par le programme Carnet
le %s. Elle s'ouvre sans lui.

LIRE          Ouvrez data/index.html dans un navigateur : il mène à chaque
              document. data/synthese.pdf tient en quelques pages.
LES FICHIERS  data/originals : chaque document tel qu'il a été reçu.
              data/documents.csv, data/profil, data/mesures : des tableaux,
              pour un tableur. data/fhir : la même chose pour un logiciel de
              santé (HL7 FHIR R4, et le résumé international IPS).
              data/agenda/rendez-vous.ics : ce qui est à venir, pour un agenda.
              data/journal/audit.jsonl : qui a fait quoi ; chaque ligne porte
              la somme SHA-256 de la précédente.
              data/consentements : qui a accès, et la preuve signée d'une remise
              du carnet. data/schema : la description des fichiers JSON.
VÉRIFIER      Dans le dossier qui contient bagit.txt :
                  sha256sum -c manifest-sha256.txt
              Sous Windows : Get-FileHash, à comparer avec la liste.
              Avec Carnet : carnet exporter verifier DOSSIER
OUVRIR        Un fichier .tar :      tar -xf FICHIER.tar
              Un fichier .tar.age :  age -d -o FICHIER.tar FICHIER.tar.age
RAMENER       carnet restaurer --from DOSSIER

Tout est ici en clair : qui trouve ce dossier lit tout. Rangez-le comme vous
rangeriez les papiers.
`, `HEALTH RECORD: WHAT THIS FOLDER IS

It is the complete archive of a health record, written by the program Carnet
on %s. It opens without it.

READ          Open data/index.html in a browser: it leads to each document.
              data/synthese.pdf is a summary of a few pages.
THE FILES     data/originals: each document as it was received.
              data/documents.csv, data/profil, data/mesures: tables for a
              spreadsheet. data/fhir: the same for a health program (HL7 FHIR
              R4, and the International Patient Summary).
              data/agenda/rendez-vous.ics: what is to come, for a calendar.
              data/journal/audit.jsonl: who did what; each line carries the
              SHA-256 of the one before.
              data/consentements: who has access, and the signed proof of a
              hand-over. data/schema: what the JSON files mean.
VERIFY        In the folder that has bagit.txt in it:
                  sha256sum -c manifest-sha256.txt
              On Windows: Get-FileHash, to compare with the list.
              With Carnet: carnet export verify FOLDER
OPEN          A .tar file:      tar -xf FILE.tar
              A .tar.age file:  age -d -o FILE.tar FILE.tar.age
BRING BACK    carnet restore --from FOLDER

Everything here is in clear: whoever finds this folder reads it all. Keep it as
you would keep the papers.
`}
)

// agendaPath is where what is to come lies in an archive.
const agendaPath = "data/agenda/rendez-vous.ics"

// Archive writes what people read of a complete archive: the page that leads to
// everything, the summary, and how to open it. category names the category of a
// document, dates what is to come.
func (l Language) Archive(kinds *profile.Table, category func(code string) string, dates Dates) func(*vault.Contents) (map[string][]byte, error) {
	return func(c *vault.Contents) (map[string][]byte, error) {
		s := Summary{Patient: c.Patient, Entries: c.Entries, Kinds: kinds, Printed: c.Made}
		for _, d := range c.Documents {
			if d.RemovedAt == 0 && len(s.Latest) < 10 {
				s.Latest = append(s.Latest, d.Document)
			}
		}
		summary := s.Sheet(l)
		year, month, day := c.Made.Date()
		summary.Created = time.Date(year, month, day, 0, 0, 0, 0, time.UTC) // two archives of one day say the same
		pdf, err := summary.PDF()
		if err != nil {
			return nil, err
		}
		letter := French.Say(archiveLetter, French.Date(c.Made)) + "\n" + strings.Repeat("-", 76) + "\n\n" + English.Say(archiveLetter, English.Date(c.Made))
		files := map[string][]byte{
			"data/index.html":   l.archivePage(kinds, category, c),
			"data/synthese.pdf": pdf,
			"data/LISEZMOI.txt": []byte(strings.ReplaceAll(letter, "\n", "\r\n")),
		}
		agenda, err := l.agenda(dates, c)
		if agenda != nil {
			files[agendaPath] = agenda
		}
		return files, err
	}
}

// ArchiveWords are the words of an archive's FHIR bundles.
func (l Language) ArchiveWords() vault.ExportWords {
	return vault.ExportWords{Label: l.Label, Summary: l.Say(SummaryTitle), Nothing: l.Say(archiveNothing)}
}

// archiveSection is a part of the page.
type archiveSection struct {
	title  string
	header []string   // of the columns
	rows   [][]string // cells in HTML
	lines  []string   // without columns
}

func (l Language) archivePage(kinds *profile.Table, category func(code string) string, c *vault.Contents) []byte {
	var b bytes.Buffer
	title := html.EscapeString(l.Say(archiveTitle, c.Patient.Name))
	fmt.Fprintf(&b, `<!DOCTYPE html>
<html lang="%s">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>%s</title>
<style>
body { font: 1.05rem/1.5 sans-serif; color: #1b2430; background: #fff; max-width: 60rem; margin: 1.5rem auto; padding: 0 1rem; }
h1 { font-size: 1.7rem; } h2 { font-size: 1.3rem; margin: 2rem 0 0.4rem; }
a { color: #0b4a8f; } a:focus { outline: 3px solid #0b4a8f; }
table { border-collapse: collapse; width: 100%%; } caption { text-align: left; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.8rem 0.3rem 0; border-bottom: 1px solid #767676; overflow-wrap: break-word; white-space: pre-line; }
th[scope="row"], td:last-child { overflow-wrap: anywhere; } h1, h2, p { overflow-wrap: anywhere; }
footer { border-top: 1px solid #767676; margin-top: 2rem; font-size: 0.9rem; }
@media screen and (max-width: 40rem) {
thead { position: absolute; clip-path: inset(50%%); width: 1px; height: 1px; overflow: hidden; white-space: nowrap; }
table, tbody, tbody tr { display: block; } tbody th, tbody td { display: block; padding: 0.1rem 0; border: 0; } td:empty { display: none; }
tbody tr { padding: 0.4rem 0; border-bottom: 1px solid #767676; }
}
@media print { body { font-size: 10pt; margin: 0; max-width: none; } a { color: inherit; } nav { display: none; } h2 { break-after: avoid; } tr { break-inside: avoid; } }
</style>
</head>
<body>
<header>
<h1>%s</h1>
<p>%s</p>
</header>
`, l.Tag(), title, title, html.EscapeString(l.Say(archiveMadeOn, l.Date(c.Made))))
	sections := l.archiveSections(kinds, category, c)
	fmt.Fprintf(&b, "<nav aria-label=\"%s\">\n<ul>\n", html.EscapeString(l.Say(archiveContents)))
	for i, s := range sections {
		fmt.Fprintf(&b, "<li><a href=\"#s%d\">%s</a></li>\n", i+1, html.EscapeString(s.title))
	}
	b.WriteString("</ul>\n</nav>\n<main>\n")
	for i, s := range sections {
		fmt.Fprintf(&b, "<section aria-labelledby=\"s%d\">\n<h2 id=\"s%d\">%s</h2>\n", i+1, i+1, html.EscapeString(s.title))
		s.write(&b)
		b.WriteString("</section>\n")
	}
	fmt.Fprintf(&b, "</main>\n<footer><p>%s</p>\n<p>%s</p></footer>\n</body>\n</html>\n", html.EscapeString(l.Say(archiveEmergency)), html.EscapeString(l.Say(Independence)))
	return b.Bytes()
}

func (s *archiveSection) write(b *bytes.Buffer) {
	for _, line := range s.lines {
		fmt.Fprintf(b, "<p>%s</p>\n", html.EscapeString(line))
	}
	if len(s.rows) == 0 {
		return
	}
	b.WriteString("<table>\n<thead><tr>")
	for _, h := range s.header {
		fmt.Fprintf(b, "<th scope=\"col\">%s</th>", html.EscapeString(h))
	}
	b.WriteString("</tr></thead>\n<tbody>\n")
	for _, row := range s.rows {
		b.WriteString("<tr>")
		for i, cell := range row {
			if i == 0 {
				fmt.Fprintf(b, "<th scope=\"row\">%s</th>", cell)
				continue
			}
			fmt.Fprintf(b, "<td>%s</td>", cell)
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</tbody>\n</table>\n")
}

func (l Language) archiveSections(kinds *profile.Table, category func(code string) string, c *vault.Contents) []archiveSection {
	identity := archiveSection{title: l.Say(archiveIdentity), header: []string{l.Say(archiveField), l.Say(archiveValue)}}
	e := Emergency{Patient: c.Patient, Kinds: kinds, Printed: c.Made}
	rows := e.identity(l)
	for _, number := range []struct{ label, value string }{{"NIR", c.Patient.NIR}, {"INS", c.Patient.INS}} {
		if number.value != "" {
			rows = append(rows, sheet.Row{Label: number.label, Value: number.value})
		}
	}
	for _, row := range rows {
		identity.rows = append(identity.rows, []string{html.EscapeString(row.Label), html.EscapeString(row.Value)})
	}
	out := []archiveSection{identity}
	for i := range kinds.Kinds {
		if s := l.archiveKind(kinds, &kinds.Kinds[i], c.Entries); len(s.rows)+len(s.lines) > 0 {
			out = append(out, s)
		}
	}
	in, binned := l.archiveList(archiveDocuments, category, c, false), l.archiveList(archiveBin, category, c, true)
	if len(in.rows) == 0 {
		in.lines = []string{l.Say(archiveNothing)}
	}
	out = append(out, in)
	if len(binned.rows) > 0 {
		out = append(out, binned)
	}
	if len(c.Erasures) > 0 {
		s := archiveSection{title: l.Say(archiveErased)}
		for _, x := range c.Erasures {
			who := x.By.Name
			if who == "" {
				who = l.Say(archiveSomebody)
			}
			s.lines = append(s.lines, l.Say(archiveErasedLine, l.Date(x.At.Time().UTC()), who))
		}
		out = append(out, s)
	}
	people := archiveSection{title: l.Say(archivePeople), header: []string{l.Say(archiveName), l.Say(archiveRole)}}
	for _, m := range c.Members {
		people.rows = append(people.rows, []string{html.EscapeString(m.Name), html.EscapeString(l.Say(Role(m.Role)))})
	}
	absent := archiveSection{title: l.Say(archiveAbsent), lines: []string{l.Say(archiveNoMessages)}}
	if c.Unreadable > 0 {
		absent.lines = append(absent.lines, l.Say(ArchiveUnreadable, c.Unreadable))
	}
	return append(out, people, absent)
}

// archiveKind is what is said of one kind of entries.
func (l Language) archiveKind(kinds *profile.Table, k *profile.Kind, entries []record.Entry) archiveSection {
	s := archiveSection{title: l.Kind(k), header: []string{l.Say(archiveName), l.Say(archiveDate), l.Say(archiveValue)}}
	for i := range entries {
		e := &entries[i]
		if e.Kind != k.Code || e.RemovedAt != 0 {
			continue
		}
		if e.Status == record.NoneKnown {
			s.lines = append(s.lines, l.EntryTitle(kinds, e))
			continue
		}
		var said []string
		title := l.EntryTitle(kinds, e)
		for j, f := range l.EntryFields(kinds, e) {
			if j > 0 || f.Value != title { // which stands beside it
				said = append(said, l.Say(emergencyBefore, f.Label, f.Value))
			}
		}
		s.rows = append(s.rows, []string{html.EscapeString(title), html.EscapeString(l.EntryDates(e)), html.EscapeString(strings.Join(said, "\n"))})
	}
	return s
}

func (l Language) archiveList(title Message, category func(code string) string, c *vault.Contents, bin bool) archiveSection {
	s := archiveSection{title: l.Say(title), header: []string{l.Say(archiveFile), l.Say(archiveCategory), l.Say(archiveDate), l.Say(archiveSize), l.Say(archiveSaid)}}
	for _, d := range c.Documents {
		if (d.RemovedAt != 0) != bin {
			continue
		}
		link := fmt.Sprintf(`<a href="%s">%s</a>`, html.EscapeString(strings.TrimPrefix(d.Path, "data/")), html.EscapeString(d.Title))
		said := strings.Trim(d.Note+"\n"+strings.Join(d.Tags, ", "), "\n")
		s.rows = append(s.rows, []string{link, html.EscapeString(category(d.ShownCategory())), html.EscapeString(l.Day(d.ShownDate())), html.EscapeString(l.Size(d.Size)), html.EscapeString(said)})
	}
	return s
}

// Exported are the sentences of what archives that were made together hold and where
// they lie; of several it is said whose they are.
func (l Language) Exported(made []vault.Exported) (out []string) {
	sealed := false
	for i := range made {
		m := &made[i]
		said := l.Say(ArchiveMade, m.Path, m.Documents, m.Records, l.Size(m.Bytes))
		if len(made) > 1 {
			said = l.Say(ArchiveOf, m.Archive.Patient().Name, said)
		}
		out = append(out, said)
		if m.Unreadable > 0 {
			out = append(out, l.Say(ArchiveUnreadable, m.Unreadable))
		}
		sealed = m.Sealed
	}
	switch {
	case sealed:
		return append(out, l.Plural(len(made), ArchiveSealed, ArchivesSealed))
	case len(made) > 0:
		return append(out, l.Plural(len(made), ArchiveInClear, ArchivesInClear))
	}
	return out
}

// Restored are the sentences of what a restore brought, or would bring.
func (l Language) Restored(r *vault.Restored, preview bool) (out []string) {
	if preview {
		if r.New {
			out = append(out, l.Say(RestoreNew, r.Patient.Name))
		}
		out = append(out, l.Say(RestorePreview, r.Documents, r.Records, r.Erasures, r.Present))
	} else {
		out = append(out, l.Say(RestoreDone, r.Patient.Name, r.Documents, r.Records, r.Erasures, r.Present))
	}
	if len(r.Differs) > 0 {
		out = append(out, l.Say(RestoreDiffers, strings.Join(r.Differs, ", ")))
	}
	return out
}
