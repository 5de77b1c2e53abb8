package pseudonym

import (
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"io"
	"net/netip"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"oobscope/audit"
	"oobscope/kits"
	"oobscope/probes"
)

// No address, prefix or name of the real site is left anywhere in the bundle, packed or not, as text or as hex. This
// test looks for itself: it does not ask the check of the export.
func TestNothingSurvives(t *testing.T) {
	t.Parallel()
	real := realRun(t)
	renamed, names, err := Rename(real, secret)
	if err != nil {
		t.Fatal(err)
	}
	b, raw := handedOver(t, renamed)
	if err := names.Check(b, builtIn); err != nil {
		t.Error(err)
	}
	text := strings.ToLower(string(raw) + unpacked(t, raw))
	for _, k := range real.Inputs.Kits { // they are public
		text = strings.ReplaceAll(text, strings.ToLower(string(k.Raw)), "")
	}
	originals := append([]string{}, telling...)
	for i := range real.Scope.Plan.Hosts() {
		originals = append(originals, real.Scope.Plan.Host(i).Addr.String())
	}
	originals = append(originals, "198.18.0.9", "fd00:20::9", "198.18.3.1", "198.18.3.250", "198.18.1.9",
		"198.18.0.0/22", "198.18.90.0/24", "198.18.64.0/18", "192.0.2.0/24", "fd00:20::/64", "198.18.1.0/28", "198.18.0.0/16")
	for _, o := range originals {
		o = strings.ToLower(o)
		if at := regexp.MustCompile(`(^|[^0-9a-z.:])` + regexp.QuoteMeta(o) + `($|[^0-9a-z])`).FindStringIndex(text); at != nil {
			t.Errorf("%q survives: ...%q...", o, text[max(0, at[0]-60):min(len(text), at[1]+40)])
		}
		if strings.Contains(text, hex.EncodeToString([]byte(o))) {
			t.Errorf("%q survives as hex", o)
		}
	}
}

// unpacked is the content of every compressed member.
func unpacked(t testing.TB, raw []byte) string {
	t.Helper()
	var out strings.Builder
	for i := 0; i+2 < len(raw); i += 512 {
		if raw[i] != 0x1f || raw[i+1] != 0x8b {
			continue
		}
		zip, err := gzip.NewReader(bytes.NewReader(raw[i:]))
		if err != nil {
			t.Fatal(err)
		}
		zip.Multistream(false)
		if _, err := io.Copy(&out, zip); err != nil {
			t.Fatal(err)
		}
	}
	if out.Len() < 1000 {
		t.Fatal("nothing was unpacked")
	}
	return out.String()
}

// The renamed run says the same: the same verdicts, zones, rules, hosts that share certificates, and waivers.
func TestRenamedRunSaysTheSame(t *testing.T) {
	t.Parallel()
	real := realRun(t)
	renamed, x, err := Rename(real, secret)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := handedOver(t, renamed)
	c, err := b.Content()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[probes.FlowID]probes.Observation{}
	if err := b.Observations(&c, func(o probes.Observation) error { seen[o.Flow] = o; return nil }); err != nil {
		t.Fatal(err)
	}
	c.Observation = func(id probes.FlowID) (*probes.Observation, bool) { o, ok := seen[id]; return &o, ok }
	c.Host = renamed.Host
	was, err := Judge(&real)
	if err != nil {
		t.Fatal(err)
	}
	is, err := Judge(&c)
	if err != nil {
		t.Fatal(err)
	}
	if was.Total != is.Total || len(was.ByZones) != len(is.ByZones) {
		t.Errorf("total %+v, was %+v", is.Total, was.Total)
	}
	for k, v := range was.ByZones {
		if is.ByZones[k] == nil || *is.ByZones[k] != *v {
			t.Errorf("zones %v differ", k)
		}
	}
	for i := range was.ByRule {
		if was.ByRule[i] != is.ByRule[i] {
			t.Errorf("rule %d differs", i)
		}
	}
	now := real.Run.Started
	for what, r := range map[string]*audit.Results{"real": was, "renamed": is} {
		look := real.Observation
		if what == "renamed" {
			look = c.Observation
		}
		if uses := r.ApplyWaivers(now, look); uses[0].State != audit.WaiverActive || r.Total.Waived != 1 {
			t.Errorf("%s: %s, %d waived", what, uses[0].State, r.Total.Waived)
		}
	}
	leaves := map[string]bool{}
	for _, o := range seen {
		for i, f := range o.Evidence.Facts {
			if was := observedThere(netip.MustParseAddr("198.18.1.5")).Facts[i]; f.Key != was.Key && f.Key != x.Text(was.Key) {
				t.Fatalf("fact %q became %q", was.Key, f.Key)
			}
		}
		leaves[o.Evidence.TLS.LeafSHA256] = true
	}
	if len(leaves) != 1 {
		t.Errorf("%d certificates, there was one", len(leaves))
	}
}

