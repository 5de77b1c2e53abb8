package views

import (
	"strconv"

	"oobscope/audit"
)

// ruleList is a short list of rules under something else: the rules between two zones, the rules against a
// technique. It has a cursor of its own, moved by n and p.
type ruleList struct {
	grid  Grid
	words *Words
}

// lines draws the rules of the given indexes in h lines.
func (l *ruleList) lines(s *State, rows []int, w, h int) []string {
	if l.words != s.Words {
		hd := &s.Words.Head
		l.words = s.Words
		l.grid.Columns = []Column{
			{Title: hd.Number, Min: max(3, Width(hd.Number)), Align: Right}, {Title: hd.App, Min: 17, Max: 40, Weight: 2},
			{Title: hd.Action, Min: max(8, Width(hd.Action))}, {Title: hd.Risk, Min: max(4, Width(hd.Risk))},
			{Title: s.Words.Rule.WholeRule, Min: 18, Max: 60, Weight: 3},
		}
		l.grid.Relayout()
	}
	list := rulesInForce(s)
	return l.grid.Lines(s.Theme, len(rows), w, h, func(i int, c []Cell) {
		ref := &list[rows[i]]
		c[0].Text, c[1].Text = strconv.Itoa(ref.Index), ref.Rule.App.ID
		c[2], c[3] = actionCell(s, ref.Rule.Action), riskCell(s, ref.Rule.App.Risk)
		c[4] = summary(s, tallyOfRule(s, ref.Index), l.grid.widths[4])
	})
}

// press moves the cursor; false if the key does not.
func (l *ruleList) press(key string, rows []int) bool {
	switch key {
	case "n":
		return l.grid.Press("j", len(rows))
	case "p":
		return l.grid.Press("k", len(rows))
	}
	return false
}

// top puts the cursor on the first rule, for another list.
func (l *ruleList) top() { l.grid.Cursor = 0 }

// chosen opens the rule under the cursor; None if there is none.
func (l *ruleList) chosen(rows []int) Action {
	if i := l.at(rows); i >= 0 {
		return openRule(i)
	}
	return Action{}
}

// at is the rule under the cursor; -1 if there is none.
func (l *ruleList) at(rows []int) int {
	if len(rows) == 0 {
		return -1
	}
	return rows[max(0, min(l.grid.Cursor, len(rows)-1))]
}

func openRule(index int) Action { return Action{Kind: Goto, To: "rule", Arg: strconv.Itoa(index)} }

// worstRule is the rule of the list that holds least, the first where they hold alike; -1 for an empty list.
func worstRule(s *State, rows []int) int {
	best, worst := -1, -1
	for _, i := range rows {
		grade := 0
		if y := tallyOfRule(s, i); y != nil {
			grade = int(y.Worst)
		}
		if grade > worst {
			best, worst = i, grade
		}
	}
	return best
}

// rulesThat lists the rules in force that something holds for.
func rulesThat(s *State, holds func(*audit.RuleRef) bool) []int {
	var out []int
	list := rulesInForce(s)
	for i := range list {
		if holds(&list[i]) {
			out = append(out, i)
		}
	}
	return out
}

// position is where the cursor stands among n rules of which h lines cannot show all; empty if they can.
func (l *ruleList) position(n, h int) string {
	if n < h {
		return ""
	}
	return l.grid.Position(n)
}
