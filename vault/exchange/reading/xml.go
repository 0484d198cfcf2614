package reading

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Limits of a text that is read. The zero value of each means no limit.
type Limits struct {
	Bytes  int64         // of the file
	Token  int64         // bytes of one tag or one run of text
	Depth  int           // of elements
	Tokens int           // tags, runs of text, comments
	Time   time.Duration // from the beginning to the end
}

// Document are the limits of one document that people exchange: twice the largest
// that a messaging service for health lets through, and ten times the depth of the
// deepest published example. A token stays below the 32 MiB at which the buffer of the
// parser doubles to 64.
var Document = Limits{Bytes: 64 << 20, Token: 30 << 20, Depth: 256, Tokens: 2_000_000, Time: 20 * time.Second}

// maxElements is how many elements and runs of text [ReadXML] holds in memory.
const maxElements = 500_000

// XML reads XML token by token within limits. It resolves no entity beside the
// five of XML and loads nothing.
type XML struct {
	d      *xml.Decoder
	in     *metered
	limits Limits
	depth  int
	tokens int
}

// NewXML begins to read. It ends with ctx's error when ctx does.
func NewXML(ctx context.Context, r io.Reader, limits Limits) *XML {
	in := meter(ctx, r, limits)
	d := xml.NewDecoder(in)
	d.CharsetReader = charset
	return &XML{d: d, in: in, limits: limits}
}

// entities is where a document type declares some.
var entities = regexp.MustCompile(`<!ENTITY`)

// Token gives the next token, [io.EOF] after the last. It is good until the next
// call, as that of [xml.Decoder]. It returns the error of the reader, [ErrSize], [ErrDepth],
// [ErrCount], [ErrTime], [ErrEntity], [ErrCharset] or [ErrMalformed].
func (x *XML) Token() (xml.Token, error) {
	x.in.token = 0
	t, err := x.d.Token()
	if err != nil {
		return nil, x.failure(err)
	}
	if x.tokens++; x.limits.Tokens > 0 && x.tokens > x.limits.Tokens {
		return nil, ErrCount
	}
	if x.tokens%1024 == 0 { // many tokens come from one read
		if err := x.in.check(); err != nil {
			return nil, err
		}
	}
	switch t := t.(type) {
	case xml.StartElement:
		if x.depth++; x.limits.Depth > 0 && x.depth > x.limits.Depth {
			return nil, ErrDepth
		}
	case xml.EndElement:
		x.depth--
	case xml.Directive:
		if entities.Match(t) {
			return nil, ErrEntity
		}
	}
	return t, nil
}

// Skip reads to the end of the element that began last.
func (x *XML) Skip() error {
	for within := x.depth; x.depth >= within; {
		if _, err := x.Token(); err != nil {
			if err == io.EOF {
				err = ErrMalformed
			}
			return err
		}
	}
	return nil
}

func (x *XML) failure(err error) error {
	switch {
	case err == io.EOF:
		return err
	case x.in.err != nil:
		return x.in.err
	case errors.Is(err, ErrCharset):
		return ErrCharset
	}
	return ErrMalformed // the parser's own words quote the file
}

// metered stops a reader at its limits, and remembers why.
type metered struct {
	ctx    context.Context
	r      io.Reader
	limits Limits
	until  time.Time
	read   int64
	token  int64 // bytes since the last token was given
	err    error
}

// Within gives a reader that stops at the limits of bytes and time, and when ctx ends,
// with [ErrSize], [ErrTime] or ctx's error. A mark at the beginning of a text is left
// out, and one in UTF-16 becomes UTF-8.
func Within(ctx context.Context, r io.Reader, limits Limits) io.Reader {
	limits.Token = 0
	return meter(ctx, r, limits)
}

// meter begins to count. Text in UTF-16 that begins with a mark becomes UTF-8.
func meter(ctx context.Context, r io.Reader, limits Limits) *metered {
	m := &metered{ctx: ctx, r: transform.NewReader(r, unicode.BOMOverride(transform.Nop)), limits: limits}
	if limits.Time > 0 {
		m.until = time.Now().Add(limits.Time)
	}
	return m
}

