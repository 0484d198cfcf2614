package vault

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"carnet/vault/profile"
	"carnet/vault/record"
)

// The complete archive of one person is a bag (vault/exchange/bag). What only
// people read comes from the caller; what a program reads again is described
// here, and by the schemas that lie in the archive.
const (
	archiveFormat    = "carnet-archive/1"
	archiveDocuments = "data/documents.json"
	archiveProfile   = "data/profil/profil.json"
	archiveMembers   = "data/consentements/acces.json"
	archiveConsents  = "data/consentements/synchronisation.json" // archives of earlier versions do not have it
	archiveHandOver  = "data/consentements/remise.json"          // of a record that its vault began with
	archiveJournal   = "data/journal/audit.jsonl"
	archiveOriginals = "data/originals/"
	archiveSchemas   = "data/schema/"
)

// ErrArchive is returned when an archive that is whole does not say what an
// archive of this program says, or what no record can hold.
var ErrArchive = errors.New("vault: not an archive of a record")

// ErrNewerArchive is returned when a later version of the program made the
// archive.
var ErrNewerArchive = errors.New("vault: an archive of a later version")

// archivedDocuments is data/documents.json.
type archivedDocuments struct {
	Format     string            `json:"format"`
	Documents  []archivedRecord  `json:"documents"`  // in the order of their ids
	Erased     []archivedErasure `json:"erased"`     // documents erased for good: that they were
	Unreadable int               `json:"unreadable"` // documents hidden from the one who exported, at least so many
}

// archivedProfile is data/profil/profil.json.
type archivedProfile struct {
	Format  string           `json:"format"`
	Patient fields           `json:"patient"`
	Entries []archivedRecord `json:"entries"` // in the order of their ids
}

// archivedMembers is data/consentements/acces.json.
type archivedMembers struct {
	Format  string           `json:"format"`
	Members []archivedMember `json:"members"` // by name
}

// archivedConsents is data/consentements/synchronisation.json.
type archivedConsents struct {
	Format   string            `json:"format"`
	Consents []archivedConsent `json:"consents"` // in the order of their beginnings
}

// archivedRecord is a document or an entry of the profile.
type archivedRecord struct {
	ID      record.ID        `json:"id"`
	Fields  fields           `json:"fields"`
	AddedBy string           `json:"addedBy,omitempty"`
	Path    string           `json:"path,omitempty"`   // of a document, in the archive
	SHA256  string           `json:"sha256,omitempty"` // of its content
	Digest  string           `json:"blake2b256,omitempty"`
	Hidden  []string         `json:"hidden,omitempty"` // from whom: professionals, everyone, or names
	History []archivedChange `json:"history"`          // oldest first
}

type archivedChange struct {
	At     instant         `json:"at"`
	By     string          `json:"by,omitempty"`
	Fields []archivedField `json:"fields"`
}

type archivedField struct {
	Name   string `json:"name"`
	Before string `json:"before"`
	After  string `json:"after"`
}

type archivedErasure struct {
	ID record.ID `json:"id"`
	At instant   `json:"at"`
	By string    `json:"by,omitempty"`
}

type archivedMember struct {
	Name        string     `json:"name"`
	Role        string     `json:"role"`
	Attestation *record.ID `json:"attestation,omitempty"` // a document of the archive
	Digest      string     `json:"attestationBlake2b256,omitempty"`
	AttestedBy  string     `json:"attestedBy,omitempty"`
	AttestedAt  instant    `json:"attestedAt,omitzero"`
}

// archivedConsent is what somebody consented to. It allows nothing where the archive
// is restored: there it is the past.
type archivedConsent struct {
	ID        record.ID `json:"id"`
	Host      string    `json:"host"`
	Key       string    `json:"key"` // of the server, Ed25519
	From      instant   `json:"from"`
	Until     instant   `json:"until"`
	Language  string    `json:"language"`
	Program   string    `json:"program,omitempty"` // the version that showed the words
	Words     string    `json:"words"`             // that were read
	Withdrawn bool      `json:"withdrawn"`
}

// instant is an instant as RFC 3339 in UTC, to the millisecond.
type instant record.Millis

const instantLayout = "2006-01-02T15:04:05.000Z"

func (i instant) MarshalText() ([]byte, error) {
	return []byte(record.Millis(i).Time().UTC().Format(instantLayout)), nil
}

func (i *instant) UnmarshalText(b []byte) error {
	t, err := time.Parse(instantLayout, string(b))
	if err != nil {
		return ErrArchive
	}
	*i = instant(record.At(t))
	return nil
}

