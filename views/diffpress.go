package views

import (
	"fmt"
	"strconv"
	"strings"

	"oobscope/audit"
	"oobscope/probes"
)

// Press implements Screen.
func (d *Diff) Press(s *State, key string) Action {
	d.still.touch()
	switch {
	case d.picker.open:
		return d.picker.press(s, key)
	case s.Results == nil:
		if key == "r" {
			return asked(s)
		}
		return Action{}
	}
	d.refresh(s)
	n := d.index.len()
	if d.copying {
		return d.copyAs(s, key)
	}
	if d.grid.Open() {
		d.grid.Arrange(key, n)
		return Action{}
	}
	if a, mine := d.jumps.press(s, key, func() subject { return d.about(s) }); mine {
		return a
	}
	if a, mine := d.pressList(s, key, n); mine {
		return a
	}
	if n == 0 {
		return Action{}
	}
	d.grid.Cursor = max(0, min(d.grid.Cursor, n-1))
	if a, mine := d.pressMark(s, key, n); mine {
		return a
	}
	if d.grid.Arrange(key, n) || d.grid.Press(key, n) {
		return Action{}
	}
	if a, mine := d.pressWork(s, key); mine {
		return a
	}
	sec, row, heading := d.index.at(d.grid.Cursor)
	if heading {
		return d.pressHeading(s, key, sec)
	}
	return d.pressRow(s, key, sec, row)
}

// about is what the line under the cursor is about, for the list of what names it.
func (d *Diff) about(s *State) subject {
	n := d.index.len()
	if n == 0 {
		return nothing()
	}
	sec, row, heading := d.index.at(max(0, min(d.grid.Cursor, n-1)))
	if !heading {
		f := d.index.finding(row)
		return aboutFlow(s, &f)
	}
	group := int(d.index.sections[sec].group)
	switch {
	case d.wish.order == byHost && group < s.Results.Scope.Plan.Hosts():
		return aboutHost(s, s.Results.Scope.Plan.Host(group).Addr.String())
	case d.wish.order == byRule && group < len(s.Results.Scope.Rules):
		return aboutRule(s, group)
	}
	return nothing()
}

// pressOrder changes what is listed and in which order.
func (d *Diff) pressOrder(s *State, key string) Action {
	switch key {
	case "v", "tab":
		d.wish.order = (d.wish.order + 1) % diffOrders
	case "shift+tab":
		d.wish.order = (d.wish.order + diffOrders - 1) % diffOrders
	case "a":
		if d.wish.scope == deviationsOnly {
			d.wish.scope = everyLine
		} else {
			d.wish.scope = deviationsOnly
		}
	case "D":
		if s.Drift == nil {
			return Action{Text: s.Words.Drift.NoneYet}
		}
		if d.wish.scope == changesOnly {
			d.wish.scope = everyLine
		} else {
			d.wish.scope = changesOnly
		}
	}
	return Action{}
}

// pressList handles the keys that are about the list as a whole.
func (d *Diff) pressList(s *State, key string, n int) (a Action, mine bool) {
	switch key {
	case "v", "tab", "shift+tab", "a", "D":
		a = d.pressOrder(s, key)
	case "d":
		a = d.picker.start(s)
	case "L":
		a = Action{Kind: Goto, To: "waivers", Arg: d.waiverUnder(n)}
	case "e":
		if n > 0 {
			a = Action{Kind: Export}
		}
	case "z":
		if len(d.index.sections) > 0 {
			sec, _, _ := d.index.at(max(0, min(d.grid.Cursor, n-1)))
			d.index.foldEvery()
			d.grid.Cursor = d.index.starts[sec]
			d.chosen.moved()
		}
	default:
		return a, false
	}
	return a, true
}

// pressMark handles the keys that mark lines.
func (d *Diff) pressMark(s *State, key string, n int) (a Action, mine bool) {
	c, x := &d.chosen, &d.index
	sec, row, heading := x.at(d.grid.Cursor)
	switch {
	case key == "space" && c.ranging, key == "V" && c.ranging:
		d.endRange()
	case key == "space" && heading:
		c.toggleGroup(x, sec)
	case key == "space":
		c.toggle(x, sec, row)
		d.grid.Press("down", n)
	case key == "V":
		c.begin(d.rowAt(d.grid.Cursor), d.grid.Cursor)
	case key == "shift+down", key == "shift+up":
		if !c.ranging {
			c.begin(d.rowAt(d.grid.Cursor), d.grid.Cursor)
		}
		d.grid.Press(strings.TrimPrefix(key, "shift+"), n)
	case key == "*":
		c.invert(x)
	case key == "esc" && c.ranging:
		c.ranging = false
	case key == "esc" && c.n > 0:
		c.clear()
		c.counted = false
	default:
		return a, false
	}
	return a, true
}

