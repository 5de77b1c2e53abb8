package kits

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// facts writes everything that a rule sets as one line, so that one wrong field shows.
func facts(r Rule) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %d needs %s; %s %s %s > %s", r.App.ID, r.App.Category, r.App.Risk, list(r.App.DependsOn),
		r.Action, r.Direction, list(r.From), list(r.To))
	p := r.Profiles
	if p.Antivirus != nil {
		fmt.Fprintf(&b, "; av %s", p.Antivirus.Action)
	}
	if p.DNSSecurity != nil {
		fmt.Fprintf(&b, "; dns %s sinkhole %t", p.DNSSecurity.Action, p.DNSSecurity.Sinkhole)
	}
	if p.IPS != nil {
		fmt.Fprintf(&b, "; ips %s %s", p.IPS.Action, p.IPS.MinSeverity)
	}
	if s := p.Sandboxing; s != nil {
		fmt.Fprintf(&b, "; sandbox %t %s", s.Enabled, list(s.FileTypes))
	}
	if u := p.URLFiltering; u != nil {
		fmt.Fprintf(&b, "; url block %s phishing %s unrated %s allow %s", list(u.BlockCategories), u.CredentialPhishing, u.UncategorizedAction, list(u.AllowList))
	}
	fmt.Fprintf(&b, "; decrypt %s %s; log %s %s %s", r.Decryption.Mode, list(r.Decryption.Exclusions), yesNo(r.Logging.Start), yesNo(r.Logging.End), r.Logging.Forwarding)
	fmt.Fprintf(&b, "; services %s roles %s %s; mitigates %s; controls %s", list(r.Services), list(r.FromRoles), list(r.ToRoles), list(r.Mitigates), list(r.Controls))
	return b.String()
}

func list(s []string) string { return "[" + strings.Join(s, " ") + "]" }

func yesNo(b *bool) string {
	if b == nil {
		return "unsaid"
	}
	return fmt.Sprint(*b)
}

func TestBuiltInRules(t *testing.T) {
	t.Parallel()
	want := [][]string{{
		"infra_mgmt_web infrastructure 4 needs [dns]; allow inbound [trust internal management] > [management]; av block; ips block medium; url block [] phishing block unrated  allow []; decrypt ssl_inbound_inspection []; log false true siem_high_priority; services [] roles [] []; mitigates [T1190]; controls [management_zone_segmentation ssl_inbound_inspection identity_user_group]",
		"bmc_management infrastructure 4 needs [dns]; allow internal [management] > [management]; av block; ips block low; sandbox true [firmware_image pe]; decrypt none [cert_pinned_app]; log false true siem_high_priority; services [] roles [] []; mitigates [T1542.001 T1210]; controls [management_zone_segmentation firmware_sandboxing]",
		"icmp_probe networking 1 needs []; allow internal [management] > [management]; ips default ; decrypt none []; log unsaid true siem_default; services [] roles [] []; mitigates []; controls [management_zone_segmentation]",
		"slp networking 2 needs []; allow internal [management] > [management]; ips default ; decrypt none []; log unsaid true siem_default; services [] roles [] []; mitigates []; controls [management_zone_segmentation]",
		"dns networking 2 needs []; allow internal [management] > [internal]; dns block sinkhole true; decrypt none []; log unsaid true siem_default; services [] roles [] []; mitigates []; controls [management_zone_segmentation]",
		"firmware_update infrastructure 3 needs [dns ssl]; allow outbound [management] > [internet]; av block; dns block sinkhole true; ips block low; sandbox true [firmware_image pe archive]; url block [malware phishing c2 newly_registered_domain compromised] phishing block unrated block allow []; decrypt ssl_forward_proxy []; log false true siem_high_priority; services [] roles [] []; mitigates [T1542.001]; controls [ssl_forward_proxy firmware_sandboxing]",
		"clear_text_mgmt infrastructure 4 needs []; drop internal [management] > [management]; decrypt  []; log true true siem_high_priority; services [cim-http sftp-rfc913 ipmi] roles [] []; mitigates [T1557]; controls [block_cleartext_management management_zone_segmentation]",
	}, {
		"bmc_config_disclosure infrastructure 5 needs []; drop inbound [any] > [any]; decrypt  []; log true true siem_high_priority; services [upnp-psblock] roles [] []; mitigates [T1595 T1190 T1552.001]; controls [restrict_management_sources bmc_treated_as_server]",
		"server_control_panel infrastructure 4 needs []; drop inbound [any] > [any]; decrypt  []; log true true siem_high_priority; services [control-panel] roles [] []; mitigates [T1595 T1190 T1078]; controls [restrict_management_sources strong_unique_passwords current_management_software]",
	}}
	for i, k := range BuiltIn() {
		if len(k.Rules) != len(want[i]) {
			t.Fatalf("%s: %d rules, want %d", k.ID, len(k.Rules), len(want[i]))
		}
		for j, r := range k.Rules {
			if got := facts(r); got != want[i][j] {
				t.Errorf("%s rule %d\ngot  %s\nwant %s", k.ID, j, got, want[i][j])
			}
		}
	}
}

