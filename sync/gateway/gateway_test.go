package gateway

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"golang.org/x/crypto/chacha20poly1305"
)

// here is this computer alone, for tests.
var here = Network{"test", netip.MustParsePrefix("127.0.0.1/8")}

var pageWords = []Words{
	{Language: "fr", Other: "English", Title: "Envoyer", Choose: "Choisir", More: "Ajouter", Page: "Page %d", Earlier: "Avant", Later: "Après", Drop: "Retirer",
		Send: "Envoyer la page", SendMany: "Envoyer les %d pages", Sending: "%d sur %d", Sent: "Arrivé", CodeLabel: "Code", CodeWrong: "Code faux",
		Heavy: "Trop lourd", Many: "Trop nombreux", Type: "Ni JPEG ni PNG", Lost: "Perdu", Stop: "Arrêter"},
	{Language: "en", Other: "Français", Title: "Send", Sent: "Arrived", Lost: "Lost"},
}

// conversation is a gateway that receives, and what came.
type conversation struct {
	*Gateway
	t    *testing.T
	stop context.CancelFunc
	came chan struct{}

	pictures [][]byte
	err      error
}

func converse(t *testing.T) *conversation {
	t.Helper()
	g, err := Listen(here, pageWords...)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	c := &conversation{Gateway: g, t: t, stop: stop, came: make(chan struct{})}
	go func() {
		defer close(c.came)
		c.pictures, c.err = g.Receive(ctx, nil)
	}()
	t.Cleanup(func() { c.end() })
	return c
}

// end closes the dialog.
func (c *conversation) end() ([][]byte, error) {
	c.stop()
	return c.wait()
}

func (c *conversation) wait() ([][]byte, error) {
	select {
	case <-c.came:
	case <-time.After(time.Minute):
		c.t.Fatal("the conversation does not end")
	}
	return c.pictures, c.err
}

// seal makes a parcel as the page does.
func (c *conversation) seal(path string, content []byte) []byte {
	c.t.Helper()
	aead, err := chacha20poly1305.NewX([]byte(strings.Join(c.Code(), "") + "carnet-phone"))
	if err != nil {
		c.t.Fatal(err)
	}
	nonce := make([]byte, chacha20poly1305.NonceSizeX)
	rand.Read(nonce)
	return aead.Seal(nonce, nonce, content, []byte("carnet 1 "+path))
}

