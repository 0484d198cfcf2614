package hcert

import "errors"

var errBase45 = errors.New("not base45")

// base45Alphabet is the one of RFC 9285, section 4.2: the characters that a QR code
// packs two in eleven bits.
const base45Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

var base45Values = func() (v [256]int) {
	for i := range v {
		v[i] = -1
	}
	for i, c := range []byte(base45Alphabet) {
		v[c] = i
	}
	return v
}()

// decodeBase45 decodes by RFC 9285: three characters are two bytes, two at the end
// are one. It refuses what the RFC says to refuse: another character, a single one
// at the end, and a group that says more than its bytes can hold.
func decodeBase45(s string) ([]byte, error) {
	if len(s)%3 == 1 {
		return nil, errBase45
	}
	out := make([]byte, 0, len(s)/3*2+1)
	for ; s != ""; s = s[min(3, len(s)):] {
		group := s[:min(3, len(s))]
		n, weight := 0, 1
		for _, c := range []byte(group) {
			value := base45Values[c]
			if value < 0 {
				return nil, errBase45
			}
			n += value * weight
			weight *= 45
		}
		switch {
		case len(group) == 3 && n <= 0xffff:
			out = append(out, byte(n>>8), byte(n))
		case len(group) == 2 && n <= 0xff:
			out = append(out, byte(n))
		default:
			return nil, errBase45
		}
	}
	return out, nil
}
