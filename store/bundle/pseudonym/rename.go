package pseudonym

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"oobscope/audit"
	"oobscope/probes"
	"oobscope/store/bundle"
)

// Rename returns the same run under other names. It plans the renamed run again and judges both: if a single verdict
// differed, the bundle would say something else than the run, and that is an error. The result can be handed to Check.
func Rename(c bundle.Content, secret []byte) (bundle.Content, *Names, error) {
	x, err := New(secret, c.Scope.Site, addressesOf(&c))
	if err != nil {
		return c, nil, err
	}
	board, err := x.learn(&c)
	if err != nil {
		return c, nil, err
	}
	out := bundle.Content{Run: x.run(c.Run), Step: c.Step}
	if out.Inputs, err = x.inputs(&c); err != nil {
		return c, nil, err
	}
	if out.Scope, err = out.Inputs.Rebuild(); err != nil {
		return c, nil, fmt.Errorf("pseudonyms: the renamed site does not plan: %w", err)
	}
	m, err := x.match(c.Scope, out.Scope)
	if err != nil {
		return c, nil, err
	}
	out.Gates = x.gates(c.Gates, m)
	out.Host = func(i int) probes.HostState { return c.Host(m.hosts[i]) }
	out.Observation = func(id probes.FlowID) (*probes.Observation, bool) {
		o, ok := c.Observation(m.flow(id))
		if !ok {
			return nil, false
		}
		renamed := x.Observation(o)
		renamed.Flow = id
		return &renamed, true
	}
	return out, x, sameVerdicts(judge(&c, board), judge(&out, x.mirror(&c, board, m)), m)
}

// addressesOf lists every address of a run: none of them must survive.
func addressesOf(c *bundle.Content) []netip.Addr {
	var out []netip.Addr
	for g := range c.Scope.Places {
		out = append(out, c.Scope.Places[g].Source)
		out = append(out, c.Scope.Plan.Groups[g].Addrs...)
	}
	for i := range c.Scope.Left {
		out = append(out, c.Scope.Left[i].Addrs...)
	}
	for _, s := range slices.Concat(c.Gates.CanaryAnswered, c.Gates.CanarySpoke) {
		if _, at, named := strings.Cut(s, " "); named {
			s = at
		}
		if ap, err := netip.ParseAddrPort(s); err == nil {
			out = append(out, ap.Addr())
		} else if a, err := netip.ParseAddr(s); err == nil {
			out = append(out, a)
		}
	}
	return slices.DeleteFunc(out, func(a netip.Addr) bool { return !a.IsValid() })
}

// learn takes note of all names before the first text is renamed: a name may stand in the banner of one flow and in the
// certificate of a later one. On the way it fills a board, so that a large run is read once less.
func (x *Names) learn(c *bundle.Content) (*probes.Board, error) {
	x.Know(c.Scope.Site.Name, c.Scope.Vantage.Name, c.Run.Vantage)
	x.own("site", c.Scope.Site.Name)
	return filled(c, x.Learn)
}

func (x *Names) run(r audit.Run) audit.Run {
	r.ID, r.Again = x.runID(r.ID), x.runID(r.Again)
	if r.Since != nil {
		since := *r.Since
		since.Against = x.runID(since.Against)
		r.Since = &since
	}
	r.Site, r.Vantage, r.Why = x.siteName(r.Site), x.vantageName(r.Vantage), x.Text(r.Why)
	r.Gates.CanaryAnswered, r.Gates.CanarySpoke, r.Gates.Limited = x.texts(r.Gates.CanaryAnswered), x.texts(r.Gates.CanarySpoke), nil
	return r
}

func (x *Names) texts(list []string) []string {
	var out []string
	for _, s := range list {
		out = append(out, x.Text(s))
	}
	return out
}

// runID keeps the time in front of a ULID and renames the rest.
func (x *Names) runID(id string) string {
	const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	if len(id) != 26 {
		return id
	}
	to := []byte(id[:10])
	for i := range 16 {
		to = append(to, crockford[binary.BigEndian.Uint16(x.mac(fmt.Sprint("run", i), id))%32])
	}
	x.words[strings.ToLower(id)] = true
	return string(to)
}

