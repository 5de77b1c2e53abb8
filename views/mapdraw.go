package views

import (
	"strings"

	"oobscope/audit"
)

// stroke is a piece of ink: what turns a colour on, what is drawn, what turns it off.
type stroke struct{ open, glyph, end string }

// mapInks are the strokes of a picture in a theme, cut out once.
type mapInks struct {
	theme *Theme
	signs [noHost + 1]stroke
	pairs [noHost + 1][noHost + 1]stroke // upper, lower
	block [markKinds]stroke              // a whole cell, for the legend
}

func newMapInks(t *Theme) *mapInks {
	k := &mapInks{theme: t}
	k.signs[noHost].glyph, k.pairs[noHost][noHost].glyph = " ", " "
	for up := range markKinds {
		look := t.Mark(audit.Mark(up))
		k.signs[up] = stroke{look.Ink.open, look.Sign, look.Ink.end}
		open, end, _ := strings.Cut(t.uppers[up], "▀")
		k.pairs[up][noHost] = stroke{open, "▀", end}
		k.pairs[noHost][up] = stroke{open, "▄", end}
		k.block[up] = stroke{open, "█", end}
		for low := range markKinds {
			open, end, _ := strings.Cut(t.halves[up][low], "▀")
			k.pairs[up][low] = stroke{open, "▀", end}
		}
	}
	return k
}

// brush writes strokes one after another; neighbours of the same colour share it.
type brush struct {
	strings.Builder
	open, end string
}

func (b *brush) put(k *stroke, n int) {
	if b.open != k.open {
		b.WriteString(b.end)
		b.WriteString(k.open)
		b.open, b.end = k.open, k.end
	}
	b.WriteString(k.glyph)
	b.lift(n - 1)
}

// lift leaves n columns empty.
func (b *brush) lift(n int) {
	if n > 0 {
		b.done()
		b.WriteString(pad(n))
	}
}

func (b *brush) done() {
	b.WriteString(b.end)
	b.open, b.end = "", ""
}

// drawn is what the lines of a picture were drawn for.
type drawn struct {
	lines    []string
	cursor   int
	sheet    *sheet
	inks     *mapInks
	counted  countKey
	labelled bool
}

// picture draws the sheet, line by line; label says what stands before a line, given its first cell. Lines in which
// nothing moved are those of the picture before.
func (m *Map) picture(t *Theme, label func(cell int) string) []string {
	s, d := m.sheet, &m.drawn
	now := drawn{d.lines, m.cell(), s, m.inks, m.counted, label != nil}
	fresh := d.sheet != s || d.inks != m.inks || d.counted != m.counted || d.labelled != now.labelled
	if fresh {
		now.lines = make([]string, s.lines())
	}
	step := 1
	if s.half {
		step = 2
	}
	for row := 0; row < s.rows(); row += step {
		cells := s.cellAt[row<<s.x : min(row+step, s.rows())<<s.x]
		if fresh || m.stirred(cells, d.cursor, now.cursor) {
			now.lines[row/step*s.tall] = m.line(t, label, row)
		}
	}
	*d = now
	return d.lines
}

// stirred tells whether one of the cells has moved since it was drawn, or the cursor came or went.
func (m *Map) stirred(cells []int, was, is int) bool {
	hit := false
	for _, c := range cells {
		if m.count.moved[c] || was != is && (c == was || c == is) {
			m.count.moved[c] = false
			hit = true
		}
	}
	return hit
}

func (m *Map) line(t *Theme, label func(cell int) string, row int) string {
	var b brush
	b.Grow(m.sheet.width() * 8)
	if label != nil {
		b.WriteString(label(m.sheet.cellAt[row<<m.sheet.x]))
	}
	if m.sheet.half {
		m.halves(t, &b, row, m.cell())
	} else {
		m.row(t, &b, row, m.cell(), m.tails())
	}
	b.done()
	return b.String()
}

func (m *Map) row(t *Theme, b *brush, row, cursor int, tail func(cell int) string) {
	s := m.sheet
	for _, cell := range s.cellAt[row<<s.x : (row+1)<<s.x] {
		k := m.count.look[cell]
		ink := m.inks.signs[k]
		if cell == cursor {
			ink.open, ink.end = t.Selected.open, t.Selected.end
		}
		if tail == nil || k == noHost {
			b.put(&ink, s.wide)
			continue
		}
		text := tail(cell)
		ink.glyph += text
		b.put(&ink, s.wide-len(text))
	}
}

// tails writes the last part of the address behind the sign of each cell, where cells have room for it; nil if not.
func (m *Map) tails() func(cell int) string {
	a := &m.areas[m.area]
	if m.sheet.wide < cellMost || m.sheet.per > 0 || !a.ordered() {
		return nil
	}
	return func(cell int) string {
		text := plus(a.base, m.lo+uint32(cell)).String()
		return " " + text[strings.LastIndexAny(text, ".:")+1:]
	}
}

// halves draws two rows in one line. The cursor shows its sign in the place of both.
func (m *Map) halves(t *Theme, b *brush, row, cursor int) {
	s := m.sheet
	for col := range s.cols() {
		up, low := s.cellAt[row<<s.x+col], -1
		under := noHost
		if row+1 < s.rows() {
			low = s.cellAt[(row+1)<<s.x+col]
			under = m.count.look[low]
		}
		over := m.count.look[up]
		switch cursor {
		case up:
			b.put(&stroke{t.Selected.open, m.inks.signs[over].glyph, t.Selected.end}, 1)
		case low:
			b.put(&stroke{t.Selected.open, m.inks.signs[under].glyph, t.Selected.end}, 1)
		default:
			b.put(&m.inks.pairs[over][under], 1)
		}
	}
}
