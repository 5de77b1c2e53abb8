package tui

import (
	"math"
	"reflect"
	"time"

	tea "charm.land/bubbletea/v2"

	"oobscope/audit"
	"oobscope/probes"
	"oobscope/views"
)

// The pulse is the only way from a run to the screen: while one is on, a tick takes over what the board
// gathered since the last. No result sends a message of its own.
const pulseBlurred = time.Second // nobody looks

// tick asks for the next pulse, unless one is under way.
func (m *model) tick() tea.Cmd {
	if m.pulsing || m.live == nil {
		return nil
	}
	m.pulsing = true
	every := m.cfg.Pulse // a test has its own
	if every <= 0 {
		budget := int64(liveBudget)
		if m.set.LowBandwidth {
			budget = slowBudget
		}
		every = m.line.wait(m.set.Beat(), budget)
	}
	if m.blurred {
		every = max(every, pulseBlurred)
	}
	return tea.Tick(every, func(time.Time) tea.Msg { return pulseMsg{} })
}

// A sweep settles tens of thousands of hosts at once when their time is over, and a path that turns out to be lossy
// changes what every silence is worth. To judge all of them takes a tenth of a second that a key would have to wait. So
// a pulse takes a portion, and a few more follow it that draw nothing, with room for keys between them.
const (
	portion = 4096 // hosts
	follow  = 8    // portions after a pulse
	soon    = 4 * time.Millisecond
)

func (m *model) pulse() tea.Cmd {
	m.pulsing = false
	if m.live == nil || m.state.Run.Frozen {
		return m.tick()
	}
	m.portions = 0
	return m.next(m.takeOver(portion))
}

// followUp is a portion between two pulses; the next pulse draws what it took over.
func (m *model) followUp() tea.Cmd {
	m.pulsing = false
	if m.live == nil || m.state.Run.Frozen {
		return m.tick()
	}
	moved, more := m.take(m.live, portion)
	m.undrawn = m.undrawn || moved
	m.portions++
	return m.next(more && m.portions < follow)
}

// next asks for the next portion soon if there is more, else for the next pulse.
func (m *model) next(more bool) tea.Cmd {
	if !more {
		return m.tick()
	}
	m.pulsing = true
	return tea.Tick(soon, func(time.Time) tea.Msg { return portionMsg{} })
}

// refresh takes over everything that changed on the board.
func (m *model) refresh() {
	if m.live != nil && !m.state.Run.Frozen {
		m.takeOver(math.MaxInt)
	}
}

// takeOver takes over what changed on the board, of most hosts or some more, and tells whether there is more. Nothing
// is drawn if nothing moved.
func (m *model) takeOver(most int) (more bool) {
	now := m.cfg.Clock()
	moved, more := m.take(m.live, most)
	if second := now.Truncate(time.Second); moved || m.undrawn || !m.state.Now.Truncate(time.Second).Equal(second) {
		m.state.Now, m.undrawn = now, false
		m.changed()
	}
	return more
}

// take drains the board of a run into its results, most hosts at a time, and tells whether anything moved and whether
// there is more.
func (m *model) take(s *session, most int) (moved, more bool) {
	res := s.results
	c, more := s.Board.DrainSome(most, func(host int, cells []probes.Cell, state probes.HostState) {
		res.Update(host, cells, state)
		moved = true
	})
	if g := s.Board.Gates(); !reflect.DeepEqual(g, res.Gates) {
		res.LearnGates(g)
		moved = true
	}
	if judged, left := res.CatchUp(most); judged > 0 {
		moved, more = true, more || left > 0
	}
	before, after := res.Counters, c
	before.Elapsed, after.Elapsed = before.Elapsed.Truncate(time.Second), after.Elapsed.Truncate(time.Second)
	moved = moved || before != after
	res.Counters = c
	m.pace.add(c.Settled, c.Elapsed)
	run := &m.state.Run
	run.Settled, run.Total, run.Gates = c.Settled, res.Total, res.Gates
	run.Rate, run.Left = m.pace.rate, m.pace.left(c.Flows-c.Settled)
	return moved, more
}

