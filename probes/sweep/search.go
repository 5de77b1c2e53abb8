package sweep

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/netip"
	"syscall"
	"time"

	"oobscope/probes"
)

// wire puts first packets on the network and hears what comes back.
type wire interface {
	// send sends asks in their order, one at least. The error, errLater or a local failure, is about the first
	// of them: none has left then.
	send(s *search, asks []ask) (sent int, err error)
	// hear tells the search of everything that has come. It does not wait.
	hear(s *search)
	// room is how many more asks may be under way.
	room() int
	// settled tells that no answer to a flow matters any more.
	settled(host, slot int)
	// hold is how long after an ask a copy of it may still leave.
	hold(s *search, a *ask) uint32
	// own is the address that packets to a host leave from, and the port of a try.
	own(s *search, host, slot, try int) netip.AddrPort
	// tells whether a send that did not fail proves that the packet has left this machine.
	tells(proto probes.Proto, v6 bool) bool
	// absent tells whether a host is a neighbour that this machine has looked for in vain.
	absent(s *search, host int) bool
	// way names it for the packet story; closing says how the system ends what was accepted, if nobody takes it.
	way() string
	closing() string
	close()
}

// ask is one first packet.
type ask struct {
	host, slot, try int // try is what the token is made from
	to              netip.Addr
	q               *question
	opening         *probes.Opening
	token           uint64
	check           bool
}

// search is one Scout under way.
type search struct {
	*probes.Search
	wire   wire
	tokens tokens
	groups []group
	book   book
	hosts  []host
	flows  []flow
	order  []uint32 // hosts that are not left yet; the cursor goes round in it
	cursor int
	gone   int // of the order, since it was last made shorter
	live   int
	pace   pacer

	controls controls
	loss     loss
	out      *teller
	back     chan ended    // conversations that are over
	over     chan struct{} // closed at the end

	gap     uint32 // ticks
	drops   int    // packets in a row that an interface of this machine has dropped
	slowest uint32 // ticks that the slowest answer has taken
	batch   []ask
}

func newSearch(p *probes.Search, w wire) *search {
	s := &search{
		Search: p, wire: w, tokens: newTokens(), groups: prepare(p), book: newBook(p.Plan),
		hosts: make([]host, p.Plan.Hosts()), flows: make([]flow, p.Plan.Flows()), gap: uint32(p.Plan.Pace.Gap / tick),
		batch: make([]ask, 0, batchSize), back: make(chan ended, 1024), over: make(chan struct{}),
	}
	s.out = newTeller(s)
	s.recall()
	s.live = len(s.order)
	s.pace = newPacer(p.Plan, s.live)
	return s
}

// recall takes over what was settled before and draws the order of the hosts.
func (s *search) recall() {
	r := rand.New(rand.NewPCG(s.Plan.Seed, 0))
	for i := range s.hosts {
		h := &s.hosts[i]
		h.patience = 2
		if s.Done != nil {
			h.last = 1 // the run before may have ended a moment ago
		}
		cells, state := s.Host(i)
		h.state = state
		info := s.Plan.Host(i)
		g := &s.groups[info.Group]
		todo := state.Flags&probes.HostDone == 0
		for slot := range info.Count {
			f := s.flow(i, slot)
			switch {
			case s.Done != nil && s.Done(info.First+probes.FlowID(slot)):
				f.state = settled
				s.remember(h, slot, g.asks[0][slot].endpoint.Proto, cells[slot].Class)
			case len(g.asks[family(info.Addr)][slot].openings) == 0:
				f.state, todo = unasked, true
			default:
				todo = true
			}
		}
		if todo {
			s.order = append(s.order, uint32(i))
		} else {
			h.facts |= left
		}
	}
	r.Shuffle(len(s.order), func(i, j int) { s.order[i], s.order[j] = s.order[j], s.order[i] })
}

// flow is the record of a slot of a host.
func (s *search) flow(host, slot int) *flow {
	g := s.groupOf(host)
	return &s.flows[g.firstFlow+(host-g.first)*g.count+slot]
}

// number is the place of a slot of a host among all flows.
func (s *search) number(host, slot int) int {
	g := s.groupOf(host)
	return g.firstFlow + (host-g.first)*g.count + slot
}

func (s *search) groupOf(host int) *group {
	for i := len(s.groups) - 1; ; i-- {
		if g := &s.groups[i]; host >= g.first {
			return g
		}
	}
}

func (s *search) addr(host int) netip.Addr {
	for i := len(s.groups) - 1; ; i-- {
		if g := &s.groups[i]; host >= g.first {
			return s.Plan.Groups[i].Addrs[host-g.first]
		}
	}
}

// now is the present in ticks. It is never 0.
func (s *search) now() uint32 { return s.ticks(time.Now()) }

func (s *search) ticks(at time.Time) uint32 { return uint32(max(at.Sub(s.Began)/tick, 0)) + 1 }

func (s *search) time(ticks uint32) time.Time { return s.Began.Add(time.Duration(ticks-1) * tick) }

// run goes round until every host was left. Whatever waits is looked at when its host's turn comes, so that
// nothing needs a timer: the round is never shorter than the gap.
func (s *search) run(ctx context.Context) {
	defer s.out.close()
	defer close(s.over)
	for s.live > 0 && ctx.Err() == nil {
		s.wire.hear(s)
		s.welcome()
		now := s.now()
		most := min(s.pace.allowed(now), s.wire.room(), batchSize)
		stalled := s.fill(now, most)
		s.send()
		s.adapt(now)
		switch {
		case stalled && len(s.batch) == 0:
			pause(ctx, napIdle)
		case len(s.batch) < batchSize:
			pause(ctx, s.pace.nap())
		}
	}
	s.tellRate()
}

