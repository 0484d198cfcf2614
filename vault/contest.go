package vault

import (
	"context"
	"errors"
	"slices"
	"strings"

	"carnet/vault/chain"
	"carnet/vault/record"
)

// Contest writes what a person contests in a document, or in an entry of a
// profile that others wrote, in place of what stood there before. It is a new one
// when c.Contested is zero, and dated then; so is the answer that ends one. The
// zero Contest takes back what was contested. The document and the
// entry stay as they are, and nothing is sent.
//
// It returns [ErrNoDocument] when this keyholder sees neither of that ID,
// [ErrContest], [ErrNote] for a reason or an answer that is no note, [ErrName] for
// an addressee that is no name, [ErrContested] for a new one while another is
// open, [ErrOwnWords], or [ErrNotAllowed] to a carer: the right is the person's,
// and of those who stand for them. Nothing is changed then.
func (v *Vault) Contest(ctx context.Context, id record.ID, c record.Contest) error {
	return wrap("contest", v.act(ctx, func(a *act) error {
		another := c.IsContested() && c.Contested == 0
		if err := a.checkContest(&c); err != nil {
			return err
		}
		_, x, err := a.findEntry(id)
		if errors.Is(err, ErrNoEntry) {
			return a.editDocument(id, chain.Data, record.DocumentContested, func(d *documentBody) error {
				was := d.Contest
				d.Contest = c
				return a.mayContest(d.Patient, &was, another)
			})
		}
		if c.IsContested() && x.Document.IsZero() && x.Source != record.SourceDocument && x.Source != record.SourceProfessional {
			return ErrOwnWords
		}
		chart, x, err := a.writable(id)
		if err != nil {
			return err
		}
		if err := a.mayContest(x.Patient, &x.Contest, another); err != nil {
			return err
		}
		after := x.Entry
		after.Contest = c
		return a.edit(chart, &x.writing, chain.Data, bodyHead{Type: record.TypeEntry, ID: id}, x.Entry, after, record.EntryContested)
	}))
}

// checkContest looks at what a contestation says, and dates it.
func (a *act) checkContest(c *record.Contest) error {
	if *c == (record.Contest{}) {
		return nil
	}
	c.Reason, c.Answer = strings.TrimSpace(c.Reason), strings.TrimSpace(c.Answer)
	if err := contestable(c); err != nil {
		return err
	}
	now := record.At(a.opt.Now())
	if c.Contested == 0 {
		c.Contested = now
	}
	if c.Outcome != record.ContestOpen && c.AnsweredAt == 0 {
		c.AnsweredAt = now
	}
	return nil
}

// contestable returns [ErrContest], [ErrNote] or [ErrName] for a contestation that
// nobody could have written.
func contestable(c *record.Contest) error {
	answered := slices.Contains(record.ContestAnswers, c.Outcome)
	switch {
	case !slices.Contains(record.Wrongs, c.Wrong), !slices.Contains(record.Asks, c.Ask), !answered && c.Outcome != record.ContestOpen,
		!answered && (c.Answer != "" || c.AnsweredAt != 0), answered && c.Contested == 0:
		return ErrContest
	case !isNote(c.Reason), !isNote(c.Answer):
		return ErrNote
	}
	if c.Addressee == "" {
		return nil
	}
	return checkName(c.Addressee)
}

// mayContest refuses carers, and another contestation before the one there is has
// its answer.
func (a *act) mayContest(patient record.ID, was *record.Contest, another bool) error {
	chart, err := a.of(patient)
	if err != nil {
		return err
	}
	if mine, _ := chart.chain.Entry(a.self.id); mine.Role.Carer() {
		return ErrNotAllowed
	}
	if another && was.Outcome == record.ContestOpen {
		return ErrContested
	}
	return nil
}
