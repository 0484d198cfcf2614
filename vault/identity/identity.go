// Package identity looks at the numbers that name people and places of care in
// France, and looks for people in texts: NIR, INS, RPPS and FINESS; names, dates
// of birth. It is pure: no clock, no storage, no table.
//
// Its answers are questions to ask a person, never a reason to refuse. Official
// documents carry wrong numbers: of the 94 CDA examples published by the Agence
// du numérique en santé, ten, all of newborns and children, have an INS whose
// key does not fit (ansforge/TestContenuCDA-3-0).
package identity

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// Doubt says why a number is unlikely, "" when nothing speaks against it. The
// values are names for scripts; ui/text has the sentences.
type Doubt string

// The doubts.
const (
	Sound  Doubt = ""
	Length Doubt = "length" // too few or too many characters
	Form   Doubt = "form"   // characters that cannot stand where they do
	Key    Doubt = "key"    // the control digits do not fit the others
)

// Compact writes a number as it is kept: letters and digits alone, capitals.
func Compact(number string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, number)
}

// Lengths of a NIR, in characters: 1 of sex, 2 of the year of birth, 2 of the
// month, 2 of the department, 3 of the commune, 3 of order, and 2 of key.
const (
	nirLength = 13
	keyLength = 2
)

// Forms of a NIR and of the numbers that stand for one, from the rules that the
// Caisse nationale de l'assurance maladie publishes
// (assurance-maladie-digital/nir-validation, 2024-10-04). A month is 01 to 12, or
// 20 to 99 when the month of birth is not known; the Caisse's own app takes only
// the first, its library both, and so does this. A department may be 2A or 2B.
//
// A temporary number begins with 7 or 8 (numéro national provisoire) or with 5 or
// 6 (migrant de passage), then 1 or 2. An identifiant d'attente has the form of
// the first; as part of an INS it has a key, which is made like that of a NIR.
var (
	nirForm       = regexp.MustCompile(`^[12]\d{2}(0[1-9]|1[0-2]|[2-9]\d)(\d{2}|2A|2B)\d{6}(\d{2})?$`)
	temporaryForm = regexp.MustCompile(`^[5-8][12]\d{11}(\d{2})?$`)
)

// NIR looks at a numéro de sécurité sociale, or a temporary number in its place,
// of 13 characters, or 15 with its key. An empty one gives no doubt.
func NIR(number string) Doubt {
	n := Compact(number)
	switch {
	case n == "":
		return Sound
	case len(n) != nirLength && len(n) != nirLength+keyLength:
		return Length
	case !nirForm.MatchString(n) && !temporaryForm.MatchString(n):
		return Form
	case len(n) > nirLength && NIRKey(n[:nirLength]) != n[nirLength:]:
		return Key
	}
	return Sound
}

// NIRKey is the key of the 13 characters of a NIR: 97 less the remainder by 97,
// two digits, 01 to 97. The department 2A counts as 19 and 2B as 18, there and
// nowhere else. It is "" for what is no such number.
func NIRKey(number string) string {
	if len(number) != nirLength {
		return ""
	}
	department := number[5:7]
	switch department {
	case "2A":
		department = "19"
	case "2B":
		department = "18"
	}
	n, err := strconv.ParseUint(number[:5]+department+number[7:], 10, 64)
	if err != nil {
		return ""
	}
	key := strconv.FormatUint(97-n%97, 10)
	return strings.Repeat("0", keyLength-len(key)) + key
}

// INS looks at the matricule of an identité nationale de santé: a NIR, or an
// identifiant d'attente, always with its key. An empty one gives no doubt.
func INS(number string) Doubt {
	if len(Compact(number)) == nirLength {
		return Length
	}
	return NIR(number)
}

// RPPS looks at the number of a health professional: 11 digits, the last one the
// key of Luhn; as a national identifier (OID 1.2.250.1.71.4.2.1) with an 8 before
// them. The examples of the Agence du numérique en santé have both right and wrong
// ones.
func RPPS(number string) Doubt {
	n := Compact(number)
	if len(n) == 12 && n[0] == '8' {
		n = n[1:]
	}
	switch {
	case n == "":
		return Sound
	case len(n) != 11:
		return Length
	case !digits(n):
		return Form
	case !luhn(n):
		return Key
	}
	return Sound
}

// FINESS looks at the number of an establishment: 9 digits, the last one the key
// of Luhn; as a national identifier (OID 1.2.250.1.71.4.2.2) with a 1 before them.
// A number of Corsica may begin with 2A or 2B: how its key is made is published
// nowhere that we know, and it is not looked at.
func FINESS(number string) Doubt {
	n := Compact(number)
	if len(n) == 10 && n[0] == '1' {
		n = n[1:]
	}
	corsican := strings.HasPrefix(n, "2A") || strings.HasPrefix(n, "2B")
	switch {
	case n == "":
		return Sound
	case len(n) != 9:
		return Length
	case !digits(n) && !(corsican && digits(n[2:])):
		return Form
	case !corsican && !luhn(n):
		return Key
	}
	return Sound
}

// Professional looks at the number of somebody or of a place that cares for
// people, RPPS or FINESS: its length tells which.
func Professional(number string) Doubt {
	switch len(Compact(number)) {
	case 9, 10:
		return FINESS(number)
	}
	return RPPS(number)
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// luhn reports whether the last digit is the control digit of the others (ISO/IEC
// 7812-1, annex B).
func luhn(s string) bool {
	sum := 0
	for i := range len(s) {
		n := int(s[len(s)-1-i] - '0')
		if i%2 == 1 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return sum%10 == 0
}
