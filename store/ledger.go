package store

import (
	"cmp"
	"slices"

	"oobscope/probes"
)

// ledger knows where in a run file the latest observation of each flow stands, and which flows need no
// other. It costs a little more than four bytes for each flow.
type ledger struct {
	at      []uint32 // by flow: number of the record, plus one
	places  []place  // of the frames, in their order
	done    []uint64 // a bit for each settled flow
	settled int
}

// add notes that record seq holds o. The flow was checked before: it is below maxFlows.
func (l *ledger) add(o *probes.Observation, seq uint32) {
	flow := int(o.Flow)
	if grow := flow + 1 - len(l.at); grow > 0 {
		l.at = append(l.at, make([]uint32, grow)...)
		l.done = append(l.done, make([]uint64, (flow+64)/64-len(l.done))...)
	}
	l.at[flow] = seq + 1
	word, bit := flow/64, uint64(1)<<(flow%64)
	switch was, is := l.done[word]&bit != 0, settles(o); {
	case is && !was:
		l.done[word] |= bit
		l.settled++
	case was && !is: // nobody vouched for what was seen before the run was stopped
		l.done[word] &^= bit
		l.settled--
	}
}

// settles tells whether an observation ends the work on its flow. A probe that was cut off by the end of
// the run says nothing about the flow: a resumed run asks again.
func settles(o *probes.Observation) bool {
	return o.Class != probes.ProbeError || o.Reason != probes.Cancelled
}

// find returns the record of a flow and the frame that it stands in.
func (l *ledger) find(flow probes.FlowID) (seq uint32, at place, ok bool) {
	if uint64(flow) >= uint64(len(l.at)) || l.at[flow] == 0 {
		return 0, at, false
	}
	seq = l.at[flow] - 1
	i, exact := slices.BinarySearchFunc(l.places, seq, func(p place, seq uint32) int { return cmp.Compare(p.number, seq) })
	if !exact {
		i-- // the frame before begins below it
	}
	return seq, l.places[i], true
}

// snapshot returns a test for the flows that are settled now. It is safe for concurrent use.
func (l *ledger) snapshot() func(probes.FlowID) bool {
	done := append([]uint64(nil), l.done...)
	return func(flow probes.FlowID) bool {
		word := uint64(flow) / 64
		return word < uint64(len(done)) && done[word]&(1<<(flow%64)) != 0
	}
}
