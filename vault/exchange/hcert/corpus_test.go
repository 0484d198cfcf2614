package hcert_test

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"carnet/vault/corpustest"
	"carnet/vault/exchange/hcert"
	"carnet/vault/exchange/reading"
)

// What the corpus held when these tests were written.
const (
	corpusDCC  = 32 // cases, beside 14 pictures, which package render reads
	corpusTwoD = 5  // texts; four pictures of them are read by package render
)

// TestCorpusDCC holds the published cases to what their publisher expects, and only
// to that: a key that is not there is not looked at. What a case expects of a
// picture is tested in package render, and nothing is written here
// (EXPECTEDENCODE).
func TestCorpusDCC(t *testing.T) {
	root := corpustest.Root(t, "%d certificates and %d 2D-DOC are not tested", corpusDCC, corpusTwoD)
	var expected struct {
		Files []struct {
			Path   string
			Source map[string]bool `json:"source_expected"`
			Says   struct {
				Kind    []string
				DOB     string
				UVCI    string
				Country string
				Issued  int64 `json:"issued_at"`
				Expires int64
				Name    struct{ Fn, Gn, Fnt, Gnt string }
			} `json:"computed"`
		}
	}
	corpustest.Expected(t, root, "eu-dcc", &expected)
	tested := 0
	for _, f := range expected.Files {
		if !strings.HasSuffix(f.Path, ".json") {
			continue
		}
		tested++
		t.Run(strings.TrimPrefix(f.Path, "eu-dcc/ehn-dcc-development__dcc-testdata/"), func(t *testing.T) {
			var c struct {
				Prefix  string `json:"PREFIX"`
				Context struct {
					Certificate string `json:"CERTIFICATE"`
					Clock       string `json:"VALIDATIONCLOCK"`
				} `json:"TESTCTX"`
			}
			if err := json.Unmarshal(corpustest.File(t, root, f.Path), &c); err != nil {
				t.Fatal(err)
			}
			a, err := hcert.Read(c.Prefix)
			var v hcert.Verification
			current := false
			if err == nil {
				v = a.Verify(hcert.NewSigners(certificate(t, c.Context.Certificate)))
				clock, err := time.Parse(time.RFC3339, c.Context.Clock)
				if err != nil {
					t.Fatal(err)
				}
				current = a.Current(clock)
			}
			unprefixed := !errors.Is(err, hcert.ErrOther)
			plain := unprefixed && !errors.Is(err, hcert.ErrEncoding)
			inflated := plain && !errors.Is(err, hcert.ErrCompression)
			decoded := inflated && !errors.Is(err, hcert.ErrEnvelope) && !errors.Is(err, hcert.ErrPayload)
			for key, got := range map[string]bool{
				"EXPECTEDUNPREFIX":         unprefixed,
				"EXPECTEDB45DECODE":        plain,
				"EXPECTEDCOMPRESSION":      inflated,
				"EXPECTEDDECODE":           decoded,
				"EXPECTEDVALIDJSON":        decoded,
				"EXPECTEDSCHEMAVALIDATION": err == nil,
				"EXPECTEDVALIDOBJECT":      err == nil,
				"EXPECTEDVERIFY":           v.State == reading.Valid,
				"EXPECTEDKEYUSAGE":         v.State == reading.Valid && !v.Misused,
				"EXPECTEDEXPIRATIONCHECK":  current,
			} {
				if want, asked := f.Source[key]; asked && got != want {
					t.Errorf("%s: %v, want %v (%v, %+v)", key, got, want, err, v.State)
				}
			}
			if err != nil || f.Says.UVCI == "" {
				return
			}
			if a.Verify(nil).State != reading.UnknownSigner {
				t.Error("a signer that nobody knows has a known signature")
			}
			kinds := map[hcert.Kind]string{hcert.Vaccination: "v", hcert.Test: "t", hcert.Recovery: "r"}
			s := f.Says
			if a.Birth != s.DOB || a.Identity != s.UVCI || a.Country != s.Country || a.Family != s.Name.Fn || a.Given != s.Name.Gn || a.FamilyLatin != s.Name.Fnt ||
				a.IssuedAt.Unix() != s.Issued || a.Expires.Unix() != s.Expires || kinds[a.Kind] != strings.Join(s.Kind, "") {
				t.Errorf("read %+v, want %+v", a, s)
			}
		})
	}
	if tested < corpusDCC {
		t.Errorf("%d cases tested, there were %d", tested, corpusDCC)
	}
}

