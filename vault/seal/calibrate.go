package seal

import (
	"sync"
	"time"

	"golang.org/x/crypto/argon2"
)

// guessTime is how long one guess of a passphrase should take on the computer that
// makes a slot.
const guessTime = 500 * time.Millisecond

// maxCalibrated bounds the memory that calibration asks for, in KiB: a slot has to
// be opened on lesser computers too.
const maxCalibrated = 1 << 20

// Calibrated is what a new slot carries: [Default], or more where this computer
// does that in less than half a second. The first call takes as long as opening a
// slot does.
var Calibrated = sync.OnceValue(func() Argon2 {
	largePages(Default.Memory)
	var salt [16]byte
	start := time.Now()
	argon2.IDKey([]byte("carnet"), salt[:], Default.Time, Default.Memory, Default.Threads, KeySize)
	return Default.raised(time.Since(start), computerMemory())
})

// raised is p with as much more work as fits into guessTime when p took some time
// on a computer of so many bytes of memory, 0 when nobody knows: memory is doubled
// up to an eighth of that, then passes are added.
func (p Argon2) raised(took time.Duration, memory uint64) Argon2 {
	took = max(took, time.Millisecond)
	most := uint32(min(memory/8/1024, maxCalibrated))
	for 2*took <= guessTime && p.Memory <= most/2 {
		p.Memory, took = 2*p.Memory, 2*took
	}
	if took < guessTime {
		p.Time = uint32(min(int64(p.Time)*int64(guessTime)/int64(took), maxArgon2Time))
	}
	return p
}
