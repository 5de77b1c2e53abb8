package report

import (
	"net/netip"
	"testing"
	"time"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/probes"
)

const siteText = `schema: oobscope.site/v1
name: lab
zones:
  management: [198.18.0.0/22]
  internal: [198.18.64.0/18]
vantage: {name: jump1, zone: management}
targets:
  - {role: bmc, addresses: [198.18.1.5, 198.18.1.6]}
  - {role: resolver, addresses: [198.18.64.53]}
defaults: {interzone: drop, intrazone: allow}
enforcement: {on_link: true}
waivers:
  - {id: w-1, rule: clear_text_mgmt, target: 198.18.1.6, service: cim-http, verdict: exposed,
     reason: replaced soon, requested_by: netops, approved_by: security, starts: 2026-11-01, expires: 2027-01-31}
  - {id: w-2, rule: clear_text_mgmt, target: 198.18.1.5, service: ipmi, verdict: exposed,
     reason: replaced, requested_by: netops, approved_by: security, starts: 2026-05-01, expires: 2026-06-30}
`

// hostile is what a kit, a site or a host may send to break a report.
const hostile = "=cmd|' /C calc'!A1 | <b>[x](http://e.example)</b> `\x1b[31m\u202e\u009b31m"

func rule(app string, risk int, action kits.Action, from, to string) kits.Rule {
	return kits.Rule{App: kits.Application{ID: app, Risk: risk}, Action: action, From: []string{from}, To: []string{to}}
}

// source is a finished run in which every kind of line occurs: conforming, exposed, waived, failed,
// unverifiable and not tested, with a kit that means harm.
func source(t testing.TB) Source {
	t.Helper()
	kit := &kits.Kit{ID: "lab_kit", Version: "1.0.0", Digest: "00ff", Rules: []kits.Rule{
		rule("bmc_management", 4, kits.Allow, "management", "management"),
		rule("dns", 2, kits.Allow, "internal", "internal"),
		rule("firmware_update", 3, kits.Allow, "management", "internet"),
		rule("clear_text_mgmt", 4, kits.Drop, "management", "management"),
		rule(hostile, 3, kits.Allow, "management", "management"),
	}}
	site, err := audit.ReadSite("site.yaml", []byte(siteText))
	if err != nil {
		t.Fatal(err)
	}
	v := audit.Vantage{Name: "jump1", Path: func(netip.Addr) (audit.Path, bool) {
		return audit.Path{Source: netip.MustParseAddr("198.18.0.9"), Interface: "eth0"}, true
	}}
	scope, err := audit.NewScope([]*kits.Kit{kit}, site, v, audit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := audit.NewResults(scope)
	r.Offender = func(uint16) string { return "198.18.0.1" }
	answers := observations(r)
	evidence := func(id probes.FlowID) (*probes.Observation, bool) { o, ok := answers[id]; return o, ok }
	r.SetGates(probes.Gates{ControlSent: 8, TaintSent: 4, TaintLost: 1, PacketsSent: 60, Conversations: 30})
	started := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	r.ApplyWaivers(started, evidence)
	return Source{
		Run: audit.Run{
			ID: "01JDAAAAAAAAAAAAAAAAAAAAAA", Site: "lab", Kits: []string{"lab_kit@1.0.0"}, Vantage: "jump1",
			Zone: "management", Tool: "0.1.0", Started: started, Ended: started.Add(21 * time.Second),
			State: audit.RunComplete,
		},
		Results: r, Evidence: evidence, Exit: audit.ExitCode(r, 2, true),
	}
}

// observations fills the results and returns what was seen, by flow.
func observations(r *audit.Results) map[probes.FlowID]*probes.Observation {
	seen := map[string]probes.Cell{
		"198.18.1.5 redfish":       {Class: probes.OpenProto, Weak: probes.WeakSet(0).With(probes.TLSSelfSigned)},
		"198.18.1.5 cim-https":     {Class: probes.RstUnknown},
		"198.18.1.5 icmp-echo":     {Class: probes.ProbeError, Reason: probes.NoPermission},
		"198.18.1.5 cim-http":      {Class: probes.OpenProto, Weak: probes.WeakSet(0).With(probes.CIMNoLogin)},
		"198.18.1.5 sftp-rfc913":   {Class: probes.SilenceUnproven, Attempts: 2},
		"198.18.1.5 ipmi":          {Class: probes.SilenceUnproven, Attempts: 3},
		"198.18.1.5 upnp-psblock":  {Class: probes.OpenMute, Attempts: 1},
		"198.18.1.5 control-panel": {Class: probes.Prohibited, Offender: 1, ICMPType: 3, ICMPCode: 13},
		"198.18.1.6 redfish":       {Class: probes.OpenProto, RTT: 1234, At: 1500, Attempts: 1},
		"198.18.1.6 cim-http":      {Class: probes.OpenProto, Attempts: 1},
		"198.18.1.6 ipmi":          {Class: probes.ProbeError, Reason: probes.WentQuiet},
	}
	out := map[probes.FlowID]*probes.Observation{}
	for i := range r.Hosts {
		h := r.Scope.Plan.Host(i)
		cells := make([]probes.Cell, h.Count)
		for slot, e := range r.Scope.Plan.Groups[h.Group].Endpoints {
			c, ok := seen[h.Addr.String()+" "+e.Service]
			if !ok {
				continue
			}
			cells[slot] = c
			o := &probes.Observation{Flow: h.First + probes.FlowID(slot), Class: c.Class, Weak: c.Weak}
			if c.Class == probes.OpenProto {
				o.Evidence.Banner, o.Evidence.SHA256 = "HTTP/1.1 200 OK "+hostile, "aa"
				o.Evidence.Add("server", "test")
			}
			out[o.Flow] = o
		}
		r.Update(i, cells, probes.HostState{})
	}
	return out
}
