//go:build linux

package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unicode"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

const (
	// screenSize is the one screen of a display, with its depth.
	screenSize = "1280x800x24"

	// serverTimeout is how long the X server may take to begin and to end.
	serverTimeout = 20 * time.Second

	// paintTimeout is how long a program may take to show its window.
	paintTimeout = 60 * time.Second

	// pollEvery separates two looks at a condition.
	pollEvery = 10 * time.Millisecond

	// french is what French writes beside ASCII.
	french = "ÀÂÇÉÈÊËÎÏÔÙÛÜŒŸàâçéèêëîïôùûüœ«»’…–€"

	// clockTick is the unit of times in /proc, the same on every Linux that Go
	// runs on.
	clockTick = time.Second / 100
)

func init() {
	// The library tells of a missing authority file at every connection. What
	// matters comes back as an error.
	xgb.Logger = log.New(io.Discard, "", 0)
}

// A display is an X server without a screen, without a window manager and
// without a session, which belongs to one test.
type display struct {
	t       testing.TB
	name    string   // as in DISPLAY
	home    string   // the home folder of programs
	vars    []string // more variables for the programs to come, as "NAME=value"
	shots   string   // the folder of screenshots
	actions int      // what a person would have done: chords, clicks, drops, fields
	x       *xgb.Conn
	root    xproto.Window
	screen  image.Rectangle
}

// startX starts a display on a free number. It ends with the test.
func startX(t testing.TB) *display {
	t.Helper()
	for _, tool := range []string{"Xvfb", "xdotool", "setxkbmap", "import"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed", tool)
		}
	}
	d := &display{t: t, home: t.TempDir()}
	for _, dir := range []string{".config", ".local/share", ".cache"} {
		d.makeDir(filepath.Join(d.home, dir))
	}
	d.shots = os.Getenv("CARNET_SHOTS")
	if d.shots == "" {
		d.shots = t.TempDir()
	}
	d.makeDir(d.shots)
	d.serve()
	d.connect()
	return d
}

func (d *display) makeDir(path string) {
	d.t.Helper()
	if err := os.MkdirAll(path, 0o700); err != nil {
		d.t.Fatalf("no folder for the display: %v", err)
	}
}

// serve runs the X server. It chooses its number itself, and writes it once it
// accepts connections.
func (d *display) serve() {
	d.t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		d.t.Fatalf("no pipe for the number of the display: %v", err)
	}
	defer read.Close()
	var stderr output
	// Without its own repeating of keys: on a busy computer one comes up late, and was
	// pressed once.
	cmd := exec.Command("Xvfb", "-r", "-displayfd", "3", "-screen", "0", screenSize, "-nolisten", "tcp")
	cmd.ExtraFiles = []*os.File{write}
	cmd.Stderr = &stderr
	// A server that is terminated, not killed, removes its lock and its socket.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	err = cmd.Start()
	write.Close()
	if err != nil {
		d.t.Fatalf("Xvfb does not start: %v", err)
	}
	d.t.Cleanup(func() { endServer(d.t, cmd) })

	number, err := readLine(read, serverTimeout)
	if err != nil {
		d.t.Fatalf("Xvfb gives no display number: %v\n%s", err, stderr.String())
	}
	d.name = ":" + number
}

// endServer terminates the server, and kills it if it hangs.
func endServer(t testing.TB, cmd *exec.Cmd) {
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Logf("Xvfb had ended before the test: %v", err)
	}
	hung := time.AfterFunc(serverTimeout, func() { cmd.Process.Kill() })
	cmd.Wait()
	hung.Stop()
}

// readLine reads a pipe to the end of its first line.
func readLine(pipe *os.File, timeout time.Duration) (string, error) {
	if err := pipe.SetReadDeadline(time.Now().Add(timeout)); err != nil {
		return "", err
	}
	var line []byte
	for !bytes.HasSuffix(line, []byte("\n")) {
		b := make([]byte, 16)
		n, err := pipe.Read(b)
		line = append(line, b[:n]...)
		if err != nil {
			return "", err
		}
	}
	return strings.TrimSpace(string(line)), nil
}

