package ipmi

import (
	"bytes"
	"context"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"oobscope/probes"
)

// bmc is a controller on loopback: it answers each datagram with what reply makes of it.
type bmc struct {
	t     *testing.T
	reply func(request []byte) [][]byte
	conn  *net.UDPConn

	mu    sync.Mutex
	heard [][]byte
}

func startBMC(t *testing.T, reply func([]byte) [][]byte) *bmc {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	b := &bmc{t: t, reply: reply, conn: conn}
	done := make(chan struct{})
	go func() {
		defer close(done)
		b.serve()
	}()
	t.Cleanup(func() { conn.Close(); <-done })
	return b
}

func (b *bmc) serve() {
	buf := make([]byte, 2048)
	for {
		n, from, err := b.conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			return
		}
		request := bytes.Clone(buf[:n])
		b.mu.Lock()
		b.heard = append(b.heard, request)
		b.mu.Unlock()
		for _, answer := range b.reply(request) {
			if _, err := b.conn.WriteToUDPAddrPort(answer, from); err != nil {
				return
			}
		}
	}
}

func (b *bmc) requests() [][]byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.heard)
}

func (b *bmc) target() probes.Target { return targetAt(b.conn.LocalAddr().(*net.UDPAddr).AddrPort()) }

func targetAt(a netip.AddrPort) probes.Target {
	return probes.Target{
		Addr:     a.Addr().Unmap(),
		Endpoint: probes.Endpoint{Service: "ipmi", Proto: probes.UDP, Port: a.Port(), Prober: "ipmi"},
		Pace:     probes.Pace{UDPAttempts: 2, Connect: 400 * time.Millisecond},
		Line:     probes.NewLine(time.Millisecond, nil),
	}
}

// chip says what a well-behaved controller says; nil fields mean silence.
type chip struct {
	pong               bool
	extended, plain    []byte // completion code and data of the capabilities, by form
	suites             []byte
	suitesCode         byte
	suitesSilent, echo bool // echo: the same window for ever
}

func (c chip) answer(r []byte) [][]byte {
	if r[3] == classASF {
		if !c.pong {
			return nil
		}
		return [][]byte{{6, 0, 255, 6, 0, 0, 0x11, 0xbe, asfPong, r[9], 0, 16, 0, 0, 0x11, 0xbe, 0, 0, 0, 0, 0x81, 0, 0, 0, 0, 0, 0, 0}}
	}
	switch {
	case r[19] == cmdAuthCapability && r[20] == 0x8e:
		return frameAnswer(r, c.extended)
	case r[19] == cmdAuthCapability:
		return frameAnswer(r, c.plain)
	case c.suitesSilent:
		return nil
	case c.suitesCode != 0:
		return frameAnswer(r, []byte{c.suitesCode})
	}
	from := 16 * int(r[22]&0x3f)
	if c.echo {
		from = 0
	}
	from = min(from, len(c.suites))
	return frameAnswer(r, append([]byte{0, 1}, c.suites[from:min(from+16, len(c.suites))]...))
}

// frameAnswer makes the answer to request r out of completion code and data; none for nil.
func frameAnswer(r, data []byte) [][]byte {
	if data == nil {
		return nil
	}
	b := []byte{6, 0, 255, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, byte(7 + len(data)), 0x81, 0x1c, 0x63, 0x20, r[18], r[19]}
	b = append(b, data...)
	return [][]byte{append(b, checksum(b[17:]))}
}

func facts(o probes.Observation, key string) string {
	var out []string
	for _, f := range o.Evidence.Facts {
		if f.Key == key {
			out = append(out, f.Value)
		}
	}
	return strings.Join(out, " | ")
}

