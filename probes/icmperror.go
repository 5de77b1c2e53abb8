package probes

import (
	"fmt"
	"net/netip"
)

// ICMPError is one ICMP or ICMPv6 error as a socket's error queue tells it (ip(7), IP_RECVERR).
type ICMPError struct {
	Local    bool // our own stack made it (SO_EE_ORIGIN_LOCAL); Errno alone says why
	V6       bool
	Type     uint8
	Code     uint8
	Errno    int        // the errno that the system made of it
	Offender netip.Addr // who sent it; invalid if the system does not say
}

// Class says what the error means for a flow to target: verdicts.md section 2, after RFC 792, RFC 1812
// 5.2.7.1 and RFC 4443 section 3. It returns false for an error that decides nothing (a path MTU, a
// redirect, a source quench, a parameter problem).
func (e ICMPError) Class(target netip.Addr) (Class, bool) {
	switch {
	case e.Local:
		return ProbeError, true
	case e.V6:
		return e.class6(target)
	}
	return e.class4(target)
}

func (e ICMPError) class4(target netip.Addr) (Class, bool) {
	switch e.Type {
	case 3:
		switch e.Code {
		case 0, 1, 6, 7, 8, 11, 12:
			return Unreach, true
		case 2, 3: // a stack without the protocol at all says 2: as closed as a port
			return e.portClass(target), true
		case 9, 10, 13, 14, 15: // 14 and 15 refuse by precedence: a rule of a filter as well
			return Prohibited, true
		}
	case 11:
		return TTLExceeded, true
	}
	return Unobserved, false
}

func (e ICMPError) class6(target netip.Addr) (Class, bool) {
	switch e.Type {
	case 1:
		switch e.Code {
		case 0, 2, 3:
			return Unreach, true
		case 1, 5, 6:
			return Prohibited, true
		case 4:
			return e.portClass(target), true
		}
	case 3:
		return TTLExceeded, true
	}
	return Unobserved, false
}

// portClass asks who says that the port is closed. A system that does not name the sender leaves it open.
func (e ICMPError) portClass(target netip.Addr) Class {
	switch {
	case !e.Offender.IsValid():
		return RstUnknown
	case sameAddr(e.Offender, target):
		return PortUnreach
	}
	return PortUnreachMid
}

// sameAddr compares addresses as hosts: without a zone, and an IPv4 address in either of its forms.
func sameAddr(a, b netip.Addr) bool {
	return a.IsValid() && a.Unmap().WithZone("") == b.Unmap().WithZone("")
}

// String is the error in the words of the packet story: "icmp 3/13 from 198.18.0.1".
func (e ICMPError) String() string {
	kind := "icmp"
	switch {
	case e.Local:
		return fmt.Sprintf("error of this machine, errno %d", e.Errno)
	case e.V6:
		kind = "icmpv6"
	}
	if !e.Offender.IsValid() {
		return fmt.Sprintf("%s %d/%d", kind, e.Type, e.Code)
	}
	return fmt.Sprintf("%s %d/%d from %s", kind, e.Type, e.Code, e.Offender)
}
