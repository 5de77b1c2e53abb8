package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"oobscope/probes"
	"oobscope/probes/simbmc"
	"oobscope/store"
)

// line is what a program reads from --format jsonl; the names are those of the documents.
type line struct {
	Type     string `json:"type"`
	Target   string `json:"target"`
	Service  string `json:"service"`
	Proto    string `json:"proto"`
	Intent   string `json:"intent"`
	Observed string `json:"observed"`
	Verdict  string `json:"verdict"`
	Reason   string `json:"reason"`
	Severity int    `json:"severity"`
	Evidence struct {
		Simulated  bool     `json:"simulated"`
		Weaknesses []string `json:"weaknesses"`
	} `json:"evidence"`
	Complete bool           `json:"complete"`
	Counts   map[string]int `json:"counts"`
	Packets  int64          `json:"packets_sent"`
	Exit     int            `json:"exit"`
}

// verdicts is the truth table for the intents and classes that the demo's kits and segment bring
// together, typed from the page; silence has passed the liveness gate.
var verdicts = map[[2]string]string{
	{"allow", "open_proto"}: "conforms", {"allow", "open_other"}: "undeclared",
	{"allow", "open_mute"}: "unverifiable", {"allow", "open_cut"}: "broken", {"allow", "rst_unknown"}: "broken",
	{"allow", "port_unreach"}: "broken", {"allow", "silence"}: "broken", {"allow", "silence_unproven"}: "unverifiable",
	{"drop", "open_proto"}: "exposed", {"drop", "open_other"}: "exposed", {"drop", "open_mute"}: "exposed",
	{"drop", "open_cut"}: "exposed", {"drop", "rst_unknown"}: "wrong_mode", {"drop", "port_unreach"}: "not_enforced",
	{"drop", "silence"}: "conforms", {"drop", "silence_unproven"}: "unverifiable",
}

// The demo must say of every flow of every personality what that personality really is, in the class, in
// the weaknesses and in the verdict.
func TestDemoAgreesWithEveryPersonality(t *testing.T) {
	t.Parallel()
	seg, lines := auditSegment(t, 32)
	titles := map[string]string{}
	for _, h := range seg.Hosts() {
		titles[h.Addr.String()] = h.Personality
	}
	seen := map[string]map[string]bool{}
	for _, l := range lines {
		if l.Type != "observation" || l.Observed == "" {
			continue
		}
		addr := netip.MustParseAddr(l.Target)
		proto, _ := probes.ParseProto(l.Proto)
		truth, ok := seg.Truth(addr, l.Service, proto)
		if !ok {
			t.Errorf("%s %s %s: the segment has no truth for it", l.Target, l.Service, l.Proto)
			continue
		}
		want := truth.Class
		if want == probes.SilenceUnproven && seg.HostAlive(addr) {
			want = probes.Silence
		}
		name := titles[l.Target]
		if seen[name] == nil {
			seen[name] = map[string]bool{}
		}
		seen[name][l.Service+"/"+l.Proto] = true
		if l.Observed != want.String() {
			t.Errorf("%s (%s) %s/%s: observed %s, is %s", l.Target, name, l.Service, l.Proto, l.Observed, want)
		}
		var weak []string
		for _, w := range truth.Weak.List() {
			weak = append(weak, w.String())
		}
		got := slices.Sorted(slices.Values(l.Evidence.Weaknesses))
		if slices.Sort(weak); !slices.Equal(got, weak) {
			t.Errorf("%s (%s) %s/%s: weaknesses %v, are %v", l.Target, name, l.Service, l.Proto, got, weak)
		}
		if v, ok := verdicts[[2]string{l.Intent, want.String()}]; !ok || l.Verdict != v {
			t.Errorf("%s (%s) %s/%s: intended %s, observed %s: verdict %s, expected %q", l.Target, name, l.Service, l.Proto, l.Intent, want, l.Verdict, v)
		}
		if !l.Evidence.Simulated {
			t.Errorf("%s %s: shown as if it came from a network", l.Target, l.Service)
		}
	}
	checkComplete(t, seg, seen, lines)
}

func checkComplete(t *testing.T, seg *simbmc.Segment, seen map[string]map[string]bool, lines []line) {
	t.Helper()
	for _, h := range seg.Hosts() {
		if h.Role == "bmc" && len(seen[h.Personality]) != 10 {
			t.Errorf("personality %s: %d kinds of flow, expected 10: %v", h.Personality, len(seen[h.Personality]), seen[h.Personality])
		}
	}
	last := lines[len(lines)-1]
	if last.Type != "summary" || !last.Complete || last.Exit != exitDeviation {
		t.Errorf("summary %+v: expected a complete run with exit 1", last)
	}
	total := 0
	for _, n := range last.Counts {
		total += n
	}
	if total != len(lines)-1 {
		t.Errorf("the counts of the summary add up to %d, the report has %d flows", total, len(lines)-1)
	}
	if n := seg.SecretReads(); n != 0 {
		t.Errorf("%d requests for a secret file", n)
	}
}

// auditSegment runs the demo's engine over a fresh segment and reads its jsonl.
func auditSegment(t *testing.T, hosts int) (*simbmc.Segment, []line) {
	t.Helper()
	seg, err := simbmc.Start(simbmc.Options{Hosts: hosts, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(seg.Close)
	st, err := store.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	p := &program{version: "test", stdout: &out, stderr: &errs, getenv: func(string) string { return "" }, now: time.Now}
	eng := newEngine(st, "test", time.Now, seg.Wire())
	site, err := simulatedSite(seg)
	if err != nil {
		t.Fatal(err)
	}
	scope, err := simulatedScope(seg, site, 7)
	if err != nil {
		t.Fatal(err)
	}
	live, err := eng.launch(context.Background(), scope)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.follow(context.Background(), eng, live, &reportFlags{format: "jsonl", output: "-", failOn: "low"}); err != nil {
		t.Fatalf("%v\n%s", err, errs.String())
	}
	var lines []line
	dec := json.NewDecoder(strings.NewReader(out.String()))
	for dec.More() {
		var l line
		if err := dec.Decode(&l); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, l)
	}
	return seg, lines
}
