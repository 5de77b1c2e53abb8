package probes

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
)

var honest, lying = netip.MustParseAddr("198.18.3.250"), netip.MustParseAddr("198.18.3.251")

// runCanaries runs a plan with two canaries; lies tells what the second one gives for an answer.
func runCanaries(t *testing.T, lies func(to netip.AddrPort, proto Proto) Class) (*Plan, Gates, *memory) {
	p := testPlan(3, tcpPort(443), tcpPort(22), tcpPort(5989), tcpPort(80), udpPort(623), udpPort(53))
	p.Canaries = []netip.Addr{honest, lying}
	s, m := newSegment(t, gap, func(to netip.AddrPort, proto Proto, _ int) Class {
		switch to.Addr() {
		case honest:
			return SilenceUnproven
		case lying:
			return lies(to, proto)
		}
		return OpenProto
	}), newMemory()
	sum, _ := runPlan(t, t.Context(), p, s, m)
	return p, sum.Gates, m
}

// A proxy that accepts connections says nothing by itself.
func TestCanaryAccepts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, g, m := runCanaries(t, func(_ netip.AddrPort, proto Proto) Class {
			if proto == TCP {
				return OpenMute
			}
			return SilenceUnproven
		})
		asked := 2 * (canaryPorts + 3) // each canary, once: knocks, an echo, two datagram services
		if g.CanarySent != 2*asked+2*canaryPorts || len(g.CanaryAnswered) != canaryPorts || len(g.CanarySpoke) != 0 {
			t.Errorf("gates %+v", g)
		}
		for _, name := range g.CanaryAnswered {
			if ap := netip.MustParseAddrPort(name); ap.Addr() != lying || !slices.ContainsFunc(p.speakers(TCP), func(e Endpoint) bool { return e.Port == ap.Port() }) {
				t.Errorf("canary %s answered", name)
			}
		}
		if last := m.gates[len(m.gates)-1]; last.CanarySent != g.CanarySent || last.PacketsSent != g.PacketsSent {
			t.Errorf("the sink's last gates are %+v", last)
		}
	})
}

// What answers in the name of somebody who is not there is no proof, and only that.
func TestCanarySpeaks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		proto  Proto
		port   uint16
		spoke  string
		proves []Endpoint // still
		not    []Endpoint
	}{
		"an echo": {ICMP, 0, "icmp 198.18.3.251", []Endpoint{tcpPort(443), udpPort(53)}, []Endpoint{echo}},
		"names":   {UDP, 53, "udp 198.18.3.251:53", []Endpoint{tcpPort(53), udpPort(623), echo}, []Endpoint{udpPort(53)}},
		"a page":  {TCP, 0, "tcp 198.18.3.251:", []Endpoint{udpPort(53), echo}, []Endpoint{tcpPort(443), tcpPort(5989)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				_, g, _ := runCanaries(t, func(to netip.AddrPort, proto Proto) Class {
					if proto == c.proto && (c.port == 0 || c.port == to.Port()) {
						return OpenProto
					}
					return SilenceUnproven
				})
				if len(g.CanarySpoke) == 0 || slices.ContainsFunc(g.CanarySpoke, func(s string) bool { return !strings.HasPrefix(s, c.spoke) }) {
					t.Errorf("spoke: %q", g.CanarySpoke)
				}
				for _, e := range c.proves {
					if g.Impostor(e) {
						t.Errorf("%s/%d proves nothing", e.Proto, e.Port)
					}
				}
				for _, e := range c.not {
					if !g.Impostor(e) {
						t.Errorf("%s/%d is a proof", e.Proto, e.Port)
					}
				}
			})
		})
	}
}

// A stored list may hold anything.
func TestImpostorOfGarbage(t *testing.T) {
	t.Parallel()
	g := Gates{CanarySpoke: []string{"", "udp", "udp ", "udp x:53", "icmpx 198.18.3.251", " icmp", "udp 198.18.3.251"}}
	for _, e := range []Endpoint{echo, tcpPort(443), udpPort(53)} {
		if g.Impostor(e) {
			t.Errorf("%s/%d is taken for answered", e.Proto, e.Port)
		}
	}
}
