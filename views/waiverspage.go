package views

import (
	"fmt"
	"strings"
	"time"

	"oobscope/audit"
)

// Render implements Screen.
func (v *Waivers) Render(s *State, w, h int) string {
	e := v.current(s)
	if e == nil {
		text := s.Words.Waivers.None
		switch {
		case s.Reading:
			text = s.Words.First.Reading
		case len(v.entries) > 0:
			text = v.list.none(s)
		}
		return s.Theme.Frame(append(v.unread(s, w), Wrap(text, w)...), w, h)
	}
	if v.list.over() {
		return v.list.look(s, w, h)
	}
	n := v.list.kept()
	lines := append([]string{s.Theme.Heading(s.Words.Waivers.Name, v.list.Position(n), w)}, v.unread(s, w)...)
	table := h - len(lines)
	var detail []string
	if h >= 14 {
		detail = waiverDetail(s, e, w)
		table = max(h/3, h-len(lines)-len(detail)-1)
	}
	lines = append(lines, v.list.draw(s.Theme, w, min(n+1, table))...)
	if len(detail) > 0 {
		lines = append(append(lines, ""), detail...)
	}
	return s.Theme.Frame(lines, w, h)
}

// unread says that stored waivers could not be read: they do not count, and they are not in the list.
func (v *Waivers) unread(s *State, w int) []string {
	if len(s.UnreadWaivers) == 0 {
		return nil
	}
	return []string{s.Theme.Warn.On(Cut("! "+Safe(agreed(s.Words.Waivers.Unreadable, Count(len(s.UnreadWaivers)), s.UnreadWaivers[0])), w))}
}

// waiverDetail is the waiver under the cursor in full: first what it means now, then why, for whom and by whom.
func waiverDetail(s *State, e *waiverEntry, w int) []string {
	look := waiverLook(s, e.stands)
	out := []string{s.Theme.Heading(e.waiver.ID, "", w)}
	for _, line := range Wrap(look.Text+s.Words.Host.Colon+s.Words.Waivers.Mean[e.stands], w) {
		out = append(out, look.Ink.On(line))
	}
	fields := waiverFields(s, e)
	for i := range fields {
		fields[i][1] = Cut(Safe(fields[i][1]), 4*w)
	}
	return append(out, s.Theme.Fields(fields, w)...)
}

// waiverFields is what is known of a waiver, as label and value.
func waiverFields(s *State, e *waiverEntry) [][2]string {
	w, ww, form := e.waiver, &s.Words.Waivers, &s.Words.Waive
	rule := orText(w.Rule, s.Words.Diff.Default)
	fields := [][2]string{
		{ww.What, strings.Join([]string{waivedVerdict(s, w), w.Service, hostText(w), rule}, "  ")},
		{form.Reason, orText(w.Reason, "-")},
	}
	if w.Ticket != "" {
		fields = append(fields, [2]string{form.Ticket, w.Ticket})
	}
	fields = append(fields, [2]string{ww.Requested, requestedBy(s, e)}, [2]string{ww.Approved, approvedBy(s, e)})
	if r := e.record; r != nil && r.Withdrawn != nil {
		fields = append(fields, [2]string{ww.State[standsWithdrawn], join(s.Words.Host.Comma, fmt.Sprintf(ww.ByAt, r.Withdrawn.By, Stamp(r.Withdrawn.At)), r.Withdrawn.Note)})
	}
	fields = append(fields, [2]string{ww.Days, day(w.Starts) + " - " + day(w.Expires) + "  " + daysLeft(s, e)}, [2]string{ww.Covers, covers(s, e)})
	source := ww.InStore
	if e.waiver.Origin == audit.WaiverInSite {
		source = ww.InSite
	}
	fields = append(fields, [2]string{ww.Source, join("  ", source, e.site)})
	if e.record != nil && e.record.Run != "" {
		fields = append(fields, [2]string{ww.Run, e.record.Run})
	}
	return fields
}

// waivedVerdict is the verdict that a waiver is about, in the user's words if it is one.
func waivedVerdict(s *State, w *audit.Waiver) string {
	if v, ok := audit.ParseVerdict(w.Verdict); ok {
		return s.Words.VerdictOf(v)
	}
	return w.Verdict
}

func requestedBy(s *State, e *waiverEntry) string {
	if r := e.record; r != nil && !r.Requested.At.IsZero() {
		who := e.waiver.RequestedBy
		if r.Requested.By != "" && !strings.EqualFold(r.Requested.By, who) {
			who += " (" + r.Requested.By + ")"
		}
		return fmt.Sprintf(s.Words.Waivers.ByAt, who, Stamp(r.Requested.At))
	}
	return orText(e.waiver.RequestedBy, "-")
}

func approvedBy(s *State, e *waiverEntry) string {
	w, r := e.waiver, e.record
	switch {
	case w.ApprovedBy == "":
		return "-"
	case r == nil || r.Approved == nil:
		return w.ApprovedBy
	case w.Named:
		return fmt.Sprintf(s.Words.Waivers.NamedBy, w.ApprovedBy, r.Approved.By, Stamp(r.Approved.At))
	}
	return fmt.Sprintf(s.Words.Waivers.ByAt, w.ApprovedBy, Stamp(r.Approved.At))
}

// daysLeft counts from today to the last day, which counts too.
func daysLeft(s *State, e *waiverEntry) string {
	const oneDay = 24 * time.Hour
	last := e.waiver.Expires.UTC().Truncate(oneDay)
	n := int(last.Sub(s.Now.UTC().Truncate(oneDay)) / oneDay)
	switch {
	case n < 0:
		return agreed(s.Words.Waivers.DaysPast, Count(-n))
	case n == 0:
		return s.Words.Waivers.DayLeft
	}
	return agreed(s.Words.Waivers.DaysLeft, Count(n))
}

// covers says what it is about in the run on screen, and whether it is bound to what was seen.
func covers(s *State, e *waiverEntry) string {
	ww := &s.Words.Waivers
	text := ww.NotInRun
	if e.use != nil && len(e.use.Flows) > 0 {
		text = fmt.Sprintf(ww.CoversLine, Count(len(e.use.Flows)))
		if len(e.use.Flows) == 1 {
			f := findingOf(s.Results, e.use.Flows[0])
			text = join("  ", f.Target.String(), portOf(f.Proto, f.Port), f.ServiceID())
		}
	}
	if e.waiver.Fingerprint == "" {
		text = join(s.Words.Host.Also, text, ww.AnyAnswer)
	}
	return text
}
