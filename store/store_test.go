package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"go.etcd.io/bbolt"
	errBolt "go.etcd.io/bbolt/errors"

	"oobscope/audit"
)

func TestDefaultDir(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ state, home, want string }{
		{"/var/state", "/home/op", "/var/state/oobscope"},
		{"", "/home/op", "/home/op/.local/state/oobscope"},
		{"relative/state", "/home/op", "/home/op/.local/state/oobscope"},
		{"", "", ""},
	} {
		env := map[string]string{"XDG_STATE_HOME": c.state, "HOME": c.home}
		got, err := DefaultDir(func(k string) string { return env[k] })
		if got != c.want || (err != nil) != (c.want == "") {
			t.Errorf("DefaultDir(%+v) = %q, %v", c, got, err)
		}
	}
}

func TestOpenMakesAPrivateFolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a", "b")
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	w := newRun(t, s)
	for path, want := range map[string]fs.FileMode{
		dir: 0o700, filepath.Join(dir, runsName): 0o700, filepath.Join(dir, indexName): 0o600, s.runPath(w.Meta().ID): 0o600,
	} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v", path, info.Mode().Perm(), want)
		}
	}
	if _, err := Open(dir); err != nil {
		t.Errorf("opened a second time: %v", err)
	}
}

// What is in the way is named, with the path and a way out, in one line, and stays untouched.
func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		prepare func(dir string) error
		want    string
	}{
		"a file": {func(dir string) error { return os.WriteFile(dir, []byte("x"), 0o600) }, "a file is in the way"},
		"a file above": {
			func(dir string) error { return os.WriteFile(filepath.Dir(dir), []byte("x"), 0o600) }, "a part of the path is a file",
		},
		"files of the user": {
			func(dir string) error { return os.MkdirAll(filepath.Join(dir, "thesis.tex"), 0o700) }, `not empty ("thesis.tex")`,
		},
		"a folder as index": {
			func(dir string) error { return os.MkdirAll(filepath.Join(dir, indexName), 0o700) }, "not a regular file",
		},
		"garbage as index": {func(dir string) error {
			return errors.Join(os.MkdirAll(dir, 0o700), os.WriteFile(filepath.Join(dir, indexName), []byte(strings.Repeat("x", 9000)), 0o600))
		}, "damaged: not a store file"},
		"a foreign database": {func(dir string) error {
			return errors.Join(os.MkdirAll(dir, 0o700), makeDB(filepath.Join(dir, indexName), map[string]string{"theirs": ""}))
		}, "a database of another program"},
		"a run as index": {func(dir string) error {
			return errors.Join(os.MkdirAll(dir, 0o700), makeDB(filepath.Join(dir, indexName), map[string]string{headBucket: "kind=run"}))
		}, `holds "run" where "index" belongs`},
		"a newer schema": {func(dir string) error {
			return errors.Join(os.MkdirAll(dir, 0o700),
				makeDB(filepath.Join(dir, indexName), map[string]string{headBucket: "kind=index schema=7"}))
		}, "written by a newer oobscope (schema 7, this one knows up to 2)"},
		"no schema": {func(dir string) error {
			return errors.Join(os.MkdirAll(dir, 0o700),
				makeDB(filepath.Join(dir, indexName), map[string]string{headBucket: "kind=index schema=new"}))
		}, "schema number is unreadable"},
		"a missing bucket": {func(dir string) error {
			return errors.Join(os.MkdirAll(dir, 0o700),
				makeDB(filepath.Join(dir, indexName), map[string]string{headBucket: "kind=index schema=2"}))
		}, "damaged: bucket kits is missing"},
		"a missing bucket of an older schema": {func(dir string) error {
			return errors.Join(os.MkdirAll(dir, 0o700),
				makeDB(filepath.Join(dir, indexName), map[string]string{headBucket: "kind=index schema=1"}))
		}, "bucket kits is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "up", "store")
			if name != "a file above" {
				if err := os.Mkdir(filepath.Dir(dir), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			if err := c.prepare(dir); err != nil {
				t.Fatal(err)
			}
			_, err := Open(dir)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), dir) || strings.Contains(err.Error(), "\n") {
				t.Errorf("Open says: %v", err)
			}
			if _, err := os.Stat(filepath.Join(dir, runsName)); err == nil && name == "files of the user" {
				t.Error("files were spread among those of the user")
			}
		})
	}
}

