package audit

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"oobscope/kits"
	"oobscope/probes"
)

// driftSide is one of the two runs of a row; the zero value is the laboratory, with nothing observed.
type driftSide struct {
	site   string
	kit    func(*kits.Kit)
	source string
	opt    Options
	cells  map[string]probes.Cell // by service, all TCP, on 198.18.1.5
	gates  probes.Gates
	day    string // when the waivers are applied
}

func (s driftSide) results(t testing.TB) *Results {
	t.Helper()
	text, source, k := s.site, s.source, labKit()
	if text == "" {
		text = siteText
	}
	if source == "" {
		source = "198.18.0.9"
	}
	if s.kit != nil {
		s.kit(k)
	}
	site := mustSite(t, text)
	r := NewResults(mustScope(t, k, site, from(source), s.opt))
	for service, c := range s.cells {
		see(t, r, "198.18.1.5", service, probes.TCP, c)
	}
	r.SetGates(s.gates)
	if s.day != "" {
		day, err := time.Parse(time.DateOnly, s.day)
		if err != nil {
			t.Fatal(err)
		}
		r.ApplyWaivers(day, nil)
	}
	return r
}

func seen(class probes.Class) probes.Cell { return probes.Cell{Class: class, Attempts: 1} }

// The words of a drift for one flow: the change, then what else is told of it.
func driftWords(d *Drift, id probes.FlowID) string {
	out := []string{d.Of(id).String()}
	for _, k := range []struct {
		word string
		yes  bool
	}{{"lost", d.Lost(id)}, {"gained", d.Gained(id)}, {"first", d.FirstSeen(id)}, {"policy", d.ByPolicy(id)}} {
		if k.yes {
			out = append(out, k.word)
		}
	}
	if list := d.Differences(id).List(); len(list) > 0 {
		out = append(out, "["+strings.Join(list, " ")+"]")
	}
	return strings.Join(out, " ")
}