// How long the loop sleeps when it has sent what the rate allows, and when nobody's turn has come.
const (
	napBusy   = 500 * time.Microsecond // at least
	napIdle   = 5 * time.Millisecond
	batchSize = 128
)

func pause(ctx context.Context, d time.Duration) {
	if ctx.Err() == nil {
		time.Sleep(d)
	}
}

// fill collects asks from where the cursor stands. stalled says that nobody has anything to ask now.
func (s *search) fill(now uint32, most int) (stalled bool) {
	s.batch = s.batch[:0]
	for walked := 0; len(s.batch) < most; walked++ {
		if walked > len(s.order) || s.live == 0 {
			return true
		}
		if s.cursor >= len(s.order) {
			s.round()
			continue
		}
		i := int(s.order[s.cursor])
		h := &s.hosts[i]
		if h.has(left) || h.busy > 0 || h.held && now < h.last+s.gap {
			s.cursor++
			continue
		}
		if h.last != 0 && now < h.last+s.gap {
			return true // those behind it had their last turn later
		}
		s.cursor++
		if a, ok := s.turn(i, h, now); ok {
			s.batch = append(s.batch, a)
		}
	}
	return false
}

// round begins a new round. The order is made shorter when half of it has gone.
func (s *search) round() {
	s.cursor = 0
	if s.gone < len(s.order)/2 {
		return
	}
	rest := s.order[:0]
	for _, i := range s.order {
		if !s.hosts[i].has(left) {
			rest = append(rest, i)
		}
	}
	s.order, s.gone = rest, 0
}

// send sends the batch and notes what has left. What could not leave for want of room is asked in the next
// round; what this machine refuses is settled.
func (s *search) send() {
	rest := s.batch
	for len(rest) > 0 {
		n, err := s.wire.send(s, rest)
		now := s.now()
		for i := range rest[:n] {
			s.mark(&rest[i], now)
			s.drops = 0
		}
		s.pace.spent(n, now)
		s.Sent(int64(n), int64(n))
		if rest = rest[n:]; len(rest) == 0 {
			return
		}
		if err == nil {
			continue
		}
		switch {
		case err == errLater:
			s.pace.crowded(now)
			return
		case errors.Is(err, syscall.ENOBUFS):
			if s.dropped(&rest[0], now, err); s.drops >= dropsInRow {
				return // the rest would be dropped as well; it is asked in the next round
			}
		default:
			s.refused(&rest[0], now, err)
		}
		rest = rest[1:]
	}
}

// mark notes an ask that has left.
func (s *search) mark(a *ask, now uint32) {
	h := &s.hosts[a.host]
	hold := s.wire.hold(s, a)
	h.last, h.held = now+hold, hold > 0
	if a.check {
		h.tries++
		h.checkAt, h.missed = now, false
		if h.check == isAlive {
			s.controls.add(control{int32(a.host), h.serial, h.tries, now})
		}
		return
	}
	f := s.flow(a.host, a.slot)
	if f.tries == 0 {
		h.next++
		h.board(a.slot)
	}
	f.mark(now)
}

// board puts a slot among those that wait.
func (h *host) board(slot int) {
	for i, have := range h.flight {
		if have == 0 {
			h.flight[i] = uint16(slot + 1)
			return
		}
	}
}

// land takes a slot from among those that wait.
func (h *host) land(slot int) {
	for i, have := range h.flight {
		if have == uint16(slot+1) {
			h.flight[i] = 0
		}
	}
}

// dropped takes a packet that an interface of this machine has dropped on its way out: because its queue was full,
// which passes, or because a filter of it says so. The host had its turn; the packet is made some times more. What is
// dropped while nothing gets through counts only once the search is as slow as it gets.
func (s *search) dropped(a *ask, now uint32, err error) {
	if s.drops++; s.drops >= dropsInRow {
		s.pace.crowded(now)
	}
	h := &s.hosts[a.host]
	if a.check {
		s.refused(a, now, err)
		return
	}
	f := s.flow(a.host, a.slot)
	h.last, h.held = now, false
	if s.drops >= dropsInRow && s.pace.speed() > slowest {
		return // a full queue says nothing of this packet
	}
	if f.rtt+1 >= dropsOfOne {
		s.refused(a, now, err)
		return
	}
	f.rtt++ // it has no other use before the answer
}

// How often a packet of one flow is made that the interface drops, and how many drops in a row mean that it is full.
const (
	dropsOfOne = 3
	dropsInRow = 16
)

// refused settles an ask that this machine did not let out.
func (s *search) refused(a *ask, now uint32, err error) {
	out := probes.LocalFailure("send to "+a.to.String(), err)
	if own, ok := err.(outcomeError); ok {
		out = own.out
	}
	h := &s.hosts[a.host]
	h.last, h.held = now, false // a filter of this machine has seen it
	if a.check {
		h.check = noCheck // nothing was learned
		return
	}
	f := s.flow(a.host, a.slot)
	if f.tries == 0 {
		h.next++
	}
	h.land(a.slot)
	s.wire.settled(a.host, a.slot)
	f.state = settled
	s.out.local(a.host, a.slot, f, out)
}
