package views

import "oobscope/audit"

// Keys implements Screen.
func (d *Diff) Keys(s *State) []Key {
	w := s.Words
	switch {
	case d.picker.open:
		return d.picker.keys(s)
	case s.Results == nil || !d.index.set:
		return nil
	case d.jumps.open():
		return d.jumps.keys(w)
	case d.copying:
		return d.copyKeys(s)
	}
	n := d.index.len()
	if d.grid.Open() {
		return d.grid.ArrangeKeys(w, n)
	}
	if n == 0 {
		return d.listKeys(s)
	}
	here := d.standing(s, n)
	var keys []Key
	if here.open != "" {
		keys = append(keys, Key{"enter", here.open})
	}
	marks := d.markKeys(s)
	keys = append(keys, marks[0], Key{"y", w.Take.Copy})
	if here.flow {
		keys = append(keys, Key{"w", w.Take.Waive}, Key{"p", w.Take.ProbeAgain})
	}
	if d.waiverHere(s) {
		keys = append(keys, Key{"U", w.Take.Withdraw})
	}
	if d.requestHere(s) {
		keys = append(keys, Key{"A", w.Waivers.Approve})
	}
	keys = append(keys, d.listKeys(s)...)
	keys = append(keys, Key{"e", w.Key.Export}, Key{"Y", w.Take.CopyAs})
	keys = append(keys, marks[1:]...)
	if here.host {
		keys = append(keys, Key{"o", w.Key.OpenHost})
	}
	if here.rule {
		keys = append(keys, Key{"u", w.Key.OpenRule})
	}
	keys = append(keys, Key{opensJumps, w.Jump.Key})
	return append(append(keys, MoveKeysFor(w, n)...), d.grid.ArrangeKeys(w, n)...)
}

// standing is what the line under the cursor, or what is marked, can be asked.
type standing struct {
	open             string // what enter does; empty for nothing
	flow, host, rule bool
}

func (d *Diff) standing(s *State, n int) (here standing) {
	w := s.Words
	sec, row, heading := d.index.at(max(0, min(d.grid.Cursor, n-1)))
	if heading {
		group := int(d.index.sections[sec].group)
		here.open = w.Diff.Fold
		here.flow = d.index.sections[sec].flows
		here.host = d.wish.order == byHost && group < s.Results.Scope.Plan.Hosts()
		here.rule = d.wish.order == byRule && group < len(s.Results.Scope.Rules)
	} else {
		f := d.index.finding(row)
		if !f.Left {
			here.open = w.Key.OpenEvidence
		}
		here.flow, here.host, here.rule = row >= 0, f.Target.IsValid() && !f.Left, f.Rule >= 0
	}
	if d.chosen.n > 0 {
		here.flow = d.chosen.low > 0
	}
	here.flow = here.flow && s.Run.Phase != RunLive && s.Run.Phase != RunStopping
	return here
}

// listKeys say what is listed and in which order.
func (d *Diff) listKeys(s *State) []Key {
	w := s.Words
	toggle := w.Diff.ToggleDeviations
	if d.wish.scope == deviationsOnly {
		toggle = w.Diff.ToggleAll
	}
	var keys []Key
	if s.Run.Phase != RunLive && s.Run.Phase != RunStopping {
		keys = append(keys, Key{"d", w.Drift.Choose})
	}
	keys = append(keys, Key{"v", w.Diff.NextOrder}, Key{"a", toggle})
	if s.Drift != nil {
		keys = append(keys, Key{"D", w.Drift.OnlyChanges})
	}
	if len(d.index.sections) > 0 {
		keys = append(keys, Key{"h/l", w.Diff.Fold}, Key{"z", w.Diff.FoldAll})
	}
	return append(keys, Key{"L", w.Waivers.Key})
}

func (d *Diff) markKeys(s *State) []Key {
	w := &s.Words.Take
	keys := []Key{{"space", w.Mark}, {"V", w.Range}, {"*", w.Invert}}
	switch {
	case d.chosen.ranging:
		keys[1].Help = w.EndRange
		keys = append(keys, Key{"esc", w.DropRange})
	case d.chosen.n > 0:
		keys = append(keys, Key{"esc", w.Unmark})
	}
	return keys
}

// waiverHere tells whether a waiver is about anything that is marked, or about the line or the group under the cursor.
func (d *Diff) waiverHere(s *State) bool {
	return d.waiverAbout(s, func(*audit.WaiverUse) bool { return true })
}

// requestHere tells whether such a waiver waits for its approval.
func (d *Diff) requestHere(s *State) bool {
	return d.waiverAbout(s, func(u *audit.WaiverUse) bool { return u.State == audit.WaiverRequested })
}

func (d *Diff) waiverAbout(s *State, wanted func(*audit.WaiverUse) bool) bool {
	if len(d.waivers.byFlow) == 0 || d.index.len() == 0 || s.Run.Phase == RunLive || s.Run.Phase == RunStopping {
		return false
	}
	sec, row, heading := d.index.at(max(0, min(d.grid.Cursor, d.index.len()-1)))
	if d.chosen.n == 0 && !heading {
		use := d.waivers.byFlow[flowAt(row)]
		return row >= 0 && use != nil && wanted(use)
	}
	for id, use := range d.waivers.byFlow {
		if !wanted(use) {
			continue
		}
		fl := s.Results.Scope.Plan.Flow(id)
		group := d.index.groups.of(fl.Host, fl.Group, fl.Slot, s.Results.Judged[id].Verdict)
		if d.chosen.n > 0 && d.chosen.has(int(id)) || d.chosen.n == 0 && group == int(d.index.sections[sec].group) {
			return true
		}
	}
	return false
}

// allWaivers opens the list of waivers without one to stand on.
const allWaivers = "all"

// waiverUnder is the id of the waiver that is about the line under the cursor; allWaivers if none is.
func (d *Diff) waiverUnder(n int) string {
	if n == 0 {
		return allWaivers
	}
	_, row, heading := d.index.at(max(0, min(d.grid.Cursor, n-1)))
	if use := d.waivers.byFlow[flowAt(row)]; !heading && row >= 0 && use != nil {
		return use.Waiver.ID
	}
	return allWaivers
}
