package probes

import (
	"context"
	"testing"
	"time"
)

func TestPlacesFollowTheMachine(t *testing.T) {
	t.Parallel()
	const held = 1 << 20
	idle, busy, heavy := burden{held: held}, burden{lag: time.Second, held: held}, burden{held: held + placesMemory + 1}
	queue, short := burden{turn: time.Second, held: held}, burden{turn: 50 * time.Millisecond, held: held}
	for _, c := range []struct {
		name   string
		most   int
		wanted int // places asked for before each look
		looks  []burden
		least  int
		at     int // the bound at the end, at most
	}{
		{"it begins small", 4096, 4096, nil, placesLeast, placesLeast},
		{"a small plan has all of its places", 40, 4096, []burden{busy, busy, heavy}, 40, 40},
		{"more while the machine idles", 4096, 4096, []burden{idle, idle}, placesLeast + 20, placesLeast + 40},
		{"no more than anybody asks for", 4096, 100, []burden{idle, idle, idle}, placesLeast, placesLeast},
		{"never more than the plan allows", 260, 4096, []burden{idle, idle, idle}, 260, 260},
		{"less when it is busy", 4096, 4096, []burden{idle, idle, idle, idle, busy, busy}, placesLeast, placesLeast + 50},
		{"less when many wait for a turn", 4096, 4096, []burden{idle, idle, idle, idle, queue, queue}, placesLeast, placesLeast + 50},
		{"no more while some wait for a turn", 4096, 4096, []burden{short, short}, placesLeast, placesLeast},
		{"less when it holds too much", 4096, 4096, []burden{idle, idle, idle, idle, heavy, heavy}, placesLeast, placesLeast + 50},
		{"never less than the least", 4096, 4096, []burden{busy, busy, busy, busy, busy}, placesLeast, placesLeast},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := newPlaces(c.most, 0)
			p.before = held
			want := func() {
				for range c.wanted {
					p.tryTake()
				}
				for p.taken > 0 {
					p.leave()
				}
				for range min(c.wanted, p.bound) { // those that are under way
					p.tryTake()
				}
			}
			want()
			for _, b := range c.looks {
				p.adapt(b)
				for p.taken > 0 {
					p.leave()
				}
				want()
			}
			if p.bound < c.least || p.bound > c.at {
				t.Errorf("bound %d, want %d to %d", p.bound, c.least, c.at)
			}
		})
	}
}

func TestPlacesAreWaitedForAndGivenUp(t *testing.T) {
	t.Parallel()
	p := newPlaces(1, 0)
	if !p.take(t.Context()) || p.tryTake() {
		t.Fatal("one place must be there, and no second one")
	}
	got := make(chan bool)
	go func() { got <- p.take(t.Context()) }()
	p.leave()
	if !<-got {
		t.Error("whoever waits must get a place that was given back")
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() { got <- p.take(ctx) }()
	cancel()
	if <-got {
		t.Error("whoever gives up must get none")
	}
	p.leave()
	if !p.tryTake() {
		t.Error("the place of somebody who gave up is lost")
	}
}

func TestScaleSaysWhatIsHeld(t *testing.T) {
	t.Parallel()
	s := newScale()
	if b := s.look(); b.held == 0 {
		t.Errorf("nothing is held: %+v; have the metrics %q and %q gone?", b, liveMetric, stacksMetric)
	}
	for range 64 { // each of them has to be scheduled
		done := make(chan struct{})
		go close(done)
		<-done
	}
	s.look()
	total := uint64(0)
	for _, n := range s.before {
		total += n
	}
	if total == 0 {
		t.Errorf("no lag was counted: has the metric %q gone?", lagMetric)
	}
}
