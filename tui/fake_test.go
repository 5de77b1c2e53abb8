package tui_test

import (
	"fmt"
	"strings"

	"oobscope/tui"
	"oobscope/views"
)

// fake is a screen that shows what was done to it.
type fake struct {
	name    string
	actions map[string]views.Action // by key
	uses    []views.Key
	pressed []string
	query   string
	drawn   int
}

func (f *fake) Name() string                    { return f.name }
func (f *fake) Title(*views.State) string       { return strings.ToUpper(f.name[:1]) + f.name[1:] }
func (f *fake) Keys(*views.State) []views.Key   { return f.uses }
func (f *fake) Filter(_ *views.State, q string) { f.query = q }

// Grammar has no keys: every filter is words.
func (f *fake) Grammar(s *views.State) *views.Grammar { return views.NewGrammar(s.Words) }

func (f *fake) Press(_ *views.State, key string) views.Action {
	f.pressed = append(f.pressed, key)
	return f.actions[key]
}

func (f *fake) Render(s *views.State, w, h int) string {
	f.drawn++
	lines := []string{
		"screen " + f.name, "pressed " + strings.Join(f.pressed, " "), "query <" + f.query + ">",
		fmt.Sprintf("phase %d, %d settled, %d runs", s.Run.Phase, s.Run.Settled, len(s.Runs)), "at " + s.Now.Format("15:04:05"),
	}
	if s.Scope != nil {
		lines = append(lines, fmt.Sprintf("planned %d hosts", s.Scope.Plan.Hosts()))
	}
	if s.Results != nil {
		lines = append(lines, fmt.Sprintf("deviations %d", s.Results.Total.Deviations()))
	}
	return s.Theme.Frame(lines, w, h)
}

// about is a fake that is about something.
type about struct {
	fake
	arg string
}

func (a *about) Open(_ *views.State, arg string) { a.arg = arg }
func (a *about) Title(*views.State) string       { return "About " + a.arg }
func (a *about) Render(s *views.State, w, h int) string {
	return s.Theme.Frame([]string{"about <" + a.arg + ">"}, w, h)
}

// helper is a fake that takes the keys, like the help page.
type helper struct {
	fake
	global, local []views.Key
}

func (h *helper) SetKeys(global, local []views.Key) { h.global, h.local = global, local }
func (h *helper) Render(s *views.State, w, height int) string {
	return s.Theme.Frame([]string{fmt.Sprintf("help: %d of ours, of the screen %v", len(h.global), h.local)}, w, height)
}

// withFakes puts ten screens of the menu and one about something in place of the real ones.
func withFakes(cfg tui.Config, actions map[string]views.Action) tui.Config {
	cfg.Screens = func() []views.Screen {
		first := &fake{name: "overview", actions: actions, uses: []views.Key{{Keys: "j/k", Help: "move"}, {Keys: "enter", Help: "open"}}}
		out := []views.Screen{first}
		for _, n := range []string{"rules", "zones", "threat", "attack", "probes", "diff", "runs", "kits"} {
			out = append(out, &fake{name: n, uses: []views.Key{{Keys: "f", Help: "fold"}}})
		}
		return append(out, &helper{fake: fake{name: "help"}}, &about{fake: fake{name: "evidence"}})
	}
	return cfg
}
