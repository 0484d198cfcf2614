package vault_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/anishathalye/porcupine"
	"github.com/rs/zerolog"

	"carnet/sync/client"
	"carnet/sync/consent"
	"carnet/vault"
	"carnet/vault/record"
)

// sight is one thing that a device did to one document, as far as the others can tell:
// it added it, or it looked for it after a run.
type sight struct {
	document record.ID
	add      bool
}

// presence is what every document is to all devices together: absent, then present
// for good.
var presence = porcupine.Model{
	Partition: func(history []porcupine.Operation) (out [][]porcupine.Operation) {
		at := map[record.ID]int{}
		for _, o := range history {
			document := o.Input.(sight).document
			i, known := at[document]
			if !known {
				i, at[document], out = len(out), len(out), append(out, nil)
			}
			out[i] = append(out[i], o)
		}
		return out
	},
	Init: func() any { return false },
	Step: func(state, input, output any) (bool, any) {
		if input.(sight).add {
			return true, true
		}
		return output.(bool) == state.(bool), state
	},
}

// TestLinearizable: three devices write and read at once over connections that are
// late, in pieces and cut in the middle. Whatever each of them saw, and when, is as if
// one thing had happened after another; in the end all have the same. A device that
// says it has looked when it has not is caught.
func TestLinearizable(t *testing.T) {
	if legal, _ := linear(t, 40, false); !legal {
		t.Error("no order explains what the devices saw")
	}
	if legal, _ := linear(t, 40, true); legal {
		t.Error("a device that does not look is not noticed")
	}
}

func TestTortureLinearizable(t *testing.T) {
	if os.Getenv("CARNET_TORTURE") == "" {
		t.Skip("the long form, 500 steps of each device, runs with CARNET_TORTURE=1")
	}
	legal, failed := linear(t, 500, false)
	if !legal {
		t.Error("no order explains what the devices saw")
	}
	t.Logf("%d runs were cut", failed)
}

// linear plays so many steps on each of three devices, and tells whether there is an
// order, and how many runs failed on their way.
func linear(t *testing.T, steps int, lazy bool) (legal bool, failed int) {
	t.Helper()
	base := newVault(t)
	r := newRemoteIn(t, inMemory(t))
	proxies := toxiproxy.NewProxyCollection()
	t.Cleanup(func() {
		if err := proxies.Clear(); err != nil {
			t.Error(err)
		}
	})
	log := zerolog.Nop()
	// One address for all, since a consent names it.
	proxy := toxiproxy.NewProxy(toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), log), "server", "127.0.0.1:0", r.address)
	for _, toxic := range []string{
		`{"type": "latency", "stream": "downstream", "attributes": {"latency": 1, "jitter": 1}}`,
		`{"type": "slicer", "stream": "downstream", "attributes": {"average_size": 700, "size_variation": 300, "delay": 10}}`,
		`{"type": "limit_data", "name": "up", "stream": "upstream", "toxicity": 0.25, "attributes": {"bytes": 4000}}`,
		`{"type": "limit_data", "name": "down", "stream": "downstream", "toxicity": 0.25, "attributes": {"bytes": 3000}}`,
		`{"type": "reset_peer", "stream": "downstream", "toxicity": 0.1, "attributes": {"timeout": 3}}`,
	} {
		if _, err := proxy.Toxics.AddToxicJson(strings.NewReader(toxic)); err != nil {
			t.Fatal(err)
		}
	}
	if err := proxies.Add(proxy, true); err != nil {
		t.Fatal(err)
	}
	direct := r.address
	r.address = proxy.Listen
	r.consents(base, base.lou.ID)
	r.address = direct
	base.close()
	defer base.as(camille)

	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	patient, folder, began := base.lou.ID, inMemory(t), time.Now()
	var mu sync.Mutex // of what follows
	var all []record.ID
	var history []porcupine.Operation
	var devices []*vault.Vault
	for i, who := range []string{camille, dominique, camille} {
		path := filepath.Join(folder, fmt.Sprintf("%d.carnet", i))
		copyFile(t, base.path, path)
		v, err := base.seats[who].Open(path, options())
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := v.Close(); err != nil {
				t.Error(err)
			}
		}()
		devices = append(devices, v)
	}
	if _, err := devices[1].GiveConsent(t.Context(), patient, vault.Grantee{Host: proxy.Listen, Key: r.key, Until: today.AddDate(0, 6, 0), Text: "words", Language: "en"}); err != nil {
		t.Fatal(err)
	}
	now := func() int64 { return int64(time.Since(began)) }
	// look synchronises and notes what the device shows then.
	waiting := make([][]int, len(devices)) // of history: what a device added and nobody has acknowledged
	look := func(i int, really bool) error {
		mu.Lock()
		known := all[:len(all):len(all)]
		mu.Unlock()
		call := now()
		if really {
			c := client.New(devices[i], &client.Options{Gate: consent.Options{Now: func() time.Time { return today }}})
			_, err := c.Sync(context.Background(), patient, nil)
			c.Close()
			if err != nil {
				return err
			}
		}
		end := now()
		documents, err := devices[i].Documents(patient)
		if err != nil {
			return err
		}
		has := map[record.ID]bool{}
		for _, d := range documents {
			has[d.ID] = true
		}
		mu.Lock()
		defer mu.Unlock()
		for _, id := range known {
			history = append(history, porcupine.Operation{ClientId: i, Input: sight{document: id}, Call: call, Output: has[id], Return: end})
		}
		if really {
			for _, at := range waiting[i] {
				history[at].Return = end
			}
			waiting[i] = nil
		}
		return nil
	}
	var working sync.WaitGroup
	for i := range devices {
		random := mathrand.New(mathrand.NewPCG(seed, uint64(i)))
		working.Go(func() {
			for range steps {
				if random.IntN(3) > 0 {
					err := look(i, !lazy || i != 2 || random.IntN(3) > 0)
					if errors.Is(err, consent.ErrUnreachable) {
						mu.Lock()
						failed++
						mu.Unlock()
					} else if err != nil {
						t.Error(err)
						return
					}
					continue
				}
				path := filepath.Join(folder, fmt.Sprintf("%d-%d", i, random.Uint64()))
				size := 10
				if random.IntN(4) == 0 {
					size = 3000
				}
				writeFile(t, path, noise(random.Uint64(), size))
				call := now()
				for imported := range devices[i].Import(context.Background(), patient, []string{path}, nil) {
					if imported.Err != nil {
						t.Error(imported.Err)
						return
					}
					mu.Lock()
					waiting[i] = append(waiting[i], len(history))
					history = append(history, porcupine.Operation{ClientId: i, Input: sight{imported.ID, true}, Call: call, Return: math.MaxInt64})
					all = append(all, imported.ID)
					mu.Unlock()
				}
			}
		})
	}
	working.Wait()
	proxy.Toxics.ResetToxics(t.Context())
	for round := range 3 {
		for i := range devices {
			if err := look(i, !lazy || i != 2 || round > 0); err != nil {
				t.Error(err)
			}
		}
	}
	alike(t, patient, &household{t: t, Vault: devices[0]}, &household{t: t, Vault: devices[1]}, &household{t: t, Vault: devices[2]})
	if failed == 0 {
		t.Error("no connection was ever cut")
	}
	return porcupine.CheckOperations(presence, history), failed
}
