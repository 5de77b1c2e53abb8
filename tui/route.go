package tui

import (
	"slices"
	"strings"

	"oobscope/tui/keymap"
	"oobscope/views"
)

// maxWay caps the way back, and the way forward again.
const maxWay = 32

// route is where the user is, how they came there, and where they came back from.
type route struct {
	screens []views.Screen
	here    place
	back    []place           // the last one is where we were before
	forward []place           // the last one is where we came back from
	filters map[string]string // by screen
	opened  map[int]string    // what each screen was last opened for
}

// place is a screen and what it is about.
type place struct {
	screen int
	arg    string
	start  bool // chosen from the menu: what came before is no part of the trail
}

func newRoute(screens []views.Screen) route {
	return route{screens: screens, filters: map[string]string{}, opened: map[int]string{}}
}

func (r *route) screen() views.Screen { return r.screens[r.here.screen] }

// find returns the number of the screen of that name, or -1.
func (r *route) find(name string) int {
	return slices.IndexFunc(r.screens, func(s views.Screen) bool { return s.Name() == name })
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

// menuAction is the action that opens a screen of the menu; empty if it is not in it.
func (r *route) menuAction(screen int) string {
	if screen < r.menu() {
		return "screen_" + digits[screen:screen+1]
	}
	return ""
}

// digits are the screens of the menu in its order, as their actions name them.
const digits = "1234567890"

// menuKey is the key that opens a screen of the menu; empty if none does.
func (m *model) menuKey(screen int) string { return m.keys.Label(m.at.menuAction(screen)) }

// push puts a place on a way and forgets the oldest beyond its cap.
func push(way []place, p place) []place {
	if way = append(way, p); len(way) > maxWay {
		way = slices.Delete(way, 0, len(way)-maxWay)
	}
	return way
}

// visit goes to a screen, remembers where we were, and opens it for arg if an action names one.
func (m *model) visit(to place) {
	r := &m.at
	r.settle()
	if !to.same(r.here) {
		r.back, r.forward = push(r.back, r.here), nil
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
	m.rereading = m.rereading || m.at.screen().Name() == waiverScreen // somebody else may have approved one meanwhile
	m.handKeys()
}

// switchTo goes to a screen of the menu, as it was left, because the user chose it there: a trail begins.
func (m *model) switchTo(screen int) {
	m.visit(place{screen: screen, arg: m.at.opened[screen], start: true})
}

// same tells whether two places show the same, however they were reached.
func (p place) same(q place) bool { return p.screen == q.screen && p.arg == q.arg }

// goBack goes where we came from; at the start of the way to the first screen.
func (m *model) goBack() {
	r := &m.at
	r.settle()
	to := place{arg: r.opened[0], start: true}
	if n := len(r.back); n > 0 {
		to, r.back = r.back[n-1], r.back[:n-1]
	} else if to.same(r.here) {
		m.tell(m.state.Words.Shell.NoBack)
		return
	}
	r.forward = push(r.forward, r.here)
	m.arrive(to)
}

// goForward goes where we came back from.
func (m *model) goForward() {
	r := &m.at
	r.settle()
	n := len(r.forward)
	if n == 0 {
		m.tell(m.state.Words.Shell.NoForward)
		return
	}
	to := r.forward[n-1]
	r.forward = r.forward[:n-1]
	r.back = push(r.back, r.here)
	m.arrive(to)
}

// goTo goes to a screen by its name. What a screen of the menu is asked to show is a filter there.
func (m *model) goTo(name, arg string) {
	i := m.at.find(name)
	if i < 0 {
		m.warn(say(m.state.Words.Console.Unknown, name))
		return
	}
	if _, about := m.at.screens[i].(views.Opener); !about && arg != "" {
		m.visit(place{screen: i, arg: m.at.opened[i]})
		m.narrow(arg)
		return
	}
	m.visit(place{screen: i, arg: arg})
}

// trail is the way to where we are since the user last chose a screen of the menu, in at most w cells: the last screens, the present one last and never left
// out. What the present one is about is named as long as the screen before it finds room too.
func (m *model) trail(w int) string {
	r, t := &m.at, m.state.Theme
	sep := " " + t.Glyph.Cursor + " "
	var before []string // the last one first; the same screen about something else is one step
	last, begun := r.here.screen, r.here.start
	for i := len(r.back) - 1; i >= 0 && !begun; i-- {
		if s := r.back[i].screen; s != last {
			last = s
			before = append(before, m.plainTitle(s))
		}
		begun = r.back[i].start
	}
	here := views.Safe(r.screen().Title(&m.state))
	if len(before) > 0 && views.Width(here)+views.Width(before[0]+sep) > w {
		here = m.plainTitle(r.here.screen)
	}
	out, room := t.Bold.On(views.Cut(here, w)), w-views.Width(here)
	for _, name := range before {
		need := views.Width(name + sep)
		if need > room {
			if mark := "…" + sep; views.Width(mark) <= room {
				out = t.Dim.On(mark) + out
			}
			break
		}
		room -= need
		out = t.Dim.On(name+sep) + out
	}
	return out
}

// setFilter narrows the screen in sight.
func (m *model) setFilter(query string) {
	m.at.filters[m.at.screen().Name()] = query
	m.at.screen().Filter(&m.state, query)
}

// narrow is setFilter for what a jump looks for: a screen that shows a part of its lines by itself shows all of
// them.
func (m *model) narrow(query string) {
	if wide, ok := m.at.screen().(views.Wide); ok {
		wide.ShowAll()
	}
	m.setFilter(query)
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

// menuOf is the number of the screen that an action of the menu opens; -1 if it is none.
func menuOf(action string) int {
	if len(action) == len(keymap.ScreenOne) && strings.HasPrefix(action, "screen_") {
		return strings.IndexByte(digits, action[len(action)-1])
	}
	return -1
}
