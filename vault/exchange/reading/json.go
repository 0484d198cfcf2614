package reading

import (
	"context"
	"encoding/json"
	"io"
)

// ReadJSON reads a whole document within limits, as [json.Unmarshal] would into an
// any, numbers as [json.Number]. It returns the error of the reader, [ErrSize],
// [ErrDepth], [ErrCount], [ErrTime] or [ErrMalformed].
func ReadJSON(ctx context.Context, r io.Reader, limits Limits) (any, error) {
	in := meter(ctx, r, limits)
	d := json.NewDecoder(whole{in})
	d.UseNumber()
	j := &jsonReader{d: d, in: in, limits: limits}
	value, err := j.value(0)
	if err != nil {
		return nil, err
	}
	if _, err := j.token(); err != io.EOF {
		return nil, ErrMalformed
	}
	return value, nil
}

// whole fills what it is given: the decoder looks at all space again after each
// read, however short.
type whole struct{ r io.Reader }

func (w whole) Read(p []byte) (int, error) {
	n, err := io.ReadFull(w.r, p)
	if err == io.ErrUnexpectedEOF {
		err = nil // told by the next read
	}
	return n, err
}

type jsonReader struct {
	d      *json.Decoder
	in     *metered
	limits Limits
	tokens int
}

func (j *jsonReader) token() (json.Token, error) {
	j.in.token = 0
	t, err := j.d.Token()
	switch {
	case j.in.err != nil:
		return nil, j.in.err
	case err == io.EOF:
		return nil, err
	case err != nil:
		return nil, ErrMalformed
	}
	if j.tokens++; j.tokens > maxElements || j.limits.Tokens > 0 && j.tokens > j.limits.Tokens {
		return nil, ErrCount
	}
	if j.tokens%1024 == 0 {
		if err := j.in.check(); err != nil {
			return nil, err
		}
	}
	return t, nil
}

func (j *jsonReader) value(depth int) (any, error) {
	t, err := j.token()
	if err == io.EOF {
		return nil, ErrMalformed
	}
	if err != nil {
		return nil, err
	}
	bracket, ok := t.(json.Delim)
	if !ok {
		return t, nil
	}
	if j.limits.Depth > 0 && depth >= j.limits.Depth {
		return nil, ErrDepth
	}
	object, list := map[string]any{}, []any{}
	for j.d.More() {
		key := ""
		if bracket == '{' {
			t, err := j.token()
			if err != nil {
				return nil, malformed(err)
			}
			key, _ = t.(string) // the decoder lets nothing else pass
		}
		v, err := j.value(depth + 1)
		if err != nil {
			return nil, err
		}
		if bracket == '{' {
			object[key] = v
		} else {
			list = append(list, v)
		}
	}
	if _, err := j.token(); err != nil { // what closes it
		return nil, malformed(err)
	}
	if bracket == '{' {
		return object, nil
	}
	return list, nil
}

// malformed turns an end that comes too early into our name for it.
func malformed(err error) error {
	if err == io.EOF {
		return ErrMalformed
	}
	return err
}
