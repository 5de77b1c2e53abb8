package sweep

import (
	"math"

	"oobscope/probes"
)

// missing is how many answers of a whole search may be lost in all tries, expected.
const missing = 0.02

// lossEnough is how many answers say something of the path.
const lossEnough = 32

// loss learns from the answers themselves how many packets the path loses: an answer to a later try means that
// the first one, or its answer, was lost. It says how many tries a silence needs to be believed.
type loss struct {
	answers, late int // of flows that are asked the same question at each try
	fresh         int // answers since the tries were worked out
	more          int // tries that a silence needs
}

// answer takes an answer to that try into account.
func (l *loss) answer(try int) {
	l.answers++
	if try > 0 {
		l.late++
	}
	if l.fresh++; l.fresh >= lossEnough {
		l.compute()
	}
}

// share is the part of the tries that stays unanswered although somebody is there.
func (l *loss) share() float64 {
	if l.answers < lossEnough {
		return 0
	}
	return float64(l.late) / float64(l.answers)
}

// compute works out how many tries it takes until so few answers are missed as missing says, and no silence is left
// with more doubt than a judge allows.
func (l *loss) compute() {
	l.fresh = 0
	p := l.share()
	if l.late < 3 || p >= 0.9 {
		return
	}
	tries := math.Log(min(missing/float64(l.answers), probes.SilenceDoubt)) / math.Log(p)
	l.more = max(l.more, min(int(math.Ceil(tries)), maxTries))
}

// extra is how many tries beyond those of the pace a silent flow gets. The pace's two are at least asked.
func (l *loss) extra() int { return min(max(0, l.more-2), lossTries) }

// lossTries is the most that loss can add: the budget of a run counts with it.
const lossTries = 4
