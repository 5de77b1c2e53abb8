package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/charmbracelet/x/exp/golden"

	"oobscope/audit"
	"oobscope/probes"
)

func written(t testing.TB, name string, s Source) []byte {
	t.Helper()
	f, err := FormatNamed(name)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := Write(&b, f, s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestText(t *testing.T) { t.Parallel(); golden.RequireEqual(t, written(t, "text", source(t))) }
func TestMarkdown(t *testing.T) {
	t.Parallel()
	golden.RequireEqual(t, written(t, "markdown", source(t)))
}
func TestJSONL(t *testing.T) { t.Parallel(); golden.RequireEqual(t, written(t, "jsonl", source(t))) }
func TestJSON(t *testing.T)  { t.Parallel(); golden.RequireEqual(t, written(t, "json", source(t))) }
func TestCSV(t *testing.T)   { t.Parallel(); golden.RequireEqual(t, written(t, "csv", source(t))) }

// TestTextCautions: a run that must not be believed as it stands says so before anything else.
func TestTextCautions(t *testing.T) {
	t.Parallel()
	s := source(t)
	s.Run.Simulated, s.Run.State, s.Run.Why = true, audit.RunPartial, "interrupted"
	s.Results.SetGates(probes.Gates{ControlSent: 10, ControlLost: 5, CanaryAnswered: []string{"198.18.3.250:443"}, CanarySpoke: []string{"icmp 198.18.3.250"}})
	golden.RequireEqual(t, written(t, "text", s))
}

// A flow that was observed long after its run began has its own time in the report, where the observation still has it.
func TestTimeOfALateObservation(t *testing.T) {
	t.Parallel()
	s := source(t)
	last := time.Duration(math.MaxUint32) * time.Millisecond
	late := s.Run.Started.Add(60 * 24 * time.Hour)
	for _, c := range []struct {
		at   uint32
		seen *probes.Observation
		want time.Time
	}{
		{1500, &probes.Observation{At: late}, s.Run.Started.Add(1500 * time.Millisecond)},
		{math.MaxUint32, &probes.Observation{At: late}, late},
		{math.MaxUint32, &probes.Observation{}, s.Run.Started.Add(last)}, {math.MaxUint32, nil, s.Run.Started.Add(last)},
	} {
		if got := s.when(&audit.Finding{Cell: probes.Cell{At: c.at}}, c.seen); !got.Equal(c.want) {
			t.Errorf("at %d with %+v: %s, want %s", c.at, c.seen, got, c.want)
		}
	}
}

// The two lines of the format's own page: the same keys in the same order.
func TestJSONLFieldOrder(t *testing.T) {
	t.Parallel()
	lines := bytes.Split(bytes.TrimSpace(written(t, "jsonl", source(t))), []byte("\n"))
	observation := "type schema run time vantage vantage_zone target role target_zone service proto port rule rule_index " +
		"intent observed verdict reason severity confidence worst_case waived attempts rtt_ms evidence"
	summary := "type schema run complete tainted counts coverage packets_sent duration_ms exit gates"
	for i, l := range lines {
		want := observation
		if i == len(lines)-1 {
			want = summary
		}
		if got := keysOf(t, l); got != want {
			t.Errorf("line %d has the keys %s", i+1, got)
		}
	}
}

// keysOf lists the keys of the outermost object, in the order of the text.
func keysOf(t *testing.T, raw []byte) string {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(raw))
	if _, err := d.Token(); err != nil {
		t.Fatal(err)
	}
	var keys []string
	for d.More() {
		k, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, k.(string))
		var skip json.RawMessage
		if err := d.Decode(&skip); err != nil {
			t.Fatal(err)
		}
	}
	return strings.Join(keys, " ")
}

// Every flow and everything left out has its line, in every format for programs, and the summary counts them.
func TestEveryFlowHasItsLine(t *testing.T) {
	t.Parallel()
	s := source(t)
	want := s.Results.Scope.Plan.Flows()
	for i := range s.Results.Scope.Left {
		want += s.Results.Scope.Left[i].Lines()
	}
	lines := bytes.Split(bytes.TrimSpace(written(t, "jsonl", s)), []byte("\n"))
	if len(lines) != want+1 {
		t.Errorf("jsonl: %d lines, want %d and the summary", len(lines), want)
	}
	counted := map[string]int{}
	for _, l := range lines[:len(lines)-1] {
		var o struct{ Verdict string }
		if err := json.Unmarshal(l, &o); err != nil {
			t.Fatal(err)
		}
		counted[o.Verdict]++
	}
	var sum struct {
		Counts   map[string]int
		Coverage struct {
			Tested       int
			NotTested    int `json:"not_tested"`
			Unverifiable int
		}
	}
	if err := json.Unmarshal(lines[len(lines)-1], &sum); err != nil {
		t.Fatal(err)
	}
	for v, n := range counted {
		if sum.Counts[v] != n {
			t.Errorf("summary counts %d %s, there are %d lines", sum.Counts[v], v, n)
		}
	}
	if c := sum.Coverage; c.Tested+c.NotTested+c.Unverifiable != want {
		t.Errorf("coverage %+v does not add up to %d", c, want)
	}
	rows, err := csv.NewReader(bytes.NewReader(written(t, "csv", s))).ReadAll()
	if err != nil || len(rows) != want+1 {
		t.Errorf("csv: %d rows (%v), want %d and the header", len(rows), err, want)
	}
	var doc struct{ Observations []json.RawMessage }
	if err := json.Unmarshal(written(t, "json", s), &doc); err != nil || len(doc.Observations) != want {
		t.Errorf("json: %d observations (%v), want %d", len(doc.Observations), err, want)
	}
}

