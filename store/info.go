package store

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"go.etcd.io/bbolt"

	"oobscope/audit"
)

// Info is what a store has and who works in it.
type Info struct {
	Dir           string
	Group         string // that shares it; empty for a store of one user
	IndexSchema   int    // what this program writes, and with it every file that it has opened
	RunSchema     int
	IndexBytes    int64
	RunBytes      int64 // all runs
	CopyBytes     int64 // copies of files of older schemas
	TrailBytes    int64
	Runs, Partial int
	Observations  int64 // as the runs say
	Kits, Sites   int
	Waivers       int
	Baselines     int
	Retention     Retention
	Open          []OpenRun
	Troubles      []error
}

// OpenRun is a run that a process has: the one that writes it, or one that shows it.
type OpenRun struct {
	ID      string
	Writing bool
	Holder  Holder
}

// Info looks at everything in the store, but does not read the runs; Check does.
func (s *Store) Info() Info {
	in := Info{Dir: s.dir, Group: s.Shared(), IndexSchema: indexFormat.schema(), RunSchema: runFormat.schema()}
	in.IndexBytes, in.TrailBytes = onDisk(s.indexPath()), onDisk(filepath.Join(s.dir, trailName))
	runs, errs := s.Runs()
	in.Troubles = append(in.Troubles, errs...)
	in.Runs = len(runs)
	for _, run := range runs {
		if run.State == audit.RunPartial {
			in.Partial++
		}
		in.Observations += int64(run.Settled)
		in.RunBytes += onDisk(s.runPath(run.ID))
		in.Open = append(in.Open, s.openBy(run.ID)...)
	}
	in.CopyBytes = s.copies(onDisk)
	err := s.view(func(tx *bbolt.Tx) error {
		for bucket, n := range map[string]*int{kitBucket: &in.Kits, siteBucket: &in.Sites, waiverBucket: &in.Waivers, baselineBucket: &in.Baselines} {
			*n = tx.Bucket([]byte(bucket)).Stats().KeyN
		}
		return nil
	})
	if err != nil {
		in.Troubles = append(in.Troubles, err)
	}
	if in.Retention, err = s.Retention(); err != nil {
		in.Troubles = append(in.Troubles, err)
	}
	return in
}

// openBy lists who has a run.
func (s *Store) openBy(id string) (list []OpenRun) {
	for _, c := range []struct {
		path    string
		writing bool
	}{{s.runPath(id), true}, {s.runPath(id) + shownSuffix, false}} {
		f, err := openRegular(c.path, os.O_RDONLY)
		if err != nil {
			continue
		}
		how := syscall.LOCK_EX
		if c.writing {
			how = syscall.LOCK_SH // readers may be at it
		}
		if lock(f, how, 0) != nil {
			list = append(list, OpenRun{id, c.writing, holderOf(f)})
		}
		_ = f.Close() // opened for reading: nothing can be lost
	}
	return list
}

// copies calls fn for each copy of a file of an older schema and adds up what it returns.
func (s *Store) copies(fn func(path string) int64) (sum int64) {
	for _, dir := range []string{s.dir, filepath.Join(s.dir, runsName)} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, e := range entries {
			_, schema, ok := strings.Cut(e.Name(), runSuffix+".schema")
			if ok && e.Type().IsRegular() && strings.Trim(schema, "0123456789") == "" {
				sum += fn(filepath.Join(dir, e.Name()))
			}
		}
	}
	return sum
}

// DeleteCopies deletes the copies that were made before files were lifted to a newer schema. An older program can no
// longer be gone back to then. It returns how many bytes of the disk that gave back.
func (s *Store) DeleteCopies() (freed int64, err error) {
	freed = s.copies(func(path string) int64 {
		n := onDisk(path)
		if failed := os.Remove(path); failed != nil {
			err = explain("delete", path, failed)
			return 0
		}
		return n
	})
	return freed, err
}