func TestProbeCollectsTheList(t *testing.T) {
	t.Parallel()
	suites := unhex(t, "c000004080c001014080c002014180c003014181c008024281c011034481")
	b := startBMC(t, chip{pong: true, extended: unhex(t, "000197070300000000"), suites: suites}.answer)
	o := Prober{}.Probe(t.Context(), b.target())
	if o.Class != probes.OpenProto || o.Reason != probes.NoReason || o.Flags&probes.Spoke == 0 || o.RTT <= 0 {
		t.Errorf("class %v %v, flags %v, rtt %v", o.Class, o.Reason, o.Flags, o.RTT)
	}
	want := []probes.Weakness{
		probes.IPMINoneAuth, probes.IPMIAnonymous, probes.IPMINullUser, probes.IPMIWeakAuth,
		probes.IPMIDefaultKG, probes.IPMIV15, probes.IPMICipherZero, probes.IPMIRAKP,
	}
	if got := o.Weak.List(); !slices.Equal(got, want) {
		t.Errorf("weaknesses %v, want %v", got, want)
	}
	if got := facts(o, "ipmi.cipher_suite"); strings.Count(got, "|") != 5 || !strings.Contains(got, "17 (HMAC-SHA256, SHA256-128, AES-CBC-128)") {
		t.Errorf("suites %q", got)
	}
	heard := b.requests()
	if len(heard) != 4 || o.Packets != 4 || o.Attempts != 4 {
		t.Errorf("%d requests, %d packets, %d attempts; want 4 of each", len(heard), o.Packets, o.Attempts)
	}
	for i, size := range []int{12, 23, 24, 24} {
		if len(heard[i]) != size {
			t.Errorf("request %d has %d bytes, want %d", i, len(heard[i]), size)
		}
	}
}

func TestProbeOutcomes(t *testing.T) {
	t.Parallel()
	caps := unhex(t, "000196040345530000")
	full := unhex(t, "c00000c003014181c111570100014181") // fills one window exactly
	for name, c := range map[string]struct {
		chip        chip
		class       probes.Class
		reason      probes.Reason
		requests    int
		fact, value string
		has, hasNot probes.Weakness
	}{
		"no pong": {
			chip: chip{extended: caps, suites: full}, class: probes.OpenProto, requests: 4,
			fact: "ipmi.oem_iana", value: "21317", has: probes.IPMICipherZero, hasNot: probes.IPMIV15Only,
		},
		"knows v1.5 alone": {
			chip:  chip{plain: unhex(t, "000114040000000000"), suitesSilent: true},
			class: probes.OpenProto, requests: 6, // ping, 2 + 1 capabilities, 2 suites
			fact: "ipmi.connections", value: "v2.0 is not announced", has: probes.IPMIV15Only, hasNot: probes.IPMIRAKP,
		},
		"refuses the v2.0 bit": {
			chip:  chip{pong: true, extended: []byte{0xcc}, plain: unhex(t, "000114040000000000"), suitesCode: 0xc1},
			class: probes.OpenProto, requests: 4,
			fact: "ipmi.completion", value: "Get Channel Authentication Capabilities, v2.0 data: cch | Get Channel Cipher Suites, window 0: c1h",
			has: probes.IPMIV15Only, hasNot: probes.IPMIRAKP,
		},
		"busy at once": {
			chip: chip{pong: true, extended: []byte{0xc0}}, class: probes.OpenProto, reason: probes.Busy, requests: 2,
			fact: "ipmi.completion", value: "Get Channel Authentication Capabilities, v2.0 data: c0h",
			has: probes.IPMIV15, hasNot: probes.IPMIV15Only,
		},
		"busy at the suites": {
			chip: chip{pong: true, extended: caps, suitesCode: 0xc0}, class: probes.OpenProto, reason: probes.Busy, requests: 3,
			fact: "ipmi.cipher_suites", value: "the list ends without an answer to window 0",
			has: probes.IPMIV15, hasNot: probes.IPMICipherZero,
		},
		"pong alone": {
			chip: chip{pong: true}, class: probes.OpenProto, requests: 5,
			fact: "asf.pong", value: "IPMI, ASF 1", has: probes.IPMIV15, hasNot: probes.IPMIV15Only,
		},
		"short capabilities": {
			chip: chip{extended: caps[:5], plain: caps[:5]}, class: probes.OpenProto, requests: 3,
			fact: "ipmi.malformed", value: "Get Channel Authentication Capabilities, v2.0 data: 4 data bytes, 8 expected | Get Channel Authentication Capabilities, v1.5: 4 data bytes, 8 expected",
			has: probes.IPMIV15, hasNot: probes.IPMIV15Only,
		},
		"contradiction": {
			chip:  chip{extended: unhex(t, "000117050000000000"), suites: unhex(t, "c000004080")},
			class: probes.OpenProto, requests: 3,
			fact: "ipmi.contradiction", value: "v2.0 is not announced, yet v2.0 cipher suites are listed",
			has: probes.IPMICipherZero, hasNot: probes.IPMIV15Only,
		},
		"ignores the index": {
			chip: chip{extended: caps, suites: full, echo: true}, class: probes.OpenProto, requests: 4,
			fact: "ipmi.cipher_suites", value: "the list index is ignored: the same window came twice",
			has: probes.IPMICipherZero, hasNot: probes.IPMIV15Only,
		},
		"canned": {
			chip: chip{extended: unhex(t, "000180040200000000"), suitesSilent: true}, class: probes.OpenProto, requests: 4,
			fact: "ipmi.note", value: "equals the fixed answer of OpenBMC: its bits say little about the users",
			has: probes.IPMIRAKP, hasNot: probes.IPMIV15,
		},
		"silent": {chip: chip{}, class: probes.SilenceUnproven, requests: 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := startBMC(t, c.chip.answer)
			target := b.target()
			o := Prober{}.Probe(t.Context(), target)
			if o.Class != c.class || o.Reason != c.reason {
				t.Errorf("%v %q, want %v %q", o.Class, o.Reason, c.class, c.reason)
			}
			if got := facts(o, c.fact); got != c.value {
				t.Errorf("%s is %q, want %q", c.fact, got, c.value)
			}
			if caps := facts(o, "ipmi.auth_types") != ""; caps && !o.Weak.Has(c.has) || o.Weak.Has(c.hasNot) && c.hasNot != 0 {
				t.Errorf("weaknesses %v", o.Weak.List())
			}
			if got := len(b.requests()); got != c.requests {
				t.Errorf("%d requests, want %d: %x", got, c.requests, b.requests())
			}
			if _, packets := target.Line.Totals(); packets != int64(c.requests) || o.Packets != c.requests {
				t.Errorf("%d packets on the line, %d in the record, want %d", packets, o.Packets, c.requests)
			}
		})
	}
}

