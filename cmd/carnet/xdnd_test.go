//go:build linux

package main

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

const (
	// xdndVersion is the version of the drag and drop protocol that a drag
	// speaks.
	xdndVersion = 5

	// dropTimeout is how long a drop may take, with what the target does with
	// the files before it says that it has finished.
	dropTimeout = 60 * time.Second
)

// drop lets go files at a point of the screen, as a file manager does: it
// owns the selection of the drag, and hands over the list of files when the
// window asks for it. It returns once the window has said that it has finished.
func (d *display) drop(x, y int, paths ...string) error {
	d.actions++
	uris, err := uriList(paths)
	if err != nil {
		return err
	}
	drag, err := newDrag(d.name, uris)
	if err != nil {
		return fmt.Errorf("drop: %w", err)
	}
	defer drag.x.Close()
	// The end of the connection ends every wait.
	late := time.AfterFunc(dropTimeout, drag.x.Close)
	defer late.Stop()
	if err := drag.dropAt(x, y); err != nil {
		return fmt.Errorf("drop at %d,%d: %w", x, y, err)
	}
	return nil
}

// uriList writes paths as text/uri-list, where every line, the last one too,
// ends with CRLF.
func uriList(paths []string) ([]byte, error) {
	if len(paths) == 0 {
		return nil, errors.New("drop of no file")
	}
	var list strings.Builder
	for _, p := range paths {
		if !filepath.IsAbs(p) {
			return nil, fmt.Errorf("drop of %q, which is not an absolute path", p)
		}
		u := url.URL{Scheme: "file", Path: p}
		list.WriteString(u.String() + "\r\n")
	}
	return []byte(list.String()), nil
}

// A drag is the source of one drag and drop.
type drag struct {
	x       *xgb.Conn
	root    xproto.Window
	source  xproto.Window // owns the selection, and gets the answers
	target  xproto.Window // the window that takes drops, under the pointer
	version uint32        // of the protocol, as agreed with the target
	time    xproto.Timestamp
	data    []byte // the list of files
	atoms   dragAtoms
}

// dragAtoms are the names of the protocol.
type dragAtoms struct {
	aware, enter, position, status, leave, drop, finished xproto.Atom
	selection, actionCopy, uriList, targets               xproto.Atom
}

// newDrag opens a connection for one drag and takes the selection.
func newDrag(display string, data []byte) (*drag, error) {
	x, err := xgb.NewConnDisplay(display)
	if err != nil {
		return nil, err
	}
	g := &drag{x: x, root: xproto.Setup(x).DefaultScreen(x).Root, data: data}
	for _, step := range []func() error{g.internAtoms, g.createSource, g.readTime, g.ownSelection} {
		if err := step(); err != nil {
			x.Close()
			return nil, err
		}
	}
	return g, nil
}

func (g *drag) internAtoms() error {
	a := &g.atoms
	for name, to := range map[string]*xproto.Atom{
		"XdndAware":      &a.aware,
		"XdndEnter":      &a.enter,
		"XdndPosition":   &a.position,
		"XdndStatus":     &a.status,
		"XdndLeave":      &a.leave,
		"XdndDrop":       &a.drop,
		"XdndFinished":   &a.finished,
		"XdndSelection":  &a.selection,
		"XdndActionCopy": &a.actionCopy,
		"text/uri-list":  &a.uriList,
		"TARGETS":        &a.targets,
	} {
		var err error
		if *to, err = atom(g.x, name); err != nil {
			return err
		}
	}
	return nil
}

// createSource makes the window of the source, which is never shown.
func (g *drag) createSource() error {
	var err error
	if g.source, err = xproto.NewWindowId(g.x); err != nil {
		return err
	}
	const fromParent = 0
	return xproto.CreateWindowChecked(g.x, fromParent, g.source, g.root, 0, 0, 1, 1, 0,
		xproto.WindowClassInputOnly, fromParent,
		xproto.CwEventMask, []uint32{xproto.EventMaskPropertyChange}).Check()
}

// readTime learns the time of the server, by the event of a change that changes
// nothing.
func (g *drag) readTime() error {
	err := xproto.ChangePropertyChecked(g.x, xproto.PropModeAppend, g.source,
		xproto.AtomWmName, xproto.AtomString, 8, 0, nil).Check()
	if err != nil {
		return err
	}
	for {
		event, err := g.next("the time")
		if err != nil {
			return err
		}
		if change, ok := event.(xproto.PropertyNotifyEvent); ok {
			g.time = change.Time
			return nil
		}
	}
}

func (g *drag) ownSelection() error {
	err := xproto.SetSelectionOwnerChecked(g.x, g.source, g.atoms.selection, g.time).Check()
	if err != nil {
		return err
	}
	owner, err := xproto.GetSelectionOwner(g.x, g.atoms.selection).Reply()
	if err != nil {
		return err
	}
	if owner.Owner != g.source {
		return fmt.Errorf("window %#x keeps the selection of drags", owner.Owner)
	}
	return nil
}

// dropAt brings the pointer to a point and lets go there.
func (g *drag) dropAt(x, y int) error {
	if err := g.move(x, y); err != nil {
		return err
	}
	if err := g.findTarget(x, y); err != nil {
		return err
	}
	if err := g.enter(x, y); err != nil {
		return err
	}
	// The button is up before the drop is told.
	xproto.UngrabPointer(g.x, g.time)
	g.tell(g.atoms.drop, 0, uint32(g.time))
	finished, err := g.answer(g.atoms.finished, "XdndFinished")
	if err != nil {
		return err
	}
	// The protocol has the first bit for a success. GLFW writes the length of
	// what it read instead, which may be even.
	if g.version >= 5 && finished[1] == 0 {
		return errors.New("the window did not take what was dropped")
	}
	return nil
}

