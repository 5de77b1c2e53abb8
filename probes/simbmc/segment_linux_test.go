package simbmc

import (
	"bytes"
	"context"
	"net"
	"net/netip"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"testing"
	"time"

	"oobscope/probes"
)

// patience is how long a test waits for what must come; brief for what must not.
const (
	patience = 20 * time.Second
	brief    = 300 * time.Millisecond
)

func segment(t *testing.T, o Options) *Segment {
	t.Helper()
	s, err := Start(o)
	if err != nil {
		t.Fatalf("start: %v", err)
	}
	t.Cleanup(s.Close)
	return s
}

// of returns a host of that personality.
func (s *Segment) of(t *testing.T, personality string) *host {
	t.Helper()
	for _, h := range s.hosts {
		if h.Personality == personality {
			return h
		}
	}
	t.Fatalf("no %s host in the segment", personality)
	return nil
}

func TestProportions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ hosts, least int }{{15, 1}, {64, 2}, {1024, 60}} {
		for seed := range uint64(20) {
			count := map[string]int{}
			for _, p := range deal(c.hosts-2, seed) {
				count[p.name]++
			}
			for _, k := range kinds() {
				if count[k.name] < c.least {
					t.Errorf("%d hosts, seed %d: %d of %s, want at least %d", c.hosts, seed, count[k.name], k.name, c.least)
				}
			}
		}
	}
}

func TestHostsFollowTheSeed(t *testing.T) {
	t.Parallel()
	a, b, c := segment(t, Options{Hosts: 40, Seed: 7}), segment(t, Options{Hosts: 40, Seed: 7}), segment(t, Options{Hosts: 40, Seed: 8})
	same, other := 0, 0
	roles := map[string]int{}
	for i, h := range a.Hosts() {
		roles[h.Role]++
		if h.Personality == b.Hosts()[i].Personality && a.hosts[i].uuid == b.hosts[i].uuid {
			same++
		}
		if h.Personality != c.Hosts()[i].Personality {
			other++
		}
		if h.Title == "" || !netip.MustParsePrefix("127.64.0.0/10").Contains(h.Addr) {
			t.Errorf("host %d: %+v", i, h)
		}
	}
	if same != 40 || other == 0 {
		t.Errorf("%d of 40 hosts alike with the same seed, %d differ with another", same, other)
	}
	if roles["bmc"] != 38 || roles["appliance"] != 1 || roles["resolver"] != 1 {
		t.Errorf("roles: %v", roles)
	}
}

func TestOptionsRefused(t *testing.T) {
	t.Parallel()
	for _, o := range []Options{{Hosts: 2}, {Hosts: -1}, {Hosts: MaxHosts + 1}, {Slow: -1}} {
		if s, err := Start(o); err == nil {
			s.Close()
			t.Errorf("%+v was accepted", o)
		}
	}
}

func TestSegmentsSideBySide(t *testing.T) {
	t.Parallel()
	var wg sync.WaitGroup
	var mu sync.Mutex
	taken := map[netip.Addr]bool{}
	for range 8 {
		wg.Go(func() {
			s, err := Start(Options{Hosts: 20, Seed: 1})
			if err != nil {
				t.Errorf("start: %v", err)
				return
			}
			t.Cleanup(s.Close)
			mu.Lock()
			defer mu.Unlock()
			for _, h := range s.Hosts() {
				if taken[h.Addr] {
					t.Errorf("%v is in two segments", h.Addr)
				}
				taken[h.Addr] = true
			}
		})
	}
	wg.Wait()
}

// A block in use, or a stranger on one of the ports, must be noticed.
func TestClaim(t *testing.T) {
	t.Parallel()
	s := segment(t, Options{Hosts: MinHosts})
	if lock, err := claim(s.block, s.ports); err == nil {
		lock.Close()
		t.Error("a block in use was claimed again")
	}
	stranger, err := net.Listen("tcp4", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stranger.Close()
	var ports [doorCount]uint16
	ports[doorPanel] = netip.MustParseAddrPort(stranger.Addr().String()).Port()
	if lock, err := claim(drawBlock(placeSource(3)), ports); err == nil {
		lock.Close()
		t.Error("a port where a stranger listens on every address was taken")
	}
}

func TestCloseLeavesNothing(t *testing.T) {
	t.Parallel()
	var s *Segment
	pprof.Do(context.Background(), pprof.Labels("segment", t.Name()), func(context.Context) {
		var err error
		if s, err = Start(Options{Hosts: 20, Slow: time.Hour}); err != nil {
			t.Fatalf("start: %v", err)
		}
	})
	if !labelled(t, t.Name()) {
		t.Fatal("a running segment has no goroutine with its label: the check below would see none either")
	}
	// Conversations of every length are under way: muted, and slow beyond any patience.
	for _, at := range []netip.AddrPort{s.of(t, "mute").addrPort(doorCIM), s.of(t, "slow").addrPort(doorSLP)} {
		c, err := net.DialTimeout("tcp4", at.String(), patience)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if _, err := c.Write(slpTypesAsked); err != nil {
			t.Fatal(err)
		}
	}
	wire, err := s.Wire().Open(false)
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	s.Close() // twice is harmless
	if _, _, err := wire.ReadFrom(make([]byte, 64)); err == nil {
		t.Error("the wire outlived the segment")
	}
	if _, err := s.Wire().Open(false); err == nil {
		t.Error("a closed segment opened a wire")
	}
	for end := time.Now().Add(patience); labelled(t, t.Name()); runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatal("goroutines of the segment still run")
		}
	}
	checkFree(t, s)
}

// labelled tells whether a goroutine with that label still exists: the last deed of one that ends comes
// shortly before its end.
func labelled(t *testing.T, name string) bool {
	t.Helper()
	var b bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&b, 1); err != nil {
		t.Fatal(err)
	}
	return strings.Contains(b.String(), `"segment":"`+name+`"`)
}

// checkFree binds all that the segment had bound.
func checkFree(t *testing.T, s *Segment) {
	t.Helper()
	lock, err := claim(s.block, s.ports)
	if err != nil {
		t.Fatalf("the block is not free again: %v", err)
	}
	defer lock.Close()
	for _, h := range s.hosts {
		for d := range h.persona.streams {
			ln, err := net.Listen("tcp4", h.addrPort(d).String())
			if err != nil {
				t.Errorf("%s: %v", h.Personality, err)
				continue
			}
			ln.Close()
		}
	}
}

// The control ports give no sign of life on dead hosts, and are closed on all others.
func TestControlPorts(t *testing.T) {
	t.Parallel()
	s := segment(t, Options{Hosts: 20})
	control := s.Control()
	var wg sync.WaitGroup
	for _, h := range s.hosts {
		wg.Go(func() {
			want := Truth{Class: probes.RstUnknown}
			if h.persona.dead {
				want.Class = probes.SilenceUnproven
			}
			if s.HostAlive(h.Addr) == h.persona.dead {
				t.Errorf("%s: alive is %v", h.Personality, s.HostAlive(h.Addr))
			}
			checkStream(t, h, netip.AddrPortFrom(h.Addr, control.TCPPort), want)
			if !h.persona.dead {
				want.Class = probes.PortUnreach
			}
			checkDatagram(t, h, netip.AddrPortFrom(h.Addr, control.UDPPort), want)
		})
	}
	wg.Wait()
	if s.HostAlive(s.block.canary()) {
		t.Error("nobody lives at the canary address")
	}
}

func BenchmarkStart64(b *testing.B) {
	for b.Loop() {
		s, err := Start(Options{Hosts: 64})
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		s.Close()
		b.StartTimer()
	}
}