// meter measures how fast flows settle: an average in which a second counts less the longer ago it was.
type meter struct {
	rate    float64 // a second
	settled int
	at      time.Duration
	begun   bool
}

// memory is how long ago a measurement counts about a third.
const memory = 5 * time.Second

func (p *meter) add(settled int, at time.Duration) {
	if !p.begun {
		p.begun, p.settled, p.at = true, settled, at
		return
	}
	dt := at - p.at
	if dt < 50*time.Millisecond {
		return
	}
	now := float64(settled-p.settled) / dt.Seconds()
	if p.rate == 0 {
		p.rate = now
	} else {
		p.rate += (now - p.rate) * (1 - math.Exp(-float64(dt)/float64(memory)))
	}
	p.settled, p.at = settled, at
}

// left estimates how long so many flows take, in whole seconds; 0 if that cannot be said.
func (p *meter) left(flows int) time.Duration {
	if flows <= 0 || p.rate < 0.01 {
		return 0
	}
	return max(time.Second, time.Duration(float64(flows)/p.rate*float64(time.Second)).Round(time.Second))
}

// whenEnded takes over the end of a run. A frozen display keeps what it shows; only the header tells.
func (m *model) whenEnded(msg endedMsg) tea.Cmd {
	if m.live != msg.session {
		return m.drop(msg.stored)
	}
	m.live = nil
	m.state.Run.Phase = phaseOf(msg)
	if m.leaving {
		return tea.Batch(m.drop(msg.stored), tea.Quit)
	}
	if m.state.Run.Frozen {
		m.late = &msg
		m.tell(m.say.EndedFrozen)
		return nil
	}
	return m.conclude(msg)
}

func phaseOf(msg endedMsg) views.RunPhase {
	if msg.err != nil {
		return views.RunFailed
	}
	return views.RunEnded
}

// conclude shows the final results of a run that has ended.
func (m *model) conclude(msg endedMsg) tea.Cmd {
	m.take(msg.session, math.MaxInt)
	res, evidence := msg.results, msg.Evidence
	if msg.stored != nil {
		counters := res.Counters
		res, evidence = msg.stored.Results, msg.stored.Evidence
		res.Counters = counters
	} else {
		res.ApplyWaivers(m.state.Now, evidence)
	}
	m.shown = msg.stored
	m.forgetDrift()
	run := msg.end
	if run.ID == "" {
		run = msg.Run
		run.State, run.Settled = audit.RunPartial, res.Counters.Settled
	}
	run.Total, run.Gates = res.Total, res.Gates
	m.state.Results, m.state.Live = res, nil
	m.see(evidence)
	m.state.Run = views.RunView{Run: run, Phase: phaseOf(msg)}
	m.changed()
	if msg.err != nil {
		m.state.Run.Err = flat(msg.err)
		m.over, m.note = m.troublePage(aboutRun, msg.err), note{}
		return m.loadRuns()
	}
	m.announce(&run)
	return m.loadRuns()
}

// announce says that a run has ended and where to look next.
func (m *model) announce(run *audit.Run) {
	deviations := count(run.Total.Deviations())
	if run.State != audit.RunComplete {
		m.warn(say(m.say.EndedPartial, deviations))
		return
	}
	text := say(m.say.EndedComplete, deviations)
	i := m.at.find(driftScreen)
	if i >= 0 && i != m.at.here.screen && m.menuKey(i) != "" && !m.cfg.Plain {
		text += m.state.Words.Host.Also + say(m.say.EndedNext, m.menuKey(i), m.at.screens[i].Title(&m.state))
	}
	if i >= 0 && m.cameFrom() {
		text += m.state.Words.Host.Also + m.state.Words.Work.ThenCompare
	}
	m.cheer(text)
}
