package tui

import (
	"strings"

	"oobscope/views"
)

// maxBack caps the way back.
const maxBack = 32

// route is where the user is and how they came there.
type route struct {
	screens []views.Screen
	here    place
	back    []place
	filters map[string]string // by screen
	opened  map[int]string    // what each screen was last opened for
}

// place is a screen and what it is about.
type place struct {
	screen int
	arg    string
}

func newRoute(screens []views.Screen) route {
	return route{screens: screens, filters: map[string]string{}, opened: map[int]string{}}
}

func (r *route) screen() views.Screen { return r.screens[r.here.screen] }

// find returns the number of the screen of that name, or -1.
func (r *route) find(name string) int {
	for i, s := range r.screens {
		if s.Name() == name {
			return i
		}
	}
	return -1
}

// menu is how many screens are in the menu: the first ones, up to one that is only about something.
func (r *route) menu() int {
	for i, s := range r.screens[:min(len(r.screens), views.MenuSize)] {
		if _, about := s.(views.Opener); about {
			return i
		}
	}
	return min(len(r.screens), views.MenuSize)
}

// digit is the key that opens a screen of the menu; empty if it is not in it.
func (r *route) digit(screen int) string {
	if screen < r.menu() {
		return digits[screen : screen+1]
	}
	return ""
}

// digits are the number keys in the order of the menu.
const digits = "1234567890"

// visit goes to a screen, remembers where we were, and opens it for arg if an action names one.
func (m *model) visit(to place) {
	r := &m.at
	r.settle()
	if to != r.here {
		r.back = append(r.back, r.here)
		if len(r.back) > maxBack {
			r.back = append(r.back[:0], r.back[1:]...)
		}
	}
	m.arrive(to)
}

// settle takes note of what the screen is about now, if it has moved on by itself.
func (r *route) settle() {
	if w, ok := r.screen().(views.Wanderer); ok {
		r.here.arg = w.At()
		r.opened[r.here.screen] = r.here.arg
	}
}

// arrive shows a screen. One that is still about the same thing is shown as it was left.
func (m *model) arrive(to place) {
	m.at.here = to
	if o, ok := m.at.screen().(views.Opener); ok && to.arg != m.at.opened[to.screen] {
		m.at.opened[to.screen] = to.arg
		o.Open(&m.state, to.arg)
	}
	m.handKeys()
}

// switchTo goes to a screen of the menu, as it was left.
func (m *model) switchTo(screen int) { m.visit(place{screen, m.at.opened[screen]}) }

// goBack goes where we came from; at the start of the way to the first screen.
func (m *model) goBack() {
	r := &m.at
	r.settle()
	to := place{0, r.opened[0]}
	if n := len(r.back); n > 0 {
		to = r.back[n-1]
		r.back = r.back[:n-1]
	}
	m.arrive(to)
}

// goTo goes to a screen by its name.
func (m *model) goTo(name, arg string) {
	i := m.at.find(name)
	if i < 0 {
		m.warn(say(m.state.Words.Console.Unknown, name))
		return
	}
	m.visit(place{i, arg})
}

// trail is the way to where we are, for the header: the last screens, the present one last.
func (m *model) trail() string {
	r := &m.at
	title := views.Safe(r.screen().Title(&m.state))
	if n := len(r.back); n > 0 && r.back[n-1].screen != r.here.screen && r.digit(r.here.screen) == "" {
		from := views.Safe(r.screens[r.back[n-1].screen].Title(&m.state))
		return from + " " + m.state.Theme.Glyph.Cursor + " " + title
	}
	return title
}

// setFilter narrows the screen in sight.
func (m *model) setFilter(query string) {
	m.at.filters[m.at.screen().Name()] = query
	m.at.screen().Filter(&m.state, query)
}

func (m *model) filter() string { return m.at.filters[m.at.screen().Name()] }

// byPrefix are the screens whose name or title begins with a word, an exact name alone.
func (m *model) byPrefix(word string) []int {
	if i := m.at.find(word); i >= 0 {
		return []int{i}
	}
	var out []int
	for i, s := range m.at.screens {
		if strings.HasPrefix(s.Name(), word) || strings.HasPrefix(strings.ToLower(s.Title(&m.state)), word) {
			out = append(out, i)
		}
	}
	return out
}
