package vault

import (
	"bytes"
	"context"
	"errors"
	"io"

	"carnet/vault/chain"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// attestationCategory is where the attestation of a carer is filed.
const attestationCategory = "administrative"

// attested is what a member operation says of the attestation of a carer.
type attested struct {
	document record.ID // zero for none
	digest   [32]byte
	by       chain.ID // device that signed
	hlc      uint64
}

// attest writes and seals the attestation of a carer; nil where none is due. What
// cannot be admitted is refused by the act that follows.
func (v *Vault) attest(ctx context.Context, patient record.ID, name string, role record.Role) (*sealedFile, error) {
	if v.opt.Attest == nil || !roles[role].Carer() {
		return nil, nil
	}
	d, err := v.delegation(patient, name, role)
	if err != nil {
		return nil, err
	}
	file, content, err := v.opt.Attest(d)
	if err != nil {
		return nil, err
	}
	u, err := v.upload(ctx, newID(), 1, bytes.NewReader(content), nil)
	if err != nil {
		return nil, err
	}
	return &sealedFile{source: source{name: file}, media: mediaType(content), upload: u}, nil
}

func (v *Vault) delegation(patient record.ID, name string, role record.Role) (record.Delegation, error) {
	done, err := v.looking()
	if err != nil {
		return record.Delegation{}, err
	}
	defer done()
	c, err := v.of(patient)
	if err != nil {
		return record.Delegation{}, err
	}
	k, err := v.keyholderNamed(name)
	if err != nil {
		return record.Delegation{}, err
	}
	me := record.Keyholder{ID: v.self.keyholder, Name: v.house.people[v.self.keyholder].name}
	return record.Delegation{Patient: c.patient, Carer: k, Role: role, By: me, At: record.At(v.opt.Now())}, nil
}

// Attestation finds the attestation of a carer and holds the document against
// what was signed when they were admitted: the signature of that operation was
// verified when the vault was opened. Nothing is journaled, since nothing of the
// content is shown.
//
// It returns [ErrNoPatient], [ErrNoKeyholder], [ErrNotMember] or
// [ErrNoAttestation]. A document that was erased, or is hidden from the one who
// asks, is no error: Intact is false.
func (v *Vault) Attestation(ctx context.Context, patient record.ID, name string) (record.Attestation, error) {
	out, err := v.signedAttestation(patient, name)
	if err != nil {
		return out, wrap("attestation", err)
	}
	content, err := v.content(out.Document)
	if errors.Is(err, ErrNoDocument) {
		return out, nil
	}
	if err != nil {
		return out, wrap("attestation", err)
	}
	digest := seal.NewDigest()
	if _, err := io.Copy(digest, content); err != nil && !errors.Is(err, ErrDamaged) {
		return out, wrap("attestation", err)
	} else if err == nil {
		out.Intact = [32]byte(digest.Sum(nil)) == out.Digest
	}
	return out, ctx.Err()
}

func (v *Vault) signedAttestation(patient record.ID, name string) (record.Attestation, error) {
	done, err := v.looking()
	if err != nil {
		return record.Attestation{}, err
	}
	defer done()
	c, err := v.of(patient)
	if err != nil {
		return record.Attestation{}, err
	}
	k, err := v.keyholderNamed(name)
	if err != nil {
		return record.Attestation{}, err
	}
	pseudonym, role, ok := c.pseudonymOf(k.ID)
	if !ok {
		return record.Attestation{}, ErrNotMember
	}
	said := c.people[pseudonym].attested
	if said.document.IsZero() {
		return record.Attestation{}, ErrNoAttestation
	}
	out := record.Attestation{Carer: k, Role: roleName(role), Document: said.document, Digest: said.digest, At: record.Millis(said.hlc >> 16)}
	if author, ok := c.chain.Entry(said.by); ok {
		p := c.people[record.ID(author.Keyholder)]
		out.By = record.Keyholder{ID: p.keyholder, Name: p.name}
	}
	return out, nil
}
