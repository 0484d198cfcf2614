//go:build linux

package main

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"carnet/vault/vaulttest"
)

// peersPairs is how often each program takes its turn, and how large a share of
// the files of a family they are given, by the value of CARNET_BENCH.
var peersPairs = map[string]struct {
	pairs int
	share float64
}{"": {1, 0.02}, "quick": {5, 0.04}, "full": {5, 1}}

// BenchmarkPeers saves the files of a family with Carnet and with restic, borg,
// gocryptfs and age, and takes them out again, in turn, each into something new,
// and prints the table of docs/BENCHMARKS.md: the seconds, and how many times as
// long the others take, pair by pair. A program that is missing or refused is
// named. CARNET_BENCH=full takes 2 GB, quick a twenty-fifth of them.
//
// Of Carnet an import is what it says itself, from the open vault to the last
// file saved; the whole command, with half a second of key derivation in it,
// stands beside, and what it takes to open and do little else.
func BenchmarkPeers(b *testing.B) {
	size, known := peersPairs[os.Getenv("CARNET_BENCH")]
	if !known {
		b.Fatalf("CARNET_BENCH=%s is not known", os.Getenv("CARNET_BENCH"))
	}
	carnet, err := built()
	if err != nil {
		b.Fatal(err)
	}
	for range b.N {
		p := &peers{b: b, carnet: carnet, dir: b.TempDir(), seconds: map[string][]float64{}}
		files, bytes, err := vaulttest.Family(filepath.Join(p.dir, "data"), size.share)
		if err != nil {
			b.Fatal(err)
		}
		p.write("secret", "a passphrase for measuring\n")
		fmt.Printf("%d files, %.0f MB; %d cores, %s; load %s\n", files, float64(bytes)/1e6, runtime.NumCPU(), processor(), load())
		for range size.pairs {
			for _, turn := range []struct {
				name string
				take func()
			}{{"carnet", p.takeCarnet}, {"restic", p.takeRestic}, {"borg", p.takeBorg}, {"gocryptfs", p.takeGocryptfs}, {"age", p.takeAge}} {
				if p.missing(turn.name) {
					continue
				}
				turn.take()
				p.empty()
			}
		}
		p.print(float64(bytes))
	}
}

// BenchmarkPeersLeaving writes the complete archives of three persons, each read back
// and verified, as folders and as tar files, beside a restic restore of the same
// documents, in turn: 5,000 for CARNET_BENCH=full, a tenth of them for quick. What either
// takes to open stands beside: Carnet derives a key for half a second on purpose.
func BenchmarkPeersLeaving(b *testing.B) {
	size, known := map[string]struct{ pairs, documents int }{"": {1, 50}, "quick": {5, 500}, "full": {5, 5000}}[os.Getenv("CARNET_BENCH")]
	if !known {
		b.Fatalf("CARNET_BENCH=%s is not known", os.Getenv("CARNET_BENCH"))
	}
	carnet, err := built()
	if err != nil {
		b.Fatal(err)
	}
	for range b.N {
		p := &peers{b: b, carnet: carnet, dir: b.TempDir(), seconds: map[string][]float64{}}
		p.write("secret", "a passphrase for measuring\n")
		p.createVault()
		for i, name := range []string{"Measure", "Second", "Third"} {
			papers := filepath.Join("data", name)
			if err := writePapers(filepath.Join(p.dir, papers), i*size.documents, (size.documents+2-i)/3); err != nil {
				b.Fatal(err)
			}
			if i > 0 {
				p.timedCarnet("carnet opens", "patient", "add", "--name", name, "--birth", "2015-01-01")
			}
			p.importInto(name, papers)
		}
		restic := !p.missing("restic")
		if restic {
			p.run("restic", "init", "--quiet", "--repo", "repository")
			p.run("restic", "backup", "--quiet", "--no-cache", "--repo", "repository", "data")
		}
		fmt.Printf("%d documents of three persons; %d cores, %s; load %s\n", size.documents, runtime.NumCPU(), processor(), load())
		for range size.pairs {
			p.run("mkdir", "folders", "tars")
			p.timedCarnet("carnet folders", "export", "--everyone", "--to", "folders")
			p.timedCarnet("carnet tars", "export", "--everyone", "--tar", "--to", "tars")
			p.timedCarnet("carnet opens", "patient", "list")
			if restic {
				p.timed("restic out", "restic", "restore", "latest", "--quiet", "--no-cache", "--repo", "repository", "--target", "out")
				p.timed("restic opens", "restic", "snapshots", "--quiet", "--no-cache", "--repo", "repository")
			}
			p.run("rm", "-rf", "folders", "tars", "out")
		}
		p.printRows()
		for _, form := range []string{"carnet folders", "carnet tars"} {
			p.ratios("restic out", form)
		}
	}
}

