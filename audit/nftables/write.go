// Package nftables turns a policy into a ruleset: kits x site as the forwarding firewall between the
// zones would have to enforce it, rule by rule in the order in which the kits are judged.
//
// It never loads a ruleset, never reads the system, and never writes a name from a kit or a site into
// a place where nft would take it for more than a name.
package nftables

import (
	"fmt"
	"io"
	"strings"

	"oobscope/audit"
	"oobscope/probes"
)

// Write writes the rules and the site of s as a file for nft -f (nftables 1.0 or later). Only s.Rules,
// s.Kits and s.Site are read: the ruleset is the same from wherever the run would look, so a scope whose
// Vantage knows no path does as well.
//
// A zone is the set of the addresses that it has by longest prefix; a service is a port at the machines
// that the site lists in a role that it is asked of. Addresses that the site excludes, and machines that
// it does not list, meet the site's defaults alone.
//
// The error is that of w, or names what cannot be written: a zone or role that is no plain word.
func Write(w io.Writer, s *audit.Scope) error {
	a, err := newAtlas(s.Site)
	if err != nil {
		return err
	}
	out := &page{}
	out.header(s)
	out.line(0, "table inet oobscope")
	out.line(0, "delete table inet oobscope")
	out.line(0, "table inet oobscope {")
	out.sets("zone", a.zones)
	out.sets("role", a.roles)
	out.refuse(s.Site.RejectWith)
	out.forward(s, a)
	out.line(0, "}")
	_, err = io.WriteString(w, out.String())
	return err
}

// page is the ruleset under way.
type page struct{ strings.Builder }

func (p *page) line(depth int, format string, args ...any) {
	p.WriteString(strings.Repeat("\t", depth))
	fmt.Fprintf(p, format, args...)
	p.WriteByte('\n')
}

// remark writes a comment line. Whatever stands in it, it stays one line of plain ASCII.
func (p *page) remark(depth int, format string, args ...any) {
	p.line(depth, "# %s", plain(fmt.Sprintf(format, args...), 400))
}

func (p *page) header(s *audit.Scope) {
	p.line(0, "#!/usr/sbin/nft -f")
	p.remark(0, "The intended policy of the site %s as a forwarding firewall between its zones.", s.Site.Name)
	for _, k := range s.Kits {
		p.remark(0, "kit %s, sha256 %s", k.Ref(), k.Digest)
	}
	p.remark(0, "site %s, sha256 %s", s.Site.Name, s.Site.Digest)
	p.remark(0, "Defaults: %s between zones, %s inside one.", s.Site.Interzone, s.Site.Intrazone)
	p.remark(0, "Everything that this machine forwards meets this table; add what else it is for. A service is a port")
	p.remark(0, "at the listed machines: this table cannot tell applications apart.")
}

// plain keeps printable ASCII, at most max bytes. A quote would end a quoted text, and a dollar sign would
// name a variable in it (nft(8), log prefix).
func plain(s string, max int) string {
	out := []byte(probes.Clean(s, max))
	for i, c := range out {
		if c < ' ' || c > '~' || c == '"' || c == '$' {
			out[i] = '_'
		}
	}
	return string(out[:min(len(out), max)])
}

// isWord tells whether a name can be part of an nft identifier as it is. The reader of sites asks the
// same of zones; a Scope can also be made by hand.
func isWord(s string) bool {
	for _, c := range s {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("._-", c)) {
			return false
		}
	}
	return s != "" && len(s) <= 63
}
