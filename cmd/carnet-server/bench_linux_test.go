package main

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"carnet/sync/client"
	"carnet/sync/consent"
	"carnet/vault"
	"carnet/vault/chain"
	"carnet/vault/record"
)

// filled makes a vault with so many documents of a size, and a server on a real disk
// that its holder consents to.
func filled(b *testing.B, m *mortal, n, size int) (path string, patient record.ID) {
	b.Helper()
	path, _, patient = m.family("Person")
	folder := filepath.Join(filepath.Dir(path), "data")
	if err := os.Mkdir(folder, 0o700); err != nil {
		b.Fatal(err)
	}
	random := rand.NewChaCha8([32]byte{7})
	for i := range n {
		content := make([]byte, size)
		random.Read(content) // never fails
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%05d.bin", i)), content, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	w, err := newWriter(path, "", patient)
	if err != nil {
		b.Fatal(err)
	}
	for i := range w.v.Import(context.Background(), patient, []string{folder}, nil) {
		if i.Err != nil {
			b.Fatal(i.Err)
		}
	}
	if err := w.close(); err != nil {
		b.Fatal(err)
	}
	return path, patient
}

// onDisk is a server whose folder is where temporary files are.
func onDisk(b *testing.B) *mortal {
	b.Helper()
	m := newMortal(b)
	m.kill()
	m.folder = b.TempDir()
	m.start()
	return m
}

func (w *writer) mustSync(b *testing.B) time.Duration {
	b.Helper()
	began := time.Now()
	if _, acknowledged, err := w.sync(); err != nil || !acknowledged {
		b.Fatalf("%v, %v", acknowledged, err)
	}
	return time.Since(began)
}

func medianOf(all []float64) float64 { return slices.Sorted(slices.Values(all))[len(all)/2] }

// restServer builds the server of restic from its module; "" where it cannot be had.
func restServer(b *testing.B) string {
	b.Helper()
	dir := b.TempDir()
	const module = "module peers\n\nrequire github.com/restic/rest-server v0.14.0\n"
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte(module), 0o600); err != nil {
		b.Fatal(err)
	}
	c := exec.CommandContext(b.Context(), "go", "build", "-mod=mod", "-o", "rest-server", "github.com/restic/rest-server/cmd/rest-server")
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil {
		b.Logf("rest-server cannot be had, restic saves to a folder: %v: %.300s", err, out)
		return ""
	}
	return filepath.Join(dir, "rest-server")
}

