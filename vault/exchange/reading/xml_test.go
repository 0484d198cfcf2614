package reading_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"carnet/vault/exchange/reading"
)

// endless repeats a text for ever.
type endless struct {
	text string
	at   int
}

func (e *endless) Read(p []byte) (n int, err error) {
	for n < len(p) {
		m := copy(p[n:], e.text[e.at:])
		n, e.at = n+m, (e.at+m)%len(e.text)
	}
	return n, nil
}

// TestHostileXML refuses what would never end, or fill the memory, by its name.
func TestHostileXML(t *testing.T) {
	for name, c := range map[string]struct {
		in   io.Reader
		want error
	}{
		"five million nested tags": {io.MultiReader(strings.NewReader("<a>"), &endless{text: "<a>"}), reading.ErrDepth},
		"tags for ever":            {io.MultiReader(strings.NewReader("<a>"), &endless{text: "<b/>"}), reading.ErrCount},
		"comments for ever":        {io.MultiReader(strings.NewReader("<a>"), &endless{text: "<!---->"}), reading.ErrCount},
		"a line for ever":          {io.MultiReader(strings.NewReader("<a>"), &endless{text: "x"}), reading.ErrSize},
		"a tag for ever":           {io.MultiReader(strings.NewReader("<a "), &endless{text: `b="c" `}), reading.ErrSize},
		"a name for ever":          {&endless{text: "<"}, reading.ErrMalformed},
		"entities within entities": {strings.NewReader(`<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>`), reading.ErrEntity},
		"a file of the computer":   {strings.NewReader(`<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>`), reading.ErrEntity},
		"an entity of nobody":      {strings.NewReader(`<a>&b;</a>`), reading.ErrMalformed},
		"another encoding":         {strings.NewReader(`<?xml version="1.0" encoding="ebcdic-fr"?><a/>`), reading.ErrCharset},
		"no end":                   {strings.NewReader(`<a><b></b>`), reading.ErrMalformed},
		"two roots":                {strings.NewReader(`<a/><b/>`), reading.ErrMalformed},
		"nothing":                  {strings.NewReader(``), reading.ErrMalformed},
	} {
		limits := reading.Document
		limits.Bytes, limits.Token, limits.Tokens, limits.Time = 4<<20, 2<<20, 200_000, 0 // each fast enough for a test
		if _, err := reading.ReadXML(t.Context(), c.in, limits); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	late := reading.Limits{Time: time.Nanosecond}
	if _, err := reading.ReadXML(t.Context(), strings.NewReader("<a/>"), late); !errors.Is(err, reading.ErrTime) {
		t.Errorf("after its time: %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := reading.ReadXML(ctx, strings.NewReader("<a/>"), reading.Document); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
	broken := errors.New("a disk")
	if _, err := reading.ReadXML(t.Context(), io.MultiReader(strings.NewReader("<a>"), fails{broken}), reading.Document); !errors.Is(err, broken) {
		t.Errorf("a reader that fails: %v", err)
	}
}

type fails struct{ err error }

func (f fails) Read([]byte) (int, error) { return 0, f.err }

// TestReadXML finds elements and text, whatever the encoding.
func TestReadXML(t *testing.T) {
	const doc = `<r xmlns="urn:x"><a n="1">été <b>chaud</b> &amp; sec</a><!-- no --><a n="2"/></r>`
	latin := strings.ReplaceAll(doc, "é", "\xe9")
	wide := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(`<?xml version="1.0" encoding="UTF-16"?>` + doc)) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	for name, in := range map[string]string{
		"utf-8": doc, "marked": "\ufeff" + doc, "utf-16": string(wide),
		"latin 1":      `<?xml version="1.0" encoding="ISO-8859-1"?>` + latin,
		"windows-1252": `<?xml version="1.0" encoding="windows-1252"?>` + latin,
		"latin 9":      `<?xml version="1.0" encoding="iso-8859-15"?>` + latin,
	} {
		root, err := reading.ReadXML(t.Context(), strings.NewReader(in), reading.Document)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		all := root.All("a")
		got := fmt.Sprint(len(all), root.First("a").Content(), all[1].Attr("n"), root.First("a", "b").Content(), root.Find(xml.Name{Space: "urn:x", Local: "b"}) != nil, root.First("c").Attr("n"))
		if want := fmt.Sprint(2, "été chaud & sec", "2", "chaud", true, ""); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func FuzzReadXML(f *testing.F) {
	for _, seed := range []string{`<a b="c">d<e/></a>`, `<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>`, "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "\xff\xfe<\x00a\x00/\x00>\x00"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		root, err := reading.ReadXML(t.Context(), strings.NewReader(string(in)), reading.Limits{Bytes: 1 << 20, Token: 1 << 20, Depth: 64, Tokens: 10_000})
		if (root == nil) != (err != nil) {
			t.Fatalf("%v with error %v", root, err)
		}
		if err == nil && len(root.Content()) > 4*len(in) {
			t.Errorf("%d bytes of text from %d", len(root.Content()), len(in))
		}
	})
}

// TestHostileJSON refuses what would never end, or fill the memory, by its name.
func TestHostileJSON(t *testing.T) {
	limits := reading.Document
	limits.Bytes, limits.Token, limits.Tokens, limits.Time = 4<<20, 2<<20, 200_000, 0
	for name, c := range map[string]struct {
		in   io.Reader
		want error
	}{
		"brackets for ever":   {&endless{text: "["}, reading.ErrDepth},
		"objects for ever":    {&endless{text: `{"a":`}, reading.ErrDepth},
		"numbers for ever":    {io.MultiReader(strings.NewReader("[1"), &endless{text: ",1"}), reading.ErrCount},
		"a line for ever":     {io.MultiReader(strings.NewReader(`["`), &endless{text: "x"}), reading.ErrSize},
		"space for ever":      {&endless{text: " "}, reading.ErrSize},
		"half":                {strings.NewReader(`{"a":`), reading.ErrMalformed},
		"half a list":         {strings.NewReader(`[1,`), reading.ErrMalformed},
		"two":                 {strings.NewReader(`{}{}`), reading.ErrMalformed},
		"a key that is none":  {strings.NewReader(`{1:2}`), reading.ErrMalformed},
		"nothing":             {strings.NewReader(``), reading.ErrMalformed},
		"what closes another": {strings.NewReader(`[}`), reading.ErrMalformed},
	} {
		if _, err := reading.ReadJSON(t.Context(), c.in, limits); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	got, err := reading.ReadJSON(t.Context(), strings.NewReader("\ufeff"+`{"a":[1.50,"é",null,true,{}]}`), limits)
	if want := "map[a:[1.50 é <nil> true map[]]]"; err != nil || fmt.Sprint(got) != want {
		t.Errorf("%v, %v", got, err)
	}
}

func FuzzReadJSON(f *testing.F) {
	f.Add([]byte(`{"a":[1,"b",{"c":null}]}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		_, err := reading.ReadJSON(t.Context(), bytes.NewReader(in), reading.Limits{Depth: 64})
		if valid := json.Valid(in); err == nil && !valid && !bytes.HasPrefix(in, []byte("\ufeff")) && !bytes.HasPrefix(in, []byte("\xff\xfe")) && !bytes.HasPrefix(in, []byte("\xfe\xff")) {
			t.Errorf("%q is taken for JSON", in)
		} else if err != nil && valid && !errors.Is(err, reading.ErrDepth) && !errors.Is(err, reading.ErrCount) {
			t.Errorf("%q is refused: %v", in, err)
		}
	})
}
