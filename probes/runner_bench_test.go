package probes

import (
	"context"
	"testing"
	"time"
)

// instant answers at once and takes its turns like any prober.
type instant struct{}

func (instant) Script(Target) []Request { return []Request{{Conversations: 1, Packets: 1}} }

func (instant) Probe(ctx context.Context, t Target) Observation {
	if err := t.Line.Begin(ctx); err != nil {
		out := LocalFailure("begin", err)
		return Observation{Class: out.Class, Reason: out.Reason}
	}
	t.Line.Count(1)
	t.Line.End()
	return Observation{Class: OpenProto, Attempts: 1}
}

// nowhere is a Sink that keeps nothing.
type nowhere struct{}

func (nowhere) Observe(Observation) error { return nil }
func (nowhere) Host(int, HostState) error { return nil }
func (nowhere) Gates(Gates) error         { return nil }

// BenchmarkRunner is the cost of the engine itself: flows without a network and without a gap. The cost of
// a flow must not grow from a /24 to a /16.
func BenchmarkRunner(b *testing.B) {
	for name, hosts := range map[string]int{"slash24": 256, "slash20": 4096, "slash16": 65536} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			p := testPlan(hosts, echo, tcpPort(443), tcpPort(22), udpPort(623))
			p.Simulated = true
			p.Pace.Gap, p.Pace.Rate = 0, 0
			probers := Probers{"fake": instant{}, KnockTCP: instant{}, KnockUDP: instant{}, KnockEcho: instant{}}
			start := time.Now()
			for b.Loop() {
				r := &Runner{Plan: p, Probers: probers, Board: NewBoard(p), Sink: nowhere{}}
				if sum, err := r.Run(b.Context()); err != nil || !sum.Complete {
					b.Fatal(sum, err)
				}
			}
			b.ReportMetric(float64(time.Since(start).Nanoseconds())/float64(b.N)/float64(p.Flows()), "ns/flow")
		})
	}
}
