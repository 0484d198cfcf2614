//go:build race

package vault_test

// raceEnabled says that the race detector is on: everything is several times
// slower.
const raceEnabled = true
