package kit

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/theme"
)

// PickerWords are what a [Picker] says.
type PickerWords struct {
	Title, Path, Hint           string
	Parent, Home, Take, Cancel  string
	Folder, Nothing, Unreadable string
	Missing                     string // nothing stands at the path
}

// PickerOptions say what is looked for.
type PickerOptions struct {
	Words   PickerWords
	Folder  string // to begin in; "" is the person's own
	Many    bool   // several things can be taken
	Folders bool   // a folder can be taken
	Files   bool   // a file can be taken
	Take    func(paths []string)
}

// Pick opens a sheet in which files or folders are found: by typing or pasting a
// path, or by going through folders with the keyboard or the pointer.
func (s *Stage) Pick(o PickerOptions) {
	p := &picker{stage: s, o: o, marked: map[string]bool{}}
	p.path = NewField(o.Words.Path, FieldOptions{Hint: o.Words.Hint})
	p.path.Entry.OnEnter = p.enter
	p.here = NewText("", Caption)
	p.list = NewList(ListSource{
		Length: func() int { return len(p.entries) },
		Make:   func() fyne.CanvasObject { return NewListRow(p.markRow()) },
		Bind:   p.bind,
		Height: RowHeight,
		Name:   func(i int) string { return p.entries[i].name },
		Open:   p.open,
		Mark:   p.mark,
	})
	up := NewButton(o.Words.Parent, theme.MoveUpIcon(), Plain, func() { p.look(filepath.Dir(p.folder)) })
	home := NewButton(o.Words.Home, theme.HomeIcon(), Plain, func() { p.look("") })
	room := container.New(ListRoom{}, p.list)
	take := NewButton(o.Words.Take, theme.ConfirmIcon(), Primary, p.take)
	cancel := NewButton(o.Words.Cancel, theme.CancelIcon(), Plain, func() { p.sheet.Cancel() })
	p.sheet = s.ShowSheet(SheetOptions{
		Title:   o.Words.Title,
		Content: Column(0, p.path, Flow(up, home), Indent(p.here), room),
		Actions: []*Button{take, cancel},
		Focus:   p.path.Entry,
	})
	p.look(o.Folder)
}

// ListRoom gives a list inside a form the room of five rows, of three in large
// text.
//
// It is a [fyne.Layout].
type ListRoom struct{}

// Layout is part of [fyne.Layout].
func (ListRoom) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Resize(size)
	}
}

// MinSize is part of [fyne.Layout].
func (ListRoom) MinSize(objects []fyne.CanvasObject) fyne.Size {
	rows := max(3, float32(math.Round(float64(5/ScaleNow()))))
	return fyne.NewSize(objects[0].MinSize().Width, rows*(RowHeight()+2*ringRoom))
}

type picker struct {
	stage   *Stage
	o       PickerOptions
	sheet   *Sheet
	path    *Field
	here    *Text
	list    *List
	folder  string
	entries []pickerEntry
	marked  map[string]bool
	rows    map[*Row]int
}

type pickerEntry struct {
	name   string
	folder bool
}

// look lists a folder, away from the drawing: it may lie on a slow disk.
func (p *picker) look(folder string) {
	var entries []pickerEntry
	p.stage.Start(func(context.Context) error {
		if folder == "" {
			home, err := os.UserHomeDir()
			if err != nil {
				return err
			}
			folder = home
		}
		found, err := os.ReadDir(folder)
		if err != nil {
			return err
		}
		for _, e := range found {
			if strings.HasPrefix(e.Name(), ".") {
				continue
			}
			isFolder := e.IsDir()
			if e.Type()&os.ModeSymlink != 0 {
				if to, err := os.Stat(filepath.Join(folder, e.Name())); err == nil {
					isFolder = to.IsDir()
				}
			}
			if isFolder || p.o.Files {
				entries = append(entries, pickerEntry{e.Name(), isFolder})
			}
		}
		slices.SortFunc(entries, func(a, b pickerEntry) int {
			if a.folder != b.folder {
				if a.folder {
					return -1
				}
				return 1
			}
			return strings.Compare(Fold(a.name), Fold(b.name))
		})
		return nil
	}, func(err error) {
		if err != nil {
			p.path.SetError(p.o.Words.Unreadable)
			return
		}
		p.path.SetError("")
		p.folder, p.entries = folder, entries
		if p.o.Folders && !p.o.Files {
			p.path.SetText(folder)
		}
		where := folder
		if len(entries) == 0 {
			where += "\n" + p.o.Words.Nothing
		}
		p.here.Set(where)
		p.list.Reload()
		p.list.MoveTo(0)
	})
}

// markRow gives rows a box where several can be taken.
func (p *picker) markRow() func(*Row) {
	if !p.o.Many {
		return nil
	}
	return func(r *Row) {
		if i, ok := p.rows[r]; ok {
			p.mark(i)
		}
	}
}

func (p *picker) bind(i int, row fyne.CanvasObject) {
	e := p.entries[i]
	r := row.(*Row)
	if p.rows == nil {
		p.rows = map[*Row]int{}
	}
	p.rows[r] = i
	face := RowFace{Title: e.name, Icon: theme.FileIcon(), Marked: p.marked[filepath.Join(p.folder, e.name)]}
	if e.folder {
		face.Icon, face.Caption = theme.FolderIcon(), p.o.Words.Folder
	}
	r.Present(face)
}

func (p *picker) open(i int) {
	e := p.entries[i]
	path := filepath.Join(p.folder, e.name)
	switch {
	case e.folder:
		p.look(path)
	case p.o.Many:
		p.mark(i)
	default:
		p.path.SetText(path)
		p.done([]string{path})
	}
}

func (p *picker) mark(i int) {
	e := p.entries[i]
	if !p.o.Many || e.folder && !p.o.Folders {
		p.open(i)
		return
	}
	path := filepath.Join(p.folder, e.name)
	if p.marked[path] {
		delete(p.marked, path)
	} else {
		p.marked[path] = true
	}
	p.list.Reload()
}

// enter takes what the path names, or goes there.
func (p *picker) enter() {
	path := CleanPath(p.path.Text())
	info, err := os.Stat(path)
	switch {
	case err != nil:
		p.path.SetError(p.o.Words.Missing)
	case info.IsDir() && !p.o.Folders:
		p.look(path)
	default:
		p.done([]string{path})
	}
}

// take takes what is marked, else what the path names, else the folder shown.
func (p *picker) take() {
	var paths []string
	for path := range p.marked {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	switch {
	case len(paths) > 0:
		p.done(paths)
	case strings.TrimSpace(p.path.Text()) == "" && p.o.Folders && p.folder != "" && !p.o.Files:
		p.done([]string{p.folder})
	default:
		p.enter()
	}
}

func (p *picker) done(paths []string) {
	p.sheet.Close()
	p.o.Take(paths)
}

// CleanPath reads a path as people paste it: between quotes, as a file address,
// with ~ for their own folder.
func CleanPath(s string) string {
	s = strings.TrimSpace(s)
	s = strings.TrimSpace(strings.Trim(s, "\"'«»"))
	if strings.HasPrefix(s, "file://") {
		if u, err := storage.ParseURI(s); err == nil {
			s = filepath.FromSlash(u.Path())
		}
	}
	if rest, ok := strings.CutPrefix(s, "~"); ok && (rest == "" || rest[0] == '/' || rest[0] == filepath.Separator) {
		if home, err := os.UserHomeDir(); err == nil {
			s = filepath.Join(home, rest)
		}
	}
	return s
}
