package frame

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func requests() []Request {
	return []Request{
		Open{Version: Version, Size: MaxDocument, Resident: 1 << 30},
		Open{Version: 9, Size: 1},
		Data("%PDF-1.7"),
		Text{Page: 1, Limit: MaxText},
		Render{Page: MaxPages, Width: MaxSide, Height: 4882},
		Photo{Straighten: true, Turns: 2, Side: MaxSide},
		Photo{Side: 1},
		Codes{Page: 3, Width: Whole, Height: Whole},
		Codes{Page: MaxPages, X: Whole - 1, Y: 5, Width: 1, Height: Whole - 5},
		Close{},
	}
}

func replies() []Reply {
	return []Reply{
		Ready{Version: Version},
		Opened{Pages: 1},
		Result{Size: 0},
		Result{Size: MaxPicture, Cut: true},
		Data(strings.Repeat("x", 300)),
		Fail{Code: FailVersion},
		Fail{Code: FailPage},
	}
}

func encode(t testing.TB, m Message) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := NewWriter(&b).Send(m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRoundTrip(t *testing.T) {
	var b bytes.Buffer
	w := NewWriter(&b)
	for _, m := range requests() {
		if err := w.Send(m); err != nil {
			t.Fatal(err)
		}
	}
	r := NewReader(&b)
	for _, want := range requests() {
		got, err := r.Request()
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("Request() = %#v, %v; want %#v", got, err, want)
		}
	}
	if _, err := r.Request(); err != io.EOF {
		t.Errorf("at the end: %v, want io.EOF", err)
	}

	for _, m := range replies() {
		if err := w.Send(m); err != nil {
			t.Fatal(err)
		}
	}
	r = NewReader(&b)
	for _, want := range replies() {
		got, err := r.Reply()
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("Reply() = %#v, %v; want %#v", got, err, want)
		}
	}
}

func TestGolden(t *testing.T) {
	for _, c := range []struct {
		m    Message
		want string
	}{
		{Open{Version: 1, Size: 0x01020304, Resident: 5}, "\x81\x00\x00\x00\x0e\x00\x01\x01\x02\x03\x04\x00\x00\x00\x00\x00\x00\x00\x05"},
		{Data("ab"), "\x82\x00\x00\x00\x02ab"},
		{Text{Page: 1, Limit: 2}, "\x83\x00\x00\x00\x08\x00\x00\x00\x01\x00\x00\x00\x02"},
		{Render{Page: 1, Width: 2, Height: 3}, "\x84\x00\x00\x00\x08\x00\x00\x00\x01\x00\x02\x00\x03"},
		{Photo{Straighten: true, Turns: 3, Side: 0x0102}, "\x86\x00\x00\x00\x04\x01\x03\x01\x02"},
		{Codes{Page: 1, X: 2, Y: 3, Width: 4, Height: 5}, "\x87\x00\x00\x00\x0c\x00\x00\x00\x01\x00\x02\x00\x03\x00\x04\x00\x05"},
		{Close{}, "\x85\x00\x00\x00\x00"},
		{Ready{Version: 1}, "\xc1\x00\x00\x00\x02\x00\x01"},
		{Opened{Pages: 7}, "\xc2\x00\x00\x00\x04\x00\x00\x00\x07"},
		{Result{Size: 9, Cut: true}, "\xc3\x00\x00\x00\x05\x00\x00\x00\x09\x01"},
		{Fail{Code: FailPassword}, "\xc4\x00\x00\x00\x01\x03"},
	} {
		if got := string(encode(t, c.m)); got != c.want {
			t.Errorf("%#v is written as %q, want %q", c.m, got, c.want)
		}
	}
}

