package devices

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"
)

// tokens reads the tags of an XML stream. It knows what an export of measurements
// needs: tags with attributes, and what may be passed over between them. It
// resolves no entity but the five that XML has and characters by number, and reads no
// declaration. encoding/xml would do, at a sixth of the speed and without limits
// of depth and length.
type tokens struct {
	r     io.Reader
	buf   []byte
	at    int // of buf
	depth int
	end   error
	stack [MaxDepth]string // names of the open tags
	names map[string]string
	blank int // bytes of text that were passed over since the last tag

	name  string // of the last tag
	attrs []attr
	alone bool // the tag closes itself
	value []byte
}

// attr is an attribute; its value holds until the next tag.
type attr struct {
	name  string
	value []byte
}

func newTokens(r io.Reader) *tokens {
	return &tokens{r: r, buf: make([]byte, 0, 256<<10), names: map[string]string{}}
}

// fill reads more, keeping what lies from at on. It returns [ErrLong] when that is
// longer than a piece may be.
func (t *tokens) fill() error {
	if t.end != nil {
		return t.end
	}
	if t.at > 0 {
		n := copy(t.buf[:cap(t.buf)], t.buf[t.at:])
		t.buf, t.at = t.buf[:n], 0
	}
	if len(t.buf) == cap(t.buf) {
		if len(t.buf) >= MaxPiece {
			return ErrLong
		}
		t.buf = append(make([]byte, 0, min(2*cap(t.buf), MaxPiece)), t.buf...)
	}
	for range 100 {
		n, err := t.r.Read(t.buf[len(t.buf):cap(t.buf)])
		t.buf = t.buf[:len(t.buf)+n]
		if n > 0 {
			return nil // the error comes again
		}
		if err != nil {
			t.end = err
			return err
		}
	}
	return io.ErrNoProgress
}

// index finds the next place of a mark at or after from, counted from at.
func (t *tokens) index(mark string, from int) (int, error) {
	for {
		var i int
		if len(mark) == 1 {
			i = bytes.IndexByte(t.buf[t.at+from:], mark[0])
		} else {
			i = bytes.Index(t.buf[t.at+from:], []byte(mark))
		}
		if i >= 0 {
			return from + i, nil
		}
		from = max(from, len(t.buf)-t.at-len(mark)+1)
		if err := t.fill(); err != nil {
			return 0, cut(err)
		}
	}
}

// cut says that a stream ended where it must not.
func cut(err error) error {
	if err == io.EOF {
		return ErrSyntax
	}
	return err
}

// next goes on to the next opening tag, or with open false to a closing one. The end
// of the stream is io.EOF; a document that is not closed then is malformed.
func (t *tokens) next() (open bool, err error) {
	if t.alone { // the end of a tag that closes itself
		t.alone = false
		t.depth--
		return false, nil
	}
	for {
		if err := t.text(); err != nil {
			return false, err
		}
		if err := t.have(2); err != nil {
			return false, cut(err)
		}
		switch c := t.buf[t.at+1]; c {
		case '?':
			err = t.skip("?>")
		case '!':
			err = t.declaration()
		case '/':
			return false, t.close()
		default:
			return true, t.open()
		}
		if err != nil {
			return false, err
		}
	}
}

func (t *tokens) have(n int) error {
	for len(t.buf)-t.at < n {
		if err := t.fill(); err != nil {
			return err
		}
	}
	return nil
}

// text passes over what stands before the next tag: blanks, and little else.
func (t *tokens) text() error {
	t.blank = 0
	for {
		i := bytes.IndexByte(t.buf[t.at:], '<')
		piece := t.buf[t.at:]
		if i >= 0 {
			piece = piece[:i]
		}
		if t.blank += len(piece); t.blank > MaxPiece {
			return ErrLong
		}
		if t.depth == 0 && len(bytes.Trim(piece, " \t\r\n\ufeff")) > 0 {
			return ErrSyntax
		}
		t.at += len(piece)
		if i >= 0 {
			return nil
		}
		if err := t.fill(); err != nil {
			if err == io.EOF && t.depth > 0 {
				return ErrSyntax
			}
			return err
		}
	}
}

func (t *tokens) skip(mark string) error {
	i, err := t.index(mark, 2)
	if err != nil {
		return err
	}
	t.at += i + len(mark)
	return nil
}

// declaration passes over a comment, a CDATA section or the document type, whose
// own declarations of elements are not needed. It refuses those of entities.
func (t *tokens) declaration() error {
	if err := t.have(9); err != nil {
		return cut(err)
	}
	switch b := t.buf[t.at:]; {
	case bytes.HasPrefix(b, []byte("<!--")):
		return t.skip("-->")
	case bytes.HasPrefix(b, []byte("<![CDATA[")):
		return t.skip("]]>")
	case !bytes.HasPrefix(b, []byte("<!DOCTYPE")) || t.depth > 0:
		return ErrSyntax
	}
	inside, i := false, 9
	for {
		for t.at+i < len(t.buf) {
			switch c := t.buf[t.at+i]; {
			case c == '[':
				inside = true
			case c == ']':
				inside = false
			case c == '>' && !inside:
				t.at += i + 1
				return nil
			case c == '"' || c == '\'':
				j, err := t.index(string(c), i+1)
				if err != nil {
					return err
				}
				i = j
			case c == '<':
				if err := t.have(i + 8); err != nil {
					return cut(err)
				}
				switch b := t.buf[t.at+i:]; {
				case bytes.HasPrefix(b, []byte("<!ENTITY")):
					return ErrEntity
				case bytes.HasPrefix(b, []byte("<!--")):
					j, err := t.index("-->", i+4)
					if err != nil {
						return err
					}
					i = j + 2
				}
			case c == '%':
				return ErrEntity
			}
			i++
		}
		if err := t.fill(); err != nil {
			return cut(err)
		}
	}
}

