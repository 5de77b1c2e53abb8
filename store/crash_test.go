package store

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"oobscope/audit"
	"oobscope/probes"
)

// What tells a child of a test where to work, and on what.
const (
	childDir  = "OOBSCOPE_TEST_STORE"
	childMode = "OOBSCOPE_TEST_MODE"
)

// crashFlows is the plan of the child; it never gets through.
const crashFlows = 1 << 20

// permuted spreads the flows as the engine does: 7919 is odd, so every flow comes once.
func permuted(i int) int { return i * 7919 % crashFlows }

// child observes flows until it is killed, and says after each commit how many are safe. In mode "hold" it
// holds a run open and waits.
func child(dir, mode string) int {
	s, err := Open(dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	w, err := s.NewRun(audit.Run{Started: began, Flows: crashFlows}, []byte("inputs"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println("run", w.Meta().ID)
	if mode == "hold" {
		_, _ = bufio.NewReader(os.Stdin).ReadByte() // until the parent closes it
		return 0
	}
	for i := range crashFlows {
		if err := w.Observe(seen(permuted(i))); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		if i%1000 == 999 {
			w.mu.Lock()
			fmt.Println("safe", w.end.next)
			w.mu.Unlock()
		}
	}
	return 0
}

// startChild runs this test binary as another process on the store.
func startChild(t *testing.T, dir, mode string) (cmd *exec.Cmd, out *bufio.Scanner, id string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd = exec.Command(self)
	cmd.Env = append(os.Environ(), childDir+"="+dir, childMode+"="+mode)
	cmd.Stderr = os.Stderr
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	out = bufio.NewScanner(pipe)
	if !out.Scan() {
		t.Fatal("the child said nothing")
	}
	return cmd, out, strings.TrimPrefix(out.Text(), "run ")
}

func TestKilledRunKeepsWhatWasCommitted(t *testing.T) {
	t.Parallel()
	for _, lines := range []int{1, 9, 37} { // how long it lives
		t.Run(fmt.Sprint(lines), func(t *testing.T) {
			t.Parallel()
			s := newStore(t)
			cmd, out, id := startChild(t, s.dir, "run")
			safe := 0
			for range lines {
				if !out.Scan() {
					t.Fatal("the child ended by itself")
				}
				safe, _ = strconv.Atoi(strings.TrimPrefix(out.Text(), "safe "))
			}
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait() // it says that it was killed, and so it was

			runs, errs := s.Runs()
			if len(errs) != 0 || len(runs) != 1 || runs[0].State != audit.RunPartial || runs[0].Settled < safe {
				t.Fatalf("%d flows were safe; listed %+v, %v", safe, runs, errs)
			}
			checkPrefix(t, s, id, runs[0].Settled)
			resumeRest(t, s, id, runs[0].Settled)
		})
	}
}

// checkPrefix holds that exactly the first n flows are there, whole.
func checkPrefix(t *testing.T, s *Store, id string, n int) {
	t.Helper()
	f := openRun(t, s, id)
	defer f.Close()
	for i := range n {
		want := seen(permuted(i))
		if got, ok := f.Evidence(want.Flow); !ok || !reflect.DeepEqual(*got, want) {
			t.Fatalf("flow %d, number %d of %d, came back as %+v", want.Flow, i, n, got)
		}
	}
	if got, ok := f.Evidence(probes.FlowID(permuted(n))); ok {
		t.Errorf("the flow behind the last commit is there: %+v", got)
	}
}

// resumeRest goes on where the killed run stopped: nothing again, nothing skipped.
func resumeRest(t *testing.T, s *Store, id string, n int) {
	t.Helper()
	w, err := s.ResumeRun(id)
	if err != nil {
		t.Fatal(err)
	}
	settled, asked := w.Settled(), 0
	for i := range n + 5000 {
		if flow := permuted(i); !settled(probes.FlowID(flow)) {
			observe(t, w, flow)
			asked++
		}
	}
	if asked != 5000 {
		t.Errorf("%d flows were asked again after %d were settled", asked, n)
	}
	finish(t, w, audit.RunPartial)
	checkPrefix(t, s, id, n+5000)
}

// The file as it stands between two commits is a sound store: what a snapshot of the disk would hold.
func TestFileIsSoundBetweenCommits(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	w := newRun(t, s)
	for round := range 5 {
		observe(t, w, span(round*300, round*300+300)...)
		if err := w.commit(); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(s.runPath(w.Meta().ID))
		if err != nil {
			t.Fatal(err)
		}
		observe(t, w, 9000+round) // waits: not in the copy
		other := newStore(t)
		if err := os.WriteFile(other.runPath(w.Meta().ID), b, 0o600); err != nil {
			t.Fatal(err)
		}
		runs, errs := other.Runs()
		if len(errs) != 0 || len(runs) != 1 || runs[0].State != audit.RunPartial || runs[0].Settled < round*300+300 {
			t.Errorf("round %d: listed %+v, %v", round, runs, errs)
		}
	}
}

func TestLockNamesTheHolder(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	cmd, _, id := startChild(t, s.dir, "hold")
	want := "in use by another process; waited 1s" // where the system does not say who
	if locks, err := os.ReadFile("/proc/locks"); err == nil && strings.Contains(string(locks), strconv.Itoa(cmd.Process.Pid)) {
		want = fmt.Sprintf("in use by process %d (", cmd.Process.Pid)
	}
	if _, err := s.OpenRun(id); !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), want) {
		t.Errorf("the holder is not named: %v, want %q", err, want)
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
