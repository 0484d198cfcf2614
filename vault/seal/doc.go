// Package seal holds all encryption of the vault: nothing else in the module
// touches a cipher.
//
// Five things are built here, each from the standard library, golang.org/x/crypto
// or, for sharing a secret, github.com/cloudflare/circl, none of them new
// cryptography:
//
//   - a [Slot] turns a passphrase into the seed of one device;
//   - an [Identity] is what a seed (or a recovery code) becomes: an HPKE key
//     pair, a signing key and a key of its own;
//   - a [CircleKey] is one epoch of a circle, the people who may read: it is
//     sealed to each of their devices and opens envelopes;
//   - an envelope ([Seal], [Open]) holds one small value, a [Document] the
//     chunks of a large one;
//   - a [Share] is one of three sheets, of which two give the seed of a device.
//
// Two caveats. A [Sealed] value can only be made by sealing or by reading one
// back, but its zero value can be written anywhere: check [Sealed.IsZero] where
// it matters. And a [Key] stays in memory until [Key.Wipe]; Go may have copied
// it before, so wiping is an effort and not a proof.
//
// docs/FORMAT.md gives every byte; testdata/vectors holds them to it.
package seal
