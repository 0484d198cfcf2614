package main

import (
	"debug/buildinfo"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"

	"github.com/spf13/cobra"

	"carnet/assets"
	"carnet/ui/release"
	"carnet/ui/text"
)

// sbomCommand lists what a build of the program is made of, in the form that
// scanners of packages read: CycloneDX 1.6. It is hidden, and for packages.
func (a *app) sbomCommand() *cobra.Command {
	c := a.word(text.SBOMCommand)
	c.Hidden = true
	return a.verb(c, 1, 1, func(args []string) error {
		info, err := buildinfo.ReadFile(args[0])
		if err != nil {
			return err
		}
		b, err := release.New(info, assets.Licences, assets.ReleaseKey)
		if err != nil {
			return err
		}
		sums := map[string]string{}
		for _, m := range info.Deps {
			sums[m.Path] = m.Sum
		}
		e := json.NewEncoder(a.out)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(bill(b, sums))
	})
}

// What the format calls things.
type (
	bom struct {
		Format     string      `json:"bomFormat"`
		Spec       string      `json:"specVersion"`
		Version    int         `json:"version"`
		Metadata   bomMeta     `json:"metadata"`
		Components []component `json:"components"`
	}
	bomMeta struct {
		Timestamp string    `json:"timestamp,omitempty"`
		Component component `json:"component"`
	}
	component struct {
		Ref        string      `json:"bom-ref"`
		Type       string      `json:"type"`
		Name       string      `json:"name"`
		Version    string      `json:"version,omitempty"`
		Licences   []bomTerms  `json:"licenses,omitempty"`
		Copyright  string      `json:"copyright,omitempty"`
		PURL       string      `json:"purl,omitempty"`
		Hashes     []bomHash   `json:"hashes,omitempty"`
		References []reference `json:"externalReferences,omitempty"`
	}
	bomTerms struct {
		Expression string `json:"expression"`
	}
	bomHash struct {
		Algorithm string `json:"alg"`
		Content   string `json:"content"`
	}
	reference struct {
		Type string `json:"type"`
		URL  string `json:"url"`
	}
)

// componentTypes are the kinds of works in the words of the format.
var componentTypes = map[release.Kind]string{release.Module: "library", release.Library: "library", release.Font: "file", release.Toolchain: "library", release.Table: "data"}

// bill lists a build; sums are of its modules, as go.sum has them.
func bill(b *release.Build, sums map[string]string) bom {
	main := component{Ref: "carnet", Type: "application", Name: "carnet", Version: b.Version, Licences: []bomTerms{{"AGPL-3.0-or-later"}}}
	out := bom{Format: "CycloneDX", Spec: "1.6", Version: 1, Metadata: bomMeta{Component: main}}
	if !b.Time.IsZero() {
		out.Metadata.Timestamp = b.Time.UTC().Format("2006-01-02T15:04:05Z")
	}
	for _, w := range b.Works {
		c := component{Ref: string(w.Kind) + ":" + w.Name, Type: componentTypes[w.Kind], Name: w.Name, Version: w.Version, Copyright: w.Copyright}
		if w.Licence != "" {
			c.Licences = []bomTerms{{w.Licence}}
		}
		if w.Kind == release.Module {
			c.PURL = "pkg:golang/" + w.Name + "@" + w.Version
			if sum, ok := strings.CutPrefix(sums[w.Name], "h1:"); ok {
				if raw, err := base64.StdEncoding.DecodeString(sum); err == nil {
					c.Hashes = []bomHash{{"SHA-256", hex.EncodeToString(raw)}}
				}
			}
		}
		if strings.HasPrefix(w.Source, "https://") {
			c.References = []reference{{"distribution", w.Source}}
		}
		out.Components = append(out.Components, c)
	}
	return out
}
