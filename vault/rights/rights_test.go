package rights_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"carnet/assets"
	"carnet/vault/record"
	"carnet/vault/rights"
	"carnet/vault/table"
)

// TestLoad: each thing that can be asked has its own article, and the way to a
// judge.
func TestLoad(t *testing.T) {
	all, err := rights.Load(assets.FS)
	if err != nil {
		t.Fatal(err)
	}
	for ask, article := range map[record.Ask]string{
		record.AskCorrect: "article 16", record.AskComplete: "article 16", record.AskLock: "article 18", record.AskErase: "article 17",
	} {
		basis, limits := rights.About(all.Basis, ask), rights.About(all.Limits, ask)
		if !strings.Contains(basis[0].Source, article) || !strings.Contains(basis[0].Source, "loi n° 78-17") {
			t.Errorf("%s rests on %s", ask, basis[0].Source)
		}
		if last := limits[len(limits)-1]; !strings.Contains(last.FR, "juge") {
			t.Errorf("%s ends with %q", ask, last.FR)
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	const head = `{"edition":"2026-11","date":"2026-11-22","sources":["s"],`
	line := func(asks, fr, source string) string {
		return `[{"asks":[` + asks + `],"fr":"` + fr + `","en":"e","source":"` + source + `"}]`
	}
	const every = `"correct","complete","lock","erase"`
	good := line(every, "f", "s")
	for name, x := range map[string]struct {
		content string
		want    error
	}{
		"good":            {head + `"basis":` + good + `,"limits":` + good + `}`, nil},
		"no text":         {head + `"basis":` + line(every, "", "s") + `,"limits":` + good + `}`, rights.ErrPoint},
		"no source":       {head + `"basis":` + good + `,"limits":` + line(every, "f", "") + `}`, rights.ErrPoint},
		"unknown":         {head + `"basis":` + line(every+`,"burn"`, "f", "s") + `,"limits":` + good + `}`, rights.ErrPoint},
		"nothing on lock": {head + `"basis":` + line(`"correct","complete","erase"`, "f", "s") + `,"limits":` + good + `}`, rights.ErrPoint},
		"another field":   {head + `"basics":` + good + `}`, table.ErrFormat},
	} {
		_, err := rights.Load(fstest.MapFS{"rights-2026-11.json": {Data: []byte(x.content)}})
		if !errors.Is(err, x.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
