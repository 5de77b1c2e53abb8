package keymap

import (
	"slices"
	"strings"
)

// Map is which key does what: the defaults and what the user changed. It is not changed after it was made.
type Map struct {
	keys   [][]string         // by action: the keys that do it
	tables map[string]meaning // by screen
	other  meaning            // on screens without an action of their own
}

// meaning is what the keys do on one screen.
type meaning map[string]Meant

// Meant is what a key means on a screen.
type Meant struct {
	Action string // "" if nothing is known of the key: it is the screen's business
	Key    string // the key as the screen knows it
	Ours   bool   // the console performs it, the screen does not see it
	Dead   bool   // the user took its meaning away, or it means nothing here
}

// Change gives an action other keys. No keys at all take the action off the keyboard; the palette still has it.
type Change struct {
	Action string
	Keys   []string
}

// Conflict is a key that a change gave to an action while another one has it.
type Conflict struct {
	Change  int // which of the changes
	Key     string
	Actions [2]string // the one of the change, the other one
	Screen  string    // a screen where both are; empty: on every screen
}

// Default is the map without any change.
func Default() *Map {
	m, _ := New(nil)
	return m
}

// New makes the map with changes. Names of actions and keys must be known and allowed: see Known and Check.
// A change in conflict is left out, so the map works in any case.
func New(changes []Change) (*Map, []Conflict) {
	var all []Conflict
	left := slices.Clone(changes)
	for {
		m, clash := build(left)
		if len(clash) == 0 {
			return m, all
		}
		all = append(all, clash...)
		for _, c := range clash {
			left[c.Change].Action = "" // its action falls back to the defaults
		}
	}
}

func build(changes []Change) (*Map, []Conflict) {
	m := &Map{tables: map[string]meaning{}}
	by := make([]int, len(actions)) // the change of an action, from 1
	for i := range actions {
		m.keys = append(m.keys, actions[i].Keys)
	}
	for n, c := range changes {
		if i := find(c.Action); i >= 0 {
			m.keys[i], by[i] = c.Keys, n+1
		}
	}
	clash := m.fill("", by)
	m.other = m.tables[""]
	for _, s := range screens() {
		for _, c := range m.fill(s, by) {
			if !slices.ContainsFunc(clash, func(d Conflict) bool { return d.Change == c.Change && d.Key == c.Key }) {
				clash = append(clash, c)
			}
		}
	}
	return m, clash
}

// fill makes the table of one screen.
func (m *Map) fill(screen string, by []int) []Conflict {
	var clash []Conflict
	table := meaning{}
	holder := map[string]int{}
	claimed := map[string]bool{} // default keys that the screen has given a meaning of its own
	for i := range actions {
		a := &actions[i]
		if !a.has(screen) {
			continue
		}
		canonical := ""
		for _, k := range a.Keys {
			if !claimed[k] && canonical == "" {
				canonical = k
			}
		}
		for _, k := range m.keys[i] {
			j, taken := holder[k]
			moved := func(i int) bool { return by[i] > 0 && !actions[i].owns(k) }
			switch {
			case taken && moved(i):
				clash = append(clash, Conflict{by[i] - 1, k, [2]string{a.Name, actions[j].Name}, screen})
			case taken && moved(j):
				clash = append(clash, Conflict{by[j] - 1, k, [2]string{actions[j].Name, a.Name}, screen})
			case taken: // two defaults: the screen's own meaning stands
			case a.owns(k):
				holder[k], table[k] = i, Meant{Action: a.Name, Key: k, Ours: a.Ours}
			default:
				holder[k], table[k] = i, Meant{Action: a.Name, Key: canonical, Ours: a.Ours, Dead: canonical == ""}
			}
		}
		for _, k := range a.Keys {
			claimed[k] = true
		}
	}
	for k := range claimed {
		if _, used := holder[k]; !used {
			table[k] = Meant{Dead: true}
		}
	}
	m.tables[screen] = table
	return clash
}

// On says what a key means on a screen. A key that the table does not know is handed through as it is.
func (m *Map) On(screen, key string) Meant {
	table, ok := m.tables[screen]
	if !ok {
		table = m.other
	}
	if what, known := table[key]; known {
		return what
	}
	return Meant{Key: key}
}

// Keys are the keys of an action, the one to show first; none if it has none.
func (m *Map) Keys(action string) []string {
	if i := find(action); i >= 0 {
		return m.keys[i]
	}
	return nil
}

// Label is the key to show for an action; empty if it has none.
func (m *Map) Label(action string) string {
	if keys := m.Keys(action); len(keys) > 0 {
		return keys[0]
	}
	return ""
}

// Shown turns what a screen lists as its keys ("h/l", "pgup/pgdn") into the keys that the user has for the
// same; empty if none is left.
func (m *Map) Shown(screen, listed string) string {
	parts := strings.Split(listed, "/")
	out := make([]string, 0, len(parts))
	for _, p := range parts {
		if k := m.shown(screen, strings.TrimSpace(p)); k != "" && !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return strings.Join(out, "/")
}

// Listed is what a key means that a screen lists, whatever the user made of the keyboard.
func Listed(screen, key string) Meant {
	key = spelled(strings.TrimSpace(key))
	if i := meantBy(screen, key); i >= 0 {
		return Meant{Action: actions[i].Name, Key: key, Ours: actions[i].Ours}
	}
	return Meant{Key: key}
}

// Named is what an action means, for whoever asks for it by its name.
func Named(action string) Meant {
	i := find(action)
	if i < 0 {
		return Meant{Dead: true}
	}
	return Meant{Action: action, Key: actions[i].Keys[0], Ours: actions[i].Ours}
}

func (m *Map) shown(screen, key string) string {
	i := meantBy(screen, spelled(key))
	switch {
	case i < 0:
		return key
	case slices.Equal(m.keys[i], actions[i].Keys):
		return key
	case len(m.keys[i]) == 0:
		return ""
	}
	return m.keys[i][0]
}

// meantBy is the number of the action that a default key means on a screen, or -1.
func meantBy(screen, key string) int {
	return slices.IndexFunc(actions, func(a Action) bool { return a.has(screen) && a.owns(key) })
}

// spelled is a key in the words of Bubble Tea; screens shorten some where room is scarce.
func spelled(key string) string {
	if key == "pgdn" {
		return "pgdown"
	}
	return key
}
