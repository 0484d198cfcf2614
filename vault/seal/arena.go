package seal

import (
	"errors"
	"sync"
)

// Memory says how the keys of an open vault lie in the memory of this process.
type Memory struct {
	// Locked says that the system keeps them out of swap.
	Locked bool
	// Why is the system's reason when it does not, nil otherwise.
	Why error
	// Dumps says that an image of the process (core dump) may still be written.
	Dumps bool
}

// arenaStep is how much memory is taken at once, in bytes: 512 keys, and within
// what every system lets a process lock.
const arenaStep = 16 << 10

// arena is where keys lie that stay while a vault is open. Its memory is locked
// where the system allows it; where it does not, it is used as it is. It is never
// given back, and its blocks are used again.
type arena struct {
	mu   sync.Mutex
	free []*[KeySize]byte
	held map[*[KeySize]byte]struct{}
	why  error // of the first step that could not be locked
	took bool
	lock func(n int) (memory []byte, why error) // for tests; nil is the system's
}

var keys arena

// errNoArena is the reason when the system gave no memory of its own.
var errNoArena = errors.New("seal: no memory to lock")

// grow takes more memory. The caller holds the lock.
func (a *arena) grow() {
	lock := a.lock
	if lock == nil {
		lock = lockedMemory
	}
	memory, why := lock(arenaStep)
	if memory == nil {
		memory, why = make([]byte, arenaStep), errors.Join(errNoArena, why)
	}
	if !a.took || a.why == nil {
		a.why = why
	}
	a.took = true
	for ; len(memory) >= KeySize; memory = memory[KeySize:] {
		a.free = append(a.free, (*[KeySize]byte)(memory))
	}
}

// take copies a secret into a block and wipes what it was copied from.
func (a *arena) take(from *[KeySize]byte) *[KeySize]byte {
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, here := a.held[from]; here {
		return from
	}
	if len(a.free) == 0 {
		a.grow()
	}
	block := a.free[len(a.free)-1]
	a.free = a.free[:len(a.free)-1]
	if a.held == nil {
		a.held = map[*[KeySize]byte]struct{}{}
	}
	a.held[block] = struct{}{}
	*block = *from
	clear(from[:])
	return block
}

// give takes a wiped block back, and reports whether it was one.
func (a *arena) give(block *[KeySize]byte) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, here := a.held[block]; !here {
		return false
	}
	delete(a.held, block)
	a.free = append(a.free, block)
	return true
}

// wipedKey stands for every key that was wiped out of the arena: its block may be
// another's by then. Nobody writes to it.
var wipedKey [KeySize]byte

// keep moves a key that stays into memory that is locked where the system allows
// it. All copies of the key move; nobody may use one meanwhile.
func (k Key) keep() {
	if !k.IsZero() {
		*k.b.p = keys.take(*k.b.p)
	}
}

// KeysInMemory says how keys lie in the memory of this process. Where no vault was
// opened yet it tries.
func KeysInMemory() Memory {
	keys.mu.Lock()
	if !keys.took {
		keys.grow()
	}
	m := Memory{Locked: keys.why == nil, Why: keys.why}
	keys.mu.Unlock()
	m.Dumps = mayDump()
	return m
}
