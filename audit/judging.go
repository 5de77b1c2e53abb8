package audit

import (
	"net/netip"
	"slices"
	"strings"

	"oobscope/probes"
)

// way holds the tallies that the flows of one endpoint of one group count in, and what was seen of them.
type way struct {
	rule, service, zones *Tally

	seen [probes.ClassCount]int
}

// NewResults makes the empty results of a planned run: every flow of the plan is pending, everything
// that cannot be tested is counted as not_tested.
func NewResults(s *Scope) *Results {
	r := &Results{
		Scope: s, Cells: make([]probes.Cell, s.Plan.Flows()), Judged: make([]Judgement, s.Plan.Flows()),
		Hosts: make([]probes.HostState, s.Plan.Hosts()), Marks: make([]Mark, s.Plan.Hosts()),
		ByRule: make([]Tally, len(s.Rules)+1), ByService: map[string]*Tally{}, ByZones: map[[2]string]*Tally{},
		Offender: func(uint16) string { return "" },
	}
	for g := range s.Places {
		pc := &s.Places[g]
		zones := r.zonesTally(pc.FromZone, pc.Zone)
		row := make([]way, len(pc.Decisions))
		pending := len(s.Plan.Groups[g].Addrs)
		for slot, d := range pc.Decisions {
			row[slot] = way{rule: r.ruleTally(d.Rule), service: r.serviceTally(d.Service.ID), zones: zones}
			row[slot].seen[probes.Unobserved] = pending
			for _, t := range [...]*Tally{&r.Total, row[slot].rule, row[slot].service, zones} {
				t.ByVerdict[Pending] += pending
			}
		}
		r.ways = append(r.ways, row)
	}
	for i := range s.Left {
		r.countLeft(&s.Left[i])
	}
	return r
}

func (r *Results) countLeft(u *Untested) {
	n := u.Lines()
	r.Total.ByVerdict[NotTested] += n
	r.ruleTally(u.Rule).ByVerdict[NotTested] += n
	if u.Service != nil {
		r.serviceTally(u.Service.ID).ByVerdict[NotTested] += n
	}
}

// ruleTally is the tally of a rule; -1 is the one of the site's defaults.
func (r *Results) ruleTally(rule int) *Tally {
	if rule < 0 {
		rule = len(r.ByRule) - 1
	}
	return &r.ByRule[rule]
}

func (r *Results) serviceTally(id string) *Tally {
	if r.ByService[id] == nil {
		r.ByService[id] = &Tally{}
	}
	return r.ByService[id]
}

func (r *Results) zonesTally(from, to string) *Tally {
	k := [2]string{from, to}
	if r.ByZones[k] == nil {
		r.ByZones[k] = &Tally{}
	}
	return r.ByZones[k]
}

// Update takes over what the run now knows of one host (a row of the Board) and judges its flows again.
// cells is copied.
func (r *Results) Update(host int, cells []probes.Cell, s probes.HostState) {
	h := r.Scope.Plan.Host(host)
	for i := range cells[:min(len(cells), h.Count)] {
		c := &r.Cells[int(h.First)+i]
		if cells[i].Weak != c.Weak {
			r.countWeak(c.Weak, -1)
			r.countWeak(cells[i].Weak, +1)
		}
		if seen := &r.ways[h.Group][i].seen; cells[i].Class != c.Class {
			seen[c.Class]--
			seen[cells[i].Class]++
		}
		*c = cells[i]
	}
	r.Hosts[host] = s
	r.judgeHost(h)
}

func (r *Results) countWeak(set probes.WeakSet, sign int) {
	for _, w := range set.List() {
		r.Weak[w] += sign
	}
}

// LoadBoard takes over everything that a Board holds: a run that has ended, or one read from a store.
func (r *Results) LoadBoard(b probes.BoardReader) {
	r.Offender = func(i uint16) string {
		if a := b.Offender(i); a.IsValid() {
			return a.String()
		}
		return ""
	}
	r.Gates, r.Counters = b.Gates(), b.Counters()
	r.needed = r.Gates.TriesNeeded()
	var row []probes.Cell
	for i := range r.Hosts {
		var s probes.HostState
		row, s = b.Row(i, row)
		r.Update(i, row, s)
	}
}

// Seen is how many flows of one endpoint of one group were seen as each class. The caller must not change it.
func (r *Results) Seen(group, slot int) *[probes.ClassCount]int { return &r.ways[group][slot].seen }

// SetGates takes over what the run learned about the path. Everything is judged again if that changes
// what a gate says; most updates only move counters.
func (r *Results) SetGates(g probes.Gates) {
	r.LearnGates(g)
	r.CatchUp(len(r.Hosts))
}

// LearnGates is SetGates for somebody who must not be kept waiting: hosts are judged by the new gates when they are
// updated or when CatchUp comes to them.
func (r *Results) LearnGates(g probes.Gates) {
	before := meaning(&r.Gates)
	r.Gates = g
	if after := meaning(&g); after != before {
		r.needed, r.behind = after.needed, len(r.Hosts)
	}
}

// CatchUp judges so many hosts by the gates as they are now. It returns how many it judged and how many are left.
func (r *Results) CatchUp(hosts int) (judged, left int) {
	for ; judged < hosts && r.behind > 0; judged++ {
		r.judgeHost(r.Scope.Plan.Host(r.next))
		r.next = (r.next + 1) % len(r.Hosts)
		r.behind--
	}
	return judged, r.behind
}

// gist is what the judge reads in the gates.
type gist struct {
	lossy, proxy, refused bool
	spoke                 string
	limited, needed       int
	limitOpen             bool
	lossyUntil            uint32
}

