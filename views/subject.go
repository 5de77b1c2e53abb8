package views

import (
	"oobscope/audit"
	"oobscope/kits"
	"oobscope/probes"
)

// subject is what a line is about: everything that other screens may name too. Empty fields are not part of it.
type subject struct {
	at         string // the screen that asks: its own page is no jump
	flow       *audit.Finding
	host       string // an address of the plan
	rule       int    // among the rules in force; -1 for none
	service    string // by id
	techniques []string
	controls   []string
	kits       []string // id@version
	weak       string   // a weakness, by its wire name
	site       string
	run        string // id of a stored run
}

// nothing is a subject that nothing is known of.
func nothing() subject { return subject{rule: -1} }

// aboutRule is a rule as a subject, with what it carries.
func aboutRule(s *State, index int) subject {
	a := nothing()
	list := rulesInForce(s)
	if index < 0 || index >= len(list) {
		return a
	}
	ref := &list[index]
	a.rule, a.kits = index, []string{ref.Kit.Ref()}
	a.techniques, a.controls = ref.Rule.Mitigates, ref.Rule.Controls
	return a
}

// aboutFlow is a line about a flow as a subject: its host, its service and the rule that decided it.
func aboutFlow(s *State, f *audit.Finding) subject {
	a := aboutRule(s, f.Rule)
	a.flow, a.service = f, f.ServiceID()
	if f.Target.IsValid() {
		a.host = f.Target.String()
	}
	if site := siteInForce(s); site != nil {
		a.site = site.Name
	}
	return a
}

// aboutFlowID is a flow of the run on screen as a subject.
func aboutFlowID(s *State, id probes.FlowID) subject {
	if s.Results == nil || int(id) >= len(s.Results.Judged) {
		return nothing()
	}
	f := findingOf(s.Results, id)
	return aboutFlow(s, &f)
}

// aboutHost is a host as a subject.
func aboutHost(s *State, addr string) subject {
	a := nothing()
	a.host = addr
	if site := siteInForce(s); site != nil {
		a.site = site.Name
	}
	return a
}

// aboutRun is a stored run as a subject: itself, and the runs that can be held against it.
func aboutRun(r *audit.Run) subject {
	a := nothing()
	a.run, a.site, a.kits = r.ID, r.Site, r.Kits
	return a
}

// aboutKit is a kit as a subject.
func aboutKit(k *kits.Kit) subject {
	a := nothing()
	a.at, a.kits = "kits", []string{k.Ref()}
	return a
}

// aboutControl is a key control as a subject, with the worst of the rules that carry it.
func aboutControl(s *State, control string, carriers []int) subject {
	a := nothing()
	if i := worstRule(s, carriers); i >= 0 {
		a = aboutRule(s, i)
		a.techniques = nil
	}
	a.at, a.controls = "threat", []string{control}
	return a
}
