package views

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"oobscope/audit"
)

// Timeline is the runs of a site over time: what each found and how much of the policy it tested, what changed from
// one to the next, and how each rule fared. A run that tested less never looks like an improvement: its coverage
// stands beside its counts, and a count that rests on less is marked.
type Timeline struct {
	site  string
	grid  Grid
	words *Words

	made   timelineKey
	sites  []string
	trend  audit.Trend
	widest int  // the most lines that one of the runs had
	signed bool // the last drawing wrote changes as signs
}

// timelineKey is all that a trend depends on.
type timelineKey struct {
	gen  uint64
	site string
	n    int
}

// timelineMost is how many runs are looked at; older ones are on the screen of runs.
const timelineMost = 200

// NewTimeline makes the screen.
func NewTimeline() *Timeline { return &Timeline{} }

// Open implements Opener: arg is the name of a site; empty is that of the newest run.
func (v *Timeline) Open(_ *State, arg string) { v.site = arg }

// Name implements Screen.
func (v *Timeline) Name() string { return "timeline" }

// Title implements Screen.
func (v *Timeline) Title(s *State) string { return s.Words.Timeline.Name }

// Filter implements Screen: the timeline shows all runs of a site.
func (v *Timeline) Filter(*State, string) {}

// Keys implements Screen.
func (v *Timeline) Keys(s *State) []Key {
	w := s.Words
	r := v.current(s)
	start := Key{"r", w.Key.Start}
	if r == nil {
		if asked(s).Kind == Start {
			return []Key{start}
		}
		return nil
	}
	keys := []Key{{"enter", w.Key.Open}}
	if comparable(s, r) {
		keys = append(keys, Key{"d", w.Timeline.Hold})
	}
	if len(v.sites) > 1 {
		keys = append(keys, Key{"tab", w.Timeline.NextSite})
	}
	if asked(s).Kind == Start {
		keys = append(keys, start)
	}
	return append(append(keys, Key{"y", w.Runs.CopyID}), MoveKeysFor(w, len(v.trend.Runs))...)
}

// Press implements Screen.
func (v *Timeline) Press(s *State, key string) Action {
	r := v.current(s)
	switch {
	case key == "r":
		return asked(s)
	case r == nil:
	case key == "enter":
		return Action{Kind: OpenRun, Arg: r.ID}
	case key == "y":
		return Action{Kind: Copy, Text: r.ID}
	case key == "d":
		return compareWith(s, r)
	case key == "tab", key == "shift+tab":
		v.turn(key == "tab")
	default:
		v.grid.Press(key, len(v.trend.Runs))
	}
	return Action{}
}

// turn goes to the next site that has runs.
func (v *Timeline) turn(forward bool) {
	n := len(v.sites)
	if n < 2 {
		return
	}
	i := slices.Index(v.sites, v.site)
	if forward {
		i++
	} else {
		i += n - 1
	}
	v.site, v.grid.Cursor = v.sites[i%n], 0
}

// refresh follows the list of runs.
func (v *Timeline) refresh(s *State) {
	key := timelineKey{s.Generation, v.site, len(s.Runs)}
	if v.made == key && v.words == s.Words {
		return
	}
	v.sites = nil
	for i := range s.Runs {
		if r := &s.Runs[i]; r.State != audit.RunRunning && r.Again == "" && !slices.Contains(v.sites, r.Site) {
			v.sites = append(v.sites, r.Site)
		}
	}
	if !slices.Contains(v.sites, v.site) {
		v.site = ""
		if len(v.sites) > 0 {
			v.site = v.sites[0]
		}
	}
	v.trend, v.widest = audit.TrendOf(s.Runs, v.site, timelineMost), 1
	for i := range v.trend.Runs {
		v.widest = max(v.widest, v.trend.Runs[i].Total.Flows())
	}
	key.site = v.site
	v.made = key
	if v.words != s.Words {
		v.words, v.grid.Columns = s.Words, timelineColumns(s.Words)
		v.grid.Relayout()
	}
}

// at is run i of the list, the newest first; older is the one before it, nil if there is none.
func (v *Timeline) at(i int) (r, older *audit.Run) {
	k := len(v.trend.Runs) - 1 - i
	if k > 0 {
		older = &v.trend.Runs[k-1]
	}
	return &v.trend.Runs[k], older
}

// current is the run under the cursor; nil if there is none.
func (v *Timeline) current(s *State) *audit.Run {
	v.refresh(s)
	n := len(v.trend.Runs)
	if n == 0 {
		return nil
	}
	r, _ := v.at(max(0, min(v.grid.Cursor, n-1)))
	return r
}

// Render implements Screen.
func (v *Timeline) Render(s *State, w, h int) string {
	r := v.current(s)
	tw := &s.Words.Timeline
	if r == nil {
		text := toFirstStored(s)
		if s.Reading {
			text = s.Words.First.Reading
		}
		return s.Theme.Frame(append([]string{s.Theme.Heading(tw.Name, "", w)}, Wrap(text, w)...), w, h)
	}
	n := len(v.trend.Runs)
	right := v.grid.Position(n)
	if len(v.sites) > 1 {
		right = fmt.Sprintf(tw.SiteOf, Count(slices.Index(v.sites, v.site)+1), Count(len(v.sites))) + "  " + right
	}
	lines := []string{s.Theme.Heading(tw.Name+" "+v.site, right, w)}
	detail := v.detail(s, w)
	rules := min(len(v.trend.Rules)+2, max(4, h/3))
	room := max(2, h-len(lines)-len(detail)-rules)
	if h < 12 {
		rules, room = 0, max(2, h-len(lines))
	}
	v.signed = false
	lines = append(lines, v.grid.Lines(s.Theme, n, w, min(n+1, room), func(i int, c []Cell) { v.row(s, i, c) })...)
	lines = append(lines, detail...)
	if rules > 0 {
		lines = append(lines, v.rules(s, w, h-len(lines))...)
	}
	return s.Theme.Frame(lines, w, h)
}

