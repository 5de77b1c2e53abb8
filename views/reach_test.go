package views

import (
	"slices"
	"strings"
	"sync"
	"testing"
)

// languages are those that the console speaks.
var languages = []string{"en", "ja"}

// opened makes a screen as a person has it before them: one that is about something is opened for what the walk
// through the others led to, and the help page is told what works where it was opened from.
func opened(tb testing.TB, i int, s *State) Screen {
	tb.Helper()
	screen := Screens()[i]
	if o, ok := screen.(Opener); ok {
		arg, reached := reachable()[screen.Name()]
		if !reached {
			tb.Fatalf("no key of any screen leads to %s", screen.Name())
		}
		o.Open(s, arg)
	}
	if help, ok := screen.(interface{ SetKeys(global, local []Key) }); ok {
		from := NewRules()
		from.Render(s, 80, 24)
		help.SetKeys(MoveKeys(s.Words), from.Keys(s))
		if g, ok := screen.(interface{ SetGrammar(*Grammar) }); ok {
			g.SetGrammar(from.Grammar(s))
		}
	}
	return screen
}

// reachable is what the screens that are about something are opened for, by their names: found by pressing, on every
// screen that can be reached, the keys that it lists.
var reachable = sync.OnceValue(func() map[string]string {
	found := map[string]string{}
	walk(found, false)
	walk(found, true)
	return found
})

// walk notes what leads to which screen, from those of the menu on. With closing, whatever a key has opened over a
// screen is closed again before the next key, which it would take.
func walk(found map[string]string, closing bool) {
	list := Screens()
	queue := append([]Screen(nil), list[:MenuSize]...)
	for len(queue) > 0 {
		for _, a := range leads(queue[0], closing) {
			i := slices.IndexFunc(list, func(s Screen) bool { return s.Name() == a.To })
			if i < MenuSize || found[a.To] != "" {
				continue
			}
			next := Screens()[i]
			next.(Opener).Open(endedState(), a.Arg)
			found[a.To] = a.Arg
			queue = append(queue, next)
		}
		queue = queue[1:]
	}
}

// leads are the ways out of a screen over the ended run, by one key that it lists, from its first lines.
func leads(screen Screen, closing bool) (out []Action) {
	s := endedState()
	screen.Render(s, 120, 40)
	for range 3 {
		for _, k := range screen.Keys(s) {
			for key := range strings.FieldsFuncSeq(k.Keys, func(r rune) bool { return strings.ContainsRune("/, ", r) }) {
				if a := screen.Press(s, key); a.Kind == Goto && a.Arg != "" {
					out = append(out, a)
				}
				if closing {
					screen.Press(s, "esc")
				}
				screen.Render(s, 120, 40)
			}
		}
		screen.Press(s, "j")
	}
	return out
}

// dressed is a state in a language and a dress.
func dressed(s *State, lang string, dress Dress) *State {
	s.Lang, s.Words, s.Theme = lang, WordsFor(lang), dress.Theme()
	return s
}

// arrived is a screen over a state, as it looks when somebody has just come to it.
func arrived(tb testing.TB, i int, s *State, size [2]int) string {
	tb.Helper()
	screen := opened(tb, i, s)
	text := screen.Render(s, size[0], size[1])
	requireFrame(tb, screen.Name(), text, size[0], size[1])
	return text
}
