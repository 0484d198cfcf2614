package session

import (
	"context"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/text"
	"carnet/vault/exchange/sheet"
)

// Preview is a sheet of paper shown before it is printed or saved.
type Preview struct {
	Title    string
	FileName string              // without its end
	Rows     []fyne.CanvasObject // what it says, for the screen
	Sheet    *sheet.Sheet
	More     []*kit.Button // beside print and save; each closes the sheet first
}

// EmergencyRows is what an emergency sheet says and lacks, for the screen.
func EmergencyRows(l text.Language, e *text.Emergency) (rows []fyne.CanvasObject) {
	for _, part := range e.Parts(l) {
		rows = append(rows, kit.NewText(part.Title, kit.Strong))
		for _, line := range part.Lines {
			rows = append(rows, kit.NewText(line, kit.Body))
		}
	}
	missing := e.Missing(l)
	if n := len(missing); n > 0 {
		rows = append(rows, kit.Notice(kit.Warning, l.Plural(n, text.EmergencyOneMissing, text.EmergencyManyMissing),
			[]string{l.Say(text.EmergencyMissing, strings.Join(missing, ", "))}))
	}
	return rows
}

// ShowPreview shows a sheet before it goes to a printer or a file.
func ShowPreview(stage *kit.Stage, l text.Language, p Preview) {
	said := kit.NewText("", kit.Body)
	print := kit.NewButton(l.Say(text.Print), theme.DocumentPrintIcon(), kit.Primary, func() {
		PrintPDF(stage, l, p.Sheet.PDF, func() { said.Set(l.Say(text.Printed)) })
	})
	save := kit.NewButton(l.Say(text.SaveSheet), theme.DocumentSaveIcon(), kit.Plain, func() {
		var path string
		stage.Start(func(context.Context) (err error) {
			path, err = SaveSheet(p.Sheet, p.FileName)
			return err
		}, func(err error) {
			if err != nil {
				Explain(stage, l, err)
				return
			}
			said.Set(l.Say(text.SheetSavedAt, filepath.Base(path), filepath.Base(filepath.Dir(path))))
		})
	})
	var sheet *kit.Sheet
	actions := []*kit.Button{print, save}
	for _, b := range p.More {
		do := b.OnTapped
		b.OnTapped = func() {
			sheet.Close()
			do()
		}
		actions = append(actions, b)
	}
	actions = append(actions, kit.NewButton(l.Say(text.Close), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() }))
	sheet = stage.ShowSheet(kit.SheetOptions{Title: p.Title, Content: kit.Column(0, append(p.Rows, said)...), Actions: actions, Focus: print})
}
