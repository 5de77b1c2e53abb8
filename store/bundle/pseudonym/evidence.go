package pseudonym

import (
	"fmt"
	"slices"
	"strings"

	"oobscope/probes"
)

// plainFacts are the keys of facts whose values are words of a protocol, or are kept with the names in them renamed.
// The value of every other key is taken out: it may be a name that nothing recognises.
var plainFacts = []string{
	"status", "http", "login", "tls", "mark", "answered", "clear text", "password file", "device description", "server family", "service root",
	"RedfishVersion", "Vendor", "Product", "Server", "deviceType", "manufacturer", "modelName",
	"asf.byte_order", "asf.enterprise", "asf.pong", "dns.authoritative", "dns.localhost", "dns.note", "dns.rcode", "dns.recursion_available",
	"dns.truncated", "icmp.reply_ttl", "icmp.way", "ipmi.auth_types", "ipmi.channel", "ipmi.cipher_suite", "ipmi.cipher_suites",
	"ipmi.completion", "ipmi.connections", "ipmi.contradiction", "ipmi.login_status", "ipmi.malformed", "ipmi.note", "ipmi.oem_iana",
	"slp.amplification", "slp.bytes", "slp.datagram_limit", "slp.datagrams", "slp.malformed", "slp.not_shown", "slp.overflow", "slp.reply",
	"slp.type", "slp.url", "tcp.reset_origin",
}

// Learn takes note of the names that a certificate holds, so that Text finds them wherever they stand.
func (x *Names) Learn(o *probes.Observation) {
	t := o.Evidence.TLS
	if t == nil {
		return
	}
	for _, n := range append(slices.Clone(t.Names), commonNames(t.Subject)...) {
		n = strings.TrimPrefix(n, "*.")
		if usefulName(n) {
			x.Know(n)
			if label, _, ok := strings.Cut(n, "."); ok && usefulName(label) {
				x.Know(label)
			}
		}
	}
	if len(t.Serial) >= 8 {
		x.Know(t.Serial)
	}
}

// usefulName tells whether a name is worth looking for: "a" and "bmc" would be found everywhere and tell nothing.
func usefulName(s string) bool {
	return len(s) >= 4 && !slices.Contains([]string{"localhost", "server", "default", "https", "http", "management"}, strings.ToLower(s))
}

// commonNames are the CN values of a distinguished name.
func commonNames(dn string) []string {
	var out []string
	for part := range strings.FieldsFuncSeq(dn, func(r rune) bool { return r == ',' || r == '+' }) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(part), "CN="); ok {
			out = append(out, value)
		}
	}
	return out
}

// Observation renames what was seen on one flow. What o holds is not changed.
func (x *Names) Observation(o *probes.Observation) probes.Observation {
	out := *o
	out.Offender = x.Addr(o.Offender)
	e := o.Evidence
	out.Evidence = probes.Evidence{
		SHA256: x.Digest(e.SHA256), Error: x.Text(e.Error), Hint: x.Text(e.Hint), TTL: e.TTL, ReferenceTTL: e.ReferenceTTL,
		Simulated: e.Simulated, TLS: x.tls(e.TLS), Banner: x.banner(e.Banner),
	}
	for _, s := range e.Steps {
		s.From, s.To, s.What, s.Hex = x.Text(s.From), x.Text(s.To), x.Text(s.What), "" // bytes hide addresses in too many ways
		out.Evidence.Steps = append(out.Evidence.Steps, s)
	}
	for _, f := range e.Facts {
		if slices.Contains(plainFacts, f.Key) {
			f.Value = x.Text(f.Value)
		} else {
			f.Key, f.Value = x.Text(f.Key), x.out(f.Value)
		}
		out.Evidence.Facts = append(out.Evidence.Facts, f)
	}
	return out
}

// out stands for a text that was taken out: the same text always reads the same.
func (x *Names) out(s string) string {
	if s == "" {
		return ""
	}
	return fmt.Sprintf("(renamed %s)", x.hex("text", s, 10))
}

// banner keeps what a web server says of itself, with its names renamed. A greeting of another protocol begins with the
// name of the host more often than not (RFC 913, RFC 4253 4.2, RFC 5321 4.2), so it is taken out.
func (x *Names) banner(s string) string {
	if strings.HasPrefix(s, "HTTP/") {
		return x.Text(s)
	}
	return x.out(s)
}

// tls renames a certificate: its names, its serial number, its digests; its days stay, to the day.
func (x *Names) tls(t *probes.TLSFacts) *probes.TLSFacts {
	if t == nil {
		return nil
	}
	out := *t
	out.Subject, out.Issuer = x.distinguished(t.Subject), x.distinguished(t.Issuer)
	out.Serial, out.LeafSHA256, out.KeySHA256 = x.Digest(t.Serial), x.Digest(t.LeafSHA256), x.Digest(t.KeySHA256)
	out.NotBefore, out.NotAfter, out.Failure = dayOf(t.NotBefore), dayOf(t.NotAfter), x.Text(t.Failure)
	out.Names = nil
	for _, n := range t.Names {
		out.Names = append(out.Names, x.Name(n))
	}
	return &out
}

func (x *Names) distinguished(dn string) string {
	if dn == "" {
		return ""
	}
	return "CN=" + x.Name(dn)
}

// dayOf cuts a time (RFC 3339) to its day.
func dayOf(s string) string {
	if day, _, ok := strings.Cut(s, "T"); ok {
		return day + "T00:00:00Z"
	}
	return s
}
