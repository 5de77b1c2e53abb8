package tui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"oobscope/views"
)

// maxInput caps a line of input, in characters; a filter or a name is far shorter.
const maxInput = 512

// editor is a line of input.
type editor struct{ field textinput.Model }

// newEditor makes an empty line. It draws plain text: the prompt has the colours, the terminal the cursor.
func newEditor() editor {
	f := textinput.New()
	f.Prompt, f.CharLimit = "", maxInput
	f.SetVirtualCursor(false)
	plain := textinput.StyleState{Text: lipgloss.NewStyle(), Placeholder: lipgloss.NewStyle(), Prompt: lipgloss.NewStyle()}
	f.SetStyles(textinput.Styles{Focused: plain, Blurred: plain})
	// What the terminal pastes comes as a message; the clipboard of this machine is not ours to read. ctrl+a and
	// ctrl+b belong to terminal multiplexers.
	f.KeyMap.Paste = key.NewBinding(key.WithDisabled())
	f.KeyMap.LineStart = key.NewBinding(key.WithKeys("home"))
	f.KeyMap.CharacterBackward = key.NewBinding(key.WithKeys("left"))
	f.Focus()
	return editor{f}
}

func (e *editor) String() string { return e.field.Value() }

func (e *editor) set(s string) {
	e.field.SetValue(s)
	e.field.CursorEnd()
}

// insert puts typed or pasted text at the cursor, made one safe line; false if some of it did not fit.
func (e *editor) insert(s string) bool {
	whole := len(s)
	text := []rune(views.Safe(s[:min(whole, 8*maxInput)])) // a paste may be megabytes
	old, at := []rune(e.field.Value()), e.field.Position()
	room := maxInput - len(old)
	fits := len(text) <= room && whole <= 8*maxInput
	text = text[:min(len(text), max(0, room))]
	e.field.SetValue(string(old[:at]) + string(text) + string(old[at:]))
	e.field.SetCursor(at + len(text))
	return fits
}

// press edits by a key that types nothing; false if it left the text as it was.
func (e *editor) press(k tea.KeyPressMsg) bool {
	before := e.field.Value()
	e.field, _ = e.field.Update(k)
	return e.field.Value() != before
}

// window is the part of the text in sight over w cells, and the cell of the cursor in it.
func (e *editor) window(w int) (text string, cursor int) {
	if w <= 1 {
		return "", 0
	}
	e.field.SetWidth(w - 1) // the cursor needs a cell behind the text
	e.field.SetCursor(e.field.Position())
	if c := e.field.Cursor(); c != nil {
		cursor = c.X
	}
	return views.Cut(strings.TrimRight(ansi.Strip(e.field.View()), " "), w), min(max(cursor, 0), w-1)
}
