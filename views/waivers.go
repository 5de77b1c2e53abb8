package views

import (
	"cmp"
	"fmt"
	"strconv"
	"time"

	"oobscope/audit"
)

// Waivers is the list of deviations that are accepted for a while: how each waiver stands, who asked for it and who
// agreed. What waits for somebody comes first.
type Waivers struct {
	list    list
	entries []waiverEntry
	made    waiversKey
	wanted  string // id to put the cursor on, once it is listed
}

// waiversKey is all that the entries depend on, beside the day.
type waiversKey struct {
	gen     uint64
	results *audit.Results
	day     string
}

// NewWaivers returns the screen.
func NewWaivers() *Waivers { return &Waivers{} }

// Name implements Screen.
func (v *Waivers) Name() string { return "waivers" }

// Title implements Screen.
func (v *Waivers) Title(s *State) string { return s.Words.Waivers.Name }

// Open implements Opener: arg is the id of a waiver to stand on; anything else is all of them.
func (v *Waivers) Open(_ *State, arg string) { v.wanted = arg }

// Filter implements Screen.
func (v *Waivers) Filter(_ *State, query string) { v.list.filter(query) }

// Kept implements Keeper.
func (v *Waivers) Kept() string { return v.list.Kept() }

// Restore implements Keeper.
func (v *Waivers) Restore(kept string) { v.list.Restore(kept) }

// Keys implements Screen.
func (v *Waivers) Keys(s *State) []Key {
	w := s.Words
	e := v.current(s)
	if e == nil || v.list.over() {
		return v.list.keys(s)
	}
	var keys []Key
	if e.use != nil && len(e.use.Flows) > 0 {
		keys = append(keys, Key{"enter", w.Waivers.OpenFlow})
	}
	if !underWay(s) {
		if e.pending() {
			keys = append(keys, Key{"A", w.Waivers.Approve})
		}
		if e.kept && e.stands != standsWithdrawn {
			keys = append(keys, Key{"U", w.Take.Withdraw})
		}
	}
	keys = append(keys, Key{"y", w.Waivers.CopyLine})
	return append(keys, v.list.keys(s)...)
}

// underWay tells whether a run is on: nothing of its results may change but by what it sees.
func underWay(s *State) bool { return s.Run.Phase == RunLive || s.Run.Phase == RunStopping }

// Press implements Screen.
func (v *Waivers) Press(s *State, key string) Action {
	e := v.current(s)
	if a, mine := v.list.press(s, key); mine {
		return a
	}
	switch {
	case e == nil:
	case key == "enter" && e.use != nil && len(e.use.Flows) > 0:
		return Action{Kind: Goto, To: "evidence", Arg: strconv.FormatUint(uint64(e.use.Flows[0]), 10), Flows: e.use.Flows}
	case key == "y":
		return Action{Kind: Copy, Text: waiverLine(s, e)}
	case key != "A" && key != "U":
	case underWay(s):
		return Action{Text: s.Words.Frame.NotWhileLive}
	case !e.kept && e.waiver.Origin == audit.WaiverInStore:
		return Action{Text: s.Words.Handover.ReadOnly}
	case !e.kept:
		return Action{Text: s.Words.Waivers.OnlyStored}
	case key == "A" && !e.pending():
		return Action{Text: s.Words.Waivers.OnlyRequested}
	case key == "A":
		return Action{Kind: Approve, Arg: e.waiver.ID}
	case e.stands == standsWithdrawn:
		return Action{Text: s.Words.Waivers.Mean[standsWithdrawn]}
	default:
		return Action{Kind: Withdraw, Arg: e.waiver.ID}
	}
	return Action{}
}

// Grammar implements Queried.
func (v *Waivers) Grammar(s *State) *Grammar {
	if v.gather(s); len(v.entries) == 0 {
		return nil // there is no list yet
	}
	g := NewGrammar(s.Words, ByState, ByHost, ByService, ByVerdict, ByRule, BySite, ByRun)
	g.known[ByState] = nil // those of a run are none of a waiver
	for i := range WaiverStanding(waiverStandings) {
		g.Know(ByState, i.slug())
	}
	for i := range v.entries {
		e := &v.entries[i]
		g.Know(ByService, e.waiver.Service)
		g.Know(ByRule, e.waiver.Rule)
		g.Know(BySite, e.site)
		if e.record != nil {
			g.Know(ByRun, e.record.Run)
		}
	}
	return g
}

// waiverFacts is what a filter may ask of a waiver.
func waiverFacts(s *State, e *waiverEntry, f *Facts) {
	w := e.waiver
	f.Host, f.HostText = w.Target, w.Target.String()
	f.Of[ByState] = lines(e.stands.slug(), s.Words.Waivers.State[e.stands])
	f.Of[ByService], f.Of[ByVerdict], f.Of[ByRule], f.Of[BySite] = w.Service, w.Verdict, w.Rule, e.site
	if e.record != nil {
		f.Of[ByRun] = e.record.Run
	}
	f.Text = lines(w.ID, f.Of[ByState], f.HostText, w.Service, w.Verdict, w.Rule, w.Reason, w.Ticket, w.RequestedBy, w.ApprovedBy, day(w.Expires))
}

