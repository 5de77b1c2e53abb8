package hops

import (
	"encoding/binary"
	"net/netip"
	"reflect"
	"testing"
	"time"

	"oobscope/probes"
)

func at(port uint16) netip.AddrPort { return netip.AddrPortFrom(host4, port) }

func local(port uint16) netip.AddrPort {
	return netip.AddrPortFrom(netip.MustParseAddr("198.18.0.1"), port)
}

func from4(k kind, ttl uint8, port, local uint16) packet {
	return packet{kind: k, ttl: ttl, pair: pair{from: host4.As16(), port: port, local: local}}
}

func TestTablesLearn(t *testing.T) {
	t.Parallel()
	kept := newTables()
	kept.learn(from4(reset, 64, 22, 40000), 0) // before anybody asked
	kept.watch(host4)
	kept.watch(host6)
	if got := kept.ends(at(22), local(40000)); got != (ends{}) {
		t.Errorf("a stranger was remembered: %+v", got)
	}
	kept.learn(from4(reset, 63, 22, 40000), 0)
	kept.learn(from4(reset, 64, 22, 40000), 0)
	kept.learn(from4(reset, 62, 22, 40001), 0)
	kept.learn(from4(accept, 61, 443, 40000), 0)
	kept.learn(from4(reset, 60, 443, 40000), 0)
	for _, c := range []struct {
		port, local uint16
		want        ends
	}{
		{22, 40000, ends{reset: 64}}, {22, 40001, ends{reset: 62}}, {443, 40000, ends{accept: 61, reset: 60}}, {443, 40001, ends{}},
	} {
		if got := kept.ends(at(c.port), local(c.local)); got != c.want {
			t.Errorf("%d to %d: %+v, want %+v", c.port, c.local, got, c.want)
		}
	}
	kept.learn(from4(accept, 59, 443, 40000), 0) // the same ports once more: the old reset is not its own
	if got := kept.ends(at(443), local(40000)); got != (ends{accept: 59}) {
		t.Errorf("a new connection has the ends %+v", got)
	}
	kept.learn(from4(answer, 252, 0, 0), 0)
	kept.learn(from4(answer, 61, 0, 0), 0)
	for accepts, want := range map[bool][]uint8{false: {252, 61}, true: {252, 61, 59}} {
		if got := kept.reference(host4, accepts); !reflect.DeepEqual(got, want) {
			t.Errorf("references with accepts %v: %v, want %v", accepts, got, want)
		}
	}
	if got := kept.reference(host6, true); got != nil {
		t.Errorf("the other host has references %v", got)
	}
	if got := kept.reference(netip.MustParseAddr("198.18.1.6"), true); got != nil {
		t.Errorf("a stranger has references %v", got)
	}
}

func leaves(own netip.Addr, port, local uint16) packet {
	return packet{kind: opening, ttl: 64, own: own.As16(), pair: pair{from: host4.As16(), port: port, local: local}}
}

// What was not seen leaving is missing only where the capture sees such packets at all.
func TestDepartures(t *testing.T) {
	t.Parallel()
	kept := newTables()
	kept.learn(leaves(ours4, 22, 40000), 1) // before anybody asked
	kept.watch(host4)
	check := func(what string, remote, local netip.AddrPort, since time.Duration, want probes.Departure) {
		t.Helper()
		if got := kept.departure(remote, local, since); got != want {
			t.Errorf("%s: %d, want %d", what, got, want)
		}
	}
	echo, anyone := netip.AddrPortFrom(host4, 0), netip.AddrPortFrom(netip.Addr{}, 7)
	check("nothing seen yet", at(22), local(40000), 0, probes.Untold)
	check("a host that nobody watches", netip.AddrPortFrom(host6, 22), local(40000), 0, probes.Untold)
	kept.learn(leaves(ours4, 22, 40001), 5)
	check("seen", at(22), local(40001), 5, probes.Departed)
	check("seen, but of an older connection", at(22), local(40001), 6, probes.Missing)
	check("another port of ours", at(22), local(40002), 5, probes.Missing)
	check("another port of the host", at(23), local(40001), 5, probes.Missing)
	check("an echo that was not seen", echo, anyone, 0, probes.Missing)
	kept.learn(leaves(ours4, 0, 7), 6)
	check("an echo", echo, anyone, 6, probes.Departed)
	kept.learn(leaves(ours6, 22, 40003), 7)
	check("our address is translated", at(22), local(40004), 7, probes.Untold)
	check("in the translated form", at(22), local(40003), 7, probes.Untold)
	for i := range maxGone + 1 {
		kept.learn(leaves(ours4, uint16(100+(i>>8)), uint16(i)), 8)
	}
	check("forgotten, perhaps", at(22), local(40002), 8, probes.Untold)
	check("after all that is kept", at(22), local(40002), 9, probes.Missing)
	if len(kept.gone.slots) != maxGone {
		t.Errorf("%d places", len(kept.gone.slots))
	}
}

