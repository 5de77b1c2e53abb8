package store

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	"oobscope/probes"
)

// ErrDamaged marks a file whose content cannot be trusted. The rest of the store is not touched by it.
var ErrDamaged = errors.New("damaged")

// ErrLocked marks a file that another open handle, mostly of another process, kept for longer than we wait.
var ErrLocked = errors.New("in use")

// ErrNotFound marks a run, kit or site that the store does not have.
var ErrNotFound = errors.New("not in the store")

// ErrNewer marks a file that a newer program has written.
var ErrNewer = errors.New("written by a newer oobscope")

// refusal is an error whose words are complete: explain adds nothing to it.
type refusal struct {
	words string
	cause error // what errors.Is finds; may be nil
}

func (r *refusal) Error() string { return r.words }
func (r *refusal) Unwrap() error { return r.cause }

func refused(format string, args ...any) error { return &refusal{words: fmt.Sprintf(format, args...)} }

func notFound(what, name string) error {
	return &refusal{words: fmt.Sprintf("%s %q: %v", what, name, ErrNotFound), cause: ErrNotFound}
}

// damaged says what is wrong with the content of a file. The words may quote the file, so they are cleaned.
func damaged(path, format string, args ...any) error {
	return &refusal{
		words: fmt.Sprintf("%s: %v: %s", path, ErrDamaged, probes.Clean(fmt.Sprintf(format, args...), 300)),
		cause: ErrDamaged,
	}
}

// explainDamage says of an error from the content of a file which file that is.
func explainDamage(path string, err error) error {
	if err == nil || errors.As(err, new(*refusal)) {
		return err
	}
	return damaged(path, "%v", err)
}

// explain turns what the system said about path into one line with a way out. doing is what was tried:
// "open", "write".
func explain(doing, path string, err error) error {
	if err == nil || errors.As(err, new(*refusal)) {
		return err
	}
	err = withErrno(err)
	hint := ""
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		hint = "the disk is full: free some space and try again; what was committed is safe"
	case errors.Is(err, syscall.EIO):
		hint = "the disk failed: see to it, or name another store with --store DIR; what was committed before is safe"
	case errors.Is(err, syscall.EROFS):
		hint = "the file system is read-only: name another store with --store DIR"
	case errors.Is(err, fs.ErrPermission):
		hint = "no permission: make it accessible to this user or name another store with --store DIR"
	case errors.Is(err, syscall.ENOTDIR):
		hint = "a part of the path is a file: name another store with --store DIR"
	case errors.Is(err, fs.ErrNotExist):
		return &refusal{words: fmt.Sprintf("%s %s: %v", doing, path, ErrNotFound), cause: ErrNotFound}
	default:
		return fmt.Errorf("%s %s: %w", doing, path, err)
	}
	var errno syscall.Errno
	if errors.As(err, &errno) {
		err = errno // the rest of it names the path once more
	}
	return fmt.Errorf("%s %s: %s (%w)", doing, path, hint, err)
}

// withErrno gives an error back what the system said where bbolt has kept the words of it alone: when a file grows.
func withErrno(err error) error {
	text := err.Error()
	if !strings.HasPrefix(text, "file resize error: ") && !strings.HasPrefix(text, "file sync error: ") {
		return err
	}
	for _, errno := range []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT, syscall.EIO, syscall.EROFS, syscall.EFBIG} {
		if strings.HasSuffix(text, ": "+errno.Error()) {
			return errno
		}
	}
	return err
}
