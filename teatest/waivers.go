package teatest

import (
	"cmp"
	"fmt"
	"slices"

	"oobscope/audit"
)

// waive keeps waivers as a store does, one by one.
func (e *Engine) waive(site *audit.Site, run string, forms []audit.WaiverForm) (out []audit.Waiver, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, form := range forms {
		if err := e.Refuse["waive"]; err != nil {
			return out, err
		}
		form.ID = fmt.Sprintf("w-261122-%d", len(e.records)+1)
		if _, flaws := form.ReadNew(site, e.Clock.Now()); len(flaws) > 0 {
			return out, flaws
		}
		rec := audit.WaiverRecord{Site: site.Name, WaiverForm: form, Run: run, Requested: audit.Deed{By: e.user(), At: e.Clock.Now()}}
		w, err := rec.Waiver()
		if err != nil {
			return out, err
		}
		e.records = append(e.records, rec)
		out = append(out, w)
	}
	return out, nil
}

func (e *Engine) withdraw(_ string, ids []string) (gone []string, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.Refuse["withdraw"]; err != nil {
		return nil, err
	}
	for i := range e.records {
		if r := &e.records[i]; slices.Contains(ids, r.ID) {
			if err := r.Withdraw(audit.Deed{By: e.user(), At: e.Clock.Now()}); err != nil {
				return gone, err
			}
			gone = append(gone, r.ID)
		}
	}
	return gone, nil
}

// Waivers are the records of waivers, withdrawn ones too.
func (e *Engine) Waivers() []audit.WaiverRecord {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.records)
}

// user is the login of the person at the keyboard.
func (e *Engine) user() string { return cmp.Or(e.User, "netops") }

func (e *Engine) approve(_ string, ids []string) (given []audit.Waiver, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.Refuse["approve"]; err != nil {
		return nil, err
	}
	for i := range e.records {
		if r := &e.records[i]; slices.Contains(ids, r.ID) {
			if err := r.Approve(audit.Deed{By: e.user(), At: e.Clock.Now()}); err != nil {
				return given, err
			}
			w, err := r.Waiver()
			if err != nil {
				return given, err
			}
			given = append(given, w)
		}
	}
	return given, nil
}

func (e *Engine) waivers(string) ([]audit.WaiverRecord, []error) {
	if err := e.Refuse["waivers"]; err != nil {
		return nil, []error{err}
	}
	return e.Waivers(), nil
}

// Approves lets somebody else approve all that was asked for, beside the console.
func (e *Engine) Approves(login string) {
	e.tb.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	for i := range e.records {
		if err := e.records[i].Approve(audit.Deed{By: login, At: e.Clock.Now()}); err != nil {
			e.tb.Fatal(err)
		}
	}
}
