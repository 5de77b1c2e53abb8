package views

import (
	"fmt"

	"oobscope/audit"
	"oobscope/probes"
)

// waiverNotes are the waivers that are about flows of a run. Those that do not count are told of, so that nobody takes a
// line for waived that is not, or wonders why it is none any more. They are gathered once for each change of the run.
type waiverNotes struct {
	results *audit.Results
	gen     uint64
	byFlow  map[probes.FlowID]*audit.WaiverUse
}

// follow gathers the notes anew if the run changed.
func (n *waiverNotes) follow(s *State) {
	if n.results == s.Results && n.gen == s.Generation {
		return
	}
	n.results, n.gen = s.Results, s.Generation
	clear(n.byFlow)
	for i := range s.Results.Waivers {
		use := &s.Results.Waivers[i]
		for _, id := range use.Flows {
			if n.byFlow == nil {
				n.byFlow = map[probes.FlowID]*audit.WaiverUse{}
			}
			if before := n.byFlow[id]; before == nil || before.Idle() {
				n.byFlow[id] = use
			}
		}
	}
}

// of says in short what became of the waiver that a flow has and that does not count; empty if it has none.
func (n *waiverNotes) of(w *Words, id probes.FlowID) string {
	use := n.byFlow[id]
	if use == nil || use.State == audit.WaiverActive {
		return ""
	}
	format := map[audit.WaiverState]string{
		audit.WaiverRequested: w.Waive.Pending, audit.WaiverExpired: w.Waive.Expired, audit.WaiverVoided: w.Waive.Voided,
		audit.WaiverEarly: w.Waive.Early,
	}[use.State]
	if format == "" {
		return ""
	}
	return fmt.Sprintf(format, use.Waiver.ID, use.Waiver.Expires.UTC().Format("2006-01-02"))
}
