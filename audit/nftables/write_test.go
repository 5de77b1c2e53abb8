package nftables

import (
	"errors"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"oobscope/audit"
	"oobscope/kits"
)

// dc is a site with a zone inside a zone, two families, an excluded address and a port of its own.
const dc = `schema: oobscope.site/v1
name: dc1
zones:
  management: [198.18.0.0/22, "fd00:20::/64"]
  bmc: [198.18.1.0/24, 198.18.3.64/26]
  trust: [198.18.90.0/24]
  internal: [198.18.64.0/18]
  internet: ["*"]
targets:
  - {role: bmc, addresses: [198.18.1.0/24, "fd00:20::5"], exclude: [198.18.1.1]}
  - {role: appliance, addresses: [198.18.0.20]}
  - {role: resolver, addresses: [198.18.64.53]}
defaults: {interzone: drop, intrazone: allow}
enforcement: {reject: [tcp-reset, host-unreachable]}
services: {redfish: {ports: [443, 8443]}}
`

// small has a rule of each action, and one for each reason to write nothing.
const small = `
schema_version: "1.0.0"
id: small
version: "1.2.3"
title: A small policy
rules:
  - {app_id: bmc_management, risk: 4, action: allow, direction: internal, from: [management, trust], to: [bmc, management]}
  - {app_id: icmp_probe, risk: 1, action: reject, direction: internal, from: [any], to: [bmc]}
  - app_id: clear_text_mgmt
    risk: 4
    action: drop
    direction: internal
    from: ["*", trust]
    to: [any]
    logging: {log_start: true, log_end: true}
    x-oobscope: {services: [ipmi, cim-http], roles: {destination: [bmc]}}
  - {app_id: dns, risk: 2, action: allow, direction: internal, from: [elsewhere], to: [internal]}
  - {app_id: firmware_update, risk: 3, action: allow, direction: outbound, from: [management], to: [internet]}
  - {app_id: what_is_this, risk: 3, action: drop, direction: inbound, from: [any], to: [any]}
`

