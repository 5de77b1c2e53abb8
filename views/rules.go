package views

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"oobscope/audit"
	"oobscope/kits"
)

// Rules is the matrix of the policy: every rule of every kit in force, in the order in which they decide.
type Rules struct {
	list    list
	excerpt page // of the rule under the cursor
}

// NewRules returns the screen.
func NewRules() *Rules { return &Rules{} }

// Name implements Screen.
func (r *Rules) Name() string { return "rules" }

// Title implements Screen.
func (r *Rules) Title(s *State) string { return s.Words.Name.Rules }

// Filter implements Screen.
func (r *Rules) Filter(_ *State, query string) { r.list.filter(query) }

// Kept implements Keeper.
func (r *Rules) Kept() string { return r.list.Kept() }

// Restore implements Keeper.
func (r *Rules) Restore(kept string) { r.list.Restore(kept) }

// Keys implements Screen.
func (r *Rules) Keys(s *State) []Key {
	r.pick(s)
	keys := r.list.keys(s)
	if !r.list.over() && r.list.kept() > 0 {
		keys = append([]Key{{"enter", s.Words.Key.OpenRule}}, keys...)
	}
	return keys
}

// Press implements Screen.
func (r *Rules) Press(s *State, key string) Action {
	r.pick(s)
	if a, mine := r.list.press(s, key); mine {
		return a
	}
	if key == "enter" && r.list.kept() > 0 {
		return openRule(r.list.chosen())
	}
	return Action{}
}

// Grammar implements Queried.
func (r *Rules) Grammar(s *State) *Grammar {
	g := NewGrammar(s.Words, ByRule, ByVerdict, BySeverity, ByService, ByAction, ByFrom, ByTo, ByZone, ByRisk, ByDirection,
		ByCategory, ByKit, ByTechnique, ByControl)
	list := rulesInForce(s)
	knowRules(g, list)
	for i := range list {
		rule := list[i].Rule
		for _, svc := range kits.ServicesFor(rule) {
			g.Know(ByService, svc.ID)
		}
		g.Know(ByFrom, rule.From...)
		g.Know(ByTo, rule.To...)
		g.Know(ByZone, rule.From...)
		g.Know(ByZone, rule.To...)
		g.Know(ByDirection, rule.Direction)
		g.Know(ByCategory, rule.App.Category)
	}
	return g
}

// pick applies filter and order.
func (r *Rules) pick(s *State) []audit.RuleRef {
	list := rulesInForce(s)
	r.list.pick(rows{n: len(list), gen: s.Generation, words: s.Words, columns: ruleColumns,
		grammar: func() *Grammar { return r.Grammar(s) },
		facts:   func(i int, f *Facts) { ruleFacts(s, &list[i], f) },
		compare: func(column string, a, b int) int { return compareRules(s, column, &list[a], &list[b]) },
		row:     func(i int, c []Cell) { r.row(s, &list[i], c) },
		about:   func(i int) subject { return aboutRule(s, i) }})
	return list
}

// ruleFacts is what a filter may ask of a rule.
func ruleFacts(s *State, ref *audit.RuleRef, f *Facts) {
	rule := ref.Rule
	var services []string
	for _, svc := range kits.ServicesFor(rule) {
		services = append(services, svc.ID)
	}
	f.Of[ByRule], f.Of[ByService] = lines(strconv.Itoa(ref.Index), rule.App.ID), lines(services...)
	f.Of[ByAction] = lines(rule.Action.String(), actionCell(s, rule.Action).Text)
	f.Of[ByFrom], f.Of[ByTo] = lines(rule.From...), lines(rule.To...)
	f.Of[ByZone] = lines(f.Of[ByFrom], f.Of[ByTo])
	f.Of[ByDirection], f.Of[ByCategory], f.Number[ByRisk] = rule.Direction, rule.App.Category, rule.App.Risk
	f.Of[ByKit] = lines(ref.Kit.Ref(), ref.Kit.ID)
	f.Of[ByTechnique], f.Of[ByControl] = lines(rule.Mitigates...), lines(rule.Controls...)
	f.Text = strings.Join([]string{
		rule.App.ID, rule.App.Category, rule.Action.String(), rule.Direction, strings.Join(rule.From, " "),
		strings.Join(rule.To, " "), f.Of[ByService], rule.Decryption.Mode, rule.Logging.Forwarding, ref.Kit.Ref(),
		f.Of[ByTechnique], f.Of[ByControl],
	}, "\n")
	if y := tallyOfRule(s, ref.Index); y != nil {
		f.Of[ByVerdict], f.Severity = verdictsOf(s, y), y.Worst
		f.Text += "\n" + f.Of[ByVerdict]
	}
}

// verdictsOf are the verdicts of a tally that a filter finds, by wire name and word.
func verdictsOf(s *State, y *audit.Tally) string {
	var out []string
	for _, v := range gravity {
		if y.Of(v) > 0 {
			out = append(out, v.String(), s.Words.VerdictOf(v))
		}
	}
	return lines(out...)
}

// Render implements Screen.
func (r *Rules) Render(s *State, w, h int) string {
	list := r.pick(s)
	if len(list) == 0 {
		return s.Theme.Frame(Wrap(s.Words.Empty.NoKit, w), w, h)
	}
	n := r.list.kept()
	if r.list.over() {
		return r.list.look(s, w, h)
	}
	head := s.Theme.Heading(s.Words.Rule.FirstMatch, r.list.Position(n), w)
	if n == 0 {
		return s.Theme.Frame(append([]string{head}, Wrap(r.list.none(s), w)...), w, h)
	}
	detail := 0
	if h >= 18 {
		detail = max(h/3, h-2-n-1)
	}
	lines := append([]string{head}, r.list.draw(s.Theme, w, h-1-detail)...)
	if detail > 0 {
		lines = append(lines, "")
		lines = append(lines, r.about(s, &list[r.list.chosen()], w, detail-1)...)
	}
	return s.Theme.Frame(lines, w, h)
}

