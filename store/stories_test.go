package store

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"oobscope/probes"
)

// teller makes the observations of a segment behind a firewall that drops everything, with the packet
// stories that the probers leave behind then: each SYN and datagram twice, each wait to its end, the source
// ports and tokens drawn as the system and the probers draw them.
type teller struct {
	random *rand.Rand
	port   uint16
}

func newTeller() *teller { return &teller{random: rand.New(rand.NewPCG(1, 2)), port: 32768} }

// services is how many flows a host has.
const services = 12

func (l *teller) silence(flow int) probes.Observation {
	host, slot := flow/services, flow%services
	target := netip.AddrFrom4([4]byte{198, 18 + byte(host>>16), byte(host >> 8), byte(host)})
	o := probes.Observation{
		Flow: probes.FlowID(flow), Class: probes.Silence, Attempts: 2, Packets: 2,
		At: began.Add(time.Duration(flow/400)*time.Millisecond + time.Duration(l.random.IntN(8000))*time.Millisecond),
	}
	switch slot {
	case 0:
		o.Evidence = l.echo(target)
	case 1, 2:
		o.Evidence = l.datagrams(target, 427, "SLP SrvTypeRqst, all types", "020900001d0000000000", 2, "0002656e0000ffff000744454641554c54", "SLP SrvRqst, service:wbem")
	case 3:
		o.Evidence = l.datagrams(target, 623, "ASF presence ping", "0600ff06000011be80", 1, "0000", "Get Channel Authentication Capabilities, v2.0 data", "Get Channel Authentication Capabilities, v1.5")
	case 4:
		o.Evidence = l.datagrams(target, 53, "DNS query of version.bind", "", 2, "010000010000000000000776657273696f6e0462696e640000100003")
	default:
		o.Evidence = l.syns(target, []uint16{443, 5989, 5988, 115, 49152, 7778, 8443, 22}[(slot-4)%8])
	}
	return o
}

// at is a moment in ms, to the microsecond as the recorder has it.
func (l *teller) after(ms *float64, wait, jitter float64) float64 {
	*ms = float64(int64((*ms+wait+jitter*l.random.Float64())*1000)) / 1000
	return *ms
}

func (l *teller) source() string {
	l.port += uint16(2 * (1 + l.random.IntN(40)))
	return fmt.Sprintf("10.20.0.7:%d", max(l.port, 32768))
}

func (l *teller) token(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(l.random.Uint32())
	}
	return hex.EncodeToString(b)
}

func (l *teller) syns(target netip.Addr, port uint16) (e probes.Evidence) {
	to, ms := netip.AddrPortFrom(target, port).String(), 0.0
	l.after(&ms, 0, 200)
	for range 2 {
		from := l.source()
		e.Steps = append(e.Steps,
			probes.Step{AtMS: l.after(&ms, 0, 0.05), Dir: "sent", What: "SYN", From: from, To: to},
			probes.Step{AtMS: l.after(&ms, 3000, 1.5), Dir: "wait", What: "3.0 s, nothing", From: to, To: from})
		l.after(&ms, 0, 40)
	}
	return e
}

func (l *teller) datagrams(target netip.Addr, port uint16, what, before string, token int, behind string, more ...string) (e probes.Evidence) {
	to, ms := netip.AddrPortFrom(target, port).String(), 0.0
	l.after(&ms, 0, 200)
	for _, what := range append([]string{what}, more...) {
		load := before + l.token(token) + behind
		for try := range 2 {
			from, wait := fmt.Sprintf("10.20.0.7:%d", 32768+l.random.IntN(28000)), 1500*float64(try+1)
			e.Steps = append(e.Steps,
				probes.Step{AtMS: l.after(&ms, 0, 0.05), Dir: "sent", What: what, From: from, To: to, Bytes: len(load) / 2, Hex: load},
				probes.Step{AtMS: l.after(&ms, wait, 1.5), Dir: "wait", What: fmt.Sprintf("%.1f s, no answer", wait/1000), To: from})
			l.after(&ms, 0, 40)
		}
	}
	return e
}

func (l *teller) echo(target netip.Addr) (e probes.Evidence) {
	ms, token := 0.0, l.token(34)
	for try := range 2 {
		load := "0800" + l.token(2) + token[:4] + fmt.Sprintf("%04x", try+1) + token[4:]
		e.Steps = append(e.Steps,
			probes.Step{AtMS: l.after(&ms, 0, 0.1), Dir: "sent", What: fmt.Sprintf("ICMP echo request, sequence %d (ping socket)", try+1), To: target.String(), Bytes: len(load) / 2, Hex: load},
			probes.Step{AtMS: l.after(&ms, 3000, 1.5), Dir: "wait", What: fmt.Sprintf("nothing for sequence %d in 3s", try+1)})
		l.after(&ms, 1100, 40)
	}
	e.Facts = []probes.Fact{{Key: "icmp.way", Value: "ping socket"}}
	return e
}

