package store

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

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

// child is this test binary as another process on the store. It says what it does line by line.
func child(dir, mode string) int {
	word, arg, _ := strings.Cut(mode, " ")
	err := map[string]func(*Store, string) error{
		"run": childRun, "hold": childHold, "show": childShow, "console": childConsole, "nightly": childNightly, "resume": childResume, "bring": childBring,
	}[word](mustOpen(dir), arg)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func mustOpen(dir string) *Store {
	s, err := Open(dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return s
}

// childRun observes flows until it is killed, and says after each thousand how many are safe.
func childRun(s *Store, _ string) error {
	w, err := s.NewRun(audit.Run{Started: began, Flows: crashFlows}, []byte("inputs"))
	if err != nil {
		return err
	}
	fmt.Println("run", w.Meta().ID)
	for i := range crashFlows {
		if err := w.Observe(seen(permuted(i))); err != nil {
			return err
		}
		if i%1000 == 999 {
			w.mu.Lock()
			fmt.Println("safe", w.ledger.settled)
			w.mu.Unlock()
		}
	}
	return nil
}

// childHold holds a run open for writing until the parent closes its input.
func childHold(s *Store, _ string) error {
	w, err := s.NewRun(audit.Run{Started: began, Flows: crashFlows}, []byte("inputs"))
	if err != nil {
		return err
	}
	fmt.Println("run", w.Meta().ID)
	untilClosed()
	return nil
}

// childResume goes on with a run.
func childResume(s *Store, id string) error {
	w, err := s.ResumeRun(id)
	if err != nil {
		return err
	}
	for flow := range 3 {
		if err := w.Observe(seen(flow)); err != nil {
			return err
		}
	}
	fmt.Println("resumed", id)
	untilClosed()
	return w.Close()
}

// childShow has a stored run open, as a console that was left open.
func childShow(s *Store, id string) error {
	f, err := s.OpenRun(id)
	if err != nil {
		return err
	}
	fmt.Println("shows", id)
	untilClosed()
	return f.Close()
}

func untilClosed() { _, _ = io.Copy(io.Discard, os.Stdin) }

// childConsole does what a console does all day: it lists the runs, reads evidence, keeps a setting.
func childConsole(s *Store, id string) error {
	f, err := s.OpenRun(id)
	if err != nil {
		return err
	}
	fmt.Println("ready")
	closed := make(chan struct{})
	go func() { untilClosed(); close(closed) }()
	for i := 0; ; i++ {
		if _, errs := s.Runs(); len(errs) > 0 {
			return errs[0]
		}
		if o, ok := f.Evidence(probes.FlowID(i % 100)); !ok || o.Class == probes.Unobserved {
			return fmt.Errorf("flow %d: %+v", i%100, o)
		}
		if err := s.SetActive([]string{"a@1.0.0", fmt.Sprint(i)}); err != nil {
			return err
		}
		select {
		case <-closed:
			fmt.Println("did", i)
			return f.Close()
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// childNightly makes a run of some thousands of flows, from beginning to end.
func childNightly(s *Store, _ string) error {
	w, err := s.NewRun(audit.Run{Started: began, Flows: 9000}, nil)
	if err != nil {
		return err
	}
	for flow := range 9000 {
		if err := w.Observe(seen(flow)); err != nil {
			return err
		}
	}
	meta := w.Meta()
	meta.State, meta.Settled = audit.RunComplete, 9000
	fmt.Println("run", meta.ID)
	return w.Finish(meta)
}

// childBring makes a run from beginning to end, or goes on with one, and says after each commit how many flows are safe.
func childBring(s *Store, id string) error {
	err := bringRun(s, id, func(safe int) { fmt.Println("safe", safe) })
	if err == nil {
		fmt.Println("finished")
	}
	return err
}

func bringRun(s *Store, id string, say func(safe int)) (err error) {
	var w *RunWriter
	if id == "" {
		w, err = s.NewRun(audit.Run{Started: began, Flows: faultFlows}, []byte("inputs"))
	} else {
		w, err = s.ResumeRun(id)
	}
	if err != nil {
		return err
	}
	w.stop() // the commits are those of bring
	return bring(w, say)
}

// startChild runs this test binary as another process on the store.
func startChild(t *testing.T, dir, mode string) (cmd *exec.Cmd, out *bufio.Scanner, in io.Closer) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd = exec.Command(self)
	cmd.Env = append(os.Environ(), childDir+"="+dir, childMode+"="+mode)
	return launchChild(t, cmd)
}

func launchChild(t *testing.T, cmd *exec.Cmd) (_ *exec.Cmd, out *bufio.Scanner, in io.Closer) {
	t.Helper()
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // mostly it is gone
		_ = cmd.Wait()
	})
	return cmd, bufio.NewScanner(pipe), in
}

// firstWord waits for a line that begins so and returns the rest of it.
func firstWord(t *testing.T, out *bufio.Scanner, word string) string {
	t.Helper()
	for out.Scan() {
		if rest, ok := strings.CutPrefix(out.Text(), word); ok {
			return rest
		}
	}
	t.Fatalf("the child ended without %q", word)
	return ""
}
