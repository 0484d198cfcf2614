//go:build race

package render_test

// scanResident is the memory, in bytes, that a child may take to read codes: the race
// detector alone takes several times what it watches.
const scanResident = 4 << 30
