package audit

// RunDrift is what changed since the run before, small enough to stand in the record of a run: a timeline over
// months then opens no file of a run.
type RunDrift struct {
	Against   string `json:"against"` // id of the earlier run
	New       int    `json:"new,omitempty"`
	Updated   int    `json:"updated,omitempty"`
	Absent    int    `json:"absent,omitempty"`    // proved to be gone
	Uncovered int    `json:"uncovered,omitempty"` // deviated before, and nothing is proved now
	Standing  int    `json:"standing,omitempty"`  // deviate in both, in the same way
	Lost      int    `json:"lost,omitempty"`      // conformed before, and nothing is proved now
}

// Step sums a drift up for the record of the later run. against is the id of the earlier one.
func (d *Drift) Step(against string) *RunDrift {
	t := &d.Total
	return &RunDrift{
		Against: against, New: t.Of(New), Updated: t.Of(Updated), Absent: t.Of(Absent), Uncovered: t.Of(Uncovered),
		Standing: t.Standing, Lost: t.Lost,
	}
}

// PreviousRun is the run that a run is held against: the newest one before it of the same site, seen from the same zone,
// that has ended, was made here (one that was handed over may name any site) and was not of a few chosen flows. One that
// tested less than nine tenths of what r tested is passed over for an older one that did not: what it left in the dark
// would come back as new. runs are newest first; false if there is none.
func PreviousRun(runs []Run, r *Run) (Run, bool) {
	var newest *Run
	for i := range runs {
		o := &runs[i]
		if o.ID >= r.ID || o.Site != r.Site || o.Zone != r.Zone || o.Simulated != r.Simulated || o.State == RunRunning || o.Again != "" || o.Imported != nil {
			continue
		}
		if o.Total.Coverage().Tested*10 >= r.Total.Coverage().Tested*9 {
			return *o, true
		}
		if newest == nil {
			newest = o
		}
	}
	if newest == nil {
		return Run{}, false
	}
	return *newest, true
}