// The columns of the matrix by place.
const (
	colNumber = iota
	colApp
	colAction
	colDirection
	colFrom
	colTo
	colRisk
	colProfiles
	colDecryption
	colLogging
	colVerdict
)

func ruleColumns(w *Words) []Column {
	hd := &w.Head
	least := func(n int, title string) int { return max(n, Width(title)) }
	return []Column{
		colNumber:     {ID: "number", Title: hd.Number, Min: least(2, hd.Number), Align: Right, Pin: true},
		colApp:        {ID: "app", Title: hd.App, Min: 21, Max: 36, Weight: 2, Pin: true},
		colAction:     {ID: "action", Title: hd.Action, Min: least(8, hd.Action)},
		colDirection:  {ID: "direction", Title: hd.Direction, Min: 9, Drop: 1},
		colFrom:       {ID: "from", Title: hd.From, Min: 10, Max: 30, Weight: 2},
		colTo:         {ID: "to", Title: hd.To, Min: 10, Max: 24, Weight: 1},
		colRisk:       {ID: "risk", Title: hd.Risk, Min: least(4, hd.Risk), Falls: true},
		colProfiles:   {ID: "profiles", Title: hd.Profiles, Min: 18, Max: 42, Weight: 2, Drop: 2},
		colDecryption: {ID: "decryption", Title: hd.Decryption, Min: 18, Max: 22, Weight: 1, Drop: 3},
		colLogging:    {ID: "logging", Title: hd.Logging, Min: 31, Max: 36, Drop: 4},
		colVerdict:    {ID: "verdict", Title: hd.Verdict, Min: 14, Max: 44, Weight: 5, Falls: true},
	}
}

// compareRules compares two rules by a column. Of verdicts the worse is the greater, and more of it greater
// still.
func compareRules(s *State, column string, a, b *audit.RuleRef) int {
	text := func(of func(*audit.RuleRef) string) int { return byText(of(a), of(b)) }
	switch column {
	case "app":
		return text(func(r *audit.RuleRef) string { return r.Rule.App.ID })
	case "action":
		return cmp.Compare(a.Rule.Action, b.Rule.Action)
	case "direction":
		return text(func(r *audit.RuleRef) string { return r.Rule.Direction })
	case "from":
		return text(func(r *audit.RuleRef) string { return strings.Join(r.Rule.From, ",") })
	case "to":
		return text(func(r *audit.RuleRef) string { return strings.Join(r.Rule.To, ",") })
	case "risk":
		return cmp.Compare(a.Rule.App.Risk, b.Rule.App.Risk)
	case "profiles":
		return text(func(r *audit.RuleRef) string { return profilesCell(s, &r.Rule.Profiles, boundless).Text })
	case "decryption":
		return text(func(r *audit.RuleRef) string { return r.Rule.Decryption.Mode })
	case "logging":
		return text(func(r *audit.RuleRef) string { return loggingText(s, &r.Rule.Logging) })
	case "verdict":
		return compareTallies(tallyOfRule(s, a.Index), tallyOfRule(s, b.Index))
	}
	return cmp.Compare(a.Index, b.Index)
}

func (r *Rules) row(s *State, ref *audit.RuleRef, c []Cell) {
	rule := ref.Rule
	c[colNumber].Text = strconv.Itoa(ref.Index)
	c[colApp].Text = rule.App.ID
	c[colAction] = actionCell(s, rule.Action)
	c[colDirection].Text = rule.Direction
	c[colFrom].Text = zoneNames(s, rule.From, r.list.widths[colFrom])
	c[colTo].Text = zoneNames(s, rule.To, r.list.widths[colTo])
	c[colRisk] = riskCell(s, rule.App.Risk)
	c[colProfiles] = profilesCell(s, &rule.Profiles, r.list.widths[colProfiles])
	c[colDecryption].Text = strings.TrimPrefix(orText(rule.Decryption.Mode, "-"), "ssl_")
	c[colLogging].Text = loggingText(s, &rule.Logging)
	c[colVerdict] = summary(s, tallyOfRule(s, ref.Index), r.list.widths[colVerdict])
}

// about says of the rule under the cursor what the matrix cannot: what it means on the wire, why it is there
// and what each verdict under it means, in at most h lines.
func (r *Rules) about(s *State, ref *audit.RuleRef, w, h int) []string {
	if p := &r.excerpt; p.fresh(s, ref.Index, w) {
		p.add(s.Theme.Heading(ruleName(ref), ref.Kit.Ref(), w))
		p.add(s.Theme.Fields([][2]string{{s.Words.Rule.Services, serviceNames(s, ref.Rule)}}, w)...)
		p.prose(ref.Rule.Rationale.In(s.Lang))
		if y := tallyOfRule(s, ref.Index); y != nil {
			p.add("")
			p.add(verdictLines(s, y, w)...)
		}
	}
	lines := slices.Clone(r.excerpt.lines[:min(h, len(r.excerpt.lines))])
	if left := len(r.excerpt.lines) - h; left > 0 && h > 1 {
		lines[h-1] = s.Theme.Dim.On(agreed(s.Words.Kits.MoreBelow, Count(left+1)))
	}
	return lines
}
