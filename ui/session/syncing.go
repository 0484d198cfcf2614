package session

import (
	"context"
	"errors"
	"slices"
	"time"

	"carnet/sync/client"
	"carnet/sync/consent"
	"carnet/ui/kit"
	"carnet/ui/text"
	"carnet/vault"
	"carnet/vault/record"
)

// Syncing keeps the records of an open vault and their servers together: when the
// person asks, and by itself once they have trusted the network and the first run is
// done. Without a consent that runs it opens nothing. All of it lives on the goroutine
// that draws.
type Syncing struct {
	// OnChange is told when something else is to be shown; came says that records
	// have changed, too.
	OnChange func(came bool)

	s       *Session
	client  *client.Client
	records []Synced
	known   bool // records were read
	looking bool
	again   bool // look once more
	watches map[record.ID]*kit.Task
	queue   []record.ID
	errands []*errand // that wait for the run to end
	run     *kit.Task // nil while nothing runs
	of      record.ID // whose record the run is about
	asked   record.ID // whose record the person asked for last: its end is told
	bar     *kit.Progress
	failed  map[record.ID]*failure
	untold  map[record.ID]bool // withdrawn consents that their server does not know of
}

// failure is how the last run of a record ended.
type failure struct {
	err   error
	at    time.Time
	tries int
}

// Pauses between a run that failed and the next one that begins by itself.
const (
	firstRetry = time.Minute
	lastRetry  = 30 * time.Minute
)

// due reports whether a run may begin by itself after this failure. One that waits
// for the person does not.
func (f *failure) due(now time.Time) bool {
	if f == nil {
		return true
	}
	if f.waits() {
		return false
	}
	return now.Sub(f.at) >= min(firstRetry<<min(f.tries-1, 10), lastRetry)
}

// waits reports whether only the person can go on.
func (f *failure) waits() bool {
	return errors.Is(f.err, context.Canceled) || errors.Is(f.err, vault.ErrDeletions) || errors.Is(f.err, client.ErrRemoved)
}

// NewSyncing makes it. Nothing is read and nothing is sent by it.
func NewSyncing(s *Session) *Syncing {
	y := &Syncing{s: s, watches: map[record.ID]*kit.Task{}, failed: map[record.ID]*failure{}, untold: map[record.ID]bool{}, OnChange: func(bool) {}}
	y.client = client.New(s.Vault, &client.Options{Gate: consent.Options{Now: s.Now, Rate: s.Prefs.SyncRate()}})
	return y
}

// Record is what is known of a person's record.
func (y *Syncing) Record(p record.ID) (Synced, bool) {
	i := slices.IndexFunc(y.records, func(r Synced) bool { return r.ID == p })
	if i < 0 {
		return Synced{}, false
	}
	return y.records[i], true
}

// Records are all persons with what is known of their records.
func (y *Syncing) Records() []Synced { return y.records }

// Running is the panel of the run that goes on and whose record it is about; nil when
// none does.
func (y *Syncing) Running() (*kit.Progress, record.ID) { return y.bar, y.of }

// Failed is why the last run of a record ended early; nil when it did not.
func (y *Syncing) Failed(p record.ID) error {
	if f := y.failed[p]; f != nil {
		return f.err
	}
	return nil
}

// Untold reports whether the server of a withdrawn consent could not be told.
func (y *Syncing) Untold(consent record.ID) bool { return y.untold[consent] }

// Tick is called every few seconds while the vault is open: what was changed since
// then goes to its server. It does nothing while no consent runs.
func (y *Syncing) Tick() {
	if len(y.watches) > 0 || slices.ContainsFunc(y.records, func(r Synced) bool { return y.automatic(&r) }) {
		y.Look()
	}
}

// Look reads how far everything is, and begins what is to be begun by itself.
func (y *Syncing) Look() {
	if y.looking {
		y.again = true
		return
	}
	y.looking = true
	var records []Synced
	y.s.Try(func(context.Context) (err error) {
		records, err = ReadSynced(y.s.Vault)
		return err
	}, func(err error) {
		y.looking = false
		if err != nil {
			y.s.Explain(err)
			return
		}
		shown := y.known && same(y.records, records)
		y.records, y.known = records, true
		if moved := y.follow(); moved || !shown {
			y.OnChange(false)
		}
		if y.again {
			y.again = false
			y.Look()
		}
	})
}

// same reports whether two readings show the same.
func same(a, b []Synced) bool {
	return slices.EqualFunc(a, b, func(x, y Synced) bool {
		return x.Patient == y.Patient && slices.Equal(x.Consents, y.Consents) && x.State.At == y.State.At && x.State.N == y.State.N &&
			x.State.Waiting == y.State.Waiting && x.State.Withheld == y.State.Withheld && errors.Is(x.State.Frozen, y.State.Frozen) && x.State.Host == y.State.Host
	})
}

// automatic reports whether a record synchronises by itself.
func (y *Syncing) automatic(r *Synced) bool {
	_, live := r.Live(y.s.Now())
	return live && y.s.Prefs.Sync() && r.State.At != 0 && r.State.Frozen == nil
}