// ask posts a body as a browser does that shows the page.
func (c *conversation) ask(path string, body []byte, change func(*http.Request)) int {
	c.t.Helper()
	r, err := http.NewRequest(http.MethodPost, "http://"+c.Address()+path, bytes.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/octet-stream")
	r.Header.Set("Origin", "http://"+c.Address())
	if change != nil {
		change(r)
	}
	return c.do(r)
}

func (c *conversation) do(r *http.Request) int {
	c.t.Helper()
	answer, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(r)
	if err != nil {
		c.t.Logf("%s %s: %v", r.Method, r.URL.Path, err)
		return 0
	}
	defer answer.Body.Close()
	io.Copy(io.Discard, answer.Body)
	return answer.StatusCode
}

func head(id byte, n int) []byte {
	b := bytes.Repeat([]byte{id}, idSize)
	return binary.BigEndian.AppendUint16(b, uint16(n))
}

func picture(id byte, n int, what string) []byte {
	return append(head(id, n), "\xff\xd8\xff"+what...)
}

func (c *conversation) want(what string, got, status int) {
	c.t.Helper()
	if got != status {
		c.t.Errorf("%s: answered %d, want %d", what, got, status)
	}
}

func TestDelivery(t *testing.T) {
	c := converse(t)
	c.want("hello", c.ask("/hello", c.seal("/hello", nil), nil), 204)
	c.want("left behind", c.ask("/picture", c.seal("/picture", picture('a', 0, "old")), nil), 204)
	c.want("page 2", c.ask("/picture", c.seal("/picture", picture('b', 1, "two")), nil), 204)
	c.want("end too early", c.ask("/end", c.seal("/end", head('b', 2)), nil), 409)
	c.want("page 1", c.ask("/picture", c.seal("/picture", picture('b', 0, "one")), nil), 204)
	c.want("page 1 again", c.ask("/picture", c.seal("/picture", picture('b', 0, "one")), nil), 204)
	c.want("another end", c.ask("/end", c.seal("/end", head('a', 1)), nil), 409)
	c.want("end", c.ask("/end", c.seal("/end", head('b', 2)), nil), 204)
	got, err := c.wait()
	if err != nil || len(got) != 2 || string(got[0]) != "\xff\xd8\xffone" || string(got[1]) != "\xff\xd8\xfftwo" {
		t.Fatalf("%q, %v", got, err)
	}
	c.want("afterwards", c.ask("/hello", nil, nil), 0)
	if _, err := net.Dial("tcp", c.Address()); err == nil {
		t.Error("something still listens")
	}
}

// TestRefused: each refusal has its number, and the conversation goes on.
func TestRefused(t *testing.T) {
	c := converse(t)
	hello := func() []byte { return c.seal("/hello", nil) }
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	for _, x := range []struct {
		what string
		got  func() int
		want int
	}{
		{"wrong code", func() int { return c.ask("/hello", bytes.Repeat([]byte{1}, 40), nil) }, 403},
		{"no parcel", func() int { return c.ask("/hello", nil, nil) }, 403},
		{"a parcel of another kind", func() int { return c.ask("/end", c.seal("/hello", head('a', 1)), nil) }, 403},
		{"another page (CORS)", func() int { return c.ask("/hello", hello(), header("Origin", "http://evil.example")) }, 403},
		{"this address, another port", func() int { return c.ask("/hello", hello(), header("Origin", "http://127.0.0.1:1")) }, 403},
		{"no origin", func() int { return c.ask("/hello", hello(), func(r *http.Request) { r.Header.Del("Origin") }) }, 403},
		{"cross-site", func() int { return c.ask("/hello", hello(), header("Sec-Fetch-Site", "cross-site")) }, 403},
		{"a name for the address", func() int { return c.ask("/hello", hello(), func(r *http.Request) { r.Host = "evil.example" }) }, 421},
		{"a name with the port", func() int {
			_, port, _ := net.SplitHostPort(c.Address())
			return c.ask("/hello", hello(), func(r *http.Request) { r.Host = "localhost:" + port })
		}, 421},
		{"a form", func() int { return c.ask("/hello", hello(), header("Content-Type", "text/plain")) }, 415},
		{"OPTIONS", func() int { return c.ask("/hello", nil, func(r *http.Request) { r.Method = "OPTIONS" }) }, 405},
		{"PUT", func() int { return c.ask("/hello", nil, func(r *http.Request) { r.Method = "PUT" }) }, 405},
		{"another path", func() int { return c.ask("/other", hello(), nil) }, 404},
		{"a query", func() int { return c.ask("/hello?l=fr", hello(), nil) }, 404},
		{"a stream", func() int {
			return c.ask("/hello", hello(), func(r *http.Request) { r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(hello())), -1 })
		}, 411},
		{"a large one", func() int { return c.ask("/hello", make([]byte, 1000), nil) }, 413},
		{"too many", func() int { return c.ask("/picture", c.seal("/picture", picture('a', MaxPictures, "")), nil) }, 413},
		{"HEIC", func() int {
			return c.ask("/picture", c.seal("/picture", append(head('a', 0), "\x00\x00\x00\x18ftypheic"...)), nil)
		}, 415},
		{"short", func() int { return c.ask("/picture", c.seal("/picture", []byte("short")), nil) }, 400},
		{"hello with something", func() int { return c.ask("/end", c.seal("/end", append(head('a', 0), 0)), nil) }, 413},
		{"end of nothing", func() int { return c.ask("/end", c.seal("/end", head('a', 0)), nil) }, 400},
		{"the page of another language", func() int { return c.get("/?l=de", nil) }, 404},
		{"the page with more", func() int { return c.get("/?l=fr&l=en", nil) }, 404},
		{"the icon", func() int { return c.get("/favicon.ico", nil) }, 404},
		{"the page under a name", func() int { return c.get("/", func(r *http.Request) { r.Host = "evil.example" }) }, 421},
		{"the page", func() int { return c.get("/", nil) }, 200},
	} {
		c.want(x.what, x.got(), x.want)
	}
	// A stream without end is cut off; whether the number arrives before that is chance.
	if got := c.ask("/picture", nil, func(r *http.Request) { r.Body, r.ContentLength = io.NopCloser(endless{}), 1<<40 }); got != 0 && got != 413 {
		t.Errorf("a stream without end: answered %d", got)
	}
	c.want("the page after it", c.get("/", nil), 200)
	if _, err := c.end(); !errors.Is(err, context.Canceled) {
		t.Errorf("closed: %v", err)
	}
	c.want("after the dialog closed", c.get("/", nil), 0)
}

// endless gives bytes for ever.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func (c *conversation) get(path string, change func(*http.Request)) int {
	c.t.Helper()
	r, err := http.NewRequest(http.MethodGet, "http://"+c.Address()+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	if change != nil {
		change(r)
	}
	return c.do(r)
}

