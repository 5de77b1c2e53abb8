package probes

import (
	"encoding/binary"
	"math"
	"net/netip"
	"sync"
	"testing"
	"time"
	"unsafe"
)

func TestBoardSet(t *testing.T) {
	t.Parallel()
	p := testPlan(3, echo, tcpPort(443))
	b := NewBoard(p)
	start := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	b.Begin(start)
	b.Begin(start.Add(time.Hour)) // a resumed run: At still counts from the first start
	router := netip.MustParseAddr("198.18.9.9")
	for _, o := range []Observation{
		{Flow: 2, Class: SilenceUnproven, Attempts: 2, At: start.Add(1500 * time.Millisecond)},
		{Flow: 2, Class: Prohibited, Offender: router, ICMPType: 3, ICMPCode: 13, RTT: 1234 * time.Microsecond, At: start.Add(2 * time.Second)},
		{Flow: 3, Class: PortUnreach, Offender: p.Flow(3).Addr, Attempts: 999, At: start.Add(-time.Second)},
		{Flow: 5, Class: PortUnreachMid, Offender: router, RTT: 3 * time.Hour},
	} {
		if !b.Set(o) {
			t.Errorf("flow %d was refused", o.Flow)
		}
	}
	row, _ := b.Row(1, nil)
	if c := row[0]; c.Class != Prohibited || c.ICMPType != 3 || c.ICMPCode != 13 || c.RTT != 1234 || c.At != 2000 || b.Offender(c.Offender) != router {
		t.Errorf("flow 2: %+v", c)
	}
	if c := row[1]; c.Offender != OffenderTarget || c.Attempts != math.MaxUint8 || c.At != 0 || b.Offender(c.Offender).IsValid() {
		t.Errorf("flow 3: %+v", c)
	}
	last, _ := b.Row(2, row)
	if c := last[1]; c.Offender != 1 || c.RTT != math.MaxUint32 {
		t.Errorf("flow 5: %+v", c)
	}
	c := b.Counters()
	if c.Flows != 6 || c.Settled != 3 || c.Of(Prohibited) != 1 || c.Of(SilenceUnproven) != 0 {
		t.Errorf("counters %+v", c)
	}
	for _, o := range []Observation{{Flow: 6, Class: OpenProto}, {Flow: math.MaxUint32, Class: OpenProto}, {Flow: 1, Class: classCount}} {
		if b.Set(o) {
			t.Errorf("flow %d with class %d was taken", o.Flow, o.Class)
		}
	}
}

func TestBoardOffendersAreBounded(t *testing.T) {
	t.Parallel()
	p := testPlan(1, echo)
	b := NewBoard(p)
	for i := range uint32(maxOffenders + 10) {
		b.Set(Observation{Flow: 0, Class: Unreach, Offender: netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, 0x0a000000+i)))})
	}
	row, _ := b.Row(0, nil)
	if row[0].Offender != OffenderOther || len(b.offenders) != maxOffenders || b.Offender(OffenderOther).IsValid() {
		t.Errorf("offender %d, table of %d", row[0].Offender, len(b.offenders))
	}
}

func TestBoardDrain(t *testing.T) {
	t.Parallel()
	p := testPlan(1000, echo, tcpPort(443))
	b := NewBoard(p)
	drained := func() (hosts []int, c Counters) {
		c = b.Drain(func(host int, cells []Cell, s HostState) {
			hosts = append(hosts, host)
			if len(cells) != 2 || cap(cells) != 2 {
				t.Errorf("host %d: %d cells, capacity %d", host, len(cells), cap(cells))
			}
			b.Active(host) // the lock is free inside the call
		})
		return hosts, c
	}
	if hosts, _ := drained(); len(hosts) != 0 {
		t.Errorf("a fresh board drains %v", hosts)
	}
	for id := range FlowID(2000) {
		b.Set(Observation{Flow: id, Class: OpenProto})
	}
	hosts, c := drained()
	if len(hosts) != 1000 || hosts[999] != 999 || c.Settled != 2000 {
		t.Errorf("%d hosts, counters %+v", len(hosts), c)
	}
	b.SetHost(7, HostState{Flags: HostDone})
	b.SetActive(63, true)
	b.SetActive(63, true)
	b.SetActive(64, true)
	hosts, c = drained()
	if len(hosts) != 3 || hosts[0] != 7 || hosts[1] != 63 || hosts[2] != 64 || c.Finished != 1 || c.Active != 2 {
		t.Errorf("hosts %v, counters %+v", hosts, c)
	}
	b.SetHost(7, HostState{Flags: HostDone | HostQuiet})
	b.SetActive(63, false)
	if c := b.Counters(); c.Finished != 1 || c.Active != 1 || b.Active(63) || !b.Active(64) {
		t.Errorf("counters %+v", c)
	}
}

