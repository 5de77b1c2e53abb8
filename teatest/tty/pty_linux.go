package tty

import (
	"fmt"
	"os"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// Open makes a pseudo terminal of width x height cells (pts(4)). The program gets theirs; ours takes deadlines. Both are
// closed when the test ends, or earlier by the caller. A machine that has none skips the test.
func Open(tb testing.TB, width, height int) (ours, theirs *os.File) {
	tb.Helper()
	ours, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY|syscall.O_NONBLOCK, 0)
	if err != nil {
		tb.Skipf("SKIPPED: no pseudo terminal here: %v", err)
	}
	tb.Cleanup(func() { _ = ours.Close() })
	n, err := unlocked(ours, width, height)
	if err == nil {
		theirs, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	}
	if err != nil {
		tb.Fatalf("open a pseudo terminal: %v", err)
	}
	tb.Cleanup(func() { _ = theirs.Close() })
	return ours, theirs
}

// unlocked lets the other end be opened, sets the window, and returns the number of the other end. It goes through
// SyscallConn because Fd would make the file blocking, and a blocking one takes no deadline.
func unlocked(ours *os.File, width, height int) (n int, err error) {
	raw, err := ours.SyscallConn()
	if err != nil {
		return 0, err
	}
	var failed error
	err = raw.Control(func(fd uintptr) {
		if n, failed = unix.IoctlGetInt(int(fd), unix.TIOCGPTN); failed == nil {
			failed = unix.IoctlSetPointerInt(int(fd), unix.TIOCSPTLCK, 0)
		}
		if failed == nil {
			failed = unix.IoctlSetWinsize(int(fd), unix.TIOCSWINSZ, &unix.Winsize{Row: uint16(height), Col: uint16(width)})
		}
	})
	if err != nil {
		return 0, err
	}
	return n, failed
}
