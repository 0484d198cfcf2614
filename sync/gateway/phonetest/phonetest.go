// Package phonetest is a telephone for tests: it sends photographs to a gateway as
// the page does.
package phonetest

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"net/http"
	"strings"

	"golang.org/x/crypto/chacha20poly1305"
)

// Send sends photographs to an address, such as 192.168.1.20:43817, sealed with the
// code that is shown beside it, and returns once all of them were taken.
func Send(address, code string, pictures ...[]byte) error {
	aead, err := chacha20poly1305.NewX([]byte(strings.ReplaceAll(code, " ", "") + "carnet-phone"))
	if err != nil {
		return err
	}
	head := make([]byte, 16)
	rand.Read(head)
	post := func(path string, number int, rest []byte) error {
		nonce := make([]byte, chacha20poly1305.NonceSizeX)
		rand.Read(nonce)
		content := append(binary.BigEndian.AppendUint16(bytes.Clone(head), uint16(number)), rest...)
		r, err := http.NewRequest(http.MethodPost, "http://"+address+path, bytes.NewReader(aead.Seal(nonce, nonce, content, []byte("carnet 1 "+path))))
		if err != nil {
			return err
		}
		r.Header.Set("Content-Type", "application/octet-stream")
		r.Header.Set("Origin", "http://"+address)
		answer, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
		if err != nil {
			return err
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusNoContent {
			return fmt.Errorf("%s: answered %s", path, answer.Status)
		}
		return nil
	}
	for i, p := range pictures {
		if err := post("/picture", i, p); err != nil {
			return err
		}
	}
	return post("/end", len(pictures), nil)
}
