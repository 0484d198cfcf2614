package store

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// Contained runs fn and turns what a damaged page makes of it into [ErrDamaged]. A
// goroutine of its own that reads values of a transaction has to be run by it; the
// methods of [DB] are.
// A panic that begins anywhere else is a defect of ours and goes on.
func Contained(fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if !fromFile(p) {
			panic(p)
		}
		err = fmt.Errorf("%w: a page does not hold", ErrDamaged)
	}()
	return fn()
}

// fromFile reports whether a panic is a fault in mapped memory or began inside
// bbolt.
func fromFile(p any) bool {
	if fault, ok := p.(interface{ Addr() uintptr }); ok && fault.Addr() >= pageSize {
		return true
	} // below: a nil pointer of ours, or an address that no computer has
	var pcs [32]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	for {
		f, more := frames.Next()
		if !strings.HasPrefix(f.Function, "runtime.") {
			return strings.HasPrefix(f.Function, "go.etcd.io/bbolt")
		}
		if !more {
			return false
		}
	}
}
