// Command compare indexes the same documents with package search and with bleve
// in memory, and tells the computing time and the memory of each. It is a module
// of its own, so that bleve is none of the program's dependencies:
//
//	cd vault/search/testdata/bleve && go run . 20000
package main

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/fr"
	"golang.org/x/sys/unix"

	"carnet/vault/search"
	"carnet/vault/search/searchtest"
)

const seed = 2026

func main() {
	n := 20_000
	if len(os.Args) > 1 {
		var err error
		if n, err = strconv.Atoi(os.Args[1]); err != nil {
			fail(err)
		}
	}
	documents := slices.Collect(searchtest.New(seed).Documents(n))
	var words []string
	for i := range 300 {
		all := strings.Fields(documents[i*n/300].Text)
		words = append(words, strings.Trim(all[i%len(all)], ".,"))
	}
	fmt.Printf("seed %d, %d documents, %d queries\n", seed, n, len(words))
	measure("carnet", n, words, func() func(string) { return ours(documents) })
	measure("bleve", n, words, func() func(string) { return theirs(documents) })
}

// measure builds an index and asks it for words.
func measure(name string, n int, words []string, build func() func(string)) {
	before, begin := heap(), processor()
	find := build()
	built := processor() - begin
	kept := heap() - before
	var took []time.Duration
	for _, w := range words {
		begin := processor()
		find(w)
		took = append(took, processor()-begin)
	}
	slices.Sort(took)
	fmt.Printf("%-7s %6.1f µs/document, %6.1f MB kept, query p50 %.2f ms, p95 %.2f ms\n", name,
		float64(built.Microseconds())/float64(n), kept, took[len(took)/2].Seconds()*1e3, took[len(took)*95/100].Seconds()*1e3)
	runtime.KeepAlive(find)
}

func ours(documents []search.Document) func(string) {
	x, b := &search.Index{}, &search.Builder{}
	tag := uint64(0)
	take := func(s *search.Segment) {
		tag++
		x.Add(s, search.Origin{}, tag, func(search.ID, uint64) bool { return true })
	}
	for i, d := range documents {
		if b.Add(d); b.Len() == 512 || i == len(documents)-1 {
			take(b.Segment())
		}
		for worn := x.Worn(); worn != nil; worn = x.Worn() {
			s, _ := x.Merge(worn)
			x.Remove(worn...)
			take(s)
		}
	}
	return func(w string) { x.Find(search.Query{Words: w + " "}) }
}

func theirs(documents []search.Document) func(string) {
	m := bleve.NewIndexMapping()
	m.DefaultAnalyzer = "fr"
	m.StoreDynamic, m.DocValuesDynamic = false, false
	index, err := bleve.NewMemOnly(m)
	if err != nil {
		fail(err)
	}
	batch := index.NewBatch()
	for i, d := range documents {
		if err := batch.Index(strconv.Itoa(i), map[string]string{"title": d.Title, "text": d.Text}); err != nil {
			fail(err)
		}
		if batch.Size() == 512 || i == len(documents)-1 {
			if err := index.Batch(batch); err != nil {
				fail(err)
			}
			batch.Reset()
		}
	}
	return func(w string) {
		if _, err := index.Search(bleve.NewSearchRequestOptions(bleve.NewMatchQuery(w), 50, 0, false)); err != nil {
			fail(err)
		}
	}
}

func heap() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / 1e6
}

func processor() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &t); err != nil {
		fail(err)
	}
	return time.Duration(t.Nano())
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