func TestBuiltInHeads(t *testing.T) {
	t.Parallel()
	ks := BuiltIn()
	if len(ks) != 2 {
		t.Fatalf("%d kits, want 2", len(ks))
	}
	for i, want := range []struct {
		ref        string
		author     Author
		techniques []Technique
		controls   []string
		references []Reference
	}{{
		"out_of_band_server_management@1.0.0", Author{Name: "NeuralWall Rules Team", Org: "NeuralWall"},
		[]Technique{
			{"T1190", "Exploit Public-Facing Application", "initial-access"},
			{"T1210", "Exploitation of Remote Services", "lateral-movement"},
			{"T1542.001", "Pre-OS Boot: System Firmware", "persistence"},
			{"T1557", "Adversary-in-the-Middle", "credential-access"},
		},
		[]string{"management_zone_segmentation", "ssl_inbound_inspection", "block_cleartext_management", "ssl_forward_proxy", "firmware_sandboxing", "identity_user_group"},
		[]Reference{{
			Title: "XClarity Integrator for VMware vCenter, Network requirements", Retrieved: "2026-06-04",
			Endpoints: []string{"datacentersupport.lenovo.com", "download.lenovo.com", "filedownload.lenovo.com", "support.lenovo.com", "supportapi.lenovo.com"},
		}},
	}, {
		"bmc_exposure_watch@1.0.0", Author{Name: "oobscope"},
		[]Technique{
			{"T1595", "Active Scanning", "reconnaissance"},
			{"T1190", "Exploit Public-Facing Application", "initial-access"},
			{"T1552.001", "Unsecured Credentials: Credentials In Files", "credential-access"},
			{"T1078", "Valid Accounts", "initial-access"},
		},
		[]string{"restrict_management_sources", "current_management_software", "strong_unique_passwords", "bmc_treated_as_server"},
		[]Reference{{Title: "National Police Agency of Japan, インターネット観測結果等 (平成26年6月期), 2014-07-22, observation of June 2014"}},
	}} {
		k := ks[i]
		if k.Ref() != want.ref || k.SchemaVersion != "1.0.0" || k.AttackVersion != "18.1" || !k.BuiltIn || k.Origin != "built-in" || len(k.Warnings) != 0 {
			t.Errorf("%s schema %s attack %s built in %t from %s: %v", k.Ref(), k.SchemaVersion, k.AttackVersion, k.BuiltIn, k.Origin, k.Warnings)
		}
		if !reflect.DeepEqual(k.Authors, []Author{want.author}) || !reflect.DeepEqual(k.Techniques, want.techniques) {
			t.Errorf("%s: authors %v, techniques %v", k.ID, k.Authors, k.Techniques)
		}
		if !reflect.DeepEqual(k.Threat.KeyControls, want.controls) || !reflect.DeepEqual(k.References, want.references) {
			t.Errorf("%s: controls %v, references %v", k.ID, k.Threat.KeyControls, k.References)
		}
		if tier, why := k.Trust(); tier != "community" || why != "no signature vouches for this file" {
			t.Errorf("%s: trust %s, %s", k.ID, tier, why)
		}
	}
}

func TestBuiltInNamesLeadSomewhere(t *testing.T) {
	t.Parallel()
	for _, k := range BuiltIn() {
		used := map[string]bool{}
		for i := range k.Rules {
			r := &k.Rules[i]
			if len(ServicesFor(r)) == 0 {
				t.Errorf("%s: %s has no service", k.ID, r.App.ID)
			}
			for _, name := range append(r.Mitigates, r.Controls...) {
				used[name] = true
			}
		}
		for _, c := range k.Threat.KeyControls {
			if !used[c] {
				t.Errorf("%s: no rule carries %s", k.ID, c)
			}
		}
		for _, tech := range k.Techniques {
			if !used[tech.ID] {
				t.Errorf("%s: no rule mitigates %s", k.ID, tech.ID)
			}
		}
	}
}

// The vendor is a fact of the source, not of the policy.
func TestVendorStandsInTheReferencesAlone(t *testing.T) {
	t.Parallel()
	raw := bytes.ToLower(BuiltIn()[0].Raw)
	start, end := bytes.Index(raw, []byte("\nreferences:")), bytes.Index(raw, []byte("\nx-oobscope:"))
	if start < 0 || end < start {
		t.Fatal("no references in the file")
	}
	rest := append(bytes.Clone(raw[:start]), raw[end:]...)
	for _, name := range []string{"lenovo", "xclarity", "vmware", "vcenter"} {
		if bytes.Contains(rest, []byte(name)) {
			t.Errorf("%s is named outside the references", name)
		}
	}
}

func TestBuiltInKitsAreFresh(t *testing.T) {
	t.Parallel()
	BuiltIn()[0].Rules[0].From[0] = "changed"
	BuiltIn()[0].Raw[0] = 'X'
	if k := BuiltIn()[0]; k.Rules[0].From[0] != "trust" || k.Raw[0] != '#' {
		t.Error("a caller changed the kit of the next one")
	}
}