// TestSlow: a parcel that stops coming ends by its number when its time is over, and one
// that says it is longer than it is.
func TestSlow(t *testing.T) {
	c := converse(t)
	for what, body := range map[string]io.Reader{
		"out of time":      iotest.TimeoutReader(iotest.OneByteReader(endless{})),
		"left":             io.LimitReader(endless{}, 2<<20-1),
		"left soon":        io.LimitReader(endless{}, 1),
		"left at once":     http.NoBody,
		"left at the step": io.LimitReader(endless{}, 1<<20),
	} {
		r := httptest.NewRequest(http.MethodPost, "http://"+c.Address()+"/picture", body)
		r.URL.Host, r.URL.Scheme, r.RemoteAddr, r.ContentLength = "", "", "127.0.0.1:99", 2<<20
		r.Header.Set("Content-Type", parcelType)
		r.Header.Set("Origin", "http://"+c.Address())
		w := httptest.NewRecorder()
		c.ServeHTTP(w, r)
		c.want(what, w.Code, http.StatusRequestTimeout)
	}
	c.want("the page after it", c.get("/", nil), 200)
}

// TestBeyond: a request from another network is refused, whatever it knows.
func TestBeyond(t *testing.T) {
	c := converse(t)
	r := httptest.NewRequest(http.MethodGet, "http://"+c.Address()+"/", nil)
	r.URL.Host, r.URL.Scheme = "", ""
	for from, want := range map[string]int{"127.3.2.1:99": 200, "192.168.1.3:99": 403, "[::1]:99": 403, "8.8.8.8:99": 403} {
		r.RemoteAddr = from
		w := httptest.NewRecorder()
		c.ServeHTTP(w, r)
		c.want(from, w.Code, want)
	}
}

// TestCrowd: more connections than there is room for keep nobody else from talking once
// they have gone, and none of them outlives the dialog.
func TestCrowd(t *testing.T) {
	c := converse(t)
	var held []net.Conn
	for range maxConnections + 4 {
		conn, err := net.Dial("tcp", c.Address())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		held = append(held, conn)
	}
	for _, conn := range held {
		conn.Close()
	}
	c.want("after the crowd", c.get("/", nil), 200)
	silent, err := net.Dial("tcp", c.Address())
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	if _, err := c.end(); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := silent.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if n, err := silent.Read(make([]byte, 1)); n > 0 || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a silent connection outlived the dialog: %d, %v", n, err)
	}
}

func TestListen(t *testing.T) {
	for _, a := range []string{"8.8.8.8/24", "0.0.0.0/0", "::1/128", "10.255.254.253/8"} {
		if _, err := Listen(Network{"x", netip.MustParsePrefix(a)}, pageWords...); !errors.Is(err, ErrAddress) {
			t.Errorf("%s: %v", a, err)
		}
	}
	a, err := Listen(here, pageWords...)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	b, err := Listen(here, pageWords...)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if slices.Equal(a.Code(), b.Code()) || a.Address() == b.Address() {
		t.Error("two conversations have one code or one address")
	}
	if want := fmt.Sprintf("http://%s/#%s", a.Address(), strings.Join(a.Code(), "")); a.Link() != want {
		t.Errorf("the link is not the address and the code")
	}
	for _, x := range []string{"", "x", "8.8.8.8", "::1", "0.0.0.0"} {
		if n, err := NetworkOf(x); !errors.Is(err, ErrAddress) {
			t.Errorf("%q: %v, %v", x, n, err)
		}
	}
	if n, err := NetworkOf("127.0.0.1"); err != nil || n.Address != here.Address {
		t.Errorf("this computer: %v, %v", n, err)
	}
	if found, err := Networks(); err != nil && !errors.Is(err, ErrNoNetwork) || err == nil && !found[0].Address.Addr().IsPrivate() {
		t.Errorf("%v, %v", found, err)
	}
}

// FuzzParcel: whatever is in a parcel, sealed by whoever knows the code, or not, is
// answered by a number, and only a whole delivery ends the conversation.
func FuzzParcel(f *testing.F) {
	for _, path := range []string{"/hello", "/picture", "/end"} {
		f.Add(path, true, []byte{})
		f.Add(path, true, picture('a', 0, "x"))
		f.Add(path, true, head('a', 1))
		f.Add(path, false, bytes.Repeat([]byte{7}, 60))
	}
	f.Fuzz(func(t *testing.T, path string, sealed bool, content []byte) {
		g, err := Listen(here, pageWords...)
		if err != nil {
			t.Fatal(err)
		}
		defer g.Close()
		c := &conversation{Gateway: g, t: t}
		body := content
		if sealed {
			body = c.seal(path, content)
		}
		r := httptest.NewRequest(http.MethodPost, "http://"+g.Address()+"/", bytes.NewReader(body))
		r.URL.Scheme, r.URL.Host, r.URL.Path, r.RemoteAddr = "", "", path, "127.0.0.1:99"
		r.Header.Set("Content-Type", parcelType)
		r.Header.Set("Origin", "http://"+g.Address())
		w := httptest.NewRecorder()
		g.ServeHTTP(w, r)
		if w.Code == http.StatusOK || w.Code >= 500 || !sealed && w.Code < 400 || w.Body.Len() > 0 {
			t.Errorf("answered %d and %d bytes", w.Code, w.Body.Len())
		}
		select {
		case <-g.done:
			t.Error("the conversation ended")
		default:
		}
	})
}
