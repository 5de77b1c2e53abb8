package audit

import (
	"net/netip"
	"time"

	"oobscope/kits"
	"oobscope/probes"
)

// Finding is one line of a report: a flow with everything that the judge knows of it. The evidence of
// its observation is not in it; the store has that.
type Finding struct {
	Flow    probes.FlowID // meaningless if Left is set
	Left    bool          // not part of the plan: it cannot be tested from here
	Target  netip.Addr    // invalid if the line stands for no address
	Role    string
	Zone    string // of the target
	Service *kits.Service
	Proto   probes.Proto // 0 if the service is unknown
	Port    uint16
	Rule    int    // index in Scope.Rules; -1 for none
	App     string // app_id of the deciding rule
	Intent  Intent
	Judgement
	Waiver *Waiver // the one that counts

	Vantage   string
	FromZone  string
	Source    netip.Addr
	Interface string
	OnLink    bool
	Enforced  bool

	AliveBy  string // what proves that the host is alive; empty if nothing does
	Host     probes.HostState
	Cell     probes.Cell
	Offender string // who sent the deciding ICMP error
}

// ServiceID is the catalogue id; empty if the catalogue has no entry.
func (f *Finding) ServiceID() string {
	if f.Service == nil {
		return ""
	}
	return f.Service.ID
}

// At is when the probe of the flow began, given the start of the run.
func (f *Finding) At(started time.Time) time.Time {
	return started.Add(time.Duration(f.Cell.At) * time.Millisecond)
}

// Finding assembles the line of one flow of the plan. A flow that still waits for its observation reads
// as not_tested, because that is what it is when a report is written now.
func (r *Results) Finding(id probes.FlowID) Finding {
	s := r.Scope
	fl := s.Plan.Flow(id)
	pc, d := s.Place(fl), s.Decision(fl)
	j := r.Judged[id]
	f := Finding{
		Flow: id, Target: fl.Addr, Role: pc.Role, Zone: pc.Zone, Service: d.Service,
		Proto: fl.Endpoint.Proto, Port: fl.Endpoint.Port, Rule: d.Rule, App: s.RuleID(d.Rule), Intent: d.Intent,
		Judgement: j, Vantage: s.Vantage.Name, FromZone: pc.FromZone, Source: pc.Source,
		Interface: pc.Interface, OnLink: pc.OnLink, Enforced: pc.Enforced,
		AliveBy: r.aliveBy(s.Plan.Host(fl.Host)), Host: r.Hosts[fl.Host], Cell: r.Cells[id],
	}
	if j.Waived {
		f.Waiver = r.overlay.given[id]
	}
	if j.Verdict == Pending {
		f.Verdict, f.Reason = NotTested, Interrupted
	}
	switch f.Cell.Offender {
	case 0:
	case probes.OffenderTarget:
		f.Offender = fl.Addr.String()
	default:
		f.Offender = r.Offender(f.Cell.Offender)
	}
	return f
}

// LeftFindings assembles the lines of what could not be tested from here, set by set, and stops when fn
// returns false.
func (r *Results) LeftFindings(fn func(Finding) bool) {
	s := r.Scope
	for i := range s.Left {
		u := &s.Left[i]
		f := Finding{
			Left: true, Role: u.Role, Zone: u.Zone, Service: u.Service, Proto: u.Proto, Port: u.Port,
			Rule: u.Rule, App: s.RuleID(u.Rule), Intent: u.Intent, Vantage: s.Vantage.Name,
			FromZone:  u.From,
			Judgement: Judgement{Verdict: NotTested, Reason: u.Reason},
		}
		if len(u.Addrs) == 0 && !fn(f) {
			return
		}
		for _, a := range u.Addrs {
			f.Target = a
			if !fn(f) {
				return
			}
		}
	}
}
