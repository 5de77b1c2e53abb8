package views

import (
	"net/netip"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/probes"
)

// The services of the fixture, in the order of its endpoints. They stand here and not in the catalogue, so
// that a new entry there does not change every picture.
var (
	svcRedfish = &kits.Service{ID: "redfish", Danger: 3, TLS: true, Title: kitText("Redfish", "Redfish")}
	svcICMP    = &kits.Service{ID: "icmp-echo", Danger: 1, Title: kitText("ICMP echo", "ICMPエコー")}
	svcSLP     = &kits.Service{ID: "slp", Danger: 2, Title: kitText("Service location", "サービス探索")}
	svcCIM     = &kits.Service{ID: "cim-http", Danger: 4, Title: kitText("CIM over HTTP", "平文CIM")}
	svcIPMI    = &kits.Service{ID: "ipmi", Danger: 4, Title: kitText("IPMI over LAN", "IPMI")}
	svcCIMTLS  = &kits.Service{ID: "cim-https", Danger: 3, TLS: true, Title: kitText("CIM over TLS", "CIM（TLS）")}
	svcPSBlock = &kits.Service{ID: "upnp-psblock", Danger: 5, Secrets: true, Title: kitText("Password file", "パスワードファイル")}
)

// fixtureScope is a plan over 36 controllers and 4 appliances, seen from a jump host in trust.
func fixtureScope() *audit.Scope {
	kit := referenceKit()
	site := &audit.Site{
		Name: "dc1", Interzone: "drop", Intrazone: "allow", Style: "port", Origin: "dc1.yaml", RejectWith: []string{"tcp-reset"},
		Zones: []audit.Zone{
			{Name: "management", Prefixes: []netip.Prefix{netip.MustParsePrefix("198.18.0.0/22")}},
			{Name: "trust", Prefixes: []netip.Prefix{netip.MustParsePrefix("198.18.90.0/24")}},
			{Name: "internet", Rest: true},
		},
		Vantage: audit.SiteVantage{Name: "jump1", Zone: "trust"},
		Targets: []audit.SiteTarget{
			{Role: "bmc", Addresses: []netip.Prefix{netip.MustParsePrefix("198.18.1.0/26")}},
			{Role: "appliance", Addresses: []netip.Prefix{netip.MustParsePrefix("198.18.0.16/29")}},
		},
	}
	source := netip.MustParseAddr("198.18.90.10")
	sc := &audit.Scope{Kits: []*kits.Kit{kit}, Site: site, Vantage: audit.Vantage{Name: "jump1"}}
	for i := range kit.Rules {
		sc.Rules = append(sc.Rules, audit.RuleRef{Index: i, Local: i, Kit: kit, Rule: &kit.Rules[i]})
	}
	pace, _ := probes.PaceNamed("normal")
	sc.Plan = &probes.Plan{Pace: pace, Seed: 7, Groups: []probes.Group{
		{Role: "bmc", Addrs: addrs("198.18.1.1", 36), Endpoints: []probes.Endpoint{
			{Service: "redfish", Proto: probes.TCP, Port: 443, Prober: "redfish", TLS: true}, {Service: "icmp-echo", Proto: probes.ICMP, Prober: "icmp"},
			{Service: "slp", Proto: probes.UDP, Port: 427, Prober: "slp"}, {Service: "cim-http", Proto: probes.TCP, Port: 5988, Prober: "cim"},
			{Service: "ipmi", Proto: probes.UDP, Port: 623, Prober: "ipmi"},
			{Service: "cim-https", Proto: probes.TCP, Port: 5989, Prober: "cim", TLS: true},
			{Service: "upnp-psblock", Proto: probes.TCP, Port: 49152, Prober: "upnp"},
		}},
		{Role: "appliance", Addrs: addrs("198.18.0.17", 4), Endpoints: []probes.Endpoint{
			{Service: "redfish", Proto: probes.TCP, Port: 443, Prober: "redfish", TLS: true}, {Service: "icmp-echo", Proto: probes.ICMP, Prober: "icmp"},
		}},
	}}
	sc.Plan.Seal()
	place := audit.Place{Role: "bmc", Zone: "management", FromZone: "trust", Source: source, Interface: "eth1", Enforced: true,
		Decisions: []audit.Decision{
			{Intent: audit.IntentAllow, Rule: 0, Service: svcRedfish}, {Intent: audit.IntentAllow, Rule: 1, Service: svcICMP},
			{Intent: audit.IntentReject, Rule: 2, Service: svcSLP}, {Intent: audit.IntentDrop, Rule: 3, Service: svcCIM},
			{Intent: audit.IntentDrop, Rule: 3, Service: svcIPMI}, {Intent: audit.IntentAllow, Rule: 0, Service: svcCIMTLS},
			{Intent: audit.DefaultDrop, Rule: -1, Service: svcPSBlock},
		}}
	appliance := place
	appliance.Role = "appliance"
	appliance.Decisions = []audit.Decision{
		{Intent: audit.DefaultAllow, Rule: -1, Service: svcRedfish}, {Intent: audit.IntentAllow, Rule: 1, Service: svcICMP},
	}
	sc.Places = []audit.Place{place, appliance}
	sc.Left = []audit.Untested{
		{Rule: 4, Intent: audit.IntentAllow, Reason: audit.NotFromHere, Proto: probes.TCP, Port: 443, Role: "vendor", Zone: "internet"},
		{Rule: 4, Intent: audit.IntentAllow, Reason: audit.NoTarget, Proto: probes.UDP, Port: 53, Role: "resolver", Zone: "internet"},
	}
	return sc
}

