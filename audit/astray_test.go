package audit

import (
	"net/netip"
	"strings"
	"testing"

	"oobscope/probes"
)

func TestAstray(t *testing.T) {
	t.Parallel()
	s := labResults(t).Scope
	f := flowOf(t, s, "198.18.1.5", "redfish", probes.TCP)
	for name, c := range map[string]struct {
		source string
		onLink bool
		none   bool
		want   string
	}{
		"as planned":               {source: "198.18.0.9"},
		"another address of it":    {source: "198.18.0.200"},
		"from another zone":        {source: "198.18.90.4", want: "packets to 198.18.1.5 would leave from 198.18.90.4 in zone trust now; it was planned from 198.18.0.9 in zone management"},
		"nothing leads there":      {none: true, want: "no route leads to 198.18.1.5 now"},
		"past the firewall":        {source: "198.18.0.9", onLink: true, want: "198.18.1.5 is reached on the link now; it was planned through a gateway"},
		"a zone nobody thought of": {source: "203.0.113.4", want: "203.0.113.4 in "},
	} {
		now := Path{OnLink: c.onLink}
		if !c.none {
			now.Source = netip.MustParseAddr(c.source)
		}
		err := s.Astray(f.Group, f.Addr, now, !c.none)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// What nobody vouches for is no silence: in a run that was cut off, that of a host whose checks were not made; in any run,
// what the engine has marked so. While a run is under way the checks are still to come.
func TestSilenceThatNobodyVouchesFor(t *testing.T) {
	t.Parallel()
	r := labResults(t)
	see(t, r, "198.18.1.5", "redfish", probes.TCP, probes.Cell{Class: probes.OpenProto})
	silent := see(t, r, "198.18.1.5", "cim-http", probes.TCP, probes.Cell{Class: probes.SilenceUnproven, Attempts: 2})
	host := r.Scope.Plan.Flow(silent).Host
	check := func(when, want string) {
		t.Helper()
		if got := said(r.Judged[silent]); got != want {
			t.Errorf("%s: %s, want %s", when, got, want)
		}
		recount(t, r)
	}
	check("under way", "conforms")
	r.CutOff = true
	r.Update(host, nil, probes.HostState{})
	check("cut off", "unverifiable/liveness")
	r.Update(host, nil, probes.HostState{Flags: probes.HostDone})
	check("cut off behind its checks", "conforms")
	see(t, r, "198.18.1.5", "cim-http", probes.TCP, probes.Cell{Class: probes.SilenceUnproven, Attempts: 2, Reason: probes.Unvouched})
	check("of an earlier sitting", "unverifiable/liveness")
	see(t, r, "198.18.1.5", "cim-http", probes.TCP, probes.Cell{Class: probes.SilenceUnproven, Attempts: 2, Reason: probes.Shaken})
	check("a control was lost behind it", "unverifiable/lossy")
	see(t, r, "198.18.1.5", "cim-http", probes.TCP, probes.Cell{Class: probes.SilenceUnproven, Attempts: 2})
	r.SetGates(probes.Gates{LimitOpen: true})
	check("it is open whether a limit hides refusals", "unverifiable/icmp_limited")
	see(t, r, "198.18.1.5", "cim-http", probes.TCP, probes.Cell{Class: probes.SilenceUnproven, Attempts: 2, Flags: probes.Alone})
	check("asked alone", "conforms")
	see(t, r, "198.18.1.5", "cim-http", probes.TCP, probes.Cell{Class: probes.SilenceUnproven, Attempts: 2})
	r.SetGates(probes.Gates{})
	check("no limit hid any", "conforms")
}
