package tcp

import (
	"context"
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	"oobscope/probes"
)

// pace is short: these tests speak to loopback alone.
func pace() probes.Pace {
	return probes.Pace{TCPAttempts: 2, UDPAttempts: 2, Connect: 150 * time.Millisecond}
}

func target(t *testing.T, to net.Addr) probes.Target {
	t.Helper()
	ap, err := netip.ParseAddrPort(to.String())
	if err != nil {
		t.Fatal(err)
	}
	return probes.Target{
		Addr: ap.Addr(), Endpoint: probes.Endpoint{Proto: probes.TCP, Port: ap.Port()}, Pace: pace(),
		Line: probes.NewLine(5*time.Millisecond, nil),
	}
}

// listen opens a listener on loopback; a machine without that version of IP skips the test.
func listen(t *testing.T, on string) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", on)
	if err != nil {
		t.Skipf("no loopback for %s: %v", on, err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// serve accepts one connection after another and hands each to fn.
func serve(l net.Listener, fn func(c *net.TCPConn)) {
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			fn(c.(*net.TCPConn))
		}
	}()
}

func TestDialAccepted(t *testing.T) {
	t.Parallel()
	for _, on := range []string{"127.0.0.1:0", "[::1]:0"} {
		t.Run(on, func(t *testing.T) {
			t.Parallel()
			l := listen(t, on)
			serve(l, func(c *net.TCPConn) { io.Copy(c, c); c.Close() })
			tg, rec := target(t, l.Addr()), probes.NewRecorder()
			c, out := Dial(t.Context(), tg, rec)
			if c == nil || out.Class != probes.Unobserved || out.Attempts != 1 || out.RTT <= 0 {
				t.Fatalf("Dial = %v, %+v", c, out)
			}
			if _, err := c.Write([]byte("hello")); err != nil {
				t.Fatal(err)
			}
			buf := make([]byte, 16)
			if n, err := c.Read(buf); err != nil || string(buf[:n]) != "hello" {
				t.Fatalf("Read = %q, %v", buf[:n], err)
			}
			if err := c.Close(); err != nil {
				t.Fatal(err)
			}
			c.Close()
			o := rec.Done(probes.OpenProto, probes.NoReason)
			if o.Packets < 4 || o.Packets > 8 {
				t.Errorf("packets = %d, want SYN, ACK, data, ACK, FIN and their ACKs", o.Packets)
			}
			conversations, packets := tg.Line.Totals()
			if conversations != 1 || int(packets) != o.Packets {
				t.Errorf("line counts %d conversations and %d packets, record %d", conversations, packets, o.Packets)
			}
			expectSteps(t, o, "sent SYN", "got SYN-ACK", "sent 5 bytes", "got 5 bytes", "fin FIN")
			for _, s := range o.Evidence.Steps {
				if s.From == "" || s.To == "" || s.From == s.To || (s.From != l.Addr().String() && s.To != l.Addr().String()) {
					t.Errorf("step without exact addresses: %+v", s)
				}
			}
		})
	}
}

func expectSteps(t *testing.T, o probes.Observation, want ...string) {
	t.Helper()
	var got []string
	for _, s := range o.Evidence.Steps {
		got = append(got, s.Dir+" "+s.What)
	}
	if len(got) != len(want) {
		t.Fatalf("steps = %q, want %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("step %d = %q, want %q", i, got[i], want[i])
		}
	}
}

func TestDialRefused(t *testing.T) {
	t.Parallel()
	for _, on := range []string{"127.0.0.1:0", "[::1]:0"} {
		t.Run(on, func(t *testing.T) {
			t.Parallel()
			l := listen(t, on)
			l.Close()
			tg, rec := target(t, l.Addr()), probes.NewRecorder()
			c, out := Dial(t.Context(), tg, rec)
			if c != nil || out.Class != probes.RstUnknown || out.Attempts != 1 || out.Packets != 1 {
				t.Fatalf("Dial = %v, %+v", c, out)
			}
			expectSteps(t, rec.Done(out.Class, out.Reason), "sent SYN", "rst RST")
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
