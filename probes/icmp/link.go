package icmp

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"time"

	"oobscope/probes"
)

// Wire carries whole ICMP messages, header and data without an IP header, to and from *net.IPAddr. The
// checksum of ICMPv6 is left to it. Closing the connection must end a waiting ReadFrom.
type Wire interface {
	// Open opens a connection for ICMPv6, or else for ICMP.
	Open(v6 bool) (net.PacketConn, error)
}

// arrival is something that reached a socket: a whole ICMP message, or an entry of the system's error queue. Of that the
// system has matched the identifier alone, which may be anybody's: another process counts its own.
type arrival struct {
	from   netip.Addr
	ttl    int // 0 where the system does not tell
	bytes  []byte
	queued *probes.ICMPError
	about  netip.Addr // whom the echo was for that a queued error is about; bytes are what it quotes of that
}

// link is one way to exchange ICMP messages with one target.
type link interface {
	// way names it for the packet story.
	way() string
	// keepsID tells whether our identifier is sent as it is.
	keepsID() bool
	send(msg []byte, to netip.Addr) error
	// tells says whether the system would have failed a send that its own filters or its interface refused.
	tells() bool
	// source is the address that echoes leave with, if the link knows it after a send.
	source() netip.Addr
	// receive waits for the next message; it fails once the link is closed.
	receive(buf []byte) (arrival, error)
	Close() error
}

const (
	wayWire = "in-process wire"
	wayRaw  = "raw socket"
	wayPing = "ping socket"
)

// wire is a link over somebody else's packet connection.
type wire struct{ conn net.PacketConn }

func (w wire) way() string   { return wayWire }
func (w wire) keepsID() bool { return true }
func (w wire) tells() bool   { return true }

func (w wire) source() netip.Addr { return netip.Addr{} }

func (w wire) send(msg []byte, to netip.Addr) error {
	_, err := w.conn.WriteTo(msg, &net.IPAddr{IP: to.AsSlice(), Zone: to.Zone()})
	return err
}

func (w wire) receive(buf []byte) (arrival, error) {
	n, from, err := w.conn.ReadFrom(buf)
	if err != nil {
		return arrival{}, err
	}
	return arrival{from: plainAddr(from), bytes: buf[:n]}, nil
}

func (w wire) Close() error {
	return errors.Join(w.conn.SetReadDeadline(time.Unix(1, 0)), w.conn.Close())
}

// plainAddr is the address of a packet's sender, unmapped and without a zone.
func plainAddr(a net.Addr) netip.Addr {
	var ip net.IP
	switch a := a.(type) {
	case *net.IPAddr:
		ip = a.IP
	case *net.UDPAddr:
		ip = a.IP
	}
	addr, _ := netip.AddrFromSlice(ip)
	return addr.Unmap()
}

// open opens the link of a probe: the wire if there is one, else a raw socket, else a ping socket.
func (p Prober) open(v6 bool) (link, probes.Outcome) {
	if p.Wire != nil {
		conn, err := p.Wire.Open(v6)
		if err != nil {
			return nil, OpenFailure(fmt.Errorf("%s: %w", wayWire, err))
		}
		return wire{conn}, probes.Outcome{}
	}
	raw, rawErr := openRaw(v6)
	if rawErr == nil {
		return raw, probes.Outcome{}
	}
	ping, pingErr := openPing(v6)
	if pingErr == nil {
		return ping, probes.Outcome{}
	}
	return nil, OpenFailure(fmt.Errorf("%s: %w; %s: %w", wayRaw, rawErr, wayPing, pingErr))
}

// OpenFailure says why no socket for echoes could be had, and what would help. It is never silence.
func OpenFailure(err error) probes.Outcome {
	out := probes.LocalFailure("open an ICMP socket", err)
	if errors.Is(err, os.ErrPermission) {
		out.Reason, out.Hint = probes.NoPermission, permissionHint
	}
	return out
}
