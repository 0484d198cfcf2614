// Command carnet keeps a family's health records in one encrypted file. It is
// the window, the command line and, under hidden names, the child processes that
// read documents and damaged vaults.
//
// This package only wires: verbs live in package vault, sentences in ui/text.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"carnet/ui/text"
	"carnet/vault/render/worker"
	"carnet/vault/salvage"
	"carnet/vault/seal"
)

// workerMode is the hidden first argument of the child process. It comes before
// anything else of the program starts: the child has no key and no window.
const workerMode = "render-worker"

func main() {
	_ = seal.ForbidDumps() // a refusal is told by the command check and by the settings
	if len(os.Args) == 2 && os.Args[1] == workerMode {
		if err := worker.Main(os.Stdin, os.Stdout); err != nil {
			os.Exit(1)
		}
		return
	}
	if len(os.Args) >= 2 && os.Args[1] == salvage.Mode {
		os.Exit(salvage.Child(os.Args[2:]))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, streams{os.Stdin, os.Stdout, os.Stderr}, text.FromEnvironment(os.Getenv), os.Args[1:]))
}
