package vantage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"
)

// route is what the kernel answers to the question how it would reach a target.
type route struct {
	source  netip.Addr
	link    int // interface index
	gateway bool
}

var errAnswer = errors.New("a routing answer that makes no sense")

// Sizes of the fixed parts of a netlink message (netlink(7), rtnetlink(7)).
const (
	headerSize = 16 // struct nlmsghdr
	routeSize  = 12 // struct rtmsg
	attrSize   = 4  // struct rtattr
)

// lookUp asks the kernel for the route to one address. Nothing leaves the machine.
func lookUp(target netip.Addr) (route, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_ROUTE)
	if err != nil {
		return route{}, fmt.Errorf("open a netlink socket: %w", err)
	}
	defer unix.Close(fd)
	timeout := unix.NsecToTimeval(time.Second.Nanoseconds())
	if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &timeout); err != nil {
		return route{}, fmt.Errorf("set a netlink deadline: %w", err)
	}
	kernel := &unix.SockaddrNetlink{Family: unix.AF_NETLINK}
	if err := unix.Sendto(fd, request(target), 0, kernel); err != nil {
		return route{}, fmt.Errorf("ask for the route to %s: %w", target, err)
	}
	var buf [8192]byte
	for range 4 { // another program may send to this socket; only the kernel's port 0 counts
		n, from, err := unix.Recvfrom(fd, buf[:], 0)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return route{}, fmt.Errorf("hear of the route to %s: %w", target, err)
		}
		if k, ok := from.(*unix.SockaddrNetlink); ok && k.Pid == 0 {
			return parse(buf[:n])
		}
	}
	return route{}, errAnswer
}

// request is one RTM_GETROUTE message with the destination, and the interface of a zone.
func request(target netip.Addr) []byte {
	target = target.Unmap()
	family, bits := byte(unix.AF_INET), byte(32)
	if target.Is6() {
		family, bits = unix.AF_INET6, 128
	}
	b := make([]byte, headerSize+routeSize, 64)
	b[headerSize], b[headerSize+1] = family, bits
	b = attribute(b, unix.RTA_DST, target.AsSlice())
	if link, err := net.InterfaceByName(target.Zone()); err == nil {
		b = attribute(b, unix.RTA_OIF, binary.NativeEndian.AppendUint32(nil, uint32(link.Index)))
	}
	binary.NativeEndian.PutUint32(b, uint32(len(b)))
	binary.NativeEndian.PutUint16(b[4:], unix.RTM_GETROUTE)
	binary.NativeEndian.PutUint16(b[6:], unix.NLM_F_REQUEST)
	binary.NativeEndian.PutUint32(b[8:], 1)
	return b
}

// attribute appends one attribute; its value has a length that is a multiple of four.
func attribute(b []byte, kind uint16, value []byte) []byte {
	b = binary.NativeEndian.AppendUint16(b, uint16(attrSize+len(value)))
	b = binary.NativeEndian.AppendUint16(b, kind)
	return append(b, value...)
}

// parse reads the first message of an answer: a route, or the kernel's error.
func parse(b []byte) (route, error) {
	if len(b) < headerSize {
		return route{}, errAnswer
	}
	size := int(binary.NativeEndian.Uint32(b))
	if size < headerSize || size > len(b) {
		return route{}, errAnswer
	}
	body := b[headerSize:size]
	switch binary.NativeEndian.Uint16(b[4:]) {
	case unix.NLMSG_ERROR:
		if len(body) < 4 {
			return route{}, errAnswer
		}
		return route{}, fmt.Errorf("no route: %w", unix.Errno(-int32(binary.NativeEndian.Uint32(body))))
	case unix.RTM_NEWROUTE:
		return parseRoute(body)
	}
	return route{}, errAnswer
}

// parseRoute walks the attributes of a route. A route of a kind that carries no packet is an error.
func parseRoute(b []byte) (route, error) {
	if len(b) < routeSize {
		return route{}, errAnswer
	}
	if kind := b[7]; kind != unix.RTN_UNICAST && kind != unix.RTN_LOCAL && kind != unix.RTN_ANYCAST {
		return route{}, fmt.Errorf("no route for packets to one station (type %d)", kind)
	}
	var r route
	for b = b[routeSize:]; len(b) >= attrSize; {
		size := int(binary.NativeEndian.Uint16(b))
		if size < attrSize || size > len(b) {
			return route{}, errAnswer
		}
		value := b[attrSize:size]
		switch binary.NativeEndian.Uint16(b[2:]) {
		case unix.RTA_PREFSRC:
			r.source, _ = netip.AddrFromSlice(value)
		case unix.RTA_OIF:
			if len(value) == 4 {
				r.link = int(binary.NativeEndian.Uint32(value))
			}
		case unix.RTA_GATEWAY, unix.RTA_VIA:
			r.gateway = true
		}
		b = b[min((size+3)&^3, len(b)):]
	}
	return r, nil
}
