package vault

import (
	"bytes"
	"math"
	"reflect"
	"slices"
	"testing"

	"carnet/vault/chain"
	"carnet/vault/record"
)

// aDocument has something in every field.
func aDocument() documentBody {
	return documentBody{
		Document: record.Document{
			Title: "Compte rendu d’imagerie", Category: "imaging", Date: "2024-11", FileName: "CR_imagerie.pdf", FileDate: "2024-11-20",
			MediaType: "application/pdf", Size: 1 << 40, Digest: [32]byte{1}, Version: 3, AddedAt: 1_732_000_000_000, AddedBy: record.ID{2},
			HiddenFromProfessionals: true, RemovedAt: 1_732_000_000_001, Note: "à revoir\nen mars", Tags: []string{"genou", "école"}, RightPerson: true,
			Contest: record.Contest{
				Wrong: record.Inexact, Ask: record.AskCorrect, Reason: "l’autre genou", Addressee: "Clinique", Contested: 5, Outcome: "open", Answer: "non", AnsweredAt: math.MaxInt64,
			},
		},
		DEK: bytes.Repeat([]byte{7}, 32), Chunks: math.MaxUint32, Commitment: [32]byte{3}, ContentID: [32]byte{4}, Inline: bytes.Repeat([]byte("contenu "), 40),
	}
}

func documentText(t testing.TB, d documentBody) []byte {
	t.Helper()
	plain, err := encodeBody(bodyHead{Patient: record.ID{9}, Type: record.TypeDocument, ID: record.ID{8}, Version: d.Version}, d)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

// decodesAlike reports whether the quick reader takes what follows the head, and
// holds it to the general one then.
func decodesAlike(t *testing.T, plain []byte) bool {
	t.Helper()
	quick := decodeDocument(plain)
	if quick == nil {
		return false
	}
	var general document
	if err := decoding.Unmarshal(plain[bodyHeadSize:], &general.documentBody); err != nil || !reflect.DeepEqual(*quick, general) {
		t.Errorf("%x: read as %+v, not %+v, %v", plain, *quick, general, err)
	}
	return true
}

// TestDocumentsReadAlike changes bodies of documents byte by byte.
func TestDocumentsReadAlike(t *testing.T) {
	inline := aDocument()
	inline.DEK, inline.Chunks, inline.Tags, inline.Contest = nil, 0, nil, record.Contest{}
	for _, d := range []documentBody{aDocument(), inline} {
		plain := documentText(t, d)
		if !decodesAlike(t, plain) {
			t.Error("the quick reader leaves a whole document to the other one")
		}
		decodesAlike(t, append(bytes.Clone(plain), 0))
		for i := bodyHeadSize; i < len(plain); i++ {
			decodesAlike(t, plain[:i])
			decodesAlike(t, slices.Delete(bytes.Clone(plain), i, i+1))
			for _, to := range []byte{0, 1, 0x17, 0x18, 0x19, 0x1b, 0x20, 0x3b, 0x40, 0x58, 0x60, 0x7f, 0x80, 0x98, 0xa0, 0xb7, 0xbf, 0xc0, 0xc3, 0xf4, 0xf6, 0xff, plain[i] ^ 1, plain[i] + 1} {
				changed := bytes.Clone(plain)
				changed[i] = to
				decodesAlike(t, changed)
				decodesAlike(t, slices.Insert(bytes.Clone(plain), i, to))
			}
		}
	}
	restored := aDocument()
	restored.Origin = new(origin)
	if decodeDocument(documentText(t, restored)) != nil {
		t.Error("the quick reader took what it does not know")
	}
}

// FuzzDocument reads the body of a document.
func FuzzDocument(f *testing.F) {
	f.Add(documentText(f, aDocument()))
	f.Fuzz(func(t *testing.T, plain []byte) { decodesAlike(t, plain) })
}

// TestHeadersReadAlike changes a header byte by byte.
func TestHeadersReadAlike(t *testing.T) {
	plain, err := chain.Encode(header{Op: []byte("operation"), Sig: [64]byte{1}, Position: 300, Time: math.MaxUint64})
	if err != nil {
		t.Fatal(err)
	}
	for i := range plain {
		for to := range 256 {
			changed := bytes.Clone(plain)
			changed[i] = byte(to)
			var general header
			want := decoding.Unmarshal(changed, &general)
			got, err := decodeHeader(changed)
			if (err == nil) != (want == nil) || err == nil && !reflect.DeepEqual(got, general) {
				t.Fatalf("%x: read as %+v, %v, not %+v, %v", changed, got, err, general, want)
			}
		}
	}
}
