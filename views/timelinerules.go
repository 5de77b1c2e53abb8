package views

import (
	"fmt"
	"strings"

	"oobscope/audit"
)

// detail says of the run under the cursor what the columns have no room for.
func (v *Timeline) detail(s *State, w int) []string {
	tw := &s.Words.Timeline
	i := max(0, min(v.grid.Cursor, len(v.trend.Runs)-1))
	r, older := v.at(i)
	c := r.Total.Coverage()
	lines := []string{testedLine(s, r)}
	if older != nil && testedLess(r, older) {
		lines = append(lines, s.Theme.Glyph.Down+" "+agreed(tw.LessLine, Count(older.Total.Coverage().Tested-c.Tested)))
	}
	if r.Total.Flows() < v.widest {
		lines = append(lines, agreed(tw.OfWidest, Count(v.widest)))
	}
	switch d := r.Since; {
	case d != nil:
		words := orText(sinceWords(s.Words, d), tw.Same)
		if d.Standing > 0 {
			words = join(s.Words.Host.Comma, words, fmt.Sprintf(tw.Standing, Count(d.Standing)))
		}
		if d.Lost > 0 {
			words = join(s.Words.Host.Comma, words, fmt.Sprintf(tw.Lost, Count(d.Lost)))
		}
		against := d.Against
		if began := v.began(d.Against); began != "" {
			against = fmt.Sprintf(tw.RunAt, d.Against, began)
		}
		lines = append(lines, fmt.Sprintf(tw.SinceLine, against, words))
	case older != nil:
		lines = append(lines, tw.HowToCompare)
	}
	out := []string{s.Theme.Heading(r.ID, s.Words.EndingOf(r.Why), w)}
	for k, l := range lines {
		for _, l := range Wrap(l, w) {
			if k == 1 && older != nil && testedLess(r, older) {
				l = s.Theme.Warn.On(l)
			}
			out = append(out, l)
		}
	}
	return out
}

// testedLine says how much of a run was tested, and what became of the rest, each by its own name.
func testedLine(s *State, r *audit.Run) string {
	text := agreed(s.Words.Timeline.TestedLine, Count(r.Total.Coverage().Tested), Count(r.Total.Flows()))
	for _, v := range [...]audit.Verdict{audit.Unverifiable, audit.Error, audit.Pending, audit.NotTested} {
		if n := r.Total.Of(v); n > 0 {
			text += s.Words.Host.Comma + fmt.Sprintf(s.Words.Plain.Counted, Count(n), s.Words.VerdictOf(v))
		}
	}
	return text
}

// notInRun stands in a trend for a run that did not have the rule.
const notInRun = '.'

// The levels of a trend line, from none to the most that the rule had in the runs in sight.
var (
	levels      = []rune("▁▂▃▄▅▆▇█")
	levelsASCII = []rune("_12345678")
)

// rules are the trend lines of the rules, the newest run at the right, in at most h lines.
func (v *Timeline) rules(s *State, w, h int) []string {
	tw := &s.Words.Timeline
	if h < 3 || len(v.trend.Rules) == 0 {
		return nil
	}
	cols := []Column{
		{Title: s.Words.Head.Rule, Min: 16, Max: 34, Weight: 1}, {Title: tw.Trend, Min: max(8, Width(tw.Trend)), Max: 2 * len(v.trend.Runs), Weight: 3},
		{Title: tw.Now, Min: max(5, Width(tw.Now)), Align: Right}, {Title: tw.Tested, Min: max(12, Width(tw.Tested)), Align: Right},
	}
	widths := layout(cols, w, nil)
	shown := min(len(v.trend.Runs), max(1, widths[1]/2))
	cols[1].Max, cols[1].Min = 0, widths[1]
	chosen := len(v.trend.Runs) - 1 - max(0, min(v.grid.Cursor, len(v.trend.Runs)-1))
	first := max(0, min(len(v.trend.Runs)-shown, chosen))
	last := min(len(v.trend.Runs), first+shown)
	if s.Theme.Spoken == nil { // the run under the cursor is pointed at
		cols[1].Title = strings.Repeat("  ", chosen-first) + s.Theme.Glyph.Down
	}
	foot := v.legend(s, w, 1+bit(h > 6))
	n := len(v.trend.Rules)
	if n > h-2-len(foot) {
		n = max(0, h-3-len(foot))
	}
	rows := make([][]Cell, 0, n)
	for i := range n {
		rows = append(rows, v.ruleRow(s, &v.trend.Rules[i], first, last, chosen))
	}
	out := append([]string{s.Theme.Heading(tw.Rules, fmt.Sprintf(tw.Span, Count(first+1), Count(last), Count(len(v.trend.Runs))), w)}, s.Theme.Table(cols, rows, w)...)
	if n < len(v.trend.Rules) {
		out = append(out, s.Theme.Dim.On(pad(gutter)+fmt.Sprintf(s.Words.Plain.More, Count(len(v.trend.Rules)-n))))
	}
	for len(out) < h-len(foot) && s.Theme.Spoken == nil {
		out = append(out, "")
	}
	return append(out, foot...)
}

