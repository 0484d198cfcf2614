package settings

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"carnet/ui/kit"
	"carnet/ui/session"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// safety is what keeps the vault whole: its backup, its check, its compaction.
// One of them runs at a time, and goes on while another screen is shown.
type safety struct {
	last    record.Backup
	watched bool          // older copies are noticed on this computer
	report  *vault.Report // of the last check
	checked time.Time
	task    *kit.Task
	shown   *kit.Progress
	told    []string // of the last archive that was written or brought back
	homes   []string // of the last thing given to another household, or taken from it
}

// BackUp asks for a folder and backs the vault up into it.
func (t *Settings) BackUp() {
	s := t.s
	t.show(whole)
	folder := s.Prefs.Folder()
	if t.safety.last.At != 0 {
		if last := filepath.Dir(t.safety.last.Path); isFolder(last) {
			folder = last
		}
	}
	words := session.PickerWords(s.Language, text.BackUpVault)
	words.Hint = s.Say(text.BackUpHint)
	s.Stage.Pick(kit.PickerOptions{Words: words, Folder: folder, Folders: true, Take: func(paths []string) { t.backUp(paths[0]) }})
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func (t *Settings) backUp(folder string) {
	s := t.s
	var made vault.BackedUp
	t.work(text.BackingUp, text.StopBackUp, text.BackUpKept, func(ctx context.Context, progress func(done, total int64)) (err error) {
		made, err = s.Vault.Backup(ctx, folder, vault.BackupsKept, progress)
		return err
	}, func() {
		t.safety.last = made.Backup
		s.Tell(s.Say(text.BackUpDone, made.Documents, filepath.Base(folder)), nil)
		if made.Stuck > 0 {
			s.Tell(s.Say(text.BackupsStuck, made.Stuck), nil)
		}
	})
}

// Check verifies everything the person can read, content included.
func (t *Settings) Check() {
	s := t.s
	t.show(whole)
	var report vault.Report
	t.work(text.Checking, text.StopCheck, text.CheckKept, func(ctx context.Context, progress func(done, total int64)) (err error) {
		report, err = s.Vault.Check(ctx, false, progress)
		return err
	}, func() {
		t.safety.report, t.safety.checked = &report, s.Now()
	})
}

// Compact gives back the room that nothing uses any more.
func (t *Settings) Compact() {
	s := t.s
	t.show(whole)
	var before, after int64
	t.work(text.Compacting, text.StopCompact, text.CompactKept, func(ctx context.Context, progress func(done, total int64)) error {
		info, err := os.Stat(s.Vault.Path())
		if err != nil {
			return err
		}
		before = info.Size()
		if err := s.Vault.Compact(ctx, progress); err != nil {
			return err
		}
		if info, err = os.Stat(s.Vault.Path()); err == nil {
			after = info.Size()
		}
		return err
	}, func() { s.Tell(s.Say(text.Compacted, s.Size(after), s.Size(before)), nil) })
}

// work runs one of them with its progress; then follows when it is done. It does
// nothing while another one runs.
func (t *Settings) work(title, stop, kept text.Message, verb func(ctx context.Context, progress func(done, total int64)) error, then func()) {
	s := t.s
	if t.safety.task != nil {
		s.Tell(s.Say(text.OneAtATime), nil)
		return
	}
	t.follow(s.Try, title, stop, kept, verb, func(err error) {
		if err == nil {
			then()
		}
		t.fill()
		switch {
		case errors.Is(err, context.Canceled):
			s.Tell(s.Say(text.StoppedHere, s.Say(kept)), nil)
		case err != nil:
			s.Explain(err)
		}
	})
}

// follow starts one of them, shows its progress, and ends with its error.
func (t *Settings) follow(start func(func(context.Context) error, func(error)) *kit.Task, title, stop, kept text.Message,
	verb func(ctx context.Context, progress func(done, total int64)) error, end func(error)) {
	s := t.s
	shown := kit.NewProgress(s.Say(title), s.Say(stop), s.Say(kept), func() { t.safety.task.Stop() })
	progress := session.Follow(s.Stage, s.Language, shown, s.Say(kept))
	t.safety.shown = shown
	t.safety.task = start(func(ctx context.Context) error {
		return verb(ctx, progress)
	}, func(err error) {
		t.safety.task, t.safety.shown = nil, nil
		end(err)
	})
	t.fill()
}

// whole is the part of the settings that keeps the vault whole.
func (t *Settings) whole() []fyne.CanvasObject {
	s, now := t.s, &t.safety
	if now.shown != nil {
		return []fyne.CanvasObject{now.shown}
	}
	last := s.Say(text.NoBackupYet)
	if now.last.At != 0 {
		last = s.Say(text.LastBackupWas, s.Date(now.last.At.Time().Local()), now.last.Documents, now.last.Path)
	}
	watched := s.Say(text.NotWatched)
	if now.watched {
		watched = s.Say(text.Watched)
	}
	checked := []fyne.CanvasObject{kit.NewText(s.Say(text.CheckSection), kit.Section), kit.NewText(s.Say(text.CheckText), kit.Body)}
	if now.report != nil {
		checked = append(checked, t.findings())
	}
	return []fyne.CanvasObject{
		kit.Card(kit.Neutral, kit.Column(0,
			kit.NewText(s.Say(text.BackupSection), kit.Section),
			kit.NewText(last, kit.Strong),
			kit.NewText(s.Say(text.BackupText), kit.Body),
			kit.Stretch(kit.NewButton(s.Say(text.BackUpVault), theme.DocumentSaveIcon(), kit.Primary, t.BackUp)),
			kit.NewText(s.Say(text.GoBackText), kit.Quiet),
		)),
		t.archives(),
		t.homes(),
		kit.Card(kit.Neutral, kit.Column(0,
			kit.NewText(s.Say(text.MergeSection), kit.Section),
			kit.NewText(s.Say(text.MergeText), kit.Body),
			kit.Stretch(kit.NewButton(s.Say(text.MergeCopy), theme.ContentPasteIcon(), kit.Plain, t.Merge)),
			kit.NewText(watched, kit.Quiet),
		)),
		kit.Card(kit.Neutral, kit.Column(0, append(checked,
			kit.Stretch(kit.NewButton(s.Say(text.CheckVault), theme.ConfirmIcon(), kit.Plain, t.Check)))...)),
		kit.Card(kit.Neutral, kit.Column(0,
			kit.NewText(s.Say(text.CompactSection), kit.Section),
			kit.NewText(s.Say(text.CompactText), kit.Body),
			kit.Stretch(kit.NewButton(s.Say(text.CompactVault), theme.ViewRefreshIcon(), kit.Plain, t.Compact)))),
	}
}

// findings say what the last check found.
func (t *Settings) findings() fyne.CanvasObject {
	s, r := t.s, t.safety.report
	if r.Ok() {
		return kit.Notice(kit.Succeeding, s.Say(text.CheckedAt, t.safety.checked.Format("15:04")),
			[]string{s.Say(text.CheckGood, r.Records, r.Documents, r.Chunks, r.Journal.Entries)})
	}
	said := []string{}
	counts := map[string]int{}
	for _, d := range r.Damaged {
		if counts[d.What]++; counts[d.What] == 1 {
			said = append(said, d.What)
		}
	}
	for i, what := range said {
		said[i] = s.Say(text.Counted, s.Say(text.Damage(what)), counts[what])
	}
	return kit.Notice(kit.Warning, s.Say(text.CheckBad, len(r.Damaged)), append(said, s.Say(text.RepairAdvice)))
}