// connect opens a connection that lasts as long as the display: a server
// without clients resets itself, and forgets its keyboard.
func (d *display) connect() {
	d.t.Helper()
	x, err := xgb.NewConnDisplay(d.name)
	if err != nil {
		d.t.Fatalf("display %s refuses a connection: %v", d.name, err)
	}
	d.t.Cleanup(x.Close)
	go drain(x)
	screen := xproto.Setup(x).DefaultScreen(x)
	d.x, d.root = x, screen.Root
	d.screen = image.Rect(0, 0, int(screen.WidthInPixels), int(screen.HeightInPixels))
}

// drain throws away the events of a connection, until it closes. A connection
// gets some that it has not asked for, and stops when too many wait.
func drain(x *xgb.Conn) {
	for {
		if event, err := x.WaitForEvent(); event == nil && err == nil {
			return
		}
	}
}

// env is the environment of a program on the display: that of the test, without
// what belongs to the session that the test runs in.
func (d *display) env() []string {
	foreign := regexp.MustCompile(`^(DISPLAY|XAUTHORITY|XMODIFIERS|HOME|LANG|LANGUAGE|(LC|XDG|WAYLAND|DBUS|FYNE|LIBGL|GTK|QT)_\w*)=`)
	env := slices.DeleteFunc(os.Environ(), foreign.MatchString)
	env = append(env,
		"DISPLAY="+d.name,
		"LIBGL_ALWAYS_SOFTWARE=1",
		"HOME="+d.home,
		"XDG_CONFIG_HOME="+filepath.Join(d.home, ".config"),
		"XDG_DATA_HOME="+filepath.Join(d.home, ".local/share"),
		"XDG_SESSION_TYPE=x11",
		"LANG=fr_FR.UTF-8",
		// Where French is not installed, Xlib would only know ASCII.
		"LC_CTYPE=C.UTF-8",
		// No message bus: with no address at all, a program may start one,
		// which would outlive it.
		"DBUS_SESSION_BUS_ADDRESS=unix:path="+filepath.Join(d.home, "no-bus"),
	)
	return append(env, d.vars...)
}

// keyboard gives the display the layout of a country, and keys for what French
// writes beside. It comes before the programs, which read it when they start.
func (d *display) keyboard(layout string) {
	d.t.Helper()
	d.run("setxkbmap", layout)
	d.bindKeys(french)
}

// run runs a tool on the display. A tool that complains has failed, whatever
// its exit code.
func (d *display) run(tool string, args ...string) {
	d.t.Helper()
	cmd := exec.Command(tool, args...)
	// xdotool types no accents without a UTF-8 locale that exists.
	cmd.Env = append(d.env(), "LC_ALL=C.UTF-8")
	out, err := cmd.CombinedOutput()
	if err != nil || len(out) > 0 {
		d.t.Fatalf("%s %s: %v\n%s", tool, strings.Join(args, " "), err, out)
	}
}

// key presses a chord such as "ctrl+l", "Return" or "shift+Tab".
func (d *display) key(chord string) {
	d.t.Helper()
	d.actions++
	d.run("xdotool", "key", "--", chord)
}

// typeText fills in a field, which is one action.
func (d *display) typeText(s string) {
	d.t.Helper()
	d.actions++
	if symbols, _ := d.readKeys(); len(withoutKey(s, symbols)) > 0 {
		// Left to itself, xdotool would lend one spare key to each in turn, and
		// the program, which reads the keyboard a little later, would see others.
		d.t.Fatalf("no key for %q: bindKeys gives some, before the program starts", withoutKey(s, symbols))
	}
	d.run("xdotool", "type", "--", s)
}

// bindKeys gives a place on a spare key to every character of s that has none.
// It comes before the programs: one that runs may miss some of the changes, and
// then what is typed with these keys.
func (d *display) bindKeys(s string) {
	d.t.Helper()
	symbols, spare := d.readKeys()
	missing := withoutKey(s, symbols)
	// One symbol without shift and one with it. Alone, a capital would be that
	// of a small letter.
	for pair := range slices.Chunk(missing, 2) {
		if len(spare) == 0 {
			d.t.Fatalf("no spare key is left for some of %q", s)
		}
		both := []xproto.Keysym{keysym(pair[0]), keysym(pair[len(pair)-1])}
		if err := xproto.ChangeKeyboardMappingChecked(d.x, 1, spare[0], 2, both).Check(); err != nil {
			d.t.Fatalf("no key for %q: %v", pair, err)
		}
		spare = spare[1:]
	}
}

