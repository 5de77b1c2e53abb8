package report

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"oobscope/audit"
	"oobscope/probes"
)

var csvHeader = []string{
	"time", "run", "vantage", "vantage_zone", "target", "role", "target_zone", "service", "proto", "port", "rule",
	"rule_index", "intent", "observed", "verdict", "reason", "severity", "severity_word", "confidence", "worst_case",
	"waived", "waiver", "attempts", "rtt_ms", "weaknesses", "offender", "fingerprint", "simulated",
}

// writeCSV writes a header and a row for each flow (RFC 4180).
func writeCSV(w io.Writer, s *Source) error {
	c := csv.NewWriter(w)
	if err := c.Write(csvHeader); err != nil {
		return err
	}
	err := s.each(func(f *audit.Finding, o *probes.Observation) error { return c.Write(csvRow(s.line(f, o))) })
	if err != nil {
		return err
	}
	c.Flush()
	return c.Error()
}

func csvRow(l line) []string {
	index := ""
	if l.RuleIndex >= 0 {
		index = strconv.Itoa(l.RuleIndex)
	}
	row := []string{
		l.Time, l.Run, l.Vantage, l.VantageZone, l.Target, l.Role, l.TargetZone, l.Service, l.Proto,
		strconv.Itoa(int(l.Port)), l.Rule, index, l.Intent, l.Observed, l.Verdict, l.Reason,
		strconv.Itoa(int(l.Severity)), audit.SeverityWord(l.Severity), l.Confidence, l.WorstCase,
		strconv.FormatBool(l.Waived), l.Evidence.Waiver, strconv.Itoa(int(l.Attempts)),
		strconv.FormatFloat(l.RTT, 'f', -1, 64), strings.Join(l.Evidence.Weaknesses, " "), l.Evidence.Offender,
		l.Evidence.Fingerprint, strconv.FormatBool(l.Evidence.Simulated),
	}
	for i := range row {
		row[i] = disarm(row[i])
	}
	return row
}

// disarm keeps a spreadsheet from running a cell as a formula (CWE-1236). Its text was cleaned before, so
// that a leading tab or line end cannot occur.
func disarm(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
