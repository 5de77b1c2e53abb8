package store

import (
	"errors"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"

	"oobscope/audit"
)

// newSuffix is the name of a run file until it has what every run has from its first moment on: a program that is killed
// before that leaves no run behind.
const newSuffix = ".new"

// NewRun begins the file of a run and lists the run as running. meta says what is known before the first
// packet; an empty ID is filled in (see RunWriter.Meta), Started must be set. inputs is whatever the caller
// needs to plan the run again; the store does not look into it. A run that is there already is refused.
func (s *Store) NewRun(meta audit.Run, inputs []byte) (*RunWriter, error) {
	if meta.Started.IsZero() {
		return nil, errors.New("new run: the time when it started is missing")
	}
	if meta.ID == "" {
		meta.ID = s.ids.next(meta.Started)
	}
	if !validID(meta.ID) {
		return nil, refused("run %q: not the id of a run (26 digits and capital letters)", meta.ID)
	}
	meta.State, meta.Ended = audit.RunRunning, time.Time{}
	w, err := s.beginRun(meta, inputs)
	if err != nil {
		return nil, err
	}
	if err := s.listRun(meta); err != nil {
		if s.unlist(meta.ID) {
			_ = os.Remove(w.read.path) // the first error tells more
		}
		_ = w.read.close() // what is left of the run is listed as cut off
		return nil, err
	}
	w.start(nil)
	return w, nil
}

// unlist makes sure that a run is not in the list, after an attempt to put it there failed: one that fails at its very
// end may have left the entry behind. It tells whether it could.
func (s *Store) unlist(id string) bool {
	listed := false
	err := s.view(func(tx *bbolt.Tx) error {
		listed = tx.Bucket([]byte(runBucket)).Get([]byte(id)) != nil
		return nil
	})
	if err != nil || !listed {
		return err == nil
	}
	return s.update(func(tx *bbolt.Tx) error { return tx.Bucket([]byte(runBucket)).Delete([]byte(id)) }) == nil
}

// beginRun makes the file of a run, whole or not at all. Whoever makes one of that id holds the lock of the new name.
func (s *Store) beginRun(meta audit.Run, inputs []byte) (*RunWriter, error) {
	path := s.runPath(meta.ID)
	if err := abandoned(path + newSuffix); err != nil {
		return nil, err
	}
	file, err := runFormat.open(path+newSuffix, os.O_RDWR|os.O_CREATE|os.O_EXCL, lockWait)
	if err == nil {
		w := &RunWriter{store: s, id: meta.ID, meta: meta, read: runReader{dbFile: file, started: meta.Started}}
		if _, there := os.Lstat(path); there == nil {
			err = refused("run %s: it is in the store already", meta.ID)
		} else {
			err = w.begin(meta, inputs)
		}
		if err == nil {
			err = explain("write", path, os.Rename(path+newSuffix, path))
		}
		if err == nil {
			file.path = path
			err = syncFolder(filepath.Dir(path))
		}
		if err == nil {
			return w, nil
		}
		_ = os.Remove(file.path) // the first error tells more
		_ = file.close()
		return nil, err
	}
	if !errors.Is(err, os.ErrExist) {
		_ = os.Remove(path + newSuffix) // what a full disk left of it
	}
	return nil, err
}

// abandoned removes a new file that nobody makes any more.
func abandoned(path string) error {
	f, err := openLocked(path, os.O_RDWR, 0)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	return explain("delete", path, os.Remove(path))
}
