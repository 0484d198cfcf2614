// Command carnet-server is the reference server: it keeps and orders the records of
// families, which it cannot read.
package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"carnet/sync/server"
	"carnet/sync/server/store"
	"carnet/sync/server/store/boltstore"
)

// Exit codes.
const (
	exitDone    = 0
	exitFailed  = 1
	exitUsage   = 2
	exitDamaged = 6
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// settings are those of the configuration file, a JSON object; options on the command
// line come first.
type settings struct {
	Data    string  `json:"data"`
	Listen  string  `json:"listen"`
	Cert    string  `json:"cert"`
	Key     string  `json:"key"`
	Names   string  `json:"names"`
	Quota   int64   `json:"quotaBytes"`
	Records int     `json:"records"`
	Rate    float64 `json:"requestsPerSecond"`
}

// run runs one command and returns the exit code.
func run(ctx context.Context, args []string, env func(string) string, out, diag io.Writer) int {
	say := words(env)
	if len(args) == 0 {
		fmt.Fprintln(diag, say(usage))
		return exitUsage
	}
	f := flag.NewFlagSet(args[0], flag.ContinueOnError)
	f.SetOutput(diag)
	s := settings{Data: "/var/lib/carnet-server", Listen: ":8443"}
	config := f.String("config", "", say(optConfig))
	f.StringVar(&s.Data, "data", s.Data, say(optData))
	f.StringVar(&s.Listen, "listen", s.Listen, say(optListen))
	f.StringVar(&s.Cert, "cert", "", say(optCert))
	f.StringVar(&s.Key, "key", "", say(optKey))
	f.StringVar(&s.Names, "names", "localhost", say(optNames))
	to := f.String("to", "", say(optTo))
	if err := f.Parse(args[1:]); err != nil {
		return exitUsage
	}
	if *config != "" {
		given := s
		if err := readConfig(*config, &s); err != nil {
			fmt.Fprintln(diag, err)
			return exitUsage
		}
		f.Visit(func(set *flag.Flag) { // what was given on the command line stays
			switch set.Name {
			case "data":
				s.Data = given.Data
			case "listen":
				s.Listen = given.Listen
			case "cert":
				s.Cert = given.Cert
			case "key":
				s.Key = given.Key
			case "names":
				s.Names = given.Names
			}
		})
	}
	var err error
	switch args[0] {
	case "serve":
		err = serve(ctx, &s, say, out, diag)
	case "check":
		err = administer(ctx, &s, "/check", "", out)
	case "backup":
		if *to == "" {
			fmt.Fprintln(diag, say(usage))
			return exitUsage
		}
		err = administer(ctx, &s, "/backup", *to, out)
	case "version":
		fmt.Fprintln(out, version())
	default:
		fmt.Fprintln(diag, say(usage))
		return exitUsage
	}
	switch {
	case errors.Is(err, store.ErrDamaged):
		fmt.Fprintln(diag, say(damaged))
		return exitDamaged
	case err != nil:
		fmt.Fprintln(diag, say(failed), err)
		return exitFailed
	}
	return exitDone
}

func readConfig(path string, s *settings) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	d := json.NewDecoder(strings.NewReader(string(b)))
	d.DisallowUnknownFields()
	return d.Decode(s)
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, v := range info.Settings {
			if v.Key == "vcs.revision" {
				return v.Value
			}
		}
	}
	return "devel"
}

// identity reads the server's key, and draws it the first time.
func identity(folder string) (ed25519.PrivateKey, error) {
	path := filepath.Join(folder, "server.key")
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		seed := make([]byte, ed25519.SeedSize)
		rand.Read(seed)
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return nil, err
		}
		_, err = fmt.Fprintln(f, hex.EncodeToString(seed))
		return ed25519.NewKeyFromSeed(seed), errors.Join(err, f.Sync(), f.Close())
	}
	if err != nil {
		return nil, err
	}
	seed, err := hex.DecodeString(strings.TrimSpace(string(b)))
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, errors.New("server.key is not a key")
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// graceful is how long requests under way may take once the server is to stop.
const graceful = 20 * time.Second