// fields are what a record says, by the names of its fields with a small letter:
// whatever fields the records of this version have. Empty ones are left out.
type fields map[string]json.RawMessage

// unsaid are the fields that an archive tells in another way, or that mean nothing
// outside the file.
var unsaid = []string{"addedBy", "digest", "version"}

// fieldsOf reads the fields of a record that lie in the vault's file.
func fieldsOf(x any) (fields, error) {
	out := fields{}
	for name, value := range archived(reflect.ValueOf(x).Elem()) {
		if value.IsZero() {
			continue
		}
		said := value.Interface()
		if at, ok := said.(record.Millis); ok {
			said = instant(at)
		}
		b, err := json.Marshal(said)
		if err != nil {
			return nil, fmt.Errorf("vault: archive: %w", err)
		}
		out[name] = b
	}
	return out, nil
}

// set writes fields into a record. Those it does not have are a later version's,
// and are left out. It returns [ErrArchive].
func (f fields) set(x any) error {
	for name, value := range archived(reflect.ValueOf(x).Elem()) {
		raw, said := f[name]
		if !said {
			continue
		}
		if at, ok := value.Addr().Interface().(*record.Millis); ok {
			if json.Unmarshal(raw, (*instant)(at)) != nil {
				return ErrArchive
			}
			continue
		}
		if json.Unmarshal(raw, value.Addr().Interface()) != nil || !sayable(value) {
			return ErrArchive
		}
	}
	return nil
}

// archived gives the fields of a structure that have a number in the file.
func archived(v reflect.Value) map[string]reflect.Value {
	out := map[string]reflect.Value{}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.Anonymous && f.Type.Kind() == reflect.Struct { // its fields are the record's
			maps.Copy(out, archived(v.Field(i)))
			continue
		}
		number, _, _ := strings.Cut(f.Tag.Get("cbor"), ",")
		name := archivedName(f.Name)
		if number != "" && number != "-" && f.IsExported() && !slices.Contains(unsaid, name) {
			out[name] = v.Field(i)
		}
	}
	return out
}

// archivedName is the name of a field with a small beginning: RemovedAt is
// removedAt, NIR nir.
func archivedName(name string) string {
	runes := []rune(name)
	for i, r := range runes {
		if !unicode.IsUpper(r) || i > 0 && i+1 < len(runes) && unicode.IsLower(runes[i+1]) {
			break
		}
		runes[i] = unicode.ToLower(r)
	}
	return string(runes)
}

// sayable refuses texts that no verb would have written: too long, or not UTF-8.
func sayable(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String:
		return v.Len() <= max(profile.MaxLength, utf8.UTFMax*MaxNote) && utf8.ValidString(v.String())
	case reflect.Slice:
		for i := range v.Len() {
			if !sayable(v.Index(i)) {
				return false
			}
		}
		return v.Len() <= 1<<10
	}
	return true
}

// archiveJSON writes a file of the archive, the same for the same content.
func archiveJSON(x any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(x); err != nil {
		return nil, fmt.Errorf("vault: archive: %w", err)
	}
	return b.Bytes(), nil
}

// What the lists of an archive may be made of, whatever it holds, and for each of its
// files: a document is a few objects of some thirty values. A byte of JSON can become a
// hundred in memory.
const (
	mostObjects    = 200_000
	mostValues     = 2_000_000
	objectsPerFile = 200
	valuesPerFile  = 2_000
)

// readJSON reads one again, of an archive of so many files. It returns [ErrArchive] or
// [ErrNewerArchive].
func readJSON(b []byte, files int, x any) error {
	objects := bytes.Count(b, []byte("{")) + bytes.Count(b, []byte("["))
	values := bytes.Count(b, []byte(":")) + bytes.Count(b, []byte(","))
	if objects > mostObjects+objectsPerFile*files || values > mostValues+valuesPerFile*files {
		return ErrArchive
	}
	var head struct {
		Format string `json:"format"`
	}
	if json.Unmarshal(b, &head) != nil {
		return ErrArchive
	}
	if head.Format != archiveFormat {
		if strings.HasPrefix(head.Format, "carnet-archive/") {
			return ErrNewerArchive
		}
		return ErrArchive
	}
	if json.Unmarshal(b, x) != nil {
		return ErrArchive
	}
	return nil
}

