package sweep

import (
	"math"
	"time"

	"oobscope/probes"
)

// How the rate is steered.
const (
	ceiling     = 400_000.0 // first packets a second; more than any machine of today sends
	spare       = 1.25      // over what the gap asks for, so that a round can catch up
	windowLeast = 8         // controls in a window that say something
	excess      = 0.05      // loss above what the path loses anyway that calls for slowing down, beyond chance
	slower      = 0.6       // multiplicative decrease
	faster      = 0.05      // additive increase, as a share of the most
	slowest     = 20.0      // first packets a second: one host's pace is slower still
	calm        = 0.3       // weight of a window without excess in what the path is thought to lose anyway
)

// window is the time whose controls are judged together, in ticks; windows is how many are open at once.
const (
	window  = uint32(time.Second / tick)
	windows = 16
)

// pacer says how many first packets may leave now. The controls of the loss gate steer it: additive increase,
// multiplicative decrease, unless slowing down does not help: then the path loses whatever the rate.
type pacer struct {
	rate, most float64
	own        float64 // what this machine's own queues take, as far as is known
	ownAt      uint32  // when that was last changed
	tokens     float64
	at         uint32

	open    [windows]count // by the time of asking
	judged  uint32         // number of the next window to be judged
	carry   count          // windows with too few controls
	since   uint32         // number of the window that began after the last change
	base    float64        // loss that does not depend on the rate
	trials  []trial        // what was seen since the loss was found that is to be explained
	restore float64        // the rate at which that was
	limiter float64        // the rate at which the path began to lose; 0: none was found
	bad     uint32         // until then the rate may have been the reason for loss; 0: it never was
	calmed  uint32         // when a window was last judged that had no more loss than it should

	price   time.Duration
	priced  uint32
	sampled uint32 // when a host last served as a control
	changed bool
}

// count is what happened in a window.
type count struct {
	sent, asked, lost int
	windows           int
}

func (c *count) add(o count) {
	c.sent, c.asked, c.lost, c.windows = c.sent+o.sent, c.asked+o.asked, c.lost+o.lost, c.windows+o.windows
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
	return pacer{rate: most, most: most, own: most}
}

// speed is how many first packets a second may leave now.
func (p *pacer) speed() float64 { return min(p.rate, p.own) }

// allowed is how many first packets may leave now.
func (p *pacer) allowed(now uint32) int {
	if p.at != 0 {
		elapsed := (time.Duration(now-p.at) * tick).Seconds()
		p.tokens = min(p.tokens+elapsed*p.speed(), max(p.speed()*0.01, 1))
	}
	p.at = now
	return int(p.tokens)
}

// nap is how long it takes until another one may leave.
func (p *pacer) nap() time.Duration {
	return min(max(time.Duration((1-p.tokens)/p.speed()*float64(time.Second)), napBusy), napIdle)
}

// spent says that so many have left.
func (p *pacer) spent(n int, now uint32) {
	p.tokens -= float64(n)
	p.open[now/window%windows].sent += n
}

// How this machine's own queues are followed: they fill and empty within milliseconds, and say so themselves, so no
// control is needed to find out what they take.
const (
	crowdEvery = uint32(20 * time.Millisecond / tick) // drops within that time are one event
	crowdLess  = 0.8
	crowdMore  = 1.03
)

// crowded says that this machine could not take more: its own buffers are a limit like any other.
func (p *pacer) crowded(now uint32) {
	p.tokens = 0
	if p.ownAt == 0 || now-p.ownAt >= crowdEvery {
		p.own, p.ownAt, p.changed = max(min(p.own, p.rate)*crowdLess, min(slowest, p.most)), now, true
	}
}

// relieved goes up again with the time that has passed since this machine had last no room.
func (p *pacer) relieved(now uint32) {
	if p.own >= p.most {
		return
	}
	before := p.speed()
	for ; now-p.ownAt >= crowdEvery && p.own < p.most; p.ownAt += crowdEvery {
		p.own = min(p.own*crowdMore, p.most)
	}
	p.changed = p.changed || p.speed() != before
}

// control takes the result of a control into account that was asked at that moment. A lost one is known later
// than one that was answered, so both count for the time of asking.
func (p *pacer) control(lost bool, asked uint32) {
	if number := asked / window; number >= p.judged {
		c := &p.open[number%windows]
		c.asked++
		if lost {
			c.lost++
		}
	}
}

