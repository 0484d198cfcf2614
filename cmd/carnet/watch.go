package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
	"carnet/vault/watched"
)

// watchPause is the time between two looks of one that follows.
const watchPause = 5 * time.Second

func (a *app) watchCommands() *cobra.Command {
	return a.word(text.Watch, a.watchAdd(), a.watchList(), a.watchRemove(), a.watchRun())
}

// watchedJSON is a watched folder as scripts read it.
type watchedJSON struct {
	ID        record.ID `json:"id"`
	Path      string    `json:"path"`
	Patient   record.ID `json:"patient"`
	Name      string    `json:"name"` // of the person; "" when their record is no longer here
	Since     time.Time `json:"since"`
	Automatic bool      `json:"automatic"`
}

func (a *app) watchedJSON(v *vault.Vault, f record.WatchedFolder) watchedJSON {
	return watchedJSON{f.ID, f.Path, f.Patient, a.names(v)[f.Patient], f.Since.Time().UTC(), f.Automatic}
}

func (a *app) watchAdd() *cobra.Command {
	var how vault.Watching
	c := a.verb(a.word(text.WatchAdd), 1, 1, func(args []string) error {
		return a.withVault(func(v *vault.Vault) error {
			p, err := a.who(v)
			if err != nil {
				return err
			}
			f, err := v.WatchFolder(a.ctx, p.ID, args[0], &how)
			if err != nil {
				return err
			}
			return a.give(a.watchedJSON(v, f), func() { a.tell(text.WatchAdded, p.Name, f.Path) })
		})
	})
	c.Flags().BoolVar(&how.Automatic, "automatic", false, a.Say(text.OptAutomatic))
	c.Flags().BoolVar(&how.Existing, "existing", false, a.Say(text.OptExisting))
	return c
}

func (a *app) watchList() *cobra.Command {
	return a.verb(a.word(text.WatchList), 0, 0, func([]string) error {
		return a.withVault(func(v *vault.Vault) error {
			all, err := v.WatchedFolders()
			if err != nil {
				return err
			}
			out := []watchedJSON{}
			for _, f := range all {
				out = append(out, a.watchedJSON(v, f))
			}
			return a.give(out, func() {
				for _, f := range out {
					more := ""
					if f.Automatic {
						more = a.Say(text.WatchAutomatic)
					}
					name := f.Name
					if name == "" {
						name = a.Say(text.WatchForGone)
					}
					a.tell(text.WatchLine, short(f.ID), f.Path, name, f.Since.Local().Format(time.DateOnly), more)
				}
				if len(out) == 0 {
					a.tell(text.WatchNone)
				}
			})
		})
	})
}

// watchedFolder finds a watched folder by its path or the start of its identifier.
func (a *app) watchedFolder(v *vault.Vault, typed string) (record.WatchedFolder, error) {
	all, err := v.WatchedFolders()
	if err != nil {
		return record.WatchedFolder{}, err
	}
	path, err := filepath.Abs(typed)
	if err != nil {
		return record.WatchedFolder{}, err
	}
	i := slices.IndexFunc(all, func(f record.WatchedFolder) bool { return f.Path == path })
	if i < 0 {
		i = slices.IndexFunc(all, func(f record.WatchedFolder) bool { return begins(f.ID, typed) })
	}
	if i < 0 {
		return record.WatchedFolder{}, vault.ErrNotWatched
	}
	return all[i], nil
}

func (a *app) watchRemove() *cobra.Command {
	return a.verb(a.word(text.WatchRemove), 1, 1, func(args []string) error {
		return a.withVault(func(v *vault.Vault) error {
			f, err := a.watchedFolder(v, args[0])
			if err != nil {
				return err
			}
			if err := v.UnwatchFolder(a.ctx, f.ID); err != nil {
				return err
			}
			return a.give(a.watchedJSON(v, f), func() { a.tell(text.WatchRemoved) })
		})
	})
}

// newsJSON is what is new in a watched folder as scripts read it.
type newsJSON struct {
	watchedJSON
	New     []newFileJSON `json:"new"`
	More    int           `json:"more"`    // new files beyond those
	Moving  int           `json:"moving"`  // files that still change
	Refused int           `json:"refused"` // files that are offered no more
	Error   string        `json:"error,omitempty"`
	*addedJSON
}

type newFileJSON struct {
	File     string    `json:"file"` // its name below the folder
	Size     int64     `json:"size"`
	Modified time.Time `json:"modified"`
}

// watching is one run of looks.
type watching struct {
	*app
	v      *vault.Vault
	w      *vault.Watcher
	only   record.ID // folder; zero for all
	of     record.ID // patient; zero for all
	add    bool
	refuse bool
	read   bool
	follow bool
	told   map[watched.Mark]bool // files, by one that follows
	away   map[record.ID]string  // folders, and why
}

func (a *app) watchRun() *cobra.Command {
	var add, refuse, follow, unread bool
	c := a.verb(a.word(text.WatchRun), 0, 1, func(args []string) error {
		if add && refuse {
			return a.usage(text.WatchEither)
		}
		return a.withVault(func(v *vault.Vault) error {
			w := &watching{app: a, v: v, w: v.Watcher(), add: add, refuse: refuse, read: !unread, follow: follow, told: map[watched.Mark]bool{}, away: map[record.ID]string{}}
			if len(args) == 1 {
				f, err := a.watchedFolder(v, args[0])
				if err != nil {
					return err
				}
				w.only = f.ID
			}
			if a.patient != "" {
				p, err := a.who(v)
				if err != nil {
					return err
				}
				w.of = p.ID
			}
			if follow {
				return w.follows()
			}
			return w.once()
		})
	})
	c.Flags().BoolVar(&add, "add", false, a.Say(text.OptWatchAdd))
	c.Flags().BoolVar(&refuse, "refuse", false, a.Say(text.OptRefuse))
	c.Flags().BoolVar(&follow, "follow", false, a.Say(text.OptFollow))
	c.Flags().BoolVar(&unread, "no-ocr", false, a.Say(text.OptNoReading))
	return c
}

