//go:build unix

package probes

import (
	"math"

	"golang.org/x/sys/unix"
)

// openFiles is how many file handles this process may hold (RLIMIT_NOFILE).
func openFiles() int {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return 256
	}
	return int(min(limit.Cur, math.MaxInt32))
}

// closeFile closes a file handle that nobody took.
func closeFile(fd int) { _ = unix.Close(fd) }
