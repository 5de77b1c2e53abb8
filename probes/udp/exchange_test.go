package udp

import (
	"context"
	"net"
	"net/netip"
	"testing"
	"time"

	"oobscope/probes"
)

func target(t *testing.T, to net.Addr) probes.Target {
	t.Helper()
	ap, err := netip.ParseAddrPort(to.String())
	if err != nil {
		t.Fatal(err)
	}
	return probes.Target{
		Addr: ap.Addr(), Endpoint: probes.Endpoint{Proto: probes.UDP, Port: ap.Port()},
		Pace: probes.Pace{UDPAttempts: 3, Connect: 200 * time.Millisecond},
		Line: probes.NewLine(5*time.Millisecond, nil),
	}
}

// server answers datagrams on loopback with whatever fn returns for datagram n of that server.
func server(t *testing.T, on string, fn func(n int, question []byte) [][]byte) net.Addr {
	t.Helper()
	c, err := net.ListenPacket("udp", on)
	if err != nil {
		t.Skipf("no loopback for %s: %v", on, err)
	}
	t.Cleanup(func() { c.Close() })
	go func() {
		buf := make([]byte, 2048)
		for n := 0; ; n++ {
			size, from, err := c.ReadFrom(buf)
			if err != nil {
				return
			}
			for _, a := range fn(n, buf[:size]) {
				c.WriteTo(a, from)
			}
		}
	}()
	return c.LocalAddr()
}

func echo(_ int, q []byte) [][]byte { return [][]byte{append([]byte("re: "), q...)} }

var question = Question{What: "greeting", Payload: []byte("hello")}

func TestExchangeAnswered(t *testing.T) {
	t.Parallel()
	for _, on := range []string{"127.0.0.1:0", "[::1]:0"} {
		t.Run(on, func(t *testing.T) {
			t.Parallel()
			tg, rec := target(t, server(t, on, echo)), probes.NewRecorder()
			answers, out := Exchange(t.Context(), tg, rec, question)
			if out.Class != probes.Unobserved || out.Attempts != 1 || out.Packets != 1 || out.RTT <= 0 {
				t.Fatalf("outcome %+v", out)
			}
			if len(answers) != 1 || string(answers[0]) != "re: hello" {
				t.Errorf("answers %q", answers)
			}
			o := rec.Done(probes.OpenProto, probes.NoReason)
			if n := len(o.Evidence.Steps); n != 2 {
				t.Fatalf("%d steps: %+v", n, o.Evidence.Steps)
			}
			sent, got := o.Evidence.Steps[0], o.Evidence.Steps[1]
			if sent.Dir != "sent" || sent.What != "greeting" || got.Dir != "got" || got.From != tg.AddrPort().String() || got.To != sent.From {
				t.Errorf("steps %+v", o.Evidence.Steps)
			}
			if c, p := tg.Line.Totals(); c != 1 || p != 1 {
				t.Errorf("line counts %d conversations, %d packets", c, p)
			}
		})
	}
}

func TestExchangeClosedPort(t *testing.T) {
	t.Parallel()
	for _, on := range []string{"127.0.0.1:0", "[::1]:0"} {
		t.Run(on, func(t *testing.T) {
			t.Parallel()
			c, err := net.ListenPacket("udp", on)
			if err != nil {
				t.Skipf("no loopback for %s: %v", on, err)
			}
			c.Close()
			tg, rec := target(t, c.LocalAddr()), probes.NewRecorder()
			answers, out := Exchange(t.Context(), tg, rec, question)
			if out.Class != probes.PortUnreach || out.Offender != tg.Addr || out.Attempts != 1 || len(answers) != 0 {
				t.Fatalf("outcome %+v", out)
			}
			if want := (netip.MustParseAddr("::1") == tg.Addr); (out.ICMPType == 1) != want || (out.ICMPCode == 4) != want {
				t.Errorf("ICMP %d/%d", out.ICMPType, out.ICMPCode)
			}
			lineIsFree(t, tg.Line)
		})
	}
}

func lineIsFree(t *testing.T, l *probes.Line) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := l.Begin(ctx); err != nil {
		t.Fatalf("the line was not given back: %v", err)
	}
	l.End()
}

func TestExchangeSilent(t *testing.T) {
	t.Parallel()
	ports := make(chan string, 8)
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	go func() {
		buf := make([]byte, 64)
		for {
			_, from, err := c.ReadFrom(buf)
			if err != nil {
				return
			}
			ports <- from.String()
		}
	}()
	tg, rec := target(t, c.LocalAddr()), probes.NewRecorder()
	start := time.Now()
	_, out := Exchange(t.Context(), tg, rec, question)
	if out.Class != probes.SilenceUnproven || out.Attempts != 3 || out.Packets != 3 || out.RTT != 0 {
		t.Errorf("outcome %+v", out)
	}
	if d, least := time.Since(start), (100+166+200)*time.Millisecond; d < least {
		t.Errorf("gave up after %s, before %s", d, least)
	}
	a, b, d := <-ports, <-ports, <-ports
	if a == b || b == d || a == d {
		t.Errorf("source ports %s, %s, %s are not new each time", a, b, d)
	}
}

