package views

import (
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
	grid  Grid
	picks Picks
	rules ruleList
	query string
	words *Words

	made     pageKey
	scope    *audit.Scope
	list     []technique
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
func (v *Attack) Filter(_ *State, query string) { v.query = query }

// Keys implements Screen.
func (v *Attack) Keys(s *State) []Key {
	return append(MoveKeys(s.Words), Key{"n/p", s.Words.Rule.NextRule}, Key{"enter", s.Words.Key.OpenRule})
}

// Press implements Screen.
func (v *Attack) Press(s *State, key string) Action {
	v.refresh(s)
	t := v.current()
	switch {
	case t == nil:
	case key == "enter":
		a := v.rules.chosen(t.rules)
		if a.Kind == None {
			a.Text = s.Words.Attack.NoRule
		}
		return a
	case v.rules.press(key, t.rules):
	case v.grid.Press(key, v.picks.Len()):
		v.rules.top()
	}
	return Action{}
}

func (v *Attack) current() *technique {
	if i := v.grid.Cursor; i >= 0 && i < v.picks.Len() {
		return &v.list[v.picks.Row(i)]
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
	v.picks.Apply(v.query, len(v.list), s.Generation, func(i int, f *Facts) { v.facts(s, &v.list[i], f) })
	v.grid.Cursor = max(0, min(v.grid.Cursor, v.picks.Len()-1))
}

func (v *Attack) gather(s *State) {
	v.list, v.versions = nil, nil
	at := map[string]int{}
	row := func(t kits.Technique) int {
		i, known := at[t.ID]
		if !known {
			i = len(v.list)
			at[t.ID] = i
			v.list = append(v.list, technique{Technique: t})
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
			t := &v.list[row(kits.Technique{ID: id})]
			if !slices.Contains(t.rules, i) {
				t.rules = append(t.rules, i)
			}
		}
	}
}

func (v *Attack) facts(s *State, t *technique, f *Facts) {
	list := rulesInForce(s)
	var apps []string
	for _, i := range t.rules {
		apps = append(apps, list[i].Rule.App.ID)
	}
	f.Rule = strings.Join(apps, " ")
	f.Text = strings.Join([]string{t.ID, t.Name, t.Tactic, f.Rule}, " ")
	if s.Results != nil {
		y := s.Results.TechniqueStatus(t.ID)
		f.Verdict, f.Severity = leading(&y).String(), y.Worst
	}
}

// Render implements Screen.
func (v *Attack) Render(s *State, w, h int) string {
	v.refresh(s)
	if len(v.list) == 0 {
		text := s.Words.Empty.NoTechnique
		if len(kitsInForce(s)) == 0 {
			text = s.Words.Empty.NoKit
		}
		return s.Theme.Frame(Wrap(text, w), w, h)
	}
	aw := &s.Words.Attack
	title := fmt.Sprintf(aw.Version, orText(strings.Join(v.versions, ", "), s.Words.Plain.NotStated))
	lines := []string{s.Theme.Heading(title, v.grid.Position(v.picks.Len()), w)}
	for _, l := range Wrap(aw.PolicyOnly, w) {
		lines = append(lines, s.Theme.Warn.On(l))
	}
	if v.picks.Len() == 0 {
		return s.Theme.Frame(append(lines, Wrap(s.Words.Empty.NoMatch, w)...), w, h)
	}
	if v.words != s.Words {
		v.words, v.grid.Columns = s.Words, techniqueColumns(s.Words)
		v.grid.Relayout()
	}
	room := h - len(lines)
	table := min(v.picks.Len()+1, max(room/2, 2))
	lines = append(lines, v.grid.Lines(s.Theme, v.picks.Len(), w, table, func(i int, c []Cell) { v.row(s, &v.list[v.picks.Row(i)], c) })...)
	lines = append(lines, "")
	return s.Theme.Frame(append(lines, v.detail(s, v.current(), w, h-len(lines))...), w, h)
}

func techniqueColumns(w *Words) []Column {
	hd := &w.Head
	return []Column{
		{Title: hd.Technique, Min: 9, Max: 12, Weight: 1}, {Title: hd.Name, Min: 19, Max: 46, Weight: 3},
		{Title: hd.Tactic, Min: 17, Max: 24, Drop: 1}, {Title: hd.Rules, Min: 7, Max: 16, Weight: 1},
		{Title: w.Attack.RunSays, Min: 20, Max: 48, Weight: 3},
	}
}

func (v *Attack) row(s *State, t *technique, c []Cell) {
	numbers := make([]string, len(t.rules))
	for i, r := range t.rules {
		numbers[i] = strconv.Itoa(r + 1)
	}
	c[0].Text, c[1].Text, c[2].Text = t.ID, t.Name, t.Tactic
	c[3].Text = orText(shortList(numbers, v.grid.widths[3]), "-")
	c[4] = v.says(s, t, v.grid.widths[4])
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
		says.Text = s.Words.Empty.NoRun
	}
	out := []string{s.Theme.Heading(t.ID+" "+t.Name, t.Tactic, w)}
	out = append(out, says.Ink.On(Cut(says.Text, w)))
	if len(t.rules) == 0 {
		return out
	}
	return append(out, v.rules.lines(s, t.rules, w, max(2, h-len(out)))...)
}
