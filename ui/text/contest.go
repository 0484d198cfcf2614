package text

import (
	"strings"
	"time"

	"carnet/vault/exchange/sheet"
	"carnet/vault/record"
	"carnet/vault/rights"
)

// What a person contests in a document, or in what others said of their health.
var (
	DocumentContest = Word{FR: "contester", EN: "contest", Help: Message{"Note ce que vous contestez dans un document, et écrit la lettre", "Notes what you contest in a document, and writes the letter"},
		Long: contestLong, Usage: Message{"ID", "ID"}}
	ProfileContest = Word{FR: "contester", EN: "contest", Help: Message{"Note ce que vous contestez dans une information d'un professionnel, et écrit la lettre", "Notes what you contest in a professional's information, and writes the letter"},
		Long: contestLong, Usage: Message{"ID", "ID"}}
	contestLong = Message{`Note que vous contestez une information, ce qui ne va pas et ce que vous demandez, puis la réponse. Rien n'est envoyé, et rien n'est effacé ni changé.
--to écrit la lettre datée, à signer et à envoyer vous-même. Elle est en français, la langue de qui la reçoit.`,
		`Notes that you contest something, what is wrong and what you ask for, and later the answer. Nothing is sent, and nothing is erased or changed.
--to writes the dated letter, for you to sign and send. It is in French, the language of whoever receives it.`}

	Contesting     = Message{"Contester", "Contest"}
	ContestTitle   = Message{"Contester : %s", "Contest: %s"}
	ContestText    = Message{"La demande se fait par écrit auprès de la personne qui a écrit l'information. Carnet la garde, prépare la lettre, n'envoie rien et n'efface rien.", "The request is made in writing to whoever wrote the information. Carnet keeps it, prepares the letter, sends nothing and erases nothing."}
	ContestWrong   = Message{"Ce qui ne va pas", "What is wrong"}
	ContestAsk     = Message{"Ce que je demande", "What I ask for"}
	ContestReason  = Message{"Pourquoi", "Why"}
	ContestTo      = Message{"À qui", "To whom"}
	ContestToHint  = Message{"Le professionnel ou l'établissement qui l'a écrit. Facultatif.", "The professional or the house that wrote it. Optional."}
	ContestAnswer  = Message{"Réponse reçue", "Answer received"}
	ContestLetter  = Message{"Voir la lettre", "See the letter"}
	ContestEnd     = Message{"Noter la réponse", "Note the answer"}
	ContestEndText = Message{"Votre demande reste dans l'historique, avec sa réponse. Le document ne change pas.", "Your request stays in the history, with its answer. The document does not change."}
	ContestSaid    = Message{"Contesté le %s : %s. Demande : %s.", "Contested on %s: %s. Asked: %s."}
	ContestEnded   = Message{"%s le %s.", "%s on %s."}
	ContestDone    = Message{"Contestation notée. Rien n'a été envoyé.", "Contestation noted. Nothing was sent."}
	ContestClosed  = Message{"Réponse notée.", "Answer noted."}
	ContestOneDoc  = Message{"Choisissez un seul document à contester.", "Choose a single document to contest."}
	ContestNoOpen  = Message{"Rien n'est contesté ici. Donnez --wrong et --ask.", "Nothing is contested here. Give --wrong and --ask."}
	ContestOptions = Message{"Donnez --wrong et --ask pour contester, --answer pour noter la réponse, ou --to pour la lettre.", "Give --wrong and --ask to contest, --answer to note the answer, or --to for the letter."}
	LetterSaved    = Message{"Lettre enregistrée : %s. À signer et envoyer vous-même.", "Letter saved: %s. It is for you to sign and send."}
	LetterTitle    = Message{"Demande sur des données de santé", "Request about health data"}
	LetterFileName = Message{"Demande", "Request"}
	RightsEdition  = Message{"Textes lus le %s. Ce n'est pas un conseil juridique.", "Texts as read on %s. This is no legal advice."}
	RightsSource   = Message{"%s (%s)", "%s (%s)"}
	RightsBasis    = Message{"Ce que dit la loi", "What the law says"}
	RightsLimits   = Message{"Ce que la loi ne promet pas", "What the law does not promise"}
	RightsSources  = Message{"Sources", "Sources"}
)

