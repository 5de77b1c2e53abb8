package views

import (
	"fmt"
	"slices"
	"strings"

	"oobscope/audit"
	"oobscope/kits"
)

// Zones is the policy as a matrix: from which zone to which zone what is intended, and how far that was
// verified.
type Zones struct {
	from, to  int // the selected cell
	top, left int // the first row and column in sight
	rules     ruleList

	made    pageKey
	scope   *audit.Scope
	names   []string
	strange []string // zones of the rules that the site does not have
	cells   [][]int  // by from * len(names) + to: the rules that apply
}

// zonesMost is how many zones the matrix has room for; a site has a handful.
const zonesMost = 64

// NewZones returns the screen.
func NewZones() *Zones { return &Zones{} }

// Name implements Screen.
func (z *Zones) Name() string { return "zones" }

// Title implements Screen.
func (z *Zones) Title(s *State) string { return s.Words.Name.Zones }

// Filter implements Screen: a matrix is looked at as a whole.
func (z *Zones) Filter(*State, string) {}

// Keys implements Screen.
func (z *Zones) Keys(s *State) []Key {
	w := s.Words
	z.refresh(s)
	if len(z.names) == 0 {
		return nil
	}
	var keys []Key
	if len(z.names) > 1 {
		keys = []Key{{"h/j/k/l", w.Key.Move}, {"g/G", w.Key.Ends}}
	}
	rows := z.cell(z.from, z.to)
	if len(rows) > 0 {
		keys = append(keys, Key{"enter", w.Key.OpenRule})
	}
	if len(rows) > 1 {
		keys = append(keys, Key{"n/p", w.Rule.NextRule})
	}
	return keys
}

// Press implements Screen.
func (z *Zones) Press(s *State, key string) Action {
	z.refresh(s)
	n := len(z.names)
	if n == 0 {
		return Action{}
	}
	from, to := z.from, z.to
	switch key {
	case "h", "left":
		to--
	case "l", "right":
		to++
	case "k", "up":
		from--
	case "j", "down":
		from++
	case "g", "home":
		from, to = 0, 0
	case "G", "end":
		from, to = n-1, n-1
	case "enter":
		return z.rules.chosen(z.cell(z.from, z.to))
	default:
		z.rules.press(key, z.cell(z.from, z.to))
		return Action{}
	}
	from, to = max(0, min(from, n-1)), max(0, min(to, n-1))
	if from != z.from || to != z.to {
		z.from, z.to = from, to
		z.rules.top()
	}
	return Action{}
}

func (z *Zones) cell(from, to int) []int { return z.cells[from*len(z.names)+to] }

// refresh works out the zones and which rules apply between them. The first time, the cursor goes to the
// first pair that this run can test.
func (z *Zones) refresh(s *State) {
	key := pageKey{gen: s.Generation, words: s.Words}
	if scope := inForce(s); z.made != key || z.scope != scope {
		z.made, z.scope = key, scope
	} else {
		return
	}
	first := z.names == nil
	list := rulesInForce(s)
	z.names, z.strange = zonesOf(siteInForce(s), list)
	n := len(z.names)
	z.cells = make([][]int, n*n)
	for i := range list {
		for f, from := range z.names {
			if !namesZone(list[i].Rule.From, from) {
				continue
			}
			for t, to := range z.names {
				if namesZone(list[i].Rule.To, to) {
					z.cells[f*n+t] = append(z.cells[f*n+t], i)
				}
			}
		}
	}
	z.from, z.to = max(0, min(z.from, n-1)), max(0, min(z.to, n-1))
	if sc := inForce(s); first && sc != nil && len(sc.Places) > 0 {
		z.from = max(0, slices.Index(z.names, sc.Places[0].FromZone))
		z.to = max(0, slices.Index(z.names, sc.Places[0].Zone))
	}
}

// zonesOf are the zones of the site in its own order, and the zones that only the rules know; without a
// site the zones of the rules are all there is.
func zonesOf(site *audit.Site, list []audit.RuleRef) (names, strange []string) {
	if site != nil {
		for i := range site.Zones {
			names = append(names, site.Zones[i].Name)
		}
	}
	for i := range list {
		for _, zone := range append(slices.Clone(list[i].Rule.From), list[i].Rule.To...) {
			if zone == kits.AnyZone || zone == "*" || slices.Contains(names, zone) || slices.Contains(strange, zone) {
				continue
			}
			strange = append(strange, zone)
		}
	}
	if site == nil {
		names, strange = strange, nil
	}
	return names[:min(len(names), zonesMost)], strange
}

