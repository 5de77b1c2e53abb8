package views

import "oobscope/audit"

// The columns of a list of flows. Intended, observed and verdict stand beside each other and never go; the
// target is cut on its left where it is too long, because its right end is what differs.
const (
	flowHost = iota
	flowService
	flowIntent
	flowSeen
	flowVerdict
	flowSev
	flowRule
	flowPort
	flowReason
	flowRTT
)

// wideSeverity is the width from which a severity has its word beside it.
const wideSeverity = 150

func flowColumns(w *Words, target, width int) []Column {
	sev := Column{Title: w.Diff.Sev, Min: max(3, Width(w.Diff.Sev))}
	if width >= wideSeverity {
		sev = Column{Title: w.Head.Severity, Min: 10}
	}
	return []Column{
		flowHost:    {Title: w.Head.Host, Min: target},
		flowService: {Title: w.Head.Service, Min: 13},
		flowIntent:  {Title: w.Head.Intent, Min: 13},
		flowSeen:    {Title: w.Head.Observed, Min: 14},
		flowVerdict: {Title: w.Head.Verdict, Min: 14, Max: 22, Weight: 1},
		flowSev:     sev,
		flowRule:    {Title: w.Head.Rule, Min: 17, Max: 24, Weight: 1, Drop: 1},
		flowPort:    {Title: w.Head.Port, Min: 9, Drop: 3},
		flowReason:  {Title: w.Head.Reason, Min: 20, Weight: 4, Drop: 2},
		flowRTT:     {Title: w.Head.RTT, Min: 8, Align: Right, Drop: 4},
	}
}

// columns sets the columns for a width; IPv6 addresses get what the others leave, and what the headings say
// already is left out.
func (d *Diff) columns(s *State, w int) {
	const others = 65 // what stands beside the target and never goes, at 80 cells
	target := max(15, min(longestTarget(s.Results.Scope), w-others))
	key := columnsKey{s.Words, w, target, d.order}
	if d.laid == key {
		return
	}
	d.laid = key
	d.grid.Columns, d.picks = d.grid.Columns[:0], d.picks[:0]
	skip := map[diffOrder]int{worstFirst: -1, byRule: flowRule, byHost: flowHost, byService: flowService}[d.order]
	for i, c := range flowColumns(s.Words, target, w) {
		if i != skip {
			d.grid.Columns, d.picks = append(d.grid.Columns, c), append(d.picks, i)
		}
	}
	d.grid.Relayout()
}

// columnsKey is what the columns depend on.
type columnsKey struct {
	words     *Words
	w, target int
	order     diffOrder
}

// longestTarget is how wide the addresses of a plan are, judged by the ends of each group: those are of one
// network.
func longestTarget(sc *audit.Scope) int {
	n := 0
	for g := range sc.Plan.Groups {
		if list := sc.Plan.Groups[g].Addrs; len(list) > 0 {
			n = max(n, len(list[0].String()), len(list[len(list)-1].String()))
		}
	}
	return n
}

func (d *Diff) fill(s *State, f *audit.Finding, c []Cell) {
	var all [flowRTT + 1]Cell
	fillFlow(s, f, d.laid.w >= wideSeverity, all[:])
	all[flowHost].Text = cutLeft(targetOf(f), d.laid.target)
	all[flowRule].Text = deciderOf(s.Results.Scope, f.Rule)
	for k, i := range d.picks {
		c[k] = all[i]
	}
}

// fillFlow fills the cells that every list of flows has; wide has room for the word beside a severity.
func fillFlow(s *State, f *audit.Finding, wide bool, c []Cell) {
	w, t := s.Words, s.Theme
	c[flowService].Text = f.ServiceID()
	c[flowIntent] = t.Intent(f.Intent).Cell(w.Diff.Intent[f.Intent])
	c[flowSeen] = t.Class(f.Observed).Cell(or(w.Diff.Class, f.Observed.String()))
	c[flowVerdict] = t.Verdict(f.Verdict).Cell(verdictOf(w, &f.Judgement))
	if f.Verdict.Deviation() {
		c[flowSev] = Cell{t.Severity(f.Severity).Sign, t.Severity(f.Severity).Ink}
		if wide {
			c[flowSev].Text = severityOf(w, f.Severity)
		}
	}
	c[flowPort].Text = portOf(f.Proto, f.Port)
	c[flowReason].Text = whyOf(w, f)
	c[flowRTT].Text = Millis(f.Cell.RTT)
}

// cutLeft shortens an address to w cells at its left end.
func cutLeft(s string, w int) string {
	if len(s) <= w || w < 2 {
		return s
	}
	return "…" + s[len(s)-w+1:]
}
