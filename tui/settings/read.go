package settings

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"oobscope/kits/document"
	"oobscope/tui/keymap"
)

// Read reads a config file. File is a name for messages. The settings are sound in any case: what is wrong has
// its default. The error is of type document.Problems, in file order.
func Read(file string, data []byte) (Settings, error) {
	s := Default()
	if blank(data) {
		return s, nil
	}
	root, err := document.Parse(file, data)
	if err != nil {
		return s, err
	}
	r := reading{Reader: document.NewReader(file)}
	top := r.AsMap(root)
	s.Theme = r.word(top, "theme", s.Theme, Themes...)
	s.Lang = r.word(top, "lang", s.Lang, append([]string{"auto"}, Languages...)...)
	s.ASCII = r.choice(top, "ascii", s.ASCII)
	s.Sync = r.choice(top, "sync", s.Sync)
	s.Pulse = r.span(top, "pulse", s.Pulse)
	s.LowBandwidth = r.flag(top, "low_bandwidth")
	s.Mouse = r.flag(top, "mouse")
	s.Mask = r.flag(top, "mask")
	s.Progress = r.flag(top, "progress")
	s.KeepScreen = r.flag(top, "keep_screen")
	s.Plain = r.flag(top, "plain")
	s.Keys = r.keys(r.Map(top, "keys", document.Optional))
	r.Unknown(top)
	return s, r.problems()
}

// blank tells whether a file says nothing: YAML has no document in it, and that is no mistake here.
func blank(data []byte) bool {
	for line := range strings.Lines(string(data[:min(len(data), document.MaxBytes)])) {
		if t := strings.TrimSpace(strings.TrimPrefix(line, "\ufeff")); t != "" && t[0] != '#' && t != "---" {
			return false
		}
	}
	return len(data) <= document.MaxBytes
}

// reading is a reader that keeps the defaults of what is wrong.
type reading struct{ *document.Reader }

// problems are errors and warnings alike: a key that is unknown would do nothing, and nobody would notice.
func (r reading) problems() error {
	var all document.Problems
	if err := r.Err(); err != nil {
		all = append(all, err.(document.Problems)...)
	}
	all = append(all, r.Warnings()...)
	if len(all) == 0 {
		return nil
	}
	slices.SortStableFunc(all, func(a, b document.Problem) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	return all
}

func (r reading) word(m *document.Node, key, or string, words ...string) string {
	if w := r.Enum(m, key, document.Optional, words...); w != "" {
		return w
	}
	return or
}

// choice reads auto, on or off. YAML of old took on and off for truth values, so true and false are as good.
func (r reading) choice(m *document.Node, key, or string) string {
	n := r.Field(m, document.Optional, key)
	if n != nil && n.Kind == document.Bool {
		if *r.AsBool(n) {
			return "on"
		}
		return "off"
	}
	if w := r.AsEnum(n, choice...); w != "" {
		return w
	}
	return or
}

func (r reading) flag(m *document.Node, key string) bool {
	n := r.Field(m, document.Optional, key)
	if n != nil && n.Kind == document.String && (n.Text == "on" || n.Text == "off") {
		return n.Text == "on"
	}
	v := r.AsBool(n)
	return v != nil && *v
}

func (r reading) span(m *document.Node, key string, or time.Duration) time.Duration {
	n := r.Field(m, document.Optional, key)
	if n == nil {
		return or
	}
	d, err := time.ParseDuration(n.Text)
	if (n.Kind != document.String && n.Kind != document.Number) || err != nil || d < fastest || d > slowest {
		r.Fail(n, fmt.Sprintf("found %s, expected a time from %s to %s", n.Found(), fastest, slowest), "write it with its unit: 100ms")
		return or
	}
	return d
}

// keys reads the map from actions to keys.
func (r reading) keys(m *document.Node) []keymap.Change {
	if m == nil {
		return nil
	}
	names := keymap.Names()
	for _, name := range names {
		r.Field(m, document.Optional, name) // makes the name known, for the hint at a misspelt one
	}
	var changes []keymap.Change
	var places []*document.Node
	for _, f := range m.Fields {
		if !keymap.Known(f.Key) {
			continue
		}
		if keys, ok := r.keysOf(f.Value); ok {
			changes = append(changes, keymap.Change{Action: f.Key, Keys: keys})
			places = append(places, f.Value)
		}
	}
	r.Unknown(m)
	_, clash := keymap.New(changes)
	for _, c := range clash {
		r.Fail(places[c.Change], clashText(c), "give one of them another key; "+c.Actions[0]+" has its defaults")
		changes[c.Change].Action = ""
	}
	if changes = slices.DeleteFunc(changes, func(c keymap.Change) bool { return c.Action == "" }); len(changes) == 0 {
		return nil
	}
	return changes
}

func clashText(c keymap.Conflict) string {
	where := "on every screen"
	if c.Screen != "" {
		where = "on screen " + c.Screen
	}
	return fmt.Sprintf("found %s, which is bound to %s and %s %s", document.Quote(c.Key), c.Actions[0], c.Actions[1], where)
}

// maxKeys is how many keys one action may have.
const maxKeys = 8

// keysOf reads one key or a list of them; an empty list takes the action off the keyboard. ok is false if any
// of them is wrong: half a list would be a surprise.
func (r reading) keysOf(n *document.Node) (keys []string, ok bool) {
	items := []*document.Node{n}
	if n.Kind == document.List {
		items = n.Items
	}
	if len(items) > maxKeys {
		r.Fail(n, fmt.Sprintf("found %d keys, expected at most %d", len(items), maxKeys), "")
		return nil, false
	}
	ok = true
	for _, item := range items {
		k, problem := keyOf(item)
		if problem != "" {
			r.Fail(item, problem, "keys are written like j, G, \"-\", ctrl+d, alt+x, f5, pgdown")
			ok = false
			continue
		}
		if !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	return keys, ok
}

func keyOf(n *document.Node) (key, problem string) {
	switch n.Kind {
	case document.String, document.Number, document.Bool:
	default:
		return "", "found " + n.Found() + ", expected the name of a key or a list of such names"
	}
	k, why := keymap.Check(n.Text)
	if why != "" {
		return "", "found the key " + document.Quote(n.Text) + ", but " + why
	}
	return k, ""
}
