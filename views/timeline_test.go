package views

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"oobscope/audit"
)

func newTimeline() Screen { return NewTimeline() }

// monthsState is a store with the runs of two sites over months: a fix that was proved, a run that was cut short, one
// of a program that counted no rules, and one that nobody compared.
func monthsState() *State {
	s := endedState()
	s.Runs = nil
	counts := []struct {
		deviations, tested int
		state              audit.RunState
		since              *audit.RunDrift
	}{
		{12, 240, audit.RunComplete, nil},
		{14, 240, audit.RunComplete, &audit.RunDrift{New: 3, Absent: 1, Standing: 11}},
		{14, 240, audit.RunComplete, &audit.RunDrift{Standing: 14}},
		{3, 60, audit.RunPartial, &audit.RunDrift{Uncovered: 11, Standing: 3, Lost: 169}},
		{14, 238, audit.RunComplete, nil},
		{15, 240, audit.RunComplete, &audit.RunDrift{New: 1, Updated: 2, Standing: 12}},
		{6, 240, audit.RunComplete, &audit.RunDrift{Absent: 9, Standing: 6}},
	}
	for i, c := range counts {
		r := fixtureRun(fmt.Sprintf("01JD%022d", i+1), c.state)
		r.Started = fixedNow.AddDate(0, 0, 7*(i-len(counts)))
		r.Ended, r.Total = r.Started.Add(3*time.Minute), audit.Tally{}
		r.Total.ByVerdict[audit.Exposed], r.Total.ByVerdict[audit.Conforms] = c.deviations, c.tested-c.deviations
		r.Total.ByVerdict[audit.Unverifiable] = 260 - c.tested
		r.Total.BySeverity[5], r.Total.BySeverity[4] = min(2, c.deviations), c.deviations-min(2, c.deviations)
		r.Total.Worst = 5
		if c.since != nil {
			c.since.Against = fmt.Sprintf("01JD%022d", i)
			r.Since = c.since
		}
		if i != 1 {
			r.ByRule = []audit.RuleCount{
				{Rule: "bmc_management", Deviations: 2, Worst: 3, Tested: c.tested / 3, Unverifiable: 80 - c.tested/3},
				{Rule: "clear_text_mgmt", Deviations: c.deviations - 2, Worst: 5, Tested: c.tested * 2 / 3, NotTested: 160 - c.tested*2/3},
				{Rule: "slp", Tested: 20 * (i % 2), NotTested: 20 - 20*(i%2)}, {Rule: "", Deviations: i / 5, Worst: 4, Tested: 20},
			}
		}
		if i == 3 {
			r.Why = "stopped before the end"
		}
		s.Runs = append([]audit.Run{r}, s.Runs...)
	}
	other := fixtureRun("01JC0000000000000000000009", audit.RunComplete)
	other.Site = "lab"
	s.Runs = append(s.Runs, other)
	s.Run.Run = s.Runs[0]
	return s
}

// A run that tested less is never drawn or said as an improvement.
func TestTimelineMarksASmallerRun(t *testing.T) {
	t.Parallel()
	s := monthsState()
	for _, th := range []*Theme{NewTheme(true, false), PlainTheme(true)} {
		s.Theme = th
		v := NewTimeline()
		text := ansi.Strip(v.Render(s, 120, 35))
		cut := lineWith(text, "partial")
		if !strings.Contains(cut, " 23% "+th.Glyph.Down) || !strings.Contains(cut, "11 uncovered") || strings.Contains(cut, "absent") {
			t.Errorf("the run that was cut short reads:\n%s\nin\n%s", cut, text)
		}
		rule := lineWith(text, "clear_text_mgmt")
		if n := strings.Count(rule, "?"); n != 1 {
			t.Errorf("%d runs are doubted, want the one that was cut short: %s", n, rule)
		}
		v.Press(s, "j")
		v.Press(s, "j")
		v.Press(s, "j")
		text = ansi.Strip(v.Render(s, 120, 35))
		for _, want := range []string{"It tested 180 flows fewer than the run before", "60 of 260 flows tested", "169 no longer proved"} {
			if !strings.Contains(text, want) {
				t.Errorf("no %q in\n%s", want, text)
			}
		}
	}
}

// A run of a few chosen flows is complete in itself, and no measure of the site: it is no part of its timeline.
func TestTimelineOfChosenFlows(t *testing.T) {
	t.Parallel()
	s := monthsState()
	whole := ansi.Strip(NewTimeline().Render(s, 120, 35))
	r := fixtureRun("01JD0000000000000000000099", audit.RunComplete)
	r.Total, r.Again = audit.Tally{}, s.Runs[0].ID
	r.Total.ByVerdict[audit.Conforms] = 2
	s.Runs = append([]audit.Run{r}, s.Runs...)
	if text := ansi.Strip(NewTimeline().Render(s, 120, 35)); text != whole {
		t.Errorf("a run of two flows changes the timeline to\n%s", text)
	}
	r.Site = "dc9"
	s.Runs = []audit.Run{r}
	if text := ansi.Strip(NewTimeline().Render(s, 120, 35)); strings.Contains(text, "dc9") {
		t.Errorf("a site without a whole run has a timeline:\n%s", text)
	}
}

