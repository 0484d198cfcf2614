// Package place looks at where a vault's file lies: in a folder that a service
// copies between computers, on a share of the network, on a key that can be
// pulled out. It reads names, mount tables and a few attributes, opens no vault,
// and cannot be sure: what it cannot tell is [Local].
package place

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Kind is what a file lies on or in.
type Kind int

// The kinds. Several may hold; a service that copies the file is told before the
// medium under it.
const (
	Local        Kind = iota // a disk of this computer, or unknown
	Synchronised             // a folder that a service keeps alike on several computers
	Network                  // a share of another computer
	Removable                // a key, card or disk that can be pulled out
)

// String is the kind's name for scripts.
func (k Kind) String() string {
	switch k {
	case Synchronised:
		return "synchronised"
	case Network:
		return "network"
	case Removable:
		return "removable"
	}
	return "local"
}

// Place is where a file lies.
type Place struct {
	Kind    Kind
	Service string // that synchronises, as its makers write it; "" when unknown
	// Conflicts are the other files beside it that a service parted from the same
	// one: names without their folder, sorted. They come from the disk as they are.
	Conflicts []string
	Missing   bool // nothing stands at the path
	Unplugged bool // and what it lay on is not there either: Kind says what that was, Local when unknown
}

// machine is what is asked beside the file itself. Tests put their own.
type machine struct {
	root string // before every absolute path of the system's own; "" is the real one
	home string
	host string
	env  func(string) string
}

// Look says where the file at path lies. Links are followed, also those that lead
// nowhere. An error is the system's, when it refuses to say whether the file is there;
// what could be told is returned with it.
//
// A share that does not answer can hold this up as long as any other reading of it.
func Look(path string) (Place, error) {
	m := machine{env: os.Getenv}
	m.home, _ = os.UserHomeDir() // without a home or a name, less is told
	m.host, _ = os.Hostname()
	if real, err := filepath.EvalSymlinks(m.home); err == nil {
		m.home = real
	}
	return m.look(path)
}

func (m machine) look(path string) (Place, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return Place{}, err
	}
	path = resolve(path, maxLinks)
	var p Place
	_, err = os.Stat(path)
	lost := err != nil && unreachable(err)
	if lost || errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNotFolder) {
		p.Missing, err = true, nil
	}
	kind, service, gone := m.medium(path, p.Missing)
	if lost || gone {
		p.Kind, p.Unplugged = kind, true
		return p, nil
	}
	if name, found := m.service(filepath.Dir(path)); found {
		kind, service = Synchronised, name
	}
	p.Kind, p.Service = kind, service
	p.Conflicts = m.conflicts(path, p)
	return p, err
}

// maxLinks is how many links that lead nowhere are followed.
const maxLinks = 40

// resolve follows the links of a path, of which the last parts may not exist.
func resolve(path string, links int) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	folder := filepath.Dir(path)
	if folder == path {
		return path
	}
	path = filepath.Join(resolve(folder, links), filepath.Base(path))
	target, err := os.Readlink(path)
	if err != nil || links == 0 {
		return path
	}
	if !filepath.IsAbs(target) {
		target = filepath.Join(filepath.Dir(path), target)
	}
	return resolve(target, links-1)
}

// within reports whether path is folder or below it, and strictly whether it is
// below.
func within(folder, path string) (in, strictly bool) {
	rel, err := filepath.Rel(folder, path)
	in = err == nil && filepath.IsLocal(rel)
	return in, in && rel != "."
}
