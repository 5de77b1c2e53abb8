package views

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"oobscope/probes"
)

const us, them = "10.0.0.9:40612", "198.18.1.4:443"

func out(at float64, what string, payload ...byte) probes.Step {
	return probes.Step{AtMS: at, Dir: "sent", What: what, From: us, To: them, Bytes: len(payload), Hex: hex.EncodeToString(payload)}
}

func in(at float64, dir, what string, payload ...byte) probes.Step {
	return probes.Step{AtMS: at, Dir: dir, What: what, From: them, To: us, Bytes: len(payload), Hex: hex.EncodeToString(payload)}
}

// told is a story as the page tells it, line by line without the times.
func told(words *Words, bytes bool, steps ...probes.Step) []string {
	var lines []string
	for i := range talksOf(steps) {
		t := talksOf(steps)[i]
		lines = append(lines, t.ours+">"+t.theirs)
		for _, e := range t.events(words, bytes) {
			line := e.dir + " " + e.text
			if e.bytes > 0 {
				line += fmt.Sprint(" ", e.bytes)
			}
			if e.after >= 0 {
				line += " +" + spanMS(e.after)
			}
			lines = append(lines, line)
		}
	}
	return lines
}

func TestStoriesAreTold(t *testing.T) {
	t.Parallel()
	hello, record, more := []byte{0x16, 3, 1, 1, 0x1c}, []byte{0x16, 3, 3, 0}, []byte{0x6b, 0x6b}
	sealed := []byte{0x17, 3, 3, 0}
	other := out(200, "SYN")
	other.From = "10.0.0.9:40700"
	for name, c := range map[string]struct {
		steps []probes.Step
		want  []string
	}{
		"silence": {[]probes.Step{out(3, "SYN"), out(1000, "SYN again, 1 x, by the system"), in(3003, "wait", "3.0 s, nothing")},
			[]string{us + ">" + them, "sent knock (SYN)", "sent knocked again by the system (SYN), times: 1", "wait nothing came back for 3.0 s"}},
		"refused": {[]probes.Step{out(0, "SYN"), in(0.5, "rst", "RST, TTL 63")}, []string{us + ">" + them, "sent knock (SYN)", "rst refused (RST), TTL 63 +0.50 ms"}},
		"cut": {[]probes.Step{out(0, "SYN"), in(1, "got", "SYN-ACK"), out(2, "GET /", 'G'), in(3, "rst", "RST")},
			[]string{us + ">" + them, "sent knock (SYN)", "got accepted (SYN-ACK) +1.00 ms", "sent GET / 1", "rst cut off (RST) +1.00 ms"}},
		"TLS": {[]probes.Step{out(0, "SYN"), in(1, "got", "SYN-ACK"), out(2, "5 bytes", hello...), in(3, "got", "4 bytes", record...), in(3, "got", "2 bytes", more...),
			out(4, "4 bytes", sealed...), out(4, "GET /x in TLS", 'G', 'E'), in(9, "got", "4 bytes", sealed...), in(9, "got", "HTTP/1.1 200 OK in TLS", 'H'),
			{AtMS: 10, Dir: "fin", What: "FIN", From: us, To: them}},
			[]string{us + ">" + them, "sent knock (SYN)", "got accepted (SYN-ACK) +1.00 ms", "both TLS handshake, 9 bytes out, 6 back", "sent GET /x, inside TLS 2",
				"got HTTP/1.1 200 OK, inside TLS 1 +5.00 ms", "fin we close (FIN)"}},
		"not TLS": {[]probes.Step{out(0, "SYN"), in(1, "got", "SYN-ACK"), out(2, "5 bytes", hello...), in(3, "got", "22 bytes", []byte("HTTP/1.1 400 Bad Request\r\nX: y")...)},
			[]string{us + ">" + them, "sent knock (SYN)", "got accepted (SYN-ACK) +1.00 ms", "sent TLS ClientHello 5", "got HTTP/1.1 400 Bad Request 30 +1.00 ms"}},
		"an alert": {[]probes.Step{out(0, "HEAD / HTTP/1.0", 'H'), in(3, "got", "7 bytes", 0x15, 3, 1, 0, 2, 2, 10)},
			[]string{us + ">" + them, "sent HEAD / HTTP/1.0 1", "got TLS alert 7 +3.00 ms"}},
		"a greeting": {[]probes.Step{out(0, "SYN"), in(1, "got", "9 bytes", []byte("SSH-2.0-x\r\n")...), {AtMS: 2, Dir: "fin", What: "FIN", From: them, To: us}},
			[]string{us + ">" + them, "sent knock (SYN)", `got "SSH-2.0-x" 11 +1.00 ms`, "fin it closes (FIN)"}},
		"a named payload": {[]probes.Step{out(0, "SYN"), {AtMS: 1, Dir: "local", What: "SLP SrvTypeRqst, all types"}, out(1, "2 bytes", 2, 9)},
			[]string{us + ">" + them, "sent knock (SYN)", "sent SLP SrvTypeRqst, all types 2"}},
		"ICMP": {[]probes.Step{out(0, "8 zero bytes", 0), {AtMS: 1, Dir: "icmp", What: "icmp 3/13 from 198.18.90.1", From: "198.18.90.1", To: us}},
			[]string{us + ">" + them, "sent 8 zero bytes 1", "icmp icmp 3/13: administratively prohibited, from 198.18.90.1 +1.00 ms"}},
		"ICMPv6": {[]probes.Step{{AtMS: 1, Dir: "icmp", What: "icmpv6 1/77 from fd00::1", From: "fd00::1", To: us}},
			[]string{us + ">", "icmp icmpv6 1/77: another error, from fd00::1"}},
		"two conversations": {[]probes.Step{out(0, "SYN"), in(1, "rst", "RST"), other}, []string{us + ">" + them, "sent knock (SYN)", "rst refused (RST) +1.00 ms",
			"10.0.0.9:40700>" + them, "sent knock (SYN)"}},
		"echo": {[]probes.Step{{Dir: "sent", What: "ICMP echo request, sequence 1", To: "198.18.1.4"}, {AtMS: 350, Dir: "wait", What: "nothing for sequence 1 in 350ms"}},
			[]string{">198.18.1.4", "sent ICMP echo request, sequence 1", "wait nothing came back for 350ms"}},
		"words of tomorrow": {[]probes.Step{{Dir: "signal", What: "semaphore"}}, []string{">", "signal semaphore"}},
		"nothing":           {nil, nil},
	} {
		if got := told(English(), false, c.steps...); strings.Join(got, "\n") != strings.Join(c.want, "\n") {
			t.Errorf("%s:\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
		for _, line := range told(Japanese(), true, c.steps...) {
			if strings.Contains(line, "%!") {
				t.Errorf("%s: %q", name, line)
			}
		}
	}
}

// With the bytes asked for, no packet is summed up.
func TestStoryShowsEveryPacket(t *testing.T) {
	t.Parallel()
	s := endedState()
	id := firstOpen(s)
	e := openEvidence(fmt.Sprint(id))()
	short := ansi.Strip(e.Render(s, 80, 200))
	e.Press(s, "b")
	whole := ansi.Strip(e.Render(s, 80, 200))
	if strings.Contains(short, "47 45 54 20") || !strings.Contains(whole, "47 45 54 20 2f 72 65 64 66 69 73 68") || !strings.Contains(whole, "GET /redfish") {
		t.Errorf("short:\n%s\nwhole:\n%s", short, whole)
	}
}

func firstOpen(s *State) probes.FlowID {
	for id, c := range s.Results.Cells {
		if c.Class.Open() {
			return probes.FlowID(id)
		}
	}
	return 0
}

func TestLogSearchNamesTheFlow(t *testing.T) {
	t.Parallel()
	s := endedState()
	s.Now = s.Now.In(time.FixedZone("CET", 3600))
	e := openEvidence(fmt.Sprint(firstOpen(s)))()
	a := e.Press(s, "l")
	if a.Kind != Copy || a.Text != "time>=2026-11-22T10:00:59Z time<=2026-11-22T10:01:02Z proto=tcp src=198.18.90.10 sport=40112 dst=198.18.1.1 dport=443" {
		t.Errorf("copied %+v", a)
	}
	page := ansi.Strip(e.Render(s, 120, 200))
	for _, want := range []string{"2026-11-22 10:01:00.000 UTC", "2026-11-22 11:01:00.000 +01:00 (CET)", "198.18.90.10:40112", "198.18.1.1:443 tcp"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in\n%s", want, page)
		}
	}
	// Without evidence the line of the run is all there is; the port is not made up.
	bare := openEvidence("17")()
	if a := bare.Press(s, "l"); a.Kind != Copy || strings.Contains(a.Text, "sport") || !strings.Contains(a.Text, "dst=198.18.1.3") {
		t.Errorf("copied %+v", a)
	}
	waiting := liveState()
	if a := openEvidence("250")().Press(waiting, "l"); a.Kind != None || a.Text != waiting.Words.Story.NothingSent {
		t.Errorf("a flow that waits: %+v", a)
	}
}

func TestEvidenceWalks(t *testing.T) {
	t.Parallel()
	s := endedState()
	for name, c := range map[string]struct {
		from Screen
		keys []string
	}{
		"overview": {NewOverview(), []string{"j", "enter"}}, "host": {openHost("198.18.1.3")(), []string{"j", "enter"}}, "diff": {NewDiff(), []string{"j", "enter"}}, "rule": {NewRule(), []string{"tab", "enter"}},
	} {
		var a Action
		for _, key := range c.keys {
			c.from.Render(s, 80, 24)
			a = c.from.Press(s, key)
		}
		e := NewEvidence()
		e.Open(s, a.Arg)
		e.Walk(a.Flows)
		if len(a.Flows) < 2 || fmt.Sprint(a.Flows[1]) != a.Arg || !strings.Contains(e.Render(s, 80, 24), fmt.Sprintf("2/%d", len(a.Flows))) {
			t.Fatalf("%s: opened %+v", name, a)
		}
		e.Press(s, "p")
		if e.At() != fmt.Sprint(a.Flows[0]) {
			t.Errorf("%s: before the second comes %s, want %d", name, e.At(), a.Flows[0])
		}
		if b := e.Press(s, "p"); b.Text != s.Words.Story.NoMore {
			t.Errorf("%s: before the first: %+v", name, b)
		}
		for range a.Flows {
			e.Press(s, "n")
		}
		if e.At() != fmt.Sprint(a.Flows[len(a.Flows)-1]) {
			t.Errorf("%s: the last one is %s", name, e.At())
		}
	}
	e := openEvidence("0")().(*Evidence)
	if a := e.Press(s, "p"); a.Text != s.Words.Story.NoMore {
		t.Errorf("before the first flow of the plan: %+v", a)
	}
	e.Render(s, 80, 10)
	e.Press(s, "pgdown")
	top := e.page.scroll.Top
	if e.Press(s, "n"); e.At() != "1" || top == 0 || e.page.scroll.Top != top {
		t.Errorf("at %s, line %d of the page, was %d", e.At(), e.page.scroll.Top, top)
	}
}

func TestEvidenceJumps(t *testing.T) {
	t.Parallel()
	s := endedState()
	requireSteps(t, openEvidence("21")(), s, []step{
		{"m", Action{Kind: Goto, To: "map", Arg: "198.18.1.4"}}, {"t", Action{Kind: Goto, To: "attack", Filter: "rule:bmc_management"}},
	})
	byDefault := openEvidence("6")() // no rule names it
	requireSteps(t, byDefault, s, []step{{"t", Action{Text: s.Words.Story.NoTechnique}}, {"u", Action{}}})
}

// Every reason and class has a conclusion in both languages.
func TestFactsReadWell(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ key, value, want string }{
		{"ipmi.cipher_suite", "0 (none, none, none)", "0: login by none, integrity by none, encryption by none"},
		{"slp.amplification", "75.1", "75.1 times as many bytes came back as were asked with; a forged request would send them to a victim"},
		{"slp.amplification", "1.3", "1.3 times as many bytes came back as were asked with"},
		{"/redfish/v1/Systems", "given without a login: HTTP/1.1 200 OK", "handed out without a login: HTTP/1.1 200 OK"},
		{"password file", "would be served: 200, 10240 bytes, none fetched", "would be handed out (it was not read): 200, 10240 bytes, none fetched"},
		{"clear text", "no HTTP answer: open_cut", "no HTTP answer: accepts, then cuts"},
		{"tls", "open_proto", "answers, as declared"}, {"unheard of", "100% sure", "100% sure"},
	} {
		f := probes.Fact{Key: c.key, Value: c.value}
		if got := factSays(English(), &f); got != c.want {
			t.Errorf("%s = %s reads %q, want %q", c.key, c.value, got, c.want)
		}
		if got := factSays(Japanese(), &f); strings.Contains(got, "%!") || got == "" {
			t.Errorf("%s = %s reads %q", c.key, c.value, got)
		}
	}
	if got := tlsSays(&State{Words: English()}, &probes.Observation{At: fixedNow, Evidence: probes.Evidence{TLS: &probes.TLSFacts{
		Version: "TLS 1.0", Key: "RSA 1024", SelfSigned: true, NotAfter: "2019-06-30T00:00:00Z"}}}); got != "TLS 1.0, RSA 1024, self-signed, expired since 2019-06-30" {
		t.Errorf("an old certificate reads %q", got)
	}
}

