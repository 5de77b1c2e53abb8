package views

import (
	"slices"

	"github.com/charmbracelet/x/ansi"

	"oobscope/kits"
)

// page is prose with places in it that can be opened. Its lines are made once for each change of what it
// shows; the zero value is empty.
type page struct {
	scroll Scroll
	at     int // the chosen place
	lines  []string
	spots  []spot
	made   pageKey

	wrapped    map[string][]string // by text: its lines at width wrappedFor
	wrappedFor int
}

// spot is a line of the page that stands for something.
type spot struct {
	line int
	act  Action
}

// pageKey is all that the lines of a page depend on.
type pageKey struct {
	gen   uint64
	about int
	w     int
	words *Words
	theme *Theme
}

// fresh empties the page if it was made for something else, and tells whether it has to be filled.
func (p *page) fresh(s *State, about, w int) bool {
	key := pageKey{s.Generation, about, w, s.Words, s.Theme}
	if p.made == key {
		return false
	}
	p.made, p.lines, p.spots = key, p.lines[:0], p.spots[:0]
	return true
}

// top goes back to the beginning, for a page about something else.
func (p *page) top() { p.at, p.scroll.Top = 0, 0 }

func (p *page) add(lines ...string) { p.lines = append(p.lines, lines...) }

// head begins a section, with an empty line before it unless it is the first.
func (p *page) head(t *Theme, title, right string) {
	if len(p.lines) > 0 {
		p.add("")
	}
	p.add(t.Heading(title, right, p.made.w))
}

// kitHead begins the part of a page that is about one kit: its title, and its name on a line of its own
// where both do not fit.
func (p *page) kitHead(s *State, k *kits.Kit) {
	title, ref := orText(k.Title.In(s.Lang), k.ID), k.Ref()
	if Width(Safe(title))+Width(Safe(ref))+4 <= p.made.w {
		p.head(s.Theme, title, ref)
		return
	}
	p.head(s.Theme, title, "")
	p.add(s.Theme.Dim.On(Cut(Safe(ref), p.made.w)))
}

// open adds a line that can be opened. It must leave its first two cells to the cursor.
func (p *page) open(line string, act Action) {
	p.spots = append(p.spots, spot{len(p.lines), act})
	p.add(line)
}

// prose adds a text as paragraphs. Breaking a long text into lines costs more than the rest of a page, so
// the lines are kept for as long as the width stays.
func (p *page) prose(text string) {
	if p.wrappedFor != p.made.w || p.wrapped == nil {
		p.wrapped, p.wrappedFor = map[string][]string{}, p.made.w
	}
	lines, known := p.wrapped[text]
	if !known {
		lines = Wrap(text, p.made.w)
		p.wrapped[text] = lines
	}
	p.add(lines...)
}

// window are the h lines in sight, the chosen place marked. If there are more, the last of them says where
// in the page we are.
func (p *page) window(t *Theme, h int) []string {
	if t.Spoken != nil {
		return p.spoken(t)
	}
	more := len(p.lines) > h && h > 2
	if more {
		h--
	}
	out := slices.Clone(p.scroll.Window(p.lines, h))
	if len(p.spots) > 0 {
		p.at = max(0, min(p.at, len(p.spots)-1))
		if i := p.spots[p.at].line - p.scroll.Top; i >= 0 && i < len(out) {
			if plain := ansi.Strip(out[i]); len(plain) >= gutter {
				out[i] = t.Selected.On(t.Glyph.Cursor + " " + plain[gutter:])
			}
		}
	}
	if more {
		arrow := t.Glyph.Down
		if p.scroll.Top+h >= len(p.lines) {
			arrow = t.Glyph.Up
		}
		out = append(out, t.Dim.On(FitRight(arrow+" "+p.scroll.Position(), p.made.w)))
	}
	return out
}

// spoken is the whole page, the places that can be opened numbered.
func (p *page) spoken(t *Theme) []string {
	out := slices.Clone(p.lines)
	p.at = max(0, min(p.at, len(p.spots)-1))
	for i, s := range p.spots {
		out[s.line] = t.numbered(i, i == p.at) + quiet(out[s.line])
	}
	return out
}

// press scrolls, or moves to the next or previous place; false if the key does neither.
func (p *page) press(key string) bool {
	step := 0
	if to, ok := byNumber(key, len(p.spots)); ok {
		p.at = to
		return true
	}
	switch key {
	case "tab":
		step = 1
	case "shift+tab":
		step = -1
	default:
		return p.scroll.Press(key)
	}
	n := len(p.spots)
	if n == 0 {
		return false
	}
	p.at = (p.at + step + n) % n
	line := p.spots[p.at].line
	p.scroll.Top = max(0, max(min(p.scroll.Top, line), line-p.scroll.h+1))
	return true
}

// keys are the keys that scroll the page, if it is longer than its window.
func (p *page) keys(w *Words) []Key {
	if p.scroll.n <= p.scroll.h {
		return nil
	}
	return []Key{{"j/k", w.Key.Scroll}, {"pgup/pgdn", w.Key.Page}, {"g/G", w.Key.Ends}}
}

// chosen is what the marked place means; None if there is none.
func (p *page) chosen() Action {
	if p.at < 0 || p.at >= len(p.spots) {
		return Action{}
	}
	return p.spots[p.at].act
}
