package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/guide"
	"carnet/vault/record"
)

func (a *app) guideCommands() *cobra.Command {
	list := a.verb(a.word(text.GuideList), 0, 0, func([]string) error { return a.listGuides() })
	var to string
	show := a.verb(a.word(text.GuideShow), 1, 1, func(args []string) error { return a.showGuide(args[0], to) })
	show.Flags().StringVar(&to, "to", "", a.Say(text.GuideTo))
	state := a.verb(a.word(text.GuideState), 1, 1, func(args []string) error { return a.withGuide(args[0], a.guideState) })
	undo := false
	tick := a.verb(a.word(text.GuideTick), 2, 2, func(args []string) error {
		return a.withGuide(args[0], func(v *vault.Vault, p record.Patient, g guide.Guide) error {
			step, ok := g.Step(args[1])
			if !ok {
				return a.usage(text.NoStep)
			}
			var err error
			if undo {
				err = v.UntickStep(a.ctx, p.ID, g.Key(step))
			} else {
				err = v.TickStep(a.ctx, p.ID, g.Key(step), a.StepText(step), record.ID{})
			}
			if err != nil {
				return err
			}
			return a.guideState(v, p, g)
		})
	})
	tick.Flags().BoolVar(&undo, "undo", false, a.Say(text.OptUntick))
	keep := a.verb(a.word(text.GuideProve), 2, 2, func(args []string) error {
		return a.withGuide(args[0], func(v *vault.Vault, p record.Patient, g guide.Guide) error {
			step, ok := g.Proof()
			if !ok {
				return a.usage(text.NoProof)
			}
			filed, err := v.FileProof(a.ctx, p.ID, g.Key(step), a.StepText(step), args[1], guide.ProofCategory, a.Say(text.GuideTag))
			if err != nil {
				return err
			}
			if err := a.examine(v, nil, false); err != nil { // so that search finds it
				return err
			}
			return a.give(map[string]any{"document": filed.ID, "step": g.Key(step)}, func() { a.tell(text.ProofKept, short(filed.ID)) })
		})
	})
	return a.word(text.GuideWord, list, show, state, tick, keep)
}

// withGuide opens the vault for the guide of a code and the person asked for.
func (a *app) withGuide(code string, do func(*vault.Vault, record.Patient, guide.Guide) error) error {
	t := a.tables.Guides
	g, ok := t.Find(code)
	if !ok {
		return a.usage(text.NoGuide)
	}
	return a.withVault(func(v *vault.Vault) error {
		p, err := a.who(v)
		if err != nil {
			return err
		}
		return do(v, p, g)
	})
}

// stepJSON is a step of a guide as scripts read it.
type stepJSON struct {
	Step     string `json:"step"`
	Text     string `json:"text"`
	Done     bool   `json:"done"`
	On       string `json:"on"`       // YYYY-MM-DD
	Document string `json:"document"` // that proves it
}

func (a *app) guideState(v *vault.Vault, p record.Patient, g guide.Guide) error {
	entries, err := v.Entries(p.ID)
	if err != nil {
		return err
	}
	done, out := guide.Done(entries), []stepJSON{}
	for _, s := range g.Steps {
		e, ticked := done[g.Key(s)]
		out = append(out, stepJSON{s.Code, a.StepText(s), ticked, e.Start, idOrNone(e.Document)})
	}
	return a.give(out, func() {
		for _, s := range out {
			line := text.StepToDo
			if s.Done {
				line = text.StepDone
			}
			a.tell(line, s.Step, s.Text)
		}
	})
}

func (a *app) listGuides() error {
	t := a.tables.Guides
	return a.give(t, func() {
		for _, g := range t.Guides {
			a.tell(text.GuideLine, g.Code, a.GuideTitle(g))
		}
	})
}

// showGuide opens no vault.
func (a *app) showGuide(code, to string) error {
	t := a.tables.Guides
	g, ok := t.Find(code)
	if !ok {
		return a.usage(text.NoGuide)
	}
	paper := a.Guide(t, g, time.Now())
	if to != "" {
		if err := a.writeSheet(paper, to); err != nil {
			return err
		}
		return a.give(map[string]any{"saved": to}, func() { a.tell(text.GuideSaved, to) })
	}
	return a.give(g, func() { fmt.Fprint(a.out, paper.Text()) })
}
