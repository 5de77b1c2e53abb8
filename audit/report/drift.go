package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"oobscope/audit"
)

const driftSchema = "oobscope.drift/v1"

// DriftSource is two runs held against each other, ready to be reported.
type DriftSource struct {
	Before, After audit.Run // as they are listed
	Drift         *audit.Drift
	Selection     audit.Selection // what the report is about
	Exit          int             // the exit code that goes with it
}

// driftFormats in the order in which they are offered.
var driftFormats = []struct {
	name  string
	write func(io.Writer, *DriftSource) error
}{
	{"text", writeDriftText}, {"jsonl", writeDriftJSONL}, {"json", writeDriftJSON}, {"csv", writeDriftCSV}, {"markdown", writeDriftMarkdown},
}

// DriftNames lists the formats of a drift report.
func DriftNames() []string {
	var out []string
	for _, f := range driftFormats {
		out = append(out, f.name)
	}
	return out
}

// WriteDrift writes the whole report in a format of DriftNames. An error is the writer's, or about the name.
func WriteDrift(w io.Writer, format string, s DriftSource) error {
	for _, f := range driftFormats {
		if f.name != format {
			continue
		}
		b := bufio.NewWriterSize(w, 64<<10)
		err := f.write(b, &s)
		if err == nil {
			err = b.Flush()
		}
		if err != nil {
			return fmt.Errorf("write the %s report: %w", format, err)
		}
		return nil
	}
	return fmt.Errorf("format %q is not known: %s", clean(format), strings.Join(DriftNames(), ", "))
}

// facts are the header of the report.
func (s *DriftSource) facts() [][2]string {
	t := s.Drift.TallyOf(s.Selection)
	e := s.Drift.ExtentOf(s.Selection)
	out := [][2]string{
		{"Site", clean(s.After.Site)}, {"Earlier run", runWords(&s.Before)}, {"Later run", runWords(&s.After)},
		{"Compared", fmt.Sprintf("%s in both, %s only in the earlier run, which proved %s of its flows",
			count(e.Common, "flow"), many(e.Missing), many(e.Tested))},
		{"Deviations", fmt.Sprintf("%d new, %d updated, %d uncovered, %d absent, %d unchanged",
			t.Of(audit.New), t.Of(audit.Updated), t.Of(audit.Uncovered), t.Of(audit.Absent), t.Standing)},
		{"Coverage", fmt.Sprintf("lost on %s that conformed, gained on %s", count(t.Lost, "flow"), count(t.Gained, "flow"))},
	}
	if words := s.selectionWords(); words != "" {
		out = append(out, [2]string{"Only", words})
	}
	return out
}

func many(n int) string {
	if n == 0 {
		return "none"
	}
	return fmt.Sprint(n)
}

func (s *DriftSource) selectionWords() string {
	var out []string
	sel := &s.Selection
	for _, part := range []struct {
		what string
		list []string
	}{{"rule", sel.Rules}, {"service", sel.Services}} {
		for _, name := range part.list {
			if name == "" {
				name = "(no rule)"
			}
			out = append(out, part.what+" "+clean(name))
		}
	}
	for _, p := range sel.Hosts {
		out = append(out, "host "+p.String())
	}
	return strings.Join(out, ", ")
}

func runWords(r *audit.Run) string {
	var kits []string
	for _, k := range r.Kits {
		kits = append(kits, clean(k))
	}
	zone := "zone " + clean(r.Zone)
	if r.Zone == "" {
		zone = "no zone of the site"
	}
	return fmt.Sprintf("%s, %s, %s, from %s in %s, with %s", clean(r.ID), r.Started.UTC().Format("2006-01-02 15:04 UTC"),
		clean(string(r.State)), clean(r.Vantage), zone, strings.Join(kits, ", "))
}

// cautions are what a reader must know before believing anything below.
func (s *DriftSource) cautions() []string {
	var out []string
	say := func(yes bool, format string, args ...any) {
		if yes {
			out = append(out, fmt.Sprintf(format, args...))
		}
	}
	a, b := &s.Before, &s.After
	later := s.Drift.Later.Gates
	say(a.Simulated || b.Simulated, "SIMULATED SEGMENT: nothing in this report is about a real network.")
	say(b.State != audit.RunComplete, "INCOMPLETE: the later run did not reach its end; what it did not reach is uncovered.")
	say(a.State != audit.RunComplete, "The earlier run did not reach its end: what it did not reach may be older than it looks here.")
	say(later.Tainted(), "TAINTED: something on the path turned on the later run; only answers of the hosts themselves prove that a deviation is gone.")
	say(later.Lossy(), "LOSSY: too many control probes of the later run were lost, so its silence proves nothing.")
	say(a.Site != b.Site, "OTHER SITE: the runs are of the sites %s and %s; flows are matched by address.", clean(a.Site), clean(b.Site))
	say(a.Zone != b.Zone, "OTHER VANTAGE: seen from %s, then from %s; a flow that conforms from there says nothing of what was seen from here.", zoneOf(a), zoneOf(b))
	say(!slices.Equal(a.Kits, b.Kits), "OTHER KITS: what is called new or absent may be a change of the policy; such lines say so.")
	say(slices.Equal(a.Kits, b.Kits) && s.Drift.Earlier.Scope.Site.Digest != s.Drift.Later.Scope.Site.Digest,
		"The site file changed between the runs.")
	say(a.Privileged != b.Privileged, "OTHER RIGHTS: one run could tell where a reset comes from and the other could not, so classes may differ for that reason alone.")
	say(b.Started.Before(a.Started), "The earlier run was made after the later one: was that meant?")
	return out
}

func zoneOf(r *audit.Run) string {
	if r.Zone == "" {
		return "no zone"
	}
	return clean(r.Zone)
}

func driftExitWords(code int) string {
	switch code {
	case audit.ExitFine:
		return "Exit 0: nothing is new or updated, and enough was covered to say so."
	case audit.ExitDeviation:
		return "Exit 1: something deviates that did not, or not so."
	case audit.ExitIncomplete:
		return "Exit 3: too little of what the earlier run proved was covered to say that nothing is new."
	}
	return fmt.Sprintf("Exit %d.", code)
}

// sideWords is what one run says of a flow.
func sideWords(f *audit.Finding, has bool) string {
	if !has {
		return "not in the plan"
	}
	out := f.Verdict.String()
	if f.Verdict.Deviation() {
		out += " (" + audit.SeverityWord(f.Severity)
		if f.Waived {
			out += ", waived"
		}
		out += ")"
	}
	if w := reasonWords[f.Reason]; w != "" {
		out += ": " + w
	}
	return out
}
