package report

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"oobscope/audit"
	"oobscope/probes"
)

// driftLine is one flow of a drift. The order of the fields is part of the format.
type driftLine struct {
	Type       string     `json:"type"`
	Schema     string     `json:"schema"`
	Before     string     `json:"before"` // run ids
	After      string     `json:"after"`
	Change     string     `json:"change"`
	Coverage   string     `json:"coverage"` // lost, gained or empty
	FirstSeen  bool       `json:"first_seen"`
	ByPolicy   bool       `json:"by_policy"`
	Differs    []string   `json:"differs"`
	Target     string     `json:"target"`
	Role       string     `json:"role"`
	TargetZone string     `json:"target_zone"`
	Service    string     `json:"service"`
	Proto      string     `json:"proto"`
	Port       uint16     `json:"port"`
	Rule       string     `json:"rule"`
	Severity   uint8      `json:"severity"` // of what deviates now, else of what did
	Was        *driftSide `json:"was"`      // null: the earlier run did not plan it
	Is         *driftSide `json:"is"`       // null: the later run did not plan it
}

// driftSide is what one of the runs says of a flow.
type driftSide struct {
	Verdict     string   `json:"verdict"`
	Reason      string   `json:"reason"`
	Observed    string   `json:"observed"`
	Severity    uint8    `json:"severity"`
	Confidence  string   `json:"confidence"`
	Intent      string   `json:"intent"`
	Rule        string   `json:"rule"`
	VantageZone string   `json:"vantage_zone"`
	Waived      bool     `json:"waived"`
	Weaknesses  []string `json:"weaknesses"`
}

type driftSummary struct {
	Type      string         `json:"type"`
	Schema    string         `json:"schema"`
	Before    driftRun       `json:"before"`
	After     driftRun       `json:"after"`
	Counts    driftCounts    `json:"counts"`
	Rules     []driftCounted `json:"rules"`
	Services  []driftCounted `json:"services"`
	Common    int            `json:"common"`
	Missing   int            `json:"only_before"`
	Tested    int            `json:"tested_before"`
	Cautions  []string       `json:"cautions"`
	Selection string         `json:"selection,omitempty"`
	Exit      int            `json:"exit"`
}

type driftRun struct {
	ID       string   `json:"id"`
	Site     string   `json:"site"`
	Started  string   `json:"started"`
	State    string   `json:"state"`
	Kits     []string `json:"kits"`
	Zone     string   `json:"vantage_zone"`
	Tainted  bool     `json:"tainted"`
	SiteFile string   `json:"site_sha256"`
}

type driftCounts struct {
	New       int `json:"new"`
	Updated   int `json:"updated"`
	Uncovered int `json:"uncovered"`
	Absent    int `json:"absent"`
	Unchanged int `json:"unchanged"` // of all flows, conforming ones too
	Standing  int `json:"standing"`  // of the unchanged: deviate in both runs
	Lost      int `json:"lost"`
	Gained    int `json:"gained"`
	ByPolicy  int `json:"by_policy"`
	FirstSeen int `json:"first_seen"`
}

type driftCounted struct {
	Name   string      `json:"name"`
	Counts driftCounts `json:"counts"`
}

func countsOf(t *audit.DriftTally) driftCounts {
	return driftCounts{
		t.Of(audit.New), t.Of(audit.Updated), t.Of(audit.Uncovered), t.Of(audit.Absent), t.Of(audit.Unchanged),
		t.Standing, t.Lost, t.Gained, t.ByPolicy, t.FirstSeen,
	}
}

func (s *DriftSource) line(l *audit.DriftLine) driftLine {
	f := l.Flow()
	out := driftLine{
		Type: "drift", Schema: driftSchema, Before: clean(s.Before.ID), After: clean(s.After.ID), Change: l.Change.String(),
		FirstSeen: l.FirstSeen, ByPolicy: l.ByPolicy, Differs: l.Differences.List(), Target: f.Target.String(),
		Role: clean(f.Role), TargetZone: clean(f.Zone), Service: clean(f.ServiceID()), Proto: f.Proto.String(), Port: f.Port,
		Rule: clean(f.App), Was: side(&l.Before, l.HasBefore), Is: side(&l.After, l.HasAfter),
	}
	switch {
	case l.Lost:
		out.Coverage = "lost"
	case l.Gained:
		out.Coverage = "gained"
	}
	if dev := l.Deviation(); dev != nil {
		out.Severity = dev.Severity
	}
	if out.Differs == nil {
		out.Differs = []string{}
	}
	return out
}

