package main

import (
	"os"

	"github.com/rogpeppe/go-internal/testscript"

	"carnet/ui/print/cupstest"
)

// serverKey is where a script keeps its printing system.
type serverKey struct{}

// startPrinters NAME... starts a private CUPS with these printers, for the rest of
// the script.
func startPrinters(ts *testscript.TestScript, _ bool, args []string) {
	s, err := cupstest.Start()
	ts.Check(err)
	ts.Defer(func() { ts.Check(s.Close()) })
	for _, name := range args {
		ts.Check(s.AddPrinter(name, false))
	}
	ts.Setenv("CUPS_SERVER", s.Socket)
	*ts.Value(serverKey{}).(**cupstest.Server) = s
}

// takePrinted NAME FILE takes what a printer got next, which must be called as all
// jobs are.
func takePrinted(ts *testscript.TestScript, _ bool, args []string) {
	content, title, _, err := (*ts.Value(serverKey{}).(**cupstest.Server)).Printed(args[0])
	ts.Check(err)
	if title != "Carnet" {
		ts.Fatalf("the job is called %q", title)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), content, 0o600))
}
