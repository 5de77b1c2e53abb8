package hops

import (
	"strings"
	"testing"

	"golang.org/x/net/bpf"
)

// ipVM runs the parts of the filter that look at the packet, of what comes in and of what goes out; the kernel's side
// data exists in a kernel alone, where the laboratory tests it.
func ipVM(t testing.TB) (in, out *bpf.VM) {
	t.Helper()
	var list []*bpf.VM
	for _, transport := range [][]bpf.Instruction{answersIn(), openingsOut(Ports{})} {
		vm, err := bpf.NewVM(ipFilter(transport))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, vm)
	}
	return list[0], list[1]
}

func TestFilter(t *testing.T) {
	t.Parallel()
	in, out := ipVM(t)
	for _, c := range packets {
		vm, other := in, out
		if c.kind == opening {
			vm, other = out, in
		}
		if n, err := other.Run(c.bytes); c.kind != 0 && n != 0 && !strings.Contains(c.name, "extensions") || err != nil {
			t.Errorf("%s: %d bytes pass in the wrong direction, %v", c.name, n, err)
		}
		n, err := vm.Run(c.bytes)
		if err != nil || (n != 0) != c.passes || n != 0 && n < min(len(c.bytes), 40) {
			t.Errorf("%s: %d bytes pass, %v", c.name, n, err)
		}
		if c.kind != 0 && !c.passes {
			t.Errorf("%s: the table asks for a packet that never comes", c.name)
		}
	}
	if _, err := bpf.Assemble(filter(Ports{})); err != nil {
		t.Error(err)
	}
}

// A SYN from a port to skip does not pass, its neighbours do.
func TestFilterSkipsPorts(t *testing.T) {
	t.Parallel()
	vm, err := bpf.NewVM(ipFilter(openingsOut(Ports{40000, 40002})))
	if err != nil {
		t.Fatal(err)
	}
	for port, passes := range map[uint16]bool{39999: true, 40000: false, 40001: false, 40002: false, 40003: true} {
		for _, packet := range [][]byte{ipv4(protoTCP, 64, 0, segment(port, 22, flagSYN)), ipv6(protoTCP, 64, segment(port, 22, flagSYN))} {
			if n, err := vm.Run(packet); err != nil || (n != 0) != passes {
				t.Errorf("port %d: %d bytes, %v", port, n, err)
			}
		}
	}
}

// What the parser takes must get past the filter.
func FuzzFilter(f *testing.F) {
	for _, c := range packets {
		f.Add(c.bytes)
	}
	in, out := ipVM(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		p, ok := parse(b)
		vm := in
		if p.kind == opening {
			vm = out
		}
		n, err := vm.Run(b)
		if err != nil {
			t.Fatal(err)
		}
		if ok && n == 0 {
			t.Errorf("%x: dropped, but it is %+v", b, p)
		}
	})
}
