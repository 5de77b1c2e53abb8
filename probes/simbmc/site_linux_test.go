package simbmc

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

// line returns what follows key on the first line of the file that holds it.
func line(t *testing.T, file, key string) string {
	t.Helper()
	for l := range strings.Lines(file) {
		if _, after, ok := strings.Cut(l, key); ok {
			return strings.TrimSpace(after)
		}
	}
	t.Fatalf("no %q in\n%s", key, file)
	return ""
}

func list(t *testing.T, text string) []string {
	t.Helper()
	_, text, ok := strings.Cut(text, "[")
	text, _, ok2 := strings.Cut(text, "]")
	if !ok || !ok2 {
		t.Fatalf("no list in %q", text)
	}
	return strings.Split(text, ", ")
}

func TestSiteListsTheSegment(t *testing.T) {
	t.Parallel()
	s := segment(t, Options{Hosts: 64})
	file := string(s.Site())
	management := list(t, line(t, file, "  management:"))
	internal := list(t, line(t, file, "  internal:"))
	trust := list(t, line(t, file, "  trust:"))
	inside := func(zone []string, a netip.Addr) bool {
		return slices.ContainsFunc(zone, func(p string) bool { return netip.MustParsePrefix(p).Contains(a) })
	}
	if !inside(management, netip.MustParseAddr("127.0.0.1")) {
		t.Error("the vantage is not in the management zone")
	}
	canary := netip.MustParseAddr(list(t, line(t, file, "canary:"))[0])
	listed := map[string][]string{}
	for _, role := range []string{"bmc", "appliance", "resolver"} {
		listed[role] = list(t, line(t, file, "{role: "+role+","))
	}
	for _, h := range s.Hosts() {
		if !slices.Contains(listed[h.Role], h.Addr.String()) {
			t.Errorf("%v is no target of role %s", h.Addr, h.Role)
		}
		zone := management
		if h.Role == "resolver" {
			zone = internal
		}
		if !inside(zone, h.Addr) || inside(trust, h.Addr) || h.Addr == canary {
			t.Errorf("%v stands in the wrong zone", h.Addr)
		}
	}
	if !inside(management, canary) || s.byAddr[canary] != nil {
		t.Errorf("canary %v", canary)
	}
	for service, ports := range s.Ports() {
		if got := line(t, file, "  "+service+": {ports:"); got != fmt.Sprintf("[%d]}", ports[0]) || len(ports) != 1 {
			t.Errorf("%s: %q, want %v", service, got, ports)
		}
	}
	for _, want := range []string{"schema: oobscope.site/v1\n", "name: simulated-segment\n", `internet: ["*"]`,
		"defaults: {interzone: drop, intrazone: allow}\n", "enforcement: {style: port, on_link: true}\n"} {
		if !strings.Contains(file, want) {
			t.Errorf("no %q in the site", want)
		}
	}
}