// look looks into the folders that are asked for.
func (w *watching) look() ([]vault.News, error) {
	all, err := w.w.Look(w.ctx, time.Now())
	return slices.DeleteFunc(all, func(n vault.News) bool {
		return !w.only.IsZero() && n.ID != w.only || !w.of.IsZero() && n.Patient != w.of
	}), err
}

// pause waits, and reports whether nobody stopped it.
func (w *watching) pause(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-w.ctx.Done():
		return false
	}
}

// once looks until what was there at the beginning has settled.
func (w *watching) once() error {
	all, err := w.look()
	if err == nil && slices.ContainsFunc(all, func(n vault.News) bool { return n.Moving > 0 }) {
		if !w.pause(watched.Settle) {
			return w.ctx.Err()
		}
		all, err = w.look()
	}
	if err != nil {
		return err
	}
	return w.take(all)
}

// follows looks until somebody stops it, which is its good end.
func (w *watching) follows() error {
	w.note(text.WatchFollowing)
	for {
		all, err := w.look()
		if err == nil {
			err = w.take(w.unseen(all))
		}
		switch {
		case errors.Is(err, errPartial) && w.ctx.Err() == nil:
			// what failed was told
		case errors.Is(err, context.Canceled):
			return nil
		case err != nil:
			return err
		}
		if !w.pause(watchPause) {
			return nil
		}
	}
}

// unseen leaves out what was told at an earlier look.
func (w *watching) unseen(all []vault.News) (out []vault.News) {
	for _, n := range all {
		why := ""
		if n.Err != nil {
			why = w.app.told(n.Err)
		}
		changed := w.away[n.ID] != why && why != ""
		w.away[n.ID] = why
		n.Files = slices.DeleteFunc(n.Files, func(f watched.File) bool { return w.told[f.Mark()] })
		n.Moving = 0 // it comes
		for _, f := range n.Files {
			w.told[f.Mark()] = true
		}
		if changed || n.Err == nil && len(n.Files) > 0 {
			out = append(out, n)
		}
	}
	return out
}

// take tells what is new in each folder, and does with it what was asked for.
func (w *watching) take(all []vault.News) error {
	if w.follow && len(all) == 0 {
		return nil
	}
	out, seen := []newsJSON{}, false
	offered := 0
	var failed error
	for i := range all {
		n := &all[i]
		j := newsJSON{watchedJSON: w.watchedJSON(w.v, n.WatchedFolder), New: []newFileJSON{}, More: n.More, Moving: n.Moving}
		for _, f := range n.Files {
			j.New = append(j.New, newFileJSON{f.Name, f.Size, f.Modified.UTC()})
		}
		var err error
		switch {
		case n.Err != nil:
			j.Error = w.app.told(n.Err)
			w.line(text.WatchCannot, n.Path, j.Error)
			err = errPartial
		case len(n.Files) == 0:
		case w.refuse:
			if err = w.v.SettleFiles(w.ctx, n.ID, n.Files...); err == nil {
				j.Refused = len(n.Files)
				w.plain(w.Plural(j.Refused, text.WatchRefused, text.WatchRefusedN))
			}
		case w.add || n.Automatic:
			err = w.adds(n, &j)
		default:
			for _, f := range j.New {
				w.line(text.WatchNew, f.File, w.Size(f.Size), j.Name)
			}
			offered += len(j.New)
		}
		if j.More > 0 {
			w.line(text.WatchMore, j.More)
		}
		if j.Moving > 0 {
			w.plain(w.Plural(j.Moving, text.WatchMoving, text.WatchMovingN))
		}
		seen = seen || len(n.Files) > 0 || n.Err != nil || n.Moving > 0
		failed = errors.Join(failed, err)
		out = append(out, j)
		if w.ctx.Err() != nil {
			break
		}
	}
	switch {
	case offered > 0:
		w.line(text.WatchHow)
	case len(all) == 0:
		w.line(text.WatchNone)
	case !seen:
		w.line(text.WatchNothing)
	}
	return errors.Join(failed, w.give(out, func() {}))
}

// adds imports what is new in a folder.
func (w *watching) adds(n *vault.News, j *newsJSON) error {
	start := time.Now()
	out, stopped := w.importing(vault.ImportOptions{}, func(opt *vault.ImportOptions) iter.Seq[vault.Imported] {
		return w.v.ImportNew(w.ctx, n.WatchedFolder, n.Files, opt)
	})
	w.w.SetAside(n.Files...) // those that failed, until they change; the others are settled
	stopped = w.sumUp(w.v, &out, stopped, time.Since(start), w.read)
	j.addedJSON = &out
	return w.ended(&out, stopped, nil)
}

// plain prints a line, unless JSON tells it.
func (w *watching) plain(said string) {
	if !w.json {
		fmt.Fprintln(w.out, said)
	}
}
