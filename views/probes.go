package views

import (
	"fmt"
	"slices"
)

// Probes is the run as it goes: figures, what each service said, and every host at a glance. Before a run it
// is the plan: what would be sent, to whom and how fast.
type Probes struct {
	heat  Heat
	count classCount
	pane  probesPane
	still still
	plan  page

	services list
	jumps    jumpList // of the host under the cursor
	width    int      // of the last drawing
	exact    bool     // the table of services was made for whole numbers
}

// probesPane is what the room below the figures is given to.
type probesPane uint8

const (
	servicesAndHosts probesPane = iota
	servicesOnly
	hostsOnly
	probesPanes
)

// NewProbes makes the screen.
func NewProbes() *Probes { return &Probes{} }

// Name implements Screen.
func (p *Probes) Name() string { return "probes" }

// Title implements Screen.
func (p *Probes) Title(s *State) string { return s.Words.Name.Probes }

// Filter implements Screen: it narrows the table of services.
func (p *Probes) Filter(_ *State, query string) {
	p.services.filter(query)
	p.jumps.close()
	p.still.touch()
}

// Kept implements Keeper.
func (p *Probes) Kept() string { return p.services.Kept() }

// Restore implements Keeper.
func (p *Probes) Restore(kept string) {
	p.services.Restore(kept)
	p.still.touch()
}

// Keys implements Screen.
func (p *Probes) Keys(s *State) []Key {
	w := s.Words
	switch {
	case s.Results == nil:
		var keys []Key
		if asked(s).Kind == Start {
			keys = append(keys, Key{"r", w.Key.Start})
		}
		return append(keys, p.plan.keys(w)...)
	case p.jumps.open():
		return p.jumps.keys(w)
	case p.services.over():
		return p.services.keys(s)
	}
	keys := runKeys(s)
	next := [...]string{w.Probes.ShowServices, w.Probes.ShowHosts, w.Probes.ShowBoth}[p.pane]
	keys = append(keys, Key{"tab", next})
	if p.pane == servicesOnly {
		return append(keys, p.services.keys(s)...)
	}
	if n := len(s.Results.Marks); n > 0 {
		keys = append(keys, Key{"n", w.Probes.NextWorst}, Key{"enter", w.Key.OpenHost}, Key{"m", w.Key.Heat})
		if n > 1 {
			keys = append(keys, Key{"h/j/k/l", w.Key.Move}, Key{"g/G", w.Key.Ends})
		}
		if host := p.heat.Host(s.Results.Marks); host >= 0 {
			keys = append(keys, p.jumps.offer(s, aboutHost(s, s.Results.Scope.Plan.Host(host).Addr.String()))...)
		}
	}
	if p.pane == servicesAndHosts {
		keys = append(keys, p.tableKeys(w)...)
	}
	return keys
}

// runKeys are the keys of the run: stop and freeze it, or start one.
func runKeys(s *State) []Key {
	w := &s.Words.Key
	var keys []Key
	switch {
	case s.Run.Phase == RunLive:
		keys = []Key{{"x/esc", w.Cancel}}
	case asked(s).Kind == Start:
		keys = []Key{{"r", w.Start}}
	}
	if live(s) {
		freeze := w.Freeze
		if s.Run.Frozen {
			freeze = w.Thaw
		}
		keys = append(keys, Key{"f", freeze})
	}
	return keys
}

// tableKeys are the keys of the table of services while its rows have no cursor.
func (p *Probes) tableKeys(w *Words) []Key {
	return slices.DeleteFunc(p.services.ArrangeKeys(w, p.services.kept()), func(k Key) bool { return k.Keys == "i" })
}

func live(s *State) bool { return s.Run.Phase == RunLive || s.Run.Phase == RunStopping }

// Render implements Screen.
func (p *Probes) Render(s *State, w, h int) string {
	return p.still.show(s, w, h, func() string {
		var out []string
		if s.Results == nil {
			return s.Theme.Frame(append(out, p.planned(s, w, h-len(out))...), w, h)
		}
		p.width = w
		p.count.update(s)
		p.pickServices(s)
		switch {
		case p.jumps.open():
			return p.jumps.view(s, w, h)
		case p.services.over():
			return p.services.look(s, w, h)
		}
		out = append(out, p.figures(s, w)...)
		return s.Theme.Frame(append(out, p.panes(s, w, h-len(out))...), w, h)
	})
}

