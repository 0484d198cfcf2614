package server

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"carnet/sync/server/store"
	"carnet/sync/wire"
	"carnet/vault/chain"
)

// A meeting is a place where two devices of one keyholder exchange a few sealed
// messages, one a turn. The server sees their sizes and addresses. It keeps them in
// memory, for minutes.

const (
	// meetingTime is how long a meeting lasts.
	meetingTime = 10 * time.Minute
	// meetingMemory is how long the server remembers that one is over.
	meetingMemory = 24 * time.Hour
	// maxMeetings bounds what is kept.
	maxMeetings = 1000
	// hearing is how long an answer waits for what is not said yet.
	hearing = 20 * time.Second
)

type meeting struct {
	until time.Time
	said  [wire.MeetingTurns][]byte
	more  chan struct{} // closed when something is said
}

type meetings struct {
	now func() time.Time
	mu  sync.Mutex
	of  map[chain.ID]*meeting
}

func newMeetings(now func() time.Time) *meetings {
	return &meetings{now: now, of: map[chain.ID]*meeting{}}
}

var (
	errNoMeeting = refuse(http.StatusNotFound, wire.ProblemUnknown, "no such meeting")
	errOver      = refuse(http.StatusGone, wire.ProblemOver, "the meeting is over")
	errSaid      = refuse(http.StatusConflict, wire.ProblemMeeting, "somebody has spoken already")
)

// open begins a meeting with its first message.
func (m *meetings) open(place chain.ID, said []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	for id, known := range m.of {
		if now.Sub(known.until) > meetingMemory {
			delete(m.of, id)
		} else if !now.Before(known.until) {
			known.said = [wire.MeetingTurns][]byte{}
		}
	}
	if m.of[place] != nil {
		return errSaid
	}
	if len(m.of) >= maxMeetings {
		return refuse(http.StatusTooManyRequests, wire.ProblemRate, "too many meetings")
	}
	one := &meeting{until: now.Add(meetingTime), more: make(chan struct{})}
	one.said[0] = said
	m.of[place] = one
	return nil
}

// find gives a meeting that is not over. The caller holds the lock.
func (m *meetings) find(place chain.ID) (*meeting, error) {
	one := m.of[place]
	switch {
	case one == nil:
		return nil, errNoMeeting
	case !m.now().Before(one.until):
		return nil, errOver
	}
	return one, nil
}

// say keeps what is said at a turn. Nobody speaks twice: repeating oneself changes
// nothing.
func (m *meetings) say(place chain.ID, turn int, said []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	one, err := m.find(place)
	if err != nil {
		return err
	}
	if before := one.said[turn]; before != nil {
		if string(before) == string(said) {
			return nil
		}
		return errSaid
	}
	one.said[turn] = said
	close(one.more)
	one.more = make(chan struct{})
	return nil
}

// hear gives what was said at a turn, nil for nothing yet, and what tells of more.
func (m *meetings) hear(place chain.ID, turn int) ([]byte, <-chan struct{}, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	one, err := m.find(place)
	if err != nil {
		return nil, nil, err
	}
	return one.said[turn], one.more, nil
}

// meet opens a meeting for a device of a record, by its live consent.
func (s *Server) meet(c *call) error {
	place, err := wire.ParseID(c.r.PathValue("meeting"))
	if err != nil || len(c.body) == 0 {
		return refuse(http.StatusBadRequest, wire.ProblemMessage, "not a meeting")
	}
	if err := s.meets.open(place, c.body); err != nil {
		return err
	}
	c.w.WriteHeader(http.StatusCreated)
	return nil
}

// turn reads which turn of which meeting a request is about. Nobody signs it: one of
// the two is a device of nobody yet, and the code that both have is what proves them
// to each other.
func (s *Server) turn(r *http.Request) (place chain.ID, turn int, err error) {
	if !s.from.allow(address(r)) {
		return place, 0, refuse(http.StatusTooManyRequests, wire.ProblemRate, "too many requests from this address")
	}
	place, err = wire.ParseID(r.PathValue("meeting"))
	if err == nil {
		turn, err = strconv.Atoi(r.PathValue("turn"))
	}
	if err != nil || turn < 0 || turn >= wire.MeetingTurns {
		return place, 0, refuse(http.StatusBadRequest, wire.ProblemMessage, "not a meeting")
	}
	return place, turn, nil
}

