package icmp

import (
	"net"
	"net/netip"

	"golang.org/x/net/icmp"
	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

// system is a socket of the system: raw, or (where there is no error queue) a ping socket. It hears
// ICMP errors as messages.
type system struct {
	name  string
	conn  *icmp.PacketConn
	plain bool // addresses are UDP ones, as ping sockets want them
	ownID bool
}

// openRaw opens a raw socket, which needs CAP_NET_RAW or root. The kernel is asked to leave out what can
// never be an answer, because such a socket hears all ICMP of the machine.
func openRaw(v6 bool) (link, error) {
	s, err := listen(v6, "ip4:icmp", "ip6:ipv6-icmp")
	if err != nil {
		return nil, err
	}
	s.name, s.ownID = wayRaw, true
	if v6 {
		var f ipv6.ICMPFilter
		f.SetAll(true)
		f.Accept(ipv6.ICMPTypeEchoReply)
		f.Accept(ipv6.ICMPTypeDestinationUnreachable)
		f.Accept(ipv6.ICMPTypeTimeExceeded)
		_ = s.conn.IPv6PacketConn().SetICMPFilter(&f) // only spares work
		return s, nil
	}
	var f ipv4.ICMPFilter
	f.SetAll(true)
	f.Accept(ipv4.ICMPTypeEchoReply)
	f.Accept(ipv4.ICMPTypeDestinationUnreachable)
	f.Accept(ipv4.ICMPTypeTimeExceeded)
	_ = s.conn.IPv4PacketConn().SetICMPFilter(&f) // Linux alone has it; only spares work
	return s, nil
}

// listen opens a socket and asks for the hop count of what arrives; a system that cannot tell it leaves
// the count at 0.
func listen(v6 bool, net4, net6 string) (*system, error) {
	network, address := net4, "0.0.0.0"
	if v6 {
		network, address = net6, "::"
	}
	conn, err := icmp.ListenPacket(network, address)
	if err != nil {
		return nil, err
	}
	if v6 {
		_ = conn.IPv6PacketConn().SetControlMessage(ipv6.FlagHopLimit, true)
	} else {
		_ = conn.IPv4PacketConn().SetControlMessage(ipv4.FlagTTL, true)
	}
	return &system{conn: conn}, nil
}

func (s *system) way() string   { return s.name }
func (s *system) keepsID() bool { return s.ownID }
func (s *system) Close() error  { return s.conn.Close() }

// tells: without an error queue the system keeps to itself what the interface refused (raw_sendmsg).
func (s *system) tells() bool { return false }

func (s *system) source() netip.Addr { return netip.Addr{} }

func (s *system) send(msg []byte, to netip.Addr) error {
	var dst net.Addr = &net.IPAddr{IP: to.AsSlice(), Zone: to.Zone()}
	if s.plain {
		dst = &net.UDPAddr{IP: to.AsSlice(), Zone: to.Zone()}
	}
	_, err := s.conn.WriteTo(msg, dst)
	return err
}

func (s *system) receive(buf []byte) (arrival, error) {
	if p := s.conn.IPv6PacketConn(); p != nil {
		n, cm, from, err := p.ReadFrom(buf)
		if err != nil {
			return arrival{}, err
		}
		a := arrival{from: plainAddr(from), bytes: buf[:n]}
		if cm != nil {
			a.ttl = cm.HopLimit
		}
		return a, nil
	}
	n, cm, from, err := s.conn.IPv4PacketConn().ReadFrom(buf)
	if err != nil {
		return arrival{}, err
	}
	a := arrival{from: plainAddr(from), bytes: buf[:n]}
	if cm != nil {
		a.ttl = cm.TTL
	}
	return a, nil
}
