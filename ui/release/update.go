package release

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"aead.dev/minisign"
	"golang.org/x/mod/semver"
)

// Errors of a notice. None of them changes anything.
var (
	// ErrNoKey is returned when this build has no release key: it can verify
	// nothing.
	ErrNoKey = errors.New("release: no release key in this build")
	// ErrNotNotice is returned for a file that is no notice of a version.
	ErrNotNotice = errors.New("release: not the notice of a version")
	// ErrSignature is returned when a notice was changed, or signed with
	// another key.
	ErrSignature = errors.New("release: the signature is not of the release key")
	// ErrNotAnnounced is returned for a package whose bytes the notice does not
	// have.
	ErrNotAnnounced = errors.New("release: not a package of the notice")
)

// noticeLimit is the largest notice that is read, in bytes.
const noticeLimit = 64 << 10

// signatureLines is how many lines the signature has at the head of a notice.
const signatureLines = 4

// Notice tells of a version: what it is and where to find it. It is a JSON
// object with a signature of the minisign format above it.
type Notice struct {
	Version  string    `json:"version"`  // such as "0.2.0"
	Date     string    `json:"date"`     // YYYY-MM-DD, of the signature
	Where    string    `json:"where"`    // an https address for people
	Packages []Package `json:"packages"` // at least one
}

// Package is a file that can be downloaded.
type Package struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"` // in hex
}

// HasKey reports whether this build can verify a notice.
func (b *Build) HasKey() bool {
	_, err := b.releaseKey()
	return err == nil
}

// releaseKey reads the key's file: comments, and the key on a line of its own
// once there is one.
func (b *Build) releaseKey() (key minisign.PublicKey, err error) {
	for line := range strings.Lines(string(b.key)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "untrusted comment:") {
			continue
		}
		if err := key.UnmarshalText([]byte(line)); err != nil {
			return key, fmt.Errorf("read the release key: %w", err)
		}
		return key, nil
	}
	return key, ErrNoKey
}

// ReadNotice reads and verifies the notice in a file.
func (b *Build) ReadNotice(path string) (Notice, error) {
	key, err := b.releaseKey()
	if err != nil {
		return Notice{}, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return Notice{}, err
	}
	if !info.Mode().IsRegular() || info.Size() > noticeLimit { // a pipe would keep whoever opens it waiting
		return Notice{}, ErrNotNotice
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return Notice{}, fmt.Errorf("read a notice: %w", err)
	}
	return openNotice(raw, key)
}

// openNotice gives the content of a notice that the key signed. Nothing in it is
// looked at before.
func openNotice(raw []byte, key minisign.PublicKey) (Notice, error) {
	end := 0
	for range signatureLines {
		n := bytes.IndexByte(raw[end:], '\n')
		if n < 0 {
			return Notice{}, ErrNotNotice
		}
		end += n + 1
	}
	head, body := raw[:end], raw[end:]
	var signature minisign.Signature
	if err := signature.UnmarshalText(head); err != nil {
		return Notice{}, ErrNotNotice
	}
	if !minisign.Verify(key, body, head) {
		return Notice{}, ErrSignature
	}
	var n Notice
	if err := json.Unmarshal(body, &n); err != nil || !n.sound() {
		return Notice{}, ErrNotNotice
	}
	return n, nil
}

// sound reports whether a notice says what one must, in a form that can be shown.
func (n Notice) sound() bool {
	if _, err := time.Parse(time.DateOnly, n.Date); err != nil {
		return false
	}
	where, secure := strings.CutPrefix(n.Where, "https://")
	if !secure || where == "" || where[0] == '/' || !plain(n.Where) {
		return false
	}
	for _, p := range n.Packages {
		sum, err := hex.DecodeString(p.SHA256)
		if err != nil || len(sum) != sha256.Size || p.Name == "" || p.Name != filepath.Base(p.Name) || !plain(p.Name) {
			return false
		}
	}
	return semver.IsValid("v"+n.Version) && len(n.Packages) > 0
}

// plain reports whether a string can be put on a line as it is.
func plain(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsPrint(r) })
}

// Standing is how a build stands to a version.
type Standing int

// The standings.
const (
	Unknown Standing = iota // the build has no version
	Older                   // the notice tells of a newer one
	Same
	Newer // the notice tells of an older one
)

// Standing compares the build with the version of a notice.
func (b *Build) Standing(n Notice) Standing {
	if b.Version == "" {
		return Unknown
	}
	switch semver.Compare("v"+b.Version, "v"+n.Version) {
	case -1:
		return Older
	case 0:
		return Same
	}
	return Newer
}

// packageLimit is how many bytes a package may have: some times those of ours.
const packageLimit = 512 << 20

// Verify gives the package that a file is, by its bytes, whatever its name.
func (n Notice) Verify(path string) (Package, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Package{}, err
	}
	if !info.Mode().IsRegular() || info.Size() > packageLimit { // as in ReadNotice
		return Package{}, ErrNotAnnounced
	}
	f, err := os.Open(path)
	if err != nil {
		return Package{}, err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, io.LimitReader(f, packageLimit)); err != nil {
		return Package{}, fmt.Errorf("read a package: %w", err)
	}
	sum := hex.EncodeToString(h.Sum(nil))
	for _, p := range n.Packages {
		if strings.EqualFold(p.SHA256, sum) {
			return p, nil
		}
	}
	return Package{}, ErrNotAnnounced
}