func addrs(first string, n int) []netip.Addr {
	out := make([]netip.Addr, n)
	a := netip.MustParseAddr(first)
	for i := range out {
		out[i] = a
		a = a.Next()
	}
	return out
}

// referenceKit fills every field that a screen may show, in two languages.
func referenceKit() *kits.Kit {
	yes, no := true, false
	rule := func(app, category string, risk int, a kits.Action, from, to []string) kits.Rule {
		return kits.Rule{App: kits.Application{ID: app, Category: category, Risk: risk}, Action: a, Direction: "inbound", From: from, To: to,
			Rationale: kitText("The jump host needs this and nothing else does; everything that is not named stays closed.",
				"踏み台だけが必要とし、ほかには不要です。記載のないものはすべて閉じます。"),
			Logging: kits.Logging{Start: &no, End: &yes, Forwarding: "siem"}, Mitigates: []string{"T1021"}, Controls: []string{"segmentation"}, Line: 40}
	}
	mgmt, trust := []string{"management"}, []string{"trust"}
	k := &kits.Kit{SchemaVersion: "1.0", ID: "oob_reference", Version: "1.2.0", TrustClaim: "verified", BuiltIn: true, Origin: "built-in",
		Digest: "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae", AttackVersion: "17.1",
		Title:       kitText("Out-of-band management, reference", "帯域外管理の参照ポリシー"),
		Description: kitText("What a controller segment should let through.", "管理コントローラーのセグメントが通すべきもの。"),
		Authors:     []kits.Author{{Name: "Reference", Org: "oobscope"}},
		Techniques:  []kits.Technique{{ID: "T1021", Name: "Remote Services", Tactic: "lateral-movement"}, {ID: "T1040", Name: "Network Sniffing", Tactic: "credential-access"}, {ID: "T1190", Name: "Exploit Public-Facing Application", Tactic: "initial-access"}},
		Threat: kits.ThreatModel{Summary: kitText("A controller owns its server.", "コントローラーはサーバーを支配します。"),
			AttackerGoal: kitText("Persistence below the operating system.", "OSより下の層での潜伏。"), KeyControls: []string{"segmentation", "no clear text"}},
		References: []kits.Reference{{Title: "Redfish specification", URL: "https://redfish.example.org/", Retrieved: "2026-10-01", Endpoints: []string{"/redfish/v1/"}}},
	}
	k.Rules = []kits.Rule{
		rule("bmc_management", "management", 3, kits.Allow, trust, mgmt), rule("icmp_probe", "network", 1, kits.Allow, trust, mgmt),
		rule("slp", "discovery", 2, kits.Reject, trust, mgmt), rule("clear_text_mgmt", "management", 4, kits.Drop, trust, mgmt),
		rule("firmware_update", "update", 3, kits.Allow, mgmt, []string{"internet"}),
	}
	k.Rules[0].Decryption = kits.Decryption{Mode: "ssl_inbound_inspection", Exclusions: []string{"pinned"}}
	k.Rules[0].Profiles = kits.Profiles{Antivirus: &kits.Antivirus{Action: "block"}, IPS: &kits.IPS{Action: "block", MinSeverity: "medium"},
		URLFiltering: &kits.URLFiltering{CredentialPhishing: "block", BlockCategories: []string{"malware", "phishing"}, UncategorizedAction: "alert", AllowList: []string{"vendor.example.org"}},
		Sandboxing:   &kits.Sandboxing{Enabled: true, FileTypes: []string{"bin"}}, DNSSecurity: &kits.DNSSecurity{Action: "sinkhole", Sinkhole: true}}
	return k
}

// strangersKit is what a hostile or careless author hands in: texts that move a cursor, turn the direction of
// writing, or never end.
func strangersKit() *kits.Kit {
	return &kits.Kit{SchemaVersion: "1.0", ID: "stranger", Version: "0.0.1", TrustClaim: "platinum", Origin: "stranger.yaml",
		Title: kits.Text{"": "nice\x1b[2J\u202e kit\nwith lines"}, Description: kits.Text{"ja": "とても長い説明とても長い説明とても長い説明とても長い説明"},
		Techniques: []kits.Technique{{ID: "T\x00", Name: "\a", Tactic: ""}},
		Rules:      []kits.Rule{{App: kits.Application{ID: "a\tb", Risk: 5}, Action: kits.Drop, From: []string{"\x1b]0;x\a"}, To: nil}},
		Warnings:   []kits.Problem{{File: "stranger.yaml", Line: 3, Column: 1, Path: "colour", Message: "unknown key", Hint: "remove it"}}}
}