// repository begins one of restic: behind its server, by TLS as ours, or in a folder
// where there is no server. stop ends the server.
func repository(b *testing.B, server, folder string) (options []string, stop func()) {
	b.Helper()
	if server == "" {
		return []string{"--no-cache", "-q", "-r", folder}, func() {}
	}
	address := freeAddress(b)
	key, certificate := filepath.Join(b.TempDir(), "key.pem"), filepath.Join(b.TempDir(), "certificate.pem")
	selfSigned(b, key, certificate)
	c := exec.Command(server, "--path", folder, "--no-auth", "--listen", address, "--tls", "--tls-cert", certificate, "--tls-key", key)
	if err := c.Start(); err != nil {
		b.Fatal(err)
	}
	for {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			conn.Close()
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	return []string{"--no-cache", "-q", "--cacert", certificate, "-r", "rest:https://" + address + "/"}, func() { c.Process.Kill(); c.Wait() }
}

// selfSigned writes a key and a certificate of 127.0.0.1.
func selfSigned(b *testing.B, key, certificate string) {
	b.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		b.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(24 * time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	signed, err := x509.CreateCertificate(nil, template, template, public, private)
	if err != nil {
		b.Fatal(err)
	}
	kept, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		b.Fatal(err)
	}
	for path, block := range map[string]*pem.Block{key: {Type: "PRIVATE KEY", Bytes: kept}, certificate: {Type: "CERTIFICATE", Bytes: signed}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFirstSync sends a record for the first time, in turn with restic to its
// server and with rsync of what our server has then. CARNET_BENCH=full takes 2,000
// documents, 1 GB in all; otherwise it is a twentieth of that.
func BenchmarkFirstSync(b *testing.B) {
	pairs, n := 5, 100
	if os.Getenv("CARNET_BENCH") == "full" {
		n = 2000
	}
	const size = 500_000
	for _, tool := range []string{"restic", "rsync"} {
		if _, err := exec.LookPath(tool); err != nil {
			b.Skipf("%s is not installed", tool)
		}
	}
	server := restServer(b)
	for range b.N {
		var ours, restics, rsyncs, overRestic, overRsync []float64
		for range pairs {
			m := onDisk(b)
			path, patient := filled(b, m, n, size)
			w, err := newWriter(path, "", patient)
			if err != nil {
				b.Fatal(err)
			}
			syscall.Sync() // nobody pays for what others have written
			took := w.mustSync(b).Seconds()
			if err := w.close(); err != nil {
				b.Fatal(err)
			}
			m.kill()
			timed := func(name string, args ...string) float64 {
				c := exec.Command(name, args...)
				c.Env = append(os.Environ(), "RESTIC_PASSWORD_FILE="+m.config) // what is in it does not matter
				syscall.Sync()
				began := time.Now()
				if out, err := c.CombinedOutput(); err != nil {
					b.Fatalf("%s: %v\n%s", name, err, out)
				}
				return time.Since(began).Seconds()
			}
			saved, copied := filepath.Join(b.TempDir(), "restic"), filepath.Join(b.TempDir(), "rsync")
			options, stop := repository(b, server, saved)
			timed("restic", append(options, "init")...)
			restic := timed("restic", append(options, "backup", filepath.Join(filepath.Dir(path), "data"))...)
			stop()
			rsync := timed("rsync", "-a", "--fsync", m.folder+"/", copied)
			ours, restics, rsyncs = append(ours, took), append(restics, restic), append(rsyncs, rsync)
			overRestic, overRsync = append(overRestic, restic/took), append(overRsync, rsync/took)
			for _, folder := range []string{m.folder, saved, copied, filepath.Dir(path)} {
				if err := os.RemoveAll(folder); err != nil {
					b.Fatal(err)
				}
			}
		}
		b.Logf("%d documents of %d bytes; seconds: ours %.2f, restic %.2f, rsync --fsync %.2f; restic/ours %.2f, rsync/ours %.2f", n, size, ours, restics, rsyncs, overRestic, overRsync)
		b.ReportMetric(medianOf(overRestic), "restic/ours")
		b.ReportMetric(medianOf(overRsync), "rsync/ours")
	}
}

// BenchmarkNothingToDo synchronises a record that both sides have, by a client that was
// connected before, and by a new one.
func BenchmarkNothingToDo(b *testing.B) {
	m := onDisk(b)
	relay := relayTo(b, m.address)
	direct := m.address
	m.address = relay.address
	path, patient := filled(b, m, 100, 1000)
	m.address = direct
	w, err := newWriter(path, "", patient)
	if err != nil {
		b.Fatal(err)
	}
	w.mustSync(b)
	var again, anew []float64
	for range b.N {
		relay.bytes.Store(0)
		again = append(again, w.mustSync(b).Seconds()*1000)
		b.ReportMetric(float64(relay.bytes.Load()), "bytes-again")
		w.c.Close() // every connection
		relay.bytes.Store(0)
		anew = append(anew, w.mustSync(b).Seconds()*1000)
		b.ReportMetric(float64(relay.bytes.Load()), "bytes-anew")
	}
	b.ReportMetric(medianOf(again), "ms-again")
	b.ReportMetric(medianOf(anew), "ms-anew")
	if err := w.close(); err != nil {
		b.Fatal(err)
	}
}

// relay counts what passes.
type relay struct {
	address string
	bytes   atomic.Int64
}

func relayTo(b *testing.B, address string) *relay {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { l.Close() })
	r := &relay{address: l.Addr().String()}
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", address)
			if err != nil {
				in.Close()
				continue
			}
			pass := func(to, from net.Conn) {
				b := make([]byte, 32<<10)
				for {
					n, err := from.Read(b)
					r.bytes.Add(int64(n))
					if _, werr := to.Write(b[:n]); err != nil || werr != nil {
						to.Close()
						from.Close()
						return
					}
				}
			}
			go pass(out, in)
			go pass(in, out)
		}
	}()
	return r
}

