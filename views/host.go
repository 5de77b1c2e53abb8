package views

import (
	"fmt"
	"net/netip"

	"oobscope/audit"
	"oobscope/probes"
)

// Host is one host: what is known of it, and all of its flows.
type Host struct {
	addr  string
	list  list
	still still
	width int // for which the columns were chosen

	results *audit.Results
	host    int      // in the plan; -1 if it is not in it
	left    [][2]int // lines about it that cannot be tested: set of Scope.Left, number in it
}

// NewHost makes the screen; Open says which host it is about.
func NewHost() *Host { return &Host{host: -1} }

// Open implements Opener: arg is an address.
func (v *Host) Open(_ *State, arg string) {
	if v.addr != arg {
		v.list.Cursor = 0
	}
	v.addr, v.results = arg, nil
	v.list.Close()
	v.list.jumps.close()
	v.still.touch()
}

// Name implements Screen.
func (v *Host) Name() string { return "host" }

// Title implements Screen.
func (v *Host) Title(s *State) string {
	if v.addr == "" {
		return s.Words.Name.Host
	}
	return s.Words.Name.Host + " " + Safe(v.addr)
}

// Filter implements Screen: it narrows the flows.
func (v *Host) Filter(_ *State, query string) {
	v.list.filter(query)
	v.still.touch()
}

// Kept implements Keeper.
func (v *Host) Kept() string { return v.list.Kept() }

// Restore implements Keeper.
func (v *Host) Restore(kept string) {
	v.list.Restore(kept)
	v.still.touch()
}

// Grammar implements Queried.
func (v *Host) Grammar(s *State) *Grammar { return flowGrammar(inForce(s), s.Words) }

// Keys implements Screen.
func (v *Host) Keys(s *State) []Key {
	w := s.Words
	v.locate(s)
	if v.empty(s) != "" {
		return nil
	}
	v.pick(s)
	if v.list.over() {
		return v.list.keys(s)
	}
	var keys []Key
	if i := v.list.chosen(); i >= 0 {
		f := v.finding(i)
		if !f.Left {
			keys = append(keys, Key{"enter", w.Key.OpenEvidence})
		}
		keys = append(keys, Key{"y", w.Key.CopyRow})
		if f.Rule >= 0 {
			keys = append(keys, Key{"u", w.Key.OpenRule})
		}
		keys = append(keys, Key{"m", w.Key.Heat})
	}
	return append(keys, v.list.keys(s)...)
}

// pick applies filter and order to the flows.
func (v *Host) pick(s *State) {
	sc := v.results.Scope
	v.list.pick(rows{n: v.flows(), gen: s.Generation, words: s.Words, columns: v.columns,
		grammar: func() *Grammar { return v.Grammar(s) },
		facts: func(i int, f *Facts) {
			line := v.finding(i)
			flowFacts(s, sc, &line, f)
		},
		compare: func(column string, a, b int) int {
			x, y := v.finding(a), v.finding(b)
			return compareFlows(s, column, &x, &y)
		},
		row: func(i int, c []Cell) {
			f := v.finding(i)
			v.fill(s, &f, c)
		},
		about: func(i int) subject {
			f := v.finding(i)
			a := aboutFlow(s, &f)
			a.at, a.host = "host", v.addr
			return a
		}})
}

// locate finds the host in the plan, once for each run on screen.
func (v *Host) locate(s *State) {
	if v.results == s.Results {
		return
	}
	v.results, v.host, v.left = s.Results, -1, nil
	a, err := netip.ParseAddr(v.addr)
	if err != nil || s.Results == nil {
		return
	}
	sc, n := s.Results.Scope, 0
	for g := range sc.Plan.Groups {
		for i, b := range sc.Plan.Groups[g].Addrs {
			if a == b {
				v.host = n + i
			}
		}
		n += len(sc.Plan.Groups[g].Addrs)
	}
	for k := range sc.Left {
		for i, b := range sc.Left[k].Addrs {
			if a == b {
				v.left = append(v.left, [2]int{k, i})
			}
		}
	}
}

// flows is how many lines there are: those of the plan, then those that cannot be tested.
func (v *Host) flows() int {
	if v.host < 0 {
		return len(v.left)
	}
	return v.results.Scope.Plan.Host(v.host).Count + len(v.left)
}

// walk are the flows of the plan among the lines, in the order in which they are listed.
func (v *Host) walk() []probes.FlowID {
	var out []probes.FlowID
	for i := range v.list.kept() {
		if f := v.finding(v.list.picks.Row(i)); !f.Left {
			out = append(out, f.Flow)
		}
	}
	return out
}

func (v *Host) finding(i int) audit.Finding {
	if v.host >= 0 {
		h := v.results.Scope.Plan.Host(v.host)
		if i < h.Count {
			return findingOf(v.results, h.First+probes.FlowID(i))
		}
		i -= h.Count
	}
	return leftFinding(v.results.Scope, v.left[i][0], v.left[i][1])
}

// Render implements Screen.
func (v *Host) Render(s *State, w, h int) string {
	return v.still.show(s, w, h, func() string {
		v.locate(s)
		if empty := v.empty(s); empty != "" {
			return s.Theme.Frame(append([]string{s.Theme.Heading(v.Title(s), "", w)}, Wrap(empty, w)...), w, h)
		}
		if w != v.width {
			v.width, v.list.words = w, nil // columns differ by width
		}
		v.pick(s)
		if v.list.over() {
			return v.list.look(s, w, h)
		}
		return s.Theme.Frame(v.lines(s, w, h), w, h)
	})
}

