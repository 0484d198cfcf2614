package session

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"carnet/vault"
	"carnet/vault/exchange/hcert"
	"carnet/vault/exchange/shl"
)

// maxCertificateFile is how many bytes a list of certificates may have.
const maxCertificateFile = 16 << 20

// SignerFiles reads files, and in a folder those that hold a certificate or a set of
// keys; sets are apart, since they do not say whose they are. With onlySets, a set that
// holds certificates as well is a set. It returns [hcert.ErrCertificate] when there is
// nothing, and the errors of [vault.OpenGiven].
func SignerFiles(onlySets bool, paths ...string) (files, sets [][]byte, err error) {
	take := func(b []byte, named bool) {
		_, bad := hcert.ReadCertificates(b)
		switch {
		case shl.IsKeySet(b) && (onlySets || bad != nil):
			sets = append(sets, b)
		case named || bad == nil:
			files = append(files, b)
		}
	}
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, nil, err
		}
		if !info.IsDir() {
			b, err := readCertificateFile(path)
			if err != nil {
				return nil, nil, err
			}
			take(b, true)
			continue
		}
		entries, err := os.ReadDir(path)
		if err != nil {
			return nil, nil, err
		}
		for _, e := range entries {
			if !e.Type().IsRegular() {
				continue
			}
			b, err := readCertificateFile(filepath.Join(path, e.Name()))
			if err != nil && !errors.Is(err, fs.ErrPermission) && !errors.Is(err, hcert.ErrCertificate) {
				return nil, nil, err
			}
			if err == nil {
				take(b, false)
			}
		}
	}
	if len(files)+len(sets) == 0 {
		return nil, nil, hcert.ErrCertificate
	}
	return files, sets, nil
}

func readCertificateFile(path string) ([]byte, error) {
	b, err := vault.ReadGiven(path, maxCertificateFile)
	if errors.Is(err, vault.ErrTooLarge) {
		err = hcert.ErrCertificate
	}
	return b, err
}
