package views

import (
	"fmt"
	"strings"

	"oobscope/audit"
)

// heading is the line over a section: whose lines they are, how many of them are listed, how the whole group
// stands, the worst of the lines, and how many are marked. It reads tallies, and for a host its few flows.
func (d *Diff) heading(s *State, sec int) string {
	x, w := &d.index, s.Words
	part := x.sections[sec]
	n := int(part.to - part.from)
	lines := counted(n, w.Diff.OneLine, w.Diff.Lines)
	if t := x.tallyOf(part.group); t != nil && t.Deviations() > 0 && x.key.wish.scope != changesOnly {
		if n != t.Deviations() {
			lines += w.Host.Comma
		} else {
			lines = ""
		}
		lines += counted(t.Deviations(), w.Plain.OneDeviation, w.Plain.DeviationCount)
	}
	marked := ""
	if k := int(d.chosen.sections[sec]); k > 0 {
		marked = s.Theme.Glyph.Mark + " " + fmt.Sprintf(w.Take.Marked, Count(k))
	}
	return x.foldMark(s, part.group) + join("  ", x.groupName(s, part.group), lines, x.worstOf(s, &part), marked)
}

// worstOf is the worst line of a section, as a sign and a word.
func (x *diffIndex) worstOf(s *State, part *section) string {
	w, t := s.Words, s.Theme
	if part.worst < 0 {
		if c, lost, ok := x.changeOf(part.worst); ok {
			return fmt.Sprintf(w.Diff.Worst, changeLook(t, c, lost).Sign+" "+changeWord(w, c, lost))
		}
		return fmt.Sprintf(w.Diff.Worst, t.Verdict(audit.NotTested).Sign+" "+w.VerdictOf(audit.NotTested))
	}
	j := &x.key.results.Judged[part.worst]
	text := t.Verdict(j.Verdict).Sign + " " + verdictOf(w, j)
	if j.Verdict.Deviation() && !j.Waived {
		text = t.Verdict(j.Verdict).Sign + " " + severityOf(w, j.Severity)
	}
	return fmt.Sprintf(w.Diff.Worst, text)
}

// foldMark shows whether a group is folded.
func (x *diffIndex) foldMark(s *State, group int32) string {
	switch {
	case x.folded(group):
		return "+ "
	case s.Theme.ASCII:
		return "- "
	}
	return "– "
}

// groupName names a group of the order in force.
func (x *diffIndex) groupName(s *State, group int32) string {
	w, sc := s.Words, x.key.results.Scope
	name := ""
	if k := int(group); k < len(x.groups.names) {
		name = x.groups.names[k]
	}
	switch x.key.wish.order {
	case byHost:
		return x.hostName(s, int(group))
	case byRule:
		switch k := int(group) - len(sc.Rules); {
		case k == 0:
			return w.Diff.Default
		case k > 0:
			return fmt.Sprintf(w.Drift.OnlyThen, x.groups.names[k-1])
		}
		ref := &sc.Rules[group]
		return ruleName(ref) + "  " + actionCell(s, ref.Rule.Action).Text
	case byVerdict:
		v := gravity[group]
		return s.Theme.Verdict(v).Sign + " " + w.VerdictOf(v)
	case byZone:
		from, to, _ := strings.Cut(name, zoneArrow)
		return orText(from, w.Plain.Unknown) + " " + s.Theme.Glyph.Arrow + " " + orText(to, w.Plain.Unknown)
	}
	return orText(name, w.Diff.NoService)
}

// hostName names a host with its role, one that only the earlier run has too.
func (x *diffIndex) hostName(s *State, group int) string {
	sc := x.key.results.Scope
	switch hosts := sc.Plan.Hosts(); {
	case group < hosts:
		h := sc.Plan.Host(group)
		return join("  ", h.Addr.String(), sc.Places[h.Group].Role)
	case group == hosts:
		return s.Words.Diff.NoHost
	}
	return fmt.Sprintf(s.Words.Drift.OnlyThen, x.hostAddr(group).String())
}

// tallyOf is what the run says of all of a group; nil if that is not known.
func (x *diffIndex) tallyOf(group int32) *audit.Tally {
	r, k := x.key.results, int(group)
	name := ""
	if k < len(x.groups.names) {
		name = x.groups.names[k]
	}
	switch x.key.wish.order {
	case byRule:
		if k < len(r.ByRule) {
			return &r.ByRule[k]
		}
	case byService:
		return r.ByService[name]
	case byZone:
		from, to, _ := strings.Cut(name, zoneArrow)
		return r.ByZones[[2]string{from, to}]
	case byHost:
		if k < r.Scope.Plan.Hosts() {
			return hostTally(r, k)
		}
	}
	return nil
}

// hostTally counts the few flows of a host.
func hostTally(r *audit.Results, host int) *audit.Tally {
	var t audit.Tally
	h := r.Scope.Plan.Host(host)
	for _, j := range r.Judged[h.First : int(h.First)+h.Count] {
		t.Add(j, +1)
	}
	return &t
}