// FuzzStory holds the teller to any story that a damaged or hostile store may contain.
func FuzzStory(f *testing.F) {
	f.Add("sent", "SYN", us, them, "1603", 1.5, 3)
	f.Add("got", "SYN-ACK, TTL 64", them, us, "", -1.0, 0)
	f.Add("icmp", "icmp 3/13 from x", "\x1b[2J", "\x00", "zz", 1e300, -5)
	f.Add("wait", "nothing for sequence 1 in 1s", "", "", "1503", 0.0, 7)
	f.Add("got", "9 bytes in TLS", "", "a", "485454502f", 0.0, 7)
	s := endedState()
	f.Fuzz(func(t *testing.T, dir, what, from, to, digits string, at float64, n int) {
		step := probes.Step{AtMS: at, Dir: dir, What: what, From: from, To: to, Bytes: n, Hex: digits}
		o := &probes.Observation{At: fixedNow, Evidence: probes.Evidence{Steps: []probes.Step{out(0, "SYN"), step, in(1, "got", "SYN-ACK"), step, step},
			Facts: []probes.Fact{{Key: what, Value: from}}}}
		finding := findingOf(s.Results, 0)
		for _, bytes := range []bool{false, true} {
			lines := append(storyLines(s, o, bytes, 80), factLines(s, o.Evidence.Facts, 80)...)
			for _, l := range append(lines, logLines(s, &finding, o, 80)...) {
				requireHarmless(t, "story", l)
				if ansi.StringWidth(l) > 80 {
					t.Fatalf("%d cells: %q", ansi.StringWidth(l), l)
				}
			}
		}
		entry := logEntryOf(s, &finding, o)
		requireHarmless(t, "search", entry.search(&finding))
	})
}
