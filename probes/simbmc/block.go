package simbmc

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"strconv"
	"sync/atomic"
)

// Ports are drawn above the well-known services of developers' machines and below the range from which
// Linux takes source ports, so that neither side meets a stranger.
const (
	portFirst = 20001
	portLast  = 32767
	lockPort  = 20000 // bound on the network address: one segment per block, across processes
)

// block is a /20 of 127.64.0.0/10: the lower half is the management network, then come the resolver's
// network and one where nobody lives.
type block struct {
	base uint32
}

func (b block) at(offset uint32) netip.Addr {
	var a [4]byte
	binary.BigEndian.PutUint32(a[:], b.base+offset)
	return netip.AddrFrom4(a)
}

func (b block) lock() netip.Addr         { return b.at(0) }
func (b block) management() netip.Prefix { return netip.PrefixFrom(b.at(0), 21) }
func (b block) canary() netip.Addr       { return b.at(0x7fa) }
func (b block) internal() netip.Prefix   { return netip.PrefixFrom(b.at(0x800), 24) }
func (b block) resolver() netip.Addr     { return b.at(0x835) }
func (b block) trust() netip.Prefix      { return netip.PrefixFrom(b.at(0x900), 24) }

// host returns the address of management host i; last octets 0 and 255 are left out.
func (b block) host(i int) netip.Addr { return b.at(uint32(i/254*256 + i%254 + 1)) }

// started makes segments of one process differ even with the same seed.
var started atomic.Uint64

func placeSource(seed uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed, uint64(os.Getpid())<<20^started.Add(1)))
}

func drawBlock(rng *rand.Rand) block {
	return block{base: 127<<24 | 64<<16 | uint32(rng.IntN(1<<10))<<12}
}

func drawPorts(rng *rand.Rand) (ports [doorCount]uint16) {
	taken := map[uint16]bool{}
	for d := range ports {
		for {
			p := uint16(portFirst + rng.IntN(portLast-portFirst+1))
			if !taken[p] {
				taken[p], ports[d] = true, p
				break
			}
		}
	}
	return ports
}

// claim takes the block for us alone and makes sure that no stranger listens on one of the ports of every
// address: a closed door of ours would then be open. The lock is held until Close.
func claim(b block, ports [doorCount]uint16) (lock net.PacketConn, err error) {
	host := b.lock().String()
	lock, err = net.ListenPacket("udp4", net.JoinHostPort(host, strconv.Itoa(lockPort)))
	if err != nil {
		return nil, fmt.Errorf("claim the address block %v: %w", b.management(), err)
	}
	for _, p := range ports {
		at := net.JoinHostPort(host, strconv.Itoa(int(p)))
		u, err := net.ListenPacket("udp4", at)
		if err == nil {
			u.Close()
			var t net.Listener
			if t, err = net.Listen("tcp4", at); err == nil {
				t.Close()
			}
		}
		if err != nil {
			lock.Close()
			return nil, fmt.Errorf("try port %d of the address block %v: %w", p, b.management(), err)
		}
	}
	return lock, nil
}
