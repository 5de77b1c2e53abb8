package views

import (
	"fmt"
	"strings"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/probes"
)

// fill writes the page of a rule: what was seen comes right after why the rule is there.
func (r *Rule) fill(s *State, ref *audit.RuleRef, w int) {
	rw, rule := &s.Words.Rule, ref.Rule
	cell := actionCell(s, rule.Action)
	r.page.add(cell.Ink.On(cell.Text) + "  " + Safe(allZones(s, rule.From)+" "+s.Theme.Glyph.Arrow+" "+allZones(s, rule.To)))
	r.page.add(s.Theme.Dim.On(Safe(serviceNames(s, rule))))
	r.page.head(s.Theme, rw.Rationale, "")
	r.page.prose(orText(rule.Rationale.In(s.Lang), s.Words.Plain.NotStated))
	r.observed(s, ref, w)
	r.page.head(s.Theme, rw.Application, "")
	r.page.add(s.Theme.Fields(applicationFields(s, rule), w)...)
	r.page.head(s.Theme, rw.Profiles, "")
	r.page.add(s.Theme.Fields(profileFields(s, &rule.Profiles), w)...)
	r.page.head(s.Theme, rw.DecryptionLogging, "")
	r.page.add(s.Theme.Fields([][2]string{
		{rw.Decryption, orText(rule.Decryption.Mode, s.Words.Plain.NotStated)},
		{rw.Exclusions, orText(strings.Join(rule.Decryption.Exclusions, ", "), s.Words.Plain.None)},
		{rw.LogAtStart, yesNo(s, rule.Logging.Start)}, {rw.LogAtEnd, yesNo(s, rule.Logging.End)},
		{rw.Forwarding, orText(rule.Logging.Forwarding, s.Words.Plain.NotStated)},
	}, w)...)
	r.page.head(s.Theme, rw.ControlsTechniques, "")
	r.page.add(s.Theme.Fields([][2]string{
		{rw.Controls, orText(strings.Join(rule.Controls, ", "), s.Words.Plain.None)},
		{rw.Mitigates, orText(strings.Join(techniqueNames(ref.Kit, rule.Mitigates), s.Words.Host.Also), s.Words.Plain.None)},
	}, w)...)
}

// observed is what the run on screen says of the rule: verdicts, the worst deviations, what was left out.
func (r *Rule) observed(s *State, ref *audit.RuleRef, w int) {
	rw := &s.Words.Rule
	y := tallyOfRule(s, ref.Index)
	if y == nil {
		r.page.head(s.Theme, rw.Observed, "")
		r.page.add(Wrap(toFirstRun(s), w)...)
		r.untested(s, ref, w)
		return
	}
	r.page.head(s.Theme, rw.Observed, counted(y.Flows(), s.Words.Plain.OneFlow, s.Words.Plain.FlowCount))
	if y.Flows() == 0 {
		r.page.add(Wrap(rw.NothingAskedLong, w)...)
	}
	r.page.add(verdictLines(s, y, w)...)
	worst := worstUnder(s.Results, ref.Index, deviationsShown)
	if len(worst) > 0 {
		r.page.head(s.Theme, rw.WorstDeviations, Count(len(worst))+"/"+Count(y.Deviations()))
	}
	r.deviations(s, worst, w)
	r.untested(s, ref, w)
}

// deviations lists deviations as lines that open their evidence.
func (r *Rule) deviations(s *State, worst []probes.FlowID, w int) {
	if len(worst) == 0 {
		return
	}
	// All are under the same rule, and its services stand above: where room is short, the reason matters more.
	cols := findingColumns(s, worst)[:6]
	cols[4].Drop = 2
	widths := append(layout(cols, w, nil), 0)
	rows := make([][]Cell, len(worst))
	for i, id := range worst {
		rows[i] = make([]Cell, len(widths))
		findingRow(s, id, widths, rows[i])
	}
	for i, line := range s.Theme.Table(cols, rows, w) {
		if i == 0 {
			r.page.add(line)
		} else {
			a := evidenceOf(worst[i-1])
			a.Flows = worst
			r.page.open(line, a)
		}
	}
}