func timelineColumns(w *Words) []Column {
	hd, tw := &w.Head, &w.Timeline
	return []Column{
		{Title: hd.Started, Min: 16}, {Title: hd.State, Min: max(13, Width(hd.State)), Drop: 2}, {Title: tw.Tested, Min: max(13, Width(tw.Tested))},
		{Title: hd.Deviations, Min: max(6, Width(hd.Deviations)), Align: Right}, {Title: tw.BySeverity, Min: 16, Max: 40, Weight: 1, Drop: 1},
		{Title: tw.Since, Min: 19, Max: 60, Weight: 2},
	}
}

func (v *Timeline) row(s *State, i int, c []Cell) {
	r, older := v.at(i)
	c[0].Text = r.Started.UTC().Format("2006-01-02 15:04")
	if r.ID == s.Run.ID && s.Run.Phase != RunNone {
		c[0].Ink = s.Theme.Accent
	}
	c[1] = runState(s, r)
	c[2] = testedCell(s, r, older, v.widest)
	c[3].Text = Count(r.Total.Deviations())
	c[4].Text = bySeverity(&r.Total)
	c[5] = v.since(s, r, older, v.grid.widths[5])
}

// testedCell is how much a run tested, as a share of the widest run, and a mark if it tested fewer flows than the run
// before: then fewer deviations are no improvement. As a share of its own lines, a run of three flows would look
// complete.
func testedCell(s *State, r, older *audit.Run, widest int) Cell {
	c := r.Total.Coverage()
	share := strconv.Itoa(Percent(c.Tested, widest)) + "%"
	if c.Tested > 0 && share == "0%" {
		share = "<1%"
	}
	text := FitRight(share, 4)
	if s.Theme.Spoken != nil {
		text = strings.TrimSpace(text)
	} else {
		text = ansi.Strip(s.Theme.Bar(float64(c.Tested)/float64(widest), coverageBar)) + " " + text
	}
	if older != nil && testedLess(r, older) {
		return Cell{join(" ", text, s.Theme.Glyph.Down, spokenOnly(s, s.Words.Timeline.Less)), s.Theme.Warn}
	}
	return Cell{Text: text}
}

// coverageBar is the width of the bar of the share that a run tested.
const coverageBar = 5

// spokenOnly is a word for a sign that is not said.
func spokenOnly(s *State, word string) string {
	if s.Theme.Spoken == nil {
		return ""
	}
	return word
}

// testedLess tells whether a run tested fewer flows than another.
func testedLess(r, than *audit.Run) bool {
	return r.Total.Coverage().Tested < than.Total.Coverage().Tested
}

// bySeverity counts deviations by their severity: "5:2 4:13".
func bySeverity(y *audit.Tally) string {
	out := ""
	for sev := 5; sev > 0; sev-- {
		if n := y.BySeverity[sev]; n > 0 {
			out = join(" ", out, strconv.Itoa(sev)+":"+Count(n))
		}
	}
	return orText(out, "-")
}

// began is when a run of the site began; empty for one that is not among them.
func (v *Timeline) began(id string) string {
	i := slices.IndexFunc(v.trend.Runs, func(r audit.Run) bool { return r.ID == id })
	if i < 0 {
		return ""
	}
	return v.trend.Runs[i].Started.UTC().Format("2006-01-02 15:04")
}

// since is what changed from the run before, in w columns: in words where they fit, else by the signs that the foot
// explains.
func (v *Timeline) since(s *State, r, older *audit.Run, w int) Cell {
	tw := &s.Words.Timeline
	switch {
	case older == nil && r.Since == nil:
		return Cell{tw.First, s.Theme.Dim}
	case r.Since == nil:
		return Cell{tw.NotCompared, s.Theme.Dim}
	}
	d, ink := r.Since, s.Theme.Body
	if d.New+d.Updated > 0 {
		ink = s.Theme.Bad
	} else if d.Uncovered > 0 {
		ink = s.Theme.Warn
	}
	words := sinceWords(s.Words, d)
	if words == "" {
		words, ink = tw.Same, s.Theme.Dim
	}
	if began := v.began(d.Against); older != nil && older.ID != d.Against && began != "" {
		long := join(s.Words.Host.Comma, words, fmt.Sprintf(tw.SinceWhen, began)) // not the run in the line below
		if Width(long) <= w || s.Theme.Spoken != nil {
			words = long
		}
	}
	if Width(words) <= w || s.Theme.Spoken != nil {
		return Cell{words, ink}
	}
	short := ""
	for _, p := range [...]struct {
		sign string
		n    int
	}{{"+", d.New}, {"~", d.Updated}, {"?", d.Uncovered}, {"-", d.Absent}} {
		if p.n > 0 {
			short = join(" ", short, p.sign+Count(p.n))
		}
	}
	v.signed = v.signed || short != ""
	return Cell{orText(short, words), ink}
}

// sinceWords are the changes in words, what matters first; empty if nothing changed.
func sinceWords(w *Words, d *audit.RunDrift) string {
	out, tw := "", &w.Timeline
	for _, p := range [...]struct {
		format string
		n      int
	}{{tw.New, d.New}, {tw.Updated, d.Updated}, {tw.Uncovered, d.Uncovered}, {tw.Absent, d.Absent}} {
		if p.n > 0 {
			out = join(w.Host.Comma, out, fmt.Sprintf(p.format, Count(p.n)))
		}
	}
	return out
}
