package main

// Sentences of the program and of its documents name commands and options. They are held to the tree of commands: in
// the sentences of ui/text each language to its own words, in the documents to the English ones.

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"carnet/ui/text"
)

// namedCommand finds a command where a text quotes one: after a quotation mark, a backquote, a colon, or at the
// beginning of a line. It ends with the quotation or the line.
var namedCommand = regexp.MustCompile("(?m)(^[ \t]*|[:;] |« |\"|`)carnet ([a-z-][^»`\"\n;#|]*)")

// commandWord is a noun or verb as the tree has them; what looks otherwise is an argument.
var commandWord = regexp.MustCompile(`^[a-z]+(?:-[a-z]+)*$`)

// checkNamed returns what is wrong with the commands that a text names, and how many it names. In French the name of
// the program is an ordinary word as well: without a quotation, what follows it has to be a noun of either language.
func checkNamed(root *cobra.Command, said string) (named int, faults []error) {
	for _, match := range namedCommand.FindAllStringSubmatch(said, -1) {
		quoted, words := strings.ContainsAny(match[1], "«\"`"), strings.Fields(match[2])
		at := root
		for len(words) > 0 {
			i := slices.IndexFunc(at.Commands(), func(c *cobra.Command) bool { return c.Name() == strings.TrimRight(words[0], ".,:)") })
			if i < 0 {
				break
			}
			at, words = at.Commands()[i], words[1:]
		}
		if at == root && (words[0] == "help" || words[0] == "aide") {
			continue // which is no command of the tree
		}
		if at == root && !strings.HasPrefix(words[0], "--") {
			noun := slices.ContainsFunc(root.Commands(), func(c *cobra.Command) bool { return c.HasAlias(words[0]) })
			if !noun && (!quoted || !commandWord.MatchString(words[0])) {
				continue
			}
		}
		named++
		if len(words) > 0 && at.HasSubCommands() && commandWord.MatchString(words[0]) {
			faults = append(faults, fmt.Errorf("%q: %q has no %q", match[0], at.CommandPath(), words[0]))
			continue
		}
		for _, word := range words {
			option, ok := strings.CutPrefix(word, "--")
			option, _, _ = strings.Cut(strings.TrimRight(option, ".,:)"), "=")
			if ok && option != "help" && at.Flags().Lookup(option) == nil && at.InheritedFlags().Lookup(option) == nil {
				faults = append(faults, fmt.Errorf("%q: %q has no option --%s", match[0], at.CommandPath(), option))
			}
		}
	}
	return named, faults
}

// pairs are the sentences of ui/text and the place of each: every two strings that stand together in a literal.
func pairs(t *testing.T) map[string]text.Message {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(moduleRoot, "ui", "text", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]text.Message{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if !ok || len(lit.Elts) != 2 {
				return true
			}
			fr, en := literalText(lit.Elts[0]), literalText(lit.Elts[1])
			if fr != "" && en != "" {
				out[set.Position(lit.Pos()).String()] = text.Message{FR: fr, EN: en}
			}
			return true
		})
	}
	return out
}

// literalText is the text of a string literal, or of the literals of a sum; "" for none.
func literalText(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if s, err := strconv.Unquote(e.Value); err == nil && e.Kind == token.STRING {
			return s
		}
	case *ast.BinaryExpr:
		return literalText(e.X) + literalText(e.Y)
	}
	return ""
}

func TestNamedCommands(t *testing.T) {
	roots := map[text.Language]*cobra.Command{}
	for _, l := range []text.Language{text.French, text.English} {
		roots[l] = newApp(context.Background(), streams{}, l).root()
	}
	total := 0
	for where, m := range pairs(t) {
		fr, faults := checkNamed(roots[text.French], m.FR)
		en, more := checkNamed(roots[text.English], m.EN)
		total += fr + en
		for _, fault := range append(faults, more...) {
			t.Errorf("%s: %v", where, fault)
		}
		if fr != en {
			t.Errorf("%s: names %d commands in French and %d in English", where, fr, en)
		}
	}
	// Not docs/FORMAT.md, which quotes labels of signatures that begin with the same word.
	for _, name := range []string{"README.md", "CHANGELOG.md", "docs/ARCHITECTURE.md", "docs/BENCHMARKS.md", "docs/PROTOCOL.md", "docs/THREATS.md"} {
		said, err := os.ReadFile(filepath.Join(moduleRoot, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		named, faults := checkNamed(roots[text.English], string(said))
		total += named
		for _, fault := range faults {
			t.Errorf("%s: %v", name, fault)
		}
	}
	if total < 150 {
		t.Errorf("the sentences and the documents name %d commands", total)
	}
	for said, fault := range map[string]string{
		"\"carnet vault check\" and `carnet document add`":         "",
		"run it: carnet vault backup --to FOLDER":                  "",
		"it reads: carnet of a child":                              "",
		"`carnet vault chek`":                                      `"carnet vault" has no "chek"`,
		"`carnet coffre verifier`":                                 `"carnet" has no "coffre"`,
		"run it: carnet coffre verifier":                           `"carnet" has no "coffre"`,
		"    carnet vault backup --into FOLDER":                    "no option --into",
		"\"carnet document export ID --to FILE --forms zip\" does": "no option --forms",
	} {
		_, faults := checkNamed(roots[text.English], said)
		if fault == "" && len(faults) > 0 || fault != "" && (len(faults) != 1 || !strings.Contains(faults[0].Error(), fault)) {
			t.Errorf("%s: %v, want %q", said, faults, fault)
		}
	}
}

// TestThreats: the tests that docs/THREATS.md names exist; it says of what has none that it has none.
func TestThreats(t *testing.T) {
	said, err := os.ReadFile(filepath.Join(moduleRoot, "docs", "THREATS.md"))
	if err != nil {
		t.Fatal(err)
	}
	named := 0
	for _, span := range codeSpans(strings.ReplaceAll(string(said), "\n", " ")) {
		if !testName.MatchString(span) || span == "package.TestName" {
			continue
		}
		named++
		if err := testExists(span, moduleRoot); err != nil {
			t.Errorf("THREATS.md: %v", err)
		}
	}
	if named < 150 {
		t.Errorf("THREATS.md names %d tests", named)
	}
}
