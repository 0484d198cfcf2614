package vault

import (
	"crypto/rand"
	"math/big"
	"strings"

	"golang.org/x/text/unicode/norm"

	"carnet/vault/seal"
)

// KitCode is a recovery code. It never prints itself; KitCode.Groups shows it to
// the person whose it is.
type KitCode = seal.KitCode

// NewKitCode draws a recovery code, to be put on paper before [Create] is given
// it in [First].
func NewKitCode() KitCode { return seal.NewKitCode() }

// Memory says how the keys of an open vault lie in the memory of this process.
type Memory = seal.Memory

// KeysInMemory says how keys lie in the memory of this process: locked against
// swapping where the system allows it. Where no vault was opened yet it tries.
func KeysInMemory() Memory { return seal.KeysInMemory() }

// ParseKitCode reads a recovery code as a person types it. It returns
// [ErrKitCode].
func ParseKitCode(s string) (KitCode, error) { return seal.ParseKitCode(s) }

// proposedWords is how many words a proposed passphrase has. Drawn from 1,024
// words, six make 60 bits, each guess at which costs a key derivation.
const proposedWords = 6

// ProposePassphrase draws a passphrase from a list of words.
func ProposePassphrase(words []string) string { return draw(words, proposedWords) }

// ProposeMark draws a personal mark, by which a person knows their own unlock
// screen: it protects nothing by itself.
func ProposeMark(words []string) string { return draw(words, 3) }

func draw(words []string, n int) string {
	out := make([]string, n)
	for i := range out {
		k, err := rand.Int(rand.Reader, big.NewInt(int64(len(words))))
		if err != nil {
			panic(err) // crypto/rand does not fail
		}
		out[i] = words[k.Int64()]
	}
	return strings.Join(out, " ")
}

// SamePassphrase reports whether two texts are one passphrase: the two ways of
// writing an accent are alike, everything else counts.
func SamePassphrase(a, b string) bool { return norm.NFC.String(a) == norm.NFC.String(b) }
