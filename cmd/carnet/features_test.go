package main

// docs/FEATURES.md promises, line by line, what the program does. These tests keep a line from saying "done" about a
// command or a test that does not exist. They parse files themselves rather than ask the go command: the result of a
// test that starts the go command is cached however the sources change.

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const (
	featuresFile = "../../docs/FEATURES.md"
	moduleRoot   = "../.."
	lastFeature  = 149
)

// featureCommands is where the command tree comes from: every path in English and without the name of the program,
// groups included ("document", "document mask").
var featureCommands = commandPaths

type feature struct {
	line                                    int
	id, what, screen, command, test, status string
}

var featureRow = regexp.MustCompile(`^\|\s*F\d`)

// parseFeatures reads the rows of the table; a line is a row when its first cell starts like a number of ours.
func parseFeatures(text string) ([]feature, error) {
	var rows []feature
	scanner := bufio.NewScanner(strings.NewReader(text))
	for line := 1; scanner.Scan(); line++ {
		if !featureRow.MatchString(scanner.Text()) {
			continue
		}
		cells := strings.Split(strings.Trim(strings.TrimSpace(scanner.Text()), "|"), "|")
		if len(cells) != 6 {
			return nil, fmt.Errorf("line %d: %d cells instead of 6", line, len(cells))
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		rows = append(rows, feature{line, cells[0], cells[1], cells[2], cells[3], cells[4], cells[5]})
	}
	return rows, scanner.Err()
}

// checkFeatures returns every fault of the table. commands holds the paths that exist; root is the folder against which
// the packages of tests are looked up.
func checkFeatures(rows []feature, last int, commands map[string]bool, root string) []error {
	var faults []error
	for i, row := range rows {
		if want := fmt.Sprintf("F%03d", i+1); row.id != want {
			faults = append(faults, fmt.Errorf("line %d: %s stands where %s belongs", row.line, row.id, want))
			break // everything after it would be reported too
		}
	}
	if len(rows) != last {
		faults = append(faults, fmt.Errorf("%d rows instead of %d", len(rows), last))
	}
	for _, row := range rows {
		for _, err := range checkFeature(row, commands, root) {
			faults = append(faults, fmt.Errorf("line %d, %s: %w", row.line, row.id, err))
		}
	}
	return faults
}

func checkFeature(row feature, commands map[string]bool, root string) []error {
	var faults []error
	if row.what == "" || row.screen == "" {
		faults = append(faults, fmt.Errorf("it does not say what and on which screen"))
	}
	switch row.status {
	case "done":
	case "planned", "stated":
		if row.test != "-" {
			faults = append(faults, fmt.Errorf("it is %s and names a test", row.status))
		}
		return faults
	default:
		return append(faults, fmt.Errorf("state %q is none of done, planned, stated", row.status))
	}

	named := codeSpans(row.command)
	if len(named) == 0 {
		faults = append(faults, fmt.Errorf("it is done and names no command"))
	}
	for _, command := range named {
		if !commandExists(command, commands) {
			faults = append(faults, fmt.Errorf("there is no command %q", command))
		}
	}
	tests := codeSpans(row.test)
	if len(tests) == 0 {
		faults = append(faults, fmt.Errorf("it is done and names no test"))
	}
	for _, test := range tests {
		if err := testExists(test, root); err != nil {
			faults = append(faults, err)
		}
	}
	return faults
}

var codeSpan = regexp.MustCompile("`([^`]*)`")

func codeSpans(cell string) []string {
	var spans []string
	for _, match := range codeSpan.FindAllStringSubmatch(cell, -1) {
		spans = append(spans, match[1])
	}
	return spans
}

// commandExists looks "carnet document mask --from" up as "document mask": options and what follows are left out.
func commandExists(command string, commands map[string]bool) bool {
	words := strings.Fields(command)
	if len(words) < 2 || words[0] != "carnet" {
		return false
	}
	path := words[1:]
	for i, word := range path {
		if strings.HasPrefix(word, "-") {
			path = path[:i]
			break
		}
	}
	return commands[strings.Join(path, " ")]
}

var testName = regexp.MustCompile(`^([a-z0-9_/-]+)\.(Test\w+)(?:/([\w-]+))?$`)

// testsIn are the tests of a folder. A folder is read once: most rows share one.
var testsIn = memo(func(folder string) (map[string]bool, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		return nil, err
	}
	tests := map[string]bool{}
	for _, file := range files {
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, declaration := range tree.Decls {
			f, ok := declaration.(*ast.FuncDecl)
			if ok && f.Recv == nil && f.Type.Params.NumFields() == 1 {
				tests[f.Name.Name] = true
			}
		}
	}
	return tests, nil
})

// memo remembers what a function answered without an error.
func memo[K comparable, V any](f func(K) (V, error)) func(K) (V, error) {
	known := map[K]V{}
	return func(k K) (V, error) {
		if v, ok := known[k]; ok {
			return v, nil
		}
		v, err := f(k)
		if err == nil {
			known[k] = v
		}
		return v, err
	}
}

// testExists takes "folder.TestName" or "folder.TestScripts/script"; only scripts are looked up below a test.
func testExists(name, root string) error {
	parts := testName.FindStringSubmatch(name)
	if parts == nil {
		return fmt.Errorf("%q is not of the form package.TestName", name)
	}
	folder := filepath.Join(root, filepath.FromSlash(parts[1]))
	function, script := parts[2], parts[3]

	tests, err := testsIn(folder)
	if err != nil {
		return err
	}
	if !tests[function] {
		return fmt.Errorf("there is no test %s in %s", function, parts[1])
	}

	switch {
	case script == "":
		return nil
	case function != "TestScripts":
		return fmt.Errorf("%q: only TestScripts is followed by a name", name)
	}
	if _, err := os.Stat(filepath.Join(folder, "testdata", "script", script+".txtar")); err != nil {
		return fmt.Errorf("there is no script %s.txtar in %s", script, parts[1])
	}
	return nil
}