// move takes the pointer, as a drag does while the button is down, so that the
// windows below see nothing of its way, and brings it to a point.
func (g *drag) move(x, y int) error {
	grab, err := xproto.GrabPointer(g.x, false, g.root,
		xproto.EventMaskButtonRelease, xproto.GrabModeAsync, xproto.GrabModeAsync,
		xproto.WindowNone, xproto.CursorNone, g.time).Reply()
	if err != nil {
		return err
	}
	if grab.Status != xproto.GrabStatusSuccess {
		return fmt.Errorf("something else holds the pointer (status %d)", grab.Status)
	}
	return xproto.WarpPointerChecked(g.x, xproto.WindowNone, g.root, 0, 0, 0, 0, int16(x), int16(y)).Check()
}

// findTarget walks from the root to the first window under a point that takes
// drops.
func (g *drag) findTarget(x, y int) error {
	for w := g.root; w != xproto.WindowNone; {
		version, err := g.aware(w)
		if err != nil {
			return err
		}
		if version > 0 {
			g.target, g.version = w, min(version, xdndVersion)
			return nil
		}
		below, err := xproto.TranslateCoordinates(g.x, g.root, w, int16(x), int16(y)).Reply()
		if err != nil {
			return err
		}
		w = below.Child
	}
	return errors.New("no window there takes drops")
}

// aware is the version of the protocol that a window speaks, or 0.
func (g *drag) aware(w xproto.Window) (uint32, error) {
	v, err := xproto.GetProperty(g.x, false, w, g.atoms.aware, xproto.AtomAny, 0, 1).Reply()
	if err != nil {
		return 0, err
	}
	if v.Format != 32 || v.ValueLen == 0 {
		return 0, nil
	}
	return xgb.Get32(v.Value), nil
}

// enter tells the target what comes and where, and waits until it accepts.
func (g *drag) enter(x, y int) error {
	g.tell(g.atoms.enter, g.version<<24, uint32(g.atoms.uriList))
	g.tell(g.atoms.position, 0, uint32(x)<<16|uint32(y), uint32(g.time), uint32(g.atoms.actionCopy))
	status, err := g.answer(g.atoms.status, "XdndStatus")
	if err != nil {
		return err
	}
	if status[1]&1 == 0 {
		g.tell(g.atoms.leave)
		return errors.New("the window refuses files")
	}
	return nil
}

// tell sends the target a message. Its first word is the source.
func (g *drag) tell(kind xproto.Atom, words ...uint32) {
	data := make([]uint32, 5)
	data[0] = uint32(g.source)
	copy(data[1:], words)
	message := xproto.ClientMessageEvent{
		Format: 32,
		Window: g.target,
		Type:   kind,
		Data:   xproto.ClientMessageDataUnionData32New(data),
	}
	// A target that has gone is told by the wait for its answer.
	xproto.SendEvent(g.x, false, g.target, xproto.EventMaskNoEvent, string(message.Bytes()))
}

// answer waits for a message from the target, and meanwhile gives the selection
// to who asks for it.
func (g *drag) answer(kind xproto.Atom, name string) ([]uint32, error) {
	for {
		event, err := g.next(name)
		if err != nil {
			return nil, err
		}
		switch e := event.(type) {
		case xproto.SelectionRequestEvent:
			g.hand(e)
		case xproto.ClientMessageEvent:
			words := e.Data.Data32
			if e.Type == kind && e.Format == 32 && words[0] == uint32(g.target) {
				return words, nil
			}
		}
	}
}

// next waits for an event.
func (g *drag) next(what string) (xgb.Event, error) {
	event, xerr := g.x.WaitForEvent()
	if xerr != nil {
		return nil, fmt.Errorf("while waiting for %s: %w", what, xerr)
	}
	if event == nil {
		return nil, fmt.Errorf("no %s within %v", what, dropTimeout)
	}
	return event, nil
}

// hand answers a request for the selection.
func (g *drag) hand(ask xproto.SelectionRequestEvent) {
	property := ask.Property
	if property == xproto.AtomNone {
		property = ask.Target
	}
	switch ask.Target {
	case g.atoms.uriList:
		g.write(ask.Requestor, property)
	case g.atoms.targets:
		words := make([]byte, 8)
		xgb.Put32(words, uint32(g.atoms.targets))
		xgb.Put32(words[4:], uint32(g.atoms.uriList))
		xproto.ChangeProperty(g.x, xproto.PropModeReplace, ask.Requestor, property, xproto.AtomAtom, 32, 2, words)
	default:
		property = xproto.AtomNone
	}
	done := xproto.SelectionNotifyEvent{
		Time:      ask.Time,
		Requestor: ask.Requestor,
		Selection: ask.Selection,
		Target:    ask.Target,
		Property:  property,
	}
	xproto.SendEvent(g.x, false, ask.Requestor, xproto.EventMaskNoEvent, string(done.Bytes()))
}

// write puts the list of files in a property of the window that asks. A list
// longer than a request is appended in pieces, before the window hears of it:
// windows of GLFW do not read the incremental form of a selection.
func (g *drag) write(to xproto.Window, property xproto.Atom) {
	const header = 24
	piece := 4*int(xproto.Setup(g.x).MaximumRequestLength) - header
	mode := byte(xproto.PropModeReplace)
	for rest := g.data; len(rest) > 0; mode = xproto.PropModeAppend {
		n := min(piece, len(rest))
		xproto.ChangeProperty(g.x, mode, to, property, g.atoms.uriList, 8, uint32(n), rest[:n])
		rest = rest[n:]
	}
}
