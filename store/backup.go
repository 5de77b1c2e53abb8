package store

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"go.etcd.io/bbolt"
)

// Backed is what a backup has in it.
type Backed struct {
	Runs   int
	Bytes  int64
	Live   []string // runs in progress: as they were at a commit
	Missed []error  // what could not be copied, and why
}

// Backup writes the whole store to out, as a tar file with the index, the runs and the trail, each in a state that it
// really had, while others go on working. each is called with the name of every file before it is copied; it may be nil.
// What is damaged, or changes faster than it can be copied, is left out and named. The error is out's or ctx's.
func (s *Store) Backup(ctx context.Context, out io.Writer, each func(file string)) (sum Backed, err error) {
	if each == nil {
		each = func(string) {}
	}
	keep := &firstError{out: out}
	b := backup{store: s, tar: tar.NewWriter(keep), failed: keep, sum: &sum}
	// The index comes first: a run that is deleted meanwhile is missed by name, one that begins is found all the same,
	// and a trail that has gone on is one that the index still vouches for.
	each(indexName)
	if err := b.database(s.indexPath(), indexName); err != nil {
		return sum, err
	}
	ids, err := s.runFiles()
	if err != nil {
		return sum, err
	}
	slices.Sort(ids)
	for _, id := range ids {
		if err := ctx.Err(); err != nil {
			return sum, err
		}
		name := runsName + "/" + id + runSuffix
		each(name)
		if err := b.run(id, name); err != nil {
			return sum, err
		}
	}
	each(trailName)
	if err := b.plain(filepath.Join(s.dir, trailName), trailName); err != nil {
		return sum, err
	}
	return sum, b.tar.Close()
}

type backup struct {
	store  *Store
	tar    *tar.Writer
	failed *firstError
	sum    *Backed
}

// firstError remembers why writing failed: bbolt keeps only the words.
type firstError struct {
	out io.Writer
	err error
}

func (f *firstError) Write(p []byte) (int, error) {
	n, err := f.out.Write(p)
	if f.err == nil {
		f.err = err
	}
	return n, err
}

// missed notes what could not be read; only what cannot be written ends a backup.
func (b *backup) missed(err error) error {
	b.sum.Missed = append(b.sum.Missed, err)
	return nil
}

func (b *backup) run(id, name string) error {
	path := b.store.runPath(id)
	before := len(b.sum.Missed)
	err := b.database(path, name)
	if errors.Is(err, ErrLocked) {
		b.sum.Live = append(b.sum.Live, id)
		err = b.live(path, name)
	}
	if err == nil && len(b.sum.Missed) == before {
		b.sum.Runs++
	}
	return err
}

// database copies a file that nobody writes to.
func (b *backup) database(path, name string) error {
	wait := time.Duration(0)
	if name == indexName {
		wait = indexWait
	}
	f, err := openDB(path, os.O_RDONLY, wait)
	if errors.Is(err, ErrLocked) {
		return err
	}
	if err != nil {
		return b.missed(err)
	}
	defer f.close() // opened for reading: nothing can be lost
	var failed error
	err = f.view(func(tx *bbolt.Tx) error {
		failed = b.entry(name, path, tx.Size(), func() error {
			_, err := tx.WriteTo(b.tar)
			return err
		})
		return nil
	})
	if failed != nil {
		return failed
	}
	if err != nil { // the file was ruined under our hands; what is in the tar has the right length, and is checked on restore
		return b.missed(err)
	}
	return nil
}

// entry adds a file to the tar, under a name, as old as the file at path.
func (b *backup) entry(name, path string, size int64, write func() error) error {
	written, err := modified(path)
	if err != nil {
		written = time.Unix(0, 0)
	}
	head := &tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: ownFile, Size: size, ModTime: written.Truncate(time.Second)}
	if err := b.tar.WriteHeader(head); err != nil {
		return fmt.Errorf("write backup: %w", err)
	}
	if err := write(); err != nil {
		if b.failed.err != nil {
			err = b.failed.err
		}
		return fmt.Errorf("write backup: %w", err)
	}
	b.sum.Bytes += size
	return nil
}

// plain copies the bytes of a file, as many as it has now; one that is not there is left out.
func (b *backup) plain(path, name string) error {
	f, err := openRegular(path, os.O_RDONLY)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return b.missed(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return b.missed(explain("read", path, err))
	}
	return b.entry(name, path, info.Size(), func() error {
		_, err := io.CopyN(b.tar, f, info.Size())
		return err
	})
}

// live copies the file of a run in progress by way of a temporary file.
func (b *backup) live(path, name string) error {
	tmp, err := os.CreateTemp("", "oobscope-backup-")
	if err != nil {
		return fmt.Errorf("copy a run in progress: %w", err)
	}
	defer os.Remove(tmp.Name())
	defer tmp.Close()
	if err := liveCopy(path, tmp); err != nil {
		return b.missed(err)
	}
	return b.plain(tmp.Name(), name)
}

// liveTries is how often a file is copied again because its writer committed meanwhile. A commit comes every quarter of
// a second, and most files are copied in a fraction of that.
const liveTries = 40

// liveCopy copies a file that another process writes to. bbolt never writes to a page that its last commit needs, so
// that a copy is sound if that commit is still the last one when the copy is done.
func liveCopy(path string, to *os.File) error {
	for try := range liveTries {
		f, err := openRegular(path, os.O_RDONLY)
		if err != nil {
			return err
		}
		same, err := copyBetweenCommits(f, to)
		_ = f.Close() // opened for reading: nothing can be lost
		if err != nil {
			return explain("copy", path, err)
		}
		if same {
			return nil
		}
		time.Sleep(time.Duration(try+1) * time.Millisecond)
	}
	return refused("%s: it changes faster than it can be copied: try again when the run is over", path)
}

// copyBetweenCommits copies a file and tells whether there was no commit meanwhile.
func copyBetweenCommits(f, to *os.File) (same bool, err error) {
	info, err := f.Stat()
	if err != nil {
		return false, err
	}
	before, err := readMeta(f, info.Size())
	if err != nil {
		return false, nil // it is being written just now
	}
	if err := to.Truncate(0); err != nil {
		return false, err
	}
	if _, err := io.Copy(io.NewOffsetWriter(to, 0), io.NewSectionReader(f, 0, info.Size())); err != nil {
		return false, err
	}
	after, err := readMeta(f, info.Size())
	if err != nil || after != before {
		return false, nil
	}
	copied, err := readMeta(to, info.Size())
	return err == nil && copied == before && verify(to, info.Size()) == nil, nil
}
