package http1_test

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"oobscope/probes"
	"oobscope/probes/http1"
	"oobscope/probes/http1/peer"
)

func question(body int) http1.Ask {
	return http1.Ask{Request: http1.Request{Method: "GET", Path: "/"}, Body: body}
}

func TestDoInClearText(t *testing.T) {
	t.Parallel()
	big := strings.Repeat("x", 5000)
	for _, c := range []struct {
		name   string
		handle func(net.Conn)
		ask    http1.Ask
		class  probes.Class
		status int
		body   int
		whole  bool
	}{
		{"fixed length", peer.Reply("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello more"), question(100), 0, 200, 5, true},
		{"to the end", peer.Reply("HTTP/1.0 200 OK\r\n\r\nhello"), question(100), 0, 200, 5, true},
		{"chunked", peer.Reply("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"), question(100), 0, 200, 5, true},
		{"bad chunk", peer.Reply("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n"), question(100), 0, 200, 5, false},
		{"shorter than said", peer.Reply("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello"), question(100), 0, 200, 5, false},
		{"over the cap", peer.Reply("HTTP/1.1 200 OK\r\n\r\n" + big), question(100), 0, 200, 100, false},
		{"length over the cap", peer.Reply("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + big), question(100), 0, 200, 100, false},
		{"exactly the cap", peer.Reply("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + big), question(5000), 0, 200, 5000, true},
		{"no body wanted", peer.Reply("HTTP/1.1 200 OK\r\n\r\nhello"), question(0), 0, 200, 0, false},
		{"no content", peer.Reply("HTTP/1.1 204 No Content\r\n\r\n"), question(9), 0, 204, 0, true},
		{"interim", peer.Reply("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n"), question(9), 0, 401, 0, true},
		{"interim for ever", peer.Reply(strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 9)), question(0), 0, 100, 0, false},
		{"endless fields", peer.Endless("HTTP/1.1 200 OK\r\n", "A: b\r\n"), question(9), 0, 200, 0, false},
		{"endless field", peer.Endless("HTTP/1.1 200 OK\r\nA: ", "aaaaaaaa"), question(9), 0, 200, 0, false},
		{"endless body", peer.Endless("HTTP/1.1 200 OK\r\n\r\n", big), question(1000), 0, 200, 1000, false},
		{"cut in the head", peer.Reply("HTTP/1.1 200 OK\r\nServer"), question(9), 0, 200, 0, false},
		{"garbage", peer.Endless("", "\x00\x01garbage"), question(9), probes.OpenOther, 0, 0, false},
		{"other protocol first", peer.Say("SSH-2.0-OpenSSH_9.6\r\n" + strings.Repeat("k", 200)), question(9), probes.OpenOther, 0, 0, false},
		{"closed", peer.Reply(""), question(9), probes.OpenCut, 0, 0, false},
		{"reset", peer.Reset, question(9), probes.OpenCut, 0, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := peer.Serve(t, c.handle)
			rec := probes.NewRecorder()
			a := http1.Do(t.Context(), p.Target("http", false), rec, c.ask)
			status := 0
			if a.HTTP() {
				status = a.Head.Status
			}
			if a.Class != c.class || status != c.status || len(a.Body) != c.body || a.Whole != c.whole {
				t.Fatalf("class %v status %d body %d whole %v, want %v %d %d %v",
					a.Class, status, len(a.Body), a.Whole, c.class, c.status, c.body, c.whole)
			}
			if c.class == probes.OpenOther && (len(a.First) == 0 || len(a.First) > 128) {
				t.Errorf("%d first bytes kept", len(a.First))
			}
			if o := rec.Done(a.Class, a.Reason); o.Packets == 0 || o.Attempts != 1 {
				t.Errorf("%d packets, %d attempts on record", o.Packets, o.Attempts)
			}
		})
	}
}

// A server that drips cannot hold the line: the whole answer has one deadline, counted from its first byte.
func TestDripEndsAtTheDeadline(t *testing.T) {
	t.Parallel()
	p := peer.Serve(t, func(c net.Conn) {
		_, _ = c.Read(make([]byte, 4096))
		_, err := c.Write([]byte("HTTP/1.1 200 OK\r\nA: b"))
		for drip := time.NewTicker(5 * time.Millisecond); err == nil; <-drip.C {
			_, err = c.Write([]byte("b"))
		}
	})
	a := http1.Do(t.Context(), p.Impatient("http", false), probes.NewRecorder(), question(100))
	if !a.HTTP() || !a.Head.Cut || a.Head.Status != 200 {
		t.Fatalf("answer %+v", a)
	}
}

func TestSilenceIsAskedTwice(t *testing.T) {
	t.Parallel()
	p := peer.Serve(t, peer.Silent)
	target := p.Impatient("http", false)
	a := http1.First(t.Context(), target, probes.NewRecorder(), question(9))
	got := p.Received()
	if a.Class != probes.OpenMute || len(got) != 2 || got[0] != got[1] {
		t.Fatalf("class %v after %q", a.Class, got)
	}
	if n, _ := target.Line.Totals(); n != 2 {
		t.Errorf("%d conversations on the line", n)
	}
}

func TestCancelledWhileWaiting(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	p := peer.Serve(t, func(c net.Conn) {
		_, _ = c.Read(make([]byte, 4096))
		cancel()
		peer.Silent(c)
	})
	a := http1.First(ctx, p.Target("http", false), probes.NewRecorder(), question(9))
	if a.Class != probes.ProbeError || a.Reason != probes.Cancelled {
		t.Fatalf("class %v reason %v", a.Class, a.Reason)
	}
}

// A blind question takes nothing from behind the head, and nothing at all of what is not HTTP.
func TestBlindKeepsNothing(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{
		"HTTP/1.0 200 OK\r\nContent-Length: 20\r\n\r\nADMIN:swordfish:ADMIN",
		"swordfish, without any head",
		"HTTP/swordfish",
	} {
		p := peer.Serve(t, peer.Reply(answer))
		rec := probes.NewRecorder()
		ask := question(100)
		ask.Blind = true
		a := http1.Do(t.Context(), p.Target("http", false), rec, ask)
		a.Record(rec)
		o := rec.Done(a.Class, a.Reason)
		if len(a.Body)+len(a.First) > 0 {
			t.Errorf("%q: body %q first %q", answer, a.Body, a.First)
		}
		if len(o.Evidence.Steps) > 8 {
			t.Errorf("%q: a story of %d steps", answer, len(o.Evidence.Steps))
		}
		for _, s := range o.Evidence.Steps {
			if s.Dir == "got" && strings.Contains(s.Hex, "73776f7264") {
				t.Errorf("%q: the story holds %+v", answer, s)
			}
		}
	}
}

func TestDoInsideTLS(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		handle func(net.Conn)
		class  probes.Class
		status int
		fact   string
	}{
		{"answer", peer.Reply("HTTP/1.1 200 OK\r\n\r\nhello"), 0, 200, ""},
		{"closed behind the handshake", peer.Reply(""), probes.OpenOther, 0, "closed behind a finished TLS handshake"},
		{"reset behind the handshake", peer.Reset, probes.OpenOther, 0, "closed behind a finished TLS handshake"},
		{"another protocol", peer.Reply("* OK IMAP4rev1\r\n"), probes.OpenOther, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := peer.ServeTLS(t, peer.Sound(t), c.handle)
			rec := probes.NewRecorder()
			ask := question(100)
			ask.TLS = true
			a := http1.Do(t.Context(), p.Target("https", true), rec, ask)
			if a.Class != c.class || a.HTTP() != (c.status != 0) || a.TLS == nil || !a.TLS.Spoke() {
				t.Fatalf("answer %+v", a)
			}
			o := rec.Done(a.Class, a.Reason)
			if c.fact != "" && (len(o.Evidence.Facts) != 1 || o.Evidence.Facts[0].Value != c.fact) {
				t.Errorf("facts %v", o.Evidence.Facts)
			}
		})
	}
}

