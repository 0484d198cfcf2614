package server

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"carnet/sync/server/store"
	"carnet/sync/wire"
	"carnet/vault/chain"
)

const cborType = "application/cbor"

func answer(w http.ResponseWriter, kind string, b []byte) error {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	w.WriteHeader(http.StatusOK)
	_, err := w.Write(b)
	return err
}

// push takes operations. The device that signs belongs to the record once they are
// taken: the first push of a record brings its genesis, and a newcomer the operation
// that admitted them. Every push has to leave the consent alive that it names.
func (s *Server) push(w http.ResponseWriter, r *http.Request) error {
	c, sig, err := s.begin(w, r, new(bytes.Buffer), wire.MaxMessage)
	if err != nil {
		return err
	}
	p, err := wire.ParsePush(c.body)
	if err != nil {
		return refuse(http.StatusBadRequest, wire.ProblemMessage, "not a push")
	}
	ops := make([]*chain.Signed, len(p.Items))
	for i := range p.Items {
		if ops[i], err = p.Items[i].Signed(); err != nil || ops[i].Patient != c.patient || !whole(&p.Items[i], ops[i]) {
			return refuse(http.StatusBadRequest, wire.ProblemMessage, "an operation that is none, or of another record")
		}
	}
	held, err := s.hold(r.Context(), c.patient)
	if err != nil {
		return err
	}
	defer held.mu.Unlock()
	public, member := held.member(c.device)
	if !member {
		public, member = named(ops, c.device)
	}
	former := false
	if !member {
		public, former = held.former(c.device)
	}
	if !member && !former {
		return refuse(http.StatusNotFound, wire.ProblemUnknown, "nothing for this device")
	}
	if err := s.verify(c, sig, public); err != nil {
		return err
	}
	if !member {
		return errRemoved
	}
	accepted, err := s.take(c, held, p.Items, ops)
	if err != nil {
		held.stale = true // the chain in memory may have gone ahead
		return err
	}
	return answer(w, cborType, wire.Encode(accepted))
}

// named gives the key of a device that operations admit. Whether they may, the chain
// judges.
func named(ops []*chain.Signed, device chain.ID) (public [32]byte, ok bool) {
	for _, op := range ops {
		var entries []chain.Entry
		switch op.Kind {
		case chain.Genesis:
			var g chain.GenesisClear
			if chain.Decode(op.Clear, &g) == nil {
				entries = []chain.Entry{g.First, g.Kit}
			}
		case chain.Member:
			var m chain.MemberClear
			if chain.Decode(op.Clear, &m) == nil && m.Add {
				entries = m.Entries
			}
		}
		for _, e := range entries {
			if e.Device() == device {
				return e.Sign, true
			}
		}
	}
	return public, false
}

// whole reports whether an operation travels with its body, or openly without.
func whole(item *wire.Item, op *chain.Signed) bool {
	if op.BodyHash == (chain.Hash{}) || item.Bare {
		return len(item.Body) == 0
	}
	return sha256.Sum256(item.Body) == op.BodyHash
}