// Render implements Screen.
func (z *Zones) Render(s *State, w, h int) string {
	z.refresh(s)
	if len(z.names) == 0 {
		return s.Theme.Frame(Wrap(s.Words.Empty.NoKit, w), w, h)
	}
	rw := &s.Words.Rule
	room := max(3, h-6)
	right := z.outside(s, w, room)
	if sc := inForce(s); sc != nil {
		right = join("  ", right, fmt.Sprintf(rw.StandIn, sc.StandsIn()))
	}
	lines := []string{s.Theme.Heading(rw.ZoneMatrix, right, w)}
	lines = append(lines, z.matrix(s, w, room)...)
	for _, l := range z.notes(s, w) {
		lines = append(lines, s.Theme.Dim.On(l))
	}
	detail := z.detail(s, w, max(4, h-len(lines)-1))
	if len(lines)+1+len(detail) <= h {
		lines = append(lines, "")
	}
	return s.Theme.Frame(append(lines, detail...), w, h)
}

// notes explain the signs of the matrix, and say what is missing.
func (z *Zones) notes(s *State, w int) []string {
	rw, zw := &s.Words.Rule, &s.Words.Zones
	legend := []string{rw.ZoneLegend}
	if inForce(s) != nil {
		away := s.Theme.Verdict(audit.NotTested).Sign
		legend = []string{hereSign + " " + zw.Here, away + " " + zw.Elsewhere, noTargetSign(s.Theme) + " " + zw.NoTarget}
		if s.Results != nil {
			legend = append([]string{zw.Bar}, legend...)
		}
	}
	out := packed(legend, w)
	if s.Theme.Spoken != nil {
		out = nil // every pair says it in words
	}
	switch {
	case siteInForce(s) == nil:
		out = append(out, Wrap(rw.KitZones, w)...)
	case len(z.strange) > 0:
		out = append(out, Wrap(fmt.Sprintf(rw.ZoneUnknown, strings.Join(z.strange, ", ")), w)...)
	}
	return out
}

// detail is the selected cell in words: what was verified, the rules in the order in which they decide, and
// what holds for everything else.
func (z *Zones) detail(s *State, w, h int) []string {
	rw := &s.Words.Rule
	from, to := z.names[z.from], z.names[z.to]
	rows, room := z.cell(z.from, z.to), max(2, h-3)
	out := []string{s.Theme.Heading(from+" "+s.Theme.Glyph.Arrow+" "+to, z.rules.position(len(rows), room), w)}
	switch y := tallyOfZones(s, from, to); {
	case y != nil && y.Flows() > 0:
		c := y.Coverage()
		tested := fmt.Sprintf(rw.TestedOf, Count(c.Tested), Count(y.Flows()))
		cell := summary(s, y, w-Width(tested)-2)
		out = append(out, cell.Ink.On(cell.Text)+"  "+tested)
	case inForce(s) == nil:
		out = append(out, s.Theme.Dim.On(toFirstRun(s)))
	case s.Results == nil && z.testable(s, z.from, z.to):
		flows := counted(z.flows(s, z.from, z.to), s.Words.Plain.OneFlow, s.Words.Plain.FlowCount)
		out = append(out, s.Theme.Dim.On(fmt.Sprintf(s.Words.Zones.Testable, flows)))
	case inForce(s) != nil && inForce(s).StandsIn() != from:
		out = append(out, s.Theme.Dim.On(Safe(fmt.Sprintf(rw.NotFromZone, from))))
	default:
		out = append(out, s.Theme.Dim.On(rw.NoTargetThere))
	}
	other := audit.Unstated
	if site := siteInForce(s); site != nil {
		other = site.Default(from, to)
	}
	rest := fmt.Sprintf(rw.Elsewhere, s.Words.Intent[other])
	if len(rows) == 0 {
		return append(out, rest)
	}
	out = append(out, z.rules.lines(s, rows, w, room)...)
	return append(out, pad(gutter)+rest)
}

// tallyOfZones is what the run on screen says of the flows between two zones; nil without a run.
func tallyOfZones(s *State, from, to string) *audit.Tally {
	if s.Results == nil {
		return nil
	}
	return s.Results.ByZones[[2]string{from, to}]
}
