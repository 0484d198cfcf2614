// Package cupstest starts a private printing system, the real CUPS, for tests:
// its own folders, a local socket, printers that keep what they were given. It is
// no part of the program.
package cupstest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Server is a running CUPS. Make one with Start, and Close it.
type Server struct {
	Socket string // for CUPS_SERVER
	Dir    string // everything it writes

	daemon *exec.Cmd
	ended  chan struct{}
}

// patience is how long the server may take for anything a test waits for.
const patience = 10 * time.Second

// collector is the driver of a printer: it keeps the bytes of each job beside the
// bytes of the others, with the copies and the title that it was told.
const collector = `#!/bin/sh
if [ $# -eq 0 ]; then echo 'direct collect "Unknown" "Collector"'; exit 0; fi
to="${DEVICE_URI#collect:}"
cat ${6:+"$6"} > "$to.tmp" || exit 1
printf '%s\n%s\n' "$3" "$4" > "$to.about"
mv "$to.tmp" "$to"
`

// pdfPrinter describes a printer that takes PDF alone, so that CUPS has to convert the
// rest.
const pdfPrinter = `*PPD-Adobe: "4.3"
*FormatVersion: "4.3"
*FileVersion: "1.0"
*LanguageVersion: English
*LanguageEncoding: ISOLatin1
*PCFileName: "PDF.PPD"
*Manufacturer: "Test"
*Product: "(Test)"
*ModelName: "Test"
*ShortNickName: "Test"
*NickName: "Test"
*PSVersion: "(3010.000) 0"
*LanguageLevel: "3"
*ColorDevice: True
*DefaultColorSpace: RGB
*cupsFilter2: "application/vnd.cups-pdf application/pdf 0 -"
*OpenUI *PageSize: PickOne
*DefaultPageSize: A4
*PageSize A4: "<</PageSize[595 842]>>setpagedevice"
*CloseUI: *PageSize
*OpenUI *PageRegion: PickOne
*DefaultPageRegion: A4
*PageRegion A4: "<</PageSize[595 842]>>setpagedevice"
*CloseUI: *PageRegion
*DefaultImageableArea: A4
*ImageableArea A4: "12 12 583 830"
*DefaultPaperDimension: A4
*PaperDimension A4: "595 842"
`

// Start starts a server without printers. It fails where CUPS is not installed.
func Start() (*Server, error) {
	program, err := find("cupsd")
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "cups")
	if err != nil {
		return nil, err
	}
	s := &Server{Socket: filepath.Join(dir, "cups.sock"), Dir: dir, ended: make(chan struct{})}
	if err := s.configure(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	s.daemon = exec.Command(program, "-f", "-c", filepath.Join(dir, "root", "cupsd.conf"), "-s", filepath.Join(dir, "root", "cups-files.conf"))
	if err := s.daemon.Start(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	go func() {
		s.daemon.Wait() // its status is that of a killed program
		close(s.ended)
	}()
	ready := func() bool {
		out, err := s.command("lpstat", "-r").Output() // done either way
		return err == nil && strings.TrimSpace(string(out)) == "scheduler is running"
	}
	if !s.wait(ready) {
		return nil, errors.Join(errors.New("cupsd does not start"), s.log(), s.Close())
	}
	return s, nil
}

// find looks where systems keep the programs of administrators too.
func find(name string) (string, error) {
	for _, dir := range []string{"/usr/sbin", "/usr/local/sbin"} {
		if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return path, nil
		}
	}
	return exec.LookPath(name)
}

func (s *Server) configure() error {
	// Filters run as nobody when the server runs as root, and have to get there.
	if err := os.Chmod(s.Dir, 0o711); err != nil {
		return err
	}
	for _, name := range []string{"root", "spool", "spool/tmp", "cache", "run", "bin/backend", "printed"} {
		if err := os.MkdirAll(filepath.Join(s.Dir, name), 0o755); err != nil {
			return err
		}
	}
	for _, name := range []string{"filter", "daemon"} { // the programs of CUPS itself
		if err := os.Symlink(filepath.Join("/usr/lib/cups", name), filepath.Join(s.Dir, "bin", name)); err != nil {
			return err
		}
	}
	account, err := user.Lookup("nobody")
	if err != nil {
		return err
	}
	group, err := user.LookupGroupId(account.Gid)
	if err != nil {
		return err
	}
	files := map[string]string{
		"root/cups-files.conf": strings.NewReplacer("@", s.Dir, "GROUP", group.Name).Replace(
			"ServerRoot @/root\nServerBin @/bin\nRequestRoot @/spool\nTempDir @/spool/tmp\nCacheDir @/cache\nStateDir @/run\n" +
				"ServerKeychain @/root\nAccessLog @/access_log\nErrorLog @/error_log\nPageLog @/page_log\nUser nobody\nGroup GROUP\nSystemGroup root\n"),
		"root/cupsd.conf": "Listen " + s.Socket + "\nBrowsing Off\nWebInterface No\nDefaultAuthType None\nMultipleOperationTimeout 1\n" +
			"<Location />\nAllow all\n</Location>\n<Policy default>\n<Limit All>\nAllow all\n</Limit>\n</Policy>\n",
		"root/pdf.ppd":        pdfPrinter,
		"bin/backend/collect": collector,
	}
	for name, content := range files {
		// A driver that only its owner may run is run as its owner.
		if err := os.WriteFile(filepath.Join(s.Dir, name), []byte(content), 0o700); err != nil {
			return err
		}
	}
	return nil
}

