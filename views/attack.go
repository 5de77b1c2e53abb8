package views

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"oobscope/audit"
	"oobscope/kits"
)

// Attack is the table of techniques that the kits name: which rules answer each, and whether those rules
// hold. It speaks of network policy only.
type Attack struct {
	list  list
	rules ruleList

	made     pageKey
	scope    *audit.Scope
	named    []technique
	versions []string
}

// technique is one line of the table.
type technique struct {
	kits.Technique
	rules []int
}

// NewAttack returns the screen.
func NewAttack() *Attack { return &Attack{} }

// Name implements Screen.
func (v *Attack) Name() string { return "attack" }

// Title implements Screen.
func (v *Attack) Title(s *State) string { return s.Words.Name.Attack }

// Filter implements Screen.
func (v *Attack) Filter(_ *State, query string) { v.list.filter(query) }

// Kept implements Keeper.
func (v *Attack) Kept() string { return v.list.Kept() }

// Restore implements Keeper.
func (v *Attack) Restore(kept string) { v.list.Restore(kept) }

// Keys implements Screen.
func (v *Attack) Keys(s *State) []Key {
	v.refresh(s)
	keys := v.list.keys(s)
	if t := v.current(); t != nil && len(t.rules) > 0 && !v.list.over() {
		keys = append([]Key{{"enter", s.Words.Key.OpenRule}}, keys...)
		if len(t.rules) > 1 {
			keys = append(keys, Key{"n/p", s.Words.Rule.NextRule})
		}
	}
	return keys
}

// Press implements Screen.
func (v *Attack) Press(s *State, key string) Action {
	v.refresh(s)
	t, before := v.current(), v.list.chosen()
	if t == nil {
		return Action{}
	}
	if a, mine := v.list.press(s, key); mine {
		if v.refresh(s); v.list.chosen() != before {
			v.rules.top()
		}
		return a
	}
	switch {
	case key == "enter":
		a := v.rules.chosen(t.rules)
		if a.Kind == None {
			a.Text = s.Words.Attack.NoRule
		}
		return a
	case v.rules.press(key, t.rules):
	}
	return Action{}
}

func (v *Attack) current() *technique {
	if i := v.list.chosen(); i >= 0 {
		return &v.named[i]
	}
	return nil
}

// refresh gathers the techniques of all kits in force, and those that only a rule names.
func (v *Attack) refresh(s *State) {
	key := pageKey{gen: s.Generation, words: s.Words}
	if scope := inForce(s); v.made != key || v.scope != scope {
		v.made, v.scope = key, scope
		v.gather(s)
	}
	v.list.pick(rows{n: len(v.named), gen: s.Generation, words: s.Words, columns: techniqueColumns,
		grammar: func() *Grammar { return v.Grammar(s) },
		facts:   func(i int, f *Facts) { v.facts(s, &v.named[i], f) },
		compare: func(column string, a, b int) int { return v.compare(s, column, &v.named[a], &v.named[b]) },
		row:     func(i int, c []Cell) { v.row(s, &v.named[i], c) },
		about:   func(i int) subject { return v.about(s, &v.named[i]) }})
}

// Grammar implements Queried.
func (v *Attack) Grammar(s *State) *Grammar {
	g := NewGrammar(s.Words, ByTechnique, ByTactic, ByRule, ByVerdict, BySeverity)
	list := rulesInForce(s)
	for i := range list {
		g.Know(ByRule, list[i].Rule.App.ID)
	}
	for i := range v.named {
		g.Know(ByTechnique, v.named[i].ID)
		g.Know(ByTactic, v.named[i].Tactic)
	}
	return g
}

// compare compares two techniques by a column.
func (v *Attack) compare(s *State, column string, a, b *technique) int {
	switch column {
	case "technique":
		return byText(a.ID, b.ID)
	case "name":
		return byText(a.Name, b.Name)
	case "tactic":
		return byText(a.Tactic, b.Tactic)
	case "rules":
		return cmp.Compare(len(a.rules), len(b.rules))
	case "verdict":
		return compareTallies(v.tally(s, a), v.tally(s, b))
	}
	return 0
}

// about is a technique as a subject, with the rule that is chosen below it.
func (v *Attack) about(s *State, t *technique) subject {
	a := nothing()
	if i := v.rules.at(t.rules); i >= 0 {
		a = aboutRule(s, i)
		a.controls = nil
	}
	a.at, a.techniques = "attack", []string{t.ID}
	return a
}

// tally is what the run on screen says of a technique; nil without a run, or if no rule answers it.
func (v *Attack) tally(s *State, t *technique) *audit.Tally {
	if s.Results == nil || len(t.rules) == 0 {
		return nil
	}
	y := s.Results.TechniqueStatus(t.ID)
	return &y
}

