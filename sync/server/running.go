package server

import (
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"carnet/vault/chain"
)

// counters are what /metrics shows.
type counters struct {
	ops, blobs, swept atomic.Int64

	mu       sync.Mutex
	requests map[[2]string]int64 // route, status
	problems map[string]int64
}

func (c *counters) add(route string, status int, problem string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.requests == nil {
		c.requests, c.problems = map[[2]string]int64{}, map[string]int64{}
	}
	c.requests[[2]string{route, fmt.Sprint(status)}]++
	if problem != "" {
		c.problems[problem]++
	}
}

func level(status int) slog.Level {
	if status >= 500 {
		return slog.LevelError
	}
	return slog.LevelInfo
}

func logged(route string, w *written, problem string, took time.Duration) []slog.Attr {
	out := []slog.Attr{slog.String("route", route), slog.Int("status", w.status), slog.Int64("bytes", w.bytes), slog.Duration("took", took)}
	if problem != "" {
		out = append(out, slog.String("problem", problem))
	}
	return out
}

// health says that the process answers.
func (s *Server) health(w http.ResponseWriter, _ *http.Request) error {
	return answer(w, "text/plain; charset=utf-8", []byte("ok\n"))
}

// ready says that the store answers too.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.store.Usage(r.Context(), chain.ID{}); err != nil {
		return err
	}
	return answer(w, "text/plain; charset=utf-8", []byte("ready\n"))
}

func (s *Server) contract(w http.ResponseWriter, _ *http.Request) error {
	return answer(w, "application/json", openAPI)
}

// metrics is in the text format of Prometheus.
func (s *Server) metrics(w http.ResponseWriter, _ *http.Request) error {
	var b strings.Builder
	c := &s.counts
	one := func(name, kind, help string, value int64) {
		fmt.Fprintf(&b, "# HELP %s %s\n# TYPE %s %s\n%s %d\n", name, help, name, kind, name, value)
	}
	one("carnet_operations_total", "counter", "Operations acknowledged by this process.", c.ops.Load())
	one("carnet_blobs_total", "counter", "Blobs acknowledged by this process.", c.blobs.Load())
	one("carnet_blobs_swept_total", "counter", "Blobs that no operation named, dropped by this process.", c.swept.Load())
	s.mu.Lock()
	held := int64(len(s.records))
	s.mu.Unlock()
	one("carnet_records_held", "gauge", "Records in memory.", held)
	c.mu.Lock()
	defer c.mu.Unlock()
	fmt.Fprint(&b, "# HELP carnet_requests_total Requests by route and status.\n# TYPE carnet_requests_total counter\n")
	for _, key := range slices.SortedFunc(maps.Keys(c.requests), func(x, y [2]string) int { return strings.Compare(x[0]+x[1], y[0]+y[1]) }) {
		fmt.Fprintf(&b, "carnet_requests_total{route=%q,status=%q} %d\n", key[0], key[1], c.requests[key])
	}
	fmt.Fprint(&b, "# HELP carnet_problems_total Refusals by type.\n# TYPE carnet_problems_total counter\n")
	for _, name := range slices.Sorted(maps.Keys(c.problems)) {
		fmt.Fprintf(&b, "carnet_problems_total{type=%q} %d\n", name, c.problems[name])
	}
	return answer(w, "text/plain; version=0.0.4; charset=utf-8", []byte(b.String()))
}
