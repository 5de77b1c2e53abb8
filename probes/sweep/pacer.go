package sweep

import (
	"time"

	"oobscope/probes"
)

// How the rate is steered. A window is judged when enough controls have come to an end in it.
const (
	ceiling     = 400_000.0 // first packets a second; more than any machine of today sends
	spare       = 1.25      // over what the gap asks for, so that a round can catch up
	window      = time.Second
	windowLeast = 8    // controls that say something
	excess      = 0.10 // loss above what the path loses anyway that calls for slowing down
	slower      = 0.6  // multiplicative decrease
	faster      = 0.05 // additive increase, as a share of the most
	slowest     = 20.0 // first packets a second: one host's pace is slower still
	proofs      = 2    // windows after slowing down that show whether it has helped
)

// pacer says how many first packets may leave now. The controls of the loss gate steer it: additive increase,
// multiplicative decrease, unless slowing down does not help: then the path loses whatever the rate.
type pacer struct {
	rate, most float64
	tokens     float64
	at         uint32

	began   uint32 // of the window
	asked   int
	lost    int
	base    float64 // loss that does not depend on the rate
	before  float64 // loss that made us slow down; 0: nothing is on trial
	trial   int     // windows since then
	limiter float64 // the rate at which the path began to lose
	price   time.Duration
	priced  uint32
	sampled uint32 // when a host last served as a control
	changed bool
}

// newPacer begins at the pace's rate, or at what the gap asks of that many hosts.
func newPacer(p *probes.Plan, hosts int) pacer {
	most := ceiling
	if p.Pace.Gap > 0 {
		most = min(most, max(spare*float64(hosts)/p.Pace.Gap.Seconds(), 1))
	}
	if p.Pace.Rate > 0 {
		most = min(most, p.Pace.Rate)
	}
	return pacer{rate: most, most: most}
}

// allowed is how many first packets may leave now.
func (p *pacer) allowed(now uint32) int {
	if p.at != 0 {
		elapsed := (time.Duration(now-p.at) * tick).Seconds()
		p.tokens = min(p.tokens+elapsed*p.rate, max(p.rate*0.01, 1))
	}
	p.at = now
	return int(p.tokens)
}

func (p *pacer) spent(n int) { p.tokens -= float64(n) }

// crowded says that this machine could not take more: its own buffers are a limit like any other.
func (p *pacer) crowded() {
	p.tokens = 0
	p.rate = max(p.rate*0.9, min(slowest, p.most))
	p.changed = true
}

// control takes the result of a control into account.
func (p *pacer) control(lost bool, now uint32) {
	if p.began == 0 {
		p.began = now
	}
	p.asked++
	if lost {
		p.lost++
	}
}

// adapt judges a window that is over. It returns true if something changed.
func (p *pacer) adapt(now uint32) bool {
	p.account(now)
	if p.began == 0 || time.Duration(now-p.began)*tick < window || p.asked < windowLeast {
		return p.took()
	}
	loss := float64(p.lost) / float64(p.asked)
	p.began, p.asked, p.lost = 0, 0, 0
	switch {
	case p.before > 0:
		if p.trial++; p.trial < proofs {
			return p.took() // what is judged now was sent before
		}
		if loss > 0.8*p.before {
			p.base = max(p.base, loss) // it did not help: the path loses whatever the rate
			p.limiter = 0
		}
		p.before = 0
	case loss > p.base+excess:
		p.before, p.trial, p.limiter = loss, 0, p.rate
		p.rate = max(p.rate*slower, min(slowest, p.most))
		p.changed = true
	case p.rate < p.most:
		top := p.most
		if p.limiter > 0 {
			top = min(top, 0.9*p.limiter)
		}
		if next := min(top, p.rate+faster*p.most); next > p.rate {
			p.rate, p.changed = next, true
		}
	}
	return p.took()
}

// account adds up what being slower than the most has cost.
func (p *pacer) account(now uint32) {
	if p.priced != 0 && p.rate < p.most {
		elapsed := time.Duration(now-p.priced) * tick
		p.price += time.Duration(float64(elapsed) * (1 - p.rate/p.most))
	}
	p.priced = now
}

func (p *pacer) took() bool {
	changed := p.changed
	p.changed = false
	return changed
}

// samples is how many controls a second are asked for the sake of the path alone, at most one in sampleShare of
// the first packets.
const (
	samples     = 64
	sampleShare = 16
)

// wantsControl tells whether another control is due.
func (p *pacer) wantsControl(now uint32) bool {
	every := max(1/float64(samples), sampleShare/p.rate)
	if p.sampled != 0 && (time.Duration(now-p.sampled)*tick).Seconds() < every {
		return false
	}
	p.sampled = now
	return true
}
