package views

import (
	"slices"

	"oobscope/audit"
)

// Help explains the screen that we came from and what is the same everywhere: keys, signs, and what a
// verdict rests on.
type Help struct {
	global, local []Key
	grammar       *Grammar // of the screen that we came from; nil if it has no list
	page          page
}

// NewHelp returns the screen.
func NewHelp() *Help { return &Help{} }

// SetKeys hands in the keys that work everywhere and those of the screen that we came from.
func (v *Help) SetKeys(global, local []Key) {
	v.global, v.local = global, local
	v.page = page{}
}

// SetGrammar hands in what the filter of the screen that we came from understands; nil for none.
func (v *Help) SetGrammar(g *Grammar) {
	v.grammar = g
	v.page = page{}
}

// Name implements Screen.
func (v *Help) Name() string { return "help" }

// Title implements Screen.
func (v *Help) Title(s *State) string { return s.Words.Name.Help }

// Filter implements Screen: a page has no list.
func (v *Help) Filter(*State, string) {}

// Keys implements Screen.
func (v *Help) Keys(s *State) []Key {
	return v.page.keys(s.Words)
}

// Press implements Screen.
func (v *Help) Press(_ *State, key string) Action {
	v.page.press(key)
	return Action{}
}

// Render implements Screen.
func (v *Help) Render(s *State, w, h int) string {
	if v.page.fresh(s, 0, w) {
		v.fill(s, w)
	}
	return s.Theme.Frame(v.page.window(s.Theme, h), w, h)
}

func (v *Help) fill(s *State, w int) {
	hw := &s.Words.Help
	block := func(title string, lines func(w int) []string) func(int) []string {
		return func(w int) []string { return append([]string{s.Theme.Heading(title, "", w)}, lines(w)...) }
	}
	local := grouped(s.Words, v.local)
	if len(local) == 0 {
		local = []keyGroup{{title: s.Words.Table.NoKeys}}
	}
	keys := func(groups ...keyGroup) func(int) []string {
		return func(w int) []string { return groupLines(s.Theme, groups, w) }
	}
	prose := func(list []string) func(int) []string {
		return func(w int) []string { return bullets(s.Theme, list, w) }
	}
	verdicts := func(w int) []string { return legendOfVerdicts(s, w) }
	signs := func(w int) []string { return legendOfSigns(s, w) }
	p := &v.page
	p.add(s.Theme.TwoColumns(block(hw.Here, keys(local...)), block(hw.Everywhere, keys(keyGroup{keys: v.global})), w, 0.5, 36)...)
	p.add("")
	p.add(v.filters(s, w)...)
	p.add("")
	p.add(block(hw.Verdicts, verdicts)(w)...)
	p.add("")
	p.add(block(hw.RestsOn, prose(hw.Rests))(w)...)
	p.add("")
	p.add(block(hw.Signs, signs)(w)...)
	p.add("")
	p.add(block(hw.About, prose(hw.Promise))(w)...)
}

// filters says how a filter is written, and which keys it has on the screen that we came from.
func (v *Help) filters(s *State, w int) []string {
	fw := &s.Words.Filter
	if v.grammar == nil {
		return append([]string{s.Theme.Heading(s.Words.Help.Filter, "", w)}, Wrap(fw.NothingHere, w)...)
	}
	how := func(w int) []string {
		return append([]string{s.Theme.Heading(s.Words.Help.Filter, "", w)}, bullets(s.Theme, v.grammar.howTo(), w)...)
	}
	which := func(w int) []string {
		list := make([]Key, 0, len(v.grammar.Keys))
		for _, k := range v.grammar.Keys {
			list = append(list, Key{k.String() + ":", fw.Key[k]})
		}
		return append([]string{s.Theme.Heading(fw.Here, "", w)}, keyLines(s.Theme, list, w)...)
	}
	return s.Theme.TwoColumns(how, which, w, 0.56, 36)
}

// keyGroup are keys of one kind under their title.
type keyGroup struct {
	title string
	keys  []Key
}

