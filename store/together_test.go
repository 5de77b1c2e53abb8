package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"oobscope/audit"
	"oobscope/probes"
)

// holderWords is how an error names a process: in full where the system tells, and where not, not at all.
func holderWords(pid int) string {
	if locks, err := os.ReadFile("/proc/locks"); err == nil && strings.Contains(string(locks), strconv.Itoa(pid)) {
		return fmt.Sprintf("process %d (", pid)
	}
	return "another process"
}

func TestLockNamesTheHolder(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	cmd, out, _ := startChild(t, s.dir, "hold")
	id := firstWord(t, out, "run ")
	if _, err := s.OpenRun(id); !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), "in use by "+holderWords(cmd.Process.Pid)) ||
		!strings.Contains(err.Error(), "waited 1s") {
		t.Errorf("the holder is not named: %v", err)
	}
	if runs, errs := s.Runs(); len(errs) != 0 || len(runs) != 1 || runs[0].State != audit.RunRunning {
		t.Errorf("listed %+v, %v", runs, errs)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()    // it was killed
	openRun(t, s, id) // the system let go of the lock
}

// A console that was left open on a run keeps nobody from going on with it; it only keeps it from being deleted.
func TestConsoleLeftOpen(t *testing.T) {
	t.Parallel()
	s, id, _ := storedRun(t, 300)
	cmd, out, in := startChild(t, s.dir, "show "+id)
	firstWord(t, out, "shows ")
	if err := s.DeleteRun(id); !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), "it is open in "+holderWords(cmd.Process.Pid)) {
		t.Errorf("a run that is open elsewhere was deleted: %v", err)
	}
	w, err := s.ResumeRun(id)
	if err != nil {
		t.Fatalf("a run that is open elsewhere cannot be resumed: %v", err)
	}
	observe(t, w, 300, 301)
	finish(t, w, audit.RunComplete)
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("the console: %v", err)
	}
	if err := s.DeleteRun(id); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(filepath.Join(s.dir, runsName)); err != nil || len(left) != 0 {
		t.Errorf("files are left: %v, %v", left, err)
	}
}

// A run that somebody goes on with stays readable to who had it open before, and says who has it meanwhile.
func TestReadAfterSomebodyWentOn(t *testing.T) {
	t.Parallel()
	s, id, _ := storedRun(t, 300)
	f := openRun(t, s, id)
	check := func(what string, flow int) {
		t.Helper()
		if got, ok := f.Evidence(probes.FlowID(flow)); !ok || !reflect.DeepEqual(*got, seen(flow)) {
			t.Errorf("%s: flow %d is %+v", what, flow, got)
		}
	}
	check("before", 7)
	f.letGo() // what happens by itself when nobody asks
	w, err := s.ResumeRun(id)
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := f.Evidence(8); !ok || got.Class != probes.Unobserved || !strings.Contains(got.Evidence.Error, "in use by ") {
		t.Errorf("while it goes on: flow 8 is %+v", got)
	}
	observe(t, w, 300)
	finish(t, w, audit.RunComplete)
	check("afterwards", 9)
	f.letGo()
	if err := os.Remove(s.runPath(id)); err != nil {
		t.Fatal(err)
	}
	if got, ok := f.Evidence(9); !ok || !strings.Contains(got.Evidence.Error, "not in the store") {
		t.Errorf("without its file: flow 9 is %+v", got)
	}
	other := newRun(t, s)
	finish(t, other, audit.RunComplete)
	if err := os.Rename(s.runPath(other.Meta().ID), s.runPath(id)); err != nil {
		t.Fatal(err)
	}
	if got, ok := f.Evidence(9); !ok || !strings.Contains(got.Evidence.Error, "it holds run") {
		t.Errorf("with another file in its place: flow 9 is %+v", got)
	}
}

// Whoever waits for a run that is deleted or replaced meanwhile must not go on in a file without a name.
func TestDeletedWhileSomebodyWaits(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		change func(path string) error
		want   string
	}{
		"deleted": {os.Remove, ""},
		"replaced": {func(path string) error {
			return errors.Join(os.WriteFile(path+".new", []byte("second"), 0o600), os.Rename(path+".new", path))
		}, "second"},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "run.db")
			if err := os.WriteFile(path, []byte("first"), 0o600); err != nil {
				t.Fatal(err)
			}
			holder, err := openLocked(path, os.O_RDWR, 0)
			if err != nil {
				t.Fatal(err)
			}
			f, err := openRegular(path, os.O_RDWR) // what openLocked has in hand while it waits
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(c.change(path), holder.Close(), lock(f, syscall.LOCK_EX, 0)); err != nil {
				t.Fatal(err)
			}
			if named(f, path) {
				t.Error("the file is still taken for the one of that name")
			}
			again, err := openLocked(path, os.O_RDWR, 0)
			if c.want == "" {
				if !errors.Is(err, ErrNotFound) {
					t.Errorf("a deleted file was opened: %v", err)
				}
				return
			}
			b := make([]byte, 10)
			if err != nil {
				t.Fatal(err)
			}
			if n, _ := again.Read(b); string(b[:n]) != c.want {
				t.Errorf("opened %q", b[:n])
			}
		})
	}
}

