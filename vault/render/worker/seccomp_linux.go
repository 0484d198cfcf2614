package worker

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Offsets in struct seccomp_data, linux/seccomp.h; both systems are little endian.
const (
	offNumber = 0
	offArch   = 4
	offArg0   = 16
)

// denied returns the system calls answered with EPERM on every processor; deniedHere,
// in the file of the processor, adds those of its own. Files: the worker opens none, not
// even for reading. io_uring and bpf would walk around the filter.
//
// The list names what is refused rather than what is allowed: the Go runtime and
// the C library change the calls they need from one version to the next, and a
// family whose system was updated must not lose sight of its documents.
func denied() []uint32 {
	return []uint32{
		// files and names
		unix.SYS_OPENAT, unix.SYS_OPENAT2, unix.SYS_OPEN_TREE, unix.SYS_OPEN_BY_HANDLE_AT,
		unix.SYS_TRUNCATE, unix.SYS_FTRUNCATE, unix.SYS_FALLOCATE, unix.SYS_MEMFD_CREATE,
		unix.SYS_MKDIRAT, unix.SYS_MKNODAT, unix.SYS_UNLINKAT, unix.SYS_LINKAT, unix.SYS_SYMLINKAT,
		unix.SYS_RENAMEAT2, unix.SYS_READLINKAT, unix.SYS_GETDENTS64, unix.SYS_UTIMENSAT,
		unix.SYS_FCHMOD, unix.SYS_FCHMODAT, unix.SYS_FCHMODAT2, unix.SYS_FCHOWN, unix.SYS_FCHOWNAT,
		unix.SYS_SETXATTR, unix.SYS_LSETXATTR, unix.SYS_FSETXATTR,
		unix.SYS_REMOVEXATTR, unix.SYS_LREMOVEXATTR, unix.SYS_FREMOVEXATTR,
		unix.SYS_CHDIR, unix.SYS_FCHDIR, unix.SYS_CHROOT, unix.SYS_PIVOT_ROOT,
		unix.SYS_MOUNT, unix.SYS_UMOUNT2, unix.SYS_MOVE_MOUNT, unix.SYS_MOUNT_SETATTR,
		unix.SYS_FSOPEN, unix.SYS_FSMOUNT, unix.SYS_FSPICK, unix.SYS_FSCONFIG,
		unix.SYS_INOTIFY_INIT1, unix.SYS_FANOTIFY_INIT,
		// network
		unix.SYS_SOCKET, unix.SYS_SOCKETPAIR, unix.SYS_BIND, unix.SYS_LISTEN, unix.SYS_CONNECT,
		unix.SYS_ACCEPT, unix.SYS_ACCEPT4, unix.SYS_SENDTO, unix.SYS_SENDMSG, unix.SYS_SENDMMSG,
		unix.SYS_RECVFROM, unix.SYS_RECVMSG, unix.SYS_RECVMMSG,
		// other programs and processes
		unix.SYS_EXECVE, unix.SYS_EXECVEAT, unix.SYS_KILL, unix.SYS_TKILL, unix.SYS_PTRACE,
		unix.SYS_RT_SIGQUEUEINFO, unix.SYS_RT_TGSIGQUEUEINFO,
		unix.SYS_PROCESS_VM_READV, unix.SYS_PROCESS_VM_WRITEV, unix.SYS_PROCESS_MADVISE,
		unix.SYS_PIDFD_OPEN, unix.SYS_PIDFD_GETFD, unix.SYS_PIDFD_SEND_SIGNAL, unix.SYS_KCMP,
		unix.SYS_SETNS, unix.SYS_UNSHARE,
		unix.SYS_SHMGET, unix.SYS_SHMAT, unix.SYS_MSGGET, unix.SYS_SEMGET, unix.SYS_MQ_OPEN,
		// the kernel
		unix.SYS_IO_URING_SETUP, unix.SYS_IO_URING_ENTER, unix.SYS_IO_URING_REGISTER,
		unix.SYS_BPF, unix.SYS_PERF_EVENT_OPEN, unix.SYS_USERFAULTFD, unix.SYS_PERSONALITY,
		unix.SYS_KEYCTL, unix.SYS_ADD_KEY, unix.SYS_REQUEST_KEY,
		unix.SYS_INIT_MODULE, unix.SYS_FINIT_MODULE, unix.SYS_DELETE_MODULE,
		unix.SYS_KEXEC_LOAD, unix.SYS_KEXEC_FILE_LOAD, unix.SYS_REBOOT, unix.SYS_SWAPON, unix.SYS_SWAPOFF,
	}
}

// filterSyscalls installs the filter on every thread, those to come included, and
// gives up new privileges. A kernel built without filters leaves the process as it
// was, without an error: the other limits still hold.
func filterSyscalls() error {
	runtime.LockOSThread() // no_new_privs belongs to the thread that then asks for the filter
	defer runtime.UnlockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("new privileges: %w", err)
	}
	program := filter()
	fprog := unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]}
	thread, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER,
		unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&fprog)))
	switch {
	case errno == unix.ENOSYS || errno == unix.EINVAL:
		return nil
	case errno != 0:
		return fmt.Errorf("system call filter: %w", errno)
	case thread != 0:
		return errors.New("system call filter: a thread cannot take it")
	}
	return nil
}

// filter returns the program the kernel runs before each system call.
func filter() []unix.SockFilter {
	const (
		eperm  = unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)
		enosys = unix.SECCOMP_RET_ERRNO | uint32(unix.ENOSYS)
	)
	p := []unix.SockFilter{
		load(offArch),
		skipIf(unix.BPF_JEQ, auditArch, 1),
		answer(unix.SECCOMP_RET_KILL_PROCESS), // calls by another processor's numbers
		load(offNumber),

		// A new thread is needed, a new process is not. The flags of clone3 are out of
		// a filter's reach; the C library takes clone where clone3 is unknown.
		skipUnless(unix.BPF_JEQ, unix.SYS_CLONE3, 1),
		answer(enosys),
		skipUnless(unix.BPF_JEQ, unix.SYS_CLONE, 4),
		load(offArg0),
		skipUnless(unix.BPF_JSET, unix.CLONE_THREAD, 1),
		answer(unix.SECCOMP_RET_ALLOW),
		answer(eperm),

		// The Go runtime signals its own threads.
		skipUnless(unix.BPF_JEQ, unix.SYS_TGKILL, 4),
		load(offArg0),
		skipUnless(unix.BPF_JEQ, uint32(os.Getpid()), 1),
		answer(unix.SECCOMP_RET_ALLOW),
		answer(eperm),
	}
	for _, list := range [][]uint32{denied(), deniedHere()} {
		for _, number := range list {
			p = append(p, skipUnless(unix.BPF_JEQ, number, 1), answer(eperm))
		}
	}
	if foreignCalls != 0 {
		p = append(p, skipUnless(unix.BPF_JGE, foreignCalls, 1), answer(eperm))
	}
	return append(p, answer(unix.SECCOMP_RET_ALLOW))
}

// load takes the 32 bits at offset of the seccomp_data into the accumulator.
func load(offset uint32) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offset}
}

// skipIf passes over the next n instructions when the test against k holds.
func skipIf(test uint16, k uint32, n uint8) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_K | test, K: k, Jt: n}
}

// skipUnless passes over the next n instructions when the test against k fails.
func skipUnless(test uint16, k uint32, n uint8) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_K | test, K: k, Jf: n}
}

// answer ends the program.
func answer(k uint32) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: k}
}
