package main

import "os"

// openTerminal opens the console of the process. Questions and answers go
// through its input handle, which also writes.
func openTerminal() (*os.File, error) { return os.OpenFile("CONIN$", os.O_RDWR, 0) }