// take judges operations, gives them their places and keeps them. The caller holds the
// record, and throws it away after an error.
func (s *Server) take(c *call, r *record, items []wire.Item, ops []*chain.Signed) (*wire.Accepted, error) {
	ctx := c.r.Context()
	if err := s.room(c, r); err != nil {
		return nil, err
	}
	if err := s.wanted(c, r, items, ops); err != nil {
		return nil, err
	}
	before := r.chain.Members()
	b := &store.Batch{Patient: c.patient, After: r.n(), Bodies: map[uint64][]byte{}}
	out := &wire.Accepted{V: wire.Version, Places: []wire.Place{}}
	at := max(uint64(s.opt.Now().UnixMilli()), r.times[r.n()])
	furthest := uint64(0)
	var erasing []chain.Hash
	for i, op := range ops {
		id := op.ID()
		if n, known := r.at[id]; known {
			out.Places = append(out.Places, wire.Place{N: n, Time: r.times[n]})
			furthest = max(furthest, n)
			if r.bare[id] && !r.erased[id] && !items[i].Bare {
				b.Bodies[n] = items[i].Body
				delete(r.bare, id)
			}
			continue
		}
		counts, _, err := r.chain.Append(op, false)
		if err != nil {
			return nil, refuse(http.StatusConflict, wire.ProblemChain, reason(err))
		}
		o := store.Op{Time: at, Op: op.Bytes(), Sig: op.Sig, Bare: items[i].Bare || r.erased[id], Body: items[i].Body}
		if o.Bare {
			o.Body = nil
		}
		b.Ops = append(b.Ops, o)
		r.place(op, at, o.Bare)
		out.New++
		out.Places = append(out.Places, wire.Place{N: r.n(), Time: at})
		furthest = r.n()
		if op.Kind == chain.Erase && counts {
			var e chain.EraseClear
			if chain.Decode(op.Clear, &e) == nil {
				erasing = append(erasing, e.Ops...)
			}
		}
	}
	if _, member := r.member(c.device); !member {
		return nil, refuse(http.StatusNotFound, wire.ProblemUnknown, "nothing for this device")
	}
	if !s.live(r, c.receipt, c.r.Host) {
		return nil, errConsent
	}
	if len(erasing) > 0 {
		if err := s.erase(c, r, b, erasing); err != nil {
			return nil, err
		}
	}
	now := r.chain.Members()
	for device := range now {
		if _, was := before[device]; !was || b.After == 0 {
			b.Devices = append(b.Devices, device)
		}
	}
	for device := range before {
		if _, is := now[device]; !is {
			b.Gone = append(b.Gone, device)
		}
	}
	if len(b.Ops) > 0 || len(b.Bodies) > 0 {
		if err := s.store.Append(ctx, b); err != nil {
			return nil, err
		}
		s.counts.ops.Add(int64(len(b.Ops)))
		r.notify()
	}
	out.Head = s.headAt(r, furthest)
	return out, nil
}

// reason names why a chain refuses, without content.
func reason(err error) string {
	for _, known := range []error{chain.ErrGap, chain.ErrGenesis, chain.ErrStranger, chain.ErrSignature, chain.ErrEncoding} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	return "chain: refused"
}

// room refuses what would be too much.
func (s *Server) room(c *call, r *record) error {
	usage, err := s.store.Usage(c.r.Context(), c.patient)
	if err != nil {
		return err
	}
	full := usage.Bytes+int64(len(c.body)) > s.opt.Quota
	if r.n() == 0 && !full {
		records, err := s.store.Records(c.r.Context())
		if err != nil {
			return err
		}
		full = len(records) >= s.opt.Records
	}
	if full {
		return refuse(http.StatusInsufficientStorage, wire.ProblemQuota, "there is no room left for this record")
	}
	return nil
}

// wanted refuses operations whose blobs have not come, with the list.
func (s *Server) wanted(c *call, r *record, items []wire.Item, ops []*chain.Signed) error {
	var names [][32]byte
	for i, op := range ops {
		id := op.ID()
		if _, known := r.at[id]; !items[i].Bare && !r.erased[id] && (!known || r.bare[id]) {
			names = append(names, op.Blobs...)
		}
	}
	missing, err := s.store.Missing(c.r.Context(), c.patient, names)
	if err != nil || len(missing) == 0 {
		return err
	}
	p := &wire.Problem{Type: wire.ProblemBlobs, Title: "blobs have to come first", Status: http.StatusPreconditionFailed}
	for _, name := range missing[:min(len(missing), wire.MaxNames)] {
		p.Missing = append(p.Missing, name)
	}
	return refusal{p}
}