// inputs renames everything that the plan was made of.
func (x *Names) inputs(c *bundle.Content) (audit.Inputs, error) {
	in := c.Inputs
	in.Vantage = x.vantageName(in.Vantage)
	in.Options.Targets = nil
	for _, p := range c.Inputs.Options.Targets {
		in.Options.Targets = append(in.Options.Targets, x.Prefix(p))
	}
	in.Options.Only, in.Options.Again = x.only(c), x.runID(in.Options.Again)
	in.Kits = slices.Clone(in.Kits)
	for i := range in.Kits {
		if !in.Kits[i].BuiltIn {
			in.Kits[i].Origin = fmt.Sprintf("kit-%02d", i+1)
		}
	}
	prints := x.prints(c)
	var forms []audit.WaiverForm
	for i := range c.Scope.Site.Waivers {
		f := c.Scope.Site.Waivers[i].Form()
		forms = append(forms, x.waiver(f, prints(f)))
	}
	in.Site = audit.Source{Origin: "site.yaml", Raw: x.site(c.Scope.Site, forms)}
	in.Waivers = nil
	for _, r := range c.Inputs.Waivers {
		r.WaiverForm = x.waiver(r.WaiverForm, prints(r.WaiverForm))
		r.Site, r.Run = x.siteName(r.Site), ""
		r.Requested, r.Approved, r.Withdrawn = *x.deed(&r.Requested), x.deed(r.Approved), x.deed(r.Withdrawn)
		in.Waivers = append(in.Waivers, r)
	}
	in.Paths = x.paths(c.Scope)
	return in, nil
}

// only renames the flows that a run was narrowed to. Neighbours are no neighbours any more, so the ranges are made anew
// from the addresses of the plan that lie in them.
func (x *Names) only(c *bundle.Content) []audit.FlowBlock {
	var out []audit.FlowBlock
	all := addressesOf(c)
	slices.SortFunc(all, netip.Addr.Compare)
	all = slices.Compact(all)
	for _, b := range c.Inputs.Options.Only {
		var addrs []netip.Addr
		for _, r := range b.Hosts {
			from, _ := slices.BinarySearchFunc(all, r.First, netip.Addr.Compare)
			for _, a := range all[from:] {
				if r.Last.Less(a) {
					break
				}
				addrs = append(addrs, x.Addr(a))
			}
		}
		slices.SortFunc(addrs, netip.Addr.Compare)
		to := audit.FlowBlock{Asks: b.Asks}
		for _, a := range addrs {
			if n := len(to.Hosts); n > 0 && to.Hosts[n-1].Last.Next() == a {
				to.Hosts[n-1].Last = a
			} else {
				to.Hosts = append(to.Hosts, audit.HostRange{First: a, Last: a})
			}
		}
		out = append(out, to)
	}
	return out
}

// prints finds the fingerprint that a renamed waiver needs: that of the renamed observation if it fitted the real one,
// else one that fits nothing, as before.
func (x *Names) prints(c *bundle.Content) func(audit.WaiverForm) string {
	return func(f audit.WaiverForm) string {
		if f.Fingerprint == "" {
			return ""
		}
		plan := c.Scope.Plan
		for i := range plan.Hosts() {
			h := plan.Host(i)
			if h.Addr.String() != f.Target {
				continue
			}
			for id := h.First; id < h.First+probes.FlowID(h.Count); id++ {
				o, ok := c.Observation(id)
				if ok && plan.Flow(id).Endpoint.Service == f.Service && audit.Fingerprint(f.Service, o) == f.Fingerprint {
					renamed := x.Observation(o)
					return audit.Fingerprint(f.Service, &renamed)
				}
			}
		}
		return "sha256:" + x.hex("fingerprint", f.Fingerprint, 64)
	}
}

// paths writes down how the renamed targets are reached. Neighbours are no neighbours any more.
func (x *Names) paths(s *audit.Scope) []audit.PathRange {
	var out []audit.PathRange
	for g := range s.Places {
		pc := &s.Places[g]
		path := audit.Path{Source: x.Addr(pc.Source), Interface: x.own("if", pc.Interface), OnLink: pc.OnLink}
		addrs := make([]netip.Addr, 0, len(s.Plan.Groups[g].Addrs))
		for _, a := range s.Plan.Groups[g].Addrs {
			addrs = append(addrs, x.Addr(a))
		}
		slices.SortFunc(addrs, netip.Addr.Compare)
		for _, a := range addrs {
			if n := len(out); n > 0 && out[n-1].Path == path && out[n-1].Last.Next() == a {
				out[n-1].Last = a
			} else {
				out = append(out, audit.PathRange{First: a, Last: a, Path: path})
			}
		}
	}
	return out
}

func (x *Names) gates(g probes.Gates, m *matched) probes.Gates {
	g.CanaryAnswered, g.CanarySpoke = x.texts(g.CanaryAnswered), x.texts(g.CanarySpoke)
	limited := g.Limited
	g.Limited = nil
	for _, s := range limited {
		if to, ok := m.groups[s.Group]; ok {
			g.Limited = append(g.Limited, probes.Slot{Group: to, Slot: s.Slot})
		}
	}
	return g
}

// matched says which host of the renamed plan is which host of the real one.
type matched struct {
	to, from *audit.Scope
	hosts    []int       // by host of the renamed plan
	groups   map[int]int // by group of the real plan
}

