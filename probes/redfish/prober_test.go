package redfish_test

import (
	"context"
	gotls "crypto/tls"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"

	"oobscope/probes"
	"oobscope/probes/http1/peer"
	"oobscope/probes/redfish"
)

const (
	versions = `{"v1":"/redfish/v1/"}`
	root     = `{"@odata.id":"/redfish/v1/","@odata.type":"#ServiceRoot.v1_5_0.ServiceRoot","Id":"RootService",
		"Name":"Root","RedfishVersion":"1.6.0","Vendor":"Ven\u001b[2Jdor","Product":"Board",
		"UUID":"92384634-2938-2342-8820-489239905423","Systems":{"@odata.id":"/redfish/v1/Systems"}}`
	denied = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"
	absent = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
	busy   = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
)

func ok(body string) string {
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
}

// sound answers like a controller that gives no more than it must.
func sound(change map[string]string) map[string]string {
	table := map[string]string{
		"GET /redfish": ok(versions), "GET /redfish/v1/": ok(root),
		"GET /redfish/v1/Systems": denied, "GET /redfish/v1/Managers": denied, "GET /redfish/v1/AccountService": denied,
		"*": absent,
	}
	for k, v := range change {
		table[k] = v
	}
	return table
}

func fact(o probes.Observation, key string) string {
	for _, f := range o.Evidence.Facts {
		if f.Key == key {
			return f.Value
		}
	}
	return ""
}

func set(list ...probes.Weakness) (s probes.WeakSet) {
	for _, w := range list {
		s = s.With(w)
	}
	return s
}

// tlsOnly is what the test certificate itself adds.
var tlsOnly = set(probes.TLSSelfSigned)

func TestLadder(t *testing.T) {
	t.Parallel()
	open := ok(`{"Members":[]}`)
	deep := strings.Repeat(`{"a":`, 12000) + "1" + strings.Repeat("}", 12000)
	for _, c := range []struct {
		name    string
		answers map[string]string
		class   probes.Class
		why     probes.Reason
		weak    probes.WeakSet
		asked   int
	}{
		{"sound", sound(nil), probes.OpenProto, 0, 0, 5},
		{"forbidden instead", sound(map[string]string{"GET /redfish/v1/Systems": "HTTP/1.1 403 Forbidden\r\n\r\n"}), probes.OpenProto, 0, 0, 5},
		{"systems given", sound(map[string]string{"GET /redfish/v1/Systems": open}), probes.OpenProto, 0, set(probes.RedfishAnonymous), 6},
		{"managers given", sound(map[string]string{"GET /redfish/v1/Managers": open}), probes.OpenProto, 0, set(probes.RedfishAnonymous), 6},
		{"accounts given", sound(map[string]string{"GET /redfish/v1/AccountService": open}), probes.OpenProto, 0, set(probes.RedfishAnonymousAdmin), 6},
		{"everything given", sound(map[string]string{"GET /redfish/v1/Systems": open, "GET /redfish/v1/AccountService": open, "*": open}), probes.OpenProto, 0, set(probes.RedfishAnswersAll), 6},
		{"root only", sound(map[string]string{"GET /redfish": absent}), probes.OpenProto, 0, 0, 5},
		{"root redirects away", sound(map[string]string{"GET /redfish/v1/": "HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:1/redfish/v1/\r\n\r\n"}), probes.OpenProto, 0, 0, 5},
		{"root wants a login", map[string]string{"GET /redfish": absent, "*": denied}, probes.OpenOther, 0, 0, 2},
		{"busy at once", map[string]string{"*": busy}, probes.OpenOther, probes.Busy, 0, 1},
		{"busy root", sound(map[string]string{"GET /redfish/v1/": busy}), probes.OpenProto, probes.Busy, 0, 2},
		{"busy later", sound(map[string]string{"GET /redfish/v1/Systems": busy}), probes.OpenProto, probes.Busy, 0, 3},
		{"busy counter-check", sound(map[string]string{"GET /redfish/v1/Systems": open, "*": busy}), probes.OpenProto, probes.Busy, 0, 6},
		{"cut counter-check", sound(map[string]string{"GET /redfish/v1/Systems": open, "*": ""}), probes.OpenProto, 0, 0, 6},
		{"cut behind the root", sound(map[string]string{"GET /redfish/v1/Systems": ""}), probes.OpenProto, 0, 0, 3},
		{"plain web server", map[string]string{"*": ok("<html>welcome</html>")}, probes.OpenOther, 0, 0, 2},
		{"empty object", map[string]string{"*": ok("{}")}, probes.OpenOther, 0, 0, 2},
		{"list", map[string]string{"*": ok("[]")}, probes.OpenOther, 0, 0, 2},
		{"null", map[string]string{"*": ok("null")}, probes.OpenOther, 0, 0, 2},
		{"wrong types", map[string]string{"*": ok(`{"v1":7,"RedfishVersion":{},"@odata.type":[]}`)}, probes.OpenOther, 0, 0, 2},
		{"root breaks the schema", map[string]string{"GET /redfish/v1/": ok(`{"RedfishVersion":"1.0","Vendor":5}`), "*": absent}, probes.OpenProto, 0, 0, 5},
		{"deep", map[string]string{"*": ok(deep)}, probes.OpenOther, 0, 0, 2},
		{"huge", map[string]string{"*": ok(`{"RedfishVersion":"` + strings.Repeat("x", 300<<10) + `"}`)}, probes.OpenOther, 0, 0, 2},
		{"cut body", map[string]string{"*": "HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n" + `{"RedfishVersion":`}, probes.OpenOther, 0, 0, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := peer.ServeTLS(t, peer.Sound(t), peer.Answers(c.answers))
			o := redfish.Prober{}.Probe(t.Context(), p.Target("redfish", true))
			if o.Class != c.class || o.Reason != c.why || o.Weak != c.weak|tlsOnly {
				t.Errorf("class %v reason %q weaknesses %v, want %v %q %v", o.Class, o.Reason, o.Weak.List(), c.class, c.why, c.weak.List())
			}
			if n := len(p.Received()); n != c.asked {
				t.Errorf("%d requests, want %d: %q", n, c.asked, p.Received())
			}
			if o.Evidence.TLS == nil || o.Flags&probes.Spoke == 0 {
				t.Errorf("evidence %+v flags %v", o.Evidence.TLS, o.Flags)
			}
		})
	}
}

