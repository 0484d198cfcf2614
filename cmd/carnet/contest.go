package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// contestJSON is what is contested as scripts read it.
type contestJSON struct {
	Wrong       record.Wrong        `json:"wrong"`
	Ask         record.Ask          `json:"ask"`
	Reason      string              `json:"reason"`
	Addressee   string              `json:"addressee"`
	ContestedAt time.Time           `json:"contestedAt"`
	State       record.ContestState `json:"state"`
	Answer      string              `json:"answer"`
	AnsweredAt  *time.Time          `json:"answeredAt,omitempty"`
}

// contested is nil for what is not.
func contested(c record.Contest) *contestJSON {
	if !c.IsContested() {
		return nil
	}
	out := &contestJSON{
		Wrong: c.Wrong, Ask: c.Ask, Reason: c.Reason, Addressee: c.Addressee, ContestedAt: c.Contested.Time().UTC(), State: c.Outcome, Answer: c.Answer,
	}
	if c.AnsweredAt != 0 {
		at := c.AnsweredAt.Time().UTC()
		out.AnsweredAt = &at
	}
	return out
}

// contestable is a document or an entry: what is contested in it, and what a
// letter says of it.
type contestable struct {
	id      record.ID
	patient record.ID
	contest record.Contest
	title   string
	date    string
	json    any
}

func (a *app) contestDocument() *cobra.Command {
	return a.contestCommand(text.DocumentContest, func(v *vault.Vault, prefix string) (contestable, error) {
		d, err := a.document(v, prefix)
		return contestable{d.ID, d.Patient, d.Contest, d.Title, d.ShownDate(), a.documentJSON(d)}, err
	})
}

func (a *app) contestEntry() *cobra.Command {
	return a.contestCommand(text.ProfileContest, func(v *vault.Vault, prefix string) (contestable, error) {
		e, err := a.entry(v, prefix)
		if err != nil {
			return contestable{}, err
		}
		return contestable{e.ID, e.Patient, e.Contest, a.EntryTitle(a.tables.Kinds, &e), e.Start, a.entryJSON(e)}, nil
	})
}

// contestCommand notes what is contested or how it ended, and writes the letter.
func (a *app) contestCommand(w text.Word, find func(v *vault.Vault, prefix string) (contestable, error)) *cobra.Command {
	var wrong, ask, reason, addressee, answer, to string
	reasonFD := noFD
	c := a.word(w)
	a.verb(c, 1, 1, func(args []string) error {
		asking := wrong != "" || ask != ""
		if asking == (answer != "") && (asking || to == "") {
			return a.usage(text.ContestOptions)
		}
		return a.withVault(func(v *vault.Vault) error {
			x, err := find(v, args[0])
			if err != nil {
				return err
			}
			if reasonFD != noFD { // after the passphrase, which may come before it
				if reason, err = a.textFrom(reasonFD); err != nil {
					return err
				}
			}
			switch {
			case asking:
				x.contest = record.Contest{Wrong: record.Wrong(wrong), Ask: record.Ask(ask), Reason: reason, Addressee: addressee, Outcome: record.ContestOpen}
			case answer != "" && x.contest.Outcome != record.ContestOpen, !x.contest.IsContested():
				return a.refuse(text.ContestNoOpen)
			case answer != "":
				x.contest.Outcome, x.contest.Answer = record.ContestState(answer), reason
			}
			if asking || answer != "" {
				if err := v.Contest(a.ctx, x.id, x.contest); err != nil {
					return err
				}
				if x, err = find(v, x.id.String()); err != nil {
					return err
				}
			}
			if to != "" {
				if err := a.writeLetter(v, x, to); err != nil {
					return err
				}
			}
			return a.give(x.json, func() {
				for _, line := range a.Contested(&x.contest) {
					fmt.Fprintln(a.out, line)
				}
				if to != "" {
					a.tell(text.LetterSaved, to)
				}
			})
		})
	})
	c.Flags().StringVar(&wrong, "wrong", "", a.Say(text.OptWrong, codes(record.Wrongs)))
	c.Flags().StringVar(&ask, "ask", "", a.Say(text.OptAsk, codes(record.Asks)))
	c.Flags().StringVar(&reason, "text", "", a.Say(text.OptContestText))
	c.Flags().IntVar(&reasonFD, "text-fd", noFD, a.Say(text.OptContestTextFD))
	c.Flags().StringVar(&addressee, "professional", "", a.Say(text.OptAddressee))
	c.Flags().StringVar(&answer, "answer", "", a.Say(text.OptAnswer, codes(record.ContestAnswers)))
	c.Flags().StringVar(&to, "to", "", a.Say(text.OptLetterTo))
	return c
}

// codes lists words of the command line.
func codes[T ~string](all []T) string {
	words := make([]string, len(all))
	for i, code := range all {
		words[i] = string(code)
	}
	return strings.Join(words, ", ")
}

// textFrom reads a text to its end. What is too long for a note is refused by the
// verb that it is for.
func (a *app) textFrom(fd int) (string, error) {
	f, err := a.descriptor(fd)
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(io.LimitReader(f, 5*vault.MaxNote))
	return string(b), err
}

// writeLetter writes the letter, in French whatever the language of the program.
func (a *app) writeLetter(v *vault.Vault, x contestable, to string) error {
	all, err := v.Patients()
	if err != nil {
		return err
	}
	l := text.Letter{Contest: x.contest, Title: x.title, Date: x.date, Rights: a.tables.Rights, Written: time.Now()}
	for _, p := range all {
		if p.ID == x.patient {
			l.Patient = p
		}
	}
	return a.writeSheet(l.Sheet(text.French), to)
}