// withoutKey lists the characters of s that no symbol of a keyboard stands for.
func withoutKey(s string, symbols []xproto.Keysym) []rune {
	var missing []rune
	for _, r := range s {
		known := unicode.IsControl(r) || slices.Contains(symbols, keysym(r)) || slices.Contains(missing, r)
		if !known {
			missing = append(missing, r)
		}
	}
	return missing
}

// keysym is the number of a character on a keyboard.
func keysym(r rune) xproto.Keysym {
	switch {
	case r <= unicode.MaxLatin1:
		return xproto.Keysym(r)
	case r == '€':
		return 0x20ac // the one in layouts
	}
	return xproto.Keysym(r) + 1<<24
}

// readKeys lists the symbols of the keyboard, and the keys without any.
func (d *display) readKeys() (symbols []xproto.Keysym, spare []xproto.Keycode) {
	d.t.Helper()
	setup := xproto.Setup(d.x)
	count := setup.MaxKeycode - setup.MinKeycode + 1
	keys, err := xproto.GetKeyboardMapping(d.x, setup.MinKeycode, byte(count)).Reply()
	if err != nil {
		d.t.Fatalf("no list of the keys: %v", err)
	}
	code := setup.MinKeycode
	for key := range slices.Chunk(keys.Keysyms, int(keys.KeysymsPerKeycode)) {
		if !slices.ContainsFunc(key, func(k xproto.Keysym) bool { return k != 0 }) {
			spare = append(spare, code)
		}
		code++
	}
	return keys.Keysyms, spare
}

// click presses the first button at a point of the screen.
func (d *display) click(x, y int) {
	d.t.Helper()
	d.actions++
	d.run("xdotool", "mousemove", strconv.Itoa(x), strconv.Itoa(y), "click", "1")
}

// screenshot keeps what the screen shows, and returns the path of the PNG.
func (d *display) screenshot(name string) string {
	d.t.Helper()
	path := filepath.Join(d.shots, name+".png")
	d.run("import", "-window", "root", "png:"+path)
	return path
}

// waitFor waits until a condition holds.
func waitFor(t testing.TB, timeout time.Duration, what string, holds func() bool) {
	t.Helper()
	end := time.Now().Add(timeout)
	for !holds() {
		if time.Now().After(end) {
			t.Fatalf("after %v, still waiting for %s", timeout, what)
		}
		time.Sleep(pollEvery)
	}
}

// A program runs on a display.
type program struct {
	d              *display
	pid            int
	window         xproto.Window
	painted        time.Duration // from exec to a window with something in it
	stdout, stderr output
	done           chan struct{} // closed when the program has ended
	err            error         // how it ended, once done
}

// start runs a program and waits until a new window, whose name matches the
// regular expression, is mapped and painted. The window has the focus. The
// program is killed when the test ends.
func (d *display) start(title string, command ...string) *program {
	d.t.Helper()
	name, err := regexp.Compile(title)
	if err != nil {
		d.t.Fatalf("title of a window: %v", err)
	}
	old := d.windows()
	lift := d.curtain(old)
	defer lift()

	p := &program{d: d, done: make(chan struct{})}
	begin := time.Now()
	p.exec(command)
	waitFor(d.t, paintTimeout, fmt.Sprintf("a painted window %q of %s", title, command[0]), func() bool {
		p.mustRun()
		p.window = d.find(name, old)
		return p.window != 0 && d.isPainted(p.window)
	})
	p.painted = time.Since(begin)
	p.focus()
	return p
}

// exec starts the process, in a group of its own.
func (p *program) exec(command []string) {
	t := p.d.t
	t.Helper()
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env = p.d.env()
	cmd.Stdout, cmd.Stderr = &p.stdout, &p.stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		t.Fatalf("%s does not start: %v", command[0], err)
	}
	p.pid = cmd.Process.Pid
	go func() {
		p.err = cmd.Wait()
		// What it started goes with it.
		syscall.Kill(-p.pid, syscall.SIGKILL)
		close(p.done)
	}()
	t.Cleanup(func() {
		p.stop()
		if t.Failed() {
			t.Logf("%s wrote on its standard error:\n%s", command[0], p.stderr.String())
		}
	})
}

// stop kills the program and what it started, and waits for its end.
func (p *program) stop() {
	if !p.ended() {
		syscall.Kill(-p.pid, syscall.SIGKILL)
	}
	<-p.done
}

