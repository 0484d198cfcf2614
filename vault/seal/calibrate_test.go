package seal

import (
	"testing"
	"time"
)

func TestCalibration(t *testing.T) {
	const gib = 1 << 30
	for _, c := range []struct {
		took   time.Duration
		memory uint64
		want   Argon2
	}{
		{time.Minute, 64 * gib, Default},
		{guessTime, 64 * gib, Default},
		{400 * time.Millisecond, 64 * gib, Default}, // not yet one more pass
		{300 * time.Millisecond, 64 * gib, Argon2{256 << 10, 5, 4}},
		{250 * time.Millisecond, 64 * gib, Argon2{512 << 10, 3, 4}},
		{60 * time.Millisecond, 64 * gib, Argon2{1 << 20, 6, 4}},
		{60 * time.Millisecond, 4 * gib, Argon2{512 << 10, 12, 4}},
		{60 * time.Millisecond, gib, Argon2{256 << 10, 25, 4}}, // never below what is written by default
		{60 * time.Millisecond, 0, Argon2{256 << 10, 25, 4}},
		{0, 64 * gib, Argon2{1 << 20, 64, 4}},
	} {
		got := Default.raised(c.took, c.memory)
		if got != c.want || got.check() != nil {
			t.Errorf("%v on %d bytes: %+v, %v", c.took, c.memory, got, got.check())
		}
	}
	if got := Calibrated(); got.check() != nil || got.Memory < Default.Memory || got.Time < Default.Time || got.Memory > maxCalibrated {
		t.Errorf("here: %+v", got)
	}
}