func (t *tokens) close() error {
	i, err := t.index(">", 2)
	if err != nil {
		return err
	}
	name := bytes.TrimRight(t.buf[t.at+2:t.at+i], " \t\r\n")
	t.at += i + 1
	if t.depth == 0 || t.stack[t.depth-1] != string(name) {
		return ErrSyntax
	}
	t.depth--
	t.name = t.stack[t.depth]
	return nil
}

// open reads an opening tag.
func (t *tokens) open() error {
	// Find its end first: quotes may hold anything.
	i := 1
	var quote byte
	for {
		b := t.buf[t.at:]
		for i < len(b) && (quote != 0 || b[i] != '>') {
			if quote != 0 {
				j := bytes.IndexByte(b[i:], quote)
				if j < 0 {
					i = len(b)
					continue
				}
				i, quote = i+j+1, 0
				continue
			}
			switch b[i] {
			case '"', '\'':
				quote = b[i]
			case '<':
				return ErrSyntax
			}
			i++
		}
		if i < len(b) {
			break
		}
		if err := t.fill(); err != nil {
			return cut(err)
		}
	}
	tag := t.buf[t.at+1 : t.at+i]
	t.at += i + 1
	if t.alone = len(tag) > 0 && tag[len(tag)-1] == '/'; t.alone {
		tag = tag[:len(tag)-1]
	}
	j := 0
	for j < len(tag) && !blank(tag[j]) {
		j++
	}
	if t.name = t.intern(tag[:j]); t.name == "" {
		return ErrSyntax
	}
	if t.depth == MaxDepth {
		return ErrDeep
	}
	t.stack[t.depth] = t.name
	t.depth++
	return t.attributes(tag[j:])
}

func blank(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

func (t *tokens) intern(b []byte) string {
	if s, ok := t.names[string(b)]; ok {
		return s
	}
	s := string(b)
	if len(t.names) < 1000 {
		t.names[s] = s
	}
	return s
}

func (t *tokens) attributes(b []byte) error {
	t.attrs, t.value = t.attrs[:0], t.value[:0]
	for {
		for len(b) > 0 && blank(b[0]) {
			b = b[1:]
		}
		if len(b) == 0 {
			return nil
		}
		i := bytes.IndexByte(b, '=')
		if i < 0 || len(t.attrs) == 1000 {
			return ErrSyntax
		}
		name := t.intern(bytes.TrimRight(b[:i], " \t\r\n"))
		for b = b[i+1:]; len(b) > 0 && blank(b[0]); {
			b = b[1:]
		}
		if len(b) == 0 || b[0] != '"' && b[0] != '\'' {
			return ErrSyntax
		}
		i = bytes.IndexByte(b[1:], b[0])
		if i < 0 {
			return ErrSyntax
		}
		value := b[1 : i+1]
		b = b[i+2:]
		if bytes.IndexByte(value, '&') >= 0 {
			var err error
			if value, err = t.resolve(value); err != nil {
				return err
			}
		}
		t.attrs = append(t.attrs, attr{name, value})
	}
}

// resolve replaces the entities that every XML has. Any other is refused.
func (t *tokens) resolve(b []byte) ([]byte, error) {
	out := make([]byte, 0, len(b))
	for {
		i := bytes.IndexByte(b, '&')
		if i < 0 {
			return append(out, b...), nil
		}
		out, b = append(out, b[:i]...), b[i+1:]
		end := bytes.IndexByte(b[:min(len(b), 12)], ';')
		if end < 0 {
			return nil, ErrEntity
		}
		name := string(b[:end])
		b = b[end+1:]
		switch name {
		case "amp":
			out = append(out, '&')
		case "lt":
			out = append(out, '<')
		case "gt":
			out = append(out, '>')
		case "quot":
			out = append(out, '"')
		case "apos":
			out = append(out, '\'')
		default:
			n, err := number(name)
			if err != nil {
				return nil, err
			}
			out = utf8.AppendRune(out, rune(n))
		}
	}
}

func number(name string) (int64, error) {
	if len(name) < 2 || name[0] != '#' {
		return 0, ErrEntity
	}
	base, digits := 10, name[1:]
	if digits[0] == 'x' {
		base, digits = 16, digits[1:]
	}
	n, err := strconv.ParseUint(digits, base, 21)
	if err != nil || n == 0 {
		return 0, errors.Join(ErrEntity, err)
	}
	return int64(n), nil
}

// attribute is the value of an attribute of the last tag, nil for none.
func (t *tokens) attribute(name string) []byte {
	for i := range t.attrs {
		if t.attrs[i].name == name {
			return t.attrs[i].value
		}
	}
	return nil
}
