package hops

import (
	"slices"

	"golang.org/x/net/bpf"
)

// snap is how much of a packet is taken over from the kernel: the headers with room for extension headers.
const snap = 512

// Values of the kernel's side data: the packet is for this machine, or leaves it (linux/if_packet.h), and its
// protocol (linux/if_ether.h).
const (
	forUs     = 0
	outgoing  = 4
	etherIPv4 = 0x0800
	etherIPv6 = 0x86dd
)

// filter is the classic BPF program of the capture: it passes resets, SYN-ACKs, echo replies and the
// datagrams of answerPorts that came in for this machine, and SYNs and echo requests that leave it, so that
// nothing else ever wakes the program. What it passes is parsed as if it had passed everything.
func filter(skip Ports) []bpf.Instruction {
	in, out := ipFilter(answersIn()), ipFilter(openingsOut(skip))
	program := []bpf.Instruction{
		bpf.LoadExtension{Num: bpf.ExtProto},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: etherIPv4, SkipTrue: 2},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: etherIPv6, SkipTrue: 1},
		drop,
		bpf.LoadExtension{Num: bpf.ExtType},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: forUs, SkipTrue: 3},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: outgoing, SkipTrue: 1},
		drop,
		bpf.Jump{Skip: uint32(len(in))},
	}
	return append(append(program, in...), out...)
}

var (
	drop = bpf.RetConstant{Val: 0}
	take = bpf.RetConstant{Val: snap}
)

// ipFilter looks at the packet itself, from its IP header on. Both versions end in the program for what they
// carry, with the protocol in A and the length of the IP header in X.
func ipFilter(transport []bpf.Instruction) []bpf.Instruction {
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
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: protoHopByHop, SkipTrue: 2},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: protoRouting, SkipTrue: 1},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: protoDestination, SkipTrue: 1},
		take,
	}
	program := []bpf.Instruction{
		bpf.LoadAbsolute{Off: 0, Size: 1},
		bpf.ALUOpConstant{Op: bpf.ALUOpShiftRight, Val: 4},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: 6, SkipTrue: uint8(len(v4) + 3)},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: 4, SkipTrue: 1},
		drop,
	}
	program = append(program, v4...)
	program = append(program, bpf.Jump{Skip: uint32(len(v6))})
	program = append(program, v6...)
	return append(program, transport...)
}

// flags loads the flags of a segment that matter.
var flags = []bpf.Instruction{
	bpf.LoadIndirect{Off: 13, Size: 1},
	bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: flagSYN | flagRST | flagACK},
}

// carried is what is made of the protocol that an IP packet carries.
type carried struct {
	proto uint32
	body  []bpf.Instruction
}

// answersIn passes what shows the distance of a host.
func answersIn() []bpf.Instruction {
	tcp := append(slices.Clone(flags),
		bpf.JumpIf{Cond: bpf.JumpBitsSet, Val: flagRST, SkipTrue: 2},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: flagSYN | flagACK, SkipTrue: 1},
		drop, take,
	)
	udp := []bpf.Instruction{bpf.LoadIndirect{Off: 0, Size: 2}}
	for i, port := range answerPorts {
		udp = append(udp, bpf.JumpIf{Cond: bpf.JumpEqual, Val: uint32(port), SkipTrue: uint8(len(answerPorts) - i)})
	}
	udp = append(udp, drop, take)
	return byProtocol(carried{protoTCP, tcp}, carried{protoUDP, udp}, carried{protoICMP, echoFilter(echoReply)},
		carried{protoICMPv6, echoFilter(echoReplyV6)})
}

// openingsOut passes what begins a conversation of ours, but for that of the ports to skip.
func openingsOut(skip Ports) []bpf.Instruction {
	var tcp []bpf.Instruction
	if skip != (Ports{}) {
		tcp = []bpf.Instruction{
			bpf.LoadIndirect{Off: 0, Size: 2},
			bpf.JumpIf{Cond: bpf.JumpLessThan, Val: uint32(skip.First), SkipTrue: 2},
			bpf.JumpIf{Cond: bpf.JumpGreaterThan, Val: uint32(skip.Last), SkipTrue: 1},
			drop,
		}
	}
	tcp = append(append(tcp, flags...), bpf.JumpIf{Cond: bpf.JumpEqual, Val: flagSYN, SkipTrue: 1}, drop, take)
	return byProtocol(carried{protoTCP, tcp}, carried{protoICMP, echoFilter(echoRequest)}, carried{protoICMPv6, echoFilter(echoRequestV6)})
}

// byProtocol goes on with the body for the protocol in A; it drops all others.
func byProtocol(list ...carried) []bpf.Instruction {
	var program []bpf.Instruction
	for _, p := range list {
		program = append(program, bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: p.proto, SkipTrue: uint8(len(p.body))})
		program = append(program, p.body...)
	}
	return append(program, drop)
}

func echoFilter(kind uint32) []bpf.Instruction {
	return []bpf.Instruction{
		bpf.LoadIndirect{Off: 0, Size: 1},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: kind, SkipTrue: 1},
		drop, take,
	}
}
