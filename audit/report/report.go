// Package report writes the results of a run for people and for programs.
//
// It judges nothing and opens no file: it turns what audit holds into bytes. Every text in a report comes
// from a kit, a site or the network, so nothing is written as it is: control characters are made visible, spreadsheet
// formulas are disarmed and markup is escaped.
package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"oobscope/audit"
	"oobscope/probes"
)

// Source is a run, ready to be reported.
type Source struct {
	Run     audit.Run
	Results *audit.Results
	// Evidence looks up the stored observation of a flow; nil if there is none. Reports stream: it is asked once for
	// each flow, in the order of the plan.
	Evidence func(probes.FlowID) (*probes.Observation, bool)
	Exit     int // the exit code that goes with the results
}

// Format is a way to write a report.
type Format struct {
	name  string
	write func(io.Writer, *Source) error
}

// formats in the order in which they are offered.
var formats = []Format{
	{"text", writeText}, {"jsonl", writeJSONL}, {"json", writeJSON}, {"csv", writeCSV}, {"markdown", writeMarkdown},
}

// Names lists the formats.
func Names() []string {
	var out []string
	for _, f := range formats {
		out = append(out, f.name)
	}
	return out
}

// FormatNamed finds a format.
func FormatNamed(name string) (Format, error) {
	for _, f := range formats {
		if f.name == name {
			return f, nil
		}
	}
	return Format{}, fmt.Errorf("format %q is not known: %s", probes.Clean(name, 32), strings.Join(Names(), ", "))
}

// String returns the name of the format.
func (f Format) String() string { return f.name }

// Write writes the whole report. An error is the writer's.
func Write(w io.Writer, f Format, s Source) error {
	b := bufio.NewWriterSize(w, 64<<10)
	if err := f.write(b, &s); err != nil {
		return fmt.Errorf("write the %s report: %w", f.name, err)
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write the %s report: %w", f.name, err)
	}
	return nil
}

// each hands every line of the report to fn: the flows of the plan, then what could not be tested.
func (s *Source) each(fn func(*audit.Finding, *probes.Observation) error) error {
	r := s.Results
	for id := range r.Judged {
		f := r.Finding(probes.FlowID(id))
		var o *probes.Observation
		if s.Evidence != nil && f.Cell.Class != probes.Unobserved {
			if got, ok := s.Evidence(f.Flow); ok {
				o = got
			}
		}
		if err := fn(&f, o); err != nil {
			return err
		}
	}
	var failed error
	r.LeftFindings(func(f audit.Finding) bool {
		failed = fn(&f, nil)
		return failed == nil
	})
	return failed
}

// complete tells whether the run went to its end.
func (s *Source) complete() bool { return s.Run.State == audit.RunComplete }

// durationMS is how long the run took; 0 while it has no end.
func (s *Source) durationMS() int64 {
	if s.Run.Ended.IsZero() {
		return 0
	}
	return s.Run.Ended.Sub(s.Run.Started).Milliseconds()
}

const maxText = 256

// clean makes a text from outside fit for a report.
func clean(s string) string { return probes.Clean(s, maxText) }
