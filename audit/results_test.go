package audit

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"oobscope/probes"
)

func TestResultsLiveness(t *testing.T) {
	t.Parallel()
	r := labResults(t)
	silent := probes.Cell{Class: probes.SilenceUnproven, Attempts: 2}
	id := see(t, r, "198.18.1.5", "cim-http", probes.TCP, silent)
	if got := said(r.Judged[id]); got != "unverifiable/liveness" {
		t.Errorf("silence of an unknown host: %s", got)
	}
	see(t, r, "198.18.1.5", "redfish", probes.TCP, probes.Cell{Class: probes.RstUnknown})
	if got := said(r.Judged[id]); got != "unverifiable/liveness" {
		t.Errorf("a reset that a firewall may have forged is no sign of life: %s", got)
	}
	see(t, r, "198.18.1.5", "redfish", probes.TCP, probes.Cell{Class: probes.OpenProto})
	if got := said(r.Judged[id]); got != "conforms" {
		t.Errorf("silence of a live host: %s", got)
	}
	if by := r.Finding(id).AliveBy; by != "redfish" {
		t.Errorf("alive by %q, want redfish", by)
	}
	udp := see(t, r, "198.18.1.5", "ipmi", probes.UDP, silent)
	if got := said(r.Judged[udp]); got != "unverifiable/udp_silent" {
		t.Errorf("udp silence without a control: %s", got)
	}
	f := r.Scope.Plan.Flow(udp)
	r.Update(f.Host, r.Cells[:0], probes.HostState{Flags: probes.HostUDPControl})
	if got := said(r.Judged[udp]); got != "conforms" {
		t.Errorf("udp silence with a control: %s", got)
	}
	recount(t, r)
}

func TestResultsSignsOfLife(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name string
		cell probes.Cell
		host probes.HostFlags
		want bool
	}{
		{"protocol", probes.Cell{Class: probes.OpenProto}, 0, true},
		{"other protocol", probes.Cell{Class: probes.OpenOther}, 0, true},
		{"accepted", probes.Cell{Class: probes.OpenMute}, 0, true},
		{"accepted where everything is", probes.Cell{Class: probes.OpenMute}, probes.HostFakesOpen, false},
		{"cut by the host", probes.Cell{Class: probes.OpenCut}, 0, true},
		{"cut in between", probes.Cell{Class: probes.OpenCut, Flags: probes.CutMid}, 0, false},
		{"reset by the host", probes.Cell{Class: probes.RstHost}, 0, true},
		{"reset in between", probes.Cell{Class: probes.RstMid}, 0, false},
		{"reset by somebody", probes.Cell{Class: probes.RstUnknown}, 0, false},
		{"port unreachable", probes.Cell{Class: probes.PortUnreach, Offender: probes.OffenderTarget}, 0, true},
		{"port unreachable in between", probes.Cell{Class: probes.PortUnreachMid, Offender: 1}, 0, false},
		{"prohibited by the target", probes.Cell{Class: probes.Prohibited, Offender: probes.OffenderTarget}, 0, true},
		{"prohibited in between", probes.Cell{Class: probes.Prohibited, Offender: 1}, 0, false},
		{"the closed udp port", probes.Cell{}, probes.HostUDPControl, true},
		{"an echo", probes.Cell{}, probes.HostEcho, true},
		{"nothing", probes.Cell{Class: probes.SilenceUnproven}, probes.HostHonest, false},
	}
	for _, row := range rows {
		r := labResults(t)
		f := flowOf(t, r.Scope, "198.18.1.5", "redfish", probes.TCP)
		h := r.Scope.Plan.Host(f.Host)
		cells := make([]probes.Cell, h.Count)
		cells[f.Slot] = row.cell
		r.Update(f.Host, cells, probes.HostState{Flags: row.host})
		if got := r.aliveBy(h) != ""; got != row.want {
			t.Errorf("%s: alive %v, want %v", row.name, got, row.want)
		}
	}
}