func (v *Host) empty(s *State) string {
	switch {
	case s.Results == nil:
		return toFirstRun(s)
	case v.addr == "":
		return s.Words.Host.Usage
	case v.host < 0 && len(v.left) == 0:
		return s.Words.Empty.NoHost
	}
	return ""
}

func (v *Host) lines(s *State, w, h int) []string {
	n := v.list.kept()
	out := []string{s.Theme.Heading(v.Title(s), v.standing(s), w)}
	if v.host >= 0 {
		facts := s.Theme.Fields(v.facts(s), w)
		if len(facts)+n+6 > h { // the flows come first: facts that find no room give way from the end
			facts = facts[:max(0, min(len(facts), h-8))]
		}
		out = append(append(out, facts...), s.Theme.Heading(s.Words.Head.Flows, v.list.Position(n), w))
	}
	var foot []string
	if h >= 12 && n > 0 {
		f := v.finding(v.list.chosen())
		foot = footOf(s, &f, w)
	}
	if n == 0 {
		return append(out, Wrap(v.list.none(s), w)...)
	}
	out = append(out, v.list.draw(s.Theme, w, h-len(out)-len(foot))...)
	for len(out) < h-len(foot) {
		out = append(out, "")
	}
	return append(out, foot...)
}

// standing is the mark of the host and what is being done with it.
func (v *Host) standing(s *State) string {
	if v.host < 0 {
		return ""
	}
	mark, w := v.results.Marks[v.host], s.Words
	text := join(" ", s.Theme.Mark(mark).Sign, w.Mark[mark])
	switch {
	case mark == audit.MarkWaiting:
		text = ""
	case mark >= audit.MarkInfo:
		text = fmt.Sprintf(w.Diff.Worst, text)
	}
	switch {
	case s.Live != nil && s.Live.Active(v.host):
		return join(w.Host.Comma, text, w.Host.Active)
	case v.results.Hosts[v.host].Flags&probes.HostDone != 0:
		return join(w.Host.Comma, text, w.Host.Done)
	}
	return join(w.Host.Comma, text, w.Host.Waiting)
}

// facts are what is known of the host beside its flows; each says what it means.
func (v *Host) facts(s *State) [][2]string {
	w := &s.Words.Host
	r := v.results
	h := r.Scope.Plan.Host(v.host)
	pc := &r.Scope.Places[h.Group]
	state := r.Hosts[v.host]
	aliveBy := ""
	if h.Count > 0 {
		aliveBy = r.Finding(h.First).AliveBy
	}
	path := w.NotEnforced
	if pc.Enforced {
		path = w.Enforced
	}
	return [][2]string{
		{w.State, join(w.Also, fmt.Sprintf(w.Place, pc.Role, pc.Zone), quietOf(w, state))},
		{w.Alive, aliveOf(w, aliveBy)},
		{w.Refusal, honestyOf(w, state)},
		{w.Control, controlOf(w, state)},
		{w.Path, path},
	}
}

func quietOf(w *HostWords, state probes.HostState) string {
	if state.Flags&probes.HostQuiet != 0 {
		return w.Quiet
	}
	return ""
}

// aliveOf says what proves that the host is alive; by is audit.Finding.AliveBy.
func aliveOf(w *HostWords, by string) string {
	switch by {
	case "":
		return w.NotProved
	case "control":
		return w.AliveControl
	}
	return fmt.Sprintf(w.AliveBy, by)
}

func honestyOf(w *HostWords, state probes.HostState) string {
	switch {
	case state.Flags&probes.HostFakesOpen != 0:
		return w.FakesOpen
	case state.Flags&probes.HostHonest != 0:
		return w.Honest
	}
	return w.NotAsked
}

func controlOf(w *HostWords, state probes.HostState) string {
	control := w.NoControl
	if state.ControlSent > 0 {
		control = agreed(w.ControlLost, state.ControlLost, state.ControlSent)
	}
	if state.Flags&probes.HostUDPControl != 0 {
		return control + w.Also + w.UDPControl
	}
	return control + w.Also + w.NoUDPControl
}

// columns leave out the host: the page is about it.
func (v *Host) columns(w *Words) []Column {
	cols := flowColumns(w, 1, v.width)[:flowRTT+1]
	for i := range cols {
		cols[i].ID = flowIDs[i]
	}
	cols[flowSev].Falls, cols[flowVerdict].Falls, cols[flowRTT].Falls = true, true, true
	cols[flowPort].Drop, cols[flowReason].Drop = 0, 3
	return cols[flowService:]
}

func (v *Host) fill(s *State, f *audit.Finding, c []Cell) {
	var all [flowRTT + 1]Cell
	fillFlow(s, f, v.width >= wideSeverity || v.list.Open(), all[:])
	all[flowRule].Text = deciderOf(v.results.Scope, f.Rule)
	copy(c, all[flowService:])
}

// Press implements Screen.
func (v *Host) Press(s *State, key string) Action {
	v.still.touch()
	v.locate(s)
	if v.empty(s) != "" {
		return Action{}
	}
	v.pick(s)
	if a, mine := v.list.press(s, key); mine || v.list.kept() == 0 {
		return a
	}
	f := v.finding(v.list.chosen())
	switch key {
	case "enter":
		a := openFlow(s, &f)
		if a.Kind == Goto {
			a.Flows = v.walk()
		}
		return a
	case "m":
		return Action{Kind: Goto, To: "map", Arg: v.addr}
	case "u":
		if f.Rule >= 0 {
			return openRule(f.Rule)
		}
	case "y":
		return Action{Kind: Copy, Arg: s.Words.Diff.OneLine, Text: recordOf(&f)}
	}
	return Action{}
}