func TestFeatures(t *testing.T) {
	text, err := os.ReadFile(featuresFile)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := parseFeatures(string(text))
	if err != nil {
		t.Fatal(err)
	}
	commands := make(map[string]bool)
	for _, path := range featureCommands() {
		commands[path] = true
	}
	for _, fault := range checkFeatures(rows, lastFeature, commands, moduleRoot) {
		t.Errorf("FEATURES.md: %v", fault)
	}
}

// The checker is checked on a small tree of its own, where each row but the first ones is wrong in one way.
func TestFeaturesChecker(t *testing.T) {
	root := t.TempDir()
	for name, content := range map[string]string{
		"vault/mask_test.go": "package vault\n\nimport \"testing\"\n\nfunc TestMask(t *testing.T) {}\n\n" +
			"type suite struct{}\n\nfunc (suite) TestMethod(t *testing.T) {}\n\n// func TestComment(t *testing.T) {}\n",
		"vault/mask.go":                              "package vault\n\nfunc TestNotATest() {}\n",
		"cmd/carnet/script_test.go":                  "package main\n\nimport \"testing\"\n\nfunc TestScripts(t *testing.T) {}\n",
		"cmd/carnet/testdata/script/document.txtar":  "exec carnet document list\n",
		"cmd/carnet/testdata/script/leftover.txtar~": "",
	} {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	commands := map[string]bool{"document": true, "document mask": true, "document list": true}

	const good = "| F001 | masks | Documents | `carnet document mask` | `vault.TestMask` | done |"
	for _, c := range []struct {
		name, rows string
		fault      string // part of the one fault expected; empty when there is none
	}{
		{"done", good, ""},
		{"done, with an option", "| F001 | a | b | `carnet document mask --from` | `vault.TestMask` | done |", ""},
		{"done, several commands", "| F001 | a | b | `carnet document mask`, `carnet document list` | `vault.TestMask` | done |", ""},
		{"done, by a script", "| F001 | a | b | `carnet document mask` | `cmd/carnet.TestScripts/document` | done |", ""},
		{"planned, command not there yet", "| F001 | a | b | `carnet agenda add` | - | planned |", ""},
		{"stated", "| F001 | a | Help | - | - | stated |", ""},

		{"no such command", "| F001 | a | b | `carnet document hide` | `vault.TestMask` | done |", `no command "carnet document hide"`},
		{"second command missing", "| F001 | a | b | `carnet document mask`, `carnet agenda` | `vault.TestMask` | done |", `no command "carnet agenda"`},
		{"another program", "| F001 | a | b | `rm document mask` | `vault.TestMask` | done |", `no command "rm document mask"`},
		{"command not in code", "| F001 | a | b | carnet document mask | `vault.TestMask` | done |", "names no command"},
		{"no command", "| F001 | a | b | - | `vault.TestMask` | done |", "names no command"},
		{"no such test", "| F001 | a | b | `carnet document mask` | `vault.TestMaskAll` | done |", "no test TestMaskAll"},
		{"a method", "| F001 | a | b | `carnet document mask` | `vault.TestMethod` | done |", "no test TestMethod"},
		{"a comment", "| F001 | a | b | `carnet document mask` | `vault.TestComment` | done |", "no test TestComment"},
		{"not in a test file", "| F001 | a | b | `carnet document mask` | `vault.TestNotATest` | done |", "no test TestNotATest"},
		{"no such package", "| F001 | a | b | `carnet document mask` | `vault/none.TestMask` | done |", "no test TestMask in vault/none"},
		{"outside the module", "| F001 | a | b | `carnet document mask` | `../vault.TestMask` | done |", "not of the form"},
		{"no such script", "| F001 | a | b | `carnet document mask` | `cmd/carnet.TestScripts/patient` | done |", "no script patient.txtar"},
		{"name below another test", "| F001 | a | b | `carnet document mask` | `vault.TestMask/document` | done |", "only TestScripts"},
		{"no test", "| F001 | a | b | `carnet document mask` | - | done |", "names no test"},
		{"planned with a test", "| F001 | a | b | - | `vault.TestMask` | planned |", "names a test"},
		{"unknown state", "| F001 | a | b | `carnet document mask` | `vault.TestMask` | Done |", `state "Done"`},
		{"nothing said", "| F001 |  | b | - | - | planned |", "does not say what"},
		{"does not start at one", "| F002 | a | b | - | - | planned |", "F002 stands where F001 belongs"},
		{"twice", good + "\n| F001 | a | b | - | - | planned |", "F001 stands where F002 belongs"},
		{"a gap", good + "\n| F003 | a | b | - | - | planned |", "F003 stands where F002 belongs"},
		{"a cell too few", "| F001 | a | b | - | planned |", "5 cells instead of 6"},
		{"short of rows", "", "0 rows instead of 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows, err := parseFeatures("| id | what |\n|---|---|\n" + c.rows + "\n")
			var faults []error
			if err != nil {
				faults = []error{err}
			} else {
				faults = checkFeatures(rows, max(len(rows), 1), commands, root)
			}
			switch {
			case c.fault == "" && len(faults) > 0:
				t.Errorf("a good row was refused: %v", faults)
			case c.fault != "" && (len(faults) != 1 || !strings.Contains(faults[0].Error(), c.fault)):
				t.Errorf("faults %v, want one with %q", faults, c.fault)
			}
		})
	}
	if faults := checkFeatures(nil, 1, commands, root); len(faults) != 1 {
		t.Errorf("an empty table has faults %v, want one", faults)
	}
}
