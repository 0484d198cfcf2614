// Package filing proposes where a received document belongs and which day it
// bears, from its title and its text.
//
// Both are proposals: the caller shows them and the person may change them.
// Nothing here reads a clock or a disk. The categories and the rules are dated
// tables that [Load] reads from a file system given by the caller; the rules
// for dates are the forms in which French and English documents write them,
// and live in the code.
//
// Text is compared after folding: lower case, without accents, œ as oe, any
// apostrophe, hyphen or underscore as a word boundary. Only the first 20,000
// characters of a text and the first 500 of a title are looked at, and the time
// taken is proportional to what is looked at.
package filing

import "slices"

// Unfiled is the code of the category for documents that wait to be filed. No
// rule proposes it.
const Unfiled = "unfiled"

// Category is one drawer of the library.
type Category struct {
	Code           string   `json:"code"`             // stable, lower case, stored with documents
	LabelFR        string   `json:"label_fr"`         // as shown in French
	LabelEN        string   `json:"label_en"`         // as shown in English
	Class          string   `json:"class"`            // TRE_A03 document class
	ClassDisplayFR string   `json:"class_display_fr"` // the name TRE_A03 gives to Class
	LOINC          []string `json:"loinc"`            // document types filed here; may be empty
}

// DocumentType is a LOINC document type of the French interoperability
// framework (JDV_J07) and the category that receives it.
type DocumentType struct {
	Code           string `json:"code"`
	DisplayFR      string `json:"display_fr"`
	Class          string `json:"class"` // TRE_A03 class by ASS_X16; empty where that table gives none
	ClassDisplayFR string `json:"class_display_fr"`
	Category       string `json:"-"`
}

// Rules are the categories and one edition of the filing rules. Make them with
// [Load]; the zero value knows no category and proposes nothing. Rules never
// change and are safe for concurrent use.
type Rules struct {
	edition    string
	categories []Category
	types      map[string]DocumentType
	weights    []int // by rule
	targets    []int // by rule: index in categories
	title      matcher
	text       matcher
}

// Edition returns the edition of the rules, as year and month: "2026-11".
func (r *Rules) Edition() string { return r.edition }

// Categories returns the categories in the order of the table. The caller may
// change the result.
func (r *Rules) Categories() []Category {
	all := slices.Clone(r.categories)
	for i := range all {
		all[i].LOINC = slices.Clone(all[i].LOINC)
	}
	return all
}

// Category returns the category with this code, and false when there is none.
func (r *Rules) Category(code string) (Category, bool) {
	for _, c := range r.categories {
		if c.Code == code {
			c.LOINC = slices.Clone(c.LOINC)
			return c, true
		}
	}
	return Category{}, false
}

// Type returns the document type with this LOINC code, and false when the table
// places it in no category. A document that declares its type needs no proposal.
func (r *Rules) Type(loinc string) (DocumentType, bool) {
	t, ok := r.types[loinc]
	return t, ok
}