func TestProbeOtherBytes(t *testing.T) {
	t.Parallel()
	b := startBMC(t, func([]byte) [][]byte { return [][]byte{[]byte("hello\x1b[31m")} })
	o := Prober{}.Probe(t.Context(), b.target())
	if o.Class != probes.OpenOther || o.Flags&probes.Spoke == 0 || o.Evidence.Banner != `hello\x1b[31m` || len(o.Evidence.SHA256) != 64 {
		t.Errorf("%v, flags %v, %+v", o.Class, o.Flags, o.Evidence)
	}
}

// An answer with a wrong checksum, and one to another request, prove nothing.
func TestProbeRefusesForeignAnswers(t *testing.T) {
	t.Parallel()
	b := startBMC(t, func(r []byte) [][]byte {
		if r[3] == classASF || r[19] != cmdAuthCapability {
			return nil
		}
		good := frameAnswer(r, []byte{0, 1, 0x96, 4, 3, 0, 0, 0, 0})[0]
		damaged, late := bytes.Clone(good), bytes.Clone(r)
		damaged[22] ^= 1
		late[18] += 4
		return [][]byte{damaged, frameAnswer(late, []byte{0, 1, 0x96, 4, 3, 0, 0, 0, 0})[0]}
	})
	if o := (Prober{}).Probe(t.Context(), b.target()); o.Class != probes.OpenOther || o.Weak != 0 {
		t.Errorf("%v with %v", o.Class, o.Weak.List())
	}
}

func TestProbeClosedPort(t *testing.T) {
	t.Parallel()
	b := startBMC(t, chip{}.answer)
	target := b.target()
	b.conn.Close()
	o := Prober{}.Probe(t.Context(), target)
	if o.Class != probes.PortUnreach || o.Packets != 1 {
		t.Errorf("%v after %d packets, want port_unreach after 1", o.Class, o.Packets)
	}
}

func TestProbeCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	b := startBMC(t, func(r []byte) [][]byte {
		if r[3] == classIPMI {
			cancel()
			return nil
		}
		return chip{pong: true}.answer(r)
	})
	o := Prober{}.Probe(ctx, b.target())
	if o.Class != probes.OpenProto || o.Reason != probes.Cancelled {
		t.Errorf("cancelled after the pong: %v %v; the proof must stay and the reason say so", o.Class, o.Reason)
	}
	o = Prober{}.Probe(ctx, b.target())
	if o.Class != probes.ProbeError || o.Reason != probes.Cancelled {
		t.Errorf("cancelled before: %v %v", o.Class, o.Reason)
	}
}
