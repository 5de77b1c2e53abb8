package views

import (
	"fmt"
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
	base    [seenKinds]int // hosts that are done
	moving  [seenKinds]int // hosts under way
}

// classCount counts what was seen by service. A host that is done is counted once and not looked at again
// while its run goes on; only those under way are read for each generation.
type classCount struct {
	results *audit.Results
	gen     uint64
	phase   RunPhase
	rows    []serviceCount
	slots   [][]int // by group, by slot: the row
	done    []bool  // by host: counted in base
}

func (c *classCount) update(s *State) {
	r := s.Results
	if c.results == r && c.gen == s.Generation && c.phase == s.Run.Phase {
		return
	}
	if c.results != r || c.phase != s.Run.Phase {
		c.begin(r)
	}
	c.results, c.gen, c.phase = r, s.Generation, s.Run.Phase
	for i := range c.rows {
		c.rows[i].moving = [seenKinds]int{}
	}
	host, id := 0, 0
	for g := range r.Scope.Plan.Groups {
		slots := c.slots[g]
		for range r.Scope.Plan.Groups[g].Addrs {
			if !c.done[host] {
				c.host(r, host, r.Cells[id:id+len(slots)], slots)
			}
			host++
			id += len(slots)
		}
	}
}

// host counts the flows of one host. One that nothing is known of is only looked at for its mark.
func (c *classCount) host(r *audit.Results, host int, cells []probes.Cell, slots []int) {
	done := r.Hosts[host].Flags&probes.HostDone != 0
	if !done && r.Marks[host] == audit.MarkWaiting {
		return
	}
	c.done[host] = done
	for slot := range cells {
		if cells[slot].Class == probes.Unobserved {
			continue
		}
		row := &c.rows[slots[slot]]
		if done {
			row.base[seenAs(cells[slot].Class)]++
		} else {
			row.moving[seenAs(cells[slot].Class)]++
		}
	}
}

// begin lists the services of a plan, in the order of their first flow.
func (c *classCount) begin(r *audit.Results) {
	*c = classCount{done: make([]bool, len(r.Hosts))}
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

// lines draw the table in at most h lines; services without room are counted in the last one.
func (c *classCount) lines(s *State, w, h int) []string {
	if h < 2 || len(c.rows) == 0 {
		return nil
	}
	exact := w >= exactRoom
	n := len(c.rows)
	if n > h-1 {
		n = max(0, h-2)
	}
	rows := make([][]Cell, 0, n)
	for i := range n {
		rows = append(rows, c.rows[i].cells(s, exact))
	}
	out := s.Theme.Table(classColumns(s.Words, exact), rows, w)
	if n < len(c.rows) {
		out = append(out, s.Theme.Dim.On(pad(gutter)+fmt.Sprintf(s.Words.Probes.MoreServices, Count(len(c.rows)-n))))
	}
	return out
}

// explained says below the table what its columns mean.
func (c *classCount) explained(s *State, w int) []string {
	lines := packed(s.Words.Probes.Columns, w-gutter)
	for i := range lines {
		lines[i] = s.Theme.Dim.On(pad(gutter) + lines[i])
	}
	return append(append([]string{""}, lines...), "")
}

func classColumns(w *Words, exact bool) []Column {
	number, settled := 5, 5
	if exact {
		number, settled = 7, 15
	}
	cols := []Column{
		{Title: w.Head.Service, Min: 14, Max: 28, Weight: 1},
		{Title: w.Head.Port, Min: 9},
		{Title: w.Head.Settled, Min: max(settled, Width(w.Head.Settled)), Align: Right},
	}
	if !exact {
		cols[1].Drop = 1
	}
	p := &w.Probes
	for _, title := range []string{p.Open, p.Other, p.Mute, p.Cut, p.Refused, p.Rejected, p.Silent, p.Failed} {
		cols = append(cols, Column{Title: title, Min: max(number, Width(title)), Align: Right})
	}
	return cols
}

func (r *serviceCount) cells(s *State, exact bool) []Cell {
	t := s.Theme
	sum := 0
	counts := make([]Cell, seenKinds)
	for k := range counts {
		n := r.base[k] + r.moving[k]
		sum += n
		counts[k] = Cell{brief(n, exact), seenInk(t, seen(k))}
		if n == 0 {
			counts[k] = Cell{t.Verdict(audit.Pending).Sign, t.Dim}
		}
	}
	name, settled := r.name, strconv.Itoa(Percent(sum, r.planned))+"%"
	if exact {
		settled = Count(sum) + "/" + Count(r.planned)
	} else {
		name = join(" ", name, r.tag)
	}
	return append([]Cell{{Text: name}, {r.port, t.Dim}, {Text: settled}}, counts...)
}

// seenInk is the ink of a column: that of a class in it.
func seenInk(t *Theme, k seen) Ink {
	of := [seenKinds]probes.Class{probes.OpenProto, probes.OpenOther, probes.OpenMute, probes.OpenCut, probes.RstHost,
		probes.Prohibited, probes.Silence, probes.ProbeError}
	return t.Class(of[k]).Ink
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
