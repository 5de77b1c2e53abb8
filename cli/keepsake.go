package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"oobscope/tui/recall"
)

// keepsakes are the small files of the console beside the store: what it remembers, and what was too large for a
// clipboard. They are the user's alone (0600) and bear the user's number, for a store may be shared. None of them is
// needed for anything.
type keepsakes struct {
	dir string
	now func() time.Time
	uid int
}

// What they are called. Without a number they were before stores could be shared.
const (
	recallName = "console.%d.json"
	formerName = "console.json"
	copiesName = "copies.%d"
)

func (k keepsakes) recallPath() string { return filepath.Join(k.dir, fmt.Sprintf(recallName, k.uid)) }
func (k keepsakes) formerPath() string { return filepath.Join(k.dir, formerName) }

// recalled is what the last session kept; nothing if that cannot be read. It never stands in the way of a start.
func (k keepsakes) recalled() []byte {
	if data := k.own(k.recallPath()); data != nil {
		return data
	}
	return k.own(k.formerPath())
}

// own reads a file that belongs to the user. In a shared folder anybody could have put one of that name there.
func (k keepsakes) own(path string) []byte {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	if !k.owns(info) {
		return nil
	}
	data, err := io.ReadAll(io.LimitReader(f, recall.MaxBytes+1)) // one more, so that the reader sees that it is too large
	if err != nil {
		return nil
	}
	return data
}

func (k keepsakes) owns(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == k.uid
}

// keep puts it in the place of the old one at once, or leaves the old one as it was.
func (k keepsakes) keep(data []byte) error {
	path := k.recallPath()
	tmp, err := os.CreateTemp(k.dir, filepath.Base(path)+".*") // made with 0600
	if err != nil {
		return fmt.Errorf("keep the state of the console: %w", err)
	}
	_, err = tmp.Write(data)
	err = errors.Join(err, tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		os.Remove(tmp.Name())
		return fmt.Errorf("keep the state of the console: %w", err)
	}
	if k.own(k.formerPath()) != nil {
		_ = os.Remove(k.formerPath()) // it was taken over
	}
	return nil
}

// spill lets a text be written into a new file and returns its path.
func (k keepsakes) spill(write func(w io.Writer) error) (string, error) {
	dir := filepath.Join(k.dir, fmt.Sprintf(copiesName, k.uid))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("write what was copied: %w", err)
	}
	if info, err := os.Lstat(dir); err != nil || !info.IsDir() || !k.owns(info) {
		return "", fmt.Errorf("write what was copied: %s is not a folder of yours: move it away", dir)
	}
	base := "copy-" + k.now().UTC().Format("20060102-150405")
	for n := 1; ; n++ {
		path := filepath.Join(dir, base+".txt")
		if n > 1 {
			path = filepath.Join(dir, fmt.Sprintf("%s-%d.txt", base, n))
		}
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, fs.ErrExist) && n < 100 {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("write what was copied: %w", err)
		}
		if err = errors.Join(write(f), f.Close()); err != nil {
			os.Remove(path)
			return "", fmt.Errorf("write what was copied: %w", err)
		}
		return path, nil
	}
}
