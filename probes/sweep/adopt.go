package sweep

import (
	"errors"
	"time"

	"oobscope/probes"
)

// errLater says that the system has no room for another packet now.
var errLater = errors.New("no room for another packet")

// outcomeError is a local failure with its own words.
type outcomeError struct{ out probes.Outcome }

func (e outcomeError) Error() string { return e.out.Err.Error() }

// ended is a conversation that is over.
type ended struct {
	host, slot int32
	class      probes.Class
}

// adopt hands an accepted connection on. Until its conversation is over the host has no turn.
func (s *search) adopt(i, slot int, a probes.Accepted) bool {
	if s.Adopt == nil {
		return false
	}
	f := s.flow(i, slot)
	seen := s.sighting(i, slot, f)
	a.RTT = time.Duration(f.rtt) * time.Microsecond
	h := &s.hosts[i]
	h.busy++
	back := func(c probes.Class) {
		select {
		case s.back <- ended{int32(i), int32(slot), c}:
		case <-s.over: // the search was stopped
		}
	}
	if !s.Adopt(seen, a, back) {
		h.busy--
		return false
	}
	f.state = settled
	return true
}

// welcome takes back the hosts whose conversation is over. The gap counts from now.
func (s *search) welcome() {
	for {
		select {
		case e := <-s.back:
			h := &s.hosts[e.host]
			h.busy--
			h.last, h.held = s.now(), false
			slot := int(e.slot)
			q := &s.groupOf(int(e.host)).asks[0][slot]
			if e.class.Silent() {
				h.silent += min(1, ^h.silent)
				h.facts &^= proven
			} else {
				s.remember(h, slot, q.endpoint.Proto, e.class)
			}
		default:
			return
		}
	}
}