// adapt judges the windows whose controls were all waited for. It returns true if something changed.
func (p *pacer) adapt(now, patience uint32) bool {
	p.account(now)
	p.relieved(now)
	patience = min(patience, (windows-4)*window)
	for ; (p.judged+1)*window+patience <= now; p.judged++ {
		c := &p.open[p.judged%windows]
		c.windows = 1
		if p.judged >= p.since {
			p.carry.add(*c)
		}
		*c = count{}
		if p.carry.asked >= windowLeast {
			p.judge(p.carry, now)
			p.carry = count{}
		}
	}
	changed := p.changed
	p.changed = false
	return changed
}

// judge draws the conclusion from some windows.
func (p *pacer) judge(c count, now uint32) {
	loss := float64(c.lost) / float64(c.asked)
	w := trial{count: c, rate: float64(c.sent) / (time.Duration(c.windows) * time.Duration(window) * tick).Seconds()}
	switch {
	case len(p.trials) > 0:
		p.trials = append(p.trials, w)
		p.try(loss, now)
		return
	case wilsonLower(c.lost, c.asked) > p.base+excess:
		p.trials, p.restore, p.bad = append(p.trials, w), p.rate, now
		p.to(min(p.rate, w.rate)*slower, now) // the machine may be slower than we may
		return
	}
	p.calmed = now
	p.base += calm * (loss - p.base)
	if top := p.top(); p.rate < top {
		p.to(min(top, p.rate+faster*p.most), now)
	}
}

// doubtMost is how long after the last loss the search waits at most for a window that shows whether its rate is right.
const doubtMost = uint32(10 * time.Second / tick)

// doubtful tells whether it is still to be found out if the search is too fast for the path.
func (p *pacer) doubtful(now uint32) bool {
	return (len(p.trials) > 0 || p.bad > p.calmed) && now < p.bad+doubtMost
}

// top is the rate that is aimed at.
func (p *pacer) top() float64 {
	if p.limiter > 0 {
		return min(p.most, 0.9*p.limiter)
	}
	return p.most
}

// try goes on slowing down until it is clear whether that helps: then there is a limiter, which is named, or the
// path loses whatever the rate, and there is no point in being slow.
func (p *pacer) try(loss float64, now uint32) {
	limiter, capacity, steady := weigh(p.trials, p.base)
	if loss > p.base+excess {
		p.bad = now
	}
	last := len(p.trials) >= enoughTrials
	switch {
	case limiter > clear || last && limiter > 0:
		p.limiter, p.trials = capacity, nil
		p.to(min(p.rate, p.top()), now)
	case limiter < -clear || last:
		p.base, p.trials, p.bad = steady, nil, 0
		p.to(p.restore, now)
	case loss > p.base+excess:
		p.to(p.rate*slower, now)
	}
}

// to changes the rate. What was sent before says nothing of the new one.
func (p *pacer) to(rate float64, now uint32) {
	if rate < p.rate {
		p.since = now/window + 1
	}
	p.rate, p.changed = max(rate, min(slowest, p.most)), true
}

// account adds up what being slower than the most has cost.
func (p *pacer) account(now uint32) {
	if p.priced != 0 && p.speed() < p.most {
		elapsed := time.Duration(now-p.priced) * tick
		p.price += time.Duration(float64(elapsed) * (1 - p.speed()/p.most))
	}
	p.priced = now
}

// samples is how many controls a second are asked for the sake of the path alone, at most one in sampleShare of
// the first packets.
const (
	samples     = 64
	sampleShare = 16
)

// wantsControl tells whether another control is due.
func (p *pacer) wantsControl(now uint32) bool {
	every := max(1/float64(samples), sampleShare/p.speed())
	if p.sampled != 0 && (time.Duration(now-p.sampled)*tick).Seconds() < every {
		return false
	}
	p.sampled = now
	return true
}

// wilsonLower is the lower end of the Wilson score interval for a share seen in n trials: the true share is below
// it once in two thousand times (z = 3.29, one-sided). A run judges many windows.
func wilsonLower(lost, n int) float64 {
	const z = 3.29
	share, m := float64(lost)/float64(n), float64(n)
	return (share + z*z/(2*m) - z*math.Sqrt(share*(1-share)/m+z*z/(4*m*m))) / (1 + z*z/m)
}