// erase drops the bodies that an erasure names, and the blobs that nothing else names.
func (s *Server) erase(c *call, r *record, b *store.Batch, named []chain.Hash) error {
	gone, kept := map[[32]byte]bool{}, map[[32]byte]bool{}
	err := s.store.Ops(c.r.Context(), c.patient, 0, false, func(o store.Op) bool {
		op, err := chain.Parse(o.Op, o.Sig)
		if err != nil {
			return true // it was read once already
		}
		drop := slices.Contains(named, op.ID())
		if drop && !o.Bare {
			b.Drop = append(b.Drop, o.N)
			delete(b.Bodies, o.N)
			r.bare[op.ID()] = true
		}
		for _, name := range op.Blobs {
			if drop || r.erased[op.ID()] {
				gone[name] = true
			} else {
				kept[name] = true
			}
		}
		return true
	})
	if err != nil {
		return err
	}
	for i := range b.Ops { // those of the same push
		op, err := chain.Parse(b.Ops[i].Op, b.Ops[i].Sig)
		if err != nil {
			return err
		}
		if r.erased[op.ID()] {
			b.Ops[i].Bare, b.Ops[i].Body = true, nil
			r.bare[op.ID()] = true
		}
		for _, name := range op.Blobs {
			if r.erased[op.ID()] {
				gone[name] = true
			} else {
				kept[name] = true
			}
		}
	}
	for name := range gone {
		if !kept[name] {
			b.Blobs = append(b.Blobs, name)
		}
	}
	return nil
}

// page gives operations after a position.
func (s *Server) page(c *call) error {
	after, err := strconv.ParseUint(c.r.URL.Query().Get("after"), 10, 64)
	if err != nil {
		return refuse(http.StatusBadRequest, wire.ProblemMessage, "after which position?")
	}
	limit := wire.PageOps
	if asked := c.r.URL.Query().Get("limit"); asked != "" {
		if limit, err = strconv.Atoi(asked); err != nil || limit < 1 || limit > wire.PageOps {
			return refuse(http.StatusBadRequest, wire.ProblemMessage, "how many?")
		}
	}
	held, err := s.hold(c.r.Context(), c.patient)
	if err != nil {
		return err
	}
	defer held.mu.Unlock()
	last := s.headAt(held, held.n())
	p := &wire.Page{V: wire.Version, After: min(after, held.n()), Items: []wire.Item{}, Last: last}
	size, blobs := 0, 0
	var failed error
	err = s.store.Ops(c.r.Context(), c.patient, p.After, true, func(o store.Op) bool {
		op, err := chain.Parse(o.Op, o.Sig)
		if err != nil {
			failed = errors.Join(store.ErrDamaged, err)
			return false
		}
		item := wire.Item{Op: bytes.Clone(o.Op), Sig: o.Sig, Bare: o.Bare, Body: bytes.Clone(o.Body), Time: o.Time}
		if len(p.Items) == limit || o.N > last.N || !wire.Fits(p.Items, size, blobs, &item, len(op.Blobs)) {
			return false
		}
		p.Items = append(p.Items, item)
		size += item.Size()
		if !o.Bare {
			blobs += len(op.Blobs)
		}
		return true
	})
	if err := errors.Join(err, failed); err != nil {
		return err
	}
	n := p.After + uint64(len(p.Items))
	p.Head = s.headAt(held, n)
	return answer(c.w, cborType, wire.Encode(p))
}

// head gives the newest head.
func (s *Server) head(c *call) error {
	held, err := s.hold(c.r.Context(), c.patient)
	if err != nil {
		return err
	}
	h := s.headAt(held, held.n())
	held.mu.Unlock()
	return answer(c.w, cborType, wire.Encode(&h))
}

// pulse is how often a stream says that it is alive, and asks whether it still may be.
const pulse = 25 * time.Second

// events streams heads as they come (server-sent events).
func (s *Server) events(c *call) error {
	watch := make(chan struct{}, 1)
	held, err := s.hold(c.r.Context(), c.patient)
	if err != nil {
		return err
	}
	held.watchers[watch] = struct{}{}
	held.mu.Unlock()
	defer func() {
		held.mu.Lock()
		delete(held.watchers, watch)
		held.mu.Unlock()
	}()
	control := http.NewResponseController(c.w)
	if err := control.SetReadDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	c.w.Header().Set("Content-Type", "text/event-stream")
	c.w.WriteHeader(http.StatusOK)
	ticks := time.NewTicker(pulse)
	defer ticks.Stop()
	sent := uint64(0)
	for {
		now, err := s.hold(c.r.Context(), c.patient)
		if err != nil {
			return err
		}
		_, member := now.member(c.device)
		if !member || !s.live(now, c.receipt, c.r.Host) {
			now.mu.Unlock()
			return nil
		}
		h := s.headAt(now, now.n())
		now.mu.Unlock()
		said := ": \n\n"
		if h.N != sent {
			said = fmt.Sprintf("event: head\nid: %d\ndata: %s\n\n", h.N, base64.StdEncoding.EncodeToString(wire.Encode(&h)))
			sent = h.N
		}
		if err := control.SetWriteDeadline(time.Now().Add(maxTransfer)); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return err
		}
		if _, err := c.w.Write([]byte(said)); err != nil {
			return nil // the client is gone
		}
		if err := control.Flush(); err != nil {
			return nil
		}
		select {
		case <-watch:
		case <-ticks.C:
		case <-c.r.Context().Done():
			return nil
		case <-s.closing:
			return nil
		}
	}
}

