package teatest_test

import (
	"fmt"
	"testing"

	"oobscope/teatest"
	"oobscope/tui/settings"
)

// onSlowLine is a console at 80x24 with a live run over 4,096 controllers that sees 20,000 results a second.
func onSlowLine(t *testing.T, rate int, low bool) (*teatest.SlowLine, *teatest.Flood) {
	t.Helper()
	e := teatest.NewEngine(t)
	e.Site = teatest.Site(t, "10.20.0.0/20")
	cfg := e.Config()
	cfg.Pulse, cfg.Settings = 0, settings.Default() // as in life
	cfg.Settings.LowBandwidth = low
	l := teatest.StartSlow(t, cfg, 80, 24)
	l.Shows("Overview")
	l.Keys("r").Shows("enter: yes")
	l.Keys("\r")
	r := e.Launched()
	l.Shows("sending packets")
	l.Keys("6").Shows("Hosts at a glance")
	l.Slow(rate)
	return l, r.Pour()
}

// walk are keys, and what is on the screen that they lead to and on no other of them.
var walk = [][2]string{{"7", "deviations only"}, {"6", "Hosts at a glance"}, {"?", "Everywhere"}, {"4", "What the attacker wants"}, {"6", "Hosts at a glance"}}

// inKernel is what the kernel takes on for a terminal that does not read: the buffers of a pseudo terminal, and what a
// write may exceed them by. wholeFrame is the most that a redraw of 80x24 costs.
const (
	inKernel   = 20 << 10
	wholeFrame = 5 << 10
)

// A key on a slow line is answered before anything of the run that came after it, and what came before it is hardly
// more than a redraw: the console draws no oftener than the line carries. All is counted in bytes that arrive between
// the key and its screen.
func TestKeysOnASlowLine(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: a line of 1,200 bytes a second takes its time")
	}
	t.Parallel()
	for _, rate := range []int{1200, 9600} {
		for _, low := range []bool{false, true} {
			t.Run(fmt.Sprintf("%d_low_%t", rate, low), func(t *testing.T) {
				t.Parallel()
				l, f := onSlowLine(t, rate, low)
				defer f.Stop()
				bound := 2 * wholeFrame
				switch {
				case rate > 4000: // it carries what a run costs
				case low: // it may take minutes until the kernel is full and the line learnt
					bound += inKernel
				default: // it is full within seconds, and learnt once it has emptied
					l.Backs(inKernel/2, wholeFrame)
				}
				worst := 0
				for _, key := range walk {
					before := l.Arrived()
					worst = max(worst, l.Keys(key[0]).Shows(key[1])-before)
				}
				t.Logf("the screen of a key was complete after %d bytes at most; %d redraws for %d results", worst, l.Writes(), f.Poured())
				if worst > bound {
					t.Errorf("%d bytes arrived between a key and its screen, at most %d are promised", worst, bound)
				}
				if l.Writes() > f.Poured()/10 {
					t.Errorf("%d redraws for %d results", l.Writes(), f.Poured())
				}
			})
		}
	}
}

// A line that carries nothing at all: the console writes what the kernel takes and then draws nothing any more, however
// many results come in. Once the line is free again, the screen of a key that was pressed meanwhile is complete
// after those bytes and no others: the redraws in between were never made.
func TestNothingQueuesBeforeADeadLine(t *testing.T) {
	t.Parallel()
	l, f := onSlowLine(t, 1<<20, false)
	defer f.Stop()
	l.Hold()
	l.Fills(f)
	full, results := l.Waiting(), f.Poured()
	l.Keys("7")
	f.Reaches(results + 30_000)
	if now := l.Waiting(); now > full+wholeFrame || now > inKernel+wholeFrame { // the frame that is being written counts as waiting
		t.Errorf("%d bytes wait in the line, and after 30,000 more results %d", full, now)
	}
	before := l.Arrived()
	l.Free()
	if took := l.Shows("deviations only") - before; took > inKernel+2*wholeFrame {
		t.Errorf("%d bytes arrived between a key and its screen", took)
	}
}
