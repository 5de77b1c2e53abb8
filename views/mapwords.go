package views

import (
	"fmt"
	"net/netip"

	"oobscope/audit"
	"oobscope/probes"
)

// rangeName names 1<<n places from lo: a prefix, an address, or the first and last target.
func (m *Map) rangeName(s *State, lo uint32, n int) string {
	a := &m.areas[m.area]
	if p, ok := a.prefix(lo, n); ok {
		if p.IsSingleIP() {
			return p.Addr().String()
		}
		return p.String()
	}
	from, to := a.between(lo, lo+1<<n)
	if from == to {
		return "-"
	}
	addr := func(i int) netip.Addr { return m.scope.Plan.Host(int(a.hosts[i])).Addr }
	if to-from == 1 {
		return addr(from).String()
	}
	return fmt.Sprintf(s.Words.Map.FromTo, addr(from), addr(to-1))
}

// where names what is in sight.
func (m *Map) where(s *State) string { return m.rangeName(s, m.lo, m.bits) }

// scale says in w columns what the picture shows and what a cell stands for.
func (m *Map) scale(s *State, w int) string {
	words := &s.Words.Map
	a := &m.areas[m.area]
	unit := words.OneTarget
	switch n := 1 << m.sheet.per; {
	case a.ordered() && n > 1:
		unit = fmt.Sprintf(words.Addresses, Count(n))
	case a.ordered():
		unit = words.OneAddress
	case n > 1:
		unit = fmt.Sprintf(words.Targets, Count(n))
	}
	order := words.InRows
	switch {
	case m.hilbert:
		order = words.OnCurve
	case !a.ordered():
		order = words.InIndex
	}
	area := ""
	if len(m.areas) > 1 {
		area = fmt.Sprintf(words.Area, Count(m.area+1), Count(len(m.areas)))
	}
	for _, text := range []string{join("  ", area, m.where(s), order, unit), join("  ", area, m.where(s), unit), join("  ", m.where(s), unit)} {
		if Width(text) <= w {
			return text
		}
	}
	return unit
}

// swatch is how a mark looks in the picture and in words.
func (m *Map) swatch(s *State, mark audit.Mark, n int) string {
	out := s.Theme.Mark(mark).Show(s.Words.Mark[mark] + " " + Count(n))
	if m.sheet.half {
		k := &m.inks.block[mark]
		out = k.open + k.glyph + k.end + " " + out
	}
	return out
}

// markLines counts marks in words, the worst first.
func (m *Map) markLines(s *State, c *markCount) []string {
	var out []string
	for k := markKinds - 1; k >= 0; k-- {
		if c[k] > 0 {
			out = append(out, m.swatch(s, audit.Mark(k), int(c[k])))
		}
	}
	return out
}

// legend counts what is in sight, and names the worst of what is not, in at most h lines; the words give way to
// the signs where they do not fit.
func (m *Map) legend(s *State, w, h int) []string {
	rest := m.elsewhere(s)
	out := packed(append(m.markLines(s, &m.count.all), rest...), w)
	if len(out) <= h {
		return out
	}
	out = packed(append([]string{m.markSigns(s, &m.count.all)}, rest...), w)
	return out[:min(len(out), h)]
}

// markSigns counts marks by their signs alone.
func (m *Map) markSigns(s *State, c *markCount) string {
	out := ""
	for k := markKinds - 1; k >= 0; k-- {
		if c[k] == 0 {
			continue
		}
		sign := s.Theme.Mark(audit.Mark(k)).Sign
		if m.sheet.half {
			b := &m.inks.block[k]
			sign = b.open + b.glyph + b.end + sign
		}
		out = join("  ", out, s.Theme.Mark(audit.Mark(k)).Ink.On(sign)+":"+Count(int(c[k])))
	}
	return out
}

// elsewhere says the worst of the hosts that are not in the picture; empty if there are none.
func (m *Map) elsewhere(s *State) []string {
	rest := m.count.rest()
	n := rest.hosts()
	if n == 0 {
		return nil
	}
	k := rest.worst()
	text := agreed(s.Words.Map.Elsewhere, Count(n), s.Theme.Mark(k).Sign+" "+s.Words.Mark[k])
	return []string{s.Theme.Mark(k).Ink.On(text)}
}