// archivedTitle makes a part of a file name of a title: without accents, and with
// nothing that a system could not write.
func archivedTitle(title string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(title) {
		switch {
		case r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r):
		case !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	out := strings.Trim(b.String(), "-")
	if len(out) > 60 {
		out = strings.Trim(out[:60], "-")
	}
	return out
}

// archivedPath is where a document lies in the archive: under the year that people
// gave it, or that of its file, by the beginning of its BLAKE2b-256 and its title.
func archivedPath(d *record.Document, taken func(string) bool) string {
	year := "0000"
	for _, date := range []string{d.FileDate, d.Date} {
		if len(date) >= 4 && strings.Trim(date[:4], "0123456789") == "" {
			year = date[:4]
		}
	}
	ext := strings.ToLower(strings.TrimPrefix(path.Ext(d.FileName), "."))
	if ext == "" || len(ext) > 8 || strings.Trim(ext, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
		ext = "bin"
	}
	name := strings.TrimSuffix(hex.EncodeToString(d.Digest[:6])+"_"+archivedTitle(d.Title), "_")
	out := archiveOriginals + year + "/" + name + "." + ext
	for n := 2; taken(out); n++ {
		out = fmt.Sprintf("%s%s/%s-%d.%s", archiveOriginals, year, name, n, ext)
	}
	return out
}

// schemas are the JSON Schemas of the files that a program reads again, by their
// paths in the archive.
func schemas() (map[string][]byte, error) {
	text := map[string]any{"type": "string"}
	id := map[string]any{"type": "string", "pattern": "^[0-9a-f]{32}$"}
	at := map[string]any{"type": "string", "format": "date-time"}
	hash := map[string]any{"type": "string", "pattern": "^[0-9a-f]{64}$"}
	object := func(required []string, properties map[string]any) map[string]any {
		return map[string]any{"type": "object", "required": required, "properties": properties}
	}
	list := func(of any) map[string]any { return map[string]any{"type": "array", "items": of} }
	said := func(x any) map[string]any {
		properties := map[string]any{}
		for name, value := range archived(reflect.ValueOf(x).Elem()) {
			switch value.Interface().(type) {
			case record.Millis:
				properties[name] = at
			case record.ID:
				properties[name] = id
			default:
				properties[name] = map[string]any{"type": map[reflect.Kind]string{
					reflect.String: "string", reflect.Bool: "boolean", reflect.Int64: "integer", reflect.Int: "integer", reflect.Slice: "array",
				}[value.Kind()]}
				if value.Kind() == reflect.Slice {
					properties[name] = list(text)
				}
			}
		}
		return map[string]any{"type": "object", "properties": properties}
	}
	change := object([]string{"at", "fields"}, map[string]any{"at": at, "by": text,
		"fields": list(object([]string{"name", "before", "after"}, map[string]any{"name": text, "before": text, "after": text}))})
	kept := func(x any, required []string, more map[string]any) map[string]any {
		properties := map[string]any{"id": id, "fields": said(x), "addedBy": text, "history": list(change)}
		maps.Copy(properties, more)
		return object(append([]string{"id", "fields", "history"}, required...), properties)
	}
	format := map[string]any{"const": archiveFormat}
	files := map[string]map[string]any{
		"documents": object([]string{"format", "documents", "erased", "unreadable"}, map[string]any{"format": format,
			"documents":  list(kept(&record.Document{}, []string{"path", "sha256", "blake2b256"}, map[string]any{"path": text, "sha256": hash, "blake2b256": hash, "hidden": list(text)})),
			"erased":     list(object([]string{"id", "at"}, map[string]any{"id": id, "at": at, "by": text})),
			"unreadable": map[string]any{"type": "integer", "minimum": 0}}),
		"profil": object([]string{"format", "patient", "entries"}, map[string]any{"format": format,
			"patient": said(&record.Patient{}), "entries": list(kept(&record.Entry{}, nil, nil))}),
		"acces": object([]string{"format", "members"}, map[string]any{"format": format,
			"members": list(object([]string{"name", "role"}, map[string]any{"name": text, "role": text, "attestation": id,
				"attestationBlake2b256": hash, "attestedBy": text, "attestedAt": at}))}),
		"synchronisation": object([]string{"format", "consents"}, map[string]any{"format": format,
			"consents": list(object([]string{"id", "host", "key", "from", "until", "language", "words", "withdrawn"}, map[string]any{"id": id, "host": text,
				"key": hash, "from": at, "until": at, "language": text, "program": text, "words": text, "withdrawn": map[string]any{"type": "boolean"}}))}),
		"audit": object([]string{"previous", "at", "who", "action", "means"}, map[string]any{"previous": hash, "at": at, "who": text,
			"action": text, "object": id, "means": text}),
	}
	out := map[string][]byte{}
	for name, schema := range files {
		schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
		schema["title"] = archiveFormat + " " + name
		b, err := archiveJSON(schema)
		if err != nil {
			return nil, err
		}
		out[archiveSchemas+name+".schema.json"] = b
	}
	return out, nil
}
