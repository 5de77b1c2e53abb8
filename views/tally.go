package views

import (
	"cmp"
	"strings"

	"oobscope/audit"
)

// gravity is the order in which a reader wants to know of the verdicts.
var gravity = [...]audit.Verdict{
	audit.Exposed, audit.NotEnforced, audit.Undeclared, audit.Broken, audit.WrongMode, audit.Error,
	audit.Unverifiable, audit.Pending, audit.NotTested, audit.Conforms,
}

// leading is the verdict that stands for a tally: the gravest deviation, else a failure, else what most of
// its flows came to, and in doubt the less pleasant. A few proofs must not cover what was never verified.
func leading(t *audit.Tally) audit.Verdict {
	best := audit.NotTested
	for _, v := range gravity {
		n := t.Of(v)
		switch {
		case v.Deviation():
			if n > 0 && t.Deviations() > 0 {
				return v
			}
		case v == audit.Error && n > 0:
			return v
		case n > t.Of(best) || t.Of(best) == 0 && n > 0:
			best = v
		}
	}
	return best
}

// signs counts the verdicts of a tally by their signs, without the one that was named already.
func (t *Theme) signs(y *audit.Tally, named audit.Verdict) []string {
	var parts []string
	for _, v := range gravity {
		if n := y.Of(v); n > 0 && v != named {
			parts = append(parts, t.Verdict(v).Sign+Count(n))
		}
	}
	return parts
}

// summary is a tally in a cell of w: the leading verdict in words, the others by sign as far as they fit. Where
// there is no room for the word, the signs stand alone; a number is never cut. nil is a run that never was.
func summary(s *State, y *audit.Tally, w int) Cell {
	if y == nil {
		return Cell{s.Words.Phase[RunNone], s.Theme.Dim}
	}
	if y.Flows() == 0 {
		return Cell{s.Theme.Verdict(audit.NotTested).Sign + " " + s.Words.Rule.NothingAsked, s.Theme.Dim}
	}
	if s.Theme.Spoken != nil {
		return Cell{Text: spokenTally(s, y)}
	}
	v := leading(y)
	look := s.Theme.Verdict(v)
	text := look.Sign + " " + s.Words.VerdictOf(v) + " " + Count(y.Of(v))
	between := "  "
	if Width(text) > w {
		text, between = look.Sign+Count(y.Of(v)), " "
	}
	rest := s.Theme.signs(y, v)
	for i, part := range rest {
		room := w
		if i < len(rest)-1 {
			room -= 2 // for the mark that there is more
		}
		if Width(text+between+part) > room {
			text += " …"
			break
		}
		text += between + part
		between = " "
	}
	return Cell{text, look.Ink}
}

// verdictLines counts the verdicts of a tally under each other, the gravest first; what each means stands
// beside it where a whole sentence fits.
func verdictLines(s *State, y *audit.Tally, w int) []string {
	label, number, mean := 0, 0, 0
	for _, v := range gravity {
		if y.Of(v) > 0 {
			label = max(label, Width(s.Words.VerdictOf(v))+2)
			number = max(number, len(Count(y.Of(v))))
			mean = max(mean, Width(s.Words.VerdictMean[v]))
		}
	}
	var out []string
	for _, v := range gravity {
		if y.Of(v) == 0 {
			continue
		}
		look := s.Theme.Verdict(v)
		line := look.Ink.On(Fit(look.Sign+" "+s.Words.VerdictOf(v), label)) + "  " + FitRight(Count(y.Of(v)), number)
		if label+number+mean+4 <= w {
			line += "  " + s.Theme.Dim.On(s.Words.VerdictMean[v])
		}
		out = append(out, line)
	}
	return out
}

// severityLine counts the deviations by severity in one line; empty if there are none.
func severityLine(s *State, y *audit.Tally) string {
	var parts []string
	for sev := uint8(5); sev > 0; sev-- {
		if n := y.BySeverity[sev]; n > 0 {
			parts = append(parts, s.Theme.Severity(sev).Show(s.Words.SeverityOf(sev)+" "+Count(n)))
		}
	}
	if y.Waived > 0 {
		parts = append(parts, s.Theme.Dim.On(s.Words.Plain.Waived+" "+Count(y.Waived)))
	}
	return strings.Join(parts, "  ")
}

// coverageLines say how much of the intent was tested: a bar, and the three shares in words.
func coverageLines(s *State, y *audit.Tally, w int) []string {
	c, all := y.Coverage(), y.Flows()
	waiting := y.Of(audit.Pending)
	o := &s.Words.Overview
	rows := []struct {
		look Look
		word string
		n    int
	}{
		{s.Theme.Verdict(audit.Conforms), o.Tested, c.Tested},
		{s.Theme.Verdict(audit.Unverifiable), o.Unverifiable, c.Unverifiable},
		{s.Theme.Verdict(audit.NotTested), o.NotTested, y.Of(audit.NotTested)},
		{s.Theme.Verdict(audit.Error), s.Words.VerdictOf(audit.Error), y.Of(audit.Error)},
		{s.Theme.Verdict(audit.Pending), s.Words.VerdictOf(audit.Pending), waiting},
	}
	share := 0.0
	if all > 0 {
		share = float64(c.Tested) / float64(all)
	}
	out := []string{s.Theme.Bar(share, min(w, 48))}
	for i, r := range rows {
		if i < 3 || r.n > 0 {
			out = append(out, FitRight(Count(r.n), len(Count(all)))+"  "+r.look.Ink.On(r.word))
		}
	}
	return out
}

// compareTallies compares two tallies by what a reader worries about: the worst severity, the number of
// deviations, what is without proof; nil is a run that never was, and least of all.
func compareTallies(a, b *audit.Tally) int {
	switch {
	case a == nil || b == nil:
		return cmp.Compare(boolean(a != nil), boolean(b != nil))
	case a.Worst != b.Worst:
		return cmp.Compare(a.Worst, b.Worst)
	}
	return cmp.Or(cmp.Compare(a.Deviations(), b.Deviations()), cmp.Compare(a.Of(audit.Error), b.Of(audit.Error)),
		cmp.Compare(a.Of(audit.Unverifiable), b.Of(audit.Unverifiable)), cmp.Compare(a.Of(audit.NotTested), b.Of(audit.NotTested)),
		cmp.Compare(a.Of(audit.Conforms), b.Of(audit.Conforms)))
}

func boolean(is bool) int {
	if is {
		return 1
	}
	return 0
}
