package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/assets"
)

// Icons that were drawn for the program.
var (
	LockIcon    = drawn("lock")
	KeyIcon     = drawn("key")
	TurnIcon    = drawn("rotate")
	SafeIcon    = drawn("safe")
	BinOutIcon  = drawn("bin-out")
	PeopleIcon  = drawn("people")
	CurveIcon   = drawn("curve")
	ChildIcon   = drawn("child")
	VaccineIcon = drawn("vaccine")
)

func drawn(name string) fyne.Resource {
	return theme.NewThemedResource(fyne.NewStaticResource(name+".svg", assets.Icon(name)))
}
