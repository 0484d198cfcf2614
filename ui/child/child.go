// Package child is the section that follows a person by their age: « Carnet de
// l'enfant », which is « Prévention » for an adult. Each of its panes is in a file
// of its own.
package child

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault/record"
	"carnet/vault/schedule"
)

// pane is one side of the section.
type pane interface {
	// read reads what the pane shows of a person, away from the drawing. take
	// keeps it, on the goroutine that draws.
	read(context.Context, record.Patient) (take func(), err error)
	// rows show what was read last.
	rows() []fyne.CanvasObject
	// print shows what is for paper.
	print()
}

// segment is the choice of a pane.
type segment struct {
	label  text.Message
	adults bool // have the pane as well
	only   bool // nobody else has it
	pane   pane
}

// Child is the screen.
type Child struct {
	s        *session.Session
	all      []segment
	shown    []segment // of all, those of the person shown
	chosen   segment
	segments *kit.Segments
	body     *fyne.Container
}

// New makes the screen.
func New(s *session.Session) *Child {
	c := &Child{s: s}
	c.all = []segment{
		{label: text.GrowthTitle, pane: &growthPane{c: c, by: text.ByScore}},
		{label: text.ExamsTitle, pane: &examsPane{c: c, list: schedule.ChildExams}},
		{label: text.AdviceTitle, pane: &advicePane{c: c}},
		{label: text.CheckUpsTitle, only: true, adults: true, pane: &examsPane{c: c, list: schedule.CheckUps}},
	}
	return c
}

// Name is what the section is called for a person.
func Name(s *session.Session, p record.Patient) text.Message {
	if p.Adult(s.Now()) {
		return text.PreventionTitle
	}
	return text.ChildTitle
}

// Title says what the screen is for.
func (c *Child) Title() string { return c.s.Say(Name(c.s, c.s.Person())) }

// Help says what can be done here.
func (c *Child) Help() string {
	return c.s.Say(text.ChildHelp) + "\n\n" + c.s.Say(text.ExamsHelp) + "\n\n" + c.s.Say(text.Inequality)
}

// Leave is part of [session.Screen].
func (c *Child) Leave() { c.body = nil }

// Focus is the choice of the pane, nil where there is none to choose.
func (c *Child) Focus() fyne.Focusable {
	if c.segments == nil {
		return nil
	}
	return c.segments
}

// Enter reads what the panes show of the person shown.
func (c *Child) Enter() {
	p := c.s.Person()
	adult := p.Adult(c.s.Now())
	before := c.chosen
	c.shown, c.chosen = nil, segment{}
	for _, x := range c.all {
		if p.ID.IsZero() || adult && !x.adults || !adult && x.only {
			continue
		}
		c.shown = append(c.shown, x)
		if len(c.shown) == 1 || x.label == before.label {
			c.chosen = x
		}
	}
	var takes []func()
	c.s.Do(func(ctx context.Context) error {
		for _, x := range c.shown {
			take, err := x.pane.read(ctx, p)
			if err != nil {
				return err
			}
			takes = append(takes, take)
		}
		return nil
	}, func() {
		if p.ID != c.s.Person().ID {
			return
		}
		for _, take := range takes {
			take()
		}
		c.fill()
	})
}

// Content is the screen.
func (c *Child) Content(kit.Width) fyne.CanvasObject {
	s, p := c.s, c.s.Person()
	rows := []fyne.CanvasObject{kit.Indent(kit.NewText(c.Title(), kit.Heading))}
	if !p.ID.IsZero() {
		rows = append(rows, kit.Indent(kit.NewText(s.Say(text.ChildBorn, s.Named(p), s.Day(p.Birth)), kit.Quiet)))
	}
	c.segments = nil
	if len(c.shown) > 0 {
		labels, chosen := make([]string, len(c.shown)), 0
		for i, x := range c.shown {
			labels[i] = s.Say(x.label)
			if x.label == c.chosen.label {
				chosen = i
			}
		}
		c.segments = kit.NewSegments(s.Say(text.ChildPane), labels, chosen, func(i int) {
			c.chosen = c.shown[i]
			c.fill()
		})
		rows = append(rows, c.segments)
	}
	c.body = kit.Column(0)
	c.fill()
	return kit.NewScroll(kit.Column(kit.ReadingWidth, append(rows, c.body)...))
}

// Restore opens the form again with what stood in it when the vault was locked.
func (c *Child) Restore(form string, words map[string]string) {
	if form != measureForm || words["patient"] != c.s.Person().ID.String() {
		return
	}
	for _, x := range c.shown {
		if g, ok := x.pane.(*growthPane); ok {
			g.restore(words)
		}
	}
}

// fill shows the pane chosen. A part of it that had the keyboard gives it to the
// first one.
func (c *Child) fill() {
	if c.body == nil {
		return
	}
	stage := c.s.Stage
	had := !stage.SheetOpen() && kit.Holds(c.body, stage.Canvas().Focused())
	switch {
	case c.s.Person().ID.IsZero():
		c.body.Objects = []fyne.CanvasObject{kit.Empty(theme.AccountIcon(), c.s.Say(text.ChildNone))}
	default:
		c.body.Objects = c.chosen.pane.rows()
	}
	c.body.Refresh()
	stage.Settle()
	if first := kit.FirstFocus(c.body); had && first != nil {
		stage.Focus(first)
	}
}

// Show chooses a pane of the person shown: the first of these that they have.
func (c *Child) Show(panes ...text.Message) {
	for _, x := range c.shown {
		if slices.Contains(panes, x.label) {
			c.chosen = x
			c.s.Arrange()
			return
		}
	}
}

// Print shows what is for paper of the pane chosen.
func (c *Child) Print() {
	if c.chosen.pane == nil {
		c.s.Tell(c.s.Say(text.NothingToPrint), nil)
		return
	}
	c.chosen.pane.print()
}
