package tui

import (
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"oobscope/views"
)

// hear does what a line says and prints what came of it.
func (d *dialogue) hear(line string) {
	m := d.m
	if m.leaving {
		return
	}
	m.state.Now = m.cfg.Clock()
	m.note, d.noted = note{}, note{}
	m.planning, m.deeds.wanted = m.planning && m.cfg.StartNow, false
	line = strings.TrimSpace(views.Safe(line))
	switch {
	case len(line) > maxAnswer:
		d.print(m.state.Words.Spoken.TooLong)
	case m.over != nil:
		d.answer(line)
	case m.ask != nil:
		m.ask.line.set(line)
		m.ask.edited(m)
		d.press("enter")
		d.report()
	default:
		d.command(line)
	}
}

// answer lets a question or a form have a line: yes and no as they are said, a name behind a slash as a key, and
// anything else as text for the field that waits for it.
func (d *dialogue) answer(line string) {
	switch strings.ToLower(line) {
	case "yes", "y", "はい":
		if _, yesNo := d.m.over.(*question); yesNo {
			d.press("y")
			break
		}
		d.fillIn(line)
	case "no", "n", "いいえ":
		if _, yesNo := d.m.over.(*question); yesNo {
			d.press("n")
			break
		}
		d.fillIn(line)
	case "quit":
		d.press("ctrl+c")
	case "":
		d.asking = nil // read it out once more
	case "close", "/esc":
		d.press("esc")
	default:
		if _, yesNo := d.m.over.(*question); yesNo {
			d.print(d.m.state.Words.Spoken.AnswerYesNo)
			return
		}
		d.fillIn(line)
	}
	d.report()
}

// fillIn types a line into the field that has the focus and goes on to the next, or presses the key that a slash
// names.
func (d *dialogue) fillIn(line string) {
	if name, ok := strings.CutPrefix(line, "/"); ok && name != "" && !strings.Contains(name, "/") {
		d.press(name)
		return
	}
	switch d.m.over.(type) {
	case *page, *trouble:
		d.press("enter")
		return
	}
	form := d.m.over
	for _, r := range line {
		d.press(string(r))
	}
	if d.m.over == form { // else it has chosen something already
		d.press("tab")
	}
}

// verbs are the commands of the dialogue's own, with what they do. One that returns false has said everything
// itself.
var verbs = map[string]func(d *dialogue, arg string) (cmd tea.Cmd, changes bool){
	"help":   func(d *dialogue, _ string) (tea.Cmd, bool) { d.sayHelp(); return nil, false },
	"?":      func(d *dialogue, _ string) (tea.Cmd, bool) { d.sayHelp(); return nil, false },
	"menu":   func(d *dialogue, _ string) (tea.Cmd, bool) { d.sayMenu(); return nil, false },
	"keys":   func(d *dialogue, _ string) (tea.Cmd, bool) { d.sayKeys(); return nil, false },
	"status": func(d *dialogue, _ string) (tea.Cmd, bool) { d.sayStatus(); return nil, false },
	"where": func(d *dialogue, _ string) (tea.Cmd, bool) {
		d.print(d.m.trail(plainWidth))
		d.sayStatus()
		return nil, false
	},
	"again":  func(d *dialogue, _ string) (tea.Cmd, bool) { d.sayScreen(); return nil, false },
	"more":   func(d *dialogue, _ string) (tea.Cmd, bool) { return d.m.byDefault("pgdown"), true },
	"less":   func(d *dialogue, _ string) (tea.Cmd, bool) { return d.m.byDefault("pgup"), true },
	"open":   func(d *dialogue, _ string) (tea.Cmd, bool) { return d.m.byDefault("enter"), true },
	"copy":   func(d *dialogue, _ string) (tea.Cmd, bool) { return d.m.byDefault("y"), false },
	"back":   func(d *dialogue, _ string) (tea.Cmd, bool) { d.m.goBack(); return nil, true },
	"start":  func(d *dialogue, _ string) (tea.Cmd, bool) { return d.m.start(), false },
	"stop":   func(d *dialogue, _ string) (tea.Cmd, bool) { d.m.askCancel(); return nil, false },
	"quit":   func(d *dialogue, _ string) (tea.Cmd, bool) { return d.m.quit(), false },
	"export": func(d *dialogue, arg string) (tea.Cmd, bool) { return d.m.export(arg), false },
	"filter": func(d *dialogue, arg string) (tea.Cmd, bool) { d.m.setFilter(arg); d.sayScreen(); return nil, false },
	"choose": func(d *dialogue, arg string) (tea.Cmd, bool) { return nil, d.choose(arg) },
	"key":    func(d *dialogue, arg string) (tea.Cmd, bool) { d.press(arg); return nil, true },
}

// command does what a line says while nothing asks.
func (d *dialogue) command(line string) {
	m := d.m
	if line == "" {
		d.print(m.trail(plainWidth))
		return
	}
	before := m.at.here
	word, arg, _ := strings.Cut(line, " ")
	word, arg = strings.ToLower(word), strings.TrimSpace(arg)
	changes := true
	if verb := verbs[word]; verb != nil {
		var cmd tea.Cmd
		cmd, changes = verb(d, arg)
		d.do(cmd)
	} else if isNumber(word) {
		if changes = d.choose(word); changes {
			d.do(m.byDefault("enter"))
		}
	} else {
		d.do(m.command(strings.TrimPrefix(line, ":")))
		changes = false
	}
	quietly := m.note.text == "" && m.over == nil && m.at.here == before
	d.report()
	if changes && quietly {
		d.sayChanges()
	}
}

// choose puts the cursor on a line by its number; false if there is no such line.
func (d *dialogue) choose(number string) bool {
	m := d.m
	if n, err := strconv.Atoi(number); err == nil && isNumber(number) {
		m.at.screen().Press(&m.state, "#"+number)
		start := m.state.Theme.ChosenLine(n)
		if slices.ContainsFunc(d.draw(), func(l string) bool { return strings.HasPrefix(l, start) }) {
			return true
		}
	}
	d.print(fill(m.state.Words.Spoken.NoLine, number))
	return false
}

func isNumber(s string) bool {
	return s != "" && len(s) < 9 && strings.Trim(s, "0123456789") == ""
}

// keyCodes are the keys that have a name instead of a character.
var keyCodes = map[string]rune{
	"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "space": tea.KeySpace, "up": tea.KeyUp, "down": tea.KeyDown,
	"left": tea.KeyLeft, "right": tea.KeyRight, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "home": tea.KeyHome, "end": tea.KeyEnd,
	"backspace": tea.KeyBackspace, "delete": tea.KeyDelete,
}

// press is a key press, by the name that the help page gives the key.
func (d *dialogue) press(name string) {
	k := tea.KeyPressMsg{}
	for {
		if rest, ok := strings.CutPrefix(name, "ctrl+"); ok && rest != "" {
			k.Mod |= tea.ModCtrl
			name = rest
			continue
		}
		if rest, ok := strings.CutPrefix(name, "shift+"); ok && rest != "" {
			k.Mod |= tea.ModShift
			name = rest
			continue
		}
		break
	}
	code, named := keyCodes[name]
	switch r := []rune(name); {
	case named:
		k.Code = code
	case len(r) == 1:
		k.Code = r[0]
		if k.Mod == 0 {
			k.Text = name
		}
	default:
		d.print(fill(d.m.state.Words.Spoken.Unknown, name))
		return
	}
	if k.Code == tea.KeySpace && k.Mod == 0 {
		k.Text = " "
	}
	d.do(d.m.key(k))
}
