package sweep

import (
	"oobscope/probes"
)

// report is what the search has to tell: a flow that is settled, a host that is left, a control, a rate.
type report struct {
	what       what
	lost       bool
	host, slot int32
	flow       flow
	answers    ttls
	accepts    ttls
	fault      arrival
	out        probes.Outcome
	rate       probes.RateState
}

type what uint8

const (
	tellSilent what = iota + 1
	tellQuiet
	tellEcho
	tellReset
	tellFault
	tellRefused
	tellLeft
	tellControl
	tellRate
)

// backlog is how many reports may wait: behind a slow disk the search stands still when they are full.
const backlog = 4096

// teller hands reports over in their order, in a goroutine of its own, so that making evidence and storing it
// does not slow the packets down.
type teller struct {
	s    *search
	to   chan report
	done chan struct{}
}

func newTeller(s *search) *teller {
	t := &teller{s: s, to: make(chan report, backlog), done: make(chan struct{})}
	go t.run()
	return t
}

// close waits until everything was told.
func (t *teller) close() {
	close(t.to)
	<-t.done
}

func (t *teller) run() {
	defer close(t.done)
	var r report // one for all: nobody keeps it
	for r = range t.to {
		t.tell(&r)
	}
}

func (t *teller) silent(host, slot int, f *flow) {
	t.to <- report{what: tellSilent, host: int32(host), slot: int32(slot), flow: *f}
}

func (t *teller) wentQuiet(host, slot int, f *flow) {
	t.to <- report{what: tellQuiet, host: int32(host), slot: int32(slot), flow: *f}
}

func (t *teller) echo(host, slot int, f *flow) {
	t.to <- report{what: tellEcho, host: int32(host), slot: int32(slot), flow: *f}
}

func (t *teller) refused(i, slot int, f *flow, of *host) {
	t.to <- report{what: tellReset, host: int32(i), slot: int32(slot), flow: *f, answers: of.answers, accepts: of.accepts}
}

func (t *teller) fault(host, slot int, f *flow, a arrival, out probes.Outcome) {
	t.to <- report{what: tellFault, host: int32(host), slot: int32(slot), flow: *f, fault: a, out: out}
}

// local tells of a first packet that this machine did not let out.
func (t *teller) local(host, slot int, f *flow, out probes.Outcome) {
	t.to <- report{what: tellRefused, host: int32(host), slot: int32(slot), flow: *f, out: out}
}

func (t *teller) leave(host int) { t.to <- report{what: tellLeft, host: int32(host)} }

func (t *teller) controlled(lost bool) { t.to <- report{what: tellControl, lost: lost} }

func (t *teller) rate(r probes.RateState) { t.to <- report{what: tellRate, rate: r} }

func (t *teller) tell(r *report) {
	switch r.what {
	case tellLeft:
		t.s.Leave(t.s.sum(int(r.host)), t.s.swept)
	case tellControl:
		t.s.Controlled(r.lost)
	case tellRate:
		t.s.Rate(r.rate)
	default:
		t.s.Settle(t.s.observe(r), probes.References{Answers: r.answers.list(), Accepts: r.accepts.list()})
	}
}