// serve runs until ctx is done.
func serve(ctx context.Context, s *settings, say func(message) string, out, diag io.Writer) (err error) {
	if err := os.MkdirAll(s.Data, 0o700); err != nil {
		return err
	}
	key, err := identity(s.Data)
	if err != nil {
		return err
	}
	kept, err := boltstore.Open(s.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, kept.Close()) }()
	config := &tls.Config{MinVersion: tls.VersionTLS13}
	var certificate tls.Certificate
	if s.Cert != "" {
		certificate, err = tls.LoadX509KeyPair(s.Cert, s.Key)
	} else {
		certificate, err = server.Certificate(key, strings.Split(s.Names, ","), time.Now())
	}
	if err != nil {
		return err
	}
	config.Certificates = []tls.Certificate{certificate}
	log := slog.New(slog.NewJSONHandler(diag, nil))
	handler := server.New(kept, server.Options{Key: key, Log: log, Quota: s.Quota, Records: s.Records, Rate: s.Rate})
	web := &http.Server{
		Handler: handler, TLSConfig: config, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10,
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0), // addresses of those whose handshake failed
	}
	control, closeControl, err := listenControl(s.Data, kept)
	if err != nil {
		return err
	}
	defer closeControl()
	l, err := net.Listen("tcp", s.Listen)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, say(listening), l.Addr())
	fmt.Fprintln(out, say(fingerprint), hex.EncodeToString(key.Public().(ed25519.PublicKey)))
	sweeping, stopSweeping := context.WithCancel(ctx)
	swept := make(chan struct{})
	defer func() { stopSweeping(); <-swept }() // before the store is closed
	go func() { defer close(swept); sweep(sweeping, handler, log) }()
	ended := make(chan error, 2)
	go func() { ended <- web.ServeTLS(l, "", "") }()
	go func() { ended <- control() }()
	select {
	case err = <-ended:
	case <-ctx.Done():
	}
	handler.Close()
	last, cancel := context.WithTimeout(context.Background(), graceful)
	defer cancel()
	err = errors.Join(err, web.Shutdown(last))
	fmt.Fprintln(out, say(stopped))
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return err
}

// sweepEvery is how often blobs are looked for that no operation names.
const sweepEvery = 24 * time.Hour

// sweep drops them until ctx is done.
func sweep(ctx context.Context, handler *server.Server, log *slog.Logger) {
	ticks := time.NewTicker(sweepEvery)
	defer ticks.Stop()
	for {
		switch n, err := handler.Sweep(ctx); {
		case err != nil && ctx.Err() == nil:
			log.Error("sweep", "dropped", n, "error", err.Error())
		case n > 0:
			log.Info("sweep", "dropped", n)
		}
		select {
		case <-ticks.C:
		case <-ctx.Done():
			return
		}
	}
}

// socketName is where the commands check and backup reach a server that runs: it has
// the store open, and nobody else can.
const socketName = "control.sock"

// listenControl answers them.
func listenControl(folder string, kept store.Store) (serve func() error, end func(), err error) {
	path := filepath.Join(folder, socketName)
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) { // of a server that was killed: the store is ours
		return nil, nil, err
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, nil, errors.Join(err, l.Close())
	}
	mux := http.NewServeMux()
	for _, what := range []string{"/check", "/backup"} {
		mux.HandleFunc("POST "+what, func(w http.ResponseWriter, r *http.Request) {
			if err := do(r.Context(), kept, what, r.URL.Query().Get("to"), w); err != nil {
				fmt.Fprintf(w, "error: %v\n", err)
				if errors.Is(err, store.ErrDamaged) {
					fmt.Fprintln(w, damagedMark)
				}
			}
		})
	}
	h := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	return func() error {
		if err := h.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	}, func() { h.Close() }, nil
}

const damagedMark = "damaged"

// do checks or backs up a store.
func do(ctx context.Context, kept store.Store, what, to string, out io.Writer) error {
	if what == "/backup" {
		if err := kept.Backup(ctx, to); err != nil {
			return err
		}
		fmt.Fprintln(out, `{"backup":true}`)
		return nil
	}
	totals, err := kept.Check(ctx, func(f store.Finding) {
		fmt.Fprintf(out, `{"damaged":%q,"record":"%x","position":%d}`+"\n", f.What, f.Patient, f.N)
	})
	fmt.Fprintf(out, `{"records":%d,"operations":%d,"blobs":%d,"bytes":%d,"damaged":%d}`+"\n", totals.Patients, totals.Ops, totals.Blobs, totals.Bytes, totals.Damaged)
	return err
}

// administer runs check or backup: in the server that has the store open, or here when
// none has.
func administer(ctx context.Context, s *settings, what, to string, out io.Writer) error {
	if to != "" {
		absolute, err := filepath.Abs(to)
		if err != nil {
			return err
		}
		to = absolute
	}
	if _, err := os.Stat(filepath.Join(s.Data, "operations.db")); err != nil {
		return err
	}
	socket := filepath.Join(s.Data, socketName)
	conn, err := net.Dial("unix", socket)
	if err != nil { // no server
		kept, err := boltstore.Open(s.Data)
		if err != nil {
			return err
		}
		return errors.Join(do(ctx, kept, what, to, out), kept.Close())
	}
	if err := conn.Close(); err != nil {
		return err
	}
	c := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", socket)
	}}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://server"+what, nil)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	q.Set("to", to)
	r.URL.RawQuery = q.Encode()
	answer, err := c.Do(r)
	if err != nil {
		return err
	}
	b, err := io.ReadAll(answer.Body)
	if err := errors.Join(err, answer.Body.Close()); err != nil {
		return err
	}
	said, wrong, found := strings.Cut(string(b), "error: ")
	fmt.Fprint(out, said)
	switch {
	case !found:
		return nil
	case strings.HasSuffix(wrong, damagedMark+"\n"):
		return store.ErrDamaged
	}
	return errors.New(strings.TrimSpace(wrong))
}