func TestResultsGates(t *testing.T) {
	t.Parallel()
	r := labResults(t)
	see(t, r, "198.18.1.5", "redfish", probes.TCP, probes.Cell{Class: probes.OpenProto})
	silent := see(t, r, "198.18.1.5", "cim-http", probes.TCP, probes.Cell{Attempts: 2, Class: probes.SilenceUnproven})
	mute := see(t, r, "198.18.1.5", "upnp-psblock", probes.TCP, probes.Cell{Class: probes.OpenMute})
	check := func(when, wantSilent, wantMute string) {
		t.Helper()
		if got := said(r.Judged[silent]); got != wantSilent {
			t.Errorf("%s: silence %s, want %s", when, got, wantSilent)
		}
		if got := said(r.Judged[mute]); got != wantMute {
			t.Errorf("%s: mute %s, want %s", when, got, wantMute)
		}
		recount(t, r)
	}
	check("all is well", "conforms", "undeclared/l4_only")
	r.SetGates(probes.Gates{ControlSent: 10, ControlLost: 3})
	check("lossy", "unverifiable/lossy", "undeclared/l4_only")
	r.SetGates(probes.Gates{ControlSent: 20, ControlLost: 2, CanaryAnswered: []string{"198.18.3.250:443"}})
	check("proxied", "conforms", "unverifiable/syn_proxy")
	r.SetGates(probes.Gates{CanarySpoke: []string{"icmp 198.18.3.250", "udp 198.18.3.250:443"}})
	check("alive by what no canary answers", "conforms", "undeclared/l4_only")
	r.SetGates(probes.Gates{ControlSent: 20, ControlLost: 2, CanarySpoke: []string{"tcp 198.18.3.250:80"}, CanaryAnswered: []string{"198.18.3.250:80"}})
	check("alive by nothing that a canary does not answer", "unverifiable/liveness", "unverifiable/syn_proxy")
	r.SetGates(probes.Gates{ControlSent: 20, ControlLost: 2, TriesSent: 200, TriesLost: 38})
	check("asked too seldom for such a path", "unverifiable/lossy", "undeclared/l4_only")
	see(t, r, "198.18.1.5", "cim-http", probes.TCP, probes.Cell{Attempts: 3, Class: probes.SilenceUnproven})
	check("asked often enough", "conforms", "undeclared/l4_only")
	r.SetGates(probes.Gates{LossyUntil: 4000})
	check("asked while too much was lost", "unverifiable/lossy", "undeclared/l4_only")
	see(t, r, "198.18.1.5", "cim-http", probes.TCP, probes.Cell{Attempts: 2, Class: probes.SilenceUnproven, At: 4000})
	check("asked after it", "conforms", "undeclared/l4_only")
	f := r.Scope.Plan.Flow(silent)
	r.SetGates(probes.Gates{Limited: []probes.Slot{{Group: f.Group, Slot: f.Slot + 1}}})
	check("another kind is limited", "conforms", "undeclared/l4_only")
	r.SetGates(probes.Gates{Limited: []probes.Slot{{Group: f.Group, Slot: f.Slot}, {Group: 9, Slot: 9}}})
	check("limited", "unverifiable/icmp_limited", "undeclared/l4_only")
	r.SetGates(probes.Gates{RefusedHere: 2})
	check("packets were dropped here", "unverifiable/egress", "undeclared/l4_only")
	see(t, r, "198.18.1.5", "cim-http", probes.TCP, probes.Cell{Attempts: 2, Class: probes.SilenceUnproven, Flags: probes.Left})
	check("packets were dropped here, but not these", "conforms", "undeclared/l4_only")
	r.SetGates(probes.Gates{})
	see(t, r, "198.18.1.5", "cim-http", probes.TCP, probes.Cell{Attempts: 2, Class: probes.SilenceUnproven, Flags: probes.Held})
	check("a capture missed them", "unverifiable/egress", "undeclared/l4_only")
	see(t, r, "198.18.1.5", "cim-http", probes.TCP, probes.Cell{Attempts: 2, Class: probes.SilenceUnproven})
	check("well again", "conforms", "undeclared/l4_only")
	r.Update(f.Host, nil, probes.HostState{ControlSent: 5, ControlLost: 2})
	check("lossy host", "unverifiable/lossy", "undeclared/l4_only")
	r.Update(f.Host, nil, probes.HostState{Flags: probes.HostQuiet})
	check("quiet host", "unverifiable/went_quiet", "undeclared/l4_only")
	r.Update(f.Host, nil, probes.HostState{Flags: probes.HostFakesOpen})
	check("host that accepts all", "conforms", "unverifiable/syn_proxy")
}

