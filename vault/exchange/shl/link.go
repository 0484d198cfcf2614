package shl

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// prefixLink begins a link, alone or behind the address of a viewer and #.
const prefixLink = "shlink:/"

// keyLength is the length of the key of a link, in bytes.
const keyLength = 32

// Link is a SMART Health Link. What it leads to lies on a server, and this program
// does not go there: [Link.Open] opens what was fetched by other means.
type Link struct {
	Address  string
	Label    string    // what the sender wrote; "" for nothing
	Expires  time.Time // zero when it does not say
	Direct   bool      // the address gives one file, no list of files
	Passcode bool      // the server asks for one
	Changes  bool      // what it leads to may change later

	key []byte
}

// ReadLink finds a link in a text: the link itself, one behind the address of a
// viewer, its decoded content, or JSON that holds one under « shlink ». It returns
// [ErrOther] when there is none, and [ErrEnvelope] or [ErrTime] for one with a fault.
func ReadLink(text []byte) (*Link, error) {
	if len(text) > MaxText {
		return nil, ErrOther
	}
	s := strings.TrimSpace(string(text))
	if strings.HasPrefix(s, "{") {
		var f struct {
			Link    string          `json:"shlink"`
			Content json.RawMessage `json:"shlinkJsonPayload"`
			URL     string          `json:"url"`
			Key     string          `json:"key"`
		}
		if err := json.Unmarshal([]byte(s), &f); err != nil {
			return nil, ErrOther
		}
		switch {
		case f.Link != "":
			s = f.Link
		case f.Content != nil:
			return readLink(f.Content)
		case f.URL != "" && f.Key != "":
			return readLink([]byte(s))
		default:
			return nil, ErrOther
		}
	}
	_, encoded, ok := strings.Cut(s, prefixLink)
	if !ok || strings.ContainsAny(encoded, " \n") {
		return nil, ErrOther
	}
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(encoded, "="))
	if err != nil {
		return nil, ErrEnvelope
	}
	return readLink(raw)
}

func readLink(content []byte) (*Link, error) {
	var p struct {
		URL     string          `json:"url"`
		Key     string          `json:"key"`
		Flags   string          `json:"flag"`
		Label   string          `json:"label"`
		Expires json.RawMessage `json:"exp"`
		Version *int            `json:"v"`
	}
	if err := json.Unmarshal(content, &p); err != nil || p.URL == "" || p.Version != nil && *p.Version != 1 {
		return nil, ErrEnvelope
	}
	key, err := base64.RawURLEncoding.DecodeString(p.Key)
	if err != nil || len(key) != keyLength {
		return nil, ErrEnvelope
	}
	l := &Link{
		Address: p.URL, Label: p.Label, key: key,
		Direct: strings.Contains(p.Flags, "U"), Passcode: strings.Contains(p.Flags, "P"), Changes: strings.Contains(p.Flags, "L"),
	}
	if l.Direct && l.Passcode { // the standard excludes it
		return nil, ErrEnvelope
	}
	if p.Expires != nil {
		// Some write the number between quotes.
		n, err := strconv.ParseFloat(strings.Trim(string(p.Expires), `"`), 64)
		switch {
		case err != nil || n < 0 || n > latest*1000 || math.IsNaN(n):
			return nil, ErrTime
		case n > latest: // and some in milliseconds
			n /= 1000
		}
		l.Expires = time.Unix(int64(n), 0).UTC()
	}
	return l, nil
}

// Manifest lists the files behind a link, as its server answers.
type Manifest struct {
	Files []File `json:"files"`
}

// File is a file of a [Manifest]: within it, or elsewhere.
type File struct {
	Type     string `json:"contentType"`
	Location string `json:"location"` // an address; "" for one that is within
	Embedded string `json:"embedded"` // a JWE, for [Link.Open]
}

// The media types that the standard has.
const (
	TypeCard = "application/smart-health-card"
	TypeFHIR = "application/fhir+json"
)

// ReadManifest reads what the server of a link answers. It returns [ErrOther] for
// what is none.
func ReadManifest(file []byte) (*Manifest, error) {
	var m Manifest
	if len(file) > MaxFile {
		return nil, ErrOther
	}
	if err := json.Unmarshal(file, &m); err != nil || len(m.Files) == 0 {
		return nil, ErrOther
	}
	for _, f := range m.Files {
		if f.Type == "" || (f.Location == "") == (f.Embedded == "") {
			return nil, ErrOther
		}
	}
	return &m, nil
}

// MaxFile is how many bytes an encrypted file may have.
const MaxFile = 16 << 20

// IsEncrypted reports whether a text looks like a file for [Link.Open].
func IsEncrypted(file []byte) bool {
	s := strings.TrimSpace(string(file[:min(len(file), MaxFile)]))
	return strings.HasPrefix(s, "eyJ") && strings.Count(s, ".") == 4 && !strings.ContainsAny(s, " \n")
}

// Open decrypts a file that the link leads to, and gives its media type as far as the
// file says it. It returns [ErrOther], [ErrAlgorithm], [ErrKey] for one that was
// changed or belongs to another link.
func (l *Link) Open(file []byte) (content []byte, mediaType string, err error) {
	if len(file) > MaxFile || !IsEncrypted(file) {
		return nil, "", ErrOther
	}
	jwe, err := jose.ParseEncryptedCompact(strings.TrimSpace(string(file)), []jose.KeyAlgorithm{jose.DIRECT}, []jose.ContentEncryption{jose.A256GCM})
	if err != nil {
		return nil, "", ErrAlgorithm
	}
	if content, err = jwe.Decrypt(slices.Clone(l.key)); err != nil {
		return nil, "", ErrKey
	}
	mediaType, _ = jwe.Header.ExtraHeaders[jose.HeaderContentType].(string)
	return content, mediaType, nil
}
