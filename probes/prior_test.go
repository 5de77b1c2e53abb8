package probes

import (
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// past is a Prior that has seen port 81 answer and one host alive.
type past struct {
	plan  *Plan
	alive netip.Addr
}

func (p past) Answered(id FlowID) (Sighting, bool) {
	return Sighting{Run: "01JD\x1b[31m", Vantage: "jump2", At: time.Unix(0, 0)}, p.plan.Flow(id).Endpoint.Port == 81
}

func (p past) Alive(a netip.Addr) (Sighting, bool) { return Sighting{Run: "01JE"}, a == p.alive }

func TestWhatAnotherRunSawIsNoted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := testPlan(2, tcpPort(80), tcpPort(81), tcpPort(82), tcpPort(83))
		s := newSegment(t, p.Pace.Gap, func(to netip.AddrPort, _ Proto, _ int) Class {
			switch {
			case to.Port() == 80:
				return OpenProto
			case to.Port() == 83:
				return Unreach
			case to.Addr().As4()[3] == 1 && to.Port() == 81:
				return OpenMute
			}
			return SilenceUnproven
		})
		m := newMemory()
		pr := past{p, p.Host(1).Addr}
		if _, err := (&Runner{Plan: p, Probers: s.probers(), Board: NewBoard(p), Sink: m, Prior: pr}).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		for id := range FlowID(p.Flows()) {
			f, o := p.Flow(id), m.seen[id]
			want, key := Flags(0), ""
			switch {
			case f.Endpoint.Port == 81:
				want, key = AnsweredBefore, "prior.answered"
			case f.Endpoint.Port == 83 && f.Host == 1:
				want, key = AliveBefore, "prior.alive"
			}
			words := ""
			for _, fact := range o.Evidence.Facts {
				words += fact.Key + "=" + fact.Value
			}
			if o.Flags&(AnsweredBefore|AliveBefore) != want || !strings.HasPrefix(words, key) || (words == "") != (key == "") || strings.ContainsRune(words, 0x1b) {
				t.Errorf("%s port %d: flags %b, facts %q", f.Addr, f.Endpoint.Port, o.Flags, words)
			}
		}
	})
}
