package views

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"oobscope/audit"
	"oobscope/probes"
)

// pickAll applies filter and order to the three lists.
func (o *Overview) pickAll(s *State) {
	for pane := range o.panes {
		o.panes[pane].pick(rows{n: o.rows(pane), gen: s.Generation, words: s.Words,
			columns: func(*Words) []Column { return o.columns(s, pane, o.width) },
			grammar: func() *Grammar { return o.grammar(s, pane) },
			facts:   func(i int, f *Facts) { o.facts(s, pane, i, f) },
			compare: func(column string, a, b int) int { return o.compare(s, pane, column, a, b) },
			row:     func(i int, c []Cell) { o.row(s, pane, i, c) },
			about:   func(i int) subject { return o.about(s, pane, i) }})
	}
}

// grammar is what can be asked of one of the lists.
func (o *Overview) grammar(s *State, pane int) *Grammar {
	switch pane {
	case paneFindings:
		return flowGrammar(inForce(s), s.Words)
	case paneWeaknesses:
		return NewGrammar(s.Words, ByWeak)
	}
	g := NewGrammar(s.Words, ByRule, ByReason, ByPort)
	if sc := inForce(s); sc != nil {
		knowRules(g, sc.Rules)
	}
	return g
}

func (o *Overview) facts(s *State, pane, i int, f *Facts) {
	switch pane {
	case paneFindings:
		line := findingOf(s.Results, o.worst[i])
		flowFacts(s, s.Results.Scope, &line, f)
	case paneWeaknesses:
		k := o.weak[i].weak
		f.Of[ByWeak] = lines(k.String(), s.Words.WeaknessOf(k))
		f.Text = f.Of[ByWeak]
	case paneUntested:
		u := &o.untested[i]
		if sc := inForce(s); u.rule >= 0 && u.rule < len(sc.Rules) {
			f.Of[ByRule] = lines(strconv.Itoa(u.rule), sc.Rules[u.rule].Rule.App.ID)
		}
		f.Of[ByReason] = lines(u.reason.String(), s.Words.ReasonOf(u.reason), untestedReason(s, u.rule, u.reason))
		f.Text = lines(f.Of[ByRule], f.Of[ByReason], strings.Join(u.what, " "))
	}
}

func (o *Overview) compare(s *State, pane int, column string, a, b int) int {
	switch pane {
	case paneFindings:
		x, y := findingOf(s.Results, o.worst[a]), findingOf(s.Results, o.worst[b])
		return compareFlows(s, column, &x, &y)
	case paneWeaknesses:
		if column == "flows" {
			return cmp.Compare(o.weak[a].n, o.weak[b].n)
		}
		return byText(s.Words.WeaknessOf(o.weak[a].weak), s.Words.WeaknessOf(o.weak[b].weak))
	}
	x, y := &o.untested[a], &o.untested[b]
	switch column {
	case "count":
		return cmp.Compare(x.lines, y.lines)
	case "rule":
		return cmp.Compare(x.rule, y.rule)
	case "reason":
		return byText(untestedReason(s, x.rule, x.reason), untestedReason(s, y.rule, y.reason))
	}
	return slices.Compare(x.what, y.what)
}

func (o *Overview) about(s *State, pane, i int) subject {
	switch pane {
	case paneFindings:
		return aboutFlowID(s, o.worst[i])
	case paneWeaknesses:
		a := nothing()
		a.weak = o.weak[i].weak.String()
		return a
	}
	return aboutRule(s, o.untested[i].rule)
}

// columns are those of one of the lists; some depend on what is in it and on the width.
func (o *Overview) columns(s *State, pane, w int) []Column {
	hd := &s.Words.Head
	switch pane {
	case paneFindings:
		if s.Results == nil {
			return nil
		}
		return findingColumns(s, o.worst)
	case paneWeaknesses:
		return []Column{{ID: "flows", Title: hd.Flows, Min: max(6, Width(hd.Flows)), Align: Right, Falls: true},
			{ID: "weak", Title: hd.What, Min: 10, Weight: 1}}
	}
	rule := max(4, Width(hd.Rule))
	if w >= 76 {
		rule = 20
	}
	return []Column{
		{ID: "count", Title: hd.Count, Min: max(6, Width(hd.Count)), Align: Right, Falls: true},
		{ID: "rule", Title: hd.Rule, Min: rule, Max: 34, Weight: 1, Pin: true},
		{ID: "reason", Title: hd.Reason, Min: 44, Max: 60, Weight: 1}, {ID: "port", Title: hd.Port, Min: 24, Weight: 1, Drop: 1},
	}
}

// findingColumns are the columns of a list of deviations, with room for the longest address in it.
func findingColumns(s *State, list []probes.FlowID) []Column {
	hd, host := &s.Words.Head, Width(s.Words.Head.Host)
	for _, id := range list {
		host = max(host, len(s.Results.Scope.Plan.Flow(id).Addr.String()))
	}
	return []Column{
		{ID: "severity", Title: hd.Severity, Min: 10, Falls: true}, {ID: "host", Title: hd.Host, Min: host, Pin: true},
		{ID: "port", Title: hd.Port, Min: 9}, {ID: "verdict", Title: hd.Verdict, Min: 14, Falls: true},
		{ID: "service", Title: hd.Service, Min: 12, Max: 30, Weight: 1},
		{ID: "reason", Title: hd.Reason, Min: 24, Max: 48, Weight: 3, Drop: 1},
		{ID: "rule", Title: hd.Rule, Min: max(4, Width(hd.Rule)), Max: 28, Weight: 2},
	}
}

func (o *Overview) row(s *State, pane, i int, c []Cell) {
	widths := o.panes[pane].widths
	switch pane {
	case paneFindings:
		findingRow(s, o.worst[i], widths, c)
	case paneWeaknesses:
		c[0].Text, c[1].Text = Count(o.weak[i].n), s.Words.WeaknessOf(o.weak[i].weak)
	case paneUntested:
		u := &o.untested[i]
		c[0].Text = Count(u.lines)
		c[1].Text = ruleIn(inForce(s), u.rule, widths[1])
		c[2].Text = untestedReason(s, u.rule, u.reason)
		c[3].Text = strings.Join(u.what, " ")
	}
}

// ruleIn names a rule in w cells: its number alone where too little of the app would be left, "-" for none.
func ruleIn(sc *audit.Scope, rule, w int) string {
	const least = 8
	name := orText(deciderOf(sc, rule), "-")
	if rule >= 0 && w < least && Width(Safe(name)) > w {
		return strconv.Itoa(rule)
	}
	return name
}

// findingRow fills severity, host, port, verdict, service, reason and rule of one deviation.
func findingRow(s *State, id probes.FlowID, widths []int, c []Cell) {
	sc := s.Results.Scope
	f := sc.Plan.Flow(id)
	d := sc.Decision(f)
	j := &s.Results.Judged[id]
	c[0] = s.Theme.Severity(j.Severity).Cell(s.Words.SeverityOf(j.Severity))
	c[1].Text = f.Addr.String()
	c[2].Text = portOf(f.Endpoint.Proto, f.Endpoint.Port)
	c[3] = s.Theme.Verdict(j.Verdict).Cell(s.Words.VerdictOf(j.Verdict))
	c[4].Text = d.Service.Title.In(s.Lang)
	c[5].Text = s.Words.ReasonOf(j.Reason)
	c[6].Text = ruleIn(sc, d.Rule, widths[6])
}
