package print

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

const (
	// keepLimit is how long the file stays for a program that does not say when it
	// has printed.
	keepLimit = 3 * time.Minute

	// wipeLimit is how long a program may hold on to the file after that.
	wipeLimit = 10 * time.Second

	lookInterval = 200 * time.Millisecond
)

// LeavesClearFile reports whether printing writes the document in clear into a
// file for a moment: true here. The program that prints is another one and takes
// nothing but a file. The file lies in the person's own temporary folder, only
// they may read it, and it is overwritten and removed when the program ends or
// after three minutes.
func LeavesClearFile() bool { return true }

// Sweep wipes what a program that was killed while it printed left in clear. Call it
// at the start. The error wraps [ErrClearFile].
func Sweep() error {
	return folder().sweep(func(err error) bool { return errors.Is(err, windows.ERROR_SHARING_VIOLATION) })
}

func folder() spool { return spool{filepath.Join(os.TempDir(), "carnet-print")} }

func send(ctx context.Context, printer string, j Job) error {
	_, preferred, err := printers(ctx)
	if err != nil {
		return err
	}
	s := folder()
	if err := private(s.dir); err != nil {
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	path, err := s.put(source{ctx, j.Content}, extensions[j.MediaType])
	if err != nil {
		return err
	}
	release, err := hold(path)
	if err != nil {
		return errors.Join(fmt.Errorf("%w: %w", ErrRefused, err), s.wipe(path))
	}
	err = shellCopies(ctx, path, printer, printer == preferred, j.Copies)
	release()
	return errors.Join(err, s.wipeSoon(path))
}

// source stops reading when ctx ends.
type source struct {
	ctx     context.Context
	content io.Reader
}

func (s source) Read(p []byte) (int, error) {
	if s.ctx.Err() != nil {
		return 0, context.Cause(s.ctx)
	}
	return s.content.Read(p)
}

// wipeSoon wipes a file that the other program may still have open.
func (s spool) wipeSoon(path string) error {
	until := time.Now().Add(wipeLimit)
	for {
		err := s.wipe(path)
		if err == nil || time.Now().After(until) {
			return err
		}
		time.Sleep(lookInterval)
	}
}

// private makes a folder that only this person may look into, or takes the one
// that is there.
func private(dir string) error {
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return err
	}
	rights, err := windows.SecurityDescriptorFromString("D:P(A;OICI;FA;;;" + user.User.Sid.String() + ")")
	if err != nil {
		return err
	}
	name, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return err
	}
	attributes := &windows.SecurityAttributes{SecurityDescriptor: rights}
	attributes.Length = uint32(unsafe.Sizeof(*attributes))
	err = windows.CreateDirectory(name, attributes)
	if errors.Is(err, windows.ERROR_ALREADY_EXISTS) {
		return nil
	}
	return err
}

// hold keeps the file open for reading, so that the sweep of another window of
// this program leaves it alone. The program that prints can read it too.
func hold(path string) (release func(), err error) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	h, err := windows.CreateFile(name, windows.GENERIC_READ, windows.FILE_SHARE_READ, nil, windows.OPEN_EXISTING, windows.FILE_ATTRIBUTE_NORMAL, 0)
	if err != nil {
		return nil, err
	}
	return func() { windows.CloseHandle(h) }, nil
}

var (
	shellExecuteEx    = windows.NewLazySystemDLL("shell32.dll").NewProc("ShellExecuteExW")
	winspool          = windows.NewLazySystemDLL("winspool.drv")
	getDefaultPrinter = winspool.NewProc("GetDefaultPrinterW")
	enumPrinters      = winspool.NewProc("EnumPrintersW")
)

// executeInfo is SHELLEXECUTEINFOW of shellapi.h.
type executeInfo struct {
	size                          uint32
	mask                          uint32
	window                        windows.Handle
	verb, file, parameters, inDir *uint16
	show                          int32
	instance                      windows.Handle
	idList                        unsafe.Pointer
	class                         *uint16
	classKey                      windows.Handle
	hotKey                        uint32
	icon                          windows.Handle
	process                       windows.Handle
}

// Flags of executeInfo.
const (
	maskProcess = 0x40  // SEE_MASK_NOCLOSEPROCESS: give the process back
	maskNoAsync = 0x100 // SEE_MASK_NOASYNC: be done when the call returns
	maskNoUI    = 0x400 // SEE_MASK_FLAG_NO_UI: no message box of the shell's own
)

