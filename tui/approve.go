package tui

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"oobscope/audit"
	"oobscope/probes"
	"oobscope/views"
)

// mayChangeWaivers tells whether waivers may be changed now; it says why not otherwise. One that is named needs no run:
// whoever approves may not have one. An imported run brought its own waivers, which are in no store of ours.
func (m *model) mayChangeWaivers(id string) bool {
	switch {
	case id == "" && m.state.Results == nil:
		m.warn(m.state.Words.Empty.NoRun)
	case id == "" && m.state.Run.Imported != nil:
		m.warn(m.state.Words.Handover.ReadOnly)
	default:
		return m.atRest()
	}
	return false
}

// waiversMeant are the stored waivers that an action is about: the one it names, else those about its flows; inSite
// counts those among the latter that stand in the site file.
func (m *model) waiversMeant(flows []probes.FlowID, id string) (stored []*audit.Waiver, inSite int) {
	if id == "" {
		return waiversOf(m.state.Results, flows)
	}
	if r := m.waiverRecord(id); r != nil && r.Withdrawn == nil {
		w, _ := r.Waiver() // one that is not valid can be taken back all the same
		w.ID, w.Origin = r.ID, audit.WaiverInStore
		return []*audit.Waiver{&w}, 0
	}
	if m.state.Results != nil && m.state.Run.Imported == nil {
		for i := range m.state.Results.Waivers {
			if w := m.state.Results.Waivers[i].Waiver; w.ID == id && w.Origin == audit.WaiverInStore {
				return []*audit.Waiver{w}, 0
			}
		}
	}
	return nil, 0
}

// waiverRecord is what the store said of a waiver when it was read last; nil if nothing.
func (m *model) waiverRecord(id string) *audit.WaiverRecord {
	i := slices.IndexFunc(m.state.Waivers, func(r audit.WaiverRecord) bool { return r.ID == id })
	if i < 0 {
		return nil
	}
	return &m.state.Waivers[i]
}

// askApprove asks before requested waivers begin to count. It says all that whoever approves answers for, and refuses
// at once what the store would refuse: nobody approves what they asked for.
func (m *model) askApprove(flows []probes.FlowID, id string) {
	w := &m.state.Words.Waivers
	user := m.cfg.Work.User
	switch {
	case !m.mayChangeWaivers(id):
		return
	case m.cfg.Work.Approve == nil || user == "":
		m.warn(m.state.Words.Work.NotHere)
		return
	}
	list, _ := m.waiversMeant(flows, id)
	list = slices.DeleteFunc(list, func(v *audit.Waiver) bool { return v.ApprovedBy != "" })
	if len(list) == 0 {
		m.warn(w.NothingAsked)
		return
	}
	q := &question{title: say(w.ApproveTitle, count(len(list)))}
	if len(list) == 1 {
		q.title = w.ApproveOne
	}
	var ids []string
	for i, v := range list {
		if m.ownRequest(v, user) {
			m.warn(say(w.OwnRequest, user))
			return
		}
		ids = append(ids, v.ID)
		switch {
		case i < maxListed:
			q.text = append(q.text, m.waiverAsked(v, len(list) == 1)...)
		case i == maxListed:
			q.text = append(q.text, "  "+say(m.state.Words.Plain.More, count(len(list)-i)))
		}
	}
	q.text = append(q.text, "", say(w.ApproveMeans, views.Safe(user)))
	q.yes = func() tea.Cmd { return m.approve(ids) }
	m.over = q
}

// ownRequest tells whether a person asked for a waiver, or entered it for somebody else.
func (m *model) ownRequest(v *audit.Waiver, user string) bool {
	r := audit.WaiverRecord{WaiverForm: v.Form()}
	if known := m.waiverRecord(v.ID); known != nil {
		r = *known
	}
	r.ApprovedBy, r.Withdrawn = "", nil
	return r.Approve(audit.Deed{By: user, At: m.state.Now}) != nil
}

// waiverAsked is a waiver for whoever is to approve it: in full if it is the only one.
func (m *model) waiverAsked(v *audit.Waiver, full bool) []string {
	day := func(t time.Time) string { return t.UTC().Format(time.DateOnly) }
	head := "  " + views.Safe(join("  ", v.ID, v.Verdict, v.Service, v.Target.String(), v.Rule))
	if !full {
		return []string{head + "  " + views.Safe(v.Reason)}
	}
	f := &m.state.Words.Waive
	var out []string
	for _, p := range [...][2]string{{f.Reason, v.Reason}, {f.Ticket, v.Ticket}, {f.RequestedBy, v.RequestedBy}, {f.Starts, day(v.Starts)}, {f.Expires, day(v.Expires)}} {
		if p[1] != "" {
			out = append(out, p[0]+m.state.Words.Host.Colon+views.Safe(p[1]))
		}
	}
	if v.Fingerprint == "" {
		out = append(out, m.state.Words.Waivers.AnyAnswer)
	}
	return append([]string{head}, out...)
}

func (m *model) approve(ids []string) tea.Cmd {
	m.deeds.storing = true
	m.tell(m.state.Words.Waive.Storing)
	later, run, give := m.state.Results, m.state.Run.ID, m.cfg.Work.Approve
	return func() tea.Msg {
		given, err := give(run, ids)
		return approvedMsg{later, given, err}
	}
}

// whenApproved lets the waivers count on the run on screen at once.
func (m *model) whenApproved(msg approvedMsg) {
	m.deeds.storing, m.rereading = false, true
	if len(msg.given) > 0 && msg.later != nil && msg.later == m.state.Results {
		list := slices.Clone(m.state.Results.Scope.Waivers)
		for _, w := range msg.given {
			for i := range list {
				if list[i].ID == w.ID && list[i].Origin == audit.WaiverInStore {
					list[i] = w
				}
			}
		}
		m.layWaivers(list)
	}
	if msg.err != nil {
		m.fail(msg.err)
		return
	}
	m.cheer(say(m.state.Words.Waivers.Done, count(len(msg.given))))
}

// loadWaivers reads what the store of the run on screen keeps.
func (m *model) loadWaivers() tea.Cmd {
	read, run, later := m.cfg.Work.Waivers, m.state.Run.ID, m.state.Results
	if read == nil {
		return nil
	}
	return func() tea.Msg {
		list, errs := read(run)
		return waiversMsg{later, list, errs}
	}
}

// whenWaivers shows the waivers as the store has them, and lays them over the run on screen if somebody else has changed
// one meanwhile. A run that moves, or a deed under way, brings its own.
func (m *model) whenWaivers(msg waiversMsg) {
	m.state.Waivers, m.state.UnreadWaivers = msg.list, nil
	for _, err := range msg.errs {
		m.state.UnreadWaivers = append(m.state.UnreadWaivers, flat(err))
	}
	m.changed()
	r := m.state.Results
	if r == nil || r != msg.later || m.busy() || m.deeds.storing || m.deeds.comparing != "" || m.state.Run.Imported != nil {
		return
	}
	if merged, _ := audit.MergeWaivers(r.Scope.Site, msg.list); !slices.Equal(merged, r.Scope.Waivers) {
		m.layWaivers(merged)
	}
}