// compareWaivers compares two waivers by a column.
func compareWaivers(column string, a, b *waiverEntry) int {
	switch column {
	case "waiver":
		return byText(a.waiver.ID, b.waiver.ID)
	case "state":
		return cmp.Compare(a.stands, b.stands)
	case "host":
		return a.waiver.Target.Compare(b.waiver.Target)
	case "service":
		return byText(a.waiver.Service, b.waiver.Service)
	case "verdict":
		return byText(a.waiver.Verdict, b.waiver.Verdict)
	case "until":
		return a.waiver.Expires.Compare(b.waiver.Expires)
	case "requested":
		return byText(a.waiver.RequestedBy, b.waiver.RequestedBy)
	case "approved":
		return byText(a.waiver.ApprovedBy, b.waiver.ApprovedBy)
	}
	return 0
}

// gather follows what the store and the run say.
func (v *Waivers) gather(s *State) {
	key := waiversKey{s.Generation, s.Results, day(s.Now.UTC())}
	if v.made != key || v.entries == nil {
		v.made, v.entries = key, waiverEntries(s)
	}
}

// current is the waiver under the cursor; nil if there is none.
func (v *Waivers) current(s *State) *waiverEntry {
	v.gather(s)
	v.list.pick(rows{n: len(v.entries), gen: s.Generation, words: s.Words, columns: waiverColumns,
		grammar: func() *Grammar { return v.Grammar(s) },
		facts:   func(i int, f *Facts) { waiverFacts(s, &v.entries[i], f) },
		compare: func(column string, a, b int) int { return compareWaivers(column, &v.entries[a], &v.entries[b]) },
		row:     func(i int, c []Cell) { waiverRow(s, &v.entries[i], c) },
		about:   func(i int) subject { return aboutWaiver(s, &v.entries[i]) }})
	v.seek()
	if i := v.list.chosen(); i >= 0 {
		return &v.entries[i]
	}
	return nil
}

// seek puts the cursor on the waiver that the screen was opened for, once it is there.
func (v *Waivers) seek() {
	for i := 0; i < v.list.kept() && v.wanted != ""; i++ {
		if v.entries[v.list.picks.Row(i)].waiver.ID == v.wanted {
			v.list.Cursor, v.wanted = i, ""
		}
	}
}

// aboutWaiver is a waiver as a subject.
func aboutWaiver(s *State, e *waiverEntry) subject {
	if e.use != nil && len(e.use.Flows) > 0 {
		return aboutFlowID(s, e.use.Flows[0])
	}
	return nothing()
}

func waiverColumns(w *Words) []Column {
	hd, ww := &w.Head, &w.Waivers
	state := Width(hd.State)
	for _, word := range ww.State {
		state = max(state, Width(word)+2)
	}
	return []Column{
		{ID: "waiver", Title: ww.Name, Min: max(11, Width(ww.Name)), Max: 24, Weight: 1}, {ID: "state", Title: hd.State, Min: state},
		{ID: "host", Title: hd.Host, Min: 13, Max: 39, Weight: 2}, {ID: "service", Title: hd.Service, Min: 11, Max: 16, Weight: 1},
		{ID: "until", Title: ww.Until, Min: 10}, {ID: "requested", Title: ww.Requested, Min: 12, Max: 24, Weight: 1},
		{ID: "approved", Title: ww.Approved, Min: 11, Max: 24, Weight: 1, Drop: 1}, {ID: "verdict", Title: hd.Verdict, Min: 14, Max: 16, Weight: 1, Drop: 2},
	}
}

func waiverRow(s *State, e *waiverEntry, c []Cell) {
	w := e.waiver
	c[0].Text, c[1] = w.ID, waiverLook(s, e.stands)
	c[2].Text, c[3].Text, c[4].Text = hostText(w), w.Service, day(w.Expires)
	c[5].Text, c[6].Text = orText(w.RequestedBy, "-"), orText(w.ApprovedBy, "-")
	c[7].Text = waivedVerdict(s, w)
	if e.stands == standsWithdrawn || e.stands == standsExpired {
		c[4].Ink = s.Theme.Dim
	}
}

// waiverLook is a standing with its sign: what waits, what counts, what does not.
func waiverLook(s *State, stands WaiverStanding) Cell {
	t, word := s.Theme, s.Words.Waivers.State[stands]
	switch stands {
	case standsRequested:
		return Cell{"? " + word, t.Accent}
	case standsActive:
		return Cell{t.Glyph.Check + " " + word, t.Good}
	case standsEnding:
		return Cell{"! " + word, t.Warn}
	case standsEarly, standsWithdrawn:
		return Cell{"- " + word, t.Dim}
	}
	return Cell{t.Glyph.Cross + " " + word, t.Warn}
}

// day is a day as waivers have them.
func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// hostText is the address; a waiver that is not valid may have none.
func hostText(w *audit.Waiver) string {
	if !w.Target.IsValid() {
		return "-"
	}
	return w.Target.String()
}

// waiverLine is a waiver for a message to somebody.
func waiverLine(s *State, e *waiverEntry) string {
	w := e.waiver
	return Safe(fmt.Sprintf("%s  %s  %s  %s  %s  %s - %s  %s", w.ID, e.stands.slug(), w.Verdict, w.Service, hostText(w), day(w.Starts), day(w.Expires), join(", ", w.Reason, w.Ticket)))
}
