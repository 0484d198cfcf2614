package main

import (
	"slices"
	"testing"

	"carnet/ui"
)

// onlyWindow are the commands that only a window has a sense for: its looks, its
// ways, and what a shell does by itself.
var onlyWindow = []string{
	"Quit", "Undo", "Redo", "Mark all documents",
	"Home", "Next pane", "Previous pane", "Continue", "Settings and help",
	"Larger text", "Smaller text", "Usual size", "Next theme",
	"Help for this screen", "List of commands",
}

// TestWindowAndCommandLineAgree: what the window's menu does, the command line
// does as well, for those who cannot use a window.
func TestWindowAndCommandLineAgree(t *testing.T) {
	paths := commandPaths()
	var without []string
	for _, c := range ui.Commands() {
		switch {
		case c.CLI == "":
			without = append(without, c.Label.EN)
		case !slices.Contains(paths, c.CLI):
			t.Errorf("the window's %q is %q on the command line, which does not exist", c.Label.EN, c.CLI)
		}
	}
	if !slices.Equal(without, onlyWindow) {
		t.Errorf("only the window has %q, not %q", without, onlyWindow)
	}
}
