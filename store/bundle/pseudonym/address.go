// Package pseudonym renames everything in a run that says where it was made: addresses, prefixes, host names, MAC
// addresses, serial numbers, people. The same thing always gets the same new name inside one export, and none of them can
// be turned back without the secret, which is drawn for one export and thrown away.
//
// Prefixes are kept as structure: two addresses that share n bits still share n bits, so that zones, targets and the
// matrix mean what they meant (the scheme of Crypto-PAn: Xu, Fan, Ammar, Moon, "Prefix-Preserving IP Address
// Anonymization", 2002). What cannot be told apart from a name is taken out rather than kept.
package pseudonym

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash"
	"net/netip"

	"oobscope/audit"
)

// keepBits is how many leading bits stay, so that an address stays what it was: unicast, unique local, link-local.
func keepBits(a netip.Addr) int {
	switch {
	case a.Is4() && a.IsLoopback():
		return 8 // a simulated segment must stay on loopback
	case a.Is4():
		return 3
	}
	return 10
}

// special are addresses that name nobody. They stay.
func special(a netip.Addr) bool {
	return a.IsUnspecified() || a == netip.IPv6LinkLocalAllNodes() || a.IsMulticast() || a == netip.AddrFrom4([4]byte{255, 255, 255, 255}) ||
		a == netip.IPv6Loopback() || a == netip.AddrFrom4([4]byte{127, 0, 0, 1})
}

// Names is the renaming of one export. It is not safe for concurrent use.
type Names struct {
	keyed hash.Hash // HMAC-SHA-256 under the key of the export
	sum   [sha256.Size]byte
	seen  map[string]string     // words that were renamed before, or left: most come again with every flow
	flips map[netip.Prefix]bool // by the bits before it: whether the next bit is turned
	done  map[netip.Addr]netip.Addr
	known map[string]string // names without a dot that are known to be names, in small letters

	addrs map[netip.Addr]bool // what must not survive
	words map[string]bool     // likewise, in small letters

	common map[string]bool // words that a bundle has anyway: a site called "management" gives nobody away
}

// tries is how many keys are tried until nothing is renamed to something that exists or that no station can have.
const tries = 1000

// New draws a renaming for a site from a secret of at least 32 random bytes. also are addresses outside the site's lists
// that must not survive either.
func New(secret []byte, site *audit.Site, also []netip.Addr) (*Names, error) {
	if len(secret) < 32 {
		return nil, errors.New("pseudonyms: the secret is too short")
	}
	prefixes, addrs := placesOf(site)
	addrs = append(addrs, also...)
	for n := range tries {
		h := hmac.New(sha256.New, secret)
		h.Write(binary.BigEndian.AppendUint32([]byte("oobscope.pseudonym/v1"), uint32(n)))
		x := &Names{keyed: hmac.New(sha256.New, h.Sum(nil)), seen: map[string]string{}, flips: map[netip.Prefix]bool{}, done: map[netip.Addr]netip.Addr{}, known: map[string]string{},
			addrs: map[netip.Addr]bool{}, words: map[string]bool{}, common: commonWords(site)}
		for _, p := range prefixes {
			x.hold(p)
		}
		if x.fits(prefixes, addrs) {
			return x, nil
		}
	}
	return nil, errors.New("pseudonyms: the site's prefixes leave no room to rename them: give it fewer or longer ones")
}

// placesOf lists what a site names: prefixes, and single addresses.
func placesOf(site *audit.Site) (prefixes []netip.Prefix, addrs []netip.Addr) {
	add := func(list []netip.Prefix) {
		for _, p := range list {
			if p.IsSingleIP() {
				addrs = append(addrs, p.Addr())
			} else {
				prefixes = append(prefixes, p.Masked())
			}
		}
	}
	for _, z := range site.Zones {
		add(z.Prefixes)
	}
	for _, t := range site.Targets {
		add(t.Addresses)
		add(t.Exclude)
	}
	return prefixes, append(addrs, site.Probe.Canaries...)
}

// hold keeps the first and the last address of an IPv4 prefix in their places: they are its network and broadcast
// address, which are never sent a packet, and they must stay those of the renamed prefix.
func (x *Names) hold(p netip.Prefix) {
	if !p.Addr().Is4() || p.Bits() > 30 {
		return
	}
	for _, edge := range [...]netip.Addr{p.Addr(), lastOf(p)} {
		for n := p.Bits(); n < 32; n++ {
			x.flips[netip.PrefixFrom(edge, n).Masked()] = false
		}
	}
}

