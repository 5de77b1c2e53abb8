package audit

import (
	"strings"
	"testing"
	"time"

	"oobscope/probes"
)

// waivedSite accepts the clear-text CIM of one controller from November to January.
const waivedSite = siteText + `waivers:
  - {id: w-1, rule: clear_text_mgmt, target: 198.18.1.5, service: cim-http, verdict: exposed,
     fingerprint: "FP", reason: replaced soon, requested_by: netops, approved_by: security,
     starts: 2026-11-01, expires: 2027-01-31}
`

func exposedCIM() *probes.Observation {
	return &probes.Observation{Class: probes.OpenProto, Weak: probes.WeakSet(0).With(probes.CIMNoLogin), Evidence: probes.Evidence{SHA256: "aa"}}
}

func TestFingerprint(t *testing.T) {
	t.Parallel()
	base := Fingerprint("cim-http", exposedCIM())
	if len(base) != len("sha256:")+64 || !strings.HasPrefix(base, "sha256:") || base != Fingerprint("cim-http", exposedCIM()) {
		t.Errorf("fingerprint %q", base)
	}
	changes := map[string]func(*probes.Observation){
		"class":     func(o *probes.Observation) { o.Class = probes.OpenOther },
		"weakness":  func(o *probes.Observation) { o.Weak = 0 },
		"answer":    func(o *probes.Observation) { o.Evidence.SHA256 = "bb" },
		"leaf":      func(o *probes.Observation) { o.Evidence.TLS = &probes.TLSFacts{LeafSHA256: "aa"} },
		"time only": func(o *probes.Observation) { o.At, o.RTT = time.Unix(9, 0), time.Second },
	}
	for what, change := range changes {
		o := exposedCIM()
		change(o)
		if same := Fingerprint("cim-http", o) == base; same != (what == "time only") {
			t.Errorf("another %s: same fingerprint %v", what, same)
		}
	}
	if Fingerprint("cim-https", exposedCIM()) == base {
		t.Error("another service has the same fingerprint")
	}
	tls := exposedCIM()
	tls.Evidence.TLS = &probes.TLSFacts{LeafSHA256: "cc"}
	other := exposedCIM()
	other.Evidence.TLS, other.Evidence.SHA256 = &probes.TLSFacts{LeafSHA256: "cc"}, "bb"
	if Fingerprint("redfish", tls) != Fingerprint("redfish", other) {
		t.Error("where there is a certificate, the answer must not matter: it holds the time of day")
	}
}

