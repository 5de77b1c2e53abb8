package probes

import (
	"runtime/metrics"
	"slices"
	"time"
)

// The measurements of package runtime/metrics that a scale reads.
const (
	lagMetric    = "/sched/latencies:seconds"
	liveMetric   = "/gc/heap/live:bytes"
	stacksMetric = "/memory/classes/heap/stacks:bytes"
)

// scale weighs the burden of this process. It is for one goroutine.
type scale struct {
	samples []metrics.Sample
	before  []uint64 // the counts of the lags at the last look
}

func newScale() *scale {
	return &scale{samples: []metrics.Sample{{Name: lagMetric}, {Name: liveMetric}, {Name: stacksMetric}}}
}

// look returns what there was to bear since the last look; a measurement that this version of Go does not make is 0.
func (s *scale) look() (b burden) {
	metrics.Read(s.samples)
	b.turn = Computing.longest()
	if h := s.samples[0].Value; h.Kind() == metrics.KindFloat64Histogram {
		b.lag = s.median(h.Float64Histogram())
	}
	for _, m := range s.samples[1:] {
		if m.Value.Kind() == metrics.KindUint64 {
			b.held += m.Value.Uint64()
		}
	}
	return b
}

// median is the lower end of the bucket in which the middle of the new counts lies.
func (s *scale) median(h *metrics.Float64Histogram) time.Duration {
	if s.before == nil {
		s.before = make([]uint64, len(h.Counts))
	}
	total := uint64(0)
	for i, n := range h.Counts {
		total += n - s.before[i]
	}
	middle, at := (total+1)/2, 0
	for seen := uint64(0); at < len(h.Counts)-1; at++ {
		if seen += h.Counts[at] - s.before[at]; seen >= middle {
			break
		}
	}
	s.before = append(s.before[:0], slices.Clone(h.Counts)...)
	if total == 0 {
		return 0
	}
	return time.Duration(max(h.Buckets[at], 0) * float64(time.Second)) // the first bucket begins at minus infinity
}
