package audit

import (
	"time"

	"oobscope/probes"
)

// Tally counts the flows of a run, of a rule, a service or a zone pair. Flows that still wait for their
// observation are counted as pending, and what cannot be tested from here as not_tested.
type Tally struct {
	ByVerdict   [verdictCount]int
	BySeverity  [6]int // deviations that are not waived, by severity
	Waived      int
	WorstWaived uint8  // highest severity among waived deviations
	Worst       uint8  // highest severity among deviations that are not waived
	WaivedBy    [6]int // waived deviations by severity
}

// Flows is how many flows were counted, not_tested among them.
func (t *Tally) Flows() int {
	n := 0
	for _, k := range t.ByVerdict {
		n += k
	}
	return n
}

// Of returns how many flows have that verdict.
func (t *Tally) Of(v Verdict) int { return t.ByVerdict[v] }

// Add counts a judgement, or takes one back with sign -1.
func (t *Tally) Add(j Judgement, sign int) {
	t.ByVerdict[j.Verdict] += sign
	if !j.Verdict.Deviation() {
		return
	}
	s := min(j.Severity, 5)
	if j.Waived {
		t.Waived += sign
		t.WaivedBy[s] += sign
		t.WorstWaived = worstAfter(t.WorstWaived, s, &t.WaivedBy)
		return
	}
	t.BySeverity[s] += sign
	t.Worst = worstAfter(t.Worst, s, &t.BySeverity)
}

// Sum adds another tally.
func (t *Tally) Sum(o *Tally) {
	for i, k := range o.ByVerdict {
		t.ByVerdict[i] += k
	}
	for i := range o.BySeverity {
		t.BySeverity[i] += o.BySeverity[i]
		t.WaivedBy[i] += o.WaivedBy[i]
	}
	t.Waived += o.Waived
	t.Worst, t.WorstWaived = max(t.Worst, o.Worst), max(t.WorstWaived, o.WorstWaived)
}

// worstAfter is the highest severity that occurs, given what it was before the count of one changed.
func worstAfter(was, changed uint8, bySeverity *[6]int) uint8 {
	if bySeverity[changed] > 0 {
		return max(was, changed)
	}
	for was > 0 && bySeverity[was] == 0 {
		was--
	}
	return was
}

// Deviations is how many flows deviate and are not waived.
func (t *Tally) Deviations() int {
	n := 0
	for _, k := range t.BySeverity {
		n += k
	}
	return n
}

// Coverage is the share of the intent that this run could really test. Tested are the flows with a
// verdict on the policy; what failed or still waits is not tested.
type Coverage struct{ Tested, NotTested, Unverifiable int }

// Coverage sums up the verdicts of a tally.
func (t *Tally) Coverage() Coverage {
	c := Coverage{Unverifiable: t.ByVerdict[Unverifiable]}
	c.NotTested = t.ByVerdict[NotTested] + t.ByVerdict[Error] + t.ByVerdict[Pending]
	c.Tested = t.Flows() - c.Unverifiable - c.NotTested
	return c
}

// Results holds the judgements of a run, live or stored, and keeps their tallies. It is not safe for
// concurrent use: one owner updates it and lends it to the screens.
type Results struct {
	Scope    *Scope
	CutOff   bool               // the run ended before its end: hosts whose checks are missing will never have them. Set it before LoadBoard
	Cells    []probes.Cell      // by flow
	Judged   []Judgement        // by flow
	Hosts    []probes.HostState // by host
	Gates    probes.Gates
	Counters probes.Counters
	Offender func(uint16) (addr string)

	Total     Tally
	ByRule    []Tally // by index in Scope.Rules; the last one counts flows that a default decided
	ByService map[string]*Tally
	ByZones   map[[2]string]*Tally // from zone, to zone
	Marks     []Mark               // by host
	Weak      [64]int              // answered flows by weakness
	Waivers   []WaiverUse          // what became of the site's waivers, after ApplyWaivers

	ways    [][]way // by group, by slot: the tallies that a flow counts in
	needed  int     // tries in vain for a silence to count, as the gates have it
	behind  int     // hosts that are still judged by gates of before
	next    int     // the first of them
	overlay overlay
}

// Run is one run as it is listed and stored. Counts are of the moment when it was last judged.
type Run struct {
	ID         string // ULID
	Site       string
	Kits       []string // id@version
	Vantage    string
	Zone       string
	Tool       string // version of the program
	Simulated  bool
	Started    time.Time
	Ended      time.Time // zero while it runs or if it was cut off
	State      RunState
	Why        string // for a partial or failed run: what ended it
	Flows      int
	Settled    int
	Total      Tally
	Left       int // lines of what could not be tested from here
	Gates      probes.Gates
	Privileged bool
	Again      string      `json:",omitempty"` // id of the run whose chosen flows it asked again; empty for a run of all of them
	Imported   *Import     `json:",omitempty"` // where it came from, if it was handed over; it is read-only then
	ByRule     []RuleCount `json:",omitempty"` // what became of each rule, when it was last judged
	Since      *RunDrift   `json:",omitempty"` // what changed since the run before; nil if there was none, or it was not compared
}

// Import says where a run came from that was handed over, and who vouched for it.
type Import struct {
	At            time.Time
	By            string // login name of who imported it
	From          string // who exported it, as the bundle says; empty if it was pseudonymised
	Signer        string // fingerprint of the key that signed it; empty if nobody did
	Principal     string // whom a list of allowed signers named for that key; empty if there was no list
	Digest        string // of the bundle
	Pseudonymised bool
}

// RunState is how far a run got.
type RunState string

// The states of a run.
const (
	RunRunning  RunState = "running"
	RunComplete RunState = "complete"
	RunPartial  RunState = "partial" // stopped; can be resumed
)

// Why a run without an error of its own is partial, as it is stored in Run.Why.
const (
	StoppedEarly = "stopped before the end"
	CutOff       = "the program ended before the run did"
)

// Mark is a host at a glance: the worst that is known of it.
type Mark uint8

// The marks, from nothing to worst.
const (
	MarkWaiting      Mark = iota // nothing known yet
	MarkConforms                 // everything judged conforms
	MarkUnverifiable             // nothing deviates, but something could not be verified
	MarkError                    // nothing deviates, but a probe failed here
	MarkInfo                     // worst deviation has severity 0 or 1
	MarkLow
	MarkMedium
	MarkHigh
	MarkCritical
)
