package parcel_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"filippo.io/age"

	"carnet/vault/exchange/parcel"
	"carnet/vault/seal"
)

func device(t *testing.T) *seal.Identity {
	t.Helper()
	id, err := seal.NewIdentity(seal.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func sealed(t *testing.T, said []byte, to ...parcel.Sealer) []byte {
	t.Helper()
	var file bytes.Buffer
	w, err := parcel.Seal(&file, to...)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(said); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func opened(file []byte, by parcel.Opener) ([]byte, error) {
	r, err := parcel.Open(bytes.NewReader(file), by)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func TestParcel(t *testing.T) {
	said := bytes.Repeat([]byte("une ligne du carnet\n"), 10_000)
	a, b, stranger := device(t), device(t), device(t)
	file := sealed(t, said, a.Public(), b.Public())
	for name, id := range map[string]*seal.Identity{"the first": a, "the second": b} {
		if got, err := opened(file, id); err != nil || !bytes.Equal(got, said) {
			t.Errorf("%s reads %d bytes, %v", name, len(got), err)
		}
	}
	if _, err := opened(file, stranger); !errors.Is(err, parcel.ErrNotForUs) {
		t.Errorf("a stranger: %v", err)
	}
	for name, bad := range map[string][]byte{
		"a line without end": append([]byte("age-encryption.org/v1\n-> "), bytes.Repeat([]byte("x"), 1<<20)...),
		"no end of the head": append(bytes.Clone(file[:60]), bytes.Repeat([]byte("\n--- x"), 1)...),
		"cut short":          file[:len(file)-1], "cut in the head": file[:200], "empty": nil,
		"altered": append(bytes.Clone(file[:len(file)-9]), append([]byte{file[len(file)-9] ^ 1}, file[len(file)-8:]...)...),
	} {
		if _, err := opened(bad, a); !errors.Is(err, parcel.ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzOpen: no file makes the reader fail in another way than by its two names.
func FuzzOpen(f *testing.F) {
	id, err := seal.NewIdentity(seal.NewKey())
	if err != nil {
		f.Fatal(err)
	}
	var file bytes.Buffer
	w, err := parcel.Seal(&file, id.Public())
	if err != nil {
		f.Fatal(err)
	}
	if _, err := w.Write([]byte("une ligne du carnet")); err != nil {
		f.Fatal(err)
	}
	if err := w.Close(); err != nil {
		f.Fatal(err)
	}
	f.Add(file.Bytes())
	f.Add([]byte("age-encryption.org/v1\n-> mlkem768x25519 AAAA\nAAAA\n--- AAAA\n"))
	f.Add([]byte("age-encryption.org/v1\n-> mlkem768x25519 a b\n-> scrypt x 30\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		got, err := opened(content, id)
		if err != nil && !errors.Is(err, parcel.ErrNotForUs) && !errors.Is(err, parcel.ErrDamaged) {
			t.Error(err)
		}
		if err == nil && string(got) != "une ligne du carnet" {
			t.Errorf("read %q", got)
		}
	})
}

// TestAge has age's own recipient and identity do the other half.
func TestAge(t *testing.T) {
	theirs, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	file := sealed(t, []byte("pour age"), seal.Public{HPKE: bech32(t, theirs.Recipient().String())})
	r, err := age.Decrypt(bytes.NewReader(file), theirs)
	if err != nil {
		t.Fatalf("age does not open it: %v", err)
	}
	if got, err := io.ReadAll(r); err != nil || string(got) != "pour age" {
		t.Errorf("age reads %q, %v", got, err)
	}
}

// bech32 is the data of a recipient (BIP 173), its checksum aside.
func bech32(t *testing.T, s string) (out []byte) {
	t.Helper()
	const digits = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
	_, data, _ := strings.Cut(s, "1pq1")
	value, bits := 0, 0
	for _, r := range data[:len(data)-6] {
		value, bits = value<<5|strings.IndexRune(digits, r), bits+5
		if bits >= 8 {
			bits -= 8
			out = append(out, byte(value>>bits))
			value &= 1<<bits - 1
		}
	}
	return out
}
