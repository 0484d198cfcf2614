package text

import (
	"errors"
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
	"unicode"

	"carnet/vault"
)

// messages parses this package's files for every Message, whichever way it is
// written.
func messages(t *testing.T) map[string]Message {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]Message{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if !ok || len(lit.Elts) != 2 {
				return true
			}
			if typed, ok := lit.Type.(*ast.Ident); lit.Type != nil && (!ok || typed.Name != "Message") {
				return true
			}
			fr, ok1 := constant(lit.Elts[0])
			en, ok2 := constant(lit.Elts[1])
			if ok1 && ok2 {
				out[set.Position(lit.Pos()).String()] = Message{fr, en}
			}
			return true
		})
	}
	if len(out) < 200 {
		t.Fatalf("only %d messages found", len(out))
	}
	return out
}

func constant(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

var verbs = regexp.MustCompile(`%[-+ 0-9.]*[a-zA-Z]`)

func TestMessages(t *testing.T) {
	banned := regexp.MustCompile(`(?i)\b(veuillez|uploader|login|utilisateur|oups|sorry|please)\b|désolé|!`)
	for where, m := range messages(t) {
		if strings.TrimSpace(m.FR) == "" || strings.TrimSpace(m.EN) == "" {
			t.Errorf("%s: a language is missing", where)
		}
		if fr, en := verbs.FindAllString(m.FR, -1), verbs.FindAllString(m.EN, -1); !slices.Equal(fr, en) {
			t.Errorf("%s: verbs %v and %v", where, fr, en)
		}
		for _, s := range []string{m.FR, m.EN} {
			for _, r := range s {
				if !writable(r) {
					t.Errorf("%s: %q is no ordinary character", where, r)
				}
			}
			if word := banned.FindString(s); word != "" {
				t.Errorf("%s: %q is a word we do not use", where, word)
			}
		}
	}
}

// quoted finds what a sentence quotes in French and in English.
var quoted = [2]*regexp.Regexp{regexp.MustCompile(`« ([^»]+) »`), regexp.MustCompile(`"([^"]+)"`)}

// notLabels are what sentences quote besides the labels of the window: what a person types, answers of tables, examples,
// the words of other programs.
var notLabels = []string{
	"quitter", "quit", "aide", "help", "verrouiller", "lock", "oui", "yes", "carnet", "licences",
	"aucune", "aucune connue", "Aucune connue", "non renseigné", "none", "none known", "None known", "not filled in",
	"rendez-vous de santé", "health appointment", "Export refusé : 1", "Export refused: 1", "Contre quoi", "Against what",
	"portable du salon", "living room laptop", "2026-12-03 14:30", "12 rue des Lilas", "3400 g",
	"hexa", "ROR", "Prevenar", "grippe", "MMR", "flu",
	"Le plus compatible", "Most Compatible", "scanner",
}

// TestQuotedLabels: a sentence that sends somebody to a button or a menu calls it by its label, in both languages. The
// commands that sentences quote are held by a test of cmd/carnet.
func TestQuotedLabels(t *testing.T) {
	all := messages(t)
	labels := [2]map[string]bool{{}, {}}
	for _, m := range all {
		for i, s := range [2]string{m.FR, m.EN} {
			labels[i][strings.TrimSuffix(strings.TrimSuffix(s, "..."), " (.ics)")] = true
		}
	}
	count := 0
	for where, m := range all {
		for i, s := range [2]string{m.FR, m.EN} {
			for _, match := range quoted[i].FindAllStringSubmatch(s, -1) {
				label := match[1]
				if strings.HasPrefix(label, "carnet ") || strings.Contains(label, "%") || slices.Contains(notLabels, label) {
					continue
				}
				if count++; !labels[i][label] {
					t.Errorf("%s: nothing is called %q", where, label)
				}
			}
		}
	}
	if count < 60 {
		t.Errorf("only %d labels are quoted", count)
	}
}

// writable: letters of the two languages, digits and the punctuation that every
// font has. No symbol, arrow, check mark or emoji.
func writable(r rune) bool {
	return r < unicode.MaxASCII && (r >= ' ' || r == '\n') || strings.ContainsRune("àâäçéèêëîïôöùûüÿœæÀÂÇÉÈÊËÎÏÔÙÛÜŒÆ«»·\u00a0’", r)
}

// TestExplainCovers holds the table of explanations to the errors that packages
// export, whatever is added there.
func TestExplainCovers(t *testing.T) {
	source, err := os.ReadFile("explain.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ pkg, dir string }{{"vault", "../../vault"}, {"render", "../../vault/render"}, {"print", "../print"}, {"keyring", "../keyring"}, {"release", "../release"}, {"proof", "../../vault/proof"}, {"devices", "../../vault/exchange/devices"}, {"gateway", "../../sync/gateway"}, {"reading", "../../vault/exchange/reading"}, {"icalendar", "../../vault/exchange/icalendar"}, {"hcert", "../../vault/exchange/hcert"}, {"shl", "../../vault/exchange/shl"}, {"consent", "../../sync/consent"}, {"client", "../../sync/client"}, {"watched", "../../vault/watched"}, {"scanner", "../scanner"}} {
		names := sentinels(t, c.dir)
		if len(names) == 0 {
			t.Errorf("%s: no errors found", c.pkg)
		}
		for _, name := range names {
			if !strings.Contains(string(source), "{"+c.pkg+"."+name+",") {
				t.Errorf("%s.%s has no explanation", c.pkg, name)
			}
		}
	}
}

// sentinels lists the exported Err variables of a package.
func sentinels(t *testing.T, dir string) (names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			group, ok := d.(*ast.GenDecl)
			if !ok || group.Tok != token.VAR {
				continue
			}
			for _, spec := range group.Specs {
				for _, id := range spec.(*ast.ValueSpec).Names {
					if strings.HasPrefix(id.Name, "Err") {
						names = append(names, id.Name)
					}
				}
			}
		}
	}
	return names
}