func TestZonesDoNotMatter(t *testing.T) {
	t.Parallel()
	host := netip.MustParseAddr("fe80::5%eth0")
	kept := newTables()
	kept.watch(host)
	kept.learn(packet{kind: reset, ttl: 255, pair: pair{from: host.As16(), port: 22, local: 40000}}, 0)
	if got := kept.ends(netip.AddrPortFrom(host.WithZone("eth1"), 22), local(40000)); got.reset != 255 {
		t.Errorf("%+v", got)
	}
}

// A flood from the address of a target fills its places and no more.
func TestTablesAreBounded(t *testing.T) {
	t.Parallel()
	kept := newTables()
	kept.watch(host4)
	for i := range 3 * maxPairs {
		kept.learn(from4(reset, 63, uint16(i>>16), uint16(i)), 0)
	}
	for i := range 255 {
		kept.learn(from4(answer, uint8(i+1), 0, 0), 0)
	}
	if len(kept.pairs.slots) != maxPairs || len(kept.pairs.at) != maxPairs {
		t.Errorf("%d slots, %d keys", len(kept.pairs.slots), len(kept.pairs.at))
	}
	if got := kept.reference(host4, true); !reflect.DeepEqual(got, []uint8{1, 2, 3, 4}) {
		t.Errorf("references %v", got)
	}
	for i := range maxHosts { // the first of them pushes the watched host out
		var a [16]byte
		binary.BigEndian.PutUint32(a[:], 0xfd000000)
		binary.BigEndian.PutUint32(a[12:], uint32(i))
		kept.watch(netip.AddrFrom16(a))
	}
	if len(kept.hosts.slots) != maxHosts || len(kept.hosts.at) != maxHosts || kept.reference(host4, true) != nil {
		t.Errorf("%d hosts, references %v", len(kept.hosts.slots), kept.reference(host4, true))
	}
}

func TestTableForgetsTheOldest(t *testing.T) {
	t.Parallel()
	ring := newTable[int, string](3)
	for i, s := range []string{"a", "b", "c", "d"} {
		*ring.add(i) = s
	}
	*ring.add(2) += "c" // an old key keeps its place and its value
	*ring.add(4) = "e"
	for i, want := range []string{"", "", "cc", "d", "e"} {
		got := ""
		if v := ring.find(i); v != nil {
			got = *v
		}
		if got != want {
			t.Errorf("key %d: %q, want %q", i, got, want)
		}
	}
}

// What one packet costs from the socket's buffer to the tables: a reset of a watched host, of many connections.
func BenchmarkParseAndLearn(b *testing.B) {
	for name, packet := range map[string][]byte{
		"v4":         ipv4(protoTCP, 63, 0, segment(22, 40000, flagRST)),
		"v6":         ipv6(protoTCP, 63, segment(22, 40000, flagRST)),
		"extensions": ipv6(protoTCP, 63, segment(22, 40000, flagRST), protoHopByHop, protoRouting, protoDestination),
	} {
		b.Run(name, func(b *testing.B) {
			kept, local := newTables(), len(packet)-18
			kept.watch(host4)
			kept.watch(host6)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				binary.BigEndian.PutUint16(packet[local:], uint16(i))
				if p, ok := parse(packet); ok {
					kept.learn(p, 0)
				}
			}
		})
	}
}
