package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"carnet/sync/client"
	"carnet/sync/consent"
	"carnet/sync/server/store"
	"carnet/sync/server/store/boltstore"
	"carnet/vault"
	"carnet/vault/chain"
	"carnet/vault/record"
	"carnet/vault/seal"
)

// The test binary is the server, or a client, when it is started as one.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case "server-child":
			os.Exit(run(context.Background(), os.Args[2:], english, os.Stdout, os.Stderr))
		case "client-child":
			if err := clientChild(os.Args[2], os.Args[3]); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(exitFailed)
			}
			os.Exit(exitDone)
		}
	}
	os.Exit(m.Run())
}

const passphrase = "three green horses run home"

func options() *vault.Options { return &vault.Options{Argon2: seal.Floor} }

// scratch is a folder that no disk slows down: a process that is killed loses nothing
// of what it wrote, wherever that lies.
func scratch(t testing.TB) string {
	t.Helper()
	folder, err := os.MkdirTemp("/dev/shm", "carnet-test-*")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	return folder
}

// mortal is a server in a process of its own, at one address for all its lives.
type mortal struct {
	t       testing.TB
	folder  string
	config  string
	address string
	key     [32]byte
	cmd     *exec.Cmd
	stdout  io.ReadCloser
	lives   int
}

func newMortal(t testing.TB) *mortal {
	t.Helper()
	m := &mortal{t: t, folder: scratch(t), config: filepath.Join(t.TempDir(), "config.json")}
	if err := os.WriteFile(m.config, []byte(`{"requestsPerSecond": 1e6}`), 0o600); err != nil {
		t.Fatal(err)
	}
	m.address = freeAddress(t)
	m.start()
	t.Cleanup(m.kill)
	return m
}

