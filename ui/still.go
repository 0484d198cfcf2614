package ui

import "fyne.io/fyne/v2"

// still is an app in which nothing moves by itself: nothing distracts those who
// read slowly, and a window that waits for a passphrase takes no computing time.
// The toolkit would let the cursor of a field fade in and out, and draw the
// whole window sixty times a second for it.
type still struct{ fyne.App }

// Settings are the app's, without movement.
func (s still) Settings() fyne.Settings { return stillSettings{s.App.Settings()} }

type stillSettings struct{ fyne.Settings }

// ShowAnimations is part of [fyne.Settings].
func (stillSettings) ShowAnimations() bool { return false }

// leaveEnd takes away what the toolkit does when its loop has ended: it saves the
// preferences that it keeps itself, of which there are none here. It queues that for
// the loop which is just ending, and a program whose queue is a little late never
// ends.
func leaveEnd(a fyne.App) {
	if end, ok := a.Lifecycle().(interface{ SetOnStoppedHookExecuted(func()) }); ok {
		end.SetOnStoppedHookExecuted(nil)
	}
}