func TestCompareOneFlow(t *testing.T) {
	t.Parallel()
	open, silent := seen(probes.OpenProto), seen(probes.SilenceUnproven)
	alive := map[string]probes.Cell{"redfish": open}
	with := func(service string, c probes.Cell) map[string]probes.Cell {
		return map[string]probes.Cell{"redfish": open, service: c}
	}
	clear := with("cim-http", open)
	weak := open
	weak.Weak = weak.Weak.With(probes.CIMNoLogin)
	waived := strings.Replace(waivedSite, "     fingerprint: \"FP\", ", "     ", 1)
	tainted := probes.Gates{TaintSent: 4, TaintLost: 1}
	rows := []struct {
		name          string
		before, after driftSide
		want          string
	}{
		{"both exposed", driftSide{cells: clear}, driftSide{cells: clear}, "unchanged"},
		{"both conform", driftSide{cells: with("cim-http", silent)}, driftSide{cells: with("cim-http", silent)}, "unchanged"},
		{"opened", driftSide{cells: with("cim-http", silent)}, driftSide{cells: clear}, "new [verdict class severity]"},
		{"opened, not tested before", driftSide{cells: alive}, driftSide{cells: clear}, "new first [verdict class severity]"},
		{"opened, unverifiable before", driftSide{cells: map[string]probes.Cell{"cim-http": silent}}, driftSide{cells: clear},
			"new first [verdict class severity]"},
		{"closed with proof", driftSide{cells: clear}, driftSide{cells: with("cim-http", silent)}, "absent [verdict class severity]"},
		{"silent, the host not proved alive", driftSide{cells: clear}, driftSide{cells: map[string]probes.Cell{"cim-http": silent}},
			"uncovered [verdict class severity]"},
		{"the host is down", driftSide{cells: clear}, driftSide{cells: map[string]probes.Cell{"cim-http": seen(probes.HostDown)}},
			"uncovered [verdict class severity]"},
		{"the probe failed", driftSide{cells: clear}, driftSide{cells: with("cim-http", seen(probes.ProbeError))}, "uncovered [verdict class severity]"},
		{"stopped before its turn", driftSide{cells: clear}, driftSide{cells: alive}, "uncovered [verdict class severity]"},
		{"silent in a tainted run", driftSide{cells: clear}, driftSide{cells: with("cim-http", silent), gates: tainted},
			"uncovered [verdict class severity]"},
		{"silent on a lossy path", driftSide{cells: clear},
			driftSide{cells: with("cim-http", silent), gates: probes.Gates{ControlSent: 10, ControlLost: 5}}, "uncovered [verdict class severity]"},
		{"prohibited in a tainted run where a refusal is intended", driftSide{kit: reject, cells: clear},
			driftSide{kit: reject, cells: with("cim-http", seen(probes.Prohibited)), gates: tainted}, "uncovered [verdict class severity]"},
		{"from open to reset by the host", driftSide{cells: clear}, driftSide{cells: with("cim-http", seen(probes.RstHost))},
			"updated [verdict class severity]"},
		{"another weakness", driftSide{cells: clear}, driftSide{cells: with("cim-http", weak)}, "updated [weaknesses]"},
		{"another severity", driftSide{cells: clear}, driftSide{kit: risk5, cells: clear}, "updated [severity]"},
		{"coverage lost", driftSide{cells: with("cim-http", silent)}, driftSide{cells: map[string]probes.Cell{"cim-http": silent}},
			"unchanged lost [verdict class]"},
		{"coverage lost by taint", driftSide{cells: with("cim-http", silent)}, driftSide{cells: with("cim-http", silent), gates: tainted},
			"unchanged lost"},
		{"coverage gained", driftSide{cells: map[string]probes.Cell{"cim-http": silent}}, driftSide{cells: with("cim-http", silent)},
			"unchanged gained [verdict class]"},
		{"never tested", driftSide{}, driftSide{}, "unchanged"},
		{"waived in both", driftSide{site: waived, cells: clear, day: "2026-11-22"}, driftSide{site: waived, cells: clear, day: "2026-11-23"}, "unchanged"},
		{"newly waived", driftSide{cells: clear}, driftSide{site: waived, cells: clear, day: "2026-11-22"}, "updated [waiver]"},
		{"waiver expired", driftSide{site: waived, cells: clear, day: "2026-11-22"}, driftSide{site: waived, cells: clear, day: "2027-02-01"},
			"updated [waiver]"},
		{"waived, then closed", driftSide{site: waived, cells: clear, day: "2026-11-22"},
			driftSide{site: waived, cells: with("cim-http", silent), day: "2026-11-22"}, "absent [verdict class severity waiver]"},
		{"new and waived at once", driftSide{cells: with("cim-http", silent)}, driftSide{site: waived, cells: clear, day: "2026-11-22"},
			"new [verdict class severity waiver]"},
		{"the kit now allows it", driftSide{cells: clear}, driftSide{kit: allowClear, cells: clear}, "absent policy [verdict severity intent]"},
		{"the kit now forbids it", driftSide{kit: allowClear, cells: clear}, driftSide{cells: clear}, "new policy [verdict severity intent]"},
		{"another rule decides", driftSide{cells: clear}, driftSide{kit: otherRule, cells: clear}, "updated policy [rule]"},
		{"a rule before it shifts the numbers", driftSide{cells: clear}, driftSide{kit: ruleInFront, cells: clear}, "unchanged"},
		{"from another address of the zone", driftSide{cells: clear}, driftSide{source: "198.18.0.10", cells: with("cim-http", silent)},
			"absent [verdict class severity]"},
		{"conforms from another zone", driftSide{site: noZone(), source: "198.18.90.7", kit: fromAnywhere, cells: clear},
			driftSide{site: noZone(), kit: fromAnywhere, cells: with("cim-http", silent)}, "uncovered [verdict class severity vantage]"},
		{"deviates from another zone too", driftSide{site: noZone(), source: "198.18.90.7", kit: fromAnywhere, cells: clear},
			driftSide{site: noZone(), kit: fromAnywhere, cells: clear}, "updated [vantage]"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			before, after := row.before.results(t), row.after.results(t)
			d := Compare(before, after, Seen{})
			id := flowOf(t, after.Scope, "198.18.1.5", "cim-http", probes.TCP).ID
			if got := driftWords(d, id); got != row.want {
				t.Errorf("%s, want %s", got, row.want)
			}
			if was, ok := d.Before(id); !ok || was.Target.String() != "198.18.1.5" || was.ServiceID() != "cim-http" {
				t.Errorf("before: %v %+v", ok, was)
			}
			recountDrift(t, d)
		})
	}
}