// follow listens to the servers of the records that synchronise by themselves, stops
// listening to others, and sends what waits. It reports whether one of them is another
// now.
func (y *Syncing) follow() (moved bool) {
	for i := range y.records {
		r := &y.records[i]
		p := r.ID
		if !y.automatic(r) {
			if t := y.watches[p]; t != nil {
				t.Stop()
				delete(y.watches, p)
				moved = true
			}
			continue
		}
		if t := y.watches[p]; t == nil || t.Done() {
			moved = moved || t == nil
			y.watches[p] = y.s.attend(func(ctx context.Context) {
				// Why it ended, the next look finds in the vault.
				_ = y.client.Watch(ctx, p, func(n uint64) { y.s.Stage.Soon(func() { y.heard(p, n) }) })
			})
		}
		if r.State.Waiting > 0 && y.failed[p].due(y.s.Now()) {
			y.begin(p)
		}
	}
	return moved
}

// heard is told how many operations the server of a record has: it answers.
func (y *Syncing) heard(p record.ID, n uint64) {
	r, ok := y.Record(p)
	if !ok || y.s.Ended() || !y.automatic(&r) || y.failed[p] != nil && y.failed[p].waits() {
		return
	}
	if n != r.State.N || r.State.Waiting > 0 {
		y.begin(p)
	}
}

// Now synchronises a record because the person asks for it. The first time also lets
// it go on by itself.
func (y *Syncing) Now(p record.ID) {
	y.s.Prefs.SetSync(true)
	delete(y.failed, p)
	y.asked = p
	y.begin(p)
}

// Allow synchronises a record although many documents may disappear.
func (y *Syncing) Allow(p record.ID) {
	if y.run == nil {
		delete(y.failed, p)
		y.start(p, y.client.Removing())
	}
}

// begin starts a run, or has it wait for the one that goes on.
func (y *Syncing) begin(p record.ID) {
	switch {
	case y.run != nil && !slices.Contains(y.queue, p):
		y.queue = append(y.queue, p)
	case y.run == nil:
		y.start(p, y.client)
	}
}

func (y *Syncing) start(p record.ID, c *client.Client) {
	s := y.s
	r, _ := y.Record(p)
	y.of = p
	y.bar = kit.NewProgress(s.Say(text.SyncRunningOf, r.Name), s.Say(text.SyncStopRun), s.Say(text.SyncKept), y.Stop)
	bar := y.bar
	show := kit.Throttle(s.Stage, func(n [2]int64) {
		bar.Set(float64(n[0])/float64(max(n[1], 1)), s.Say(text.SyncCount, n[0], n[1]), s.Say(text.SyncKept))
	})
	var out client.Result
	y.run = s.Try(func(ctx context.Context) (err error) {
		out, err = c.Sync(ctx, p, func(done, total int64) { show([2]int64{done, total}) })
		return err
	}, func(err error) { y.ended(p, out, err) })
	y.OnChange(false)
}

func (y *Syncing) ended(p record.ID, out client.Result, err error) {
	y.run, y.bar, y.of = nil, nil, record.ID{}
	if err == nil {
		delete(y.failed, p)
		if r, ok := y.Record(p); ok && p == y.asked {
			y.asked = record.ID{}
			y.s.Window.Tell(y.s.Say(text.SyncDone, r.Name, out.Sent, out.Received), nil)
		}
	} else {
		tries := 1
		if f := y.failed[p]; f != nil {
			tries += f.tries
		}
		y.failed[p] = &failure{err, y.s.Now(), tries}
	}
	y.next()
	y.OnChange(out.Received > 0)
	y.Look()
}

// Stop ends the run that goes on; it begins again when the person asks.
func (y *Syncing) Stop() {
	y.queue = nil
	if y.run != nil {
		y.run.Stop()
	}
}

// Pause stops all synchronising on this computer, or lets it go on.
func (y *Syncing) Pause(on bool) {
	y.s.Prefs.SetSync(!on)
	if on {
		y.Stop()
	} else {
		clear(y.failed)
	}
	y.follow()
	if on {
		y.client.Close()
	}
	y.OnChange(false)
	y.Look()
}

// SetRate bounds how much passes, in bytes a second; 0 does not.
func (y *Syncing) SetRate(rate int64) {
	y.s.Prefs.SetSyncRate(rate)
	y.client.SetRate(rate)
}

// Give records a consent. Nothing is sent by it.
func (y *Syncing) Give(p record.Patient, g Grant, then func()) {
	s := y.s
	s.Do(func(ctx context.Context) error {
		_, err := s.Vault.GiveConsent(ctx, p.ID, g.Grantee(s.Language, p))
		return err
	}, func() {
		delete(y.failed, p.ID)
		y.Look()
		then()
	})
}

