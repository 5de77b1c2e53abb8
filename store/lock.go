package store

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// How long we wait for a file that somebody else has open. The index is open for the length of one transaction,
// and a slow disk may need its time for that; a run is open for as long as it goes on.
const (
	lockWait  = time.Second
	indexWait = 10 * time.Second
)

// lockPoll is how often we ask again.
const lockPoll = 20 * time.Millisecond

// openLocked opens a regular file and takes its lock: shared for os.O_RDONLY, exclusive otherwise. bbolt uses
// the same kind of lock on the same handle, so its own attempt afterwards finds the lock already held; taking
// it here gives us a file that holds still while we look whether it is sound. What it returns is the file
// that has the name now: one that was deleted or replaced while we waited is let go.
func openLocked(path string, flag int, wait time.Duration) (*os.File, error) {
	for began := time.Now(); ; {
		f, err := openRegular(path, flag)
		if err != nil {
			return nil, err
		}
		how := syscall.LOCK_EX
		if flag == os.O_RDONLY {
			how = syscall.LOCK_SH
		}
		if err := lock(f, how, wait-time.Since(began)); err != nil {
			_ = f.Close() // the lock is the error to report
			return nil, inUse(err, wait)
		}
		if named(f, path) {
			return f, nil
		}
		if err := f.Close(); err != nil {
			return nil, explain("close", path, err)
		}
		flag &^= os.O_EXCL // it was ours when we made it
	}
}

// openRegular opens a file, or makes it with the mode of its folder. It follows no link: a store may be shared, and
// a link there would lead to a file of whoever opens it.
func openRegular(path string, flag int) (*os.File, error) {
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		return nil, refused("open %s: not a regular file: move it away or name another store with --store DIR", path)
	}
	f, err := os.OpenFile(path, flag|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0o600)
	if err != nil {
		return nil, explain("open", path, err)
	}
	if flag&os.O_CREATE != 0 {
		admitGroup(f)
	}
	return f, nil
}

// named tells whether path is still the name of f.
func named(f *os.File, path string) bool {
	held, err := f.Stat()
	if err != nil {
		return false
	}
	now, err := os.Lstat(path)
	return err == nil && os.SameFile(held, now)
}

// errHeld is what lock returns when somebody else has the file; the words come from inUse.
type errHeld struct {
	path   string
	holder Holder
}

func (e *errHeld) Error() string { return fmt.Sprintf("%s: %v by %s", e.path, ErrLocked, e.holder) }
func (e *errHeld) Unwrap() error { return ErrLocked }

// inUse says what to do about a file that somebody else has.
func inUse(err error, waited time.Duration) error {
	var held *errHeld
	if !errors.As(err, &held) {
		return err
	}
	return &refusal{words: fmt.Sprintf("%v; waited %s: close it there or try again later", held, waited), cause: held}
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
			return &errHeld{f.Name(), holderOf(f)}
		}
		time.Sleep(lockPoll)
	}
}
