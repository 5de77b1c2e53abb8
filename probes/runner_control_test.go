package probes

import (
	"net/netip"
	"testing"
	"testing/synctest"
	"time"
)

// hostOne is the host of the plans with one host.
const hostOne = "198.18.0.1"

func TestControlAfterSilence(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lost       int // controls that are lost before one is answered
		sent, gone uint8
		quiet      bool
	}{
		"answered":       {0, 1, 0, false},
		"one lost":       {1, 2, 1, false},
		"all lost":       {9, 3, 3, true},
		"third answered": {2, 3, 2, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := testPlan(1, tcpPort(443), tcpPort(22))
				s, m := newSegment(t, gap, func(to netip.AddrPort, _ Proto, n int) Class {
					if to.Port() == 22 || n > 0 && n <= c.lost {
						return SilenceUnproven
					}
					return OpenProto
				}), newMemory()
				sum, b := runPlan(t, t.Context(), p, s, m)
				got := m.hosts[0]
				if got.ControlSent != c.sent || got.ControlLost != c.gone || (got.Flags&HostQuiet != 0) != c.quiet {
					t.Errorf("host %+v", got)
				}
				if got.Flags&HostDone == 0 || got.Flags&(HostUDPControl|HostHonest|HostFakesOpen) != 0 {
					t.Errorf("flags %b", got.Flags)
				}
				if sum.Gates.ControlSent != int(c.sent) || sum.Gates.ControlLost != int(c.gone) {
					t.Errorf("gates %+v", sum.Gates)
				}
				if _, onBoard := b.Row(0, nil); onBoard != got {
					t.Errorf("board %+v, sink %+v", onBoard, got)
				}
			})
		})
	}
}

func TestNoControlWithoutNeed(t *testing.T) {
	t.Parallel()
	for name, class := range map[string]Class{"all answer": OpenProto, "nothing answers": SilenceUnproven, "a filter answers": Prohibited} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := testPlan(1, tcpPort(443), tcpPort(22), udpPort(623))
				s, m := newSegment(t, gap, func(netip.AddrPort, Proto, int) Class { return class }), newMemory()
				runPlan(t, t.Context(), p, s, m)
				if got := m.hosts[0]; got != (HostState{Flags: HostDone}) {
					t.Errorf("host %+v", got)
				}
			})
		})
	}
}

func TestClosedUDPPort(t *testing.T) {
	t.Parallel()
	for class, want := range map[Class]bool{PortUnreach: true, PortUnreachMid: false, SilenceUnproven: false, OpenOther: false} {
		t.Run(class.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := testPlan(1, tcpPort(443), udpPort(623))
				s, m := newSegment(t, gap, func(to netip.AddrPort, _ Proto, _ int) Class {
					switch to.Port() {
					case 443:
						return OpenProto
					case p.Control.UDPPort:
						return class
					}
					return SilenceUnproven
				}), newMemory()
				runPlan(t, t.Context(), p, s, m)
				if got := m.hosts[0].Flags&HostUDPControl != 0; got != want {
					t.Errorf("HostUDPControl is %v", got)
				}
				if n := s.asked(hostOne, UDP, p.Control.UDPPort); n != 1 {
					t.Errorf("%d datagrams to the closed port", n)
				}
			})
		})
	}
}

// A host whose flows are all silent is asked for one echo, unless its plan has asked already: only an
// answer makes its silence mean something, and calls for the closed UDP port.
func TestEchoWhenAllIsSilent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		echo              Class
		planned           bool
		want              HostFlags
		echoes, datagrams int
	}{
		"alive":         {OpenProto, false, HostDone | HostEcho | HostUDPControl, 1, 1},
		"no answer":     {SilenceUnproven, false, HostDone, 1, 0},
		"not permitted": {ProbeError, false, HostDone, 1, 0},
		"asked in plan": {SilenceUnproven, true, HostDone, 2, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ends := []Endpoint{tcpPort(443), udpPort(623)}
				if c.planned {
					ends = append(ends, echo)
				}
				p := testPlan(1, ends...)
				s, m := newSegment(t, gap, func(to netip.AddrPort, proto Proto, _ int) Class {
					switch {
					case proto == ICMP:
						return c.echo
					case to.Port() == p.Control.UDPPort:
						return PortUnreach
					}
					return SilenceUnproven
				}), newMemory()
				runPlan(t, t.Context(), p, s, m)
				if got := m.hosts[0].Flags; got != c.want {
					t.Errorf("flags %b, want %b", got, c.want)
				}
				if n := s.asked(hostOne, ICMP, 0); n != c.echoes {
					t.Errorf("%d echoes, want %d", n, c.echoes)
				}
				if n := s.asked(hostOne, UDP, p.Control.UDPPort); n != c.datagrams {
					t.Errorf("%d datagrams to the closed port, want %d", n, c.datagrams)
				}
			})
		})
	}
}