// Withdraw ends a consent at once, with what is under way by it, and tells the server
// when that answers. then follows as soon as it is ended here.
func (y *Syncing) Withdraw(p, consent record.ID, then func()) {
	s := y.s
	s.Do(func(ctx context.Context) error {
		err := s.Vault.WithdrawConsent(ctx, p, consent)
		y.client.Recheck()
		return err
	}, func() {
		y.queue = slices.DeleteFunc(y.queue, func(id record.ID) bool { return id == p })
		y.Look()
		then()
		y.Tell(p, consent)
	})
}

// Tell lets the server know that a consent is over.
func (y *Syncing) Tell(p, receipt record.ID) {
	var told error
	y.s.Do(func(ctx context.Context) (err error) {
		told, err = y.client.Withdraw(ctx, p, receipt)
		return err
	}, func() {
		said := text.ServerTold
		if y.untold[receipt] = told != nil; told != nil {
			said = text.SyncUntold
		}
		y.s.Window.Tell(y.s.Say(said), nil)
		y.OnChange(false)
	})
}

// Anew begins again with the server after a stop.
func (y *Syncing) Anew(p record.ID) {
	y.s.Do(func(ctx context.Context) error { return y.s.Vault.SyncAnew(ctx, p) }, func() { y.Now(p) })
}

// Close ends what is under way: called once every task has ended.
func (y *Syncing) Close() { y.client.Close() }

// Standing is how far a record is, as the window says it.
type Standing struct {
	Tone kit.Tone
	Said []string
	Why  error // that the person has to look at; nil for none
}

// Standing tells how far a record is; nothing for one that nobody has consented for.
func (y *Syncing) Standing(r *Synced) (out Standing) {
	s := y.s
	failed := y.Failed(r.ID)
	_, live := r.Live(s.Now())
	ending, over, ends := r.Renewal(s.Now())
	say := func(tone kit.Tone, m text.Message, values ...any) {
		out.Tone, out.Said = tone, []string{s.Say(m, values...)}
	}
	var gone *vault.Deletions
	switch {
	case len(r.Consents) == 0:
		return Standing{}
	case r.State.Frozen != nil:
		e, _ := text.Explain(r.State.Frozen)
		say(kit.Failing, text.SyncFroze, r.Name, s.Say(e.What))
		out.Said = append(out.Said, s.Say(e.Safe), s.Say(e.Do))
		out.Why = r.State.Frozen
	case r.Elsewhere(s.Now()):
		e, _ := text.Explain(vault.ErrOtherServer)
		say(kit.Warning, text.SyncFroze, r.Name, s.Say(e.What))
		out.Said = append(out.Said, s.Say(e.Safe), s.Say(e.Do))
		out.Why = vault.ErrOtherServer
		return out
	case !live && ends && over:
		say(kit.Warning, text.SyncEnded, r.Name, s.Date(ending.End.Time().Add(-time.Millisecond).Local()))
		return out
	case !live:
		say(kit.Neutral, text.SyncNoMore, r.Name)
		return out
	case y.of == r.ID && y.run != nil:
		say(kit.Informing, text.SyncRunning, r.Name)
	case errors.As(failed, &gone):
		say(kit.Warning, text.SyncBrake, r.Name, len(gone.Documents))
		out.Why = gone
	case errors.Is(failed, client.ErrRemoved):
		e, _ := text.Explain(client.ErrRemoved)
		say(kit.Warning, text.SyncFroze, r.Name, s.Say(e.What))
		out.Said = append(out.Said, s.Say(e.Safe), s.Say(e.Do))
		out.Why = client.ErrRemoved
		return out
	case r.State.At == 0 && failed == nil:
		say(kit.Informing, text.SyncFirst, r.Name)
	case !s.Prefs.Sync():
		say(kit.Neutral, text.SyncPaused)
		out.Said = append(out.Said, y.waiting(r))
	case errors.Is(failed, context.Canceled):
		say(kit.Neutral, text.SyncCancelled, r.Name)
	case failed != nil:
		e, _ := text.Explain(failed)
		say(kit.Warning, text.SyncLater, r.Name, s.Say(e.What))
		out.Said = append(out.Said, y.waiting(r))
	case r.State.Waiting > 0:
		out.Tone, out.Said = kit.Informing, []string{y.waiting(r)}
	default:
		say(kit.Succeeding, text.SyncGood, r.Name, s.Date(r.State.At.Time().Local()), r.State.At.Time().Local().Format("15:04"))
	}
	if r.State.Withheld > 0 {
		out.Said = append(out.Said, s.Say(text.SyncMissing, r.Name, r.State.Withheld))
	}
	if ends {
		if out.Tone != kit.Failing {
			out.Tone = kit.Warning
		}
		out.Said = append(out.Said, s.Say(text.SyncEndsSoon, r.Name, s.Date(ending.End.Time().Add(-time.Millisecond).Local())))
	}
	return out
}

func (y *Syncing) waiting(r *Synced) string {
	n := r.State.Waiting
	if n == 1 {
		return y.s.Say(text.SyncWaitOne, r.Name, n)
	}
	return y.s.Say(text.SyncWaitMany, r.Name, n)
}
