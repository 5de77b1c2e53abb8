package tui

import (
	tea "charm.land/bubbletea/v2"

	"oobscope/views"
)

// typist is an overlay with lines of input: it gets whole key presses, pastes, and says where its cursor is.
type typist interface {
	overlay
	typed(m *model, k tea.KeyPressMsg) tea.Cmd
	paste(m *model, text string)
	// caret is where the cursor is in what lines returned last: cell and line.
	caret() (x, y int)
}

// field is a line of a form.
type field struct {
	name    string // stable
	label   string
	edit    editor
	visited bool // was left once: only then is it said what is wrong with it
}

// fields are the lines of a form, one of which has the cursor.
type fields struct {
	list []field
	at   int
	x, y int // the cursor, as it was drawn last
}

func (f *fields) add(name, label, value string) {
	line := field{name: name, label: label, edit: newEditor()}
	line.edit.set(value)
	f.list = append(f.list, line)
}

func (f *fields) value(name string) string {
	for i := range f.list {
		if f.list[i].name == name {
			return f.list[i].edit.String()
		}
	}
	return ""
}

// texts are what stands in the lines.
func (f *fields) texts() []string {
	out := make([]string, len(f.list))
	for i := range f.list {
		out[i] = f.list[i].edit.String()
	}
	return out
}

// step goes to the next field, or with -1 to the one before; it stays at the ends.
func (f *fields) step(by int) {
	f.list[f.at].visited = true
	f.at = max(0, min(f.at+by, len(f.list)-1))
}

func (f *fields) last() bool { return f.at == len(f.list)-1 }

// visitAll lets every field say what is wrong with it, and puts the cursor on the first that has something to say.
func (f *fields) visitAll(wrong func(name string) string) (ok bool) {
	ok = true
	for i := range f.list {
		f.list[i].visited = true
		if ok && wrong(f.list[i].name) != "" {
			f.at, ok = i, false
		}
	}
	return ok
}

// edit lets the field with the cursor have a key; false if it did nothing with it.
func (f *fields) edit(k tea.KeyPressMsg) bool {
	e := &f.list[f.at].edit
	if k.Text != "" {
		e.insert(k.Text)
		return true
	}
	return e.press(k)
}

// The cells of a value: at least so many beside a note, and at most so many without.
const (
	leastValue = 24
	mostValue  = 48
)

// draw sets the fields under each other for w cells: label, value, and beside it what is wrong or worth knowing. It
// notes where the cursor is, counted from the first line.
func (f *fields) draw(t *views.Theme, w int, beside func(i int) (ink views.Ink, text string)) []string {
	label := 0
	for i := range f.list {
		label = max(label, views.Width(f.list[i].label))
	}
	label = min(label+4, w/2) // the cursor before it, and a gap behind
	chosen := t.Glyph.Cursor
	if t.Spoken != nil {
		chosen, label = t.Spoken.Chosen, label+views.Width(t.Spoken.Chosen)
	}
	var out []string
	for i := range f.list {
		sign, note := beside(i)
		value := min(mostValue, w-label)
		under := note != "" && w-label-views.Width(note)-2 < leastValue
		if note != "" && !under {
			value = min(value, w-label-views.Width(note)-2)
		}
		text, x := f.list[i].edit.window(max(2, value))
		ink, mark := t.Dim, "  "
		if i == f.at {
			ink, mark = t.Bold, chosen+" "
			f.x, f.y = label+x, len(out)
		}
		line := ink.On(views.Fit(mark+f.list[i].label, label)) + views.Fit(text, value)
		if note != "" && !under {
			line += "  " + sign.On(note)
		}
		out = append(out, line)
		if under { // where it has the whole width
			for _, l := range views.Wrap(note, max(1, w-4)) {
				out = append(out, "    "+sign.On(l))
			}
		}
	}
	return out
}

func (f *fields) caret() (x, y int) { return f.x, f.y }
