package views

import (
	"net/netip"
	"strconv"
	"strings"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/probes"
)

// flowFilter answers a query for flows without building a text for each of them: what a term can find is
// either a matter of the host, of the question that is put to it, or of the judgement, and each of those is
// looked at once. A plain word is looked for in each of them alone, so it cannot lie across two.
type flowFilter struct {
	query string
	scope *audit.Scope
	words *Words
	set   bool

	terms     []term
	want      uint64     // every term, by number
	negated   uint64     // terms that must not hold
	hosts     []uint64   // by host
	slots     [][]uint64 // by group, by slot
	verdicts  [audit.NotTested + 1]uint64
	reasons   [audit.OutOfScope + 1]uint64
	classes   [probes.ProbeError + 1]uint64
	severity  [6]uint64
	waived    [2]uint64
	ofVerdict bool // a term is about the judgement; else it need not be looked at
	asksWeak  bool
	weak      [64]uint64 // by weakness
	left      []uint64   // by set of lines that cannot be tested, without their addresses
	leftHosts [][]uint64 // likewise, by address
	names     hostNames
	changes   changeFilter
}

// keySet is a set of keys: those that some facts can answer. A term is asked of the facts that can answer it and
// of no others, because a fact that is missing would answer too.
type keySet uint64

func keysOf(keys ...FilterKey) keySet {
	var s keySet
	for _, k := range keys {
		s |= 1 << k
	}
	return s
}

var judgedKeys = keysOf(ByText, ByVerdict, BySeverity, ByObserved, ByReason, ByWaived)

var questionKeys = keysOf(ByText, ByRule, ByService, ByZone, ByFrom, ByRole, ByIntent, ByPort, ByProto, ByKit, ByTechnique, ByControl)

// prepare reads the query. It looks at each host once, and only if the query or the plan changed.
func (f *flowFilter) prepare(query string, sc *audit.Scope, w *Words) {
	if f.set && f.query == query && f.scope == sc && f.words == w {
		return
	}
	*f = flowFilter{query: query, scope: sc, words: w, set: true, hosts: f.hosts[:0], names: f.names, changes: f.changes}
	if strings.TrimSpace(query) == "" {
		return
	}
	f.terms = flowGrammar(sc, w, f.changes.keys()...).Parse(query).terms
	if len(f.terms) == 0 {
		return
	}
	for i := range f.terms {
		f.want |= 1 << i
		if f.terms[i].not {
			f.negated |= 1 << i
		}
	}
	f.judgements(w)
	f.changed(w)
	for g := range sc.Places {
		pc := &sc.Places[g]
		row := make([]uint64, len(pc.Decisions))
		for slot := range row {
			d := &pc.Decisions[slot]
			e := sc.Plan.Groups[g].Endpoints[slot]
			row[slot] = f.question(sc, w, &question{d.Service, d.Rule, d.Intent, e.Proto, e.Port, pc.Role, pc.Zone, pc.FromZone})
		}
		f.slots = append(f.slots, row)
	}
	f.everyHost(sc)
	f.untested(sc, w)
}

// empty tells whether every line holds.
func (f *flowFilter) empty() bool { return len(f.terms) == 0 }

// mask tells which terms hold for a row of which only the facts of some keys are known.
func (f *flowFilter) mask(facts *Facts, known keySet) uint64 {
	var m uint64
	for i := range f.terms {
		if known&(1<<f.terms[i].key) != 0 && f.terms[i].holds(facts) {
			m |= 1 << i
		}
	}
	return m
}

// asks tells whether a term is about one of the keys.
func (f *flowFilter) asks(keys keySet) bool {
	for i := range f.terms {
		if keys&(1<<f.terms[i].key) != 0 {
			return true
		}
	}
	return false
}

func (f *flowFilter) judgements(w *Words) {
	f.ofVerdict = f.asks(judgedKeys)
	for v := range f.verdicts {
		facts := named(ByVerdict, audit.Verdict(v).String(), w.VerdictOf(audit.Verdict(v)))
		f.verdicts[v] = f.mask(&facts, keysOf(ByText, ByVerdict))
	}
	for i := range f.reasons {
		r := audit.Reason(i)
		facts := named(ByReason, r.String(), w.ReasonOf(r))
		f.reasons[i] = f.mask(&facts, keysOf(ByText, ByReason))
	}
	for i := range f.classes {
		c := probes.Class(i)
		facts := named(ByObserved, c.String(), w.ClassOf(c), w.Diff.Class[c.String()])
		f.classes[i] = f.mask(&facts, keysOf(ByText, ByObserved))
	}
	for sev := range f.severity {
		f.severity[sev] = f.mask(&Facts{Severity: uint8(sev)}, keysOf(BySeverity))
	}
	no, is := Facts{}, named(ByText, "waived", w.Plain.Waived)
	no.Of[ByWaived], is.Of[ByWaived] = yes(false), yes(true)
	f.waived = [2]uint64{f.mask(&no, keysOf(ByWaived)), f.mask(&is, keysOf(ByText, ByWaived))}
	if f.asksWeak = f.asks(keysOf(ByWeak)); f.asksWeak {
		for _, k := range probes.Weaknesses() {
			facts := named(ByWeak, k.String(), w.WeaknessOf(k))
			f.weak[k] = f.mask(&facts, keysOf(ByWeak))
		}
	}
}

