package probes

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"syscall"
	"testing"
)

var (
	target4, router4 = netip.MustParseAddr("198.18.0.5"), netip.MustParseAddr("198.18.0.1")
	target6, router6 = netip.MustParseAddr("fd00:20::5"), netip.MustParseAddr("fd00:20::1")
	us4              = netip.MustParseAddr("198.18.9.2")
)

func TestICMPClass(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		v6    bool
		kind  uint8
		codes []uint8
		from  string // target, router or nobody
		want  Class  // Unobserved: decides nothing
	}{
		{false, 3, []uint8{0, 1, 6, 7, 8, 11, 12}, "router", Unreach},
		{false, 3, []uint8{9, 10, 13, 14, 15}, "router", Prohibited},
		{false, 3, []uint8{9, 10, 13}, "target", Prohibited},
		{false, 3, []uint8{2, 3}, "target", PortUnreach},
		{false, 3, []uint8{2, 3}, "router", PortUnreachMid},
		{false, 3, []uint8{3}, "nobody", RstUnknown},
		{false, 3, []uint8{4, 5, 16, 255}, "router", Unobserved},
		{false, 11, []uint8{0, 1}, "router", TTLExceeded},
		{false, 4, []uint8{0}, "router", Unobserved},
		{false, 5, []uint8{1}, "router", Unobserved},
		{false, 12, []uint8{0}, "target", Unobserved},
		{true, 1, []uint8{0, 2, 3}, "router", Unreach},
		{true, 1, []uint8{1, 5, 6}, "router", Prohibited},
		{true, 1, []uint8{4}, "target", PortUnreach},
		{true, 1, []uint8{4}, "router", PortUnreachMid},
		{true, 1, []uint8{4}, "nobody", RstUnknown},
		{true, 1, []uint8{7}, "router", Unobserved},
		{true, 2, []uint8{0}, "router", Unobserved},
		{true, 3, []uint8{0}, "router", TTLExceeded},
	} {
		target, router := target4, router4
		if c.v6 {
			target, router = target6, router6
		}
		from := map[string]netip.Addr{"target": target, "router": router}[c.from]
		for _, code := range c.codes {
			got, decides := ICMPError{V6: c.v6, Type: c.kind, Code: code, Offender: from}.Class(target)
			if got != c.want || decides != (c.want != Unobserved) {
				t.Errorf("v6 %v, %d/%d from the %s: %s, %v; want %s", c.v6, c.kind, code, c.from, got, decides, c.want)
			}
		}
	}
}

func TestICMPFailure(t *testing.T) {
	t.Parallel()
	unreach := ICMPError{Type: 3, Code: 1, Errno: int(syscall.EHOSTUNREACH)}
	from := func(e ICMPError, a netip.Addr) ICMPError { e.Offender = a; return e }
	for name, c := range map[string]struct {
		e           ICMPError
		target, own netip.Addr
		class       Class
		why         Reason
		decides     bool
	}{
		"a router":             {from(unreach, router4), target4, us4, Unreach, NoReason, true},
		"failed ARP":           {from(unreach, us4), target4, us4, HostDown, Neighbour, true},
		"failed discovery":     {ICMPError{V6: true, Type: 1, Code: 3, Errno: int(syscall.EHOSTUNREACH), Offender: router6}, target6, router6, HostDown, Neighbour, true},
		"own filter":           {ICMPError{Type: 3, Code: 13, Errno: int(syscall.EHOSTUNREACH), Offender: us4}, target4, us4, ProbeError, NoPermission, true},
		"own filter, port":     {ICMPError{Type: 3, Code: 3, Errno: int(syscall.ECONNREFUSED), Offender: us4}, target4, us4, ProbeError, NoPermission, true},
		"local origin":         {ICMPError{Local: true, Errno: int(syscall.EHOSTUNREACH)}, target4, us4, HostDown, Neighbour, true},
		"local origin, route":  {ICMPError{Local: true, Errno: int(syscall.ENETUNREACH)}, target4, us4, ProbeError, NoRoute, true},
		"local origin, size":   {ICMPError{Local: true, Errno: int(syscall.EMSGSIZE)}, target4, us4, Unobserved, NoReason, false},
		"we are the target":    {ICMPError{Type: 3, Code: 3, Offender: us4}, us4, us4, PortUnreach, NoReason, true},
		"path MTU of a router": {ICMPError{Type: 3, Code: 4, Offender: router4}, target4, us4, Unobserved, NoReason, false},
	} {
		out, decides := ICMPFailure(c.e, c.target, c.own)
		if out.Class != c.class || out.Reason != c.why || decides != c.decides {
			t.Errorf("%s: %s/%s, %v", name, out.Class, out.Reason, decides)
		}
		if out.Class == ProbeError && (out.Err == nil || out.Hint == "" || out.Offender.IsValid()) {
			t.Errorf("%s: %+v", name, out)
		}
	}
}

func TestLocalFailure(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		want Reason
		hint bool
	}{
		{context.Canceled, Cancelled, false},
		{fmt.Errorf("wrapped: %w", context.DeadlineExceeded), Cancelled, false},
		{ErrSpent, HostBudget, false},
		{os.NewSyscallError("connect", syscall.ENETUNREACH), NoRoute, true},
		{os.NewSyscallError("connect", syscall.EHOSTUNREACH), NoRoute, true},
		{os.NewSyscallError("connect", syscall.EPERM), NoPermission, true},
		{os.NewSyscallError("socket", syscall.EACCES), NoPermission, true},
		{os.NewSyscallError("socket", syscall.EMFILE), NoFiles, true},
		{os.NewSyscallError("socket", syscall.ENFILE), NoFiles, true},
		{os.NewSyscallError("connect", syscall.EADDRNOTAVAIL), NoPorts, true},
		{os.NewSyscallError("connect", syscall.EINVAL), LocalError, false},
		{errors.New("something else"), LocalError, false},
	} {
		out := LocalFailure("connect to somewhere", c.err)
		if out.Class != ProbeError || out.Reason != c.want || (out.Hint != "") != c.hint || !errors.Is(out.Err, c.err) {
			t.Errorf("%v: %+v", c.err, out)
		}
	}
}
