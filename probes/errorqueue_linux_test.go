package probes

import (
	"encoding/hex"
	"net/netip"
	"testing"

	"golang.org/x/sys/unix"
)

// entry builds the control message of one queue entry from the bytes after its header.
func entry(t testing.TB, level, kind int32, body string) []byte {
	t.Helper()
	data, err := hex.DecodeString(body)
	if err != nil {
		t.Fatal(err)
	}
	b := make([]byte, unix.CmsgSpace(len(data)))
	b[0] = byte(unix.CmsgLen(len(data))) // little endian machines, the only ones we build for
	b[8], b[12] = byte(level), byte(kind)
	copy(b[unix.CmsgLen(0):], data)
	return b
}

func TestParseErrors(t *testing.T) {
	t.Parallel()
	const v4, v6 = unix.IPPROTO_IP, unix.IPPROTO_IPV6
	for name, c := range map[string]struct {
		in   []byte
		want []ICMPError
	}{
		"prohibited by a router": {
			entry(t, v4, unix.IP_RECVERR, "7100000002030d000000000000000000020000000a0900020000000000000000"),
			[]ICMPError{{Type: 3, Code: 13, Errno: 113, Offender: netip.MustParseAddr("10.9.0.2")}},
		},
		"port unreachable, v6": {
			entry(t, v6, unix.IPV6_RECVERR, "6f0000000301040000000000000000000a00000000000000fd00000000000000000000000000000200000000"),
			[]ICMPError{{V6: true, Type: 1, Code: 4, Errno: 111, Offender: netip.MustParseAddr("fd00::2")}},
		},
		"local": {
			entry(t, v4, unix.IP_RECVERR, "5a00000001000000dc05000000000000020000000a0900020000000000000000"),
			[]ICMPError{{Local: true, Errno: 90}},
		},
		"without a sender": {
			entry(t, v4, unix.IP_RECVERR, "7100000002030100000000000000000000000000"),
			[]ICMPError{{Type: 3, Code: 1, Errno: 113}},
		},
		"cut":           {entry(t, v4, unix.IP_RECVERR, "7100000002030100"), nil},
		"another level": {entry(t, unix.SOL_SOCKET, unix.IP_RECVERR, "71000000020301000000000000000000"), nil},
		"no message":    {nil, nil},
		"half a header": {make([]byte, 5), nil},
	} {
		got := parseErrors(c.in)
		if len(got) != len(c.want) || len(got) == 1 && got[0] != c.want[0] {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func FuzzParseErrors(f *testing.F) {
	f.Add(entry(f, unix.IPPROTO_IP, unix.IP_RECVERR, "7100000002030d000000000000000000020000000a090002"))
	f.Add(entry(f, unix.IPPROTO_IPV6, unix.IPV6_RECVERR, "6f0000000301040000000000000000000a000000"))
	f.Add([]byte{16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 11, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, e := range parseErrors(b) {
			if e.Local && e.Offender.IsValid() {
				t.Errorf("a local error with a sender: %+v", e)
			}
			ICMPFailure(e, target4, us4)
			if e.String() == "" {
				t.Errorf("no words for %+v", e)
			}
		}
	})
}
