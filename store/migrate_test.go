package store

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"
)

// made is a format that went through two made-up migrations.
var made = format{kind: "made", buckets: []string{"old", "new"}, steps: []func(*bbolt.Tx) error{
	func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucket([]byte("new"))
		return err
	},
	func(tx *bbolt.Tx) error {
		v := tx.Bucket([]byte("old")).Get([]byte("word"))
		return tx.Bucket([]byte("new")).Put([]byte("word"), append([]byte("lifted "), v...))
	},
}}

func readWord(t *testing.T, f format, path string, flag int) string {
	t.Helper()
	db, err := f.open(path, flag, lockWait)
	if err != nil {
		t.Fatal(err)
	}
	defer db.close()
	word := ""
	err = db.view(func(tx *bbolt.Tx) error {
		word = string(tx.Bucket([]byte(f.buckets[len(f.buckets)-1])).Get([]byte("word")))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return word
}

func TestMigrateAfterACopy(t *testing.T) {
	t.Parallel()
	for name, flag := range map[string]int{"by a writer": os.O_RDWR, "by a reader": os.O_RDONLY} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "made.db")
			if err := makeDB(path, map[string]string{headBucket: "kind=made schema=1", "old": "word=hello"}); err != nil {
				t.Fatal(err)
			}
			for range 2 { // the second time there is nothing to do
				if got := readWord(t, made, path, flag); got != "lifted hello" {
					t.Errorf("after the migration the word is %q", got)
				}
			}
			before := format{kind: "made", buckets: []string{"old"}}
			if got := readWord(t, before, path+".schema1", os.O_RDONLY); got != "hello" {
				t.Errorf("the copy holds %q", got)
			}
			if _, err := before.open(path, os.O_RDONLY, lockWait); err == nil || !strings.Contains(err.Error(), "newer oobscope (schema 3") {
				t.Errorf("an older program opens the file: %v", err)
			}
		})
	}
}

// A step that fails leaves the file as it was.
func TestMigrateAllOrNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "made.db")
	if err := makeDB(path, map[string]string{headBucket: "kind=made schema=1", "old": "word=hello"}); err != nil {
		t.Fatal(err)
	}
	broken := made
	broken.steps = []func(*bbolt.Tx) error{made.steps[0], func(*bbolt.Tx) error { return errors.New("no such field") }}
	_, err := broken.open(path, os.O_RDWR, lockWait)
	if err == nil || !strings.Contains(err.Error(), "from schema 2 to 3: no such field") || !strings.Contains(err.Error(), "unchanged") {
		t.Errorf("the failed step says: %v", err)
	}
	if got := readWord(t, made, path, os.O_RDWR); got != "lifted hello" {
		t.Errorf("after the failed migration the word is %q", got)
	}
}
