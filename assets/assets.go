// Package assets carries the dated tables that the program is built with.
//
// It holds no logic: a package that needs a table takes an [io/fs.FS] and is
// given FS by its caller. Every table names its edition, its date and its
// sources inside the file, and the edition is part of the file name, so a new
// edition is a new file beside the old one.
package assets

import "embed"

// FS holds the JSON tables at its root, under their file names.
//
//go:embed *.json
var FS embed.FS
