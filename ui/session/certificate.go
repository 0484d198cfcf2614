package session

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"carnet/vault"
	"carnet/vault/exchange/hcert"
)

// maxCertificateFile is how many bytes a list of certificates may have.
const maxCertificateFile = 16 << 20

// CertificateFiles reads files, and in a folder those that hold a certificate. It
// returns [hcert.ErrCertificate] when there is none, and the errors of [vault.OpenGiven].
func CertificateFiles(paths ...string) (files [][]byte, err error) {
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			b, err := readCertificateFile(path)
			if err != nil {
				return nil, err
			}
			files = append(files, b)
			continue
		}
		entries, err := os.ReadDir(path)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if !e.Type().IsRegular() {
				continue
			}
			b, err := readCertificateFile(filepath.Join(path, e.Name()))
			if err != nil && !errors.Is(err, fs.ErrPermission) && !errors.Is(err, hcert.ErrCertificate) {
				return nil, err
			}
			if _, bad := hcert.ReadCertificates(b); err == nil && bad == nil {
				files = append(files, b)
			}
		}
	}
	if len(files) == 0 {
		return nil, hcert.ErrCertificate
	}
	return files, nil
}

func readCertificateFile(path string) ([]byte, error) {
	b, err := vault.ReadGiven(path, maxCertificateFile)
	if errors.Is(err, vault.ErrTooLarge) {
		err = hcert.ErrCertificate
	}
	return b, err
}
