package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// mine are the keepsakes of whoever runs the test.
func mine(dir string) keepsakes {
	return keepsakes{dir, func() time.Time { return time.Date(2026, 11, 22, 10, 5, 0, 0, time.UTC) }, os.Getuid()}
}

func TestKeepsakes(t *testing.T) {
	t.Parallel()
	k := mine(t.TempDir())
	if got := k.recalled(); got != nil {
		t.Errorf("nothing was kept: %q", got)
	}
	for _, text := range []string{"one", "two"} {
		if err := k.keep([]byte(text)); err != nil || string(k.recalled()) != text {
			t.Errorf("%v, %q", err, k.recalled())
		}
	}
	list, _ := os.ReadDir(k.dir)
	if len(list) != 1 {
		t.Errorf("%d files are left", len(list))
	}
	seen := map[string]bool{}
	for range 3 {
		path, err := k.spill(oneWord)
		info, _ := os.Stat(path)
		if err != nil || seen[path] || info.Mode().Perm() != 0o600 {
			t.Fatalf("%s, %v, %v", path, info, err)
		}
		seen[path] = true
	}
	copies := fmt.Sprintf("copies.%d", os.Getuid())
	if !seen[filepath.Join(k.dir, copies, "copy-20261122-100500.txt")] || !seen[filepath.Join(k.dir, copies, "copy-20261122-100500-3.txt")] {
		t.Errorf("%v", seen)
	}
	gone := mine(filepath.Join(k.dir, "gone"))
	if err := gone.keep(nil); err == nil || gone.recalled() != nil {
		t.Error("kept in a folder that is not there")
	}
	if err := os.Mkdir(filepath.Join(k.dir, "d"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(mine(filepath.Join(k.dir, "d")).recallPath(), 0o700); err != nil {
		t.Fatal(err)
	}
	if got := mine(filepath.Join(k.dir, "d")).recalled(); got != nil {
		t.Error("a folder was read")
	}
}

// Two users of one store have their own memory each, and neither takes up what the other, or a stranger, put there.
func TestKeepsakesOfTwoUsers(t *testing.T) {
	t.Parallel()
	a := mine(t.TempDir())
	b := a
	b.uid++
	for k, text := range map[*keepsakes]string{&a: "of a", &b: "of b"} {
		if err := k.keep([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if got := a.recalled(); string(got) != "of a" {
		t.Errorf("a recalls %q", got)
	}
	if got := b.recalled(); got != nil { // the file of that name is not b's: the test runs as a
		t.Errorf("b recalls %q from the file of somebody else", got)
	}
	if err := os.Remove(a.recallPath()); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(b.recallPath(), a.recallPath()); err != nil {
		t.Fatal(err)
	}
	if got := a.recalled(); got != nil {
		t.Errorf("a recalls %q through a link", got)
	}
	if path, err := a.spill(oneWord); err != nil {
		t.Errorf("%s, %v", path, err)
	}
	if err := os.Rename(filepath.Join(a.dir, fmt.Sprintf(copiesName, a.uid)), filepath.Join(a.dir, fmt.Sprintf(copiesName, b.uid))); err != nil {
		t.Fatal(err)
	}
	if path, err := b.spill(oneWord); err == nil {
		t.Errorf("b wrote into the folder of a: %s", path)
	}
}

// What a version from before stores could be shared kept is taken over by whom it belongs to, once.
func TestKeepsakeOfAnOlderVersion(t *testing.T) {
	t.Parallel()
	a := mine(t.TempDir())
	b := a
	b.uid++
	if err := os.WriteFile(a.formerPath(), []byte("former"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := b.recalled(); got != nil {
		t.Errorf("somebody else recalls %q", got)
	}
	if err := b.keep([]byte("of b")); err != nil {
		t.Fatal(err)
	}
	if got := a.recalled(); string(got) != "former" {
		t.Errorf("its owner recalls %q", got)
	}
	if err := a.keep([]byte("now")); err != nil || string(a.recalled()) != "now" {
		t.Errorf("%v, %q", err, a.recalled())
	}
	if _, err := os.Stat(a.formerPath()); !os.IsNotExist(err) {
		t.Errorf("the former file stands beside the new one: %v", err)
	}
}

// oneWord is a copy.
func oneWord(w io.Writer) error { _, err := io.WriteString(w, "text"); return err }

// A copy that cannot be written to its end leaves nothing behind.
func TestHalfACopyIsGone(t *testing.T) {
	t.Parallel()
	k := keepsakes{dir: t.TempDir(), now: time.Now}
	full := errors.New("no space left on device")
	if path, err := k.spill(func(io.Writer) error { return full }); !errors.Is(err, full) || path != "" {
		t.Errorf("%q, %v", path, err)
	}
	if list, _ := filepath.Glob(filepath.Join(k.dir, "copies*", "*")); len(list) != 0 {
		t.Errorf("half a copy is left: %v", list)
	}
}
