package library

import (
	"context"
	"errors"
	"strings"

	"fyne.io/fyne/v2/theme"

	"carnet/sync/gateway"
	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
)

// Receive says what receiving from a telephone means, and begins only when the person
// says so.
func (i *Import) Receive() {
	s := i.s
	if s.Stage.SheetOpen() {
		return
	}
	networks, err := i.Networks()
	if err != nil {
		s.Explain(err)
		return
	}
	var labels []string
	for _, n := range networks {
		labels = append(labels, s.Say(text.NetworkNamed, n.Name, n.Address.Addr().String()))
	}
	which := kit.NewSegments(s.Say(text.ReceiveNetwork), labels, 0, func(int) {})
	named := kit.Indent(kit.NewText(s.Say(text.ReceiveOn, labels[0]), kit.Body))
	which.Hidden, named.Hidden = len(networks) < 2, len(networks) > 1
	var ask *kit.Sheet
	start := kit.NewButton(s.Say(text.ReceiveStart), theme.ConfirmIcon(), kit.Primary, func() {
		ask.Close()
		i.receive(networks[which.Chosen])
	})
	ask = s.Stage.ShowSheet(kit.SheetOptions{
		Title: s.Say(text.ReceivePhotos),
		Content: kit.Column(0, kit.Notice(kit.Warning, s.Say(text.ReceiveHome), []string{s.Say(text.ReceiveLimit)}),
			kit.Indent(kit.NewText(s.Say(text.ReceiveText), kit.Body)), named, which,
			kit.Indent(kit.NewText(s.Say(text.ReceiveWhile), kit.Quiet))),
		Actions: []*kit.Button{start, kit.NewButton(s.Say(text.Cancel), theme.CancelIcon(), kit.Plain, func() { ask.Cancel() })},
		Focus:   start,
	})
}

// receive listens while its sheet is open.
func (i *Import) receive(network gateway.Network) {
	s := i.s
	g, err := gateway.Listen(network, text.PhonePages(s.Language)...)
	if err != nil {
		s.Explain(err)
		return
	}
	picture, err := session.QRCode(g.Link())
	if err != nil {
		g.Close()
		s.Explain(err)
		return
	}
	told := kit.NewText(s.Say(text.ReceiveWaiting), kit.Strong)
	var pictures [][]byte
	var open *kit.Sheet
	task := s.Try(func(ctx context.Context) (err error) {
		defer g.Close() // also where the vault was locked meanwhile
		pictures, err = g.Receive(ctx, func(n int) {
			s.Stage.Soon(func() { told.Set(s.Plural(n, text.ReceivedOne, text.ReceivedMany)) })
		})
		return err
	}, func(err error) {
		open.Close()
		switch {
		case errors.Is(err, context.Canceled):
		case err != nil:
			s.Explain(err)
		default:
			i.review(pictures, s.Say(text.JoinedTitle), true)
		}
	})
	stop := kit.NewButton(s.Say(text.ReceiveStop), theme.CancelIcon(), kit.Plain, func() { open.Cancel() })
	open = s.Stage.ShowSheet(kit.SheetOptions{
		Title: s.Say(text.ReceivePhotos),
		Content: kit.Column(0, kit.Indent(told), picture, kit.Indent(kit.NewText(s.Say(text.ReceiveScan), kit.Body)),
			kit.Indent(kit.NewText(s.Say(text.ReceiveAddress), kit.Quiet)), kit.Indent(kit.NewText(g.Address(), kit.Style{Mono: true, Bold: true})),
			kit.Indent(kit.NewText(s.Say(text.ReceiveTyped), kit.Quiet)), kit.Indent(kit.NewText(strings.Join(g.Code(), " "), kit.Style{Mono: true, Bold: true})),
			kit.Indent(kit.NewText(s.Say(text.ReceiveWhile), kit.Quiet))),
		Actions:  []*kit.Button{stop},
		Focus:    stop,
		OnCancel: task.Stop,
	})
}

// ChoosePhotos asks for photographs to join into one document.
func (i *Import) ChoosePhotos() {
	i.s.Stage.Pick(kit.PickerOptions{
		Words: session.PickerWords(i.s.Language, text.PickPhotos), Folder: i.s.Prefs.Folder(), Many: true, Files: true,
		Take: i.joinFiles,
	})
}
