package pseudonym

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"oobscope/audit"
)

// site writes the site file anew: the same zones, targets and settings under other addresses. The names of zones stay,
// because the rules of the kits are about them; what a person wrote beside the settings is gone.
func (x *Names) site(s *audit.Site, waivers []audit.WaiverForm) []byte {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("schema: %s", audit.SiteSchema)
	line("name: %s", quote(x.siteName(s.Name)))
	line("zones:")
	for _, z := range s.Zones {
		list := x.prefixes(z.Prefixes)
		if z.Rest {
			list = append(list, quote("*"))
		}
		line("  %s: [%s]", quote(z.Name), strings.Join(list, ", "))
	}
	if s.Vantage.Name != "" {
		zone := ""
		if s.Vantage.Zone != "" {
			zone = ", zone: " + quote(s.Vantage.Zone)
		}
		line("vantage: {name: %s%s}", quote(x.vantageName(s.Vantage.Name)), zone)
	}
	line("targets:")
	for _, t := range s.Targets {
		exclude := ""
		if len(t.Exclude) > 0 {
			exclude = fmt.Sprintf(", exclude: [%s]", strings.Join(x.prefixes(t.Exclude), ", "))
		}
		line("  - {role: %s, addresses: [%s]%s}", t.Role, strings.Join(x.prefixes(t.Addresses), ", "), exclude)
	}
	line("defaults: {interzone: %s, intrazone: %s}", s.Interzone, s.Intrazone)
	line("enforcement: {style: %s, on_link: %v, host_firewall: %v, reject: [%s]}", s.Style, s.OnLink, s.HostFirewall, strings.Join(s.RejectWith, ", "))
	x.settings(s, line)
	if len(waivers) > 0 {
		line("waivers:")
		for _, w := range waivers {
			b.WriteString(audit.FormYAML(w))
		}
	}
	return []byte(b.String())
}

// settings writes how the site is probed.
func (x *Names) settings(s *audit.Site, line func(string, ...any)) {
	p := &s.Probe
	var list []string
	add := func(yes bool, format string, args ...any) {
		if yes {
			list = append(list, fmt.Sprintf(format, args...))
		}
	}
	add(p.Pace != "", "pace: %s", p.Pace)
	add(p.Gap > 0, "per_host_gap: %s", p.Gap)
	add(p.Attempts > 0, "attempts: %d", p.Attempts)
	add(p.Timeout > 0, "timeout: %s", p.Timeout)
	add(p.Window != "", "window: %s", quote(p.Window))
	var canaries []netip.Prefix
	for _, c := range p.Canaries {
		canaries = append(canaries, netip.PrefixFrom(c, c.BitLen()))
	}
	add(len(canaries) > 0, "canary: [%s]", strings.Join(x.prefixes(canaries), ", "))
	if len(list) > 0 {
		line("probe: {%s}", strings.Join(list, ", "))
	}
	if len(s.Ports) > 0 {
		line("services:")
		var ids []string
		for id := range s.Ports {
			ids = append(ids, id)
		}
		slices.Sort(ids)
		for _, id := range ids {
			line("  %s: {ports: [%s]}", id, strings.Trim(strings.ReplaceAll(fmt.Sprint(s.Ports[id]), " ", ", "), "[]"))
		}
	}
}

// prefixes renames a list and writes it as YAML, single addresses as such.
func (x *Names) prefixes(list []netip.Prefix) []string {
	var out []string
	for _, p := range list {
		to := x.Prefix(p)
		if to.IsSingleIP() {
			out = append(out, quote(to.Addr().String()))
		} else {
			out = append(out, quote(to.String()))
		}
	}
	return out
}

// quote writes a word that holds no quote and no backslash as YAML.
func quote(s string) string { return `"` + s + `"` }

func (x *Names) siteName(s string) string { return x.own("site", s) }

func (x *Names) vantageName(s string) string { return x.own("vantage", s) }

// own renames a name that only the user's own files have.
func (x *Names) own(kind, s string) string {
	if s == "" {
		return ""
	}
	x.Know(s)
	return kind + "-" + x.hex(kind, s, 6)
}

// waiver renames what a waiver says. print is the fingerprint that fits the renamed observation.
func (x *Names) waiver(f audit.WaiverForm, print string) audit.WaiverForm {
	if a, err := netip.ParseAddr(f.Target); err == nil {
		f.Target = x.Addr(a).String()
	}
	f.RequestedBy, f.ApprovedBy = x.own("person", f.RequestedBy), x.own("person", f.ApprovedBy)
	f.ID, f.Reason, f.Ticket, f.Fingerprint = x.own("w", f.ID), "(taken out)", "", print
	return f
}

func (x *Names) deed(d *audit.Deed) *audit.Deed {
	if d == nil {
		return nil
	}
	return &audit.Deed{By: x.own("person", d.By), At: d.At}
}
