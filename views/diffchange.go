package views

import (
	"fmt"
	"net/netip"

	"oobscope/audit"
	"oobscope/probes"
)

// changed tells whether a flow is not as it was in the earlier run.
func (x *diffIndex) changed(id int) bool { return x.key.drift.Of(probes.FlowID(id)) != audit.Unchanged }

// narrowed tells whether a run asked single flows only. What it did not ask is uncovered, and said to be, but it is not
// listed among its lines.
func narrowed(r *audit.Results) bool { return len(r.Scope.Options.Only) > 0 }

// changedOf is how many lines are not as they were.
func changedOf(d *audit.Drift) int {
	n := 0
	for _, c := range audit.Changes() {
		if c != audit.Unchanged {
			n += d.Total.Of(c)
		}
	}
	return n
}

// changeOf says what became of a line, and whether proof of it was lost; ok is false where there is nothing to say:
// nothing is compared, or the line was never asked.
func (x *diffIndex) changeOf(row int32) (c audit.Change, lost, ok bool) {
	d := x.key.drift
	if d == nil {
		return 0, false, false
	}
	if row >= 0 {
		return d.Of(probes.FlowID(row)), d.Lost(probes.FlowID(row)), true
	}
	if i, missing := x.missing(row); missing {
		return d.OfMissing(i), d.LostMissing(i), true
	}
	return 0, false, false
}

// before is what the earlier run said of a line.
func (x *diffIndex) before(row int32) (audit.Finding, bool) {
	d := x.key.drift
	if d == nil {
		return audit.Finding{}, false
	}
	if row >= 0 {
		return d.Before(probes.FlowID(row))
	}
	if i, missing := x.missing(row); missing {
		return d.Earlier.Finding(d.Missing[i]), true
	}
	return audit.Finding{}, false
}

// missingFinding is a flow that only the earlier run has, as this one sees it: not asked.
func missingFinding(d *audit.Drift, i int) audit.Finding {
	f := d.Earlier.Finding(d.Missing[i])
	return audit.Finding{
		Flow: f.Flow, Left: true, Target: f.Target, Role: f.Role, Zone: f.Zone, Service: f.Service, Proto: f.Proto, Port: f.Port,
		Rule: -1, App: f.App, Intent: f.Intent, Vantage: d.Later.Scope.Vantage.Name, FromZone: f.FromZone, Judgement: notAsked,
	}
}

// changeLook is how a change looks: a sign that stands for it without colour, and an ink.
func changeLook(t *Theme, c audit.Change, lost bool) Look {
	switch {
	case t.Spoken != nil:
		return Look{}
	case lost:
		return Look{t.sign("◌", "o"), t.Note}
	case c == audit.New:
		return Look{"+", t.Bad}
	case c == audit.Updated:
		return Look{"~", t.Warn}
	case c == audit.Absent:
		return Look{"-", t.Good}
	case c == audit.Uncovered:
		return Look{"?", t.Note}
	}
	return Look{"=", t.Dim}
}

// changeWord is the word for a change.
func changeWord(w *Words, c audit.Change, lost bool) string {
	if lost {
		return w.Drift.Lost
	}
	return w.Drift.Change[c]
}

// changeCell is a change in a cell of w: sign and word, or the sign alone where the word has no room; the line
// on top of the list says what the signs mean.
func changeCell(s *State, c audit.Change, lost bool, w int) Cell {
	look := changeLook(s.Theme, c, lost)
	if cell := look.Cell(changeWord(s.Words, c, lost)); Width(cell.Text) <= w {
		return cell
	}
	return Cell{look.Sign, look.Ink}
}

