package keymap

import (
	"slices"
	"strings"
)

// Action is something that a key can do.
type Action struct {
	Name string   // stable, in snake case: what stands in a config file
	Keys []string // its default keys, the one that is shown first; the words of Bubble Tea: "j", "ctrl+d", "pgdown"
	On   []string // names of the screens that have it; nil: all of them
	// Ours is an action of the console: it means the same on every screen, and no screen sees its keys.
	Ours bool
}

// Names of actions that the console performs by itself, or after a screen had nothing to do with their key, or that its
// palette has on every screen.
const (
	Palette   = "palette"
	Filter    = "filter"
	Help      = "help"
	Quit      = "quit"
	QuitKeep  = "quit_keep_screen"
	Forward   = "forward"
	Mask      = "mask_addresses"
	Mouse     = "mouse"
	Suspend   = "suspend"
	ScreenOne = "screen_1"

	Start  = "start_run"
	Stop   = "stop_run"
	Freeze = "freeze"
	Escape = "clear_or_back"
	Back   = "back"

	LoadSite  = "load_site"
	WriteSite = "write_site"
	StartDemo = "start_demo"
)

// actions are all there are. Those of the console come first, then those of single screens, then those that
// screens share; the earlier one has the key where two defaults meet, so a screen's own meaning of a key beats
// the shared one.
var actions = slices.Concat(ours, menu(), special, shared)

var ours = []Action{
	{Name: Palette, Keys: []string{":"}, Ours: true},
	{Name: Filter, Keys: []string{"/"}, Ours: true},
	{Name: Help, Keys: []string{"?"}, Ours: true},
	{Name: Quit, Keys: []string{"q"}, Ours: true},
	{Name: QuitKeep, Keys: []string{"Q"}, Ours: true},
	{Name: Forward, Keys: []string{"]"}, Ours: true},
	{Name: Mask, Keys: []string{"#"}, Ours: true},
	{Name: Mouse, Keys: []string{"@"}, Ours: true},
	{Name: Suspend, Keys: []string{"ctrl+z"}, Ours: true},
}

// menu are the keys of the screens of the menu, in its order.
func menu() []Action {
	var out []Action
	for i := range 10 {
		digit := string("1234567890"[i])
		out = append(out, Action{Name: "screen_" + digit, Keys: []string{digit}, Ours: true})
	}
	return out
}

func on(screens string) []string { return strings.Fields(screens) }

var special = []Action{
	{Name: "toggle_all", Keys: []string{"a"}, On: on("diff")},
	{Name: "next_order", Keys: []string{"v", "tab"}, On: on("diff")},
	{Name: "previous_order", Keys: []string{"shift+tab"}, On: on("diff")},
	{Name: "fold", Keys: []string{"h"}, On: on("diff")},
	{Name: "unfold", Keys: []string{"l"}, On: on("diff")},
	{Name: "fold_all", Keys: []string{"z"}, On: on("diff")},
	{Name: "mark", Keys: []string{"space"}, On: on("diff")},
	{Name: "mark_range", Keys: []string{"V"}, On: on("diff")},
	{Name: "invert_marks", Keys: []string{"*"}, On: on("diff")},
	{Name: "waive", Keys: []string{"w"}, On: on("diff")},
	{Name: "withdraw_waiver", Keys: []string{"U"}, On: on("diff waivers")},
	{Name: "approve_waiver", Keys: []string{"A"}, On: on("diff waivers")},
	{Name: "open_waivers", Keys: []string{"L"}, On: on("diff")},
	{Name: "probe_again", Keys: []string{"p"}, On: on("diff")},
	{Name: "compare", Keys: []string{"d"}, On: on("diff runs timeline")},
	{Name: "only_changes", Keys: []string{"D"}, On: on("diff")},
	{Name: "copy_as", Keys: []string{"Y"}, On: on("diff")},
	{Name: "export", Keys: []string{"e"}, On: on("diff")},
	{Name: "open_host", Keys: []string{"o"}, On: on("diff evidence")},
	{Name: "open_map", Keys: []string{"m"}, On: on("overview probes host evidence")},
	{Name: "open_rule", Keys: []string{"u"}, On: on("diff evidence host")},
	{Name: "toggle_kit", Keys: []string{"space"}, On: on("kits")},
	{Name: "next_worst", Keys: []string{"n"}, On: on("probes map")},
	{Name: "deviations", Keys: []string{"d"}, On: on("rule map")},
	{Name: "map_order", Keys: []string{"o"}, On: on("map")},
	{Name: "map_signs", Keys: []string{"s"}, On: on("map")},
	{Name: "copy_log_search", Keys: []string{"l"}, On: on("evidence")},
	{Name: "show_bytes", Keys: []string{"b"}, On: on("evidence")},
	{Name: "open_techniques", Keys: []string{"t"}, On: on("evidence")},
	{Name: "open_timeline", Keys: []string{"t"}, On: on("runs")},
	{Name: StartDemo, Keys: []string{"d"}, On: on("overview")},
	{Name: LoadSite, Keys: []string{"o"}, On: on("overview")},
	{Name: WriteSite, Keys: []string{"w"}, On: on("overview")},
	{Name: "resume_run", Keys: []string{"R"}, On: on("runs")},
	{Name: "delete_run", Keys: []string{"D"}, On: on("runs")},
}