// refusal is a datagram that a host refused.
func (l *teller) refusal(flow int) probes.Observation {
	host := flow / services
	target := netip.AddrFrom4([4]byte{198, 18 + byte(host>>16), byte(host >> 8), byte(host)})
	to, from := netip.AddrPortFrom(target, 623).String(), l.source()
	ms := 0.0
	return probes.Observation{
		Flow: probes.FlowID(flow), Class: probes.PortUnreach, Attempts: 1, Packets: 1, Offender: target, ICMPType: 3, ICMPCode: 3,
		RTT: time.Duration(l.random.IntN(900)) * time.Microsecond, At: began.Add(time.Duration(flow) * time.Millisecond),
		Evidence: probes.Evidence{Steps: []probes.Step{
			{AtMS: l.after(&ms, 0, 200), Dir: "sent", What: "ASF presence ping", From: from, To: to, Bytes: 12, Hex: "0600ff06000011be80" + l.token(1) + "0000"},
			{AtMS: l.after(&ms, 0, 1), Dir: "icmp", What: "icmp 3/3 from " + target.String(), From: target.String(), To: from},
		}},
	}
}

// over6 tells a story of SYNs again, over IPv6.
func over6(o probes.Observation, target string) probes.Observation {
	for i := range o.Evidence.Steps {
		s := &o.Evidence.Steps[i]
		if s.From, s.To = "[fd00:20::7]:40000", target; i%2 == 1 {
			s.From, s.To = s.To, s.From
		}
	}
	return o
}

func TestStoriesAreKeptWhole(t *testing.T) {
	t.Parallel()
	tell := newTeller()
	var list []probes.Observation
	for flow := range 30 * services {
		list = append(list, tell.silence(flow))
		if flow%services == 3 {
			list = append(list, tell.refusal(flow))
		}
	}
	six, far := over6(tell.silence(8999), "[fd00:21::9]:5989"), over6(tell.silence(9000), "[2001:db8::9]:5989")
	list = append(list, six, far)
	w := newFramer()
	order := w.inOrder(list)
	b := framedBy(t, w, list, order, 0)
	got, err := unframed(b, w.evidence.shapes.all())
	if err != nil || len(got) != len(list) {
		t.Fatalf("%d of %d came back, %v", len(got), len(list), err)
	}
	for k, i := range order {
		checkSame(t, &got[k], &list[i])
	}
	if n := len(w.evidence.shapes.all()); n > 20 {
		t.Errorf("%d shapes for stories of 15 kinds", n)
	}
	t.Logf("%d bytes for %d flows, %d shapes", len(b), len(list), len(w.evidence.shapes.all()))
}

// Whatever a story is, it comes back as it was, also when it is written against that of another flow.
func FuzzStories(f *testing.F) {
	tell := newTeller()
	for flow := range services {
		a, b := tell.silence(flow).Evidence, tell.silence(flow+services).Evidence
		f.Add(jsonOf(f, &a), jsonOf(f, &b))
	}
	a, b := tell.refusal(1).Evidence, answer(3).Evidence
	f.Add(jsonOf(f, &a), jsonOf(f, &b))
	f.Add([]byte(`{"steps":[{"dir":"sent","to":"[::1]:7","from":"a:01"}]}`), []byte(`{"steps":[{"dir":"sent","to":"[::2]:7","from":"a:65536"}]}`))
	f.Fuzz(func(t *testing.T, first, second []byte) {
		p, near := newFramer().evidence, neighbourhood{}
		for _, text := range [][]byte{first, second} {
			e, err := decodeEvidence(text)
			if err != nil || len(jsonOf(t, &e)) > maxEvidence {
				return
			}
			packed, err := p.pack(nil, &e, &near)
			if err != nil {
				t.Fatal(err)
			}
			got, err := unpackEvidence(packed, p.shapes.all(), near)
			if want := jsonOf(t, &e); err != nil || string(jsonOf(t, &got)) != string(want) {
				t.Errorf("%s came back as %s, %v", want, jsonOf(t, &got), err)
			}
		}
	})
}

func jsonOf(t testing.TB, e *probes.Evidence) []byte {
	t.Helper()
	b, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