// ended tells whether the program has ended.
func (p *program) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// mustRun fails the test if the program has ended.
func (p *program) mustRun() {
	p.d.t.Helper()
	if p.ended() {
		p.d.t.Fatalf("the program ended before it showed a window: %v", p.err)
	}
}

// focus gives the keyboard to the window, as a window manager would.
func (p *program) focus() {
	p.d.t.Helper()
	err := xproto.SetInputFocusChecked(p.d.x, xproto.InputFocusParent, p.window, xproto.TimeCurrentTime).Check()
	if err != nil {
		p.d.t.Fatalf("the window does not take the focus: %v", err)
	}
}

// bounds is the place of the window on the screen.
func (p *program) bounds() image.Rectangle {
	p.d.t.Helper()
	r, err := p.d.bounds(p.window)
	if err != nil {
		p.d.t.Fatalf("the window has no place: %v", err)
	}
	return r
}

func (d *display) bounds(w xproto.Window) (image.Rectangle, error) {
	size, err := xproto.GetGeometry(d.x, xproto.Drawable(w)).Reply()
	if err != nil {
		return image.Rectangle{}, err
	}
	at, err := xproto.TranslateCoordinates(d.x, w, d.root, 0, 0).Reply()
	if err != nil {
		return image.Rectangle{}, err
	}
	r := image.Rect(0, 0, int(size.Width), int(size.Height))
	return r.Add(image.Pt(int(at.DstX), int(at.DstY))), nil
}

// windows lists the top windows. Without a window manager, they are the
// children of the root.
func (d *display) windows() []xproto.Window {
	d.t.Helper()
	tree, err := xproto.QueryTree(d.x, d.root).Reply()
	if err != nil {
		d.t.Fatalf("no list of the windows: %v", err)
	}
	return tree.Children
}

// find returns the window that shows, has a name that matches and is not in
// old, or 0.
func (d *display) find(name *regexp.Regexp, old []xproto.Window) xproto.Window {
	d.t.Helper()
	for _, w := range d.windows() {
		if slices.Contains(old, w) || !name.MatchString(d.title(w)) {
			continue
		}
		// A window that has gone since the list was made does not show.
		a, err := xproto.GetWindowAttributes(d.x, w).Reply()
		if err == nil && a.MapState == xproto.MapStateViewable {
			return w
		}
	}
	return 0
}

// title is the name of a window, empty if it has none.
func (d *display) title(w xproto.Window) string {
	for _, name := range []string{"_NET_WM_NAME", "WM_NAME"} {
		a, err := atom(d.x, name)
		if err != nil {
			d.t.Fatalf("no atom: %v", err)
		}
		v, err := xproto.GetProperty(d.x, false, w, a, xproto.AtomAny, 0, 1<<10).Reply()
		if err == nil && v.ValueLen > 0 {
			return string(v.Value)
		}
	}
	return ""
}

// curtain hides old windows behind a black one, if there are any: a window
// that paints no background begins with what was there before it, which would
// pass for painted. It returns what lifts the curtain.
func (d *display) curtain(old []xproto.Window) (lift func()) {
	d.t.Helper()
	if len(old) == 0 {
		return func() {}
	}
	w, err := xproto.NewWindowId(d.x)
	if err != nil {
		d.t.Fatalf("no window to hide the others: %v", err)
	}
	const fromParent, unmanaged = 0, 1
	err = xproto.CreateWindowChecked(d.x, fromParent, w, d.root, 0, 0,
		uint16(d.screen.Dx()), uint16(d.screen.Dy()), 0,
		xproto.WindowClassInputOutput, fromParent,
		xproto.CwBackPixel|xproto.CwOverrideRedirect, []uint32{0, unmanaged}).Check()
	if err == nil {
		err = xproto.MapWindowChecked(d.x, w).Check()
	}
	if err != nil {
		d.t.Fatalf("the window that hides the others: %v", err)
	}
	return func() { xproto.DestroyWindow(d.x, w) }
}

// isPainted tells whether a window shows something else than one colour.
func (d *display) isPainted(w xproto.Window) bool {
	d.t.Helper()
	r, err := d.bounds(w)
	if err != nil {
		return false
	}
	r = r.Intersect(d.screen)
	if r.Empty() {
		return false
	}
	pixels := d.pixels(r)
	return slices.ContainsFunc(pixels, func(c uint32) bool { return c != pixels[0] })
}