func reject(k *kits.Kit)     { k.Rules[6].Action = kits.Reject }
func allowClear(k *kits.Kit) { k.Rules[6].Action = kits.Allow }
func risk5(k *kits.Kit)      { k.Rules[6].App.Risk = 5 }

// otherRule lets another rule of the same action and risk decide on clear-text CIM.
func otherRule(k *kits.Kit) {
	r := rule("old_cim", 4, kits.Drop, "management > management")
	r.Services = []string{"cim-http"}
	k.Rules = append([]kits.Rule{r}, k.Rules...)
}

func ruleInFront(k *kits.Kit) {
	k.Rules = append([]kits.Rule{rule("syslog", 1, kits.Allow, "management > internal")}, k.Rules...)
}

func fromAnywhere(k *kits.Kit) { k.Rules[6].From = []string{"trust", "management"} }

// noZone is the laboratory seen from wherever we are.
func noZone() string { return strings.Replace(siteText, ", zone: management}", "}", 1) }

// recountDrift tallies everything from scratch and compares it with what was kept.
func recountDrift(t testing.TB, d *Drift) {
	t.Helper()
	fresh := Compare(d.Earlier, d.Later, d.seen)
	if fresh.Total != d.Total {
		t.Errorf("total: kept %+v, counted %+v", d.Total, fresh.Total)
	}
	n := 0
	for _, k := range d.Total.ByChange {
		n += k
	}
	if want := d.Later.Scope.Plan.Flows() + len(d.Missing); n != want {
		t.Errorf("%d changes, want one for each of %d flows", n, want)
	}
	for name, pair := range map[string][2]map[string]*DriftTally{
		"rule": {d.ByRule, fresh.ByRule}, "service": {d.ByService, fresh.ByService},
	} {
		var sum DriftTally
		for key, tally := range pair[0] {
			if want := driftTally(pair[1], key); *want != *tally {
				t.Errorf("%s %s: kept %+v, counted %+v", name, key, *tally, *want)
			}
			for c, k := range tally.ByChange {
				sum.ByChange[c] += k
			}
		}
		if sum.ByChange != d.Total.ByChange {
			t.Errorf("by %s: %v, in all %v", name, sum.ByChange, d.Total.ByChange)
		}
	}
}