// named are the facts of something that has a wire name and words; a plain word finds it by any of them.
func named(k FilterKey, names ...string) Facts {
	f := Facts{Text: lines(names...)}
	f.Of[k] = f.Text
	return f
}

// question is what is asked of a host, whoever it is.
type question struct {
	svc              *kits.Service
	rule             int
	intent           audit.Intent
	proto            probes.Proto
	port             uint16
	role, zone, from string
}

func (f *flowFilter) question(sc *audit.Scope, w *Words, q *question) uint64 {
	var facts Facts
	if q.svc != nil {
		facts.Of[ByService] = lines(q.svc.ID, q.svc.Title.In(w.Lang))
	}
	if q.rule >= 0 && q.rule < len(sc.Rules) {
		ref := &sc.Rules[q.rule]
		facts.Of[ByRule] = lines(strconv.Itoa(ref.Index), ref.Rule.App.ID)
		facts.Of[ByKit] = lines(ref.Kit.Ref(), ref.Kit.ID)
		facts.Of[ByTechnique], facts.Of[ByControl] = lines(ref.Rule.Mitigates...), lines(ref.Rule.Controls...)
	}
	facts.Of[ByIntent] = lines(q.intent.String(), w.Intent[q.intent])
	facts.Of[ByRole], facts.Of[ByZone], facts.Of[ByFrom] = q.role, q.zone, q.from
	facts.Of[ByProto], facts.Number[ByPort] = q.proto.String(), int(q.port)
	facts.Text = lines(facts.Of[ByService], deciderOf(sc, q.rule), portOf(q.proto, q.port), facts.Of[ByIntent], q.role, q.zone)
	return f.mask(&facts, questionKeys)
}

// judged tells which terms hold for a judgement.
func (f *flowFilter) judged(j *audit.Judgement) uint64 {
	return f.standing(j) | f.reasons[j.Reason] | f.classes[j.Observed]
}

// standing tells which terms hold for a verdict, its severity and its waiver.
func (f *flowFilter) standing(j *audit.Judgement) uint64 {
	m := f.verdicts[j.Verdict] | f.waived[0]
	if j.Waived {
		m = f.verdicts[j.Verdict] | f.waived[1]
	}
	if j.Verdict.Deviation() {
		return m | f.severity[min(j.Severity, 5)]
	}
	return m | f.severity[0]
}

// keeps tells whether flow id of the plan holds, which is that of a slot of a host.
func (f *flowFilter) keeps(r *audit.Results, host, group, slot, id int) bool {
	if f.empty() {
		return true
	}
	m := f.hosts[host] | f.slots[group][slot]
	if f.ofVerdict {
		m |= f.judged(&r.Judged[id])
	}
	if f.asksWeak {
		for set := r.Cells[id].Weak; set != 0; set &= set - 1 {
			m |= f.weak[trailing(uint64(set))]
		}
	}
	if f.changes.asked {
		m |= f.changes.of(probes.FlowID(id))
	}
	return m^f.negated == f.want
}

// untested prepares the sets of lines that cannot be tested. Most are about all hosts of a group, which
// were looked at already.
func (f *flowFilter) untested(sc *audit.Scope, w *Words) {
	for k := range sc.Left {
		u := &sc.Left[k]
		j := audit.Judgement{Verdict: audit.NotTested, Reason: u.Reason}
		q := question{u.Service, u.Rule, u.Intent, u.Proto, u.Port, u.Role, u.Zone, u.From}
		f.left = append(f.left, f.question(sc, w, &q)|f.judged(&j))
		f.leftHosts = append(f.leftHosts, f.addresses(sc, u.Addrs))
	}
}

func (f *flowFilter) addresses(sc *audit.Scope, list []netip.Addr) []uint64 {
	if first, ok := hostsOf(sc, list); ok {
		return f.hosts[first : first+len(list)]
	}
	out := make([]uint64, len(list))
	for i, a := range list {
		out[i] = f.mask(&Facts{Text: a.String(), Host: a}, keysOf(ByText, ByHost))
	}
	return out
}

// hostsOf is the number of the first host of a list of addresses that is the very list of a group of the plan.
func hostsOf(sc *audit.Scope, list []netip.Addr) (first int, ok bool) {
	for g := range sc.Plan.Groups {
		of := sc.Plan.Groups[g].Addrs
		if len(of) > 0 && len(of) == len(list) && &of[0] == &list[0] {
			return first, true
		}
		first += len(of)
	}
	return 0, false
}

// keepsLeft tells whether address i of set k holds; i is 0 for a set without addresses.
func (f *flowFilter) keepsLeft(k, i int) bool {
	if f.empty() {
		return true
	}
	m := f.left[k]
	if i < len(f.leftHosts[k]) {
		m |= f.leftHosts[k][i]
	}
	return m^f.negated == f.want
}
