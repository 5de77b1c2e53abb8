package vantage

import (
	"net/netip"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestLook(t *testing.T) {
	t.Parallel()
	f, err := Look()
	if err != nil {
		t.Fatal(err)
	}
	if f.Ping == (f.Hint != "") {
		t.Errorf("ping %v with the hint %q", f.Ping, f.Hint)
	}
	if f.Raw && !f.Ping {
		t.Error("raw sockets without ping")
	}
	for _, a := range f.Addrs {
		if a.IsLoopback() || !a.IsValid() || a.Zone() != "" {
			t.Errorf("own address %s", a)
		}
	}
}

func TestHintNamesBothWays(t *testing.T) {
	t.Parallel()
	for _, want := range []string{"net.ipv4.ping_group_range", "setcap cap_net_raw+ep "} {
		if got := hint(); !strings.Contains(got, want) {
			t.Errorf("hint %q does not name %q", got, want)
		}
	}
}

func TestPathToLoopback(t *testing.T) {
	t.Parallel()
	f, err := Look()
	if err != nil {
		t.Fatal(err)
	}
	source, iface, onLink, ok := f.Path(netip.MustParseAddr("127.0.0.5"))
	if !ok || iface != "lo" || !onLink || !source.IsLoopback() {
		t.Errorf("Path = %s %s %v %v", source, iface, onLink, ok)
	}
}

func TestPathRefusesWhatIsNotOneStation(t *testing.T) {
	t.Parallel()
	f, err := Look()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range []string{"255.255.255.255", "127.255.255.255"} {
		if _, _, _, ok := f.Path(netip.MustParseAddr(a)); ok {
			t.Errorf("a route to the broadcast address %s", a)
		}
	}
}

func TestInRange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text   string
		groups []int
		want   bool
		fails  bool
	}{
		{"1\t0\n", []int{0, 1, 1000}, false, false},
		{"0 2147483647", []int{1000}, true, false},
		{"1000 1000", []int{999, 1001}, false, false},
		{"1000 1000", []int{5, 1000}, true, false},
		{"0 0", []int{-1}, false, false},
		{"", []int{0}, false, true},
		{"0", []int{0}, false, true},
		{"-1 5", []int{0}, false, true},
		{"0 x", []int{0}, false, true},
		{"0 99999999999", []int{0}, false, true},
	} {
		got, err := inRange(c.text, c.groups)
		if got != c.want || (err != nil) != c.fails {
			t.Errorf("inRange(%q, %v) = %v, %v", c.text, c.groups, got, err)
		}
	}
}

// answer builds a route message as the kernel would.
func answer(kind byte, attrs ...[]byte) []byte {
	b := make([]byte, headerSize+routeSize)
	b[headerSize+7] = kind
	for _, a := range attrs {
		b = append(b, a...)
	}
	b[0], b[4] = byte(len(b)), byte(unix.RTM_NEWROUTE) // little endian machines, the only ones we build for
	return b
}

func TestParse(t *testing.T) {
	t.Parallel()
	source := attribute(nil, unix.RTA_PREFSRC, []byte{10, 0, 0, 9})
	link := attribute(nil, unix.RTA_OIF, []byte{7, 0, 0, 0})
	gateway := attribute(nil, unix.RTA_GATEWAY, []byte{10, 0, 0, 1})
	us := netip.MustParseAddr("10.0.0.9")
	for name, c := range map[string]struct {
		in   []byte
		want route
		ok   bool
	}{
		"on the link":     {answer(unix.RTN_UNICAST, source, link), route{us, 7, false}, true},
		"behind gateway":  {answer(unix.RTN_UNICAST, source, link, gateway), route{us, 7, true}, true},
		"own address":     {answer(unix.RTN_LOCAL, source, link), route{us, 7, false}, true},
		"blackhole":       {answer(unix.RTN_BLACKHOLE, source, link), route{}, false},
		"attribute short": {answer(unix.RTN_UNICAST, []byte{9, 0, 7, 0}), route{}, false},
		"attribute empty": {answer(unix.RTN_UNICAST, []byte{0, 0, 7, 0}), route{}, false},
		"cut header":      {answer(unix.RTN_UNICAST)[:10], route{}, false},
		"size lies":       {append([]byte{255}, answer(unix.RTN_UNICAST)[1:]...), route{}, false},
	} {
		got, err := parse(c.in)
		if got != c.want || (err == nil) != c.ok {
			t.Errorf("%s: parse = %+v, %v", name, got, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(answer(unix.RTN_UNICAST, attribute(nil, unix.RTA_PREFSRC, make([]byte, 16))))
	f.Add(answer(unix.RTN_LOCAL, []byte{5, 0, 4, 0, 1}))
	f.Add([]byte{20, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x8f, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := parse(b)
		if err != nil && r != (route{}) {
			t.Errorf("an error with a route: %+v, %v", r, err)
		}
	})
}

func FuzzInRange(f *testing.F) {
	f.Add("1\t0\n", 0)
	f.Add("0 2147483647", 1000)
	f.Fuzz(func(t *testing.T, text string, group int) {
		if in, err := inRange(text, []int{group}); in && (err != nil || group < 0) {
			t.Errorf("inRange(%q, %d) = %v, %v", text, group, in, err)
		}
	})
}

func BenchmarkPath(b *testing.B) {
	f, err := Look()
	if err != nil {
		b.Fatal(err)
	}
	target := netip.MustParseAddr("127.0.0.5")
	for b.Loop() {
		f.Path(target)
	}
}

func TestPathLeavesNoHandle(t *testing.T) {
	f, err := Look()
	if err != nil {
		t.Fatal(err)
	}
	count := func() int {
		files, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		return len(files)
	}
	before := count()
	for range 50 {
		f.Path(netip.MustParseAddr("127.0.0.1"))
	}
	if after := count(); after > before {
		t.Errorf("%d handles before, %d after", before, after)
	}
}
