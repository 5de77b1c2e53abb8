package sweep

import "time"

// control is a question whose answer says how the path is, on its way.
type control struct {
	host        int32
	serial, try uint8 // of the host's check
	at          uint32
}

// controls are those on their way, in the order of time. A lost one must be known soon, and not only when its host has
// its next turn: behind a limiter a round over all hosts takes a minute, in which only the answers would be seen.
type controls struct {
	list []control
	head int
}

func (c *controls) add(one control) { c.list = append(c.list, one) }

// next takes the first one that was asked before a moment.
func (c *controls) next(before uint32) (one control, ok bool) {
	if c.head == len(c.list) {
		c.list, c.head = c.list[:0], 0
		return one, false
	}
	if one = c.list[c.head]; one.at > before {
		return one, false
	}
	if c.head++; c.head > 1024 && c.head > len(c.list)/2 {
		c.list = append(c.list[:0], c.list[c.head:]...)
		c.head = 0
	}
	return one, true
}

// windowSlack is how long after the last control of a window is overdue the window is judged: a turn of the loop takes
// much less.
const windowSlack = uint32(100 * time.Millisecond / tick)

// missControls counts the controls that are overdue as lost. Their answers are still taken.
func (s *search) missControls(now, patience uint32) {
	if now <= patience {
		return
	}
	for c, ok := s.controls.next(now - patience); ok; c, ok = s.controls.next(now - patience) {
		h := &s.hosts[c.host]
		if h.check == isAlive && h.serial == c.serial && h.tries == c.try && !h.missed && !h.has(left) {
			h.missed = true
			s.controlled(h, true)
		}
	}
}
