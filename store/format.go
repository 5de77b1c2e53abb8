package store

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"go.etcd.io/bbolt"
)

// format is one kind of file of the store.
type format struct {
	kind    string   // stands in the file
	buckets []string // what a new file holds; every file must hold them
	// steps are the registered migrations: steps[i] lifts a file from schema i+1 to i+2, inside the
	// transaction that also writes the new number. A new file has the newest schema.
	steps []func(*bbolt.Tx) error
}

// schema is the newest schema of the format, the one that this program writes.
func (f format) schema() int { return 1 + len(f.steps) }

// headBucket tells every file of the store from other bbolt files: "kind" and "schema" stand in it.
const headBucket = "oobscope"

// open opens a file of this format, waiting at most wait for its lock, and makes sure that it is sound, ours
// and of our schema. flag is for os.OpenFile: os.O_RDONLY shares the file with other readers, the rest
// excludes everybody; with os.O_CREATE a new or empty file is filled in.
func (f format) open(path string, flag int, wait time.Duration) (*dbFile, error) {
	db, err := openDB(path, flag, wait)
	if err != nil {
		return nil, err
	}
	old, err := f.admit(db, flag&os.O_CREATE != 0)
	if err == nil && old > 0 && db.readOnly() {
		// An older file is lifted by whoever meets it first, a reader too.
		if err := db.close(); err != nil {
			return nil, err
		}
		if db, err = f.open(path, os.O_RDWR, wait); err != nil {
			return nil, err
		}
		if err := db.close(); err != nil {
			return nil, err
		}
		return f.open(path, flag, wait)
	}
	if err == nil && old > 0 {
		err = f.migrate(db, old)
	}
	if err != nil {
		_ = db.close() // the first error tells more
		return nil, err
	}
	return db, nil
}

// admit reads the head of a file, and fills in a new one if it may. It returns the schema if that is an older one, else 0.
func (f format) admit(db *dbFile, mayFill bool) (old int, err error) {
	fresh := false
	err = db.view(func(tx *bbolt.Tx) error {
		if k, _ := tx.Cursor().First(); k == nil {
			fresh = true
			return nil
		}
		old, err = f.head(tx, db.path)
		return err
	})
	switch {
	case err != nil:
		return 0, err
	case fresh && !mayFill:
		return 0, damaged(db.path, "it is empty")
	case fresh:
		return 0, f.begin(db)
	}
	return old, nil
}

func (f format) head(tx *bbolt.Tx, path string) (old int, err error) {
	head := tx.Bucket([]byte(headBucket))
	if head == nil {
		return 0, refused("%s: a database of another program: move it away or name another store with --store DIR", path)
	}
	if kind := string(head.Get([]byte("kind"))); kind != f.kind {
		return 0, damaged(path, "it holds %q where %q belongs", kind, f.kind)
	}
	schema, err := strconv.Atoi(string(head.Get([]byte("schema"))))
	switch {
	case err != nil || schema < 1:
		return 0, damaged(path, "its schema number is unreadable")
	case schema > f.schema():
		return 0, &refusal{cause: ErrNewer, words: fmt.Sprintf("%s: written by a newer oobscope (schema %d, this one knows up to %d): use the newer program",
			path, schema, f.schema())}
	case schema < f.schema():
		return schema, nil
	}
	return 0, f.hasBuckets(tx, path)
}

func (f format) hasBuckets(tx *bbolt.Tx, path string) error {
	for _, name := range f.buckets {
		if tx.Bucket([]byte(name)) == nil {
			return damaged(path, "bucket %s is missing", name)
		}
	}
	return nil
}

// addBuckets is the step of a schema that only has more buckets.
func addBuckets(names ...string) func(*bbolt.Tx) error {
	return func(tx *bbolt.Tx) error {
		for _, name := range names {
			if _, err := tx.CreateBucket([]byte(name)); err != nil {
				return fmt.Errorf("bucket %s: %w", name, err)
			}
		}
		return nil
	}
}

// begin fills in a new file.
func (f format) begin(db *dbFile) error {
	return db.update(func(tx *bbolt.Tx) error {
		for _, name := range f.buckets {
			if _, err := tx.CreateBucket([]byte(name)); err != nil {
				return err
			}
		}
		head, err := tx.CreateBucket([]byte(headBucket))
		if err != nil {
			return err
		}
		return errors.Join(head.Put([]byte("kind"), []byte(f.kind)), f.stamp(head))
	})
}

func (f format) stamp(head *bbolt.Bucket) error {
	return head.Put([]byte("schema"), []byte(strconv.Itoa(f.schema())))
}

// migrate lifts a file from schema old to the newest, all steps or none, after it was copied to
// PATH.schemaN. The copy stays: going back to an older program needs it.
func (f format) migrate(db *dbFile, old int) error {
	saved := copyName(db.path, old)
	if err := db.copyTo(saved); err != nil {
		return explain("copy before migration", db.path, err)
	}
	err := db.update(func(tx *bbolt.Tx) error {
		for i, step := range f.steps[old-1:] {
			if err := step(tx); err != nil {
				return fmt.Errorf("from schema %d to %d: %w", old+i, old+i+1, err)
			}
		}
		// What the older schema should have had, too: a damaged file is not lifted.
		return errors.Join(f.hasBuckets(tx, db.path), f.stamp(tx.Bucket([]byte(headBucket))))
	})
	if err != nil {
		return &refusal{words: fmt.Sprintf("migrate %s (unchanged; copy in %s): %v", db.path, saved, err), cause: err}
	}
	return nil
}

// copyName is where the copy of a file stands that was lifted from a schema.
func copyName(path string, schema int) string { return fmt.Sprintf("%s.schema%d", path, schema) }