func TestExchangeRetries(t *testing.T) {
	t.Parallel()
	for name, fn := range map[string]func(n int, q []byte) [][]byte{
		"second datagram answered": func(n int, q []byte) [][]byte {
			if n == 0 {
				return nil
			}
			return echo(n, q)
		},
		"noise before": func(n int, q []byte) [][]byte {
			if n == 0 {
				return [][]byte{[]byte("noise")}
			}
			return echo(n, q)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := question
			q.Accept = func(a []byte) bool { return string(a) == "re: hello" }
			answers, out := Exchange(t.Context(), target(t, server(t, "127.0.0.1:0", fn)), probes.NewRecorder(), q)
			if out.Class != probes.Unobserved || out.Attempts != 2 || len(answers) != 1 {
				t.Errorf("outcome %+v, answers %q", out, answers)
			}
		})
	}
}

func TestExchangeOnlyNoise(t *testing.T) {
	t.Parallel()
	q := question
	q.Accept = func([]byte) bool { return false }
	rec := probes.NewRecorder()
	answers, out := Exchange(t.Context(), target(t, server(t, "127.0.0.1:0", echo)), rec, q)
	if out.Class != probes.OpenOther || out.Flags&probes.Spoke == 0 || len(answers) != 0 {
		t.Errorf("outcome %+v, answers %q", out, answers)
	}
}

func TestExchangeLateAnswerToAnOlderSocket(t *testing.T) {
	t.Parallel()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	go func() { // the first question is answered only once the second has come
		buf := make([]byte, 64)
		_, first, err := c.ReadFrom(buf)
		if err != nil {
			return
		}
		if _, _, err := c.ReadFrom(buf); err == nil {
			c.WriteTo([]byte("late"), first)
		}
	}()
	answers, out := Exchange(t.Context(), target(t, c.LocalAddr()), probes.NewRecorder(), question)
	if out.Class != probes.Unobserved || out.Attempts != 2 || len(answers) != 1 {
		t.Errorf("outcome %+v, answers %q", out, answers)
	}
}

func TestExchangeLingersAndIsCapped(t *testing.T) {
	t.Parallel()
	three := func(int, []byte) [][]byte { return [][]byte{make([]byte, 400), {}, make([]byte, 400)} }
	for name, c := range map[string]struct {
		linger    time.Duration
		max       int
		datagrams int
		size      int
	}{
		"no linger": {0, 0, 1, 400},
		"linger":    {100 * time.Millisecond, 0, 3, 800},
		"capped":    {100 * time.Millisecond, 500, 3, 500},
		"cut":       {100 * time.Millisecond, 300, 1, 300},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := question
			q.Linger, q.MaxSize = c.linger, c.max
			answers, out := Exchange(t.Context(), target(t, server(t, "127.0.0.1:0", three)), probes.NewRecorder(), q)
			size := 0
			for _, a := range answers {
				size += len(a)
			}
			if out.Class != probes.Unobserved || len(answers) != c.datagrams || size != c.size {
				t.Errorf("%d answers with %d bytes, outcome %+v", len(answers), size, out)
			}
		})
	}
}

func TestExchangeCancelled(t *testing.T) {
	t.Parallel()
	tg := target(t, server(t, "127.0.0.1:0", func(int, []byte) [][]byte { return nil }))
	tg.Pace.Connect = time.Hour
	ctx, cancel := context.WithCancel(t.Context())
	q := question
	asked := make(chan struct{})
	tg2 := target(t, server(t, "127.0.0.1:0", func(int, []byte) [][]byte { close(asked); return nil }))
	tg2.Pace.Connect = time.Hour
	go func() { <-asked; cancel() }()
	_, out := Exchange(ctx, tg2, probes.NewRecorder(), q)
	if out.Class != probes.ProbeError || out.Reason != probes.Cancelled || out.Attempts != 1 {
		t.Errorf("cancelled while waiting: %+v", out)
	}
	if _, out = Exchange(ctx, tg, probes.NewRecorder(), q); out.Reason != probes.Cancelled || out.Attempts != 0 || out.Packets != 0 {
		t.Errorf("cancelled before: %+v", out)
	}
	lineIsFree(t, tg.Line)
	lineIsFree(t, tg2.Line)
}

func TestKnock(t *testing.T) {
	t.Parallel()
	tg := target(t, server(t, "127.0.0.1:0", echo))
	if o := (Knock{}).Probe(t.Context(), tg); o.Class != probes.OpenOther || o.Attempts != 1 || o.Packets != 1 {
		t.Errorf("answered: %+v", o)
	}
	script := (Knock{}).Script(tg)
	if len(script) != 1 || script[0].Conversations != 3 || script[0].Packets != 3 || len(script[0].Bytes) == 0 {
		t.Errorf("script %+v", script)
	}
}

func TestWaitPattern(t *testing.T) {
	t.Parallel()
	p := probes.Pace{Connect: 3 * time.Second}
	var at, last time.Duration
	for i, want := range []time.Duration{0, 1500 * time.Millisecond, 4 * time.Second} {
		if at != want {
			t.Errorf("attempt %d at %s, want %s", i, at, want)
		}
		last = wait(p, 3, i)
		at += last
	}
	if last != p.Connect || wait(p, 1, 0) != p.Connect {
		t.Errorf("the last wait is %s, a lone one %s", last, wait(p, 1, 0))
	}
}
