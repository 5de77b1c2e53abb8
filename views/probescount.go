package views

import (
	"slices"
	"strconv"
	"strings"

	"oobscope/audit"
	"oobscope/probes"
)

// seen are the columns of the table of services: every class of observation falls into one of them.
type seen uint8

const (
	seenOpen seen = iota
	seenOther
	seenMute
	seenCut
	seenRefused  // by the host, or by who knows whom
	seenRejected // by something else on the path
	seenSilent
	seenFailed
	seenKinds
)

func seenAs(c probes.Class) seen {
	switch c {
	case probes.OpenProto:
		return seenOpen
	case probes.OpenOther:
		return seenOther
	case probes.OpenMute:
		return seenMute
	case probes.OpenCut:
		return seenCut
	case probes.RstHost, probes.RstUnknown, probes.PortUnreach:
		return seenRefused
	case probes.RstMid, probes.Prohibited, probes.PortUnreachMid, probes.Unreach, probes.TTLExceeded:
		return seenRejected
	case probes.Silence, probes.SilenceUnproven, probes.HostDown:
		return seenSilent
	}
	return seenFailed
}

// serviceCount is one line of the table.
type serviceCount struct {
	name    string
	port    string
	tag     string // what tells it from the other ports of its service, where there are some
	planned int
	flows   [seenKinds]int
}

// classCount counts what was seen by service, from what the results count themselves: it costs what the plan has of
// groups and services, however many hosts there are.
type classCount struct {
	results *audit.Results
	gen     uint64
	rows    []serviceCount
	slots   [][]int // by group, by slot: the row
}

func (c *classCount) update(s *State) {
	r := s.Results
	if c.results == r && c.gen == s.Generation {
		return
	}
	if c.results != r {
		c.begin(r)
	}
	c.results, c.gen = r, s.Generation
	for i := range c.rows {
		c.rows[i].flows = [seenKinds]int{}
	}
	for group, rows := range c.slots {
		for slot, row := range rows {
			for class, n := range r.Seen(group, slot) {
				if class := probes.Class(class); class != probes.Unobserved {
					c.rows[row].flows[seenAs(class)] += n
				}
			}
		}
	}
}

// begin lists the services of a plan, in the order of their first flow.
func (c *classCount) begin(r *audit.Results) {
	*c = classCount{}
	for _, g := range r.Scope.Plan.Groups {
		row := make([]int, len(g.Endpoints))
		for slot, e := range g.Endpoints {
			port := portOf(e.Proto, e.Port)
			i := slices.IndexFunc(c.rows, func(s serviceCount) bool { return s.name == e.Service && s.port == port })
			if i < 0 {
				i = len(c.rows)
				c.rows = append(c.rows, serviceCount{name: e.Service, port: port})
			}
			c.rows[i].planned += len(g.Addrs)
			row[slot] = i
		}
		c.slots = append(c.slots, row)
	}
	for i := range c.rows {
		c.rows[i].tag = c.tag(i)
	}
}

// tag is the port of a service that has several here, with its transport if they differ in that.
func (c *classCount) tag(i int) string {
	proto, port, _ := strings.Cut(c.rows[i].port, "/")
	tag := ""
	for k := range c.rows {
		if k == i || c.rows[k].name != c.rows[i].name {
			continue
		}
		if !strings.HasPrefix(c.rows[k].port, proto+"/") {
			return c.rows[i].port
		}
		tag = port
	}
	return tag
}

// exactRoom is the width from which the table writes whole numbers and the ports.
const exactRoom = 110

// explained says below the table what its columns mean.
func (c *classCount) explained(s *State, w int) []string {
	lines := packed(s.Words.Probes.Columns, w-gutter)
	for i := range lines {
		lines[i] = s.Theme.Dim.On(pad(gutter) + lines[i])
	}
	return append(append([]string{""}, lines...), "")
}

// brief writes a number in at most five cells, rounded down, unless there is room for all of it.
func brief(n int, exact bool) string {
	switch {
	case exact || n < 10_000:
		return Count(n)
	case n < 1_000_000:
		return tenths(n/100) + "k"
	}
	return tenths(n/100_000) + "M"
}

// tenths writes n tenths, without the fraction from a hundred on.
func tenths(n int) string {
	if n >= 1000 {
		return strconv.Itoa(n / 10)
	}
	return strings.TrimSuffix(strconv.Itoa(n/10)+"."+strconv.Itoa(n%10), ".0")
}
