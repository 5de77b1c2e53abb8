package tui

import (
	"net/netip"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"oobscope/audit"
	"oobscope/probes"
	"oobscope/tui/palette"
	"oobscope/views"
)

// scope is what the screens show: that of the run on screen, else of the next one; nil for none.
func (m *model) scope() *audit.Scope {
	if m.state.Results != nil {
		return m.state.Results.Scope
	}
	return m.state.Scope
}

// policyOffers are the rules, services, techniques and kits.
func (m *model) policyOffers() []offer {
	s := &m.state.Words.Shell
	var out []offer
	out = append(out, m.ruleOffers()...)
	if sc := m.scope(); sc != nil {
		out = append(out, m.serviceOffers(sc)...)
	}
	for _, e := range m.state.Kits {
		ref, does := e.Kit.Ref(), s.UseKit
		if e.Active {
			does = s.DropKit
		}
		for _, t := range e.Kit.Techniques {
			out = append(out, offerOf("technique "+t.ID, say(s.TechniqueOn, m.titleOf(attackScreen)), "", t.Name+" "+t.Tactic,
				quietly(func(m *model) { m.goTo(attackScreen, t.ID) })))
		}
		out = append(out, offerOf("kit "+ref, does, "", e.Kit.Title.In(m.state.Lang), func(m *model) tea.Cmd { return m.toggleKit(ref) }))
	}
	return out
}

func (m *model) ruleOffers() []offer {
	var out []offer
	seen := map[string]bool{}
	for i, ref := range views.RulesInForce(&m.state) {
		rule := ref.Rule
		name := "rule " + rule.App.ID
		if rule.App.ID == "" || seen[name] {
			name = strings.TrimRight(name, " ") + " " + strconv.Itoa(i)
		}
		seen[name] = true
		out = append(out, offerOf(name, m.state.Words.Shell.OpenRule, "", strconv.Itoa(i)+" "+rule.App.Category+" "+strings.Join(rule.Mitigates, " "),
			quietly(func(m *model) { m.goTo(ruleScreen, strconv.Itoa(i)) })))
	}
	return out
}

// serviceOffers lead to the flows of each service that the plan asks about.
func (m *model) serviceOffers(sc *audit.Scope) []offer {
	does := say(m.state.Words.Shell.FlowsOf, m.titleOf(driftScreen))
	var out []offer
	seen := map[string]bool{}
	for g := range sc.Plan.Groups {
		for _, e := range sc.Plan.Groups[g].Endpoints {
			if id := e.Service; !seen[id] {
				seen[id] = true
				out = append(out, offerOf("service "+id, does, "", e.Proto.String()+" "+strconv.Itoa(int(e.Port)),
					quietly(func(m *model) { m.goTo(driftScreen, "service:"+id) })))
			}
		}
	}
	return out
}

// titleOf is the name of a screen of the menu.
func (m *model) titleOf(name string) string {
	if i := m.at.find(name); i >= 0 {
		return m.title(i)
	}
	return name
}

// runOffers are the stored runs.
func (m *model) runOffers() []offer {
	s, w := &m.state.Words.Shell, m.state.Words
	var out []offer
	for i := range m.state.Runs {
		r := &m.state.Runs[i]
		text := views.Stamp(r.Started) + " " + r.Site + " " + w.RunState[r.State]
		id := r.ID
		out = append(out, offerOf("run "+id, say(s.OpenRun, text), "", "open", func(m *model) tea.Cmd { return m.openRun(id) }))
	}
	return out
}

// hostIndex are the addresses of a plan, written out once.
type hostIndex struct {
	plan  *probes.Plan
	hosts *palette.Hosts
}

// hostWords may stand beside an address.
const hostWords = " go to open host hosts ip address ホスト "

// hostOffers are the hosts whose address has what was typed in it, as far as they fit; total is how many there are.
func (m *model) hostOffers(query string) (rows []offer, total int) {
	sc := m.scope()
	part := ""
	for _, w := range strings.Fields(strings.ToLower(query)) {
		switch {
		case strings.Contains(hostWords, " "+w+" "):
		case part == "" && palette.Address(w):
			part = w
		default:
			return nil, 0
		}
	}
	if sc == nil || part == "" {
		return nil, 0
	}
	if m.hosts.plan != sc.Plan {
		m.hosts = hostIndex{sc.Plan, palette.NewHosts(sc.Plan.Hosts(), func(i int) netip.Addr { return sc.Plan.Host(i).Addr })}
	}
	found, total := m.hosts.hosts.Search(part, maxRows)
	for _, i := range found {
		addr := m.hosts.hosts.Addr(i)
		rows = append(rows, offerOf("host "+addr, m.state.Words.Shell.OpenHost, "", "", quietly(func(m *model) { m.goTo(hostScreen, addr) })))
	}
	return rows, total
}
