package views

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/charmbracelet/x/ansi"

	"oobscope/audit"
	"oobscope/probes"
)

// evilState answers with everything that could move a cursor, change a title, turn the direction of writing
// or break a width.
func evilState() *State {
	s := endedState()
	evil := "\x1b[2J\x1b]0;owned\x07\x9b31m\r\n\u202eevil\u200b適合🙂e\u0301" + strings.Repeat("界", 90)
	s.Evidence = func(id probes.FlowID) (*probes.Observation, bool) {
		o := &probes.Observation{Flow: id, Class: probes.OpenProto, At: fixedNow, Attempts: 1, Packets: 3, RTT: time.Millisecond,
			Weak: probes.WeakSet(1<<len(probes.Weaknesses()) - 1)}
		o.Evidence = probes.Evidence{
			Steps: []probes.Step{{AtMS: 1e12, Dir: evil, What: evil, From: evil, To: evil, Bytes: -1, Hex: evil},
				{AtMS: -3, Dir: "sent", What: evil, From: evil, Hex: strings.Repeat("1b5b324a", 200)}},
			Facts: []probes.Fact{{Key: evil, Value: evil}, {}}, Banner: evil, SHA256: evil, Error: evil, Hint: evil, Simulated: true,
			TLS: &probes.TLSFacts{Version: evil, Suite: evil, Subject: evil, Issuer: evil, SelfSigned: true, NotBefore: evil, NotAfter: evil,
				Key: evil, Signature: evil, Names: []string{evil, evil}, Serial: evil, LeafSHA256: evil, KeySHA256: evil, Failure: evil},
		}
		return o, true
	}
	s.Results.Gates.CanaryAnswered, s.Results.Gates.CanarySpoke = []string{evil}, []string{evil}
	return s
}

func TestEvidencePictures(t *testing.T) {
	t.Parallel()
	t.Run("weak", func(t *testing.T) { requireGolden(t, openEvidence("7"), endedState) }) // weaknesses, TLS, a story
	t.Run("exposed_end", func(t *testing.T) { requirePictures(t, openEvidence("48"), endedState, "G") })
	t.Run("unverifiable", func(t *testing.T) { requirePictures(t, openEvidence("18"), endedState) })
	t.Run("error", func(t *testing.T) { requirePictures(t, openEvidence("65"), failedState) })
	t.Run("not_chosen", func(t *testing.T) { requirePictures(t, openEvidence(""), endedState) })
}

// failedState has the words of a local failure with every flow.
func failedState() *State {
	s := endedState()
	s.Evidence = func(id probes.FlowID) (*probes.Observation, bool) {
		return &probes.Observation{Flow: id, Class: probes.ProbeError, Reason: probes.NoFiles, At: fixedNow, Evidence: probes.Evidence{
			Steps: []probes.Step{{Dir: "local", What: "socket: too many open files"}}, Error: "open a socket to 198.18.1.10: too many open files",
			Hint: "raise the limit with ulimit -n, or choose the pace gentle"}}, true
	}
	return s
}

func TestEvidenceHoldsEverySize(t *testing.T) {
	t.Parallel()
	requireLongHosts(t, openEvidence("7"))
	requireEverySize(t, openEvidence("48"), evilState)
}

func TestEvidenceOfAStrangerIsHarmless(t *testing.T) {
	t.Parallel()
	s := evilState()
	for _, state := range []*State{s, func() *State { c := *s; c.Theme = PlainTheme(true); return &c }()} {
		e := openEvidence("48")()
		for _, screen := range []string{e.Render(state, 80, 300), e.Render(state, 200, 300), e.Press(state, "y").Text} {
			for _, r := range ansi.Strip(screen) {
				if r != '\n' && !unicode.IsPrint(r) {
					t.Fatalf("%U came through: %q", r, screen)
				}
			}
			if strings.Contains(screen, "\x1b[2J") || strings.Contains(screen, "\x1b]") || strings.Contains(screen, "\x9b") {
				t.Fatalf("a control sequence came through: %q", screen)
			}
		}
	}
	if text := e48(s).Press(s, "y").Text; strings.Contains(text, "\x1b") || !strings.Contains(text, `\x1b[2J`) {
		t.Errorf("the copy hides or holds an escape: %q", text)
	}
}