// say takes what is said at a turn.
func (s *Server) say(w http.ResponseWriter, r *http.Request) error {
	place, turn, err := s.turn(r)
	if err != nil {
		return err
	}
	control := http.NewResponseController(w)
	if err := control.SetReadDeadline(time.Now().Add(maxTransfer)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	said, err := io.ReadAll(http.MaxBytesReader(w, r.Body, wire.MaxTurn))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return refuse(http.StatusRequestEntityTooLarge, wire.ProblemLarge, "too large")
	case err != nil, len(said) == 0, turn == 0:
		return refuse(http.StatusBadRequest, wire.ProblemMessage, "nothing is said")
	}
	if err := s.meets.say(place, turn, said); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// hear answers what was said at a turn: nothing, 204, when that has not happened by
// the end of [hearing].
func (s *Server) hear(w http.ResponseWriter, r *http.Request) error {
	place, turn, err := s.turn(r)
	if err != nil {
		return err
	}
	late := time.NewTimer(hearing)
	defer late.Stop()
	for {
		said, more, err := s.meets.hear(place, turn)
		if err != nil {
			return err
		}
		if said != nil {
			return answer(w, "application/octet-stream", said)
		}
		select {
		case <-more:
		case <-late.C:
			w.WriteHeader(http.StatusNoContent)
			return nil
		case <-r.Context().Done():
			return nil
		case <-s.closing:
			w.WriteHeader(http.StatusNoContent)
			return nil
		}
	}
}

// mine lists the records that a device may ask for: a recovery kit that is all that is
// left learns so where to begin.
func (s *Server) mine(w http.ResponseWriter, r *http.Request) error {
	c, sig, err := s.begin(w, r, new(bytes.Buffer), 0)
	if err != nil {
		return err
	}
	patients, err := s.store.Patients(r.Context(), c.device)
	if err != nil {
		return err
	}
	out := &wire.Patients{V: wire.Version, Patients: []chain.ID{}}
	verified := false
	for _, p := range patients {
		held, err := s.hold(r.Context(), p)
		if err != nil {
			return err
		}
		public, member := held.member(c.device)
		held.mu.Unlock()
		if !member || len(out.Patients) == wire.MaxPatients {
			continue
		}
		if !verified {
			if err := s.verify(c, sig, public); err != nil {
				return err
			}
			verified = true
		}
		out.Patients = append(out.Patients, p)
	}
	if !verified {
		return refuse(http.StatusNotFound, wire.ProblemUnknown, "nothing for this device")
	}
	return answer(w, cborType, wire.Encode(out))
}

// keysOf gives a member what it needs before it can read the record. It needs no live
// consent: nothing of it can be read but by whom the keys are sealed to, and a consent
// that ran out must not be what a family's last kit fails at.
func (s *Server) keysOf(c *call) error {
	held, err := s.hold(c.r.Context(), c.patient)
	if err != nil {
		return err
	}
	defer held.mu.Unlock()
	out := &wire.Keys{V: wire.Version, Items: []wire.Item{}}
	size := 0
	var failed error
	err = s.store.Ops(c.r.Context(), c.patient, 0, true, func(o store.Op) bool {
		op, err := chain.Parse(o.Op, o.Sig)
		if err != nil {
			failed = errors.Join(store.ErrDamaged, err)
			return false
		}
		item := wire.Item{Op: append([]byte{}, o.Op...), Sig: o.Sig, Time: o.Time}
		switch op.Kind {
		case chain.Genesis, chain.Member, chain.Rotate:
			item.Bare, item.Body = o.Bare, append([]byte{}, o.Body...)
		case chain.Receipt, chain.Withdraw:
			item.Bare = op.BodyHash != chain.Hash{}
		default:
			return true
		}
		if size += item.Size(); size > wire.MaxMessage-(1<<20) {
			failed = refuse(http.StatusRequestEntityTooLarge, wire.ProblemLarge, "too large")
			return false
		}
		out.Items = append(out.Items, item)
		return true
	})
	if err := errors.Join(err, failed); err != nil {
		return err
	}
	return answer(c.w, cborType, wire.Encode(out))
}
