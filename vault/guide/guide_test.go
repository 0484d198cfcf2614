package guide_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"carnet/assets"
	"carnet/vault/guide"
	"carnet/vault/table"
)

// TestLoad: the table of the program answers the three questions, with where to
// turn to and within which time.
func TestLoad(t *testing.T) {
	all, err := guide.Load(assets.FS)
	if err != nil {
		t.Fatal(err)
	}
	for code, facts := range map[string][]string{
		"oppose":         {"3422", "six semaines", "chaque", "preuve"},
		"close-official": {"Clôture du profil", "deux cases", "dix ans", "3422", "caisse"},
		"separation":     {"codes de foyer", "archive complète", "juge", "seul"},
		guide.TakeOver:   {"Télécharger les données", "Historiques et données", "site", "ne se connecte à rien", "comptez"},
		"delete":         {"trois mois", "par écrit", "identité", "original"},
	} {
		g, ok := all.Find(code)
		if !ok {
			t.Errorf("no guide %s", code)
			continue
		}
		var said strings.Builder
		said.WriteString(g.IntroFR + "\n")
		for _, s := range g.Steps {
			said.WriteString(s.FR + "\n")
		}
		for _, fact := range facts {
			if !strings.Contains(said.String(), fact) {
				t.Errorf("%s does not say %q", code, fact)
			}
		}
	}
	keys := map[string]bool{}
	for _, g := range all.Guides {
		for _, s := range g.Steps {
			keys[g.Key(s)] = true
			if found, ok := g.Step(s.Code); !ok || found != s {
				t.Errorf("%s: %+v", g.Key(s), found)
			}
		}
		if s, ok := g.Proof(); ok == (g.Code == "separation" || g.Code == guide.TakeOver) || ok && !s.Proof {
			t.Errorf("the proof of %s: %+v, %t", g.Code, s, ok)
		}
	}
	// Vaults keep them: none may change.
	for _, key := range []string{"oppose/letter", "oppose/keep", "close-official/boxes", "delete/told", "separation/tell"} {
		if !keys[key] {
			t.Errorf("no step %s", key)
		}
	}
	if _, ok := all.Find("nothing"); ok {
		t.Error("a guide that is not there was found")
	}
}

// TestLoadRefuses: a table that lacks something is refused.
func TestLoadRefuses(t *testing.T) {
	const whole = `{"edition":"2026-11","date":"2026-11-22","sources":["a"],"guides":[{"code":"a","title_fr":"a","title_en":"a","intro_fr":"a","intro_en":"a","steps":[{"code":"a","fr":"a","en":"a","source":1}]}]}`
	load := func(s string) error {
		_, err := guide.Load(fstest.MapFS{"guides-2026-11.json": {Data: []byte(s)}})
		return err
	}
	if err := load(whole); err != nil {
		t.Fatal(err)
	}
	for what, change := range map[string][2]string{
		"code": {`"code":"a"`, `"code":"A b"`}, "title": {`"title_en":"a"`, `"title_en":""`}, "source": {`"source":1`, `"source":2`},
		"step without a code": {`"steps":[{"code":"a",`, `"steps":[{`},
		"step":                {`"fr":"a","en"`, `"fr":"","en"`}, "steps": {`[{"code":"a","fr":"a","en":"a","source":1}]`, `[]`},
	} {
		if err := load(strings.Replace(whole, change[0], change[1], 1)); !errors.Is(err, guide.ErrTable) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := load(strings.Replace(whole, `"a"]`, `""]`, 1)); !errors.Is(err, table.ErrEdition) {
		t.Errorf("no source: %v", err)
	}
}
