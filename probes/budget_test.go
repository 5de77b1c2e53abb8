package probes

import (
	"net/netip"
	"testing"
	"time"
)

func TestEstimateAddsUp(t *testing.T) {
	t.Parallel()
	s := newSegment(t, gap, openAll)
	p := testPlan(100, echo, tcpPort(443), udpPort(623))
	b := Estimate(p, s.probers())
	// Three endpoints with 2 conversations each; controls with one try each: one check between the flows and
	// one after them, three tries each; one closed port and one unlikely port.
	perHost := 3*2 + 2*3 + 2
	again := 3*2 + 3 // each flow once more, on as many hosts as are asked again, and a control behind each
	if b.Hosts != 100 || b.Flows != 300 || b.PerHost != perHost+again {
		t.Errorf("budget %+v, want %d conversations for each host", b, perHost+again)
	}
	taint := taintFlows * 2
	if b.Conversations != int64(100*perHost+(limitAsked+limitSample)*again+taint) || b.Packets != 2*b.Conversations {
		t.Errorf("budget %+v", b)
	}
	p.Canaries = []netip.Addr{netip.MustParseAddr("198.18.3.250")}
	once := 2*1 + 1 + 1 // a knock and a conversation behind it, an echo, a datagram service; at the start and at the end
	if with := Estimate(p, s.probers()); with.Conversations != b.Conversations+int64(2*once) {
		t.Errorf("with a canary: %+v, without %+v", with, b)
	}
}

func TestEstimateOfTimeDoesNotGrowWithASmallSegment(t *testing.T) {
	t.Parallel()
	s := newSegment(t, gap, openAll)
	one := Estimate(testPlan(1, echo, tcpPort(443), tcpPort(22)), s.probers()).Estimate
	many := Estimate(testPlan(200, echo, tcpPort(443), tcpPort(22)), s.probers()).Estimate
	if one < 3*gap || one > 30*time.Second || many > 2*one {
		t.Errorf("one host takes %s, 200 take %s", one, many)
	}
	slow := testPlan(200, echo, tcpPort(443), tcpPort(22))
	slow.Pace = Paces()[0]
	if got := Estimate(slow, s.probers()).Estimate; got < 2*many {
		t.Errorf("gentle takes %s, normal %s", got, many)
	}
}

func TestQuietChecks(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]int{0: 0, 1: 0, 2: 1, 5: 1, 6: 2, 13: 2, 14: 3, 30: 4} {
		if got := quietChecks(n); got != want {
			t.Errorf("quietChecks(%d) = %d, want %d", n, got, want)
		}
	}
}

func TestParallelKeepsHostsBusy(t *testing.T) {
	t.Parallel()
	p := testPlan(1, echo)
	p.Pace = Paces()[0]
	if n := p.parallel(); n < 20 || n > 44 {
		t.Errorf("gentle has %d hosts under way: at 20 conversations a second each must get one in 2.2 s", n)
	}
	p.Pace = Pace{Hosts: 1 << 30}
	if n := p.parallel(); n*filesPerHost > openFiles() {
		t.Errorf("%d hosts may need more than %d file handles", n, openFiles())
	}
}