// endRange marks the lines of the range under way.
func (d *Diff) endRange() {
	if from, to, ok := d.chosen.span(&d.index, d.grid.Cursor); ok {
		d.chosen.take(&d.index, from, to)
	}
	d.chosen.ranging = false
}

// pressWork handles the keys that do something with what is marked, or with the line or the group under the cursor.
func (d *Diff) pressWork(s *State, key string) (a Action, mine bool) {
	kind := None
	switch key {
	case "w":
		kind = Waive
	case "U":
		if !d.waiverHere(s) {
			return Action{Text: s.Words.Waive.NoWaiver}, true
		}
		kind = Withdraw
	case "A":
		if !d.requestHere(s) {
			return Action{Text: s.Words.Waivers.NothingAsked}, true
		}
		kind = Approve
	case "p":
		kind = ProbeAgain
	case "y":
		d.endRange()
		return d.copyRows(s, formTable), true
	case "Y":
		d.endRange()
		d.copying = true
		return a, true
	default:
		return a, false
	}
	if s.Run.Phase == RunLive || s.Run.Phase == RunStopping {
		return Action{Text: s.Words.Frame.NotWhileLive}, true
	}
	d.endRange()
	flows, others := d.flows()
	if len(flows) == 0 {
		return Action{Text: s.Words.Take.NoFlow}, true
	}
	a = Action{Kind: kind, Flows: flows}
	if others > 0 {
		a.Text = agreed(s.Words.Take.Others, Count(others))
	}
	return a, true
}

// flows are the flows that a key is about, in rising order: the marked ones, else those of the group or the line
// under the cursor. others are lines among them that are no flow of this run.
func (d *Diff) flows() (list []probes.FlowID, others int) {
	if d.chosen.n > 0 {
		return d.chosen.list()
	}
	here := marks{flows: d.chosen.marks.flows}
	for _, row := range d.here() {
		here.set(d.index.line(row), true)
	}
	return here.list()
}

// here are the rows under the cursor: those of a group on its heading, else one.
func (d *Diff) here() []int32 {
	sec, row, heading := d.index.at(d.grid.Cursor)
	if heading {
		part := d.index.sections[sec]
		return d.index.rows[part.from:part.to]
	}
	return []int32{row}
}

func (d *Diff) pressHeading(s *State, key string, sec int) Action {
	x := &d.index
	group := x.sections[sec].group
	switch key {
	case "enter":
		x.fold(group, !x.folded(group))
		d.chosen.moved()
	case "h":
		x.fold(group, true)
		d.chosen.moved()
	case "l":
		x.fold(group, false)
		d.chosen.moved()
	case "o":
		if x.key.wish.order == byHost && int(group) < s.Results.Scope.Plan.Hosts() {
			return Action{Kind: Goto, To: "host", Arg: s.Results.Scope.Plan.Host(int(group)).Addr.String()}
		}
	case "u":
		if x.key.wish.order == byRule && int(group) < len(s.Results.Scope.Rules) {
			return Action{Kind: Goto, To: "rule", Arg: strconv.Itoa(int(group))}
		}
	}
	return Action{}
}

func (d *Diff) pressRow(s *State, key string, sec int, row int32) Action {
	f := d.index.finding(row)
	switch key {
	case "enter":
		if _, missing := d.index.missing(row); missing {
			return Action{Text: fmt.Sprintf(s.Words.Drift.SeeThere, Safe(s.Against.ID))}
		}
		a := openFlow(s, &f)
		if a.Kind == Goto {
			a.Flows = d.index.around(row)
		}
		return a
	case "h":
		if sec >= 0 {
			d.index.fold(d.index.sections[sec].group, true)
			d.grid.Cursor = d.index.starts[sec]
			d.chosen.moved()
		}
	case "o":
		if f.Target.IsValid() && !f.Left {
			return Action{Kind: Goto, To: "host", Arg: f.Target.String()}
		}
	case "u":
		if f.Rule >= 0 {
			return Action{Kind: Goto, To: "rule", Arg: strconv.Itoa(f.Rule)}
		}
	}
	return Action{}
}

// openFlow goes to the evidence of a line; one that was not planned has none, and says why.
func openFlow(s *State, f *audit.Finding) Action {
	if f.Left {
		return Action{Text: Safe(fmt.Sprintf(s.Words.Diff.NotPlanned, s.Words.ReasonOf(f.Reason)))}
	}
	return Action{Kind: Goto, To: "evidence", Arg: strconv.FormatUint(uint64(f.Flow), 10)}
}