func TestIdentityIsCleanedAndMasked(t *testing.T) {
	t.Parallel()
	p := peer.ServeTLS(t, peer.Sound(t), peer.Answers(sound(nil)))
	o := redfish.Prober{}.Probe(t.Context(), p.Target("redfish", true))
	for key, want := range map[string]string{
		"RedfishVersion": "1.6.0", "Vendor": `Ven\x1b[2Jdor`, "Product": "Board",
		"UUID":                "92384634-****-****-****-************",
		"/redfish/v1/Systems": "login demanded: HTTP/1.1 401 Unauthorized",
	} {
		if got := fact(o, key); got != want {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
}

// Every request on the wire stands in the script, byte for byte but for the drawn path; nothing is written,
// nothing carries a credential.
func TestOnlyTheScriptGoesOut(t *testing.T) {
	t.Parallel()
	p := peer.ServeTLS(t, peer.Sound(t), peer.Answers(sound(map[string]string{"GET /redfish/v1/Systems": ok("{}")})))
	target := p.Target("redfish", true)
	o := redfish.Prober{}.Probe(t.Context(), target)
	var planned []string
	conversations, packets := 0, 0
	for _, r := range (redfish.Prober{}).Script(target) {
		conversations, packets = conversations+r.Conversations, packets+r.Packets
		if r.InsideTLS {
			planned = append(planned, string(r.Bytes))
		}
	}
	for i, sent := range p.Received() {
		want := planned[i]
		if i == 5 {
			want, sent = head(want)+strings.SplitN(want, " HTTP", 2)[1], head(sent)+strings.SplitN(sent, " HTTP", 2)[1]
		}
		if sent != want {
			t.Errorf("request %d: %q, want %q", i, sent, want)
		}
		if !strings.HasPrefix(sent, "GET ") || strings.Contains(strings.ToLower(sent), "auth") || strings.Contains(sent, "Cookie") {
			t.Errorf("request %q", sent)
		}
	}
	if used, _ := target.Line.Totals(); int(used) > conversations || o.Packets > packets || used != 6 {
		t.Errorf("%d conversations and %d packets used, %d and %d promised", used, o.Packets, conversations, packets)
	}
}

// head is the request line up to the drawn part of the path.
func head(s string) string { return s[:len("GET /redfish/v1/")] }

func TestWithoutHTTP(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		config *gotls.Config
		handle func(net.Conn)
		class  probes.Class
	}{
		{"alert only", nil, peer.Reply("\x15\x03\x00\x00\x02\x02\x28"), probes.OpenOther},
		{"clear text on the TLS port", nil, peer.Reply("HTTP/1.1 400 Bad Request\r\n\r\n"), probes.OpenOther},
		{"closed", nil, peer.Reply(""), probes.OpenCut},
		{"reset", nil, peer.Reset, probes.OpenCut},
		{"TLS, then closed", peer.Sound(t), peer.Reply(""), probes.OpenOther},
		{"TLS, then garbage", peer.Sound(t), peer.Endless("", "\x00\xff"), probes.OpenOther},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := peer.Serve(t, c.handle)
			if c.config != nil {
				p = peer.ServeTLS(t, c.config, c.handle)
			}
			o := redfish.Prober{}.Probe(t.Context(), p.Target("redfish", true))
			if n := len(p.Received()); o.Class != c.class || n != 1 {
				t.Errorf("class %v after %d conversations, want %v after 1", o.Class, n, c.class)
			}
		})
	}
}

func TestSilentPortIsAskedTwice(t *testing.T) {
	t.Parallel()
	p := peer.Serve(t, peer.Silent)
	o := redfish.Prober{}.Probe(t.Context(), p.Impatient("redfish", true))
	if n := len(p.Received()); o.Class != probes.OpenMute || n != 2 {
		t.Errorf("class %v after %d conversations", o.Class, n)
	}
}

func TestClearTextEndpoint(t *testing.T) {
	t.Parallel()
	p := peer.Serve(t, peer.Answers(sound(nil)))
	o := redfish.Prober{}.Probe(t.Context(), p.Target("redfish", false))
	if o.Class != probes.OpenProto || o.Weak != set(probes.RedfishClearText) {
		t.Errorf("class %v weaknesses %v", o.Class, o.Weak.List())
	}
}

// A run that is stopped in the middle of the ladder must ask this flow again.
func TestCancelledInTheMiddle(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	answers := peer.Answers(sound(nil))
	var n atomic.Int32
	p := peer.ServeTLS(t, peer.Sound(t), func(c net.Conn) {
		if n.Add(1) == 3 {
			cancel()
			peer.Silent(c)
			return
		}
		answers(c)
	})
	o := redfish.Prober{}.Probe(ctx, p.Target("redfish", true))
	if o.Class != probes.ProbeError || o.Reason != probes.Cancelled {
		t.Errorf("class %v reason %v", o.Class, o.Reason)
	}
}
