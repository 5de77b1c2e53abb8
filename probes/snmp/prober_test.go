package snmp

import (
	"bytes"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"oobscope/probes"
)

func targetAt(a netip.AddrPort) probes.Target {
	return probes.Target{
		Addr: a.Addr().Unmap(), Endpoint: probes.Endpoint{Service: "snmp", Proto: probes.UDP, Port: a.Port(), Prober: "snmp"},
		Pace: probes.Pace{UDPAttempts: 2, Connect: 300 * time.Millisecond}, Line: probes.NewLine(time.Millisecond, nil),
	}
}

// agent answers each request with what reply makes of it, nil for silence, and counts them.
func agent(t *testing.T, reply func(request []byte) []byte) (probes.Target, *atomic.Int64) {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	heard, done := new(atomic.Int64), make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 2048)
		for {
			n, from, err := conn.ReadFromUDPAddrPort(buf)
			if err != nil {
				return
			}
			heard.Add(1)
			if b := reply(bytes.Clone(buf[:n])); b != nil {
				_, _ = conn.WriteToUDPAddrPort(b, from)
			}
		}
	}()
	t.Cleanup(func() { conn.Close(); <-done })
	return targetAt(conn.LocalAddr().(*net.UDPAddr).AddrPort()), heard
}

// reporting is the report of the vector with the id of a request.
func reporting(t *testing.T) func([]byte) []byte {
	b := unhex(t, report)
	return func(request []byte) []byte {
		r, err := (&reader{request}).inside(tagSequence)
		if err != nil {
			return nil
		}
		_, _ = r.number()
		h, _ := r.inside(tagSequence)
		n, err := h.number()
		if err != nil {
			return nil
		}
		out := bytes.Replace(b, unhex(t, "02044a69e1d2"), integer(n), 1)
		for _, length := range []int{1, 6} { // of the message and of its header; an id may have fewer than four bytes
			out[length] -= byte(len(b) - len(out))
		}
		return out
	}
}

// freePort is a port on loopback that no socket has, and that the system gives to none that asks for any.
func freePort(t *testing.T) netip.AddrPort {
	t.Helper()
	for range 100 {
		c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 20000 + rand.IntN(10000)})
		if err == nil {
			defer c.Close()
			return c.LocalAddr().(*net.UDPAddr).AddrPort()
		}
	}
	t.Fatal("no port is free")
	return netip.AddrPort{}
}

func fact(o probes.Observation, key string) string {
	for _, f := range o.Evidence.Facts {
		if f.Key == key {
			return f.Value
		}
	}
	return ""
}

func TestProbe(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		reply func([]byte) []byte
		class probes.Class
		tries int64
	}{
		"an agent":       {reporting(t), probes.OpenProto, 1},
		"silence":        {func([]byte) []byte { return nil }, probes.SilenceUnproven, 2},
		"an echo server": {func(b []byte) []byte { return b }, probes.OpenOther, 2},
		"garbage":        {func([]byte) []byte { return []byte("who?\x1b[31m") }, probes.OpenOther, 2},
		"a stale report": {func([]byte) []byte { return unhex(t, report) }, probes.OpenOther, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tg, heard := agent(t, c.reply)
			o := (Prober{}).Probe(t.Context(), tg)
			if o.Class != c.class || heard.Load() != c.tries || (o.Flags&probes.Spoke != 0) != o.Class.Open() {
				t.Errorf("%s after %d requests: %+v", o.Class, heard.Load(), o)
			}
			if (o.Evidence.SHA256 != "") != o.Class.Open() || strings.ContainsRune(o.Evidence.Banner, 0x1b) {
				t.Errorf("evidence %+v", o.Evidence)
			}
			if c.class != probes.OpenProto {
				return
			}
			for key, want := range map[string]string{
				"snmp.report": "usmStatsUnknownEngineIDs = 1", "snmp.engine_id": "80001f8880d9b66f353ad1096b00000000",
				"snmp.enterprise": "8072", "snmp.engine_format": "enterprise's own, 128", "snmp.engine_boots": "1", "snmp.engine_time": "2 s",
			} {
				if got := fact(o, key); got != want {
					t.Errorf("%s: %q, want %q", key, got, want)
				}
			}
		})
	}
}

// What identifies an agent must not change with its clock, or a waiver that is bound to it would not last.
func TestTheMarkOfAnAgentIsItsEngine(t *testing.T) {
	t.Parallel()
	ask := func(b func([]byte) []byte) string {
		tg, _ := agent(t, b)
		return (Prober{}).Probe(t.Context(), tg).Evidence.SHA256
	}
	later := func(request []byte) []byte {
		return bytes.Replace(reporting(t)(request), unhex(t, "020101020102"), unhex(t, "020102020163"), 1)
	}
	other := func(request []byte) []byte {
		return bytes.Replace(reporting(t)(request), unhex(t, "80001f8880d9"), unhex(t, "80001f8880da"), 1)
	}
	first := ask(reporting(t))
	if again := ask(later); first == "" || again != first {
		t.Errorf("the mark changed from %q to %q with the clock", first, again)
	}
	if ask(other) == first {
		t.Error("another engine has the same mark")
	}
}

