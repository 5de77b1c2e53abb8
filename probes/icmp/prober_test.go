package icmp

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"oobscope/probes"
)

const gap = 1100 * time.Millisecond

func targetAt(a netip.Addr) probes.Target {
	return probes.Target{
		Addr: a, Endpoint: probes.Endpoint{Service: "icmp-echo", Proto: probes.ICMP, Prober: "icmp"},
		Pace: probes.Pace{Connect: 3 * time.Second}, Line: probes.NewLine(gap, nil),
	}
}

func answer(c *fakeConn, msg []byte, to netip.Addr) { c.put(replyTo(msg), to) }

func TestReply(t *testing.T) {
	t.Parallel()
	for _, a := range []netip.Addr{target4, target6, netip.MustParseAddr("::ffff:198.18.1.5")} {
		synctest.Test(t, func(t *testing.T) {
			target := targetAt(a)
			o := Prober{Wire: fake{react: func(c *fakeConn, msg []byte, to netip.Addr) {
				time.AfterFunc(3*time.Millisecond, func() { answer(c, msg, to) })
			}}}.Probe(t.Context(), target)
			if o.Class != probes.OpenProto || o.Reason != probes.NoReason || o.RTT != 3*time.Millisecond || o.Flags&probes.Spoke == 0 {
				t.Errorf("%v: %v %q, rtt %v", a, o.Class, o.Reason, o.RTT)
			}
			conversations, packets := target.Line.Totals()
			if o.Attempts != 1 || o.Packets != 1 || conversations != 1 || packets != 1 {
				t.Errorf("%v: %d attempts, %d packets; line %d, %d", a, o.Attempts, o.Packets, conversations, packets)
			}
			if !o.Evidence.Simulated || len(o.Evidence.Steps) != 2 || !strings.Contains(o.Evidence.Steps[0].What, "in-process wire") {
				t.Errorf("%v: evidence %+v", a, o.Evidence)
			}
		})
	}
}

func TestSilence(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var sent []time.Time
		target := targetAt(target4)
		began := time.Now()
		o := Prober{Wire: fake{react: func(*fakeConn, []byte, netip.Addr) { sent = append(sent, time.Now()) }}}.Probe(t.Context(), target)
		if o.Class != probes.SilenceUnproven || o.Packets != 2 || o.RTT != 0 {
			t.Errorf("%v after %d packets, rtt %v", o.Class, o.Packets, o.RTT)
		}
		if len(sent) != 2 || sent[1].Sub(sent[0]) < gap || time.Since(began) != 2*answerIn {
			t.Errorf("sent at %v, over after %v", sent, time.Since(began))
		}
		if err := target.Line.Begin(t.Context()); err != nil { // the line was given back
			t.Error(err)
		}
	})
}

// A foreign reply, however close, is no answer.
func TestForeignReplies(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := Prober{Wire: fake{react: func(c *fakeConn, msg []byte, to netip.Addr) {
			c.put(replyTo(msg), router4)
			token, id, seq := replyTo(msg), replyTo(msg), replyTo(msg)
			token[39] ^= 1
			id[4] ^= 1
			seq[7] = 3
			for _, m := range [][]byte{token, id, seq, msg, nil} {
				c.put(m, to)
			}
			c.put(errorAbout(msg, source4, router4, v4Unreachable, 13), router4)
			c.put(errorAbout(msg, source4, to, v4Unreachable, 4), router4) // a path MTU decides nothing
		}}}.Probe(t.Context(), targetAt(target4))
		if o.Class != probes.SilenceUnproven || o.Packets != 2 {
			t.Errorf("%v after %d packets", o.Class, o.Packets)
		}
	})
}

func TestErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		target, from   netip.Addr
		icmpType, code byte
		class          probes.Class
		reason         probes.Reason
		words          string
	}{
		{target4, router4, 3, 13, probes.Prohibited, 0, "communication administratively prohibited: icmp 3/13 from 198.18.0.1"},
		{target4, router4, 3, 10, probes.Prohibited, 0, "host administratively prohibited"},
		{target4, router4, 3, 9, probes.Prohibited, 0, "network administratively prohibited"},
		{target4, router4, 3, 1, probes.Unreach, 0, "host unreachable"},
		{target4, router4, 3, 0, probes.Unreach, 0, "network unreachable"},
		{target4, router4, 3, 3, probes.PortUnreachMid, 0, "port unreachable"},
		{target4, target4, 3, 3, probes.PortUnreach, 0, "port unreachable"},
		{target4, target4, 3, 2, probes.PortUnreach, 0, "protocol unreachable"},
		{target4, router4, 11, 0, probes.TTLExceeded, 0, "time exceeded: icmp 11/0"},
		{target4, source4, 3, 1, probes.HostDown, probes.Neighbour, "host unreachable"},
		{target4, source4, 3, 13, probes.ProbeError, probes.NoPermission, "communication administratively prohibited"},
		{target6, router6, 1, 1, probes.Prohibited, 0, "communication administratively prohibited: icmpv6 1/1"},
		{target6, router6, 1, 5, probes.Prohibited, 0, "source address failed policy"},
		{target6, router6, 1, 6, probes.Prohibited, 0, "reject route to destination"},
		{target6, router6, 1, 0, probes.Unreach, 0, "no route to destination"},
		{target6, router6, 1, 3, probes.Unreach, 0, "address unreachable"},
		{target6, target6, 1, 4, probes.PortUnreach, 0, "port unreachable"},
		{target6, router6, 3, 0, probes.TTLExceeded, 0, "time exceeded: icmpv6 3/0"},
		{target6, source6, 1, 3, probes.HostDown, probes.Neighbour, "address unreachable"},
	} {
		synctest.Test(t, func(t *testing.T) {
			source := source4
			if c.target.Is6() {
				source = source6
			}
			o := Prober{Wire: fake{react: func(w *fakeConn, msg []byte, to netip.Addr) {
				w.put(errorAbout(msg, source, to, c.icmpType, c.code), c.from)
			}}}.Probe(t.Context(), targetAt(c.target))
			name := c.words + " from " + c.from.String()
			if o.Class != c.class || o.Reason != c.reason || o.Packets != 1 {
				t.Errorf("%s: %v %q after %d packets, want %v %q", name, o.Class, o.Reason, o.Packets, c.class, c.reason)
			}
			if c.reason == 0 && (o.Offender != c.from || o.ICMPType != c.icmpType || o.ICMPCode != c.code) {
				t.Errorf("%s: %v %d/%d", name, o.Offender, o.ICMPType, o.ICMPCode)
			}
			if step := o.Evidence.Steps[1]; step.Dir != "icmp" || !strings.HasPrefix(step.What, c.words) {
				t.Errorf("%s: step %+v", name, step)
			}
		})
	}
}

// An answer behind the gap comes when the line has been lent; one that comes while the second echo waits
// for its turn saves that echo.
func TestLateAnswers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		after   time.Duration
		busy    time.Duration // another conversation takes the line when it is lent
		packets int
		reason  probes.Reason
	}{
		"inside the gap":          {after: gap - time.Millisecond, packets: 1},
		"behind the gap":          {after: gap + time.Millisecond, packets: 1, reason: probes.LateAnswer},
		"after the second echo":   {after: 2 * time.Second, packets: 2},
		"while waiting to repeat": {after: 2 * time.Second, busy: 3 * time.Second, packets: 1, reason: probes.LateAnswer},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				target := targetAt(target4)
				first := true
				o := Prober{Wire: fake{react: func(w *fakeConn, msg []byte, to netip.Addr) {
					if !first {
						return
					}
					first = false
					time.AfterFunc(c.after, func() { answer(w, msg, to) })
					if c.busy > 0 {
						go occupy(t, target.Line, c.busy)
					}
				}}}.Probe(t.Context(), target)
				if o.Class != probes.OpenProto || o.Reason != c.reason || o.Packets != c.packets || o.RTT != c.after {
					t.Errorf("%v %q after %d packets, rtt %v; want %q, %d, %v", o.Class, o.Reason, o.Packets, o.RTT, c.reason, c.packets, c.after)
				}
			})
		})
	}
}