// AddPrinter adds a printer that takes everything as it is, or, when pdf is true, PDF
// only, to which CUPS then converts.
func (s *Server) AddPrinter(name string, pdf bool) error {
	args := []string{"-p", name, "-E", "-v", "collect:" + s.printed(name)}
	if pdf {
		args = append(args, "-P", filepath.Join(s.Dir, "root", "pdf.ppd"))
	}
	return s.run("lpadmin", args...)
}

// Prefer makes a printer the one that is used when none is named.
func (s *Server) Prefer(name string) error { return s.run("lpadmin", "-d", name) }

// Reject makes a printer refuse jobs.
func (s *Server) Reject(name string) error { return s.run("cupsreject", name) }

// Hold makes a printer take jobs and print none.
func (s *Server) Hold(name string) error { return s.run("cupsdisable", name) }

// Printed waits for the next job of a printer and takes it away: its bytes, its
// title, its copies.
func (s *Server) Printed(name string) (content []byte, title string, copies int, err error) {
	path := s.printed(name)
	if !s.wait(func() bool { _, err := os.Stat(path); return err == nil }) {
		return nil, "", 0, errors.Join(fmt.Errorf("nothing was printed on %s", name), s.log())
	}
	if content, err = os.ReadFile(path); err != nil {
		return nil, "", 0, err
	}
	about, err := os.ReadFile(path + ".about")
	if err != nil {
		return nil, "", 0, err
	}
	title, number, _ := strings.Cut(strings.TrimSpace(string(about)), "\n")
	if copies, err = strconv.Atoi(number); err != nil {
		return nil, "", 0, err
	}
	return content, title, copies, errors.Join(os.Remove(path), os.Remove(path+".about"))
}

// log is what the server complained about, as an error.
func (s *Server) log() error {
	said, err := os.ReadFile(filepath.Join(s.Dir, "error_log"))
	if err != nil {
		return err
	}
	return errors.New(string(said))
}

// Idle reports whether a printer has printed nothing and nothing of its waits.
func (s *Server) Idle(name string) (bool, error) {
	waiting, err := s.command("lpstat", "-o", name).Output()
	if err != nil {
		return false, err
	}
	made, err := filepath.Glob(s.printed(name) + "*")
	return len(bytes.TrimSpace(waiting)) == 0 && len(made) == 0, err
}

func (s *Server) printed(name string) string { return filepath.Join(s.Dir, "printed", name) }

// Pause lets the server answer nothing until resume is called.
func (s *Server) Pause() (resume func() error, err error) {
	number := strconv.Itoa(s.daemon.Process.Pid)
	return func() error { return s.run("kill", "-CONT", number) }, s.run("kill", "-STOP", number)
}

// Close ends the server and removes all that it wrote.
func (s *Server) Close() error {
	s.daemon.Process.Signal(os.Interrupt) // fails when it has ended
	select {
	case <-s.ended:
	case <-time.After(patience):
		s.daemon.Process.Kill()
		<-s.ended
	}
	return os.RemoveAll(s.Dir)
}

func (s *Server) command(name string, args ...string) *exec.Cmd {
	path, err := find(name)
	if err != nil {
		path = name // Run says that it is missing
	}
	cmd := exec.Command(path, args...)
	cmd.Env = append(os.Environ(), "CUPS_SERVER="+s.Socket, "LC_ALL=C")
	return cmd
}

func (s *Server) run(name string, args ...string) error {
	out, err := s.command(name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, out)
	}
	return nil
}

func (s *Server) wait(done func() bool) bool {
	for until := time.Now().Add(patience); time.Now().Before(until); time.Sleep(50 * time.Millisecond) {
		if done() {
			return true
		}
		select {
		case <-s.ended:
			return done()
		default:
		}
	}
	return false
}