// flow is the flow of the real plan that a flow of the renamed one stands for.
func (m *matched) flow(id probes.FlowID) probes.FlowID {
	f := m.to.Plan.Flow(id)
	return m.from.Plan.Host(m.hosts[f.Host]).First + probes.FlowID(f.Slot)
}

func (x *Names) match(from, to *audit.Scope) (*matched, error) {
	m := &matched{to: to, from: from, groups: map[int]int{}}
	if from.Plan.Flows() != to.Plan.Flows() || from.Plan.Hosts() != to.Plan.Hosts() {
		return nil, fmt.Errorf("pseudonyms: the renamed run has %d flows to %d hosts, the real one %d to %d",
			to.Plan.Flows(), to.Plan.Hosts(), from.Plan.Flows(), from.Plan.Hosts())
	}
	host := make(map[netip.Addr]int, from.Plan.Hosts())
	for i := range from.Plan.Hosts() {
		host[x.Addr(from.Plan.Host(i).Addr)] = i
	}
	for i := range to.Plan.Hosts() {
		h := to.Plan.Host(i)
		real, ok := host[h.Addr]
		if !ok {
			return nil, errors.New("pseudonyms: the renamed run has a host that the real one has not")
		}
		old := from.Plan.Host(real)
		if !slices.Equal(from.Plan.Groups[old.Group].Endpoints, to.Plan.Groups[h.Group].Endpoints) || from.Places[old.Group].Zone != to.Places[h.Group].Zone {
			return nil, errors.New("pseudonyms: a host of the renamed run is asked other questions, or lies in another zone")
		}
		m.hosts = append(m.hosts, real)
		m.groups[old.Group] = h.Group
	}
	return m, nil
}

// mirror is the board of the renamed run. What was seen is the same, by whom is renamed.
func (x *Names) mirror(c *bundle.Content, real *probes.Board, m *matched) *probes.Board {
	board := probes.NewBoard(m.to.Plan)
	board.Begin(c.Run.Started)
	var cells []probes.Cell
	for i, from := range m.hosts {
		var state probes.HostState
		cells, state = real.Row(from, cells)
		first := m.to.Plan.Host(i).First
		for slot := range cells {
			cell := &cells[slot]
			if cell.Class == probes.Unobserved {
				continue
			}
			o := probes.Observation{
				Flow: first + probes.FlowID(slot), Class: cell.Class, Reason: cell.Reason, Flags: cell.Flags, Attempts: int(cell.Attempts),
				ICMPType: cell.ICMPType, ICMPCode: cell.ICMPCode, Weak: cell.Weak, RTT: time.Duration(cell.RTT) * time.Microsecond,
				At: c.Run.Started.Add(time.Duration(cell.At) * time.Millisecond),
			}
			switch cell.Offender {
			case probes.OffenderTarget:
				o.Offender = m.to.Plan.Host(i).Addr
			case probes.OffenderOther: // the board had no room for it
				if seen, ok := c.Observation(m.from.Plan.Host(from).First + probes.FlowID(slot)); ok {
					o.Offender = x.Addr(seen.Offender)
				}
			default:
				o.Offender = x.Addr(real.Offender(cell.Offender))
			}
			board.Set(o)
		}
		board.SetHost(i, state)
	}
	return board
}

// sameVerdicts compares both runs flow by flow.
func sameVerdicts(real, renamed *audit.Results, m *matched) error {
	for id := range renamed.Judged {
		if renamed.Judged[id] != real.Judged[m.flow(probes.FlowID(id))] {
			return fmt.Errorf("pseudonyms: the renamed run judges a flow as %s, the real one as %s",
				renamed.Judged[id].Verdict, real.Judged[m.flow(probes.FlowID(id))].Verdict)
		}
	}
	return nil
}

// Judge makes the results of a content, without waivers.
func Judge(c *bundle.Content) (*audit.Results, error) {
	board, err := filled(c, func(*probes.Observation) {})
	if err != nil {
		return nil, err
	}
	return judge(c, board), nil
}

// filled is a board with all that a content has observed; each sees it as well.
func filled(c *bundle.Content, each func(*probes.Observation)) (*probes.Board, error) {
	board := probes.NewBoard(c.Scope.Plan)
	board.Begin(c.Run.Started)
	for id := range c.Scope.Plan.Flows() {
		if err := c.Tick(id); err != nil {
			return nil, err
		}
		if o, ok := c.Observation(probes.FlowID(id)); ok {
			each(o)
			board.Set(*o)
		}
	}
	for i := range c.Scope.Plan.Hosts() {
		board.SetHost(i, c.Host(i))
	}
	return board, nil
}

func judge(c *bundle.Content, board *probes.Board) *audit.Results {
	board.SetGates(c.Gates)
	r := audit.NewResults(c.Scope)
	r.LoadBoard(board)
	return r
}
