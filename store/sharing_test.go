package store

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"oobscope/audit"
)

// modes checks every file and folder of a store.
func checkModes(t *testing.T, s *Store, folder, file fs.FileMode) {
	t.Helper()
	n := 0
	err := s.each(func(path string, d fs.DirEntry) error {
		info, err := d.Info()
		if err != nil {
			return err
		}
		want := file
		if d.IsDir() {
			want = folder | fs.ModeDir
		}
		if info.Mode() != want {
			t.Errorf("%s has mode %v, want %v", path, info.Mode(), want)
		}
		n++
		return nil
	})
	if err != nil || n < 4 {
		t.Errorf("%d files, %v", n, err)
	}
}

func TestShareAndUnshare(t *testing.T) {
	t.Parallel()
	s, id, _ := storedRun(t, 10)
	link := filepath.Join(s.dir, runsName, "elsewhere")
	outside := filepath.Join(t.TempDir(), "outside")
	if err := errors.Join(os.WriteFile(outside, nil, 0o600), os.Symlink(outside, link)); err != nil {
		t.Fatal(err)
	}
	checkModes(t, s, ownFolder, ownFile)
	if name := s.Shared(); name != "" {
		t.Errorf("shared by %q from the start", name)
	}
	if err := s.Share("no-such-group"); err == nil || !strings.Contains(err.Error(), `group "no-such-group"`) {
		t.Errorf("shared with %v", err)
	}
	group, err := os.Stat(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	gid := group.Sys().(*syscall.Stat_t).Gid
	if err := s.Share(strconv.Itoa(int(gid))); err != nil {
		t.Fatal(err)
	}
	finish(t, newRun(t, s), audit.RunComplete) // what comes later is shared as well
	openRun(t, s, id)
	checkModes(t, s, sharedFolder, sharedFile)
	if s.Shared() == "" {
		t.Error("not shared")
	}
	if info, err := os.Stat(outside); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("a file outside of the store has mode %v, %v", info.Mode(), err)
	}
	if err := s.Unshare(); err != nil {
		t.Fatal(err)
	}
	checkModes(t, s, ownFolder, ownFile)
}

// A link in the place of a file leads nowhere: in a shared store it would lead to a file of whoever opens it.
func TestLinksAreNotFollowed(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	precious := filepath.Join(t.TempDir(), "precious")
	if err := os.WriteFile(precious, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Remove(s.indexPath()), os.Symlink(precious, s.indexPath())); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(s.dir); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("opened with %v", err)
	}
	if info, err := os.Stat(precious); err != nil || info.Size() != 0 {
		t.Errorf("%d bytes were written behind the link, %v", info.Size(), err)
	}
}

// Two users of one group work in a shared store, and a third of another group does not.
func TestTwoUsersShareAStore(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Skip("SKIPPED: this test becomes other users, which needs root")
	}
	const anna, bert, carl, group, others = 54001, 54002, 54003, 54100, 54101
	top := t.TempDir()
	for dir := top; dir != os.TempDir() && len(dir) > 1; dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	self := copyOfSelf(t, top)
	dir := filepath.Join(top, "store")
	as := func(uid, gid int, mode string) *exec.Cmd {
		cmd := exec.Command(self)
		cmd.Env = append(os.Environ(), childDir+"="+dir, childMode+"="+mode)
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
		return cmd
	}
	if err := errors.Join(os.Mkdir(dir, 0o700), os.Chown(dir, anna, others)); err != nil {
		t.Fatal(err)
	}
	if out, err := as(anna, others, "nightly").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err := as(bert, group, "nightly").CombinedOutput(); err == nil || !strings.Contains(string(out), "no permission") {
		t.Errorf("somebody else worked in a store that is not shared: %v\n%s", err, out)
	}
	s := mustOpen(dir)
	if err := s.Share(strconv.Itoa(group)); err != nil {
		t.Fatal(err)
	}
	for _, uid := range []int{anna, bert} {
		if out, err := as(uid, group, "nightly").CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	}
	if out, err := as(carl, others, "nightly").CombinedOutput(); err == nil || !strings.Contains(string(out), "no permission") {
		t.Errorf("somebody outside of the group worked in a shared store: %v\n%s", err, out)
	}
	checkModes(t, s, sharedFolder, sharedFile)

	cmd, out, in := launchChild(t, as(bert, group, "hold"))
	id := firstWord(t, out, "run ")
	_, err := s.OpenRun(id)
	if want := "in use by " + holderWords(cmd.Process.Pid); err == nil || !strings.Contains(err.Error(), want) ||
		strings.Contains(want, "(") && !strings.Contains(err.Error(), " of user 54002, running since ") {
		t.Errorf("who has the run is not named: %v", err)
	}
	if err := errors.Join(in.Close(), cmd.Wait()); err != nil {
		t.Error(err)
	}
	cmd, out, in = launchChild(t, as(anna, group, "resume "+id)) // what another began
	firstWord(t, out, "resumed")
	if err := errors.Join(in.Close(), cmd.Wait()); err != nil {
		t.Error(err)
	}
	runs, errs := s.Runs()
	i := slices.IndexFunc(runs, func(r audit.Run) bool { return r.ID == id })
	if len(errs) != 0 || len(runs) != 4 || i < 0 || runs[i].Settled != 3 {
		t.Errorf("listed %+v, %v", runs, errs)
	}
}

// copyOfSelf makes a copy of the test binary that every user may execute.
func copyOfSelf(t *testing.T, dir string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	from, err := os.Open(self)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	to, err := os.OpenFile(filepath.Join(dir, "store.test"), os.O_WRONLY|os.O_CREATE, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(to, from)
	if err := errors.Join(err, to.Chmod(0o755), to.Close()); err != nil {
		t.Fatal(err)
	}
	return to.Name()
}
