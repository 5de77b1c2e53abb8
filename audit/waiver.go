package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"slices"
	"time"

	"oobscope/probes"
)

// MaxWaiver is the longest that a waiver may run.
const MaxWaiver = 180 * 24 * time.Hour

// Fingerprint names what was observed on a flow, so that a waiver holds for that and nothing else: the
// service, the class, the weaknesses it showed, and the certificate, or the hash of the answer where there is
// none.
func Fingerprint(service string, o *probes.Observation) string {
	h := sha256.New()
	part := func(s string) { h.Write([]byte(s)); h.Write([]byte{0}) }
	part("oobscope.fingerprint/v1")
	part(service)
	part(o.Class.String())
	for _, w := range o.Weak.List() {
		part(w.String())
	}
	if o.Evidence.TLS != nil && o.Evidence.TLS.LeafSHA256 != "" {
		part("leaf:" + o.Evidence.TLS.LeafSHA256)
	} else {
		part("answer:" + o.Evidence.SHA256)
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}

// WaiverState says what became of a waiver in a run.
type WaiverState string

// The states of a waiver. Only an active one counts.
const (
	WaiverActive    WaiverState = "active"
	WaiverRequested WaiverState = "requested" // nobody has approved it yet
	WaiverEarly     WaiverState = "not_started"
	WaiverExpired   WaiverState = "expired"
	WaiverVoided    WaiverState = "voided"    // the flow deviates so, but with another fingerprint, or none to compare
	WaiverStale     WaiverState = "stale"     // the run proves that what it is about conforms: it is no longer needed
	WaiverUnmatched WaiverState = "unmatched" // nothing in the run deviates as it says
)

// WaiverNotice is how long before its end a waiver is announced to run out.
const WaiverNotice = 14 * 24 * time.Hour

// WaiverUse reports one waiver after a run.
type WaiverUse struct {
	Waiver *Waiver
	State  WaiverState
	Flows  []probes.FlowID // what it covers, or would cover
	Soon   bool            // it counts, and ends within WaiverNotice
}

// Idle tells whether a waiver is of no use any more, so that somebody should look at it.
func (u *WaiverUse) Idle() bool {
	switch u.State {
	case WaiverExpired, WaiverVoided, WaiverStale, WaiverUnmatched:
		return true
	}
	return false
}

// overlay is what waivers are held against. The zero value waives nothing.
type overlay struct {
	now      time.Time
	evidence func(probes.FlowID) (*probes.Observation, bool)
	byFlow   map[probes.FlowID][]*Waiver
	given    map[probes.FlowID]*Waiver // the one that counts, as it was judged last: finding it reads evidence
}

// ApplyWaivers lays the waivers of the scope, those of the site file and of the store, over the results as of now and
// reports each of them in their order. evidence looks up a stored observation; a waiver that is bound to a fingerprint counts only once
// that is found, so call it again when a run has ended. The report is kept in Waivers too.
func (r *Results) ApplyWaivers(now time.Time, evidence func(probes.FlowID) (*probes.Observation, bool)) []WaiverUse {
	list := r.Scope.Waivers
	former := map[int]bool{} // hosts that a waiver may be lifted from
	for id := range r.overlay.byFlow {
		former[r.Scope.Plan.Flow(id).Host] = true
	}
	r.overlay = overlay{now: now, evidence: evidence, byFlow: map[probes.FlowID][]*Waiver{}, given: map[probes.FlowID]*Waiver{}}
	uses := make([]WaiverUse, len(list))
	r.Waivers = uses
	about := map[netip.Addr][]int{}
	for k := range list {
		about[list[k].Target] = append(about[list[k].Target], k)
	}
	for i := range r.Hosts {
		h := r.Scope.Plan.Host(i)
		for _, k := range about[h.Addr] {
			uses[k].Flows = append(uses[k].Flows, r.fit(&list[k], h)...)
		}
		if len(about[h.Addr]) > 0 || former[i] {
			r.judgeHost(h)
		}
	}
	for k := range list {
		uses[k].Waiver = &list[k]
		r.settle(&uses[k])
	}
	return uses
}

// fit lists the flows of a host that a waiver speaks of, and remembers them for judging.
func (r *Results) fit(w *Waiver, h probes.Host) []probes.FlowID {
	var out []probes.FlowID
	for slot, d := range r.Scope.Places[h.Group].Decisions {
		if d.Service.ID == w.Service && r.Scope.RuleID(d.Rule) == w.Rule {
			id := h.First + probes.FlowID(slot)
			out = append(out, id)
			r.overlay.byFlow[id] = append(r.overlay.byFlow[id], w)
		}
	}
	return out
}

// StateAt is what can be said of a waiver without a run: whether it waits for its approval, has not begun, has run out,
// or would count.
func (w *Waiver) StateAt(now time.Time) WaiverState {
	switch {
	case w.ApprovedBy == "":
		return WaiverRequested
	case now.Before(w.Starts):
		return WaiverEarly
	case !now.Before(w.end()):
		return WaiverExpired
	}
	return WaiverActive
}

// settle works out the state of a waiver from the flows that it fits, and keeps those it really covers.
func (r *Results) settle(u *WaiverUse) {
	w := u.Waiver
	gone := len(u.Flows) > 0 && !slices.ContainsFunc(u.Flows, func(id probes.FlowID) bool {
		return r.Judged[id].Verdict != Conforms || !r.proves(id)
	})
	u.Flows = slices.DeleteFunc(u.Flows, func(id probes.FlowID) bool { return !w.covers(r.Judged[id].Verdict) })
	u.State = w.StateAt(r.overlay.now)
	switch {
	case u.State != WaiverActive:
	case gone:
		u.State = WaiverStale
	case len(u.Flows) == 0:
		u.State = WaiverUnmatched
	case !slices.ContainsFunc(u.Flows, func(id probes.FlowID) bool { return r.bound(w, id) }):
		u.State = WaiverVoided
	default:
		u.Soon = w.end().Sub(r.overlay.now) <= WaiverNotice
		u.Flows = slices.DeleteFunc(u.Flows, func(id probes.FlowID) bool { return !r.bound(w, id) })
	}
}

// end is the first moment at which a waiver no longer counts.
func (w *Waiver) end() time.Time { return w.Expires.AddDate(0, 0, 1) }

// covers tells whether the waiver is about such a verdict. Only deviations can be waived.
func (w *Waiver) covers(v Verdict) bool { return v.Deviation() && v.String() == w.Verdict }

// bound tells whether the flow still shows what the waiver was given for.
func (r *Results) bound(w *Waiver, id probes.FlowID) bool {
	if w.Fingerprint == "" {
		return true
	}
	if r.overlay.evidence == nil {
		return false
	}
	o, ok := r.overlay.evidence(id)
	return ok && Fingerprint(w.Service, o) == w.Fingerprint
}

// cover returns the waiver that counts for a flow as it is judged now, or nil, and remembers it.
func (r *Results) cover(id probes.FlowID, v Verdict) *Waiver {
	if len(r.overlay.byFlow) == 0 {
		return nil
	}
	w := r.waiverOf(id, v)
	if w != nil {
		r.overlay.given[id] = w
	} else {
		delete(r.overlay.given, id)
	}
	return w
}

// waiverOf returns the waiver that counts for a flow with that verdict, or nil.
func (r *Results) waiverOf(id probes.FlowID, v Verdict) *Waiver {
	for _, w := range r.overlay.byFlow[id] {
		if w.StateAt(r.overlay.now) == WaiverActive && w.covers(v) && r.bound(w, id) {
			return w
		}
	}
	return nil
}

// RuleID is the app_id of a rule of the ordered list; empty for -1, where a default decided.
func (s *Scope) RuleID(rule int) string {
	if rule < 0 || rule >= len(s.Rules) {
		return ""
	}
	return s.Rules[rule].Rule.App.ID
}