func meaning(g *probes.Gates) gist {
	return gist{
		lossy: g.Lossy(), proxy: len(g.CanaryAnswered) > 0, spoke: strings.Join(g.CanarySpoke, ","), refused: g.RefusedHere > 0, limited: len(g.Limited), needed: g.TriesNeeded(),
		lossyUntil: g.LossyUntil, limitOpen: g.LimitOpen,
	}
}

// judgeHost judges the flows of one host and keeps the tallies right.
func (r *Results) judgeHost(h probes.Host) {
	place := &r.Scope.Places[h.Group]
	in := r.hostInput(h, place)
	eps := r.Scope.Plan.Groups[h.Group].Endpoints
	mark := MarkWaiting
	for slot := range h.Count {
		id := h.First + probes.FlowID(slot)
		c := &r.Cells[id]
		d := &place.Decisions[slot]
		in := in
		r.flowInput(&in, h, place, slot, &eps[slot], d, c)
		j := Judge(in)
		j.Waived = r.cover(id, j.Verdict) != nil
		mark = max(mark, markOf(j))
		if old := r.Judged[id]; old != j {
			r.Judged[id] = j
			r.count(h.Group, slot, old, -1)
			r.count(h.Group, slot, j, +1)
		}
	}
	r.Marks[h.Index] = mark
}

func (r *Results) count(group, slot int, j Judgement, sign int) {
	w := &r.ways[group][slot]
	r.Total.Add(j, sign)
	w.rule.Add(j, sign)
	w.service.Add(j, sign)
	w.zones.Add(j, sign)
}

// hostInput gathers the facts that all flows of a host share.
func (r *Results) hostInput(h probes.Host, pc *Place) Input {
	s := r.Hosts[h.Index]
	site := r.Scope.Site
	in := Input{
		SynProxy:   len(r.Gates.CanaryAnswered) > 0 || s.Flags&probes.HostFakesOpen != 0,
		Lossy:      r.Gates.Lossy() || tooLossy(s),
		HostQuiet:  s.Flags&probes.HostQuiet != 0,
		UDPControl: s.Flags&probes.HostUDPControl != 0,
		Unvouched:  r.CutOff && s.Flags&probes.HostDone == 0,
		Enforced:   pc.Enforced, AppID: site.Style == "app_id", HostFirewall: site.HostFirewall,
		Untrusted: site.Untrusted(pc.FromZone),
	}
	in.HostAlive = r.aliveBy(h) != ""
	return in
}

// tooLossy applies the loss limit to the control probes of one host.
func tooLossy(s probes.HostState) bool {
	g := probes.Gates{ControlSent: int(s.ControlSent), ControlLost: int(s.ControlLost)}
	return g.Lossy()
}

// flowInput adds the facts of one flow.
func (r *Results) flowInput(in *Input, h probes.Host, pc *Place, slot int, e *probes.Endpoint, d *Decision, c *probes.Cell) {
	in.Intent, in.Class, in.Why, in.Attempts, in.Proto = d.Intent, c.Class, c.Reason, int(c.Attempts), e.Proto
	in.CutMid = c.Flags&probes.CutMid != 0
	in.AnsweredBefore, in.AliveElsewhere = c.Flags&probes.AnsweredBefore != 0, c.Flags&probes.AliveBefore != 0
	in.Limited = c.Flags&probes.Alone == 0 && (r.Gates.LimitOpen || slices.Contains(r.Gates.Limited, probes.Slot{Group: h.Group, Slot: slot}))
	in.KeptBack = c.Flags&probes.Left == 0 && (c.Flags&probes.Held != 0 || r.Gates.RefusedHere > 0)
	in.Lossy = in.Lossy || r.needed > 1 && r.Scope.Plan.Pace.Tries(e.Proto, in.Attempts, c.Flags) < r.needed
	in.Lossy = in.Lossy || c.At < r.Gates.LossyUntil || c.Reason == probes.Shaken
	in.Unvouched = in.Unvouched || c.Reason == probes.Unvouched
	if c.Class == probes.HostDown && c.Reason == probes.Neighbour && !pc.OnLink {
		in.Class = probes.ProbeError // the station that does not answer is our gateway
	}
	in.Impostor = r.posed(e)
	in.Danger, in.Secrets, in.Reticent = d.Service.Danger, d.Service.Secrets, d.Service.Reticent
	if d.Rule >= 0 {
		in.Risk = r.Scope.Rules[d.Rule].Rule.App.Risk
	}
	switch c.Class {
	case probes.Prohibited, probes.PortUnreachMid, probes.Unreach:
		in.OffenderBehind = r.offenderBehind(c.Offender, pc)
		in.RejectsUnreach = r.Scope.Site.rejectsAs(h.Addr.Is4(), c)
	}
}

// offenderBehind tells whether the sender of an ICMP error stands behind the enforcement point: it is
// the target itself, or it lies in the target's zone while we stand in another one. Inside one zone an
// address alone does not tell on which side of the filter it is.
func (r *Results) offenderBehind(i uint16, pc *Place) bool {
	switch i {
	case 0:
		return false
	case probes.OffenderTarget:
		return true
	}
	a, err := netip.ParseAddr(r.Offender(i))
	return err == nil && pc.FromZone != pc.Zone && r.Scope.Site.ZoneOf(a) == pc.Zone
}

// rejectsAs tells whether the site lists the very unreachable code of a cell as its way to reject
// (RFC 792 type 3 codes 0 and 1; RFC 4443 type 1 codes 0 and 3).
func (s *Site) rejectsAs(v4 bool, c *probes.Cell) bool {
	switch {
	case v4 && c.ICMPCode == 1, !v4 && c.ICMPCode == 3:
		return s.rejects("host-unreachable")
	case c.ICMPCode == 0:
		return s.rejects("net-unreachable")
	}
	return false
}
