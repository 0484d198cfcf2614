package session

import (
	"bytes"
	"context"
	"strings"

	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/print"
	"carnet/ui/text"
)

// PrintPDF asks on which printer a sheet goes, and prints it.
func PrintPDF(stage *kit.Stage, l text.Language, pdf func() ([]byte, error), done func()) {
	Print(stage, l, func(context.Context) (print.Job, error) {
		b, err := pdf()
		return print.Job{MediaType: "application/pdf", Content: bytes.NewReader(b)}, err
	}, done)
}

// Print asks on which printer something goes, makes the job and sends it. done
// is called when the printing system has taken it.
func Print(stage *kit.Stage, l text.Language, job func(context.Context) (print.Job, error), done func()) {
	var names []string
	var preferred string
	stage.Start(func(ctx context.Context) (err error) {
		names, preferred, err = print.Printers(ctx)
		return err
	}, func(err error) {
		if err != nil {
			Explain(stage, l, err)
			return
		}
		ask(stage, l, names, preferred, job, done)
	})
}

func ask(stage *kit.Stage, l text.Language, names []string, preferred string, job func(context.Context) (print.Job, error), done func()) {
	chosen := 0
	for i, name := range names {
		if name == preferred {
			chosen = i
		}
	}
	which := kit.NewSegments(l.Say(text.Printer), names, chosen, nil)
	sentences := []string{l.Say(text.PrintNeutral)}
	if print.LeavesClearFile() {
		sentences = append(sentences, l.Say(text.PrintClearFile))
	}
	said := kit.NewText(strings.Join(sentences, "\n"), kit.Quiet)
	var sheet *kit.Sheet
	var task *kit.Task
	send := kit.NewButton(l.Say(text.Print), theme.DocumentPrintIcon(), kit.Primary, nil)
	send.OnTapped = func() {
		if task != nil {
			return
		}
		said.Set(l.Say(text.Printing))
		name := names[which.Chosen]
		task = stage.Start(func(ctx context.Context) error {
			j, err := job(ctx)
			if err != nil {
				return err
			}
			return print.Send(ctx, name, j)
		}, func(err error) {
			sheet.Close()
			if err != nil {
				Explain(stage, l, err)
				return
			}
			done()
		})
	}
	cancel := kit.NewButton(l.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() })
	sheet = stage.ShowSheet(kit.SheetOptions{
		Title: l.Say(text.PrintTitle), Content: kit.Column(0, which, kit.Indent(said)),
		Actions: []*kit.Button{send, cancel}, Focus: send,
		OnCancel: func() {
			if task != nil {
				task.Stop()
			}
		},
	})
}
