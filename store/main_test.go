package store

import (
	"fmt"
	"net/netip"
	"os"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"oobscope/audit"
	"oobscope/probes"
	"oobscope/teatest/mishap"
)

// TestMain runs the tests, or, as a child of one, the program that the test is about to kill.
func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		if err := mishap.Arm(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(child(dir, os.Getenv(childMode)))
	}
	os.Exit(m.Run())
}

var began = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

func newStore(t testing.TB) *Store {
	t.Helper()
	s, err := Open(t.TempDir() + "/store")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// quickStore is a store in memory, where the system has a place for that: for tests that make hundreds of them.
func quickStore(t testing.TB) *Store {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "oobscope-store-")
	if err != nil {
		return newStore(t)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return mustOpen(dir + "/store")
}

func newRun(t testing.TB, s *Store) *RunWriter {
	t.Helper()
	w, err := s.NewRun(audit.Run{Site: "dc1", Kits: []string{"oob@1.0.0"}, Started: began, Flows: 1000}, []byte("inputs"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	return w
}

// seen makes an observation that differs with its flow in every field.
func seen(flow int) probes.Observation {
	classes := probes.Classes()
	o := probes.Observation{
		Flow: probes.FlowID(flow), Class: classes[flow%len(classes)], Reason: probes.Reason(flow % 3), Flags: probes.Flags(flow % 4),
		ICMPType: uint8(flow), ICMPCode: uint8(flow >> 3), At: began.Add(time.Duration(flow) * time.Millisecond),
		RTT: time.Duration(flow) * time.Microsecond, Attempts: flow % 5, Packets: flow % 50, Weak: probes.WeakSet(flow),
	}
	switch flow % 3 {
	case 1:
		o.Offender = netip.AddrFrom4([4]byte{198, 18, byte(flow >> 8), byte(flow)})
	case 2:
		o.Offender = netip.MustParseAddr("fd00:20::1")
	}
	if flow%2 == 0 {
		o.Evidence = probes.Evidence{
			Steps: []probes.Step{{AtMS: 0.5, Dir: "sent", What: "SYN", To: "198.18.1.1:443"}, {AtMS: 1.5, Dir: "rst", What: "RST"}},
			Facts: []probes.Fact{{Key: "flow", Value: fmt.Sprint(flow)}},
		}
	}
	return o
}

func observe(t testing.TB, w *RunWriter, flows ...int) {
	t.Helper()
	for _, f := range flows {
		if err := w.Observe(seen(f)); err != nil {
			t.Fatal(err)
		}
	}
}

func span(from, to int) []int {
	var out []int
	for i := from; i < to; i++ {
		out = append(out, i)
	}
	return out
}

// finish ends a run the way the program does.
func finish(t testing.TB, w *RunWriter, state audit.RunState) {
	t.Helper()
	meta := w.Meta()
	meta.State, meta.Ended = state, began.Add(time.Minute)
	if err := w.Finish(meta); err != nil {
		t.Fatal(err)
	}
}

func openRun(t testing.TB, s *Store, id string) *RunFile {
	t.Helper()
	f, err := s.OpenRun(id)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func planOf(hosts, slots int) *probes.Plan {
	g := probes.Group{Role: "bmc"}
	for i := range hosts {
		g.Addrs = append(g.Addrs, netip.AddrFrom4([4]byte{198, 18, byte(i >> 8), byte(i)}))
	}
	for i := range slots {
		g.Endpoints = append(g.Endpoints, probes.Endpoint{Service: "redfish", Proto: probes.TCP, Port: uint16(i + 1)})
	}
	p := &probes.Plan{Groups: []probes.Group{g}}
	p.Seal()
	return p
}

// putSetting stores the bytes of a setting as they are.
func putSetting(s *Store, name, text string) error {
	return s.update(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte(settingBucket)).Put([]byte(name), []byte(text))
	})
}