// have tells which blobs are missing.
func (s *Server) have(c *call) error {
	names, err := wire.ParseNames(c.body)
	if err != nil {
		return refuse(http.StatusBadRequest, wire.ProblemMessage, "not a list of names")
	}
	missing, err := s.store.Missing(c.r.Context(), c.patient, names.Names)
	if err != nil {
		return err
	}
	return answer(c.w, cborType, wire.Encode(&wire.Names{V: wire.Version, Names: missing}))
}

func (c *call) name() (name [32]byte, err error) {
	if name, err = wire.ParseName(c.r.PathValue("name")); err != nil {
		return name, refuse(http.StatusBadRequest, wire.ProblemMessage, "not the name of a blob")
	}
	return name, nil
}

// pack takes a pack of blobs. Its buffer serves the next one: the store has copied it
// by then.
func (s *Server) pack(w http.ResponseWriter, r *http.Request) error {
	into, ok := s.packs.Get().(*bytes.Buffer)
	if !ok {
		into = new(bytes.Buffer)
	}
	defer s.packs.Put(into)
	into.Reset()
	c, err := s.admit(w, r, into, wire.MaxPack, true)
	if err != nil {
		return err
	}
	return s.putBlobs(c)
}

// putBlobs keeps the blobs of a pack: 201 when one is new, 204 when all were there.
func (s *Server) putBlobs(c *call) error {
	pack, err := wire.ParsePack(c.body)
	if err != nil {
		return refuse(http.StatusBadRequest, wire.ProblemMessage, "not a pack of blobs")
	}
	usage, err := s.store.Usage(c.r.Context(), c.patient)
	if err != nil {
		return err
	}
	if usage.Bytes+int64(len(c.body)) > s.opt.Quota {
		return refuse(http.StatusInsufficientStorage, wire.ProblemQuota, "there is no room left for this record")
	}
	list := make([]store.Blob, len(pack))
	for i, b := range pack {
		list[i] = store.Blob(b)
	}
	stored, err := s.store.PutBlobs(c.r.Context(), c.patient, list)
	if err != nil {
		return err
	}
	if stored == 0 {
		c.w.WriteHeader(http.StatusNoContent)
		return nil
	}
	s.counts.blobs.Add(int64(stored))
	c.w.WriteHeader(http.StatusCreated)
	return nil
}

// blob gives a blob.
func (s *Server) blob(c *call) error {
	name, err := c.name()
	if err != nil {
		return err
	}
	b, err := s.store.Blob(c.r.Context(), c.patient, name)
	if errors.Is(err, store.ErrAbsent) {
		return refuse(http.StatusNotFound, wire.ProblemUnknown, "no such blob")
	}
	if err != nil {
		return err
	}
	return answer(c.w, "application/octet-stream", b)
}

// withdraw ends a consent here at once. It needs none itself: it brings nothing of
// the record.
func (s *Server) withdraw(c *call) error {
	receipt, err := wire.ParseID(c.r.PathValue("receipt"))
	if err != nil {
		return refuse(http.StatusBadRequest, wire.ProblemMessage, "no receipt")
	}
	held, err := s.hold(c.r.Context(), c.patient)
	if err != nil {
		return err
	}
	defer held.mu.Unlock()
	if err := s.store.Withdraw(c.r.Context(), c.patient, receipt); err != nil {
		return err
	}
	held.withdrawn[receipt] = true
	held.notify()
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}