// The letter.
var (
	letterFrom   = Message{"De", "From"}
	letterBorn   = Message{"Né(e) le", "Born on"}
	letterTo     = Message{"À l'attention de", "To"}
	letterNobody = Message{"Monsieur, Madame", "Whom it may concern"}
	letterDay    = Message{"Le", "On"}
	letterAbout  = Message{"Objet", "About"}
	letterSays   = Message{"Madame, Monsieur,", "Dear Sir or Madam,"}
	letterRecord = Message{"Dans les données de santé que vous tenez à mon sujet, ou au sujet de la personne nommée ci-dessus que je représente, une information me paraît %s : « %s »%s.", "In the health data that you keep about me, or about the person named above for whom I act, something seems %s to me: \"%s\"%s."}
	letterDated  = Message{", du %s", ", of %s"}
	letterReason = Message{"Mes raisons", "My reasons"}
	letterAsk    = Message{"Je vous demande de bien vouloir %s.", "I ask you to %s."}
	letterTalk   = Message{"Je suis disponible pour en parler avec vous. Vous pouvez garder l'original de cette demande.", "I am at your disposal to talk about it. You may keep the original of this request."}
	letterSign   = Message{"Signature :", "Signature:"}
)

var wrongs = map[record.Wrong]Message{
	record.Inexact:    {"inexact", "inexact"},
	record.Incomplete: {"incomplet", "incomplete"},
	record.Ambiguous:  {"équivoque", "ambiguous"},
	record.Outdated:   {"périmé", "outdated"},
	record.Unlawful:   {"illicite", "unlawful"},
}

// wrongly are the same of an information, which French has in the feminine.
var wrongly = map[record.Wrong]Message{
	record.Inexact:    {"inexacte", "inexact"},
	record.Incomplete: {"incomplète", "incomplete"},
	record.Ambiguous:  {"équivoque", "ambiguous"},
	record.Outdated:   {"périmée", "outdated"},
	record.Unlawful:   {"recueillie ou conservée de façon illicite", "collected or kept unlawfully"},
}

var asks = map[record.Ask]Message{
	record.AskCorrect:  {"corriger", "correct"},
	record.AskComplete: {"compléter", "complete"},
	record.AskLock:     {"verrouiller", "lock"},
	record.AskErase:    {"effacer", "erase"},
}

var asked = map[record.Ask]Message{
	record.AskCorrect:  {"la rectifier", "rectify it"},
	record.AskComplete: {"la compléter", "complete it"},
	record.AskLock:     {"en limiter l'usage : la garder sans plus vous en servir ni la communiquer", "restrict its use: keep it and neither use nor pass it on"},
	record.AskErase:    {"l'effacer", "erase it"},
}

var contestStates = map[record.ContestState]Message{
	record.ContestOpen:      {"Contesté", "Contested"},
	record.ContestAccepted:  {"Contestation acceptée", "Contestation accepted"},
	record.ContestRefused:   {"Contestation refusée", "Contestation refused"},
	record.ContestWithdrawn: {"Contestation retirée", "Contestation withdrawn"},
}

// Wrong says what is the matter with something.
func (l Language) Wrong(w record.Wrong) string { return l.Say(wrongs[w]) }

// Ask says what somebody wants.
func (l Language) Ask(a record.Ask) string { return l.Say(asks[a]) }

// ContestState is a mark for what is contested, "" for what is not.
func (l Language) ContestState(s record.ContestState) string {
	if s == "" {
		return ""
	}
	return l.Say(contestStates[s])
}

// ContestValue is a field of a contestation in a history as people read it, and
// what belongs to none as it is.
func (l Language) ContestValue(field, value string) string {
	if value == "" {
		return ""
	}
	switch field {
	case "wrong":
		return l.Wrong(record.Wrong(value))
	case "ask":
		return l.Ask(record.Ask(value))
	case "contest":
		return l.ContestState(record.ContestState(value))
	}
	return value
}