func lastOf(p netip.Prefix) netip.Addr {
	b := p.Addr().As4()
	for i := p.Bits(); i < 32; i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	return netip.AddrFrom4(b)
}

// fits tells whether nothing is renamed to an address of the site itself, or to one that no station can have.
func (x *Names) fits(prefixes []netip.Prefix, addrs []netip.Addr) bool {
	whole := map[netip.Prefix]bool{}
	for _, p := range prefixes {
		whole[p] = true
		if !special(p.Addr()) && p.Bits() > keepBits(p.Addr()) { // a shorter one says nothing and stays
			x.addrs[p.Addr()] = true
		}
	}
	for _, a := range addrs {
		if !special(a) {
			x.addrs[a] = true
		}
	}
	for _, p := range prefixes {
		if p.Bits() > keepBits(p.Addr()) && (whole[x.Prefix(p)] || x.addrs[x.Prefix(p).Addr()] || !usable(p.Addr(), x.Prefix(p).Addr())) {
			return false
		}
	}
	for _, a := range addrs {
		if to := x.Addr(a); !special(a) && (x.addrs[to] || !usable(a, to)) {
			return false
		}
	}
	return true
}

// usable tells whether an address can stand for another: a station can have it, and it is on loopback only if that was.
func usable(from, to netip.Addr) bool {
	if special(to) {
		return false
	}
	if to.Is4() {
		first := to.As4()[0]
		if first == 0 || first == 127 && !from.IsLoopback() || first >= 224 && !from.IsMulticast() {
			return false
		}
	}
	return from.IsLinkLocalUnicast() == to.IsLinkLocalUnicast() && from.IsMulticast() == to.IsMulticast()
}

// Addr renames an address. One of a kind that names nobody stays: multicast, unspecified, ::1 and 127.0.0.1.
func (x *Names) Addr(a netip.Addr) netip.Addr {
	if !a.IsValid() || special(a.WithZone("")) {
		return a
	}
	if a.Is4In6() {
		return netip.AddrFrom16(x.Addr(a.Unmap()).As16())
	}
	a = a.WithZone("")
	if to, ok := x.done[a]; ok {
		return to
	}
	bytes := a.AsSlice()
	for i := keepBits(a); i < a.BitLen(); i++ {
		if x.flip(netip.PrefixFrom(a, i).Masked()) {
			bytes[i/8] ^= 0x80 >> (i % 8)
		}
	}
	to, _ := netip.AddrFromSlice(bytes)
	x.done[a] = to
	return to
}

// Prefix renames a prefix: it holds the renamed addresses of those that it held, and no others.
func (x *Names) Prefix(p netip.Prefix) netip.Prefix {
	if p.IsSingleIP() {
		return netip.PrefixFrom(x.Addr(p.Addr()), p.Bits())
	}
	bytes := p.Masked().Addr().AsSlice()
	for i := keepBits(p.Addr()); i < p.Bits(); i++ {
		if x.flip(netip.PrefixFrom(p.Addr(), i).Masked()) {
			bytes[i/8] ^= 0x80 >> (i % 8)
		}
	}
	to, _ := netip.AddrFromSlice(bytes)
	return netip.PrefixFrom(to, p.Bits())
}

// flip tells whether the bit behind these bits is turned.
func (x *Names) flip(before netip.Prefix) bool {
	on, ok := x.flips[before]
	if !ok {
		text := before.AppendTo(make([]byte, 0, 64))
		on = x.macOf("bit", text)[0]&1 == 1
		x.flips[before] = on
	}
	return on
}

// mac is the keyed hash behind every name. It holds until the next call.
func (x *Names) mac(kind, s string) []byte { return x.macOf(kind, []byte(s)) }

func (x *Names) macOf(kind string, s []byte) []byte {
	x.keyed.Reset()
	_, _ = x.keyed.Write(append([]byte(kind), 0)) // a hash never fails
	_, _ = x.keyed.Write(s)
	return x.keyed.Sum(x.sum[:0])
}

// hex is n hex digits that stand for a text.
func (x *Names) hex(kind, s string, n int) string { return hex.EncodeToString(x.mac(kind, s))[:n] }
