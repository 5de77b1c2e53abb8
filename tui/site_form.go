package tui

import (
	"net/netip"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/views"
)

// siteForm asks for what a site file has to say, and writes it with comments.
type siteForm struct {
	fields
	saving  bool
	failed  string
	own     []netip.Addr    // of this machine
	touched map[string]bool // fields that the user has changed: they are not filled in any more
}

// formFields are the fields in their order.
var formFields = []string{
	audit.DraftName, audit.DraftTargets, audit.DraftTargetZone, audit.DraftVantage, audit.DraftOwn, audit.DraftOwnZone,
	audit.DraftInterzone, audit.DraftIntrazone, audit.DraftOnLink, audit.DraftCanary, siteFile,
}

// formChoices are the fields that take one of a few words.
var formChoices = map[string][]string{
	audit.DraftInterzone: {"drop", "reject", "allow"}, audit.DraftIntrazone: {"allow", "drop", "reject"}, audit.DraftOnLink: {"no", "yes"},
}

func newSiteForm(m *model) *siteForm {
	f := &siteForm{touched: map[string]bool{}}
	given := map[string]string{audit.DraftTargetZone: "management", audit.DraftInterzone: "drop", audit.DraftIntrazone: "allow", audit.DraftOnLink: "no"}
	for _, name := range formFields {
		f.add(name, m.state.Words.Site.Labels[name], given[name])
	}
	return f
}

// draft is what the form says.
func (f *siteForm) draft() *audit.SiteDraft {
	v := func(name string) string { return strings.TrimSpace(f.value(name)) }
	return &audit.SiteDraft{
		Name: v(audit.DraftName), Targets: v(audit.DraftTargets), TargetZone: v(audit.DraftTargetZone), Vantage: v(audit.DraftVantage),
		Own: v(audit.DraftOwn), OwnZone: v(audit.DraftOwnZone), Interzone: v(audit.DraftInterzone), Intrazone: v(audit.DraftIntrazone),
		OnLink: v(audit.DraftOnLink), Canary: v(audit.DraftCanary),
	}
}

// faults says what is wrong with each field.
func (f *siteForm) faults(m *model) map[string]string {
	out := f.draft().Faults()
	if strings.TrimSpace(f.value(siteFile)) == "" {
		out[siteFile] = m.state.Words.Site.NoPath
	}
	return out
}

// whenHere fills in what is known of this machine.
func (m *model) whenHere(msg hereMsg) {
	f := m.draft
	if f == nil {
		return
	}
	f.own = msg.own
	f.fill(audit.DraftVantage, wordOf(msg.name))
	f.derive()
}

// wordOf makes a name of a host name: its first part.
func wordOf(host string) string {
	name, _, _ := strings.Cut(host, ".")
	return name
}

// fill sets a field that the user has not changed.
func (f *siteForm) fill(name, value string) {
	if i := slices.IndexFunc(f.list, func(l field) bool { return l.name == name }); i >= 0 && !f.touched[name] {
		f.list[i].edit.set(value)
	}
}

// derive fills in what follows from what was typed: where we stand, and the name of the file.
func (f *siteForm) derive() {
	d := f.draft()
	near, inside := f.ours(d.Targets)
	f.fill(audit.DraftOwn, near)
	zone := "trust"
	if inside {
		zone = d.TargetZone
	}
	f.fill(audit.DraftOwnZone, zone)
	if d.Name != "" {
		f.fill(siteFile, d.Name+".yaml")
	}
}

// ours are the addresses of this machine of the kind of the targets, and whether one of them lies among the targets.
func (f *siteForm) ours(targets string) (list string, inside bool) {
	var some []string
	for _, a := range f.own {
		if a.IsLinkLocalUnicast() {
			continue
		}
		for _, t := range strings.FieldsFunc(targets, func(r rune) bool { return r == ' ' || r == ',' }) {
			if p, err := netip.ParsePrefix(t); err == nil && p.Contains(a) {
				return a.String(), true
			}
		}
		six := strings.Contains(targets, ":") && !strings.Contains(targets, ".")
		if a.Is4() != six && len(some) < 4 {
			some = append(some, a.String())
		}
	}
	return strings.Join(some, " "), false
}

// lines implements overlay: the fields, and under them what is to be said about the one with the cursor.
func (f *siteForm) lines(m *model, w int) []string {
	t, words := m.state.Theme, &m.state.Words.Site
	faults := f.faults(m)
	for i := range f.list {
		f.list[i].label = words.Labels[f.list[i].name]
	}
	body := f.draw(t, w, func(i int) (views.Ink, string) {
		if f.list[i].visited && faults[f.list[i].name] != "" {
			return t.Bad, t.Glyph.Cross
		}
		return t.Dim, ""
	})
	out := wrapped(t.Title, words.FormTitle, w)[:1]
	if m.h >= 28 {
		out = append(append(out, wrapped(t.Dim, words.FormIntro, w)...), "")
	}
	tail := f.tail(m, w, faults)
	if room := m.h - headLines - footLines - 2 - len(out) - len(tail); room > len(body) {
		tail = append([]string{""}, tail...)
	} else if t.Spoken == nil { // a low window shows the fields around the cursor
		first := max(0, min(f.at-room/2, len(body)-max(room, 1)))
		body = body[first:min(len(body), first+max(room, 1))]
		f.y -= first
	}
	f.y += len(out)
	return append(append(out, body...), tail...)
}

