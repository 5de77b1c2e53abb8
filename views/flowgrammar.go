package views

import (
	"math/bits"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"oobscope/audit"
)

// flowKeys are what can be asked of a list of flows.
var flowKeys = []FilterKey{ByVerdict, BySeverity, ByHost, ByRule, ByService, ByPort, ByProto, ByZone, ByFrom, ByRole, ByIntent,
	ByObserved, ByReason, ByWaived, ByWeak, ByKit, ByTechnique, ByControl}

// flowGrammar is the grammar of a list of flows, with the values that a plan has; more are keys that only some lists
// know.
func flowGrammar(sc *audit.Scope, w *Words, more ...FilterKey) *Grammar {
	g := NewGrammar(w, slices.Concat(flowKeys, more)...)
	if sc == nil {
		return g
	}
	knowRules(g, sc.Rules)
	g.Know(ByService, servicesOf(sc)...)
	for p := range sc.Places {
		pc := &sc.Places[p]
		g.Know(ByZone, pc.Zone)
		g.Know(ByFrom, pc.FromZone)
		g.Know(ByRole, pc.Role)
	}
	for k := range sc.Left {
		u := &sc.Left[k]
		g.Know(ByZone, u.Zone)
		g.Know(ByFrom, u.From)
		g.Know(ByRole, u.Role)
	}
	knowNetworks(g, sc)
	return g
}

// knowRules adds what rules name: themselves, their kits, techniques and controls.
func knowRules(g *Grammar, list []audit.RuleRef) {
	for i := range list {
		ref := &list[i]
		g.Know(ByRule, ref.Rule.App.ID)
		g.Know(ByKit, ref.Kit.Ref(), ref.Kit.ID)
		g.Know(ByTechnique, ref.Rule.Mitigates...)
		g.Know(ByControl, ref.Rule.Controls...)
	}
}

// networksKnown is how many networks are offered for host:.
const networksKnown = 64

// knowNetworks adds the networks that the targets lie in: /24 for IPv4, /64 for IPv6, by the ends of each group.
func knowNetworks(g *Grammar, sc *audit.Scope) {
	for k := range sc.Plan.Groups {
		list := sc.Plan.Groups[k].Addrs
		if len(list) == 0 || len(g.known[ByHost]) > networksKnown {
			continue
		}
		for _, a := range list[:1:1] {
			size := 24
			if a.Is6() {
				size = 64
			}
			if p, err := a.Prefix(size); err == nil {
				g.Know(ByHost, p.String())
			}
		}
		if len(list) == 1 {
			g.Know(ByHost, list[0].String())
		}
	}
}

// hostNames are the addresses of a plan as text, one after another: a letter typed into the filter looks at all
// of them.
type hostNames struct {
	scope *audit.Scope
	text  string
	ends  []int32 // by host

	letters [0x80]bool // which of them there are, in lower case
	wide    bool       // there are others
}

func (n *hostNames) of(host int) string {
	from := int32(0)
	if host > 0 {
		from = n.ends[host-1]
	}
	return n.text[from:n.ends[host]]
}

// fill writes the addresses down, once for each plan.
func (n *hostNames) fill(sc *audit.Scope) {
	if n.scope == sc {
		return
	}
	buf := make([]byte, 0, 16*sc.Plan.Hosts())
	n.ends = make([]int32, 0, sc.Plan.Hosts())
	for g := range sc.Plan.Groups {
		for _, a := range sc.Plan.Groups[g].Addrs {
			buf = a.AppendTo(buf)
			n.ends = append(n.ends, int32(len(buf)))
		}
	}
	n.scope, n.text, n.letters, n.wide = sc, string(buf), [0x80]bool{}, false
	for _, c := range buf {
		if n.wide = n.wide || c >= 0x80; c < 0x80 {
			n.letters[lower(c)] = true
		}
	}
}

// everyHost looks at each host once. Most queries say nothing of hosts but in plain words, and many have none.
func (f *flowFilter) everyHost(sc *audit.Scope) {
	n := sc.Plan.Hosts()
	if cap(f.hosts) < n {
		f.hosts = make([]uint64, n)
	}
	f.hosts = f.hosts[:n]
	if !f.asks(keysOf(ByText, ByHost)) {
		clear(f.hosts)
		return
	}
	f.names.fill(sc)
	terms := f.aboutHosts()
	const fewest = 1 << 12 // hosts for a processor of its own
	parts := min(runtime.GOMAXPROCS(0), 1+n/fewest)
	together(parts, func(i int) { f.someHosts(sc, terms, n*i/parts, n*(i+1)/parts) })
}

// aboutHosts are the numbers of the terms that an address can answer: a plain word with a letter that no address has
// need not be looked for in any.
func (f *flowFilter) aboutHosts() (list []int) {
	for i := range f.terms {
		t := &f.terms[i]
		if t.key != ByHost && t.key != ByText {
			continue
		}
		if t.key == ByHost || t.fuzzy || f.names.wide || slices.ContainsFunc(t.alts, func(a alternative) bool {
			return strings.IndexFunc(a.text, func(c rune) bool { return c >= 0x80 || !f.names.letters[c] }) < 0
		}) {
			list = append(list, i)
		}
	}
	return list
}

func (f *flowFilter) someHosts(sc *audit.Scope, terms []int, from, to int) {
	var facts Facts
	first := 0
	for g := range sc.Plan.Groups {
		list := sc.Plan.Groups[g].Addrs
		for host := max(from, first); host < min(to, first+len(list)); host++ {
			facts.Host, facts.HostText = list[host-first], f.names.of(host)
			facts.Text = facts.HostText
			var m uint64
			for _, i := range terms {
				if f.terms[i].holds(&facts) {
					m |= 1 << i
				}
			}
			f.hosts[host] = m
		}
		first += len(list)
	}
}

func trailing(set uint64) int { return bits.TrailingZeros64(set) }

// ruleTerm is the query for the lines of one rule: by its app where that names it alone, else by its number.
func ruleTerm(list []audit.RuleRef, index int) string {
	if index < 0 || index >= len(list) {
		return ""
	}
	id, same := list[index].Rule.App.ID, 0
	for i := range list {
		if strings.EqualFold(list[i].Rule.App.ID, id) {
			same++
		}
	}
	if same > 1 {
		return Ask(ByRule, strconv.Itoa(list[index].Index))
	}
	return Ask(ByRule, id)
}
