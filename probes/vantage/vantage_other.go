//go:build !linux

package vantage

import (
	"net"
	"net/netip"
	"os"
)

// lookAtRights knows of root alone; ping sockets are open to everybody on the BSD family.
func (f *Facts) lookAtRights() error {
	f.Raw = os.Geteuid() == 0
	f.Ping = true
	return nil
}

// path connects a datagram socket, which makes the system choose a route and sends nothing. The target is
// taken to be on the link if a prefix of ours holds it.
func (f Facts) path(target netip.Addr) (source netip.Addr, iface string, onLink, ok bool) {
	c, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(netip.AddrPortFrom(target, 9)))
	if err != nil {
		return netip.Addr{}, "", false, false
	}
	defer c.Close()
	source = c.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap().WithZone("")
	for p, name := range f.nets {
		if p.Addr() == source {
			iface = name
			onLink = onLink || p.Masked().Contains(target.Unmap().WithZone(""))
		}
	}
	return source, iface, onLink, iface != ""
}