// occupy has another conversation on the line as soon as it is free.
func occupy(t *testing.T, l *probes.Line, d time.Duration) {
	if err := l.Begin(t.Context()); err != nil {
		t.Error(err)
		return
	}
	time.Sleep(d) // the bubble's clock: the length of that conversation
	l.End()
}

func TestNoSocket(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err    error
		reason probes.Reason
		hint   string
	}{
		{syscall.EPERM, probes.NoPermission, permissionHint},
		{syscall.EACCES, probes.NoPermission, permissionHint},
		{syscall.EMFILE, probes.NoFiles, ""},
		{syscall.EAFNOSUPPORT, probes.NoRoute, ""},
		{errors.New("odd"), probes.LocalError, ""},
	} {
		o := Prober{Wire: fake{openErr: c.err}}.Probe(t.Context(), targetAt(target4))
		if o.Class != probes.ProbeError || o.Reason != c.reason || o.Packets != 0 || !strings.Contains(o.Evidence.Error, c.err.Error()) {
			t.Errorf("%v: %v %q, %q", c.err, o.Class, o.Reason, o.Evidence.Error)
		}
		if c.hint != "" && o.Evidence.Hint != probes.Clean(c.hint, 256) {
			t.Errorf("%v: hint %q", c.err, o.Evidence.Hint)
		}
	}
}

func TestNotSent(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]probes.Reason{
		syscall.ENETUNREACH: probes.NoRoute, syscall.EPERM: probes.NoPermission, syscall.ENOBUFS: probes.NoFiles,
	} {
		target := targetAt(target4)
		o := Prober{Wire: fake{sendErr: err}}.Probe(t.Context(), target)
		if _, packets := target.Line.Totals(); o.Class != probes.ProbeError || o.Reason != want || o.Packets != 0 || packets != 0 {
			t.Errorf("%v: %v %q, %d packets", err, o.Class, o.Reason, packets)
		}
	}
	for _, a := range []string{"255.255.255.255", "224.0.0.1", "ff02::1", "0.0.0.0", "::"} {
		sent := false
		o := Prober{Wire: fake{react: func(*fakeConn, []byte, netip.Addr) { sent = true }}}.Probe(t.Context(), targetAt(netip.MustParseAddr(a)))
		if o.Class != probes.ProbeError || o.Reason != probes.LocalError || sent {
			t.Errorf("%s: %v %q, sent %v", a, o.Class, o.Reason, sent)
		}
	}
}

func TestStopped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		o := Prober{Wire: fake{react: func(*fakeConn, []byte, netip.Addr) { time.AfterFunc(time.Second, cancel) }}}.Probe(ctx, targetAt(target4))
		if o.Class != probes.ProbeError || o.Reason != probes.Cancelled || o.Packets != 1 {
			t.Errorf("while waiting: %v %q after %d packets", o.Class, o.Reason, o.Packets)
		}
		o = Prober{Wire: fake{}}.Probe(ctx, targetAt(target4))
		if o.Class != probes.ProbeError || o.Reason != probes.Cancelled || o.Packets != 0 {
			t.Errorf("before: %v %q after %d packets", o.Class, o.Reason, o.Packets)
		}
		o = Prober{Wire: fake{react: func(c *fakeConn, _ []byte, _ netip.Addr) {
			c.in <- delivered{err: errors.New("broken")}
		}}}.Probe(t.Context(), targetAt(target4))
		if o.Class != probes.ProbeError || o.Reason != probes.LocalError || !strings.Contains(o.Evidence.Error, "broken") {
			t.Errorf("broken link: %v %q, %q", o.Class, o.Reason, o.Evidence.Error)
		}
	})
}

func TestScript(t *testing.T) {
	t.Parallel()
	for _, a := range []netip.Addr{target4, target6} {
		s := Prober{}.Script(targetAt(a))
		if len(s) != maxEchoes {
			t.Fatalf("%v: %d requests", a, len(s))
		}
		for i, r := range s {
			if len(r.Bytes) != echoHeader+tokenSize || r.Bytes[7] != byte(i+1) || r.Conversations != 1 || r.Packets != 1 || (i > 0) != (r.When != "") {
				t.Errorf("%v: %+v", a, r)
			}
		}
	}
}