// Two consoles, left open and at work, and a run each night, all on one store and each a process of its own: nobody is
// turned away, and everything arrives.
func TestConsolesAndNightlyRuns(t *testing.T) {
	t.Parallel()
	s, id, _ := storedRun(t, 300)
	type console struct {
		did func() (string, error)
	}
	var consoles []console
	for range 2 {
		cmd, out, in := startChild(t, s.dir, "console "+id)
		firstWord(t, out, "ready")
		consoles = append(consoles, console{func() (string, error) {
			if err := in.Close(); err != nil {
				return "", err
			}
			did := firstWord(t, out, "did ")
			return did, cmd.Wait()
		}})
	}
	var ids sync.Map
	var nights sync.WaitGroup
	for range 3 {
		nights.Go(func() {
			cmd, out, _ := startChild(t, s.dir, "nightly")
			if out.Scan() {
				ids.Store(strings.TrimPrefix(out.Text(), "run "), true)
			}
			if err := cmd.Wait(); err != nil {
				t.Errorf("a nightly run: %v", err)
			}
		})
	}
	nights.Wait()
	for _, c := range consoles {
		if did, err := c.did(); err != nil || did == "0" {
			t.Errorf("a console did %s rounds, %v", did, err)
		}
	}
	runs, errs := s.Runs()
	if len(errs) != 0 || len(runs) != 4 {
		t.Fatalf("listed %+v, %v", runs, errs)
	}
	ids.Range(func(id, _ any) bool {
		f := openRun(t, s, id.(string))
		if l, err := f.ledger(); err != nil || l.settled != 9000 || f.Meta().State != audit.RunComplete {
			t.Errorf("run %s has %d flows, %v, and is %s", id, l.settled, err, f.Meta().State)
		}
		return true
	})
}

func TestHolderInTheListOfLocks(t *testing.T) {
	t.Parallel()
	locks := []byte("1: POSIX  ADVISORY  WRITE 11 fe:00:42 0 EOF\n" +
		"2: FLOCK  ADVISORY  READ 12 fe:00:142 0 EOF\n2: -> FLOCK ADVISORY WRITE 13 fe:00:42 0 EOF\n" +
		"3: FLOCK  ADVISORY  WRITE 14 fe:00:42 0 EOF\n4: FLOCK ADVISORY WRITE -1 fe:00:43 0 EOF\n5: FLOCK\n")
	for inode, want := range map[uint64]int{42: 14, 142: 12, 43: 0, 2: 0} {
		if got := lockPID(locks, inode); got != want {
			t.Errorf("inode %d is locked by %d, want %d", inode, got, want)
		}
	}
}

func TestHolderInWords(t *testing.T) {
	t.Parallel()
	system := []byte("cpu 1 2\nbtime 1795312800\nprocesses 4\n")
	stat := []byte("42 (a) b) R) S 1 42 42 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 360000 1 1\n")
	if got := startOf(stat, system); got.Unix() != 1795312800+3600 {
		t.Errorf("started %v", got)
	}
	for _, c := range [][2]string{{"", "btime 1"}, {"1 (x) S 1", "btime 1"}, {string(stat), ""}, {string(stat), "btime x"}} {
		if got := startOf([]byte(c[0]), []byte(c[1])); !got.IsZero() {
			t.Errorf("%q and %q became %v", c[0], c[1], got)
		}
	}
	var h Holder
	if h.describe("/proc/self"); h.User == "" && h.Command == "" {
		t.Skip("SKIPPED: this system does not describe its processes under /proc")
	}
	h.PID = 1 << 30
	if words := h.String(); !strings.HasPrefix(words, "process 1073741824 (store.test ") || !strings.Contains(words, " of user ") ||
		!strings.Contains(words, ", running since "+time.Now().Format("2006-")) {
		t.Errorf("a process is described as %q", words)
	}
	if words := (Holder{PID: os.Getpid()}).String(); !strings.HasPrefix(words, "this program itself") {
		t.Errorf("this process is described as %q", words)
	}
}
