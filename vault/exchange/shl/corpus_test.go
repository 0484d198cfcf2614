package shl_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"

	"carnet/vault/corpustest"
	"carnet/vault/exchange/reading"
	"carnet/vault/exchange/shl"
)

const corpusFiles = 23 // of three folders; the picture is read by package render

// TestCorpusBadCards has the reason for each published fault. Two are about keys that
// the issuer publishes on the network, and the set of neither issuer is among the files:
// the sets here are made by the test, with the fault that the file is named after. The
// card whose name of a key its issuer does not have is refused for it; the set with a
// faulty key is refused whole, so that its card has no signer.
func TestCorpusBadCards(t *testing.T) {
	root := corpustest.Root(t, "%d files are not tested", corpusFiles)
	reasons := map[string]error{
		"a-fhirBundle-bad_meta_extra_key":               shl.ErrBundle,
		"b-jws-payload-expanded-nbf_milliseconds":       shl.ErrTime,
		"d-jws-issuer-kid-mismatch":                     nil,
		"d-jws-no_deflate":                              shl.ErrCompression,
		"e-file-bad_jwks":                               nil,
		"e-file-invalid_deflate":                        shl.ErrCompression,
		"f-qr-code-numeric-value-0-index-out-of-range":  shl.ErrChunk,
		"f-qr-code-numeric-value-14-qr_chunk_too_small": shl.ErrIncomplete,
		"f-qr-code-numeric-value-9-qr_chunk_too_small":  shl.ErrIncomplete,
		"jwspayload-missing-lab-vc-type":                shl.ErrTypes,
	}
	var all struct {
		Files []struct{ Path, Defect string }
	}
	corpustest.Expected(t, root, "smart-health-cards-bad", &all)
	for _, f := range all.Files {
		want, known := reasons[f.Defect]
		if !known {
			t.Errorf("%s: nobody said why it is to be refused", f.Path)
			continue
		}
		b := corpustest.File(t, root, f.Path)
		var err error
		var cards []*shl.Card
		switch {
		case strings.HasPrefix(f.Defect, "a-"):
			_, err = shl.CheckBundle(b)
		case strings.HasSuffix(f.Path, ".json"):
			_, err = shl.ReadPayload(b)
		default:
			cards, err = shl.ReadCards(b)
		}
		if want != nil && !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", f.Path, err, want)
		}
		if want == nil {
			if err != nil || len(cards) != 1 {
				t.Errorf("%s: %d cards, %v", f.Path, len(cards), err)
			} else if state, _ := cards[0].Verify(nil, nil); state != reading.UnknownSigner {
				t.Errorf("%s without keys: %s", f.Path, state)
			} else if f.Defect == "d-jws-issuer-kid-mismatch" {
				keys, err := shl.ReadKeys(cards[0].Issuer, jwks(t, jwk(t, newKey(t))))
				if state, _ := cards[0].Verify(nil, keys); err != nil || state != reading.UnknownKey {
					t.Errorf("%s: %s, %v", f.Path, state, err)
				}
			} else {
				for name, c := range badKeys {
					faulty := jwk(t, newKey(t))
					c.spoil(t, faulty)
					keys, err := shl.ReadKeys(cards[0].Issuer, jwks(t, jwk(t, newKey(t)), faulty))
					if state, _ := cards[0].Verify(nil, keys); !errors.Is(err, c.want) || keys != nil || state != reading.UnknownSigner {
						t.Errorf("%s, %s: %s, %v", f.Path, name, state, err)
					}
				}
			}
		}
	}
	if len(all.Files) < 10 {
		t.Errorf("%d files tested, there were 10", len(all.Files))
	}
}

func TestCorpusLinks(t *testing.T) {
	root := corpustest.Root(t, "%d files are not tested", corpusFiles)
	var all struct {
		Files []struct {
			Path, Kind, Text string
			Payload          struct {
				URL, Flag, Label string
				Exp              int64
			}
			Keys   []string
			Digest string `json:"plaintext_sha256"`
		}
	}
	corpustest.Expected(t, root, "smart-health-links", &all)
	tested := 0
	var demo *shl.Link
	for _, f := range all.Files {
		b := []byte(f.Text)
		if f.Kind != "qr" {
			b = corpustest.File(t, root, f.Path)
		}
		tested++
		switch {
		case f.Kind == "jwe":
			defer func() {
				content, _, err := demo.Open(b)
				if sum := sha256.Sum256(content); err != nil || hex.EncodeToString(sum[:]) != f.Digest {
					t.Errorf("%s: %v, or another content", f.Path, err)
				}
			}()
		case slices.Contains(f.Keys, "files"):
			m, err := shl.ReadManifest(b)
			if err != nil || len(m.Files) < 2 {
				t.Errorf("%s: %+v, %v", f.Path, m, err)
			}
		case slices.Contains(f.Keys, "location"): // one line of a list, alone
			if _, err := shl.ReadLink(b); !errors.Is(err, shl.ErrOther) {
				t.Errorf("%s: %v", f.Path, err)
			}
		default:
			l, err := shl.ReadLink(b)
			if err != nil {
				t.Errorf("%s: %v", f.Path, err)
				continue
			}
			if f.Kind == "shlink" && (l.Address != f.Payload.URL || l.Label != f.Payload.Label || l.Direct != strings.Contains(f.Payload.Flag, "U") ||
				l.Passcode != strings.Contains(f.Payload.Flag, "P") || f.Payload.Exp != 0 && l.Expires.Unix() != f.Payload.Exp) {
				t.Errorf("%s: %+v, want %+v", f.Path, l, f.Payload)
			}
			if l.Label == "Demo SHL for IPS_IG-bundle-01" {
				demo = l
			}
		}
	}
	if demo == nil {
		t.Fatal("the link with the key of the sample was not read")
	}
	if tested < 10 {
		t.Errorf("%d files tested, there were 10", tested)
	}
}