// sinceLine says in one line what became of the chosen line since the earlier run.
func (d *Diff) sinceLine(s *State, row int32) string {
	c, lost, ok := d.index.changeOf(row)
	if !ok {
		return ""
	}
	w := s.Words
	text := changeLook(s.Theme, c, lost).Show(changeWord(w, c, lost))
	f, was := d.index.before(row)
	switch {
	case !was:
		return text + w.Host.Colon + w.Drift.NotPlannedThen
	case row < 0:
		text += w.Host.Colon + w.Drift.NotPlannedNow
	case c == audit.Absent:
		text += w.Host.Colon + w.Drift.AbsentIs
	case c == audit.Uncovered:
		text += w.Host.Colon + w.Drift.UncoveredIs
	case c == audit.New && d.index.key.drift.FirstSeen(flowAt(row)):
		text += w.Host.Colon + w.Drift.FirstSeen
	}
	then := verdictOf(w, &f.Judgement)
	if f.Verdict.Deviation() {
		then += w.Host.Comma + severityOf(w, f.Severity)
	}
	text += w.Host.Also + fmt.Sprintf(w.Drift.Then, s.Theme.Verdict(f.Verdict).Sign+" "+then, w.ClassOf(f.Observed))
	if row >= 0 && d.index.key.drift.ByPolicy(flowAt(row)) {
		text += w.Host.Also + w.Drift.ByPolicy
	}
	return text
}

// flowAt is the flow of a row that has one.
func flowAt(row int32) probes.FlowID { return probes.FlowID(row) }

// againstLines say against which run this one is held, and count what changed; they stand on top of the list, so
// that a smaller run never looks like a fix.
func againstLines(s *State, w int) []string {
	dw := &s.Words.Drift
	a := &s.Against
	name := fmt.Sprintf(dw.Against, shortID(a.ID, w), Stamp(a.Started))
	if s.Drift == nil {
		return []string{s.Theme.Accent.On(Cut(name+s.Words.Host.Colon+dw.Reading, w))}
	}
	pieces := []string{s.Theme.Bold.On(Cut(name, w))}
	if a.State != audit.RunComplete {
		pieces = append(pieces, s.Theme.Warn.On("! "+Safe(s.Words.RunState[a.State])))
	}
	return packed(append(pieces, changeCounts(s, &s.Drift.Total)...), w)
}

// changeCounts are the changes of a tally, each with its sign, its number and its word.
func changeCounts(s *State, t *audit.DriftTally) []string {
	var pieces []string
	for _, c := range audit.Changes() {
		n := t.Of(c)
		if c == audit.Unchanged {
			n -= t.Lost
		}
		pieces = append(pieces, changeLook(s.Theme, c, false).Show(Count(n)+" "+s.Words.Drift.Change[c]))
	}
	if t.Lost > 0 {
		pieces = append(pieces, changeLook(s.Theme, audit.Unchanged, true).Show(Count(t.Lost)+" "+s.Words.Drift.Lost))
	}
	return pieces
}

// driftOf tallies what became of a group; nil if nothing is compared, or no tally is kept for such groups.
func (x *diffIndex) driftOf(group int32) *audit.DriftTally {
	d, sc := x.key.drift, x.key.results.Scope
	if d == nil {
		return nil
	}
	switch k := int(group); x.key.wish.order {
	case byRule:
		app := ""
		if k < len(sc.Rules) {
			app = sc.RuleID(k)
		} else if k > len(sc.Rules) {
			app = x.groups.names[k-len(sc.Rules)-1]
		}
		return d.ByRule[app]
	case byService:
		if k < len(x.groups.names) {
			return d.ByService[x.groups.names[k]]
		}
	case byHost:
		if a := x.hostAddr(k); a.IsValid() {
			t := d.OfHost(a)
			return &t
		}
	}
	return nil
}

// shortID is the id of a run; where room is scarce its end, which tells runs apart.
func shortID(id string, w int) string {
	const end, scarce = 8, 110
	if id = Safe(id); w < scarce && len(id) > end {
		return "…" + id[len(id)-end:]
	}
	return id
}

// hostAddr is the address of a group of one host, one that only the earlier run has too.
func (x *diffIndex) hostAddr(group int) netip.Addr {
	plan := x.key.results.Scope.Plan
	switch hosts := plan.Hosts(); {
	case group < hosts:
		return plan.Host(group).Addr
	case group == hosts:
		return netip.Addr{}
	}
	return x.key.drift.Earlier.Scope.Plan.Host(int(x.groups.extra[group-plan.Hosts()-1])).Addr
}