// peers is one run of the comparison.
type peers struct {
	b       *testing.B
	carnet  string
	dir     string
	seconds map[string][]float64 // by "program act"
	absent  []string             // programs that are not installed, or refused
}

func (p *peers) missing(name string) bool {
	if slices.Contains(p.absent, name) {
		return true
	}
	if name == "carnet" {
		return false
	}
	if _, err := exec.LookPath(name); err != nil {
		p.absent = append(p.absent, name)
		return true
	}
	return false
}

func (p *peers) write(name, content string) {
	if err := os.WriteFile(filepath.Join(p.dir, name), []byte(content), 0o600); err != nil {
		p.b.Fatal(err)
	}
}

// empty removes all but the data, and waits until the disk has nothing to do.
func (p *peers) empty() {
	entries, err := os.ReadDir(p.dir)
	if err != nil {
		p.b.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != "data" && e.Name() != "secret" {
			if err := os.RemoveAll(filepath.Join(p.dir, e.Name())); err != nil {
				p.b.Fatal(err)
			}
		}
	}
	syscall.Sync()
}

func (p *peers) note(what string, d time.Duration) {
	p.seconds[what] = append(p.seconds[what], d.Seconds())
}

// command is a program that is run in the folder of the comparison.
func (p *peers) command(name string, args ...string) *exec.Cmd {
	c := exec.CommandContext(p.b.Context(), name, args...)
	c.Dir = p.dir
	c.Env = append(os.Environ(), "LANG=en_GB.UTF-8", "HOME="+p.dir, "RESTIC_PASSWORD=measure", "BORG_PASSPHRASE=measure")
	return c
}

func (p *peers) run(name string, args ...string) {
	p.b.Helper()
	if out, err := p.command(name, args...).CombinedOutput(); err != nil {
		p.b.Fatalf("%s %v: %v\n%.500s", name, args, err, out)
	}
}

// timed runs a program and notes how long it took.
func (p *peers) timed(what, name string, args ...string) {
	p.b.Helper()
	syscall.Sync()
	start := time.Now()
	p.run(name, args...)
	p.note(what, time.Since(start))
}

var savedIn = regexp.MustCompile(` saved in ([0-9.]+) s`)

// withSecret is a command of Carnet that is given the passphrase.
func (p *peers) withSecret(args ...string) *exec.Cmd {
	p.b.Helper()
	f, err := os.Open(filepath.Join(p.dir, "secret"))
	if err != nil {
		p.b.Fatal(err)
	}
	p.b.Cleanup(func() { f.Close() })
	c := p.command(p.carnet, append([]string{"--vault", filepath.Join(p.dir, "vault.carnet"), "--passphrase-fd", "0"}, args...)...)
	c.Stdin = f
	return c
}

// timedCarnet runs a command of Carnet and notes how long it took.
func (p *peers) timedCarnet(what string, args ...string) {
	p.b.Helper()
	syscall.Sync()
	start := time.Now()
	if out, err := p.withSecret(args...).CombinedOutput(); err != nil {
		p.b.Fatalf("%v: %v: %.500s", args, err, out)
	}
	p.note(what, time.Since(start))
}

// importInto adds the documents of a folder, and returns how long the command took until
// they were saved, and the seconds that it says itself.
func (p *peers) importInto(patient, folder string) (command time.Duration, seconds float64) {
	p.b.Helper()
	syscall.Sync()
	start := time.Now()
	add := p.withSecret("document", "add", "--no-ocr", "--patient", patient, folder)
	out, err := add.StdoutPipe()
	if err != nil {
		p.b.Fatal(err)
	}
	if err := add.Start(); err != nil {
		p.b.Fatal(err)
	}
	saved := false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if m := savedIn.FindStringSubmatch(lines.Text()); m != nil && !saved {
			saved, command = true, time.Since(start)
			if seconds, err = strconv.ParseFloat(m[1], 64); err != nil {
				p.b.Fatal(err)
			}
			// Pages, text and categories follow, which no other program looks at.
			if err := add.Process.Signal(os.Interrupt); err != nil {
				p.b.Fatal(err)
			}
		}
	}
	if err := add.Wait(); !saved {
		p.b.Fatalf("document add said nothing of what it saved: %v", err)
	}
	return command, seconds
}

func (p *peers) createVault() {
	p.b.Helper()
	if out, err := p.withSecret("vault", "create", "--name", "Measure", "--birth", "1980-01-01", "--kit", "kit.txt").CombinedOutput(); err != nil {
		p.b.Fatalf("vault create: %v: %s", err, out)
	}
}

func (p *peers) takeCarnet() {
	p.createVault()
	command, seconds := p.importInto("Measure", "data")
	p.note("carnet command", command)
	p.note("carnet in", time.Duration(seconds*float64(time.Second)))
	p.run("mkdir", "archive")
	p.timedCarnet("carnet out", "document", "export", "--all", "--to", "out")
	p.timedCarnet("carnet archive", "export", "--to", "archive")
	p.timedCarnet("carnet opens", "patient", "list")
}

