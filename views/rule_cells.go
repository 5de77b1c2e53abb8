package views

import (
	"fmt"
	"strings"

	"oobscope/audit"
	"oobscope/kits"
)

// actionCell is what a rule does, by sign and word.
func actionCell(s *State, a kits.Action) Cell {
	intent := audit.Unstated
	switch a {
	case kits.Allow:
		intent = audit.IntentAllow
	case kits.Drop:
		intent = audit.IntentDrop
	case kits.Reject:
		intent = audit.IntentReject
	}
	return s.Theme.Action(a).Cell(s.Words.Intent[intent])
}

// riskCell is the risk of an app on its scale.
func riskCell(s *State, risk int) Cell {
	if risk < 1 || risk > 5 {
		return Cell{"-", s.Theme.Dim}
	}
	return Cell{fmt.Sprintf("%d/5", risk), s.Theme.Severity(uint8(risk)).Ink}
}

// zoneNames are the zones of one side of a rule in w cells.
func zoneNames(s *State, zones []string, w int) string {
	if len(zones) == 0 {
		return "-"
	}
	if namesZone(zones, kits.AnyZone) {
		return s.Words.Plain.Any
	}
	return shortList(zones, w)
}

// allZones are the zones of one side of a rule, for a page where there is room.
func allZones(s *State, zones []string) string {
	if len(zones) == 0 {
		return "-"
	}
	if namesZone(zones, kits.AnyZone) {
		return s.Words.Plain.Any
	}
	return strings.Join(zones, ", ")
}

// profilesCell names the inspection profiles of a rule: in short in a column of w cells, so that all rows are alike, and
// in full where there is no end of room or it is said.
func profilesCell(s *State, p *kits.Profiles, w int) Cell {
	rw := &s.Words.Rule
	full, short := []string{}, []string{}
	for _, x := range []struct {
		on          bool
		long, brief string
	}{
		{p.Antivirus != nil, rw.Antivirus, "AV"}, {p.IPS != nil, rw.IPS, "IPS"}, {p.URLFiltering != nil, rw.URLFilter, "URL"},
		{p.Sandboxing != nil && p.Sandboxing.Enabled, rw.Sandbox, "SBX"}, {p.DNSSecurity != nil, rw.DNSSecurity, "DNS"},
	} {
		if x.on {
			full, short = append(full, x.long), append(short, x.brief)
		}
	}
	text := strings.Join(full, ", ")
	switch {
	case text == "":
		return Cell{"-", s.Theme.Dim}
	case w < boundless && s.Theme.Spoken == nil:
		return Cell{Text: strings.Join(short, " ")}
	}
	return Cell{Text: text}
}

// loggingText says when the firewall writes a line, and where it sends it.
func loggingText(s *State, l *kits.Logging) string {
	rw := &s.Words.Rule
	var when []string
	if l.Start != nil && *l.Start {
		when = append(when, rw.LogStart)
	}
	if l.End != nil && *l.End {
		when = append(when, rw.LogEnd)
	}
	text := strings.Join(when, ", ")
	switch {
	case text == "" && l.Start == nil && l.End == nil && l.Forwarding == "":
		return s.Words.Plain.NotStated
	case text == "":
		text = s.Words.Plain.None
	}
	if l.Forwarding != "" {
		text += " " + s.Theme.Glyph.Arrow + " " + l.Forwarding
	}
	return text
}

// serviceNames says what a rule means on the wire: services and their ports at this site.
func serviceNames(s *State, rule *kits.Rule) string {
	var out []string
	for _, svc := range kits.ServicesFor(rule) {
		out = append(out, svc.Title.In(s.Lang)+" "+portsOf(siteInForce(s), svc))
	}
	if len(out) == 0 {
		return s.Words.Rule.NoService
	}
	return strings.Join(out, s.Words.Host.Also)
}

func orText(text, instead string) string {
	if text == "" {
		return instead
	}
	return text
}
