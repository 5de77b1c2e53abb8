package tui

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"oobscope/audit"
	"oobscope/views"
)

// maxListed is how many of the deviations are named at most.
const maxListed = 4

// lines implements overlay. The fields come first: where the window is low, what only explains gives way.
func (f *waiveForm) lines(m *model, w int) []string {
	t, words := m.state.Theme, &m.state.Words.Waive
	title := say(words.Title, count(len(f.found)))
	if len(f.found) == 1 {
		title = words.TitleOne
	}
	body := f.draw(t, w, func(i int) (views.Ink, string) { return f.beside(m, &f.list[i]) })
	tail := f.tail(m, w)
	var left []string
	if text := m.refused(&f.left); text != "" {
		left = wrapped(t.Warn, text, w)
	}
	room := m.h - headLines - footLines - 2 - len(body) - len(tail) - 1
	out := wrapped(t.Title, title, w)[:1]
	for i, n := 0, min(len(f.found), maxListed, max(1, room-len(left)-2)); i < n && room > 0; i++ {
		line := views.Cut(f.named(m, i), w)
		if i == n-1 && n < len(f.found) {
			line = "  " + say(m.state.Words.Plain.More, count(len(f.found)-i))
		}
		out = append(out, line)
		room--
	}
	if len(left) <= room {
		out = append(out, left...)
		room -= len(left)
	}
	if room > 0 {
		out = append(out, "")
		room--
	}
	f.y += len(out)
	out = append(out, body...)
	if room > 0 {
		out = append(out, "")
	}
	return append(out, tail...)
}

// tail is what stands under the fields: what went wrong, and which keys work.
func (f *waiveForm) tail(m *model, w int) (out []string) {
	t, words := m.state.Theme, &m.state.Words.Waive
	if f.failed != "" {
		out = append(out, wrapped(t.Bad, t.Glyph.Cross+" "+f.failed, w)...)
	}
	if f.storing {
		return append(out, t.Accent.On(words.Storing))
	}
	return append(out, t.Key.On(views.Cut(words.Keys, w)))
}

// named is one of the deviations in a line: verdict, service, port and target.
func (f *waiveForm) named(m *model, i int) string {
	x := &f.found[i]
	look := m.state.Theme.Verdict(x.Verdict)
	text := strings.TrimSpace(look.Sign + " " + m.state.Words.VerdictOf(x.Verdict))
	port := x.Proto.String()
	if x.Port != 0 { // ICMP has none
		port += "/" + strconv.Itoa(int(x.Port))
	}
	return "  " + views.Safe(join("  ", text, x.ServiceID(), port, x.Target.String(), x.App))
}

// refused says how many flows were left out, and why; empty if none was.
func (m *model) refused(r *refusals) string {
	if r.total() == 0 {
		return ""
	}
	w := &m.state.Words.Waive
	var parts []string
	for _, v := range append(audit.Verdicts(), audit.Pending) {
		if n := r.verdict[v]; n > 0 {
			parts = append(parts, fmt.Sprintf(m.state.Words.Plain.Counted, count(n), m.state.Words.VerdictOf(v)))
		}
	}
	for _, p := range []struct {
		n    int
		text string
	}{{r.waived, w.AlreadyWaived}, {r.unproved, w.Unproved}, {r.double, w.Double}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf(m.state.Words.Plain.Counted, count(p.n), p.text))
		}
	}
	text := say(w.Refused, strings.Join(parts, m.state.Words.Host.Comma))
	if len(r.verdict) > 0 {
		text += " " + w.OnlyDeviations
	}
	return text
}

// beside is what stands beside a field: what is wrong with it once it was left, else what is worth knowing.
func (f *waiveForm) beside(m *model, line *field) (views.Ink, string) {
	t, w := m.state.Theme, &m.state.Words.Waive
	if line.visited {
		if fault := f.fault(&m.state.Words.Waive, line.name); fault != "" {
			return t.Bad, t.Glyph.Cross + " " + fault
		}
	}
	switch value := strings.TrimSpace(line.edit.String()); {
	case line.name == "approved_by" && value == "":
		return t.Warn, w.NobodyYet
	case line.name == "approved_by" && m.cfg.Work.User != "":
		return t.Dim, say(w.NamedBy, views.Safe(m.cfg.Work.User))
	case line.name == "ticket" && value == "":
		return t.Dim, w.Optional
	case line.name == "expires" && strings.HasPrefix(value, "+") && f.expires() != value:
		return t.Dim, "= " + f.expires()
	}
	return views.Ink{}, ""
}

