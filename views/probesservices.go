package views

import (
	"cmp"
	"strconv"
	"strings"

	"oobscope/audit"
	"oobscope/probes"
)

// pickServices applies filter and order to the table of services, which shows whole numbers where it is wide.
func (p *Probes) pickServices(s *State) {
	if exact := p.width >= exactRoom; exact != p.exact || len(p.services.Columns) == 0 {
		p.exact, p.services.words = exact, nil
	}
	c := &p.count
	p.services.Passive = p.pane != servicesOnly
	p.services.pick(rows{n: len(c.rows), gen: s.Generation, words: s.Words,
		columns: func(w *Words) []Column { return classColumns(w, p.exact) },
		grammar: func() *Grammar { return p.Grammar(s) },
		facts: func(i int, f *Facts) {
			proto, port, _ := strings.Cut(c.rows[i].port, "/")
			f.Of[ByService], f.Of[ByProto] = c.rows[i].name, proto
			f.Number[ByPort], _ = strconv.Atoi(port)
			f.Text = lines(c.rows[i].name, c.rows[i].port)
		},
		compare: func(column string, a, b int) int { return compareServices(column, &c.rows[a], &c.rows[b]) },
		row:     func(i int, cells []Cell) { copy(cells, c.rows[i].cells(s, p.exact || p.services.Open())) },
		about: func(i int) subject {
			a := nothing()
			a.service = c.rows[i].name
			return a
		}})
}

// Grammar implements Queried.
func (p *Probes) Grammar(s *State) *Grammar {
	g := NewGrammar(s.Words, ByService, ByPort, ByProto)
	for i := range p.count.rows {
		g.Know(ByService, p.count.rows[i].name)
	}
	return g
}

// table draws the services in at most h lines. Where its rows have no cursor, those without room are counted in
// the last line.
func (p *Probes) table(s *State, w, h int) []string {
	n := p.services.kept()
	if h < 2 || len(p.count.rows) == 0 {
		return nil
	}
	if n == 0 {
		return Indent(Wrap(p.services.none(s), max(1, w-gutter)), gutter)
	}
	if n <= h-1 || !p.services.Passive {
		return p.services.draw(s.Theme, w, min(n+1, h))
	}
	p.services.Cursor = 0
	out := p.services.draw(s.Theme, w, h-1)
	return append(out, s.Theme.Dim.On(pad(gutter)+agreed(s.Words.Probes.MoreServices, Count(n-h+2))))
}

// The columns of the table of services behind the first three are the kinds of what was seen, by these IDs.
var seenIDs = [seenKinds]string{"open", "other", "mute", "cut", "refused", "rejected", "silent", "failed"}

func classColumns(w *Words, exact bool) []Column {
	number, settled := 5, 5
	if exact {
		number, settled = 7, 15
	}
	cols := []Column{
		{ID: "service", Title: w.Head.Service, Min: 14, Max: 28, Weight: 1},
		{ID: "port", Title: w.Head.Port, Min: 9},
		{ID: "settled", Title: w.Head.Settled, Min: max(settled, Width(w.Head.Settled)), Align: Right, Falls: true},
	}
	if !exact {
		cols[1].Drop = 1
	}
	p := &w.Probes
	for k, title := range []string{p.Open, p.Other, p.Mute, p.Cut, p.Refused, p.Rejected, p.Silent, p.Failed} {
		cols = append(cols, Column{ID: seenIDs[k], Title: title, Min: max(number, Width(title)), Align: Right, Falls: true})
	}
	return cols
}

// compareServices compares two services by a column.
func compareServices(column string, a, b *serviceCount) int {
	switch column {
	case "service":
		return byText(a.name, b.name)
	case "port":
		x, y := portNumber(a.port), portNumber(b.port)
		return cmp.Or(cmp.Compare(x, y), byText(a.port, b.port))
	case "settled":
		return cmp.Compare(Percent(a.settled(), a.planned), Percent(b.settled(), b.planned))
	}
	for k, id := range seenIDs {
		if id == column {
			return cmp.Compare(a.flows[k], b.flows[k])
		}
	}
	return 0
}

// portNumber is the number in "tcp/443"; 0 for none.
func portNumber(s string) int {
	_, number, _ := strings.Cut(s, "/")
	n, err := strconv.Atoi(number)
	if err != nil {
		return 0
	}
	return n
}

// settled is how many flows of the service have an answer.
func (r *serviceCount) settled() int {
	sum := 0
	for k := range r.flows {
		sum += r.flows[k]
	}
	return sum
}

func (r *serviceCount) cells(s *State, exact bool) []Cell {
	t := s.Theme
	counts := make([]Cell, seenKinds)
	for k := range counts {
		n := r.flows[k]
		counts[k] = Cell{brief(n, exact), seenInk(t, seen(k))}
		if n == 0 {
			counts[k] = Cell{t.Verdict(audit.Pending).Sign, t.Dim}
		}
	}
	sum := r.settled()
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
