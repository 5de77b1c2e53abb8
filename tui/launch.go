package tui

import (
	"context"
	"errors"
	"math"

	tea "charm.land/bubbletea/v2"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/probes"
	"oobscope/views"
)

// active are the kits that the next run uses.
func (m *model) active() []*kits.Kit {
	var out []*kits.Kit
	for _, e := range m.state.Kits {
		if e.Active {
			out = append(out, e.Kit)
		}
	}
	return out
}

// plan works out in the background what a run would do. launch tells whether the user asked for one.
func (m *model) plan(launch bool) tea.Cmd {
	ks, site, plan := m.active(), m.cfg.Site, m.cfg.Plan
	if site == nil || len(ks) == 0 {
		return nil
	}
	return func() tea.Msg {
		scope, budget, err := plan(ks, site)
		return plannedMsg{planned{scope, budget}, err, launch}
	}
}

// replan makes the plan that the screens show before a run.
func (m *model) replan() tea.Cmd { return m.plan(false) }

// start plans a run; the question comes once the plan is there.
func (m *model) start() tea.Cmd {
	switch {
	case m.live != nil:
		m.warn(m.say.RunIsOn)
	case m.starting:
		m.tell(m.say.Launching)
	case m.cfg.Site == nil:
		m.warn(m.state.Words.Empty.NoSite)
	case len(m.active()) == 0:
		m.warn(m.state.Words.Empty.NoKit)
	default:
		m.planning = true
		m.tell(m.say.Planning)
		return m.plan(true)
	}
	return nil
}

// whenPlanned takes over a plan. The question comes only if nothing was pressed since it was asked for: a key
// that was meant for something else must never start a run.
func (m *model) whenPlanned(msg plannedMsg) tea.Cmd {
	wanted := msg.launch && m.planning
	if wanted {
		m.planning = false
		m.note = note{}
	}
	switch {
	case m.leaving:
		return nil
	case msg.err != nil && (wanted || m.checking):
		m.checking, m.cfg.StartNow = false, false
		m.over = m.troublePage(aboutPlan, msg.err)
		return nil
	case msg.err != nil:
		m.fail(msg.err)
		return nil
	}
	m.planned = msg.planned
	m.showPlan()
	m.checked()
	switch {
	case !wanted:
	case m.cfg.StartNow:
		m.cfg.StartNow = false // only the first run starts without a question
		m.landing = true
		return m.launch(m.freshRun())
	default:
		m.askStart()
	}
	return nil
}

// showPlan lets the screens show the plan, unless a run is on screen: its own plan belongs to it.
func (m *model) showPlan() {
	if m.state.Results != nil || m.busy() {
		return
	}
	m.state.Scope, m.state.Budget = m.planned.scope, m.planned.budget
	m.state.Bounds = probes.Bounds{}
	if m.planned.scope != nil {
		m.state.Bounds = m.bounds(m.planned.scope.Plan)
	}
	m.changed()
}

// freshRun starts the planned run.
func (m *model) freshRun() func(context.Context) (*Live, error) {
	scope, launch := m.planned.scope, m.cfg.Launch
	return func(ctx context.Context) (*Live, error) { return launch(ctx, scope) }
}

// launch starts a run in the background.
func (m *model) launch(begin func(context.Context) (*Live, error)) tea.Cmd {
	if m.busy() {
		m.warn(m.say.RunIsOn)
		return nil
	}
	m.starting = true
	m.tell(m.say.Launching)
	held := m.held
	return func() tea.Msg {
		s, err := held.launch(begin)
		return launchedMsg{s, err}
	}
}

// resume goes on with a stored run. Its file must be free for writing first.
func (m *model) resume(id string) tea.Cmd {
	again, held := m.cfg.Resume, m.held
	var reading *Stored
	if m.shown != nil && m.shown.Run.ID == id && !m.busy() {
		reading, m.shown = m.shown, nil
		m.see(nil)
	}
	return m.launch(func(ctx context.Context) (*Live, error) {
		if err := held.release(reading); err != nil {
			return nil, err
		}
		return again(ctx, id)
	})
}

func (m *model) whenLaunched(msg launchedMsg) tea.Cmd {
	m.starting = false
	if msg.err != nil {
		if m.leaving {
			return tea.Quit
		}
		m.note = note{}
		if !errors.Is(msg.err, context.Canceled) {
			m.over = m.troublePage(aboutLaunch, msg.err)
		}
		if m.state.Results != nil && m.state.Evidence == nil { // a run that could not be resumed is still on screen
			return tea.Batch(m.loadRuns(), m.openRun(m.state.Run.ID))
		}
		return m.loadRuns()
	}
	former := m.drop(m.shown)
	m.present(msg.session)
	if m.leaving {
		m.state.Run.Phase = views.RunStopping
		return m.await(msg.session)
	}
	if m.landing {
		m.landing = false
		m.goTo(liveScreen, "")
	}
	m.cheer(m.state.Words.Console.Started)
	return tea.Batch(m.await(msg.session), m.tick(), m.loadRuns(), former)
}

// present puts a run that has just begun on screen, in place of what was there.
func (m *model) present(s *session) {
	m.live, m.pace, m.late, m.shown = s, meter{}, nil, nil
	st := &m.state
	st.Results, st.Scope, st.Live = s.results, s.Scope, s.Board
	m.see(s.Evidence)
	st.Site, st.Bounds = s.Scope.Site, m.bounds(s.Scope.Plan)
	st.Budget = probes.Budget{}
	for _, p := range [...]planned{m.planned, m.deeds.again} { // a resumed run has a plan of its own
		if s.Scope == p.scope {
			st.Budget = p.budget
		}
	}
	m.forgetDrift()
	st.Run = views.RunView{Run: s.Run, Phase: views.RunLive}
	m.take(s, math.MaxInt)
	m.changed()
}

// await comes back once the run has stopped and everything is stored; then it reads the run again, so that
// its evidence is at hand.
func (m *model) await(s *session) tea.Cmd {
	held, open := m.held, m.cfg.OpenRun
	return func() tea.Msg {
		<-s.done
		return endedMsg{s, reread(held, open, s)}
	}
}

// reread opens the stored run; nil if that fails, and the results of the live run stay.
func reread(held *custody, open func(string) (*Stored, error), s *session) *Stored {
	id := s.end.ID
	if id == "" || s.err != nil || held.ctx.Err() != nil {
		return nil
	}
	st, err := open(id)
	if err != nil || !held.keep(st) {
		return nil
	}
	return st
}

// stop asks the run to end; it does so within one probe's deadline.
func (m *model) stop() tea.Cmd {
	if m.live != nil && m.state.Run.Phase == views.RunLive {
		m.live.cancel()
		m.state.Run.Phase = views.RunStopping
		m.changed()
	}
	return nil
}

// targetsOf lists the groups of a plan for the question before a run.
func targetsOf(s *audit.Scope) []string {
	var out []string
	for _, g := range s.Plan.Groups {
		switch n := len(g.Addrs); n {
		case 0:
		case 1:
			out = append(out, g.Role+": "+g.Addrs[0].String())
		default:
			out = append(out, g.Role+": "+g.Addrs[0].String()+" ... "+g.Addrs[n-1].String()+" ("+count(n)+")")
		}
	}
	return out
}