// Contested tells what is contested and how it ended, a line each; none for what
// is not.
func (l Language) Contested(c *record.Contest) (lines []string) {
	if !c.IsContested() {
		return nil
	}
	lines = append(lines, l.Say(ContestSaid, l.Date(c.Contested.Time()), l.Wrong(c.Wrong), l.Ask(c.Ask)))
	add := func(label Message, value string) {
		if value != "" {
			lines = append(lines, l.Say(ChangedTo, l.Say(label), value))
		}
	}
	add(ContestTo, c.Addressee)
	add(ContestReason, c.Reason)
	if c.AnsweredAt != 0 {
		lines = append(lines, l.Say(ContestEnded, l.ContestState(c.Outcome), l.Date(c.AnsweredAt.Time())))
	}
	add(ContestAnswer, c.Answer)
	return lines
}

// Letter is the request that a person signs and sends.
type Letter struct {
	Contest record.Contest
	Patient record.Patient
	Title   string // of the document, or what the entry says
	Date    string // its date, YYYY-MM-DD, YYYY-MM or YYYY; "" for none
	Rights  *rights.Table
	Written time.Time
}

// Points gives the basis of what is asked, or its limits, each with its source.
func (l Language) Points(points []rights.Point, ask record.Ask) (lines []string) {
	for _, p := range rights.About(points, ask) {
		lines = append(lines, l.Say(RightsSource, l.Label(p.FR, p.EN), p.Source))
	}
	return lines
}

// Sheet lays the letter out, dated and in a language: whoever receives it reads
// French. What the law does not promise stands on it too, so that both sides
// start from the same.
func (x *Letter) Sheet(l Language) *sheet.Sheet {
	to, dated := x.Contest.Addressee, ""
	if to == "" {
		to = l.Say(letterNobody)
	}
	if x.Date != "" {
		dated = l.Say(letterDated, l.Day(x.Date))
	}
	blocks := []sheet.Block{
		sheet.Rows{
			{Label: l.Say(letterFrom), Value: x.Patient.Name}, {Label: l.Say(letterBorn), Value: l.Day(x.Patient.Birth)},
			{Label: l.Say(letterTo), Value: to}, {Label: l.Say(letterDay), Value: l.Date(x.Written)},
			{Label: l.Say(letterAbout), Value: l.Say(LetterTitle) + " : " + l.Ask(x.Contest.Ask)},
		},
		sheet.Paragraph(l.Say(letterSays)),
		sheet.Paragraph(l.Say(letterRecord, l.Say(wrongly[x.Contest.Wrong]), x.Title, dated)),
	}
	if x.Contest.Reason != "" {
		blocks = append(blocks, sheet.Heading(l.Say(letterReason)))
		for line := range strings.SplitSeq(x.Contest.Reason, "\n") {
			if line = strings.TrimSpace(line); line != "" {
				blocks = append(blocks, sheet.Paragraph(line))
			}
		}
	}
	return &sheet.Sheet{
		Title: l.Say(LetterTitle), Language: l.Tag(), Footer: l.Say(Independence), Created: x.Written,
		Blocks: append(blocks,
			sheet.Paragraph(l.Say(letterAsk, l.Say(asked[x.Contest.Ask]))), sheet.Paragraph(l.Say(letterTalk)), sheet.Line(l.Say(letterSign)),
			sheet.Heading(l.Say(RightsBasis)), sheet.Items{Lines: l.Points(x.Rights.Basis, x.Contest.Ask)},
			sheet.Heading(l.Say(RightsLimits)), sheet.Items{Lines: l.Points(x.Rights.Limits, x.Contest.Ask)},
			sheet.Heading(l.Say(RightsSources)), sheet.Items{Lines: x.Rights.Sources},
			sheet.Paragraph(l.Say(RightsEdition, l.Day(x.Rights.Date))),
		),
	}
}