// shellCopies prints a file several times, the verbs having no number of copies, and
// waits until the programs end or, when one does not say, until keepLimit.
func shellCopies(ctx context.Context, path, printer string, preferred bool, copies int) error {
	until := time.NewTimer(keepLimit)
	defer until.Stop()
	var processes []windows.Handle
	defer func() {
		for _, p := range processes {
			if p != 0 {
				windows.CloseHandle(p)
			}
		}
	}()
	for range copies {
		p, err := shell(path, printer, preferred)
		if err != nil {
			return err
		}
		processes = append(processes, p)
	}
	return wait(ctx, processes, until.C)
}

// shell has the program of this type print a file. The process may be 0: one that
// runs already was asked.
func shell(path, printer string, preferred bool) (process windows.Handle, err error) {
	verb, parameters := "print", ""
	if !preferred {
		verb, parameters = "printto", syscall.EscapeArg(printer)
	}
	info := executeInfo{mask: maskProcess | maskNoAsync | maskNoUI, show: windows.SW_HIDE}
	info.size = uint32(unsafe.Sizeof(info))
	for to, s := range map[**uint16]string{&info.verb: verb, &info.file: path, &info.parameters: parameters} {
		p, err := windows.UTF16PtrFromString(s)
		if err != nil {
			return 0, fmt.Errorf("%w: %w", ErrRefused, err)
		}
		*to = p
	}
	// Some programs are asked through COM, which belongs to a thread.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := windows.CoInitializeEx(0, windows.COINIT_APARTMENTTHREADED|windows.COINIT_DISABLE_OLE1DDE); err == nil || errors.Is(err, syscall.Errno(1)) { // S_FALSE: it was already
		defer windows.CoUninitialize()
	}
	ok, _, err := shellExecuteEx.Call(uintptr(unsafe.Pointer(&info)))
	switch {
	case ok == 0 && errors.Is(err, windows.ERROR_NO_ASSOCIATION):
		return 0, ErrNoProgram
	case ok == 0:
		return 0, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	return info.process, nil
}

// wait returns when all processes have ended, at the time given, or with the
// error of ctx. It waits to the end for a process 0.
func wait(ctx context.Context, processes []windows.Handle, until <-chan time.Time) error {
	look := time.NewTicker(lookInterval)
	defer look.Stop()
	for i := 0; i < len(processes); {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-until:
			return nil
		case <-look.C:
			if processes[i] == 0 {
				continue
			}
			event, err := windows.WaitForSingleObject(processes[i], 0)
			if err != nil {
				return fmt.Errorf("%w: %w", ErrRefused, err)
			}
			if event == windows.WAIT_OBJECT_0 {
				i++
			}
		}
	}
	return nil
}

// printerInfo is PRINTER_INFO_4W of winspool.h.
type printerInfo struct {
	name, server *uint16
	attributes   uint32
}

func printers(ctx context.Context) (names []string, preferred string, err error) {
	if ctx.Err() != nil {
		return nil, "", context.Cause(ctx)
	}
	const localAndConnected, level = 2 | 4, 4 // PRINTER_ENUM_LOCAL, PRINTER_ENUM_CONNECTIONS
	var needed, count uint32
	// Numbers, not printerInfo: the names follow the array, and the collector must not
	// take them for pointers. 8 bytes each, for the alignment.
	var buffer []uint64
	for range 3 { // a printer may come between two calls
		ok, _, err := enumPrinters.Call(localAndConnected, 0, level, uintptr(unsafe.Pointer(unsafe.SliceData(buffer))),
			uintptr(8*len(buffer)), uintptr(unsafe.Pointer(&needed)), uintptr(unsafe.Pointer(&count)))
		if ok != 0 {
			break
		}
		if !errors.Is(err, windows.ERROR_INSUFFICIENT_BUFFER) {
			return nil, "", fmt.Errorf("%w: %w", ErrNoPrinter, err)
		}
		count = 0
		buffer = make([]uint64, needed/8+1)
	}
	for _, p := range unsafe.Slice((*printerInfo)(unsafe.Pointer(unsafe.SliceData(buffer))), count) {
		names = append(names, windows.UTF16PtrToString(p.name))
	}
	name := make([]uint16, 1024)
	length := uint32(len(name))
	if ok, _, _ := getDefaultPrinter.Call(uintptr(unsafe.Pointer(&name[0])), uintptr(unsafe.Pointer(&length))); ok != 0 {
		preferred = windows.UTF16ToString(name)
	}
	return names, preferred, nil
}
