package report

import (
	"io"
	"strconv"

	"oobscope/audit"
	"oobscope/probes"
)

// summary is the last line of a run (formats.md 5).
type summary struct {
	Type       string   `json:"type"`
	Schema     string   `json:"schema"`
	Run        string   `json:"run"`
	Complete   bool     `json:"complete"`
	Tainted    bool     `json:"tainted"`
	Counts     counted  `json:"counts"`
	Coverage   coverage `json:"coverage"`
	Packets    int64    `json:"packets_sent"`
	DurationMS int64    `json:"duration_ms"`
	Exit       int      `json:"exit"`
	// Gates are the checks of the path that the whole run rests on. The JSON document has them elsewhere.
	Gates *probes.Gates `json:"gates,omitempty"`
}

type coverage struct {
	Tested       int `json:"tested"`
	NotTested    int `json:"not_tested"`
	Unverifiable int `json:"unverifiable"`
}

// counted is how many lines have each verdict, written in the order of the closed set; what did not occur
// is left out.
type counted map[audit.Verdict]int

// MarshalJSON keeps the order, which a Go map would not.
func (c counted) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for _, v := range audit.Verdicts() {
		if c[v] == 0 {
			continue
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(strconv.AppendQuote(out, v.String()), ':')
		out = strconv.AppendInt(out, int64(c[v]), 10)
	}
	return append(out, '}'), nil
}

func (s *Source) summary() summary {
	c := s.Results.Coverage()
	g := s.gates()
	return summary{
		Type: "summary", Schema: runSchema, Run: clean(s.Run.ID), Complete: s.complete(), Tainted: g.Tainted(),
		Counts: countedOf(&s.Results.Total), Coverage: coverage{c.Tested, c.NotTested, c.Unverifiable},
		Packets: g.PacketsSent, DurationMS: s.durationMS(), Exit: s.Exit,
	}
}

// gates are those of the results: they are what was judged by.
func (s *Source) gates() *probes.Gates { return &s.Results.Gates }

// writeJSONL writes one object a line, a line for each flow, then the summary.
func writeJSONL(w io.Writer, s *Source) error {
	err := s.each(func(f *audit.Finding, o *probes.Observation) error { return writeLine(w, s.line(f, o)) })
	if err != nil {
		return err
	}
	last := s.summary()
	last.Gates = s.gates()
	return writeLine(w, last)
}

func writeLine(w io.Writer, v any) error {
	b, err := marshal(v)
	if err != nil {
		return err
	}
	_, err = w.Write(append(b, '\n'))
	return err
}
