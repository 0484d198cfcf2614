package session

import (
	"fmt"
	"slices"

	"fyne.io/fyne/v2"

	"carnet/ui/kit"
	"carnet/ui/text"
)

// Shower changes how the window looks and speaks.
type Shower interface {
	SetTheme(kit.Theme)
	SetLanguage(text.Language)
}

// DisplayChoices are language, size of text and look: the same on the welcome
// screen and in the settings.
func DisplayChoices(l text.Language, prefs *Prefs, w Shower) fyne.CanvasObject {
	now := prefs.Theme()
	var scales, looks []string
	for _, s := range kit.Scales {
		scales = append(scales, fmt.Sprintf("%.0f\u00a0%%", s*100))
	}
	for _, look := range kit.Looks {
		looks = append(looks, l.Say(text.Looks[string(look)]))
	}
	part := func(label text.Message, labels []string, chosen int, onChosen func(int)) fyne.CanvasObject {
		return kit.Column(0, kit.Indent(kit.NewText(l.Say(label), kit.Strong)), kit.NewSegments(l.Say(label), labels, chosen, onChosen))
	}
	return kit.Column(0,
		part(text.LanguageLabel, []string{"Français", "English"}, int(l), func(i int) { w.SetLanguage(text.Language(i)) }),
		part(text.SizeLabel, scales, slices.Index(kit.Scales, now.Scale), func(i int) {
			t := prefs.Theme()
			t.Scale = kit.Scales[i]
			w.SetTheme(t)
		}),
		part(text.LookLabel, looks, slices.Index(kit.Looks, now.Look), func(i int) {
			t := prefs.Theme()
			t.Look = kit.Looks[i]
			w.SetTheme(t)
		}),
	)
}

// PickerWords are the words of a file picker of a title.
func PickerWords(l text.Language, title text.Message) kit.PickerWords {
	return kit.PickerWords{
		Title: l.Say(title), Path: l.Say(text.PickPath), Hint: l.Say(text.PickHint),
		Parent: l.Say(text.PickParent), Home: l.Say(text.PickHome), Take: l.Say(text.PickTake), Cancel: l.Say(text.Cancel),
		Folder: l.Say(text.PickFolder), Nothing: l.Say(text.PickNothing), Unreadable: l.Say(text.PickUnreadable), Missing: l.Say(text.PickMissing),
	}
}
