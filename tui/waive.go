package tui

import (
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"oobscope/audit"
	"oobscope/probes"
)

// maxWaived is how many flows are waived at once. A store keeps some thousand waivers, and nobody can answer for more
// lines than can be read.
const maxWaived = 500

// waiverLength is how long a waiver runs if nothing else is typed, in days.
const waiverLength = 90

// refusals count what cannot be waived, by why.
type refusals struct {
	verdict  map[audit.Verdict]int // no deviation
	waived   int                   // is waived already
	unproved int                   // what was seen is not stored, or damaged: there is nothing to bind a waiver to
	double   int                   // the same as another: one waiver covers both
}

func (r *refusals) total() int {
	n := r.waived + r.unproved + r.double
	for _, k := range r.verdict {
		n += k
	}
	return n
}

// waiveForm asks why, who and until when for the deviations that are to be accepted.
type waiveForm struct {
	fields
	found   []audit.Finding
	left    refusals
	run     audit.Run
	site    *audit.Site
	now     time.Time
	storing bool
	failed  string // why it could not be stored
}

// openWaive opens the form for flows of the run on screen. What no waiver may cover is left out and counted.
func (m *model) openWaive(flows []probes.FlowID) {
	w := &m.state.Words.Waive
	switch {
	case !m.holdsStill():
		return
	case m.cfg.Work.Waive == nil:
		m.warn(m.state.Words.Work.NotHere)
		return
	}
	list, left := waivable(m.state.Results, flows, maxWaived)
	switch {
	case len(list) == 0:
		m.warn(join(m.state.Words.Host.Colon, w.None, m.refused(&left)))
		return
	case len(list) > maxWaived:
		m.warn(say(w.TooMany, count(maxWaived)))
		return
	}
	f := &waiveForm{found: list, left: left, run: m.state.Run.Run, site: m.state.Results.Scope.Site, now: m.state.Now}
	day := f.now.UTC()
	f.add("reason", w.Reason, "")
	f.add("ticket", w.Ticket, "")
	f.add("requested_by", w.RequestedBy, m.cfg.Work.User)
	f.add("approved_by", w.ApprovedBy, "")
	f.add("starts", w.Starts, day.Format(time.DateOnly))
	f.add("expires", w.Expires, day.AddDate(0, 0, waiverLength).Format(time.DateOnly))
	m.over = f
}

// waivable sorts flows into what can be waived, at most one more than the limit, and what cannot.
func waivable(r *audit.Results, flows []probes.FlowID, limit int) (list []audit.Finding, left refusals) {
	left.verdict = map[audit.Verdict]int{}
	for _, id := range flows {
		switch j := &r.Judged[id]; {
		case !j.Verdict.Deviation():
			left.verdict[j.Verdict]++
		case j.Waived:
			left.waived++
		case len(list) <= limit:
			list = append(list, r.Finding(id))
		}
	}
	return list, left
}

// terms are what is typed, as it goes into every waiver.
func (f *waiveForm) terms() audit.WaiverForm {
	text := func(name string) string { return strings.TrimSpace(f.value(name)) }
	return audit.WaiverForm{
		Reason: text("reason"), Ticket: text("ticket"), RequestedBy: text("requested_by"), ApprovedBy: text("approved_by"),
		Starts: text("starts"), Expires: f.expires(),
	}
}

// expires is the last day; "+30" means thirty days after the first.
func (f *waiveForm) expires() string {
	text := strings.TrimSpace(f.value("expires"))
	days, relative := strings.CutPrefix(text, "+")
	n, err := strconv.Atoi(days)
	starts, wrong := time.Parse(time.DateOnly, strings.TrimSpace(f.value("starts")))
	if !relative || err != nil || wrong != nil || n < 0 || n > 9999 {
		return text
	}
	return starts.AddDate(0, 0, n).Format(time.DateOnly)
}

// waiversFor make a waiver of each finding on these terms, bound to what is stored of it, and count what cannot be one.
func waiversFor(found []audit.Finding, terms audit.WaiverForm, evidence func(probes.FlowID) (*probes.Observation, bool)) (out []audit.WaiverForm, left refusals) {
	left.verdict = map[audit.Verdict]int{}
	seen := map[audit.WaiverForm]bool{}
	for i := range found {
		finding := &found[i]
		o, ok := evidence(finding.Flow)
		if !ok || o.Class != finding.Cell.Class { // what cannot be read comes back as nothing observed
			left.unproved++
			continue
		}
		form, ok := audit.WaiverFor(finding, o)
		form.Reason, form.Ticket, form.RequestedBy, form.ApprovedBy = terms.Reason, terms.Ticket, terms.RequestedBy, terms.ApprovedBy
		form.Starts, form.Expires = terms.Starts, terms.Expires
		switch {
		case !ok:
			left.verdict[finding.Verdict]++
		case seen[form]:
			left.double++
		default:
			seen[form] = true
			out = append(out, form)
		}
	}
	return out, left
}

// storeWaivers stores what the form asks for in the background. Whoever stores it checks it once more.
func (m *model) storeWaivers(f *waiveForm) tea.Cmd {
	f.storing, f.failed, m.deeds.storing = true, "", true
	evidence, store, later := m.seen, m.cfg.Work.Waive, m.state.Results
	found, terms, site, run := f.found, f.terms(), f.site, f.run.ID // the form itself belongs to the message loop
	return func() tea.Msg {
		forms, left := waiversFor(found, terms, evidence)
		if len(forms) == 0 {
			return waivedMsg{form: f, later: later, left: left}
		}
		stored, err := store(site, run, forms)
		return waivedMsg{f, later, stored, left, err}
	}
}

// whenWaived shows the flows as waived at once. If something could not be stored, the form stays with what was typed.
func (m *model) whenWaived(msg waivedMsg) {
	m.deeds.storing, msg.form.storing, m.rereading = false, false, true
	w := &m.state.Words.Waive
	if len(msg.stored) > 0 && msg.later == m.state.Results {
		m.layWaivers(slices.Concat(m.state.Results.Scope.Waivers, msg.stored))
	}
	switch {
	case msg.err != nil:
		msg.form.failed = say(m.state.Words.Console.Failed, flat(msg.err))
		if n := len(msg.stored); n > 0 {
			msg.form.failed += " " + say(w.SomeStored, count(n))
		}
		if hint := hintOf(msg.err); hint != "" {
			msg.form.failed += " (" + hint + ")"
		}
		if m.over != msg.form {
			m.fail(msg.err)
		}
		return
	case m.over == msg.form:
		m.over = nil
	}
	if len(msg.stored) == 0 {
		m.warn(join(m.state.Words.Host.Colon, w.None, m.refused(&msg.left)))
		return
	}
	text := say(w.Stored, count(len(msg.stored)))
	if msg.stored[0].ApprovedBy == "" {
		text = say(w.Asked, count(len(msg.stored)))
	}
	m.cheer(join(m.state.Words.Host.Also, text, m.refused(&msg.left)))
}

// layWaivers lays waivers over the run on screen in place of those that were.
func (m *model) layWaivers(list []audit.Waiver) {
	s := &m.state
	s.Results.Scope.Waivers = list
	s.Results.ApplyWaivers(m.cfg.Clock(), m.seen)
	s.Run.Total = s.Results.Total
	m.changed()
}

func join(sep string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), sep)
}