// A run over fewer hosts, services or ports is not a fix: what it leaves out is listed, and what deviated there
// is uncovered.
func TestCompareWithASmallerRun(t *testing.T) {
	t.Parallel()
	everything := map[string]probes.Cell{"redfish": seen(probes.OpenProto), "cim-http": seen(probes.OpenProto), "sftp-rfc913": seen(probes.RstHost)}
	before := driftSide{cells: everything}.results(t)
	rows := []struct {
		name    string
		after   driftSide
		missing int // flows that only the earlier run has
		want    string
	}{
		{"host gone", driftSide{site: strings.Replace(siteText, "[198.18.1.4/30], exclude: [198.18.1.6]", "[198.18.2.9]", 1)},
			len(bmcServices(before)), "cim-http uncovered, redfish lost, sftp-rfc913 uncovered"},
		{"host left out", driftSide{opt: Options{Targets: []netip.Prefix{netip.MustParsePrefix("198.18.0.20/32")}}},
			-1, "cim-http uncovered, redfish lost, sftp-rfc913 uncovered"},
		{"service left out", driftSide{opt: Options{Services: []string{"redfish", "cim-http"}}, cells: map[string]probes.Cell{"redfish": seen(probes.OpenProto)}},
			-1, "sftp-rfc913 uncovered"},
		{"another port", driftSide{site: siteText + "services: {cim-http: {ports: [15988]}}\n", cells: everything},
			-1, "cim-http uncovered"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			d := Compare(before, row.after.results(t), Seen{})
			recountDrift(t, d)
			if !slices.IsSorted(d.Missing) || row.missing >= 0 && len(d.Missing) != row.missing {
				t.Errorf("%d missing, want %d: %v", len(d.Missing), row.missing, d.Missing)
			}
			var got []string
			for i, id := range d.Missing {
				f := before.Finding(id)
				switch {
				case f.Target.String() != "198.18.1.5":
				case d.OfMissing(i) == Uncovered:
					got = append(got, f.ServiceID()+" uncovered")
				case d.LostMissing(i):
					got = append(got, f.ServiceID()+" lost")
				}
			}
			slices.Sort(got)
			if text := strings.Join(got, ", "); text != row.want {
				t.Errorf("missing: %s, want %s", text, row.want)
			}
			if d.Total.Of(Absent) != 0 {
				t.Errorf("a smaller run looks like a fix: %+v", d.Total)
			}
		})
	}
}

// bmcServices lists the endpoints of a controller of the laboratory.
func bmcServices(r *Results) []probes.Endpoint {
	for g := range r.Scope.Places {
		if r.Scope.Places[g].Role == "bmc" {
			return r.Scope.Plan.Groups[g].Endpoints
		}
	}
	return nil
}

// The same hosts in another order of groups and with other numbers compare by what they are.
func TestCompareNeverByNumber(t *testing.T) {
	t.Parallel()
	cells := map[string]probes.Cell{"redfish": seen(probes.OpenProto), "cim-http": seen(probes.OpenProto)}
	before := driftSide{cells: cells}.results(t)
	after := driftSide{cells: cells, site: strings.Replace(siteText,
		"  - {role: bmc, addresses: [198.18.1.4/30], exclude: [198.18.1.6]}\n  - {role: appliance, addresses: [198.18.0.20, \"fd00:20::20\"]}\n",
		"  - {role: appliance, addresses: [198.18.0.20, \"fd00:20::20\"]}\n  - {role: bmc, addresses: [198.18.1.5, 198.18.2.9]}\n", 1)}.results(t)
	d := Compare(before, after, Seen{})
	id := flowOf(t, after.Scope, "198.18.1.5", "cim-http", probes.TCP).ID
	old, ok := d.BeforeFlow(id)
	if !ok || old == id || before.Finding(old).Target != after.Finding(id).Target {
		t.Errorf("flow %d was %d (%v)", id, old, ok)
	}
	if d.Of(id) != Unchanged || d.Total.Standing != 1 || !d.Total.Quiet() || len(d.Missing) != 0 {
		t.Errorf("%s, %+v, %d missing", d.Of(id), d.Total, len(d.Missing))
	}
}

func TestCompareFingerprints(t *testing.T) {
	t.Parallel()
	cells := map[string]probes.Cell{"redfish": seen(probes.OpenProto), "cim-http": seen(probes.OpenProto)}
	look := func(answer string) func(probes.FlowID) (*probes.Observation, bool) {
		return func(id probes.FlowID) (*probes.Observation, bool) {
			return &probes.Observation{Flow: id, Class: probes.OpenProto, Evidence: probes.Evidence{SHA256: answer}}, answer != ""
		}
	}
	for _, row := range []struct{ before, after, want string }{
		{"aa", "aa", "unchanged"}, {"aa", "bb", "updated [fingerprint]"}, {"aa", "", "unchanged"}, {"", "bb", "unchanged"},
	} {
		d := Compare(driftSide{cells: cells}.results(t), driftSide{cells: cells}.results(t), Seen{look(row.before), look(row.after)})
		id := flowOf(t, d.Later.Scope, "198.18.1.5", "cim-http", probes.TCP).ID
		if got := driftWords(d, id); got != row.want {
			t.Errorf("%q then %q: %s, want %s", row.before, row.after, got, row.want)
		}
	}
}

