package views

import (
	"cmp"
	"slices"
	"time"

	"oobscope/audit"
)

// WaiverStanding says how a waiver stands now: what the run on screen makes of it, else what its days and its people say.
type WaiverStanding uint8

// The standings, in the order in which somebody has to look at them.
const (
	standsRequested WaiverStanding = iota
	standsEnding                   // it counts, and ends within audit.WaiverNotice
	standsVoided
	standsStale
	standsExpired
	standsUnmatched
	standsInvalid
	standsEarly
	standsActive
	standsWithdrawn
	waiverStandings
)

// slug is the name of a standing for a filter.
func (w WaiverStanding) slug() string {
	return [waiverStandings]string{"requested", "expiring", "voided", "stale", "expired", "unmatched", "invalid", "not_started", "active", "withdrawn"}[w]
}

// standingOf puts the word of the judge in ours.
func standingOf(state audit.WaiverState, soon bool) WaiverStanding {
	switch state {
	case audit.WaiverRequested:
		return standsRequested
	case audit.WaiverEarly:
		return standsEarly
	case audit.WaiverExpired:
		return standsExpired
	case audit.WaiverVoided:
		return standsVoided
	case audit.WaiverStale:
		return standsStale
	case audit.WaiverUnmatched:
		return standsUnmatched
	}
	if soon {
		return standsEnding
	}
	return standsActive
}

// waiverEntry is a waiver of the list.
type waiverEntry struct {
	waiver *audit.Waiver
	site   string
	record *audit.WaiverRecord // nil: it is in no store that was read
	use    *audit.WaiverUse    // nil: the run on screen is of another site, or there is none
	stands WaiverStanding
	kept   bool // in a store of ours, where it can be changed; an imported run brings waivers of its own
}

// ends is the first moment at which it counts no more.
func (e *waiverEntry) ends() time.Time { return e.waiver.Expires.AddDate(0, 0, 1) }

// pending tells whether it waits for somebody's approval and can get it here.
func (e *waiverEntry) pending() bool { return e.stands == standsRequested && e.kept }

// waiverEntries are the waivers of the site file and of the store, and of the run on screen those that are in neither;
// each once, what somebody has to look at first. A waiver that was exported into the site file is one waiver.
func waiverEntries(s *State) []waiverEntry {
	g := waiverGathering{state: s, uses: map[string]*audit.WaiverUse{}, seen: map[string]bool{}}
	site := siteInForce(s)
	if site != nil {
		g.site = site.Name
	}
	if s.Results != nil {
		for i := range s.Results.Waivers {
			use := &s.Results.Waivers[i]
			g.uses[use.Waiver.ID] = use
		}
	}
	if site != nil {
		for i := range site.Waivers {
			g.add(&site.Waivers[i], site.Name, nil)
		}
	}
	for i := range s.Waivers {
		g.record(&s.Waivers[i])
	}
	if s.Results != nil {
		for i := range s.Results.Waivers {
			g.add(s.Results.Waivers[i].Waiver, g.site, nil)
		}
	}
	slices.SortStableFunc(g.list, func(a, b waiverEntry) int { return cmp.Compare(a.stands, b.stands) })
	return g.list
}

// waiverGathering collects the entries.
type waiverGathering struct {
	state *State
	site  string // the one that is audited
	uses  map[string]*audit.WaiverUse
	seen  map[string]bool
	list  []waiverEntry
}

func (g *waiverGathering) record(r *audit.WaiverRecord) {
	w, err := r.Waiver()
	before := len(g.list)
	g.add(&w, r.Site, r)
	if len(g.list) == before {
		return
	}
	e := &g.list[before]
	switch {
	case err != nil:
		e.stands, e.use = standsInvalid, nil
	case r.Withdrawn != nil:
		e.stands, e.use = standsWithdrawn, nil
	}
}

func (g *waiverGathering) add(w *audit.Waiver, site string, r *audit.WaiverRecord) {
	key := site + "\x00" + w.ID
	if g.seen[key] {
		return
	}
	g.seen[key] = true
	imported := g.state.Results != nil && g.state.Run.Imported != nil
	e := waiverEntry{waiver: w, site: site, record: r, kept: r != nil || w.Origin == audit.WaiverInStore && !imported}
	state := w.StateAt(g.state.Now)
	soon := state == audit.WaiverActive && e.ends().Sub(g.state.Now) <= audit.WaiverNotice
	if use := g.uses[w.ID]; use != nil && site == g.site && (r == nil || !imported) {
		e.use, state, soon = use, use.State, use.Soon
	}
	e.stands = standingOf(state, soon)
	g.list = append(g.list, e)
}