// A power cut right after the first start leaves an index of zeros: nothing is lost, and nobody has to move it away.
func TestOpenAfterAPowerCutAtTheFirstStart(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, 16 << 10} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, indexName), make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(dir)
		if err != nil {
			t.Errorf("%d zeros: %v", size, err)
			continue
		}
		finish(t, newRun(t, s), audit.RunComplete)
	}
	dir := t.TempDir()
	half := make([]byte, 16<<10)
	half[9000] = 1
	if err := os.WriteFile(filepath.Join(dir, indexName), half, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir); !errors.Is(err, ErrDamaged) {
		t.Errorf("a file that is not all zeros was filled in: %v", err)
	}
}

// makeDB writes a bbolt file with buckets of "key=value key=value".
func makeDB(path string, buckets map[string]string) error {
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		return err
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		for name, text := range buckets {
			b, err := tx.CreateBucket([]byte(name))
			if err != nil {
				return err
			}
			for _, pair := range strings.Fields(text) {
				k, v, _ := strings.Cut(pair, "=")
				if err := b.Put([]byte(k), []byte(v)); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return errors.Join(err, db.Close())
}

func TestExplainSaysWhatToDo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		want string
	}{
		{syscall.ENOSPC, "the disk is full"},
		{syscall.EDQUOT, "the disk is full"},
		{syscall.EROFS, "read-only"},
		{syscall.EACCES, "no permission"},
		{syscall.ENOTDIR, "is a file"},
		{errBolt.ErrDatabaseNotOpen, "database not open"},
	} {
		got := explain("write", "/store/index.db", &fs.PathError{Op: "write", Path: "x", Err: c.err})
		if !strings.Contains(got.Error(), c.want) || !strings.HasPrefix(got.Error(), "write /store/index.db: ") || !errors.Is(got, c.err) {
			t.Errorf("%v is explained as: %v", c.err, got)
		}
	}
	if err := explain("write", "x", nil); err != nil {
		t.Errorf("no error became %v", err)
	}
	own := damaged("x", "cut short")
	if got := explain("write", "y", own); got != own {
		t.Errorf("our own words were wrapped: %v", got)
	}
}

// Two stores on one folder, as two processes have them: kits and runs of both arrive.
func TestTwoStoresOnOneFolder(t *testing.T) {
	t.Parallel()
	a := newStore(t)
	b, err := Open(a.dir)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for n, s := range []*Store{a, b} {
		all.Go(func() {
			for i := range 5 {
				if err := s.PutSite(fmt.Sprintf("site-%d-%d", n, i), []byte("x")); err != nil {
					t.Error(err)
				}
			}
		})
		all.Go(func() {
			w, err := s.NewRun(audit.Run{Started: began}, nil)
			if err != nil {
				t.Error(err)
				return
			}
			for flow := range 500 {
				if err := w.Observe(seen(flow)); err != nil {
					t.Error(err)
				}
			}
			if err := w.Finish(audit.Run{Started: began, State: audit.RunComplete}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if sites, errs := a.Sites(); len(sites) != 10 || len(errs) != 0 {
		t.Errorf("%d of 10 sites arrived, %v", len(sites), errs)
	}
	runs, errs := b.Runs()
	if len(runs) != 2 || len(errs) != 0 {
		t.Fatalf("listed %+v, %v", runs, errs)
	}
	for _, r := range runs {
		if _, ok := openRun(t, a, r.ID).Evidence(499); !ok {
			t.Errorf("run %s lost its last flow", r.ID)
		}
	}
}
