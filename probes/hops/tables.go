package hops

import (
	"net/netip"
	"time"

	"oobscope/probes"
)

// Ports are a range of our own TCP ports; the zero value is none.
type Ports struct{ First, Last uint16 }

// How much is remembered. A host is asked for while it is probed and some seconds longer, a connection while
// it lasts; both tables hold many times what can be under way at once.
const (
	maxHosts = 1 << 16
	maxPairs = 1 << 16
	maxGone  = 1 << 16
)

// tables are what a capture remembers. They are not safe for concurrent use.
type tables struct {
	hosts table[[16]byte, seen]
	pairs table[pair, ends]
	gone  table[way, time.Duration]
}

// seen is what a host has answered beside resets, and the address of ours that was last seen on an opening
// towards it.
type seen struct {
	accepts, answers ttls
	own              [16]byte
}

// way names an opening of ours; that of an echo has no address of ours.
type way struct {
	pair
	own [16]byte
}

// ends are the TTLs of the SYN-ACK and of the latest reset of one connection; 0 for none.
type ends struct{ accept, reset uint8 }

func newTables() tables {
	return tables{
		hosts: newTable[[16]byte, seen](maxHosts), pairs: newTable[pair, ends](maxPairs), gone: newTable[way, time.Duration](maxGone),
	}
}

// learn sorts in a packet that was seen at a moment of the capture's clock, if the other side was asked for.
func (t *tables) learn(p packet, now time.Duration) {
	host := t.hosts.find(p.from)
	if host == nil {
		return
	}
	switch p.kind {
	case answer:
		host.answers.add(p.ttl)
	case accept:
		host.accepts.add(p.ttl)
		*t.pairs.add(p.pair) = ends{accept: p.ttl} // a reset from before belongs to an older connection
	case reset:
		t.pairs.add(p.pair).reset = p.ttl
	case opening:
		host.own = p.own
		*t.gone.add(wayOf(p.pair, p.own)) = now
	}
}

// wayOf leaves our address out of an echo: whoever asks for it need not know that.
func wayOf(p pair, own [16]byte) way {
	if p.port == 0 {
		own = [16]byte{}
	}
	return way{p, own}
}

// departure says whether an opening was seen leaving since a moment of the capture's clock. That it was not
// means something only if one from the same address of ours to the same host was: a translation of addresses or a
// tunnel behind the capture's back would hide them all.
func (t *tables) departure(remote, local netip.AddrPort, since time.Duration) probes.Departure {
	var own [16]byte
	if local.Addr().IsValid() {
		own = local.Addr().As16()
	}
	host := t.hosts.find(remote.Addr().As16())
	if host == nil || host.own == ([16]byte{}) {
		return probes.Untold
	}
	at := t.gone.find(wayOf(pair{from: remote.Addr().As16(), port: remote.Port(), local: local.Port()}, own))
	switch {
	case at != nil && *at >= since:
		return probes.Departed
	case t.gone.full() && *t.gone.oldest() >= since: // it may have been forgotten
		return probes.Untold
	case own != ([16]byte{}) && own != host.own:
		return probes.Untold
	}
	return probes.Missing
}

// watch makes room for a host.
func (t *tables) watch(host netip.Addr) { t.hosts.add(host.As16()) }

// ends returns what is known of a connection.
func (t *tables) ends(remote, local netip.AddrPort) ends {
	found := t.pairs.find(pair{from: remote.Addr().As16(), port: remote.Port(), local: local.Port()})
	if found == nil {
		return ends{}
	}
	return *found
}

// reference lists the TTLs of a host's answers, with those of its SYN-ACKs if they count.
func (t *tables) reference(host netip.Addr, accepts bool) []uint8 {
	found := t.hosts.find(host.As16())
	if found == nil {
		return nil
	}
	all := found.answers
	if accepts {
		for _, ttl := range found.accepts {
			all.add(ttl)
		}
	}
	return all.list()
}

// ttls is a small set of TTLs; 0 is a free place. A host that shows more of them has no distance at all, and
// four say so as well as more.
type ttls [4]uint8

// add puts a TTL in, unless the set is full; 0 changes nothing.
func (s *ttls) add(ttl uint8) {
	for i, have := range s {
		if have == ttl || ttl == 0 {
			return
		}
		if have == 0 {
			s[i] = ttl
			return
		}
	}
}

func (s *ttls) list() []uint8 {
	n := 0
	for n < len(s) && s[n] != 0 {
		n++
	}
	return append([]uint8(nil), s[:n]...)
}

// table is a map of bounded size that forgets its oldest entry for a new one.
type table[K comparable, V any] struct {
	limit int
	at    map[K]int32
	slots []slot[K, V]
	next  int // the oldest entry, once the table is full
}

type slot[K comparable, V any] struct {
	key   K
	value V
}

func newTable[K comparable, V any](limit int) table[K, V] {
	return table[K, V]{limit: limit, at: make(map[K]int32)}
}

// find returns the value of a key, or nil. It is good until the next add.
func (t *table[K, V]) find(k K) *V {
	i, ok := t.at[k]
	if !ok {
		return nil
	}
	return &t.slots[i].value
}

// full tells whether the next new key makes the table forget one.
func (t *table[K, V]) full() bool { return len(t.slots) == t.limit }

// oldest is the value of the entry that a full table forgets next.
func (t *table[K, V]) oldest() *V { return &t.slots[t.next].value }

// add returns the value of a key, a new zero one if there was none. It is good until the next add.
func (t *table[K, V]) add(k K) *V {
	if v := t.find(k); v != nil {
		return v
	}
	i := len(t.slots)
	if i < t.limit {
		t.slots = append(t.slots, slot[K, V]{key: k})
	} else {
		i = t.next
		t.next = (t.next + 1) % t.limit
		delete(t.at, t.slots[i].key)
		t.slots[i] = slot[K, V]{key: k}
	}
	t.at[k] = int32(i)
	return &t.slots[i].value
}
