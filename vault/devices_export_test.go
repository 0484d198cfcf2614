package vault

import (
	"carnet/vault/record"
	"carnet/vault/seal"
)

// CircleKeys are all keys of a record that the open device holds.
func (v *Vault) CircleKeys(patient record.ID) (out []*seal.CircleKey) {
	for _, c := range v.charts[patient].circles {
		for _, keys := range c.epochs {
			out = append(out, keys...)
		}
	}
	return out
}

// DigestName names one of several exports in a proof of closure.
var DigestName = digestName
