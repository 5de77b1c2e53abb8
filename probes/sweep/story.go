package sweep

import (
	"encoding/hex"
	"fmt"
	"net/netip"
	"strconv"
	"time"

	"oobscope/probes"
)

// observe makes the observation of a settled flow, with the packet story that its prober would have written.
func (s *search) observe(r *report) probes.Observation {
	i, slot, f := int(r.host), int(r.slot), &r.flow
	st := s.begin(i, slot, f)
	o := &st.o
	switch r.what {
	case tellSilent:
		st.asked(int(f.tries), true)
		o.Class = probes.SilenceUnproven
		if o.Flags |= probes.Single; s.wire.tells(st.q.endpoint.Proto, st.to.Addr().Is6()) || f.ttl == copyLeft {
			o.Flags |= probes.Left
		}
	case tellQuiet:
		st.asked(int(f.tries), false)
		o.Class, o.Reason = probes.ProbeError, probes.WentQuiet
	case tellEcho:
		st.reply()
		o.Class, o.Flags = probes.OpenProto, probes.Spoke
	case tellReset:
		st.reset()
	case tellFault, tellRefused:
		st.failed(r)
	}
	return st.o
}

// story writes what happened to one flow.
type story struct {
	s          *search
	host, slot int
	f          *flow
	q          *question
	to         netip.AddrPort
	target     string // to, in words
	o          probes.Observation
}

func (s *search) begin(i, slot int, f *flow) story {
	g := s.groupOf(i)
	a := s.addr(i)
	q := &g.asks[family(a)][slot]
	st := story{s: s, host: i, slot: slot, f: f, q: q, to: netip.AddrPortFrom(a, q.endpoint.Port)}
	if st.target = a.String(); q.endpoint.Proto != probes.ICMP {
		st.target = st.to.String()
	}
	st.o = probes.Observation{
		Flow: probes.FlowID(g.firstFlow + (i-g.first)*g.count + slot), At: time.Now(),
		Attempts: int(f.tries), Packets: int(f.tries),
	}
	if f.tries > 0 {
		st.o.At = s.time(f.first)
	}
	if q.endpoint.Proto == probes.ICMP {
		st.o.Evidence.Add("icmp.way", s.wire.way())
	}
	return st
}

// own is how this machine is named in a step of that try.
func (st *story) own(try int) string {
	a := st.s.wire.own(st.s, st.host, st.slot, try)
	switch {
	case !a.IsValid():
		return ""
	case st.q.endpoint.Proto == probes.ICMP:
		return a.Addr().String()
	}
	return a.String()
}

func (st *story) step(at uint32, dir, what, from, to string, payload []byte) {
	st.o.Evidence.Steps = append(st.o.Evidence.Steps, probes.Step{
		AtMS: float64(at-st.f.first) / float64(time.Millisecond/tick), Dir: dir, What: what, From: from, To: to,
		Bytes: len(payload), Hex: hex.EncodeToString(payload[:min(len(payload), 64)]),
	})
}

// asked tells of the first tries, and of the waits behind those that nothing answered; of the last one if waited.
func (st *story) asked(tries int, waited bool) {
	st.o.Evidence.Steps = make([]probes.Step, 0, 2*tries+2)
	for try := range tries {
		op := st.q.opening(try)
		at := st.f.sent(try)
		var payload []byte
		if op.Encode != nil {
			payload = op.Encode(nil, st.s.tokens.of(st.to.Addr(), st.slot, try))
		}
		st.step(at, "sent", op.What, st.own(try), st.target, payload)
		if try < tries-1 || waited {
			until := at + uint32(op.Wait/tick)
			if try < tries-1 {
				until = st.f.sent(try + 1)
			}
			st.step(until, "wait", inVain(time.Duration(until-at)*tick), "", "", nil)
		}
	}
}

// inVain says how long was waited: "1.1 s, nothing".
func inVain(d time.Duration) string {
	var b [32]byte
	return string(append(strconv.AppendFloat(b[:0], d.Seconds(), 'f', 1, 64), " s, nothing"...))
}

// came is the story of a flow that was answered, up to the answer. It returns when that came.
func (st *story) came() (at uint32, own string) {
	st.asked(int(st.f.tries), false)
	st.o.RTT = time.Duration(st.f.rtt) * time.Microsecond
	return st.f.sent(int(st.f.by)) + uint32(st.o.RTT/tick), st.own(int(st.f.by))
}

