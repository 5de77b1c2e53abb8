package probes

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"
)

// LocalFailure is the outcome of a probe that this machine could not carry out: ProbeError with the reason
// and with what a person can do about it. what names the step ("connect to 198.18.1.5:443"). An ended
// ctx is Cancelled, a spent Line is HostBudget.
func LocalFailure(what string, err error) Outcome {
	out := Outcome{Class: ProbeError, Reason: LocalError, Err: fmt.Errorf("%s: %w", what, err)}
	for _, k := range localCauses {
		if errors.Is(err, k.cause) {
			out.Reason, out.Hint = k.reason, k.hint
			break
		}
	}
	return out
}

// ErrNotSent is the local failure of packets that the system took and then dropped, without a word to the
// program that sent them.
var ErrNotSent = errors.New("this machine dropped the packets before they left it")

// Permission comes before the routes because a prohibiting route and a local filter look alike.
var localCauses = []struct {
	cause  error
	reason Reason
	hint   string
}{
	{context.Canceled, Cancelled, ""},
	{context.DeadlineExceeded, Cancelled, ""},
	{net.ErrClosed, Cancelled, ""},
	{ErrSpent, HostBudget, ""},
	{ErrNotSent, NotSent, "a filter on this machine drops the packets in silence: look at its output rules and at what hangs on its interface"},
	{syscall.EPERM, NoPermission, "a filter on this machine refuses the packet: look at its output rules"},
	{syscall.EACCES, NoPermission, "this machine forbids the packet: look at its routes and at its security policy"},
	{syscall.ENETUNREACH, NoRoute, "no route from this machine: look at its routing table"},
	{syscall.EHOSTUNREACH, NoRoute, "no route from this machine: look at its routing table"},
	{syscall.ENETDOWN, NoRoute, "the interface towards the target is down"},
	{syscall.EAFNOSUPPORT, NoRoute, "this machine does not speak this version of IP"},
	{syscall.EMFILE, NoFiles, "raise the limit of open files (ulimit -n) or choose a gentler pace"},
	{syscall.ENFILE, NoFiles, "the system is out of file handles (fs.file-max)"},
	{syscall.ENOBUFS, NoFiles, "the interface drops the packet, or the system is out of socket buffers: look at its traffic control, or choose a gentler pace"},
	{syscall.ENOMEM, NoFiles, "the system is out of memory for sockets: choose a gentler pace"},
	{syscall.EADDRNOTAVAIL, NoPorts, "no source port is free (net.ipv4.ip_local_port_range): choose a gentler pace"},
	{syscall.EADDRINUSE, NoPorts, "no source port is free (net.ipv4.ip_local_port_range): choose a gentler pace"},
}

// ICMPFailure is the outcome of an exchange with target that an ICMP error ended. own is the socket's own
// address: what comes from there, and not from the target, is this machine speaking of itself, and a host
// unreachable among that is a failed ARP or neighbour discovery. It returns false for an error that
// decides nothing.
func ICMPFailure(e ICMPError, target, own netip.Addr) (Outcome, bool) {
	if e.Local || sameAddr(e.Offender, own) && !sameAddr(own, target) {
		return ownICMP(e, target)
	}
	class, ok := e.Class(target)
	if !ok {
		return Outcome{}, false
	}
	return Outcome{Class: class, Offender: e.Offender, ICMPType: e.Type, ICMPCode: e.Code}, true
}

// ownICMP sorts what this machine said of itself. A datagram that is too long for the path decides nothing.
func ownICMP(e ICMPError, target netip.Addr) (Outcome, bool) {
	errno := syscall.Errno(e.Errno)
	if errno == syscall.EMSGSIZE {
		return Outcome{}, false
	}
	out := LocalFailure("send to "+target.String(), errno)
	noStation := e.Local || (!e.V6 && e.Type == 3 && e.Code == 1) || (e.V6 && e.Type == 1 && e.Code == 3)
	switch {
	case errno == syscall.EHOSTUNREACH && noStation:
		out.Class, out.Reason = HostDown, Neighbour
		out.Hint = "no station on the link answers for this address (ARP or neighbour discovery failed)"
	case !e.Local:
		out.Reason, out.Hint = NoPermission, "a filter on this machine rejects the packet: look at its output rules"
	}
	return out, true
}
