package upnp_test

import (
	"encoding/hex"
	"fmt"
	"net"
	"strings"
	"testing"

	"oobscope/probes"
	"oobscope/probes/http1/peer"
	"oobscope/probes/upnp"
)

const (
	server      = "Server: Linux/2.6.17.WB_WPCM450.1.3 UPnP/1.0, Intel SDK for UPnP devices/1.3.1\r\n"
	mark        = "HTTP/1.1 404 Bad Request\r\nCONTENT-LENGTH: 0\r\n" + server + "\r\n"
	missing     = "HTTP/1.1 404 Not Found\r\nCONTENT-LENGTH: 0\r\n\r\n"
	description = `<?xml version="1.0"?><root xmlns="urn:schemas-upnp-org:device-1-0"><device>
		<deviceType>urn:schemas-upnp-org:device:management:1</deviceType><manufacturer>Super&#x41;Micro</manufacturer>
		<modelName>IPMI Console</modelName><serialNumber>S3R14L</serialNumber></device></root>`
	secret = "ADMIN\x00swordfish"
)

func page(head, body string) string {
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nCONTENT-LENGTH: %d\r\n%s\r\n%s", len(body), head, body)
}

func facts(o probes.Observation) string {
	var b strings.Builder
	for _, f := range o.Evidence.Facts {
		fmt.Fprintf(&b, "%s=%s;", f.Key, f.Value)
	}
	return b.String()
}

// watch fails the test at any request for a secret path that is not a HEAD, then answers from the table; a
// HEAD of a path that is in no entry gets the mark.
func watch(t *testing.T, table map[string]string) func(net.Conn) {
	if _, ok := table["*"]; !ok {
		table["*"] = mark
	}
	return peer.Answers(table)
}

func onlyHeads(t *testing.T, sent []string) {
	t.Helper()
	for _, s := range sent {
		for _, path := range []string{"PSBlock", "PSStore", "PMConfig", "simple_auth"} {
			if strings.Contains(s, path) && !strings.HasPrefix(s, "HEAD ") {
				t.Errorf("asked for a secret: %q", s)
			}
		}
		// A prober that has heard enough may close before the peer has read its request.
		if s != "" && !strings.HasPrefix(s, "HEAD ") && !strings.HasPrefix(s, "GET /IPMIdevicedesc.xml ") {
			t.Errorf("request %q", s)
		}
	}
}