func TestExplain(t *testing.T) {
	for _, x := range explanations {
		e, known := Explain(fmt.Errorf("an act: %w", x.err))
		if !known || e != x.Explanation {
			t.Errorf("%v is told as something else: %s", x.err, e.In(English))
		}
		for _, l := range []Language{French, English} {
			told := e.In(l)
			if strings.Count(told, ".") < 3 || strings.Contains(told, "vault:") {
				t.Errorf("%v: %q is not three sentences of ours", x.err, told)
			}
		}
	}
	if e, known := Explain(errors.New("never seen")); known || e.What.FR == "" {
		t.Error("an unknown error passes for a known one, or has no sentence")
	}
	if e, _ := Explain(errors.Join(vault.ErrNotCompacted, vault.ErrDiskFull)); !strings.Contains(e.In(English), "It is saved") {
		t.Errorf("the more telling of two errors is lost: %s", e.In(English))
	}
}

func TestLanguage(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		want Language
	}{
		{map[string]string{}, French},
		{map[string]string{"LANG": "en_GB.UTF-8"}, English},
		{map[string]string{"LANG": "C"}, French},
		{map[string]string{"LANG": "en_GB", "LC_ALL": "fr_FR"}, French},
		{map[string]string{"LANG": "fr_FR", "LC_MESSAGES": "en"}, English},
		{map[string]string{"LANG": "de_DE"}, French},
	} {
		if got := FromEnvironment(func(name string) string { return c.env[name] }); got != c.want {
			t.Errorf("%v gives %v", c.env, got)
		}
	}
}

func TestSize(t *testing.T) {
	for n, want := range map[int64][2]string{
		0: {"0 o", "0 B"}, 999: {"999 o", "999 B"}, 1000: {"1,0 ko", "1.0 kB"}, 1_550_000: {"1,6 Mo", "1.6 MB"},
		999_600: {"1,0 Mo", "1.0 MB"}, 123_000_000: {"123 Mo", "123 MB"}, 5_000_000_000_000: {"5000 Go", "5000 GB"},
	} {
		for l, w := range want {
			if got := strings.ReplaceAll(Language(l).Size(n), "\u00a0", " "); got != w {
				t.Errorf("%d bytes are %q, want %q", n, got, w)
			}
		}
	}
}

func TestPlural(t *testing.T) {
	one, many := Message{"%d mot", "%d word"}, Message{"%d mots", "%d words"}
	for n, want := range map[int][2]string{0: {"0 mot", "0 words"}, 1: {"1 mot", "1 word"}, 2: {"2 mots", "2 words"}} {
		for l, w := range want {
			if got := Language(l).Plural(n, one, many); got != w {
				t.Errorf("%d in language %d is %q", n, l, got)
			}
		}
	}
}
