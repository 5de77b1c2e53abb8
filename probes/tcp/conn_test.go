package tcp

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"oobscope/probes"
)

// connected dials a server on loopback that runs fn for each connection.
func connected(t *testing.T, ctx context.Context, fn func(c *net.TCPConn)) (*Conn, *probes.Recorder, probes.Target) {
	t.Helper()
	l := listen(t, "127.0.0.1:0")
	serve(l, fn)
	tg, rec := target(t, l.Addr()), probes.NewRecorder()
	tg.Pace.Connect = 2 * time.Second
	c, out := Dial(ctx, tg, rec)
	if c == nil {
		t.Fatalf("Dial: %+v", out)
	}
	t.Cleanup(func() { c.Close() })
	return c, rec, tg
}

func TestConnEnds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		serve     func(c *net.TCPConn)
		cut, mute bool
	}{
		"reset on the first bytes": {func(c *net.TCPConn) {
			c.Read(make([]byte, 1))
			c.SetLinger(0)
			c.Close()
		}, true, false},
		"closed on the first bytes": {func(c *net.TCPConn) { io.ReadFull(c, make([]byte, 4)); c.Close() }, true, false},
		"silent":                    {func(c *net.TCPConn) { t.Cleanup(func() { c.Close() }) }, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, rec, tg := connected(t, t.Context(), c.serve)
			conn.Write([]byte("ping"))
			conn.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
			_, err := conn.Read(make([]byte, 8))
			if err == nil || Cut(err) != c.cut || Mute(err) != c.mute {
				t.Errorf("Read: %v, cut %v, mute %v", err, Cut(err), Mute(err))
			}
			conn.Close()
			if o := rec.Done(probes.OpenCut, probes.NoReason); o.Flags&probes.CutMid != 0 {
				t.Error("a cut of the target itself is called one in between")
			}
			lineIsFree(t, tg.Line)
		})
	}
}

// The reset of an accept that is taken back at once may come before or after Dial looks: both say cut.
func TestDialAcceptedAndResetAtOnce(t *testing.T) {
	t.Parallel()
	l := listen(t, "127.0.0.1:0")
	serve(l, func(c *net.TCPConn) { c.SetLinger(0); c.Close() })
	for range 20 {
		tg, rec := target(t, l.Addr()), probes.NewRecorder()
		conn, out := Dial(t.Context(), tg, rec)
		switch {
		case conn == nil && out.Class == probes.OpenCut:
		case conn != nil && out.Class == probes.Unobserved:
			if _, err := conn.Read(make([]byte, 1)); !Cut(err) {
				t.Errorf("Read: %v", err)
			}
			conn.Close()
		default:
			t.Errorf("Dial = %v, %+v", conn, out)
		}
		lineIsFree(t, tg.Line)
	}
}

func TestConnKeepsTheLineUntilClose(t *testing.T) {
	t.Parallel()
	conn, _, tg := connected(t, t.Context(), func(c *net.TCPConn) { io.Copy(io.Discard, c); c.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := tg.Line.Begin(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a second conversation beside the first: %v", err)
	}
	conn.Close()
	lineIsFree(t, tg.Line)
}

func TestConnClosesWithTheContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	conn, _, tg := connected(t, ctx, func(c *net.TCPConn) { io.Copy(io.Discard, c); c.Close() })
	read := make(chan error, 1)
	go func() {
		_, err := conn.Read(make([]byte, 1))
		read <- err
	}()
	cancel()
	if err := <-read; !errors.Is(err, net.ErrClosed) || Cut(err) || Mute(err) {
		t.Errorf("Read after the end of the context: %v", err)
	}
	lineIsFree(t, tg.Line)
}

func TestConnIsCapped(t *testing.T) {
	t.Parallel()
	t.Run("bytes", func(t *testing.T) {
		t.Parallel()
		conn, _, _ := connected(t, t.Context(), func(c *net.TCPConn) {
			c.Write(make([]byte, 2*MaxBytes))
			c.Close()
		})
		n, err := io.Copy(io.Discard, conn)
		if n > MaxBytes || !errors.Is(err, ErrTooMuch) {
			t.Errorf("%d bytes came, %v", n, err)
		}
	})
	t.Run("packets", func(t *testing.T) {
		t.Parallel()
		conn, rec, _ := connected(t, t.Context(), func(c *net.TCPConn) { io.Copy(c, c); c.Close() })
		var err error
		written := 0
		for ; err == nil && written < 10*MaxPackets; written++ {
			if _, err = conn.Write([]byte{1}); err == nil {
				_, err = io.ReadFull(conn, make([]byte, 1))
			}
		}
		if !errors.Is(err, ErrTooMuch) || written > MaxPackets {
			t.Errorf("stopped after %d writes with %v", written, err)
		}
		conn.Close()
		if o := rec.Done(probes.OpenProto, probes.NoReason); o.Packets > MaxPackets+4 {
			t.Errorf("%d packets left", o.Packets)
		}
	})
}

func TestCutAndMute(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err       error
		cut, mute bool
	}{
		{io.EOF, true, false},
		{io.ErrUnexpectedEOF, true, false},
		{os.ErrDeadlineExceeded, false, true},
		{net.ErrClosed, false, false},
		{ErrTooMuch, false, false},
		{errors.New("tls: bad record"), false, false},
		{nil, false, false},
	} {
		if Cut(c.err) != c.cut || Mute(c.err) != c.mute {
			t.Errorf("%v: cut %v, mute %v", c.err, Cut(c.err), Mute(c.err))
		}
	}
}

func TestKnock(t *testing.T) {
	t.Parallel()
	l := listen(t, "127.0.0.1:0")
	got := make(chan int64, 1)
	serve(l, func(c *net.TCPConn) {
		n, _ := io.Copy(io.Discard, c)
		c.Close()
		got <- n
	})
	tg := target(t, l.Addr())
	o := Knock{}.Probe(t.Context(), tg)
	if o.Class != probes.OpenMute || o.Attempts != 1 || o.Packets > KnockPackets || o.Packets < 3 {
		t.Errorf("observation %+v", o)
	}
	if n := <-got; n != 0 {
		t.Errorf("a knock sent %d bytes", n)
	}
	script := Knock{}.Script(tg)
	if len(script) != 1 || script[0].Conversations != 2 || script[0].Packets != SilentPackets+KnockPackets || len(script[0].Bytes) != 0 {
		t.Errorf("script %+v", script)
	}
	l.Close()
	if o := (Knock{}).Probe(t.Context(), tg); o.Class != probes.RstUnknown {
		t.Errorf("closed: %+v", o)
	}
}

// A context that has ended already closes the connection at once, on a connection that is set up in full.
func TestConnOfAnEndedContext(t *testing.T) {
	t.Parallel()
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	for range 200 {
		a, b := net.Pipe()
		defer b.Close()
		line := probes.NewLine(0, nil)
		if err := line.Begin(t.Context()); err != nil {
			t.Fatal(err)
		}
		c := newConn(ended, a, line, story{rec: probes.NewRecorder()}, 0)
		if _, err := b.Read(make([]byte, 1)); err != io.EOF {
			t.Fatalf("the peer reads %v, want the end", err)
		}
		c.Close()
	}
}
