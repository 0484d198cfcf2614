// Package chromiumtest drives a real browser, for tests of the pages that Carnet
// writes.
package chromiumtest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

// Browser is a real one, driven through a pipe by its DevTools protocol.
type Browser struct {
	// Session is of the tab that is asked.
	Session string

	t    *testing.T
	to   *os.File
	from *bufio.Reader
	last int
}

// Start starts Chromium. « evil.test » is a name for this computer there, as an
// attacker's name server would have it.
func Start(t *testing.T) *Browser {
	t.Helper()
	program, err := exec.LookPath("chromium")
	if err != nil {
		if program, err = exec.LookPath("chromium-browser"); err != nil {
			if runtime.GOOS == "linux" {
				t.Fatalf("%v: make deps installs it", err)
			}
			t.Skipf("Chromium is not installed (%v): what it would show is not proven", err)
		}
	}
	home, err := os.MkdirTemp("", "carnet-browser-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { removeAll(t, home) })
	read, to, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	from, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions",
		"--disable-background-networking", "--remote-debugging-pipe", "--window-size=400,800", "--lang=fr", "--accept-lang=fr",
		"--host-resolver-rules=MAP evil.test 127.0.0.1", "--user-data-dir="+filepath.Join(home, "profile"), "about:blank")
	c.Env = append(os.Environ(), "HOME="+home)
	c.ExtraFiles = []*os.File{read, write} // 3 and 4
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	read.Close()
	write.Close()
	t.Cleanup(func() {
		to.Close() // which ends it
		slow := time.AfterFunc(time.Minute, func() { c.Process.Kill() })
		defer slow.Stop()
		c.Wait() // how it ended says nothing of what was tested
		from.Close()
	})
	b := &Browser{t: t, to: to, from: bufio.NewReader(from)}
	if err := from.SetReadDeadline(time.Now().Add(3 * time.Minute)); err != nil {
		t.Fatal(err)
	}
	return b
}

// removeAll removes a folder in which processes of a browser that has ended may still
// write for a moment.
func removeAll(t *testing.T, folder string) {
	for limit := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		err := os.RemoveAll(folder)
		if err == nil {
			return
		}
		if time.Now().After(limit) {
			t.Error(err)
			return
		}
	}
}

// Call asks for something and returns its result.
func (b *Browser) Call(method string, params map[string]any) map[string]any {
	b.t.Helper()
	result, refused := b.Ask(method, params)
	if refused != "" {
		b.t.Fatalf("%s: %s", method, refused)
	}
	return result
}

// Ask is [Browser.Call] that also returns why the browser refused.
func (b *Browser) Ask(method string, params map[string]any) (result map[string]any, refused string) {
	b.t.Helper()
	b.last++
	ask := map[string]any{"id": b.last, "method": method, "params": params}
	if b.Session != "" {
		ask["sessionId"] = b.Session
	}
	line, err := json.Marshal(ask)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.to.Write(append(line, 0)); err != nil {
		b.t.Fatal(err)
	}
	for {
		line, err := b.from.ReadBytes(0)
		if err != nil {
			b.t.Fatalf("%s: %v", method, err)
		}
		var answer struct {
			ID     int
			Result map[string]any
			Error  *struct{ Message string }
		}
		if err := json.Unmarshal(bytes.TrimRight(line, "\x00"), &answer); err != nil {
			b.t.Fatal(err)
		}
		if answer.ID != b.last {
			continue // an event
		}
		if answer.Error != nil {
			return nil, answer.Error.Message
		}
		return answer.Result, ""
	}
}

// Open shows an address in a new tab; before, which may be empty, runs in each page
// before its own scripts.
func (b *Browser) Open(address, before string) {
	b.t.Helper()
	b.Session = ""
	target := b.Call("Target.createTarget", map[string]any{"url": "about:blank"})["targetId"]
	b.Session = b.Call("Target.attachToTarget", map[string]any{"targetId": target, "flatten": true})["sessionId"].(string)
	b.Call("Page.enable", nil)
	if before != "" {
		b.Call("Page.addScriptToEvaluateOnNewDocument", map[string]any{"source": before})
	}
	b.Call("Page.navigate", map[string]any{"url": address})
	b.Until("document.readyState === 'complete' && location.href !== 'about:blank'")
}

// Run gives the value of an expression, once it is there.
func (b *Browser) Run(expression string) any {
	b.t.Helper()
	got := b.Call("Runtime.evaluate", map[string]any{"expression": expression, "awaitPromise": true, "returnByValue": true})
	if x, failed := got["exceptionDetails"]; failed {
		b.t.Fatalf("%s: %v", expression, x)
	}
	return got["result"].(map[string]any)["value"]
}

// Until waits for something to be so. Between two pages there is none to ask, which is
// no failure.
func (b *Browser) Until(expression string) {
	b.t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		got, _ := b.Ask("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true})
		if value, ok := got["result"].(map[string]any); ok && value["value"] == true {
			return
		}
		if time.Now().After(end) {
			b.t.Fatalf("never: %s; the page says %q", expression, b.Run("document.body.innerText"))
		}
	}
}
