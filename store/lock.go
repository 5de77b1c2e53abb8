package store

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"oobscope/probes"
)

// lockWait is how long we wait for a file that somebody else has open.
const lockWait = time.Second

// lockPoll is how often we ask again.
const lockPoll = 20 * time.Millisecond

// openLocked opens a regular file and takes its lock: shared for os.O_RDONLY, exclusive otherwise. bbolt uses
// the same kind of lock on the same handle, so its own attempt afterwards finds the lock already held; taking
// it here gives us a file that holds still while we look whether it is sound.
func openLocked(path string, flag int, wait time.Duration) (*os.File, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, refused("open %s: not a regular file: move it away or name another store with --store DIR", path)
	}
	f, err := os.OpenFile(path, flag, 0o600)
	if err != nil {
		return nil, explain("open", path, err)
	}
	how := syscall.LOCK_EX
	if flag == os.O_RDONLY {
		how = syscall.LOCK_SH
	}
	if err := lock(f, how, wait); err != nil {
		_ = f.Close() // the lock is the error to report
		return nil, err
	}
	return f, nil
}

func lock(f *os.File, how int, wait time.Duration) error {
	began := time.Now()
	for {
		err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, syscall.EINTR):
			continue
		case !errors.Is(err, syscall.EWOULDBLOCK):
			return explain("lock", f.Name(), err)
		case time.Since(began) >= wait:
			return &refusal{
				words: fmt.Sprintf("%s: %v by %s; waited %s: close it there or try again later",
					f.Name(), ErrLocked, holder(f), wait),
				cause: ErrLocked,
			}
		}
		time.Sleep(lockPoll)
	}
}

// holder names the process that has f locked, as far as the system tells (proc_locks(5), Linux).
func holder(f *os.File) string {
	const unknown = "another process"
	info, err := f.Stat()
	if err != nil {
		return unknown
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return unknown
	}
	locks, err := os.ReadFile("/proc/locks")
	if err != nil {
		return unknown
	}
	pid := lockPID(locks, stat.Ino)
	switch pid {
	case 0:
		return unknown
	case os.Getpid():
		return fmt.Sprintf("this program itself (process %d)", pid)
	}
	comm, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "comm"))
	if err != nil {
		return fmt.Sprintf("process %d", pid)
	}
	return fmt.Sprintf("process %d (%s)", pid, probes.Clean(strings.TrimSpace(string(comm)), 32))
}

// lockPID finds who holds a flock on an inode in the text of /proc/locks; 0 for nobody. Devices are not
// compared: some file systems report another number there than stat does.
func lockPID(locks []byte, inode uint64) int {
	for sc := bufio.NewScanner(bytes.NewReader(locks)); sc.Scan(); {
		// 1: FLOCK  ADVISORY  WRITE 4242 fe:00:131074 0 EOF; waiters have "->" behind the number
		col := strings.Fields(sc.Text())
		if len(col) < 6 || col[1] != "FLOCK" {
			continue
		}
		if strings.HasSuffix(col[5], ":"+strconv.FormatUint(inode, 10)) {
			if pid, err := strconv.Atoi(col[4]); err == nil && pid > 0 {
				return pid
			}
		}
	}
	return 0
}