// An echo that nobody's address gives as well proves nothing of a host.
func TestAnEchoOfAnImpostorIsNoLife(t *testing.T) {
	t.Parallel()
	r := labResults(t)
	f := flowOf(t, r.Scope, "198.18.1.5", "icmp-echo", probes.ICMP)
	h := r.Scope.Plan.Host(f.Host)
	cells := make([]probes.Cell, h.Count)
	cells[f.Slot] = probes.Cell{Class: probes.OpenProto}
	for _, flags := range []probes.HostFlags{0, probes.HostEcho} { // the echo is a flow, and then a control
		r.Update(f.Host, cells, probes.HostState{Flags: flags})
		r.SetGates(probes.Gates{CanarySpoke: []string{"udp 198.18.3.250:53"}})
		if r.aliveBy(h) == "" {
			t.Errorf("flags %b: a name server in between takes the life of a host that echoes", flags)
		}
		r.SetGates(probes.Gates{CanarySpoke: []string{"icmp 198.18.3.250"}})
		if by := r.aliveBy(h); by != "" {
			t.Errorf("flags %b: alive by %q", flags, by)
		}
		if got := said(r.Judged[f.ID]); flags == 0 && got != "unverifiable/impostor" {
			t.Errorf("the echo is %s", got)
		}
		cells[f.Slot] = probes.Cell{}
	}
}

func TestResultsOffender(t *testing.T) {
	t.Parallel()
	site := mustSite(t, siteText)
	site.Vantage.Zone = ""
	k := labKit()
	k.Rules[6].From = []string{"trust"}
	r := NewResults(mustScope(t, k, site, from("198.18.90.7"), Options{}))
	r.Offender = func(i uint16) string { return [...]string{"", "198.18.1.1", "198.18.90.1"}[i] }
	rows := []struct {
		name     string
		offender uint16
		want     string
	}{
		{"unknown", 0, "unverifiable/unreach_origin"},
		{"a router in the target's zone", 1, "not_enforced/forwarded"},
		{"a router on our side", 2, "unverifiable/unreach_origin"},
		{"the target", probes.OffenderTarget, "not_enforced/forwarded"},
	}
	for _, row := range rows {
		id := see(t, r, "198.18.1.5", "cim-http", probes.TCP, probes.Cell{Class: probes.Unreach, Offender: row.offender, ICMPType: 3, ICMPCode: 1})
		if got := said(r.Judged[id]); got != row.want {
			t.Errorf("%s: %s, want %s", row.name, got, row.want)
		}
	}
	same := labResults(t)
	same.Offender = r.Offender
	id := see(t, same, "198.18.1.5", "cim-http", probes.TCP, probes.Cell{Class: probes.Unreach, Offender: 1})
	if got := said(same.Judged[id]); got != "unverifiable/unreach_origin" {
		t.Errorf("inside one zone an address does not tell the side: %s", got)
	}
}

func TestResultsRejectsAs(t *testing.T) {
	t.Parallel()
	site := &Site{RejectWith: []string{"host-unreachable"}}
	rows := []struct {
		v4   bool
		code uint8
		want bool
	}{{true, 1, true}, {true, 0, false}, {true, 3, false}, {false, 3, true}, {false, 0, false}, {false, 1, false}}
	for _, row := range rows {
		if got := site.rejectsAs(row.v4, &probes.Cell{ICMPCode: row.code}); got != row.want {
			t.Errorf("v4 %v code %d: %v, want %v", row.v4, row.code, got, row.want)
		}
	}
	site.RejectWith = []string{"net-unreachable"}
	if !site.rejectsAs(true, &probes.Cell{}) || !site.rejectsAs(false, &probes.Cell{}) {
		t.Error("code 0 is net unreachable in both families")
	}
}

func TestResultsOfWhatAnotherRunSaw(t *testing.T) {
	t.Parallel()
	r := labResults(t)
	mute := see(t, r, "198.18.1.5", "redfish", probes.TCP, probes.Cell{Class: probes.OpenMute, Flags: probes.AnsweredBefore})
	lost := see(t, r, "198.18.1.5", "cim-https", probes.TCP, probes.Cell{Class: probes.Unreach, Flags: probes.AliveBefore})
	if got := said(r.Judged[mute]); got != "broken/l7" {
		t.Errorf("mute after an answer: %s", got)
	}
	if got := said(r.Judged[lost]); got != "broken/no_path" {
		t.Errorf("no path to a host that is alive elsewhere: %s", got)
	}
	recount(t, r)
}