func side(f *audit.Finding, has bool) *driftSide {
	if !has {
		return nil
	}
	out := &driftSide{
		Verdict: f.Verdict.String(), Reason: f.Reason.String(), Severity: f.Severity, Confidence: f.Confidence.String(),
		Intent: f.Intent.String(), Rule: clean(f.App), VantageZone: clean(f.FromZone), Waived: f.Waived, Weaknesses: weaknesses(f.Cell.Weak),
	}
	if f.Observed != probes.Unobserved {
		out.Observed = f.Observed.String()
	}
	if out.Weaknesses == nil {
		out.Weaknesses = []string{}
	}
	return out
}

func (s *DriftSource) summary() driftSummary {
	t := s.Drift.TallyOf(s.Selection)
	out := driftSummary{
		Type: "summary", Schema: driftSchema, Before: headOf(&s.Before, s.Drift.Earlier), After: headOf(&s.After, s.Drift.Later),
		Counts: countsOf(&t), Rules: []driftCounted{}, Services: []driftCounted{}, Cautions: s.cautions(),
		Selection: s.selectionWords(), Exit: s.Exit,
	}
	e := s.Drift.ExtentOf(s.Selection)
	out.Tested, out.Common, out.Missing = e.Tested, e.Common, e.Missing
	if out.Cautions == nil {
		out.Cautions = []string{}
	}
	var d driftDigest
	d.tallies(s, nil)
	for _, r := range d.rules {
		out.Rules = append(out.Rules, driftCounted{r.name, countsOf(&r.tally)})
	}
	for _, r := range d.services {
		out.Services = append(out.Services, driftCounted{r.name, countsOf(&r.tally)})
	}
	return out
}

func headOf(r *audit.Run, res *audit.Results) driftRun {
	out := driftRun{
		ID: clean(r.ID), Site: clean(r.Site), Started: stamped(r.Started), State: clean(string(r.State)), Kits: []string{},
		Zone: clean(r.Zone), Tainted: res.Gates.Tainted(), SiteFile: res.Scope.Site.Digest,
	}
	for _, k := range r.Kits {
		out.Kits = append(out.Kits, clean(k))
	}
	return out
}

// each writes every line of the selection through fn.
func (s *DriftSource) each(fn func(driftLine) error) error {
	var failed error
	s.Drift.Each(s.Selection, func(l *audit.DriftLine) bool {
		failed = fn(s.line(l))
		return failed == nil
	})
	return failed
}

// writeDriftJSONL writes a line for each flow that is not simply fine in both runs, then the summary.
func writeDriftJSONL(w io.Writer, s *DriftSource) error {
	if err := s.each(func(l driftLine) error { return writeLine(w, l) }); err != nil {
		return err
	}
	return writeLine(w, s.summary())
}

// writeDriftJSON writes one document: the summary, then the lines. They are streamed.
func writeDriftJSON(w io.Writer, s *DriftSource) error {
	if err := writePart(w, `{"schema":`, driftSchema); err != nil {
		return err
	}
	if err := writePart(w, "\n,\"summary\":", s.summary()); err != nil {
		return err
	}
	key := "\n,\"flows\":[\n"
	err := s.each(func(l driftLine) error {
		err := writePart(w, key, l)
		key = "\n,"
		return err
	})
	if err != nil {
		return err
	}
	if key != "\n," {
		if _, err := io.WriteString(w, key); err != nil {
			return err
		}
	}
	_, err = io.WriteString(w, "\n]}\n")
	return err
}

var driftCSVHeader = []string{
	"before", "after", "change", "coverage", "first_seen", "by_policy", "differs", "target", "role", "target_zone", "service",
	"proto", "port", "rule", "severity", "severity_word", "was_verdict", "was_reason", "was_observed", "was_severity", "was_waived",
	"is_verdict", "is_reason", "is_observed", "is_severity", "is_waived",
}

// writeDriftCSV writes a header and a row for each line (RFC 4180).
func writeDriftCSV(w io.Writer, s *DriftSource) error {
	c := csv.NewWriter(w)
	if err := c.Write(driftCSVHeader); err != nil {
		return err
	}
	err := s.each(func(l driftLine) error {
		row := []string{
			l.Before, l.After, l.Change, l.Coverage, strconv.FormatBool(l.FirstSeen), strconv.FormatBool(l.ByPolicy),
			strings.Join(l.Differs, " "), l.Target, l.Role, l.TargetZone, l.Service, l.Proto, strconv.Itoa(int(l.Port)), l.Rule,
			strconv.Itoa(int(l.Severity)), audit.SeverityWord(l.Severity),
		}
		row = append(append(row, csvSide(l.Was)...), csvSide(l.Is)...)
		for i := range row {
			row[i] = disarm(row[i])
		}
		return c.Write(row)
	})
	if err != nil {
		return err
	}
	c.Flush()
	return c.Error()
}

func csvSide(s *driftSide) []string {
	if s == nil {
		return []string{"", "", "", "", ""}
	}
	return []string{s.Verdict, s.Reason, s.Observed, strconv.Itoa(int(s.Severity)), strconv.FormatBool(s.Waived)}
}
