package report

import (
	"io"

	"oobscope/audit"
	"oobscope/probes"
)

// head is the part of the JSON document that stands before the observations.
type head struct {
	ID         string       `json:"id"`
	Site       string       `json:"site"`
	Kits       []string     `json:"kits"`
	Vantage    string       `json:"vantage"`
	Zone       string       `json:"vantage_zone"`
	Privileged bool         `json:"privileged"`
	Tool       string       `json:"tool"`
	Simulated  bool         `json:"simulated"`
	Started    string       `json:"started"`
	Ended      string       `json:"ended,omitempty"`
	State      string       `json:"state"`
	Why        string       `json:"why,omitempty"`
	SiteDigest string       `json:"site_sha256"`
	KitDigests []string     `json:"kit_sha256"`
	Gates      probes.Gates `json:"gates"`
}

type ruleRow struct {
	Index    int      `json:"index"`
	Kit      string   `json:"kit"`
	App      string   `json:"rule"`
	Intent   string   `json:"intent"`
	Counts   counted  `json:"counts"`
	Coverage coverage `json:"coverage"`
}

type waiverRow struct {
	ID          string `json:"id"`
	State       string `json:"state"`
	Flows       int    `json:"flows"`
	Expires     string `json:"expires"`
	EndsSoon    bool   `json:"ends_soon"`
	Origin      string `json:"origin"` // site: the site file; store
	Target      string `json:"target"`
	Service     string `json:"service"`
	Rule        string `json:"rule"`
	Verdict     string `json:"verdict"`
	Reason      string `json:"reason"`
	Ticket      string `json:"ticket"`
	RequestedBy string `json:"requested_by"`
	ApprovedBy  string `json:"approved_by"`
	Named       bool   `json:"approver_named"` // not approved under the approver's own login
}

type weakRow struct {
	Slug  string `json:"weakness"`
	Flows int    `json:"flows"`
}

// writeJSON writes one document: run, summary, rules, waivers, weaknesses, then every observation as in
// JSONL. The observations are streamed.
func writeJSON(w io.Writer, s *Source) error {
	parts := []struct {
		key   string
		value any
	}{
		{`{"schema":`, runSchema}, {"\n,\"run\":", s.head()}, {"\n,\"summary\":", s.summary()},
		{"\n,\"rules\":", s.ruleRows()}, {"\n,\"waivers\":", s.waiverRows()}, {"\n,\"weaknesses\":", s.weakRows()},
	}
	for _, p := range parts {
		if err := writePart(w, p.key, p.value); err != nil {
			return err
		}
	}
	key := "\n,\"observations\":[\n"
	err := s.each(func(f *audit.Finding, o *probes.Observation) error {
		err := writePart(w, key, s.line(f, o))
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

func writePart(w io.Writer, key string, value any) error {
	b, err := marshal(value)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, key); err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}

func (s *Source) head() head {
	r := &s.Run
	h := head{
		ID: clean(r.ID), Site: clean(r.Site), Kits: []string{}, Vantage: clean(r.Vantage), Zone: clean(r.Zone),
		Privileged: r.Privileged, Tool: clean(r.Tool), Simulated: r.Simulated, Started: stamped(r.Started),
		State: clean(string(r.State)), Why: clean(r.Why), SiteDigest: s.Results.Scope.Site.Digest,
		KitDigests: []string{}, Gates: *s.gates(),
	}
	if !r.Ended.IsZero() {
		h.Ended = stamped(r.Ended)
	}
	for _, k := range r.Kits {
		h.Kits = append(h.Kits, clean(k))
	}
	for _, k := range s.Results.Scope.Kits {
		h.KitDigests = append(h.KitDigests, k.Digest)
	}
	return h
}

func (s *Source) ruleRows() []ruleRow {
	out := []ruleRow{}
	for i, t := range s.Results.ByRule {
		row := ruleRow{Index: -1, Intent: "default"}
		if i < len(s.Results.Scope.Rules) {
			ref := &s.Results.Scope.Rules[i]
			row = ruleRow{Index: i, Kit: clean(ref.Kit.ID), App: clean(ref.Rule.App.ID), Intent: ref.Rule.Action.String()}
		}
		c := t.Coverage()
		row.Counts, row.Coverage = countedOf(&t), coverage{c.Tested, c.NotTested, c.Unverifiable}
		out = append(out, row)
	}
	return out
}

// countedOf reads a tally like a report: what still waits was not tested.
func countedOf(t *audit.Tally) counted {
	c := counted{}
	for _, v := range audit.Verdicts() {
		c[v] = t.Of(v)
	}
	c[audit.NotTested] += t.Of(audit.Pending)
	return c
}

func (s *Source) waiverRows() []waiverRow {
	out := []waiverRow{}
	for _, u := range s.Results.Waivers {
		w := u.Waiver
		out = append(out, waiverRow{
			ID: clean(w.ID), State: string(u.State), Flows: len(u.Flows), Expires: w.Expires.Format("2006-01-02"), EndsSoon: u.Soon,
			Origin: string(w.Origin), Target: w.Target.String(), Service: clean(w.Service), Rule: clean(w.Rule), Verdict: clean(w.Verdict),
			Reason: clean(w.Reason), Ticket: clean(w.Ticket), RequestedBy: clean(w.RequestedBy), ApprovedBy: clean(w.ApprovedBy), Named: w.Named,
		})
	}
	return out
}

func (s *Source) weakRows() []weakRow {
	out := []weakRow{}
	for _, w := range probes.Weaknesses() {
		if n := s.Results.Weak[w]; n > 0 {
			out = append(out, weakRow{Slug: w.String(), Flows: n})
		}
	}
	return out
}