var shared = []Action{
	{Name: "open", Keys: []string{"enter"}},
	{Name: "copy", Keys: []string{"y"}},
	{Name: "next_part", Keys: []string{"tab"}},
	{Name: "previous_part", Keys: []string{"shift+tab"}},
	{Name: "move_down", Keys: []string{"j", "down"}},
	{Name: "move_up", Keys: []string{"k", "up"}},
	{Name: "move_left", Keys: []string{"h", "left"}},
	{Name: "move_right", Keys: []string{"l", "right"}},
	{Name: "page_down", Keys: []string{"pgdown", "ctrl+f", "space"}},
	{Name: "page_up", Keys: []string{"pgup"}},
	{Name: "half_page_down", Keys: []string{"ctrl+d"}},
	{Name: "half_page_up", Keys: []string{"ctrl+u"}},
	{Name: "first", Keys: []string{"g", "home"}},
	{Name: "last", Keys: []string{"G", "end"}},
	{Name: "next", Keys: []string{"n"}},
	{Name: "previous", Keys: []string{"p"}},
	{Name: "sort", Keys: []string{"s"}},
	{Name: "turn_order", Keys: []string{"S"}},
	{Name: "columns", Keys: []string{"c"}},
	{Name: "reset_columns", Keys: []string{"="}},
	{Name: "more_columns", Keys: []string{">"}},
	{Name: "columns_before", Keys: []string{"<"}},
	{Name: "whole_line", Keys: []string{"i"}},
	{Name: "names_this", Keys: []string{"J"}},
	{Name: Start, Keys: []string{"r"}},
	{Name: Stop, Keys: []string{"x"}},
	{Name: Freeze, Keys: []string{"f"}},
	{Name: Escape, Keys: []string{"esc"}},
	{Name: Back, Keys: []string{"-", "backspace", "["}},
}

// Actions lists every action, those of the console first. The slice is the caller's.
func Actions() []Action { return slices.Clone(actions) }

// find returns the number of an action by its name, or -1.
func find(name string) int {
	return slices.IndexFunc(actions, func(a Action) bool { return a.Name == name })
}

// has tells whether an action is there on a screen.
func (a *Action) has(screen string) bool { return a.On == nil || slices.Contains(a.On, screen) }

// owns tells whether a key is one of the defaults.
func (a *Action) owns(key string) bool { return slices.Contains(a.Keys, key) }

// screens are the screens that have an action of their own, in the order of the table.
func screens() []string {
	var out []string
	for i := range actions {
		for _, s := range actions[i].On {
			if !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}