func TestWaivers(t *testing.T) {
	t.Parallel()
	fp := Fingerprint("cim-http", exposedCIM())
	changed := exposedCIM()
	changed.Evidence.SHA256 = "bb"
	day := func(s string) time.Time {
		d, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	rows := []struct {
		name  string
		now   string
		class probes.Class
		seen  *probes.Observation
		state WaiverState
	}{
		{"counts", "2026-11-22T10:00:00Z", probes.OpenProto, exposedCIM(), WaiverActive},
		{"first moment", "2026-11-01T00:00:00Z", probes.OpenProto, exposedCIM(), WaiverActive},
		{"last moment", "2027-01-31T23:59:59Z", probes.OpenProto, exposedCIM(), WaiverActive},
		{"too early", "2026-10-31T23:59:59Z", probes.OpenProto, exposedCIM(), WaiverEarly},
		{"expired", "2027-02-01T00:00:00Z", probes.OpenProto, exposedCIM(), WaiverExpired},
		{"another service answers", "2026-11-22T10:00:00Z", probes.OpenProto, changed, WaiverVoided},
		{"nothing to compare", "2026-11-22T10:00:00Z", probes.OpenProto, nil, WaiverVoided},
		{"another verdict", "2026-11-22T10:00:00Z", probes.RstHost, exposedCIM(), WaiverUnmatched},
		{"proved to conform", "2026-11-22T10:00:00Z", probes.SilenceUnproven, exposedCIM(), WaiverStale},
		{"not seen", "2026-11-22T10:00:00Z", probes.Unobserved, nil, WaiverUnmatched},
	}
	for _, row := range rows {
		site := mustSite(t, strings.Replace(waivedSite, "FP", fp, 1))
		r := NewResults(mustScope(t, labKit(), site, from("198.18.0.9"), Options{}))
		id := see(t, r, "198.18.1.5", "cim-http", probes.TCP, probes.Cell{Class: row.class})
		see(t, r, "198.18.0.20", "cim-http", probes.TCP, probes.Cell{Class: row.class})
		see(t, r, "198.18.1.5", "redfish", probes.TCP, probes.Cell{Class: probes.OpenProto})
		uses := r.ApplyWaivers(day(row.now), func(probes.FlowID) (*probes.Observation, bool) { return row.seen, row.seen != nil })
		if uses[0].State != row.state {
			t.Errorf("%s: state %s, want %s", row.name, uses[0].State, row.state)
		}
		active := row.state == WaiverActive
		if soon := row.name == "last moment"; uses[0].Soon != soon {
			t.Errorf("%s: ends soon %v", row.name, uses[0].Soon)
		}
		if idle := !active && row.state != WaiverEarly; uses[0].Idle() != idle {
			t.Errorf("%s: idle %v", row.name, uses[0].Idle())
		}
		if got := r.Finding(id); got.Waived != active || (got.Waiver != nil) != active {
			t.Errorf("%s: waived %v by %v", row.name, got.Waived, got.Waiver)
		}
		if active && (r.Total.Waived != 1 || r.Total.WorstWaived != 4 || r.Total.Of(Exposed) != 2 || r.Total.Deviations() != 1) {
			t.Errorf("%s: %+v", row.name, r.Total)
		}
		recount(t, r)
	}
}

// A waiver is laid over what comes later too, and lifted as soon as the flow shows something else.
func TestWaiverFollowsTheRun(t *testing.T) {
	t.Parallel()
	site := mustSite(t, strings.Replace(waivedSite, "     fingerprint: \"FP\", ", "     ", 1))
	r := NewResults(mustScope(t, labKit(), site, from("198.18.0.9"), Options{}))
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	if uses := r.ApplyWaivers(now, nil); uses[0].State != WaiverUnmatched {
		t.Errorf("state %s before the run", uses[0].State)
	}
	id := see(t, r, "198.18.1.5", "cim-http", probes.TCP, probes.Cell{Class: probes.OpenProto})
	if !r.Judged[id].Waived || r.Total.Deviations() != 0 {
		t.Errorf("not waived: %+v", r.Judged[id])
	}
	if r.HostMark(r.Scope.Plan.Flow(id).Host) != MarkConforms {
		t.Error("a waived deviation must not mark its host")
	}
	see(t, r, "198.18.1.5", "cim-http", probes.TCP, probes.Cell{Class: probes.RstHost})
	if r.Judged[id].Waived || r.Total.Waived != 0 || r.Total.WorstWaived != 0 || r.Total.Deviations() != 1 {
		t.Errorf("still waived: %+v, %+v", r.Judged[id], r.Total)
	}
	recount(t, r)
}

// A waiver that is no longer in the list no longer counts.
func TestWaiverThatWasTakenBack(t *testing.T) {
	t.Parallel()
	site := mustSite(t, strings.Replace(waivedSite, "     fingerprint: \"FP\", ", "     ", 1))
	r := NewResults(mustScope(t, labKit(), site, from("198.18.0.9"), Options{}))
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	id := see(t, r, "198.18.1.5", "cim-http", probes.TCP, probes.Cell{Class: probes.OpenProto})
	r.ApplyWaivers(now, nil)
	if !r.Judged[id].Waived {
		t.Fatal("not waived")
	}
	r.Scope.Waivers = nil
	if uses := r.ApplyWaivers(now, nil); len(uses) != 0 || r.Judged[id].Waived || r.Finding(id).Waiver != nil || r.Total.Deviations() != 1 {
		t.Errorf("still waived: %+v, %+v", r.Judged[id], r.Total)
	}
	if r.HostMark(r.Scope.Plan.Flow(id).Host) == MarkConforms {
		t.Error("the host looks as if it conformed")
	}
	recount(t, r)
}
