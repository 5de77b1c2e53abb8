package hops

import (
	"testing"

	"golang.org/x/net/bpf"
)

// ipVM runs the part of the filter that looks at the packet; the kernel's side data exists in a kernel alone, where
// the laboratory tests it.
func ipVM(t testing.TB) *bpf.VM {
	t.Helper()
	vm, err := bpf.NewVM(ipFilter())
	if err != nil {
		t.Fatal(err)
	}
	return vm
}

func TestFilter(t *testing.T) {
	t.Parallel()
	vm := ipVM(t)
	for _, c := range packets {
		n, err := vm.Run(c.bytes)
		if err != nil || (n != 0) != c.passes || n != 0 && n < min(len(c.bytes), 40) {
			t.Errorf("%s: %d bytes pass, %v", c.name, n, err)
		}
		if c.kind != 0 && !c.passes {
			t.Errorf("%s: the table asks for a packet that never comes", c.name)
		}
	}
	if _, err := bpf.Assemble(filter()); err != nil {
		t.Error(err)
	}
}

// What the parser takes must get past the filter.
func FuzzFilter(f *testing.F) {
	for _, c := range packets {
		f.Add(c.bytes)
	}
	vm := ipVM(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		n, err := vm.Run(b)
		if err != nil {
			t.Fatal(err)
		}
		if p, ok := parse(b); ok && n == 0 {
			t.Errorf("%x: dropped, but it is %+v", b, p)
		}
	})
}
