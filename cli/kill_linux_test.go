package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"oobscope/audit"
	"oobscope/probes"
	"oobscope/probes/simbmc"
	"oobscope/store"
)

// kills is how often the program is killed: some times in a quick test, OOBSCOPE_KILLS times in a thorough one.
func kills(t *testing.T) int64 {
	t.Helper()
	text := os.Getenv("OOBSCOPE_KILLS")
	if text == "" {
		return 20
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n < 1 {
		t.Fatalf("OOBSCOPE_KILLS=%s: expected a number of kills", text)
	}
	return n
}

// The real program audits a simulated segment and is killed at random instants, again and again, each time resumed where
// it was, until the audit is complete; then the next one begins. After each kill the store opens, what was there before
// is there unchanged, and nothing that was settled is asked again; in the end no flow is missing.
func TestKilledAtAnyInstant(t *testing.T) {
	t.Parallel()
	v := newVictims(t)
	var side sync.WaitGroup
	for n := range uint64(4) {
		random := rand.New(rand.NewPCG(2014, n))
		side.Go(func() {
			for v.killed.Load() < v.wanted && !t.Failed() {
				v.audit(random)
			}
		})
	}
	side.Wait()
	t.Logf("%d kills and %d hang-ups and terminations survived: %d before anything was stored, %d audits completed by %d resumes",
		v.killed.Load(), v.asked.Load(), v.early.Load(), v.completed.Load(), v.resumed.Load())
	if v.killed.Load() < v.wanted || v.completed.Load() == 0 {
		t.Error("the program was not killed as often as it should, or never got through")
	}
}

// victims are audits of one segment that are killed.
type victims struct {
	t        *testing.T
	site     string // file
	services string
	wanted   int64 // kills

	killed, asked, early, resumed, completed atomic.Int64
}

func newVictims(t *testing.T) *victims {
	t.Helper()
	seg, err := simbmc.Start(simbmc.Options{Hosts: 26, Seed: 5})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(seg.Close)
	// Mute hosts would make every audit a matter of minutes.
	quick := bytes.Replace(seg.Site(), []byte("probe: {"), []byte("probe: {attempts: 1, timeout: 300ms, pace: fast, "), 1)
	site := filepath.Join(t.TempDir(), "site.yaml")
	if err := os.WriteFile(site, quick, 0o600); err != nil {
		t.Fatal(err)
	}
	v := &victims{t: t, site: site, services: "sftp-rfc913,control-panel", wanted: kills(t)}
	if os.Getenv("OOBSCOPE_KILLS") != "" {
		v.services += ",cim-http,slp"
	}
	return v
}

// snapshot is what a store has of a run: the observations without their evidence.
type snapshot struct {
	run  audit.Run
	seen map[probes.FlowID]string
}

// audit begins one audit and kills it until it is complete.
func (v *victims) audit(random *rand.Rand) {
	dir := filepath.Join(v.t.TempDir(), "store")
	var last snapshot
	for {
		args := []string{"audit", "--store", dir, "--yes", "--format", "jsonl"}
		if last.run.ID == "" {
			args = append(args, "--site", v.site, "--services", v.services)
		} else {
			args = append(args, "--resume", last.run.ID)
			v.resumed.Add(1)
		}
		cmd := programCommand(v.t, args...)
		var out, errs bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &errs
		if err := cmd.Start(); err != nil {
			v.t.Error(err)
			return
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		spare := time.Duration(random.IntN(3500)) * time.Millisecond
		if v.killed.Load() >= v.wanted {
			spare = 2 * time.Minute // let it get through
		}
		select {
		case err := <-ended:
			v.complete(err, &out, &errs, dir, last)
			return
		case <-time.After(spare):
		}
		if !v.kill(cmd, random, ended, &errs) {
			return
		}
		now, ok := v.look(dir)
		if !ok || !v.checkGrown(last, now) {
			return
		}
		last = now
	}
}

// kill ends a process: mostly without a warning, sometimes as a lost SSH connection or a service manager does it.
func (v *victims) kill(cmd *exec.Cmd, random *rand.Rand, ended chan error, errs *bytes.Buffer) bool {
	sig := []syscall.Signal{syscall.SIGKILL, syscall.SIGKILL, syscall.SIGKILL, syscall.SIGHUP, syscall.SIGTERM}[random.IntN(5)]
	if err := cmd.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		v.t.Error(err)
		return false
	}
	err := <-ended
	if sig == syscall.SIGKILL {
		v.killed.Add(1)
		return true
	}
	v.asked.Add(1)
	var exit *exec.ExitError
	if errors.As(err, &exit) && (exit.ExitCode() == exitIncomplete || exit.ExitCode() == -1 || exit.ExitCode() == exitDeviation) {
		return true // a signal may come before the program listens, or after the audit is through
	}
	v.t.Errorf("after %s the program ended with %v\n%s", sig, err, errs)
	return false
}

// look opens a store after a kill and reads all that it has. Before the first run there is nothing to see.
func (v *victims) look(dir string) (s snapshot, ok bool) {
	st, err := store.Open(dir)
	if err != nil {
		v.t.Errorf("the store does not open: %v", err)
		return s, false
	}
	defer st.Close()
	runs, errs := st.Runs()
	if len(errs) > 0 || len(runs) > 1 {
		v.t.Errorf("%d runs, %v", len(runs), errs)
		return s, false
	}
	if len(runs) == 0 {
		v.early.Add(1)
		return s, true
	}
	f, err := st.OpenRun(runs[0].ID)
	if err != nil {
		v.t.Error(err)
		return s, false
	}
	defer f.Close()
	_, board, err := rebuild(f)
	if err != nil {
		v.t.Error(err)
		return s, false
	}
	s = snapshot{run: f.Meta(), seen: map[probes.FlowID]string{}}
	for flow := range probes.FlowID(board.Counters().Flows) {
		if o, there := f.Evidence(flow); there {
			if o.Class == probes.Unobserved {
				v.t.Errorf("flow %d: %s", flow, o.Evidence.Error)
				return s, false
			}
			if o.Reason != probes.Cancelled { // was cut off, and is asked again
				s.seen[flow] = fmt.Sprint(o.At.UnixMilli(), " ", len(o.Evidence.Steps))
			}
		}
	}
	return s, true
}

// checkGrown holds that what was there before is there as it was.
func (v *victims) checkGrown(before, after snapshot) bool {
	if before.run.ID != "" && after.run.ID != before.run.ID {
		v.t.Errorf("run %s was resumed, and now there is run %s", before.run.ID, after.run.ID)
		return false
	}
	for flow, was := range before.seen {
		if now := after.seen[flow]; now != was {
			v.t.Errorf("run %s, flow %d: it was settled at %q, and now it is %q: asked again or lost", after.run.ID, flow, was, now)
			return false
		}
	}
	return true
}

// complete checks an audit that got through.
func (v *victims) complete(err error, out, errs *bytes.Buffer, dir string, last snapshot) {
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != exitDeviation {
		v.t.Errorf("the audit ended with %v\n%s", err, errs)
		return
	}
	now, ok := v.look(dir)
	if !ok || !v.checkGrown(last, now) {
		return
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	var sum line
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &sum); err != nil || !sum.Complete {
		v.t.Errorf("the report ends with %s, %v", lines[len(lines)-1], err)
	}
	if now.run.State != audit.RunComplete || len(now.seen) != now.run.Flows || now.run.Flows < 40 {
		v.t.Errorf("run %s is %s with %d of %d flows", now.run.ID, now.run.State, len(now.seen), now.run.Flows)
	}
	v.completed.Add(1)
}
