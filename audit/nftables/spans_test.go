package nftables

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"

	"oobscope/audit"
)

func TestSpanString(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ low, high, want string }{
		{"198.18.1.5", "198.18.1.5", "198.18.1.5"}, {"198.18.1.0", "198.18.1.255", "198.18.1.0/24"},
		{"198.18.1.0", "198.18.2.255", "198.18.1.0-198.18.2.255"}, {"0.0.0.0", "255.255.255.255", "0.0.0.0/0"},
		{"198.18.1.4", "198.18.1.5", "198.18.1.4/31"}, {"198.18.1.5", "198.18.1.6", "198.18.1.5-198.18.1.6"},
		{"fd00:20::", "fd00:20::ffff:ffff:ffff:ffff", "fd00:20::/64"}, {"fd00:20::5", "fd00:20::7", "fd00:20::5-fd00:20::7"},
	} {
		if got := (span{netip.MustParseAddr(c.low), netip.MustParseAddr(c.high)}).String(); got != c.want {
			t.Errorf("%s to %s: %s, want %s", c.low, c.high, got, c.want)
		}
	}
}

// Every address must be in the set of the zone that the judge puts it in, and in no other.
func TestZonesAreThoseOfTheJudge(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	prefix := func() netip.Prefix {
		a := netip.AddrFrom4([4]byte{198, 18, byte(random.UintN(4)), byte(random.UintN(256))})
		p := netip.PrefixFrom(a, 20+int(random.UintN(13)))
		if random.UintN(4) == 0 {
			b := netip.MustParseAddr("fd00:20::").As16()
			b[14], b[15] = byte(random.UintN(4)), byte(random.UintN(256))
			p = netip.PrefixFrom(netip.AddrFrom16(b), 112+int(random.UintN(17)))
		}
		return p.Masked()
	}
	for range 60 {
		site, seen := &audit.Site{}, map[netip.Prefix]bool{}
		for _, name := range []string{"a", "b", "c", "d"} {
			z := audit.Zone{Name: name, Rest: name == "b" && random.UintN(2) == 0}
			for range 1 + random.UintN(5) {
				if p := prefix(); !seen[p] {
					seen[p] = true
					z.Prefixes = append(z.Prefixes, p)
				}
			}
			site.Zones = append(site.Zones, z)
		}
		at, err := newAtlas(site)
		if err != nil {
			t.Fatal(err)
		}
		for range 200 {
			a := spanOf(prefix()).high
			var in []string
			for _, z := range at.zones {
				if meet(slices.Concat(z.spans[0], z.spans[1]), []span{{a, a}}) {
					in = append(in, z.name)
				}
			}
			want := []string{site.ZoneOf(a)}
			if want[0] == "" {
				want = nil
			}
			if !slices.Equal(in, want) {
				t.Fatalf("%s is in the sets of %v, the judge says %v\n%+v", a, in, want, site.Zones)
			}
		}
	}
}
