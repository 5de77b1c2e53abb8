package mishap

import (
	"bytes"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// kindOf is which system call is of which kind. The watcher itself must use none of them: it would wait for itself.
var kindOf = map[uint32]Kind{
	unix.SYS_OPENAT: Open, unix.SYS_WRITE: Write, unix.SYS_PWRITE64: Write, unix.SYS_COPY_FILE_RANGE: Write,
	unix.SYS_FSYNC: Sync, unix.SYS_FDATASYNC: Sync, unix.SYS_FTRUNCATE: Cut,
	unix.SYS_RENAMEAT: Rename, unix.SYS_RENAMEAT2: Rename, unix.SYS_UNLINKAT: Remove,
}

// notice is struct seccomp_notif of the kernel, answer struct seccomp_notif_resp.
type (
	notice struct {
		id    uint64
		pid   uint32
		flags uint32
		nr    uint32
		arch  uint32
		ip    uint64
		args  [6]uint64
	}
	answer struct {
		id    uint64
		val   int64
		error int32
		flags uint32
	}
)

// Where the arguments of a call stand in struct seccomp_data: of openat, the first one is the folder; of write, the third
// one is how many bytes. The lower half comes first on every platform that we build for.
const (
	folderAt = 16
	lengthAt = 16 + 2*8
)

const hereOfC uint32 = 0xffffff9c // AT_FDCWD, as an int

const goOn = 1 // SECCOMP_USER_NOTIF_FLAG_CONTINUE

// watcher counts the calls of its own process.
type watcher struct {
	Plan
	listener uintptr
	log      int
	seen     int
}

func (p Plan) arm() error {
	w := &watcher{Plan: p, log: -1}
	if p.Log != "" {
		fd, err := unix.Open(p.Log, unix.O_WRONLY|unix.O_CREAT|unix.O_APPEND|unix.O_CLOEXEC, 0o600)
		if err != nil {
			return fmt.Errorf("open %s: %w", p.Log, err)
		}
		w.log = fd
	}
	if err := w.listen(); err != nil {
		return fmt.Errorf("watch the system calls: %w", err)
	}
	ready := make(chan struct{})
	go func() {
		runtime.LockOSThread()
		close(ready)
		for w.next() {
		}
	}()
	<-ready
	return nil
}

// listen asks the kernel for a notice before each of the calls, of every thread.
func (w *watcher) listen() error {
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	filter := []unix.SockFilter{{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS}} // the number of the call
	for nr, kind := range kindOf {
		if !slices.Contains(w.Kinds, kind) {
			continue
		}
		spared := sparedOf(nr)
		filter = append(filter, unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jf: uint8(len(spared) + 1), K: nr})
		filter = append(filter, spared...)
		filter = append(filter, unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_USER_NOTIF})
	}
	filter = append(filter, unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW})
	prog := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	// Without the last flag a signal, of which the runtime sends many, would make a call that we have counted come again.
	flags := uintptr(unix.SECCOMP_FILTER_FLAG_NEW_LISTENER | unix.SECCOMP_FILTER_FLAG_TSYNC | unix.SECCOMP_FILTER_FLAG_TSYNC_ESRCH |
		unix.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV)
	fd, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, flags, uintptr(unsafe.Pointer(&prog)))
	if errno != 0 {
		return errno
	}
	w.listener = fd
	return nil
}

// sparedOf lets those calls of a number pass that the watcher must not see, because whoever makes them holds up the
// scheduler meanwhile, and the watcher would never get its turn. The runtime wakes its poller with a write of 8 bytes. The C
// library counts the processors when the runtime makes a thread through it, and, other than Go, names the present
// folder by 32 bits.
func sparedOf(nr uint32) []unix.SockFilter {
	load := func(at uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: at}
	}
	unless := func(is uint32, skip uint8) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jf: skip, K: is}
	}
	pass := unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW}
	switch nr {
	case unix.SYS_WRITE:
		return []unix.SockFilter{load(lengthAt), unless(8, 1), pass}
	case unix.SYS_OPENAT:
		return []unix.SockFilter{load(folderAt), unless(hereOfC, 3), load(folderAt + 4), unless(0, 1), pass}
	}
	return nil
}

// next waits for one call and decides what becomes of it.
func (w *watcher) next() bool {
	var n notice
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, w.listener, unix.SECCOMP_IOCTL_NOTIF_RECV, uintptr(unsafe.Pointer(&n)))
	if errno == unix.EINTR || errno == unix.ENOENT {
		return true
	}
	if errno != 0 {
		panic(errno)
	}
	a := answer{id: n.id, flags: goOn}
	if w.counts(&n) && w.At > 0 && (w.seen == w.At || w.Stays && w.seen > w.At) {
		if w.Errno == 0 {
			_ = unix.Kill(unix.Getpid(), unix.SIGKILL)
			select {} // the call must not happen any more
		}
		a.error, a.flags = -int32(w.Errno), 0
	}
	errno = unix.EINTR
	for errno == unix.EINTR { // without an answer the call would wait for ever
		_, _, errno = unix.Syscall(unix.SYS_IOCTL, w.listener, unix.SECCOMP_IOCTL_NOTIF_SEND, uintptr(unsafe.Pointer(&a)))
	}
	if errno != 0 && errno != unix.ENOENT {
		panic(errno)
	}
	return true
}

// counts tells whether a call is one of those that the plan is about, and notes it.
func (w *watcher) counts(n *notice) bool {
	kind := kindOf[n.nr]
	path := w.path(n, kind)
	if path != w.Under && !strings.HasPrefix(path, w.Under+"/") {
		return false
	}
	w.seen++
	if w.log >= 0 {
		line := []byte(string(kind) + " " + path + "\n")
		_, _ = unix.Writev(w.log, [][]byte{line}) // a line that is missing is seen by whoever counts them
	}
	return true
}

// path is which file a call is about. The thread that makes it stands still, so its memory is what it was.
func (w *watcher) path(n *notice, kind Kind) string {
	switch {
	case n.nr == unix.SYS_COPY_FILE_RANGE:
		return ofHandle(n.args[2])
	case kind == Open, kind == Remove:
		return at(n.args[0], n.args[1])
	case kind == Rename:
		return at(n.args[2], n.args[3])
	}
	return ofHandle(n.args[0])
}

// at reads a path where a call has it: in the memory of this process, which the kernel is asked for.
func at(dir, text uint64) string {
	b := make([]byte, syscall.PathMax)
	local := []unix.Iovec{{Base: &b[0], Len: uint64(len(b))}}
	n, err := unix.ProcessVMReadv(unix.Getpid(), local, []unix.RemoteIovec{{Base: uintptr(text), Len: len(b)}}, 0)
	end := bytes.IndexByte(b[:max(n, 0)], 0)
	if err != nil || end < 0 {
		return ""
	}
	name := string(b[:end])
	if filepath.IsAbs(name) || int32(dir) == unix.AT_FDCWD {
		return filepath.Clean(name)
	}
	return filepath.Join(ofHandle(dir), name)
}

func ofHandle(fd uint64) string {
	b := make([]byte, syscall.PathMax)
	n, err := unix.Readlinkat(unix.AT_FDCWD, "/proc/self/fd/"+strconv.FormatUint(fd, 10), b)
	if err != nil {
		return ""
	}
	return string(b[:n])
}
