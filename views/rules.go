package views

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"oobscope/audit"
	"oobscope/kits"
)

// Rules is the matrix of the policy: every rule of every kit in force, in the order in which they decide.
type Rules struct {
	grid    Grid
	picks   Picks
	query   string
	words   *Words
	excerpt page // of the rule under the cursor
}

// NewRules returns the screen.
func NewRules() *Rules { return &Rules{} }

// Name implements Screen.
func (r *Rules) Name() string { return "rules" }

// Title implements Screen.
func (r *Rules) Title(s *State) string { return s.Words.Name.Rules }

// Filter implements Screen.
func (r *Rules) Filter(_ *State, query string) { r.query = query }

// Keys implements Screen.
func (r *Rules) Keys(s *State) []Key {
	return append(MoveKeys(s.Words), Key{"enter", s.Words.Key.OpenRule})
}

// Press implements Screen.
func (r *Rules) Press(s *State, key string) Action {
	r.pick(s)
	if key == "enter" && r.grid.Cursor < r.picks.Len() {
		return Action{Kind: Goto, To: "rule", Arg: strconv.Itoa(r.picks.Row(r.grid.Cursor))}
	}
	r.grid.Press(key, r.picks.Len())
	return Action{}
}

// pick applies the filter.
func (r *Rules) pick(s *State) []audit.RuleRef {
	list := rulesInForce(s)
	r.picks.Apply(r.query, len(list), s.Generation, func(i int, f *Facts) { ruleFacts(s, &list[i], f) })
	return list
}

// ruleFacts is what a filter may ask of a rule.
func ruleFacts(s *State, ref *audit.RuleRef, f *Facts) {
	rule := ref.Rule
	var services []string
	for _, svc := range kits.ServicesFor(rule) {
		services = append(services, svc.ID)
	}
	f.Rule, f.Service = rule.App.ID, strings.Join(services, " ")
	f.Text = strings.Join([]string{
		rule.App.ID, rule.App.Category, rule.Action.String(), rule.Direction, strings.Join(rule.From, " "),
		strings.Join(rule.To, " "), f.Service, rule.Decryption.Mode, rule.Logging.Forwarding, ref.Kit.Ref(),
		strings.Join(rule.Mitigates, " "), strings.Join(rule.Controls, " "),
	}, " ")
	if y := tallyOfRule(s, ref.Index); y != nil {
		var seen []string
		for _, v := range gravity {
			if y.Of(v) > 0 {
				seen = append(seen, v.String())
			}
		}
		f.Verdict, f.Severity = strings.Join(seen, " "), y.Worst
	}
}

// Render implements Screen.
func (r *Rules) Render(s *State, w, h int) string {
	list := r.pick(s)
	if len(list) == 0 {
		return s.Theme.Frame(Wrap(s.Words.Empty.NoKit, w), w, h)
	}
	n := r.picks.Len()
	head := s.Theme.Heading(s.Words.Rule.FirstMatch, r.grid.Position(n), w)
	if n == 0 {
		return s.Theme.Frame(append([]string{head}, Wrap(s.Words.Empty.NoMatch, w)...), w, h)
	}
	if r.words != s.Words {
		r.words, r.grid.Columns = s.Words, ruleColumns(s.Words)
		r.grid.Relayout()
	}
	detail := 0
	if h >= 18 {
		detail = max(h/3, h-2-n-1)
	}
	rows := r.grid.Lines(s.Theme, n, w, h-1-detail, func(i int, c []Cell) { r.row(s, &list[r.picks.Row(i)], c) })
	lines := append([]string{head}, rows...)
	if detail > 0 {
		lines = append(lines, "")
		lines = append(lines, r.about(s, &list[r.picks.Row(r.grid.Cursor)], w, detail-1)...)
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
		colNumber:     {Title: hd.Number, Min: least(2, hd.Number), Align: Right},
		colApp:        {Title: hd.App, Min: 21, Max: 36, Weight: 2},
		colAction:     {Title: hd.Action, Min: least(8, hd.Action)},
		colDirection:  {Title: hd.Direction, Min: 9, Drop: 1},
		colFrom:       {Title: hd.From, Min: 10, Max: 30, Weight: 2},
		colTo:         {Title: hd.To, Min: 10, Max: 24, Weight: 1},
		colRisk:       {Title: hd.Risk, Min: least(4, hd.Risk)},
		colProfiles:   {Title: hd.Profiles, Min: 18, Max: 42, Weight: 2, Drop: 2},
		colDecryption: {Title: hd.Decryption, Min: 18, Max: 22, Weight: 1, Drop: 3},
		colLogging:    {Title: hd.Logging, Min: 31, Max: 36, Drop: 4},
		colVerdict:    {Title: hd.Verdict, Min: 14, Max: 44, Weight: 5},
	}
}

func (r *Rules) row(s *State, ref *audit.RuleRef, c []Cell) {
	rule := ref.Rule
	c[colNumber].Text = strconv.Itoa(ref.Index)
	c[colApp].Text = rule.App.ID
	c[colAction] = actionCell(s, rule.Action)
	c[colDirection].Text = rule.Direction
	c[colFrom].Text = zoneNames(s, rule.From, r.grid.widths[colFrom])
	c[colTo].Text = zoneNames(s, rule.To, r.grid.widths[colTo])
	c[colRisk] = riskCell(s, rule.App.Risk)
	c[colProfiles] = profilesCell(s, &rule.Profiles, r.grid.widths[colProfiles])
	c[colDecryption].Text = strings.TrimPrefix(orText(rule.Decryption.Mode, "-"), "ssl_")
	c[colLogging].Text = loggingText(s, &rule.Logging)
	c[colVerdict] = summary(s, tallyOfRule(s, ref.Index), r.grid.widths[colVerdict])
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
		lines[h-1] = s.Theme.Dim.On(fmt.Sprintf(s.Words.Kits.MoreBelow, Count(left+1)))
	}
	return lines
}
