package assets

import "embed"

// The icons that were drawn for the program, filled shapes of one colour, which
// the window replaces by one of its theme.
//
//go:embed icons/*.svg
var icons embed.FS

// Icon gives an icon by its name; it panics when there is none, since names are
// written in the program.
func Icon(name string) []byte {
	b, err := icons.ReadFile("icons/" + name + ".svg")
	if err != nil {
		panic(err)
	}
	return b
}
