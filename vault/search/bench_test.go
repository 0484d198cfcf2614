package search_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"carnet/vault/seal"
	"carnet/vault/search"
	"carnet/vault/search/searchtest"
)

// benchSeed and benchSize are of the documents that all benchmarks use.
const (
	benchSeed = 2026
	benchSize = 100_000
)

var anything = func(search.ID, uint64) bool { return true }

// indexed builds an index of documents as a vault does: in batches, merged as
// they wear.
func indexed(documents []search.Document, batch int) *search.Index {
	x, b := &search.Index{}, &search.Builder{}
	tag := uint64(0)
	take := func(s *search.Segment) {
		tag++
		x.Add(s, search.Origin{}, tag, anything)
	}
	for i, d := range documents {
		b.Add(d)
		if b.Len() < batch && i < len(documents)-1 {
			continue
		}
		take(b.Segment())
		for worn := x.Worn(); worn != nil; worn = x.Worn() {
			s, _ := x.Merge(worn)
			x.Remove(worn...)
			take(s)
		}
	}
	return x
}

var benchDocuments = sync.OnceValue(func() []search.Document {
	return slices.Collect(searchtest.New(benchSeed).Documents(benchSize))
})

var benchIndex = sync.OnceValue(func() *search.Index { return indexed(benchDocuments(), 512) })

// BenchmarkBuild indexes 100,000 documents of 60 to 220 words, as many at a time
// as a vault does that makes its index anew, and as one does that examines.
func BenchmarkBuild(b *testing.B) {
	documents := benchDocuments()
	for _, batch := range []int{512, 64} {
		b.Run(fmt.Sprintf("by %d", batch), func(b *testing.B) {
			before := processor()
			for b.Loop() {
				indexed(documents, batch)
			}
			b.ReportMetric(float64((processor()-before).Microseconds())/float64(b.N)/benchSize, "cpu-µs/document")
		})
	}
}

// BenchmarkMemory tells what an index of 100,000 documents keeps on the heap.
func BenchmarkMemory(b *testing.B) {
	documents := benchDocuments()
	var x *search.Index
	heap := func() float64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc) / 1e6
	}
	kept := 0.0
	for b.Loop() {
		x = nil
		before := heap()
		x = indexed(documents, 512)
		kept = heap() - before
	}
	bytes, segments := x.Size()
	b.ReportMetric(kept, "MB-kept")
	b.ReportMetric(float64(bytes)/1e6, "MB-of-segments")
	b.ReportMetric(float64(segments), "segments")
}

// BenchmarkLoad unseals and reads the segments of 100,000 documents, as a vault
// does at the first search.
func BenchmarkLoad(b *testing.B) {
	const label, bucket = "carnet1/search", 'i'
	key, err := seal.NewCircleKey([16]byte{1}, [16]byte{1}, 1)
	if err != nil {
		b.Fatal(err)
	}
	var segments []seal.Sealed
	total := 0
	for s := range benchIndex().Segments() {
		sealed, err := key.SealDerived(label, bucket, s.Bytes())
		if err != nil {
			b.Fatal(err)
		}
		segments, total = append(segments, sealed), total+len(sealed.Bytes())
	}
	runtime.GC()
	before := processor()
	for b.Loop() {
		var x search.Index
		for i, sealed := range segments {
			raw, err := key.OpenDerived(label, bucket, sealed)
			if err != nil {
				b.Fatal(err)
			}
			s, err := search.Parse(raw)
			if err != nil {
				b.Fatal(err)
			}
			x.Add(s, search.Origin{}, uint64(i), anything)
		}
	}
	b.ReportMetric((processor()-before).Seconds()/float64(b.N), "cpu-s/load")
	b.ReportMetric(float64(total)/1e6, "MB-sealed")
}

// queries are what people type: words of documents, whole, begun, several
// together, with an error, and the most frequent ones.
func queries(random *rand.Rand, documents []search.Document, n int) map[string][]string {
	out := map[string][]string{}
	add := func(kind, q string) { out[kind] = append(out[kind], q) }
	for range n {
		d := documents[random.IntN(len(documents))]
		words := strings.FieldsFunc(d.Title+" "+d.Text, func(r rune) bool { return strings.ContainsRune(" .,\n’'", r) })
		word := func() string { return words[random.IntN(len(words))] }
		w := word()
		add("word", w+" ")
		add("two", w+" "+word()+" ")
		add("three", w+" "+word()+" "+word())
		r := []rune(w)
		add("begun", string(r[:min(len(r), 2+random.IntN(3))]))
		long := w
		for len(long) < 5 {
			long = word()
		}
		add("misspelt", searchtest.Misspell(random, long))
		add("frequent", "de la "+word()+" ")
		add("title", d.Title)
	}
	return out
}

// BenchmarkFind answers queries of each kind and tells the computing times that
// half and 95 in 100 of them stay under.
func BenchmarkFind(b *testing.B) {
	x, documents := benchIndex(), benchDocuments()
	kinds := queries(rand.New(rand.NewPCG(benchSeed, 1)), documents, 1000)
	var all []string
	for _, list := range kinds {
		all = append(all, list...)
	}
	kinds["all"] = all
	for _, kind := range []string{"word", "two", "three", "begun", "misspelt", "frequent", "title", "all"} {
		b.Run(kind, func(b *testing.B) {
			list := kinds[kind]
			var took []time.Duration
			i := 0
			for b.Loop() {
				q := search.Query{Words: list[i%len(list)]}
				i++
				begin := processor()
				x.Find(q)
				took = append(took, processor()-begin)
			}
			slices.Sort(took)
			for _, p := range []int{50, 95, 100} {
				at := took[min(len(took)-1, len(took)*p/100)]
				b.ReportMetric(float64(at.Nanoseconds())/1e6, fmt.Sprintf("cpu-ms-p%d", p))
			}
		})
	}
}
