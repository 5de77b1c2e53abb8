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
	r, err := OpenRoutes()
	if err != nil {
		return route{}, err
	}
	defer r.Close()
	return r.lookUp(target)
}

// Routes asks the kernel's routing table many times over one socket. It is not safe for concurrent use.
type Routes struct {
	fd  int
	seq uint32
	buf [8192]byte
}

// OpenRoutes opens the socket (netlink(7)); it needs no right.
func OpenRoutes() (*Routes, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_ROUTE)
	if err != nil {
		return nil, fmt.Errorf("open a netlink socket: %w", err)
	}
	timeout := unix.NsecToTimeval(time.Second.Nanoseconds())
	if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &timeout); err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("set a netlink deadline: %w", err)
	}
	return &Routes{fd: fd}, nil
}

// Close closes the socket.
func (r *Routes) Close() error { return unix.Close(r.fd) }

// Hop is how packets to a target leave.
type Hop struct {
	Source netip.Addr // of ours
	Link   int        // number of the interface
	OnLink bool       // the target is a neighbour: no gateway is in between
}

// Hop asks for the route to a target. The error is that of the routing table: no route, a prohibiting one, or one
// for other packets than those to one station.
func (r *Routes) Hop(target netip.Addr) (Hop, error) {
	found, err := r.lookUp(target)
	if err == nil && !found.source.IsValid() {
		err = fmt.Errorf("no route: %w", unix.EADDRNOTAVAIL)
	}
	return Hop{Source: found.source, Link: found.link, OnLink: !found.gateway}, err
}

// Absent tells whether this machine looks for a neighbour, or has looked, and has had no answer (RTM_GETNEIGH of
// rtnetlink(7); the states of linux/neighbour.h). Nothing leaves the machine.
func (r *Routes) Absent(target netip.Addr, link int) bool {
	b, err := r.ask(neighbourRequest(target, link))
	if err != nil || len(b) < headerSize+neighbourSize || binary.NativeEndian.Uint16(b[4:]) != unix.RTM_NEWNEIGH {
		return false
	}
	state := binary.NativeEndian.Uint16(b[headerSize+8:])
	return state&(unix.NUD_INCOMPLETE|unix.NUD_FAILED) != 0
}

// neighbourSize is that of struct ndmsg.
const neighbourSize = 12

// neighbourRequest asks for one entry of the neighbour table.
func neighbourRequest(target netip.Addr, link int) []byte {
	target = target.Unmap()
	b := make([]byte, headerSize+neighbourSize, 64)
	b[headerSize] = unix.AF_INET
	if target.Is6() {
		b[headerSize] = unix.AF_INET6
	}
	binary.NativeEndian.PutUint32(b[headerSize+4:], uint32(link))
	b = attribute(b, unix.NDA_DST, target.AsSlice())
	binary.NativeEndian.PutUint32(b, uint32(len(b)))
	binary.NativeEndian.PutUint16(b[4:], unix.RTM_GETNEIGH)
	binary.NativeEndian.PutUint16(b[6:], unix.NLM_F_REQUEST)
	return b
}

func (r *Routes) lookUp(target netip.Addr) (route, error) {
	b, err := r.ask(request(target))
	if err != nil {
		return route{}, fmt.Errorf("ask for the route to %s: %w", target, err)
	}
	return parse(b)
}

// ask sends a request and returns the answer to it, good until the next one.
func (r *Routes) ask(request []byte) ([]byte, error) {
	r.seq++
	binary.NativeEndian.PutUint32(request[8:], r.seq)
	if err := unix.Sendto(r.fd, request, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return nil, err
	}
	for range 8 { // another program may send to this socket, and an answer may be to a question given up before
		n, from, err := unix.Recvfrom(r.fd, r.buf[:], 0)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return nil, err
		}
		k, ok := from.(*unix.SockaddrNetlink)
		if ok && k.Pid == 0 && n >= headerSize && binary.NativeEndian.Uint32(r.buf[8:]) == r.seq {
			return r.buf[:n], nil
		}
	}
	return nil, errAnswer
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
