package lab

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// finding is one line of a run's report, as formats.md 5 has it.
type finding struct {
	Type, Target, Role, Service, Proto, Rule, Intent, Observed, Verdict, Reason, Confidence string
	VantageZone                                                                             string `json:"vantage_zone"`
	Zone                                                                                    string `json:"target_zone"`
	Port, Severity                                                                          int
	Worst                                                                                   string `json:"worst_case"`
	Attempts                                                                                int
	RTT                                                                                     float64 `json:"rtt_ms"`
	Evidence                                                                                evidence
}

type evidence struct {
	Why      string `json:"probe_reason"`
	Offender string
	Type     int `json:"icmp_type"`
	Code     int `json:"icmp_code"`
	Error    string

	Weaknesses []string
	TLS        struct{ Version string }

	Facts []struct{ Key, Value string }

	Steps []struct {
		Dir, What, From string
	}
	Gates struct {
		AliveBy   string `json:"alive_by"`
		Control   bool   `json:"udp_control"`
		FakesOpen bool   `json:"fakes_open"`
		Enforced  bool
		OnLink    bool `json:"on_link"`
		WentQuiet bool `json:"went_quiet"`
	}
}

func (f *finding) key() string { return f.Target + " " + f.Service + "/" + f.Proto }

// String is a finding in one line, its packets included.
func (f *finding) String() string {
	var steps []string
	for _, s := range f.Evidence.Steps {
		steps = append(steps, strings.TrimSpace(s.Dir+" "+s.What+" "+s.From))
	}
	return fmt.Sprintf("%s %s %s/%d, intent %s: %s -> %s/%s, severity %d, worst %q, confidence %s, alive by %q; packets: %s",
		f.Target, f.Service, f.Proto, f.Port, f.Intent, f.Observed, f.Verdict, f.Reason, f.Severity, f.Worst, f.Confidence,
		f.Evidence.Gates.AliveBy, strings.Join(steps, " | "))
}

// summary is the last line of a report.
type summary struct {
	Complete, Tainted bool
	Counts            map[string]int
	Packets           int64 `json:"packets_sent"`
	Exit              int
	Gates             struct {
		Sent    int64    `json:"tries_sent"`
		Lost    int64    `json:"tries_lost"`
		Refused int64    `json:"refused_here"`
		Spoke   []string `json:"canary_spoke"`
		Until   int64    `json:"lossy_until_ms"` // the last window in which too much was lost; such windows are not in Lost
	}
}

// outcome is a whole run.
type outcome struct {
	lines []finding
	summary
	exit   int
	stderr string
}

// tested are the lines of flows that were probed, by target and service.
func (o *outcome) tested() map[string]*finding {
	out := map[string]*finding{}
	for i := range o.lines {
		if f := &o.lines[i]; f.Observed != "" {
			out[f.key()] = f
		}
	}
	return out
}

// stand is where and as whom the program runs. User 0 is root with all its rights; any other has none, or the
// one right that the program makes use of.
type stand struct {
	space string
	user  int
	raw   bool // CAP_NET_RAW
}

// privileged tells whether the program has CAP_NET_RAW.
func (s stand) privileged() bool { return s.user == 0 || s.raw }

// start starts the program with a site and a kit, and returns what waits for it to end by itself and reads
// its report.
func (n *network) start(t *testing.T, at stand, site, kit string, args ...string) func(*testing.T) *outcome {
	t.Helper()
	binary := program(t)
	dir, err := os.MkdirTemp(built.dir, "run-")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"site.yaml": site, "kit.yaml": kit} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Chmod(dir, 0o755), os.Chown(dir, at.user, at.user)); err != nil {
		t.Fatal(err)
	}
	command := []string{"ip", "netns", "exec", n.tag + at.space}
	if at.user != 0 {
		id := strconv.Itoa(at.user)
		command = append(command, "setpriv", "--reuid", id, "--regid", id, "--clear-groups", "--no-new-privs")
		if at.raw {
			command = append(command, "--inh-caps=+net_raw", "--ambient-caps=+net_raw", "--bounding-set=-all,+net_raw")
		} else {
			command = append(command, "--inh-caps=-all", "--bounding-set=-all")
		}
	}
	command = append(command, binary, "audit", "--yes", "--format", "jsonl", "--pace", "fast", "--store", filepath.Join(dir, "store"),
		"--site", filepath.Join(dir, "site.yaml"), "--kit", filepath.Join(dir, "kit.yaml"))
	p := &process{dir: dir, command: append(command, args...), done: make(chan error, 1)}
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	go func() { p.done <- p.run(ctx) }()
	return func(t *testing.T) *outcome {
		t.Helper()
		var ended *exec.ExitError
		if err := <-p.done; err != nil && !errors.As(err, &ended) {
			t.Fatalf("run the program: %v: %s", err, p.errs.String())
		}
		o := &outcome{exit: p.exit, stderr: p.errs.String()}
		if o.exit < 0 || o.exit == 2 {
			t.Fatalf("the program ended with %d after %s: %s", o.exit, p.took, p.errs.String())
		}
		o.read(t, p.out.Bytes())
		return o
	}
}

// process is one program under way.
type process struct {
	dir       string
	command   []string
	out, errs bytes.Buffer
	exit      int
	took      time.Duration
	done      chan error
}

// slots are for the programs that run at the same time: a machine that is busy with too many of them at once answers
// so late that every way looks lossy.
var slots = make(chan struct{}, 12)

// run waits for its slot, and then for the program to end.
func (p *process) run(ctx context.Context) error {
	select {
	case slots <- struct{}{}:
		defer func() { <-slots }()
	case <-ctx.Done():
		return ctx.Err()
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c := exec.CommandContext(ctx, p.command[0], p.command[1:]...)
	c.Dir, c.Env, c.WaitDelay = p.dir, append(os.Environ(), "HOME="+p.dir), patience/10
	c.Stdout, c.Stderr = &p.out, &p.errs
	began := time.Now()
	err := c.Run()
	p.took = time.Since(began)
	if c.ProcessState != nil {
		p.exit = c.ProcessState.ExitCode()
	}
	return err
}

func (o *outcome) read(t *testing.T, report []byte) {
	t.Helper()
	for line := range bytes.Lines(report) {
		var f finding
		if err := json.Unmarshal(line, &f); err != nil {
			t.Fatalf("a line of the report: %v: %s", err, line)
		}
		if f.Type != "summary" {
			o.lines = append(o.lines, f)
			continue
		}
		if err := json.Unmarshal(line, &o.summary); err != nil {
			t.Fatal(err)
		}
	}
	if len(o.lines) == 0 || o.Counts == nil {
		t.Fatalf("no report, exit %d: %s", o.exit, o.stderr)
	}
}
