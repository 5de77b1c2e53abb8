package sweep

import (
	"testing"
	"time"

	"oobscope/probes"
)

// A full queue of this machine drops many packets in a row: that is one event, and it passes.
func TestPacerComesBackAfterAFullQueue(t *testing.T) {
	t.Parallel()
	p := newPacer(&probes.Plan{Pace: probes.Pace{Rate: 100_000}}, 65536)
	now := uint32(time.Second / tick)
	p.allowed(now)
	for range 500 {
		p.crowded(now)
	}
	if p.speed() < 0.7*p.most {
		t.Errorf("one full queue has slowed a search from %.0f to %.0f", p.most, p.speed())
	}
	if p.allowed(now) > 0 {
		t.Error("nothing may leave into a full queue")
	}
	for range 50 { // it stays full for a second
		now += crowdEvery
		p.crowded(now)
	}
	slow := p.speed()
	if slow > p.most/20 {
		t.Errorf("a queue that stays full must slow a search down: %.0f of %.0f", slow, p.most)
	}
	for range 400 {
		now += crowdEvery
		p.adapt(now, window)
	}
	if p.speed() != p.most {
		t.Errorf("eight seconds after the queue was full the search is at %.0f of %.0f", p.speed(), p.most)
	}
	if p.price == 0 {
		t.Error("the price of having been slower is not told")
	}
}