func e48(s *State) Screen { e := openEvidence("48")(); e.Render(s, 80, 24); return e }

func TestEvidenceKeys(t *testing.T) {
	t.Parallel()
	s := endedState()
	e := openEvidence("21")() // the fourth host, where nothing is known of a deciding packet
	e.Render(s, 80, 24)
	text := e.Press(s, "y")
	if text.Kind != Copy || !strings.HasPrefix(text.Text, "Evidence 198.18.1.4 redfish tcp/443\n\nVerdict") || strings.Contains(text.Text, "\x1b") {
		t.Errorf("copied %+v", text)
	}
	requireSteps(t, e, s, []step{
		{"o", Action{Kind: Goto, To: "host", Arg: "198.18.1.4"}}, {"u", Action{Kind: Goto, To: "rule", Arg: "0"}},
		{"j", Action{}}, {"G", Action{}}, {"g", Action{}}, {"x", Action{}},
	})
	for _, arg := range []string{"", "-1", "260", "99999999999", "x"} {
		requireSteps(t, openEvidence(arg)(), s, []step{{"y", Action{}}, {"o", Action{}}, {"u", Action{}}})
	}
}

// The words of a severity reckon along with the judge; a page that explains another number than it shows is
// worse than none.
func TestSeverityIsExplainedAsTheJudgeReckons(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for name, s := range map[string]*State{"ended": endedState(), "live": liveState(), "internet": fromTheInternet(), "ja": endedState()} {
		if name == "ja" {
			s.Words = Japanese()
		}
		for id, j := range s.Results.Judged {
			f := findingOf(s.Results, probes.FlowID(id))
			n, how := severityHow(s.Words, s.Scope, &f)
			if n != j.Severity || how == "" || strings.Contains(how, "%!") {
				t.Fatalf("%s, flow %d, %s/%s: the words say %d (%s), the judge %d", name, id, f.Verdict, f.Reason, n, how, j.Severity)
			}
			seen[how] = true
		}
	}
	if len(seen) < 15 {
		t.Errorf("only %d explanations were met", len(seen))
	}
}

// fromTheInternet is the ended run, seen from a zone that nobody trusts.
func fromTheInternet() *State {
	s := endedState()
	for g := range s.Scope.Places {
		s.Scope.Places[g].FromZone = "internet"
	}
	fresh := audit.NewResults(s.Scope)
	fresh.Offender = s.Results.Offender
	for i := range s.Scope.Plan.Hosts() {
		fresh.Update(i, hostCells(s.Scope.Plan.Host(i), i), hostState(i))
	}
	s.Results = fresh
	return s
}

func TestGatesSayWhichOneDecided(t *testing.T) {
	t.Parallel()
	states := map[string]*State{"ended": endedState(), "alarmed": alarmedState(), "bare": unenforced()}
	met := map[audit.Reason]bool{}
	for name, s := range states {
		for id := range s.Results.Judged {
			f := findingOf(s.Results, probes.FlowID(id))
			for _, g := range gatesOf(s, &f) {
				if g.text == "" || strings.Contains(g.text, "%!") {
					t.Fatalf("%s, flow %d: gate %s says %q", name, id, g.name, g.text)
				}
				for _, why := range g.tells {
					if f.Reason != why {
						continue
					}
					met[why] = true
					if g.state == gateHolds {
						t.Errorf("%s, flow %d: gate %s decided by %s, but holds", name, id, g.name, why)
					}
				}
			}
		}
	}
	for _, why := range []audit.Reason{audit.NoEnforcementPoint, audit.SynProxy, audit.Impostor, audit.Lossy, audit.UDPSilent, audit.QuietHost} {
		if !met[why] {
			t.Errorf("no flow was decided by %s", why)
		}
	}
}