// Another secret gives other names; the same one the same.
func TestSecretDecides(t *testing.T) {
	t.Parallel()
	site := realRun(t).Scope.Site
	a := netip.MustParseAddr("198.18.1.5")
	name := func(secret []byte) string {
		x, err := New(secret, site, nil)
		if err != nil {
			t.Fatal(err)
		}
		return x.Addr(a).String() + " " + x.Text("idrac.example.net")
	}
	first, again, other := name(secret), name(secret), name(bytes.Repeat([]byte{8}, 32))
	if first != again || first == other {
		t.Errorf("%s, again %s, with another secret %s", first, again, other)
	}
	if _, err := New([]byte("short"), site, nil); err == nil {
		t.Error("a short secret was taken")
	}
}

// Addresses that share n bits still do, and network and broadcast addresses stay in their places.
func TestPrefixesAreKept(t *testing.T) {
	t.Parallel()
	x, err := New(secret, realRun(t).Scope.Site, nil)
	if err != nil {
		t.Fatal(err)
	}
	shared := func(a, b netip.Addr) int {
		n := 0
		for n < a.BitLen() && netip.PrefixFrom(a, n+1).Masked() == netip.PrefixFrom(b, n+1).Masked() {
			n++
		}
		return n
	}
	addrs := []string{"198.18.1.5", "198.18.1.6", "198.18.2.6", "198.18.90.7", "10.1.2.3", "fd00:20::1:17", "fd00:20::1:18", "fd00:21::1", "2001:db8::1"}
	for _, s := range addrs {
		for _, o := range addrs {
			a, b := netip.MustParseAddr(s), netip.MustParseAddr(o)
			if a.Is4() == b.Is4() && shared(a, b) != shared(x.Addr(a), x.Addr(b)) {
				t.Errorf("%s and %s share %d bits, renamed %d", a, b, shared(a, b), shared(x.Addr(a), x.Addr(b)))
			}
		}
	}
	for _, s := range []string{"198.18.0.0/22", "198.18.1.0/28"} {
		p := netip.MustParsePrefix(s)
		to := x.Prefix(p)
		if x.Addr(p.Addr()) != to.Addr() || x.Addr(lastOf(p)) != lastOf(to) {
			t.Errorf("%s: edges %s and %s of %s", p, x.Addr(p.Addr()), x.Addr(lastOf(p)), to)
		}
	}
	for _, s := range []string{"::1", "0.0.0.0", "255.255.255.255", "224.0.0.251", "ff02::1"} {
		if a := netip.MustParseAddr(s); x.Addr(a) != a {
			t.Errorf("%s was renamed", s)
		}
	}
}

