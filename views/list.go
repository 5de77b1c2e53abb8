package views

import "strings"

// list is a grid over rows that are few enough to be looked at one by one: it filters and sorts them.
type list struct {
	Grid
	picks Picks
	query string
	words *Words
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
}

// pick makes the list fit its rows, filter and order. It must come before anything else that is asked of it.
func (l *list) pick(r rows) {
	if l.words != r.words {
		l.words, l.Columns = r.words, r.columns(r.words)
		l.Relayout()
	}
	key := picksKey{text: l.query, n: r.n, gen: r.gen, words: r.words, order: l.Order()}
	if l.picks.Apply(r.grammar, key, r.facts) && l.column(key.order.Column) >= 0 {
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

// draw draws the rows in sight; row fills the cells of a row by its number among all rows.
func (l *list) draw(t *Theme, w, h int, row func(i int, c []Cell)) []string {
	return l.Lines(t, l.picks.Len(), w, h, func(i int, c []Cell) { row(l.picks.Row(i), c) })
}

// look draws the panel that is open over the list.
func (l *list) look(s *State, w, h int, row func(i int, c []Cell)) string {
	return l.Panel(s, l.picks.Len(), w, h, func(i int, c []Cell) { row(l.picks.Row(i), c) })
}

// keys are the keys of the list that do something now.
func (l *list) keys(w *Words) []Key {
	n := l.picks.Len()
	if l.Open() {
		return l.ArrangeKeys(w, n)
	}
	return append(MoveKeysFor(w, n), l.ArrangeKeys(w, n)...)
}

// byText compares two texts as people sort: without regard to case.
func byText(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) }