func ttlWords(ttl uint8) string {
	if ttl == 0 {
		return ""
	}
	return fmt.Sprintf(", TTL %d", ttl)
}

func (st *story) reply() {
	at, own := st.came()
	st.step(at, "got", fmt.Sprintf("ICMP echo reply, sequence %d", st.f.by+1)+ttlWords(st.f.ttl), st.target, own, nil)
	if st.f.ttl != 0 {
		st.o.Evidence.Add("icmp.reply_ttl", fmt.Sprint(st.f.ttl))
	}
}

func (st *story) reset() {
	at, own := st.came()
	st.step(at, "rst", "RST"+ttlWords(st.f.ttl), st.target, own, nil)
	st.o.Class, st.o.Evidence.TTL = probes.RstUnknown, st.f.ttl
}

// failed tells of an ICMP error, or of a packet that did not get out of this machine.
func (st *story) failed(r *report) {
	at, own := st.came()
	st.o.Class, st.o.Reason = r.out.Class, r.out.Reason
	switch {
	case r.what == tellFault:
		from := ""
		if r.fault.icmp.Offender.IsValid() {
			from = r.fault.icmp.Offender.String()
		}
		st.step(at, "icmp", r.fault.icmp.String(), from, own, nil)
	case r.out.Err != nil:
		if st.f.tries == 0 {
			st.f.first, at = st.s.ticks(st.o.At), st.s.ticks(st.o.At)
		}
		st.step(max(at, st.f.first), "local", probes.Clean(r.out.Err.Error(), 160), "", st.target, nil)
	}
	st.o.Offender, st.o.ICMPType, st.o.ICMPCode = r.out.Offender, r.out.ICMPType, r.out.ICMPCode
	if r.out.Class == probes.ProbeError {
		st.o.RTT = 0
	}
	if r.out.Err != nil {
		st.o.Evidence.Error = probes.Clean(r.out.Err.Error(), 256)
	}
	st.o.Evidence.Hint = probes.Clean(r.out.Hint, 256)
}

// sighting is what the first packets saw of a flow that its prober has to look into.
func (s *search) sighting(i, slot int, f *flow) probes.Observation {
	st := s.begin(i, slot, f)
	at, own := st.came()
	switch f.state {
	case accepted:
		st.o.Class = probes.OpenMute
		st.step(at, "got", "SYN-ACK"+ttlWords(f.ttl), st.target, own, nil)
		if words := s.wire.closing(); words != "" {
			st.step(at, "sent", words, own, st.target, nil)
			st.o.Packets++
		}
	case answered:
		st.o.Class, st.o.Flags = probes.OpenProto, probes.Spoke
		st.step(at, "got", "answer"+ttlWords(f.ttl), st.target, own, nil)
	case strange:
		st.o.Class, st.o.Flags = probes.OpenOther, probes.Spoke
		st.step(at, "got", "not an answer to this question"+ttlWords(f.ttl), st.target, own, nil)
	}
	return st.o
}

// sum says what there is to know of a host that was left.
func (s *search) sum(i int) probes.Parting {
	h, g := &s.hosts[i], s.groupOf(i)
	out := probes.Parting{Host: i, State: h.state, References: probes.References{Answers: h.answers.list(), Accepts: h.accepts.list()}}
	for slot := range g.count {
		switch st := s.flow(i, slot).state; {
		case st.open():
			out.Open++
		case st == unasked:
			out.Unasked++
		case st == reset:
			out.Resets++
		}
	}
	return out
}

// swept says all of it.
func (s *search) swept(i int) probes.Swept {
	h, g := &s.hosts[i], s.groupOf(i)
	out := probes.Swept{Parting: s.sum(i), Proven: h.has(proven), Knocked: h.has(knocked)}
	if h.last > 1 {
		out.Last = s.time(h.last)
	}
	for slot := range g.count {
		f := s.flow(i, slot)
		switch {
		case f.state.open():
			out.Seen = append(out.Seen, s.sighting(i, slot, f))
		case f.state == unasked:
			out.Unasked = append(out.Unasked, probes.FlowID(g.firstFlow+(i-g.first)*g.count+slot))
		case f.state == reset && f.ttl != 0:
			r := report{what: tellReset, host: int32(i), slot: int32(slot), flow: *f}
			out.Resets = append(out.Resets, s.observe(&r))
		}
	}
	return out
}
