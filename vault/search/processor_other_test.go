//go:build !unix

package search_test

import "time"

var begun = time.Now()

// processor is how long the process has run, where nothing better is at hand.
func processor() time.Duration { return time.Since(begun) }