// cellWords are the cell of the cursor in one line: what it covers, its worst host, its counts.
func (m *Map) cellWords(s *State, w int) string {
	words := &s.Words.Map
	cell := m.cell()
	name := m.rangeName(s, m.lo+uint32(cell)<<m.sheet.per, m.sheet.per)
	c := &m.count.by[cell]
	host, ok := m.host(s)
	switch n := c.hosts(); {
	case !ok:
		return join("  ", s.Theme.Bold.On(name), s.Theme.Dim.On(words.NoTarget))
	case n == 1:
		out := []string{s.Theme.Bold.On(host.String()), m.lookOf(s, c.worst())}
		return join("  ", append(out, m.deviations(s, 1)...)...)
	default:
		head := join("  ", s.Theme.Bold.On(name), counted(n, s.Words.Plain.OneHost, s.Words.Plain.HostCount))
		if c.worst() >= audit.MarkUnverifiable {
			head += "  " + fmt.Sprintf(words.WorstIs, host) + " " + m.lookOf(s, c.worst())
		}
		if out := join("  ", append([]string{head}, m.markLines(s, c)...)...); Width(out) <= w {
			return out
		}
		return join("  ", head, m.markSigns(s, c))
	}
}

func (m *Map) lookOf(s *State, k audit.Mark) string { return s.Theme.Mark(k).Show(s.Words.Mark[k]) }

// deviations are the worst lines of the only host in the cell, at most n of them.
func (m *Map) deviations(s *State, n int) []string {
	if s.Results == nil {
		return nil
	}
	from, to := m.hosts()
	if to-from != 1 {
		return nil
	}
	h := m.scope.Plan.Host(int(m.areas[m.area].hosts[from]))
	var out []string
	for sev := 5; sev >= 0 && len(out) < n; sev-- {
		for id := h.First; id < h.First+probes.FlowID(h.Count) && len(out) < n; id++ {
			j := &s.Results.Judged[id]
			if int(j.Severity) != sev || j.Waived || !j.Verdict.Deviation() && j.Verdict != audit.Error && j.Verdict != audit.Unverifiable {
				continue
			}
			fl := m.scope.Plan.Flow(id)
			look := s.Theme.Verdict(j.Verdict)
			out = append(out, look.Ink.On(look.Sign+" "+s.Words.VerdictOf(j.Verdict))+" "+
				Safe(fl.Endpoint.Service)+" "+portOf(fl.Endpoint.Proto, fl.Endpoint.Port))
		}
	}
	return out
}

// aside is everything that is to be said about the cell and the picture, in h lines of w columns.
func (m *Map) aside(s *State, w, h int) []string {
	words := &s.Words.Map
	cell := m.cell()
	c := &m.count.by[cell]
	name := m.rangeName(s, m.lo+uint32(cell)<<m.sheet.per, m.sheet.per)
	legend := append([]string{s.Theme.Heading(words.InSight, Count(m.count.all.hosts()), w)}, m.markLines(s, &m.count.all)...)
	legend = append(legend, m.elsewhere(s)...)
	if m.areas[m.area].ordered() {
		legend = append(legend, s.Theme.Dim.On(words.Blank))
	}
	out := []string{s.Theme.Heading(name, "", w)}
	room := h - len(legend) - 1
	switch n := c.hosts(); {
	case n == 0:
		out = append(out, s.Theme.Dim.On(words.NoTarget))
	case n == 1:
		out = append(out, m.lookOf(s, c.worst()))
		out = append(out, m.deviations(s, max(0, room-len(out)))...)
	default:
		out = append(out, counted(n, s.Words.Plain.OneHost, s.Words.Plain.HostCount))
		out = append(out, m.markLines(s, c)...)
		if left := room - len(out) - 1; left > 1 {
			out = append(out, m.worstHosts(s, w, left)...)
		}
	}
	out = out[:min(len(out), max(1, room))]
	return append(append(out, ""), legend...)
}

// worstHosts lists the hosts of the cell that deviate, the worst first, in at most h lines.
func (m *Map) worstHosts(s *State, w, h int) []string {
	a, marks := &m.areas[m.area], m.marks(s)
	from, to := m.hosts()
	var out []string
	for k := audit.MarkCritical; k >= audit.MarkInfo; k-- {
		for i := from; i < to && len(out) < h-1; i++ {
			if host := int(a.hosts[i]); marks[host] == k {
				out = append(out, m.lookOf(s, k)+"  "+m.scope.Plan.Host(host).Addr.String())
			}
		}
	}
	if len(out) == 0 {
		return nil
	}
	return append([]string{s.Theme.Heading(s.Words.Map.WorstHosts, "", w)}, out...)
}
