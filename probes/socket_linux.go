package probes

import (
	"net"
	"net/netip"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// OpenSocket makes a non-blocking socket of that kind (unix.SOCK_STREAM, unix.SOCK_DGRAM) that can reach to,
// keeps its ICMP errors (WatchErrors) and returns the address in the form that the system takes. Nothing
// is sent. The caller closes fd.
func OpenSocket(to netip.AddrPort, kind int) (fd int, address unix.Sockaddr, err error) {
	ip := to.Addr().Unmap()
	family := unix.AF_INET
	if ip.Is4() {
		address = &unix.SockaddrInet4{Port: int(to.Port()), Addr: ip.As4()}
	} else {
		family = unix.AF_INET6
		zone, err := ZoneIndex(ip.Zone())
		if err != nil {
			return -1, nil, err
		}
		address = &unix.SockaddrInet6{Port: int(to.Port()), Addr: ip.As16(), ZoneId: zone}
	}
	fd, err = unix.Socket(family, kind|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, nil, os.NewSyscallError("socket", err)
	}
	if err := WatchErrors(fd, family == unix.AF_INET6); err != nil {
		unix.Close(fd)
		return -1, nil, os.NewSyscallError("setsockopt", err)
	}
	return fd, address, nil
}

// LocalAddr is the address and port that the system chose for a connected socket.
func LocalAddr(fd int) netip.AddrPort {
	name, err := unix.Getsockname(fd)
	if err != nil {
		return netip.AddrPort{}
	}
	return AddrPortOf(name)
}

// AddrPortOf is an address of the system in ours, without a zone; invalid if it is of another kind.
func AddrPortOf(name unix.Sockaddr) netip.AddrPort {
	switch a := name.(type) {
	case *unix.SockaddrInet4:
		return netip.AddrPortFrom(netip.AddrFrom4(a.Addr), uint16(a.Port))
	case *unix.SockaddrInet6:
		return netip.AddrPortFrom(netip.AddrFrom16(a.Addr), uint16(a.Port))
	}
	return netip.AddrPort{}
}

// ZoneIndex is the number of the interface that a zone names, by its name or its number; 0 for none.
func ZoneIndex(zone string) (uint32, error) {
	if zone == "" {
		return 0, nil
	}
	if n, err := strconv.ParseUint(zone, 10, 32); err == nil {
		return uint32(n), nil
	}
	link, err := net.InterfaceByName(zone)
	if err != nil {
		return 0, err
	}
	return uint32(link.Index), nil
}
