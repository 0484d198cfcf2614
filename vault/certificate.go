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
	"carnet/vault/exchange/shl"
	"carnet/vault/record"
)

// certificateBody is a certificate or a key that the household knows, or one that it
// does not know any more.
type certificateBody struct {
	DER    []byte        `cbor:"1,keyasint"`           // empty when it was taken away
	At     record.Millis `cbor:"2,keyasint"`           // when it was given
	Issuer string        `cbor:"3,keyasint,omitempty"` // whose key DER is; "" for a certificate
}

// certificate is what the present says of one.
type certificate struct {
	stamp
	parsed *x509.Certificate // nil for a key, and when it was taken away
	key    *shl.Key          // nil for a certificate, and when it was taken away
	at     record.Millis
}

func (c certificate) known() bool { return c.parsed != nil || c.key != nil }

// certificateID is the same for the same certificate, whoever gives it.
func certificateID(der []byte) (id record.ID) {
	sum := sha256.Sum256(der)
	copy(id[:], sum[:])
	return id
}

// keyID is the same for the same key of the same issuer.
func keyID(issuer string, der []byte) record.ID {
	return certificateID(slices.Concat([]byte(issuer), []byte{0}, der))
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
	switch {
	case len(body.DER) == 0:
	case body.Issuer != "":
		key, err := shl.NewKey(body.Issuer, body.DER)
		if err != nil || keyID(body.Issuer, body.DER) != head.ID {
			return fmt.Errorf("%w: key of another", ErrDamaged)
		}
		kept.key = &key
	default:
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
			if a.house.certificates[id].known() {
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

// AddKeys keeps the keys of the sets (JWKS) that an issuer of SMART Health Cards
// publishes, for everybody of this vault, and gives those that were not known yet. A
// set does not say whose it is: the person does, by the issuer's address. The
// household's journal has a row for each.
//
// It returns [shl.ErrIssuer], or the fault of a set ([shl.ReadKeys]); nothing is kept
// then.
func (v *Vault) AddKeys(ctx context.Context, issuer string, files ...[]byte) (added []record.Certificate, err error) {
	var found []shl.Key
	for _, file := range files {
		in, err := shl.ReadKeys(issuer, file)
		if err != nil {
			return nil, wrap("add keys", err)
		}
		found = append(found, in...)
	}
	err = v.act(ctx, func(a *act) error {
		added = nil
		at := record.At(v.opt.Now())
		for _, k := range found {
			der, err := k.DER()
			if err != nil {
				return err
			}
			id := keyID(k.Issuer, der)
			if a.house.certificates[id].known() {
				continue
			}
			if err := a.putCertificate(id, certificateBody{DER: der, At: at, Issuer: k.Issuer}, record.CertificateAdded); err != nil {
				return err
			}
			added = append(added, describe(id, a.house.certificates[id]))
		}
		return nil
	})
	return added, wrap("add keys", err)
}

func (a *act) putCertificate(id record.ID, body certificateBody, action record.Action) error {
	if _, err := a.write(a.house, draft{kind: chain.Data, head: bodyHead{Type: typeCertificate, ID: id}, body: body}); err != nil {
		return err
	}
	return a.log(a.house, action, id)
}

// RemoveCertificate forgets a certificate or a key: what it signed has an unknown signer
// from then on, or a key that its issuer does not have. It returns [ErrNoCertificate] for
// one that is not known.
func (v *Vault) RemoveCertificate(ctx context.Context, id record.ID) error {
	return wrap("remove certificate", v.act(ctx, func(a *act) error {
		if !a.house.certificates[id].known() {
			return ErrNoCertificate
		}
		return a.putCertificate(id, certificateBody{At: record.At(v.opt.Now())}, record.CertificateRemoved)
	}))
}

// Certificates lists the certificates and the keys that are known, those given last first.
func (v *Vault) Certificates() ([]record.Certificate, error) {
	done, err := v.looking()
	if err != nil {
		return nil, wrap("certificates", err)
	}
	defer done()
	out := []record.Certificate{}
	for id, c := range v.house.certificates {
		if c.known() {
			out = append(out, describe(id, c))
		}
	}
	slices.SortFunc(out, func(x, y record.Certificate) int {
		return cmp.Or(-cmp.Compare(x.GivenAt, y.GivenAt), slices.Compare(x.ID[:], y.ID[:]))
	})
	return out, nil
}

func describe(id record.ID, c certificate) record.Certificate {
	if c.key != nil {
		return record.Certificate{ID: id, Key: c.key.ID, Subject: c.key.ID, Issuer: c.key.Issuer, GivenAt: c.at, Content: c.key.JWKS()}
	}
	var attests []string
	for _, kind := range hcert.Attests(c.parsed) {
		attests = append(attests, string(kind))
	}
	return record.Certificate{
		Attests: attests, Content: slices.Clone(c.parsed.Raw),
		ID: id, Subject: c.parsed.Subject.String(), Issuer: c.parsed.Issuer.String(), NotBefore: record.At(c.parsed.NotBefore), NotAfter: record.At(c.parsed.NotAfter), GivenAt: c.at,
	}
}

// known gives the certificates and the keys to hold signatures against.
func (v *Vault) known() (all []*x509.Certificate, keys []shl.Key, err error) {
	done, err := v.looking()
	if err != nil {
		return nil, nil, err
	}
	defer done()
	for _, c := range v.house.certificates {
		switch {
		case c.parsed != nil:
			all = append(all, c.parsed)
		case c.key != nil:
			keys = append(keys, *c.key)
		}
	}
	return all, keys, nil
}
