package worker

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// TestMain makes the test binary a worker, and a worker that tries what it must not.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 {
		switch os.Args[1] {
		case "render-worker":
			runWorker()
		case "confined":
			confined(os.Stdout)
			os.Exit(0)
		}
	}
	os.Exit(m.Run())
}

// confined limits this process and then tries what a document that has taken over
// the worker would try, on this thread and on new ones. It writes the answers of
// the system by name.
func confined(out io.Writer) {
	runtime.LockOSThread()
	before := make(chan map[string]string) // from a thread older than the limits
	go func() {
		runtime.LockOSThread()
		before <- nil
		<-before
		before <- attempts()
	}()
	<-before
	if err := confine(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	before <- nil
	answers := map[string]map[string]string{"older thread": <-before, "this thread": attempts()}
	var wg sync.WaitGroup
	for range 8 { // eight threads at once: most of them new
		wg.Go(runtime.LockOSThread)
	}
	wg.Wait()
	wg.Go(func() {
		runtime.LockOSThread()
		answers["new thread"] = attempts()
	})
	wg.Wait()
	if err := json.NewEncoder(out).Encode(answers); err != nil {
		os.Exit(1)
	}
}

func attempts() map[string]string {
	answers := make(map[string]string)
	try := func(name string, err error) {
		var errno syscall.Errno
		switch {
		case err == nil:
			answers[name] = "done"
		case errors.As(err, &errno):
			answers[name] = unix.ErrnoName(errno)
		default:
			answers[name] = err.Error()
		}
	}
	for name, family := range map[string]int{"inet": unix.AF_INET, "inet6": unix.AF_INET6, "unix": unix.AF_UNIX, "netlink": unix.AF_NETLINK} {
		_, err := unix.Socket(family, unix.SOCK_STREAM, 0)
		try("socket "+name, err)
	}
	_, err := os.Open("/etc/passwd")
	try("open a file", err)
	_, err = os.Open("/proc/self/mem")
	try("open own memory", err)
	_, err = os.ReadDir("/")
	try("read a directory", err)
	try("write a file", os.WriteFile("/tmp/render-worker-test", []byte("x"), 0o600))
	try("remove a file", os.Remove("/tmp/render-worker-test-absent"))
	try("make a directory", os.Mkdir("/tmp/render-worker-test", 0o700))
	try("rename", os.Rename("/tmp/render-worker-a", "/tmp/render-worker-b"))
	_, err = os.StartProcess("/bin/true", []string{"true"}, &os.ProcAttr{})
	try("start a program", err)
	try("become a program", unix.Exec("/bin/true", []string{"true"}, nil))
	try("signal the parent", unix.Kill(unix.Getppid(), 0))
	try("signal a thread of the parent", unix.Tgkill(unix.Getppid(), unix.Getppid(), 0))
	try("trace", unix.PtraceAttach(unix.Getppid()))
	_, err = unix.MemfdCreate("x", 0)
	try("memory file", err)
	_, _, errno := unix.Syscall(unix.SYS_IO_URING_SETUP, 1, 0, 0)
	try("io_uring", errno)
	_, _, errno = unix.RawSyscall6(unix.SYS_CLONE, uintptr(unix.SIGCHLD)|unix.CLONE_NEWNET, 0, 0, 0, 0, 0)
	try("clone a process", errno)
	try("new namespace", unix.Unshare(unix.CLONE_NEWUSER))
	return answers
}

func TestConfined(t *testing.T) {
	cmd := self(t, "confined")
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, complaints.Bytes())
	}
	var answers map[string]map[string]string
	if err := json.Unmarshal(out, &answers); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if len(answers) != 3 {
		t.Errorf("answers from %d threads", len(answers))
	}
	for thread, tried := range answers {
		if len(tried) != 20 {
			t.Errorf("%s: %d attempts", thread, len(tried))
		}
		for name, answer := range tried {
			if answer != "EPERM" {
				t.Errorf("%s: %s: %s", thread, name, answer)
			}
		}
	}
}

// TestLimits: the limits of a worker that waits for work, as the kernel tells them.
func TestLimits(t *testing.T) {
	cmd := self(t, "render-worker")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	// Version 0 is answered, and by then the limits are set.
	if _, err := in.Write([]byte("\x81\x00\x00\x00\x0e\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00")); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(out, make([]byte, 6)); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		resource int
		max      uint64
	}{
		"core size":     {unix.RLIMIT_CORE, 0},
		"file size":     {unix.RLIMIT_FSIZE, 0},
		"open files":    {unix.RLIMIT_NOFILE, maxFiles},
		"address space": {unix.RLIMIT_AS, unix.RLIM_INFINITY - 1},
	} {
		var got unix.Rlimit
		if err := unix.Prlimit(cmd.Process.Pid, test.resource, nil, &got); err != nil {
			t.Fatal(err)
		}
		if got.Max > test.max || got.Cur > test.max {
			t.Errorf("%s: %+v", name, got)
		}
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"\nNoNewPrivs:\t1\n", "\nSeccomp:\t2\n"} {
		if !bytes.Contains(status, []byte(line)) {
			t.Errorf("the status of the worker lacks %q", line)
		}
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}
