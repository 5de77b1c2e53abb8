package store

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"go.etcd.io/bbolt"

	"oobscope/audit"
)

// ResumeRun opens a partial run to go on with it, also one whose process was killed. Plan it again from
// Inputs, and skip what Settled says. A complete run is refused.
func (s *Store) ResumeRun(id string) (*RunWriter, error) {
	r, err := s.openRun(id, os.O_RDWR, true)
	if err != nil {
		return nil, err
	}
	w := &RunWriter{store: s, id: id, read: r}
	list, err := w.reopen()
	if err != nil {
		_ = r.close() // the first error tells more
		return nil, err
	}
	w.start(list)
	return w, nil
}

// reopen reads how far a run came and marks it as running again. It returns the shapes of the file.
func (w *RunWriter) reopen() (list shapeList, err error) {
	meta, err := w.read.meta(w.id)
	if err != nil {
		return nil, err
	}
	if meta.State == audit.RunComplete {
		return nil, refused("run %s is complete: there is nothing to resume", w.id)
	}
	if meta.Imported != nil {
		return nil, refused("run %s was imported: it is read-only", w.id)
	}
	w.read.started = meta.Started
	if w.ledger, w.end, err = w.read.ledger(); err != nil {
		return nil, err
	}
	if list, err = w.read.shapes(); err != nil {
		return nil, err
	}
	meta.State, meta.Ended, meta.Why, meta.Settled = audit.RunRunning, time.Time{}, "", w.ledger.settled
	w.meta = meta
	if err := w.putMeta(meta); err != nil {
		return nil, err
	}
	return list, w.store.listRun(meta)
}

// openRun opens the file of a run; patient says whether to wait for its lock.
func (s *Store) openRun(id string, flag int, patient bool) (runReader, error) {
	if !validID(id) {
		return runReader{}, refused("run %q: not the id of a run (26 digits and capital letters)", id)
	}
	wait := time.Duration(0)
	if patient {
		wait = lockWait
	}
	file, err := runFormat.open(s.runPath(id), flag, wait)
	if errors.Is(err, ErrNotFound) {
		return runReader{}, notFound("run", id)
	}
	return runReader{dbFile: file}, err
}

// listRun puts a run into the list.
func (s *Store) listRun(run audit.Run) error {
	return s.update(func(tx *bbolt.Tx) error { return putJSON(tx, runBucket, run.ID, run) })
}

// Runs lists the runs, newest first. What cannot be listed is named in the errors and does not hide the
// rest. A run whose process is gone is listed as partial, and so it stays.
func (s *Store) Runs() ([]audit.Run, []error) {
	listed, troubles := s.listedRuns()
	ids, err := s.runFiles()
	if err != nil {
		troubles = append(troubles, err)
	}
	var runs []audit.Run
	for _, id := range ids {
		run, known := listed[id]
		delete(listed, id)
		if run, err = s.checkRun(id, run, known); err != nil {
			troubles = append(troubles, err)
			continue
		}
		runs = append(runs, run)
	}
	for id := range listed {
		troubles = append(troubles, fmt.Errorf("run %s: its file is gone: %s", id, s.runPath(id)))
	}
	slices.SortFunc(runs, func(a, b audit.Run) int { return strings.Compare(b.ID, a.ID) })
	return runs, troubles
}

// listedRuns reads the list of runs as it stands in the index.
func (s *Store) listedRuns() (map[string]audit.Run, []error) {
	runs := make(map[string]audit.Run)
	var troubles []error
	err := s.view(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte(runBucket)).ForEach(func(k, v []byte) error {
			run, err := decodeRun(v)
			if err != nil || run.ID != string(k) || !validID(run.ID) {
				// The file of the run has a record as well.
				troubles = append(troubles, damaged(s.indexPath(), "entry of run %q", k))
				return nil
			}
			runs[run.ID] = run
			return nil
		})
	})
	if err != nil {
		troubles = append(troubles, err)
	}
	return runs, troubles
}

// Entry is what the list of runs has of a run, whether its file is there or not.
func (s *Store) Entry(id string) (audit.Run, error) {
	listed, _ := s.listedRuns()
	if run, ok := listed[id]; ok {
		return run, nil
	}
	return audit.Run{}, notFound("run", id)
}

// checkRun holds an entry of the list against the file. One that says running, or that is missing, is read
// from the file, unless somebody is writing there.
func (s *Store) checkRun(id string, run audit.Run, known bool) (audit.Run, error) {
	path := s.runPath(id)
	if known && run.State != audit.RunRunning {
		return run, whole(path)
	}
	f, err := s.openRunFile(id, false)
	if errors.Is(err, ErrLocked) {
		if !known {
			run = audit.Run{ID: id, State: audit.RunRunning}
		}
		return run, nil
	}
	if err != nil {
		return run, err
	}
	// The list is set right under the lock of the run, so that a resume cannot come in between. Where that fails, on
	// a full disk, the file still says what is true.
	run = f.Meta()
	_ = s.listRun(run)
	return run, f.Close()
}

// whole is a quick look whether a file has all its bytes; opening it looks closer.
func whole(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return explain("open", path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return explain("open", path, err)
	}
	if _, err := readMeta(f, info.Size()); err != nil {
		return damaged(path, "%v", err)
	}
	return nil
}

// DeleteRun removes a run: its entry in the list and its file, which gives the disk space back. A damaged run can
// be deleted; one in progress, one that is open anywhere and one that is a baseline cannot.
func (s *Store) DeleteRun(id string) error {
	if !validID(id) {
		return notFound("run", id)
	}
	shown, err := s.unseen(id)
	if err != nil {
		return err
	}
	if shown != nil {
		defer shown.Close()
	}
	f, err := openLocked(s.runPath(id), os.O_RDWR, lockWait)
	found := err == nil
	if found {
		defer f.Close()
	} else if !errors.Is(err, ErrNotFound) {
		return err
	}
	// The entry goes first: if we are killed in between, the run is still there, and listed.
	err = s.update(func(tx *bbolt.Tx) error {
		if name := baselineOf(tx, id); name != "" {
			return refused("run %s: it is baseline %s: unset that first", id, name)
		}
		list := tx.Bucket([]byte(runBucket))
		found = found || list.Get([]byte(id)) != nil
		return list.Delete([]byte(id))
	})
	if err == nil && !found {
		err = notFound("run", id)
	}
	if err != nil {
		return err
	}
	return forget(s.filesOf(id)...)
}

// filesOf names the files of a run, also those that may be there.
func (s *Store) filesOf(id string) []string {
	path := s.runPath(id)
	list := []string{path}
	for n := 1; n < runFormat.schema(); n++ {
		list = append(list, copyName(path, n))
	}
	return append(list, path+shownSuffix)
}

// RunBytes is how many bytes of the disk a run takes; 0 if it is not there.
func (s *Store) RunBytes(id string) (sum int64) {
	if !validID(id) {
		return 0
	}
	for _, name := range s.filesOf(id) {
		sum += onDisk(name)
	}
	return sum
}

// modified is when a file was last written to.
func modified(path string) (time.Time, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return time.Time{}, err
	}
	return info.ModTime(), nil
}

// onDisk is how many bytes of the disk a file takes; 0 if it is not there.
func onDisk(path string) int64 {
	info, err := os.Lstat(path)
	if err != nil {
		return 0
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return int64(stat.Blocks) * 512
	}
	return info.Size()
}

// syncFolder makes sure that a new file has its name on disk.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return explain("open", dir, err)
	}
	defer d.Close()
	return explain("write", dir, d.Sync())
}