// What is held against another run than the one in the line below says against which.
func TestTimelineNamesTheRunItIsHeldAgainst(t *testing.T) {
	t.Parallel()
	s := monthsState()
	s.Runs[0].Since.Against = s.Runs[2].ID
	text := ansi.Strip(NewTimeline().Render(s, 120, 35))
	when := s.Runs[2].Started.Format("2006-01-02 15:04")
	if line := lineWith(text, "9 absent, since"); !strings.Contains(line, "since "+when) || !strings.Contains(text, "Since "+s.Runs[2].ID+" ("+when+"): 9 absent") {
		t.Errorf("reads\n%s", text)
	}
	if text := ansi.Strip(NewTimeline().Render(s, 80, 24)); !strings.Contains(text, " 9 absent ") {
		t.Errorf("in 80 columns\n%s", text)
	}
}

func lineWith(text, part string) string {
	for line := range strings.SplitSeq(text, "\n") {
		if strings.Contains(line, part) {
			return line
		}
	}
	return ""
}

func TestTrendLine(t *testing.T) {
	t.Parallel()
	s := endedState()
	p := func(deviations, tested, not int) audit.TrendPoint {
		return audit.TrendPoint{RuleCount: audit.RuleCount{Deviations: deviations, Tested: tested, NotTested: not}, Known: true}
	}
	points := []audit.TrendPoint{p(0, 100, 0), p(1, 100, 0), p(70, 100, 0), p(0, 0, 100), {}, p(2, 40, 60), p(3, 95, 5)}
	if got := trendLine(s, points, 100); got != "▁ ▂ █ ? . ▂?▂ " {
		t.Errorf("drawn as %q", got)
	}
	s.Theme = PlainTheme(true)
	if got := trendLine(s, points, 100); got != "_ 1 8 ? . 1?1 " {
		t.Errorf("drawn in ASCII as %q", got)
	}
	s.Theme = SpokenTheme(s.Words)
	if got := trendLine(s, points, 100); got != "0, 1, 70, not tested, not in it, 2 (tested less), 3" {
		t.Errorf("said as %q", got)
	}
}

func TestTimelineKeys(t *testing.T) {
	t.Parallel()
	s := monthsState()
	v := NewTimeline()
	newest, second := s.Runs[0].ID, s.Runs[1].ID
	requireSteps(t, v, s, []step{
		{"enter", Action{Kind: OpenRun, Arg: newest}}, {"c", Action{}}, {"y", Action{Kind: Copy, Text: newest}},
		{"j", Action{}}, {"enter", Action{Kind: OpenRun, Arg: second}}, {"d", Action{Kind: Compare, Arg: second}}, {"r", Action{Kind: Start}},
		{"tab", Action{}}, {"enter", Action{Kind: OpenRun, Arg: "01JC0000000000000000000009"}}, {"tab", Action{}}, {"enter", Action{Kind: OpenRun, Arg: newest}},
	})
	v.Open(s, "lab")
	if text := ansi.Strip(v.Render(s, 80, 19)); !strings.Contains(text, "Timeline lab") {
		t.Errorf("opened for a site:\n%s", text)
	}
	requireSteps(t, NewTimeline(), emptyState(), []step{{"enter", Action{}}, {"tab", Action{}}, {"j", Action{}}})
	requireSteps(t, NewRuns(), s, []step{{"t", Action{Kind: Goto, To: "timeline", Arg: "dc1"}}})
}

func TestTimelinePictures(t *testing.T) {
	t.Parallel()
	t.Run("months", func(t *testing.T) { requireGolden(t, newTimeline, monthsState) })
	t.Run("months_cut", func(t *testing.T) { requirePictures(t, newTimeline, monthsState, "j", "j", "j") })
	t.Run("hostile", func(t *testing.T) { requirePictures(t, newTimeline, strangersState) })
}

func TestTimelineHoldsEverySize(t *testing.T) {
	t.Parallel()
	requireLongHosts(t, newTimeline)
	requireEverySize(t, newTimeline, monthsState)
	requireEverySize(t, newTimeline, strangersState)
}

func BenchmarkTimeline(b *testing.B) {
	s := monthsState()
	for i := range 5000 {
		r := s.Runs[i%7]
		r.ID = fmt.Sprintf("01JA%022d", 5000-i)
		s.Runs = append(s.Runs, r)
	}
	benchmarkScreen(b, NewTimeline(), s, 120, 35)
}
