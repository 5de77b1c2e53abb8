package kits

import (
	"slices"
	"strconv"
)

// Service is one entry of the service catalogue: what a rule's app means on the wire.
type Service struct {
	ID        string
	Endpoints []Endpoint
	Apps      []string // app_ids that mean this service; empty: only a rule that lists it by id
	Prober    string   // which prober speaks to it
	TLS       bool     // meant to speak TLS
	Roles     []string // target roles it is asked of: bmc, appliance, resolver, vendor
	Danger    int      // 0 to 5
	Secrets   bool     // known to hand out secrets without a login
	Default   bool     // part of an audit that does not name its services
	Reticent  bool     // may ignore whoever shows no credential, so that its silence proves no filter
	Since     int      // version of the catalogue that brought it; 0 = the first
	Title     Text
}

// Endpoint is a transport and port. Port is 0 for ICMP.
type Endpoint struct {
	Proto string // tcp, udp, icmp
	Port  uint16
}

// CatalogueVersion changes whenever an entry changes what a run would ask: 2 brought snmp.
const CatalogueVersion = "2"

// managed are the roles of the machines that a kit is about: controllers and the appliance.
var managed = []string{"bmc", "appliance"}

// catalogue is the table of formats.md 3. Ports: RFC 2608 (427), RFC 913 (115), IPMI v2.0 13.1.2 (623),
// DSP0200 (5988, 5989), DSP0266 (443), RFC 3417 (161).
var catalogue = []Service{
	{
		ID: "https-mgmt", Endpoints: []Endpoint{{"tcp", 443}}, Apps: []string{"infra_mgmt_web"}, Prober: "https", TLS: true,
		Roles: []string{"appliance"}, Danger: 3, Default: true,
		Title: Text{"en": "Appliance web interface", "ja": "アプライアンスの管理画面"},
	},
	{
		ID: "redfish", Endpoints: []Endpoint{{"tcp", 443}}, Apps: []string{"bmc_management"}, Prober: "redfish", TLS: true,
		Roles: []string{"bmc"}, Danger: 3, Default: true,
		Title: Text{"en": "Redfish", "ja": "Redfish"},
	},
	{
		ID: "cim-https", Endpoints: []Endpoint{{"tcp", 5989}}, Apps: []string{"bmc_management"}, Prober: "cim", TLS: true,
		Roles: managed, Danger: 3, Default: true,
		Title: Text{"en": "CIM over HTTPS", "ja": "CIM（HTTPS）"},
	},
	{
		ID: "icmp-echo", Endpoints: []Endpoint{{"icmp", 0}}, Apps: []string{"icmp_probe"}, Prober: "icmp",
		Roles: managed, Danger: 1, Default: true,
		Title: Text{"en": "ICMP echo", "ja": "ICMPエコー"},
	},
	{
		ID: "slp", Endpoints: []Endpoint{{"udp", 427}, {"tcp", 427}}, Apps: []string{"slp"}, Prober: "slp",
		Roles: managed, Danger: 2, Default: true,
		Title: Text{"en": "Service Location Protocol", "ja": "サービス検出（SLP）"},
	},
	{
		ID: "dns", Endpoints: []Endpoint{{"udp", 53}, {"tcp", 53}}, Apps: []string{"dns"}, Prober: "dns",
		Roles: []string{"resolver"}, Danger: 2, Default: true,
		Title: Text{"en": "Name resolution", "ja": "名前解決（DNS）"},
	},
	{
		ID: "vendor-https", Endpoints: []Endpoint{{"tcp", 443}}, Apps: []string{"firmware_update"}, Prober: "https", TLS: true,
		Roles: []string{"vendor"}, Danger: 3, Default: true,
		Title: Text{"en": "Vendor download service", "ja": "ベンダの配布サービス"},
	},
	{
		ID: "cim-http", Endpoints: []Endpoint{{"tcp", 5988}}, Apps: []string{"clear_text_mgmt"}, Prober: "cim",
		Roles: managed, Danger: 4, Default: true,
		Title: Text{"en": "CIM over HTTP, unencrypted", "ja": "CIM（HTTP、暗号化なし）"},
	},
	{
		ID: "sftp-rfc913", Endpoints: []Endpoint{{"tcp", 115}}, Apps: []string{"clear_text_mgmt"}, Prober: "sftp",
		Roles: managed, Danger: 4, Default: true,
		Title: Text{"en": "Simple File Transfer Protocol, unencrypted", "ja": "簡易ファイル転送（RFC 913、暗号化なし）"},
	},
	{
		ID: "ipmi", Endpoints: []Endpoint{{"udp", 623}}, Apps: []string{"clear_text_mgmt"}, Prober: "ipmi",
		Roles: managed, Danger: 4, Default: true,
		Title: Text{"en": "IPMI over LAN", "ja": "IPMI over LAN"},
	},
	{
		ID: "upnp-psblock", Endpoints: []Endpoint{{"tcp", 49152}}, Prober: "upnp",
		Roles: managed, Danger: 5, Secrets: true, Default: true,
		Title: Text{"en": "BMC configuration disclosure", "ja": "BMC設定情報の漏えい"},
	},
	{
		ID: "control-panel", Endpoints: []Endpoint{{"tcp", 7778}}, Prober: "panel",
		Roles: managed, Danger: 4, Default: true,
		Title: Text{"en": "Server control panel", "ja": "サーバコントロールパネル"},
	},
	{
		ID: "snmp", Endpoints: []Endpoint{{"udp", 161}}, Prober: "snmp",
		Roles: managed, Danger: 3, Reticent: true, Since: 2,
		Title: Text{"en": "SNMP agent", "ja": "SNMPエージェント"},
	},
}

// Catalogue returns all services, in the order in which people are shown them. The list is the caller's;
// what hangs below an entry is shared and must not be changed.
func Catalogue() []Service { return slices.Clone(catalogue) }

// KnownIn tells whether a version of the catalogue had the service. ok is false for a version that this
// program does not know.
func (s *Service) KnownIn(version string) (had, ok bool) {
	n, err := strconv.Atoi(version)
	current, _ := strconv.Atoi(CatalogueVersion)
	if err != nil || n < 1 || n > current {
		return false, false
	}
	return max(s.Since, 1) <= n, true
}

// ServiceByID returns the service with that id, or nil. It is shared: read only.
func ServiceByID(id string) *Service {
	for i := range catalogue {
		if catalogue[i].ID == id {
			return &catalogue[i]
		}
	}
	return nil
}

// ServicesOf returns the services that an app_id means by itself, in the order of the catalogue; nil if
// it is not known. They are shared: read only.
func ServicesOf(appID string) []*Service {
	var out []*Service
	for i := range catalogue {
		if slices.Contains(catalogue[i].Apps, appID) {
			out = append(out, &catalogue[i])
		}
	}
	return out
}

// ServicesFor returns the services that a rule is about: those it lists, else those of its app_id. Ids
// that the catalogue does not have are left out; reading the kit has warned of them.
func ServicesFor(rule *Rule) []*Service {
	if len(rule.Services) == 0 {
		return ServicesOf(rule.App.ID)
	}
	var out []*Service
	for _, id := range rule.Services {
		if s := ServiceByID(id); s != nil && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