// untested says which parts of the rule cannot be tested from here, and why.
func (r *Rule) untested(s *State, ref *audit.RuleRef, w int) {
	for _, u := range untestedRows(inForce(s)) {
		if u.rule != ref.Index {
			continue
		}
		text := fmt.Sprintf(s.Words.Rule.Untested, Count(u.lines), untestedReason(s, u.rule, u.reason))
		if len(u.what) > 0 {
			text += " (" + strings.Join(u.what, " ") + ")"
		}
		look := s.Theme.Verdict(audit.NotTested)
		for i, l := range Wrap(text, max(1, w-2)) {
			if i == 0 {
				l = look.Sign + " " + l
			} else {
				l = "  " + l
			}
			r.page.add(look.Ink.On(l))
		}
	}
}

func applicationFields(s *State, rule *kits.Rule) [][2]string {
	rw, p := &s.Words.Rule, &s.Words.Plain
	out := [][2]string{
		{s.Words.Head.App, rule.App.ID}, {s.Words.Head.Category, orText(rule.App.Category, p.NotStated)},
		{s.Words.Head.Risk, riskCell(s, rule.App.Risk).Text},
		{rw.DependsOn, orText(strings.Join(rule.App.DependsOn, ", "), p.None)},
		{s.Words.Head.Direction, orText(rule.Direction, p.NotStated)},
		{s.Words.Head.From, rolesAfter(allZones(s, rule.From), rule.FromRoles)},
		{s.Words.Head.To, rolesAfter(allZones(s, rule.To), rule.ToRoles)},
	}
	for _, svc := range kits.ServicesFor(rule) {
		out = append(out, [2]string{s.Words.Head.Service, svc.Title.In(s.Lang) + "  " + portsOf(siteInForce(s), svc)})
	}
	return out
}

func rolesAfter(zones string, roles []string) string {
	if len(roles) == 0 {
		return zones
	}
	return zones + " (" + strings.Join(roles, ", ") + ")"
}

// profileFields are the settings of every profile, those that are not attached included.
func profileFields(s *State, p *kits.Profiles) [][2]string {
	rw, pw := &s.Words.Rule, &s.Words.Plain
	named := func(format, value string) string {
		if value == "" {
			return ""
		}
		return fmt.Sprintf(format, value)
	}
	av, ips, url, sbx, dns := rw.NotAttached, rw.NotAttached, rw.NotAttached, rw.NotAttached, rw.NotAttached
	if p.Antivirus != nil {
		av = orText(p.Antivirus.Action, pw.NotStated)
	}
	if p.IPS != nil {
		ips = join(s.Words.Host.Also, p.IPS.Action, named(rw.MinSeverity, p.IPS.MinSeverity))
	}
	if u := p.URLFiltering; u != nil {
		url = join(s.Words.Host.Also, named(rw.CredentialPhishing, u.CredentialPhishing), named(rw.BlockCategories, strings.Join(u.BlockCategories, ", ")),
			named(rw.Uncategorized, u.UncategorizedAction), named(rw.AllowList, strings.Join(u.AllowList, ", ")))
	}
	if b := p.Sandboxing; b != nil {
		state := rw.Off
		if b.Enabled {
			state = rw.On
		}
		sbx = join(s.Words.Host.Also, state, named(rw.FileTypes, strings.Join(b.FileTypes, ", ")))
	}
	if d := p.DNSSecurity; d != nil {
		sink := ""
		if d.Sinkhole && d.Action != "sinkhole" {
			sink = rw.Sinkhole
		}
		dns = join(s.Words.Host.Also, d.Action, sink)
	}
	for _, x := range []*string{&ips, &url, &dns} {
		*x = orText(*x, pw.NotStated)
	}
	return [][2]string{{rw.Antivirus, av}, {rw.IPS, ips}, {rw.URLFilter, url}, {rw.Sandbox, sbx}, {rw.DNSSecurity, dns}}
}

func yesNo(s *State, b *bool) string {
	switch {
	case b == nil:
		return s.Words.Plain.NotStated
	case *b:
		return s.Words.Plain.Yes
	}
	return s.Words.Plain.No
}

// techniqueNames names techniques by the table of the kit.
func techniqueNames(k *kits.Kit, ids []string) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = id
		for _, t := range k.Techniques {
			if t.ID == id {
				out[i] = id + " " + t.Name
			}
		}
	}
	return out
}
