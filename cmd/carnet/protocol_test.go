package main

// docs/PROTOCOL.md names, for each check that the two ends of synchronisation make, where it is made and a test that
// fails without it. These names are held to what there is, as those of docs/FEATURES.md are.

import (
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

const protocolFile = "../../docs/PROTOCOL.md"

var (
	testCase  = regexp.MustCompile(`^([a-z0-9_/-]+\.Test\w+)(?:/(.+))?$`)
	checkName = regexp.MustCompile(`^([a-z0-9_/-]+)\.(\w+)$`)
)

// functionsIn are the functions and methods of a folder, without those of its tests.
var functionsIn = memo(func(folder string) (map[string]bool, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, declaration := range tree.Decls {
			if f, ok := declaration.(*ast.FuncDecl); ok {
				out[f.Name.Name] = true
			}
		}
	}
	return out, nil
})

// testTexts is what the tests of a folder say, in one text.
var testTexts = memo(func(folder string) (string, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		return "", err
	}
	var all strings.Builder
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		all.Write(b)
	}
	return all.String(), nil
})

// checkProtocol returns every fault of the tables, and how many lines they have.
func checkProtocol(text, root string) (lines int, faults []error) {
	inside := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		inside = inside && strings.HasPrefix(line, "|") || line == "| tried | said | check | test |"
		cells := strings.Split(strings.Trim(line, "|"), "|")
		if !inside || len(cells) != 4 || strings.HasPrefix(line, "| tried") || strings.HasPrefix(line, "|---") {
			if inside && len(cells) != 4 {
				faults = append(faults, fmt.Errorf("%q has %d cells", line, len(cells)))
			}
			continue
		}
		lines++
		checks, tests := codeSpans(cells[2]), codeSpans(cells[3])
		if len(checks) == 0 || len(tests) == 0 {
			faults = append(faults, fmt.Errorf("%q names no check or no test", line))
		}
		for _, check := range checks {
			parts := checkName.FindStringSubmatch(check)
			if parts == nil {
				faults = append(faults, fmt.Errorf("%q is not of the form package.function", check))
				continue
			}
			functions, err := functionsIn(filepath.Join(root, filepath.FromSlash(parts[1])))
			if err != nil || !functions[parts[2]] {
				faults = append(faults, fmt.Errorf("there is no function %s: %v", check, err))
			}
		}
		for _, test := range tests {
			parts := testCase.FindStringSubmatch(test)
			if parts == nil {
				faults = append(faults, fmt.Errorf("%q is not of the form package.TestName/case", test))
				continue
			}
			if err := testExists(parts[1], root); err != nil {
				faults = append(faults, err)
			}
			folder := filepath.Join(root, filepath.FromSlash(parts[1][:strings.LastIndex(parts[1], ".")]))
			if said, err := testTexts(folder); err != nil || parts[2] != "" && !strings.Contains(said, fmt.Sprintf("%q", parts[2])) {
				faults = append(faults, fmt.Errorf("no test in %s has a case %q: %v", folder, parts[2], err))
			}
		}
	}
	return lines, faults
}

func TestProtocol(t *testing.T) {
	text, err := os.ReadFile(protocolFile)
	if err != nil {
		t.Fatal(err)
	}
	lines, faults := checkProtocol(string(text), moduleRoot)
	if lines < 50 {
		t.Errorf("PROTOCOL.md: %d checks", lines)
	}
	for _, fault := range faults {
		t.Errorf("PROTOCOL.md: %v", fault)
	}
	const head = "| tried | said | check | test |\n|---|---|---|---|\n"
	for name, bad := range map[string]string{
		"no check":         "| a | b | - | `vault.TestHostileServer` |",
		"no test":          "| a | b | `vault.checkPage` | - |",
		"no such check":    "| a | b | `vault.checkNothing` | `vault.TestHostileServer` |",
		"no such test":     "| a | b | `vault.checkPage` | `vault.TestHostileNothing` |",
		"no such case":     "| a | b | `vault.checkPage` | `vault.TestHostileServer/nothing of that " + "name` |",
		"a cell too few":   "| a | b | `vault.checkPage` |",
		"another notation": "| a | b | `checkPage` | `vault.TestHostileServer` |",
	} {
		if _, faults := checkProtocol(head+bad+"\n", moduleRoot); len(faults) != 1 {
			t.Errorf("%s: %v", name, faults)
		}
	}
}
