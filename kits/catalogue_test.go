package kits

import (
	"fmt"
	"strings"
	"testing"
)

func TestCatalogueIsTheTable(t *testing.T) {
	t.Parallel()
	both := "[bmc appliance]"
	want := []string{
		"https-mgmt tcp/443 [infra_mgmt_web] https tls=true [appliance] 3 secrets=false",
		"redfish tcp/443 [bmc_management] redfish tls=true [bmc] 3 secrets=false",
		"cim-https tcp/5989 [bmc_management] cim tls=true " + both + " 3 secrets=false",
		"icmp-echo icmp/0 [icmp_probe] icmp tls=false " + both + " 1 secrets=false",
		"slp udp/427 tcp/427 [slp] slp tls=false " + both + " 2 secrets=false",
		"dns udp/53 tcp/53 [dns] dns tls=false [resolver] 2 secrets=false",
		"vendor-https tcp/443 [firmware_update] https tls=true [vendor] 3 secrets=false",
		"cim-http tcp/5988 [clear_text_mgmt] cim tls=false " + both + " 4 secrets=false",
		"sftp-rfc913 tcp/115 [clear_text_mgmt] sftp tls=false " + both + " 4 secrets=false",
		"ipmi udp/623 [clear_text_mgmt] ipmi tls=false " + both + " 4 secrets=false",
		"upnp-psblock tcp/49152 [] upnp tls=false " + both + " 5 secrets=true",
		"control-panel tcp/7778 [] panel tls=false " + both + " 4 secrets=false",
		"snmp udp/161 [] snmp tls=false " + both + " 3 secrets=false",
	}
	got := Catalogue()
	if len(got) != len(want) {
		t.Fatalf("%d services, want %d", len(got), len(want))
	}
	for i, s := range got {
		var b strings.Builder
		b.WriteString(s.ID)
		for _, e := range s.Endpoints {
			fmt.Fprintf(&b, " %s/%d", e.Proto, e.Port)
		}
		fmt.Fprintf(&b, " %v %s tls=%t %v %d secrets=%t", s.Apps, s.Prober, s.TLS, s.Roles, s.Danger, s.Secrets)
		if b.String() != want[i] {
			t.Errorf("got  %s\nwant %s", b.String(), want[i])
		}
		asked := s.ID != "snmp" // that one only where it is named
		if s.Default != asked || s.Reticent == asked || s.Title["en"] == "" || s.Title["ja"] == "" {
			t.Errorf("%s: default %t, reticent %t, title %v", s.ID, s.Default, s.Reticent, s.Title)
		}
		if ServiceByID(s.ID) == nil || ServiceByID(s.ID).ID != s.ID {
			t.Errorf("%s is not found by its id", s.ID)
		}
	}
}

func TestServicesOfARule(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		app   string
		named []string
		want  string
	}{
		{"bmc_management", nil, "redfish cim-https"},
		{"clear_text_mgmt", nil, "cim-http sftp-rfc913 ipmi"},
		{"dns", nil, "dns"},
		{"no_such_app", nil, ""},
		{"", nil, ""},
		{"dns", []string{"slp", "unheard-of", "slp", "redfish"}, "slp redfish"},
		{"dns", []string{"unheard-of"}, ""},
	} {
		var ids []string
		for _, s := range ServicesFor(&Rule{App: Application{ID: c.app}, Services: c.named}) {
			ids = append(ids, s.ID)
		}
		if got := strings.Join(ids, " "); got != c.want {
			t.Errorf("%s %v means %q, want %q", c.app, c.named, got, c.want)
		}
	}
	if s := ServiceByID("unheard-of"); s != nil {
		t.Errorf("found %v", s)
	}
}

func TestServicesOfAnOlderCatalogue(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		id, version string
		had, ok     bool
	}{
		{"redfish", "1", true, true}, {"snmp", "1", false, true}, {"snmp", CatalogueVersion, true, true},
		{"redfish", "0", false, false}, {"redfish", "3", false, false}, {"redfish", "", false, false}, {"redfish", "two", false, false},
	} {
		if had, ok := ServiceByID(c.id).KnownIn(c.version); had != c.had || ok != c.ok {
			t.Errorf("%s in version %q: %t, %t", c.id, c.version, had, ok)
		}
	}
}
