package report

import (
	"encoding/json"
	"fmt"
	"math"
	"time"
	"unicode"
	"unicode/utf8"

	"oobscope/audit"
	"oobscope/probes"
)

const (
	runSchema = "oobscope.run/v1"
	stamp     = "2006-01-02T15:04:05.000Z"
)

// line is one flow (formats.md 5). The order of the fields is part of the format.
type line struct {
	Type        string   `json:"type"`
	Schema      string   `json:"schema"`
	Run         string   `json:"run"`
	Time        string   `json:"time"`
	Vantage     string   `json:"vantage"`
	VantageZone string   `json:"vantage_zone"`
	Target      string   `json:"target"`
	Role        string   `json:"role"`
	TargetZone  string   `json:"target_zone"`
	Service     string   `json:"service"`
	Proto       string   `json:"proto"`
	Port        uint16   `json:"port"`
	Rule        string   `json:"rule"`
	RuleIndex   int      `json:"rule_index"`
	Intent      string   `json:"intent"`
	Observed    string   `json:"observed"`
	Verdict     string   `json:"verdict"`
	Reason      string   `json:"reason"`
	Severity    uint8    `json:"severity"`
	Confidence  string   `json:"confidence"`
	WorstCase   string   `json:"worst_case"`
	Waived      bool     `json:"waived"`
	Attempts    uint8    `json:"attempts"`
	RTT         float64  `json:"rtt_ms"`
	Evidence    evidence `json:"evidence"`
}

// evidence is what a person needs to check the verdict: what was seen, and what each gate rested on.
type evidence struct {
	probes.Evidence
	ProbeReason string   `json:"probe_reason,omitempty"`
	Offender    string   `json:"offender,omitempty"`
	ICMPType    *uint8   `json:"icmp_type,omitempty"`
	ICMPCode    *uint8   `json:"icmp_code,omitempty"`
	Weaknesses  []string `json:"weaknesses,omitempty"`
	Fingerprint string   `json:"fingerprint,omitempty"`
	Waiver      string   `json:"waiver,omitempty"`
	Source      string   `json:"source,omitempty"`
	Interface   string   `json:"interface,omitempty"`
	Gates       *gates   `json:"gates,omitempty"`
}

// gates are the facts behind the gates of verdicts.md 1, for one flow.
type gates struct {
	AliveBy     string `json:"alive_by"`
	UDPControl  bool   `json:"udp_control"`
	ControlSent uint8  `json:"control_sent"`
	ControlLost uint8  `json:"control_lost"`
	OnLink      bool   `json:"on_link"`
	Enforced    bool   `json:"enforced"`
	FakesOpen   bool   `json:"fakes_open"`
	WentQuiet   bool   `json:"went_quiet"`
	Departure   string `json:"departure,omitempty"`    // of a silent flow's packets: left, missing, unknown
	TriesNeeded int    `json:"tries_needed,omitempty"` // of a silent flow, on a path that loses packets
}

func (s *Source) line(f *audit.Finding, o *probes.Observation) line {
	l := line{
		Type: "observation", Schema: runSchema, Run: clean(s.Run.ID), Vantage: clean(f.Vantage),
		VantageZone: clean(f.FromZone), Role: clean(f.Role), TargetZone: clean(f.Zone), Service: clean(f.ServiceID()),
		Port: f.Port, Rule: clean(f.App), RuleIndex: f.Rule, Intent: f.Intent.String(), Verdict: f.Verdict.String(),
		Reason: f.Reason.String(), Severity: f.Severity, Confidence: f.Confidence.String(), Waived: f.Waived,
		Attempts: f.Cell.Attempts, RTT: float64(f.Cell.RTT) / 1000,
	}
	if f.Target.IsValid() {
		l.Target = f.Target.String()
	}
	if f.Proto != 0 {
		l.Proto = f.Proto.String()
	}
	if f.Worst != audit.Pending {
		l.WorstCase = f.Worst.String()
	}
	if f.Observed != probes.Unobserved {
		l.Observed = f.Observed.String()
		l.Time = stamped(s.when(f, o))
		l.Evidence = s.evidence(f, o)
	}
	return l
}

// when is the time of an observation. A cell cannot hold one that came more than 49.7 days after the run began; what
// was stored can.
func (s *Source) when(f *audit.Finding, o *probes.Observation) time.Time {
	if f.Cell.At == math.MaxUint32 && o != nil && !o.At.IsZero() {
		return o.At
	}
	return f.At(s.Run.Started)
}

func stamped(t time.Time) string { return t.UTC().Format(stamp) }

func (s *Source) evidence(f *audit.Finding, o *probes.Observation) evidence {
	c := &f.Cell
	e := evidence{
		ProbeReason: c.Reason.String(), Offender: clean(f.Offender), Interface: clean(f.Interface),
		Weaknesses: weaknesses(c.Weak),
		Gates: &gates{
			AliveBy: f.AliveBy, UDPControl: f.Host.Flags&probes.HostUDPControl != 0, ControlSent: f.Host.ControlSent,
			ControlLost: f.Host.ControlLost, OnLink: f.OnLink, Enforced: f.Enforced,
			FakesOpen: f.Host.Flags&probes.HostFakesOpen != 0, WentQuiet: f.Host.Flags&probes.HostQuiet != 0,
		},
	}
	if f.Observed.Silent() {
		e.Gates.Departure = departure(c.Flags)
		if n := s.gates().TriesNeeded(); n > 1 {
			e.Gates.TriesNeeded = n
		}
	}
	if f.Source.IsValid() {
		e.Source = f.Source.String()
	}
	if c.Offender != 0 {
		e.ICMPType, e.ICMPCode = &c.ICMPType, &c.ICMPCode
	}
	if o != nil {
		e.Evidence = o.Evidence
		if f.Verdict.Deviation() {
			e.Fingerprint = audit.Fingerprint(f.ServiceID(), o)
		}
	}
	e.Simulated = e.Simulated || s.Run.Simulated
	if f.Waiver != nil {
		e.Waiver = clean(f.Waiver.ID)
	}
	return e
}

// departure says what is known of the packets of a silent flow.
func departure(f probes.Flags) string {
	switch {
	case f&probes.Left != 0:
		return "left"
	case f&probes.Held != 0:
		return "missing"
	}
	return "unknown"
}

func weaknesses(set probes.WeakSet) []string {
	var out []string
	for _, w := range set.List() {
		out = append(out, w.String())
	}
	return out
}

// marshal writes a value as JSON without any character that a terminal could act upon. encoding/json
// leaves DEL, C1 controls and bidirectional marks as they are; they can only stand inside a string, so an escape is
// always right.
func marshal(v any) ([]byte, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var out []byte
	for i, r := range string(raw) {
		if r == ' ' || unicode.IsPrint(r) {
			if out != nil {
				out = utf8.AppendRune(out, r)
			}
			continue
		}
		if out == nil {
			out = append(make([]byte, 0, len(raw)+64), raw[:i]...)
		}
		if r > 0xffff {
			hi, lo := (r-0x10000)>>10+0xd800, (r-0x10000)&0x3ff+0xdc00
			out = fmt.Appendf(out, `\u%04x\u%04x`, hi, lo)
			continue
		}
		out = fmt.Appendf(out, `\u%04x`, r)
	}
	if out == nil {
		out = raw
	}
	return out, nil
}