func TestResultsMarksAndWorst(t *testing.T) {
	t.Parallel()
	r := labResults(t)
	host := r.Scope.Plan.Flow(flowOf(t, r.Scope, "198.18.1.5", "redfish", probes.TCP).ID).Host
	steps := []struct {
		service string
		class   probes.Class
		want    Mark
	}{
		{"redfish", probes.OpenProto, MarkConforms},
		{"cim-https", probes.HostDown, MarkUnverifiable},
		{"slp", probes.ProbeError, MarkError},
		{"icmp-echo", probes.RstHost, MarkInfo},
		{"sftp-rfc913", probes.RstHost, MarkMedium},
		{"cim-http", probes.OpenProto, MarkHigh},
		{"upnp-psblock", probes.OpenProto, MarkCritical},
	}
	if r.HostMark(host) != MarkWaiting {
		t.Error("a host starts waiting")
	}
	for _, s := range steps {
		proto := probes.TCP
		if s.service == "icmp-echo" {
			proto = probes.ICMP
		}
		see(t, r, "198.18.1.5", s.service, proto, probes.Cell{Class: s.class})
		if got := r.HostMark(host); got != s.want {
			t.Errorf("after %s: mark %d, want %d", s.service, got, s.want)
		}
	}
	see(t, r, "198.18.0.20", "cim-http", probes.TCP, probes.Cell{Class: probes.OpenProto})
	var got []string
	for _, id := range r.Worst(10) {
		f := r.Finding(id)
		got = append(got, f.Target.String()+" "+f.ServiceID())
	}
	want := []string{"198.18.1.5 upnp-psblock", "198.18.1.5 cim-http", "198.18.0.20 cim-http", "198.18.1.5 sftp-rfc913", "198.18.1.5 icmp-echo"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("worst: %v, want %v", got, want)
	}
	if n := len(r.Worst(2)); n != 2 {
		t.Errorf("the worst two are %d", n)
	}
	if n := len(r.Worst(-1)); n != 0 {
		t.Errorf("none asked, %d got", n)
	}
}

func TestResultsRollUps(t *testing.T) {
	t.Parallel()
	r := labResults(t)
	see(t, r, "198.18.1.5", "cim-http", probes.TCP, probes.Cell{Class: probes.OpenProto, Weak: probes.WeakSet(0).With(probes.CIMNoLogin)})
	see(t, r, "198.18.1.5", "redfish", probes.TCP, probes.Cell{Class: probes.OpenProto})
	control := r.ControlStatus("block_cleartext_management")
	if control.Of(Exposed) != 1 || control.Of(Conforms) != 0 || control.Worst != 4 {
		t.Errorf("control: %+v", control)
	}
	if got := r.TechniqueStatus("T1557"); got.Of(Exposed) != 1 || got.Of(Conforms) != 1 {
		t.Errorf("technique: %+v", got)
	}
	if got := r.TechniqueStatus("T0000"); got.Flows() != 0 {
		t.Errorf("unknown technique: %+v", got)
	}
	if got := r.ByService["cim-http"].Of(Exposed); got != 1 {
		t.Errorf("service: %d exposed", got)
	}
	if got := r.ByZones[[2]string{"management", "management"}].Of(Exposed); got != 1 {
		t.Errorf("zones: %d exposed", got)
	}
	if r.Weak[probes.CIMNoLogin] != 1 {
		t.Errorf("weaknesses: %v", r.Weak)
	}
	see(t, r, "198.18.1.5", "cim-http", probes.TCP, probes.Cell{Class: probes.SilenceUnproven})
	if r.Weak[probes.CIMNoLogin] != 0 || r.ControlStatus("block_cleartext_management").Worst != 0 {
		t.Error("what is no longer seen must not be counted")
	}
}

