package render_test

import (
	"errors"
	"testing"

	"carnet/vault/render"
)

// TestMemory: the parent ends a child that grows. A race detector alone needs some
// 100 MB more.
func TestMemory(t *testing.T) {
	c := newClient(t, &render.Options{MaxResident: 300 << 20})
	_, err := page(c, blackPNG(t, 30_000, 20_000), 1, 4000, 4000)
	if !errors.Is(err, render.ErrMemory) {
		t.Errorf("600 megapixels: %v", err)
	}
	checkGood(t, c)
}
