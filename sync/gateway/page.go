package gateway

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"strings"
)

// Words are what the page says in one language. Those with %d hold a number.
type Words struct {
	Language string // BCP 47, as browsers ask for it
	Other    string // name of the other language, for the link that changes to it

	Title, Intro, Format string // Format says what a telephone that keeps HEIC does
	CodeLabel, CodeWrong string
	Choose, More         string
	Page                 string // %d: its number
	Earlier, Later, Drop string
	Send, SendMany       string // one page; %d pages
	Sending              string // %d of %d
	Stop                 string
	Sent                 string
	Heavy, Many, Type    string // refusals: too large, too many, neither JPEG nor PNG
	Lost                 string // no answer
}

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

//go:embed page.js
var pageJS string

// page is the page in one language, and the policy that holds it to itself.
type page struct {
	html   []byte
	policy string
}

// layOut makes the pages, by their language; that of "" is the first.
func layOut(words []Words) (map[string]page, error) {
	t, err := template.New("page").Parse(pageHTML)
	if err != nil {
		return nil, err
	}
	policy := "default-src 'none'; script-src " + digest(pageJS) + "; style-src " + digest(pageCSS) +
		"; img-src blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	pages := map[string]page{}
	for i, w := range words {
		var out bytes.Buffer
		other := words[(i+1)%len(words)].Language
		if err := t.Execute(&out, struct {
			Words
			OtherLanguage string
			Most, Bytes   int
			CSS           template.CSS
			JS            template.JS
		}{w, other, MaxPictures, MaxPicture, template.CSS(pageCSS), template.JS(pageJS)}); err != nil {
			return nil, err
		}
		pages[w.Language] = page{out.Bytes(), policy}
		if i == 0 {
			pages[""] = pages[w.Language]
		}
	}
	return pages, nil
}

// digest names what stands inside an element as a content security policy does.
func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// show sends the page, in the language asked for in the address, else in the first
// one the browser knows.
func (g *Gateway) show(w http.ResponseWriter, r *http.Request) {
	p, ok := g.pages[r.URL.Query().Get("l")]
	if r.URL.RawQuery == "" {
		for asked := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
			tag, _, _ := strings.Cut(strings.TrimSpace(asked), ";")
			tag, _, _ = strings.Cut(tag, "-")
			if known, here := g.pages[strings.ToLower(tag)]; here && tag != "" {
				p, ok = known, true
				break
			}
		}
	}
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", p.policy)
	h.Set("X-Frame-Options", "DENY")
	w.Write(p.html) // a telephone that left sees nothing of it
}
