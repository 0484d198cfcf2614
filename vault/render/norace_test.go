//go:build !race

package render_test

// scanResident is the memory, in bytes, that a child may take to read codes.
const scanResident = 640 << 20
