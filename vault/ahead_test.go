package vault

import (
	"sync/atomic"
	"testing"
)

// TestAhead: everything comes in its order and worked on, and nothing runs any
// more after the loop, wherever it ends.
func TestAhead(t *testing.T) {
	type item struct{ in, out int }
	for _, n := range []int{0, 1, aheadBlock, aheadBlock + 1, 50 * aheadBlock} {
		items := make([]*item, n)
		for i := range items {
			items[i] = &item{in: i}
		}
		for _, stop := range []int{n, n / 2, 1} {
			var running, seen atomic.Int64
			at := 0
			for x, err := range ahead(items, func(x *item) {
				running.Add(1)
				x.out = 2 * x.in
				seen.Add(1)
				running.Add(-1)
			}) {
				if err != nil || x.in != at || x.out != 2*at {
					t.Fatalf("of %d: %+v in place %d, %v", n, x, at, err)
				}
				if at++; at == stop {
					break
				}
			}
			if running.Load() != 0 || stop == n && at != n || at < min(stop, n) {
				t.Errorf("of %d, stopping at %d: came to %d, %d still run", n, stop, at, running.Load())
			}
			if far := int64(stop + 64*aheadBlock); seen.Load() > far {
				t.Errorf("worked on %d for %d", seen.Load(), stop)
			}
		}
	}
}
