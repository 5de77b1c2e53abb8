package tcp

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"oobscope/probes"
)

// fullListener is a port that drops every SYN: its backlog holds one connection, and one is in it. accept
// makes room.
func fullListener(t *testing.T) (to netip.AddrPort, accept func()) {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := unix.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	to = probes.LocalAddr(fd)
	c, err := net.Dial("tcp", to.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return to, func() {
		if n, _, err := unix.Accept(fd); err == nil {
			t.Cleanup(func() { unix.Close(n) })
		}
	}
}

func silentTarget(to netip.AddrPort) probes.Target {
	return probes.Target{
		Addr: to.Addr(), Endpoint: probes.Endpoint{Proto: probes.TCP, Port: to.Port()}, Pace: pace(),
		Line: probes.NewLine(20*time.Millisecond, nil),
	}
}

func TestDialSilent(t *testing.T) {
	t.Parallel()
	to, _ := fullListener(t)
	tg, rec := silentTarget(to), probes.NewRecorder()
	start := time.Now()
	c, out := Dial(t.Context(), tg, rec)
	if c != nil || out.Class != probes.SilenceUnproven || out.Attempts != 2 || out.Packets != 2 || out.RTT != 0 {
		t.Fatalf("Dial = %v, %+v", c, out)
	}
	if d := time.Since(start); d < 2*tg.Pace.Connect {
		t.Errorf("gave up after %s", d)
	}
	o := rec.Done(out.Class, out.Reason)
	expectSteps(t, o, "sent SYN", "wait 0.2 s, nothing", "sent SYN", "wait 0.2 s, nothing")
	if s := o.Evidence.Steps; s[0].From == s[2].From {
		t.Errorf("both attempts left from %s", s[0].From)
	}
	if conversations, packets := tg.Line.Totals(); conversations != 2 || packets != 2 {
		t.Errorf("line counts %d conversations, %d packets", conversations, packets)
	}
	lineIsFree(t, tg.Line)
}

// The system repeats a SYN once, a second later, and never again: the wait ends before a second copy.
func TestDialSendsOneCopy(t *testing.T) {
	t.Parallel()
	to, _ := fullListener(t)
	tg, rec := silentTarget(to), probes.NewRecorder()
	tg.Pace.Connect, tg.Pace.TCPAttempts = 5*time.Second, 1
	start := time.Now()
	_, out := Dial(t.Context(), tg, rec)
	if out.Class != probes.SilenceUnproven || out.Packets != SilentPackets {
		t.Errorf("outcome %+v", out)
	}
	if d := time.Since(start); d < synLimit-100*time.Millisecond || d > 3*time.Second {
		t.Errorf("the system gave up after %s", d)
	}
	o := rec.Done(out.Class, out.Reason)
	if s := o.Evidence.Steps; len(s) != 3 || !strings.HasPrefix(s[1].What, "SYN again, 1 x") {
		t.Errorf("steps %+v", s)
	}
}

func TestDialLateAnswerTakesTheLineBack(t *testing.T) {
	t.Parallel()
	to, accept := fullListener(t)
	tg, rec := silentTarget(to), probes.NewRecorder()
	tg.Pace.Connect = 3 * time.Second
	tg.Line = probes.NewLine(600*time.Millisecond, nil)
	other := make(chan time.Time, 1)
	go func() {
		time.Sleep(300 * time.Millisecond) // well before the copy of the SYN, after the SYN
		accept()
	}()
	start := time.Now()
	c, out := Dial(t.Context(), tg, rec)
	if c == nil || out.Class != probes.Unobserved || out.Reason != probes.LateAnswer || out.Attempts != 1 {
		t.Fatalf("Dial = %v, %+v", c, out)
	}
	go func() {
		if tg.Line.Begin(context.WithoutCancel(t.Context())) == nil {
			other <- time.Now()
			tg.Line.End()
		}
	}()
	closed := time.Now()
	c.Close()
	if began := <-other; began.Sub(closed) < 500*time.Millisecond || began.Sub(start) < 1500*time.Millisecond {
		t.Errorf("the next conversation began %s after the close", began.Sub(closed))
	}
}

func TestDialCancelled(t *testing.T) {
	t.Parallel()
	to, _ := fullListener(t)
	for name, gap := range map[string]time.Duration{"line held": time.Hour, "line lent": time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tg, rec := silentTarget(to), probes.NewRecorder()
			tg.Pace.Connect, tg.Line = time.Hour, probes.NewLine(gap, nil)
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			c, out := Dial(ctx, tg, rec)
			if c != nil || out.Class != probes.ProbeError || out.Reason != probes.Cancelled || out.Attempts != 1 || out.Packets != 1 {
				t.Errorf("Dial = %v, %+v", c, out)
			}
			if c, out := Dial(ctx, tg, rec); c != nil || out.Reason != probes.Cancelled || out.Attempts != 0 {
				t.Errorf("with an ended context: %v, %+v", c, out)
			}
		})
	}
}
