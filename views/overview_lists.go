package views

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"oobscope/audit"
	"oobscope/probes"
)

// weakRow is a weakness and how many flows showed it.
type weakRow struct {
	weak probes.Weakness
	n    int
}

// weakOrder ranks weaknesses by what they hand to a stranger: secrets and control first, then what can be
// taken by listening or guessing, then what only helps along.
var weakOrder = [...]probes.Weakness{
	probes.PSBlockServed, probes.IPMICipherZero, probes.IPMINoneAuth, probes.IPMIAnonymous, probes.RedfishAnonymousAdmin,
	probes.CIMNoLogin, probes.IPMINullUser, probes.IPMIRAKP, probes.IPMIWeakAuth, probes.IPMIDefaultKG,
	probes.IPMIUnauthPackets, probes.ClearTextLogin, probes.RedfishClearText, probes.CIMClearText, probes.PanelClearText,
	probes.RedfishAnonymous, probes.SLPStrongAmplifier, probes.IPMIV15Only, probes.IPMIV15, probes.TLSUnspoken,
	probes.TLSOldVersion, probes.SLPAmplifier, probes.SLPAdvertisesClear, probes.TLSExpired, probes.TLSWeakKey,
	probes.TLSSelfSigned, probes.TLSNameMismatch, probes.TLSNegativeSerial, probes.RedfishAnswersAll,
}

func weakRows(r *audit.Results) []weakRow {
	var out []weakRow
	for _, k := range weakOrder {
		if n := r.Weak[k]; n > 0 {
			out = append(out, weakRow{k, n})
		}
	}
	return out
}

// untestedRow sums up what cannot be tested from here under one rule and for one reason.
type untestedRow struct {
	rule   int
	reason audit.Reason
	lines  int
	what   []string
}

func untestedRows(sc *audit.Scope) []untestedRow {
	if sc == nil {
		return nil
	}
	var out []untestedRow
	for i := range sc.Left {
		u := &sc.Left[i]
		k := slices.IndexFunc(out, func(r untestedRow) bool { return r.rule == u.Rule && r.reason == u.Reason })
		if k < 0 {
			k = len(out)
			out = append(out, untestedRow{rule: u.Rule, reason: u.Reason})
		}
		out[k].lines += u.Lines()
		if what := portOf(u.Proto, u.Port); what != "" && !slices.Contains(out[k].what, what) {
			out[k].what = append(out[k].what, what)
		}
	}
	slices.SortStableFunc(out, func(a, b untestedRow) int { return cmp.Compare(b.lines, a.lines) })
	return out
}

// untestedReason says why in words; a target without a route has no rule to blame.
func untestedReason(s *State, rule int, r audit.Reason) string {
	if rule < 0 && r == audit.LocalFailure {
		return s.Words.ProbeReasonOf(probes.NoRoute)
	}
	return s.Words.ReasonOf(r)
}

// lists are the tabs at the foot of the overview and the chosen list under them; in a tall window the
// others stand below it in short.
func (o *Overview) lists(s *State, w, h int) []string {
	if h < 3 {
		return nil
	}
	out := []string{"", o.tabs(s, w)}
	h -= 2
	spare := 0
	if h >= 22 && s.Results != nil && o.pane == paneFindings {
		spare = min(h/3, 3+max(len(o.weak), len(o.untested), 1))
	}
	out = append(out, o.list(s, o.pane, w, h-spare, true)...)
	if spare == 0 {
		return out
	}
	for len(out) < 2+h-spare {
		out = append(out, "")
	}
	side := func(pane int) func(int) []string {
		return func(w int) []string {
			return append([]string{s.Theme.Heading(o.paneName(s, pane), "", w)}, o.list(s, pane, w, spare-2, false)...)
		}
	}
	out = append(out, "")
	return append(out, s.Theme.TwoColumns(side(paneWeaknesses), side(paneUntested), w, 0.4, 40)...)
}

func (o *Overview) paneName(s *State, pane int) string {
	ow := &s.Words.Overview
	name := [...]string{ow.Worst, ow.Weaknesses, ow.Untested}[pane]
	kept := o.panes[pane].kept()
	n := Count(kept)
	switch {
	case pane == paneFindings && s.Results != nil:
		if all := s.Results.Total.Deviations(); all > kept {
			n += "/" + Count(all)
		}
	case pane == paneUntested: // what its rows stand for, as the count of the verdicts has it
		lines := 0
		for k := range kept {
			lines += o.untested[o.panes[pane].picks.Row(k)].lines
		}
		n = Count(lines)
	}
	return name + " " + n
}