// Portions come round to every host that changed, and to none of them twice before the others.
func TestBoardDrainsInPortions(t *testing.T) {
	t.Parallel()
	b := NewBoard(testPlan(1000, tcpPort(443)))
	portion := func(most int) (hosts []int, c Counters, more bool) {
		c, more = b.DrainSome(most, func(host int, _ []Cell, _ HostState) { hosts = append(hosts, host) })
		return hosts, c, more
	}
	mark := func(from, to FlowID) {
		for id := from; id < to; id++ {
			b.Set(Observation{Flow: id, Class: OpenProto})
		}
	}
	mark(0, 1000)
	hosts, c, more := portion(500)
	if len(hosts) != 2*drainChunk || hosts[0] != 0 || c.Settled != 1000 || !more {
		t.Fatalf("the first portion has %d hosts, counters %+v, more %t", len(hosts), c, more)
	}
	mark(0, 300) // they have had their turn
	if hosts, _, more = portion(488); len(hosts) != 488 || hosts[0] != 512 || hosts[487] != 999 || !more {
		t.Fatalf("the second portion has %d hosts, more %t", len(hosts), more)
	}
	if hosts, c, more = portion(500); len(hosts) != 300 || hosts[0] != 0 || hosts[299] != 299 || more || c.Settled != 1000 {
		t.Fatalf("the third portion has %d hosts, counters %+v, more %t", len(hosts), c, more)
	}
	if hosts, _, more = portion(500); len(hosts) != 0 || more {
		t.Fatalf("nothing changed: %v, more %t", hosts, more)
	}
	mark(0, 1000)
	portion(1)
	all := 0
	if c := b.Drain(func(int, []Cell, HostState) { all++ }); all != 1000-drainChunk || c.Settled != 1000 {
		t.Errorf("what a portion left is %d hosts, counters %+v", all, c)
	}
}

func TestBoardUnderLoad(t *testing.T) {
	t.Parallel()
	p := testPlan(300, echo, tcpPort(443), tcpPort(22))
	b := NewBoard(p)
	seen := make(map[FlowID]bool)
	collect := func(host int, cells []Cell, _ HostState) {
		first := p.Host(host).First
		for i, c := range cells {
			if c.Class != Unobserved {
				seen[first+FlowID(i)] = true
			}
		}
	}
	var writers sync.WaitGroup
	for w := range FlowID(3) {
		writers.Go(func() {
			for id := w; int(id) < p.Flows(); id += 3 {
				b.Set(Observation{Flow: id, Class: RstUnknown})
			}
		})
	}
	for range 20 {
		b.Drain(collect)
	}
	writers.Wait()
	if c := b.Drain(collect); c.Settled != p.Flows() || len(seen) != p.Flows() {
		t.Errorf("drained %d of %d flows, counters %+v", len(seen), p.Flows(), c)
	}
}

func TestBoardGatesAreCopies(t *testing.T) {
	t.Parallel()
	b := NewBoard(testPlan(1, echo))
	b.SetGates(Gates{CanaryAnswered: []string{"a"}})
	b.Gates().CanaryAnswered[0] = "b"
	if g := b.Gates(); g.CanaryAnswered[0] != "a" {
		t.Errorf("gates %+v", g)
	}
}

// Beside the cells a Board holds three bytes and two bits for each host, and nothing else that grows with
// the plan: the copies of Drain are bounded by drainChunk, the senders by maxOffenders.
func TestBoardMemoryPerFlow(t *testing.T) {
	t.Parallel()
	if size := unsafe.Sizeof(Cell{}); size > 24 {
		t.Errorf("a cell takes %d bytes", size)
	}
	if size := unsafe.Sizeof(HostState{}); size > 3 {
		t.Errorf("a host takes %d bytes", size)
	}
	b := NewBoard(testPlan(4096, echo))
	if got := len(b.dirty) + len(b.active); got != 2*4096/64 || len(b.copies) != 0 || len(b.states) != 0 {
		t.Errorf("%d words of marks, %d copies", got, len(b.copies))
	}
}

func BenchmarkBoardSet(b *testing.B) {
	p := testPlan(65536, echo, tcpPort(443), tcpPort(22), udpPort(623))
	board := NewBoard(p)
	o := Observation{Class: OpenProto, At: time.Now()}
	for b.Loop() {
		o.Flow = (o.Flow + 7) % FlowID(p.Flows())
		board.Set(o)
	}
}

func BenchmarkBoardDrain(b *testing.B) {
	p := testPlan(65536, echo, tcpPort(443), tcpPort(22), udpPort(623))
	board := NewBoard(p)
	for name, step := range map[string]int{"all": 1, "2000 of 65536": 32, "none": 65536} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				for h := step - 1; h < 65536 && step < 65536; h += step {
					board.SetHost(h, HostState{})
				}
				b.StartTimer()
				board.Drain(func(int, []Cell, HostState) {})
			}
		})
	}
}
