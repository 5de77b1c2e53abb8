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
	flowChange // the last two are there only if the run is held against another
	flowWas
)

// wideSeverity is the width from which a severity has its word beside it.
const wideSeverity = 150

func flowColumns(w *Words, target, width int) []Column {
	sev := Column{ID: idSeverity, Title: w.Diff.Sev, Min: max(3, Width(w.Diff.Sev)), Falls: true}
	if width >= wideSeverity {
		sev.Title, sev.Min = w.Head.Severity, 12
	}
	return []Column{
		flowHost:    {ID: idHost, Title: w.Head.Host, Min: target, Pin: true},
		flowService: {ID: idService, Title: w.Head.Service, Min: 13, Pin: true},
		flowIntent:  {ID: idIntent, Title: w.Head.Intent, Min: 13},
		flowSeen:    {ID: idObserved, Title: w.Head.Observed, Min: 14},
		flowVerdict: {ID: idVerdict, Title: w.Head.Verdict, Min: 14, Max: 22, Weight: 1},
		flowSev:     sev,
		flowRule:    {ID: idRule, Title: w.Head.Rule, Min: 17, Max: 24, Weight: 1, Drop: 1},
		flowPort:    {ID: idPort, Title: w.Head.Port, Min: 9, Drop: 3},
		flowReason:  {ID: idReason, Title: w.Head.Reason, Min: 20, Weight: 4, Drop: 2},
		flowRTT:     {ID: idRTT, Title: w.Head.RTT, Min: 8, Align: Right, Drop: 5, Falls: true},
	}
}

// changeRoom is the width from which a change has its word beside its sign.
const changeRoom = 96

// driftColumns are the flow columns and what tells of an earlier run. In a narrow window the change is a sign, and
// two cells of others make room for it.
func driftColumns(w *Words, target, width int) []Column {
	cols := flowColumns(w, target, width)
	change := Column{ID: idChange, Title: w.Head.Change, Min: w.Drift.widest()}
	if width < changeRoom {
		change.Title, change.Min = w.Drift.Short, 1
		cols[flowService].Min = 12
		more := cols[flowSev].Min - 3 // the words for what is intended are short where that for the severity is long
		cols[flowIntent].Min -= more
	}
	return append(cols, change, Column{ID: idWas, Title: w.Head.Was, Min: 14, Drop: 4})
}

// widest is the width of the longest change with its sign.
func (d *DriftWords) widest() int {
	n := Width(d.Lost)
	for _, word := range d.Change {
		n = max(n, Width(word))
	}
	return n + 2
}

// columns sets the columns for a width; IPv6 addresses get what the others leave, and what the headings say
// already is left out.
func (d *Diff) columns(s *State, w int) {
	const others = 65 // what stands beside the target and never goes, at 80 cells
	target := max(15, min(longestTarget(s.Results.Scope), w-others))
	key := columnsKey{s.Words, w, target, d.wish.order, s.Drift != nil}
	if d.laid == key {
		return
	}
	d.laid = key
	natural := []int{flowHost, flowService, flowIntent, flowSeen, flowVerdict, flowSev, flowRule, flowPort, flowReason, flowRTT}
	cols := flowColumns(s.Words, target, w)
	if key.drift {
		natural = []int{flowHost, flowService, flowIntent, flowSeen, flowVerdict, flowChange, flowSev, flowRule, flowPort, flowReason, flowWas, flowRTT}
		cols = driftColumns(s.Words, target, w)
	}
	d.grid.Columns, d.picks = d.grid.Columns[:0], d.picks[:0]
	skip := [diffOrders]int{worstFirst: -1, byRule: flowRule, byHost: flowHost, byService: flowService, byZone: -1, byVerdict: -1}[d.wish.order]
	for _, i := range natural {
		if i != skip {
			d.grid.Columns, d.picks = append(d.grid.Columns, cols[i]), append(d.picks, i)
		}
	}
	d.grid.Relayout()
}

// columnsKey is what the columns depend on.
type columnsKey struct {
	words     *Words
	w, target int
	order     diffOrder
	drift     bool
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

// row fills the cells of a place of the list.
func (d *Diff) row(s *State) func(i int, c []Cell) {
	return func(i int, c []Cell) {
		_, row, heading := d.index.at(i)
		if heading {
			return
		}
		f := d.index.finding(row)
		d.fill(s, row, &f, c)
	}
}

func (d *Diff) fill(s *State, row int32, f *audit.Finding, c []Cell) {
	var all [flowWas + 1]Cell
	fillFlow(s, f, d.laid.w >= wideSeverity, all[:])
	all[flowHost].Text = cutLeft(targetOf(f), d.laid.target)
	all[flowRule].Text = deciderOf(s.Results.Scope, f.Rule)
	if _, missing := d.index.missing(row); missing {
		all[flowRule].Text = f.App
	}
	all[flowReason].Text = d.note(s, row, f)
	for k, i := range d.picks {
		switch {
		case i == flowChange:
			if change, lost, ok := d.index.changeOf(row); ok {
				c[k] = changeCell(s, change, lost, d.grid.widths[k])
			}
			continue
		case i == flowWas && d.grid.widths[k] > 0:
			if was, ok := d.index.before(row); ok {
				c[k] = s.Theme.Verdict(was.Verdict).Cell(verdictOf(s.Words, &was.Judgement))
			}
			continue
		}
		c[k] = all[i]
	}
}

// note says in short what there is to say of a line, with the waiver that it has and that does not count.
func (d *Diff) note(s *State, row int32, f *audit.Finding) string {
	why := noteOf(s.Words, f)
	if row >= 0 && !f.Waived {
		why = join(s.Words.Host.Also, d.waivers.of(s.Words, flowAt(row)), why)
	}
	return why
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
		if f.Waived { // in brackets: it does not count
			c[flowSev] = Cell{"(" + c[flowSev].Text + ")", t.Dim}
			c[flowVerdict].Ink = t.Dim
		}
	}
	c[flowPort].Text = portOf(f.Proto, f.Port)
	c[flowReason].Text = noteOf(w, f)
	c[flowRTT].Text = Millis(f.Cell.RTT)
}

// cutLeft shortens an address to w cells at its left end.
func cutLeft(s string, w int) string {
	if len(s) <= w || w < 2 {
		return s
	}
	return "…" + s[len(s)-w+1:]
}
