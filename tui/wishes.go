package tui

import (
	"crypto/rand"
	"slices"
	"strings"
	"sync"

	"oobscope/audit"
	"oobscope/tui/keymap"
	"oobscope/tui/mask"
	"oobscope/views"
)

// What the user changes on the way. It holds until the console closes; the config file is never written.

// wear puts another theme on. The next session wears it too, unless the config file says something new by then.
func (m *model) wear(theme string) {
	m.set.Theme = theme
	m.dress()
	m.tell(say(m.state.Words.Shell.ThemeIs, theme))
}

// speak goes on in another language.
func (m *model) speak(lang string) {
	m.state.Lang, m.state.Words = lang, m.words(lang)
	m.say = &m.state.Words.Frame
	m.changed()
	m.handKeys()
	m.tell(say(m.state.Words.Shell.LangIs, lang))
}

// words are the words of a language, with the keys of the user. What is off the keyboard is named as the palette
// has it.
func (m *model) words(lang string) *views.Words {
	return views.WordsWithKeys(lang, func(screen, standard string) string {
		if k := m.keys.Shown(screen, standard); k != "" {
			return k
		}
		return ":" + keymap.Listed(screen, standard).Action
	})
}

// flip turns a setting round and says how it is now.
func (m *model) flip(setting *bool, name string) {
	*setting = !*setting
	format := m.state.Words.Shell.SettingOff
	if *setting {
		format = m.state.Words.Shell.SettingOn
	}
	m.tell(say(format, name))
}

func (m *model) toggleMouse() {
	m.set.Mouse = !m.set.Mouse
	if m.set.Mouse {
		m.tell(m.state.Words.Shell.MouseOn)
		return
	}
	m.tell(m.state.Words.Shell.MouseOff)
}

func (m *model) toggleMask() {
	m.set.Mask = !m.set.Mask
	m.masked()
	if m.set.Mask {
		m.tell(m.state.Words.Shell.MaskOn)
		return
	}
	m.tell(m.state.Words.Shell.MaskOff)
}

// masked tells the screens whether what they draw is masked.
func (m *model) masked() {
	m.state.Masked = m.set.Mask
	m.changed()
}

// masks is the mask with what it knows of the segment in sight.
type masks struct {
	plain []string // what looks like an address and is none
	mask  *mask.Mask
	scope *audit.Scope
	site  *audit.Site
	runs  *audit.Run // the newest of the stored runs whose names are known
	heard heard

	mu sync.Mutex // over mask: what is written beside the message loop is masked there
}

// policyWords are the names of zones that kits have, whether or not one is in use: they say nothing about a site.
var policyWords = []string{"management", "trust", "untrust", "internal", "internet", "external", "any", "dmz"}

// text masks a text that leaves the console: a picture or a copy.
func (k *masks) text(m *model, text string) string {
	k.update(m)
	return k.write(text, m.typed())
}

// write masks a text by what is known. It may be called beside the message loop.
func (k *masks) write(text string, typed []string) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	for name := range k.heard.take() {
		k.mask.KnowName(name)
	}
	return k.mask.Text(text, typed...)
}

// update makes known what there is to know of the segment in sight.
func (k *masks) update(m *model) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.mask == nil {
		seed := m.cfg.MaskSeed
		if seed == ([32]byte{}) {
			_, _ = rand.Read(seed[:]) // it never fails (Go 1.24)
		}
		k.mask = mask.New(seed, k.plain...)
		k.mask.Spare(policyWords...)
	}
	if sc := m.scope(); sc != k.scope && sc != nil {
		k.scope = sc
		k.learn(sc)
	}
	if site := m.state.Site; site != k.site {
		k.site = site
		knowSite(k.mask, site)
	}
	if runs := m.state.Runs; len(runs) > 0 && &runs[0] != k.runs {
		k.runs = &runs[0]
		knowRuns(k.mask, runs)
	}
}

// learn makes the networks of a scope known.
func (k *masks) learn(sc *audit.Scope) {
	spare(k.mask, sc)
	knowSite(k.mask, sc.Site)
	if !sc.Site.Simulated {
		k.mask.KnowName(sc.Vantage.Name)
	}
	seen := map[[2]byte]bool{}
	for g := range sc.Plan.Groups {
		for _, a := range sc.Plan.Groups[g].Addrs {
			if !a.Is4() {
				continue
			}
			b := a.As4()
			if net := [2]byte(b[:2]); !seen[net] {
				seen[net] = true
				k.mask.Know(a)
			}
		}
	}
	for _, z := range sc.Site.Zones {
		for _, p := range z.Prefixes {
			k.mask.Know(p.Addr())
		}
	}
}

// typed is what the user wrote that is on screen: it may be a part of an address.
func (m *model) typed() []string {
	var out []string
	for _, q := range m.at.filters {
		out = append(out, q)
	}
	if m.ask != nil {
		out = append(out, m.ask.line.String())
	}
	if m.pal != nil {
		out = append(out, m.pal.line.String())
	}
	if form, ok := m.over.(interface{ texts() []string }); ok {
		out = append(out, form.texts()...)
	}
	return slices.DeleteFunc(out, func(s string) bool { return strings.TrimSpace(s) == "" })
}
