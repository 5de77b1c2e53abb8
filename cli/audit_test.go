package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"oobscope/probes"
	"oobscope/probes/simbmc"
)

// cancelOn is a writer that ends a context when a text passes through it.
type cancelOn struct {
	bytes.Buffer
	text   string
	cancel context.CancelFunc
}

func (w *cancelOn) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte(w.text)) {
		w.cancel()
	}
	return w.Buffer.Write(p)
}

// An audit of a site file written by hand, on loopback at the real pace: it is interrupted, says so with
// its code, is resumed, and then agrees with what the hosts really are.
func TestAuditInterruptedAndResumed(t *testing.T) {
	t.Parallel()
	seg, err := simbmc.Start(simbmc.Options{Hosts: 15, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(seg.Close)
	site := write(t, "site.yaml", string(seg.Site()))
	dir := filepath.Join(t.TempDir(), "store")

	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	errs := &cancelOn{text: "at most", cancel: cancel}
	p := &program{
		version: "test", stdin: strings.NewReader(""), stdout: &bytes.Buffer{}, stderr: errs, now: time.Now,
		getenv: func(k string) string { return map[string]string{"OOBSCOPE_STORE": dir}[k] },
	}
	args := []string{"audit", "--site", site, "--services", "sftp-rfc913,control-panel", "--pace", "fast"}
	if code := p.run(ctx, args); code != exitIncomplete {
		t.Fatalf("interrupted: exit %d\n%s", code, errs.String())
	}
	id := regexp.MustCompile(`--resume ([0-9A-Z]{26})`).FindStringSubmatch(errs.String())
	if id == nil {
		t.Fatalf("no word of how to go on:\n%s", errs.String())
	}
	if _, list, _ := callIn(t, dir, "", "run", "list"); !strings.Contains(list, id[1]) || !strings.Contains(list, "partial") {
		t.Errorf("run list: %q", list)
	}

	for _, c := range []struct {
		late time.Duration
		want string
	}{
		{60 * 24 * time.Hour, "60 days ago; one can be gone on with for 45 days"}, {-2 * time.Hour, "the clock of this machine stands before"},
	} {
		var errs bytes.Buffer
		p := &program{
			version: "test", stdin: strings.NewReader(""), stdout: &bytes.Buffer{}, stderr: &errs,
			now: func() time.Time { return time.Now().Add(c.late) }, getenv: p.getenv,
		}
		if code := p.run(t.Context(), []string{"audit", "--resume", id[1]}); code != exitUsage || !strings.Contains(errs.String(), c.want) {
			t.Errorf("resumed %s later: exit %d\n%s", c.late, code, errs.String())
		}
	}

	file := filepath.Join(t.TempDir(), "out.jsonl")
	code, _, stderr := callIn(t, dir, "", "audit", "--resume", "last", "--format", "jsonl", "--output", file)
	if code != exitDeviation || !strings.Contains(stderr, "run "+id[1]+" of site ") || !strings.Contains(stderr, " flows are settled, the other ") {
		t.Fatalf("resumed: exit %d\n%s", code, stderr)
	}
	checkAgainstTruth(t, seg, file)
	if code, out, _ := callIn(t, dir, "", "run", "show", id[1]); code != exitDeviation || !strings.Contains(out, "complete") || strings.Contains(out, "SIMULATED") {
		t.Errorf("run show: exit %d\n%s", code, out)
	}
	if code, _, stderr := callIn(t, dir, "", "audit", "--resume", id[1]); code != exitUsage || !strings.Contains(stderr, "nothing to resume") {
		t.Errorf("resumed twice: exit %d %s", code, stderr)
	}
	if code, _, stderr := callIn(t, dir, "", "run", "delete", id[1], "--yes"); code != exitClean {
		t.Errorf("delete: %d %s", code, stderr)
	}
}

// checkAgainstTruth compares the classes that loopback can show: the kernel answers echo for every
// loopback address, so a dead host's silence cannot be told here from a live one's.
func checkAgainstTruth(t *testing.T, seg *simbmc.Segment, file string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	flows := 0
	for text := range strings.Lines(string(data)) {
		var l line
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		if l.Type != "observation" {
			continue
		}
		proto, _ := probes.ParseProto(l.Proto)
		truth, ok := seg.Truth(netip.MustParseAddr(l.Target), l.Service, proto)
		if !ok {
			t.Errorf("%s %s: no such flow on the segment", l.Target, l.Service)
			continue
		}
		got, _ := probes.ParseClass(l.Observed)
		privileged := got == probes.RstHost && truth.Class == probes.RstUnknown // the truth is an unprivileged one
		if got != truth.Class && !privileged && !(got.Silent() && truth.Class.Silent()) {
			t.Errorf("%s %s: observed %s, is %s", l.Target, l.Service, got, truth.Class)
		}
		flows++
	}
	if want := 14 * 2; flows != want { // every host but the resolver
		t.Errorf("%d flows, expected %d", flows, want)
	}
}
