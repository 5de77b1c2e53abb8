package views

import (
	"net/netip"
	"strings"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/probes"
)

// flowFilter answers a query for flows without building a text for each of them: what a term can find is
// either a matter of the host, of the question that is put to it, or of the judgement, and each of those is
// looked at once. A bare word has no blanks in it, so it cannot lie across two of them.
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
	waived    uint64
	left      []uint64   // by set of lines that cannot be tested, without their addresses
	leftHosts [][]uint64 // likewise, by address
}

// maxTerms is how many words of a query count; nobody types more.
const maxTerms = 64

// prepare reads the query. It looks at each host once, and only if the query or the plan changed.
func (f *flowFilter) prepare(query string, sc *audit.Scope, w *Words) {
	if f.set && f.query == query && f.scope == sc && f.words == w {
		return
	}
	*f = flowFilter{query: query, scope: sc, words: w, set: true, hosts: f.hosts[:0]}
	f.terms = ParseQuery(query).terms
	f.terms = f.terms[:min(len(f.terms), maxTerms)]
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
	for g := range sc.Places {
		pc := &sc.Places[g]
		row := make([]uint64, len(pc.Decisions))
		for slot := range row {
			d := &pc.Decisions[slot]
			e := sc.Plan.Groups[g].Endpoints[slot]
			row[slot] = f.question(sc, w, d.Service, d.Rule, d.Intent, e.Proto, e.Port, pc.Role, pc.Zone)
		}
		f.slots = append(f.slots, row)
		for _, a := range sc.Plan.Groups[g].Addrs {
			f.hosts = append(f.hosts, f.host(a.String()))
		}
	}
	f.untested(sc, w)
}

// empty tells whether every line holds.
func (f *flowFilter) empty() bool { return len(f.terms) == 0 }

// mask tells which terms hold for a row of which only some facts are known. A severity is always known, so
// sev: is asked of severities alone.
func (f *flowFilter) mask(facts *Facts, severity bool) uint64 {
	var m uint64
	for i := range f.terms {
		if (f.terms[i].field == "sev") == severity && f.terms[i].holds(facts) {
			m |= 1 << i
		}
	}
	return m
}

func (f *flowFilter) judgements(w *Words) {
	for v := range f.verdicts {
		text := w.VerdictOf(audit.Verdict(v)) + " " + audit.Verdict(v).String()
		f.verdicts[v] = f.mask(&Facts{Text: text, Verdict: text}, false)
	}
	f.waived = f.mask(&Facts{Text: w.Plain.Waived + " waived"}, false)
	for i := range f.reasons {
		r := audit.Reason(i)
		f.reasons[i] = f.mask(&Facts{Text: w.ReasonOf(r) + " " + r.String()}, false)
	}
	for i := range f.classes {
		c := probes.Class(i)
		f.classes[i] = f.mask(&Facts{Text: w.ClassOf(c) + " " + w.Diff.Class[c.String()] + " " + c.String()}, false)
	}
	for sev := range f.severity {
		f.severity[sev] = f.mask(&Facts{Severity: uint8(sev)}, true)
	}
}

func (f *flowFilter) host(addr string) uint64 { return f.mask(&Facts{Text: addr, Host: addr}, false) }

// question is what can be found in what is asked of a host, whoever it is.
func (f *flowFilter) question(sc *audit.Scope, w *Words, svc *kits.Service, rule int, i audit.Intent, proto probes.Proto,
	port uint16, role, zone string) uint64 {
	service := ""
	if svc != nil {
		service = svc.ID + " " + svc.Title.In(w.Lang)
	}
	decider := deciderOf(sc, rule)
	text := strings.Join([]string{service, decider, portOf(proto, port), w.Intent[i], i.String(), role, zone}, " ")
	return f.mask(&Facts{Text: text, Service: service, Rule: decider}, false)
}

func (f *flowFilter) judged(j *audit.Judgement) uint64 {
	m := f.verdicts[j.Verdict] | f.reasons[j.Reason] | f.classes[j.Observed]
	if j.Waived {
		m |= f.waived
	}
	if j.Verdict.Deviation() {
		return m | f.severity[min(j.Severity, 5)]
	}
	return m | f.severity[0]
}

// keeps tells whether a flow of the plan holds.
func (f *flowFilter) keeps(host, group, slot int, j *audit.Judgement) bool {
	if f.empty() {
		return true
	}
	return (f.hosts[host]|f.slots[group][slot]|f.judged(j))^f.negated == f.want
}

// untested prepares the sets of lines that cannot be tested. Most are about all hosts of a group, which
// were looked at already.
func (f *flowFilter) untested(sc *audit.Scope, w *Words) {
	for k := range sc.Left {
		u := &sc.Left[k]
		j := audit.Judgement{Verdict: audit.NotTested, Reason: u.Reason}
		f.left = append(f.left, f.question(sc, w, u.Service, u.Rule, u.Intent, u.Proto, u.Port, u.Role, u.Zone)|f.judged(&j))
		f.leftHosts = append(f.leftHosts, f.addresses(sc, u.Addrs))
	}
}

func (f *flowFilter) addresses(sc *audit.Scope, list []netip.Addr) []uint64 {
	first := 0
	for g := range sc.Plan.Groups {
		of := sc.Plan.Groups[g].Addrs
		if len(of) > 0 && len(of) == len(list) && &of[0] == &list[0] {
			return f.hosts[first : first+len(of)]
		}
		first += len(of)
	}
	out := make([]uint64, len(list))
	for i, a := range list {
		out[i] = f.host(a.String())
	}
	return out
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