// pixels reads a part of the screen, row after row.
func (d *display) pixels(r image.Rectangle) []uint32 {
	d.t.Helper()
	shot, err := xproto.GetImage(d.x, xproto.ImageFormatZPixmap, xproto.Drawable(d.root),
		int16(r.Min.X), int16(r.Min.Y), uint16(r.Dx()), uint16(r.Dy()), ^uint32(0)).Reply()
	if err != nil {
		d.t.Fatalf("no pixels of the screen at %v: %v", r, err)
	}
	pixels := make([]uint32, r.Dx()*r.Dy())
	for i := range pixels {
		// The fourth byte is padding, with anything in it.
		pixels[i] = binary.LittleEndian.Uint32(shot.Data[4*i:]) & 0xffffff
	}
	return pixels
}

// atom is the number of a name on the server.
func atom(x *xgb.Conn, name string) (xproto.Atom, error) {
	reply, err := xproto.InternAtom(x, false, uint16(len(name)), name).Reply()
	if err != nil {
		return 0, fmt.Errorf("atom %s: %w", name, err)
	}
	return reply.Atom, nil
}

// An output collects what a program writes, and can be read meanwhile.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// anonymous is the memory of a process, in bytes, that no file backs.
func anonymous(t testing.TB, pid int) int64 {
	t.Helper()
	path := fmt.Sprintf("/proc/%d/status", pid)
	status, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("no memory of process %d: %v", pid, err)
	}
	for line := range strings.Lines(string(status)) {
		value, ok := strings.CutPrefix(line, "RssAnon:")
		if !ok {
			continue
		}
		kilobytes, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		return kilobytes << 10
	}
	t.Fatalf("%s has no RssAnon", path)
	return 0
}

// anonymousAll adds up the memory of a process and of those that it started
// and that run.
func anonymousAll(t testing.TB, pid int) int64 {
	t.Helper()
	sum := anonymous(t, pid)
	for _, child := range children(t, pid) {
		if _, err := readStat(child); err == nil {
			sum += anonymousAll(t, child)
		}
	}
	return sum
}

// cpuAll is the processor time of a process and of those that it started,
// whether they run or have ended.
func cpuAll(t testing.TB, pid int) time.Duration {
	t.Helper()
	s := mustStat(t, pid)
	sum := s.own + s.reaped
	for _, child := range children(t, pid) {
		if _, err := readStat(child); err == nil {
			sum += cpuAll(t, child)
		}
	}
	return sum
}

// A stat is what matters here of /proc/PID/stat.
type stat struct {
	parent int
	own    time.Duration // user and system time
	reaped time.Duration // the same of the children that it has waited for
}

func mustStat(t testing.TB, pid int) stat {
	t.Helper()
	s, err := readStat(pid)
	if err != nil {
		t.Fatalf("no figures of process %d: %v", pid, err)
	}
	return s
}

func readStat(pid int) (stat, error) {
	path := fmt.Sprintf("/proc/%d/stat", pid)
	data, err := os.ReadFile(path)
	if err != nil {
		return stat{}, err
	}
	// The name, the second field, is in parentheses and may hold some itself.
	// After it, the third field is fields[0].
	fields := strings.Fields(string(data[bytes.LastIndexByte(data, ')')+1:]))
	if len(fields) < 15 {
		return stat{}, fmt.Errorf("%s: only %d fields", path, len(fields)+2)
	}
	var n [15]int64
	for _, i := range []int{1, 11, 12, 13, 14} {
		if n[i], err = strconv.ParseInt(fields[i], 10, 64); err != nil {
			return stat{}, fmt.Errorf("%s: field %d: %w", path, i+3, err)
		}
	}
	return stat{
		parent: int(n[1]),
		own:    time.Duration(n[11]+n[12]) * clockTick,
		reaped: time.Duration(n[13]+n[14]) * clockTick,
	}, nil
}

// children lists the processes that a process started and that run.
func children(t testing.TB, pid int) []int {
	t.Helper()
	entries, err := os.ReadDir("/proc")
	if err != nil {
		t.Fatalf("no list of processes: %v", err)
	}
	var found []int
	for _, e := range entries {
		child, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		// A process that has ended since the list was made is none.
		if s, err := readStat(child); err == nil && s.parent == pid {
			found = append(found, child)
		}
	}
	return found
}