func TestNothingReachesTheTerminalUnescaped(t *testing.T) {
	t.Parallel()
	for _, name := range Names() {
		for _, r := range string(written(t, name, source(t))) {
			if r != '\n' && !unicode.IsPrint(r) {
				t.Errorf("%s: found %U in the report", name, r)
				break
			}
		}
	}
}

func TestCSVDisarmsFormulas(t *testing.T) {
	t.Parallel()
	rows, err := csv.NewReader(bytes.NewReader(written(t, "csv", source(t)))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	disarmed := 0
	for _, row := range rows {
		for _, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
				t.Errorf("a spreadsheet would run %q", cell)
			}
			if strings.HasPrefix(cell, "'=cmd") {
				disarmed++
			}
		}
	}
	if disarmed == 0 {
		t.Error("the formula of the hostile kit is not in the report at all")
	}
}

func TestMarkdownIsInert(t *testing.T) {
	t.Parallel()
	if got := md(hostile); strings.ContainsAny(got, "<>") || strings.Contains(got, "http://") || strings.Contains(got, " | ") {
		t.Errorf("markup survives: %s", got)
	}
	width := 0
	for line := range strings.Lines(string(written(t, "markdown", source(t)))) {
		if !strings.HasPrefix(line, "|") {
			width = 0
			continue
		}
		n := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|")
		if width != 0 && n != width {
			t.Errorf("a row of %d cells in a table of %d: %s", n-1, width-1, line)
		}
		width = n
	}
}

func TestMarshalEscapesWhatTerminalsActUpon(t *testing.T) {
	t.Parallel()
	in := map[string]string{"k": "a\x7f\u009b\u202e\U000e0001é漢\x1b"}
	raw, err := marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"k":"a\u007f\u009b\u202e\udb40\udc01é漢\u001b"}`; string(raw) != want {
		t.Errorf("%s, want %s", raw, want)
	}
	var back map[string]string
	if err := json.Unmarshal(raw, &back); err != nil || back["k"] != in["k"] {
		t.Errorf("does not read back: %q %v", back, err)
	}
}

func TestFormatNamed(t *testing.T) {
	t.Parallel()
	if _, err := FormatNamed("xml\x1b"); err == nil || !strings.Contains(err.Error(), `xml\\x1b`) || !strings.Contains(err.Error(), "text, jsonl, json, csv, markdown") {
		t.Errorf("error %v", err)
	}
	for _, name := range Names() {
		if f, err := FormatNamed(name); err != nil || f.String() != name {
			t.Errorf("%s: %v %v", name, f, err)
		}
	}
}

var errFull = errors.New("disk full")

// full takes n bytes and then no more.
type full struct{ n int }

func (w *full) Write(p []byte) (int, error) {
	if w.n -= len(p); w.n < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestWriteReportsTheDisk(t *testing.T) {
	t.Parallel()
	for _, name := range Names() {
		f, err := FormatNamed(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := Write(&full{n: 100}, f, source(t)); !errors.Is(err, errFull) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// Every word of the closed sets has words for people.
func TestWordsAreComplete(t *testing.T) {
	t.Parallel()
	for _, v := range audit.Verdicts() {
		if verdictWords[v] == "" {
			t.Errorf("no words for the verdict %s", v)
		}
	}
	for r := audit.NoReason + 1; r <= audit.OutOfScope; r++ {
		if reasonWords[r] == "" {
			t.Errorf("no words for the reason %s", r)
		}
	}
	for _, w := range probes.Weaknesses() {
		if weaknessWords[w.String()] == "" {
			t.Errorf("no words for the weakness %s", w)
		}
	}
}

func BenchmarkJSONL(b *testing.B) {
	s := source(b)
	f, err := FormatNamed("jsonl")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := Write(&bytes.Buffer{}, f, s); err != nil {
			b.Fatal(err)
		}
	}
}
