// Package gateway lets a telephone hand photographs over on the home network. It
// listens, on one private address, for one conversation that somebody opened on the
// screen, and never dials.
//
// A page in the telephone's browser seals each photograph with a code that was read
// off the screen and travels nowhere: who listens on the network gets ciphertext, and
// what was not sealed with the code is refused whoever sent it. There is no
// certificate that a telephone would believe on a home network, and teaching people to
// press on past the warning of their browser would be worse than none; so the page
// itself comes in clear, and somebody who can change what passes on the network could
// change it. docs/THREATS.md says so, and so does the screen.
//
// The conversation, all of it over HTTP:
//
//	GET /               the page
//	POST /hello         a parcel that holds nothing: is the code right?
//	POST /picture       id of the delivery (16 bytes), number of the page (2), photograph
//	POST /end           id of the delivery (16 bytes), number of pages (2)
//
// The body of a POST is a parcel of [seal.ParcelCode], of the kind "carnet 1 " and the
// path. Repeating a request is harmless.
package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"carnet/vault/seal"
)

// Limits of one conversation.
const (
	MaxPicture  = 32 << 20  // bytes of one photograph
	MaxPictures = 40        // photographs
	MaxDelivery = 256 << 20 // bytes of all photographs

	maxHeader      = 8 << 10
	maxConnections = 16
	maxAtOnce      = 4 // parcels read at once

	headerTime = 10 * time.Second
	parcelTime = 2 * time.Minute // for one request, whatever its speed
	idleTime   = 30 * time.Second
	leaveTime  = 3 * time.Second // for the last answer to go out
)

var (
	// ErrNoNetwork is returned when this computer is on no private network.
	ErrNoNetwork = errors.New("gateway: no private network")
	// ErrAddress is returned when the address is not one of this computer, is not a
	// private one, or cannot be listened on.
	ErrAddress = errors.New("gateway: cannot listen on this address")
)

// Network is a private network that this computer is on.
type Network struct {
	Name    string       // of the interface, as the system has it
	Address netip.Prefix // of this computer, with the length of the network's part
}

// Networks lists the private IPv4 networks this computer is on, those of wires and
// antennas first. It returns ErrNoNetwork when there is none.
func Networks() ([]Network, error) {
	interfaces, err := net.Interfaces()
	if err != nil {
		return nil, fmt.Errorf("gateway: networks: %w", err)
	}
	var home, other []Network
	for _, i := range interfaces {
		if i.Flags&net.FlagUp == 0 || i.Flags&net.FlagLoopback != 0 {
			continue
		}
		addresses, err := i.Addrs()
		if err != nil {
			return nil, fmt.Errorf("gateway: networks: %w", err)
		}
		for _, a := range addresses {
			p, err := netip.ParsePrefix(a.String())
			if err != nil || !p.Addr().Is4() || !p.Addr().IsPrivate() {
				continue
			}
			n := Network{i.Name, p}
			if virtual(i) {
				other = append(other, n)
			} else {
				home = append(home, n)
			}
		}
	}
	if all := append(home, other...); len(all) > 0 {
		return all, nil
	}
	return nil, ErrNoNetwork
}

// NetworkOf finds the network of an address of this computer: a private one, or
// 127.0.0.1, this computer alone, for trying it out. It returns ErrAddress for any
// other.
func NetworkOf(address string) (Network, error) {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return Network{}, ErrAddress
	}
	if a.Is4() && a.IsLoopback() {
		return Network{Address: netip.PrefixFrom(a, 8)}, nil
	}
	all, err := Networks()
	if err != nil && !errors.Is(err, ErrNoNetwork) {
		return Network{}, err
	}
	for _, n := range all {
		if n.Address.Addr() == a {
			return n, nil
		}
	}
	return Network{}, ErrAddress
}

// virtual reports whether an interface leads to programs of this computer, or through
// a tunnel, rather than to the neighbours.
func virtual(i net.Interface) bool {
	if i.Flags&net.FlagPointToPoint != 0 {
		return true
	}
	for _, name := range []string{"docker", "veth", "virbr", "br-", "vmnet", "vboxnet", "tun", "tap", "wg", "zt", "tailscale", "vEthernet"} {
		if strings.HasPrefix(i.Name, name) {
			return true
		}
	}
	return false
}

