package assets

import _ "embed"

// Licences is the table of the works that the program is made of, and of their
// terms, each with the day it was looked at.
//
//go:embed licences.csv
var Licences []byte

// ReleaseKey is the public key that signs releases, in the form of minisign: a
// comment, and the key on a line of its own once there is one.
//
//go:embed release.pub
var ReleaseKey []byte