func (p *peers) takeRestic() {
	p.run("restic", "init", "--quiet", "--repo", "repository")
	p.timed("restic in", "restic", "backup", "--quiet", "--no-cache", "--repo", "repository", "data")
	p.timed("restic out", "restic", "restore", "latest", "--quiet", "--no-cache", "--repo", "repository", "--target", "out")
	p.timed("restic verified", "restic", "restore", "latest", "--verify", "--quiet", "--no-cache", "--repo", "repository", "--target", "verified")
	p.timed("restic opens", "restic", "snapshots", "--quiet", "--no-cache", "--repo", "repository")
}

func (p *peers) takeBorg() {
	p.run("borg", "init", "--encryption", "repokey-blake2", "repository")
	p.timed("borg in", "borg", "create", "repository::all", "data")
	if err := os.Mkdir(filepath.Join(p.dir, "out"), 0o700); err != nil {
		p.b.Fatal(err)
	}
	p.timed("borg out", "sh", "-c", "cd out && borg extract ../repository::all")
}

func (p *peers) takeGocryptfs() {
	p.run("mkdir", "cipher", "plain")
	p.run("gocryptfs", "-q", "-init", "-passfile", "secret", "cipher")
	if out, err := p.command("gocryptfs", "-q", "-passfile", "secret", "cipher", "plain").CombinedOutput(); err != nil {
		p.b.Logf("gocryptfs is refused here: %v: %.200s", err, out)
		p.absent = append(p.absent, "gocryptfs")
		return
	}
	p.timed("gocryptfs in", "sh", "-c", "cp -r data plain/ && sync -f cipher")
	p.timed("gocryptfs out", "cp", "-r", "plain/data", "out")
	p.run("fusermount", "-u", "plain")
}

func (p *peers) takeAge() {
	public, err := p.command("sh", "-c", "age-keygen -o key 2>/dev/null && age-keygen -y key").Output()
	if err != nil {
		p.b.Fatal(err)
	}
	p.timed("age in", "sh", "-c", "tar -c data | age -r "+string(bytes.TrimSpace(public))+" -o file.age && sync -f file.age")
	p.run("mkdir", "out")
	p.timed("age out", "sh", "-c", "age -d -i key file.age | tar -x -C out")
}

// printRow prints the least, the median and the most of values.
func printRow(what string, values []float64, unit string) {
	v := slices.Sorted(slices.Values(values))
	fmt.Printf("| %s | %.2f%s | %.2f%s | %.2f%s |\n", what, v[0], unit, v[len(v)/2], unit, v[len(v)-1], unit)
}

// printRows prints how long each act took.
func (p *peers) printRows() {
	fmt.Printf("load at the end %s; missing or refused: %s\n\n| | min | median | max |\n|---|---|---|---|\n", load(), cmp.Or(strings.Join(p.absent, ", "), "none"))
	for _, what := range slices.Sorted(maps.Keys(p.seconds)) {
		printRow(what, p.seconds[what], " s")
	}
}

// print gives the table.
func (p *peers) print(size float64) {
	p.printRows()
	for _, act := range []string{"in", "out"} {
		ours := p.seconds["carnet "+act]
		printRow("carnet "+act+", MB/s", over(size/1e6, ours), "")
		for _, name := range []string{"restic", "borg", "gocryptfs", "age"} {
			if ratios := p.ratios(name+" "+act, "carnet "+act); ratios != nil {
				p.b.ReportMetric(median(ratios), name+"-"+act+"-ratio")
			}
		}
	}
	// A complete archive is written, made durable and read back; a restore is the first
	// of these, or the first and the last.
	for _, theirs := range []string{"restic out", "restic verified"} {
		p.ratios(theirs, "carnet archive")
	}
}

// ratios prints how many times as long another program took, pair by pair.
func (p *peers) ratios(theirs, ours string) (out []float64) {
	if len(p.seconds[theirs]) != len(p.seconds[ours]) {
		return nil
	}
	for i, s := range p.seconds[ours] {
		out = append(out, p.seconds[theirs][i]/s)
	}
	printRow(theirs+" / "+ours, out, "x")
	return out
}

func over(size float64, seconds []float64) (rates []float64) {
	for _, s := range seconds {
		rates = append(rates, size/s)
	}
	return rates
}

// load is the load average of the last minute.
func load() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return err.Error()
	}
	first, _, _ := strings.Cut(string(b), " ")
	return first
}

// processor is the name of this computer's processor.
func processor() string {
	f, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return err.Error()
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, 8<<10))
	if err != nil {
		return err.Error()
	}
	m := regexp.MustCompile(`model name\s*:\s*(.*)`).FindSubmatch(b)
	if m == nil {
		return "unknown processor"
	}
	return string(m[1])
}
