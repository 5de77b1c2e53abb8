package views

import (
	"strings"

	"oobscope/audit"
	"oobscope/probes"
)

// A spoken theme is for screen readers and for terminals that only print. Every screen is drawn by the same
// code, but what it is drawn with speaks: no sign stands for a word, nothing is padded or cut to a width, a row of a
// list is a sentence with the name of each field, two columns follow each other, and no line is drawn for the eye.

// SpokenRows is how many rows of a list are said at a time.
const SpokenRows = 10

// SpokenTheme makes the theme of a language.
func SpokenTheme(w *Words) *Theme {
	t := &Theme{ASCII: true, Plain: true, Spoken: &w.Spoken}
	t.Glyph = Glyphs{Cursor: "/", Arrow: w.Spoken.To}
	t.classes = map[probes.Class]Look{}
	return t
}

// sentence is row i of n as text: "3. Host 198.18.1.5; Service ipmi; …". Empty cells are left out; a row
// before the first has no number.
func (g *Grid) sentence(t *Theme, i int) string {
	var b strings.Builder
	if i >= 0 {
		b.WriteString(t.numbered(i, i == g.Cursor))
		if g.Marked != nil && g.Marked(i) {
			b.WriteString(t.Spoken.Marked + " ")
		}
	}
	said := 0
	for _, k := range g.said() {
		text := quiet(Safe(g.cells[k].Text))
		if text == "" {
			continue
		}
		if said++; said > 1 {
			b.WriteString("; ")
		}
		if title := g.Columns[k].Title; title != "" {
			b.WriteString(title + " ")
		}
		b.WriteString(text)
	}
	return b.String()
}

// numbered begins what is said of line i of a list.
func (t *Theme) numbered(i int, chosen bool) string {
	if chosen {
		return t.ChosenLine(i + 1)
	}
	return Count(i+1) + ". "
}

// ChosenLine is how a spoken picture begins the line under the cursor if that is line number, from 1.
func (t *Theme) ChosenLine(number int) string { return t.Spoken.Chosen + " " + Count(number) + ". " }

// spoken are the rows around the cursor: whole pages of SpokenRows, so that going on never skips one.
func (g *Grid) spoken(t *Theme, n int, row func(i int, cells []Cell)) []string {
	g.page = SpokenRows
	g.top = g.Cursor - g.Cursor%SpokenRows
	out := g.spokenOrder(t)
	for i := g.top; i < min(n, g.top+g.page); i++ {
		if g.Heading != nil {
			if text, ok := g.Heading(i); ok {
				out = append(out, t.numbered(i, i == g.Cursor)+quiet(Safe(text)))
				continue
			}
		}
		clear(g.cells)
		row(i, g.cells)
		if g.Passive {
			out = append(out, g.sentence(t, -1))
			continue
		}
		out = append(out, g.sentence(t, i))
	}
	if end := g.top + g.page; end < n {
		out = append(out, strings.ReplaceAll(t.Spoken.MoreRows, "%1", Count(n-end)))
	}
	return out
}

// spokenTable is a small table as sentences.
func (t *Theme) spokenTable(cols []Column, rows [][]Cell) []string {
	g := Grid{Columns: cols}
	var out []string
	for _, r := range rows {
		g.cells = r
		out = append(out, g.sentence(t, -1))
	}
	return out
}

func spokenFields(pairs [][2]string) []string {
	var out []string
	for _, p := range pairs {
		out = append(out, Safe(p[0])+": "+strings.Join(Wrap(p[1], spokenLine), " "))
	}
	return out
}

// spokenLine is where a line that nobody broke is broken after all: no terminal takes one without end.
const spokenLine = 4000

// say makes the picture of a screen speakable: no blanks for the eye, no empty line beside another.
func (t *Theme) say(lines []string) string {
	var out []string
	for _, l := range lines {
		l = quiet(l)
		if l == "" && (len(out) == 0 || out[len(out)-1] == "") {
			continue
		}
		out = append(out, l)
	}
	for len(out) > 0 && out[len(out)-1] == "" {
		out = out[:len(out)-1]
	}
	return strings.Join(out, "\n")
}

// quiet takes out what only sets things apart for the eye: runs of blanks become a comma's pause.
func quiet(s string) string {
	s = strings.TrimSpace(s)
	if !strings.Contains(s, "  ") {
		return s
	}
	var b strings.Builder
	for part := range strings.SplitSeq(s, "  ") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		if b.Len() > 0 {
			if last := b.String()[b.Len()-1]; last != ',' && last != ':' && last != ';' && last != '.' {
				b.WriteByte(',')
			}
			b.WriteByte(' ')
		}
		b.WriteString(part)
	}
	return b.String()
}

// spokenTally is a tally in words: each verdict that occurs, the gravest first.
func spokenTally(s *State, y *audit.Tally) string {
	var parts []string
	for _, v := range gravity {
		if n := y.Of(v); n > 0 {
			parts = append(parts, s.Words.VerdictOf(v)+" "+Count(n))
		}
	}
	return strings.Join(parts, ", ")
}

// spokenMatrix says of each pair of zones what is intended and what was verified; the pair under the cursor is
// marked. Pairs without a rule and without a flow are one sentence at the end.
func (z *Zones) spokenMatrix(s *State) []string {
	var out []string
	n := len(z.names)
	for f := range z.names {
		for to := range z.names {
			y := tallyOfZones(s, z.names[f], z.names[to])
			text := s.Theme.numbered(f*n+to, f == z.from && to == z.to) +
				Safe(z.names[f]) + " " + s.Words.Spoken.To + " " + Safe(z.names[to]) + ": " + quiet(z.intended(s, f, to).Text)
			if !z.testable(s, f, to) {
				text += "; " + quiet(z.untestable(s, f, to, spokenLine))
			}
			if y != nil && y.Flows() > 0 {
				c := y.Coverage()
				text += "; " + s.Words.Overview.Tested + " " + Count(c.Tested) + "/" + Count(y.Flows()) + "; " + spokenTally(s, y)
			}
			out = append(out, text)
		}
	}
	return out
}

// Step by number: "#12" goes to the twelfth thing. Nobody can type that as a key; the dialogue says it.
func byNumber(key string, n int) (to int, ok bool) {
	if len(key) < 2 || key[0] != '#' {
		return 0, false
	}
	for _, c := range key[1:] {
		if c < '0' || c > '9' || to > n {
			return 0, false
		}
		to = to*10 + int(c-'0')
	}
	return to - 1, to >= 1 && to <= n
}
