package store

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"
)

// dbFile is an open file of the store. bbolt panics on damage that verify cannot see, and the system faults
// when a mapped file is cut short behind our back. Both become an error that names the file, and from then
// on bbolt's handle is not touched again, for it may have kept its locks.
type dbFile struct {
	path   string
	db     *bbolt.DB
	held   *os.File // the handle that bbolt works on, and that holds the lock
	size   atomic.Int64
	broken atomic.Bool

	settled bool                                   // what can be read is on disk; of whoever holds the turn to write
	writeAt func(b []byte, off int64) (int, error) // of held; a field, like sync, so that a test can stand in for the disk
	sync    func() error
}

// growBy is how many bytes a file grows at a time. Until then it doubles; bbolt's own 16 MiB would be half of
// the file of a large run.
const growBy = 1 << 20

// openDB opens a bbolt file under its lock, after its structure was verified.
func openDB(path string, flag int, wait time.Duration) (*dbFile, error) {
	f := &dbFile{path: path}
	options := &bbolt.Options{
		Timeout: wait + lockPoll, ReadOnly: flag == os.O_RDONLY,
		FreelistType: bbolt.FreelistMapType, NoStatistics: true,
		OpenFile: func(name string, _ int, _ os.FileMode) (*os.File, error) {
			file, err := openLocked(name, flag, wait)
			if err != nil {
				return nil, err
			}
			if err := sound(file, flag&os.O_CREATE != 0); err != nil {
				_ = file.Close() // the damage is the error to report
				return nil, damaged(path, "%v", err)
			}
			f.held, f.writeAt, f.sync = file, file.WriteAt, file.Sync
			return file, nil
		},
	}
	err := f.guard(func() (err error) {
		if f.db, err = bbolt.Open(path, 0o600, options); err == nil {
			f.db.AllocSize = growBy
		}
		return err
	})
	if err != nil && f.held != nil {
		_ = f.held.Close() // after a panic bbolt keeps the handle, and with it the lock
	}
	return f, explain("open", path, err)
}

// sound verifies a file; an empty one will do if it may be filled in, and so will one of zeros: a power cut leaves that
// of a file that had just been made.
func sound(f *os.File, mayFill bool) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.Size() == 0 && mayFill {
		return nil
	}
	err = verify(f, info.Size())
	if err != nil && mayFill && blank(f, info.Size()) {
		return f.Truncate(0)
	}
	return err
}

// blank tells whether a file has nothing but zeros, and no more of them than a new one has.
func blank(f *os.File, size int64) bool {
	if size > 64<<10 {
		return false
	}
	b := make([]byte, size)
	n, err := f.ReadAt(b, 0)
	return err == nil && n == len(b) && len(bytes.Trim(b, "\x00")) == 0
}

// view runs one read transaction; fn must only decode and copy, and not call into other packages: their
// bugs are not damage.
func (f *dbFile) view(fn func(*bbolt.Tx) error) error {
	return explain("read", f.path, f.guard(func() error { return f.db.View(fn) }))
}

// update runs one write transaction: all of it happens, or nothing. One at a time.
func (f *dbFile) update(fn func(*bbolt.Tx) error) error {
	return explain("write", f.path, f.guard(func() error {
		if err := f.settle(); err != nil {
			return err
		}
		err := f.db.Update(fn)
		f.settled = err == nil
		return err
	}))
}

// settle makes sure that the page that we take for the newest is on disk, before anything is written. After a sync that
// failed the system still shows what it could not write, and calls it written: a transaction on top of that uses the
// pages of the one before again, which is the newest on disk, and a power cut would leave neither. Whether one failed,
// perhaps in another process, nobody remembers, so the page is written once more: before the first transaction of
// a handle and after each that failed. The pages that it points to were synced before it was first written.
func (f *dbFile) settle() error {
	if f.settled {
		return nil
	}
	info, err := f.held.Stat()
	if err != nil {
		return err
	}
	m, err := readMeta(f.held, info.Size())
	if err != nil {
		return damaged(f.path, "%v", err)
	}
	page := make([]byte, m.pageSize)
	at := int64(m.txid%2) * m.pageSize
	if _, err := f.held.ReadAt(page, at); err != nil {
		return err
	}
	if _, err := f.writeAt(page, at); err != nil {
		return err
	}
	if err := f.sync(); err != nil {
		return err
	}
	f.settled = true
	return nil
}

func (f *dbFile) readOnly() bool { return f.db.IsReadOnly() }

// trim gives back what the file was made longer than it needs. The file must be closed next.
func (f *dbFile) trim() error {
	size := int64(0)
	err := f.view(func(tx *bbolt.Tx) error { size = tx.Size(); return nil })
	if err != nil || size >= f.size.Load() {
		return err
	}
	f.size.Store(size)
	return explain("write", f.path, f.held.Truncate(size))
}

// close closes the file and gives its lock back.
func (f *dbFile) close() error {
	if f.broken.Load() {
		return explain("close", f.path, f.held.Close())
	}
	return explain("close", f.path, f.db.Close())
}

// guard runs fn, which works on the mapped file.
func (f *dbFile) guard(fn func() error) (err error) {
	if f.broken.Load() {
		return damaged(f.path, "it was found damaged before")
	}
	if err := f.whole(); err != nil {
		return err
	}
	old := debug.SetPanicOnFault(true)
	defer func() {
		debug.SetPanicOnFault(old)
		if r := recover(); r != nil {
			f.broken.Store(true)
			err = damaged(f.path, "%v", r)
		}
	}()
	return fn()
}

// whole tells whether the file is still as long as it was. bbolt only ever makes it longer. Asking first
// keeps a reader from faulting while bbolt holds a lock that the writer waits for.
func (f *dbFile) whole() error {
	if f.held == nil {
		return nil
	}
	info, err := f.held.Stat()
	if err != nil {
		return explain("read", f.path, err)
	}
	if was := f.size.Swap(info.Size()); info.Size() < was {
		f.broken.Store(true)
		return damaged(f.path, "it was cut from %d to %d bytes while it was open", was, info.Size())
	}
	return nil
}

// copyTo writes a copy of the file that is complete when it has its name.
func (f *dbFile) copyTo(name string) error {
	part, err := openRegular(name+".part", os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
	if err != nil {
		return err
	}
	err = f.view(func(tx *bbolt.Tx) error {
		_, err := tx.WriteTo(part)
		return err
	})
	if err == nil {
		err = part.Sync()
	}
	if shut := part.Close(); err == nil {
		err = shut
	}
	if err != nil {
		return err
	}
	if err := os.Rename(name+".part", name); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(name)) // before anything is done to the file that it is a copy of
}
