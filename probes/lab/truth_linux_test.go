package lab

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

// dangers are those of the service catalogue (formats.md 3).
var dangers = map[string]int{
	cimHTTP: 4, ipmiLAN: 4, mate: 4, icmpEcho: 1,
	snmpService: 3, "redfish": 3, "cim-https": 3, "slp": 2, "upnp-psblock": 5, "control-panel": 4,
}

// protos are those of the four questions of the laboratory.
var protos = map[string]string{cimHTTP: "tcp", ipmiLAN: "udp", mate: "tcp", icmpEcho: "icmp"}

// want is what the page and the packets demand of one flow.
type want struct {
	sight
	scenario string
	service  string
	column   column
	v6       bool
	stranger bool // looked at from untrusted ground
	edge     int  // that is looked through
	engine   engine
}

// wanted lists the flows of some scenarios in some columns.
func wanted(columns []column, keep func(*scenario) bool) map[string]want {
	out := map[string]want{}
	for i := range scenarios {
		s := &scenarios[i]
		for _, c := range columns {
			segment := int(c)
			if c == rejectedByDefault {
				segment = int(deniedByDefault)
			}
			for _, v6 := range []bool{false, true} {
				if !keep(s) || !s.inFamily(segment, v6) {
					continue
				}
				host := address(segment, s.place, s.number(), v6)
				for service, see := range s.sees {
					out[host.String()+" "+service+"/"+protos[service]] = want{sight: see, scenario: s.name, service: service, column: c, v6: v6}
				}
			}
		}
	}
	return out
}

// outside are the scenarios in which somebody else than the machine that asks decides.
func outside(s *scenario) bool { return !s.self() }

// ruled are the columns that one site file can show together.
var ruled = []column{allow, drop, reject, deniedByDefault, nothing}

// hosts are the targets of a set of flows.
func hosts(flows map[string]want) []string {
	var out []string
	for key := range flows {
		host, _, _ := strings.Cut(key, " ")
		if !slices.Contains(out, host) {
			out = append(out, host)
		}
	}
	slices.Sort(out)
	return out
}

// check holds one finding to the page. raw says that the program had CAP_NET_RAW.
func (w want) check(f *finding, raw bool, segment int) (wrong []string) {
	e := w.engine
	switch {
	case e == "" && raw:
		e = sweeps
	case e == "":
		e = crowds
	}
	w.sight = w.as(w.v6, e)
	classes := []string{w.class}
	if raw && w.raw != "" {
		classes = []string{w.raw}
	}
	if !slices.Contains(classes, f.Observed) {
		return []string{"observed " + f.Observed + ", want " + strings.Join(classes, " or ")}
	}
	row := w.row
	if row == "" {
		row = f.Observed
	}
	if w.or != "" && f.Reason == cellOf(w.or, w.column).reason {
		row = w.or
	}
	page := cellOf(row, w.column)
	differ := func(what, got, want string) {
		if got != want {
			wrong = append(wrong, fmt.Sprintf("%s %q, want %q", what, got, want))
		}
	}
	differ("intent", f.Intent, intents[w.column])
	differ("verdict", f.Verdict, page.verdict)
	if page.reason != "" {
		differ("reason", f.Reason, page.reason)
	}
	if page.worst != "" {
		differ("worst case", f.Worst, page.worst)
	}
	if page.confidence != "" {
		differ("confidence", f.Confidence, page.confidence)
	}
	r := risk
	if w.column >= deniedByDefault {
		r = 0
	}
	page.worst = f.Worst
	severity := page.severity(r, dangers[w.service])
	if w.stranger && page.verdict == "exposed" {
		severity++
	}
	differ("severity", fmt.Sprint(f.Severity), fmt.Sprint(severity))
	if w.from != "" {
		differ("sender of the ICMP error", f.Evidence.Offender, w.sender(segment, f.Target))
	}
	if code := w.v4; w.v4 != [2]uint8{} {
		if w.v6 {
			code = w.sight.v6
		}
		differ("ICMP type/code", fmt.Sprintf("%d/%d", f.Evidence.Type, f.Evidence.Code), fmt.Sprintf("%d/%d", code[0], code[1]))
	}
	return wrong
}

func (w want) sender(segment int, target string) string {
	switch w.from {
	case "host":
		return target
	case "router":
		return netip.MustParseAddr(gateway(segment, w.v6)).String()
	}
	return netip.MustParseAddr(firewall(w.edge, w.v6)).String()
}

// hold holds a run to the page: every flow that is wanted is there and right. It fills in the table.
func hold(t *testing.T, o *outcome, flows map[string]want, raw bool, table *reached) {
	t.Helper()
	seen := o.tested()
	bad, aside := 0, 0
	for _, key := range sorted(flows) {
		w, f := flows[key], seen[key]
		if f == nil {
			t.Errorf("%s: %s: no line in the report", w.scenario, key)
			continue
		}
		if w.class == "silence" && o.doubts(f) {
			aside++
			continue
		}
		segment := int(w.column)
		if w.column == rejectedByDefault {
			segment = int(deniedByDefault)
		}
		if wrong := w.check(f, raw, segment); len(wrong) > 0 {
			if bad++; bad <= 25 {
				t.Errorf("%s, %s: %s\n\t%s", w.scenario, w.column, strings.Join(wrong, "; "), f)
			}
			continue
		}
		table.add(f.Observed, w.column, fmt.Sprintf("%s/%s: %s", w.service, f.Proto, w.scenario))
	}
	if bad > 25 {
		t.Errorf("%d flows are wrong; 25 were shown", bad)
	}
	if aside > 0 {
		t.Logf("%d of %d flows put aside: packets were lost on this busy machine itself, and the program has noticed: gates %+v", aside, len(flows), o.Gates)
	}
	if aside > max(10, len(flows)/10) {
		t.Errorf("%d of %d flows put aside: this proves too little", aside, len(flows))
	}
	if o.exit != o.Exit || !o.Complete || o.Tainted {
		t.Errorf("exit %d, the summary says %d; complete %v, tainted %v: %s", o.exit, o.Exit, o.Complete, o.Tainted, o.stderr)
	}
}

// doubts tells whether the program did not count a silence because packets were lost, or not sent, on a machine that
// is busy with more than the laboratory, and has the figures to show for it. Such a line is true; it only proves
// nothing of the page.
func (o *outcome) doubts(f *finding) bool {
	switch {
	case f.Verdict != "unverifiable" || f.Observed != "silence":
		return false
	case f.Reason == "lossy":
		return o.Gates.Lost > 0 || o.Gates.Until > 0
	}
	return f.Reason == "egress" && o.Gates.Refused > 0
}

func sorted[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
