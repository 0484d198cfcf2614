package session

import (
	"context"
	"errors"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// Contestable is a document or an entry of a profile: what is contested in it,
// and what a letter says of it.
type Contestable struct {
	ID          record.ID
	Contest     record.Contest
	Title, Date string
}

// ContestableDocument is a document as it is contested.
func ContestableDocument(d record.Document) Contestable {
	return Contestable{d.ID, d.Contest, d.Title, d.ShownDate()}
}

// ContestableEntry is an entry as it is contested.
func (s *Session) ContestableEntry(e record.Entry) Contestable {
	return Contestable{e.ID, e.Contest, s.EntryTitle(s.Kinds, &e), e.Start}
}

// contestable reads one again.
func (s *Session) contestable(id record.ID) (Contestable, error) {
	d, err := s.Vault.Document(id)
	if !errors.Is(err, vault.ErrNoDocument) {
		return ContestableDocument(d), err
	}
	e, err := s.Vault.Entry(id)
	if err != nil {
		return Contestable{}, err
	}
	return s.ContestableEntry(e), nil
}

// Contest asks what is wrong with a document or an entry and what is wanted; of
// what is contested and open it tells how far that is. then is called when
// something was noted.
func (s *Session) Contest(x Contestable, then func()) {
	if x.Contest.Outcome == record.ContestOpen {
		s.showContest(x, then)
		return
	}
	s.askContest(x, nil, then)
}

const contestForm = "contest"

// askContest opens the form; words, which may be nil, are what stood in it when
// the vault was locked.
func (s *Session) askContest(x Contestable, words map[string]string, then func()) {
	var wrongs, asks []string
	for _, w := range record.Wrongs {
		wrongs = append(wrongs, s.Wrong(w))
	}
	for _, a := range record.Asks {
		asks = append(asks, s.Ask(a))
	}
	wrong := kit.NewSegments(s.Say(text.ContestWrong), wrongs, max(0, slices.Index(record.Wrongs, record.Wrong(words["wrong"]))), nil)
	ask := kit.NewSegments(s.Say(text.ContestAsk), asks, max(0, slices.Index(record.Asks, record.Ask(words["ask"]))), nil)
	to := kit.NewField(s.Say(text.ContestTo), kit.FieldOptions{Hint: s.Say(text.ContestToHint), Value: words["to"]})
	reason := kit.NewField(s.Say(text.ContestReason), kit.FieldOptions{Value: words["reason"], Lines: 3})
	s.Open(contestForm, func() map[string]string {
		return map[string]string{
			"id": x.ID.String(), "wrong": string(record.Wrongs[wrong.Chosen]), "ask": string(record.Asks[ask.Chosen]), "to": to.Text(), "reason": reason.Text(),
		}
	})
	shut := func() { s.Shut(contestForm) }
	rows := []fyne.CanvasObject{kit.NewText(s.Say(text.ContestText), kit.Body)}
	for _, line := range s.Contested(&x.Contest) {
		rows = append(rows, kit.NewText(line, kit.Quiet))
	}
	var sheet *kit.Sheet
	keep := func() {
		s.noteContest(x, record.Contest{
			Wrong: record.Wrongs[wrong.Chosen], Ask: record.Asks[ask.Chosen], Reason: reason.Text(), Addressee: strings.TrimSpace(to.Text()), Outcome: record.ContestOpen,
		}, text.ContestDone, func() {
			shut()
			sheet.Close()
			then()
			s.showLetter(x.ID)
		})
	}
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title: s.Say(text.ContestTitle, x.Title),
		Content: kit.Column(0, kit.Indent(kit.Column(0, rows...)),
			kit.Indent(kit.NewText(s.Say(text.ContestWrong), kit.Strong)), wrong, kit.Indent(kit.NewText(s.Say(text.ContestAsk), kit.Strong)), ask, to, reason),
		Actions: []*kit.Button{
			kit.NewButton(s.Say(text.Keep), theme.ConfirmIcon(), kit.Primary, keep),
			kit.NewButton(s.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() }),
		},
		Focus: wrong, OnCancel: shut,
	})
}

// showContest tells what is contested, and lets one note the answer.
func (s *Session) showContest(x Contestable, then func()) {
	var rows []fyne.CanvasObject
	for _, line := range s.Contested(&x.Contest) {
		rows = append(rows, kit.NewText(line, kit.Body))
	}
	rows = append(rows, kit.NewText(s.Say(text.ContestEndText), kit.Quiet))
	var states []string
	for _, state := range record.ContestAnswers {
		states = append(states, s.ContestState(state))
	}
	outcome := kit.NewSegments(s.Say(text.ContestEnd), states, 0, nil)
	answer := kit.NewField(s.Say(text.ContestAnswer), kit.FieldOptions{Lines: 3})
	var sheet *kit.Sheet
	end := kit.NewButton(s.Say(text.ContestEnd), theme.ConfirmIcon(), kit.Primary, func() {
		after := x.Contest
		after.Outcome, after.Answer = record.ContestAnswers[outcome.Chosen], answer.Text()
		s.noteContest(x, after, text.ContestClosed, func() {
			sheet.Close()
			then()
		})
	})
	letter := kit.NewButton(s.Say(text.ContestLetter), theme.DocumentIcon(), kit.Plain, func() {
		sheet.Close()
		s.showLetter(x.ID)
	})
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title:   s.Say(text.ContestTitle, x.Title),
		Content: kit.Column(0, kit.Indent(kit.Column(0, rows...)), outcome, answer),
		Actions: []*kit.Button{end, letter, kit.NewButton(s.Say(text.Close), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() })},
		Focus:   letter,
	})
}

// noteContest writes a contestation, and can put back the one before.
func (s *Session) noteContest(x Contestable, after record.Contest, said text.Message, then func()) {
	s.Act(ContestingRecord(s.Vault, s.Say(said), x.ID, x.Contest, after), then)
}

// showLetter shows the letter of what is contested, to print or to save. It is in
// French, whatever the language of the window: that of whoever receives it.
func (s *Session) showLetter(id record.ID) {
	var x Contestable
	s.Do(func(context.Context) (err error) {
		x, err = s.contestable(id)
		return err
	}, func() {
		l := text.Letter{Contest: x.Contest, Patient: s.Person(), Title: x.Title, Date: x.Date, Rights: s.Rights, Written: s.Now()}
		var rows []fyne.CanvasObject
		for _, line := range s.Contested(&x.Contest) {
			rows = append(rows, kit.NewText(line, kit.Body))
		}
		for _, part := range []struct {
			title text.Message
			lines []string
		}{{text.RightsBasis, s.Points(s.Rights.Basis, x.Contest.Ask)}, {text.RightsLimits, s.Points(s.Rights.Limits, x.Contest.Ask)}} {
			rows = append(rows, kit.NewText(s.Say(part.title), kit.Strong))
			for _, line := range part.lines {
				rows = append(rows, kit.NewText(line, kit.Body))
			}
		}
		rows = append(rows, kit.NewText(s.Say(text.RightsEdition, s.Day(s.Rights.Date)), kit.Quiet))
		ShowPreview(s.Stage, s.Language, Preview{Title: s.Say(text.LetterTitle), FileName: s.Say(text.LetterFileName), Rows: rows, Sheet: l.Sheet(text.French)})
	})
}