func TestResultsStayRightUnderAnyOrder(t *testing.T) {
	t.Parallel()
	r := labResults(t)
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 400 {
		host := rnd.IntN(r.Scope.Plan.Hosts())
		cells := make([]probes.Cell, r.Scope.Plan.Host(host).Count)
		for i := range cells {
			cells[i] = probes.Cell{Class: probes.Class(rnd.IntN(17)), Weak: probes.WeakSet(rnd.IntN(8)), Attempts: uint8(rnd.IntN(2))}
		}
		r.Update(host, cells, probes.HostState{Flags: probes.HostFlags(rnd.IntN(32))})
		switch rnd.IntN(20) {
		case 0:
			r.SetGates(probes.Gates{ControlSent: 10, ControlLost: rnd.IntN(5)})
		case 1, 2:
			r.LearnGates(probes.Gates{ControlSent: 10, ControlLost: rnd.IntN(5)})
		case 3, 4, 5:
			r.CatchUp(rnd.IntN(3))
		}
	}
	recount(t, r)
	r.CatchUp(len(r.Hosts))
	recount(t, r)
	fresh := NewResults(r.Scope)
	fresh.SetGates(r.Gates)
	for i := range r.Hosts {
		h := r.Scope.Plan.Host(i)
		fresh.Update(i, r.Cells[h.First:][:h.Count], r.Hosts[i])
	}
	if !slices.Equal(fresh.Judged, r.Judged) || !slices.Equal(fresh.Marks, r.Marks) || fresh.Weak != r.Weak {
		t.Error("to judge again what changed is not to judge everything")
	}
	worst := r.Worst(1 << 20)
	if len(worst) != r.Total.Deviations() {
		t.Errorf("%d worst, %d deviations", len(worst), r.Total.Deviations())
	}
	for i := 1; i < len(worst); i++ {
		if r.Judged[worst[i]].Severity > r.Judged[worst[i-1]].Severity {
			t.Fatal("not the worst first")
		}
	}
}

func TestFindingOfWhatWaits(t *testing.T) {
	t.Parallel()
	r := labResults(t)
	f := r.Finding(0)
	if f.Verdict != NotTested || f.Reason != Interrupted {
		t.Errorf("a flow without an observation reads %s", said(f.Judgement))
	}
	n := 0
	r.LeftFindings(func(f Finding) bool { n++; return f.Verdict == NotTested && n < 1 })
	if n != 1 {
		t.Errorf("%d lines after being told to stop", n)
	}
}

func TestExitCode(t *testing.T) {
	t.Parallel()
	fill := func(class probes.Class, intent func(Intent) bool) *Results {
		r := labResults(t)
		for i := range r.Hosts {
			h := r.Scope.Plan.Host(i)
			cells := make([]probes.Cell, h.Count)
			for slot, d := range r.Scope.Places[h.Group].Decisions {
				cells[slot] = probes.Cell{Class: probes.SilenceUnproven}
				if d.Intent == IntentAllow {
					cells[slot].Class = probes.OpenProto
				}
				if intent(d.Intent) {
					cells[slot].Class = class
				}
			}
			r.Update(i, cells, probes.HostState{Flags: probes.HostUDPControl})
		}
		return r
	}
	never := func(Intent) bool { return false }
	always := func(Intent) bool { return true }
	drop := func(i Intent) bool { return i == IntentDrop }
	rows := []struct {
		name     string
		r        *Results
		failOn   uint8
		complete bool
		want     int
	}{
		{"all conforms", fill(0, never), 2, true, ExitFine},
		{"stopped", fill(0, never), 2, false, ExitIncomplete},
		{"exposed", fill(probes.OpenProto, drop), 2, true, ExitDeviation},
		{"exposed and stopped", fill(probes.OpenProto, drop), 2, false, ExitDeviation},
		{"exposed below the limit", fill(probes.OpenProto, drop), 5, true, ExitFine},
		{"wrong mode is info", fill(probes.RstMid, drop), 2, true, ExitFine},
		{"wrong mode, asked for", fill(probes.RstMid, drop), 1, true, ExitDeviation},
		{"a limit of zero is one", fill(probes.RstMid, drop), 0, true, ExitDeviation},
		{"failed probes", fill(probes.ProbeError, drop), 2, true, ExitIncomplete},
		{"nothing answered", fill(probes.HostDown, always), 2, true, ExitIncomplete},
		{"nothing observed", labResults(t), 2, true, ExitIncomplete},
		{"some unverifiable", fill(probes.HostDown, drop), 2, true, ExitFine},
	}
	for _, row := range rows {
		if got := ExitCode(row.r, row.failOn, row.complete); got != row.want {
			t.Errorf("%s: exit %d, want %d (%+v)", row.name, got, row.want, row.r.Total)
		}
	}
}
