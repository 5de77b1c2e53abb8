package views

import (
	"strings"
	"testing"

	"oobscope/audit"
)

// flowList is a screen made of every part of the foundation and nothing else, so that the parts are held to
// the same property tests and pictures as the real screens.
type flowList struct {
	grid  Grid
	picks Picks
	heat  Heat
	query string
}

func newFlowList(w *Words) *flowList {
	return &flowList{grid: Grid{Columns: []Column{
		{Title: w.Head.Host, Min: 11, Max: 39, Weight: 1},
		{Title: w.Head.Service, Min: 9, Max: 16, Weight: 1},
		{Title: w.Head.Verdict, Min: 10, Max: 16, Weight: 1},
		{Title: w.Head.Severity, Min: 8, Max: 12, Drop: 2},
		{Title: w.Head.Reason, Min: 10, Weight: 3, Drop: 1},
		{Title: w.Head.RTT, Min: 8, Align: Right, Drop: 3},
	}}}
}

func (f *flowList) Name() string                  { return "flowlist" }
func (f *flowList) Title(s *State) string         { return s.Words.Name.Hosts }
func (f *flowList) Keys(s *State) []Key           { return MoveKeys(s.Words) }
func (f *flowList) Filter(_ *State, query string) { f.query = query }

func (f *flowList) Press(_ *State, key string) Action {
	if !f.heat.Press(key) {
		f.grid.Press(key, f.picks.Len())
	}
	return Action{}
}

func (f *flowList) Render(s *State, w, h int) string {
	if s.Results == nil {
		return s.Theme.Frame(Wrap(s.Words.Empty.NoRun, w), w, h)
	}
	grammar := func() *Grammar { return NewGrammar(s.Words, ByVerdict, BySeverity) }
	f.picks.Apply(grammar, picksKey{text: f.query, n: len(s.Results.Judged), gen: s.Generation}, func(i int, facts *Facts) {
		facts.Text = s.Results.Judged[i].Verdict.String()
		facts.Of[ByVerdict], facts.Severity = facts.Text, s.Results.Judged[i].Severity
	})
	label := func(host int) string { return s.Scope.Plan.Host(host).Addr.String() }
	lines := []string{s.Theme.Heading(s.Words.Name.Hosts, f.grid.Position(f.picks.Len()), w)}
	lines = append(lines, s.Theme.Bar(0.375, min(w, 20)), strings.Join(f.heat.Legend(s.Theme, s.Words, s.Results.Marks), "  "))
	lines = append(lines, f.heat.Lines(s.Theme, s.Results.Marks, label, w, min(h/4, 6))...)
	list := func(w int) []string {
		return f.grid.Lines(s.Theme, f.picks.Len(), w, h-len(lines), func(i int, c []Cell) { flowRow(s, f.picks.Row(i), c) })
	}
	side := func(w int) []string {
		return s.Theme.Fields([][2]string{
			{s.Words.Overview.Vantage, s.Scope.Vantage.Name}, {s.Words.Rule.Rationale, s.Scope.Rules[0].Rule.Rationale.In(s.Lang)},
		}, w)
	}
	return s.Theme.Frame(append(lines, TwoColumns(list, side, w, 0.7, 45)...), w, h)
}

func flowRow(s *State, id int, c []Cell) {
	host := 0
	for host+1 < s.Scope.Plan.Hosts() && int(s.Scope.Plan.Host(host+1).First) <= id {
		host++
	}
	h := s.Scope.Plan.Host(host)
	j := s.Results.Judged[id]
	c[0].Text = h.Addr.String()
	c[1].Text = s.Scope.Places[h.Group].Decisions[id-int(h.First)].Service.Title.In(s.Lang)
	c[2] = s.Theme.Verdict(j.Verdict).Cell(s.Words.VerdictOf(j.Verdict))
	c[3] = s.Theme.Severity(j.Severity).Cell(s.Words.SeverityOf(j.Severity))
	c[4].Text = s.Words.ReasonOf(j.Reason)
	c[5].Text = Millis(s.Results.Cells[id].RTT)
}

func TestFoundationHoldsEverySize(t *testing.T) {
	t.Parallel()
	open := func() Screen { return newFlowList(English()) }
	for _, state := range []func() *State{emptyState, plannedState, liveState, endedState} {
		requireEverySize(t, open, state)
	}
	requireKeysHold(t, open(), endedState())
}

func TestFoundationPictures(t *testing.T) {
	t.Parallel()
	requireGolden(t, func() Screen { return newFlowList(Japanese()) }, endedState)
}

func TestFoundationFilters(t *testing.T) {
	t.Parallel()
	s := endedState()
	f := newFlowList(English())
	f.Filter(s, "verdict:exposed sev:>=high")
	f.Render(s, 120, 40)
	want := 0
	for _, j := range s.Results.Judged {
		if j.Verdict == audit.Exposed && j.Severity >= 4 {
			want++
		}
	}
	if want == 0 || f.picks.Len() != want {
		t.Errorf("%d rows are kept, want %d", f.picks.Len(), want)
	}
}

func BenchmarkFoundation(b *testing.B) {
	benchmarkScreen(b, newFlowList(English()), endedState(), 120, 40)
}