// A site on loopback stays there: a simulated run is only believed so.
func TestLoopbackStays(t *testing.T) {
	t.Parallel()
	site, err := audit.ReadSite("s", []byte(strings.NewReplacer("198.18.0.0/22", "127.0.0.0/8", "198.18.1.0/28", "127.0.1.0/28", "198.18.1.9", "127.0.1.9",
		"198.18.0.20", "127.0.0.20", "198.18.3.250", "127.0.3.250", "198.18.1.5", "127.0.1.5", "PRINT", "sha256:"+strings.Repeat("0", 64)).Replace(realSite)))
	if err != nil {
		t.Fatal(err)
	}
	a := netip.MustParseAddr("127.0.1.5")
	x, err := New(secret, site, []netip.Addr{a})
	if err != nil {
		t.Fatal(err)
	}
	if to := x.Addr(a); !to.IsLoopback() || to == a || x.survivor("zone 127.0.0.0/8", false) != "" || x.survivor("127.0.1.5", false) == "" {
		t.Errorf("%s became %s", a, to)
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	x, err := New(secret, realRun(t).Scope.Site, nil)
	if err != nil {
		t.Fatal(err)
	}
	x.Know("idrac-7x9k2")
	addr := func(s string) string { return x.Addr(netip.MustParseAddr(s)).String() }
	for in, want := range map[string]string{
		"nothing to see, HTTP/1.1 200 OK | lighttpd/1.4.59": "nothing to see, HTTP/1.1 200 OK | lighttpd/1.4.59",
		"198.18.1.5:443":               addr("198.18.1.5") + ":443",
		"[fd00:20::9]:443, fd00:20::9": "[" + addr("fd00:20::9") + "]:443, " + addr("fd00:20::9"),
		"https://198.18.1.5/x":         "https://" + addr("198.18.1.5") + "/x",
		"at 198.18.1.5.":               "at " + addr("198.18.1.5") + ".",
		"fe80::1%eth0":                 addr("fe80::1"),
		"at 10:00:00 on 2026-11-22":    "at 10:00:00 on 2026-11-22",
		"IDRAC-7X9K2":                  x.Name("idrac-7x9k2"),
		"not idrac-7x9k":               "not idrac-7x9k",
		"::1 and 127.0.0.1":            "::1 and 127.0.0.1",
		"":                             "",
	} {
		if got := x.Text(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
	for _, gone := range []string{"a.b.example.net", "Bücher.example", "me@example.net", "00:25:90:ab:cd:ef", "0025.90ab.cdef", "4c4c4544-0042-3510-8051-b7c04f573332"} {
		if got := x.Text("x " + gone + " y"); strings.Contains(got, gone) || !strings.HasPrefix(got, "x ") || !strings.HasSuffix(got, " y") {
			t.Errorf("%q became %q", gone, got)
		}
	}
	if mac := x.Text("00:25:90:AB:CD:EF"); !regexp.MustCompile(`^02(:[0-9A-F]{2}){5}$`).MatchString(mac) {
		t.Errorf("MAC became %s", mac)
	}
}

// The check of the export finds what a renaming forgot, and says where.
func TestCheckFindsWhatWasForgotten(t *testing.T) {
	t.Parallel()
	real := realRun(t)
	renamed, names, err := Rename(real, secret)
	if err != nil {
		t.Fatal(err)
	}
	for what, forget := range map[string]func(*probes.Evidence){
		"an address":          func(e *probes.Evidence) { e.Hint = "see 198.18.1.5" },
		"a name":              func(e *probes.Evidence) { e.Error = "IDRAC-7x9k2.mgmt.fra2.example.net" },
		"an address in a URL": func(e *probes.Evidence) { e.Banner = "service:wbem:https://198.18.1.5:5989" },
		"a site":              func(e *probes.Evidence) { e.Hint = "frankfurt2" },
	} {
		leaky := renamed
		leaky.Observation = func(id probes.FlowID) (*probes.Observation, bool) {
			o, ok := renamed.Observation(id)
			if id == 3 {
				forget(&o.Evidence)
			}
			return o, ok
		}
		b, _ := handedOver(t, leaky)
		if err := names.Check(b, builtIn); err == nil || !strings.Contains(err.Error(), "observations.jsonl.gz, line 4, still holds") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// A run that was narrowed to single flows is renamed as such.
func TestNarrowedRun(t *testing.T) {
	t.Parallel()
	c := realRun(t)
	options := audit.Options{Again: "01JDCCCCCCCCCCCCCCCCCCCCCC"}
	var flows []probes.FlowID
	for id := range probes.FlowID(c.Scope.Plan.Flows()) {
		if f := c.Scope.Plan.Flow(id); f.Endpoint.Service == "cim-http" && f.Addr.Is4() && f.Addr.As4()[3]%2 == 1 || f.Endpoint.Service == "slp" {
			flows = append(flows, id)
		}
	}
	options.Only = audit.Blocks(c.Scope, flows)
	scope, err := audit.NewScope(c.Scope.Kits, c.Scope.Site, c.Scope.Vantage, options)
	if err != nil {
		t.Fatal(err)
	}
	c.Scope, c.Inputs, c.Gates.Limited = scope, audit.InputsOf(scope, "1.2.3"), nil
	c.Observation = func(id probes.FlowID) (*probes.Observation, bool) {
		return &probes.Observation{Flow: id, Class: probes.Class(1 + id%16), At: c.Run.Started, Evidence: observedThere(scope.Plan.Flow(id).Addr)}, true
	}
	renamed, names, err := Rename(c, secret)
	if err != nil {
		t.Fatal(err)
	}
	if n := renamed.Scope.Plan.Flows(); n != len(flows) || n == 0 {
		t.Errorf("%d flows, want %d", n, len(flows))
	}
	b, raw := handedOver(t, renamed)
	if err := names.Check(b, builtIn); err != nil || bytes.Contains(raw, []byte("01JDCCCC"+"CCCCCCCCCCCCCCCCCC")) {
		t.Errorf("%v, or the other run is named", err)
	}
}

// A kit of the user's own stays as it is, so one that names an address of the site keeps the bundle from being written.
func TestKitThatGivesAway(t *testing.T) {
	t.Parallel()
	real := realRun(t)
	own := func(prose string) error {
		c := real
		k, err := kits.Read("mine.yaml", []byte("schema_version: 1.0.0\nid: mine\nversion: 1.0.0\ntitle: {en: "+prose+"}\nrules:\n"+
			"  - {application: {app_id: mine, category: x, risk: 3}, action: drop, direction: internal, zones: {source: [management], destination: [management]}}\n"))
		if err != nil {
			t.Fatal(err)
		}
		scope, err := audit.NewScope(append(kits.BuiltIn(), k), c.Scope.Site, c.Scope.Vantage, c.Scope.Options)
		if err != nil {
			t.Fatal(err)
		}
		c.Scope, c.Inputs = scope, audit.InputsOf(scope, "1.2.3")
		renamed, names, err := Rename(c, secret)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := handedOver(t, renamed)
		return names.Check(b, func(kit int) bool { return c.Scope.Kits[kit].BuiltIn })
	}
	if err := own("plain words of the security office"); err != nil {
		t.Error(err)
	}
	if err := own("see 198.18.1.5"); err == nil || !strings.Contains(err.Error(), `kits/03.kit, line 4, still holds "198.18.1.5"`) {
		t.Errorf("%v", err)
	}
}

// Whoever adds a field to what a run says has to decide here how it is renamed: what this list names is, or is a number, a
// word of ours or a time.
func TestEveryFieldIsDecided(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		of   any
		want string
	}{
		{probes.Observation{}, "Flow Class Reason Flags Offender ICMPType ICMPCode At RTT Attempts Packets Weak Evidence"},
		{probes.Evidence{}, "Steps Facts Banner SHA256 TLS Error Hint TTL ReferenceTTL Simulated"},
		{probes.Step{}, "AtMS Dir What From To Bytes Hex"},
		{probes.TLSFacts{}, "Version Suite Subject Issuer SelfSigned NotBefore NotAfter Key Signature Names Serial LeafSHA256 KeySHA256 Failure"},
		{probes.Gates{}, "CanarySent CanaryAnswered CanarySpoke ControlSent ControlLost TriesSent TriesLost LossyUntil TaintSent TaintLost RefusedHere Limited LimitOpen PacketsSent Conversations Engine Rate"},
		{probes.RateState{}, "PerSecond Limiter Price Loss"},
		{probes.HostState{}, "Flags ControlSent ControlLost"},
		{audit.Run{}, "ID Site Kits Vantage Zone Tool Simulated Started Ended State Why Flows Settled Total Left Gates Privileged Again Imported ByRule Since"},
		{audit.RunDrift{}, "Against New Updated Absent Uncovered Standing Lost"},
		{audit.Inputs{}, "Kits Site Simulated Options Paths Vantage Privileged Pace Control Waivers Tool Catalogue"},
		{audit.Options{}, "Targets Services Pace Seed Only Again Catalogue"},
		{audit.FlowBlock{}, "Hosts Asks"},
		{audit.Path{}, "Source Interface OnLink"},
		{audit.WaiverRecord{}, "Site WaiverForm Run Requested Approved Withdrawn"},
		{audit.Site{}, "Name Zones Vantage Targets Interzone Intrazone Style OnLink RejectWith HostFirewall Probe Ports Waivers Simulated Origin Digest Raw Warnings"},
		{audit.ProbeSettings{}, "Pace Gap Attempts Timeout Canaries Window"},
	} {
		var got []string
		for _, f := range reflect.VisibleFields(reflect.TypeOf(c.of)) {
			if len(f.Index) == 1 {
				got = append(got, f.Name)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%T has the fields\n%s, decided are\n%s", c.of, strings.Join(got, " "), c.want)
		}
	}
}

// FuzzText: whatever a host sends, no address of the site is left in what becomes of it, and nothing panics.
func FuzzText(f *testing.F) {
	x, err := New(secret, realRun(f).Scope.Site, []netip.Addr{netip.MustParseAddr("198.18.1.5")})
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"198.18.1.5", "::ffff:198.18.1.5", "a:198.18.1.5:b", "x-198.18.1.5.", "198.18.1.5.example", "%198.18.1.5@"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if left := x.survivor(x.Text(s), false); left != "" {
			t.Errorf("%q became %q: %q is left", s, x.Text(s), left)
		}
	})
}