// BenchmarkPending sends 10,000 documents of 100 bytes that wait, to a server that has
// the record.
func BenchmarkPending(b *testing.B) {
	for range b.N {
		m := onDisk(b)
		path, patient := filled(b, m, 10_000, 100)
		w, err := newWriter(path, "", patient)
		if err != nil {
			b.Fatal(err)
		}
		took := w.mustSync(b)
		b.ReportMetric(took.Seconds(), "s")
		if err := w.close(); err != nil {
			b.Fatal(err)
		}
		m.kill()
	}
}

// singly sends one operation a request, and keeps in memory what it was answered: what
// is measured is the server.
type singly struct {
	*vault.Vault
	state vault.SyncState
	sent  atomic.Int64
}

func (s *singly) SyncState(record.ID) (vault.SyncState, error) { return s.state, nil }
func (s *singly) StopSync(record.ID) error                     { return nil }

func (s *singly) Changes(patient record.ID, after uint64, _ int) ([]vault.Outgoing, error) {
	return s.Vault.Changes(patient, after, 1)
}

func (s *singly) Delivered(context.Context, record.ID, []chain.Hash) error { return nil }

func (s *singly) Apply(_ context.Context, p *vault.Page, _ func(context.Context, chain.Hash) ([]byte, error), _ func(done, total int64)) (vault.Applied, error) {
	s.state.N, s.state.Head, s.state.Host, s.state.Key = p.N, p.Head, p.Host, p.Key
	s.sent.Add(int64(len(p.Ops)))
	return vault.Applied{}, nil
}

// BenchmarkOperations pushes operations one by one from 32 clients, each durable before
// it is answered.
func BenchmarkOperations(b *testing.B) {
	const clients, each = 32, 150
	for range b.N {
		m := onDisk(b)
		sources := make([]*singly, clients)
		patients := make([]record.ID, clients)
		for i := range sources {
			path, patient := filled(b, m, each, 100)
			v, err := vault.Unlock(context.Background(), path, []byte(passphrase), options())
			if err != nil {
				b.Fatal(err)
			}
			sources[i], patients[i] = &singly{Vault: v}, patient
		}
		began := time.Now()
		var working sync.WaitGroup
		for i, s := range sources {
			working.Go(func() {
				c := client.New(s, &client.Options{Gate: consent.Options{Now: time.Now}})
				defer c.Close()
				if _, err := c.Sync(context.Background(), patients[i], nil); err != nil {
					b.Error(err)
				}
			})
		}
		working.Wait()
		took, sent := time.Since(began), int64(0)
		for _, s := range sources {
			sent += s.sent.Load()
			if err := s.Close(); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(sent)/took.Seconds(), "operations/s")
		m.kill()
		m.sound()
	}
}

var resident = regexp.MustCompile(`VmRSS:\s*([0-9]+) kB`)

// BenchmarkIdle keeps 2,000 streams of heads open and looks at the server's memory.
func BenchmarkIdle(b *testing.B) {
	const streams = 2000
	for range b.N {
		m := onDisk(b)
		path, patient := filled(b, m, 1, 100)
		w, err := newWriter(path, "", patient)
		if err != nil {
			b.Fatal(err)
		}
		w.mustSync(b)
		memory := func() float64 {
			status, err := os.ReadFile("/proc/" + strconv.Itoa(m.cmd.Process.Pid) + "/status")
			if err != nil {
				b.Fatal(err)
			}
			kB, err := strconv.Atoi(string(resident.FindSubmatch(status)[1]))
			if err != nil {
				b.Fatal(err)
			}
			return float64(kB) / 1e3
		}
		b.ReportMetric(memory(), "MB-before")
		ctx, cancel := context.WithCancel(context.Background())
		var watching, told sync.WaitGroup
		told.Add(streams)
		for range streams {
			watching.Go(func() {
				c := client.New(w.v, &client.Options{Gate: consent.Options{Now: time.Now}})
				defer c.Close()
				var once sync.Once
				if err := c.Watch(ctx, patient, func(uint64) { once.Do(told.Done) }); !errors.Is(err, context.Canceled) {
					b.Error(err)
				}
			})
		}
		told.Wait()
		b.ReportMetric(memory(), "MB-idle")
		cancel()
		watching.Wait()
		if err := w.close(); err != nil {
			b.Fatal(err)
		}
		m.kill()
	}
}
