package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"carnet/ui/text"
	"carnet/vault/record"
	"carnet/vault/schedule"
)

// root builds the tree of commands. Each word is shown in the person's language
// and accepted in both.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use: "carnet", DisableFlagsInUseLine: true, Short: a.Say(text.Program.Help), Long: a.Say(text.Program.Help) + "\n\n" + a.Say(text.Program.Long) + "\n\n" + a.Say(text.Independence),
		SilenceErrors: true, SilenceUsage: true,
		Args: cobra.ArbitraryArgs, RunE: a.start,
	}
	root.SetOut(a.out)
	root.SetErr(a.err)
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetHelpCommand(&cobra.Command{Hidden: true, Use: "aide", Aliases: []string{"help"}, RunE: func(_ *cobra.Command, args []string) error {
		target, _, err := root.Find(args)
		if err != nil || target == nil {
			target = root
		}
		return target.Help()
	}})
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		// The options of a verb that does not exist are none of its noun.
		if words := c.Flags().Args(); c.HasSubCommands() && len(words) > 0 && !isVault(words[0]) {
			return a.group(c, words)
		}
		return a.usage(text.BadOption, optionOf(err))
	})
	root.SetHelpFunc(func(c *cobra.Command, _ []string) { fmt.Fprint(a.out, a.help(c)) })
	f := root.PersistentFlags()
	f.StringVar(&a.vaultPath, "vault", a.vaultPath, a.Say(text.OptVault))
	f.StringVar(&a.as, "as", a.as, a.Say(text.OptAs))
	f.StringVar(&a.patient, "patient", "", a.Say(text.OptPatient))
	f.IntVar(&a.passphraseFD, "passphrase-fd", noFD, a.Say(text.OptPassphraseFD))
	f.BoolVar(&a.json, "json", false, a.Say(text.OptJSON))
	f.BoolVar(&a.older, "older", false, a.Say(text.OptOlder))
	f.BoolVar(&a.simple, "simple", false, a.Say(text.OptSimple))
	f.BoolP("help", "h", false, a.Say(text.OptHelp))
	a.newFD, a.kitFD, a.sheetsFD = noFD, noFD, noFD

	root.AddCommand(a.vaultCommands(), a.patientCommands(), a.keyholderCommands(), a.documentCommands(), a.watchCommands(), a.recordCommands(), a.certificateCommands(), a.searchCommand(), a.profileCommands(), a.agendaCommands(), a.measureCommands(), a.childCommands(), a.examsCommand(text.Prevention, schedule.CheckUps), a.emergencyCommands(), a.archiveCommand(), a.restoreCommand(), a.printCommand(), a.journalCommands(), a.proofCommands(), a.consentCommands(), a.syncCommands(), a.guideCommands(), a.shellCommand(), a.demoCommand(),
		a.aboutCommand(), a.updateCommand(), a.manCommand(), a.sbomCommand())
	return root
}

// word makes a command of a noun or verb.
func (a *app) word(w text.Word, children ...*cobra.Command) *cobra.Command {
	name, other := w.FR, w.EN
	if a.Language == text.English {
		name, other = w.EN, w.FR
	}
	use := name
	if w.Usage.FR != "" {
		use += " " + a.Say(w.Usage)
	}
	c := &cobra.Command{Use: use, DisableFlagsInUseLine: true, Short: a.Say(w.Help), Long: a.Say(w.Help), Annotations: map[string]string{"en": w.EN}}
	if w.Long.FR != "" {
		c.Long = a.Say(w.Long)
	}
	if other != name {
		c.Aliases = []string{other}
	}
	if accented := accents[w.FR]; accented != "" {
		c.Aliases = append(c.Aliases, accented)
	}
	c.AddCommand(children...)
	if len(children) > 0 {
		c.Args, c.RunE = cobra.ArbitraryArgs, a.group
	}
	return c
}

// accents are the same words as one writes them.
var accents = map[string]string{"creer": "créer", "cloturer": "clôturer", "clotures": "clôturés", "verifier": "vérifier", "reparer": "réparer", "recuperer": "récupérer", "prevention": "prévention", "demasquer": "démasquer", "demo": "démo", "a-propos": "à-propos", "desactiver": "désactiver", "etat": "état", "mise-a-jour": "mise-à-jour", "numeriser": "numériser"}