// grouped sorts the keys of a screen by what they are for: what is done with a line, with the list, and moving.
func grouped(w *Words, list []Key) []keyGroup {
	tw := &w.Table
	does, lists, moves := keyGroup{title: tw.DoesThings}, keyGroup{title: tw.ForTheList}, keyGroup{title: tw.ForMoving}
	for _, k := range list {
		switch k.Help {
		case w.Key.Move, w.Key.Page, w.Key.Ends, w.Key.Scroll:
			moves.keys = append(moves.keys, k)
		case w.Key.Sort, w.Key.SortDir, tw.Columns, tw.WholeRow, tw.MoreColumns, tw.LessColumns:
			lists.keys = append(lists.keys, k)
		default:
			does.keys = append(does.keys, k)
		}
	}
	return slices.DeleteFunc([]keyGroup{does, lists, moves}, func(g keyGroup) bool { return len(g.keys) == 0 })
}

// groupLines sets groups of keys under each other; all have room for the longest key.
func groupLines(t *Theme, groups []keyGroup, w int) []string {
	label := 0
	for _, g := range groups {
		for _, k := range g.keys {
			label = max(label, Width(k.Keys))
		}
	}
	var out []string
	for _, g := range groups {
		if g.title != "" {
			out = append(out, t.Dim.On(Cut(g.title, w)))
		}
		out = append(out, keyLinesOf(t, g.keys, min(label, w/2), w)...)
	}
	return out
}

// keyLines sets keys and what they do under each other.
func keyLines(t *Theme, list []Key, w int) []string {
	label := 0
	for _, k := range list {
		label = max(label, Width(k.Keys))
	}
	return keyLinesOf(t, list, min(label, w/2), w)
}

// keyLinesOf does so with a given room for the keys.
func keyLinesOf(t *Theme, list []Key, label, w int) []string {
	var out []string
	for _, k := range list {
		for i, l := range Wrap(k.Help, max(1, w-label-2)) {
			head := pad(label)
			if i == 0 {
				head = t.Key.On(Fit(k.Keys, label))
			}
			out = append(out, head+"  "+l)
		}
	}
	return out
}

func bullets(t *Theme, list []string, w int) []string {
	var out []string
	for _, text := range list {
		for i, l := range Wrap(text, max(1, w-2)) {
			head := "  "
			if i == 0 {
				head = t.Glyph.Bullet + " "
			}
			out = append(out, head+l)
		}
	}
	return out
}

// legendOfVerdicts says of each verdict what it looks like and what it means.
func legendOfVerdicts(s *State, w int) []string {
	label := 0
	for _, v := range gravity {
		label = max(label, Width(s.Words.VerdictOf(v))+2)
	}
	var out []string
	for _, v := range gravity {
		look := s.Theme.Verdict(v)
		for i, l := range Wrap(s.Words.VerdictMean[v], max(1, w-label-2)) {
			head := pad(label)
			if i == 0 {
				head = look.Ink.On(Fit(look.Sign+" "+s.Words.VerdictOf(v), label))
			}
			out = append(out, head+"  "+l)
		}
	}
	return out
}

// legendOfSigns explains the digits of severity and the signs of what is intended.
func legendOfSigns(s *State, w int) []string {
	var severities, intents []string
	for sev := uint8(5); sev > 0; sev-- {
		severities = append(severities, s.Theme.Severity(sev).Show(s.Words.SeverityOf(sev)))
	}
	for _, i := range []audit.Intent{audit.IntentAllow, audit.IntentDrop, audit.IntentReject, audit.Unstated} {
		intents = append(intents, s.Theme.Intent(i).Show(s.Words.Intent[i]))
	}
	out := []string{s.Theme.Dim.On(s.Words.Help.Severities)}
	out = append(out, packed(severities, w)...)
	out = append(out, s.Theme.Dim.On(s.Words.Help.Intents))
	return append(out, packed(intents, w)...)
}
