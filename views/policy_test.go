package views

import (
	"slices"
	"testing"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/probes"
)

func TestPolicyInForce(t *testing.T) {
	t.Parallel()
	s := plannedState()
	if got := len(rulesInForce(s)); got != 5 {
		t.Fatalf("%d rules of the plan, want 5", got)
	}
	s.Kits = nil
	if len(kitsInForce(s)) != 1 || len(rulesInForce(s)) != 5 {
		t.Error("the plan does not keep its kits when the library changes")
	}
	s = builtinState()
	list := rulesInForce(s)
	if len(list) != 9 || list[7].Index != 7 || list[7].Local != 0 || list[7].Rule.App.ID != "bmc_config_disclosure" {
		t.Errorf("the rules of two kits are not one ordered list: %d", len(list))
	}
	s.Kits[0].Active = false
	if got := len(rulesInForce(s)); got != 2 {
		t.Errorf("%d rules of the kit in use, want 2", got)
	}
	if y := tallyOfRule(endedState(), 99); y != nil {
		t.Error("a rule that is not there has a tally")
	}
}

// What is on screen decides, not what the next run would be.
func TestSimulatedIsTheRunOnScreen(t *testing.T) {
	t.Parallel()
	s := endedState()
	if simulated(s) {
		t.Error("a real run counts as simulated")
	}
	s.Site = &audit.Site{Simulated: true}
	if simulated(s) {
		t.Error("a real run counts as simulated because of the site of the next one")
	}
	s.Run.Simulated = true
	if !simulated(s) {
		t.Error("a simulated run is not named so")
	}
	if simulated(emptyState()) {
		t.Error("nothing counts as simulated")
	}
}

func TestShortList(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		items []string
		w     int
		want  string
	}{
		{nil, 9, ""}, {[]string{"trust"}, 3, "trust"}, {[]string{"trust", "dmz"}, 9, "trust,dmz"}, {[]string{"trust", "dmz"}, 8, "trust +1"},
		{[]string{"a", "b", "c"}, 6, "a,b,c"}, {[]string{"a", "b", "c"}, 4, "a +2"}, {[]string{"aa", "bb", "cc", "dd"}, 8, "aa,bb +2"},
		{[]string{"全角", "b"}, 6, "全角,b"}, {[]string{"\x1b[2J"}, 20, `\x1b[2J`},
	} {
		if got := shortList(c.items, c.w); got != c.want {
			t.Errorf("%q in %d: %q, want %q", c.items, c.w, got, c.want)
		}
	}
}

func TestPortsOf(t *testing.T) {
	t.Parallel()
	slp, icmp, redfish := kits.ServiceByID("slp"), kits.ServiceByID("icmp-echo"), kits.ServiceByID("redfish")
	site := &audit.Site{Ports: map[string][]uint16{"redfish": {443, 8443}, "icmp-echo": {7}}}
	for want, got := range map[string]string{
		"udp/427 tcp/427": portsOf(nil, slp), "icmp": portsOf(site, icmp), "tcp/443,8443": portsOf(site, redfish), "tcp/443": portsOf(nil, redfish),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestWeakOrderHoldsEveryWeakness(t *testing.T) {
	t.Parallel()
	seen := map[probes.Weakness]int{}
	for _, k := range weakOrder {
		seen[k]++
	}
	for _, k := range probes.Weaknesses() {
		if seen[k] != 1 {
			t.Errorf("%s stands %d times in the order", k, seen[k])
		}
	}
}

func TestUntestedRowsSumUp(t *testing.T) {
	t.Parallel()
	sc := fixtureScope()
	sc.Left = append(sc.Left,
		audit.Untested{Rule: 4, Reason: audit.NotFromHere, Proto: probes.TCP, Port: 8443, Addrs: addrs("198.18.1.1", 6)},
		audit.Untested{Rule: -1, Reason: audit.LocalFailure, Addrs: addrs("198.18.1.1", 3)})
	rows := untestedRows(sc)
	if len(rows) != 3 || rows[0].lines != 7 || !slices.Equal(rows[0].what, []string{"tcp/443", "tcp/8443"}) || rows[1].rule != -1 {
		t.Errorf("%+v", rows)
	}
	s := plannedState()
	if got := untestedReason(s, -1, audit.LocalFailure); got != s.Words.ProbeReason["no_route"] {
		t.Errorf("a target without a route reads as %q", got)
	}
	if untestedRows(nil) != nil {
		t.Error("rows without a plan")
	}
}

func TestWorstUnderARule(t *testing.T) {
	t.Parallel()
	r := endedState().Results
	for rule := range r.Scope.Rules {
		var all []probes.FlowID
		for sev := 5; sev > 0; sev-- {
			for id, j := range r.Judged {
				f := r.Scope.Plan.Flow(probes.FlowID(id))
				if int(j.Severity) == sev && j.Verdict.Deviation() && !j.Waived && r.Scope.Decision(f).Rule == rule {
					all = append(all, f.ID)
				}
			}
		}
		if len(all) != r.ByRule[rule].Deviations() {
			t.Fatalf("rule %d: %d deviations, tally %d", rule, len(all), r.ByRule[rule].Deviations())
		}
		for _, n := range []int{0, 1, 2, 100} {
			if got, want := worstUnder(r, rule, n), all[:min(n, len(all))]; !slices.Equal(got, want) {
				t.Errorf("rule %d: the %d worst are %v, want %v", rule, n, got, want)
			}
		}
	}
}

func TestZonesOf(t *testing.T) {
	t.Parallel()
	s := builtinState()
	names, strange := zonesOf(s.Site, rulesInForce(s))
	if !slices.Equal(names, []string{"management", "trust", "internet"}) || !slices.Equal(strange, []string{"internal"}) {
		t.Errorf("%q, %q", names, strange)
	}
	names, strange = zonesOf(nil, rulesInForce(s))
	if !slices.Equal(names, []string{"trust", "internal", "management", "internet"}) || strange != nil {
		t.Errorf("without a site: %q, %q", names, strange)
	}
	many := &audit.Site{}
	for i := range 500 {
		many.Zones = append(many.Zones, audit.Zone{Name: Count(i)})
	}
	s.Site = many
	requireFrame(t, "many zones", NewZones().Render(s, 80, 24), 80, 24)
}

func TestWindowKeepsTheCursorInSight(t *testing.T) {
	t.Parallel()
	for n := 1; n < 9; n++ {
		for count := 1; count <= n; count++ {
			for cursor := range n {
				for first := range n {
					if got := window(first, cursor, count, n); got < 0 || got > cursor || cursor >= got+count || got+count > n {
						t.Fatalf("window(%d, %d, %d, %d) = %d", first, cursor, count, n, got)
					}
				}
			}
		}
	}
}
