package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"oobscope/kits"
	"oobscope/kits/document"
)

// SiteSchema is the only schema of a site file that this program reads.
const SiteSchema = "oobscope.site/v1"

// maxPrefixes is how many prefixes all zones may have together.
const maxPrefixes = 512

// The roles that a target can have; each service of the catalogue is asked of some of them.
var roles = []string{"bmc", "appliance", "resolver", "vendor"}

// ReadSite reads and checks a site file (formats.md 4). file is its name for messages. The error holds
// everything that is wrong, each with file, line, column and key path. An unknown key is an error here,
// unlike in a kit: a misspelled "exclude" would send packets to hosts that their owner wants left alone.
func ReadSite(file string, data []byte) (*Site, error) {
	root, err := document.Parse(file, data)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	r := &siteReader{
		Reader: document.NewReader(file),
		site:   &Site{Origin: file, Raw: slices.Clone(data), Digest: hex.EncodeToString(sum[:])},
	}
	r.top(root)
	unknown := r.Warnings()
	if err := r.Err(); err != nil || len(unknown) > 0 {
		var ps document.Problems
		if err != nil {
			ps, _ = err.(document.Problems)
		}
		ps = append(ps, unknown...)
		slices.SortStableFunc(ps, func(a, b document.Problem) int {
			return (a.Line-b.Line)*document.MaxBytes + a.Column - b.Column
		})
		return nil, ps
	}
	return r.site, nil
}

// siteReader fills a site. Its warnings are kept in the site; those of the embedded reader are unknown
// keys, which are errors.
type siteReader struct {
	*document.Reader
	site *Site
}

func (r *siteReader) warn(n *document.Node, message, hint string) {
	r.site.Warnings = append(r.site.Warnings, kits.Problem{
		File: r.site.Origin, Line: n.Line, Column: n.Column, Path: n.Path(), Message: message, Hint: hint,
	})
}

func (r *siteReader) top(root *document.Node) {
	if r.AsMap(root) == nil {
		return
	}
	r.Enum(root, "schema", document.Required, SiteSchema)
	r.site.Name = r.word(r.Field(root, document.Required, "name"))
	r.zones(r.Map(root, "zones", document.Required))
	r.vantage(r.Map(root, "vantage", document.Optional))
	r.targets(r.Field(root, document.Required, "targets"))
	r.defaults(r.Map(root, "defaults", document.Required))
	r.enforcement(r.Map(root, "enforcement", document.Optional))
	r.probe(r.Map(root, "probe", document.Optional))
	r.services(r.Map(root, "services", document.Optional))
	r.waivers(r.List(root, "waivers", document.Optional))
	r.Unknown(root)
}

// word returns a name that is safe on a screen, in a file name and as a key.
func (r *siteReader) word(n *document.Node) string {
	s := r.AsString(n)
	if s != "" && !isWord(s) {
		r.Fail(n, "found "+n.Found()+", expected at most 63 letters, digits, dots, dashes or underscores", "")
		return ""
	}
	return s
}

func isWord(s string) bool {
	if s == "" || len(s) > 63 {
		return false
	}
	for _, c := range s {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("._-", c)) {
			return false
		}
	}
	return true
}

// zones reads the zones in file order. Their names must fit those of the kits' rules.
func (r *siteReader) zones(m *document.Node) {
	if m == nil {
		return
	}
	if len(m.Fields) == 0 {
		r.Fail(m, "found no zone, expected at least one", "")
	}
	owner := map[netip.Prefix]string{}
	rest := ""
	defer func() {
		if len(owner) > maxPrefixes {
			r.Fail(m, fmt.Sprintf("found %d prefixes, expected at most %d", len(owner), maxPrefixes), "join neighbours")
		}
	}()
	for _, f := range m.Fields {
		r.Field(m, document.Optional, f.Key)
		z := Zone{Name: f.Key}
		if !isWord(f.Key) || strings.EqualFold(f.Key, "any") {
			r.Fail(f.Value, "found the zone name "+document.Quote(f.Key)+", expected letters, digits, dots, dashes or underscores, and not \"any\"", "")
			continue
		}
		items := r.AsList(f.Value)
		if len(items) == 0 && f.Value.Kind == document.List {
			r.Fail(f.Value, "found no prefix, expected at least one", "a zone without addresses can never be matched")
		}
		for _, n := range items {
			if n.Kind == document.String && n.Text == "*" {
				if rest != "" {
					r.Fail(n, `found "*" again, it already stands for the zone `+rest, "only one zone can be the rest")
				}
				z.Rest, rest = true, f.Key
				continue
			}
			p, ok := r.prefix(n)
			if !ok {
				continue
			}
			if other, taken := owner[p]; taken {
				r.Fail(n, fmt.Sprintf("found %s, which is already in the zone %s", p, other), "an address lies in one zone; keep one of them")
				continue
			}
			owner[p] = f.Key
			z.Prefixes = append(z.Prefixes, p)
		}
		r.site.Zones = append(r.site.Zones, z)
	}
}

// prefix reads an address or a CIDR prefix without host bits.
func (r *siteReader) prefix(n *document.Node) (netip.Prefix, bool) {
	s := r.AsString(n)
	if s == "" {
		return netip.Prefix{}, false
	}
	a, err := netip.ParseAddr(s)
	if err == nil {
		if a.Zone() != "" || a.Is4In6() {
			r.Fail(n, "found "+n.Found()+", expected an address without a scope, and IPv4 in its own notation", "")
			return netip.Prefix{}, false
		}
		return netip.PrefixFrom(a, a.BitLen()), true
	}
	p, err := netip.ParsePrefix(s)
	switch {
	case err != nil || p.Addr().Is4In6():
		r.Fail(n, "found "+n.Found()+", expected an address or a prefix like 198.18.1.0/24 or fd00:20::/64", "")
	case p != p.Masked():
		r.Fail(n, "found "+n.Found()+", which has bits set behind the prefix length", "did you mean "+p.Masked().String()+"?")
	default:
		return p, true
	}
	return netip.Prefix{}, false
}

// vantage reads where the site says that we stand.
func (r *siteReader) vantage(m *document.Node) {
	if m == nil {
		return
	}
	r.site.Vantage.Name = r.word(r.Field(m, document.Required, "name"))
	if n := r.Field(m, document.Optional, "zone"); n != nil {
		r.site.Vantage.Zone = r.zoneName(n)
	}
	r.Unknown(m)
}

// zoneName reads the name of a zone that the site defines.
func (r *siteReader) zoneName(n *document.Node) string {
	var names []string
	for _, z := range r.site.Zones {
		names = append(names, z.Name)
	}
	if len(names) == 0 {
		return r.AsString(n)
	}
	return r.AsEnum(n, names...)
}