func TestScriptIsWhatIsSent(t *testing.T) {
	t.Parallel()
	got := make(chan []byte, 9)
	tg, _ := agent(t, func(b []byte) []byte { got <- b; return nil })
	_ = (Prober{}).Probe(t.Context(), tg)
	script := (Prober{}).Script(tg)
	if len(script) != 1 || script[0].Packets != 2 {
		t.Fatalf("script %+v", script)
	}
	seen := [][]byte{<-got, <-got}
	if len(got) > 0 {
		t.Errorf("%d more requests than the script has", len(got))
	}
	r, err := (&reader{seen[0]}).inside(tagSequence)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = r.number()
	h, _ := r.inside(tagSequence)
	n, err := h.number()
	if err != nil || n == 0 || !bytes.Equal(seen[0], encode(n)) || !bytes.Equal(seen[0], seen[1]) {
		t.Errorf("sent %x and %x, id %d, %v", seen[0], seen[1], n, err)
	}
	if secret := []byte("public"); bytes.Contains(seen[0], secret) {
		t.Error("a community was sent")
	}
}

func TestOnlyOverUDP(t *testing.T) {
	t.Parallel()
	tg := targetAt(netip.MustParseAddrPort("127.0.0.1:161"))
	tg.Endpoint.Proto = probes.TCP
	if o := (Prober{}).Probe(t.Context(), tg); o.Class != probes.ProbeError || o.Reason != probes.LocalError {
		t.Errorf("%+v", o)
	}
}

// Net-SNMP's agent is one that we did not write. It has neither a user nor a community.
func TestAgainstNetSNMP(t *testing.T) {
	t.Parallel()
	program, err := exec.LookPath("snmpd")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("an agent that we did not write is missing: %v (package snmpd)", err)
		}
		t.Skip("SKIPPED: snmpd (package snmpd) is not installed, so no foreign agent was asked")
	}
	at, dir := freePort(t), t.TempDir()
	config := filepath.Join(dir, "snmpd.conf")
	if err := os.WriteFile(config, []byte("agentaddress udp:"+at.String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "-f", "-Ln", "-C", "-c", config)
	cmd.Env = append(os.Environ(), "MIBS=", "HOME="+dir, "SNMP_PERSISTENT_DIR="+dir)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // killed: its error says no more than that
	})
	var o probes.Observation
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); {
		if o = (Prober{}).Probe(t.Context(), targetAt(at)); o.Class == probes.OpenProto {
			break
		}
	}
	if o.Class != probes.OpenProto || fact(o, "snmp.enterprise") != "8072" || fact(o, "snmp.report") != "usmStatsUnknownEngineIDs = 1" {
		t.Fatalf("%s: %+v", o.Class, o.Evidence)
	}
	if !slices.ContainsFunc(o.Evidence.Steps, func(s probes.Step) bool { return s.Dir == "got" }) {
		t.Errorf("steps %+v", o.Evidence.Steps)
	}
}

// An engine that keeps no socket sends the same request and knows the same answer.
func TestOpenings(t *testing.T) {
	t.Parallel()
	tg := targetAt(netip.MustParseAddrPort("127.0.0.1:161"))
	openings := (Prober{}).Openings(tg)
	if len(openings) != 2 {
		t.Fatalf("%d openings", len(openings))
	}
	for _, token := range []uint64{0, 1, id - 1, 1<<63 + 12345} {
		request := openings[0].Encode([]byte("x"), token)
		if !bytes.Equal(request[1:], encode(idOf(token))) || request[0] != 'x' {
			t.Errorf("token %x: %x", token, request)
		}
		answer := bytes.Replace(unhex(t, report), unhex(t, "02044a69e1d2"), integer(idOf(token)), 1)
		answer[1] = byte(len(answer) - 2)
		if fits := len(integer(idOf(token))) == 6; openings[0].Answers(answer, token) != fits {
			t.Errorf("token %x: its answer is taken: %t", token, !fits) // a shorter id needs another length inside
		}
		if openings[1].Answers(unhex(t, report), token+1) || openings[0].Answers(request[1:], token) {
			t.Errorf("token %x: another answer is taken", token)
		}
	}
	tg.Endpoint.Proto = probes.TCP
	if (Prober{}).Openings(tg) != nil {
		t.Error("openings over TCP")
	}
}