func TestRefused(t *testing.T) {
	big := encode(t, Data("x"))
	big[1] = 0xff // 4 GiB announced
	for name, in := range map[string][]byte{
		"text on the pipe":    []byte("warning: something\n"),
		"reply to the worker": encode(t, Ready{Version: 1}),
		"length":              big,
		"no data":             {kindData, 0, 0, 0, 0},
		"short open":          {kindOpen, 0, 0, 0, 1, 0},
		"empty document":      encode(t, Open{Version: 1}),
		"large document":      encode(t, Open{Version: 1, Size: MaxDocument + 1}),
		"page zero":           encode(t, Text{Limit: 1}),
		"page above":          encode(t, Text{Page: MaxPages + 1, Limit: 1}),
		"no room":             encode(t, Text{Page: 1}),
		"long text":           encode(t, Text{Page: 1, Limit: MaxText + 1}),
		"wide":                encode(t, Render{Page: 1, Width: MaxSide + 1, Height: 1}),
		"an empty part":       encode(t, Codes{Page: 1, Width: 1}),
		"beyond the page":     encode(t, Codes{Page: 1, X: 1, Width: Whole, Height: 1}),
		"below the page":      encode(t, Codes{Page: 1, Y: Whole, Width: 1, Height: 1}),
		"codes of no page":    encode(t, Codes{Width: 1, Height: 1}),
		"flat":                encode(t, Render{Page: 1, Width: 1}),
		"fourth turn":         encode(t, Photo{Turns: 4, Side: 1}),
		"photo of nothing":    encode(t, Photo{}),
		"photo too wide":      encode(t, Photo{Side: MaxSide + 1}),
		"straighten":          {kindPhoto, 0, 0, 0, 4, 2, 0, 0, 1},
		"many pixels":         encode(t, Render{Page: 1, Width: MaxSide, Height: MaxSide}),
	} {
		if m, err := NewReader(bytes.NewReader(in)).Request(); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: Request() = %#v, %v", name, m, err)
		}
	}
	for name, in := range map[string][]byte{
		"request to the parent": encode(t, Close{}),
		"no page":               encode(t, Opened{}),
		"many pages":            encode(t, Opened{Pages: MaxPages + 1}),
		"large result":          encode(t, Result{Size: MaxPicture + 1}),
		"flag":                  {kindResult, 0, 0, 0, 5, 0, 0, 0, 1, 2},
		"no code":               encode(t, Fail{}),
		"unknown code":          encode(t, Fail{Code: FailLarge + 1}),
	} {
		if m, err := NewReader(bytes.NewReader(in)).Reply(); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: Reply() = %#v, %v", name, m, err)
		}
	}
}

func TestTruncated(t *testing.T) {
	for _, m := range requests() {
		whole := encode(t, m)
		for n := 1; n < len(whole); n++ {
			if _, err := NewReader(bytes.NewReader(whole[:n])).Request(); err != io.ErrUnexpectedEOF {
				t.Fatalf("%#v cut at %d: %v", m, n, err)
			}
		}
	}
}

func TestSendData(t *testing.T) {
	want := bytes.Repeat([]byte("0123456789"), MaxData/4)
	var b bytes.Buffer
	if err := NewWriter(&b).SendData(want); err != nil {
		t.Fatal(err)
	}
	var got []byte
	for r := NewReader(&b); ; {
		m, err := r.Reply()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, m.(Data)...)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%d bytes arrived of %d", len(got), len(want))
	}
}

func TestSymbols(t *testing.T) {
	all := []Symbol{{KindQR, "HC1:6BF"}, {KindDataMatrix, "DC04\x1dé\x1f"}}
	for _, likely := range []bool{false, true} {
		b := AppendSymbols(nil, append(all, Symbol{KindQR, ""}, Symbol{9, "x"}, Symbol{KindQR, "\xff"}, Symbol{KindQR, strings.Repeat("x", MaxCode+1)}), likely)
		got, seems, err := ParseSymbols(b)
		if err != nil || !slices.Equal(got, all) || seems != likely {
			t.Errorf("%v, %v, %v", got, seems, err)
		}
		for n := range b {
			if _, _, err := ParseSymbols(b[:n]); n != 1 && n != 1+3+len(all[0].Text) && err == nil {
				t.Errorf("cut to %d bytes it was read", n)
			}
		}
	}
	if got, _, err := ParseSymbols(AppendSymbols(nil, slices.Repeat([]Symbol{{KindQR, strings.Repeat("x", MaxCode)}}, MaxCodes+1), false)); err != nil || len(got) != 7 {
		t.Errorf("%d symbols within the size of an answer, %v", len(got), err)
	}
	for name, b := range map[string]string{"nothing": "", "another flag": "\x02", "another kind": "\x00\x03\x00\x01x", "no text": "\x00\x01\x00\x00", "not UTF-8": "\x00\x01\x00\x01\xff", "many": "\x00" + strings.Repeat("\x01\x00\x01x", MaxCodes+1)} {
		if _, _, err := ParseSymbols([]byte(b)); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzParseSymbols(f *testing.F) {
	f.Add(AppendSymbols(nil, []Symbol{{KindQR, "HC1:"}, {KindDataMatrix, "DC04"}}, true))
	f.Fuzz(func(t *testing.T, b []byte) {
		symbols, likely, err := ParseSymbols(b)
		if err == nil && !bytes.Equal(AppendSymbols(nil, symbols, likely), b) {
			t.Errorf("%v of %q", symbols, b)
		}
	})
}
