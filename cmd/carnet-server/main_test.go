package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func english(string) string { return "en_GB.UTF-8" }

// output is what a server says, for another goroutine to read.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// TestServe starts a server, checks and backs it up while it runs and after it has
// stopped, and finds the same key when it starts again.
func TestServe(t *testing.T) {
	data := t.TempDir()
	key := ""
	for round := range 2 {
		ctx, cancel := context.WithCancel(context.Background())
		out, diag := new(output), new(output)
		ended := make(chan int, 1)
		go func() {
			ended <- run(ctx, []string{"serve", "--data", data, "--listen", "127.0.0.1:0", "--names", "localhost,127.0.0.1"}, english, out, diag)
		}()
		for began := time.Now(); !strings.Contains(out.String(), "Key of the server"); time.Sleep(10 * time.Millisecond) {
			if time.Since(began) > time.Minute {
				t.Fatalf("it does not start: %s %s", out, diag)
			}
		}
		fields := strings.Fields(out.String())
		if found := fields[len(fields)-1]; len(found) != 64 || round > 0 && found != key {
			t.Errorf("the key is %q, and was %q", found, key)
		} else {
			key = found
		}
		administered(t, data)
		cancel()
		if code := <-ended; code != exitDone || !strings.Contains(out.String(), "Stopped") {
			t.Errorf("it ends with %d: %s %s", code, out, diag)
		}
	}
	administered(t, data)
}

func administered(t *testing.T, data string) {
	t.Helper()
	out, diag := new(output), new(output)
	if code := run(context.Background(), []string{"check", "--data", data}, english, out, diag); code != exitDone || !strings.Contains(out.String(), `"damaged":0`) {
		t.Errorf("check: %d, %s %s", code, out, diag)
	}
	to := filepath.Join(t.TempDir(), "backup")
	if code := run(context.Background(), []string{"backup", "--data", data, "--to", to}, english, out, diag); code != exitDone {
		t.Errorf("backup: %d, %s %s", code, out, diag)
	}
	if _, err := os.Stat(filepath.Join(to, "operations.db")); err != nil {
		t.Error(err)
	}
	if code := run(context.Background(), []string{"backup", "--data", data, "--to", to}, english, out, diag); code != exitFailed {
		t.Errorf("a backup over another: %d", code)
	}
	if code := run(context.Background(), []string{"check", "--data", to}, english, out, diag); code != exitDone {
		t.Errorf("check of the backup: %d, %s", code, diag)
	}
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{nil, {"unknown"}, {"backup"}, {"serve", "--unknown"}, {"serve", "--config", "/nonexistent"}} {
		if code := run(context.Background(), args, english, new(output), new(output)); code != exitUsage {
			t.Errorf("%q: %d", args, code)
		}
	}
	if code := run(context.Background(), []string{"check", "--data", t.TempDir()}, english, new(output), new(output)); code != exitFailed {
		t.Errorf("a folder without data: %d", code)
	}
	out := new(output)
	if code := run(context.Background(), []string{"version"}, english, out, out); code != exitDone || out.String() == "" {
		t.Errorf("version: %d, %q", code, out)
	}
}

// The example configuration is one, and has no other keys.
func TestExampleConfiguration(t *testing.T) {
	path := filepath.Join("..", "..", "assets", "package", "carnet-server.json")
	var s settings
	if err := readConfig(path, &s); err != nil || s.Listen != ":8443" || s.Quota != 20<<30 {
		t.Errorf("%+v, %v", s, err)
	}
	other := filepath.Join(t.TempDir(), "other.json")
	b, err := json.Marshal(map[string]any{"unknown": 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(other, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if readConfig(other, &s) == nil {
		t.Error("a key that nobody knows is passed over")
	}
}
