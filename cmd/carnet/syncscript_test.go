package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// serverProgram is carnet-server, built once, without cgo as it is delivered.
var serverProgram = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "carnet-server-test-*")
	if err != nil {
		return "", err
	}
	atEnd = append(atEnd, func() { os.RemoveAll(folder) })
	path := filepath.Join(folder, "carnet-server")
	build := exec.Command("go", "build", "-o", path, "carnet/cmd/carnet-server")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	build.Dir = ".." // of this module
	var said bytes.Buffer
	build.Stdout, build.Stderr = &said, &said
	if err := build.Run(); err != nil {
		return "", fmt.Errorf("%w: %s", err, said.Bytes())
	}
	return path, nil
})

// startServer FOLDER starts a server of its own process on the loopback, and gives the
// script $SERVER and $SERVERKEY. It is stopped, gracefully, by "server stop" or at the
// end; "! server stop" kills it.
func startServer(ts *testscript.TestScript, neg bool, args []string) {
	if args[0] == "stop" {
		stopServer(ts, neg)
		return
	}
	path, err := serverProgram()
	ts.Check(err)
	listen := ts.Getenv("SERVER")
	if listen == "" {
		listen = "127.0.0.1:0"
	}
	c := exec.Command(path, "serve", "--data", ts.MkAbs(args[0]), "--listen", listen, "--names", "127.0.0.1")
	c.Env = append(os.Environ(), "LANG=en_GB.UTF-8")
	log, err := os.OpenFile(ts.MkAbs("server.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	ts.Check(err)
	c.Stderr = log
	said, err := c.StdoutPipe()
	ts.Check(err)
	ts.Check(c.Start())
	running.Store(ts.Getenv("WORK"), &process{c, log})
	ts.Defer(func() { stopServer(ts, true) })
	lines := bufio.NewScanner(said)
	for range 2 {
		if !lines.Scan() {
			ts.Fatalf("the server does not start: %s", ts.ReadFile("server.log"))
		}
		fields := strings.Fields(lines.Text())
		name := "SERVER"
		if strings.HasPrefix(lines.Text(), "Key") {
			name = "SERVERKEY"
		}
		ts.Setenv(name, fields[len(fields)-1])
	}
	go io.Copy(io.Discard, said)
}

type process struct {
	*exec.Cmd
	log *os.File
}

// running are the servers of scripts, by their folder.
var running sync.Map

func stopServer(ts *testscript.TestScript, kill bool) {
	found, ok := running.LoadAndDelete(ts.Getenv("WORK"))
	if !ok {
		return
	}
	p := found.(*process)
	defer p.log.Close()
	if kill {
		ts.Check(p.Process.Kill())
		_ = p.Wait() // it was killed
		return
	}
	ts.Check(p.Process.Signal(os.Interrupt))
	ts.Check(p.Wait())
}

// TestSyncScript synchronises two vaults by a server in a process of its own.
func TestSyncScript(t *testing.T) {
	runScripts(t, "sync", func(*testscript.Env) {})
}