// fault says in plain words what is wrong with a field; empty if nothing is.
func (f *waiveForm) fault(w *views.WaiveWords, name string) string {
	v := f.terms()
	starts, badStart := time.Parse(time.DateOnly, v.Starts)
	expires, badEnd := time.Parse(time.DateOnly, v.Expires)
	text := *v.Field(name)
	if name == "expires" && badStart != nil && strings.HasPrefix(text, "+") {
		return "" // counted from a day that is not one yet
	}
	switch {
	case text == "" && (name == "reason" || name == "requested_by"):
		return w.Needed
	case name == "starts" && badStart != nil, name == "expires" && badEnd != nil:
		return w.NotADay
	case name == "approved_by" && text != "" && strings.EqualFold(text, v.RequestedBy):
		return w.SamePerson
	case name != "expires" || badStart != nil:
	case expires.Before(starts):
		return w.BeforeStart
	case expires.Sub(starts) > audit.MaxWaiver:
		return say(w.TooLong, count(int(audit.MaxWaiver.Hours()/24)))
	case !f.now.Before(expires.AddDate(0, 0, 1)):
		return w.Passed
	}
	return f.otherFault(name)
}

// otherFault is what the reader of waivers has against a field beside what was said in the user's language.
func (f *waiveForm) otherFault(name string) string {
	v := f.terms()
	if *v.Field(name) == "" {
		return ""
	}
	_, flaws := v.ReadNew(nil, f.now)
	for _, flaw := range flaws {
		if flaw.Field == name {
			return flaw.Message
		}
	}
	return ""
}

// press implements overlay, for those who have no key press to hand in.
func (f *waiveForm) press(m *model, key string) tea.Cmd {
	switch {
	case f.storing:
		return nil
	case key == "esc":
		m.over = nil
		m.tell(m.state.Words.Waive.Dropped)
	case key == "tab", key == "down":
		f.step(1)
	case key == "shift+tab", key == "up":
		f.step(-1)
	case key == "enter" && !f.last():
		f.step(1)
	case key == "enter":
		if f.visitAll(func(name string) string { return f.fault(&m.state.Words.Waive, name) }) {
			return m.storeWaivers(f)
		}
	case key == "ctrl+y":
		return f.copyYAML(m)
	}
	return nil
}

// typed implements typist.
func (f *waiveForm) typed(m *model, k tea.KeyPressMsg) tea.Cmd {
	switch key := k.String(); key {
	case "esc", "tab", "shift+tab", "up", "down", "enter", "ctrl+y":
		return f.press(m, key)
	}
	if !f.storing {
		f.edit(k)
	}
	return nil
}

// paste implements typist.
func (f *waiveForm) paste(m *model, text string) {
	if !f.storing && !f.list[f.at].edit.insert(text) {
		m.warn(m.say.TooLong)
	}
}

// copyYAML copies the waivers as they stand in a site file, for those who keep them there, and stores nothing. What was
// seen is read in the background.
func (f *waiveForm) copyYAML(m *model) tea.Cmd {
	if !f.visitAll(func(name string) string { return f.fault(&m.state.Words.Waive, name) }) {
		return nil
	}
	if f.value("approved_by") == "" {
		for i := range f.list {
			if f.list[i].name == "approved_by" {
				f.at = i
			}
		}
		m.warn(m.state.Words.Waive.YAMLNeeds)
		return nil
	}
	evidence, found, terms, day := m.seen, f.found, f.terms(), f.now.UTC().Format("060102")
	return func() tea.Msg {
		forms, left := waiversFor(found, terms, evidence)
		var b strings.Builder
		for i := range forms {
			forms[i].ID = fmt.Sprintf("w-%s-%d", day, i+1)
			b.WriteString(audit.FormYAML(forms[i]))
		}
		return yamlMsg{b.String(), len(forms), left}
	}
}

// whenYAML puts the waivers on the clipboard; the form stays open.
func (m *model) whenYAML(msg yamlMsg) tea.Cmd {
	if msg.n == 0 {
		m.warn(join(m.state.Words.Host.Colon, m.state.Words.Waive.None, m.refused(&msg.left)))
		return nil
	}
	return m.copy(msg.text, say(m.state.Words.Waive.YAML, count(msg.n)))
}
