package kits

import (
	"slices"

	"oobscope/kits/document"
)

var actions = map[string]Action{"allow": Allow, "drop": Drop, "reject": Reject}

// rule reads one rule. The published page shows what a rule says, not how its file spells it, so a few
// spellings are taken (formats.md 2).
func (r *reader) rule(n *document.Node) Rule {
	m := r.AsMap(n)
	if m == nil {
		return Rule{}
	}
	rule := Rule{
		Line:       m.Line,
		App:        r.application(m),
		Action:     actions[r.Enum(m, "action", document.Required, "allow", "drop", "reject")],
		Direction:  r.Enum(m, "direction", document.Required, "inbound", "outbound", "internal"),
		Profiles:   r.profiles(r.Map(m, "security_profiles", document.Optional)),
		Decryption: r.decryption(r.Map(m, "decryption", document.Optional)),
		Logging:    r.logging(r.Map(m, "logging", document.Optional)),
		Rationale:  r.text(r.Field(m, document.Optional, "rationale")),
	}
	rule.From, rule.To = r.ends(m)
	r.extensions(r.Map(m, extension, document.Optional), &rule)
	r.Unknown(m)
	return rule
}

// application reads what the rule is about, from a map of its own or straight from the rule.
func (r *reader) application(m *document.Node) Application {
	if a := r.Field(m, document.Optional, "application"); a != nil {
		if m = r.AsMap(a); m == nil {
			return Application{}
		}
		defer r.Unknown(m)
	}
	return Application{
		ID:        r.String(m, "app_id", document.Required),
		Category:  r.String(m, "category", document.Optional),
		Risk:      r.Int(m, "risk", document.Required, 1, 5),
		DependsOn: r.Strings(m, "depends_on", document.Optional),
	}
}

// ends reads the zones on both sides, from "zones" or straight from the rule.
func (r *reader) ends(m *document.Node) (from, to []string) {
	source := []string{"source_zones", "from_zones", "from"}
	destination := []string{"destination_zones", "to_zones", "to"}
	if z := r.Field(m, document.Optional, "zones"); z != nil {
		if m = r.AsMap(z); m == nil {
			return nil, nil
		}
		defer r.Unknown(m)
		source, destination = []string{"source", "from"}, []string{"destination", "to"}
	}
	return r.zones(m, source), r.zones(m, destination)
}

func (r *reader) zones(m *document.Node, keys []string) []string {
	n := r.Field(m, document.Required, keys...)
	names := r.AsStrings(n)
	if n != nil && n.Kind == document.List && len(n.Items) == 0 {
		r.Fail(n, "found an empty list, expected at least one zone", "write [any] for every zone")
	}
	for i, name := range names {
		if name == "*" {
			names[i] = AnyZone
		}
	}
	return names
}

func (r *reader) profiles(m *document.Node) Profiles {
	var p Profiles
	if m == nil {
		return p
	}
	if a := r.Map(m, "antivirus", document.Optional); a != nil {
		p.Antivirus = &Antivirus{Action: r.String(a, "action", document.Optional)}
		r.Unknown(a)
	}
	if i := r.Map(m, "ips", document.Optional); i != nil {
		p.IPS = &IPS{Action: r.String(i, "action", document.Optional), MinSeverity: r.String(i, "min_severity", document.Optional)}
		r.Unknown(i)
	}
	if u := r.Map(m, "url_filtering", document.Optional); u != nil {
		p.URLFiltering = &URLFiltering{
			CredentialPhishing:  r.String(u, "credential_phishing", document.Optional),
			BlockCategories:     r.Strings(u, "block_categories", document.Optional),
			UncategorizedAction: r.String(u, "uncategorized_action", document.Optional),
			AllowList:           r.Strings(u, "allow_list", document.Optional),
		}
		r.Unknown(u)
	}
	if s := r.Map(m, "sandboxing", document.Optional); s != nil {
		p.Sandboxing = &Sandboxing{Enabled: isTrue(r.Bool(s, "enabled", document.Required)), FileTypes: r.Strings(s, "file_types", document.Optional)}
		r.Unknown(s)
	}
	if d := r.Map(m, "dns_security", document.Optional); d != nil {
		p.DNSSecurity = &DNSSecurity{Action: r.String(d, "action", document.Optional), Sinkhole: isTrue(r.Bool(d, "sinkhole", document.Optional))}
		r.Unknown(d)
	}
	r.Unknown(m)
	return p
}

func isTrue(b *bool) bool { return b != nil && *b }

func (r *reader) decryption(m *document.Node) Decryption {
	if m == nil {
		return Decryption{}
	}
	defer r.Unknown(m)
	return Decryption{
		Mode:       r.Enum(m, "mode", document.Required, "none", "ssl_inbound_inspection", "ssl_forward_proxy"),
		Exclusions: r.Strings(m, "exclusions", document.Optional),
	}
}

func (r *reader) logging(m *document.Node) Logging {
	if m == nil {
		return Logging{}
	}
	defer r.Unknown(m)
	return Logging{
		Start:      r.Bool(m, "log_start", document.Optional),
		End:        r.Bool(m, "log_end", document.Optional),
		Forwarding: r.String(m, "forwarding", document.Optional),
	}
}

// extensions reads what stands under x-oobscope of a rule. Names that lead nowhere are warned of: the kit
// may be newer than our catalogue.
func (r *reader) extensions(m *document.Node, rule *Rule) {
	if m == nil {
		return
	}
	rule.Services = r.names(m, "services", "the service catalogue", func(id string) bool { return ServiceByID(id) != nil })
	rule.Mitigates = r.names(m, "mitigates", "the kit's mitre_attack", func(id string) bool {
		return slices.ContainsFunc(r.kit.Techniques, func(t Technique) bool { return t.ID == id })
	})
	rule.Controls = r.names(m, "controls", "the kit's key_controls", func(name string) bool {
		return slices.Contains(r.kit.Threat.KeyControls, name)
	})
	if roles := r.Map(m, "roles", document.Optional); roles != nil {
		rule.FromRoles = r.Strings(roles, "source", document.Optional)
		rule.ToRoles = r.Strings(roles, "destination", document.Optional)
		r.Unknown(roles)
	}
	r.Field(m, document.Optional, "tests") // cases for those who work on the kit; they decide nothing here
	r.Unknown(m)
}

// names reads a list of texts that refer to something elsewhere.
func (r *reader) names(m *document.Node, key, where string, known func(string) bool) []string {
	var out []string
	for _, n := range r.List(m, key, document.Optional) {
		s := r.AsString(n)
		if s == "" {
			continue
		}
		if !known(s) {
			r.Warn(n, "found "+n.Found()+", which is not in "+where, "")
		}
		out = append(out, s)
	}
	return out
}
