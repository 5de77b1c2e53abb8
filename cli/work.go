package cli

import (
	"errors"

	"oobscope/audit"
	"oobscope/tui"
)

// work is what the console can do with single flows of a run: on the engine that has the run.
func (d *desk) work() tui.Work {
	return tui.Work{
		User: d.real.who.name(), Again: d.planOnly,
		Waive: func(site *audit.Site, run string, forms []audit.WaiverForm) ([]audit.Waiver, error) {
			return d.of(run).waive(site, run, forms)
		},
		Withdraw: func(run string, ids []string) ([]string, error) { return d.of(run).withdraw(ids) },
		Approve:  func(run string, ids []string) ([]audit.Waiver, error) { return d.of(run).approve(ids) },
		Waivers:  func(run string) ([]audit.WaiverRecord, []error) { return d.of(run).store.Waivers("") },
	}
}

// waive stores waivers and returns those that are in the store then.
func (e *engine) waive(site *audit.Site, run string, forms []audit.WaiverForm) ([]audit.Waiver, error) {
	records, err := e.requestWaivers(site, run, forms)
	var out []audit.Waiver
	for i := range records {
		w, bad := records[i].Waiver()
		if bad != nil {
			err = errors.Join(err, bad)
			continue
		}
		out = append(out, w)
	}
	return out, err
}

// withdraw takes waivers back, one by one, and returns those that no longer count.
func (e *engine) withdraw(ids []string) (gone []string, err error) {
	for _, id := range ids {
		rec, failed := e.withdrawWaiver(id, "withdrawn in the console")
		if rec.Withdrawn != nil {
			gone = append(gone, id)
		}
		err = errors.Join(err, failed)
	}
	return gone, err
}

// approve lets waivers count, one by one, under the login of whoever runs the program, and returns those that count then:
// also one that somebody else has approved meanwhile, or whose approval did not get into the trail.
func (e *engine) approve(ids []string) (given []audit.Waiver, err error) {
	for _, id := range ids {
		rec, failed := e.approveWaiver(id, "approved in the console")
		if rec.ApprovedBy != "" && rec.Withdrawn == nil {
			w, bad := rec.Waiver()
			given, failed = append(given, w), errors.Join(failed, bad)
		}
		err = errors.Join(err, failed)
	}
	return given, err
}