// verb gives a command what it does and how many words it takes.
func (a *app) verb(c *cobra.Command, atLeast, atMost int, do func(args []string) error) *cobra.Command {
	c.Args = cobra.ArbitraryArgs
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(args) < atLeast || atMost >= 0 && len(args) > atMost {
			return a.usage(text.BadArguments, c.UseLine())
		}
		return do(args)
	}
	return c
}

// start is the program without a verb: its window, or its help where there is no
// display.
func (a *app) start(c *cobra.Command, args []string) error {
	if len(args) == 1 && isVault(args[0]) { // as desktops open a vault's file
		a.vaultPath, args = args[0], nil
	}
	if len(args) > 0 || !hasDisplay(os.Getenv) {
		return a.group(c, args)
	}
	return a.window()
}

// isVault reports whether a word is the name of a vault's file.
func isVault(word string) bool { return strings.EqualFold(filepath.Ext(word), ".carnet") }

// group is a noun without a verb: its help, or an error for a word it lacks.
func (a *app) group(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return a.usage(text.UnknownWord, args[0])
	}
	return c.Help()
}

// need refuses a command that lacks an option it cannot do without.
func (a *app) need(option, value string) error {
	if value == "" {
		return a.usage(text.Missing, option)
	}
	return nil
}

// optionOf names the option that pflag did not understand.
func optionOf(err error) string {
	var unknown *pflag.NotExistError
	var value *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	var syntax *pflag.InvalidSyntaxError
	switch {
	case errors.As(err, &unknown):
		return unknown.GetSpecifiedName()
	case errors.As(err, &value):
		return value.GetSpecifiedName()
	case errors.As(err, &invalid):
		return invalid.GetFlag().Name
	case errors.As(err, &syntax):
		return syntax.GetSpecifiedFlag()
	}
	return "?"
}

// help is the text of --help.
func (a *app) help(c *cobra.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n%s :\n  %s\n", c.Long, a.Say(text.HelpUsage), c.UseLine())
	if children := c.Commands(); len(children) > 0 {
		fmt.Fprintf(&b, "\n%s :\n", a.Say(text.HelpCommands))
		columns := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		for _, child := range children {
			if !child.Hidden {
				fmt.Fprintf(columns, "  %s\t%s\n", strings.Join(append([]string{child.Name()}, child.Aliases[:min(1, len(child.Aliases))]...), ", "), child.Short)
			}
		}
		columns.Flush() // to memory
		fmt.Fprintf(&b, "\n%s\n", a.Say(text.HelpMore, c.CommandPath()))
	}
	if own := a.flags(c.LocalNonPersistentFlags()); own != "" && c.HasParent() {
		fmt.Fprintf(&b, "\n%s :\n%s", a.Say(text.HelpOptions), own)
	}
	fmt.Fprintf(&b, "\n%s :\n%s", a.Say(text.HelpGlobal), a.flags(c.Root().PersistentFlags()))
	return b.String()
}

// flags lists options, each with what it takes.
func (a *app) flags(set *pflag.FlagSet) string {
	var b strings.Builder
	set.VisitAll(func(f *pflag.Flag) { fmt.Fprintf(&b, "  %-24s %s\n", a.option(f), f.Usage) })
	return b.String()
}

// option is an option as it is written.
func (a *app) option(f *pflag.Flag) string {
	switch f.Value.Type() {
	case "bool":
		return "--" + f.Name
	case "int":
		return "--" + f.Name + " N"
	}
	return "--" + f.Name + " " + a.Say(text.HelpValue)
}

// commandPaths lists every command by its English words, for the tests that
// hold the documentation to it.
func commandPaths() []string {
	var out []string
	var walk func(c *cobra.Command, prefix string)
	walk = func(c *cobra.Command, prefix string) {
		for _, child := range c.Commands() {
			if child.Hidden {
				continue
			}
			path := strings.TrimSpace(prefix + " " + child.Annotations["en"])
			out = append(out, path)
			walk(child, path)
		}
	}
	walk(newApp(context.Background(), streams{}, text.English).root(), "")
	return out
}

// short is an identifier as lists print it; commands accept it back.
func short(id record.ID) string { return id.String()[:8] }
