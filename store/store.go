package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"go.etcd.io/bbolt"
)

// Names inside the folder of a store.
const (
	indexName = "index.db"
	runsName  = "runs"
	runSuffix = ".db"
)

// Buckets of index.db.
const (
	kitBucket     = "kits"     // id@version -> storedKit
	siteBucket    = "sites"    // name -> SiteFile
	runBucket     = "runs"     // ULID -> audit.Run
	settingBucket = "settings" // name -> value
	// Since schema 2:
	waiverBucket   = "waivers"   // id of a waiver -> its record
	baselineBucket = "baselines" // name -> JSON with the ULID of its run under "run"
)

var indexFormat = format{
	kind:    "index",
	buckets: []string{kitBucket, siteBucket, runBucket, settingBucket, waiverBucket, baselineBucket},
	steps:   []func(*bbolt.Tx) error{addBuckets(waiverBucket, baselineBucket)},
}

// Store is a folder of kits, sites and runs. It holds no file open and is safe for concurrent use, also by
// several processes on one folder.
type Store struct {
	dir string
	ids ulids
	mu  sync.Mutex // one transaction on the index at a time: goroutines queue here, not at the file lock
}

// DefaultDir is where the store of a user is: $XDG_STATE_HOME/oobscope, else ~/.local/state/oobscope (XDG Base
// Directory Specification 0.8; a relative value is ignored, as it demands). getenv is mostly os.Getenv.
func DefaultDir(getenv func(string) string) (string, error) {
	if state := getenv("XDG_STATE_HOME"); filepath.IsAbs(state) {
		return filepath.Join(state, "oobscope"), nil
	}
	if home := getenv("HOME"); filepath.IsAbs(home) {
		return filepath.Join(home, ".local", "state", "oobscope"), nil
	}
	return "", errors.New("no place for the store: neither XDG_STATE_HOME nor HOME is set: name one with --store DIR")
}

// Open opens the store in dir and makes the folder if it is missing. It fails, in one line that names the
// path and a way out, if the folder cannot be written, holds files of another program, or was written by a
// newer oobscope.
func Open(dir string) (*Store, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("store %s: %w", dir, err)
	}
	if err := claimFolder(dir); err != nil {
		return nil, err
	}
	s := &Store{dir: dir}
	// To open the index for writing is the whole test; a new one is filled in on the way.
	if err := s.index(os.O_RDWR|os.O_CREATE, func(*dbFile) error { return nil }); err != nil {
		return nil, err
	}
	return s, nil
}

// claimFolder makes the folders of a store. A folder with something else in it stays untouched: a mistyped
// --store must not spread files among the user's own.
func claimFolder(dir string) error {
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() {
		return fmt.Errorf("store %s: a file is in the way: move it away or name another store with --store DIR", dir)
	}
	if err == nil {
		if err := ours(dir); err != nil {
			return err
		}
	}
	// Also when Stat failed: MkdirAll then says why.
	if err := os.MkdirAll(dir, ownFolder); err != nil {
		return explain("make store", dir, err)
	}
	return explain("make store", dir, makeFolder(filepath.Join(dir, runsName)))
}

// ours tells whether a folder is a store, or empty. One that has runs is one even if its index was moved away.
func ours(dir string) error {
	list, err := os.ReadDir(dir)
	if err != nil {
		return explain("open store", dir, err)
	}
	foreign := ""
	for _, e := range list {
		switch e.Name() {
		case indexName:
			return nil
		case runsName, trailName:
		default:
			foreign = e.Name()
		}
	}
	if foreign == "" {
		return nil
	}
	if ids, err := (&Store{dir: dir}).runFiles(); err == nil && len(ids) > 0 {
		return nil
	}
	return fmt.Errorf("store %s: not a store, and not empty (%q): name an empty folder or a new one with --store DIR", dir, foreign)
}

// Close ends the use of the store. It holds no file open, so nothing can fail; runs are closed by themselves.
func (s *Store) Close() {}

// view runs one read transaction on the index. fn must only decode and copy.
func (s *Store) view(fn func(*bbolt.Tx) error) error {
	return s.index(os.O_RDONLY, func(f *dbFile) error { return f.view(fn) })
}

// update runs one write transaction on the index: all of it happens, or nothing.
func (s *Store) update(fn func(*bbolt.Tx) error) error {
	return s.index(os.O_RDWR|os.O_CREATE, func(f *dbFile) error { return f.update(fn) })
}

// index opens the index for as long as fn takes.
func (s *Store) index(flag int, fn func(*dbFile) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, err := indexFormat.open(s.indexPath(), flag, indexWait)
	if err != nil {
		return err
	}
	err = fn(f)
	if shut := f.close(); err == nil {
		err = shut
	}
	return err
}

// putJSON stores v under key.
func putJSON(tx *bbolt.Tx, bucket, key string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return tx.Bucket([]byte(bucket)).Put([]byte(key), b)
}

// runPath is the file of a run; id must be valid.
func (s *Store) runPath(id string) string {
	return filepath.Join(s.dir, runsName, id+runSuffix)
}

// runFiles lists the ids of the runs that have a file.
func (s *Store) runFiles() ([]string, error) {
	dir := filepath.Join(s.dir, runsName)
	list, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, explain("list", dir, err)
	}
	var ids []string
	for _, e := range list {
		if id, ok := strings.CutSuffix(e.Name(), runSuffix); ok && validID(id) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}
