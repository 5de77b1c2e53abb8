package store

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// shownSuffix is the name of the file beside a run that says by its lock that somebody looks at the run. It is
// another than that of the run itself, which is only taken while something is read.
const shownSuffix = ".shown"

// show keeps a run from being deleted until the returned file is closed. It is nil where that cannot be said: in a
// folder that cannot be written, which nobody deletes from either, or when the run is being deleted right now.
func (s *Store) show(id string) *os.File {
	if !validID(id) {
		return nil
	}
	if _, err := os.Lstat(s.runPath(id)); err != nil {
		return nil
	}
	f, err := openRegular(s.runPath(id)+shownSuffix, os.O_RDONLY|os.O_CREATE)
	if err != nil {
		return nil
	}
	if err := lock(f, syscall.LOCK_SH, 0); err != nil {
		_ = f.Close() // empty
		return nil
	}
	return f
}

// unseen takes the right to delete a run from everybody who might look at it, and fails if somebody does. The
// caller closes the returned file, which may be nil, once the run is gone.
func (s *Store) unseen(id string) (*os.File, error) {
	f, err := openLocked(s.runPath(id)+shownSuffix, os.O_RDWR, 0)
	switch {
	case errors.Is(err, ErrNotFound):
		return nil, nil
	case errors.Is(err, ErrLocked):
		var held *errHeld
		if errors.As(err, &held) {
			return nil, &refusal{words: "run " + id + ": it is open in " + held.holder.String() + ": close it there first", cause: ErrLocked}
		}
	}
	return f, err
}

// forget removes the files beside a run, those that are there.
func forget(paths ...string) error {
	for _, path := range paths {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return explain("delete", path, err)
		}
	}
	return nil
}
