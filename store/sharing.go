package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Modes of a store that only its owner may use, and of one that a group shares. The set-group-ID bit lets new files
// belong to the group; it is also what says that a store is shared.
const (
	ownFolder, ownFile       = 0o700, 0o600
	sharedFolder, sharedFile = 0o770 | fs.ModeSetgid, 0o660
)

// sharedBy tells whether the files in a folder are for its group as well.
func sharedBy(dir string) bool {
	info, err := os.Stat(dir)
	return err == nil && info.Mode()&fs.ModeSetgid != 0 && info.Mode().Perm()&0o070 == 0o070
}

// admitGroup gives a file that was just made the mode of its folder, whatever the umask of the process.
func admitGroup(f *os.File) {
	info, err := f.Stat()
	if err != nil || info.Size() > 0 || info.Mode().Perm() == sharedFile || !sharedBy(filepath.Dir(f.Name())) {
		return
	}
	_ = f.Chmod(sharedFile) // fails for a file of somebody else, who has seen to it
}

// Shared returns the name of the group that shares the store; empty if only its owner may use it.
func (s *Store) Shared() string {
	if !sharedBy(s.dir) {
		return ""
	}
	info, err := os.Stat(s.dir)
	if err != nil {
		return ""
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return ""
	}
	gid := strconv.Itoa(int(stat.Gid))
	if g, err := user.LookupGroupId(gid); err == nil {
		return g.Name
	}
	return gid
}

// Share opens the store to a group, by name or number: everybody in it may read, write and delete all of it. It is
// for the owner of the store to say, and may be said again.
func (s *Store) Share(group string) error {
	gid, err := groupID(group)
	if err != nil {
		return err
	}
	return s.each(func(path string, d fs.DirEntry) error {
		mode := fs.FileMode(sharedFile)
		if d.IsDir() {
			mode = sharedFolder
		}
		// The mode comes last: a change of the group takes the set-group-ID bit away.
		return errors.Join(os.Lchown(path, -1, gid), os.Chmod(path, mode))
	})
}

// Unshare closes the store to everybody but its owner.
func (s *Store) Unshare() error {
	return s.each(func(path string, d fs.DirEntry) error {
		if d.IsDir() {
			return os.Chmod(path, ownFolder)
		}
		return os.Chmod(path, ownFile)
	})
}

// each calls fn for every folder and regular file of the store, but not for what a console keeps beside them for its
// user alone.
func (s *Store) each(fn func(path string, d fs.DirEntry) error) error {
	return filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return explain("read", path, err)
		}
		top := filepath.Dir(path) == s.dir
		known := d.Name() == runsName || d.Name() == trailName || strings.HasPrefix(d.Name(), indexName)
		switch {
		case top && !known && d.IsDir():
			return filepath.SkipDir
		case top && !known, !d.IsDir() && !d.Type().IsRegular():
			return nil
		}
		return explain("share", path, fn(path, d))
	})
}

func groupID(group string) (int, error) {
	if g, err := user.LookupGroup(group); err == nil {
		return strconv.Atoi(g.Gid)
	}
	if n, err := strconv.ParseUint(group, 10, 31); err == nil {
		return int(n), nil
	}
	return 0, refused("group %q: there is none of that name", group)
}

// makeFolder makes a folder of the store, shared if the one above it is.
func makeFolder(dir string) error {
	err := os.Mkdir(dir, ownFolder)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err == nil && sharedBy(filepath.Dir(dir)) {
		err = os.Chmod(dir, sharedFolder)
	}
	if err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	return nil
}
