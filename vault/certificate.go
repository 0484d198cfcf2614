package vault

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"slices"

	"carnet/vault/chain"
	"carnet/vault/exchange/hcert"
	"carnet/vault/record"
)

// certificateBody is a certificate that the household knows, or one that it does not
// know any more.
type certificateBody struct {
	DER []byte        `cbor:"1,keyasint"` // empty when it was taken away
	At  record.Millis `cbor:"2,keyasint"` // when it was given
}

// certificate is what the present says of one.
type certificate struct {
	stamp
	parsed *x509.Certificate // nil when it was taken away
	at     record.Millis
}

// certificateID is the same for the same certificate, whoever gives it.
func certificateID(der []byte) (id record.ID) {
	sum := sha256.Sum256(der)
	copy(id[:], sum[:])
	return id
}

// applyCertificate keeps a certificate of the household. Two of an id are the same
// certificate: the later write says whether it is known.
func (c *chart) applyCertificate(w stamp, head bodyHead, content []byte) error {
	var body certificateBody
	if err := decoding.Unmarshal(content, &body); err != nil {
		return fmt.Errorf("%w: certificate: %w", ErrDamaged, err)
	}
	if known, there := c.certificates[head.ID]; there && !known.stamp.before(w) {
		return nil
	}
	kept := certificate{stamp: w, at: body.At}
	if len(body.DER) > 0 {
		parsed, err := x509.ParseCertificate(body.DER)
		if err != nil || certificateID(body.DER) != head.ID {
			return fmt.Errorf("%w: certificate of another", ErrDamaged)
		}
		kept.parsed = parsed
	}
	if c.certificates == nil {
		c.certificates = map[record.ID]certificate{}
	}
	c.certificates[head.ID] = kept
	return nil
}

// AddCertificates keeps certificates that attestations may be signed with, for
// everybody of this vault, and gives those that were not known yet. The household's
// journal has a row for each. A certificate is not judged: a person gives it, and what
// it signed is said to be signed with it, no more.
//
// It returns [hcert.ErrCertificate] when a file has none; nothing is kept then.
func (v *Vault) AddCertificates(ctx context.Context, files ...[]byte) (added []record.Certificate, err error) {
	var found []*x509.Certificate
	for _, file := range files {
		in, err := hcert.ReadCertificates(file)
		if err != nil {
			return nil, wrap("add certificates", err)
		}
		found = append(found, in...)
	}
	err = v.act(ctx, func(a *act) error {
		added = nil
		at := record.At(v.opt.Now())
		for _, c := range found {
			id := certificateID(c.Raw)
			if a.house.certificates[id].parsed != nil {
				continue
			}
			if err := a.putCertificate(id, certificateBody{DER: c.Raw, At: at}, record.CertificateAdded); err != nil {
				return err
			}
			added = append(added, describe(id, a.house.certificates[id]))
		}
		return nil
	})
	return added, wrap("add certificates", err)
}

func (a *act) putCertificate(id record.ID, body certificateBody, action record.Action) error {
	if _, err := a.write(a.house, draft{kind: chain.Data, head: bodyHead{Type: typeCertificate, ID: id}, body: body}); err != nil {
		return err
	}
	return a.log(a.house, action, id)
}

// RemoveCertificate forgets a certificate: what it signed has an unknown signer from
// then on. It returns [ErrNoCertificate] for one that is not known.
func (v *Vault) RemoveCertificate(ctx context.Context, id record.ID) error {
	return wrap("remove certificate", v.act(ctx, func(a *act) error {
		if a.house.certificates[id].parsed == nil {
			return ErrNoCertificate
		}
		return a.putCertificate(id, certificateBody{At: record.At(v.opt.Now())}, record.CertificateRemoved)
	}))
}

// Certificates lists the certificates that are known, those given last first.
func (v *Vault) Certificates() ([]record.Certificate, error) {
	done, err := v.looking()
	if err != nil {
		return nil, wrap("certificates", err)
	}
	defer done()
	out := []record.Certificate{}
	for id, c := range v.house.certificates {
		if c.parsed != nil {
			out = append(out, describe(id, c))
		}
	}
	slices.SortFunc(out, func(x, y record.Certificate) int {
		return cmp.Or(-cmp.Compare(x.GivenAt, y.GivenAt), slices.Compare(x.ID[:], y.ID[:]))
	})
	return out, nil
}

func describe(id record.ID, c certificate) record.Certificate {
	var attests []string
	for _, kind := range hcert.Attests(c.parsed) {
		attests = append(attests, string(kind))
	}
	return record.Certificate{
		Attests: attests, Content: slices.Clone(c.parsed.Raw),
		ID: id, Subject: c.parsed.Subject.String(), Issuer: c.parsed.Issuer.String(), NotBefore: record.At(c.parsed.NotBefore), NotAfter: record.At(c.parsed.NotAfter), GivenAt: c.at,
	}
}

// known gives the certificates to hold signatures against.
func (v *Vault) known() (all []*x509.Certificate, err error) {
	done, err := v.looking()
	if err != nil {
		return nil, err
	}
	defer done()
	for _, c := range v.house.certificates {
		if c.parsed != nil {
			all = append(all, c.parsed)
		}
	}
	return all, nil
}
