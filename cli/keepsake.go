package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"oobscope/tui/recall"
)

// keepsakes are the small files of the console beside the store: what it remembers, and what was too large for a
// clipboard. They are the user's alone (0600), and none of them is needed for anything.
type keepsakes struct {
	dir string
	now func() time.Time
}

const (
	recallName = "console.json"
	copiesName = "copies"
)

// recalled is what the last session kept; nothing if that cannot be read. It never stands in the way of a start.
func (k keepsakes) recalled() []byte {
	f, err := os.Open(filepath.Join(k.dir, recallName))
	if err != nil {
		return nil
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	data, err := io.ReadAll(io.LimitReader(f, recall.MaxBytes+1)) // one more, so that the reader sees that it is too large
	if err != nil {
		return nil
	}
	return data
}

// keep puts it in the place of the old one at once, or leaves the old one as it was.
func (k keepsakes) keep(data []byte) error {
	tmp, err := os.CreateTemp(k.dir, recallName+".*") // made with 0600
	if err != nil {
		return fmt.Errorf("keep the state of the console: %w", err)
	}
	_, err = tmp.Write(data)
	err = errors.Join(err, tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), filepath.Join(k.dir, recallName))
	}
	if err != nil {
		os.Remove(tmp.Name())
		return fmt.Errorf("keep the state of the console: %w", err)
	}
	return nil
}

// spill writes a text into a new file and returns its path.
func (k keepsakes) spill(text string) (string, error) {
	dir := filepath.Join(k.dir, copiesName)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("write what was copied: %w", err)
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
		_, err = f.WriteString(text)
		if err = errors.Join(err, f.Close()); err != nil {
			os.Remove(path)
			return "", fmt.Errorf("write what was copied: %w", err)
		}
		return path, nil
	}
}
