package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"oobscope/audit"
	"oobscope/probes"
	"oobscope/views"
)

// waiversOf are the stored waivers that are about any of the flows, whether or not they count now, and how many stand
// in the site file, where nobody here can take them back.
func waiversOf(r *audit.Results, flows []probes.FlowID) (stored []*audit.Waiver, inSite int) {
	for i := range r.Waivers {
		use := &r.Waivers[i]
		if !slices.ContainsFunc(use.Flows, func(id probes.FlowID) bool {
			_, chosen := slices.BinarySearch(flows, id)
			return chosen
		}) {
			continue
		}
		if use.Waiver.Origin == audit.WaiverInStore {
			stored = append(stored, use.Waiver)
		} else {
			inSite++
		}
	}
	return stored, inSite
}

// askWithdraw asks before waivers are taken back: what they cover counts as a deviation again.
func (m *model) askWithdraw(flows []probes.FlowID, id string) {
	w := &m.state.Words.Waive
	switch {
	case !m.mayChangeWaivers(id):
		return
	case m.cfg.Work.Withdraw == nil:
		m.warn(m.state.Words.Work.NotHere)
		return
	}
	list, inSite := m.waiversMeant(flows, id)
	switch {
	case len(list) == 0 && inSite > 0:
		m.warn(w.InSite)
		return
	case len(list) == 0:
		m.warn(w.NoWaiver)
		return
	}
	q := &question{title: say(w.WithdrawTitle, count(len(list)))}
	if len(list) == 1 {
		q.title = w.WithdrawOne
	}
	var ids []string
	for i, v := range list {
		ids = append(ids, v.ID)
		switch {
		case i < maxListed:
			q.text = append(q.text, "  "+views.Safe(join("  ", v.ID, v.Service, v.Target.String(), v.Reason)))
		case i == maxListed:
			q.text = append(q.text, "  "+say(m.state.Words.Plain.More, count(len(list)-i)))
		}
	}
	q.text = append(q.text, w.WithdrawMeans)
	if inSite > 0 {
		q.text = append(q.text, say(w.SomeInSite, count(inSite)))
	}
	q.yes = func() tea.Cmd { return m.withdraw(ids) }
	m.over = q
}

func (m *model) withdraw(ids []string) tea.Cmd {
	m.deeds.storing = true
	m.tell(m.state.Words.Waive.Storing)
	later, run, take := m.state.Results, m.state.Run.ID, m.cfg.Work.Withdraw
	return func() tea.Msg {
		gone, err := take(run, ids)
		return withdrawnMsg{later, gone, err}
	}
}

// whenWithdrawn shows the deviations again.
func (m *model) whenWithdrawn(msg withdrawnMsg) {
	m.deeds.storing, m.rereading = false, true
	if len(msg.gone) > 0 && msg.later == m.state.Results {
		m.layWaivers(slices.DeleteFunc(slices.Clone(m.state.Results.Scope.Waivers), func(w audit.Waiver) bool {
			return w.Origin == audit.WaiverInStore && slices.Contains(msg.gone, w.ID)
		}))
	}
	if msg.err != nil {
		m.fail(msg.err)
		return
	}
	m.cheer(say(m.state.Words.Waive.Withdrawn, count(len(msg.gone))))
}
