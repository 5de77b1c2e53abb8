package views

import (
	"oobscope/audit"
)

// Help explains the screen that we came from and what is the same everywhere: keys, signs, and what a
// verdict rests on.
type Help struct {
	global, local []Key
	page          page
}

// NewHelp returns the screen.
func NewHelp() *Help { return &Help{} }

// SetKeys hands in the keys that work everywhere and those of the screen that we came from.
func (v *Help) SetKeys(global, local []Key) {
	v.global, v.local = global, local
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
	keys := func(list []Key) func(int) []string {
		return func(w int) []string { return keyLines(s.Theme, list, w) }
	}
	prose := func(list []string) func(int) []string {
		return func(w int) []string { return bullets(s.Theme, list, w) }
	}
	verdicts := func(w int) []string { return legendOfVerdicts(s, w) }
	signs := func(w int) []string { return legendOfSigns(s, w) }
	p := &v.page
	p.add(s.Theme.TwoColumns(block(hw.Here, keys(v.local)), block(hw.Everywhere, keys(v.global)), w, 0.5, 36)...)
	p.add("")
	p.add(block(hw.Verdicts, verdicts)(w)...)
	p.add("")
	p.add(block(hw.RestsOn, prose(hw.Rests))(w)...)
	p.add("")
	p.add(s.Theme.TwoColumns(block(hw.Signs, signs), block(hw.Filter, prose(hw.FilterLines)), w, 0.5, 56)...)
	p.add("")
	p.add(block(hw.About, prose(hw.Promise))(w)...)
}

// keyLines sets keys and what they do under each other.
func keyLines(t *Theme, list []Key, w int) []string {
	label := 0
	for _, k := range list {
		label = max(label, Width(k.Keys))
	}
	label = min(label, w/2)
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