// tail is what is wrong with the field at hand, or what it is for, and the keys.
func (f *siteForm) tail(m *model, w int, faults map[string]string) []string {
	t, words := m.state.Theme, &m.state.Words.Site
	at := &f.list[f.at]
	text, ink := words.Hints[at.name], t.Body
	if fault := faults[at.name]; fault != "" && at.visited {
		text, ink = t.Glyph.Cross+" "+fault, t.Bad
	}
	switch at.name {
	case audit.DraftTargetZone, audit.DraftOwnZone:
		text += " " + say(words.ZonesOfKits, strings.Join(m.zonesOfKits(), ", "))
	}
	if f.failed != "" {
		text, ink = t.Glyph.Cross+" "+f.failed, t.Bad
	}
	var out []string
	for _, l := range views.Wrap(text, w) {
		out = append(out, ink.On(l))
	}
	if other := f.otherFault(m, faults); other != "" && len(out) < tailLines {
		out = append(out, t.Bad.On(views.Cut(t.Glyph.Cross+" "+other, w)))
	}
	for len(out) < tailLines { // the keys stay where they are
		out = append(out, "")
	}
	if f.saving {
		return append(out[:tailLines], t.Accent.On(words.Writing))
	}
	return append(out[:tailLines], t.Key.On(views.Cut(words.FormKeys, w)))
}

// tailLines is the room for what is said about a field.
const tailLines = 3

// otherFault is what is wrong with the first field that was left and does not have the cursor; empty if nothing is.
func (f *siteForm) otherFault(m *model, faults map[string]string) string {
	for i := range f.list {
		if l := &f.list[i]; i != f.at && l.visited && faults[l.name] != "" {
			return m.state.Words.Site.Labels[l.name] + m.state.Words.Host.Colon + faults[l.name]
		}
	}
	return ""
}

// zonesOfKits are the zones that the kits in use name.
func (m *model) zonesOfKits() []string {
	var out []string
	for _, k := range m.active() {
		for i := range k.Rules {
			for _, z := range append(slices.Clone(k.Rules[i].From), k.Rules[i].To...) {
				if z = views.Safe(z); z != kits.AnyZone && z != "*" && !slices.Contains(out, z) && len(out) < 12 {
					out = append(out, z)
				}
			}
		}
	}
	return out
}

// press implements overlay; keys come through typed.
func (f *siteForm) press(*model, string) tea.Cmd { return nil }

func (f *siteForm) typed(m *model, k tea.KeyPressMsg) tea.Cmd {
	if f.saving {
		return nil
	}
	f.failed = ""
	switch key := k.String(); key {
	case "esc":
		m.over = nil // what was typed is kept for the next time
	case "enter":
		if f.last() {
			return f.save(m)
		}
		f.leave(+1)
	case "tab", "down":
		f.leave(+1)
	case "shift+tab", "up":
		f.leave(-1)
	default:
		f.change(k)
	}
	return nil
}

// leave goes to another field and fills in what follows from the one that was left.
func (f *siteForm) leave(by int) {
	f.step(by)
	f.derive()
}

// change edits the field at hand. One with a few choices takes the first letter of one, or the arrow keys.
func (f *siteForm) change(k tea.KeyPressMsg) {
	at := &f.list[f.at]
	list, choice := formChoices[at.name]
	if !choice {
		if f.edit(k) {
			f.touched[at.name] = true
		}
		return
	}
	i := slices.Index(list, at.edit.String())
	switch k.String() {
	case "left":
		i = (max(i, 0) + len(list) - 1) % len(list)
	case "right", "space":
		i = (i + 1) % len(list)
	default:
		i = slices.IndexFunc(list, func(s string) bool { return k.Text != "" && strings.HasPrefix(s, strings.ToLower(k.Text)) })
	}
	if i >= 0 {
		at.edit.set(list[i])
		f.touched[at.name] = true
	}
}

func (f *siteForm) paste(m *model, text string) {
	at := &f.list[f.at]
	if _, choice := formChoices[at.name]; choice || f.saving {
		return
	}
	f.touched[at.name] = true
	if !at.edit.insert(strings.Join(strings.Fields(text), " ")) {
		m.warn(m.say.TooLong)
	}
}

// save writes the file, unless a field is wrong: then the cursor goes there.
func (f *siteForm) save(m *model) tea.Cmd {
	f.derive()
	faults := f.faults(m)
	if !f.visitAll(func(name string) string { return faults[name] }) {
		return nil
	}
	f.saving = true
	path, data, write := strings.TrimSpace(f.value(siteFile)), f.draft().File(m.state.Words.Site.Comments), m.cfg.WriteSite
	return func() tea.Msg { return writtenMsg{path, write(path, data)} }
}
