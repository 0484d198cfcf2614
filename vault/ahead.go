package vault

import (
	"iter"
	"runtime"
	"sync"
	"sync/atomic"

	"carnet/vault/internal/store"
)

// aheadBlock is how many items a goroutine of [ahead] takes at a time.
const aheadBlock = 256

// ahead yields items in their order, each after fn has run for it on one of all
// processors, a few blocks before its turn. fn may read values of the transaction
// that is open. Nothing runs any more when the loop has ended, however it ends. A
// damaged page of the file is the error of the last pair.
func ahead[T any](items []T, fn func(T)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		type block struct {
			items []T
			err   error
			done  chan struct{}
		}
		var blocks []*block
		for rest := items; len(rest) > 0; {
			n := min(aheadBlock, len(rest))
			blocks = append(blocks, &block{items: rest[:n], done: make(chan struct{})})
			rest = rest[n:]
		}
		workers := min(runtime.GOMAXPROCS(0), len(blocks))
		allowed, stop := make(chan struct{}, 4*workers), make(chan struct{})
		for range cap(allowed) {
			allowed <- struct{}{}
		}
		var next atomic.Int64
		var running sync.WaitGroup
		defer running.Wait()
		defer close(stop)
		for range workers {
			running.Go(func() {
				for {
					select {
					case <-allowed:
					case <-stop:
						return
					}
					at := int(next.Add(1)) - 1
					if at >= len(blocks) {
						return
					}
					b := blocks[at]
					b.err = store.Contained(func() error {
						for _, item := range b.items {
							fn(item)
						}
						return nil
					})
					close(b.done)
				}
			})
		}
		for _, b := range blocks {
			<-b.done
			if b.err != nil {
				var none T
				yield(none, b.err)
				return
			}
			for _, item := range b.items {
				if !yield(item, nil) {
					return
				}
			}
			allowed <- struct{}{}
		}
	}
}
