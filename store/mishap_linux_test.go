package store

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"oobscope/audit"
	"oobscope/teatest/mishap"
)

// suffer runs a child on a store while something happens to it. It returns what it said.
func suffer(t *testing.T, dir, mode string, p mishap.Plan) (out, errs string, err error) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p.Under = dir
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, self)
	cmd.Env = append(os.Environ(), childDir+"="+dir, childMode+"="+mode, p.Env())
	var said, told strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &told
	err = cmd.Run()
	return said.String(), told.String(), err
}

// callsOf counts the calls of a child that gets through, and names them.
func callsOf(t *testing.T, dir, mode string, kinds []mishap.Kind) []string {
	t.Helper()
	log := filepath.Join(t.TempDir(), "calls")
	out, errs, err := suffer(t, dir, mode, mishap.Plan{Kinds: kinds, Log: log})
	if strings.Contains(errs, "watch the system calls") {
		t.Skipf("this system does not let a process watch its system calls: %s", errs)
	}
	if err != nil {
		t.Fatalf("%v\n%s%s", err, out, errs)
	}
	calls, err := mishap.Counted(log)
	if err != nil || len(calls) < 10 {
		t.Fatalf("%d calls, %v", len(calls), err)
	}
	return calls
}

// Every fsync, fdatasync, ftruncate, rename and open of the store's files fails in turn, once or from then on, in a
// process of its own. What it said was safe is there, it never says that it got through if it did not, and the run can
// be gone on with and has every flow once.
func TestEverySyncFailsInTurn(t *testing.T) {
	t.Parallel()
	kinds := []mishap.Kind{mishap.Sync, mishap.Cut, mishap.Rename, mishap.Open, mishap.Remove}
	calls := callsOf(t, quickStore(t).dir, "bring", kinds)
	count := map[string]int{}
	for _, call := range calls {
		kind, _, _ := strings.Cut(call, " ")
		count[kind]++
	}
	t.Logf("%d calls: %v", len(calls), count)
	for _, c := range []struct {
		name  string
		errno syscall.Errno
		stays bool
	}{{"once", syscall.EIO, false}, {"from then on", syscall.EIO, true}, {"no room", syscall.ENOSPC, false}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for k := 1; k <= len(calls); k++ {
				what := fmt.Sprintf("%s, call %d, %s", c.name, k, calls[k-1])
				failCall(t, what, mishap.Plan{Kinds: kinds, At: k, Errno: c.errno, Stays: c.stays})
			}
		})
	}
}

func failCall(t *testing.T, what string, p mishap.Plan) {
	t.Helper()
	s := quickStore(t)
	out, errs, err := suffer(t, s.dir, "bring", p)
	safe := 0
	for line := range strings.Lines(out) {
		if n, ok := strings.CutPrefix(line, "safe "); ok {
			safe, _ = strconv.Atoi(strings.TrimSpace(n))
		}
	}
	finished := strings.Contains(out, "finished\n")
	if finished != (err == nil) || !finished && !strings.Contains(errs, s.dir) {
		t.Errorf("%s: finished is %v, the child ended with %v and said %q", what, finished, err, errs)
	}
	if way := map[syscall.Errno]string{syscall.EIO: "the disk failed: ", syscall.ENOSPC: "the disk is full: "}[p.Errno]; !finished && !strings.Contains(errs, way) {
		t.Errorf("%s: no way out in %q", what, errs)
	}
	runs, troubles := s.Runs()
	if len(troubles) != 0 || len(runs) > 1 || len(runs) == 0 && (safe > 0 || finished) {
		t.Fatalf("%s: %d flows were safe; listed %+v, %v; it had said %q", what, safe, runs, troubles, errs)
	}
	if len(runs) == 0 {
		return
	}
	state := runs[0].State
	if runs[0].Settled < safe || finished && state != audit.RunComplete || state != audit.RunComplete && state != audit.RunPartial {
		t.Fatalf("%s: %d flows were safe, finished is %v; listed %+v", what, safe, finished, runs[0])
	}
	if state == audit.RunPartial {
		if err := bringRun(s, runs[0].ID, func(int) {}); err != nil {
			t.Fatalf("%s: resumed with %v", what, err)
		}
	}
	checkWhole(t, s, runs[0].ID)
}