// tabs names the three lists; the chosen one is marked by its brackets as well as its ink.
func (o *Overview) tabs(s *State, w int) string {
	var parts []string
	for pane := range paneCount {
		if s.Results == nil && pane != paneUntested {
			continue
		}
		name := o.paneName(s, pane)
		if pane == o.pane {
			parts = append(parts, s.Theme.Title.On("["+name+"]"))
		} else {
			parts = append(parts, s.Theme.Dim.On(" "+name+" "))
		}
	}
	line := strings.Join(parts, " ")
	n := w - Width(line)
	return line + s.Theme.rule(n)
}

// list draws one of the lists in h lines, with the cursor if it is the chosen one.
func (o *Overview) list(s *State, pane, w, h int, chosen bool) []string {
	l := &o.panes[pane]
	n := l.kept()
	if n == 0 {
		return Indent(Wrap(o.none(s, pane), max(1, w-gutter)), gutter)
	}
	l.Columns = o.columns(s, pane, w)
	if chosen {
		l.Relayout()
		return l.draw(s.Theme, w, h)
	}
	rows := make([][]Cell, min(n, max(h-1, 0)))
	kept := l.widths
	l.widths = layout(l.Columns, w, nil)
	defer func() { l.widths = kept }()
	for i := range rows {
		rows[i] = make([]Cell, len(l.Columns))
		o.row(s, pane, l.picks.Row(i), rows[i])
	}
	return s.Theme.Table(l.Columns, rows, w)
}

// none says why a list is empty.
func (o *Overview) none(s *State, pane int) string {
	switch {
	case o.panes[pane].query == "" || o.rows(pane) == 0:
		return [...]string{s.Words.Empty.NoFinding, s.Words.Empty.NoWeakness, s.Words.Empty.NoUntested}[pane]
	case pane == paneFindings && s.Results.Total.Deviations() > len(o.worst):
		return fmt.Sprintf(s.Words.Table.NotAmongWorst, Count(len(o.worst)), s.Words.Name.Diff)
	}
	return o.panes[pane].none(s)
}

// brief is the counts in a window with no room for columns: the verdicts one after another, and the share
// that was tested.
func (o *Overview) brief(s *State, w int) []string {
	y := &s.Results.Total
	c := y.Coverage()
	line := fmt.Sprintf(s.Words.Overview.CoverageLine, Count(c.Tested), Count(y.Flows()), Percent(c.Tested, y.Flows()))
	var pieces []string
	for _, v := range gravity {
		if n := y.Of(v); n > 0 {
			pieces = append(pieces, s.Theme.Verdict(v).Show(s.Words.VerdictOf(v)+" "+Count(n)))
		}
	}
	return append(packed(pieces, w), Cut(line, w))
}

// counts are the verdicts at the left, coverage and weaknesses at the right.
func (o *Overview) counts(s *State, w int) []string {
	ow, y := &s.Words.Overview, &s.Results.Total
	rows := 0
	left := func(w int) []string {
		out := append([]string{s.Theme.Heading(ow.Verdicts, "", w)}, verdictLines(s, y, w)...)
		rows = len(out)
		return out
	}
	right := func(w int) []string {
		c := y.Coverage()
		pct := fmt.Sprintf("%d%%", Percent(c.Tested, y.Flows()))
		out := append([]string{s.Theme.Heading(ow.Coverage, pct, w)}, coverageLines(s, y, w)...)
		if room := rows - len(out) - 1; room > 0 {
			out = append(out, s.Theme.Heading(ow.Weaknesses, "", w))
			out = append(out, o.weakLines(s, room)...)
		}
		return out
	}
	share := 0.45
	if w >= 110 {
		share = min(0.662, 82/float64(w)) // room for what each verdict means, and no more
	}
	return append([]string{""}, s.Theme.TwoColumns(left, right, w, share, 30)...)
}

// countRows is how many lines counts takes.
func (o *Overview) countRows(s *State) int {
	n := 2
	for _, v := range gravity {
		if s.Results.Total.Of(v) > 0 {
			n++
		}
	}
	return n
}

// weakLines are the first weaknesses, room lines of them.
func (o *Overview) weakLines(s *State, room int) []string {
	if len(o.weak) == 0 {
		return []string{s.Theme.Dim.On(s.Words.Empty.NoWeakness)}
	}
	var out []string
	for i, r := range o.weak {
		if i == room-1 && len(o.weak) > room {
			return append(out, s.Theme.Dim.On(fmt.Sprintf(s.Words.Plain.More, Count(len(o.weak)-i))))
		}
		if i == room {
			break
		}
		out = append(out, FitRight(Count(r.n), 5)+"  "+s.Words.WeaknessOf(r.weak))
	}
	return out
}