// figures are the heading, the progress and what it cost so far.
func (p *Probes) figures(s *State, w int) []string {
	words, c := s.Words, &s.Results.Counters
	o := &words.Overview
	phase := words.Phase[s.Run.Phase]
	switch {
	case s.Run.Frozen && live(s):
		phase = words.Console.Frozen + words.Host.Comma + phase
	case s.Run.Phase == RunEnded && s.Run.State != "":
		phase += words.Host.Comma + words.RunState[s.Run.State]
	}
	out := []string{s.Theme.Heading(p.Title(s), phase, w)}
	share := 0.0
	if c.Flows > 0 {
		share = float64(c.Settled) / float64(c.Flows)
	}
	pieces := []string{
		s.Theme.Bar(share, min(24, w/3)),
		s.Theme.Bold.On(fmt.Sprintf(words.Probes.Flows, Count(c.Settled), Count(c.Flows), Percent(c.Settled, c.Flows))),
	}
	if s.Run.Phase == RunLive {
		pieces = append(pieces, fmt.Sprintf(o.RatePerSecond, rateOf(s.Run.Rate)))
		if s.Run.Left > 0 {
			pieces = append(pieces, fmt.Sprintf(o.LeftFor, words.Time.Span(s.Run.Left)))
		}
	}
	if live(s) {
		pieces = append(pieces, fmt.Sprintf(o.Elapsed, words.Time.Span(c.Elapsed)),
			fmt.Sprintf(words.Probes.HostsDone, Count(c.Finished), Count(c.Active), Count(c.Hosts)))
	} else {
		pieces = append(pieces, fmt.Sprintf(words.Probes.Took, words.Time.Span(c.Elapsed)),
			fmt.Sprintf(words.Probes.HostsEnded, Count(c.Finished), Count(c.Hosts)))
	}
	pieces = append(append(pieces, costs(s)...), sending(s)...)
	out = append(append(out, packed(pieces, w)...), slowness(s, w)...)
	if s.Run.Phase == RunFailed {
		out = append(out, s.Theme.Bad.On(Cut(Safe(fmt.Sprintf(o.Failed, s.Run.Err)), w)))
	}
	return append(out, p.alarms(s, w)...)
}

// costs are packets and conversations; while a run is on, against its budget. Later the budget is that of
// the next run.
func costs(s *State) []string {
	w, c := s.Words, &s.Results.Counters
	if !live(s) || s.Budget.Packets == 0 {
		return []string{
			w.Overview.Packets + " " + Count(int(c.Packets)), w.Overview.Conversations + " " + Count(int(c.Conversations)),
		}
	}
	return []string{
		fmt.Sprintf(w.Probes.Packets, Count(int(c.Packets)), Count(int(s.Budget.Packets))),
		fmt.Sprintf(w.Probes.Conversations, Count(int(c.Conversations)), Count(int(s.Budget.Conversations))),
	}
}

// rateOf writes a rate without false precision.
func rateOf(r float64) string {
	if r < 10 {
		return fmt.Sprintf("%.1f", r)
	}
	return Count(int(r))
}

// alarms are the gates that failed: what they say holds for every line of the run.
func (p *Probes) alarms(s *State, w int) []string {
	var out []string
	g, words := &s.Results.Gates, &s.Words.Probes
	add := func(text string) {
		for _, line := range Wrap(s.Theme.Glyph.Cross+" "+text, w) {
			out = append(out, s.Theme.Bad.On(line))
		}
	}
	if len(g.CanaryAnswered) > 0 {
		add(words.Answering)
	}
	if len(g.CanarySpoke) > 0 {
		add(impostors(s.Words, g))
	}
	if g.Lossy() {
		add(fmt.Sprintf(words.Losing, Count(g.ControlLost), Count(g.ControlSent)))
	}
	if g.RefusedHere > 0 {
		add(agreed(s.Words.Proof.KeptBack, Count(int(g.RefusedHere))))
	}
	if g.Tainted() {
		add(fmt.Sprintf(words.Turned, Count(g.TaintLost), Count(g.TaintSent)))
	}
	return out
}

// hostRoom is the least that is worth drawing of the hosts: heading, two lines and the legend.
const hostRoom = 5