func (v *Attack) gather(s *State) {
	v.named, v.versions = nil, nil
	at := map[string]int{}
	row := func(t kits.Technique) int {
		i, known := at[t.ID]
		if !known {
			i = len(v.named)
			at[t.ID] = i
			v.named = append(v.named, technique{Technique: t})
		}
		return i
	}
	for _, k := range kitsInForce(s) {
		for _, t := range k.Techniques {
			row(t)
		}
		if k.AttackVersion != "" && !slices.Contains(v.versions, k.AttackVersion) {
			v.versions = append(v.versions, k.AttackVersion)
		}
	}
	list := rulesInForce(s)
	for i := range list {
		for _, id := range list[i].Rule.Mitigates {
			t := &v.named[row(kits.Technique{ID: id})]
			if !slices.Contains(t.rules, i) {
				t.rules = append(t.rules, i)
			}
		}
	}
}

func (v *Attack) facts(s *State, t *technique, f *Facts) {
	list := rulesInForce(s)
	for _, i := range t.rules {
		f.Of[ByRule] = join("\n", f.Of[ByRule], strconv.Itoa(list[i].Index), list[i].Rule.App.ID)
	}
	f.Of[ByTechnique], f.Of[ByTactic] = lines(t.ID, t.Name), t.Tactic
	f.Text = lines(t.ID, t.Name, t.Tactic, f.Of[ByRule])
	if y := v.tally(s, t); y != nil {
		f.Of[ByVerdict], f.Severity = verdictsOf(s, y), y.Worst
	}
}

// Render implements Screen.
func (v *Attack) Render(s *State, w, h int) string {
	v.refresh(s)
	if len(v.named) == 0 {
		text := s.Words.Empty.NoTechnique
		if len(kitsInForce(s)) == 0 {
			text = s.Words.Empty.NoKit
		}
		return s.Theme.Frame(Wrap(text, w), w, h)
	}
	if v.list.over() {
		return v.list.look(s, w, h)
	}
	aw, n := &s.Words.Attack, v.list.kept()
	title := fmt.Sprintf(aw.Version, orText(strings.Join(v.versions, ", "), s.Words.Plain.NotStated))
	lines := []string{s.Theme.Heading(title, v.list.Position(n), w)}
	for _, l := range Wrap(aw.PolicyOnly, w) {
		lines = append(lines, s.Theme.Warn.On(l))
	}
	if n == 0 {
		return s.Theme.Frame(append(lines, Wrap(v.list.none(s), w)...), w, h)
	}
	room := h - len(lines)
	lines = append(lines, v.list.draw(s.Theme, w, min(n+1, max(room/2, 2)))...)
	lines = append(lines, "")
	return s.Theme.Frame(append(lines, v.detail(s, v.current(), w, h-len(lines))...), w, h)
}

func techniqueColumns(w *Words) []Column {
	hd := &w.Head
	return []Column{
		{ID: "technique", Title: hd.Technique, Min: max(9, Width(hd.Technique)), Max: 12, Weight: 1},
		{ID: "name", Title: hd.Name, Min: 19, Max: 46, Weight: 3},
		{ID: "tactic", Title: hd.Tactic, Min: 17, Max: 24, Drop: 1},
		{ID: "rules", Title: hd.Rules, Min: 7, Max: 16, Weight: 1, Falls: true},
		{ID: "verdict", Title: w.Attack.RunSays, Min: 20, Max: 48, Weight: 3, Falls: true},
	}
}

func (v *Attack) row(s *State, t *technique, c []Cell) {
	numbers := make([]string, len(t.rules))
	for i, r := range t.rules {
		numbers[i] = strconv.Itoa(r)
	}
	c[0].Text, c[1].Text, c[2].Text = t.ID, t.Name, t.Tactic
	c[3].Text = orText(shortList(numbers, v.list.widths[3]), "-")
	c[4] = v.says(s, t, v.list.widths[4])
}

// says is what the run makes of a technique, in short.
func (v *Attack) says(s *State, t *technique, w int) Cell {
	switch {
	case len(t.rules) == 0:
		return Cell{"! " + s.Words.Attack.NoRule, s.Theme.Warn}
	case s.Results == nil:
		return summary(s, nil, w)
	}
	y := s.Results.TechniqueStatus(t.ID)
	return summary(s, &y, w)
}

// detail is the technique under the cursor in full, with the rules that answer it.
func (v *Attack) detail(s *State, t *technique, w, h int) []string {
	says := v.says(s, t, w)
	if s.Results != nil && len(t.rules) > 0 {
		y := s.Results.TechniqueStatus(t.ID)
		look, word := proof(s, &y)
		says = Cell{look.Sign + " " + fmt.Sprintf(s.Words.Attack.Says, word), look.Ink}
	}
	if s.Results == nil && len(t.rules) > 0 {
		says.Text = toFirstRun(s)
	}
	room := max(2, h-2)
	out := []string{s.Theme.Heading(t.ID+" "+t.Name, join("  ", t.Tactic, v.rules.position(len(t.rules), room)), w)}
	out = append(out, says.Ink.On(Cut(says.Text, w)))
	if len(t.rules) == 0 {
		return out
	}
	return append(out, v.rules.lines(s, t.rules, w, room)...)
}
