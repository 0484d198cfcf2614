package gateway

import (
	"bytes"
	"encoding/binary"
	"io"
	"net/http"
	"net/netip"
	"net/url"

	"carnet/vault/seal"
)

const (
	idSize   = 16
	headSize = idSize + 2 // of a parcel: delivery, number

	parcelType = "application/octet-stream"
	parcelKind = "carnet 1 " // and the path
)

// ServeHTTP answers one request, or refuses it: the page turns the number of the
// answer into a sentence. What a browser would let another page ask is refused before
// a body is read.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	if refused := g.refuse(r); refused != 0 {
		h.Set("Connection", "close")
		w.WriteHeader(refused)
		return
	}
	if r.Method == http.MethodGet {
		g.show(w, r)
		return
	}
	select {
	case g.room <- struct{}{}:
		defer func() { <-g.room }()
	default:
		h.Set("Connection", "close")
		h.Set("Retry-After", "1")
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	status := g.take(r)
	if status >= http.StatusBadRequest {
		h.Set("Connection", "close") // of a body that was not read to its end
	}
	w.WriteHeader(status)
}

// refuse says by which status a request is refused for what stands around its body,
// 0 when it may go on.
func (g *Gateway) refuse(r *http.Request) int {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !g.network.Contains(from.Addr().Unmap()) {
		return http.StatusForbidden // from beyond the network
	}
	if r.Host != g.host || r.URL.IsAbs() {
		return http.StatusMisdirectedRequest // another name for this address: see DNS rebinding
	}
	switch r.Method {
	case http.MethodGet:
		if r.URL.Path != "/" || !g.known(r.URL.RawQuery) {
			return http.StatusNotFound
		}
		return 0
	case http.MethodPost:
	default:
		return http.StatusMethodNotAllowed // CORS asks by OPTIONS
	}
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" || r.Header.Get("Origin") != "http://"+g.host {
		return http.StatusForbidden
	}
	if r.Header.Get("Content-Type") != parcelType {
		return http.StatusUnsupportedMediaType
	}
	most := int64(headSize)
	switch r.URL.Path {
	case "/hello":
		most = 0
	case "/picture":
		most += MaxPicture
	case "/end":
	default:
		return http.StatusNotFound
	}
	switch n := r.ContentLength; {
	case r.URL.RawQuery != "":
		return http.StatusNotFound
	case n < 0:
		return http.StatusLengthRequired // a stream without end
	case n > most+seal.ParcelOverhead:
		return http.StatusRequestEntityTooLarge
	}
	return 0
}

// known reports whether a query asks for a language of the page, or for none.
func (g *Gateway) known(query string) bool {
	asked, err := url.ParseQuery(query)
	if err != nil || len(asked) > 1 || len(asked["l"]) != len(asked) {
		return false
	}
	_, ok := g.pages[asked.Get("l")]
	return ok || query == ""
}

// take opens a parcel and keeps what is in it.
func (g *Gateway) take(r *http.Request) int {
	parcel, err := bodyOf(r)
	if err != nil {
		return http.StatusRequestTimeout // or it was left
	}
	content, err := g.code.Open(parcelKind+r.URL.Path, parcel)
	if err != nil {
		return http.StatusForbidden
	}
	if r.URL.Path == "/hello" {
		if len(content) > 0 {
			return http.StatusBadRequest
		}
		return http.StatusNoContent
	}
	if len(content) < headSize {
		return http.StatusBadRequest
	}
	id, n, rest := [idSize]byte(content), binary.BigEndian.Uint16(content[idSize:]), content[headSize:]
	g.mu.Lock()
	defer g.mu.Unlock()
	if r.URL.Path == "/end" {
		return g.end(id, n, rest)
	}
	return g.keep(id, n, rest)
}

// bodyOf reads the body of a request whose length was looked at. Room for all of it is made
// once, when its first mebibyte has come: a buffer that grows would take up to three times
// as much.
func bodyOf(r *http.Request) ([]byte, error) {
	const first = 1 << 20
	body := make([]byte, min(r.ContentLength, first))
	if _, err := io.ReadFull(r.Body, body); err != nil || r.ContentLength <= first {
		return body, err
	}
	body = append(make([]byte, 0, r.ContentLength), body...)[:r.ContentLength]
	_, err := io.ReadFull(r.Body, body[first:])
	return body, err
}

// keep keeps one photograph. A delivery of another id begins anew: the page was loaded
// again. The type is looked at and nothing else is: this process reads no pictures.
func (g *Gateway) keep(id [idSize]byte, n uint16, picture []byte) int {
	if g.now.ended {
		return http.StatusGone
	}
	if n >= MaxPictures {
		return http.StatusRequestEntityTooLarge
	}
	if !bytes.HasPrefix(picture, []byte("\xff\xd8\xff")) && !bytes.HasPrefix(picture, []byte("\x89PNG\r\n\x1a\n")) {
		return http.StatusUnsupportedMediaType
	}
	if g.now.pictures == nil || g.now.id != id {
		g.now = delivery{id: id, pictures: map[uint16][]byte{}}
	}
	bytes := g.now.bytes - len(g.now.pictures[n]) + len(picture)
	if bytes > MaxDelivery {
		return http.StatusRequestEntityTooLarge
	}
	g.now.bytes, g.now.pictures[n] = bytes, picture
	if g.tell != nil {
		g.tell(len(g.now.pictures))
	}
	return http.StatusNoContent
}

// end ends a delivery that is whole.
func (g *Gateway) end(id [idSize]byte, n uint16, rest []byte) int {
	switch {
	case len(rest) > 0 || n == 0:
		return http.StatusBadRequest
	case g.now.id != id || !g.now.ended && len(g.now.pictures) != int(n):
		return http.StatusConflict
	case g.now.ended:
		return http.StatusNoContent // said again, since the answer was lost
	}
	for i := range n {
		if g.now.pictures[i] == nil {
			return http.StatusConflict
		}
	}
	g.now.ended = true
	close(g.done)
	return http.StatusNoContent
}
