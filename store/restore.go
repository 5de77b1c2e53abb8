package store

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"oobscope/probes"
)

// maxRestored is how many files a backup has at most; each is a name in one folder.
const maxRestored = 100_000

// Restore makes the store in dir, which must not be there yet or be empty, from a backup. It appears whole or not at all.
// The backup may come from a stranger: what does not belong into a store is refused, and every file is checked before
// it counts. It returns how many files that were.
func Restore(from io.Reader, dir string) (files int, err error) {
	dir, err = filepath.Abs(dir)
	if err != nil {
		return 0, fmt.Errorf("store %s: %w", dir, err)
	}
	if err := mustBeEmpty(dir); err != nil {
		return 0, err
	}
	part := dir + ".part"
	if err := os.MkdirAll(filepath.Dir(dir), ownFolder); err != nil {
		return 0, explain("make store", dir, err)
	}
	if err := os.Mkdir(part, ownFolder); err != nil {
		return 0, explain("make store", part, err)
	}
	defer os.RemoveAll(part) // nothing is left of it once it has its name
	if err := os.Mkdir(filepath.Join(part, runsName), ownFolder); err != nil {
		return 0, explain("make store", part, err)
	}
	if files, err = unpackBackup(from, part); err != nil {
		return 0, err
	}
	if _, err := os.Stat(filepath.Join(part, indexName)); err != nil {
		return 0, refused("the backup has no %s: it is no backup of a store, or cut short", indexName)
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, explain("replace", dir, err)
	}
	if err := os.Rename(part, dir); err != nil {
		return 0, explain("make store", dir, err)
	}
	return files, syncFolder(filepath.Dir(dir))
}

func mustBeEmpty(dir string) error {
	list, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return explain("open", dir, err)
	case len(list) > 0:
		return refused("store %s: it is not empty: a backup is restored into a folder of its own; name one with --store DIR", dir)
	}
	return nil
}

// unpackBackup writes the files of a backup into a folder.
func unpackBackup(from io.Reader, dir string) (files int, err error) {
	r := tar.NewReader(from)
	for ; ; files++ {
		head, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return files, refused("backup: %s", probes.Clean(err.Error(), 200))
		}
		if head.Typeflag != tar.TypeReg || !belongs(head.Name) || files >= maxRestored {
			return files, refused("backup: %q does not belong into a store", probes.Clean(head.Name, 200))
		}
		if err := restoreFile(r, head, filepath.Join(dir, filepath.FromSlash(head.Name))); err != nil {
			return files, err
		}
	}
}

// belongs tells whether a backup may have a file of that name.
func belongs(name string) bool {
	if id, ok := strings.CutPrefix(name, runsName+"/"); ok {
		id, ok = strings.CutSuffix(id, runSuffix)
		return ok && validID(id)
	}
	return name == indexName || name == trailName
}

func restoreFile(r io.Reader, head *tar.Header, path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, ownFile)
	if errors.Is(err, fs.ErrExist) {
		return refused("backup: it has %q twice", probes.Clean(head.Name, 200))
	}
	if err != nil {
		return explain("restore", path, err)
	}
	defer f.Close()
	n, err := io.Copy(f, r)
	if err == nil {
		err = f.Sync()
	}
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), err == nil && n != head.Size:
		return refused("backup: it is cut short in %s", head.Name)
	case err != nil:
		return explain("restore", path, err)
	case head.Name == trailName:
		return nil
	}
	if err := verify(f, n); err != nil {
		return damaged(head.Name+" of the backup", "%v", err)
	}
	return nil
}
