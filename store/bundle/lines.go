package bundle

import (
	"fmt"
	"net/netip"
	"reflect"
	"time"

	"oobscope/probes"
)

// hostLine is what a run noted about one host.
type hostLine struct {
	Host        int        `json:"host"` // in the plan
	Target      netip.Addr `json:"target"`
	Flags       uint8      `json:"flags,omitempty"`
	ControlSent uint8      `json:"control_sent,omitempty"`
	ControlLost uint8      `json:"control_lost,omitempty"`
}

// flowLine is one observation. Target, service, transport and port are for people and other programs; a reader checks
// that they are those of the flow in its plan.
type flowLine struct {
	Flow     probes.FlowID    `json:"flow"`
	Target   netip.Addr       `json:"target"`
	Service  string           `json:"service"`
	Proto    string           `json:"proto"`
	Port     uint16           `json:"port"`
	AtMS     int64            `json:"at_ms"` // since the run began
	Class    string           `json:"class"`
	Reason   string           `json:"reason,omitempty"`
	Flags    uint8            `json:"flags,omitempty"`
	Offender *netip.Addr      `json:"offender,omitempty"`
	ICMPType uint8            `json:"icmp_type,omitempty"`
	ICMPCode uint8            `json:"icmp_code,omitempty"`
	RTT      int64            `json:"rtt_us,omitempty"`
	Attempts int              `json:"attempts,omitempty"`
	Packets  int              `json:"packets,omitempty"`
	Weak     []string         `json:"weaknesses,omitempty"`
	Evidence *probes.Evidence `json:"evidence,omitempty"`
}

func lineOf(o *probes.Observation, f probes.Flow, started time.Time) flowLine {
	l := flowLine{
		Flow: f.ID, Target: f.Addr, Service: f.Endpoint.Service, Proto: f.Endpoint.Proto.String(), Port: f.Endpoint.Port,
		AtMS: o.At.Sub(started).Milliseconds(), Class: o.Class.String(), Reason: o.Reason.String(), Flags: uint8(o.Flags),
		ICMPType: o.ICMPType, ICMPCode: o.ICMPCode, RTT: o.RTT.Microseconds(), Attempts: o.Attempts, Packets: o.Packets,
	}
	if o.Offender.IsValid() {
		l.Offender = &o.Offender
	}
	for _, w := range o.Weak.List() {
		l.Weak = append(l.Weak, w.String())
	}
	if !reflect.ValueOf(o.Evidence).IsZero() {
		l.Evidence = &o.Evidence
	}
	return l
}

// observation reads a line back. The line is not trusted.
func (l *flowLine) observation(plan *probes.Plan, started time.Time) (probes.Observation, error) {
	o := probes.Observation{
		Flow: l.Flow, Flags: probes.Flags(l.Flags), ICMPType: l.ICMPType, ICMPCode: l.ICMPCode,
		At: started.Add(time.Duration(l.AtMS) * time.Millisecond), RTT: time.Duration(l.RTT) * time.Microsecond,
		Attempts: l.Attempts, Packets: l.Packets,
	}
	if int64(l.Flow) >= int64(plan.Flows()) {
		return o, fmt.Errorf("flow %d: its plan has %d", l.Flow, plan.Flows())
	}
	f := plan.Flow(l.Flow)
	if e := f.Endpoint; f.Addr != l.Target || e.Service != l.Service || e.Proto.String() != l.Proto || e.Port != l.Port {
		return o, fmt.Errorf("flow %d: it is about %s %s, its plan says %s %s", l.Flow, l.Target, l.Service, f.Addr, e.Service)
	}
	var ok, fine bool
	o.Class, ok = probes.ParseClass(l.Class)
	o.Reason, fine = probes.ParseReason(l.Reason)
	const most = int64(1) << 40 // above it a time would overflow
	if !ok || !fine || o.Class == probes.Unobserved || l.AtMS < 0 || l.AtMS > most || l.RTT < 0 || l.RTT > most || l.Attempts < 0 || l.Packets < 0 {
		return o, fmt.Errorf("flow %d: class %q, reason %q, or a number does not read", l.Flow, l.Class, l.Reason)
	}
	if l.Offender != nil {
		o.Offender = *l.Offender
	}
	for _, slug := range l.Weak {
		w, ok := probes.ParseWeakness(slug)
		if !ok {
			return o, fmt.Errorf("flow %d: unknown weakness %q", l.Flow, slug)
		}
		o.Weak = o.Weak.With(w)
	}
	if l.Evidence != nil {
		o.Evidence = *l.Evidence
	}
	return o, nil
}
