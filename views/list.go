package views

import "strings"

// list is a grid over rows that are few enough to be looked at one by one: it filters and sorts them, and knows
// what a row is about.
type list struct {
	Grid
	picks Picks
	query string
	words *Words
	rows  rows
	jumps jumpList
}

// rows is what a list is made of now.
type rows struct {
	n       int
	gen     uint64
	words   *Words
	columns func(w *Words) []Column
	grammar func() *Grammar
	facts   func(i int, f *Facts)
	compare func(column string, a, b int) int // of two rows, by the ID of a column
	row     func(i int, c []Cell)             // fills the cells of a row
	about   func(i int) subject
}

// pick makes the list fit its rows, filter and order. It must come before anything else that is asked of it.
func (l *list) pick(r rows) {
	if l.words != r.words {
		l.words, l.Columns = r.words, r.columns(r.words)
		l.Relayout()
	}
	l.rows = r
	key := picksKey{text: l.query, n: r.n, gen: r.gen, words: r.words, order: l.Order()}
	if l.picks.Apply(r.grammar, key, r.facts) && key.order.Column != "" {
		sign := 1
		if key.order.Desc {
			sign = -1
		}
		l.picks.SortBy(func(a, b int) int { return sign * r.compare(key.order.Column, a, b) })
	}
	l.Cursor = max(0, min(l.Cursor, l.picks.Len()-1))
}

// filter narrows the list.
func (l *list) filter(query string) {
	l.query = query
	l.Close()
	l.jumps.close()
}

// kept tells how many rows are listed.
func (l *list) kept() int { return l.picks.Len() }

// chosen is the row under the cursor; -1 if none is listed.
func (l *list) chosen() int {
	if l.picks.Len() == 0 {
		return -1
	}
	return l.picks.Row(max(0, min(l.Cursor, l.picks.Len()-1)))
}

// none says why no row is listed: nothing matches the filter, and what of it cannot match.
func (l *list) none(s *State) string { return noMatch(s, l.rows.grammar(), l.query) }

// noMatch says that a filter keeps nothing, and what of it cannot match.
func noMatch(s *State, g *Grammar, query string) string {
	return join("\n", s.Words.Empty.NoMatch, g.Trouble(query))
}

// over tells whether something stands over the list: then look is the whole screen, and every key is for it.
func (l *list) over() bool { return l.Open() || l.jumps.open() }

// press handles the keys of the list: those of what stands over it, else moving, sorting, columns and jumps; false
// if the key is none of them.
func (l *list) press(s *State, key string) (Action, bool) {
	n := l.picks.Len()
	if !l.Open() && n > 0 {
		if a, ok := l.jumps.press(s, key, func() subject { return l.rows.about(l.chosen()) }); ok {
			return a, true
		}
	}
	return Action{}, l.Arrange(key, n) || l.Press(key, n)
}

// keys are the keys of the list that do something now.
func (l *list) keys(s *State) []Key {
	w, n := s.Words, l.picks.Len()
	switch {
	case l.jumps.open():
		return l.jumps.keys(w)
	case l.Open():
		return l.ArrangeKeys(w, n)
	case n == 0:
		return nil
	}
	keys := append(l.jumps.offer(s, l.rows.about(l.chosen())), MoveKeysFor(w, n)...)
	return append(keys, l.ArrangeKeys(w, n)...)
}

// draw draws the rows in sight.
func (l *list) draw(t *Theme, w, h int) []string {
	return l.Lines(t, l.picks.Len(), w, h, l.cellsOf)
}

// look draws what stands over the list.
func (l *list) look(s *State, w, h int) string {
	if l.jumps.open() {
		return l.jumps.view(s, w, h)
	}
	return l.Panel(s, l.picks.Len(), w, h, l.cellsOf)
}

func (l *list) cellsOf(i int, c []Cell) { l.rows.row(l.picks.Row(i), c) }

// byText compares two texts as people sort: without regard to case.
func byText(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) }
