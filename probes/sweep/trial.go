package sweep

import "math"

// trial is what some windows have shown at one rate.
type trial struct {
	count
	rate float64 // first packets a second that have left
}

// How sure a conclusion must be, as the logarithm of a ratio of likelihoods, and how many windows it may take.
const (
	clear        = 3.0
	enoughTrials = 8
)

// weigh weighs two explanations of loss: a limiter that passes so many first packets a second and no more, beside
// what the path loses anyway, and a path that loses one share whatever the rate. Above zero, the limiter is the
// likelier one by that logarithm. It returns the best capacity and the best share as well.
func weigh(trials []trial, base float64) (limiter, capacity, share float64) {
	var all count
	fastest := 0.0
	for _, t := range trials {
		all.add(t.count)
		fastest = max(fastest, t.rate)
	}
	share = float64(all.lost) / float64(max(all.asked, 1))
	steady, best := 0.0, math.Inf(-1)
	for _, t := range trials {
		steady += t.likelihood(share)
	}
	base = max(base, 0.01)
	for c := fastest; c > fastest/200; c *= 0.95 {
		sum := 0.0
		for _, t := range trials {
			sum += t.likelihood(base + (1-base)*max(0, 1-c/t.rate))
		}
		if sum > best {
			best, capacity = sum, c
		}
	}
	return best - steady, capacity, share
}

// likelihood is the logarithm of the chance of what was seen under a true share of loss, up to a constant.
func (t *trial) likelihood(share float64) float64 {
	share = min(max(share, 0.001), 0.999)
	return float64(t.lost)*math.Log(share) + float64(t.asked-t.lost)*math.Log(1-share)
}
