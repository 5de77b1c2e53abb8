package views

import (
	"slices"
	"strconv"
	"strings"

	"oobscope/audit"
	"oobscope/kits"
)

// inForce is the plan that the screens speak of: that of the run on screen, else that of the next run;
// nil if nothing is planned.
func inForce(s *State) *audit.Scope {
	if s.Results != nil {
		return s.Results.Scope
	}
	return s.Scope
}

// siteInForce is the site of that plan, else the one that is loaded; nil for none.
func siteInForce(s *State) *audit.Site {
	if sc := inForce(s); sc != nil {
		return sc.Site
	}
	return s.Site
}

// kitsInForce are the kits of that plan, else the kits in use, in their order.
func kitsInForce(s *State) []*kits.Kit {
	if sc := inForce(s); sc != nil {
		return sc.Kits
	}
	var out []*kits.Kit
	for _, e := range s.Kits {
		if e.Active {
			out = append(out, e.Kit)
		}
	}
	return out
}

// rulesInForce is the ordered list of the rules of those kits.
func rulesInForce(s *State) []audit.RuleRef {
	if sc := inForce(s); sc != nil {
		return sc.Rules
	}
	var out []audit.RuleRef
	for _, k := range kitsInForce(s) {
		for i := range k.Rules {
			out = append(out, audit.RuleRef{Index: len(out), Local: i, Kit: k, Rule: &k.Rules[i]})
		}
	}
	return out
}

// tallyOfRule is what the run on screen says of a rule; nil without a run.
func tallyOfRule(s *State, rule int) *audit.Tally {
	if s.Results == nil || rule < 0 || rule >= len(s.Results.Scope.Rules) {
		return nil
	}
	return &s.Results.ByRule[rule]
}

// simulated tells whether what is on screen comes from the built-in simulation.
func simulated(s *State) bool {
	if s.Results != nil && s.Run.Simulated {
		return true
	}
	site := siteInForce(s)
	return site != nil && site.Simulated
}

// namesZone tells whether a rule's zone list names a zone, as the planner reads it.
func namesZone(list []string, zone string) bool {
	return slices.Contains(list, zone) || slices.Contains(list, kits.AnyZone) || slices.Contains(list, "*")
}

// ruleName is how a rule is called in a line: its place in the order, and its app.
func ruleName(r *audit.RuleRef) string { return strconv.Itoa(r.Index) + " " + r.Rule.App.ID }

// shortList sets as many items as fit into w cells, and the number of the others: "trust +2". The first item
// always stands.
func shortList(items []string, w int) string {
	out := ""
	for i, item := range items {
		next := Safe(item)
		if i > 0 {
			next = out + "," + next
		}
		tail := ""
		if left := len(items) - i - 1; left > 0 {
			tail = " +" + strconv.Itoa(left)
		}
		if i > 0 && Width(next+tail) > w {
			return out + " +" + strconv.Itoa(len(items)-i)
		}
		out = next
	}
	return out
}

// portsOf are the transports and ports of a service at a site: "tcp/443,8443".
func portsOf(site *audit.Site, svc *kits.Service) string {
	var out []string
	for _, e := range svc.Endpoints {
		ports := []uint16{e.Port}
		if site != nil && len(site.Ports[svc.ID]) > 0 && e.Port != 0 {
			ports = site.Ports[svc.ID]
		}
		if e.Port == 0 {
			out = append(out, e.Proto)
			continue
		}
		text := make([]string, len(ports))
		for i, p := range ports {
			text[i] = strconv.Itoa(int(p))
		}
		out = append(out, e.Proto+"/"+strings.Join(text, ","))
	}
	return strings.Join(out, " ")
}

// counted is a number with its noun.
func counted(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return strings.Replace(many, "%s", Count(n), 1)
}