func TestLadder(t *testing.T) {
	t.Parallel()
	served := "HTTP/1.1 200 OK\r\nCONTENT-LENGTH: 10240\r\n" + server + "\r\n"
	for _, c := range []struct {
		name   string
		table  map[string]string
		class  probes.Class
		why    probes.Reason
		served bool
		fact   string
		asked  int
	}{
		{"vulnerable", map[string]string{"GET /IPMIdevicedesc.xml": page(server, description), "HEAD /PSBlock": served}, probes.OpenProto, 0, true, "password file=would be served: 200, 10240 bytes, none fetched", 3},
		{"sends the body anyway", map[string]string{"GET /IPMIdevicedesc.xml": page(server, description), "HEAD /PSBlock": page("", secret)}, probes.OpenProto, 0, true, "would be served", 3},
		{"identity", map[string]string{"GET /IPMIdevicedesc.xml": page(server, description), "HEAD /PSBlock": missing}, probes.OpenProto, 0, false, "deviceType=urn:schemas-upnp-org:device:management:1;manufacturer=SuperAMicro;modelName=IPMI Console;password file=not exposed", 3},
		{"mark", map[string]string{"HEAD /PSBlock": missing}, probes.OpenProto, 0, false, "mark=404 Bad Request", 3},
		{"proved by the description alone", map[string]string{"*": missing, "GET /IPMIdevicedesc.xml": page("", description)}, probes.OpenProto, 0, false, "not exposed", 3},
		{"answers everything", map[string]string{"*": page(server, "<html>")}, probes.OpenProto, 0, false, "undecided: 200 for a path that cannot exist", 1},
		{"no length", map[string]string{"HEAD /PSBlock": "HTTP/1.1 200 OK\r\n\r\n"}, probes.OpenProto, 0, false, "undecided: 200 without a length", 3},
		{"length zero", map[string]string{"HEAD /PSBlock": "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}, probes.OpenProto, 0, false, "undecided", 3},
		{"no HEAD", map[string]string{"HEAD /PSBlock": "HTTP/1.1 405 Method Not Allowed\r\n\r\n"}, probes.OpenProto, 0, false, "undecided: HTTP/1.1 405", 3},
		{"moved away", map[string]string{"HEAD /PSBlock": "HTTP/1.1 302 Found\r\nLocation: http://203.0.113.9/PSBlock\r\nContent-Length: 5\r\n\r\n"}, probes.OpenProto, 0, false, "undecided: HTTP/1.1 302", 3},
		{"closed at the file", map[string]string{"HEAD /PSBlock": ""}, probes.OpenProto, 0, false, "undecided: no HTTP answer", 3},
		{"body without a head", map[string]string{"HEAD /PSBlock": secret}, probes.OpenProto, 0, false, "undecided: no HTTP answer", 3},
		{"another web server", map[string]string{"*": "HTTP/1.1 404 Not Found\r\nServer: nginx\r\n\r\n"}, probes.OpenOther, 0, false, "not exposed", 3},
		{"broken description", map[string]string{"GET /IPMIdevicedesc.xml": page("", "<root><device></root>")}, probes.OpenProto, 0, false, "not read to its end", 3},
		{"busy", map[string]string{"*": "HTTP/1.1 503 Busy\r\n\r\n"}, probes.OpenOther, probes.Busy, false, "", 1},
		{"busy at the description", map[string]string{"GET /IPMIdevicedesc.xml": "HTTP/1.1 503 Busy\r\n\r\n"}, probes.OpenProto, probes.Busy, false, "", 2},
		{"closed at the description", map[string]string{"GET /IPMIdevicedesc.xml": ""}, probes.OpenProto, 0, false, "device description=no HTTP answer", 2},
		{"busy at the file", map[string]string{"HEAD /PSBlock": "HTTP/1.1 503 Busy\r\n\r\n"}, probes.OpenProto, probes.Busy, false, "undecided", 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := peer.Serve(t, watch(t, c.table))
			o := upnp.Prober{}.Probe(t.Context(), p.Target("upnp-psblock", false))
			if o.Class != c.class || o.Reason != c.why || o.Weak.Has(probes.PSBlockServed) != c.served {
				t.Errorf("class %v reason %q weaknesses %v", o.Class, o.Reason, o.Weak.List())
			}
			if !strings.Contains(facts(o), c.fact) {
				t.Errorf("facts %s", facts(o))
			}
			if n := len(p.Received()); n != c.asked {
				t.Errorf("%d requests: %q", n, p.Received())
			}
			onlyHeads(t, p.Received())
			noSecret(t, o)
		})
	}
}

// noSecret fails if a byte of the file, or the serial number, is anywhere in the observation.
func noSecret(t *testing.T, o probes.Observation) {
	t.Helper()
	all := fmt.Sprintf("%+v", o)
	for _, s := range []string{"ADMIN", "swordfish", "S3R14L"} {
		if strings.Contains(all, s) {
			t.Errorf("%q is in the observation", s)
		}
	}
	for _, s := range []string{"ADMIN", "swordfish"} {
		if strings.Contains(all, hex.EncodeToString([]byte(s))) {
			t.Errorf("%q is in the packet story", s)
		}
	}
}

func TestOtherProtocols(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		handle func(net.Conn)
		class  probes.Class
	}{
		{"SSH", peer.Say("SSH-2.0-x\r\n"), probes.OpenOther},
		{"TLS", peer.Reply("\x15\x03\x01\x00\x02\x02\x28"), probes.OpenOther},
		{"closed", peer.Reply(""), probes.OpenCut},
		{"reset", peer.Reset, probes.OpenCut},
		{"endless fields", peer.Endless("HTTP/1.1 404 x\r\n"+server, "A: b\r\n"), probes.OpenProto},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := peer.Serve(t, c.handle)
			o := upnp.Prober{}.Probe(t.Context(), p.Target("upnp-psblock", false))
			if o.Class != c.class || o.Weak != 0 {
				t.Errorf("class %v weaknesses %v", o.Class, o.Weak.List())
			}
			onlyHeads(t, p.Received())
		})
	}
}

func TestSilentPortIsAskedTwice(t *testing.T) {
	t.Parallel()
	p := peer.Serve(t, peer.Silent)
	o := upnp.Prober{}.Probe(t.Context(), p.Impatient("upnp-psblock", false))
	if n := len(p.Received()); o.Class != probes.OpenMute || n != 2 {
		t.Errorf("class %v after %d conversations", o.Class, n)
	}
}

// The script holds every request there is, and what goes out is what it holds.
func TestScriptAsksForNoSecret(t *testing.T) {
	t.Parallel()
	p := peer.Serve(t, watch(t, map[string]string{"HEAD /PSBlock": missing}))
	target := p.Target("upnp-psblock", false)
	upnp.Prober{}.Probe(t.Context(), target)
	var planned []string
	for _, r := range (upnp.Prober{}).Script(target) {
		planned = append(planned, string(r.Bytes))
	}
	onlyHeads(t, planned)
	sent := p.Received()
	if len(sent) != len(planned) {
		t.Fatalf("%d requests, %d in the script", len(sent), len(planned))
	}
	const drawn = len("HEAD /0000000000000000")
	if sent[0][drawn:] != planned[0][drawn:] || sent[1] != planned[1] || sent[2] != planned[2] {
		t.Errorf("sent %q, script %q", sent, planned)
	}
	if want := "Host: " + p.Addr.String() + "\r\n"; !strings.Contains(sent[2], want) {
		t.Errorf("no numeric %q in %q", want, sent[2])
	}
}