func TestRecordHidesWhatChanges(t *testing.T) {
	t.Parallel()
	digest := func(date string) probes.Observation {
		p := peer.Serve(t, peer.Reply("HTTP/1.1 302 Found\r\nServer: s\x1b[2J\r\nDate: "+date+"\r\nLocation: https://203.0.113.1/x\r\n\r\n"))
		rec := probes.NewRecorder()
		a := http1.Do(t.Context(), p.Target("http", false), rec, question(9))
		a.Record(rec)
		if n := len(p.Received()); n != 1 {
			t.Errorf("%d conversations: a redirect was followed", n)
		}
		return rec.Done(probes.OpenProto, probes.NoReason)
	}
	a, b := digest("Mon"), digest("Tue")
	if a.Evidence.SHA256 == "" || a.Evidence.SHA256 != b.Evidence.SHA256 {
		t.Errorf("digests %q and %q", a.Evidence.SHA256, b.Evidence.SHA256)
	}
	if want := `HTTP/1.1 302 Found | s\x1b[2J`; a.Evidence.Banner != want || a.Flags&probes.Spoke == 0 {
		t.Errorf("banner %q flags %v", a.Evidence.Banner, a.Flags)
	}
	want := map[string]string{"Location": "https://203.0.113.1/x", "status": "HTTP/1.1 302 Found", "Server": `s\x1b[2J`}
	for _, f := range a.Evidence.Facts {
		if want[f.Key] != f.Value {
			t.Errorf("fact %+v", f)
		}
		delete(want, f.Key)
	}
	if len(want) > 0 {
		t.Errorf("facts missing: %v", want)
	}
}
