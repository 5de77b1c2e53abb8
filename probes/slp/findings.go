package slp

import (
	"fmt"
	"slices"

	"oobscope/probes"
)

// Thresholds of the amplification factor, and the datagram size that RFC 2608 section 6.1 sets.
const (
	amplifierFrom = 10.0
	strongAbove   = 50.0
	datagramLimit = 1400
	maxTypesTold  = 24 // with 32 URLs and the measure, this fits the facts of one observation
	maxURLsTold   = maxListed
)

// measure is how large the answer to one request was.
type measure struct {
	request   int // payload bytes asked
	datagrams int
	bytes     int // payload bytes answered
	largest   int // payload bytes of the largest datagram
}

// measureAnswer adds up an answer. If the request left more than once, identical datagrams answer its
// copies and count once: the factor is that of one request.
func measureAnswer(request []byte, answers [][]byte, sent int) measure {
	m := measure{request: len(request)}
	for i, a := range answers {
		copied := func(b []byte) bool { return string(a) == string(b) }
		if sent > 1 && slices.ContainsFunc(answers[:i], copied) {
			continue
		}
		m.datagrams++
		m.bytes += len(a)
		m.largest = max(m.largest, len(a))
	}
	return m
}

func (m measure) factor() float64 { return float64(m.bytes) / float64(m.request) }

// weakness grades the measure; false where the answer is small.
func (m measure) weakness() (probes.Weakness, bool) {
	switch f := m.factor(); {
	case f > strongAbove || m.largest > datagramLimit:
		return probes.SLPStrongAmplifier, true
	case f >= amplifierFrom:
		return probes.SLPAmplifier, true
	}
	return 0, false
}

func (m measure) tell(rec *probes.Recorder) {
	rec.Fact("slp.amplification", fmt.Sprintf("%.1f", m.factor()))
	rec.Fact("slp.datagrams", fmt.Sprint(m.datagrams))
	rec.Fact("slp.bytes", fmt.Sprintf("%d for %d asked", m.bytes, m.request))
	if m.largest > datagramLimit {
		rec.Fact("slp.datagram_limit", fmt.Sprintf("a datagram of %d bytes, %d is the limit", m.largest, datagramLimit))
	}
	if w, ok := m.weakness(); ok {
		rec.Weak(w)
	}
}

// listing gathers what all replies of one probe advertise.
type listing struct {
	types, urls []string
	overflow    bool
	damaged     bool
	dropped     int
}

func (l *listing) add(a Answer) {
	l.overflow = l.overflow || a.Overflow
	l.damaged = l.damaged || a.Damaged
	l.dropped += a.Dropped
	l.types = l.merge(l.types, a.Types, maxTypesTold)
	l.urls = l.merge(l.urls, a.URLs, maxURLsTold)
}

func (l *listing) merge(have, more []string, limit int) []string {
	for _, s := range more {
		switch {
		case slices.Contains(have, s):
		case len(have) >= limit:
			l.dropped++
		default:
			have = append(have, s)
		}
	}
	return have
}

func (l *listing) tell(rec *probes.Recorder) {
	if l.overflow {
		rec.Fact("slp.overflow", "yes: the agent cut its answer")
	}
	if l.damaged {
		rec.Fact("slp.malformed", "a reply ends early; what stands before the damage is shown")
	}
	if l.dropped > 0 {
		rec.Fact("slp.not_shown", fmt.Sprintf("%d more types or URLs", l.dropped))
	}
	tellEach(rec, "slp.type", l.types)
	tellEach(rec, "slp.url", l.urls)
}

func tellEach(rec *probes.Recorder, key string, list []string) {
	for _, s := range list {
		rec.Fact(key, s)
		if advertisesClear(s) {
			rec.Weak(probes.SLPAdvertisesClear)
		}
	}
}
