package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"carnet/ui/text"
)

// manCommand writes the manual pages that packages carry. It is hidden: people
// read them with man.
func (a *app) manCommand() *cobra.Command {
	c := a.word(text.ManCommand)
	c.Hidden = true
	return a.verb(c, 1, 1, func(args []string) error {
		b, err := thisBuild()
		if err != nil {
			return err
		}
		date := ""
		if !b.Time.IsZero() {
			date = b.Time.UTC().Format("2006-01-02")
		}
		for name, page := range a.manual(date, b.Version) {
			if err := os.WriteFile(filepath.Join(args[0], name), []byte(page), 0o644); err != nil {
				return err
			}
		}
		return nil
	})
}

// manual makes the manual pages of the language: one for the program, and one
// for each noun with its verbs.
func (a *app) manual(date, version string) map[string]string {
	root := a.root()
	nouns := visible(root)
	pages := map[string]string{"carnet.1": a.page(root, nil, date, version)}
	for _, c := range nouns {
		name := "carnet-" + c.Name()
		pages[name+".1"] = a.page(c, nouns, date, version)
		for _, alias := range c.Aliases {
			if other := "carnet-" + alias; ascii(alias) && other != name {
				pages[other+".1"] = ".so man1/" + name + ".1\n"
			}
		}
	}
	return pages
}

func ascii(s string) bool { return !strings.ContainsFunc(s, func(r rune) bool { return r > 127 }) }

func visible(c *cobra.Command) []*cobra.Command {
	return slices.DeleteFunc(slices.Clone(c.Commands()), func(c *cobra.Command) bool { return c.Hidden })
}

// roff writes a manual page in the man macros.
type roff struct{ strings.Builder }

// escaped keeps a text from being taken for a request. A hyphen stays one that
// can be copied into a terminal.
func escaped(s string) string {
	s = strings.NewReplacer(`\`, `\e`, `-`, `\-`, "\u00a0", `\ `).Replace(s)
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
		s = `\&` + s
	}
	return s
}

func (r *roff) head(title string, values ...string) {
	fmt.Fprintf(r, ".TH %q 1", title)
	for _, v := range values {
		fmt.Fprintf(r, ` "%s"`, v) // dates stay as they are; none of them has a backslash or a quote
	}
	r.WriteString("\n")
}

func (r *roff) section(title string) { fmt.Fprintf(r, ".SH \"%s\"\n", escaped(title)) }

// lines writes sentences, each on a line of its own as in the help.
func (r *roff) lines(s string) {
	for i, paragraph := range strings.Split(strings.TrimSpace(s), "\n\n") {
		if i > 0 {
			r.WriteString(".PP\n")
		}
		for j, line := range strings.Split(paragraph, "\n") {
			if j > 0 {
				r.WriteString(".br\n")
			}
			r.WriteString(escaped(line) + "\n")
		}
	}
}

// item writes a term and what it means.
func (r *roff) item(term, meaning string) {
	fmt.Fprintf(r, ".TP\n\\fB%s\\fR\n", escaped(term))
	r.lines(meaning)
}

func (a *app) manOptions(r *roff, set *pflag.FlagSet) {
	set.VisitAll(func(f *pflag.Flag) { r.item(a.option(f), f.Usage) })
}

// page writes the page of a command; nouns are all of the program, for its last
// section.
func (a *app) page(c *cobra.Command, nouns []*cobra.Command, date, version string) string {
	var r roff
	name := strings.ReplaceAll(c.CommandPath(), " ", "-")
	r.head(strings.ToUpper(name), date, strings.TrimSpace("Carnet "+version), a.Say(text.ManBook))
	r.section(a.Say(text.ManName))
	r.WriteString(escaped(name) + ` \- ` + escaped(c.Short) + "\n")
	r.section(a.Say(text.ManSynopsis))
	synopsis := c.UseLine()
	if len(visible(c)) > 0 {
		synopsis += " " + a.Say(text.ManWord)
	}
	r.WriteString(".B " + escaped(synopsis) + "\n")
	r.section(a.Say(text.ManText))
	r.lines(c.Long)
	a.alias(&r, c)
	if own := c.LocalNonPersistentFlags(); own.HasFlags() && c.HasParent() {
		r.section(a.Say(text.ManOptions))
		a.manOptions(&r, own)
	}
	if children := visible(c); len(children) > 0 {
		r.section(a.Say(text.ManCommands))
		for _, child := range children {
			if !c.HasParent() {
				r.item(child.UseLine(), child.Short)
				continue
			}
			a.verbs(&r, child)
		}
	}
	if !c.HasParent() {
		r.section(a.Say(text.ManGlobal))
		a.manOptions(&r, c.PersistentFlags())
		r.section(a.Say(text.ManFiles))
		r.item("~/.local/share/carnet/coffre.carnet", a.Say(text.ManPlace))
		nouns = visible(c)
	} else {
		nouns = append([]*cobra.Command{c.Root()}, nouns...)
	}
	r.section(a.Say(text.ManSeeAlso))
	var others []string
	for _, n := range nouns {
		if n != c {
			others = append(others, `\fB`+escaped(strings.ReplaceAll(n.CommandPath(), " ", "-"))+`\fR(1)`)
		}
	}
	r.WriteString(strings.Join(others, ",\n") + "\n")
	return r.String()
}

// verbs describes a command and those below it.
func (a *app) verbs(r *roff, c *cobra.Command) {
	if len(visible(c)) > 0 {
		for _, child := range visible(c) {
			a.verbs(r, child)
		}
		return
	}
	fmt.Fprintf(r, ".SS \"%s\"\n", escaped(c.UseLine()))
	r.lines(c.Long)
	a.alias(r, c)
	a.manOptions(r, c.LocalNonPersistentFlags())
}

// alias says how a command is written in the other language.
func (a *app) alias(r *roff, c *cobra.Command) {
	if len(c.Aliases) == 0 {
		return
	}
	words := make([]string, len(c.Aliases))
	for i, alias := range c.Aliases {
		words[i] = strings.TrimSpace(c.Parent().CommandPath() + " " + alias)
	}
	r.WriteString(".PP\n")
	r.lines(a.Say(text.ManOther, strings.Join(words, ", ")))
}
