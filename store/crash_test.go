package store

import (
	"fmt"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"oobscope/audit"
	"oobscope/probes"
)

func TestKilledRunKeepsWhatWasCommitted(t *testing.T) {
	t.Parallel()
	for _, lines := range []int{1, 9, 37} { // how long it lives
		t.Run(fmt.Sprint(lines), func(t *testing.T) {
			t.Parallel()
			s := newStore(t)
			cmd, out, _ := startChild(t, s.dir, "run")
			id := firstWord(t, out, "run ")
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
