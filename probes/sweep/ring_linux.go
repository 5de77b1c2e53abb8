package sweep

import (
	"encoding/binary"
	"fmt"
	"os"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// The ring of packet(7), TPACKET_V3: blocks that the kernel fills and hands over when they are full, or after
// some milliseconds. It holds the answers of more than a second at full speed.
const (
	blockSize  = 128 << 10
	blockCount = 64
	retireMS   = 2
)

// ring is a packet socket with memory that it shares with the kernel.
type ring struct {
	fd   int
	mem  []byte
	next int
}

// openRing begins to capture on every interface. The socket is deaf until it has its filter and its ring.
func openRing(program []bpf.Instruction) (*ring, error) {
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	r := &ring{fd: fd}
	if err := r.set(program); err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

func (r *ring) set(program []bpf.Instruction) error {
	if err := attach(r.fd, program); err != nil {
		return os.NewSyscallError("setsockopt", err)
	}
	_ = unix.SetsockoptInt(r.fd, unix.SOL_PACKET, unix.PACKET_IGNORE_OUTGOING, 1) // only saves work
	if err := unix.SetsockoptInt(r.fd, unix.SOL_PACKET, unix.PACKET_VERSION, unix.TPACKET_V3); err != nil {
		return os.NewSyscallError("setsockopt", err)
	}
	want := unix.TpacketReq3{
		Block_size: blockSize, Block_nr: blockCount, Frame_size: 2048, Frame_nr: blockSize / 2048 * blockCount,
		Retire_blk_tov: retireMS,
	}
	if err := unix.SetsockoptTpacketReq3(r.fd, unix.SOL_PACKET, unix.PACKET_RX_RING, &want); err != nil {
		return os.NewSyscallError("setsockopt", err)
	}
	var err error
	if r.mem, err = unix.Mmap(r.fd, 0, blockSize*blockCount, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED); err != nil {
		return fmt.Errorf("share memory with the kernel: %w", err)
	}
	every := binary.NativeEndian.Uint16([]byte{unix.ETH_P_ALL >> 8, unix.ETH_P_ALL & 0xff}) // in network order
	if err := unix.Bind(r.fd, &unix.SockaddrLinklayer{Protocol: every}); err != nil {
		return os.NewSyscallError("bind", err)
	}
	return nil
}

// Offsets in a block and in a packet of it (struct tpacket_block_desc, struct tpacket3_hdr of linux/if_packet.h).
const (
	blockStatus  = 8
	blockPackets = 12
	blockFirst   = 16
	frameNext    = 0
	frameSec     = 4
	frameNsec    = 8
	frameSnap    = 12
	frameNet     = 26
)

// read passes on every packet, from its IP header, with the time when the kernel took it. The bytes are good
// only inside the call.
func (r *ring) read(fn func(b []byte, at time.Time)) {
	for range blockCount {
		block := r.mem[r.next*blockSize:][:blockSize]
		status := (*uint32)(unsafe.Pointer(&block[blockStatus])) // aligned: a block begins on a page
		if atomic.LoadUint32(status)&unix.TP_STATUS_USER == 0 {
			return
		}
		n, at := binary.NativeEndian.Uint32(block[blockPackets:]), int(binary.NativeEndian.Uint32(block[blockFirst:]))
		for range n {
			frame := block[at:]
			when := time.Unix(int64(binary.NativeEndian.Uint32(frame[frameSec:])), int64(binary.NativeEndian.Uint32(frame[frameNsec:])))
			start := int(binary.NativeEndian.Uint16(frame[frameNet:]))
			fn(frame[start:][:binary.NativeEndian.Uint32(frame[frameSnap:])], when)
			next := binary.NativeEndian.Uint32(frame[frameNext:])
			if next == 0 {
				break
			}
			at += int(next)
		}
		atomic.StoreUint32(status, unix.TP_STATUS_KERNEL)
		r.next = (r.next + 1) % blockCount
	}
}

// lost is how many packets the ring had no room for since it was last asked.
func (r *ring) lost() int {
	s, err := unix.GetsockoptTpacketStatsV3(r.fd, unix.SOL_PACKET, unix.PACKET_STATISTICS)
	if err != nil {
		return 0
	}
	return int(s.Drops)
}

func (r *ring) close() {
	if r.mem != nil {
		_ = unix.Munmap(r.mem)
	}
	unix.Close(r.fd)
}