func (m *metered) check() error {
	switch {
	case m.ctx.Err() != nil:
		m.err = m.ctx.Err()
	case !m.until.IsZero() && time.Now().After(m.until):
		m.err = ErrTime
	}
	return m.err
}

func (m *metered) Read(p []byte) (int, error) {
	if err := m.check(); err != nil {
		return 0, err
	}
	n, err := m.r.Read(p)
	m.read, m.token = m.read+int64(n), m.token+int64(n)
	switch {
	case m.limits.Bytes > 0 && m.read > m.limits.Bytes, m.limits.Token > 0 && m.token > m.limits.Token:
		m.err = ErrSize
	case err != nil && err != io.EOF:
		m.err = err
	default:
		return n, err
	}
	return 0, m.err
}

// charset decodes what an XML declaration names, where it is not UTF-8.
func charset(name string, r io.Reader) (io.Reader, error) {
	var e encoding.Encoding
	switch strings.ToLower(name) {
	case "iso-8859-1", "latin1", "windows-1252", "cp1252": // the first is written for the last
		e = charmap.Windows1252
	case "iso-8859-15", "latin-9":
		e = charmap.ISO8859_15
	case "us-ascii", "ascii", "utf8", "utf-16", "utf-16le", "utf-16be": // a mark has told the last ones
		e = unicode.UTF8
	default:
		return nil, ErrCharset
	}
	return e.NewDecoder().Reader(r), nil
}

// Element is an element of XML with what is in it.
type Element struct {
	Name     xml.Name
	Attrs    []xml.Attr
	Children []*Element // elements and runs of text, in their order
	Text     string     // of a run of text, whose Name is empty
}

// ReadXML reads a whole document as a tree. Comments and instructions are left
// out. It returns the errors of [XML.Token], and [ErrCount] for more elements than
// are held in memory.
func ReadXML(ctx context.Context, r io.Reader, limits Limits) (*Element, error) {
	x := NewXML(ctx, r, limits)
	top := &Element{}
	open, count := []*Element{top}, 0
	for {
		t, err := x.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		in := open[len(open)-1]
		switch t := t.(type) {
		case xml.StartElement:
			if count++; count > maxElements {
				return nil, ErrCount
			}
			e := &Element{Name: t.Name, Attrs: t.Attr}
			in.Children, open = append(in.Children, e), append(open, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 1 {
				if count++; count > maxElements { // comments part runs of text
					return nil, ErrCount
				}
				in.Children = append(in.Children, &Element{Text: string(t)})
			}
		}
	}
	if len(top.Children) != 1 || len(open) != 1 {
		return nil, ErrMalformed
	}
	return top.Children[0], nil
}

// IsText reports whether it is a run of text.
func (e *Element) IsText() bool { return e.Name.Local == "" }

// Attr is an attribute by its local name, "" when it has none. It may be asked of
// nil, and so may the others.
func (e *Element) Attr(local string) string {
	if e != nil {
		for _, a := range e.Attrs {
			if a.Name.Local == local {
				return a.Value
			}
		}
	}
	return ""
}

// All are the elements below that a path of local names leads to, whatever their
// namespace.
func (e *Element) All(path ...string) []*Element {
	if e == nil {
		return nil
	}
	at := []*Element{e}
	for _, local := range path {
		var next []*Element
		for _, p := range at {
			for _, c := range p.Children {
				if c.Name.Local == local {
					next = append(next, c)
				}
			}
		}
		at = next
	}
	return at
}

// First is the first of [Element.All], nil for none.
func (e *Element) First(path ...string) *Element {
	if all := e.All(path...); len(all) > 0 {
		return all[0]
	}
	return nil
}

// Find is the first element of that name, itself included, however deep; nil for
// none.
func (e *Element) Find(name xml.Name) *Element {
	if e == nil || e.Name == name {
		return e
	}
	for _, c := range e.Children {
		if found := c.Find(name); found != nil {
			return found
		}
	}
	return nil
}

// Content is all its text, runs of space as one space.
func (e *Element) Content() string {
	if e == nil {
		return ""
	}
	var b strings.Builder
	e.write(&b)
	return strings.Join(strings.Fields(b.String()), " ")
}

func (e *Element) write(b *strings.Builder) {
	b.WriteString(e.Text)
	for _, c := range e.Children {
		c.write(b)
	}
}
