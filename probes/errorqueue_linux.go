package probes

import (
	"encoding/binary"
	"net/netip"

	"golang.org/x/sys/unix"
)

// WatchErrors asks the system to keep the ICMP errors of a socket, with their type, code and sender
// (IP_RECVERR of ip(7), IPV6_RECVERR of ipv6(7)). It needs no privilege.
func WatchErrors(fd int, v6 bool) error {
	if v6 {
		return unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_RECVERR, 1)
	}
	return unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_RECVERR, 1)
}

// ReadErrors empties the error queue of a socket, oldest first, at most 16 entries. It never blocks. Read it
// before SO_ERROR and before a plain receive: taking an entry also takes the error that waits there.
func ReadErrors(fd int) []ICMPError {
	var found []ICMPError
	EachError(fd, func(_ unix.Sockaddr, _ []byte, e ICMPError) { found = append(found, e) })
	return found
}

// EachError does the same and also says whom the refused packet was for, and the beginning of what was in it; it
// is how a socket that speaks to many knows whom an error concerns. packet is good only inside the call.
func EachError(fd int, fn func(to unix.Sockaddr, packet []byte, e ICMPError)) {
	var data [64]byte
	var control [256]byte
	for range 16 {
		size, n, _, to, err := unix.Recvmsg(fd, data[:], control[:], unix.MSG_ERRQUEUE|unix.MSG_DONTWAIT)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return
		}
		for _, e := range parseErrors(control[:n]) {
			fn(to, data[:size], e)
		}
	}
}

// extendedErr is the size of struct sock_extended_err; the sender's address follows it.
const extendedErr = 16

// parseErrors reads the control messages of one entry.
func parseErrors(control []byte) []ICMPError {
	messages, err := unix.ParseSocketControlMessage(control)
	if err != nil {
		return nil
	}
	var found []ICMPError
	for _, m := range messages {
		v4 := m.Header.Level == unix.IPPROTO_IP && m.Header.Type == unix.IP_RECVERR
		v6 := m.Header.Level == unix.IPPROTO_IPV6 && m.Header.Type == unix.IPV6_RECVERR
		if (v4 || v6) && len(m.Data) >= extendedErr {
			found = append(found, parseError(m.Data))
		}
	}
	return found
}

func parseError(b []byte) ICMPError {
	e := ICMPError{
		Errno: int(binary.NativeEndian.Uint32(b)), Local: b[4] != unix.SO_EE_ORIGIN_ICMP && b[4] != unix.SO_EE_ORIGIN_ICMP6,
		V6: b[4] == unix.SO_EE_ORIGIN_ICMP6, Type: b[5], Code: b[6],
	}
	from := b[extendedErr:]
	if len(from) < 2 || e.Local {
		return e
	}
	switch binary.NativeEndian.Uint16(from) {
	case unix.AF_INET:
		if len(from) >= 8 {
			e.Offender = netip.AddrFrom4([4]byte(from[4:8]))
		}
	case unix.AF_INET6:
		if len(from) >= 24 {
			e.Offender = netip.AddrFrom16([16]byte(from[8:24])).Unmap()
		}
	}
	return e
}