// freeAddress is one of this machine, below the ports that a system gives to those who
// call: one of them would take the address while nobody is there.
func freeAddress(t testing.TB) string {
	t.Helper()
	for {
		address := fmt.Sprintf("127.0.0.1:%d", 10_000+rand.IntN(20_000))
		l, err := net.Listen("tcp", address)
		if err != nil {
			continue
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		return address
	}
}

func (m *mortal) start() {
	m.t.Helper()
	self, err := os.Executable()
	if err != nil {
		m.t.Fatal(err)
	}
	m.cmd = exec.Command(self, "server-child", "serve", "--config", m.config, "--data", m.folder, "--listen", m.address, "--names", "127.0.0.1")
	m.cmd.Stderr = io.Discard // its log
	if m.stdout, err = m.cmd.StdoutPipe(); err != nil {
		m.t.Fatal(err)
	}
	if err := m.cmd.Start(); err != nil {
		m.t.Fatal(err)
	}
	lines := bufio.NewScanner(m.stdout)
	for lines.Scan() {
		if fields := strings.Fields(lines.Text()); strings.HasPrefix(lines.Text(), "Key of the server") {
			if n, err := hex.Decode(m.key[:], []byte(fields[len(fields)-1])); err != nil || n != 32 {
				m.t.Fatalf("the key: %q", lines.Text())
			}
			m.lives++
			return
		}
	}
	m.t.Fatalf("the server does not start: %v", m.cmd.Wait())
}

// kill is the end without a warning.
func (m *mortal) kill() {
	if m.cmd == nil {
		return
	}
	m.cmd.Process.Kill()
	m.cmd.Wait()
	m.cmd = nil
}

// sound opens the store of a server that is not running and reads all of it. It tells
// how many operations it has of each patient.
func (m *mortal) sound(patients ...record.ID) (ops []uint64) {
	m.t.Helper()
	ctx := context.Background()
	kept, err := boltstore.Open(m.folder)
	if err != nil {
		m.t.Fatal(err)
	}
	if totals, err := kept.Check(ctx, func(f store.Finding) { m.t.Errorf("life %d: %s of %x at %d", m.lives, f.What, f.Patient, f.N) }); err != nil {
		m.t.Errorf("life %d: %+v, %v", m.lives, totals, err)
	}
	for _, p := range patients {
		used, err := kept.Usage(ctx, chain.ID(p))
		if err != nil {
			m.t.Fatal(err)
		}
		ops = append(ops, used.Ops)
	}
	if err := kept.Close(); err != nil {
		m.t.Fatal(err)
	}
	return ops
}

// family makes a vault whose holder consents to the server, closed, and a copy of it
// for another device.
func (m *mortal) family(name string) (path, twin string, patient record.ID) {
	m.t.Helper()
	ctx := context.Background()
	folder := scratch(m.t)
	path, twin = filepath.Join(folder, "one.carnet"), filepath.Join(folder, "two.carnet")
	v, _, err := vault.Create(ctx, path, vault.First{Name: name, Birth: "1990-01-02", Passphrase: []byte(passphrase)}, options())
	if err != nil {
		m.t.Fatal(err)
	}
	all, err := v.Patients()
	if err != nil || len(all) != 1 {
		m.t.Fatal(all, err)
	}
	patient = all[0].ID
	_, err = v.GiveConsent(ctx, patient, vault.Grantee{Host: m.address, Key: m.key, Until: time.Now().AddDate(0, 6, 0), Text: "words", Language: "en"})
	if err := errors.Join(err, v.Close()); err != nil {
		m.t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(twin, b, 0o600)
	}
	if err != nil {
		m.t.Fatal(err)
	}
	return path, twin, patient
}

// writer adds documents to a record and synchronises it, again and again.
type writer struct {
	v       *vault.Vault
	c       *client.Client
	patient record.ID
	folder  string
	random  *rand.Rand
	added   int
}

func newWriter(path, folder string, patient record.ID) (*writer, error) {
	v, err := vault.Unlock(context.Background(), path, []byte(passphrase), options())
	if err != nil {
		return nil, err
	}
	return &writer{v: v, c: client.New(v, &client.Options{Gate: consent.Options{Now: time.Now}}), patient: patient, folder: folder, random: rand.New(rand.NewPCG(rand.Uint64(), 0))}, nil
}

func (w *writer) close() error {
	w.c.Close()
	return w.v.Close()
}

// add adds a document: most are small, some have blobs.
func (w *writer) add() (record.ID, error) {
	size := []int{10, 300, 3000, 200_000}[w.random.IntN(4)]
	b := make([]byte, size)
	for i := range b {
		b[i] = byte(w.random.Uint32())
	}
	path := filepath.Join(w.folder, fmt.Sprintf("%d.bin", w.added))
	w.added++
	if err := os.WriteFile(path, fmt.Appendf(b, "%d", w.random.Uint64()), 0o600); err != nil {
		return record.ID{}, err
	}
	defer os.Remove(path)
	var id record.ID
	for i := range w.v.Import(context.Background(), w.patient, []string{path}, nil) {
		if i.Err != nil {
			return id, i.Err
		}
		id = i.ID
	}
	return id, nil
}

// sync synchronises once. An end of the server in the middle of it is no fault.
func (w *writer) sync() (position uint64, acknowledged bool, err error) {
	if _, err = w.c.Sync(context.Background(), w.patient, nil); err != nil {
		if errors.Is(err, consent.ErrUnreachable) {
			err = nil
		}
		return 0, false, err
	}
	s, err := w.v.SyncState(w.patient)
	return s.N, err == nil && s.Waiting == 0, err
}

// whole compares what a device shows with what has to be there, and reads all of it.
func (w *writer) whole(t testing.TB, what string, ids []record.ID) {
	t.Helper()
	for _, id := range ids {
		if _, err := w.v.Document(id); err != nil {
			t.Errorf("%s: an acknowledged document: %v", what, err)
		}
	}
	if report, err := w.v.Check(t.Context(), false, nil); err != nil || !report.Ok() {
		t.Errorf("%s: %+v, %v", what, report, err)
	}
	if s, err := w.v.SyncState(w.patient); err != nil || s.Frozen != nil || s.Withheld != 0 {
		t.Errorf("%s: %+v, %v", what, s, err)
	}
}

// whole brings another device up to date and compares.
func (m *mortal) whole(what, twin string, patient record.ID, ids []record.ID) {
	m.t.Helper()
	w, err := newWriter(twin, "", patient)
	if err != nil {
		m.t.Fatal(err)
	}
	if _, acknowledged, err := w.sync(); err != nil || !acknowledged {
		m.t.Errorf("%s: %v, %v", what, acknowledged, err)
	}
	w.whole(m.t, what, ids)
	if err := w.close(); err != nil {
		m.t.Error(err)
	}
}

// TestServerKilled and its long form kill a server under eight clients: what it
// acknowledged is there, and all that is there holds.
func TestServerKilled(t *testing.T) { killServer(t, 6) }

func TestTortureServerKilled(t *testing.T) {
	if os.Getenv("CARNET_TORTURE") == "" {
		t.Skip("the long form, 300 kills, runs with CARNET_TORTURE=1")
	}
	killServer(t, 300)
}

func killServer(t *testing.T, kills int) {
	const clients = 8
	m := newMortal(t)
	type one struct {
		*writer
		twin string

		mu    sync.Mutex
		at    uint64
		acked []record.ID
	}
	var all []*one
	var patients []record.ID
	for i := range clients {
		path, twin, patient := m.family(fmt.Sprintf("Person %d", i))
		w, err := newWriter(path, t.TempDir(), patient)
		if err != nil {
			t.Fatal(err)
		}
		all, patients = append(all, &one{writer: w, twin: twin}), append(patients, patient)
	}
	stop := make(chan struct{})
	var working sync.WaitGroup
	for _, o := range all {
		working.Go(func() {
			var waiting []record.ID
			for {
				select {
				case <-stop:
					return
				default:
				}
				id, err := o.add()
				if err != nil {
					t.Error(err)
					return
				}
				waiting = append(waiting, id)
				position, acknowledged, err := o.sync()
				if err != nil {
					t.Error(err)
					return
				}
				if acknowledged {
					o.mu.Lock()
					o.at, o.acked = position, append(o.acked, waiting...)
					o.mu.Unlock()
					waiting = nil
				} else {
					time.Sleep(20 * time.Millisecond) // nobody is there
				}
			}
		})
	}
	acknowledged := func() (count int) {
		for _, o := range all {
			o.mu.Lock()
			count += len(o.acked)
			o.mu.Unlock()
		}
		return count
	}
	count := 0
	for range kills {
		for limit, enough := time.Now().Add(time.Minute), count+1+rand.IntN(2*clients); acknowledged() < enough; time.Sleep(time.Millisecond) {
			if time.Now().After(limit) {
				t.Fatalf("life %d: nothing is acknowledged", m.lives)
			}
		}
		time.Sleep(time.Duration(rand.IntN(50)) * time.Millisecond)
		m.kill()
		count = acknowledged()
		ended := map[record.ID]uint64{}
		for _, o := range all { // what is acknowledged now was so before the end
			o.mu.Lock()
			ended[o.patient] = o.at
			o.mu.Unlock()
		}
		for i, n := range m.sound(patients...) {
			if n < ended[patients[i]] {
				t.Errorf("life %d: %d operations, of %d that were acknowledged", m.lives, n, ended[patients[i]])
			}
		}
		m.start()
	}
	close(stop)
	working.Wait()
	for i, o := range all {
		what := fmt.Sprintf("client %d", i)
		if _, acknowledged, err := o.sync(); err != nil || !acknowledged {
			t.Errorf("%s: %v, %v", what, acknowledged, err)
		}
		o.whole(t, what, o.acked)
		if err := o.close(); err != nil {
			t.Error(err)
		}
		m.whole(what+", another device", o.twin, o.patient, o.acked)
	}
	t.Logf("killed %d times; %d documents acknowledged", kills, acknowledged())
}

// clientChild is a client in a process of its own: it prints each document that the
// server has acknowledged.
func clientChild(path, folder string) error {
	v, err := vault.Unlock(context.Background(), path, []byte(passphrase), options())
	if err != nil {
		return err
	}
	all, err := v.Patients()
	if err := errors.Join(err, v.Close()); err != nil {
		return err
	}
	w, err := newWriter(path, folder, all[0].ID)
	if err != nil {
		return err
	}
	fmt.Println("open")
	for {
		id, err := w.add()
		if err != nil {
			return err
		}
		_, acknowledged, err := w.sync()
		if err != nil {
			return err
		}
		if acknowledged {
			fmt.Println(id)
		}
	}
}

// TestClientKilled and its long form kill a client: what the server acknowledged is
// there and on another device, the vault holds, and the client goes on.
func TestClientKilled(t *testing.T) { killClient(t, 4) }

func TestTortureClientKilled(t *testing.T) {
	if os.Getenv("CARNET_TORTURE") == "" {
		t.Skip("the long form, 300 kills, runs with CARNET_TORTURE=1")
	}
	killClient(t, 300)
}

func killClient(t *testing.T, kills int) {
	m := newMortal(t)
	path, twin, patient := m.family("Person")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var acked []record.ID
	for k := range kills {
		if k%50 == 49 { // a record that does not grow beyond what a test can read again and again
			path, twin, patient = m.family(fmt.Sprintf("Person %d", k))
			acked = nil
		}
		cmd := exec.Command(self, "client-child", path, t.TempDir())
		var diag output
		cmd.Stderr = &diag
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		if !lines.Scan() || lines.Text() != "open" {
			t.Fatalf("the client does not start: %v, %s", cmd.Wait(), diag.String())
		}
		for left := rand.IntN(4); ; left-- {
			if left == 0 {
				time.AfterFunc(time.Duration(rand.IntN(100))*time.Millisecond, func() { cmd.Process.Kill() })
			}
			if !lines.Scan() {
				break
			}
			if id, err := record.ParseID(lines.Text()); err == nil { // not cut by its end
				acked = append(acked, id)
			}
		}
		cmd.Wait()
		if said := diag.String(); said != "" {
			t.Fatalf("the client ended with %s", said)
		}
		w, err := newWriter(path, t.TempDir(), patient)
		if err != nil {
			t.Fatal(err)
		}
		w.whole(t, "after its end", acked)
		if k%10 == 9 || k == kills-1 {
			id, err := w.add()
			if err != nil {
				t.Fatal(err)
			}
			if _, acknowledged, err := w.sync(); err != nil || !acknowledged {
				t.Errorf("it does not go on: %v, %v", acknowledged, err)
			}
			acked = append(acked, id)
			m.whole("another device", twin, patient, acked)
		}
		if err := w.close(); err != nil {
			t.Fatal(err)
		}
	}
	m.kill()
	m.sound()
	t.Logf("killed %d times", kills)
}
