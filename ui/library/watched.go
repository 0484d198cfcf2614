package library

import (
	"context"
	"path/filepath"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// namedFiles is how many files of a folder have a box of their own; the others follow
// the last of them.
const namedFiles = 30

// TakeUnasked adds what came into a folder for which the person wants no question.
func (i *Import) TakeUnasked(n vault.News) { i.takeNews(n) }

// takeNews adds files of a watched folder.
func (i *Import) takeNews(n vault.News) {
	var person record.Patient
	i.s.Try(func(context.Context) error {
		people, err := i.s.Vault.Patients()
		at := slices.IndexFunc(people, func(p record.Patient) bool { return p.ID == n.Patient })
		if err == nil && at < 0 {
			err = vault.ErrNoPatient
		}
		if err == nil {
			person = people[at]
		}
		return err
	}, func(err error) {
		if err != nil {
			i.s.Watching.Taken(n, nil)
			i.s.Explain(err)
			return
		}
		i.start(batch{patient: person, news: &n})
	})
}

// watchedIn imports what a look found, and names what failed.
func (i *Import) watchedIn(ctx context.Context, n *vault.News) (failed []string, err error) {
	for x := range i.s.Vault.ImportNew(ctx, n.WatchedFolder, n.Files, nil) {
		if x.Path == "" {
			err = x.Err
			continue
		}
		if x.Err != nil {
			failed = append(failed, x.Path)
		}
		i.s.Stage.Soon(func() { i.take(x) })
	}
	return failed, err
}

// dropNews gives back what waited for its turn.
func (i *Import) dropNews() {
	for _, b := range i.queue {
		if b.news != nil {
			i.s.Watching.Taken(*b.news, nil)
		}
	}
}

// offerPanel says that something has come; nil when nothing has.
func (i *Import) offerPanel() fyne.CanvasObject {
	said := i.s.Watching.Said()
	if len(said) == 0 {
		return nil
	}
	return kit.Notice(kit.Informing, i.s.Say(text.OfferTitle), said, kit.NewButton(i.s.Say(text.OfferSee), theme.FolderNewIcon(), kit.Plain, i.Offer))
}

// Offer shows what has come into watched folders, to be added or refused.
func (i *Import) Offer() {
	s := i.s
	if s.Stage.SheetOpen() {
		return
	}
	news := slices.Clone(s.Watching.Offers())
	if len(news) == 0 {
		s.Tell(s.Say(text.OfferNothing), nil)
		return
	}
	ticked := make([][]bool, len(news))
	rows := []fyne.CanvasObject{kit.Indent(kit.NewText(s.Say(text.OfferText), kit.Body))}
	for n := range news {
		files := news[n].Files
		ticked[n] = make([]bool, len(files))
		folder := []fyne.CanvasObject{kit.NewText(s.OfferCounted(len(files)+news[n].More, filepath.Base(news[n].Path), s.Watching.Whose(&news[n])), kit.Strong)}
		for f := range files {
			ticked[n][f] = true
			if f >= namedFiles {
				continue
			}
			label := s.Say(text.OfferFile, files[f].Name, s.Size(files[f].Size), s.Date(files[f].Modified.Local()))
			folder = append(folder, kit.NewCheck(label, true, func(yes bool) {
				ticked[n][f] = yes
				if f == namedFiles-1 {
					for rest := f; rest < len(files); rest++ {
						ticked[n][rest] = yes
					}
				}
			}))
		}
		if more := len(files) - namedFiles; more > 0 {
			folder = append(folder, kit.NewText(s.Say(text.OfferMore, more), kit.Quiet))
		}
		rows = append(rows, kit.Card(kit.Neutral, kit.Column(0, folder...)))
	}
	chosen := func() (out []vault.News) {
		for n := range news {
			c := news[n]
			c.Files = nil
			for f, file := range news[n].Files {
				if ticked[n][f] {
					c.Files = append(c.Files, file)
				}
			}
			if len(c.Files) > 0 {
				out = append(out, c)
			}
		}
		return out
	}
	var sheet *kit.Sheet
	after := func(do func([]vault.News)) func() {
		return func() {
			c := chosen()
			if len(c) == 0 {
				s.Tell(s.Say(text.OfferNoTick), nil)
				return
			}
			sheet.Close()
			do(c)
		}
	}
	add := kit.NewButton(s.Say(text.OfferAdd), theme.ConfirmIcon(), kit.Primary, after(func(c []vault.News) {
		for _, n := range c {
			s.Watching.Begin(n)
			i.takeNews(n)
		}
		s.Go(session.Documents)
	}))
	refuse := kit.NewButton(s.Say(text.OfferRefuse), theme.ContentRemoveIcon(), kit.Plain, after(func(c []vault.News) {
		s.Act(session.RefusingFiles(s.Vault, s.Say(text.OfferRefused), c), s.Watching.Look)
	}))
	later := kit.NewButton(s.Say(text.OfferLater), theme.CancelIcon(), kit.Plain, func() { sheet.Cancel() })
	sheet = s.Stage.ShowSheet(kit.SheetOptions{
		Title: s.Say(text.OfferTitle), Content: kit.Column(0, rows...), Actions: []*kit.Button{add, refuse, later}, Focus: add,
	})
}

// Offered shows what has come into watched folders now.
func (l *Library) Offered() { l.showPanel() }
