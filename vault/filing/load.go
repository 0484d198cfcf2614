package filing

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"carnet/vault/table"
)

// Errors of [Load]. Each names a fault of the tables, never of a document.
var (
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
	table.Edition
	Categories []Category     `json:"categories"`
	Types      []DocumentType `json:"types"`
}

type ruleTable struct {
	table.Edition
	Rules []rule `json:"rules"`
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
// It returns one of the errors of this package or of [table.Newest].
func Load(fsys fs.FS) (*Rules, error) {
	var categories categoryTable
	if err := table.Newest(fsys, "categories-", &categories, &categories.Edition); err != nil {
		return nil, err
	}
	r := &Rules{categories: categories.Categories}
	if err := r.addCategories(categories); err != nil {
		return nil, fmt.Errorf("categories %s: %w", categories.Edition.Edition, err)
	}
	var rules ruleTable
	if err := table.Newest(fsys, "filing-rules-", &rules, &rules.Edition); err != nil {
		return nil, err
	}
	if err := r.addRules(rules); err != nil {
		return nil, fmt.Errorf("filing rules %s: %w", rules.Edition.Edition, err)
	}
	return r, nil
}

func (r *Rules) addCategories(t categoryTable) error {
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

func (r *Rules) addRules(t ruleTable) error {
	r.edition = t.Edition.Edition
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