// While the later run goes on, each host is compared again, and the tallies stay right.
func TestDriftFollowsTheRun(t *testing.T) {
	t.Parallel()
	cells := map[string]probes.Cell{"redfish": seen(probes.OpenProto), "cim-http": seen(probes.OpenProto)}
	after := driftSide{}.results(t)
	d := Compare(driftSide{cells: cells}.results(t), after, Seen{})
	if d.Total.Of(Uncovered) != 1 || d.Total.Lost != 1 {
		t.Errorf("at the start: %+v", d.Total)
	}
	for _, step := range []struct {
		service string
		class   probes.Class
		want    Change
	}{
		{"redfish", probes.OpenProto, Unchanged}, {"cim-http", probes.OpenProto, Unchanged}, {"sftp-rfc913", probes.OpenProto, New},
		{"cim-http", probes.SilenceUnproven, Absent}, {"cim-http", probes.RstHost, Updated},
	} {
		id := see(t, after, "198.18.1.5", step.service, probes.TCP, seen(step.class))
		d.Update(after.Scope.Plan.Flow(id).Host)
		if d.Of(id) != step.want {
			t.Errorf("%s %s: %s, want %s", step.service, step.class, d.Of(id), step.want)
		}
		recountDrift(t, d)
		if host := d.OfHost(netip.MustParseAddr("198.18.1.5")); host.Of(New) != d.Total.Of(New) || host.Of(Absent) != d.Total.Of(Absent) {
			t.Errorf("of the host: %+v, in all %+v", host, d.Total)
		}
	}
}

func TestDriftTallies(t *testing.T) {
	t.Parallel()
	open := seen(probes.OpenProto)
	before := driftSide{cells: map[string]probes.Cell{"redfish": open, "cim-http": open}}.results(t)
	after := driftSide{
		cells: map[string]probes.Cell{"redfish": open, "cim-http": seen(probes.SilenceUnproven), "upnp-psblock": open},
		opt:   Options{Targets: []netip.Prefix{netip.MustParsePrefix("198.18.1.5/32")}},
	}.results(t)
	d := Compare(before, after, Seen{})
	if got := d.ByRule["clear_text_mgmt"].Of(Absent); got != 1 {
		t.Errorf("rule: %d absent", got)
	}
	if got := d.ByRule[""].Of(New); got != 1 {
		t.Errorf("default: %d new", got)
	}
	if got := d.ByService["upnp-psblock"]; got.Failing(5) != 1 || got.Failing(0) != 1 || got.FirstSeen != 1 {
		t.Errorf("service: %+v", got)
	}
	if got := d.OfHost(netip.MustParseAddr("198.18.0.20")); got.Of(Unchanged) == 0 || !got.Quiet() {
		t.Errorf("a host that only the earlier run has: %+v", got)
	}
	if got := d.RuleIDs(); got[0] != "infra_mgmt_web" || got[len(got)-1] != "" {
		t.Errorf("rules: %v", got)
	}
	if e := d.ExtentOf(Selection{}); e.Tested != 2 || e.Common != d.Common || e.Common != after.Scope.Plan.Flows() || e.Missing != len(d.Missing) {
		t.Errorf("extent %+v, %d in common of %d", e, d.Common, after.Scope.Plan.Flows())
	}
}

func TestChangeNames(t *testing.T) {
	t.Parallel()
	if len(Changes()) != int(changeCount) {
		t.Errorf("%d changes listed", len(Changes()))
	}
	for _, c := range Changes() {
		if back, ok := ParseChange(c.String()); !ok || back != c {
			t.Errorf("%s reads back as %s", c, back)
		}
	}
	if _, ok := ParseChange("fixed"); ok {
		t.Error("an unknown change was read")
	}
}