// legend says in at most most lines what the signs of the trend mean, and those of the changes if they were drawn.
func (v *Timeline) legend(s *State, w, most int) []string {
	tw := &s.Words.Timeline
	if s.Theme.Spoken != nil {
		return nil
	}
	low, high := levels[0], levels[len(levels)-1]
	if s.Theme.ASCII {
		low, high = levelsASCII[0], levelsASCII[len(levelsASCII)-1]
	}
	pieces := []string{fmt.Sprintf(tw.TrendLegend, string(low), string(high), string(notInRun), s.Theme.Glyph.Down)}
	if v.signed {
		pieces = append(pieces, tw.Legend)
	}
	out := packed(pieces, w)
	out = out[:min(len(out), most)]
	for i := range out {
		out[i] = s.Theme.Dim.On(Cut(out[i], w))
	}
	return out
}

// ruleRow is one rule: its trend, and what it came to in the run under the cursor.
func (v *Timeline) ruleRow(s *State, r *audit.RuleTrend, first, last, chosen int) []Cell {
	name := orText(r.Rule, s.Words.Diff.Default)
	p := &r.Points[chosen]
	now, tested := "-", s.Words.Timeline.NotThere
	if p.Known {
		now, tested = Count(p.Deviations), Count(p.Tested)+"/"+Count(p.Flows())
	}
	ink := s.Theme.Body
	if p.Known && p.Deviations > 0 {
		ink = s.Theme.Severity(p.Worst).Ink
	}
	return []Cell{{Text: name}, {Text: trendLine(s, r.Points[first:last], mostTested(r.Points))}, {now, ink}, {Text: tested}}
}

func mostTested(points []audit.TrendPoint) int {
	best := 0
	for i := range points {
		best = max(best, points[i].Tested)
	}
	return best
}

// trendLine draws the deviations of a rule, two columns for each run: how many, and behind it a question mark if the
// run tested less than nine tenths of what the fullest one did, because then few deviations say little. A run that
// tested nothing is a question mark alone, one without the rule a dot.
func trendLine(s *State, points []audit.TrendPoint, best int) string {
	set := levels
	if s.Theme.ASCII {
		set = levelsASCII
	}
	most := 0
	for i := range points {
		most = max(most, points[i].Deviations)
	}
	var b strings.Builder
	for i := range points {
		p := &points[i]
		if s.Theme.Spoken != nil {
			b.WriteString(pointWords(s, p, best))
			if i < len(points)-1 {
				b.WriteString(", ")
			}
			continue
		}
		level, doubt := set[0], ' '
		switch {
		case !p.Known:
			level = notInRun
		case p.Tested == 0:
			level = '?'
		case p.Deviations > 0: // rounded up: one deviation is never drawn as none
			top := len(set) - 1
			level = set[(p.Deviations*top+most-1)/most]
		}
		if p.Known && p.Tested > 0 && p.Tested*10 < best*9 {
			doubt = '?'
		}
		b.WriteRune(level)
		b.WriteRune(doubt)
	}
	return b.String()
}

// pointWords is a point of a trend as it is said.
func pointWords(s *State, p *audit.TrendPoint, best int) string {
	tw := &s.Words.Timeline
	switch {
	case !p.Known:
		return tw.NotThere
	case p.Tested == 0:
		return s.Words.VerdictOf(audit.NotTested)
	case p.Tested*10 < best*9:
		return Count(p.Deviations) + " (" + tw.Less + ")"
	}
	return Count(p.Deviations)
}