// Gateway is one conversation that was opened on the screen. Make one with Listen.
type Gateway struct {
	network  netip.Prefix
	host     string // address and port, as the browser has to name them
	listener net.Listener
	code     seal.ParcelCode
	pages    map[string]page // by language

	mu   sync.Mutex
	now  delivery
	tell func(pictures int)
	done chan struct{} // closed when a delivery is whole
	room chan struct{} // for parcels being read
}

// delivery is what came so far.
type delivery struct {
	id       [idSize]byte
	pictures map[uint16][]byte
	bytes    int
	ended    bool
}

// Listen opens a conversation on a network of this computer, with a code of its own.
// words are those of the page, in each language it speaks, the first for browsers that
// ask for none of them. Nothing is answered before [Gateway.Receive]; the caller must
// call [Gateway.Close].
func Listen(network Network, words ...Words) (*Gateway, error) {
	if a := network.Address.Addr(); !a.Is4() || !a.IsPrivate() && !a.IsLoopback() {
		return nil, ErrAddress
	}
	pages, err := layOut(words)
	if err != nil {
		return nil, fmt.Errorf("gateway: page: %w", err)
	}
	l, err := net.Listen("tcp4", netip.AddrPortFrom(network.Address.Addr(), 0).String())
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrAddress, err)
	}
	return &Gateway{
		network: network.Address.Masked(), host: l.Addr().String(), listener: l, code: seal.NewParcelCode(), pages: pages,
		done: make(chan struct{}), room: make(chan struct{}, maxAtOnce),
	}, nil
}

// Address is what a person types in the telephone's browser.
func (g *Gateway) Address() string { return g.host }

// Code is what they type on the page then, in groups.
func (g *Gateway) Code() []string {
	groups := g.code.Groups()
	return groups[:]
}

// Link is both in one, for a QR code. What follows the # stays in the telephone.
func (g *Gateway) Link() string { return "http://" + g.host + "/#" + strings.Join(g.Code(), "") }

// Receive answers until a whole delivery came, and returns its photographs in their
// order, or until ctx ends, whose error it then returns. tell, which may be nil, is
// told how many photographs are here, from several goroutines, one at a time. After it
// nothing is answered any more. It is called once.
func (g *Gateway) Receive(ctx context.Context, tell func(pictures int)) ([][]byte, error) {
	g.tell = tell
	server := &http.Server{
		Handler: g, ReadHeaderTimeout: headerTime, ReadTimeout: parcelTime, WriteTimeout: parcelTime,
		IdleTimeout: idleTime, MaxHeaderBytes: maxHeader,
		ErrorLog:    log.New(io.Discard, "", 0), // it would write addresses of neighbours on the diagnostics stream
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(limit(g.listener, maxConnections)) }()
	var err error
	select {
	case <-g.done:
		leave, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaveTime)
		if server.Shutdown(leave) != nil {
			server.Close() // what hangs is cut off: all of it is here
		}
		cancel()
		<-ended
	case <-ctx.Done():
		server.Close()
		<-ended
		err = ctx.Err()
	case err = <-ended:
		err = fmt.Errorf("gateway: receive: %w", err)
		server.Close()
	}
	g.code.Wipe()
	g.mu.Lock()
	defer g.mu.Unlock()
	if err != nil {
		g.now = delivery{ended: true}
		return nil, err
	}
	var pictures [][]byte
	for n := range len(g.now.pictures) {
		pictures = append(pictures, g.now.pictures[uint16(n)])
	}
	g.now.pictures = nil
	return pictures, nil
}

// Close ends a conversation that Receive was not called for. Closing again, or after
// Receive, does nothing.
func (g *Gateway) Close() {
	g.code.Wipe()
	g.listener.Close() // nothing was ever read from it
}

// limit lets a listener have so many connections at once; others wait.
func limit(l net.Listener, most int) net.Listener {
	return &limited{l, make(chan struct{}, most), make(chan struct{}), sync.Once{}}
}

type limited struct {
	net.Listener
	taken  chan struct{}
	closed chan struct{}
	once   sync.Once
}

func (l *limited) Accept() (net.Conn, error) {
	select {
	case l.taken <- struct{}{}:
	case <-l.closed:
		return nil, net.ErrClosed
	}
	c, err := l.Listener.Accept()
	if err != nil {
		<-l.taken
		return nil, err
	}
	return &counted{Conn: c, free: sync.OnceFunc(func() { <-l.taken })}, nil
}

func (l *limited) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

type counted struct {
	net.Conn
	free func()
}

func (c *counted) Close() error {
	defer c.free()
	return c.Conn.Close()
}