// scope plans a site that nobody has a path to: all that a ruleset needs.
func scope(t testing.TB, site string, ks ...*kits.Kit) *audit.Scope {
	t.Helper()
	read, err := audit.ReadSite("site.yaml", []byte(site))
	if err != nil {
		t.Fatal(err)
	}
	nowhere := audit.Vantage{Path: func(netip.Addr) (audit.Path, bool) { return audit.Path{}, false }}
	s, err := audit.NewScope(ks, read, nowhere, audit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func kit(t testing.TB, text string) *kits.Kit {
	t.Helper()
	k, err := kits.Read("kit.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func written(t testing.TB, s *audit.Scope) string {
	t.Helper()
	var b strings.Builder
	if err := Write(&b, s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// loads hands a ruleset to nft, which reads and checks it and changes nothing. The kernel is asked in a
// network namespace of its own.
func loads(t testing.TB, ruleset string) {
	t.Helper()
	for _, tool := range []string{"nft", "unshare"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatalf("the ruleset cannot be checked: %v", err)
			}
			t.Skipf("SKIPPED: the ruleset is not handed to nft: %v", err)
		}
	}
	c := exec.CommandContext(t.Context(), "unshare", "--user", "--map-root-user", "--net", "nft", "--check", "--file", "-")
	if os.Geteuid() == 0 {
		c = exec.CommandContext(t.Context(), "unshare", "--net", "nft", "--check", "--file", "-")
	}
	c.Stdin = strings.NewReader(ruleset)
	out, err := c.CombinedOutput()
	if strings.Contains(string(out), "unshare failed") {
		t.Skipf("SKIPPED: no network namespace to check the ruleset in: %s", out)
	}
	if err != nil {
		t.Errorf("nft refuses the ruleset: %v\n%s\n%s", err, out, ruleset)
	}
}

func TestWrite(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		site string
		kits []*kits.Kit
	}{
		"small":    {dc, []*kits.Kit{kit(t, small)}},
		"built_in": {dc, kits.BuiltIn()},
		"reject":   {strings.Replace(dc, "interzone: drop, intrazone: allow", "interzone: reject, intrazone: drop", 1), []*kits.Kit{kit(t, small)}},
		"allow":    {strings.Replace(dc, "interzone: drop", "interzone: allow", 1), []*kits.Kit{kit(t, small)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := written(t, scope(t, c.site, c.kits...))
			golden.RequireEqual(t, []byte(got))
			loads(t, got)
		})
	}
}

// What a site rejects with reaches the one chain that rejects.
func TestRefuse(t *testing.T) {
	t.Parallel()
	for with, want := range map[string]string{
		"": "tcp reset|admin-prohibited", "tcp-reset": "tcp reset|admin-prohibited", "admin-prohibited": "|admin-prohibited",
		"port-unreachable": "|port-unreachable", "tcp-reset, net-unreachable": "tcp reset|no-route",
		"host-unreachable, tcp-reset, port-unreachable": "tcp reset|host-unreachable",
	} {
		site := strings.Replace(dc, "[tcp-reset, host-unreachable]", "["+with+"]", 1)
		got := written(t, scope(t, site, kit(t, small)))
		reset, icmp, _ := strings.Cut(want, "|")
		if strings.Contains(got, "reject with tcp reset") != (reset != "") || !strings.Contains(got, "\t\treject with icmpx "+icmp+"\n") {
			t.Errorf("reject [%s]: want %s in\n%s", with, want, got)
		}
		loads(t, got)
	}
}

// Two services on one port of one role cannot be told apart by a port; the ruleset says so.
func TestTwofold(t *testing.T) {
	t.Parallel()
	site := strings.Replace(dc, "redfish: {ports: [443, 8443]}", "redfish: {ports: [5989]}", 1)
	got := written(t, scope(t, site, kit(t, small)))
	if !strings.Contains(got, "careful: tcp . 5989 of role bmc is both redfish and cim-https") {
		t.Errorf("no warning in\n%s", got)
	}
}

// Names that a site may have, and that mean something to nft.
func TestNamesOfNft(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"drop", "ip", "-x", "a.b-c_d", "0", "v4", "..", "th", strings.Repeat("z", 63)} {
		site := strings.ReplaceAll(dc, "  trust:", "  "+name+":")
		rules := strings.ReplaceAll(small, "trust", name)
		if name == "0" {
			site, rules = strings.ReplaceAll(dc, "  trust:", `  "0":`), strings.ReplaceAll(small, "trust", `"0"`)
		}
		got := written(t, scope(t, site, kit(t, rules)))
		if !strings.Contains(got, "@zone_"+name+"_v4 ip daddr @zone_bmc_v4") {
			t.Errorf("zone %s is in no rule:\n%s", name, got)
		}
		loads(t, got)
	}
}

// A kit may be called anything, and its zones too: what is no word never leaves a comment or a quoted text.
func TestHostileKit(t *testing.T) {
	t.Parallel()
	evil := []string{
		"x\"; flush ruleset; #", "x\nflush ruleset\n", "x\\", "x\r\tflush ruleset", "${x}", "$x", "%s%n", "x\x1b[2J", "é\u202ex", "}",
		strings.Repeat("long ", 100),
	}
	for _, name := range evil {
		k := kit(t, small)
		for i := range k.Rules {
			yes := true
			r := &k.Rules[i]
			r.App.ID, r.Services, r.Logging.Start = name, []string{"redfish", "icmp-echo"}, &yes
			r.From, r.To = append([]string{name}, r.From...), append([]string{name}, r.To...)
		}
		k.ID, k.Version, k.Digest = name, name, name
		got := written(t, scope(t, dc, k))
		for line := range strings.Lines(got) {
			bare := strings.TrimSpace(line)
			if i := strings.IndexByte(bare, '"'); i >= 0 {
				bare = bare[:i] + bare[strings.LastIndexByte(bare, '"')+1:]
			}
			if !strings.HasPrefix(bare, "#") && strings.Contains(bare, "flush") {
				t.Errorf("%q got out: %s", name, line)
			}
		}
		loads(t, got)
	}
}

// A Scope made by hand may hold what no site file does.
func TestHostileSite(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "a b", "a;flush ruleset", "a\nb", "é", "a\"", "a{", strings.Repeat("z", 64)} {
		s := scope(t, dc, kit(t, small))
		s.Site.Zones[0].Name = name
		if err := Write(io.Discard, s); err == nil || strings.ContainsAny(err.Error(), "\n\x1b") {
			t.Errorf("zone %q: %v", name, err)
		}
		s = scope(t, dc, kit(t, small))
		s.Site.Targets[0].Role = name
		if err := Write(io.Discard, s); err == nil || strings.ContainsAny(err.Error(), "\n\x1b") {
			t.Errorf("role %q: %v", name, err)
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestWriteFails(t *testing.T) {
	t.Parallel()
	if err := Write(full{}, scope(t, dc, kit(t, small))); err == nil || err.Error() != "disk full" {
		t.Errorf("error %v", err)
	}
}
