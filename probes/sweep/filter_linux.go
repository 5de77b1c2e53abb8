package sweep

import (
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// snap is how much of a packet is taken over from the kernel.
const snap = 512

// Values of the kernel's side data: the packet is for this machine (linux/if_packet.h), and its protocol
// (linux/if_ether.h).
const (
	forUs     = 0
	etherIPv4 = 0x0800
	etherIPv6 = 0x86dd
)

var (
	drop = bpf.RetConstant{Val: 0}
	take = bpf.RetConstant{Val: snap}
)

// filter is the classic BPF program of the ring: it passes SYN-ACKs and resets to the source ports of the search,
// datagrams to those, echo replies and ICMP errors, all of them for this machine.
func filter(p *ports) []bpf.Instruction {
	head := []bpf.Instruction{
		bpf.LoadExtension{Num: bpf.ExtType},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: forUs, SkipTrue: 1},
		drop,
		bpf.LoadExtension{Num: bpf.ExtProto},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: etherIPv4, SkipTrue: 2},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: etherIPv6, SkipTrue: 1},
		drop,
	}
	v4 := []bpf.Instruction{
		bpf.LoadAbsolute{Off: 6, Size: 2},
		bpf.JumpIf{Cond: bpf.JumpBitsNotSet, Val: 0x3fff, SkipTrue: 1}, // more fragments, or not the first one
		drop,
		bpf.LoadMemShift{Off: 0},
		bpf.LoadAbsolute{Off: 9, Size: 1},
	}
	v6 := []bpf.Instruction{
		bpf.LoadConstant{Dst: bpf.RegX, Val: 40},
		bpf.LoadAbsolute{Off: 6, Size: 1},
		// The program cannot loop, so packets with extension headers go to the parser.
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: 0, SkipTrue: 2},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: 43, SkipTrue: 1},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: 60, SkipTrue: 1},
		take,
	}
	program := append(head,
		bpf.LoadAbsolute{Off: 0, Size: 1},
		bpf.ALUOpConstant{Op: bpf.ALUOpShiftRight, Val: 4},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: 6, SkipTrue: uint8(len(v4) + 3)},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: 4, SkipTrue: 1},
		drop,
	)
	program = append(program, v4...)
	program = append(program, bpf.Jump{Skip: uint32(len(v6))})
	program = append(program, v6...)
	return append(program, transports(p)...)
}

// transports has the protocol in A and the length of the IP header in X.
func transports(p *ports) []bpf.Instruction {
	first, last := p.udp[0], p.udp[0]
	for _, port := range p.udp {
		first, last = min(first, port), max(last, port)
	}
	tcp := append(within(p.tcp, p.tcp+p.tcps-1),
		bpf.LoadIndirect{Off: 13, Size: 1},
		bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: flagSYN | flagRST | flagACK},
		bpf.JumpIf{Cond: bpf.JumpBitsSet, Val: flagRST, SkipTrue: 2},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: flagSYN | flagACK, SkipTrue: 1},
		drop, take,
	)
	udp := append(within(first, last), take)
	var program []bpf.Instruction
	for _, t := range []struct {
		proto uint32
		body  []bpf.Instruction
	}{
		{protoTCP, tcp}, {protoUDP, udp}, {protoICMP, types(0, 3, 11)}, {protoICMPv6, types(129, 1, 3)},
	} {
		program = append(program, bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: t.proto, SkipTrue: uint8(len(t.body))})
		program = append(program, t.body...)
	}
	return append(program, drop)
}

// within goes on only if the destination port is in a range.
func within(first, last uint16) []bpf.Instruction {
	return []bpf.Instruction{
		bpf.LoadIndirect{Off: 2, Size: 2},
		bpf.JumpIf{Cond: bpf.JumpGreaterOrEqual, Val: uint32(first), SkipTrue: 1},
		drop,
		bpf.JumpIf{Cond: bpf.JumpLessOrEqual, Val: uint32(last), SkipTrue: 1},
		drop,
	}
}

// types takes the ICMP messages of those types.
func types(of ...uint32) []bpf.Instruction {
	program := []bpf.Instruction{bpf.LoadIndirect{Off: 0, Size: 1}}
	for i, t := range of {
		program = append(program, bpf.JumpIf{Cond: bpf.JumpEqual, Val: t, SkipTrue: uint8(len(of) - i)})
	}
	return append(program, drop, take)
}

// attach gives a socket its filter.
func attach(fd int, program []bpf.Instruction) error {
	raw, err := bpf.Assemble(program)
	if err != nil {
		return err
	}
	code := make([]unix.SockFilter, len(raw))
	for i, r := range raw {
		code[i] = unix.SockFilter{Code: r.Op, Jt: r.Jt, Jf: r.Jf, K: r.K}
	}
	return unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER,
		&unix.SockFprog{Len: uint16(len(code)), Filter: &code[0]})
}
