package wire

import (
	"encoding/hex"
	"strings"

	"carnet/vault/chain"
)

// ParseName reads the name of a blob: 64 hexadecimal digits in small letters.
func ParseName(s string) (name [32]byte, err error) { return name, parseHex(s, name[:]) }

// ParseID reads an identifier: 32 hexadecimal digits in small letters.
func ParseID(s string) (id chain.ID, err error) { return id, parseHex(s, id[:]) }

func parseHex(s string, into []byte) error {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(into) || strings.ToLower(s) != s {
		return ErrMessage
	}
	copy(into, b)
	return nil
}
