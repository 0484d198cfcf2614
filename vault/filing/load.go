package filing

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// Errors of [Load]. Each names a fault of the tables, never of a document.
var (
	// ErrNoTable is returned when the file system holds no table of a kind.
	ErrNoTable = errors.New("filing: table not found")
	// ErrFormat is returned when a table is not the JSON that Load expects:
	// bad syntax, an unknown field, or something after the end.
	ErrFormat = errors.New("filing: malformed table")
	// ErrEdition is returned when a table has no edition, an edition that is
	// not the one in its file name, no valid date or no source.
	ErrEdition = errors.New("filing: table without a valid edition")
	// ErrCategory is returned when a category lacks its code, a label or its
	// class, or when the category for unfiled documents is absent.
	ErrCategory = errors.New("filing: incomplete category")
	// ErrDuplicate is returned when a code appears twice: a category, or a
	// document type in the table of types or in two categories.
	ErrDuplicate = errors.New("filing: duplicate code")
	// ErrUnknownType is returned when a category lists a document type that
	// the table of types lacks, or a type is in no category.
	ErrUnknownType = errors.New("filing: unknown document type")
	// ErrUnknownCategory is returned when a rule names a category that the
	// table lacks, or the one for unfiled documents.
	ErrUnknownCategory = errors.New("filing: rule for an unknown category")
	// ErrRule is returned when a rule has no pattern, a pattern without a
	// significant word or given twice, or a weight of zero or beyond 20.
	ErrRule = errors.New("filing: invalid rule")
)

// maxWeight bounds the weight of a rule, for or against its category.
const maxWeight = 20

type categoryTable struct {
	Edition    string         `json:"edition"`
	Date       string         `json:"date"`
	Sources    []string       `json:"sources"`
	Categories []Category     `json:"categories"`
	Types      []DocumentType `json:"types"`
}

type ruleTable struct {
	Edition string `json:"edition"`
	Date    string `json:"date"`
	Source  string `json:"source"`
	Rules   []rule `json:"rules"`
}

type rule struct {
	Category string   `json:"category"`
	Title    []string `json:"title"`
	Text     []string `json:"text"`
	Weight   int      `json:"weight"`
}

// Load reads the newest edition of the categories (categories-2026-11.json) and
// of the rules (filing-rules-2026-11.json) at the root of fsys, and compiles
// the rules. The caller loads once and keeps the result.
//
// It returns one of the errors of this package, wrapped with the name of the
// table, or the error of fsys.
func Load(fsys fs.FS) (*Rules, error) {
	var categories categoryTable
	edition, err := newest(fsys, "categories-", &categories)
	if err != nil {
		return nil, err
	}
	r := &Rules{categories: categories.Categories}
	if err := r.addCategories(categories, edition); err != nil {
		return nil, fmt.Errorf("categories %s: %w", edition, err)
	}
	var rules ruleTable
	edition, err = newest(fsys, "filing-rules-", &rules)
	if err != nil {
		return nil, err
	}
	if err := r.addRules(rules, edition); err != nil {
		return nil, fmt.Errorf("filing rules %s: %w", edition, err)
	}
	return r, nil
}

// newest decodes into table the file of this prefix with the latest edition,
// and returns the edition that the file name bears.
func newest(fsys fs.FS, prefix string, table any) (edition string, err error) {
	names, err := fs.Glob(fsys, prefix+"*.json")
	if err != nil {
		return "", fmt.Errorf("list %stables: %w", prefix, err)
	}
	if len(names) == 0 {
		return "", fmt.Errorf("%s*.json: %w", prefix, ErrNoTable)
	}
	name := slices.Max(names) // year and month sort as text
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return "", fmt.Errorf("read table: %w", err)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(table); err != nil {
		return "", fmt.Errorf("%s: %w: %w", name, ErrFormat, err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("%s: %w: something follows the table", name, ErrFormat)
	}
	return strings.TrimSuffix(strings.TrimPrefix(path.Base(name), prefix), ".json"), nil
}

// checkEdition reports a table that does not say what it is.
func checkEdition(edition, fromName, date, source string) error {
	if _, err := time.Parse("2006-01", edition); err != nil || edition != fromName {
		return fmt.Errorf("edition %q: %w", edition, ErrEdition)
	}
	if _, err := time.Parse(time.DateOnly, date); err != nil {
		return fmt.Errorf("date %q: %w", date, ErrEdition)
	}
	if strings.TrimSpace(source) == "" {
		return fmt.Errorf("no source: %w", ErrEdition)
	}
	return nil
}

func (r *Rules) addCategories(t categoryTable, fromName string) error {
	if err := checkEdition(t.Edition, fromName, t.Date, strings.Join(t.Sources, "")); err != nil {
		return err
	}
	r.types = make(map[string]DocumentType, len(t.Types))
	for _, dt := range t.Types {
		if _, ok := r.types[dt.Code]; ok {
			return fmt.Errorf("type %q: %w", dt.Code, ErrDuplicate)
		}
		r.types[dt.Code] = dt
	}
	codes := make(map[string]bool, len(t.Categories))
	for _, c := range t.Categories {
		if slices.Contains([]string{c.Code, c.LabelFR, c.LabelEN, c.Class, c.ClassDisplayFR}, "") {
			return fmt.Errorf("category %q: %w", c.Code, ErrCategory)
		}
		if codes[c.Code] {
			return fmt.Errorf("category %q: %w", c.Code, ErrDuplicate)
		}
		codes[c.Code] = true
		for _, loinc := range c.LOINC {
			dt, ok := r.types[loinc]
			switch {
			case !ok:
				return fmt.Errorf("type %q: %w", loinc, ErrUnknownType)
			case dt.Category != "":
				return fmt.Errorf("type %q: %w", loinc, ErrDuplicate)
			}
			dt.Category = c.Code
			r.types[loinc] = dt
		}
	}
	if !codes[Unfiled] {
		return fmt.Errorf("category %q: %w", Unfiled, ErrCategory)
	}
	for code, dt := range r.types {
		if dt.Category == "" {
			return fmt.Errorf("type %q: %w", code, ErrUnknownType)
		}
	}
	return nil
}

func (r *Rules) addRules(t ruleTable, fromName string) error {
	if err := checkEdition(t.Edition, fromName, t.Date, t.Source); err != nil {
		return err
	}
	r.edition = t.Edition
	for i, rule := range t.Rules {
		target := slices.IndexFunc(r.categories, func(c Category) bool { return c.Code == rule.Category })
		if target < 0 || rule.Category == Unfiled {
			return fmt.Errorf("rule %d, category %q: %w", i+1, rule.Category, ErrUnknownCategory)
		}
		if rule.Weight == 0 || rule.Weight > maxWeight || rule.Weight < -maxWeight {
			return fmt.Errorf("rule %d, weight %d: %w", i+1, rule.Weight, ErrRule)
		}
		if len(rule.Title)+len(rule.Text) == 0 {
			return fmt.Errorf("rule %d has no pattern: %w", i+1, ErrRule)
		}
		for _, pattern := range rule.Title {
			if err := r.title.add(pattern, i); err != nil {
				return fmt.Errorf("rule %d, title pattern %q: %w", i+1, pattern, err)
			}
		}
		for _, pattern := range rule.Text {
			if err := r.text.add(pattern, i); err != nil {
				return fmt.Errorf("rule %d, text pattern %q: %w", i+1, pattern, err)
			}
		}
		r.weights = append(r.weights, rule.Weight)
		r.targets = append(r.targets, target)
	}
	return nil
}