// panes fill the room below the figures.
func (p *Probes) panes(s *State, w, h int) []string {
	if h < 2 {
		return nil
	}
	var out []string
	if p.pane != hostsOnly {
		room := h
		if p.pane == servicesAndHosts {
			room = max(h-hostRoom, h/2)
		}
		out = p.table(s, w, room)
		if key := p.count.explained(s, w); len(out)+len(key)+p.wanted(s, w) <= h {
			out = append(out, key...)
		}
	}
	if p.pane != servicesOnly {
		out = append(out, p.hosts(s, w, h-len(out))...)
	}
	return out
}

// wanted is how many lines the hosts can make good use of.
func (p *Probes) wanted(s *State, w int) int {
	if p.pane == servicesOnly {
		return 0
	}
	const label = 20
	return hostRoom + min(12, len(s.Results.Marks)/max(16, w-label))
}

// hosts is the heat map under its heading, which names the chosen cell, and over its legend.
func (p *Probes) hosts(s *State, w, h int) []string {
	marks, plan := s.Results.Marks, s.Results.Scope.Plan
	if h < 3 || len(marks) == 0 {
		return nil
	}
	label := func(host int) string { return plan.Host(host).Addr.String() }
	legend := packed(p.heat.Legend(s.Theme, s.Words, marks), w)
	need := min(h/2, p.wanted(s, w)-hostRoom+1)
	legend = legend[:min(len(legend), max(1, h-1-need))]
	body := p.heat.Lines(s.Theme, marks, label, w, h-1-len(legend))
	out := append([]string{s.Theme.Heading(s.Words.Probes.Glance, p.chosen(s, label), w)}, body...)
	return append(out, legend...)
}

// chosen names the selected cell: its host, or the worst of its hosts and how many they are.
func (p *Probes) chosen(s *State, label func(int) string) string {
	marks := s.Results.Marks
	host := p.heat.Host(marks)
	if host < 0 {
		return ""
	}
	mark := s.Theme.Mark(marks[host]).Sign + " " + s.Words.Mark[marks[host]]
	text := label(host) + " " + mark
	if s.Live != nil && s.Live.Active(host) {
		text += s.Words.Host.Comma + s.Words.Probes.UnderWay
	}
	if first, end := p.heat.Cell(); end-first > 1 {
		text = fmt.Sprintf(s.Words.Probes.PerCell, Count(end-first)) + "  " + text
	}
	return text
}

// Press implements Screen.
func (p *Probes) Press(s *State, key string) Action {
	p.still.touch()
	if a, mine := p.pressLists(s, key); mine {
		return a
	}
	switch key {
	case "r":
		return asked(s)
	case "x", "esc":
		if s.Run.Phase == RunLive {
			return Action{Kind: Cancel}
		}
		return Action{}
	case "f":
		if live(s) {
			return Action{Kind: Freeze}
		}
		return Action{}
	}
	if s.Results == nil {
		p.plan.press(key)
		return Action{}
	}
	if key == "tab" {
		p.pane = (p.pane + 1) % probesPanes
		return Action{}
	}
	if p.pane == servicesOnly {
		return Action{}
	}
	switch key {
	case "m":
		return Action{Kind: Goto, To: "map"}
	case "n":
		p.heat.NextWorst(s.Results.Marks)
	case "enter":
		if host := p.heat.Host(s.Results.Marks); host >= 0 {
			return Action{Kind: Goto, To: "host", Arg: s.Results.Scope.Plan.Host(host).Addr.String()}
		}
	default:
		p.heat.Press(key)
	}
	return Action{}
}

// pressLists handles the keys of the table of services and of the jumps; false if the key is not theirs.
func (p *Probes) pressLists(s *State, key string) (Action, bool) {
	if s.Results == nil {
		return Action{}, false
	}
	p.count.update(s)
	p.pickServices(s)
	switch {
	case p.pane == servicesOnly || p.services.over():
		return p.services.press(s, key)
	case p.pane == servicesAndHosts && key != "i" && !sideways(key) && !p.jumps.open() && p.services.Arrange(key, p.services.kept()):
		return Action{}, true
	}
	host := p.heat.Host(s.Results.Marks)
	if host < 0 {
		return Action{}, false
	}
	return p.jumps.press(s, key, func() subject { return aboutHost(s, s.Results.Scope.Plan.Host(host).Addr.String()) })
}

// sideways tells whether a key belongs to the map of hosts, which moves in four directions.
func sideways(key string) bool { return key == "left" || key == "right" }
