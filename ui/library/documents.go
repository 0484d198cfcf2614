// Package library is the documents of the person shown: finding them, looking at
// a page, saying what they are, hiding them, putting them in the bin, and adding
// many at once.
package library

import (
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// Filters beside the codes of categories.
const (
	everything = ""
	hidden     = "(hidden)"
	bin        = "(bin)"
)

// Library is the screen of documents. It lives as long as the vault is open.
type Library struct {
	s      *session.Session
	imp    *Import
	thumbs *thumbs

	patient record.ID
	all     []record.Document    // newest first
	people  map[record.ID]string // names of those in the vault
	shown   []int                // of all, that the filter lets through
	wanted  record.ID            // to be opened once read
	filter  string               // everything, hidden, bin or a category
	words   string               // that are looked for
	found   []vault.SearchHit    // best first, for words
	foundBy string               // the words that found them
	finder  *kit.Task            // that looks for them
	finding bool                 // the field for words is there
	marked  map[record.ID]bool
	loading bool
	again   bool // load once more when done
	detail  *detail

	// What is on screen now.
	width    kit.Width
	list     *kit.List
	add      *kit.Button // has the keyboard while the list is empty
	rows     map[*kit.Row]int
	chips    *kit.Segments
	category *kit.Button // in place of the chips where there is no room
	codes    []string    // of the chips
	count    *kit.Text
	find     *kit.Field
	panel    *fyne.Container // of the import
	binned   *fyne.Container // what is said of the bin, while it is shown
	empty    *fyne.Container
	around   *fyne.Container // of the list
	side     *fyne.Container // of the detail
}

// New makes the screen.
func New(s *session.Session, imp *Import) *Library {
	l := &Library{s: s, imp: imp, marked: map[record.ID]bool{}}
	l.thumbs = newThumbs(s, func() {
		if l.list != nil {
			l.list.Reload()
		}
	})
	return l
}

// Title says what the screen is for.
func (l *Library) Title() string { return l.s.Say(text.DocumentsTitle) }

// Help says what can be done here.
func (l *Library) Help() string { return l.s.Say(text.DocumentsHelp) }

// Enter looks at the documents of the person shown.
func (l *Library) Enter() {
	if p := l.s.Person().ID; p != l.patient {
		l.patient, l.filter, l.words, l.found = p, everything, "", nil
		l.all, l.shown = nil, nil
		clear(l.marked)
		l.detail = nil
	}
	l.imp.onChange = l.changed
	l.load()
}

// Leave stops drawing.
func (l *Library) Leave() {
	l.imp.onChange = nil
	l.thumbs.stop()
	if l.detail != nil {
		l.detail.stop()
	}
	l.list = nil
}

// Focus is the list, or what is to be done while it is empty.
func (l *Library) Focus() fyne.Focusable {
	if l.detail != nil && l.width != kit.Wide {
		return nil
	}
	if l.list != nil && len(l.shown) > 0 {
		return l.list
	}
	return nil
}

// load reads the documents, away from the drawing. While an import runs it is
// asked for often, and runs once at a time.
func (l *Library) load() {
	if l.loading {
		l.again = true
		return
	}
	l.loading = true
	patient := l.s.Person().ID
	var all []record.Document
	people := map[record.ID]string{}
	l.s.Try(func(context.Context) error {
		if patient.IsZero() {
			return nil
		}
		persons, err := l.s.Vault.Patients()
		for _, p := range persons {
			people[p.ID] = p.Name
		}
		if err == nil {
			all, err = l.s.Vault.Documents(patient)
		}
		return err
	}, func(err error) {
		l.loading = false
		if err != nil {
			l.s.Explain(err)
			return
		}
		if patient == l.s.Person().ID {
			was := len(l.shown)
			l.all, l.people = all, people
			l.refresh()
			if l.words != "" {
				l.search() // what was added may hold them
			}
			if wanted := l.wanted; !wanted.IsZero() {
				l.wanted = record.ID{}
				if slices.ContainsFunc(all, func(d record.Document) bool { return d.ID == wanted }) {
					l.openDocument(wanted)
				}
			}
			if was == 0 && l.list != nil && len(l.shown) > 0 && l.s.Stage.Canvas().Focused() == l.add {
				l.s.Stage.Focus(l.list)
			}
		}
		if l.again {
			l.again = false
			l.load()
		}
	})
}

// refresh shows what was read.
func (l *Library) refresh() {
	var at record.ID
	if l.list != nil && l.list.CursorRow() < len(l.shown) {
		at = l.all[min(l.shown[l.list.CursorRow()], len(l.all)-1)].ID
	}
	l.choose()
	if l.list == nil {
		return
	}
	labels, chosen := l.chipLabels()
	l.chips.Set(labels, chosen)
	if label := l.s.Say(text.CategoryChosen, labels[chosen]); l.category.Label != label {
		l.category.Label = label
		l.category.Refresh()
		l.s.Stage.Settle()
	}
	l.count.Set(l.counted())
	l.showEmpty()
	l.showBinned()
	l.list.Reload()
	if i := slices.IndexFunc(l.shown, func(i int) bool { return l.all[i].ID == at }); i > 0 {
		l.list.MoveTo(i)
	}
	if l.detail != nil {
		l.detail.update()
	}
}

// choose applies the filter.
func (l *Library) choose() {
	l.shown = l.shown[:0]
	if l.words == "" {
		for i := range l.all {
			if l.passes(&l.all[i], l.filter) {
				l.shown = append(l.shown, i)
			}
		}
		return
	}
	at := make(map[record.ID]int, len(l.all))
	for i := range l.all {
		at[l.all[i].ID] = i
	}
	for _, hit := range l.found {
		if i, ok := at[hit.Document.ID]; ok && l.passes(&l.all[i], l.filter) {
			l.shown = append(l.shown, i)
		}
	}
}

func (l *Library) passes(d *record.Document, filter string) bool {
	if filter == bin || d.RemovedAt != 0 {
		return filter == bin && d.RemovedAt != 0
	}
	switch filter {
	case everything:
		return true
	case hidden:
		return len(d.Hidden) > 0 || d.HiddenFromProfessionals
	}
	return d.ShownCategory() == filter
}

// chipLabels are the filters that let something through, with how many.
func (l *Library) chipLabels() (labels []string, chosen int) {
	l.codes = nil
	add := func(code, label string) {
		n := 0
		for i := range l.all {
			if l.passes(&l.all[i], code) {
				n++
			}
		}
		if n == 0 && code != everything && code != l.filter {
			return
		}
		if code == l.filter {
			chosen = len(l.codes)
		}
		l.codes = append(l.codes, code)
		labels = append(labels, l.s.Say(text.Counted, label, n))
	}
	add(everything, l.s.Say(text.AllOf))
	for _, c := range l.s.Categories() {
		add(c.Code, c.Label)
	}
	add(hidden, l.s.Say(text.HiddenOnes))
	add(bin, l.s.Say(text.Bin))
	return labels, chosen
}

func (l *Library) counted() string {
	n := 0
	for i := range l.all {
		if l.all[i].RemovedAt == 0 {
			n++
		}
	}
	said := l.s.Named(l.s.Person()) + text.Between + l.s.Plural(n, text.OneDocument, text.ManyDocuments)
	if len(l.marked) > 0 {
		said += text.Between + l.s.Plural(len(l.marked), text.OneMarked, text.ManyMarked)
	}
	return said
}

// Content is the screen: in a wide window the open document stands beside the
// list, in another it takes its place.
func (l *Library) Content(w kit.Width) fyne.CanvasObject {
	l.width = w
	l.rows = map[*kit.Row]int{}
	l.side = container.NewStack()
	if l.detail != nil {
		l.side.Objects = []fyne.CanvasObject{l.detail.pane(w)}
		if w != kit.Wide {
			l.list = nil
			return l.side
		}
	}
	list := l.listPane(w)
	if w != kit.Wide || l.detail == nil {
		return list
	}
	return container.NewGridWithColumns(2, list, l.side)
}

func (l *Library) listPane(w kit.Width) fyne.CanvasObject {
	labels, chosen := l.chipLabels()
	l.chips = kit.NewSegments(l.s.Say(text.CategoryLabel), labels, chosen, func(i int) { l.show(l.codes[i]) })
	l.count = kit.NewText(l.counted(), kit.Quiet)
	l.panel = container.NewStack()
	l.showPanel()
	l.find = kit.NewField(l.s.Say(text.FindLabel), kit.FieldOptions{Value: l.words})
	l.find.Entry.OnChanged = func(words string) {
		l.words = words
		l.search()
	}
	l.find.Entry.OnKey = func(k *fyne.KeyEvent) bool { return l.findKey(k) }
	l.find.Entry.OnEnter = func() {
		if len(l.shown) > 0 {
			l.s.Stage.Focus(l.list)
		}
	}
	l.find.Hidden = !l.finding
	l.add = kit.NewButton(l.s.Say(text.AddDocument), theme.ContentAddIcon(), kit.Primary, l.imp.Choose)
	look := kit.NewButton(l.s.Say(text.Find), theme.SearchIcon(), kit.Plain, l.Find)
	title := kit.Indent(kit.Column(0, kit.NewText(l.Title(), kit.Heading), l.count))
	phone := kit.NewButton(l.s.Say(text.ReceivePhotos), theme.MediaPhotoIcon(), kit.Plain, l.imp.Receive)
	scan := kit.NewButton(l.s.Say(text.ScanVerb), theme.DocumentIcon(), kit.Plain, l.imp.Scan)
	buttons := kit.Flow(l.add, phone, scan, look)
	var filter fyne.CanvasObject = l.chips
	l.category = kit.NewButton(l.s.Say(text.CategoryChosen, labels[chosen]), theme.ListIcon(), kit.Plain, l.chooseCategory)
	if w == kit.Narrow || l.detail != nil {
		filter = kit.Flow(l.category)
	}
	l.binned = kit.Column(0)
	l.showBinned()
	head := kit.Column(0, title, buttons, l.panel, l.find, filter, l.binned)
	l.list = kit.NewList(kit.ListSource{
		Length: func() int { return len(l.shown) },
		Make:   func() fyne.CanvasObject { return kit.NewListRow(func(r *kit.Row) { l.mark(l.rows[r]) }) },
		Bind:   l.bind,
		Height: kit.RowHeight,
		Name:   func(i int) string { return l.all[l.shown[i]].Title },
		Open:   func(i int) { l.openDocument(l.all[l.shown[i]].ID) },
		Mark:   l.mark,
		Delete: func(int) { l.Remove() },
	})
	l.empty = container.NewStack()
	l.around = container.NewStack(l.list, l.empty)
	l.showEmpty()
	// Where large text leaves the list less than its least, all of it scrolls.
	return kit.NewScroll(kit.Above(1, head, l.around))
}

// show filters the list.
func (l *Library) show(filter string) {
	binned := (filter == bin) != (l.filter == bin)
	l.filter = filter
	clear(l.marked)
	l.refresh()
	if binned && l.words != "" {
		l.search() // the bin is searched apart
	}
}

// chooseCategory lists the filters where there is no room for all of them.
func (l *Library) chooseCategory() {
	labels, chosen := l.chipLabels()
	var sheet *kit.Sheet
	var rows []fyne.CanvasObject
	for i, label := range labels {
		r := kit.NewRow(label, nil, func() {
			sheet.Close()
			l.show(l.codes[i])
			l.s.Redraw()
		})
		r.Current = i == chosen
		rows = append(rows, r)
	}
	sheet = l.s.Stage.ShowSheet(kit.SheetOptions{Title: l.s.Say(text.CategoryLabel), Content: container.NewVBox(rows...), Focus: kit.FirstFocus(rows[chosen])})
}

// showEmpty says what to do first where nothing is shown.
func (l *Library) showEmpty() {
	if len(l.shown) > 0 && !l.list.Hidden && len(l.empty.Objects) == 0 {
		return // as after most letters of a search
	}
	l.empty.Objects = nil
	l.list.Hidden = len(l.shown) == 0
	searching := l.words != "" && l.finder != nil && !l.finder.Done()
	if len(l.shown) == 0 && !searching && !(l.loading && len(l.all) == 0 && l.words == "") {
		said := l.s.Say(text.NoneYet, l.s.Person().Name)
		switch {
		case l.words != "":
			said = l.s.Say(text.NothingFound)
		case l.filter == bin:
			said = l.s.Say(text.BinEmpty)
		case l.filter != everything || len(l.all) > 0:
			said = l.s.Say(text.NothingHere)
		}
		l.empty.Objects = []fyne.CanvasObject{container.NewVBox(kit.Empty(theme.FolderOpenIcon(), said))}
	}
	l.around.Refresh()
}

func (l *Library) bind(i int, o fyne.CanvasObject) {
	row := o.(*kit.Row)
	l.rows[row] = i
	d := &l.all[l.shown[i]]
	face := kit.RowFace{
		Title: d.Title, Caption: l.caption(d), Icon: iconOf(d), Picture: l.thumbs.of(d),
		Marked: l.marked[d.ID], Current: l.detail != nil && l.detail.id == d.ID,
	}
	row.Present(face)
}

func iconOf(d *record.Document) fyne.Resource {
	switch {
	case strings.HasPrefix(d.MediaType, "image/"):
		return theme.FileImageIcon()
	case strings.HasPrefix(d.MediaType, "text/"):
		return theme.FileTextIcon()
	case d.MediaType == "application/pdf":
		return theme.DocumentIcon()
	}
	return theme.FileIcon()
}

// caption is the second line of a row: date, category, tags, and whether it is
// hidden; in the bin first when it goes.
func (l *Library) caption(d *record.Document) string {
	parts := []string{l.s.Day(d.ShownDate()), l.s.Category(d.ShownCategory())}
	if len(d.Tags) > 0 {
		parts = append(parts, strings.Join(d.Tags, ", "))
	}
	if other := l.people[d.Proposed.Concerns]; other != "" {
		parts = append([]string{l.s.Say(text.IsOthers, other)}, parts...) // first: large text cuts the end off
	}
	if excerpt := l.excerpt(d.ID); excerpt != "" {
		parts = append(parts, excerpt)
	}
	if state := l.s.ContestState(d.Outcome); state != "" {
		parts = append([]string{state}, parts...)
	}
	if len(d.Hidden) > 0 || d.HiddenFromProfessionals {
		parts = append(parts, l.s.Say(text.IsHidden))
	}
	if d.RemovedAt != 0 {
		parts = append([]string{l.s.Say(text.GoesOn, l.s.Date(d.Expires()))}, parts...)
	}
	return strings.Join(parts, text.Between)
}

// mark marks a row, or takes its mark away.
func (l *Library) mark(i int) {
	id := l.all[l.shown[i]].ID
	if l.marked[id] {
		delete(l.marked, id)
	} else {
		l.marked[id] = true
	}
	l.count.Set(l.counted())
	l.list.Reload()
}

// MarkAll marks every row shown, or none when all were.
func (l *Library) MarkAll() {
	all := len(l.marked) == len(l.shown)
	clear(l.marked)
	for _, i := range l.shown {
		if !all {
			l.marked[l.all[i].ID] = true
		}
	}
	if l.list != nil {
		l.count.Set(l.counted())
		l.list.Reload()
	}
}

// chosen are the documents that a command is about: those marked, else the one
// that is open, else the one with the cursor.
func (l *Library) chosen() (out []record.Document) {
	for _, i := range l.shown {
		if l.marked[l.all[i].ID] {
			out = append(out, l.all[i])
		}
	}
	switch {
	case len(out) > 0:
	case l.detail != nil:
		for i := range l.all {
			if l.all[i].ID == l.detail.id {
				out = append(out, l.all[i])
			}
		}
	case l.list != nil && l.list.CursorRow() < len(l.shown):
		out = append(out, l.all[l.shown[l.list.CursorRow()]])
	}
	if len(out) == 0 {
		l.s.Tell(l.s.Say(text.NothingChosen), nil)
	}
	return out
}

// Show opens a document as soon as the list has been read.
func (l *Library) Show(id record.ID) { l.wanted = id }

// openDocument shows a document beside the list, or in its place.
func (l *Library) openDocument(id record.ID) {
	if l.detail != nil {
		if l.detail.id == id {
			return
		}
		l.detail.stop()
	}
	beside := l.detail != nil && l.width == kit.Wide
	l.detail = newDetail(l, id)
	if beside {
		l.side.Objects = []fyne.CanvasObject{l.detail.pane(l.width)}
		l.side.Refresh()
		l.list.Reload()
		return
	}
	cursor := 0
	if l.list != nil {
		cursor = l.list.CursorRow()
	}
	l.s.Arrange()
	if l.list != nil {
		l.list.MoveTo(cursor)
		l.s.Stage.Focus(l.list)
	}
}

// Escape closes the open document.
func (l *Library) Escape() { l.closeDocument() }

// closeDocument goes back to the list.
func (l *Library) closeDocument() {
	if l.detail == nil {
		return
	}
	id := l.detail.id
	l.detail.stop()
	l.detail = nil
	l.s.Arrange()
	if i := slices.IndexFunc(l.shown, func(i int) bool { return l.all[i].ID == id }); i >= 0 && l.list != nil {
		l.list.MoveTo(i)
	}
}

// changed is called while an import adds documents, and when it ends.
func (l *Library) changed() {
	l.showPanel()
	l.load()
}

func (l *Library) showPanel() {
	if l.panel == nil {
		return
	}
	l.panel.Objects = nil
	var panels []fyne.CanvasObject
	for _, p := range []fyne.CanvasObject{l.imp.panel(), l.imp.readingPanel(), l.imp.offerPanel()} {
		if p != nil {
			panels = append(panels, p)
		}
	}
	if len(panels) > 0 {
		l.panel.Objects = []fyne.CanvasObject{kit.Column(0, panels...)}
	}
	l.panel.Refresh()
	l.s.Stage.Settle()
}

// Restore opens the form that was open when the vault was locked.
func (l *Library) Restore(form string, words map[string]string) {
	if session.RestoreForm(l.s, form, words) || form != editForm {
		return
	}
	id, err := record.ParseID(words["id"])
	if err != nil {
		return
	}
	l.s.Do(func(context.Context) error {
		_, err := l.s.Vault.Document(id)
		return err
	}, func() { l.edit([]record.ID{id}, words) })
}
