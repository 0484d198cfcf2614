// Package kit is what the window is made of: a theme in four looks, and the
// controls that a person can use with eyes or hands of any age. It knows no word
// of health and says no sentence of its own: every word comes from the caller.
//
// It mends, once, what the toolkit lacks: each control that has the keyboard
// wears a complete ring; a multi-line field lets Tab go on; Escape closes
// the sheet on top and gives the keyboard back; Enter opens a row; what has the
// keyboard is scrolled into view; text wraps instead of being cut.
//
// Everything here runs on the goroutine that draws. The one exception is
// [Stage.Start], which is also the one place that starts a goroutine.
package kit