// unenforced is the ended run without an enforcement point on the way.
func unenforced() *State {
	s := endedState()
	for g := range s.Scope.Places {
		s.Scope.Places[g].Enforced = false
	}
	for i := range s.Results.Hosts { // judge again
		h := s.Scope.Plan.Host(i)
		s.Results.Update(i, s.Results.Cells[h.First:h.First+probes.FlowID(h.Count)], s.Results.Hosts[i])
	}
	return s
}

func TestEvidenceIsLookedUpOnceItIsThere(t *testing.T) {
	t.Parallel()
	s := liveState()
	stored, calls := false, 0
	s.Evidence = func(id probes.FlowID) (*probes.Observation, bool) {
		calls++
		if !stored {
			return nil, false
		}
		return &probes.Observation{Flow: id, Evidence: probes.Evidence{Banner: "hello"}}, true
	}
	e := openEvidence("7")()
	draw := func() string { return ansi.Strip(e.Render(s, 80, 200)) }
	if text := draw(); !strings.Contains(text, s.Words.Empty.NoEvidence) || calls != 1 {
		t.Fatalf("%d look-ups:\n%s", calls, text)
	}
	draw()
	if calls != 1 {
		t.Errorf("%d look-ups although nothing changed", calls)
	}
	stored = true
	s.Generation++
	if text := draw(); !strings.Contains(text, "hello") || calls != 2 {
		t.Errorf("%d look-ups; the evidence is there, but:\n%s", calls, text)
	}
	s.Generation++
	draw()
	if calls != 2 {
		t.Errorf("%d look-ups of what is known", calls)
	}
	s.Results.Cells[7].At++
	s.Generation++
	draw()
	if calls != 3 {
		t.Errorf("%d look-ups after the flow was probed again", calls)
	}
}

// A canary that echoes takes the proof from echoes, and from nothing else; but nobody may say that none answered.
func TestHonestyIsThatOfTheFlow(t *testing.T) {
	t.Parallel()
	s := endedState()
	s.Results.SetGates(probes.Gates{CanarySent: 8, CanarySpoke: []string{"icmp 198.18.3.250"}})
	none := s.Words.Evidence.Gate.Canaries
	none = none[strings.LastIndex(none, ",")+1:]
	failed, held := 0, 0
	for id := range s.Results.Judged {
		f := findingOf(s.Results, probes.FlowID(id))
		g := honestyGate(s, &f)
		switch {
		case strings.Contains(g.text, none):
			t.Fatalf("%s: %s", f.Proto, g.text)
		case g.state == gateFails && (f.Proto == probes.ICMP || f.Host.Flags&probes.HostFakesOpen != 0):
			failed++
		case g.state == gateFails || f.Proto == probes.ICMP:
			t.Fatalf("flow %d, %s: state %d, %s", id, f.Proto, g.state, g.text)
		default:
			held++
		}
	}
	if failed == 0 || held == 0 {
		t.Errorf("%d failed, %d held", failed, held)
	}
}

// However much has answered, the alarm stays short.
func TestImpostorsAreFew(t *testing.T) {
	t.Parallel()
	names := []string{"icmp 198.18.3.250", "udp 198.18.3.250:53", "tcp 198.18.3.250:443", "tcp 198.18.3.250:5989", "\x1b[2J"}
	for n, want := range map[int]string{1: "(icmp 198.18.3.250)", 3: "tcp 198.18.3.250:443)", 5: "tcp 198.18.3.250:443, 2 more)"} {
		if got := impostors(liveState().Words, &probes.Gates{CanarySpoke: names[:n]}); !strings.Contains(got, want) {
			t.Errorf("%d answers: %s", n, got)
		}
	}
}
