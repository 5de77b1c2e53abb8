package views

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"oobscope/audit"
	"oobscope/probes"
)

// logEntry is what a person needs to find the packets of a flow in a firewall's log.
type logEntry struct {
	began, ended time.Time // zero if not known
	ports        []uint16  // of ours, in the order of their use; empty if not known
	source       netip.Addr
}

// logEntryOf gathers it from what is stored, else from the line itself.
func logEntryOf(s *State, f *audit.Finding, o *probes.Observation) logEntry {
	e := logEntry{source: f.Source}
	switch {
	case o != nil && !o.At.IsZero():
		e.began, e.ended = o.At, o.At
		for i := range o.Evidence.Steps {
			step := &o.Evidence.Steps[i]
			at := o.At
			if step.AtMS > 0 && step.AtMS < 1e9 {
				at = o.At.Add(time.Duration(step.AtMS * float64(time.Millisecond)))
			}
			if i == 0 {
				e.began = at // the flow had to wait for its turn before
			}
			e.ended = later(e.ended, at)
			ours, _ := endsOf(step)
			if at, err := netip.ParseAddrPort(ours); err == nil && !slices.Contains(e.ports, at.Port()) {
				e.ports, e.source = append(e.ports, at.Port()), at.Addr()
			}
		}
	case f.Cell.Class != probes.Unobserved && !s.Run.Started.IsZero():
		e.began = f.At(s.Run.Started)
		e.ended = e.began
	}
	return e
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// search is a line to search a log for: a second of air around the time, addresses, ports and protocol, in words that
// any log knows. What is not known is left out. It is empty if nothing was sent.
func (e *logEntry) search(f *audit.Finding) string {
	if e.began.IsZero() {
		return ""
	}
	const stamp = "2006-01-02T15:04:05Z"
	from := e.began.UTC().Add(-time.Second).Truncate(time.Second)
	to := e.ended.UTC().Add(2*time.Second - 1).Truncate(time.Second)
	parts := []string{"time>=" + from.Format(stamp), "time<=" + to.Format(stamp), "proto=" + f.Proto.String()}
	if e.source.IsValid() {
		parts = append(parts, "src="+e.source.String())
	}
	if len(e.ports) > 0 {
		var list []string
		for _, p := range e.ports {
			list = append(list, strconv.Itoa(int(p)))
		}
		parts = append(parts, "sport="+strings.Join(list, ","))
	}
	parts = append(parts, "dst="+f.Target.String())
	if f.Proto != probes.ICMP {
		parts = append(parts, "dport="+strconv.Itoa(int(f.Port)))
	}
	return strings.Join(parts, " ")
}

// logLines say where the packets are to be found in a firewall's log: the exact time, also by the clock of this
// machine, who to whom, from which ports, and a line to search for.
func logLines(s *State, f *audit.Finding, o *probes.Observation, w int) []string {
	words := &s.Words.Evidence
	e := logEntryOf(s, f, o)
	var pairs [][2]string
	add := func(label, text string) {
		if text != "" {
			pairs = append(pairs, [2]string{label, text})
		}
	}
	if !e.began.IsZero() {
		add(words.At, e.began.UTC().Format("2006-01-02 15:04:05.000 UTC"))
		if here := e.began.In(s.Now.Location()); here.Format("-0700") != "+0000" {
			add(s.Words.Story.LocalTime, here.Format("2006-01-02 15:04:05.000 -07:00 (MST)"))
		}
	}
	add(words.Source, e.sources(words, f))
	target := f.Target.String() + " " + portOf(f.Proto, f.Port)
	if f.Proto != probes.ICMP {
		target = net.JoinHostPort(f.Target.String(), strconv.Itoa(int(f.Port))) + " " + f.Proto.String()
	}
	add(words.Target, target)
	if f.Cell.Attempts > 0 {
		add(words.Tries, Count(int(f.Cell.Attempts)))
	}
	if o != nil && o.Packets > 0 {
		add(words.Packets, Count(o.Packets))
	}
	add(words.RoundTrip, Millis(f.Cell.RTT))
	if f.Offender != "" {
		from := f.Offender
		if from == f.Target.String() {
			from = words.TargetItself
		}
		add(words.SentBy, fmt.Sprintf(words.ICMPLine, f.Cell.ICMPType, f.Cell.ICMPCode, from))
	}
	add(s.Words.Story.Search, e.search(f))
	return s.Theme.Fields(pairs, w)
}

// sources are our address and ports as the packets bore them; without a story it is the address alone.
func (e *logEntry) sources(w *EvidenceWords, f *audit.Finding) string {
	source := ""
	if e.source.IsValid() {
		source = e.source.String()
	}
	switch {
	case f.Proto == probes.ICMP:
		return source
	case len(e.ports) == 0:
		return join("  ", source, w.NoPort)
	case len(e.ports) == 1:
		return net.JoinHostPort(source, strconv.Itoa(int(e.ports[0])))
	}
	var list []string
	for _, p := range e.ports {
		list = append(list, net.JoinHostPort(source, strconv.Itoa(int(p))))
	}
	return strings.Join(list, ", ")
}
