package sweep

import (
	"encoding/binary"
	"hash/maphash"
	"net/netip"
)

// tokens draws what ties an answer to its question: a keyed hash of target, question and try, under a key that
// lives as long as the search. A forged or stale answer would have to guess it.
type tokens struct{ seed maphash.Seed }

func newTokens() tokens { return tokens{maphash.MakeSeed()} }

// of returns the token of a try. The number of the slot stands for protocol and port.
func (t tokens) of(to netip.Addr, slot, try int) uint64 {
	var b [20]byte
	a := to.As16()
	copy(b[:], a[:])
	binary.NativeEndian.PutUint16(b[16:], uint16(slot))
	binary.NativeEndian.PutUint16(b[18:], uint16(try))
	return maphash.Bytes(t.seed, b[:])
}

// sequence is the initial sequence number of a SYN.
func sequence(token uint64) uint32 { return uint32(token) }

// place picks one of n source ports.
func place(token uint64, n int) int { return int(token >> 32 & 0xffff % uint64(n)) }
