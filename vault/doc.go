// Package vault is a family's health records in one encrypted file: the verbs.
//
// Four types carry it. A [Vault] is an unlocked file, open for one keyholder;
// it exists between [Create], [Unlock] or [Recover] (or one of their kin) and
// [Vault.Close], so nothing needs to ask whether it is locked.
// [record.Keyholder] is a person with a passphrase, [record.Patient] a person
// whose record it is, and [record.Document] an imported file of theirs. A circle
// (package seal) is who may read: everybody of a patient's record, one keyholder
// alone, or some.
//
// Every verb is one intention and one transaction: the change itself, its
// signed operation, its row in the access journal and the keyholder's manifest
// are saved together or not at all. A verb that returned nil is on the disk.
//
// Caveats. Deriving keys takes about half a second and 256 MiB or more on
// purpose: call [Create], [Unlock], [Recover] and [Vault.ChangePassphrase] away
// from a goroutine that draws. A Vault is safe for concurrent use and starts no
// goroutine that outlives a call. Errors hold no name, title or path of the
// person's; [errors.Is] tells them apart.
package vault