func certificate(t *testing.T, encoded string) *x509.Certificate {
	t.Helper()
	der, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestCorpusTwoD reads every published text, and the texts of the published
// pictures, and verifies the specimen with each certificate alone.
func TestCorpusTwoD(t *testing.T) {
	root := corpustest.Root(t, "%d certificates and %d 2D-DOC are not tested", corpusDCC, corpusTwoD)
	var expected struct {
		Files []struct {
			Path, Kind, Text string
			Header           struct {
				Version  int
				Type     string
				Country  string
				SignedAt string `json:"signed_hex"`
			}
			Fields      map[string]string
			Valid       *bool  `json:"signature_valid"`
			Certificate string `json:"signature_certificate"`
		}
	}
	corpustest.Expected(t, root, "2d-doc", &expected)
	signers := map[string]*x509.Certificate{}
	for _, f := range expected.Files {
		if f.Kind != "certificate" {
			continue
		}
		b := corpustest.File(t, root, f.Path)
		found, err := hcert.ReadCertificates(b)
		if err != nil || len(found) != 1 {
			t.Fatalf("%s: %d certificates, %v", f.Path, len(found), err)
		}
		signers[filepath.Base(f.Path)] = found[0]
	}
	marks := strings.NewReplacer("<GS>", "\x1d", "<US>", "\x1f")
	texts, verified := 0, 0
	for _, f := range expected.Files {
		switch f.Kind {
		case "certificate":
			continue
		case "text":
			b := corpustest.File(t, root, f.Path)
			f.Text = string(b)
		}
		texts++
		a, err := hcert.Read(marks.Replace(f.Text))
		if err != nil {
			t.Errorf("%s: %v", f.Path, err)
			continue
		}
		if a.Document != f.Header.Type || a.Country != f.Header.Country || !strings.HasSuffix(a.Version, string(rune('0'+f.Header.Version))) {
			t.Errorf("%s: %+v, want %+v", f.Path, a, f.Header)
		}
		if f.Fields != nil {
			got := map[string]string{"L0": a.Family, "L1": a.Given, "L2": a.Birth, "L3": a.Disease, "L4": a.Vaccine, "L5": a.Product, "L6": a.Holder,
				"L7": string(rune('0' + a.Dose)), "L8": string(rune('0' + a.Doses)), "L9": a.Date}
			for name, value := range got {
				want := f.Fields[name]
				if name == "L2" || name == "L9" {
					want = want[4:] + "-" + want[2:4] + "-" + want[:2]
				}
				if value != want {
					t.Errorf("%s: %s is %q, want %q", f.Path, name, value, want)
				}
			}
		}
		if f.Valid == nil {
			continue
		}
		if a.Verify(nil).State != reading.UnknownSigner {
			t.Errorf("%s: known without a certificate", f.Path)
		}
		for name, known := range signers {
			want := reading.Invalid
			if known.Equal(signers[f.Certificate]) { // published twice, as DER and as PEM
				want = reading.Valid
				verified++
			}
			v := a.Verify(hcert.NewSigners(known))
			if v.State != want {
				t.Errorf("%s with %s: %s, want %s", f.Path, name, v.State, want)
			}
			if v.State == reading.Valid && !v.Certificate.NotAfter.Before(time.Date(2016, 1, 1, 0, 0, 0, 0, time.UTC)) {
				t.Errorf("%s: the certificate is not the one that expired in 2015", f.Path)
			}
		}
	}
	t.Logf("%d texts, %d verified", texts, verified)
	if texts < corpusTwoD || verified == 0 {
		t.Errorf("%d texts tested, there were %d; %d verified", texts, corpusTwoD, verified)
	}
}
