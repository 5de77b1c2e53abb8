package tcp

import (
	"context"
	"io"
	"net"
	"net/netip"
	"slices"
	"testing"
	"time"

	"oobscope/probes"
)

// told is a Hops that knows the same of every connection, if it is one of the test's own.
type told struct {
	t             *testing.T
	remote        netip.AddrPort
	accept, reset uint8
	departure     probes.Departure
}

func (h told) Watch(netip.Addr) {}

func (h told) mine(remote, local netip.AddrPort) bool {
	if remote != h.remote || !local.Addr().IsLoopback() || local.Port() == 0 {
		h.t.Errorf("asked for %s to %s", remote, local)
	}
	return true
}

func (h told) Reset(remote, local netip.AddrPort) (uint8, bool) {
	return h.reset, h.mine(remote, local) && h.reset != 0
}

func (h told) Accept(remote, local netip.AddrPort) (uint8, bool) {
	return h.accept, h.mine(remote, local) && h.accept != 0
}

func (h told) Reference(netip.Addr, bool) []uint8 {
	h.t.Error("a reset is not compared here")
	return nil
}

func (h told) Departure(remote, local netip.AddrPort, since time.Time) probes.Departure {
	if h.mine(remote, local); time.Since(since) < 0 || time.Since(since) > time.Minute {
		h.t.Errorf("asked for %s to %s since %s", remote, local, since)
	}
	return h.departure
}

func TestDialTellsTheTTLOfAReset(t *testing.T) {
	t.Parallel()
	for ttl, step := range map[uint8]string{0: "rst RST", 64: "rst RST, TTL 64"} {
		l := listen(t, "127.0.0.1:0")
		l.Close()
		tg, rec := target(t, l.Addr()), probes.NewRecorder()
		tg.Hops = told{t: t, remote: tg.AddrPort(), reset: ttl}
		c, out := Dial(t.Context(), tg, rec)
		if c != nil || out.Class != probes.RstUnknown || out.TTL != ttl || out.ReferenceTTL != 0 {
			t.Fatalf("Dial = %v, %+v", c, out)
		}
		expectSteps(t, rec.Done(out.Class, out.Reason), "sent SYN", step)
	}
}

func TestCutByTTL(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		accept, reset uint8
		mid           bool
		steps         []string
	}{
		"by the host":             {63, 63, false, []string{"got SYN-ACK, TTL 63", "rst RST, TTL 63"}},
		"in between":              {63, 64, true, []string{"got SYN-ACK, TTL 63", "rst RST, TTL 64"}},
		"behind a proxy":          {64, 63, false, []string{"got SYN-ACK, TTL 64", "rst RST, TTL 63"}},
		"with another first TTL":  {61, 252, false, []string{"got SYN-ACK, TTL 61", "rst RST, TTL 252"}},
		"the accept was not seen": {0, 64, false, []string{"got SYN-ACK", "rst RST, TTL 64"}},
		"the reset was not seen":  {63, 0, false, []string{"got SYN-ACK, TTL 63", "rst RST"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := listen(t, "127.0.0.1:0")
			serve(l, func(c *net.TCPConn) {
				_, _ = c.Read(make([]byte, 1))
				_ = c.SetLinger(0)
				c.Close()
			})
			tg, rec := target(t, l.Addr()), probes.NewRecorder()
			tg.Hops = told{t: t, remote: tg.AddrPort(), accept: c.accept, reset: c.reset}
			conn, out := Dial(context.Background(), tg, rec)
			if conn == nil {
				t.Fatalf("Dial: %+v", out)
			}
			_, _ = conn.Write([]byte("ping"))
			_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
			if _, err := io.ReadAll(conn); !Cut(err) {
				t.Errorf("read: %v", err)
			}
			conn.Close()
			o := rec.Done(probes.OpenCut, probes.NoReason)
			if (o.Flags&probes.CutMid != 0) != c.mid || o.Evidence.TTL != c.reset || o.Evidence.TTL != 0 && o.Evidence.ReferenceTTL != c.accept {
				t.Errorf("%+v", o)
			}
			for _, want := range c.steps {
				if !slices.ContainsFunc(o.Evidence.Steps, func(s probes.Step) bool { return s.Dir+" "+s.What == want }) {
					t.Errorf("no step %q: %+v", want, o.Evidence.Steps)
				}
			}
		})
	}
}

// The reset that comes before Dial looks tells as much.
func TestEndOfAnAcceptThatWasCutAtOnce(t *testing.T) {
	t.Parallel()
	remote, local := netip.MustParseAddrPort("127.0.0.1:443"), netip.MustParseAddrPort("127.0.0.1:40000")
	for reset, mid := range map[uint8]bool{63: false, 64: true, 0: false} {
		rec := probes.NewRecorder()
		s := story{rec: rec, hops: told{t: t, remote: remote, accept: 63, reset: reset}, local: local, remote: remote}
		out := probes.Outcome{Class: probes.OpenCut}
		s.end(&out, nil, probes.Untold)
		if (out.Flags&probes.CutMid != 0) != mid || out.TTL != reset || out.ReferenceTTL != 63 {
			t.Errorf("reset with TTL %d: %+v", reset, out)
		}
	}
}
