package cli

import (
	"fmt"
	"slices"
	"time"

	"oobscope/audit"
	"oobscope/probes"
	"oobscope/store"
)

// layWaivers adds the waivers of the store to those of the site file of a run.
func (e *engine) layWaivers(scope *audit.Scope) {
	records, troubles := e.store.Waivers(scope.Site.Name)
	merged, more := audit.MergeWaivers(scope.Site, records)
	scope.Waivers = merged
	if e.warn != nil {
		for _, err := range append(troubles, more...) {
			e.warn(err)
		}
	}
}

// waiverForms fills in a form for each flow that can be accepted: what is accepted and how it is bound come from the
// results, who asks is whoever runs the program, and it starts today. Flows that do not deviate are left out.
func (e *engine) waiverForms(res *audit.Results, evidence func(probes.FlowID) (*probes.Observation, bool), flows []probes.FlowID) []audit.WaiverForm {
	var out []audit.WaiverForm
	for _, id := range flows {
		var o *probes.Observation
		if evidence != nil {
			o, _ = evidence(id)
		}
		f := res.Finding(id)
		form, ok := audit.WaiverFor(&f, o)
		if !ok {
			continue
		}
		form.RequestedBy, form.Starts = e.who.name(), e.now().UTC().Format(time.DateOnly)
		if !slices.Contains(out, form) {
			out = append(out, form)
		}
	}
	return out
}

// requestWaivers stores a waiver for each form, all or none if something is wrong with one of them: the error is then
// of type audit.Flaws. A form that names who approved it counts at once, and the trail and the reports say that the
// approver was named; else it counts once somebody else has approved it. run is where the deviation was seen.
func (e *engine) requestWaivers(site *audit.Site, run string, forms []audit.WaiverForm) ([]audit.WaiverRecord, error) {
	now := e.now()
	taken := func(id string) bool {
		return slices.ContainsFunc(site.Waivers, func(w audit.Waiver) bool { return w.ID == id })
	}
	for i := range forms {
		form := forms[i]
		form.ID = "new" // the store gives it its own
		if _, flaws := form.ReadNew(site, now); len(flaws) > 0 {
			return nil, flaws
		}
	}
	var out []audit.WaiverRecord
	for _, form := range forms {
		rec := audit.WaiverRecord{Site: site.Name, WaiverForm: form, Run: run, Requested: audit.Deed{By: e.who.name(), At: now.UTC()}}
		if form.ApprovedBy != "" {
			rec.Approved = &audit.Deed{By: e.who.name(), At: now.UTC(), Note: "named when the waiver was entered"}
		}
		rec, err := e.store.AddWaiver(rec, taken)
		if err != nil {
			return out, err
		}
		out = append(out, rec)
		if err := e.recordWaiver(store.WaiverRequested, &rec, "requested by "+rec.RequestedBy); err != nil {
			return out, err
		}
		if rec.ApprovedBy != "" {
			if err := e.recordWaiver(store.WaiverApproved, &rec, "approver named: "+rec.ApprovedBy); err != nil {
				return out, err
			}
		}
	}
	return out, nil
}

// approveWaiver lets a requested waiver count, under the login of whoever runs the program.
func (e *engine) approveWaiver(id, note string) (audit.WaiverRecord, error) {
	rec, err := e.store.ChangeWaiver(id, func(r *audit.WaiverRecord) error {
		return r.Approve(audit.Deed{By: e.who.name(), At: e.now().UTC(), Note: note})
	})
	if err != nil {
		return rec, err
	}
	return rec, e.recordWaiver(store.WaiverApproved, &rec, "requested by "+rec.RequestedBy)
}

// withdrawWaiver makes a waiver count no more.
func (e *engine) withdrawWaiver(id, note string) (audit.WaiverRecord, error) {
	rec, err := e.store.ChangeWaiver(id, func(r *audit.WaiverRecord) error {
		return r.Withdraw(audit.Deed{By: e.who.name(), At: e.now().UTC(), Note: note})
	})
	if err != nil {
		return rec, err
	}
	return rec, e.recordWaiver(store.WaiverWithdrawn, &rec, note)
}

func (e *engine) recordWaiver(action string, r *audit.WaiverRecord, more string) error {
	words := fmt.Sprintf("%s on %s for %s until %s", r.Verdict, r.Target, r.Service, r.Expires)
	if more != "" {
		words += ", " + more
	}
	return e.record(action, r.ID, words, digestOf([]byte(audit.FormYAML(r.WaiverForm))))
}