func TestHonesty(t *testing.T) {
	t.Parallel()
	for class, want := range map[Class]HostFlags{OpenMute: HostFakesOpen, RstUnknown: HostHonest, SilenceUnproven: HostHonest, ProbeError: 0} {
		t.Run(class.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := testPlan(1, tcpPort(443))
				s, m := newSegment(t, gap, func(to netip.AddrPort, _ Proto, _ int) Class {
					if to.Port() == p.Control.TCPPort {
						return class
					}
					return OpenMute
				}), newMemory()
				runPlan(t, t.Context(), p, s, m)
				if got := m.hosts[0].Flags; got != want|HostDone {
					t.Errorf("flags %b, want %b", got, want|HostDone)
				}
			})
		})
	}
}

func TestHostGoesQuiet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ports := []Endpoint{echo}
		for port := range uint16(20) {
			ports = append(ports, tcpPort(1000+port))
		}
		p := testPlan(1, ports...)
		p.Pace.Host = time.Hour
		start := time.Now()
		s, m := newSegment(t, gap, func(netip.AddrPort, Proto, int) Class {
			if time.Since(start) > 8*time.Second {
				return SilenceUnproven
			}
			return OpenProto
		}), newMemory()
		sum, _ := runPlan(t, t.Context(), p, s, m)
		quiet := 0
		for _, o := range m.seen {
			if o.Reason == WentQuiet {
				quiet++
				if o.Class != ProbeError || o.Attempts != 0 {
					t.Errorf("a flow left alone: %+v", o)
				}
			}
		}
		if m.hosts[0].Flags&HostQuiet == 0 || quiet < 5 || !sum.Complete {
			t.Errorf("%d flows left alone, host %+v, summary %+v", quiet, m.hosts[0], sum)
		}
		if m.hosts[0].ControlLost != controlTries {
			t.Errorf("%d controls lost", m.hosts[0].ControlLost)
		}
	})
}

func TestAFilteredHostIsNotQuiet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ports := []Endpoint{echo}
		for port := range uint16(14) {
			ports = append(ports, tcpPort(1000+port))
		}
		p := testPlan(1, ports...)
		s, m := newSegment(t, gap, func(_ netip.AddrPort, proto Proto, _ int) Class {
			if proto == ICMP {
				return OpenProto
			}
			return SilenceUnproven
		}), newMemory()
		sum, b := runPlan(t, t.Context(), p, s, m)
		if got := m.hosts[0]; got.Flags != HostDone || int(got.ControlSent) > quietChecks(15)+1 {
			t.Errorf("host %+v", got)
		}
		if c := b.Counters(); c.Of(SilenceUnproven) != 14 || sum.Elapsed > p.Pace.Host {
			t.Errorf("counters %+v after %s", c, sum.Elapsed)
		}
	})
}

func TestTaint(t *testing.T) {
	t.Parallel()
	for name, lost := range map[string]int{"clean": 0, "tainted": 3} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := testPlan(9, tcpPort(443))
				s, m := newSegment(t, gap, func(_ netip.AddrPort, _ Proto, n int) Class {
					if n > 0 && lost > 0 {
						return SilenceUnproven
					}
					return OpenProto
				}), newMemory()
				sum, _ := runPlan(t, t.Context(), p, s, m)
				if sum.Gates.TaintSent != taintFlows || sum.Gates.TaintLost != lost || sum.Gates.Tainted() != (lost > 0) {
					t.Errorf("gates %+v", sum.Gates)
				}
			})
		})
	}
}

func TestLossSlowsTheRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := testPlan(1, tcpPort(443))
		s := newSegment(t, gap, openAll)
		x := (&Runner{Plan: p, Probers: s.probers(), Board: NewBoard(p), Sink: newMemory()}).begin(func(error) {})
		x.Board.Begin(time.Now())
		x.Board.AddSent(400, 0)
		time.Sleep(10 * time.Second) // 40 conversations a second so far
		before := x.segment.Limit()
		x.push(func(g *Gates) { g.ControlSent, g.ControlLost = 10, 2 })
		if x.segment.Limit() != before {
			t.Errorf("slowed down to %v without loss", x.segment.Limit())
		}
		for range 3 {
			x.push(func(g *Gates) { g.ControlLost++ })
		}
		if got := x.segment.Limit(); got != 20 {
			t.Errorf("%v a second after loss, want 20", got)
		}
	})
}
