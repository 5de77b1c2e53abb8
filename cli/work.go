package cli

import (
	"errors"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/probes"
	"oobscope/tui"
)

// work is what the console can do with single flows of a run. adjust may change a plan, as for any other run.
func (e *engine) work(adjust func(*audit.Scope)) tui.Work {
	return tui.Work{
		User: e.who.name(),
		Again: func(ks []*kits.Kit, site *audit.Site, o audit.Options) (*audit.Scope, probes.Budget, error) {
			return e.plan(ks, site, o, adjust)
		},
		Waive: e.waive, Withdraw: e.withdraw,
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
